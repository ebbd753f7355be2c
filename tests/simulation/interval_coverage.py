# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How often intervals of rates hold the truth of a made-up city, one mechanism at a time."""

import numpy as np
from cities import BASE, CHILDREN, NOTHING_HIDDEN, Measured, measured, share_with_interval

import childwell as cw

# Name of the setting: (sizes beside BASE, what it adds). What is named twice has an unusual size too.
SETTINGS: dict[str, dict] = {
    "base": {},
    "no spells": {"spells": 0, "half_days": 0},
    "children alike": {"frailty": 0, "busy_families": 0, "restlessness": 0},
    "long_illness": {"long_illness": 0.004},
    "lateness": {"lateness": 1},
    "season": {"season": 1},
    "week_pattern": {"week_pattern": 1},
    "grade_pattern": {"grade_pattern": 1},
    "flu": {"flu": 2},
    "flu, 10": {"flu": 10},
    "snow": {"snow": 0.1},
    "sibling_shocks": {"sibling_shocks": 0.5},
    "boarding": {"boarding": 1, "boarding_weeks": 1, "evening_absence": 0.01},
    "wellbeing_absence": {"wellbeing_absence": 0.5, "lasting_wellbeing": 0.8, "passing_wellbeing": 0.5,
                          "shared_wellbeing": 0.4, "hard_blows": 0.01},
    "school_differences": {"school_differences": 1},
    "school_differences, 3": {"school_differences": 3},
    "outings": {"outings": 0.003},
    "local_closures": {"local_closures": 0.06},
    "by_exception": {"by_exception": 0.25},
    "silent_points": {"silent_points": 2},
    "weak_schools, 0.5": {"weak_schools": 0.5},
    "bad_days": {"bad_days": 1},
    "bad_days, 10": {"bad_days": 10},
    "forgotten_marks": {"forgotten_marks": 0.0015},
    "lost_reasons": {"lost_reasons": 0.15},
    "late_reasons": {"late_reasons": 0.08},
    "late_registers": {"late_registers": 0.002},
    "paper_registers": {"paper_registers": 0.3},
    "other_codes": {"other_codes": 0.5},
    "ghosts": {"ghosts": 0.0007},
    "ghosts, 0.01": {"ghosts": 0.01},
    "unregistered": {"unregistered": 0.0007},
    "unregistered, 0.01": {"unregistered": 0.01},
    "late_entrants": {"late_entrants": 0.008},
    "transfers": {"transfers": 0.018, "gaps_between_schools": 0.25, "overlapping_paperwork": 0.15},
    "split_ids": {"transfers": 0.018, "split_ids": 0.05},
    "shared_ids, 0.01": {"shared_ids": 0.01},
    "suspensions": {"suspensions": 0.003},
    "leavers": {"leavers": 0.009, "unknown_destinations": 0.4},
    "borrowers": {"borrowers": 0.004},
    "repeaters": {"repeaters": 0.004},
    "school_merger": {"school_merger": 1},
    "withdrawn_consents": {"withdrawn_consents": 0.002},
    "all at once": {},
}  # fmt: skip

# What is asked of each interval, and what it is to hold.
INTERVALS = {
    "child_bounds": "a child's rate of absence, bounds: the share it really missed",
    "child_reason_bounds": "a child's unexcused rate, bounds: the share it really was truant",
    "child_propensity": "a child's rate behind, 95 %: its chance of absence, averaged over its sessions",
    "school_bounds": "a school's rate, bounds: the share really missed there",
    "school_sampling": "a school's rate, 95 %: that of children like these there (mean of all cities)",
    "school_pooled": "a school's rate drawn to the others, 95 %: the same",
    "city_bounds": "the city's rate, bounds: the share really missed",
    "city_sampling": "the city's rate, 95 %: that of children like these (mean of all cities)",
}
CITIES = 200
FIRST = 10  # cities that the long test makes again
CONFIDENCE = ("child_propensity", "school_sampling", "school_pooled", "city_sampling")

