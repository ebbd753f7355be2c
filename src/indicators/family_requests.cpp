// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "family_requests.hpp"

#include <childwell/cohort/sessions.hpp>
#include <childwell/indicators/family_status.hpp>
#include <childwell/indicators/guardianship_family.hpp>
#include <childwell/indicators/separation_family.hpp>
#include <childwell/indicators/visit_family.hpp>
#include <childwell/stats/gamma_poisson.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

constexpr Date before_all{-1'000'000};

std::int64_t midnight(Date date) noexcept { return std::int64_t{1440} * date.days; }

/// First and last day that these families look at; they have no sessions: the last ones are those of the school year.
std::pair<Date, Date> days_of_window(const Snapshot& snapshot) {
  Window window = snapshot.window;
  if (window.kind == Window::Kind::last_sessions) window.kind = Window::Kind::year_to_date;
  const auto [first, end] = window_span(window, snapshot.as_of);
  return {first, Date{end.days - 1}};
}

/// Days of a child's log that were known. Contacts that come with a lag leave the last days without a say.
std::vector<Spell> logged_days(const Snapshot& snapshot, std::size_t child, Date last) {
  const FamilyRows& family = snapshot.cohort->family;
  std::vector<Spell> spells;
  for (const LogSpell& log : family.logs.of(child)) {
    if (log.known_on > snapshot.as_of) continue;
    spells.push_back({log.from, log.to == open_end ? open_end : Date{log.to.days + 1}});
  }
  const Date told{snapshot.as_of.days + 1 - family.contact_lag};
  return joined(spells, before_all, std::min(told, Date{last.days + 1}));
}

bool known(const Contact& contact, const Snapshot& snapshot, Date last) {
  return contact.known_on <= snapshot.as_of && contact.day() <= last;
}

ContactFamily::Record record_of(const Contact& contact) {
  ContactFamily::Record record;
  record.minute = contact.minute;
  record.seconds = contact.seconds;
  if (contact.channel != Channel::unknown) record.video = contact.channel == Channel::video;
  if (contact.initiator != Initiator::unknown) record.child_initiated = contact.initiator == Initiator::child;
  record.connected = contact.connected != 0;
  return record;
}

class ContactMeasurer {
 public:
  ContactMeasurer(const Cohort& cohort, Executor& executor, Snapshot& snapshot)
      : cohort_(cohort), executor_(executor), snapshot_(snapshot), made_(snapshot.requested.contact) {
    std::tie(first_, last_) = days_of_window(snapshot);
  }

  void run() {
    const std::size_t children = cohort_.children.size();
    made_.place.assign(children, -1);
    for (std::size_t child = 0; child < children; ++child) {
      stop_point_at(child);
      if (cohort_.family.contacts.of(child).empty() && cohort_.family.logs.of(child).empty()) continue;
      made_.place[child] = static_cast<std::int32_t>(children_.size());
      children_.push_back(child);
    }
    made_.states.resize(children_.size());
    made_.open_since.resize(children_.size());
    made_.priors.resize(children_.size());
    constexpr std::size_t together = 256;
    for_chunks(executor_, children_.size(), together, [this](std::size_t begin, std::size_t end) {
      stop_point();
      for (std::size_t at = begin; at < end; ++at) add_up(at);
    });
    fit_priors();
  }

 private:
  void add_up(std::size_t at) {
    const std::size_t child = children_[at];
    const std::vector<Spell> log = logged_days(snapshot_, child, last_);
    if (!log.empty() && log.back().to > last_) made_.open_since[at] = log.back().from;
    const std::vector<Spell> open = joined(log, first_, Date{last_.days + 1});
    ContactFamily::State& state = made_.states[at];
    std::size_t stretch = 0;
    const auto open_until = [&](std::int64_t minute) {  // stretches come before the contacts within them
      for (; stretch < open.size() && midnight(open[stretch].from) <= minute; ++stretch) {
        ContactFamily::Record record;
        record.kind = ContactFamily::Kind::log;
        record.log = open[stretch];
        ContactFamily::add(state, record, {});
      }
    };
    for (const Contact& contact : cohort_.family.contacts.of(child)) {
      if (contact.by_visitor() || !known(contact, snapshot_, last_)) continue;
      open_until(contact.minute);
      ContactFamily::Record record = record_of(contact);
      const bool within = stretch > 0 && contact.day() < open[stretch - 1].to;
      if (within) record.log = open[stretch - 1];
      ContactFamily::add(state, record, {});
    }
    open_until(std::numeric_limits<std::int64_t>::max());
  }

