# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Generalised linear models against R, against linear programs and at their edges."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childwell import stats

MADE = json.loads(Path(__file__).with_name("made").joinpath("generalised.json").read_text("utf-8"))
ORACLE = MADE["made_by"]
SURVIVAL = "survival: a later issue"
DISCRIMINATION = "discrimination and calibration: families of their own"


def made(name):
    return np.array(MADE[name], dtype=float)


X = made("design")
PARTS = {"coefficients": 1e-8, "standard_errors": 1e-7, "statistics": 1e-7, "p_values": 1e-7, "covariance": 1e-7, "deviance": 1e-10,
         "null_deviance": 1e-10, "log_likelihood": 1e-10, "aic": 1e-10, "dispersion": 1e-8, "theta": 1e-8,
         "theta_standard_error": 1e-7}  # fmt: skip


def holds(agrees, function, fit, expected):
    for part, values in expected.items():
        # where the covariance is near zero between columns, the correlation carries the tolerance
        absolute = 1e-9 * np.abs(values).max() if part == "covariance" else 0.0
        agrees(function, getattr(fit, part), np.array(values, dtype=float), oracle=ORACLE, rel=PARTS[part], abs=absolute)


# ---- R on data made by make_generalised.R


def test_logistic_equals_r(agrees):
    fit = stats.fit_logistic(X, made("y"))
    assert fit.status == "ok" and fit.iterations <= 8
    holds(agrees, "fit_logistic", fit, MADE["logit"])
    weighted = stats.fit_logistic(X, made("y"), weights=made("weights"), offsets=made("offsets"))
    holds(agrees, "fit_logistic", weighted, MADE["logit_weighted"])
    holds(agrees, "fit_logistic", stats.fit_logistic(X, made("share"), weights=made("trials")), MADE["logit_shares"])
    holds(agrees, "fit_logistic", stats.fit_logistic(X[:, [0, 2, 3]], made("y"), intercept=False), MADE["logit_no_intercept"])


def test_a_repeated_column_is_named_and_left_out(agrees):
    pandas = pytest.importorskip("pandas")
    design = pandas.DataFrame({"a": X[:, 0], "b": X[:, 1], "a and twice b": X[:, 0] + 2 * X[:, 1], "c": X[:, 2]})
    fit = stats.fit_logistic(design, made("y"))
    assert (fit.status, fit.left_out, fit.rank) == ("rank_deficient", ["a and twice b"], 4)
    kept = [0, 1, 2, 4]
    expected = [float(value) for k, value in enumerate(MADE["logit_repeated"]["coefficients"]) if k in kept]
    agrees("fit_logistic", fit.coefficients[kept], expected, oracle=ORACLE, rel=1e-8)
    assert np.isnan(fit.coefficients[3]) and np.isnan(fit.standard_errors[3])
    predicted = stats.predict_generalised(fit, design).means
    np.testing.assert_allclose(predicted, stats.predict_generalised(stats.fit_logistic(X[:, :3], made("y")), X[:, :3]).means, rtol=1e-9)


def test_discrete_hazard_equals_r(agrees):
    for name, options in {"cloglog": {}, "cloglog_weighted": {"weights": made("weights"), "offsets": made("offsets")}}.items():
        fit = stats.fit_discrete_hazard(X, made("y"), link="complementary_log_log", **options)
        holds(agrees, "fit_discrete_hazard", fit, MADE[name])


def test_poisson_and_quasi_poisson_equal_r(agrees):
    holds(agrees, "fit_poisson", stats.fit_poisson(X, made("count"), exposures=made("exposure")), MADE["poisson"])
    weighted = stats.fit_poisson(X, made("count"), exposures=made("exposure"), weights=made("weights"), offsets=made("offsets"))
    holds(agrees, "fit_poisson", weighted, MADE["poisson_weighted"])
    quasi = stats.fit_quasi_poisson(X, made("over"), exposures=made("exposure"))
    holds(agrees, "fit_quasi_poisson", quasi, MADE["quasi"])
    assert math.isnan(quasi.log_likelihood) and math.isnan(quasi.aic)


def test_negative_binomial_equals_r(agrees):
    fit = stats.fit_negative_binomial(X, made("over"), exposures=made("exposure"))
    assert fit.status == "ok"
    holds(agrees, "fit_negative_binomial", fit, MADE["negative_binomial"])


