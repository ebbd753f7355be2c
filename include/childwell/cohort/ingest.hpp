// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/panel.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/data/ledger.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// Marks in long form, one row a mark, as columns of equal length that are read in place.
struct MarkColumns {
  std::span<const std::int32_t> child;   ///< dense, 0 to children - 1
  std::span<const std::int32_t> date;    ///< days since 1970-01-01
  std::span<const std::int8_t> session;  ///< number of the session on its date
  std::span<const std::int8_t> code;     ///< 0 to 15

  [[nodiscard]] std::size_t rows() const noexcept { return child.size(); }
};

/// A panel and what became of every row that was read for it.
struct Ingested {
  Panel panel;
  /// A row outside the roll, the sessions or the codes is quarantined (id_missing, term_unknown, code_unknown; columns 0
  /// to 3 in the order of MarkColumns); of equal rows of one cell one is accepted and the rest are corrected (duplicate);
  /// where rows of one cell contradict each other, all are quarantined (conflict, column -1) and the cell is disputed.
  /// Row numbers run on from batch to batch, from 0.
  TableLedger ledger;
};

/// Where the numbers of contradicting rows come from, which are known only when the last row has been read.
enum class RowsAgain : std::uint8_t {
  spilled,  ///< from a temporary file without a name, which notes to which cells the rows of each batch went
  reread    ///< from a second reading of the same rows by finish
};

/// Fills a panel from batches of marks in any order of rows, cut anywhere.
///
/// Each stretch of rows takes the fastest path that fits it: rows of one session in order of children are written 64 at
/// a time, rows of one child in order of sessions are gathered by tile and turned, all others are written one by one.
/// Cells and ledger do not depend on the path, the order of rows, the cuts or the threads: merging marks into a cell
/// (not recorded < a mark < disputed) is commutative, associative and idempotent.
class Ingest {
 public:
  /// Gives the rows in the same order once more, batch by batch.
  using Reread = std::function<void(const std::function<void(const MarkColumns&)>& add)>;

  Ingest(std::size_t children, SessionTable sessions, const CodeTable& codes, RowsAgain rows_again = RowsAgain::spilled);
  ~Ingest();
  Ingest(Ingest&&) noexcept;
  Ingest& operator=(Ingest&&) noexcept;

  /// Reads one batch. std::invalid_argument when the columns differ in length. Cost of one thread a mark: about the
  /// memory's speed for the two sorted orders, and a cache miss for any other.
  void add(const MarkColumns& batch, Executor& executor);
  void add(const MarkColumns& batch);

  /// Ends with the panel and its ledger. The second form reads the rows again, and only where marks contradict each
  /// other; std::invalid_argument when those are other rows, or when `reread` was promised and nothing is given;
  /// std::logic_error after an end.
  [[nodiscard]] Ingested finish();
  [[nodiscard]] Ingested finish(const Reread& reread);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Fills a panel from columns that stay in memory.
///
/// Use for a whole year at once; Ingest for batches. The columns are read in place, and once more where marks contradict
/// each other.
/// @param marks       columns of equal length, in any order of rows; date-sorted is fastest
/// @param children    children on the roll
/// @param sessions    the sessions that are expected; a mark of any other is quarantined
/// @param codes       what the codes mean
/// @param executor    where to run
/// @return panel and ledger; accepted + corrected + quarantined = read
/// @throws std::invalid_argument when columns differ in length; Interrupted; std::bad_alloc. Cost: see Ingest
/// @source plain reference ingest_plain, equal in every bit (unit tests over random panels, orders, cuts and threads)
Ingested ingest(const MarkColumns& marks, std::size_t children, const SessionTable& sessions, const CodeTable& codes,
                Executor& executor);

/// The definition of ingest: a map from cells to rows, settled cell by cell.
///
/// Use to check the fast paths; it takes a hundred times as long.
/// @param marks, children, sessions, codes   as for ingest
/// @return as ingest
/// @throws as ingest
/// @source house file, ideas 7 and 8; worked examples in tests/unit/cohort/ingest_test.cpp
Ingested ingest_plain(const MarkColumns& marks, std::size_t children, const SessionTable& sessions,
                      const CodeTable& codes);

/// Adds up the four columns, each in a pass of its own: what ingest is measured against.
///
/// Use in a benchmark only.
/// @param marks     columns of equal length
/// @param by_hand   false: plain loops, as the compiler makes them for this processor; true: vectors, at the speed of
///                  memory
/// @return the sum of all values
/// @throws never. Cost: one pass over each column
/// @source benchmarks/ingest.py
std::int64_t sum_of_columns(const MarkColumns& marks, bool by_hand = false) noexcept;

}  // namespace childwell::inline v0_1
