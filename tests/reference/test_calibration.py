# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Calibration, forecast scores, decision curves and isotonic regression against R, scikit-learn and exact answers."""

import json
import math
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sklearn.calibration
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from childwell import stats

MADE = json.loads((Path(__file__).parent / "made/calibration.json").read_text("utf-8"))
NAN, INF = math.nan, math.inf


def made_forecasts():
    """The rows of make_calibration.R."""
    i = np.arange(1, 401)
    p = (0.5 + (i * 37) % 401) / 402
    y = ((i * 53 + 11) % 97) / 97 < 1 / (1 + np.exp(0.4 - 0.7 * np.log(p / (1 - p))))
    return y, p


def test_prob_student_mat(case):
    c = case("prob_student_mat")
    frame = c.frame()
    # pandas' eval had numexpr at hand there, which divides by 20 as a product with 1 / 20: 0.3 falls just below itself.
    y, p = frame["G3"] < 10, np.clip(1 - frame["G1"] * (1 / 20), 1e-6, 1 - 1e-6)
    brier, loss, curve = stats.brier_score(y, p), stats.log_loss(y, p), stats.calibration_curve(y, p)
    c.agree("n", brier.count, function="brier_score")
    c.agree("brier", brier.score, function="brier_score")
    for part in ("reliability", "resolution", "uncertainty"):
        c.agree(part, getattr(brier, part), function="brier_score")
    assert brier.score == pytest.approx(brier.reliability - brier.resolution + brier.uncertainty + brier.within_bins, rel=1e-14)
    c.agree("log_loss", loss.score, function="log_loss")
    c.agree("ece", curve.expected_calibration_error, function="calibration_curve")
    c.agree("mce", curve.maximum_calibration_error, function="calibration_curve")
    c.agree("bins", [{"bin": b, "n": n, "mean_p": m, "event_rate": r} for b, n, m, r in zip(
        curve.bin, curve.children, curve.mean_probability, curve.event_rate, strict=True)], function="calibration_curve")
    rows = c.expected["net_benefit"]
    decision = stats.decision_curve(y, p, [row["pt"] for row in rows])
    c.agree("net_benefit", [{"pt": t, "net_benefit": b, "treat_all": a} for t, b, a in zip(
        decision.threshold, decision.net_benefit, decision.treat_all, strict=True)], function="decision_curve")


def isotonic_case(c, x, y):
    up, down = stats.isotonic_regression(x, y), stats.isotonic_regression(x, y, increasing=False)
    c.agree("x", up.x, function="isotonic_regression")
    c.agree("mean_y", up.mean, function="isotonic_regression")
    c.agree("weight", up.weight, function="isotonic_regression")
    c.agree("increasing", up.value, function="isotonic_regression")
    c.agree("decreasing", down.value, function="isotonic_regression")


def test_isotonic_asah(case):
    c = case("isotonic_asah")
    frame = c.frame()
    isotonic_case(c, frame["s100b"], frame["outcome"] == "Poor")


def test_isotonic_exam(case):
    c = case("isotonic_exam")
    frame = c.frame()
    isotonic_case(c, frame["absences"], frame["G3"])


# ---- calibration -----------------------------------------------------------------------------------------------------


def test_r_agrees_on_slope_and_intercepts(agrees):
    y, p = made_forecasts()
    made = stats.logistic_calibration(y, p)
    assert (made.events, made.status) == (MADE["events"], "ok")
    agrees("logistic_calibration", [made.intercept, made.slope], MADE["coefficients"], oracle=MADE["made_by"], rel=1e-10)
    agrees("logistic_calibration", [made.log_likelihood, made.in_the_large], [MADE["log_likelihood"], MADE["in_the_large"]],
           oracle=MADE["made_by"], rel=1e-10)
    agrees("logistic_calibration", [made.intercept_standard_error, made.slope_standard_error, made.in_the_large_standard_error],
           [*MADE["standard_errors"], MADE["in_the_large_standard_error"]], oracle=MADE["made_by"] + ", weights one step old", rel=1e-8)


