# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The made-up city: real calendar, whole keys, nobody's ids, the same bytes for the same seed."""

import ast
import datetime
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import childwell.synthetic as synthetic
from childwell import _core
from childwell._table import Categorical

SCHEMAS = tomllib.loads(_core.rules("schemas"))
DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def city():
    return synthetic.city(children=3000, seed=101)


def raw(column):
    """The bytes of a column, and its categories."""
    if isinstance(column, Categorical):
        return column.codes.tobytes(), column.categories
    return column.tobytes(), ()


def spans(table, first, last):
    """`first` and `last` of a spell table, an open end being the end of time."""
    end = table[last]
    return table[first], np.where(np.isnat(end), np.datetime64("2100-01-01"), end)


# ---- shape --------------------------------------------------------------------------------------------------------


def test_tables_and_columns_are_those_of_the_schema(city):
    assert {"places", "lineage", "children", "residence", "enrolment", "boarding", "calendar"} <= set(city)
    assert {"sessions", "registers", "attendance", "exams", "exam_results", "outcomes", "consents"} <= set(city)
    for name, table in city.items():
        schema = SCHEMAS[name]
        assert schema["admitted"], name
        assert set(table.columns) <= set(schema["columns"]), name
        assert set(schema["required"]) <= set(table.columns), name


def test_closed_vocabularies_hold_after_the_code_map(city):
    for name, table in city.items():
        for column in table.columns:
            allowed = SCHEMAS[name]["columns"][column]
            held = table.column(column)
            if isinstance(allowed, list):
                words = city.codes.get(f"{name}.{column}", {})
                assert {words.get(category, category) for category in held.categories} <= set(allowed), (name, column)
            elif allowed == "date":
                assert held.dtype == np.dtype("datetime64[D]"), (name, column)


def test_required_columns_have_no_gap(city):
    for name, table in city.items():
        for column in SCHEMAS[name]["required"]:
            values = table.column(column)
            missing = values.codes < 0 if isinstance(values, Categorical) else values != values
            assert not missing.any(), (name, column)


def test_keys_are_unique(city):
    for name, table in city.items():
        key = [column for column in SCHEMAS[name]["key"] if column in table]
        parts = [raw_codes(table.column(column)) for column in key]
        assert len(np.unique(np.stack(parts), axis=1).T) == len(table), name


def raw_codes(column):
    return column.codes.astype(np.int64) if isinstance(column, Categorical) else column.astype(np.int64)


def test_places_form_one_tree(city):
    places = city["places"]
    kind = dict(zip(places["place"], places["kind"], strict=True))
    above = {
        "county": {"city"},
        "township": {"county"},
        "village": {"township"},
        "school": {"township"},
        "teaching_point": {"school"},
        "site": {"township"},
        "class": {"school", "teaching_point"},
    }
    for place, parent in zip(places["place"], places["parent"], strict=True):
        assert kind[place] == "city" or kind[parent] in above[kind[place]]
    counts = {word: list(kind.values()).count(word) for word in set(kind.values())}
    assert counts["county"] == 5
    assert counts["township"] == 52
    assert len(kind) == len(places)


def test_classes_and_teaching_points_have_usual_sizes(city):
    enrolment = city["enrolment"]
    first = (enrolment["from"] == np.datetime64("2025-09-01")) & np.isin(enrolment["kind"], ["first", "repeat"])
    school_class, size = np.unique(enrolment["class"][first].astype(str), return_counts=True)
    mixed = np.char.endswith(school_class, "mixed")
    assert size[~mixed].min() >= 28
    assert size[~mixed].max() <= 50
    assert size[mixed].min() >= 2  # a late entrant may be missing on the first day
    assert size[mixed].max() <= 15


@pytest.mark.parametrize("children", [50, 137, 1000])
def test_small_cities_are_whole(children):
    made = synthetic.city(children=children, seed=children)
    assert len(made["children"]) == children + len(second_ids(made))
    assert len(made["attendance"]) > 0
    assert len(made["lineage"]) == 1
    test_places_parents_exist(made)


def test_places_parents_exist(city):
    places = city["places"]
    parents = {parent for parent in places["parent"] if parent is not None}
    assert parents <= set(places["place"])


def second_ids(city):
    return [name for name in city["children"]["child"] if name.startswith("MADEUP-T")]


# ---- people -------------------------------------------------------------------------------------------------------


def test_siblings_are_twins_or_ten_months_apart(city):
    children = city["children"]
    months = children["birth_month"].astype("datetime64[M]").astype(int)
    household = children.column("household").codes
    order = np.lexsort([months, household])
    same = np.diff(household[order]) == 0
    gap = np.diff(months[order])[same]
    assert np.all((gap == 0) | (gap >= 10))
    assert np.sum(gap == 0) > 5
    assert np.sum(gap >= 10) > 300


def test_siblings_share_a_home(city):
    household = city["children"].column("household").codes
    village = city["residence"].column("place").codes
    homes = np.unique(np.stack([household, village]), axis=1)
    assert homes.shape[1] == len(np.unique(household))


def test_repeaters_are_a_year_older(city):
    enrolment = city["enrolment"]
    again = np.flatnonzero((enrolment["kind"] == "repeat") & (enrolment["from"] == np.datetime64("2025-09-01")))
    born = city["children"]["birth_month"][enrolment.column("child").codes[again]]
    age = (np.datetime64("2025-09-01") - born).astype(int) / 365.25
    assert np.all(age > enrolment["grade"][again] + 6)


def test_nobody_could_bear_these_ids(city):
    real = re.compile(r"^\d{15}$|^\d{17}[\dXx]$|^[GLJ]\d+")
    for name, table in city.items():
        for column in table.columns:
            held = table.column(column)
            for text in held.categories if isinstance(held, Categorical) else ():
                assert not real.match(text), (name, column)
                assert not any(has_valid_check_digit(run) for run in re.findall(r"\d{17}[\dXx]", text))


