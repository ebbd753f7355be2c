# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Proportions, exact tests and rates that vary between groups: against exact fractions, mpmath, scipy and R."""

from collections import Counter
from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from childwell import stats

MP, EXACT, SCIPY = "mpmath, 50 digits", "exact fractions", "scipy"
SIZES, RATES = (10, 30, 100, 1_000), (0.003, 0.02, 0.07, 0.31, 0.5, 0.77, 0.965)


@pytest.fixture(autouse=True)
def fifty_digits():
    with mpmath.workdps(50):
        yield


# --- predictive distributions


def exact_beta_binomial(k, n, a, b):
    a, b = mpmath.mpf(a), mpmath.mpf(b)
    return mpmath.binomial(n, k) * mpmath.beta(k + a, n - k + b) / mpmath.beta(a, b)


@pytest.mark.parametrize(("n", "a", "b"), [(1, 0.5, 2.0), (7, 1e-3, 3e-3), (32, 4.58, 1.05), (190, 0.3, 0.7), (300, 2e4, 5e4), (60, 1e9, 3e9)])
def test_beta_binomial_probabilities(agrees, n, a, b):
    exact = [exact_beta_binomial(k, n, a, b) for k in range(n + 1)]
    below = [mpmath.fsum(exact[: k + 1]) for k in range(n + 1)]
    above = [mpmath.fsum(exact[k + 1 :]) for k in range(n + 1)]
    ks = np.arange(n + 1.0)
    kept = [k for k in range(n + 1) if exact[k] > 1e-290]
    agrees("beta_binomial_pmf", stats.beta_binomial_pmf(ks, n, a, b)[kept], [float(exact[k]) for k in kept], oracle=MP, rel=1e-12)
    kept = [k for k in range(n) if min(below[k], above[k]) > 1e-290]
    agrees("beta_binomial_cdf", stats.beta_binomial_cdf(ks, n, a, b)[kept], [float(below[k]) for k in kept], oracle=MP, rel=1e-12)
    agrees("beta_binomial_sf", stats.beta_binomial_sf(ks, n, a, b)[kept], [float(above[k]) for k in kept], oracle=MP, rel=1e-12)
    ps = np.array([0.0, 1e-9, 0.025, 0.51, 0.81, 0.975, 1.0])
    wanted = [n if p == 1 else next(k for k in range(n + 1) if below[k] >= p) for p in ps]
    agrees("beta_binomial_quantile", stats.beta_binomial_quantile(ps, n, a, b), wanted, oracle=MP)


