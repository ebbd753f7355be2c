# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Collections by their design, absence by a status that changes, and the design effect, recomputed by hand."""

from datetime import timedelta

import numpy as np
import pytest
from ten_days import AS_OF, DAYS, KEY, SESSIONS, all_days, base, columns, enrolment, iso, marks

import childwell as cw
from childwell import stats

EVERYTHING = {"id": "all", "kind": "disclosure", "minimum_cell": 1}


def test_volunteers_have_no_figure_of_a_city_whatever_they_are_weighted_by():
    made = cw.collection_figure(np.arange(40.0), design="volunteer", weights=np.full(40, 25.0))
    assert (made["status"], made["interval"], made["n_observed"], np.isnan(made["value"])) == ("not_comparable", "none", 40, True)


def test_a_census_has_bounds_from_the_children_who_gave_no_answer():
    answers = [20.0] * 30 + [35.0] * 10 + [np.nan] * 10
    made = cw.collection_figure(answers, design="census", low=0, high=40)
    assert (made["value"], made["lower"], made["upper"]) == (950 / 40, 950 / 50, (950 + 400) / 50)
    assert (made["interval"], made["n_expected"], made["n_observed"], np.isnan(made["standard_error"])) == ("bounds", 50, 40, True)
    wider = cw.collection_figure(answers, design="census", low=0, high=40, target=100)  # fifty more were never listed
    assert (wider["value"], wider["lower"], wider["upper"], wider["n_expected"]) == (950 / 40, 9.5, (950 + 2400) / 100, 100)
    complete = cw.collection_figure(answers[:40], design="census")
    assert (complete["lower"], complete["upper"]) == (complete["value"], complete["value"])
    assert np.isnan(cw.collection_figure(answers, design="census")["upper"])  # nobody said where the scale ends
    for wrong, said in (({"weights": np.ones(50)}, "census has no weights"), ({"low": 25, "high": 40}, "outside the scale"), ({"target": 20}, "target"),
                        ({"level": 1}, "level"), ({"low": 1, "high": 1}, "low must be below")):
        with pytest.raises(ValueError, match=said):
            cw.collection_figure(answers, design="census", **wrong)
    with pytest.raises(ValueError, match="design"):
        cw.collection_figure(answers, design="whoever")


def test_a_sample_is_that_of_survey_mean_and_a_share_stays_between_its_ends():
    generator = np.random.Generator(np.random.Philox(6))
    strata, schools = generator.integers(0, 2, 200), generator.integers(0, 20, 200)
    weights = np.where(strata == 0, 30.0, 5.0)
    yes = (generator.uniform(size=200) < 0.03).astype(float)
    yes[::17] = np.nan
    made = cw.collection_figure(yes, design="sample", weights=weights, strata=strata, clusters=schools, low=0, high=1)
    same = stats.survey_mean(yes, weights=weights, strata=strata, clusters=schools, scale="logit")
    assert [made[name] for name in ("value", "lower", "upper", "design_effect")] == [same.estimate, same.lower, same.upper, same.design_effect]
    assert (made["interval"], made["n_expected"], made["n_observed"]) == ("confidence", 200, same.count) and made["lower"] > 0
    assert cw.collection_figure(yes[:9], design="sample")["status"] == "hidden"
    assert cw.collection_figure([np.nan] * 20, design="sample")["status"] == "not_recorded"
    assert cw.collection_figure(yes[:9], design="sample", policy=EVERYTHING)["n_observed"] == 8


def absent(child, days):
    return [{"child": child, "date": iso(day), "session": session, "code": "absent_illness"} for day in days for session in SESSIONS]


def study(children=1):
    names = [f"{name}{number}" for name in "abc" for number in range(children)]
    rows = []
    for name in names:
        missed = {"a": DAYS[:4], "b": DAYS[4:6], "c": DAYS[9:]}[name[0]]
        rows += absent(name, missed) + all_days(name, days=[day for day in DAYS if day not in missed])
    tables = base(enrolment=enrolment(*[{"child": name} for name in names]), attendance=marks(*rows))
    return cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=AS_OF)


