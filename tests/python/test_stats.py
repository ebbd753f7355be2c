# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The statistics that the path stands on, against scipy, statsmodels, R's printed values and simulation."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import proportion_confint

from childwell import _core, stats


def test_normal_functions_agree_with_scipy():
    x = np.linspace(-8, 8, 2001)
    p = np.concatenate([np.logspace(-300, -1, 200), np.linspace(0.1, 0.9, 100), 1 - np.logspace(-15, -1, 100)])
    np.testing.assert_allclose(_core.stats.normal_cdf(x), scipy.stats.norm.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(_core.stats.normal_quantile(p), scipy.special.ndtri(p), rtol=1e-13, atol=1e-15)
    assert np.isnan(_core.stats.normal_quantile(1.5))


def test_beta_and_t_agree_with_scipy():
    for a, b in ((0.5, 0.5), (2.0, 30.0), (400.0, 5000.0)):
        q = np.linspace(0.001, 0.999, 60)
        x = scipy.stats.beta.ppf(q, a, b)
        np.testing.assert_allclose(_core.stats.beta_cdf(x, a, b), scipy.stats.beta.cdf(x, a, b), rtol=1e-11)
        np.testing.assert_allclose(_core.stats.beta_quantile(q, a, b), x, rtol=1e-9)
    np.testing.assert_allclose(_core.stats.student_t_quantile(0.975, [1.0, 3.5, 30.0]), scipy.stats.t.ppf(0.975, [1.0, 3.5, 30.0]), rtol=1e-10)


@pytest.mark.parametrize(("name", "lower", "upper"), [
    ("wilson_interval", 0.07571387, 0.4758923),            # R 4.2.2: prop.test(3, 14, correct = FALSE)
    ("clopper_pearson_interval", 0.04657929, 0.5079757),   # binom.test(3, 14)
    ("jeffreys_interval", 0.06433508, 0.4690237),          # qbeta(c(.025, .975), 3.5, 11.5)
])
def test_three_of_fourteen(name, lower, upper):
    interval = getattr(_core.stats, name)(3, 14, level=0.95)
    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=1e-7)


@pytest.mark.parametrize(("events", "trials"), [(0, 1), (1, 1), (0, 30), (30, 30), (1, 1000), (500, 1000)])
def test_intervals_at_the_edges(events, trials):
    wilson = _core.stats.wilson_interval(events, trials, level=0.95)
    exact = _core.stats.clopper_pearson_interval(events, trials, level=0.95)
    assert (wilson.lower, wilson.upper) == pytest.approx(proportion_confint(events, trials, method="wilson"), abs=1e-12)
    assert (exact.lower, exact.upper) == pytest.approx(proportion_confint(events, trials, method="beta"), abs=1e-10)


def test_nothing_observed_is_said_and_wrong_counts_are_refused():
    assert math.isnan(_core.stats.wilson_interval(0, 0, level=0.95).estimate)
    for events, trials, level in ((3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0)):
        with pytest.raises(ValueError, match="childwell"):
            _core.stats.wilson_interval(events, trials, level=level)


def test_rank_normal_scores_of_ten():
    gold = [1.546635, 1.000491, 0.655424, 0.375462, 0.122581]  # qnorm((1:10 - 3/8) / (10 + 1/4)) in R
    assert sorted(_core.stats.rank_normal_scores(np.arange(10.0))) == pytest.approx([-g for g in gold] + gold[::-1], abs=1e-6)


def test_ranks_with_ties():
    values = np.array([3.0, 1.0, 3.0, 2.0, 3.0, 1.0])
    ranks = scipy.stats.rankdata(values)
    np.testing.assert_array_equal(_core.stats.mid_ranks(values), ranks)
    np.testing.assert_allclose(_core.stats.mid_rank_percentiles(values), 100 * (ranks - 0.5) / 6, rtol=1e-15)


