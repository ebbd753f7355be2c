# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Day by day: who is ill, away, truant or late, and what the registers make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._enrolment import GHOST, NOWHERE, UNREGISTERED, Enrolment
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._recording import BY_EXCEPTION, DIALECTS, FULL, SILENT, UNDECLARED, Habits, snow_days
from ._school_year import SchoolYear
from ._streams import stream
from ._wellbeing import Wellbeing

MECHANISMS = (
    Mechanism("frailty", 1, 0, 2, "of the usual spread", "some children fall ill more often than others"),
    Mechanism("busy_families", 1, 0, 2, "of the usual spread", "some children are taken out of school more often"),
    Mechanism("restlessness", 1, 0, 2, "of the usual spread", "some children play truant or come late more often"),
    Mechanism("school_differences", 1, 0, 4, "of the usual spread", "illness differs between schools"),
    Mechanism("long_illness", 0.004, 0, 0.1, "share of children", "stay away for a month when they fall ill"),
    Mechanism(
        "spells", 1, 0, 1, "of the usual length",
        "absence goes on from half-day to half-day and from day to day",
    ),
    Mechanism("half_days", 1, 0, 3, "of the usual chance", "single half-days are missed, and illness begins at noon"),
    Mechanism("lateness", 1, 0, 5, "of the usual chance", "children come late"),
    Mechanism("season", 1, 0, 2, "power of the monthly factor", "illness peaks in December"),
    Mechanism("week_pattern", 1, 0, 2, "power of the usual factor", "absence gathers at the edges of the week"),
    Mechanism(
        "grade_pattern", 1, 0, 2, "power of the usual factor",
        "truancy doubles from grade 7 on; illness is least from grade 3 to 6",
    ),
    Mechanism("flu", 2, 0, 10, "times more illness", "comes to each school for a fortnight in November to January"),
    Mechanism("snow", 0.1, 0, 1, "chance a child", "of staying at home on the two days of snow"),
    Mechanism("sibling_shocks", 0.5, 0, 1, "share of family leave", "that takes all children of a household at once"),
    Mechanism(
        "boarding_weeks", 1, 0, 2, "power of the usual factor",
        "boarders come back late from the weekend and leave early for it",
    ),
    Mechanism(
        "wellbeing_absence", 0.5, 0, 2, "log odds a standard deviation",
        "children who are unwell play truant more",
    ),
    Mechanism("outings", 0.003, 0, 0.1, "share of class-days", "a class is out for a day"),
    Mechanism("evening_absence", 0.01, 0, 0.3, "share of evenings", "boarders miss evening study alone"),
    Mechanism(
        "bad_days", 1, 0, 10, "chance a share absent",
        "a register is skipped the more, the more children are away",
    ),
    Mechanism("forgotten_marks", 0.0015, 0, 0.2, "share of marks", "are left blank in a full register"),
    Mechanism("lost_reasons", 0.15, 0, 1, "share of absences", "whose reason never reaches the register"),
    Mechanism("late_reasons", 0.08, 0, 1, "share of absences", "are entered one to ten days later"),
    Mechanism("late_registers", 0.002, 0, 0.5, "share of registers", "are entered as a whole one to five days later"),
)

PRESENT, LATE, ILLNESS, LEAVE, TRUANT, UNEXPLAINED, OUTING, BLANK, NEVER_COMES = range(9)
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

