// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "mark_faults.hpp"
#include "mark_spill.hpp"

#include <childwell/cohort/ingest.hpp>
#include <childwell/cohort/mark_rows.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr std::uint32_t lanes = tile_lanes;
constexpr std::size_t rows_a_batch = std::size_t{1} << 30;  // row numbers inside a batch fit 32 bits
constexpr std::uint32_t tiles_a_stripe = 16;  // what one writer owns at a stretch: small, so that batches spread over all
constexpr std::size_t rows_a_block = 8192;  // what a writer looks through at a time: cuts through a tile's row are dear
constexpr std::size_t larger_than_caches = std::size_t{16} << 20;
// Rows that are written one by one before a faster path is tried again. No multiple of a tile's 64 lanes: where the last
// lane of a tile stands alone, the next try is in the midst of a tile and not at a last lane again.
constexpr std::size_t rows_one_by_one = 48;
// Rows of one child that make it worth turning to another tile.
constexpr std::size_t long_run = 8;

using Range = std::pair<std::uint32_t, std::uint32_t>;  // rows [first, second) of a batch

/// Writes rows of a batch into the tiles that one thread owns. Aligned so that two writers share no cache line.
class alignas(128) Writer {
 public:
  Writer(const PanelRows& panel, const MarkRowKernel& kernel, const SessionTable& sessions, const CodeTable& codes)
      : panel_(panel), kernel_(kernel), sessions_(&sessions), codes_(&codes),
        stride_((panel.slots + 15) / 16 * 16), staged_(stride_ * tile_lanes + 16) {
    panel_.marks = panel_.hits = panel_.disputes = 0;
  }

  /// All rows are this writer's.
  void write(const MarkRows& marks, std::size_t begin, std::size_t end, std::int64_t base) {
    write_owned<false>(marks, begin, end, base);
  }

  /// Rows of tiles that are another writer's are put off into `others[owner]`.
  void write_own(const MarkRows& marks, std::size_t begin, std::size_t end, std::int64_t base, std::size_t me,
                 std::vector<std::vector<Range>>& others) {
    me_ = me;
    writers_ = others.size();
    others_ = &others;
    write_owned<true>(marks, begin, end, base);
  }

  /// The same for ranges of rows; short ones are written together.
  void write(const MarkRows& marks, const std::vector<Range>& ranges, std::int64_t base) {
    constexpr std::uint32_t short_range = 16;
    std::array<std::uint32_t, rows_one_by_one> list;
    std::size_t listed = 0;
    const auto row_at = [&list](std::size_t k) { return std::size_t{list[k]}; };
    std::size_t done = 0;
    for (const auto& [begin, end] : ranges) {
      stop_point_at(++done);
      if (end - begin >= short_range) {
        write(marks, begin, end, base);
        continue;
      }
      for (std::uint32_t row = begin; row < end; ++row) {
        list[listed++] = row;
        if (listed < list.size()) continue;
        write_each<false>(marks, listed, row_at, base);
        listed = 0;
      }
    }
    write_each<false>(marks, listed, row_at, base);
  }

  /// Writes what still waits.
  void close() {
    turn_staged();
    settle();
    kernel_.fence();
  }

  [[nodiscard]] static std::size_t owner(std::int32_t child, std::size_t writers) noexcept {
    return stripe(child) % static_cast<std::uint32_t>(writers);
  }
  [[nodiscard]] static std::uint32_t stripe(std::int32_t child) noexcept {
    return static_cast<std::uint32_t>(child) / (lanes * tiles_a_stripe);
  }

  [[nodiscard]] const PanelRows& panel() const noexcept { return panel_; }
  [[nodiscard]] detail::MarkFaults& faults() noexcept { return faults_; }

 private:
  /// A cell on its way: its cache line was asked for.
  struct Waiting {
    std::size_t at;
    std::size_t word;  ///< of the rows touched
    std::uint8_t bit;
    std::uint8_t cell;
  };

