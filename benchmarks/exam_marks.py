# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Standing of exam marks within paper and grade, beside std::sort, pandas and polars: python benchmarks/exam_marks.py [--quick]

300,000 made-up children sit 72 papers in half points, nine grades: 21.6 million marks in 648 groups, two bytes a mark and
four a group. Each mark gets z, mid-rank percentile and rank-normal score as doubles. One thread; processor time, best of
several rounds, each of which runs every job on the same marks. The limit is six times what reading the columns and filling
three of the results takes. std::sort runs in this process on all marks (benchmarks/peers/group_standing_sort.cpp, compiled
here); pandas and polars run on the first papers, because they would take minutes. Every value is compared.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")

CHILDREN, PAPERS, GRADES = 300_000, 72, 9
PEER_PAPERS = 4  # of 300,000 marks each
STEP = 0.5
TIMES_BYTES, TIMES_SORT, TIMES_POLARS, TIMES_PANDAS = 6, 20, 20, 150


def made_marks(children: int, papers: int):
    """Half points 0 to 300 (bell-shaped, one in 64 missing) and groups, paper by paper, children in order."""
    import numpy as np

    generator = np.random.Generator(np.random.Philox(7))
    grade = generator.integers(0, GRADES, children, dtype=np.int32)
    marks = np.empty((papers, children), dtype=np.int16)
    groups = np.empty((papers, children), dtype=np.int32)
    for paper in range(papers):
        marks[paper] = generator.integers(0, 76, (4, children), dtype=np.int16).sum(0)
        marks[paper, generator.integers(0, 64, children, dtype=np.int8) == 0] = -32768
        groups[paper] = grade + paper * GRADES
    return marks.reshape(-1), groups.reshape(-1)


