# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Every shipped rule recomputed by hand, ordinary and at its edge; what may never move a list; places, ties, overlap."""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta as beta_distribution
from scipy.stats import betabinom, poisson
from ten_days import KEY, base, columns, enrolment, iso, marks

import childwell as cw
from childwell import instruments, stats

MONDAY = date(2025, 9, 1)
DAYS = [MONDAY + timedelta(7 * week + day) for week in range(4) for day in range(5)]
NOT_SEEN = "not_seen_10_sessions"
NAMED = ["us_edfacts_chronic", "england_persistent", "cn_dropout_control_local_3", "cn_pass_60", NOT_SEEN]


def study(absent, *, days=DAYS, codes=None, unrecorded=(), sessions=("day",), to_come=(), spells=None, **tables):
    """One child a key of `absent`, which holds the days (or days and sessions) away; all else is present."""
    rows = []
    for name, away in absent.items():
        for day in days:
            for session in sessions:
                if (name, day) in unrecorded:
                    continue
                gone = day in away or (day, session) in away
                code = (codes or {}).get((name, day), "absent_illness") if gone else "present"
                rows.append({"child": name, "date": iso(day), "session": session, "code": code})
    made = base(
        calendar=columns([{"place": "city", "date": iso(day), "kind": "school_day"} for day in sorted({*days, *to_come})], ("place", "date", "kind")),
        sessions=columns([{"session": session, "units": 1} for session in sessions], ("session", "units")),
        enrolment=spells or enrolment(*[{"child": name, "grade": 3} for name in absent]),
        attendance=marks(*rows),
    )
    return made | tables


def measured(tables, *, as_of=DAYS[-1], policies=NAMED, families=("outlook", "early", "charts"), baseline="2025-09-12", false_alarms=100, **options):
    cohort = cw.assemble(cw.admit(tables, key=KEY, **options))
    return cw.measure(cohort, as_of=as_of, policies=policies, families=families, baseline=baseline, false_alarms=false_alarms)


def pseudonym(child):
    return KEY.pseudonym("child", child)


def lists(flags):
    """The list of every child, by pseudonym."""
    table = flags.table(everyone=True)
    return dict(zip(table["child"], table["listing"], strict=True))


def row(flags, child, rule=None, lang="en"):
    """The one reason of a child by a rule, as a dictionary; None where there is none."""
    table = cw._flags._table_of(flags._core.reasons(lang), True)
    rows = [at for at in range(len(table)) if table["child"][at] == pseudonym(child) and table["rule"][at] == rule]
    assert len(rows) <= 1
    return {name: table[name][rows[0]] for name in table.columns} if rows else None


def verdicts(flags):
    return {rule: tuple(counts) for rule, *counts in flags._core.rules()}


# ---- attendance ------------------------------------------------------------------------------------------------------


def test_chronic_absence_begins_at_exactly_a_tenth_of_the_days():
    children = {"a": DAYS[3:5], "b": DAYS[3:4], "c": DAYS[3:4], "d": []}
    flags = cw.flag(measured(study(children, unrecorded={("c", DAYS[9])})), rules=["chronic_us"])
    assert lists(flags) == {pseudonym("a"): "needs_look", pseudonym("b"): "none", pseudonym("c"): "not_enough_data", pseudonym("d"): "none"}
    assert verdicts(flags)["chronic_us"] == (1, 2, 1, 0)
    reason = row(flags, "a", "chronic_us")
    assert reason["reason"] == "Absent on 2 of 20 school days (10%; 0 days not recorded); the rule begins at 10%, here 2 days."
    assert reason["unless"] == "Would not be listed by this rule if at most 1 of these days were missed."
    assert row(flags, "a", "chronic_us", "zh")["reason"] == "应到20天，缺勤2天（10%；另有0天无记录）；规则线为10%，即2天。"
    assert row(flags, "a", "chronic_us", "zh")["unless"] == "若缺勤不超过1天，则不按此规则列入。"
    # one day of twenty is missed and one is not recorded: between 5 and 10 per cent, which is on the line
    assert row(flags, "c", "chronic_us")["reason"].endswith("cannot be told, because 1 of 20 school days are not recorded and decide.")
    assert row(flags, "c", "chronic_us")["unless"] is None


def test_what_is_said_of_would_not_be_listed_is_true():
    """The number of days that a reason names is put to the rule itself."""
    children = {"a": DAYS[2:7]}
    most = int(re.search(r"at most (\d+)", row(cw.flag(measured(study(children)), rules=["chronic_us"]), "a", "chronic_us")["unless"])[1])
    for missed, listing in ((most, "none"), (most + 1, "needs_look")):
        again = cw.flag(measured(study({"a": DAYS[2 : 2 + missed]})), rules=["chronic_us"])
        assert lists(again) == {pseudonym("a"): listing}


def test_before_its_least_days_a_rule_says_nothing_and_the_child_is_not_called_fine():
    ten = DAYS[:9]
    flags = cw.flag(measured(study({"a": ten[:3], "b": []}, days=ten), as_of=ten[-1], baseline=iso(DAYS[2])), rules=["chronic_us"])
    assert set(lists(flags).values()) == {"not_enough_data"}
    assert row(flags, "a", "chronic_us")["reason"].endswith("there is too little to say yet.")
    # where another rule can be answered, being early is nothing to check
    both = cw.flag(measured(study({"a": ten[:1], "b": []}, days=ten), as_of=ten[-1], baseline=iso(DAYS[2])),
                   rules=["chronic_us", "unexplained_3_days_local"])
    assert set(lists(both).values()) == {"none"}


def test_england_counts_sessions_and_so_half_days():
    two = ("am", "pm")
    children = {"a": {(DAYS[k], "am") for k in range(4)}, "b": {(DAYS[k], "am") for k in range(3)},
                "c": set(DAYS[:10]), "d": {*DAYS[:9], (DAYS[10], "am")}}
    flags = cw.flag(measured(study(children, sessions=two)), rules=["severe_england", "persistent_england"])
    assert verdicts(flags) == {"severe_england": (1, 3, 0, 0), "persistent_england": (3, 1, 0, 0)}
    reason = row(flags, "a", "persistent_england")
    assert reason["reason"].startswith("Absent from 4 of 40 sessions (10%; 0 not recorded); the rule begins at 10%, here 4 sessions.")
    assert reason["unless"] == "Would not be listed by this rule if at most 3 of these sessions were missed."
    assert row(flags, "c", "severe_england")["reason"].startswith("Absent from 20 of 40 sessions (50%; 0 not recorded); the rule begins at 50%, here 20")
    assert row(flags, "d", "severe_england") is None  # 19 of 40