  /// How rates vary between the children of one grade at one school, else of one grade, else of all. Whose parents are
  /// away is no part of it.
  void fit_priors() {
    using Stratum = std::tuple<int, std::int32_t, std::int64_t>;
    constexpr int widths = 3;
    const auto stratum = [this](std::size_t child, int width) -> Stratum {
      const std::int32_t at = snapshot_.current_lane[child];
      if (at < 0) return {widths - 1, -1, missing_integer};
      const Lane& lane = cohort_.lanes[static_cast<std::size_t>(at)];
      const std::int32_t school = cohort_.places.successor(lane.school, snapshot_.as_of);
      return {width, width == 0 ? school : -1, width <= 1 ? lane.grade : missing_integer};
    };
    std::map<Stratum, std::vector<std::pair<double, double>>> members;  // weeks, contacts
    for (std::size_t at = 0; at < children_.size(); ++at) {
      stop_point_at(at);
      const ContactFamily::State& state = made_.states[at];
      const auto child = static_cast<std::int32_t>(children_[at]);
      if (state.open_days == 0 || cohort_.withheld(child, Subject::contacts, snapshot_.as_of)) continue;
      const std::pair row(static_cast<double>(state.open_days) / 7.0, static_cast<double>(state.logged));
      const bool on_roll = snapshot_.current_lane[children_[at]] >= 0;
      for (int width = on_roll ? 0 : widths - 1; width < widths; ++width) {
        members[stratum(children_[at], width)].push_back(row);
      }
    }
    std::vector<std::pair<std::vector<std::pair<double, double>>*, ContactPrior>> fits;
    std::map<Stratum, std::size_t> numbers;
    for (auto& [key, rows] : members) {
      numbers[key] = fits.size();
      fits.emplace_back(&rows, ContactPrior{});
    }
    for_chunks(executor_, fits.size(), 1, [&](std::size_t begin, std::size_t end) {
      stop_point();
      for (std::size_t i = begin; i < end; ++i) fits[i].second = fit(*fits[i].first);
    });
    for (std::size_t at = 0; at < children_.size(); ++at) {
      for (int width = 0; width < widths && !made_.priors[at].known; ++width) {
        const auto found = numbers.find(stratum(children_[at], width));
        if (found != numbers.end()) made_.priors[at] = fits[found->second].second;
      }
    }
  }

  static ContactPrior fit(std::vector<std::pair<double, double>>& rows) {
    constexpr std::size_t fewest_children = 20;  // fewer tell no distribution
    if (rows.size() < fewest_children) return {};
    std::sort(rows.begin(), rows.end());  // so that nothing depends on who comes first
    std::vector<double> weeks, contacts;
    for (const auto& [time, count] : rows) {
      weeks.push_back(time);
      contacts.push_back(count);
    }
    const auto made = stats::fit_gamma_poisson(contacts, weeks);
    if (made.status != Status::ok || !(made.dispersion > 0.0)) return {};
    return {made.shape, made.rate, true};
  }

  const Cohort& cohort_;
  Executor& executor_;
  Snapshot& snapshot_;
  ContactStates& made_;
  std::vector<std::size_t> children_;
  Date first_;
  Date last_;
};

/// Puts the estimates of one child; where consent does not stand, the reason in their place.
class FamilyWriter {
 public:
  FamilyWriter(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put)
      : plan_(indicators.plan), snapshot_(snapshot), cohort_(*snapshot.cohort), child_(child), put_(put) {
    std::tie(first_, last_) = days_of_window(snapshot);
  }

