# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What somebody waits for who sits before it: the import, the first result, the report; and how large the page is.

Each figure comes from interpreters of their own, the best of the repeats; imports are told beyond Python with NumPy, ours
and the peers' in turns. `./run bench --only surface`.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

PEERS = ("pandas", "statsmodels.api", "sklearn.linear_model", "polars")
FIRST = """
import time
import childwell as cw
city = cw.synthetic.city(children={children}, seed=1)
made = time.perf_counter()
study = cw.open_study(city, key=cw.Key.from_bytes(bytes(32)))
indicators = study.measure(as_of=city.as_of)
frame = indicators.frame("attendance.absence_rate")
first = time.perf_counter()
groups = cw.aggregate(indicators)
grouped = time.perf_counter()
page = cw.report(groups, purpose="benchmark", audience="benchmark").html()
done = time.perf_counter()
import json; print(json.dumps([first - made, done - grouped, len(page.encode()) / 1e6]))
"""


def seconds(code: str) -> float:
    """Wall time of one statement in an interpreter that has NumPy and nothing else."""
    timed = f"import numpy, time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout)


def row(name: str, what: str, unit: str, found: list[float], n: int, peers: dict[str, float] | None = None) -> dict:
    return {"id": f"surface-{name}", "what": what, "unit": unit, "ours": min(found), "limit": None, "peers": peers or {}, "n": n,
            "threads": 1, "spread": max(found) / min(found) - 1}


def imports(repeats: int) -> dict:
    there = [peer for peer in PEERS if importlib.util.find_spec(peer.partition(".")[0])]
    found: dict[str, list[float]] = {name: [] for name in ("childwell", *there)}
    for _ in range(repeats):
        for name, times in found.items():
            times.append(seconds(f"import {name}"))
    return row("import", "import, beyond Python with NumPy", "milliseconds", [1e3 * one for one in found["childwell"]], 1,
               {peer: 1e3 * min(found[peer]) for peer in there})


def rows(quick: bool) -> list[dict]:
    """The suite's rows: import, then first result, report and size of the page by children."""
    made = [imports(2 if quick else 5)]
    for children in (3000,) if quick else (3000, 300000):
        repeats = 1 if quick or children > 10000 else 5
        found = [json.loads(subprocess.run([sys.executable, "-c", FIRST.format(children=children)], check=True, capture_output=True,
                                           text=True).stdout) for _ in range(repeats)]  # fmt: skip
        first, page, size = (list(column) for column in zip(*found, strict=True))
        made += [row(f"first-{children}", f"study, measure and a frame, {children:,} children", "seconds", first, children),
                 row(f"report-{children}", f"report from aggregates, {children:,} children", "seconds", page, children),
                 row(f"page-{children}", f"size of the page, {children:,} children", "megabytes", size, children)]
    return made
