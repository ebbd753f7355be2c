# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The Poisson bootstrap: its draws, its replicates by definition, and its errors against DeLong's and sampling theory."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from childwell import stats

NAN, INF = math.nan, math.inf
WEIGHTS = np.arange(13)


def probabilities():
    """The law of a draw: rounded 2^32 P(weight <= k), as integers over 2^32."""
    with mpmath.workdps(40):
        below = [int(mpmath.nint(2**32 * sum(mpmath.exp(-1) / mpmath.factorial(j) for j in range(k + 1)))) for k in range(12)]
    return [Fraction(b - a, 2**32) for a, b in zip([0, *below], [*below, 2**32], strict=True)]


def test_the_law_of_a_draw_has_the_moments_it_says(agrees):
    law = probabilities()
    mean = sum(k * p for k, p in enumerate(law))
    variance = sum(k * k * p for k, p in enumerate(law)) - mean * mean
    assert mean == 1
    assert float(variance - 1) == pytest.approx(1.397e-9, rel=1e-3)
    drawn = stats.poisson_bootstrap_weights(50_000, 3, 0, 400)
    counted, size = np.bincount(drawn.ravel(), minlength=13), drawn.size
    expected = np.array([float(p) for p in law]) * size
    fit = scipy.stats.chisquare(np.append(counted[:8], counted[8:].sum()), np.append(expected[:8], expected[8:].sum()))
    assert fit.pvalue > 1e-4
    agrees("poisson_bootstrap_weights", counted[:6] / size, scipy.stats.poisson.pmf(WEIGHTS[:6], 1.0),
           oracle="scipy poisson, 2e7 draws: chance", rel=0.01)


@pytest.mark.parametrize("keys", [4000, np.arange(4000) << 32, np.arange(4000) * 1001 + 7], ids=["rows", "high bits", "strides"])
def test_draws_of_rows_and_of_replicates_do_not_hang_together(keys):
    """Variances of row sums and of replicate sums, and correlations, are those of independent draws within 5 sigma."""
    drawn = stats.poisson_bootstrap_weights(keys, 11, 1000, 1500).astype(float) - 1
    replicates, rows = drawn.shape
    for sums, terms in ((drawn.sum(0), replicates), (drawn.sum(1), rows)):
        assert abs(sums.var() / terms - 1) < 5 * math.sqrt(2 / sums.size)
    for table in (drawn[:300], drawn[:, :300].T):
        z = np.corrcoef(table)[np.triu_indices(300, 1)] * math.sqrt(table.shape[1])
        assert abs(z.mean()) < 5 / math.sqrt(z.size)
        assert abs(z.var() - 1) < 5 * math.sqrt(2 / z.size) + 0.01
        assert abs(z).max() < 6
    for lag in (1, 2, 31, 32):
        assert abs((drawn[:-lag] * drawn[lag:]).mean()) < 5 / math.sqrt(drawn.size)
        assert abs((drawn[:, :-lag] * drawn[:, lag:]).mean()) < 5 / math.sqrt(drawn.size)


def test_a_draw_depends_on_seed_key_and_replicate_alone():
    whole = stats.poisson_bootstrap_weights(100, 5, 0, 70)
    assert (stats.poisson_bootstrap_weights(100, 5, 33, 7) == whole[33:40]).all()
    some = np.array([99, 3, 3, 50])
    assert (stats.poisson_bootstrap_weights(some, 5, 0, 70) == whole[:, some]).all()
    other = stats.poisson_bootstrap_weights(100, 6, 0, 70)
    assert abs(np.corrcoef(whole.ravel(), other.ravel())[0, 1]) < 5 / math.sqrt(whole.size)
    assert stats.poisson_bootstrap_weights(0, 1, 0, 3).shape == (3, 0)


