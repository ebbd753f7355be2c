# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Each step of the path from tables to the page, beside a probe of memory bandwidth: ./run bench --only path

Every size runs in a process of its own, so that its peak memory is its own; the best of the repeats counts, and the
probe is measured in the same process, interleaved. Times on a shared machine drift: compare within one run.
`python benchmarks/path.py` prints the table of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

SIZES = (3000, 30000, 300000)
QUICK_SIZES = (3000, 30000)
STEPS = ("admit", "assemble", "measure", "estimates", "aggregate", "report")


def probe() -> float:
    """Gigabytes a second that one thread reads from memory."""
    import numpy as np

    block = np.ones(1 << 25, dtype=np.int64)
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        block.sum()
        best = max(best, block.nbytes / 1e9 / (time.perf_counter() - start))
    return best


def one_size(children: int, repeats: int) -> dict[str, object]:
    """Times of all steps for one made-up city, in this process."""
    import childwell as cw

    start = time.perf_counter()
    city = cw.synthetic.city(children=children, seed=1)
    made = time.perf_counter() - start
    after_city = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    key = cw.Key.from_bytes(bytes(range(32)))
    judging = [name for name in city.policies if name != "small_cells_10"]
    times: dict[str, list[float]] = {step: [] for step in STEPS}
    bandwidth = []

    def timed(step: str, work: Callable[[], Any]) -> Any:
        begin = time.perf_counter()
        result = work()
        times[step].append(time.perf_counter() - begin)
        return result

    for _ in range(repeats):
        bandwidth.append(probe())
        records = timed("admit", lambda: cw.admit(city, key=key, **city.study()))
        cohort = timed("assemble", lambda: cw.assemble(records))
        indicators = timed("measure", lambda: cw.measure(cohort, as_of=city.as_of, policies=judging))
        rows = timed("estimates", lambda: len(indicators.table()))
        groups = timed("aggregate", lambda: cw.aggregate(indicators))
        timed("report", lambda: cw.report(groups, purpose="benchmark", audience="benchmark").html())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"children": children, "marks": len(city["attendance"]), "rows": sum(len(table) for table in city.values()),
            "estimates": rows, "make_city": made, "times": times, "bandwidth": bandwidth, "city_mib": after_city, "peak_mib": peak}


def rows(quick: bool) -> list[dict]:
    """The suite's rows, as every suite gives them: steps, memory and probe of each size, then the growth."""
    results = measured(QUICK_SIZES if quick else SIZES, 1 if quick else 3)
    return [row for result in results for row in rows_of(result)] + growth_of(results)


def measured(sizes: Iterable[int], repeats: int) -> list[dict]:
    """One process a size."""
    results = []
    for size in sizes:
        print(f"path: {size:,} children ...", file=sys.stderr, flush=True)
        command = [sys.executable, __file__, "--one", str(size), "--repeats", str(repeats if size < 100000 else min(repeats, 2))]
        results.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
    return results


def row(name: str, what: str, unit: str, ours: float, children: int, spread: float) -> dict:
    return {"id": f"path-{name}", "what": what, "unit": unit, "ours": ours, "limit": None, "peers": {}, "n": children,
            "threads": 1, "spread": spread}


def rows_of(result: dict) -> list[dict]:
    """One row a step of one size; the spread is how much slower the slowest repeat was."""
    children, made = result["children"], []
    for step, seconds in result["times"].items():
        made.append(row(f"{step}-{children}", f"{step}, {children:,} children", "microseconds a child",
                        min(seconds) / children * 1e6, children, max(seconds) / min(seconds) - 1))
    repeats = [sum(seconds) for seconds in zip(*result["times"].values(), strict=True)]
    made.append(row(f"all-{children}", f"all steps, {children:,} children", "children a second", children / min(repeats), children,
                    max(repeats) / min(repeats) - 1))
    made.append(row(f"memory-{children}", f"peak memory, {children:,} children", "MiB", result["peak_mib"], children, 0.0))
    made.append(row(f"probe-{children}", "memory read by one thread in the same process", "gigabytes a second",
                    max(result["bandwidth"]), children, max(result["bandwidth"]) / min(result["bandwidth"]) - 1))
    return made


def growth_of(results: list[dict]) -> list[dict]:
    """How much dearer a child is in the largest city than in the smallest, step by step."""
    if len(results) < 2:
        return []
    first, last = results[0], results[-1]
    cost = [{step: min(result["times"][step]) / result["children"] for step in STEPS} for result in (first, last)]
    what = f"cost of a child at {last['children']:,} over that at {first['children']:,}"
    return [row(f"growth-{step}", f"{step}, {what}", "ratio", cost[1][step] / cost[0][step], last["children"], 0.0) for step in STEPS]


def show(results: list[dict]) -> None:
    """The table that benchmarks/README.md holds."""
    head = ["children", "marks", *STEPS, "all", "children a second", "peak MiB", "probe GB/s"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for result in results:
        best = {step: min(seconds) for step, seconds in result["times"].items()}
        total = sum(best.values())
        cells = [f"{result['children']:,}", f"{result['marks']:,}", *(f"{best[step]:.3g} s" for step in STEPS), f"{total:.3g} s",
                 f"{result['children'] / total:,.0f}", f"{result['peak_mib']:,.0f}", f"{max(result['bandwidth']):.1f}"]
        print("| " + " | ".join(cells) + " |")
    print("growth of the cost of a child, smallest to largest:",
          ", ".join(f"{entry['id'].removeprefix('path-growth-')} {entry['ours']:.2f}" for entry in growth_of(results)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_size(options.one, options.repeats)))
    else:
        show(measured(options.sizes, options.repeats))


if __name__ == "__main__":
    main()
