# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Days, weeks and classes of absence: how they stand in the model of a report, and how the page shows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ._absence import absence_distribution, absence_over_time
from ._api import Aggregates
from ._svg import axis_for
from ._svg_over_time import WEEKDAYS, calendar_axis, calendar_plot, class_bars, trend_plot
from ._table import Table
from ._words import Bilingual, Words, count_text, interval_text, is_number, missing_share, number_text, same




# ---- the model -------------------------------------------------------------------------------------------------------


def _rows(table: Table) -> list[dict[str, Any]]:
    """Plain values; a number that is not shown is None."""
    made = []
    for i in range(len(table)):
        row = {name: _plain(table[name][i]) for name in table.columns}
        made.append(row | {"parent": row["parent"] or ""})
    return made


def _plain(value: Any) -> Any:
    if hasattr(value, "mask"):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def over_time(aggregates: Aggregates, snapshot: int, tables: Mapping[str, Any]) -> dict[str, list[dict[str, Any]] | None]:
    """Days, weeks and classes of a report; None where the study has no marks, or no policy whose lines bound the classes."""
    if "attendance" not in tables:
        return {"days": None, "weeks": None, "classes": None}
    periods = _rows(absence_over_time(aggregates, snapshot=snapshot))
    parts: dict[str, list[dict[str, Any]] | None] = {}
    for name in ("day", "week"):
        parts[f"{name}s"] = [{key: value for key, value in row.items() if key != "period"} for row in periods if row["period"] == name] or None
    judged = any(policy["kind"] == "attendance" for policy in aggregates.indicators.policies)
    parts["classes"] = (_rows(absence_distribution(aggregates, snapshot=snapshot)) or None) if judged else None
    return parts


# ---- the page --------------------------------------------------------------------------------------------------------