def has_valid_check_digit(number):
    """GB 11643-1999, MOD 11-2."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def test_the_check_digit_rule_itself():
    assert has_valid_check_digit("11010519491231002X")  # the example printed in GB 11643-1999
    assert not has_valid_check_digit("110105194912310021")


def test_every_table_is_marked_as_made_up(city):
    assert city.made_up
    assert repr(city).startswith("made-up city")
    for table in city.values():
        assert table.metadata == {"childwell.made_up": "true"}


# ---- calendar -----------------------------------------------------------------------------------------------------


def school_days(city):
    calendar = city["calendar"]
    mine = (calendar["place"] == "made-up-city") & (calendar["kind"] != "holiday")
    return calendar["date"][mine]


def test_calendar_days(city):
    days = set(school_days(city).tolist())
    assert datetime.date(2025, 9, 28) in days  # a Sunday, made up for the National Day week
    assert datetime.date(2025, 10, 11) in days
    assert datetime.date(2026, 1, 4) in days
    assert datetime.date(2026, 5, 9) in days
    assert datetime.date(2025, 10, 8) not in days
    assert datetime.date(2026, 2, 14) not in days  # a make-up day for offices, inside the winter break
    assert datetime.date(2026, 2, 28) not in days
    assert min(days) == datetime.date(2025, 9, 1)
    assert max(days) == datetime.date(2026, 7, 3)


def test_calendar_counts_by_hand():
    """Autumn: 110 weekdays, 6 in National Day, 2 in New Year, 3 make-ups. Spring: 90, 1 + 3 + 1 off, 1 made up."""
    year = synthetic.school_year()
    autumn = year.school_days <= np.datetime64("2026-01-30")
    assert autumn.sum() == 110 - 6 - 2 + 3
    assert (~autumn).sum() == 90 - 1 - 3 - 1 + 1


@pytest.mark.parametrize("name", ["2024-2025", "2025-2026"])
def test_calendar_agrees_with_chinesecalendar(name):
    chinese_calendar = pytest.importorskip("chinese_calendar")
    year, facts = synthetic.school_year(name), tomllib.loads(_core.rules("calendar_cn"))[name]
    in_term = [
        day
        for term in facts["terms"]
        for day in np.arange(term["from"], np.datetime64(term["to"]) + DAY, dtype="datetime64[D]").tolist()
    ]
    assert [day for day in in_term if chinese_calendar.is_workday(day)] == year.school_days.tolist()
    holidays = {
        day
        for holiday in facts["holidays"]
        for day in np.arange(holiday["from"], np.datetime64(holiday["to"]) + DAY, dtype="datetime64[D]").tolist()
    }
    every = np.arange(facts["from"], np.datetime64(facts["to"]) + DAY, dtype="datetime64[D]").tolist()
    weekdays_off = {day for day in every if day.weekday() < 5 and chinese_calendar.is_holiday(day)}
    assert weekdays_off == {day for day in holidays if day.weekday() < 5}
    made_up = {day for holiday in facts["holidays"] for day in holiday["make_up"]}
    assert made_up == {day for day in every if day.weekday() >= 5 and chinese_calendar.is_workday(day)}


def test_the_year_before():
    made = synthetic.city(children=600, seed=2, year="2024-2025")
    days = set(school_days(made).tolist())
    assert made.as_of == "2025-01-17"
    assert min(days) == datetime.date(2024, 9, 2) and max(days) == datetime.date(2025, 7, 4)
    assert {datetime.date(2024, 9, 14), datetime.date(2024, 9, 29), datetime.date(2025, 4, 27)} <= days  # made up
    assert days.isdisjoint({datetime.date(2024, 9, 16), datetime.date(2025, 1, 1), datetime.date(2025, 2, 8)})
    assert made["attendance"]["date"].min() == np.datetime64("2024-09-02")
    assert made["attendance"]["date"].max() == np.datetime64("2025-01-17")
    assert made["lineage"]["date"].tolist() == [datetime.date(2024, 11, 4)]
    assert set(made["exam_results"]["exam"].astype(str)) >= {"2024-autumn-mid-g05", "2024-autumn-final-g05"}
    first = made["enrolment"]["grade"] == 1
    born = made["children"]["birth_month"][made["enrolment"].column("child").codes[first]]
    assert born.min() >= np.datetime64("2016-09") and born.max() <= np.datetime64("2018-08-31")
    test_changes_fall_on_rest_days(made)


def test_facts_name_their_sources():
    for name in ("2024-2025", "2025-2026"):
        facts = tomllib.loads(_core.rules("calendar_cn"))[name]
        assert all("国办发明电" in holiday["source"] for holiday in facts["holidays"])
        assert all(term["source"] for term in facts["terms"])


def test_a_closed_school_has_neither_registers_nor_marks(city):
    calendar, attendance, registers = city["calendar"], city["attendance"], city["registers"]
    closed = calendar["kind"] == "closure"
    assert closed.sum() >= 5
    for school, date in zip(calendar["place"][closed], calendar["date"][closed], strict=True):
        assert not np.any((attendance["school"] == school) & (attendance["date"] == date))
        of_school = np.array([name.startswith(school) for name in registers["class"]])
        assert not np.any(of_school & (registers["date"] == date))


# ---- two years ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_years():
    return synthetic.city(children=1500, seed=4, with_year_before=True)


def test_the_year_itself_is_the_same_with_and_without_the_year_before(two_years):
    alone = synthetic.city(children=1500, seed=4)
    first = np.datetime64("2025-09-01")
    for name, since in (("attendance", "date"), ("registers", "date"), ("enrolment", "from"), ("boarding", "from"), ("exams", "date")):
        late = two_years[name][since] >= first
        assert 0 < late.sum() == len(alone[name]) < len(late)
        for column in alone[name].columns:
            assert repr(two_years[name][column][late].tolist()) == repr(alone[name][column].tolist()), (name, column)
    for name in ("children", "residence", "lineage", "outcomes", "consents"):
        assert repr(two_years[name].to_arrow()) == repr(alone[name].to_arrow()), name
    assert two_years["attendance"]["date"].min() == np.datetime64("2024-09-02")


def test_everybody_was_a_grade_lower_or_repeats(two_years):
    test_keys_are_unique(two_years)
    test_required_columns_have_no_gap(two_years)
    test_closed_vocabularies_hold_after_the_code_map(two_years)
    test_changes_fall_on_rest_days(two_years)
    test_places_parents_exist(two_years)
    test_marks_lie_inside_enrolment(two_years)
    enrolment = two_years["enrolment"]
    child, old = enrolment.column("child").codes, enrolment["from"] == np.datetime64("2024-09-02")
    first = np.append(True, np.diff(child) > 0)
    assert np.array_equal(old, old & first), "an earlier spell comes first"
    after = np.flatnonzero(old) + 1
    assert np.array_equal(child[after], child[old])
    assert set((enrolment["from"][after] - enrolment["to"][old]).astype(int)) == {1}
    step = enrolment["grade"][after].astype(int) - enrolment["grade"][old]
    again = enrolment["kind"][after] == "repeat"
    assert again.sum() >= 1 and np.array_equal(step == 0, again) and set(step) == {0, 1}
    same = enrolment["school"][after] == enrolment["school"][old]
    grade = enrolment["grade"][after]
    assert same[~np.isin(grade, [7, 10])].mean() > 0.97  # the others sit in a borrowed place or have moved by then
    assert not same[np.isin(grade, [7, 10]) & ~again].any()
    new = np.setdiff1d(child, child[old])
    assert np.all(np.isin(enrolment["grade"][np.isin(child, new) & first], [1]) | (enrolment["from"][np.isin(child, new) & first] > np.datetime64("2025-09-01")))
    size = np.unique(enrolment["class"][old].astype(str), return_counts=True)[1]
    assert size.max() <= 60


def test_children_stay_what_they_are_and_luck_changes(two_years):
    held = two_years.truth["sessions"]
    child, early = held.column("child").codes, held["date"] < np.datetime64("2025-08-01")
    rates = []
    for mine in (early, ~early):
        sessions = np.bincount(child[mine], minlength=1500)
        rates.append(np.bincount(child[mine], held["absent"][mine], minlength=1500) / np.maximum(sessions, 1))
    known = np.bincount(child[early], minlength=1500) > 300
    assert 0.25 < np.corrcoef(rates[0][known], rates[1][known])[0, 1] < 0.95
    assert set(two_years["exam_results"]["exam"].astype(str)) >= {"2024-autumn-mid-g05", "2025-spring-final-g05", "2025-autumn-mid-g05"}
    weeks = np.unique(two_years.truth["wellbeing"]["date"])
    assert weeks[0] == np.datetime64("2024-09-02") and weeks[-1] == np.datetime64("2026-01-26")
    with pytest.raises(ValueError, match="with_year_before must be False"):
        synthetic.city(children=60, year="2024-2025", with_year_before=True)


# ---- enrolment ----------------------------------------------------------------------------------------------------


def test_spells_do_not_overlap():
    """Only paperwork that lags makes two schools claim a child, and the truth knows when it really left."""
    for sizes, expected in (({"overlapping_paperwork": 0, "split_ids": 0}, False), ({"overlapping_paperwork": 1, "split_ids": 0}, True)):
        made = synthetic.city(children=3000, seed=101, **sizes)
        for table, last, overlaps in ((made["enrolment"], "to", expected), (made.truth["spells"], "to", False)):
            start, end = spans(table, "from", last)
            child = table.column("child").codes
            assert np.all(start <= end)
            same = child[1:] == child[:-1]
            assert np.any(start[1:][same] <= end[:-1][same]) == overlaps


def test_changes_fall_on_rest_days(city):
    enrolment, days = city["enrolment"], set(school_days(city).tolist())
    ends = enrolment["to"][~np.isnat(enrolment["to"])]
    assert not any(day in days for day in ends.tolist())


def test_the_stories_are_there(city):
    enrolment = city["enrolment"]
    kinds = set(enrolment["kind"])
    assert kinds == {"first", "repeat", "suspend", "resume", "borrowed"}
    assert set(enrolment["left_to"]) == {"known", "unknown", None}
    marked = set(city["attendance"]["child"])
    enrolled = set(enrolment["child"])
    assert marked - enrolled, "somebody attends without enrolment"
    assert enrolled - marked, "somebody is enrolled and never marked"
    assert enrolled | marked <= set(city["children"]["child"])
    assert set(city["consents"]["purpose"]) == {city.purpose}
    assert np.sum(enrolment["from"] > np.datetime64("2025-11-03")) > 20


def test_the_merger(city):
    lineage, enrolment = city["lineage"], city["enrolment"]
    assert lineage["kind"].tolist() == ["merged"]
    (old,), (new,), (date,) = lineage["old"], lineage["new"], lineage["date"]
    _, end = spans(enrolment, "from", "to")
    assert end[enrolment["school"] == old].max() < date
    movers = set(enrolment["child"][(enrolment["school"] == old) & (enrolment["to"] == date - DAY)])
    arrived = set(enrolment["child"][(enrolment["school"] == new) & (enrolment["from"] == date)])
    assert movers
    assert movers <= arrived
    attendance = city["attendance"]
    assert attendance["date"][attendance["school"] == old].max() < date


def test_marks_lie_inside_enrolment(city):
    """Every mark of an enrolled child is in the school of its spell of that day, and none in a suspension."""
    enrolment, attendance = city["enrolment"], city["attendance"]
    start, end = spans(enrolment, "from", "to")
    child, school = enrolment.column("child").codes, enrolment.column("school").codes
    sits = enrolment["kind"] != "suspend"
    by_child = {}
    for row in np.flatnonzero(sits):
        by_child.setdefault(child[row], []).append((school[row], start[row], end[row]))
    marks = np.unique(
        np.stack(
            [
                attendance.column("child").codes,
                attendance.column("school").codes,
                attendance["date"].astype(np.int32),
            ]
        ),
        axis=1,
    )
    for pupil, place, day in marks.T[::7]:
        spells = by_child.get(pupil)
        if spells is not None:
            date = np.datetime64(int(day), "D")
            assert any(place == at and first <= date <= last for at, first, last in spells)


# ---- registers and marks ------------------------------------------------------------------------------------------


def test_marks_follow_the_registers(city):
    """Full registers hold presence, by-exception ones none, and a session that was not taken has no mark."""
    registers, attendance, enrolment = city["registers"], city["attendance"], city["enrolment"]
    children, spells = np.unique(enrolment["child"].astype(str), return_counts=True)
    stays = set(children[spells == 1])
    seats = zip(enrolment["child"], enrolment["class"], strict=True)
    sits_in = {child: school_class for child, school_class in seats if child in stays}
    key = zip(registers["class"], registers["date"], registers["session"], strict=True)
    mode = dict(zip(key, registers["mode"], strict=True))
    words = city.codes["attendance.code"]
    without_register = set()
    columns = [attendance[name][::11] for name in ("child", "date", "session", "code")]
    for child, date, session, code in zip(*columns, strict=True):
        if child not in sits_in:
            continue
        found = mode.get((sits_in[child], date, session))
        assert found != "not_taken"
        assert found == "full" or words[code] != "present"
        if found is None:
            without_register.add(sits_in[child])
    assert all(name.startswith("point-") for name in without_register)


def test_two_teaching_points_leave_the_bureau_in_the_dark(city):
    """One sends nothing at all, one sends absences without saying how its registers are kept."""
    points = set(city["places"]["place"][city["places"]["kind"] == "teaching_point"])
    with_registers = {name.removesuffix("-mixed") for name in city["registers"]["class"] if name.startswith("point")}
    with_marks = set(city["attendance"]["school"])
    assert len(points - with_registers) == 2
    assert len(points - with_marks) >= 1


def test_rates_are_of_a_credible_size(city):
    attendance = city["attendance"]
    words = np.array([city.codes["attendance.code"][code] for code in attendance.column("code").categories])
    word = words[attendance.column("code").codes]
    in_full = np.isin(attendance["school"], np.unique(attendance["school"][word == "present"].astype(str)))
    counted = in_full & (attendance["session"] != "evening")
    absent = np.char.startswith(word[counted], "absent")
    assert 0.015 < absent.mean() < 0.06
    assert np.array_equal(np.char.startswith(word, "absent"), attendance["units_absent"] == 1)
    child, inverse = np.unique(attendance.column("child").codes[counted], return_inverse=True)
    share = np.bincount(inverse, absent) / np.bincount(inverse)
    assert 0.01 < np.mean(share >= 0.1) < 0.12
    assert len(child) > 2000


def test_absence_comes_in_spells(city):
    """After an absent afternoon the next school morning is missed far more often than at random."""
    attendance = city["attendance"]
    absent = attendance["units_absent"] == 1
    days = school_days(city)
    position = np.searchsorted(days, attendance["date"])
    child = attendance.column("child").codes.astype(np.int64)
    cell = child * len(days) + position
    afternoon = np.unique(cell[absent & (attendance["session"] == "pm")])
    morning = attendance["session"] == "am"
    followed = np.isin(afternoon + 1, cell[absent & morning]).mean()
    assert followed > 6 * absent[morning].mean()


def test_late_entries_are_few_and_never_early(city):
    attendance = city["attendance"]
    lag = (attendance["known_on"] - attendance["date"]).astype(np.float64)
    lag[np.isnat(attendance["known_on"])] = np.nan
    assert np.nanmin(lag) == 0
    assert 1 <= np.nanmax(lag) <= 10
    assert 0 < np.nanmean(lag > 0) < 0.01


def test_evening_study_is_for_boarders_only(city):
    attendance, boarding, sessions = city["attendance"], city["boarding"], city["sessions"]
    boards = set(boarding["child"][boarding["group"] != "day"])
    assert set(attendance["child"][attendance["session"] == "evening"]) <= boards
    assert not np.any(sessions["compulsory"] & (sessions["session"] == "evening"))
    assert not np.any((sessions["group"] == "day") & (sessions["session"] == "evening"))


# ---- exams --------------------------------------------------------------------------------------------------------


def test_results_belong_to_papers(city):
    exams, results = city["exams"], city["exam_results"]
    full = dict(zip(zip(exams["exam"], exams["subject"], exams["paper"], strict=True), exams["full"], strict=True))
    columns = [results[name] for name in ("exam", "subject", "paper", "value", "status")]
    for exam, subject, paper, value, status in zip(*columns, strict=True):
        assert (status == "sat") == (value == value)
        assert value != value or 0 <= value <= full[exam, subject, paper]
    assert set(results["status"]) == {"sat", "absent", "exempt", "not_entered"}
    assert set(exams["full"]) == {100.0, 120.0, 150.0}
    assert set(exams["scope"]) == {"school", "county"}
    assert len(full) == len(exams)


def test_absent_from_the_paper_is_absent_in_the_register(city):
    """Who is marked there all day is not absent from a paper, and who is marked away all day has sat none."""
    exams, results, attendance = city["exams"], city["exam_results"], city["attendance"]
    halves = attendance["session"] != "evening"
    child_day = attendance.column("child").codes.astype(np.int64) * 100_000 + attendance["date"].astype(np.int64)
    marked, inverse = np.unique(child_day[halves], return_inverse=True)
    count = np.bincount(inverse)
    missed = np.bincount(inverse, attendance["units_absent"][halves])
    there_all_day, away_all_day = marked[(count == 2) & (missed == 0)], marked[(count == 2) & (missed == 2)]
    day = exams["date"][results.column("paper").codes].astype(np.int64)
    sitting = results.column("child").codes.astype(np.int64) * 100_000 + day
    absent, sat = results["status"] == "absent", results["status"] == "sat"
    assert np.sum(absent) > 100
    assert not np.any(np.isin(sitting[absent], there_all_day))
    assert not np.any(np.isin(sitting[sat], away_all_day))


def test_ability_carries_over(city):
    results = city["exam_results"]
    keep = np.isin(results["exam"], ["2025-autumn-mid-g05"]) & (results["status"] == "sat")
    tables = [
        dict(zip(results["child"][mine], results["value"][mine], strict=True))
        for subject in ("chinese", "mathematics")
        for mine in [keep & (results["subject"] == subject)]
    ]
    both = sorted(set(tables[0]) & set(tables[1]))
    pairs = np.array([[table[child] for table in tables] for child in both])
    assert 0.4 < np.corrcoef(pairs.T)[0, 1] < 0.95


# ---- determinism --------------------------------------------------------------------------------------------------


def test_same_seed_same_bytes():
    one, two = synthetic.city(children=400, seed=7), synthetic.city(children=400, seed=7)
    other = synthetic.city(children=400, seed=8)
    assert list(one) == list(two)
    for name in one:
        for column in one[name].columns:
            assert raw(one[name].column(column)) == raw(two[name].column(column)), (name, column)
    assert raw(one["attendance"].column("code")) != raw(other["attendance"].column("code"))


def test_a_longer_year_repeats_the_shorter_one():
    short = synthetic.city(children=400, seed=7, through="2025-11-20")
    longer = synthetic.city(children=400, seed=7, through="2026-04-24")
    for name in ("attendance", "registers", "exams"):
        begun = longer[name]["date"] <= np.datetime64("2025-11-20")
        for column in short[name].columns:
            assert repr(short[name][column].tolist()) == repr(longer[name][column][begun].tolist()), (name, column)
    assert short.as_of == "2025-11-20"
    assert short["attendance"]["date"].max() == np.datetime64("2025-11-20")
    assert np.all(short["enrolment"]["from"] <= np.datetime64("2025-11-20"))


@pytest.mark.parametrize(
    "options",
    [
        {"children": 49},
        {"children": 2_000_000},
        {"children": 100.5},
        {"children": "100"},
        {"seed": -1},
        {"threads": 0},
        {"year": "2023-2024"},
        {"by_exception": 1.5},
        {"spells": "long"},
        {"through": "2026-07-04"},
        {"through": "2025-08-31"},
        {"through": "soon"},
    ],
)
def test_mistakes_are_value_errors(options):
    with pytest.raises(ValueError, match="must"):
        synthetic.city(**options)


# ---- mechanisms ---------------------------------------------------------------------------------------------------


def test_every_mechanism_is_documented():
    table = synthetic.mechanisms()
    assert len(table) == len(synthetic.ALL_MECHANISMS) > 40
    assert all(table["what"]) and all(table["unit"])
    assert np.all((table["lowest"] <= table["size"]) & (table["size"] <= table["highest"]))
    assert np.array_equal(table["size"], table["standard"])
    sizes = synthetic.city(children=60, seed=101, by_exception=0.9).mechanisms.table()
    changed = sizes["size"] != sizes["standard"]
    assert sizes["mechanism"][changed].tolist() == ["by_exception"]
    assert sizes["size"][changed].tolist() == [0.9]
    assert np.all(synthetic.null_city(children=60, seed=101).mechanisms.table()["size"] == 0)


def test_a_misspelt_mechanism_gets_its_nearest_names():
    with pytest.raises(ValueError, match="did you mean by_exception"):
        synthetic.city(children=60, by_exeption=0.5)
    with pytest.raises(ValueError, match="lists them"):
        synthetic.city(children=60, xyzzy=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        synthetic.null_city(children=60, by_exception=2)
    with pytest.raises(ValueError, match="must be a number"):
        synthetic.city(children=60, spells=None)


def test_the_registry_refuses_nonsense():
    from childwell.synthetic import Mechanism, Mechanisms

    one = Mechanism("one", 0.5, 0, 1, "share", "is there")
    with pytest.raises(ValueError, match="two mechanisms"):
        Mechanisms([one, one])
    with pytest.raises(ValueError, match="inside its range"):
        Mechanism("two", 2, 0, 1, "share", "is there")
    with pytest.raises(ValueError, match="keyword"):
        Mechanism("not a name", 0, 0, 1, "share", "is there")


def content(city):
    return {(name, column): raw(table.column(column)) for name, table in city.items() for column in table.columns}


# What a mechanism needs beside it to be seen in the records of a small city.
NEEDS = {"flu": {"through": "2026-01-20"}, "snow": {"through": "2026-01-20"}, "silent_points": {"silent_points": 0}}


@pytest.fixture(scope="module")
def small():
    return {
        through: content(synthetic.city(children=1500, seed=5, through=through)) for through in ("2025-12-05", "2026-01-20")
    }


# Families, help and screening have switches of their own in test_synthetic_tables.py.
SWITCHES = [each for each in synthetic.ALL_MECHANISMS if each not in synthetic._care.MECHANISMS]


@pytest.mark.parametrize("mechanism", SWITCHES, ids=lambda mechanism: mechanism.name)
def test_no_switch_is_dead(small, mechanism):
    options = {"through": "2025-12-05"} | NEEDS.get(mechanism.name, {})
    if mechanism.name not in options:
        options[mechanism.name] = mechanism.highest if mechanism.highest != mechanism.size else 0
    assert content(synthetic.city(children=1500, seed=5, **options)) != small[options["through"]]


def test_the_null_city_has_nothing_to_find():
    """One chance for all, full registers on time, one spell a child, and half-days that know nothing of each other."""
    made = synthetic.null_city(children=3000, seed=2)
    children, sessions = made.truth["children"], made.truth["sessions"]
    assert np.ptp(children["propensity"]) < 1e-9
    chance, days = children["propensity"][0], len(made.truth["sessions"]) / 3000
    assert np.all(children["sessions"] == days)
    assert set(sessions["why"]) == {"recorded"}
    assert set(sessions["state"]) == {"present", "illness", "family_leave", "truant"}
    # The binomial: mean and variance over children, each within four standard errors.
    error = np.sqrt(chance * (1 - chance) / (3000 * days))
    assert abs(children["realised"].mean() - chance) < 4 * error
    variance = chance * (1 - chance) / days
    assert abs(children["realised"].var() / variance - 1) < 4 * np.sqrt((2 + (1 - 6 * chance) / (days * chance)) / 3000)
    absent = np.zeros((int(days), 3000), dtype=bool)
    absent[np.repeat(np.arange(int(days)), 3000), sessions.column("child").codes] = sessions["absent"]
    followed = absent[1:][absent[:-1]].mean()
    assert abs(followed - chance) < 4 * np.sqrt(chance * (1 - chance) / absent[:-1].sum())
    assert set(made["registers"]["mode"]) == {"full"}
    assert np.array_equal(made["attendance"]["known_on"], made["attendance"]["date"])
    assert len(made["enrolment"]) == len(made["children"]) == 3000
    assert set(made["enrolment"]["kind"]) == {"first"}
    assert len(made["lineage"]) == len(made["outcomes"]) == len(made["consents"]) == 0
    assert set(made["boarding"]["group"]) == {"day"}
    assert set(made["calendar"]["kind"]) == {"school_day", "make_up", "holiday"}
    assert set(made["exam_results"]["status"]) <= {"sat", "absent"}


def share(city, table, column, word):
    return np.mean(city[table][column] == word)


def absent_shares(city, session):
    """Per day, the true share absent in a session, and per child."""
    held = city.truth["sessions"]
    mine = held["session"] == session
    return held["date"][mine], held.column("child").codes[mine], held["absent"][mine]


def test_what_the_recording_mechanisms_do():
    def null(**sizes):
        return synthetic.null_city(children=2000, seed=4, through="2025-11-28", **sizes)

    assert share(null(by_exception=1), "registers", "mode", "by_exception") == 1
    assert abs(share(null(skipped_registers=0.3), "registers", "mode", "not_taken") - 0.3) < 0.01
    why = null(skipped_registers=0.3).truth["sessions"]["why"]
    assert set(why) == {"recorded", "register_not_taken"}
    late = null(late_reasons=1)["attendance"]
    lag = (late["known_on"] - late["date"]).astype(int)
    assert np.all((lag > 0) == (late["units_absent"] == 1))
    whole = null(late_registers=0.5)["attendance"]
    lag = (whole["known_on"] - whole["date"]).astype(int)
    assert abs(np.mean(lag > 0) - 0.5) < 0.02 and lag.max() == 5
    assert set(null(other_codes=1)["attendance"]["code"]).isdisjoint(null()["attendance"]["code"])
    assert np.all(np.isnat(null(paper_registers=1)["attendance"]["known_on"]))
    lost = null(lost_reasons=1)
    words = lost.codes["attendance.code"]
    assert {words[code] for code in lost["attendance"].column("code").categories} >= {"absent_unknown"}
    assert {words[code] for code in set(lost["attendance"]["code"])} == {"present", "absent_unknown"}
    assert abs(np.mean(null(forgotten_marks=0.1).truth["sessions"]["why"] == "forgotten") - 0.1) < 0.005
    silent = null(silent_points=2)
    assert set(silent.truth["schools"]["registers"]) == {"full", "silent", "undeclared"}
    ghosts = null(ghosts=0.01).truth["children"]
    assert np.sum(ghosts["story"] == "ghost") == 20 and np.all(ghosts["realised"][ghosts["story"] == "ghost"] == 1)
    unregistered = null(unregistered=0.01)
    hidden = unregistered.truth["children"]["child"][unregistered.truth["children"]["story"] == "unregistered"]
    assert len(hidden) == 20 and set(hidden).isdisjoint(unregistered["enrolment"]["child"])
    assert set(hidden) <= set(unregistered["attendance"]["child"])


def test_registers_are_skipped_on_bad_days():
    """With the mechanism, sessions without a register have more absent children than those with one."""

    def absent_by_register(size):
        held = synthetic.null_city(children=3000, seed=6, bad_days=size, skipped_registers=0.05).truth["sessions"]
        missing = held["why"] == "register_not_taken"
        return held["absent"][missing].mean() / held["absent"][~missing].mean()

    assert absent_by_register(10) > 1.2
    assert abs(absent_by_register(0) - 1) < 0.06


def test_what_the_mechanisms_of_lives_do():
    def null(**sizes):
        return synthetic.null_city(children=2000, seed=4, **sizes)

    for name, story in (
        ("transfers", "transfer"),
        ("leavers", "leaver"),
        ("suspensions", "suspended"),
        ("late_entrants", "late_entrant"),
        ("borrowers", "borrowed"),
    ):
        assert np.sum(null(**{name: 0.02}).truth["children"]["story"] == story) == 40
    assert abs(np.sum(null(repeaters=0.05)["enrolment"]["kind"] == "repeat") - 100) < 35
    assert len(null(school_merger=1)["lineage"]) == 1
    assert set(null(leavers=0.05, unknown_destinations=1)["enrolment"]["left_to"]) == {None, "unknown"}

    date, _, absent = absent_shares(null(flu=10), "am")
    autumn, wave = absent[date < np.datetime64("2025-11-17")].mean(), absent[date >= np.datetime64("2025-11-17")].mean()
    assert wave > 1.5 * autumn
    date, _, absent = absent_shares(null(snow=0.5), "am")
    snowy = np.isin(date, np.array(["2026-01-12", "2026-01-13"], dtype="datetime64[D]"))
    assert absent[snowy].mean() > 0.45 and absent[~snowy].mean() < 0.03
    date, _, absent = absent_shares(null(season=2), "am")
    december = date.astype("datetime64[M]") == np.datetime64("2025-12")
    september = date.astype("datetime64[M]") == np.datetime64("2025-09")
    assert absent[december].mean() > 2 * absent[september].mean()


def test_siblings_are_away_together():
    def together(size):
        made = synthetic.null_city(children=4000, seed=9, sibling_shocks=size)
        _, child, absent = absent_shares(made, "am")
        days = len(child) // 4000
        away = np.zeros((4000, days), dtype=bool)
        away[child, np.arange(len(child)) // 4000] = absent
        household = made["children"].column("household").codes
        order = np.argsort(household, kind="stable")
        pair = np.flatnonzero(np.diff(household[order]) == 0)
        both = (away[order[pair]] & away[order[pair + 1]]).mean()
        return both / (away[order[pair]].mean() * away[order[pair + 1]].mean())

    assert together(1) > 3
    assert together(0) < 1.5


def test_spells_keep_the_rate_and_change_the_runs():
    def rate_and_runs(size):
        made = synthetic.null_city(children=6000, seed=3, spells=size)
        _, child, absent = absent_shares(made, "am")
        away = np.zeros((6000, len(child) // 6000), dtype=bool)
        away[child, np.arange(len(child)) // 6000] = absent
        return away.mean(), away[:, 1:][away[:, :-1]].mean(), made.truth["children"]["propensity"].mean()

    rates, runs, propensities = zip(*(rate_and_runs(size) for size in (0, 0.5, 1)), strict=True)
    assert runs[0] < 0.04 < runs[1] < runs[2] and runs[2] > 0.45
    assert max(rates) / min(rates) < 1.08
    # A spell needs some days to build up from the first day of the year: no more than that separates them.
    assert max(propensities) / min(propensities) < 1.03


def test_boarders_have_their_own_weeks():
    def edges(size):
        made = synthetic.null_city(children=4000, seed=8, boarding=1, boarding_weeks=size)
        date, child, absent = absent_shares(made, "am")
        boards = (made["boarding"]["group"] != "day")[child]
        monday = (date.astype(np.int64) + 3) % 7 == 0
        return absent[boards & monday].mean() / absent[~boards & monday].mean()

    assert edges(2) > 1.15
    assert abs(edges(0) - 1) < 0.1


def test_second_and_shared_identifiers():
    made = synthetic.city(children=3000, seed=101, split_ids=1, shared_ids=0.01, transfers=0.05)
    same = made.truth["same_person"]
    second = np.char.startswith(same["id"].astype(str), "MADEUP-T")
    assert 40 < second.sum() <= 150 and sorted(same["id"][second]) == sorted(second_ids(made))
    own = same["id"] == same["child"]
    assert own.sum() == 3000 and np.sum(~own & ~second) > 20
    # From that day on there is no mark under the child's own identifier, and there are some under the other one.
    attendance, truth = made["attendance"], made.truth["sessions"]
    for row in np.flatnonzero(~own)[::6]:
        child, other, since = same["child"][row], same["id"][row], same["from"][row]
        assert not np.any((attendance["child"] == child) & (attendance["date"] >= since)) or child in same["id"][~own]
        assert not second[row] or not np.any((attendance["child"] == other) & (attendance["date"] < since))
        assert np.any((truth["child"] == child) & (truth["date"] >= since))


# ---- truth --------------------------------------------------------------------------------------------------------


def test_records_agree_with_the_truth_where_they_say_so(city):
    """A mark called recorded is the true state, and every other sort of gap is where it says it is."""
    truth, attendance = city.truth["sessions"], city["attendance"]
    same = city.truth["same_person"]
    bearer = dict(zip(same["id"], same["child"], strict=True))
    number = {name: place for place, name in enumerate(city.truth["children"]["child"])}
    person = np.array([number[bearer[name]] for name in attendance.column("child").categories])[attendance.column("child").codes]

    def key(child, table):
        return (child.astype(np.int64) * 100_000 + table["date"].astype(np.int64)) * 4 + table.column("session").codes

    marks, held = key(person, attendance), key(truth.column("child").codes, truth)
    order = np.argsort(held)
    assert len(np.unique(held)) == len(held)
    at = order[np.searchsorted(held[order], marks)]
    assert np.array_equal(held[at], marks), "a mark where there was no session"
    words = {"present": "present", "late": "late", "illness": "absent_illness", "family_leave": "absent_excused"}
    words |= {"truant": "absent_unexcused", "outing": "off_site"}
    said = np.array([city.codes["attendance.code"][code] for code in attendance.column("code").categories])[attendance.column("code").codes]
    why, state = truth["why"], truth["state"]
    recorded = why[at] == "recorded"
    assert recorded.mean() > 0.95
    assert all(words[one] == other for one, other in zip(state[at][recorded][::7], said[recorded][::7], strict=True))
    has_mark = np.zeros(len(held), dtype=bool)
    has_mark[at] = True
    assert set(why[has_mark]) == {"recorded", "reason_lost", "ghost_marked_away", "not_on_roll"}
    gaps = {"implied_present", "register_not_taken", "school_sends_no_register", "forgotten", "ghost_left_blank"}
    assert set(why[~has_mark]) == gaps
    assert set(state[why == "implied_present"]) == {"present"}


@pytest.mark.parametrize("sizes", [{}, {"spells": 0.4, "flu": 8, "half_days": 3}, {"wellbeing_absence": 2, "sibling_shocks": 1}])
def test_propensities_are_the_expectation_of_what_happens(sizes):
    """Realised less expected shares, by fifths of the propensity: each mean within four standard errors of zero."""
    made = synthetic.city(children=6000, seed=12, **sizes)
    children = made.truth["children"]
    known = children["sessions"] > 0
    propensity, realised = children["propensity"][known], children["realised"][known]
    assert np.ptp(propensity) > 0.1
    fifth = np.searchsorted(np.quantile(propensity, [0.2, 0.4, 0.6, 0.8]), propensity)
    for part in range(5):
        gap = (realised - propensity)[fifth == part]
        assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(len(gap)), part


def test_wellbeing_has_its_own_form():
    made = synthetic.city(children=3000, seed=3, lasting_wellbeing=1, passing_wellbeing=0, hard_blows=0)
    table = made.truth["wellbeing"]
    by_week = table["wellbeing"].reshape(-1, 3000)
    assert np.array_equal(by_week[0], by_week[-1])
    assert abs(by_week[0].std() - 1) < 0.06
    household = made["children"].column("household").codes[:3000]
    order = np.argsort(household, kind="stable")
    pair = np.flatnonzero(np.diff(household[order]) == 0)
    between = np.corrcoef(by_week[0][order[pair]], by_week[0][order[pair + 1]])[0, 1]
    assert 0.25 < between < 0.55
    fallen = synthetic.city(children=3000, seed=3, passing_wellbeing=0, hard_blows=0.5).truth["wellbeing"]
    by_week = fallen["wellbeing"].reshape(-1, 3000)
    fell = by_week[0] - by_week[-1]
    assert 0.35 < np.mean(fell > 0.5) < 0.55 and fell.min() > -1e-6
    assert np.all((table["date"].astype(np.int64) + 3) % 7 == 0)


def test_truth_is_written_apart(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    made = synthetic.city(children=60, seed=3, through="2025-09-30")
    made.write(tmp_path / "city")
    folder = made.truth.write(tmp_path / "elsewhere")
    assert folder == tmp_path / "elsewhere" / "truth"
    assert {path.stem for path in folder.iterdir()} == set(made.truth)
    assert {path.stem for path in (tmp_path / "city").iterdir()} == set(made) | {"study"}
    assert parquet.read_table(folder / "sessions.parquet").schema.metadata[b"childwell.made_up"] == b"true"
    assert "truth" not in (tmp_path / "city" / "study.toml").read_text("utf-8")
    assert repr(made.truth).startswith("truth of a made-up city")


def test_asking_for_the_truth_changes_nothing():
    made = synthetic.city(children=400, seed=7)
    before = content(made)
    assert len(made.truth["sessions"]) > 0
    assert content(made) == before == content(synthetic.city(children=400, seed=7))


# ---- pieces -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_layers(monkeypatch):
    """Layers of 400 children, so that a small city has several; the layers of a real one differ in size alone."""
    monkeypatch.setattr("childwell.synthetic._layers.LARGEST", 400)


def whole(pieces):
    """Each table of a city in pieces as lists, in the order in which its rows came."""
    pyarrow = pytest.importorskip("pyarrow")
    batches = {}
    for name, batch in pieces:
        assert batch.schema.metadata == {b"childwell.made_up": b"true"}
        assert batch.num_rows <= pieces._rows
        batches.setdefault(name, []).append(batch)
    return {name: pyarrow.Table.from_batches(parts) for name, parts in batches.items()}


def rows_of(table):
    return list(zip(*table.to_pydict().values(), strict=True))


@pytest.mark.parametrize(
    "options",
    [
        {"children": 1500, "through": "2025-09-30"},
        {"children": 399, "through": "2025-11-14"},
        {"children": 500, "through": "2025-09-05", "with_year_before": True},
    ],
)
def test_a_city_in_pieces_is_the_city_whole(small_layers, options, tmp_path):
    options = options | {"seed": 21}
    made = synthetic.city(**options)
    pieces = synthetic.pieces(**options, order="date", rows=5000, scratch=tmp_path)
    assert not list(tmp_path.iterdir())
    given = whole(pieces)
    assert not list(tmp_path.iterdir()), "the temporary file is left behind"
    assert list(given) == [name for name in made if name not in ("attendance", "registers")] + ["registers", "attendance"]
    for name, table in made.items():
        assert given[name].to_pydict() == table.to_arrow().to_pydict(), name
    assert (pieces.as_of, pieces.codes, pieces.study()) == (made.as_of, made.codes, made.study())


def test_other_orders_hold_the_same_rows(small_layers, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("childwell.synthetic._pieces._ROWS_OF_A_BUCKET", 2000)
    options = {"children": 900, "seed": 21, "through": "2025-09-19"}
    by_date, by_child, at_random = (whole(synthetic.pieces(**options, order=order)) for order in ("date", "child", "random"))
    assert set(by_date) == set(by_child) == set(at_random)
    for name in by_date:
        one, two, three = (rows_of(given[name]) for given in (by_date, by_child, at_random))
        if name in ("attendance", "registers"):
            assert one != three
            one, two, three = sorted(one, key=repr), sorted(two, key=repr), sorted(three, key=repr)
        assert repr(one) == repr(two) == repr(three), name
    children = by_child["attendance"]["child"].to_pylist()
    runs = [name for place, name in enumerate(children) if place == 0 or children[place - 1] != name]
    assert len(runs) == len(set(runs)), "a child's records lie apart"
    dates = by_date["attendance"]["date"].to_pylist()
    assert dates == sorted(dates)
    # At random: the rank correlation of place and date is that of a shuffle, not of an order with local swaps.
    days = np.array(at_random["attendance"]["date"].to_pylist(), dtype="datetime64[D]").astype(float)
    assert abs(np.corrcoef(np.arange(len(days)), days)[0, 1]) < 4 / np.sqrt(len(days))


def test_same_bytes_on_any_number_of_threads(small_layers):
    one, three = (synthetic.city(children=1500, seed=7, through="2025-09-30", threads=threads) for threads in (1, 3))
    assert content(one) == content(three)
    assert {name: raw(one.truth["sessions"].column(name)) for name in one.truth["sessions"].columns} == {
        name: raw(three.truth["sessions"].column(name)) for name in three.truth["sessions"].columns
    }
    options = {"children": 1500, "seed": 7, "through": "2025-09-30", "order": "random"}
    one, three = (whole(synthetic.pieces(**options, threads=threads)) for threads in (1, 3))
    assert all(one[name].equals(three[name]) for name in one)


PEAK = """
import resource, sys
import childwell.synthetic as synthetic
for _ in synthetic.pieces(children=int(sys.argv[1]), seed=3, order=sys.argv[2], threads=1, through="2025-12-31"):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.long
@pytest.mark.parametrize("order", ["child", "date", "random"])
def test_memory_stays_flat(order):
    """Four times the marks in no more than a tenth more memory, beyond twenty-odd bytes a child."""
    pytest.importorskip("pyarrow")

    def peak(children):
        ran = subprocess.run([sys.executable, "-c", PEAK, str(children), order], check=True, capture_output=True, text=True)
        return int(ran.stdout)

    assert peak(240_000) < 1.1 * peak(60_000) + 240_000 * 32 / 1024


