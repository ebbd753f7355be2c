// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "requested.hpp"

#include "family_requests.hpp"
#include "help.hpp"
#include "screening.hpp"

#include <childwell/cohort/sessions.hpp>
#include <childwell/indicators/change_family.hpp>
#include <childwell/indicators/school_day.hpp>
#include <childwell/stats/beta_binomial.hpp>
#include <childwell/stats/control_chart.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

Date year_start(Date date) noexcept {
  const CivilDate civil = to_civil(date);
  return *to_date({civil.month >= 9 ? civil.year : civil.year - 1, 9, 1});
}

Date year_end(Date date) noexcept { return *to_date({to_civil(year_start(date)).year + 1, 9, 1}); }

/// Events of trials of one child, as whole numbers.
struct Counts {
  std::int64_t events = 0;
  std::int64_t trials = 0;
};

/// Children whose rates are taken to vary by one distribution: first of one grade at one school, then of one grade, then all.
using Stratum = std::tuple<int, std::int32_t, std::int64_t>;

constexpr std::size_t fewest_children = 20;  // fewer tell no distribution

class Priors {
 public:
  Priors(const Cohort& cohort, const Snapshot& snapshot, Executor& executor)
      : cohort_(cohort), snapshot_(snapshot), executor_(executor) {
    for (std::size_t child = 0; child < cohort.children.size(); ++child) {
      stop_point_at(child);
      if (!counts(child)) continue;
      for (int width = 0; width < widths; ++width) members_[stratum(child, width)].push_back(child);
    }
  }

  /// The distribution of every child's narrowest stratum that has one; an exact mean where the trials are rounded.
  /// Where not even all children together differ by more than chance, theirs is as narrow as that can be told.
  std::vector<RatePrior> fit(const std::vector<Counts>& fitted, const std::vector<Counts>& exact) const {
    std::vector<std::pair<const std::vector<std::size_t>*, RatePrior>> fits;
    std::map<Stratum, std::size_t> numbers;
    std::size_t everybody = members_.size();
    for (const auto& [key, children] : members_) {
      if (std::get<0>(key) == widths - 1) everybody = fits.size();
      numbers[key] = fits.size();
      fits.emplace_back(&children, RatePrior{});
    }
    for_chunks(executor_, fits.size(), 1, [&](std::size_t begin, std::size_t end) {
      stop_point();
      for (std::size_t i = begin; i < end; ++i) fits[i].second = fit_stratum(*fits[i].first, fitted, exact, i == everybody);
    });
    std::vector<RatePrior> priors(cohort_.children.size());
    for (std::size_t child = 0; child < priors.size(); ++child) {
      if (snapshot_.current_lane[child] < 0) continue;
      for (int width = 0; width < widths && !priors[child].known; ++width) {
        const auto found = numbers.find(stratum(child, width));
        if (found != numbers.end()) priors[child] = fits[found->second].second;
      }
    }
    return priors;
  }

  /// Whether a child's marks may tell anything of other children.
  [[nodiscard]] bool counts(std::size_t child) const {
    const std::int32_t lane = snapshot_.current_lane[child];
    if (lane < 0 || snapshot_.register_unknown[child] != 0) return false;
    if (cohort_.register_unknown(cohort_.lanes[static_cast<std::size_t>(lane)].school)) return false;
    return !cohort_.withheld(static_cast<std::int32_t>(child), Subject::attendance, snapshot_.as_of);
  }

 private:
  static constexpr int widths = 3;

  [[nodiscard]] Stratum stratum(std::size_t child, int width) const {
    const Lane& lane = cohort_.lanes[static_cast<std::size_t>(snapshot_.current_lane[child])];
    const std::int32_t school = cohort_.places.successor(lane.school, snapshot_.as_of);
    return {width, width == 0 ? school : -1, width <= 1 ? lane.grade : missing_integer};
  }

