# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The core set of attendance in polars: one lazy query, window expressions over marks sorted by child and session."""

from __future__ import annotations

import polars as pl

ABSENT, SEEN, EXPECTED_NOT = [7, 8, 9, 10], [3, 4, 5, 6], [1, 2, 12]


def core_set(marks: pl.DataFrame, sessions: pl.DataFrame, rate: float, weight: float, reference: float, limit: float) -> pl.DataFrame:
    code = pl.col("code")
    frame = marks.lazy().join(sessions.lazy(), on="session", how="left", maintain_order="left").with_columns(
        absent=code.is_in(ABSENT), seen=code.is_in(SEEN)
    )
    last = pl.col("session").filter(pl.col("seen")).max().fill_null(-1)
    counts = frame.group_by("child").agg(
        *[(code == one).sum().alias(f"state_{one}") for one in range(13)],
        last_seen=last,
        since_seen=((pl.col("session") > last) & ~code.is_in(EXPECTED_NOT)).sum(),
    )
    observed = frame.filter(pl.col("seen") | pl.col("absent")).with_columns(
        away=pl.col("absent").cast(pl.Int32), spell=pl.col("seen").cast(pl.Int32).cum_sum().over("child"),
        total=(pl.col("absent").cast(pl.Float64) - reference).cum_sum().over("child"),
    ).with_columns(cusum=pl.col("total") - pl.col("total").cum_min().over("child").clip(upper_bound=0.0))
    week, away = pl.col("week").cast(pl.Int64), pl.col("away")
    spells = observed.group_by("child", "spell").agg(run=away.sum()).group_by("child").agg(
        spell_longest=pl.col("run").max(), spell_current=pl.col("run").sort_by("spell").last()
    )
    behind = pl.len() - 1 - pl.int_range(pl.len())
    rest = observed.group_by("child", maintain_order=True).agg(
        [pl.len().alias("observed"), away.sum().alias("absent"),
         *[away.filter(pl.col("weekday") == day).sum().alias(f"weekday_{day}") for day in range(7)],
         away.filter(pl.col("first_day")).sum().alias("first_day"), away.filter(pl.col("last_day")).sum().alias("last_day"),
         ((weight * (1 - weight) ** behind.cast(pl.Float64) * away).sum() + rate * (1 - weight) ** pl.len().cast(pl.Float64)).alias("ewma"),
         pl.col("cusum").last(), pl.col("cusum").max().alias("cusum_highest"),
         pl.col("session").filter(pl.col("cusum") >= limit).first().alias("first_alarm"),
         ((pl.len().cast(pl.Int64) * (week * away).sum() - week.sum() * away.sum())
          / (pl.len().cast(pl.Int64) * (week * week).sum() - week.sum() * week.sum())).alias("slope")]
    )
    made = counts.join(rest, on="child", how="left").join(spells, on="child", how="left").sort("child").collect()
    return made.with_columns(pl.col("first_alarm").fill_null(-1))