def test_three_days_in_a_row_without_explanation():
    unexplained = dict.fromkeys([(child, day) for child in "abcd" for day in DAYS], "absent_unexcused")
    explained = unexplained | {("b", DAYS[-2]): "absent_illness"}
    children = {"a": DAYS[-4:], "b": DAYS[-4:], "c": DAYS[-5:-1], "d": DAYS[-2:]}
    flags = cw.flag(measured(study(children, codes=explained, unrecorded={("d", DAYS[-3])})), rules=["unexplained_3_days_local"])
    reason = row(flags, "a", "unexplained_3_days_local")
    assert reason["reason"] == f"The last 4 school days up to {iso(DAYS[-1])} were missed without explanation; the rule begins at 3 days in a row."
    assert reason["unless"] == "Would not be listed by this rule if one of the last 3 days were explained, or the child had been there."
    assert row(flags, "b", "unexplained_3_days_local") is None  # a day in between was explained
    assert row(flags, "c", "unexplained_3_days_local") is None  # back again on the last day
    assert row(flags, "d", "unexplained_3_days_local")["verdict"] == "cannot_tell"  # the day before is not recorded


def test_an_early_tenth_of_the_first_twenty_days():
    later = [*DAYS, *(DAYS[-1] + timedelta(3 + day) for day in range(5))]
    children = {"a": [DAYS[0], DAYS[19]], "b": [DAYS[0], later[20], later[21]], "c": [DAYS[0]], "d": [DAYS[0], DAYS[1], DAYS[2]]}
    flags = cw.flag(measured(study(children, days=later, unrecorded={("c", DAYS[5]), ("d", DAYS[6])}), as_of=later[-1]), rules=["early_absence_10"])
    reason = row(flags, "a", "early_absence_10")
    assert reason["reason"] == "A tenth of the first school days missed: 2 of 20 days (10%; 0 not known); the rule begins at 10%, here 2 days."
    assert reason["unless"] == "Would not be listed by this rule if it were at most 1 of these days."
    assert row(flags, "b", "early_absence_10") is None  # the other two came later
    assert row(flags, "c", "early_absence_10")["verdict"] == "cannot_tell"
    assert row(flags, "d", "early_absence_10")["reason"].startswith("A tenth of the first school days missed: 3 of 20 days (15%; 1 not known)")


def shares_of(rule, absent, **more):
    own = cw.flag_rules(f"""
        [own]
        indicator = "{rule}"
        at_least = [1, 10]
        country = "CN"
        from = 2025-09-01
        source = "made up for a test"
        """)
    return cw.flag(measured(study(absent, **more)), rules=[own["own"]])


@pytest.mark.parametrize(("indicator", "code"), [("attendance.absence_rate", "absent_illness"), ("attendance.unexcused_rate", "absent_unexcused"),
                                                 ("attendance.late_rate", "late")])
def test_a_share_on_its_line_is_on_it_and_gaps_leave_it_open(indicator, code):
    codes = {(child, day): code for child in "abcd" for day in DAYS}
    flags = shares_of(indicator, {"a": DAYS[:2], "b": DAYS[:1], "c": DAYS[:1], "d": []}, codes=codes, unrecorded={("c", DAYS[7]), ("d", DAYS[8])})
    assert lists(flags) == {pseudonym("a"): "needs_look", pseudonym("b"): "none", pseudonym("c"): "not_enough_data", pseudonym("d"): "none"}
    assert row(flags, "a", "own")["reason"] == "own: 2 of 20 sessions (10%; 0 not known); the rule begins at 10%, here 2 sessions."


def classmates(wanted=(0, 0, 0, 1, 1, 2, 3, 9), count=24, days=DAYS):
    return {f"c{number:02}": [days[(2 + number + 3 * k) % len(days)] for k in range(wanted[number % len(wanted)])] for number in range(count)}


def test_probabilities_of_the_rate_and_of_the_year_are_those_of_the_prior_of_grade_and_school():
    days = [MONDAY + timedelta(7 * week + day) for week in range(8) for day in range(5)]
    left = [MONDAY + timedelta(7 * week + day) for week in range(8, 18) for day in range(5)]
    absent = {"a": [days[k] for k in range(0, 40, 4)]} | classmates(days=days)  # ten single days
    indicators = measured(study(absent, days=days, to_come=left), as_of=days[-1])
    flags = cw.flag(indicators, rules=["rate_above_us_95", "rate_above_us_80", "year_above_us_80"])
    events = np.array([len(set(missed)) for missed in absent.values()], float)
    fit = stats.fit_beta_binomial(events, np.full(25, 40.0))
    strength = (1 - fit.rho) / fit.rho
    alpha, beta = events.mean() / 40 * strength, (1 - events.mean() / 40) * strength

    def rate(missed):  # every spell is of one day, so that days are worth their number
        return beta_distribution.sf(0.1, alpha + missed, beta + 40 - missed)

    def year(missed):  # of 90 days nine are the line
        return 1.0 if missed >= 9 else betabinom.sf(9 - missed - 1, 50, alpha + missed, beta + 40 - missed)

    for rule, probability, certainty in (("rate_above_us_95", rate, 0.95), ("rate_above_us_80", rate, 0.8), ("year_above_us_80", year, 0.8)):
        assert probability(10) >= certainty
        reason = row(flags, "a", rule)
        assert reason["value"] == pytest.approx(probability(10), rel=1e-9)
        most = max(missed for missed in range(10) if probability(missed) < certainty)
        assert reason["unless"] == f"Would not be listed by this rule if at most {most} of the days seen were missed."
        assert reason["reason"].startswith("Absent on 10 of 40 days seen (25%)")
        said = {pseudonym(name) for name, missed in absent.items() if probability(len(set(missed))) >= certainty}
        table = cw._flags._table_of(flags._core.reasons("en"), True)
        listed = {child for child, named, verdict in zip(table["child"], table["rule"], table["verdict"], strict=True) if named == rule and verdict == "yes"}
        assert listed == said
    assert "50 days to come or not recorded" in row(flags, "a", "year_above_us_80")["reason"]
    alone = cw.flag(measured(study({"a": days[:9]}, days=days), as_of=days[-1]), rules=["rate_above_us_95"])
    assert row(alone, "a", "rate_above_us_95")["reason"].endswith("there is too little to say yet.")  # nobody to learn from


