# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Spells of enrolment: who sits in which class from when to when, and who moves, stops, returns or leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ._people import People
from ._places import MERGER_DATE, Layout
from ._recording import FULL, Habits
from ._school_year import SchoolYear
from ._streams import stream

KINDS = ("first", "repeat", "suspend", "resume", "borrowed")
FIRST, REPEAT, SUSPEND, RESUME, BORROWED = range(5)
LEFT_TO = ("known", "unknown")
KNOWN, UNKNOWN = range(2)
OPEN = np.datetime64("NaT", "D")
NOWHERE = -1

STAYS, MERGED, GHOST, UNREGISTERED, LATE_ENTRANT, TRANSFER, SUSPENDED, LEAVER, BORROWER = range(9)
# Shares of all children over the whole year; each role has one child at least.
_ROLE_SHARES = {
    GHOST: 0.0007,
    UNREGISTERED: 0.0007,
    LATE_ENTRANT: 0.008,
    TRANSFER: 0.018,
    SUSPENDED: 0.003,
    LEAVER: 0.009,
    BORROWER: 0.004,
}
_LEAVES_TO_KNOWN = 0.6
_ARRIVES_A_WEEK_LATER = 0.25
_NEVER_RETURNS = 0.2


@dataclass(eq=False)
class Spells:
    """Growing columns of the enrolment table; `end` includes its day and is NaT while open."""

    child: list[np.ndarray] = field(default_factory=list)
    school_class: list[np.ndarray] = field(default_factory=list)
    kind: list[np.ndarray] = field(default_factory=list)
    start: list[np.ndarray] = field(default_factory=list)
    end: list[np.ndarray] = field(default_factory=list)
    left_to: list[np.ndarray] = field(default_factory=list)

    def add(
        self,
        child: np.ndarray,
        school_class: np.ndarray,
        kind: np.ndarray | int,
        start: np.ndarray | np.datetime64,
        end: np.ndarray | np.datetime64 = OPEN,
        left_to: np.ndarray | int = -1,
    ) -> None:
        """Append spells; everything but `child` may be one value for all."""
        shape = np.shape(child)
        for column, value in (
            (self.child, child),
            (self.school_class, school_class),
            (self.kind, kind),
            (self.start, start),
            (self.end, end),
            (self.left_to, left_to),
        ):
            column.append(np.broadcast_to(value, shape))

    def columns(self) -> dict[str, np.ndarray]:
        return {name: np.concatenate(pieces) for name, pieces in vars(self).items()}


