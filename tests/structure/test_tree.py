# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The tree holds what the house shows: named by its content, licensed, in one versioned namespace."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "pyproject.toml", "run", "README.md", "README.zh-CN.md", "LICENSE",
    "CITATION.cff", "CHANGELOG.md", "include", "src", "python", "notebooks", "benchmarks", "tests",
}  # fmt: skip
SOURCES = {".hpp", ".cpp", ".py", ".toml", ".cmake"}
VAGUE = re.compile(r"^_?(utils?|helpers?|misc|common)([_.]|$)", re.IGNORECASE)


def kept_files() -> list[Path]:
    """The files of the repository, whether or not they are committed yet; in a copy without Git, all of them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode != 0:
        found = (path for path in ROOT.rglob("*") if path.is_file())
        return [path.relative_to(ROOT) for path in found if not {"build", ".venv", "out"} & set(path.parts)]
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def vague_names(files: list[Path]) -> list[str]:
    return [str(path) for path in files if any(VAGUE.match(part) for part in path.parts)]


def test_no_name_says_nothing():
    assert vague_names(kept_files()) == []


def test_a_name_that_says_nothing_is_found():
    assert vague_names([Path("src/core/helpers.cpp"), Path("src/util/a.cpp"), Path("src/core/common_dates.hpp")])
    assert vague_names([Path("src/core/utility_weight.hpp")]) == []


def test_the_top_level_is_what_the_house_shows():
    found = {path.parts[0] for path in kept_files()}
    assert {name for name in found if not name.startswith(".")} - TOP_LEVEL - {"uv.lock", "constraints.txt"} == set()


def test_every_source_names_its_licence():
    bare = [
        str(path)
        for path in kept_files()
        if path.suffix in SOURCES and "SPDX-License-Identifier: Apache-2.0" not in (ROOT / path).read_text("utf-8")[:400]
    ]
    assert bare == []


def namespace_faults(text: str, version: str) -> list[str]:
    major, minor = version.split(".")[:2]
    opened = re.findall(r"^namespace (childwell[\w:]*(?:\s+v\w+[\w:]*)?)\s*\{", text, re.MULTILINE)
    wanted = f"childwell::inline v{major}_{minor}"
    return [name for name in opened if not name.startswith(wanted)] or ([] if opened else ["no namespace"])


def project_version() -> str:
    text = (ROOT / "CMakeLists.txt").read_text("utf-8")
    return re.search(r"project\(childwell VERSION ([0-9.]+)", text)[1]


def test_every_header_lives_in_the_namespace_of_this_version():
    faulty = {}
    for path in sorted((ROOT / "include/childwell").glob("*/*.hpp")):
        text = path.read_text("utf-8")
        if 'extern "C"' in text and "namespace childwell" not in text:
            continue  # the Arrow C structures have fixed global names
        faults = namespace_faults(text, project_version())
        if faults:
            faulty[path.name] = faults
    assert faulty == {}


def test_another_namespace_is_found():
    assert namespace_faults("namespace childwell {\n", "0.1.0")
    assert namespace_faults("namespace childwell::inline v0_2 {\n", "0.1.0")
    assert namespace_faults("int x;\n", "0.1.0")
    assert namespace_faults("namespace childwell::inline v0_1::stats {\n", "0.1.0") == []


def test_the_version_stands_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    pattern = project["tool"]["scikit-build"]["metadata"]["version"]["regex"]
    assert re.search(pattern, (ROOT / "CMakeLists.txt").read_text("utf-8"))["value"] == project_version()
    assert f"version: {project_version()}" in (ROOT / "CITATION.cff").read_text("utf-8")
