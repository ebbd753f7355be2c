// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/risk/listed.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

class Listed {
 public:
  Listed(const Snapshot& snapshot, const Flags& flags)
      : snapshot_(snapshot), flags_(flags), cohort_(*snapshot.cohort), records_(*cohort_.records), row_of_(flags.children.size(), -1) {
    const FlagColumns columns = flag_columns(flags, false);
    made_.child = columns.child;
    for (std::size_t row = 0; row < made_.child.codes.size(); ++row) {
      row_of_[static_cast<std::size_t>(made_.child.codes[row])] = static_cast<std::int32_t>(row);
    }
  }

  ListedChildren run() {
    find_marks_without_session();
    for (const std::int32_t child : made_.child.codes) place(child);
    find_referrals();
    find_services();
    find_follow_ups();
    find_withheld();
    return std::move(made_);
  }

 private:
  /// The school of the last mark of a child who attends without enrolment.
  void find_marks_without_session() {
    for (const OutsideMark& mark : cohort_.outside) {
      if (row_of_[static_cast<std::size_t>(mark.child)] < 0 || mark.school < 0) continue;
      if (mark.known_on > flags_.as_of || mark.date > flags_.as_of) continue;
      attends_[mark.child] = mark.school;  // by child, then by date: the last one stands
    }
  }

  void place(std::int32_t child) {
    const auto at = static_cast<std::size_t>(child);
    const std::int32_t lane_number = snapshot_.current_lane[at];
    const Lane* lane = lane_number < 0 ? nullptr : &cohort_.lanes[static_cast<std::size_t>(lane_number)];
    std::int32_t school = flags_.children[at].school;
    if (school < 0) {
      const auto found = attends_.find(child);
      if (found != attends_.end()) school = cohort_.places.successor(found->second, flags_.as_of);
    }
    const auto code = [this](TextColumn& column, std::int32_t place) {
      column.codes.push_back(place < 0 ? -1 : column.code(records_.places.text(place)));
    };
    code(made_.school, school);
    code(made_.class_place, lane == nullptr ? -1 : lane->class_place);
    made_.grade.push_back(lane == nullptr ? missing_integer : lane->grade);
    made_.last_seen.push_back(snapshot_.last_evidence[at]);
    made_.referred_on.push_back(Date{});
  }

  [[nodiscard]] bool seen(std::int32_t child, Date date, Date known_on, Subject subject) const {
    return child >= 0 && row_of_[static_cast<std::size_t>(child)] >= 0 && date.known() && date <= flags_.as_of &&
           known_on <= flags_.as_of && !cohort_.withheld(child, subject, flags_.as_of);
  }

  void find_referrals() {
    for (const Referral& referral : cohort_.help.referrals) {
      if (!seen(referral.child, referral.date, referral.known_on, Subject::referrals)) continue;
      if (referral.outcome_date.known() && referral.outcome_date <= flags_.as_of) continue;
      Date& oldest = made_.referred_on[static_cast<std::size_t>(row_of_[static_cast<std::size_t>(referral.child)])];
      if (!oldest.known() || referral.date < oldest) oldest = referral.date;
    }
  }

  void find_services() {
    struct Key {
      std::int32_t row, programme, provider;
      bool operator<(const Key& other) const {
        return std::tie(row, programme, provider) < std::tie(other.row, other.programme, other.provider);
      }
    };
    std::map<Key, Date> last;
    for (const HelpEvent& event : cohort_.help.services) {
      if (!seen(event.child, event.date, event.known_on, Subject::services)) continue;
      Date& date = last[{row_of_[static_cast<std::size_t>(event.child)], event.programme, event.provider}];
      if (!date.known() || date < event.date) date = event.date;
    }
    ListedServices& services = made_.services;
    for (const auto& [key, date] : last) {
      services.row.push_back(key.row);
      services.programme.codes.push_back(key.programme < 0 ? -1 : services.programme.code(records_.names.text(key.programme)));
      services.provider.codes.push_back(key.provider < 0 ? -1 : services.provider.code(records_.persons[static_cast<std::size_t>(key.provider)]));
      services.last.push_back(date);
    }
  }

  void find_follow_ups() {
    const RecordTable* table = records_.table("followups");
    if (table == nullptr) return;
    const auto lag = records_.lag_days.find("followups");
    std::map<std::string, Date> last;
    for (const std::int64_t row : table->order) {
      const Date date = table->date(table->column("date"), row);
      const Date told = table->date(table->column("known_on"), row);
      const Date known = told.known() ? told : Date{date.days + (lag == records_.lag_days.end() ? 0 : lag->second)};
      const std::int32_t number = table->code(table->column("flag"), row);
      if (number < 0 || !date.known() || date > flags_.as_of || known > flags_.as_of) continue;
      Date& stands = last[std::string(records_.names.text(number))];
      if (!stands.known() || stands < date) stands = date;
    }
    for (const auto& [number, date] : last) {
      made_.follow_ups.number.codes.push_back(static_cast<std::int32_t>(made_.follow_ups.number.texts.size()));
      made_.follow_ups.number.texts.push_back(number);
      made_.follow_ups.last.push_back(date);
    }
  }

  void find_withheld() {
    ListedWithheld& withheld = made_.withheld;
    for (std::size_t row = 0; row < made_.child.codes.size(); ++row) {
      const std::int32_t child = made_.child.codes[row];
      if (cohort_.withheld_spells.count(child) == 0) continue;
      for (std::size_t recipient = 0; recipient < records_.recipients.size(); ++recipient) {
        for (std::size_t subject = 0; subject < subject_tables.size(); ++subject) {
          if (!cohort_.withheld_from(child, static_cast<Subject>(subject), flags_.as_of, static_cast<std::int32_t>(recipient))) continue;
          withheld.row.push_back(static_cast<std::int32_t>(row));
          withheld.table.codes.push_back(withheld.table.code(std::string(subject_tables[subject])));
          withheld.recipient.codes.push_back(withheld.recipient.code(records_.recipients[recipient]));
        }
      }
    }
  }

  const Snapshot& snapshot_;
  const Flags& flags_;
  const Cohort& cohort_;
  const Records& records_;
  std::vector<std::int32_t> row_of_;
  std::map<std::int32_t, std::int32_t> attends_;
  ListedChildren made_;
};

}  // namespace

ListedChildren listed_children(const Indicators& indicators, const Flags& flags) {
  const bool same = flags.plan.snapshot < indicators.snapshots.size() &&
                    indicators.snapshots[flags.plan.snapshot].cohort == flags.cohort;
  if (!same) throw std::invalid_argument("childwell: listed_children: the lists were made from other indicators; give those that flag was given");
  return Listed(indicators.snapshots[flags.plan.snapshot], flags).run();
}

}  // namespace childwell::inline v0_1
