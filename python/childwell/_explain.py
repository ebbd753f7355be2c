# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One child explained: its numbers, the days they rest on, the rules that judged, and what is not known."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ._api import DateLike, Indicators
from ._described import Language, checked_language, notebook_words
from ._frames import to_frame
from ._messages import describe as describe_code
from ._table import Table
from ._words import count_text, number_text

if TYPE_CHECKING:
    from ._flags import Flags
    from ._study import Study

_PSEUDONYM = re.compile(r"[0-9a-f]{32}")
_NO_DAY = np.iinfo(np.int32).min
_OPEN_END = np.iinfo(np.int32).max
# Which table an indicator rests on, and which states of it move the number; all of them where none are named.
_ABSENT = ("excused", "illness", "unexcused", "unknown_reason")
_STATES = {
    "attendance.excused_rate": ("excused", "illness"),
    "attendance.unexcused_rate": ("unexcused",),
    "attendance.reason_unknown_rate": ("unknown_reason",),
    "attendance.unexplained_run": ("unexcused", "unknown_reason"),
    "attendance.late_rate": ("late",),
    "attendance.outside_sessions": ("outside",),
    "attendance.coverage": ("not_recorded", "disputed"),
    "attendance.coverage_recorded": ("not_recorded", "disputed"),
    "attendance.coverage_implied": ("implied",),
    "attendance.coverage_unknown": ("not_recorded", "disputed"),
}
_TABLES = {
    "attendance": ("attendance", "attendance_totals"), "academic": ("exam_results",), "screening": ("screens",),
    "counselling": ("counselling",), "services": ("services",), "help": ("counselling", "services"), "referrals": ("referrals",),
    "contact": ("contacts", "contact_log"), "visits": ("visits",), "separation": ("migration",), "left_behind": ("migration",),
    "guardianship": ("guardianship",), "mobility": ("enrolment",),
}  # fmt: skip
_SHOWN = 12  # dates of an indicator in text and HTML
_OF_ENROLMENT = ("academic.years_over_age", "academic.over_age", "academic.repeating")


