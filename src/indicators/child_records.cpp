// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/child_records.hpp>

#include <childwell/cohort/sessions.hpp>
#include <childwell/data/schema_word.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

const Snapshot& checked(const Indicators& indicators, std::size_t snapshot, std::size_t child) {
  const Snapshot& found = indicators.snapshots.at(snapshot);
  if (child >= found.cohort->children.size()) throw std::out_of_range("childwell: there is no such child");
  return found;
}

class Collector {
 public:
  Collector(const Snapshot& snapshot, std::size_t child)
      : snapshot_(snapshot), cohort_(*snapshot.cohort), records_(*cohort_.records), child_(static_cast<std::int32_t>(child)),
        span_(window_span(snapshot.window, snapshot.as_of)), dated_(dated_span(snapshot.window, snapshot.as_of)) {}

  ChildRecords run() {
    find_lanes();
    for (const std::uint32_t lane : lanes_) {
      const Lane& one = cohort_.lanes[lane];
      add_spell("enrolment", schema_word("enrolment", "kind", static_cast<std::size_t>(one.kind)), one.from, lane_end(cohort_, lane, as_of()),
                place(one.school));
    }
    if (asked(Subject::attendance)) add_attendance();
    if (asked(Subject::exam_results)) add_results();
    if (asked(Subject::screens)) add_forms();
    if (asked(Subject::counselling)) add_events("counselling", cohort_.help.counselling);
    if (asked(Subject::services)) add_events("services", cohort_.help.services);
    if (asked(Subject::referrals)) add_referrals();
    if (asked(Subject::contacts)) add_contacts();
    if (asked(Subject::migration)) add_absences();
    if (asked(Subject::guardianship)) add_guardianship();
    return std::move(made_);
  }

 private:
  [[nodiscard]] Date as_of() const { return snapshot_.as_of; }
  [[nodiscard]] bool asked(Subject subject) const { return !cohort_.withheld(child_, subject, as_of()); }
  [[nodiscard]] bool known(Date date, Date known_on) const {
    return (!date.known() || date <= as_of()) && (!known_on.known() || known_on <= as_of());
  }
  [[nodiscard]] std::string place(std::int32_t number) const { return number < 0 ? std::string{} : records_.place_name(number); }
  [[nodiscard]] std::string name(std::int32_t number) const { return number < 0 ? std::string{} : records_.names.text(number); }

  struct Row {
    std::string_view table;
    std::string_view state;
    Date date;
    Date to;
    bool in_window = true;
    std::int64_t units = 1;
    std::int64_t absent = 0;
    std::string place = {}, name = {}, detail = {};
  };

  static void put_text(TextColumn& column, std::string_view text) {
    column.codes.push_back(text.empty() ? -1 : column.code(std::string(text)));
  }

  void put(const Row& row) {
    put_text(made_.table, row.table);
    put_text(made_.state, row.state);
    put_text(made_.place, row.place);
    put_text(made_.name, row.name);
    put_text(made_.detail, row.detail);
    made_.date.push_back(row.date.days);
    made_.to.push_back(row.to.days);
    made_.in_window.push_back(row.in_window ? 1 : 0);
    made_.units.push_back(row.units);
    made_.absent_units.push_back(row.absent);
  }

  [[nodiscard]] bool within(Date date) const { return date >= dated_.first && date < dated_.second; }

  void add_day(std::string_view table, std::string_view state, Date date, std::string name, std::string detail = {}) {
    put({table, state, date, date, within(date), 1, 0, {}, std::move(name), std::move(detail)});
  }

  void add_spell(std::string_view table, std::string_view state, Date from, Date to, std::string place, std::string detail = {}) {
    put({table, state, from, to, from < dated_.second && to >= dated_.first, 1, 0, std::move(place), {}, std::move(detail)});
  }

  void find_lanes() {
    const auto at = static_cast<std::size_t>(child_);
    for (std::uint32_t i = cohort_.child_begin[at]; i < cohort_.child_begin[at + 1]; ++i) {
      const Lane& lane = cohort_.lanes[cohort_.lanes_by_child[i]];
      if (lane.known_on <= as_of() && lane.from <= as_of()) lanes_.push_back(cohort_.lanes_by_child[i]);
    }
  }

  void add_attendance() {
    auto sessions = sessions_known(cohort_, lanes_, span_.first, span_.second, as_of());
    if (snapshot_.window.kind == Window::Kind::last_sessions) {
      const auto wanted = static_cast<std::size_t>(snapshot_.window.sessions);
      if (sessions.size() > wanted) sessions.erase(sessions.begin(), sessions.end() - static_cast<std::ptrdiff_t>(wanted));
    }
    bool any = false;
    for (const KnownSession& one : sessions) {
      const State state = one.cell.state();
      if (!is_expected(state) || (!snapshot_.context.calendar_known && state == State::not_recorded)) continue;
      any = true;
      const std::int64_t absent = is_observed(state) ? std::min<int>(one.cell.absent_units(), one.units) : 0;
      put({"attendance", state_words[static_cast<std::size_t>(state)], one.date, one.date, true, one.units, absent,
           place(cohort_.lanes[one.lane].school), name(one.session), {}});
    }
    add_outside();
    if (!any) add_sums();
  }

