# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Bayesian online change points against every segmentation, spelled out in mpmath."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import nile

from childwell import stats

ORACLE = f"mpmath {mpmath.__version__}, all segmentations"
mpf = mpmath.mpf


class Binomial:
    """Marginal likelihood and posterior mean of a segment, from its closed form and not from predictives."""

    function, prior = "binomial_change_points", (0.7, 1.9)

    def marginal(self, segment):
        a, b = map(mpf, self.prior)
        x, n = sum(s[0] for s in segment), sum(s[1] for s in segment)
        ways = mpmath.fprod(mpmath.binomial(int(n_i), int(x_i)) for x_i, n_i in segment)
        return ways * mpmath.beta(a + x, b + n - x) / mpmath.beta(a, b)

    def level(self, segment):
        a, b = map(mpf, self.prior)
        return (a + sum(s[0] for s in segment)) / (a + b + sum(s[1] for s in segment))

    def found(self, data, **options):
        return stats.binomial_change_points([d[0] for d in data], [d[1] for d in data], prior=self.prior, **options)


class Poisson:
    function, prior = "poisson_change_points", (1.3, 0.4)

    def marginal(self, segment):
        a, b = map(mpf, self.prior)
        x, e = sum(s[0] for s in segment), mpmath.fsum(mpf(s[1]) for s in segment)
        each = mpmath.fprod(mpf(e_i) ** int(x_i) / mpmath.factorial(int(x_i)) for x_i, e_i in segment)
        return each * mpmath.gamma(a + x) / mpmath.gamma(a) * b**a / (b + e) ** (a + x)

    def level(self, segment):
        a, b = map(mpf, self.prior)
        return (a + sum(s[0] for s in segment)) / (b + mpmath.fsum(mpf(s[1]) for s in segment))

    def found(self, data, **options):
        return stats.poisson_change_points([d[0] for d in data], [d[1] for d in data], prior=self.prior, **options)


class Normal:
    function, prior = "normal_change_points", (0.4, 0.6, 1.7, 2.2)

    def posterior(self, segment):
        mean, strength, shape, scale = map(mpf, self.prior)
        n, values = len(segment), [mpf(x) for x in segment]
        average = mpmath.fsum(values) / n if n else mpf(0)
        squares = mpmath.fsum((x - average) ** 2 for x in values)
        return ((strength * mean + n * average) / (strength + n), strength + n, shape + mpf(n) / 2,
                scale + squares / 2 + strength * n * (average - mean) ** 2 / (2 * (strength + n)))

    def marginal(self, segment):
        _, strength, shape, scale = map(mpf, self.prior)
        _, k, a, b = self.posterior(segment)
        n = len(segment)
        return mpmath.gamma(a) / mpmath.gamma(shape) * scale**shape / b**a * mpmath.sqrt(strength / k) * (2 * mpmath.pi) ** (-mpf(n) / 2)

    def level(self, segment):
        return self.posterior(segment)[0]

    def found(self, data, **options):
        return stats.normal_change_points(data, prior=self.prior, **options)


def by_all_segmentations(model, data, hazard, recent):
    """Evidence, run lengths, chance of a recent change, level and forecast, by summing over all 2^(n - 1)."""
    n, h = len(data), mpf(hazard)
    parts = {(i, j): (model.marginal(data[i:j]), model.level(data[i:j])) for i in range(n) for j in range(i + 1, n + 1)}
    run, level, evidence = [mpf(0)] * n, mpf(0), mpf(0)
    for cuts in itertools.product((False, True), repeat=n - 1):
        starts = [0, *(i + 1 for i, cut in enumerate(cuts) if cut)]
        weight = h ** sum(cuts) * (1 - h) ** (n - 1 - sum(cuts))
        for i, j in zip(starts, [*starts[1:], n], strict=True):
            weight *= parts[i, j][0]
        evidence += weight
        run[n - starts[-1] - 1] += weight
        level += weight * parts[starts[-1], n][1]
    run, level = [r / evidence for r in run], level / evidence
    changed = mpmath.fsum(run[r - 1] for r in range(1, n) if r <= recent)
    return mpmath.log(evidence), run, changed, level, h * model.level(data[:0]) + (1 - h) * level


