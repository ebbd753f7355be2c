# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Kaplan and Meier's curve against R survival, statsmodels, exact fractions and simulation."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from childwell import stats

MADE = json.loads((Path(__file__).parent / "made/kaplan_meier.json").read_text("utf-8"))


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@pytest.mark.parametrize("row", MADE["rows"], ids=lambda row: f"{row['name']}-{row['scale']}-{row['level']}")
def test_r_survival_agrees(agrees, row):
    made = stats.kaplan_meier(row["durations"], row["happened"], level=row["level"], scale=row["scale"])
    assert made.status == "ok"
    assert made.events_total + made.censored == made.count == len(row["durations"])
    for part in ("time", "at_risk", "events", "survival", "standard_error", "lower", "upper"):
        if row["time"]:
            agrees("kaplan_meier", getattr(made, part), numbers(row[part]), oracle=MADE["made_by"], rel=1e-12, abs=1e-15)
    agrees("kaplan_meier", [made.median, made.median_lower, made.median_upper], numbers(row["median"]), oracle=MADE["made_by"], rel=1e-12)


def test_statsmodels_agrees(agrees):
    generator = np.random.Generator(np.random.Philox(5))
    for n in (2, 9, 60, 400):
        durations = np.round(generator.exponential(20, n), int(generator.integers(0, 3))) + 1.0
        happened = (generator.random(n) < 0.6).astype(float)
        happened[0] = 1.0
        theirs, made = SurvfuncRight(durations, happened), stats.kaplan_meier(durations, happened, scale="plain")
        kept = theirs.n_events > 0
        agrees("kaplan_meier", made.time, theirs.surv_times[kept], oracle="statsmodels SurvfuncRight", rel=1e-12)
        agrees("kaplan_meier", made.at_risk, theirs.n_risk[kept], oracle="statsmodels SurvfuncRight", rel=1e-12)
        agrees("kaplan_meier", made.survival, theirs.surv_prob[kept], oracle="statsmodels SurvfuncRight", rel=1e-12, abs=1e-15)
        some = made.survival > 0
        agrees("kaplan_meier", made.standard_error[some], theirs.surv_prob_se[kept][some], oracle="statsmodels SurvfuncRight", rel=1e-12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_laws(rows, shuffle):
    """Fractions by hand; order is nothing; without open waits it is the empirical share; a later censoring changes nothing before."""
    durations, happened = np.array([t for t, _ in rows], float), np.array([d for _, d in rows], float)
    made = stats.kaplan_meier(durations, happened)
    survival, truth = Fraction(1), []
    for t in sorted({t for t, d in rows if d}):
        at_risk, over = sum(u >= t for u, _ in rows), sum(u == t and d for u, d in rows)
        survival *= Fraction(at_risk - over, at_risk)
        truth.append(float(survival))
    np.testing.assert_allclose(made.survival, truth, rtol=1e-14, atol=0)
    assert (np.diff(made.survival) < 0).all() and (made.lower[made.survival > 0] <= made.survival[made.survival > 0]).all()
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    again = stats.kaplan_meier(durations[order], happened[order])
    for part in ("time", "at_risk", "events", "survival", "standard_error", "lower", "upper", "median"):
        np.testing.assert_array_equal(getattr(again, part), getattr(made, part))
    whole = stats.kaplan_meier(durations, np.ones(len(rows)))
    np.testing.assert_allclose(whole.survival, [(durations > t).mean() for t in whole.time], atol=1e-15)
    longer = stats.kaplan_meier(np.where(happened == 0, durations + 100, durations), happened)
    assert (longer.survival >= made.survival - 1e-15).all()


def test_intervals_cover(agrees):
    """4,000 samples of 60 waits, a third of them open: 95 % intervals at the true median; Monte-Carlo error 0.35 points."""
    generator = np.random.Generator(np.random.Philox(17))
    covered = 0
    for _ in range(4000):
        wait, watched = generator.exponential(10, 60), generator.exponential(20, 60)
        made = stats.kaplan_meier(np.minimum(wait, watched), wait <= watched)
        at = np.searchsorted(made.time, 10 * np.log(2), side="right") - 1
        covered += made.lower[at] <= 0.5 <= made.upper[at]
    assert 0.935 <= covered / 4000 <= 0.965


def test_edges():
    assert stats.kaplan_meier([], []).status == "not_enough_data"
    assert stats.kaplan_meier([np.nan, 1], [1, np.nan]).missing == 2
    assert stats.kaplan_meier([np.inf, 1], [1, 0]).status == "not_finite"
    alone = stats.kaplan_meier([3.0], [1])
    assert (alone.survival.tolist(), alone.median, alone.longest) == ([0.0], 3.0, 3.0) and np.isnan(alone.standard_error[0])
    open_waits = stats.kaplan_meier([3.0, 4.0], [0, 0])
    assert open_waits.status == "ok" and len(open_waits.time) == 0 and np.isnan(open_waits.median) and open_waits.longest == 4.0
    for call, said in ((lambda: stats.kaplan_meier([-1.0], [1]), "below 0"), (lambda: stats.kaplan_meier([1.0], [2]), "happened"),
                       (lambda: stats.kaplan_meier([1.0], [1, 0]), "same length"), (lambda: stats.kaplan_meier([1.0], [1], level=1.0), "level"),
                       (lambda: stats.kaplan_meier([1.0], [1], scale="log-log"), "scale")):
        with pytest.raises(ValueError, match=said):
            call()
