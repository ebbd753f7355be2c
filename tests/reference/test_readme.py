# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""README.md: no function without an oracle, no shared case without a place, no promised figure that is not reached."""

import importlib.util
import inspect
import os
import re
from pathlib import Path

import pytest

from childwell import index, instruments, stats

HERE = Path(__file__).parent
TEXT = (HERE / "README.md").read_text("utf-8")
_SPEC = importlib.util.spec_from_file_location("readme", HERE / "readme.py")
readme = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(readme)

ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([\d.]+) \|$", re.MULTILINE)
ROWS = [(function, oracle, tolerance, float(digits)) for function, oracle, tolerance, digits in ROW.findall(TEXT)]
# Functions of instruments and the index that look a key up or read one; they compute nothing.
NO_NUMBERS = {"define_index", "define_instrument", "find_instrument", "instrument_names"}
SHARED = Path(os.environ.get("CHILDWELL_SHARED_DATA") or HERE.parents[2] / "shared/data") / "expected"

# What is promised, as digits by the words of the oracle: 500 eps are 12.95 digits.
FIGURES = {
    "NIST univariate": (r"^fractions.*NIST StRD.*: estimates", 14.0, 1),
    "NIST analysis of variance": (r"^NIST \w+, exact on the rounded data \(fractions, mpmath\)$", 14.0, 11),
    "NIST linear, estimates": (r"^NIST \w+, exact on the rounded data.*: estimates", 14.0, 11),
    "NIST linear, standard errors": (r"^NIST (?!Filip)\w+, exact on the rounded data.*: standard errors", 13.0, 10),
    "NIST linear, Filip's standard errors": (r"^NIST Filip, exact on the rounded data.*: standard errors", 7.5, 1),
    "special functions": (r"^mpmath 1.3, regime (?!large)", 12.95, 20),
    "special functions of large counts": (r"^mpmath 1.3, regime large", 10.0, 5),
    "inverses": (r"^F of it gives p back", 12.0, 5),
    "generalised linear models against R": (r"^R 4.2.2 MASS", 7.0, 5),
    "separation, by a linear program": (r"linprog, 2,000 designs", 16.0, 1),
}


def cases(heading: str) -> list[str]:
    part = TEXT.split(f"### {heading}\n")[1].split("\n### ")[0]
    return re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


def test_every_public_function_has_an_oracle():
    public = {name for floor in (stats, index, instruments) for name in floor.__all__ if inspect.isfunction(getattr(floor, name))}
    assert {function for function, *_ in ROWS} == public - NO_NUMBERS


def test_every_row_says_oracle_tolerance_and_digits():
    table = TEXT.split("## Shared cases")[0]
    assert len(ROWS) == len(re.findall(r"^\| `", table, re.MULTILINE)) > 0
    for function, oracle, tolerance, digits in ROWS:
        assert oracle.strip() and 0.0 <= digits <= 16.0, (function, tolerance)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_promised_figure_is_reached(figure):
    words, least, rows = FIGURES[figure]
    found = [(function, oracle, digits) for function, oracle, _, digits in ROWS if re.search(words, oracle)]
    assert len(found) >= rows
    assert [row for row in found if row[2] < least] == []


def test_every_shared_case_stands_once():
    listed = [name for heading in ("Covered wholly", "Covered in part", "To come") for name in cases(heading)]
    assert len(listed) == len(set(listed)) == 102
    if SHARED.is_dir():
        assert sorted(listed) == sorted(path.stem for path in SHARED.glob("*.json"))


def test_a_case_that_is_covered_has_a_test_by_its_name():
    text = "\n".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    for name in cases("Covered wholly") + cases("Covered in part"):
        assert f'"{name}"' in text or f"def test_{name}(" in text, name
    for name in cases("To come"):
        assert f"def test_{name}(" not in text, name


# ---- the maker of the table ------------------------------------------------------------------------------------------


def row(digits, function="mean", oracle="R"):
    return {"family": "some_family", "function": function, "oracle": oracle, "tolerance": "rel 1e-12, abs 0", "digits": digits}


def test_the_worst_digits_are_shown():
    text = readme.functions_table([row(15.0), row(12.5), row(16.0), row(3.0, oracle="a|b")])
    assert "## Some family" in text
    assert ROW.findall(text) == [("mean", "R", "rel 1e-12, abs 0", "12.5"), ("mean", "a/b", "rel 1e-12, abs 0", "3.0")]


def account(compared, left_out):
    return {"case": "roc_x", "family": "auc", "compared": compared,
            "left_out": {path: {"why": "later", "parts": parts} for path, parts in left_out.items()}}


def test_a_part_that_another_test_compares_is_not_left_out():
    one, other = account(["a.0"], {"b": ["b.0", "b.1"]}), account(["b.0", "b.1"], {"a": ["a.0"]})
    assert "1 are covered wholly, 0 in part" in readme.cases_table([one, other], ["roc_x"])
    assert "`b`: later" in readme.cases_table([one], ["roc_x"])
    assert "0 in part and 1 belong" in readme.cases_table([], ["rq_exam"])


def test_a_case_without_a_place_is_found():
    with pytest.raises(SystemExit, match="roc_x"):
        readme.cases_table([], ["roc_x"])
    with pytest.raises(SystemExit):
        readme.later("rqx_exam")
