# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Courses, being on track, and the age for a grade, recomputed by hand."""

import numpy as np
import pytest
from ten_days import AS_OF, KEY, base, columns, enrolment, of

import childwell as cw

COURSE = {"id": "ours", "kind": "course", "pass": [3, 5], "core": ["maths", "chinese"], "stands": "last", "term_months": [9, 2],
          "core_failed": 1, "failing_levels": ["D"]}
TRACK = {"id": "track", "kind": "on_track", "pass": [3, 5], "core": ["maths"], "stands": "last", "term_months": [9, 2], "grades": [3],
         "courses_passed": 3, "core_failed": 1}
YEAR = [f"2026-{month:02}-01" for month in range(1, 7)]


def study(papers, results, children=(), calendar=(), **spells):
    """Papers as (exam, subject, date[, more]) and results as (child, exam, subject, value or level or status)."""
    exams = [{"exam": exam, "subject": subject, "scope": "county", "date": date, "full": 100} | (more[0] if more else {})
             for exam, subject, date, *more in papers]
    rows = []
    for child, exam, subject, said in results:
        row = {"child": child, "exam": exam, "subject": subject, "status": "sat"}
        if isinstance(said, str):
            row |= {"level": said} if len(said) == 1 else {"status": said}
        else:
            row["value"] = said
        rows.append(row)
    names = sorted({row["child"] for row in rows} | {row["child"] for row in children})
    tables = base(
        enrolment=enrolment(*[{"child": name, "grade": 3} | spells.get(name, {}) for name in names]),
        exams=columns(exams, ("exam", "subject", "scope", "date", "full", "scale", "levels")),
        exam_results=columns(rows, ("child", "exam", "subject", "value", "level", "status")),
    )
    if children:
        tables["children"] = columns(list(children), ("child", "birth_month"))
    if calendar:
        days = columns([{"place": "city", "date": day, "kind": "school_day"} for day in calendar], ("place", "date", "kind"))
        tables["calendar"] = {name: np.concatenate([tables["calendar"][name], days[name]]) for name in days}
    return tables


def judged(tables, *policies, as_of=AS_OF, **options):
    return cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=as_of, policies=policies, **options).table()


def course(table, child, policy="ours"):
    return [of(table, child, f"academic.{name}", policy) for name in ("courses_failed", "core_courses_failed", "course_failure")]


PAPERS = [("mid", "maths", "2025-09-03"), ("final", "maths", "2025-09-10"), ("final", "chinese", "2025-09-10"), ("final", "music", "2025-09-10")]


def test_the_last_paper_of_a_course_stands_and_a_paper_at_the_line_passes():
    results = [("a", "mid", "maths", 30), ("a", "final", "maths", 60), ("a", "final", "chinese", 59), ("a", "final", "music", 10),
               ("b", "mid", "maths", 90), ("b", "final", "maths", 90), ("b", "final", "music", 10)]
    table = judged(study(PAPERS, results), COURSE)
    failed, core, verdict = course(table, "a")  # maths passes at exactly 60 of 100, Chinese and music do not
    assert (failed["value"], failed["lower"], failed["upper"], failed["n_expected"], failed["n_observed"]) == (2, 2, 2, 3, 3)
    assert (core["value"], core["n_expected"], verdict["value"]) == (1, 2, 1)
    failed, core, verdict = course(table, "b")
    assert (failed["value"], core["value"], core["n_expected"], verdict["value"]) == (1, 0, 1, 0)  # music is no core subject
    before = judged(study(PAPERS, results), COURSE, as_of="2025-09-05")
    assert [one["value"] for one in course(before, "a")] == [1, 1, 1]  # what was sat later is not seen


@pytest.mark.parametrize(("stands", "failed"), [("last", 0), ("best", 0), ("worst", 1)])
def test_a_policy_says_whether_a_make_up_paper_replaces_what_came_before(stands, failed):
    papers = [("final", "maths", "2026-01-20"), ("again", "maths", "2026-02-25")]
    rows = [("a", "final", "maths", 40), ("a", "again", "maths", 80)]
    ours = COURSE | {"stands": stands, "make_up_days": 28}  # to 28 February
    table = judged(study(papers, rows), ours, as_of="2026-03-01")
    made, _, verdict = course(table, "a")
    assert (made["value"], made["n_expected"], verdict["value"]) == (failed, 1, failed)
    made, _, verdict = course(judged(study(papers, rows), ours | {"make_up_days": 20}, as_of="2026-03-01"), "a")
    assert (made["value"], made["n_expected"], verdict["value"]) == (1, 2, 1)  # a course of its own


