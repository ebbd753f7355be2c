# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Charts of a notebook: matplotlib's, looked for when they are drawn; legible in grey, and never with boxes for Chinese."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ._described import Language, checked_language, notebook_words
from ._explain import indicator_name
from ._suggest import unknown_name
from ._table import coded

if TYPE_CHECKING:
    from ._api import Aggregates, Indicators

_FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
          "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "SimHei", "Heiti SC", "Droid Sans Fallback", "AR PL UMing CN")  # fmt: skip
_LEVELS = ("city", "county", "township", "school", "class")
_SMALLEST = 10


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as pyplot
    except ModuleNotFoundError:
        raise ImportError("childwell: charts need matplotlib; install it with: pip install 'childwell[plot]'") from None
    return pyplot


def _installed() -> frozenset[str]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font_names())


def chinese_font_here() -> str | None:
    """The first installed font that has Chinese; None where there is none."""
    return next((name for name in _FONTS if name in _installed()), None)


@cache
def _chinese_font() -> str | None:
    """As `chinese_font_here`; that there is none is said once."""
    found = chinese_font_here()
    if found is None:
        warnings.warn("childwell: no Chinese font is installed, so charts are worded in English; on Debian: apt install fonts-wqy-microhei",
                      stacklevel=4)  # fmt: skip
    return found


def _fonts(lang: str, where: str) -> tuple[list[str], Language]:
    language = checked_language(lang, where)
    font = _chinese_font()
    return ["DejaVu Sans", *([font] if font else [])], language if font else "en"


def _label(text: str, number: int, fonts: list[str]) -> str:
    """A code of a place; its number in the order of codes where no font has its letters."""
    return text if len(fonts) > 1 or text.isascii() else f"#{number + 1}"


def _finish(ax: Any, made_up: bool, title: str, lang: Language) -> Any:
    mark = f" ({notebook_words()('plot.made_up').in_language(lang)})" if made_up else ""
    ax.set_title(title + mark, loc="left", fontsize=10)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def plot_indicator(indicators: Indicators, indicator: str, policy: str | None, snapshot: int, ax: Any, lang: str) -> Any:
    """How an indicator spreads over the children."""
    where = "Indicators.plot"
    pyplot = _pyplot()
    fonts, language = _fonts(lang, where)
    table = indicators.table(snapshot)
    known = [str(one) for one in coded(table, "indicator").categories]
    if indicator not in known:
        raise unknown_name(where, "indicator", indicator, known, see="childwell.catalogue")
    rows = (table["indicator"] == indicator) & (table["scope"] == "child")
    judges = [one for one in dict.fromkeys(table["policy"][rows]) if one is not None]
    if policy is not None and policy not in judges:
        raise unknown_name(where, f"policy of {indicator}", policy, judges)
    if len(judges) > 1 and policy is None:
        raise ValueError(f"childwell.{where}: {indicator} was judged by several policies; name one of them: {', '.join(judges)}")
    rows &= (table["policy"] == policy) if policy is not None else np.ones(len(table), dtype=bool)
    ok = rows & (table["status"] == "ok") & np.isfinite(table["value"])
    if not ok.any():
        raise ValueError(f"childwell.{where}: no child has a value of {indicator}; .describe() says what is missing")
    counts, edges = np.histogram(table["value"][ok], bins=min(20, max(5, int(np.sqrt(ok.sum())))))
    few = (counts > 0) & (counts < _SMALLEST)
    words = notebook_words()
    with pyplot.rc_context({"font.family": fonts}):
        ax = pyplot.subplots(figsize=(6, 3), layout="constrained")[1] if ax is None else ax
        width = np.diff(edges)
        ax.bar(edges[:-1], np.where(few, 0, counts), width, align="edge", color="0.45", edgecolor="white")
        if few.any():
            said = words("plot.few", k=_SMALLEST).in_language(language)
            ax.bar(edges[:-1][few], _SMALLEST, width[few], align="edge", fill=False, edgecolor="0.3", hatch="///", linewidth=0.8, label=said)
            ax.legend(frameon=False, fontsize=8)
        missing = int(rows.sum() - ok.sum())
        key, count = ("unknown", missing) if missing >= _SMALLEST or not missing else ("unknown_few", missing)
        beside = "; " + words(f"plot.{key}", n=f"{count:,}", k=_SMALLEST).in_language(language) if missing else ""
        ax.set_xlabel(indicator_name(indicator, language))
        ax.set_ylabel(words("plot.children").in_language(language))
        as_of, window = indicators.snapshots[snapshot]
        return _finish(ax, table.made_up, f"{words('plot.as_of', as_of=as_of).in_language(language)}, {window}{beside}", language)


