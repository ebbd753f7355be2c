# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of other libraries as Arrow streams. None of them is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._table import Categorical, Table


def as_stream(frame: Any, name: str) -> Any:
    """Something with `__arrow_c_stream__` that holds the frame's rows."""
    if type(frame).__module__.split(".")[0] == "pandas":
        return _from_pandas(frame)
    if hasattr(frame, "collect") and type(frame).__module__.split(".")[0] == "polars":
        return frame.collect()
    if hasattr(frame, "__arrow_c_stream__"):
        return frame
    if hasattr(frame, "to_arrow_table"):  # a DuckDB relation of older releases
        return frame.to_arrow_table()
    if isinstance(frame, Mapping):
        return Table({column: _array(np.asarray(values)) for column, values in frame.items()})
    raise ValueError(
        f"childwell: table {name!r} is a {type(frame).__name__}, which is not read; "
        "give a polars, pandas, pyarrow or DuckDB table, or a mapping of arrays"
    )


def _array(values: np.ndarray) -> Any:
    """A NumPy column as a Table holds it; texts become codes, other objects their text."""
    if values.dtype.kind == "M":
        return values.astype("datetime64[D]")
    if values.dtype.kind not in "OUS":
        return values
    # one object column may hold texts, dates, numbers and gaps side by side, as a spreadsheet leaves them
    categories: dict[str, int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for row, value in enumerate(values):
        missing = value is None or value != value or value == ""
        codes[row] = -1 if missing else categories.setdefault(str(value), len(categories))
    return Categorical(codes, tuple(categories))


def _from_pandas(frame: Any) -> Table:
    columns: dict[str, Any] = {}
    masks: dict[str, np.ndarray] = {}
    for name in frame.columns:
        series = frame[name]
        dtype = str(series.dtype)
        if dtype == "category":
            texts = [str(value) for value in series.cat.categories]
            columns[str(name)] = Categorical(series.cat.codes.to_numpy().astype(np.int32), tuple(texts))
        elif dtype.startswith("datetime64"):
            if getattr(series.dt, "tz", None) is not None:
                series = series.dt.tz_localize(None) if str(series.dt.tz) == "UTC" else series.dt.tz_localize(None)
            columns[str(name)] = series.to_numpy().astype("datetime64[D]")
        elif dtype[0] in "IU" or dtype == "boolean":  # pandas' own whole numbers with gaps
            missing = series.isna().to_numpy()
            kind = "bool" if dtype == "boolean" else "int64"
            columns[str(name)] = series.fillna(0).to_numpy().astype(kind)
            masks[str(name)] = missing
        else:
            columns[str(name)] = _array(series.to_numpy())
    return Table(columns, masks=masks)