  template <bool Shared>
  void write_owned(const MarkRows& marks, std::size_t begin, std::size_t end, std::int64_t base) {
    std::uint32_t first_tile = 0;
    std::uint32_t last_tile = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t i = begin; i < end;) {
      stop_point_sometimes(i - begin);
      const std::int32_t child = marks.child[i];
      if constexpr (Shared) {
        const std::size_t whose = owner(child, writers_);
        if (whose != me_) {
          const std::size_t first = i;
          while (i < end && stripe(marks.child[i]) == stripe(child)) ++i;
          put_off(whose, first, i);
          continue;
        }
        first_tile = static_cast<std::uint32_t>(child) / lanes / tiles_a_stripe * tiles_a_stripe;
        last_tile = first_tile + tiles_a_stripe;
      }
      if (goes_along(marks, i, end)) {
        const std::size_t rows = stage(marks, i, end);
        i += rows;
        if (rows != 0) continue;
      } else if (i + 1 < end && marks.child[i + 1] > child && marks.date[i + 1] == marks.date[i]) {
        // rows are cut into pieces so that a long run can be stopped
        const std::size_t next =
            kernel_.write_runs(panel_, marks, i, std::min(end, i + (std::size_t{1} << 16)), first_tile, last_tile);
        const bool any = next != i;
        i = next;
        if (any) continue;
      }
      const std::size_t until = std::min(end, i + rows_one_by_one);
      write_each<Shared>(marks, until - i, [i](std::size_t k) { return i + k; }, base);
      i = until;
    }
  }

  void stop_point_sometimes(std::size_t row) {
    if (row >= next_stop_) {
      stop_point();
      next_stop_ = row + (std::size_t{1} << 16);
    } else if (row == 0) {
      next_stop_ = std::size_t{1} << 16;
    }
  }

  void put_off(std::size_t whose, std::size_t begin, std::size_t end) {
    std::vector<Range>& ranges = (*others_)[whose];
    const auto first = static_cast<std::uint32_t>(begin);
    const auto last = static_cast<std::uint32_t>(end);
    if (!ranges.empty() && ranges.back().second == first) ranges.back().second = last;
    else ranges.emplace_back(first, last);
  }

  /// True where rows of one child follow: the child that is being gathered, or enough of one to turn to.
  [[nodiscard]] bool goes_along(const MarkRows& marks, std::size_t row, std::size_t end) const {
    const std::int32_t child = marks.child[row];
    if (child == gathered_) return true;
    if (row + 1 >= end || marks.child[row + 1] != child) return false;
    return static_cast<std::uint32_t>(child) / lanes == staged_tile_ || (row + long_run <= end && marks.child[row + long_run - 1] == child);
  }

  /// Gathers rows of one child in order of sessions; returns how many.
  std::size_t stage(const MarkRows& marks, std::size_t row, std::size_t end) {
    const auto child = static_cast<std::uint32_t>(marks.child[row]);
    const std::int32_t found = sessions_->slot(marks.date[row], marks.session[row]);
    if (child >= panel_.children || found < 0) return 0;
    const auto slot = static_cast<std::size_t>(found);
    if (child / lanes != staged_tile_) {
      turn_staged();
      staged_tile_ = child / lanes;
    }
    const std::size_t lane = child % lanes;
    if (slot < staged_until_[lane]) return 0;  // earlier than one that was gathered: perhaps a repetition
    std::uint8_t* cells = staged_.data() + lane * stride_;
    const std::size_t rows = kernel_.stage_run(panel_, marks, row, end, slot, cells + slot);
    if (rows == 0) return 0;
    std::fill(cells + staged_until_[lane], cells + slot, std::uint8_t{0});
    staged_until_[lane] = slot + rows;
    staged_from_ = std::min(staged_from_, slot);
    staged_to_ = std::max(staged_to_, slot + rows);
    panel_.marks += static_cast<std::int64_t>(rows);
    gathered_ = static_cast<std::int32_t>(child);
    return rows;
  }

  /// Merges what was gathered of a tile's children into the panel.
  void turn_staged() {
    if (staged_to_ != 0) {
      for (std::size_t lane = 0; lane < tile_lanes; ++lane) {
        std::uint8_t* cells = staged_.data() + lane * stride_;
        const std::size_t from = std::max(staged_until_[lane], staged_from_);
        std::fill(cells + std::min(from, staged_to_), cells + staged_to_, std::uint8_t{0});
      }
      kernel_.turn_tile(panel_, staged_tile_, staged_.data(), stride_, staged_from_, staged_to_);
    }
    staged_until_.fill(0);
    staged_from_ = std::numeric_limits<std::size_t>::max();
    staged_to_ = 0;
    staged_tile_ = std::numeric_limits<std::uint32_t>::max();
    gathered_ = -1;
  }

  /// Asks for the cells of some rows, and writes those that were asked for before: by now they are near.
  template <bool Shared, class RowAt>
  void write_each(const MarkRows& marks, std::size_t rows, RowAt row_at, std::int64_t base) {
    const PanelRows panel = panel_;  // a copy that no store of a byte can change
    std::array<Waiting, rows_one_by_one> asked;
    std::size_t count = 0;
    for (std::size_t k = 0; k < rows; ++k) {
      const std::size_t row = row_at(k);
      const auto child = static_cast<std::uint32_t>(marks.child[row]);
      if (Shared && owner(marks.child[row], writers_) != me_) {
        put_off(owner(marks.child[row], writers_), row, row + 1);
        continue;
      }
      const std::uint32_t day = static_cast<std::uint32_t>(marks.date[row]) - static_cast<std::uint32_t>(panel.first_date);
      const std::uint32_t name =
          static_cast<std::uint32_t>(marks.session[row]) - static_cast<std::uint32_t>(panel.first_session);
      const auto code = static_cast<std::uint8_t>(marks.code[row]);
      const bool inside = (child < panel.children) & (day < panel.days) & (name < panel.width) & (code < 16);
      const std::int32_t slot = inside ? panel.slot_of[std::size_t{day} * panel.width + name] : -1;
      const std::uint8_t cell = inside ? panel.codes[code] : std::uint8_t{0};
      if (slot < 0 || cell == 0) {
        faults_.add(base + static_cast<std::int64_t>(row), marks.child[row], marks.date[row], marks.session[row],
                    marks.code[row], panel.children, *sessions_, *codes_);
        continue;
      }
      const std::size_t tile = child / lanes;
      const auto at_slot = static_cast<std::size_t>(slot);
      const std::size_t at = (tile * panel.slots + at_slot) * tile_lanes + child % lanes;
      __builtin_prefetch(panel.cells + at, 1);
      asked[count++] = {at, tile * panel.words + at_slot / 64, static_cast<std::uint8_t>(at_slot % 64), cell};
    }
    settle();
    std::copy(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(count), waiting_.begin());
    waiting_count_ = count;
  }

  void settle() {
    constexpr std::uint8_t disputed = Cell(State::disputed, 0).byte;
    std::uint8_t* const cells = panel_.cells;
    std::uint64_t* const touched = panel_.touched;
    const std::size_t count = waiting_count_;
    std::int64_t hits = 0;
    std::int64_t disputes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Waiting one = waiting_[i];
      const std::uint8_t held = cells[one.at];
      if (held == 0) {
        cells[one.at] = one.cell;
        touched[one.word] |= std::uint64_t{1} << one.bit;
        continue;
      }
      ++hits;
      if (held != one.cell && held != disputed) {
        cells[one.at] = disputed;
        ++disputes;
      }
    }
    panel_.marks += static_cast<std::int64_t>(count);
    panel_.hits += hits;
    panel_.disputes += disputes;
    waiting_count_ = 0;
  }

  PanelRows panel_;
  MarkRowKernel kernel_;
  const SessionTable* sessions_;
  const CodeTable* codes_;
  detail::MarkFaults faults_;

  std::size_t me_ = 0;
  std::size_t writers_ = 1;
  std::vector<std::vector<Range>>* others_ = nullptr;
  std::size_t next_stop_ = 0;

  std::size_t stride_;
  std::vector<std::uint8_t> staged_;  ///< of one tile, child by child
  std::array<std::size_t, tile_lanes> staged_until_{};  ///< by lane: the first slot that may still be gathered
  std::size_t staged_from_ = std::numeric_limits<std::size_t>::max();
  std::size_t staged_to_ = 0;
  std::uint32_t staged_tile_ = std::numeric_limits<std::uint32_t>::max();
  std::int32_t gathered_ = -1;

  std::array<Waiting, rows_one_by_one> waiting_{};
  std::size_t waiting_count_ = 0;
};

