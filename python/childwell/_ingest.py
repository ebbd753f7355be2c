# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Long columns of marks into a panel: columns are handed over as they are, everything is counted and written in the core."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._api import text_column
from ._suggest import unknown_name
from ._table import Table

STATES = ("not_recorded", "not_enrolled", "no_session", "present", "implied", "late", "off_site", "excused", "illness",
          "unexcused", "unknown_reason", "disputed", "suspended")  # fmt: skip
_COLUMNS = ("child", "date", "session", "code")
_NO_DATE = np.iinfo(np.int32).min
_EPOCH = datetime.date(1970, 1, 1).toordinal()

DateLike = str | datetime.date | int | np.integer[Any] | np.datetime64
SessionLike = tuple[DateLike, int]
CodeLike = str | tuple[str, int]


def _day(date: DateLike, where: str) -> int:
    """Days since 1970-01-01."""
    if isinstance(date, int | np.integer) and not isinstance(date, bool):
        return int(date)
    try:
        if isinstance(date, np.datetime64):
            return int(date.astype("datetime64[D]").astype(np.int64))
        if isinstance(date, datetime.datetime):
            date = date.date()
        parsed = date if isinstance(date, datetime.date) else datetime.date.fromisoformat(date if isinstance(date, str) else "")
    except (TypeError, ValueError):
        raise ValueError(f"childwell: {where}: one of the dates is not a date; write YYYY-MM-DD or days since 1970-01-01") from None
    return parsed.toordinal() - _EPOCH


def _session_table(sessions: Iterable[SessionLike], where: str) -> tuple[Any, NDArray[Any], NDArray[Any]]:
    pairs = list(sessions)
    try:
        days = [_day(date, f"{where}: sessions") for date, _ in pairs]
        numbers = [int(number) for _, number in pairs]
    except TypeError:
        raise ValueError(f"childwell: {where}: sessions: give pairs of a date and the number of a session on it") from None
    limits = np.iinfo(np.int32)
    if any(not limits.min < day <= limits.max for day in days) or any(not -128 <= number <= 127 for number in numbers):
        raise ValueError(f"childwell: {where}: sessions: a date or a number lies out of range; numbers are -128 to 127")
    dates, names = np.array(days, dtype=np.int32), np.array(numbers, dtype=np.int8)
    return _core.SessionTable(dates, names), dates.astype("datetime64[D]"), names


def _code_table(codes: Mapping[int, CodeLike], where: str) -> Any:
    cells = np.zeros(16, dtype=np.uint8)
    for code, meaning in codes.items():
        word, units = (meaning, 0) if isinstance(meaning, str) else meaning
        if not 0 <= int(code) <= 15:
            raise ValueError(f"childwell: {where}: codes: a code lies out of range; codes are 0 to 15")
        if word not in STATES:
            raise unknown_name(f"{where}: codes", "state", word, STATES)
        if not 0 <= int(units) <= 15:
            raise ValueError(f"childwell: {where}: codes: absent units lie out of range; give 0 to 15")
        if word == "not_recorded":
            raise ValueError(f"childwell: {where}: codes: a code cannot mean not_recorded; leave it out, and its rows are set aside")
        cells[int(code)] = STATES.index(word) | int(units) << 4
    return _core.CodeTable(cells)


def _column(values: Any, name: str, dtype: type[np.signedinteger[Any]], where: str) -> NDArray[Any]:
    """A column in the core's type: the same memory where it has that type already. Gaps and numbers that do not fit become
    a number that nothing has, so that their rows are set aside."""
    limits = np.iinfo(dtype)
    if hasattr(values, "null_count") and hasattr(values, "fill_null"):  # a column of pyarrow or polars
        if hasattr(values, "combine_chunks"):
            values = values.combine_chunks()
        if str(getattr(values, "type", "")) == "date32[day]":
            values = values.view("int32")
        if values.null_count if not callable(values.null_count) else values.null_count():
            values = values.fill_null(int(limits.min))
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"childwell: {where}: {name}: give a column of one dimension")
    if array.dtype.kind == "M" and name == "date":
        days = array.astype("datetime64[D]").view(np.int64)
        array = np.where(np.isnat(array), _NO_DATE, days)
    if array.dtype.kind not in "iu":
        kinds = "whole numbers or dates" if name == "date" else "whole numbers; DenseIds numbers ids of other kinds" if name == "child" else "whole numbers"
        raise ValueError(f"childwell: {where}: {name}: a column of {array.dtype} is not read; give {kinds}")
    if array.dtype != dtype:
        fits = (array >= limits.min) & (array <= limits.max)
        array = np.where(fits, array, limits.min).astype(dtype)
    return np.ascontiguousarray(array)