  static RatePrior fit_stratum(const std::vector<std::size_t>& children, const std::vector<Counts>& fitted,
                               const std::vector<Counts>& exact, bool everybody) {
    std::vector<std::pair<std::int64_t, std::int64_t>> rows;
    Counts all;
    for (const std::size_t child : children) {
      if (fitted[child].trials > 0) rows.emplace_back(fitted[child].trials, fitted[child].events);
      all.events += exact[child].events;
      all.trials += exact[child].trials;
    }
    RatePrior prior;
    if (rows.size() < fewest_children || all.events == 0 || all.events == all.trials) return prior;
    std::sort(rows.begin(), rows.end());  // so that nothing depends on who comes first
    std::vector<double> events, trials;
    for (const auto& [of, found] : rows) {
      events.push_back(static_cast<double>(found));
      trials.push_back(static_cast<double>(of));
    }
    const auto fit = stats::fit_beta_binomial(events, trials);
    double rho = fit.rho;
    if (everybody && fit.status == Status::boundary && fit.rho == 0.0) {
      // A standard error of rho where there is none: that of the dispersion, sqrt(2 / m), over the trials of a child.
      const auto count = static_cast<double>(rows.size());
      const double a_child = std::accumulate(trials.begin(), trials.end(), 0.0) / count;
      rho = std::min(0.5, std::sqrt(2.0 / count) / a_child);
    } else if (fit.status != Status::ok) {
      return prior;
    }
    if (!(rho > 0.0)) return prior;
    const double mean = static_cast<double>(all.events) / static_cast<double>(all.trials);
    const double strength = (1.0 - rho) / rho;
    prior = {mean * strength, (1.0 - mean) * strength, true};
    return prior;
  }

  const Cohort& cohort_;
  const Snapshot& snapshot_;
  Executor& executor_;
  std::map<Stratum, std::vector<std::size_t>> members_;
};

/// Charts for rates in steps of a tenth, and how often each alarms where the rate is another one.
///
/// A child's rate is not known but for its beta distribution: a chart for the mean of it would alarm too often, because
/// the children whose rate is higher alarm far more often than the others less. So each child has the lowest step whose
/// alarms, averaged over the distribution, are as seldom as stated.
class Calibration {
 public:
  static constexpr std::int32_t steps = 55;  ///< from 0.002 to 0.34

  Calibration(double run_length, Executor& executor) : run_length_(run_length), executor_(executor), rows_(steps), schemes_(steps) {
    for (std::size_t step = 0; step < rates; ++step) {
      log_rate_[step] = std::log(rate_of(static_cast<std::int32_t>(step)));
      log_rest_[step] = std::log1p(-rate_of(static_cast<std::int32_t>(step)));
    }
  }

  [[nodiscard]] static double rate_of(std::int32_t step) noexcept { return lowest * std::pow(ratio, step); }

  /// The step whose rate is at least this one; -1 where none is.
  [[nodiscard]] static std::int32_t step_of(double rate) noexcept {
    const auto step = static_cast<std::int32_t>(std::ceil(std::log(std::max(1.0, rate / lowest)) / std::log(ratio) - 1e-9));
    return step < steps ? step : -1;
  }

  /// Makes the charts of the steps that stand here and were not made before.
  void make(const std::vector<std::int32_t>& wanted) {
    std::vector<std::uint8_t> asked(steps, 0);
    for (const std::int32_t step : wanted) {
      if (step >= 0) asked[static_cast<std::size_t>(step)] = 1;
    }
    std::vector<std::size_t> fresh;
    for (std::size_t step = 0; step < asked.size(); ++step) {
      if (asked[step] != 0 && rows_[step].empty()) fresh.push_back(step);
    }
    for_chunks(executor_, fresh.size(), 1, [&](std::size_t begin, std::size_t) {
      stop_point();
      make_step(fresh[begin]);
    });
  }

