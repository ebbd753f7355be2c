# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The command line as its user meets it, the sources it reads, and runs that are killed."""

import fcntl
import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from rich.console import Console
from typer.testing import CliRunner

import childwell as cw
from childwell._sources import read_sources
from childwell._study import read_study
from childwell.cli import Steps, app

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
        "indicators.parquet", "aggregates.parquet", "quarantine.parquet", "ledger.json", "provenance.json", "report.html",
        "report.json", "aggregates.xlsx", "report.docx"}
    provenance = json.loads((study / "out" / "latest" / "provenance.json").read_text("utf-8"))
    assert str(study) not in json.dumps(provenance)


def test_the_same_study_in_gb18030_parquet_and_duckdb(study):
    import duckdb

    call(study)
    reference = (study / "out" / "latest" / "indicators.parquet").read_bytes()
    data = study / "data"
    connection = duckdb.connect(str(data / "marks.duckdb"))
    connection.execute("CREATE TABLE marks AS SELECT * FROM read_csv(?, all_varchar = true)", [str(data / "marks.csv")])
    connection.execute(f"COPY marks TO '{data / 'marks.parquet'}' (FORMAT parquet)")
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


def test_rows_that_hold_nul_bytes_are_set_aside_and_not_lost(study):
    lines = MARKS.encode("utf-8").split(b"\n")
    lines[1] = lines[1].replace(b"M000", b"M0\x0000")  # a child's id
    lines[2] = lines[2].replace(b"2025-", b"2025\x00-")
    lines[3] = lines[3].replace(b",S0", b",S0\x00")
    (study / "data" / "marks.csv").write_bytes(b"\n".join(lines))
    assert call(study).exit_code == 0
    ledger = json.loads((study / "out" / "latest" / "ledger.json").read_text("utf-8"))["tables"]["attendance"]
    assert (ledger["read"], ledger["accepted"], ledger["corrected"], ledger["quarantined"]) == (400, 397, 0, 3)
    assert ledger["reasons"] == {"E12": 3}


def test_the_policy_of_disclosure_is_printed_and_whether_the_study_named_it(study):
    pages = {}
    for name, policies in (("default", '["not_seen_10_sessions"]'), ("study", '["not_seen_10_sessions", "small_cells_10"]')):
        text = STUDY.replace('["us_edfacts_chronic", "not_seen_10_sessions"]', policies)
        (study / "study.toml").write_text(text, encoding="utf-8")
        assert call(study).exit_code == 0
        provenance = json.loads((study / "out" / "latest" / "provenance.json").read_text("utf-8"))
        assert provenance["policies"] == ["not_seen_10_sessions", "small_cells_10"]
        assert provenance["disclosure"] == {"policy": "small_cells_10", "minimum_cell": 10, "chosen_by": name}
        pages[name] = (study / "out" / "latest" / "report.html").read_text("utf-8")
    for words in ("named by nobody: the default stands", "研究未指定，采用默认规则"):
        assert words in pages["default"]
        assert words not in pages["study"]


def test_two_policies_of_disclosure_are_one_too_many(study):
    own = '[policy.ours]\nkind = "disclosure"\ncountry = "CN"\nfrom = 2025-09-01\nsource = "the bureau"\nminimum_cell = 20\n[tables.attendance]'
    text = STUDY.replace('"not_seen_10_sessions"]', '"small_cells_10", "ours"]').replace("[tables.attendance]", own, 1)
    (study / "study.toml").write_text(text, encoding="utf-8")
    result = call(study)
    assert result.exit_code == 2
    assert "name one of them" in result.output.replace("\n", " ")


def test_without_a_key_it_says_how_to_make_one(study):
    result = runner.invoke(app, ["run", str(study / "study.toml"), "--data", str(study / "data"), "--as-of", "2025-09-12", "--out", str(study / "out")])
    assert result.exit_code == 2
    assert "childwell key create" in result.output


