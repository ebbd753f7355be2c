# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Two groups, agreement and many tests at once: shared cases, scipy, statsmodels, all permutations, and simulation."""

import itertools
import math

import mpmath as mp
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests

from childwell import stats

TWO_SAMPLE = (stats.student_t_test, stats.welch_t_test, stats.rank_sum_test, stats.kolmogorov_smirnov_test,
              stats.cohen_d, stats.hedges_g, stats.cliff_delta, stats.common_language_effect)


@pytest.fixture
def parted(case):
    """A case whose tolerance names some parts and has one rule for all others."""

    def open_case(name):
        c = case(name)
        rest = {key: rule for key, rule in c.tolerance.items() if not isinstance(rule, dict)}
        c.bounds = lambda part: tuple((c.tolerance[part] if part else rest).get(key, 0.0) for key in ("rel", "abs"))
        return c

    return open_case


def test_tests_student_mat(parted):
    c = parted("tests_student_mat")
    frame = c.frame()
    a, b = (frame.loc[frame["sex"] == sex, "G3"] for sex in "FM")
    welch = stats.welch_t_test(a, b)
    c.agree("n", [welch.count_first, welch.count_second], function="welch_t_test")
    c.agree("mean", [welch.mean_first, welch.mean_second], function="welch_t_test")
    c.agree("welch", {"t": welch.statistic, "df": welch.degrees_of_freedom, "p": welch.p_value,
                      "ci": [welch.lower, welch.upper]}, function="welch_t_test")
    pooled = stats.student_t_test(a, b)
    c.agree("pooled", {"t": pooled.statistic, "p": pooled.p_value}, function="student_t_test")
    corrected, plain = stats.rank_sum_test(a, b), stats.rank_sum_test(a, b, continuity=False)
    c.agree("mw", {"U": corrected.u, "p_cc": corrected.p_value, "p_nocc": plain.p_value}, function="rank_sum_test")
    smirnov = stats.kolmogorov_smirnov_test(a, b, method="asymptotic")
    c.agree("ks.D", smirnov.statistic, function="kolmogorov_smirnov_test")
    c.agree("ks.p", smirnov.p_value, function="kolmogorov_smirnov_test", part="ks_p")
    c.agree("cohen_d", stats.cohen_d(a, b).estimate, function="cohen_d")
    c.agree("hedges_g", stats.hedges_g(a, b).estimate, function="hedges_g")
    c.agree("cliff_delta", stats.cliff_delta(a, b).estimate, function="cliff_delta")
    c.agree("cles", stats.common_language_effect(a, b).estimate, function="common_language_effect")


def test_agreement_student_mat(case):
    c = case("agreement_student_mat")
    frame = c.frame()[["G1", "G2", "G3"]]
    made = stats.intraclass_correlation(frame)
    names = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
    short = [form.replace("(", "").replace(",1)", "").replace(",k)", "k") for form in made.forms]
    c.agree("n", made.count, function="intraclass_correlation", part="icc")
    c.agree("types", short, function="intraclass_correlation", part="icc")
    assert short == names
    c.agree("icc", made.estimates, function="intraclass_correlation", part="icc")
    c.agree("F", made.f, function="intraclass_correlation", part="icc")
    c.agree("df1", made.numerator_df, function="intraclass_correlation", part="icc")
    c.agree("df2", made.denominator_df, function="intraclass_correlation", part="icc")
    c.agree("lower", made.lower, function="intraclass_correlation", part="ci")
    c.agree("upper", made.upper, function="intraclass_correlation", part="ci")
    edges = stats.quantiles(frame["G1"], [0, 0.25, 0.5, 0.75, 1]).values
    cut = [np.where((v < edges[0]) | (v > edges[-1]), np.nan, np.clip(np.searchsorted(edges, v, side="left") - 1, 0, 3))
           for v in (frame["G1"].to_numpy(), frame["G2"].to_numpy())]
    kappa = stats.cohen_kappa(*cut)
    c.agree("kappa_n", kappa.count, function="cohen_kappa", part="icc")
    c.agree("table", kappa.table, function="cohen_kappa", part="icc")
    c.agree("kappa", kappa.estimate, function="cohen_kappa", part="icc")
    c.agree("weighted_kappa", stats.cohen_kappa(*cut, weights="quadratic").estimate, function="cohen_kappa", part="icc")