class Explanation:
    """One child, as far as it is known: numbers with bounds, the days they rest on, policies, reasons, and what is missing.

    Use it before anybody acts on a child's number, with somebody who may see it. It names the child by its pseudonym only,
    and holds no answer, no mark of an exam, and nothing from a table for which consent does not stand. Made by `explain`.

    Parameters
    ----------
    indicators : Indicators
        Finished states.
    flags : Flags or None
        Lists made from them.
    position : int
        Of the child in the cohort.
    child : str
        Its pseudonym.
    snapshot : int
        Position of the date and window.
    lang : {"zh", "en"}
        Language of text and HTML.

    Returns
    -------
    Explanation
        Its repr is the text; `.frame()` has a row an indicator, `.records()` a row a record.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 1, 3, 6, 10, 13 and 15.
    """

    def __init__(self, indicators: Indicators, flags: Flags | None, position: int, child: str, snapshot: int, lang: Language) -> None:
        self.indicators = indicators
        self.flags = flags
        self.child = child
        self.lang: Language = lang
        self.as_of, self.window = indicators.snapshots[snapshot]
        columns = indicators._core.columns_of_child(snapshot, position)
        columns.pop("child")  # positions, without the texts of all children
        self._values = indicators._as_table(columns)
        self._records = _records_table(indicators._core.records_of_child(snapshot, position), indicators)
        self.withheld: list[str] = list(indicators._core.withheld_of_child(snapshot, position))
        self._position = position

    @property
    def listing(self) -> str | None:
        """The list that the child is on; None where no lists were given, or the child was not judged."""
        place = self._place()
        return str(place["listing"]) if place is not None and place["judged"] else None

    @property
    def not_known(self) -> list[str]:
        """What is missing or not used, in sentences."""
        words, lines = notebook_words(), []
        for table in self.withheld:
            lines.append(words("explain.withheld", table=words.or_code("table", table)).in_language(self.lang))
        states = self._records["state"]
        for state, key in (("not_recorded", "sessions_unrecorded"), ("disputed", "sessions_disputed")):
            count = int((states == state).sum())
            if count:
                lines.append(words(f"explain.{key}", n=count).in_language(self.lang))
        status, names, judges = (self._values[name] for name in ("status", "indicator", "policy"))
        for code in dict.fromkeys(status[status != "ok"]):
            which = dict.fromkeys(indicator_name(name, self.lang) + (f" [{policy}]" if policy is not None else "")
                                  for name, policy in zip(names[status == code], judges[status == code], strict=True))  # fmt: skip
            lines.append(f"{words.or_code('status', code).in_language(self.lang)}{self._colon}{self._comma.join(which)}")
        return lines

    def reasons(self) -> list[tuple[str, str]]:
        """Why the child is listed, or what cannot be told, each with what would take it off; empty without lists."""
        if self.flags is None:
            return []
        made = self.flags._core.reasons_of_child(self._position, self.lang)
        texts = [[texts[code] if code >= 0 else "" for code in codes] for codes, texts in (made["reason"], made["unless"])]
        return list(zip(*texts, strict=True))

    def records(self) -> Any:
        """The dated records behind the numbers, as a data frame of the library whose frames came in."""
        return to_frame(self._records, self.indicators.cohort.records.library)

    def frame(self) -> Any:
        """One row an indicator, as a data frame of the library whose frames came in: names in both languages, value, bounds, n,
        status in words, days it rests on, policy with country and source."""
        return to_frame(self.table(), self.indicators.cohort.records.library)

    def table(self) -> Table:
        """The rows of `.frame` as a `Table`."""
        values, words = self._values, notebook_words()
        policies = {policy["id"]: policy for policy in self.indicators.policies}
        rows = range(len(values))
        made: dict[str, Any] = {"child": [self.child] * len(values)}
        made |= {name: values.column(name) for name in ("indicator", "scope", "school", "exam", "subject", "informant")}
        made |= {f"name_{lang}": [indicator_name(name, lang) for name in values["indicator"]] for lang in ("zh", "en")}
        made |= {name: values.column(name) for name in ("value", "lower", "upper", "n_expected", "n_observed", "status")}
        made["status_in_words"] = [words.or_code("status", code).in_language(self.lang) for code in values["status"]]
        made["dates"] = [", ".join(self.dates(at)) for at in rows]
        made["policy"] = values.column("policy")
        for name in ("country", "source"):
            made[name] = [str(policies.get(policy, {}).get(name, "")) for policy in values["policy"]]
        return Table(made, made_up=values.made_up)

    def dates(self, row: int) -> list[str]:
        """The days that one indicator rests on.

        Use it to check a number against the register. Days on which the child was present are counted and not listed.

        Parameters
        ----------
        row : int
            Row of `.table()`.

        Returns
        -------
        list of str
            Dates, or first and last day of what lasts, in order and each once.

        Raises
        ------
        IndexError
            When there is no such row.

        References
        ----------
        Data model, rule 1.
        """
        values, records = self._values, self._records
        name = str(values["indicator"][row])
        tables = ("enrolment",) if name in _OF_ENROLMENT else _TABLES.get(name.partition(".")[0], ())
        wanted = np.isin(records["table"].astype(str), tables)
        if "attendance" in tables:
            wanted &= np.isin(records["state"].astype(str), (*_STATES.get(name, _ABSENT), "sum")) & records["in_window"]
            if name.endswith("since_seen") or name == "attendance.not_seen":
                wanted = self._last_seen()
        for column, text in (("exam", "name"), ("subject", "detail"), ("informant", "detail")):
            if values[column][row] is not None:
                wanted &= records[text] == values[column][row]
        if name.startswith("screening."):
            wanted &= records["name"] == name.split(".")[1]
        if values["school"][row] is not None:
            wanted &= records["place"] == values["school"][row]
        return list(dict.fromkeys(self._span(int(at)) for at in np.flatnonzero(wanted)))

    def _last_seen(self) -> np.ndarray:
        """The record of the day when the child was last seen at school."""
        records = self._records
        there = np.isin(records["state"].astype(str), ("present", "implied", "late", "off_site", "sat"))
        dates = np.where(there, records["date"], np.datetime64("NaT"))
        return there & (dates == np.nanmax(dates)) if there.any() else there

    def _span(self, at: int) -> str:
        words, first, last = notebook_words(), self._records["date"][at], self._records["to"][at]
        start = words("explain.undated").in_language(self.lang) if np.isnat(first) else str(first)
        if first == last:
            return start
        return f"{start}..{words('explain.ongoing').in_language(self.lang) if np.isnat(last) else last}"

    def _place(self) -> dict[str, Any] | None:
        return None if self.flags is None else dict(self.flags._core.place_of(self._position))

    @property
    def _colon(self) -> str:
        return "：" if self.lang == "zh" else ": "

    @property
    def _comma(self) -> str:
        return "、" if self.lang == "zh" else ", "

    def _heading(self) -> tuple[str, str]:
        words = notebook_words()
        return (words("explain.title", child=self.child).in_language(self.lang),
                words("explain.when", as_of=self.as_of, window=self.window).in_language(self.lang))

    def _listing(self) -> str:
        words, place = notebook_words(), self._place()
        if place is None:
            return words("explain.not_flagged").in_language(self.lang)
        if not place["judged"]:
            return words("explain.not_judged").in_language(self.lang)
        said = describe_code(f"listing_{place['listing']}", lang=self.lang)
        waits = place["listing"] == "needs_look" and not place["listed"]
        return f"{said}{self._comma}{words('explain.waiting').in_language(self.lang)}" if waits else said

    def _sections(self) -> list[tuple[str, list[str]]]:
        """Heading and lines: the same for text and HTML."""
        words, lang = notebook_words(), self.lang
        reasons = [f"{why} {unless}".rstrip() for why, unless in self.reasons()]
        if self.flags is not None:
            reasons = reasons or [words("explain.why_none").in_language(lang)]
            reasons.append(words("explain.caution").in_language(lang))
        sections = [("listing", [self._listing()]), ("why", reasons), ("unknown", self.not_known or [words("explain.unknown_none").in_language(lang)])]
        return [(words(f"explain.{key}").in_language(lang), lines) for key, lines in sections if lines]

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """Name, value, status or n, and days of each indicator, policies beside the name."""
        values, words, made = self._values, notebook_words(), []
        countries = {policy["id"]: policy.get("country", "") for policy in self.indicators.policies}
        units = _units()
        for at in range(len(values)):
            name, policy = str(values["indicator"][at]), values["policy"][at]
            beside = [str(values[column][at]) for column in ("school", "exam", "subject", "informant") if values[column][at] is not None]
            beside += [f"{policy} ({countries.get(policy) or '–'})"] if policy is not None else []
            title = indicator_name(name, self.lang) + (f" [{self._comma.join(beside)}]" if beside else "")
            said = value_in_words(values["value"][at], values["lower"][at], values["upper"][at], units.get(name, ""), self.lang)
            status = str(values["status"][at])
            count = f"{count_text(int(values['n_observed'][at]))}/{count_text(int(values['n_expected'][at]))}"
            made.append((title, said if status == "ok" else words.or_code("status", status).in_language(self.lang), count,
                         self._few(self.dates(at))))  # fmt: skip
        return made

    def _few(self, dates: list[str]) -> str:
        """The first of many dates, and how many there are; all stand in `.frame()`."""
        if len(dates) <= _SHOWN:
            return self._comma.join(dates)
        return self._comma.join([*dates[:_SHOWN], notebook_words()("explain.more", n=len(dates)).in_language(self.lang)])

    def __repr__(self) -> str:
        words, lang = notebook_words(), self.lang
        title, when = self._heading()
        made_up = [words("describe.made_up").in_language(lang)] if self._values.made_up else []
        lines = [title, *made_up, when]
        for heading, texts in self._sections():
            lines += [heading, *(f"  {text}" for text in texts)]
        lines.append(words("explain.indicators").in_language(lang))
        for name, said, count, dates in self._rows():
            lines.append(f"  {name}{self._colon}{said} (n {count})")
            if dates:
                lines.append(f"    {words('explain.rests_on').in_language(lang)}{self._colon}{dates}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        words, lang = notebook_words(), self.lang
        title, when = (html.escape(text) for text in self._heading())
        mark = f"<p><b>{html.escape(words('describe.made_up').in_language(lang))}</b></p>" if self._values.made_up else ""
        sections = "".join(
            f"<h4>{html.escape(heading)}</h4><ul>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</ul>"
            for heading, texts in self._sections()
        )  # fmt: skip
        titles = (words("explain.indicators").in_language(lang), "", "n", words("explain.rests_on").in_language(lang))
        head = "".join(f"<th>{html.escape(text)}</th>" for text in titles)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in self._rows())
        tag = "zh-CN" if lang == "zh" else "en"
        return (f'<div lang="{tag}">{mark}<h3>{title}</h3><p>{when}</p>{sections}'
                f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def _records_table(columns: dict[str, Any], indicators: Indicators) -> Table:
    made = indicators._as_table(columns)
    dates = {}
    for name in ("date", "to"):
        days = np.asarray(made[name], dtype=np.int64)
        missing = (days == _NO_DAY) | (days == _OPEN_END)
        dates[name] = np.where(missing, np.datetime64("NaT"), np.where(missing, 0, days).astype("datetime64[D]"))
    kept = {name: made.column(name) for name in made.columns} | dates | {"in_window": made["in_window"].astype(bool)}
    return Table(kept, made_up=made.made_up)


def _units() -> dict[str, str]:
    from . import _core

    return {entry["id"]: entry["unit"] for entry in _core.catalogue()}


def indicator_name(indicator: str, lang: Language) -> str:
    """An indicator in words; its name in the catalogue where there are none."""
    words = notebook_words()
    parts = indicator.split(".")
    if parts[0] == "screening" and len(parts) == 3:
        kind = "days_since" if parts[2] == "days_since" else "change" if parts[2].endswith("_change") else "score"
        return words(f"screening.{kind}", instrument=parts[1], scale=parts[2].removesuffix("_change")).in_language(lang)
    return words.or_code("indicator", indicator).in_language(lang)


def value_in_words(value: float, lower: float, upper: float, unit: str, lang: Language) -> str:
    """A value with its unit, and its bounds where they differ from it."""
    words = notebook_words()
    if not np.isfinite(value):
        return "–"
    if unit == "yes or no":
        return words(f"unit.{'yes' if value >= 0.5 else 'no'}").in_language(lang)

    def said(number: float) -> str:
        return number_text(number, "share") if unit.startswith(("share", "prob")) else number_text(number, unit).removesuffix(".00")

    text = said(value)
    bounds = np.isfinite(lower) and np.isfinite(upper) and (said(lower) != text or said(upper) != text)
    text = f"{text} ({said(lower)} … {said(upper)})" if bounds else text
    phrase = words.or_code("unit", unit).in_language(lang) if unit else text
    return phrase.replace("{n}", text) if "{n}" in phrase else text


def explain(
    source: Study | Indicators | Flags,
    *,
    child: str,
    as_of: DateLike | None = None,
    rules: Sequence[Any] | None = None,
    snapshot: int = 0,
    lang: Literal["zh", "en"] = "zh",
) -> Explanation:
    """Explain one child: every indicator with its bounds and days, its policy, why listed, and what is not known.

    When to use: before anybody acts on a child's number, and whenever one is doubted. With lists it says why the child is on
    one and what would take it off. Not for a report, and not for class teachers or volunteers, who never see questionnaires.

    Parameters
    ----------
    source : Study, Indicators or Flags
        Lists give reasons too; a study is measured as it declares.
    child : str
        The pseudonym, 32 characters of 0 to 9 and a to f, as `Key.pseudonym("child", id)` makes it.
    as_of : date, optional
        For a study: what was not known by then is not seen.
    rules : sequence of str or rule, optional
        For a study or indicators: rules of listing, instead of the study's own.
    snapshot : int
        For indicators: position of the date and window. Lists have their own.
    lang : {"zh", "en"}
        Language of text and HTML.

    Returns
    -------
    Explanation
        Its repr is the text; `.frame()` has a row an indicator, `.records()` a row a dated record, `.not_known` what is missing.

    Raises
    ------
    ValueError
        When the child is no pseudonym or not of this cohort, a study comes without a date, or the language is another.

    Notes
    -----
    Cost: the child's own rows; for a study, its measurement first.

    References
    ----------
    Data model, rules 1, 3, 6, 10, 13 and 15; records are held equal to the indicators' own counts in the tests.
    """
    from ._flags import Flags, flag
    from ._study import Study

    language = checked_language(lang, "explain")
    if not isinstance(child, str) or not _PSEUDONYM.fullmatch(child):
        raise ValueError("childwell.explain: child is to be a pseudonym, 32 characters of 0 to 9 and a to f; "
                         "Key.pseudonym('child', id) makes it from an id, which is never given here")  # fmt: skip
    if isinstance(source, Study):
        if as_of is None:
            raise ValueError("childwell.explain: as_of is missing; a study is measured as of a date")
        declared = rules is None and "flags" in source.options
        source = source.flag(source.measure(as_of=as_of)) if declared else source.measure(as_of=as_of)
    if isinstance(source, Indicators) and rules:
        source = flag(source, rules=list(rules), snapshot=snapshot)
    if isinstance(source, Flags):
        indicators, lists = source.indicators, source
        snapshot = source.snapshot
    elif isinstance(source, Indicators):
        indicators, lists = source, None
    else:
        raise ValueError(f"childwell.explain: give a Study, Indicators or Flags, not a {type(source).__name__}")
    position = indicators._core.position(child)
    if position < 0:
        raise ValueError("childwell.explain: no child of this cohort has that pseudonym; pseudonyms are of one key, "
                         f"here that with the id {indicators.cohort.records._core.key_id}")  # fmt: skip
    return Explanation(indicators, lists, position, child, indicators._known(snapshot), language)
