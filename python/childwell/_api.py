# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The verbs: admit, assemble, measure, aggregate. Arguments in, labelled results out; every number is the core's."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core
from ._described import Described
from ._frames import as_stream, library_of, says_made_up, to_frame
from ._key import Key
from ._messages import describe
from ._suggest import unknown_name
from ._table import Categorical, Table, coded
from ._views import AggregateViews, CohortViews, IndicatorViews, RecordViews

if TYPE_CHECKING:
    from ._compose import WellbeingIndex
    from ._flags import Flags

DateLike = str | datetime.date


class DataError(ValueError):
    """Data that break the schema.

    Use `.faults` to see what is wrong; the message words the first of them. Not for rows: those are in the quarantine.

    Parameters
    ----------
    faults : list of dict
        Each with code, table, column and rows; names of tables, columns and places, never a child's value.

    Returns
    -------
    DataError
        An exception with `.faults`.

    Raises
    ------
    Never.

    References
    ----------
    The house's table of errors.
    """

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        self.faults = faults
        worded = [describe(fault["code"], lang="en", **{k: v for k, v in fault.items() if k != "code"}) for fault in faults]
        super().__init__("childwell: " + " ".join(worded))


@cache
def _shipped_policies() -> dict[str, dict[str, Any]]:
    document = tomllib.loads(_core.rules("policies"))
    return {name: {"id": name, **rule} for name, rule in document.items() if name != "version"}


def policies() -> dict[str, dict[str, Any]]:
    """The judgement rules that ship with childwell, by name.

    When to use: to choose policies for a study; none is a default.

    Returns
    -------
    dict of str to dict
        Kind, country, date, source, both names and parameters of each policy.

    Parameters
    ----------
    None.

    Raises
    ------
    Never.

    References
    ----------
    src/rules/policies.toml, with the source of each rule.
    """
    return {name: dict(rule) for name, rule in _shipped_policies().items()}


_BY_COURSES = ("academic.course", "academic.core_", "academic.on_track", "academic.over_age", "academic.years_over")
_DISCLOSURE_UNNAMED = "small_cells_10"  # what rule 14 of the data model asks for; the result says that nobody named it


def find_policies(names: Iterable[str], own: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Policies by name, a study's own included; an unknown name is an error that says which are meant, a second one another."""
    known: dict[str, Any] = {**_shipped_policies(), **{name: {"id": name, **rule} for name, rule in (own or {}).items()}}
    found: list[dict[str, Any]] = []
    for name in names:
        if name not in known:
            raise unknown_name("policies", "policy", name, known, see="childwell.policies")
        if any(one["id"] == name for one in found):
            raise ValueError(f"childwell: policies: {name!r} is named twice; name each policy once")
        found.append(dict(known[name]))
    return found


def iso(date: DateLike, what: str) -> str:
    """A date as YYYY-MM-DD, or an error that names the argument."""
    if isinstance(date, datetime.datetime):
        return date.date().isoformat()
    if isinstance(date, datetime.date):
        return date.isoformat()
    try:
        return datetime.date.fromisoformat(date).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"childwell: {what}: {date!r} is not a date; write YYYY-MM-DD") from None


def text_column(values: Sequence[str]) -> Categorical:
    """Texts as codes; an empty text is missing."""
    categories = sorted({value for value in values if value})
    position = {value: code for code, value in enumerate(categories)}
    codes = np.fromiter((position.get(value, -1) for value in values), dtype=np.int32, count=len(values))
    return Categorical(codes, tuple(categories))


def _named(records: Any) -> str:
    """How a repr begins: made-up data are marked wherever they stand."""
    return "made-up childwell." if records._core.made_up else "childwell."


