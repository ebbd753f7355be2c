# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The battery for indicators: functions of tables that say something of each child."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from .. import _core
from ._battery import BatteryResult, Broken, NotApplicable, Outcome, chosen, judged
from ._surroundings import Died, in_child, kernels, surroundings, threads

Columns = dict[str, np.ndarray]
Tables = dict[str, Columns]
Rows = dict[tuple[Any, ...], tuple[Any, ...]]
Measured = dict[str, Rows]
Findings = dict[str, str]

NUMBERS = ("value", "lower", "upper", "n_expected", "n_observed", "status")
EVERY = "*"


@dataclass(frozen=True, kw_only=True)
class IndicatorSubject:
    """An indicator, or several that are measured together, and the tables they read.

    Use for an indicator of your own: a function from tables to one row a child. Not for functions of arrays, which are
    a `Subject`.

    Parameters
    ----------
    name : str
        What the indicator is called, where its result has no column "indicator".
    call : callable
        `call(tables)` gives columns of equal length as a mapping: "child" with the ids of the tables, "value", and
        where there are any "lower", "upper", "n_expected", "n_observed" and "status"; every other column (indicator,
        school, policy, subject) is part of what a row is about.
    make : callable
        `make(generator)` gives `{table: {column: array}}` of a few children; the tables of `events` have at least 64
        rows.
    events : tuple of str
        Tables with one row an event: attendance, exam_results.
    identities : mapping of "table.column" to str
        Columns that hold ids, and of what: `{"attendance.child": "child"}`. The kinds of ids are columns of the result
        where they stand there.
    numbers : tuple of str
        "table.column" of measured numbers, such as "exam_results.score".
    codes : mapping of "table.column" to word
        Columns of codes, with one code that every row may have.
    groups : tuple of str
        Kinds of ids that group children (school, class); one of each is a study of one group.
    bounds : frozenset of str or None
        Indicators whose lower and upper hold for whatever the missing rows would have said; None is all that have them.
    expected_failures : mapping of check, or "indicator: check", to reason
        A check that fails is then expected to; one that passes all the same is an error.

    Returns
    -------
    IndicatorSubject
        Immutable.

    Raises
    ------
    Never.

    References
    ----------
    House file, ideas 1 and 4.
    """

    name: str
    call: Callable[[Any], Any]
    make: Callable[[np.random.Generator], Tables]
    events: tuple[str, ...]
    identities: Mapping[str, str]
    numbers: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    bounds: frozenset[str] | None = None
    expected_failures: Mapping[str, str] = field(default_factory=dict)

    def tables(self, seed: int = 1) -> Tables:
        """A fresh copy of the tables."""
        made = self.make(np.random.Generator(np.random.Philox(seed)))
        return {table: {name: np.array(column) for name, column in columns.items()} for table, columns in made.items()}

    def run(self, tables: Any) -> Measured:
        """The rows of each indicator by what they are about."""
        given = self.call(tables)
        names = list(given.keys()) if hasattr(given, "keys") else list(given.columns)
        columns = {name: np.asarray(given[name]) for name in names}
        if "child" not in columns or "value" not in columns:
            raise TypeError("childwell.testing: an indicator gives columns, among them child and value")
        about = [name for name in columns if name not in NUMBERS and name != "indicator"]
        length = len(columns["child"])
        which = columns.get("indicator", np.full(length, self.name, dtype=object)).tolist()
        keys = list(zip(*[columns[name].tolist() for name in about], strict=True))
        said = list(zip(*[columns[name].tolist() if name in columns else [None] * length for name in NUMBERS], strict=True))
        made: Measured = {}
        for indicator, key, value in zip(which, keys, said, strict=True):
            rows = made.setdefault(str(indicator), {})
            if key in rows:
                raise TypeError(f"childwell.testing: {indicator} says two things of one child")
            rows[key] = value
        return made

    def place(self, kind: str) -> int:
        """Where a kind of id stands among the columns that a row is about; -1 when it does not."""
        given = self.call(self.tables())
        names = [name for name in (given.keys() if hasattr(given, "keys") else given.columns) if name not in NUMBERS and name != "indicator"]
        return names.index(kind) if kind in names else -1