def test_an_absent_child_may_have_failed_and_an_exempt_one_has_no_course():
    results = [("a", "final", "maths", "absent"), ("a", "final", "chinese", 80), ("b", "final", "maths", "exempt"), ("b", "final", "chinese", 80),
               ("c", "final", "maths", "absent"), ("c", "final", "chinese", 20), ("d", "final", "maths", "absent"), ("e", "final", "music", 80)]
    table = judged(study(PAPERS, results), COURSE)
    failed, _, verdict = course(table, "a")
    assert (failed["value"], failed["lower"], failed["upper"], failed["n_observed"]) == (0, 0, 1, 1)
    assert (verdict["status"], np.isnan(verdict["value"])) == ("cannot_tell", True)
    failed, _, verdict = course(table, "b")
    assert (failed["value"], failed["upper"], failed["n_expected"], verdict["value"]) == (0, 0, 1, 0)
    assert course(table, "c")[2]["value"] == 1  # one core course is failed, whatever the other one came to
    assert [one["status"] for one in course(table, "d")] == ["not_recorded"] * 3
    assert [one["status"] for one in course(table, "e")] == ["ok", "not_expected", "not_expected"]  # no core subject, no core failure


def test_ordered_levels_fail_by_name_and_never_by_number():
    scale = {"scale": "levels", "levels": "A|B|C|D", "full": None}
    papers = [("final", "maths", "2025-09-10", scale), ("final", "chinese", "2025-09-10", scale | {"levels": "A|B|C"})]
    results = [("a", "final", "maths", "D"), ("b", "final", "maths", "C"), ("c", "final", "chinese", "C")]
    table = judged(study(papers, results), COURSE, {"id": "level", "kind": "pass_mark", "failing_levels": ["D"]}, "cn_pass_60")
    assert [course(table, child)[2]["value"] for child in "ab"] == [1, 0]
    assert course(table, "c")[0]["status"] == "not_recorded"  # the policy names none of this paper's levels
    assert [of(table, child, "academic.failed", "level")["value"] for child in "ab"] == [1, 0]
    assert of(table, "c", "academic.failed", "level")["status"] == "not_comparable"
    assert of(table, "a", "academic.failed", "cn_pass_60")["status"] == "not_comparable"


def test_a_lower_mark_may_fail_a_core_course_and_two_papers_of_a_day_leave_it_open():
    results = [("a", "final", "maths", 65), ("a", "final", "chinese", 90)]
    table = judged(study(PAPERS, results), COURSE | {"core_pass": [7, 10], "courses_failed": 1})
    assert [one["value"] for one in course(table, "a")] == [0, 1, 1]
    papers = [*PAPERS, ("other", "maths", "2025-09-10")]
    table = judged(study(papers, [("a", "final", "maths", 20), ("a", "other", "maths", 90)]), COURSE)
    assert course(table, "a")[0]["status"] == "not_recorded"


def track(table, child):
    return of(table, child, "academic.courses_passed", "track"), of(table, child, "academic.on_track", "track")


def test_on_track_is_told_when_the_year_is_over_or_too_much_is_lost():
    papers = [("first", "maths", "2025-09-10"), ("first", "music", "2025-09-10"), ("second", "maths", "2026-05-20"), ("second", "music", "2026-05-20")]
    results = [("a", exam, subject, 80) for exam in ("first", "second") for subject in ("maths", "music")]
    results += [("b", "first", "maths", 20), ("b", "first", "music", 80), ("b", "second", "maths", 20), ("b", "second", "music", 80)]
    results += [("c", "first", "maths", 20), *[("c", exam, "music", 80) for exam in ("first", "second")], ("c", "second", "maths", "absent")]
    results += [("d", "second", "maths", 80), ("d", "second", "music", 80)]
    results += [("e", exam, subject, 80) for exam in ("first", "second") for subject in ("maths", "music")]
    tables = study(papers, results, calendar=YEAR, e={"grade": 4})
    table = judged(tables, TRACK, as_of="2026-06-01")
    passed, on = track(table, "a")
    assert (passed["value"], passed["n_expected"], on["value"]) == (4, 4, 1)
    assert track(table, "b")[1]["value"] == 0  # two failed core courses, though half of the courses passed
    passed, on = track(table, "c")
    assert (passed["value"], passed["lower"], passed["upper"], on["status"]) == (2, 2, 3, "cannot_tell")
    assert track(table, "d")[1]["status"] == "not_enough_data"  # came for the second term only
    assert {one["status"] for one in track(table, "e")} == {"not_expected"}  # the policy asks of grade 3
    early = judged(tables, TRACK, as_of="2026-05-21")
    assert track(early, "a")[1]["status"] == "cannot_tell"  # a course may come and be failed
    assert track(early, "b")[1]["value"] == 0  # whatever comes


@pytest.mark.parametrize(("wrong", "said"), [
    ({"stands": "middle"}, "stands"), ({"term_months": []}, "term_months"), ({"term_months": [13]}, "term_months"), ({"core": []}, "core is missing"),
    ({"core_failed": 0}, "courses_failed or core_failed"), ({"pass": [0, 1], "failing_levels": []}, "pass is missing"), ({"pass": [6, 5]}, "from 0 to 1"),
    ({"core_failed": -1}, "0 or above"), ({"kind": "on_track"}, "courses_passed"), ({"kind": "over_age"}, "reference"),
    ({"kind": "over_age", "reference": "intended"}, "entry_age"), ({"kind": "over_age", "reference": "modal"}, "years_over")])
