# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A made-up city, so that tests, teaching and benchmarks need no child's data.

The generator shares no form and no constant with the estimators that are tried on it, and imports none of them.

Marginals of the standard city in the autumn term (24,000 children, seed 2), in per cent, beside published ones. No
figure of this sort is published for Chinese schools' daily marks; England's are an order of magnitude. `tests/python/
test_marginals.py` measures this table.

| what | published | here | source |
|---|---|---|---|
| absence, primary | 3.89 | 4.02 | England |
| illness, primary | 2.33 | 2.25 | England |
| unauthorised, primary | 0.98 | 0.80 | England |
| persistent absentees, primary | 10.11 | 9.83 | England |
| absence, secondary | 4.98 | 4.93 | England |
| illness, secondary | 2.77 | 2.78 | England |
| unauthorised, secondary | 1.37 | 1.19 | England |
| persistent absentees, secondary | 13.34 | 14.96 | England |
| year 1 over year 6 | 1.12 | 1.11 | England 2016/17 |
| boarders, rural primary | 12 | 11.10 | China 2010 |
| boarders, junior | 50 | 49.86 | China 2010 |
| a parent away | 25.4 | 27.96 | China 2015 |
| alpha of 9 items on mood | 89 | 85.28 | PHQ-9 2001 |
| alpha of 20 items on difficulties | 77 | 81.13 | SDQ 2022 |
| correlation of two marks of a year, mathematics | 85.21 | 72.42 | Portugal 2006 |

England: Department for Education, pupil absence in schools, autumn term 2017/18, state-funded schools, from the counts
of sessions (Open Government Licence v3); persistent is a tenth of the own sessions or more; secondary is years 7 to 11
there and grades 7 to 11 here. England 2016/17: the same, by year group of primary schools (a ratio, not a share). China
2010: boarders among rural primary pupils, and "half" of rural secondary pupils (The Economist, 12 April 2017). China 2015: 68.77 of 271 million children left behind
(UNICEF, NBS and UNFPA, Population Status of Children in China in 2015), here at the two waves of reports. PHQ-9 2001: Kroenke, Spitzer and Williams, J. Gen.
Intern. Med. 16, primary care. SDQ 2022: total difficulties of ages 12 to 14, parents' form, BMC Pediatrics 22:202,
table 2. Portugal 2006: first with second period grade (Cortez and Silva, UCI Student Performance).
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from childwell._table import Table

from . import _attendance, _care, _enrolment, _exams, _people, _places, _recording, _tables, _wellbeing
from ._city import City
from ._concatenation import one_table
from ._family import report_days
from ._layers import Layer, layers
from ._making import Plan, all_of, make, tables_of, unread_of
from ._mechanisms import Mechanism, Mechanisms
from ._pieces import ORDERS, Pieces
from ._school_year import YEAR, YEARS, SchoolYear, school_year
from ._truth import Truth, truth_of

__all__ = ["City", "Mechanism", "Mechanisms", "Pieces", "Truth", "city", "mechanisms", "null_city", "pieces"]

_FEWEST, _MOST, _MOST_IN_PIECES = 50, 1_000_000, 7_000_000

ALL_MECHANISMS: tuple[Mechanism, ...] = (
    *_recording.MECHANISMS,
    *_attendance.MECHANISMS,
    *_enrolment.MECHANISMS,
    *_places.MECHANISMS,
    *_people.MECHANISMS,
    *_wellbeing.MECHANISMS,
    *_exams.MECHANISMS,
    *_tables.MECHANISMS,
    *_care.MECHANISMS,
)
_T = TypeVar("_T")


def mechanisms() -> Table:
    """Every mechanism of the made-up city with its standard size, range, unit and what it does.

    Use it to see what can be switched off or made stronger in `city`; `city(...).mechanisms.table()` shows the sizes of
    one city.

    Returns
    -------
    Table
        One row a mechanism: mechanism, size (standard), standard, lowest, highest, unit, what. A size of 0 is off.

    Raises
    ------
    Nothing.

    References
    ----------
    None: it lists the generator's own constants.
    """
    return Mechanisms(ALL_MECHANISMS).table()


