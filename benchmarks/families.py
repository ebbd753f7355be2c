# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Time and memory of each family on request beside the ingest of its own table: ./run bench --only families

Processor time, so that other jobs count as little as they can. A family's cost is that of `measure` and of `estimates` with
it, less those without any; it is measured in a forked process, and memory is what the states hold when `measure` is done. Ingest is `admit` and
`assemble` with the family's tables, less those without them; tables beside attendance are told without it, because it is so
much larger that the difference would be noise. `python benchmarks/families.py --children 300000` prints the
table of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

CHILDREN, QUICK_CHILDREN = 60000, 3000
ATTENDANCE = ("attendance",)
# what each family reads; the rules of courses and of ages are policies, and measured as one family
OWN = {
    "trend": ATTENDANCE, "week_pattern": ATTENDANCE, "outlook": ATTENDANCE, "early": ATTENDANCE, "charts": ATTENDANCE, "change": ATTENDANCE,
    "mobility": ("enrolment",), "progress": ("exam_results",), "courses and ages": ("exam_results",), "contact": ("contacts", "contact_log"),
    "visits": ("contacts", "contact_log"), "separation": ("migration",), "left_behind": ("migration",), "guardianship": ("guardianship",),
    "screening": ("screens",), "help": ("counselling", "services", "referrals"),
}  # fmt: skip
SCHOOLING = ["cn_course_failure_60", "us_chicago_on_track", "cn_over_age_modal_1", "uis_over_age_2"]
CHARTS = {"baseline": "2025-10-31", "false_alarms": 100}


def processor_time(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.process_time()
    made = work()
    return made, time.process_time() - begin


def forked(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """What work returns, computed in a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(write, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read()
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("families: a measurement failed")
    found: dict[str, float] = json.loads(text)
    return found


def resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20


def ingest(cw: Any, city: Any, key: Any, without: tuple[str, ...]) -> float:
    """Processor time of admit and assemble on all tables but some, best of 2; without enrolment nothing else would be read."""
    tables = {name: city[name] for name in city if name not in without}
    best = float("inf")
    for _ in range(2):
        records, admitted = processor_time(lambda: cw.admit(tables, key=key, **city.study()))
        best = min(best, admitted + processor_time(lambda records=records: cw.assemble(records))[1])
    return best


def one_size(children: int) -> list[dict[str, Any]]:
    """Every family on one made-up city, in this process and its forks."""
    import childwell as cw

    city = cw.synthetic.city(children=children, seed=1)
    key = cw.Key.from_bytes(bytes(range(32)))
    kinds = cw.policies()
    judging = [*[name for name in city.policies if kinds[name]["kind"] != "disclosure"]]
    known = cw._core.request_words()
    cohort = cw.assemble(cw.admit(city, key=key, **city.study()))
    rest = ingest(cw, city, key, ATTENDANCE)
    costs: dict[tuple[str, ...], float] = {ATTENDANCE: ingest(cw, city, key, ()) - rest}
    rows = {}

    def cost(family: str) -> dict[str, float]:
        families = [family] if family in known else []
        policies = judging + (SCHOOLING if family == "courses and ages" else [])
        options = CHARTS if family == "charts" else {}
        ctypes.CDLL(None).malloc_trim(0)  # what was freed before would be used again, and states would seem to cost nothing
        before = resident()
        indicators, measured = processor_time(lambda: cw.measure(cohort, as_of=city.as_of, policies=policies, families=families, **options))
        memory = resident() - before  # of the states that stay; the table of estimates is the same for all
        return {"measure": measured, "estimates": processor_time(indicators.table)[1], "mib": memory}

    rows["none"] = forked(lambda: cost("none"))
    for family, own in OWN.items():
        if family not in known and family != "courses and ages":
            continue
        rows[family] = forked(lambda family=family: cost(family))
        if own not in costs and own != ("enrolment",):
            costs[own] = rest - ingest(cw, city, key, (*ATTENDANCE, *own))
    made = []
    for family, own in OWN.items():
        if family not in rows:
            continue
        found = {name: max(0.0, rows[family][name] - rows["none"][name]) for name in ("measure", "estimates", "mib")}
        made.append(found | {"family": family, "tables": ", ".join(own), "ingest": costs.get(own), "rows": sum(len(city[name]) for name in own if name in city)})
    return made


def measured(children: int) -> list[dict[str, Any]]:
    print(f"families: {children:,} children ...", file=sys.stderr, flush=True)
    command = [sys.executable, __file__, "--one", str(children)]
    found: list[dict[str, Any]] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def rows(quick: bool) -> list[dict[str, Any]]:
    """The suite's rows: processor time a child of each family, and the share of its table's ingest."""
    children = QUICK_CHILDREN if quick else CHILDREN
    made = []
    for found in measured(children):
        family = str(found["family"]).replace(" ", "-")
        common = {"limit": None, "peers": {}, "n": children, "threads": 1, "spread": 0.0}
        seconds = found["measure"] + found["estimates"]
        made.append({"id": f"families-{family}", "what": f"{found['family']}: measure and estimates", "unit": "microseconds a child",
                     "ours": seconds / children * 1e6, **common})
        if found["ingest"] is not None and found["ingest"] > 0.0:
            made.append({"id": f"families-{family}-share", "what": f"the same over the ingest of {found['tables']}", "unit": "ratio",
                         "ours": seconds / found["ingest"], **common})
    return made


def show(results: list[dict[str, Any]]) -> None:
    """The table that benchmarks/README.md holds."""
    print("| family | measure | estimates | memory | its tables | rows | their ingest |\n|---|---|---|---|---|---|---|")
    for found in results:
        own = "" if found["ingest"] is None else f"{found['ingest']:.2f} s"
        print(f"| {found['family']} | {found['measure']:.2f} s | {found['estimates']:.2f} s | {found['mib']:.0f} MiB | {found['tables']} | "
              f"{found['rows']:,} | {own} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--one", type=int)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one_size(given.one)))
    else:
        show(measured(given.children))


if __name__ == "__main__":
    main()