def defined(y, s, weights, places):
    """Area and precision of one weighted replicate, as fractions; None where there is none."""
    events, others = weights[y == 1].sum(), weights[y == 0].sum()
    agreeing = sum(int(w) * int(weights[(y == 0) & (s < a)].sum() * 2 + weights[(y == 0) & (s == a)].sum())
                   for a, w in zip(s[y == 1], weights[y == 1], strict=True))
    area = Fraction(agreeing, int(2 * events * others)) if events * others else None
    taken, hits = 0, Fraction(0)
    for score in sorted(set(s), reverse=True):
        group, hit = int(weights[s == score].sum()), int(weights[(s == score) & (y == 1)].sum())
        use = min(group, places - taken)
        if group:
            hits += Fraction(hit * use, group)
        taken += use
    return area, hits / taken if taken else None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 3), st.integers(0, 9)), min_size=2, max_size=40),
       st.integers(0, 2**64 - 1), st.sampled_from([0.01, 0.3, 1.0]))
def test_replicates_equal_their_definition(rows, seed, capacity):
    y, s, c = (np.array(column) for column in zip(*rows, strict=True))
    for clusters in (None, c):
        made = stats.bootstrap_discrimination(y, s, clusters=clusters, replicates=40, seed=seed, capacity=capacity, threads=1)
        if made.status == "degenerate" and made.auc_replicates.size == 0 or made.clusters < 2:
            assert y.min() == y.max() or made.clusters < 2
            continue
        keys = np.arange(len(y)) if clusters is None else np.unique(c, return_inverse=True)[1]
        drawn = stats.poisson_bootstrap_weights(keys, seed, 0, 40)
        assert made.places == max(1, math.floor(capacity * len(y) + 0.5))
        for replicate, weights in enumerate(drawn.astype(np.int64)):
            area, precision = defined(y, s, weights, made.places)
            for got, exact in ((made.auc_replicates, area), (made.precision_replicates, precision)):
                assert math.isnan(got[replicate]) if exact is None else got[replicate] == pytest.approx(float(exact), rel=1e-15)
        if made.status == "ok":
            assert made.auc.estimate == stats.roc_auc(y, s).auc
            assert made.precision.estimate == pytest.approx(stats.top_k(y, s, made.places).precision, rel=1e-15)


def test_replicates_of_the_area_equal_their_fractions(agrees):
    generator = np.random.Generator(np.random.Philox(1))
    y, s = (generator.uniform(size=300) < 0.3).astype(int), generator.integers(0, 40, 300)
    made = stats.bootstrap_discrimination(y, s, replicates=64, seed=9, capacity=0.1)
    truth = [defined(y, s, w, made.places) for w in stats.poisson_bootstrap_weights(300, 9, 0, 64).astype(np.int64)]
    agrees("bootstrap_discrimination", made.auc_replicates, [float(a) for a, _ in truth], oracle="exact fractions", rel=0.0)
    agrees("bootstrap_discrimination", made.precision_replicates, [float(p) for _, p in truth], oracle="exact fractions", rel=3e-16)


def test_threads_and_the_order_of_rows_change_no_bit():
    generator = np.random.Generator(np.random.Philox(2))
    y, s = generator.uniform(size=3000) < 0.1, generator.normal(size=3000).round(1)
    school = generator.integers(0, 60, 3000)
    one = stats.bootstrap_discrimination(y, s, clusters=school, threads=1)
    two = stats.bootstrap_discrimination(y, s, clusters=school, threads=2)
    order = generator.permutation(3000)
    mixed = stats.bootstrap_discrimination(y[order], s[order], clusters=school[order])
    for other in (two, mixed):
        assert other.auc_replicates.tobytes() == one.auc_replicates.tobytes()
        assert other.precision_replicates.tobytes() == one.precision_replicates.tobytes()
    plain = [stats.bootstrap_discrimination(y, s, threads=threads) for threads in (1, 2)]
    assert plain[0].auc_replicates.tobytes() == plain[1].auc_replicates.tobytes()
    assert stats.bootstrap_discrimination(y, s, seed=2).auc.standard_error != plain[0].auc.standard_error
    shorter = stats.bootstrap_discrimination(y, s, replicates=37)
    assert (shorter.auc_replicates == plain[0].auc_replicates[:37]).all()


