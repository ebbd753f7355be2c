# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The stubs are those of the compiled module, and a type checker finds them."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import childwell as cw

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "python" / "childwell" / "_core"
WRITER = "python python/bindings/stubs.py"


def without_annotations(text):
    """Names, parameters and defaults alone: another pybind11 words the types of the same module otherwise."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return [ast.dump(node) for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]


@pytest.fixture(scope="module")
def written():
    pytest.importorskip("pybind11_stubgen")
    spec = importlib.util.spec_from_file_location("stubs", ROOT / "python" / "bindings" / "stubs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.stubs()


def test_the_stubs_are_those_of_the_compiled_module(written):
    committed = {path.name: path.read_text("utf-8") for path in STUBS.glob("*.pyi")}
    assert committed.keys() == written.keys(), f"write them again: {WRITER}"
    for name, text in written.items():
        if text.splitlines()[2] == committed[name].splitlines()[2]:
            assert committed[name] == text, f"write them again: {WRITER}"
        else:
            assert without_annotations(committed[name]) == without_annotations(text), f"write them again: {WRITER}"


def test_another_parameter_is_seen_and_another_annotation_is_not():
    assert without_annotations("def f(a: int) -> str: ...") == without_annotations("def f(a: float) -> bytes: ...")
    assert without_annotations("def f(a: int): ...") != without_annotations("def f(b: int): ...")
    assert without_annotations("def f(a: int): ...") != without_annotations("def f(a: int = 1): ...")


def test_stubtest_finds_in_the_module_what_the_stubs_say(tmp_path):
    # the stubs alone, without the package above them, which is another check
    shutil.copytree(STUBS, tmp_path / "childwell" / "_core")
    (tmp_path / "childwell" / "__init__.pyi").write_text("", encoding="utf-8")
    pytest.importorskip("mypy")
    done = subprocess.run([sys.executable, "-m", "mypy.stubtest", "childwell._core", "--concise"], cwd=tmp_path, capture_output=True,
                          text=True, env={**os.environ, "MYPYPATH": str(tmp_path)})
    # every class of pybind11 has its metaclass and takes whatever __init__ is given, to refuse it
    usual = ("metaclass differs", '.__init__ is inconsistent, stub does not have *args parameter "args"',
             '.__init__ is inconsistent, stub does not have **kwargs parameter "kwargs"')
    found = [line for line in done.stdout.splitlines() if not line.endswith(usual)]
    assert found == [], done.stdout + done.stderr
    assert done.stdout and not done.stderr


def test_the_package_says_that_it_is_typed():
    assert (Path(cw.__file__).parent / "py.typed").exists()

def test_the_package_is_clean_under_strict(tmp_path):
    """The whole package with the settings of pyproject.toml, which silence no error of ours."""
    pytest.importorskip("mypy")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path),
                           "--no-error-summary"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "" and not done.stderr


def test_no_error_is_silenced_for_a_whole_file_or_without_its_code():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True
    assert all(set(override) == {"module", "ignore_missing_imports"} for override in settings["overrides"])
    silenced = [(path.name, line.strip()) for path in sorted((ROOT / "python" / "childwell").rglob("*.py"))
                for line in path.read_text("utf-8").splitlines() if "type: ignore" in line or "mypy:" in line]
    assert not [line for _, line in silenced if not re.search(r"# type: ignore\[[a-z-]+\]", line)]
    assert len(silenced) <= 16, silenced  # a mixin hands itself on as the class that it is mixed into
