# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One worked example of each kind of child, recomputed by hand. Ten school days, two sessions a day."""

import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from ten_days import AS_OF, DAYS, KEY, MONDAY, SESSIONS, all_days, base, columns, enrolment, iso, marks, measured, of, registers

import childwell as cw


def test_blank_under_a_register_by_exception_is_present_and_stored_as_implied():
    absences = [{"child": "a", "date": iso(DAYS[2]), "session": "am", "code": "absent_illness"}]
    seen = [{"child": "b", "date": iso(DAYS[0]), "session": "am", "code": "late"}]
    taken = registers("by_exception", days=DAYS[:9])
    _, table = measured(base(enrolment=enrolment({"child": "a"}, {"child": "b"}), registers=taken, attendance=marks(*absences, *seen)))
    rate = of(table, "a", "attendance.absence_rate")
    # 20 sessions expected, 18 in the register (17 implied, 1 absent), 2 unknown
    assert (rate["n_expected"], rate["n_observed"]) == (20, 18)
    assert (rate["value"], rate["lower"], rate["upper"]) == pytest.approx((1 / 18, 1 / 20, 3 / 20))
    assert of(table, "a", "attendance.coverage_implied")["value"] == 17 / 20
    assert of(table, "a", "attendance.coverage_recorded")["value"] == 1 / 20
    assert of(table, "a", "attendance.coverage_unknown")["value"] == 2 / 20


def test_blank_under_no_register_is_not_recorded():
    rows = all_days("a", days=DAYS[:5])
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)))
    rate = of(table, "a", "attendance.absence_rate")
    assert (rate["value"], rate["lower"], rate["upper"]) == (0, 0, 0.5)


def test_a_school_whose_rows_are_all_absences_is_stopped_by_name():
    rows = [{"child": "a", "date": iso(DAYS[1]), "session": "am", "code": "absent_unknown"}]
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows))
    indicators, table = measured(tables)
    assert indicators.cohort.schools_missing == [("S", "register_unknown")]
    assert of(table, "a", "attendance.absence_rate")["status"] == "register_unknown"
    declared, table = measured(tables, registers="by_exception")
    assert declared.cohort.schools_missing == []
    assert of(table, "a", "attendance.absence_rate")["value"] == 1 / 20


def test_exactly_ten_per_cent_is_chronic_and_bounds_that_straddle_cannot_tell():
    absent = [{"child": "a", "date": iso(DAYS[0]), "session": session, "code": "absent_unexcused"} for session in SESSIONS]
    rows = absent + all_days("a", days=DAYS[1:])
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)))
    assert of(table, "a", "attendance.chronic", "us_edfacts_chronic")["value"] == 1
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows[:-2])))
    assert of(table, "a", "attendance.chronic", "us_edfacts_chronic")["value"] == 1  # 2 of 20 whatever the blanks hide
    both = ["us_edfacts_chronic", "england_persistent"]
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows[1:-2])), policies=both)
    chronic = of(table, "a", "attendance.chronic", "england_persistent")
    assert chronic["status"] == "cannot_tell"  # 1 of 20 sessions recorded as absent, 3 unknown: 5 % to 20 %
    assert np.isnan(chronic["value"])
    # half of the first day is known to be missed, so the day is: 1 of 10 days, whatever the last one hides
    assert of(table, "a", "attendance.chronic", "us_edfacts_chronic")["value"] == 1
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows[2:])), policies=both)
    days = of(table, "a", "attendance.chronic", "us_edfacts_chronic")
    assert (days["status"], days["n_expected"], days["n_observed"]) == ("cannot_tell", 10, 9)


def test_transfer_in_mid_term_each_school_answers_for_its_own_days():
    first, second = DAYS[:4], DAYS[4:]
    moves = enrolment({"child": "a", "to": iso(first[-1]), "left_to": "known"},
                      {"child": "a", "school": "T", "class": "T1", "from": iso(second[0])})
    rows = all_days("a", "absent_excused", first[:1]) + all_days("a", days=first[1:]) + all_days("a", days=second, school="T")
    indicators, table = measured(base(enrolment=moves, attendance=marks(*rows)))
    assert of(table, "a", "attendance.absence_rate")["value"] == 2 / 20
    assert of(table, "a", "attendance.absence_rate", school="S")["value"] == 2 / 8
    assert of(table, "a", "attendance.absence_rate", school="T")["value"] == 0
    assert indicators.roll()["on_roll"] == indicators.roll()["seen"] == 1


