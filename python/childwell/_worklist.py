# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The list of one recipient: its own children, the columns and reasons that its role permits, and an end.

What is hidden must not be told by its gap. Three things could give a questionnaire away to a class teacher: a child on
the list without a reason, the sentence that there is another reason (all else being open to the teacher, it can only be a
questionnaire), and the status "in care" (only counselling and services lead to it). For such roles the list is therefore
made as if the hidden rules had not been asked: a child listed by them alone is not on it, and stands on that of the
counsellor. A head teacher, who answers for every child, is told that there is another reason, and not which. Where consent
was withdrawn for this recipient, the columns of that table are empty, and the child stays on the list with the same
sentence.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import html
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from . import _core
from ._api import DateLike, Records, iso, text_column
from ._flags import Flags
from ._frames import to_frame
from ._recipients import Recipient, columns, recipient_of
from ._report_model import inert
from ._table import Table
from ._words import Bilingual, Words, joined, same

LISTINGS = ("not_seen", "needs_look", "in_care", "not_enough_data")
_TABLE_OF_FAMILY = {"attendance": "attendance", "academic": "exam_results", "screening": "screens"}
_CARE_TABLES = {"counselling", "services"}
_DATES = ("last_seen", "referred_on", "followed_up_on", "follow_up_due", "last_served")
_NO_DAY = np.iinfo(np.int32).min
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


@cache
def _words() -> Words:
    import tomllib

    return Words(tomllib.loads(_core.rules("worklist")), tomllib.loads(_core.rules("messages")))


def follow_up_number(pseudonym: str) -> str:
    """The number under which a follow-up of a child is written down; the same on every list under one key."""
    return "F" + hashlib.blake2b(pseudonym.encode("ascii"), digest_size=6, person=b"follow-up").hexdigest()


class _Listed:
    """What all lists of one run share: children, places, reasons in both languages, consents; read once."""

    def __init__(self, flags: Flags) -> None:
        facts = _core.listed_children(flags.indicators._core, flags._core)
        of = flags._core.columns(False)
        self.child = _texts(facts["child"])
        self.listing = _texts(of["listing"])
        self.listed = np.asarray(of["listed"]).astype(bool)
        self.places = {name: _texts(facts[name]) for name in ("school", "class")}
        self.grade = np.asarray(facts["grade"])
        self.dates = {name: np.asarray(facts[name]) for name in ("last_seen", "referred_on")}
        row, programme, provider, last = facts["services"]
        self.services = (np.asarray(row), _texts(programme), _texts(provider), np.asarray(last))
        row, table, recipient = facts["withheld"]
        self.withheld = (np.asarray(row), _texts(table), _texts(recipient))
        number, last = facts["follow_ups"]
        self.follow_ups = dict(zip(_texts(number), map(int, last), strict=True))
        self._reasons(flags, facts["child"])

    def _reasons(self, flags: Flags, child: tuple[Any, list[str]]) -> None:
        zh, en = (flags._core.reasons(language) for language in ("zh", "en"))
        at = {int(code): row for row, code in enumerate(child[0])}
        rows = np.fromiter((at[int(code)] for code in en["child"][0]), dtype=np.int64, count=len(en["child"][0]))
        self._begin = np.searchsorted(rows, np.arange(len(child[0]) + 1))  # reasons stand in the order of the children
        self._family, self._verdict, self._code = (_texts(en[name]) for name in ("family", "verdict", "code"))
        self._text = [_texts(zh["reason"]), _texts(en["reason"])]
        self._unless = [_texts(zh["unless"]), _texts(en["unless"])]
        self.asked = [str(rule["indicator"]).split(".")[0] for rule in flags._rules]

    def reasons(self, row: int) -> Iterator[tuple[str, str, str, Bilingual, Bilingual]]:
        """Family, verdict, code, reason and unless of each reason of a child."""
        for at in range(self._begin[row], self._begin[row + 1]):
            yield (str(self._family[at]), str(self._verdict[at]), str(self._code[at]),
                   Bilingual(*(str(texts[at]) for texts in self._text)), Bilingual(*(str(texts[at] or "") for texts in self._unless)))


def _texts(given: tuple[Any, list[str]]) -> np.ndarray:
    codes, texts = given
    made: np.ndarray = np.array([*texts, None], dtype=object)[np.asarray(codes)]
    return made


