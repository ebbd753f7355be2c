# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The core set of attendance in DuckDB: aggregates over all marks, windows over those alone that are not presence.

A session's number among those observed is its own number less the gaps before it, so that spells and the moving average
need no window over the other nine tenths. The cumulative sum needs one, and stands apart.
"""

from __future__ import annotations

import duckdb

WITHOUT_CUSUM = """
WITH counts AS (
  SELECT child, {states},
         coalesce(max(session) FILTER (code IN (3, 4, 5, 6)), -1) AS last_seen,
         count(*) FILTER (code BETWEEN 3 AND 10) AS observed, count(*) FILTER (code BETWEEN 7 AND 10) AS absent,
         sum(week) FILTER (code BETWEEN 3 AND 10) AS w, sum(week * week) FILTER (code BETWEEN 3 AND 10) AS ww
  FROM marks JOIN sessions USING (session) GROUP BY child
),
others AS (
  SELECT child, session, code, code BETWEEN 7 AND 10 AS absent, week, weekday, first_day, last_day,
         session + 1 - count(*) FILTER (code NOT BETWEEN 7 AND 10) OVER earlier AS number,
         count(*) FILTER (code BETWEEN 7 AND 10) OVER earlier AS missed
  FROM marks JOIN sessions USING (session) WHERE code NOT BETWEEN 3 AND 6
  WINDOW earlier AS (PARTITION BY child ORDER BY session ROWS UNBOUNDED PRECEDING)
),
absences AS (
  SELECT child, {weekdays}, count(*) FILTER (first_day) AS first_day, count(*) FILTER (last_day) AS last_day,
         sum($weight * pow(1 - $weight, -number)) AS weighted, sum(week) AS wy
  FROM others WHERE absent GROUP BY child
),
since AS (
  SELECT child, count(*) AS since_seen FROM others JOIN counts USING (child)
  WHERE session > last_seen AND code NOT IN (1, 2, 12) GROUP BY child
),
runs AS (SELECT child, count(*) AS run, max(number) AS ends FROM others WHERE absent GROUP BY child, number - missed),
spells AS (SELECT child, max(run) AS spell_longest, arg_max(run, ends) AS run, max(ends) AS ends FROM runs GROUP BY child)
SELECT counts.*, {filled}, coalesce(since_seen, 0) AS since_seen, coalesce(spell_longest, 0) AS spell_longest,
       CASE WHEN ends = observed THEN run ELSE 0 END AS spell_current,
       pow(1 - $weight, observed) * (coalesce(weighted, 0) + $rate) AS ewma,
       (observed * coalesce(wy, 0) - w * absent)::DOUBLE / nullif(observed * ww - w * w, 0) AS slope
FROM counts LEFT JOIN absences USING (child) LEFT JOIN since USING (child) LEFT JOIN spells USING (child) ORDER BY child
""".format(
    states=", ".join(f"count(*) FILTER (code = {code}) AS state_{code}" for code in range(13)),
    weekdays=", ".join(f"count(*) FILTER (weekday = {day}) AS weekday_{day}" for day in range(7)),
    filled=", ".join(f"coalesce({name}, 0) AS {name}" for name in (*(f"weekday_{day}" for day in range(7)), "first_day", "last_day")),
)

CUSUM = """
WITH steps AS (
  SELECT child, session, sum((code IN (7, 8, 9, 10))::INT - $reference) OVER earlier AS total
  FROM marks WHERE code IN (3, 4, 5, 6, 7, 8, 9, 10)
  WINDOW earlier AS (PARTITION BY child ORDER BY session ROWS UNBOUNDED PRECEDING)
),
sums AS (
  SELECT child, session, total - least(0, min(total) OVER earlier) AS cusum
  FROM steps WINDOW earlier AS (PARTITION BY child ORDER BY session ROWS UNBOUNDED PRECEDING)
)
SELECT child, arg_max(cusum, session) AS cusum, max(cusum) AS cusum_highest,
       coalesce(min(session) FILTER (cusum >= $limit), -1) AS first_alarm
FROM sums GROUP BY child ORDER BY child
"""


def core_set(connection: duckdb.DuckDBPyConnection, rate: float, weight: float):
    """All but the cumulative sum; tables `marks` and `sessions` are in the connection."""
    return connection.execute(WITHOUT_CUSUM, {"rate": rate, "weight": weight}).fetchnumpy()


def cusum(connection: duckdb.DuckDBPyConnection, reference: float, limit: float):
    return connection.execute(CUSUM, {"reference": reference, "limit": limit}).fetchnumpy()