@pytest.mark.parametrize(("mean", "d"), [(0.2, 0.5), (3.0, 2.0), (40.0, 1e-3), (700.0, 1e-12), (2.0, 30.0)])
def test_negative_binomial_probabilities(agrees, mean, d):
    ks = np.arange(0.0, 3 * mean + 10, max(1, mean // 10))
    size = 1 / mpmath.mpf(d)
    p = size / (size + mpmath.mpf(mean))

    def exact(k):
        return mpmath.gamma(k + size) / mpmath.gamma(size) / mpmath.factorial(k) * p**size * (1 - p) ** k

    every = [exact(k) for k in range(int(ks[-1]) + 1)] if d > 1e-9 else None
    agrees("negative_binomial_pmf", stats.negative_binomial_pmf(ks, mean, d), [float(exact(int(k))) for k in ks], oracle=MP, rel=1e-12)
    if every is not None:
        below = [float(mpmath.fsum(every[: int(k) + 1])) for k in ks]
        above = [float(1 - mpmath.fsum(every[: int(k) + 1])) for k in ks]
        agrees("negative_binomial_cdf", stats.negative_binomial_cdf(ks, mean, d), below, oracle=MP, rel=1e-12)
        agrees("negative_binomial_sf", stats.negative_binomial_sf(ks, mean, d), above, oracle=MP, rel=1e-12)


def test_negative_binomial_without_dispersion_is_poisson():
    ks = np.arange(20.0)
    for end in ("pmf", "cdf", "sf"):
        np.testing.assert_array_equal(getattr(stats, f"negative_binomial_{end}")(ks, 4.0, 0.0), getattr(stats, f"poisson_{end}")(ks, 4.0))


@pytest.mark.parametrize(("population", "marked", "draws"), [(10, 4, 5), (190, 76, 23), (1_000, 3, 900), (5_000, 2_400, 800)])
def test_hypergeometric_probabilities(agrees, population, marked, draws):
    low, high = max(0, draws + marked - population), min(marked, draws)
    whole = comb(population, draws)
    exact = {k: Fraction(comb(marked, k) * comb(population - marked, draws - k), whole) for k in range(low, high + 1)}
    kept = [k for k in exact if exact[k] > Fraction(1, 10**290)]
    ks = np.array(kept, dtype=float)
    agrees("hypergeometric_pmf", stats.hypergeometric_pmf(ks, population, marked, draws), [float(exact[k]) for k in kept], oracle=EXACT, rel=1e-12)
    total = Fraction(0)
    below = {}
    for k in exact:
        total += exact[k]
        below[k] = total
    agrees("hypergeometric_cdf", stats.hypergeometric_cdf(ks, population, marked, draws), [float(below[k]) for k in kept], oracle=EXACT, rel=1e-12)
    agrees("hypergeometric_sf", stats.hypergeometric_sf(ks, population, marked, draws), [float(1 - below[k]) for k in kept], oracle=EXACT, rel=1e-12)


def test_outside_their_domain_the_distributions_are_nan():
    nan = float("nan")
    assert np.isnan(stats.beta_binomial_pmf([nan, 1, 1, 1], [5, -1, 5, 5], [1, 1, 0, 1], [1, 1, 1, np.inf])).all()
    assert np.isnan(stats.negative_binomial_cdf([nan, 1, 1], [1, -1, 1], [1, 1, -1])).all()
    assert np.isnan(stats.hypergeometric_sf([nan, 1, 1], [5, 5, 5], [2, 6, 2], [2, 2, 9])).all()
    assert stats.beta_binomial_pmf(1.5, 5, 1, 1) == 0 == stats.hypergeometric_pmf(9, 10, 4, 5)
    assert stats.beta_binomial_cdf(-1, 5, 1, 1) == 0 and stats.beta_binomial_sf(5, 5, 1, 1) == 0


# --- intervals and exact tests


@pytest.mark.parametrize("n", SIZES)
def test_intervals_cover_what_they_say(n):
    """Exact coverage by summing the binomial: Clopper-Pearson never below the level, the others near it on average."""
    # The least coverage at the awkward rates, as the sums have it, rounded down: what a user gives up for shorter limits.
    least = {"wilson": (0.92, 0.91, 0.94, 0.94), "jeffreys": (0.91, 0.91, 0.94, 0.91), "mid_p": (0.96, 0.95, 0.94, 0.91)}
    k = np.arange(n + 1)
    rates = np.concatenate([RATES, (np.arange(400) + 0.5) / 400])
    chance = scipy_stats.binom.pmf(k[:, None], n, rates)
    for interval in (stats.clopper_pearson_interval, stats.mid_p_interval, stats.wilson_interval, stats.jeffreys_interval):
        made = [interval(events, n) for events in k]
        lower, upper = np.array([m.lower for m in made]), np.array([m.upper for m in made])
        covered = (chance * ((lower[:, None] <= rates) & (rates <= upper[:, None]))).sum(axis=0)
        if interval is stats.clopper_pearson_interval:
            assert covered.min() >= 0.95 - 1e-12
            continue
        assert abs(covered[len(RATES) :].mean() - 0.95) < {10: 0.025, 30: 0.012, 100: 0.006, 1_000: 0.003}[n]
        assert covered[: len(RATES)].min() >= least[made[0].method][SIZES.index(n)], (made[0].method, covered[: len(RATES)])
        if interval is stats.mid_p_interval:
            assert covered.min() > 0.90


def beta_root(p, a, b, near):
    """The quantile of a beta distribution, by two of Newton's steps in 50 digits from a value that is nearly it."""
    x = mpmath.mpf(near)
    for _ in range(2):
        density = x ** (mpmath.mpf(a) - 1) * (1 - x) ** (mpmath.mpf(b) - 1) / mpmath.beta(a, b)
        x -= (mpmath.betainc(a, b, 0, x, regularized=True) - p) / density
    return float(x)


def gamma_root(p, shape, near):
    x, shape = mpmath.mpf(near), mpmath.mpf(shape)
    for _ in range(2):
        density = mpmath.exp((shape - 1) * mpmath.log(x) - x - mpmath.loggamma(shape))
        x -= (mpmath.gammainc(shape, 0, x, regularized=True) - p) / density
    return float(x)


@pytest.mark.parametrize(
    ("k", "n", "level"),
    [(0, 10, 0.95), (1, 10, 0.95), (3, 14, 0.95), (14, 14, 0.9), (2, 1_000, 0.99), (50, 100, 0.95), (965, 1_000, 0.95), (2.5, 7.25, 0.8)],
)
def test_intervals_are_the_roots_of_their_tails(agrees, k, n, level):
    tail = (1 - mpmath.mpf(level)) / 2
    z, share, size = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(level)), mpmath.mpf(k) / n, mpmath.mpf(n)
    centre, half = share + z**2 / (2 * size), z * mpmath.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    made = stats.wilson_interval(k, n, level=level)
    wanted = [0 if k == 0 else (centre - half) / (1 + z**2 / size), 1 if k == n else (centre + half) / (1 + z**2 / size)]
    agrees("wilson_interval", [made.lower, made.upper], [float(w) for w in wanted], oracle=MP, rel=1e-12)
    for interval, near in ((stats.clopper_pearson_interval, 1), (stats.jeffreys_interval, 0.5)):
        made = interval(k, n, level=level)
        lower = 0.0 if k == 0 else beta_root(tail, k + 0.5 - (near - 0.5), n - k + near, made.lower)
        upper = 1.0 if k == n else beta_root(1 - tail, k + near, n - k + 0.5 - (near - 0.5), made.upper)
        agrees(interval.__name__, [made.lower, made.upper], [lower, upper], oracle=MP, rel=1e-12)
        assert made.status == "ok" and made.level == level


@pytest.mark.parametrize(("k", "n", "level"), [(0, 10, 0.95), (3, 14, 0.95), (14, 14, 0.9), (2, 1_000, 0.99), (50, 100, 0.95), (7, 100_000, 0.95)])
def test_mid_p_interval(agrees, k, n, level):
    made = stats.mid_p_interval(k, n, level=level)
    tail = (1 - mpmath.mpf(level)) / 2

    def above(p):
        more = mpmath.betainc(k + 1, n - k, 0, p, regularized=True) if k < n else mpmath.mpf(0)
        as_many = mpmath.betainc(k, n - k + 1, 0, p, regularized=True) if k > 0 else mpmath.mpf(1)
        return (more + as_many) / 2

    with mpmath.workdps(30):
        if k > 0:
            root = mpmath.findroot(lambda p: above(p) - tail, mpmath.mpf(made.lower), tol=1e-40)
            agrees("mid_p_interval", made.lower, float(root), oracle=MP, rel=1e-12)
        if k < n:
            root = mpmath.findroot(lambda p: above(p) - (1 - tail), mpmath.mpf(made.upper), tol=1e-40)
            agrees("mid_p_interval", made.upper, float(root), oracle=MP, rel=1e-12)
    assert (made.lower == 0) == (k == 0) and (made.upper == 1) == (k == n)
    assert made.status == "ok" and made.method == "mid_p"


def exact_binomial_p(k, n, p, alternative, method):
    chance = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    half = chance[k] / 2 if method == "mid_p" else 0
    below, above = sum(chance[: k + 1]) - half, sum(chance[k:]) - half
    if alternative != "two_sided":
        return below if alternative == "less" else above
    if method == "small_p":
        return sum(c for c in chance if c <= chance[k])
    return min(Fraction(1), 2 * min(below, above))


@pytest.mark.parametrize("p", [Fraction(1, 2), Fraction(1, 8), Fraction(61, 64)])
@pytest.mark.parametrize("n", [1, 9, 30])
def test_binomial_test_is_the_sum_of_its_outcomes(agrees, n, p):
    for method in ("small_p", "central", "mid_p"):
        for alternative in ("two_sided", "less", "greater"):
            actual = [stats.binomial_test(k, n, float(p), alternative=alternative, method=method).p_value for k in range(n + 1)]
            exact = [float(exact_binomial_p(k, n, p, alternative, method)) for k in range(n + 1)]
            agrees("binomial_test", actual, exact, oracle=EXACT, rel=1e-12)


@pytest.mark.parametrize("n", SIZES)
def test_binomial_test_holds_its_size(n):
    """The exact size at every awkward rate: at most 5 %; mid-p gives that up, to 9 % at worst."""
    for p in RATES:
        chance = scipy_stats.binom.pmf(np.arange(n + 1), n, p)
        for method in ("small_p", "central", "mid_p"):
            for alternative in ("two_sided", "less", "greater"):
                rejects = [stats.binomial_test(k, n, p, method=method, alternative=alternative).p_value <= 0.05 for k in range(n + 1)]
                assert chance[rejects].sum() <= (0.09 if method == "mid_p" else 0.05 + 1e-9), (p, method, alternative)


def test_binomial_test_of_one_side_has_one_end(agrees):
    less, greater = (stats.binomial_test(3, 20, 0.3, alternative=a) for a in ("less", "greater"))
    assert less.lower == 0 and greater.upper == 1
    tail = 1 - mpmath.mpf(0.95)
    agrees("binomial_test", [less.upper, greater.lower],
           [beta_root(1 - tail, 4, 17, less.upper), beta_root(tail, 3, 18, greater.lower)], oracle=MP, rel=1e-12)
    for method, interval in (("central", stats.clopper_pearson_interval), ("mid_p", stats.mid_p_interval)):
        made, both = stats.binomial_test(3, 20, 0.3, method=method), interval(3, 20)
        assert (made.lower, made.upper) == pytest.approx((both.lower, both.upper), rel=1e-14)


def tail_from(pmf, ratio):
    """P(X >= k) from the probability of k and the ratios of neighbours, to 40 digits."""
    total = term = pmf
    step = 0
    while term > total * mpmath.mpf(10) ** -40:
        term *= ratio(step)
        total += term
        step += 1
    return total


def test_exact_tests_at_ten_million_and_their_refusal_beyond(agrees):
    n, k = 10_000_000, 5_003_000
    pmf = mpmath.exp(mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1) - n * mpmath.log(2))
    above = tail_from(pmf, lambda i: mpmath.mpf(n - k - i) / (k + i + 1))
    for method, wanted in (("small_p", 2 * above), ("central", 2 * above), ("mid_p", 2 * above - pmf)):
        agrees("binomial_test", stats.binomial_test(k, n, 0.5, method=method).p_value, float(wanted), oracle=MP, rel=1e-12)
    agrees("binomial_test", stats.binomial_test(n - k, n, 0.5).p_value, float(2 * above), oracle=MP, rel=1e-12)
    k, mean = 10_000_000, 9_990_000
    pmf = mpmath.exp(k * mpmath.log(mean) - mean - mpmath.loggamma(k + 1))
    above = tail_from(pmf, lambda i: mpmath.mpf(mean) / (k + i + 1))
    agrees("poisson_test", stats.poisson_test(k, 1.0, mean, alternative="greater").p_value, float(above), oracle=MP, rel=1e-12)
    for refused, words in ((lambda: stats.binomial_test(0, n + 1, 0.5), "trials must be at most 10,000,000"),
                           (lambda: stats.poisson_test(n + 1, 1.0), "at most 10,000,000"),
                           (lambda: stats.poisson_test(1, 2.0, n / 2 + 1), "at most 10,000,000"),
                           (lambda: stats.fisher_exact_test(n, n, n, n), "smallest margin must be below 10,000,000"),
                           (lambda: stats.fit_beta_binomial([1], [n + 1]), "trials must be at most 10,000,000"),
                           (lambda: stats.binomial_dispersion([1, 1], [n + 1, 2]), "trials must be at most 10,000,000"),
                           (lambda: stats.fit_gamma_poisson([n + 1], [1]), "events must be at most 10,000,000"),
                           (lambda: stats.poisson_dispersion([n + 1, 1], [1, 1]), "events must be at most 10,000,000")):
        with pytest.raises(ValueError, match=words):
            refused()
    assert stats.fit_beta_binomial([0], [n]).status == "boundary"
    fit = stats.fit_gamma_poisson([n], [2])
    assert (fit.status, fit.mean, fit.dispersion) == ("boundary", n / 2, 0.0)
    assert stats.poisson_rate_interval(1e12, 1.0).status == stats.wilson_interval(1e12, 1e13).status == "ok"
    # With a rate that varies uniformly each count is as likely as the others; the sum of millions of terms loses digits.
    agrees("beta_binomial_cdf", stats.beta_binomial_cdf(2_499_999, n, 1, 1), 2_500_000 / (n + 1), oracle=EXACT, rel=1e-10)
    assert stats.beta_binomial_quantile(0.25, n, 1, 1) == 2_500_000
    for end in ("pmf", "cdf", "sf"):
        assert np.isnan(getattr(stats, f"beta_binomial_{end}")(1, n + 1, 1, 1))
    assert np.isnan(stats.beta_binomial_quantile(0.5, n + 1, 1, 1))


