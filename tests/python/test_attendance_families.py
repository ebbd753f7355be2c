# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Families on request, recomputed by hand: an ordinary child and an edge of each."""

from datetime import date, timedelta
from fractions import Fraction
from math import comb, log, sqrt

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import beta as beta_distribution
from scipy.stats import betabinom
from scipy.stats import t as student
from ten_days import KEY, columns, enrolment, iso, marks, of

import childwell as cw
from childwell import stats

MONDAY = date(2025, 9, 1)
EVERY = cw._core.request_words()
CARE = ("screening.", "counselling.", "services.", "referrals.", "help.")
CHARTS = {"baseline": "2025-09-26", "false_alarms": 100}


def weekdays(weeks, first=MONDAY):
    return [first + timedelta(7 * week + day) for week in range(weeks) for day in range(5)]


def study(days, absent, *, children=None, spells=None, codes=None, to_come=(), **tables):
    """One session a day; `absent` by child, everything else present."""
    names = list(absent)
    rows = [{"child": name, "date": iso(day), "session": "day", "code": "absent_illness" if day in absent[name] else "present"}
            for name in names for day in days if codes is None or (name, day) not in codes]
    made = {
        "places": columns([{"place": "city", "kind": "city"}, {"place": "S", "kind": "school", "parent": "city"},
                           {"place": "T", "kind": "school", "parent": "city"}], ("place", "kind", "parent")),
        "calendar": columns([{"place": "city", "date": iso(day), "kind": "school_day"} for day in sorted({*days, *to_come})],
                            ("place", "date", "kind")),
        "sessions": columns([{"session": "day", "units": 1}], ("session", "units")),
        "enrolment": spells or enrolment(*[{"child": name, "grade": 3} for name in names]),
        "attendance": marks(*rows),
    }
    return made | tables


def estimates(tables, as_of, families=EVERY, policies=(), **options):
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    return cw.measure(cohort, as_of=as_of, policies=policies, families=families, **(CHARTS | options)).table()


def test_nothing_is_measured_that_was_not_asked_for():
    days = weekdays(2)
    cohort = cw.assemble(cw.admit(study(days, {"a": []}), key=KEY))
    plain = set(cw.measure(cohort, as_of=days[-1]).table()["indicator"])
    entries = cw.catalogue()
    asked = {name for name, request in zip(entries["id"], entries["request"], strict=True) if request}
    assert not plain & asked
    everything = set(estimates(study(days, {"a": []}), days[-1], policies=["us_edfacts_chronic", "visit_each_90_days"])["indicator"])
    # a study without exams has no papers to compare; forms and help have tables of their own: test_care_families.py
    other = {"academic.change", "academic.change_z"} | {name for name in asked if name.startswith(CARE)}
    assert asked - other <= everything
    assert not everything & {name for name in asked if name.startswith(CARE)}
    assert {request for request in entries["request"] if request} == set(EVERY)
    for wrong, said in (({"families": ["trends"]}, "did you mean trend"), ({"families": "trend"}, "is a list"),
                        ({"families": ["charts"]}, "baseline"), ({"families": ["charts"], "baseline": "2025-09-10"}, "false_alarms")):
        with pytest.raises(ValueError, match=said):
            cw.measure(cohort, as_of=days[-1], **wrong)


def quasi_binomial(absent, observed, level=0.95, firth=False):
    """Slope and interval from the package's own logistic regression and Pearson's dispersion by hand."""
    week = np.arange(len(absent), dtype=float)
    share = np.asarray(absent) / observed
    fit = stats.fit_logistic(week[:, None], share, weights=np.asarray(observed, float), firth=firth)
    mean = 1 / (1 + np.exp(-(fit.coefficients[0] + fit.coefficients[1] * week)))
    pearson = ((absent - observed * mean) ** 2 / (observed * mean * (1 - mean))).sum()
    spread = max(1.0, pearson / (len(absent) - 2))
    half = student.ppf(0.5 + level / 2, len(absent) - 2) * fit.standard_errors[1] * sqrt(spread)
    return fit.coefficients[1], fit.coefficients[1] - half, fit.coefficients[1] + half


