// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "family.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace childwell::inline v0_1::detail {
namespace {

/// One table, read row by row in the order of its key, which begins with the child.
class FamilyTable {
 public:
  FamilyTable(Cohort& cohort, std::string_view name, std::optional<Subject> subject)
      : cohort_(cohort), name_(name), subject_(subject), table_(cohort.records->table(name)) {
    if (table_ == nullptr) return;
    const auto lag = cohort.records->lag_days.find(name);
    if (lag != cohort.records->lag_days.end()) lag_days_ = lag->second;
  }

  [[nodiscard]] const RecordTable* table() const noexcept { return table_; }
  [[nodiscard]] std::int32_t lag() const noexcept { return lag_days_; }

  [[nodiscard]] Date date(std::string_view column, std::int64_t row) const {
    return table_->date(table_->column(column), row);
  }
  [[nodiscard]] Date end(std::string_view column, std::int64_t row) const {
    const Date told = date(column, row);
    return told.known() ? told : open_end;
  }
  [[nodiscard]] std::uint8_t word(std::string_view column, std::int64_t row) const {
    return table_->word(table_->column(column), row);
  }
  /// When a row was known: as it says, else its own day and the declared lag.
  [[nodiscard]] Date known(std::int64_t row, Date day) const {
    const Date told = date("known_on", row);
    return told.known() || !day.known() ? told : Date{day.days + lag_days_};
  }

  /// Makes a row of each usable one; before(a, b) orders the rows of one child.
  template <class Row, class Make, class Before>
  ChildRows<Row> read(Make make, Before before) {
    ChildRows<Row> made;
    if (table_ == nullptr) return made;
    const std::size_t children = cohort_.children.size();
    made.begin.assign(children + 1, 0);
    made.rows.reserve(table_->order.size());
    const RecordColumn& child = table_->column("child");
    std::int64_t withheld = 0;
    for (std::size_t i = 0; i < table_->order.size(); ++i) {
      stop_point_at(i);
      const std::int64_t row = table_->order[i];
      Row one = make(row);
      one.child = table_->code(child, row);
      withheld += subject_ && cohort_.ever_withheld(one.child, *subject_);
      ++made.begin[static_cast<std::size_t>(one.child) + 1];
      made.rows.push_back(one);
    }
    for (std::size_t at = 1; at <= children; ++at) made.begin[at] += made.begin[at - 1];
    for (std::size_t at = 0; at < children; ++at) {
      if (at % 256 == 0) stop_point();
      const auto first = made.rows.begin() + made.begin[at], last = made.rows.begin() + made.begin[at + 1];
      if (!std::is_sorted(first, last, before)) std::stable_sort(first, last, before);
    }
    if (withheld > 0) cohort_.ledger.tables.at(std::string(name_)).kept_apart[Reason::consent] += withheld;
    return made;
  }

 private:
  Cohort& cohort_;
  std::string_view name_;
  std::optional<Subject> subject_;
  const RecordTable* table_;
  std::int32_t lag_days_ = 0;
};

/// Roles of guardians as their own table tells them, for rows that do not say in what role they act.
std::unordered_map<std::int32_t, std::uint8_t> roles_of_guardians(const Records& records) {
  std::unordered_map<std::int32_t, std::uint8_t> roles;
  const RecordTable* table = records.table("guardians");
  if (table == nullptr) return roles;
  for (const std::int64_t row : table->order) {
    roles[table->code(table->column("guardian"), row)] = table->word(table->column("role"), row);
  }
  return roles;
}

}  // namespace

void read_family(Cohort& cohort) {
  FamilyRows& family = cohort.family;
  family.parents_asked_from = cohort.records->parents_asked_from;

  FamilyTable contacts(cohort, "contacts", Subject::contacts);
  family.contact_lag = contacts.lag();
  family.contacts = contacts.read<Contact>([&](std::int64_t row) {
    const RecordTable& table = *contacts.table();
    Contact one;
    one.minute = table.minute(table.column("time"), row);
    const std::int64_t seconds = table.integer(table.column("seconds"), row);
    if (seconds != missing_integer) one.seconds = static_cast<std::int32_t>(seconds);
    one.channel = static_cast<Channel>(contacts.word("channel", row));
    one.initiator = static_cast<Initiator>(contacts.word("initiator", row));
    one.connected = contacts.word("connected", row);
    one.known_on = contacts.known(row, one.day());
    return one;
  }, [](const Contact& a, const Contact& b) {  // whoever was called, so that no order of ids tells
    return std::tie(a.minute, a.channel, a.initiator, a.connected, a.seconds) <
           std::tie(b.minute, b.channel, b.initiator, b.connected, b.seconds);
  });

  FamilyTable logs(cohort, "contact_log", Subject::contacts);
  family.logs = logs.read<LogSpell>([&](std::int64_t row) {
    LogSpell one;
    one.from = logs.date("from", row);
    one.to = logs.end("to", row);
    one.known_on = logs.known(row, one.from);
    return one;
  }, [](const LogSpell& a, const LogSpell& b) { return a.from < b.from; });

  FamilyTable absences(cohort, "migration", Subject::migration);
  family.absences = absences.read<ParentAbsence>([&](std::int64_t row) {
    ParentAbsence one;
    one.father = absences.word("parent", row) == 1;
    const Date earliest = absences.date("from_earliest", row), latest = absences.date("from_latest", row);
    one.known_on = absences.known(row, latest.known() ? latest : earliest);
    one.from_earliest = earliest.known() ? earliest : Date{-1'000'000};  // before every child
    // of a beginning without a last possible day, no day is certain before the one on which it was told
    one.from_latest = latest.known() ? latest : absences.date("known_on", row).known() ? one.known_on : open_end;
    one.to_latest = absences.end("to_latest", row);
    const Date back = absences.date("to_earliest", row);
    one.to_earliest = back.known() ? back : one.to_latest == open_end ? open_end : one.from_earliest;
    return one;
  }, [](const ParentAbsence& a, const ParentAbsence& b) {
    return std::tie(a.father, a.from_earliest, a.from_latest, a.to_earliest, a.to_latest) <
           std::tie(b.father, b.from_earliest, b.from_latest, b.to_earliest, b.to_latest);
  });

  const auto roles = roles_of_guardians(*cohort.records);
  FamilyTable guardianship(cohort, "guardianship", Subject::guardianship);
  family.guardianship = guardianship.read<GuardianshipSpell>([&](std::int64_t row) {
    const RecordTable& table = *guardianship.table();
    GuardianshipSpell one;
    one.guardian = table.code(table.column("guardian"), row);
    one.from = guardianship.date("from", row);
    one.to = guardianship.end("to", row);
    one.role = guardianship.word("role", row);
    const auto role = one.role == missing_word ? roles.find(one.guardian) : roles.end();
    if (role != roles.end()) one.role = role->second;
    one.kind = static_cast<GuardianshipKind>(guardianship.word("kind", row));
    one.document = guardianship.word("document", row);
    one.known_on = guardianship.known(row, one.from);
    return one;
  }, [](const GuardianshipSpell& a, const GuardianshipSpell& b) {
    return std::tie(a.from, a.to, a.kind, a.document, a.role) < std::tie(b.from, b.to, b.kind, b.document, b.role);
  });
}

}  // namespace childwell::inline v0_1::detail
