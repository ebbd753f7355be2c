// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/core/messages.hpp>
#include <childwell/indicators/columns.hpp>
#include <childwell/indicators/measure.hpp>
#include <childwell/instruments/instrument.hpp>
#include <childwell/instruments/score.hpp>
#include <childwell/risk/rule.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// The list a child is on; the earlier word wins where several hold.
enum class Listing : std::uint8_t {
  not_seen,         ///< expected, and no evidence of presence: first of all, whatever else is known
  needs_look,       ///< a rule holds: somebody is to find out how things are
  in_care,          ///< a rule holds, and somebody is looking after the child already
  not_enough_data,  ///< no rule holds, and records that are missing decide: they are to be checked
  none
};
inline constexpr std::array<std::string_view, 5> listing_words = {"not_seen", "needs_look", "in_care", "not_enough_data", "none"};

/// A rule's answer for one child.
enum class Verdict : std::uint8_t {
  yes,
  no,
  cannot_tell,  ///< what is not recorded decides, or there is too little to say
  not_asked     ///< nothing to answer: not expected, no paper set, no form filled in, or consent withdrawn
};
inline constexpr std::array<std::string_view, 4> verdict_words = {"yes", "no", "cannot_tell", "not_asked"};

/// What becomes of children who stand alike and do not all fit into a school's places.
enum class Ties : std::uint8_t {
  include,  ///< all of them are listed: the list is longer than the places
  exclude,  ///< all of them wait: places stay free
  draw      ///< as many as fit, by lot; the same lot at every date
};
inline constexpr std::array<std::string_view, 3> ties_words = {"include", "exclude", "draw"};

/// Scored forms, whose they are, and of which day. It holds no answer.
struct ScoredForms {
  instruments::Scores scores;
  std::vector<std::int32_t> child;  ///< of each form, in the cohort; -1 where it is nobody's
  std::vector<Date> date;
  std::vector<Date> known_on;       ///< empty: on the day itself
};

/// Days on which somebody looks after a child: counselling, a service, a visit. The last day is one of them.
struct CareSpell {
  std::int32_t child = -1;
  Date from;
  Date to = open_end;
};

struct FlagPlan {
  std::size_t snapshot = 0;                       ///< position of the date and window
  std::vector<FlagRule> rules;                    ///< in order: children stand by the first rule that holds
  std::vector<instruments::Instrument> own;       ///< instruments beside those that ship
  std::vector<ScoredForms> forms;                 ///< of the window; the last one of a child counts; else the study's screens
  std::vector<CareSpell> care;                    ///< beside counselling and services, where a policy of help was measured
  bool limited = false;                           ///< whether places are limited
  std::map<std::string, std::int64_t> capacity;   ///< children that a school can look into, by its code
  std::int64_t capacity_each = -1;                ///< of each school that is not named; -1: every school is to be named
  Ties ties = Ties::include;
  std::uint64_t seed = 1;                         ///< of the lot
};

/// Why a rule holds for a child, or why it cannot be told, in the child's own numbers.
struct FlagReason {
  std::int32_t child = -1;
  std::int32_t rule = -1;  ///< -1: not seen, which needs no rule
  Verdict verdict = Verdict::yes;
  Status status = Status::ok;
  bool by_days = true;          ///< else sessions
  std::int64_t part = 0;        ///< absent days, failed papers, ...
  std::int64_t whole = 0;       ///< of which
  std::int64_t unknown = 0;     ///< of which nothing is known
  std::int64_t core = 0;        ///< failed courses that are core courses
  std::int64_t least = 0;       ///< from which on the rule holds; 0 where it asks nothing of them
  std::int64_t least_core = 0;  ///< the same of core courses
  std::int64_t most = -1;       ///< up to which it does not; -1 where there is no such number
  double value = std::numeric_limits<double>::quiet_NaN();  ///< probability, share or score
  Date date;                    ///< last seen, last day, of the form or of the alarm
  Date since;                   ///< of charts: the baseline
};

/// Where a child stands.
struct ChildFlag {
  Listing listing = Listing::none;
  bool judged = false;      ///< on the roll, or attending without it
  bool in_care = false;     ///< whether anybody looks after the child, listed or not
  bool listed = false;      ///< on its list; false for a child that waits for a place
  std::int32_t first_rule = -1;
  std::int32_t reasons = 0;  ///< rules that hold
  std::int32_t school = -1;
  double chance = std::numeric_limits<double>::quiet_NaN();  ///< of being listed: 1, 0, or that of the lot
};

/// How often a rule held.
struct RuleCounts {
  std::int64_t yes = 0;
  std::int64_t no = 0;
  std::int64_t cannot_tell = 0;
  std::int64_t not_asked = 0;
};

struct FlagCounts {
  std::array<std::int64_t, listing_words.size()> children{};  ///< judged, by list
  std::int64_t judged = 0;
  std::int64_t waiting = 0;     ///< needs_look without a place
  std::int64_t beyond = 0;      ///< listed beyond a school's places: not seen, or included ties
  std::int64_t left = 0;        ///< not judged, because they have left the school
  std::int64_t withheld = 0;    ///< not judged by what consent was withdrawn from; a refusal lists nobody
};

