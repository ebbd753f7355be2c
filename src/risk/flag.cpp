// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/risk/flag.hpp>

#include <childwell/core/random.hpp>

#include "answers.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr std::size_t chunk_children = 8192;  // reading columns begins with what all children share

/// A number that a child has at every date and in every order of the rows.
std::uint64_t number_of(const std::string& pseudonym) noexcept {
  std::uint64_t number = 14695981039346656037ULL;  // Fowler, Noll and Vo's hash
  for (const char letter : pseudonym) number = (number ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return number;
}

class Lister {
 public:
  Lister(const Indicators& indicators, Flags& flags)
      : flags_(flags), plan_(flags.plan), snapshot_(indicators.snapshots[flags.plan.snapshot]), cohort_(*snapshot_.cohort),
        answers_(indicators, flags.plan) {}

  void run(Executor& executor) {
    flags_.children.resize(cohort_.children.size());
    flags_.verdicts.assign(cohort_.children.size() * plan_.rules.size(), Verdict::not_asked);
    flags_.care_known = answers_.knows_care() || !plan_.care.empty();
    read_care();
    struct Part {
      std::vector<FlagReason> reasons;
      std::vector<RuleCounts> rules;
    };
    const std::size_t children = flags_.children.size();
    std::vector<Part> parts((children + chunk_children - 1) / chunk_children);
    for_chunks(executor, children, chunk_children, [&](std::size_t begin, std::size_t end) {
      Part& part = parts[begin / chunk_children];
      part.rules.resize(plan_.rules.size());
      const detail::Stretch stretch = answers_.of(begin, end);
      const std::size_t width = plan_.rules.size() + 1;
      for (std::size_t child = begin; child < end; ++child) {
        if (stretch.in_care[child - begin] != 0) flags_.children[child].in_care = true;
        decide(child, std::span(stretch.answers).subspan((child - begin) * width, width), part.reasons, part.rules);
      }
    });
    flags_.rules.resize(plan_.rules.size());
    for (Part& part : parts) {
      std::move(part.reasons.begin(), part.reasons.end(), std::back_inserter(flags_.reasons));
      for (std::size_t rule = 0; rule < plan_.rules.size(); ++rule) {
        flags_.rules[rule].yes += part.rules[rule].yes;
        flags_.rules[rule].no += part.rules[rule].no;
        flags_.rules[rule].cannot_tell += part.rules[rule].cannot_tell;
        flags_.rules[rule].not_asked += part.rules[rule].not_asked;
      }
    }
    if (plan_.limited) give_places();
    count();
  }

 private:
  void read_care() {
    const auto children = static_cast<std::int32_t>(flags_.children.size());
    for (const CareSpell& spell : plan_.care) {
      const bool now = spell.from <= flags_.as_of && (!spell.to.known() || flags_.as_of <= spell.to);
      if (spell.child >= 0 && spell.child < children && now) flags_.children[static_cast<std::size_t>(spell.child)].in_care = true;
    }
  }

  /// Who is or may be at a school; who has left is looked for by others.
  [[nodiscard]] bool is_judged(std::size_t child) const {
    if (!cohort_.children[child].used) return false;
    switch (snapshot_.roll_states[child]) {
      case RollState::left_known:
      case RollState::left_unknown: return false;
      case RollState::not_on_roll: return snapshot_.outside[child] > 0 || snapshot_.papers[child].expected > 0;
      default: return true;
    }
  }

  void decide(std::size_t child, std::span<const detail::Answer> answers, std::vector<FlagReason>& reasons, std::vector<RuleCounts>& rules) {
    ChildFlag& flag = flags_.children[child];
    flag.judged = is_judged(child);
    if (!flag.judged) return;
    const std::int32_t lane = snapshot_.current_lane[child];
    if (lane >= 0) flag.school = cohort_.places.successor(cohort_.lanes[static_cast<std::size_t>(lane)].school, flags_.as_of);
    // a child whose schooling is suspended is expected nowhere
    const bool not_seen = answers[0].reason.verdict == Verdict::yes && snapshot_.roll_states[child] == RollState::not_seen;
    bool to_check = false;
    bool too_early = false;
    bool no = false;
    const std::size_t first_reason = reasons.size();
    if (not_seen) reasons.push_back(answers[0].reason);
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
      const detail::Answer& answer = answers[rule + 1];
      flags_.verdicts[child * rules.size() + rule] = answer.reason.verdict;
      switch (answer.reason.verdict) {
        case Verdict::yes:
          ++rules[rule].yes;
          ++flag.reasons;
          if (flag.first_rule < 0) flag.first_rule = static_cast<std::int32_t>(rule);
          break;
        case Verdict::no: ++rules[rule].no; no = true; break;
        case Verdict::cannot_tell: ++rules[rule].cannot_tell; (answer.soft ? too_early : to_check) = true; break;
        case Verdict::not_asked: ++rules[rule].not_asked; break;
      }
      const bool said = answer.reason.verdict == Verdict::yes || answer.reason.verdict == Verdict::cannot_tell;
      if (said) reasons.push_back(answer.reason);
    }
    if (not_seen) flag.listing = Listing::not_seen;
    else if (flag.reasons > 0) flag.listing = flag.in_care ? Listing::in_care : Listing::needs_look;
    else if (to_check || (too_early && !no)) flag.listing = Listing::not_enough_data;
    flag.listed = flag.listing != Listing::none;
    flag.chance = flag.listed ? 1.0 : 0.0;
    if (!flag.listed) reasons.resize(first_reason);
  }

  [[nodiscard]] std::int64_t places_of(std::int32_t school) const {
    const std::string& code = cohort_.records->places.text(school);
    const auto found = plan_.capacity.find(code);
    if (found != plan_.capacity.end()) return found->second;
    if (plan_.capacity_each < 0) {
      throw std::invalid_argument("childwell: flag: capacity says nothing of the school '" + code + "'; name every school, or give one number for all");
    }
    return plan_.capacity_each;
  }

  void check_capacity() const {
    std::set<std::string> schools;
    for (const ChildFlag& flag : flags_.children) {
      if (flag.judged && flag.school >= 0) schools.insert(cohort_.records->places.text(flag.school));
    }
    for (const auto& [school, places] : plan_.capacity) {
      if (places < 0) throw std::invalid_argument("childwell: flag: the capacity of a school is a whole number, 0 or above");
      if (schools.count(school) == 0) {
        throw std::invalid_argument("childwell: flag: capacity names '" + school + "', where no child is enrolled now" +
                                    detail::meant(school, {schools.begin(), schools.end()}));
      }
    }
  }

  /// Children by the first rule that holds, school by school; a group that does not fit is dealt with as ties are.
  void give_places() {
    check_capacity();
    std::map<std::int32_t, std::int64_t> places;
    std::map<std::tuple<std::int32_t, std::int32_t>, std::vector<std::size_t>> groups;  // by school, then by first rule
    for (std::size_t child = 0; child < flags_.children.size(); ++child) {
      const ChildFlag& flag = flags_.children[child];
      if (!flag.judged || flag.school < 0) continue;  // who is enrolled nowhere waits in no school's queue
      const auto found = places.try_emplace(flag.school, 0);
      if (found.second) found.first->second = places_of(flag.school);
      if (flag.listing == Listing::not_seen) --found.first->second;
      if (flag.listing == Listing::needs_look) groups[{flag.school, flag.first_rule}].push_back(child);
    }
    for (const auto& [school, left] : places) flags_.counts.beyond += std::max<std::int64_t>(0, -left);
    for (const auto& [key, children] : groups) {
      std::int64_t& left = places[std::get<0>(key)];
      const auto wanted = static_cast<std::int64_t>(children.size());
      if (wanted <= left) {
        left -= wanted;
        continue;
      }
      give_some(children, std::max<std::int64_t>(0, left));
      left = 0;
    }
  }

  void give_some(const std::vector<std::size_t>& children, std::int64_t places) {
    const auto wait = [this](std::size_t child, double chance) {
      flags_.children[child].listed = false;
      flags_.children[child].chance = chance;
    };
    if (places > 0 && plan_.ties == Ties::include) {
      flags_.counts.beyond += static_cast<std::int64_t>(children.size()) - places;
      return;
    }
    if (places == 0 || plan_.ties == Ties::exclude) {
      for (const std::size_t child : children) wait(child, 0.0);
      return;
    }
    const double chance = static_cast<double>(places) / static_cast<double>(children.size());
    std::vector<std::pair<std::uint64_t, std::size_t>> lots;
    for (const std::size_t child : children) {
      lots.emplace_back(Random(plan_.seed, number_of(cohort_.records->children[child])).bits(), child);
      flags_.children[child].chance = chance;
    }
    std::sort(lots.begin(), lots.end());
    for (std::size_t lot = static_cast<std::size_t>(places); lot < lots.size(); ++lot) wait(lots[lot].second, chance);
  }

  void count() {
    FlagCounts& counts = flags_.counts;
    for (std::size_t child = 0; child < flags_.children.size(); ++child) {
      const ChildFlag& flag = flags_.children[child];
      const RollState state = snapshot_.roll_states[child];
      counts.left += state == RollState::left_known || state == RollState::left_unknown ? 1 : 0;
      if (!flag.judged) continue;
      ++counts.judged;
      ++counts.children[static_cast<std::size_t>(flag.listing)];
      counts.waiting += flag.listing == Listing::needs_look && !flag.listed ? 1 : 0;
      const auto number = static_cast<std::int32_t>(child);
      const bool withheld = cohort_.withheld(number, Subject::attendance, flags_.as_of) ||
                            cohort_.withheld(number, Subject::exam_results, flags_.as_of) ||
                            cohort_.withheld(number, Subject::screens, flags_.as_of);
      counts.withheld += withheld ? 1 : 0;
    }
  }

  Flags& flags_;
  const FlagPlan& plan_;
  const Snapshot& snapshot_;
  const Cohort& cohort_;
  detail::Answers answers_;
};

