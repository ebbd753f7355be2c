# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Real input, read as it is: OULAD 2013 and the absence that England publishes."""

import csv
import json
import os
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

import childwell as cw

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("CHILDWELL_SHARED_DATA", ROOT.parent / "shared" / "data"))
KEY = cw.Key.from_bytes(bytes(range(32)))
ORIGINS = {"2013B": date(2013, 2, 1), "2013J": date(2013, 10, 1)}

needs_oulad = pytest.mark.skipif(not (SHARED / "oulad2013").is_dir(), reason="oulad2013 is not there")
needs_students = pytest.mark.skipif(not (SHARED / "student_mat.csv").is_file(), reason="student_mat is not there")
needs_england = pytest.mark.skipif(not (SHARED / "absence_england_primary.csv").is_file(), reason="absence_england is not there")


def rows(name):
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def oulad():
    return cw.open_study(ROOT / "notebooks/studies/oulad.toml", data=SHARED / "oulad2013", key=KEY)


@pytest.fixture(scope="module")
def england():
    return cw.open_study(ROOT / "notebooks/studies/england.toml", data=SHARED, key=KEY)


@needs_oulad
def test_every_row_of_oulad_is_accounted_for(oulad):
    tables = oulad.cohort.ledger["tables"]
    assert tables["enrolment"]["read"] == len(rows("oulad2013/registrations.csv")) == 13529
    assert tables["exam_results"]["read"] == len(rows("oulad2013/student_assessments.csv")) == 82842
    assert tables["children"]["read"] == oulad.cohort.ledger["children"]["read"] == 13327
    assert tables["exam_results"]["quarantined"] == tables["exam_results"]["reasons"]["E09"] == 84
    assert tables["enrolment"]["quarantined"] == tables["enrolment"]["reasons"]["E07"] == 18
    for entry in tables.values():
        assert entry["accepted"] + entry["corrected"] + entry["quarantined"] == entry["read"]


def spells_of_learners():
    spells = defaultdict(list)
    for row in rows("oulad2013/registrations.csv"):
        if row["date_registration"]:
            origin = ORIGINS[row["code_presentation"]]
            end = row["date_unregistration"]
            first = origin + timedelta(int(row["date_registration"]))
            last = origin + timedelta(int(end)) if end else date.max
            if last >= first:
                spells[row["id_student"]].append((first, last))
    return spells


@needs_oulad
def test_work_handed_in_outside_a_registration_is_kept_and_counted_apart(oulad):
    spells = spells_of_learners()
    presentation = {row["id_assessment"]: row["code_presentation"] for row in rows("oulad2013/assessments.csv")}
    outside = without = 0
    for row in rows("oulad2013/student_assessments.csv"):
        if not row["score"]:
            continue
        day = ORIGINS[presentation[row["id_assessment"]]] + timedelta(int(row["date_submitted"]))
        known = spells.get(row["id_student"])
        without += known is None
        outside += known is not None and not any(first <= day <= last for first, last in known)
    apart = oulad.cohort.ledger["tables"]["exam_results"]["kept_apart"]
    assert (apart.get("E03", 0), apart.get("E04", 0)) == (outside, without)
    assert outside > 0


@needs_oulad
def test_every_learner_of_oulad_has_one_place_on_the_roll(oulad):
    roll = oulad.measure(as_of="2014-08-31").roll()
    assert roll["on_roll"] == roll["seen"] + roll["not_seen"] + roll["suspended"] + roll["left_known"] + roll["left_unknown"]
    # without a registration day a learner is on no roll, and yet is counted as read
    registered = {row["id_student"] for row in rows("oulad2013/registrations.csv") if row["date_registration"]}
    assert roll["on_roll"] == len(registered)


