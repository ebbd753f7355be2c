# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Analysis of variance against exact rational answers on NIST's eleven sets, R, scipy and statsmodels."""

import json
import math
from fractions import Fraction
from importlib import resources
from pathlib import Path

import mpmath
import numpy as np
import pytest
import scipy.stats

from childwell import stats

NAMES = ["SiRstv", "AtmWtAg", *(f"SmLs0{number}" for number in range(1, 10))]
# Digits of F that decimals keep when they become doubles, whoever computes.
IN_DOUBLES = {"SiRstv": 13.0, "AtmWtAg": 10.0, "SmLs04": 10.0, "SmLs05": 10.0, "SmLs06": 10.0, "SmLs07": 4.1,
              "SmLs08": 4.1, "SmLs09": 4.1}  # fmt: skip


def nist_set(name: str) -> tuple[list[str], list[int], dict[str, str]]:
    """Values as written, their groups, and what NIST certifies; scipy installs all eleven files."""
    lines = (resources.files("scipy.stats") / f"tests/data/nist_anova/{name}.dat").read_text("latin-1").splitlines()
    start = max(number for number, line in enumerate(lines) if line.startswith("Data:"))
    rows = [line.split() for line in lines[start + 1 :] if len(line.split()) == 2]
    certified = {}
    for line in lines[:start]:
        words = line.split()
        if line.startswith("Between ") and len(words) >= 5:
            certified |= dict(zip(("between_df", "between_ss", "between_ms", "f"), words[-4:], strict=True))
        elif line.startswith("Within ") and len(words) >= 4:
            certified |= dict(zip(("within_df", "within_ss", "within_ms"), words[-3:], strict=True))
        elif "Certified R-Squared" in line:
            certified["r_squared"] = words[-1]
        elif "Standard Deviation" in line and len(words) == 3:
            certified["sigma"] = words[-1]
    return [value for _, value in rows], [int(float(group)) for group, _ in rows], certified


def solved(values: list[Fraction], groups: list[int]) -> dict:
    """The table in rational numbers."""
    count, number = len(values), len(set(groups))
    parts = {code: [v for v, g in zip(values, groups, strict=True) if g == code] for code in set(groups)}
    means = {code: sum(part) / len(part) for code, part in parts.items()}
    mean = sum(values) / count
    between = sum(len(part) * (means[code] - mean) ** 2 for code, part in parts.items())
    within = sum((v - means[code]) ** 2 for code, part in parts.items() for v in part)
    within_ms = within / (count - number)
    with mpmath.workdps(50):
        sigma = mpmath.sqrt(mpmath.mpf(within_ms.numerator) / within_ms.denominator)
    return {"between_ss": between, "within_ss": within, "between_ms": between / (number - 1), "within_ms": within_ms,
            "f": between / (number - 1) / within_ms, "r_squared": between / (between + within), "sigma": sigma,
            "omega_squared": (between - (number - 1) * within_ms) / (between + within + within_ms)}


def parts_of(made) -> dict[str, float]:
    return {"between_ss": made.between_sum_of_squares, "within_ss": made.within_sum_of_squares,
            "between_ms": made.between_mean_square, "within_ms": made.within_mean_square, "f": made.f,
            "r_squared": made.eta_squared, "sigma": made.sigma, "omega_squared": made.omega_squared}


@pytest.mark.parametrize("name", NAMES)
def test_nist(name, agrees):
    """The certified values come out of the decimals exactly, ours out of the doubles to 14 digits and more."""
    texts, groups, certified = nist_set(name)
    on_decimals = solved([Fraction(text) for text in texts], groups)
    for part in ("between_ss", "within_ss", "f", "r_squared", "sigma"):
        assert float(on_decimals[part]) == pytest.approx(float(certified[part]), rel=6e-15), part
    made = stats.one_way_anova([float(text) for text in texts], groups)
    assert made.status == "ok" and made.count == len(texts)
    assert made.between_degrees_of_freedom == int(certified["between_df"])
    assert made.within_degrees_of_freedom == int(certified["within_df"])
    exact = solved([Fraction(float(text)) for text in texts], groups)
    mine = parts_of(made)
    agrees("one_way_anova", list(mine.values()), [float(exact[part]) for part in mine],
           oracle=f"NIST {name}, exact on the rounded data (fractions, mpmath)", rel=1e-15)
    agrees("one_way_anova", mine["f"], float(certified["f"]), oracle=f"NIST {name}, certified: F",
           rel=10.0 ** -IN_DOUBLES.get(name, 14.5))
    with mpmath.workdps(40):
        a, b = mpmath.mpf(made.within_degrees_of_freedom) / 2, mpmath.mpf(made.between_degrees_of_freedom) / 2
        x = 2 * a / (2 * a + 2 * b * mpmath.mpf(made.f))
        p = float(mpmath.betainc(a, b, 0, x, regularized=True))
    agrees("one_way_anova", made.p, p, oracle=f"mpmath betainc: p of NIST {name}", rel=2e-12)


