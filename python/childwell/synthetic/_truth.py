# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What really happened in the made-up city: kept apart from its records, and never read by the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from childwell._table import Categorical, Table

from ._attendance import EVENING, ILLNESS, NEVER_COMES, SESSIONS, UNEXPLAINED, WHY
from ._care import care_truth
from ._concatenation import one_table
from ._enrolment import GHOST, KINDS, UNREGISTERED
from ._making import Made, care_of

__all__ = ["Truth"]

STATES = ("present", "late", "illness", "family_leave", "truant", "unexplained", "outing", "blank", "never_comes")
ROLES = (
    "stays",
    "school_merged",
    "ghost",
    "unregistered",
    "late_entrant",
    "transfer",
    "suspended",
    "leaver",
    "borrowed",
)
MODES = ("full", "by_exception", "silent", "undeclared")  # in the order of _recording


class Truth(Mapping[str, Table]):
    """The truth behind a made-up city, by table.

    Use it to judge an estimate made from the city's records. Not as input of anything: no code of the library opens
    it, and `write` puts it where a study would not look.

    Parameters
    ----------
    tables : mapping of str to Table
        `sessions` (the true state of every session held for a child, and why the records may not say so), `children`
        (expected and realised share of morning and afternoon sessions missed, the child's story), `wellbeing` (by
        Monday), `spells` (when children really came and went), `same_person` (which identifier is whose from when),
        `schools` (how registers really were kept), `mechanisms`; `parents_away`,
        `left_behind` (true and reported, by wave), `contact` (all there was, what was logged, and how many connected
        ones were to be expected while the log was open), `distress` (by month, with and without help, and the chance of
        slipping that it brings), `programmes` (which one helps), `programme_effects` (on every child, taking part or
        not), `sites`, `clearances`, `households` (poverty, and who is on no list), `screening` (why an answer is
        missing), `answering`, `items_that_differ`, `slipping`, `second_ids`,
        `flags` (whose referral a follow-up belongs to).

    Returns
    -------
    Truth
        A read-only mapping; every table is marked as made up.

    Raises
    ------
    KeyError
        When a table is asked for that there is not.

    Notes
    -----
    Cost: the city is walked through once more; about a hundred rows a child and month.

    References
    ----------
    None: it is what the generator did.
    """

    made_up = True

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"truth of a made-up city: {len(self)} tables, {sum(map(len, self._tables.values()))} rows"

    def write(self, directory: str | Path) -> Path:
        """Write one Parquet file a table into the folder `truth` in `directory`, which it returns (needs pyarrow)."""
        import pyarrow.parquet

        folder = Path(directory) / "truth"
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self._tables.items():
            pyarrow.parquet.write_table(table.to_arrow(), folder / f"{name}.parquet", row_group_size=1 << 20)
        return folder


def truth_of(made: Made) -> dict[str, Table]:
    """The truth of one layer that was made with it; what is said of a child as a whole holds for the last year."""
    truth = _truth_of_year(made)
    if made.care is not None:
        _, known = care_of(made)
        truth |= care_truth(made.care, known, made.layout, made.names, made.plan.through)
    if made.before is not None:
        earlier = _truth_of_year(made.before)
        for name in ("sessions", "wellbeing", "spells"):
            truth[name] = one_table(name, [earlier[name], truth[name]])
    return truth


def _truth_of_year(made: Made) -> dict[str, Table]:
    return {
        "sessions": _sessions(made),
        "children": _children(made),
        "wellbeing": _wellbeing(made),
        "spells": _spells(made),
        "same_person": _same_person(made),
        "schools": _schools(made),
    }


def _table(columns: dict[str, object]) -> Table:
    return Table(columns, made_up=True)


def _coded(codes: np.ndarray, words: tuple[str, ...]) -> Categorical:
    return Categorical(codes, words)