def _marks(columns: tuple[Any, Any, Any, Any], where: str) -> Any:
    child, date, session, code = columns
    return _core.MarkColumns(_column(child, "child", np.int32, where), _column(date, "date", np.int32, where),
                             _column(session, "session", np.int8, where), _column(code, "code", np.int8, where))  # fmt: skip


def _threads(threads: int | None, where: str) -> int:
    if threads is not None and not 1 <= int(threads) <= 256:
        raise ValueError(f"childwell: {where}: threads: give 1 to 256, or None for as many as the process may use")
    return 0 if threads is None else int(threads)


def _children(children: int, where: str) -> int:
    if not 0 <= int(children) < 2**31 - 64:
        raise ValueError(f"childwell: {where}: children: give how many there are on the roll, from 0 up")
    return int(children)


class Panel:
    """Children x sessions, one byte a cell: what is known of every child in every session.

    Use `.cells` for arithmetic of your own and `.ledger` to see what became of every row. Made by `ingest` and by
    `PanelBuilder`; not for several schools a child, which `assemble` is for.

    Parameters
    ----------
    core : the compiled panel.
    dates, numbers : arrays
        The sessions, by slot.

    Returns
    -------
    Panel
        Counts in its repr, and no child.

    Raises
    ------
    Never.

    References
    ----------
    House file, idea 2; checked against a plain map of cells in tests/unit/cohort/ingest_test.cpp.
    """

    def __init__(self, core: Any, dates: NDArray[Any], numbers: NDArray[Any]) -> None:
        self._core = core
        self._dates = dates
        self._numbers = numbers

    @property
    def children(self) -> int:
        """Children on the roll."""
        return int(self._core.children)

    @property
    def sessions(self) -> Table:
        """The sessions by slot: date and session."""
        return Table({"date": self._dates, "session": self._numbers})

    @property
    def cells(self) -> NDArray[np.uint8]:
        """A view of tiles x slots x 64 lanes that cannot be written: child c is lane c % 64 of tile c // 64.

        The low four bits are the state, in the order of `STATES`; the high four the absent units.
        """
        cells: NDArray[np.uint8] = self._core.cells()
        return cells

    @property
    def ledger(self) -> dict[str, Any]:
        """Rows accounted for: accepted + corrected + quarantined = read, with reasons and unmapped codes."""
        ledger: dict[str, Any] = self._core.ledger()
        return ledger

    @property
    def quarantine(self) -> Table:
        """Rows set aside: row (from 0, over all batches), reason and column, and no value."""
        rows = self._core.quarantine()
        reasons = [f"E{number:02d}" for number in rows["reason"].tolist()]
        columns = [_COLUMNS[column] if column >= 0 else "" for column in rows["column"].tolist()]
        return Table({"row": rows["row"], "reason": text_column(reasons), "column": text_column(columns)})

    def __repr__(self) -> str:
        ledger = self.ledger
        return (f"childwell.Panel: {self.children} children, {len(self._dates)} sessions, {ledger['read']} rows read, "
                f"{ledger['quarantined']} quarantined")


def ingest(child: Any, date: Any, session: Any, code: Any, *, children: int, sessions: Iterable[SessionLike],
           codes: Mapping[int, CodeLike], threads: int | None = None) -> Panel:
    """Fill a panel from long columns of marks, one row a mark.

    Use it for a year of a whole city at once; `PanelBuilder` takes batches. Rows may come in any order; sorted by session
    and then by child they are read at about the speed of memory, sorted by child and then by session nearly so. Not for
    tables that are still text: `admit` is for those.

    Parameters
    ----------
    child : array of whole numbers
        Number of the child, 0 to children - 1; `DenseIds` makes such numbers of ids. int32 is read in place.
    date : array of int32 days since 1970-01-01, or of dates
        The day of the mark; int32 is read in place.
    session, code : arrays of whole numbers
        Number of the session on its day, and code of the mark, 0 to 15; int8 is read in place. Arrow columns are taken
        too. Gaps, and numbers that do not fit, are rows set aside.
    children : int
        How many children there are on the roll.
    sessions : iterable of (date, number)
        The sessions that were held, by slot; sorted by time for speed.
    codes : dict of int to str, or to (str, int)
        State of each code, with absent units (0 to 15) where it has any.
    threads : int, optional
        1 to 256; as many as the process may use where not given. Results do not depend on it.

    Returns
    -------
    Panel
        Cells, ledger and quarantine. Of equal marks of one cell one is accepted and the rest are corrected (E01); marks
        that contradict each other are all quarantined (E02), and their cell is disputed; a child, session or code that
        there is none of is E16, E29 or E05.

    Raises
    ------
    ValueError
        When columns differ in length or are of another kind, or a session or code is given twice or has no meaning.

    References
    ----------
    House file, ideas 2, 7 and 8; bit for bit the plain reference of tests/unit/cohort/ingest_test.cpp. Cost: see
    benchmarks/README.md.
    """
    table, dates, numbers = _session_table(sessions, "ingest")
    meant = _code_table(codes, "ingest")
    marks = _marks((child, date, session, code), "ingest")
    return Panel(_core.ingest(marks, _children(children, "ingest"), table, meant, _threads(threads, "ingest")), dates, numbers)