class Records(RecordViews, Described):
    """Typed, checked tables of one study.

    Use `.ledger` and `.quarantine` to see what became of every row; hand the records to `assemble`. Made by `admit`.

    Parameters
    ----------
    core : the compiled records.

    Returns
    -------
    Records
        Counts in its repr, and no value.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 1, 3 and 4.
    """

    def __init__(self, core: Any, library: str | None = None) -> None:
        self._core = core
        self.library = library  # whose frames came in, and so go out

    @property
    def ledger(self) -> dict[str, Any]:
        """Rows and children accounted for: accepted + corrected + quarantined = read in every table."""
        made: dict[str, Any] = self._core.ledger()
        return made

    @property
    def quarantine(self) -> Table:
        """Rows set aside: table, row, reason and column, and no value."""
        columns = self._core.quarantine()
        return Table({"table": text_column(columns["table"]), "row": columns["row"],
                      "reason": text_column(columns["reason"]), "column": text_column(columns["column"])})

    @property
    def faults(self) -> list[dict[str, Any]]:
        """What is wrong with tables as a whole."""
        made: list[dict[str, Any]] = self.ledger["faults"]
        return made

    def safety(self, *, as_of: DateLike) -> Table:
        """Count the answers that concern a child's safety, with their age, for the officer whom the institute has named.

        Use it in every run and before any other result; childwell is not the first responder. Not for a shared file: the
        counts name no child, and are small. Forms count whatever became of their rows, also beyond the as-of date.

        Parameters
        ----------
        as_of : date
            The day whose end ages are counted to.

        Returns
        -------
        Table
            One row for each instrument that asks after safety: instrument, forms and children concerned, oldest_hours and
            newest_hours (from the start of the form's day), undated, later (than as_of), asked, unanswered.

        Raises
        ------
        ValueError
            When as_of is not a date.

        References
        ----------
        Data model, rule 11; the items with their sources in the rules of the instruments.
        """
        rows = self._core.safety(iso(as_of, "as_of"))
        names = ("forms", "children", "oldest_hours", "newest_hours", "undated", "later", "asked", "unanswered")
        columns: dict[str, Any] = {"instrument": np.array([row["instrument"] for row in rows], dtype=object)}
        return Table(columns | {name: np.array([row[name] for row in rows], dtype=np.int64) for name in names},
                     made_up=self._core.made_up)

    def __repr__(self) -> str:
        tables = self.ledger["tables"].values()
        read, aside = (sum(table[key] for table in tables) for key in ("read", "quarantined"))
        return f"{_named(self)}Records: {self._core.children} children, {len(tables)} tables, {read} rows read, {aside} quarantined"


class Cohort(CohortViews, Described):
    """Children through time. Made by `assemble`; hand it to `measure`.

    Use `.ledger` to see which marks were kept apart, and `.schools_missing` for schools that cannot be measured.

    Parameters
    ----------
    core : the compiled cohort.

    Returns
    -------
    Cohort
        Counts in its repr, and no value.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 1, 3 and 4.
    """

    def __init__(self, core: Any, records: Records) -> None:
        self._core = core
        self.records = records

    @property
    def ledger(self) -> dict[str, Any]:
        """The ledger of the records, with the marks that were kept apart."""
        made: dict[str, Any] = self._core.ledger()
        return made

    @property
    def schools_missing(self) -> list[tuple[str, str]]:
        """Schools by code with the reason why they cannot be measured."""
        return sorted(self._core.schools_missing())

    @property
    def assumptions(self) -> dict[str, int]:
        """What had to be assumed, by message code, and how often."""
        return dict(self._core.assumptions)

    def __repr__(self) -> str:
        return (f"{_named(self.records)}Cohort: {self._core.children} children, {self._core.lanes} enrolment spells, "
                f"{self._core.papers} papers, {self._core.nbytes / 1e6:.1f} MB of sessions")