def test_poisson_rate_intervals(agrees):
    for events, exposure in ((0, 2.5), (1, 1.0), (2.5, 0.3), (17, 12.25), (965, 1_000.0)):
        made = stats.poisson_rate_interval(events, exposure)
        tail = (1 - mpmath.mpf(0.95)) / 2
        lower = gamma_root(tail, events, made.lower * exposure) / exposure if events else 0.0
        upper = gamma_root(1 - tail, events + 1, made.upper * exposure) / exposure
        agrees("poisson_rate_interval", [made.lower, made.upper], [lower, upper], oracle=MP, rel=1e-12)
    made = stats.poisson_rate_interval(376_870, 282_594.93)
    ends = scipy_stats.chi2.ppf([0.025, 0.975], [2 * 376_870, 2 * 376_871]) / 2 / 282_594.93
    agrees("poisson_rate_interval", [made.lower, made.upper], ends, oracle=SCIPY, rel=1e-12)


@pytest.mark.parametrize("mean", [0.3, 4.0, 23.5])
@pytest.mark.parametrize("k", [0, 2, 4, 9, 31])
def test_poisson_p_values_are_sums_of_outcomes(agrees, k, mean):
    chance = [mpmath.exp(-mpmath.mpf(mean)) * mpmath.mpf(mean) ** i / mpmath.factorial(i) for i in range(220)]
    for method in ("small_p", "central", "mid_p"):
        half = chance[k] / 2 if method == "mid_p" else 0
        below, above = mpmath.fsum(chance[: k + 1]) - half, mpmath.fsum(chance[k:]) - half
        both = min(mpmath.mpf(1), 2 * min(below, above))
        if method == "small_p":
            both = mpmath.fsum(c for c in chance if c <= chance[k] * (1 + mpmath.mpf(10) ** -30))
        for alternative, wanted in (("two_sided", both), ("less", below), ("greater", above)):
            made = stats.poisson_test(k, 2.0, mean / 2, method=method, alternative=alternative)
            agrees("poisson_test", made.p_value, float(wanted), oracle=MP, rel=1e-12)


