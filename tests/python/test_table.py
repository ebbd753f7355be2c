# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The small table: what goes in comes out, in every library, and nothing shows a value."""

import numpy as np
import pytest

from childwell._table import Categorical, Table

DAYS = np.array(["2025-09-01", "NaT", "1969-12-31"], dtype="datetime64[D]")


def small_table(**options):
    return Table(
        {
            "child": Categorical(np.array([1, -1, 0]), ("secret-b", "secret-a")),
            "date": DAYS,
            "value": np.array([0.5, np.nan, -2.0]),
            "grade": np.array([3, 0, 12], dtype=np.int8),
            "units": np.array([2**40, -1, 0]),
            "seen": np.array([True, False, False]),
            "word": ["full", None, ""],
        },
        masks={"grade": np.array([False, True, False])},
        **options,
    )


def test_columns_come_back_as_arrays():
    table = small_table()
    assert table.columns == ["child", "date", "value", "grade", "units", "seen", "word"]
    assert table.num_rows == len(table) == 3
    assert table["child"].dtype == object
    assert table["child"].tolist() == ["secret-a", None, "secret-b"]
    assert table["word"].tolist() == ["full", None, None]
    assert np.array_equal(table["date"], DAYS, equal_nan=True)
    assert table["grade"].tolist() == [3, None, 12]
    assert table["units"].dtype == np.int64


def test_fixed_width_columns_are_not_copied():
    units = np.arange(5)
    assert np.shares_memory(Table({"units": units})["units"], units)


@pytest.mark.parametrize("shown", [repr, Table._repr_html_])
def test_no_value_is_shown(shown):
    text = shown(small_table(made_up=True))
    assert "3 rows" in text
    assert "7 columns" in text
    assert "made-up" in text
    assert "secret" not in text
    assert "2025" not in text


def test_html_is_escaped():
    assert "<b>" not in Table({"<b>": np.arange(2)})._repr_html_()


@pytest.mark.parametrize(
    ("columns", "masks", "words"),
    [
        ({"a": np.arange(2), "b": np.arange(3)}, None, "length"),
        ({"a": np.zeros((2, 2))}, None, "one value a row"),
        ({"a": np.zeros(2, dtype=complex)}, None, "type"),
        ({"a": ["x", 1]}, None, "text"),
        ({"a": np.arange(2)}, {"b": [True, False]}, "none of this table"),
        ({"a": np.arange(2)}, {"a": [True]}, "one value a row"),
        ({"a": np.zeros(2)}, {"a": [True, False]}, "whole-number"),
    ],
)
def test_mistakes_are_value_errors(columns, masks, words):
    with pytest.raises(ValueError, match=words):
        Table(columns, masks=masks)


@pytest.mark.parametrize(
    ("codes", "categories"),
    [([0, 2], ("a", "b")), ([-2], ("a",)), ([0], ("a", "a")), ([0.0], ("a",)), ([[0]], ("a",)), ([0], (1,))],
)
def test_categorical_mistakes_are_value_errors(codes, categories):
    with pytest.raises(ValueError, match=r"codes|categories"):
        Categorical(np.array(codes), categories)


def test_an_unknown_column_names_the_known_ones():
    with pytest.raises(KeyError, match="child, date"):
        small_table()["absent"]


def test_narrow_and_unsigned_numbers_are_widened():
    table = Table({"a": np.array([255], dtype=np.uint8), "b": np.array([0.5], dtype=np.float32)})
    assert table["a"].dtype == np.int16
    assert table["b"].dtype == np.float64


def test_arrow_round_trip():
    pyarrow = pytest.importorskip("pyarrow")
    arrow = small_table(made_up=True).to_arrow()
    assert arrow.schema.metadata == {b"childwell.made_up": b"true"}
    assert arrow.schema.field("date").type == pyarrow.date32()
    assert arrow.column("child").to_pylist() == ["secret-a", None, "secret-b"]
    assert arrow.column("grade").to_pylist() == [3, None, 12]
    assert arrow.column("value").to_pylist() == [0.5, None, -2.0]
    back = Table.from_stream(arrow)
    assert back.made_up
    assert back.columns == small_table().columns
    for name in back.columns:
        assert repr(back[name].tolist()) == repr(small_table()[name].tolist())


def test_the_arrow_stream_is_read_by_others():
    pyarrow = pytest.importorskip("pyarrow")
    table = small_table(made_up=True)
    read = pyarrow.RecordBatchReader.from_stream(table).read_all()
    assert read.schema.metadata == {b"childwell.made_up": b"true"}
    assert read.to_pylist() == table.to_arrow().to_pylist()


def test_from_stream_of_text_in_chunks():
    pyarrow = pytest.importorskip("pyarrow")
    chunked = pyarrow.chunked_array([["a", "b"], [], [None, "a"]], type=pyarrow.large_string())
    flags = pyarrow.array([True, None, False, True])
    back = Table.from_stream(pyarrow.table({"text": chunked, "flag": flags}))
    assert back["text"].tolist() == ["a", "b", None, "a"]
    assert back["flag"].tolist() == [True, None, False, True]
    assert not back.made_up


def test_from_stream_of_no_rows():
    pyarrow = pytest.importorskip("pyarrow")
    schema = pyarrow.schema([("text", pyarrow.string()), ("coded", pyarrow.dictionary(pyarrow.int8(), "string"))])
    assert len(Table.from_stream(schema.empty_table())) == 0


def test_polars():
    polars = pytest.importorskip("polars")
    frame = small_table().to_polars()
    assert frame["child"].cast(polars.String).to_list() == ["secret-a", None, "secret-b"]
    assert frame["grade"].to_list() == [3, None, 12]
    assert frame["date"].null_count() == 1


def test_duckdb():
    duckdb = pytest.importorskip("duckdb")
    table = small_table()
    read = duckdb.connect().from_arrow(table).order("value").fetchall()
    assert [row[0] for row in read] == ["secret-b", "secret-a", None]


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = small_table(made_up=True).to_pandas()
    assert frame["child"].astype(object).where(frame["child"].notna(), None).tolist() == ["secret-a", None, "secret-b"]
    assert frame["grade"].isna().tolist() == [False, True, False]
    assert frame["grade"].dtype == pandas.Int8Dtype()
    assert frame["date"].dtype == "datetime64[s]"
    assert frame.attrs == {"childwell.made_up": "true"}


def test_an_empty_table():
    table = Table({})
    assert len(table) == 0
    assert table.columns == []
