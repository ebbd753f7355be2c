# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Lists of children with reasons: arguments in, labelled results out; what makes a listing is the core's."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import _core
from ._api import Indicators
from ._described import Described
from ._flag_rules import fields_of
from ._frames import to_frame
from ._messages import describe
from ._suggest import unknown_name
from ._table import Categorical, Table

if TYPE_CHECKING:
    from ._explain import Explanation

_LISTS = ("not_seen", "needs_look", "in_care", "not_enough_data", "none")
_NO_DAY = np.iinfo(np.int32).min
_OPEN_END = np.iinfo(np.int32).max


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    document = tomllib.loads(_core.rules("flags"))
    return {name: {"id": name, **rule} for name, rule in document.items() if name != "version"}


def _read(document: Any) -> Mapping[str, Any]:
    if isinstance(document, Mapping):
        return document
    if isinstance(document, Path):
        return tomllib.loads(document.read_text("utf-8"))
    if isinstance(document, str):
        is_path = "\n" not in document and document.endswith(".toml")
        return tomllib.loads(Path(document).read_text("utf-8") if is_path else document)
    raise ValueError("childwell.flag_rules: give a mapping, TOML text, or the path of a TOML file")


def flag_rules(document: Any = None, *, instruments: Sequence[Any] = ()) -> dict[str, dict[str, Any]]:
    """Rules of listing by name: those that ship with childwell, or a study's own from TOML, with the same checks.

    When to use: to choose the rules of a study, or to write its own; none is a default.

    Parameters
    ----------
    document : mapping, str or Path, optional
        TOML text, a path that ends in .toml, or the mapping that it reads to: a table for each rule, written as those in
        src/rules/flags.toml. Without one, the rules that ship.
    instruments : sequence of Instrument
        A study's own questionnaires that its rules are about, as define_instrument gives them.

    Returns
    -------
    dict of str to dict
        Condition, country, date, source and both names of each rule; hand them to `flag` as they are.

    Raises
    ------
    ValueError
        When a key is unknown, an indicator is never a reason (and why), a condition lacks what it needs or says more, a
        cut-off names no study that validated it, or a rule has no source.

    References
    ----------
    Data model, rules 5 to 12; src/rules/flags.toml, with the source of each rule.
    """
    if document is None:
        return {name: dict(rule) for name, rule in _shipped().items()}
    found = {name: rule for name, rule in _read(document).items() if name != "version"}
    for name, rule in found.items():
        _core.define_flag_rule(fields_of(name, rule), list(instruments))
    return {name: {"id": name, **rule} for name, rule in found.items()}


