// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "beside_measures.hpp"

#include <childwell/core/executor.hpp>

#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("childwell: aggregate: " + what); }

MeasureInput measure(std::string id, MeasureKind kind, std::string policy, std::string subject) {
  MeasureInput made;
  made.id = std::move(id);
  made.kind = kind;
  made.policy = std::move(policy);
  made.subject = std::move(subject);
  return made;
}

/// Positions of the index's children in the cohort; both stand in pseudonym order.
std::vector<std::uint32_t> positions_of(const WellbeingIndex& index) {
  const std::vector<std::string>& all = index.cohort->records->children;
  std::vector<std::uint32_t> positions;
  std::size_t at = 0;
  for (const std::string& child : index.children) {
    while (all[at] != child) ++at;
    positions.push_back(static_cast<std::uint32_t>(at));
  }
  return positions;
}

/// A mean of one column among the children who are to have it. Those without it stay beside, and a withheld one is nowhere.
template <class Has>
MeasureInput mean_of(const WellbeingIndex& index, const std::vector<std::uint32_t>& positions, std::size_t column,
                     const std::vector<std::uint32_t>& nodes, MeasureInput made, Has has) {
  for (std::size_t row = 0; row < positions.size(); ++row) {
    stop_point_at(row);
    const std::uint32_t node = nodes[positions[row]];
    if (node == no_node || index.statuses[row] == Status::withheld) continue;
    const double value = index.composite.values(row, column);
    const bool told = has(row) && !std::isnan(value);
    made.rows.push_back({positions[row], node, told ? value : 0.0, told ? 1.0 : 0.0, 1.0});
  }
  return made;
}

void add_index(const WellbeingIndex& index, IndicatorMeasures& made) {
  const auto positions = positions_of(index);
  const std::size_t last = index.nodes.size() - 1;
  for (std::size_t set = 0; set < index.set_names.size(); ++set) {
    made.measures.push_back(mean_of(index, positions, last, made.child_nodes,
                                    measure("wellbeing.index", MeasureKind::mean, index.id, index.set_names[set]),
                                    [&](std::size_t row) { return index.sets[row] == static_cast<std::int32_t>(set); }));
  }
  for (std::size_t domain = 0; domain < last; ++domain) {
    made.measures.push_back(mean_of(index, positions, domain, made.child_nodes,
                                    measure("wellbeing.domain", MeasureKind::mean, index.id, index.nodes[domain]),
                                    [&](std::size_t row) { return index.statuses[row] != Status::not_seen; }));
  }
}

// Any reason, by the rules that were asked: one that holds is enough, and without one all that were asked must say no.
Verdict any_reason(std::span<const Verdict> verdicts) {
  Verdict any = Verdict::not_asked;
  for (const Verdict one : verdicts) {
    if (one == Verdict::yes) return one;
    if (one == Verdict::cannot_tell) any = one;
    if (one == Verdict::no && any == Verdict::not_asked) any = one;
  }
  return any;
}

void add_flags(const Flags& flags, IndicatorMeasures& made) {
  const std::size_t rules = flags.plan.rules.size();
  std::vector<MeasureInput> shares{measure("flags.reason_to_look", MeasureKind::share, "", "")};
  for (const FlagRule& rule : flags.plan.rules) shares.push_back(measure("flags.rule", MeasureKind::share, rule.id, ""));
  for (std::size_t child = 0; child < flags.children.size(); ++child) {
    stop_point_at(child);
    const std::uint32_t node = made.child_nodes[child];
    if (node == no_node || !flags.children[child].judged) continue;
    const std::span<const Verdict> verdicts(flags.verdicts.data() + child * rules, rules);
    const auto add = [&](MeasureInput& share, Verdict verdict) {
      if (verdict == Verdict::not_asked) return;
      const bool told = verdict != Verdict::cannot_tell;
      share.rows.push_back({static_cast<std::uint32_t>(child), node, verdict == Verdict::yes ? 1.0 : 0.0, told ? 1.0 : 0.0, 1.0});
    };
    add(shares[0], any_reason(verdicts));
    for (std::size_t rule = 0; rule < rules; ++rule) add(shares[rule + 1], verdicts[rule]);
  }
  for (MeasureInput& share : shares) made.measures.push_back(std::move(share));
}

}  // namespace

void check_beside(const Indicators& indicators, const GroupedBeside& beside) {
  const auto of_these = [&](const std::shared_ptr<const Cohort>& cohort, std::size_t snapshot) {
    return snapshot < indicators.snapshots.size() && indicators.snapshots[snapshot].cohort == cohort;
  };
  std::set<std::pair<std::size_t, std::string>> names;
  for (const WellbeingIndex* index : beside.indexes) {
    if (!of_these(index->cohort, index->snapshot)) refuse("the index '" + index->id + "' was composed of other indicators; give those it was made of");
    if (!names.insert({index->snapshot, index->id}).second) refuse("the index '" + index->id + "' was given twice for one date and window");
  }
  std::set<std::size_t> dates;
  for (const Flags* flags : beside.flags) {
    if (!of_these(flags->cohort, flags->plan.snapshot)) refuse("the flags were made of other indicators; give those they were made of");
    if (!dates.insert(flags->plan.snapshot).second) refuse("flags were given twice for one date and window; name all their rules in one call of flag");
  }
}

void add_beside(std::size_t snapshot, const GroupedBeside& beside, IndicatorMeasures& made) {
  for (const WellbeingIndex* index : beside.indexes) {
    if (index->snapshot == snapshot) add_index(*index, made);
  }
  for (const Flags* flags : beside.flags) {
    if (flags->plan.snapshot == snapshot) add_flags(*flags, made);
  }
}

}  // namespace childwell::inline v0_1::detail
