// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>

namespace childwell::inline v0_1::stats {

// Root of a continuous function between a and b, where its signs differ: inverse quadratic steps where they are safe,
// bisection where not (Chandrupatla 1997, Adv. Eng. Softw. 28). It always ends, at neighbouring doubles if need be.
template <class Function>
double bracketed_root(Function f, double a, double b, double fa, double fb) {
  if (fa == 0.0) return a;
  if (fb == 0.0) return b;
  double c = a;
  double fc = fa;
  double share = 0.5;
  for (int step = 0; step < 400; ++step) {
    const double x = a + share * (b - a);
    const double fx = f(x);
    if (fx == 0.0) return x;
    if ((fx > 0.0) == (fa > 0.0)) {
      c = a;
      fc = fa;
    } else {
      c = b;
      fc = fb;
      b = a;
      fb = fa;
    }
    a = x;
    fa = fx;
    const double best = std::abs(fa) < std::abs(fb) ? a : b;
    const double width = std::abs(b - a);
    const double least = std::numeric_limits<double>::epsilon() * std::abs(best);
    if (width <= 2.0 * least || width < std::numeric_limits<double>::min()) return best;
    const double xi = (a - b) / (c - b);
    const double phi = (fa - fb) / (fc - fb);
    share = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi
                ? fa / (fb - fa) * (fc / (fb - fc)) + (c - a) / (b - a) * (fa / (fc - fa)) * (fb / (fc - fb))
                : 0.5;
    const double edge = least / width;
    share = share < edge ? edge : (share > 1.0 - edge ? 1.0 - edge : share);
  }
  return std::abs(fa) < std::abs(fb) ? a : b;
}

}  // namespace childwell::inline v0_1::stats