  /// Whether a chart of a step alarms as seldom as stated, over a beta distribution of the rate.
  [[nodiscard]] bool seldom_enough(double alpha, double beta, std::int32_t step, bool ewma) const {
    std::array<double, rates> weight{};
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t at = 0; at < rates; ++at) {  // equal steps of the logarithm of the rate
      weight[at] = alpha * log_rate_[at] + (beta - 1.0) * log_rest_[at];
      highest = std::max(highest, weight[at]);
    }
    double all = 0.0;
    double alarms = 0.0;
    const auto& row = rows_[static_cast<std::size_t>(step)];
    for (std::size_t at = 0; at < rates; ++at) {
      const double here = std::exp(weight[at] - highest);
      all += here;
      alarms += here * (ewma ? row[at].ewma : row[at].cusum);
    }
    return alarms * run_length_ <= all;
  }

  [[nodiscard]] const std::vector<ChartScheme>& schemes() const noexcept { return schemes_; }

 private:
  static constexpr double lowest = 0.002;
  static constexpr double ratio = 1.1;
  static constexpr std::size_t rates = 64;  ///< to 0.81

  /// Alarms a day.
  struct Alarms {
    double cusum = 1.0;
    double ewma = 1.0;
  };

  void make_step(std::size_t step) {
    constexpr std::size_t below = 15;  // a rate so far below alarms hardly ever; that of the lowest one made stands for it
    constexpr std::size_t above = 25;
    const double rate = rate_of(static_cast<std::int32_t>(step));
    ChartScheme& scheme = schemes_[step];
    const auto cusum = stats::bernoulli_cusum_limit(rate, 2.0 * rate, run_length_);  // a doubled rate
    if (cusum.status == Status::ok) scheme.cusum = {cusum.rise, cusum.fall, cusum.limit};
    const EwmaScheme ewma = ewma_onset_limit(rate, run_length_);
    scheme.ewma = {ewma.start, ewma.limit};
    auto& row = rows_[step];
    row.resize(rates);
    const std::size_t first = step > below ? step - below : 0;
    for (std::size_t at = first; at < std::min(rates, step + above); ++at) {
      const double truth = rate_of(static_cast<std::int32_t>(at));
      if (scheme.cusum.rise > 0) {
        row[at].cusum = 1.0 / stats::bernoulli_cusum_run_length(truth, scheme.cusum.rise, scheme.cusum.fall, scheme.cusum.limit).average;
      }
      if (scheme.ewma.limit > 0) row[at].ewma = 1.0 / ewma_onset_run_length(truth, scheme.ewma.start, scheme.ewma.limit);
    }
    for (std::size_t at = 0; at < first; ++at) row[at] = row[first];
    for (Alarms& alarms : row) {
      if (!(alarms.cusum >= 0.0)) alarms.cusum = 0.0;  // a run length beyond what a double holds
      if (!(alarms.ewma >= 0.0)) alarms.ewma = 0.0;
    }
  }

  double run_length_;
  Executor& executor_;
  std::array<double, rates> log_rate_{};
  std::array<double, rates> log_rest_{};
  std::vector<std::vector<Alarms>> rows_;
  std::vector<ChartScheme> schemes_;
};

/// The charts of one child; none where its rate is not known or too high.
ChartScheme scheme_of(const RequestedStates& states, std::size_t child) {
  ChartScheme made;
  const auto at = [&](std::int32_t step) -> const ChartScheme& { return states.schemes[static_cast<std::size_t>(step)]; };
  if (states.schemes.empty()) return made;
  if (states.cusum_scheme[child] >= 0) made.cusum = at(states.cusum_scheme[child]).cusum;
  if (states.ewma_scheme[child] >= 0) made.ewma = at(states.ewma_scheme[child]).ewma;
  return made;
}

class Requester {
 public:
  Requester(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot)
      : cohort_(cohort), plan_(plan), executor_(executor), snapshot_(snapshot), states_(snapshot.requested),
        span_(window_span(snapshot.window, snapshot.as_of)), begin_(year_start(snapshot.as_of)), end_(year_end(snapshot.as_of)) {}

  void run() {
    make_room();
    each_child([this](std::size_t child) { read_child(child); });
    if (wants(Request::outlook)) {
      executor_.run(1, [this](std::size_t) { pool_spells(); });
      fit_outlook();
    }
    if (wants(Request::charts)) run_charts();
    if (wants(Request::change)) look_for_changes();
    if (wants(Request::progress)) {
      executor_.run(1, [this](std::size_t) { states_.papers = paper_changes(cohort_, snapshot_.scores, plan_.level); });
    }
    if (wants(Request::screening)) measure_screening(cohort_, plan_, executor_, snapshot_);
    if (wants(Request::help)) measure_help(cohort_, executor_, snapshot_);
  }

 private:
  [[nodiscard]] bool wants(Request request) const { return plan_.requests.wants(request); }

  template <class Work>
  void each_child(Work work) {
    constexpr std::size_t together = 256;
    for_chunks(executor_, cohort_.children.size(), together, [&work](std::size_t begin, std::size_t end) {
      stop_point();
      for (std::size_t child = begin; child < end; ++child) work(child);
    });
  }