def city(
    *,
    children: int = 3000,
    seed: int = 1,
    through: str | None = None,
    year: str = YEAR,
    with_year_before: bool = False,
    threads: int | None = None,
    **mechanisms: float,
) -> City:
    """Make a city of five counties with its schools, children, registers, marks and exams.

    Use it to try childwell, to teach, to test and to time. Not to learn anything about children: nobody in it exists,
    and every rate in it is a constant of the generator.

    Parameters
    ----------
    children : int, default 3000
        Number of children in grades 1 to 12, 50 to 1,000,000; `pieces` makes larger ones. Schools and classes grow with
        it; below about 1,500 classes are smaller than 30 and there are fewer townships.
    seed : int, default 1
        Any whole number from 0 below 2**64.
    through : str, optional
        Last day of the records, ISO date inside the school year. Default: the end of the autumn term, 2026-01-30 in
        2025-2026. A later day repeats everything before it and adds to it.
    year : str, default "2025-2026"
        The school year, "2025-2026" or "2024-2025".
    with_year_before : bool, default False
        Begin the records with the whole of 2024-2025: the same children a grade lower, grade 1 of now not yet at
        school. Records of the year itself are the same without it.
    threads : int, optional
        Threads that make the layers of a city of more than 30,000 children; default as many as there are cores.
    **mechanisms : float
        Sizes of mechanisms that are not to be the standard ones, 0 for none; `mechanisms()` lists them.

    Returns
    -------
    City
        A mapping of table names to `Table`, columns as in the data model. Marks bear the codes that schools write,
        with the map to the schema's words in `.codes`. Missing: null, NaN or NaT. `.truth` is what really happened.

    Raises
    ------
    ValueError
        When an option lies outside its range, or a mechanism is unknown (the message offers the nearest ones).

    Notes
    -----
    Same arguments and same NumPy release, same bytes, on any number of threads: Philox, one stream a layer and purpose.
    Every change of enrolment falls on a school day after a rest day. Cost grows with children times days; figures in
    `benchmarks/README.md`.

    References
    ----------
    Holidays, make-up days and terms: `src/rules/calendar_cn.toml`, with its sources; checked day by day against the
    package chinesecalendar. Philox: Salmon et al. 2011, doi:10.1145/2063384.2063405.
    """
    plan, parts, workers = _planned(
        children, seed, through, year, with_year_before, threads, Mechanisms(ALL_MECHANISMS, mechanisms), _MOST
    )
    return _made_city(plan, parts, workers)


def null_city(
    *,
    children: int = 3000,
    seed: int = 1,
    through: str | None = None,
    year: str = YEAR,
    with_year_before: bool = False,
    threads: int | None = None,
    **mechanisms: float,
) -> City:
    """Make the city in which nothing is to be found: every mechanism that is not named is off.

    Use it to see what a method finds by chance, or, with one mechanism named, what that one does. Every child then has
    the same chance of being away in every session, independent of all others; registers are full, on time and
    complete; nobody moves, boards or repeats, and papers differ by noise alone.

    Parameters
    ----------
    children, seed, through, year, with_year_before, threads
        As in `city`.
    **mechanisms : float
        Sizes of the mechanisms that are to be at work.

    Returns
    -------
    City
        As from `city`.

    Raises
    ------
    ValueError
        As from `city`.

    References
    ----------
    As of `city`.
    """
    sizes = Mechanisms(ALL_MECHANISMS, mechanisms, null=True)
    plan, parts, workers = _planned(children, seed, through, year, with_year_before, threads, sizes, _MOST)
    return _made_city(plan, parts, workers)


def pieces(
    *,
    children: int = 3000,
    seed: int = 1,
    through: str | None = None,
    year: str = YEAR,
    with_year_before: bool = False,
    order: str = "date",
    rows: int = 1 << 18,
    unread: bool = False,
    threads: int | None = None,
    scratch: str | os.PathLike[str] | None = None,
    **mechanisms: float,
) -> Pieces:
    """Make a city of any size in Arrow batches, with memory that does not grow with the number of marks.

    Use it for cities that are too large for `city`, and to feed readers of streams with rows by date, by child or at
    random. It holds exactly the rows of `city`.

    Parameters
    ----------
    children, seed, through, year, with_year_before, threads, **mechanisms
        As in `city`; up to 7,000,000 children.
    order : str, default "date"
        "date", "child" or "random": the order of the rows of `attendance` and `registers`.
    rows : int, default 262,144
        Most rows of a batch, 1 to 16,777,216.
    unread : bool, default False
        Also the tables that this version of childwell does not read (`City.unread`); the study file leaves them out.
    scratch : path, optional
        Folder for a temporary file of 16 bytes a mark (orders "date" and "random"); default the system's own.

    Returns
    -------
    Pieces
        Iteration gives (table name, `pyarrow.RecordBatch`); `.reader(table)` gives one table as an Arrow stream and
        `.write(folder)` writes them all, with a study file; `.write_truth(folder)` writes what really happened.

    Raises
    ------
    ValueError
        As from `city`, or when the order is none of the three.
    ImportError
        On iteration, when pyarrow is not installed.

    Notes
    -----
    Cost: that of `city`; the orders by date and at random write and read the marks once more.

    References
    ----------
    As of `city` and `Pieces`.
    """
    sizes = Mechanisms(ALL_MECHANISMS, mechanisms)
    plan, parts, workers = _planned(children, seed, through, year, with_year_before, threads, sizes, _MOST_IN_PIECES)
    if order not in ORDERS:
        raise ValueError(f"childwell.synthetic: order must be one of {', '.join(ORDERS)}")
    days = int(np.sum(plan.year.school_days <= plan.through))
    if plan.year_before is not None:
        days += len(plan.year_before.school_days)
    shown = all_of if unread else tables_of
    return Pieces(
        lambda: _in_order(lambda layer: shown(make(layer, plan)), parts, workers),
        _described({}, plan, parts, workers),
        order=order,
        rows=_whole("rows", rows, 1, 1 << 24),
        marks=2 * days * children,
        truth=lambda: _truths(plan, parts, workers),
        scratch=None if scratch is None else os.fspath(scratch),
    )


