# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The core set of attendance in pandas: grouped vector operations on marks that are sorted by child and session.

Closed forms stand in for loops: the moving average is a weighted sum, the cumulative sum is one less its running minimum.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

ABSENT, SEEN, EXPECTED_NOT = [7, 8, 9, 10], [3, 4, 5, 6], [1, 2, 12]


def core_set(marks: pd.DataFrame, sessions: pd.DataFrame, rate: float, weight: float, reference: float, limit: float) -> pd.DataFrame:
    child = marks["child"]
    made = marks.groupby(["child", "code"], sort=False).size().unstack(fill_value=0).sort_index()
    made.columns = [f"state_{code}" for code in made.columns]
    seen, absent = marks["code"].isin(SEEN), marks["code"].isin(ABSENT)

    last_seen = marks["session"].where(seen).groupby(child).max()
    made["last_seen"] = last_seen.fillna(-1).astype(int)
    after = marks["session"].to_numpy() > made["last_seen"].to_numpy()[child.to_numpy()]
    made["since_seen"] = (after & ~marks["code"].isin(EXPECTED_NOT)).groupby(child).sum()

    observed = marks[seen | absent]
    who, away = observed["child"], absent[seen | absent].astype(np.int32)
    made["observed"], made["absent"] = who.groupby(who).size(), away.groupby(who).sum()
    runs = away.groupby([who, (1 - away).groupby(who).cumsum()]).sum()
    made["spell_longest"] = runs.groupby(level=0).max()
    made["spell_current"] = runs.groupby(level=0).last()

    of_session = sessions.loc[observed["session"]]
    missed = observed[away.to_numpy() == 1]
    of_missed = sessions.loc[missed["session"]]
    by_weekday = missed.groupby([missed["child"], of_missed["weekday"].to_numpy()]).size().unstack(fill_value=0)
    for day in range(7):
        made[f"weekday_{day}"] = by_weekday[day] if day in by_weekday else 0
    made["first_day"] = of_missed["first_day"].set_axis(missed.index).groupby(missed["child"]).sum()
    made["last_day"] = of_missed["last_day"].set_axis(missed.index).groupby(missed["child"]).sum()

    size = made["observed"].to_numpy()[who.to_numpy()]
    behind = size - 1 - who.groupby(who).cumcount()
    made["ewma"] = (weight * (1 - weight) ** behind * away).groupby(who).sum() + rate * (1 - weight) ** made["observed"]

    total = (away - reference).groupby(who).cumsum()
    cusum = total - total.groupby(who).cummin().clip(upper=0.0)
    made["cusum"], made["cusum_highest"] = cusum.groupby(who).last(), cusum.groupby(who).max()
    alarms = observed["session"][cusum >= limit]
    made["first_alarm"] = alarms.groupby(observed["child"]).first()

    week = of_session["week"].set_axis(observed.index).astype(np.int64)
    sums = pd.DataFrame({"n": 1, "w": week, "ww": week * week, "y": away, "wy": week * away}).groupby(who).sum()
    made["slope"] = (sums["n"] * sums["wy"] - sums["w"] * sums["y"]) / (sums["n"] * sums["ww"] - sums["w"] ** 2)
    return made.fillna({"observed": 0, "absent": 0, "spell_longest": 0, "spell_current": 0, "first_day": 0, "last_day": 0, "first_alarm": -1,
                        **{f"weekday_{day}": 0 for day in range(7)}})
