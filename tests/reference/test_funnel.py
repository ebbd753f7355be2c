# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Funnel limits and standardised rates against R, exact sums and simulation."""

from math import comb

import mpmath
import numpy as np
import pandas
import pytest

from childwell import stats

BANDS = {"inner": "95", "outer": "998"}


def groups_of(case, document):
    """Events and trials of each group, in the order of the case."""
    frame = case.frame()
    asked = document["input"]
    event = frame.eval(asked["event"])
    by = event.groupby(frame[asked["group"]].astype(str))
    names = case.at("groups")
    return [float(by.sum()[name]) for name in names], [float(by.count()[name]) for name in names]


@pytest.mark.parametrize("name", ["funnel_exam_schools", "funnel_oulad_withdraw"])
def test_funnel(case, name):
    c = case(name)
    events, trials = groups_of(c, c.document)
    made = stats.funnel_limits(events, trials)
    c.leave_out("groups", "names of the groups, by which the rows are put together")
    c.agree("y", events, function="funnel_limits")
    c.agree("n", trials, function="funnel_limits")
    c.agree("p0", made.target, function="funnel_limits")
    c.agree("z", made.z, function="funnel_limits")
    c.agree("phi_winsor", made.dispersion, function="funnel_limits")
    for band, level in BANDS.items():
        for kind in ("normal", "exact"):
            for side in ("lower", "upper"):
                c.agree(f"{kind}{level}_{side[:2]}".replace("_up", "_hi"), getattr(made, f"{kind}_{band}_{side}"), function="funnel_limits")
    assert made.overdispersed and made.status == "ok"
    error = np.sqrt(made.target * (1 - made.target) / np.array(trials))
    wide = 1.959963984540054 * np.sqrt(made.dispersion) * error
    assert np.allclose(made.inner_lower, np.clip(made.target - wide, 0, 1), rtol=1e-12)
    outside = (made.share < made.inner_lower) | (made.share > made.inner_upper)
    assert ((made.position != 0) == outside).all()


def exact_limit(trials, target, p):
    """The interpolated quantile by a sum of exact terms."""
    target = mpmath.mpf(target)
    below = mpmath.mpf(0)
    for r in range(trials + 1):
        here = below + comb(trials, r) * target**r * (1 - target) ** (trials - r)
        if here >= p:
            return float((r - (here - p) / (here - below)) / trials)
        below = here
    raise AssertionError


def test_exact_limits_are_sums_of_the_binomial_distribution(agrees):
    trials = [1, 2, 7, 40, 250]
    made = stats.funnel_limits([0, 1, 1, 6, 44], trials, target=0.15, spread="none")
    with mpmath.workdps(40):
        for band, level in (("inner", 0.95), ("outer", 0.998)):
            for side, p in (("lower", 0.5 - level / 2), ("upper", 0.5 + level / 2)):
                agrees("funnel_limits", getattr(made, f"exact_{band}_{side}"), [exact_limit(n, 0.15, p) for n in trials],
               oracle="binomial sums, mpmath 1.3", rel=1e-10, abs=1e-12)
    assert (made.inner_lower == np.clip(made.exact_inner_lower, 0, 1)).all() and not made.overdispersed


def test_a_variance_between_groups_is_that_of_dersimonian_and_laird_on_winsorised_scores(agrees):
    generator = np.random.Generator(np.random.Philox(5))
    trials = generator.integers(40, 900, 80)
    events = generator.binomial(trials, np.clip(generator.normal(0.3, 0.06, 80), 0, 1))
    made = stats.funnel_limits(events, trials, spread="additive")
    weights = trials / (made.target * (1 - made.target))
    z = np.clip(made.z, *np.quantile(made.z, [0.1, 0.9]))
    expected = ((z**2).sum() - 79) / (weights.sum() - (weights**2).sum() / weights.sum())
    agrees("funnel_limits", [made.between_variance], [expected], oracle="numpy, Spiegelhalter 2005, A.3", rel=1e-10)
    assert made.adjusted_z == pytest.approx((made.share - made.target) / np.sqrt(1 / weights + expected), rel=1e-12)
    assert 0.03**2 < made.between_variance < 0.06**2  # winsorising takes some of it away


@pytest.mark.parametrize(("spread", "variation", "least", "most"), [("none", 0.0, 0.04, 0.06), ("multiplicative", 0.0, 0.03, 0.06),
                                                                   ("additive", 0.0, 0.02, 0.06), ("none", 0.05, 0.3, 0.9),
                                                                   ("additive", 0.05, 0.03, 0.12)])
def test_as_many_groups_lie_outside_as_stated(spread, variation, least, most):
    """Groups alike: one in twenty lies outside the inner limits; groups that vary: many, unless the limits know it."""
    generator = np.random.Generator(np.random.Philox(11))
    outside = []
    for _ in range(150):
        trials = generator.integers(200, 2000, 100)
        rates = np.clip(generator.normal(0.2, variation, 100), 0.001, 0.999)
        outside.append((stats.funnel_limits(generator.binomial(trials, rates), trials, target=0.2, spread=spread).position != 0).mean())
    assert least < np.mean(outside) < most