  void make_room() {
    const std::size_t children = cohort_.children.size();
    if (wants(Request::trend)) states_.trend.resize(children);
    if (wants(Request::week_pattern)) states_.week.resize(children);
    if (wants(Request::early)) states_.early.resize(children);
    if (wants(Request::mobility)) states_.moves.resize(children);
    if (wants(Request::outlook)) {
      states_.outlook.resize(children);
      states_.left_days.assign(children, 0);
      states_.left_units.assign(children, 0);
    }
    if (wants(Request::charts)) {
      states_.baseline.resize(children);
      states_.cusum.resize(children);
      states_.ewma.resize(children);
      states_.cusum_scheme.assign(children, -1);
      states_.ewma_scheme.assign(children, -1);
      states_.year_days.assign(children, 0);
    }
    if (wants(Request::change)) {
      states_.change.resize(children);
      onsets_.resize(children);
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> lanes_of(std::size_t child) const {
    std::vector<std::uint32_t> lanes;
    for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
      const Lane& lane = cohort_.lanes[cohort_.lanes_by_child[at]];
      if (lane.known_on <= snapshot_.as_of && lane.from <= snapshot_.as_of) lanes.push_back(cohort_.lanes_by_child[at]);
    }
    return lanes;
  }

  [[nodiscard]] SchoolDays days_of(std::size_t child, Date first, Date end) const {
    const auto lanes = lanes_of(child);
    if (lanes.empty()) return {};
    const auto current = static_cast<std::uint32_t>(snapshot_.current_lane[child]);
    return school_days(cohort_, lanes, current, first, end, snapshot_.as_of, snapshot_.context.absent_day);
  }

  void read_child(std::size_t child) {
    if (snapshot_.current_lane[child] < 0) return;
    if (wants(Request::mobility)) read_moves(child);
    const bool year = wants(Request::outlook) || wants(Request::early) || wants(Request::charts) || wants(Request::change);
    const bool window = wants(Request::trend) || wants(Request::week_pattern);
    if (!year && !window) return;
    const SchoolDays days = days_of(child, window ? std::min(span_.first, begin_) : begin_, end_);
    if (window) read_window(child, days);
    if (year) read_year(child, days);
  }

  void read_moves(std::size_t child) {
    const MovesFamily::Context context{span_.first};
    for (const std::uint32_t number : lanes_of(child)) {
      const Lane& lane = cohort_.lanes[number];
      if (lane.kind == SpellKind::suspend || lane.from >= span_.second) continue;
      const std::int32_t school = cohort_.places.successor(lane.school, snapshot_.as_of);
      MovesFamily::add(states_.moves[child], {school, lane.from, lane_end(cohort_, number, snapshot_.as_of)}, context);
    }
  }

  /// The days of the window: those of the last sessions are the last days whose sessions are all among them.
  void read_window(std::size_t child, const SchoolDays& all) {
    std::size_t first = 0;
    std::size_t last = all.seen;
    if (snapshot_.window.kind == Window::Kind::last_sessions) {
      first = last;
      for (int left = snapshot_.window.sessions; first > 0 && all.days[first - 1].sessions <= left; --first) {
        left -= all.days[first - 1].sessions;
      }
    } else {
      while (first < last && all.days[first].date < span_.first) ++first;
      while (last > first && all.days[last - 1].date >= span_.second) --last;
    }
    const bool known = snapshot_.context.calendar_known;
    for (std::size_t i = first; i < last; ++i) {
      if (wants(Request::trend)) TrendFamily::add(states_.trend[child], all.days[i], {snapshot_.context.level, known});
      if (wants(Request::week_pattern)) WeekFamily::add(states_.week[child], all.days[i], {snapshot_.context.level, known});
    }
  }

  void read_year(std::size_t child, const SchoolDays& all) {
    for (std::size_t i = 0; i < all.days.size(); ++i) {
      const SchoolDay& day = all.days[i];
      if (day.date < begin_) continue;
      if (wants(Request::charts)) ++states_.year_days[child];
      if (i >= all.seen) {
        if (!wants(Request::outlook)) continue;
        ++states_.left_days[child];
        states_.left_units[child] += day.expected;
        continue;
      }
      if (wants(Request::outlook)) OutlookFamily::add(states_.outlook[child], day, {});
      if (wants(Request::early)) EarlyFamily::add(states_.early[child], day, {});
      if (wants(Request::change)) onsets_[child].add(day.whole_mark());
    }
  }

  /// How many days one spell fills across the cohort, weighted by length; whole numbers, so that order is nothing.
  void pool_spells() {
    const Priors priors(cohort_, snapshot_, executor_);
    std::int64_t squares = 0;
    std::int64_t days = 0;
    for (std::size_t child = 0; child < states_.outlook.size(); ++child) {
      if (!priors.counts(child)) continue;
      squares += states_.outlook[child].absences.squares();
      days += states_.outlook[child].absent_days;
    }
    states_.pooled_spell_days = days > 0 ? static_cast<double>(squares) / static_cast<double>(days) : 1.0;
  }

  void fit_outlook() {
    const Priors priors(cohort_, snapshot_, executor_);
    const std::size_t children = states_.outlook.size();
    std::vector<Counts> days(children), units(children), days_effective(children), units_effective(children);
    for (std::size_t child = 0; child < children; ++child) {
      const OutlookFamily::State& state = states_.outlook[child];
      days[child] = {state.absent_whole_days, state.whole_days};
      units[child] = {state.absent_units, state.observed_units};
      const auto effective = [&](const Counts& counts, std::int32_t evidence_days) {
        if (counts.trials == 0) return Counts{};
        const double trials = std::round(evidence_days / std::max(1.0, states_.pooled_spell_days));
        const double events = std::round(trials * static_cast<double>(counts.events) / static_cast<double>(counts.trials));
        return Counts{static_cast<std::int64_t>(events), static_cast<std::int64_t>(trials)};
      };
      days_effective[child] = effective(days[child], state.whole_days);
      units_effective[child] = effective(units[child], state.observed_days);
    }
    bool by_days = false;
    bool by_units = false;
    for (const Policy& policy : plan_.policies) {
      if (policy.kind == "attendance") (policy.counts == "days" ? by_days : by_units) = true;
    }
    if (by_days) states_.day_priors = priors.fit(days_effective, days);
    if (by_units) states_.unit_priors = priors.fit(units_effective, units);
  }

  [[nodiscard]] static std::vector<Counts> counts_of(const std::vector<Onsets>& onsets) {
    std::vector<Counts> counts;
    for (const Onsets& one : onsets) counts.push_back({one.begun, one.watched});
    return counts;
  }

  /// The rate without change is fixed at the baseline date, and the charts look at the days after it.
  void run_charts() {
    const Date baseline = plan_.requests.baseline;
    const Date next{baseline.days + 1};
    const Date after{snapshot_.as_of.days + 1};
    each_child([&](std::size_t child) {
      if (snapshot_.current_lane[child] < 0) return;
      for (const SchoolDay& day : days_of(child, year_start(baseline), std::min(next, after)).days) {
        states_.baseline[child].add(day.whole_mark());
      }
    });
    const Priors priors(cohort_, snapshot_, executor_);
    const auto counts = counts_of(states_.baseline);
    states_.onset_priors = priors.fit(counts, counts);
    calibrate();
    each_child([&](std::size_t child) {
      if (snapshot_.current_lane[child] < 0) return;
      const ChartScheme scheme = scheme_of(states_, child);
      states_.cusum[child].onsets.absent = states_.ewma[child].onsets.absent = states_.baseline[child].absent;
      for (const SchoolDay& day : days_of(child, next, after).days) {
        CusumFamily::add(states_.cusum[child], day, scheme.cusum);
        EwmaFamily::add(states_.ewma[child], day, scheme.ewma);
      }
    });
  }

  /// Limits for the stated number of false alarms, by each child's rate at the baseline date and what is not known of it.
  void calibrate() {
    const auto most = std::max_element(states_.year_days.begin(), states_.year_days.end());
    const double days = most == states_.year_days.end() ? 0.0 : *most;
    const double run_length = days * 1000.0 / plan_.requests.false_alarms;
    if (!(run_length > 1.0 && run_length <= 1e15)) return;
    Calibration calibration(run_length, executor_);
    std::vector<std::int32_t> start(states_.onset_priors.size(), -1);
    for (std::size_t child = 0; child < start.size(); ++child) {
      const RatePrior& prior = states_.onset_priors[child];
      const Onsets& seen = states_.baseline[child];
      if (!prior.known) continue;
      start[child] = Calibration::step_of((prior.alpha + seen.begun) / (prior.alpha + prior.beta + seen.watched));
    }
    states_.cusum_scheme = states_.ewma_scheme = start;
    const auto enough = [&](std::size_t child, std::int32_t step, bool ewma) {
      const RatePrior& prior = states_.onset_priors[child];
      const Onsets& seen = states_.baseline[child];
      return calibration.seldom_enough(prior.alpha + seen.begun, prior.beta + seen.watched - seen.begun, step, ewma);
    };
    std::vector<std::uint8_t> settled(start.size(), 0);
    for (bool all = false; !all;) {
      calibration.make(states_.cusum_scheme);
      calibration.make(states_.ewma_scheme);
      each_child([&](std::size_t child) {
        settled[child] = 1;
        for (const bool ewma : {false, true}) {
          std::int32_t& step = (ewma ? states_.ewma_scheme : states_.cusum_scheme)[child];
          if (step < 0 || enough(child, step, ewma)) continue;
          step = step + 1 < Calibration::steps ? step + 1 : -1;  // a rate so high is no news that a chart could bring
          settled[child] = 0;
        }
      });
      all = std::all_of(settled.begin(), settled.end(), [](std::uint8_t one) { return one != 0; });
    }
    states_.schemes = calibration.schemes();
  }

  void look_for_changes() {
    const Priors priors(cohort_, snapshot_, executor_);
    const auto counts = counts_of(onsets_);
    const auto fitted = priors.fit(counts, counts);
    const Date after{snapshot_.as_of.days + 1};
    each_child([&](std::size_t child) {
      if (snapshot_.current_lane[child] < 0) return;
      const SchoolDays days = days_of(child, begin_, after);
      states_.change[child] = ChangeFamily::scan(days.days, {fitted[child]})[0];
    });
  }

  const Cohort& cohort_;
  const MeasurePlan& plan_;
  Executor& executor_;
  Snapshot& snapshot_;
  RequestedStates& states_;
  std::pair<Date, Date> span_;
  Date begin_;
  Date end_;
  std::vector<Onsets> onsets_;
};

}  // namespace

