# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Ten tasks of a first week, each in five lines at most. Each is checked against what was counted by hand below it."""

import ast
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from ten_days import DAYS, KEY, all_days, base, columns, enrolment, iso, marks, registers

import childwell as cw

matplotlib.use("Agg")

CHILDREN = [f"c{number:02}" for number in range(30)]
AWAY = {"c00": DAYS[:3], "c01": DAYS[:1], "c02": DAYS[:1]}   # days without a child, both sessions
POLICIES = ["us_edfacts_chronic", "england_persistent", "not_seen_10_sessions", "small_cells_10"]


def city():
    """Two schools of one county with ten days of two sessions. S keeps registers, T sent absences alone and no register."""
    rows = []
    for name in CHILDREN:
        gone = AWAY.get(name, [])
        rows += [row | ({"code": "absent_illness"} if row["date"] in map(iso, gone) else {}) for row in all_days(name) if name != "c29"]
    rows += [{"child": "t00", "school": "T", "date": iso(DAYS[0]), "session": "am", "code": "absent_illness"}]
    rows += [{"child": "c03", "date": "2025-13-40", "session": "am", "code": "present"}]
    half = [{"child": "c04", "date": iso(DAYS[at]), "session": "am", "code": "absent_excused"} for at in (6,)]
    rows = [row for row in rows if not (row["child"] == "c04" and row["session"] == "am" and row["date"] in [one["date"] for one in half])] + half
    spells = [{"child": name, "grade": 3} for name in CHILDREN] + [{"child": "t00", "school": "T", "class": "T1", "grade": 3}]
    places = [{"place": "city", "kind": "city"}, {"place": "county", "kind": "county", "parent": "city"},
              {"place": "S", "kind": "school", "parent": "county"}, {"place": "T", "kind": "school", "parent": "county"}]
    boards = [{"child": name, "from": "2025-09-01", "group": "full"} for name in CHILDREN[15:]]
    return base(places=columns(places, ("place", "kind", "parent")), enrolment=enrolment(*spells), attendance=marks(*rows),
                boarding=columns(boards, ("child", "from", "group")))  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return cw.open_study(city(), key=KEY, policies=POLICIES, purpose="term_review")


# ---- the tasks -------------------------------------------------------------------------------------------------------


def which_school_has_registers_missing(study):
    return [school for school, reason in study.cohort.schools_missing if reason == "register_unknown"]


def how_many_children_were_not_seen_since(study, date):
    indicators = study.measure(as_of=DAYS[-1])
    frame = indicators.frame("attendance.days_since_seen")
    days = (DAYS[-1] - date).days
    return indicators.roll()["not_seen"], sum(value is None or not value <= days for value in frame["value"])


def table_one_by_boarding(study):
    return study.measure(as_of=DAYS[-1]).table_one("boarding", cluster=None, indicators=["attendance.absence_rate"])


def compare_two_policies(study):
    indicators = study.measure(as_of=DAYS[-1])
    return indicators.compare("england_persistent", against="us_edfacts_chronic")


def a_chart_for_one_county(study):
    groups = study.measure(as_of=DAYS[-1]).aggregate(by=["city", "county", "school"])
    return groups.plot("attendance.absence_rate", level="school", within="county", lang="en")


def explain_this_child(study, child):
    flags = study.measure(as_of=DAYS[-1]).flag(rules=["chronic_us"])
    return flags.explain(child, lang="en")


def what_changed_since_the_first_week(study):
    return study.measure(as_of=DAYS[-1]).change(since=DAYS[4])


def which_rows_were_set_aside_and_why(study):
    aside = study.records.quarantine
    return [(table, row, cw.describe(reason, lang="en")) for table, row, reason in zip(aside["table"], aside["row"], aside["reason"], strict=True)]


def who_is_listed_where_ten_can_be_looked_after(study):
    flags = study.measure(as_of=DAYS[-1]).flag(rules=["chronic_us"], capacity=10)
    frame = flags.frame()
    return frame.filter(frame["listed"])


def a_county_figure_with_its_citation(study):
    groups = study.measure(as_of=DAYS[-1]).aggregate(by=["city", "county", "school"])
    table = groups.table()
    county = table.take((table["level"] == "county") & (table["measure"] == "attendance.absence_rate"))
    return county.to_pandas(), groups.cite(style="bibtex")


TASKS = [which_school_has_registers_missing, how_many_children_were_not_seen_since, table_one_by_boarding, compare_two_policies,
         a_chart_for_one_county, explain_this_child, what_changed_since_the_first_week, which_rows_were_set_aside_and_why,
         who_is_listed_where_ten_can_be_looked_after, a_county_figure_with_its_citation]  # fmt: skip


# ---- by hand ---------------------------------------------------------------------------------------------------------