def test_a_day_with_a_gap_is_no_evidence_of_a_rate_but_counts_for_the_year():
    days = [MONDAY + timedelta(7 * week + day) for week in range(8) for day in range(5)]
    left = [MONDAY + timedelta(7 * week + day) for week in range(8, 18) for day in range(5)]
    absent = {"a": [days[k] for k in range(0, 40, 4)] + [(days[1], "am"), (days[2], "am")]} | classmates(days=days)
    tables = study(absent, days=days, sessions=("am", "pm"), to_come=left)
    marked = tables["attendance"]
    gap = (marked["child"] == "a") & (marked["session"] == "pm") & np.isin(marked["date"], [iso(days[1]), iso(days[2])])
    tables["attendance"] = {name: column[~gap] for name, column in marked.items()}
    indicators = measured(tables, as_of=days[-1])
    flags = cw.flag(indicators, rules=["rate_above_us_80", "year_above_us_80"])
    # half of a day missed is a day absent; of the rest of the two days nothing is known, so that only 38 tell of the rate
    assert row(flags, "a", "rate_above_us_80")["reason"].startswith("Absent on 10 of 38 days seen")
    assert row(flags, "a", "year_above_us_80")["reason"].startswith("Absent on 12 of 40 days seen")
    table = indicators.table()
    for rule, indicator in (("rate_above_us_80", "attendance.p_rate_above"), ("year_above_us_80", "attendance.p_year_above")):
        chosen = (table["child"] == pseudonym("a")) & (table["indicator"] == indicator) & (table["policy"] == "us_edfacts_chronic")
        assert row(flags, "a", rule)["value"] == table["value"][chosen][0]
    most = {rule: int(re.search(r"at most (\d+)", row(flags, "a", rule)["unless"])[1]) for rule in ("rate_above_us_80", "year_above_us_80")}
    assert 0 < most["rate_above_us_80"] < 10
    assert 0 < most["year_above_us_80"] < 9  # nine days are the line of a year of ninety


def test_charts_say_since_when_how_often_and_at_which_price():
    days = [MONDAY + timedelta(7 * week + day) for week in range(12) for day in range(5)]
    absent = {"a": [*days[40:60:2]]} | classmates((0, 1, 1, 2, 2, 3, 4, 6), days=days)
    indicators = measured(study(absent, days=days), as_of=days[-1], baseline=iso(days[29]))
    table = indicators.table()
    for rule, indicator in (("onsets_cusum", "attendance.cusum_alarm"), ("onsets_ewma", "attendance.ewma_alarm")):
        flags = cw.flag(indicators, rules=[rule])
        chosen = (table["indicator"] == indicator) & (table["value"] == 1)
        assert {child for child, listing in lists(flags).items() if listing == "needs_look"} == set(table["child"][chosen])
        reason = row(flags, "a", rule)
        # after the baseline ten absences begin, on the twenty days after a day on which the child was there and ten before
        assert reason["reason"].startswith(f"Since {iso(days[29])} an absence began on 10 of 20 days on which one could; the chart reached its limit on 2025-")
        assert "100 times in 1,000 child-years" in reason["reason"]
        assert iso(days[29]) in reason["unless"]
    with pytest.raises(ValueError, match="another number of false alarms"):
        cw.flag(indicators, rules=[{**cw.flag_rules()["onsets_cusum"], "false_alarms": 50}])
    assert len(cw.flag(indicators, rules=[{**cw.flag_rules()["onsets_cusum"], "false_alarms": 100}]).rules) == 1


# ---- course results --------------------------------------------------------------------------------------------------


def papers(results):
    """Children by name with a value, "absent" or "exempt" for each of three county papers of 100 points."""
    subjects = ("chinese", "maths", "science")
    exams = columns([{"exam": "mid", "subject": subject, "scope": "county", "date": iso(DAYS[10]), "full": 100.0} for subject in subjects],
                    ("exam", "subject", "scope", "date", "full"))
    rows = [{"child": child, "exam": "mid", "subject": subject, "value": None if isinstance(value, str) else float(value),
             "status": value if isinstance(value, str) else "sat"}
            for child, values in results.items() for subject, value in zip(subjects, values, strict=True)]
    return {"exams": exams, "exam_results": columns(rows, ("child", "exam", "subject", "value", "status"))}


def test_two_papers_below_the_pass_mark():
    results = {"a": (59, 59, 90), "b": (59, 60, 90), "c": (59, "absent", 90), "d": (59, "exempt", 90), "e": ("exempt",) * 3, "f": (1, 2, "absent")}
    flags = cw.flag(measured(study(dict.fromkeys(results, ()), **papers(results))), rules=["two_papers_failed_cn"])
    assert verdicts(flags)["two_papers_failed_cn"] == (2, 2, 1, 1)
    reason = row(flags, "a", "two_papers_failed_cn")
    assert reason["reason"] == "2 of 3 papers sat are below 60% of full marks (0 not sat); the rule begins at 2 papers."
    assert reason["unless"] == "Would not be listed by this rule if at most 1 of these papers were below."
    assert row(flags, "c", "two_papers_failed_cn")["reason"].endswith("cannot be told, because 1 papers were not sat beside 2 that were.")
    assert row(flags, "f", "two_papers_failed_cn")["reason"].startswith("2 of 2 papers sat are below 60% of full marks (1 not sat)")
    assert lists(flags)[pseudonym("d")] == "none"  # excused from a paper, the child is not asked about it
    assert lists(flags)[pseudonym("e")] == "none"


@pytest.mark.parametrize(("rule", "policy", "core", "other"), [("core_course_failed_cn", "cn_course_failure_60", "maths", "music"),
                                                            ("course_failed_us", "us_course_failure_df", "maths", "music")])
