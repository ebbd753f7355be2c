# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Trends of short series and of proportions: against scipy, R and the exact answer."""

import json
from bisect import bisect_left
from fractions import Fraction
from itertools import product
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from childwell import stats

MADE = json.loads((Path(__file__).parent / "made/counts.json").read_text("utf-8"))
R, EXACT = MADE["made_by"], "exact fractions"
SIZES = (10, 30, 100, 1_000)


# --- trends


def test_trend_nile(case):
    c = case("trend_nile")
    frame = c.frame()
    test = stats.mann_kendall(frame["year"], frame["flow"])
    for part, value in (("n", test.count), ("S", test.statistic), ("varS", test.variance), ("Z", test.z), ("p", test.p_value), ("tau_b", test.tau)):
        c.agree(part, value, function="mann_kendall", rel=1e-12)
    line = stats.theil_sen(frame["year"], frame["flow"])
    c.agree("sen_slope", line.slope, function="theil_sen", rel=1e-12)
    c.agree("sen_intercept", line.intercept, function="theil_sen", rel=1e-12)
    c.agree("sen_ci", [line.lower, line.upper], function="theil_sen", rel=1e-12)
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
        c.agree(part, value, function="theil_sen", rel=1e-12)
    line = stats.repeated_medians(times, values)
    c.agree("siegel_slope", line.slope, function="repeated_medians", rel=1e-12)
    c.agree("siegel_intercept", line.intercept, function="repeated_medians", rel=1e-12)
    test = stats.mann_kendall(times, values, continuity=False)
    c.agree("tau_b", test.tau, function="mann_kendall", rel=1e-12)
    c.agree("tau_p", test.p_value, function="mann_kendall", rel=1e-12)


