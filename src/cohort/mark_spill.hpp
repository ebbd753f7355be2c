// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/ingest.hpp>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

namespace childwell::inline v0_1::detail {

/// To which cells the rows of each batch went, as stretches of rows, in a temporary file without a name. Rows in order
/// of children or of sessions make long stretches; rows in no order take 16 bytes each.
class MarkSpill {
 public:
  MarkSpill();

  /// Notes the rows of one batch; those that belong to no cell leave gaps.
  void add(const MarkColumns& batch, std::size_t children, const SessionTable& sessions, const CodeTable& codes);
  /// Gives every row noted, in order, with its child and slot.
  void read(const std::function<void(std::int64_t row, std::uint32_t child, std::uint32_t slot)>& give);

 private:
  struct Stretch {
    std::uint32_t row = 0;     ///< within its batch
    std::uint32_t child = 0;
    std::uint32_t slot = 0;    ///< the top bit set: the stretch goes along the slots of one child
    std::uint32_t length = 0;  ///< 0: the end of a batch of `row` rows
  };
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  void put(const Stretch& stretch);
  void flush();

  std::unique_ptr<std::FILE, Close> file_;
  std::vector<Stretch> waiting_;
};

}  // namespace childwell::inline v0_1::detail