# ---- pieces ----------------------------------------------------------------------------------------------------------


def _equal(a: Any, b: Any) -> bool:
    made: bool = a == b or (a != a and b != b)
    return made


def _differences(ours: Measured, theirs: Measured, what: str) -> Findings:
    """What differs by indicator, without a child's id or value."""
    found: Findings = {}
    for indicator in sorted({*ours, *theirs}):
        a, b = ours.get(indicator, {}), theirs.get(indicator, {})
        if a.keys() != b.keys():
            found[indicator] = f"{what}: {len(a.keys() ^ b.keys())} rows stand on one side only"
            continue
        for position, name in enumerate(NUMBERS):
            off = sum(not _equal(a[key][position], b[key][position]) for key in a)
            if off:
                found[indicator] = f"{what}: {name} differs in {off} of {len(a)} rows"
                break
    return found


def _sound(measured: Measured, what: str) -> Findings:
    """A status is a known word; ok stands beside a number; bounds enclose the value."""
    known = set(_core.status_words())
    found: Findings = {}
    for indicator, rows in measured.items():
        for value, lower, upper, _, _, status in rows.values():
            if status is not None and status not in known:
                found[indicator] = f"{what}: {status!r} is no status"
            elif status in (None, "ok") and not np.isfinite(value):
                found[indicator] = f"{what}: a value is not finite, and no status says why"
            elif lower is not None and upper is not None and np.isfinite([value, lower, upper]).all() and not lower <= value <= upper:
                found[indicator] = f"{what}: a value lies outside its bounds"
    return found


def _event_rows(subject: IndicatorSubject, tables: Tables, rows: Callable[[int], np.ndarray]) -> Tables:
    made = dict(tables)
    for table in subject.events:
        length = len(next(iter(tables[table].values())))
        index = rows(length)
        made[table] = {name: column[index] for name, column in tables[table].items()}
    return made


def _filled(word: Any, column: np.ndarray) -> Any:
    return _objects([word] * len(column))


def _replaced(column: Any, _given: np.ndarray) -> Any:
    return column


def _typed(kind: str, column: np.ndarray) -> Any:
    return np.asarray(column, dtype=np.float64).astype(kind)


def _through(kind: str, column: np.ndarray) -> Any:
    """Doubles with what the narrower type leaves of them."""
    return _typed(kind, column).astype(np.float64)


def _whole(kind: str, column: np.ndarray) -> Any:
    return column.astype(kind)


def _with_column(tables: Tables, place: str, change: Callable[[np.ndarray], Any]) -> Tables:
    table, column = place.split(".")
    return tables | {table: tables[table] | {column: change(tables[table][column])}}


def _objects(values: Any) -> np.ndarray:
    return np.array(values, dtype=object)


def _numbers(subject: IndicatorSubject) -> tuple[str, ...]:
    if not subject.numbers:
        raise NotApplicable("reads no measured numbers")
    return subject.numbers


# ---- checks ----------------------------------------------------------------------------------------------------------


def empty(subject: IndicatorSubject, base: Measured) -> Findings:
    found = _sound(subject.run(_event_rows(subject, subject.tables(), lambda n: np.arange(0))), "no events")
    nothing = subject.run({table: {name: column[:0] for name, column in columns.items()} for table, columns in subject.tables().items()})
    for indicator, rows in nothing.items():
        if rows:
            found.setdefault(indicator, "no rows at all: there is a child")
    return found


def one_row(subject: IndicatorSubject, base: Measured) -> Findings:
    return _sound(subject.run(_event_rows(subject, subject.tables(), lambda n: np.arange(min(n, 1)))), "one event")


def one_group(subject: IndicatorSubject, base: Measured) -> Findings:
    if not subject.groups:
        raise NotApplicable("knows no groups")
    tables = subject.tables()
    for place, kind in subject.identities.items():
        table, column = place.split(".")
        if kind in subject.groups and table in tables:
            first = next((one for one in tables[table][column] if one is not None), None)
            keep = np.array([one == first or one is None for one in tables[table][column]])
            tables[table] = {name: values[keep] for name, values in tables[table].items()}
    return _sound(subject.run(tables), "one group")


