# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The report's few chart forms as inline SVG.

Places lie at per cents of the width, so that a drawing follows its column and its text keeps its size. Observed and
pooled, recorded and implied differ in shape or pattern, never in colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ._words import SHARE_UNITS, Bilingual, is_number

ROW_HEIGHT = 30
AXIS_HEIGHT = 24
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SHARES = ("recorded", "implied", "unknown")


@dataclass(frozen=True)
class Axis:
    """A linear axis with round ends and equal steps."""

    low: float
    step: float
    divisions: int
    unit: str

    @property
    def high(self) -> float:
        return self.low + self.step * self.divisions

    def at(self, value: float) -> float:
        """Position in per cent of the width, held within the axis."""
        return round(min(100.0, max(0.0, 100.0 * (value - self.low) / (self.high - self.low))), 2)

    def cuts(self, row: dict[str, Any]) -> bool:
        """Whether an interval of the row goes on beyond the axis."""
        return any(is_number(row.get(key)) and row[key] > self.high + 1e-12 for key in ("upper", "pooled_upper"))

    def ticks(self) -> list[tuple[float, str]]:
        return [(round(100.0 * number / self.divisions, 2), self._label(self.low + number * self.step))
                for number in range(self.divisions + 1)]

    def _label(self, value: float) -> str:
        scaled, step = (100 * value, 100 * self.step) if self.unit in SHARE_UNITS else (value, self.step)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        if abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6:
            decimals += 1
        return f"{scaled:,.{decimals}f}".replace("-", "−") + ("%" if self.unit in SHARE_UNITS else "")


