# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The report as tables of typed cells, for files that are opened in an office program.

Both languages stand side by side, Chinese first, as in the statistical yearbooks: every number stands once, so that no
copy of it can differ, and a sheet or a page that is passed on alone is whole for either reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ._render import parameter_text, reasons_of, unbalanced_tables
from ._report_groups import IDENTITY
from ._report_model import LEVELS, checked_model
from ._report_view import ReportView
from ._words import DASH, Bilingual, count_text, interval_text, is_number, joined, load_words, missing_share, number_text, same

ESTIMATES = ("value", "lower", "upper", "pooled", "pooled_lower", "pooled_upper")
COUNTS = ("n", "n_expected", "n_observed")


@dataclass(frozen=True)
class Number:
    """A number with what it counts: `count`, or a unit as `number_text` knows it."""

    value: float
    unit: str

    @property
    def text(self) -> str:
        return count_text(self.value) if self.unit == "count" else number_text(self.value, self.unit)

    @property
    def rounded(self) -> float | None:
        """The number with the digits that the page shows, so that a file gives nothing away that the page does not: pooled
        values with all their digits could be solved for the hidden ones. None where the page says less than a number."""
        shown = self.text.replace(",", "").replace("−", "-")
        if shown[:1] in "<>":
            return None
        return float(shown) if not shown.endswith("%") else round(float(shown[:-1]) / 100, 3)


Cell = Number | Bilingual


@dataclass(frozen=True)
class Grid:
    """A table with its heading, what is to be known before it is read, and what follows from it."""

    title: Bilingual
    columns: Sequence[Bilingual]
    rows: Sequence[Sequence[Cell]]
    lead: Sequence[Bilingual] = ()
    after: Sequence[Bilingual] = ()
    codes: Sequence[str] = field(default=())  # what each column is, for widths and for print


