# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that a file does not compile, for the reason it names, and that it would compile without its mistake."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path


def fault(source: Path, compiler: str, folders: list[str]) -> str | None:
    """What is wrong with a compile-fail test, or nothing."""
    expected = re.search(r"^// expect: (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    if expected is None:
        return f"{source.name}: has no line '// expect: text of the error'"
    command = [compiler, "-std=c++20", "-fsyntax-only", *(f"-I{folder}" for folder in folders), str(source)]
    control = subprocess.run([*command, "-DCHILDWELL_CONTROL"], capture_output=True, text=True)
    if control.returncode != 0:
        return f"{source.name}: does not compile even without its mistake\n{control.stderr}"
    mistake = subprocess.run(command, capture_output=True, text=True)
    if mistake.returncode == 0:
        return f"{source.name}: the mistake compiles"
    if expected[1].strip() not in mistake.stderr:
        return f"{source.name}: fails, but not with '{expected[1].strip()}'\n{mistake.stderr}"
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("folders", nargs="*")
    arguments = parser.parse_intermixed_args()
    problem = fault(arguments.source, arguments.compiler, arguments.folders)
    print(problem or f"{arguments.source.name}: refused as it should be")
    sys.exit(1 if problem else 0)
