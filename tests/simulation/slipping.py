# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Who slips: precision among the first of a list, by what the library measures and by raw absence."""

from functools import lru_cache

import numpy as np
from cities import FIRST_SEED, KEY, Measured, measured_city, share_with_interval

import childwell as cw
from childwell.stats import fit_ridge, predict_generalised, top_k
from childwell.synthetic._slipping import CHILD_TELLS, SCHOOL_ALONE_TELLS

CITIES = 100
FIRST = 2
SETTINGS: dict[str, dict] = {
    "standard": {},
    "the child tells": CHILD_TELLS,
    "the school alone tells": SCHOOL_ALONE_TELLS,
}
PLACES = (20, 75)  # of some 1,450 children
RANKINGS = {
    "raw absence": "days absent since September",
    "indicators": "attendance and exam indicators as one sum, stated before anything was looked at",
    "indicators, fitted": "the same in a ridge logistic model, fitted in other cities",
    "school alone": "share of the school's children who slipped by then",
    "fitted and school": "indicators and the school's share in a ridge logistic model, fitted in other cities",
    "true chance": "the chance that the city gave the child, its months to come included: no list does better on average",
}

_AS_OF = "2026-01-30"
_THROUGH = "2026-07-03"
_TRAINING = range(1_000, 1_040)  # seeds of the cities in which the models are fitted
_RIDGE = 10.0
# Sign: what counts towards slipping. Attendance and exams count alike, each as the mean of its own.
_ATTENDANCE = ("attendance.absence_propensity", "attendance.unexcused_rate", "attendance.trend_z", "attendance.cusum",
               "attendance.spell_longest_days")  # fmt: skip
_EXAMS = ("academic.z", "academic.papers_absent", "academic.failed")
_LOWER_IS_WORSE = "academic.z"


def one_city(setting: str, seed: int, *, fitted: bool = True) -> dict:
    """Children listed who slip [found, places] by ranking and places, and how many slip of all."""
    made = _made(setting, seed)
    slips, design, school = made["slips"], made["design"], made["school"]
    attendance, exams = design[:, : len(_ATTENDANCE)], design[:, len(_ATTENDANCE) :]
    scores = {
        "raw absence": made["absent_days"],
        "indicators": attendance.mean(axis=1) + exams.mean(axis=1),
        "school alone": school,
        "true chance": made["chance"],
    }
    if fitted:  # the models take the time of forty cities
        alone, beside = _fitted(setting)
        scores["indicators, fitted"] = predict_generalised(alone, design).means
        scores["fitted and school"] = predict_generalised(beside, np.column_stack([design, school])).means
    found = {
        f"{name}, {places}": [float(top_k(slips, score, places).precision * places), places]
        for name, score in scores.items()
        for places in PLACES
    }
    return found | {"all": [int(slips.sum()), len(slips)]}


@lru_cache(maxsize=4)
def _fitted(setting: str) -> tuple:
    cities = [_made(setting, seed) for seed in _TRAINING]
    design, slips, school = (np.concatenate([city[part] for city in cities]) for part in ("design", "slips", "school"))
    with_school = np.column_stack([design, school])
    return tuple(fit_ridge(columns, slips, ridge=_RIDGE, standard_errors=False) for columns in (design, with_school))


def _made(setting: str, seed: int) -> dict:
    """Children who have not slipped by the day of the list, with what is known of them then."""
    city = cw.synthetic.city(children=1500, seed=FIRST_SEED + seed, through=_THROUGH, **SETTINGS[setting])
    made = measured_city(city, as_of=_AS_OF, families=["trend", "charts"], baseline="2025-10-31", false_alarms=50)
    truth, day = city.truth["slipping"], np.datetime64(_AS_OF)
    slipped_on = truth["slipped_on"]
    on_roll = np.zeros(len(made.place), dtype=bool)
    child, absent_days, *_ = made.of_children("attendance.absent_days")
    on_roll[child] = True
    here = on_roll & ~(slipped_on <= day)
    raw = np.zeros(len(made.place))
    raw[child] = absent_days
    design = np.column_stack([_standardised(_of_child(made, name), here) for name in (*_ATTENDANCE, *_EXAMS)])
    design[:, len(_ATTENDANCE) + _EXAMS.index(_LOWER_IS_WORSE)] *= -1.0
    return {
        "slips": (slipped_on > day)[here],
        "design": design[here],
        "absent_days": raw[here],
        "school": _slipped_at_school(city, day)[here],
        "chance": _chance_after(city, day)[here],
    }


