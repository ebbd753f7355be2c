# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What every reference test uses: the shared cases, comparison by their rule, and a record of the digits reached.

`case("roc_asah")` opens one case of the shared data. Each number of its `expected` is compared by `agree`, or named by
`leave_out` with the reason; a number that is neither fails the test, so that no part is forgotten in silence.
`agrees(...)` compares with another oracle. Both record, by function, how many digits were right at worst; the table of
README.md is made from that record by readme.py.
"""

import json
import math
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
RECORDED = pytest.StashKey[list]()
OUTCOMES = pytest.StashKey[dict]()


def shared_data() -> Path:
    return Path(os.environ.get("CHILDWELL_SHARED_DATA") or ROOT.parent / "shared/data")


def leaves(node, path=()):
    """Every number (or text) of a nested document with its path; null is not to be compared."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, str(key)))
    elif isinstance(node, list):
        for key, value in enumerate(node):
            yield from leaves(value, (*path, str(key)))
    elif node is not None:
        yield path, node


def digits_right(actual: float, expected: float) -> float:
    """Log relative error: digits that agree, at most 16; log absolute error where the expected value is 0."""
    if actual == expected or (math.isnan(actual) and math.isnan(expected)):
        return 16.0
    if not (math.isfinite(actual) and math.isfinite(expected)):
        return 0.0
    error = abs(actual - expected) / (abs(expected) or 1.0)
    return min(16.0, -math.log10(error)) if error > 0 else 16.0


def digits_held(actual: float, expected: float, relative: float) -> float:
    """Digits right; absolute ones where only the absolute tolerance was held, as of a coefficient that is nearly 0."""
    only_absolute = relative > 0.0 and abs(actual - expected) > relative * abs(expected)
    return digits_right(actual - expected, 0.0) if only_absolute else digits_right(actual, expected)


class Record:
    """Worst digits by function and oracle."""

    def __init__(self, rows: list, family: str) -> None:
        self.rows, self.family = rows, family

    def add(self, function: str, oracle: str, tolerance: str, digits: float) -> None:
        self.rows.append({"family": self.family, "function": function, "oracle": oracle, "tolerance": tolerance,
                          "digits": digits})


class Case:
    """One case of the shared data: what to compute, what came out elsewhere, and how near is near enough."""

    def __init__(self, name: str, record: Record) -> None:
        self.name, self.record = name, record
        path = shared_data() / "expected" / f"{name}.json"
        if not path.is_file():
            pytest.skip(f"{name}: the shared data are not here")
        self.document = json.loads(path.read_text("utf-8"))
        self.expected, self.tolerance = self.document["expected"], self.document["tolerance"]
        self.seen: set[tuple] = set()
        self.left_out: dict[str, str] = {}

    def frame(self, name: str | None = None):
        """The case's input file as a pandas frame."""
        import pandas

        path = shared_data() / (name or self.document["input"]["file"])
        if not path.is_file():
            pytest.skip(f"{self.name}: {path.name} is not here")
        return pandas.read_csv(path)

    def at(self, path: str):
        """A part of what is expected: "first_rows.eb_mean"."""
        node = self.expected
        for key in path.split("."):
            node = node[int(key)] if isinstance(node, list) else node[key]
        return node

    def bounds(self, part: str | None) -> tuple[float, float]:
        given = self.tolerance if part is None else self.tolerance[part]
        assert set(given) <= {"rel", "abs", "note"}, f"{self.name}: name the part of the tolerance, one of {list(given)}"
        return given.get("rel", 0.0), given.get("abs", 0.0)

    def agree(self, path: str, actual, *, function: str, part: str | None = None, rel: float | None = None) -> None:
        """Hold a part (a number, list or mapping) to what is expected; `rel` may only be stricter than the case's."""
        relative, absolute = self.bounds(part)
        if rel is not None:
            assert rel <= relative or relative == 0.0 and rel <= absolute, "a tolerance is not loosened"
            relative, absolute = rel, 0.0
        oracle = self.document["made_by"].split(";")[0]
        wanted = list(leaves(self.at(path), tuple(path.split("."))))
        assert wanted, f"{self.name}: {path} holds nothing to compare"
        worst = 16.0
        for where, value in wanted:
            got = actual
            for key in where[len(path.split(".")):]:
                got = got[int(key)] if not isinstance(got, dict) else got[key]
            if isinstance(value, (str, bool)):
                assert got == value, f"{self.name}: {'.'.join(where)}: {got} is not {value}"
            else:
                got, value = float(got), float(value)
                assert abs(got - value) <= max(absolute, relative * abs(value)) or got == value, (
                    f"{self.name}: {'.'.join(where)}: {got!r} is not {value!r} within rel {relative}, abs {absolute}"
                )
                worst = min(worst, digits_held(got, value, relative))
            self.seen.add(where)
        self.record.add(function, oracle, f"rel {relative:g}, abs {absolute:g}", worst)

    def leave_out(self, path: str, why: str) -> None:
        """Name a part that is not compared, and the reason."""
        parts = tuple(path.split("."))
        found = [where for where, _ in leaves(self.expected) if where[: len(parts)] == parts]
        assert found, f"{self.name}: there is no part {path}"
        assert why
        self.left_out[path] = why
        self.seen.update(found)

    def account(self) -> dict:
        """What became of each part: what was compared, and what was left out with the reason."""
        left = {path: [where for where, _ in leaves(self.expected) if where[: path.count(".") + 1] == tuple(path.split("."))]
                for path in self.left_out}
        compared = self.seen - {where for parts in left.values() for where in parts}
        return {"case": self.name, "family": self.record.family, "compared": sorted(".".join(where) for where in compared),
                "left_out": {path: {"why": self.left_out[path], "parts": [".".join(where) for where in parts]}
                             for path, parts in left.items()}}

    def forgotten(self) -> list[str]:
        return [".".join(where) for where, _ in leaves(self.expected) if where not in self.seen]


