// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/indicators/columns.hpp>
#include <childwell/indicators/measure.hpp>
#include <childwell/risk/flag.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// Which programme served a listed child last, and who; one row for each child, programme and provider.
struct ListedServices {
  std::vector<std::int32_t> row;  ///< position among the listed children
  TextColumn programme, provider; ///< the provider under its pseudonym
  std::vector<Date> last;
};

/// What is not to be shown of a listed child to a recipient; the child stays on the list.
struct ListedWithheld {
  std::vector<std::int32_t> row;
  TextColumn table, recipient;
};

/// The last follow-up of each number under which one was written down.
struct ListedFollowUps {
  TextColumn number;
  std::vector<Date> last;
};

/// What a list says of a child beside why it is listed. Unknown dates are missing.
struct ListedChildren {
  TextColumn child, school, class_place;
  std::vector<std::int64_t> grade;    ///< missing_integer where there is none
  std::vector<Date> last_seen;        ///< a mark of presence, or a paper sat
  std::vector<Date> referred_on;      ///< of the oldest referral that is still open
  ListedServices services;
  ListedWithheld withheld;
  ListedFollowUps follow_ups;
};

/// Where listed children are, when they were last seen, who serves them, and what is not to be shown to whom.
///
/// Use for the list of one recipient, who is given the rows and columns that its role permits and no other. A child who
/// attends without enrolment belongs to the school of its last mark, so that it is on somebody's list.
/// @param indicators   those that the lists were made from
/// @param flags        the lists
/// @return one row for each child of flag_columns, in its order
/// @throws std::invalid_argument when the lists were made from other indicators. Cost: one pass over the marks without
///         session, the services, referrals and follow-ups
/// @source data model, rules 3 and 13, tables consents, referrals and followups; checked by hand
ListedChildren listed_children(const Indicators& indicators, const Flags& flags);

}  // namespace childwell::inline v0_1
