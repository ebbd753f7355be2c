# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What other libraries do with long columns of marks: put them in order of child, date and session, on one thread.

Each peer is a function of a mapping of columns that gives back the codes in that order, which is what a panel holds too.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

# before polars is imported for the first time, which is when it makes its threads
os.environ.setdefault("POLARS_MAX_THREADS", "1")

KEYS = ["child", "date", "session"]
Columns = dict[str, np.ndarray]


def peers() -> dict[str, Callable[[Columns], Callable[[], np.ndarray]]]:
    """Peers that are installed, by name: each takes the columns into its own form, untimed, and returns what is timed."""
    found: dict[str, Callable[[Columns], Callable[[], np.ndarray]]] = {}
    try:
        import polars as pl

        def with_polars(columns: Columns) -> Callable[[], np.ndarray]:
            frame = pl.DataFrame(columns)
            return lambda: frame.sort(KEYS)["code"].to_numpy()

        found["polars"] = with_polars
    except ImportError:
        pass
    try:
        import duckdb

        def with_duckdb(columns: Columns) -> Callable[[], np.ndarray]:
            connection = duckdb.connect(config={"threads": 1})
            held = {name: columns[name] for name in (*KEYS, "code")}
            connection.register("given", held)
            connection.execute("CREATE TABLE marks AS SELECT * FROM given")
            return lambda: connection.execute("SELECT code FROM marks ORDER BY child, date, session").fetchnumpy()["code"]

        found["DuckDB"] = with_duckdb
    except ImportError:
        pass
    try:
        import pandas as pd

        def with_pandas(columns: Columns) -> Callable[[], np.ndarray]:
            frame = pd.DataFrame(columns)
            return lambda: frame.sort_values(KEYS)["code"].to_numpy()

        found["pandas"] = with_pandas
    except ImportError:
        pass
    return found