@needs_oulad
@pytest.mark.parametrize("learner", ["11391", "28400", "32885"])
def test_three_learners_by_hand(oulad, learner):
    """Module AAA of 2013J: z and mid-rank percentile among everybody who sat the same assessment."""
    table = oulad.measure(as_of="2014-08-31").table()
    child = table["child"] == KEY.pseudonym("child", learner)
    marks, own = defaultdict(list), {}
    for row in rows("oulad2013/student_assessments.csv"):
        if row["score"]:
            marks[row["id_assessment"]].append(float(row["score"]))
            if row["id_student"] == learner:
                own[row["id_assessment"]] = float(row["score"])
    assert own
    sat = table["value"][child & (table["indicator"] == "academic.papers_sat")]
    assert sat.tolist() == [len(own)]
    for assessment, mark in own.items():
        field = np.array(marks[assessment])
        here = child & (table["exam"] == assessment)
        z = table["value"][here & (table["indicator"] == "academic.z")]
        percentile = table["value"][here & (table["indicator"] == "academic.percentile")]
        assert z == pytest.approx([(mark - field.mean()) / field.std(ddof=1)], abs=1e-12)
        rank = (field < mark).sum() + ((field == mark).sum() + 1) / 2
        normal = table["value"][here & (table["indicator"] == "academic.rank_normal")]
        assert normal == pytest.approx([NormalDist().inv_cdf((rank - 0.375) / (len(field) + 0.25))], abs=1e-9)
        by_hand = 100 * ((field < mark).sum() + (field == mark).sum() / 2) / len(field)
        assert percentile == pytest.approx([by_hand], abs=1e-12)
        failed = table["value"][here & (table["indicator"] == "academic.failed")]
        assert failed.tolist() == [float(mark < 40)]


SORTS = {"overall": "attendance.absence_rate", "authorised": "attendance.excused_rate", "unauthorised": "attendance.unexcused_rate"}


def published_rows():
    """Place of the study, row of the file, and the number of decimals that were printed of a percentage."""
    for row in rows("absence_england_primary.csv"):
        if row["sess_possible"] != "x":
            yield "primary", f"primary {row['characteristic']} {row['year']}", row
    for row in rows("absence_england_autumn.csv"):
        yield "autumn", f"autumn {row['School_type']} {row['Year']} {row['num_schools']}", row


def printed(value):
    """To one decimal, half away from zero, as the publisher rounds."""
    return Decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@needs_england
def test_englands_published_rates_come_out_to_the_printed_decimal(england):
    groups = cw.aggregate(england.measure(as_of="2018-12-31")).table()
    got = {(place, measure): value for place, measure, value in zip(groups["place"], groups["measure"], groups["value"], strict=True)}
    assert set(groups["status"]) == {"ok"}
    compared = {"primary": 0, "autumn": 0}
    for name, place, row in published_rows():
        for word, measure in SORTS.items():
            value = got[place, measure]
            assert value == int(row[f"sess_{word}"]) / int(row["sess_possible"]), place
            assert printed(100 * value) == Decimal(row[f"sess_{word}_percent"]), (place, word)
            compared[name] += 1
    assert compared == {"primary": 3 * 315, "autumn": 3 * 36}
    assert len(got) == 3 * (315 + 36)


@needs_england
@pytest.mark.parametrize(("case", "word"), [("primary_overall", "overall"), ("autumn_overall", "overall"), ("autumn_unauth", "unauthorised")])
def test_englands_rates_are_the_reference_results(england, case, word):
    expected = json.loads((SHARED / "expected" / f"attendance_england_{case}.json").read_text("utf-8"))
    ratios = [ratio for ratio in expected["expected"]["ratios"] if ratio is not None]
    assert len(ratios) == expected["expected"]["rows_agree"]
    groups = cw.aggregate(england.measure(as_of="2018-12-31")).table()
    got = {(place, measure): value for place, measure, value in zip(groups["place"], groups["measure"], groups["value"], strict=True)}
    here = [got[place, SORTS[word]] for name, place, _ in published_rows() if case.startswith(name)]
    assert here == pytest.approx(ratios, abs=expected["tolerance"]["abs"])


@needs_england
def test_what_the_publisher_hid_is_set_aside_and_counted(england):
    ledger = england.records.ledger["tables"]["attendance_totals"]
    hidden = sum(row["sess_possible"] == "x" for row in rows("absence_england_primary.csv"))
    assert ledger["read"] == 352
    assert ledger["quarantined"] == hidden