def test_padjust_student_mat(case):
    c = case("padjust_student_mat")
    frame = c.frame()
    p = [stats.pearson(frame[x], frame["G3"]).p_value for x in c.document["input"]["x"]]
    c.agree("p", dict(zip(c.document["input"]["x"], p, strict=True)), function="pearson")
    for name in ("holm", "hochberg", "hommel", "bonferroni"):
        c.agree(name, stats.adjust_p_values(p, method=name), function="adjust_p_values")
    c.agree("BH", stats.adjust_p_values(p, method="benjamini_hochberg"), function="adjust_p_values")
    c.agree("BY", stats.adjust_p_values(p, method="benjamini_yekutieli"), function="adjust_p_values")


# ---- t

def test_t_tests_against_scipy(agrees):
    a = np.array([3.1, 2.7, 5.0, 4.4, 3.9, 4.1])
    b = np.array([2.0, 1.5, 2.2, 9.0])
    for ours, equal in ((stats.student_t_test, True), (stats.welch_t_test, False)):
        made, wanted = ours(a, b, level=0.9), scipy.stats.ttest_ind(a, b, equal_var=equal)
        interval = wanted.confidence_interval(0.9)
        agrees(ours.__name__, [made.statistic, made.degrees_of_freedom, made.p_value, made.lower, made.upper],
               [wanted.statistic, wanted.df, wanted.pvalue, *interval], oracle="scipy", rel=1e-12)
    made, wanted = stats.mean_interval(a - 3, level=0.9), scipy.stats.ttest_1samp(a - 3, 0).confidence_interval(0.9)
    agrees("mean_interval", [made.lower, made.upper], wanted, oracle="scipy", rel=1e-12)


def test_means_at_their_edges():
    assert stats.mean_interval([]).status == "not_enough_data"
    assert stats.mean_interval([2.0]).estimate == 2.0
    same = stats.mean_interval([2.0, 2.0])
    assert (same.status, same.standard_error) == ("degenerate", 0.0)
    assert math.isnan(same.lower)
    assert stats.mean_interval([2.0, np.inf]).status == "not_finite"
    one = stats.student_t_test([1.0], [2.0, 3.0])
    assert (one.status, one.degrees_of_freedom) == ("ok", 1.0)
    assert stats.student_t_test([1.0], [2.0]).status == "not_enough_data"
    assert stats.student_t_test([1.0], [2.0]).difference == -1.0
    assert stats.welch_t_test([1.0], [2.0, 3.0]).status == "not_enough_data"
    for test in (stats.student_t_test, stats.welch_t_test):
        assert test([1.0, 1.0], [2.0, 2.0]).status == "degenerate"
        assert test([np.nan, 1.0, 2.0], [2.0, 4.0]).missing == 1


@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_t_intervals_cover_and_tests_hold_their_size(n):
    """Exact for normal values: 95 % within Monte-Carlo error, 4 standard errors of 1,500 draws."""
    generator = np.random.Generator(np.random.Philox(17, counter=n))
    draws = 1500
    covered = rejected = 0
    for _ in range(draws):
        values = generator.normal(3.0, 2.0, n)
        interval = stats.mean_interval(values)
        covered += interval.lower <= 3.0 <= interval.upper
        half = n // 3
        rejected += stats.welch_t_test(values[:half], values[half:]).p_value < 0.05
    error = 4 * np.sqrt(0.05 * 0.95 / draws)
    assert abs(covered / draws - 0.95) < error
    assert abs(rejected / draws - 0.05) < error + (0.01 if n == 10 else 0.002)


# ---- ranks

def all_partitions(pooled, m):
    for chosen in itertools.combinations(range(len(pooled)), m):
        kept = np.zeros(len(pooled), dtype=bool)
        kept[list(chosen)] = True
        yield pooled[kept], pooled[~kept]


def pair_u(a, b):
    return (np.subtract.outer(a, b) > 0).sum() + 0.5 * (np.subtract.outer(a, b) == 0).sum()


