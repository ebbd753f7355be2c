# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Trends, control charts, change points and outbreak limits: against scipy, R, published values and all segmentations."""

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
    c.leave_out("ols", "linear models have tests of their own")
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


# --- control charts


def test_spc_nile(case):
    c = case("spc_nile")
    flow = c.frame()["flow"].to_numpy(float)
    base = stats.chart_baseline(flow[:28])
    for part, value in (("mean", base.centre), ("sd", base.standard_deviation), ("sigma_mr", base.moving_range_sigma)):
        c.agree(part, value, function="chart_baseline")

    def positions(chart):
        return np.union1d(chart.alarms_up, chart.alarms_down) + 1

    ewma = stats.ewma_chart(flow, base.centre, base.standard_deviation, smoothing=0.2, width=3.0)
    c.agree("ewma", ewma.statistic, function="ewma_chart")
    c.agree("ewma_limit", ewma.upper - base.centre, function="ewma_chart")
    c.agree("ewma_alarms", positions(ewma), function="ewma_chart")
    cusum = stats.cusum_chart(flow, base.centre, base.standard_deviation, reference=0.5, decision=5.0)
    c.agree("cusum_up", cusum.statistic, function="cusum_chart")
    c.agree("cusum_down", cusum.lower, function="cusum_chart")
    c.agree("cusum_down_alarms", cusum.alarms_down + 1, function="cusum_chart")
    assert cusum.alarms_up.size == 0 == len(c.at("cusum_up_alarms"))
    single = stats.individuals_chart(flow, base.centre, base.moving_range_sigma)
    c.agree("individuals_alarms", positions(single), function="individuals_chart")


PUBLISHED_CUSUM = [(0.5, 4.0, 0.0, 168.0), (0.5, 4.0, 1.0, 8.38), (0.5, 4.0, 2.0, 3.34), (0.5, 5.0, 0.0, 465.0), (0.5, 5.0, 1.0, 10.4), (0.5, 5.0, 0.5, 38.0)]
PUBLISHED_EWMA = [(0.4, 3.054, 0.0, 500.0), (0.25, 2.998, 0.0, 500.0), (0.2, 2.962, 0.0, 500.0), (0.1, 2.814, 0.0, 500.0), (0.05, 2.615, 0.0, 500.0),
                  (0.4, 3.054, 1.0, 14.3), (0.25, 2.998, 1.0, 11.1), (0.2, 2.962, 1.0, 10.5), (0.1, 2.814, 1.0, 10.3), (0.05, 2.615, 1.0, 11.4)]


def test_average_run_lengths_are_those_published(agrees):
    agrees("cusum_average_run_length", [stats.cusum_average_run_length(k, h, shift=s) for k, h, s, _ in PUBLISHED_CUSUM],
           [row[-1] for row in PUBLISHED_CUSUM], oracle="Lucas and Crosier 1982, as printed", rel=6e-3)
    agrees("ewma_average_run_length", [stats.ewma_average_run_length(w, width, shift=s) for w, width, s, _ in PUBLISHED_EWMA],
           [row[-1] for row in PUBLISHED_EWMA], oracle="Lucas and Saccucci 1990, as printed", rel=6e-3)
    shewhart = 1 / (2 * scipy_stats.norm.sf(3.0))
    agrees("ewma_average_run_length", stats.ewma_average_run_length(1.0, 3.0), shewhart, oracle=SCIPY, rel=1e-12)


def fine_chain(transition, states):
    """Average run length by a fine Markov chain: mid-points of equal cells, an oracle of another kind."""
    return np.linalg.solve(np.eye(states) - transition, np.ones(states))


