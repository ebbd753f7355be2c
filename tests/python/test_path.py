# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The whole path on a made-up city: rows and children accounted for, the same bytes from every door."""

import json
import os
import re
from pathlib import Path

import duckdb
import numpy as np
import polars
import pyarrow.parquet
import pytest

import childwell as cw
from childwell._run import run
from childwell._study import Study

SHARED = Path(os.environ.get("CHILDWELL_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
KEY = cw.Key.from_bytes(bytes(range(32)))
PARTS = ("seen", "not_seen", "suspended", "left_known", "left_unknown")


@pytest.fixture(scope="module")
def city():
    return cw.synthetic.city(children=600, seed=11)


@pytest.fixture(scope="module")
def study(city):
    return cw.open_study(city, key=KEY)


def test_every_row_and_every_child_is_accounted_for(city, study):
    ledger = study.cohort.ledger
    assert sum(entry["read"] for entry in ledger["tables"].values()) == sum(len(table) for table in city.values())
    for entry in ledger["tables"].values():
        assert entry["accepted"] + entry["corrected"] + entry["quarantined"] == entry["read"]
    roll = study.measure(as_of=city.as_of).roll()
    assert roll["on_roll"] == sum(roll[part] for part in PARTS) > 500


def test_a_run_writes_its_folder_and_the_same_bytes_again(city, tmp_path):
    first = run(cw.open_study(city, key=KEY), as_of=[city.as_of], out=tmp_path / "a")
    second = run(cw.open_study(city, key=KEY), as_of=[city.as_of], out=tmp_path / "b")
    written = [path.relative_to(first) for path in first.rglob("*") if path.is_file()]
    names = {path.name for path in written if len(path.parts) == 1}
    assert names == {"indicators.parquet", "aggregates.parquet", "quarantine.parquet", "ledger.json", "provenance.json", "report.html",
                     "report.json", "aggregates.xlsx", "report.docx"}
    assert {path.parts[:2] for path in written if len(path.parts) > 1} == {("worklist", name) for name in city.recipients if name not in ("institute", "officer")}
    for name in written:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert (tmp_path / "a" / "latest").resolve() == first.resolve()


def as_arrow(table):
    return pyarrow.table(table)


def as_polars(table):
    return polars.from_arrow(table)


def as_pandas(table):
    return table.to_pandas(date_as_object=False)


def as_duckdb(table):
    return duckdb.connect().from_arrow(table)


def shuffled(table, seed):
    order = np.random.default_rng(seed).permutation(table.num_rows)
    return table.take(pyarrow.array(order)), order


def dirty(city):
    """The city with rows that are set aside and corrected, so that there is a quarantine to compare."""
    tables = {name: pyarrow.table(table) for name, table in city.items()}
    marks = tables["attendance"]
    plain = pyarrow.schema([pyarrow.field(field.name, field.type.value_type if pyarrow.types.is_dictionary(field.type) else field.type)
                            for field in marks.schema])
    marks = marks.cast(plain)
    repeated = marks.slice(0, 40)
    unknown = marks.slice(60, 25).set_column(marks.column_names.index("code"), "code", pyarrow.array(["☂"] * 25))
    nobody = marks.slice(90, 7).set_column(marks.column_names.index("child"), "child", pyarrow.nulls(7, pyarrow.string()))
    tables["attendance"] = pyarrow.concat_tables([marks, repeated, unknown, nobody])
    return tables


def outputs(study, as_of, out, orders):
    """Bytes of the two tables, and the quarantine with row numbers as they were before the rows were shuffled."""
    folder = run(study, as_of=[as_of], out=out)
    aside = pyarrow.parquet.read_table(folder / "quarantine.parquet").to_pylist()
    for row in aside:
        row["row"] = int(orders[row["table"]][row["row"]]) if orders else row["row"]
    aside.sort(key=lambda row: tuple(map(str, row.values())))
    ledger = json.loads((folder / "ledger.json").read_text("utf-8"))
    return (folder / "indicators.parquet").read_bytes(), (folder / "aggregates.parquet").read_bytes(), aside, ledger


DOORS = {"pyarrow": as_arrow, "polars": as_polars, "pandas": as_pandas, "duckdb": as_duckdb}


def compare_doors(tables, options, as_of, tmp_path, monkeypatch):
    monkeypatch.setenv("CHILDWELL_NUM_THREADS", "1")
    expected = outputs(Study(tables, options, KEY), as_of, tmp_path / "reference", None)
    for number, (name, door) in enumerate(DOORS.items()):
        monkeypatch.setenv("CHILDWELL_NUM_THREADS", str(1 + number % 2))
        mixed = {table: shuffled(rows, 5 + number) for table, rows in tables.items()}
        given = {table: door(rows) for table, (rows, _) in mixed.items()}
        orders = {table: order for table, (_, order) in mixed.items()}
        got = outputs(Study(given, options, KEY), as_of, tmp_path / name, orders)
        for what, one, other in zip(("indicators", "aggregates", "quarantine", "ledger"), got, expected, strict=True):
            assert one == other, (name, what)
        # every library with both numbers of threads
        monkeypatch.setenv("CHILDWELL_NUM_THREADS", str(2 - number % 2))
        given = {table: door(rows) for table, (rows, _) in mixed.items()}
        assert outputs(Study(given, options, KEY), as_of, tmp_path / name, orders)[:2] == expected[:2], name
    return expected


def test_the_same_bytes_come_through_every_library_row_order_and_number_of_threads(city, tmp_path, monkeypatch):
    options = {"purpose": city.purpose, "policies": list(city.policies), "codes": dict(city.codes), "made_up": True,
               "levels": ["city", "county", "township", "school", "class"], "windows": ["year_to_date", "last_20_sessions"]}
    _, _, aside, ledger = compare_doors(dirty(city), options, city.as_of, tmp_path, monkeypatch)
    assert {row["reason"] for row in aside} >= {"E05", "E16"}
    assert ledger["tables"]["attendance"]["reasons"]["E01"] == 40


@pytest.mark.skipif(not (SHARED / "oulad2013").is_dir(), reason="oulad2013 is not there")
def test_oulad_gives_the_same_bytes_through_every_library(tmp_path, monkeypatch):
    study = cw.open_study(Path(__file__).parents[2] / "notebooks/studies/oulad.toml", data=SHARED / "oulad2013", key=KEY)
    tables = {name: pyarrow.table(table) for name, table in study.tables.items()}
    _, _, aside, _ = compare_doors(tables, study.options, "2014-08-31", tmp_path, monkeypatch)
    assert len(aside) == 84 + 18


def test_no_made_up_id_leaves_the_core(city, study, tmp_path):
    folder = run(study, as_of=[city.as_of], out=tmp_path)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert b"MADEUP-" not in path.read_bytes(), path.name
    children = pyarrow.parquet.read_table(folder / "indicators.parquet").column("child").unique().to_pylist()
    assert all(re.fullmatch(r"[0-9a-f]{32}", child) for child in children)
    page = (folder / "report.html").read_text("utf-8")
    assert not any(child in page for child in children)
    assert "<script" not in page


@pytest.mark.parametrize("form", ["Table", "pyarrow", "pandas"])
def test_the_mark_of_made_up_data_is_not_lost_with_the_city(city, form):
    turn = {"Table": lambda table: table, "pyarrow": lambda table: table.to_arrow(), "pandas": lambda table: table.to_pandas()}[form]
    tables = {name: turn(table) for name, table in city.items()}
    assert not hasattr(tables, "made_up")
    indicators = cw.open_study(tables, key=KEY, policies=city.policies, codes=city.codes).measure(as_of=city.as_of)
    assert indicators.table().made_up
    assert cw.aggregate(indicators).table().made_up
    one = {name: table.to_polars() for name, table in city.items()}  # polars keeps no such mark
    assert not cw.open_study(one, key=KEY, codes=city.codes).measure(as_of=city.as_of).table().made_up


def test_provenance_names_policies_and_the_made_up_data(city, study, tmp_path):
    provenance = json.loads((run(study, as_of=[city.as_of], out=tmp_path) / "provenance.json").read_text("utf-8"))
    assert provenance["policies"] == city.policies
    assert provenance["made_up"] is True
    assert str(Path.cwd()) not in json.dumps(provenance)