def test_a_trend_is_the_quasi_binomial_slope_of_the_weeks():
    days = weekdays(8)
    missed = [0, 1, 0, 2, 1, 5, 0, 4]  # days a week, more spread than a binomial's
    absent = {"a": [days[5 * week + day] for week, count in enumerate(missed) for day in range(count)], "b": []}
    table = estimates(study(days, absent), days[-1])
    trend = of(table, "a", "attendance.trend")
    assert (trend["value"], trend["lower"], trend["upper"]) == pytest.approx(quasi_binomial(np.array(missed), np.full(8, 5.0)), abs=1e-8)
    assert (trend["n_expected"], trend["n_observed"]) == (40, 40)
    # Cochran and Armitage by hand: weeks -3.5 to 3.5, 13 of 40 days missed
    share, score = Fraction(13, 40), [Fraction(2 * week - 7, 2) for week in range(8)]
    statistic = sum(s * (m - 5 * share) for s, m in zip(score, missed, strict=True))
    z = float(statistic) / sqrt(share * (1 - share) * sum(5 * s * s for s in score))
    pearson = sum((m - 5 * share) ** 2 / (5 * share * (1 - share)) for m in missed) / 7
    assert of(table, "a", "attendance.trend_z")["value"] == pytest.approx(z / sqrt(max(1, pearson)), abs=1e-12)
    assert of(table, "b", "attendance.trend")["status"] == "degenerate"  # never absent: no slope


def test_absences_that_only_begin_in_the_last_week_have_firths_slope_and_five_weeks_have_none():
    days = weekdays(7)
    table = estimates(study(days, {"a": days[-3:]}), days[-1])
    trend = of(table, "a", "attendance.trend")
    assert trend["status"] == "ok"
    expected = quasi_binomial(np.array([0, 0, 0, 0, 0, 0, 3]), np.full(7, 5.0), firth=True)
    assert (trend["value"], trend["lower"], trend["upper"]) == pytest.approx(expected, abs=1e-7)
    short = estimates(study(days[:25], {"a": days[22:25]}), days[24])
    assert of(short, "a", "attendance.trend")["status"] == "not_enough_data"


def test_short_absences_at_the_ends_of_the_week_are_counted_by_spells():
    days = weekdays(8)
    friday = [days[4], days[14], days[24]]
    illness = days[30:35]  # a whole week: one spell, and too long to lie at an edge
    table = estimates(study(days, {"a": [*friday, days[37], *illness], "b": [days[9], days[10]]}), days[-1])
    share = of(table, "a", "attendance.week_edge_share")
    assert share["value"] == 3 / 4  # three Fridays and one Wednesday; the week is no short spell
    # of 40 days seen 14 touch a weekend: Fridays and Mondays but the first Monday and the last Friday, which are not told
    edges = 14
    tail = sum(comb(edges, k) * comb(40 - edges, 4 - k) for k in (3, 4)) / comb(40, 4)
    same = comb(edges, 3) * comb(40 - edges, 1) / comb(40, 4)
    assert of(table, "a", "attendance.week_edge_p")["value"] == pytest.approx(tail - same / 2, abs=1e-12)
    assert of(table, "b", "attendance.week_edge_p")["status"] == "not_enough_data"  # Friday and Monday are one spell
    # Wald and Wolfowitz: 9 absent days of 40 in 5 runs
    mean, variance = 9 * 32 / 40, 9 * 8 * 32 * 31 / (40 * 40 * 39)
    assert of(table, "a", "attendance.spell_excess")["value"] == pytest.approx((5 - mean) / sqrt(variance), abs=1e-12)


def test_a_boarders_week_ends_when_the_bus_leaves_and_a_holiday_makes_bridges():
    # ten days of school, four at home, five times: the usual break has four days, and no Friday is special
    days = [MONDAY + timedelta(14 * stretch + day) for stretch in range(5) for day in range(10)]
    leaving = [days[10 * stretch + 9] for stretch in range(3)]
    fridays = [day for day in days if day.weekday() == 4 and day not in leaving][:3]
    table = estimates(study(days, {"a": leaving, "b": fridays}), days[-1])
    assert of(table, "a", "attendance.week_edge_share")["value"] == 1
    assert of(table, "b", "attendance.week_edge_share")["value"] == 0
    # a day pupil: Wednesdays of the second and the sixth week are holidays, and so is the whole fourth week
    week = [day for day in weekdays(8) if (day - MONDAY).days not in (9, 37, *range(21, 28))]
    beside = [MONDAY + timedelta(8), MONDAY + timedelta(18), MONDAY + timedelta(38)]  # Tuesday, Friday, Thursday
    table = estimates(study(week, {"a": beside, "b": [MONDAY + timedelta(day) for day in (4, 11, 15)]}), week[-1])
    assert of(table, "a", "attendance.bridge_share")["value"] == 1
    # six of the 33 days touch a holiday
    assert of(table, "a", "attendance.bridge_p")["value"] == pytest.approx(comb(6, 3) / comb(33, 3) / 2, abs=1e-12)
    assert of(table, "b", "attendance.bridge_share")["value"] == 0