  void run() const {
    if (wants(Request::contact)) put_contact();
    if (wants(Request::separation)) put_separation();
    if (wants(Request::left_behind)) put_left_behind();
    if (wants(Request::guardianship)) put_guardianship();
    if (wants(Request::visits)) put_visits();
  }

  /// Halves the window until each part is of one status: all yes, all no, or not a day known.
  [[nodiscard]] std::vector<LeftBehindDays> left_behind(LeftBehindDefinition definition) const {
    std::vector<LeftBehindDays> days;
    if (cohort_.withheld(static_cast<std::int32_t>(child_), Subject::migration, snapshot_.as_of)) return days;
    const auto records = absences();
    const auto context = left_behind_context(records);
    std::vector<std::pair<Date, Date>> open;
    if (first_ <= last_) open.emplace_back(first_, last_);
    while (!open.empty()) {  // the earliest part is on top
      auto part = context;
      std::tie(part.first, part.as_of) = open.back();
      const Estimate share = LeftBehindFamily::scan(records, part)[static_cast<std::size_t>(definition)];
      const bool unknown = share.status == Status::not_recorded || (share.lower <= 0.0 && share.upper >= 1.0 && share.n_observed == 0);
      const bool yes = share.lower >= 1.0;
      open.pop_back();
      if (unknown) continue;
      if (yes || share.upper <= 0.0) {
        const LeftBehind status = yes ? LeftBehind::yes : LeftBehind::no;
        const bool goes_on = !days.empty() && days.back().status == status && days.back().to.days + 1 == part.first.days;
        if (goes_on) days.back().to = part.as_of;
        else days.push_back({part.first, part.as_of, status});
        continue;
      }
      const Date middle{part.first.days + (part.as_of.days - part.first.days) / 2};
      open.emplace_back(Date{middle.days + 1}, part.as_of);
      open.emplace_back(part.first, middle);
    }
    return days;
  }

 private:
  [[nodiscard]] bool wants(Request request) const { return plan_.requests.wants(request); }

  void give(Subject subject, std::string_view id, const Estimate& estimate, std::string_view policy = {}) const {
    const bool withheld = cohort_.withheld(static_cast<std::int32_t>(child_), subject, snapshot_.as_of);
    put_(id, withheld ? without_value(Status::withheld) : estimate, policy);
  }

  void put_contact() const {
    const ContactStates& contact = snapshot_.requested.contact;
    const std::int32_t place = contact.place[child_];
    ContactFamily::Context context{last_, {}, {}, snapshot_.context.level};
    ContactFamily::State state;
    if (place >= 0) {
      const auto at = static_cast<std::size_t>(place);
      state = contact.states[at];
      context.open_since = contact.open_since[at];
      context.prior = contact.priors[at];
    }
    const auto made = ContactFamily::finish(state, context);
    const std::array<const char*, 7> ids = {
        "contact.days_since_last", "contact.rate_per_week", "contact.longest_gap_days", "contact.burstiness",
        "contact.video_share", "contact.child_initiated_share", "contact.median_minutes"};
    for (std::size_t i = 0; i < ids.size(); ++i) give(Subject::contacts, ids[i], made[i]);
  }

  [[nodiscard]] std::vector<SeparationFamily::Record> absences() const {
    std::vector<SeparationFamily::Record> records;
    for (const ParentAbsence& one : cohort_.family.absences.of(child_)) {
      if (one.known_on > snapshot_.as_of) continue;
      const auto parent = one.father ? SeparationFamily::Parent::father : SeparationFamily::Parent::mother;
      records.push_back({parent, one.from_earliest, one.from_latest, one.to_earliest, one.to_latest});
    }
    return records;
  }

  /// Where a study does not say since when all parents were asked about, nothing is known before the first absence.
  [[nodiscard]] std::array<Date, 2> asked_from(const std::vector<SeparationFamily::Record>& records) const {
    std::array<Date, 2> from{open_end, open_end};
    if (!cohort_.family.absences.given()) return from;
    if (cohort_.family.parents_asked_from.known()) from.fill(cohort_.family.parents_asked_from);
    else for (const auto& one : records) {
      Date& first = from[static_cast<std::size_t>(one.parent)];
      first = std::min(first, one.from_earliest);
    }
    return from;
  }

