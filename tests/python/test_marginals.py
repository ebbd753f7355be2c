# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What the made-up city looks like from far away, beside published figures: the table in the docstring is held to it."""

import csv
import os
import re
from pathlib import Path

import numpy as np
import pytest

import childwell.synthetic as synthetic

MARKS = Path(os.environ.get("CHILDWELL_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "student_mat.csv"
ROW = re.compile(r"^\| (?P<what>[^|]+?) \| (?P<published>[\d.]+) \| (?P<here>[\d.]+) \| (?P<source>[^|]+?) \|$", re.MULTILINE)
# Absence sessions, possible sessions and children of the autumn term 2017/18 in England, as counted by the Department for
# Education (data of the release "Pupil absence in schools in England: autumn term 2017"): what the shares are made from.
ENGLAND = {
    "primary": {"possible": 533136694, "absent": 20721644, "illness": 12403778, "unauthorised": 5208043, "children": 3857920, "persistent": 389935},
    "secondary": {"possible": 391986202, "absent": 19520902, "illness": 10858941, "unauthorised": 5360747, "children": 2869420, "persistent": 382815},
}
# Absence sessions and possible sessions of English primary schools 2016/17 by year group.
YEAR_GROUPS = {1: (10863576, 246205902), 6: (8515970, 215834728)}


def table():
    return {row["what"]: (float(row["published"]), float(row["here"]), row["source"]) for row in ROW.finditer(synthetic.__doc__)}


@pytest.fixture(scope="module")
def reached():
    made = synthetic.city(children=24000, seed=2)
    held, children, enrolment = made.truth["sessions"], made.truth["children"], made["enrolment"]
    grade = np.zeros(24000, dtype=int)
    own = enrolment.column("child").codes < 24000
    grade[enrolment.column("child").codes[own]] = enrolment["grade"][own]
    grade[np.isin(children["story"], ["ghost", "unregistered"])] = 0
    child, halves = held.column("child").codes, held["session"] != "evening"
    state = held.column("state")
    of_state = {word: state.codes == number for number, word in enumerate(state.categories)}
    found = {}

    def rate(grades, absent):
        return 100 * absent[halves & np.isin(grade[child], grades)].mean()

    for phase, grades in (("primary", range(1, 7)), ("secondary", range(7, 12))):
        grades = list(grades)
        found[f"absence, {phase}"] = rate(grades, held["absent"])
        found[f"illness, {phase}"] = rate(grades, of_state["illness"])
        found[f"unauthorised, {phase}"] = rate(grades, of_state["truant"])
        persistent = children["realised"][np.isin(grade, grades)] >= 0.1
        found[f"persistent absentees, {phase}"] = 100 * persistent.mean()
    found["year 1 over year 6"] = rate([1], held["absent"]) / rate([6], held["absent"])
    boards = made["boarding"]["group"][:24000] != "day"
    central = np.zeros(24000, dtype=bool)
    places = made["places"]
    rural = set(places["place"][(places["urban_rural"] == "rural") & np.isin(places["kind"], ["school", "teaching_point"])])
    central[enrolment.column("child").codes[own]] = np.isin(enrolment["school"].astype(str), sorted(rural))[own]
    found["boarders, rural primary"] = 100 * boards[central & (grade >= 1) & (grade <= 6)].mean()
    found["boarders, junior"] = 100 * boards[(grade >= 7) & (grade <= 9)].mean()
    found["a parent away"] = 100 * made.truth["left_behind"]["parent_away"].mean()
    screens = made["screens"]
    found["alpha of 9 items on mood"] = 100 * alpha(screens, "phq_a", range(1, 10), ())
    of_difficulties = [item for item in range(1, 26) if item not in (1, 4, 9, 17, 20)]  # five ask about strengths
    found["alpha of 20 items on difficulties"] = 100 * alpha(screens, "sdq", of_difficulties, (7, 11, 14, 21, 25))
    found["correlation of two marks of a year, mathematics"] = 100 * correlation_of_papers(made["exam_results"], "mathematics")
    return found


def alpha(screens, instrument, items, turned):
    """Cronbach's alpha of the complete answers, as the definition has it."""
    given = (screens["instrument"] == instrument) & (screens["response"] == "given")
    forms = np.stack([screens.column("child").codes[given], screens.column("collection").codes[given]])
    form = np.unique(forms, axis=1, return_inverse=True)[1].ravel()
    item, answer = np.ma.filled(screens["item"][given], 0), np.ma.filled(screens["answer"][given].astype(float), np.nan)
    answers = np.full((form.max() + 1, item.max() + 1), np.nan)
    answers[form, item] = np.where(np.isin(item, turned), -answer, answer)
    answers = answers[:, items]
    answers = answers[np.isfinite(answers).all(axis=1)]
    count = len(items)
    return count / (count - 1) * (1 - answers.var(axis=0, ddof=1).sum() / answers.sum(axis=1).var(ddof=1))


def correlation_of_papers(results, subject):
    """Marks standardised within their paper, in the middle of the term and at its end."""
    rows = np.flatnonzero((results["status"] == "sat") & (results["subject"] == subject))
    value, paper = np.asarray(results["value"][rows], dtype=float), np.unique(results.column("paper").codes[rows], return_inverse=True)[1]
    sat = np.bincount(paper)
    apart = value - (np.bincount(paper, value) / sat)[paper]
    with np.errstate(invalid="ignore", divide="ignore"):
        score = apart / np.sqrt(np.bincount(paper, apart**2) / sat)[paper]
    child, middle = results.column("child").codes[rows], np.char.find(results["exam"][rows].astype(str), "-mid-") >= 0
    both = np.full((2, child.max() + 1), np.nan)
    both[middle.astype(int), child] = score
    return np.corrcoef(both[:, np.isfinite(both).all(axis=0)])[0, 1]


def test_published_figures_are_the_ratios_of_the_published_counts():
    figures = table()
    for phase, counts in ENGLAND.items():
        for what, above, below in (
            ("absence", "absent", "possible"),
            ("illness", "illness", "possible"),
            ("unauthorised", "unauthorised", "possible"),
            ("persistent absentees", "persistent", "children"),
        ):
            assert figures[f"{what}, {phase}"][0] == round(100 * counts[above] / counts[below], 2), (what, phase)
    ratio = (YEAR_GROUPS[1][0] / YEAR_GROUPS[1][1]) / (YEAR_GROUPS[6][0] / YEAR_GROUPS[6][1])
    assert figures["year 1 over year 6"][0] == round(ratio, 2)


@pytest.mark.skipif(not MARKS.is_file(), reason="student_mat is not there")
def test_published_marks_of_a_year_go_together_as_the_table_says():
    with MARKS.open(encoding="utf-8", newline="") as file:
        first, second = zip(*((float(row["G1"]), float(row["G2"])) for row in csv.DictReader(file)), strict=True)
    assert table()["correlation of two marks of a year, mathematics"][0] == round(100 * np.corrcoef(first, second)[0, 1], 2)


def test_the_table_says_what_the_city_reaches(reached):
    figures = table()
    assert set(figures) == set(reached)
    for what, (published, here, source) in figures.items():
        assert source, what
        assert abs(here / reached[what] - 1) < 0.04, (what, reached[what])
        assert 0.75 < here / published < 1.33, (what, here, published)