def test_a_saturday_made_up_for_a_holiday_is_the_weeks_last_day_and_no_bridge():
    days = sorted([*weekdays(4), MONDAY + timedelta(12)])  # Saturday of the second week
    saturday, monday = MONDAY + timedelta(12), MONDAY + timedelta(14)
    table = estimates(study(days, {"a": [saturday, days[3], days[7]], "b": [monday, days[3], days[7]]}), days[-1])
    for child in "ab":
        assert of(table, child, "attendance.week_edge_share")["value"] == pytest.approx(1 / 3)
        assert of(table, child, "attendance.bridge_share")["status"] == "degenerate"  # no holiday, no bridge


def many(days, absent_days, first="a", absent=()):
    """Twenty-four classmates who miss single days, some more than others, and one child of interest."""
    made = {first: list(absent)}
    for number in range(24):
        wanted = absent_days[number % len(absent_days)]
        made[f"c{number:02}"] = [days[(2 + number + 3 * k) % len(days)] for k in range(wanted)]
    return made


def test_two_questions_have_two_answers():
    days = weekdays(8)
    left = weekdays(10, MONDAY + timedelta(56))
    absent = many(days, [0, 0, 0, 1, 1, 2, 3, 9], absent=[days[2], days[9], days[16]])
    table = estimates(study(days, absent, to_come=left), days[-1], policies=["us_edfacts_chronic"])
    # every spell has one day, so days are worth their number; the prior's spread is the maximum likelihood of all
    events = np.array([len(set(missed)) for missed in absent.values()], float)
    fit = stats.fit_beta_binomial(events, np.full(25, 40.0))
    strength = (1 - fit.rho) / fit.rho
    mean = events.sum() / 1000
    alpha, beta = mean * strength + 3, (1 - mean) * strength + 37
    above = of(table, "a", "attendance.p_rate_above", "us_edfacts_chronic")
    assert above["value"] == pytest.approx(beta_distribution.sf(0.1, alpha, beta), rel=1e-9)
    # a year of 90 days has its line at 9 absent days: 6 of the 50 days left
    year = of(table, "a", "attendance.p_year_above", "us_edfacts_chronic")
    assert year["value"] == pytest.approx(betabinom.sf(5, 50, alpha, beta), rel=1e-9)
    assert (year["n_expected"], year["n_observed"]) == (90, 40)
    # what is certain is certain: nine days are missed already, and with no day left nothing can change
    assert of(table, "c07", "attendance.p_year_above", "us_edfacts_chronic")["value"] == 1
    ended = estimates(study(days, absent), days[-1], policies=["us_edfacts_chronic"])
    assert of(ended, "a", "attendance.p_year_above", "us_edfacts_chronic")["value"] == 0  # 3 of 40 days, and the line is 4
    assert 0.01 < of(ended, "a", "attendance.p_rate_above", "us_edfacts_chronic")["value"] < 0.5
    alone = estimates(study(days, {"a": days[:4]}), days[-1], policies=["us_edfacts_chronic"])
    assert of(alone, "a", "attendance.p_rate_above", "us_edfacts_chronic")["status"] == "not_enough_data"  # nobody to learn from


def test_one_long_illness_says_less_than_as_many_single_days():
    days = weekdays(8)
    single = many(days, [0, 0, 0, 1, 1, 2, 3, 9], absent=[days[k] for k in (2, 7, 12, 17, 22)])
    block = single | {"a": days[10:15]}
    answers = [of(estimates(study(days, absent), days[-1], policies=["us_edfacts_chronic"]), "a", "attendance.p_rate_above",
                  "us_edfacts_chronic")["value"] for absent in (single, block)]
    assert answers[1] < answers[0]


def test_the_first_twenty_days_are_the_childs_own():
    days = weekdays(8)
    late = days[15]
    spells = enrolment({"child": "a"}, {"child": "b", "from": iso(late)}, {"child": "c", "from": iso(days[25])})
    gaps = {("a", days[1]), *(("b", day) for day in days[:15]), *(("c", day) for day in days[:25])}
    tables = study(days, {"a": [days[0], days[19], days[20]], "b": [days[15], days[34], days[35]], "c": []}, spells=spells, codes=gaps)
    table = estimates(tables, days[-1])
    early = of(table, "a", "attendance.early_absence_rate")
    assert (early["value"], early["lower"], early["upper"]) == pytest.approx((2 / 19, 2 / 20, 3 / 20))
    assert of(table, "b", "attendance.early_absence_rate")["value"] == 2 / 20
    assert of(table, "c", "attendance.early_absence_rate")["status"] == "not_enough_data"  # fifteen days so far


