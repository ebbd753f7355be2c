# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How each school keeps its registers, and which of them close for a few days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._places import CENTRAL, POINT, Schools
from ._streams import stream

FULL, BY_EXCEPTION, SILENT, UNDECLARED = range(4)

# What teachers write, in two local dialects, in the order of the states in _attendance.
DIALECTS = (
    ("√", "迟到", "○", "△", "×", "?", "公"),
    ("出勤", "迟到", "病假", "事假", "旷课", "原因不明", "外出活动"),
)

_BY_EXCEPTION_SHARE = 0.25
_WEAK_SHARE = 0.08
_PAPER_SHARE = 0.3
_CLOSURE_SHARE = 0.03
_SNOW = np.arange("2026-01-12", "2026-01-14", dtype="datetime64[D]")
_FLU = np.arange("2025-12-03", "2025-12-06", dtype="datetime64[D]")


@dataclass(frozen=True, eq=False)
class Habits:
    """One array entry a school."""

    mode: np.ndarray  # FULL; BY_EXCEPTION; SILENT, no row at all; UNDECLARED, absences without any register
    skipped: np.ndarray  # share of sessions whose register is not taken
    on_paper: np.ndarray  # typed in later, without a date of entry
    dialect: np.ndarray

    def has_registers(self) -> np.ndarray:
        return (self.mode == FULL) | (self.mode == BY_EXCEPTION)

    def keeps_presence(self) -> np.ndarray:
        return self.mode == FULL


def recording_habits(schools: Schools, seed: int) -> Habits:
    """Draw the habits; the last two of five or more teaching points send no registers."""
    draw = stream(seed, "recording")
    count = len(schools.kind)
    mode = np.full(count, FULL)
    order = draw.permutation(count)
    mode[order[: round(_BY_EXCEPTION_SHARE * count)]] = BY_EXCEPTION
    points = np.flatnonzero(schools.kind == POINT)
    if len(points) >= 5:
        mode[points[-1]] = SILENT
        mode[points[-2]] = UNDECLARED
    weak = draw.permutation(count)[: max(1, round(_WEAK_SHARE * count))]
    skipped = np.full(count, 0.01)
    skipped[weak] = draw.uniform(0.12, 0.35, len(weak))
    on_paper = draw.random(count) < _PAPER_SHARE
    return Habits(mode, skipped, on_paper, draw.integers(0, len(DIALECTS), count))


def local_closures(schools: Schools, seed: int) -> list[tuple[int, np.ndarray]]:
    """(school, dates) of snow and flu closures; never a school with teaching points, whose days would be unclear."""
    draw = stream(seed, "closures")
    able = np.flatnonzero((schools.kind != POINT) & (schools.kind != CENTRAL))
    chosen = draw.permutation(able)[: max(2, 2 * round(_CLOSURE_SHARE * len(able)))]
    chosen = chosen[~np.isin(chosen, schools.parent)]
    return [(int(school), _SNOW if place % 2 == 0 else _FLU) for place, school in enumerate(chosen)]