def test_the_fit_is_the_root_of_its_equations(agrees):
    """Newton's steps in 40 digits from where the fit stopped."""
    y, p = made_forecasts()
    made = stats.logistic_calibration(y, p)
    with mpmath.workdps(40):
        x = [mpmath.log(mpmath.mpf(float(v)) / (1 - mpmath.mpf(float(v)))) for v in p]
        a, b, large = mpmath.mpf(made.intercept), mpmath.mpf(made.slope), mpmath.mpf(made.in_the_large)
        for _ in range(2):
            q = [1 / (1 + mpmath.exp(-(a + b * v))) for v in x]
            g0, g1 = sum(int(o) - r for o, r in zip(y, q, strict=True)), sum((int(o) - r) * v for o, r, v in zip(y, q, x, strict=True))
            h00, h01, h11 = sum(r * (1 - r) for r in q), sum(r * (1 - r) * v for r, v in zip(q, x, strict=True)), sum(
                r * (1 - r) * v * v for r, v in zip(q, x, strict=True))
            det = h00 * h11 - h01 * h01
            a, b = a + (h11 * g0 - h01 * g1) / det, b + (h00 * g1 - h01 * g0) / det
            errors = [float(mpmath.sqrt(h11 / det)), float(mpmath.sqrt(h00 / det))]
            q = [1 / (1 + mpmath.exp(-(large + v))) for v in x]
            large += sum(int(o) - r for o, r in zip(y, q, strict=True)) / sum(r * (1 - r) for r in q)
        truth = [float(a), float(b), float(large)]
    agrees("logistic_calibration", [made.intercept, made.slope, made.in_the_large], truth, oracle="mpmath, 40 digits", rel=1e-13)
    agrees("logistic_calibration", [made.intercept_standard_error, made.slope_standard_error], errors, oracle="mpmath, 40 digits", rel=1e-13)


@pytest.mark.parametrize(("outcomes", "probabilities", "status", "has_large"), [
    ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], "separated", True),
    ([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4], "separated", True),
    ([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.4], "quasi_separated", True),
    ([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3], "degenerate", True),
    ([1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4], "degenerate", False),
    ([0, 1, 0, 1], [0.0, 0.2, 0.3, 0.4], "boundary", False),
    ([0, 1, 0, 1], [0.1, 0.4, 0.3, 0.2], "ok", True),
    ([0, 0, 1, 1], [1e-300, 0.4, 0.3, 1 - 1e-16], "ok", True),
])
def test_separation_and_other_edges_of_the_fit(outcomes, probabilities, status, has_large):
    made = stats.logistic_calibration(outcomes, probabilities)
    assert made.status == status
    assert math.isfinite(made.slope) == (status == "ok")
    assert math.isfinite(made.in_the_large) == has_large


def test_a_calibrated_forecast_is_found_to_be_one():
    """300 samples of 400 children: 95 % intervals of slope and in-the-large hold 1 and 0, but for 1.3 points of chance."""
    generator = np.random.Generator(np.random.Philox(4))
    slope, large = 0, 0
    for _ in range(300):
        p = 1 / (1 + np.exp(-generator.normal(-1.5, 1, 400)))
        made = stats.logistic_calibration(generator.uniform(size=400) < p, p)
        slope += made.slope_lower <= 1 <= made.slope_upper
        large += made.in_the_large_lower <= 0 <= made.in_the_large_upper
    assert 0.91 <= slope / 300 <= 0.99 and 0.91 <= large / 300 <= 0.99


@pytest.mark.parametrize(("strategy", "binning"), [("uniform", "equal_width"), ("quantile", "equal_mass")])
def test_scikit_learn_agrees_on_the_curve(agrees, strategy, binning):
    generator = np.random.Generator(np.random.Philox(6))
    p = generator.beta(2, 5, 1000)
    y = generator.uniform(size=1000) < p
    rate, mean = sklearn.calibration.calibration_curve(y, p, n_bins=10, strategy=strategy)
    made = stats.calibration_curve(y, p, binning=binning, closed="left" if strategy == "quantile" else "right")
    agrees("calibration_curve", [made.event_rate, made.mean_probability], [rate, mean], oracle="scikit-learn", rel=1e-12)
    for i, (events, children) in enumerate(zip(made.children_with_event, made.children, strict=True)):
        wilson = stats.wilson_interval(events, children)
        assert (made.lower[i], made.upper[i]) == (wilson.lower, wilson.upper)


