// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/executor.hpp>
#include <childwell/index/composite.hpp>
#include <childwell/index/normalise.hpp>
#include <childwell/index/weights.hpp>
#include <childwell/indicators/measure.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// Where the weights of a node's parts come from.
enum class Weighting : std::uint8_t { equal, given, components, entropy };
inline constexpr std::array<std::string_view, 4> weighting_words = {"equal", "given", "components", "entropy"};

/// What becomes of a child with several rows of one measure, such as several papers.
enum class MeasureRows : std::uint8_t {
  one,  ///< several are a mistake of the definition
  mean  ///< the mean of those with a value; the others open the bounds
};
inline constexpr std::array<std::string_view, 2> measure_rows_words = {"one", "mean"};

/// A measure in a domain: which rows of the indicators, and how they become a score.
struct IndexMeasure {
  std::string name;       ///< as it stands in results
  std::string indicator;  ///< of the catalogue, or the name of a table given beside
  std::string policy;     ///< which rows, where an indicator has one for each; empty for any
  std::string exam;
  std::string subject;
  std::string informant;  ///< of a questionnaire
  MeasureRows rows = MeasureRows::one;
  NormalisationRule rule;  ///< goalposts, min_max, z_score or rank_normal; beyond the scale a score is clipped
  std::string frozen_on;   ///< the date since which goalposts stand, YYYY-MM-DD
  std::string source;      ///< whose goalposts they are
  double weight = 1.0;
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of one row, in its unit; NaN: the column's own
};

/// Measures that make up for each other.
struct IndexDomain {
  std::string name;
  std::vector<IndexMeasure> measures;
  MeanKind mean = MeanKind::arithmetic;
  Weighting weighting = Weighting::equal;
  double weight = 1.0;
  double minimum_share = 0.5;
  std::int64_t minimum_parts = 1;
};

/// What an index is: data, with a name and a date, and the same for every year that is to compare.
struct IndexDefinition {
  std::string id;
  std::vector<IndexDomain> domains;
  MeanKind mean = MeanKind::geometric;
  Weighting weighting = Weighting::equal;
  double minimum_share = 0.5;
  std::int64_t minimum_parts = 2;
  double low = 1.0;
  double high = 100.0;
};

/// Scores that stand in no indicator yet, such as those of questionnaires.
struct MeasureBeside {
  std::string name;
  std::vector<std::string> children;         ///< pseudonyms
  std::vector<double> value, lower, upper;   ///< interval at the level of the indicators, NaN where it has none
  std::vector<std::uint8_t> not_applicable;  ///< 1 where it does not apply, such as a form for another age
};

struct ComposeOptions {
  CompositeInterval interval = CompositeInterval::delta;
  std::int64_t draws = 2000;
  std::uint64_t seed = 1;
};

/// What became of one measure or domain in an index.
struct IndexPart {
  std::string name;
  std::string domain;                     ///< of a measure; a domain's own is empty
  double weight = std::numeric_limits<double>::quiet_NaN();       ///< within its node, scaled to 1
  double nominal = std::numeric_limits<double>::quiet_NaN();      ///< within the index
  double linear = std::numeric_limits<double>::quiet_NaN();       ///< squared correlation with the index
  double main_effect = std::numeric_limits<double>::quiet_NaN();  ///< share of the index's variance
  double effective = std::numeric_limits<double>::quiet_NaN();    ///< main effects, scaled to 1
  std::int64_t effective_count = 0;       ///< children with every part, of whom these are said
  Status effective_status = Status::not_enough_data;
  std::int64_t count = 0;                 ///< children with a score
  std::int64_t missing = 0;
  std::int64_t not_applicable = 0;
  std::int64_t clipped_low = 0;           ///< beyond the bad goalpost or end of the scale
  std::int64_t clipped_high = 0;
};

/// An index of the children on the roll who have not left, in order of their pseudonyms.
struct WellbeingIndex {
  std::string id;                         ///< of the definition
  std::shared_ptr<const Cohort> cohort;
  std::size_t snapshot = 0;               ///< position of the date and window
  std::vector<std::string> children;
  std::vector<std::string> nodes;         ///< the domains, then "index"
  std::vector<std::string> measures;      ///< columns of scores
  Composite composite;                    ///< one column a node
  stats::Matrix scores;                   ///< one column a measure
  std::vector<Status> statuses;           ///< of the index: as composite, or not_seen, withheld
  std::vector<std::int32_t> sets;         ///< which domains a child's index is made of, -1 where it has none
  std::vector<std::string> set_names;     ///< "attendance + learning"; children of different sets are not in one order
  std::vector<IndexPart> parts;           ///< domains, then measures
  std::int64_t not_on_roll = 0;           ///< children who left or were never on it; they have no row
  double level = 0.95;
  Status status = Status::not_enough_data;  ///< ok, or why weights from the data are not defined
};

/// Composes an index of children from indicators, by a definition that is data.
///
/// Use with goalposts that are dated and frozen where years are to compare. Counselling, services, visits, referrals,
/// refusal, consent, being left behind and answers about safety are refused as measures: asking for help is not risk.
/// An indicator with a confidence interval carries it, one with bounds opens the index's bounds, and one that says what
/// happened has no error but the standard error that the definition gives. Not a diagnosis, and no list of children.
/// @param indicators   finished states
/// @param snapshot     position of the date and window
/// @param definition   domains, measures, scales, weights and means
/// @param beside       scores of other tables, one row a child; children who are not on the roll are left out
/// @param options      interval
/// @param executor     where to run; results do not depend on it
/// @return index, domains and scores of every child on the roll; weights beside what they do. not_seen where there is
///         no evidence of presence, withheld where consent keeps back what would be needed
/// @throws std::invalid_argument when the definition breaks a rule, an indicator is not there or runs the other way, a
///         child has several rows where one is meant; std::out_of_range for a snapshot that is not there. Cost: the
///         columns of one snapshot, and composite_indicator
/// @source data model, rules 9 to 12; OECD and JRC 2008; worked by hand and against a simulated city in the tests
WellbeingIndex compose(const Indicators& indicators, std::size_t snapshot, const IndexDefinition& definition,
                       std::span<const MeasureBeside> beside, const ComposeOptions& options, Executor& executor);

/// The same on the caller's own thread, of indicators alone.
///
/// Use where no executor is at hand.
/// @param indicators, snapshot, definition   as above
/// @return as above
/// @throws as above
/// @source as above
WellbeingIndex compose(const Indicators& indicators, std::size_t snapshot, const IndexDefinition& definition);

}  // namespace childwell::inline v0_1