@pytest.mark.parametrize("method", ["small_p", "central", "mid_p"])
@pytest.mark.parametrize("alternative", ["two_sided", "less", "greater"])
def test_poisson_limits_are_roots_of_their_tails(agrees, method, alternative):
    """The tail with the outcome seen counting wholly, or half for mid-p, is what the level leaves."""
    part = mpmath.mpf(1) / 2 if method == "mid_p" else mpmath.mpf(1)
    for k in (0, 1, 5, 40):
        for level in (0.8, 0.95, 0.999):
            tail = (1 - mpmath.mpf(level)) / (2 if alternative == "two_sided" else 1)
            made = stats.poisson_test(k, 2.5, method=method, alternative=alternative, level=level)

            def pmf(i, m):
                return mpmath.exp(-m) * m**i / mpmath.factorial(i) if i >= 0 else mpmath.mpf(0)

            def below(m, k=k):  # P(X < k)
                return mpmath.fsum(pmf(i, m) for i in range(k))

            if alternative == "greater":
                assert made.upper == np.inf
            else:
                m = mpmath.mpf(made.upper) * 2.5
                for _ in range(2):
                    m += (below(m) + part * pmf(k, m) - tail) / ((1 - part) * pmf(k - 1, m) + part * pmf(k, m))
                agrees("poisson_test", made.upper, float(m / 2.5), oracle=MP, rel=1e-12)
            if alternative == "less" or k == 0:
                assert made.lower == 0.0
            else:
                m = mpmath.mpf(made.lower) * 2.5
                for _ in range(2):
                    above = 1 - below(m) - (1 - part) * pmf(k, m)
                    m -= (above - tail) / ((1 - part) * pmf(k, m) + part * pmf(k - 1, m))
                agrees("poisson_test", made.lower, float(m / 2.5), oracle=MP, rel=1e-12)
            assert made.status == "ok"


@pytest.mark.parametrize("exposure", SIZES)
def test_poisson_intervals_cover_what_they_say(exposure):
    """Exact coverage at awkward rates: Garwood's never below the level, mid-p near it."""
    ks = np.arange(int(1.5 * exposure) + 60)
    exact = [stats.poisson_rate_interval(int(k), exposure) for k in ks]
    mid = [stats.poisson_test(int(k), exposure, method="mid_p") for k in ks]
    for made, least in ((exact, 0.95 - 1e-12), (mid, 0.91)):
        lower, upper = np.array([m.lower for m in made]), np.array([m.upper for m in made])
        for rate in RATES:
            chance = scipy_stats.poisson.pmf(ks, rate * exposure)
            assert chance.sum() > 1 - 1e-9
            assert chance[(lower <= rate) & (rate <= upper)].sum() >= least, rate


@pytest.mark.parametrize("exposure", SIZES)
def test_poisson_test_holds_its_size(exposure):
    for rate in RATES:
        mean = rate * exposure
        ks = np.arange(max(0, int(mean - 9 * mean**0.5)), int(mean + 9 * mean**0.5) + 12)
        chance = scipy_stats.poisson.pmf(ks, mean)
        assert chance.sum() > 1 - 1e-9
        for method in ("small_p", "central", "mid_p"):
            rejects = [stats.poisson_test(int(k), exposure, rate, method=method).p_value <= 0.05 for k in ks]
            assert chance[rejects].sum() <= (0.09 if method == "mid_p" else 0.05 + 1e-9), (rate, method)


def test_standardise_england_primary(case):
    c = case("standardise_england_primary")
    made = stats.poisson_rate_interval(c.at("observed"), c.at("expected"))
    c.agree("smr", made.estimate, function="poisson_rate_interval")
    c.agree("smr_lo", made.lower, function="poisson_rate_interval")
    c.agree("smr_hi", made.upper, function="poisson_rate_interval")
    for part in ("strata", "study_rate", "standard_rate", "crude_study", "crude_standard", "direct", "direct_lo", "direct_hi",
                 "expected", "observed", "rate_ratio", "rr_lo", "rr_hi", "kitagawa_composition", "kitagawa_rate"):
        c.leave_out(part, "standardisation and decomposition belong to the floor of aggregates")


def noncentral(a, b, c, d, odds):
    low, high = max(0, a + b - (b + d)), min(a + c, a + b)
    odds = mpmath.mpf(odds)
    weight = {k: comb(a + c, k) * comb(b + d, a + b - k) * odds**k for k in range(low, high + 1)}
    total = mpmath.fsum(weight.values())
    return {k: w / total for k, w in weight.items()}


TABLES = [(3, 1, 1, 3), (10, 2, 3, 15), (7, 12, 0, 5), (0, 4, 6, 9), (40, 60, 25, 75), (210, 90, 180, 120), (2, 998, 11, 989)]