def test_a_policy_that_leaves_open_what_it_means_is_refused(wrong, said):
    with pytest.raises(ValueError, match=f"policy 'ours': .*{said}"):
        judged(study(PAPERS, [("a", "final", "maths", 60)]), COURSE | wrong)


def ages(births, **spells):
    children = [{"child": name, "birth_month": month} for name, month in births.items()]
    return judged(study([], [], children, **spells), "uis_over_age_2", "cn_over_age_modal_1")


def test_the_month_of_birth_decides_the_age_for_a_grade():
    # grade 3 in September 2025: six by 31 August 2023, so eight by 31 August 2025, born up to August 2017
    table = ages({"young": "2017-09-01", "right": "2017-08-01", "late": "2015-09-01", "old": "2015-08-01", "open": None}, none={"grade": None})
    years = [of(table, name, "academic.years_over_age", "uis_over_age_2")["value"] for name in ("young", "right", "late", "old")]
    assert years == [-1, 0, 1, 2]
    assert [of(table, name, "academic.over_age", "uis_over_age_2")["value"] for name in ("young", "right", "late", "old")] == [0, 0, 0, 1]
    assert of(table, "open", "academic.over_age", "uis_over_age_2")["status"] == "not_recorded"
    assert of(table, "right", "academic.over_age", "cn_over_age_modal_1")["status"] == "not_enough_data"  # five ages are no mode
    table = ages({"right": "2017-08-01"}, right={"grade": None})
    assert of(table, "right", "academic.over_age", "uis_over_age_2")["status"] == "not_recorded"


def test_the_commonest_age_stands_for_late_entry_and_of_two_the_younger():
    births = {f"c{number}": "2016-05-01" if number < 12 else "2017-05-01" for number in range(22)}  # nine and eight years
    table = ages(births)
    assert of(table, "c0", "academic.years_over_age", "cn_over_age_modal_1")["value"] == 0
    assert of(table, "c21", "academic.years_over_age", "cn_over_age_modal_1")["value"] == -1
    assert of(table, "c0", "academic.years_over_age", "uis_over_age_2")["value"] == 1
    births = {name: "2016-05-01" if number < 11 else "2017-05-01" for number, name in enumerate(births)}
    assert of(ages(births), "c0", "academic.over_age", "cn_over_age_modal_1")["value"] == 1


def test_groups_count_the_over_age_and_the_repeating_of_those_for_whom_it_can_be_told():
    births = {f"c{number}": "2015-05-01" if number < 40 else "2017-05-01" if number < 90 else None for number in range(100)}
    tables = study([], [], [{"child": name, "birth_month": month} for name, month in births.items()],
                   **{f"c{number}": {"kind": "repeat" if number < 30 else "first"} for number in range(100)})
    indicators = cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=AS_OF, policies=["uis_over_age_2"], families=["progress"])
    groups = cw.aggregate(indicators, by=["city"]).table()
    over, again = (groups["measure"] == f"academic.{name}" for name in ("over_age", "repeating"))
    assert (groups["value"][over], groups["n"][over], groups["policy"][over].tolist()) == (pytest.approx([40 / 90]), [90], ["uis_over_age_2"])
    assert (groups["lower"][over], groups["upper"][over]) == (pytest.approx([0.4]), pytest.approx([0.5]))
    assert groups["value"][again] == pytest.approx([0.3])


def test_groups_count_course_failure_and_being_on_track_of_those_for_whom_it_can_be_told():
    # twenty fail maths, fifteen pass all three, five were absent from maths and passed the rest: nobody can tell
    marks = {f"c{n}": (30 if n < 20 else 90) for n in range(35)}
    results = [(child, "final", subject, value if subject == "maths" else 90) for child, value in marks.items()
               for subject in ("maths", "chinese", "music")]  # fmt: skip
    results += [(f"c{n}", "final", subject, "absent" if subject == "maths" else 90) for n in range(35, 40) for subject in ("maths", "chinese", "music")]
    tables = study(PAPERS[1:], results)
    indicators = cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=AS_OF, policies=[COURSE, TRACK | {"core_failed": 0}])
    groups = cw.aggregate(indicators, by=["city"]).table().to_arrow().to_pylist()
    failure, = (row for row in groups if row["measure"] == "academic.course_failure")
    assert (failure["value"], failure["n"], failure["policy"]) == (pytest.approx(20 / 35), 35, "ours")
    assert failure["lower"] is None or np.isnan(failure["lower"])  # five unknown children are too few to be told
    everything = cw.aggregate(indicators, by=["city"], policy={"id": "all", "kind": "disclosure", "minimum_cell": 1}).table().to_arrow().to_pylist()
    failure, = (row for row in everything if row["measure"] == "academic.course_failure")
    assert (failure["lower"], failure["upper"], failure["n_expected"]) == (pytest.approx(20 / 40), pytest.approx(25 / 40), 40)
    track, = (row for row in everything if row["measure"] == "academic.on_track")  # the fifteen are, the twenty are not
    assert (track["value"], track["n"], track["n_expected"]) == (pytest.approx(15 / 35), 35, 40)