_GROUP_COLUMNS = ("lower", "upper", "sampling_lower", "sampling_upper", "pooled_lower", "pooled_upper")


def one_city(setting: str, seed: int) -> dict:
    """Counts [covered, of] of one city by interval, and what is judged when all cities are there."""
    whole = setting == "all at once"
    made = measured({} if whole else BASE | SETTINGS[setting], seed, null=not whole)
    truth = _Truth(made)
    groups = cw.aggregate(made.indicators, by=("city", "school"), policy=NOTHING_HIDDEN).table()
    rows = (groups["measure"] == "attendance.absence_rate") & (groups["hierarchy"] == "school") & (groups["status"] == "ok")
    shown = {
        str(groups["place"][row]): [float(groups[column][row]) for column in _GROUP_COLUMNS] for row in np.flatnonzero(rows)
    }
    schools = [place for place in shown if place in truth.missed_at]
    city = [place for place in shown if place not in truth.missed_at]
    found = {
        "child_bounds": _held(made, "attendance.absence_rate", truth.realised),
        "child_reason_bounds": _held(made, "attendance.unexcused_rate", truth.unexcused),
        "child_propensity": _held(made, "attendance.absence_propensity", truth.propensity),
        "school_bounds": _covered([shown[place][:2] for place in schools], [truth.missed_at[place] for place in schools]),
        "city_bounds": _covered([shown[place][:2] for place in city], [truth.missed] * len(city)),
    }
    return {"counts": found, "shown": shown, "city": city, "behind": truth.behind_at, "sessions": truth.sessions_at,
            "not_seen": not_seen(made)}


def not_seen(made: Measured) -> dict[str, int]:
    """Children on the roll who were at none of the last ten sessions of their class, and those who were listed so."""
    held = made.city.truth["sessions"]
    halves = held["session"] != "evening"
    child, of_class = held.column("child").codes[halves], held.column("class")
    slot = 2 * held["date"][halves].astype(np.int64) + (held["session"][halves] == "pm")
    there = ~held["absent"][halves]
    last_seen = np.full(len(made.place), -1)
    np.maximum.at(last_seen, child[there], slot[there])
    in_time = np.lexsort([slot, child])
    last_row = in_time[np.flatnonzero(np.diff(child[in_time], append=-1))]
    tenth_last = np.full(len(made.place), -1)  # of the class where the child was last expected
    slots_of = [np.unique(slot[of_class.codes[halves] == number]) for number in range(len(of_class.categories))]
    of_last = of_class.codes[halves][last_row]
    tenth_last[child[last_row]] = [slots_of[number][-10] if len(slots_of[number]) >= 10 else -1 for number in of_last]
    gone = (last_seen < tenth_last) & _on_roll(made)
    number, value, *_ = made.of_children("attendance.not_seen")
    listed = np.zeros(len(made.place), dtype=bool)
    listed[number[value == 1.0]] = True
    return {"gone": int(gone.sum()), "found": int((listed & gone).sum()), "listed": int(listed.sum())}


def _on_roll(made: Measured) -> np.ndarray:
    """Children who are enrolled on paper on the last day, and not suspended."""
    spells = made.city.truth["spells"]
    to, child = spells["written_to"], spells.column("child").codes
    today = np.datetime64(made.city.as_of)
    counts = spells["on_roll"] & (spells["from"] <= today) & (np.isnat(to) | (to >= today))
    on_roll, newest = np.zeros(len(made.place), dtype=bool), np.lexsort([spells["from"], child])
    on_roll[child[newest]] = (counts & (spells["kind"] != "suspend"))[newest]  # the last spell is what stays
    return on_roll


