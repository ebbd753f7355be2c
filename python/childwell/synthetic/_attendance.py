# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Day by day: who is ill, away, truant or late, and what the registers make of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ._enrolment import GHOST, NOWHERE, UNREGISTERED, Enrolment
from ._people import People
from ._places import Layout
from ._recording import BY_EXCEPTION, DIALECTS, FULL, UNDECLARED, Habits
from ._school_year import SchoolYear
from ._streams import stream

PRESENT, LATE, ILLNESS, LEAVE, TRUANT, UNEXPLAINED, OUTING, BLANK = range(8)
SCHEMA_WORDS = (
    "present",
    "late",
    "absent_illness",
    "absent_excused",
    "absent_unexcused",
    "absent_unknown",
    "off_site",
)
SESSIONS = ("am", "pm", "evening")
AM, PM, EVENING = range(3)
DAY, FIVE_DAY, FULL_BOARDING = range(3)
NOT_TAKEN = 2  # beside FULL and BY_EXCEPTION, in the registers table

_MONTH_OF_ILLNESS = {9: 0.7, 10: 0.8, 11: 1.1, 12: 1.6, 1: 1.5, 2: 1.3, 3: 1.3, 4: 1.0, 5: 0.8, 6: 0.7, 7: 0.6}
_UNREGISTERED_FROM = np.datetime64("2025-09-15")
_LONG_ILLNESS_SHARE = 0.004


@dataclass(eq=False)
class _Process:
    """Absence in spells of days: a chance to begin, and a chance to go on to the next school day."""

    begins: np.ndarray
    goes_on: np.ndarray | float
    draw: np.random.Generator
    active: np.ndarray = field(init=False)
    was_active: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.active = np.zeros(len(self.begins), dtype=bool)
        self.was_active = self.active

    def step(self, factor: np.ndarray | float) -> np.ndarray:
        chance = self.draw.random(len(self.begins), dtype=np.float32)
        self.was_active = self.active
        self.active = chance < np.where(self.active, self.goes_on, self.begins * factor)
        return self.active

    def began_today(self) -> np.ndarray:
        return self.active & ~self.was_active


@dataclass(eq=False)
class Marks:
    """Columns of the attendance table, ordered by date, session and child."""

    child: np.ndarray
    school: np.ndarray
    date: np.ndarray
    session: np.ndarray
    state: np.ndarray
    dialect: np.ndarray
    source: np.ndarray
    known_on: np.ndarray


@dataclass(eq=False)
class Registers:
    """Columns of the registers table, ordered by date, session and class."""

    school_class: np.ndarray
    date: np.ndarray
    session: np.ndarray
    mode: np.ndarray


@dataclass(frozen=True, eq=False)
class DayTruth:
    """Who sat where and in which state on one day: what the exams look up."""

    school_class: np.ndarray
    states: tuple[np.ndarray, np.ndarray]


def attend(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    boarding_group: np.ndarray,
    habits: Habits,
    closures: list[tuple[int, np.ndarray]],
    year: SchoolYear,
    through: np.datetime64,
    keep_days: set[np.datetime64],
    seed: int,
) -> tuple[Marks, Registers, dict[np.datetime64, DayTruth]]:
    """Walk through the school days up to `through`; every draw of a day is over all children at once."""
    days = year.school_days
    lives = _Lives(layout, people, seed)
    office = _Office(layout, enrolment.role, habits, seed)
    seats = _Seats(people, enrolment)
    opens, closes = year.opens_week(), year.closes_week()
    kept: dict[np.datetime64, DayTruth] = {}
    for day, is_first, is_last in zip(days[days <= through], opens, closes, strict=False):
        school_class = seats.on(day)
        closed = _closed_schools(len(layout.schools.kind), closures, day)
        states = lives.on(day, bool(is_first), bool(is_last), school_class)
        for session, state in enumerate(states):
            sits = school_class if session != EVENING else np.where(boarding_group > DAY, school_class, NOWHERE)
            office.record(day, session, state, sits, closed, is_evening_off=bool(is_last))
        if day in keep_days:
            kept[day] = DayTruth(school_class.copy(), (states[AM], states[PM]))
    return office.marks(), office.registers(), kept


def _closed_schools(count: int, closures: list[tuple[int, np.ndarray]], day: np.datetime64) -> np.ndarray:
    closed = np.zeros(count, dtype=bool)
    closed[[school for school, dates in closures if day in dates]] = True
    return closed


class _Seats:
    """The class each child sits in, moved forward from day to day."""

    def __init__(self, people: People, enrolment: Enrolment) -> None:
        date, child, school_class = enrolment.changes()
        unregistered = np.flatnonzero(enrolment.role == UNREGISTERED)
        date = np.append(date, np.full(len(unregistered), _UNREGISTERED_FROM))
        child = np.append(child, unregistered)
        school_class = np.append(school_class, people.school_class[unregistered])
        order = np.argsort(date, kind="stable")
        self._date, self._child, self._class = date[order], child[order], school_class[order]
        self._done = 0
        self._now = np.full(len(people), NOWHERE, dtype=np.int32)

    def on(self, day: np.datetime64) -> np.ndarray:
        upto = int(np.searchsorted(self._date, day, side="right"))
        # Changes are applied one date at a time, so that an end and a start between two school days keep their order.
        while self._done < upto:
            stop = int(np.searchsorted(self._date, self._date[self._done], side="right"))
            ends = slice(self._done, stop)
            self._now[self._child[ends]] = self._class[ends]
            self._done = stop
        return self._now


