# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Long columns of marks into a panel, beside the sum of the same columns and beside peers that sort: ./run bench --only ingest

Half-day marks of a year of 400 sessions, dense int32 child, int32 date, int8 session, int8 code: 10 bytes a mark. One
thread throughout; processor time of that thread, the best of interleaved repeats. The panel is made anew each time, so
that its pages are among what is timed. The sum of the columns is that of plain loops compiled for this processor; how fast
the columns can be read at all (sums by hand) stands beside it. Peers sort 12 M marks (1.2 M with --quick), ours are timed
at that size in the same process, and every peer's codes are compared with the panel's, value for value. The sums are the
limit at the larger size only: at the smaller one an argument's conversion counts.

`python benchmarks/ingest.py` prints the tables of benchmarks/README.md.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SLOTS = 400
ORDERS = ("date", "child", "random")
NAMES = {"date": "P1", "child": "P2a", "random": "P2b"}
LIMITS = {"date": 1.2, "child": 3.0, "random": 15.0}  # times the sum
SHARES = {"date": 25.0, "child": 8.0, "random": 3.0}  # of the fastest peer's sort
CODES = {1: "present", 2: "late", 3: ("excused", 1), 4: ("unexcused", 1)}
FIRST_DAY = 20332


def peers() -> dict[str, Any]:
    """The peers' file beside this one, which is no package."""
    spec = importlib.util.spec_from_file_location("benchmark_peers_ingest", Path(__file__).parent / "peers" / "ingest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.peers()


def sessions() -> list[tuple[int, int]]:
    days = [FIRST_DAY + day for day in range(SLOTS) if day % 7 < 5][: SLOTS // 2]
    return [(day, session) for day in days for session in (0, 1)]


def year(children: int, order: str) -> dict[str, np.ndarray]:
    """A mark of every child in every session."""
    rng = np.random.default_rng(20261125)
    held = np.array(sessions(), dtype=np.int32)
    code = np.ones(children * SLOTS, dtype=np.int8)
    code[rng.integers(0, len(code), len(code) // 16)] = rng.integers(2, 5, len(code) // 16)
    dates, numbers = held[:, 0].astype(np.int32), held[:, 1].astype(np.int8)
    every = np.arange(children, dtype=np.int32)
    if order == "date":
        columns = {"child": np.tile(every, SLOTS), "date": np.repeat(dates, children), "session": np.repeat(numbers, children), "code": code}
    else:
        columns = {"child": np.repeat(every, SLOTS), "date": np.tile(dates, children), "session": np.tile(numbers, children), "code": code}
    if order == "random":  # one column at a time: the permutation alone takes as much as all of them
        for name, values in columns.items():
            np.random.default_rng(7).shuffle(values)
            columns[name] = values
    return columns


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.thread_time()
    made = work()
    return time.thread_time() - begin, made


def by_child(panel: Any) -> np.ndarray:
    """The cells of a full panel in order of child and slot, as codes."""
    import childwell as cw

    meant = np.zeros(256, dtype=np.int8)
    for code, meaning in CODES.items():
        word, units = (meaning, 0) if isinstance(meaning, str) else meaning
        meant[cw._ingest.STATES.index(word) | units << 4] = code
    return meant[panel.cells.transpose(0, 2, 1).reshape(-1, SLOTS)[: panel.children]].reshape(-1)


def one_order(children: int, order: str, repeats: int, compared: dict[str, Any]) -> dict[str, Any]:
    """Seconds of the sums, of the ingest and of each peer, interleaved."""
    from childwell import _core, ingest

    columns = year(children, order)
    held = sessions()
    arrays = [columns[name] for name in ("child", "date", "session", "code")]
    marks = _core.MarkColumns(*arrays)
    times: dict[str, list[float]] = {name: [] for name in ("sum", "read", "ours", *compared)}
    work = {name: prepared(columns) for name, prepared in compared.items()}
    wanted = None
    for repeat in range(repeats):
        times["sum"].append(timed(lambda: marks.sum(False))[0])
        times["read"].append(timed(lambda: marks.sum(True))[0])
        seconds, panel = timed_alone(lambda: ingest(*arrays, children=children, sessions=held, codes=CODES, threads=1))
        times["ours"].append(seconds)
        assert panel.ledger["accepted"] == len(columns["child"]), "not every mark was accepted"
        if repeat == 0 and work:
            wanted = by_child(panel)
        for name, sort in work.items():
            seconds, codes = timed_alone(sort)
            times[name].append(seconds)
            assert np.array_equal(codes, wanted), f"{name} holds other marks than the panel"
        del panel
    return {"order": order, "marks": len(columns["child"]), "times": times}


def timed_alone(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of the whole process, because a pool of one runs beside Python's own thread."""
    begin = time.process_time()
    made = work()
    return time.process_time() - begin, made


def of_ids(children: int, kind: str, repeats: int) -> dict[str, Any]:
    """Ids of another kind to numbers and on into the panel, in order of date."""
    import childwell as cw

    columns = year(children, "date")
    names = np.random.default_rng(3).permutation(np.int64(10) ** 17 + np.arange(children, dtype=np.int64) * 7919)
    ids = names[columns["child"]]
    if kind == "texts":
        import pyarrow as pa

        letters = names.astype("S32").astype("U32")
        texts = pa.array(np.char.zfill(letters, 32), pa.large_string())
        per_day = max(1, 2**31 // 64 // children)  # whole sessions a piece, so that no piece is too large to build
        ids = [pa.chunked_array([texts] * min(per_day, SLOTS - at)) for at in range(0, SLOTS, per_day)]
    else:
        ids = [ids]
    times = {"encode": [], "ours": []}
    held = sessions()
    for _ in range(repeats):
        numbered = cw.DenseIds()
        seconds, parts = timed_alone(lambda one=numbered: [one.encode(part) for part in ids])
        child = parts[0] if len(parts) == 1 else np.concatenate(parts)
        assert np.array_equal(child, columns["child"])
        times["encode"].append(seconds)
        rest = [columns[name] for name in ("date", "session", "code")]
        times["ours"].append(timed_alone(lambda one=child: cw.ingest(one, *rest, children=children, sessions=held, codes=CODES, threads=1))[0])
    return {"kind": kind, "marks": len(columns["child"]), "times": times}


def spread(seconds: list[float]) -> float:
    return max(seconds) / min(seconds) - 1


def rows_of(result: dict[str, Any]) -> list[dict]:
    order, marks, times = result["order"], result["marks"], result["times"]
    best = {name: min(seconds) for name, seconds in times.items()}
    name = f"{NAMES[order]}-ingest-{order}-{marks}"
    others = {peer: best[peer] / marks * 1e9 for peer in best if peer not in ("sum", "read", "ours")}
    what = f"marks into a panel, {'in no order' if order == 'random' else 'by ' + order}"
    made = [
        {"id": name, "what": f"{what}, against the sum of the columns", "unit": "times the sum", "ours": best["ours"] / best["sum"],
         "limit": None if others else LIMITS[order], "peers": {"read": best["read"] / best["sum"]}, "n": marks, "threads": 1, "spread": spread(times["ours"])},
        {"id": f"{name}-ns", "what": what, "unit": "ns a mark", "ours": best["ours"] / marks * 1e9,
         "limit": min(others.values()) / SHARES[order] if others else None, "peers": others, "n": marks, "threads": 1,
         "spread": spread(times["ours"])},
    ]  # fmt: skip
    return made


def rows(quick: bool) -> list[dict]:
    """One entry a figure, in the form that all benchmarks share."""
    small, large, repeats = (3_000, 30_000, 3) if quick else (30_000, 300_000, 3)
    compared = peers()
    results = [one_order(small, order, repeats, compared) for order in ORDERS]
    # the first panel of a process takes pages that nobody had before, several times as long: more repeats than elsewhere
    results += [one_order(large, order, repeats if order == "random" else 6, {}) for order in ORDERS]
    made = [row for result in results for row in rows_of(result)]
    for kind in ("integers", "texts"):
        result = of_ids(small, kind, repeats)
        marks, best = result["marks"], {name: min(seconds) for name, seconds in result["times"].items()}
        made.append({"id": f"P1b-ingest-{kind}-{marks}", "what": f"ids ({'int64' if kind == 'integers' else 'texts of 32 letters'}) numbered, then by date",
                     "unit": "ns a mark", "ours": (best["encode"] + best["ours"]) / marks * 1e9, "limit": None,
                     "peers": {"of which ids": best["encode"] / marks * 1e9}, "n": marks, "threads": 1, "spread": spread(result["times"]["encode"])})  # fmt: skip
    return made


if __name__ == "__main__":
    spec = importlib.util.spec_from_file_location("bench", Path(__file__).with_name("bench.py"))
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    print(bench.table(rows("--quick" in sys.argv)))