/// Lists of children with reasons, as of a date.
struct Flags {
  std::shared_ptr<const Cohort> cohort;
  Date as_of;
  Window window;
  FlagPlan plan;                    ///< as given, the rules checked, without forms and care
  std::vector<Policy> policies;
  std::vector<ChildFlag> children;  ///< by child, in pseudonym order
  std::vector<FlagReason> reasons;      ///< by child, then by rule
  std::vector<Verdict> verdicts;        ///< by child, then by rule; not_asked for children who are not judged
  std::vector<RuleCounts> rules;
  FlagCounts counts;
  bool care_known = false;          ///< whether anybody said who is in care
};

/// Lists children about whom somebody should find out more, each with reasons that can be checked by hand.
///
/// Use after measure. A listing is a reason to look, never a decision and no forecast. Who is not seen comes first,
/// whatever the rules; counselling and services only move a child from needs_look to in_care; a refusal lists nobody.
/// Where places are limited, those not seen take them first and are all listed; then come the children by the first
/// rule of the plan that holds, and ties are handled as the plan says. Who is in care, or whose records are missing,
/// takes no place. Not for safety answers: they bypass every list and go to the named officer at once.
/// @param indicators   finished states, measured with every policy and family that the rules ask for
/// @param plan         rules, forms, care, places
/// @param executor     where to run; results do not depend on it
/// @return where each child stands, reasons, and counts by rule
/// @throws std::invalid_argument when a rule does not pass define_flag_rule or is named twice, what it needs was not
///         measured, attendance was measured without a not_seen policy, a school has no number of places, or forms do
///         not have one child and date each. Cost: the indicator columns of each child once, about 20 microseconds
/// @source data model, rules 2, 5, 7 to 11 and 15; checked by hand for every shipped rule
Flags flag(const Indicators& indicators, FlagPlan plan, Executor& executor);

/// The same on the caller's own thread.
///
/// Use where no executor is at hand.
/// @param indicators, plan   as above
/// @return as above
/// @throws as above
/// @source as above
Flags flag(const Indicators& indicators, FlagPlan plan);

/// A message: a code of the catalogue with its parameters.
struct Message {
  std::string code;
  std::map<std::string, std::string> parameters;
};

/// A reason as messages of the catalogue: why the child is listed, and when it would not be.
struct ReasonMessages {
  Message why;
  Message unless;  ///< no code where nothing of that kind can be said
};

/// Puts a reason into messages.
///
/// Use where a list meets the people who look after the child, and nowhere else: it holds the child's own numbers.
/// @param flags      the lists
/// @param reason     one of their reasons
/// @param language   of the names among the parameters
/// @return codes and parameters, to be worded by describe
/// @throws std::bad_alloc
/// @source src/rules/messages.toml
ReasonMessages reason_messages(const Flags& flags, const FlagReason& reason, Language language);

/// Children in columns.
struct FlagColumns {
  TextColumn child, school, listing, first_rule;
  std::vector<std::uint8_t> listed, in_care;
  std::vector<std::int64_t> reasons;
  std::vector<double> chance;
};

/// Children of the lists, by list, school and pseudonym; never by value.
///
/// Use to write or join; who is on no list is left out unless asked for.
/// @param flags      the lists
/// @param everyone   whether to give those on no list too
/// @return one row a child
/// @throws std::bad_alloc
/// @source data model, rule 15
FlagColumns flag_columns(const Flags& flags, bool everyone);

/// Reasons in columns.
struct ReasonColumns {
  TextColumn child, school, listing, rule, family, verdict, status, code, text, unless;
  std::vector<std::uint8_t> listed;
  std::vector<double> value;
  std::vector<std::int64_t> part, whole, unknown;
};

/// Reasons of the children on the lists in words, in the order of flag_columns.
///
/// Use for the list of one recipient. The family says what a reason rests on: class teachers and volunteers never see
/// those of questionnaires.
/// @param flags      the lists
/// @param language   of the words
/// @return one row for each child and rule that holds or cannot be told
/// @throws std::bad_alloc
/// @source data model, rules 13 and 15; src/rules/messages.toml
ReasonColumns reason_columns(const Flags& flags, Language language);

/// The same for one child, whether or not it is on a list: what cannot be told of it stands here too.
///
/// Use to explain one child, without wording the reasons of all.
/// @param flags      the lists
/// @param child      position of the child in the cohort
/// @param language   of the words
/// @return one row for each rule that holds or cannot be told
/// @throws std::out_of_range when there is no such child
/// @source as above
ReasonColumns reason_columns(const Flags& flags, std::size_t child, Language language);

/// How much two lists share.
struct ListOverlap {
  Listing listing = Listing::none;
  std::int64_t earlier = 0;
  std::int64_t later = 0;
  std::int64_t both = 0;
  std::int64_t gone_left = 0;  ///< on the earlier list only, and no longer at a school
  double jaccard = std::numeric_limits<double>::quiet_NaN();  ///< both over either
  double kept = std::numeric_limits<double>::quiet_NaN();     ///< both over the earlier list
  Status status = Status::not_enough_data;                    ///< ok, or not_enough_data where both lists are empty
};

/// How much the lists of two dates share, by list.
///
/// Use to see whether a list is stable: one that changes by half from week to week is noise.
/// @param earlier, later   lists of the same children, under the same key; who waits for a place is on none
/// @return one row for each list but none
/// @throws std::invalid_argument when the keys differ, so that pseudonyms do not compare
/// @source mission C3, list stability; checked by hand
std::vector<ListOverlap> list_overlap(const Flags& earlier, const Flags& later);

}  // namespace childwell::inline v0_1