void check_plan(const Indicators& indicators, FlagPlan& plan) {
  if (plan.snapshot >= indicators.snapshots.size()) {
    throw std::invalid_argument("childwell: flag: there is no snapshot " + std::to_string(plan.snapshot));
  }
  if (plan.rules.empty()) throw std::invalid_argument("childwell: flag: no rules were given; name some, see flag_rules");
  for (FlagRule& rule : plan.rules) rule = define_flag_rule(std::move(rule), plan.own);
  for (const ScoredForms& forms : plan.forms) {
    const auto count = static_cast<std::size_t>(forms.scores.count);
    if (forms.child.size() != count || forms.date.size() != count || (!forms.known_on.empty() && forms.known_on.size() != count)) {
      throw std::invalid_argument("childwell: flag: forms of '" + forms.scores.instrument + "' need one child and one date for each form");
    }
    const auto children = static_cast<std::int64_t>(indicators.snapshots[plan.snapshot].cohort->children.size());
    for (const std::int32_t child : forms.child) {
      if (child >= children) throw std::invalid_argument("childwell: flag: a form is of a child that the cohort does not have");
    }
  }
}

}  // namespace

Flags flag(const Indicators& indicators, FlagPlan plan, Executor& executor) {
  check_plan(indicators, plan);
  const Snapshot& snapshot = indicators.snapshots[plan.snapshot];
  Flags flags;
  flags.cohort = snapshot.cohort;
  flags.as_of = snapshot.as_of;
  flags.window = snapshot.window;
  flags.policies = indicators.plan.policies;
  flags.plan = std::move(plan);
  Lister(indicators, flags).run(executor);
  flags.plan.forms.clear();  // the reasons hold what is needed of them
  flags.plan.care.clear();
  return flags;
}

