# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks give rows of one form, and a suite is one file that plugs in."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
ROW = {"id": "a", "what": "b", "unit": "c", "ours": 1.0, "limit": 2.0, "peers": {"other": 3.0}, "n": 1, "threads": 1, "spread": 0.5}


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bench = loaded("bench")


def suite(folder, name, rows):
    (folder / f"{name}.py").write_text(f"def rows(quick: bool) -> list[dict]:\n    return {rows!r}\n", encoding="utf-8")


@pytest.mark.parametrize("change", [{"ours": float("nan")}, {"ours": "1"}, {"n": 0}, {"threads": 1.5}, {"limit": "x"}, {"peers": {"p": None}}, {"unit": ""},
                                    {"extra": 1}])
def test_a_row_of_another_form_is_found(change):
    assert bench.faults([ROW]) == []
    assert len(bench.faults([ROW | change])) == 1
    assert bench.faults([ROW, ROW]) == ["a: there are two rows of this id"]
    assert bench.faults([{"id": "a"}])


def test_a_suite_is_a_file_and_only_selects_it(tmp_path, capsys):
    suite(tmp_path, "one", [ROW])
    suite(tmp_path, "two", [ROW | {"id": "b"}])
    assert bench.main(["--json", str(tmp_path / "all.json")], tmp_path) == 0
    assert [row["id"] for row in json.loads((tmp_path / "all.json").read_text("utf-8"))] == ["a", "b"]
    assert bench.main(["--only", "two", "--json", str(tmp_path / "two.json")], tmp_path) == 0
    assert json.loads((tmp_path / "two.json").read_text("utf-8")) == [ROW | {"id": "b"}]
    assert "other 3" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        bench.main(["--only", "three"], tmp_path)


def test_a_figure_over_its_limit_is_a_failure(tmp_path, capsys):
    suite(tmp_path, "one", [ROW | {"ours": 2.5}])
    assert bench.main([], tmp_path) == 1
    assert "over the limit: a" in capsys.readouterr().out
    suite(tmp_path, "one", [ROW | {"ours": "fast"}])
    with pytest.raises(SystemExit, match="another form"):
        bench.main([], tmp_path)


def test_the_suites_of_this_project_plug_in():
    names = bench.suites()
    assert "path" in names
    for path in names.values():
        assert callable(bench.rows_of(path))


def test_the_path_gives_rows_of_every_step(monkeypatch):
    path = loaded("path")
    monkeypatch.setattr(path, "probe", lambda: 1.0)
    results = [path.one_size(size, 2) for size in (200, 400)]
    rows = [row for result in results for row in path.rows_of(result)] + path.growth_of(results)
    assert bench.faults(rows) == []
    assert {f"path-{step}-{size}" for step in path.STEPS for size in (200, 400)} <= {row["id"] for row in rows}
    assert {f"path-growth-{step}" for step in path.STEPS} <= {row["id"] for row in rows}
    assert sys.modules["childwell"]


def test_the_made_up_city_gives_rows_of_time_and_memory():
    synthetic = loaded("synthetic")
    results = {order: [synthetic.one_city(60, order)] for order in ("whole", "date", "random", "child")}
    assert len({result[0]["marks"] for result in results.values()}) == 1
    rows = [row for order, result in results.items() for row in synthetic.rows_of(60, order, result)]
    assert bench.faults(rows) == []
    assert all(row["ours"] > 0 for row in rows) and len(rows) == 8