def test_a_move_is_a_move_and_a_merger_is_none():
    days = weekdays(4)
    moved = enrolment({"child": "a", "to": iso(days[4]), "left_to": "known"}, {"child": "a", "school": "T", "class": "T1", "from": iso(days[5])},
                      {"child": "b"}, {"child": "b", "school": "T", "class": "T1", "from": iso(days[5])}, {"child": "c"})
    tables = study(days, {"a": [], "b": [], "c": []}, spells=moved, codes={("a", day) for day in days[5:]})
    table = estimates(tables, days[-1])

    def moves(child):
        found = of(table, child, "mobility.school_moves")
        return found["value"], found["lower"], found["upper"]

    assert moves("a") == (1, 1, 1)
    assert moves("b") == (0, 0, 1)  # both schools have the child at once: a move, or paperwork
    assert moves("c") == (0, 0, 0)
    lineage = columns([{"old": "S", "date": iso(days[5]), "new": "T", "kind": "merged"}], ("old", "date", "new", "kind"))
    table = estimates(tables | {"lineage": lineage}, days[-1])
    assert moves("a") == (0, 0, 0)


def posterior_of(absent, days, child, baseline):
    """The rate at the baseline by hand: onsets of the days after a day of presence, drawn towards those of all."""
    counts = {}
    for name, missed in absent.items():
        before, watched, begun = False, 0, 0
        for day in days:
            if day > baseline:
                break
            away = day in missed
            watched += not before
            begun += away and not before
            before = away
        counts[name] = (begun, watched)
    fit = stats.fit_beta_binomial([c[0] for c in counts.values()], [c[1] for c in counts.values()])
    strength = (1 - fit.rho) / fit.rho
    mean = sum(c[0] for c in counts.values()) / sum(c[1] for c in counts.values())
    return mean * strength + counts[child][0], (1 - mean) * strength + counts[child][1] - counts[child][0]


RATES = 0.002 * 1.1 ** np.arange(64)


def lowest_step(alpha, beta, wanted, run_length_at):
    """The lowest rate whose chart alarms as seldom as stated, averaged over what is not known of the child's."""
    weight = np.exp(beta_distribution.logpdf(RATES, alpha, beta)) * RATES
    for step in range(int(np.ceil(log(alpha / (alpha + beta) / 0.002) / log(1.1) - 1e-9)), 55):
        chart, run_length = run_length_at(RATES[step], wanted)
        alarms = [1 / run_length(RATES[max(at, step - 15)]) if at < step + 25 else 1 for at in range(64)]
        if (weight * alarms).sum() * wanted <= weight.sum():
            return chart
    raise AssertionError("no chart alarms so seldom")


def cusum_at(rate, wanted):
    chart = stats.bernoulli_cusum_limit(rate, 2 * rate, wanted)
    return chart, lambda truth: stats.bernoulli_cusum_run_length(truth, rise=chart.rise, fall=chart.fall, limit=chart.limit).average


def ewma_at(rate, wanted):
    start = round(256 * rate)
    limit = next(h for h in range(start + 1, 256) if ewma_run_length(rate, start, h) >= wanted)
    return (start, limit), lambda truth: ewma_run_length(truth, start, limit)