def _shared(flags: Flags) -> _Listed:
    """Kept with the flags: a run makes a list for each recipient."""
    made: _Listed | None = flags.__dict__.get("_listed")
    if made is None:
        made = flags.__dict__["_listed"] = _Listed(flags)
    return made


class _Maker:
    """Makes the rows of one recipient."""

    def __init__(self, flags: Flags, recipient: Recipient, follow_up_days: Mapping[str, int]) -> None:
        self._all = _shared(flags)
        self._recipient = recipient
        self._role = recipient.role
        self._as_of = int(np.datetime64(flags.as_of, "D").astype(np.int64))
        self._due = follow_up_days
        row, table, of = self._all.withheld
        mine = np.isin(of.astype(str), [recipient.name, self._role.name])
        self._withheld: dict[int, set[str]] = {}
        for at in np.flatnonzero(mine):
            self._withheld.setdefault(int(row[at]), set()).add(str(table[at]))
        self._served: dict[int, list[tuple[str, int]]] = {}
        self.waiting = 0

    def rows(self) -> list[dict[str, Any]]:
        made = []
        for row in self._own():
            if not self._all.listed[row]:
                self.waiting += self._of(row) is not None  # who waits by hidden reasons alone is not counted either
                continue
            one = self._of(row)
            if one is not None:
                made.append(one)
        texts = ("school", "class", "child")
        return sorted(made, key=lambda one: (LISTINGS.index(one["listing"]), *(str(one[name] or "") for name in texts)))

    def _own(self) -> list[int]:
        scope, shared = self._role.scope, self._all
        if scope in ("school", "class"):
            return [int(row) for row in np.flatnonzero(np.isin(shared.places[scope].astype(str), sorted(self._recipient.places)))]
        rows, programme, provider, last = shared.services
        mine = programme if scope == "programme" else provider
        wanted = sorted(self._recipient.places) if scope == "programme" else [self._recipient.person]
        now = np.isin(mine.astype(str), wanted) & (last > self._as_of - self._role.current_days)
        for at in np.flatnonzero(now):
            self._served.setdefault(int(rows[at]), []).append((str(programme[at] or ""), int(last[at])))
        return sorted(self._served)

    def _of(self, row: int) -> dict[str, Any] | None:
        """What is shown of one child; None where nothing that may be shown lists it."""
        withheld = self._withheld.get(row, set())
        shown, hidden, silent = [], False, False
        for family, verdict, code, why, unless in self._all.reasons(row):
            if family in self._role.families and _TABLE_OF_FAMILY[family] not in withheld:
                shown.append((family, verdict, code, why, unless))
            elif family in self._role.families:
                silent = silent or verdict == "yes" or self._all.listing[row] == "not_enough_data"
            else:
                hidden = hidden or verdict == "yes" or self._all.listing[row] == "not_enough_data"
        listing = self._listing(row, shown, hidden, silent, withheld)
        if listing is None:
            return None
        no_reason = not any(verdict == "yes" for _, verdict, *_ in shown) and listing != "not_enough_data"
        # of what consent was withdrawn from, nothing is said beside another reason
        other = (hidden and self._role.hidden == "said") or (no_reason and (hidden or silent))
        return self._row(row, listing, [(why, unless) for _, _, _, why, unless in shown], other, withheld)

    def _listing(self, row: int, shown: Sequence[tuple[Any, ...]], hidden: bool, silent: bool, withheld: set[str]) -> str | None:
        listing = str(self._all.listing[row])
        holds = any(verdict == "yes" for _, verdict, *_ in shown)
        if listing == "not_seen" and holds and "attendance" not in withheld:
            return listing
        if holds or silent:
            care = listing == "in_care" and self._role.care and not withheld & _CARE_TABLES
            return "in_care" if care else "not_enough_data" if listing == "not_enough_data" else "needs_look"
        if hidden and self._role.hidden == "said":
            care = listing == "in_care" and self._role.care and not withheld & _CARE_TABLES
            return listing if listing == "not_enough_data" or care else "needs_look"
        # as if the hidden rules had not been asked: records that are missing decide, or it is too early for all that were
        soft = sum(code == "flag_too_early" for _, _, code, *_ in shown)
        asked = sum(family in self._role.families for family in self._all.asked)
        return "not_enough_data" if len(shown) > soft or (shown and soft == asked) else None

    def _row(self, row: int, listing: str, reasons: list[tuple[Bilingual, Bilingual]], other: bool, withheld: set[str]) -> dict[str, Any]:
        child = str(self._all.child[row])
        number = follow_up_number(child)
        followed_up = self._all.follow_ups.get(number, _NO_DAY)
        served = self._served.get(row, [])
        grade = int(self._all.grade[row])
        made: dict[str, Any] = {
            "number": number, "child": child, "listing": listing, "reasons": reasons, "other": other,
            "school": self._all.places["school"][row], "class": self._all.places["class"][row], "grade": grade if grade >= 0 else None,
            "last_seen": _day(int(self._all.dates["last_seen"][row])), "referred_on": _day(int(self._all.dates["referred_on"][row])),
            "followed_up_on": _day(followed_up), "follow_up_due": None,
            "programme": " ".join(sorted({name for name, _ in served if not self._recipient.places or name in self._recipient.places})),
            "last_served": _day(max((last for _, last in served), default=_NO_DAY)),
        }  # fmt: skip
        if listing in self._due:
            made["follow_up_due"] = _day((followed_up if followed_up != _NO_DAY else self._as_of) + self._due[listing])
        made["withheld"] = {name for name, column in columns().items() if column["table"] in withheld}
        for name in made["withheld"]:
            if name in made:
                made[name] = None
        return made


