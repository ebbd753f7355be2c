# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How each child really is, week by week: nobody in the city ever sees it."""

from __future__ import annotations

import numpy as np

from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._streams import stream

MECHANISMS = (
    Mechanism("lasting_wellbeing", 0.8, 0, 3, "standard deviations", "how much children differ for good"),
    Mechanism("passing_wellbeing", 0.5, 0, 3, "standard deviations", "how much a child differs from itself over weeks"),
    Mechanism("hard_blows", 0.01, 0, 0.5, "chance a child a term", "a lasting fall of one to three, out of the blue"),
    Mechanism("shared_wellbeing", 0.4, 0, 1, "share of the variance", "that siblings have in common"),
)

_FADES = 0.82  # of a passing state from week to week
_WEEKS_OF_A_TERM = 21


class Wellbeing:
    """Latent wellbeing, centred at zero, higher is better; a value of a week holds from its Monday on.

    A lasting part, a passing part whose weekly innovations have two-sided exponential tails, and rare blows that stay:
    the form is the generator's own, no estimator of the library has it.
    """

    def __init__(
        self,
        people: People,
        first_day: np.datetime64,
        last_day: np.datetime64,
        mechanisms: Mechanisms,
        seed: int,
        *,
        seed_of_days: int | None = None,
    ) -> None:
        # datetime64 day 0 is a Thursday: +3 makes whole weeks start on Mondays.
        self.first_week = (first_day.astype(np.int64) + 3) // 7
        weeks = int((last_day.astype(np.int64) + 3) // 7 - self.first_week + 1)
        draw = stream(seed, "wellbeing")
        count, homes = len(people), int(people.household.max()) + 1
        shared = mechanisms.size("shared_wellbeing")

        def mixed(own: np.ndarray, of_home: np.ndarray) -> np.ndarray:
            made: np.ndarray = np.sqrt(1 - shared) * own + np.sqrt(shared) * of_home[people.household]
            return made

        lasting = mechanisms.size("lasting_wellbeing") * mixed(draw.standard_normal(count), draw.standard_normal(homes))
        self.lasting = lasting
        passing = mechanisms.size("passing_wellbeing")
        draw = stream(seed if seed_of_days is None else seed_of_days, "passing_wellbeing")
        state = passing * mixed(_two_sided(draw, count), _two_sided(draw, homes))
        fallen = np.zeros(count)
        chance = mechanisms.size("hard_blows") / _WEEKS_OF_A_TERM
        self.by_week = np.empty((weeks, count), dtype=np.float32)
        for week in range(weeks):
            self.by_week[week] = lasting + state - fallen
            step = mixed(_two_sided(draw, count), _two_sided(draw, homes))
            state = _FADES * state + np.sqrt(1 - _FADES**2) * passing * step
            fallen += np.where(draw.random(count) < chance, draw.uniform(1.0, 3.0, count), 0.0)

    def on(self, day: np.datetime64) -> np.ndarray:
        """One value a child."""
        made: np.ndarray = self.by_week[int((day.astype("datetime64[D]").astype(np.int64) + 3) // 7 - self.first_week)]
        return made

    def mondays(self) -> np.ndarray:
        """The Monday of every row of `by_week`."""
        return np.datetime64(0, "D") + 7 * (self.first_week + np.arange(len(self.by_week))) - 3


def _two_sided(draw: np.random.Generator, count: int) -> np.ndarray:
    """Laplace with variance one."""
    return draw.laplace(0.0, np.sqrt(0.5), count)