class Indicators(IndicatorViews, Described):
    """Finished states of every child at every date. Made by `measure`.

    Use `.frame()` for estimates, `aggregate` for groups. Not to be forwarded: it holds children, under pseudonyms.

    Parameters
    ----------
    core : the compiled indicators.

    Returns
    -------
    Indicators
        Counts in its repr, and no value.

    Raises
    ------
    Never.

    References
    ----------
    House file, ideas 4 and 5.
    """

    def __init__(self, core: Any, cohort: Cohort, policies_used: list[dict[str, Any]], asked: Mapping[str, Any] | None = None) -> None:
        self._core = core
        self.cohort = cohort
        self.policies = policies_used
        self.asked = dict(asked or {})  # level, families, baseline and false alarms, to measure the same again
        self.study: Any = None          # the study that asked, with its disclosure, levels and purpose

    @property
    def snapshots(self) -> list[tuple[str, str]]:
        """Date and window of each snapshot."""
        return [self._core.snapshot(i) for i in range(self._core.snapshots)]

    @property
    def families(self) -> list[str]:
        """What was measured beyond what is always there."""
        return list(self.asked.get("families", ()))

    def _known(self, snapshot: int) -> int:
        count = self._core.snapshots
        if not isinstance(snapshot, int | np.integer) or not 0 <= snapshot < count:
            raise ValueError(f"childwell: there is no snapshot {snapshot!r}; this has {count}, counted from 0: see .snapshots")
        return int(snapshot)

    def roll(self, snapshot: int = 0) -> dict[str, int]:
        """Children on the roll: on_roll = seen + not_seen + suspended + left_known + left_unknown.

        Use it first, in every study: a rate says nothing about children who are in no row of it.

        Parameters
        ----------
        snapshot : int
            Position of the date and window in `.snapshots`.

        Returns
        -------
        dict
            Counts of children by name; those who attend without enrolment, or whose consent is withdrawn, apart.

        Raises
        ------
        ValueError
            When there is no such snapshot.

        References
        ----------
        Data model, rules 2 and 3; held by tests on dirty tables.
        """
        made: dict[str, int] = self._core.roll(self._known(snapshot))
        return made

    def table(self, snapshot: int = 0) -> Table:
        """Estimates of one snapshot in long form.

        Use it to write or to join; `.frame` gives one indicator as a data frame.

        Parameters
        ----------
        snapshot : int
            Position of the date and window in `.snapshots`.

        Returns
        -------
        Table
            One row a child, scope and indicator: value, lower, upper, n_expected, n_observed and status; a missing
            value is NaN and its status says why.

        Raises
        ------
        ValueError
            When there is no such snapshot. Cost: about 7 microseconds a child.

        References
        ----------
        House file, idea 5: indicators hold states, estimates come at the edge.
        """
        return self._as_table(self._core.columns(self._known(snapshot)))

    def _as_table(self, columns: Mapping[str, Any]) -> Table:
        made: dict[str, Any] = {}
        for name, column in columns.items():
            if isinstance(column, tuple):
                made[name] = Categorical(column[0], tuple(column[1]))
            elif name == "as_of":
                made[name] = column.astype("datetime64[D]")
            else:
                made[name] = column
        return Table(made, made_up=self.cohort.records._core.made_up)

    def frame(self, indicator: str | None = None, *, snapshot: int = 0) -> Any:
        """Estimates as a data frame of the library whose frames came in.

        Where mappings, files or a made-up city came in, it is polars where that is installed, else pandas, else `Table`.

        Use it in notebooks.

        Parameters
        ----------
        indicator : str, optional
            Name in the catalogue; all where absent.
        snapshot : int
            Position of the date and window in `.snapshots`.

        Returns
        -------
        data frame
            The columns of `.table`.

        Raises
        ------
        ValueError
            When there is no such snapshot or indicator.

        References
        ----------
        `childwell.catalogue` lists the indicators.
        """
        return to_frame(self._only(indicator, snapshot), self.cohort.records.library)

    def _only(self, indicator: str | None, snapshot: int) -> Table:
        """The rows of one indicator of a snapshot; all where it is None."""
        table = self.table(snapshot)
        if indicator is None:
            return table
        names = coded(table, "indicator")
        known = names.categories
        if indicator not in known:
            raise unknown_name("Indicators.frame", "indicator", indicator, known, see="childwell.catalogue")
        return table.take(np.flatnonzero(names.codes == known.index(indicator)))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table(0).__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        dates = ", ".join(f"{as_of} {window}" for as_of, window in self.snapshots)
        names = ", ".join(policy["id"] for policy in self.policies) or "no policy"
        return f"{_named(self.cohort.records)}Indicators: {self.cohort._core.children} children, as of {dates}; policies: {names}"


class Aggregates(AggregateViews, Described):
    """Groups of children, small cells hidden. Made by `aggregate`.

    Use `.frame()` for the table, `report` for a page. Only this leaves the institute.

    Parameters
    ----------
    core : the compiled groups.

    Returns
    -------
    Aggregates
        Counts in its repr.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rule 14.
    """

    def __init__(self, core: Any, indicators: Indicators, policy: dict[str, Any], level: float = 0.95, *,
                 policy_named: bool = True, rules: Sequence[Mapping[str, Any]] = ()) -> None:
        self._core = core
        self.indicators = indicators
        self.policy = policy
        self.rules = list(rules)  # of listing, where flags were grouped
        self.policy_named = policy_named
        self.level = level

    def table(self) -> Table:
        """All rows, by date, measure, hierarchy, level and code of place; never by value."""
        columns = self._core.columns()
        snapshots = self.indicators.snapshots
        numbers = columns.pop("snapshot")
        made: dict[str, Any] = {
            "as_of": np.array([snapshots[i][0] for i in numbers], dtype="datetime64[D]"),
            "window": text_column([snapshots[i][1] for i in numbers]),
        }
        masks = {}
        for name, column in columns.items():
            made[name] = text_column(column) if isinstance(column, list) else column
            if name in ("n", "n_expected", "n_observed"):
                masks[name] = column < 0
        return Table(made, masks=masks, made_up=self.indicators.cohort.records._core.made_up)

    def frame(self) -> Any:
        """All rows as a data frame of the library whose frames came in; without any, polars, else pandas, else `Table`."""
        return to_frame(self.table(), self.indicators.cohort.records.library)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"{_named(self.indicators.cohort.records)}Aggregates: {len(self._core)} rows, cells under {self.policy['minimum_cell']} hidden"


