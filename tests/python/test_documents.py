# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What is printed is run: the README's code and the notebooks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))


def test_the_code_of_the_readme_runs(capsys):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert "on_roll" in capsys.readouterr().out


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


def test_the_first_look_takes_ten_lines():
    code = [line for line in (ROOT / "notebooks/00_first_look.py").read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    assert len(code) <= 10