class _Truth:
    """Shares of morning and afternoon sessions missed, and the chances behind them, by child and by school."""

    def __init__(self, made: Measured) -> None:
        children, held = made.city.truth["children"], made.city.truth["sessions"]
        halves = held["session"] != "evening"
        child, school = held.column("child").codes[halves], held.column("school")
        absent, state = held["absent"][halves], held.column("state")
        truant = state.codes[halves] == state.categories.index("truant")
        self.propensity, self.realised = children["propensity"], children["realised"]
        with np.errstate(invalid="ignore"):
            self.unexcused = np.bincount(child[truant], minlength=len(children)) / np.bincount(child, minlength=len(children))
        self.missed = float(absent.mean())
        places, at = _with_their_points(made.city["places"], school, school.codes[halves])
        sessions = np.bincount(at, minlength=len(places))
        chances = np.bincount(at, weights=self.propensity[child], minlength=len(places))
        missed = np.bincount(at[absent], minlength=len(places))
        held_at = np.flatnonzero(sessions)
        self.missed_at = {places[k]: missed[k] / sessions[k] for k in held_at}
        self.behind_at = {places[k]: float(chances[k]) for k in held_at}  # expected sessions missed
        self.sessions_at = {places[k]: int(sessions[k]) for k in held_at}


def _with_their_points(table: cw.Table, school: cw.Categorical, at: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Schools, each with its teaching points, which the figure of the school takes in."""
    points = table["kind"] == "teaching_point"
    parent = dict(zip(table["place"][points], table["parent"][points], strict=True))
    places = tuple(dict.fromkeys(str(parent.get(name, name)) for name in school.categories))
    return places, np.array([places.index(str(parent.get(name, name))) for name in school.categories])[at]


def _held(made: Measured, indicator: str, truth: np.ndarray) -> list[int]:
    child, _, lower, upper = made.of_children(indicator)
    return _covered(np.column_stack([lower, upper]), truth[child])


def _covered(bounds: object, truth: object) -> list[int]:
    bounds, truth = np.reshape(np.asarray(bounds, dtype=float), (-1, 2)), np.asarray(truth, dtype=float)
    known = np.isfinite(truth) & np.isfinite(bounds).all(axis=1)
    # the last digits of a share may round apart: that is no miss
    inside = (bounds[known, 0] - 1e-12 <= truth[known]) & (truth[known] <= bounds[known, 1] + 1e-12)
    return [int(inside.sum()), int(known.sum())]


def summary(cities: list[dict]) -> dict:
    """Coverage by interval over all cities of a setting: share, and its 95 % interval with cities as clusters."""
    places = sorted({place for city in cities for place in city["sessions"]})
    expected = {place: sum(city["behind"].get(place, 0.0) for city in cities) for place in places}
    sessions = {place: sum(city["sessions"].get(place, 0) for city in cities) for place in places}
    behind = {place: expected[place] / sessions[place] for place in places}
    rate = sum(expected.values()) / sum(sessions.values())
    counts = {interval: [city["counts"][interval] for city in cities] for interval in INTERVALS if interval not in CONFIDENCE[1:]}
    for interval, first in (("school_sampling", 2), ("school_pooled", 4)):
        counts[interval] = [
            _covered([row[first : first + 2] for place, row in city["shown"].items() if place in behind],
                     [behind[place] for place in city["shown"] if place in behind])
            for city in cities
        ]  # fmt: skip
    counts["city_sampling"] = [_covered([city["shown"][place][2:4] for place in city["city"]], [rate] * len(city["city"])) for city in cities]
    found = {}
    for interval in INTERVALS:
        of = np.array(counts[interval], dtype=float)
        found[interval] = [round(part, 5) for part in share_with_interval(of[:, 0], of[:, 1])]
    seen = {what: sum(city["not_seen"][what] for city in cities) for what in ("gone", "found", "listed")}
    return {"cities": len(cities), "rate": round(rate, 5), "coverage": found, "not_seen": seen}


def record(cities: list[dict]) -> dict:
    """What is kept of a setting: its summary, that of the first cities, and the counts of the very first."""
    return summary(cities) | {"first": summary(cities[:FIRST]), "very_first": cities[0]["counts"]}