# ---- absences and marks of two Portuguese schools (UCI): sums of a year, and three papers of each school -------------

PERIODS = {"G1": "2006-01-31", "G2": "2006-04-28", "G3": "2006-06-30"}
POSSIBLE = 180  # sessions in the year: the source gives absences alone, so this is ours, and no figure of the schools


def students_measured(pupils):
    """The whole path on 395 pupils without ids: the place of a row in the file stands for one."""
    names = [f"row-{number}" for number in range(len(pupils))]
    schools = [pupil["school"] for pupil in pupils]
    sets = [(period, school) for period in PERIODS for school in sorted(set(schools))]

    def table(**columns):
        return {name.rstrip("_"): np.array(values, dtype=object) for name, values in columns.items()}

    def always(value, count=len(pupils)):
        return [value] * count

    tables = {
        "children": table(child=names),
        "enrolment": table(child=names, school=schools, class_=schools, from_=always("2005-09-15")),
        "exams": table(exam=[period for period, _ in sets], subject=always("mathematics", 6), paper=[school for _, school in sets],
                       scope=always("school", 6), setter=[school for _, school in sets], date=[PERIODS[period] for period, _ in sets],
                       scale=always("points", 6), full=always(20, 6)),
        "exam_results": table(child=names * 3, exam=[period for period in PERIODS for _ in pupils], subject=always("mathematics", 3 * len(pupils)),
                              paper=schools * 3, value=[float(pupil[period]) for period in PERIODS for pupil in pupils],
                              status=always("sat", 3 * len(pupils))),
        "attendance_totals": table(child=names, from_=always("2005-09-15"), to=always("2006-06-30"), sessions_possible=always(POSSIBLE),
                                   absent_unknown=[int(pupil["absences"]) for pupil in pupils]),
    }
    measured = cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of="2006-07-01", policies=["england_persistent"], families=["progress"])
    return measured, {KEY.pseudonym("child", name): number for number, name in enumerate(names)}


@needs_students
def test_real_absences_and_marks_agree_with_numpy():
    pupils = rows("student_mat.csv")
    measured, place = students_measured(pupils)
    table = measured.table()

    def of(indicator, exam=None):
        wanted = (table["indicator"] == indicator) & (table["status"] == "ok")
        if exam:
            wanted &= table["exam"] == exam
        values = np.full(len(pupils), np.nan)
        values[[place[name] for name in table["child"][wanted]]] = table["value"][wanted]
        return values

    absences = np.array([int(pupil["absences"]) for pupil in pupils])
    school = np.array([pupil["school"] for pupil in pupils])
    np.testing.assert_allclose(of("attendance.absence_rate"), absences / POSSIBLE, rtol=1e-15)
    np.testing.assert_array_equal(of("attendance.chronic"), 10 * absences >= POSSIBLE)
    for period in PERIODS:
        marks, scores, percentiles = np.array([float(pupil[period]) for pupil in pupils]), of("academic.z", period), of("academic.percentile", period)
        for name in np.unique(school):  # nobody is compared with a sitter of another school's paper
            field = marks[school == name]
            np.testing.assert_allclose(scores[school == name], (field - field.mean()) / field.std(ddof=1), rtol=1e-12, atol=1e-14)
            below = (field[:, None] > field).sum(axis=1) + 0.5 * (field[:, None] == field).sum(axis=1)
            np.testing.assert_allclose(percentiles[school == name], 100 * below / len(field), rtol=1e-12)
    # change to the last paper is what the rank-normal score has beyond r times that of the paper before
    change, last, before = of("academic.change", "G3"), of("academic.rank_normal", "G3"), of("academic.rank_normal", "G2")
    for name in np.unique(school):
        r = np.corrcoef(before[school == name], last[school == name])[0, 1]
        np.testing.assert_allclose(change[school == name], (last - r * before)[school == name], atol=1e-9)