def spells(*rows):
    return columns([dict(zip(("child", "from", "to", "status", "known_on"), (*row, None, None)[:5], strict=True)) for row in rows],
                   ("child", "from", "to", "status", "known_on"))


def by_status(indicators, given, **more):
    table = cw.absence_by_person_time(indicators, given, **{"statuses": ["yes", "no"], "key": KEY, "policy": EVERYTHING} | more)
    return {group: {name: table[name][row] for name in table.columns} for row, group in enumerate(table["group"])}


def test_each_day_counts_in_the_status_of_that_day_and_unknown_days_are_no_no():
    given = spells(("a0", iso(DAYS[0]), iso(DAYS[4]), "yes"), ("a0", iso(DAYS[5]), iso(DAYS[8]), "no"), ("b0", iso(DAYS[0]), None, "no"),
                   ("c0", iso(DAYS[8]), None, "unknown"), ("stranger", iso(DAYS[0]), None, "yes"))
    made = by_status(study(), given)
    assert list(made) == ["yes", "no", "unknown"]
    yes, no, unknown = made.values()
    # a: five days away, four of them missed; then four days (of the first to the ninth) at home; the tenth is not told
    assert (yes["children"], yes["days"], yes["value"], yes["n_observed"]) == (1, 5, 8 / 10, 10)
    assert (no["children"], no["days"], no["value"]) == (2, 4 + 10, 4 / 28)
    assert (unknown["children"], unknown["days"], unknown["value"]) == (2, 1 + 10, 2 / 22)
    assert yes["days"] + no["days"] + unknown["days"] == 30
    late = spells(("a0", iso(DAYS[0]), None, "yes", "2025-12-01"))  # known after the as-of date
    assert by_status(study(), late)["unknown"]["days"] == 30
    torn = spells(("a0", iso(DAYS[0]), None, "yes"), ("a0", iso(DAYS[5]), None, "no"))
    assert [one["days"] for one in by_status(study(), torn).values()] == [5, 0, 25]  # where two spells disagree nobody knows


def test_a_status_of_few_children_is_hidden_with_one_that_would_give_it_away():
    indicators = study(30)
    given = spells(*[(f"a{number}", iso(DAYS[0]), None, "yes") for number in range(4)],
                   *[(f"{name}{number}", iso(DAYS[0]), None, "no") for name in "bc" for number in range(30)])
    made = by_status(indicators, given, policy="small_cells_10")
    assert made["yes"]["status"] == "hidden"
    assert sorted(one["status"] for one in made.values()) == ["hidden", "hidden", "ok"]  # the whole is known, so one more
    assert np.ma.is_masked(made["yes"]["children"]) and np.ma.is_masked(made["yes"]["days"])
    clear = by_status(indicators, given, policy=EVERYTHING)
    assert (clear["yes"]["children"], clear["no"]["days"]) == (4, 600)
    sampled = stats.ratio_estimate([4.0] * 30 + [2.0] * 30, [20.0] * 60)
    assert (clear["no"]["sampling_lower"], clear["no"]["sampling_upper"]) == pytest.approx((sampled.lower, sampled.upper), rel=1e-9)


def test_what_is_no_spell_is_refused():
    for row, said in ((("a0", iso(DAYS[0]), None, "maybe"), "not among statuses"), (("a0", iso(DAYS[4]), iso(DAYS[0]), "yes"), "not before"),
                      (("a0", None, None, "yes"), "first day")):
        with pytest.raises(ValueError, match=said):
            by_status(study(), spells(row))
    with pytest.raises(ValueError, match="unknown"):
        by_status(study(), spells(("a0", iso(DAYS[0]), None, "yes")), statuses=["yes", "unknown"])
    with pytest.raises(IndexError):
        by_status(study(), spells(("a0", iso(DAYS[0]), None, "yes")), snapshot=1)


