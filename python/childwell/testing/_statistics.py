# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The battery for statistics: functions of arrays."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import _core
from ._answers import Answer, headline, statuses, unequal
from ._battery import BatteryResult, Broken, NotApplicable, chosen, run_checks
from ._subject import Subject
from ._surroundings import in_child, kernels, surroundings, threads

ROWS = 64
SCALAR_ROWS = 16
Arguments = dict[str, Any]
# what a value of each kind may be, for numbers that are the same in every type
SMALL = {"real": 100, "positive": 100, "share": 1, "binary": 1, "count": 100, "label": 9}


# ---- pieces ----------------------------------------------------------------------------------------------------------


def _rows(subject: Subject) -> int:
    """Rows of the ordinary input; fewer where each is a call of its own."""
    return SCALAR_ROWS if subject.scalars else ROWS


def _lengths(subject: Subject, given: Arguments) -> list[int]:
    return [len(given[block[0]]) for block in subject.blocks]


def _taken(subject: Subject, given: Arguments, rows: list[np.ndarray]) -> Arguments:
    """Some rows of each block, in the order given."""
    made = dict(given)
    for block, index in zip(subject.blocks, rows, strict=True):
        for name in block:
            made[name] = np.asarray(given[name])[index]
    if subject.weights and subject.weights in given:
        made[subject.weights] = np.asarray(given[subject.weights])[rows[0]]
    return made


def _kept(subject: Subject, made: Answer, rows: np.ndarray) -> Answer:
    """The fields of each row for some of the rows; other fields as they are."""
    return {name: value[rows] if name in subject.per_row else value for name, value in made.items()}


