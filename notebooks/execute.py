# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Makes each notebook from its source, with outputs: python notebooks/execute.py"""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbclient


def execute(source: Path) -> None:
    """Run one source and write the notebook beside it, without what differs from machine to machine."""
    notebook = jupytext.read(source)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("language_info", None)
    jupytext.write(notebook, source.with_suffix(".ipynb"))


if __name__ == "__main__":
    for path in sorted(Path(__file__).parent.glob("[0-9]*.py")):
        execute(path)
