# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The core set of attendance over a panel, against NumPy session by session; intervals and crossings at the edge."""

import json
import platform
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats as sp

import childwell as cw
from childwell import _core

OBSERVED, ABSENT_UNIT = [3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15], 16


def panel(children=150, sessions=90, seed=3):
    """Cells of all kinds, and a calendar of nine weeks with a make-up Saturday."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(np.array([3, 3, 3, 3, 5, 4, 6, 0, 1, 2, 11, 12, 7 + 16, 8 + 16, 9 + 16, 10 + 16, 9 + 32], np.uint8), (children, sessions))
    days = np.repeat(np.array([7 * week + day for week in range(9) for day in range(5)]), 2)
    days[11 * 2 : 12 * 2] = 7 * 2 - 2  # a Tuesday's lessons on the Saturday before
    return cells, np.sort(np.datetime64("2024-09-02") + days)


def by_hand(cells, dates, expected_rate, weight, allowance, by_week):
    """One child, one session after the other, in double arithmetic."""
    days = (dates - np.datetime64("2024-09-02")).astype(int)
    week, weekday = days // 7, days % 7
    state, units = cells & 15, cells >> 4
    observed = np.isin(state, OBSERVED)
    absent = observed & (units >= 1)
    longest = current = since = 0
    last_seen = -1
    for i in range(len(cells)):
        if observed[i] and not absent[i]:
            current, since, last_seen = 0, 0, i
        else:
            current += bool(absent[i])
            since += int(state[i] not in (1, 2, 12))
        longest = max(longest, current)
    first = days == np.array([days[week == one].min() for one in week])
    last = days == np.array([days[week == one].max() for one in week])
    groups = [week == one for one in np.unique(week)] if by_week else [np.arange(len(cells)) == i for i in range(len(cells))]
    ewma, cusum, ewma_highest, cusum_highest = expected_rate, 0.0, expected_rate, 0.0
    for group in groups:
        n, x = observed[group].sum(), absent[group].sum()
        ewma += weight * (x - n * ewma)
        cusum = max(0.0, cusum + x - n * (expected_rate + allowance))
        ewma_highest, cusum_highest = max(ewma, ewma_highest), max(cusum, cusum_highest)
    slope = np.polyfit(week[observed], absent[observed], 1)[0]
    return {"observed": observed.sum(), "absent": absent.sum(), "unexplained": (absent & np.isin(state, [9, 10])).sum(),
            "spell_longest": longest, "spell_current": current, "since_seen": since, "last_seen": last_seen,
            "absent_monday": (absent & (weekday == 0)).sum(), "absent_saturday": (absent & (weekday == 5)).sum(),
            "absent_first_day": (absent & first).sum(), "absent_last_day": (absent & last).sum(), "ewma": ewma,
            "ewma_highest": ewma_highest, "cusum": cusum, "cusum_highest": cusum_highest, "slope": slope}


@pytest.mark.parametrize("charts", ["session", "week"])
def test_equals_numpy_session_by_session(charts):
    cells, dates = panel()
    options = {"expected_rate": 0.125, "weight": 1 / 32, "allowance": 0.125}  # 512ths and 65,536ths: nothing to round
    made = cw.core_set(cells, dates, charts=charts, limit=2.0, **options)
    assert len(made) == len(cells)
    for child in range(len(cells)):
        for name, value in by_hand(cells[child], dates, **options, by_week=charts == "week").items():
            tolerance = {"ewma": 1 / 2048 + 2**-16, "ewma_highest": 1 / 2048 + 2**-16, "slope": 1e-12}.get(name, 0)
            assert made[name][child] == pytest.approx(value, abs=tolerance, rel=0), name
    for code, name in ((0, "not_recorded"), (1, "not_enrolled"), (9, "unexcused"), (12, "suspended")):
        assert (made[f"sessions_{name}"] == ((cells & 15) == code).sum(axis=1)).all()
    assert (made["expected"] == (~np.isin(cells & 15, [1, 2, 12])).sum(axis=1)).all()
    assert ((made["first_alarm"] >= 0) == (made["cusum_highest"] >= 2.0)).all() and (made["first_alarm"] >= 0).any()


def test_tiles_threads_and_kernels_change_no_bit():
    cells, dates = panel(children=64 * 5)
    expected = cw.core_set(cells, dates)
    tiles = cells.reshape(5, 64, -1).transpose(0, 2, 1).copy()
    columns = {"week": np.repeat(np.arange(45), 2), "weekday": np.zeros(90)}
    for made in (cw.core_set(tiles, dates), cw.core_set(cells, dates, threads=1), cw.core_set(cells, dates, threads=3)):
        for name in expected.columns:
            assert np.array_equal(made[name], expected[name], equal_nan=True), name
    for level in (0, 2, 3):
        _core.limit_processor_level(level)
        try:
            made = cw.core_set(tiles, dates)
        finally:
            _core.limit_processor_level(-1)
        assert all(np.array_equal(made[name], expected[name], equal_nan=True) for name in expected.columns)
    table = cw.core_set(cells, columns)
    assert (table["absent_monday"] == table["absent"]).all() and (table["absent_first_day"] == 0).all()
    none = cw.core_set(cells, columns | {"held": np.zeros(90)})
    assert (none["expected"] == 0).all() and np.isnan(none["slope"]).all()


def test_a_kernel_is_named_as_doctor_names_it():
    state = json.loads(subprocess.run([sys.executable, "-m", "childwell", "doctor", "--json"], check=True, capture_output=True, text=True).stdout)
    assert state["core_set_kernel"] == _core.core_set_kernel()
    names = {4: "x86-64-v4", 3: "x86-64-v3", 2: "x86-64-v2"}
    for level in (0, 2, 3, 4):
        _core.limit_processor_level(level)
        try:
            assert _core.core_set_kernel() == names.get(_core.processor_level(), "neon" if platform.machine() == "aarch64" else "plain")
        finally:
            _core.limit_processor_level(-1)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"cells": np.zeros((2, 89), np.uint8)}, "shape"), ({"cells": np.zeros((2, 90))}, "bytes"), ({"cells": np.zeros((2, 90, 32), np.uint8)}, "shape"),
     ({"charts": "month"}, "session or week"), ({"weight": 0.0}, "weight"), ({"limit": 65.0}, "limit"), ({"threads": 0}, "threads"),
     ({"sessions": np.arange(90)}, "dates"), ({"sessions": {"week": np.zeros(90)}}, "weekday"), ({"sessions": {"week": [0], "weekday": [0], "day": [1]}}, "not day"),
     ({"sessions": {"week": np.arange(90)[::-1], "weekday": np.zeros(90)}}, "sort"), ({"sessions": {"week": np.arange(90), "weekday": np.full(90, 7)}}, "weekday"),
     ({"sessions": {"week": np.arange(90), "weekday": np.zeros(90), "units": np.zeros(90)}}, "units"),
     ({"sessions": {"week": np.arange(90), "weekday": np.zeros(89)}}, "length"), ({"charts": "week", "weight": 0.5}, "weigh")],
)
def test_what_cannot_be_is_refused(change, words):
    cells, dates = panel(children=2)
    given = {"cells": cells, "sessions": dates} | change
    with pytest.raises(ValueError, match=words):
        cw.core_set(given.pop("cells"), given.pop("sessions"), **given)


def test_estimates_are_those_of_scipy_on_pieces_of_evidence():
    absent, observed, open_sessions = np.array([0, 9, 30, 0]), np.array([100, 90, 120, 0]), np.array([60, 60, 0, 60])
    made = cw.core_set_estimates(absent, observed, line=Fraction(1, 10), open_sessions=open_sessions, stratum=[0, 1, 0, 1],
                                 alpha=[2.0, 1.5], beta=[40.0, 20.0], spell_sessions=[3.0, 1.0])
    for i, (alpha, beta, spell) in enumerate([(2.0, 40.0, 3.0), (1.5, 20.0, 1.0), (2.0, 40.0, 3.0)]):
        a, b = alpha + absent[i] / spell, beta + (observed[i] - absent[i]) / spell
        assert made["rate"][i] == absent[i] / observed[i]
        assert made["shrunk"][i] == pytest.approx(a / (a + b), rel=1e-14)
        assert made["shrunk_lower"][i] == pytest.approx(sp.beta.ppf(0.025, a, b), rel=1e-10)
        assert made["p_rate_above"][i] == pytest.approx(sp.beta.sf(0.1, a, b), rel=1e-10)
        wilson = sp.binomtest(int(absent[i]), int(observed[i])).proportion_ci(method="wilson") if spell == 1.0 else None
        if wilson is not None:
            assert made["wilson_lower"][i] == pytest.approx(wilson.low, rel=1e-12)
    assert made["p_year_above"][1] == pytest.approx(sp.betabinom.sf(5, 60, 10.5, 101.0), rel=1e-10)  # 15 of 150 are the line
    assert made["p_year_above"][2] == 1.0
    assert np.isnan(made["rate"][3]) and np.isnan(made["p_year_above"][3])
    without = cw.core_set_estimates(absent, observed, line=(1, 10))
    assert np.isnan(without["shrunk"]).all() and not np.isnan(without["mid_p_lower"][:3]).any()
    with pytest.raises(ValueError, match="absent than observed"):
        cw.core_set_estimates([2], [1], line=(1, 10))
    with pytest.raises(ValueError, match="whole numbers"):
        cw.core_set_estimates([-1], [1], line=(1, 10))
    with pytest.raises(ValueError, match="share"):
        cw.core_set_estimates([1], [1], line=(2, 1))
