# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Proportions, exact tests and rates that vary between groups: against exact fractions, mpmath, scipy and R."""

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
    agrees("beta_binomial_cdf", stats.beta_binomial_cdf(ks, n, a, b)[kept], [float(below[k]) for k in kept], oracle=MP, rel=1e-11)
    agrees("beta_binomial_sf", stats.beta_binomial_sf(ks, n, a, b)[kept], [float(above[k]) for k in kept], oracle=MP, rel=1e-11)
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
    agrees("negative_binomial_pmf", stats.negative_binomial_pmf(ks, mean, d), [float(exact(int(k))) for k in ks], oracle=MP, rel=1e-11)
    if every is not None:
        below = [float(mpmath.fsum(every[: int(k) + 1])) for k in ks]
        above = [float(1 - mpmath.fsum(every[: int(k) + 1])) for k in ks]
        agrees("negative_binomial_cdf", stats.negative_binomial_cdf(ks, mean, d), below, oracle=MP, rel=1e-11)
        agrees("negative_binomial_sf", stats.negative_binomial_sf(ks, mean, d), above, oracle=MP, rel=1e-11)


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
    agrees("hypergeometric_cdf", stats.hypergeometric_cdf(ks, population, marked, draws), [float(below[k]) for k in kept], oracle=EXACT, rel=1e-11)
    agrees("hypergeometric_sf", stats.hypergeometric_sf(ks, population, marked, draws), [float(1 - below[k]) for k in kept], oracle=EXACT, rel=1e-11)


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
    """Exact coverage by summing the binomial; Clopper-Pearson never below the level, the others near it on average."""
    for interval in (stats.clopper_pearson_interval, stats.mid_p_interval, stats.wilson_interval, stats.jeffreys_interval):
        made = [interval(k, n) for k in range(n + 1)]
        lower, upper = np.array([m.lower for m in made]), np.array([m.upper for m in made])
        rates = np.concatenate([RATES, (np.arange(400) + 0.5) / 400])
        k = np.arange(n + 1)
        chance = scipy_stats.binom.pmf(k[:, None], n, rates)
        covered = (chance * ((lower[:, None] <= rates) & (rates <= upper[:, None]))).sum(axis=0)
        if interval is stats.clopper_pearson_interval:
            assert covered.min() >= 0.95 - 1e-12
        else:
            assert abs(covered[len(RATES) :].mean() - 0.95) < {10: 0.025, 30: 0.012, 100: 0.006, 1_000: 0.003}[n]
        if interval is stats.mid_p_interval:
            assert covered.min() > 0.90


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


def test_binomial_test_holds_its_size():
    for n in (10, 30, 100):
        for p in RATES:
            chance = scipy_stats.binom.pmf(np.arange(n + 1), n, p)
            sizes = {m: chance[np.array([stats.binomial_test(k, n, p, method=m).p_value for k in range(n + 1)]) <= 0.05].sum()
                     for m in ("small_p", "central", "mid_p")}
            assert sizes["small_p"] <= 0.05 + 1e-9 and sizes["central"] <= 0.05 + 1e-9 and sizes["mid_p"] <= 0.08


def test_binomial_test_of_one_side_has_one_end():
    less, greater = (stats.binomial_test(3, 20, 0.3, alternative=a) for a in ("less", "greater"))
    assert less.lower == 0 and greater.upper == 1
    assert less.upper == pytest.approx(scipy_stats.beta.ppf(0.95, 4, 17), rel=1e-12)
    assert greater.lower == pytest.approx(scipy_stats.beta.ppf(0.05, 3, 18), rel=1e-12)


def test_poisson_rates(agrees):
    for events, exposure in ((0, 2.5), (1, 1.0), (17, 12.25), (376_870, 282_594.93)):
        made = stats.poisson_rate_interval(events, exposure)
        lower = scipy_stats.chi2.ppf(0.025, 2 * events) / 2 / exposure if events else 0.0
        upper = scipy_stats.chi2.ppf(0.975, 2 * events + 2) / 2 / exposure
        agrees("poisson_rate_interval", [made.lower, made.upper], [lower, upper], oracle=SCIPY, rel=1e-11)
    for mean in (0.3, 4.0, 23.5):
        chance = [mpmath.exp(-mpmath.mpf(mean)) * mpmath.mpf(mean) ** k / mpmath.factorial(k) for k in range(220)]
        for k in (0, 2, 4, 9, 31):
            below, above = mpmath.fsum(chance[: k + 1]), mpmath.fsum(chance[k:])
            wanted = {"small_p": mpmath.fsum(c for c in chance if c <= chance[k] * (1 + mpmath.mpf(10) ** -7)),
                      "central": min(1, 2 * min(below, above)), "mid_p": min(1, 2 * min(below, above) - chance[k])}
            for method, value in wanted.items():
                agrees("poisson_test", stats.poisson_test(k, 2.0, mean / 2, method=method).p_value, float(value), oracle=MP, rel=1e-11)
            agrees("poisson_test", stats.poisson_test(k, 2.0, mean / 2, alternative="greater").p_value, float(above), oracle=MP, rel=1e-11)
    mid, exact = stats.poisson_test(5, 2.0, method="mid_p"), stats.poisson_test(5, 2.0)
    assert exact.lower < mid.lower < 2.5 < mid.upper < exact.upper


