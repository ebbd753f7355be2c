# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Area with DeLong's variance, and the Poisson bootstrap, beside scikit-learn: python benchmarks/discrimination.py [--quick]

One thread; best of several rounds, each of which runs every job; processor time, because wall time on a shared
machine measures the neighbours. Limits in nanoseconds were set where one thread multiplied 768 x 768 matrices of doubles
at 49 Gflop/s; they are scaled by what it does in the same rounds here: limit x 49 / measured. Memory read stands beside.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

ROWS = 300_000
SHARE = 0.08  # of events, a common share of children who miss school for long
PROBE_GFLOPS = 49.0  # of the matrix product where the limits were set
READ_GB = 20.7  # gigabytes a second that one thread read there
AUC_NS = 9.0
BOOTSTRAP_NS = 0.8


def made_scores(rows: int):
    """Outcomes and probabilities of a made-up city; few scores are equal."""
    import numpy as np

    generator = np.random.Generator(np.random.Philox(1))
    outcomes = generator.uniform(size=rows) < SHARE
    return outcomes, 1 / (1 + np.exp(2.5 - 0.8 * generator.normal(size=rows) - 1.2 * outcomes))


def rounds(jobs: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Processor seconds of every job, interleaved; each turn calls a short job three times and keeps the best."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            turns = []
            for _ in range(1 if name == "bootstrap" else 3):
                start = time.process_time()
                job()
                turns.append(time.process_time() - start)
            seconds[name].append(min(turns))
    return seconds


def rows(quick: bool) -> list[dict]:
    """Every figure, in the form that all suites share."""
    import numpy as np
    import sklearn
    from sklearn.metrics import roc_auc_score

    from childwell import stats

    outcomes, scores = made_scores(ROWS)
    replicates = 512 if quick else 1000
    block = np.ones(1 << 24, dtype=np.int64)
    matrix = np.random.Generator(np.random.Philox(2)).normal(size=(768, 768))

    jobs: dict[str, Callable[[], object]] = {
        "read": block.sum,
        "product": lambda: matrix @ matrix,
        "auc": lambda: stats.roc_auc(outcomes, scores),
        "sklearn": lambda: roc_auc_score(outcomes, scores),
        "bootstrap": lambda: stats.bootstrap_discrimination(outcomes, scores, replicates=replicates, threads=1),
    }
    for job in jobs.values():
        job()  # the first call pays for pages and imports
    seconds = rounds(jobs, 5 if quick else 15)
    best = {name: min(values) for name, values in seconds.items()}
    spread = {name: max(values) / min(values) - 1 for name, values in seconds.items()}
    read = block.nbytes / 1e9 / best["read"]
    gflops = 2 * 768**3 / 1e9 / best["product"]
    slower = PROBE_GFLOPS / gflops
    one, two = (stats.bootstrap_discrimination(outcomes, scores, replicates=64, threads=threads) for threads in (1, 2))
    pairs = ((one.auc_replicates, two.auc_replicates), (one.precision_replicates, two.precision_replicates))
    differing = max(int((a.view(np.uint64) != b.view(np.uint64)).sum()) for a, b in pairs)
    peer = f"scikit-learn {sklearn.__version__}"

    def row(name, what, unit, ours, limit, peers, n, threads, noise):
        return {"id": name, "what": what, "unit": unit, "ours": ours, "limit": limit, "peers": peers, "n": n, "threads": threads,
                "spread": noise}

    each = best["bootstrap"] * 1e9 / ROWS / replicates
    return [
        row("auc-delong", f"area and DeLong's variance; limit {AUC_NS} ns x {slower:.2f} (probe below)", "ns a row",
            best["auc"] * 1e9 / ROWS, AUC_NS * slower, {peer + " roc_auc_score": best["sklearn"] * 1e9 / ROWS}, ROWS, 1, spread["auc"]),
        row("auc-share", f"area and DeLong's variance; limit 1/70 of {peer}'s area alone", "its time", best["auc"] / best["sklearn"], 1 / 70,
            {}, ROWS, 1, max(spread["auc"], spread["sklearn"])),
        row("bootstrap", f"area and precision at 5 %, {replicates} replicates; limit {BOOTSTRAP_NS} ns x {slower:.2f}", "ns a row a replicate",
            each, BOOTSTRAP_NS * slower, {}, ROWS, 1, spread["bootstrap"]),
        row("bootstrap-bits", "replicates of 64 whose bits differ between one thread and two", "replicates", float(differing), 0.0, {}, ROWS, 2, 0.0),
        row("discrimination-read", f"memory read by one thread; {READ_GB} where the limits were set", "GB a second", read, None, {},
            block.size, 1, spread["read"]),
        row("discrimination-product", f"product of 768 x 768 doubles; {PROBE_GFLOPS:.0f} where the limits were set", "Gflop/s", gflops, None,
            {}, matrix.size, 1, spread["product"]),
    ]


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
