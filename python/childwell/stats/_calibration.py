# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Whether probabilities are right, what acting on them is worth, and monotone fits."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, optional_numbers
from ._outcomes import outcomes as as_outcomes

__all__ = ["brier_score", "calibration_curve", "decision_curve", "isotonic_regression", "log_loss", "logistic_calibration"]


def calibration_curve(
    outcomes: Any, probabilities: Any, *, bins: int = 10, binning: str = "equal_width", closed: str = "left",
    level: float = 0.95,
) -> Any:  # fmt: skip
    """Calibration curve by bins, with the expected and the maximum calibration error: the data of a reliability diagram.

    Use to show whether of the children given 20 % about 20 % have the event. Print the bins with it: the errors depend
    on them, and perfectly calibrated forecasts have errors above 0 by chance, the more bins the more. Not to compare
    forecasts on different numbers of children.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    probabilities : array_like
        Shape (n,), in [0, 1]; NaN is missing.
    bins : int
        Number of bins, 1 to 1,000,000.
    binning : {"equal_width", "equal_mass"}
        In bins of equal mass equal probabilities stay together: a run of them goes where the middle of its ranks goes.
    closed : {"left", "right"}
        Which end belongs to a bin of equal width: floor(p x bins), with 1 in the last, or ceil(p x bins) - 1, with 0 in
        the first.
    level : float
        Confidence level of Wilson's intervals, in (0, 1).

    Returns
    -------
    CalibrationCurve
        Bins that hold a child, in order, with both errors; not_enough_data without rows, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a probability lies outside [0, 1], or an option is unknown.

    References
    ----------
    Murphy and Winkler 1977, Appl. Stat. 26; Guo et al. 2017, ICML (ECE); scikit-learn calibration_curve to 1e-12.
    """
    return _core.stats.calibration_curve(
        as_outcomes(outcomes, "calibration_curve"), numbers(probabilities, "calibration_curve", "probabilities"),
        bins=int(bins), binning=binning, closed=closed, level=level,
    )  # fmt: skip


def brier_score(
    outcomes: Any, probabilities: Any, *, bins: int = 10, binning: str = "equal_width", closed: str = "left"
) -> Any:
    """Brier score, the mean squared error of probabilities, with Murphy's parts over bins.

    Use as one number for calibration and discrimination together; compare it with `uncertainty`. Not across groups with
    different base rates: use `skill` there.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    probabilities : array_like
        Shape (n,), in [0, 1]; NaN is missing.
    bins : int
        Number of bins of the parts, 1 to 1,000,000; the score does not depend on them.
    binning : {"equal_width", "equal_mass"}
        As in `calibration_curve`.
    closed : {"left", "right"}
        As in `calibration_curve`.

    Returns
    -------
    ForecastScore
        Score = reliability - resolution + uncertainty + within_bins, and skill = 1 - score / uncertainty; degenerate
        when a class is empty (the score stands, skill is NaN); not_enough_data, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a probability lies outside [0, 1], or an option is unknown.

    References
    ----------
    Brier 1950, Mon. Weather Rev. 78; Murphy 1973, J. Appl. Meteorol. 12; Stephenson et al. 2008, Weather Forecast. 23
    (within bins); scikit-learn brier_score_loss to 1e-14, exact fractions to 1e-14.
    """
    return _core.stats.brier_score(
        as_outcomes(outcomes, "brier_score"), numbers(probabilities, "brier_score", "probabilities"), bins=int(bins),
        binning=binning, closed=closed,
    )  # fmt: skip


def log_loss(
    outcomes: Any, probabilities: Any, *, bins: int = 10, binning: str = "equal_width", closed: str = "left"
) -> Any:
    """Log loss, the mean of -log of the probability given to what happened, with its parts over bins.

    Use where near-certain mistakes must count heavily. A single certain mistake makes it infinite, and nothing is
    clipped here: clip on purpose, before, if that is wanted.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    probabilities : array_like
        Shape (n,), in [0, 1]; NaN is missing.
    bins : int
        Number of bins of the parts, 1 to 1,000,000; the score does not depend on them.
    binning : {"equal_width", "equal_mass"}
        As in `calibration_curve`.
    closed : {"left", "right"}
        As in `calibration_curve`.

    Returns
    -------
    ForecastScore
        At least 0 [nats]; boundary when a certain forecast was wrong (infinite); degenerate when a class is empty (the
        score stands); not_enough_data, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a probability lies outside [0, 1], or an option is unknown.

    References
    ----------
    Weijs, van Nooijen and van de Giesen 2010, Mon. Weather Rev. 138 (parts); scikit-learn log_loss to 1e-14.
    """
    return _core.stats.log_loss(
        as_outcomes(outcomes, "log_loss"), numbers(probabilities, "log_loss", "probabilities"), bins=int(bins),
        binning=binning, closed=closed,
    )  # fmt: skip