# Chances a day, and shapes of the spread between children: set so that the marginals of tests/python/test_marginals.py
# come out near the published ones.
_ILLNESS_BEGINS, _LEAVE_BEGINS, _TRUANCY_BEGINS, _SINGLE_HALF_DAY = 0.0080, 0.0034, 0.0019, 0.0055
_FRAILTY_SHAPE, _BUSY_SHAPE = 0.75, 0.7
_ILLNESS_BY_GRADE = np.array([1.0, 1.2, 1.0, 0.97, 0.97, 0.97, 0.97, 1.15, 1.25, 1.35, 1.4, 1.4, 1.35])
_MONTH_OF_ILLNESS = {9: 0.7, 10: 0.8, 11: 1.1, 12: 1.6, 1: 1.5, 2: 1.3, 3: 1.3, 4: 1.0, 5: 0.8, 6: 0.7, 7: 0.6}
# Why a mark that would be expected is not there, or is there in another form; only the truth says it.
RECORDED, IMPLIED, NOT_TAKEN_HERE, NO_REGISTER, FORGOTTEN, NOT_ON_ROLL, GHOST_BLANK, OTHER_REASON, INVENTED = range(9)
WHY = (
    "recorded",
    "implied_present",
    "register_not_taken",
    "school_sends_no_register",
    "forgotten",
    "not_on_roll",
    "ghost_left_blank",
    "reason_lost",
    "ghost_marked_away",
)


@dataclass(eq=False)
class _Process:
    """Absence in spells of days: a chance to begin, and a chance to go on to the next school day.

    `lasts` of 1 is the usual stickiness and 0 none; the share of time in the state is the same for all.
    """

    begins: np.ndarray
    goes_on: np.ndarray | float
    draw: np.random.Generator
    lasts: float
    active: np.ndarray = field(init=False)
    began: np.ndarray = field(init=False)
    chance: Any = field(init=False, default=None)  # of being active today, given the child's own traits
    chance_began: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.lasts != 1:
            share = self.begins / (1 - self.goes_on + self.begins)
            self.begins = (share * (1 - self.lasts * self.goes_on) / (1 - self.lasts * share)).astype(np.float32)
        self.active = np.zeros(len(self.begins), dtype=bool)
        self.began = self.active

    def know_chances(self) -> None:
        """Also keep, from now on, the probability of every state."""
        self.chance = np.zeros(len(self.begins))

    def step(self, factor: np.ndarray | float) -> np.ndarray:
        drawn = self.draw.random(len(self.begins), dtype=np.float32)
        begins = np.minimum(self.begins * factor, 1).astype(np.float32, copy=False)
        goes_on = self.goes_on if self.lasts == 1 else self.lasts * self.goes_on + (1 - self.lasts) * begins
        fresh = drawn < begins
        stays = drawn < goes_on
        stays &= self.active
        fresh &= ~self.active
        self.began = fresh
        self.active = stays | fresh
        if self.chance is not None:
            self.chance_began = (1 - self.chance) * begins
            self.chance = self.chance * goes_on + self.chance_began
        return self.active


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


@dataclass(eq=False)
class SessionTruth:
    """What happened in every session that was held for a child, and why the records may not say so."""

    child: np.ndarray
    school_class: np.ndarray
    date: np.ndarray
    session: np.ndarray
    state: np.ndarray
    why: np.ndarray


@dataclass(eq=False)
class Propensity:
    """Of each child: expected absent morning and afternoon sessions and sessions held, given all but its own luck."""

    expected: np.ndarray
    sessions: np.ndarray


@dataclass(frozen=True, eq=False)
class DayTruth:
    """Who sat where and in which state on one day: what the exams look up."""

    school_class: np.ndarray
    states: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Walk:
    """What a walk through the school days leaves behind; the truth only where it was asked for."""

    marks: Marks
    registers: Registers
    kept: dict[np.datetime64, DayTruth]
    sessions: SessionTruth | None
    propensity: Propensity | None


