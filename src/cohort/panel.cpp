// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/panel.hpp>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#else
#include <cstdlib>
#include <cstring>
#endif

namespace childwell::inline v0_1 {
namespace {

constexpr std::int64_t longest_calendar = 36'600;  // days: a hundred years

#if defined(__linux__)
constexpr std::size_t large_page = std::size_t{2} << 20;

std::size_t whole_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}
#endif

/// Zeros, aligned to 64 bytes at least. On Linux in large pages where there are any: they are made several times faster,
/// and a scattered write is glad of them; so the whole begins at the boundary of one.
std::uint8_t* zeros(std::size_t bytes) {
#if defined(__linux__)
  const std::size_t room = bytes + large_page;
  void* pages = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  auto* first = static_cast<std::uint8_t*>(pages);
  const std::size_t before = (large_page - reinterpret_cast<std::uintptr_t>(first) % large_page) % large_page;
  if (before != 0) munmap(first, before);
  const std::size_t after = whole_pages(room) - before - whole_pages(bytes);
  if (after != 0) munmap(first + before + whole_pages(bytes), after);
  madvise(first + before, bytes, MADV_HUGEPAGE);  // advice only
  return first + before;
#else
  auto* cells = static_cast<std::uint8_t*>(::operator new(bytes, std::align_val_t{64}));
  std::memset(cells, 0, bytes);
  return cells;
#endif
}

}  // namespace

SessionTable::SessionTable(std::span<const SessionName> sessions) {
  if (sessions.empty()) return;
  std::int32_t last_date = std::numeric_limits<std::int32_t>::min();
  std::int32_t last_session = std::numeric_limits<std::int8_t>::min();
  first_date_ = std::numeric_limits<std::int32_t>::max();
  first_session_ = std::numeric_limits<std::int8_t>::max();
  for (const SessionName& one : sessions) {
    if (!one.date.known()) throw std::invalid_argument("childwell: sessions: one has no date; give each its date");
    first_date_ = std::min(first_date_, one.date.days);
    last_date = std::max(last_date, one.date.days);
    first_session_ = std::min<std::int32_t>(first_session_, one.session);
    last_session = std::max<std::int32_t>(last_session, one.session);
  }
  const std::int64_t days = std::int64_t{last_date} - first_date_ + 1;
  if (days > longest_calendar) {
    throw std::invalid_argument("childwell: sessions: the dates lie " + std::to_string(days) +
                                " days apart, more than a hundred years; check the dates");
  }
  days_ = static_cast<std::uint32_t>(days);
  width_ = static_cast<std::uint32_t>(last_session - first_session_ + 1);
  slots_.assign(std::size_t{days_} * width_, -1);
  for (const SessionName& one : sessions) {
    const auto day = static_cast<std::size_t>(one.date.days - first_date_);
    std::int32_t& slot = slots_[day * width_ + static_cast<std::size_t>(one.session - first_session_)];
    if (slot >= 0) throw std::invalid_argument("childwell: sessions: one session stands twice; give each once");
    slot = static_cast<std::int32_t>(dates_.size());
    dates_.push_back(one.date.days);
    sessions_.push_back(one.session);
  }
}

bool SessionTable::held(std::int32_t date) const noexcept {
  const std::uint32_t day = static_cast<std::uint32_t>(date) - static_cast<std::uint32_t>(first_date_);
  if (day >= days_) return false;
  const auto first = slots_.begin() + static_cast<std::ptrdiff_t>(std::size_t{day} * width_);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(width_), [](std::int32_t slot) { return slot >= 0; });
}

CodeTable::CodeTable(const std::array<Cell, 16>& cells) {
  for (std::size_t code = 0; code < cells.size(); ++code) {
    const auto state = static_cast<std::size_t>(cells[code].state());
    if (cells[code].state() == State::disputed) {
      throw std::invalid_argument("childwell: codes: a code cannot say that a mark is disputed; map it to what it says");
    }
    if (state >= state_words.size() || (cells[code].state() == State::not_recorded && cells[code].byte != 0)) {
      throw std::invalid_argument("childwell: codes: a code means no state of a session; map it to one of cell.hpp");
    }
    bytes_[code] = cells[code].byte;
  }
}

Panel::Panel(std::size_t children, SessionTable sessions) : children_(children), sessions_(std::move(sessions)) {
  constexpr std::size_t most_children = std::size_t{std::numeric_limits<std::int32_t>::max()} - tile_lanes + 1;
  if (children > most_children) {
    throw std::invalid_argument("childwell: children: more than 2^31 - 64; split the roll");
  }
  const std::size_t row = std::max<std::size_t>(sessions_.size(), 1) * tile_lanes;
  if (tiles() > std::numeric_limits<std::size_t>::max() / 2 / row) {
    throw std::invalid_argument("childwell: children x sessions is more than memory can address; split the roll");
  }
  if (bytes() != 0) cells_ = {zeros(bytes()), Release{bytes()}};
}

void Panel::Release::operator()(std::uint8_t* cells) const noexcept {
#if defined(__linux__)
  munmap(cells, whole_pages(bytes));
#else
  ::operator delete(cells, std::align_val_t{64});
#endif
}

}  // namespace childwell::inline v0_1