def test_standing_by_group_by_hand():
    marks = np.array([1.0] * 9 + [2.0, np.nan, 4.5])
    made = stats.standardise_by_group(marks, np.array([0] * 11 + [2], np.int32))
    # mean 1.1, squares 9 x 0.01 + 0.81 = 0.9, deviation sqrt(0.1); nine share rank 5
    np.testing.assert_allclose(made.z[:10], [-0.1 / 0.1**0.5] * 9 + [0.9 / 0.1**0.5], rtol=1e-13)
    np.testing.assert_array_equal(made.percentile, [45.0] * 9 + [95.0, np.nan, np.nan])
    assert made.rank_normal[9] == pytest.approx(1.546635, abs=1e-6)
    assert list(made.statuses) == ["ok", "not_enough_data", "not_enough_data"]
    assert made.counts.tolist() == [10, 0, 1] and made.missing.tolist() == [1, 0, 0]
    equal = stats.standardise_by_group([3.0] * 10, ["a"] * 10)
    assert equal.statuses == ["degenerate"] and equal.percentile.tolist() == [50.0] * 10
    assert np.isnan(equal.z).all() and np.isnan(equal.rank_normal).all()


def test_standing_by_group_takes_labels_frames_steps_and_columns():
    import polars as pl

    generator = np.random.Generator(np.random.Philox(6))
    steps = generator.integers(0, 200, 500).astype(np.int16)
    steps[::50] = -32768
    groups = generator.integers(0, 4, 500).astype(np.int32)
    marks = np.where(steps == -32768, np.nan, steps * 0.5)
    made = stats.standardise_by_group(marks, groups)
    out = [np.empty(500) for _ in range(3)]
    others = (
        stats.standardise_by_group(steps, groups, step=0.5, threads=2),
        stats.standardise_by_group(pl.Series(marks), pl.Series(groups)),
        stats.standardise_by_group(list(marks), np.array(["d", "e", "f", "g"])[groups]),
        stats.standardise_by_group(marks, groups, out=out),
    )
    for other in others:
        for name in ("z", "percentile", "rank_normal", "means", "deviations", "counts", "missing"):
            np.testing.assert_array_equal(getattr(other, name), getattr(made, name))
    assert others[-1].z is not None and np.shares_memory(others[-1].z, out[0])
    np.testing.assert_array_equal(out[2], made.rank_normal)


@pytest.mark.parametrize("given, message", [
    ({"groups": [0, 1]}, "same length"), ({"groups": np.array([0, -1, 0], np.int32)}, "numbered from 0"),
    ({"groups": ["a", None, "b"]}, "must not be missing"), ({"step": 0.5}, "16-bit"), ({"fewest": 0}, "1 or more"), ({"threads": 0}, "1 to 256"),
    ({"out": [np.empty(3)] * 2}, "three arrays"), ({"out": [np.empty(3, np.float32)] * 3}, "three arrays"),
    ({"values": np.ones(3, np.int16), "step": 0.0}, "above 0"),
])
def test_standing_by_group_refuses(given, message):
    with pytest.raises(ValueError, match=message) as caught:
        stats.standardise_by_group(**{"values": [1.0, 2.0, 3.0], "groups": [0, 0, 0]} | given)
    assert "standardise_by_group" in str(caught.value)


@pytest.mark.parametrize("groups", [3, 8, 40])
def test_paule_mandel_is_the_root_of_its_equation(groups):
    generator = np.random.Generator(np.random.Philox(5, counter=groups))
    variances = generator.uniform(0.001, 0.05, groups)
    estimates = generator.normal(0.2, np.sqrt(variances + 0.02))

    def excess(tau2):
        weights = 1 / (variances + tau2)
        centre = (weights * estimates).sum() / weights.sum()
        return (weights * (estimates - centre) ** 2).sum() - (groups - 1)

    root = scipy.optimize.brentq(excess, 0, 10, xtol=1e-15) if excess(0.0) > 0 else 0.0
    between = _core.stats.paule_mandel(estimates, variances)
    assert between.variance == pytest.approx(root, rel=1e-9, abs=1e-14)
    # statsmodels stops at 0 where the root is small, so it is asked only where it is not
    theirs = combine_effects(estimates, variances, method_re="iterated", atol=1e-14, maxiter=500)
    if theirs.tau2 > 0:
        assert between.variance == pytest.approx(theirs.tau2, rel=1e-7)
        assert between.centre == pytest.approx(theirs.mean_effect_re, rel=1e-7)


