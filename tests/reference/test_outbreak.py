# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Outbreak limits against R glm and R surveillance, closed forms, and simulation."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from childwell import stats

MADE = json.loads((Path(__file__).parent / "made/outbreak.json").read_text("utf-8"))
METHODS = {"power": "power_transform", "binomial": "negative_binomial"}


@pytest.mark.parametrize("row", MADE["glm"], ids=lambda row: row["name"])
def test_limits_agree_with_glm(agrees, row):
    asked = {key: row[key] for key in ("period", "years", "half_window", "level", "reweight", "residual_threshold")}
    at = row["at"]
    for name, method in METHODS.items():
        made = stats.outbreak_limits(row["counts"], row["exposures"], trend=row["trend_tried"], method=method, **asked)
        oracle = MADE["made_by"].split(",")[0] + " glm"
        agrees("outbreak_limits", made.expected[at], row["expected"], oracle=oracle, rel=1e-12)
        agrees("outbreak_limits", made.overdispersion[at], row["overdispersion"], oracle=oracle, rel=1e-12)
        agrees("outbreak_limits", made.trend[at], row["trend"], oracle=oracle, rel=1e-11, abs=1e-12)
        agrees("outbreak_limits", made.limit[at], row[name], oracle=oracle, rel=1e-12)
    kept = np.array(row["trend"]) != 0
    assert not kept.any() or row["years"] >= 3


def test_the_glm_rows_hold_every_kind_of_moment():
    trends = np.concatenate([row["trend"] for row in MADE["glm"] if row["trend_tried"]])
    spread = np.concatenate([row["overdispersion"] for row in MADE["glm"]])
    assert 0.1 < np.mean(trends != 0) < 0.9 and 0.02 < np.mean(spread == 1.0) < 0.9


def test_limits_agree_with_surveillance(agrees):
    kept = MADE["surveillance"]
    at = kept["at"]
    # Its fits stop at a relative change of the deviance of 1e-8 and take the dispersion from the step before the last,
    # so they carry four to five digits; the rows above have the same numbers from fits that were carried on.
    # algo.farrington states a two-sided alpha and takes residuals above 1 for past outbreaks.
    classic = stats.outbreak_limits(kept["counts"], method="power_transform", level=0.975, residual_threshold=1.0, least_events=0)
    agrees("outbreak_limits", classic.limit[at], kept["classic_limit"], oracle="R surveillance 1.20.3 algo.farrington", rel=5e-5)
    assert [int(t in set(classic.alarms)) for t in at] == kept["classic_alarm"]
    flexible = stats.outbreak_limits(kept["counts"], level=0.995, trend_significance=1.0)
    oracle = "R surveillance 1.20.3 farringtonFlexible"
    agrees("outbreak_limits", flexible.overdispersion[at], kept["flexible_overdispersion"], oracle=oracle, rel=5e-5)
    agrees("outbreak_limits", flexible.expected[at], kept["flexible_expected"], oracle=oracle, rel=5e-5)
    agrees("outbreak_limits", flexible.limit[at], kept["flexible_limit"], oracle=oracle, rel=1e-12)


def constant_series(level, years=6, period=10):
    return np.full(years * period, float(level))


def test_a_constant_past_has_poisson_limits_in_closed_form(agrees):
    for level in (1, 4, 100, 10**6):
        made = stats.outbreak_limits(constant_series(level), period=10, half_window=1, method="negative_binomial")
        assert made.statuses[-1] == "ok" and made.overdispersion[-1] == 1.0 and made.trend[-1] == 0.0
        agrees("outbreak_limits", [made.expected[-1], made.limit[-1]], [level, scipy.stats.poisson.ppf(0.995, level)], oracle="closed form", rel=1e-13)
        power = stats.outbreak_limits(constant_series(level), period=10, half_window=1, method="power_transform")
        error = math.sqrt(4 / 9 * level ** (1 / 3) * (1 + 1 / 15))
        agrees("outbreak_limits", power.limit[-1], (level ** (2 / 3) + stats.normal_quantile(0.995) * error) ** 1.5, oracle="closed form", rel=1e-13)


def test_limits_are_exceeded_as_often_as_stated():
    # Negative binomial counts without season or trend: the share above the limit is at most 1 - level, and not far
    # below; the plug-in quantile knows nothing of the fit's error, so the bound has room for it.
    rng = np.random.default_rng(5)
    above = seen = 0
    for _ in range(60):
        made = stats.outbreak_limits(rng.negative_binomial(6, 6 / 26, 52 * 6), level=0.95, reweight=False, trend=False)
        ok = np.isfinite(made.exceedance)
        seen, above = seen + ok.sum(), above + (made.exceedance[ok] > 1).sum()
    assert 0.03 < above / seen < 0.075


def test_past_outbreaks_do_not_raise_the_limit():
    rng = np.random.default_rng(9)
    calm = rng.poisson(10, 52 * 6).astype(float)
    struck = calm.copy()
    struck[52 * 2] += 60
    at = 52 * 5
    limit = {name: stats.outbreak_limits(series, reweight=reweight, trend=False).limit[at]
             for name, series, reweight in (("calm", calm, True), ("struck", struck, True), ("as it is", struck, False))}
    assert limit["struck"] < 0.75 * limit["as it is"] and abs(limit["struck"] - limit["calm"]) <= 6