def test_charts_start_at_the_baseline_and_watch_what_begins():
    days = weekdays(12)
    baseline = days[29]
    new = [days[k] for k in (31, 33, 35, 36, 37, 39, 41, 43, 45, 47, 49, 51)]  # one of three days, the others single
    absent = many(days[:30], [0, 0, 0, 1, 1, 2, 3, 9], absent=[days[4], *new])
    table = estimates(study(days, absent), days[-1], baseline=iso(baseline), false_alarms=200)
    alpha, beta = posterior_of(absent, days, "a", baseline)
    run_length = 1000 * len(days) / 200
    given = of(table, "a", "attendance.baseline_onset_rate")
    assert (given["value"], given["n_observed"]) == (pytest.approx(alpha / (alpha + beta), rel=1e-9), 29)
    assert given["lower"] == pytest.approx(beta_distribution.ppf(0.025, alpha, beta), rel=1e-9)
    chart = lowest_step(alpha, beta, run_length, cusum_at)
    average, limit = lowest_step(alpha, beta, run_length, ewma_at)
    total, alarmed, average_alarmed, before, watched = 0, False, False, False, 0
    for day in days[30:]:
        away = day in absent["a"]
        if not before:
            watched += 1
            total = total + chart.rise if away else max(0, total - chart.fall)
            average = average + -(-(256 - average) // 10) if away else average - -(-average // 10)
            alarmed |= total >= chart.limit
            average_alarmed |= average >= limit
        before = away
    cusum = of(table, "a", "attendance.cusum")
    assert (cusum["value"], cusum["n_expected"], cusum["n_observed"]) == (pytest.approx(total / chart.limit), 30, watched)
    assert (of(table, "a", "attendance.cusum_alarm")["value"], alarmed) == (1, True)
    assert of(table, "a", "attendance.ewma")["value"] == pytest.approx(average / limit)
    assert (of(table, "a", "attendance.ewma_alarm")["value"], average_alarmed) == (1, True)
    assert of(table, "c00", "attendance.cusum_alarm")["value"] == 0
    # no day after the baseline, nothing to watch
    assert of(estimates(study(days, absent), baseline, baseline=iso(baseline)), "a", "attendance.cusum")["status"] == "not_expected"


def ewma_run_length(rate, start, limit):
    """Days until the average reaches its limit, from the linear equations of all values below it."""
    matrix, days = np.eye(limit), np.ones(limit)
    for value in range(limit):
        up = value + -(-(256 - value) // 10)
        matrix[value, value - -(-value // 10)] -= 1 - rate
        if up < limit:
            matrix[value, up] -= rate
    return np.linalg.solve(matrix, days)[start]


def onsets_by_week(days, missed):
    before, weeks = False, {}
    for day in days:
        if not before:
            begun, watched = weeks.get((day - MONDAY).days // 7, (0, 0))
            weeks[(day - MONDAY).days // 7] = (begun + (day in missed), watched + 1)
        before = day in missed
    return list(weeks.values())


def change_by_hand(weeks, alpha, beta, hazard=1 / 20, recent=4):
    """Over all ways to cut the weeks into stretches of one rate each."""
    total = changed = 0.0
    for cuts in range(2 ** (len(weeks) - 1)):
        after = [week for week in range(1, len(weeks)) if cuts >> (week - 1) & 1]
        chance = hazard ** len(after) * (1 - hazard) ** (len(weeks) - 1 - len(after))
        for begin, end in zip([0, *after], [*after, len(weeks)], strict=True):
            begun, watched = (sum(week[i] for week in weeks[begin:end]) for i in (0, 1))
            chance *= np.exp(betaln(alpha + begun, beta + watched - begun) - betaln(alpha, beta))
        total += chance
        changed += chance * any(week > len(weeks) - 1 - recent for week in after)
    return changed / total


def test_a_change_is_found_where_it_is_and_not_where_nothing_changed():
    days = weekdays(12)
    steady = [days[5 * week + 2] for week in range(0, 12, 3)]
    worse = [days[5 * week + day] for week in range(9, 12) for day in (0, 2, 4)]
    absent = many(days, [0, 1, 1, 2, 3, 9], absent=worse) | {"steady": steady}
    table = estimates(study(days, absent), days[-1])
    by_week = {name: onsets_by_week(days, missed) for name, missed in absent.items()}
    begun, watched = (np.array([sum(week[i] for week in weeks) for weeks in by_week.values()], float) for i in (0, 1))
    fit = stats.fit_beta_binomial(begun, watched)
    prior = begun.sum() / watched.sum() * np.array([1, watched.sum() / begun.sum() - 1]) * (1 - fit.rho) / fit.rho
    change, none = (of(table, child, "attendance.change_probability")["value"] for child in ("a", "steady"))
    assert change == pytest.approx(change_by_hand(by_week["a"], *prior), rel=1e-9)
    assert none == pytest.approx(change_by_hand(by_week["steady"], *prior), rel=1e-9)
    assert change > 0.85 > 0.3 > none
    short = estimates(study(days[:25], many(days[:25], [0, 1, 1, 2, 3, 9])), days[24])
    assert of(short, "a", "attendance.change_probability")["status"] == "not_enough_data"


def test_marks_known_later_move_no_family():
    days = weekdays(8)
    absent = many(days, [0, 0, 1, 2, 3, 9])
    tables = study(days, absent)
    tables["attendance"]["known_on"] = tables["attendance"]["date"].copy()
    late = (tables["attendance"]["child"] == "a") & (tables["attendance"]["date"] == iso(days[10]))
    tables["attendance"]["code"][late] = "absent_illness"
    tables["attendance"]["known_on"][late] = iso(days[35])
    early = estimates(tables, days[30], policies=["us_edfacts_chronic"])
    kept = {name: column[~late] for name, column in tables["attendance"].items()}
    without = estimates(tables | {"attendance": kept}, days[30], policies=["us_edfacts_chronic"])
    for name in ("value", "lower", "upper", "n_expected", "n_observed", "status"):
        assert np.array_equal(early[name], without[name], equal_nan=name in ("value", "lower", "upper")), name


def years_of_illness(years, *, outbreak=()):
    """A school of one class of 30 whose registers are by exception; who falls ill when is drawn once and for all."""
    generator = np.random.Generator(np.random.Philox(5))
    start = date(2026 - years, 9, 7)
    start -= timedelta(start.weekday())  # a Monday
    days = [start + timedelta(day) for day in range(364 * years) if (start + timedelta(day)).weekday() < 5]
    rows = []
    for number in range(30):
        day = 0
        while day < len(days):
            week = (days[day] - start).days // 7
            chance = 0.015 * (1 + 0.6 * np.cos(2 * np.pi * (week - 20) / 52)) + (0.25 if (week, number % 2) in outbreak else 0)
            if generator.uniform() < chance:
                length = int(generator.integers(1, 4))
                rows += [(number, one) for one in days[day:day + length]]
                day += length
            day += 1
    names = [f"c{number:02}" for number in range(30)]
    tables = study([], {})
    tables["calendar"] = columns([{"place": "city", "date": iso(day), "kind": "school_day"} for day in days], ("place", "date", "kind"))
    tables["enrolment"] = enrolment(*[{"child": name, "from": iso(start)} for name in names])
    tables["registers"] = columns([{"class": "S1", "date": iso(day), "session": "day", "mode": "by_exception"} for day in days],
                                  ("class", "date", "session", "mode"))
    # one mark of presence a child, so that nobody is a school of absences only
    present = [{"child": name, "date": iso(days[0]), "session": "day", "code": "present"} for name in names
               if (names.index(name), days[0]) not in rows]
    tables["attendance"] = marks(*present, *[{"child": names[number], "date": iso(day), "session": "day", "code": "absent_illness"}
                                             for number, day in rows])
    return tables, days, rows


def test_illness_of_a_week_is_held_against_the_same_weeks_of_past_years():
    years, last_week = 4, 52 * 4 - 1
    tables, days, rows = years_of_illness(years, outbreak={(last_week, 0), (last_week, 1)})
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    table = cw.illness_outbreaks(cohort, as_of=days[-1], years=3, weeks=4)
    start, sick = days[0], set(rows)
    ill, child_days = np.zeros(52 * years), np.zeros(52 * years)
    for number in range(30):
        before = False
        for day in days:
            week = (day - start).days // 7
            child_days[week] += 1
            now = (number, day) in sick
            ill[week] += now and not before
            before = now
    assert table["ill"].tolist() == ill[-4:].tolist()
    assert table["child_days"].tolist() == child_days[-4:].tolist()
    limits = stats.outbreak_limits(ill, child_days, years=3)
    assert table["limit"] == pytest.approx(limits.limit[-4:], rel=1e-9)
    assert table["expected"] == pytest.approx(limits.expected[-4:], rel=1e-9)
    assert table["alarm"].tolist() == [False, False, False, True]
    assert table["week"][-1] == np.datetime64(start + timedelta(7 * last_week))
    by_class = cw.illness_outbreaks(cohort, as_of=days[-1], by="class", years=3, weeks=4)
    assert by_class["place"].tolist() == ["S1"] * 4
    assert by_class["limit"].tolist() == table["limit"].tolist()
    # the outbreak is not seen before it was there
    assert not cw.illness_outbreaks(cohort, as_of=days[-6], years=3)["alarm"].any()
    with pytest.raises(ValueError, match="school or class"):
        cw.illness_outbreaks(cohort, as_of=days[-1], by="county")


def test_without_past_years_there_is_no_limit():
    tables, days, _ = years_of_illness(1)
    table = cw.illness_outbreaks(cw.assemble(cw.admit(tables, key=KEY)), as_of=days[-1])
    assert set(table["status"]) == {"not_enough_data"}
    assert not table["alarm"].any()
    assert np.isnan(table["limit"]).all()


def test_groups_show_first_days_and_moves_with_small_cells_hidden():
    city = cw.synthetic.city(children=2000, seed=2)
    cohort = cw.assemble(cw.admit(city, key=KEY, **city.study()))
    judging = [name for name in city.policies if name != "small_cells_10"]
    indicators = cw.measure(cohort, as_of=city.as_of, policies=judging, families=["early", "mobility"])
    groups = cw.aggregate(indicators)
    table, children = groups.table(), indicators.table()
    early = (children["indicator"] == "attendance.early_absence_rate") & (children["status"] == "ok")
    absent = (children["value"][early] * children["n_observed"][early]).sum()
    city_row = (table["measure"] == "attendance.early_absence_rate") & (table["level"] == "city") & (table["hierarchy"] == "school")
    whole = absent / children["n_observed"][early].sum()  # a few values are drawn to a bound, which whole days do not reach
    assert table["value"][city_row] <= whole and table["value"][city_row] == pytest.approx([whole], rel=0.05)
    moves = (children["indicator"] == "mobility.school_moves") & (children["status"] == "ok")
    told = moves & ((children["lower"] >= 1) | (children["upper"] < 1))
    city_row = (table["measure"] == "mobility.moved") & (table["level"] == "city")
    assert table["value"][city_row] == pytest.approx([(children["value"][told] >= 1).mean()])
    small = (table["measure"] == "mobility.moved") & (table["level"] == "school")
    assert (table["status"][small] == "hidden").any()
    page = cw.report(groups, purpose="x", audience="y").html()
    assert "Children who changed their school" in page
    assert "开学初缺勤率" in page


def city_in_spells(seed, shape):
    """Eight hundred children whose rates differ and whose absences come in spells of two days; registers are by exception."""
    generator = np.random.Generator(np.random.Philox(seed))
    days = [MONDAY + timedelta(day) for day in range(273) if (MONDAY + timedelta(day)).weekday() < 5]
    rates = generator.beta(*shape, 800)
    missed, away = np.zeros((len(days), 800), dtype=bool), np.zeros(800, dtype=bool)
    for day in range(len(days)):
        missed[day] = away = generator.uniform(size=800) < np.where(away, 0.5, rates)
    names = [f"c{number:03}" for number in range(800)]
    tables = study(days, {})
    tables["enrolment"] = enrolment(*[{"child": name, "grade": 3} for name in names])
    tables["registers"] = columns([{"class": "S1", "date": iso(day), "session": "day", "mode": "by_exception"} for day in days],
                                  ("class", "date", "session", "mode"))
    rows = [{"child": names[number], "date": iso(days[day]), "session": "day", "code": "absent_illness"} for day, number in np.argwhere(missed)]
    seen = [{"child": names[number], "date": iso(days[0]), "session": "day", "code": "present"} for number in np.flatnonzero(~missed[0])]
    tables["attendance"] = marks(*rows, *seen)
    return tables, days, names, missed, rates


def test_false_alarms_are_no_more_than_stated_where_nothing_changes():
    tables, days, *_ = city_in_spells(11, (1.2, 38.8))
    table = estimates(tables, days[-1], ["charts"], baseline=iso(days[59]), false_alarms=100)
    child_years = 800 * (len(days) - 60) / len(days)
    for chart in ("cusum_alarm", "ewma_alarm"):
        of_chart = table["indicator"] == f"attendance.{chart}"
        assert (table["status"][of_chart] == "ok").all()
        alarms = table["value"][of_chart].sum()
        # fewer than stated, because a sum that begins at nothing needs its time; not none, which would be no calibration
        assert 0.2 < alarms / (child_years * 100 / 1000) < 1


def test_probabilities_of_the_outlook_come_true_as_often_as_they_say():
    tables, days, names, missed, rates = city_in_spells(12, (1.5, 38.5))
    place = {KEY.pseudonym("child", name): number for number, name in enumerate(names)}
    table = estimates(tables, days[59], ["outlook"], policies=["us_edfacts_chronic"])
    truths = {"p_rate_above": rates / (rates + 0.5) >= 0.1, "p_year_above": 10 * missed.sum(axis=0) >= len(days)}
    for indicator, truth in truths.items():
        rows = (table["indicator"] == f"attendance.{indicator}") & (table["status"] == "ok")
        said = table["value"][rows]
        came = truth[[place[child] for child in table["child"][rows]]]
        assert rows.sum() == 800
        assert said.mean() == pytest.approx(came.mean(), abs=0.05)
        for low, high in ((0, 0.1), (0.1, 0.5), (0.5, 1.01)):
            band = (said >= low) & (said < high)
            error = 3 * sqrt(0.25 / band.sum())
            assert said[band].mean() == pytest.approx(came[band].mean(), abs=min(0.15, error + 0.03)), (indicator, low)


def test_registers_that_are_skipped_do_not_raise_a_rate_of_days():
    """Half a day missed makes an absent day and half a day seen makes none: days with a gap would count absences alone."""
    city = cw.synthetic.null_city(children=1500, seed=32, skipped_registers=0.25, frailty=1, spells=1, through="2026-03-31")
    indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of, families=["outlook"])
    table = indicators.table()
    rows = (table["indicator"] == "attendance.p_year_above") & (table["policy"] == "us_edfacts_chronic") & (table["scope"] == "child")
    assert (table["status"][rows] == "ok").all()
    whole = cw.synthetic.null_city(children=1500, seed=32, frailty=1, spells=1, through="2026-07-03")  # as it went on
    sessions = whole.truth["sessions"]
    day = np.unique(np.stack([sessions.column("child").codes, sessions["date"].astype(np.int64)]), axis=1, return_inverse=True)
    missed = np.bincount(day[1], sessions["absent"]) / np.bincount(day[1]) >= 0.5
    share = np.bincount(day[0][0], missed) / np.bincount(day[0][0])
    came = share >= 0.1
    assert 40 < came.sum() < 400
    assert table["value"][rows].sum() == pytest.approx(came.sum(), abs=3 * sqrt(came.sum()))


def test_registers_that_are_skipped_do_not_raise_the_rate_of_the_first_days():
    rates = {}
    for skipped in (0.0, 0.25):
        city = cw.synthetic.null_city(children=1500, seed=34, skipped_registers=skipped, frailty=1, spells=1)
        indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of, families=["early"])
        table = indicators.table()
        rows = (table["indicator"] == "attendance.early_absence_rate") & (table["status"] == "ok")
        days = table["n_observed"][rows]
        rates[skipped] = np.average(table["value"][rows], weights=days)
        assert (table["lower"][rows] <= table["value"][rows]).all() and (table["value"][rows] <= table["upper"][rows]).all()
    assert days.mean() < 16  # of twenty: a day with a skipped register does not count
    assert rates[0.25] == pytest.approx(rates[0.0], abs=3 * sqrt(3 * rates[0.0] / days.sum()))  # a spell is some three days


def test_children_who_do_not_differ_have_answers():
    """Where rates vary no more than chance the prior is narrow, and is not taken for a lack of data."""
    city = cw.synthetic.null_city(children=600, seed=33)
    measured = cw.open_study(city, key=KEY).measure(as_of=city.as_of, families=["outlook", "charts"], **CHARTS)
    table = measured.table()
    rows = (table["indicator"] == "attendance.p_rate_above") & (table["policy"] == "england_persistent")
    assert (table["status"][rows] == "ok").all()
    assert table["value"][rows].max() < 0.01
    assert (table["status"][table["indicator"] == "attendance.cusum"] == "ok").all()


def test_a_study_names_its_families(tmp_path):
    city = cw.synthetic.city(children=60, seed=2)
    study_of_city = cw.open_study(city, key=KEY)
    study_of_city.options |= {"families": ["trend", "charts"], "baseline": "2025-10-31", "false_alarms": 50}
    measured = set(study_of_city.measure(as_of=city.as_of).table()["indicator"])
    assert {"attendance.trend", "attendance.cusum_alarm"} <= measured
    assert "attendance.change_probability" not in measured
    file = tmp_path / "study.toml"
    file.write_text('title = "x"\nfalse_alarms = 0\n', encoding="utf-8")
    with pytest.raises(ValueError, match="false_alarms"):
        cw.open_study(file, key=KEY)


def test_a_study_in_a_notebook_asks_for_families_of_its_own():
    city = cw.synthetic.city(children=120, seed=11)
    study = cw.open_study(city, key=KEY)
    there = set(study.measure(as_of=city.as_of).table()["indicator"])
    asked = study.measure(as_of=city.as_of, families=["charts"], baseline="2025-10-31", false_alarms=50,
                          windows=["last_20_sessions"])
    assert asked.snapshots == [(city.as_of, "last_20_sessions")]
    assert set(asked.table()["indicator"]) - there == {
        "attendance.baseline_onset_rate", "attendance.cusum", "attendance.cusum_alarm", "attendance.ewma", "attendance.ewma_alarm",
    }  # fmt: skip