def middle(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


@pytest.mark.parametrize("seed", range(4))
def test_trends_are_the_exact_fractions(agrees, seed):
    """Slopes, intercepts, S and its variance in fractions, by their definitions over all pairs; p in 50 digits."""
    random = np.random.default_rng(seed)
    n = (9, 16, 33, 60)[seed]
    times, values = random.integers(0, n, n) / 4, random.integers(-40, 40, n) / 8 + 3.0
    t, y = [Fraction(float(x)) for x in times], [Fraction(float(x)) for x in values]
    slopes = [[(y[j] - y[i]) / (t[j] - t[i]) for j in range(n) if t[j] != t[i]] for i in range(n)]
    slope = middle([b for i in range(n) for b in slopes[i]])
    line = stats.theil_sen(times, values)
    agrees("theil_sen", [line.slope, line.intercept], [float(slope), float(middle(y) - slope * middle(t))], oracle=EXACT, rel=1e-15, abs=1e-15)
    slope = middle([middle(own) for own in slopes if own])
    line = stats.repeated_medians(times, values)
    rest = middle([b - slope * a for a, b in zip(t, y, strict=True)])
    agrees("repeated_medians", [line.slope, line.intercept], [float(slope), float(rest)], oracle=EXACT, rel=1e-15, abs=1e-15)
    made = stats.mann_kendall(times, values)
    s = sum(np.sign((t[j] - t[i]) * (y[j] - y[i])) for i in range(n) for j in range(i))
    tied = [[int(c) for c in np.unique(x, return_counts=True)[1]] for x in (times, values)]

    def ties(x, *terms):
        return sum(np.prod([k + a for a in terms]) * k for k in x)

    variance = Fraction(n * (n - 1) * (2 * n + 5) - sum(k * (k - 1) * (2 * k + 5) for x in tied for k in x), 18)
    variance += Fraction(int(ties(tied[0], -1, -2) * ties(tied[1], -1, -2)), 9 * n * (n - 1) * (n - 2))
    variance += Fraction(int(ties(tied[0], -1) * ties(tied[1], -1)), 2 * n * (n - 1))
    with mpmath.workdps(50):
        z = (int(s) - int(np.sign(s))) / mpmath.sqrt(mpmath.mpf(variance.numerator) / variance.denominator)
        whole = n * (n - 1)
        tau = 2 * int(s) / mpmath.sqrt((whole - int(ties(tied[0], -1))) * (whole - int(ties(tied[1], -1))))
        wanted = [float(variance), float(z), float(mpmath.erfc(abs(z) / mpmath.sqrt(2))), float(tau)]
    assert made.statistic == s
    agrees("mann_kendall", [made.variance, made.z, made.p_value, made.tau], wanted, oracle=f"{EXACT}, mpmath", rel=1e-13)


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
        np.testing.assert_allclose([test.tau, test.p_value], wanted, rtol=1e-12, atol=1e-14)
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


def permutation_with(falling, n):
    """Numbers 0 to n - 1 in an order with so many pairs that fall."""
    left, order = list(range(n)), []
    for place in range(n):
        step = min(falling, n - 1 - place)
        falling -= step
        order.append(left.pop(step))
    return np.array(order, float)


@pytest.mark.parametrize("n", SIZES)
def test_mann_kendall_holds_its_size(n):
    """The exact size without ties: how many permutations have so many falling pairs (Mahonian numbers)."""
    whole = n * (n - 1) // 2
    half = whole // 2 + 1  # the other half is the mirror image
    chance = np.ones(1)
    for k in range(2, n + 1):
        total = np.cumsum(np.concatenate([chance, np.zeros(k - 1)])[:half])
        total[k:] -= total[:-k].copy()
        chance = np.maximum(total, 0) / k
    assert 2 * chance[: (whole + 1) // 2].sum() + (chance[half - 1] if whole % 2 == 0 else 0) == pytest.approx(1, rel=1e-9)
    times = np.arange(n)
    for continuity, least, most in ((True, 0.03 if n == 10 else 0.045, 0.05), (False, 0.045, 0.062 if n == 10 else 0.055)):

        def accepted(falling, continuity=continuity):
            made = stats.mann_kendall(times, permutation_with(falling, n), continuity=continuity)
            assert made.statistic == whole - 2 * falling
            return made.p_value > 0.05

        edge = bisect_left(range(whole // 2 + 1), True, key=accepted)  # fewer falling pairs than this are a trend
        size = 2 * chance[:edge].sum()
        assert least <= size <= most + 1e-9, (continuity, size)


@pytest.mark.parametrize("n", SIZES)
def test_theil_sen_intervals_cover_what_they_say(n):
    random = np.random.default_rng(n)
    draws = {10: 4_000, 30: 4_000, 100: 1_000, 1_000: 100}[n]
    times = np.arange(float(n))
    covered = 0
    for _ in range(draws):
        line = stats.theil_sen(times, random.standard_t(3, n) + 0.3 * times)
        covered += line.lower <= 0.3 <= line.upper
    assert abs(covered / draws - 0.95) < 4 * (0.05 * 0.95 / draws) ** 0.5


@pytest.mark.parametrize("n", SIZES)
def test_cochran_armitage_holds_its_size(n):
    """Three groups of n and one common rate: exact sums up to thirty, draws beyond; rare events make it careful, not bold."""
    random = np.random.default_rng(n)
    exact, error = n <= 30, 4 * (0.05 * 0.95 / 4_000) ** 0.5
    if exact:
        events = np.stack(np.meshgrid(*[np.arange(n + 1)] * 3), axis=-1).reshape(-1, 3)
        rejects = np.array([stats.cochran_armitage(y, [n] * 3, [1, 2, 3]).p_value <= 0.05 for y in events])
    for rate in (0.003, 0.02, 0.07, 0.31, 0.5, 0.77, 0.965):
        if exact:
            size = scipy_stats.binom.pmf(events, n, rate).prod(axis=1)[rejects].sum()
        else:
            size = np.mean([stats.cochran_armitage(y, [n] * 3, [1, 2, 3]).p_value <= 0.05 for y in random.binomial(n, rate, (4_000, 3))])
        assert size <= 0.055 + (0 if exact else error), (rate, size)
        if n * min(rate, 1 - rate) >= 5:
            assert size >= 0.04 - (0 if exact else error), (rate, size)


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
    for wrong, words in ((lambda: stats.theil_sen([1], [1, 2]), "same length"), (lambda: stats.theil_sen([1, 2], [1, 2], level=0), "level must lie"),
                         (lambda: stats.theil_sen([1, 2], [1, 2], method="x"), "method"),
                         (lambda: stats.theil_sen(np.arange(10_001), np.arange(10_001)), "10,000"),
                         (lambda: stats.mann_kendall([1], [1, 2]), "same length"),
                         (lambda: stats.cochran_armitage([3, 1], [2, 2], [1, 2]), "0 <= events <= trials")):
        with pytest.raises(ValueError, match=f"childwell.*{words}"):
            wrong()


def test_cochran_armitage(agrees):
    events, trials, scores = [12, 15, 23, 40, 31], [120, 133, 127, 190, 104], [1, 2, 3.5, 4, 6]
    made = stats.cochran_armitage(events, trials, scores)
    agrees("cochran_armitage", [made.z**2, made.p_value], MADE["prop_trend"], oracle=R, rel=1e-12)
    whole, share = sum(trials), Fraction(sum(events), sum(trials))
    centre = sum(Fraction(s) * n for s, n in zip(scores, trials, strict=True)) / whole
    apart = [Fraction(s) - centre for s in scores]
    top = sum(a * (y - n * share) for a, y, n in zip(apart, events, trials, strict=True))
    square = top**2 / (share * (1 - share) * sum(n * a * a for n, a in zip(trials, apart, strict=True)))
    agrees("cochran_armitage", made.z**2, float(square), oracle=EXACT, rel=1e-13)
    shifted = stats.cochran_armitage(events, trials, np.array(scores) * 4 + 8)
    assert shifted.z == pytest.approx(made.z, rel=1e-13)
    assert stats.cochran_armitage([1, 2], [3, 4], [5, 5]).status == "degenerate" == stats.cochran_armitage([0, 0], [3, 4], [5, 6]).status
    assert stats.cochran_armitage([1, 0], [3, 0], [5, 6]).status == "not_enough_data"


# --- exact tests and count fits against R


def test_exact_tests_are_rs(agrees):
    cases = [(0, 12, 0.1), (3, 14, 0.5), (17, 60, 0.2), (50, 50, 0.9), (480, 1000, 0.5), (999, 1000, 0.98)]
    agrees("binomial_test", [stats.binomial_test(*c).p_value for c in cases], MADE["binom_test"], oracle=R, rel=1e-12)
    agrees("poisson_test", [stats.poisson_test(k, 7.5, 1.1).p_value for k in (0, 3, 9, 40)], MADE["poisson_test"], oracle=R, rel=1e-12)
    tables = [(3, 1, 1, 3), (10, 2, 3, 15), (40, 60, 25, 75), (2, 998, 11, 989)]
    agrees("fisher_exact_test", [stats.fisher_exact_test(*t).p_value for t in tables], MADE["fisher_p"], oracle=R, rel=1e-12)
    agrees("fisher_exact_test", [stats.fisher_exact_test(*t).estimate for t in tables], MADE["fisher_odds"], oracle=f"{R}, whose root stops sooner", rel=1e-4)


def test_gamma_poisson_is_rs_negative_binomial(agrees):
    days = np.array(MADE["quine.days"])
    fit = stats.fit_gamma_poisson(days, np.ones(len(days)))
    agrees("fit_gamma_poisson", [fit.mean, fit.dispersion, fit.log_likelihood], MADE["quine.fit"], oracle=R, rel=1e-10)
    agrees("poisson_dispersion", stats.poisson_dispersion(days, np.ones(len(days))).dispersion, MADE["quine.dispersion"][0], oracle=R, rel=1e-10)