@pytest.mark.parametrize("table", TABLES)
def test_fisher_exact_test(agrees, table):
    """Every method and alternative: p values are exact fractions, odds ratio and limits the roots of exact sums."""
    a, b, c, d = table
    low, high = max(0, a - d), min(a + c, a + b)
    count = {k: comb(a + c, k) * comb(b + d, a + b - k) for k in range(low, high + 1)}
    total = sum(count.values())
    below, above = (Fraction(sum(w for k, w in count.items() if way * (k - a) >= 0), total) for way in (-1, 1))
    rare = Fraction(sum(w for w in count.values() if w <= count[a]), total)
    for method in ("small_p", "central", "mid_p"):
        half = Fraction(count[a], 2 * total) if method == "mid_p" else 0
        both = rare if method == "small_p" else min(Fraction(1), 2 * (min(below, above) - half))
        part = 0.5 if method == "mid_p" else 1
        for alternative, p in (("two_sided", both), ("less", below - half), ("greater", above - half)):
            made = stats.fisher_exact_test(*table, method=method, alternative=alternative)
            agrees("fisher_exact_test", made.p_value, float(p), oracle=EXACT, rel=1e-12)
            tail = (1 - mpmath.mpf(0.95)) / (2 if alternative == "two_sided" else 1)
            for end, way, closed in (("lower", 1, 0.0 if a == low or alternative == "less" else None),
                                     ("upper", -1, np.inf if a == high or alternative == "greater" else None)):
                reached = getattr(made, end)
                if closed is not None:
                    assert reached == closed
                    continue

                def excess(odds, way=way, tail=tail, part=part):
                    chance = noncentral(*table, odds)
                    return mpmath.fsum(w for k, w in chance.items() if way * (k - a) > 0) + part * chance[a] - tail

                agrees("fisher_exact_test", reached, float(mpmath.findroot(excess, mpmath.mpf(reached))), oracle=MP, rel=1e-12)
    made = stats.fisher_exact_test(*table)
    if low < a < high:
        root = mpmath.findroot(lambda o: mpmath.fsum(k * w for k, w in noncentral(*table, o).items()) - a, mpmath.mpf(made.estimate))
        agrees("fisher_exact_test", made.estimate, float(root), oracle=MP, rel=1e-12)
        assert made.status == "ok"
    else:
        assert made.status == "boundary" and made.estimate == (0.0 if a == low else np.inf)
    turned = stats.fisher_exact_test(c, d, a, b)
    assert turned.p_value == pytest.approx(made.p_value, rel=1e-12)


@pytest.mark.parametrize("sizes", [(10, 10), (12, 30), (10, 100), (1_000, 1_000)])
def test_fisher_exact_test_holds_its_size(sizes):
    """Given its margins, whatever the common rate: the chance of a p value of at most 5 %."""
    first, second = sizes
    significant = 0
    for events in sorted({min(first + second, max(1, round(rate * (first + second)))) for rate in RATES[:5]}):
        low, high = max(0, events - second), min(first, events)
        a = np.arange(low, high + 1)
        chance = scipy_stats.hypergeom.pmf(a, first + second, first, events)
        kept = chance > 1e-12
        for method in ("small_p", "central", "mid_p"):
            p = np.array([stats.fisher_exact_test(int(k), first - int(k), events - int(k), second - events + int(k), method=method).p_value
                          for k in a[kept]])
            size = chance[kept][p <= 0.05].sum()
            significant += size > 0
            assert size <= (0.08 if method == "mid_p" else 0.05 + 1e-9), (events, method)
    assert significant >= 6


def test_exact_tests_at_their_edges():
    nan = float("nan")
    assert stats.fisher_exact_test(0, 0, 3, 4).status == "degenerate" and stats.fisher_exact_test(0, 0, 3, 4).p_value == 1
    for made in (stats.fisher_exact_test(nan, 1, 2, 3), stats.fisher_exact_test(0, 0, 0, 0), stats.binomial_test(0, 0, 0.5),
                 stats.binomial_test(nan, 3, 0.5), stats.poisson_rate_interval(0, 0)):
        assert made.status == "not_enough_data" and np.isnan(made.p_value)
    assert stats.binomial_test(0, 5, 0.0).p_value == 1 and stats.binomial_test(1, 5, 0.0).p_value == 0
    for wrong, words in ((lambda: stats.binomial_test(3, 2, 0.5), "0 <= events <= trials"),
                         (lambda: stats.binomial_test(1, 2, 1.5), "probability must lie"),
                         (lambda: stats.fisher_exact_test(-1, 1, 1, 1), "counts must be whole"),
                         (lambda: stats.binomial_test(1.5, 2, 0.5), "whole numbers"),
                         (lambda: stats.poisson_test(1, 1, -1.0), "rate must be finite"),
                         (lambda: stats.poisson_test(1.5, 1), "events must be a whole number"),
                         (lambda: stats.poisson_rate_interval(-1, 1), "events and exposure must be finite"),
                         (lambda: stats.binomial_test(1, 2, 0.5, level=1.0), "level must lie"),
                         (lambda: stats.binomial_test(1, 2, 0.5, method="best"), "method"),
                         (lambda: stats.mid_p_interval(3, 2), "0 <= events <= trials")):
        with pytest.raises(ValueError, match=f"childwell.*{words}"):
            wrong()


# --- rates that vary between groups


def exact_log_likelihood(y, n, a, b):
    return mpmath.fsum(mpmath.log(exact_beta_binomial(int(k), int(m), a, b)) for k, m in zip(y, n, strict=True))