def admit(
    tables: Mapping[str, Any],
    *,
    key: Key,
    purpose: str = "",
    recipients: Sequence[str] = (),
    lag_days: Mapping[str, int] | None = None,
    registers: str | None = None,
    parents_asked_from: DateLike | None = None,
    codes: Mapping[str, Mapping[str, str]] | None = None,
    received_on: DateLike | None = None,
    utc_offset_minutes: int = 480,
    id_format: str | Mapping[str, int] | None = None,
    date_formats: Sequence[str] = (),
    strict: bool = False,
    refused_lines: Mapping[str, Sequence[tuple[int, int]]] | None = None,
    made_up: bool = False,
    instruments: Sequence[Any] = (),
) -> Records:
    """Check untrusted tables and turn them into records.

    When to use: once for all tables of a study. Marks outside an enrolment or on a day without school are kept and
    counted apart, never dropped.

    Parameters
    ----------
    tables : mapping of table name to frame
        polars, pandas, pyarrow, DuckDB relations, `childwell.Table` or anything with `__arrow_c_stream__`. Any subset
        of the data model is a study. Null, NaN and empty text are missing.
    key : Key
        Turns identifiers into pseudonyms; there is no default.
    purpose : str
        What the study is for; consents withdrawn for it are honoured.
    recipients : sequence of str
        Who is given lists of children, by name or role: a consent named for one of them is about what is shown there,
        and keeps nothing from being measured.
    lag_days : mapping of table name to int, optional
        Days until a row was known, where `known_on` is missing [days; default 0].
    registers : {"full", "by_exception"}, optional
        What a blank means, for studies without a registers table.
    parents_asked_from : date, optional
        Every child's parents were asked about from this day on: one without a row in `migration` was at home. Where it
        is missing, nothing is known of such a parent.
    codes : mapping of "table.column" to mapping of code to word, optional
        The study's codes.
    received_on : date, optional
        Rows dated later are impossible (E06).
    utc_offset_minutes : int
        Of the schools, for times with a zone [minutes].
    id_format : {"citizen", "student_number"} or {"width": n}, optional
        What children's ids look like, so that damage is seen.
    date_formats : sequence of {"compact", "separated", "chinese", "excel_1900", "excel_1904"}
        Forms beside YYYY-MM-DD. A row in a declared form is accepted, not corrected; in any other it is quarantined.
    strict : bool
        Whether one quarantined row stops the study.
    refused_lines : mapping of table name to list of (line, reason number), optional
        Lines that a file reader refused before.
    made_up : bool
        Whether the data describe nobody. One table that bears the mark is enough without it.
    instruments : sequence of Instrument
        The study's own, as `instruments.define_instrument` makes them: rows of `screens` name them as they name those
        that ship, and pass the same checks.

    Returns
    -------
    Records
        With `.ledger`, `.quarantine` and `.faults`.

    Raises
    ------
    DataError
        When a table as a whole cannot be read, or in strict mode.
    ValueError
        When an option names something that does not exist, or an instrument has the name of one that ships, or a name
        that no indicator can have.

    Notes
    -----
    Cost: one pass and one sort for each table.

    References
    ----------
    Data model, rules 1, 3 and 4; reason codes E01 to E32, each planted and found in the tests.
    """
    if not isinstance(key, Key):
        raise ValueError("childwell.admit: key is missing; make one with childwell.Key.create(path) and keep it safe")
    width = id_format["width"] if isinstance(id_format, Mapping) else 0
    options = {
        "purpose": purpose,
        "recipients": list(recipients),
        "lag_days": dict(lag_days or {}),
        "registers": registers or "",
        "parents_asked_from": "" if parents_asked_from is None else iso(parents_asked_from, "parents_asked_from"),
        "codes": {column: dict(words) for column, words in (codes or {}).items()},
        "received_on": "" if received_on is None else iso(received_on, "received_on"),
        "utc_offset_minutes": utc_offset_minutes,
        "id_format": "width" if isinstance(id_format, Mapping) else id_format or "",
        "id_width": width,
        "date_formats": list(date_formats),
        "strict": strict,
        "made_up": made_up or bool(getattr(tables, "made_up", False)) or any(map(says_made_up, tables.values())),
        "refused_lines": {name: list(lines) for name, lines in (refused_lines or {}).items()},
        "instruments": _own_instruments(instruments),
    }
    streams = {name: as_stream(table, name) for name, table in tables.items()}
    made = _core.admit(streams, key.pseudonym, key.key_id, options)
    if isinstance(made, list):
        raise DataError(made)
    return Records(made, library_of(tables.values()))


