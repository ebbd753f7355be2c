// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cell.hpp>
#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// A session as marks name it: its date and its number on that date.
struct SessionName {
  Date date;
  std::int8_t session = 0;

  friend constexpr auto operator<=>(SessionName, SessionName) noexcept = default;
};

/// Which sessions there are, and the slot of each: a look-up by date, because a school year is no arithmetic.
class SessionTable {
 public:
  SessionTable() = default;
  /// Slots in the order given; std::invalid_argument when a session stands twice, has no date, or dates lie more than
  /// 36,600 days apart.
  explicit SessionTable(std::span<const SessionName> sessions);

  [[nodiscard]] std::size_t size() const noexcept { return dates_.size(); }
  [[nodiscard]] std::span<const std::int32_t> dates() const noexcept { return dates_; }     ///< days since 1970-01-01, by slot
  [[nodiscard]] std::span<const std::int8_t> sessions() const noexcept { return sessions_; }  ///< by slot

  /// The slot of a session, or -1; any two numbers may be asked for.
  [[nodiscard]] std::int32_t slot(std::int32_t date, std::int8_t session) const noexcept {
    const std::uint32_t day = static_cast<std::uint32_t>(date) - static_cast<std::uint32_t>(first_date_);
    const std::uint32_t name = static_cast<std::uint32_t>(session) - static_cast<std::uint32_t>(first_session_);
    return day < days_ && name < width_ ? slots_[std::size_t{day} * width_ + name] : -1;
  }
  /// True when there is any session on a date.
  [[nodiscard]] bool held(std::int32_t date) const noexcept;

 private:
  friend class Ingest;
  std::vector<std::int32_t> dates_;
  std::vector<std::int8_t> sessions_;
  std::vector<std::int32_t> slots_;
  std::int32_t first_date_ = 0;
  std::int32_t first_session_ = 0;
  std::uint32_t days_ = 0;
  std::uint32_t width_ = 0;
};

/// What the codes of a column mean: sixteen codes, each a cell or unknown.
class CodeTable {
 public:
  CodeTable() = default;
  /// Takes cells by code; the cell 0 (not recorded) stands for "unknown code". std::invalid_argument when a cell is
  /// disputed, because only two marks that contradict each other make it so, or of no known state.
  explicit CodeTable(const std::array<Cell, 16>& cells);

  /// The cell of a code, or the cell 0 where the code is unknown.
  [[nodiscard]] Cell cell(std::int8_t code) const noexcept {
    return code >= 0 && code < 16 ? Cell{bytes_[static_cast<std::size_t>(code)]} : Cell{};
  }
  [[nodiscard]] std::span<const std::uint8_t, 16> bytes() const noexcept { return bytes_; }

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// Children x sessions in tiles of 64 children, time-major: a session of 64 children is one row of 64 bytes.
class Panel {
 public:
  Panel() = default;
  /// All cells not recorded. std::invalid_argument when children x sessions does not fit into memory's addresses or
  /// there are more than 2^31 - 64 children; std::bad_alloc.
  Panel(std::size_t children, SessionTable sessions);

  [[nodiscard]] std::size_t children() const noexcept { return children_; }
  [[nodiscard]] const SessionTable& sessions() const noexcept { return sessions_; }
  [[nodiscard]] std::size_t tiles() const noexcept { return (children_ + tile_lanes - 1) / tile_lanes; }
  /// Tile after tile, each of sessions().size() rows of 64 cells; lanes past the last child are not recorded.
  [[nodiscard]] std::span<const std::uint8_t> cells() const noexcept { return {cells_.get(), bytes()}; }
  [[nodiscard]] const std::uint8_t* tile(std::size_t number) const noexcept {
    return cells_.get() + number * sessions_.size() * tile_lanes;
  }
  /// The cell of a child in a slot; both must lie inside.
  [[nodiscard]] Cell cell(std::size_t child, std::size_t slot) const noexcept {
    return Cell{cells_[at(child, slot)]};
  }
  void set(std::size_t child, std::size_t slot, Cell cell) noexcept { cells_[at(child, slot)] = cell.byte; }
  [[nodiscard]] std::size_t at(std::size_t child, std::size_t slot) const noexcept {
    return ((child / tile_lanes) * sessions_.size() + slot) * tile_lanes + child % tile_lanes;
  }

 private:
  friend class Ingest;
  struct Release {
    std::size_t bytes;
    void operator()(std::uint8_t* cells) const noexcept;
  };
  [[nodiscard]] std::size_t bytes() const noexcept { return tiles() * sessions_.size() * tile_lanes; }

  std::size_t children_ = 0;
  SessionTable sessions_;
  std::unique_ptr<std::uint8_t[], Release> cells_;
};

}  // namespace childwell::inline v0_1
