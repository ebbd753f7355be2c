# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Finds weak symbols in the object files of the kernels; there must be none."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

WEAK = set("WwVvu")


def weak_symbols(nm: str, object_file: Path) -> list[str]:
    """The weak and unique symbols of an object file."""
    lines = subprocess.run([nm, "-C", str(object_file)], check=True, capture_output=True, text=True).stdout.splitlines()
    found = []
    for line in lines:
        kind, name = line[17:18], line[19:]
        if kind in WEAK:
            found.append(name)
    return found


def defined_functions(nm: str, object_file: Path) -> list[str]:
    """The strong functions of an object file, so that an empty file cannot pass."""
    lines = subprocess.run([nm, "-C", str(object_file)], check=True, capture_output=True, text=True).stdout.splitlines()
    return [line[19:] for line in lines if line[17:18] == "T"]


def faults(nm: str, object_files: list[Path]) -> list[str]:
    """What is wrong with the kernels' object files, one line each."""
    if not object_files:
        return ["no kernel object file was given"]
    found = [f"{path.name}: weak symbol {name}" for path in object_files for name in weak_symbols(nm, path)]
    found += [f"{path.name}: defines no kernel" for path in object_files if not defined_functions(nm, path)]
    for level in ("plain", "v2", "v3"):
        if not any(f"_{level}." in path.name for path in object_files):
            found.append(f"no unit for {level}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--nm", default="nm")
    parser.add_argument("objects", nargs="*", type=Path)
    arguments = parser.parse_args()
    problems = faults(arguments.nm, arguments.objects)
    print("\n".join(problems) or f"{len(arguments.objects)} kernel units, no weak symbol")
    sys.exit(1 if problems else 0)
