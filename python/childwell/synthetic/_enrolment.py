# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Spells of enrolment: who sits in which class from when to when, and who moves, stops, returns or leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
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
MECHANISMS = (
    Mechanism("ghosts", 0.0007, 0, 0.1, "share of children", "are on the roll and never come"),
    Mechanism("unregistered", 0.0007, 0, 0.1, "share of children", "come from mid-September on and are on no roll"),
    Mechanism("late_entrants", 0.008, 0, 0.2, "share of children", "enter some weeks after the first day"),
    Mechanism("transfers", 0.018, 0, 0.3, "share of children", "move to another school in the middle of the year"),
    Mechanism("suspensions", 0.003, 0, 0.1, "share of children", "stop for weeks; a fifth of them never return"),
    Mechanism("leavers", 0.009, 0, 0.2, "share of children", "leave the city's schools during the year"),
    Mechanism("borrowers", 0.004, 0, 0.2, "share of children", "sit in a school that is not their school of record"),
    Mechanism("unknown_destinations", 0.4, 0, 1, "share of leavers", "leave for nobody knows where"),
    Mechanism("gaps_between_schools", 0.25, 0, 1, "share of transfers", "arrive a week after they left"),
    Mechanism(
        "overlapping_paperwork", 0.15, 0, 1, "share of transfers",
        "stay on the old school's roll for weeks after they left it",
    ),
    Mechanism("split_ids", 0.05, 0, 1, "share of transfers", "get a second identifier in the new school"),
    Mechanism(
        "shared_ids", 0.0, 0, 0.01, "share of children",
        "are written under the identifier of a child of another school from some day on",
    ),
)
_SHARE_OF_ROLE = {
    GHOST: "ghosts",
    UNREGISTERED: "unregistered",
    LATE_ENTRANT: "late_entrants",
    TRANSFER: "transfers",
    SUSPENDED: "suspensions",
    LEAVER: "leavers",
    BORROWER: "borrowers",
}
_NEVER_RETURNS = 0.2
_NEVER = np.datetime64("2100-01-01")


@dataclass(eq=False)
class Spells:
    """Growing columns of the enrolment table; `end` includes its day and is NaT while open."""

    child: list[np.ndarray] = field(default_factory=list)
    school_class: list[np.ndarray] = field(default_factory=list)
    kind: list[np.ndarray] = field(default_factory=list)
    start: list[np.ndarray] = field(default_factory=list)
    end: list[np.ndarray] = field(default_factory=list)
    left_to: list[np.ndarray] = field(default_factory=list)
    true_end: list[np.ndarray] = field(default_factory=list)

    def add(
        self,
        child: np.ndarray,
        school_class: np.ndarray,
        kind: np.ndarray | int,
        start: np.ndarray | np.datetime64,
        end: np.ndarray | np.datetime64 = OPEN,
        left_to: np.ndarray | int = -1,
        written_end: np.ndarray | None = None,
    ) -> None:
        """Append spells; everything but `child` may be one value for all. Paper may say another end than the truth."""
        shape = np.shape(child)
        for column, value in (
            (self.child, child),
            (self.school_class, school_class),
            (self.kind, kind),
            (self.start, start),
            (self.end, end if written_end is None else written_end),
            (self.left_to, left_to),
            (self.true_end, end),
        ):
            column.append(np.broadcast_to(value, shape))

    def columns(self) -> dict[str, np.ndarray]:
        return {name: np.concatenate(pieces) for name, pieces in vars(self).items()}