def hold_nist(case, name):
    opened = case(f"nist_anova_{name.lower()}")
    made = stats.one_way_anova([float(text) for text in nist_set(name)[0]], nist_set(name)[1])
    least = opened.tolerance["lre_F_min"]
    mine = parts_of(made)
    wanted = {"ss_between": "between_ss", "ms_between": "between_ms", "F": "f", "ss_within": "within_ss",
              "ms_within": "within_ms", "r2": "r_squared", "residual_sd": "sigma"}
    for part, own in wanted.items():
        expected = opened.at(part)
        digits = 16.0 if mine[own] == expected else -math.log10(abs(mine[own] / expected - 1.0))
        assert digits >= min(least, IN_DOUBLES.get(name, 14.0)), (part, digits)
        opened.seen.add((part,))
        opened.record.add("one_way_anova", f"NIST {name}, shared case: {part}", f"{least} digits", min(16.0, digits))
    for part, own in (("df_between", made.between_degrees_of_freedom), ("df_within", made.within_degrees_of_freedom)):
        assert opened.at(part) == own
        opened.seen.add((part,))


def test_nist_anova_sirstv(case):
    hold_nist(case, "SiRstv")


def test_nist_anova_smls01(case):
    hold_nist(case, "SmLs01")


def test_nist_anova_smls02(case):
    hold_nist(case, "SmLs02")


def test_nist_anova_smls04(case):
    hold_nist(case, "SmLs04")


def test_nist_anova_smls07(case):
    hold_nist(case, "SmLs07")


def uneven(seed=3):
    generator = np.random.Generator(np.random.Philox(seed))
    groups = np.repeat(np.arange(5), [6, 9, 14, 22, 31])
    return generator.normal(size=len(groups)) * (1 + groups) + 0.3 * groups, groups


def test_welch_against_r_and_statsmodels(agrees):
    from statsmodels.stats.oneway import anova_oneway

    made = json.loads((Path(__file__).parent / "made/linear.json").read_text("utf-8"))
    y, g = np.array(made["data"]["y"]), np.array(made["data"]["g"])
    mine = stats.welch_anova(y[g > 1], g[g > 1])
    agrees("welch_anova", [mine.f, mine.denominator_degrees_of_freedom, mine.p],
           [made["welch"][part] for part in ("f", "df", "p")], oracle="R 4.2.2 oneway.test (made/make_linear.R)",
           rel=1e-12)
    values, groups = uneven()
    mine = stats.welch_anova(values, groups)
    theirs = anova_oneway([values[groups == code] for code in range(5)], use_var="unequal", welch_correction=True)
    agrees("welch_anova", [mine.f, mine.p, mine.denominator_degrees_of_freedom],
           [theirs.statistic, theirs.pvalue, theirs.df_denom], oracle="statsmodels anova_oneway", rel=1e-11)


@pytest.mark.parametrize("centre", ["median", "mean"])
def test_levene_against_scipy(centre, agrees):
    values, groups = uneven()
    mine = stats.levene_test(values, groups, centre=centre)
    theirs = scipy.stats.levene(*(values[groups == code] for code in range(5)), center=centre)
    agrees("levene_test", [mine.f, mine.p], [theirs.statistic, theirs.pvalue], oracle="scipy.stats.levene", rel=1e-11)
    assert mine.method == {"median": "Brown-Forsythe", "mean": "Levene"}[centre]


def test_two_groups_are_the_t_tests(agrees):
    values, groups = uneven()
    two = groups < 2
    for function, equal in (("one_way_anova", True), ("welch_anova", False)):
        mine = getattr(stats, function)(values[two], groups[two])
        theirs = scipy.stats.ttest_ind(values[groups == 0], values[groups == 1], equal_var=equal)
        agrees(function, [math.sqrt(mine.f), mine.p], [abs(theirs.statistic), theirs.pvalue],
               oracle="scipy.stats.ttest_ind, two groups", rel=1e-11)