Flags flag(const Indicators& indicators, FlagPlan plan) {
  SerialExecutor executor;
  return flag(indicators, std::move(plan), executor);
}

std::vector<ListOverlap> list_overlap(const Flags& earlier, const Flags& later) {
  const Records& before = *earlier.cohort->records;
  const Records& after = *later.cohort->records;
  if (before.key_id != after.key_id) {
    throw std::invalid_argument("childwell: list_overlap: the lists were made under two keys, so that pseudonyms do not compare; admit both with one key");
  }
  std::vector<ListOverlap> rows;
  const auto on = [](const ChildFlag& flag, Listing listing) { return flag.listed && flag.listing == listing; };
  for (std::size_t list = 0; list < static_cast<std::size_t>(Listing::none); ++list) {
    ListOverlap row;
    row.listing = static_cast<Listing>(list);
    for (const ChildFlag& flag : earlier.children) row.earlier += on(flag, row.listing) ? 1 : 0;
    for (const ChildFlag& flag : later.children) row.later += on(flag, row.listing) ? 1 : 0;
    std::size_t there = 0;
    for (std::size_t here = 0; here < earlier.children.size(); ++here) {
      while (there < later.children.size() && after.children[there] < before.children[here]) ++there;
      const bool same = there < later.children.size() && after.children[there] == before.children[here];
      if (!on(earlier.children[here], row.listing)) continue;
      if (same && on(later.children[there], row.listing)) ++row.both;
      else if (!same || !later.children[there].judged) ++row.gone_left;
    }
    const std::int64_t either = row.earlier + row.later - row.both;
    if (either > 0) {
      row.status = Status::ok;
      row.jaccard = static_cast<double>(row.both) / static_cast<double>(either);
      if (row.earlier > 0) row.kept = static_cast<double>(row.both) / static_cast<double>(row.earlier);
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace childwell::inline v0_1