class Marks(NamedTuple):
    """One batch of marks, as `PanelBuilder.finish` reads it again.

    Use it, or any tuple of four columns in this order.

    Parameters
    ----------
    child, date, session, code : arrays
        As for `ingest`.

    Returns
    -------
    Marks
        A tuple.

    Raises
    ------
    Never.

    References
    ----------
    See `ingest`.
    """

    child: Any
    date: Any
    session: Any
    code: Any


class PanelBuilder:
    """Fills a panel from batches, for tables larger than memory.

    Use `.add` for each batch and `.finish` at the end. The panel does not depend on where batches are cut. The numbers of
    rows that contradict each other are known only at the end: they come from a temporary file that notes where rows
    went, or, with `rows_again=True`, from batches that `finish` is given once more.

    Parameters
    ----------
    children, sessions, codes : as for `ingest`
        The roll, the sessions and the meaning of codes.
    rows_again : bool
        True: write no temporary file, because the batches can be read again.
    threads : int, optional
        As for `ingest`.

    Returns
    -------
    PanelBuilder
        Counts in its repr, and no child.

    Raises
    ------
    ValueError
        As for `ingest`.

    References
    ----------
    House file, idea 8; see `ingest`.
    """

    def __init__(self, *, children: int, sessions: Iterable[SessionLike], codes: Mapping[int, CodeLike],
                 rows_again: bool = False, threads: int | None = None) -> None:
        table, self._dates, self._numbers = _session_table(sessions, "PanelBuilder")
        self._rows_again = rows_again
        self._threads = _threads(threads, "PanelBuilder")
        self._children = _children(children, "PanelBuilder")
        self._core = _core.Ingest(self._children, table, _code_table(codes, "PanelBuilder"), not rows_again)
        self._rows = 0
        self._ended = False

    def add(self, child: Any, date: Any, session: Any, code: Any) -> PanelBuilder:
        """Read one batch.

        Use it for each batch in turn; columns may be dropped afterwards.

        Parameters
        ----------
        child, date, session, code : arrays
            As for `ingest`.

        Returns
        -------
        PanelBuilder
            Itself.

        Raises
        ------
        ValueError
            As for `ingest`, and after the end.

        References
        ----------
        See `ingest`.
        """
        if self._ended:
            raise ValueError("childwell: PanelBuilder.add: the panel is finished; begin another builder")
        marks = _marks((child, date, session, code), "PanelBuilder.add")
        self._core.add(marks, self._threads)
        self._rows += marks.rows
        return self

    def finish(self, again: Iterable[tuple[Any, Any, Any, Any]] | None = None) -> Panel:
        """End with the panel.

        Use it once. With `rows_again=True`, give the same batches once more; they are read only where marks contradict
        each other, so a generator that opens files costs nothing otherwise.

        Parameters
        ----------
        again : iterable of Marks, optional
            The same rows in the same order; cut elsewhere if that is easier.

        Returns
        -------
        Panel
            As of `ingest`.

        Raises
        ------
        ValueError
            When the rows are other rows, when they are missing, or after the end.

        References
        ----------
        See `ingest`.
        """
        if self._ended:
            raise ValueError("childwell: PanelBuilder.finish: the panel is finished; begin another builder")
        if self._rows_again and again is None:
            raise ValueError("childwell: PanelBuilder.finish: the rows were to be read again; give them in `again`")
        self._ended = True
        made = self._core.finish() if again is None else self._core.finish_again(_each(again))
        return Panel(made, self._dates, self._numbers)

    def __repr__(self) -> str:
        return f"childwell.PanelBuilder: {self._children} children, {len(self._dates)} sessions, {self._rows} rows so far"


