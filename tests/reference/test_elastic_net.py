# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Lasso and elastic-net paths against R glmnet, by their optimality conditions and at their edges."""

import json
from pathlib import Path

import numpy as np
import pytest

from childwell import stats

MADE = json.loads(Path(__file__).with_name("made").joinpath("generalised.json").read_text("utf-8"))
ORACLE = MADE["made_by"]
X = np.array(MADE["design"])[:, :3]
Y, COUNT = np.array(MADE["y"], dtype=float), np.array(MADE["count"], dtype=float)
LAMBDAS = MADE["lambdas"]


@pytest.mark.parametrize(("name", "options"), [
    ("lasso", {"alpha": 1.0}), ("half", {"alpha": 0.5}), ("ridge", {"alpha": 0.0}),
    ("weighted", {"alpha": 0.7, "weights": MADE["weights"]}), ("plain", {"alpha": 0.7, "standardise": False}),
    ("counts", {"alpha": 0.7, "family": "poisson", "offsets": np.log(MADE["exposure"])}),
])  # fmt: skip
def test_paths_equal_glmnet(agrees, name, options):
    path = stats.elastic_net_path(X, COUNT if name == "counts" else Y, lambdas=LAMBDAS, **options)
    assert path.status == "ok"
    expected = {part: np.array(values, dtype=float) for part, values in MADE[name].items()}
    agrees("elastic_net_path", path.coefficients, expected["coefficients"], oracle=ORACLE, rel=1e-6, abs=1e-9)
    agrees("elastic_net_path", path.intercepts, expected["intercepts"], oracle=ORACLE, rel=1e-6, abs=1e-7)
    agrees("elastic_net_path", path.deviance_ratios, expected["deviance_ratios"], oracle=ORACLE, rel=1e-7, abs=1e-9)


def student_mat(c):
    frame, given = c.frame(), c.document["input"]
    columns = [(frame[name] == given["binary_coding"][name]).to_numpy(float) if name in given["binary_coding"]
               else frame[name].to_numpy(float) for name in given["x"]]  # fmt: skip
    x, y = np.column_stack(columns), (frame["G3"] < 10).to_numpy(float)
    train = np.arange(1, len(y) + 1) % 3 != 0
    return x[train], y[train], x[~train], y[~train], given["x"]


def test_logit_student_mat(case):
    c = case("logit_student_mat")
    x, y, test_x, test_y, names = student_mat(c)
    part = "logistic"
    fit = stats.fit_logistic(x, y)
    assert fit.status == "ok"
    for path, got in {"n_train": len(y), "n_test": len(test_y), "events_train": y.sum(), "events_test": test_y.sum()}.items():
        c.agree(path, got, function="fit_logistic", part=part)
    labelled = ["(Intercept)", *names]
    c.agree("logistic.coef", dict(zip(labelled, fit.coefficients, strict=True)), function="fit_logistic", part=part)
    c.agree("logistic.se", dict(zip(labelled, fit.standard_errors, strict=True)), function="fit_logistic", part=part)
    c.agree("logistic.loglik", fit.log_likelihood, function="fit_logistic", part=part)
    p = stats.predict_generalised(fit, test_x).means
    c.agree("logistic.test_p_first10", p[:10], function="predict_generalised", part=part)
    logit_p = np.log(p / (1 - p))[:, None]
    slope = stats.fit_logistic(logit_p, test_y)
    c.agree("logistic.calib_slope", slope.coefficients[1], function="fit_logistic", part=part)
    c.agree("logistic.calib_slope_intercept", slope.coefficients[0], function="fit_logistic", part=part)
    in_large = stats.fit_logistic(np.empty((len(test_y), 0)), test_y, offsets=logit_p[:, 0])
    c.agree("logistic.calib_in_large", in_large.coefficients[0], function="fit_logistic", part=part)
    area, curve = stats.roc_auc(test_y, p, scale="identity"), stats.calibration_curve(test_y, p)
    for path, got, function in (
        ("brier", stats.brier_score(test_y, p).score, "brier_score"), ("log_loss", stats.log_loss(test_y, p).score, "log_loss"),
        ("auc", area.auc, "roc_auc"), ("auc_ci", [area.lower, area.upper], "roc_auc"),
        ("ece10", curve.expected_calibration_error, "calibration_curve"),
    ):
        c.agree(f"logistic.{path}", got, function=function, part="metrics")
    for penalty, alpha in {"lasso": 1.0, "enet": 0.5, "ridge": 0.0}.items():
        part = "penalised_coef"
        path = stats.elastic_net_path(x, y, alpha=alpha, lambdas=c.at(f"{penalty}.lambda"))
        c.agree(f"{penalty}.lambda", path.lambdas, function="elastic_net_path", part=part)
        c.agree(f"{penalty}.intercept", path.intercepts, function="elastic_net_path", part=part)
        c.agree(f"{penalty}.coef", {name: path.coefficients[:, k] for k, name in enumerate(names)}, function="elastic_net_path", part=part)
        c.agree(f"{penalty}.dev_ratio", path.deviance_ratios, function="elastic_net_path", part=part)
        for step in range(len(path.lambdas)):
            scores = path.intercepts[step] + test_x @ path.coefficients[step]
            c.agree(f"{penalty}.test_auc.{step}", stats.roc_auc(test_y, scores).auc, function="roc_auc", part="metrics")