def test_betabinom_attend(case, agrees):
    c = case("betabinom_attend")
    frame = c.frame()
    y, n = frame["attend"].to_numpy(float), np.full(len(frame), 32.0)
    fit = stats.fit_beta_binomial(y, n)
    assert fit.status == "ok"
    c.agree("rows", fit.count, function="fit_beta_binomial", part="loglik")
    for part in ("alpha", "beta", "mean", "rho"):
        c.agree(part, getattr(fit, part), function="fit_beta_binomial", part="parameters", rel=1e-6)
    c.agree("loglik", fit.log_likelihood, function="fit_beta_binomial", part="loglik", rel=1e-12)
    c.agree("check_vgam", {"mu": fit.mean, "rho": fit.rho}, function="fit_beta_binomial", part="parameters", rel=1e-6)
    c.agree("check_glmmTMB.mean", fit.mean, function="fit_beta_binomial", part="parameters", rel=1e-6)
    c.agree("check_glmmTMB.phi_a_plus_b", fit.alpha + fit.beta, function="fit_beta_binomial", part="parameters", rel=1e-6)
    c.agree("check_glmmTMB.loglik", fit.log_likelihood, function="fit_beta_binomial", part="loglik", rel=1e-12)
    made = stats.binomial_dispersion(y, n)
    c.agree("quasi_dispersion", made.dispersion, function="binomial_dispersion", part="parameters", rel=1e-8)
    agrees("binomial_dispersion", made.statistic, float(exact_dispersion(y, n, binomial=True)), oracle=EXACT, rel=1e-13)
    c.agree("pooled_rate", stats.wilson_interval(y.sum(), n.sum()).estimate, function="wilson_interval", part="intervals", rel=1e-12)
    posterior = stats.beta_binomial_posterior(y[:20], n[:20], fit)
    for part, values in (("mean", posterior.mean), ("lo", posterior.lower), ("hi", posterior.upper)):
        c.agree(f"first_rows.eb_{part}", values, function="beta_binomial_posterior", part="eb", rel=1e-8)
    for part, given in (("y", y), ("n", n)):
        np.testing.assert_array_equal(c.at(f"first_rows.{part}"), given[:20])
        c.leave_out(f"first_rows.{part}", "the rows of the file, not a result; the test sees that they are the ones read")
    for name, interval in (("exact", stats.clopper_pearson_interval), ("wilson", stats.wilson_interval), ("jeffreys", stats.jeffreys_interval)):
        for end, field in (("lo", "lower"), ("hi", "upper")):
            for row in range(20):
                made = getattr(interval(y[row], n[row]), field)
                path = f"first_rows.{name}_{end}.{row}"
                if (name, end, y[row]) == ("wilson", "hi", n[row] - 1):
                    assert c.at(path) == pytest.approx(1 + np.log(0.95) / n[row], rel=1e-12)
                    c.leave_out(path, "Hmisc puts a Poisson limit, 1 + log(level) / n, in the place of Wilson's at n - 1 events")
                elif (name, end, y[row]) == ("jeffreys", "hi", n[row]):
                    assert made == 1.0
                    c.leave_out(path, "our interval is closed at 1 when there is nothing else, as Brown, Cai and DasGupta advise")
                else:
                    c.agree(path, made, function=interval.__name__, part="intervals", rel=1e-12)
    a, b = beta_binomial_root(y, n, fit)
    agrees("fit_beta_binomial", [fit.alpha, fit.beta, fit.mean, fit.rho],
           [float(x) for x in (a, b, a / (a + b), 1 / (1 + a + b))], oracle=f"root of the score, {MP}", rel=1e-11)
    agrees("fit_beta_binomial", fit.log_likelihood, float(exact_log_likelihood(y, n, a, b)), oracle=MP, rel=1e-12)


def exact_dispersion(events, sizes, *, binomial):
    """Pearson's chi-squared of counts about their pooled rate, as a fraction."""
    events, sizes = [Fraction(float(x)) for x in events], [Fraction(float(x)) for x in sizes]
    rate = sum(events) / sum(sizes)
    spread = rate * (1 - rate) if binomial else rate
    return sum((y - n * rate) ** 2 / (n * spread) for y, n in zip(events, sizes, strict=True))


def beta_binomial_root(y, n, fit):
    """Where the score of the beta-binomial likelihood is 0 in 50 digits: alpha and beta."""
    groups = Counter((int(k), int(m)) for k, m in zip(y, n, strict=True))

    def score(a, b):
        common = mpmath.fsum(c * (mpmath.digamma(a + b) - mpmath.digamma(m + a + b)) for (_, m), c in groups.items())
        return (common + mpmath.fsum(c * (mpmath.digamma(k + a) - mpmath.digamma(a)) for (k, _), c in groups.items()),
                common + mpmath.fsum(c * (mpmath.digamma(m - k + b) - mpmath.digamma(b)) for (k, m), c in groups.items()))

    return tuple(mpmath.findroot(score, (fit.alpha, fit.beta)))


def scaled_scores(likelihood, mean, spread, information):
    """Score over the root of its information: 0 at the optimum, in standard errors."""
    by_mean = mpmath.diff(lambda m: likelihood(m, mpmath.mpf(spread)), mpmath.mpf(mean), h=mpmath.mpf(10) ** -18)
    by_spread = mpmath.diff(lambda s: likelihood(mpmath.mpf(mean), s), mpmath.mpf(spread), h=mpmath.mpf(10) ** -18)
    return float(by_mean * information[0]), float(by_spread * information[1])


@pytest.mark.parametrize("seed", range(6))
def test_the_score_is_zero_at_the_optimum(agrees, seed):
    random = np.random.default_rng(seed)
    n = random.integers(1, 40, 60)
    rate = random.beta(0.4 + seed, 1.2 + 3 * seed, 60)
    y = random.binomial(n, rate)
    fit = stats.fit_beta_binomial(y, n)
    assert fit.status == "ok"
    scores = scaled_scores(lambda m, r: exact_log_likelihood(y, n, m * (1 - r) / r, (1 - m) * (1 - r) / r), fit.mean, fit.rho,
                           (fit.mean_standard_error, fit.rho_standard_error))
    agrees("fit_beta_binomial", scores, [0.0, 0.0], oracle=MP, abs=1e-11)
    a, b = beta_binomial_root(y, n, fit)
    agrees("fit_beta_binomial", [fit.alpha, fit.beta, fit.mean, fit.rho],
           [float(x) for x in (a, b, a / (a + b), 1 / (1 + a + b))], oracle=f"root of the score, {MP}", rel=1e-11)
    agrees("fit_beta_binomial", fit.log_likelihood, float(exact_log_likelihood(y, n, a, b)), oracle=MP, rel=1e-12)
    exposure = random.uniform(0.5, 3.0, 60)
    events = random.poisson(exposure * random.gamma(1.5 + seed, 2.0, 60))

    def likelihood(m, d):
        size = 1 / mpmath.mpf(d)
        terms = []
        for k, e in zip(events, exposure, strict=True):
            mu = m * mpmath.mpf(e)
            p = size / (size + mu)
            terms.append(mpmath.loggamma(int(k) + size) - mpmath.loggamma(size) - mpmath.loggamma(int(k) + 1) + size * mpmath.log(p)
                         + int(k) * mpmath.log(1 - p))
        return mpmath.fsum(terms)

    fit = stats.fit_gamma_poisson(events, exposure)
    assert fit.status == "ok"
    scores = scaled_scores(likelihood, fit.mean, fit.dispersion, (fit.mean_standard_error, fit.dispersion_standard_error))
    agrees("fit_gamma_poisson", scores, [0.0, 0.0], oracle=MP, abs=1e-11)

    def score(m, d):
        size = 1 / d
        by_mean = by_size = mpmath.mpf(0)
        for k, e in zip(events, exposure, strict=True):
            mu = m * mpmath.mpf(e)
            by_mean += (int(k) - mu) / (1 + d * mu)
            by_size += (mpmath.digamma(int(k) + size) - mpmath.digamma(size) - mpmath.log1p(d * mu) + 1 - (int(k) + size) / (mu + size))
        return by_mean, by_size

    root = mpmath.findroot(score, (fit.mean, fit.dispersion))
    agrees("fit_gamma_poisson", [fit.mean, fit.dispersion], [float(x) for x in root], oracle=f"root of the score, {MP}", rel=1e-11)
    agrees("fit_gamma_poisson", fit.log_likelihood, float(likelihood(*root)), oracle=MP, rel=1e-12)
    agrees("fit_gamma_poisson", [fit.mean_standard_error, fit.dispersion_standard_error],
           standard_errors(likelihood, fit.mean, fit.dispersion), oracle=f"Hessian, {MP}", rel=1e-10)


