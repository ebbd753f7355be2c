# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One battery of checks for every statistic and indicator, ours and yours.

    from childwell import testing

    subject = testing.Subject(name="my_rate", call=my_rate, make=my_rows, data={"events": "count", "trials": "count"})
    testing.check_statistic(subject).require()
"""

from __future__ import annotations

from ._battery import BatteryResult, Outcome
from ._indicators import INDICATOR_CHECKS, IndicatorSubject, check_indicators
from ._statistics import STATISTIC_CHECKS, check_statistic
from ._subject import Subject, one_by_one

__all__ = [
    "INDICATOR_CHECKS",
    "STATISTIC_CHECKS",
    "BatteryResult",
    "IndicatorSubject",
    "Outcome",
    "Subject",
    "check_indicators",
    "check_statistic",
    "one_by_one",
]
