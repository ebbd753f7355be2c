# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The whole path on a made-up city: rows and children accounted for, the same bytes from every door."""

import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

import childwell as cw
from childwell._run import run

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
    names = {path.name for path in first.iterdir()}
    assert names == {"indicators.parquet", "aggregates.parquet", "quarantine.parquet", "ledger.json", "provenance.json", "report.html"}
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert (tmp_path / "a" / "latest").resolve() == first.resolve()


def shuffled(table, seed):
    order = np.random.default_rng(seed).permutation(len(table))
    return table.take(order), order


def as_polars(table):
    return table.to_polars()


def as_pandas(table):
    return table.to_pandas()


def as_pyarrow(table):
    return table.to_arrow()


def as_duckdb(table):
    import duckdb

    arrow = table.to_arrow()
    return duckdb.connect().from_arrow(arrow)


@pytest.mark.parametrize("door", [as_polars, as_pandas, as_pyarrow, as_duckdb])
def test_the_same_bytes_come_through_every_library_and_row_order(city, door):
    expected = cw.open_study(city, key=KEY)
    reference = expected.measure(as_of=city.as_of).table().to_arrow()
    tables = {name: door(shuffled(table, 5)[0]) for name, table in city.items()}
    other = cw.open_study(tables, key=KEY, policies=city.policies, purpose=city.purpose, codes=city.codes)
    got = other.measure(as_of=city.as_of).table().to_arrow()
    assert [column.name for column in got.schema] == [column.name for column in reference.schema]
    for name in reference.column_names:
        assert got.column(name).cast(reference.schema.field(name).type) == reference.column(name) or (
            np.array_equal(got.column(name).to_numpy(), reference.column(name).to_numpy(), equal_nan=True)), name


def test_no_made_up_id_leaves_the_core(city, study, tmp_path):
    folder = run(study, as_of=[city.as_of], out=tmp_path)
    for path in folder.iterdir():
        assert b"MADEUP-" not in path.read_bytes(), path.name
    children = pyarrow.parquet.read_table(folder / "indicators.parquet").column("child").unique().to_pylist()
    assert all(re.fullmatch(r"[0-9a-f]{32}", child) for child in children)
    page = (folder / "report.html").read_text("utf-8")
    assert not any(child in page for child in children)
    assert "<script" not in page


def test_provenance_names_policies_and_the_made_up_data(city, study, tmp_path):
    provenance = json.loads((run(study, as_of=[city.as_of], out=tmp_path) / "provenance.json").read_text("utf-8"))
    assert provenance["policies"] == city.policies
    assert provenance["made_up"] is True
    assert str(Path.cwd()) not in json.dumps(provenance)