def test_an_outbreak_is_seen_and_a_single_case_is_not():
    counts = constant_series(3)
    counts[-1] = 40
    made = stats.outbreak_limits(counts, period=10, half_window=1)
    assert list(made.alarms) == [counts.size - 1] and made.exceedance[-1] > 1
    rare = np.zeros(60)
    rare[[5, 15]] = 1
    rare[-5] = 3
    few = stats.outbreak_limits(rare, period=10, half_window=1, least_reference=9)
    assert few.limit[55] < 3 and few.exceedance[55] > 1 and few.alarms.size == 0, "three events in four weeks are too few"
    assert list(stats.outbreak_limits(rare, period=10, half_window=1, least_reference=9, least_events=3).alarms) == [55]


def test_nothing_one_and_too_little_history():
    for nothing in ([], [math.nan] * 5, [3.0], list(range(60))):
        made = stats.outbreak_limits(nothing)
        assert made.status == "not_enough_data" and len(made.statuses) == len(nothing) and np.isnan(made.limit).all()
        assert made.count + made.missing == len(nothing)
    made = stats.outbreak_limits(constant_series(2), period=10, half_window=1, years=3)
    assert set(made.statuses) == {"not_enough_data"} and made.reference[-1] == 9, "nine reference values are too few"
    enough = stats.outbreak_limits(constant_series(2), period=10, half_window=1, years=3, least_reference=9)
    assert enough.statuses[31] == "ok" and enough.statuses[30] == "not_enough_data" and enough.reference[30] == 8


def test_no_event_in_the_past_is_the_boundary():
    made = stats.outbreak_limits(constant_series(0), period=10, half_window=1)
    assert made.statuses[-1] == "boundary" and made.expected[-1] == 0.0 and math.isnan(made.limit[-1]) and made.alarms.size == 0


def test_events_at_one_end_only_leave_no_slope():
    # All events in the newest year: the slope has no finite maximum, so no trend is kept.
    counts = constant_series(0)
    counts[49] = 30
    made = stats.outbreak_limits(counts, period=10, half_window=0, least_reference=4, years=4)
    assert (made.statuses[-1], made.trend[-1], made.reference[-1]) == ("ok", 0.0, 4)
    unweighted = stats.outbreak_limits(counts, period=10, half_window=0, least_reference=4, years=4, reweight=False)
    assert math.isclose(unweighted.expected[-1], 7.5, rel_tol=1e-13)


def test_missing_counts_and_exposures():
    counts = constant_series(4)
    counts[[20, 59]] = math.nan
    made = stats.outbreak_limits(counts, period=10, half_window=1)
    assert made.reference[-1] == 14 and made.reference[30] == 7 and made.missing == 2
    assert made.statuses[59] == "ok" and math.isnan(made.exceedance[59]) and math.isfinite(made.limit[59])
    exposures = np.full(60, 100.0)
    exposures[58] = 0
    none = stats.outbreak_limits(constant_series(4), exposures, period=10, half_window=1)
    assert none.statuses[58] == "not_enough_data" and none.count == 59
    doubled = np.full(60, 100.0)
    doubled[59] = 200
    assert math.isclose(stats.outbreak_limits(constant_series(4), doubled, period=10, half_window=1).expected[59], 8.0, rel_tol=1e-13)


def test_infinite_values():
    assert stats.outbreak_limits([1.0, math.inf]).status == "not_finite"
    assert stats.outbreak_limits([1.0, 2.0], [1.0, math.inf]).statuses == ["not_finite"] * 2


def test_enormous_counts():
    made = stats.outbreak_limits(constant_series(2**53), period=10, half_window=1)
    assert made.statuses[-1] == "ok" and made.expected[-1] == pytest.approx(2**53, rel=1e-12) and made.limit[-1] > 2**53


def test_wrong_arguments_are_refused():
    for wrong in (
        lambda: stats.outbreak_limits([-1]), lambda: stats.outbreak_limits([0.5]), lambda: stats.outbreak_limits([1], [1, 2]),
        lambda: stats.outbreak_limits([1], [-1.0]), lambda: stats.outbreak_limits([1], period=0), lambda: stats.outbreak_limits([1], years=0),
        lambda: stats.outbreak_limits([1], half_window=26), lambda: stats.outbreak_limits([1], half_window=2**62),
        lambda: stats.outbreak_limits([1], level=1.0), lambda: stats.outbreak_limits([1], level=math.nan),
        lambda: stats.outbreak_limits([1], method="guess"), lambda: stats.outbreak_limits([1], trend_significance=0),
        lambda: stats.outbreak_limits([1], residual_threshold=0), lambda: stats.outbreak_limits([1], least_reference=2),
        lambda: stats.outbreak_limits([1], recent=0), lambda: stats.outbreak_limits([1], least_events=-1),
    ):
        with pytest.raises(ValueError, match="childwell"):
            wrong()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 30), min_size=60, max_size=60), st.integers(-5, 5))
def test_the_unit_of_exposure_does_not_matter(counts, power):
    exposures = 50.0 + np.arange(60)
    one = stats.outbreak_limits(counts, exposures, period=10, half_window=1, method="power_transform")
    two = stats.outbreak_limits(counts, exposures * 2.0**power, period=10, half_window=1, method="power_transform")
    assert one.statuses == two.statuses and set(one.statuses) <= {"ok", "boundary", "not_enough_data"}
    np.testing.assert_allclose(two.expected, one.expected, rtol=1e-9)
    np.testing.assert_allclose(two.limit, one.limit, rtol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 30), min_size=60, max_size=60))
def test_later_counts_change_no_earlier_limit(counts):
    whole = stats.outbreak_limits(counts, period=10, half_window=2)
    part = stats.outbreak_limits(counts[:45], period=10, half_window=2)
    np.testing.assert_array_equal(part.limit, whole.limit[:45])
    np.testing.assert_array_equal(part.alarms, whole.alarms[whole.alarms < 45])