MISTAKES = [
    (("purpose", "purpse"), "did you mean 'purpose'"), (("us_edfacts_chronic", "us_edfact_chronic"), "us_edfacts_chronic"),
    (("marks.csv", "../k"), "outside the data folder"), (("marks.csv", "/etc/hostname"), "outside the data folder"),
    (('"day"', '"dya"'), "it has student, school, day, mark"), (("[tables.attendance", "[tables.atendance"), "did you mean 'attendance'"),
    (("{ child =", "{ chidl ="), "did you mean 'child'"), (("codes.code]", "codes.cod]"), "did you mean 'code'"),
    (('"present"', '"presnt"'), "presnt"), (('"present"', "1"), "in quotation marks"), (('= "full"', '= "ful"'), "by_exception"),
    (('["us_edfacts_chronic", "not_seen_10_sessions"]', '"us_edfacts_chronic"'), "list of names of policies"),
    (('title = "small"', "title = 3"), "title is to be a text"), (('title = "small"', 'unit = "family"'), "enrolment"),
    (('title = "small"', 'windows = "year_to_date"'), "list of windows"), (('title = "small"', 'windows = ["ytd"]'), "year_to_date"),
    (('title = "small"', 'levels = ["town"]'), "town"), (('title = "small"', "official_roll = -3"), "official_roll"),
    (('title = "small"', 'made_up = "yes"'), "true or false"), (('title = "small"', "lag_days = { atendance = 1 }"), "did you mean 'attendance'"),
    (('title = "small"', 'received_on = "soon"'), "YYYY-MM-DD"), (('title = "small"', 'id_format = "passport"'), "citizen"),
    (("[tables", '[origins]\nx = "soon"\n[tables'), "YYYY-MM-DD"), (("[tables", "[policy.mine]\npass = [1, 2]\n[tables"), "kind"),
    (("[tables", '[policy.mine]\nkind = "pass_mark"\npass = [1, 2]\n[tables'), "lacks 'country'"),
    (("[tables", '[policy.mine]\nkind = "pass_mark"\npas = [1, 2]\n[tables'), "did you mean 'pass'"),
    (("[tables", '[policy.cn_pass_60]\nkind = "pass_mark"\npass = [1, 2]\n[tables'), "choose another name"),
    (("[tables", '[policy.mine]\nkind = "pass_mark"\ncountry = "CN"\nfrom = 2025-09-01\nsource = "x"\npass = [2, 1]\n[tables'), "as two whole numbers"),
    (('file = "marks.csv"', 'file = "marks.csv"\nselect = "SELECT 1"'), "exactly one"), (('file = "marks.csv"\n', ""), "exactly one"),
    (("marks.csv", "marks.xlsx"), "CSV UTF-8"), (("marks.csv", "none.csv"), "no file"),
]


@pytest.mark.parametrize(("change", "words"), MISTAKES, ids=[f"{change[1][:40]!r}" for change, _ in MISTAKES])
def test_mistakes_are_named_with_their_mend(study, change, words):
    (study / "data" / "marks.xlsx").write_bytes(b"PK")
    assert change[0] in STUDY
    (study / "study.toml").write_text(STUDY.replace(*change, 1), encoding="utf-8")
    result = call(study)
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    said = " ".join(result.output.split())
    assert said.startswith("childwell")
    assert words in said
    assert not (study / "out" / "latest").exists()


def test_a_study_file_is_utf_8_with_or_without_a_mark(study):
    (study / "study.toml").write_bytes(b"\xef\xbb\xbf" + STUDY.encode())
    assert call(study).exit_code == 0
    (study / "study.toml").write_bytes(STUDY.encode("gb18030"))
    assert "not UTF-8" in call(study).output


SELECTS = {
    "SELECT * FROM nope": "it has marks", "SELEC 1": "does not work", "SELECT nope FROM marks": "does not work",
    "SELECT 1; SELECT 2": "one SELECT", "CREATE TABLE x AS SELECT 1": "one SELECT", "COPY marks TO 'stolen.csv'": "one SELECT",
    "SELECT * FROM read_csv('/etc/passwd')": "outside the study", "SELECT * FROM read_text('../k')": "outside the study",
    "SELECT * FROM '/etc/passwd'": "it has marks", "SELECT * FROM glob('/*')": "outside the study",
    "SELECT * FROM sources": "it has marks", "SELECT CAST(student AS INTEGER) AS child FROM marks": "turned into INT",
    "SELECT CAST(student AS DATE) AS child FROM marks": "TRY_CAST",
}