def test_courses_are_failed_as_their_policy_says(rule, policy, core, other):
    """In China a core course below 60 counts; in the US list any course below 60, or a core course below 70."""
    results = {"a": (59, 90), "b": (60, 59), "c": ("absent", 90), "d": (70, 60), "e": ("exempt", "exempt")}
    exams = columns([{"exam": "end", "subject": subject, "scope": "county", "date": iso(date(2025, 10, 31)), "full": 100.0} for subject in (core, other)],
                    ("exam", "subject", "scope", "date", "full"))
    rows = [{"child": child, "exam": "end", "subject": subject, "value": None if isinstance(value, str) else float(value),
             "status": value if isinstance(value, str) else "sat"}
            for child, values in results.items() for subject, value in zip((core, other), values, strict=True)]
    sat = {"exams": exams, "exam_results": columns(rows, ("child", "exam", "subject", "value", "status"))}
    days = [MONDAY + timedelta(7 * week + day) for week in range(9) for day in range(5)]
    tables = study(dict.fromkeys(results, ()), days=days, **sat)
    flags = cw.flag(measured(tables, as_of=days[-1], policies=[policy, NOT_SEEN], families=()), rules=[rule])
    chinese = policy.startswith("cn")
    said = [lists(flags)[pseudonym(child)] for child in "abcde"]
    assert said == ["needs_look", "none" if chinese else "needs_look", "not_enough_data", "none", "none"]
    name = cw.flag_rules()[rule]["name"]["en"]
    assert row(flags, "a", rule)["reason"] == f"{name}: 1 of 2 courses failed, 1 of them core courses (0 courses without a result)."
    nothing = "nothing is recorded." if chinese else "1 of 2 courses have no result and decide."  # of the one core course
    assert row(flags, "c", rule)["reason"] == f"{name}: cannot be told, because {nothing}"
    unless = "fewer than 1 failed core courses." if chinese else "fewer than 1 failed courses and fewer than 1 failed core courses."
    assert row(flags, "a", rule)["unless"] == f"Would not be listed by this rule with {unless}"


# ---- wellbeing, by validated cut-offs --------------------------------------------------------------------------------


def sdq(total):
    """A form with this total of difficulties: 0 to 40."""
    answers = np.zeros(25)
    answers[[6, 10, 13, 20, 24]] = 2  # reversed: no difficulty
    for position in (3, 8, 13, 16, 24, 5, 12, 18, 22, 2, 10, 15, 6, 19, 23):
        if answers[position - 1] == 0 and position not in (7, 11, 14, 21, 25) and total > 0:
            answers[position - 1] = min(2, total)
            total -= answers[position - 1]
    assert total == 0
    return answers


def forms(instrument, answers, children, *, on=DAYS[12], **options):
    given = on if isinstance(on, list) else [on] * len(children)
    return {"scores": instruments.score_forms(instrument, np.array(answers), **options), "child": [pseudonym(child) for child in children],
            "date": [iso(day) for day in given]}


@pytest.mark.parametrize(("rule", "informant", "norms", "cut"), [("sdq_total_parent_china", "parent", "china_2008_parent", 17),
                                                               ("sdq_total_self_china", "self", "china_2008_self", 18)])
def test_the_sdq_is_listed_from_its_cut_off_on(rule, informant, norms, cut):
    given = forms("sdq", [sdq(cut), sdq(cut - 1)], "ab", informant=informant, norms=norms, ages=13.0, translation=None)
    flags = cw.flag(measured(study({"a": [], "b": [], "c": []})), rules=[rule], forms=[given])
    assert lists(flags) == {pseudonym("a"): "needs_look", pseudonym("b"): "none", pseudonym("c"): "none"}
    assert verdicts(flags)[rule] == (1, 1, 0, 1)  # who filled in no form is not asked
    reason = row(flags, "a", rule)
    assert f"(total): {cut} on {iso(DAYS[12])}; the rule begins with scores from {cut} to 40 (norms {norms}). This is no diagnosis." in reason["reason"]
    assert reason["unless"] == f"Would not be listed by this rule with a score below {cut}."
    assert reason["family"] == "screening"


def test_a_high_score_that_is_good_is_listed_below_its_line():
    given = forms("who_5", [[3, 3, 2, 2, 2], [3, 3, 3, 2, 2]], "ab", informant="self", norms="topp_2015")
    flags = cw.flag(measured(study({"a": [], "b": []})), rules=["who_5_low"], forms=[given])
    assert lists(flags) == {pseudonym("a"): "needs_look", pseudonym("b"): "none"}
    assert "48 on" in row(flags, "a", "who_5_low")["reason"]
    assert row(flags, "a", "who_5_low")["unless"] == "Would not be listed by this rule with a score above 48."


def test_the_phq_9_of_youths_and_its_ninth_answer():
    """An answer that concerns safety makes no listing, and no list or number of places holds it back."""
    low = np.array([0, 0, 0, 0, 0, 0, 0, 0, 3.0])
    eleven, ten = np.array([2, 2, 2, 2, 2, 1, 0, 0, 0.0]), np.array([2, 2, 2, 2, 2, 0, 0, 0, 0.0])
    answers = [low, eleven, ten]
    given = forms("phq_9", answers, "abc", informant="self", norms="richardson_2010_cut_11", ages=15.0)
    flags = cw.flag(measured(study({"a": [], "b": [], "c": []})), rules=["phq_9_youth_cut_11"], forms=[given], capacity=0)
    assert lists(flags) == {pseudonym("a"): "none", pseudonym("b"): "needs_look", pseudonym("c"): "none"}
    assert row(flags, "b", "phq_9_youth_cut_11")["unless"] == "Would not be listed by this rule with a score below 11."
    assert flags.counts["waiting"] == 1
    assert list(instruments.safety_answers("phq_9", np.array(answers)).forms) == [0]