def test_bins_of_equal_mass_keep_equal_probabilities_together():
    p = np.repeat([0.1, 0.2, 0.3, 0.9], [50, 1, 1, 48])
    made = stats.calibration_curve(np.zeros(100), p, bins=4, binning="equal_mass")
    assert made.children.tolist() == [50, 2, 48]
    assert made.bin.tolist() == [1, 2, 3]
    assert (made.bin_from.tolist(), made.bin_to.tolist()) == ([0.1, 0.2, 0.9], [0.1, 0.3, 0.9])
    even = stats.calibration_curve(np.zeros(103), np.linspace(0, 1, 103), bins=10, binning="equal_mass")
    assert set(even.children) <= {10, 11}


def test_the_end_of_a_bin_is_where_it_is_said_to_be():
    p = [0.0, 0.25, 0.5, 1.0]
    assert stats.calibration_curve([0] * 4, p, bins=4).bin.tolist() == [0, 1, 2, 3]
    made = stats.calibration_curve([0] * 4, p, bins=4, closed="right")
    assert (made.bin.tolist(), made.children.tolist()) == ([0, 1, 3], [2, 1, 1])


# ---- scores ----------------------------------------------------------------------------------------------------------


def test_scores_equal_their_definitions(agrees):
    y, p = made_forecasts()
    exact = sum((Fraction(float(v)) - int(o)) ** 2 for o, v in zip(y, p, strict=True)) / 400
    brier = stats.brier_score(y, p)
    agrees("brier_score", brier.score, float(exact), oracle="exact fractions", rel=1e-15)
    agrees("brier_score", brier.score, brier_score_loss(y, p), oracle="scikit-learn", rel=1e-14)
    with mpmath.workdps(40):
        truth = float(-sum(mpmath.log(mpmath.mpf(float(v)) if o else 1 - mpmath.mpf(float(v))) for o, v in zip(y, p, strict=True)) / 400)
    loss = stats.log_loss(y, p)
    agrees("log_loss", loss.score, truth, oracle="mpmath, 40 digits", rel=1e-15)
    agrees("log_loss", loss.score, sklearn_log_loss(y, p), oracle="scikit-learn", rel=1e-14)


def test_parts_are_exact_where_every_child_of_a_bin_has_the_same_probability(agrees):
    """Forecasts of 0.15, 0.35 and 0.85: the parts add up, and each equals its fraction."""
    p = np.repeat([0.15, 0.35, 0.85], [20, 30, 50])
    y = np.concatenate([np.arange(20) < 4, np.arange(30) < 9, np.arange(50) < 41])
    rates, sizes, exact_p = [Fraction(4, 20), Fraction(9, 30), Fraction(41, 50)], [20, 30, 50], [Fraction(v) for v in (0.15, 0.35, 0.85)]
    base = Fraction(54, 100)
    brier, loss = stats.brier_score(y, p), stats.log_loss(y, p)
    truth = [sum(n * (r - q) ** 2 for n, r, q in zip(sizes, rates, exact_p, strict=True)) / 100,
             sum(n * (r - base) ** 2 for n, r in zip(sizes, rates, strict=True)) / 100, base * (1 - base)]
    agrees("brier_score", [brier.reliability, brier.resolution, brier.uncertainty], [float(t) for t in truth], oracle="exact fractions", rel=1e-13)
    assert abs(brier.within_bins) < 1e-15 and abs(loss.within_bins) < 1e-15
    with mpmath.workdps(40):
        def kl(a, b):
            a, b = mpmath.mpf(a.numerator) / a.denominator, mpmath.mpf(b.numerator) / b.denominator
            return a * mpmath.log(a / b) + (1 - a) * mpmath.log((1 - a) / (1 - b))

        parts = [float(sum(n * kl(r, q) for n, r, q in zip(sizes, rates, exact_p, strict=True)) / 100),
                 float(sum(n * kl(r, base) for n, r in zip(sizes, rates, strict=True)) / 100)]
    agrees("log_loss", [loss.reliability, loss.resolution], parts, oracle="mpmath, 40 digits", rel=1e-12)
    assert brier.skill == pytest.approx(1 - brier.score / brier.uncertainty, rel=1e-14)


def test_a_certain_mistake_makes_the_log_loss_infinite_and_says_so():
    made = stats.log_loss([1, 0, 1], [0.0, 0.3, 0.8])
    assert (made.score, made.status) == (INF, "boundary")
    sure = stats.log_loss([1, 0, 1, 0], [1.0, 0.0, 1.0, 0.0])
    assert (sure.score, sure.reliability, sure.status) == (0.0, 0.0, "ok")
    assert stats.brier_score([1, 0], [1.0, 0.0]).score == 0.0