  [[nodiscard]] std::pair<Date, Date> month_of_birth() const {
    const Date month = cohort_.children[child_].birth_month;
    if (!month.known()) return {};
    const CivilDate civil = to_civil(month);
    const int last = days_in_month(civil.year, civil.month);
    return {*to_date({civil.year, civil.month, 1}), *to_date({civil.year, civil.month, last})};
  }

  void put_separation() const {
    const auto records = absences();
    const auto [born, born_by] = month_of_birth();
    const auto made = SeparationFamily::scan(records, {first_, last_, born, born_by, asked_from(records)});
    const std::array<const char*, 4> ids = {"separation.months_any", "separation.months_both",
                                            "separation.current_days", "separation.share_of_life"};
    for (std::size_t i = 0; i < ids.size(); ++i) give(Subject::migration, ids[i], made[i]);
  }

  /// By the place of the home, or what contains it: a town holds people of both kinds of registration.
  [[nodiscard]] LeftBehindFamily::Known rural() const {
    for (const std::int32_t place : cohort_.places.chain(cohort_.children[child_].home, last_)) {
      const std::uint8_t word = cohort_.places.at(place, last_).urban_rural;
      if (word == 0) return LeftBehindFamily::Known::no;
      if (word == 2) return LeftBehindFamily::Known::yes;
      if (word != missing_word) break;
    }
    return LeftBehindFamily::Known::unknown;
  }

  [[nodiscard]] LeftBehindFamily::Context left_behind_context(const std::vector<SeparationFamily::Record>& records) const {
    LeftBehindFamily::Context context;
    context.first = first_;
    context.as_of = last_;
    std::tie(context.birth_earliest, context.birth_latest) = month_of_birth();
    context.rural = rural();
    context.asked_from = asked_from(records);
    return context;
  }

  void put_left_behind() const {
    const auto records = absences();
    const auto made = LeftBehindFamily::scan(records, left_behind_context(records));
    const std::array<const char*, 3> ids = {"left_behind.roll_three_months", "left_behind.state_council_2016",
                                            "left_behind.research_six_months"};
    for (std::size_t i = 0; i < ids.size(); ++i) give(Subject::migration, ids[i], made[i]);
  }

  void put_guardianship() const {
    using Document = GuardianshipFamily::Document;
    std::vector<GuardianshipFamily::Record> records;
    bool kept = false;
    for (const GuardianshipSpell& one : cohort_.family.guardianship.of(child_)) {
      kept |= one.known_on <= snapshot_.as_of;
      const Spell valid{one.from, one.to == open_end ? open_end : Date{one.to.days + 1}};
      const bool entrusted = one.kind == GuardianshipKind::entrusted;
      const bool not_told = entrusted ? one.document == missing_word : one.kind == GuardianshipKind::unknown;
      const Document written = entrusted && one.document == 0 ? Document::no : Document::yes;
      const Document document = not_told ? Document::unknown : written;
      records.push_back({valid, one.known_on, entrusted, document});
    }
    const auto made = GuardianshipFamily::scan(records, {first_, last_, snapshot_.as_of, kept});
    give(Subject::guardianship, "guardianship.gap_days", made[0]);
    give(Subject::guardianship, "guardianship.undocumented_days", made[1]);
  }

  [[nodiscard]] std::vector<Spell> on_roll() const {
    std::vector<Spell> spells;
    for (std::uint32_t at = cohort_.child_begin[child_]; at < cohort_.child_begin[child_ + 1]; ++at) {
      const std::uint32_t number = cohort_.lanes_by_child[at];
      const Lane& lane = cohort_.lanes[number];
      if (lane.known_on > snapshot_.as_of || lane.from > snapshot_.as_of) continue;
      const Date last = std::min(lane_end(cohort_, number, snapshot_.as_of), snapshot_.as_of);
      spells.push_back({lane.from, Date{last.days + 1}});
    }
    return joined(spells, before_all, open_end);
  }

