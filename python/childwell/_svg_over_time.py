# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Three further chart forms as inline SVG: a calendar of days, a line of weeks in its band, and bars of classes.

Shades are light enough for the ink of the numbers on them, and the numbers say what the shades say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from ._svg import AXIS_HEIGHT, Axis, _opening, _rounded
from ._words import Bilingual, is_number, same

SHADES = 5
WEEKDAYS = 7
_LABEL = 15.0  # per cent of the width


def calendar_axis(rows: Sequence[dict[str, Any]]) -> Axis:
    """From nothing to the highest day, in as many equal steps as there are shades."""
    highest = max((row["value"] for row in rows if is_number(row.get("value"))), default=0.0)
    round_one = _rounded(0.0, max(highest, 0.01), "share")
    return Axis(0.0, round_one.high / SHADES, SHADES, "share")


def shade_of(value: float, axis: Axis) -> int:
    return min(SHADES - 1, int(value / axis.step + 1e-9))


def calendar_plot(rows: Sequence[dict[str, Any]], *, mondays: Sequence[date], weekdays: Sequence[int], axis: Axis, names: Sequence[Bilingual],
                  identity: str, title: Bilingual, description: Bilingual, numbers: bool) -> Markup:  # fmt: skip
    """One row a week, one column a weekday, a shade a day; with numbers where there is room for them."""
    height, head = (22, 20) if numbers else (9, 4)
    label = _LABEL if numbers else 0.0
    width = (100.0 - label) / len(weekdays)
    place = {monday: number for number, monday in enumerate(mondays)}
    parts = [_opening(identity, head + height * len(mondays) + 2, title, description)]
    if numbers:
        parts += [_pair(names[weekday], label + width * (at + 0.5), 13) for at, weekday in enumerate(weekdays)]
        parts += [Markup('<text class="week" x="0" y="{}">{}</text>').format(head + height * at + 15, monday.strftime("%m-%d"))
                  for at, monday in enumerate(mondays)]
    for row in rows:
        day = date.fromisoformat(row["from"])
        x = round(label + width * weekdays.index(day.weekday()), 2)
        y = head + height * place[date.fromordinal(day.toordinal() - day.weekday())]
        shown = is_number(row.get("value"))
        kind = f"shade-{shade_of(row['value'], axis)}" if shown else "hatched" if row.get("status") == "hidden" else "unknown"
        parts.append(Markup('<rect class="day {}" x="{}%" y="{}" width="{}%" height="{}"/>').format(
            kind, x, y, round(width - (0.6 if numbers else 0.8), 2), height - (2 if numbers else 1)))
        if numbers and shown:
            parts.append(Markup('<text class="on" x="{}%" y="{}">{}</text>').format(round(x + width / 2, 2), y + 15, f"{100 * row['value']:.1f}"))
    return Markup("").join([*parts, Markup("</svg>")])


