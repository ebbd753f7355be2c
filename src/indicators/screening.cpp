// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "screening.hpp"

#include <childwell/cohort/sessions.hpp>
#include <childwell/instruments/change.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

using instruments::Instrument;
using instruments::Scale;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t fewest_forms = 20;  // fewer tell no reliability
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// How much each item of a form counts in a scale, by position; 0 where it does not.
std::vector<double> weights_of(const Instrument& rule, const Scale& scale, double weight = 1.0) {
  std::vector<double> weights(static_cast<std::size_t>(rule.items), 0.0);
  const bool mean = scale.kind == instruments::ScaleKind::mean;
  const double each = weight * scale.factor / (mean && !scale.items.empty() ? static_cast<double>(scale.items.size()) : 1.0);
  for (const std::int64_t item : scale.items) weights[static_cast<std::size_t>(item) - 1] += each;
  for (const std::string& name : scale.scales) {
    for (const Scale& part : rule.scales) {
      if (part.name != name) continue;
      const auto parts = weights_of(rule, part, each);
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += parts[i];
    }
  }
  return weights;
}

/// Sums of one item, or of all of them, over forms: whole numbers, so that the order of the children is nothing.
struct ExactSums {
  std::int64_t sum = 0;
  std::int64_t squares = 0;

  void add(std::int64_t value) {
    sum += value;
    squares += value * value;
  }
  /// n (n - 1) times the variance.
  [[nodiscard]] double spread(std::int64_t n) const {
    const auto wide = static_cast<long double>(n) * static_cast<long double>(squares) -
                      static_cast<long double>(sum) * static_cast<long double>(sum);
    return static_cast<double>(wide);
  }
};

/// Cronbach's alpha and the spread of a scale among complete forms. A scale whose items count differently has none.
class ErrorReader {
 public:
  ErrorReader(const Instrument& rule, const Scale& scale) : rule_(rule) {
    const auto weights = weights_of(rule, scale);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] == 0.0) continue;
      if (items_.empty()) weight_ = weights[i];
      even_ = even_ && weights[i] == weight_;
      items_.push_back(i);
    }
    sums_.resize(items_.size());
    reversed_.assign(weights.size(), 0);
    for (const std::int64_t item : rule.reversed) reversed_[static_cast<std::size_t>(item) - 1] = 1;
  }

  /// Answers of a form of which the scale has a score; one with an item left out is passed over.
  void add(const double* answers) {
    for (const std::size_t item : items_) {
      if (std::isnan(answers[item])) return;
    }
    std::int64_t all = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const std::int64_t value = points(items_[i], answers[items_[i]]);
      sums_[i].add(value);
      all += value;
    }
    total_.add(all);
    ++forms_;
  }

  [[nodiscard]] ScaleError finish(double level) const {
    ScaleError error;
    error.forms = forms_;
    const auto k = static_cast<double>(items_.size());
    if (!even_ || items_.size() < 2 || forms_ < fewest_forms) return error;
    const double all = total_.spread(forms_);
    if (!(all > 0.0)) return error;
    double parts = 0.0;
    for (const ExactSums& sums : sums_) parts += sums.spread(forms_);
    const auto n = static_cast<double>(forms_);
    error.alpha = k / (k - 1.0) * (1.0 - parts / all);
    error.standard_deviation = weight_ * std::sqrt(all / (n * (n - 1.0))) / grain();
    if (!(error.alpha >= 0.0 && error.alpha < 1.0)) return error;
    const auto change = instruments::reliable_change({}, {}, {error.alpha, error.standard_deviation, level, false});
    error.half_width = stats::normal_quantile(0.5 + 0.5 * level) * change.standard_error_of_measurement;
    error.threshold = change.threshold;
    return error;
  }

 private:
  /// Answers between whole numbers are taken in hundredths: a line of ten centimetres is read no finer.
  [[nodiscard]] double grain() const { return rule_.whole ? 1.0 : 100.0; }

  [[nodiscard]] std::int64_t points(std::size_t item, double answer) const {
    if (!rule_.recode.empty()) return std::llround(grain() * rule_.recode[static_cast<std::size_t>(answer - rule_.minimum)]);
    const double score = reversed_[item] != 0 ? rule_.minimum + rule_.maximum - answer : answer;
    return std::llround(grain() * score);
  }

  const Instrument& rule_;
  std::vector<std::size_t> items_;
  std::vector<char> reversed_;
  double weight_ = 1.0;
  bool even_ = true;
  std::vector<ExactSums> sums_;
  ExactSums total_;
  std::int64_t forms_ = 0;
};

