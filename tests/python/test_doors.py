# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One small study through every kind of column that a library may hand over: the same children, marks and reasons."""

import datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from ten_days import AS_OF, DAYS, KEY, base, enrolment, iso

import childwell as cw

CHILDREN = [7, 12, 2**53 - 1]
ROWS = [(child, iso(day), session, "late" if child == 12 and session == "am" else "present")
        for child in CHILDREN for day in DAYS[:4] for session in ("am", "pm")]
CHILD, DATE, SESSION, CODE = (list(column) for column in zip(*ROWS, strict=True))
DAY = [datetime.date.fromisoformat(day) for day in DATE]


def study(attendance):
    tables = base(enrolment=enrolment(*[{"child": str(child)} for child in CHILDREN]), attendance=attendance)
    records = cw.admit(tables, key=KEY)
    indicators = cw.measure(cw.assemble(records), as_of=AS_OF, policies=["us_edfacts_chronic"])
    return records.ledger["tables"]["attendance"], indicators.table().to_arrow()


def arrow(**changes):
    columns = {"child": pa.array(CHILD), "school": pa.array(["S"] * len(CHILD)), "date": pa.array(DAY, pa.date32()),
               "session": pa.array(SESSION), "code": pa.array(CODE)}
    return pa.table(columns | changes)


class Marks(pd.DataFrame):
    """A frame of the caller's own kind, as geopandas and many a project have one."""


def pandas(**changes):
    columns = {"child": CHILD, "school": "S", "date": pd.to_datetime(DATE), "session": SESSION, "code": CODE}
    return pd.DataFrame(columns | changes)


def padded(array):
    """The same values in the middle of a longer array, so that offsets matter."""
    junk = pa.nulls(3, array.type)
    return pa.concat_arrays([junk, array, junk]).slice(3, len(array))


def chunked(array):
    """In pieces that do not fall on bytes, with empty ones between."""
    none = array.slice(0, 0)
    return pa.chunked_array([none, array.slice(0, 5), none, none, array.slice(5, 1), array.slice(6), none], array.type)


def encoded(values, index):
    array = pa.array(values).dictionary_encode()
    return pa.DictionaryArray.from_arrays(array.indices.cast(index), array.dictionary)


def with_spare_nulls(values):
    """A dictionary with a null among its values, and one code twice under another number."""
    entries = [None, *sorted(set(values)), sorted(set(values))[0]]
    return pa.DictionaryArray.from_arrays(pa.array([entries.index(value) for value in values], pa.int16()), pa.array(entries))


def instants(unit, zone):
    """Half past midnight in China, which is the day before in Greenwich."""
    local = [datetime.datetime.combine(day, datetime.time(0, 30)) for day in DAY]
    if zone is None:
        return pa.array(local, pa.timestamp(unit))
    china = datetime.timezone(datetime.timedelta(hours=8))
    return pa.array([moment.replace(tzinfo=china) for moment in local], pa.timestamp(unit, zone))