def _sessions(made: Made) -> Table:
    held, names = made.walk.sessions, made.names
    assert held is not None  # the truth is asked for, so it was kept
    return _table(
        {
            "child": _coded(held.child, names.children),
            "school": _coded(made.layout.classes.school[held.school_class], names.schools),
            "class": _coded(held.school_class, names.classes),
            "date": held.date,
            "session": _coded(held.session, SESSIONS),
            "state": _coded(held.state, STATES),
            "absent": is_absent(held.state),
            "why": _coded(held.why, WHY),
        }
    )


def is_absent(state: np.ndarray) -> np.ndarray:
    """Whether a true state is an absence."""
    made: np.ndarray = ((state >= ILLNESS) & (state <= UNEXPLAINED)) | (state == NEVER_COMES)
    return made


def _children(made: Made) -> Table:
    held, propensity = made.walk.sessions, made.walk.propensity
    assert held is not None and propensity is not None
    count = len(made.people)
    halves = held.session != EVENING
    missed = np.bincount(held.child[halves & is_absent(held.state)], minlength=count)
    sessions = np.bincount(held.child[halves], minlength=count)
    never = made.enrolment.role == GHOST
    with np.errstate(invalid="ignore"):
        expected = np.where(never, 1.0, propensity.expected / propensity.sessions)
        realised = missed / sessions
    return _table(
        {
            "child": _coded(np.arange(count), made.names.children),
            "story": _coded(made.enrolment.role, ROLES),
            "sessions": sessions,
            "missed": missed,
            "realised": realised,
            "propensity": np.where(sessions > 0, expected, np.nan),
        }
    )


def _wellbeing(made: Made) -> Table:
    by_week, count = made.wellbeing.by_week, len(made.people)
    return _table(
        {
            "child": _coded(np.tile(np.arange(count), len(by_week)), made.names.children),
            "date": np.repeat(made.wellbeing.mondays(), count),
            "wellbeing": by_week.ravel().astype(np.float64),
        }
    )


def _spells(made: Made) -> Table:
    """True spells, and the end that the paperwork says; children without a roll have theirs here too."""
    enrolment, layout, people = made.enrolment, made.layout, made.people
    hidden = np.flatnonzero(enrolment.role == UNREGISTERED)
    since = np.full(len(hidden), made.plan.year.first_day + 14)
    is_open = np.full(len(hidden), np.datetime64("NaT", "D"))
    child = np.append(enrolment.child, hidden)
    school_class = np.append(enrolment.school_class, people.school_class[hidden])
    return _table(
        {
            "child": _coded(child, made.names.children),
            "school": _coded(layout.classes.school[school_class], made.names.schools),
            "class": _coded(school_class, made.names.classes),
            "kind": _coded(np.append(enrolment.kind, np.full(len(hidden), -1)), KINDS),
            "from": np.append(enrolment.start, since),
            "to": np.append(enrolment.true_end, is_open),
            "written_to": np.append(enrolment.end, is_open),
            "on_roll": np.append(np.ones(len(enrolment.child), dtype=bool), np.zeros(len(hidden), dtype=bool)),
        }
    )


def _same_person(made: Made) -> Table:
    """An identifier, the child behind it, and from when; an identifier of two children has two rows."""
    identities, count = made.enrolment.identities, len(made.people)
    first = made.plan.year.first_day
    return _table(
        {
            "id": _coded(np.append(np.arange(count), identities.identifier), made.names.children),
            "child": _coded(np.append(np.arange(count), identities.child), made.names.children),
            "from": np.append(np.full(count, first), identities.since),
        }
    )


def _schools(made: Made) -> Table:
    habits = made.habits
    return _table(
        {
            "school": _coded(np.arange(len(habits.mode)), made.names.schools),
            "registers": _coded(habits.mode, MODES),
            "skipped": habits.skipped.astype(np.float64),
            "on_paper": habits.on_paper,
            "codes": habits.dialect.astype(np.int8),
        }
    )