def test_where_paperwork_overlaps_the_register_decides_and_a_tie_stays_disputed():
    both = enrolment({"child": "a"}, {"child": "a", "school": "T", "class": "T1", "from": iso(DAYS[5])})
    rows = all_days("a", days=DAYS[:7]) + all_days("a", days=DAYS[7:], school="T")
    tie = [{"child": "a", "school": "T", "date": iso(DAYS[6]), "session": "am", "code": "absent_unknown"}]
    indicators, table = measured(base(enrolment=both, attendance=marks(*rows, *tie)))
    rate = of(table, "a", "attendance.absence_rate")
    assert rate["n_expected"] == 20  # no day counts twice
    assert (rate["n_observed"], rate["value"], rate["upper"]) == (19, 0, 1 / 20)
    assert indicators.cohort.ledger["tables"]["enrolment"]["kept_apart"]["E23"] == 1


def test_a_merged_school_is_no_move_and_its_days_go_to_the_successor():
    lineage = columns([{"old": "S", "date": iso(DAYS[5]), "new": "T", "kind": "merged"}], ("old", "date", "new", "kind"))
    children = [f"c{number}" for number in range(30)]
    spells = enrolment(*[{"child": child, "to": iso(DAYS[4])} for child in children],
                       *[{"child": child, "school": "T", "class": "T1", "from": iso(DAYS[5])} for child in children])
    rows = [row for child in children for row in all_days(child, days=DAYS[:5]) + all_days(child, days=DAYS[5:], school="T")]
    indicators, _ = measured(base(enrolment=spells, attendance=marks(*rows), lineage=lineage))
    groups = cw.aggregate(indicators, by=["city", "school"], policy={"id": "all", "kind": "disclosure", "minimum_cell": 1}).table()
    schools = groups["place"][(groups["level"] == "school") & (groups["measure"] == "attendance.coverage")]
    assert schools.tolist() == ["T"]
    assert indicators.roll()["on_roll"] == 30


def test_a_boarder_is_expected_in_a_boarders_sessions():
    sessions = columns([{"session": "am", "units": 1}, {"session": "pm", "units": 1},
                        {"session": "evening", "units": 1, "group": "full", "compulsory": "1"}],
                       ("session", "units", "group", "compulsory"))
    boarding = columns([{"child": "a", "from": iso(MONDAY), "group": "full"}, {"child": "b", "from": iso(MONDAY), "group": "day"}],
                       ("child", "from", "group"))
    tables = base(enrolment=enrolment({"child": "a"}, {"child": "b"}), boarding=boarding,
                  attendance=marks(*all_days("a"), *all_days("b"))) | {"sessions": sessions}
    _, table = measured(tables)
    assert of(table, "a", "attendance.coverage")["n_expected"] == 30
    assert of(table, "b", "attendance.coverage")["n_expected"] == 20


def test_a_suspended_pupil_is_not_expected_and_stands_apart_on_the_roll():
    spells = enrolment({"child": "a", "to": iso(DAYS[4])}, {"child": "a", "from": iso(DAYS[5]), "kind": "suspend"})
    indicators, table = measured(base(enrolment=spells, attendance=marks(*all_days("a", days=DAYS[:5]))))
    assert of(table, "a", "attendance.coverage")["n_expected"] == 10
    roll = indicators.roll()
    assert (roll["on_roll"], roll["suspended"], roll["seen"]) == (1, 1, 0)


def test_a_child_enrolled_and_never_seen_comes_out():
    rows = all_days("b") + all_days("a", "absent_unknown", DAYS[:3])
    indicators, table = measured(base(enrolment=enrolment({"child": "a"}, {"child": "b"}), attendance=marks(*rows)))
    assert indicators.roll()["not_seen"] == 1
    assert of(table, "a", "attendance.not_seen", "not_seen_10_sessions")["value"] == 1
    assert of(table, "a", "attendance.days_since_seen")["status"] == "not_seen"
    assert of(table, "b", "attendance.not_seen", "not_seen_10_sessions")["value"] == 0


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("110101201605010012", "110101201605010013"), (110101201605010012, 110101201605010013),
                                               ("007", "7"), ("a", "A"), ("a", "a b")])
