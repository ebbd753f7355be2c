# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Studies: a TOML file that says what the tables are, what they are for and which rules judge them.

A study file:

    title = "..."                  # above the report's heading
    purpose = "term_review"        # what consents are asked about; on the first screen
    audience = "bureau"            # who reads the report
    recipients = ["institute"]     # who reads the report; or a block for each, as below
    policies = ["us_edfacts_chronic", "not_seen_10_sessions", "small_cells_10"]
    windows = ["year_to_date"]
    families = ["trend", "charts"]  # what to measure beyond what is always there; without it, what reports have groups of
    baseline = 2025-10-31          # charts: the rate without change is that of the school year up to this day
    false_alarms = 50              # charts: as many in 1,000 child-years without any change
    levels = ["city", "county", "township", "school"]
    unit = "child"                 # what one row of the study is: a child, or an enrolment
    official_roll = 30412          # children on the official roll, where an office publishes the number
    registers = "by_exception"     # only where there is no registers table
    parents_asked_from = 2025-03-16  # every child's parents were asked about since: without a row they were at home
    received_on = 2026-01-31       # rows dated later are impossible
    utc_offset_minutes = 480
    id_format = "citizen"          # or "student_number", or a width such as { width = 10 }
    date_formats = ["compact"]
    lag_days = { attendance = 1 }
    made_up = false
    instruments = ["ours.toml"]    # questionnaires of your own, beside this file, in the form of define_instrument

    [origins]                      # relative days count from here
    "2013J" = 2013-10-01

    [policy.our_rule]              # a study's own rule, in the form of the shipped ones
    kind = "pass_mark"
    country = "CN"
    from = 2025-09-01
    source = "decision of the county bureau"
    pass = [1, 2]

    [flags]                        # lists of children; their rules judge by the policies and families above
    rules = ["chronic_us", "ours"]  # in order
    capacity = 20                  # children that a school can look into, or { S1 = 20, S2 = 5 }
    ties = "draw"                  # or "include", "exclude"
    follow_up_days = { not_seen = 1, needs_look = 10 }
    [flags.rule.ours]              # a study's own, in the form of those in flags.toml
    indicator = "attendance.early_absence_rate"
    at_least = [1, 5]
    country = "CN"
    from = 2025-09-01
    source = "decision of the county bureau"

    [recipients.class_32]          # instead of the list: who is given what, by the roles of recipients.toml
    role = "class_teacher"
    classes = ["S1-32"]            # or schools, programmes, person (a provider), as the role asks

    [tables.attendance]
    file = "marks.csv"             # CSV in UTF-8 or GB18030, Parquet; or database = "x.duckdb" with table = "t"
    columns = { child = "student", code = "mark" }
    null_tokens = ["x"]
    [tables.attendance.codes.code]
    "√" = "present"

    [tables.enrolment]
    select = "SELECT ... FROM registrations JOIN origins USING (presentation)"   # run by DuckDB over the files

In a select, every file of the data folder is a view named after it, and `origins` is a view of [origins] with the
columns `group` and `date`.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import _core
from ._api import Cohort, Indicators, Records, admit, assemble, find_policies, measure
from ._dates import MeasuredDates, measure_dates
from ._declaration import check_declaration
from ._described import Described
from ._flags import Flags, flag, flag_rules
from ._frames import library_of
from ._key import Key
from ._recipients import Recipient, declared_recipients, readers
from ._report_groups import families_of
from .instruments._registry import instruments_of_document