def axis_for(rows: Sequence[dict[str, Any]], unit: str) -> Axis:
    """An axis that holds every observed and pooled value, and nine tenths of the intervals; the others are cut."""
    points = [row[key] for row in rows for key in ("value", "pooled") if is_number(row.get(key))]
    lowers = sorted(row[key] for row in rows for key in ("lower", "pooled_lower") if is_number(row.get(key)))
    uppers = sorted(row[key] for row in rows for key in ("upper", "pooled_upper") if is_number(row.get(key)))
    low = min([*points, *lowers[len(lowers) // 10:][:1]], default=0.0)
    high = max([*points, *uppers[: math.ceil(0.9 * len(uppers))][-1:]], default=1.0)
    # A share starts at nothing unless that would leave most of the drawing empty; and an axis spans a point or two at
    # least, so that values that are all alike do not look far apart.
    if unit in SHARE_UNITS:
        low = 0.0 if low < 0.6 * high else max(0.0, min(low, high - 0.02))
        high = max(high, 0.01)
    return _rounded(low, high, unit)


def _rounded(low: float, high: float, unit: str) -> Axis:
    span = max(high - low, 1e-3 if unit in SHARE_UNITS else 1e-6)
    magnitude = 10.0 ** math.floor(math.log10(span / 4))
    step = next(magnitude * step for step in _STEPS if magnitude * step * 5 >= span * 0.999)
    start = step * math.floor(low / step + 1e-9)
    divisions = max(2, math.ceil((high - start) / step - 1e-9))
    if unit in SHARE_UNITS and start + step * divisions > 1:
        divisions = max(1, math.floor((1 - start) / step + 1e-9))
    return Axis(start, step, divisions, unit)


def hatch_definitions() -> Markup:
    """The patterns every drawing refers to, once a file."""
    return Markup(
        '<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>'
        '<pattern id="hatch-hidden" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-line" width="1.2" height="7"/></pattern>'
        '<pattern id="hatch-implied" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="implied-ground" width="5" height="5"/><rect class="implied-line" width="2" height="5"/></pattern>'
        "</defs></svg>"
    )


def interval_plot(rows: Sequence[dict[str, Any]], *, axis: Axis, identity: str, title: Bilingual,
                  description: Bilingual, hidden: Bilingual, reference: float | None = None,
                  label_width: int = 26) -> Markup:
    """A dot with its interval a place, the pooled square below it, on one axis; the city as a dotted line."""
    height = ROW_HEIGHT * len(rows)
    parts = [_opening(identity, height + AXIS_HEIGHT, title, description), _labels(rows, label_width)]
    parts.append(Markup('<svg x="{}%" width="{}%" height="{}" overflow="visible">').format(
        label_width + 2, 90 - label_width, height + AXIS_HEIGHT))
    parts.append(_grid(axis, height))
    if reference is not None and is_number(reference) and axis.low <= reference <= axis.high:
        parts.append(Markup('<line class="city" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>').format(
            axis.at(reference), height))
    for number, row in enumerate(rows):
        middle = ROW_HEIGHT * number + ROW_HEIGHT // 2
        parts.append(_marks(row, axis, middle) if is_number(row.get("value")) else _hatched(row, middle, hidden))
    return Markup("").join([*parts, Markup("</svg></svg>")])


def funnel_plot(rows: Sequence[dict[str, Any]], *, target: float, identity: str, title: Bilingual,
                description: Bilingual, height: int = 260) -> Markup:
    """Shares of places over how much stands behind each, within limits; those outside the outer limits have a label.

    A row has place, size, value, the four limits and position; the limits are drawn as they were given, from size to size.
    """
    rows = sorted(rows, key=lambda row: row["size"])
    top = max(max(row["value"], row["inner_upper"]) for row in rows)
    bottom = min(min(row["value"], row["inner_lower"]) for row in rows)
    shares = _rounded(0.0 if bottom < 0.3 * top else bottom, max(top, 0.01), "share")
    sizes = _rounded(0.0, float(rows[-1]["size"]), "count")
    parts = [_opening(identity, height + AXIS_HEIGHT + 8, title, description)]
    parts += [Markup('<text class="tick last" x="9%" y="{}">{}</text>').format(
        round(8 + height * (1 - place / 100) + 4, 1), label) for place, label in shares.ticks()]
    parts.append(Markup('<svg x="11%" y="8" width="82%" height="{}" overflow="visible">').format(height))
    for place, _ in shares.ticks():
        parts.append(Markup('<line class="grid" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>').format(round(100 - place, 2)))
    for place, label in sizes.ticks()[:: 2 if sizes.divisions > 4 else 1]:
        parts.append(Markup('<text class="tick" x="{}%" y="{}">{}</text>').format(place, height + 17, label))
    parts.append(Markup('<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="{}">').format(height))
    for name, kind in (("inner_lower", "inner"), ("inner_upper", "inner"), ("outer_lower", "outer"), ("outer_upper", "outer")):
        points = " ".join(f"{sizes.at(row['size'])},{round(100 - shares.at(row[name]), 2)}" for row in rows)
        parts.append(Markup('<polyline class="limit {}" points="{}"/>').format(kind, points))
    parts.append(Markup('</svg><line class="city" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>').format(
        round(100 - shares.at(target), 2)))
    for row in rows:
        x, y, outside = sizes.at(row["size"]), round(100 - shares.at(row["value"]), 2), abs(row["position"]) == 2
        parts.append(Markup('<circle class="{}" cx="{}%" cy="{}%" r="{}"/>').format("o" if outside else "within", x, y, 4))
        if outside:  # the label lies towards the middle, where there is room
            parts.append(Markup('<text class="point {}" x="{}%" y="{}%" dx="{}" dy="4">{}</text>').format(
                "before" if x > 50 else "after", x, y, -8 if x > 50 else 8, row["place"]))
    return Markup("").join([*parts, Markup("</svg></svg>")])


def row_plot(row: dict[str, Any], *, axis: Axis) -> Markup:
    """The marks of one place, for a cell of a table whose other cells say the same in numbers."""
    return Markup('<svg class="row" aria-hidden="true">{}</svg>').format(_marks(row, axis, 12))


def axis_plot(axis: Axis) -> Markup:
    """The axis over a column of row plots."""
    ticks = Markup("").join(Markup('<text x="{}%" y="12" class="tick{}">{}</text>').format(
        place, " first" if place == 0 else " last" if place == 100 else " between" if _spare(axis, number) else "", label)
        for number, (place, label) in enumerate(axis.ticks()))
    return Markup('<svg class="row axis" aria-hidden="true">{}</svg>').format(ticks)


def _spare(axis: Axis, number: int) -> bool:
    """Whether a tick is left out where there is little room."""
    return axis.divisions > 4 and (number % 2 == 1 or axis.divisions % 2 == 1)


def coverage_bars(rows: Sequence[dict[str, Any]], *, identity: str, title: Bilingual, description: Bilingual,
                  hidden: Bilingual, label_width: int = 26) -> Markup:
    """One bar a place: the shares of expected sessions recorded, implied and unknown."""
    height = ROW_HEIGHT * len(rows)
    parts = [_opening(identity, height + AXIS_HEIGHT, title, description), _labels(rows, label_width)]
    parts.append(Markup('<svg x="{}%" width="{}%" height="{}" overflow="visible">').format(
        label_width + 2, 90 - label_width, height + AXIS_HEIGHT))
    parts.append(_grid(Axis(0.0, 0.25, 4, "share"), height))
    for number, row in enumerate(rows):
        middle = ROW_HEIGHT * number + ROW_HEIGHT // 2
        shown = all(is_number(row.get(key)) for key in _SHARES)
        parts.append(_stack(row, middle) if shown else _hatched(row, middle, hidden))
    return Markup("").join([*parts, Markup("</svg></svg>")])


def _opening(identity: str, height: int, title: Bilingual, description: Bilingual) -> Markup:
    # The caption outside follows the reader's language and names the drawing; title and desc serve a copied drawing.
    return Markup('<svg class="chart" role="img" width="100%" height="{}" aria-labelledby="{}-name" '
                  'aria-describedby="{}-about"><title>{}</title><desc>{}</desc>').format(
        height, identity, identity, title.both(), description.both())


def _labels(rows: Sequence[dict[str, Any]], width: int) -> Markup:
    # A nested drawing clips what is too long; the table beside it has the whole name.
    texts = Markup("").join(Markup('<text x="100%" y="{}" class="place">{}</text>').format(
        ROW_HEIGHT * number + ROW_HEIGHT // 2 + 4, row["place"]) for number, row in enumerate(rows))
    return Markup('<svg width="{}%" height="{}">{}</svg>').format(width, ROW_HEIGHT * len(rows), texts)


def _grid(axis: Axis, height: int) -> Markup:
    return Markup("").join(
        Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>'
               '<text class="tick" x="{0}%" y="{2}">{3}</text>').format(place, height, height + 17, label)
        for place, label in axis.ticks())


def _marks(row: dict[str, Any], axis: Axis, middle: int) -> Markup:
    above, below = middle - 4, middle + 5
    parts = [_bar("o", row.get("lower"), row.get("upper"), axis, above, 2)]
    parts.append(_bar("p", row.get("pooled_lower"), row.get("pooled_upper"), axis, below, 1))
    parts.append(Markup('<circle class="o" cx="{}%" cy="{}" r="4"/>').format(axis.at(row["value"]), above))
    if is_number(row.get("pooled")):
        parts.append(Markup('<rect class="q" x="{}%" y="{}" width="6" height="6"/>').format(
            axis.at(row["pooled"]), below - 3))
    return Markup("").join(parts)


def _bar(kind: str, lower: Any, upper: Any, axis: Axis, middle: int, thickness: int) -> Markup:
    if not (is_number(lower) and is_number(upper)):
        return Markup("")
    start, end = axis.at(lower), axis.at(upper)
    bar = Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>').format(
        kind, start, middle - thickness / 2 if thickness > 1 else middle - 0.5, round(end - start, 2), thickness)
    cut = upper > axis.high + 1e-12
    return bar + Markup('<text class="{} cut" x="100%" y="{}">›</text>').format(kind, middle + 4) if cut else bar


def _hatched(row: dict[str, Any], middle: int, hidden: Bilingual) -> Markup:
    if row.get("status") != "hidden":
        return Markup('<text class="absent" x="0" y="{}">–</text>').format(middle + 4)
    words = Markup("").join(Markup('<text lang="{}" class="absent" x="8" y="{}">{}</text>').format(
        tag, middle + 4, text) for tag, text in (("zh-CN", hidden.zh), ("en", hidden.en)))
    return Markup('<rect class="hatched" x="0" y="{0}" width="100%" height="18"/>'
                  '<rect class="ground" x="4" y="{0}" width="54" height="18"/>{1}').format(middle - 9, words)


def _stack(row: dict[str, Any], middle: int) -> Markup:
    parts, start = [], 0.0
    for key in _SHARES:
        width = round(100.0 * min(1.0, max(0.0, row[key])), 2)
        if width > 0:
            parts.append(Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="16"/>').format(
                key, round(start, 2), middle - 8, width))
        start += width
    return Markup("").join(parts)
