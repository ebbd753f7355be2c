# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Making the made-up city, whole and in pieces: ./run bench --only synthetic

Every city is made in a process of its own, so that its peak memory is its own. Processor time of one thread counts, user
and system: on a shared machine it spreads far less than time on the wall. `python benchmarks/synthetic.py` prints the
table of benchmarks/README.md; three million children take some minutes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

CITIES = ((3000, "whole"), (30000, "whole"), (300000, "whole"), (300000, "date"), (300000, "random"), (300000, "child"), (3000000, "child"))
QUICK_CITIES = ((3000, "whole"), (30000, "whole"), (30000, "date"), (30000, "random"), (30000, "child"))


def one_city(children: int, order: str) -> dict[str, float]:
    """Make one city in this process: all its tables at once, or batch by batch, each looked at and let go."""
    import childwell as cw

    cw.synthetic.city(children=50, seed=1)
    if order != "whole":
        import pyarrow as _  # noqa: F401  (its import is not the city's cost)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start, processor = time.perf_counter(), time.process_time()
    if order == "whole":
        city = cw.synthetic.city(children=children, seed=1, threads=1)
        marks = len(city["attendance"])
    else:
        marks = 0
        for name, batch in cw.synthetic.pieces(children=children, seed=1, order=order, threads=1):
            marks += batch.num_rows if name == "attendance" else 0
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"marks": marks, "seconds": seconds, "processor": processor, "before_mib": before, "peak_mib": peak}


def measured(children: int, order: str, repeats: int) -> list[dict[str, float]]:
    """One process a repeat."""
    print(f"synthetic: {children:,} children, {order} ...", file=sys.stderr, flush=True)
    command = [sys.executable, __file__, "--one", str(children), order]
    return [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout) for _ in range(repeats)]


def rows(quick: bool) -> list[dict]:
    """Two rows a city: processor time a child, and peak memory."""
    made = []
    for children, order in QUICK_CITIES if quick else CITIES:
        made += rows_of(children, order, measured(children, order, 1 if quick or children > 100000 else 3))
    return made


def rows_of(children: int, order: str, results: list[dict[str, float]]) -> list[dict]:
    """The rows of one city from its repeats."""
    what = f"{children:,} children, " + ("whole" if order == "whole" else f"in pieces by {order}" if order != "random" else "in pieces at random")
    taken = [result["processor"] for result in results]
    peak = min(result["peak_mib"] for result in results)
    common = {"limit": None, "peers": {}, "n": children, "threads": 1}
    return [
        {"id": f"synthetic-{order}-{children}", "what": f"made-up city of {what}", "unit": "processor microseconds a child",
         "ours": 1e6 * min(taken) / children, "spread": max(taken) / min(taken) - 1, **common},
        {"id": f"synthetic-memory-{order}-{children}", "what": f"peak memory of a made-up city of {what}", "unit": "MiB", "ours": peak,
         "spread": max(result["peak_mib"] for result in results) / peak - 1, **common},
    ]


def show(cities: list[tuple[int, str]]) -> None:
    """The table that benchmarks/README.md holds."""
    print("| children | rows | marks | processor seconds | microseconds a child | nanoseconds a mark | peak MiB |\n|---|---|---|---|---|---|---|")
    for children, order in cities:
        (result,) = measured(children, order, 1)
        print(f"| {children:,} | {order} | {result['marks']:,} | {result['processor']:.3g} | {1e6 * result['processor'] / children:.3g} | "
              f"{1e9 * result['processor'] / result['marks']:.3g} | {result['peak_mib']:,.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="CHILDREN:ROWS", help="for example 300000:date", default=None)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_city(int(options.one[0]), options.one[1])))
        return
    chosen = CITIES if options.only is None else [entry.split(":") for entry in options.only]
    show([(int(children), order) for children, order in chosen])


if __name__ == "__main__":
    main()
