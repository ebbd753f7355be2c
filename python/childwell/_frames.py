# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of other libraries as Arrow streams. None of them is imported here: narwhals knows them without."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ._table import MADE_UP_KEY, Categorical, Table


def says_made_up(frame: Any) -> bool:
    """Whether a frame itself bears the mark of made-up data, in the place where its library keeps such marks."""
    if isinstance(frame, Table):
        return frame.made_up
    attrs = getattr(frame, "attrs", None)  # pandas
    if isinstance(attrs, Mapping) and attrs.get(MADE_UP_KEY) == "true":
        return True
    if not type(frame).__module__.startswith("pyarrow."):  # the schema of a plan may cost a run
        return False
    metadata = getattr(getattr(frame, "schema", None), "metadata", None) or {}
    return bool(metadata.get(MADE_UP_KEY.encode()) == b"true")


_LIBRARIES = {"pandas": "pandas", "polars": "polars", "pyarrow": "pyarrow", "duckdb": "duckdb", "_duckdb": "duckdb"}


def library_of(tables: Iterable[Any]) -> str | None:
    """Whose frames came in: that of the first table that is one; None where all are mappings or tables of childwell."""
    for table in tables:
        for kind in type(table).__mro__:  # a GeoDataFrame is a frame of pandas
            library = _LIBRARIES.get(kind.__module__.partition(".")[0])
            if library is not None:
                return library
    return None


def to_frame(table: Table, library: str | None = None) -> Any:
    """A table as a frame of the library whose frames came in.

    Where none came in (mappings, files, made-up cities) it is polars where that is installed, else pandas, else Table.
    """
    if library is None:
        library = next((name for name in ("polars", "pandas") if importlib.util.find_spec(name)), None)
    if library == "polars":
        return table.to_polars()
    if library == "pandas":
        return table.to_pandas()
    if library == "pyarrow":
        return table.to_arrow()
    if library == "duckdb":
        import duckdb

        return duckdb.from_arrow(table.to_arrow())
    return table


def as_stream(frame: Any, name: str) -> Any:
    """Something with `__arrow_c_stream__` that holds the frame's rows."""
    if isinstance(frame, Table):
        return frame
    if isinstance(frame, Mapping):
        return Table({column: _array(values) for column, values in frame.items()})
    import narwhals.stable.v2 as nw

    if nw.dependencies.is_pandas_dataframe(frame):  # before its stream, which needs pyarrow and one type a column
        return _from_pandas(frame)
    if hasattr(frame, "__arrow_c_stream__"):
        return frame
    known = nw.from_native(frame, pass_through=True)
    if isinstance(known, nw.LazyFrame):  # a plan of polars, DuckDB, Dask, PySpark or Ibis
        return known.collect().to_native()
    raise ValueError(
        f"childwell: table {name!r} is a {type(frame).__name__}, which is not read; "
        "give a polars, pandas, pyarrow or DuckDB table, or a mapping of arrays"
    )


def _array(values: Any) -> Any:
    """A NumPy column, or a sequence, as a Table holds it; texts become codes, other objects their text."""
    if not isinstance(values, np.ndarray):
        # NumPy would turn a gap among texts into the text 'nan'
        values = np.fromiter(values, dtype=object, count=len(values))
    if values.dtype.kind == "M":
        return values.astype("datetime64[D]")
    if values.dtype == np.uint64:
        return _unsigned(values, np.zeros(len(values), dtype=bool))
    if values.dtype.kind not in "OUS":
        return values
    # one object column may hold texts, dates, numbers and gaps side by side, as a spreadsheet leaves them
    return _coded(values)


def _coded(values: np.ndarray) -> Categorical:
    categories: dict[str, int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for row, value in enumerate(values):
        codes[row] = -1 if _is_missing(value) else categories.setdefault(_text(value), len(categories))
    return Categorical(codes, tuple(categories))


def _is_missing(value: Any) -> bool:
    if isinstance(value, str):
        return value == ""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # pandas.NA is neither equal to itself nor different from itself
        return True


def _text(value: Any) -> str:
    """The text of one object, such that a whole number reads the same whatever column it came from."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) < 2**53:
        return str(int(value))
    return str(value)


def _unsigned(values: np.ndarray, missing: np.ndarray) -> Any:
    """Unsigned whole numbers as signed ones, or as texts where one of them is too large: none of them turns negative."""
    if not len(values) or values[~missing].max(initial=0) <= np.iinfo(np.int64).max:
        return values.astype(np.int64)
    texts = values.astype(object)
    texts[missing] = None
    return _coded(texts)


def _from_pandas(frame: Any) -> Table:
    columns: dict[str, Any] = {}
    masks: dict[str, np.ndarray] = {}
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise ValueError(f"childwell: the column {str(doubled[0])!r} stands twice in the frame; rename or drop one of them")
    for name in frame.columns:
        column, missing = _pandas_column(frame[name])
        columns[str(name)] = column
        if missing is not None:
            masks[str(name)] = missing
    return Table(columns, masks=masks)


def _pandas_column(series: Any) -> tuple[Any, np.ndarray | None]:
    dtype = str(series.dtype)
    if dtype == "category":
        labels = _coded(series.cat.categories.to_numpy(dtype=object))
        places = np.append(labels.codes, np.int32(-1))  # the code -1 of a gap is the last of them
        return Categorical(places[series.cat.codes.to_numpy()], labels.categories), None
    if dtype.startswith("datetime64"):
        if getattr(series.dt, "tz", None) is None:
            return series.to_numpy().astype("datetime64[D]"), None
        # an instant: which day it was is for the core to say, which knows the schools' offset
        instants = series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]")
        texts = np.char.add(np.datetime_as_string(instants), "Z").astype(object)
        texts[np.isnat(instants)] = None
        return _coded(texts), None
    if dtype[0] in "IU" and "[" not in dtype or dtype == "boolean":  # pandas' own whole numbers with gaps
        missing = series.isna().to_numpy()
        filled = series.fillna(0).to_numpy()
        if dtype[0] != "U":
            return filled.astype("bool" if dtype == "boolean" else "int64"), missing
        made = _unsigned(filled.astype("uint64"), missing)
        return made, missing if isinstance(made, np.ndarray) else None
    if dtype in ("Float32", "Float64"):
        return series.to_numpy(dtype="float64", na_value=np.nan), None
    if not isinstance(series.dtype, np.dtype):  # texts of pandas' own kind, and what pyarrow holds for it
        return _coded(series.to_numpy(dtype=object)), None
    return _array(series.to_numpy()), None
