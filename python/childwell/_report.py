# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From aggregates to the report: the model that pages are rendered from, and the page."""

from __future__ import annotations

import json
import math
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import _core
from ._api import Aggregates, Indicators
from ._described import Described
from ._report_groups import in_order, needs, sections
from ._report_over_time import over_time
from ._table import Table

SCHEMA = "childwell.report/3"
# The figures of the city, each with the kind of policy that it needs.
_FIGURES = {"attendance.absence_rate": None, "attendance.chronic": "attendance",
            "academic.papers_failed_share": "pass_mark"}
_VALUES = ("value", "lower", "upper", "pooled", "pooled_lower", "pooled_upper", "n", "n_expected", "n_observed")
# Tables with a row a child or a few: their small counts are counts of few children. The others count places and days.
_TABLES_OF_CHILDREN = {"children", "enrolment", "boarding", "residence", "attendance", "exam_results", "consents",
                       "outcomes"}
# Children for whom something is due or overdue, as counts of the city; every policy has its own.
_DUE = ("referrals.waiting", "referrals.overdue", "visits.overdue")
_SCREENING = {"response": "screening.response_rate", "coverage": "screening.coverage"}
_PARTS_OF_ROLL = ("seen", "not_seen", "suspended", "left_known", "left_unknown")


class Report(Described):
    """A report for people: aggregates only.

    Use `.html(path)` for the page, `.xlsx(path)` and `.docx(path)` for office programs, and `.model` for what stands in them.
    Made by `report`.

    Parameters
    ----------
    model : dict
        Plain JSON values of the schema `childwell.report/3`.

    Returns
    -------
    Report
        Its repr is the first screen.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 13 to 16 and the order of the first screen.
    """

    def __init__(self, model: dict[str, Any]) -> None:
        self.model = model

    def html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The page as text, written to a file where a path is given.

        Use it for what leaves the institute; `.json` gives the same to another program.

        Parameters
        ----------
        path : path, optional
            File to write, in UTF-8.

        Returns
        -------
        str
            One file in both languages, without script and without anything from outside.

        Raises
        ------
        ImportError
            When Jinja2 is not installed; `pip install 'childwell[report]'` brings it.

        References
        ----------
        Data model, rules 13 to 16.
        """
        from ._render import render_html

        page = render_html(self.model)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def xlsx(self, path: str | os.PathLike[str] | None = None) -> bytes:
        """The figures as a workbook, written to a file where a path is given.

        Use it for whoever goes on reckoning with them: it holds every row of the aggregates, hidden alike.

        Parameters
        ----------
        path : path, optional
            File to write.

        Returns
        -------
        bytes
            One workbook with both languages side by side, without formulas, links to elsewhere or macros.

        Raises
        ------
        ImportError
            When XlsxWriter or Jinja2 is not installed; `pip install 'childwell[report]'` brings them.

        References
        ----------
        Data model, rules 13 to 16.
        """
        from ._workbook import render_xlsx

        return _kept(render_xlsx(self.model), path)

    def docx(self, path: str | os.PathLike[str] | None = None) -> bytes:
        """The page as a Word document, written to a file where a path is given.

        Use it to print, to annotate and to quote from; it has the tables of the page and none of its drawings.

        Parameters
        ----------
        path : path, optional
            File to write.

        Returns
        -------
        bytes
            One document with both languages side by side, without links to elsewhere or macros.

        Raises
        ------
        ImportError
            When python-docx or Jinja2 is not installed; `pip install 'childwell[report]'` brings them.

        References
        ----------
        Data model, rules 13 to 16.
        """
        from ._document import render_docx

        return _kept(render_docx(self.model), path)

    def json(self) -> str:
        """The model as JSON with sorted keys."""
        return json.dumps(self.model, ensure_ascii=False, sort_keys=True, indent=1)

    def __repr__(self) -> str:
        roll = self.model["roll"]
        counts = ", ".join(f"{name} {cell['value']}" for name, cell in roll.items()
                           if isinstance(cell, dict) and cell.get("value") is not None)
        return f"childwell.Report: as of {self.model['as_of']}; {counts}"


def _kept(made: bytes, path: str | os.PathLike[str] | None) -> bytes:
    if path is not None:
        Path(path).write_bytes(made)
    return made


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _rows(table: Table) -> list[dict[str, Any]]:
    columns = {name: table[name] for name in table.columns if name not in ("as_of", "window")}
    masked = {name: getattr(column, "mask", None) for name, column in columns.items()}
    rows = []
    for i in range(len(table)):
        row = {}
        for name, column in columns.items():
            gone = masked[name] is not None and masked[name] is not False and bool(_mask_at(masked[name], i))
            row[name] = None if gone else _plain(column[i])
        for name in ("policy", "exam", "subject", "span", "parent"):
            row[name] = row[name] or ""
        rows.append(row)
    return rows


def _mask_at(mask: Any, i: int) -> bool:
    return bool(mask[i]) if getattr(mask, "shape", ()) else bool(mask)


def hidden_roll(roll: Mapping[str, int], minimum: int) -> dict[str, dict[str, Any]]:
    """Counts of the roll with small ones hidden, and as many others as keep the sum from giving one away."""
    small = {name for name, count in roll.items() if 0 < count < minimum}
    parts = [name for name in _PARTS_OF_ROLL if name in small]
    if parts and sum(roll[name] for name in parts) < 2 * minimum or len(parts) == 1:
        for name in sorted((p for p in _PARTS_OF_ROLL if p not in small), key=lambda p: (roll[p], p)):
            if parts and (len(parts) < 2 or sum(roll[p] for p in parts) < 2 * minimum):
                parts.append(name)
                small.add(name)
    for name in ("measurable", "withheld", "attending_without_enrolment"):
        rest = roll["on_roll"] - roll[name]
        if name != "attending_without_enrolment" and 0 < rest < minimum:
            small.add(name)
    return {
        name: {"value": None, "status": "hidden"} if name in small else {"value": int(count), "status": "ok"}
        for name, count in roll.items()
    }


def _comparable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the papers that one school set for itself: there is nobody to show them beside."""
    own = {(row["exam"], row["subject"]) for row in rows if row["status"] == "not_comparable" and row["level"] == "city"}
    return [row for row in rows if not row["exam"] or (row["exam"], row["subject"]) not in own]