@pytest.mark.parametrize("select", SELECTS)
def test_a_select_reads_the_study_and_nothing_else(study, select):
    (study / "study.toml").write_text(STUDY.replace('file = "marks.csv"', f'select = """{select}"""'), encoding="utf-8")
    result = call(study)
    assert result.exit_code == 2
    assert SELECTS[select] in " ".join(result.output.split()), result.output
    assert "M001" not in result.output and "M000" not in result.output
    assert not list(study.rglob("stolen.csv"))


def test_a_link_in_the_data_folder_is_no_way_out_of_a_select(study):
    (study / "data" / "way.csv").symlink_to(study / "study.toml")
    for select in ("SELECT * FROM way", f"SELECT * FROM read_text('{study / 'data' / 'way.csv'}')"):
        (study / "study.toml").write_text(STUDY.replace('file = "marks.csv"', f'select = """{select}"""'), encoding="utf-8")
        assert "outside" in " ".join(call(study).output.split())


def test_two_files_of_one_name_are_not_taken_for_each_other(study):
    (study / "data" / "more").mkdir()
    (study / "data" / "more" / "marks.csv").write_text("child\nX1\nX2\n", encoding="utf-8")
    tables, _, inputs = read_sources({"attendance": {"file": "marks.csv"}, "children": {"file": "more/marks.csv"}}, study / "data", {})
    assert tables["attendance"].num_rows == 400
    assert tables["children"].column_names == ["child"]
    assert len({entry["sha256"] for entry in inputs if "sha256" in entry}) == 2
    (study / "data" / "marks.parquet").write_bytes(b"")
    with pytest.raises(ValueError, match="rename one of them"):
        read_sources({"attendance": {"select": "SELECT * FROM marks"}}, study / "data", {})


def test_a_select_opens_only_the_files_it_names(study):
    (study / "data" / "broken.csv").write_bytes(bytes(range(256)) * 9)
    tables, _, inputs = read_sources({"attendance": {"select": "SELECT * FROM marks"}}, study / "data", {})
    assert tables["attendance"].num_rows == 400
    assert {entry["source"] for entry in inputs} == {"marks.csv", "select"}


@pytest.mark.parametrize(("content", "words"), [
    (b"", "empty"), (MARKS.replace(",", ";").encode(), "comma"), (MARKS.replace("school", "student", 1).encode(), "twice"),
    (bytes(range(256)) * 40, "UTF-8"), (MARKS.encode().replace(b"M005,S1,", b'M005,"S1,', 1), "line 52"),
])
def test_a_file_that_cannot_be_read_is_named(study, content, words):
    (study / "data" / "marks.csv").write_bytes(content)
    result = call(study)
    assert result.exit_code == 2
    assert "marks.csv" in result.output
    assert words in " ".join(result.output.split()), result.output


@pytest.mark.parametrize("content", [
    b"\xef\xbb\xbf" + MARKS.encode(), MARKS.replace("\n", "\r\n").encode(), MARKS.rstrip("\n").encode(), (MARKS + "\n\n").encode(),
    MARKS.replace("\n", "\r\n", 100).encode(), MARKS.encode("utf-16"), MARKS.encode("gb18030"), MARKS.replace("M001", '"M001"').encode(),
])
def test_forms_of_the_same_file_are_the_same(study, content):
    call(study)
    reference = (study / "out" / "latest" / "indicators.parquet").read_bytes()
    (study / "data" / "marks.csv").write_bytes(content)
    result = call(study)
    assert result.exit_code == 0, result.output
    assert (study / "out" / "latest" / "indicators.parquet").read_bytes() == reference
    read_as_another = b"\x8e" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")) or not _is_utf8(content)
    assert ("it was read as" in result.output) == read_as_another


