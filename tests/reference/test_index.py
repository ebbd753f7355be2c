# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The composite index: COINr's case and the published index of ASEM, numpy's weights, simulation against the delta method."""

import math

import numpy as np
import pytest

from childwell import index, stats

METHODS = {
    "minmax": {"method": "min_max"},
    "zscore": {"method": "z_score", "mean": 10.0, "standard_deviation": 2.0},
    "rank": {"method": "rank"},
    "borda": {"method": "borda"},
    "prank": {"method": "percentile_rank"},
}


def test_composite_asem(case):
    c = case("composite_asem")
    given = c.document["input"]
    names, groups = given["columns"], given["groups"]
    frame = c.frame().set_index(given["id"])[names].dropna()
    c.agree("n", len(frame), function="normalise")
    assert list(frame.index) == c.at("units")
    c.agree("units", list(frame.index), function="normalise")
    made = {}
    for path, method in METHODS.items():
        columns = [index.normalise(frame[name], high_is_good=way > 0, **method) for name, way in zip(names, given["direction"], strict=True)]
        assert {one.status for one in columns} == {"ok"}
        made[path] = np.column_stack([one.scores for one in columns])
        c.agree(path, made[path], function="normalise", rel=1e-12 if path in ("minmax", "prank") else None)
    order = list(dict.fromkeys(groups))
    c.agree("group_names", order, function="composite_indicator")
    for mean, part, whole in (("arithmetic", "group_amean", "index_a"), ("geometric", "group_gmean", "index_g"), ("harmonic", "group_hmean", "")):
        nodes = [index.Node(name=group, parts=[f"x{i}" for i, of in enumerate(groups) if of == group], mean=mean) for group in order]
        found = index.composite_indicator(made["minmax"], [*nodes, index.Node(name="index", parts=order, mean=mean)])
        c.agree(part, found.values[:, :-1], function="composite_indicator", rel=1e-12)
        assert (found.statuses == "ok").all() and (found.coverage == 1).all()
        if whole:
            c.agree(whole, found.values[:, -1], function="composite_indicator", rel=1e-12)
        if whole == "index_a":
            c.agree("index_a_rank", len(frame) + 1 - stats.mid_ranks(found.values[:, -1]), function="composite_indicator")
    for name in names:
        shape = index.treat_outliers(frame[name], skewness=1e9)  # every column passes, and is looked at as it is
        assert not shape.logarithm and shape.drawn_in == 0
        c.agree(f"skew.{name}", shape.skewness, function="treat_outliers")
        c.agree(f"kurt.{name}", shape.kurtosis, function="treat_outliers")


# The first eight of 51 countries, from COINr 1.1.14, build_example_coin() of its own data.
PUBLISHED = {"CHE": 68.3837242383, "NLD": 64.8195161698, "DNK": 64.8040799606, "NOR": 64.4677758497, "BEL": 63.5395198949,
             "SWE": 62.9996794892, "AUT": 61.9018034074, "LUX": 61.5834765462}  # fmt: skip
OF_SWITZERLAND = {"Conn": 62.7879617181, "Sust": 73.9794867586}


def test_the_index_of_asem_as_coinr_builds_it(agrees, shared_frame):
    """49 indicators, 8 pillars, 2 sub-indices: per head or area, group means for gaps, outliers drawn in, min-max 0 to 100."""
    frame, meta = shared_frame("asem_data.csv").set_index("uCode"), shared_frame("asem_meta.csv")
    leaves = meta[meta.Type == "Indicator"]
    scores = {}
    for one in leaves.itertuples():
        raw = frame[one.iCode] / (frame[one.Denominator] if isinstance(one.Denominator, str) else 1.0)
        raw = raw.fillna(raw.groupby(frame.EurAsia_group).transform("mean"))
        treated = index.treat_outliers(raw)
        scores[one.iCode] = index.normalise(treated.values, method="min_max", high_is_good=one.Direction > 0, low=0.0).scores
    import pandas

    nodes = []
    for level in (2, 3, 4):
        for one in meta[(meta.Type == "Aggregate") & (meta.Level == level)].itertuples():
            below = meta[meta.Parent == one.iCode]
            nodes.append(index.Node(name=one.iCode, parts=list(below.iCode), weights=list(below.Weight)))
    made = index.composite_indicator(pandas.DataFrame(scores, index=frame.index), nodes, low=0.0)
    at = {unit: row for row, unit in enumerate(frame.index)}
    agrees("composite_indicator", [made.values[at[unit], -1] for unit in PUBLISHED], list(PUBLISHED.values()),
           oracle="R COINr 1.1.14 build_example_coin, 49 indicators", rel=1e-11)
    agrees("treat_outliers", [made.values[at["CHE"], made.nodes.index(node)] for node in OF_SWITZERLAND], list(OF_SWITZERLAND.values()),
           oracle="R COINr 1.1.14 build_example_coin, 49 indicators", rel=1e-11)
    assert list(frame.index[np.argsort(-made.values[:, -1])[:8]]) == list(PUBLISHED)



