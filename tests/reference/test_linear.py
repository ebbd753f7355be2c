# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Linear models against exact rational answers, NIST's certified values, R and statsmodels."""

import importlib.util
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from childwell import stats

_SPEC = importlib.util.spec_from_file_location("nist_linear", Path(__file__).with_name("nist_linear.py"))
nist = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(nist)

# Digits of the exact answer on the rounded data that are digits of NIST's decimals, too: the rest is lost when the
# decimals become doubles, whoever computes.
IN_DOUBLES = {"Norris": 13.5, "Pontius": 13.3, "Filip": 7.5, "Longley": 14.0, "Wampler2": 13.0}


def as_doubles(name: str):
    columns, outcome = nist.decimals(name)
    design = nist.with_powers([np.array([float(x) for x in column]) for column in columns], nist.degree(name))
    return np.column_stack(design), np.array([float(y) for y in outcome])


def floats(values) -> np.ndarray:
    return np.array([float(value) for value in values])


@pytest.mark.parametrize("name", list(nist.CERTIFIED))
def test_the_oracle_gives_what_nist_certifies(name):
    """Regenerated = certified, to all the digits that NIST prints: data and oracle are right."""
    columns, outcome = nist.decimals(name)
    powers = nist.with_powers(columns, nist.degree(name))
    made = nist.solved(powers, outcome, intercept=nist.has_intercept(name))
    for part in ("coef", "se", "sigma", "r_squared"):
        given = nist.CERTIFIED[name][part]
        for mine, theirs in zip(made[part] if isinstance(given, list) else [made[part]],
                                given if isinstance(given, list) else [given], strict=True):
            assert abs(float(mine) - float(theirs)) <= 6e-15 * abs(float(theirs)), (name, part)


@pytest.mark.parametrize("name", list(nist.CERTIFIED))
def test_nist(name, agrees):
    design, outcome = as_doubles(name)
    intercept = nist.has_intercept(name)
    fit = stats.fit_linear(design, outcome, intercept=intercept)
    assert fit.status == "ok"
    exact = nist.solved(nist.exact(design.T), nist.exact([outcome])[0], intercept=intercept)
    oracle = f"NIST {name}, exact on the rounded data (fractions, mpmath)"
    agrees("fit_linear", fit.coefficients, floats(exact["coef"]), oracle=f"{oracle}: estimates", rel=1e-14)
    agrees("fit_linear", fit.standard_errors, floats(exact["se"]), oracle=f"{oracle}: standard errors", rel=1e-14, abs=1e-30)
    agrees("fit_linear", [fit.sigma, fit.r_squared], floats([exact["sigma"], exact["r_squared"]]),
           oracle=f"{oracle}: sigma and R squared", rel=1e-14, abs=1e-30)
    certified = nist.CERTIFIED[name]
    digits = IN_DOUBLES.get(name, 14.5)
    agrees("fit_linear", fit.coefficients, floats(certified["coef"]), oracle=f"NIST {name}, certified: estimates",
           rel=10.0**-digits)
    agrees("fit_linear", fit.standard_errors, floats(certified["se"]), oracle=f"NIST {name}, certified: standard errors",
           rel=10.0 ** -min(digits, 13.0), abs=1e-14)