def test_net_benefit_equals_its_fraction(agrees):
    y, p = made_forecasts()
    thresholds = [0.5, 0.1, 0.0, 0.1, 0.9, 0.03]
    made = stats.decision_curve(y, p, thresholds)
    truth = []
    for t in thresholds:
        odds = Fraction(t) / (1 - Fraction(t))
        truth.append(float(Fraction(int((y & (p >= t)).sum()), 400) - Fraction(int((~y & (p >= t)).sum()), 400) * odds))
    agrees("decision_curve", made.net_benefit, truth, oracle="exact fractions", rel=1e-13, abs=1e-16)
    assert made.net_benefit[2] == made.treat_all[2] == y.mean()
    assert not made.treat_none.any()


# ---- isotonic --------------------------------------------------------------------------------------------------------


def test_scikit_learn_agrees_on_weighted_isotonic_fits(agrees):
    generator = np.random.Generator(np.random.Philox(2))
    for increasing in (True, False):
        x, y, w = generator.integers(0, 40, 300).astype(float), generator.normal(size=300), generator.uniform(0.1, 3, 300)
        theirs = IsotonicRegression(increasing=increasing).fit(x, y, w).predict(x)
        made = stats.isotonic_regression(x, y, weights=w, increasing=increasing)
        agrees("isotonic_regression", made.fitted, theirs, oracle="scikit-learn", rel=1e-12, abs=1e-14)


def test_the_optimality_conditions_hold_on_10_000_random_vectors():
    """Karush, Kuhn and Tucker: within each block the residuals add up to 0, and no head of a block pulls it apart."""
    generator = np.random.Generator(np.random.Philox(3))
    for _ in range(10_000):
        n = int(generator.integers(1, 25))
        x = generator.integers(0, 12, n).astype(float) if generator.uniform() < 0.5 else generator.normal(size=n)
        y = np.round(generator.normal(size=n), int(generator.integers(0, 4)))
        w = generator.uniform(0.01, 5, n) if generator.uniform() < 0.5 else np.ones(n)
        made = stats.isotonic_regression(x, y, weights=w, ties=("secondary", "primary")[int(generator.integers(0, 2))])
        assert (np.diff(made.value) >= 0).all() and made.blocks == len(np.unique(made.value))
        pull = np.cumsum(made.weight * (made.mean - made.value))
        scale = 1e-12 * (made.weight * (1 + abs(made.mean))).sum()
        ends = np.append(np.diff(made.value) > 0, True)
        assert (abs(pull[ends]) <= scale).all()
        assert (pull >= -scale).all()  # a head may lie above its block's value, never below


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-8, 8)), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_laws_of_isotonic_regression(rows, shuffle):
    x, y = np.array([a for a, _ in rows], dtype=float), np.array([b for _, b in rows], dtype=float)
    whole = stats.isotonic_regression(x, y)
    order = np.array(shuffle.sample(range(len(rows)), len(rows)))
    np.testing.assert_array_equal(stats.isotonic_regression(x[order], y[order]).fitted, whole.fitted[order])
    np.testing.assert_array_equal(stats.isotonic_regression(x, y, weights=np.full(len(x), 2.0)).fitted, whole.fitted)
    np.testing.assert_array_equal(stats.isotonic_regression(np.tile(x, 2), np.tile(y, 2)).fitted[: len(x)], whole.fitted)
    np.testing.assert_array_equal(stats.isotonic_regression(x * 2.0**-30, y).fitted, whole.fitted)
    np.testing.assert_array_equal(stats.isotonic_regression(-x, y, increasing=False).fitted, whole.fitted)
    np.testing.assert_array_equal(stats.isotonic_regression(x, -y, increasing=False).fitted, -whole.fitted)
    held = stats.isotonic_regression(np.append(x, 0.0), np.append(y, 99.0), weights=[1.0] * len(x) + [0.0])
    np.testing.assert_array_equal(held.fitted[:-1], whole.fitted)
    primary = stats.isotonic_regression(x, y, ties="primary")
    assert primary.residual_sum_of_squares <= whole.residual_sum_of_squares + 1e-9


