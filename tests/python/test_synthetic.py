# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The made-up city: real calendar, whole keys, nobody's ids, the same bytes for the same seed."""

import ast
import datetime
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import childwell.synthetic as synthetic
from childwell import _core
from childwell._table import Categorical

SCHEMAS = tomllib.loads(_core.rules("schemas"))
CALENDAR = tomllib.loads(_core.rules("calendar_cn"))["2025-2026"]
DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def city():
    return synthetic.city(children=3000, seed=1)


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
    assert len(made["children"]) == children
    assert len(made["attendance"]) > 0
    assert len(made["lineage"]) == 1
    test_places_parents_exist(made)


def test_places_parents_exist(city):
    places = city["places"]
    parents = {parent for parent in places["parent"] if parent is not None}
    assert parents <= set(places["place"])


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


def test_calendar_agrees_with_chinesecalendar():
    chinese_calendar = pytest.importorskip("chinese_calendar")
    year = synthetic.school_year()
    in_term = [
        day
        for term in CALENDAR["terms"]
        for day in np.arange(term["from"], np.datetime64(term["to"]) + DAY, dtype="datetime64[D]").tolist()
    ]
    assert [day for day in in_term if chinese_calendar.is_workday(day)] == year.school_days.tolist()
    holidays = {
        day
        for holiday in CALENDAR["holidays"]
        for day in np.arange(holiday["from"], np.datetime64(holiday["to"]) + DAY, dtype="datetime64[D]").tolist()
    }
    every = np.arange(CALENDAR["from"], np.datetime64(CALENDAR["to"]) + DAY, dtype="datetime64[D]").tolist()
    weekdays_off = {day for day in every if day.weekday() < 5 and chinese_calendar.is_holiday(day)}
    assert weekdays_off == {day for day in holidays if day.weekday() < 5}
    made_up = {day for holiday in CALENDAR["holidays"] for day in holiday["make_up"]}
    assert made_up == {day for day in every if day.weekday() >= 5 and chinese_calendar.is_workday(day)}


def test_facts_name_their_sources():
    assert all("国办发明电" in holiday["source"] for holiday in CALENDAR["holidays"])
    assert all(term["source"] for term in CALENDAR["terms"])


def test_a_closed_school_has_neither_registers_nor_marks(city):
    calendar, attendance, registers = city["calendar"], city["attendance"], city["registers"]
    closed = calendar["kind"] == "closure"
    assert closed.sum() >= 5
    for school, date in zip(calendar["place"][closed], calendar["date"][closed], strict=True):
        assert not np.any((attendance["school"] == school) & (attendance["date"] == date))
        of_school = np.array([name.startswith(school) for name in registers["class"]])
        assert not np.any(of_school & (registers["date"] == date))


# ---- enrolment ----------------------------------------------------------------------------------------------------


def test_spells_do_not_overlap(city):
    enrolment = city["enrolment"]
    start, end = spans(enrolment, "from", "to")
    child = enrolment.column("child").codes
    assert np.all(start <= end)
    same = child[1:] == child[:-1]
    assert np.all(start[1:][same] > end[:-1][same])


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
    assert followed > 10 * absent[morning].mean()


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
        {"through": "2026-07-04"},
        {"through": "2025-08-31"},
        {"through": "soon"},
    ],
)
def test_mistakes_are_value_errors(options):
    with pytest.raises(ValueError, match="must"):
        synthetic.city(**options)


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


def test_the_generator_imports_no_estimator():
    allowed = {"childwell._table", "childwell._core", "childwell"}
    for path in Path(synthetic.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module.startswith("childwell"):
                assert node.module in allowed
                assert node.module != "childwell" or [name.name for name in node.names] == ["_core"]
            if isinstance(node, ast.Import):
                assert not any(name.name.startswith("childwell") for name in node.names)
