# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Groups of the index and of flags, counted again from their rows; courses by hand stand in test_schooling.py."""

import numpy as np
import pytest

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))
SCHOOL_OF = {}  # of the teaching points of the city
EVERYTHING = {"id": "all", "kind": "disclosure", "minimum_cell": 1}
RULES = ["chronic_us", "unexplained_3_days_local", "two_papers_failed_cn"]
DEFINITION = """
id = "of_the_test"
source = "of the test"
minimum_domains = 1

[[domains.attendance.measures]]
indicator = "attendance.absence_rate"
high_is_good = false
goalposts = [0.0, 0.3]
frozen_on = 2025-09-01
source = "of the test"

[[domains.learning.measures]]
indicator = "academic.z"
rows = "mean"
goalposts = [-3.0, 3.0]
frozen_on = 2025-09-01
source = "of the test"
"""


@pytest.fixture(scope="module")
def city():
    made = cw.synthetic.city(children=1500, seed=11)
    indicators = cw.open_study(made, key=KEY).measure(as_of=made.as_of)
    places = made["places"].to_arrow().to_pylist()
    SCHOOL_OF.update({row["place"]: row["parent"] for row in places if row["kind"] == "teaching_point"})
    return indicators, cw.compose(indicators, definition=DEFINITION), cw.flag(indicators, rules=RULES)


def rows_of(groups, measure, **wanted):
    rows = groups.table().to_arrow().to_pylist()
    return [row for row in rows if row["measure"] == measure and all(row[name] == value for name, value in wanted.items())]


def schools_now(indicators):
    """School of each child that is enrolled, as the flags have it; a teaching point belongs to its school."""
    table = cw.flag(indicators, rules=["chronic_us"]).table(everyone=True).to_arrow().to_pylist()
    return {row["child"]: SCHOOL_OF.get(row["school"], row["school"]) for row in table if row["school"] is not None}


def test_an_index_is_a_mean_among_children_of_one_set_of_domains(city):
    indicators, index, _ = city
    groups = cw.aggregate(indicators, index, by=["city", "school"], policy=EVERYTHING)
    children = index.table().to_arrow().to_pylist()
    school = schools_now(indicators)
    assert len(index.sets) > 1
    for name in {row["domains"] for row in children} - {None}:
        at = {}
        for row in children:
            if row["domains"] == name and row["child"] in school:
                at.setdefault(school[row["child"]], []).append(row["index"])
        shown = {row["place"]: row for row in rows_of(groups, "wellbeing.index", level="school", subject=name) if row["status"] == "ok"}
        assert set(shown) == set(at)
        for place, values in at.items():
            assert (shown[place]["n"], shown[place]["policy"], shown[place]["kind"]) == (len(values), "of_the_test", "mean")
            assert shown[place]["value"] == pytest.approx(np.mean(values), rel=1e-12)
    domain = rows_of(groups, "wellbeing.domain", level="city", subject="attendance")[0]
    known = [row["attendance"] for row in children if row["attendance"] is not None and np.isfinite(row["attendance"])
             and row["child"] in school and row["status"] not in ("not_seen", "withheld")]  # fmt: skip
    assert domain["n"] == len(known) and domain["value"] == pytest.approx(np.mean(known), rel=1e-12)


def test_flags_are_shares_of_those_for_whom_it_can_be_told(city):
    indicators, _, flags = city
    groups = cw.aggregate(indicators, flags, by=["city"], policy=EVERYTHING)
    counted = {row["rule"]: row for row in flags.rules.to_arrow().to_pylist()}
    enrolled = schools_now(indicators)
    outside = flags.counts["judged"] - len(enrolled)  # who attends without enrolment is of no group
    for rule in RULES:
        row = rows_of(groups, "flags.rule", policy=rule)[0]
        told = counted[rule]["yes"] + counted[rule]["no"]
        assert told - outside <= row["n"] <= told
        assert row["n_expected"] - row["n"] <= counted[rule]["cannot_tell"]
        yes = round(row["value"] * row["n"])
        assert counted[rule]["yes"] - outside <= yes <= counted[rule]["yes"]
        assert row["lower"] == pytest.approx(yes / row["n_expected"]) and row["upper"] >= row["value"]
    reasons = {}
    for row in flags.table(everyone=True).to_arrow().to_pylist():
        reasons[row["child"]] = row["reasons"]
    any_reason = rows_of(groups, "flags.reason_to_look")[0]
    assert round(any_reason["value"] * any_reason["n"]) == sum(reasons[child] > 0 for child in enrolled)


def test_a_second_table_of_one_judgement_shows_nothing_that_the_first_hides(city):
    indicators, _, flags = city
    groups = cw.aggregate(indicators, flags, by=["city", "county", "township", "school", "class"])
    share = {(row["hierarchy"], row["level"], row["place"], row["parent"]): row["status"]
             for row in rows_of(groups, "attendance.chronic", policy="us_edfacts_chronic", hierarchy="school")}  # fmt: skip
    listed = {(row["hierarchy"], row["level"], row["place"], row["parent"]): row["status"] for row in rows_of(groups, "flags.rule", policy="chronic_us")}
    assert "hidden" in share.values() and "ok" in share.values()
    assert all(listed[place] == "hidden" for place, status in share.items() if status == "hidden" and place in listed)
    assert any(status == "ok" for status in listed.values())


def test_a_few_children_between_two_lines_are_not_told_by_subtraction(city):
    indicators, _, flags = city
    groups = cw.aggregate(indicators, flags, by=["city", "school"])
    tables = {}
    for row in rows_of(groups, "flags.reason_to_look") + rows_of(groups, "flags.rule"):
        if row["status"] == "ok":
            tables.setdefault((row["level"], row["place"]), {})[row["policy"] or "any"] = round(row["value"] * row["n"])
    assert any(len(shares) > 1 for shares in tables.values())
    for shares in tables.values():
        for rule in RULES:
            assert rule not in shares or "any" not in shares or shares["any"] - shares[rule] >= 10


def test_what_is_of_other_indicators_or_given_twice_is_refused(city):
    indicators, index, flags = city
    other = cw.synthetic.city(children=200, seed=5)
    others = cw.open_study(other, key=KEY).measure(as_of=other.as_of)
    with pytest.raises(ValueError, match="flags were made of other indicators"):
        cw.aggregate(others, flags)
    with pytest.raises(ValueError, match="'of_the_test' was composed of other indicators"):
        cw.aggregate(others, index)
    with pytest.raises(ValueError, match="'of_the_test' was given twice"):
        cw.aggregate(indicators, index, index)
    with pytest.raises(ValueError, match="name all their rules in one call"):
        cw.aggregate(indicators, flags, flags)
    with pytest.raises(TypeError, match="aggregate takes indicators first, then"):
        cw.aggregate(indicators, 3)