def test_a_design_effect_widens_the_sampling_interval_and_nothing_else():
    indicators = study(30)
    plain, wide = (cw.aggregate(indicators, by=["city"], design_effect=effect).table() for effect in (1.0, 4.0))
    row = plain["measure"] == "attendance.absence_rate"
    assert (plain["value"][row], plain["lower"][row]) == (wide["value"][row], wide["lower"][row])
    logit = lambda p: np.log(p / (1 - p))  # noqa: E731
    assert logit(wide["sampling_upper"][row]) - logit(wide["value"][row]) == pytest.approx(2 * (logit(plain["sampling_upper"][row]) - logit(plain["value"][row])))
    with pytest.raises(ValueError, match="design effect"):
        cw.aggregate(indicators, design_effect=0)


def parents(children=1):
    """Three kinds of children: a parent left on 5 June; nobody left; a parent left between 3 and 9 June."""
    names = [f"{name}{number}" for name in "abc" for number in range(children)]
    away = columns([{"child": name, "parent": "mother"} | ({"from_earliest": "2025-06-05", "from_latest": "2025-06-05"} if name[0] == "a" else
                                                          {"from_earliest": "2025-06-03", "from_latest": "2025-06-09"})
                    for name in names if name[0] != "b"], ("child", "parent", "from_earliest", "from_latest"))
    missed = [DAYS[0], DAYS[2], DAYS[9]]
    rows = [row for name in names for row in absent(name, missed) + all_days(name, days=[day for day in DAYS if day not in missed])]
    tables = base(enrolment=enrolment(*[{"child": name} for name in names]), attendance=marks(*rows), migration=away)
    records = cw.admit(tables, key=KEY, parents_asked_from="2025-01-01")
    return cw.measure(cw.assemble(records), as_of=AS_OF, families=["left_behind"])


def test_left_behind_is_the_status_of_each_day_and_its_unknown_days_stand_apart():
    made = by_status(parents(), "left_behind.roll_three_months", statuses=())
    # a: yes from 5 September, six school days; c: no on two days, yes from 9 September on four, between them nobody knows
    assert {group: (row["children"], row["days"]) for group, row in made.items()} == {"yes": (2, 10), "no": (3, 16), "unknown": (1, 4)}
    # all missed the first day (no), the third (no, no and unknown) and the last (yes, no and yes)
    assert [made[group]["value"] for group in ("yes", "no", "unknown")] == pytest.approx([2 / 10, 6 / 16, 1 / 4])
    early = by_status(parents(), "left_behind.research_six_months", statuses=())
    assert (early["yes"]["status"], early["no"]["days"]) == ("not_enough_data", 30)
    with pytest.raises(ValueError, match="one of left_behind"):
        by_status(parents(), "left_behind.some", statuses=())


@pytest.mark.parametrize("definition", ["roll_three_months", "state_council_2016", "research_six_months"])
def test_each_day_has_the_status_that_its_own_window_has(definition):
    indicators = parents()
    windows = [f"{iso(day)}..{iso(day + timedelta(1))}" for day in DAYS]
    single = cw.measure(indicators.cohort, as_of=AS_OF, windows=windows, families=["left_behind"])
    lower, upper = (np.concatenate([table[name][table["indicator"] == f"left_behind.{definition}"] for table in map(single.table, range(len(DAYS)))])
                    for name in ("lower", "upper"))
    days = {"yes": (lower >= 1).sum(), "no": (upper <= 0).sum(), "unknown": (~(lower >= 1) & ~(upper <= 0)).sum()}
    made = by_status(indicators, f"left_behind.{definition}", statuses=())
    assert sum(days.values()) == 30 and {group: row["days"] for group, row in made.items()} == days


def test_days_left_behind_keep_their_unknown_days_in_groups():
    groups = cw.aggregate(parents(10), by=["city"], policy=EVERYTHING).table()
    row = groups["measure"] == "left_behind.roll_three_months"
    # of twelve days: a 8 yes and 4 no, b 12 no, c 4 yes, 2 no and 6 unknown
    assert (groups["value"][row], groups["lower"][row], groups["upper"][row]) == (pytest.approx([12 / 30]), pytest.approx([12 / 36]), pytest.approx([18 / 36]))
    assert (groups["n_expected"][row].tolist(), groups["n_observed"][row].tolist(), groups["n"][row].tolist()) == ([360], [300], [30])