def _own_instruments(given: Any) -> list[Any]:
    """The study's own instruments, already checked by define_instrument."""
    own = [given] if isinstance(given, str | Mapping) else list(given)
    if not all(isinstance(one, _core.instruments.Instrument) for one in own):
        raise ValueError("childwell.admit: instruments is a list of what childwell.instruments.define_instrument makes")
    return own


def assemble(records: Records) -> Cohort:
    """Put records in order of child and time.

    When to use: after `admit`. Each child's expected sessions come from calendar, sessions and boarding group; the
    register says what a blank means, and where paperwork of two schools overlaps, it decides the day.

    Parameters
    ----------
    records : Records
        Admitted tables.

    Returns
    -------
    Cohort
        Children through time.

    Raises
    ------
    Never.

    Notes
    -----
    Cost: one byte for each enrolment and session, four where marks were known late.

    References
    ----------
    Data model, rules 1, 3 and 4; worked examples in the tests.
    """
    return Cohort(_core.assemble(records._core), records)


def measure(
    cohort: Cohort,
    *,
    as_of: DateLike | Sequence[DateLike],
    policies: Sequence[str | Mapping[str, Any]] = (),
    windows: Sequence[str] = ("year_to_date",),
    level: float = 0.95,
    families: Sequence[str] = (),
    baseline: DateLike | None = None,
    false_alarms: float | None = None,
) -> Indicators:
    """Measure every child as of one or many dates.

    When to use: after `assemble`. Nothing dated or known after an as-of date is seen, and an end after it is open.

    Parameters
    ----------
    cohort : Cohort
        Children through time.
    as_of : date or list of dates
        Explicit; nothing reads the clock.
    policies : sequence of str or policy
        Judgement rules by name; none is a default.
    windows : sequence of str
        year_to_date, last_20_sessions, or 2025-09-01..2026-01-31 (half-open).
    level : float
        Level of intervals, in (0, 1).
    families : sequence of {"trend", "week_pattern", "outlook", "early", "mobility", "charts", "change",
        "progress", "contact", "separation", "left_behind", "guardianship", "visits", "screening", "help"}
        What to measure beyond what is always there; `childwell.catalogue` says in its column request which indicators
        each of them brings. Each reads the days once more.
    baseline : date, optional
        For charts: the rate without change is the child's own up to this day, drawn towards that of its grade and school.
    false_alarms : float, optional
        For charts: how many false alarms in 1,000 child-years without any change are acceptable, for each chart.

    Returns
    -------
    Indicators
        One snapshot for each date and window.

    Raises
    ------
    ValueError
        When a date, window, policy or family is unknown, or charts are asked for without baseline and false_alarms.

    Notes
    -----
    Cost: one pass over the sessions for each window, whatever the number of dates, and about 0.4 kB a child for each date
    and window; `measure_dates` holds one date at a time. Families on request read the days once more for each date.

    References
    ----------
    mission B1 and B2; worked examples and a day-by-day reference in the tests.
    """
    arguments, used, asked = asked_for("measure", as_of, policies, windows, level, families, baseline, false_alarms)
    return Indicators(_core.measure(cohort._core, *arguments), cohort, used, asked)