def _chance_after(city: cw.synthetic.City, day: np.datetime64) -> np.ndarray:
    """How likely each child is to slip in the months after the day, as its life came out."""
    months = city.truth["distress"]
    after = months["month"] > day
    stays = np.zeros(len(city.truth["children"]))
    np.add.at(stays, months.column("child").codes[after], np.log1p(-months["chance_of_slipping"][after]))
    return -np.expm1(stays)


def _of_child(made: Measured, indicator: str) -> np.ndarray:
    """Mean of a child's values; NaN where there is none."""
    t = made.table
    rows = (t["indicator"] == indicator) & (t["scope"] == "child") & (t["status"] == "ok")
    child = np.array([made.place.get(name, -1) for name in t["child"][rows]], dtype=np.int64)
    known = child >= 0
    sums = np.bincount(child[known], weights=t["value"][rows][known], minlength=len(made.place))
    with np.errstate(invalid="ignore"):
        return sums / np.bincount(child[known], minlength=len(made.place))


def _standardised(values: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Standardised among the children of the list; who has no value stands at the mean."""
    spread = np.nanstd(values[here])
    return np.nan_to_num((values - np.nanmean(values[here])) / (spread if spread > 0 else 1.0))


def _slipped_at_school(city: cw.synthetic.City, day: np.datetime64) -> np.ndarray:
    """Share of the children of each child's school known to have slipped by the day, drawn towards that of all."""
    enrolled, outcomes = city["enrolment"], city["outcomes"]
    place = {name: number for number, name in enumerate(city.truth["children"]["child"])}
    school = np.full(len(place), -1)
    codes = enrolled.column("school").codes
    for name, code in zip(enrolled["child"], codes, strict=True):
        if name in place:
            school[place[name]] = code
    known = (outcomes["kind"] == "slipped") & (outcomes["known_on"] <= day)
    slipped = np.zeros(len(place))
    slipped[[place[name] for name in outcomes["child"][known] if name in place]] = 1.0
    at = school >= 0
    of = np.bincount(school[at], minlength=codes.max() + 1)
    share = (np.bincount(school[at], weights=slipped[at], minlength=len(of)) + 100 * slipped.mean()) / (of + 100)
    return np.where(at, share[school], slipped.mean())


def record(cities: list[dict]) -> dict:
    """What is kept of a setting: precision with its 95 % interval over cities, and the counts of the first cities."""
    precision = {}
    for name in cities[0]:
        counts = np.array([city[name] for city in cities], dtype=float)
        precision[name] = [round(part, 5) for part in share_with_interval(counts[:, 0], counts[:, 1])]
    gained = {}
    for places in PLACES:
        for name in ("indicators", "indicators, fitted", "fitted and school"):
            more = np.array([city[f"{name}, {places}"][0] - city[f"raw absence, {places}"][0] for city in cities]) / places
            error = more.std(ddof=1) / np.sqrt(len(more))
            gained[f"{name}, {places}"] = [round(float(part), 5) for part in (more.mean(), more.mean() - 1.96 * error, more.mean() + 1.96 * error)]
    return {"cities": len(cities), "precision": precision, "over_raw_absence": gained,
            "first": [{name: [round(part, 6) for part in counts] for name, counts in city.items()} for city in cities[:FIRST]]}