  void add_outside() {
    const auto before = [](const OutsideMark& one, std::int32_t wanted) { return one.child < wanted; };
    auto mark = std::lower_bound(cohort_.outside.begin(), cohort_.outside.end(), child_, before);
    for (; mark != cohort_.outside.end() && mark->child == child_; ++mark) {
      if (!known(mark->date, mark->known_on) || mark->reason == Reason::none) continue;
      const bool in_window = mark->date >= span_.first && mark->date < span_.second;
      put({"attendance", "outside", mark->date, mark->date, in_window, 0, 0, place(mark->school), {}, {}});
    }
  }

  /// Sums stand in for days that nobody sent.
  void add_sums() {
    for (const ChildTotals& sum : cohort_.totals) {
      if (sum.child != child_ || !sum.from.known() || !sum.to.known() || !known(sum.to, sum.known_on)) continue;
      const bool in_window = sum.from >= span_.first && sum.to < span_.second && snapshot_.window.kind != Window::Kind::last_sessions;
      put({"attendance_totals", "sum", sum.from, sum.to, in_window, sum.possible, sum.excused + sum.unexcused + sum.unknown, {}, {}, {}});
    }
  }

  void add_results() {
    const auto before = [](const PaperResult& one, std::int32_t wanted) { return one.child < wanted; };
    auto result = std::lower_bound(cohort_.results.begin(), cohort_.results.end(), child_, before);
    for (; result != cohort_.results.end() && result->child == child_; ++result) {
      const Paper& paper = cohort_.papers[result->paper];
      if (!known(paper.date, std::max(paper.known_on, result->known_on))) continue;
      put({"exam_results", schema_word("exam_results", "status", result->status), paper.date, paper.date, !paper.date.known() || within(paper.date), 1, 0,
           {}, name(paper.exam), name(paper.subject)});
    }
  }

  void add_forms() {
    const Screens& screens = cohort_.screens;
    const auto before = [](const Screen& one, std::int32_t wanted) { return one.child < wanted; };
    auto form = std::lower_bound(screens.forms.begin(), screens.forms.end(), child_, before);
    for (; form != screens.forms.end() && form->child == child_; ++form) {
      if (!known(form->date, form->known_on)) continue;
      add_day("screens", schema_word("screens", "response", static_cast<std::size_t>(form->response)), form->date,
              name(screens.instruments[form->instrument].name), std::string(schema_word("screens", "informant", form->informant)));
    }
  }

  void add_events(std::string_view table, const std::vector<HelpEvent>& events) {
    const auto before = [](const HelpEvent& one, std::int32_t wanted) { return one.child < wanted; };
    auto event = std::lower_bound(events.begin(), events.end(), child_, before);
    for (; event != events.end() && event->child == child_; ++event) {
      if (known(event->date, event->known_on)) add_day(table, "done", event->date, name(event->programme));
    }
  }

  void add_referrals() {
    const auto before = [](const Referral& one, std::int32_t wanted) { return one.child < wanted; };
    auto referral = std::lower_bound(cohort_.help.referrals.begin(), cohort_.help.referrals.end(), child_, before);
    for (; referral != cohort_.help.referrals.end() && referral->child == child_; ++referral) {
      if (!known(referral->date, referral->known_on)) continue;
      const bool open = !referral->outcome_date.known() || referral->outcome_date > as_of();
      add_spell("referrals", open ? "open" : "closed", referral->date, open ? open_end : referral->outcome_date, {});
    }
  }

  void add_contacts() {
    for (const Contact& contact : cohort_.family.contacts.of(static_cast<std::size_t>(child_))) {
      if (!known(contact.day(), contact.known_on)) continue;
      const std::string_view met = contact.connected == 0 ? "not_reached" : "reached";
      add_day(contact.by_visitor() ? "visits" : "contacts", met, contact.day(),
              std::string(schema_word("contacts", "channel", static_cast<std::size_t>(contact.channel))));
    }
    for (const LogSpell& log : cohort_.family.logs.of(static_cast<std::size_t>(child_))) {
      if (known(log.from, log.known_on)) add_spell("contact_log", "kept", log.from, log.to, {});
    }
  }

  void add_absences() {
    for (const ParentAbsence& away : cohort_.family.absences.of(static_cast<std::size_t>(child_))) {
      if (!known(away.from_earliest, away.known_on)) continue;
      const Date last = away.to_latest == open_end ? open_end : Date{away.to_latest.days - 1};
      add_spell("migration", "away", away.from_earliest, last, {}, away.father ? "father" : "mother");
    }
  }

  void add_guardianship() {
    for (const GuardianshipSpell& care : cohort_.family.guardianship.of(static_cast<std::size_t>(child_))) {
      if (known(care.from, care.known_on)) add_spell("guardianship", schema_word("guardianship", "role", care.role), care.from, care.to, {});
    }
  }

  const Snapshot& snapshot_;
  const Cohort& cohort_;
  const Records& records_;
  std::int32_t child_;
  std::pair<Date, Date> span_;
  std::pair<Date, Date> dated_;
  std::vector<std::uint32_t> lanes_;
  ChildRecords made_;
};

}  // namespace

ChildRecords child_records(const Indicators& indicators, std::size_t snapshot, std::size_t child) {
  return Collector(checked(indicators, snapshot, child), child).run();
}

std::vector<std::size_t> tables_withheld(const Indicators& indicators, std::size_t snapshot, std::size_t child) {
  const Snapshot& found = checked(indicators, snapshot, child);
  std::vector<std::size_t> tables;
  for (std::size_t subject = 0; subject < subject_tables.size(); ++subject) {
    if (found.cohort->withheld(static_cast<std::int32_t>(child), static_cast<Subject>(subject), found.as_of)) tables.push_back(subject);
  }
  return tables;
}

}  // namespace childwell::inline v0_1