def asked_for(verb: str, as_of: DateLike | Sequence[DateLike], policies: Sequence[str | Mapping[str, Any]], windows: Sequence[str],
              level: float, families: Sequence[str], baseline: DateLike | None,
              false_alarms: float | None) -> tuple[tuple[Any, ...], list[dict[str, Any]], dict[str, Any]]:
    """What the core takes to measure, the policies in full, and what to ask for to measure the same again."""
    dates = [as_of] if isinstance(as_of, str | datetime.date) else list(as_of)
    named = [name for name in policies if isinstance(name, str)]
    own = [dict(policy) for policy in policies if not isinstance(policy, str)]
    used = find_policies(named) + own
    if not 0 < level < 1:
        raise ValueError(f"childwell.{verb}: level must lie between 0 and 1")
    if isinstance(families, str):
        raise ValueError(f"childwell.{verb}: families is a list, such as ['trend', 'outlook']")
    known = _core.request_words()
    for family in families:
        if family not in known:
            raise unknown_name(verb, "family", family, known, see="the column request of childwell.catalogue")
    arguments = ([iso(date, "as_of") for date in dates], list(windows), used, level, list(families),
                 "" if baseline is None else iso(baseline, "baseline"), 0.0 if false_alarms is None else float(false_alarms))
    asked = {"level": level, "families": tuple(families), "baseline": baseline, "false_alarms": false_alarms}
    return arguments, used, asked


def referral_waits(
    cohort: Cohort,
    *,
    as_of: DateLike,
    first: DateLike | None = None,
    until: str = "outcome",
    by_reason: bool = False,
    level: float = 0.95,
    scale: str = "log_log",
) -> dict[str, Any]:
    """How long referrals wait, open ones counted for as long as they have waited.

    When to use: for the timeliness of help, as the median wait and its interval. An open referral is watched to the as-of
    date, or to the last day that its child was enrolled. Not for publishing: the counts are small, and nothing is hidden.

    Parameters
    ----------
    cohort : Cohort
        Children through time, with referrals.
    as_of : date
        What was not known by then is not seen.
    first : date, optional
        Earlier referrals are left out.
    until : {"outcome", "help"}
        What ends a wait: any outcome, or the first counselling or service from the day of the referral on.
    by_reason : bool
        One curve for each reason.
    level : float
        Of the intervals, in (0, 1).
    scale : {"log_log", "log", "plain"}
        On which the intervals are symmetric.

    Returns
    -------
    dict of str to KaplanMeier
        Waits in days, by reason, or all under "all"; as from `childwell.stats.kaplan_meier`.

    Raises
    ------
    ValueError
        When a date or an option is unknown. Cost: one pass over the referrals and a sort.

    References
    ----------
    mission B5, timeliness; Kaplan and Meier 1958.
    """
    made = _core.referral_waits(cohort._core, iso(as_of, "as_of"), "" if first is None else iso(first, "first"), until, bool(by_reason),
                                float(level), scale)
    return {reason if by_reason else "all": curve for reason, curve in made}


def illness_outbreaks(
    cohort: Cohort,
    *,
    as_of: DateLike,
    by: str = "school",
    weeks: int = 8,
    years: int = 5,
    half_window: int = 3,
    level: float = 0.995,
) -> Table:
    """Spells of illness that begin in a week at a school or in a class, against the same weeks of past years.

    When to use: for the school's own nurse or the county's office of health, on attendance of several years with
    reasons. Not for publishing: the counts are small.

    Parameters
    ----------
    cohort : Cohort
        Children through time, of several years.
    as_of : date
        What was not known by then is not seen.
    by : {"school", "class"}
        Whose weeks are looked at.
    weeks : int
        How many of the last weeks to give, at least 1.
    years : int
        Past years that give reference weeks, at least 1.
    half_window : int
        Weeks on each side of the same week in each past year.
    level : float
        Probability of a count at most at the limit without outbreak, in (0.5, 1).

    Returns
    -------
    Table
        One row a place and week: ill, child_days, expected, limit, exceedance, alarm and status; not_enough_data where
        past years are too few, boundary where they had no illness, not_recorded in weeks without a mark.

    Raises
    ------
    ValueError
        When an option is outside its range.

    Notes
    -----
    Cost: one pass over the sessions of all years, and the limits of each place's weeks.

    References
    ----------
    Noufaily and others 2013, Stat. Med. 32; `stats.outbreak_limits`.
    """
    if by not in ("school", "class"):
        raise ValueError(f"childwell.illness_outbreaks: by is {by!r}; write school or class")
    made: dict[str, Any] = {}
    columns = _core.illness_outbreaks(cohort._core, iso(as_of, "as_of"), by == "class", weeks, years, half_window, level)
    for name, column in columns.items():
        if isinstance(column, tuple):
            made[name] = Categorical(column[0], tuple(column[1]))
        elif name == "week":
            made[name] = column.astype("datetime64[D]")
        else:
            made[name] = column.astype(bool) if name == "alarm" else column
    return Table(made, made_up=cohort.records._core.made_up)