def _is_utf8(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_a_line_that_looks_like_a_comment_is_a_line(study):
    (study / "data" / "marks.csv").write_text(MARKS.replace("M000", "#M000"), encoding="utf-8")
    assert json.loads(call(study, "--json").output)["rows_read"] == 400


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


def whole(folder):
    """Every file of a run is there and can be read."""
    import pyarrow.parquet

    for name in ("indicators", "aggregates", "quarantine"):
        pyarrow.parquet.read_table(folder / f"{name}.parquet")
    for name in ("ledger", "provenance"):
        json.loads((folder / f"{name}.json").read_text("utf-8"))
    assert (folder / "report.html").read_text("utf-8").rstrip().endswith("</html>")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def killed_at(study, step, arguments):
    """Runs in a child process that is killed at its n-th touch of the out folder; True where it ended before that."""
    child = os.fork()
    if child == 0:
        touched = 0
        out = str(study / "out")

        def kill_there(event, given):
            nonlocal touched
            if event in ("open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "shutil.rmtree") and out in str(given):
                touched += 1
                if touched == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill_there)
        runner.invoke(app, arguments)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is POSIX")
@pytest.mark.parametrize("date", ["2025-09-12", "2025-09-10"], ids=["the same run again", "another run"])
def test_a_run_killed_at_any_step_leaves_latest_whole(study, date):
    assert call(study).exit_code == 0
    before, held = os.readlink(study / "out" / "latest"), contents(study / "out" / "latest")
    arguments = ["run", str(study / "study.toml"), "--data", str(study / "data"), "--as-of", date, "--out", str(study / "out"), "--key", str(study / "k")]
    step, moved = 0, 0
    while True:
        step += 1
        done = killed_at(study, step, arguments)
        now = os.readlink(study / "out" / "latest")
        whole(study / "out" / "latest")
        if now == before:
            assert contents(study / "out" / "latest") == held
        else:
            moved += 1
            (study / "out" / "again").symlink_to(before)
            os.replace(study / "out" / "again", study / "out" / "latest")
        if done:
            break
    assert step > 15  # the sweep did kill
    assert moved == (0 if date == "2025-09-12" else moved) and (moved >= 1 or date == "2025-09-12")
    assert call(study).exit_code == 0
    assert not list((study / "out").glob(".tmp-*"))


def test_the_same_run_again_is_the_same_folder_and_other_data_another(study):
    call(study)
    first = os.readlink(study / "out" / "latest")
    call(study)
    assert os.readlink(study / "out" / "latest") == first
    (study / "data" / "marks.csv").write_text(MARKS.replace("√", "病假", 1), encoding="utf-8")
    call(study)
    assert os.readlink(study / "out" / "latest") != first
    whole(study / "out" / first)
    (study / "data" / "marks.csv").write_text(MARKS, encoding="utf-8")
    (study / "out" / first / "report.html").write_text("changed by hand", encoding="utf-8")
    call(study)
    assert os.readlink(study / "out" / "latest") == f"{first}-2"
    assert (study / "out" / first / "report.html").read_text("utf-8") == "changed by hand"


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("after", [0.0, 0.05, 0.4, 1.2, 2.4])
def test_ctrl_c_ends_a_run_at_once_and_leaves_nothing(tmp_path, after):
    assert runner.invoke(app, ["demo", "--children", "300", "--out", str(tmp_path), "--quiet"]).exit_code == 0
    before = os.readlink(tmp_path / "latest")
    script = (f"import os, signal, sys; from childwell.__main__ import main; sys.argv = ['childwell', 'demo', '--children', '30000', "
              f"'--out', {str(tmp_path)!r}, '--quiet']; signal.signal(signal.SIGINT, lambda *_: os._exit(130)); print('ready', flush=True); main()")
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    time.sleep(after)
    start = time.perf_counter()
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    took = time.perf_counter() - start
    assert process.returncode == 130
    assert "Traceback" not in said
    assert took < 1.0  # 200 ms by the house; a shared test machine may take a moment to give the processor back
    assert os.readlink(tmp_path / "latest") == before
    assert not list(tmp_path.glob(".tmp-*"))


def test_two_runs_at_once_into_two_folders_are_both_whole(study):
    command = [sys.executable, "-m", "childwell", "run", str(study / "study.toml"), "--data", str(study / "data"), "--as-of", "2025-09-12", "--key",
               str(study / "k"), "--quiet", "--out"]
    both = [subprocess.Popen([*command, str(study / name)], stdout=subprocess.DEVNULL) for name in ("one", "two")]
    assert [process.wait() for process in both] == [0, 0]
    assert contents(study / "one" / "latest") == contents(study / "two" / "latest")


def test_the_ledger_has_the_promised_shape(study):
    call(study)
    ledger = json.loads((study / "out" / "latest" / "ledger.json").read_text("utf-8"))
    entry = ledger["tables"]["attendance"]
    assert {"read", "accepted", "corrected", "quarantined", "reasons"} <= set(entry)
    assert entry["read"] == entry["accepted"] + entry["corrected"] + entry["quarantined"] == 400
    children = ledger["children"]
    assert children["on_roll"] == sum(children[part] for part in ("seen", "not_seen", "suspended", "left_known", "left_unknown"))
    assert children["read"] == 40


def test_the_first_lines_say_where_the_report_is(study):
    output = call(study).output
    assert f"report: {study / 'out' / 'latest' / 'report.html'}" in output
    assert (study / "out" / "latest" / "report.html").is_file()


def test_the_page_has_the_title_and_the_official_roll_of_the_study(study):
    (study / "study.toml").write_text("official_roll = 4321\n" + STUDY, encoding="utf-8")
    call(study)
    page = (study / "out" / "latest" / "report.html").read_text("utf-8")
    assert "<bdi>small</bdi>" in page
    assert "4,321" in page


def test_hostile_words_of_a_study_stay_words(study):
    hostile = "<img src=x onerror=alert(1)></bdi><script>alert(1)</script>"
    text = STUDY.replace('"small"', f'"{hostile}"').replace('"check"', f'"{hostile}"').replace('"test"', f'"{hostile}"')
    text = text.replace("[tables", f'[policy.mine]\nkind = "pass_mark"\ncountry = "{hostile}"\nfrom = 2025-09-01\nsource = "{hostile}"\n'
                        f'pass = [1, 2]\nname = {{ zh = "{hostile}", en = "{hostile}" }}\n[tables', 1)
    text = text.replace('"not_seen_10_sessions"', '"mine"').replace("policies", f'recipients = ["{hostile}"]\npolicies', 1)
    (study / "study.toml").write_text(text, encoding="utf-8")
    (study / "data" / "marks.csv").write_text(MARKS.replace(",S1,", f',"{hostile}",'), encoding="utf-8")
    result = call(study)
    assert result.exit_code == 0, result.output
    page = (study / "out" / "latest" / "report.html").read_text("utf-8")
    assert "&lt;img src=x" in page
    assert "<img" not in page and "<script" not in page


@pytest.mark.parametrize("command", [[], ["run"], ["check"], ["demo"], ["key"], ["key", "create"], ["catalogue"], ["doctor"]])
def test_every_command_helps(command):
    result = runner.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_without_its_libraries_the_command_says_what_to_install():
    script = "import sys; sys.modules['typer'] = None; from childwell.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == "childwell: the command line needs typer and rich; install them with: pip install 'childwell[demo]'"


@pytest.mark.parametrize("module", ["duckdb", "pyarrow", "jinja2"])
def test_a_missing_library_of_a_run_is_named(study, module):
    script = (f"import sys; sys.modules[{module!r}] = None; from childwell.__main__ import main; "
              f"sys.argv = ['childwell', 'run', {str(study / 'study.toml')!r}, '--data', {str(study / 'data')!r}, '--as-of', '2025-09-12', "
              f"'--out', {str(study / 'out')!r}, '--key', {str(study / 'k')!r}]; main()")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "childwell[demo]" in done.stderr.replace("\n", " ")


def test_a_long_step_is_shown_after_a_second_and_a_short_one_is_not():
    for seconds, shown in ((0.1, False), (1.4, True)):
        console = Console(file=io.StringIO(), force_terminal=True, width=80)
        with Steps(False, console) as steps:
            steps("admit")
            time.sleep(seconds)
            steps("measure")
            assert set(steps.done()) == {"admit", "measure"}
        assert ("admit ..." in console.file.getvalue()) == shown
    quiet = Console(file=io.StringIO(), force_terminal=True, width=80)
    with Steps(True, quiet) as steps:
        steps("admit")
        time.sleep(1.2)
    assert quiet.file.getvalue() == ""


def test_doctor_and_catalogue_speak():
    assert "kernel in use" in runner.invoke(app, ["doctor"]).output
    assert "attendance.absence_rate" in runner.invoke(app, ["catalogue"]).output


def test_the_name_of_a_missing_extra_is_told(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'childwell[plot]'" in runner.invoke(app, ["doctor"]).output


def test_reasons_of_the_ledger_are_told_in_words(tmp_path):
    done = runner.invoke(app, ["demo", "--children", "300", "--out", str(tmp_path)], env={"COLUMNS": "80"})
    reasons = {code for entry in json.loads((tmp_path / "latest/ledger.json").read_text("utf-8"))["tables"].values() for code in entry["reasons"]}
    said = " ".join(done.output.split())
    assert reasons, "a made-up city has rows that are kept apart"
    for code in reasons:
        assert f"{code} {cw.describe(code, lang='en')}" in said


def test_the_catalogue_reads_on_a_narrow_terminal():
    """No column of 80 is so thin that words are cut."""
    said = runner.invoke(app, ["catalogue"], env={"COLUMNS": "80"}).output
    assert "…" not in said.split("policy")[0] and "share, " in said


def test_a_study_without_tables_is_still_read(study):
    (study / "empty.toml").write_text('purpose = "x"\n', encoding="utf-8")
    assert read_study(study / "empty.toml")["sources"] == {}
    assert repr(cw.open_study(study / "empty.toml", key=cw.Key.from_bytes(bytes(32)))).startswith("childwell.Study")


REGISTER = "学籍号,姓名,学校,日期,考勤\n" + "".join(f"M{n:03},王{n},S{n % 2},2025-09-{d:02},{'病假' if (n + d) % 9 == 0 else '√'}\n"
                                             for n in range(40) for d in range(1, 11)) + "M001,王1,S1,2025-09-11,独一份\n"


def test_init_proposes_a_study_that_check_reads(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "考勤.csv").write_bytes(REGISTER.encode("gb18030"))
    proposed = tmp_path / "study.toml"
    result = runner.invoke(app, ["init", str(tmp_path / "data"), "--out", str(proposed)])
    assert result.exit_code == 0, result.output
    text = proposed.read_text("utf-8")
    declared = read_study(proposed)
    assert declared["sources"]["attendance"]["columns"] == {"child": "学籍号", "school": "学校", "date": "日期", "code": "考勤"}
    assert declared["codes"] == {"attendance.code": {"√": "present", "病假": "absent_illness"}}
    assert declared["policies"] == []
    assert '# never mapped: "姓名"' in text
    assert "独一份" not in text and "1 more, each held by fewer than ten children" in text
    assert "王1" not in text + result.output and "M001" not in text + result.output
    assert "us_edfacts_chronic" in text
    proposed.write_text(text.replace("# registers", "registers"), encoding="utf-8")
    checked = runner.invoke(app, ["check", str(proposed), "--data", str(tmp_path / "data"), "--json"])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["tables"]["attendance"]["accepted"] == 400
    assert runner.invoke(app, ["init", str(tmp_path / "data"), "--out", str(proposed)]).exit_code == 2


def test_init_names_what_it_cannot_use(tmp_path):
    assert runner.invoke(app, ["init", str(tmp_path / "none")]).exit_code == 2
    assert "no CSV and no Parquet" in runner.invoke(app, ["init", str(tmp_path)]).output.replace("\n", " ")
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = runner.invoke(app, ["init", str(tmp_path), "--out", str(tmp_path / "s.toml")])
    assert result.exit_code == 0
    assert "list.csv: no table of the data model" in result.output


def test_init_looks_into_sub_folders_and_says_what_it_leaves(tmp_path):
    data = tmp_path / "data"
    (data / "2025" / "秋").mkdir(parents=True)
    (data / "2025" / "秋" / "考勤.csv").write_text(REGISTER, encoding="utf-8")
    (data / "2025" / "again.csv").write_text(REGISTER, encoding="utf-8")
    (data / "2025" / "marks.xlsx").write_bytes(b"PK")
    (data / ".hidden").mkdir()
    (data / ".hidden" / "old.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "outside.csv").write_text(REGISTER, encoding="utf-8")
    (data / "away.csv").symlink_to(tmp_path / "outside.csv")
    proposed = tmp_path / "study.toml"
    result = runner.invoke(app, ["init", str(data), "--out", str(proposed), "--policy", "us_edfacts_chronic", "--policy", "small_cells_10", "--family",
                                 "trend"])
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "2025/秋/考勤.csv: a second file of attendance" in said and "2025/marks.xlsx: a workbook" in said
    assert "old.csv" not in said and "away.csv" not in said
    declared = read_study(proposed)
    assert declared["sources"]["attendance"]["file"] == "2025/again.csv"
    assert declared["policies"] == ["us_edfacts_chronic", "small_cells_10"] and declared["families"] == ["trend"]
    proposed.write_text(proposed.read_text("utf-8").replace("# registers", "registers"), encoding="utf-8")
    checked = runner.invoke(app, ["check", str(proposed), "--data", str(data), "--json"])
    assert json.loads(checked.stdout)["tables"]["attendance"]["accepted"] == 400
    for wrong, meant in (("--policy", "us_edfacts_chronic"), ("--family", "trend")):
        result = runner.invoke(app, ["init", str(data), "--out", str(tmp_path / "no.toml"), wrong, meant + "s"])
        assert result.exit_code == 2 and meant in result.output and not (tmp_path / "no.toml").exists()


def completed(shell, words, tmp_path):
    """What the shell is offered for the last of these words."""
    told = {"bash": {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}, "zsh": {"_TYPER_COMPLETE_ARGS": words},
            "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}}[shell]
    done = subprocess.run([sys.executable, "-m", "childwell"], capture_output=True, text=True, cwd=tmp_path,
                          env={**os.environ, **told, "_CHILDWELL_COMPLETE": f"complete_{shell}"})
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_offered_policies_and_families(shell, tmp_path):
    offered = completed(shell, "childwell init DIR --policy us_", tmp_path)
    assert "us_edfacts_chronic" in offered and "england" not in offered and "trend" not in offered
    offered = completed(shell, "childwell init DIR --family ", tmp_path)
    assert all(family in offered for family in cw._core.request_words()) and "us_edfacts_chronic" not in offered


def test_a_shell_is_offered_every_policy_and_family_of_the_catalogue_and_every_command(tmp_path):
    names = completed("bash", "childwell catalogue ", tmp_path).split()
    assert set(names) == set(cw.policies()) | set(cw._core.request_words()) | {str(name) for name in cw.catalogue()["family"]}
    assert len(names) == len(set(names))
    assert {"run", "report", "init", "doctor"} <= set(completed("bash", "childwell ", tmp_path).split())
    assert {"--lang", "--json", "--quiet"} <= set(completed("bash", "childwell report --", tmp_path).split())


def test_the_catalogue_says_one_policy_or_one_family():
    said = runner.invoke(app, ["catalogue", "us_edfacts_chronic"])
    assert said.exit_code == 0 and "FS195" in said.output and "attendance.absence_rate" not in said.output
    held = json.loads(runner.invoke(app, ["catalogue", "academic", "--json"]).stdout)
    assert held["policies"] == {} and {entry["family"] for entry in held["indicators"]} == {"academic"}
    held = json.loads(runner.invoke(app, ["catalogue", "trend", "--json"]).stdout)
    assert held["indicators"] and {entry["request"] for entry in held["indicators"]} == {"trend"}
    nearly = runner.invoke(app, ["catalogue", "us_edfacts_chronc"])
    assert nearly.exit_code == 2 and "us_edfacts_chronic" in nearly.output


def test_doctor_says_in_which_font_charts_write_chinese(monkeypatch):
    from childwell import _plot

    monkeypatch.setattr(_plot, "_installed", lambda: frozenset(["DejaVu Sans", "SimHei"]))
    assert json.loads(runner.invoke(app, ["doctor", "--json"]).stdout)["chart_font"] == "SimHei"
    monkeypatch.setattr(_plot, "_installed", lambda: frozenset(["DejaVu Sans"]))
    said = " ".join(runner.invoke(app, ["doctor"]).output.split())
    assert "Chinese in charts" in said and "fonts-wqy-microhei" in said
    assert json.loads(runner.invoke(app, ["doctor", "--json"]).stdout)["chart_font"] is None


def test_a_report_speaks_as_the_other_commands_do(study):
    assert call(study).exit_code == 0
    latest, page = study / "out" / "latest", study / "again.html"
    model = json.loads((latest / "report.json").read_text("utf-8"))
    figures = sum(row["status"] == "ok" for row in model["groups"])
    told = runner.invoke(app, ["report", str(latest), "--out", str(page), "--lang", "zh"])
    assert f"截至2025-09-12：{figures}个数字" in told.output and told.output.splitlines()[-1] == f"report: {page}"
    assert runner.invoke(app, ["report", str(latest), "--out", str(page), "--quiet"]).output.strip() == f"report: {page}"
    held = json.loads(runner.invoke(app, ["report", str(latest), "--out", str(page), "--json", "--audience", "heads"]).stdout)
    assert held == {"file": str(page), "as_of": "2025-09-12", "audience": "heads", "figures": figures, "hidden": len(model["groups"]) - figures,
                    "bytes": page.stat().st_size}


def test_the_page_is_written_again_without_the_data(study):
    assert call(study).exit_code == 0
    latest = study / "out" / "latest"
    (study / "data" / "marks.csv").unlink()
    again = study / "again.html"
    result = runner.invoke(app, ["report", str(latest), "--out", str(again)])
    assert result.exit_code == 0, result.output
    assert again.read_bytes() == (latest / "report.html").read_bytes()
    runner.invoke(app, ["report", str(latest), "--out", str(again), "--audience", "head teachers"])
    assert "head teachers" in again.read_text("utf-8")
    for name in ("aggregates.xlsx", "report.docx"):
        assert runner.invoke(app, ["report", str(latest), "--out", str(study / name)]).exit_code == 0
        assert (study / name).read_bytes() == (latest / name).read_bytes()
    result = runner.invoke(app, ["report", str(latest), "--out", str(study / "again.pdf")])
    assert result.exit_code == 2 and ".html, .xlsx, .docx" in result.output
    result = runner.invoke(app, ["report", str(study), "--out", str(again)])
    assert result.exit_code == 2 and "report.json" in result.output


def test_what_a_program_asks_for_is_json_and_nothing_else(study):
    state = json.loads(runner.invoke(app, ["doctor", "--json"]).stdout)
    assert state["kernel_in_use"] and set(state["extras_missing"]) == {"io", "cli", "report", "plot"}
    listed = json.loads(runner.invoke(app, ["catalogue", "--json"]).stdout)
    assert {entry["id"] for entry in listed["indicators"]} >= {"attendance.absence_rate"}
    assert "us_edfacts_chronic" in listed["policies"]
    assert runner.invoke(app, ["version"]).output.strip() == cw.__version__


def test_the_exit_codes_stand_in_the_help_and_each_command_has_an_example():
    said = " ".join(runner.invoke(app, ["--help"]).output.split())
    for code in (0, 1, 2, 75, 130):
        assert re.search(rf"\b{code} [a-z]", said)
    for command in ("demo", "init", "check", "run", "report", "catalogue", "doctor"):
        assert f"Example: childwell {command}" in " ".join(runner.invoke(app, [command, "--help"]).output.split())


def test_a_command_that_is_nearly_right_is_suggested():
    result = runner.invoke(app, ["docter"])
    assert result.exit_code == 2 and "doctor" in result.output


def test_reasons_are_told_in_the_language_asked_for(study):
    (study / "data" / "marks.csv").write_text(MARKS + "M999,S1\n", encoding="utf-8")
    said = {lang: call(study, "--lang", lang).output for lang in ("zh", "en")}
    for lang, text in said.items():
        assert cw.describe("E27", lang=lang)[:12] in " ".join(text.split())


def test_explain_says_one_child_in_both_languages_and_refuses_what_is_no_pseudonym(tmp_path):
    city = cw.synthetic.city(children=120, seed=4)
    study = city.write(tmp_path / "city")
    key = cw.Key.create(tmp_path / "k")
    child = cw.open_study(study, data=study.parent, key=key).measure(as_of=city.as_of).table()["child"][0]
    options = ["--data", str(study.parent), "--as-of", city.as_of, "--key", str(tmp_path / "k")]
    for lang, word in (("en", "what is not known"), ("zh", "不知道的")):
        result = CliRunner().invoke(app, ["explain", str(study), child, *options, "--lang", lang])
        assert result.exit_code == 0, result.output
        assert child in result.stdout and word in result.stdout.lower()
    page = tmp_path / "child.html"
    assert CliRunner().invoke(app, ["explain", str(study), child, *options, "--html", str(page)]).exit_code == 0
    assert child in page.read_text("utf-8") and page.stat().st_mode & 0o077 == 0
    refused = CliRunner().invoke(app, ["explain", str(study), "MADEUP-1", *options])
    assert refused.exit_code == 2 and "pseudonym" in refused.output and "MADEUP-1" not in refused.output