void check_lengths(const MarkColumns& marks) {
  if (marks.date.size() != marks.rows() || marks.session.size() != marks.rows() || marks.code.size() != marks.rows()) {
    throw std::invalid_argument("childwell: ingest: the columns differ in length; give one value a row");
  }
}

MarkColumns piece(const MarkColumns& marks, std::size_t begin, std::size_t rows) {
  return {marks.child.subspan(begin, rows), marks.date.subspan(begin, rows), marks.session.subspan(begin, rows),
          marks.code.subspan(begin, rows)};
}

}  // namespace

struct Ingest::State {
  State(std::size_t children, SessionTable sessions, const CodeTable& meant, RowsAgain rows_again)
      : panel(children, std::move(sessions)), codes(meant), again(rows_again) {
    if (again == RowsAgain::spilled) spill.emplace();
    const std::size_t slots = panel.sessions().size();
    const std::size_t words = (slots + 63) / 64;
    touched.assign(panel.tiles() * words, 0);
    const SessionTable& table = panel.sessions();
    rows = {panel.cells_.get(), touched.data(), slots, words, static_cast<std::uint32_t>(children),
            panel.bytes() > larger_than_caches, codes.bytes().data(), table.dates_.data(), table.sessions_.data(),
            table.slots_.data(), table.first_date_, table.first_session_, table.days_, table.width_, 0, 0, 0};
  }

