# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Trends of short series and of proportions: against scipy, R and the exact answer."""

import json
from fractions import Fraction
from itertools import product
from math import lgamma, log, pi
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from childwell import stats

MADE = json.loads((Path(__file__).parent / "made/counts.json").read_text("utf-8"))
R, SCIPY = MADE["made_by"], "scipy"


# --- trends


def test_trend_nile(case):
    c = case("trend_nile")
    frame = c.frame()
    test = stats.mann_kendall(frame["year"], frame["flow"])
    for part, value in (("n", test.count), ("S", test.statistic), ("varS", test.variance), ("Z", test.z), ("p", test.p_value), ("tau_b", test.tau)):
        c.agree(part, value, function="mann_kendall")
    line = stats.theil_sen(frame["year"], frame["flow"])
    c.agree("sen_slope", line.slope, function="theil_sen")
    c.agree("sen_intercept", line.intercept, function="theil_sen")
    c.agree("sen_ci", [line.lower, line.upper], function="theil_sen")
    line = stats.fit_linear(frame["year"].to_numpy(float)[:, None], frame["flow"])
    c.agree("ols.coef", dict(zip(("(Intercept)", "x"), line.coefficients, strict=True)), function="fit_linear")
    c.agree("ols.se", dict(zip(("(Intercept)", "x"), line.standard_errors, strict=True)), function="fit_linear")
    c.leave_out("ols.se_nw3", "errors that hang together in time are not part of this floor yet")
    for part in ("acf1_5", "dw", "breakpoints_index", "breakpoints_time", "ols_cusum"):
        c.leave_out(part, "serial correlation and structural change of regressions are not part of this floor yet")


@pytest.mark.parametrize("name", ["trend_scipy_nile", "trend_scipy_g1_absences"])
def test_trend_scipy(case, name):
    c = case(name)
    frame = c.frame()
    times, values = (frame[c.document["input"][axis]] for axis in ("time", "y"))
    line = stats.theil_sen(times, values, method="scipy")
    for part, value in (("slope", line.slope), ("intercept", line.intercept), ("low", line.lower), ("high", line.upper)):
        c.agree(part, value, function="theil_sen")
    line = stats.repeated_medians(times, values)
    c.agree("siegel_slope", line.slope, function="repeated_medians")
    c.agree("siegel_intercept", line.intercept, function="repeated_medians")
    test = stats.mann_kendall(times, values, continuity=False)
    c.agree("tau_b", test.tau, function="mann_kendall")
    c.agree("tau_p", test.p_value, function="mann_kendall")


pairs = st.lists(st.tuples(st.integers(0, 6), st.integers(-5, 5)), min_size=3, max_size=25)


@settings(max_examples=200, deadline=None)
@given(pairs)
def test_trends_are_scipys_on_any_ties(points):
    times, values = np.array(points, float).T
    test = stats.mann_kendall(times, values, continuity=False)
    signs = np.sign(np.subtract.outer(times, times)) * np.sign(np.subtract.outer(values, values))
    assert test.statistic == signs.sum() / 2
    if np.ptp(times) == 0 or np.ptp(values) == 0:
        assert test.status == "degenerate"
    else:
        wanted = scipy_stats.kendalltau(times, values, method="asymptotic")
        np.testing.assert_allclose([test.tau, test.p_value], wanted, rtol=1e-10, atol=1e-14)
        order = np.random.default_rng(0).permutation(len(times))
        again = stats.mann_kendall(times[order], values[order], continuity=False)
        assert again.as_dict() == test.as_dict()
        turned = stats.mann_kendall(times, -values)
        assert turned.statistic == -test.statistic and turned.variance == test.variance
    if np.ptp(times) > 0:
        line, wanted = stats.theil_sen(times, values, method="scipy"), scipy_stats.theilslopes(values, times)
        np.testing.assert_allclose([line.slope, line.intercept], wanted[:2], rtol=1e-12, atol=1e-14)
        siegel, wanted = stats.repeated_medians(times, values), scipy_stats.siegelslopes(values, times)
        np.testing.assert_allclose([siegel.slope, siegel.intercept], wanted[:2], rtol=1e-12, atol=1e-13)


def test_trends_hold_their_size_and_level():
    random = np.random.default_rng(4)
    times = np.arange(30.0)
    rejected = covered = 0
    for _ in range(2_000):
        values = random.normal(size=30)
        rejected += stats.mann_kendall(times, values).p_value <= 0.05
        line = stats.theil_sen(times, values + 0.3 * times)
        covered += line.lower <= 0.3 <= line.upper
    assert abs(rejected / 2_000 - 0.05) < 0.015 and abs(covered / 2_000 - 0.95) < 0.015