def test_the_standard_error_is_delongs_within_chance(agrees):
    """10,000 replicates: chance leaves 0.7 %; at 4,000 rows the two differ by less than 1 % themselves."""
    generator = np.random.Generator(np.random.Philox(3))
    y = generator.uniform(size=4000) < 0.2
    s = generator.normal(size=4000) + y
    made = stats.bootstrap_discrimination(y, s, replicates=10_000)
    agrees("bootstrap_discrimination", made.auc.standard_error, stats.roc_auc(y, s).standard_error, oracle="DeLong, within chance", rel=0.03)
    assert abs(made.auc.bias) < 4 * made.auc.standard_error / 100
    assert (made.auc.lower, made.auc.upper) == pytest.approx((stats.roc_auc(y, s).lower, stats.roc_auc(y, s).upper), abs=0.002)


def test_the_standard_error_of_clusters_is_that_of_their_sums():
    """The area is linear in its placements; their sums by school have a sampling variance in closed form."""
    generator = np.random.Generator(np.random.Philox(4))
    school = np.repeat(np.arange(80), 50)
    y = generator.uniform(size=4000) < np.where(np.arange(80) % 3 == 0, 0.5, 0.05)[school]
    s = generator.normal(size=4000) + y + generator.normal(size=80)[school]
    made = stats.bootstrap_discrimination(y, s, clusters=school, replicates=10_000)
    assert made.clusters == 80
    events, others = s[y], s[~y]
    places = np.empty(4000)
    places[y] = (others[None, :] < events[:, None]).mean(1)
    places[~y] = (events[None, :] > others[:, None]).mean(1)
    area = stats.roc_auc(y, s).auc
    parts = np.bincount(school, (places - area) / np.where(y, y.sum(), (~y).sum()))
    expected = math.sqrt((parts**2).sum())
    assert made.auc.standard_error == pytest.approx(expected, rel=0.06)
    assert made.auc.standard_error > 1.5 * stats.roc_auc(y, s).standard_error


def test_precision_without_ties_has_the_error_of_a_share():
    """Scores that say nothing: precision of k places is a share of k children, less what the sample's own share explains."""
    generator = np.random.Generator(np.random.Philox(5))
    y, s = generator.uniform(size=20_000) < 0.3, generator.uniform(size=20_000)
    made = stats.bootstrap_discrimination(y, s, capacity=0.05, replicates=4000)
    p = made.precision.estimate
    assert made.precision.standard_error == pytest.approx(math.sqrt(p * (1 - p) / 1000), rel=0.05)


def test_the_percentile_interval_covers_as_often_as_it_says():
    """400 samples of 200 children; 95 % but for 2.2 points of chance."""
    generator = np.random.Generator(np.random.Philox(6))
    truth, covered = float(stats.normal_cdf(1 / math.sqrt(2))), 0
    for seed in range(400):
        y = np.arange(200) < 60
        s = generator.normal(size=200) + y
        made = stats.bootstrap_discrimination(y, s, replicates=400, seed=seed, threads=1)
        covered += made.auc.lower <= truth <= made.auc.upper
    assert 0.91 <= covered / 400 <= 0.98


# ---- intervals from replicates ---------------------------------------------------------------------------------------


def test_the_interval_is_made_of_order_statistics(agrees):
    values = np.random.Generator(np.random.Philox(7)).normal(3, 2, 999)
    made = stats.bootstrap_interval(values, 3.0)
    agrees("bootstrap_interval", [made.lower, made.upper], np.quantile(values, [0.025, 0.975], method="weibull"),
           oracle="numpy quantile, type 6", rel=1e-13)
    agrees("bootstrap_interval", [made.standard_error, made.bias], [values.std(ddof=1), values.mean() - 3.0], oracle="numpy", rel=1e-11)
    ordered = np.sort(values)
    assert (made.lower, made.upper) == pytest.approx((ordered[24], ordered[974]), rel=1e-14)


