# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Dates of a school year by month and day, and the Spring Festivals that parents leave after."""

from __future__ import annotations

import numpy as np

from ._school_year import SchoolYear

# First day of the lunar year; 2025 and 2026 as in the notices of the State Council that `calendar_cn.toml` names.
FESTIVALS = np.array(
    ["2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17"], dtype="datetime64[D]"
)


def day_in(year: SchoolYear, month: int, day: int) -> np.datetime64:
    """A day of a school year, from September to August."""
    return np.datetime64(f"{int(year.name[:4]) + (month < 9)}-{month:02d}-{day:02d}")


def months_of(year: SchoolYear) -> np.ndarray:
    """September to July."""
    first = day_in(year, 9, 1).astype("datetime64[M]")
    made: np.ndarray = first + np.arange(11)
    return made


def month_number(year: SchoolYear, day: np.ndarray | np.datetime64) -> np.ndarray:
    """0 for September, 10 for July."""
    made: np.ndarray = day.astype("datetime64[M]").astype(np.int64) - months_of(year)[0].astype(np.int64)
    return made


def festivals_before(year: SchoolYear) -> np.ndarray:
    """The four Spring Festivals before a school year."""
    made: np.ndarray = FESTIVALS[day_in(year, 9, 1) > FESTIVALS][-4:]
    return made


def festival_in(year: SchoolYear) -> np.datetime64:
    """The Spring Festival of a school year."""
    made: np.datetime64 = FESTIVALS[day_in(year, 9, 1) < FESTIVALS][0]
    return made
