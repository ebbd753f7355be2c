# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A small columnar table: what childwell hands back when no data frame came in."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._described import Described

__all__ = ["Categorical", "Table"]

MADE_UP_KEY = "childwell.made_up"

# Unsigned and short floating columns are widened to the nearest kind that a Table holds.
_WIDENED = {"uint8": "int16", "uint16": "int32", "uint32": "int64", "float16": "float64", "float32": "float64"}


@dataclass(frozen=True, eq=False)
class Categorical:
    """A text column as whole-number codes into a list of categories.

    Use it for codes, names and identifiers that repeat down a column; the text is then held once. Not for free text,
    which never enters childwell.

    Parameters
    ----------
    codes : array of int32, shape (rows,)
        Position in `categories`; -1 is missing.
    categories : sequence of str
        The distinct values, in any order.

    Returns
    -------
    Categorical
        Immutable; `len()` is the number of rows and `.to_numpy()` an object array with None where missing.

    Raises
    ------
    ValueError
        When codes are not one-dimensional, lie outside the categories, or a category is not text or repeats.

    Notes
    -----
    Cost: one pass over the codes and one over the categories; codes that already are int32 are not copied.

    References
    ----------
    The dictionary layout of the Apache Arrow columnar format; checked against pyarrow, value by value.
    """

    codes: np.ndarray
    categories: tuple[str, ...]

    def __post_init__(self) -> None:
        codes = np.asarray(self.codes)
        if codes.ndim != 1 or codes.dtype.kind not in "iu":
            raise ValueError("codes must be a one-dimensional array of whole numbers; give one code a row")
        categories = tuple(self.categories)
        if not all(isinstance(category, str) for category in categories):
            raise ValueError("categories must be text; convert them with str() first")
        if len(set(categories)) != len(categories):
            raise ValueError("categories must be distinct; merge the repeated ones and renumber the codes")
        if codes.size and (codes.min() < -1 or codes.max() >= len(categories)):
            raise ValueError(f"codes must lie between -1 (missing) and {len(categories) - 1}")
        object.__setattr__(self, "codes", np.ascontiguousarray(codes, dtype=np.int32))
        object.__setattr__(self, "categories", categories)

    @classmethod
    def _unchecked(cls, codes: np.ndarray, categories: tuple[str, ...]) -> Categorical:
        """Skip the checks where the maker's own construction already guarantees them."""
        made = object.__new__(cls)
        object.__setattr__(made, "codes", codes)
        object.__setattr__(made, "categories", categories)
        return made

    @classmethod
    def from_values(cls, values: Sequence[str | None] | np.ndarray) -> Categorical:
        """Categories in sorted order from text.

        Use it for a column of text; a Table turns sequences of str into one by itself.

        Parameters
        ----------
        values : sequence of str or None
            Shape (rows,); None, NaN and the empty string are missing.

        Returns
        -------
        Categorical
            Codes and the sorted texts they stand for; -1 is missing.

        Raises
        ------
        ValueError
            When a value is no text.

        References
        ----------
        Arrow's dictionary encoding.
        """
        texts = np.asarray(values, dtype=object)
        missing = np.array([value is None or value != value or value == "" for value in texts], dtype=bool)
        if not all(isinstance(value, str) for value in texts[~missing]):
            raise ValueError("a text column may hold only text and missing values; convert the others first")
        codes = np.full(len(texts), -1, dtype=np.int32)
        categories, inverse = np.unique(texts[~missing].astype(str), return_inverse=True)
        codes[~missing] = inverse
        return cls._unchecked(codes, tuple(categories.tolist()))

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"Categorical({len(self.codes)} rows, {len(self.categories)} categories)"

    def to_numpy(self) -> np.ndarray:
        """An object array of str, None where missing."""
        lookup = np.array([*self.categories, None], dtype=object)
        made: np.ndarray = lookup[self.codes]
        return made