SERIES = [
    (Binomial(), [(0, 1), (0, 1), (1, 1), (1, 1), (1, 1), (0, 1), (1, 1), (1, 1), (0, 1), (1, 1)]),
    (Binomial(), [(1, 10), (0, 9), (2, 10), (8, 10), (9, 10), (10, 10), (3, 200), (1, 70), (65, 66)]),
    (Poisson(), [(0, 1.0), (2, 1.0), (1, 0.5), (9, 1.0), (14, 2.0), (11, 1.0), (300, 1.5), (0, 1.0), (1, 3.0), (0, 1.0)]),
    (Normal(), [0.1, -0.4, 0.3, 5.2, 4.8, 5.5, 5.1, -20.0, -21.0, 1e3]),
    (Normal(), [3.0] * 8),
]


@pytest.mark.parametrize(("model", "data"), SERIES)
@pytest.mark.parametrize(("hazard", "recent"), [(0.01, 3), (0.3, 1), (0.999, 20)])
def test_every_moment_is_the_sum_over_all_segmentations(agrees, model, data, hazard, recent):
    whole = model.found(data, hazard=hazard, recent=recent)
    for n in range(1, len(data) + 1):
        with mpmath.workdps(40):
            evidence, run, changed, level, forecast = by_all_segmentations(model, data[:n], hazard, recent)
        found = model.found(data[:n], hazard=hazard, recent=recent)
        agrees(model.function, found.log_evidence, float(evidence), oracle=ORACLE, rel=1e-12, abs=1e-12)
        agrees(model.function, found.run_length_probability, [float(r) for r in run], oracle=ORACLE, rel=1e-11, abs=1e-12)
        online = [whole.change_probability[n - 1], whole.level[n - 1], whole.predictive_mean[n - 1]]
        agrees(model.function, online, [float(changed), float(level), float(forecast)], oracle=ORACLE, rel=1e-12, abs=1e-12)
        assert abs(found.run_length_probability.sum() - 1) < 1e-12
        best = max(run)
        assert run[whole.run_length[n - 1] - 1] >= best * (1 - mpf("1e-12"))


def test_nile_changes_in_1898():
    flow = nile.load_pandas().data["volume"].to_numpy(float)
    made = stats.normal_change_points(flow, prior=(1000.0, 0.1, 2.0, 2 * 125.0**2), hazard=0.01)
    began = 1871 + np.arange(flow.size) - made.run_length + 1
    assert (began[:20] == 1871).all()
    assert set(began[35:45]) <= {1898, 1899}, "the dam at Aswan, and less rain"
    assert made.status == "ok" and abs(made.level[-1] - flow[28:].mean()) < 15


def test_missing_values_are_skipped_without_ending_the_run():
    x = np.array([0, 1, 0, 1, 1, 1], dtype=float)
    gaps = np.array([math.nan, 0, 1, math.nan, math.nan, 0, 1, 1, 1])
    whole, gapped = stats.binomial_change_points(x), stats.binomial_change_points(gaps)
    assert (gapped.count, gapped.missing, gapped.log_evidence) == (6, 3, whole.log_evidence)
    np.testing.assert_array_equal(gapped.run_length, [0, 1, 2, 2, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(gapped.run_length_probability, whole.run_length_probability)
    assert gapped.level[0] == 0.5 and gapped.change_probability[0] == 0.0 and gapped.level[3] == gapped.level[2]
    none = stats.binomial_change_points([1, 0, 5], [2, 0, 9])
    assert (none.count, none.missing) == (2, 1), "no trials say nothing"
    assert stats.poisson_change_points([1, 0, 5], [2.0, 0.0, math.nan]).count == 1


def test_nothing_one_and_constant():
    for function in (stats.binomial_change_points, stats.poisson_change_points, stats.normal_change_points):
        for nothing in ([], [math.nan] * 3):
            made = function(nothing)
            assert made.status == "not_enough_data" and made.run_length_probability.size == 0 and made.log_evidence == 0.0
        one = function([1])
        assert (one.status, list(one.run_length), list(one.change_probability)) == ("ok", [1], [0.0])
        same = function([1] * 200, hazard=0.01)
        assert same.run_length[-1] == 200 and same.change_probability[-1] < 0.1


def test_infinite_and_enormous_values():
    for function in (stats.binomial_change_points, stats.poisson_change_points, stats.normal_change_points):
        made = function([1.0, math.inf])
        assert made.status == "not_finite" and np.isnan(made.level).all() and made.level.size == 2
    assert stats.normal_change_points([1e200]).status == "not_finite"
    for made in (stats.normal_change_points([0.0, 1e100, 0.0]), stats.poisson_change_points([0, 10**15, 0]),
                 stats.binomial_change_points([0, 10**12, 0], [10**12] * 3), stats.poisson_change_points([3], prior=(1e9, 1e9))):
        assert made.status == "ok" and np.isfinite(made.log_evidence) and np.isfinite(made.level).all()
        assert abs(made.run_length_probability.sum() - 1) < 1e-12


def test_long_series_neither_underflow_nor_lose_the_sum():
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.random(1000) < 0.05, rng.random(1000) < 0.4]).astype(float)
    made = stats.binomial_change_points(x, hazard=1e-3, recent=50)
    assert abs(made.run_length_probability.sum() - 1) < 1e-11
    assert abs(made.run_length[-1] - 1000) <= 25 and made.log_evidence < -500
    assert made.change_probability[900] < 0.5 < made.change_probability[1040]


