# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The core set of attendance over tiles beside reading the panel, and beside pandas, polars and DuckDB on the same marks.

Processor time of the process, best of interleaved repeats, one thread unless said otherwise. Peers get what suits them:
marks of small types in memory, sorted by child and session, the calendar as a table. Their values are compared with ours.
"""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when polars is imported

import importlib.util
import time
from pathlib import Path

import numpy as np

SESSIONS, LANES = 400, 64
CHART = {"expected_rate": 1 / 16, "weight": 1 / 32, "allowance": 1 / 16, "limit": 4.0}  # whole in fixed point: nothing is rounded
REFERENCE = CHART["expected_rate"] + CHART["allowance"]


def timed(work) -> tuple[float, object]:
    begin = time.process_time()
    made = work()
    return time.process_time() - begin, made


def calendar() -> dict[str, np.ndarray]:
    """Forty weeks of ten half-days."""
    session = np.arange(SESSIONS)
    day = session // 2 % 5
    return {"week": (session // 10).astype(np.uint16), "weekday": day.astype(np.uint8), "units": np.ones(SESSIONS, np.uint8),
            "first_day": day == 0, "last_day": day == 4, "held": np.ones(SESSIONS, bool)}


def panel(tiles: int) -> np.ndarray:
    """Made-up cells of tiles: one child in ten is absent often, spells last, a few marks are missing and a few children came late."""
    rng = np.random.default_rng(20261125)
    rate = np.where(rng.random((tiles, 1, LANES)) < 0.1, 0.12, 0.03).astype(np.float32)
    cells = np.empty((tiles, SESSIONS, LANES), np.uint8)
    away = np.zeros((tiles, LANES), bool)
    kinds = np.array([8 + 16, 8 + 16, 9 + 16, 7 + 16], np.uint8)
    kind = np.zeros((tiles, LANES), np.uint8)
    for session in range(SESSIONS):
        draw = rng.random((tiles, LANES), dtype=np.float32)
        begins = ~away & (draw < rate[:, 0] / 3)
        away = begins | (away & (draw < 0.7))
        kind[begins] = kinds[rng.integers(0, 4, int(begins.sum()))]
        cells[:, session] = np.where(away, kind, np.where(draw > 0.98, 5, np.where(draw > 0.975, 0, 3)))
    late = rng.random((tiles, LANES)) < 0.02
    cells[:, :100][np.broadcast_to(late[:, None], (tiles, 100, LANES))] = 1
    return cells


def states_of(tiles: int) -> np.ndarray:
    from childwell._core_set import _aligned, _core

    states = _aligned(tiles * _core.core_set_tile_bytes)
    states[:] = 0  # the pages are there before anything is timed
    return states


def peer(name: str):
    path = Path(__file__).parent / "peers" / f"core_set_{name}.py"
    spec = importlib.util.spec_from_file_location(f"peer_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def differences(ours, found, columns: dict[str, str]) -> list[str]:
    """Columns of a peer that say something else; averages within the written bound, other real numbers within rounding."""
    wrong = []
    for name, theirs in columns.items():
        a, b = np.asarray(ours[name], float), np.asarray(found[theirs], float)
        tolerance = {"ewma": 1 / 2048 + 2**-16, "slope": 1e-12, "cusum": 1e-9, "cusum_highest": 1e-9}.get(name, 0.0)
        if not np.allclose(a, b, rtol=0, atol=tolerance, equal_nan=True):
            wrong.append(name)
    return wrong


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHARED = {"last_seen": "last_seen", "since_seen": "since_seen", "observed": "observed", "absent": "absent", "spell_longest": "spell_longest",
          "spell_current": "spell_current", "absent_first_day": "first_day", "absent_last_day": "last_day", "ewma": "ewma", "slope": "slope",
          "sessions_present": "state_3", "sessions_late": "state_5", "sessions_illness": "state_8", "sessions_unexcused": "state_9",
          **{f"absent_{day}": f"weekday_{i}" for i, day in enumerate(WEEKDAYS)}}
SUMS = {"cusum": "cusum", "cusum_highest": "cusum_highest", "first_alarm": "first_alarm"}


def peers(tiles: np.ndarray, ours, repeats: int) -> dict[str, float]:
    """Nanoseconds a mark of each peer; raises where one says something else."""
    import duckdb
    import pandas as pd
    import polars as pl

    codes = (tiles.transpose(0, 2, 1).reshape(-1) & 15).astype(np.int8)
    children = len(codes) // SESSIONS
    marks = {"child": np.repeat(np.arange(children, dtype=np.int32), SESSIONS), "session": np.tile(np.arange(SESSIONS, dtype=np.int16), children), "code": codes}
    table = calendar()
    sessions = {"session": np.arange(SESSIONS, dtype=np.int16), "week": table["week"].astype(np.int32), "weekday": table["weekday"].astype(np.int8),
                "first_day": table["first_day"], "last_day": table["last_day"]}
    in_pandas, in_polars = pd.DataFrame(marks), pl.DataFrame(marks)
    by_session, of_polars = pd.DataFrame(sessions).set_index("session"), pl.DataFrame(sessions)
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    arrow, arrow_sessions = in_polars.to_arrow(), of_polars.to_arrow()
    connection.execute("CREATE TABLE marks AS SELECT * FROM arrow")
    connection.execute("CREATE TABLE sessions AS SELECT * FROM arrow_sessions")
    del arrow, arrow_sessions
    rate, weight, limit = CHART["expected_rate"], CHART["weight"], CHART["limit"]
    work = {"pandas": (lambda: peer("pandas").core_set(in_pandas, by_session, rate, weight, REFERENCE, limit), SHARED | SUMS),
            "polars": (lambda: peer("polars").core_set(in_polars, of_polars, rate, weight, REFERENCE, limit), SHARED | SUMS),
            "DuckDB without CUSUM": (lambda: peer("duckdb").core_set(connection, rate, weight), SHARED),
            "DuckDB, CUSUM alone": (lambda: peer("duckdb").cusum(connection, REFERENCE, limit), SUMS)}
    best: dict[str, float] = {}
    for _ in range(repeats):
        for name, (job, columns) in work.items():
            seconds, found = timed(job)
            wrong = differences(ours, found, columns)
            if wrong:
                raise AssertionError(f"childwell: {name} says something else of {', '.join(wrong)}")
            best[name] = min(best.get(name, np.inf), 1e9 * seconds / len(codes))
    return best


def row(identity: str, what: str, unit: str, values: list[float], n: int, limit: float | None = None, others: dict[str, float] | None = None,
        threads: int = 1) -> dict:
    return {"id": identity, "what": what, "unit": unit, "ours": float(min(values)), "limit": limit, "peers": others or {}, "n": n, "threads": threads,
            "spread": float(max(values) / min(values) - 1)}


def rows(quick: bool) -> list[dict]:
    """One entry a figure, in the form that all benchmarks share."""
    import childwell as cw
    from childwell import _core

    tiles, repeats = (470, 9) if quick else (4688, 15)
    cells = panel(tiles)
    children, marks = tiles * LANES, cells.size
    plans = {name: _core.CoreSetPlan(**calendar(), by_week=name == "week", **CHART) for name in ("session", "week")}
    states = {name: states_of(tiles) for name in ("session", "week", "two threads")}
    seconds: dict[str, list[float]] = {name: [] for name in ("read", "session", "week", "two threads")}
    for _ in range(repeats):  # side by side, because the machines are shared
        seconds["read"].append(timed(lambda: _core._memory_read_probe(cells))[0])
        for name in ("session", "week"):
            seconds[name].append(timed(lambda name=name: _core.core_set_into(cells, plans[name], states[name], 1))[0])
        seconds["two threads"].append(timed(lambda: _core.core_set_into(cells, plans["session"], states["two threads"], 2))[0])
    if not np.array_equal(states["session"], states["two threads"]):
        raise AssertionError("childwell: two threads give other bits than one")
    best = {name: min(values) for name, values in seconds.items()}
    made = []
    for name, limit in (("session", 6.0), ("week", 3.0)):
        made.append(row(f"core-set-{name}", f"core set, charts by {name}, against reading the panel", "times reading",
                        [value / best["read"] for value in seconds[name]], children, limit))
        made.append(row(f"core-set-{name}-child", f"core set, charts by {name}", "ns a child", [1e9 * value / children for value in seconds[name]],
                        children, None, {"reading": 1e9 * best["read"] / children}))
    made.append(row("core-set-threads", "processor time of two threads, the same bits", "times one thread's",
                    [value / best["session"] for value in seconds["two threads"]], children, 1.1, None, 2))

    few = cells[: 48 if quick else 469]  # 1.2 and 12 million marks
    table = cw.core_set(few, {name: column for name, column in calendar().items()}, **CHART, threads=1)
    others = peers(few, table, 1 if quick else 2)
    ours = [1e9 * value / marks for value in seconds["session"]]
    without = [1e9 * value / marks for value in seconds["session"]]  # ours always has the cumulative sum
    made.append(row("core-set-peers", "core set, charts by session; peers on a tenth of the marks", "ns a mark", ours, marks,
                    others["pandas"] / 300, {name: others[name] for name in ("pandas", "polars")}))
    made.append(row("core-set-duckdb", "the same beside DuckDB, which leaves the cumulative sum out", "ns a mark", without, marks,
                    others["DuckDB without CUSUM"] / 100, {name: others[name] for name in others if "DuckDB" in name}))
    made.append(edge(cw, states["session"], plans["session"], children, repeats))
    return made


def edge(cw, states: np.ndarray, plan, children: int, repeats: int) -> dict:
    """Intervals, shrinkage and crossing probabilities from finished states; a hundred strata, the year three quarters done."""
    from childwell import _core

    columns = _core.core_set_columns(states, plan, children)
    rng = np.random.default_rng(1)
    stratum = np.arange(children) * 100 // children
    given = {"line": (1, 10), "open_sessions": (columns["expected"] - columns["observed"] + 130).astype(np.int64), "stratum": stratum,
             "alpha": rng.uniform(0.5, 3.0, 100), "beta": rng.uniform(15.0, 60.0, 100), "spell_sessions": np.full(100, 3.2)}  # the cohort's
    os.environ["CHILDWELL_NUM_THREADS"] = "1"
    try:
        seconds = [timed(lambda: cw.core_set_estimates(columns["absent"], columns["observed"], **given))[0] for _ in range(min(3, repeats))]
    finally:
        del os.environ["CHILDWELL_NUM_THREADS"]
    return row("core-set-edge", "intervals, mid-p, shrinkage and crossings of finished states, 100 strata", "us a child",
               [1e6 * value / children for value in seconds], children, 3.0)


if __name__ == "__main__":
    import sys

    for one in rows("--quick" in sys.argv):
        print(one["id"], f"{one['ours']:.4g} {one['unit']}", f"limit {one['limit']}", one["peers"], f"spread {one['spread']:.0%}")
