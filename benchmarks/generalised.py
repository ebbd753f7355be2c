# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Ridge logistic regression beside its peers and beside the arithmetic of one core: python benchmarks/generalised.py [--quick]

One design for all: standard normal columns, the first of ones, no separate intercept, all columns penalised alike. One
thread; times are processor times of that thread, the best of interleaved repeats, because the machines are shared and a
thread that waits for its turn does not work. The limit of a Newton step is the
useful operations n p (p + 1) at the single-precision multiply-adds that the same core did in the same repeat.
"""

from __future__ import annotations

import os

# What is set for another machine's OpenBLAS must not slow the peers here.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import argparse
import json
import time
import warnings

import numpy as np

RIDGE = 1.0


def design(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten columns that matter, the rest noise; about 15 % of the outcomes are ones."""
    rng = np.random.default_rng(20261124)
    x = rng.standard_normal((rows, columns))
    x[:, 0] = 1.0
    truth = np.zeros(columns)
    truth[:10] = 0.2
    truth[0] = -2.0
    y = (rng.random(rows) < 1.0 / (1.0 + np.exp(-x @ truth))).astype(float)
    return x, y


def timed(work) -> tuple[float, object]:
    begin = time.thread_time()
    made = work()
    return time.thread_time() - begin, made


def peak(rounds: int) -> float:
    """Operations a second in single precision that this core does without memory."""
    from childwell import _core

    seconds, operations = timed(lambda: _core.stats._peak_flops_probe(rounds))
    return operations / seconds


def peers(x: np.ndarray, y: np.ndarray) -> dict[str, object]:
    """Fits of other packages on the same objective, by name."""
    found = {}
    try:
        from sklearn.linear_model import LogisticRegression

        def sklearn(solver, tol, most):
            return LogisticRegression(C=1.0 / RIDGE, fit_intercept=False, solver=solver, tol=tol, max_iter=most).fit(x, y).coef_[0]

        # newton-cholesky: the tolerance at which its own coefficients stand to about 1e-10
        found["scikit-learn newton-cholesky"] = lambda: sklearn("newton-cholesky", 1e-10, 100)
        found["scikit-learn lbfgs at 1e-4"] = lambda: sklearn("lbfgs", 1e-4, 1000)
    except ImportError:
        pass
    try:
        from glum import GeneralizedLinearRegressor

        found["glum"] = lambda: GeneralizedLinearRegressor(
            family="binomial", alpha=RIDGE / len(y), l1_ratio=0.0, fit_intercept=False, gradient_tol=1e-10, max_iter=100
        ).fit(x, y).coef_
    except ImportError:
        pass
    return found


def rows(quick: bool) -> list[dict]:
    """One entry a figure, in the form that all benchmarks share."""
    from threadpoolctl import threadpool_limits

    from childwell import _core, stats

    n, p = (60_000, 50) if quick else (300_000, 50)
    repeats = 3 if quick else 7
    x, y = design(n, p)
    at = np.zeros(p)
    empty = np.empty(0)
    others = peers(x, y)
    steps, ratios, probes = [], [], []
    times: dict[str, list[float]] = {name: [] for name in ("ours", "with errors", *others)}
    answers: dict[str, np.ndarray] = {}

    def step():
        summary = _core.stats.generalised_summary(x, [], [], y, at, weights=empty, offsets=empty, family="logistic",
                                                  intercept=False, threads=1)  # fmt: skip
        return _core.stats.newton_step(summary, at, ridge=RIDGE, intercept=False)

    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(repeats):
            for _ in range(4):  # probe and step side by side, in slices short enough to share one state of the machine
                probe = peak(3_000_000)
                seconds = min(timed(step)[0] for _ in range(2))
                probe = max(probe, peak(3_000_000))
                steps.append(seconds)
                probes.append(probe)
                ratios.append(seconds / (n * p * (p + 1) / probe))
            seconds, fit = timed(lambda: stats.fit_ridge(x, y, intercept=False, ridge=RIDGE, standard_errors=False))
            times["ours"].append(seconds)
            times["with errors"].append(timed(lambda: stats.fit_ridge(x, y, intercept=False, ridge=RIDGE))[0])
            answers["ours"] = fit.coefficients
            for name, work in others.items():
                seconds, answers[name] = timed(work)
                times[name].append(seconds)
    best = {name: min(seconds) for name, seconds in times.items()}
    for name, answer in answers.items():
        tolerance = 1e-2 if "1e-4" in name else 1e-6
        assert np.abs(answer - answers["ours"]).max() < tolerance, f"{name} fits something else"
    limit = n * p * (p + 1) / max(probes)
    size = f"{n:,} x {p}"
    fits = [("scikit-learn newton-cholesky", 6.0), ("scikit-learn lbfgs at 1e-4", 3.0), ("glum", 1.5)]
    made = [
        {"id": f"ridge-logistic-step-{n}", "what": f"Newton step, {size}, against the operations at the core's peak",
         "unit": "times the peak", "ours": float(np.median(ratios)), "limit": 3.2, "peers": {}, "n": n, "threads": 1,
         "spread": max(ratios) / min(ratios) - 1},
        {"id": f"ridge-logistic-step-ms-{n}", "what": f"Newton step, {size}", "unit": "ms", "ours": min(steps) * 1e3,
         "limit": None, "peers": {"peak": limit * 1e3}, "n": n, "threads": 1, "spread": max(steps) / min(steps) - 1},
        {"id": f"ridge-logistic-fit-{n}", "what": f"ridge logistic fit to 1e-10, {size}", "unit": "ms", "ours": best["ours"] * 1e3,
         "limit": min((best[name] / factor * 1e3 for name, factor in fits if name in best), default=None),
         "peers": {name: best[name] * 1e3 for name in others}, "n": n, "threads": 1,
         "spread": max(times["ours"]) / min(times["ours"]) - 1},
        {"id": f"ridge-logistic-fit-errors-{n}", "what": f"the same with standard errors, {size}", "unit": "ms",
         "ours": best["with errors"] * 1e3, "limit": None, "peers": {}, "n": n, "threads": 1,
         "spread": max(times["with errors"]) / min(times["with errors"]) - 1},
    ]  # fmt: skip
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    measured = rows(arguments.quick)
    for row in measured:
        against = ", ".join(f"{name} {value:.1f} ({value / row['ours']:.1f} x)" for name, value in row["peers"].items())
        limit = "" if row["limit"] is None else f", limit {row['limit']:.1f}"
        print(f"{row['what']}: {row['ours']:.2f} {row['unit']}{limit}{'; ' + against if against else ''}; spread {row['spread']:.0%}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(measured, file, indent=1)
