# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Screening: who is asked, who answers and how, in numbers of items without any text; and health checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from childwell._table import Table

from ._attendance import ILLNESS, NEVER_COMES, UNEXPLAINED, DayTruth
from ._dates import day_in, month_number
from ._draws import BLOCK, draws
from ._enrolment import GHOST, Enrolment
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names, _coded, _constant, _made_up

MECHANISMS = (
    Mechanism("screening_refused", 0.085, 0.0, 0.9, "share of children asked",
              "a child or guardian refuses"),
    Mechanism("refusal_tied_to_distress", 0.50, 0.0, 3.0, "log-odds a standard deviation of distress",
              "those who do worse refuse more often"),
    Mechanism("screening_missed", 0.055, 0.0, 0.9, "share of children asked",
              "a child is not there on the day of the screening"),
    Mechanism("absence_tied_to_distress", 0.60, 0.0, 3.0, "log-odds a standard deviation of distress",
              "those who do worse are more often not there on the day"),
    Mechanism("schools_without_screening", 0.05, 0.0, 0.9, "share of schools",
              "a school that belongs to the collection does not take part"),
    Mechanism("volunteers_worse_off", 0.80, 0.0, 3.0, "log-odds a standard deviation of distress",
              "those who do worse answer the collection that is open to everybody more often"),
    Mechanism("items_differ_by_group", 0.70, 0.0, 3.0, "log-odds on one item in five",
              "left-behind children say yes to some items more readily at the same distress"),
    Mechanism("all_no_answers", 0.03, 0.0, 0.9, "share of children",
              "a child ticks the first answer throughout"),
    Mechanism("answers_to_please", 0.05, 0.0, 0.9, "share of children",
              "a child answers as is wished for: less distress, and the items of the lie scale give it away"),
    Mechanism("items_skipped", 0.006, 0.0, 0.5, "share of answers",
              "an item is left blank"),
)  # fmt: skip

RESPONSES = ("given", "refused", "absent", "not_offered", "outside_age")
GIVEN, REFUSED, ABSENT, NOT_OFFERED, OUTSIDE_AGE = range(5)
DESIGNS = ("census", "sample", "volunteer")
LIE_ITEMS = np.arange(82, 101, 2)
LIE_LIMIT = 7
_DAYS = 4


@dataclass(frozen=True, eq=False)
class Instrument:
    """The shape of a questionnaire, in numbers: where an item begins to be agreed with, and how much it says."""

    code: str
    levels: int  # answers run from 0 to levels - 1
    easiness: np.ndarray  # (item): log-odds of more than the lowest answer for a child of mean distress
    step: float  # how much harder each further answer is
    slope: np.ndarray  # (item): log-odds a standard deviation of distress; negative for items worded the other way
    scale_of: np.ndarray  # (item): subscale that shares something beside distress, -1 for none
    shares: float  # log-odds of that something
    lowest_age: float
    asks_about: int  # months before the day that an answer is about, with that of the day

    @property
    def items(self) -> int:
        return len(self.easiness)


@dataclass(frozen=True)
class Collection:
    """One wave of one collection."""

    name: str
    wave: int
    instrument: int
    design: int
    opens: tuple[int, int]  # month and day
    grades: tuple[int, int]
    share: float  # of classes in a sample; in a volunteer collection, of children at mean distress


def _spread(low: float, high: float, count: int, turn: int) -> np.ndarray:
    """Values between two bounds in an order that says nothing: a fixed scramble, the same in every city."""
    return low + (high - low) * (((np.arange(count) * turn) % count) + 0.5) / count


def _strengths_like() -> Instrument:
    """25 items of three answers in five scales of five; some are worded the other way, one scale means the opposite."""
    scale = np.full(25, -1)
    for number, items in enumerate(
        ((3, 8, 13, 16, 24), (5, 7, 12, 18, 22), (2, 10, 15, 21, 25), (6, 11, 14, 19, 23), (1, 4, 9, 17, 20))
    ):
        scale[np.array(items) - 1] = number
    slope = _spread(0.78, 1.3, 25, 7)
    easiness = _spread(-1.5, 0.25, 25, 11)
    turned = np.array([7, 11, 14, 21, 25]) - 1
    slope[turned] *= -1.0
    easiness[turned] = -easiness[turned] + 1.7
    slope[scale == 4] *= -0.4
    easiness[scale == 4] = 2.2
    return Instrument("sdq", 3, easiness, 1.7, slope, scale, 0.55, 11.0, 6)