def test_funnels_of_nothing_say_so():
    assert stats.funnel_limits([], []).status == "not_enough_data"
    assert stats.funnel_limits([1, np.nan], [9, 9]).status == "not_enough_data"
    assert stats.funnel_limits([0, 0], [9, 9]).status == "degenerate"
    made = stats.funnel_limits([1, np.nan, 3, 0], [9, 9, 9, 0])
    assert (made.groups, made.missing, made.position[1], np.isnan(made.inner_lower[3])) == (2, 2, 0, True)
    for wrong in ({"inner": 0.999}, {"target": 0.0}, {"winsorise": 0.5}, {"spread": "some"}):
        with pytest.raises(ValueError, match="childwell"):
            stats.funnel_limits([1, 2], [9, 9], **wrong)
    with pytest.raises(ValueError, match="whole numbers"):
        stats.funnel_limits([1.5, 2], [9, 9])


def test_standardise(case):
    c = case("standardise_england_primary")
    asked = c.document["input"]
    frame = c.frame().apply(lambda column: column if column.name in ("school_type", "characteristic") else pandas.to_numeric(column, errors="coerce"))
    frame = frame[frame["characteristic"].str.match(asked["strata"].split("matches ")[1])]
    frame = frame[frame["school_type"] == "State-funded primary"] if "school_type" in frame else frame
    study, standard = (frame[frame["year"] == asked[year]].set_index("characteristic").loc[c.at("strata")] for year in ("study_year", "standard_year"))
    count, people = asked["count"], asked["population"]
    c.leave_out("strata", "names of the strata, by which the rows are put together")
    c.agree("study_rate", (study[count] / study[people]).tolist(), function="rate_decomposition")
    c.agree("standard_rate", (standard[count] / standard[people]).tolist(), function="rate_decomposition")
    direct = stats.direct_standardised_rate(study[count], study[people], standard[people])
    c.agree("crude_study", direct.crude, function="direct_standardised_rate")
    c.agree("direct", direct.estimate, function="direct_standardised_rate")
    c.agree("direct_lo", direct.lower, function="direct_standardised_rate")
    c.agree("direct_hi", direct.upper, function="direct_standardised_rate")
    ratio = stats.indirect_standardised_ratio(study[count], study[people], standard[count], standard[people])
    c.agree("expected", ratio.expected, function="indirect_standardised_ratio")
    c.agree("observed", ratio.observed, function="indirect_standardised_ratio")
    c.agree("smr", ratio.estimate, function="indirect_standardised_ratio")
    c.agree("smr_lo", ratio.lower, function="indirect_standardised_ratio")
    c.agree("smr_hi", ratio.upper, function="indirect_standardised_ratio")
    parts = stats.rate_decomposition(study[count], study[people], standard[count], standard[people])
    c.agree("crude_standard", parts.second, function="rate_decomposition")
    c.agree("rate_ratio", parts.ratio, function="rate_decomposition")
    c.agree("rr_lo", parts.ratio_lower, function="rate_decomposition")
    c.agree("rr_hi", parts.ratio_upper, function="rate_decomposition")
    c.agree("kitagawa_composition", parts.composition, function="rate_decomposition")
    c.agree("kitagawa_rate", parts.rates, function="rate_decomposition")
    assert parts.composition + parts.rates == pytest.approx(parts.difference, abs=1e-15)


def test_strata_that_one_side_lacks_are_not_compared():
    assert stats.direct_standardised_rate([1, 0], [9, 0], [5, 5]).status == "not_enough_data"
    assert stats.direct_standardised_rate([1, 0], [9, 0], [5, 0]).estimate == pytest.approx(1 / 9)
    nothing = stats.direct_standardised_rate([0, 0], [9, 9], [5, 5])
    assert (nothing.estimate, nothing.lower, nothing.status) == (0, 0, "ok") and nothing.upper > 0
    assert stats.indirect_standardised_ratio([1], [9], [0], [5]).status == "degenerate"
    assert stats.indirect_standardised_ratio([1], [9], [0], [0]).status == "not_enough_data"
    assert stats.rate_decomposition([1, 0], [9, 0], [1, 1], [9, 9]).status == "not_enough_data"
    with pytest.raises(ValueError, match="not exceed"):
        stats.rate_decomposition([9], [5], [1], [9])


def test_intervals_of_direct_rates_cover():
    generator = np.random.Generator(np.random.Philox(2))
    population, standard, rates = np.array([300.0, 200, 90]), np.array([100.0, 100, 100]), np.array([0.02, 0.05, 0.1])
    truth = (rates * standard).sum() / standard.sum()
    found = [stats.direct_standardised_rate(generator.poisson(population * rates), population, standard) for _ in range(4000)]
    assert 0.945 < np.mean([one.lower <= truth <= one.upper for one in found]) < 0.985  # the gamma interval is conservative
