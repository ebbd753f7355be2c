# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A city of any size as Arrow batches: one layer is in memory at a time, whatever the order of the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from childwell._table import MADE_UP_KEY, Categorical, Table, coded, values

from ._care import tables_read
from ._city import City
from ._concatenation import IN_ORDER_OF
from ._streams import stream

__all__ = ["ORDERS", "Pieces"]

ORDERS = ("date", "child", "random")
# Columns whose words are the same in every layer: a byte each on disk.
_SHORT = frozenset({"session", "code", "source", "mode"})
_NO_DATE = np.iinfo(np.int16).min
_ROWS_OF_A_BUCKET = 1 << 20


class Pieces:
    """The tables of a made-up city as a stream of Arrow record batches.

    Use it for cities that are too large to hold, and to try what reads streams in an order of rows of one's choosing.
    `city` is handier for small ones; both hold the same rows.

    Parameters
    ----------
    make : callable
        Starts a pass: gives the tables of each layer, in order.
    describe : City
        A city without tables, which knows the codes and writes the study file.
    order : str
        "date" (all children of a half-day together), "child" (a child's records together) or "random" (every order of
        rows equally likely), for `attendance` and `registers`; other tables come as in `city`.
    rows : int
        Most rows of a batch.
    marks : int
        About how many marks there are.
    truth : callable
        Starts a pass over the truth: gives its tables, layer by layer.
    scratch : path, optional
        Folder for a temporary file of 16 bytes a mark, which the orders by date and at random need.

    Returns
    -------
    Pieces
        Iteration gives (table name, `pyarrow.RecordBatch`), one pass a time; text columns are plain strings, and the
        schema of a table never changes.

    Raises
    ------
    ImportError
        When pyarrow is not installed.

    Notes
    -----
    Same arguments, same rows in the same order, for any number of threads. Memory does not grow with the number of
    marks; in the orders by date and at random it grows by some 20 bytes a child, for the identifiers.

    References
    ----------
    The order at random: Rao 1961, Sankhya A 23:305; Sandelius 1962, J R Stat Soc B 24:479 (random buckets, shuffled).
    """

    made_up = True
    purpose = City.purpose

    def __init__(
        self,
        make: Callable[[], Iterable[dict[str, Table]]],
        describe: City,
        *,
        truth: Callable[[], Iterable[dict[str, Table]]],
        order: str,
        rows: int,
        marks: int,
        scratch: str | Path | None,
    ) -> None:
        self._make = make
        self._describe = describe
        self._truth = truth
        self._rows = rows
        self._marks = marks
        self._scratch = scratch
        self.order = order
        self.children = describe.children
        self.seed = describe.seed
        self.as_of = describe.as_of
        self.codes = describe.codes
        self.policies = describe.policies
        self.mechanisms = describe.mechanisms

    def __repr__(self) -> str:
        return f"made-up city in pieces by {self.order}: {self.children} children, up to {self.as_of}, seed {self.seed}"

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        if self.order == "child":
            yield from self._by_child()
        else:
            yield from self._through_disk()

    def study(self) -> dict[str, Any]:
        """Options of `admit` that read these tables, as `City.study`."""
        return self._describe.study()

    def reader(self, table: str) -> Any:
        """One table as a `pyarrow.RecordBatchReader`, made in a pass of its own; a KeyError where there is none."""
        import pyarrow

        batches = (batch for name, batch in self if name == table)
        first = next(batches, None)
        if first is None:
            raise KeyError(f"no table {table!r} in a made-up city")

        def every() -> Iterator[Any]:
            yield first
            yield from batches

        return pyarrow.RecordBatchReader.from_batches(first.schema, every())

    def write(self, directory: str | Path) -> Path:
        """Write one Parquet file a table and `study.toml` in one pass; returns the path of the study file."""
        import pyarrow.parquet

        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        writers: dict[str, Any] = {}
        try:
            for name, batch in self:
                if name not in writers:
                    writers[name] = pyarrow.parquet.ParquetWriter(folder / f"{name}.parquet", batch.schema)
                writers[name].write_batch(batch)
        finally:
            for writer in writers.values():
                writer.close()
        return self._describe.write_study(folder, [name for name in writers if name in tables_read()])

    def write_truth(self, directory: str | Path) -> Path:
        """Write what really happened, layer by layer, into the folder `truth` in `directory`, as `Truth.write` does."""
        import pyarrow.parquet

        folder = Path(directory) / "truth"
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as open_files:
            writers: dict[str, Any] = {}
            for tables in self._truth():
                for name in list(tables):
                    for _, batch in self._batches(name, tables.pop(name)):
                        if name not in writers:
                            writer = pyarrow.parquet.ParquetWriter(folder / f"{name}.parquet", batch.schema)
                            writers[name] = open_files.enter_context(writer)
                        writers[name].write_batch(batch)
        return folder

    def _by_child(self) -> Iterator[tuple[str, Any]]:
        for tables in self._make():
            for name in list(tables):
                table = tables.pop(name)
                sorts = name in IN_ORDER_OF and "child" in table
                yield from self._batches(name, table, _order_by(coded(table, "child")) if sorts else None)
                del table  # else it would lie beside the next layer while that is made

    def _batches(self, name: str, table: Table, order: np.ndarray | None = None) -> Iterator[tuple[str, Any]]:
        """At least one batch a layer, so that an empty table has its schema; rows are taken in order by the batch."""
        words = {column: _words(table.column(column)) for column in table.columns}
        for start in range(0, max(len(table), 1), self._rows):
            part = slice(start, start + self._rows) if order is None else order[start : start + self._rows]
            arrays = [_arrow(table, column, part, words[column]) for column in table.columns]
            yield name, _batch(arrays, table.columns)

    def _through_disk(self) -> Iterator[tuple[str, Any]]:
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="childwell-made-up-") as folder:
            spools: dict[str, _Spool] = {}
            for number, tables in enumerate(self._make()):
                for name in list(tables):
                    table = tables.pop(name)
                    if name not in IN_ORDER_OF:
                        yield from self._batches(name, table)
                        continue
                    if name not in spools:
                        spools[name] = _Spool(Path(folder) / name, table)
                    spools[name].add(table, self._buckets(name, table, number))
            for name, spool in spools.items():
                for columns in spool.read(self._rows, self._shuffle if self.order == "random" else None):
                    yield name, _batch(columns, spool.names)

    def _buckets(self, name: str, table: Table, layer: int) -> np.ndarray:
        if self.order == "date":
            sessions = coded(table, "session").codes
            days = (values(table, "date") - np.datetime64("2000-01-01")).astype(np.int32)
            made: np.ndarray = days * 4 + sessions
            return made
        count = max(1, self._marks // _ROWS_OF_A_BUCKET)
        draw = stream(self.seed, f"shuffled_{name}", layer)
        return draw.integers(0, count, len(table), dtype=np.int32)

    def _shuffle(self, bucket: int, rows: int) -> np.ndarray:
        return stream(self.seed, "shuffled_buckets", bucket).permutation(rows)


def _order_by(column: Categorical) -> np.ndarray:
    # Two bytes hold the codes of a layer, and NumPy sorts those by radix.
    codes = column.codes
    narrow = codes.astype(np.uint16) if len(codes) and codes.max() < 1 << 16 else codes
    return np.argsort(narrow, kind="stable")


def _words(column: np.ndarray | Categorical) -> Any:
    import pyarrow

    return pyarrow.array(column.categories, pyarrow.utf8()) if isinstance(column, Categorical) else None


def _arrow(table: Table, name: str, part: slice | np.ndarray, words: Any) -> Any:
    import pyarrow

    column = table.column(name)
    if isinstance(column, Categorical):
        codes = column.codes[part]
        return words.take(pyarrow.array(codes, mask=codes < 0))
    values = column[part]
    if values.dtype.kind == "M":
        return _dates(values)
    mask = table._masks.get(name)
    missing = np.isnan(values) if values.dtype.kind == "f" else None if mask is None else mask[part]
    return pyarrow.array(values, mask=missing)


def _dates(days: np.ndarray) -> Any:
    import pyarrow

    missing = np.isnat(days)
    whole = np.where(missing, np.datetime64(0, "D"), days).astype(np.int64).astype(np.int32)
    return pyarrow.array(whole, mask=missing).cast(pyarrow.date32())


def _batch(arrays: list[Any], names: list[str]) -> Any:
    import pyarrow

    return pyarrow.RecordBatch.from_arrays(arrays, names=names).replace_schema_metadata({MADE_UP_KEY: "true"})


class _Spool:
    """Rows of one table in buckets on disk, as fixed-width records; texts are kept in memory once."""

    def __init__(self, folder: Path, like: Table) -> None:
        folder.mkdir()
        self._folder = folder
        self.names = like.columns
        self._kinds: dict[str, str] = {}
        fields: list[tuple[str, Any]] = []
        for name in self.names:
            column = like.column(name)
            kind: Any
            if isinstance(column, Categorical):
                self._kinds[name], kind = "text", np.int8 if name in _SHORT else np.int32
            elif column.dtype.kind == "M":
                self._kinds[name], kind = "date", np.int16
            else:
                self._kinds[name], kind = "number", column.dtype
            fields.append((name, kind))
        self._record = np.dtype(fields)
        self._texts: dict[str, list[Any]] = {name: [] for name in self.names}
        self._known: dict[str, int] = dict.fromkeys(self.names, 0)
        self._used: set[int] = set()

    def add(self, table: Table, buckets: np.ndarray) -> None:
        """Append the rows of one layer, keeping their order inside every bucket."""
        rows = np.empty(len(table), dtype=self._record)
        for name in self.names:
            column = table.column(name)
            if isinstance(column, Categorical):
                rows[name] = column.codes + self._keep_texts(name, column)
            elif self._kinds[name] == "date":
                days = column.astype(np.int64) - _EPOCH
                rows[name] = np.where(np.isnat(column), _NO_DATE, days)
            else:
                rows[name] = column
        if np.any(buckets[1:] < buckets[:-1]):
            narrow = buckets.astype(np.uint16) if buckets.max() < 1 << 16 else buckets
            order = np.argsort(narrow, kind="stable")
            rows, buckets = rows[order], buckets[order]
        starts = np.flatnonzero(np.append(True, buckets[1:] != buckets[:-1]))[: len(buckets)]
        for start, stop in zip(starts, np.append(starts[1:], len(buckets)), strict=False):
            bucket = int(buckets[start])
            self._used.add(bucket)
            with self._file(bucket).open("ab") as file:
                rows[start:stop].tofile(file)

    def _keep_texts(self, name: str, column: Categorical) -> int:
        """What is to be added to the codes of this layer."""
        import pyarrow

        if name in _SHORT and self._texts[name]:
            return 0
        before = self._known[name]
        self._texts[name].append(pyarrow.array(column.categories, pyarrow.utf8()))
        self._known[name] += len(column.categories)
        return before

    def _file(self, bucket: int) -> Path:
        return self._folder / str(bucket)

    def read(self, rows: int, shuffle: Callable[[int, int], np.ndarray] | None) -> Iterator[list[Any]]:
        """Columns of at most `rows` rows, bucket by bucket; a bucket that is to be shuffled is held whole."""
        import pyarrow

        texts = {name: pyarrow.concat_arrays(kept) for name, kept in self._texts.items() if kept}
        for bucket in sorted(self._used):
            with self._file(bucket).open("rb") as file:
                if shuffle is not None:
                    whole = np.fromfile(file, dtype=self._record)
                    whole = whole[shuffle(bucket, len(whole))]
                    for start in range(0, len(whole), rows):
                        yield self._columns(whole[start : start + rows], texts)
                    continue
                while len(part := np.fromfile(file, dtype=self._record, count=rows)):
                    yield self._columns(part, texts)

    def _columns(self, part: np.ndarray, texts: dict[str, Any]) -> list[Any]:
        import pyarrow

        columns = []
        for name in self.names:
            held = np.ascontiguousarray(part[name])
            if self._kinds[name] == "text":
                columns.append(texts[name].take(pyarrow.array(held)))
            elif self._kinds[name] == "date":
                missing = held == _NO_DATE
                days = np.where(missing, 0, held.astype(np.int32) + _EPOCH).astype(np.int32)
                columns.append(pyarrow.array(days, mask=missing).cast(pyarrow.date32()))
            else:
                columns.append(pyarrow.array(held))
        return columns


_EPOCH = int(np.datetime64("2020-01-01").astype(np.int64))  # of dates in sixteen bits