class Screener {
 public:
  Screener(const Cohort& cohort, const MeasurePlan& plan, const Snapshot& snapshot)
      : cohort_(cohort), plan_(plan), snapshot_(snapshot), first_(dated_span(snapshot.window, snapshot.as_of).first),
        end_(dated_span(snapshot.window, snapshot.as_of).second) {
    for (const ChildFacts& facts : cohort.children) has_ages_ = has_ages_ || facts.birth_month.known();
    for (const Lane& lane : cohort.lanes) has_grades_ = has_grades_ || lane.grade != missing_integer;
  }

  [[nodiscard]] bool visible(const Screen& form) const {
    return form.date < end_ && form.date <= snapshot_.as_of && form.known_on <= snapshot_.as_of;
  }

  void run(Executor& executor, ScreeningStates& states) const {
    std::map<std::pair<std::uint32_t, std::uint8_t>, std::vector<std::size_t>> forms;
    states.responses.resize(cohort_.children.size());
    for (std::size_t i = 0; i < cohort_.screens.forms.size(); ++i) {
      stop_point_at(i);
      const Screen& form = cohort_.screens.forms[i];
      if (!visible(form)) continue;
      if (form.date >= first_) count_response(form, states.responses[static_cast<std::size_t>(form.child)]);
      if (cohort_.screens.instruments[form.instrument].rule != nullptr) forms[{form.instrument, form.informant}].push_back(i);
    }
    std::vector<const std::vector<std::size_t>*> lists;
    for (const auto& [key, list] : forms) {
      states.groups.push_back({key.first, key.second, {}, {}, {}, {}, {}});
      lists.push_back(&list);
    }
    for_chunks(executor, lists.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) read_group(*lists[i], states.groups[i]);
    });
  }

 private:
  /// A collection of volunteers says nothing of those who did not come.
  void count_response(const Screen& form, ResponseCounts& counts) const {
    const auto design = cohort_.screens.designs.find(form.collection);
    if (design != cohort_.screens.designs.end() && design->second == Design::volunteer) return;
    if (form.response == Response::outside_age) return;
    ++counts.due;
    counts.offered += form.response != Response::not_offered;
    counts.given += form.response == Response::given;
  }

  void read_group(const std::vector<std::size_t>& list, ScreeningGroup& group) const {
    const Instrument& rule = *cohort_.screens.instruments[group.instrument].rule;
    for (std::size_t s = 0; s < rule.scales.size(); ++s) {
      if (!rule.scales[s].unverified) group.scales.push_back(s);
    }
    const std::size_t width = group.scales.size();
    std::vector<std::size_t> given;
    std::vector<std::size_t> place;  // of the child of each form given
    for (const std::size_t at : list) {
      const Screen& form = cohort_.screens.forms[at];
      if (group.children.empty() || group.children.back() != form.child) {
        group.children.push_back(form.child);
        group.due.push_back(ScreeningDue::no);
      }
      if (form.date >= first_) {
        ScreeningDue& due = group.due.back();
        if (form.response != Response::outside_age) due = ScreeningDue::yes;
        else if (due == ScreeningDue::no) due = ScreeningDue::outside_age;
      }
      if (form.response != Response::given) continue;
      given.push_back(at);
      place.push_back(group.children.size() - 1);
    }
    group.states.resize(group.children.size() * width);
    const auto records = scored(rule, given, group);
    std::vector<std::size_t> newest(group.children.size(), nowhere);
    for (std::size_t i = 0; i < given.size(); ++i) {
      for (std::size_t s = 0; s < width; ++s) ScreeningFamily::add(group.states[place[i] * width + s], records[i * width + s], {});
      newest[place[i]] = given[i];
    }
    for (std::size_t s = 0; s < width; ++s) group.errors.push_back(error_of(rule, rule.scales[group.scales[s]], group, s, newest));
  }

  /// Records of each form given, by scale: forms of one wording and one recall window are scored together.
  std::vector<ScreeningFamily::Record> scored(const Instrument& rule, const std::vector<std::size_t>& given,
                                              const ScreeningGroup& group) const {
    std::map<std::pair<std::int32_t, std::int32_t>, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const Screen& form = cohort_.screens.forms[given[i]];
      alike[{rule.translations.empty() ? -1 : form.translation, form.recall_days}].push_back(i);
    }
    const std::size_t width = group.scales.size();
    std::vector<ScreeningFamily::Record> records(given.size() * width);
    for (const auto& [kind, members] : alike) {
      stop_point();
      const auto scores = score(rule, kind, group.informant, given, members);
      for (std::size_t row = 0; row < members.size(); ++row) {
        for (std::size_t s = 0; s < width; ++s) {
          const std::size_t at = row * rule.scales.size() + group.scales[s];
          records[members[row] * width + s] = {cohort_.screens.forms[given[members[row]]].date, scores.values.values[at],
                                               scores.statuses[at], static_cast<std::int32_t>(scores.answered[at])};
        }
      }
    }
    return records;
  }

  [[nodiscard]] instruments::Scores score(const Instrument& rule, const std::pair<std::int32_t, std::int32_t>& kind,
                                          std::uint8_t informant, const std::vector<std::size_t>& given,
                                          const std::vector<std::size_t>& members) const {
    constexpr std::array<const char*, 4> informants = {"self", "parent", "teacher", "carer"};
    const auto items = static_cast<std::size_t>(rule.items);
    std::vector<double> answers;
    std::vector<double> ages;
    std::vector<double> grades;
    for (const std::size_t i : members) {
      const Screen& form = cohort_.screens.forms[given[i]];
      const auto first = cohort_.screens.answers.begin() + static_cast<std::ptrdiff_t>(form.first);
      answers.insert(answers.end(), first, first + static_cast<std::ptrdiff_t>(items));
      if (has_ages_) ages.push_back(age_on(form));
      if (has_grades_) grades.push_back(grade_on(form));
    }
    instruments::FormContext context;
    if (informant < informants.size()) context.informant = informants[informant];
    context.translation = kind.first < 0 ? "not said" : cohort_.records->names.text(kind.first);
    context.recall_days = kind.second;
    context.ages = ages;
    context.grades = grades;
    const stats::MatrixView view{answers.data(), members.size(), items, static_cast<std::ptrdiff_t>(items), 1};
    return instruments::score_forms(rule, view, context);
  }

  /// Years on the day of the form, by months: a child is a year older from the first day of its month of birth on.
  [[nodiscard]] double age_on(const Screen& form) const {
    const Date birth = cohort_.children[static_cast<std::size_t>(form.child)].birth_month;
    if (!birth.known()) return nan;
    const CivilDate born = to_civil(birth);
    const CivilDate day = to_civil(form.date);
    return ((day.year - born.year) * 12 + day.month - born.month) / 12.0;
  }

  [[nodiscard]] double grade_on(const Screen& form) const {
    const auto child = static_cast<std::size_t>(form.child);
    double grade = nan;
    for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
      const std::uint32_t number = cohort_.lanes_by_child[at];
      const Lane& lane = cohort_.lanes[number];
      const bool known = lane.known_on <= snapshot_.as_of && lane.grade != missing_integer;
      if (known && lane.from <= form.date && form.date <= lane_end(cohort_, number, snapshot_.as_of)) {
        grade = static_cast<double>(lane.grade);
      }
    }
    return grade;
  }

  /// From each child's newest form of the window, so that nobody counts twice.
  [[nodiscard]] ScaleError error_of(const Instrument& rule, const Scale& scale, const ScreeningGroup& group, std::size_t s,
                                    const std::vector<std::size_t>& newest) const {
    ErrorReader reader(rule, scale);
    for (std::size_t i = 0; i < group.children.size(); ++i) {
      stop_point_at(i);
      const ScreeningFamily::State& state = group.states[i * group.scales.size() + s];
      const bool counts = state.forms > 0 && state.latest.date >= first_ && state.latest.status == instruments::FormStatus::ok;
      if (!counts || cohort_.withheld(group.children[i], Subject::screens, snapshot_.as_of)) continue;
      reader.add(cohort_.screens.answers.data() + cohort_.screens.forms[newest[i]].first);
    }
    return reader.finish(plan_.level);
  }

  const Cohort& cohort_;
  const MeasurePlan& plan_;
  const Snapshot& snapshot_;
  Date first_;
  Date end_;
  bool has_ages_ = false;
  bool has_grades_ = false;
};

}  // namespace

