# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Cases that a plain reading of the rules gets wrong: paperwork that overlaps, things known late, days cut in parts."""

from datetime import date, timedelta

import numpy as np
import pytest
from ten_days import AS_OF, DAYS, KEY, MONDAY, all_days, base, columns, enrolment, iso, marks, measured, of, registers

import childwell as cw


def paper(*rows, full=100, scope="county", **more):
    exams = {"exam": "final", "subject": "maths", "scope": scope, "date": iso(DAYS[4]), "full": full} | more
    return {"exams": columns([exams], tuple(exams)),
            "exam_results": columns([{"exam": "final", "subject": "maths"} | row for row in rows],
                                    ("child", "exam", "subject", "value", "level", "status", "known_on"))}


# ---- who is where ----

def test_a_child_lent_to_another_school_is_back_on_its_own_roll():
    spells = enrolment({"child": "a"}, {"child": "a", "school": "T", "class": "T1", "from": iso(DAYS[2]), "to": iso(DAYS[4]),
                                       "kind": "borrowed", "left_to": "known"})
    rows = all_days("a", days=DAYS[:2] + DAYS[5:]) + all_days("a", days=DAYS[2:5], school="T")
    indicators, table = measured(base(enrolment=spells, attendance=marks(*rows)))
    assert indicators.roll()["seen"] == 1
    assert indicators.roll()["left_known"] == 0
    assert of(table, "a", "attendance.coverage")["value"] == 1
    groups = cw.aggregate(indicators, by=["school"], policy={"id": "all", "kind": "disclosure", "minimum_cell": 1}).table()
    here = groups["place"][groups["measure"] == "attendance.not_seen"]
    assert set(here) == {"S"}


def test_a_suspension_inside_a_spell_with_both_ends_told_is_not_expected():
    spells = enrolment({"child": "a", "to": "2026-07-10"},
                       {"child": "a", "from": iso(DAYS[3]), "to": iso(DAYS[6]), "kind": "suspend"})
    rows = all_days("a", days=DAYS[:3] + DAYS[7:])
    indicators, table = measured(base(enrolment=spells, attendance=marks(*rows)))
    rate = of(table, "a", "attendance.absence_rate")
    assert (rate["n_expected"], rate["n_observed"]) == (12, 12)
    assert indicators.roll()["seen"] == 1
    during, _ = measured(base(enrolment=spells, attendance=marks(*rows)), as_of=DAYS[5])
    assert during.roll()["suspended"] == 1


def test_a_suspended_child_who_comes_has_its_marks():
    spells = enrolment({"child": "a", "to": "2026-07-10"}, {"child": "a", "from": iso(DAYS[3]), "to": iso(DAYS[6]), "kind": "suspend"})
    rows = all_days("a", days=DAYS[:4] + DAYS[7:])  # there on the first day of the suspension
    _, table = measured(base(enrolment=spells, attendance=marks(*rows)))
    assert of(table, "a", "attendance.absence_rate")["n_observed"] == 14


def test_marks_under_the_old_or_the_new_name_of_a_school_are_its_own():
    lineage = columns([{"old": "S", "date": iso(DAYS[5]), "new": "T", "kind": "renamed"}], ("old", "date", "new", "kind"))
    late_paper = marks(*all_days("a", days=DAYS[:5]), *all_days("a", days=DAYS[5:], school="T"))  # enrolment still says S
    indicators, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=late_paper, lineage=lineage))
    assert of(table, "a", "attendance.coverage")["value"] == 1
    assert "E03" not in indicators.cohort.ledger["tables"]["attendance"]["kept_apart"]


def test_an_old_spell_left_open_at_a_school_that_was_merged_does_not_run_on_beside_the_new_one():
    lineage = columns([{"old": "S", "date": iso(DAYS[5]), "new": "T", "kind": "merged"}], ("old", "date", "new", "kind"))
    spells = enrolment({"child": "a"}, {"child": "a", "school": "T", "class": "T1", "from": iso(DAYS[5])})
    rows = all_days("a", days=DAYS[:5])
    indicators, table = measured(base(enrolment=spells, attendance=marks(*rows), lineage=lineage))
    assert of(table, "a", "attendance.coverage")["n_expected"] == 20
    assert indicators.cohort.ledger["tables"]["enrolment"]["kept_apart"] == {}


