# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The real school years, from the calendar facts embedded in the core."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

YEAR = "2025-2026"
YEARS = ("2024-2025", "2025-2026")


@dataclass(frozen=True, eq=False)
class SchoolYear:
    """School days and other days of the year, as arrays over dates in order."""

    dates: np.ndarray  # datetime64[D], every date that has a calendar row
    kinds: np.ndarray  # "school_day", "make_up" or "holiday"
    weeks: np.ndarray  # teaching week of the term from 1; 0 outside terms
    terms: np.ndarray  # index into term_names, -1 in a break
    term_names: tuple[str, ...]
    exams: tuple[tuple[str, str, np.datetime64], ...]  # (term, "mid" or "final", first day)
    name: str = YEAR

    @property
    def is_school_day(self) -> np.ndarray:
        made: np.ndarray = self.kinds != "holiday"
        return made

    @property
    def school_days(self) -> np.ndarray:
        made: np.ndarray = self.dates[self.is_school_day]
        return made

    @property
    def first_day(self) -> np.datetime64:
        made: np.datetime64 = self.dates[0]
        return made

    @property
    def last_day(self) -> np.datetime64:
        made: np.datetime64 = self.dates[-1]
        return made

    def monday(self, month: int, day: int) -> np.datetime64:
        """The first Monday on or after a day of the year's autumn, or of its January."""
        year = int(self.name[:4]) + (month < 9)
        date = np.datetime64(f"{year}-{month:02d}-{day:02d}")
        return date + (-(date.astype(np.int64) + 3)) % 7

    @property
    def merger_date(self) -> np.datetime64:
        """The day on which the children of a school that closes begin in the other one."""
        return self.monday(11, 1)

    def closes_week(self) -> np.ndarray:
        """For each school day, whether it is the last of its teaching week."""
        weeks, terms = self.weeks[self.is_school_day], self.terms[self.is_school_day]
        return np.append((weeks[1:] != weeks[:-1]) | (terms[1:] != terms[:-1]), True)

    def opens_week(self) -> np.ndarray:
        """For each school day, whether it is the first of its teaching week."""
        return np.append(True, self.closes_week()[:-1])

    def starts_after_rest(self) -> np.ndarray:
        """School days whose eve is none, the first day of the year left out: on these, enrolment may change."""
        days = self.school_days
        return days[1:][np.diff(days) > np.timedelta64(1, "D")]


def _range(table: dict[str, Any]) -> np.ndarray:
    return np.arange(table["from"], np.datetime64(table["to"], "D") + 1, dtype="datetime64[D]")


def _facts(name: str) -> dict[str, Any]:
    from childwell import _core

    made: dict[str, Any] = tomllib.loads(_core.rules("calendar_cn"))[name]
    return made


@lru_cache(maxsize=len(YEARS))
def school_year(name: str = YEAR) -> SchoolYear:
    """Weekdays of a term outside the holidays, and make-up days inside a term, are school days."""
    facts = _facts(name)
    every_date = _range(facts)
    holidays = np.concatenate([_range(holiday) for holiday in facts["holidays"]])
    make_ups = np.array([day for holiday in facts["holidays"] for day in holiday["make_up"]], dtype="datetime64[D]")
    breaks = np.concatenate([_range(each) for each in facts["breaks"]])

    terms = np.full(len(every_date), -1, dtype=np.int32)
    weeks = np.zeros(len(every_date), dtype=np.int32)
    for number, term in enumerate(facts["terms"]):
        inside = np.isin(every_date, _range(term))
        terms[inside] = number
        # datetime64 day 0 is a Thursday: +3 makes whole weeks start on Mondays.
        monday_weeks = (every_date.astype(np.int64) + 3) // 7
        weeks[inside] = (monday_weeks - monday_weeks[inside][0] + 1)[inside]

    kinds = np.full(len(every_date), "", dtype="U10")
    kinds[(terms >= 0) & np.is_busday(every_date)] = "school_day"
    kinds[(terms >= 0) & np.isin(every_date, make_ups)] = "make_up"
    kinds[np.isin(every_date, holidays) | np.isin(every_date, breaks)] = "holiday"
    has_row = kinds != ""
    exams = tuple(
        (term["name"], which, np.datetime64(term[key], "D"))
        for term in facts["terms"]
        for which, key in (("mid", "mid_term"), ("final", "final"))
    )
    names = tuple(term["name"] for term in facts["terms"])
    return SchoolYear(every_date[has_row], kinds[has_row], weeks[has_row], terms[has_row], names, exams, name)