def _other_fields(subject: Subject, made: Answer, only: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Fields that neither count rows, which differ where rows differ, nor say how the computation went."""
    counts = ("missing", "count")
    return tuple(name for name in made if name.split(".")[-1] not in counts and name not in subject.diagnostics
                 and (only is None or name in only))


def _same(ours: Answer, theirs: Answer, what: str, *, tolerance: float = 0.0, only: tuple[str, ...] | None = None) -> None:
    found = unequal(ours, theirs, tolerance=tolerance, only=only)
    if found:
        raise Broken(f"{what}: {found}")


def _answer(subject: Subject, given: Arguments, what: str) -> Answer:
    try:
        return subject.run(given)
    except Exception as problem:
        raise Broken(f"{what}: {type(problem).__name__}: {' '.join(str(problem).split())[:160]}") from None


def _sound(subject: Subject, made: Answer, what: str, *, may_be_ok: bool = True) -> None:
    """A status is a known word, and ok stands only beside a number."""
    words = statuses(made)
    for word in words:
        if word not in _core.status_words():
            raise Broken(f"{what}: {word!r} is no status")
    if len(words) != 1 or words[0] != "ok":
        return
    if not may_be_ok:
        raise Broken(f"{what}: the status is ok")
    found = headline(made, subject.headline)
    if found is not None and found[0] not in subject.per_row and not np.isfinite(found[1]).all():
        raise Broken(f"{what}: the status is ok and {found[0]} is not finite")


def _held(subject: Subject, given: Arguments, what: str, *, refusal: bool, may_be_ok: bool = True) -> None:
    """Answers soundly; or refuses with a typed error, where that is an answer."""
    try:
        made = subject.run(given)
    except (ValueError, TypeError, OverflowError) as problem:
        if refusal:
            return
        raise Broken(f"{what}: {type(problem).__name__}: {' '.join(str(problem).split())[:160]}") from None
    _sound(subject, made, what, may_be_ok=may_be_ok)


def _floats(subject: Subject, given: Arguments, name: str) -> np.ndarray:
    return np.array(given[name], dtype=np.float64)


def _vectors_only(subject: Subject) -> None:
    if subject.scalars:
        raise NotApplicable("takes single numbers, which have no layout")


def _numeric(subject: Subject) -> list[str]:
    return [name for name, kind in subject.data.items() if kind != "label"]


# ---- edges of the data -----------------------------------------------------------------------------------------------


def empty(subject: Subject) -> None:
    if subject.scalars:
        raise NotApplicable("takes single numbers: there is always one")
    made = _answer(subject, subject.arguments(0), "no rows")
    _sound(subject, made, "no rows", may_be_ok=False)


def one_row(subject: Subject) -> None:
    for seed in range(1, 6):
        _sound(subject, _answer(subject, subject.arguments(1, seed), "one row"), "one row")


def one_group(subject: Subject) -> None:
    labels = subject.kinds("label")
    if not labels:
        raise NotApplicable("has no group labels")
    given = subject.arguments(_rows(subject))
    for name in labels:
        changed = given | {name: np.full(len(given[name]), np.asarray(given[name])[0])}
        _sound(subject, _answer(subject, changed, f"one label in {name}"), f"one label in {name}")


def all_missing(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    for name in _numeric(subject):
        changed = given | {name: np.full(np.shape(given[name]), np.nan)}
        _held(subject, changed, f"{name} all missing", refusal=name in subject.complete, may_be_ok=False)
        if subject.per_row and name in subject.blocks[0] and name not in subject.complete:
            made = subject.run(changed)
            for field in subject.per_row:
                if made[field].dtype.kind == "f" and subject.independent and not np.isnan(made[field]).all():
                    raise Broken(f"{name} all missing: {field} has numbers")


def _missing_is_removed(subject: Subject, share: float, seed: int) -> None:
    """Rows with a missing value are as rows that are not there."""
    if subject.missing:
        raise NotApplicable(subject.missing)
    given = subject.arguments(_rows(subject))
    generator = np.random.Generator(np.random.Philox(seed))
    looked = 0
    for name in _numeric(subject):
        holed = _floats(subject, given, name)
        gone = generator.random(len(holed)) < share
        gone[0] = True
        if holed.ndim == 1:
            holed[gone] = np.nan
        else:
            holed[gone, generator.integers(0, holed.shape[1], int(gone.sum()))] = np.nan
        what = f"{name} missing in {int(gone.sum())} of {len(gone)} rows"
        if name in subject.complete:
            _held(subject, given | {name: holed}, what, refusal=True)
            continue
        looked += 1
        rows = [np.flatnonzero(~gone) if name in block else np.arange(length)
                for block, length in zip(subject.blocks, _lengths(subject, given), strict=True)]
        made = _answer(subject, given | {name: holed}, what)
        alone = _answer(subject, _taken(subject, given, rows), f"{name} without {int(gone.sum())} rows")
        if name in subject.blocks[0]:
            for field in subject.per_row:
                if len(made[field]) != len(gone):
                    raise Broken(f"{what}: {field} has not one entry a row")
                if made[field].dtype.kind == "f" and not np.isnan(made[field][gone]).all():
                    raise Broken(f"{what}: {field} has numbers where the row is missing")
            made = _kept(subject, made, rows[0])
        _same(made, alone, what + " and those rows removed", tolerance=subject.tolerance, only=_other_fields(subject, made))
    if not looked:
        raise NotApplicable("no argument may be missing; each refused it")


def half_missing(subject: Subject) -> None:
    _missing_is_removed(subject, 0.5, 2)


def constant_column(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    constants = {"real": (3.0, 0.0, -1e9), "positive": (3.0, 0.0), "share": (0.0, 0.5, 1.0), "binary": (0.0, 1.0), "count": (0.0, 3.0)}
    for name in _numeric(subject):
        for value in constants[subject.data[name]]:
            changed = given | {name: np.full(np.shape(given[name]), value)}
            what = f"{name} constant at {value:g}"
            _held(subject, changed, what, refusal=subject.data[name] != "real")
    changed = dict(given)
    for name in subject.kinds("real"):
        changed[name] = np.full(np.shape(given[name]), 2.5)
    _held(subject, changed, "all columns constant", refusal=False)


def not_a_number(subject: Subject) -> None:
    _missing_is_removed(subject, 0.05, 3)


def infinite(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    for name in _numeric(subject):
        for value in (np.inf, -np.inf):
            changed = _floats(subject, given, name)
            changed[len(changed) // 2] = value
            what = f"{'+' if value > 0 else '-'}infinity in {name}"
            refusal = subject.data[name] != "real"
            try:
                made = subject.run(given | {name: changed})
            except (ValueError, OverflowError) as problem:
                if refusal:
                    continue
                raise Broken(f"{what}: {type(problem).__name__}: {' '.join(str(problem).split())[:160]}") from None
            words = statuses(made)
            if subject.infinite or subject.independent or not words:
                _sound(subject, made, what)
            elif "not_finite" not in words:
                raise Broken(f"{what}: the status is {words[0]} and not not_finite")


def minus_zero(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    for name in _numeric(subject):
        plus = _floats(subject, given, name)
        plus[::3] = 0.0
        minus = plus.copy()
        minus[::3] = -0.0
        try:
            expected = subject.run(given | {name: plus})
        except (ValueError, OverflowError):
            if subject.data[name] == "real":
                raise
            continue
        _same(_answer(subject, given | {name: minus}, f"-0.0 in {name}"), expected, f"-0.0 for 0.0 in {name}")


def denormals(subject: Subject) -> None:
    names = [name for name in subject.kinds("real", "positive", "share")]
    if not names:
        raise NotApplicable("has no column of real numbers")
    given = subject.arguments(_rows(subject))
    for name in names:
        steps = np.arange(np.size(given[name]), dtype=np.float64).reshape(np.shape(given[name])) % 7 + 1
        for unit in (5e-324, 2.0**-1060):
            _held(subject, given | {name: steps * unit}, f"denormals in {name}", refusal=subject.data[name] != "real")


def magnitudes(subject: Subject) -> None:
    names = [name for name in subject.kinds("real", "positive")]
    if not names:
        raise NotApplicable("has no column of unbounded numbers")
    given = subject.arguments(_rows(subject))
    for name in names:
        column = _floats(subject, given, name)
        largest = float(np.max(np.abs(column))) or 1.0
        for power in (-308.0, 308.0):
            changed = column / largest * 10.0**power
            _held(subject, given | {name: changed}, f"numbers of 1e{power:+.0f} in {name}", refusal=subject.data[name] != "real")


def integer_max(subject: Subject) -> None:
    names = [name for name in subject.kinds("real", "positive", "count")]
    if not names:
        raise NotApplicable("has no column of unbounded numbers")
    given = subject.arguments(_rows(subject))
    for name in names:
        for largest in (np.iinfo(np.int32).max, np.iinfo(np.int64).max):
            changed = np.full(np.shape(given[name]), largest, dtype=np.int64)
            changed[::2] -= 1
            _held(subject, given | {name: changed}, f"whole numbers of {largest} in {name}", refusal=subject.data[name] != "real")
        changed = np.full(np.shape(given[name]), np.iinfo(np.uint64).max, dtype=np.uint64)
        _held(subject, given | {name: changed}, f"the largest uint64 in {name}", refusal=True)


# ---- weights ---------------------------------------------------------------------------------------------------------


def _weighted(subject: Subject) -> Arguments:
    if not subject.weights:
        raise NotApplicable("has no weights")
    return subject.arguments(_rows(subject))


def weights_of_one(subject: Subject) -> None:
    given = _weighted(subject)
    plain = _answer(subject, given, "without weights")
    ones = _answer(subject, given | {subject.weights: np.ones(_lengths(subject, given)[0])}, "weights of 1")
    _same(ones, plain, "weights of 1 and no weights", tolerance=subject.tolerance)


def weight_zero(subject: Subject) -> None:
    given = _weighted(subject)
    lengths = _lengths(subject, given)
    weights = np.random.Generator(np.random.Philox(4)).integers(0, 4, lengths[0]).astype(np.float64)
    weights[0], weights[-1] = 0.0, 0.0
    rows = [np.flatnonzero(weights > 0), *[np.arange(length) for length in lengths[1:]]]
    made = _kept(subject, _answer(subject, given | {subject.weights: weights}, "weights with zeros"), rows[0])
    alone = _answer(subject, _taken(subject, given | {subject.weights: weights}, rows), "rows removed")
    _same(made, alone, "a weight of 0 and the row removed", tolerance=subject.tolerance, only=_other_fields(subject, made))


def weight_two(subject: Subject) -> None:
    given = _weighted(subject)
    if subject.repeats == ():
        raise NotApplicable("its weights are precisions, not repetitions")
    lengths = _lengths(subject, given)
    weights = np.random.Generator(np.random.Philox(5)).integers(1, 3, lengths[0])
    repeated = [np.repeat(np.arange(lengths[0]), weights), *[np.arange(length) for length in lengths[1:]]]
    made = _answer(subject, given | {subject.weights: weights.astype(np.float64)}, "weights of 1 and 2")
    twice = _answer(subject, _taken(subject, given, repeated), "rows given twice")
    twice = _kept(subject, twice, np.concatenate([[0], np.cumsum(weights)[:-1]]))
    _same(made, twice, "a weight of 2 and the row given twice", tolerance=subject.tolerance, only=_other_fields(subject, made, subject.repeats))


# ---- order, labels, parts --------------------------------------------------------------------------------------------


def row_permutation(subject: Subject) -> None:
    if subject.order:
        raise NotApplicable(f"order is part of the meaning: {subject.order}")
    given = subject.arguments(_rows(subject))
    expected = _answer(subject, given, "as given")
    for seed in (6, 7):
        generator = np.random.Generator(np.random.Philox(seed))
        rows = [generator.permutation(length) for length in _lengths(subject, given)]
        made = _answer(subject, _taken(subject, given, rows), "rows permuted")
        _same(made, _kept(subject, expected, rows[0]), "rows permuted", tolerance=subject.tolerance, only=_other_fields(subject, made))


def group_relabel(subject: Subject) -> None:
    """Other labels in the same order, the same in every argument, because two arguments may share them."""
    labels = subject.kinds("label")
    if not labels:
        raise NotApplicable("has no group labels")
    given = subject.arguments(_rows(subject))
    expected = _answer(subject, given, "as given")
    known, codes = np.unique(np.concatenate([np.asarray(given[name]) for name in labels]), return_inverse=True)
    numbered = np.arange(len(known), dtype=np.int64) * 1_000_003 - 5
    texts = np.array([f"group {number:04d}" for number in range(len(known))])
    parts = np.split(codes, np.cumsum([len(given[name]) for name in labels])[:-1])
    only = tuple(field for field in expected if isinstance(expected[field], np.ndarray) and expected[field].dtype.kind in "biuf"
                 or field.split(".")[-1] == "status")
    for fresh in (numbered, texts, texts.astype(object)):
        changed = {name: fresh[part] for name, part in zip(labels, parts, strict=True)}
        _same(_answer(subject, given | changed, "other labels"), expected, "other labels", only=only)


def chunk_split(subject: Subject) -> None:
    """Independent rows: parts side by side are the whole. Else the whole, handed over in two Arrow chunks."""
    given = subject.arguments(_rows(subject))
    whole = _answer(subject, given, "in one piece")
    if subject.independent or subject.merge is not None:
        for cut in range(1, ROWS) if not subject.scalars else (1, SCALAR_ROWS - 1):
            parts = []
            for rows in (np.arange(cut), np.arange(cut, _rows(subject))):
                index = [rows, *[np.arange(length) for length in _lengths(subject, given)[1:]]]
                parts.append(_taken(subject, given, index))
            if subject.merge is not None:
                made = _answer_of_merge(subject, parts)
            else:
                first, second = (subject.run(part) for part in parts)
                made = {name: np.concatenate([first[name], second[name]]) if name in subject.per_row else first[name] for name in first}
            _same(made, whole, f"split after row {cut}", tolerance=subject.tolerance)
        return
    _vectors_only(subject)
    if "pyarrow" not in sys.modules:
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise NotApplicable("a split needs merging results or pyarrow, which is not installed") from None
    import pyarrow

    names = [name for name in subject.data if np.ndim(given[name]) == 1]
    if not names:
        raise NotApplicable("its tables have no chunks, and its results do not merge")
    for cut in range(1, ROWS):
        chunked = {name: pyarrow.chunked_array([pyarrow.array(np.asarray(given[name])[:cut]), pyarrow.array(np.asarray(given[name])[cut:])])
                   for name in names}
        _same(_answer(subject, given | chunked, "in two chunks"), whole, f"Arrow chunks split after row {cut}")


def _answer_of_merge(subject: Subject, parts: list[Arguments]) -> Answer:
    from ._answers import answer

    assert subject.merge is not None
    merged = subject.call(**parts[0])
    for part in parts[1:]:
        merged = subject.merge(merged, subject.call(**part))
    return answer(merged, subject.read)


def merge_order(subject: Subject) -> None:
    if subject.merge is None and not subject.independent:
        raise NotApplicable("its results are not partial: nothing is merged")
    given = subject.arguments(_rows(subject))
    others = [np.arange(length) for length in _lengths(subject, given)[1:]]
    pieces = np.split(np.arange(_rows(subject)), (5, _rows(subject) * 5 // 8))
    if subject.merge is not None:
        parts = [_taken(subject, given, [rows, *others]) for rows in pieces]
        left = _answer_of_merge(subject, parts)
        from ._answers import answer

        right = answer(subject.merge(subject.call(**parts[0]), subject.merge(*(subject.call(**part) for part in parts[1:]))), subject.read)
        _same(left, right, "merged from the left and from the right", tolerance=subject.tolerance)
        return
    whole = _answer(subject, given, "in one piece")
    for order in ((2, 0, 1), (1, 2, 0)):
        rows = np.concatenate([pieces[number] for number in order])
        made = _answer(subject, _taken(subject, given, [rows, *others]), "parts in another order")
        _same(made, _kept(subject, whole, rows), "parts in another order")


# ---- the machine -----------------------------------------------------------------------------------------------------


def thread_counts(subject: Subject) -> None:
    given = subject.arguments(_rows(subject) * (1 if subject.scalars else 50))
    with threads(1):
        expected = _answer(subject, given, "on one thread")
    for number in (2, 7):
        with threads(number):
            _same(_answer(subject, given, f"on {number} threads"), expected, f"on {number} threads")


def processor_kernels(subject: Subject) -> None:
    given = subject.arguments(_rows(subject) * (1 if subject.scalars else 50))
    expected = _answer(subject, given, "with the widest kernels")
    for level in (0, 2):
        with kernels(level):
            made = _answer(subject, given, "with narrower kernels")
        _same(made, expected, f"with kernels of level {level}", tolerance=1e-12)


# ---- layouts and types -----------------------------------------------------------------------------------------------


def _each_layout(subject: Subject, given: Arguments, layouts: Mapping[str, Callable[[np.ndarray], np.ndarray]]) -> None:
    expected = _answer(subject, given, "as given")
    for what, layout in layouts.items():
        changed = {name: layout(np.asarray(given[name])) for name in _numeric(subject)}
        _same(_answer(subject, given | changed, what), expected, what)


def strides(subject: Subject) -> None:
    _vectors_only(subject)
    given = subject.arguments(_rows(subject))

    def strided(array: np.ndarray) -> np.ndarray:
        room = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
        room[::2] = array
        return room[::2]

    def turned(array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(array[::-1])[::-1]

    _each_layout(subject, given, {"every other element": strided, "read backwards": turned})
    for name in _numeric(subject):
        first = np.asarray(given[name])[:1]
        flat = np.broadcast_to(first, np.shape(given[name]))  # a stride of 0
        try:
            expected = subject.run(given | {name: flat.copy()})
        except ValueError:
            continue
        _same(_answer(subject, given | {name: flat}, f"{name} with a stride of 0"), expected, f"{name} with a stride of 0")


def memory_orders(subject: Subject) -> None:
    _vectors_only(subject)
    given = subject.arguments(_rows(subject))

    def read_only(array: np.ndarray) -> np.ndarray:
        kept = array.copy()
        kept.flags.writeable = False
        return kept

    def swapped(array: np.ndarray) -> np.ndarray:
        return array.astype(array.dtype.newbyteorder(">"))

    def by_column(array: np.ndarray) -> np.ndarray:
        room = np.zeros((len(array), 3 if array.ndim == 1 else 2 * array.shape[1]), dtype=array.dtype, order="F")
        if array.ndim == 1:
            room[:, 1] = array
            return np.ascontiguousarray(room)[:, 1]
        room[:, ::2] = array
        return room[:, ::2]

    _each_layout(subject, given, {"read-only": read_only, "big-endian": swapped, "not contiguous": by_column})
    half = {name: np.asarray(given[name]).astype(np.float16) for name in _numeric(subject)}
    as_double = given | {name: column.astype(np.float64) for name, column in half.items()}
    try:
        expected = subject.run(as_double)
    except ValueError:
        return
    try:
        made = subject.run(given | half)
    except (ValueError, TypeError) as problem:
        if "float16" not in str(problem):
            raise Broken("float16 is refused without being named") from None
        return
    _same(made, expected, "float16 and the same numbers as float64")


def integer_types(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    names = _numeric(subject)
    whole = {}
    for name in names:
        column = np.asarray(given[name], dtype=np.float64)
        top = SMALL[subject.data[name]]
        spread = float(np.ptp(column)) or 1.0
        whole[name] = np.round(column) if subject.data[name] == "count" and column.max(initial=0.0) <= 127 else np.floor((column - column.min(initial=np.inf)) / spread * top)
    try:
        expected = subject.run(given | whole)
    except (ValueError, OverflowError):
        if subject.kinds("real") == names:
            raise
        raise NotApplicable("its arguments belong together in a way that rounding breaks") from None
    for kind in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        typed = {name: column.astype(kind) for name, column in whole.items()}
        _same(_answer(subject, given | typed, kind), expected, f"{kind} and float64", tolerance=subject.tolerance)


def duplicated_column(subject: Subject) -> None:
    _vectors_only(subject)
    given = subject.arguments(_rows(subject))
    tables = [name for name in _numeric(subject) if np.ndim(given[name]) == 2]
    for name in tables:
        column = np.asarray(given[name])
        twice = np.column_stack([column, column[:, 0]])
        _held(subject, given | {name: twice}, f"a column of {name} given twice", refusal=False)
    pairs = [(a, b) for a in _numeric(subject) for b in _numeric(subject)
             if a < b and subject.data[a] == subject.data[b] and np.shape(given[a]) == np.shape(given[b])]
    if not tables and not pairs:
        raise NotApplicable("has one column")
    for a, b in pairs:
        shared = np.array(given[a])
        try:
            expected = subject.run(given | {a: shared, b: shared.copy()})
        except ValueError:
            continue
        _sound(subject, expected, f"{a} and {b} equal")
        _same(_answer(subject, given | {a: shared, b: shared}, "one array twice"), expected, f"one array as {a} and {b}, and two equal ones")


# ---- manners ---------------------------------------------------------------------------------------------------------


def _bytes(given: Arguments) -> dict[str, Any]:
    return {name: (value.tobytes(), value.shape, str(value.dtype)) for name, value in given.items() if isinstance(value, np.ndarray)}


def input_unmodified(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    for name in _numeric(subject):
        if name not in subject.complete:
            given[name] = _floats(subject, given, name)
            given[name][3] = np.nan
    if subject.weights:
        given[subject.weights] = np.ones(_lengths(subject, given)[0])
    before = _bytes(given)
    _answer(subject, given, "as given")
    if _bytes(given) != before:
        changed = [name for name in before if _bytes(given)[name] != before[name]]
        raise Broken(f"{changed[0]} was written to")


def repeated_call(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    first = _answer(subject, given, "as given")
    subject.run(subject.arguments(_rows(subject) // 2, seed=9))  # what is kept from another call would show
    _same(_answer(subject, given, "again"), first, "the same call again")


def environment_unchanged(subject: Subject) -> None:
    before = surroundings()
    for rows in (_rows(subject), 1):
        subject.run(subject.arguments(rows))
    after = surroundings()
    for what, was, now in zip(("rounding or denormals", "the locale", "signal handlers", "the folder", "the environment"), before, after, strict=True):
        if was != now:
            raise Broken(f"{what} changed")


def _refused(subject: Subject, given: Arguments, what: str) -> str:
    try:
        subject.run(given)
    except (ValueError, TypeError):
        return ""
    except BaseException as problem:
        return f"{what}: {type(problem).__name__} is not a ValueError"
    return f"{what}: not refused"


def typed_errors(subject: Subject) -> None:
    given = subject.arguments(_rows(subject))
    mistakes: list[tuple[str, Arguments]] = []
    for name in _numeric(subject):
        length = len(given[name])
        mistakes.append((f"texts in {name}", given | {name: np.array(["a"] * length)}))
        mistakes.append((f"objects in {name}", given | {name: np.array([object()] * length, dtype=object)}))
        if not subject.independent and not subject.scalars:
            mistakes.append((f"{name} with three dimensions", given | {name: np.ones((2, 2, 2))}))
    for block in subject.blocks:
        for name in block if len(block) > 1 and not subject.scalars else ():
            longer = np.concatenate([np.asarray(given[name]), np.asarray(given[name])[:1]])
            mistakes.append((f"{name} one row longer", given | {name: longer}))
    if subject.weights:
        rows = _lengths(subject, given)[0]
        for what, weights in (("a weight below 0", -np.ones(rows)), ("an infinite weight", np.full(rows, np.inf)),
                              ("a missing weight", np.full(rows, np.nan)), ("too few weights", np.ones(rows - 1))):
            mistakes.append((what, given | {subject.weights: weights}))
    if "level" in subject.options():
        mistakes += [(f"a level of {level}", given | {"level": level}) for level in (0.0, 1.0, -1.0, float("nan"))]
    if not mistakes:
        raise NotApplicable("no argument of it can be wrong in a general way")
    found = in_child(lambda: next(filter(None, (_refused(subject, changed, what) for what, changed in mistakes)), "all refused"))
    if found != "all refused":
        raise Broken(found)


STATISTIC_CHECKS: dict[str, Callable[[Subject], None]] = {
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
    "weights of 1": weights_of_one,
    "weight 0": weight_zero,
    "weight 2": weight_two,
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


def check_statistic(subject: Subject, *, checks: Sequence[str] = ()) -> BatteryResult:
    """Run the battery on a statistic: 29 checks of edges, weights, order, machine, layouts and manners.

    Use in the tests of a function of your own, and print the result to read it. A check that does not apply is listed
    with the reason; one that is expected to fail carries the reason that the subject gives, and is an error once it
    passes. Not a proof that the numbers are right: compare those with an oracle.

    Parameters
    ----------
    subject : Subject
        How the function is called.
    checks : sequence of str
        Names of the checks to run; none means all.

    Returns
    -------
    BatteryResult
        One outcome a check; `.passed`, `.counts`, `.require()`.

    Raises
    ------
    ValueError
        When a check is named that does not exist.

    References
    ----------
    In the spirit of scikit-learn's check_estimator; each check is shown to find its defect in
    tests/python/test_battery.py.

    Examples
    --------
    >>> import numpy as np
    >>> from childwell import stats, testing
    >>> subject = testing.Subject(
    ...     name="moments",
    ...     call=stats.moments,
    ...     make=lambda n, generator: {"values": generator.normal(size=n)},
    ...     data={"values": "real"},
    ... )
    >>> testing.check_statistic(subject).passed
    True
    """
    return run_checks(subject, chosen(STATISTIC_CHECKS, checks, subject.expected_failures))