void check_requests(const Requests& requests) {
  if (!requests.wants(Request::charts)) return;
  if (!requests.baseline.known()) {
    throw std::invalid_argument("childwell: charts need a baseline date, up to which the rate without change is taken; give baseline");
  }
  if (!(requests.false_alarms > 0.0) || !std::isfinite(requests.false_alarms)) {
    throw std::invalid_argument(
        "childwell: charts need false_alarms, a number above 0: how many in 1,000 child-years without any change are acceptable");
  }
}

void measure_requested(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot) {
  Requester(cohort, plan, executor, snapshot).run();
  measure_contacts(cohort, plan, executor, snapshot);
}

void put_mobility(const Snapshot& snapshot, std::size_t child, const PutEstimate& put) {
  if (!snapshot.requested.moves.empty()) put("mobility.school_moves", MovesFamily::finish(snapshot.requested.moves[child], {})[0], "");
}

namespace {

/// The rate at which spells of absence begin, as it stood at the baseline date: what charts take for no change.
Estimate baseline_rate(const RequestedStates& states, std::size_t child, double level) {
  const RatePrior& prior = states.onset_priors[child];
  const Onsets& seen = states.baseline[child];
  if (seen.expected == 0) return without_value(Status::not_expected);
  if (!prior.known) return without_value(Status::not_enough_data, seen.expected, seen.watched);
  const double alpha = prior.alpha + seen.begun;
  const double beta = prior.beta + seen.watched - seen.begun;
  Estimate estimate;
  estimate.value = alpha / (alpha + beta);
  // a skewed distribution may have its mean outside of a narrow central interval
  estimate.lower = std::min(estimate.value, stats::beta_quantile(0.5 - level / 2.0, alpha, beta));
  estimate.upper = std::max(estimate.value, stats::beta_quantile(0.5 + level / 2.0, alpha, beta));
  estimate.n_expected = seen.expected;
  estimate.n_observed = seen.watched;
  estimate.status = Status::ok;
  return estimate;
}

CatalogueEntry entry(const char* id, const char* request, const char* unit, double low, double high, const char* direction) {
  CatalogueEntry made;
  made.id = id;
  made.family = std::string(id).substr(0, std::string(id).find('.'));
  made.request = request;
  made.unit = unit;
  made.range_low = low;
  made.range_high = high;
  made.direction = direction;
  return made;
}

CatalogueEntry described(CatalogueEntry made, const char* estimand, const char* interval, const char* method, const char* source) {
  made.estimand = estimand;
  made.interval = interval;
  made.method = method;
  made.source = source;
  return made;
}

}  // namespace

