# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Times each step of the path beside a probe of memory bandwidth: ./run bench [--sizes 3000 30000] [--repeats N] [--json FILE]

Every size runs in a process of its own, so that its peak memory is its own; the best of the repeats counts, and the
probe is measured in the same process, interleaved. Times on a shared machine drift: compare within one run.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

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

    def timed(step, work):
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


def entries(result: dict) -> list[dict]:
    """One entry a step in the form that all benchmarks share."""
    made = []
    for step, seconds in result["times"].items():
        made.append({"id": f"path-{step}-{result['children']}", "what": f"{step}, {result['children']} children", "unit": "us a child",
                     "ours": min(seconds) / result["children"] * 1e6, "limit": None, "peers": {}, "n": result["children"], "threads": 1,
                     "spread": max(seconds) / min(seconds) - 1})
    made.append({"id": f"path-memory-{result['children']}", "what": f"peak memory, {result['children']} children", "unit": "MiB",
                 "ours": result["peak_mib"], "limit": None, "peers": {}, "n": result["children"], "threads": 1, "spread": 0.0})
    made.append({"id": f"probe-{result['children']}", "what": "memory read by one thread in the same process", "unit": "GB a second",
                 "ours": max(result["bandwidth"]), "limit": None, "peers": {}, "n": result["children"], "threads": 1,
                 "spread": max(result["bandwidth"]) / min(result["bandwidth"]) - 1})
    return made


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
    if len(results) > 1:
        first, last = results[0], results[-1]
        growth = {step: min(last["times"][step]) / last["children"] / (min(first["times"][step]) / first["children"]) for step in STEPS}
        print("growth of the cost of a child, smallest to largest:", ", ".join(f"{step} {ratio:.2f}" for step, ratio in growth.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[3000, 30000, 300000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="3,000 and 30,000 children, once")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_size(options.one, options.repeats)))
        return
    sizes, repeats = ([3000, 30000], 1) if options.quick else (options.sizes, options.repeats)
    results = []
    for size in sizes:
        print(f"{size:,} children ...", file=sys.stderr)
        command = [sys.executable, __file__, "--one", str(size), "--repeats", str(repeats if size < 100000 else min(repeats, 2))]
        results.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    show(results)
    if options.json:
        options.json.write_text(json.dumps([entry for result in results for entry in entries(result)], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
