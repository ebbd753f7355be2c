// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1 {

/// The columns of a batch as the kernels read them.
struct MarkRows {
  const std::int32_t* child;
  const std::int32_t* date;
  const std::int8_t* session;
  const std::int8_t* code;
};

/// A panel as the kernels write it, and what one writer has counted. A writer owns the tiles that it writes.
struct PanelRows {
  std::uint8_t* cells;      ///< aligned to 64 bytes
  std::uint64_t* touched;   ///< a bit a slot, `words` words a tile: clear says that the row holds nothing yet
  std::size_t slots;
  std::size_t words;
  std::uint32_t children;
  bool stream;              ///< write around the caches: the panel is larger than they are
  const std::uint8_t* codes;          ///< 16 cells by code; 0 is unknown
  const std::int32_t* slot_dates;     ///< by slot
  const std::int8_t* slot_sessions;   ///< by slot
  const std::int32_t* slot_of;        ///< by day and session
  std::int32_t first_date;
  std::int32_t first_session;
  std::uint32_t days;
  std::uint32_t width;
  std::int64_t marks;       ///< rows merged into cells
  std::int64_t hits;        ///< of them, those whose cell held something
  std::int64_t disputes;    ///< cells that became disputed
};

/// The fast paths of Ingest on one instruction set. None throws.
struct MarkRowKernel {
  const char* name;

  /// Writes rows of one session in order of children, a tile's row at a time, as long as they are so, from `begin` on
  /// and inside the tiles [first_tile, last_tile). Returns the first row that it leaves to others.
  std::size_t (*write_runs)(PanelRows& panel, const MarkRows& marks, std::size_t begin, std::size_t end,
                            std::uint32_t first_tile, std::uint32_t last_tile);

  /// Translates rows of one child in order of sessions, of which the first is `slot`, into `staged`, as long as they are
  /// so. Returns how many; what follows them in `staged`, up to the last slot, may be anything.
  std::size_t (*stage_run)(const PanelRows& panel, const MarkRows& marks, std::size_t begin, std::size_t end,
                           std::size_t slot, std::uint8_t* staged);

  /// Merges the slots [first, last) of a tile that was staged child by child (`stride` bytes a child, a multiple of 16)
  /// into the panel.
  void (*turn_tile)(PanelRows& panel, std::size_t tile, const std::uint8_t* staged, std::size_t stride,
                    std::size_t first, std::size_t last);

  /// Lets other threads see what was written around the caches.
  void (*fence)();

  /// Adds up the four columns, one after the other, in plain loops: what a benchmark holds the others against.
  std::int64_t (*sum_columns)(const MarkRows& marks, std::size_t rows);

  /// The same by hand, as fast as the columns can be read.
  std::int64_t (*read_columns)(const MarkRows& marks, std::size_t rows);
};

/// The fast paths for this processor.
///
/// Use inside Ingest; results do not depend on it.
/// @return kernel of the widest instruction set that the processor has and the limit allows
/// @throws never
/// @source ingest_plain, equal in every bit (tests/unit/cohort/ingest_test.cpp, all instruction sets of the machine)
MarkRowKernel mark_row_kernel() noexcept;

}  // namespace childwell::inline v0_1
