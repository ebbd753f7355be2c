// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/survey.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::stats {
namespace {

enum class Figure : std::uint8_t { mean, total, ratio };

/// Rows of the sample, and which of them have a value.
class Sample {
 public:
  Sample(const char* function, std::span<const double> numerators, std::span<const double> denominators, const SurveyDesign& design,
         const SurveyOptions& options, Figure figure)
      : function_(function), x_(numerators), n_(denominators), design_(design), options_(options), figure_(figure) {
    check();
    made_.level = options.level;
  }

  SurveyEstimate run() {
    for (std::size_t i = 0; i < x_.size(); ++i) {
      if (std::isinf(x_[i]) || std::isinf(denominator(i))) {
        made_.status = Status::not_finite;
        return made_;
      }
      if (weight(i) == 0.0) continue;
      (there(i) ? made_.count : made_.missing) += 1;
    }
    made_.population = sum([this](std::size_t i) { return weight(i); });
    if (made_.count == 0) return made_;
    const double top = sum([this](std::size_t i) { return weight(i) * x_[i]; });
    const double below = figure_ == Figure::total ? 1.0 : sum([this](std::size_t i) { return weight(i) * denominator(i); });
    if (!(below > 0.0)) {
      made_.status = Status::degenerate;
      return made_;
    }
    made_.estimate = top / below;
    if (std::isfinite(made_.estimate)) linearise(below);
    if (std::isinf(made_.estimate) || std::isnan(made_.estimate) || std::isinf(made_.variance)) return beyond_doubles();
    return made_;
  }

 private:
  void check() const {
    check_level(function_, options_.level);
    const std::size_t rows = x_.size();
    if (!n_.empty()) check_same_length(function_, n_.size(), rows, "numerators and denominators");
    check_weights(function_, design_.weights, rows);
    if (!design_.strata.empty()) check_same_length(function_, design_.strata.size(), rows, "strata and values");
    if (!design_.clusters.empty()) check_same_length(function_, design_.clusters.size(), rows, "clusters and values");
    if (!design_.populations.empty()) check_same_length(function_, design_.populations.size(), rows, "populations and values");
    const bool logit = options_.scale == IntervalScale::logit;
    if (logit && figure_ == Figure::total) refuse(function_, "a total has the scale identity");
    for (std::size_t i = 0; i < rows; ++i) {
      if (denominator(i) < 0.0) refuse(function_, "denominators must not be below 0");
      if (logit && !std::isinf(x_[i]) && (x_[i] < 0.0 || x_[i] > denominator(i))) refuse(function_, "the logit scale needs values from 0 to 1");
    }
  }

  /// Sums that leave the range of doubles tell nothing.
  [[nodiscard]] SurveyEstimate beyond_doubles() const {
    SurveyEstimate made;
    made.level = made_.level;
    made.count = made_.count;
    made.missing = made_.missing;
    made.population = made_.population;
    made.status = Status::not_finite;
    return made;
  }

  [[nodiscard]] double weight(std::size_t i) const { return design_.weights.empty() ? 1.0 : design_.weights[i]; }
  [[nodiscard]] double denominator(std::size_t i) const { return n_.empty() ? 1.0 : n_[i]; }
  [[nodiscard]] bool there(std::size_t i) const { return weight(i) > 0.0 && !std::isnan(x_[i]) && !std::isnan(denominator(i)); }

  template <class Term>
  double sum(Term term) const {
    return chunked_sum(x_.size(), [&](std::size_t i) { return there(i) ? term(i) : 0.0; });
  }

  struct Unit {
    double total = 0.0;
    bool seen = false;  ///< has a row with a value
  };
  struct Stratum {
    std::map<std::int64_t, Unit> units;
    double population = 0.0;
  };

  /// Units of every stratum, those without a value among them: they were drawn, and add 0.
  std::map<std::int64_t, Stratum> units_of(double below) const {
    std::map<std::int64_t, Stratum> strata;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      if (weight(i) == 0.0) continue;
      Stratum& stratum = strata[design_.strata.empty() ? 0 : design_.strata[i]];
      if (!design_.populations.empty()) {
        const double population = design_.populations[i];
        if (!std::isfinite(population) || !(population > 0.0)) refuse(function_, "populations must be above 0");
        if (stratum.population > 0.0 && stratum.population != population) refuse(function_, "populations must be one number a stratum");
        stratum.population = population;
      }
      Unit& unit = stratum.units[design_.clusters.empty() ? static_cast<std::int64_t>(i) : design_.clusters[i]];
      if (!there(i)) continue;
      unit.seen = true;
      const double residual = figure_ == Figure::total ? x_[i] : (x_[i] - made_.estimate * denominator(i)) / below;
      unit.total += weight(i) * residual;
    }
    return strata;
  }