TEXT = [str(child) for child in CHILD]
LONG = ["a name of a source that is longer than twelve bytes"] * len(CHILD)
DOORS = {
    "arrow text": arrow(child=pa.array(TEXT)),
    "arrow large text": arrow(child=pa.array(TEXT, pa.large_string()), code=pa.array(CODE, pa.large_string())),
    "arrow string views": arrow(child=pa.array(TEXT, pa.string_view()), code=pa.array(CODE, pa.string_view()),
                                source=pa.array(LONG, pa.string_view())),
    "arrow offsets": arrow(child=padded(pa.array(TEXT)), date=padded(pa.array(DAY)), code=padded(pa.array(CODE)), session=padded(pa.array(SESSION))),
    "arrow views with offsets": arrow(code=padded(pa.array(CODE, pa.string_view())), source=padded(pa.array(LONG, pa.string_view()))),
    "arrow chunks": arrow(child=chunked(pa.array(TEXT)), code=chunked(encoded(CODE, pa.int8())), date=chunked(pa.array(DAY))),
    "arrow sliced table": pa.concat_tables([arrow().slice(0, 5), arrow()]).slice(5),
    "arrow int32": arrow(date=pa.array(DATE)).set_column(0, "child", pa.array(CHILD, pa.uint64())),
    "arrow real ids": arrow(child=pa.array([float(child) for child in CHILD])),
    "arrow dictionary int8": arrow(child=encoded(TEXT, pa.int8()), code=encoded(CODE, pa.int64())),
    "arrow dictionary of numbers": arrow(child=encoded(CHILD, pa.int32())),
    "arrow dictionary uint8": arrow(code=encoded(CODE, pa.uint8()), session=encoded(SESSION, pa.uint32())),
    "arrow dictionary with nulls": arrow(code=with_spare_nulls(CODE), child=with_spare_nulls(TEXT)),
    "arrow dictionary with offsets": arrow(code=padded(encoded(CODE, pa.int8()))),
    "arrow date64": arrow(date=pa.array(DAY, pa.date64())),
    **{f"arrow {unit} {zone}": arrow(date=instants(unit, zone)) for unit in ("s", "ms", "us", "ns")
       for zone in (None, "UTC", "Asia/Shanghai", "America/New_York")},
    "arrow texts with a zone": arrow(date=pa.array([f"{day}T00:30:00+08:00" for day in DATE])),
    "arrow texts in Greenwich": arrow(date=pa.array([f"{day - datetime.timedelta(1)}T16:30:00Z" for day in DAY])),
    "pandas": pandas(),
    "pandas of the caller's own kind": Marks(pandas(child=pd.Series([str(c) if i % 2 else c for i, c in enumerate(CHILD)], dtype=object))),
    "pandas text": pandas(child=TEXT, date=DATE),
    "pandas objects": pandas(child=pd.Series(CHILD, dtype=object), date=pd.Series(DAY, dtype=object)),
    "pandas mixed objects": pandas(child=pd.Series([str(c) if i % 2 else c for i, c in enumerate(CHILD)], dtype=object)),
    "pandas real objects": pandas(child=pd.Series([float(c) for c in CHILD], dtype=object)),
    "pandas decimals": pandas(child=pd.Series([Decimal(c) for c in CHILD], dtype=object)),
    "pandas real": pandas(child=np.array(CHILD, dtype=float)),
    "pandas Int64": pandas(child=pd.array(CHILD, dtype="Int64")),
    "pandas UInt64": pandas(child=pd.array(CHILD, dtype="UInt64")),
    "pandas uint64": pandas(child=np.array(CHILD, dtype=np.uint64)),
    "pandas Float64": pandas(child=pd.array(CHILD, dtype="Float64")),
    "pandas string": pandas(child=pd.array(TEXT, dtype="string"), code=pd.array(CODE, dtype="string")),
    "pandas category": pandas(child=pd.Categorical(TEXT), code=pd.Categorical(CODE)),
    "pandas category of numbers": pandas(child=pd.Categorical(CHILD)),
    "pandas category of real numbers": pandas(child=pd.Categorical([float(c) for c in CHILD])),
    "pandas category of dates": pandas(date=pd.Categorical(pd.to_datetime(DATE))),
    "pandas with pyarrow": pandas(child=pd.array(CHILD, dtype="int64[pyarrow]"), code=pd.array(CODE, dtype="string[pyarrow]"),
                                  date=pd.array(DAY, dtype="date32[pyarrow]")),
    "pandas converted": pandas(child=TEXT).convert_dtypes(),
    **{f"pandas {zone}": pandas(date=pd.to_datetime([f"{day} 00:30" for day in DATE]).tz_localize("Asia/Shanghai").tz_convert(zone))
       for zone in ("UTC", "Asia/Shanghai", "America/New_York")},
    "pandas clock": pandas(date=pd.to_datetime([f"{day} 07:30" for day in DATE])),
    "polars": pl.from_arrow(arrow()),
    "polars categorical": pl.from_arrow(arrow()).with_columns(pl.col("code").cast(pl.Categorical), pl.col("child").cast(pl.String)),
    "polars enum": pl.from_arrow(arrow()).with_columns(pl.col("code").cast(pl.Enum(["late", "present"]))),
    "polars chunks": pl.concat([pl.from_arrow(arrow().slice(0, 7)), pl.from_arrow(arrow().slice(7))], rechunk=False),
    "polars lazy": pl.from_arrow(arrow()).lazy(),
    "polars zone": pl.from_arrow(arrow(date=instants("us", "Asia/Shanghai"))),
    "duckdb": duckdb.connect().from_arrow(arrow()),
    "duckdb text": duckdb.connect().from_arrow(arrow(child=pa.array(TEXT), date=pa.array(DATE))),
    "lists": {"child": CHILD, "school": ["S"] * len(CHILD), "date": DATE, "session": SESSION, "code": CODE},
    "bytes": {"child": np.array(TEXT, dtype="S20"), "school": np.array(["S"] * len(CHILD)), "date": np.array(DATE, dtype="datetime64[ms]"),
              "session": np.array(SESSION), "code": np.array(CODE)},
}


@pytest.fixture(scope="module")
def reference():
    return study(arrow())


@pytest.mark.parametrize("door", DOORS, ids=[name.replace(" ", "-") for name in DOORS])
def test_every_kind_of_column_says_the_same(reference, door):
    ledger, table = study(DOORS[door])
    assert (ledger["accepted"], ledger["read"], ledger["reasons"]) == (len(ROWS), len(ROWS), {})
    assert table == reference[1] or all(
        table.column(name) == reference[1].column(name)
        or np.array_equal(table.column(name).to_numpy(), reference[1].column(name).to_numpy(), equal_nan=True)
        for name in table.column_names)


