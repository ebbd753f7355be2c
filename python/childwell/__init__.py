# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Children's wellbeing from attendance, counselling and academic records, with uncertainty and without exposure."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import _core as _core

if TYPE_CHECKING:
    from . import index, instruments, stats, synthetic, testing
    from ._absence import absence_distribution, absence_over_time, like_for_like
    from ._api import (
        Aggregates,
        Cohort,
        DataError,
        Indicators,
        Records,
        admit,
        aggregate,
        assemble,
        catalogue,
        illness_outbreaks,
        measure,
        policies,
        referral_waits,
    )
    from ._compose import WellbeingIndex, compose
    from ._core_set import core_set, core_set_estimates
    from ._dates import MeasuredDates, measure_dates
    from ._explain import Explanation, explain
    from ._flags import Flags, flag, flag_rules
    from ._groups import absence_by_person_time, collection_figure
    from ._ingest import DenseIds, Marks, Panel, PanelBuilder, ingest
    from ._key import Key
    from ._messages import describe
    from ._paths import get_cmake_dir, get_include
    from ._recipients import recipients
    from ._report import Report, report
    from ._reveal import reveal
    from ._study import Study, open_study
    from ._table import Categorical, Table
    from ._worklist import SafetyQueue, Worklist, safety_queue, worklist

__version__: str = _core.version

_HOMES = {
    "_absence": ("absence_distribution", "absence_over_time", "like_for_like"),
    "_api": ("Aggregates", "Cohort", "DataError", "Indicators", "Records", "admit", "aggregate", "assemble",
             "catalogue", "illness_outbreaks", "measure", "policies", "referral_waits"),
    "_compose": ("WellbeingIndex", "compose"),
    "_core_set": ("core_set", "core_set_estimates"),
    "_dates": ("MeasuredDates", "measure_dates"),
    "_explain": ("Explanation", "explain"),
    "_flags": ("Flags", "flag", "flag_rules"),
    "_groups": ("absence_by_person_time", "collection_figure"),
    "_ingest": ("DenseIds", "Marks", "Panel", "PanelBuilder", "ingest"),
    "_key": ("Key",),
    "_messages": ("describe",),
    "_paths": ("get_cmake_dir", "get_include"),
    "_recipients": ("recipients",),
    "_report": ("Report", "report"),
    "_reveal": ("reveal",),
    "_study": ("Study", "open_study"),
    "_table": ("Categorical", "Table"),
    "_worklist": ("SafetyQueue", "Worklist", "safety_queue", "worklist"),
}
_MODULES = ("index", "instruments", "stats", "synthetic", "testing")
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Aggregates",
    "Categorical",
    "Cohort",
    "DataError",
    "DenseIds",
    "Explanation",
    "Flags",
    "Indicators",
    "Key",
    "Marks",
    "MeasuredDates",
    "Panel",
    "PanelBuilder",
    "Records",
    "Report",
    "SafetyQueue",
    "Study",
    "Table",
    "WellbeingIndex",
    "Worklist",
    "absence_by_person_time",
    "absence_distribution",
    "absence_over_time",
    "admit",
    "aggregate",
    "assemble",
    "catalogue",
    "collection_figure",
    "compose",
    "core_set",
    "core_set_estimates",
    "describe",
    "explain",
    "flag",
    "flag_rules",
    "get_cmake_dir",
    "get_include",
    "illness_outbreaks",
    "index",
    "ingest",
    "instruments",
    "like_for_like",
    "measure",
    "measure_dates",
    "open_study",
    "policies",
    "recipients",
    "referral_waits",
    "report",
    "reveal",
    "safety_queue",
    "stats",
    "synthetic",
    "testing",
    "worklist",
]


def __getattr__(name: str) -> Any:
    # names are looked up when they are used, so that an import costs little
    if name in _HOME_OF:
        return getattr(importlib.import_module(f".{_HOME_OF[name]}", __name__), name)
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'childwell' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