  void linearise(double below) {
    const auto strata = units_of(below);
    double all_units = 0.0, all_total = 0.0;
    for (const auto& [code, stratum] : strata) {
      bool seen = false;
      for (const auto& [name, unit] : stratum.units) {
        made_.clusters += unit.seen;
        seen |= unit.seen;
        all_units += 1.0;
        all_total += unit.total;
      }
      made_.strata += seen;
      if (stratum.population > 0.0 && stratum.population < static_cast<double>(stratum.units.size())) {
        refuse(function_, "populations must not be below the number of units drawn");
      }
    }
    double variance = 0.0;
    for (const auto& [code, stratum] : strata) {
      const auto n = static_cast<double>(stratum.units.size());
      const double unseen = stratum.population > 0.0 ? 1.0 - n / stratum.population : 1.0;
      if (unseen == 0.0) continue;  // all of them were drawn
      const bool lonely = stratum.units.size() == 1;
      if (lonely && options_.lonely == LonelyUnit::refuse) return;
      if (lonely && options_.lonely == LonelyUnit::certain) continue;
      double mean = 0.0, squares = 0.0;
      for (const auto& [name, unit] : stratum.units) mean += unit.total / n;
      if (lonely) mean = all_total / all_units;
      for (const auto& [name, unit] : stratum.units) squares += (unit.total - mean) * (unit.total - mean);
      variance += unseen * (lonely ? 1.0 : n / (n - 1.0)) * squares;
    }
    if (made_.clusters < 2) return;
    made_.variance = variance;
    made_.standard_error = std::sqrt(variance);
    made_.degrees_of_freedom = static_cast<double>(made_.clusters - made_.strata);
    if (figure_ == Figure::mean) set_design_effect();
    if (!(variance > 0.0)) made_.status = Status::degenerate;
    else if (made_.degrees_of_freedom > 0.0) set_interval();
  }

  void set_design_effect() {
    const auto n = static_cast<double>(made_.count);
    const double spread = sum([this](std::size_t i) { return weight(i) * (x_[i] - made_.estimate) * (x_[i] - made_.estimate); });
    double simple = spread / made_.population / (n - 1.0);
    if (!design_.populations.empty()) simple *= (made_.population - n) / made_.population;
    if (simple > 0.0) made_.design_effect = made_.variance / simple;
  }

  void set_interval() {
    const double t = student_t_quantile(0.5 + 0.5 * options_.level, made_.degrees_of_freedom);
    const double r = made_.estimate;
    made_.status = Status::ok;
    if (options_.scale == IntervalScale::identity || r <= 0.0 || r >= 1.0) {
      made_.lower = r - t * made_.standard_error;
      made_.upper = r + t * made_.standard_error;
      return;
    }
    const double half = t * made_.standard_error / (r * (1.0 - r));
    made_.lower = expit(logit(r) - half);
    made_.upper = expit(logit(r) + half);
  }

  const char* function_;
  std::span<const double> x_;
  std::span<const double> n_;
  const SurveyDesign& design_;
  const SurveyOptions& options_;
  Figure figure_;
  SurveyEstimate made_;
};

}  // namespace

SurveyEstimate survey_mean(std::span<const double> values, const SurveyDesign& design, const SurveyOptions& options) {
  return Sample("survey_mean", values, {}, design, options, Figure::mean).run();
}

SurveyEstimate survey_total(std::span<const double> values, const SurveyDesign& design, const SurveyOptions& options) {
  return Sample("survey_total", values, {}, design, options, Figure::total).run();
}

SurveyEstimate survey_ratio(std::span<const double> numerators, std::span<const double> denominators, const SurveyDesign& design,
                            const SurveyOptions& options) {
  check_same_length("survey_ratio", numerators.size(), denominators.size(), "numerators and denominators");
  return Sample("survey_ratio", numerators, denominators, design, options, Figure::ratio).run();
}

}  // namespace childwell::inline v0_1::stats