def test_the_last_form_counts_and_what_was_known_later_or_lies_outside_the_window_does_not():
    rule, options = "sdq_total_parent_china", {"informant": "parent", "norms": "china_2008_parent", "ages": 13.0}
    given = forms("sdq", [sdq(20), sdq(3), sdq(3), sdq(20), sdq(20), sdq(20), sdq(3)], "aabbcdd",
                  on=[DAYS[3], DAYS[9], DAYS[3], DAYS[9], date(2025, 6, 2), DAYS[5], DAYS[5]], **options)
    indicators = measured(study(dict.fromkeys("abcde", ())))
    flags = cw.flag(indicators, rules=[rule], forms=[given])
    assert [lists(flags)[pseudonym(child)] for child in "abcde"] == ["none", "needs_look", "none", "not_enough_data", "none"]
    assert row(flags, "d", rule)["reason"].endswith("because two forms of the same day contradict each other.")
    later = {**given, "known_on": [iso(DAYS[-1] + timedelta(1))] * 7}
    assert set(lists(cw.flag(indicators, rules=[rule], forms=[later])).values()) == {"none"}


def test_a_cut_off_of_ones_own_instrument_needs_a_study_that_validated_it():
    own = instruments.define_instrument("""
        [our_three]
        licence = "A"
        items = 3
        range = [0, 4]
        informants.self = [9, 17]
        recall_days = [14]
        partition = ["total"]
        scales.total = { items = "1-3", source = "ours" }
        [our_three.name]
        en = "Our three questions"
        zh = "三问"
        [our_three.sources]
        items = "ours"
        licence = "ours"
        ages = "ours"
        recall = "ours"
        [our_three.norms.trial]
        source = "ours"
        bands.total = [[0, 4, "low"], [5, 8, "middle"], [9, 12, "high"]]
        """)
    rule = {"indicator": "screening.our_three.total", "norms": "trial", "bands": ["middle"], "country": "CN", "from": "2025-09-01", "source": "ours"}
    with pytest.raises(ValueError, match="nobody has validated"):
        cw.flag_rules({"ours": rule}, instruments=[own])
    rules = cw.flag_rules({"ours": rule | {"validation": "a study of 500 against interviews"}}, instruments=[own])
    with pytest.raises(ValueError, match="no instrument 'our_three'"):
        cw.flag_rules({"ours": rule | {"validation": "x"}})
    given = forms(own, [[2, 2, 2], [4, 4, 4], [0, 0, 0]], "abc", informant="self", norms="trial")
    flags = cw.flag(measured(study(dict.fromkeys("abc", ()))), rules=list(rules.values()), forms=[given], instruments=[own])
    assert [lists(flags)[pseudonym(child)] for child in "abc"] == ["needs_look", "none", "none"]
    assert row(flags, "a", "ours")["unless"] == "Would not be listed by this rule with a score below 5 or above 8."
    assert "三问" in row(flags, "a", "ours", "zh")["reason"]


def screens(*forms_of, **more):
    """Rows of the study's own table, one a form: child, total of the SDQ, and what differs from a parent's form of DAYS[12]."""
    rows = []
    for child, total, changed in forms_of:
        row = {"child": child, "collection": "autumn", "date": iso(DAYS[12]), "instrument": "sdq", "informant": "parent", "response": "given"}
        answers = {} if total is None else {f"item_{at}": float(answer) for at, answer in enumerate(sdq(total), 1)}
        rows.append(row | answers | changed)
    names = ("child", "collection", "date", "instrument", "informant", "response", "known_on", *(f"item_{at}" for at in range(1, 26)))
    return {"screens": columns(rows, names)} | more


def test_the_studys_own_screens_are_read_for_whom_the_norms_are():
    children = {child: "2012-09-01" for child in "abcdfg"} | {"e": "2006-09-01"}
    facts = {"children": columns([{"child": child, "birth_month": born} for child, born in children.items()], ("child", "birth_month"))}
    given = screens(("a", 17, {}), ("b", 16, {}), ("c", 25, {"informant": "self"}), ("d", None, {"response": "refused"}), ("e", 25, {}),
                    ("f", 25, {"known_on": iso(DAYS[-1] + timedelta(1))}), ("g", 25, {"date": iso(DAYS[3])}), ("g", 2, {}), **facts)
    tables = study(dict.fromkeys(sorted(children), ()), **given)
    indicators = measured(tables, families=("screening",), baseline=None, false_alarms=None)
    flags = cw.flag(indicators, rules=["sdq_total_parent_china", "sdq_total_self_china"])
    # a is on the cut-off; c by its own form; d refused, e is too old, f was not known yet, and the later form of g counts
    assert {child for child, listing in lists(flags).items() if listing == "needs_look"} == {pseudonym("a"), pseudonym("c")}
    assert set(lists(flags).values()) == {"needs_look", "none"}
    assert verdicts(flags) == {"sdq_total_parent_china": (1, 2, 0, 4), "sdq_total_self_china": (1, 0, 0, 6)}
    assert f": 17 on {iso(DAYS[12])};" in row(flags, "a", "sdq_total_parent_china")["reason"]
    without = {name: table for name, table in tables.items() if name != "screens"}
    nobody = cw.flag(measured(without, families=("screening",), baseline=None, false_alarms=None), rules=["sdq_total_parent_china"])
    assert verdicts(nobody)["sdq_total_parent_china"] == (0, 0, 0, 7)
    with pytest.raises(ValueError, match="add 'screening' to the families"):
        cw.flag(measured(tables, families=(), baseline=None, false_alarms=None), rules=["sdq_total_parent_china"])


def test_every_shipped_rule_has_a_worked_example():
    """Each name stands in a test above."""
    text = Path(__file__).read_text("utf-8")
    assert [name for name in cw.flag_rules() if f'"{name}"' not in text] == []


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_who_is_not_seen_comes_first_whatever_the_rules():
    children = {"a": DAYS[8:], "b": DAYS[11:], "c": []}
    flags = cw.flag(measured(study(children)), rules=["chronic_us"], in_care=[pseudonym("a")], capacity=0)
    table = flags.table()
    assert (table["child"][0], table["listing"][0], table["listed"][0], table["in_care"][0]) == (pseudonym("a"), "not_seen", True, True)
    assert lists(flags)[pseudonym("b")] == "needs_look"
    reason = row(flags, "a")
    assert reason["reason"] == f"On the roll, and no sign of presence in the last 12 expected sessions; last seen on {iso(DAYS[7])}."
    assert reason["unless"] == "Would not be listed with a sign of presence, a mark or a paper sat, in one of the last 10 expected sessions."
    assert row(flags, "a", "chronic_us")["verdict"] == "yes"
    assert flags.counts["beyond"] == 1  # nobody's places hold back who is not seen
    with pytest.raises(ValueError, match="who is not seen comes first"):
        cw.flag(measured(study(children), policies=["us_edfacts_chronic"]), rules=["chronic_us"])