def test_poisson_interval_never_covers_less_than_it_says():
    ks = np.arange(200)
    ends = np.array([(m.lower, m.upper) for m in (stats.poisson_rate_interval(int(k), 1.0) for k in ks)])
    for mean in (0.05, 0.7, 3.3, 11.0, 64.0):
        covered = scipy_stats.poisson.pmf(ks, mean)[(ends[:, 0] <= mean) & (mean <= ends[:, 1])].sum()
        assert 0.95 - 1e-12 <= covered


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
    a, b, c, d = table
    low, high = max(0, a - d), min(a + c, a + b)
    count = {k: comb(a + c, k) * comb(b + d, a + b - k) for k in range(low, high + 1)}
    total = sum(count.values())
    wanted = {"two_sided": sum(w for w in count.values() if w <= count[a]), "less": sum(w for k, w in count.items() if k <= a),
              "greater": sum(w for k, w in count.items() if k >= a)}
    for alternative, value in wanted.items():
        agrees("fisher_exact_test", stats.fisher_exact_test(*table, alternative=alternative).p_value, float(Fraction(value, total)),
               oracle=EXACT, rel=1e-12)
    made = stats.fisher_exact_test(*table)
    if low < a < high:
        root = mpmath.findroot(lambda o: mpmath.fsum(k * w for k, w in noncentral(*table, o).items()) - a, mpmath.mpf(made.estimate))
        agrees("fisher_exact_test", made.estimate, float(root), oracle=MP, rel=1e-11)
        assert made.status == "ok"
    else:
        assert made.status == "boundary" and made.estimate == (0.0 if a == low else np.inf)
    tail = (1 - mpmath.mpf(0.95)) / 2
    if a > low:
        root = mpmath.findroot(lambda o: mpmath.fsum(w for k, w in noncentral(*table, o).items() if k >= a) - tail, mpmath.mpf(made.lower))
        agrees("fisher_exact_test", made.lower, float(root), oracle=MP, rel=1e-11)
    if a < high:
        root = mpmath.findroot(lambda o: mpmath.fsum(w for k, w in noncentral(*table, o).items() if k <= a) - tail, mpmath.mpf(made.upper))
        agrees("fisher_exact_test", made.upper, float(root), oracle=MP, rel=1e-11)
    turned = stats.fisher_exact_test(c, d, a, b)
    assert turned.p_value == pytest.approx(made.p_value, rel=1e-12)


def test_exact_tests_at_their_edges():
    nan = float("nan")
    assert stats.fisher_exact_test(0, 0, 3, 4).status == "degenerate" and stats.fisher_exact_test(0, 0, 3, 4).p_value == 1
    for made in (stats.fisher_exact_test(nan, 1, 2, 3), stats.fisher_exact_test(0, 0, 0, 0), stats.binomial_test(0, 0, 0.5),
                 stats.binomial_test(nan, 3, 0.5), stats.poisson_rate_interval(0, 0)):
        assert made.status == "not_enough_data" and np.isnan(made.p_value)
    assert stats.binomial_test(0, 5, 0.0).p_value == 1 and stats.binomial_test(1, 5, 0.0).p_value == 0
    for wrong in (lambda: stats.binomial_test(3, 2, 0.5), lambda: stats.binomial_test(1, 2, 1.5), lambda: stats.fisher_exact_test(-1, 1, 1, 1),
                  lambda: stats.binomial_test(1.5, 2, 0.5), lambda: stats.poisson_test(1, 1, -1.0), lambda: stats.binomial_test(1, 2, 0.5, level=1.0),
                  lambda: stats.binomial_test(1, 2, 0.5, method="best"), lambda: stats.mid_p_interval(3, 2)):
        with pytest.raises(ValueError, match="childwell"):
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
        c.agree(part, getattr(fit, part), function="fit_beta_binomial", part="parameters")
    c.agree("loglik", fit.log_likelihood, function="fit_beta_binomial", part="loglik")
    c.agree("check_vgam", {"mu": fit.mean, "rho": fit.rho}, function="fit_beta_binomial", part="parameters")
    c.agree("check_glmmTMB.mean", fit.mean, function="fit_beta_binomial", part="parameters")
    c.agree("check_glmmTMB.phi_a_plus_b", fit.alpha + fit.beta, function="fit_beta_binomial", part="parameters")
    c.agree("check_glmmTMB.loglik", fit.log_likelihood, function="fit_beta_binomial", part="loglik")
    made = stats.binomial_dispersion(y, n)
    c.agree("quasi_dispersion", made.dispersion, function="binomial_dispersion", part="parameters")
    c.agree("pooled_rate", stats.wilson_interval(y.sum(), n.sum()).estimate, function="wilson_interval", part="intervals")
    posterior = stats.beta_binomial_posterior(y[:20], n[:20], fit)
    for part, values in (("mean", posterior.mean), ("lo", posterior.lower), ("hi", posterior.upper)):
        c.agree(f"first_rows.eb_{part}", values, function="beta_binomial_posterior", part="eb")
    c.agree("first_rows.y", y[:20], function="fit_beta_binomial", part="intervals")
    c.agree("first_rows.n", n[:20], function="fit_beta_binomial", part="intervals")
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
                    c.agree(path, made, function=interval.__name__, part="intervals")
    exact = exact_log_likelihood(y, n, fit.alpha, fit.beta)
    agrees("fit_beta_binomial", fit.log_likelihood, float(exact), oracle=MP, rel=1e-12)


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
    agrees("fit_beta_binomial", scores, [0.0, 0.0], oracle=MP, abs=1e-10)
    agrees("fit_beta_binomial", fit.log_likelihood, float(exact_log_likelihood(y, n, fit.alpha, fit.beta)), oracle=MP, rel=1e-12)
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
    agrees("fit_gamma_poisson", scores, [0.0, 0.0], oracle=MP, abs=1e-10)
    agrees("fit_gamma_poisson", fit.log_likelihood, float(likelihood(mpmath.mpf(fit.mean), mpmath.mpf(fit.dispersion))), oracle=MP, rel=1e-12)


