// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "requested.hpp"

#include <span>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Folds what was done for every child, as far as the as-of date knows of it.
void measure_help(const Cohort& cohort, Executor& executor, Snapshot& snapshot);

/// The record of a referral as the as-of date knows it: an answer after it is none yet.
ReferralFamily::Record referral_known(const Cohort& cohort, const Referral& referral, Date as_of);

/// The referrals of one child.
std::span<const ReferralFamily::Record> referrals_of(const HelpStates& states, std::size_t child);

/// Estimates of one child; those whose consent is withheld have a status and no value.
void put_help(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put);

std::vector<CatalogueEntry> help_catalogue();

}  // namespace childwell::inline v0_1::detail