def compiled_sort(folder: Path) -> Callable[..., Any] | None:
    """The peer with std::sort, or none where there is no compiler."""
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return None
    source, library = Path(__file__).parent / "peers/group_standing_sort.cpp", folder / "group_standing_sort.so"
    subprocess.run([compiler, "-O3", "-std=c++20", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    sort = ctypes.CDLL(str(library)).standardise_by_sorting
    sort.restype = None

    def run(marks, groups, out):
        pointer = [ctypes.c_void_p(column.ctypes.data) for column in (marks, groups, *out)]
        sort(pointer[0], pointer[1], ctypes.c_int64(marks.size), ctypes.c_int32(int(groups.max()) + 1), ctypes.c_double(STEP), *pointer[2:])

    return run


def by_pandas(marks, groups):
    import pandas as pd
    import scipy.special

    frame = pd.DataFrame({"mark": marks * STEP, "group": groups})
    frame.loc[marks == -32768, "mark"] = float("nan")
    marks_by = frame.groupby("group")["mark"]
    rank, n = marks_by.rank(), marks_by.transform("count")
    z = (frame["mark"] - marks_by.transform("mean")) / marks_by.transform("std")
    return z.to_numpy(), (100 * (rank - 0.5) / n).to_numpy(), scipy.special.ndtri(((rank - 0.375) / (n + 0.25)).to_numpy())


def by_polars(marks, groups):
    import polars as pl
    import scipy.special

    mark, group = pl.col("mark"), "group"
    frame = pl.DataFrame({"mark": marks, "group": groups}).lazy()
    frame = frame.with_columns(pl.when(mark != -32768).then(mark * STEP).alias("mark"))
    rank, n = mark.rank("average").over(group), mark.count().over(group)
    made = frame.select(((mark - mark.mean().over(group)) / mark.std().over(group)).alias("z"), rank.alias("rank"), n.alias("n")).collect()
    rank, n = made["rank"].to_numpy(), made["n"].to_numpy()
    return made["z"].to_numpy(), 100 * (rank - 0.5) / n, scipy.special.ndtri((rank - 0.375) / (n + 0.25))


def differing(ours, theirs) -> int:
    """Values that are missing on one side only or differ by more than 1e-12 of their size (1e-12 near zero)."""
    import numpy as np

    close = [np.isclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True) for a, b in zip(ours, theirs, strict=True)]
    return int(sum((~one).sum() for one in close))


def timed(job: Callable[[], object]) -> float:
    start = time.process_time()
    job()
    return time.process_time() - start


def rows(quick: bool) -> list[dict]:
    """Every figure, in the form that all suites share."""
    import numpy as np
    import pandas
    import polars

    from childwell import stats

    papers = 8 if quick else PAPERS
    marks, groups = made_marks(CHILDREN, papers)
    n, some = marks.size, PEER_PAPERS * CHILDREN
    values = np.where(marks == -32768, np.nan, marks * STEP)
    unbounded = values + np.random.Generator(np.random.Philox(8)).uniform(0, 1e-3, n)
    out = [np.empty(n) for _ in range(3)]
    found: dict[str, Any] = {}

    def ours(name: str, *given, **options) -> Callable[[], object]:
        def run():
            found[name] = stats.standardise_by_group(*given, threads=1, **options)

        return run

    def written() -> None:
        for column in out:  # as the C library fills memory, which is the fastest that there is
            ctypes.memset(column.ctypes.data, 0, column.nbytes)

    jobs: dict[str, Callable[[], object]] = {
        "read": lambda: (marks.view(np.int64).sum(), groups.view(np.int64).sum()),
        "write": written,
        "steps": ours("steps", marks, groups, step=STEP, out=out),
        "fresh": ours("fresh", marks, groups, step=STEP),
        "values": ours("values", values, groups, out=out),
        "radix": ours("radix", unbounded[:some], groups[:some]),
        "pandas": lambda: found.__setitem__("pandas", by_pandas(marks[:some], groups[:some])),
        "polars": lambda: found.__setitem__("polars", by_polars(marks[:some], groups[:some])),
    }
    with tempfile.TemporaryDirectory() as folder:
        sort = compiled_sort(Path(folder))
        sorted_out = [np.empty(n) for _ in range(3)]
        if sort is not None:
            jobs["sort"] = lambda: sort(marks, groups, sorted_out)
        for name in ("read", "write", "steps"):
            jobs[name]()  # the first call pays for pages
        seconds: dict[str, list[float]] = {name: [] for name in jobs}
        dear = ("pandas", "polars", "sort", "radix")
        for turn in range(3 if quick else 5):
            for name, job in jobs.items():
                if name not in dear or turn < 2:
                    seconds[name].append(timed(job))
    best = {name: min(times) for name, times in seconds.items()}
    spread = {name: max(times) / min(times) - 1 for name, times in seconds.items()}

    def columns(name):
        made = found[name]
        return made.z, made.percentile, made.rank_normal

    written()
    jobs["steps"]()
    steps = [column.copy() for column in columns("steps")]
    jobs["values"]()
    bits = sum(int((a.view(np.uint64) != b.view(np.uint64)).sum()) for a, b in zip(steps, columns("values"), strict=True))
    if (found["steps"].method, found["radix"].method) != ("table", "radix"):
        raise RuntimeError("childwell: the benchmark of exam marks did not run the ways that it names")
    apart = {name: differing([column[:some] for column in steps], found[name]) for name in ("pandas", "polars")}
    if sort is not None:
        apart["std::sort"] = differing(steps, sorted_out)

    def row(name, what, unit, figure, limit, peers, size, noise):
        return {"id": name, "what": what, "unit": unit, "ours": figure, "limit": limit, "peers": peers, "n": size, "threads": 1, "spread": noise}

    each = {name: best[name] * 1e9 / (some if name in ("pandas", "polars", "radix") else n) for name in best}
    peers = {f"pandas {pandas.__version__}": each["pandas"], f"polars {polars.__version__}": each["polars"]}
    if sort is not None:
        peers["std::sort"] = each["sort"]
    bytes_moved = best["read"] + best["write"]
    result = [
        row("marks-steps", "z, percentile and rank-normal score of half points, columns given", "ns a mark", each["steps"], None, peers, n, spread["steps"]),
        row("marks-bytes", "the same, in times of reading the columns and filling three", "times", best["steps"] / bytes_moved, float(TIMES_BYTES),
            {}, n, max(spread["steps"], spread["write"])),
        row("marks-fresh", "the same with new columns, whose pages the system hands out", "ns a mark", each["fresh"], None, {}, n, spread["fresh"]),
        row("marks-values", "the same of doubles on a grid that is found", "ns a mark", each["values"], None, {}, n, spread["values"]),
        row("marks-radix", "the same of doubles on no grid, sorted by radix", "ns a mark", each["radix"], None, {}, some, spread["radix"]),
        row("marks-pandas", f"share of pandas {pandas.__version__}'s time a mark", "its time", each["steps"] / each["pandas"], 1 / TIMES_PANDAS, {}, n,
            spread["pandas"]),
        row("marks-polars", f"share of polars {polars.__version__}'s time a mark", "its time", each["steps"] / each["polars"], 1 / TIMES_POLARS, {}, n,
            spread["polars"]),
        row("marks-bits", "values of steps and of doubles whose bits differ", "values", float(bits), 0.0, {}, n, 0.0),
        row("marks-values-apart", "values that differ from a peer's by more than 1e-12", "values", float(sum(apart.values())), 0.0, {}, n, 0.0),
    ]
    if sort is not None:
        result.append(row("marks-sort", "share of the time of std::sort in the same process", "its time", each["steps"] / each["sort"], 1 / TIMES_SORT, {}, n,
                          spread["sort"]))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = rows(options.quick)
    print("| what | unit | ours | limit | peers | spread |\n|---|---|---|---|---|---|")
    for one in found:
        peers = ", ".join(f"{name} {value:.3g}" for name, value in one["peers"].items())
        limit = "" if one["limit"] is None else f"{one['limit']:.3g}"
        print(f"| {one['what']} | {one['unit']} | {one['ours']:.3g} | {limit} | {peers} | {one['spread']:.0%} |")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