def _chain(place: str, parent_of: dict[str, str]) -> list[str]:
    """What contains a place, and what contains that."""
    chain: list[str] = []
    parent = parent_of.get(place)
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = parent_of.get(parent)
    return chain


def plot_places(groups: Aggregates, measure: str, level: str, within: str | None, policy: str | None, snapshot: int, ax: Any, lang: str) -> Any:
    """Places with their intervals, in the order of their codes."""
    where = "Aggregates.plot"
    pyplot = _pyplot()
    fonts, language = _fonts(lang, where)
    if level not in _LEVELS:
        raise unknown_name(where, "level", level, _LEVELS)
    groups.indicators._known(snapshot)
    table = groups.table()
    as_of, window = groups.indicators.snapshots[snapshot]
    here = (table["as_of"].astype(str) == as_of) & (table["window"] == window) & (table["hierarchy"] == "school")
    known = sorted({str(one) for one in table["measure"][here]})
    if measure not in known:
        raise unknown_name(where, "measure", measure, known)
    rows = here & (table["measure"] == measure) & (table["level"] == level)
    if within is not None:
        parent_of = {place: parent for place, parent in zip(table["place"][here], table["parent"][here], strict=True) if parent is not None}
        chains = {place: _chain(place, parent_of) for place in set(table["place"][rows])}
        containing = {one for chain in chains.values() for one in chain}
        if within not in containing:
            raise unknown_name(where, f"place that contains a {level}", within, sorted(containing))
        rows &= np.array([within in chains.get(place, ()) for place in table["place"]], dtype=bool)
    judges = [one for one in dict.fromkeys(table["policy"][rows]) if one is not None]
    if policy is not None and policy not in judges:
        raise unknown_name(where, f"policy of {measure}", policy, judges)
    if len(judges) > 1 and policy is None:
        raise ValueError(f"childwell.{where}: {measure} was judged by several policies; name one of them: {', '.join(judges)}")
    rows &= (table["policy"] == policy) if policy is not None else np.ones(len(table), dtype=bool)
    at = np.flatnonzero(rows)
    if not len(at):
        raise ValueError(f"childwell.{where}: there is no {level} with {measure}; aggregate with by=[..., {level!r}]")
    places = table["place"][at]
    if len(set(places)) != len(places):
        raise ValueError(f"childwell.{where}: {measure} has several rows a place, by paper; choose a measure with one")
    order = np.argsort(places.astype(str), kind="stable")
    at, places = at[order], places[order]
    words, heights = notebook_words(), np.arange(len(at))
    value, lower, upper, pooled = (table[name][at] for name in ("value", "lower", "upper", "pooled"))
    shown = np.isfinite(value)
    with pyplot.rc_context({"font.family": fonts}):
        ax = pyplot.subplots(figsize=(6, 1 + 0.28 * len(at)), layout="constrained")[1] if ax is None else ax
        reach = np.vstack([value - lower, upper - value])[:, shown]
        ax.errorbar(value[shown], heights[shown], xerr=np.where(np.isfinite(reach), np.maximum(reach, 0), 0), fmt="o", color="black", ecolor="0.4",
                    capsize=2, markersize=4, label=words("plot.observed").in_language(language))  # fmt: skip
        if np.isfinite(pooled[shown]).any():
            ax.plot(pooled[shown], heights[shown], "|", color="0.35", markersize=10, label=words("plot.pooled").in_language(language))
        start = float(np.nanmin(lower[shown])) if shown.any() and np.isfinite(lower[shown]).any() else 0.0
        for height in heights[~shown]:
            status = words.or_code("status", table["status"][at][height]).in_language(language)
            ax.text(start, height, status, va="center", fontsize=8, color="0.3", fontstyle="normal")
        ax.set_yticks(heights, [_label(str(place), number, fonts) for number, place in enumerate(places)])
        ax.invert_yaxis()
        ax.set_xlabel(indicator_name(measure, language))
        ax.grid(axis="x", color="0.9")
        ax.set_axisbelow(True)
        ax.legend(frameon=False, fontsize=8)
        return _finish(ax, table.made_up, f"{words('plot.as_of', as_of=as_of).in_language(language)}, {window}", language)