# ---- weights that the data give --------------------------------------------------------------------------------------


def some_scores(n=400, columns=5, seed=11):
    g = np.random.Generator(np.random.Philox(seed))
    common = g.normal(size=(n, 1))
    return 50 + 8 * (common * g.uniform(0.2, 1.5, columns) + g.normal(size=(n, columns)))


def test_weights_from_components_against_numpy(agrees):
    scores = some_scores()
    scores[::17, 2] = np.nan
    whole = scores[~np.isnan(scores).any(axis=1)]
    values, vectors = np.linalg.eigh(np.corrcoef(whole, rowvar=False))
    made = index.component_weights(scores)
    assert (made.count, made.missing, made.status) == (len(whole), len(scores) - len(whole), "ok")
    agrees("component_weights", made.weights, vectors[:, np.argmax(values)] ** 2, oracle="numpy eigh of corrcoef", rel=1e-11)


def test_weights_from_components_against_scikit_learn(agrees):
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    scores = some_scores(seed=12)
    first = PCA(n_components=1, svd_solver="full").fit(StandardScaler().fit_transform(scores)).components_[0]
    agrees("component_weights", index.component_weights(scores).weights, first**2, oracle="scikit-learn PCA", rel=1e-11)


def test_weights_from_entropy_against_numpy(agrees):
    scores = np.abs(some_scores(seed=13))
    scores[0, 0] = 0.0  # nobody has lim p log p = 0 wrong
    shares = scores / scores.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = 1 + np.where(shares > 0, shares * np.log(shares), 0.0).sum(axis=0) / math.log(len(scores))
    agrees("entropy_weights", index.entropy_weights(scores).weights, spread / spread.sum(), oracle="numpy", rel=1e-11)


def test_weights_from_entropy_against_scipy(agrees):
    from scipy.stats import entropy

    scores = np.abs(some_scores(seed=14))
    spread = 1 - entropy(scores, axis=0) / math.log(len(scores))
    agrees("entropy_weights", index.entropy_weights(scores).weights, spread / spread.sum(), oracle="scipy.stats.entropy", rel=1e-11)


def test_main_effects_of_what_is_known_in_closed_form(agrees):
    """x normal: of y = x^2 + a z the mean curve is x^2, with 2 / (2 + a^2) of the variance, and no line at all."""
    g = np.random.Generator(np.random.Philox(21))
    x, z = g.normal(size=(2, 40_000))
    for a in (0.5, 1.0, 2.0):
        made = index.effective_weights(np.column_stack([x, z]), x + a * z, nominal=[1, 1])
        agrees("effective_weights", made.main_effect, [1 / (1 + a * a), a * a / (1 + a * a)], oracle="sums of independent parts", abs=0.012)
        agrees("effective_weights", made.linear, made.main_effect, oracle="a line is its own mean curve", abs=0.002)
        agrees("effective_weights", made.effective.sum(), 1.0, oracle="scaled to 1", rel=1e-12)
    u = g.uniform(-1, 1, 40_000)
    curved = index.effective_weights(u, u**2)
    assert curved.linear[0] < 0.001
    agrees("effective_weights", curved.main_effect, [1.0], oracle="a parabola, no line", abs=0.01)


def test_correlated_parts_weigh_more_than_they_were_told(agrees):
    """Of y = x1 + x2 + x3 with r(x1, x2) = r, x3 apart: squared correlations (1 + r)^2 / (3 + 2 r) and 1 / (3 + 2 r)."""
    g = np.random.Generator(np.random.Philox(22))
    r = 0.6
    x = g.multivariate_normal(np.zeros(3), [[1, r, 0], [r, 1, 0], [0, 0, 1]], 40_000)
    made = index.effective_weights(x, x.sum(axis=1))
    shares = np.array([(1 + r) ** 2, (1 + r) ** 2, 1]) / (3 + 2 * r)
    agrees("effective_weights", made.main_effect, shares, oracle="normal, correlated", abs=0.012)
    assert made.nominal.tolist() == [1 / 3] * 3 and made.effective[0] > 0.4 > 0.2 > made.effective[2]


# ---- intervals -------------------------------------------------------------------------------------------------------

TREE = (
    index.Node(name="school", parts=["x0", "x1"], weights=[2, 1]),
    index.Node(name="life", parts=["x2", "x3"]),
    index.Node(name="index", parts=["school", "life"], mean="geometric"),
)


