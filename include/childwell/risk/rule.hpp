// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/policy.hpp>
#include <childwell/instruments/instrument.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// What a rule looks at; the word follows from its indicator.
enum class RuleKind : std::uint8_t {
  absence_line,     ///< chronic or severe absence on a policy's line
  unexplained_run,  ///< consecutive days without explanation, as a policy counts them
  probability,      ///< of lying above a policy's line, with a stated certainty
  chart,            ///< the signal of a chart whose false alarms are stated
  share,            ///< a share of days or sessions, from a stated share on
  failed_papers,    ///< papers below a policy's pass mark, from a stated number on
  courses,          ///< as many courses failed as a policy calls a failure
  band              ///< bands of a questionnaire's scale by named norms
};
inline constexpr std::array<std::string_view, 8> rule_kind_words = {
    "absence_line", "unexplained_run", "probability", "chart", "share", "failed_papers", "courses", "band"};

/// A reason for which a child may be listed: one condition on one indicator, named, dated and sourced.
struct FlagRule {
  std::string id;
  std::string indicator;  ///< as in the catalogue; screening.<instrument>.<scale> for questionnaires
  std::string policy;     ///< whose line it is, where the indicator has one
  double certainty = std::numeric_limits<double>::quiet_NaN();     ///< of probabilities: from here on, 0.5 to below 1
  double false_alarms = std::numeric_limits<double>::quiet_NaN();  ///< of charts: in 1,000 child-years; NaN: as measured
  Fraction at_least{0, 0};  ///< of shares: from here on
  std::int64_t papers = 0;  ///< of failed papers: from here on
  std::string norms;        ///< of questionnaires: whose bands
  std::vector<std::string> bands;
  std::string validation;   ///< of questionnaires: the study that holds the cut-off against something else
  std::string country;
  std::string from;
  std::string source;
  std::string name_en;
  std::string name_zh;
  RuleKind kind = RuleKind::absence_line;  ///< set by define_flag_rule
};

/// Why an indicator is never a reason by itself; empty where it may be one.
///
/// Use to see what rules may rest on. Only attendance against a line, course results against a pass mark and validated
/// cut-offs of questionnaires are reasons: never patterns of the week, left-behind status, counselling, services, a
/// refusal, contact of the family, ranks, or the index.
/// @param indicator   as in the catalogue, or screening.<instrument>.<scale>
/// @param own         instruments beside those that ship
/// @return a sentence in English, or nothing
/// @throws std::bad_alloc
/// @source data model, rules 7 to 10 and 12; every entry of the catalogue is put to it in the tests
std::string reason_refused(std::string_view indicator, std::span<const instruments::Instrument> own = {});

/// Checks a rule, and says what it looks at.
///
/// Use for a study's own rules; those that ship pass through it too.
/// @param rule   condition with its source
/// @param own    instruments beside those that ship, as define_instrument gives them
/// @return the same with its kind
/// @throws std::invalid_argument when the indicator is no reason or not known, what its condition needs is missing, it
///         says more than its condition needs, norms or bands are not those of the instrument, a cut-off names no study
///         that validated it, or the rule has no source
/// @source data model, rules 5 to 10 and 12
FlagRule define_flag_rule(FlagRule rule, std::span<const instruments::Instrument> own = {});

/// Every rule that ships with the library, checked.
///
/// Use to choose some by name; none is a default.
/// @return all rules, in the order of the file
/// @throws std::bad_alloc on first use
/// @source src/rules/flags.toml, where each rule names its own source
const std::vector<FlagRule>& flag_rules();

}  // namespace childwell::inline v0_1
