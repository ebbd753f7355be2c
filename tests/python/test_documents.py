# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What is printed is run: the README's code and the notebooks."""

import re
from pathlib import Path

import pytest

import childwell as cw

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))


READMES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")}


def blocks(text, language):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [code for tag, code in fenced if tag == language]


def without_comments(code):
    return [line.split("#")[0].rstrip() for line in code.splitlines()]


@pytest.mark.parametrize("name", READMES)
def test_the_python_of_the_readme_runs(name, capsys):
    found = blocks(READMES[name], "python")
    assert found
    for block in found:
        exec(compile(block, name, "exec"), {})
    assert "on_roll" in capsys.readouterr().out


@pytest.mark.parametrize("name", READMES)
def test_the_study_and_the_commands_of_the_readme_run(name, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from childwell.cli import app

    monkeypatch.chdir(tmp_path)
    head = '\n[recipients.head]\nrole = "head_teacher"\nschools = ["S1"]\n\n[flags]\nrules = ["chronic_us"]\n'
    (tmp_path / "study.toml").write_text(blocks(READMES[name], "toml")[0] + head, encoding="utf-8")
    (tmp_path / "DIR").mkdir()
    rows = [f"M{n:02},S1,2025-09-{d:02},{'病假' if n % 7 == d else '√'}" for n in range(30) for d in range(1, 11)]
    (tmp_path / "DIR" / "marks.csv").write_text("student,school,day,mark\n" + "\n".join(rows) + "\n", encoding="utf-8")
    commands = re.findall(r"^\.venv/bin/childwell (.*?)(?:\s+#.*)?$", READMES[name], re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["key", "check", "run", "init", "report", "explain", "reveal"]
    (tmp_path / "roster.csv").write_text("child,seat\n" + "".join(f"M{n:02},{n}\n" for n in range(30)), encoding="utf-8")
    for command in commands:
        if command.startswith("explain"):
            command = command.replace("PSEUDONYM", cw.Key.load("study.key").pseudonym("child", "M01"))
        if command.startswith("reveal"):
            command += " --at 2026-01-30T08:00"
        result = CliRunner().invoke(app, command.split())
        assert result.exit_code == 0, (command.split()[0], result.output)
    assert "M01" in result.stdout and "confirm" in (tmp_path / "draft.toml").read_text("utf-8")
    written = {path.name for path in (tmp_path / "out" / "latest").iterdir() if path.is_file()}
    assert written == {file for file in re.findall(r"`([a-z]+\.(?:html|xlsx|docx|parquet|json))`", READMES[name])}


def test_the_two_readmes_say_the_same():
    english, chinese = READMES["README.md"], READMES["README.zh-CN.md"]
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"^```"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE)), pattern
    for language in ("python", "toml", ""):
        pairs = zip(blocks(english, language), blocks(chinese, language), strict=True)
        for one, other in pairs:
            assert [line for line in without_comments(one) if "title" not in line] == [line for line in without_comments(other) if "title" not in line]
    assert set(re.findall(r"`([^`\n]+)`", english)) == set(re.findall(r"`([^`\n]+)`", chinese))
    assert not re.search(r"[\u3400-\u9fff][,:;()]", re.sub(r"```.*?```", "", chinese, flags=re.DOTALL))


@pytest.mark.parametrize("name", READMES)
def test_what_a_readme_names_is_there(name):
    presets = (ROOT / "CMakePresets.json").read_text("utf-8")
    for path in re.findall(r"`((?:notebooks|tests|benchmarks)[\w./-]*)`", READMES[name]):
        assert (ROOT / path).exists(), path
    for preset in ("dev", "release", "clang", "asan-ubsan", "tsan"):
        assert f'"name": "{preset}"' in presets
    for command in re.findall(r"\./run ([a-z-]+)", READMES[name]):
        assert f"  {command}" in (ROOT / "run").read_text("utf-8")


@pytest.mark.parametrize("source", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_runs_from_its_source_and_is_the_one_committed(source):
    jupytext = pytest.importorskip("jupytext")
    nbclient = pytest.importorskip("nbclient")
    notebook = jupytext.read(source)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    committed = jupytext.read(source.with_suffix(".ipynb"))
    assert [cell.source for cell in committed.cells] == [cell.source for cell in notebook.cells]
    assert any(cell.get("outputs") for cell in committed.cells)
    assert source.with_suffix(".ipynb").stat().st_size < 300_000


def test_seeds_that_teach_are_no_test_seeds():
    def seeds(files):
        made = re.compile(r"synthetic\.(?:null_)?city\([^()]*\bseed=(\d+)")
        return {int(seed) for file in files for seed in made.findall(file.read_text("utf-8"))}

    taught = seeds(NOTEBOOKS)
    assert len(taught) > 3
    assert not taught & seeds((ROOT / "tests/python").glob("*.py"))


def test_the_first_look_takes_ten_lines():
    code = [line for line in (ROOT / "notebooks/00_first_look.py").read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    assert len(code) <= 10