def trend_plot(rows: Sequence[dict[str, Any]], *, first: date, last: date, axis: Axis, identity: str, title: Bilingual, description: Bilingual,
               reference: Sequence[dict[str, Any]] = (), height: int = 180) -> Markup:  # fmt: skip
    """Weeks from left to right, a line within the band of its intervals, broken where a week is hidden; the city dotted."""
    parts = [_opening(identity, height + AXIS_HEIGHT, title, description)]
    ticks = axis.ticks()[:: 2 if axis.divisions > 3 and height < 150 else 1]
    parts += [Markup('<text class="tick last" x="12%" y="{}">{}</text>').format(round(6 + height * (1 - at / 100) + 4, 1), label) for at, label in ticks]
    parts.append(Markup('<svg x="14%" y="6" width="83%" height="{}" overflow="visible">').format(height))
    parts += [Markup('<line class="grid" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>').format(round(100 - at, 2)) for at, _ in ticks]
    parts += [Markup('<text class="tick {}" x="{}%" y="{}">{}</text>').format(
        "first" if at == 0 else "last" if at == 100 else "", at, height + 17, day.strftime("%m-%d")) for at, day in ((0, first), (100, last))]
    days = max(1, (last - first).days)

    def across(row: dict[str, Any]) -> float:
        return round(100.0 * (date.fromisoformat(row["from"]) - first).days / days, 2)

    def up(value: float) -> float:
        return round(100.0 - axis.at(value), 2)

    parts.append(Markup('<svg width="100%" height="{}" viewBox="0 0 100 100" preserveAspectRatio="none">').format(height))
    for run in _runs(rows):
        band = [row for row in run if is_number(row.get("sampling_lower")) and is_number(row.get("sampling_upper"))]
        if len(band) > 1:
            edge = [(across(row), up(row["sampling_upper"])) for row in band] + [(across(row), up(row["sampling_lower"])) for row in reversed(band)]
            parts.append(Markup('<polygon class="band" points="{}"/>').format(_points(edge)))
    for run in _runs(reference):
        parts.append(Markup('<polyline class="city-line" points="{}"/>').format(_points([(across(row), up(row["value"])) for row in run])))
    for run in _runs(rows):
        parts.append(Markup('<polyline class="line" points="{}"/>').format(_points([(across(row), up(row["value"])) for row in run])))
    parts.append(Markup("</svg>"))
    radius = 3 if height >= 150 else 2
    parts += [Markup('<circle class="o" cx="{}%" cy="{}%" r="{}"/>').format(across(row), up(row["value"]), radius)
              for row in rows if is_number(row.get("value"))]  # fmt: skip
    return Markup("").join([*parts, Markup("</svg></svg>")])


def class_bars(rows: Sequence[dict[str, Any]], *, axis: Axis, names: Sequence[Bilingual], identity: str, title: Bilingual,
               description: Bilingual) -> Markup:  # fmt: skip
    """One bar a class from nothing, with its interval as a line; a hidden one is hatched."""
    height, label = 26, 30.0
    parts = [_opening(identity, height * len(rows) + AXIS_HEIGHT, title, description)]
    parts += [_pair(name, label, height * at + 18, "place") for at, name in enumerate(names)]
    parts.append(Markup('<svg x="{}%" width="{}%" height="{}" overflow="visible">').format(label + 2, 62, height * len(rows) + AXIS_HEIGHT))
    for at, tick in axis.ticks()[:: 2 if axis.divisions > 4 else 1]:
        parts.append(Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/><text class="tick" x="{0}%" y="{2}">{3}</text>').format(
            at, height * len(rows), height * len(rows) + 17, tick))
    for number, row in enumerate(rows):
        y = height * number + 5
        if not is_number(row.get("value")):
            parts.append(Markup('<rect class="hatched" x="0" y="{}" width="100%" height="16"/>').format(y))
            continue
        parts.append(Markup('<rect class="bar" x="0" y="{}" width="{}%" height="16"/>').format(y, axis.at(row["value"])))
        if is_number(row.get("sampling_lower")) and is_number(row.get("sampling_upper")):
            low, high = axis.at(row["sampling_lower"]), axis.at(row["sampling_upper"])
            parts.append(Markup('<rect class="whisker" x="{}%" y="{}" width="{}%" height="2"/>').format(low, y + 7, round(high - low, 2)))
    return Markup("").join([*parts, Markup("</svg></svg>")])


def _pair(text: Bilingual, x: float, y: float, kind: str = "tick") -> Markup:
    """A text of both languages, of which the page shows one."""
    if text == same(text.zh):
        return Markup('<text class="{}" x="{}%" y="{}">{}</text>').format(kind, round(x, 2), y, text.zh)
    return Markup("").join(Markup('<text lang="{}" class="{}" x="{}%" y="{}">{}</text>').format(tag, kind, round(x, 2), y, said)
                           for tag, said in (("zh-CN", text.zh), ("en", text.en)))  # fmt: skip


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _runs(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that follow each other without a hidden one between them."""
    runs: list[list[dict[str, Any]]] = [[]]
    for row in rows:
        if is_number(row.get("value")):
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