@dataclass(frozen=True, eq=False)
class Identities:
    """Whose records are written under which identifier; an identifier is a number, children first, then second ones."""

    child: np.ndarray  # children whose identifier has changed by the last day
    since: np.ndarray  # the day from which on the other one is written
    identifier: np.ndarray
    second: np.ndarray  # the number of each second identifier in use, which says nothing about the child

    def now(self, children: int, day: np.datetime64) -> np.ndarray:
        """The identifier of every child on a day."""
        number = np.arange(children, dtype=np.int32)
        changed = self.since <= day
        number[self.child[changed]] = self.identifier[changed]
        return number

    def of(self, child: np.ndarray, date: np.ndarray, children: int) -> np.ndarray:
        """The identifier under which each of these records is written."""
        since = np.full(children, _NEVER)
        since[self.child] = self.since
        other = np.arange(children)
        other[self.child] = self.identifier
        return np.where(date >= since[child], other[child], child)


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
    true_end: np.ndarray
    identities: Identities

    def changes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(date, child, class sat in from then on), ordered by date; ends come before starts of the same day."""
        ended = ~np.isnat(self.true_end)
        sits = np.where(self.kind == SUSPEND, NOWHERE, self.school_class)
        date = np.concatenate([self.true_end[ended] + 1, self.start])
        child = np.concatenate([self.child[ended], self.child])
        school_class = np.concatenate([np.full(np.sum(ended), NOWHERE), sits])
        is_start = np.arange(len(date)) >= np.sum(ended)
        order = np.lexsort([is_start, date])
        return date[order], child[order], school_class[order]


def enrol(
    layout: Layout,
    people: People,
    habits: Habits,
    year: SchoolYear,
    through: np.datetime64,
    mechanisms: Mechanisms,
    seed: int,
) -> Enrolment:
    """All spells of the year, cut back to what has happened by `through`."""
    role = _roles(layout, people, habits, mechanisms, seed)
    spells = Spells()
    moves = _Moves(layout, people, role, year, mechanisms, seed)
    moves.stay(spells)
    moves.merge(spells)
    moves.enter_late(spells)
    moves.transfer(spells)
    moves.suspend(spells)
    moves.leave(spells)
    columns = spells.columns()
    identities = _identities(layout, people, columns, role, year, through, mechanisms, seed)
    return _cut(columns, role, identities, through)


def _roles(layout: Layout, people: People, habits: Habits, mechanisms: Mechanisms, seed: int) -> np.ndarray:
    """At most one story a child; a ghost and an unregistered child need a school that writes down presence."""
    draw = stream(seed, "roles")
    school = layout.classes.school[people.school_class]
    role = np.full(len(people), STAYS)
    role[school == layout.merger.old] = MERGED
    plain = draw.permutation(np.flatnonzero((role == STAYS) & ~people.is_twin & ~people.repeats))
    for story, name in _SHARE_OF_ROLE.items():
        share = mechanisms.size(name)
        count = max(1, round(share * len(people))) if share > 0 else 0
        able = plain[habits.mode[school[plain]] == FULL] if story in (GHOST, UNREGISTERED) else plain
        role[able[:count]] = story
        plain = plain[role[plain] == STAYS]
    return role


def _identities(
    layout: Layout,
    people: People,
    columns: dict[str, np.ndarray],
    role: np.ndarray,
    year: SchoolYear,
    through: np.datetime64,
    mechanisms: Mechanisms,
    seed: int,
) -> Identities:
    """Second identifiers of children who arrive elsewhere, and children written under another one's identifier."""
    draw = stream(seed, "identity_errors")
    children = len(people)
    arrives = (role[columns["child"]] == TRANSFER) & (columns["start"] > year.first_day)
    movers, since = columns["child"][arrives], columns["start"][arrives]
    split = draw.random(len(movers)) < mechanisms.size("split_ids")
    order = draw.permutation(int(split.sum()))  # so that the number of a second identifier says nothing
    second = movers[split][order]
    since = since[split][order]

    in_use = np.flatnonzero(since <= through)
    second, since = second[in_use], since[in_use]

    plain = draw.permutation(np.flatnonzero((role == STAYS) & ~people.is_twin))
    school = layout.classes.school[people.school_class]
    wanted = round(mechanisms.size("shared_ids") * children)
    written, bearer = plain[:wanted], np.roll(plain, wanted)[:wanted]
    starts = year.starts_after_rest()
    from_then_on = starts[draw.integers(2, 12, len(written))]
    able = (school[written] != school[bearer]) & (from_then_on <= through)
    return Identities(
        child=np.concatenate([second, written[able]]),
        since=np.concatenate([since, from_then_on[able]]),
        identifier=np.concatenate([children + np.arange(len(second)), bearer[able]]),
        second=1 + in_use,
    )


class _Moves:
    """The stories, each adding its spells; every change falls on a school day after a rest day."""

    def __init__(
        self,
        layout: Layout,
        people: People,
        role: np.ndarray,
        year: SchoolYear,
        mechanisms: Mechanisms,
        seed: int,
    ) -> None:
        self.layout, self.people, self.role = layout, people, role
        self.size = mechanisms.size
        self.draw_paper = stream(seed, "paperwork")
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
        spells.add(child, sits_in, kind, self.first_day, self.layout.merger.date - 1, KNOWN)
        heir = np.full(len(child), NOWHERE)
        for (old_class, grade), new_class in self.layout.merger.heir.items():
            heir[(sits_in == old_class) & (self.people.grade[child] == grade)] = new_class
        spells.add(child, heir, FIRST, self.layout.merger.date)

    def enter_late(self, spells: Spells) -> None:
        child, sits_in = self._of(LATE_ENTRANT)
        spells.add(child, sits_in, FIRST, self.starts[self._any_start(len(child), 0, 8)])

    def transfer(self, spells: Spells) -> None:
        child, sits_in = self._of(TRANSFER)
        goes_to = self._other_school(sits_in, self.people.grade[child])
        at = self._any_start(len(child), 2, len(self.starts) - 6)
        later = (self.draw.random(len(child)) < self.size("gaps_between_schools")).astype(np.int64)
        moves = goes_to != NOWHERE
        end = self.starts[at] - 1
        lags = self.draw_paper.random(len(child)) < self.size("overlapping_paperwork")
        weeks = self.draw_paper.integers(1, 4, len(child))
        written = self.starts[np.minimum(at + weeks, len(self.starts) - 1)] - 1
        true_end, left_to = _ending(moves, end, KNOWN)
        written_end = np.where(moves & lags, np.maximum(written, end), true_end)
        spells.add(child, sits_in, FIRST, self.first_day, true_end, left_to, written_end)
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
        known = np.where(self.draw.random(len(child)) < self.size("unknown_destinations"), UNKNOWN, KNOWN)
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


def _cut(
    columns: dict[str, np.ndarray], role: np.ndarray, identities: Identities, through: np.datetime64
) -> Enrolment:
    """What has not happened by the last day is not written: later spells vanish and later ends are open."""
    begun = columns["start"] <= through
    columns = {name: column[begun] for name, column in columns.items()}
    still_open = ~(columns["end"] < through)
    columns["end"] = np.where(still_open, OPEN, columns["end"])
    columns["left_to"] = np.where(still_open, -1, columns["left_to"])
    columns["true_end"] = np.where(columns["true_end"] < through, columns["true_end"], OPEN)
    order = np.lexsort([columns["start"], columns["child"]])
    return Enrolment(**{name: column[order] for name, column in columns.items()}, role=role, identities=identities)