# ---- known later ----

def test_a_spell_known_later_does_not_close_the_one_before():
    spells = columns([{"child": "a", "school": "S", "class": "S1", "from": iso(MONDAY)},
                      {"child": "a", "school": "S", "class": "S2", "from": iso(DAYS[4]), "known_on": iso(DAYS[8])}],
                     ("child", "school", "class", "from", "known_on"))
    tables = base(enrolment=spells, attendance=marks(*all_days("a")))
    between, table = measured(tables, as_of=DAYS[6])
    assert between.roll()["seen"] == 1
    assert of(table, "a", "attendance.coverage")["n_expected"] == 14
    assert of(table, "a", "attendance.coverage")["value"] == 1
    later, table = measured(tables, as_of=DAYS[9])
    assert later.roll()["on_roll"] == 1
    assert of(table, "a", "attendance.coverage")["n_expected"] == 20


def test_a_mark_known_a_year_late_is_not_seen_before_and_is_seen_after():
    day = {"child": "a", "date": iso(DAYS[0]), "session": "am", "code": "absent_unexcused", "known_on": "2026-09-20"}
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(day, *all_days("a", days=DAYS[1:])))
    window = ["2025-09-01..2025-10-01"]
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    for as_of, observed in (("2026-09-19", 18), ("2026-09-20", 19), ("2030-01-01", 19)):
        table = cw.measure(cohort, as_of=as_of, windows=window).table()
        assert of(table, "a", "attendance.absence_rate")["n_observed"] == observed, as_of


def test_a_rival_mark_known_later_does_not_take_the_day_before_it_is_known():
    both = enrolment({"child": "a"}, {"child": "a", "school": "T", "class": "T1", "from": iso(DAYS[2])})
    own = all_days("a", "absent_unexcused")
    rival = [row | {"known_on": iso(DAYS[8])} for row in all_days("a", "present", DAYS[3:4], school="T")]
    both = {name: np.append(both[name], enrolment({"child": "b"})[name]) for name in both}
    tables = base(enrolment=both, attendance=marks(*own, *rival, *all_days("b")))
    _, early = measured(tables, as_of=DAYS[5])
    assert of(early, "a", "attendance.absence_rate")["n_observed"] == 12
    _, late = measured(tables, as_of=DAYS[8])
    assert of(late, "a", "attendance.absence_rate")["n_observed"] == 16  # a tie: both sessions disputed


def test_marks_of_a_child_whose_enrolment_is_not_known_yet_are_counted_apart():
    spells = columns([{"child": "a", "school": "S", "class": "S1", "from": iso(MONDAY), "known_on": iso(DAYS[8])}],
                     ("child", "school", "class", "from", "known_on"))
    tables = base(enrolment=spells, attendance=marks(*all_days("a")))
    early, table = measured(tables, as_of=DAYS[3])
    assert early.roll()["on_roll"] == 0
    assert early.roll()["attending_without_enrolment"] == 1
    assert of(table, "a", "attendance.outside_sessions")["value"] == 8
    late, _ = measured(tables, as_of=DAYS[8])
    assert late.roll()["on_roll"] == 1


def told(rows, names):
    return columns(rows, (*names, "known_on"))


def a_day_told_late():
    days = [{"place": "city", "date": iso(day), "kind": "school_day"} for day in DAYS]
    days[3] |= {"known_on": iso(DAYS[8])}  # a make-up day that the bureau laid down afterwards
    return told(days, ("place", "date", "kind"))


def test_a_day_of_the_calendar_known_later_is_not_expected_before():
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a"))) | {"calendar": a_day_told_late()}
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    indicators = cw.measure(cohort, as_of=[DAYS[7], DAYS[8]])
    for number, expected, outside in ((0, 14, 2), (1, 18, 0)):
        table = indicators.table(number)
        assert of(table, "a", "attendance.coverage")["n_expected"] == expected
        assert of(table, "a", "attendance.outside_sessions")["value"] == outside