class _Lives:
    """The state of every child in every session, whatever anybody writes down."""

    def __init__(self, layout: Layout, people: People, seed: int) -> None:
        count = len(people)
        self.class_school = layout.classes.school
        draw = stream(seed, "frailty")
        frail = draw.standard_gamma(1.6, count) / 1.6
        restless = np.exp(1.1 * draw.standard_normal(count) - 0.6)
        busy = draw.standard_gamma(1.2, count) / 1.2
        at_school = np.exp(0.25 * draw.standard_normal(len(layout.schools.kind)) - 0.03)
        home_school = self.class_school[people.school_class]
        long_illness = draw.random(count) < _LONG_ILLNESS_SHARE
        older = people.grade >= 7

        self.ill = _Process(
            (0.0055 * frail * at_school[home_school]).astype(np.float32),
            np.where(long_illness, 0.95, 0.58).astype(np.float32),
            stream(seed, "illness"),
        )
        self.away = _Process((0.0035 * busy).astype(np.float32), 0.35, stream(seed, "family_leave"))
        self.truant = _Process(
            (0.0008 * restless * np.where(older, 1.8, 0.6)).astype(np.float32), 0.62, stream(seed, "truancy")
        )
        self.single = (0.0045 * (0.4 + 0.6 * restless)).astype(np.float32)
        self.lateness = (0.010 * (0.3 + 0.7 * restless)).astype(np.float32)
        self.draw_single = stream(seed, "single_absences")
        self.draw_late = stream(seed, "lateness")
        self.draw_evening = stream(seed, "evenings")
        self.draw_outing = stream(seed, "outings")
        # Each school has a fortnight in which illness triples.
        wave = self.draw_outing.integers(0, 8, len(layout.schools.kind))
        self.wave_from = np.datetime64("2025-11-17") + 7 * wave

    def on(
        self, day: np.datetime64, is_first: bool, is_last: bool, school_class: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        month = int(day.astype("datetime64[M]").astype(np.int64) % 12 + 1)
        wave = np.where((day >= self.wave_from) & (day < self.wave_from + 14), 3.0, 1.0)
        catching = (_MONTH_OF_ILLNESS[month] * wave[self.class_school]).astype(np.float32)
        ill = self.ill.step(catching[school_class])
        away = self.away.step(1.7 if is_first or is_last else 0.8)
        truant = self.truant.step(1.5 if is_first else 1.0)

        state = np.full(len(school_class), PRESENT, dtype=np.int8)
        state[truant] = TRUANT
        state[away] = LEAVE
        state[ill] = ILLNESS
        morning, afternoon = state, state.copy()
        self._partial_days(morning, afternoon, is_last)
        self._outings(morning, afternoon, school_class)
        return morning, afternoon, self._evening(afternoon)

    def _partial_days(self, morning: np.ndarray, afternoon: np.ndarray, is_last: bool) -> None:
        """Illness often begins at noon; single half-days are missed, Friday afternoons more; some come late."""
        chance = self.draw_single.random((3, len(morning)), dtype=np.float32)
        morning[self.ill.began_today() & (chance[0] < 0.35)] = PRESENT
        morning[(morning == PRESENT) & (chance[1] < 0.6 * self.single)] = LEAVE
        afternoon[(afternoon == PRESENT) & (chance[2] < (1.8 if is_last else 1.0) * self.single)] = TRUANT
        late = self.draw_late.random((2, len(morning)), dtype=np.float32)
        morning[(morning == PRESENT) & (late[0] < self.lateness)] = LATE
        afternoon[(afternoon == PRESENT) & (late[1] < 0.3 * self.lateness)] = LATE

    def _outings(self, morning: np.ndarray, afternoon: np.ndarray, school_class: np.ndarray) -> None:
        """Now and then a whole class is out for a day: those who would be there are off site."""
        out = (self.draw_outing.random(len(self.class_school)) < 0.003)[school_class] & (school_class != NOWHERE)
        morning[out & (morning <= LATE)] = OUTING
        afternoon[out & (afternoon <= LATE)] = OUTING

    def _evening(self, afternoon: np.ndarray) -> np.ndarray:
        chance = self.draw_evening.random(len(afternoon), dtype=np.float32)
        evening = np.where((afternoon == LATE) | (afternoon == OUTING), PRESENT, afternoon).astype(np.int8)
        evening[(evening == PRESENT) & (chance < 0.01)] = LEAVE
        return evening


class _Office:
    """Turns states into marks as each school's habits have it, and keeps the list of registers."""

    def __init__(self, layout: Layout, role: np.ndarray, habits: Habits, seed: int) -> None:
        self.habits = habits
        self.class_school = layout.classes.school.astype(np.int32)
        self.class_mode = habits.mode[self.class_school]
        self.skipped = habits.skipped[self.class_school]
        ghosts = np.flatnonzero(role == GHOST)
        self.blank_ghosts, self.marked_ghosts = ghosts[::2], ghosts[1::2]
        self.draw_register = stream(seed, "registers")
        self.draw_reason = stream(seed, "reasons")
        self.draw_entry = stream(seed, "late_entries")
        self._pieces: list[tuple[np.datetime64, int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        self._taken: list[tuple[np.datetime64, int, np.ndarray, np.ndarray]] = []

    def record(
        self,
        day: np.datetime64,
        session: int,
        state: np.ndarray,
        sits: np.ndarray,
        closed: np.ndarray,
        *,
        is_evening_off: bool,
    ) -> None:
        """One session everywhere: registers first, then the marks they allow."""
        held = (np.bincount(sits[sits != NOWHERE], minlength=len(self.class_school)) > 0) & ~closed[self.class_school]
        skipped = self.draw_register.random(len(held)) < self.skipped
        if session == EVENING and is_evening_off:
            skipped[:] = True
        self._keep_registers(day, session, held, skipped)

        reasons = self._written(state)
        writes = held & ~skipped
        writes_all = np.append(writes & (self.class_mode == FULL), False)
        writes_absent = np.append(writes & ((self.class_mode == BY_EXCEPTION) | (self.class_mode == UNDECLARED)), False)
        written = (writes_all[sits] & (reasons != BLANK)) | (writes_absent[sits] & (reasons != PRESENT))
        written &= ~(writes_absent[sits] & (reasons == BLANK))
        child = np.flatnonzero(written).astype(np.int32)
        self._pieces.append(
            (day, session, child, self.class_school[sits[child]], reasons[child], self._entry_lag(reasons[child]))
        )

    def _written(self, state: np.ndarray) -> np.ndarray:
        """The state as the teacher knows it: some reasons never arrive, some marks are forgotten."""
        chance = self.draw_reason.random(len(state), dtype=np.float32)
        reasons = state.copy()
        reasons[(state >= ILLNESS) & (state <= TRUANT) & (chance < 0.15)] = UNEXPLAINED
        reasons[chance > 0.9985] = BLANK
        reasons[self.blank_ghosts] = BLANK
        reasons[self.marked_ghosts] = UNEXPLAINED
        return reasons

    def _entry_lag(self, reasons: np.ndarray) -> np.ndarray:
        """Days until the mark is in the system: a twelfth of the reasons come in late."""
        absent = (reasons >= ILLNESS) & (reasons <= UNEXPLAINED)
        lag = np.zeros(len(reasons), dtype=np.int8)
        chance = self.draw_entry.random(int(absent.sum()))
        lag[absent] = np.where(chance < 0.08, 1 + np.floor(chance / 0.08 * 10), 0)
        return lag

    def _keep_registers(self, day: np.datetime64, session: int, held: np.ndarray, skipped: np.ndarray) -> None:
        known = np.flatnonzero(held & ((self.class_mode == FULL) | (self.class_mode == BY_EXCEPTION)))
        mode = np.where(skipped[known], NOT_TAKEN, self.class_mode[known]).astype(np.int8)
        self._taken.append((day, session, known.astype(np.int32), mode))

    def registers(self) -> Registers:
        days, sessions, classes, modes = zip(*self._taken, strict=True)
        lengths = [len(piece) for piece in classes]
        return Registers(
            school_class=np.concatenate(classes),
            date=np.repeat(np.array(days), lengths),
            session=np.repeat(np.array(sessions, dtype=np.int32), lengths),
            mode=np.concatenate(modes),
        )

    def marks(self) -> Marks:
        days, sessions, children, schools, states, lags = map(list, zip(*self._pieces, strict=True))
        self._pieces.clear()
        lengths = [len(piece) for piece in children]
        child = _join(children)
        school = _join(schools)
        state = _join(states)
        date = np.repeat(np.array(days), lengths)
        on_paper = self.habits.on_paper[school]
        known_on = date + _join(lags)
        known_on[on_paper] = np.datetime64("NaT")
        return Marks(
            child=child,
            school=school,
            date=date,
            session=np.repeat(np.array(sessions, dtype=np.int32), lengths),
            state=state,
            dialect=self.habits.dialect[school].astype(np.int8),
            source=on_paper.astype(np.int32),
            known_on=known_on,
        )


def _join(pieces: list[np.ndarray]) -> np.ndarray:
    """Concatenate and let the pieces go: at city size both together would not be small."""
    whole = np.concatenate(pieces)
    pieces.clear()
    return whole


def code_vocabulary() -> tuple[tuple[str, ...], np.ndarray, dict[str, str]]:
    """The local codes in use, the code of each (dialect, state), and the map from local codes to schema words."""
    codes = tuple(dict.fromkeys(code for dialect in DIALECTS for code in dialect))
    lookup = np.array([[codes.index(code) for code in dialect] for dialect in DIALECTS], dtype=np.int32)
    words = {code: word for dialect in DIALECTS for code, word in zip(dialect, SCHEMA_WORDS, strict=True)}
    return codes, lookup, words
