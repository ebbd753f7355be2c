// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>

#include <memory>

namespace childwell::inline v0_1 {

/// Puts records in order by child and time.
///
/// Use after admit. Each child's expected sessions come from the calendar, the sessions and the boarding group; the
/// register says what a blank means. Where paperwork overlaps, both books are kept, and sessions_known decides as of a
/// date.
/// @param records   admitted tables
/// @param known_by  rows of places, lineage, calendar, sessions, boarding and residence known later are not seen;
///                  marks, registers, spells and results keep the day they were known, and measure() looks at it
/// @return the cohort [lanes x sessions, papers x children], with the ledger of what was kept apart
/// @throws std::bad_alloc. Cost: one byte for each lane and session, four where marks were known late
/// @source data model, rules 1, 3 and 4
Cohort assemble(std::shared_ptr<const Records> records, Date known_by = open_end);

}  // namespace childwell::inline v0_1