void measure_screening(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot) {
  Screener(cohort, plan, snapshot).run(executor, snapshot.requested.screening);
}

std::string screening_id(const Instrument& rule, const Scale& scale, ScreeningIndicator which) {
  if (which == ScreeningIndicator::days_since) return "screening." + rule.name + ".days_since";
  return "screening." + rule.name + "." + scale.name + (which == ScreeningIndicator::change ? "_change" : "");
}

ScreeningFamily::Context screening_context(const Snapshot& snapshot, const ScreeningGroup& group, std::size_t scale) {
  const Instrument& rule = *snapshot.cohort->screens.instruments[group.instrument].rule;
  const Scale& of = rule.scales[group.scales[scale]];
  ScreeningFamily::Context context;
  context.first = dated_span(snapshot.window, snapshot.as_of).first;
  context.as_of = snapshot.as_of;
  const auto weights = weights_of(rule, of);
  context.items = std::count_if(weights.begin(), weights.end(), [](double weight) { return weight != 0.0; });
  context.minimum = of.minimum;
  context.maximum = of.maximum;
  context.half_width = group.errors[scale].half_width;
  context.threshold = group.errors[scale].threshold;
  return context;
}

std::vector<CatalogueEntry> screening_catalogue() {
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  std::vector<CatalogueEntry> made;
  for (const Instrument& rule : instruments::instrument_rules()) {
    for (const Scale& scale : rule.scales) {
      if (scale.unverified) continue;
      const double width = scale.maximum - scale.minimum;
      const bool judged = scale.name != rule.validity;
      const char* direction = !judged ? "neither" : scale.high_is_good ? "high_is_good" : "high_is_concern";
      made.push_back({screening_id(rule, scale, ScreeningIndicator::score), "screening", "points", scale.minimum, scale.maximum,
                      "propensity", "confidence",
                      "score of the newest form by its published key, with standard errors of measurement from alpha among the cohort's complete forms",
                      scale.source, direction, "screening"});
      made.push_back({screening_id(rule, scale, ScreeningIndicator::change), "screening", "points", -width, width, "propensity",
                      "confidence", "newest score less the one before from the same informant; reliable where the interval leaves out 0",
                      "Jacobson and Truax 1991", direction, "screening"});
    }
    made.push_back({"screening." + rule.name + ".days_since", "screening", "days", 0.0, unbounded, "realised", "none",
                    "from the newest form to the as-of date, whatever the window", "mission B3", "neither", "screening"});
  }
  return made;
}

}  // namespace childwell::inline v0_1::detail