def test_mann_kendall_counts_beyond_32_bits():
    n = 200_000
    test = stats.mann_kendall(np.arange(n), -np.arange(n))
    assert test.statistic == -n * (n - 1) / 2 and test.tau == -1 and test.p_value == 0


def test_trends_at_their_edges():
    for made in (stats.theil_sen([], []), stats.theil_sen([1], [2]), stats.mann_kendall([1, np.nan], [np.nan, 2]), stats.repeated_medians([3], [3])):
        assert made.status == "not_enough_data"
    assert stats.mann_kendall([1, np.nan, 3], [1, 2, 5]).missing == 1
    for made in (stats.theil_sen([1, 2], [1, np.inf]), stats.mann_kendall([1, 2], [1, -np.inf]), stats.repeated_medians([1, np.inf], [1, 2])):
        assert made.status == "not_finite" and np.isnan(made.as_dict().get("slope", made.as_dict().get("z")))
    assert stats.theil_sen([2, 2], [1, 3]).status == stats.repeated_medians([2, 2], [1, 3]).status == "degenerate"
    constant = stats.mann_kendall([1, 2, 3], [4, 4, 4])
    assert constant.status == "degenerate" and constant.statistic == 0 and stats.theil_sen([1, 2, 3], [4, 4, 4]).slope == 0
    for wrong in (lambda: stats.theil_sen([1], [1, 2]), lambda: stats.theil_sen([1, 2], [1, 2], level=0), lambda: stats.theil_sen([1, 2], [1, 2], method="x"),
                  lambda: stats.theil_sen(np.arange(10_001), np.arange(10_001))):
        with pytest.raises(ValueError, match="childwell"):
            wrong()


def test_cochran_armitage(agrees):
    events, trials, scores = [12, 15, 23, 40, 31], [120, 133, 127, 190, 104], [1, 2, 3.5, 4, 6]
    made = stats.cochran_armitage(events, trials, scores)
    agrees("cochran_armitage", [made.z**2, made.p_value], MADE["prop_trend"], oracle=R, rel=1e-9)
    whole, share = sum(trials), Fraction(sum(events), sum(trials))
    centre = sum(Fraction(s) * n for s, n in zip(scores, trials, strict=True)) / whole
    apart = [Fraction(s) - centre for s in scores]
    top = sum(a * (y - n * share) for a, y, n in zip(apart, events, trials, strict=True))
    square = top**2 / (share * (1 - share) * sum(n * a * a for n, a in zip(trials, apart, strict=True)))
    agrees("cochran_armitage", made.z**2, float(square), oracle="exact fractions", rel=1e-13)
    shifted = stats.cochran_armitage(events, trials, np.array(scores) * 4 + 8)
    assert shifted.z == pytest.approx(made.z, rel=1e-13)
    assert stats.cochran_armitage([1, 2], [3, 4], [5, 5]).status == "degenerate" == stats.cochran_armitage([0, 0], [3, 4], [5, 6]).status
    assert stats.cochran_armitage([1, 0], [3, 0], [5, 6]).status == "not_enough_data"


# --- exact tests and count fits against R


def test_exact_tests_are_rs(agrees):
    cases = [(0, 12, 0.1), (3, 14, 0.5), (17, 60, 0.2), (50, 50, 0.9), (480, 1000, 0.5), (999, 1000, 0.98)]
    agrees("binomial_test", [stats.binomial_test(*c).p_value for c in cases], MADE["binom_test"], oracle=R, rel=1e-11)
    agrees("poisson_test", [stats.poisson_test(k, 7.5, 1.1).p_value for k in (0, 3, 9, 40)], MADE["poisson_test"], oracle=R, rel=1e-11)
    tables = [(3, 1, 1, 3), (10, 2, 3, 15), (40, 60, 25, 75), (2, 998, 11, 989)]
    agrees("fisher_exact_test", [stats.fisher_exact_test(*t).p_value for t in tables], MADE["fisher_p"], oracle=R, rel=1e-10)
    agrees("fisher_exact_test", [stats.fisher_exact_test(*t).estimate for t in tables], MADE["fisher_odds"], oracle=f"{R}, whose root stops at 1e-4", rel=1e-3)


def test_gamma_poisson_is_rs_negative_binomial(agrees):
    days = np.array(MADE["quine.days"])
    fit = stats.fit_gamma_poisson(days, np.ones(len(days)))
    agrees("fit_gamma_poisson", [fit.mean, fit.dispersion, fit.log_likelihood], MADE["quine.fit"], oracle=R, rel=1e-6)
    agrees("poisson_dispersion", stats.poisson_dispersion(days, np.ones(len(days))).dispersion, MADE["quine.dispersion"][0], oracle=R, rel=1e-10)