def test_each_of_the_ten_tasks_takes_five_lines_at_most():
    bodies = {one.name: one.body for one in ast.parse(Path(__file__).read_text("utf-8")).body if isinstance(one, ast.FunctionDef)}
    assert len(TASKS) == len(set(TASKS)) == 10
    for task in TASKS:
        body = bodies[task.__name__]
        assert len(body) <= 5 and body[-1].end_lineno - body[0].lineno < 5, task.__name__


def test_the_school_without_registers_is_named(study):
    assert which_school_has_registers_missing(study) == ["T"]


def test_children_not_seen_are_counted(study):
    # c29 has no mark at all, t00 none but an absence; c00 to c02 came back
    not_seen, long_ago = how_many_children_were_not_seen_since(study, DAYS[3])
    assert not_seen == 2
    assert long_ago == 2


def test_table_one_has_the_means_by_hand(study):
    table = table_one_by_boarding(study).table()
    rows = {group: at for at, group in enumerate(table["group"])}
    # 15 day pupils: 6 + 2 + 2 sessions of ill children and one half day, of 20 sessions each; t00 cannot be measured
    assert table["children"][rows["day"]] == 15
    assert table["mean"][rows["day"]] == pytest.approx((6 + 2 + 2 + 1) / 20 / 15, abs=1e-15)
    assert table["mean"][rows["full"]] == 0 and table["children"][rows["full"]] == 14  # c29 has no rate


def test_a_small_group_of_table_one_hides_one_more(study):
    indicators = study.measure(as_of=DAYS[-1])
    few = {"child": [KEY.pseudonym("child", name) for name in CHILDREN], "group": ["a"] * 3 + ["b"] * 12 + ["c"] * 15}
    made = indicators.table_one(few, cluster=None, indicators=["attendance.absence_rate"]).table()
    status = dict(zip(made["group"], made["status"], strict=True))
    assert [status[name] == "hidden" for name in "abc"] == [True, True, True]  # 3 and 12 sum to less than twenty


def test_two_policies_differ_in_what_they_count(study):
    made = compare_two_policies(study)
    moved = made.frame()
    # c04 missed half a day: an absent day of ten for the US, which is on its line, and one session of twenty for England
    assert moved["child"].to_list() == [KEY.pseudonym("child", "c04")]
    assert (moved["before"][0], moved["after"][0], moved["reason"][0]) == ("yes", "no", "counts")
    # one child moved, and of the others one count is hidden too, so that it cannot be told from the sum
    assert made.table()["status"].tolist().count("hidden") >= 2
    assert KEY.pseudonym("child", "c04") not in repr(made)


def test_the_chart_has_one_line_a_school_in_the_order_of_codes(study):
    axes = a_chart_for_one_county(study)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["S"]  # of T there is no figure: see schools_missing
    assert "made-up" not in axes.get_title(loc="left")


def test_the_child_is_explained_by_its_days(study):
    made = explain_this_child(study, KEY.pseudonym("child", "c00"))
    rows = made.table()
    at = rows["indicator"].tolist().index("attendance.absence_rate")
    assert rows["dates"][at] == ", ".join(iso(day) for day in DAYS[:3])
    assert rows["value"][at] == pytest.approx(0.3)
    assert made.listing == "needs_look"
    assert made.reasons()[0][0].startswith("Absent on 3 of 10 school days")
    assert "Would not be listed" in made.reasons()[0][1]
    assert "us_edfacts_chronic (US)" in repr(made) and "c00" not in repr(made).replace(made.child, "")


def test_the_worst_at_first_are_expected_nearer_the_mean(study):
    made = what_changed_since_the_first_week(study)
    before = np.array([3 / 5, 1 / 5, 1 / 5] + [0] * 26)
    after = np.array([0, 0, 0, 0, 1 / 10] + [0] * 24)
    slope = np.polyfit(before, after, 1)[0]
    assert made.slope == pytest.approx(slope, abs=1e-12)
    frame = made.frame().to_pandas().set_index("child")
    assert frame.loc[KEY.pseudonym("child", "c00"), "direction"] == "neither"  # 60 % to nothing, and no sign of more than regression
    assert frame.loc[KEY.pseudonym("child", "c04"), "direction"] == "worse"


def test_the_row_set_aside_says_why(study):
    aside = which_rows_were_set_aside_and_why(study)
    assert [(table, reason) for table, _, reason in aside] == [("attendance", cw.describe("E07", lang="en"))]


def test_listed_children_fit_the_places(study):
    frame = who_is_listed_where_ten_can_be_looked_after(study)
    # c29 and t00 are not seen; c00 missed three days of ten, c01 and c02 one, and c04 half of one, which is on the line
    names = {KEY.pseudonym("child", name) for name in ("c00", "c01", "c02", "c04", "c29", "t00")}
    assert set(frame["child"].to_list()) == names


def test_the_county_figure_and_what_to_cite(study):
    county, cited = a_county_figure_with_its_citation(study)
    assert county["value"].iloc[0] == pytest.approx(11 / (29 * 20), abs=1e-15)
    assert "@software{childwell" in cited and "us_edfacts_chronic" in cited and "small_cells_10" in cited