  void put_visits() const {
    using Done = VisitFamily::Done;
    std::vector<VisitFamily::Record> records;
    for (const Contact& contact : cohort_.family.contacts.of(child_)) {
      if (!contact.by_visitor() || !known(contact, snapshot_, last_)) continue;
      const bool not_told = contact.connected == missing_word || contact.initiator == Initiator::unknown;
      records.push_back({contact.day(), contact.connected == 0 ? Done::no : not_told ? Done::unknown : Done::yes});
    }
    const std::vector<Spell> roll = on_roll(), logged = logged_days(snapshot_, child_, last_);
    VisitFamily::Context context{first_, last_, roll, logged, 0};
    const auto counted = VisitFamily::scan(records, context);
    give(Subject::contacts, "visits.done", counted[0]);
    give(Subject::contacts, "visits.days_since_last", counted[1]);
    for (const Policy& policy : plan_.policies) {
      if (policy.kind != "visits") continue;
      context.interval_days = policy.interval_days;
      const auto judged = VisitFamily::scan(records, context);
      give(Subject::contacts, "visits.due", judged[2], policy.id);
      give(Subject::contacts, "visits.overdue_share", judged[3], policy.id);
      give(Subject::contacts, "visits.overdue", judged[4], policy.id);
    }
  }

  const MeasurePlan& plan_;
  const Snapshot& snapshot_;
  const Cohort& cohort_;
  std::size_t child_;
  const PutEstimate& put_;
  Date first_;
  Date last_;
};

}  // namespace

void measure_contacts(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot) {
  if (plan.requests.wants(Request::contact)) ContactMeasurer(cohort, executor, snapshot).run();
}

void put_families(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put) {
  if (indicators.plan.requests.any()) FamilyWriter(indicators, snapshot, child, put).run();
}