def _each(again: Iterable[tuple[Any, Any, Any, Any]]) -> Iterator[Any]:
    for batch in again:
        child, date, session, code = batch
        yield _marks((child, date, session, code), "PanelBuilder.finish")


class DenseIds:
    """Numbers for ids of any kind, from 0 in order of first appearance.

    Use `.encode` on the id column of each batch before `ingest`, and `len` for the number of children. Whole numbers and
    texts are different ids: keep to one kind. Not a pseudonym: numbers follow the order of the rows.

    Parameters
    ----------
    None.

    Returns
    -------
    DenseIds
        Its repr counts ids, and names none.

    Raises
    ------
    Never.

    References
    ----------
    Checked against a dictionary in tests/python/test_ingest.py and tests/unit/cohort/dense_ids_test.cpp.
    """

    def __init__(self) -> None:
        self._core: Any = None

    def __len__(self) -> int:
        return 0 if self._core is None else int(self._core.size)

    def encode(self, ids: Any) -> NDArray[np.int32]:
        """Number a column of ids.

        Use it on each batch in turn. Cost an id: about a nanosecond where children come in the same order again and
        again, as in tables by date, and a cache miss otherwise; a dictionary column is numbered once and looked up.

        Parameters
        ----------
        ids : array of int32, int64 or text, or an Arrow column of those
            A missing id is no id: it gets -1, and `ingest` sets its row aside.

        Returns
        -------
        array of int32
            One number an id.

        Raises
        ------
        ValueError
            When the column is of another kind, or of the other kind than before.

        References
        ----------
        See the class.
        """
        if hasattr(ids, "null_count") and hasattr(ids, "buffers") or hasattr(ids, "chunks"):
            return self._encode_arrow(ids)
        array = np.asarray(ids)
        if array.dtype.kind == "O" and all(isinstance(one, str) for one in array):
            array = array.astype(str)
        if array.ndim != 1 or array.dtype.kind not in "iuUS" or array.dtype == np.uint64:
            raise ValueError(f"childwell: DenseIds.encode: a column of {array.dtype} is not read; give whole numbers or texts")
        if array.dtype.kind in "iu":
            narrow = array.dtype == np.int32
            numbers = self._table(_core.IntegerIds).encode(np.ascontiguousarray(array, dtype=np.int32 if narrow else np.int64))
        else:
            if array.dtype.kind == "U":  # four bytes a letter: UTF-8 is what texts are elsewhere
                array = np.char.encode(array, "utf-8")
            numbers = self._table(_core.StringIds).encode_fixed(np.ascontiguousarray(array))
        encoded: np.ndarray = numbers
        return encoded

    def _table(self, kind: type) -> Any:
        if self._core is None:
            self._core = kind()
        if not isinstance(self._core, kind):
            raise ValueError("childwell: DenseIds.encode: whole numbers and texts are different ids; keep to one kind")
        return self._core

    def _encode_arrow(self, ids: Any) -> NDArray[np.int32]:
        import pyarrow as pa

        if isinstance(ids, pa.ChunkedArray):
            parts = [self._encode_arrow(chunk) for chunk in ids.chunks]
            return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)
        if isinstance(ids, pa.DictionaryArray):
            numbers = self._encode_arrow(ids.dictionary)
            indices = ids.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            found: np.ndarray = np.append(numbers, np.int32(-1))[indices]
            return found
        if ids.null_count:
            known = ids.is_valid().to_numpy(zero_copy_only=False)
            made = np.full(len(ids), -1, dtype=np.int32)
            made[known] = self._encode_arrow(ids.drop_null())
            return made
        if not (pa.types.is_string(ids.type) or pa.types.is_large_string(ids.type) or pa.types.is_string_view(ids.type)):
            return self.encode(ids.to_numpy(zero_copy_only=False))
        if not pa.types.is_large_string(ids.type):
            ids = ids.cast(pa.large_string())
        _, offsets, letters = ids.buffers()
        begins = np.frombuffer(offsets, dtype=np.int64)[ids.offset : ids.offset + len(ids) + 1] if len(ids) else np.zeros(1, dtype=np.int64)
        held = np.frombuffer(letters, dtype=np.uint8) if letters is not None and letters.size else np.empty(0, dtype=np.uint8)
        encoded: np.ndarray = self._table(_core.StringIds).encode_texts(begins, held)
        return encoded

    def __repr__(self) -> str:
        return f"childwell.DenseIds: {len(self)} ids"
