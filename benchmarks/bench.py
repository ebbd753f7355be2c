# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks and prints one table: ./run bench [--quick] [--only SUITE ...] [--json FILE]

A suite is a file beside this one with a function `rows(quick: bool) -> list[dict]`; every row has exactly these keys:

    id        name of the row, unique over all suites
    what      what was measured, in words
    unit      of `ours`, of the limit and of the peers; smaller is better where there is a limit
    ours      the figure, best of the repeats
    limit     what `ours` may be at most, or null
    peers     the same figure of other programs, measured interleaved in the same run: {"name": value}
    n         size of the input
    threads   threads of `ours`
    spread    how much slower the slowest repeat was than the best, as a share

Exit code 1 says that a figure is over its limit.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
KEYS = ("id", "what", "unit", "ours", "limit", "peers", "n", "threads", "spread")


def suites(folder: Path = HERE) -> dict[str, Path]:
    """The suites by name."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if path.name != Path(__file__).name}


def rows_of(path: Path) -> Callable[[bool], list[dict]]:
    """The function `rows` of a suite."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.rows


def faults(rows: list[dict]) -> list[str]:
    """What is wrong with rows, one sentence each."""
    found, seen = [], set()
    for row in rows:
        name = str(row.get("id"))
        if set(row) != set(KEYS):
            found.append(f"{name}: the keys are to be {', '.join(KEYS)}")
            continue
        if name in seen:
            found.append(f"{name}: there are two rows of this id")
        seen.add(name)
        if not all(isinstance(row[key], str) and row[key] for key in ("id", "what", "unit")):
            found.append(f"{name}: id, what and unit are to be texts")
        limits = [] if row["limit"] is None else [row["limit"]]
        if not all(is_number(value) for value in [row["ours"], row["spread"], *limits, *row["peers"].values()]):
            found.append(f"{name}: ours, limit, spread and peers are to be numbers")
        if not all(type(row[key]) is int and row[key] > 0 for key in ("n", "threads")):
            found.append(f"{name}: n and threads are to be whole numbers above 0")
    return found


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def over_limit(row: dict) -> bool:
    return row["limit"] is not None and row["ours"] > row["limit"]


def table(rows: list[dict]) -> str:
    """The rows as a table that a terminal and a README can hold."""
    head = ["id", "what", "ours", "unit", "limit", "peers", "n", "threads", "spread"]
    lines = [head]
    for row in rows:
        limit = "" if row["limit"] is None else f"{row['limit']:.4g}{' OVER' if over_limit(row) else ''}"
        peers = ", ".join(f"{name} {value:.4g}" for name, value in row["peers"].items())
        lines.append([row["id"], row["what"], f"{row['ours']:.4g}", row["unit"], limit, peers, f"{row['n']:,}", str(row["threads"]),
                      f"{100 * row['spread']:.0f}%"])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines)


def main(arguments: list[str] | None = None, folder: Path = HERE) -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, once")
    parser.add_argument("--only", action="append", metavar="SUITE", choices=list(suites(folder)),
                        help=f"one of: {', '.join(suites(folder))}; may be given several times")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as a list")
    options = parser.parse_args(arguments)
    rows = []
    for name, path in suites(folder).items():
        if not options.only or name in options.only:
            rows += rows_of(path)(options.quick)
    wrong = faults(rows)
    if wrong:
        sys.exit("childwell: the benchmarks give rows of another form: " + "; ".join(wrong))
    if options.json:
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    over = [row["id"] for row in rows if over_limit(row)]
    if over:
        print(f"over the limit: {', '.join(over)}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