def test_firth_equals_brglm2(agrees):
    eight = np.arange(1.0, 9.0)[:, None]
    partly = np.c_[[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], [1.5, 0.7, 0.5, 3, 1, 2.5, 0, 1, 4, 2]]
    for name, design, y in (("firth", X[:, [0, 2, 3]], made("y")), ("firth_separated", eight, np.repeat([0, 1], 4)),
                            ("firth_quasi", partly, [0, 1, 0, 1, 0, 1, 1, 1, 1, 1])):  # fmt: skip
        fit = stats.fit_logistic(design, y, firth=True)
        assert fit.status == "ok"
        holds(agrees, "fit_logistic", fit, MADE[name])


def test_predictions_equal_r(agrees):
    made_of = stats.predict_generalised(stats.fit_logistic(X, made("y")), X[:12])
    expected = MADE["prediction"]
    agrees("predict_generalised", made_of.linear_predictors, expected["eta"], oracle=ORACLE, rel=1e-9)
    agrees("predict_generalised", made_of.standard_errors, expected["standard_error"], oracle=ORACLE, rel=1e-8)
    agrees("predict_generalised", made_of.means, expected["mean"], oracle=ORACLE, rel=1e-9)
    assert (made_of.lower < made_of.means).all() and (made_of.means < made_of.upper).all()


# ---- shared cases


def treatment(frame, columns):
    """Intercept-free design in R's treatment contrasts, levels in alphabetical order."""
    parts, names = [], []
    for column in columns:
        if frame[column].dtype == object or frame[column].dtype.name in ("str", "string"):
            for level in sorted(frame[column].unique())[1:]:
                parts.append((frame[column] == level).to_numpy(float))
                names.append(f"{column}{level}")
        else:
            parts.append(frame[column].to_numpy(float))
            names.append(column)
    return np.column_stack(parts), ["(Intercept)", *names]


@pytest.mark.parametrize(("name", "response", "columns"), [
    ("counts_quine", "Days", ["Eth", "Sex", "Age", "Lrn"]),
    ("counts_student_mat", "absences", ["age", "failures", "sex", "romantic"]),
])  # fmt: skip
def test_counts(case, name, response, columns):
    c = case(name)
    frame = c.frame()
    design, names = treatment(frame, columns)
    y = frame[response].to_numpy(float)

    def named(values):
        return dict(zip(names, values, strict=True))

    poisson = stats.fit_poisson(design, y)
    c.agree("n", poisson.count, function="fit_poisson", part="poisson")
    for path, got in {"coef": named(poisson.coefficients), "se": named(poisson.standard_errors), "deviance": poisson.deviance,
                      "loglik": poisson.log_likelihood, "aic": poisson.aic}.items():  # fmt: skip
        c.agree(f"poisson.{path}", got, function="fit_poisson", part="poisson")
    quasi = stats.fit_quasi_poisson(design, y)
    c.agree("quasi.dispersion", quasi.dispersion, function="fit_quasi_poisson", part="poisson")
    c.agree("quasi.se", named(quasi.standard_errors), function="fit_quasi_poisson", part="poisson")
    negative = stats.fit_negative_binomial(design, y)
    for path, got in {"coef": named(negative.coefficients), "se": named(negative.standard_errors), "theta": negative.theta,
                      "se_theta": negative.theta_standard_error, "loglik": negative.log_likelihood,
                      "deviance": negative.deviance}.items():  # fmt: skip
        c.agree(f"negbin.{path}", got, function="fit_negative_binomial", part="negbin")