  /// One batch of fewer than 2^32 rows.
  void add(const MarkColumns& batch, Executor& executor) {
    if (spill) spill->add(batch, panel.children(), panel.sessions(), codes);
    const MarkRows columns{batch.child.data(), batch.date.data(), batch.session.data(), batch.code.data()};
    const std::size_t writers = std::max<std::size_t>(executor.threads(), 1);
    const MarkRowKernel kernel = mark_row_kernel();
    std::vector<Writer> writing(writers, Writer(rows, kernel, panel.sessions(), codes));
    if (writers == 1) {
      executor.run(1, [&](std::size_t) {
        writing[0].write(columns, 0, batch.rows(), read);
        writing[0].close();
      });
    } else {
      // Each writer goes through the blocks that begin in its own tiles. What it meets of others there it puts off, and
      // they write it afterwards: a cell is one writer's, whatever the order of the rows.
      std::vector<std::vector<std::vector<Range>>> put_off(writers);
      executor.run(writers, [&](std::size_t me) {
        std::vector<std::vector<Range>> mine(writers);  // made here, far from the lists of other threads
        for (std::size_t begin = 0; begin < batch.rows(); begin += rows_a_block) {
          stop_point_at(begin / rows_a_block);
          if (Writer::owner(columns.child[begin], writers) != me) continue;
          writing[me].write_own(columns, begin, std::min(batch.rows(), begin + rows_a_block), read, me, mine);
        }
        put_off[me] = std::move(mine);
      });
      executor.run(writers, [&](std::size_t me) {
        for (const auto& by_owner : put_off) writing[me].write(columns, by_owner[me], read);
        writing[me].close();
      });
    }
    for (Writer& writer : writing) {
      rows.marks += writer.panel().marks;
      rows.hits += writer.panel().hits;
      rows.disputes += writer.panel().disputes;
      faults.merge(std::move(writer.faults()));
    }
    read += static_cast<std::int64_t>(batch.rows());
  }