def _planned(
    children: int,
    seed: int,
    through: str | None,
    year: str,
    with_year_before: bool,
    threads: int | None,
    sizes: Mechanisms,
    most: int,
) -> tuple[Plan, list[Layer], int]:
    count, key = _whole("children", children, _FEWEST, most), _whole("seed", seed, 0, 2**64 - 1)
    workers = _cores() if threads is None else _whole("threads", threads, 1, 1024)
    if year not in YEARS:
        raise ValueError(f"childwell.synthetic: year must be one of {', '.join(YEARS)}")
    days = school_year(year)
    if with_year_before and year == YEARS[0]:
        raise ValueError(f"childwell.synthetic: with_year_before must be False for {year}: no year before it is known")
    before = school_year(YEARS[YEARS.index(year) - 1]) if with_year_before else None
    plan = Plan(key, days, _last_day(days, through), sizes, City.purpose, before)
    return plan, layers(count, key), workers


def _made_city(plan: Plan, parts: list[Layer], workers: int) -> City:
    made = list(_in_order(lambda layer: tables_of(make(layer, plan)), parts, workers))
    return _described(_joined(made), plan, parts, workers)


def _described(tables: dict[str, Table], plan: Plan, parts: list[Layer], workers: int) -> City:
    return City(
        tables,
        codes={"attendance.code": _attendance.code_vocabulary()[2]},
        children=sum(layer.children for layer in parts),
        seed=plan.seed,
        as_of=str(plan.through),
        parents_asked_from=str(report_days(plan.year)[0]),
        mechanisms=plan.mechanisms,
        truth=lambda: _true(plan, parts, workers),
        unread=lambda: _joined(list(_in_order(lambda layer: unread_of(make(layer, plan)), parts, workers))),
    )


def _true(plan: Plan, parts: list[Layer], workers: int) -> Truth:
    made = list(_in_order(lambda layer: truth_of(make(layer, plan, with_truth=True)), parts, workers))
    return Truth({**_joined(made), "mechanisms": plan.mechanisms.table()})


def _truths(plan: Plan, parts: list[Layer], workers: int) -> Iterator[dict[str, Table]]:
    """The truth layer by layer, what holds for the whole city with the first."""
    more = {"mechanisms": plan.mechanisms.table()}
    for truth in _in_order(lambda layer: truth_of(make(layer, plan, with_truth=True)), parts, workers):
        yield truth | more
        more = {}


def _joined(made: list[dict[str, Table]]) -> dict[str, Table]:
    return {name: one_table(name, [tables.pop(name) for tables in made]) for name in list(made[0])}


def _in_order(work: Callable[[Layer], _T], parts: list[Layer], workers: int) -> Iterator[_T]:
    """What `work` makes of each layer, in order; at most as many as there are workers are held beside it."""
    if workers == 1 or len(parts) == 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(work, layer) for layer in parts[:workers]]
        for coming in [*parts[workers:], *[None] * workers]:
            if waiting:
                result = waiting.pop(0).result()
                if coming is not None:
                    waiting.append(pool.submit(work, coming))
                yield result


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _whole(name: str, given: int, lowest: int, highest: int) -> int:
    try:
        value = operator.index(given)
    except TypeError:
        raise ValueError(f"childwell.synthetic: {name} must be a whole number, not {type(given).__name__}") from None
    if not lowest <= value <= highest:
        raise ValueError(f"childwell.synthetic: {name} must lie between {lowest} and {highest}")
    return value


def _last_day(year: SchoolYear, through: str | None) -> np.datetime64:
    if through is None:
        made: np.datetime64 = year.dates[year.terms == 0][-1]
        return made
    try:
        day = np.datetime64(str(through), "D")
    except ValueError:
        raise ValueError("childwell.synthetic: through must be an ISO date such as '2026-01-30'") from None
    if not year.first_day <= day <= year.last_day:
        raise ValueError(
            f"childwell.synthetic: through must lie between {year.first_day} and {year.last_day}, the school year made"
        )
    return day