def test_a_boarding_spell_known_later_does_not_change_what_was_expected_before():
    sessions = columns([{"session": "am", "units": 1}, {"session": "night", "units": 1, "group": "full"}], ("session", "units", "group"))
    spells = told([{"child": "a", "from": iso(MONDAY), "group": "full", "known_on": iso(DAYS[8])}], ("child", "from", "group"))
    tables = base(enrolment=enrolment({"child": "a"}), boarding=spells,
                  attendance=marks(*({"child": "a", "date": iso(day), "session": "am", "code": "present"} for day in DAYS)))
    tables["sessions"] = sessions
    for as_of, expected in ((DAYS[7], 8), (DAYS[8], 18)):
        _, table = measured(tables, as_of=as_of)
        assert of(table, "a", "attendance.coverage")["n_expected"] == expected, as_of


def test_a_session_known_later_is_not_expected_before():
    sessions = told([{"session": "am", "units": 1}, {"session": "pm", "units": 1, "known_on": iso(DAYS[8])}], ("session", "units"))
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a"))) | {"sessions": sessions}
    for as_of, expected in ((DAYS[7], 8), (DAYS[8], 18)):
        _, table = measured(tables, as_of=as_of)
        assert of(table, "a", "attendance.coverage")["n_expected"] == expected, as_of


def places_of(indicators, by=("county",), home=False):
    rule = {"id": "all", "kind": "disclosure", "minimum_cell": 1}
    groups = cw.aggregate(indicators, by=list(by), policy=rule).table()
    rows = (groups["measure"] == "attendance.not_seen") & (groups["hierarchy"] == ("home" if home else "school"))
    return set(groups["place"][rows])


def test_a_place_that_is_known_to_lie_elsewhere_later_lies_where_it_was_known_to_lie():
    places = told([{"place": "old", "kind": "county"}, {"place": "new", "kind": "county"}, {"place": "S", "kind": "school", "parent": "old"},
                   {"place": "S", "kind": "school", "parent": "new", "from": iso(DAYS[2]), "known_on": iso(DAYS[8])}],
                  ("place", "kind", "parent", "from"))
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a"))) | {"places": places}
    tables["calendar"] = columns([{"place": "S", "date": iso(day), "kind": "school_day"} for day in DAYS], ("place", "date", "kind"))
    for as_of, county in ((DAYS[7], "old"), (DAYS[8], "new")):
        indicators, _ = measured(tables, as_of=as_of)
        assert places_of(indicators) == {county}, as_of


def test_a_home_known_later_is_not_the_home_before():
    places = columns([{"place": name, "kind": "county"} for name in ("old", "new")], ("place", "kind"))
    homes = told([{"child": "a", "place": "old", "from": "2025-01-01"}, {"child": "a", "place": "new", "from": iso(DAYS[2]), "known_on": iso(DAYS[8])}],
                 ("child", "place", "from"))
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a")), residence=homes)
    tables["places"] = {name: np.append(tables["places"][name], places.get(name, [None, None])) for name in tables["places"]}
    for as_of, county in ((DAYS[7], "old"), (DAYS[8], "new")):
        indicators, _ = measured(tables, as_of=as_of)
        assert places_of(indicators, home=True) == {county}, as_of


def test_a_merger_known_later_does_not_close_the_spell_before():
    move = {"old": "S", "date": iso(DAYS[2]), "new": "T", "kind": "merged", "known_on": iso(DAYS[8])}
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a")), lineage=told([move], ("old", "date", "new", "kind")))
    for as_of, school in ((DAYS[7], "S"), (DAYS[8], "T")):
        indicators, _ = measured(tables, as_of=as_of)
        assert places_of(indicators, by=("school",)) == {school}, as_of


def test_a_declared_lag_counts_for_a_calendar_too_and_many_dates_are_as_each_alone():
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a")))
    cohort = cw.assemble(cw.admit(tables, key=KEY, lag_days={"calendar": 3}))
    together = cw.measure(cohort, as_of=DAYS)
    for number, day in enumerate(DAYS):
        alone = cw.measure(cohort, as_of=day).table()
        assert str(of(together.table(number), "a", "attendance.coverage")) == str(of(alone, "a", "attendance.coverage")), day
    assert of(together.table(9), "a", "attendance.coverage")["n_expected"] == 14  # the days of 1 to 9 September


# ---- not seen ----