def test_edges_of_isotonic_regression():
    assert stats.isotonic_regression([], []).status == "not_enough_data"
    assert stats.isotonic_regression([NAN, 1.0], [1.0, NAN]).missing == 2
    assert stats.isotonic_regression([1.0, INF], [1.0, 2.0]).status == "not_finite"
    assert stats.isotonic_regression([1.0, 2.0], [1.0, 2.0], weights=[0.0, 0.0]).status == "not_enough_data"
    one = stats.isotonic_regression([NAN, 1.0], [3.0, 2.0])
    assert math.isnan(one.fitted[0]) and one.fitted[1] == 2.0
    assert stats.isotonic_regression([1.0, 2.0, 3.0], [5.0] * 3).blocks == 1
    assert stats.isotonic_regression([-0.0, 0.0], [1.0, 3.0]).value.tolist() == [2.0]
    for arguments in (([1.0], [1.0, 2.0], {}), ([1.0], [1.0], {"weights": [-1.0]}), ([1.0], [1.0], {"ties": "other"})):
        with pytest.raises(ValueError, match="childwell"):
            stats.isotonic_regression(*arguments[:2], **arguments[2])


# ---- edges of all forecasts ------------------------------------------------------------------------------------------

FUNCTIONS = {
    "calibration_curve": stats.calibration_curve, "brier_score": stats.brier_score, "log_loss": stats.log_loss,
    "logistic_calibration": stats.logistic_calibration, "decision_curve": lambda y, p: stats.decision_curve(y, p, [0.2]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_edges_have_a_status(name):
    call = FUNCTIONS[name]
    assert call([], []).status == "not_enough_data"
    assert call([NAN, 1], [0.5, NAN]).missing == 2
    assert call([1, 0], [0.5, INF]).status == "not_finite"
    assert call([1, 1], [0.2, 0.3]).status == ("ok" if name == "calibration_curve" else "degenerate")
    assert call([1, 0, 1, 0, None], [0.2, 0.3, 0.4, 0.5, 0.1]).count == 4
    for y, p in (([1, 0], [0.5]), ([1, 3], [0.5, 0.5]), ([1, 0], [0.5, 1.5]), ([1, 0], [0.5, -0.1])):
        with pytest.raises(ValueError, match="childwell"):
            call(y, p)


def test_options_out_of_range_are_refused():
    y, p = [1, 0], [0.2, 0.4]
    for call in (lambda: stats.calibration_curve(y, p, bins=0), lambda: stats.calibration_curve(y, p, level=0.0),
                 lambda: stats.brier_score(y, p, binning="other"), lambda: stats.log_loss(y, p, closed="other"),
                 lambda: stats.decision_curve(y, p, [1.0]), lambda: stats.decision_curve(y, p, [NAN]),
                 lambda: stats.logistic_calibration(y, p, level=1.5)):
        with pytest.raises(ValueError, match="childwell"):
            call()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 64)), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_bit(rows, shuffle):
    mixed = shuffle.sample(rows, len(rows))
    for call in (*FUNCTIONS.values(), lambda y, p: stats.calibration_curve(y, p, binning="equal_mass")):
        made = [call([a for a, _ in r], [b / 64 * 0.98 + 0.01 for _, b in r]) for r in (rows, mixed)]
        first, second = ({k: np.asarray(v).tolist() for k, v in one.as_dict().items()} for one in made)
        assert repr(first) == repr(second)


@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_calibration_intervals_cover(n):
    """Right forecasts: slope 1, intercepts 0, of the samples with an answer. Wald's intervals are wide at 10 children."""
    generator = np.random.default_rng([53, n])
    draws, answered = (3000 if n < 1000 else 1000), 0
    covered = np.zeros(3)
    for _ in range(draws):
        p = 1 / (1 + np.exp(0.5 - 1.2 * generator.normal(size=n)))
        made = stats.logistic_calibration(generator.random(n) < p, p)
        if made.status == "ok":
            answered += 1
            covered += [made.slope_lower <= 1 <= made.slope_upper, made.intercept_lower <= 0 <= made.intercept_upper,
                        made.in_the_large_lower <= 0 <= made.in_the_large_upper]
    expected = {10: (0.978, 0.999, 0.966), 30: (0.967, 0.958, 0.95)}.get(n, (0.95, 0.95, 0.95))
    for share, wanted in zip(covered / answered, expected, strict=True):
        assert abs(share - wanted) < 4 * math.sqrt(max(wanted * (1 - wanted), 0.002) / answered) + 0.003