def test_average_run_lengths_are_those_of_a_markov_chain(agrees):
    def cusum(states, k=0.5, h=4.0, shift=0.0):
        width = 2 * h / (2 * states - 1)
        at = np.arange(states) * width
        upper = scipy_stats.norm.cdf(at[None, :] + width / 2 + k - at[:, None] - shift)
        inside = np.diff(upper, axis=1, prepend=0.0)
        return fine_chain(inside, states)[0]

    def ewma(states, w=0.2, width=2.962, shift=0.5):
        limit = width * np.sqrt(w / (2 - w))
        edges = np.linspace(-limit, limit, states + 1)
        at = (edges[1:] + edges[:-1]) / 2
        below = scipy_stats.norm.cdf((edges[None, :] - (1 - w) * at[:, None]) / w - shift)
        return fine_chain(np.diff(below, axis=1), states)[states // 2]

    def limit_of(chain, sizes=(101, 201, 401)):
        coarse, middle, fine = (chain(s) for s in sizes)
        return fine + (fine - middle) / 3  # the error falls with the square of the cell

    agrees("cusum_average_run_length", stats.cusum_average_run_length(0.5, 4.0, two_sided=False), limit_of(cusum), oracle="Markov chain, extrapolated", rel=1e-4)
    agrees("ewma_average_run_length", stats.ewma_average_run_length(0.2, 2.962, shift=0.5), limit_of(ewma), oracle="Markov chain, extrapolated", rel=1e-4)


def test_average_run_lengths_are_those_of_simulation():
    random = np.random.default_rng(8)
    runs = 4_000
    up = down = np.zeros(runs)
    average = np.zeros(runs)
    cusum_length = np.zeros(runs)
    ewma_length = np.zeros(runs)
    limit = 2.5 * np.sqrt(0.2 / 1.8)
    for step in range(1, 3_000):
        x = random.normal(0.25, 1.0, runs)
        up, down = np.maximum(0, up + x - 0.5), np.maximum(0, down - x - 0.5)
        average = 0.2 * x + 0.8 * average
        cusum_length[(cusum_length == 0) & ((up > 3) | (down > 3))] = step
        ewma_length[(ewma_length == 0) & (np.abs(average) > limit)] = step
        if (cusum_length > 0).all() and (ewma_length > 0).all():
            break
    for length, wanted in ((cusum_length, stats.cusum_average_run_length(0.5, 3.0, shift=0.25)), (ewma_length, stats.ewma_average_run_length(0.2, 2.5, shift=0.25))):
        assert (length > 0).all() and abs(length.mean() - wanted) < 4 * length.std() / np.sqrt(runs)


def test_limits_give_the_run_length_they_were_made_for(agrees):
    for wanted in (50.0, 370.0, 5_000.0):
        for k in (0.25, 0.5):
            h = stats.cusum_decision(wanted, k)
            agrees("cusum_decision", stats.cusum_average_run_length(k, h), wanted, oracle="its own inverse", rel=1e-9)
        for w in (0.05, 0.3, 1.0):
            agrees("ewma_width", stats.ewma_average_run_length(w, stats.ewma_width(wanted, w)), wanted, oracle="its own inverse", rel=1e-9)
    assert np.isnan(stats.cusum_decision(3.0, 2.0))


def test_charts_at_their_edges():
    values = [np.nan, 1.0, np.nan, 9.0]
    chart = stats.ewma_chart(values, 0.0, 1.0, smoothing=0.5, width=3.0)
    assert np.isnan(chart.statistic[[0, 2]]).all() and chart.statistic[3] == 4.75 and list(chart.alarms_up) == [3]
    closed = stats.ewma_chart([1.0, 9.0], 0.0, 1.0, smoothing=0.5, width=3.0)
    np.testing.assert_array_equal(closed.upper, chart.upper[[1, 3]])
    for made in (stats.cusum_chart([], 0, 1, reference=0.5, decision=4), stats.chart_baseline([3.0]), stats.individuals_chart([np.nan], 0, 1)):
        assert made.status == "not_enough_data"
    for made in (stats.cusum_chart([np.inf], 0, 1, reference=0.5, decision=4), stats.chart_baseline([3.0, -np.inf])):
        assert made.status == "not_finite"
    assert stats.chart_baseline([4.0, 4.0]).status == "degenerate" and stats.chart_baseline([4.0, 4.0]).standard_deviation == 0
    for wrong in (lambda: stats.ewma_chart([1], 0, 0, smoothing=0.2, width=3), lambda: stats.ewma_chart([1], 0, 1, smoothing=0, width=3),
                  lambda: stats.cusum_chart([1], 0, 1, reference=-1, decision=4), lambda: stats.cusum_decision(1.0, 0.5), lambda: stats.ewma_width(1e10, 0.5)):
        with pytest.raises(ValueError, match="childwell"):
            wrong()


# --- change points


def log_marginal(model, x):
    """Of one segment, by the closed forms of the conjugate pairs."""
    n, s = len(x), sum(x)
    if model[0] == "bernoulli":
        a, b = model[1:]
        return lgamma(a + s) + lgamma(b + n - s) - lgamma(a + b + n) - lgamma(a) - lgamma(b) + lgamma(a + b)
    if model[0] == "poisson":
        a, b = model[1:]
        return a * log(b) - lgamma(a) + lgamma(a + s) - (a + s) * log(b + n) - sum(lgamma(v + 1) for v in x)
    m, k, a, b = model[1:]
    mean = s / n
    after_k, after_a = k + n, a + n / 2
    after_b = b + sum((v - mean) ** 2 for v in x) / 2 + k * n * (mean - m) ** 2 / (2 * after_k)
    return lgamma(after_a) - lgamma(a) + a * log(b) - after_a * log(after_b) + (log(k) - log(after_k)) / 2 - n / 2 * log(2 * pi)


def every_segmentation(model, x, hazard):
    """Evidence and the probability of each start of the last segment, summed over all 2^(n - 1) segmentations."""
    weight = np.zeros(len(x))
    for changes in product((False, True), repeat=len(x) - 1):
        starts = [0, *(i + 1 for i, change in enumerate(changes) if change)]
        chance = sum(log(hazard) if change else log(1 - hazard) for change in changes)
        chance += sum(log_marginal(model, x[a:b]) for a, b in zip(starts, [*starts[1:], len(x)], strict=True))
        weight[starts[-1]] += np.exp(chance)
    return log(weight.sum()), weight / weight.sum()


SERIES = {"bernoulli": ([1, 1, 1, 0, 1, 0, 0, 0, 1, 0], ("bernoulli", 0.7, 1.9)), "poisson": ([3, 4, 0, 2, 9, 12, 8, 11, 0], ("poisson", 2.0, 0.5)),
          "normal": ([0.3, -0.2, 0.1, 4.0, 4.4, 3.8, 4.1, -1.0], ("normal", 0.5, 0.8, 1.5, 0.9))}


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("hazard", [0.02, 0.4])
def test_change_points_are_the_sum_over_all_segmentations(agrees, name, hazard):
    x, model = SERIES[name]
    named = dict(zip({"bernoulli": ("alpha", "beta"), "poisson": ("shape", "rate"), "normal": ("mean", "strength", "alpha", "beta")}[name], model[1:], strict=True))
    function = getattr(stats, f"{name}_change_points")
    made = function(x, hazard=hazard, **named)
    evidence, start = every_segmentation(model, x, hazard)
    agrees(function.__name__, made.log_evidence, evidence, oracle="sum over all segmentations", rel=1e-12)
    agrees(function.__name__, made.start_probability, start, oracle="sum over all segmentations", rel=1e-11)
    for t in range(1, len(x) + 1):
        _, start = every_segmentation(model, x[:t], hazard)
        assert made.change_probability[t - 1] == pytest.approx(start[-1], rel=1e-11)
        assert made.run_length_mean[t - 1] == pytest.approx((start * np.arange(t, 0, -1)).sum(), rel=1e-11)
        assert made.likeliest_start[t - 1] == start.argmax()
    gaps = function([x[0], np.nan, *x[1:]], hazard=hazard, **named)
    assert gaps.log_evidence == made.log_evidence and gaps.missing == 1 and np.isnan(gaps.change_probability[1])


def test_a_long_series_neither_underflows_nor_misses_the_change():
    random = np.random.default_rng(2)
    x = np.concatenate([random.binomial(1, 0.95, 700), random.binomial(1, 0.6, 200)])
    made = stats.bernoulli_change_points(x, hazard=0.002, alpha=1, beta=1)
    assert made.start_probability.sum() == pytest.approx(1, abs=1e-9) and abs(int(made.likeliest_start[-1]) - 700) < 15
    assert np.isfinite(made.log_evidence) and made.status == "ok"


def test_change_points_at_their_edges():
    assert stats.bernoulli_change_points([], hazard=0.1, alpha=1, beta=1).status == "not_enough_data"
    assert stats.normal_change_points([1.0, np.inf], hazard=0.1, mean=0, strength=1, alpha=1, beta=1).status == "not_finite"
    for wrong in (lambda: stats.bernoulli_change_points([2], hazard=0.1, alpha=1, beta=1), lambda: stats.poisson_change_points([0.5], hazard=0.1, shape=1, rate=1),
                  lambda: stats.poisson_change_points([1], hazard=0, shape=1, rate=1), lambda: stats.normal_change_points([1], hazard=0.1, mean=0, strength=0, alpha=1, beta=1)):
        with pytest.raises(ValueError, match="childwell"):
            wrong()


# --- outbreaks


@pytest.mark.parametrize("name", ["flat", "rising", "rare"])
def test_outbreak_limits_are_those_of_surveillance(agrees, name):
    counts = MADE[f"{name}.counts"]
    for reweight, trend in product((True, False), repeat=2):
        made = [stats.outbreak_limit(counts, int(k) - 1, reweight=reweight, trend=trend) for k in MADE["range"]]
        key = f"{str(reweight).upper()}.{str(trend).upper()}"
        agrees("outbreak_limit", [m.upper for m in made], MADE[f"{name}.upper.{key}"], oracle=f"{R}, whose fits stop at 1e-8", rel=1e-4)
        agrees("outbreak_limit", [m.upper for m in made], MADE[f"{name}.exact.{key}"], oracle="R 4.2.2 glm(epsilon = 1e-15)", rel=1e-7)
        assert [not np.isnan(m.trend) for m in made] == [bool(t) for t in MADE[f"{name}.trend.{key}"]]
        assert all(m.status == "ok" and m.dispersion >= 1 for m in made)


def test_outbreak_limits_at_their_edges():
    assert stats.outbreak_limit([3.0] * 40, 39).status == "not_enough_data"
    quiet = stats.outbreak_limit([0.0] * 300 + [2.0], 300)
    assert quiet.status == "degenerate" and quiet.upper == 0 and quiet.observed == 2
    gaps = [5.0 if i % 3 else np.nan for i in range(300)]
    made = stats.outbreak_limit(gaps, 299)
    assert made.status == "ok" and made.count < 35 and made.expected == pytest.approx(5, rel=1e-9)
    for wrong in (lambda: stats.outbreak_limit([1.0], 1), lambda: stats.outbreak_limit([1.5], 0), lambda: stats.outbreak_limit([1.0], 0, years=0),
                  lambda: stats.outbreak_limit([1.0], 0, half_window=30), lambda: stats.outbreak_limit([1.0], 0, level=1)):
        with pytest.raises(ValueError, match="childwell"):
            wrong()