def test_edges_of_the_interval():
    assert stats.bootstrap_interval([], 1.0).status == "not_enough_data"
    assert stats.bootstrap_interval([1.0], 1.0).status == "not_enough_data"
    assert stats.bootstrap_interval([1.0, 2.0], 1.0).status == "not_enough_data"  # the ends lie beyond
    flat = stats.bootstrap_interval([0.1] * 100, 0.1)
    assert (flat.standard_error, flat.bias, flat.status) == (0.0, 0.0, "degenerate")
    assert stats.bootstrap_interval([1.0, INF] * 50, 1.0).status == "not_finite"
    part = stats.bootstrap_interval([*range(100), NAN], 50.0)
    assert (part.status, part.undefined, part.replicates) == ("not_enough_data", 1, 100)
    assert part.standard_error > 0 and math.isnan(part.lower)
    with pytest.raises(ValueError, match="childwell"):
        stats.bootstrap_interval([1.0, 2.0], 1.0, level=1.0)


def test_edges_of_the_bootstrap():
    call = stats.bootstrap_discrimination
    assert call([], []).status == "not_enough_data"
    assert call([NAN, 1], [1.0, NAN]).missing == 2
    assert call([1, 0], [1.0, INF]).status == "not_finite"
    assert call([1, 1], [1.0, 2.0]).status == "degenerate"
    assert call([1, 0, 1, 0], [1.0, 2.0, 3.0, 4.0], clusters=["a"] * 4).status == "not_enough_data"
    few = call([1, 0, 0, 0], [2.5, 2.0, 3.0, 1.0])
    assert few.status == "not_enough_data" and few.auc.undefined > 0 and few.auc.standard_error >= 0.0
    tied = call([1, 0] * 20, [1.0] * 40)
    assert (tied.auc.estimate, tied.auc.status) == (0.5, "degenerate")
    for arguments in ({"replicates": 0}, {"seed": -1}, {"capacity": 0.0}, {"capacity": 1.5}, {"level": 0.0}, {"threads": 0},
                      {"clusters": [1]}, {"clusters": [None, "a"]}):
        with pytest.raises(ValueError, match="childwell"):
            call([1, 0], [1.0, 2.0], **arguments)
    for arguments in (([0.5], 1, 0, 1), ([1], -1, 0, 1), ([1], 1, 0, -1)):
        with pytest.raises(ValueError, match="childwell"):
            stats.poisson_bootstrap_weights(*arguments)


@pytest.mark.parametrize(("n", "expected"), [(30, 0.935), (100, 0.945), (1000, 0.95)])
def test_the_percentile_interval_at_few_rows(n, expected):
    """Three of ten rows with the event, area 0.76. At 10 rows every call has a replicate without an event, and so no
    interval; at 30 rows 5 in 100 calls."""
    generator = np.random.default_rng([89, n])
    truth, draws, covered, answered = float(stats.normal_cdf(1 / math.sqrt(2))), 300, 0, 0
    y = np.arange(n) < 3 * n // 10
    for seed in range(draws):
        made = stats.bootstrap_discrimination(y, generator.normal(size=n) + y, replicates=400, seed=seed, threads=1).auc
        answered += made.status == "ok"
        covered += made.lower <= truth <= made.upper
    assert answered >= 0.88 * draws
    assert abs(covered / answered - expected) < 4 * math.sqrt(expected * (1 - expected) / draws)
    few = stats.bootstrap_discrimination(y[:: n // 10], generator.normal(size=10), replicates=400, threads=1).auc
    assert few.status == "not_enough_data" and math.isnan(few.lower) and few.undefined > 0