def test_never_seen_has_no_date_and_who_has_left_is_on_no_list():
    spells = enrolment({"child": "a", "grade": 3}, {"child": "b", "grade": 3, "to": iso(DAYS[15]), "left_to": "unknown"})
    flags = cw.flag(measured(study({"a": DAYS, "b": DAYS[:16]}, spells=spells)), rules=["chronic_us"])
    assert row(flags, "a")["reason"] == "On the roll, and no sign of presence in any of the 20 expected sessions so far."
    assert pseudonym("b") not in lists(flags)
    assert flags.counts["left"] == 1


def test_care_moves_a_child_to_another_list_and_makes_none():
    children = {"a": DAYS[:5], "b": [], "c": DAYS[:1]}
    indicators = measured(study(children, unrecorded={("c", DAYS[9])}))
    plain, cared = (cw.flag(indicators, rules=["chronic_us"], in_care=care) for care in (None, [pseudonym(child) for child in "abc"]))
    assert [lists(cared)[pseudonym(child)] for child in "abc"] == ["in_care", "none", "not_enough_data"]
    for name in ("first_rule", "reasons", "child"):
        assert (sorted(map(str, plain.table(everyone=True)[name])) == sorted(map(str, cared.table(everyone=True)[name])))
    assert list(plain._core.reasons("en")["reason"][1]) == list(cared._core.reasons("en")["reason"][1])
    spells = {"child": [pseudonym("a")] * 2, "from": ["2025-06-01", iso(DAYS[-1])], "to": ["2025-07-01", None]}
    assert lists(cw.flag(indicators, rules=["chronic_us"], in_care=spells))[pseudonym("a")] == "in_care"
    over = {"child": [pseudonym("a")], "to": [iso(DAYS[-2])]}
    assert lists(cw.flag(indicators, rules=["chronic_us"], in_care=over))[pseudonym("a")] == "needs_look"


def test_counselling_and_services_say_who_is_in_care_by_a_policy():
    children = {"a": DAYS[:5], "b": [], "c": DAYS[:5], "d": DAYS[:5]}
    long_ago = iso(DAYS[-1] - timedelta(60))
    helped = {"counselling": columns([{"child": "a", "date": iso(DAYS[15])}, {"child": "b", "date": iso(DAYS[15])}, {"child": "d", "date": long_ago}],
                                     ("child", "date"))}
    tables = study(children, **helped)
    plain = cw.flag(measured(tables), rules=["chronic_us"])
    cared = cw.flag(measured(tables, policies=[*NAMED, "help_30_days"], families=("help",)), rules=["chronic_us"])
    assert "nobody said who is in care" in repr(plain)
    assert "nobody said who is in care" not in repr(cared)
    assert [lists(plain)[pseudonym(child)] for child in "abcd"] == ["needs_look", "none", "needs_look", "needs_look"]
    assert [lists(cared)[pseudonym(child)] for child in "abcd"] == ["in_care", "none", "needs_look", "needs_look"]
    assert verdicts(plain) == verdicts(cared)
    everyone = cared.table(everyone=True)
    assert dict(zip(everyone["child"], everyone["in_care"], strict=True))[pseudonym("b")]  # looked after, and on no list for it


def test_refusal_and_counselling_move_no_other_childs_flag_and_list_nobody():
    """On the made-up city: half of the children are in care, and then a tenth refuse; nobody else's flag moves."""
    city = cw.synthetic.city(children=400, seed=5)
    rules = ["chronic_us", "early_absence_10", "two_papers_failed_cn"]

    def flagged(care=None, refusing=()):
        tables = dict(city)
        if len(refusing):
            tables["consents"] = {"child": np.array(refusing, dtype=object), "purpose": np.array(["flags"] * len(refusing), dtype=object),
                                  "from": np.array(["2025-09-01"] * len(refusing), dtype=object),
                                  "basis": np.array(["refused"] * len(refusing), dtype=object)}
        else:
            tables.pop("consents")
        records = cw.admit(tables, key=KEY, purpose="flags", codes=city.codes)
        indicators = cw.measure(cw.assemble(records), as_of=city.as_of, policies=NAMED, families=["early"])
        return cw.flag(indicators, rules=rules, in_care=care)

    names = sorted(set(city["children"]["child"]))
    plain = flagged()
    everyone = plain.table(everyone=True)
    tier = dict(zip(everyone["child"], zip(everyone["first_rule"], everyone["reasons"], everyone["listing"], strict=True), strict=True))
    care = flagged([KEY.pseudonym("child", name) for name in names[::2]]).table(everyone=True)
    for child, *now in zip(care["child"], care["first_rule"], care["reasons"], care["listing"], strict=True):
        then = tier[child]
        assert then[:2] == tuple(now[:2])
        assert now[2] == then[2] or (then[2], now[2]) == ("needs_look", "in_care")
    assert (care["listing"] == "in_care").sum() > 10
    refusing = names[::10]
    gone = {KEY.pseudonym("child", name) for name in refusing}
    refused = flagged(refusing=refusing)
    after = refused.table(everyone=True)
    left = dict(zip(after["child"], zip(after["first_rule"], after["reasons"], after["listing"], strict=True), strict=True))
    assert {child: then for child, then in tier.items() if child not in gone} == {child: now for child, now in left.items() if child not in gone}
    assert {left[child][2] for child in gone if child in left} == {"none"}
    assert sum(then[2] != "none" for child, then in tier.items() if child in gone) > 10  # some of them would have been listed
    assert refused.counts["withheld"] == len(gone & set(left))


def test_left_behind_and_other_groups_are_no_input():
    for name in ("family.left_behind", "counselling.minutes", "services.visits", "contact.days", "attendance.week_edge_p", "index.total"):
        with pytest.raises(ValueError, match="never a reason"):
            cw.flag_rules({"x": {"indicator": name, "country": "CN", "from": "2025-09-01", "source": "x", "at_least": [1, 2]}})


