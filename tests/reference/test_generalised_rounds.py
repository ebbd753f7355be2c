# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Models fitted in rounds of summaries against the careful path, for any chunking and number of threads."""

import numpy as np
import pytest

from childwell import stats

CAREFUL = "fit by QR (itself equal to R)"


def drawn(n=9000, p=7, seed=3, counts=False):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    school, grade = rng.integers(0, 23, n), rng.integers(1, 7, n)
    eta = -1 + x @ np.linspace(-0.5, 0.5, p) + 0.05 * school - 0.1 * grade
    y = rng.poisson(np.exp(eta)) if counts else rng.random(n) < 1 / (1 + np.exp(-eta))
    return x, school, grade, y.astype(float)


def one_hot(*columns):
    return np.column_stack([column == level for column in columns for level in np.unique(column)[1:]]).astype(float)


@pytest.mark.parametrize(("family", "careful"), [("logistic", stats.fit_logistic), ("poisson", stats.fit_poisson)])
@pytest.mark.parametrize("ridge", [0.0, 2.5])
def test_categorical_columns_equal_their_zeros_and_ones(agrees, family, careful, ridge):
    x, school, grade, y = drawn(counts=family == "poisson")
    rng = np.random.default_rng(1)
    weights, offsets = rng.integers(0, 3, len(y)).astype(float), rng.normal(size=len(y)) * 0.1
    dense = careful(np.c_[x, one_hot(school, grade)], y, ridge=ridge, weights=weights, offsets=offsets)
    fit = stats.fit_ridge(x, y, categories={"school": school, "grade": grade}, family=family, ridge=ridge, weights=weights,
                          offsets=offsets)
    assert fit.status == dense.status == "ok" and fit.count == dense.count
    agrees("fit_ridge", fit.coefficients, dense.coefficients, oracle=CAREFUL, rel=1e-8, abs=1e-10)
    agrees("fit_ridge", fit.standard_errors, dense.standard_errors, oracle=CAREFUL, rel=1e-6)
    agrees("fit_ridge", [fit.deviance, fit.log_likelihood, fit.aic], [dense.deviance, dense.log_likelihood, dense.aic],
           oracle=CAREFUL, rel=1e-11)  # fmt: skip
    assert fit.names[8:10] == ["school=1", "school=2"] and fit.names[-1] == "grade=6"


def fitted_in_rounds(chunks, p, ridge, **options):
    b = np.zeros(p)
    for _ in range(60):
        merged = None
        for x, y in chunks:
            part = stats.generalised_summary(x, y, b, **options)
            merged = part if merged is None else stats.merge_summaries(merged, part)
        step = stats.newton_step(merged, b, ridge=ridge)
        assert step.status == "ok"
        b = step.coefficients
        if step.distance < 1e-11:
            return b
    raise AssertionError("no convergence")


@pytest.mark.parametrize("cut", [[], [1], [4500], [63, 64, 65, 4096, 8192], list(range(500, 9000, 500))])
def test_any_chunking_gives_the_one_shot_fit(agrees, cut):
    x, _, _, y = drawn()
    parts = list(zip(np.split(x, cut), np.split(y, cut), strict=True))
    whole = stats.fit_ridge(x, y, ridge=1.0)
    b = fitted_in_rounds(parts, x.shape[1] + 1, 1.0)
    for function in ("generalised_summary", "merge_summaries", "newton_step"):
        agrees(function, b, whole.coefficients, oracle="fit_ridge on all rows", rel=1e-10, abs=1e-11)
    agrees("fit_ridge", whole.coefficients, stats.fit_logistic(x, y, ridge=1.0).coefficients, oracle=CAREFUL, rel=1e-9, abs=1e-11)


