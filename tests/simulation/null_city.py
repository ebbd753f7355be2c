# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What is found where nothing is to be found: cities in which no child changes and no school differs."""

import numpy as np
from cities import BASE, NOTHING_HIDDEN, Measured, measured, share_with_interval
from scipy.stats import binom

import childwell as cw

CITIES = 200
FIRST = 5
SETTINGS: dict[str, dict] = {
    "nothing at all": {},  # the null city
    "spells, skipped registers": BASE,  # children differ and stay away for days, and registers have holes
}
_BASELINE = "2025-10-31"
_STATED_ALARMS = 50  # in 1,000 child-years
_WHOLE_YEAR = "2026-07-03"

# What is counted, and the share that chance alone may bring. None: what the binomial law says of each city.
FOUND = {
    "not_seen": ("children not seen", 0.0),
    "chronic_days": ("children absent on a tenth of their days (US), beside the binomial law", None),
    "rate_above": ("children more likely than not above the line of a tenth", 0.0),
    "trend": ("children with a trend beyond 1.96 standard errors", 0.05),
    "week_edge": ("children away at the ends of their weeks, p below 0.05", 0.05),
    "bridge": ("children away beside days off, p below 0.05", 0.05),
    "cusum": ("alarms of the CUSUM, a child-year", _STATED_ALARMS / 1000),
    "ewma": ("alarms of the EWMA, a child-year", _STATED_ALARMS / 1000),
    "change": ("children with evidence of a change above 9 to 1", 1 / 9),
    "paper_change": ("changes between two papers whose 95 % interval leaves out 0", 0.05),
    "paper_change_z": ("changes between two papers beyond 1.96 standard errors", 0.05),
    "school": ("schools whose 95 % interval leaves out the rate of all", 0.05),
}
_PRIOR_ODDS_OF_CHANGE = 1 / 0.95**4 - 1  # within four weeks, at one change in twenty weeks


def one_city(setting: str, seed: int) -> dict:
    """Counts [found, of] of one city."""
    asked = {"families": ["trend", "week_pattern", "outlook", "charts", "change", "progress"],
             "baseline": _BASELINE, "false_alarms": _STATED_ALARMS}  # fmt: skip
    made = measured(SETTINGS[setting], seed, through=_WHOLE_YEAR, **asked)
    _, seen, *_ = made.of_children("attendance.not_seen")
    _, above, *_ = made.of_children("attendance.p_rate_above", "us_edfacts_chronic")
    _, slope, *_ = made.of_children("attendance.trend_z")
    _, edge, *_ = made.of_children("attendance.week_edge_p")
    _, bridge, *_ = made.of_children("attendance.bridge_p")
    _, change, *_ = made.of_children("attendance.change_probability")
    _, _, lower, upper = _of_papers(made, "academic.change")
    found = {
        "trend": _counted(np.abs(slope) > 1.959964),
        "week_edge": _counted(edge < 0.05),
        "bridge": _counted(bridge < 0.05),
        "change": _counted(change > 9 * _PRIOR_ODDS_OF_CHANGE / (1 + 9 * _PRIOR_ODDS_OF_CHANGE)),
        "paper_change": _counted((lower > 0.0) | (upper < 0.0)),
        "paper_change_z": _counted(np.abs(_of_papers(made, "academic.change_z")[1]) > 1.959964),
        "school": _schools(made),
    }
    for chart in ("cusum", "ewma"):
        child, alarm, *_ = made.of_children(f"attendance.{chart}_alarm")
        found[chart] = [int(alarm.sum()), _child_years(made, child)]
    if setting == "nothing at all":  # elsewhere some children are away for long, and some are above the line
        found["not_seen"], found["rate_above"] = _counted(seen == 1.0), _counted(above > 0.5)
        found["chronic_days"], found["chronic_days_by_law"] = _chronic(made)
    return found


def _counted(which: np.ndarray) -> list[int]:
    return [int(which.sum()), len(which)]


def _of_papers(made: Measured, indicator: str) -> tuple[np.ndarray, ...]:
    t = made.table
    rows = (t["indicator"] == indicator) & (t["status"] == "ok")
    return t["child"][rows], t["value"][rows], t["lower"][rows], t["upper"][rows]


def _child_years(made: Measured, child: np.ndarray) -> float:
    """Years of the chart: days of the child's sessions after the baseline, in years of the city's longest calendar."""
    held = made.city.truth["sessions"]
    halves = held["session"] == "am"
    of, date = held.column("child").codes[halves], held["date"][halves]
    days = np.bincount(of, minlength=len(made.place))
    after = np.bincount(of[date > np.datetime64(_BASELINE)], minlength=len(made.place))
    return float(after[child].sum() / days.max())


def _chronic(made: Measured) -> tuple[list[int], list[float]]:
    """Children above the line of days, and as many as the binomial law says of as many days."""
    held = made.city.truth["sessions"]
    of = held.column("child").codes[held["session"] == "am"]
    days = np.bincount(of, minlength=len(made.place))
    child, chronic, *_ = made.of_children("attendance.chronic", "us_edfacts_chronic")
    half = made.city.truth["children"]["propensity"][child]
    # a day counts as missed where at least half of it was
    law = binom.sf(np.ceil(days[child] / 10.0) - 1, days[child], 1 - (1 - half) ** 2)
    return _counted(chronic == 1.0), [float(law.sum()), len(child)]


def _schools(made: Measured) -> list[int]:
    """Schools, and those whose interval leaves out the rate that is everybody's (of a child of the city, on average)."""
    groups = cw.aggregate(made.indicators, by=("city", "school"), policy=NOTHING_HIDDEN).table()
    rows = (groups["measure"] == "attendance.absence_rate") & (groups["hierarchy"] == "school") & (groups["status"] == "ok")
    places = made.city["places"]
    city = set(places["place"][places["kind"] == "city"])
    of_school = rows & ~np.isin(groups["place"], list(city))
    rate = float(np.mean(made.city.truth["children"]["propensity"]))
    lower, upper = groups["sampling_lower"][of_school], groups["sampling_upper"][of_school]
    return _counted((lower > rate) | (upper < rate))


def record(cities: list[dict]) -> dict:
    """What is kept of a setting: shares with their 95 % intervals over cities, and counts of the first cities."""
    shares = {}
    for name in [name for name in (*FOUND, "chronic_days_by_law") if name in cities[0]]:
        counts = np.array([city[name] for city in cities], dtype=float)
        shares[name] = [round(part, 6) for part in share_with_interval(counts[:, 0], counts[:, 1])]
        shares[name].append(int(counts[:, 0].sum()))
    return {"cities": len(cities), "found": shares, "first": [_rounded(city) for city in cities[:FIRST]]}


def _rounded(city: dict) -> dict:
    return {name: [round(part, 6) for part in counts] for name, counts in city.items()}
