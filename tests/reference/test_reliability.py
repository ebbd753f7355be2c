# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Alpha and change: the shared cases of psych, exact fractions, the worked case of Jacobson and Truax, edges, simulation."""

import math
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp

from childwell import instruments, stats

FACTOR = ("omega_total", "loadings", "residual_var", "cfa_fit")


def alpha_case(c):
    """One scale of a shared data set, reversed by its rule."""
    given = c.document["input"]
    frame = c.frame()[given["items"]].astype(float)
    highest = float(given["reverse_rule"].split(" - ")[0])
    for name in given["reversed"]:
        frame[name] = highest - frame[name]
    made = instruments.cronbach_alpha(frame)
    parts = {"alpha_raw": made.alpha, "alpha_std": made.standardised, "lambda6": made.lambda6, "mean_r": made.mean_correlation,
             "feldt_ci": [made.lower, made.upper], "total_mean": made.total_mean, "total_sd": made.total_standard_deviation,
             "sem": made.standard_error_of_measurement, "n": made.count,
             "item_rest_r": dict(zip(frame, made.item_rest_correlations, strict=True)),
             "alpha_if_dropped": dict(zip(frame, made.alpha_if_dropped, strict=True)),
             "item_mean": dict(zip(frame, made.item_means, strict=True)),
             "item_sd": dict(zip(frame, made.item_standard_deviations, strict=True))}  # fmt: skip
    for path, value in parts.items():
        c.agree(path, value, function="cronbach_alpha", part="alpha_parts")
    for path in FACTOR:
        c.leave_out(path, "omega and its factor model come with the rest of measurement theory")
    assert made.status == "ok" and made.negative == 0
    assert made.count + made.missing == len(frame)


def test_alpha_bfi_agree(case):
    alpha_case(case("alpha_bfi_agree"))


def test_alpha_bfi_neuro(case):
    alpha_case(case("alpha_bfi_neuro"))


def test_alpha_youth_gac(case):
    alpha_case(case("alpha_youth_gac"))


def test_alpha_youth_losd(case):
    alpha_case(case("alpha_youth_losd"))


def rational_alpha(items):
    """Alpha, item-rest covariances and alpha without each item, without rounding."""
    rows = [[Fraction(float(v)) for v in row] for row in items]
    n, k = len(rows), len(rows[0])

    def variance(values):
        mean = sum(values) / n
        return sum((v - mean) ** 2 for v in values) / (n - 1)

    def alpha(columns):
        own = sum(variance([row[j] for row in rows]) for j in columns)
        return Fraction(len(columns), len(columns) - 1) * (1 - own / variance([sum(row[j] for j in columns) for row in rows]))

    return float(alpha(range(k))), [float(alpha([j for j in range(k) if j != one])) for one in range(k)]


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_alpha_against_exact_fractions(agrees, shift):
    """Far from 0 too, where a sum of squares would lose the digits."""
    generator = np.random.Generator(np.random.Philox(4))
    trait = generator.integers(0, 5, (60, 1))
    items = (trait + generator.integers(0, 4, (60, 5))).astype(float) + shift
    made = instruments.cronbach_alpha(items)
    alpha, dropped = rational_alpha(items)
    agrees("cronbach_alpha", [made.alpha, *made.alpha_if_dropped], [alpha, *dropped], oracle="fractions", rel=1e-13)
    mp.dps = 30
    between, within = 59, 59 * 4
    for level in (0.8, 0.95, 0.99):
        found = instruments.cronbach_alpha(items, level=level)
        for end, share in ((found.lower, (1 + level) / 2), (found.upper, (1 - level) / 2)):
            quantile = (1 - end) / (1 - found.alpha)
            x = mp.mpf(between) * quantile / (between * mp.mpf(quantile) + within)
            agrees("cronbach_alpha", float(mp.betainc(mp.mpf(between) / 2, mp.mpf(within) / 2, 0, x, regularized=True)), share,
                   oracle="mpmath, F of Feldt's ends gives the level back", rel=1e-11)


def test_two_items_are_spearman_and_brown(agrees):
    generator = np.random.Generator(np.random.Philox(5))
    items = generator.normal(size=(40, 1)) + generator.normal(size=(40, 2))
    r = stats.pearson(items[:, 0], items[:, 1]).estimate
    made = instruments.cronbach_alpha(items)
    agrees("cronbach_alpha", [made.standardised, made.lambda6, made.mean_correlation],
           [2 * r / (1 + r), 1 - 2 * (1 - r * r) / (2 + 2 * r), r], oracle="two items in closed form", rel=1e-12)
    assert np.isnan(made.alpha_if_dropped).all(), "one item has no alpha"