@dataclass(frozen=True, eq=False)
class Enrolment:
    """Spells known by the last day, ordered by child and start, and the role of every child."""

    child: np.ndarray
    school_class: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray
    left_to: np.ndarray
    role: np.ndarray

    def changes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(date, child, class sat in from then on), ordered by date; ends come before starts of the same day."""
        ended = ~np.isnat(self.end)
        sits = np.where(self.kind == SUSPEND, NOWHERE, self.school_class)
        date = np.concatenate([self.end[ended] + 1, self.start])
        child = np.concatenate([self.child[ended], self.child])
        school_class = np.concatenate([np.full(np.sum(ended), NOWHERE), sits])
        is_start = np.arange(len(date)) >= np.sum(ended)
        order = np.lexsort([is_start, date])
        return date[order], child[order], school_class[order]


def enrol(
    layout: Layout, people: People, habits: Habits, year: SchoolYear, through: np.datetime64, seed: int
) -> Enrolment:
    """All spells of the year, cut back to what has happened by `through`."""
    role = _roles(layout, people, habits, seed)
    spells = Spells()
    moves = _Moves(layout, people, role, year, seed)
    moves.stay(spells)
    moves.merge(spells)
    moves.enter_late(spells)
    moves.transfer(spells)
    moves.suspend(spells)
    moves.leave(spells)
    return _cut(spells.columns(), role, through)


def _roles(layout: Layout, people: People, habits: Habits, seed: int) -> np.ndarray:
    """At most one story a child; a ghost and an unregistered child need a school that writes down presence."""
    draw = stream(seed, "roles")
    school = layout.classes.school[people.school_class]
    role = np.full(len(people), STAYS)
    role[school == layout.merger.old] = MERGED
    plain = draw.permutation(np.flatnonzero((role == STAYS) & ~people.is_twin & ~people.repeats))
    for story, share in _ROLE_SHARES.items():
        count = max(1, round(share * len(people)))
        able = plain[habits.mode[school[plain]] == FULL] if story in (GHOST, UNREGISTERED) else plain
        chosen = able[:count]
        role[chosen] = story
        plain = plain[role[plain] == STAYS]
    return role


class _Moves:
    """The stories, each adding its spells; every change falls on a school day after a rest day."""

    def __init__(self, layout: Layout, people: People, role: np.ndarray, year: SchoolYear, seed: int) -> None:
        self.layout, self.people, self.role = layout, people, role
        self.draw = stream(seed, "moves")
        self.first_day = year.first_day
        self.starts = year.starts_after_rest()

    def _of(self, story: int) -> tuple[np.ndarray, np.ndarray]:
        child = np.flatnonzero(self.role == story)
        return child, self.people.school_class[child]

    def _any_start(self, count: int, earliest: int, latest: int) -> np.ndarray:
        return self.draw.integers(earliest, latest, count)

    def stay(self, spells: Spells) -> None:
        child = np.flatnonzero((self.role == STAYS) | (self.role == GHOST))
        kind = np.where(self.people.repeats[child], REPEAT, FIRST)
        spells.add(child, self.people.school_class[child], kind, self.first_day)
        child, sits_in = self._of(BORROWER)
        spells.add(child, sits_in, BORROWED, self.first_day)

    def merge(self, spells: Spells) -> None:
        child, sits_in = self._of(MERGED)
        kind = np.where(self.people.repeats[child], REPEAT, FIRST)
        spells.add(child, sits_in, kind, self.first_day, MERGER_DATE - 1, KNOWN)
        heir = np.full(len(child), NOWHERE)
        for (old_class, grade), new_class in self.layout.merger.heir.items():
            heir[(sits_in == old_class) & (self.people.grade[child] == grade)] = new_class
        spells.add(child, heir, FIRST, MERGER_DATE)

    def enter_late(self, spells: Spells) -> None:
        child, sits_in = self._of(LATE_ENTRANT)
        spells.add(child, sits_in, FIRST, self.starts[self._any_start(len(child), 0, 8)])

    def transfer(self, spells: Spells) -> None:
        child, sits_in = self._of(TRANSFER)
        goes_to = self._other_school(sits_in, self.people.grade[child])
        at = self._any_start(len(child), 2, len(self.starts) - 6)
        later = (self.draw.random(len(child)) < _ARRIVES_A_WEEK_LATER).astype(np.int64)
        moves = goes_to != NOWHERE
        spells.add(child, sits_in, FIRST, self.first_day, *_ending(moves, self.starts[at] - 1, KNOWN))
        spells.add(child[moves], goes_to[moves], FIRST, self.starts[at + later][moves])

    def suspend(self, spells: Spells) -> None:
        child, sits_in = self._of(SUSPENDED)
        at = self._any_start(len(child), 2, 22)
        back = np.minimum(at + self._any_start(len(child), 3, 14), len(self.starts) - 1)
        returns = self.draw.random(len(child)) >= _NEVER_RETURNS
        spells.add(child, sits_in, FIRST, self.first_day, self.starts[at] - 1)
        spells.add(child, sits_in, SUSPEND, self.starts[at], np.where(returns, self.starts[back] - 1, OPEN))
        spells.add(child[returns], sits_in[returns], RESUME, self.starts[back][returns])

    def leave(self, spells: Spells) -> None:
        child, sits_in = self._of(LEAVER)
        at = self._any_start(len(child), 4, len(self.starts) - 4)
        known = np.where(self.draw.random(len(child)) < _LEAVES_TO_KNOWN, KNOWN, UNKNOWN)
        spells.add(child, sits_in, FIRST, self.first_day, self.starts[at] - 1, known)

    def _other_school(self, sits_in: np.ndarray, grade: np.ndarray) -> np.ndarray:
        """A class of the same grade in another school that does not close, NOWHERE where the city has none."""
        classes, merger = self.layout.classes, self.layout.merger
        goes_to = np.full(len(sits_in), NOWHERE)
        for each in np.unique(grade):
            able = np.flatnonzero(
                (classes.grade == each) & (classes.school != merger.old) & (classes.opens <= self.first_day)
            )
            pupils = np.flatnonzero(grade == each)
            picked = able[self.draw.integers(0, len(able), len(pupils))]
            elsewhere = classes.school[picked] != classes.school[sits_in[pupils]]
            goes_to[pupils[elsewhere]] = picked[elsewhere]
        return goes_to


def _ending(ends: np.ndarray, end: np.ndarray, left_to: int) -> tuple[np.ndarray, np.ndarray]:
    return np.where(ends, end, OPEN), np.where(ends, left_to, -1)


def _cut(columns: dict[str, np.ndarray], role: np.ndarray, through: np.datetime64) -> Enrolment:
    """What has not happened by the last day is not written: later spells vanish and later ends are open."""
    begun = columns["start"] <= through
    columns = {name: column[begun] for name, column in columns.items()}
    still_open = ~(columns["end"] < through)
    columns["end"] = np.where(still_open, OPEN, columns["end"])
    columns["left_to"] = np.where(still_open, -1, columns["left_to"])
    order = np.lexsort([columns["start"], columns["child"]])
    return Enrolment(**{name: column[order] for name, column in columns.items()}, role=role)