def attend(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    boarding_group: np.ndarray,
    habits: Habits,
    closures: list[tuple[int, np.ndarray]],
    wellbeing: Wellbeing,
    year: SchoolYear,
    through: np.datetime64,
    keep_days: set[np.datetime64],
    mechanisms: Mechanisms,
    seed: int,
    *,
    seed_of_days: int | None = None,
    with_truth: bool = False,
) -> Walk:
    """Walk through the school days up to `through`; every draw of a day is over all children at once.

    What children are like comes from `seed`, what befalls them from `seed_of_days`, which is the same unless given.
    """
    days = year.school_days
    of_days = seed if seed_of_days is None else seed_of_days
    lives = _Lives(layout, people, boarding_group > DAY, wellbeing, year, mechanisms, seed, of_days)
    office = _Office(layout, people, enrolment, habits, mechanisms, of_days, with_truth=with_truth)
    seats = _Seats(people, enrolment, year.first_day)
    opens, closes = year.opens_week(), year.closes_week()
    kept: dict[np.datetime64, DayTruth] = {}
    propensity = Propensity(np.zeros(len(people)), np.zeros(len(people), dtype=np.int64)) if with_truth else None
    if with_truth:
        lives.know_chances()
    for day, is_first, is_last in zip(days[days <= through], opens, closes, strict=False):
        school_class = seats.on(day)
        closed = _closed_schools(len(layout.schools.kind), closures, day)
        states = lives.on(day, bool(is_first), bool(is_last), school_class)
        identifier = enrolment.identities.now(len(people), day)
        for session, state in enumerate(states):
            sits = school_class if session != EVENING else np.where(boarding_group > DAY, school_class, NOWHERE)
            office.record(day, session, state, sits, closed, identifier, is_evening_off=bool(is_last))
        if day in keep_days:
            kept[day] = DayTruth(school_class.copy(), (states[AM], states[PM]))
        if propensity is not None:
            held = np.append(~closed[layout.classes.school], False)[school_class]
            propensity.expected[held] += lives.chance_absent()[held]
            propensity.sessions[held] += 2
    return Walk(office.marks(), office.registers(), kept, office.truth(), propensity)


def _closed_schools(count: int, closures: list[tuple[int, np.ndarray]], day: np.datetime64) -> np.ndarray:
    closed = np.zeros(count, dtype=bool)
    closed[[school for school, dates in closures if day in dates]] = True
    return closed


