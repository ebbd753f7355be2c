# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What a result says of itself in a notebook: text, HTML, a description and a citation, and never a child's id or value."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from . import _core
from ._cite import citation
from ._suggest import unknown_name
from ._words import LANGUAGES, Bilingual, Words, same

Language = Literal["zh", "en"]


@cache
def notebook_words() -> Words:
    """Words of results in a notebook."""
    return Words(tomllib.loads(_core.rules("notebook")), tomllib.loads(_core.rules("messages")))


def checked_language(lang: str, where: str) -> Language:
    """The language, or an error that says which there are."""
    if lang not in LANGUAGES:
        raise unknown_name(where, "language", lang, LANGUAGES)
    return "zh" if lang == "zh" else "en"


class Fact(NamedTuple):
    """One line of a description."""

    label: Bilingual
    value: Bilingual


def fact(label: str, value: object) -> Fact:
    """A line under a word of the catalogue; counts get their thousands apart."""
    said = value if isinstance(value, Bilingual) else same(f"{value:,}" if isinstance(value, int) else value)
    return Fact(notebook_words()(f"describe.{label}"), said)


def listed(label: str, values: Iterable[object], none: str = "none") -> Fact:
    """A line with several values."""
    texts = [str(value) for value in values]
    return fact(label, ", ".join(texts) if texts else notebook_words()(f"describe.{none}"))


class Description:
    """What an object is, in a few lines: counts, dates, policies, and what is missing.

    Use it at the start of every analysis. It holds no child's id or value. Made by `.describe()`.

    Parameters
    ----------
    name : str
        What the object is called in Python.
    facts : sequence of Fact
        Lines in both languages.
    lang : {"zh", "en"}
        Language of the text and HTML.

    Returns
    -------
    Description
        Its repr is the text; `.facts` a dict of both.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 2, 3 and 16.
    """

    def __init__(self, name: str, facts: Sequence[Fact], lang: Language) -> None:
        self._name = name
        self._facts = list(facts)
        self.lang: Language = lang

    @property
    def facts(self) -> dict[str, str]:
        """The lines by label, in the language of the description."""
        return {one.label.in_language(self.lang): one.value.in_language(self.lang) for one in self._facts}

    def __repr__(self) -> str:
        separator = "：" if self.lang == "zh" else ": "
        return "\n".join([self._name, *(f"  {label}{separator}{value}" for label, value in self.facts.items())])

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>" for label, value in self.facts.items())
        return f"<table><caption>{html.escape(self._name)}</caption><tbody>{rows}</tbody></table>"


class Described:
    """What all results can do: describe themselves, cite themselves, and show themselves in a notebook."""

    def describe(self, *, lang: Literal["zh", "en"] = "zh") -> Description:
        """Say what this object is: counts, dates, policies, and what is missing.

        Use it before anything else, and whenever a result comes from somebody else.

        Parameters
        ----------
        lang : {"zh", "en"}
            The language.

        Returns
        -------
        Description
            Text and HTML, without any child's id or value.

        Raises
        ------
        ValueError
            When the language is another.

        References
        ----------
        Data model, rules 2, 3 and 16.
        """
        return Description(type(self).__name__, facts_of(self), checked_language(lang, f"{type(self).__name__}.describe"))

    def cite(self, *, style: Literal["plain", "bibtex"] = "plain") -> str:
        """How to cite this result: childwell with its version, and the source of every policy that judged.

        Use it wherever a figure leaves the notebook.

        Parameters
        ----------
        style : {"plain", "bibtex"}
            Lines of text, or BibTeX entries.

        Returns
        -------
        str
            One entry for the software and one for each policy.

        Raises
        ------
        ValueError
            When the style is another.

        References
        ----------
        CITATION.cff; src/rules/policies.toml.
        """
        return citation(policies_of(self), style, f"{type(self).__name__}.cite")

    def _repr_html_(self) -> str:
        return html_of(type(self).__name__, facts_of(self))


def html_of(name: str, facts: Sequence[Fact]) -> str:
    """Both languages side by side, as a table."""
    rows = "".join(
        f"<tr><th>{html.escape(one.label.zh)}</th><th>{html.escape(one.label.en)}</th><td>{html.escape(one.value.both())}</td></tr>"
        for one in facts
    )  # fmt: skip
    return f"<table><caption>childwell.{html.escape(name)}</caption><tbody>{rows}</tbody></table>"


def facts_of(thing: Any) -> list[Fact]:
    """The lines of any result."""
    for kind in type(thing).__mro__:
        if kind.__name__ in _FACTS:
            facts = _FACTS[kind.__name__](thing)
            made_up = _made_up(thing)
            return [*facts, *([fact("made_up", Bilingual("是", "yes"))] if made_up else [])]
    raise TypeError(f"childwell: {type(thing).__name__} has no description")


def policies_of(thing: Any) -> list[Mapping[str, Any]]:
    """Every policy and rule that judged a result, in order, each once."""
    found: list[Mapping[str, Any]] = []
    if hasattr(thing, "model"):
        found = list(thing.model["policies"])
    else:
        inner = getattr(thing, "indicators", None)
        found = [*(policies_of(inner) if inner is not None else []), *getattr(thing, "policies", [])]
        found += [thing.policy] if isinstance(getattr(thing, "policy", None), Mapping) else []
        found += list(getattr(thing, "_rules", []))
    return list({policy["id"]: policy for policy in found}.values())


