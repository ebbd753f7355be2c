# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Families of the made-up city: bounds hold what really happened, and intervals cover as often as they say."""

import numpy as np
import pytest

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))
NEEDED = ("children", "enrolment", "residence", "places", "migration", "contacts", "contact_log")
MONTH = 30.4375


def measured(city, as_of, window, families, **changed):
    """Value, bounds and status of each indicator by the child's own id."""
    tables = {name: city[name] for name in NEEDED} | changed
    cohort = cw.assemble(cw.admit(tables, key=KEY, made_up=True, parents_asked_from=city.parents_asked_from))
    table = cw.measure(cohort, as_of=as_of, windows=[window], families=families).table()
    back = {KEY.pseudonym("child", child): child for child in city["children"]["child"]}
    return {indicator: {back[child]: dict(zip(("value", "lower", "upper", "n_expected", "status"), numbers, strict=True))
                        for child, *numbers in zip(*(table[name][table["indicator"] == indicator] for name in
                                                     ("child", "value", "lower", "upper", "n_expected", "status")), strict=True)}
            for indicator in set(table["indicator"])}


# ---- separation ------------------------------------------------------------------------------------------------------


def months_after(dates, months):
    """The first day on which so many months have gone by; what no month has begins the next one."""
    month = dates.astype("datetime64[M]")
    then = (month + months).astype("datetime64[D]") + (dates - month.astype("datetime64[D]"))
    return np.where(then.astype("datetime64[M]") == month + months, then, (month + months + 1).astype("datetime64[D]"))


def truth_of_days(city, days):
    """Which parents of each child are away on each day, and have been for three and for six months.

    Of its first identifier: what schools tell of families does not follow a child to a second one.
    """
    away, children = city.truth["parents_away"], city["children"]
    first_ids = set(city.truth["children"]["child"])
    spells = {(household, parent): (begin, end) for household, parent, begin, end in
              zip(away["household"], away["parent"], away["from"], away["to"], strict=True)}
    never = np.datetime64("2100-01-01")
    found = {}
    for child, household in zip(children["child"], children["household"], strict=True):
        if child not in first_ids:
            continue
        here = []
        for parent in ("mother", "father"):
            begin, end = spells.get((household, parent), (never, never))
            end = never if np.isnat(end) else end
            here.append([(months_after(np.array([begin]), months)[0] <= days) & (days < end) for months in (0, 3, 6)])
        found[child] = here
    return found


def check_separation(children, seed):
    city = cw.synthetic.city(children=children, seed=seed, through="2026-06-30", left_behind_misreported=0)
    checked = told = apart = 0
    for as_of in ("2025-09-15", "2026-03-16"):  # days on which schools asked
        first = np.datetime64("2025-09-01")
        days = np.arange(first, np.datetime64(as_of) + 1)
        made = measured(city, as_of, f"{first}..2026-07-01", ["separation", "left_behind"])
        for child, parents in truth_of_days(city, days).items():
            (her, her_3, her_6), (his, his_3, his_6) = parents
            whole = len(days)
            any_day, both_days = her | his, her & his
            current = whole - np.flatnonzero(~any_day).max(initial=-1) - 1
            truths = {"separation.months_any": any_day.sum() / MONTH, "separation.months_both": both_days.sum() / MONTH,
                      "left_behind.roll_three_months": (her_3 | his_3).mean(), "left_behind.research_six_months": (her_6 | his_6).mean()}
            if current < whole:  # else it began before the days that are looked at
                truths["separation.current_days"] = current
            for indicator, truth in truths.items():
                estimate = made[indicator][child]
                assert estimate["lower"] - 1e-9 <= truth <= estimate["upper"] + 1e-9, (as_of, indicator)
                told += estimate["lower"] == estimate["upper"]
                checked += 1
            apart += any_day.any()
    assert apart > children / 4  # bounds that hold nobody's absence would be no test
    assert told / checked > 0.5  # and bounds from none to all would hold everything


def test_bounds_of_separation_hold_the_true_days():
    check_separation(600, 3)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 8))
def test_bounds_of_separation_hold_the_true_days_of_larger_cities(seed):
    check_separation(5000, seed)


def test_reports_that_are_wrong_are_found_by_the_same_check():
    """A parent away whom nobody reports is at home in the records: the check above would see it."""
    city = cw.synthetic.city(children=600, seed=3, left_behind_misreported=0.5)
    day = np.array([np.datetime64("2025-09-15")])
    made = measured(city, "2025-09-15", "2025-09-15..2025-09-16", ["separation"])["separation.months_any"]
    missed = sum(made[child]["upper"] == 0 and (her[0] | his[0])[0] for child, (her, his) in truth_of_days(city, day).items())
    assert missed > 20


# ---- contact ---------------------------------------------------------------------------------------------------------


def coverage(children, seed, **changed):
    """Of children one of whose parents is away all the time: intervals that hold the true rate of connected contacts."""
    city = cw.synthetic.city(children=children, seed=seed, contact_not_logged=0)
    first, last = np.datetime64("2025-09-01"), np.datetime64(city.as_of)
    made = measured(city, city.as_of, "year_to_date", ["contact"], **{name: change(city) for name, change in changed.items()})
    away = city.truth["parents_away"]
    begin, end = away["from"], away["to"]
    changing = ((begin > first) & (begin <= last)) | ((end > first) & (end <= last))
    steady = set(away["household"][(begin <= first) & (np.isnat(end) | (end > last))]) - set(away["household"][changing])
    open_days = {child: estimate["n_expected"] for child, estimate in
                 measured(city, city.as_of, "year_to_date", ["contact"])["contact.rate_per_week"].items()}
    homes = dict(zip(city["children"]["child"], city["children"]["household"], strict=True))
    held = []
    truth = city.truth["contact"]
    for child, expected in zip(truth["child"], truth["expected_while_open"], strict=True):
        estimate = made["contact.rate_per_week"][child]
        if homes[child] in steady and open_days[child] > 0 and estimate["status"] == "ok":
            held.append(estimate["lower"] <= 7 * expected / open_days[child] <= estimate["upper"])
    return sum(held), len(held)


def always_open(city):
    """A log that claims to have been kept on every day, also of the months in which nobody wrote."""
    children = np.unique(city["contact_log"]["child"].astype(str))
    return {"child": children, "from": np.full(len(children), "2025-09-01")}


def test_intervals_of_contact_rates_cover_where_only_logged_weeks_count():
    held, all_children = coverage(3000, 1)
    assert all_children > 120
    assert abs(held / all_children - 0.95) < 3 * np.sqrt(0.95 * 0.05 / all_children)
    held, all_children = coverage(3000, 1, contact_log=always_open)
    assert held / all_children < 0.8  # weeks in which nobody wrote are no weeks without contact


@pytest.mark.long
def test_intervals_of_contact_rates_cover_at_their_level():
    counts = np.array([coverage(12_000, seed) for seed in range(11, 17)]).sum(axis=0)
    assert counts[1] > 2500
    assert 0.93 <= counts[0] / counts[1] <= 0.97, counts