def test_not_seen_is_judged_as_of_the_date_and_not_within_a_window():
    rows = all_days("a", days=DAYS[:2]) + all_days("a", "absent_unknown", DAYS[2:])
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows))
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    windows = ["year_to_date", "last_4_sessions", f"{MONDAY}..{DAYS[2]}"]
    indicators = cw.measure(cohort, as_of=AS_OF, windows=windows, policies=["not_seen_10_sessions"])
    for number in range(3):
        table = indicators.table(number)
        assert of(table, "a", "attendance.not_seen", "not_seen_10_sessions")["value"] == 1, windows[number]
        assert of(table, "a", "attendance.days_since_seen")["value"] == (AS_OF - DAYS[1]).days
        assert of(table, "a", "attendance.sessions_since_seen")["value"] == 16
        assert indicators.roll(number)["not_seen"] == 1


def test_a_child_not_seen_since_last_school_year_is_not_forgotten_in_september():
    spring = [date(2026, 6, 1) + timedelta(day) for day in range(5)]
    autumn = [date(2026, 9, 1) + timedelta(day) for day in range(3)]
    calendar = columns([{"place": "city", "date": iso(day), "kind": "school_day"} for day in spring + autumn], ("place", "date", "kind"))
    rows = all_days("a", days=spring[:1]) + all_days("a", "absent_unknown", spring[1:] + autumn) + all_days("b", days=spring + autumn)
    tables = base(enrolment=enrolment({"child": "a"}, {"child": "b"}), attendance=marks(*rows)) | {"calendar": calendar}
    indicators, table = measured(tables, as_of=autumn[-1])
    assert of(table, "a", "attendance.not_seen", "not_seen_10_sessions")["value"] == 1
    assert of(table, "a", "attendance.not_seen", "not_seen_10_sessions")["n_expected"] == 14
    assert indicators.roll()["not_seen"] == 1
    assert of(table, "a", "attendance.absence_rate")["n_expected"] == 6  # the rate is of this school year


def test_a_paper_sat_or_an_evening_attended_is_evidence_of_presence():
    rows = all_days("a", days=DAYS[:1]) + all_days("b", days=DAYS[:1])
    sat = paper({"child": "a", "value": 50, "status": "sat"}, date=iso(DAYS[8]))
    indicators, table = measured(base(enrolment=enrolment({"child": "a"}, {"child": "b"}), attendance=marks(*rows), **sat))
    assert of(table, "a", "attendance.not_seen", "not_seen_10_sessions")["value"] == 0
    assert of(table, "b", "attendance.not_seen", "not_seen_10_sessions")["value"] == 1
    assert (indicators.roll()["seen"], indicators.roll()["not_seen"]) == (1, 1)


# ---- days cut in parts ----

def test_one_unit_missed_of_a_whole_day_is_one_unit():
    rows = [{"child": "a", "date": iso(day), "code": "present"} for day in DAYS[1:]]
    rows.append({"child": "a", "date": iso(DAYS[0]), "code": "absent_excused", "units_absent": 1})
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)))
    assert of(table, "a", "attendance.absence_rate")["value"] == 1 / 20
    assert of(table, "a", "attendance.excused_rate")["value"] == 1 / 20


def test_chronic_is_counted_in_days_in_the_us_and_in_sessions_in_england():
    sessions = columns([{"session": "day", "units": 3}], ("session", "units"))
    third = [{"child": "a", "date": iso(day), "session": "day", "code": "absent_excused", "units_absent": 1} for day in DAYS[:4]]
    rest = [{"child": "a", "date": iso(day), "session": "day", "code": "present"} for day in DAYS[4:]]
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*third, *rest)) | {"sessions": sessions}
    _, table = measured(tables, policies=["us_edfacts_chronic", "england_persistent"])
    assert of(table, "a", "attendance.absence_rate")["value"] == 4 / 30
    assert of(table, "a", "attendance.chronic", "england_persistent")["value"] == 1  # 4 of 30 units
    assert of(table, "a", "attendance.chronic", "us_edfacts_chronic")["value"] == 0  # no day is missed by half
    half = [row | {"units_absent": 2} for row in third[:1]]
    tables["attendance"] = marks(*half, *[row | {"code": "present", "units_absent": None} for row in third[1:]], *rest)
    _, table = measured(tables, policies=["us_edfacts_chronic", "england_persistent"])
    assert of(table, "a", "attendance.chronic", "us_edfacts_chronic")["value"] == 1  # 1 of 10 days
    assert of(table, "a", "attendance.chronic", "england_persistent")["value"] == 0  # 2 of 30 units