def units(error, n=60, seed=31):
    """Scores well inside the scale, with sides of their own up to `error` times 1.96."""
    g = np.random.Generator(np.random.Philox(seed))
    scores = g.uniform(35, 70, (n, 4))
    return scores, scores - 1.96 * g.uniform(0.2, 1, (n, 4)) * error, scores + 1.96 * g.uniform(0.2, 1, (n, 4)) * error


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
@pytest.mark.parametrize("correlated", [False, True])
def test_the_delta_method_against_monte_carlo(agrees, mean, correlated):
    """Errors of up to 5 points on scores of 35 to 70: each end within 0.06 of the half width, half of it the draws' own."""
    scores, lower, upper = units(5.0)
    middle = (lower + upper) / 2  # symmetric, as the delta method has it
    half = (upper - lower) / 2
    tree = [*TREE[:2], index.Node(name="index", parts=["school", "life"], mean=mean)]
    options = {"lower": middle - half, "upper": middle + half}
    if correlated:
        options["correlation"] = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    delta = index.composite_indicator(middle, tree, **options)
    drawn = index.composite_indicator(middle, tree, interval="monte_carlo", draws=20_000, **options)
    assert (delta.values == drawn.values).all()
    width = (delta.upper - delta.lower) / 2
    agrees("composite_indicator", (delta.lower - drawn.lower) / width, np.zeros_like(width), oracle="monte_carlo, 20,000 draws", abs=0.06)
    agrees("composite_indicator", (delta.upper - drawn.upper) / width, np.zeros_like(width), oracle="monte_carlo, 20,000 draws", abs=0.06)


def test_monte_carlo_against_a_simulation_of_its_own(agrees):
    """numpy draws the two half-normals, clips and averages in the long way; ends of 40,000 draws agree to a twentieth."""
    scores, lower, upper = units(9.0, n=12, seed=32)
    made = index.composite_indicator(scores, TREE, lower=lower, upper=upper, interval="monte_carlo", draws=40_000)
    g = np.random.Generator(np.random.Philox(33))
    z = g.normal(size=(40_000, *scores.shape))
    z975 = stats.normal_quantile(0.975)
    leaves = np.clip(scores + np.where(z < 0, z * (scores - lower), z * (upper - scores)) / z975, 1, 100)
    school, life = leaves[..., :2] @ [2 / 3, 1 / 3], leaves[..., 2:].mean(axis=-1)
    for column, draws in enumerate((school, life, np.sqrt(school * life))):
        ends = np.quantile(draws, [0.025, 0.975], axis=0)
        width = (ends[1] - ends[0]) / 2
        agrees("composite_indicator", made.lower[:, column] / width, ends[0] / width, oracle="numpy draws by the long way", abs=0.05)
        agrees("composite_indicator", made.upper[:, column] / width, ends[1] / width, oracle="numpy draws by the long way", abs=0.05)


@pytest.mark.parametrize("interval", ["delta", "monte_carlo"])
def test_intervals_cover_the_true_index(interval):
    """2,000 units seen once each with normal errors of 4 points: 95 % intervals hold the index of the true scores."""
    g = np.random.Generator(np.random.Philox(34))
    true = g.uniform(30, 75, (2000, 4))
    seen = true + g.normal(0, 4, true.shape)
    z = stats.normal_quantile(0.975)
    made = index.composite_indicator(seen, TREE, lower=seen - 4 * z, upper=seen + 4 * z, interval=interval, draws=1000)
    truth = index.composite_indicator(true, TREE).values
    covered = ((made.lower <= truth) & (truth <= made.upper)).mean(axis=0)
    assert ((covered > 0.935) & (covered < 0.965)).all(), covered  # 3 standard errors of 2,000 are 0.0146


# ---- bounds ----------------------------------------------------------------------------------------------------------


def test_bounds_hold_whatever_the_missing_scores_are():
    g = np.random.Generator(np.random.Philox(41))
    scores = g.uniform(1, 100, (300, 4))
    missing = g.uniform(size=scores.shape) < 0.3
    seen = np.where(missing, np.nan, scores)
    made = index.composite_indicator(seen, TREE)
    assert (made.coverage[:, -1] < 1).sum() > 200
    for draw in range(20):
        filled = np.where(missing, scores if draw == 0 else g.choice([1.0, 100.0, g.uniform(1, 100)], scores.shape), scores)
        whole = index.composite_indicator(filled, TREE).values
        assert ((made.lowest <= whole + 1e-9) & (whole <= made.highest + 1e-9)).all()
    reached = index.composite_indicator(np.where(missing, 1.0, scores), TREE).values
    np.testing.assert_allclose(made.lowest, reached, rtol=1e-14)


def test_not_applicable_is_as_a_tree_without_the_leaf():
    scores, lower, upper = units(4.0, n=40)
    apart = np.zeros(scores.shape, dtype=bool)
    apart[:, 3] = True
    made = index.composite_indicator(scores, TREE, lower=lower, upper=upper, not_applicable=apart)
    smaller = [TREE[0], index.Node(name="life", parts=["x2"]), TREE[2]]
    without = index.composite_indicator(scores[:, :3], smaller, lower=lower[:, :3], upper=upper[:, :3])
    for field in ("values", "lower", "upper", "lowest", "highest", "coverage"):
        np.testing.assert_array_equal(getattr(made, field), getattr(without, field))
    gone = index.composite_indicator(np.where(apart, np.nan, scores), TREE)
    assert (gone.lowest[:, -1] < made.lowest[:, -1]).all() and (gone.coverage[:, -1] == 0.75).all()