def survival(c, times, events, covariates):
    """The discrete-time parts of a survival case; the others are named as left out."""
    for part in c.expected:
        if part not in ("n", "events", "times", "km", "median", "person_period", "discrete_logit", "discrete_cloglog"):
            c.leave_out(part, SURVIVAL)
    given_names = ["(Intercept)", *(name for name in c.at("discrete_logit.coef") if name != "(Intercept)")]
    periods = stats.person_periods(times, events, covariates, width=c.document["input"]["period_width"],
                                   horizon=c.document["input"]["discrete_horizon"])
    c.agree("n", periods.count, function="person_periods", part="discrete")
    complete = ~np.isnan(covariates).any(axis=1)
    c.agree("events", events[complete].sum(), function="person_periods", part="discrete")
    curve = stats.kaplan_meier(times[complete], events[complete])
    at = np.searchsorted(curve.time, c.expected["times"], side="right") - 1
    for path, got in {"surv": curve.survival, "se": curve.standard_error, "lower": curve.lower, "upper": curve.upper}.items():
        c.agree(f"km.{path}", got[at], function="kaplan_meier", part="km", rel=1e-12)
    c.leave_out("km.n_risk", "of times between events; the curve has those of its own times")
    c.leave_out("times", "asked about, not a result")
    c.agree("median", curve.median, function="kaplan_meier", part="km")
    numbers_of = np.bincount(periods.period)[1:]
    c.agree("person_period.rows", len(periods.events), function="person_periods", part="discrete")
    c.agree("person_period.period", np.arange(1, len(numbers_of) + 1), function="person_periods", part="discrete")
    c.agree("person_period.at_risk", numbers_of, function="person_periods", part="discrete")
    c.agree("person_period.events", np.bincount(periods.period, periods.events)[1:], function="person_periods", part="discrete")
    for part, link in {"discrete_logit": "logit", "discrete_cloglog": "complementary_log_log"}.items():
        fit = stats.fit_discrete_hazard(periods.design, periods.events, link=link)
        assert fit.status == "ok"
        for path, got in {"coef": fit.coefficients, "se": fit.standard_errors}.items():
            c.agree(f"{part}.{path}", dict(zip(given_names, got, strict=True)), function="fit_discrete_hazard", part="discrete")
        c.agree(f"{part}.loglik", fit.log_likelihood, function="fit_discrete_hazard", part="discrete")


@pytest.mark.parametrize("name", ["surv_lung", "surv_bfeed"])
def test_discrete_survival(case, name):
    c = case(name)
    frame, given_input = c.frame(), c.document["input"]
    column, value = given_input["status"].split(" == ")
    survival(c, frame[given_input["time"]].to_numpy(float), (frame[column] == int(value)).to_numpy(float),
             frame[given_input["covariates"]].to_numpy(float))


def test_surv_oulad_withdraw(case):
    c = case("surv_oulad_withdraw")
    frame = c.frame()
    gone = ((frame["final_result"] == "Withdrawn") & frame["date_unregistration"].notna()).to_numpy()
    times = np.where(gone, np.maximum(frame["date_unregistration"].to_numpy(float), 0.5), frame["module_presentation_length"].to_numpy(float))
    survival(c, times, gone.astype(float), treatment(frame, c.document["input"]["covariates"])[0])


# ---- separation


def random_design(rng):
    """Small designs of whole numbers, of real numbers and of mixed ones, often separated and often nearly so."""
    p, kind = rng.integers(1, 5), rng.integers(3)
    n = rng.integers(p + 2, 26)
    if kind == 0:
        design = rng.integers(-2, 3, (n, p)).astype(float)
    elif kind == 1:
        design = rng.normal(size=(n, p))
    else:
        design = np.c_[rng.integers(0, 2, (n, p - 1)), rng.normal(size=n).round(1)]
    line = design @ rng.normal(size=p) * 2
    y = line > 0 if rng.random() < 0.3 else rng.random(n) < 1 / (1 + np.exp(-line))
    return design, y.astype(float)