def _mood_like() -> Instrument:
    easiness = np.append(_spread(-1.22, -0.02, 8, 3), -3.4)
    return Instrument("phq_a", 4, easiness, 1.55, _spread(1.5, 2.2, 9, 4), np.full(9, -1), 0.0, 11.0, 1)


def _tendency_like() -> Instrument:
    """100 items of yes or no; ten of them are the lie scale, which few honest children say yes to."""
    ends = np.array([15, 25, 35, 45, 55, 70, 80])
    scale = np.searchsorted(ends, np.arange(1, 101), side="left")
    slope, easiness = _spread(0.45, 0.95, 100, 37), _spread(-1.65, 1.05, 100, 61)
    lie = LIE_ITEMS - 1
    slope[lie], easiness[lie], scale[lie] = 0.0, _spread(-2.0, -0.6, 10, 3), -1
    return Instrument("mht", 2, easiness, 0.0, slope, scale, 0.5, 9.0, 1)


INSTRUMENTS = (_strengths_like(), _mood_like(), _tendency_like())
STRENGTHS, MOOD, TENDENCY = range(3)
CENSUS, SAMPLE, VOLUNTEER_COLLECTION = range(3)
COLLECTIONS = (
    Collection("mood", 1, MOOD, CENSUS, (10, 13), (7, 12), 1.0),
    Collection("strengths", 1, STRENGTHS, SAMPLE, (10, 20), (4, 12), 0.25),
    Collection("tendency", 1, TENDENCY, SAMPLE, (11, 10), (4, 12), 0.08),
    Collection("open-door", 1, MOOD, VOLUNTEER_COLLECTION, (11, 24), (7, 12), 0.02),
    Collection("mood", 2, MOOD, CENSUS, (12, 8), (7, 12), 1.0),
    Collection("strengths", 2, STRENGTHS, SAMPLE, (12, 15), (4, 12), 0.25),
    Collection("mood", 3, MOOD, CENSUS, (4, 13), (7, 12), 1.0),
)