def test_threads_change_no_bit():
    x, school, grade, y = drawn(n=70000)
    fits = [stats.fit_ridge(x, y, categories=[school, grade], threads=threads) for threads in (1, 2, 5)]
    for other in fits[1:]:
        for part in ("coefficients", "standard_errors", "covariance"):
            np.testing.assert_array_equal(getattr(other, part), getattr(fits[0], part))
    at = np.linspace(-0.1, 0.1, x.shape[1] + 1)
    one, two = (stats.generalised_summary(x, y, at, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.information, two.information)
    np.testing.assert_array_equal(one.gradient, two.gradient)
    assert one.objective == two.objective


@pytest.mark.parametrize("columns", [0, 1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 31, 33, 50, 51])
def test_every_width_has_the_cross_product_of_numpy(columns):
    rng = np.random.default_rng(columns)
    x, y = rng.normal(size=(333, columns)), (rng.random(333) < 0.4).astype(float)
    b = rng.normal(size=columns + 1) * 0.1
    given = stats.generalised_summary(x, y, b)
    full = np.c_[np.ones(333), x]
    mean = 1 / (1 + np.exp(-full @ b))
    np.testing.assert_allclose(given.gradient, full.T @ (y - mean), rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(given.information, full.T * (mean * (1 - mean)) @ full, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(given.objective, -np.sum(y * np.log(mean) + (1 - y) * np.log1p(-mean)), rtol=1e-13)
    assert given.count == 333 and given.weight == 333.0


def test_layout_in_memory_changes_no_bit():
    x, _, _, y = drawn()
    plain = stats.fit_ridge(x, y).coefficients
    np.testing.assert_array_equal(stats.fit_ridge(np.asfortranarray(x), y).coefficients, plain)
    wide = np.zeros((len(y), 2 * x.shape[1]))
    wide[:, ::2] = x
    np.testing.assert_array_equal(stats.fit_ridge(wide[:, ::2], y).coefficients, plain)
    np.testing.assert_array_equal(stats.fit_ridge(wide.copy()[::1, ::2], y).coefficients, plain)


def test_missing_rows_are_left_out_and_counted():
    x, _, _, y = drawn()
    holed = x.copy()
    holed[::7, 2] = np.nan
    keep = np.arange(len(y)) % 7 != 0
    fit = stats.fit_ridge(holed, y)
    assert (fit.count, fit.missing) == (keep.sum(), (~keep).sum())
    np.testing.assert_allclose(fit.coefficients, stats.fit_ridge(x[keep], y[keep]).coefficients, rtol=1e-9)
    weighted = stats.fit_ridge(holed, y, weights=keep.astype(float))
    np.testing.assert_allclose(weighted.coefficients, fit.coefficients, rtol=1e-9)
    assert weighted.missing == 0
    holed[0, 0] = np.inf
    holed[0, 2] = 1.0
    assert stats.fit_ridge(holed, y).status == "not_finite"
    assert stats.newton_step(stats.generalised_summary(holed, y, np.zeros(8)), np.zeros(8), ridge=1.0).status == "not_finite"


def test_an_ill_conditioned_design_goes_to_qr(agrees):
    x, _, _, y = drawn(n=3000)
    near = np.c_[x, x[:, 0] + 1e-6 * x[:, 1] + 1e-7 * np.random.default_rng(0).normal(size=len(y))]
    fit, careful = stats.fit_ridge(near, y, ridge=0.0), stats.fit_logistic(near, y)
    assert fit.status == careful.status == "ok" and fit.condition > 1e5
    np.testing.assert_array_equal(fit.coefficients, careful.coefficients)
    summary = stats.generalised_summary(near, y, np.zeros(9))
    assert stats.newton_step(summary, np.zeros(9), ridge=0.0).status == "rank_deficient"
    agrees("fit_ridge", stats.predict_generalised(fit, near).means, stats.fit_ridge(x, y, ridge=0.0) and
           stats.predict_generalised(careful, near).means, oracle=CAREFUL, rel=1e-9)


def test_separation_is_found_on_the_fast_path_too():
    x, school, _, y = drawn()
    y[school == 4] = 1.0
    fit = stats.fit_ridge(x, y, categories={"school": school}, ridge=0.0)
    assert (fit.status, fit.separating) == ("quasi_separated", ["school=4"])
    assert np.isnan(fit.coefficients).all()
    assert stats.fit_ridge(x, y, categories={"school": school}, ridge=1.0).status == "ok"


def test_edges_have_a_status():
    x = np.array([[0.0], [1.0], [0.5], [2.0]])
    assert stats.fit_ridge(np.empty((0, 1)), []).status == "not_enough_data"
    assert stats.fit_ridge(x, np.ones(4)).status == "degenerate"
    assert stats.fit_ridge(x, np.zeros(4), family="poisson").status == "degenerate"
    assert stats.fit_ridge(x * np.nan, [0, 1, 0, 1]).status == "not_enough_data"
    assert stats.fit_ridge(x, [0, 1, 0, 1], weights=np.zeros(4)).status == "not_enough_data"
    assert stats.fit_ridge(x, [0, 1, np.nan, 1], weights=[0, 1, 1, 1]).status == "degenerate"
    assert stats.fit_ridge(x, [0, 1, 0, 1], most_rounds=1).status == "not_converged"
    only = stats.fit_ridge(None, [0, 1, 1, 1.0])
    np.testing.assert_allclose(only.coefficients, [np.log(3)], rtol=1e-12)
    for wrong in ({"ridge": -1.0}, {"family": "gamma"}, {"weights": [1.0]}, {"threads": 0}, {"level": 0.0}, {"most_rounds": 0}):
        with pytest.raises(ValueError, match="childwell"):
            stats.fit_ridge(x, [0, 1, 0, 1], **wrong)
    with pytest.raises(ValueError, match="childwell"):
        stats.generalised_summary(x, [0, 1, 0, 1], np.zeros(2), codes=[[0, 1, 2, 0]], levels=[2])
    with pytest.raises(ValueError, match="childwell"):
        stats.merge_summaries(stats.generalised_summary(x, [0, 1, 0, 1], np.zeros(2)),
                              stats.generalised_summary(None, [0, 1, 0, 1], np.zeros(1)))  # fmt: skip


def test_predictors_far_out_stay_finite():
    x = np.array([[1e4], [-1e4], [40.0], [-40.0], [0.0]])
    for family in ("logistic", "poisson"):
        far = stats.generalised_summary(x[-3:] if family == "poisson" else x, [1, 0, 1] if family == "poisson" else [1, 0, 1, 0, 1],
                                        [0.0, 1.0], family=family)
        assert np.isfinite(far.gradient).all() and np.isfinite(far.information).all() and np.isfinite(far.objective)


def test_offsets_hide_no_separation():
    """A column whose rows are all events, and offsets that carry part of the predictor: no finite number is a maximum."""
    for seed in range(20):
        random = np.random.default_rng(seed)
        x = np.c_[random.random(200) < 0.1, random.normal(size=200)].astype(float)
        offsets = 10.0 * x[:, 0] + random.normal(size=200)
        y = ((random.random(200) < 1 / (1 + np.exp(-offsets - x[:, 1]))) | (x[:, 0] == 1)).astype(float)
        careful = stats.fit_logistic(x, y, offsets=offsets)
        fast = stats.fit_ridge(x, y, ridge=0.0, offsets=offsets)
        assert fast.status == careful.status == "quasi_separated"
        assert fast.separating == careful.separating == ["x0"] and np.isnan(fast.coefficients).all()
        rare = np.where(x[:, 0] == 1, 0.0, random.poisson(np.exp(0.3 * x[:, 1])))
        fast = stats.fit_ridge(x, rare, ridge=0.0, family="poisson", offsets=-10.0 * x[:, 0])
        assert fast.status == "quasi_separated" and fast.separating == ["x0"]
