// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

/// Thrown out of a run that the caller asked to stop; nothing of the run is kept.
struct Interrupted : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "childwell: interrupted"; }
};

/// Runs numbered chunks of work, each exactly once, in any order and on any thread.
class Executor {
 public:
  using Task = std::function<void(std::size_t chunk)>;

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  /// Returns when all chunks are done; the first exception by chunk number is thrown again here.
  virtual void run(std::size_t chunks, const Task& task) = 0;
  [[nodiscard]] virtual std::size_t threads() const noexcept = 0;
};

/// The caller's own thread, in order of the chunks.
class SerialExecutor final : public Executor {
 public:
  void run(std::size_t chunks, const Task& task) override {
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) task(chunk);
  }
  [[nodiscard]] std::size_t threads() const noexcept override { return 1; }
};

/// Leaves a long piece of work when the run that it belongs to was asked to stop.
///
/// Use every few thousand steps inside a chunk that may take longer than a tenth of a second; outside of a run it does
/// nothing.
/// @param none
/// @return nothing
/// @throws Interrupted, which the run throws again on the thread that called it. Cost: one load
/// @source house file, "Errors"; timed in tests/python/test_interrupt.py
void stop_point();

/// stop_point once in every 16,384 steps.
///
/// Use in loops over rows, with the number of the row.
/// @param step   number of the step
/// @return nothing
/// @throws Interrupted, as stop_point
/// @source house file, "Errors"
inline void stop_point_at(std::size_t step) {
  constexpr std::size_t every = std::size_t{1} << 14;
  if ((step & (every - 1)) == 0) stop_point();
}

/// Calls work(begin, end) for fixed stretches of 0 to n.
///
/// Use for work whose stretches write to places of their own. Stretches depend on n and chunk_size only, never on the
/// number of threads, so results cannot either.
/// @param executor     where to run
/// @param n            number of items; may be 0
/// @param chunk_size   items a stretch; at least 1
/// @param work         called with [begin, end), once for each stretch
/// @throws std::invalid_argument when chunk_size is 0; Interrupted; what work throws, first stretch first.
///         Cost: one call a stretch
/// @return nothing
/// @source house file, "Bits"
template <class Work>
void for_chunks(Executor& executor, std::size_t n, std::size_t chunk_size, Work&& work) {
  if (chunk_size == 0) throw std::invalid_argument("childwell: chunk_size is at least 1");
  const std::size_t chunks = n / chunk_size + (n % chunk_size != 0 ? 1 : 0);
  executor.run(chunks, [&work, n, chunk_size](std::size_t chunk) {
    const std::size_t begin = chunk * chunk_size;
    work(begin, begin + std::min(chunk_size, n - begin));
  });
}

/// Maps fixed stretches of 0 to n and merges what they give, earlier stretch first.
///
/// Use for sums and folds over many children: the order of merging is fixed, so floating sums have the same bits for
/// every number of threads. Not for results as large as the data; write those in place with for_chunks.
/// @param executor     where to run
/// @param n            number of items; 0 gives identity
/// @param chunk_size   items a stretch; at least 1
/// @param identity     the value to begin with
/// @param map          map(begin, end) -> Value
/// @param merge        merge(Value earlier, const Value& later) -> Value; associative up to rounding
/// @return the merged value
/// @throws what for_chunks throws
/// @source house file, "Bits"
template <class Value, class Map, class Merge>
Value reduce_chunks(Executor& executor, std::size_t n, std::size_t chunk_size, Value identity, Map&& map, Merge&& merge) {
  struct Part {
    Value value;  // a struct, so that bool is not packed into shared bytes
  };
  if (chunk_size == 0) throw std::invalid_argument("childwell: chunk_size is at least 1");
  std::vector<Part> parts(n / chunk_size + (n % chunk_size != 0 ? 1 : 0), Part{identity});
  for_chunks(executor, n, chunk_size, [&parts, &map, chunk_size](std::size_t begin, std::size_t end) {
    parts[begin / chunk_size].value = map(begin, end);
  });
  for (const Part& part : parts) identity = merge(std::move(identity), part.value);
  return identity;
}

}  // namespace childwell::inline v0_1