def aggregate(
    indicators: Indicators,
    *beside: WellbeingIndex | Flags,
    by: Sequence[str] = ("city", "county", "township", "school"),
    policy: str | Mapping[str, Any] | None = None,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> Aggregates:
    """Group children by the declared hierarchies, observed beside pooled, small cells hidden.

    When to use: for everything that leaves the institute. Days count at the school where they happened; shares of
    children count each child once, where the child is enrolled now. An index is a mean among the children of one set of
    domains, which stands in `subject`; flags are the share of children with a reason to look, by any rule and by each. What
    is published together is to be grouped in one call: shares of the same children are protected from each other.

    Parameters
    ----------
    indicators : Indicators
        Finished states.
    *beside : WellbeingIndex or Flags
        What was composed and flagged of these indicators, to be grouped with them.
    by : sequence of {"city", "county", "township", "school", "class"}
        Levels to show.
    policy : str or policy, optional
        The rule of disclosure. Without one small_cells_10 stands, because nothing may leave unprotected; report and
        provenance then say that it was not named.
    level : float
        Level of intervals, in (0, 1).
    design_effect : float
        Of clustering above the child (classes, schools), above 0: multiplies the sampling variances, which count
        children as independent.

    Returns
    -------
    Aggregates
        Rows by code of place, never by value.

    Raises
    ------
    ValueError
        When a level or policy is unknown, or an index or flags are of other indicators or given twice.

    Notes
    -----
    Cost: a few passes over the children for each measure and level.

    References
    ----------
    Data model, rules 12 and 14; attacked by a linear program in the tests.
    """
    named = policy is not None
    wanted = _DISCLOSURE_UNNAMED if policy is None else policy
    rule = find_policies([wanted])[0] if isinstance(wanted, str) else dict(wanted)
    for one in beside:
        if not isinstance(getattr(one, "_core", None), _core.index.WellbeingIndex | _core.Flags):
            raise TypeError("childwell: aggregate takes indicators first, then what compose and flag made of them; "
                            f"a {type(one).__name__} is neither")  # fmt: skip
    indexes = [one._core for one in beside if isinstance(one._core, _core.index.WellbeingIndex)]
    flags: list[Any] = [one for one in beside if isinstance(one._core, _core.Flags)]
    core = _core.aggregate(indicators._core, indexes=indexes, flags=[one._core for one in flags], levels=list(by),
                           minimum_cell=rule["minimum_cell"], level=level, design_effect=design_effect)  # fmt: skip
    judged = {each["id"]: each for one in flags for each in one._rules}
    return Aggregates(core, indicators, rule, level, policy_named=named, rules=list(judged.values()))


def catalogue() -> Table:
    """Every indicator of this version.

    When to use: to read a column: unit, range, direction, estimand, interval and source stand here once; `request` names
    the family that `measure` has to be asked for, and `tests` the file with its examples worked by hand.

    Parameters
    ----------
    None.

    Returns
    -------
    Table
        One row an indicator.

    Raises
    ------
    Never.

    References
    ----------
    mission B1 and B2.
    """
    entries = _core.catalogue()
    texts = ("id", "family", "request", "unit", "direction", "estimand", "interval", "method", "source")
    made: dict[str, Any] = {name: text_column([entry[name] for entry in entries]) for name in texts}
    for name in ("range_low", "range_high"):
        made[name] = np.array([entry[name] for entry in entries])
    made["tests"] = text_column([_worked_in(entry["id"], entry["request"]) for entry in entries])
    return Table(made)


def _worked_in(indicator: str, request: str | None) -> str:
    """The file in which an indicator is worked by hand; a test holds that it is named there."""
    if not request:
        name = "schooling" if indicator.startswith(_BY_COURSES) else "worked_examples"
    elif request == "progress":
        name = "academic_families"
    elif request in ("screening", "help"):
        name = "care_families"
    elif request in ("contact", "separation", "left_behind", "guardianship", "visits"):
        name = "family_indicators"
    else:
        name = "attendance_families"
    return f"tests/python/test_{name}.py"