def test_separation_agrees_with_a_linear_program_on_2000_random_designs(agrees):
    from scipy.optimize import linprog

    rng = np.random.default_rng(20261124)
    words = ["ok", "quasi_separated", "separated"]
    ours, theirs = [], []
    while len(ours) < 2000:
        design, y = random_design(rng)
        if y.min() == y.max():
            assert stats.detect_separation(design, y).status == stats.fit_logistic(design, y).status == "degenerate"
            continue
        signed = np.c_[np.ones(len(y)), design] * (2 * y - 1)[:, None]
        # the most rows that a direction tells apart: sum of t with x'd >= t and 0 <= t <= 1
        n, p = signed.shape
        apart = linprog(np.r_[np.zeros(p), -np.ones(n)], A_ub=np.c_[-signed, np.eye(n)], b_ub=np.zeros(n),
                        bounds=[(None, None)] * p + [(0, 1)] * n)  # fmt: skip
        assert apart.status == 0 and abs(apart.fun - round(apart.fun)) < 1e-6
        theirs.append(0 if round(apart.fun) == 0 else 2 if round(-apart.fun) == n else 1)
        found = stats.detect_separation(design, y)
        ours.append(words.index(found.status))
        fit = stats.fit_logistic(design, y)  # the fit says the same, and gives no number
        if ours[-1]:
            assert fit.status in ("separated", "quasi_separated") and np.isnan(fit.coefficients).all()
            assert (signed @ found.direction >= -1e-9).all()
            assert set(np.flatnonzero(signed @ found.direction > 1e-9)) == set(found.rows) != set()
            assert found.columns
        else:
            assert fit.status in ("ok", "rank_deficient", "not_enough_data")
    agrees("detect_separation", ours, theirs, oracle="scipy.optimize.linprog, 2,000 designs")
    assert min(np.bincount(theirs)) > 50  # the designs pose the question


def test_the_columns_that_separate_are_named():
    pandas = pytest.importorskip("pandas")
    design = pandas.DataFrame({"moved": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], "marks": [1.5, 0.7, 0.5, 3, 1, 2.5, 0, 1, 4, 2]})
    y = [0, 1, 0, 1, 0, 1, 1, 1, 1, 1]
    found = stats.detect_separation(design, y)
    assert (found.status, found.columns, list(found.rows)) == ("quasi_separated", ["moved"], [5, 6, 7, 8, 9])
    fit = stats.fit_logistic(design, y)
    assert (fit.status, fit.separating) == ("quasi_separated", ["moved"])
    assert np.isnan(fit.coefficients).all()
    ridged = stats.fit_logistic(design, y, ridge=1.0)
    assert ridged.status == "ok" and np.isfinite(ridged.coefficients).all()


def test_a_poisson_model_separates_where_all_counts_are_zero():
    counts = [0, 0, 0, 2, 1, 3, 0, 4]
    fit = stats.fit_poisson(np.array([[1, 1, 1, 0, 0, 0, 0, 0]]).T, counts)
    assert (fit.status, fit.separating) == ("quasi_separated", ["x0"])
    assert stats.fit_negative_binomial(np.array([[1, 1, 1, 0, 0, 0, 0, 0]]).T, counts).status == "quasi_separated"


def test_a_rare_outcome_far_from_the_edge_is_no_separation():
    y = np.zeros(20000)
    y[:1] = 1.0
    fit = stats.fit_logistic(np.ones((20000, 0)), y)
    assert fit.status == "ok"
    np.testing.assert_allclose(fit.coefficients, [math.log(1 / 19999)], rtol=1e-12)


# ---- edges


@pytest.mark.parametrize("fit", [stats.fit_logistic, stats.fit_discrete_hazard, stats.fit_poisson, stats.fit_quasi_poisson,
                                 stats.fit_negative_binomial])  # fmt: skip
def test_edges_have_a_status(fit):
    x, y = np.array([[0.0], [1.0], [0.5], [2.0], [1.5], [0.1]]), np.array([0.0, 1, 1, 0, 1, 0])
    assert fit(np.empty((0, 1)), []).status == "not_enough_data"
    assert fit(x[:1], y[:1] + 1 - y[:1]).status in ("degenerate", "not_enough_data")
    assert fit(x, y, weights=np.zeros(6)).status == "not_enough_data"
    assert fit(np.full((6, 1), np.nan), y).status == "not_enough_data"
    assert fit(np.where(x == 2, np.inf, x), y).status == "not_finite"
    assert fit(x, np.zeros(6)).status == "degenerate"
    assert fit(np.hstack([x, x**2, x**3, x**4, x**5, x**6]), y).status == "not_enough_data"
    short = fit(x, y, most_steps=1)
    assert short.status == "not_converged" and np.isnan(short.coefficients).all()
    for wrong in ({"weights": [-1.0] * 6}, {"level": 1.0}, {"offsets": [0.0]}, {"most_steps": 0}):
        with pytest.raises(ValueError, match=r"childwell\."):
            fit(x, y, **wrong)
    with pytest.raises(ValueError, match=r"childwell\."):
        fit(x, -1 - y)