def test_twins_are_two_children(first, second):
    twins = (first, second)
    children = columns([{"child": name, "sex": "female", "birth_month": "2016-05-01", "household": "h"} for name in twins],
                       ("child", "sex", "birth_month", "household"))
    rows = all_days(first) + all_days(second, "absent_illness")
    spells = enrolment(*[{"child": name} for name in twins])
    indicators, table = measured(base(children=children, enrolment=spells, attendance=marks(*rows)))
    assert of(table, str(first), "attendance.absence_rate")["value"] == 0
    assert of(table, str(second), "attendance.absence_rate")["value"] == 1
    assert indicators.cohort.ledger["children"]["read"] == 2


def test_a_repeater_is_one_child_in_the_year_that_counts():
    last_year = {"child": "a", "grade": 3, "from": "2024-09-01", "to": "2025-07-04", "kind": "first", "class": "S3"}
    this_year = {"child": "a", "grade": 3, "kind": "repeat"}
    indicators, table = measured(base(enrolment=enrolment(last_year, this_year), attendance=marks(*all_days("a"))))
    assert of(table, "a", "attendance.coverage")["n_expected"] == 20
    assert indicators.roll()["on_roll"] == 1


def test_spells_cross_weekends_and_stay_open_at_the_end():
    absent = DAYS[3:6] + DAYS[8:]  # Thursday, Friday, Monday; then Thursday and Friday, still open
    present = [day for day in DAYS if day not in absent]
    rows = all_days("a", days=present) + all_days("a", "absent_unexcused", absent)
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)))
    assert of(table, "a", "attendance.spells")["value"] == 2
    assert of(table, "a", "attendance.spell_longest_days")["value"] == 3
    assert of(table, "a", "attendance.spell_current_days")["value"] == 2
    assert of(table, "a", "attendance.days_since_seen")["value"] == (AS_OF - DAYS[7]).days
    assert of(table, "a", "attendance.unexplained_run", "cn_dropout_control_local_3")["value"] == 0


def test_days_of_single_spells_and_sessions_since_the_last_seen():
    half = {DAYS[3], DAYS[9]}  # Thursday and the last Friday: the afternoon
    whole = [DAYS[1], DAYS[5], DAYS[6]]  # Tuesday; then Monday and Tuesday
    rows = all_days("a", "absent_illness", whole) + all_days("a", days=[day for day in DAYS if day not in half | set(whole)])
    rows += [{"child": "a", "date": iso(day), "session": session, "code": code} for day in half
             for session, code in (("am", "present"), ("pm", "absent_illness"))]
    rows += all_days("b", days=DAYS[4:])  # there a day before the enrolment begins
    spells = enrolment({"child": "a"}, {"child": "b", "from": iso(DAYS[5])})
    _, table = measured(base(enrolment=spells, attendance=marks(*rows)))
    values = {name: [of(table, child, f"attendance.{name}")["value"] for child in "ab"]
              for name in ("absent_days", "spells", "sessions_since_seen", "outside_sessions")}
    assert values == {"absent_days": [5, 0], "spells": [4, 0], "sessions_since_seen": [1, 0], "outside_sessions": [0, 2]}
    assert of(table, "a", "attendance.spell_single_share")["value"] == 3 / 4
    assert of(table, "b", "attendance.spell_single_share")["status"] == "not_enough_data"


def test_nothing_known_later_is_seen():
    rows = all_days("a", days=DAYS[:5]) + [{"child": "a", "date": iso(DAYS[5]), "session": session, "code": "absent_unexcused",
                                            "known_on": iso(DAYS[8])} for session in SESSIONS]
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows))
    _, early = measured(tables, as_of=DAYS[5])
    _, late = measured(tables, as_of=DAYS[8])
    assert of(early, "a", "attendance.absence_rate")["value"] == 0
    assert of(early, "a", "attendance.coverage")["value"] == 10 / 12
    assert of(late, "a", "attendance.absence_rate")["value"] == 2 / 12


def test_consent_withdrawn_removes_the_purpose_and_not_the_child():
    consents = columns([{"child": "a", "purpose": "term_review", "from": "2025-09-01", "basis": "withdrawn"},
                        {"child": "b", "purpose": "another", "from": "2025-09-01", "basis": "withdrawn"}],
                       ("child", "purpose", "from", "basis"))
    tables = base(enrolment=enrolment({"child": "a"}, {"child": "b"}), attendance=marks(*all_days("a"), *all_days("b")), consents=consents)
    indicators, table = measured(tables, purpose="term_review")
    assert of(table, "a", "attendance.absence_rate")["status"] == "withheld"
    assert of(table, "b", "attendance.absence_rate")["status"] == "ok"
    assert indicators.roll()["on_roll"] == 2
    assert indicators.roll()["withheld"] == 1


