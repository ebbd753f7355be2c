# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Special functions: 11,148 points in six regimes against mpmath, inverses by going back, identities, edges.

Errors are counted in eps = 2^-52 of the value. The bar is 500 eps up to counts of 10,000 and 1e-10 up to a million.
"""

import importlib.util
import itertools
import math
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from childwell import stats

EPS = 2.0**-52
# Bars in eps: the 500, stricter where the functions are.
BARS = {"rates": 200, "counts": 500, "tests": 200, "likelihoods": 100, "tails": 100, "large": 300}
LARGE = 1e-10
SHARP = {"log_gamma", "digamma", "trigamma", "expit", "logit", "log1p_exp"}  # these promise 2 eps


@pytest.fixture(scope="module")
def oracle():
    path = Path(__file__).parent / "made/make_special_functions.py"
    spec = importlib.util.spec_from_file_location("make_special_functions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("regime", BARS)
def test_regime(regime, made, agrees):
    assert BARS["large"] * EPS < LARGE
    functions = made("special_functions")["regimes"][regime]
    for name, rows in functions.items():
        table = np.array(rows, dtype=float)
        got = getattr(stats, name)(*table[:, :-1].T.copy())
        bar = 2 if name in SHARP else BARS[regime]
        agrees(name, got, table[:, -1], oracle=f"mpmath 1.3, regime {regime}", rel=bar * EPS)


def test_there_are_ten_thousand_points(made):
    made = made("special_functions")
    assert made["count"] == sum(len(rows) for f in made["regimes"].values() for rows in f.values()) >= 10_000
    assert len(made["regimes"]) == 6


def test_the_series_agree_with_mpmath(oracle, made):
    """The oracle's own sums against mpmath's incomplete functions, and a sample of the stored values again."""
    for x, a, b in ((0.3, 4, 7.5), (0.9, 40, 3), (0.01, 0.5, 30), (0.5, 300, 310), (1e-6, 0.3, 2e4), (0.99999, 900, 0.2)):
        lower, upper = oracle.beta_tails(x, a, b)
        assert mp.almosteq(lower, mp.betainc(a, b, 0, x, regularized=True), rel_eps=mp.mpf("1e-40"))
        assert mp.almosteq(upper, mp.betainc(a, b, x, 1, regularized=True), rel_eps=mp.mpf("1e-40"))
    for x, a in ((3, 4.5), (100, 40), (0.1, 0.2), (50, 90)):
        lower, upper = oracle.gamma_tails(x, a)
        assert mp.almosteq(lower, mp.gammainc(a, 0, x, regularized=True), rel_eps=mp.mpf("1e-40"))
        assert mp.almosteq(upper, mp.gammainc(a, x, regularized=True), rel_eps=mp.mpf("1e-40"))
    for functions in made("special_functions")["regimes"].values():
        for name, rows in functions.items():
            for *given, value in rows[:: max(1, len(rows) // 4)]:
                assert float(oracle.EXACT[name](*given)) == value, name


def goes_back(name, there, back, p, *arguments, bar=1e-12):
    """|F(F^-1(p)) - p| / p at most the bar, or p lies between the values at the neighbouring doubles."""
    x = there(p, *arguments)
    error = np.abs(back(x, *arguments) - p) / p
    below, above = (back(np.nextafter(x, end), *arguments) for end in (-np.inf, np.inf))
    held = (error <= bar) | ((below <= p) & (p <= above))
    assert held.all(), (name, error[~held].max())
    return error[error <= bar].max(), (error <= bar).mean()


def test_inverses_give_their_probability_back(record):
    generator = np.random.Generator(np.random.Philox(3))
    count = 1500
    p = np.concatenate([generator.random(count // 2), 10 ** generator.uniform(-10, 0, count // 2)])

    def shapes(low, high):
        return low * (high / low) ** generator.random(count)

    one = np.ones(count)
    runs = [
        ("normal_quantile", stats.normal_quantile, stats.normal_cdf),
        ("student_t_quantile", stats.student_t_quantile, stats.student_t_cdf, shapes(1, 1e4)),
        ("chi_squared_quantile", stats.chi_squared_quantile, stats.chi_squared_cdf, shapes(1, 1e4)),
        ("gamma_quantile", stats.gamma_quantile, stats.gamma_cdf, shapes(0.5, 1e4), one),
        ("beta_quantile", stats.beta_quantile, stats.beta_cdf, shapes(0.5, 1e4), shapes(0.5, 1e4)),
        ("beta_quantile", stats.beta_quantile, stats.beta_cdf, shapes(0.5, 1e6), shapes(0.5, 1e6)),
        ("f_quantile", stats.f_quantile, stats.f_cdf, shapes(1, 1e4), shapes(1, 1e4)),
    ]
    for name, there, back, *arguments in runs:
        worst, share = goes_back(name, there, back, p, *arguments)
        assert share > 0.9, name
        record.add(name, "F of it gives p back (F itself: mpmath)", "rel 1e-12", -math.log10(max(worst, 1e-16)))


def test_inverses_against_mpmath(oracle, agrees):
    """The exact distribution function at the quantile is the probability; tails to 1e-200."""
    generator = np.random.Generator(np.random.Philox(4))
    got, wanted = [], []
    for _ in range(60):
        a, b = 10 ** generator.uniform(-1, 4, 2)
        p = 10 ** -generator.uniform(0, 200) if generator.random() < 0.5 else generator.random()
        x = stats.beta_quantile(p, a, b)
        if 1e-300 < x < 0.999:
            got.append(float(oracle.beta_tails(x, a, b)[0]))
            wanted.append(p)
    agrees("beta_quantile", got, wanted, oracle="mpmath 1.3", rel=5e-12)


def test_tails_are_complements_and_rise():
    x = np.linspace(0.001, 0.999, 500)
    for a, b in ((0.5, 0.5), (3, 300), (2000, 2100), (1e6, 3)):
        lower, upper = stats.beta_cdf(x, a, b), stats.beta_sf(x, a, b)
        np.testing.assert_allclose(lower + upper, 1, rtol=1e-14)
        assert (np.diff(lower) >= -1e-15).all()
        np.testing.assert_allclose(stats.beta_cdf(1 - x, b, a), upper, rtol=2e-12, atol=1e-300)
    y = np.linspace(0.5, 400, 500)
    for shape in (0.3, 20.0, 21.0, 150.0):
        lower, upper = stats.gamma_cdf(y, shape, 1.0), stats.gamma_sf(y, shape, 1.0)
        np.testing.assert_allclose(lower + upper, 1, rtol=1e-14)
        assert (np.diff(lower) >= -1e-15).all()
    t = np.linspace(-30, 30, 301)
    for df in (1, 3.5, 40, 41, 1e5):
        np.testing.assert_array_equal(stats.student_t_cdf(t, df), stats.student_t_sf(-t, df))
        np.testing.assert_allclose(stats.student_t_cdf(t, df) + stats.student_t_sf(t, df), 1, rtol=1e-14)


def test_binomial_and_poisson_sum_to_their_tails():
    k = np.arange(0, 61.0)
    for p in (0.001, 0.3, 0.97):
        np.testing.assert_allclose(np.cumsum(stats.binomial_pmf(k, 60.0, p)), stats.binomial_cdf(k, 60.0, p), rtol=1e-12)
        np.testing.assert_allclose(stats.binomial_cdf(k, 60.0, p) + stats.binomial_sf(k, 60.0, p), 1, rtol=1e-14)
    for mean in (0.1, 4.0, 30.0):
        np.testing.assert_allclose(np.cumsum(stats.poisson_pmf(k, mean)), stats.poisson_cdf(k, mean), rtol=1e-12)


EDGES = [0.0, 5e-324, 1e-300, 0.3, 1 - 2.0**-53, 1.0, 40.0, 1e4, 1e9, 1e15, 1e308, np.inf, -1.0, -np.inf, np.nan]
ARGUMENTS = {"normal_cdf": 1, "normal_sf": 1, "beta_cdf": 3, "beta_sf": 3, "student_t_cdf": 2, "student_t_sf": 2,
             "gamma_cdf": 3, "gamma_sf": 3, "chi_squared_cdf": 2, "chi_squared_sf": 2, "f_cdf": 3, "f_sf": 3,
             "binomial_pmf": 3, "binomial_cdf": 3, "binomial_sf": 3, "poisson_pmf": 2, "poisson_cdf": 2, "poisson_sf": 2,
             "noncentral_t_cdf": 3, "beta_quantile": 3, "normal_quantile": 1, "expit": 1}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_probabilities_at_every_edge(name):
    """Whatever comes in, a probability or NaN comes out; nothing throws and nothing hangs."""
    grid = np.array(list(itertools.product(EDGES, repeat=ARGUMENTS[name]))).T.copy()
    got = np.atleast_1d(getattr(stats, name)(*grid))
    if name == "normal_quantile":
        assert (np.isnan(got) == ~((grid[0] >= 0) & (grid[0] <= 1))).all()
    else:
        assert (np.isnan(got) | ((got >= 0) & (got <= 1))).all()
    assert np.isnan(got[np.isnan(grid).any(axis=0)]).all()


def test_quantiles_at_every_edge():
    for name, count in (("student_t_quantile", 2), ("gamma_quantile", 3), ("chi_squared_quantile", 2), ("f_quantile", 3)):
        grid = np.array(list(itertools.product([0.0, 1e-300, 0.5, 1.0, 2.0, np.nan], [0.01, 1.0, 1e4, 1e8, np.inf, -1.0],
                                               *([[1.0, 1e6]] if count == 3 else [])))).T.copy()
        got = getattr(stats, name)(*grid)
        outside = ~((grid[0] >= 0) & (grid[0] <= 1)) | ~(grid[1] > 0) | np.isinf(grid[1])
        assert np.isnan(got[outside]).all(), name
    assert (stats.gamma_quantile(1.0, 2.0, 1.0), stats.f_quantile(1.0, 2.0, 3.0)) == (math.inf, math.inf)
    assert (stats.beta_quantile(0.0, 2.0, 1.0), stats.beta_quantile(1.0, 2.0, 3.0)) == (0.0, 1.0)
    assert (stats.normal_quantile(0.0), stats.normal_quantile(1.0)) == (-math.inf, math.inf)


def test_known_points():
    assert stats.normal_cdf(0.0) == 0.5
    assert stats.student_t_cdf(0.0, 77.0) == 0.5
    assert stats.beta_cdf(0.25, 1.0, 1.0) == 0.25
    assert stats.binomial_cdf(-1.0, 10.0, 0.3) == 0.0
    assert stats.binomial_cdf(2.9, 10.0, 0.3) == stats.binomial_cdf(2.0, 10.0, 0.3)
    assert stats.binomial_pmf(0.5, 10.0, 0.3) == 0.0
    assert stats.poisson_pmf(0.0, 0.0) == 1.0
    assert (stats.expit(0.0), stats.expit(800.0), stats.expit(-800.0)) == (0.5, 1.0, 0.0)
    assert (stats.logit(0.0), stats.logit(1.0), stats.logit(0.5)) == (-math.inf, math.inf, 0.0)
    assert stats.log1p_exp(800.0) == 800.0
    assert math.isnan(stats.log_gamma(-1.0))
    assert stats.trigamma(math.inf) == 0.0