def test_all_ones_are_degenerate_only_where_one_is_the_end():
    x = np.array([[0.0], [1.0], [0.5], [2.0]])
    assert stats.fit_logistic(x, np.ones(4)).status == "degenerate"
    flat = stats.fit_poisson(x, np.ones(4))
    assert flat.status == "ok"
    np.testing.assert_allclose(flat.coefficients, 0.0, atol=1e-14)


@pytest.mark.parametrize("fit", [stats.fit_logistic, stats.fit_poisson, stats.fit_discrete_hazard])
def test_missing_rows_and_weights_of_zero_are_rows_that_are_not_there(fit):
    x, y = X[:60].copy(), made("y")[:60].copy()
    reference = fit(x[6:], y[6:])
    holed, outcomes = x.copy(), y.copy()
    holed[0, 1] = holed[1, 0] = np.nan
    outcomes[2:6] = np.nan
    missing = fit(holed, outcomes)
    assert (missing.count, missing.missing) == (54, 6)
    np.testing.assert_array_equal(missing.coefficients, reference.coefficients)
    weights = np.r_[np.zeros(6), np.ones(54)]
    np.testing.assert_array_equal(fit(x, y, weights=weights).coefficients, reference.coefficients)
    doubled = fit(np.r_[x[6:], x[6:10]], np.r_[y[6:], y[6:10]])
    twice = fit(x[6:], y[6:], weights=np.r_[np.full(4, 2.0), np.ones(50)])
    np.testing.assert_allclose(twice.coefficients, doubled.coefficients, rtol=1e-9)
    np.testing.assert_allclose(twice.standard_errors, doubled.standard_errors, rtol=1e-9)


@pytest.mark.parametrize("far", [40.0, 700.0, 1e4])
def test_offsets_far_out_do_not_overflow(far):
    x = np.array([[0.0], [1.0], [0.5], [2.0], [1.5], [0.1]])
    y = np.array([0.0, 1, 1, 0, 1, 0])
    base = stats.fit_logistic(x, y)
    moved = stats.fit_logistic(x, y, offsets=np.full(6, far))
    assert moved.status == "ok"
    np.testing.assert_allclose(moved.coefficients[0], base.coefficients[0] - far, rtol=1e-9)
    np.testing.assert_allclose(moved.coefficients[1], base.coefficients[1], rtol=1e-7)
    mixed = stats.fit_logistic(np.r_[x, x[:2]], np.r_[y, 1.0, 0.0], offsets=np.r_[np.zeros(6), far, -far])
    assert mixed.status == "ok" and np.isfinite(mixed.deviance)
    counts = stats.fit_poisson(x, y + 1, offsets=np.full(6, -far))
    np.testing.assert_allclose(counts.coefficients[0], stats.fit_poisson(x, y + 1).coefficients[0] + far, rtol=1e-9)


def test_underdispersed_counts_have_an_infinite_theta():
    counts = np.array([2.0, 3, 2, 3, 2, 3, 2, 3, 2, 2])
    x = np.arange(10.0)[:, None]
    fit, poisson = stats.fit_negative_binomial(x, counts), stats.fit_poisson(x, counts)
    assert fit.status == "boundary" and math.isinf(fit.theta)
    np.testing.assert_array_equal(fit.coefficients, poisson.coefficients)
    np.testing.assert_allclose(fit.log_likelihood, poisson.log_likelihood)


def test_the_score_is_zero_at_the_estimate_in_exact_arithmetic(agrees):
    import mpmath

    fit = stats.fit_logistic(X, made("y"))
    with mpmath.workdps(40):
        b = mpmath.matrix([mpmath.mpf(float(v)) for v in fit.coefficients])
        design = mpmath.matrix(np.c_[np.ones(len(X)), X].tolist())
        for _ in range(3):
            p = [1 / (1 + mpmath.exp(-e)) for e in design * b]
            score = design.T * mpmath.matrix([mpmath.mpf(float(y)) - q for y, q in zip(made("y"), p, strict=True)])
            information = design.T * mpmath.diag([q * (1 - q) for q in p]) * design
            b += mpmath.lu_solve(information, score)
        exact = [float(v) for v in b]
        errors = [float(mpmath.sqrt((information**-1)[j, j])) for j in range(len(exact))]
    agrees("fit_logistic", fit.coefficients, exact, oracle="mpmath 1.3", rel=1e-10)
    agrees("fit_logistic", fit.standard_errors, errors, oracle="mpmath 1.3", rel=1e-11)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(-8, 8))