std::vector<CatalogueEntry> requested_catalogue() {
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  constexpr const char* week = "high_is_a_question";  // a pattern is never a reason by itself
  std::vector<CatalogueEntry> made;
  made.push_back(described(entry("attendance.trend", "trend", "log odds a week", -unbounded, unbounded, "high_is_concern"), "propensity",
                           "confidence", "binomial slope of absent days by week, t interval widened by Pearson's dispersion; Firth's where separated",
                           "McCullagh and Nelder 1989, 4.5; Firth 1993"));
  made.push_back(described(entry("attendance.trend_z", "trend", "standard deviations", -unbounded, unbounded, "high_is_concern"), "propensity",
                           "none", "Cochran and Armitage's z of absent days by week, over the root of Pearson's dispersion where above 1",
                           "Cochran 1954; Armitage 1955"));
  made.push_back(described(entry("attendance.week_edge_share", "week_pattern", "share", 0.0, 1.0, week), "propensity", "confidence",
                           "spells of one or two days that lie at the ends of the child's own week, of all such spells; Wilson", "data model, rule 8; Wilson 1927"));
  made.push_back(described(entry("attendance.week_edge_p", "week_pattern", "probability", 0.0, 1.0, "low_is_a_question"), "propensity", "none",
                           "hypergeometric mid-p of as many or more, given the short spells; not corrected for many children", "mission B1; data model, rule 8"));
  made.push_back(described(entry("attendance.bridge_share", "week_pattern", "share", 0.0, 1.0, week), "propensity", "confidence",
                           "spells of one or two days that lie beside holidays, of all such spells; Wilson", "data model, rule 8; Wilson 1927"));
  made.push_back(described(entry("attendance.bridge_p", "week_pattern", "probability", 0.0, 1.0, "low_is_a_question"), "propensity", "none",
                           "hypergeometric mid-p of as many or more, given the short spells; not corrected for many children", "mission B1; data model, rule 8"));
  made.push_back(described(entry("attendance.spell_excess", "week_pattern", "standard deviations", -unbounded, unbounded, week), "propensity", "none",
                           "z of the number of spells among the days seen, given the absent days", "Wald and Wolfowitz 1940"));
  made.push_back(described(entry("attendance.p_rate_above", "outlook", "probability", 0.0, 1.0, "high_is_concern"), "propensity", "none",
                           "beta posterior of the rate above the policy's line; prior of grade and school, days over mean spell", "data model, rules 4 and 5"));
  made.push_back(described(entry("attendance.p_year_above", "outlook", "probability", 0.0, 1.0, "high_is_concern"), "realised", "none",
                           "beta-binomial prediction of the days left, in blocks of the mean spell; n_expected is the year", "data model, rules 4 and 5"));
  made.push_back(described(entry("attendance.early_absence_rate", "early", "share", 0.0, 1.0, "high_is_concern"), "realised", "bounds",
                           "absent days of the child's own first 20 days of the school year; unrecorded days all absent or none", "mission B1"));
  made.push_back(described(entry("mobility.school_moves", "mobility", "count", 0.0, unbounded, "high_is_concern"), "realised", "bounds",
                           "changes of school, mergers and renamings left out; overlapping paperwork only in the upper bound", "mission B1; data model, rule 3"));
  made.push_back(described(entry("attendance.baseline_onset_rate", "charts", "share", 0.0, 1.0, "high_is_concern"), "propensity", "confidence",
                           "days on which a spell begins, of days on which one could, up to the baseline date; beta posterior", "mission B1"));
  made.push_back(described(entry("attendance.cusum", "charts", "share of the limit", 0.0, unbounded, "high_is_concern"), "realised", "none",
                           "Bernoulli cumulative sum of onsets after the baseline date, for a doubled rate", "Reynolds and Stoumbos 1999"));
  made.push_back(described(entry("attendance.cusum_alarm", "charts", "yes or no", 0.0, 1.0, "high_is_concern"), "realised", "none",
                           "whether the sum has reached its limit since the baseline date", "Reynolds and Stoumbos 1999"));
  made.push_back(described(entry("attendance.ewma", "charts", "share of the limit", 0.0, unbounded, "high_is_concern"), "realised", "none",
                           "exponentially weighted average of onsets after the baseline date, weight 1/10, in 256ths", "Roberts 1959; Brook and Evans 1972"));
  made.push_back(described(entry("attendance.ewma_alarm", "charts", "yes or no", 0.0, 1.0, "high_is_concern"), "realised", "none",
                           "whether the average has reached its limit since the baseline date", "Roberts 1959; Brook and Evans 1972"));
  made.push_back(described(entry("attendance.change_probability", "change", "probability", 0.0, 1.0, "neither"), "propensity", "none",
                           "Bayesian online change points of onsets by week: a change within the last four weeks seen", "Adams and MacKay 2007"));
  made.push_back(described(entry("academic.change", "progress", "standard deviations", -unbounded, unbounded, "high_is_good"), "propensity",
                           "confidence", "rank-normal score of the later paper less r times that of the earlier one; r among those who sat both",
                           "mission B2; Galton 1886"));
  made.push_back(described(entry("academic.change_z", "progress", "standard deviations", -unbounded, unbounded, "high_is_good"), "propensity",
                           "none", "difference of rank-normal scores over sqrt(2 (1 - r)); not corrected for regression to the mean",
                           "Jacobson and Truax 1991"));
  made.push_back(described(entry("academic.repeating", "progress", "yes or no", 0.0, 1.0, "neither"), "realised", "none",
                           "the kind of the enrolment, or the same grade in the school year before", "mission B2"));
  for (auto& family : {family_catalogue(), screening_catalogue(), help_catalogue()}) made.insert(made.end(), family.begin(), family.end());
  return made;
}