  /// Notes the rows of a batch, read again, whose cells are disputed.
  void find_conflicts(const MarkColumns& batch) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      stop_point_at(i);
      const auto child = static_cast<std::uint32_t>(batch.child[i]);
      const std::int32_t slot = panel.sessions().slot(batch.date[i], batch.session[i]);
      if (child >= panel.children() || slot < 0 || codes.cell(batch.code[i]).byte == 0) continue;
      note_conflict(read_again + static_cast<std::int64_t>(i), child, static_cast<std::size_t>(slot));
    }
    read_again += static_cast<std::int64_t>(batch.rows());
  }

  void note_conflict(std::int64_t row, std::size_t child, std::size_t slot) {
    ++marks_again;
    if (panel.cell(child, slot).state() != childwell::State::disputed) return;
    conflicts.push_back({row, Reason::conflict, std::uint64_t{1} << static_cast<unsigned>(Reason::conflict), -1});
  }

  Ingested finish(const Reread* reread) {
    if (ended) throw std::logic_error("childwell: ingest: has ended or was interrupted; begin another one");
    if (again == RowsAgain::reread && reread == nullptr) {
      throw std::invalid_argument("childwell: ingest: the rows were to be read again; give finish a way to read them");
    }
    ended = true;
    if (rows.disputes != 0) {
      if (reread != nullptr) {
        (*reread)([this](const MarkColumns& batch) {
          check_lengths(batch);
          find_conflicts(batch);
        });
        if (read_again != read) {
          throw std::invalid_argument("childwell: ingest: the second reading gave " + std::to_string(read_again) +
                                      " rows, the first " + std::to_string(read) + "; give the same rows in the same order");
        }
      } else {
        spill->read([this](std::int64_t row, std::uint32_t child, std::uint32_t slot) { note_conflict(row, child, slot); });
      }
      if (marks_again != rows.marks || static_cast<std::int64_t>(conflicts.size()) < 2 * rows.disputes) {
        throw std::invalid_argument("childwell: ingest: the second reading gave other rows than the first; give the same");
      }
    }
    TableLedger ledger;
    ledger.read = read;
    ledger.accepted = rows.marks - rows.hits - rows.disputes;
    std::move(faults).close(ledger);
    if (!conflicts.empty()) ledger.reasons[Reason::conflict] = static_cast<std::int64_t>(conflicts.size());
    ledger.quarantine.insert(ledger.quarantine.end(), conflicts.begin(), conflicts.end());
    std::sort(ledger.quarantine.begin(), ledger.quarantine.end(),
              [](const QuarantinedRow& a, const QuarantinedRow& b) { return a.row < b.row; });
    ledger.quarantined = static_cast<std::int64_t>(ledger.quarantine.size());
    ledger.corrected = ledger.read - ledger.accepted - ledger.quarantined;
    if (ledger.corrected > 0) ledger.reasons[Reason::duplicate] = ledger.corrected;
    return {std::move(panel), std::move(ledger)};
  }

  Panel panel;
  CodeTable codes;
  RowsAgain again;
  std::optional<detail::MarkSpill> spill;
  std::vector<std::uint64_t> touched;
  PanelRows rows{};  ///< with the counts of all batches so far
  detail::MarkFaults faults;
  std::vector<QuarantinedRow> conflicts;
  std::int64_t read = 0;
  std::int64_t read_again = 0;
  std::int64_t marks_again = 0;
  bool ended = false;
};

Ingest::Ingest(std::size_t children, SessionTable sessions, const CodeTable& codes, RowsAgain rows_again)
    : state_(std::make_unique<State>(children, std::move(sessions), codes, rows_again)) {}
Ingest::~Ingest() = default;
Ingest::Ingest(Ingest&&) noexcept = default;
Ingest& Ingest::operator=(Ingest&&) noexcept = default;

void Ingest::add(const MarkColumns& batch, Executor& executor) {
  check_lengths(batch);
  if (state_->ended) throw std::logic_error("childwell: ingest: has ended or was interrupted; begin another one");
  state_->ended = true;  // what throws below leaves rows half-written: nothing may be made of them
  for (std::size_t begin = 0; begin < batch.rows(); begin += rows_a_batch) {
    state_->add(piece(batch, begin, std::min(rows_a_batch, batch.rows() - begin)), executor);
  }
  state_->ended = false;
}

void Ingest::add(const MarkColumns& batch) {
  SerialExecutor serial;
  add(batch, serial);
}

Ingested Ingest::finish() { return state_->finish(nullptr); }

Ingested Ingest::finish(const Reread& reread) { return state_->finish(&reread); }

Ingested ingest(const MarkColumns& marks, std::size_t children, const SessionTable& sessions, const CodeTable& codes,
                Executor& executor) {
  Ingest filling(children, sessions, codes, RowsAgain::reread);
  filling.add(marks, executor);
  return filling.finish([&marks](const std::function<void(const MarkColumns&)>& add) { add(marks); });
}

std::int64_t sum_of_columns(const MarkColumns& marks, bool by_hand) noexcept {
  const MarkRows rows{marks.child.data(), marks.date.data(), marks.session.data(), marks.code.data()};
  const MarkRowKernel kernel = mark_row_kernel();
  return (by_hand ? kernel.read_columns : kernel.sum_columns)(rows, marks.rows());
}

}  // namespace childwell::inline v0_1