def test_layers_are_one_city(small_layers):
    """Ids are nobody's twice, counties and townships stand once, and a county's paper is one paper everywhere."""
    made = synthetic.city(children=1500, seed=21)
    test_keys_are_unique(made)
    holds_one_small_tree(made)
    test_required_columns_have_no_gap(made)
    test_closed_vocabularies_hold_after_the_code_map(made)
    test_marks_lie_inside_enrolment(made)
    household = made["children"].column("household").codes[:1500]
    layer_of = np.arange(1500) // 375
    assert all(len(set(layer_of[household == home])) == 1 for home in np.unique(household)[::25])
    results = made["exam_results"]
    papers = {f"{name}" for name in made["exams"]["paper"]}
    assert set(results["paper"]) <= papers
    county = [name for name in papers if name.endswith("county-1")]
    assert county and any(np.ptp(np.searchsorted([375, 750, 1125], results.column("child").codes[results["paper"] == name])) > 0 for name in county)
    marks = made["attendance"]["date"].astype(np.int64) * 4 + made["attendance"].column("session").codes
    assert np.all(np.diff(marks) >= 0)


def holds_one_small_tree(city):
    test_places_parents_exist(city)
    assert list(city["places"]["kind"]).count("county") == 5
    assert len(set(city["places"]["place"])) == len(city["places"])