std::vector<CatalogueEntry> schooling_catalogue() {
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  const auto of = [](const char* id, const char* unit, double low, double high, const char* direction, const char* interval,
                     const char* method, const char* source) {
    return described(entry(id, "", unit, low, high, direction), "realised", interval, method, source);
  };
  return {of("academic.courses_failed", "count", 0.0, unbounded, "high_is_concern", "bounds",
             "courses (a subject in a term) that do not pass under the policy named in its column; those without an outcome both ways",
             "mission B2; Allensworth and Easton 2007"),
          of("academic.core_courses_failed", "count", 0.0, unbounded, "high_is_concern", "bounds",
             "the same of the policy's core subjects, by its pass mark for them", "mission B2; Allensworth and Easton 2007"),
          of("academic.course_failure", "yes or no", 0.0, 1.0, "high_is_concern", "bounds",
             "as many failed courses or core courses as the policy names", "mission B2"),
          of("academic.courses_passed", "count", 0.0, unbounded, "high_is_good", "bounds",
             "semester courses passed in the school year; those without an outcome both ways", "Allensworth and Easton 2005"),
          of("academic.on_track", "yes or no", 0.0, 1.0, "high_is_good", "bounds",
             "courses passed and core courses failed against the policy's numbers; told when no course can come or too many failed",
             "Allensworth and Easton 2005; Easton 2008"),
          of("academic.years_over_age", "years", -unbounded, unbounded, "neither", "none",
             "years completed on 31 August less the intended or the commonest age of the grade", "mission B2"),
          of("academic.over_age", "yes or no", 0.0, 1.0, "neither", "none", "years above the reference as many as the policy names",
             "UNESCO Institute for Statistics, SDG 4.1.5; mission B2")};
}

