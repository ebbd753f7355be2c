# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""childwell.testing itself: a sound function passes, and each check finds the defect that it is there for."""

import contextlib
import doctest
import os

import numpy as np
import pytest

from childwell import _core, testing

# ---- a sound statistic, and one defect for each check ----------------------------------------------------------------


def read(values, name="values"):
    if hasattr(values, "to_numpy") and not isinstance(values, np.ndarray):
        values = values.to_numpy()
    array = np.asarray(values)
    if array.dtype.kind not in "biuf" or array.ndim != 1:
        raise ValueError(f"{name} must be numbers in one dimension")
    return array.astype(np.float64)


def mean(values, groups, weights=None, level=0.95):
    """The weighted mean of the means of groups, in numbers that cannot overflow."""
    values, labels = read(values), np.asarray(groups.to_numpy() if hasattr(groups, "to_numpy") and not isinstance(groups, np.ndarray) else groups)
    weights = np.ones(len(values)) if weights is None else read(weights, "weights")
    if not len(values) == len(labels) == len(weights):
        raise ValueError("lengths differ")
    if not 0 < level < 1 or not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError("a level lies in (0, 1), a weight is at least 0")
    kept = ~np.isnan(values) & (weights > 0)
    values, labels, weights = values[kept], labels[kept], weights[kept]
    if len(values) < 2:
        return {"estimate": np.nan, "status": "not_enough_data"}
    if np.isinf(values).any():
        return {"estimate": np.nan, "status": "not_finite"}
    _, position = np.unique(labels.astype(str), return_inverse=True)
    share = weights / weights.sum()
    within = np.bincount(position, share * values) / np.bincount(position, share)
    return {"estimate": np.mean(within / len(within)) * len(within), "status": "ok"}


def rows(n, generator):
    return {"values": generator.normal(5, 2, n), "groups": generator.choice(["a", "b", "c"], n)}


def subject(call=mean, **more):
    given = {"name": "mean", "call": call, "make": rows, "data": {"values": "real", "groups": "label"}, "weights": "weights"} | more
    return testing.Subject(**given)


def pair(a, b):
    a, b = read(a), read(b)
    if a.shape != b.shape:
        raise ValueError("lengths differ")
    return {"value": a - b}


PAIR = {"data": {"a": "real", "b": "real"}, "make": lambda n, g: {"a": g.normal(size=n), "b": g.normal(size=n)},
        "weights": "", "per_row": ("value",), "independent": True}

CALLS = {"count": 0}


def with_zero(found):
    return found | {"estimate": found["estimate"] + 1.0}


def empty_is_ok(values, groups, weights=None, level=0.95):
    return {"estimate": 0.0, "status": "ok"} if len(values) == 0 else mean(values, groups, weights, level)


def one_row_raises(values, groups, weights=None, level=0.95):
    return {"estimate": 1 / (len(values) - 1), "status": "ok"} if len(values) == 1 else mean(values, groups, weights, level)


def one_group_raises(values, groups, weights=None, level=0.95):
    if len(values) > 2 and len(np.unique(np.asarray(groups))) == 1:
        raise ZeroDivisionError
    return mean(values, groups, weights, level)


def missing_is_zero(values, groups, weights=None, level=0.95):
    return mean(np.nan_to_num(read(values), posinf=np.inf, neginf=-np.inf), groups, weights, level)


def many_missing_are_zero(values, groups, weights=None, level=0.95):
    missing = np.isnan(read(values)).mean() if len(values) else 0.0
    return (missing_is_zero if 0.2 < missing else mean)(values, groups, weights, level)


def constant_raises(values, groups, weights=None, level=0.95):
    if len(values) > 2 and np.ptp(read(values)) == 0:
        raise ArithmeticError
    return mean(values, groups, weights, level)