std::vector<CatalogueEntry> family_catalogue() {
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  constexpr const char* question = "high_is_a_question";  // a burden and no fault: never a reason by itself
  const auto entry = [](const char* id, const char* unit, double low, double high, const char* direction,
                        const char* request, const char* interval, const char* method, const char* source) {
    CatalogueEntry made;
    made.id = id;
    made.family = std::string(id).substr(0, std::string(id).find('.'));
    made.request = request;
    made.unit = unit;
    made.range_low = low;
    made.range_high = high;
    made.direction = direction;
    made.estimand = std::string(interval) == "confidence" ? "propensity" : "realised";
    made.interval = interval;
    made.method = method;
    made.source = source;
    return made;
  };
  return {
      entry("contact.days_since_last", "days", 0.0, unbounded, "high_is_concern", "contact", "bounds",
            "from the last connected contact, also before the window, to its last day; less where the log was closed since",
            "mission B4"),
      entry("contact.rate_per_week", "contacts a week", 0.0, unbounded, "high_is_good", "contact", "confidence",
            "gamma-Poisson posterior of connected contacts over the weeks when the log was open; prior of grade and school",
            "mission B4; Clayton and Kaldor 1987"),
      entry("contact.longest_gap_days", "days", 0.0, unbounded, "high_is_concern", "contact", "none",
            "longest time without a connected contact within one stretch of an open log", "mission B4"),
      entry("contact.burstiness", "(sd - mean) / (sd + mean)", -1.0, 1.0, "neither", "contact", "none",
            "of the gaps between contacts of one stretch of an open log, divisor n; five contacts and four gaps at least",
            "Goh and Barabasi 2008"),
      entry("contact.video_share", "share", 0.0, 1.0, "neither", "contact", "bounds",
            "video calls, of logged contacts whose channel is told; others all or none", "mission B4"),
      entry("contact.child_initiated_share", "share", 0.0, 1.0, "neither", "contact", "bounds",
            "begun by the child, of logged contacts of which it is told who began; others all or none", "mission B4"),
      entry("contact.median_minutes", "minutes", 0.0, unbounded, "neither", "contact", "bounds",
            "median length of logged contacts, to the minute", "mission B4"),
      entry("separation.months_any", "months", 0.0, unbounded, question, "separation", "bounds",
            "days of the window with a parent away, over 30.4375; dates known to within an interval, and days nobody asked about",
            "mission B4"),
      entry("separation.months_both", "months", 0.0, unbounded, question, "separation", "bounds",
            "days of the window with both parents away, over 30.4375; bounds as above", "mission B4"),
      entry("separation.current_days", "days", 0.0, unbounded, question, "separation", "bounds",
            "days without a day at home of both parents, up to the last day of the window; bounds as above", "mission B4"),
      entry("separation.share_of_life", "share", 0.0, 1.0, question, "separation", "bounds",
            "days since birth with a parent away; no value where nobody had asked from birth on", "mission B4"),
      entry("left_behind.roll_three_months", "share of days", 0.0, 1.0, "neither", "left_behind", "bounds",
            "days of the window on which a parent has been away for three months; a grouping and never a reason",
            "Ministry of Education, roll of left-behind children; data model, rule 9"),
      entry("left_behind.state_council_2016", "share of days", 0.0, 1.0, "neither", "left_behind", "bounds",
            "younger than 16, rural by the place of the home, both parents away, or one and the other not able to guard, "
            "which no table tells; a grouping and never a reason",
            "State Council, Guofa [2016] 13; data model, rule 9"),
      entry("left_behind.research_six_months", "share of days", 0.0, 1.0, "neither", "left_behind", "bounds",
            "days of the window on which a parent has been away for six months; a grouping and never a reason",
            "data model, rule 9"),
      entry("guardianship.gap_days", "days", 0.0, unbounded, "high_is_concern", "guardianship", "bounds",
            "days of the window without a parent, an appointed guardian or a document of entrusted care known by the date",
            "mission B4"),
      entry("guardianship.undocumented_days", "days", 0.0, unbounded, "high_is_concern", "guardianship", "bounds",
            "days of the window in entrusted care without a document known by the date", "mission B4"),
      entry("visits.done", "count", 0.0, unbounded, "high_is_good", "visits", "bounds",
            "visits of the window by others than the family that reached somebody; no upper bound where the log was closed",
            "mission B4"),
      entry("visits.days_since_last", "days", 0.0, unbounded, "high_is_concern", "visits", "bounds",
            "from the last visit, also before the window, to its last day; less where the log was closed since", "mission B4"),
      entry("visits.due", "count", 0.0, unbounded, "neither", "visits", "none",
            "whole intervals of the policy in the days of the window on the roll", "mission B4"),
      entry("visits.overdue_share", "share", 0.0, 1.0, "high_is_concern", "visits", "bounds",
            "days on the roll of the window on which the last visit, or entry, was an interval ago", "mission B4"),
      entry("visits.overdue", "yes or no", 0.0, 1.0, "high_is_concern", "visits", "bounds",
            "whether a visit is overdue on the last day of the window", "mission B4"),
  };
}

}  // namespace childwell::inline v0_1::detail

namespace childwell::inline v0_1 {

std::vector<NamedEstimate> family_estimates(const Indicators& indicators, const Snapshot& snapshot, std::size_t child) {
  std::vector<NamedEstimate> made;
  const detail::PutEstimate put = [&](std::string_view id, const Estimate& estimate, std::string_view policy) {
    made.push_back({std::string(id), std::string(policy), estimate});
  };
  detail::put_families(indicators, snapshot, child, put);
  return made;
}

std::vector<LeftBehindDays> left_behind_days(const Indicators& indicators, const Snapshot& snapshot, std::size_t child,
                                             LeftBehindDefinition definition) {
  const detail::PutEstimate nowhere = [](std::string_view, const Estimate&, std::string_view) {};
  return detail::FamilyWriter(indicators, snapshot, child, nowhere).left_behind(definition);
}

}  // namespace childwell::inline v0_1