def test_the_share_of_short_spells_is_as_open_as_the_days_are():
    rows = all_days("a", "absent_unexcused", DAYS[1:2]) + all_days("a", days=DAYS[:1] + DAYS[3:])  # the third day is a gap
    _, table = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)))
    share = of(table, "a", "attendance.spell_single_share")
    assert (share["value"], share["lower"], share["upper"]) == (1, 0, 1)


def test_many_sessions_in_one_day_do_not_run_over():
    rows = [{"child": "a", "date": iso(MONDAY), "session": f"s{number}", "code": "absent_unexcused" if number < 300 else "present"}
            for number in range(400)]
    tables = {"enrolment": enrolment({"child": "a"}), "attendance": marks(*rows)}
    _, table = measured(tables, as_of=MONDAY)
    assert of(table, "a", "attendance.absence_rate")["value"] == 300 / 400
    assert of(table, "a", "attendance.absent_days")["value"] == 1


# ---- registers ----

@pytest.mark.parametrize("with_school", [True, False])
def test_only_absences_stop_a_school_whether_or_not_marks_name_it(with_school):
    rows = [{"child": "a", "date": iso(DAYS[1]), "session": "am", "code": "absent_unknown"}] + all_days("b", school="T")
    attendance = marks(*rows)
    if not with_school:
        del attendance["school"]
    tables = base(enrolment=enrolment({"child": "a"}, {"child": "b", "school": "T", "class": "T1"}), attendance=attendance)
    indicators, table = measured(tables)
    assert indicators.cohort.schools_missing == [("S", "register_unknown")]
    assert of(table, "a", "attendance.absence_rate")["status"] == "register_unknown"
    assert of(table, "b", "attendance.absence_rate")["status"] == "ok"


def test_a_child_who_moved_from_a_stopped_school_is_not_measured_by_its_absences():
    moves = enrolment({"child": "a", "to": iso(DAYS[3])}, {"child": "a", "school": "T", "class": "T1", "from": iso(DAYS[4])})
    rows = [{"child": "a", "date": iso(DAYS[1]), "session": "am", "code": "absent_unknown"}] + all_days("a", days=DAYS[4:], school="T")
    indicators, table = measured(base(enrolment=moves, attendance=marks(*rows)))
    assert indicators.cohort.schools_missing == [("S", "register_unknown")]
    assert of(table, "a", "attendance.absence_rate")["status"] == "register_unknown"
    assert of(table, "a", "attendance.absence_rate", school="S")["status"] == "register_unknown"
    assert of(table, "a", "attendance.absence_rate", school="T")["status"] == "ok"


def test_a_stopped_school_is_in_no_group():
    names = [f"c{number}" for number in range(30)]
    moves = enrolment(*[{"child": name} for name in names], *[{"child": f"t{name}", "school": "T", "class": "T1"} for name in names])
    rows = [{"child": name, "date": iso(DAYS[1]), "session": "am", "code": "absent_unknown"} for name in names]
    rows += [row for name in names for row in all_days(f"t{name}", school="T")]
    indicators, _ = measured(base(enrolment=moves, attendance=marks(*rows)))
    groups = cw.aggregate(indicators, by=["city", "school"], policy={"id": "all", "kind": "disclosure", "minimum_cell": 1}).table()
    stopped = (groups["place"] == "S") & (groups["measure"] == "attendance.absence_rate")
    assert set(groups["status"][stopped]) <= {"register_unknown"}
    city = (groups["place"] == "city") & (groups["measure"] == "attendance.absence_rate")
    assert groups["value"][city].tolist() == [0] or np.isnan(groups["value"][city]).all()


# ---- consent ----