def _fields(rule: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(rule, str):
        known = _shipped()
        if rule not in known:
            raise unknown_name("flag", "rule", rule, known, see="childwell.flag_rules")
        rule = known[rule]
    if not isinstance(rule, Mapping) or "id" not in rule:
        raise ValueError("childwell.flag: a rule of your own comes from flag_rules, which gives it its id")
    return fields_of(rule["id"], {key: value for key, value in rule.items() if key != "id"})


class _Children:
    """Positions of children by pseudonym."""

    def __init__(self, core: Any) -> None:
        self._position = {pseudonym: at for at, pseudonym in enumerate(_core.pseudonyms(core))}

    def codes(self, given: Any, what: str) -> np.ndarray:
        asked = list(given)
        codes = np.fromiter((self._position.get(one, -1) for one in asked), dtype=np.int32, count=len(asked))
        if len(codes) and (codes < 0).all():
            raise ValueError(f"childwell.flag: {what}: no child of the cohort is among these; give pseudonyms of the same key")
        return codes


def _days(given: Any, count: int, otherwise: int, what: str) -> np.ndarray:
    if given is None:
        return np.full(count, otherwise, dtype=np.int32)
    try:
        days = np.asarray([None if value is None else np.datetime64(value, "D") for value in given], dtype="datetime64[D]")
    except (TypeError, ValueError):
        raise ValueError(f"childwell.flag: {what} is to hold dates, YYYY-MM-DD") from None
    if len(days) != count:
        raise ValueError(f"childwell.flag: {what} needs one date a row")
    return np.where(np.isnat(days), otherwise, days.astype(np.int64)).astype(np.int32)


def _column(given: Any, name: str) -> Any:
    names = given.keys() if isinstance(given, Mapping) else given.columns
    return given[name] if name in list(names) else None


def _care(given: Any, children: _Children) -> dict[str, np.ndarray]:
    """Spells of care from a list of pseudonyms, or from a table with child and perhaps from and to."""
    if given is None:
        given = []
    is_table = isinstance(given, Mapping) or hasattr(given, "columns")
    column = _column(given, "child") if is_table else given
    if column is None:
        raise ValueError("childwell.flag: in_care lacks the column child; give a list of pseudonyms, or a table with child, from and to")
    codes = children.codes(column, "in_care")
    first, last = (_column(given, name) if is_table else None for name in ("from", "to"))
    return {"child": codes, "from": _days(first, len(codes), _NO_DAY, "in_care: from"), "to": _days(last, len(codes), _OPEN_END, "in_care: to")}


def _forms(given: Mapping[str, Any], children: _Children) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not {"scores", "child", "date"} <= set(given) <= {"scores", "child", "date", "known_on"}:
        raise ValueError("childwell.flag: forms are mappings with scores (of score_forms), child, date and perhaps known_on")
    scores = given["scores"]
    if not scores.norms:
        raise ValueError("childwell.flag: forms were scored without norms, so that they have no bands; name norms in score_forms")
    words = [sorted({word for word in scores.bands[:, at] if word}) for at in range(len(scores.scales))]
    bands = np.full(scores.bands.shape, -1, dtype=np.int64)
    for at, known in enumerate(words):
        for number, word in enumerate(known):
            bands[scores.bands[:, at] == word, at] = number
    known_on = given.get("known_on")
    return {
        "instrument": scores.instrument, "norms": scores.norms, "scales": list(scores.scales), "count": int(scores.count),
        "words": words, "bands": bands.ravel(), "values": np.asarray(scores.values, dtype=float).ravel(),
        "child": children.codes(given["child"], "forms"),
        "date": _days(given["date"], int(scores.count), _NO_DAY, "forms: date"),
        "known_on": np.empty(0, dtype=np.int32) if known_on is None else _days(known_on, int(scores.count), _NO_DAY, "forms: known_on"),
    }  # fmt: skip


def _table_of(columns: Mapping[str, Any], made_up: bool) -> Table:
    made: dict[str, Any] = {}
    for name, column in columns.items():
        if isinstance(column, tuple):
            made[name] = Categorical(column[0], tuple(column[1]))
        else:
            made[name] = column.astype(bool) if name in ("listed", "in_care") else column
    return Table(made, made_up=made_up)


class Flags(Described):
    """Lists of children about whom somebody should find out more, with reasons that can be checked by hand.

    Use `.frame()` for who is on which list, `.reasons()` for why, in words, and when not. A listing is a reason to look,
    never a decision. Not to be forwarded: it holds children, under pseudonyms. Made by `flag`.

    Parameters
    ----------
    core : the compiled lists.

    Returns
    -------
    Flags
        Counts in its repr, and no child.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 2, 5, 7 to 11, 13 and 15.
    """

    def __init__(self, core: Any, indicators: Indicators, rules: list[dict[str, Any]], capacity: int | Mapping[str, int] | None, ties: str,
                 snapshot: int = 0) -> None:
        self._core = core
        self._rules = rules
        self.indicators = indicators
        self.capacity = capacity
        self.ties = ties
        self.snapshot = snapshot  # of the indicators

    @property
    def as_of(self) -> str:
        """The date of the lists."""
        return str(self._core.as_of)

    @property
    def counts(self) -> dict[str, int]:
        """Children judged, on each list, waiting for a place, listed beyond the places, left, and withheld."""
        return dict(self._core.counts())

    @property
    def rules(self) -> Table:
        """Each rule with its source, and how often it held, did not, could not be told, or was not asked."""
        rows = self._core.rules()
        made: dict[str, Any] = {"rule": [row[0] for row in rows]}
        for name in ("indicator", "policy", "country", "from"):
            made[name] = [rule[name] for rule in self._rules]
        for at, name in enumerate(("yes", "no", "cannot_tell", "not_asked"), 1):
            made[name] = np.array([row[at] for row in rows], dtype=np.int64)
        made["source"] = [rule["source"] for rule in self._rules]
        made["validation"] = [rule["validation"] for rule in self._rules]
        return Table(made, made_up=self._made_up)

    @property
    def _made_up(self) -> bool:
        return bool(self.indicators.cohort.records._core.made_up)

    def table(self, *, everyone: bool = False) -> Table:
        """Children of the lists, by list, school and pseudonym; never by value.

        Use it to write or to join; `.frame` gives the same as a data frame.

        Parameters
        ----------
        everyone : bool
            Whether to give those on no list too.

        Returns
        -------
        Table
            One row a child: school, listing (not_seen, needs_look, in_care, not_enough_data, none), listed (false while
            it waits for a place), in_care, first_rule (the first one that holds), reasons (rules that hold) and chance
            (of being listed: 1, 0, or that of the lot).

        Raises
        ------
        Never.

        References
        ----------
        Data model, rule 15.
        """
        return _table_of(self._core.columns(bool(everyone)), self._made_up)

    def frame(self, *, everyone: bool = False) -> Any:
        """Children of the lists as a data frame of the library whose frames came in; without any, polars, pandas or `Table`.

        Use it in notebooks.

        Parameters
        ----------
        everyone : bool
            Whether to give those on no list too.

        Returns
        -------
        data frame
            The columns of `.table`.

        Raises
        ------
        Never.

        References
        ----------
        Data model, rule 15.
        """
        return to_frame(self.table(everyone=everyone), self.indicators.cohort.records.library)

    def reasons(self, *, lang: Literal["zh", "en"] = "zh", families: Sequence[str] | None = None) -> Any:
        """Why each child of the lists is listed, in words and in its own numbers, and when it would not be.

        Use it where a list meets those who look after the child. Class teachers and volunteers never see questionnaires:
        leave "screening" out of families for them.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of reason and unless.
        families : sequence of {"attendance", "academic", "screening"}, optional
            What the reasons may rest on; all where absent.

        Returns
        -------
        data frame
            One row for each child and rule that holds or cannot be told: reason, unless (empty where nothing of that
            kind can be said), the code of the message, and its numbers.

        Raises
        ------
        ValueError
            When the language or a family is another.

        References
        ----------
        Data model, rules 13 and 15; src/rules/messages.toml.
        """
        table = _table_of(self._core.reasons(lang), self._made_up)
        if families is None:
            return to_frame(table, self.indicators.cohort.records.library)
        known = ("attendance", "academic", "screening")
        for family in families:
            if family not in known:
                raise ValueError(f"childwell.Flags.reasons: there is no family {family!r}; there are {', '.join(known)}")
        return to_frame(table.take(np.flatnonzero(np.isin(table["family"], list(families)))), self.indicators.cohort.records.library)

    def overlap(self, other: Flags) -> Table:
        """How much the lists of two dates share, by list.

        Use it to see whether a list is stable: one that changes by half from week to week is noise. Who waits for a place
        is on none.

        Parameters
        ----------
        other : Flags
            Lists of the same children at another date, under the same key.

        Returns
        -------
        Table
            One row for each list: children on the earlier, the later and both; gone_left, of those on the earlier one
            only, who are at no school any more; jaccard, both over either; kept, both over the earlier one; status
            not_enough_data where both lists are empty.

        Raises
        ------
        ValueError
            When the lists were made under two keys.

        References
        ----------
        Jaccard 1912; checked by hand.
        """
        earlier, later = sorted((self, other), key=lambda flags: flags.as_of)
        names = ("listing", "earlier", "later", "both", "gone_left", "jaccard", "kept", "status")
        columns = zip(*earlier._core.overlap(later._core), strict=True)
        made = dict(zip(names, columns, strict=True))
        kinds = {"jaccard": float, "kept": float, "listing": object, "status": object}
        return Table({name: np.array(column, dtype=kinds.get(name, np.int64)) for name, column in made.items()}, made_up=self._made_up)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table().__arrow_c_stream__(requested_schema)

    def explain(self, child: str, *, lang: Literal["zh", "en"] = "zh") -> Explanation:
        """Why one child is listed, on which days that rests, and what would take it off.

        Use it before anybody acts on a listing.

        Parameters
        ----------
        child : str
            The pseudonym, 32 characters of 0 to 9 and a to f.
        lang : {"zh", "en"}
            Language of text and HTML.

        Returns
        -------
        Explanation
            Text, HTML and `.frame()`.

        Raises
        ------
        ValueError
            As `childwell.explain`.

        References
        ----------
        `childwell.explain`.
        """
        from ._explain import explain

        return explain(self, child=child, lang=lang)

    def _places(self) -> str:
        if self.capacity is None:
            return ""
        counts = self.counts
        places = f"{self.capacity} at each school" if isinstance(self.capacity, int) else f"named for {len(self.capacity)} schools"
        return f"places: {places}; ties: {self.ties}; waiting: {counts['waiting']}; beyond the places: {counts['beyond']}"

    def __repr__(self) -> str:
        counts = self.counts
        head = "made-up childwell.Flags" if self._made_up else "childwell.Flags"
        lines = [f"{head}: {counts['judged']} children as of {self.as_of}, {self._core.window}, {len(self._rules)} rules"]
        lines += [f"  {describe(f'listing_{name}', lang='zh')} / {describe(f'listing_{name}', lang='en')}: {counts[name]}" for name in _LISTS]
        lines += [f"  {rule[0]}: yes {rule[1]}, no {rule[2]}, cannot tell {rule[3]}, not asked {rule[4]}" for rule in self._core.rules()]
        lines += [f"  {self._places()}"] if self.capacity is not None else []
        lines += [] if self._core.care_known else ["  nobody said who is in care: give in_care, or measure 'help' with a policy of help"]
        return "\n".join([*lines, *(f"  {describe(code, lang='en')}" for code in ("limit_listing", "limit_safety"))])

    def _repr_html_(self) -> str:
        counts = self.counts
        made_up = f"<p><strong>{describe('limit_made_up', lang='zh')} {describe('limit_made_up', lang='en')}</strong></p>" if self._made_up else ""
        lists = "".join(
            f"<tr><td>{describe(f'listing_{name}', lang='zh')}</td><td>{describe(f'listing_{name}', lang='en')}</td>"
            f"<td>{counts[name]}</td></tr>" for name in _LISTS
        )  # fmt: skip
        rules = "".join(
            f"<tr><td>{html.escape(fields['name_zh'])}<br>{html.escape(fields['name_en'])}</td>"
            f"<td>{html.escape(fields['country'])}, {html.escape(fields['from'])}</td>"
            + "".join(f"<td>{number}</td>" for number in row[1:]) + "</tr>"
            for fields, row in zip(self._rules, self._core.rules(), strict=True)
        )  # fmt: skip
        places = f"<p>{html.escape(self._places())}</p>" if self.capacity is not None else ""
        limits = "".join(f"<p>{describe(code, lang='zh')} {describe(code, lang='en')}</p>" for code in ("limit_listing", "limit_safety"))
        return (
            f"{made_up}<table><caption>{self.as_of}, {html.escape(self._core.window)}</caption>"
            f"<thead><tr><th>名单</th><th>list</th><th>n</th></tr></thead><tbody>{lists}</tbody></table>"
            "<table><thead><tr><th>规则 / rule</th><th>country, from</th><th>yes</th><th>no</th><th>cannot tell</th><th>not asked</th>"
            f"</tr></thead><tbody>{rules}</tbody></table>{places}{limits}"
        )


def flag(
    indicators: Indicators,
    *,
    rules: Sequence[str | Mapping[str, Any]],
    capacity: int | Mapping[str, int] | None = None,
    ties: Literal["include", "exclude", "draw"] = "include",
    seed: int = 1,
    in_care: Any = None,
    forms: Sequence[Mapping[str, Any]] = (),
    instruments: Sequence[Any] = (),
    snapshot: int = 0,
) -> Flags:
    """List children about whom somebody should find out more, each with reasons that can be checked by hand.

    When to use: after `measure`. A listing is a reason to look, never a decision and no forecast. Who is not seen comes
    first, whatever the rules; care only moves a child from needs_look to in_care; a refusal lists nobody. Not for safety
    answers: they bypass every list and go to the named officer at once.

    Parameters
    ----------
    indicators : Indicators
        Finished states, measured with every policy and family that the rules ask for.
    rules : sequence of str or rule
        Names of rules that ship, or rules from `flag_rules`, in order: children stand by the first one that holds.
    capacity : int or mapping of school to int, optional
        Children that a school can look into. Those not seen take places first and are all listed; then come the others by
        their first rule. Who is in care, or whose records are missing, takes no place.
    ties : {"include", "exclude", "draw"}
        What becomes of children with the same first rule who do not all fit: all are listed, all wait, or as many as fit
        are drawn by lot; a child's lot is the same at every date.
    seed : int
        Of the lot.
    in_care : sequence of str or table, optional
        Pseudonyms of children whom somebody is looking after already, or a table with child and perhaps from and to (the
        last day; missing is open). Beside it, whoever was counselled or served lately, where the family "help" was
        measured with a policy such as help_30_days.
    forms : sequence of mapping
        Scored questionnaires: scores (of score_forms, with norms), child (pseudonyms), date, and perhaps known_on, one a
        form. Without them, the study's own screens, where the family "screening" was measured. The last form of a child
        within the window counts; who filled in none is not asked.
    instruments : sequence of Instrument
        A study's own questionnaires that rules are about.
    snapshot : int
        Position of the date and window in `.snapshots`.

    Returns
    -------
    Flags
        Lists with reasons.

    Raises
    ------
    ValueError
        When a rule is unknown or not allowed, what it needs was not measured, attendance was measured without a not_seen
        policy, a school has no number of places, or forms do not have one child and date each.

    Notes
    -----
    Cost: the indicators of each child once, about 20 microseconds of one core.

    References
    ----------
    Data model, rules 2, 5, 7 to 11 and 15; a worked example of every shipped rule in the tests.
    """
    if isinstance(rules, str | Mapping):
        raise ValueError("childwell.flag: rules is a list, such as ['chronic_us']")
    if ties not in ("include", "exclude", "draw"):
        raise ValueError(f"childwell.flag: ties is {ties!r}; write include, exclude or draw")
    numbers = [] if capacity is None else list(capacity.values()) if isinstance(capacity, Mapping) else [capacity]
    if not all(isinstance(number, int | np.integer) and not isinstance(number, bool) and number >= 0 for number in numbers):
        raise ValueError("childwell.flag: capacity is a whole number, 0 or above, or one for each school")
    fields = [_fields(rule) for rule in rules]
    children = _Children(indicators._core)
    places = {str(school): int(number) for school, number in capacity.items()} if isinstance(capacity, Mapping) else capacity
    core = _core.flag(indicators._core, indicators._known(snapshot), fields, list(instruments), [_forms(one, children) for one in forms],
                      _care(in_care, children), places, ties, seed)
    return Flags(core, indicators, fields, places, ties, int(snapshot))
