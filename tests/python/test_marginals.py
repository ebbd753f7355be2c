# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What the made-up city looks like from far away, beside published figures: the table in the docstring is held to it."""

import re

import numpy as np
import pytest

import childwell.synthetic as synthetic

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
    return found


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


def test_the_table_says_what_the_city_reaches(reached):
    figures = table()
    assert set(figures) == set(reached)
    for what, (published, here, source) in figures.items():
        assert source, what
        assert abs(here / reached[what] - 1) < 0.04, (what, reached[what])
        assert 0.75 < here / published < 1.33, (what, here, published)