def all_missing(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    for place in (*subject.numbers, *subject.codes):
        tables = _with_column(tables, place, lambda column: _objects([None] * len(column)))
    return _sound(subject.run(tables), "all missing")


def half_missing(subject: IndicatorSubject, base: Measured) -> Findings:
    """Bounds of what is left hold what all rows say."""
    halves = subject.run(_event_rows(subject, subject.tables(), lambda n: np.arange(0, n, 2)))
    found = _sound(halves, "every other event")
    for indicator, rows in halves.items():
        if subject.bounds is not None and indicator not in subject.bounds:
            continue
        whole = base.get(indicator, {})
        for key, (value, lower, upper, *_rest) in rows.items():
            full = whole.get(key)
            if full is None or lower is None or upper is None or not np.isfinite([lower, upper]).all() or not np.isfinite(full[0]):
                continue
            if value == value and not lower - 1e-12 <= full[0] <= upper + 1e-12:
                found.setdefault(indicator, "every other event: the bounds exclude what all events say")
    return found


def constant_column(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    for place in subject.numbers:
        tables = _with_column(tables, place, lambda column: np.full(len(column), 3.0))
    for place, word in subject.codes.items():
        tables = _with_column(tables, place, partial(_filled, word))
    return _sound(subject.run(tables), "every event the same")


def not_a_number(subject: IndicatorSubject, base: Measured) -> Findings:
    """A number that is missing, as NaN or as None, is the same, and is no row."""
    tables = subject.tables()
    found: Findings = {}
    for place in _numbers(subject):
        holes = {}
        for what, hole in (("NaN", np.nan), ("None", None)):
            column = _objects(tables[place.split(".")[0]][place.split(".")[1]])
            column[::5] = hole
            holes[what] = subject.run(_with_column(tables, place, partial(_replaced, column)))
        found |= _sound(holes["NaN"], f"NaN in {place}") | _differences(holes["NaN"], holes["None"], f"NaN and None in {place}")
    return found


def _refused_numbers(subject: IndicatorSubject, values: tuple[Any, ...]) -> Findings:
    """A number that cannot be is set aside: the result is sound and is that of tables without the row."""
    tables = subject.tables()
    found: Findings = {}
    for place in _numbers(subject):
        table, name = place.split(".")
        for value in values:
            column = _objects(tables[table][name])
            column[::7] = value
            made = subject.run(_with_column(tables, place, partial(_replaced, column)))
            found |= {indicator: text for indicator, text in _sound(made, f"{value!r} in {place}").items() if indicator not in found}
    return found


def infinite(subject: IndicatorSubject, base: Measured) -> Findings:
    return _refused_numbers(subject, (np.inf, -np.inf))


def minus_zero(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    found: Findings = {}
    for place in _numbers(subject):
        made = []
        for zero in (0.0, -0.0):
            column = np.array(tables[place.split(".")[0]][place.split(".")[1]], dtype=np.float64)
            column[::3] = zero
            made.append(subject.run(_with_column(tables, place, partial(_replaced, column))))
        found |= _differences(made[0], made[1], f"-0.0 for 0.0 in {place}")
    return found


def denormals(subject: IndicatorSubject, base: Measured) -> Findings:
    return _refused_numbers(subject, (5e-324, 2.0**-1060))


def magnitudes(subject: IndicatorSubject, base: Measured) -> Findings:
    return _refused_numbers(subject, (1e308, -1e308, 1e-308))


def integer_max(subject: IndicatorSubject, base: Measured) -> Findings:
    return _refused_numbers(subject, (2**31 - 1, 2**63 - 1))


def weights(subject: IndicatorSubject, base: Measured) -> Findings:
    raise NotApplicable("an indicator of one child has no weights")


def row_permutation(subject: IndicatorSubject, base: Measured) -> Findings:
    found: Findings = {}
    for seed in (6, 7):
        generator = np.random.Generator(np.random.Philox(seed))
        tables = {table: {name: column[order] for name, column in columns.items()}
                  for table, columns in subject.tables().items()
                  for order in [generator.permutation(len(next(iter(columns.values()))))]}
        found = _differences(subject.run(tables), base, "rows of every table permuted") | found
    return found


def group_relabel(subject: IndicatorSubject, base: Measured) -> Findings:
    """Other ids, in another order: the same said of the same children."""
    tables = subject.tables()
    kinds = sorted(set(subject.identities.values()))
    found: Findings = {}
    for kind in kinds:
        places = [place for place, of in subject.identities.items() if of == kind and place.split(".")[0] in tables]
        known = sorted({str(one) for place in places for one in tables[place.split(".")[0]][place.split(".")[1]] if one is not None and one == one})
        fresh = {old: f"{kind[0]}{len(known) - number:06d}" for number, old in enumerate(known)}
        changed = tables
        for place in places:
            changed = _with_column(changed, place, lambda column: _objects([fresh.get(str(one), None) for one in column]))
        position = subject.place(kind)
        expected = base
        if position >= 0:
            expected = {indicator: {tuple(fresh.get(str(part), part) if at == position else part for at, part in enumerate(key)): value
                                    for key, value in rows.items()} for indicator, rows in base.items()}
        found = _differences(subject.run(changed), expected, f"other ids of each {kind}") | found
    return found


def _arrow(columns: Columns, cuts: list[int]) -> Any:
    """A table of Arrow in pieces, as one reads it from several files."""
    import pyarrow

    def whole(column: np.ndarray) -> Any:
        return pyarrow.array(column.tolist() if column.dtype == object else column, from_pandas=True)

    table = pyarrow.table({name: whole(column) for name, column in columns.items()})
    edges = [0, *cuts, len(table)]
    return pyarrow.concat_tables([table.slice(begin, end - begin) for begin, end in zip(edges, edges[1:], strict=False)])


def chunk_split(subject: IndicatorSubject, base: Measured) -> Findings:
    found: Findings = {}
    first_64 = _event_rows(subject, subject.tables(), lambda n: np.arange(min(n, 64)))
    expected = subject.run(first_64)
    for cut in range(1, 64):
        tables = first_64 | {table: _arrow(first_64[table], [cut]) for table in subject.events}
        found = _differences(subject.run(tables), expected, f"events in two chunks after row {cut}") | found
    return found


def merge_order(subject: IndicatorSubject, base: Measured) -> Findings:
    """Pieces of the events in another order, as files are found on another disk."""
    found: Findings = {}
    for order in ((2, 0, 1), (1, 2, 0), (2, 1, 0)):
        tables: dict[str, Any] = dict(subject.tables())
        for table in subject.events:
            length = len(next(iter(tables[table].values())))
            pieces = np.array_split(np.arange(length), 3)
            rows = np.concatenate([pieces[number] for number in order])
            cuts = np.cumsum([len(pieces[number]) for number in order])[:-1].tolist()
            tables[table] = _arrow({name: column[rows] for name, column in tables[table].items()}, cuts)
        found = _differences(subject.run(tables), base, "pieces in another order") | found
    return found


def thread_counts(subject: IndicatorSubject, base: Measured) -> Findings:
    found: Findings = {}
    for number in (1, 2, 7):
        with threads(number):
            found = _differences(subject.run(subject.tables()), base, f"on {number} threads") | found
    return found


def processor_kernels(subject: IndicatorSubject, base: Measured) -> Findings:
    found: Findings = {}
    for level in (0, 2):
        with kernels(level):
            found = _differences(subject.run(subject.tables()), base, f"with kernels of level {level}") | found
    return found


def strides(subject: IndicatorSubject, base: Measured) -> Findings:
    def strided(column: np.ndarray) -> np.ndarray:
        room = np.empty(2 * len(column), dtype=column.dtype)
        room[::2], room[1::2] = column, column
        return room[::2]

    found: Findings = {}
    for what, layout in (("every other element", strided), ("read backwards", lambda column: np.ascontiguousarray(column[::-1])[::-1])):
        tables = {table: {name: layout(column) for name, column in columns.items()} for table, columns in subject.tables().items()}
        found = _differences(subject.run(tables), base, what) | found
    return found


def memory_orders(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    for columns in tables.values():
        for column in columns.values():
            column.flags.writeable = False
    found = _differences(subject.run(tables), base, "read-only columns")
    for place in subject.numbers:
        for kind in (">f8", "float16"):
            plain = _with_column(tables, place, partial(_through, kind))
            typed = _with_column(tables, place, partial(_typed, kind))
            expected = subject.run(plain)
            try:
                made = subject.run(typed)
            except (ValueError, TypeError):
                continue  # refused in words
            found = _differences(made, expected, f"{place} as {kind}") | found
    return found


def integer_types(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    found: Findings = {}
    for place in _numbers(subject):
        whole = _with_column(tables, place, lambda column: np.floor(np.nan_to_num(np.asarray(column, dtype=np.float64))) % 100)
        expected = subject.run(whole)
        for kind in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
            typed = _with_column(whole, place, partial(_whole, kind))
            try:
                found = _differences(subject.run(typed), expected, f"{place} as {kind}") | found
            except ValueError as problem:
                if kind not in str(problem):
                    raise Broken(f"{kind} is refused without being named") from None
    return found


def duplicated_column(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    for table in subject.events:
        tables[table] = tables[table] | {f"{name}_again": column for name, column in tables[table].items()}
    try:
        made = subject.run(tables)
    except ValueError:
        return {}  # refused in words
    return _differences(made, base, "every column twice under another name")


def input_unmodified(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    before = {table: {name: (column.dtype, column.tolist()) for name, column in columns.items()} for table, columns in tables.items()}
    subject.run(tables)
    after = {table: {name: (column.dtype, column.tolist()) for name, column in columns.items()} for table, columns in tables.items()}
    return {} if repr(before) == repr(after) else {EVERY: "a table was written to"}


def repeated_call(subject: IndicatorSubject, base: Measured) -> Findings:
    subject.run(_event_rows(subject, subject.tables(), lambda n: np.arange(0, n, 3)))
    return _differences(subject.run(subject.tables()), base, "the same call again")


def environment_unchanged(subject: IndicatorSubject, base: Measured) -> Findings:
    before = surroundings()
    subject.run(subject.tables())
    return {} if surroundings() == before else {EVERY: "rounding, locale, signal handlers, folder or environment changed"}


def typed_errors(subject: IndicatorSubject, base: Measured) -> Findings:
    tables = subject.tables()
    table = subject.events[0]
    column = next(iter(tables[table]))
    mistakes = {
        "columns of different length": tables | {table: tables[table] | {column: tables[table][column][:-1]}},
        "a column of two dimensions": tables | {table: tables[table] | {column: np.ones((len(tables[table][column]), 2))}},
    }

    def refused() -> str:
        for what, given in mistakes.items():
            try:
                subject.run(given)
            except (ValueError, TypeError):
                continue
            except BaseException as problem:
                return f"{what}: {type(problem).__name__} is not a ValueError"
            return f"{what}: not refused"
        return "all refused"

    said = in_child(refused)
    return {} if said == "all refused" else {EVERY: said}


INDICATOR_CHECKS: dict[str, Callable[[IndicatorSubject, Measured], Findings]] = {
    "empty": empty,
    "one row": one_row,
    "one group": one_group,
    "all missing": all_missing,
    "half missing": half_missing,
    "constant column": constant_column,
    "NaN": not_a_number,
    "infinity": infinite,
    "minus zero": minus_zero,
    "denormals": denormals,
    "1e+-308": magnitudes,
    "integer maximum": integer_max,
    "weights of 1": weights,
    "weight 0": weights,
    "weight 2": weights,
    "row permutation": row_permutation,
    "group relabel": group_relabel,
    "chunk split": chunk_split,
    "merge order": merge_order,
    "threads": thread_counts,
    "kernels": processor_kernels,
    "strides": strides,
    "memory order": memory_orders,
    "integer types": integer_types,
    "duplicated column": duplicated_column,
    "input unmodified": input_unmodified,
    "repeated call": repeated_call,
    "environment": environment_unchanged,
    "typed errors": typed_errors,
}


def _looked(look: Callable[[IndicatorSubject, Measured], Findings], subject: IndicatorSubject, base: Measured) -> tuple[Findings, str]:
    """What a check found, or why it does not apply."""
    try:
        return look(subject, base), ""
    except NotApplicable as why:
        return {}, str(why)
    except Broken as broken:
        return {EVERY: str(broken)}, ""
    except Exception as problem:  # what an indicator raises where it should answer is a finding
        return {EVERY: f"{type(problem).__name__}: {' '.join(str(problem).split())[:160]}"}, ""


def check_indicators(subject: IndicatorSubject, *, checks: Sequence[str] = ()) -> tuple[BatteryResult, ...]:
    """Run the battery on an indicator, or on several that are measured together.

    Use in the tests of an indicator of your own: tables in, one row a child out. The tables are permuted, cut, thinned,
    spoilt and handed over in other types; what is said of a child may depend on none of it, bounds must hold what
    missing rows would have said, and a mistake is refused in words. Not a proof that the numbers are right: work
    examples by hand.

    Parameters
    ----------
    subject : IndicatorSubject
        The function and its tables.
    checks : sequence of str
        Names of the checks to run; none means all.

    Returns
    -------
    tuple of BatteryResult
        One for each indicator, in alphabetical order, each with 29 outcomes.

    Raises
    ------
    ValueError
        When a check is named that does not exist.

    References
    ----------
    The laws of the house: what is said of a child depends on no order, chunking, thread or kernel.

    Examples
    --------
    >>> import numpy as np
    >>> from childwell import testing
    >>> def absences(tables):
    ...     marks = tables["attendance"]
    ...     if not isinstance(marks, dict):  # Arrow, as the battery hands it over too
    ...         marks = {name: marks[name].to_numpy() for name in marks.column_names}
    ...     child, code = (np.asarray(marks[name]) for name in ("child", "code"))
    ...     if child.shape != code.shape or child.ndim != 1:
    ...         raise ValueError("columns of one length are needed")
    ...     known, position = np.unique(child.astype(str), return_inverse=True)
    ...     return {"child": known, "value": np.bincount(position, code == "absent", len(known))}
    >>> subject = testing.IndicatorSubject(
    ...     name="absences",
    ...     call=absences,
    ...     make=lambda generator: {"attendance": {
    ...         "child": generator.choice(["a", "b", "c"], 90).astype(object),
    ...         "code": generator.choice(["absent", "present"], 90).astype(object),
    ...     }},
    ...     events=("attendance",),
    ...     identities={"attendance.child": "child"},
    ...     codes={"attendance.code": "present"},
    ... )
    >>> [result.passed for result in testing.check_indicators(subject)]
    [True]
    """
    base = subject.run(subject.tables())
    names = sorted(base) or [subject.name]
    prefixes = tuple(f"{name}: " for name in names)
    expected = [next((key.removeprefix(prefix) for prefix in prefixes if key.startswith(prefix)), key) for key in subject.expected_failures]
    outcomes: dict[str, list[Outcome]] = {name: [] for name in names}
    for check, look in chosen(INDICATOR_CHECKS, checks, expected).items():
        try:
            findings, why = in_child(partial(_looked, look, subject, base))
        except Died as how:
            findings, why = {EVERY: str(how)}, ""
        if why:
            for name in names:
                outcomes[name].append(Outcome(check, "not applicable", why))
            continue
        for name in names:
            reasons = {check: subject.expected_failures[key] for key in (check, f"{name}: {check}") if key in subject.expected_failures}
            outcomes[name].append(judged(check, findings.get(name, findings.get(EVERY, "")), reasons))
    return tuple(BatteryResult(name, tuple(made)) for name, made in outcomes.items())