def _made_up(thing: Any) -> bool:
    if hasattr(thing, "model"):
        return bool(thing.model["made_up"])
    if hasattr(thing, "made_up"):
        return bool(thing.made_up)
    for name in ("indicators", "cohort", "records"):
        if name in vars(thing):
            return _made_up(vars(thing)[name])
    return bool(getattr(getattr(thing, "_core", None), "made_up", False))


def _kind(name: str) -> Fact:
    return fact("what", notebook_words()(f"describe.kind_{name}"))


def _of_records(records: Any) -> list[Fact]:
    ledger = records.ledger
    tables = ledger["tables"]
    return [_kind("records"), fact("children", int(records._core.children)), listed("tables", tables),
            listed("missing_tables", ledger["missing_tables"]),
            fact("rows", sum(one["read"] for one in tables.values())),
            fact("quarantined", sum(one["quarantined"] for one in tables.values())),
            listed("purpose", [records._core.purpose] if records._core.purpose else [])]  # fmt: skip


def _of_cohort(cohort: Any) -> list[Fact]:
    core = cohort._core
    return [_kind("cohort"), fact("children", int(core.children)), fact("spells", int(core.lanes)), fact("papers", int(core.papers)),
            fact("schools_missing", len(cohort.schools_missing)), listed("missing_tables", cohort.ledger["missing_tables"]),
            listed("assumptions", (f"{code} {count:,}" for code, count in sorted(cohort.assumptions.items())))]  # fmt: skip


def _snapshots(indicators: Any) -> Fact:
    return listed("dates", (f"{as_of} {window}" for as_of, window in indicators.snapshots))


def _policies(policies: Iterable[Mapping[str, Any]]) -> Fact:
    named = (f"{policy['id']} ({policy.get('country') or '–'})" for policy in policies)
    return listed("policies", named, "no_policies")


def _of_indicators(indicators: Any) -> list[Fact]:
    roll = indicators.roll(len(indicators.snapshots) - 1)
    counts = [fact(label, int(roll[name])) for label, name in
              (("roll", "on_roll"), ("not_seen", "not_seen"), ("withheld", "withheld"), ("measurable", "measurable"))]  # fmt: skip
    return [_kind("indicators"), fact("children", int(indicators.cohort._core.children)), _snapshots(indicators),
            _policies(indicators.policies), listed("families", indicators.families), *counts,
            fact("schools_missing", len(indicators.cohort.schools_missing)),
            listed("missing_tables", indicators.cohort.ledger["missing_tables"])]  # fmt: skip


def _of_aggregates(groups: Any) -> list[Fact]:
    table = groups.table()
    hidden = int((table["status"] == "hidden").sum())
    return [_kind("aggregates"), fact("rows", len(table)), fact("cells_hidden", hidden), fact("smallest_cell", int(groups.policy["minimum_cell"])),
            listed("levels", sorted({str(level) for level in table["level"]})), _snapshots(groups.indicators),
            _policies(policies_of(groups)), fact("level", f"{groups.level:g}")]  # fmt: skip


def _of_index(index: Any) -> list[Fact]:
    counted = index.children
    return [_kind("index"), fact("what", index.definition.id), fact("roll", int(counted["on_roll"])), fact("measurable", int(counted["ok"])),
            listed("domains", (domain.name for domain in index.definition.domains)), listed("dates", [index.as_of]),
            _policies(index.indicators.policies)]  # fmt: skip


def _of_flags(flags: Any) -> list[Fact]:
    counts = flags.counts
    return [_kind("flags"), listed("dates", [f"{flags.as_of} {flags._core.window}"]), fact("children", int(counts["judged"])),
            fact("not_seen", int(counts["not_seen"])), fact("withheld", int(counts["withheld"])),
            listed("rules", (rule["id"] for rule in flags._rules)), _policies(flags.indicators.policies)]  # fmt: skip


def _of_table(table: Any) -> list[Fact]:
    return [_kind("table"), fact("rows", int(table.num_rows)), listed("columns", table.columns)]


def _of_report(report: Any) -> list[Fact]:
    model = report.model
    words = notebook_words()
    roll = []
    for label, name in (("roll", "on_roll"), ("not_seen", "not_seen"), ("measurable", "measurable")):
        cell = model["roll"][name]
        roll.append(fact(label, int(cell["value"]) if cell["value"] is not None else words.or_code("status", cell["status"])))
    missing = model["roll"]["schools_missing"]
    return [_kind("report"), listed("dates", [f"{model['as_of']} {model['window']}"]), fact("purpose", model["purpose"]),
            fact("audience", model["audience"]), _policies(model["policies"]), *roll,
            *([] if missing is None else [fact("schools_missing", len(missing))]), listed("missing_tables", model["missing_tables"])]  # fmt: skip


def _of_study(study: Any) -> list[Fact]:
    return [_kind("study"), listed("tables", study.tables), listed("purpose", [study.options["purpose"]] if study.options.get("purpose") else []),
            _policies(study.policies), listed("families", study.options.get("families", []))]  # fmt: skip


_FACTS = {
    "Records": _of_records, "Cohort": _of_cohort, "Indicators": _of_indicators, "Aggregates": _of_aggregates,
    "WellbeingIndex": _of_index, "Flags": _of_flags, "Table": _of_table, "Report": _of_report, "Study": _of_study,
}  # fmt: skip
