// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "root.hpp"

#include <cmath>
#include <vector>

namespace childwell::inline v0_1::stats {

// Every local maximum of a profile likelihood over a spread above 0, by the sign changes of its score on a grid that
// covers 15 powers of ten. score(0) must be above 0: a maximum at 0 is the caller's closed form.
template <class Score>
std::vector<double> profile_maxima(Score score, double score_at_zero) {
  std::vector<double> found;
  double left = 0.0;
  double score_left = score_at_zero;
  for (int step = -18; step <= 18; ++step) {
    const double right = std::exp(static_cast<double>(step));
    const double score_right = score(right);
    if (score_left > 0.0 && score_right <= 0.0) {
      found.push_back(bracketed_root(score, left, right, score_left, score_right));
    }
    left = right;
    score_left = score_right;
  }
  return found;
}

// A run of whole numbers first <= i < last that `count` groups reach.
struct Reach {
  double first = 0.0;
  double last = 0.0;
  double count = 0.0;
};

// How many of the values exceed each whole number, as runs. Sorts the values.
std::vector<Reach> reaches(std::vector<double> values);

}  // namespace childwell::inline v0_1::stats
