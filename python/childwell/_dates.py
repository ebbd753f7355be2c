# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Many dates of a city, one after another: each is measured in the one pass, looked at and let go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import _core
from ._api import Cohort, DateLike, Indicators, asked_for

if TYPE_CHECKING:
    from ._study import Study


class MeasuredDates:
    """Indicators of one date after another, in order of time. Made by `measure_dates`.

    Use it in a loop: each turn gives the `Indicators` of the next date, with all its windows. Only what is kept of them
    stays in memory. An interrupted turn may be taken again.

    Parameters
    ----------
    core : the compiled pass.

    Returns
    -------
    MeasuredDates
        An iterator; its length is the number of dates still to come.

    Raises
    ------
    Never.

    References
    ----------
    House file, ideas 1 and 3.
    """

    def __init__(self, core: Any, cohort: Cohort, policies_used: list[dict[str, Any]], asked: Mapping[str, Any]) -> None:
        self._core = core
        self.cohort = cohort
        self.policies = policies_used
        self.asked = dict(asked)
        self.study: Study | None = None  # the study that asked, handed on to the indicators of every date
        self._dates: list[str] = core.left
        self._taken = 0

    @property
    def left(self) -> list[str]:
        """The dates still to come."""
        return self._dates[self._taken :]

    def __iter__(self) -> Iterator[Indicators]:
        return self

    def __next__(self) -> Indicators:
        core = self._core.next(self._taken)
        if core is None:
            raise StopIteration
        made = Indicators(core, self.cohort, self.policies, self.asked)
        made.study = self.study
        self._taken += 1  # last of all: who is interrupted before has not got the date, and is given it again
        return made

    def __len__(self) -> int:
        return len(self._dates) - self._taken

    def reader(self, indicator: str | None = None) -> Any:
        """Estimates of all dates still to come, as a stream of Arrow record batches.

        Use it to write or to query more rows than memory holds: pyarrow writes it to Parquet, DuckDB reads it by its name.
        Each batch is one date and window; what was read is gone.

        Parameters
        ----------
        indicator : str, optional
            Name in the catalogue; all where absent.

        Returns
        -------
        pyarrow.RecordBatchReader
            The columns of `Indicators.table`, dates in order of time.

        Raises
        ------
        ValueError
            When no date is left; of an unknown indicator, when the first date is read.
        ImportError
            When pyarrow is not installed. Cost: memory for the estimates of one date, about 8 KiB a child where all
            indicators are asked for.

        References
        ----------
        The Arrow C stream interface; house file, idea 5.
        """
        import pyarrow

        if not len(self):
            raise ValueError("childwell.measure_dates: no date is left to read; measure the dates again")
        tables = (made._only(indicator, snapshot) for made in self for snapshot in range(len(made.snapshots)))
        first = next(tables).to_arrow()

        def batches() -> Iterator[Any]:
            yield from first.to_batches()
            for table in tables:
                yield from table.to_arrow().to_batches()

        return pyarrow.RecordBatchReader.from_batches(first.schema, batches())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.reader().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        left = self.left
        span = f"{len(left)} to come, from {left[0]} to {left[-1]}" if left else "none to come"
        mark = "made-up " if self.cohort.records._core.made_up else ""
        return f"{mark}childwell.MeasuredDates: {self.cohort._core.children} children, {span}"


def measure_dates(
    cohort: Cohort,
    *,
    as_of: Sequence[DateLike],
    policies: Sequence[str | Mapping[str, Any]] = (),
    windows: Sequence[str] = ("year_to_date",),
    level: float = 0.95,
    families: Sequence[str] = (),
    baseline: DateLike | None = None,
    false_alarms: float | None = None,
) -> MeasuredDates:
    """Measure many dates, one after another, each as if it were measured alone.

    When to use: for dozens of dates of a city, such as those of a risk model without leakage, or weekly tables of groups.
    What was known for good by a date is not read again for the next. `measure` holds all its dates at once, and is to be
    preferred where they fit in memory and are looked at together.

    Parameters
    ----------
    cohort : Cohort
        Children through time.
    as_of : list of dates
        In any order; they are measured in order of time, each once.
    policies, windows, level, families, baseline, false_alarms
        As in `childwell.measure`.

    Returns
    -------
    MeasuredDates
        An iterator of `Indicators`, one for each date, byte for byte those of `measure` at that date alone.

    Raises
    ------
    ValueError
        As `childwell.measure`.

    Notes
    -----
    Cost: one pass over the sessions for each window, and for each date the sessions that were not known for good before.
    Families on request read the days once more for each date. Memory: one date, and the folds that go on.

    References
    ----------
    House file, ideas 1 and 3; every family held to each date alone in tests/python/test_many_dates.py.
    """
    arguments, used, asked = asked_for("measure_dates", as_of, policies, windows, level, families, baseline, false_alarms)
    return MeasuredDates(_core.measure_dates(cohort._core, *arguments), cohort, used, asked)