def _day(days: int) -> str | None:
    return None if days == _NO_DAY else str(np.datetime64(days, "D"))


class Worklist:
    """The list of one recipient: children who are to be asked after, with the reasons that its role may know.

    Use `.html()` to print and `.csv()` to work with; hand neither to anybody else. A listing is a reason to look, never a
    decision; who is not listed is not thereby well. Made by `worklist`.

    Parameters
    ----------
    flags : the lists it was made from.
    recipient : whom it is for.

    Returns
    -------
    Worklist
        Counts in its repr, and no child.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 2, 10, 13, 15 and 16.
    """

    def __init__(self, flags: Flags, recipient: Recipient, rows: list[dict[str, Any]], waiting: int) -> None:
        records = flags.indicators.cohort.records._core
        self._rows = rows
        self._recipient = recipient
        self.waiting = waiting
        self.as_of = flags.as_of
        self.expires = _after(flags.as_of, recipient.role.expires_after_days)
        self.purpose = str(records.purpose)
        self.key_id = str(records.key_id)
        self.made_up = bool(records.made_up)

    @property
    def recipient(self) -> str:
        """The name of whom it is for."""
        return self._recipient.name

    @property
    def role(self) -> str:
        """The role of whom it is for."""
        return self._recipient.role.name

    @property
    def counts(self) -> dict[str, int]:
        """Children by status, and those who wait for a place."""
        counted = {listing: sum(row["listing"] == listing for row in self._rows) for listing in LISTINGS}
        return counted | {"waiting": self.waiting}

    def __len__(self) -> int:
        return len(self._rows)

    def table(self) -> Table:
        """The list in columns: those that the role permits, then what every row carries.

        Use it to join or to write; `.frame` gives the same as a data frame.

        Parameters
        ----------
        None.

        Returns
        -------
        Table
            One row a child by status, school, class and pseudonym: the columns of `childwell.recipients` for the role,
            words in zh and en, then as_of, expires, recipient, role, purpose, key_id and made_up. What was withheld by
            consent is missing.

        Raises
        ------
        Never.

        References
        ----------
        Data model, rules 2, 13 and 16.
        """
        made: dict[str, Any] = {}
        for name in self._recipient.role.columns:
            if name in _DATES:
                made[name] = np.array([row[name] for row in self._rows], dtype="datetime64[D]")
            elif name == "grade":
                made[name] = np.array([np.nan if row[name] is None else row[name] for row in self._rows], dtype=float)
            elif name == "listing":
                made[name] = text_column([row[name] for row in self._rows])
                made |= {f"listing_{lang}": text_column([_status(row).in_language(lang) for row in self._rows]) for lang in ("zh", "en")}
            elif name in ("reasons", "unless"):
                made |= {f"{name}_{lang}": text_column([_sentences(row, name, lang) for row in self._rows]) for lang in ("zh", "en")}
            else:
                made[name] = text_column([str(row[name] or "") for row in self._rows])
        count = len(self._rows)
        made |= {"as_of": np.array([self.as_of] * count, dtype="datetime64[D]"), "expires": np.array([self.expires] * count, dtype="datetime64[D]")}
        said = {"recipient": self.recipient, "role": self.role, "purpose": self.purpose, "key_id": self.key_id}
        made |= {name: text_column([value] * count) for name, value in said.items()}
        return Table(made | {"made_up": np.full(count, self.made_up)}, made_up=self.made_up)

    def frame(self) -> Any:
        """The list as a data frame: polars where it is installed, else pandas, else `Table`.

        Use it in notebooks.

        Parameters
        ----------
        None.

        Returns
        -------
        data frame
            The columns of `.table`.

        Raises
        ------
        Never.

        References
        ----------
        Data model, rule 13.
        """
        return to_frame(self.table())

    def csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The list as CSV that Excel and WPS open as it is: UTF-8 with its mark, every field quoted, no formula runs.

        Use it to work with, and for `childwell reveal`; not to pass on.

        Parameters
        ----------
        path : path, optional
            A file to write, readable by its owner alone.

        Returns
        -------
        str
            The text, without the mark of UTF-8.

        Raises
        ------
        OSError
            When the file cannot be written.

        References
        ----------
        RFC 4180; OWASP, CSV injection; tests with planted formulas.
        """
        return _written(csv_text(self.table()), path, "utf-8-sig")

    def html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The list as one page in both languages, for A4.

        Use it to print; not to pass on.

        Parameters
        ----------
        path : path, optional
            A file to write, readable by its owner alone.

        Returns
        -------
        str
            An HTML document without script and without anything from outside.

        Raises
        ------
        ImportError
            When Jinja2 is not installed; the extra `childwell[report]` brings it.
        OSError
            When the file cannot be written.

        References
        ----------
        Data model, rules 13, 15 and 16.
        """
        shown = set(self._recipient.role.columns)
        groups = [(_words().message(f"listing_{listing}"), rows) for listing in LISTINGS
                  if (rows := [row for row in self._rows if row["listing"] == listing])]
        page = _page("worklist.html.j2", title="page.title", about="page.about", recipient=self._recipient, purpose=self.purpose,
                     as_of=self.as_of, expires=self.expires, key_id=self.key_id, made_up=self.made_up, count=len(self._rows),
                     waiting=self.waiting, groups=groups, shown=shown, moments=_moments)
        return _written(page, path, "utf-8")

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        head = "made-up childwell.Worklist" if self.made_up else "childwell.Worklist"
        counts = ", ".join(f"{name} {count}" for name, count in self.counts.items())
        return f"{head}: {self.recipient} ({self.role}), {len(self)} children as of {self.as_of}, good until {self.expires}; {counts}"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(_words().message(f'listing_{name}').both())}</td><td>{self.counts[name]}</td></tr>" for name in LISTINGS)
        return (f"{_made_up_note(self.made_up)}<table><caption>{html.escape(self.recipient)} ({html.escape(self.role)}), {self.as_of} – {self.expires}"
                f"</caption><tbody>{rows}</tbody></table><p>{html.escape(_words()('page.about').both())}</p>")


