# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From the report model to what the page shows: which table, which chart, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ._report_groups import IDENTITY, needs
from ._report_model import LEVELS
from ._report_over_time import OverTimeView
from ._svg import Axis, axis_for, axis_plot, coverage_bars, funnel_plot, interval_plot, row_plot
from ._words import DASH, Bilingual, Words, count_text, interval_text, is_number, missing_share, number_text, same

FEWEST_IN_FUNNEL = 10  # with fewer groups their spread beyond chance is hardly told
_FUNNELS = {"attendance.absence_rate"}  # shares of whole counts that the rows give
DRAWN_AT_ONCE = 24  # places of the first level below the city that one drawing and one open table hold
MOST_FOLDED_ROWS = 2000  # rows of folded tables a file lists: about 1 MB
_AREAS = ("province", "county", "township", "village", "site")


class ReportView:
    """Everything the templates read, worded and in order; it holds no number that the model does not hold."""

    def __init__(self, model: dict[str, Any], words: Words, *, classes: bool = False) -> None:
        self.model = model
        self.words = words
        self.levels = tuple(level for level in LEVELS if classes or level != "class")
        self._measures = {measure["id"]: measure for measure in model["measures"]}
        self._policies = {policy["id"]: policy for policy in [*model["rules"], *model["policies"]]}  # who judges a row
        self._parents = {(row.get("hierarchy"), row["place"]): (row["level"], row.get("parent"))
                         for row in model["groups"]}
        self._listed: set[tuple[str, ...]] = set()  # folded tables that the file has room for
        self._drawings = 0
        self._check_codes()

    def _check_codes(self) -> None:
        """Sections and reasons are codes with words; a model with others is of another version, or was written by hand."""
        absent = [entry["reason"] for section in self.model["sections"] for entry in section["absent"]]
        absent += [count["reason"] for count in self.model["due"] if "reason" in count]
        codes = [f"domain.{section['id']}" for section in self.model["sections"]] + [f"absent.{reason}" for reason in absent]
        codes += [f"waits.until_{wait['until']}" for wait in self.model["waits"] or []]
        for code in codes:
            if not self.words.has(code):
                raise ValueError("childwell: the report model has a section, a reason or a wait for which there are no words; "
                                 "render it with the version that made it")  # fmt: skip

    # First screen

    def said(self, text: Any) -> Bilingual:
        """A purpose or a reader: the word for a known code, else the study's own text."""
        return self.words.or_code("said", text)

    def roll_cells(self) -> list[tuple[str, dict[str, Any], Bilingual | None]]:
        """The four numbers of the roll, each with what it counts; the roll stands in for a missing official total."""
        official = self.cell("official_roll")["shown"]
        names = ("official_roll" if official else "on_roll", "in_data", "seen", "measurable")
        return [(name, cell, self.words(f"roll.{name}_note") if cell["shown"] else cell["reason"])
                for name in names for cell in [self.cell(name)]]

    def has_children(self) -> bool:
        return any(isinstance(cell, dict) and cell.get("status") != "not_in_study"
                   for name, cell in self.model["roll"].items() if name != "official_roll")

    def not_seen_rule(self) -> Bilingual | None:
        rules = [policy for policy in self.model["policies"] if policy.get("kind") == "not_seen"]
        return self.words("first.not_seen_rule", policy=self.name_of(rules[0])) if rules else None

    def cell(self, name: str) -> dict[str, Any]:
        return self._cell(self.model["roll"].get(name))

    def due(self) -> list[dict[str, Any]]:
        """What is due and overdue: how many children, of how many, judged by which rule, and of whom it cannot be told."""
        made = []
        for count in self.model["due"]:
            absent = self._absence(count["reason"], count["what"]) if "reason" in count else None
            cell = self._cell(count, absent=absent)
            rule = self._policies.get(count["policy"], {"id": count["policy"]}) if count.get("policy") else None
            made.append({"name": self.words.or_code("due", count["measure"]), "cell": cell,
                         "note": self.words("first.of", of=count_text(count["of"])) if cell["shown"] else None,
                         "rule": self.words("first.not_seen_rule", policy=self.name_of(rule)) if rule else None,
                         "cannot_tell": self.words("first.cannot_tell", count=count_text(count["cannot_tell"]))
                         if cell["shown"] and count.get("cannot_tell") else None})
        return made

    def _absence(self, reason: str, what: str) -> Bilingual:
        return self.words(f"absent.{reason}", what=self.words.or_code("absent_what", what))

    # Screening

    def screening(self) -> dict[str, Any]:
        """Response and coverage by county, the city last; or in words why there is none."""
        rows = self.model["screening"]
        if not rows:
            lacking = [entry for section in self.model["sections"] for entry in section["absent"]
                       if entry["measure"].startswith("screening.")]
            return {"rows": [], "reason": self._absence(lacking[0]["reason"], lacking[0]["what"]) if lacking
                    else self.words("status.not_in_study")}
        counties = sorted((row for row in rows if row["level"] != "city"), key=lambda row: str(row["place"]))
        return {"reason": None, "rows": [
            {"place": self.words("block.city") if row["level"] == "city" else row["place"], "total": row["level"] == "city",
             "response": self._form_cell(row["response"], "screening.response_rate"),
             "coverage": self._form_cell(row["coverage"], "screening.coverage")}
            for row in [*counties, *(row for row in rows if row["level"] == "city")]]}

    def _form_cell(self, cell: dict[str, Any], measure: str) -> dict[str, Any]:
        return self.row(cell | {"measure": measure, "place": ""})

    def waits(self) -> list[dict[str, Any]]:
        """Median waits of referrals, until help and until an outcome."""
        made = []
        for wait in self.model["waits"] or []:
            shown = wait["status"] == "ok" and is_number(wait["children"])
            median = number_text(wait["median"], "days") if is_number(wait["median"]) else None
            made.append({
                "until": self.words(f"waits.until_{wait['until']}"), "shown": shown, "hidden": wait["status"] == "hidden",
                "median": median, "interval": self._wait_interval(wait) if shown else None, "reason": None if shown else self.reason(wait),
                "children": count_text(wait["children"]), "referrals": count_text(wait["referrals"]),
                "waiting": count_text(wait["referrals"] - wait["over"]) if shown else DASH})
        return made

    def _wait_interval(self, wait: dict[str, Any]) -> Bilingual:
        low, high = (number_text(wait[end], "days") if is_number(wait[end]) else None for end in ("lower", "upper"))
        if low is None:
            return self.words("status.no_interval")
        return same(f"{low}–{high}") if high else self.words("waits.open_end", low=low)

    def _cell(self, cell: dict[str, Any] | None, absent: Bilingual | None = None) -> dict[str, Any]:
        cell = cell or {}
        status = cell.get("status", "not_in_study")
        if status == "ok" and is_number(cell.get("value")):
            return {"shown": True, "hidden": False, "text": count_text(cell["value"]), "reason": None}
        if status == "hidden":
            return {"shown": False, "hidden": True, "text": None, "reason": self.words("status.hidden_reason")}
        reason = absent or (self.words("status.no_value") if status == "ok" else self.words.or_code("status", status))
        return {"shown": False, "hidden": False, "text": None, "reason": reason}

    def schools_missing(self) -> list[dict[str, Any]] | None:
        """Schools that cannot be measured; None where the study names no schools at all."""
        missing = self.model["roll"].get("schools_missing", [])
        if missing is None:
            return None
        return [{"place": school["place"], "reason": self._missing_reason(school.get("reason"))} for school in missing]

    def _missing_reason(self, reason: Any) -> Bilingual:
        known = reason in ("register_unknown", "no_rows", "no_calendar")
        return self.words(f"roll.reason_{reason}") if known else same(reason)

    def policies(self) -> list[dict[str, Any]]:
        return self._judges(self.model["policies"])

    def rules(self) -> list[dict[str, Any]]:
        """Rules of listing, where the model groups what they list; each with the policy whose line it is."""
        return self._judges(self.model["rules"])

    def _judges(self, judges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "label": self.name_of(one), "land": self.words.or_code("country", one.get("country")), "cited": self._cited(one)}
                for one in judges]

    def _cited(self, policy: dict[str, Any]) -> Bilingual | None:
        """Where a rule comes from, where that is a sentence of ours; a title stays in the language it was printed in."""
        text = self.words.or_code("source", policy["id"])
        return text if text.en == policy.get("source") else None

    def limits(self) -> list[Bilingual]:
        return [self.words.message(limit["code"], limit.get("params")) for limit in self.model["limits"]
                if limit["code"] != "limit_listing"]

    def assumptions(self) -> list[Bilingual]:
        return [self.words.message(item["code"], {name: count_text(value) if is_number(value) else value
                                                  for name, value in (item.get("params") or {}).items()})
                for item in self.model["assumptions"]]

    def children(self) -> list[tuple[Bilingual, dict[str, Any]]]:
        """Every count of the roll with its name, hidden ones and those not in the study included."""
        return [(self.words.or_code("roll", name), self._cell(cell)) for name, cell in self.model["roll"].items()
                if isinstance(cell, dict)]

    def measures(self) -> list[dict[str, Any]]:
        named = {row["measure"] for row in self.model["figures"]}
        return [{"id": measure["id"], "name": self.name_of(measure), "definition": self._definition(measure),
                 "unit": self.words.or_code("unit", measure.get("unit") or DASH), "range": _range_text(measure.get("range"))}
                for measure in self.model["measures"] if measure.get("there", True) or measure["id"] in named]

    def _definition(self, measure: dict[str, Any]) -> Bilingual | None:
        text = measure.get("definition") or {}
        return Bilingual(str(text.get("zh") or DASH), str(text.get("en") or DASH)) if text else None

    def city_figures(self) -> list[dict[str, Any]]:
        figures = []
        for row in self.model["figures"]:
            figure = self.row(row) | self.about(row)
            if figure["shown"]:
                axis = axis_for([row], figure["unit"])
                figure |= {"axis": axis_plot(axis), "axis_divisions": axis.divisions, "plot": row_plot(row, axis=axis)}
            figures.append(figure)
        return figures

    # Registers

    def registers_first(self) -> dict[str, Any] | None:
        levels = self._by_level(self.model["registers"])
        for level in ("county", *self.levels):
            if levels.get(level):
                return self._register_block(level, levels[level])
        return None

    def registers_other(self) -> list[dict[str, Any]]:
        first = self.registers_first()
        levels = self._by_level(self.model["registers"])
        return [self._register_block(level, rows, drawn=len(rows) <= DRAWN_AT_ONCE)
                for level, rows in levels.items() if first and level != first["level"]]

    def _register_block(self, level: str, rows: list[dict[str, Any]], drawn: bool = True) -> dict[str, Any]:
        words = self.words
        shares = [row["recorded"] for row in rows if is_number(row.get("recorded"))]
        key = "registers.description" if shares else "registers.description_none"
        caption = words("registers.caption", level=words.or_code("level", level))
        description = words(key, count=len(rows), low=number_text(min(shares, default=None)),
                            high=number_text(max(shares, default=None)))
        identity = self._next_drawing()
        drawing = coverage_bars(rows, identity=identity, title=caption, description=description,
                                hidden=words("status.hidden")) if drawn else None
        return {"level": level, "identity": identity, "caption": caption, "description": description,
                "drawing": drawing, "rows": [self._register_row(row) for row in rows],
                "unit": words.or_code("levels", level)}

    def _register_row(self, row: dict[str, Any]) -> dict[str, Any]:
        shown = any(is_number(row.get(key)) for key in ("recorded", "implied", "unknown"))
        texts = {key: number_text(row.get(key)) for key in ("recorded", "implied", "unknown")}
        return {"place": row["place"], "shown": shown, "hidden": row.get("status") == "hidden",
                "reason": None if shown else self.reason(row), "expected": count_text(row.get("expected")), **texts}

    # Hierarchies

    def domains(self) -> list[dict[str, Any]]:
        """The sections in order: a block for each measure, policy, exam and subject that the model holds, and what it lacks."""
        rows_of: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self.model["groups"]:
            if row["level"] in self.levels and row.get("hierarchy") != "totals":
                rows_of.setdefault(tuple(str(row.get(key) or "") for key in IDENTITY), []).append(row)
        self._listed = self._room(rows_of)
        made = []
        for section in self.model["sections"]:
            identities = [tuple(str(one.get(key) or "") for key in IDENTITY) for one in section["measures"]]
            blocks = [self._block(rows_of[identity]) for identity in identities if identity in rows_of]
            made.append({"id": section["id"], "title": self.words(f"domain.{section['id']}"),
                         "lead": self.words.or_nothing(f"section.{section['id']}"), "blocks": blocks,
                         "absent": self._absent(section["absent"])})
        return made

    def _room(self, rows_of: dict[tuple[str, ...], list[dict[str, Any]]]) -> set[tuple[str, ...]]:
        """The folded tables that one file can hold: areas before schools, the measures of the first screen before others."""
        order: dict[tuple[str, ...], int] = {
            (one["measure"], one["policy"], one["exam"], one["subject"]): number for number, one in enumerate(one for section in self.model["sections"] for one in section["measures"])}
        sizes: dict[tuple[str, ...], int] = {}
        for identity, rows in rows_of.items():
            for row in rows:
                if row["level"] != "city":
                    key = (*identity, str(row.get("hierarchy")), row["level"])
                    sizes[key] = sizes.get(key, 0) + 1
        wanted = sorted(sizes, key=lambda key: (key[-1] not in _AREAS, not _first_listed(key[0]), order.get(key[:4], len(order)), key))
        room, listed = MOST_FOLDED_ROWS, set[tuple[str, ...]]()
        for key in wanted:
            drawn = key[-1] in _AREAS and (sizes[key] <= DRAWN_AT_ONCE or _first_listed(key[0]))
            if drawn or sizes[key] <= room:
                listed.add(key)
                room -= 0 if drawn else sizes[key]
        return listed

    def _absent(self, entries: Sequence[dict[str, Any]]) -> list[tuple[Bilingual, list[Bilingual]]]:
        """What a section lacks, by reason: the reason in words, and the measures that it keeps away."""
        found: dict[tuple[str, str], list[Bilingual]] = {}
        for entry in entries:
            measure = self._measures.get(entry["measure"], {"id": entry["measure"]})
            found.setdefault((entry["reason"], entry["what"]), []).append(self.name_of(measure))
        return [(self._absence(reason, what), names) for (reason, what), names in found.items()]

    def _block(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        about = self.about(rows[0])
        made = []
        for hierarchy in sorted({str(row.get("hierarchy")) for row in rows}, key=lambda name: (name == "home", name)):
            inside = [row for row in rows if str(row.get("hierarchy")) == hierarchy]
            parts = self._hierarchy(inside, about)
            if parts:
                known = hierarchy in ("school", "home")
                title = self.words(f"block.hierarchy_{hierarchy}") if known else same(hierarchy)
                made.append({"title": title, "parts": parts, "city": self._city_row(inside)})
        return about | {"hierarchies": made}

    def _hierarchy(self, rows: list[dict[str, Any]], about: dict[str, Any]) -> list[dict[str, Any]]:
        levels = self._by_level(rows)
        city = levels.pop("city", [])
        reference = city[0].get("value") if len(city) == 1 else None
        parts = []
        for number, (level, inside) in enumerate(levels.items()):
            if number == 0 and len(inside) <= DRAWN_AT_ONCE:
                parts.append(self._drawn(level, inside, about, reference))
            elif (level in _AREAS and (len(inside) <= DRAWN_AT_ONCE or _first_listed(about["id"]))
                  and any(is_number(row.get("value")) for row in inside)):  # hatched drawings alone tell a reader nothing
                parts.append(self._panels(level, inside, about, reference))
            else:
                parts.append(self._folded(level, inside, about))
        return parts

    def _drawn(self, level: str, rows: list[dict[str, Any]], about: dict[str, Any],
               reference: float | None) -> dict[str, Any]:
        caption = self.words("block.caption", measure=about["name"], level=self.words.or_code("level", level))
        figure = self._figure(rows, axis_for(rows, about["unit"]), caption, about, reference)
        return {"form": "drawn", "level": level, "figure": figure, "rows": [self.row(row) for row in rows]}

    def _panels(self, level: str, rows: list[dict[str, Any]], about: dict[str, Any],
                reference: float | None) -> dict[str, Any]:
        axis = axis_for(rows, about["unit"])
        plain = self.words.or_code("levels", level)
        panels = []
        for parent, inside in self._grouped(rows):
            caption = self.words("block.panel", measure=about["name"], parent=parent, level_plain=plain)
            panels.append({"parent": parent, "figure": self._figure(inside, axis, caption, about, reference),
                           "rows": [self.row(row) for row in inside]})
        return {"form": "panels", "level": level, "panels": panels, "heading": self.words.or_code("level", level),
                "tables": self.words("block.tables_of", level_plain=plain)}

    def _folded(self, level: str, rows: list[dict[str, Any]], about: dict[str, Any]) -> dict[str, Any]:
        plain = self.words.or_code("levels", level)
        key = (*(str(rows[0].get(name) or "") for name in IDENTITY), str(rows[0].get("hierarchy")), level)
        part = {"form": "folded", "level": level, "heading": self.words.or_code("level", level), "left_out": None}
        if key not in self._listed:
            left_out = self.words("block.left_out", rows=len(rows), level_plain=plain)
            return part | {"left_out": left_out, "groups": [], "funnel": None}
        axis = axis_for(rows, about["unit"])
        groups = [{"summary": self._summary(parent, len(inside), plain),
                   "rows": [self.row(row) | {"plot": self._plot(row, axis)} for row in inside]}
                  for parent, inside in self._grouped(rows)]
        funnel = self._funnel(rows, about, plain) if level == "school" and about["id"] in _FUNNELS else None
        return part | {"groups": groups, "axis": axis_plot(axis), "divisions": axis.divisions, "funnel": funnel}

    def _funnel(self, rows: list[dict[str, Any]], about: dict[str, Any], plain: Bilingual) -> dict[str, Any] | None:
        """Schools by code within the limits of `funnel_limits`; hidden ones have no part in them."""
        from .stats import funnel_limits

        shown = sorted((row for row in rows if is_number(row.get("value")) and is_number(row.get("n_observed"))
                        and row["n_observed"] > 0), key=lambda row: str(row["place"]))
        if len(shown) < FEWEST_IN_FUNNEL:
            return None
        limits = funnel_limits([round(row["value"] * row["n_observed"]) for row in shown],
                               [row["n_observed"] for row in shown])
        if limits.status != "ok":
            return None
        names = ("inner_lower", "inner_upper", "outer_lower", "outer_upper", "position")
        points = [{"place": row["place"], "size": row["n_observed"], "value": row["value"],
                   **{name: getattr(limits, name)[number].item() for name in names}}
                  for number, row in enumerate(shown)]
        outside = sum(abs(point["position"]) == 2 for point in points)
        caption = self.words("funnel.caption", measure=about["name"])
        description = self.words("funnel.description_widened" if limits.overdispersed else "funnel.description",
                                 count=len(points), outside=outside, target=number_text(limits.target))
        identity = self._next_drawing()
        drawing = funnel_plot(points, target=limits.target, identity=identity, title=caption, description=description)
        return {"identity": identity, "caption": caption, "description": description, "drawing": drawing,
                "summary": self.words("funnel.table", level_plain=plain),
                "points": points,
                "rows": [{"place": point["place"], "value": number_text(point["value"]), "size": count_text(point["size"]),
                          "inner": interval_text(point["inner_lower"], point["inner_upper"]),
                          "outer": interval_text(point["outer_lower"], point["outer_upper"]),
                          "position": self.words(f"funnel.position_{abs(int(point['position']))}")} for point in points]}

    def _summary(self, parent: str, count: int, plain: Bilingual) -> Bilingual:
        key = "block.within" if parent else "block.without_parent"
        english = plain.en if count != 1 else {"counties": "county", "classes": "class"}.get(plain.en, plain.en[:-1])
        return self.words(key, parent=parent, count=count, level_plain=Bilingual(plain.zh, english),
                          level_unit=plain)

    def _plot(self, row: dict[str, Any], axis: Axis) -> Any:
        return row_plot(row, axis=axis) if is_number(row.get("value")) else None

    def _figure(self, rows: list[dict[str, Any]], axis: Axis, caption: Bilingual, about: dict[str, Any],
                reference: float | None) -> dict[str, Any]:
        values = [row["value"] for row in rows if is_number(row.get("value"))]
        missing = len(rows) - len(values)
        key = ("block.description_none" if not values else "block.description" if missing
               else "block.description_all" if len(rows) > 1 else "block.description_one")
        description = self.words(key, count=len(rows), hidden=missing,
                                 low=number_text(min(values, default=None), about["unit"]),
                                 high=number_text(max(values, default=None), about["unit"]))
        identity = self._next_drawing()
        drawing = interval_plot(rows, axis=axis, identity=identity, title=caption, description=description,
                                hidden=self.words("status.hidden"), reference=reference)
        legend = {"pooled": any(is_number(row.get("pooled")) for row in rows), "cut": any(axis.cuts(row) for row in rows),
                  "hidden": any(row.get("status") == "hidden" for row in rows)}
        return {"identity": identity, "caption": caption, "description": description, "drawing": drawing,
                "legend": legend}

    def _city_row(self, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
        city = [row for row in rows if row["level"] == "city"]
        return self.row(city[0]) | {"place": self.words("block.city")} if len(city) == 1 else None

    def _grouped(self, rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(self._county_of(row), []).append(row)
        return sorted(groups.items())

    def _county_of(self, row: dict[str, Any]) -> str:
        """The county above a place; where the model names none, the place's own parent."""
        parent, climbed = row.get("parent"), 0
        while parent is not None and climbed < len(LEVELS):
            level, above = self._parents.get((row.get("hierarchy"), parent), (None, None))
            if level == "county":
                return str(parent)
            parent, climbed = above, climbed + 1
        return str(row.get("parent") or "")

    # Days, weeks and classes of absence

    def over_time(self) -> OverTimeView:
        """Calendars, trends and distributions of absence by city and county."""
        return OverTimeView(self.model, self.words, self._next_drawing)

    # Totals that a source gives as sums

    def totals(self) -> dict[str, Any] | None:
        """Published totals by period and place, one column a measure; they have no gaps and no children."""
        rows = [row for row in self.model["groups"] if row.get("hierarchy") == "totals"]
        if not rows:
            return None
        names = [measure for measure in self._measures if any(row["measure"] == measure for row in rows)]
        periods: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        for row in rows:
            periods.setdefault(str(row.get("span") or ""), {}).setdefault(str(row["place"]), {})[row["measure"]] = row
        groups: list[dict[str, Any]] = [{"summary": self._period(span, len(places)),
                   "rows": [self._total(place, places[place], names) for place in sorted(places)]}
                  for span, places in sorted(periods.items())]
        return {"groups": groups, "open": sum(len(group["rows"]) for group in groups) <= DRAWN_AT_ONCE,
                "measures": [self.about({"measure": name}) for name in names]}

    def _period(self, span: str, count: int) -> Bilingual:
        start, _, end = span.partition("..")
        try:
            period = self.words("totals.period", start=self.words.day(start), end=self.words.day(end))
        except ValueError:
            period = same(span)
        return self.words("totals.count" if count != 1 else "totals.count_one", period=period, count=count)

    def _total(self, place: str, rows: dict[str, dict[str, Any]], names: list[str]) -> dict[str, Any]:
        expected = next((row.get("n_expected") for row in rows.values() if is_number(row.get("n_expected"))), None)
        return {"place": place, "possible": count_text(expected),
                "cells": [self.row(rows[name]) if name in rows else None for name in names]}

    # Rows

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """One place as text: figure, interval, n and what is missing, or the reason why there is none."""
        unit = self._measures.get(row["measure"], {}).get("unit", "share")
        if row.get("status", "ok") != "ok" or not is_number(row.get("value")):
            return {"place": row["place"], "shown": False, "hidden": row.get("status") == "hidden",
                    "reason": self.reason(row)}
        return {
            "place": row["place"], "shown": True, "hidden": False,
            "value": number_text(row["value"], unit), "interval": interval_text(row.get("lower"), row.get("upper"), unit),
            "pooled": number_text(row.get("pooled"), unit),
            "pooled_interval": interval_text(row.get("pooled_lower"), row.get("pooled_upper"), unit),
            "n": count_text(row.get("n")),
            "missing": number_text(missing_share(row.get("n_expected"), row.get("n_observed"))),
            "observed": count_text(row.get("n_observed")), "expected": count_text(row.get("n_expected")),
        }

    def reason(self, row: dict[str, Any]) -> Bilingual:
        status = row.get("status")
        if status == "hidden":
            return self.words("status.hidden_reason")
        return self.words.or_code("status", status) if status not in (None, "ok") else self.words("status.no_value")

    def about(self, row: dict[str, Any]) -> dict[str, Any]:
        """What a measure is: its names, unit, estimand, interval and policy."""
        measure = self._measures.get(row["measure"], {})
        policy = row.get("policy")
        return {
            "name": self.name_of(measure) if measure else same(row["measure"]), "id": row["measure"],
            "definition": self._definition(measure), "unit": measure.get("unit", "share"), "exam": row.get("exam"), "subject": row.get("subject"),
            "policy": self.name_of(self._policies.get(policy, {"id": policy})) if policy else None,
            "land": self.words.or_code("country", self._policies[policy].get("country"))
            if policy in self._policies else None,
            "estimand_words": self.words.or_code("estimand", row.get("estimand") or measure.get("estimand") or "–"),
            "interval_words": self._interval_words(row.get("interval") or measure.get("interval") or "none",
                                                   measure.get("level")),
            "unit_words": self.words.or_code("unit", measure.get("unit")) if measure.get("unit") not in (None, "share") else None,
        }

    def _interval_words(self, kind: str, level: Any) -> Bilingual:
        if kind == "confidence" and is_number(level):
            return self.words("interval.confidence_level", level=f"{100 * level:g}%")
        return self.words.or_code("interval", kind)

    def name_of(self, thing: dict[str, Any]) -> Bilingual:
        name = thing.get("name") or {}
        code = str(thing.get("id", ""))
        return Bilingual(str(name.get("zh") or code), str(name.get("en") or code))

    def _by_level(self, rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Rows of each level that is shown, widest level first, in order of code and never of value."""
        return {level: inside for level in self.levels
                if (inside := sorted((row for row in rows if row["level"] == level),
                                     key=lambda row: (str(row.get("parent") or ""), str(row["place"]))))}

    def _next_drawing(self) -> str:
        self._drawings += 1
        return f"drawing-{self._drawings}"


def _first_listed(measure: str) -> bool:
    return bool(needs().get(measure, {}).get("listed"))


def _range_text(bounds: Any) -> str:
    return f"{bounds[0]} – {bounds[1]}" if isinstance(bounds, list) and len(bounds) == 2 else DASH