def make_screens(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    distress: np.ndarray,
    left_behind: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    kept: dict[np.datetime64, DayTruth],
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Collections, screens in long form and health checks; in truth the answers' causes and why each one is missing.

    `distress` is by (child, month) as it came out, `left_behind` by child, `here` the first and last day of every
    child on the roll, `kept` who is away in the morning of the days of screening: a child at home answers nothing.
    """
    chance = draws(seed, "answering_style").random((2, len(people)))
    all_no = chance[0] < mechanisms.size("all_no_answers")
    pleases = ~all_no & (chance[1] < mechanisms.size("answers_to_please"))
    asked = [
        _ask(number, each, layout, people, enrolment, year, mechanisms, seed, distress, here, kept, through)
        for number, each in enumerate(COLLECTIONS)
    ]
    pieces = []
    for number, (each, response) in enumerate(zip(COLLECTIONS, asked, strict=True)):
        for block in range(-(-len(people) // BLOCK)):
            pieces.append(
                _answers(number, block, each, response, distress, left_behind, all_no, pleases, mechanisms, seed)
            )
    tables = {
        "collections": _collections_table(asked, layout, year, through),
        "screens": _screens_table(pieces, names),
        "health": _health_table(people, here, year, seed, names, through),
    }
    truth = {
        "screening": [
            {
                "collection": each.name,
                "wave": each.wave,
                "instrument": INSTRUMENTS[each.instrument].code,
                "child": response["child"],
                "date": response["date"],
                "response": response["response"],
                "because_of_distress": response["tied"],
                "distress": response["distress"],
            }
            for each, response in zip(COLLECTIONS, asked, strict=True)
        ],
        "answers_all_no": all_no,
        "answers_to_please": pleases,
        "items_that_differ": {
            each.code: items_that_differ(number)
            for number, each in enumerate(INSTRUMENTS)
            if mechanisms.is_on("items_differ_by_group")
        },
    }
    return tables, truth


# ---- who answers --------------------------------------------------------------------------------------------------


def _ask(
    number: int,
    collection: Collection,
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    distress: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    kept: dict[np.datetime64, DayTruth],
    through: np.datetime64,
) -> dict[str, np.ndarray]:
    """The children who belong to the collection, their day and response, and which responses distress decided."""
    school = layout.classes.school[people.school_class]
    date = _days(collection, year)[school % _DAYS]
    in_frame = (people.grade >= collection.grades[0]) & (people.grade <= collection.grades[1])
    target = int(np.sum(in_frame & (here[0] <= date) & (date <= here[1])))
    belongs = in_frame & (here[0] <= date) & (date <= here[1]) & (date <= through)
    if collection.design == SAMPLE:
        sampled = _sampled_classes(collection, layout, seed)[people.school_class]
        target = int(np.sum(belongs & sampled))
        belongs &= sampled
    month = month_number(year, date)
    # A questionnaire asks about some time, as far as the year goes back; what decides on the day is the month itself.
    months = np.arange(distress.shape[1])
    asked_about = (months <= month[:, None]) & (months > month[:, None] - INSTRUMENTS[collection.instrument].asks_about)
    answered_with = (distress * asked_about).sum(axis=1) / asked_about.sum(axis=1)
    felt = distress[np.arange(len(people)), month]
    felt_in_frame = felt - felt[in_frame].mean() if in_frame.any() else felt
    chance = draws(seed, "responses", block=number).random((2, len(people)))

    refuses, by_chance = _tied(chance[0], "screening_refused", "refusal_tied_to_distress", felt_in_frame, mechanisms)
    misses, missed_anyway = _tied(chance[1], "screening_missed", "absence_tied_to_distress", felt_in_frame, mechanisms)
    response = np.where(refuses, REFUSED, np.where(misses, ABSENT, GIVEN))
    plain = np.where(by_chance, REFUSED, np.where(missed_anyway, ABSENT, GIVEN))
    if collection.design == VOLUNTEER_COLLECTION:
        base = np.log(collection.share / (1.0 - collection.share))
        tie = mechanisms.size("volunteers_worse_off") * felt_in_frame
        comes, would_anyway = chance[0] < _logistic(base + tie), chance[0] < _logistic(np.full(len(felt), base))
        at_home = _at_home(kept, date)
        belongs &= comes & ~at_home & (enrolment.role != GHOST)
        response, plain = np.full(len(people), GIVEN), np.where(would_anyway, GIVEN, REFUSED)
    else:
        out = draws(seed, "collections").random(len(layout.schools.kind)) < mechanisms.size("schools_without_screening")
        # Ages in years on the day; month lengths do not matter for who is eleven by the month.
        age = (date.astype("datetime64[M]") - people.birth_month).astype(np.int64) / 12.0
        at_home = _at_home(kept, date)
        response[at_home | (enrolment.role == GHOST)] = ABSENT
        response[age < INSTRUMENTS[collection.instrument].lowest_age] = OUTSIDE_AGE
        response[out[school]] = NOT_OFFERED
    child = np.flatnonzero(belongs)
    tied = (response != plain) & (response <= ABSENT) & ~at_home & (enrolment.role != GHOST)
    return {
        "child": child,
        "date": date[child],
        "response": response[child],
        "tied": tied[child],
        "distress": felt[child],
        "answered_with": answered_with[child],
        "target": np.array(target),
    }


def _days(collection: Collection, year: SchoolYear) -> np.ndarray:
    """The days of one wave; a school has one of them."""
    days = year.school_days
    first = int(np.searchsorted(days, day_in(year, *collection.opens)))
    return days[first : first + _DAYS]


def screening_days(year: SchoolYear) -> set[np.datetime64]:
    """Every day on which some school asks its children."""
    return {day for collection in COLLECTIONS for day in _days(collection, year)}


def _at_home(kept: dict[np.datetime64, DayTruth], date: np.ndarray) -> np.ndarray:
    """Who is away in the morning of the day, whatever the reason."""
    away = np.zeros(len(date), dtype=bool)
    for day in np.unique(date):
        if day in kept:
            state = kept[day].states[0]
            out = ((state >= ILLNESS) & (state <= UNEXPLAINED)) | (state == NEVER_COMES)
            away |= out & (date == day)
    return away


def _sampled_classes(collection: Collection, layout: Layout, seed: int) -> np.ndarray:
    """A random sample of classes of these grades, the same in every wave of the collection."""
    first = next(number for number, each in enumerate(COLLECTIONS) if each.name == collection.name)
    order = draws(seed, "collections", block=1 + first).random(len(layout.classes.school))
    low, high = collection.grades
    able = np.flatnonzero((layout.classes.grade >= low) & (layout.classes.grade <= high))
    chosen = able[np.argsort(order[able], kind="stable")[: max(2, round(collection.share * len(able)))]]
    taken = np.zeros(len(order), dtype=bool)
    taken[chosen] = True
    return taken


def _tied(
    chance: np.ndarray, share: str, tie: str, felt: np.ndarray, mechanisms: Mechanisms
) -> tuple[np.ndarray, np.ndarray]:
    """What happens with the tie to distress, and what the same chance would have made of it without."""
    size = mechanisms.size(share)
    if size == 0:
        return np.zeros(len(chance), dtype=bool), np.zeros(len(chance), dtype=bool)
    leaning = np.log(size / (1.0 - size)) + mechanisms.size(tie) * felt
    return chance < _logistic(leaning), chance < size


def _logistic(value: np.ndarray) -> np.ndarray:
    made: np.ndarray = 1.0 / (1.0 + np.exp(-value))
    return made


# ---- what they answer ---------------------------------------------------------------------------------------------


def items_that_differ(instrument: int) -> np.ndarray:
    """Item numbers that left-behind children say yes to more readily: every fifth from the third on."""
    items = np.arange(3, INSTRUMENTS[instrument].items + 1, 5)
    return items[~np.isin(items, LIE_ITEMS)] if instrument == TENDENCY else items


def _answers(
    number: int,
    block: int,
    collection: Collection,
    response: dict[str, np.ndarray],
    distress: np.ndarray,
    left_behind: np.ndarray,
    all_no: np.ndarray,
    pleases: np.ndarray,
    mechanisms: Mechanisms,
    seed: int,
) -> dict[str, np.ndarray]:
    """Rows of one block of children: one an item for those who answered, one for everybody else."""
    inside = np.flatnonzero(response["child"] // BLOCK == block)
    given = inside[response["response"][inside] == GIVEN]
    silent = inside[response["response"][inside] != GIVEN]
    instrument = INSTRUMENTS[collection.instrument]
    child = response["child"][given]
    draw = draws(seed, "items", block=(block << 8) + number)
    blank = draw.random((len(given), instrument.items), dtype=np.float32) < mechanisms.size("items_skipped")
    answer = _answer(
        instrument,
        collection.instrument,
        response["answered_with"][given],
        left_behind[child],
        pleases[child],
        mechanisms,
        draw,
    )
    answer[all_no[child]] = 0
    rows = len(given) * instrument.items
    return {
        "collection": np.full(rows + len(silent), number, dtype=np.int32),
        "child": np.append(np.repeat(child, instrument.items), response["child"][silent]).astype(np.int32),
        "date": np.append(np.repeat(response["date"][given], instrument.items), response["date"][silent]),
        "response": np.append(np.full(rows, GIVEN), response["response"][silent]).astype(np.int32),
        "item": np.append(np.tile(np.arange(1, instrument.items + 1), len(given)), np.zeros(len(silent))).astype(
            np.int16
        ),
        "answer": np.append(answer.ravel(), np.zeros(len(silent), dtype=np.int8)).astype(np.int8),
        "blank": np.append(blank.ravel(), np.ones(len(silent), dtype=bool)),
    }


def _answer(
    instrument: Instrument,
    which: int,
    felt: np.ndarray,
    left_behind: np.ndarray,
    pleases: np.ndarray,
    mechanisms: Mechanisms,
    draw: np.random.Generator,
) -> np.ndarray:
    """Answers by (child, item): agreement grows with distress, what the subscale shares, and an item's own chance."""
    count = len(felt)
    scales = int(instrument.scale_of.max()) + 2  # the last column belongs to no scale
    shared = np.zeros((count, scales), dtype=np.float32)
    if scales > 1:
        shared[:, :-1] = instrument.shares * draw.standard_normal((count, scales - 1), dtype=np.float32)
    sign = np.where(instrument.slope < 0, -1.0, 1.0).astype(np.float32)
    hides = np.where(pleases, 1.1, 0.0).astype(np.float32)
    lean = (felt.astype(np.float32) - hides)[:, None] * instrument.slope.astype(np.float32)
    lean += instrument.easiness.astype(np.float32) + sign * shared[:, instrument.scale_of]
    differs = items_that_differ(which) - 1
    shift = mechanisms.size("items_differ_by_group") * np.where(left_behind, 1.0, 0.0)
    lean[:, differs] += (shift[:, None] * sign[differs]).astype(np.float32)
    if which == TENDENCY:
        lean[np.ix_(pleases, LIE_ITEMS - 1)] = 2.0
    chance = draw.random(lean.shape, dtype=np.float32)
    np.clip(chance, 1e-7, 1 - 1e-7, out=chance)
    lean += np.log(chance / (1 - chance))
    answer = np.zeros(lean.shape, dtype=np.int8)
    for level in range(instrument.levels - 1):
        answer += lean > level * instrument.step
    return answer


# ---- tables -------------------------------------------------------------------------------------------------------


def _collections_table(
    asked: list[dict[str, np.ndarray]], layout: Layout, year: SchoolYear, through: np.datetime64
) -> Table:
    """One row a wave that has begun; a sample has one weight, the inverse of its share of classes.

    In a city of many layers the first one has these rows, and nobody knows the target.
    """
    begun = [number for number, each in enumerate(COLLECTIONS) if day_in(year, *each.opens) <= through]
    begun = begun if layout.layer.number == 0 else []
    rows = [COLLECTIONS[number] for number in begun]
    sample = [each.design == SAMPLE for each in rows]
    weight = [
        1.0 / each.share if is_sample else (1.0 if each.design == CENSUS else np.nan)
        for each, is_sample in zip(rows, sample, strict=True)
    ]
    names = tuple(dict.fromkeys(each.name for each in COLLECTIONS))
    frames = tuple(dict.fromkeys(frame_of(each) for each in COLLECTIONS))
    unknown = np.full(len(rows), layout.layer.is_one_of_many)
    return Table(
        {
            "collection": _coded(np.array([names.index(each.name) for each in rows], dtype=np.int32), names),
            "wave": np.array([each.wave for each in rows], dtype=np.int8),
            "frame": _coded(np.array([frames.index(frame_of(each)) for each in rows], dtype=np.int32), frames),
            "target": np.array([int(asked[number]["target"]) for number in begun], dtype=np.int32),
            "design": _coded(np.array([each.design for each in rows], dtype=np.int32), DESIGNS),
            "stratum": _coded(np.array(sample, dtype=np.int32) - 1, ("city",)),
            "psu": _coded(np.array(sample, dtype=np.int32) - 1, ("class",)),
            "weight": np.array(weight, dtype=np.float64),
        },
        masks={"target": unknown},
        made_up=True,
    )


def frame_of(collection: Collection) -> str:
    """The name of the roll that a collection is drawn from."""
    return f"roll-g{collection.grades[0]:02d}-g{collection.grades[1]:02d}"


def _screens_table(pieces: list[dict[str, np.ndarray]], names: Names) -> Table:
    columns = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    which = columns["collection"]
    called = tuple(dict.fromkeys(each.name for each in COLLECTIONS))
    name_of = np.array([called.index(each.name) for each in COLLECTIONS], dtype=np.int32)
    instrument_of = np.array([each.instrument for each in COLLECTIONS], dtype=np.int32)
    rows = len(which)
    nobody = columns["response"] != GIVEN
    table = {
        "child": _coded(columns["child"], names.children),
        "collection": _coded(name_of[which], called),
        "date": columns["date"],
        "instrument": _coded(instrument_of[which], tuple(each.code for each in INSTRUMENTS)),
        "informant": _constant("self", rows),
        "translation": _constant("made-up", rows),
        "version": _constant("made-up-1", rows),
        "item": columns["item"],
        "answer": columns["answer"],
        "response": _coded(columns["response"], RESPONSES),
    }
    return Table(table, masks={"item": nobody, "answer": columns["blank"]}, made_up=True)


def _health_table(
    people: People,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> Table:
    """A check in autumn: height, weight, vision on the five-point scale, a fitness score, an injury this year."""
    draw = draws(seed, "health")
    count = len(people)
    date = day_in(year, 9, 22) + draw.integers(0, 5, count)
    age = (date.astype("datetime64[M]") - people.birth_month).astype(np.int64) / 12.0
    grows_until = np.where(people.is_boy, 17.0, 15.5)
    height = 117.0 + 5.7 * (np.minimum(age, grows_until) - 6.5) + 5.6 * draw.standard_normal(count)
    bulk = 14.6 + 0.55 * np.maximum(age - 7.0, 0.0) + 1.9 * (draw.standard_gamma(2.0, count) - 1.4)
    weight = np.maximum(bulk, 11.5) * (height / 100.0) ** 2
    vision = np.clip(5.15 - 0.05 * (age - 6.0) - 0.22 * draw.standard_gamma(1.0, count), 3.8, 5.3)
    fitness = np.clip(76.0 + 9.0 * draw.standard_normal(count), 0.0, 100.0)
    injury = draw.random(count) < 0.04
    there = np.flatnonzero((draw.random(count) < 0.96) & (here[0] <= date) & (date <= here[1]) & (date <= through))
    gap = draw.random((4, count)) < 0.01
    measured = {
        name: np.where(missing, np.nan, np.round(value, 1))[there]
        for name, value, missing in zip(
            ("height_cm", "weight_kg", "vision", "fitness"), (height, weight, vision, fitness), gap, strict=True
        )
    }
    return _made_up({"child": _coded(there, names.children), "date": date[there], **measured, "injury": injury[there]})