def test_anova_is_the_linear_model_with_dummies(agrees):
    values, groups = uneven()
    fit = stats.fit_linear((groups[:, None] == np.arange(1, 5)).astype(float), values)
    made = stats.one_way_anova(values, groups)
    agrees("one_way_anova", [made.f, made.p, made.eta_squared, made.sigma],
           [fit.f_statistic, fit.f_p, fit.r_squared, fit.sigma], oracle="fit_linear with dummies", rel=1e-13)


def test_labels_missing_values_and_means():
    values, groups = uneven()
    names = np.array(["e", "d", "c", "b", "a"])[groups]
    holed = values.copy()
    holed[[0, 40]] = np.nan
    made = stats.one_way_anova(holed, names)
    kept = ~np.isnan(holed)
    rest = stats.one_way_anova(values[kept], groups[kept])
    assert (made.count, made.missing) == (80, 2) and made.f == pytest.approx(rest.f, rel=1e-15)
    np.testing.assert_array_equal(made.means, rest.means[::-1])
    np.testing.assert_array_equal(made.counts, rest.counts[::-1])
    np.testing.assert_array_equal(made.variances, rest.variances[::-1])
    np.testing.assert_allclose(made.means, [holed[kept & (names == code)].mean() for code in "abcde"], rtol=1e-14)
    by_name = [holed[kept & (names == code)] for code in "abcde"]
    np.testing.assert_allclose(made.variances, [part.var(ddof=1) for part in by_name], rtol=1e-13)


@pytest.mark.parametrize("function", ["one_way_anova", "welch_anova", "levene_test"])
def test_too_little_to_say_anything(function):
    call = getattr(stats, function)
    for values, groups in (([], []), ([1.0], [0]), ([1.0, 2.0, 3.0], [0, 0, 0]), ([1.0, 2.0], [0, 1]),
                           ([np.nan] * 4, [0, 0, 1, 1])):
        made = call(values, groups)
        assert made.status == "not_enough_data" and math.isnan(made.f) and math.isnan(made.p)
    made = call([1.0, np.inf, 2.0, 3.0], [0, 0, 1, 1])
    assert made.status == "not_finite" and math.isnan(made.f)
    with pytest.raises(ValueError, match=function):
        call([1.0, 2.0], [0])
    with pytest.raises(ValueError, match=function):
        call([1.0, 2.0], [0, None])


def test_groups_without_spread():
    made = stats.one_way_anova([0.1] * 3 + [0.3] * 4, [0] * 3 + [1] * 4)
    assert (made.status, made.f, made.p) == ("degenerate", math.inf, 0.0)
    assert (made.within_sum_of_squares, made.eta_squared) == (0.0, 1.0)
    made = stats.one_way_anova([0.1] * 7, [0] * 3 + [1] * 4)
    assert made.status == "degenerate" and math.isnan(made.f) and made.between_sum_of_squares == 0.0
    assert stats.welch_anova([0.1, 0.1, 0.3, 0.4], [0, 0, 1, 1]).status == "degenerate"
    made = stats.one_way_anova([1.0, 3.0, 1.0, 3.0], [0, 0, 1, 1])  # equal means, no effect
    assert (made.status, made.f, made.p, made.eta_squared) == ("ok", 0.0, 1.0, 0.0) and made.omega_squared < 0


def test_offsets_and_scales_cost_nothing():
    values, groups = np.round(uneven()[0] * 64) / 64, uneven()[1]
    plain = stats.one_way_anova(values, groups)
    for offset in (1e6, 2.0**40, -(2.0**45)):
        assert stats.one_way_anova(values + offset, groups).f == plain.f
    for power in (-900, -30, 30, 500):
        made = stats.one_way_anova(np.ldexp(values, power), groups)
        assert (made.f, made.eta_squared, made.sigma) == (plain.f, plain.eta_squared, math.ldexp(plain.sigma, power))
    order = np.random.Generator(np.random.Philox(1)).permutation(len(values))
    assert stats.one_way_anova(values[order], groups[order]).f == plain.f


def test_welch_holds_its_size_where_the_plain_test_does_not():
    """Small groups spread most, the hard case: 4,000 samples, a standard error of 0.35 points."""
    generator = np.random.Generator(np.random.Philox(21))
    groups = np.repeat(np.arange(3), [8, 15, 40])
    spread = np.array([4.0, 2.0, 1.0])[groups]
    samples = 4000
    rejected = np.zeros(2)
    for _ in range(samples):
        values = spread * generator.normal(size=len(groups))
        rejected += [stats.welch_anova(values, groups).p < 0.05, stats.one_way_anova(values, groups).p < 0.05]
    welch, plain = rejected / samples
    assert 0.035 <= welch <= 0.066
    assert plain > 0.15
