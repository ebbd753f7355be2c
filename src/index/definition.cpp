// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "definition.hpp"

#include <childwell/core/date.hpp>
#include <childwell/indicators/columns.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::detail {
namespace {

struct Barred {
  std::string_view words;  ///< between underlines, as they stand in a name
  std::string_view why;
};

constexpr std::string_view help =
    "asking for help is not risk (data model, rule 10); counselling and services set in_care";
constexpr std::string_view refusal = "refusing is never a feature (data model, rule 10)";
constexpr std::string_view grouping =
    "being left behind groups children for fairness, and is never an input (data model, rule 9)";
constexpr std::string_view safety = "answers about safety go to the named officer alone (data model, rule 11)";
constexpr std::string_view record =
    "it says what was recorded of a child, not how the child is; coverage stands beside the index";

constexpr std::array<Barred, 27> barred = {{
    {"_counselling_", help}, {"_counseling_", help}, {"_counsellor_", help}, {"_service_", help},
    {"_services_", help}, {"_referral_", help}, {"_referrals_", help}, {"_referred_", help}, {"_in_care_", help},
    {"_unmet_", help}, {"_dose_", help}, {"_helped_", help}, {"_refusal_", refusal}, {"_refused_", refusal},
    {"_refuse_", refusal}, {"_consent_", refusal}, {"_consents_", refusal}, {"_withheld_", refusal},
    {"_response_", refusal}, {"_left_behind_", grouping}, {"_leftbehind_", grouping}, {"_safety_", safety},
    {"_self_harm_", safety}, {"_coverage_", record},
    {"_validity_", record}, {"_visit_", help}, {"_visits_", help},
}};

std::string underlined(std::string_view name) {
  std::string made = "_";
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    const bool capital = c >= 'A' && c <= 'Z';
    made += capital ? static_cast<char>(c - 'A' + 'a') : letter ? c : '_';
  }
  return made + "_";
}

class Checker {
 public:
  explicit Checker(const IndexDefinition& definition) : definition_(definition) {}

  void run(std::span<const MeasureBeside> beside) {
    check_scale();
    if (definition_.domains.empty()) fault("has no domain; give at least one with at least one measure");
    check_node(definition_.minimum_share, definition_.minimum_parts, "");
    std::set<std::string> names = {"index"};
    for (const IndexDomain& domain : definition_.domains) {
      if (domain.name.empty()) fault("a domain has no name");
      if (!names.insert(domain.name).second) {
        fault("two nodes are called '", domain.name, "'; 'index' is the whole's own name");
      }
      if (domain.measures.empty()) fault("domain '", domain.name, "' has no measure");
      check_weight(domain.weight, domain.name);
      check_node(domain.minimum_share, domain.minimum_parts, domain.name);
    }
    const std::vector<CatalogueEntry> known = catalogue();
    for (const IndexDomain& domain : definition_.domains) {
      for (const IndexMeasure& measure : domain.measures) {
        if (!names.insert(measure.name).second) {
          fault("two parts are called '", measure.name, "'; give each a name of its own");
        }
        check_measure(measure, known, beside);
      }
    }
  }

 private:
  template <class... Parts>
  [[noreturn]] void fault(const Parts&... what) const {
    refuse_index("compose", "index '", definition_.id, "': ", what...);
  }

  void check_scale() const {
    const bool finite = std::isfinite(definition_.low) && std::isfinite(definition_.high);
    if (!finite || !(definition_.low < definition_.high)) fault("low must be below high, such as 1 and 100");
    bool positive = definition_.mean != MeanKind::arithmetic;
    for (const IndexDomain& domain : definition_.domains) positive = positive || domain.mean != MeanKind::arithmetic;
    if (!positive || definition_.low > 0.0) return;
    fault("a geometric or harmonic mean needs a scale above 0, such as 1 to 100");
  }

  void check_weight(double weight, const std::string& name) const {
    if (!(weight >= 0.0) || !std::isfinite(weight)) fault("the weight of '", name, "' must be finite and at least 0");
  }

  void check_node(double share, std::int64_t parts, const std::string& name) const {
    const std::string where = name.empty() ? std::string() : "domain '" + name + "': ";
    if (!(share >= 0.0 && share <= 1.0)) fault(where, "minimum_share must lie between 0 and 1");
    if (parts < 1) fault(where, "minimum_parts must be at least 1");
  }

  void check_measure(const IndexMeasure& measure, const std::vector<CatalogueEntry>& known,
                     std::span<const MeasureBeside> beside) const {
    if (measure.name.empty()) fault("a measure has no name");
    for (const std::string& name : {measure.name, measure.indicator}) {
      const std::string words = underlined(name);
      for (const Barred& one : barred) {
        if (words.find(one.words) == std::string::npos) continue;
        fault("'", name, "' may not be a measure: ", one.why, "; take it out");
      }
    }
    check_weight(measure.weight, measure.name);
    check_rule(measure);
    const std::string& id = measure.indicator;
    const bool is_beside = std::any_of(beside.begin(), beside.end(), [&id](const auto& one) { return one.name == id; });
    const auto entry = std::find_if(known.begin(), known.end(), [&id](const auto& one) { return one.id == id; });
    if (entry == known.end()) {
      if (!is_beside) fault("there is no indicator and no table beside called '", id, "'; see the catalogue");
      return;
    }
    if (entry->family == "screening" && id.ends_with(".days_since")) {
      fault("'", id, "' may not be a measure: ", record, "; take it out");
    }
    if (is_beside) fault("a table beside may not be called '", id, "', which is an indicator");
    if (entry->direction.ends_with("question")) {
      fault("'", entry->id, "' is a question to ask and never a reason by itself (data model, rule 8); take it out");
    }
    const bool good = entry->direction == "high_is_good";
    if ((good || entry->direction == "high_is_concern") && good != measure.rule.high_is_good) {
      fault("'", measure.name, "': the catalogue says ", entry->direction, " of ", entry->id, "; say high_is_good = ",
            good ? "true" : "false");
    }
  }

  void check_rule(const IndexMeasure& measure) const {
    const Normalisation method = measure.rule.method;
    const bool fits = method == Normalisation::goalposts || method == Normalisation::min_max ||
                      method == Normalisation::z_score || method == Normalisation::rank_normal;
    if (!fits) fault("'", measure.name, "': an index takes goalposts, min_max, z_score or rank_normal");
    if (measure.standard_error < 0.0 || std::isinf(measure.standard_error)) {
      fault("'", measure.name, "': standard_error must be finite and at least 0");
    }
    if (method != Normalisation::goalposts) return;
    if (!(measure.rule.from < measure.rule.to)) {
      fault("'", measure.name, "': goalposts are two raw values, the lower first and apart, such as [0, 0.2]");
    }
    if (!parse_iso_date(measure.frozen_on)) {
      fault("'", measure.name, "': goalposts need frozen_on, the date since which they stand, as YYYY-MM-DD");
    }
    if (measure.source.empty()) fault("'", measure.name, "': goalposts need a source: who chose them, and from what");
  }

  const IndexDefinition& definition_;
};

}  // namespace

void check_definition(const IndexDefinition& definition, std::span<const MeasureBeside> beside) {
  Checker(definition).run(beside);
}

}  // namespace childwell::inline v0_1::detail