def largest_gap(a, b):
    return max(abs((a <= x).mean() - (b <= x).mean()) for x in np.concatenate([a, b]))


@pytest.mark.parametrize(("a", "b"), [
    ([1.0, 2.0, 2.0, 5.0], [2.0, 3.0, 7.0, 7.0, 9.0]), ([1.0, 4.0, 6.0], [2.0, 3.0, 9.0, 10.0, 11.0]),
    ([1.0, 1.0, 1.0, 2.0], [1.0, 2.0, 2.0]), ([5.0], [1.0, 2.0, 3.0]), ([0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0, 1.0]),
])
def test_exact_p_values_are_those_of_all_permutations(a, b, agrees):
    a, b = np.array(a), np.array(b)
    pooled, centre = np.concatenate([a, b]), len(a) * len(b) / 2
    parts = list(all_partitions(pooled, len(a)))
    distance = abs(pair_u(a, b) - centre)
    wanted = np.mean([abs(pair_u(x, y) - centre) >= distance - 1e-9 for x, y in parts])
    agrees("rank_sum_test", stats.rank_sum_test(a, b, method="exact").p_value, wanted, oracle="all permutations", rel=1e-13)
    gap = largest_gap(a, b)
    wanted = np.mean([largest_gap(x, y) >= gap - 1e-9 for x, y in parts])
    made = stats.kolmogorov_smirnov_test(a, b, method="exact")
    agrees("kolmogorov_smirnov_test", [made.statistic, made.p_value], [gap, wanted], oracle="all permutations", rel=1e-13)
    assert largest_gap(a, b) == pytest.approx(abs((a <= made.location).mean() - (b <= made.location).mean()))


def test_rank_tests_against_scipy(agrees):
    generator = np.random.Generator(np.random.Philox(2))
    a, b = generator.normal(size=24), generator.normal(0.5, 1, 31)
    made = stats.rank_sum_test(a, b)
    assert made.method == "exact"
    wanted = scipy.stats.mannwhitneyu(a, b, method="exact")
    agrees("rank_sum_test", [made.u, made.p_value], [wanted.statistic, wanted.pvalue], oracle="scipy (exact)", rel=1e-12)
    rounded = np.round(a, 1), np.round(b, 1)
    for continuity in (True, False):
        made = stats.rank_sum_test(*rounded, method="asymptotic", continuity=continuity)
        wanted = scipy.stats.mannwhitneyu(*rounded, method="asymptotic", use_continuity=continuity)
        agrees("rank_sum_test", made.p_value, wanted.pvalue, oracle="scipy (asymptotic)", rel=1e-12)
    made, wanted = stats.kolmogorov_smirnov_test(a, b), scipy.stats.ks_2samp(a, b, method="exact")
    assert made.method == "exact"
    agrees("kolmogorov_smirnov_test", [made.statistic, made.p_value, made.location],
           [wanted.statistic, wanted.pvalue, wanted.statistic_location], oracle="scipy (exact)", rel=1e-12)
    for shift in (0.0, 0.1, 0.4):
        a, b = generator.normal(size=900), generator.normal(shift, 1, 700)
        made = stats.kolmogorov_smirnov_test(a, b)
        assert made.method == "asymptotic"
        wanted = scipy.stats.kstwobign.sf(made.statistic * np.sqrt(900 * 700 / 1600))
        agrees("kolmogorov_smirnov_test", made.p_value, wanted, oracle="scipy (limit)", rel=1e-11)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12), st.lists(st.integers(-3, 3), min_size=1, max_size=12))
