// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/executor.hpp>

#include <atomic>
#include <cstddef>
#include <functional>

namespace childwell::inline v0_1 {

/// How many threads a pool takes when nobody says.
///
/// Use when the caller gives no number. CHILDWELL_NUM_THREADS wins; inside a Spark worker (SPARK_ENV_LOADED or
/// PYTHON_WORKER_FACTORY_SECRET is set) the answer is 1, because Spark has counted the cores already.
/// @return 1 to 256; otherwise the processors this process may run on
/// @throws std::invalid_argument when CHILDWELL_NUM_THREADS is no whole number from 1 to 256
/// @source sched_getaffinity(2); checked against the environment in tests/unit/core/pool_test.cpp
std::size_t default_threads();

/// Threads that are started at the first run, and again in a child after fork.
///
/// Several threads may call run; their runs take turns. A run inside a run goes on the calling thread. A poll is asked
/// at least every 50 ms on the thread that called run; when it says stop, no new chunk begins and run throws
/// Interrupted, so a chunk takes less than 100 ms or passes stop points.
class Pool final : public Executor {
 public:
  /// True means stop. Called on the thread that called run, never on a worker.
  using Poll = std::function<bool()>;

  explicit Pool(std::size_t threads = default_threads(), Poll poll = {});
  ~Pool() override;

  void run(std::size_t chunks, const Task& task) override;
  [[nodiscard]] std::size_t threads() const noexcept override { return threads_; }

 private:
  struct Crew;
  Crew& crew();

  std::size_t threads_;
  Poll poll_;
  std::atomic<Crew*> crew_{nullptr};
};

}  // namespace childwell::inline v0_1