class SafetyQueue:
    """Forms that concern a child's safety, for the named officer alone: pseudonym, instrument and age in hours.

    Use `.frame()` or `.html()` at once and in every run; childwell is not the first responder. It holds no answer, and is
    passed on to nobody. Made by `safety_queue`.

    Parameters
    ----------
    core : the compiled records.
    recipient : the named officer.
    as_of : the date whose end ages are counted to.

    Returns
    -------
    SafetyQueue
        Counts in its repr, and no child.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rule 11.
    """

    def __init__(self, core: Any, recipient: Recipient, as_of: str) -> None:
        self._rows: list[tuple[str, str, int]] = core.safety_queue(as_of)
        self._recipient = recipient
        self.as_of = as_of
        self.expires = _after(as_of, recipient.role.expires_after_days)
        self.purpose = str(core.purpose)
        self.key_id = str(core.key_id)
        self.made_up = bool(core.made_up)

    @property
    def recipient(self) -> str:
        """The name of the officer."""
        return self._recipient.name

    def __len__(self) -> int:
        return len(self._rows)

    def table(self) -> Table:
        """One row a form, the oldest first; hours are missing where the form has no date, and such forms come first."""
        count = len(self._rows)
        hours = np.array([row[2] for row in self._rows], dtype=np.int64)
        made: dict[str, Any] = {"child": text_column([row[0] for row in self._rows]), "instrument": text_column([row[1] for row in self._rows]),
                                "hours": hours}
        made |= {"as_of": np.array([self.as_of] * count, dtype="datetime64[D]"), "expires": np.array([self.expires] * count, dtype="datetime64[D]")}
        said = {"recipient": self.recipient, "role": self._recipient.role.name, "purpose": self.purpose, "key_id": self.key_id}
        made |= {name: text_column([value] * count) for name, value in said.items()}
        return Table(made | {"made_up": np.full(count, self.made_up)}, masks={"hours": hours < 0}, made_up=self.made_up)

    def frame(self) -> Any:
        """The queue as a data frame, with the columns of `.table`."""
        return to_frame(self.table())

    def csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The queue as CSV, written as a worklist is.

        Use it to work with, and for `childwell reveal`; for the named officer alone.

        Parameters
        ----------
        path : path, optional
            A file to write, readable by its owner alone.

        Returns
        -------
        str
            The text, without the mark of UTF-8.

        Raises
        ------
        OSError
            When the file cannot be written.

        References
        ----------
        Data model, rule 11; RFC 4180.
        """
        return _written(csv_text(self.table()), path, "utf-8-sig")

    def html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The queue as one page in both languages, written as a worklist is.

        Use it to print; for the named officer alone.

        Parameters
        ----------
        path : path, optional
            A file to write, readable by its owner alone.

        Returns
        -------
        str
            An HTML document without script and without anything from outside.

        Raises
        ------
        ImportError
            When Jinja2 is not installed; the extra `childwell[report]` brings it.
        OSError
            When the file cannot be written.

        References
        ----------
        Data model, rule 11.
        """
        page = _page("safety_queue.html.j2", title="page.safety", about="page.safety_about", recipient=self._recipient, purpose=self.purpose,
                     as_of=self.as_of, expires=self.expires, key_id=self.key_id, made_up=self.made_up, count=len(self._rows), rows=self._rows)
        return _written(page, path, "utf-8")

    def __repr__(self) -> str:
        head = "made-up childwell.SafetyQueue" if self.made_up else "childwell.SafetyQueue"
        return f"{head}: {self.recipient}, {len(self)} forms as of {self.as_of}, good until {self.expires}"

    def _repr_html_(self) -> str:
        return f"{_made_up_note(self.made_up)}<p>{html.escape(repr(self))}</p>"