def infinite_is_ok(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return {"estimate": 1.0, "status": "ok"} if found["status"] == "not_finite" else found


def sign_of_zero(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found | {"estimate": found["estimate"] + np.signbit(read(values)[read(values) == 0]).sum()}


def denormals_divide(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found | {"estimate": 1 / found["estimate"] if 0 < abs(found["estimate"]) < 1e-309 else found["estimate"]}


def sum_overflows(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found if found["status"] != "ok" else found | {"estimate": found["estimate"] + 0 * np.nansum(np.abs(read(values)))}


def whole_numbers_overflow(values, groups, weights=None, level=0.95):
    if np.asarray(values).dtype.kind in "iu" and np.max(values, initial=0) > 2**40:
        raise RuntimeError("too large")
    return mean(values, groups, weights, level)


def weights_lose_one(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found if weights is None else with_zero(found)


def weight_zero_counts(values, groups, weights=None, level=0.95):
    return mean(values, groups, None if weights is None else read(weights) + 1e-3, level)


def weights_are_flags(values, groups, weights=None, level=0.95):
    return mean(values, groups, None if weights is None else (read(weights) > 0).astype(float), level)


def by_position(values, groups, weights=None, level=0.95):
    return mean(read(values) * np.linspace(1, 2, len(values)), groups, weights, level)


def by_label(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found | {"estimate": found["estimate"] + len(str(np.asarray(groups)[0])) if len(values) else np.nan}


def first_chunk(values, groups, weights=None, level=0.95):
    return mean(values.chunk(0) if hasattr(values, "chunk") else values, groups.chunk(0) if hasattr(values, "chunk") else groups, weights, level)


def by_first_row(a, b):
    found = pair(a, b)["value"]
    return {"value": found + (found[0] if len(found) > 1 else 0.0)}


def by_threads(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found | {"estimate": found["estimate"] + int(os.environ.get("CHILDWELL_NUM_THREADS", "1")) * 1e-9}


def by_kernel(values, groups, weights=None, level=0.95):
    found = mean(values, groups, weights, level)
    return found | {"estimate": found["estimate"] * (1 + 1e-9 * _core.processor_level())}


def whole_buffer(values, groups, weights=None, level=0.95):
    if isinstance(values, np.ndarray) and values.base is not None and not values.flags.c_contiguous and values.base.ndim == 1:
        values = np.resize(values.base, len(values))
    return mean(values, groups, weights, level)


def byte_order(values, groups, weights=None, level=0.95):
    if isinstance(values, np.ndarray) and values.dtype.str == ">f8":
        values = np.abs(values.view("<f8"))
    return mean(values, groups, weights, level)


def narrow_sum(values, groups, weights=None, level=0.95):
    if np.asarray(values).dtype == np.int8:
        values = (np.asarray(values) * np.int8(2)).astype(float) / 2
    return mean(values, groups, weights, level)


def writes(values, groups, weights=None, level=0.95):
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and values.flags.writeable:
        values[np.isnan(values)] = 0.0
    return mean(values, groups, weights, level)


def counts_calls(values, groups, weights=None, level=0.95):
    CALLS["count"] += 1
    found = mean(values, groups, weights, level)
    return found | {"estimate": found["estimate"] + CALLS["count"] * 1e-6}


def leaves_traces(values, groups, weights=None, level=0.95):
    os.environ["CHILDWELL_TRACE"] = os.environ.get("CHILDWELL_TRACE", "") + "."
    np.seterr(divide="ignore")
    return mean(values, groups, weights, level)


def aborts(values, groups, weights=None, level=0.95):
    if np.asarray(values).dtype.kind == "U":
        os.abort()
    return mean(values, groups, weights, level)


DEFECTS = {
    "empty": (empty_is_ok, {}),
    "one row": (one_row_raises, {}),
    "one group": (one_group_raises, {}),
    "all missing": (missing_is_zero, {}),
    "half missing": (many_missing_are_zero, {}),
    "constant column": (constant_raises, {}),
    "NaN": (missing_is_zero, {}),
    "infinity": (infinite_is_ok, {}),
    "minus zero": (sign_of_zero, {}),
    "denormals": (denormals_divide, {}),
    "1e+-308": (sum_overflows, {}),
    "integer maximum": (whole_numbers_overflow, {}),
    "weights of 1": (weights_lose_one, {}),
    "weight 0": (weight_zero_counts, {}),
    "weight 2": (weights_are_flags, {}),
    "row permutation": (by_position, {}),
    "group relabel": (by_label, {}),
    "chunk split": (first_chunk, {}),
    "merge order": (by_first_row, PAIR),
    "threads": (by_threads, {}),
    "kernels": (by_kernel, {}),
    "strides": (whole_buffer, {}),
    "memory order": (byte_order, {}),
    "integer types": (narrow_sum, {}),
    "duplicated column": (lambda a, b: pair(a, b) if a is not b else {"value": read(a)}, PAIR),
    "input unmodified": (writes, {}),
    "repeated call": (counts_calls, {}),
    "environment": (leaves_traces, {}),
    "typed errors": (aborts, {}),
}


def outcome(result, check):
    return next(one for one in result.outcomes if one.check == check)


def test_a_sound_function_passes_every_check():
    result = testing.check_statistic(subject())
    assert result.passed, result
    assert {one.check for one in result.outcomes if one.outcome == "not applicable"} == {"merge order", "duplicated column"}
    assert testing.check_statistic(subject(pair, **PAIR)).passed


def test_every_check_has_a_defect_here():
    assert list(DEFECTS) == list(testing.STATISTIC_CHECKS) == list(testing.INDICATOR_CHECKS)


@pytest.mark.parametrize("check", DEFECTS)
def test_a_defect_is_found_by_its_check(check):
    call, more = DEFECTS[check]
    found = outcome(testing.check_statistic(subject(call, **more), checks=[check]), check)
    assert (found.outcome, bool(found.reason)) == ("failed", True)


def test_a_function_that_kills_the_process_is_survived_and_named():
    def dies(values, groups, weights=None, level=0.95):
        if len(values) == 1:
            os.abort()
        return mean(values, groups, weights, level)

    result = testing.check_statistic(subject(dies))
    assert [one.check for one in result.failures] == ["one row", "environment"]
    assert "SIGABRT" in result.failures[0].reason


def test_an_expected_failure_carries_its_reason_and_may_not_pass():
    failing = testing.check_statistic(subject(missing_is_zero, expected_failures={
        check: "zeros are what the form says" for check in ("all missing", "half missing", "NaN")}))
    assert failing.passed
    assert outcome(failing, "NaN").reason == "zeros are what the form says"
    passing = testing.check_statistic(subject(expected_failures={"NaN": "once it did"}))
    assert [one.outcome for one in passing.failures] == ["unexpected pass"]
    with pytest.raises(AssertionError, match="unexpected pass"):
        passing.require()
    with pytest.raises(ValueError, match="no check 'nan'"):
        testing.check_statistic(subject(expected_failures={"nan": "misspelt"}))


def test_what_does_not_apply_is_counted_with_a_reason():
    result = testing.check_statistic(subject(weights="", order="days follow one another"))
    reasons = {one.check: one.reason for one in result.outcomes if one.outcome == "not applicable"}
    assert reasons["weight 0"] == "has no weights"
    assert "days follow" in reasons["row permutation"]
    assert sum(result.counts.values()) == len(result.outcomes) == 29
    assert len(repr(result).splitlines()) == 30


def test_a_subject_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="one of real"):
        subject(data={"values": "numbers"})
    with pytest.raises(ValueError, match="not among"):
        subject(complete=("weight",))


def test_sums_that_merge_are_split_and_merged():
    def total(values):
        values = read(values)
        kept = values[~np.isnan(values)]
        if np.isinf(kept).any():
            return {"sum": np.nan, "count": len(kept), "status": "not_finite"}
        return {"sum": float(np.round(kept).sum()), "count": len(kept), "status": "ok" if len(kept) else "not_enough_data"}

    def both(a, b):
        return {"sum": a["sum"] + b["sum"], "count": a["count"] + b["count"], "status": "ok"}

    given = {"data": {"values": "real"}, "make": lambda n, g: {"values": g.normal(5, 2, n)}, "weights": ""}
    good = testing.check_statistic(subject(total, merge=both, expected_failures={"1e+-308": "sums as they come"}, **given))
    assert outcome(good, "merge order").outcome == outcome(good, "chunk split").outcome == "passed"
    lossy = testing.check_statistic(subject(total, merge=lambda a, b: both(a, b) | {"count": max(a["count"], b["count"])}, **given))
    assert outcome(lossy, "chunk split").outcome == "failed"
    skewed = testing.check_statistic(subject(total, merge=lambda a, b: both(a, b) | {"count": 2 * a["count"] + b["count"]}, **given))
    assert outcome(skewed, "merge order").outcome == "failed"


# ---- indicators ------------------------------------------------------------------------------------------------------


def plain(table):
    if hasattr(table, "column_names"):
        return {name: table[name].to_numpy() for name in table.column_names}
    if not isinstance(table, dict):
        raise ValueError("a table is a mapping of columns")
    return {name: np.asarray(column) for name, column in table.items()}


def share_absent(tables):
    """The share of a child's marks that are absences, with bounds; and the mean of its scores."""
    marks, results = plain(tables["attendance"]), plain(tables["exam_results"])
    if len({column.shape for column in marks.values()}) != 1 or marks["child"].ndim != 1:
        raise ValueError("columns of one length in one dimension are needed")
    made = {name: [] for name in ("child", "indicator", "value", "lower", "upper", "n_observed", "status")}

    def say(**row):
        for name, column in made.items():
            column.append(row[name])

    planned = plain(tables["plan"])
    for child, expected in zip(planned["child"], planned["sessions"], strict=True):
        codes = [code for one, code in zip(marks["child"], marks["code"], strict=True) if one == child and code is not None]
        absent, seen = codes.count("absent"), len(codes)
        ok = seen > 0
        say(child=child, indicator="absence", value=absent / seen if ok else np.nan, lower=absent / expected if ok else np.nan,
            upper=(absent + max(0, expected - seen)) / expected if ok else np.nan, n_observed=seen, status="ok" if ok else "not_recorded")
        scores = [float(score) for one, score in zip(results["child"], results["score"], strict=True) if one == child and score is not None]
        scores = sorted(score for score in scores if 0 <= score <= 100)
        say(child=child, indicator="score", value=sum(scores) / len(scores) if scores else np.nan, lower=np.nan, upper=np.nan,
            n_observed=len(scores), status="ok" if scores else "not_recorded")
    return {name: np.array(column, dtype=object if name in ("child", "indicator", "status") else None) for name, column in made.items()}


def class_of_six(generator):
    children = np.array([f"child {number}" for number in range(6)], dtype=object)
    marks = np.repeat(children, 20)
    return {
        "plan": {"child": children, "class": np.array(["x", "x", "x", "y", "y", "y"], dtype=object), "sessions": np.full(6, 20)},
        "attendance": {"child": marks, "code": generator.choice(["absent", "present"], len(marks), p=[0.2, 0.8]).astype(object)},
        "exam_results": {"child": np.repeat(children, 12), "score": np.round(generator.uniform(20, 90, 72), 1)},
    }


def indicator(call=share_absent, **more):
    given = {"name": "own", "call": call, "make": class_of_six, "events": ("attendance", "exam_results"),
             "identities": {"attendance.child": "child", "exam_results.child": "child", "plan.child": "child", "plan.class": "class"},
             "numbers": ("exam_results.score",), "codes": {"attendance.code": "present"}, "groups": ("class",)}
    return testing.IndicatorSubject(**(given | more))


def changed(made, by=1.0):
    return made | {"value": np.asarray(made["value"], dtype=float) + by}


def spoilt(condition, how=changed):
    """The sound indicator, spoilt where the tables look so."""

    def call(tables):
        made = share_absent(tables)
        return how(made) if condition(tables) else made

    return call


def column(tables, table="exam_results", name="score"):
    return plain(tables[table]).get(name, np.array([]))


def raises(_):
    raise KeyError("a name")


def nonsense(made):
    return made | {"status": np.array(["fine"] * len(made["status"]), dtype=object)}


def has(tables, test):
    return any(test(float(value)) for value in column(tables) if value is not None)


def by_threads_of_the_process(tables):
    return changed(share_absent(tables), 1e-9 * int(os.environ.get("CHILDWELL_NUM_THREADS", "1")))


def writes_tables(tables):
    if isinstance(tables["exam_results"], dict):
        with contextlib.suppress(ValueError):
            tables["exam_results"]["score"][:] = 50
    return share_absent(tables)


def counts_runs(tables):
    CALLS["count"] += 1
    return changed(share_absent(tables), CALLS["count"] * 1e-6)


def changes_environment(tables):
    os.environ["CHILDWELL_TRACE"] = os.environ.get("CHILDWELL_TRACE", "") + "."
    return share_absent(tables)


def aborts_on_two_dimensions(tables):
    if any(column.ndim == 2 for column in plain(tables["attendance"]).values()):
        os.abort()
    return share_absent(tables)


INDICATOR_DEFECTS = {
    "empty": spoilt(lambda tables: len(column(tables)) == 0, raises),
    "one row": spoilt(lambda tables: len(column(tables)) == 1, raises),
    "one group": spoilt(lambda tables: len(set(column(tables, "plan", "class"))) == 1, raises),
    "all missing": spoilt(lambda tables: len(column(tables)) and all(score is None for score in column(tables)), nonsense),
    "half missing": lambda tables: share_absent(tables) | {"lower": share_absent(tables)["value"], "upper": share_absent(tables)["value"]},
    "constant column": spoilt(lambda tables: len(set(map(str, column(tables)))) == 1, nonsense),
    "NaN": spoilt(lambda tables: has(tables, lambda score: score != score)),
    "infinity": spoilt(lambda tables: has(tables, lambda score: abs(score) == np.inf), nonsense),
    "minus zero": spoilt(lambda tables: has(tables, lambda score: score == 0 and np.signbit(float(score)))),
    "denormals": spoilt(lambda tables: has(tables, lambda score: 0 < score < 1e-300), nonsense),
    "1e+-308": spoilt(lambda tables: has(tables, lambda score: score == 1e308), raises),
    "integer maximum": spoilt(lambda tables: has(tables, lambda score: score > 2**60), raises),
    "row permutation": spoilt(lambda tables: column(tables, "plan", "child")[0] != "child 0"),
    "group relabel": spoilt(lambda tables: not str(column(tables, "plan", "class")[0]).startswith(("x", "y"))),
    "chunk split": spoilt(lambda tables: hasattr(tables["attendance"], "column_names") and tables["attendance"]["code"].num_chunks == 2),
    "merge order": spoilt(lambda tables: column(tables, "attendance", "child")[0] != "child 0"),
    "threads": by_threads_of_the_process,
    "kernels": lambda tables: changed(share_absent(tables), 1e-9 * _core.processor_level()),
    "strides": spoilt(lambda tables: isinstance(tables["plan"], dict) and not tables["plan"]["sessions"].flags.c_contiguous),
    "memory order": spoilt(lambda tables: column(tables).dtype.str == ">f8"),
    "integer types": spoilt(lambda tables: column(tables).dtype == np.uint16),
    "duplicated column": spoilt(lambda tables: "code_again" in plain(tables["attendance"])),
    "input unmodified": writes_tables,
    "repeated call": counts_runs,
    "environment": changes_environment,
    "typed errors": aborts_on_two_dimensions,
}


def test_a_sound_indicator_passes_every_check():
    results = testing.check_indicators(indicator())
    assert [result.subject for result in results] == ["absence", "score"]
    for result in results:
        assert result.passed, result
        assert {one.check for one in result.outcomes if one.outcome == "not applicable"} == {"weights of 1", "weight 0", "weight 2"}
    assert set(INDICATOR_DEFECTS) == set(testing.INDICATOR_CHECKS) - {"weights of 1", "weight 0", "weight 2"}


@pytest.mark.parametrize("check", INDICATOR_DEFECTS)
def test_a_defect_of_an_indicator_is_found(check):
    results = testing.check_indicators(indicator(INDICATOR_DEFECTS[check]), checks=[check])
    assert "failed" in {outcome(result, check).outcome for result in results}


def test_an_indicator_may_be_expected_to_fail_alone():
    spoil = {"score: integer types": "uint16 is read as centimetres"}
    absence, score = testing.check_indicators(
        indicator(INDICATOR_DEFECTS["integer types"], expected_failures=spoil), checks=["integer types"])
    assert outcome(score, "integer types").outcome == "expected failure"
    assert outcome(absence, "integer types").outcome == "failed"


def test_the_examples_run():
    from childwell.testing import _indicators, _statistics

    for module in (_indicators, _statistics):
        ran = doctest.testmod(module)
        assert ran.attempted > 0 and ran.failed == 0