@pytest.fixture
def shared_frame():
    """A file of the shared data as a pandas frame, by name."""
    import pandas

    def open_file(name: str):
        if not (shared_data() / name).is_file():
            pytest.skip(f"{name} is not here")
        return pandas.read_csv(shared_data() / name)

    return open_file


@pytest.fixture
def made():
    """Values that a script in tests/reference/made wrote, by the name of its file."""

    def open_made(name: str):
        return json.loads((ROOT / "tests/reference/made" / f"{name}.json").read_text("utf-8"))

    return open_made


def family_of(item) -> str:
    return Path(str(item.fspath)).stem.removeprefix("test_")


@pytest.fixture
def record(request):
    return Record(request.config.stash[RECORDED], family_of(request.node))


@pytest.fixture
def case(record):
    """Opens shared cases by name and sees that no part of them is forgotten."""
    opened: list[Case] = []

    def open_case(name: str) -> Case:
        opened.append(Case(name, record))
        return opened[-1]

    yield open_case
    for one in opened:
        assert one.forgotten() == [], f"{one.name}: neither compared nor left out"
        record.rows.append(one.account())


@pytest.fixture
def agrees(record):
    """agrees("mean", actual, expected, oracle="mpmath", rel=1e-14): compare numbers with an oracle and record digits."""

    def compare(function, actual, expected, *, oracle, rel=0.0, abs=0.0):  # noqa: A002: numpy's and pytest's word
        actual, expected = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
        assert actual.shape == expected.shape and actual.size > 0
        np.testing.assert_allclose(actual, expected, rtol=rel, atol=abs)
        worst = min(digits_held(float(a), float(e), rel) for a, e in zip(actual.ravel(), expected.ravel(), strict=True))
        record.add(function, oracle, f"rel {rel:g}, abs {abs:g}", worst)

    return compare


def pytest_configure(config):
    config.stash[RECORDED] = []
    config.stash[OUTCOMES] = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if "tests/reference/" in str(item.fspath).replace("\\", "/") and (report.when == "call" or report.skipped):
        item.config.stash[OUTCOMES].setdefault(family_of(item), Counter())[report.outcome] += 1


def pytest_terminal_summary(terminalreporter, config):
    outcomes = config.stash[OUTCOMES]
    if outcomes:
        terminalreporter.write_sep("-", "reference suite by family")
    for family, counted in sorted(outcomes.items()):
        terminalreporter.write_line(f"{family:<24}" + ", ".join(f"{n} {word}" for word, n in sorted(counted.items())))


def pytest_sessionfinish(session):
    rows = session.config.stash[RECORDED]
    folder = os.environ.get("CHILDWELL_REFERENCE_RECORD")
    if rows and folder:
        Path(folder).write_text(json.dumps(rows), "utf-8")
