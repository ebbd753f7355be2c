# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How each school keeps its registers, and which of them close for a few days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._mechanisms import Mechanism, Mechanisms
from ._places import CENTRAL, POINT, Schools
from ._school_year import SchoolYear
from ._streams import stream

FULL, BY_EXCEPTION, SILENT, UNDECLARED = range(4)

# What teachers write, in two local dialects, in the order of the states in _attendance.
DIALECTS = (
    ("√", "迟到", "○", "△", "×", "?", "公"),
    ("出勤", "迟到", "病假", "事假", "旷课", "原因不明", "外出活动"),
)

MECHANISMS = (
    Mechanism(
        "by_exception", 0.25, 0, 1, "share of schools",
        "write down absences only, under a register that says so",
    ),
    Mechanism(
        "silent_points", 2, 0, 50, "teaching points",
        "send no register: the odd ones no row at all, the even ones absences only",
    ),
    Mechanism(
        "skipped_registers", 0.01, 0, 0.5, "share of sessions",
        "whose register is not taken, anywhere and at random",
    ),
    Mechanism(
        "weak_schools", 0.08, 0, 1, "share of schools",
        "which skip an eighth to a third of their registers, at random",
    ),
    Mechanism(
        "paper_registers", 0.3, 0, 1, "share of schools",
        "keep registers on paper, typed in without a date of entry",
    ),
    Mechanism("other_codes", 0.5, 0, 1, "share of schools", "write another set of codes than the first"),
    Mechanism(
        "local_closures", 0.06, 0, 1, "share of town, junior and senior schools",
        "close for flu in December or for snow in January",
    ),
)


@dataclass(frozen=True, eq=False)
class Habits:
    """One array entry a school."""

    mode: np.ndarray  # FULL; BY_EXCEPTION; SILENT, no row at all; UNDECLARED, absences without any register
    skipped: np.ndarray  # share of sessions whose register is not taken
    on_paper: np.ndarray  # typed in later, without a date of entry
    dialect: np.ndarray

    def has_registers(self) -> np.ndarray:
        made: np.ndarray = (self.mode == FULL) | (self.mode == BY_EXCEPTION)
        return made

    def keeps_presence(self) -> np.ndarray:
        made: np.ndarray = self.mode == FULL
        return made


def recording_habits(schools: Schools, mechanisms: Mechanisms, seed: int) -> Habits:
    """Draw the habits; at least three teaching points always send registers."""
    draw = stream(seed, "recording")
    count = len(schools.kind)
    mode = np.full(count, FULL)
    order = draw.permutation(count)
    mode[order[: round(mechanisms.size("by_exception") * count)]] = BY_EXCEPTION
    points = np.flatnonzero(schools.kind == POINT)
    silent = min(round(mechanisms.size("silent_points")), max(0, len(points) - 3))
    for number, point in enumerate(points[len(points) - silent :][::-1]):
        mode[point] = SILENT if number % 2 == 0 else UNDECLARED
    skipped = np.full(count, mechanisms.size("skipped_registers"))
    order, weakness = draw.permutation(count), draw.uniform(0.12, 0.35, count)
    weak = order[: _at_least_one(mechanisms.size("weak_schools"), count)]
    skipped[weak] = weakness[: len(weak)]
    on_paper = draw.random(count) < mechanisms.size("paper_registers")
    dialect = np.where(draw.random(count) < mechanisms.size("other_codes"), 1, 0)
    return Habits(mode, skipped, on_paper, dialect)


def local_closures(
    schools: Schools, year: SchoolYear, mechanisms: Mechanisms, seed: int
) -> list[tuple[int, np.ndarray]]:
    """(school, dates) of snow and flu closures; never a school with teaching points, whose days would be unclear."""
    share = mechanisms.size("local_closures")
    if not share:
        return []
    draw = stream(seed, "closures")
    able = np.flatnonzero((schools.kind != POINT) & (schools.kind != CENTRAL))
    chosen = draw.permutation(able)[: max(2, 2 * round(share / 2 * len(able)))]
    chosen = chosen[~np.isin(chosen, schools.parent)]
    flu = year.monday(12, 1) + np.arange(2, 5)
    return [(int(school), snow_days(year) if place % 2 == 0 else flu) for place, school in enumerate(chosen)]


def snow_days(year: SchoolYear) -> np.ndarray:
    """The two days on which it snows everywhere, before the finals of the autumn term."""
    final = next(day for term, which, day in year.exams if term == year.term_names[0] and which == "final")
    return final - 15 + np.arange(2)


def _at_least_one(share: float, count: int) -> int:
    return max(1, round(share * count)) if share > 0 else 0
