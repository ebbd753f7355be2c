# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""NIST's eleven linear sets as decimals, and least squares in exact rational arithmetic.

`solved` is the answer to the decimals (NIST's) or to the doubles that a program is given, whichever it gets: numbers
are Fractions, square roots have 60 digits. No result goes through a double on the way.
"""

import json
from fractions import Fraction
from importlib import resources
from pathlib import Path

import mpmath

MADE = json.loads((Path(__file__).parent / "made/nist_linear.json").read_text("utf-8"))
CERTIFIED = MADE["certified"]
NOISE = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 2523,
         -2048, 2048, -2048, 759]  # fmt: skip


def installed(package: str, path: str) -> list[str]:
    return (resources.files(package) / path).read_text("latin-1").splitlines()


def decimals(name: str) -> tuple[list[list[Fraction]], list[Fraction]]:
    """The columns as they are written (without powers and intercept) and the outcome."""
    if name.startswith("Wampler"):
        x = [Fraction(i) for i in range(21)]
        base = Fraction(1, 10) if name == "Wampler2" else Fraction(1)
        scale = {"Wampler3": 1, "Wampler4": 100, "Wampler5": 10000}.get(name, 0)
        return [x], [sum((base * v) ** k for k in range(6)) + scale * e for v, e in zip(x, NOISE, strict=True)]
    if name == "NoInt1":
        return [[Fraction(i) for i in range(60, 71)]], [Fraction(i) for i in range(130, 141)]
    if name == "NoInt2":
        return [[Fraction(i) for i in (4, 5, 6)]], [Fraction(i) for i in (3, 4, 4)]
    if name == "Norris":
        lines = installed("scipy.stats", "tests/data/nist_linregress/Norris.dat")
        start = max(i for i, line in enumerate(lines) if line.startswith("Data:"))
        pairs = [line.split() for line in lines[start + 1 :] if len(line.split()) == 2]
        return [[Fraction(x) for _, x in pairs]], [Fraction(y) for y, _ in pairs]
    if name == "Longley":
        lines = installed("statsmodels.datasets.longley", "longley.csv")[1:]
        rows = [[Fraction(cell) for cell in line.replace('"', "").split(",")[1:]] for line in lines if line.strip()]
        return [list(column) for column in zip(*(row[1:] for row in rows), strict=True)], [row[0] for row in rows]
    data = MADE["data"][name]
    return [[Fraction(x) for x in data["x"]]], [Fraction(y) for y in data["y"]]


def degree(name: str) -> int:
    return {"Filip": 10, "Pontius": 2}.get(name, 5 if name.startswith("Wampler") else 1)


def has_intercept(name: str) -> bool:
    return not name.startswith("NoInt")


def with_powers(columns: list, power: int) -> list:
    """The columns, or the powers of the only one; of whatever kind of number is given."""
    return columns if power == 1 else [[x**k for x in columns[0]] for k in range(1, power + 1)]


def exact(columns) -> list[list[Fraction]]:
    """Doubles as the rational numbers that they are."""
    return [[Fraction(float(x)) for x in column] for column in columns]


def inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    size = len(matrix)
    rows = [list(row) + [Fraction(int(i == j)) for j in range(size)] for i, row in enumerate(matrix)]
    for pivot in range(size):
        best = max(range(pivot, size), key=lambda i: abs(rows[i][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        head = rows[pivot][pivot]
        rows[pivot] = [value / head for value in rows[pivot]]
        for other in range(size):
            factor = rows[other][pivot]
            if other != pivot and factor:
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[pivot], strict=True)]
    return [row[size:] for row in rows]


def root(value: Fraction):
    with mpmath.workdps(60):
        return mpmath.sqrt(mpmath.mpf(value.numerator) / value.denominator)


def solved(columns, outcome, *, intercept: bool, weights=None) -> dict:
    """Least squares without rounding: coef, se, sigma, r_squared, residuals, leverages."""
    weights = weights or [Fraction(1)] * len(outcome)
    design = ([[Fraction(1)] * len(outcome)] if intercept else []) + list(columns)

    def product(a, b):
        return sum(w * x * y for w, x, y in zip(weights, a, b, strict=True))

    size = range(len(design))
    gram = [[product(a, b) for b in design] for a in design]
    inner = inverse(gram)
    right = [product(a, outcome) for a in design]
    coef = [sum(inner[j][k] * right[k] for k in size) for j in size]
    residuals = [y - sum(coef[j] * design[j][i] for j in size) for i, y in enumerate(outcome)]
    squares = product(residuals, residuals)
    freedom = len(outcome) - len(design)
    ones = [Fraction(1)] * len(outcome)
    mean = product(ones, outcome) / sum(weights) if intercept else Fraction(0)
    total = sum(w * (y - mean) ** 2 for w, y in zip(weights, outcome, strict=True))
    variance = squares / freedom
    return {
        "coef": coef, "residuals": residuals, "sigma": root(variance), "r_squared": 1 - squares / total,
        "se": [root(variance * inner[j][j]) for j in size],
        "f": (total - squares) / (len(design) - intercept) / variance if squares and len(design) > intercept else None,
        "leverages": [weights[i] * sum(design[j][i] * inner[j][k] * design[k][i] for j in size for k in size)
                      for i in range(len(outcome))],
    }  # fmt: skip