@pytest.mark.parametrize("family", ["logistic", "poisson"])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("n", [200, 30])  # and fewer rows than columns
def test_the_optimality_conditions_hold_along_the_path(family, alpha, n):
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 40)) * rng.uniform(0.1, 30, 40) + rng.normal(size=40) * 5
    eta = (x - x.mean(0)) / x.std(0) @ np.r_[np.ones(4), np.zeros(36)] * 0.5
    y = rng.poisson(np.exp(eta)) if family == "poisson" else rng.random(n) < 1 / (1 + np.exp(-eta))
    weights = rng.uniform(0.5, 2, n)
    path = stats.elastic_net_path(x, y.astype(float), family=family, alpha=alpha, weights=weights, path_length=25, smallest=0.01)
    assert path.status == "ok" and (np.diff(path.lambdas) < 0).all()
    w = weights / weights.sum()
    scale = np.sqrt(w @ (x - w @ x) ** 2)
    for lam, a, b in zip(path.lambdas, path.intercepts, path.coefficients, strict=True):
        mean = np.exp(a + x @ b) if family == "poisson" else 1 / (1 + np.exp(-a - x @ b))
        slope = (x - w @ x).T @ (w * (y - mean)) / scale  # of the standardised coefficients
        standardised = b * scale
        assert abs(w @ (y - mean)) < 1e-9
        active = b != 0
        wanted = lam * (alpha * np.sign(standardised) + (1 - alpha) * standardised)
        np.testing.assert_allclose(slope[active], wanted[active], atol=1e-9)
        assert (np.abs(slope[~active]) <= lam * alpha + 1e-9).all()
    if alpha > 0:
        assert path.non_zero[0] == 0 and path.non_zero[-1] > 0
        just_below = stats.elastic_net_path(x, y.astype(float), family=family, alpha=alpha, weights=weights,
                                            lambdas=[path.lambdas[0] * 0.999])  # fmt: skip
        assert just_below.non_zero[0] == 1


def test_at_lambda_zero_the_path_ends_at_the_likelihood(agrees):
    path = stats.elastic_net_path(X, Y, lambdas=[0.1, 0.0])
    fit = stats.fit_logistic(X, Y)
    agrees("elastic_net_path", np.r_[path.intercepts[1], path.coefficients[1]], fit.coefficients, oracle="fit_logistic", rel=1e-8)
    np.testing.assert_allclose(path.null_deviance, fit.null_deviance, rtol=1e-12)
    np.testing.assert_allclose(path.deviance_ratios[1], 1 - fit.deviance / fit.null_deviance, rtol=1e-9)


def test_ridge_of_the_path_is_the_ridge_of_the_fit(agrees):
    path = stats.elastic_net_path(X, Y, alpha=0.0, lambdas=[0.05], standardise=False)
    fit = stats.fit_logistic(X, Y, ridge=0.05 * len(Y))
    agrees("elastic_net_path", np.r_[path.intercepts[0], path.coefficients[0]], fit.coefficients, oracle="fit_logistic", rel=1e-8)


def test_edges_have_a_status():
    assert stats.elastic_net_path(np.empty((0, 2)), []).status == "not_enough_data"
    assert stats.elastic_net_path(X, np.ones(len(X))).status == "degenerate"
    assert stats.elastic_net_path(X, np.zeros(len(X)), family="poisson").status == "degenerate"
    assert stats.elastic_net_path(X * np.nan, Y).status == "not_enough_data"
    assert stats.elastic_net_path(np.where(np.arange(len(X))[:, None] == 3, np.inf, X), Y).status == "not_finite"
    constant = stats.elastic_net_path(np.c_[X, np.full(len(X), 7.0)], Y, lambdas=LAMBDAS)
    assert constant.status == "ok" and (constant.coefficients[:, 3] == 0).all()
    np.testing.assert_allclose(constant.coefficients[:, :3], stats.elastic_net_path(X, Y, lambdas=LAMBDAS).coefficients, rtol=1e-13)
    split = stats.elastic_net_path(np.arange(8.0)[:, None], np.repeat([0.0, 1.0], 4), lambdas=[0.1, 0.0])
    assert split.status == "separated" and np.isfinite(split.coefficients[0, 0]) and np.isnan(split.coefficients[1, 0])
    holed = X.copy()
    holed[:9, 0] = np.nan
    missing = stats.elastic_net_path(holed, Y, lambdas=[0.02])
    assert (missing.count, missing.missing) == (len(Y) - 9, 9)
    np.testing.assert_array_equal(missing.coefficients, stats.elastic_net_path(X[9:], Y[9:], lambdas=[0.02]).coefficients)
    none = stats.elastic_net_path(X - X.mean(0), Y, intercept=False, lambdas=[0.02])
    assert none.status == "ok" and none.intercepts[0] == 0.0
    for wrong in ({"alpha": 1.5}, {"lambdas": [-1.0]}, {"path_length": 1}, {"smallest": 1.0}, {"family": "gaussian"}, {"weights": [1.0]}):
        with pytest.raises(ValueError, match="childwell"):
            stats.elastic_net_path(X, Y, **wrong)