# ---- places ----------------------------------------------------------------------------------------------------------


def crowd():
    """Six at S who are chronically absent, two of them severely; one at T."""
    absent = {"a": DAYS[:11], "b": DAYS[:10], "c": DAYS[:3], "d": DAYS[:3], "e": DAYS[:3], "f": DAYS[:3], "g": []}
    spells = enrolment(*[{"child": child, "grade": 3} for child in "abcdef"], {"child": "g", "school": "T", "class": "T1", "grade": 3})
    tables = study(absent, spells=spells)
    tables["attendance"]["school"][np.array([child == "g" for child in tables["attendance"]["child"]])] = "T"
    return measured(tables)


def listed(flags):
    table = flags.table()
    return {child for child, here in zip(table["child"], table["listed"], strict=True) if here}


def test_places_go_by_the_first_rule_and_ties_by_the_stated_rule():
    indicators = crowd()
    rules = ["severe_england", "chronic_us"]
    everyone = listed(cw.flag(indicators, rules=rules))
    assert everyone == {pseudonym(child) for child in "abcdef"}
    severe = {pseudonym(child) for child in "ab"}
    include, exclude, draw = (cw.flag(indicators, rules=rules, capacity={"S": 4, "T": 0}, ties=ties) for ties in ("include", "exclude", "draw"))
    assert listed(include) == everyone
    assert (include.counts["beyond"], include.counts["waiting"]) == (2, 0)
    assert listed(exclude) == severe
    assert (exclude.counts["beyond"], exclude.counts["waiting"]) == (0, 4)
    assert len(listed(draw)) == 4
    assert severe < listed(draw)
    chances = dict(zip(draw.table()["child"], draw.table()["chance"], strict=True))
    assert [chances[pseudonym(child)] for child in "abcdef"] == [1, 1, 0.5, 0.5, 0.5, 0.5]
    assert listed(cw.flag(indicators, rules=rules, capacity=2)) == severe  # no place is left for any of the next
    assert listed(cw.flag(indicators, rules=rules, capacity=0)) == set()
    with pytest.raises(ValueError, match="says nothing of the school 'T'"):
        cw.flag(indicators, rules=rules, capacity={"S": 4})
    with pytest.raises(ValueError, match="did you mean 'S'"):
        cw.flag(indicators, rules=rules, capacity={"S1": 4, "T": 1})
    with pytest.raises(ValueError, match="whole number"):
        cw.flag(indicators, rules=rules, capacity=-1)


def test_the_lot_is_fair_and_the_same_at_every_date():
    indicators = crowd()
    rules = ["severe_england", "chronic_us"]
    drawn = [listed(cw.flag(indicators, rules=rules, capacity=4, ties="draw", seed=seed)) for seed in range(400)]
    for child in "cdef":
        hits = sum(pseudonym(child) in one for one in drawn)
        assert abs(hits - 200) < 4 * 10  # four standard deviations of 400 draws
    again = cw.flag(indicators, rules=rules, capacity=4, ties="draw", seed=7)
    assert listed(again) == drawn[7]


def test_lists_of_two_dates_overlap():
    absent = {"a": DAYS[:3], "b": DAYS[:3], "c": DAYS[12:16], "d": DAYS[:1], "e": DAYS[:2]}
    spells = enrolment(*[{"child": child, "grade": 3} for child in "abcd"], {"child": "e", "grade": 3, "to": iso(DAYS[15]), "left_to": "known"})
    cohort = cw.assemble(cw.admit(study(absent, spells=spells), key=KEY))
    earlier, later = (cw.flag(cw.measure(cohort, as_of=day, policies=NAMED), rules=["chronic_us"]) for day in (DAYS[11], DAYS[-1]))
    # first a, b and e (2 of 12 days); then a, b and c
    table = earlier.overlap(later)
    needs = list(table["listing"]).index("needs_look")
    assert [table[name][needs] for name in ("earlier", "later", "both", "gone_left")] == [3, 3, 2, 1]
    assert (table["jaccard"][needs], table["kept"][needs]) == (2 / 4, 2 / 3)
    assert table["status"][list(table["listing"]).index("in_care")] == "not_enough_data"
    backwards = later.overlap(earlier)
    assert all(list(table[name]) == list(backwards[name]) for name in ("earlier", "later", "both"))
    other = cw.Key.from_bytes(bytes(32))
    elsewhere = cw.flag(cw.measure(cw.assemble(cw.admit(study(absent), key=other)), as_of=DAYS[-1], policies=NAMED), rules=["chronic_us"])
    with pytest.raises(ValueError, match="two keys"):
        later.overlap(elsewhere)


# ---- results do not depend on order or threads -----------------------------------------------------------------------

_DIGEST = """
import hashlib, json, sys
sys.path.insert(0, {folder!r})
import numpy as np
import childwell as cw
from ten_days import KEY
city = cw.synthetic.city(children=300, seed=4)
tables = dict(city)
if {shuffled}:
    order = np.random.default_rng(1)
    tables = {{name: table.take(order.permutation(len(table))) for name, table in tables.items()}}
cohort = cw.assemble(cw.admit(tables, key=KEY, codes=city.codes))
indicators = cw.measure(cohort, as_of=city.as_of, policies={policies!r}, families=["outlook", "early", "charts"], baseline="2025-10-31", false_alarms=50)
flags = cw.flag(indicators, rules=["chronic_us", "rate_above_us_80", "early_absence_10", "onsets_cusum", "two_papers_failed_cn"], capacity=3, ties="draw")
table = flags.table(everyone=True)
rows = [list(map(str, table[name])) for name in table.columns]
reasons = cw._flags._table_of(flags._core.reasons("zh"), True)
rows += [list(map(str, reasons[name])) for name in reasons.columns]
print(hashlib.sha256(json.dumps(rows).encode()).hexdigest(), len(table), len(reasons))
"""