def test_the_interval_of_the_rate_behind_is_as_wide_as_its_spells_make_it():
    absent = DAYS[3:6] + DAYS[8:]  # spells of 3 and 2 days
    rows = all_days("a", days=[day for day in DAYS if day not in absent]) + all_days("a", "absent_unexcused", absent)
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)))
    # alone in its cohort, so that its own mean spell is the cohort's: (9 + 4) / 5 days, and 10 days are worth 10 / 2.6
    z = NormalDist().inv_cdf(0.975)
    n = 10 / 2.6
    centre, half = (0.5 + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n) * (0.25 / n + z * z / (4 * n * n)) ** 0.5
    rate = of(table, "a", "attendance.absence_propensity")
    assert (rate["value"], rate["lower"], rate["upper"]) == pytest.approx((0.5, centre - half, centre + half), abs=1e-12)
    realised = of(table, "a", "attendance.absence_rate")
    assert (realised["lower"], realised["upper"]) == (0.5, 0.5)  # what happened is known, what lies behind it is not
    entries = cw.catalogue()
    kinds = dict(zip(entries["id"], zip(entries["estimand"], entries["interval"], strict=True), strict=True))
    assert kinds["attendance.absence_propensity"] == ("propensity", "confidence")
    assert kinds["attendance.absence_rate"] == ("realised", "bounds")


def test_reasons_and_lateness_have_the_bounds_that_their_gaps_leave():
    codes = ["absent_excused", "absent_illness", "absent_unexcused", "absent_unknown", "late", "off_site", *["present"] * 11]  # and three gaps
    slots = [(day, session) for day in DAYS for session in SESSIONS]
    rows = [{"child": "a", "date": iso(day), "session": session, "code": code} for (day, session), code in zip(slots, codes, strict=False)]
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)), policies=["england_persistent"])

    def numbers(name):
        found = of(table, "a", f"attendance.{name}")
        return pytest.approx((found["value"], found["lower"], found["upper"]))

    assert numbers("absence_rate") == (4 / 17, 4 / 20, 7 / 20)
    assert numbers("excused_rate") == (2 / 17, 2 / 20, 6 / 20)  # the unknown reason and the three gaps may be excused
    assert numbers("unexcused_rate") == (1 / 17, 1 / 20, 5 / 20)
    assert numbers("reason_unknown_rate") == (1 / 17, 0, 4 / 20)
    assert numbers("late_rate") == (1 / 13, 1 / 16, 4 / 16)  # of sessions present, known or possible
    assert of(table, "a", "attendance.severe", "england_persistent")["value"] == 0  # 7 of 20 at most


def exam(results, **more):
    paper = {"exam": "final", "subject": "maths", "scope": "county", "date": iso(DAYS[4]), "full": 100} | more
    return {"exams": columns([paper], tuple(paper)),
            "exam_results": columns([{"exam": "final", "subject": "maths"} | row for row in results],
                                    ("child", "exam", "subject", "value", "level", "status", "known_on"))}


def scored(results, as_of=AS_OF, **more):
    names = [row["child"] for row in results]
    return measured(base(enrolment=enrolment(*[{"child": name} for name in names]), **exam(results, **more)), as_of=as_of, policies=["cn_pass_60"])