def test_delta_is_the_count_of_pairs_and_turns_with_the_groups(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    delta = stats.cliff_delta(a, b)
    assert delta.estimate == pytest.approx(np.sign(np.subtract.outer(a, b)).mean(), abs=1e-15)
    turned = stats.cliff_delta(b, a)
    assert turned.estimate == -delta.estimate
    assert np.allclose([turned.lower, turned.upper], [-delta.upper, -delta.lower], atol=1e-14, equal_nan=True)
    assert stats.common_language_effect(a, b).estimate == pytest.approx(pair_u(a, b) / len(a) / len(b), abs=1e-15)
    test = stats.rank_sum_test(a, b)
    assert test.u + stats.rank_sum_test(b, a).u == len(a) * len(b)
    if test.status == "ok":
        assert test.p_value == pytest.approx(stats.rank_sum_test(-a, -b).p_value, rel=1e-12)
    assert stats.kolmogorov_smirnov_test(a, b).statistic == stats.kolmogorov_smirnov_test(b, a).statistic


def test_delta_interval_by_its_definition(agrees):
    a, b = np.array([1.0, 2, 2, 5, 8]), np.array([2.0, 3, 3, 9, 1, 0])
    d = np.sign(np.subtract.outer(a, b))
    m, n, delta, z = 5, 6, d.mean(), scipy.stats.norm.ppf(0.975)
    variance = ((n**2 * ((d.mean(1) - delta) ** 2).sum() + m**2 * ((d.mean(0) - delta) ** 2).sum() - ((d - delta) ** 2).sum())
                / (m * n * (m - 1) * (n - 1)))
    half = z * np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + z**2 * variance)
    wanted = (delta - delta**3 + np.array([-half, half])) / (1 - delta**2 + z**2 * variance)
    made = stats.cliff_delta(a, b)
    agrees("cliff_delta", [made.lower, made.upper], wanted, oracle="Feng and Cliff 2004, by formula", rel=1e-13)
    words = stats.common_language_effect(a, b)
    agrees("common_language_effect", [words.lower, words.upper], (1 + wanted) / 2, oracle="Feng and Cliff 2004, by formula", rel=1e-13)


def test_rank_tests_at_their_edges():
    for test in TWO_SAMPLE:
        assert test([], [1.0]).status == "not_enough_data"
        assert test([np.nan], [1.0]).status == "not_enough_data"
        assert test([1.0, np.inf], [1.0, 2.0]).status == "not_finite"
    assert stats.rank_sum_test([1.0, 1.0], [1.0]).status == "degenerate"
    assert stats.kolmogorov_smirnov_test([1.0, 1.0], [1.0]).status == "degenerate"
    assert stats.kolmogorov_smirnov_test([1.0, 1.0], [1.0]).statistic == 0.0
    apart = stats.cliff_delta([5.0, 6.0, 7.0], [1.0, 2.0, 3.0, 4.0])
    assert (apart.status, apart.estimate, apart.upper) == ("boundary", 1.0, 1.0)
    assert apart.lower < 0.1
    assert stats.cliff_delta([5.0], [1.0, 2.0]).status == "not_enough_data"
    assert stats.cohen_d([1.0, 1.0], [2.0, 2.0]).status == "degenerate"
    assert stats.hedges_g([1.0], [2.0, 3.0]).status == "not_enough_data"
    with pytest.raises(ValueError, match="at most 200"):
        stats.rank_sum_test(np.arange(150.0), np.arange(150.0), method="exact")
    with pytest.raises(ValueError, match="method is one of"):
        stats.rank_sum_test([1.0], [2.0], method="other")
    with pytest.raises(ValueError, match="level"):
        stats.cliff_delta([1.0], [2.0], level=0.0)


def test_u_does_not_overflow_32_bits():
    x = np.arange(100_000.0)
    assert stats.rank_sum_test(x + 200_000, x).u == 1e10
    assert stats.kolmogorov_smirnov_test(x + 200_000, x).statistic == 1.0