def test_alpha_at_its_edges():
    nan, inf = math.nan, math.inf
    one = np.array([[1.0, 2.0, 3.0]])
    for items, status in (
        (np.empty((0, 3)), "not_enough_data"), (one, "not_enough_data"), (np.full((5, 3), nan), "not_enough_data"),
        (np.full((5, 3), 2.0), "degenerate"), (np.array([[1, inf], [2, 3], [3, 4]]), "not_finite"),
    ):  # fmt: skip
        made = instruments.cronbach_alpha(items)
        assert made.status == status and math.isnan(made.alpha) and math.isnan(made.lower)
    cancelling = np.array([[1.0, -1.0], [2.0, -2.0], [5.0, -5.0]])
    assert instruments.cronbach_alpha(cancelling).status == "degenerate"
    constant = instruments.cronbach_alpha(np.array([[1, 2, 7], [2, 3, 7], [3, 5, 7], [5, 5, 7]], dtype=float))
    assert constant.status == "degenerate" and 0 < constant.alpha < 1 and constant.lower < constant.alpha < constant.upper
    assert math.isnan(constant.standardised) and math.isnan(constant.item_rest_correlations[2])
    same = instruments.cronbach_alpha(np.array([[1, 1], [2, 2], [5, 5]], dtype=float))
    assert same.status == "boundary" and same.alpha == 1 and math.isnan(same.lower) and math.isnan(same.lambda6)
    assert same.standard_error_of_measurement == 0
    against = instruments.cronbach_alpha(np.array([[1, 1, 5], [2, 2, 4], [3, 4, 3], [5, 5, 1.0]]))
    assert against.negative >= 1 and against.status == "ok"
    holed = np.array([[1, 2], [2, nan], [3, 4], [5, 5]], dtype=float)
    made = instruments.cronbach_alpha(holed)
    assert (made.count, made.missing) == (3, 1)
    for wrong in ([[1.0], [2.0]], np.empty((4, 0))):
        with pytest.raises(ValueError, match="at least two columns"):
            instruments.cronbach_alpha(wrong)
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        instruments.cronbach_alpha(one, level=1)


def test_feldts_interval_covers(agrees):
    """Parallel items: the true alpha is known, and 95 % of the intervals hold it."""
    generator = np.random.Generator(np.random.Philox(6))
    k, noise, replicates = 6, 1.5, 1500
    true = k / (k + noise**2)
    held = 0
    for _ in range(replicates):
        items = generator.normal(size=(40, 1)) + noise * generator.normal(size=(40, k))
        made = instruments.cronbach_alpha(items)
        held += made.lower <= true <= made.upper
    agrees("cronbach_alpha", held / replicates, 0.95, oracle=f"simulation, {replicates} samples: coverage", abs=4 * math.sqrt(0.95 * 0.05 / replicates))


# ---- change ----------------------------------------------------------------------------------------------------------

# Jacobson and Truax 1991: a client from 32.5 to 47.5, standard deviation 7.5, retest .80; groups of 40 and 60.
TRUAX = {"reliability": 0.80, "standard_deviation": 7.5, "high_is_good": True}


def test_the_worked_case_of_jacobson_and_truax(agrees):
    made = instruments.reliable_change([32.5], [47.5], **TRUAX)
    rounded = [round(made.standard_error_of_measurement, 2), round(made.standard_error_of_difference, 2), round(made.index[0], 2)]
    agrees("reliable_change", rounded, [3.35, 4.74, 3.16], oracle="Jacobson and Truax 1991, as printed", rel=0.0, abs=1e-12)
    assert made.direction.tolist() == [1] and made.better == 1
    lines = instruments.clinical_cutoffs(clinical_mean=40, clinical_standard_deviation=7.5, normal_mean=60, normal_standard_deviation=7.5)
    agrees("clinical_cutoffs", [lines.a, lines.b, lines.c], [55, 45, 50], oracle="Jacobson and Truax 1991, as printed", rel=1e-15)
    change = instruments.clinical_change([32.5], [47.5], cutoff=lines.c, **TRUAX)
    assert change.outcomes.tolist() == ["improved"]
    agrees("clinical_change", [change.recovered, change.improved, change.count], [0, 1, 1], oracle="Jacobson and Truax 1991: below c")


def test_change_against_exact_arithmetic(agrees):
    mp.dps = 40
    before, after = np.array([20.0, 11.0, 7.25, 30.0]), np.array([12.0, 12.5, 7.25, 9.0])
    made = instruments.reliable_change(before, after, reliability=0.87, standard_deviation=5.25, level=0.9)
    error = mp.mpf(5.25) * mp.sqrt(1 - mp.mpf(0.87))
    difference = error * mp.sqrt(2)
    line = mp.sqrt(2) * mp.erfinv(mp.mpf(0.9))
    expected = [error, difference, difference * line, *[(mp.mpf(float(b)) - mp.mpf(float(a))) / difference for a, b in zip(before, after, strict=True)]]
    got = [made.standard_error_of_measurement, made.standard_error_of_difference, made.threshold, *made.index]
    agrees("reliable_change", got, [float(value) for value in expected], oracle="mpmath 1.3", rel=1e-14)
    lines = instruments.clinical_cutoffs(clinical_mean=17, clinical_standard_deviation=5, normal_mean=6, normal_standard_deviation=4)
    agrees("clinical_cutoffs", [lines.a, lines.b, lines.c], [7, 14, float(Fraction(5 * 6 + 4 * 17, 9))], oracle="fractions", rel=1e-15)