def _without_children(indicators: Indicators) -> bool:
    """Whether the study names no child at all, such as one of published totals."""
    return indicators.cohort.ledger["children"]["read"] == 0 and not any(indicators.roll(0).values())


def _public_counts(name: str, entry: Mapping[str, Any], roll: Mapping[str, int], minimum: int) -> dict[str, Any]:
    """Row counts of one table without those that count few children, such as one row a child."""
    parts = {name: entry[name] for name in ("read", "accepted", "corrected", "quarantined")}
    if name not in _TABLES_OF_CHILDREN:
        return {**parts, "reasons": dict(entry["reasons"])}
    few = any(0 < count < minimum for count in parts.values())
    telling = any(0 < abs(entry["read"] - roll[name]) < minimum for name in ("on_roll", "in_data")) or entry["read"] == roll["in_data"]
    if few or (telling and 0 < abs(roll["in_data"] - roll["on_roll"]) < minimum):
        parts = dict.fromkeys(parts)
    reasons = {code: count if count >= minimum else None for code, count in entry["reasons"].items()}
    return {**parts, "reasons": reasons}


def _registers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    names = {"attendance.coverage": "seen", "attendance.coverage_recorded": "recorded", "attendance.coverage_implied": "implied"}
    for row in rows:
        if row["measure"] not in names or row["hierarchy"] != "school" or row["level"] not in ("city", "county"):
            continue
        entry = found.setdefault((row["level"], row["place"]), {
            "place": row["place"], "level": row["level"], "expected": row["n_expected"], "recorded": None,
            "implied": None, "unknown": None, "status": row["status"]})
        if names[row["measure"]] == "seen":
            entry["unknown"] = None if row["value"] is None else 1.0 - row["value"]
        else:
            entry[names[row["measure"]]] = row["value"]
    return [found[key] for key in found]