Column = np.ndarray | Categorical


class Table(Described):
    """A small columnar table with named columns of equal length.

    Use it to look at a result, or to hand one on: it speaks the Arrow C stream, so that polars, DuckDB and pyarrow
    read it directly, and pandas through `.to_pandas()`. Not for analysis: it has no filters, joins or sums on purpose.

    Parameters
    ----------
    columns : mapping of str to array, Categorical or sequence
        Shape (rows,) each. bool, int8 to int64, float64 and datetime64[D] arrays; text as `Categorical`, or as a
        sequence of str, which becomes one. Missing: NaN in real numbers, NaT in dates, code -1 or None in text.
    masks : mapping of str to array of bool, optional
        For bool and whole-number columns, True where the value is missing.
    made_up : bool, default False
        Marks the table as made-up data, in the metadata of everything it is turned into.

    Returns
    -------
    Table
        `.columns` are the names, `.num_rows` and `len()` the rows; `table[name]` is a NumPy array (text as object
        array, a masked column as `numpy.ma.MaskedArray`).

    Raises
    ------
    ValueError
        When lengths differ, a type is none of those above, or a mask fits no column.

    Notes
    -----
    Cost: fixed-width arrays are kept, not copied. `repr` shows counts, names and types, never a value.

    References
    ----------
    The Arrow C stream interface and its PyCapsule protocol; checked against pyarrow, polars, pandas and DuckDB.
    """

    def __init__(
        self,
        columns: Mapping[str, Any],
        *,
        masks: Mapping[str, Any] | None = None,
        made_up: bool = False,
    ) -> None:
        self._columns: dict[str, Column] = {str(name): _as_column(str(name), given) for name, given in columns.items()}
        lengths = {len(column) for column in self._columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns differ in length ({sorted(lengths)} rows); give every column one value a row")
        self._num_rows = lengths.pop() if lengths else 0
        self._masks = {name: self._as_mask(name, mask) for name, mask in (masks or {}).items()}
        self._made_up = bool(made_up)

    def _as_mask(self, name: str, given: Any) -> np.ndarray:
        column = self._columns.get(name)
        if not isinstance(column, np.ndarray) or column.dtype.kind not in "bi":
            raise ValueError(f"a mask is only for bool and whole-number columns, and {name!r} is none of this table")
        mask = np.ascontiguousarray(given, dtype=bool)
        if mask.shape != column.shape:
            raise ValueError(f"the mask of {name!r} needs one value a row")
        return mask

    @classmethod
    def from_stream(cls, source: Any) -> Table:
        """Read anything that has `__arrow_c_stream__` into a Table.

        Use it to look at a small frame of another library; `admit` reads such frames by itself.

        Parameters
        ----------
        source : object with `__arrow_c_stream__`
            A frame of polars, pyarrow or DuckDB.

        Returns
        -------
        Table
            Its columns, copied.

        Raises
        ------
        ValueError
            When the source has no stream, or a column is of a type that a Table does not hold.
        ImportError
            When pyarrow is not installed.

        References
        ----------
        The Arrow C stream interface.
        """
        import pyarrow

        if not hasattr(source, "__arrow_c_stream__"):
            raise ValueError(f"{type(source).__name__} has no __arrow_c_stream__; give an Arrow-speaking table")
        read = pyarrow.RecordBatchReader.from_stream(source).read_all()
        columns: dict[str, Column] = {}
        masks: dict[str, np.ndarray] = {}
        for name, chunked in zip(read.column_names, read.columns, strict=True):
            columns[name], mask = _from_arrow(name, chunked)
            if mask is not None:
                masks[name] = mask
        metadata = read.schema.metadata or {}
        return cls(columns, masks=masks, made_up=metadata.get(MADE_UP_KEY.encode()) == b"true")

    @property
    def columns(self) -> list[str]:
        """The column names, in order."""
        return list(self._columns)

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return self._num_rows

    @property
    def made_up(self) -> bool:
        """Whether the table holds made-up data."""
        return self._made_up

    @property
    def metadata(self) -> dict[str, str]:
        """What travels with the table in the Arrow schema's metadata."""
        return {MADE_UP_KEY: "true"} if self._made_up else {}

    @property
    def nbytes(self) -> int:
        """Bytes held by the rows of the columns, categories left out."""
        arrays = [column.codes if isinstance(column, Categorical) else column for column in self._columns.values()]
        return sum(array.nbytes for array in [*arrays, *self._masks.values()])

    def __len__(self) -> int:
        return self._num_rows

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> np.ndarray:
        column = self.column(name)
        if isinstance(column, Categorical):
            return column.to_numpy()
        if name in self._masks:
            return np.ma.MaskedArray(column, mask=self._masks[name])
        return column

    def column(self, name: str) -> Column:
        """One column as it is held.

        Use it where codes are wanted; `table[name]` gives text as text.

        Parameters
        ----------
        name : str
            A name in `.columns`.

        Returns
        -------
        array or Categorical
            Shape (rows,), not copied.

        Raises
        ------
        KeyError
            When there is no such column; the message lists those there are.

        References
        ----------
        None: it computes nothing.
        """
        if name not in self._columns:
            raise KeyError(f"no column {name!r}; this table has {', '.join(self._columns)}")
        return self._columns[name]

    def take(self, rows: np.ndarray) -> Table:
        """The rows at these positions, in this order.

        Use it to look at a part of a result.

        Parameters
        ----------
        rows : array of whole numbers or bool
            Positions, or a mask of shape (rows,).

        Returns
        -------
        Table
            A copy of these rows, with the mark of made-up data.

        Raises
        ------
        IndexError
            When a position is outside the table.

        References
        ----------
        NumPy's indexing.
        """
        columns = {
            name: Categorical(column.codes[rows], column.categories) if isinstance(column, Categorical) else column[rows]
            for name, column in self._columns.items()
        }
        masks = {name: mask[rows] for name, mask in self._masks.items()}
        return Table(columns, masks=masks, made_up=self._made_up)

    def __repr__(self) -> str:
        kind = "made-up childwell.Table" if self._made_up else "childwell.Table"
        head = f"{kind}: {self._num_rows} rows, {len(self._columns)} columns"
        return "\n".join([head, *(f"  {name}: {_type_name(column)}" for name, column in self._columns.items())])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        from childwell import _core

        arrays = [
            (column.codes, list(column.categories)) if isinstance(column, Categorical) else column
            for column in self._columns.values()
        ]
        masks = [self._masks.get(name) for name in self._columns]
        return _core.export_stream(list(self._columns), arrays, masks, self.metadata)

    def to_arrow(self) -> Any:
        """This table as a `pyarrow.Table`; text becomes dictionary columns."""
        import pyarrow

        arrays = [_to_arrow(column, self._masks.get(name)) for name, column in self._columns.items()]
        return pyarrow.table(arrays, names=list(self._columns)).replace_schema_metadata(self.metadata or None)

    def to_polars(self) -> Any:
        """This table as a `polars.DataFrame`; text becomes Categorical."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> Any:
        """This table as a `pandas.DataFrame`; text becomes category, dates datetime64[s], masked columns nullable."""
        import pandas

        series = {name: _to_pandas(pandas, column, self._masks.get(name)) for name, column in self._columns.items()}
        frame = pandas.DataFrame(series, copy=False)
        frame.attrs.update(self.metadata)
        return frame


def coded(table: Table, name: str) -> Categorical:
    """A column that is known to hold texts."""
    column = table.column(name)
    if not isinstance(column, Categorical):
        raise TypeError(f"childwell: {name} is no column of texts")
    return column


def values(table: Table, name: str) -> np.ndarray:
    """A column that is known to hold numbers, truth values or dates."""
    column = table.column(name)
    if isinstance(column, Categorical):
        raise TypeError(f"childwell: {name} is a column of texts")
    return column


def _type_name(column: Column) -> str:
    return "text" if isinstance(column, Categorical) else str(column.dtype)


def _as_column(name: str, given: Any) -> Column:
    if isinstance(given, Categorical):
        return given
    array = np.asarray(given)
    if array.ndim != 1:
        raise ValueError(f"column {name!r} must have one value a row, not {array.ndim} dimensions")
    if array.dtype.kind in "UO":
        # From the original: NumPy would have turned missing values and numbers among text into text.
        return Categorical.from_values(given)
    if array.dtype.kind == "M":
        return np.ascontiguousarray(array, dtype="datetime64[D]")
    if array.dtype.name in _WIDENED:
        return array.astype(_WIDENED[array.dtype.name])
    if array.dtype.kind not in "bi" and array.dtype != np.float64:
        raise ValueError(f"column {name!r} has the type {array.dtype}; use bool, whole or real numbers, dates or text")
    return np.ascontiguousarray(array)


def _to_arrow(column: Column, mask: np.ndarray | None) -> Any:
    import pyarrow

    if isinstance(column, Categorical):
        missing = column.codes < 0
        codes = pyarrow.array(column.codes, mask=missing if missing.any() else None)
        return pyarrow.DictionaryArray.from_arrays(codes, pyarrow.array(column.categories, pyarrow.utf8()))
    if column.dtype.kind == "M":
        missing = np.isnat(column)
        days = np.where(missing, np.datetime64(0, "D"), column).astype(np.int64).astype(np.int32)
        return pyarrow.array(days, mask=missing if missing.any() else None).cast(pyarrow.date32())
    if column.dtype.kind == "f":
        missing = np.isnan(column)
        return pyarrow.array(column, mask=missing if missing.any() else None)
    return pyarrow.array(column, mask=mask)


def _to_pandas(pandas: Any, column: Column, mask: np.ndarray | None) -> Any:
    if isinstance(column, Categorical):
        return pandas.Categorical.from_codes(column.codes, list(column.categories))
    if column.dtype.kind == "M":
        return column.astype("datetime64[s]")
    if mask is None:
        return column
    kind = pandas.arrays.BooleanArray if column.dtype.kind == "b" else pandas.arrays.IntegerArray
    return kind(column, mask)


def _from_arrow(name: str, chunked: Any) -> tuple[Column, np.ndarray | None]:
    import pyarrow
    import pyarrow.compute

    kind = chunked.type
    is_text = pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind) or pyarrow.types.is_string_view(kind)
    if is_text:
        chunked = chunked.cast(pyarrow.utf8()).dictionary_encode()
    if pyarrow.types.is_dictionary(chunked.type):
        whole = chunked.unify_dictionaries().combine_chunks()
        whole = whole.chunk(0) if isinstance(whole, pyarrow.ChunkedArray) else whole
        codes = pyarrow.compute.fill_null(whole.indices.cast(pyarrow.int32()), -1)
        return Categorical(codes.to_numpy(zero_copy_only=False), tuple(whole.dictionary.to_pylist())), None
    if pyarrow.types.is_date(kind) or pyarrow.types.is_timestamp(kind):
        return chunked.to_numpy().astype("datetime64[D]"), None
    if pyarrow.types.is_floating(kind):
        return chunked.cast(pyarrow.float64()).to_numpy(), None
    if not (pyarrow.types.is_boolean(kind) or pyarrow.types.is_integer(kind)):
        raise ValueError(f"column {name!r} has the Arrow type {kind}; use bool, numbers, dates or text")
    mask = chunked.is_null().to_numpy() if chunked.null_count else None
    filled = chunked.fill_null(False if pyarrow.types.is_boolean(kind) else 0) if chunked.null_count else chunked
    return filled.to_numpy(), mask