def test_outcomes_worked_by_hand(agrees):
    """High is bad; a change is reliable beyond 1.96 * 2 * sqrt(1 - .5) * sqrt(2) = 3.92 points; the line is 10."""
    cases = [(20, 8, "recovered"), (20, 14, "improved"), (20, 18, "unchanged"), (12, 9, "unchanged"), (20, 26, "deteriorated"),
             (8, 2, "not_clinical_at_start"), (8, 9, "not_clinical_at_start"), (8, 13, "deteriorated"), (10, 10, "not_clinical_at_start"),
             (20, math.nan, "unknown"), (20, 10, "recovered")]  # fmt: skip
    before, after, wanted = zip(*cases, strict=True)
    made = instruments.clinical_change(before, after, cutoff=10, reliability=0.5, standard_deviation=2)
    assert made.outcomes.tolist() == list(wanted)
    counts = [made.recovered, made.improved, made.unchanged, made.deteriorated, made.not_clinical_at_start, made.count, made.missing]
    agrees("clinical_change", counts, [2, 1, 2, 2, 3, 10, 1], oracle="worked by hand")
    mirrored = instruments.clinical_change(-np.array(before, float), -np.array(after, float), cutoff=-10, reliability=0.5, standard_deviation=2, high_is_good=True)
    assert mirrored.outcomes.tolist() == list(wanted)


def test_no_change_is_reliable_as_often_as_stated(agrees):
    """True scores that do not move: 5 % of the changes are called reliable, half of them better."""
    generator = np.random.Generator(np.random.Philox(7))
    n, reliability = 200_000, 0.7
    true = generator.normal(0, math.sqrt(reliability), n)
    before, after = (true + generator.normal(0, math.sqrt(1 - reliability), n) for _ in range(2))
    made = instruments.reliable_change(before, after, reliability=reliability, standard_deviation=1)
    agrees("reliable_change", [made.better / n, made.worse / n], [0.025, 0.025], oracle="simulation, 200,000 children whose true score stays", abs=0.0015)


def test_change_at_its_edges():
    options = {"reliability": 0.8, "standard_deviation": 2.0}
    none = instruments.reliable_change([], [], **options)
    assert none.status == "not_enough_data" and none.threshold > 0
    missing = instruments.reliable_change([math.nan, 1], [1, math.nan], **options)
    assert missing.status == "not_enough_data" and missing.missing == 2 and missing.direction.tolist() == [-2, -2]
    wild = instruments.reliable_change([1, math.inf, -1e308], [9, 1, 1e308], **options)
    assert wild.status == "not_finite" and wild.direction.tolist() == [-1, -2, -2] and np.isnan(wild.index[1:]).all()
    assert instruments.clinical_change([], [], cutoff=1, **options).status == "not_enough_data"
    assert instruments.clinical_cutoffs(clinical_mean=3, clinical_standard_deviation=1, normal_mean=3, normal_standard_deviation=2).status == "degenerate"
    for wrong, message in (
        ({"reliability": 1.0}, "reliability must lie"), ({"reliability": -0.1}, "reliability must lie"), ({"reliability": math.nan}, "reliability"),
        ({"standard_deviation": 0.0}, "standard_deviation must be above 0"), ({"standard_deviation": math.inf}, "standard_deviation"),
        ({"level": 0.0}, "level must lie"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            instruments.reliable_change([1], [2], **(options | wrong))
        with pytest.raises(ValueError, match=message):
            instruments.clinical_change([1], [2], cutoff=1, **(options | wrong))
    with pytest.raises(ValueError, match="same length"):
        instruments.reliable_change([1, 2], [2], **options)
    with pytest.raises(ValueError, match="cutoff must be finite"):
        instruments.clinical_change([1], [2], cutoff=math.nan, **options)
    with pytest.raises(ValueError, match="standard deviations must be above 0"):
        instruments.clinical_cutoffs(clinical_mean=1, clinical_standard_deviation=0, normal_mean=2, normal_standard_deviation=1)
    with pytest.raises(ValueError, match="means must be finite"):
        instruments.clinical_cutoffs(clinical_mean=math.inf, clinical_standard_deviation=1, normal_mean=2, normal_standard_deviation=1)
