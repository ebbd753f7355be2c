// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "help_checks.hpp"

#include "row_tests.hpp"

namespace childwell::inline v0_1::detail {

void check_help(const RecordTable& table, Findings& findings, Date received_on) {
  const std::string_view name = table.rule->name;
  if (name == "counselling" || name == "services") {
    constexpr std::int64_t most = 24 * 60;
    const RecordColumn& minutes = table.column("minutes");
    refuse(table, findings, "minutes", Reason::weight, [&](std::int64_t row) {
      const std::int64_t value = table.integer(minutes, row);
      return value != missing_integer && (value < 0 || value > most);
    });
  }
  if (name == "referrals") {
    const RecordColumn& date = table.column("date");
    const RecordColumn& outcome = table.column("outcome_date");
    refuse(table, findings, "outcome_date", Reason::spell_reversed, [&](std::int64_t row) {
      const Date end = table.date(outcome, row);
      return end.known() && end < table.date(date, row);
    });
    refuse(table, findings, "outcome_date", Reason::date_future, [&](std::int64_t row) {
      return received_on.known() && table.date(outcome, row) > received_on;
    });
  }
}

}  // namespace childwell::inline v0_1::detail