class OverTimeView:
    """What the templates read of days, weeks and classes."""

    def __init__(self, model: Mapping[str, Any], words: Words, next_drawing: Callable[[], str]) -> None:
        self.words = words
        self.next_drawing = next_drawing
        self.days = model["days"] or []
        self.weeks = model["weeks"] or []
        self.classes = model["classes"] or []
        self.no_classes = bool(self.weeks) and not self.classes
        self.weekdays = sorted({date.fromisoformat(row["from"]).weekday() for row in self.days})
        self.names = [words(f"over_time.weekday_{number}") for number in range(WEEKDAYS)]

    def __bool__(self) -> bool:
        return bool(self.days or self.weeks or self.classes)

    # Calendars

    def calendar(self) -> dict[str, Any] | None:
        """The city's calendar with its numbers, and one a county on the same shades."""
        places = _by_place(self.days)
        if not places:
            return None
        axis = calendar_axis(self.days)
        city, counties = _city_first(places)
        return {"city": self._calendar(city, axis, numbers=True) if city else None,
                "counties": [self._calendar(rows, axis, numbers=False) for rows in counties],
                "shades": [{"class": f"shade-{number}", "text": interval_text(number * axis.step, (number + 1) * axis.step)}
                           for number in range(axis.divisions)],
                "hidden": any(row["status"] == "hidden" for row in self.days),
                "weekdays": [self.names[weekday] for weekday in self.weekdays]}  # fmt: skip

    def _calendar(self, rows: list[dict[str, Any]], axis: Any, *, numbers: bool) -> dict[str, Any]:
        mondays = sorted({_monday(row) for row in rows})
        by_day = {(_monday(row), date.fromisoformat(row["from"]).weekday()): row for row in rows}
        caption, identity = self._caption("over_time.calendar", rows), self.next_drawing()
        description = self._description("over_time.calendar_description", rows)
        drawing = calendar_plot(rows, mondays=mondays, weekdays=self.weekdays, axis=axis, names=self.names, identity=identity, title=caption,
                                description=description, numbers=numbers)
        lines = [{"week": self.words.day(monday.isoformat()), "cells": [self._day(by_day.get((monday, weekday))) for weekday in self.weekdays]}
                 for monday in mondays]
        return {"identity": identity, "caption": caption, "description": description, "drawing": drawing, "place": rows[0]["place"], "lines": lines}

    def _day(self, row: dict[str, Any] | None) -> dict[str, Any]:
        if row is None:
            return {"text": None, "hidden": False, "school": False}
        return {"text": number_text(row["value"]), "hidden": row["status"] == "hidden", "school": True}

    # Weeks

    def trend(self) -> dict[str, Any] | None:
        """The city's weeks, and one drawing a county on the same axes."""
        places = _by_place(self.weeks)
        if not places:
            return None
        axis = axis_for([{"value": row["value"], "lower": row["sampling_lower"], "upper": row["sampling_upper"]} for row in self.weeks], "share")
        days = [date.fromisoformat(row["from"]) for row in self.weeks]
        city, counties = _city_first(places)

        def made(rows: list[dict[str, Any]], reference: Sequence[dict[str, Any]], height: int) -> dict[str, Any]:
            caption, identity = self._caption("over_time.trend", rows), self.next_drawing()
            description = self._description("over_time.trend_description", rows)
            drawing = trend_plot(rows, first=min(days), last=max(days), axis=axis, identity=identity, title=caption, description=description,
                                 reference=reference, height=height)
            return {"identity": identity, "caption": caption, "description": description, "drawing": drawing, "place": rows[0]["place"],
                    "rows": [self._week(row) for row in rows]}

        return {"city": made(city, (), 180) if city else None, "counties": [made(rows, city or (), 90) for rows in counties]}

    def _week(self, row: dict[str, Any]) -> dict[str, Any]:
        shown = is_number(row.get("value"))
        return {"place": same(f"{row['from'][5:]} – {row['to'][5:]}"), "shown": shown, "hidden": row["status"] == "hidden",
                "reason": None if shown else self._reason(row), "value": number_text(row["value"]), "days": count_text(row["school_days"]),
                "interval": interval_text(row["lower"], row["upper"]), "sampling": interval_text(row["sampling_lower"], row["sampling_upper"]),
                "n": count_text(row["n"]), "missing": number_text(missing_share(row["n_expected"], row["n_observed"]))}

    # Classes

    def distribution(self) -> dict[str, Any] | None:
        """Bars of the city and of each county on one axis, and one table of them all."""
        places = _by_place(self.classes)
        if not places:
            return None
        axis = axis_for([{"value": row["value"], "upper": row["sampling_upper"]} for row in self.classes], "share")
        city, counties = _city_first(places)

        def made(rows: list[dict[str, Any]]) -> dict[str, Any]:
            caption, identity = self._caption("classes.caption", rows), self.next_drawing()
            names = [self.class_name(row) for row in rows]
            description = self._description("classes.description", rows)
            drawing = class_bars(rows, axis=axis, names=names, identity=identity, title=caption, description=description)
            return {"identity": identity, "caption": caption, "description": description, "drawing": drawing, "place": rows[0]["place"],
                    "rows": [self._class(row, name) for row, name in zip(rows, names, strict=True)]}

        return {"city": made(city) if city else None, "counties": [made(rows) for rows in counties],
                "hidden": any(row["status"] == "hidden" for row in self.classes)}

    def class_name(self, row: dict[str, Any]) -> Bilingual:
        low, high = (f"{100 * row[end]:g}%" for end in ("from", "to"))
        if row["to"] == 0:
            return self.words("classes.none")
        if row["from"] == 0:
            return self.words("classes.below", high=high)
        return self.words("classes.from", low=low) if row["to"] >= 1 else self.words("classes.between", low=low.removesuffix("%"), high=high)

    def _class(self, row: dict[str, Any], name: Bilingual) -> dict[str, Any]:
        shown = is_number(row.get("value"))
        return {"place": name, "shown": shown, "hidden": row["status"] == "hidden", "reason": None if shown else self._reason(row),
                "value": number_text(row["value"]), "interval": interval_text(row["sampling_lower"], row["sampling_upper"]),
                "in_class": count_text(row["in_class"]), "n": count_text(row["n"])}

    # Words

    def _caption(self, key: str, rows: Sequence[dict[str, Any]]) -> Bilingual:
        place = self.words("block.city") if rows[0]["level"] == "city" else same(rows[0]["place"])
        return self.words(key, place=place)

    def _description(self, key: str, rows: Sequence[dict[str, Any]]) -> Bilingual:
        values = [row["value"] for row in rows if is_number(row.get("value"))]
        if not values:
            return self.words("over_time.none_shown", count=len(rows))
        return self.words(key, count=len(values), hidden=len(rows) - len(values), low=number_text(min(values)), high=number_text(max(values)))

    def _reason(self, row: dict[str, Any]) -> Bilingual:
        return self.words("status.hidden_reason") if row["status"] == "hidden" else self.words.or_code("status", row["status"])


def _monday(row: dict[str, Any]) -> date:
    day = date.fromisoformat(row["from"])
    return date.fromordinal(day.toordinal() - day.weekday())


def _by_place(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Rows of each place in the order of the model: by level and code, and in order of time or class."""
    places: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        places.setdefault((row["level"], row["parent"], row["place"]), []).append(row)
    return places


def _city_first(places: Mapping[tuple[str, str, str], list[dict[str, Any]]]) -> tuple[list[dict[str, Any]] | None, list[list[dict[str, Any]]]]:
    """The city, where the study is of one, and its counties."""
    cities = [rows for (level, _, _), rows in places.items() if level == "city"]
    others = [rows for (level, _, _), rows in places.items() if level != "city"]
    return (cities[0], others) if len(cities) == 1 else (None, cities + others)