def test_standard_errors_are_those_of_the_observed_information(agrees):
    random = np.random.default_rng(5)
    n = random.integers(5, 30, 50)
    y = random.binomial(n, random.beta(2, 5, 50))
    fit = stats.fit_beta_binomial(y, n)

    def likelihood(m, r):
        return exact_log_likelihood(y, n, m * (1 - r) / r, (1 - m) * (1 - r) / r)

    point = (mpmath.mpf(fit.mean), mpmath.mpf(fit.rho))
    hessian = mpmath.matrix([[mpmath.diff(likelihood, point, order) for order in row] for row in (((2, 0), (1, 1)), ((1, 1), (0, 2)))])
    covariance = (-hessian) ** -1
    agrees("fit_beta_binomial", [fit.mean_standard_error, fit.rho_standard_error],
           [float(mpmath.sqrt(covariance[i, i])) for i in (0, 1)], oracle=MP, rel=1e-8)


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
    np.testing.assert_allclose([turned.mean, turned.log_likelihood], [1 - fit.mean, fit.log_likelihood], rtol=1e-7, atol=1e-9)
    if np.isnan(fit.rho):
        return
    for mean in (0.05, 0.3, 0.5, 0.8, fit.mean):
        for rho in (1e-5, 0.01, 0.2, 0.6, 0.99):
            if 0 < mean < 1:
                a, b = mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho
                assert scipy_stats.betabinom.logpmf(y, n, a, b).sum() <= fit.log_likelihood + 1e-7


def test_posteriors(agrees):
    random = np.random.default_rng(3)
    y = random.poisson(random.gamma(2, 3, 40))
    e = np.ones(40)
    fit = stats.fit_gamma_poisson(y, e)
    made = stats.gamma_poisson_posterior(y, e, fit, level=0.9)
    for p, ends in ((0.05, made.lower), (0.95, made.upper)):
        agrees("gamma_poisson_posterior", ends, scipy_stats.gamma.ppf(p, y + fit.shape, scale=1 / (1 + fit.rate)), oracle=SCIPY, rel=1e-11)
    agrees("gamma_poisson_posterior", made.mean, (1 - made.shrinkage) * y + made.shrinkage * fit.mean, oracle="its own shrinkage", rel=1e-13)
    n = np.full(40, 25)
    y = random.binomial(n, random.beta(8, 2, 40))
    fit = stats.fit_beta_binomial(y, n)
    made = stats.beta_binomial_posterior(y, n, fit)
    for p, ends in ((0.025, made.lower), (0.975, made.upper)):
        agrees("beta_binomial_posterior", ends, scipy_stats.beta.ppf(p, y + fit.alpha, n - y + fit.beta), oracle=SCIPY, rel=1e-11)
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


def test_dispersion(agrees):
    random = np.random.default_rng(9)
    n, e = random.integers(1, 50, 80), random.uniform(1, 9, 80)
    y, k = random.binomial(n, 0.3), random.poisson(2 * e)
    made, counted = stats.binomial_dispersion(y, n), stats.poisson_dispersion(k, e)
    p, rate = y.sum() / n.sum(), k.sum() / e.sum()
    wanted = ((y - n * p) ** 2 / (n * p * (1 - p))).sum(), ((k - e * rate) ** 2 / (e * rate)).sum()
    agrees("binomial_dispersion", [made.statistic, made.dispersion], [wanted[0], wanted[0] / 79], oracle="NumPy", rel=1e-12)
    agrees("poisson_dispersion", [counted.statistic, counted.dispersion], [wanted[1], wanted[1] / 79], oracle="NumPy", rel=1e-12)
    agrees("poisson_dispersion", counted.p_value, scipy_stats.chi2.sf(wanted[1], 79), oracle=SCIPY, rel=1e-10)
    assert stats.binomial_dispersion([0, 0], [4, 5]).status == "degenerate" == stats.poisson_dispersion([0, 0], [4, 5]).status
    assert stats.binomial_dispersion([1], [4]).status == "not_enough_data"