@pytest.mark.parametrize(("method", "n"), [*(("exact", n) for n in (10, 30)), *(("asymptotic", n) for n in (10, 30, 100, 1000))])
def test_rank_tests_hold_their_size(method, n):
    """Never more than 5 % within four errors; the rank sum not far less, the distance of few steps is coarse."""
    generator = np.random.Generator(np.random.Philox(5, counter=n))
    draws = 800 if n < 1000 else 300
    rejected = np.zeros(2)
    for _ in range(draws):
        a, b = generator.exponential(size=n), generator.exponential(size=n + n // 4)
        rejected += [stats.rank_sum_test(a, b, method=method).p_value < 0.05,
                     stats.kolmogorov_smirnov_test(a, b, method=method).p_value < 0.05]
    error = 4 * np.sqrt(0.05 * 0.95 / draws)
    assert (rejected / draws < 0.05 + error).all()
    assert rejected[0] / draws > 0.04 - error


# ---- effect sizes

def test_standardised_difference_has_its_exact_interval(agrees):
    """Each end is the noncentrality at which the observed t cuts off 2.5 %, by mpmath's quadrature."""
    a, b = np.array([3.1, 2.7, 5.0, 4.4, 3.9, 4.1]), np.array([2.0, 1.5, 2.2, 3.0])
    made, test = stats.cohen_d(a, b), stats.student_t_test(a, b)
    scale = np.sqrt(1 / 6 + 1 / 4)
    agrees("cohen_d", made.estimate, (a.mean() - b.mean()) / np.sqrt((a.var(ddof=1) * 5 + b.var(ddof=1) * 3) / 8),
           oracle="numpy", rel=1e-14)
    for end, p in ((made.lower, 0.975), (made.upper, 0.025)):
        reached = noncentral_t(test.statistic, 8, end / scale)
        agrees("cohen_d", float(reached), p, oracle="mpmath 1.3 quadrature", rel=1e-10)
    corrected = stats.hedges_g(a, b)
    factor = float(mp.gamma(4) / (mp.sqrt(4) * mp.gamma(mp.mpf("3.5"))))
    agrees("hedges_g", [corrected.estimate, corrected.lower, corrected.upper],
           factor * np.array([made.estimate, made.lower, made.upper]), oracle="mpmath 1.3", rel=1e-13)


def noncentral_t(t, df, delta):
    """P(T <= t) = E over chi of Phi(t chi / sqrt(df) - delta)."""
    with mp.workdps(25):
        t, df, delta = mp.mpf(t), mp.mpf(df), mp.mpf(delta)
        density = lambda s: mp.exp((df - 1) * mp.log(s) - s * s / 2 - (df / 2 - 1) * mp.log(2) - mp.loggamma(df / 2))  # noqa: E731
        centre = mp.sqrt(df)
        points = [mp.mpf("1e-30"), max(centre - 6, centre / 4), centre, centre + 6, centre + 16]
        return mp.quad(lambda s: density(s) * mp.ncdf(t * s / mp.sqrt(df) - delta), points)


def test_noncentral_t(agrees):
    cases = [(2.0, 8, 1.0), (-1.0, 8, 1.0), (0.5, 30, 3.0), (5.0, 100, 4.0), (2.0, 3.5, -0.5), (12.0, 60, 10.0), (0.0, 5, 1.0)]
    agrees("noncentral_t_cdf", [stats.noncentral_t_cdf(*c) for c in cases], [float(noncentral_t(*c)) for c in cases],
           oracle="mpmath 1.3 quadrature", rel=1e-10)
    assert math.isnan(stats.noncentral_t_cdf(1.0, -1.0, 0.0))
    assert stats.noncentral_t_cdf(1.5, 7.0, 0.0) == stats.student_t_cdf(1.5, 7.0)


def test_effect_sizes_of_a_city_are_found():
    generator = np.random.Generator(np.random.Philox(11))
    a, b = generator.normal(0.3, 1, 150_000), generator.normal(0, 1, 150_000)
    made = stats.cohen_d(a, b)
    assert made.status == "ok"
    half = 1.96 * np.sqrt(2 / 150_000 + made.estimate**2 / 600_000)
    assert (made.lower, made.upper) == pytest.approx((made.estimate - half, made.estimate + half), abs=1e-5)


@pytest.mark.parametrize("n", [10, 30, 100])
def test_effect_intervals_cover(n):
    """d of 0.5 between normal groups: 95 % exactly; delta, whose interval is of large samples, near it."""
    generator = np.random.Generator(np.random.Philox(23, counter=n))
    draws, truth = 500, 2 * scipy.stats.norm.cdf(0.5 / np.sqrt(2)) - 1
    covered = np.zeros(2)
    for _ in range(draws):
        a, b = generator.normal(0.5, 1, n), generator.normal(0, 1, n)
        d, delta = stats.cohen_d(a, b), stats.cliff_delta(a, b)
        covered += [d.lower <= 0.5 <= d.upper, delta.lower <= truth <= delta.upper]
    error = 4 * np.sqrt(0.05 * 0.95 / draws)
    assert abs(covered[0] / draws - 0.95) < error
    assert covered[1] / draws > 0.95 - error - (0.02 if n == 10 else 0.0)


# ---- agreement

def test_intraclass_correlation_of_shrout_and_fleiss(agrees):
    """Their table 2; estimates of table 4 as the exact quotients of its mean squares."""
    x = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
    made = stats.intraclass_correlation(x)
    n, k = x.shape
    rows, columns = k * x.mean(1).var(ddof=1), n * x.mean(0).var(ddof=1)
    within = ((x - x.mean(1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    rest = ((x - x.mean(1, keepdims=True) - x.mean(0) + x.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    wanted = [(rows - within) / (rows + (k - 1) * within), (rows - rest) / (rows + (k - 1) * rest + k * (columns - rest) / n),
              (rows - rest) / (rows + (k - 1) * rest), (rows - within) / rows, (rows - rest) / (rows + (columns - rest) / n),
              (rows - rest) / rows]
    agrees("intraclass_correlation", made.estimates, wanted, oracle="numpy mean squares", rel=1e-13)
    assert np.round(made.estimates, 2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    agrees("intraclass_correlation", made.p_values[:3:2], scipy.stats.f.sf([rows / within, rows / rest], 5, [18, 15]),
           oracle="scipy", rel=1e-11)
    assert np.isfinite(made.lower).all()
    assert (made.lower < made.estimates).all()
    assert (made.estimates < made.upper).all()


def test_agreement_at_its_edges():
    assert stats.intraclass_correlation(np.empty((0, 2))).status == "not_enough_data"
    assert stats.intraclass_correlation(np.ones((1, 3))).status == "not_enough_data"
    assert stats.intraclass_correlation(np.array([[1.0], [2.0]])).status == "not_enough_data"
    assert stats.intraclass_correlation(np.ones((4, 3))).status == "degenerate"
    agreed = stats.intraclass_correlation(np.column_stack([[1.0, 2.0, 4.0]] * 2))
    assert (agreed.status, agreed.estimates[0]) == ("degenerate", 1.0)
    assert stats.intraclass_correlation(np.array([[1.0, np.inf], [2.0, 3.0]])).status == "not_finite"
    assert stats.intraclass_correlation(np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 1.0]])).missing == 1
    assert stats.cohen_kappa([], []).status == "not_enough_data"
    assert stats.cohen_kappa(["a", "a"], ["a", "a"]).status == "degenerate"
    complete = stats.cohen_kappa(["a", "b"], ["a", "b"])
    assert (complete.status, complete.estimate) == ("boundary", 1.0)
    assert stats.cohen_kappa(["a", None, "b"], ["a", "b", "a"]).missing == 1
    for call in (lambda: stats.cohen_kappa(["a"], ["a", "b"]), lambda: stats.cohen_kappa(["a"], ["b"], categories=["a"]),
                 lambda: stats.cohen_kappa(np.array(["a", 1], dtype=object), ["b", "b"])):
        with pytest.raises(ValueError, match="childwell.cohen_kappa"):
            call()


@pytest.mark.parametrize(("weights", "theirs"), [("unweighted", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_kappa_against_statsmodels(weights, theirs, agrees):
    table = np.array([[44, 5, 1, 0], [7, 20, 3, 2], [9, 5, 6, 4], [1, 0, 2, 8]])
    first, second = np.repeat([[i, j] for i in range(4) for j in range(4)], table.ravel(), axis=0).T
    made = stats.cohen_kappa(first, second, weights=weights, categories=range(4))
    wanted = cohens_kappa(table, wt=theirs)
    agrees("cohen_kappa", [made.estimate, made.standard_error, made.null_standard_error, made.lower, made.upper],
           [wanted.kappa, wanted.std_kappa, wanted.std_kappa0, wanted.kappa_low, wanted.kappa_upp], oracle="statsmodels", rel=1e-11)
    agrees("cohen_kappa", made.p_value, wanted.pvalue_two_sided, oracle="statsmodels", rel=1e-9)
    shuffled = np.random.Generator(np.random.Philox(1)).permutation(len(first))
    words = np.array(["none", "some", "much", "all"])
    again = stats.cohen_kappa(words[first][shuffled], words[second][shuffled], weights=weights, categories=words)
    assert again.estimate == made.estimate


# ---- many tests

@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1e-8, 0.001, 0.01, 0.013, 0.02, 0.04, 0.2, 0.5, 0.77, 1.0]), min_size=1, max_size=6))
def test_adjusted_p_values_by_their_definitions(p):
    p = np.array(p)
    for ours, theirs in (("holm", "holm"), ("hochberg", "simes-hochberg"), ("bonferroni", "bonferroni"),
                         ("benjamini_hochberg", "fdr_bh"), ("benjamini_yekutieli", "fdr_by")):
        np.testing.assert_allclose(stats.adjust_p_values(p, method=ours), multipletests(p, method=theirs)[1], rtol=1e-13)
    # Hommel: the closed test of Simes's test, over every subset that holds the hypothesis.
    simes = {}
    for size in range(1, len(p) + 1):
        for subset in itertools.combinations(range(len(p)), size):
            simes[subset] = min(1.0, (size * np.sort(p[list(subset)]) / np.arange(1, size + 1)).min())
    closed = [max(value for subset, value in simes.items() if i in subset) for i in range(len(p))]
    np.testing.assert_allclose(stats.adjust_p_values(p, method="hommel"), closed, rtol=1e-13)


def test_adjusted_p_values_against_statsmodels(agrees):
    p = np.random.Generator(np.random.Philox(3)).beta(0.5, 1, 200)
    for ours, theirs in (("holm", "holm"), ("hochberg", "simes-hochberg"), ("bonferroni", "bonferroni"), ("hommel", "hommel"),
                         ("benjamini_hochberg", "fdr_bh"), ("benjamini_yekutieli", "fdr_by")):
        agrees("adjust_p_values", stats.adjust_p_values(p, method=ours), multipletests(p, method=theirs)[1],
               oracle="statsmodels multipletests", rel=1e-13)


def test_adjusted_p_values_at_their_edges():
    assert stats.adjust_p_values([]).size == 0
    for method in ("holm", "hochberg", "hommel", "bonferroni", "benjamini_hochberg", "benjamini_yekutieli"):
        assert stats.adjust_p_values([0.03], method=method) == [0.03]
        np.testing.assert_array_equal(stats.adjust_p_values([0.01, np.nan, 0.2], method=method)[[0, 2]],
                                      stats.adjust_p_values([0.01, 0.2], method=method))
        assert np.isnan(stats.adjust_p_values([0.01, np.nan], method=method)[1])
    for wrong in ([1.1], [-0.1], [np.inf]):
        with pytest.raises(ValueError, match="childwell.adjust_p_values"):
            stats.adjust_p_values(wrong)


# ---- what intervals cover: 95 % is held within four Monte-Carlo errors; where it is missed, the share is stated

def covers(share, draws, expected=0.95):
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / draws)


@pytest.mark.parametrize(("n", "welch", "student", "skewed"), [
    (10, 0.931, 0.74, 0.898), (30, 0.95, 0.727, 0.928), (100, 0.95, 0.744, 0.944), (1000, 0.95, 0.753, 0.95),
])
def test_mean_intervals_cover_as_they_say_where_spreads_differ(n, welch, student, skewed):
    """A quarter as many values of thrice the spread beside n: Welch's interval holds from 8 and 30 on, Student's never.
    The interval of one mean of exponential values falls short until n is large."""
    generator = np.random.default_rng([31, n])
    draws = 2000
    covered = np.zeros(3)
    for _ in range(draws):
        few, many = generator.normal(0, 3, max(n // 4, 3)), generator.normal(0, 1, n)
        intervals = stats.welch_t_test(few, many), stats.student_t_test(few, many)
        mean = stats.mean_interval(generator.exponential(size=n))
        covered += [*(one.lower <= 0 <= one.upper for one in intervals), mean.lower <= 1 <= mean.upper]
    for share, expected in zip(covered / draws, (welch, student, skewed), strict=True):
        assert covers(share, draws, expected)


@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_hedges_and_words_cover_what_they_say(n):
    generator = np.random.default_rng([37, n])
    draws = 1000 if n < 1000 else 400
    truth = float(stats.normal_cdf(0.5 / np.sqrt(2)))
    covered = np.zeros(3)
    for _ in range(draws):
        a, b = generator.normal(0.5, 1, n), generator.normal(0, 1, n)
        d, g, words = stats.cohen_d(a, b), stats.hedges_g(a, b), stats.common_language_effect(a, b)
        covered += [d.lower <= 0.5 <= d.upper, g.lower <= 0.5 <= g.upper, words.lower <= truth <= words.upper]
    assert all(covers(share, draws) for share in covered / draws)


@pytest.mark.parametrize(("n", "shared_raters"), [(10, 0.952), (30, 0.942), (100, 0.921), (1000, 0.815)])
def test_intraclass_intervals_cover(n, shared_raters):
    """Four raters. The forms 1 and 3 hold at every n; form 2 with few raters and many children does not: the spread of
    four raters is known no better for more children, and its approximate degrees of freedom are then too many."""
    generator = np.random.default_rng([41, n])
    draws, k, spread = 1000, 4, 0.49
    covered = np.zeros(4)
    single, mean = 1 / 2, 1 / (1 + 1 / k)
    truth = {0: single, 2: single, 3: mean, 5: mean, 1: 1 / (2 + spread), 4: 1 / (1 + (1 + spread) / k)}
    for _ in range(draws):
        ratings = generator.normal(size=(n, 1)) + generator.normal(size=(n, k))
        alike = stats.intraclass_correlation(ratings)
        unlike = stats.intraclass_correlation(ratings + np.sqrt(spread) * generator.normal(size=(1, k)))
        inside = [(unlike if j in (1, 4) else alike).lower[j] <= truth[j] <= (unlike if j in (1, 4) else alike).upper[j] for j in range(6)]
        covered += [inside[0], inside[2], inside[1], inside[4]]
        assert inside[0] == inside[3] and inside[2] == inside[5]
    assert covers(covered[0] / draws, draws) and covers(covered[1] / draws, draws)
    assert covers(covered[2] / draws, draws, shared_raters) and covers(covered[3] / draws, draws, shared_raters)


@pytest.mark.parametrize(("n", "expected"), [(10, 0.962), (30, 0.941), (100, 0.936), (1000, 0.945)])
def test_kappa_intervals_cover(n, expected):
    """A kappa of 0.6; of the samples that are not at the boundary."""
    generator = np.random.default_rng([43, n])
    covered = answered = 0
    for _ in range(2000):
        pair = generator.choice(4, size=n, p=[0.4, 0.1, 0.1, 0.4])
        made = stats.cohen_kappa(pair // 2, pair % 2)
        answered += made.status == "ok"
        covered += made.lower <= 0.6 <= made.upper
    assert covers(covered / answered, answered, expected)


@pytest.mark.parametrize("power", [-550, 550])
def test_t_tests_do_not_feel_the_unit_even_where_squares_leave_the_range(power):
    """Variances that overflow or vanish: test, degrees of freedom and interval are those of the plain unit, shifted."""
    a, b = np.array([3.0, 4.5, 1.25, 7.0]), np.array([0.5, 9.0, 2.0])
    for test in (stats.student_t_test, stats.welch_t_test):
        one, far = test(a, b), test(np.ldexp(a, power), np.ldexp(b, power))
        assert far.status == "ok"
        assert [far.statistic, far.degrees_of_freedom, far.p_value] == pytest.approx([one.statistic, one.degrees_of_freedom, one.p_value], rel=1e-14)
        assert [far.lower, far.upper] == pytest.approx([math.ldexp(one.lower, power), math.ldexp(one.upper, power)], rel=1e-14)
    for made in (stats.welch_t_test([1e308, -1e308], [0.0, 1.0]), stats.mean_interval([1e308, -1e308, 1e308])):
        assert made.status == "not_finite"
