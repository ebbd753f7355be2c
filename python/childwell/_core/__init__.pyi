# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Written by python/bindings/stubs.py with pybind11 3.1; a change belongs into the bindings.
"""The compiled core of childwell; the public names are in the package above it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from numpy.typing import ArrayLike, NDArray
import numpy as np
from . import index as index
from . import instruments as instruments
from . import stats as stats

class Records:
    """Typed, checked tables."""
    def ledger(self) -> dict[str, Any]: ...
    def quarantine(self) -> dict[str, Any]: ...
    def safety(self, as_of: str) -> list[Any]: ...
    def safety_queue(self, as_of: str) -> list[Any]: ...
    @property
    def children(self) -> int: ...
    @property
    def key_id(self) -> str: ...
    @property
    def made_up(self) -> bool: ...
    @property
    def purpose(self) -> str: ...

class Cohort:
    """Children through time."""
    def ledger(self) -> dict[str, Any]: ...
    def schools_missing(self) -> list[Any]: ...
    @property
    def assumptions(self) -> dict[str, int]: ...
    @property
    def children(self) -> int: ...
    @property
    def lanes(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    @property
    def papers(self) -> int: ...

class MarkColumns:
    """Columns of marks, read in place."""
    def __init__(
        self, child: NDArray[np.int32], date: NDArray[np.int32], session: NDArray[np.int8], code: NDArray[np.int8]
    ) -> None: ...
    def sum(self, by_hand: bool) -> int:
        """The probe of the benchmark."""
    @property
    def rows(self) -> int: ...

class SessionTable:
    """Slots of sessions."""
    def __init__(self, dates: ArrayLike, sessions: ArrayLike) -> None: ...
    @property
    def size(self) -> int: ...

class CodeTable:
    """Cells by code."""
    def __init__(self, cells: ArrayLike) -> None: ...

class Panel:
    """Children x sessions."""
    def cells(self) -> np.ndarray: ...
    def ledger(self) -> dict[str, Any]: ...
    def quarantine(self) -> dict[str, Any]: ...
    @property
    def children(self) -> int: ...
    @property
    def sessions(self) -> int: ...

class Ingest:
    """Fills a panel from batches."""
    def __init__(self, children: int, sessions: SessionTable, codes: CodeTable, spilled: bool) -> None: ...
    def add(self, marks: MarkColumns, threads: int) -> None: ...
    def finish(self) -> Panel: ...
    def finish_again(self, again: Iterable[Any]) -> Panel: ...

class IntegerIds:
    """Numbers of whole-number ids."""
    def __init__(self) -> None: ...
    def encode(self, ids: np.ndarray) -> NDArray[np.int32]: ...
    @property
    def size(self) -> int: ...

class StringIds:
    """Numbers of text ids."""
    def __init__(self) -> None: ...
    def encode_fixed(self, ids: np.ndarray) -> NDArray[np.int32]: ...
    def encode_texts(self, begins: ArrayLike, bytes: ArrayLike) -> NDArray[np.int32]: ...
    @property
    def size(self) -> int: ...

class CoreSetPlan:
    """Sessions and charts, made ready."""
    def __init__(
        self, week: ArrayLike, weekday: ArrayLike, units: ArrayLike, first_day: ArrayLike, last_day: ArrayLike,
        held: ArrayLike, by_week: bool, expected_rate: float, weight: float, allowance: float, limit: float
    ) -> None: ...
    @property
    def chart(self) -> tuple[int, int, int, int, int]: ...
    @property
    def sessions(self) -> int: ...

class Indicators:
    """Finished states."""
    def columns(self, snapshot: int) -> dict[str, Any]: ...
    def columns_of_child(self, snapshot: int, child: int) -> dict[str, Any]: ...
    def groups(self, snapshot: int, grouping: str) -> tuple[Any, ...]: ...
    def position(self, pseudonym: str) -> int: ...
    def records_of_child(self, snapshot: int, child: int) -> dict[str, Any]: ...
    def roll(self, arg0: int) -> dict[str, Any]: ...
    def snapshot(self, arg0: int) -> tuple[str, str]: ...
    def withheld_of_child(self, snapshot: int, child: int) -> list[str]: ...
    @property
    def families(self) -> list[str]: ...
    @property
    def snapshots(self) -> int: ...

class MeasuredDates:
    """Dates measured one after another."""
    def next(self, taken: int) -> Indicators: ...
    @property
    def left(self) -> list[str]: ...

class Flags:
    """Lists of children with reasons."""
    def columns(self, everyone: bool) -> dict[str, Any]: ...
    def counts(self) -> dict[str, Any]: ...
    def overlap(self, later: Flags) -> list[Any]: ...
    def place_of(self, child: int) -> dict[str, Any]: ...
    def reasons(self, language: str) -> dict[str, Any]: ...
    def reasons_of_child(self, child: int, language: str) -> dict[str, Any]: ...
    def rules(self) -> list[Any]: ...
    @property
    def as_of(self) -> str: ...
    @property
    def care_known(self) -> bool: ...
    @property
    def window(self) -> str: ...

class Aggregates:
    """Published groups of children."""
    def __len__(self) -> int: ...
    def columns(self) -> dict[str, Any]:
        """Columns by name; NaN and -1 are missing."""

def _memory_read_probe(cells: ArrayLike) -> int:
    """Sum of the 64-bit words of a buffer: what reading it takes."""
def absence_by_left_behind(
    indicators: Indicators, *, snapshot: int, definition: int, minimum_cell: int, level: float, design_effect: float
) -> dict[str, Any]:
    """Absence by left-behind status."""
def absence_by_person_time(
    indicators: Indicators, *, snapshot: int, child: Sequence[str], from_: ArrayLike, to: ArrayLike, status: ArrayLike,
    known_on: ArrayLike, statuses: Sequence[str], minimum_cell: int, level: float, design_effect: float
) -> dict[str, Any]:
    """Absence by a status that changes."""
def absence_distribution(indicators: Indicators, published: Aggregates, *, snapshot: int) -> dict[str, Any]:
    """Children by class of absence, of cities and counties."""
def absence_over_time(indicators: Indicators, published: Aggregates, *, snapshot: int) -> dict[str, Any]:
    """Absence by day and by week of cities and counties, dates as days since 1970."""
def admit(tables: dict[str, Any], pseudonym: Any, key_id: str, options: dict[str, Any]) -> Any:
    """Records, or a list of faults."""
def aggregate(
    indicators: Indicators, *, indexes: Sequence[index.WellbeingIndex], flags: Sequence[Flags], levels: Sequence[str],
    minimum_cell: int, level: float = 0.95, design_effect: float = 1.0
) -> Aggregates:
    """Groups of children from finished states."""
def aggregate_measures(
    hierarchies: Sequence[dict[str, Any]], measures: Sequence[dict[str, Any]], *, levels: Sequence[str],
    minimum_cell: int, level: float = 0.95, design_effect: float = 1.0
) -> Aggregates:
    """Groups of children from contributions."""
def assemble(records: Records) -> Cohort:
    """Records in order of child and time."""
def built_with() -> dict[str, str]:
    """Compiler and pybind11 that made this module."""
def catalogue() -> list[Any]:
    """Every indicator of this version."""
def child_groupings() -> list[str]:
    """What children are grouped by."""
def collection_figure(
    values: ArrayLike, *, design: str, weights: ArrayLike, strata: ArrayLike, clusters: ArrayLike,
    populations: ArrayLike, level: float, low: float, high: float, target: int, minimum_cell: int, lonely: str
) -> dict[str, Any]:
    """What a collection of answers says of its frame."""
def compose(
    indicators: Indicators, snapshot: int, definition: dict[str, Any], beside: Sequence[dict[str, Any]], interval: str,
    draws: int, seed: int
) -> index.WellbeingIndex:
    """Composes an index of children from indicators."""
def core_sessions(days: ArrayLike) -> tuple[Any, ...]:
    """Week, weekday, first and last day of sessions by their dates."""
def core_set_columns(states: ArrayLike, plan: CoreSetPlan, children: int) -> dict[str, Any]:
    """Finished core sets as columns."""
def core_set_estimates(
    stratum: ArrayLike, absent: ArrayLike, observed: ArrayLike, open: ArrayLike, alpha: ArrayLike, beta: ArrayLike,
    spell_sessions: ArrayLike, line_numerator: int, line_denominator: int, level: float
) -> dict[str, Any]:
    """Intervals, shrinkage and crossing probabilities of counts."""
def core_set_into(cells: ArrayLike, plan: CoreSetPlan, states: ArrayLike, threads: int) -> None:
    """Core sets of tiles, written into a buffer."""
def core_set_kernel() -> str:
    """Name of the kernel chosen at run time."""
def core_set_tiles(cells: ArrayLike) -> NDArray[np.uint8]:
    """Cells child by child, put into tiles."""
def define_flag_rule(rule: dict[str, Any], own: Sequence[instruments.Instrument]) -> str:
    """Checks a rule; says its kind."""
def describe(code: str, language: str, parameters: Mapping[str, str] = {}) -> str:
    """The sentence of a message code."""
def expected_change(before: ArrayLike, after: ArrayLike, level: float) -> dict[str, Any]:
    """Second values against those expected from the first."""
def export_stream(names: Sequence[str], arrays: list[Any], masks: list[Any], metadata: Mapping[str, str]) -> Any:
    """A capsule of an Arrow stream."""
def feasible_range(table: dict[str, Any], row: int, column: int, amount: int) -> tuple[float, float]:
    """What can be told of one amount of one cell of a table of two ways."""
def flag(
    indicators: Indicators, snapshot: int, rules: Sequence[dict[str, Any]], own: Sequence[instruments.Instrument],
    forms: Sequence[dict[str, Any]], care: dict[str, Any], capacity: Any, ties: str, seed: int
) -> Flags:
    """Lists children with reasons."""
def hide_in_two_ways(table: dict[str, Any], *, minimum: float, width: float) -> list[bool]:
    """Which cells of a table of two ways are hidden in the end."""
def illness_outbreaks(
    cohort: Cohort, as_of: str, by_class: bool, weeks: int, years: int, half_window: int, level: float
) -> dict[str, Any]:
    """Weekly illness against the same weeks of past years."""
def ingest(marks: MarkColumns, children: int, sessions: SessionTable, codes: CodeTable, threads: int) -> Panel:
    """A panel from columns in memory."""
def kernel_in_use() -> str:
    """Name of the kernel chosen at run time."""
def like_for_like(
    indicators: Indicators, *, before: int, after: int, levels: Sequence[str], minimum_cell: int, level: float = 0.95,
    design_effect: float = 1.0
) -> dict[str, Any]:
    """Absence of the same children at the same schools in two windows."""
def limit_processor_level(level: int) -> None:
    """Lets no kernel above a level run; below 0 takes the limit away."""
def listed_children(indicators: Indicators, flags: Flags) -> dict[str, Any]:
    """Where listed children are, and what is not to be shown to whom."""
def measure(
    cohort: Cohort, as_of: Sequence[str], windows: Sequence[str], policies: Sequence[dict[str, Any]], level: float,
    families: Sequence[str], baseline: str, false_alarms: float
) -> Indicators:
    """Measures every child as of one or many dates."""
def measure_dates(
    cohort: Cohort, as_of: Sequence[str], windows: Sequence[str], policies: Sequence[dict[str, Any]], level: float,
    families: Sequence[str], baseline: str, false_alarms: float
) -> MeasuredDates:
    """Measures many dates, one after another."""
def processor_level() -> int:
    """The widest level of kernels that runs."""
def pseudonyms(indicators: Indicators) -> list[str]:
    """Pseudonyms of the children, in their order."""
def published_wait(
    cohort: Cohort, as_of: str, first: str, until: str, minimum_cell: int, level: float
) -> dict[str, Any]:
    """The median wait of referrals, where no number of children behind it is small."""
def reason_refused(indicator: str) -> str:
    """Why an indicator is never a reason; empty where it may be one."""
def referral_waits(
    cohort: Cohort, as_of: str, first: str, until: str, by_reason: bool, level: float, scale: str
) -> list[Any]:
    """How long referrals wait, open ones counted for as long as they have waited."""
def request_words() -> list[str]:
    """Families that are measured on request."""
def rules(name: str) -> str:
    """The TOML text of an embedded rules file."""
def schema_version() -> int:
    """Version of the schemas."""
def status_words() -> list[str]:
    """Every status, in order."""
core_set_tile_bytes: int
version: str