class _Seats:
    """The class each child sits in, moved forward from day to day."""

    def __init__(self, people: People, enrolment: Enrolment, first_day: np.datetime64) -> None:
        date, child, school_class = enrolment.changes()
        unregistered = np.flatnonzero(enrolment.role == UNREGISTERED)
        date = np.append(date, np.full(len(unregistered), first_day + 14))
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

    def __init__(
        self,
        layout: Layout,
        people: People,
        boards: np.ndarray,
        wellbeing: Wellbeing,
        year: SchoolYear,
        mechanisms: Mechanisms,
        seed: int,
        of_days: int,
    ) -> None:
        count = len(people)
        self.size = mechanisms.size
        self.class_school = layout.classes.school
        self.household = people.household
        self.wellbeing = wellbeing
        draw = stream(seed, "frailty")
        frail = _spread(draw, _FRAILTY_SHAPE, self.size("frailty"), count)
        sigma = 1.1 * self.size("restlessness")
        restless = np.exp(sigma * draw.standard_normal(count) - sigma**2 / 2)
        busy = _spread(draw, _BUSY_SHAPE, self.size("busy_families"), count)
        sigma = 0.25 * self.size("school_differences")
        at_school = np.exp(sigma * draw.standard_normal(len(layout.schools.kind)) - sigma**2 / 2)
        home_school = self.class_school[people.school_class]
        long_illness = draw.random(count) < self.size("long_illness")
        truant_by_grade = np.where(people.grade >= 7, 1.5, 0.8) ** self.size("grade_pattern")
        ill_by_grade = _ILLNESS_BY_GRADE[people.grade] ** self.size("grade_pattern")
        lasts, shared = self.size("spells"), self.size("sibling_shocks")

        self.ill = _Process(
            (_ILLNESS_BEGINS * frail * at_school[home_school] * ill_by_grade).astype(np.float32),
            np.where(long_illness, 0.95, 0.58).astype(np.float32),
            stream(of_days, "illness"),
            lasts,
        )
        leave = (_LEAVE_BEGINS * (1 - shared) * busy).astype(np.float32)
        self.away = _Process(leave, 0.35, stream(of_days, "family_leave"), lasts)
        homes = int(people.household.max()) + 1
        of_home = np.full(homes, _LEAVE_BEGINS * shared, dtype=np.float32)
        self.events = _Process(of_home, 0.35, stream(of_days, "family_events"), lasts)
        self.truant = _Process(
            (_TRUANCY_BEGINS * restless * truant_by_grade).astype(np.float32), 0.62, stream(of_days, "truancy"), lasts
        )
        # Without half-days or spells the absences of the others keep their rates: only these vanish.
        self.single = (_SINGLE_HALF_DAY * self.size("half_days") * (0.4 + 0.6 * restless)).astype(np.float32)
        self.lateness = (0.010 * self.size("lateness") * (0.3 + 0.7 * restless)).astype(np.float32)
        self.begins_at_noon = min(1.0, 0.35 * self.size("half_days"))
        self.draw_single = stream(of_days, "single_absences")
        self.draw_late = stream(of_days, "lateness")
        self.draw_evening = stream(of_days, "evenings")
        self.draw_outing = stream(of_days, "outings")
        self.draw_afresh = stream(of_days, "half_days")
        self.draw_snow = stream(of_days, "snow")
        # Flu stays in each school for a fortnight.
        wave = self.draw_outing.integers(0, 8, len(layout.schools.kind))
        self.wave_from = year.monday(11, 15) + 7 * wave
        self.snow_days = snow_days(year)
        self.boarder_edge = np.where(boards, 1.5 ** self.size("boarding_weeks"), 1.0).astype(np.float32)
        self.keeps_chances = False
        if lasts < 1:
            self.know_chances()
        self.keeps_chances = False
        self.snow_today = 0.0

    def know_chances(self) -> None:
        self.keeps_chances = True
        for process in (self.ill, self.away, self.events, self.truant):
            if process.chance is None:
                process.know_chances()

    def chance_absent(self) -> np.ndarray:
        """The expected number of absent half-days of today, given all but the child's own luck."""
        here = np.prod([1 - each for each in self._chances(at_noon=False)], axis=0)
        morning = np.prod([1 - each for each in self._chances(at_noon=True)], axis=0)
        morning *= (1 - self.snow_today) * (1 - self.single_am)
        made: np.ndarray = 2 - morning - here * (1 - self.snow_today) * (1 - self.single_pm)
        return made

    def _chances(self, *, at_noon: bool) -> tuple[np.ndarray, ...]:
        ill = self.ill.chance - self.begins_at_noon * self.ill.chance_began if at_noon else self.ill.chance
        return ill, self.away.chance, self.events.chance[self.household], self.truant.chance

    def on(
        self, day: np.datetime64, is_first: bool, is_last: bool, school_class: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        month = int(day.astype("datetime64[M]").astype(np.int64) % 12 + 1)
        wave = np.where((day >= self.wave_from) & (day < self.wave_from + 14), 1 + self.size("flu"), 1.0)
        catching = (_MONTH_OF_ILLNESS[month] ** self.size("season") * wave[self.class_school]).astype(np.float32)
        edge = self.size("week_pattern")
        unwell = self._unwell(day)
        weekly = (1.7 if is_first or is_last else 0.8) ** edge
        ill = self.ill.step(catching[school_class])
        away = self.away.step(weekly * (self.boarder_edge if is_first or is_last else 1.0))
        away = away | self.events.step(weekly)[self.household]
        truant = self.truant.step((1.5 if is_first else 1.0) ** edge * unwell)
        self.single_am = np.minimum(0.6 * self.single * unwell, 1)
        self.single_pm = np.minimum((1.8 if is_last else 1.0) ** edge * self.single * unwell, 1)

        without_illness = np.full(len(school_class), PRESENT, dtype=np.int8)
        without_illness[truant] = TRUANT
        without_illness[away] = LEAVE
        afternoon = without_illness.copy()
        afternoon[ill] = ILLNESS
        morning = afternoon.copy()
        chance = self.draw_single.random((3, len(morning)), dtype=np.float32)
        from_noon = self.ill.began & (chance[0] < self.begins_at_noon)
        morning[from_noon] = without_illness[from_noon]
        self._afresh(afternoon)
        self._snow(day, morning, afternoon)
        morning[(morning == PRESENT) & (chance[1] < self.single_am)] = LEAVE
        afternoon[(afternoon == PRESENT) & (chance[2] < self.single_pm)] = TRUANT
        self._late(morning, afternoon)
        self._outings(morning, afternoon, school_class)
        return morning, afternoon, self._evening(afternoon)

    def _unwell(self, day: np.datetime64) -> np.ndarray | float:
        slope = self.size("wellbeing_absence")
        return np.exp(-slope * self.wellbeing.on(day)) if slope else 1.0

    def _afresh(self, afternoon: np.ndarray) -> None:
        """Where spells are shorter than usual, some afternoons are drawn anew from the chances of that day."""
        if self.size("spells") == 1:
            return
        drawn = self.draw_afresh.random((4, len(afternoon)), dtype=np.float32)
        anew = drawn[0] >= self.size("spells")
        ill, away, events, truant = self._chances(at_noon=False)
        state = np.full(len(afternoon), PRESENT, dtype=np.int8)
        state[drawn[1] < truant] = TRUANT
        state[drawn[2] < 1 - (1 - away) * (1 - events)] = LEAVE
        state[drawn[3] < ill] = ILLNESS
        afternoon[anew] = state[anew]

    def _snow(self, day: np.datetime64, morning: np.ndarray, afternoon: np.ndarray) -> None:
        drawn = self.draw_snow.random(len(morning), dtype=np.float32) if day in self.snow_days else None
        self.snow_today = 0.0 if drawn is None else self.size("snow")
        if drawn is not None:
            for half in (morning, afternoon):
                half[(half == PRESENT) & (drawn < self.snow_today)] = LEAVE

    def _late(self, morning: np.ndarray, afternoon: np.ndarray) -> None:
        late = self.draw_late.random((2, len(morning)), dtype=np.float32)
        morning[(morning == PRESENT) & (late[0] < self.lateness)] = LATE
        afternoon[(afternoon == PRESENT) & (late[1] < 0.3 * self.lateness)] = LATE

    def _outings(self, morning: np.ndarray, afternoon: np.ndarray, school_class: np.ndarray) -> None:
        """Now and then a whole class is out for a day: those who would be there are off site."""
        drawn = self.draw_outing.random(len(self.class_school)) < self.size("outings")
        if not drawn.any():
            return
        out = drawn[school_class] & (school_class != NOWHERE)
        morning[out & (morning <= LATE)] = OUTING
        afternoon[out & (afternoon <= LATE)] = OUTING

    def _evening(self, afternoon: np.ndarray) -> np.ndarray:
        chance = self.draw_evening.random(len(afternoon), dtype=np.float32)
        evening = np.where((afternoon == LATE) | (afternoon == OUTING), PRESENT, afternoon).astype(np.int8)
        evening[(evening == PRESENT) & (chance < self.size("evening_absence"))] = LEAVE
        return evening


def _spread(draw: np.random.Generator, shape: float, size: float, count: int) -> np.ndarray:
    """Positive factors of mean one; their coefficient of variation grows with the size, which 0 makes none."""
    if not size:
        return np.ones(count)
    return draw.standard_gamma(shape / size**2, count) * size**2 / shape


class _Office:
    """Turns states into marks as each school's habits have it, and keeps the list of registers."""

    def __init__(
        self,
        layout: Layout,
        people: People,
        enrolment: Enrolment,
        habits: Habits,
        mechanisms: Mechanisms,
        seed: int,
        *,
        with_truth: bool,
    ) -> None:
        self.habits = habits
        self.size = mechanisms.size
        self.class_school = layout.classes.school.astype(np.int32)
        self.class_mode = habits.mode[self.class_school]
        self.skipped = habits.skipped[self.class_school]
        ghosts = np.flatnonzero(enrolment.role == GHOST)
        self.blank_ghosts, self.marked_ghosts = ghosts[::2], ghosts[1::2]
        self.has_other_identifiers = len(enrolment.identities.child) > 0
        self.unregistered = enrolment.role == UNREGISTERED
        self.draw_register = stream(seed, "registers")
        self.draw_reason = stream(seed, "reasons")
        self.draw_entry = stream(seed, "late_entries")
        self.draw_register_entry = stream(seed, "register_entries")
        self._pieces: list[tuple[np.datetime64, int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        self._taken: list[tuple[np.datetime64, int, np.ndarray, np.ndarray]] = []
        self._truth: list[tuple[np.datetime64, int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] | None = None
        if with_truth:
            self._truth = []

    def record(
        self,
        day: np.datetime64,
        session: int,
        state: np.ndarray,
        sits: np.ndarray,
        closed: np.ndarray,
        identifier: np.ndarray,
        *,
        is_evening_off: bool,
    ) -> None:
        """One session everywhere: registers first, then the marks they allow."""
        here = sits != NOWHERE
        classes = len(self.class_school)
        of_class = np.bincount(sits[here], minlength=classes)
        held = (of_class > 0) & ~closed[self.class_school]
        skipped = self.draw_register.random(classes) < self.skipped + self._bad_day(state, sits, of_class)
        if session == EVENING and is_evening_off:
            skipped[:] = True
        self._keep_registers(day, session, held, skipped)

        reasons = self._written(state)
        writes = held & ~skipped
        writes_all = np.append(writes & (self.class_mode == FULL), False)
        writes_absent = np.append(writes & ((self.class_mode == BY_EXCEPTION) | (self.class_mode == UNDECLARED)), False)
        written = writes_absent[sits]
        written &= reasons != PRESENT
        written |= writes_all[sits]
        written &= reasons != BLANK
        child = np.flatnonzero(written)
        if self.has_other_identifiers:
            child = child[np.argsort(identifier[child], kind="stable")]
        lag = np.maximum(self._entry_lag(reasons[child]), self._register_lag(classes)[sits[child]])
        self._pieces.append(
            (day, session, identifier[child], self.class_school[sits[child]], reasons[child], lag)
        )
        if self._truth is not None:
            self._keep_truth(day, session, state, reasons, sits, np.append(held, False)[sits], written, skipped)

    def _bad_day(self, state: np.ndarray, sits: np.ndarray, of_class: np.ndarray) -> np.ndarray | float:
        """The more of a class are away beyond one in twelve, the likelier nobody takes the register."""
        if not self.size("bad_days"):
            return 0.0
        away = (state >= ILLNESS) & (state <= TRUANT) & (sits != NOWHERE)
        share = np.bincount(sits[away], minlength=len(of_class)) / np.maximum(of_class, 1)
        made: np.ndarray | float = self.size("bad_days") * np.maximum(share - 1 / 12, 0)
        return made

    def _written(self, state: np.ndarray) -> np.ndarray:
        """The state as the teacher knows it: some reasons never arrive, some marks are forgotten."""
        chance = self.draw_reason.random(len(state), dtype=np.float32)
        reasons = state.copy()
        reasons[(state >= ILLNESS) & (state <= TRUANT) & (chance < self.size("lost_reasons"))] = UNEXPLAINED
        reasons[chance >= np.float32(1 - self.size("forgotten_marks"))] = BLANK
        reasons[self.blank_ghosts] = BLANK
        reasons[self.marked_ghosts] = UNEXPLAINED
        return reasons

    def _entry_lag(self, reasons: np.ndarray) -> np.ndarray:
        """Days until the mark is in the system: some reasons come in late."""
        absent = (reasons >= ILLNESS) & (reasons <= UNEXPLAINED)
        lag = np.zeros(len(reasons), dtype=np.int8)
        chance = self.draw_entry.random(int(absent.sum()))
        share = self.size("late_reasons")
        if share:
            lag[absent] = np.where(chance < share, 1 + np.floor(chance / share * 10), 0)
        return lag

    def _register_lag(self, classes: int) -> np.ndarray:
        chance, share = self.draw_register_entry.random(classes), self.size("late_registers")
        if not share:
            return np.zeros(classes, dtype=np.int8)
        return np.where(chance < share, 1 + np.floor(chance / share * 5), 0).astype(np.int8)

    def _keep_registers(self, day: np.datetime64, session: int, held: np.ndarray, skipped: np.ndarray) -> None:
        known = np.flatnonzero(held & ((self.class_mode == FULL) | (self.class_mode == BY_EXCEPTION)))
        mode = np.where(skipped[known], NOT_TAKEN, self.class_mode[known]).astype(np.int8)
        self._taken.append((day, session, known.astype(np.int32), mode))

    def _keep_truth(
        self,
        day: np.datetime64,
        session: int,
        state: np.ndarray,
        reasons: np.ndarray,
        sits: np.ndarray,
        held: np.ndarray,
        written: np.ndarray,
        skipped: np.ndarray,
    ) -> None:
        true_state = state.copy()
        for ghosts in (self.blank_ghosts, self.marked_ghosts):
            true_state[ghosts] = NEVER_COMES
        mode = np.append(self.class_mode, SILENT)[sits]
        why = np.full(len(state), RECORDED, dtype=np.int8)
        why[reasons != state] = OTHER_REASON
        why[self.marked_ghosts] = INVENTED
        missing = ~written
        why[missing & (mode == BY_EXCEPTION)] = IMPLIED
        why[missing & (reasons == BLANK)] = FORGOTTEN
        why[missing & np.append(skipped, False)[sits]] = NOT_TAKEN_HERE
        why[missing & ((mode == SILENT) | (mode == UNDECLARED))] = NO_REGISTER
        why[self.blank_ghosts] = GHOST_BLANK
        why[self.unregistered & written] = NOT_ON_ROLL
        child = np.flatnonzero(held)
        assert self._truth is not None
        self._truth.append((day, session, child.astype(np.int32), sits[child], true_state[child], why[child]))

    def truth(self) -> SessionTruth | None:
        """Every session held for every child, in the order of the marks."""
        if self._truth is None:
            return None
        days, sessions, children, classes, states, whys = map(list, zip(*self._truth, strict=True))
        self._truth.clear()
        lengths = [len(piece) for piece in children]
        return SessionTruth(
            child=_join(children),
            school_class=_join(classes),
            date=np.repeat(np.array(days), lengths),
            session=np.repeat(np.array(sessions, dtype=np.int32), lengths),
            state=_join(states),
            why=_join(whys),
        )

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
        """All marks; every column is written once, piece by piece, because the pages of a city's columns are dear."""
        rows = sum(len(piece[2]) for piece in self._pieces)
        marks = Marks(
            child=np.empty(rows, dtype=np.int32),
            school=np.empty(rows, dtype=np.int32),
            date=np.empty(rows, dtype="datetime64[D]"),
            session=np.empty(rows, dtype=np.int32),
            state=np.empty(rows, dtype=np.int8),
            dialect=np.empty(rows, dtype=np.int8),
            source=np.empty(rows, dtype=np.int32),
            known_on=np.empty(rows, dtype="datetime64[D]"),
        )
        dialect, on_paper = self.habits.dialect.astype(np.int8), self.habits.on_paper
        done = 0
        for day, session, child, school, state, lag in self._pieces:
            here = slice(done, done + len(child))
            done += len(child)
            marks.child[here] = child
            marks.school[here] = school
            marks.date[here] = day
            marks.session[here] = session
            marks.state[here] = state
            marks.dialect[here] = dialect[school]
            typed_in = on_paper[school]
            marks.source[here] = typed_in
            known_on = day + lag
            known_on[typed_in] = np.datetime64("NaT")
            marks.known_on[here] = known_on
        self._pieces.clear()
        return marks


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