def test_a_reader_and_files_of_a_city_in_pieces(small_layers, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    options = {"children": 900, "seed": 2, "through": "2025-09-30"}
    pieces = synthetic.pieces(**options, order="child", rows=1000)
    table = pieces.reader("attendance").read_all()
    study = tomllib.loads(pieces.write(tmp_path / "pieces").read_text("utf-8"))
    assert parquet.read_table(tmp_path / "pieces" / "attendance.parquet").equals(table)
    assert set(study["tables"]) == set(synthetic.city(**options))
    truth = synthetic.city(**options).truth
    folder = pieces.write_truth(tmp_path / "elsewhere")
    assert {path.stem for path in folder.iterdir()} == set(truth)
    for name, held in truth.items():
        assert parquet.read_table(folder / f"{name}.parquet").to_pydict() == held.to_arrow().to_pydict(), name
    with pytest.raises(KeyError, match="no table"):
        pieces.reader("nothing")
    with pytest.raises(ValueError, match="order must be"):
        synthetic.pieces(**options, order="name")
    assert repr(pieces).startswith("made-up city in pieces by child: 900 children")


def test_sizes_of_real_layers():
    from childwell.synthetic import _layers

    for children, count in ((30_000, 1), (30_001, 2), (300_000, 10), (7_000_000, 234)):
        found = _layers.layers(children, 5)
        assert len(found) == count
        assert sum(layer.children for layer in found) == children
        assert max(layer.children for layer in found) <= 30_000
        assert [layer.first_child for layer in found] == np.cumsum([0] + [layer.children for layer in found])[:-1].tolist()
        assert len({layer.seed for layer in found}) == count


# ---- files and independence ---------------------------------------------------------------------------------------


def test_write(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    made = synthetic.city(children=60, seed=3, through="2025-09-30")
    study = tomllib.loads(made.write(tmp_path / "city").read_text(encoding="utf-8"))
    assert study["made_up"] is True
    assert study["purpose"] == "term_review"
    assert study["policies"] == made.policies
    assert set(study["tables"]) == set(made)
    assert study["tables"]["attendance"]["codes"]["code"] == made.codes["attendance.code"]
    for name, source in study["tables"].items():
        read = parquet.read_table(tmp_path / "city" / source["file"])
        assert read.num_rows == len(made[name])
        assert read.schema.metadata[b"childwell.made_up"] == b"true"


def test_the_city_is_a_mapping(city):
    assert len(city) == len(list(city)) == len(city.tables)
    assert city["children"] is city.tables["children"]
    assert "children" in city
    assert city.study()["codes"] == city.codes


def imports(path):
    """(module, names, level) of every import in a file, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "", [name.name for name in node.names], node.level
        if isinstance(node, ast.Import):
            yield from ((name.name, [], 0) for name in node.names)


def test_the_generator_imports_no_estimator():
    """From the core it takes embedded rules alone, from the library the table type."""
    for path in Path(synthetic.__file__).parent.glob("*.py"):
        for module, names, level in imports(path):
            assert level < 2, path.name
            if level == 0 and module.startswith("childwell"):
                assert module in {"childwell._table", "childwell"}, path.name
                assert module != "childwell" or names == ["_core"], path.name
        assert set(re.findall(r"_core\.(\w+)", path.read_text(encoding="utf-8"))) <= {"rules"}, path.name


def test_no_estimator_imports_the_generator_and_nothing_opens_the_truth():
    package = Path(synthetic.__file__).parents[1]
    makers = {"__init__.py", "cli.py"}  # they hand the generator on; neither reads a city's truth
    for path in package.rglob("*.py"):
        if path.parent.name == "synthetic":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.truth\b|_truth\b", text), path.name
        if path.name in makers and path.parent == package:
            continue
        for module, names, _ in imports(path):
            assert "synthetic" not in module.split(".") and "synthetic" not in names, path.name