def test_groups_that_differ_by_chance_alone_have_no_variance_between_them():
    assert _core.stats.paule_mandel(np.array([0.2, 0.2, 0.2]), np.array([0.01, 0.02, 0.03])).variance == 0.0


def test_the_ratio_with_children_as_clusters():
    generator = np.random.Generator(np.random.Philox(9))
    n = generator.integers(20, 200, 300).astype(float)
    x = np.floor(n * generator.beta(1, 15, 300))
    made = _core.stats.ratio_estimate(x, n, level=0.95, scale="logit", design_effect=1.0)
    rate = x.sum() / n.sum()
    variance = 300 / 299 * ((x - rate * n) ** 2).sum() / n.sum() ** 2
    assert (made.estimate, made.variance) == pytest.approx((rate, variance), rel=1e-12)
    assert made.lower < rate < made.upper


@pytest.mark.parametrize("rate", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("trials", [30, 100, 1000])
def test_wilson_covers_as_often_as_it_says(rate, trials):
    """Exact coverage, summed over the binomial distribution; near the level for every count, not below 0.92."""
    events = np.arange(trials + 1)
    ends = [_core.stats.wilson_interval(float(k), float(trials), level=0.95) for k in events]
    covered = np.array([end.lower <= rate <= end.upper for end in ends])
    coverage = scipy.stats.binom.pmf(events, trials, rate)[covered].sum()
    assert 0.92 <= coverage <= 0.985


def test_the_ratio_interval_covers_rates_that_differ_between_children():
    """2,000 samples of 60 children; Monte-Carlo error of a 95 % coverage is 0.5 points."""
    generator = np.random.Generator(np.random.Philox(31))
    covered = 0
    for _ in range(2000):
        n = np.full(60, 100.0)
        x = generator.binomial(100, generator.beta(2, 38, 60)).astype(float)
        made = _core.stats.ratio_estimate(x, n, level=0.95, scale="logit", design_effect=1.0)
        covered += made.lower <= 0.05 <= made.upper
    assert 0.93 <= covered / 2000 <= 0.97


FAR = np.array([1e155, -2e155, 3e155, 5e155, 0.0, 1.0])  # their squares leave the range of doubles
HALVES, STEPS = [0, 0, 0, 1, 1, 1], np.arange(6.0)


@pytest.mark.parametrize(("name", "call"), [
    ("moments", lambda: stats.moments(FAR)),
    ("covariance", lambda: stats.covariance(FAR, FAR)),
    ("covariance_matrix", lambda: stats.covariance_matrix(np.c_[FAR, STEPS])),
    ("principal_components", lambda: stats.principal_components(np.c_[FAR, STEPS])),
    ("one_way_anova", lambda: stats.one_way_anova(FAR, HALVES)),
    ("fit_linear", lambda: stats.fit_linear(STEPS[:, None], FAR)),
    ("fit_linear of a tiny column", lambda: stats.fit_linear(STEPS[:, None] * 1e-155, STEPS % 3)),
    ("isotonic_regression", lambda: stats.isotonic_regression(STEPS, FAR)),
    ("bootstrap_interval", lambda: stats.bootstrap_interval(np.linspace(-1e155, 1e155, 200), 0.0)),
])  # fmt: skip
def test_a_part_that_leaves_the_range_of_doubles_is_not_finite(name, call):
    assert call().status == "not_finite", name


def test_what_states_no_squares_stands_where_they_overflow():
    assert stats.moments(FAR).standard_deviation == pytest.approx(1e155 * stats.moments(FAR / 1e155).standard_deviation, rel=1e-15)
    for call in (stats.welch_anova, stats.levene_test):
        far, near = call(FAR, HALVES), call(FAR / 1e155, HALVES)
        assert (far.status, near.status) == ("ok", "ok") and far.p == pytest.approx(near.p, rel=1e-12)
    far, near = stats.mean_interval(FAR), stats.mean_interval(FAR / 1e155)
    assert far.status == "ok" and far.upper / 1e155 == pytest.approx(near.upper, rel=1e-15)
