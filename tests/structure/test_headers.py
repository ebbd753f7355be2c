# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Every public header compiles alone, and the kernels' units hold no weak symbol."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = shutil.which("g++") or shutil.which("clang++")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C++ compiler here")
sys.path.insert(0, str(Path(__file__).parent))

from kernel_symbols import faults as kernel_faults  # noqa: E402


def compile_alone(header: Path, folders: list[Path]) -> str:
    """The compiler's complaints about a file that holds nothing but this include, twice."""
    source = f'#include "{header}"\n#include "{header}"\n'
    command = [COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-x", "c++", "-"]
    command += [f"-I{folder}" for folder in folders]
    return subprocess.run(command, input=source, capture_output=True, text=True).stderr


@pytest.fixture
def folders(tmp_path):
    """The include folders, with version.hpp as CMake would write it."""
    version = tmp_path / "include/childwell/version.hpp"
    version.parent.mkdir(parents=True)
    text = (ROOT / "src/version.hpp.in").read_text("utf-8")
    for name, value in {"VERSION": "0.1.0", "VERSION_MAJOR": "0", "VERSION_MINOR": "1", "VERSION_PATCH": "0"}.items():
        text = text.replace(f"@PROJECT_{name}@", value)
    version.write_text(text, "utf-8")
    return [ROOT / "include", tmp_path / "include", Path("/usr/include/eigen3")]


@needs_compiler
def test_every_public_header_compiles_alone(folders):
    headers = sorted((ROOT / "include/childwell").rglob("*.hpp"))
    assert headers
    with ThreadPoolExecutor(2) as pool:
        complaints = dict(zip(headers, pool.map(lambda header: compile_alone(header, folders), headers), strict=True))
    assert {header.name: text for header, text in complaints.items() if text} == {}


@needs_compiler
def test_a_header_that_needs_another_is_found(tmp_path, folders):
    lonely = tmp_path / "lonely.hpp"
    lonely.write_text("#pragma once\ninline std::string name() { return {}; }\n", "utf-8")
    assert "error" in compile_alone(lonely, folders)


@needs_compiler
def test_a_weak_symbol_in_a_kernel_is_found(tmp_path):
    objects = []
    for level in ("plain", "v2", "v3"):
        source, target = tmp_path / f"bad_{level}.cpp", tmp_path / f"bad_{level}.cpp.o"
        source.write_text(f"inline int shared() {{ return 1; }}\nint kernel_{level}() {{ return shared(); }}\n", "utf-8")
        subprocess.run([COMPILER, "-O0", "-c", str(source), "-o", str(target)], check=True)
        objects.append(target)
    assert any("shared" in fault for fault in kernel_faults("nm", objects))
    assert kernel_faults("nm", objects[:1])
    assert kernel_faults("nm", [])


@needs_compiler
def test_an_empty_kernel_is_found(tmp_path):
    target = tmp_path / "empty_plain.cpp.o"
    subprocess.run([COMPILER, "-x", "c++", "-c", "-", "-o", str(target)], input="", text=True, check=True)
    assert any("no kernel" in fault for fault in kernel_faults("nm", [target]))