def logistic_calibration(outcomes: Any, probabilities: Any, *, level: float = 0.95) -> Any:
    """Calibration slope, intercept and calibration-in-the-large, from a logistic fit on the logit of the probabilities.

    Use on children the model has not seen. On its own training data a model fitted by maximum likelihood has slope 1
    and in-the-large 0 whatever it is worth. Intervals are Wald's on the logit scale. Those that say 95 % cover 95 %
    from 100 children on, 96 to 97 % at 30 and 97 to 99.9 % at 10.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    probabilities : array_like
        Shape (n,), in (0, 1); NaN is missing.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    LogisticCalibration
        Slope, intercepts, standard errors, intervals; boundary when a probability is 0 or 1, whose logit is infinite
        (nothing is given); separated or quasi_separated when the probabilities tell the outcomes apart, and degenerate
        when they are all equal (in_the_large stands in these three); degenerate when a class is empty; not_converged;
        not_enough_data, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a probability lies outside [0, 1], or level outside (0, 1).

    References
    ----------
    Cox 1958, Biometrika 45; Steyerberg 2019, Clinical Prediction Models, 15; R 4.2.2 glm to 1e-10.
    """
    return _core.stats.logistic_calibration(
        as_outcomes(outcomes, "logistic_calibration"), numbers(probabilities, "logistic_calibration", "probabilities"),
        level=level,
    )  # fmt: skip


def decision_curve(outcomes: Any, probabilities: Any, thresholds: Any) -> Any:
    """Decision curve: net benefit of flagging at probability >= threshold, beside flagging all and none.

    Use to ask whether a model does better than two simple policies, at the threshold whose odds are the harm of a false
    alarm against a miss. Not with probabilities that are not calibrated, and not at thresholds nobody would choose.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    probabilities : array_like
        Shape (n,), in [0, 1]; NaN is missing.
    thresholds : array_like
        Shape (t,), in [0, 1), in any order.

    Returns
    -------
    DecisionCurve
        One entry a threshold; degenerate when a class is empty (values stand); not_enough_data, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a probability lies outside [0, 1] or a threshold outside
        [0, 1).

    References
    ----------
    Vickers and Elkin 2006, Med. Decis. Making 26; exact fractions to 1e-14.
    """
    return _core.stats.decision_curve(
        as_outcomes(outcomes, "decision_curve"), numbers(probabilities, "decision_curve", "probabilities"),
        numbers(thresholds, "decision_curve", "thresholds"),
    )  # fmt: skip


def isotonic_regression(
    x: Any, y: Any, *, weights: Any = None, increasing: bool = True, ties: str = "secondary"
) -> Any:
    """Isotonic regression: the monotone function of x nearest to y by weighted least squares, pooling adjacent violators.

    Use to calibrate a score without a formula, or to hold a trend to one direction. Not for fewer than some hundred
    children: it follows the sample closely, and its ends most.

    Parameters
    ----------
    x, y : array_like
        Shape (n,), any unit; NaN is missing.
    weights : array_like, optional
        Shape (n,), finite and at least 0; a row of weight 0 is no row.
    increasing : bool
        The direction.
    ties : {"secondary", "primary"}
        How equal x are treated: one value, the mean of y, or values that may follow y within them (Kruskal's weak
        treatment).

    Returns
    -------
    IsotonicFit
        `fitted` by row, NaN where missing; `x`, `mean`, `weight` and `value` in rising order of x; not_enough_data
        without rows, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, a weight is negative or not finite, or an option is unknown.

    References
    ----------
    Barlow et al. 1972, Statistical Inference under Order Restrictions; Iso::pava and scikit-learn IsotonicRegression to
    1e-12, optimality conditions on 10,000 random vectors.
    """
    return _core.stats.isotonic_regression(
        numbers(x, "isotonic_regression", "x"), numbers(y, "isotonic_regression", "y"),
        weights=optional_numbers(weights, "isotonic_regression", "weights"), increasing=bool(increasing), ties=ties,
    )  # fmt: skip