void put_repeating(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put) {
  if (!indicators.plan.requests.wants(Request::progress)) return;
  const std::int32_t lane = snapshot.current_lane[child];
  put("academic.repeating", lane < 0 ? without_value(Status::not_enrolled)
                                     : repeats_grade(*snapshot.cohort, static_cast<std::uint32_t>(lane), snapshot.as_of), "");
}

void put_requested(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put) {
  const RequestedStates& states = snapshot.requested;
  const double level = snapshot.context.level;
  const bool known = snapshot.context.calendar_known;
  const AttendanceFamily::State& attendance = snapshot.children[child];
  const bool sums_only = attendance.expected > 0 && AttendanceFamily::days(attendance, snapshot.context).certain.length == 0;
  const auto give = [&](std::string_view id, Estimate estimate, std::string_view policy = {}) {
    if (estimate.status == Status::not_expected && sums_only) estimate.status = Status::not_recorded;  // sums have no days
    put(id, estimate, policy);
  };
  if (!states.trend.empty()) {
    const auto made = TrendFamily::finish(states.trend[child], {level, known});
    give("attendance.trend", made[0]);
    give("attendance.trend_z", made[1]);
  }
  if (!states.week.empty()) {
    const auto made = WeekFamily::finish(states.week[child], {level, known});
    const std::array<const char*, 5> ids = {"attendance.week_edge_share", "attendance.week_edge_p", "attendance.bridge_share",
                                            "attendance.bridge_p", "attendance.spell_excess"};
    for (std::size_t i = 0; i < ids.size(); ++i) give(ids[i], made[i]);
  }
  if (!states.outlook.empty()) {
    OutlookFamily::Context context;
    context.pooled_spell_days = states.pooled_spell_days;
    context.left_days = states.left_days[child];
    context.left_units = states.left_units[child];
    context.calendar_known = known;
    for (const Policy& policy : indicators.plan.policies) {
      if (policy.kind != "attendance") continue;
      context.by_days = policy.counts == "days";
      context.prior = (context.by_days ? states.day_priors : states.unit_priors)[child];
      context.line = policy.chronic;
      context.minimum_days = policy.minimum_days;
      const auto made = OutlookFamily::finish(states.outlook[child], context);
      give("attendance.p_rate_above", made[0], policy.id);
      give("attendance.p_year_above", made[1], policy.id);
    }
  }
  if (!states.early.empty()) {
    EarlyFamily::Context context;
    context.calendar_known = known;
    give("attendance.early_absence_rate", EarlyFamily::finish(states.early[child], context)[0]);
  }
  if (!states.cusum.empty()) {
    const ChartScheme scheme = scheme_of(states, child);
    const auto cusum = CusumFamily::finish(states.cusum[child], scheme.cusum);
    const auto ewma = EwmaFamily::finish(states.ewma[child], scheme.ewma);
    give("attendance.baseline_onset_rate", baseline_rate(states, child, level));
    give("attendance.cusum", cusum[0]);
    give("attendance.cusum_alarm", cusum[1]);
    give("attendance.ewma", ewma[0]);
    give("attendance.ewma_alarm", ewma[1]);
  }
  if (!states.change.empty()) give("attendance.change_probability", states.change[child]);
}

}  // namespace childwell::inline v0_1::detail