def test_a_field_is_of_those_who_sat_and_the_absent_leave_bounds():
    sat = [{"child": f"c{mark}", "value": mark, "status": "sat"} for mark in (30, 40, 50, 55, 60, 60, 70, 80, 90)]
    sat[5]["child"] = "tie"
    others = [{"child": "gone", "status": "absent"}, {"child": "free", "status": "exempt"}, {"child": "out", "status": "not_entered"}]
    _, table = scored([*sat, {"child": "last", "value": 100, "status": "sat"}, *others])
    field = np.array([30, 40, 50, 55, 60, 60, 70, 80, 90, 100.0])
    z = of(table, "tie", "academic.z")
    assert z["value"] == pytest.approx((60 - field.mean()) / field.std(ddof=1), abs=1e-12)
    percentile = of(table, "tie", "academic.percentile")
    assert percentile["value"] == 100 * (4 + 1) / 10
    assert (percentile["lower"], percentile["upper"]) == pytest.approx((100 * 5 / 12, 100 * 7 / 12))  # the exempt child is no gap
    assert (percentile["n_expected"], percentile["n_observed"]) == (12, 10)
    assert of(table, "tie", "academic.rank_normal")["value"] == pytest.approx(NormalDist().inv_cdf((5.5 - 0.375) / 10.25), abs=1e-9)
    assert of(table, "tie", "academic.failed", "cn_pass_60")["value"] == 0
    assert of(table, "c55", "academic.failed", "cn_pass_60")["value"] == 1
    for child, count in (("gone", "papers_absent"), ("free", "papers_exempt"), ("out", "papers_not_entered")):
        assert of(table, child, "academic.z")["status"] == "not_recorded"
        assert of(table, child, f"academic.{count}")["value"] == 1
        assert of(table, "tie", f"academic.{count}")["value"] == 0
        assert of(table, child, "academic.papers_sat")["value"] == 0


def test_fewer_than_ten_sitters_are_no_field_and_equal_marks_have_no_spread():
    _, table = scored([{"child": f"c{mark}", "value": mark, "status": "sat"} for mark in range(50, 59)])
    assert {of(table, "c50", f"academic.{name}")["status"] for name in ("z", "percentile", "rank_normal")} == {"not_enough_data"}
    _, table = scored([{"child": f"c{number}", "value": 70, "status": "sat"} for number in range(12)])
    assert of(table, "c0", "academic.z")["status"] == "degenerate"
    assert of(table, "c0", "academic.percentile")["value"] == 50


def test_levels_are_ranked_and_never_counted_with():
    levels = ["A"] * 3 + ["B"] * 5 + ["C"] * 4
    results = [{"child": f"c{number}", "level": level, "status": "sat"} for number, level in enumerate(levels)]
    _, table = scored(results, scale="levels", levels="A|B|C", full=None)
    assert of(table, "c0", "academic.percentile")["value"] == pytest.approx(100 * (9 + 1.5) / 12)
    assert of(table, "c11", "academic.percentile")["value"] == pytest.approx(100 * 2 / 12)
    assert of(table, "c0", "academic.z")["status"] == "not_comparable"
    assert of(table, "c0", "academic.failed", "cn_pass_60")["status"] == "not_comparable"


def test_results_known_later_change_no_field_before():
    results = [{"child": f"c{mark}", "value": mark, "status": "sat", "known_on": iso(DAYS[6])} for mark in range(50, 70)]
    results.append({"child": "late", "value": 100, "status": "sat", "known_on": iso(DAYS[8])})
    _, early = scored(results, as_of=DAYS[6])
    assert of(early, "c50", "academic.z")["n_observed"] == 20
    _, before = scored(results, as_of=DAYS[5])
    assert not (before["indicator"] == "academic.z").any()
    _, late = scored(results, as_of=DAYS[8])
    assert of(late, "c50", "academic.z")["n_observed"] == 21


@pytest.mark.parametrize(("scope", "city"), [("class", "not_comparable"), ("school", "not_comparable"), ("county", "ok"), ("city", "ok")])
def test_a_schools_own_paper_is_not_comparable_above_the_school(scope, city):
    results = [{"child": f"c{number}", "value": 30 + number, "status": "sat"} for number in range(60)]
    indicators, _ = scored(results, scope=scope)
    groups = cw.aggregate(indicators, by=["city", "school"]).table()
    failures = groups["measure"] == "academic.failure_share"
    assert groups["status"][failures & (groups["level"] == "city")].tolist() == [city]
    assert groups["value"][failures & (groups["level"] == "school")] == pytest.approx([0.5])


def test_every_indicator_is_worked_by_hand_where_the_catalogue_says():
    entries = cw.catalogue()
    texts = {name: (Path(__file__).parents[2] / name).read_text("utf-8") for name in set(entries["tests"])}
    for name, request, where in zip(entries["id"], entries["request"], entries["tests"], strict=True):
        if request == "screening":  # enumerated there: one worked form of every key
            assert "instrument_names" in texts[where]
        else:
            assert re.search(rf"\b{name.rsplit('.', 1)[-1]}\b", texts[where]), name