def standard_errors(likelihood, *point):
    """Of the observed information, from second differences in 50 digits."""
    point = tuple(mpmath.mpf(x) for x in point)
    hessian = mpmath.matrix([[mpmath.diff(likelihood, point, order) for order in row] for row in (((2, 0), (1, 1)), ((1, 1), (0, 2)))])
    covariance = (-hessian) ** -1
    return [float(mpmath.sqrt(covariance[i, i])) for i in (0, 1)]


def test_standard_errors_are_those_of_the_observed_information(agrees):
    random = np.random.default_rng(5)
    n = random.integers(5, 30, 50)
    y = random.binomial(n, random.beta(2, 5, 50))
    fit = stats.fit_beta_binomial(y, n)

    def likelihood(m, r):
        return exact_log_likelihood(y, n, m * (1 - r) / r, (1 - m) * (1 - r) / r)

    agrees("fit_beta_binomial", [fit.mean_standard_error, fit.rho_standard_error], standard_errors(likelihood, fit.mean, fit.rho),
           oracle=f"Hessian, {MP}", rel=1e-10)


def test_less_spread_than_binomial_is_the_boundary_in_closed_form(agrees):
    y, n = [5, 5, 5, 6, 5], [10, 10, 10, 10, 10]
    fit = stats.fit_beta_binomial(y, n)
    assert (fit.status, fit.rho, fit.alpha) == ("boundary", 0.0, np.inf)
    binomial = mpmath.fsum(mpmath.log(mpmath.binomial(10, k) * mpmath.mpf(0.52) ** k * mpmath.mpf(0.48) ** (10 - k)) for k in y)
    agrees("fit_beta_binomial", [fit.mean, fit.log_likelihood], [0.52, float(binomial)], oracle=MP, rel=1e-12)
    wider = [float(exact_log_likelihood(y, n, 0.52 / t, 0.48 / t)) for t in (1e-6, 1e-3, 0.1, 1.0)]
    assert max(wider) < fit.log_likelihood
    posterior = stats.beta_binomial_posterior(y, n, fit)
    np.testing.assert_array_equal(posterior.mean, np.full(5, fit.mean))
    counts = stats.fit_gamma_poisson([4, 5, 5, 4], [1, 1, 1, 1])
    assert (counts.status, counts.dispersion, counts.mean) == ("boundary", 0.0, 4.5)


@pytest.mark.parametrize(
    ("y", "n", "status", "mean", "rho"),
    [([0, 0, 0], [5, 6, 7], "boundary", 0.0, np.nan), ([5, 6, 7], [5, 6, 7], "boundary", 1.0, np.nan),
     ([1, 0, 1, 1], [1, 1, 1, 1], "degenerate", 0.75, np.nan), ([3], [9], "boundary", 1 / 3, 0.0),
     ([0, 6, 0, 4], [5, 6, 7, 4], "boundary", 0.5, 1.0), ([], [], "not_enough_data", np.nan, np.nan),
     ([np.nan], [4], "not_enough_data", np.nan, np.nan), ([0], [0], "not_enough_data", np.nan, np.nan),
     ([np.inf, 1], [np.inf, 2], "not_finite", np.nan, np.nan)],
)
def test_beta_binomial_boundaries(y, n, status, mean, rho):
    fit = stats.fit_beta_binomial(y, n)
    assert fit.status == status
    np.testing.assert_allclose([fit.mean, fit.rho], [mean, rho], rtol=1e-15, equal_nan=True)


def test_gamma_poisson_boundaries():
    for y, e, status, mean, dispersion in (([0, 0], [1, 2], "boundary", 0.0, np.nan), ([7], [2], "boundary", 3.5, 0.0),
                                           ([], [], "not_enough_data", np.nan, np.nan), ([np.inf], [1], "not_finite", np.nan, np.nan)):
        fit = stats.fit_gamma_poisson(y, e)
        assert fit.status == status
        np.testing.assert_allclose([fit.mean, fit.dispersion], [mean, dispersion], equal_nan=True)
    for wrong in (([1], [0]), ([-1], [1]), ([1.5], [1]), ([1, 2], [1])):
        with pytest.raises(ValueError, match="childwell"):
            stats.fit_gamma_poisson(*wrong)