def test_consent_of_one_table_withholds_that_table_only():
    consents = columns([{"child": "a", "purpose": "review", "table": "exam_results", "from": "2025-09-01", "basis": "withdrawn"}],
                       ("child", "purpose", "table", "from", "basis"))
    sat = paper(*[{"child": name, "value": 50 + number, "status": "sat"} for number, name in enumerate(["a", *"bcdefghijkl"])])
    tables = base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a")), consents=consents, **sat)
    indicators, table = measured(tables, purpose="review")
    assert of(table, "a", "attendance.absence_rate")["status"] == "ok"
    rows = (table["child"] == KEY.pseudonym("child", "a")) & (table["indicator"] == "academic.z")
    assert not rows.any() or set(table["status"][rows]) == {"withheld"}
    assert indicators.cohort.ledger["tables"]["exam_results"]["kept_apart"]["E31"] == 1
    assert "E31" not in indicators.cohort.ledger["tables"]["attendance"]["kept_apart"]


def test_consent_given_again_counts_from_its_day_and_one_that_ran_out_is_withheld():
    consents = columns([{"child": "a", "purpose": "review", "from": iso(DAYS[2]), "basis": "withdrawn"},
                        {"child": "a", "purpose": "review", "from": iso(DAYS[6]), "basis": "given"},
                        {"child": "b", "purpose": "review", "from": iso(MONDAY), "to": iso(DAYS[4]), "basis": "given"}],
                       ("child", "purpose", "from", "to", "basis"))
    tables = base(enrolment=enrolment({"child": "a"}, {"child": "b"}), attendance=marks(*all_days("a"), *all_days("b")), consents=consents)
    for as_of, a, b in ((DAYS[1], "ok", "ok"), (DAYS[4], "withheld", "ok"), (DAYS[5], "withheld", "withheld"), (DAYS[6], "ok", "withheld")):
        _, table = measured(tables, as_of=as_of, purpose="review")
        assert of(table, "a", "attendance.absence_rate")["status"] == a, as_of
        assert of(table, "b", "attendance.absence_rate")["status"] == b, as_of


# ---- exams ----

def test_a_mark_at_the_pass_line_passes_also_in_tenths():
    for number in (41, 68, 98, 101, 333):
        full = number / 10
        tables = base(**paper({"child": "a", "value": f"{6 * number / 100:.10g}", "status": "sat"}, full=full), enrolment=enrolment({"child": "a"}))
        _, table = measured(tables, policies=["cn_pass_60"])
        assert of(table, "a", "academic.failed", "cn_pass_60")["value"] == 0, full


def test_papers_of_last_school_year_are_not_of_this_year_to_date():
    sat = paper({"child": "a", "value": 50, "status": "sat"}, date="2025-06-20")
    tables = base(enrolment=enrolment({"child": "a", "from": "2025-01-01"}), **sat)
    _, table = measured(tables)
    assert of(table, "a", "academic.papers_sat")["value"] == 0
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    table = cw.measure(cohort, as_of=AS_OF, windows=["2025-01-01..2025-12-31"]).table()
    assert of(table, "a", "academic.papers_sat")["value"] == 1


def test_a_paper_without_full_marks_takes_its_results_with_it_under_one_reason():
    sat = paper({"child": "a", "value": 50, "status": "sat"}, full=None)
    ledger = cw.admit(base(**sat), key=KEY).ledger["tables"]
    assert ledger["exams"]["reasons"] == {"E09": 1}
    assert ledger["exam_results"]["reasons"] == {"E09": 1}


def test_two_attendance_policies_must_agree_what_an_absent_day_is():
    own = cw.policies()["us_edfacts_chronic"] | {"id": "own", "absent_day_fraction": [1, 3]}
    cohort = cw.assemble(cw.admit(base(enrolment=enrolment({"child": "a"}), attendance=marks(*all_days("a"))), key=KEY))
    with pytest.raises(ValueError, match="absent_day_fraction"):
        cw.measure(cohort, as_of=AS_OF, policies=["us_edfacts_chronic", own])


def test_a_register_mode_of_a_class_counts_from_when_it_was_known():
    taken = registers("by_exception")
    taken["known_on"] = np.array([iso(DAYS[9])] * len(taken["date"]), dtype=object)
    tables = base(enrolment=enrolment({"child": "a"}), registers=taken, attendance=marks(*all_days("b", school="T")))
    _, early = measured(tables, as_of=DAYS[8])
    assert of(early, "a", "attendance.coverage")["value"] == 0
    _, late = measured(tables, as_of=DAYS[9])
    assert of(late, "a", "attendance.coverage")["value"] == 1