NOBODY = {
    "None": pd.Series([None] + CHILD[1:], dtype=object),
    "nan": pd.Series([float("nan")] + CHILD[1:], dtype=object),
    "NA": pd.array([pd.NA] + CHILD[1:], dtype="Int64"),
    "NA of real": pd.array([pd.NA] + CHILD[1:], dtype="Float64"),
    "NA of text": pd.array([pd.NA] + TEXT[1:], dtype="string"),
    "NA of pyarrow": pd.array([None] + TEXT[1:], dtype="string[pyarrow]"),
    "NA among objects": pd.Series([pd.NA] + TEXT[1:], dtype=object),
    "real NaN": np.array([np.nan] + CHILD[1:]),
    "category": pd.Categorical([None] + TEXT[1:]),
    "text nan": ["nan"] + TEXT[1:],
    "text None": ["None"] + TEXT[1:],
    "text <NA>": ["<NA>"] + TEXT[1:],
    "blank": [" \u3000"] + TEXT[1:],
}


@pytest.mark.parametrize("ids", NOBODY, ids=[name.replace(" ", "-") for name in NOBODY])
def test_an_id_that_is_missing_is_nobody(ids):
    ledger, _ = study(pandas(child=NOBODY[ids]))
    assert (ledger["quarantined"], ledger["reasons"]) == (1, {"E16": 1})
    records = cw.admit({"attendance": pandas(child=NOBODY[ids])}, key=KEY)
    assert records.ledger["children"]["read"] == 3


def test_a_list_with_a_gap_is_a_gap_and_not_a_child():
    names = ["a", float("nan"), None, "b"]
    records = cw.admit({"children": {"child": names}}, key=KEY)
    assert records.ledger["children"]["read"] == 2
    assert records.ledger["tables"]["children"]["reasons"] == {"E16": 2}


def test_numbers_too_large_for_their_column_do_not_become_another_child():
    large = [2**63 + 7, 2**63 + 8, 7]
    assert cw.admit({"children": {"child": np.array(large, dtype=np.uint64)}}, key=KEY).ledger["children"]["read"] == 3
    assert cw.admit({"children": pd.DataFrame({"child": pd.array(large, dtype="UInt64")})}, key=KEY).ledger["children"]["read"] == 3
    through_arrow = cw.admit({"children": pa.table({"child": pa.array(large, pa.uint64())})}, key=KEY)
    assert through_arrow.ledger["children"]["read"] == 3
    beyond = cw.admit({"children": {"child": np.array([2.0**53, 2.0**53 + 2])}}, key=KEY)  # digits are lost already
    assert beyond.ledger["tables"]["children"]["reasons"] == {"E25": 2}


@pytest.mark.parametrize("edge", [2**31 - 1, 2**31, 2**31 + 1, 2**32, -(2**31), 2**63 - 1, -(2**63)])
def test_whole_numbers_at_the_edges_are_read_or_refused_and_never_wrapped(edge):
    totals = pa.table({"place": ["S"], "from": ["2025-09-01"], "to": ["2025-09-05"],
                       "sessions_possible": pa.array([edge], pa.int64()), "absent_excused": pa.array([edge], pa.int64())})
    ledger = cw.admit({"attendance_totals": totals}, key=KEY).ledger["tables"]["attendance_totals"]
    assert ledger["accepted"] == (1 if edge > 0 else 0)
    assert ledger["quarantined"] == (0 if edge > 0 else 1)


def test_a_frame_with_a_column_twice_says_which():
    twice = pd.concat([pandas(), pandas()[["code"]]], axis=1)
    with pytest.raises(ValueError, match="'code' stands twice"):
        cw.admit({"attendance": twice}, key=KEY)
    with pytest.raises(cw.DataError):
        cw.admit({"attendance": pa.table([pa.array(CODE), pa.array(CODE), pa.array(CHILD), pa.array(DAY)],
                                         names=["code", "code", "child", "date"])}, key=KEY)


@pytest.mark.parametrize("kind", [pa.decimal128(20, 0), pa.binary(), pa.time32("s"), pa.list_(pa.int64()), pa.struct([("a", pa.int64())])])
def test_a_type_that_is_not_read_says_what_to_do(kind):
    with pytest.raises(ValueError, match="cast it to"):
        cw.admit({"children": pa.table({"child": pa.nulls(2, kind)})}, key=KEY)


def test_a_stream_is_read_once():
    class Once:
        capsule = arrow().__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema=None):
            return self.capsule

    once = Once()
    assert cw.admit({"attendance": once}, key=KEY).ledger["tables"]["attendance"]["read"] == len(ROWS)
    with pytest.raises(ValueError, match="already read"):
        cw.admit({"attendance": once}, key=KEY)