counts = st.lists(st.integers(0, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(counts)
def test_no_fit_without_an_honest_status(groups):
    """On any small data: an interior fit beats every point of a grid, a boundary is no lower than its neighbours."""
    y, n = np.array([g[0] for g in groups], float), np.array([g[1] for g in groups], float)
    fit = stats.fit_beta_binomial(y, n)
    assert fit.status in ("ok", "boundary", "degenerate", "not_enough_data")
    if fit.status == "not_enough_data":
        assert n.sum() == 0
        return
    turned = stats.fit_beta_binomial(n - y, n)
    np.testing.assert_allclose([turned.mean, turned.log_likelihood], [1 - fit.mean, fit.log_likelihood], rtol=1e-9, atol=1e-12)
    if np.isnan(fit.rho):
        return
    for mean in (0.05, 0.3, 0.5, 0.8, fit.mean):
        for rho in (1e-5, 0.01, 0.2, 0.6, 0.99):
            if 0 < mean < 1:
                a, b = mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho
                assert scipy_stats.betabinom.logpmf(y, n, a, b).sum() <= fit.log_likelihood + 1e-9


def test_posteriors(agrees):
    """Means are exact fractions of the fit's numbers; every end by scipy, some by roots in 50 digits."""
    random = np.random.default_rng(3)
    y = random.poisson(random.gamma(2, 3, 40))
    e = random.uniform(0.5, 2.0, 40)
    fit = stats.fit_gamma_poisson(y, e)
    shape, rate = Fraction(fit.shape), Fraction(fit.rate)
    made = stats.gamma_poisson_posterior(y, e, fit, level=0.9)
    for p, ends in ((0.05, made.lower), (0.95, made.upper)):
        agrees("gamma_poisson_posterior", ends, scipy_stats.gamma.ppf(p, y + fit.shape, scale=1 / (e + fit.rate)), oracle=SCIPY, rel=1e-12)
        roots = [gamma_root(p if p > 0.5 else (1 - mpmath.mpf(0.9)) / 2, float(y[i]) + mpmath.mpf(fit.shape), end * (e[i] + fit.rate))
                 / (e[i] + fit.rate) for i, end in enumerate(ends[:6])]
        agrees("gamma_poisson_posterior", ends[:6], roots, oracle=MP, rel=1e-12)
    wanted = [float((int(k) + shape) / (Fraction(float(x)) + rate)) for k, x in zip(y, e, strict=True)]
    agrees("gamma_poisson_posterior", made.mean, wanted, oracle=EXACT, rel=1e-14)
    agrees("gamma_poisson_posterior", made.shrinkage, [float(rate / (rate + Fraction(float(x)))) for x in e], oracle=EXACT, rel=1e-14)
    n = np.full(40, 25)
    y = random.binomial(n, random.beta(8, 2, 40))
    fit = stats.fit_beta_binomial(y, n)
    alpha, beta = Fraction(fit.alpha), Fraction(fit.beta)
    made = stats.beta_binomial_posterior(y, n, fit)
    for p, ends in ((0.025, made.lower), (0.975, made.upper)):
        agrees("beta_binomial_posterior", ends, scipy_stats.beta.ppf(p, y + fit.alpha, n - y + fit.beta), oracle=SCIPY, rel=1e-12)
        roots = [beta_root(p if p > 0.5 else (1 - mpmath.mpf(0.95)) / 2, int(y[i]) + mpmath.mpf(fit.alpha), int(n[i] - y[i]) + mpmath.mpf(fit.beta), end)
                 for i, end in enumerate(ends[:6])]
        agrees("beta_binomial_posterior", ends[:6], roots, oracle=MP, rel=1e-12)
    agrees("beta_binomial_posterior", made.mean, [float((int(k) + alpha) / (25 + alpha + beta)) for k in y], oracle=EXACT, rel=1e-14)
    agrees("beta_binomial_posterior", made.shrinkage, [float((alpha + beta) / (25 + alpha + beta))] * 40, oracle=EXACT, rel=1e-14)
    missing = stats.beta_binomial_posterior([np.nan, 3], [5, 0 + 5], fit)
    assert np.isnan(missing.mean[0]) and 0 < missing.mean[1] < 1
    new = stats.beta_binomial_posterior([0], [0], fit)
    assert new.mean[0] == pytest.approx(fit.mean, rel=1e-14) and new.shrinkage[0] == 1


def test_shrinkage_beats_the_raw_rate_on_held_out_halves():
    """Another ten sessions are foretold better by the shrunken than by the raw rate of ten; the predictive interval covers."""
    random = np.random.default_rng(11)
    rate = random.beta(4.58, 1.05, 2_000)
    first, second = random.binomial(10, rate), random.binomial(10, rate)
    fit = stats.fit_beta_binomial(first, np.full(2_000, 10))
    shrunken = stats.beta_binomial_posterior(first, np.full(2_000, 10), fit).mean
    raw_error, error = ((first / 10 - second / 10) ** 2).mean(), ((shrunken - second / 10) ** 2).mean()
    assert error < 0.9 * raw_error
    low = stats.beta_binomial_quantile(0.025, 10, first + fit.alpha, 10 - first + fit.beta)
    high = stats.beta_binomial_quantile(0.975, 10, first + fit.alpha, 10 - first + fit.beta)
    assert ((low <= second) & (second <= high)).mean() >= 0.95 - 0.01
    exposure = random.uniform(0.5, 2.0, 2_000)
    rate = random.gamma(1.8, 2.2, 2_000)
    first, second = random.poisson(rate * exposure), random.poisson(rate * exposure)
    fit = stats.fit_gamma_poisson(first, exposure)
    made = stats.gamma_poisson_posterior(first, exposure, fit)
    raw_error = ((first - second) ** 2 / exposure).mean()
    error = ((made.mean * exposure - second) ** 2 / exposure).mean()
    assert error < 0.9 * raw_error
    covered = ((made.lower <= rate) & (rate <= made.upper)).mean()
    assert abs(covered - 0.95) < 4 * (0.05 * 0.95 / 2_000) ** 0.5


def test_dispersion(agrees):
    random = np.random.default_rng(9)
    n, e = random.integers(1, 50, 80), random.uniform(1, 9, 80)
    y, k = random.binomial(n, 0.3), random.poisson(2 * e)
    for function, made, binomial, given in (("binomial_dispersion", stats.binomial_dispersion(y, n), True, (y, n)),
                                            ("poisson_dispersion", stats.poisson_dispersion(k, e), False, (k, e))):
        exact = exact_dispersion(*given, binomial=binomial)
        agrees(function, [made.statistic, made.dispersion], [float(exact), float(exact / 79)], oracle=EXACT, rel=1e-13)
        half = mpmath.mpf(exact.numerator) / exact.denominator / 2
        agrees(function, made.p_value, float(mpmath.gammainc(mpmath.mpf(79) / 2, half, regularized=True)), oracle=MP, rel=1e-12)
    assert stats.binomial_dispersion([0, 0], [4, 5]).status == "degenerate" == stats.poisson_dispersion([0, 0], [4, 5]).status
    assert stats.binomial_dispersion([1], [4]).status == "not_enough_data" == stats.poisson_dispersion([1], [4]).status