def worklist(
    flags: Flags,
    *,
    recipient: Recipient | Mapping[str, Any],
    follow_up_days: Mapping[str, int] | None = None,
) -> Worklist:
    """Make the list of one recipient: its own children, the columns and reasons that its role permits.

    When to use: after `flag`, for those who look after the children, each apart. Not for a bureau or for research, which
    are given aggregates; not for safety answers, which go to the named officer by `safety_queue`. Who is not seen comes
    first. Children who wait for a place are counted and not shown. A child listed by what the role may not know alone is on
    the list with one sentence, or not on it where that sentence would give it away: the rules of the role say which.

    Parameters
    ----------
    flags : Flags
        Lists with reasons.
    recipient : mapping or Recipient
        name, role and places: schools, classes or programmes, or person (the pseudonym of a provider), as the role asks.
    follow_up_days : mapping of status to int, optional
        Days by which somebody is to have asked after the child, from the last follow-up, else from the date of the list.

    Returns
    -------
    Worklist
        By status, school, class and pseudonym; never by value.

    Raises
    ------
    ValueError
        When the role is unknown or is given no list, its places are missing, or a status or number of days is not one.

    Notes
    -----
    Cost: reasons in two languages once for all lists, then about 20 microseconds a child.

    References
    ----------
    Data model, rules 2, 3, 10, 13 and 15; src/rules/recipients.toml.
    """
    one = recipient if isinstance(recipient, Recipient) else _recipient(recipient)
    if one.role.scope == "none":
        raise ValueError(f"childwell.worklist: a {one.role.en} is given no list of children; give report and aggregates instead")
    if one.role.scope == "study":
        raise ValueError("childwell.worklist: the named safety officer is given the safety queue; call safety_queue")
    due = checked_follow_up_days(follow_up_days or {})
    maker = _Maker(flags, one, due)
    rows = maker.rows()
    return Worklist(flags, one, rows, maker.waiting)


