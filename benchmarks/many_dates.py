# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A whole school year measured as of 40 weeks beside its last week alone: ./run bench --only many_dates

Processor time of one thread, the two interleaved, the best of the repeats: the one date and the 40 are taken of the same
cohort in the same process. Memory is what the process holds most while the dates go by, less what it held before them;
`measure` keeps all its snapshots, `measure_dates` lets each go. The city goes through the whole school year, so that every
week has sessions. `python benchmarks/many_dates.py` prints the table of
benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import ctypes
import datetime
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CHILDREN, QUICK_CHILDREN = 30000, 3000
FIRST, WEEKS = datetime.date(2025, 9, 5), 40
THROUGH = "2026-06-05"
LIMIT = 6.0  # times the one date
# what is measured: the windows, and how marks came to be known
CASES = {
    "known at once": (["year_to_date"], {}),
    "known a week late": (["year_to_date"], {"attendance": 7}),
    "two windows": (["year_to_date", "2025-09-01..2026-07-01"], {}),
}


def resident(field: str) -> float:
    """MiB that the process holds (VmRSS), or held at most (VmHWM); 0 where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def peak_of(work: Any) -> float:
    """MiB beyond what was held before, at the most of it."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)  # what was let go before is not to be counted as held
    try:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    except OSError:
        return 0.0
    before = resident("VmRSS")
    work()
    return resident("VmHWM") - before


def one_size(children: int, repeats: int) -> dict[str, Any]:
    """Times and memory of every case for one made-up city, in this process."""
    os.environ["CHILDWELL_NUM_THREADS"] = "1"
    import childwell as cw

    city = cw.synthetic.city(children=children, seed=1, through=THROUGH)
    judging = [name for name in city.policies if name != "small_cells_10"]
    dates = [FIRST + datetime.timedelta(7 * week) for week in range(WEEKS)]
    cases = {}
    for name, (windows, lag_days) in CASES.items():
        tables = {table: city[table] for table in city if table in ("places", "lineage", "children", "enrolment", "boarding", "calendar",
                                                                    "sessions", "registers", "attendance", "exams", "exam_results")}  # fmt: skip
        cohort = cw.assemble(cw.admit(tables, key=cw.Key.from_bytes(bytes(range(32))), **(city.study() | {"lag_days": lag_days})))
        asked = {"policies": judging, "windows": windows}

        def one_date(cohort: Any = cohort, asked: Any = asked) -> None:
            cw.measure(cohort, as_of=dates[-1], **asked)

        def many(cohort: Any = cohort, asked: Any = asked) -> None:
            for indicators in cw.measure_dates(cohort, as_of=dates, **asked):
                indicators.roll()

        def held(cohort: Any = cohort, asked: Any = asked) -> None:
            cw.measure(cohort, as_of=dates, **asked)

        times: dict[str, list[float]] = {"one": [], "many": []}
        for _ in range(repeats):
            for what, work in (("one", one_date), ("many", many)):
                begin = time.process_time()
                work()
                times[what].append(time.process_time() - begin)
        memory = {"one": peak_of(one_date), "many": peak_of(many)}
        if children <= CHILDREN:
            memory["held"] = peak_of(held)
        cases[name] = {"times": times, "memory": memory}
        del cohort
    return {"children": children, "marks": len(city["attendance"]), "cases": cases}


def measured(children: int, repeats: int) -> dict[str, Any]:
    """One size in a process of its own."""
    command = [sys.executable, __file__, "--one", str(children), "--repeats", str(repeats)]
    print(f"many_dates: {children:,} children ...", file=sys.stderr, flush=True)
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def rows(quick: bool) -> list[dict[str, Any]]:
    """The suite's rows: the ratio of each case, and memory of the stream."""
    result = measured(QUICK_CHILDREN if quick else CHILDREN, 3)
    made, children = [], result["children"]
    for name, case in result["cases"].items():
        slug = name.replace(" ", "-")
        one, many = (case["times"][what] for what in ("one", "many"))
        common = {"peers": {}, "n": children, "threads": 1}
        made.append({"id": f"many-dates-{slug}", "what": f"{WEEKS} weekly dates over the last of them alone, {name}", "unit": "ratio",
                     "ours": min(many) / min(one), "limit": LIMIT, "spread": max(many) / min(many) - 1} | common)  # fmt: skip
        made.append({"id": f"many-dates-memory-{slug}", "what": f"peak memory of {WEEKS} dates one after another, {name}",
                     "unit": "bytes a child", "ours": case["memory"]["many"] * 2**20 / children, "limit": None, "spread": 0.0} | common)  # fmt: skip
    return made


def show(result: dict[str, Any]) -> None:
    """The table that benchmarks/README.md holds."""
    head = ["children", "marks", "case", "one date", f"{WEEKS} dates", "ratio", "memory of one", f"of {WEEKS} one by one", "held together"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name, case in result["cases"].items():
        one, many = (min(case["times"][what]) for what in ("one", "many"))
        memory = case["memory"]
        held = f"{memory['held']:,.0f} MiB" if "held" in memory else ""
        print(f"| {result['children']:,} | {result['marks']:,} | {name} | {one:.3g} s | {many:.3g} s | {many / one:.1f} | "
              f"{memory['one']:,.0f} MiB | {memory['many']:,.0f} MiB | {held} |")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_size(options.one, options.repeats)))
    else:
        show(measured(options.children, options.repeats))


if __name__ == "__main__":
    main()
