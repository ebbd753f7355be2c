# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The command line as its user meets it, the sources it reads, and runs that are killed."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

import childwell as cw
from childwell._sources import read_sources
from childwell._study import read_study
from childwell.cli import app

runner = CliRunner()

STUDY = """
title = "small"
purpose = "check"
audience = "test"
policies = ["us_edfacts_chronic", "not_seen_10_sessions"]
registers = "full"
[tables.attendance]
file = "marks.csv"
columns = { child = "student", school = "school", date = "day", code = "mark" }
[tables.attendance.codes.code]
"√" = "present"
"病假" = "absent_illness"
"""
MARKS = "student,school,day,mark\n" + "".join(f"M{n:03},S{n % 2},2025-09-{d:02},{'病假' if (n + d) % 9 == 0 else '√'}\n"
                                                for n in range(40) for d in range(1, 11))


@pytest.fixture
def study(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "marks.csv").write_text(MARKS, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    runner.invoke(app, ["key", "create", str(tmp_path / "k")])
    return tmp_path


def call(study, *more):
    return runner.invoke(app, ["run", str(study / "study.toml"), "--data", str(study / "data"), "--as-of", "2025-09-12", "--out", str(study / "out"),
                               "--key", str(study / "k"), *more])


def test_a_run_from_csv(study):
    result = call(study, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["rows_read"] == 400
    assert {path.name for path in (study / "out" / "latest").iterdir()} == {
        "indicators.parquet", "aggregates.parquet", "quarantine.parquet", "ledger.json", "provenance.json", "report.html"}
    provenance = json.loads((study / "out" / "latest" / "provenance.json").read_text("utf-8"))
    assert str(study) not in json.dumps(provenance)


def test_the_same_study_in_gb18030_parquet_and_duckdb(study):
    import duckdb

    call(study)
    reference = (study / "out" / "latest" / "indicators.parquet").read_bytes()
    data = study / "data"
    connection = duckdb.connect(str(data / "marks.duckdb"))
    connection.execute("CREATE TABLE marks AS SELECT * FROM read_csv(?, all_varchar = true)", [str(data / "marks.csv")])
    connection.execute("COPY marks TO ? (FORMAT parquet)", [str(data / "marks.parquet")])
    connection.close()
    for replacement in ('file = "marks.parquet"', 'database = "marks.duckdb"\ntable = "marks"', 'select = "SELECT * FROM marks ORDER BY mark, student"'):
        if "select" in replacement:
            (data / "marks.parquet").unlink()
            (data / "marks.csv").write_bytes(MARKS.encode("gb18030"))
        (study / "study.toml").write_text(STUDY.replace('file = "marks.csv"', replacement), encoding="utf-8")
        result = call(study)
        assert result.exit_code == 0, result.output
        assert (study / "out" / "latest" / "indicators.parquet").read_bytes() == reference


def test_broken_lines_are_counted_and_not_lost(study):
    broken = MARKS + "M999,S1\n" + "M998,S1,2025-09-01,√,too,many\n"
    (study / "data" / "marks.csv").write_text(broken, encoding="utf-8")
    assert call(study).exit_code == 0
    ledger = json.loads((study / "out" / "latest" / "ledger.json").read_text("utf-8"))["tables"]["attendance"]
    assert (ledger["read"], ledger["accepted"], ledger["quarantined"], ledger["reasons"]) == (402, 400, 2, {"E27": 2})


def test_without_a_key_it_says_how_to_make_one(study):
    result = runner.invoke(app, ["run", str(study / "study.toml"), "--data", str(study / "data"), "--as-of", "2025-09-12", "--out", str(study / "out")])
    assert result.exit_code == 2
    assert "childwell key create" in result.output


@pytest.mark.parametrize(("change", "word"), [
    (("purpose", "purpse"), "purpose"), (("us_edfacts_chronic", "us_edfact_chronic"), "us_edfacts_chronic"),
    (("marks.csv", "../k"), "data folder"), (("marks.csv", "/etc/hostname"), "data folder"), (('"day"', '"dya"'), "day"),
])
def test_mistakes_are_named_with_their_mend(study, change, word):
    (study / "study.toml").write_text(STUDY.replace(*change), encoding="utf-8")
    result = call(study)
    assert result.exit_code == 2
    assert word in result.output.replace("\n", " ")


def test_a_link_out_of_the_data_folder_is_refused(study):
    (study / "data" / "out.csv").symlink_to(study / "study.toml")
    with pytest.raises(ValueError, match="data folder"):
        read_sources({"attendance": {"file": "out.csv"}}, study / "data", {})


def test_strict_stops_with_one_and_writes_nothing(study):
    (study / "data" / "marks.csv").write_text(MARKS + "M999,S1,2025-09-01,☂\n", encoding="utf-8")
    assert call(study, "--strict").exit_code == 1
    assert not (study / "out" / "latest").exists()


def test_check_writes_nothing_and_names_the_school(study):
    only_absences = "student,school,day,mark\nM001,S7,2025-09-01,病假\n"
    (study / "data" / "marks.csv").write_text(only_absences, encoding="utf-8")
    (study / "study.toml").write_text(STUDY.replace('registers = "full"\n', ""), encoding="utf-8")
    result = runner.invoke(app, ["check", str(study / "study.toml"), "--data", str(study / "data")])
    assert result.exit_code == 1
    assert "S7" in result.output
    assert not (study / "out").exists()


def test_a_second_run_on_the_same_folder_fails_fast(study):
    (study / "out").mkdir()
    with (study / "out" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert call(study).exit_code == 75


def test_no_id_and_no_value_is_printed(study):
    (study / "data" / "marks.csv").write_text(MARKS + "SECRET-1,S1,SECRET-2,SECRET-3\n", encoding="utf-8")
    for result in (call(study), call(study, "--strict"), runner.invoke(app, ["check", str(study / "study.toml"), "--data", str(study / "data")])):
        assert "SECRET" not in result.output
        assert "M001" not in result.output
    for path in (study / "out" / "latest").iterdir():
        assert b"SECRET" not in path.read_bytes(), path.name


@pytest.mark.skipif(os.name != "posix", reason="kill is POSIX")
@pytest.mark.parametrize("after", [0.0, 0.15, 0.3, 0.45])
def test_a_killed_run_leaves_latest_as_it_was(study, after):
    assert call(study).exit_code == 0
    before = os.readlink(study / "out" / "latest")
    held = {path.name: path.read_bytes() for path in (study / "out" / "latest").iterdir()}
    script = ("import sys; from childwell.cli import app; print('ready', flush=True); "
              f"app(['run', {str(study / 'study.toml')!r}, '--data', {str(study / 'data')!r}, '--as-of', '2025-09-10', '--out', "
              f"{str(study / 'out')!r}, '--key', {str(study / 'k')!r}])")
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    now = os.readlink(study / "out" / "latest")
    if now == before:  # killed in time: nothing changed
        assert {path.name: path.read_bytes() for path in (study / "out" / "latest").iterdir()} == held
    else:  # it was done already: the new run is whole
        assert len(list((study / "out" / "latest").iterdir())) == 6
    assert call(study).exit_code == 0
    assert not list((study / "out").glob(".tmp-*"))


def test_doctor_and_catalogue_speak():
    assert "kernel in use" in runner.invoke(app, ["doctor"]).output
    assert "attendance.absence_rate" in runner.invoke(app, ["catalogue"]).output


def test_a_study_without_tables_is_still_read(study):
    (study / "empty.toml").write_text('purpose = "x"\n', encoding="utf-8")
    assert read_study(study / "empty.toml")["sources"] == {}
    assert repr(cw.open_study(study / "empty.toml", key=cw.Key.from_bytes(bytes(32)))).startswith("childwell.Study")