def safety_queue(records: Records, *, as_of: DateLike, recipient: Recipient | Mapping[str, Any]) -> SafetyQueue:
    """Forms that concern a child's safety, for the officer whom the institute has named, and for nobody else.

    When to use: in every run, before anything else is looked at; `Records.safety` counts the same forms. It holds whatever
    became of their rows, whatever consent says, beyond every list and capacity. childwell is not the first responder.

    Parameters
    ----------
    records : Records
        Admitted tables.
    as_of : date
        The day whose end ages are counted to; later forms are in it too, with an age of 0.
    recipient : mapping or Recipient
        name and role, which is to be safety_officer.

    Returns
    -------
    SafetyQueue
        Pseudonym, instrument and age in hours of each form, the oldest first; no answer.

    Raises
    ------
    ValueError
        When the recipient is no safety officer, or as_of is no date.

    References
    ----------
    Data model, rule 11.
    """
    one = recipient if isinstance(recipient, Recipient) else _recipient(recipient)
    if one.role.scope != "study":
        raise ValueError(f"childwell.safety_queue: it is for the named safety officer alone, and not for a {one.role.en}")
    return SafetyQueue(records._core, one, iso(as_of, "as_of"))


def checked_follow_up_days(given: Mapping[str, int]) -> dict[str, int]:
    """Days by status; ValueError at the first that is not one."""
    for listing, days in given.items():
        if listing not in LISTINGS or type(days) is not int or days < 0:
            raise ValueError(f"childwell: follow_up_days: a whole number of days, 0 or more, for each of {', '.join(LISTINGS)}")
    return dict(given)


def _recipient(given: Mapping[str, Any]) -> Recipient:
    if not isinstance(given, Mapping) or "name" not in given:
        raise ValueError("childwell: recipient is a mapping with name, role and places, such as {'name': 'hill', 'role': 'counsellor', 'schools': ['S1']}")
    return recipient_of(given["name"], {key: value for key, value in given.items() if key != "name"})


def write_private(made: Worklist | SafetyQueue, folder: Path, name: str) -> None:
    """HTML and CSV into a folder that its owner alone may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_PRIVATE_FOLDER)
    made.html(folder / f"{name}.html")
    made.csv(folder / f"{name}.csv")


def csv_text(table: Table) -> str:
    """CSV with every field quoted, and no field that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(table.columns)
    written = [[_field(value) for value in table[name]] for name in table.columns]
    writer.writerows(zip(*written, strict=True))
    return out.getvalue()


def _field(value: Any) -> str:
    if value is None or value is np.ma.masked or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value)
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.integer | np.floating):
        number = float(value)
        return f"{number:g}" if abs(number) < 1e6 else str(int(value))
    return inert(str(value))


def _written(text: str, path: str | os.PathLike[str] | None, encoding: str) -> str:
    if path is not None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            os.fchmod(file.fileno(), _PRIVATE_FILE)
            file.write(text)
    return text


def _after(date: str, days: int) -> str:
    return (datetime.date.fromisoformat(date) + datetime.timedelta(days=days)).isoformat()


def _status(row: Mapping[str, Any]) -> Bilingual:
    return _words().message(f"listing_{row['listing']}")


def _sentences(row: Mapping[str, Any], name: str, lang: str) -> str:
    at = 0 if name == "reasons" else 1
    said = [reason[at].in_language(lang) for reason in row["reasons"] if reason[at].en]
    if row["other"] and at == 0:
        said.append(_words()("page.hidden").in_language(lang))
    return ("" if lang == "zh" else " ").join(said)


def _moments(row: Mapping[str, Any], shown: set[str]) -> list[Bilingual]:
    """What else there is to know of a child, as short phrases, in the order of the columns."""
    words = _words()
    made = []
    for name, key in (("referred_on", "page.referred"), ("followed_up_on", "page.followed_up"), ("follow_up_due", "page.due"),
                      ("last_served", "page.served")):
        if name in shown and row[name]:
            made.append(joined([words(key), same(row[name])], Bilingual("", " ")))
    return made


def _made_up_note(made_up: bool) -> str:
    return f"<p><strong>{html.escape(_words().message('limit_made_up').both())}</strong></p>" if made_up else ""


def _page(template: str, **given: Any) -> str:
    from markupsafe import Markup

    from ._render import _TEMPLATES, _environment

    style = Markup((_TEMPLATES / "worklist.css").read_text(encoding="utf-8"))
    given["title"], given["about"] = _words()(given["title"]), _words()(given["about"])
    return _environment().get_template(template).render(words=_words(), style=style, **given)