def test_no_list_depends_on_the_order_of_the_rows_or_the_threads():
    def digest(threads, shuffled):
        code = _DIGEST.format(folder=str(Path(__file__).parent), shuffled=shuffled, policies=NAMED)
        environment = {**os.environ, "CHILDWELL_NUM_THREADS": str(threads)}
        return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout

    first = digest(1, False)
    assert int(first.split()[2]) > 50
    assert digest(3, False) == first
    assert digest(2, True) == first


# ---- on the city in which nothing is to be found ---------------------------------------------------------------------


def null_flags(children, seed, false_alarms):
    city = cw.synthetic.null_city(children=children, seed=seed)
    cohort = cw.assemble(cw.admit(dict(city), key=KEY, codes=city.codes))
    indicators = cw.measure(cohort, as_of=city.as_of, policies=NAMED, families=["outlook", "early", "charts"], baseline="2025-10-31", false_alarms=false_alarms)
    flags = cw.flag(indicators, rules=["onsets_cusum", "onsets_ewma", "rate_above_us_95", "chronic_us", "unexplained_3_days_local"])
    table = indicators.table()
    watched = (table["indicator"] == "attendance.cusum_alarm") & (table["status"] == "ok")
    return city, indicators, flags, int(watched.sum()), float(table["n_observed"][watched].sum())


def hold_the_null_city(children, seed):
    false_alarms = 200.0
    city, indicators, flags, watched, days = null_flags(children, seed, false_alarms)
    # a year has as many days as the child with the most of them, and every alarm is a false one
    calendar = city["calendar"]
    kinds = np.asarray(calendar["kind"])
    school_days = len({day for day, kind in zip(calendar["date"], kinds, strict=True) if kind in ("school_day", "make_up")})
    expected = false_alarms / 1000 * days / school_days
    found = verdicts(flags)
    assert watched > 0.2 * children  # where children differ by nothing, many a stratum has no distribution to tell
    for rule in ("onsets_cusum", "onsets_ewma"):
        yes = found[rule][0]
        assert yes <= poisson.ppf(0.9999, expected), (rule, yes, expected)
        assert yes >= 0.2 * expected - 4 * np.sqrt(expected), (rule, yes, expected)  # a chart that never alarms is none
    # the rate behind is the same 3 per cent for all, so that whoever were said to be above 10 would be said so wrongly
    assert found["rate_above_us_95"][0] <= poisson.ppf(0.9999, children / 1000)
    # three days in a row at the end: 3 per cent to the third power, on days that are independent
    assert found["unexplained_3_days_local"][0] <= poisson.ppf(0.9999, children * 0.04**3)
    # who is over the line by chance is over it as a fact of the register, no more and no fewer
    table = indicators.table()
    over = (table["indicator"] == "attendance.chronic") & (table["policy"] == "us_edfacts_chronic") & (table["value"] == 1)
    assert found["chronic_us"][0] == over.sum()
    assert flags.counts["not_seen"] == 0


def test_on_the_null_city_flags_are_as_many_as_stated_and_no_more():
    hold_the_null_city(1500, 6)


@pytest.mark.long
def test_on_a_large_null_city_flags_are_as_many_as_stated_and_no_more():
    for seed in (7, 8):
        hold_the_null_city(12000, seed)


# ---- the face --------------------------------------------------------------------------------------------------------


def test_no_repr_and_no_error_holds_a_child():
    indicators = crowd()
    flags = cw.flag(indicators, rules=["severe_england", "chronic_us"], capacity=4)
    for text in (repr(flags), flags._repr_html_(), repr(flags.rules), json.dumps(flags.counts)):
        assert not any(pseudonym(child) in text for child in "abcdefg")
        assert not re.search(r"[0-9a-f]{32}", text)
    assert "建议了解情况" in repr(flags)
    assert "never a decision" in repr(flags)
    for word in ("风险学生", "问题学生", "预警名单"):
        assert word not in flags._repr_html_() + cw._core.rules("messages") + cw._core.rules("flags")
    frame = flags.reasons(lang="zh", families=["academic"])
    assert len(frame) == 0
    with pytest.raises(ValueError, match="no family"):
        flags.reasons(families=["questionnaires"])
    with pytest.raises(ValueError, match="lang"):
        flags.reasons(lang="fr")


@pytest.mark.parametrize(("options", "said"), [
    ({"rules": ["chronic_uk"]}, "did you mean chronic_us"),
    ({"rules": "chronic_us"}, "is a list"),
    ({"rules": []}, "no rules were given"),
    ({"rules": ["chronic_us", "chronic_us"]}, "named twice"),
    ({"rules": ["trend"]}, "there is no rule"),
    ({"rules": ["rate_above_us_95"]}, "add 'outlook' to the families"),
    ({"rules": ["early_absence_10"]}, "add 'early' to the families"),
    ({"rules": ["onsets_ewma"]}, "add 'charts' to the families"),
    ({"rules": ["two_papers_failed_cn"]}, "name it among the policies of measure"),
    ({"rules": ["who_5_low"]}, "give them in forms"),
    ({"rules": ["chronic_us"], "ties": "first"}, "include, exclude or draw"),
    ({"rules": ["chronic_us"], "in_care": ["0" * 32]}, "pseudonyms of the same key"),
    ({"rules": ["chronic_us"], "in_care": {"person": []}}, "lacks the column child"),
    ({"rules": ["chronic_us"], "snapshot": 3}, "no snapshot"),
    ({"rules": ["chronic_us"], "forms": [{"scores": None}]}, "forms are mappings"),
])  # fmt: skip
def test_a_mistake_says_what_and_how_to_mend_it(options, said):
    indicators = measured(study({"a": []}), policies=["us_edfacts_chronic", NOT_SEEN], families=())
    with pytest.raises(ValueError, match=said):
        cw.flag(indicators, **options)


def test_a_key_that_no_rule_has_is_found():
    with pytest.raises(ValueError, match="did you mean 'certainty'"):
        cw.flag_rules('[x]\nindicator = "attendance.p_rate_above"\ncertanty = 0.9\ncountry = "CN"\nfrom = 2025-09-01\nsource = "x"\n')
    with pytest.raises(ValueError, match="lacks source"):
        cw.flag_rules('[x]\nindicator = "attendance.chronic"\npolicy = "us_edfacts_chronic"\ncountry = "CN"\nfrom = 2025-09-01\n')