def test_order_of_rows_and_units_of_columns_change_nothing(seed, power):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 2))
    y = (rng.random(80) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    fit = stats.fit_logistic(x, y)
    if fit.status != "ok":
        return
    order = rng.permutation(80)
    np.testing.assert_allclose(stats.fit_logistic(x[order], y[order]).coefficients, fit.coefficients, rtol=1e-8, atol=1e-9)
    scaled = stats.fit_logistic(x * [2.0**power, 1.0], y)
    np.testing.assert_array_equal(scaled.coefficients * [1.0, 2.0**power, 1.0], fit.coefficients)
    np.testing.assert_allclose(stats.fit_logistic(x, 1 - y).coefficients, -fit.coefficients, rtol=1e-8, atol=1e-9)


def test_ipw_lalonde(case):
    """The propensity model; what is made of it belongs to the evaluation of programmes."""
    c = case("ipw_lalonde")
    frame, names = c.frame(), c.document["input"]["ps"].split(" ~ ")[1].split(" + ")
    treated = frame["treat"].to_numpy(float)
    fit = stats.fit_logistic(frame[names], treated)
    c.agree("n", fit.count, function="fit_logistic")
    c.agree("treated", treated.sum(), function="fit_logistic")
    c.agree("ps_coef", dict(zip(["(Intercept)", *names], fit.coefficients, strict=True)), function="fit_logistic")
    p = stats.predict_generalised(fit, frame[names]).means
    c.agree("ps_range", [p.min(), p.max()], function="predict_generalised")
    c.agree("naive", stats.welch_t_test(frame["re78"][treated == 1], frame["re78"][treated == 0]).difference, function="welch_t_test")
    for part in ("ate_ht", "ate_hajek", "att", "aipw", "aipw_se", "smd", "smd_weighted", "ess"):
        c.leave_out(part, "weighting by the propensity belongs to the evaluation of programmes")


def test_person_periods_edges():
    empty = stats.person_periods([], [])
    assert empty.status == "not_enough_data" and len(empty.events) == 0
    one = stats.person_periods([0.0], [1])
    assert (one.design.shape, list(one.events), list(one.period)) == ((1, 0), [1.0], [1])
    assert stats.person_periods([np.inf], [1]).status == "not_finite"
    holed = stats.person_periods([2.0, np.nan, 1.0], [1, 1, np.nan], [[1.0], [2.0], [3.0]])
    assert (holed.count, holed.missing, list(holed.person)) == (1, 2, [0, 0])
    late = stats.person_periods([5.0, 1.5], [1, 1], horizon=3)
    assert list(late.events) == [0, 0, 0, 0, 1] and late.names == ["period2", "period3"]
    for wrong in ({"times": [-1.0], "events": [1]}, {"times": [1.0], "events": [2]}, {"times": [1.0], "events": [1], "width": 0.0},
                  {"times": [1.0], "events": [1], "horizon": -1}):  # fmt: skip
        with pytest.raises(ValueError, match=r"childwell\."):
            stats.person_periods(**wrong)


def test_wald_intervals_cover_as_they_say():
    rng = np.random.default_rng(5)
    covered = np.zeros(2)
    for _ in range(400):
        x = rng.normal(size=(300, 1))
        y = rng.random(300) < 1 / (1 + np.exp(1 - 0.7 * x[:, 0]))
        fit = stats.fit_logistic(x, y.astype(float))
        covered += (fit.lower <= [-1, 0.7]) & ([-1, 0.7] <= fit.upper)
    assert (np.abs(covered / 400 - 0.95) < 3.5 * math.sqrt(0.95 * 0.05 / 400)).all()


# ---- every maximum is reached

def small_designs(draws, seed):
    """Designs of few rows, some columns of zeros and ones, means from near 0 to large."""
    random = np.random.default_rng(seed)
    for _ in range(draws):
        n, p = int(random.choice([8, 10, 30, 60])), int(random.choice([1, 2, 4]))
        x = random.normal(size=(n, p)) * random.choice([0.3, 1, 3])
        if random.random() < 0.3:
            x[:, 0] = x[:, 0] > 0.5
        eta = np.clip(x @ random.normal(size=p) + random.choice([-3, -1, 0, 2]), -20, 5)
        yield random, x, eta


def ones_and(x):
    return np.c_[np.ones(len(x)), x]


def test_firth_reaches_its_maximum_on_every_small_design():
    """Fisher scoring alone creeps: it left one in twenty of these after 100 steps."""
    for random, x, eta in small_designs(600, 21):
        y = (random.random(len(x)) < 1 / (1 + np.exp(-eta))).astype(float)
        fit = stats.fit_logistic(x, y, firth=True)
        assert fit.status in ("ok", "rank_deficient")
        if fit.status == "rank_deficient":
            continue
        z = ones_and(x)
        mean = 1 / (1 + np.exp(-z @ fit.coefficients))
        root = z * np.sqrt(mean * (1 - mean))[:, None]
        leverage = (np.linalg.qr(root)[0] ** 2).sum(1)
        score = z.T @ (y - mean + leverage * (0.5 - mean))
        assert np.sqrt(score @ fit.covariance @ score) < 1e-6  # in standard errors


def test_links_that_are_not_canonical_reach_their_maximum():
    """Newton's steps by the observed information: Fisher scoring left one in a hundred overdispersed series."""
    for random, x, eta in small_designs(600, 22):
        z, theta = ones_and(x), random.choice([0.1, 0.5, 2.0])
        counts = random.poisson(np.exp(eta) * random.gamma(theta, 1 / theta, len(x))).astype(float)
        fit = stats.fit_negative_binomial(x, counts)
        assert fit.status != "not_converged"
        if fit.status == "ok":
            mean = np.exp(z @ fit.coefficients)
            score = z.T @ ((counts - mean) / (1 + mean / fit.theta))
            assert np.sqrt(score @ fit.covariance @ score) < 1e-7
        events = (random.random(len(x)) < -np.expm1(-np.exp(np.minimum(eta, 2)))).astype(float)
        fit = stats.fit_discrete_hazard(x, events, link="complementary_log_log")
        assert fit.status != "not_converged"
        if fit.status == "ok":
            hazard = np.exp(z @ fit.coefficients)
            score = z.T @ np.where(events == 1, hazard * np.exp(-hazard) / -np.expm1(-hazard), -hazard)
            assert np.sqrt(score @ fit.covariance @ score) < 1e-7


def test_pearson_of_means_that_underflow_is_finite():
    x = np.array([0.0, 1, 0, 1, -1000, -1000])[:, None]
    fit = stats.fit_poisson(x, [1.0, 3, 2, 5, 0, 0])
    assert fit.status == "ok" and np.exp(fit.coefficients @ [1, -1000]) == 0.0
    assert math.isfinite(fit.pearson_dispersion)


def test_units_far_from_one_keep_standard_errors_and_tests():
    random = np.random.default_rng(3)
    x = random.normal(size=(40, 1))
    y = (random.random(40) < 0.5).astype(float)
    one = stats.fit_logistic(x, y)
    for power in (-520, 520):
        fit = stats.fit_logistic(x * 2.0**power, y)
        assert fit.statistics[1] == one.statistics[1] and fit.p_values[1] == one.p_values[1]
        assert fit.standard_errors[1] == one.standard_errors[1] * 2.0**-power


# ---- quasi-Poisson: an estimated dispersion

def test_weights_of_a_quasi_poisson_fit_are_precisions():
    """As in R: only ratios matter to errors, and the dispersion counts rows; coefficients are those of repeated rows."""
    random = np.random.default_rng(4)
    x, counts, weights = random.normal(size=(30, 1)), random.poisson(4, 30).astype(float), random.integers(1, 4, 30).astype(float)
    fit, scaled = stats.fit_quasi_poisson(x, counts, weights=weights), stats.fit_quasi_poisson(x, counts, weights=8 * weights)
    np.testing.assert_allclose(scaled.standard_errors, fit.standard_errors, rtol=1e-12)
    assert fit.residual_degrees_of_freedom == 28
    again = np.repeat(np.arange(30), weights.astype(int))
    repeated = stats.fit_quasi_poisson(x[again], counts[again])
    np.testing.assert_allclose(repeated.coefficients, fit.coefficients, rtol=1e-10)
    assert (repeated.standard_errors < fit.standard_errors).all()


def test_without_degrees_of_freedom_a_dispersion_is_not_known():
    fit = stats.fit_quasi_poisson([[0.0], [1.0]], [2.0, 3.0])
    assert fit.status == "not_enough_data" and np.isfinite(fit.coefficients).all() and np.isnan(fit.standard_errors).all()


def test_intervals_of_predictions_use_t_where_the_tests_do(agrees):
    import scipy.stats

    random = np.random.default_rng(5)
    x, counts = random.normal(size=(9, 1)), random.poisson(4, 9).astype(float)
    for fit, reach in ((stats.fit_quasi_poisson(x, counts), scipy.stats.t.ppf(0.975, 7)),
                       (stats.fit_poisson(x, counts), scipy.stats.norm.ppf(0.975))):  # fmt: skip
        made_ = stats.predict_generalised(fit, x)
        agrees("predict_generalised", made_.upper, np.exp(made_.linear_predictors + reach * made_.standard_errors),
               oracle="scipy quantiles", rel=1e-12)
        # at 0 the prediction is the intercept, and so is its interval
        at_zero = stats.predict_generalised(fit, [[0.0]])
        agrees("predict_generalised", [at_zero.lower[0], at_zero.upper[0]], np.exp([fit.lower[0], fit.upper[0]]),
               oracle="the interval of the intercept", rel=1e-12)


# ---- what intervals cover: the shares stated in the documentation, within four Monte-Carlo errors of the draws here

@pytest.mark.parametrize(("n", "expected"), [(10, 0.992), (30, 0.965), (100, 0.953), (1000, 0.95)])
@pytest.mark.parametrize("firth", [False, True])
def test_wald_intervals_of_a_logistic_model_cover(n, firth, expected):
    """Of the samples with an answer: all but 6 % at 10 rows, and every one with Firth's."""
    random = np.random.default_rng([71, n, firth])
    draws, answered, truth = (800 if n < 1000 else 400), 0, np.array([-0.5, 0.7])
    covered = np.zeros(2)
    for _ in range(draws):
        x = random.normal(size=(n, 1))
        y = (random.random(n) < 1 / (1 + np.exp(0.5 - 0.7 * x[:, 0]))).astype(float)
        fit = stats.fit_logistic(x, y, firth=firth)
        answered += fit.status == "ok"
        covered += (fit.lower <= truth) & (truth <= fit.upper)
    assert answered >= (0.9 if n == 10 and not firth else 0.995) * draws
    assert (np.abs(covered / answered - expected) < 4 * math.sqrt(expected * (1 - expected) / answered) + 0.008).all()


@pytest.mark.parametrize(("n", "poisson", "quasi", "negative_binomial"),
                         [(10, 0.955, 0.942, 0.895), (30, 0.95, 0.94, 0.93), (100, 0.95, 0.945, 0.945), (1000, 0.95, 0.95, 0.95)])
def test_intervals_of_count_models_cover(n, poisson, quasi, negative_binomial):
    """Poisson on Poisson counts; quasi-Poisson and negative binomial on counts with theta = 2."""
    random = np.random.default_rng([73, n])
    draws = 800 if n < 1000 else 300
    covered, answered = np.zeros(3), np.zeros(3)
    for _ in range(draws):
        x = random.normal(size=(n, 1))
        mean = np.exp(1 + 0.3 * x[:, 0])
        plain, spread = random.poisson(mean).astype(float), random.poisson(mean * random.gamma(2, 0.5, n)).astype(float)
        for j, fit in enumerate((stats.fit_poisson(x, plain), stats.fit_quasi_poisson(x, spread), stats.fit_negative_binomial(x, spread))):
            answered[j] += fit.status in ("ok", "boundary")
            covered[j] += fit.lower[1] <= 0.3 <= fit.upper[1]
    assert (answered >= 0.99 * draws).all()
    for share, wanted in zip(covered / answered, (poisson, quasi, negative_binomial), strict=True):
        assert abs(share - wanted) < 4 * math.sqrt(wanted * (1 - wanted) / draws)
