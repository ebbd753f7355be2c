// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/instruments/change.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::instruments {
namespace {

constexpr std::int64_t not_known = -2;

void check_options(std::string_view function, const ChangeOptions& options) {
  if (!(options.reliability >= 0.0 && options.reliability < 1.0)) {
    refuse(function, "reliability must lie in [0, 1): with 1 any change is reliable");
  }
  if (!(options.standard_deviation > 0.0) || !std::isfinite(options.standard_deviation)) {
    refuse(function, "standard_deviation must be above 0 and finite");
  }
  if (!(options.level > 0.0 && options.level < 1.0)) refuse(function, "level must lie between 0 and 1, such as 0.95");
}

ReliableChange changes(std::string_view function, std::span<const double> before, std::span<const double> after,
                       const ChangeOptions& options) {
  check_options(function, options);
  if (before.size() != after.size()) refuse(function, "before and after must have the same length");
  ReliableChange made;
  made.level = options.level;
  made.standard_error_of_measurement = options.standard_deviation * std::sqrt(1.0 - options.reliability);
  made.standard_error_of_difference = made.standard_error_of_measurement * std::sqrt(2.0);
  const double line = stats::normal_quantile(0.5 + 0.5 * options.level);
  made.threshold = line * made.standard_error_of_difference;
  made.change.assign(before.size(), std::numeric_limits<double>::quiet_NaN());
  made.index = made.change;
  made.direction.assign(before.size(), not_known);
  bool is_finite = true;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (std::isnan(before[i]) || std::isnan(after[i])) {
      ++made.missing;
      continue;
    }
    ++made.count;
    const double change = after[i] - before[i];
    if (!std::isfinite(change)) {
      is_finite = false;
      continue;
    }
    made.change[i] = change;
    made.index[i] = change / made.standard_error_of_difference;
    const bool is_better = options.high_is_good ? made.index[i] > line : made.index[i] < -line;
    const bool is_worse = options.high_is_good ? made.index[i] < -line : made.index[i] > line;
    made.direction[i] = is_better ? 1 : is_worse ? -1 : 0;
    (is_better ? made.better : is_worse ? made.worse : made.neither) += 1;
  }
  if (made.count > 0) made.status = is_finite ? Status::ok : Status::not_finite;
  return made;
}

ClinicalOutcome outcome_of(std::int64_t direction, bool was_clinical, bool is_clinical) {
  if (direction == not_known) return ClinicalOutcome::unknown;
  if (direction < 0) return ClinicalOutcome::deteriorated;
  if (!was_clinical) return ClinicalOutcome::not_clinical_at_start;
  if (direction == 0) return ClinicalOutcome::unchanged;
  return is_clinical ? ClinicalOutcome::improved : ClinicalOutcome::recovered;
}

}  // namespace

ReliableChange reliable_change(std::span<const double> before, std::span<const double> after,
                               const ChangeOptions& options) {
  return changes("reliable_change", before, after, options);
}

ClinicalCutoffs clinical_cutoffs(const ClinicalNorms& norms) {
  for (const double spread : {norms.clinical_standard_deviation, norms.normal_standard_deviation}) {
    if (!(spread > 0.0) || !std::isfinite(spread)) {
      refuse("clinical_cutoffs", "standard deviations must be above 0 and finite");
    }
  }
  if (!std::isfinite(norms.clinical_mean) || !std::isfinite(norms.normal_mean)) {
    refuse("clinical_cutoffs", "means must be finite");
  }
  ClinicalCutoffs made;
  if (norms.clinical_mean == norms.normal_mean) {
    made.status = Status::degenerate;
    return made;
  }
  const double towards = norms.normal_mean > norms.clinical_mean ? 1.0 : -1.0;
  const double spread = norms.clinical_standard_deviation + norms.normal_standard_deviation;
  made.a = norms.clinical_mean + towards * 2.0 * norms.clinical_standard_deviation;
  made.b = norms.normal_mean - towards * 2.0 * norms.normal_standard_deviation;
  made.c = (norms.clinical_standard_deviation * norms.normal_mean +
            norms.normal_standard_deviation * norms.clinical_mean) /
           spread;
  made.status = Status::ok;
  return made;
}

ClinicalChange clinical_change(std::span<const double> before, std::span<const double> after, double cutoff,
                               const ChangeOptions& options) {
  if (!std::isfinite(cutoff)) refuse("clinical_change", "cutoff must be finite");
  ClinicalChange made;
  made.cutoff = cutoff;
  made.reliable = changes("clinical_change", before, after, options);
  made.count = made.reliable.count;
  made.missing = made.reliable.missing;
  made.status = made.reliable.status;
  const auto is_clinical = [&](double score) { return options.high_is_good ? score < cutoff : score > cutoff; };
  for (std::size_t i = 0; i < before.size(); ++i) {
    const ClinicalOutcome one = outcome_of(made.reliable.direction[i], is_clinical(before[i]), is_clinical(after[i]));
    made.outcomes.push_back(one);
    switch (one) {
      case ClinicalOutcome::unknown: break;
      case ClinicalOutcome::recovered: ++made.recovered; break;
      case ClinicalOutcome::improved: ++made.improved; break;
      case ClinicalOutcome::unchanged: ++made.unchanged; break;
      case ClinicalOutcome::deteriorated: ++made.deteriorated; break;
      case ClinicalOutcome::not_clinical_at_start: ++made.not_clinical_at_start; break;
    }
  }
  return made;
}

}  // namespace childwell::inline v0_1::instruments