def test_claims_of_a_change_are_calibrated():
    # Series drawn from the model itself: of all moments where a recent change is given about q, q have one.
    rng = np.random.default_rng(11)
    told, happened = [], []
    for _ in range(400):
        changes = rng.random(60) < 0.05
        rates = rng.beta(1.0, 1.0, 60)
        rate = rates[np.maximum.accumulate(np.where(changes, np.arange(60), 0))]
        made = stats.binomial_change_points(rng.binomial(10, rate), np.full(60, 10), hazard=0.05, recent=5)
        since = [changes[max(1, t - 4) : t + 1].any() for t in range(60)]
        told.append(made.change_probability[10::10]), happened.append(since[10::10])
    told, happened = np.concatenate(told), np.concatenate(happened)
    assert abs(told.sum() - happened.sum()) < 4 * math.sqrt((told * (1 - told)).sum())
    sure = told > 0.8
    assert abs(told[sure].sum() - happened[sure].sum()) < 4 * math.sqrt((told[sure] * (1 - told[sure])).sum()) + 1


def test_wrong_arguments_are_refused():
    for wrong in (
        lambda: stats.binomial_change_points([2]), lambda: stats.binomial_change_points([0.5]), lambda: stats.binomial_change_points([-1]),
        lambda: stats.binomial_change_points([1], [1, 2]), lambda: stats.binomial_change_points([1], prior=(0, 1)),
        lambda: stats.binomial_change_points([1], prior=(1, 1, 1)), lambda: stats.binomial_change_points([1], hazard=0.0),
        lambda: stats.binomial_change_points([1], hazard=math.nan), lambda: stats.binomial_change_points([1], recent=0),
        lambda: stats.poisson_change_points([-1]), lambda: stats.poisson_change_points([1], [-1.0]), lambda: stats.poisson_change_points([1], [0.0]),
        lambda: stats.poisson_change_points([1], prior=(1, math.inf)), lambda: stats.normal_change_points([1], prior=(0, 1, 1, 0)),
        lambda: stats.normal_change_points([1], prior=(math.nan, 1, 1, 1)), lambda: stats.normal_change_points([1], hazard=1.0),
    ):
        with pytest.raises(ValueError, match="childwell"):
            wrong()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=15), st.integers(-6, 6))
def test_normal_change_points_scale_by_powers_of_two(values, power):
    scale = 2.0**power
    one = stats.normal_change_points(values, prior=(0.5, 1.0, 2.0, 3.0))
    two = stats.normal_change_points(np.array(values) * scale, prior=(0.5 * scale, 1.0, 2.0, 3.0 * scale**2))
    np.testing.assert_array_equal(two.run_length, one.run_length)
    np.testing.assert_allclose(two.level, one.level * scale, rtol=1e-11, atol=1e-11 * scale)
    np.testing.assert_allclose(two.log_evidence, one.log_evidence - len(values) * math.log(scale), rtol=1e-10, atol=1e-10)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=20), st.floats(0.01, 0.9))
def test_events_and_non_events_change_places(marks, hazard):
    x = np.array(marks, dtype=float)
    one = stats.binomial_change_points(x, prior=(0.5, 2.0), hazard=hazard)
    other = stats.binomial_change_points(1 - x, prior=(2.0, 0.5), hazard=hazard)
    np.testing.assert_allclose(other.run_length_probability, one.run_length_probability, rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(other.level, 1 - one.level, rtol=1e-11)