class ReportTables:
    """Every table of a report in order; it holds no number that the model does not hold."""

    def __init__(self, model: Mapping[str, Any], *, classes: bool = False) -> None:
        self.words = load_words().for_page()
        self.model = checked_model(model)
        self.view = ReportView(self.model, self.words, classes=classes)
        self.domains = self.view.domains()
        self._semicolon = self.words("office.semicolon")

    # Cover

    def made_up(self) -> Bilingual | None:
        return self.words("page.made_up") if self.model.get("made_up") else None

    def headline(self) -> list[Bilingual]:
        """What a cover says in large letters: the study, the report and its date."""
        study = [same(self.model["title"])] if self.model.get("title") else []
        return [*study, self.words("page.title"), self.words("page.as_of", date=self.words.day(self.model["as_of"]))]

    def facts(self) -> Grid:
        said, words, model = self.view.said, self.words, self.model
        unsaid = words("head.not_stated")
        rows: list[list[Cell]] = [[words("head.purpose"), said(model["purpose"]) if model.get("purpose") else unsaid],
                                  [words("head.audience"), said(model["audience"]) if model.get("audience") else unsaid]]
        if model["recipients"]:
            rows.append([words("head.recipients"), joined([said(one) for one in model["recipients"]], words("page.separator"))])
        if model.get("window"):
            rows.append([words("page.window"), words.or_code("window", model["window"])])
        return Grid(words("office.about"), (), rows)

    def policies(self, *, of_listing: bool = False) -> Grid:
        """The rules that judge, as the head of the page names them; with those of listing, as its last part does."""
        words = self.words
        rows: list[list[Cell]] = []
        for policy in [*self.view.policies(), *(self.view.rules() if of_listing else [])]:
            unnamed = words("head.policy_unnamed") if policy.get("named") is False else None
            since = words.day(policy["from"]) if policy.get("from") else same(DASH)
            parameters = ", ".join(f"{name} = {parameter_text(value)}" for name, value in (policy.get("parameters") or {}).items())
            rows.append([joined([policy["label"], *([unnamed] if unnamed else [])], same(" · ")), policy["land"], since,
                         same(policy["id"]), same(parameters or DASH), policy["cited"] or same(policy.get("source") or DASH)])
        lead = [] if rows else [words("head.no_policies")]
        heads = ("provenance.policy", "provenance.country", "provenance.from", "office.code", "provenance.parameters", "provenance.source")
        title = words("provenance.policies") if of_listing else words("head.policies")
        return Grid(title, [words(head) for head in heads], rows, lead)

    # First screen

    def first_screen(self) -> list[Grid]:
        forms = [self._screening()]
        return [self._roll(), self._schools_missing(), self._look_first(), *self.registers(), *forms, self._figures(), self._limits()]

    def _roll(self) -> Grid:
        words = self.words
        if not self.view.has_children():
            official = self._count(self.model["roll"].get("official_roll"))
            rows: list[list[Cell]] = [[words("roll.official_roll"), official]] if isinstance(official, Number) else []
            return Grid(words("roll.title"), [words("office.what"), words("block.count")] if rows else (), rows, [words("roll.none")])
        notes = {name: note for name, _, note in self.view.roll_cells() if note}
        rows = []
        for name, cell in self.model["roll"].items():
            if isinstance(cell, dict):
                note = notes.get(name) or self.view.cell(name)["reason"]
                rows.append([words.or_code("roll", name), self._count(cell), note or same("")])
        return Grid(words("roll.title"), [words("office.what"), words("block.count"), words("office.note")], rows,
                    [words("roll.accounted"), words("office.roll_sum")])

    def _schools_missing(self) -> Grid:
        words = self.words
        missing = self.view.schools_missing()
        if not missing:
            said = words("roll.no_schools") if missing is None else words("roll.no_schools_missing")
            return Grid(words("roll.schools_missing"), (), [], [said])
        return Grid(words("roll.schools_missing"), [words("block.place"), words("office.note")],
                    [[same(school["place"]), school["reason"]] for school in missing])

    def _look_first(self) -> Grid:
        words = self.words
        rule = self.view.not_seen_rule()
        not_seen = self._count(self.model["roll"].get("not_seen"))
        about = words("first.not_seen_note") if isinstance(not_seen, Number) else self.view.cell("not_seen")["reason"]
        asked = rule if rule and self.view.has_children() else None
        rows: list[list[Cell]] = [[words("roll.not_seen"), not_seen, same(DASH), same(DASH), self._joined(about, asked)]]
        for count, shown in zip(self.model["due"], self.view.due(), strict=True):
            of, unsure = (Number(count[name], "count") if shown["cell"]["shown"] and is_number(count.get(name)) else same(DASH)
                          for name in ("of", "cannot_tell"))
            rows.append([shown["name"], self._count(count), of, unsure, self._joined(shown["cell"]["reason"], shown["rule"])])
        heads = ("office.what", "block.count", "office.of", "office.cannot_tell", "office.note")
        return Grid(words("first.title"), [words(head) for head in heads], rows)

    def registers(self) -> list[Grid]:
        """How much the registers cover, counties first as on the page, then every other level that is shown."""
        words = self.words
        levels = [level for level in self.view.levels if any(row["level"] == level for row in self.model["registers"])]
        if not levels:
            return [Grid(words("registers.title"), (), [], [words("registers.none")])]
        heads = [words(head) for head in ("block.place", "registers.recorded", "registers.implied", "registers.unknown",
                                          "registers.expected", "office.note")]
        made = []
        for level in sorted(levels, key=lambda level: level != "county"):
            rows: list[list[Cell]] = []
            for row in in_code_order(row for row in self.model["registers"] if row["level"] == level):
                shares = [row.get(name) for name in ("recorded", "implied", "unknown")]
                if any(is_number(share) for share in shares):
                    numbers = [*(self._number(share, "share") for share in shares), self._number(row.get("expected"), "count")]
                    rows.append([same(row["place"]), *numbers, same("")])
                else:
                    rows.append([same(row["place"]), self._absent(row), *[same(DASH)] * 3, self.view.reason(row)])
            made.append(Grid(words("registers.caption", level=words.or_code("level", level)), heads, rows))
        return made

    def _screening(self) -> Grid:
        words = self.words
        shown = self.view.screening()
        if shown["reason"]:
            return Grid(words("registers.screening"), (), [], [shown["reason"]])
        heads = [words("block.place")]
        for name in ("response", "coverage"):
            heads += [words(f"registers.{name}"), words("office.forms")]
        ordered = sorted(self.model["screening"], key=lambda row: (row["level"] == "city", str(row["place"])))
        rows: list[list[Cell]] = []
        for row in ordered:
            cells: list[Cell] = [words("block.city") if row["level"] == "city" else same(row["place"])]
            notes = []
            for name in ("response", "coverage"):
                cell = row[name] | {"measure": f"screening.{name}", "place": ""}
                if self._shown(cell):
                    cells += [Number(cell["value"], "share"), self._number(cell.get("n_expected"), "count")]
                else:
                    cells += [self._absent(cell), same(DASH)]
                    notes.append(self.view.reason(cell))
            rows.append([*cells, joined(list(dict.fromkeys(notes)), same(" · "))])
        return Grid(words("registers.screening"), [*heads, words("office.note")], rows, [words("registers.screening_rule")])

    def _figures(self) -> Grid:
        rows = [self._estimate_row(row) for row in self.model["figures"]]
        heads = [self.words(head) for head in (
            "provenance.measure", "block.observed", "office.lower", "office.upper", "block.count", "registers.expected", "office.observed_of",
            "block.missing", "figures.estimand")]
        return Grid(self.words("figures.title"), heads, rows, () if rows else [self.words("figures.none")])

    def _estimate_row(self, row: dict[str, Any]) -> list[Cell]:
        about = self.view.about(row)
        lead = joined([about["name"], *(same(row[key]) for key in ("exam", "subject") if row.get(key))], same(" · "))
        if not self._shown(row):
            said = [self.view.reason(row)]
        else:
            said = [about["estimand_words"], about["interval_words"], *([self._ruled(about)] if about["policy"] else [])]
        value, lower, upper = self._estimates(row, about["unit"])[:3]
        return [lead, value, lower, upper, *self._counted(row), joined(said, self._semicolon)]

    def _ruled(self, about: Mapping[str, Any]) -> Bilingual:
        """The rule that judges a figure, with its country."""
        named = [about["policy"], *([about["land"]] if about["land"] else [])]
        return self.words("first.not_seen_rule", policy=joined(named, same(" · ")))

    def _limits(self) -> Grid:
        words = self.words
        rows = [words("limits.listing"), *self.view.limits()]
        if self.model["missing_tables"]:
            rows.append(joined([words("limits.missing_tables"), same(", ".join(map(str, self.model["missing_tables"])))], same(" ")))
        return Grid(words("limits.title"), (), [[row] for row in rows])

    # Sections

    def long_table(self, section: Mapping[str, Any]) -> Grid:
        """All figures of a section, one row a measure and place, as a spreadsheet sorts and filters them."""
        rows_of: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self.model["groups"]:
            if row["level"] in self.view.levels and row.get("hierarchy") != "totals":
                rows_of.setdefault(tuple(str(row.get(key) or "") for key in IDENTITY), []).append(row)
        identities = [tuple(str(one.get(key) or "") for key in IDENTITY) for one in section["measures"]]
        rows = [row for identity in identities for row in sorted(rows_of.get(identity, []), key=_by_code)]
        return self._long(self.words(f"domain.{section['id']}"), rows, [
            *([self.words(f"section.{section['id']}")] if self.words.or_nothing(f"section.{section['id']}") else []),
            self.words("domain.order") if rows else self.words("domain.none")])

    def _long(self, title: Bilingual, rows: Sequence[dict[str, Any]], lead: Sequence[Bilingual]) -> Grid:
        words = self.words
        optional = {"span": "office.period", "exam": "block.exam", "subject": "block.subject"}
        given = {key: head for key, head in optional.items() if any(row.get(key) for row in rows)}
        ruled = any(row.get("policy") for row in rows)
        heads = [("measure", words("provenance.measure")), *([("rule", words("block.rule"))] if ruled else []),
                 ("hierarchy", words("office.hierarchy")), ("level", words("office.level")), ("parent", words("office.parent")),
                 ("place", words("block.place")), *((key, words(head)) for key, head in given.items())]
        heads.append(("value", words("block.observed")))
        heads += [("number", words(head)) for head in ("office.lower", "office.upper", "block.pooled", "office.pooled_lower",
                                                       "office.pooled_upper")]
        heads += [("count", words("block.count")), ("number", words("block.missing"))]
        heads += [("status", words("office.status")), ("count", words("registers.expected")), ("count", words("office.observed_of")),
                  ("long", words("figures.estimand")), ("long", words("figures.interval")),
                  ("unit", words("provenance.unit")), ("code", words("office.code"))]
        made = []
        for row in rows:
            about = self.view.about(row)
            known = row.get("hierarchy") in ("school", "home")
            hierarchy = words(f"office.by_{row['hierarchy']}") if known else same(row.get("hierarchy") or DASH)
            said = [about["estimand_words"], about["interval_words"]] if self._shown(row) else [same(DASH), same(DASH)]
            children, expected, observed, gap = self._counted(row)
            made.append([
                about["name"], *([about["policy"] or same(DASH)] if ruled else []), hierarchy, words.or_code("levels", row["level"]),
                same(row.get("parent") or ""), same(row["place"]),
                *(same(row.get(key) or "") for key in given), *self._estimates(row, about["unit"]), children, gap, self._status(row),
                expected, observed, *said, self._unit_of(row["measure"]), same(row["measure"])])
        if any(row.get("status") == "hidden" for row in rows):
            lead = [*lead, words("office.hidden_rows", reason=words("status.hidden_reason"))]
        return Grid(title, [head for _, head in heads], made, lead, codes=[code for code, _ in heads])

    def over_time(self, *, apart: bool) -> list[Grid]:
        """Days, weeks and classes of absence; `apart` gives the two ends of an interval a column each."""
        return [grid for grid in (self._days(), self._weeks(apart), self._classes(apart)) if grid.rows]

    def _place_of(self, row: Mapping[str, Any]) -> Bilingual:
        return self.words("block.city") if row["level"] == "city" else same(row["place"])

    def _days(self) -> Grid:
        words, seen = self.words, self.view.over_time()
        found: dict[tuple[Any, ...], dict[int, Cell]] = {}
        for row in seen.days:
            day = date.fromisoformat(row["from"])
            monday = date.fromordinal(day.toordinal() - day.weekday())
            cells = found.setdefault((self._place_of(row), row["place"], monday), {})
            cells[day.weekday()] = Number(row["value"], "share") if self._shown(row) else self._absent(row)
        rows: list[list[Cell]] = [[place, words.day(monday.isoformat()), *(cells.get(number, same("")) for number in seen.weekdays)]
                                  for (place, _, monday), cells in found.items()]
        heads = [words("block.place"), words("over_time.week_of"), *(seen.names[number] for number in seen.weekdays)]
        return Grid(words("over_time.calendar_title"), heads, rows, [words("over_time.calendar_definition")])

    def _ends(self, row: Mapping[str, Any], low: str, high: str, apart: bool) -> list[Cell]:
        """An interval, which has two ends or none, in a column or two."""
        if not (self._shown(row) and is_number(row.get(low)) and is_number(row.get(high))):
            return [same(DASH)] * (2 if apart else 1)
        return [Number(row[low], "share"), Number(row[high], "share")] if apart else [same(interval_text(row[low], row[high]))]

    def _weeks(self, apart: bool) -> Grid:
        words = self.words
        rows: list[list[Cell]] = []
        for row in self.view.over_time().weeks:
            shown = self._shown(row)
            counts: list[Cell] = [Number(row["n"], "count"), self._number(missing_share(row["n_expected"], row["n_observed"]), "share")]
            rows.append([self._place_of(row), same(f"{row['from'][5:]} – {row['to'][5:]}"),
                         Number(row["school_days"], "count") if shown else same(DASH),
                         Number(row["value"], "share") if shown else self._absent(row), *self._ends(row, "lower", "upper", apart),
                         *self._ends(row, "sampling_lower", "sampling_upper", apart), *(counts if shown else [same(DASH)] * 2)])
        bounds, sampling = [words("office.lower"), words("office.upper")], words("estimand.propensity")
        twice = [joined([sampling, end], same(" · ")) for end in bounds]
        heads = [words("block.place"), words("over_time.week"), words("over_time.school_days"), words("block.observed"),
                 *(bounds if apart else [words("interval.bounds")]), *(twice if apart else [sampling]), words("block.count"), words("block.missing")]
        level = words("interval.confidence_level", level=f"{100 * self.model['level']:g}%")
        return Grid(words("over_time.trend_title"), heads, rows, [words("over_time.trend_definition"), joined([sampling, level], self._semicolon)])

    def _classes(self, apart: bool) -> Grid:
        words, seen = self.words, self.view.over_time()
        rows: list[list[Cell]] = []
        for row in seen.classes:
            shown = self._shown(row)
            rows.append([self._place_of(row), seen.class_name(row), Number(row["value"], "share") if shown else self._absent(row),
                         *self._ends(row, "sampling_lower", "sampling_upper", apart),
                         *([self._number(row["in_class"], "count"), Number(row["n"], "count")] if shown else [same(DASH)] * 2)])
        interval = [words("office.lower"), words("office.upper")] if apart else [words("figures.interval")]
        heads = [words("block.place"), words("classes.class"), words("classes.share"), *interval, words("classes.children"), words("classes.of")]
        return Grid(words("classes.title"), heads, rows, [words("classes.definition")])

    def absent(self, domain: Mapping[str, Any]) -> list[tuple[Bilingual, Bilingual]]:
        """What a section lacks: each reason, and the measures that it keeps away."""
        return [(reason, joined(names, self.words("page.separator"))) for reason, names in domain["absent"]]

    def waits(self) -> Grid | None:
        words = self.words
        if not self.model.get("waits"):
            return None
        rows: list[list[Cell]] = []
        for wait, shown in zip(self.model["waits"], self.view.waits(), strict=True):
            if shown["shown"]:
                days = [self._number(wait[name], "days", absent) for name, absent in
                        (("median", "waits.no_median"), ("lower", "status.no_interval"), ("upper", "office.open_end"))]
                counts = [Number(count, "count") for count in (wait["referrals"], wait["referrals"] - wait["over"], wait["children"])]
                rows.append([shown["until"], *days, *counts, same("")])
            else:
                rows.append([shown["until"], self._absent(wait), *[same(DASH)] * 5, self.view.reason(wait)])
        heads = ("waits.until", "waits.median", "office.lower", "office.upper", "waits.referrals", "waits.waiting", "block.count", "office.note")
        level = words("interval.confidence_level", level=f"{100 * self.model['level']:g}%")
        return Grid(words("waits.title"), [words(head) for head in heads], rows, [words("waits.definition"), words("estimand.propensity"), level])

    def funnels(self) -> list[Grid]:
        words = self.words
        heads = ("block.place", "block.observed", "funnel.size", "office.inner_lower", "office.inner_upper", "office.outer_lower",
                 "office.outer_upper", "funnel.position")
        made = []
        for funnel in (part["funnel"] for domain in self.domains for block in domain["blocks"] for hierarchy in block["hierarchies"]
                       for part in hierarchy["parts"] if part.get("funnel")):
            rows = [[same(row["place"]), Number(point["value"], "share"), Number(point["size"], "count"),
                     *(Number(point[name], "share") for name in ("inner_lower", "inner_upper", "outer_lower", "outer_upper")), row["position"]]
                    for row, point in zip(funnel["rows"], funnel["points"], strict=True)]
            made.append(Grid(funnel["caption"], [words(head) for head in heads], rows, [funnel["description"]]))
        return made

    def totals(self) -> Grid | None:
        """Sums that a source gives, one row a measure, period and place."""
        rows = [row for row in self.model["groups"] if row.get("hierarchy") == "totals"]
        order = {measure["id"]: number for number, measure in enumerate(self.model["measures"])}
        rows.sort(key=lambda row: (order.get(row["measure"], len(order)), str(row.get("span") or ""), *_by_code(row)))
        return self._long(self.words("domain.totals"), rows, [self.words("totals.lead"), self.words("domain.order")]) if rows else None

    # Closing

    def measures(self) -> Grid:
        words = self.words
        rows = [[measure["name"], same(measure["id"]), measure["definition"] or same(DASH), measure["unit"], same(measure["range"])]
                for measure in self.view.measures()]
        heads = ("provenance.measure", "office.code", "block.definition", "provenance.unit", "provenance.range")
        return Grid(words("provenance.measures"), [words(head) for head in heads], rows)

    def glossary(self) -> Grid:
        """The terms that the other tables have used; to be asked for after them."""
        words = self.words
        return Grid(words("glossary.title"), [words("office.term"), words("office.meaning")], [[*term] for term in words.glossary()])

    def provenance(self) -> list[Grid]:
        words, model = self.words, self.model
        made = model["provenance"]
        families = same(", ".join(map(str, made["families"]))) if made.get("families") else words("provenance.families_none")
        rows: list[list[Cell]] = [
            [words("provenance.version"), same(made.get("version") or DASH)],
            [words("provenance.schema_version"), same(f"{made.get('schema_version') or DASH} · {model['schema']}")],
            [words("provenance.key_id"), same(made["key_id"]) if made.get("key_id") else words("provenance.no_key")]]
        if model.get("level"):
            rows.append([words("provenance.interval_level"), same(f"{100 * model['level']:g}%")])
        rows += [[words("provenance.seed"), same(made["seed"]) if made.get("seed") is not None else words("provenance.no_seed")],
                 [words("provenance.families"), families]]
        if made.get("disclosure"):
            least = words("provenance.minimum", count=made["disclosure"]["minimum_cell"])
            rows.append([words("provenance.disclosure"), joined([same(made["disclosure"]["policy"]), least], same(" · "))])
        rows.append([words("provenance.study_hash"), same(made.get("study_hash") or DASH)])
        grids = [Grid(words("provenance.making"), (), rows)]
        inputs = made.get("inputs") or []
        if inputs:
            heads = [words(head) for head in ("provenance.table", "provenance.rows", "provenance.source", "provenance.checksum")]
            grids.append(Grid(words("provenance.inputs"), heads, [
                [same(one.get("table") or DASH), self._kept("rows", one) if one.get("table") else same(DASH), same(one.get("source") or DASH),
                 same(one.get("sha256") or DASH)] for one in inputs]))
        return [*grids, self._ledger(), self._reasons(), *([self._children()] if self.view.has_children() else []), self._assumptions()]

    def _ledger(self) -> Grid:
        words, ledger = self.words, self.model["ledger"]
        parts = ("read", "accepted", "corrected", "quarantined")
        broken = unbalanced_tables(ledger)
        said = [joined([words("provenance.identity_broken"), same(", ".join(broken))], same(" "))] if broken else []
        rows = [[same(name), *(self._kept(part, table) for part in parts)] for name, table in ledger.get("tables", {}).items()]
        return Grid(words("provenance.ledger"), [words("provenance.table"), *(words(f"provenance.{part}") for part in parts)], rows,
                    [words("provenance.identity"), *said])

    def _reasons(self) -> Grid:
        words = self.words
        heads = [words(head) for head in ("provenance.reason", "provenance.table", "provenance.reason_rows")]
        rows = []
        for reason in reasons_of(self.model["ledger"]):
            said = words.message(reason["code"])
            named = same(reason["code"]) if said.zh == reason["code"] else joined([same(reason["code"]), said], same(" "))
            rows.append([named, same(reason["table"]), self._kept("rows", reason)])
        return Grid(words("provenance.reasons"), heads if rows else (), rows, () if rows else [words("provenance.no_reasons")])

    def _children(self) -> Grid:
        words = self.words
        rows = [[words.or_code("roll", name), self._count(cell)] for name, cell in self.model["roll"].items() if isinstance(cell, dict)]
        return Grid(words("provenance.children"), [words("office.what"), words("block.count")], rows)

    def _assumptions(self) -> Grid:
        assumed = self.view.assumptions()
        return Grid(self.words("provenance.assumptions"), (), [[one] for one in assumed or [self.words("provenance.no_assumptions")]])

    # Cells

    def _joined(self, *said: Bilingual | None) -> Bilingual:
        return joined([one for one in said if one], self._semicolon)

    def _shown(self, row: Mapping[str, Any]) -> bool:
        return row.get("status", "ok") == "ok" and is_number(row.get("value"))

    def _absent(self, row: Mapping[str, Any]) -> Bilingual:
        """What stands where a number would: a word where it is hidden, else a dash. Never a blank, which reads as nothing."""
        return self.words("status.hidden") if row.get("status") == "hidden" else same(DASH)

    def _status(self, row: dict[str, Any]) -> Bilingual:
        """The status of a row in words; why a cell is hidden is said once, above the table."""
        if self._shown(row):
            return self.words("office.given")
        return self.words("status.hidden") if row.get("status") == "hidden" else self.view.reason(row)

    def _number(self, value: Any, unit: str, absent: str = "") -> Cell:
        return Number(value, unit) if is_number(value) else self.words(absent) if absent else same(DASH)

    def _count(self, cell: Mapping[str, Any] | None) -> Cell:
        held = dict(cell or {})
        return Number(held["value"], "count") if self._shown(held | {"status": held.get("status", "not_in_study")}) else self._absent(held)

    def _kept(self, name: str, entry: Mapping[str, Any]) -> Cell:
        """A count of the ledger, which is None where it is hidden."""
        return self.words("status.hidden") if entry.get(name) is None else Number(entry[name], "count")

    def _estimates(self, row: Mapping[str, Any], unit: str) -> list[Cell]:
        if not self._shown(row):
            return [self._absent(row), *[same(DASH)] * (len(ESTIMATES) - 1)]
        # an interval has two ends or none, as on the page
        given = {name: row.get(name) for name in ESTIMATES}
        for low, high in (("lower", "upper"), ("pooled_lower", "pooled_upper")):
            if not (is_number(given[low]) and is_number(given[high])):
                given |= {low: None, high: None}
        return [self._number(given[name], unit) for name in ESTIMATES]

    def _counted(self, row: Mapping[str, Any]) -> list[Cell]:
        if not self._shown(row):
            return [self._absent(row), *[same(DASH)] * len(COUNTS)]
        gap = missing_share(row.get("n_expected"), row.get("n_observed"))
        return [*(self._number(row.get(name), "count") for name in COUNTS), self._number(gap, "share")]

    def _unit_of(self, measure: str) -> Bilingual:
        units = {entry["id"]: entry.get("unit") for entry in self.model["measures"]}
        return self.words.or_code("unit", units.get(measure) or "share")


def in_code_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=_by_code)


def _by_code(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Widest level first, then by code and never by value; where the school is before where the home is."""
    return (row.get("hierarchy") == "home", str(row.get("hierarchy") or ""), LEVELS.index(row["level"]), str(row.get("parent") or ""),
            str(row["place"]))