def _screening(rows: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Response and coverage of the city and its counties, each with its counts of forms; None where nobody was asked."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    names = {measure: name for name, measure in _SCREENING.items()}
    nothing = {"status": "not_in_study", **dict.fromkeys(_VALUES)}
    for row in rows:
        if row["measure"] in names and row["hierarchy"] == "school" and row["level"] in ("city", "county"):
            entry = found.setdefault((row["level"], row["place"]), {"place": row["place"], "level": row["level"],
                                                                   **{name: nothing for name in _SCREENING}})
            entry[names[row["measure"]]] = {name: row[name] for name in ("status", *_VALUES)}
    return list(found.values()) or None


def _due(rows: list[dict[str, Any]], absent: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """Counts of children for whom something is due or overdue, from the shares of the city, so that they hide alike."""
    made: list[dict[str, Any]] = []
    for measure in _DUE:
        city = [row for row in rows if row["measure"] == measure and row["level"] == "city" and row["hierarchy"] == "school"]
        for row in city or [{"measure": measure, "policy": "", **absent.get(measure, {})}]:
            shown = row.get("status") == "ok" and row["value"] is not None
            asked, told = row.get("n_expected"), row.get("n_observed")
            made.append({
                "measure": measure, "policy": row["policy"], "status": row.get("status", "not_in_study"),
                "value": round(row["value"] * told) if shown else None, "of": told if shown else None,
                "cannot_tell": asked - told if shown and asked is not None else None,
                **{name: row[name] for name in ("reason", "what") if name in row}})
    return made


def _waits(indicators: Indicators, as_of: str, minimum: int, level: float) -> list[dict[str, Any]] | None:
    """Median waits of the referrals of the city, by Kaplan and Meier; None where the study has no referrals."""
    cohort = indicators.cohort
    if "referrals" not in cohort.ledger["tables"]:
        return None
    made = []
    for until in ("help", "outcome"):
        wait = _core.published_wait(cohort._core, as_of, "", until, minimum, level)
        counts = {name: None if wait[name] < 0 else wait[name] for name in ("children", "referrals", "over")}
        made.append({"until": until, "status": wait["status"], **{name: _plain(wait[name]) for name in ("median", "lower", "upper")},
                     **counts})
    return made


def _limits_of_care(rows: list[dict[str, Any]], tables: Mapping[str, Any]) -> list[str]:
    """What cannot be said of screening, counselling and contact: nothing without the tables, no score from responses alone."""
    if not {"screens", "counselling", "contacts"}.intersection(tables):
        return ["limit_screening"]
    return [] if any(row["measure"].startswith(("wellbeing.", "instruments.")) for row in rows) else ["limit_scores"]


def _figures(rows: list[dict[str, Any]], policies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The three figures of the city; one that the study cannot give keeps its place and says why."""
    kinds = {policy["kind"] for policy in policies}
    figures = []
    for measure, kind in _FIGURES.items():
        city = [row for row in rows
                if row["measure"] == measure and row["level"] == "city" and row["hierarchy"] == "school"]
        status = "not_in_study" if kind is None or kind in kinds else "no_policy"
        figures.append(city[0] if city else {"measure": measure, "level": "city", "place": "", "status": status,
                                             **dict.fromkeys(_VALUES)})
    return figures


def _measures(rows: list[dict[str, Any]], level: float) -> list[dict[str, Any]]:
    known = tomllib.loads(_core.rules("measures"))
    facts = {row["measure"]: row for row in reversed(rows)}
    made = []
    facts_of = {entry["id"]: entry for entry in _core.catalogue()}
    for name in in_order([*(row["measure"] for row in rows), *_FIGURES, *(name for name in needs() if name in known)]):
        row = facts.get(name, {})
        mean = row.get("kind") == "mean"
        words = known.get(name, {})
        unit = "share" if not mean else facts_of[name]["unit"] if name in facts_of else "standard_deviations"
        if name.startswith("wellbeing."):
            unit = "points"
        made.append({
            "id": name, "there": name in facts, "unit": unit.replace(" ", "_"), "range": None if mean else [0, 1],
            "direction": facts_of.get(name, {}).get("direction"), "name": {tag: words.get(tag, name) for tag in ("zh", "en")},
            "definition": {tag: words[f"{tag}_definition"] for tag in ("zh", "en")} if words else None,
            "estimand": row.get("estimand"), "interval": row.get("interval"), "level": level})
    return made


def report(
    aggregates: Aggregates,
    *,
    purpose: str,
    audience: str,
    title: str = "",
    recipients: Sequence[str] = (),
    snapshot: int = 0,
    papers: bool = False,
    official_roll: int | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> Report:
    """Make the report of one date and window.

    When to use: at the end of a run. It holds aggregates only; a worklist of children is another product.

    Parameters
    ----------
    aggregates : Aggregates
        Groups with small cells hidden.
    purpose, audience : str
        What the report is for and who reads it; they stand on the first screen.
    title : str
        The study's name, above the heading; none where empty.
    recipients : sequence of str
        Who receives it.
    snapshot : int
        Position of the date and window.
    papers : bool
        Whether single papers have tables of their own; all papers together always have.
    official_roll : int, optional
        Children on the official roll, where another source tells [children].
    provenance : mapping, optional
        Further facts of the run, such as inputs and the study's hash.

    Returns
    -------
    Report
        With `.model`, `.html()`, `.xlsx()`, `.docx()` and `.json()`.

    Raises
    ------
    ValueError
        When purpose or audience is empty, the official roll is no whole number, or there is no such snapshot.

    Notes
    -----
    Cost: one pass over the rows.

    References
    ----------
    Data model, rules 13 to 16.
    """
    if not purpose or not audience:
        raise ValueError("childwell.report: purpose and audience are missing; say what the report is for and who reads it")
    if official_roll is not None and (type(official_roll) is not int or official_roll < 0):
        raise ValueError("childwell.report: official_roll is to be a whole number of children, 0 or more")
    indicators = aggregates.indicators
    cohort = indicators.cohort
    roll_of_children = indicators.roll(snapshot)
    as_of, window = indicators.snapshots[snapshot]
    table = aggregates.table()
    wanted = (table["as_of"].astype(str) == as_of) & (table["window"] == window)
    rows = [row for row, keep in zip(_rows(table), wanted, strict=True) if keep]
    rows = rows if papers else [row for row in rows if not row["exam"]]
    rows = _comparable(rows)
    minimum = aggregates.policy["minimum_cell"]
    ledger = cohort.ledger
    roll = {**roll_of_children, "in_data": ledger["children"]["read"], "lost_all_rows": ledger["children"]["lost_all_rows"]}
    cells: dict[str, Any] = hidden_roll(roll, minimum)
    cells["official_roll"] = {"value": None, "status": "not_in_study"}
    if 0 < roll["in_data"] - roll["on_roll"] < minimum:
        cells["in_data"] = {"value": None, "status": "hidden"}  # the difference is a count of few children
    if _without_children(indicators):
        cells = {name: {"value": None, "status": "not_in_study"} for name in cells}
    if official_roll is not None:
        cells["official_roll"] = {"value": official_roll, "status": "ok"}
    schools = bool(cohort.schools_missing) or any("school" in (row["level"], row["hierarchy"]) for row in rows)
    cells["schools_missing"] = ([{"place": place, "reason": reason} for place, reason in cohort.schools_missing]
                                if schools else None)
    used = [*indicators.policies, aggregates.policy]
    made_up = cohort.records._core.made_up
    parts = sections(rows, tables=ledger["tables"], asked=indicators._core.families, policies=used)
    absent = {entry["measure"]: entry for section in parts for entry in section["absent"]}
    limits = ["limit_listing", "limit_not_cause", "limit_registers", "limit_coverage", *_limits_of_care(rows, ledger["tables"]), "limit_safety"]
    model = {
        "schema": SCHEMA,
        "made_up": made_up,
        "title": title,
        "as_of": as_of,
        "window": window,
        "purpose": purpose,
        "audience": audience,
        "recipients": list(recipients),
        "policies": [*({**_policy(policy), "named": True} for policy in indicators.policies),
                     {**_policy(aggregates.policy), "named": aggregates.policy_named}],
        "roll": cells,
        "due": _due(rows, absent),
        "screening": _screening(rows),
        "rules": [_rule(rule) for rule in aggregates.rules],
        "registers": _registers(rows),
        "figures": _figures(rows, used),
        "sections": parts,
        "waits": _waits(indicators, as_of, minimum, aggregates.level),
        "groups": rows,
        **over_time(aggregates, snapshot, ledger["tables"]),
        "measures": _measures(rows, aggregates.level),
        "level": aggregates.level,
        "limits": [{"code": code, "params": {}} for code in (["limit_made_up"] if made_up else []) + limits],
        "missing_tables": ledger["missing_tables"],
        "assumptions": [{"code": code.split(":")[0], "params": {"count": count, "table": code.partition(":")[2]}}
                        for code, count in sorted(cohort.assumptions.items())],
        "ledger": {"tables": {name: _public_counts(name, entry, roll, minimum) for name, entry in ledger["tables"].items()},
                   "children": {name: cell["value"] for name, cell in cells.items() if isinstance(cell, dict)}},
        "provenance": {"version": _core.version, "schema_version": _core.schema_version(),
                       "key_id": cohort.records._core.key_id, "inputs": [], "study_hash": None, "seed": None,
                       "policies": [policy["id"] for policy in used], "families": indicators._core.families, "disclosure": disclosure_of(aggregates),
                       **(provenance or {})},
    }
    return Report(model)


def disclosure_of(aggregates: Aggregates) -> dict[str, Any]:
    """Which rule hid small cells, and whether somebody chose it or the default stood."""
    return {"policy": aggregates.policy["id"], "minimum_cell": aggregates.policy["minimum_cell"],
            "chosen_by": "study" if aggregates.policy_named else "default"}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of listing in the form of a policy; its parameters say what it looks at, and whose line it is."""
    looks_at = {name: rule[name] for name in ("indicator", "policy") if rule[name]}
    return _policy({**{name: rule[name] for name in ("id", "country", "from", "source")}, "kind": "rule", **looks_at,
                    "name": {"zh": rule["name_zh"] or rule["id"], "en": rule["name_en"] or rule["id"]}}) | {"named": True}


def _policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    known = ("id", "kind", "country", "from", "source", "name")
    parameters = {name: value for name, value in policy.items() if name not in known}
    name = policy.get("name", {"zh": policy["id"], "en": policy["id"]})
    return {"id": policy["id"], "kind": policy["kind"], "country": policy.get("country", ""),
            "from": str(policy.get("from", "")), "source": policy.get("source", ""), "name": dict(name), "parameters": parameters}