class Study(Described):
    """A study: tables with what they are for.

    Use `.records`, `.cohort` and `.measure(as_of=)`; made by `open_study`. Nothing is read before it is asked for.

    Parameters
    ----------
    tables : mapping of table name to frame
        The study's tables.
    options : dict
        What the study declares.
    key : Key
        For pseudonyms.

    Returns
    -------
    Study
        Counts in its repr, and no value.

    Raises
    ------
    ValueError
        When the declaration has unknown keys.

    References
    ----------
    House file, idea 6: a rule is data, named, dated and sourced.
    """

    def __init__(self, tables: Mapping[str, Any], options: Mapping[str, Any], key: Key, *,
                 refused_lines: Mapping[str, Sequence[tuple[int, int]]] | None = None,
                 inputs: Sequence[Mapping[str, Any]] = (), instruments: Sequence[Any] = ()) -> None:
        self.tables = tables
        self.options = dict(options)
        self.instruments = list(instruments)
        if self.instruments:
            self.options["instruments"] = [one.as_dict() for one in self.instruments]  # the hash names their keys too
        self.key = key
        self.refused_lines = dict(refused_lines or {})
        self.inputs = list(inputs)
        self.library = library_of(tables.values()) if not self.inputs else None  # files are nobody's frames
        self._records: Records | None = None
        self._cohort: Cohort | None = None

    @property
    def policies(self) -> list[dict[str, Any]]:
        """The study's policies, shipped and own, disclosure included."""
        return find_policies(self.options.get("policies", []), self.options.get("policy"))

    @property
    def disclosure(self) -> dict[str, Any] | None:
        """The policy that hides small cells; None where the study names none. Two would leave open which one counts."""
        named = [policy for policy in self.policies if policy["kind"] == "disclosure"]
        if len(named) > 1:
            raise ValueError("childwell: policies: the study names several policies of disclosure "
                             f"({', '.join(policy['id'] for policy in named)}); name one of them")
        return named[0] if named else None

    @property
    def recipients(self) -> list[Recipient]:
        """Who is given what, where the study declares recipients by role; a provider stands under the pseudonym."""
        declared = declared_recipients(self.options.get("recipients"))
        return [replace(one, person=self.key.pseudonym("person", one.person)) if one.person else one for one in declared]

    @property
    def readers(self) -> list[str]:
        """Who is given the report."""
        return readers(self.options.get("recipients"))

    def flag(self, indicators: Indicators, *, snapshot: int = 0) -> Flags:
        """List children by the study's own rules, places and ties.

        Use it in notebooks; `childwell.flag` takes every argument.

        Parameters
        ----------
        indicators : Indicators
            Of this study.
        snapshot : int
            Position of the date and window in `.snapshots`.

        Returns
        -------
        Flags
            Lists with reasons.

        Raises
        ------
        ValueError
            When the study has no [flags], or what a rule needs was not measured.

        References
        ----------
        Data model, rules 2, 5 and 7 to 11.
        """
        given = self.options.get("flags")
        if not given:
            raise ValueError("childwell: study: there is no [flags] with rules, so nobody can be listed; name some, see flag_rules")
        own = flag_rules(given["rule"], instruments=self.instruments) if given.get("rule") else {}
        return flag(indicators, rules=[own.get(name, name) for name in given["rules"]], instruments=self.instruments, capacity=given.get("capacity"),
                    ties=given.get("ties", "include"), seed=given.get("seed", 1), snapshot=snapshot)

    @property
    def hash(self) -> str:
        """Names the declaration: equal declarations have equal hashes."""
        text = json.dumps(self.options, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @property
    def records(self) -> Records:
        """The admitted tables."""
        if self._records is None:
            self._records = self._admit(strict=False)
        return self._records

    def _admit(self, *, strict: bool) -> Records:
        options = self.options
        records = admit(
            self.tables,
            key=self.key,
            purpose=options.get("purpose", ""),
            recipients=sorted({name for one in self.recipients if one.role.scope not in ("none", "study") for name in (one.name, one.role.name)}),
            lag_days=options.get("lag_days"),
            registers=options.get("registers"),
            parents_asked_from=options.get("parents_asked_from"),
            codes=options.get("codes"),
            received_on=options.get("received_on"),
            utc_offset_minutes=options.get("utc_offset_minutes", 480),
            id_format=options.get("id_format"),
            date_formats=options.get("date_formats", ()),
            strict=strict,
            refused_lines=self.refused_lines,
            made_up=options.get("made_up", False),
            instruments=self.instruments,
        )
        records.library = self.library
        return records

    @property
    def cohort(self) -> Cohort:
        """Children through time."""
        if self._cohort is None:
            self._cohort = assemble(self.records)
        return self._cohort

    def measure(self, *, as_of: Any, windows: Sequence[str] | None = None, families: Sequence[str] | None = None,
                baseline: Any = None, false_alarms: float | None = None) -> Indicators:
        """Measure under the study's own policies and windows, and the families of whose tables a report has groups.

        Use it in notebooks; `childwell.measure` takes every argument.

        Parameters
        ----------
        as_of : date or sequence of dates
            What was not known by then is not seen.
        windows, families : sequence of str, optional
            Instead of the study's own; forms as in `childwell.measure`. Where neither names families, they are those of
            which a report has groups and whose tables the study has; an empty list is none.
        baseline : date, optional
            For charts, instead of the study's own.
        false_alarms : float, optional
            For charts, in 1,000 child-years, instead of the study's own.

        Returns
        -------
        Indicators
            One snapshot a date and window.

        Raises
        ------
        ValueError
            When a date, policy, window or family is unknown.

        References
        ----------
        Data model, rules 2 and 4 to 8.
        """
        made = measure(self.cohort, as_of=as_of, **self._measured(windows, families, baseline, false_alarms))
        made.study = self  # its disclosure, levels, purpose and audience stand for those that nobody gives
        return made

    def measure_dates(self, *, as_of: Sequence[Any], windows: Sequence[str] | None = None, families: Sequence[str] | None = None,
                      baseline: Any = None, false_alarms: float | None = None) -> MeasuredDates:
        """Measure many dates, one after another, under the study's own policies, windows and families.

        Use it for dozens of dates of a city, of which memory holds one at a time; `childwell.measure_dates` takes every
        argument.

        Parameters
        ----------
        as_of : sequence of dates
            In any order; they are measured in order of time, each once.
        windows, families, baseline, false_alarms
            As in `Study.measure`.

        Returns
        -------
        MeasuredDates
            An iterator of `Indicators`, one for each date.

        Raises
        ------
        ValueError
            When a date, policy, window or family is unknown.

        References
        ----------
        House file, ideas 1 and 3.
        """
        made = measure_dates(self.cohort, as_of=as_of, **self._measured(windows, families, baseline, false_alarms))
        made.study = self
        return made

    def _measured(self, windows: Any, families: Any, baseline: Any, false_alarms: Any) -> dict[str, Any]:
        """What is measured by: the study's own, and what is given instead of it."""
        asked = {"windows": windows, "families": families, "baseline": baseline, "false_alarms": false_alarms}
        own = {"families": families_of(self.tables)} | {name: self.options[name] for name in asked if name in self.options}
        judging = [policy for policy in self.policies if policy["kind"] != "disclosure"]
        return {"policies": judging} | own | {name: value for name, value in asked.items() if value is not None}

    @property
    def made_up(self) -> bool:
        """Whether the study says that its tables describe nobody."""
        return bool(self.options.get("made_up", False))

    def __repr__(self) -> str:
        names = ", ".join(policy["id"] for policy in self.policies) or "none"
        return f"childwell.Study: {len(self.tables)} tables for {self.options.get('purpose') or 'no purpose'}; policies: {names}"


def open_study(
    study: str | os.PathLike[str] | Mapping[str, Any],
    *,
    key: Key,
    data: str | os.PathLike[str] | None = None,
    policies: Sequence[str] | None = None,
    purpose: str | None = None,
    codes: Mapping[str, Mapping[str, str]] | None = None,
    instruments: Sequence[Any] = (),
) -> Study:
    """Open a study: admit and assemble for the impatient.

    When to use: in notebooks and for runs. For full control call `admit` and `assemble`.

    Parameters
    ----------
    study : path or mapping of table name to frame
        A study file, or the tables themselves (a made-up city brings its own policies, purpose and codes).
    key : Key
        Turns identifiers into pseudonyms; there is no default.
    data : path, optional
        Folder of the study's files; the study file's own folder where absent.
    policies : sequence of str, optional
        Judgement rules, instead of the study's.
    purpose : str, optional
        What the study is for, instead of the study's.
    codes : mapping, optional
        Code maps for tables given as frames.
    instruments : sequence of Instrument, mapping, str or Path
        Questionnaires of your own beside the study's: each as `instruments.define_instrument` takes or makes one, a
        document with as many as it has. Their scores become indicators as those of the instruments that ship.

    Returns
    -------
    Study
        With `.records`, `.cohort` and `.measure(as_of=)`.

    Raises
    ------
    ValueError
        When the study file has unknown keys, a file is missing, or an instrument is not as define_instrument asks or has
        the name of another.

    References
    ----------
    The form of a study file stands in the documentation of `childwell._study`.
    """
    if isinstance(study, Mapping):
        options: dict[str, Any] = {
            "purpose": purpose if purpose is not None else getattr(study, "purpose", ""),
            "policies": list(policies if policies is not None else getattr(study, "policies", [])),
            "codes": dict(codes or getattr(study, "codes", {})),
            "made_up": bool(getattr(study, "made_up", False)),
        }
        for name in ("parents_asked_from", "families", "flags", "recipients"):
            given = getattr(study, name, None)
            if given is not None:
                options[name] = given
        return Study(dict(study), options, key, instruments=_instruments(instruments))
    path = Path(study)
    options = read_study(path)
    if policies is not None:
        options["policies"] = list(policies)
    if purpose is not None:
        options["purpose"] = purpose
    from ._sources import read_sources

    folder = Path(data) if data is not None else path.parent
    own = [one for name in options.pop("instruments", []) for one in _instruments_of_file(path.parent / name, name)]
    own += _instruments(instruments)
    tables, refused, inputs = read_sources(options.pop("sources"), folder, options.get("origins", {}))
    return Study(tables, options, key, refused_lines=refused, inputs=inputs, instruments=own)


def _instruments(given: Any) -> list[Any]:
    """Instruments as objects: those that are, and every one of each document."""
    made: list[Any] = []
    for one in [given] if isinstance(given, str | Path | Mapping) else given:
        made += [one] if isinstance(one, _core.instruments.Instrument) else instruments_of_document(one)
    return made


def _instruments_of_file(path: Path, name: str) -> list[Any]:
    """Every instrument of a file that a study names."""
    where = f"childwell: study: instruments: {name}"
    try:
        return instruments_of_document(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (FileNotFoundError, IsADirectoryError):
        raise ValueError(f"{where}: there is no such file beside the study file") from None
    except UnicodeDecodeError:
        raise ValueError(f"{where} is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where} is not TOML: {error}") from None
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def read_study(path: Path) -> dict[str, Any]:
    """The declaration in a study file; tables as `sources`, code maps as `codes`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, IsADirectoryError):
        raise ValueError(f"childwell: study: there is no file {path.name}; give the path of a study file") from None
    except UnicodeDecodeError:
        raise ValueError(f"childwell: study: {path.name} is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"childwell: study: {path.name} is not TOML: {error}") from None
    check_declaration(document, path.name)
    options = dict(document)
    options.setdefault("purpose", "")
    options.setdefault("policies", [])
    find_policies(options["policies"], options.get("policy"))
    sources = options.pop("tables", {})
    codes = {}
    for name, source in sources.items():
        for column, words in source.get("codes", {}).items():
            codes[f"{name}.{column}"] = words
    options["codes"] = codes
    options["sources"] = sources
    options["origins"] = {group: _day(date) for group, date in options.get("origins", {}).items()}
    return options


def _day(date: Any) -> str:
    return date.isoformat() if isinstance(date, datetime.date) else str(date)
