# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Control charts against recursions, R spc, exact rational chains, a chain in mpmath, and simulation."""

import json
import math
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.datasets import nile

from childwell import stats

SPC = json.loads((Path(__file__).parent / "made/run_length.json").read_text("utf-8"))


def spc_rows(chart):
    return [row for row in SPC["rows"] if row["chart"] == chart]


def test_spc_nile(case):
    c = case("spc_nile")
    asked = c.document["input"]
    flow = c.frame()[asked["y"]].to_numpy(float)
    base = stats.moments(flow[: asked["baseline_rows"]])
    sigma = math.sqrt(base.variance)
    c.agree("mean", base.mean, function="moments")
    c.agree("sd", sigma, function="moments")
    ewma = stats.ewma_chart(flow, base.mean, sigma, weight=asked["lam"], limit=asked["L"])
    c.agree("ewma", ewma.value, function="ewma_chart")
    c.agree("ewma_limit", ewma.half_width, function="ewma_chart")
    assert list(ewma.alarms + 1) == c.at("ewma_alarms")
    c.agree("ewma_alarms", ewma.alarms + 1, function="ewma_chart")
    cusum = stats.cusum_chart(flow, base.mean, sigma, allowance=asked["k"], limit=asked["h"])
    c.agree("cusum_up", cusum.up, function="cusum_chart")
    c.agree("cusum_down", cusum.down, function="cusum_chart")
    assert cusum.up_alarms.size == 0 and c.at("cusum_up_alarms") == []
    assert list(cusum.down_alarms + 1) == c.at("cusum_down_alarms")
    c.agree("cusum_down_alarms", cusum.down_alarms + 1, function="cusum_chart")
    single = stats.individuals_chart(flow, baseline=asked["baseline_rows"])
    c.agree("sigma_mr", single.sigma, function="individuals_chart")
    assert list(single.alarms + 1) == c.at("individuals_alarms")
    c.agree("individuals_alarms", single.alarms + 1, function="individuals_chart")
    assert single.centre == base.mean and ewma.status == cusum.status == single.status == "ok"


def test_charts_of_the_installed_nile_data_are_the_exact_recursions(agrees):
    flow = [Fraction(float(x)) for x in nile.load_pandas().data["volume"]]
    target, sigma, weight, allowance = Fraction(1100), Fraction(128), Fraction(0.2), Fraction(1, 2)
    average, up, down = target, Fraction(0), Fraction(0)
    averages, ups, downs = [], [], []
    for x in flow:
        average = weight * x + (1 - weight) * average
        up, down = max(Fraction(0), up + (x - target) / sigma - allowance), max(Fraction(0), down - (x - target) / sigma - allowance)
        averages.append(float(average)), ups.append(float(up)), downs.append(float(down))
    values = np.array(flow, dtype=float)
    ewma, cusum = stats.ewma_chart(values, 1100, 128), stats.cusum_chart(values, 1100, 128)
    agrees("ewma_chart", ewma.value, averages, oracle="fractions, statsmodels nile", rel=1e-14)
    agrees("cusum_chart", cusum.up, ups, oracle="fractions, statsmodels nile", rel=1e-14)
    agrees("cusum_chart", cusum.down, downs, oracle="fractions, statsmodels nile", rel=1e-14)
    with mpmath.workdps(40):
        limits = [3 * 128 * mpmath.sqrt(mpmath.mpf(0.2) / (2 - mpmath.mpf(0.2)) * (1 - (1 - mpmath.mpf(0.2)) ** (2 * t))) for t in range(1, 101)]
    agrees("ewma_chart", ewma.half_width, [float(x) for x in limits], oracle="mpmath", rel=1e-14)
    ranges = [abs(b - a) for a, b in zip(flow[:27], flow[1:28], strict=True)]
    single = stats.individuals_chart(values, baseline=28)
    agrees("individuals_chart", [single.centre, single.mean_moving_range], [float(sum(flow[:28]) / 28), float(sum(ranges) / 27)],
           oracle="fractions, statsmodels nile", rel=1e-15)
    assert ewma.alarms[0] == 31 and cusum.down_alarms[0] in (30, 31), "the flow fell in 1898; the charts say so by 1902"


def test_cusum_run_lengths_agree_with_spc(agrees):
    for row in spc_rows("cusum"):
        asked = {key: row[key] for key in ("allowance", "limit", "shift")}
        one = stats.cusum_run_length(**asked, sides="one")
        agrees("cusum_run_length", [one.average, one.steady_state, stats.cusum_run_length(**asked).average],
               [row["one"], row["steady"], row["two"]], oracle=SPC["made_by"], rel=1e-9)


def test_ewma_run_lengths_agree_with_spc(agrees):
    # spc stops following exact limits early, so short run lengths carry 8 digits only: the chain below has more.
    for row in spc_rows("ewma"):
        asked = {key: row[key] for key in ("weight", "limit", "shift")}
        exact, asymptotic = stats.ewma_run_length(**asked), stats.ewma_run_length(**asked, limits="asymptotic")
        agrees("ewma_run_length", asymptotic.average, row["asymptotic"], oracle=SPC["made_by"] + " (fix)", rel=1e-10)
        agrees("ewma_run_length", exact.average, row["exact"], oracle=SPC["made_by"] + " (vacl)", rel=1e-7)
        agrees("ewma_run_length", exact.steady_state, row["steady"], oracle=SPC["made_by"] + " (ad)", rel=1e-8)
        assert exact.steady_state == asymptotic.steady_state


def test_limits_agree_with_spc_and_give_what_was_asked(agrees):
    for row in spc_rows("cusum_limit"):
        for sides in ("one", "two"):
            found = stats.cusum_limit(row["average"], allowance=row["allowance"], sides=sides)
            agrees("cusum_limit", found.limit, row[sides], oracle=SPC["made_by"], rel=1e-8)
            agrees("cusum_limit", found.average_run_length, row["average"], oracle="cusum_run_length", rel=1e-11)
    for row in spc_rows("ewma_limit"):
        for limits in ("exact", "asymptotic"):
            found = stats.ewma_limit(row["average"], weight=row["weight"], limits=limits)
            agrees("ewma_limit", found.limit, row[limits], oracle=SPC["made_by"], rel=1e-8)
            agrees("ewma_limit", found.average_run_length, row["average"], oracle="ewma_run_length", rel=1e-11)


def page_in_mpmath(allowance, limit, shift, nodes):
    """Page's equation with other nodes (Fejer's rule on the cosine grid), solved in 40 digits."""
    with mpmath.workdps(40):
        k, h, d = mpmath.mpf(allowance), mpmath.mpf(limit), mpmath.mpf(shift)
        angles = [mpmath.pi * (i + mpmath.mpf(1) / 2) / nodes for i in range(nodes)]
        y = [h * (1 + mpmath.cos(a)) / 2 for a in angles]
        w = [h / nodes * (1 - 2 * sum(mpmath.cos(2 * j * a) / (4 * j * j - 1) for j in range(1, nodes // 2 + 1))) for a in angles]
        place = [mpmath.mpf(0), *y]
        left = mpmath.matrix(nodes + 1, nodes + 1)
        for i, u in enumerate(place):
            for j in range(nodes + 1):
                move = mpmath.ncdf(k - u - d) if j == 0 else w[j - 1] * mpmath.npdf(y[j - 1] + k - u - d)
                left[i, j] = (i == j) - move
        return float(mpmath.lu_solve(left, mpmath.ones(nodes + 1, 1))[0])


@pytest.mark.parametrize(
    ("allowance", "limit", "shift", "nodes"), [(0.5, 5.0, 0.0, 48), (0.5, 4.0, 1.0, 48), (1.0, 8.0, 0.0, 60), (1.0, 13.0, 0.0, 80)]
)
def test_cusum_run_lengths_keep_their_digits(agrees, allowance, limit, shift, nodes):
    expected = page_in_mpmath(allowance, limit, shift, nodes)
    assert limit < 13 or expected > 1e11, "as long as one false alarm among all children of a country in a year"
    found = stats.cusum_run_length(allowance=allowance, limit=limit, shift=shift, sides="one").average
    agrees("cusum_run_length", found, expected, oracle=f"mpmath {mpmath.__version__}, 40 digits", rel=1e-12)


def ewma_by_survival(weight, limit, shift, nodes, steps):
    """Survival under exact limits, summed forwards from the first value: densities at other nodes."""
    x, w = (np.array(v) for v in np.polynomial.legendre.leggauss(nodes))
    edges = [limit * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * t))) for t in range(1, steps + 1)]
    density = lambda z, centre: np.exp(-0.5 * ((z - centre) / weight) ** 2) / (weight * math.sqrt(2 * math.pi))  # noqa: E731
    at, here = edges[0] * x, density(edges[0] * x, weight * shift)
    survival, mass = [1.0], edges[0] * w
    for edge in edges[1:]:
        survival.append(float(mass @ here))
        here = density(edge * x[:, None], (1 - weight) * at[None, :] + weight * shift) @ (mass * here)
        at, mass = edge * x, edge * w
    return math.fsum(survival)


@pytest.mark.parametrize(("weight", "limit", "shift"), [(0.1, 2.0, 2.0), (0.05, 3.0, 2.0), (0.2, 3.0, 1.0), (0.5, 2.0, 0.5)])
def test_ewma_run_lengths_are_the_sum_of_survival(agrees, weight, limit, shift):
    expected = ewma_by_survival(weight, limit, shift, 120, 600)
    found = stats.ewma_run_length(weight=weight, limit=limit, shift=shift).average
    agrees("ewma_run_length", found, expected, oracle="survival in NumPy", rel=1e-12)


def test_weight_one_and_limit_zero_are_shewharts_chart(agrees):
    for limit in (1.0, 3.0, 7.0):
        found = stats.ewma_run_length(weight=1.0, limit=limit)
        agrees("ewma_run_length", [found.average, found.steady_state], [0.5 / stats.normal_sf(limit)] * 2, oracle="closed form", rel=1e-12)
    for shift in (0.0, 1.0):
        found = stats.cusum_run_length(allowance=1.5, limit=0.0, shift=shift, sides="one")
        agrees("cusum_run_length", [found.average, found.steady_state], [1 / stats.normal_sf(1.5 - shift)] * 2, oracle="closed form", rel=1e-13)


def bernoulli_in_fractions(probability, rise, fall, limit):
    """Expected marks until the sum reaches the limit, from 0: elimination in rational numbers."""
    p = Fraction(probability)
    rows = [[Fraction(int(i == j)) for j in range(limit)] + [Fraction(1)] for i in range(limit)]
    for i in range(limit):
        rows[i][max(0, i - fall)] -= 1 - p
        if i + rise < limit:
            rows[i][i + rise] -= p
    for j in reversed(range(limit)):
        for i in range(j):
            if rows[i][j]:
                share = rows[i][j] / rows[j][j]
                rows[i] = [a - share * b for a, b in zip(rows[i], rows[j], strict=True)]
    return rows[0][limit] / rows[0][0]


@pytest.mark.parametrize(("probability", "rise", "fall", "limit"), [
    (0.05, 10, 1, 25), (0.05, 49, 5, 60), (0.5, 3, 4, 30), (0.01, 7, 2, 40), (0.3, 50, 50, 20), (1.0, 3, 1, 10), (1e-6, 4, 3, 20),
])
def test_bernoulli_run_lengths_are_exact(agrees, probability, rise, fall, limit):
    found = stats.bernoulli_cusum_run_length(probability, rise=rise, fall=fall, limit=limit)
    expected = float(bernoulli_in_fractions(probability, rise, fall, limit))
    agrees("bernoulli_cusum_run_length", found.average, expected, oracle="fractions", rel=1e-13)


def test_from_the_steady_state_run_lengths_are_geometric(agrees):
    # Nothing changes, so the chance of an alarm at each mark is what the chain's largest eigenvalue leaves over.
    probability, rise, fall, limit = 0.1, 9, 2, 25
    chain = np.zeros((limit, limit))
    for i in range(limit):
        chain[i, max(0, i - fall)] += 1 - probability
        if i + rise < limit:
            chain[i, i + rise] += probability
    leaving = 1 - np.abs(np.linalg.eigvals(chain)).max()
    found = stats.bernoulli_cusum_run_length(probability, rise=rise, fall=fall, limit=limit)
    agrees("bernoulli_cusum_run_length", found.steady_state, 1 / leaving, oracle="NumPy eigenvalue", rel=1e-11)


def test_the_bernoulli_limit_is_the_smallest(agrees):
    made = stats.bernoulli_cusum_limit(0.05, 0.15, 2000)
    scores = {"rise": made.rise, "fall": made.fall}
    ratio = math.log(made.changed_probability / 0.05) / -math.log((1 - made.changed_probability) / 0.95)
    agrees("bernoulli_cusum_limit", [made.rise / made.fall], [ratio], oracle="log likelihood ratio", rel=1e-11)
    assert abs(made.changed_probability - 0.15) < 0.005
    at = stats.bernoulli_cusum_run_length(0.05, **scores, limit=made.limit).average
    assert at == made.average_run_length >= 2000
    assert stats.bernoulli_cusum_run_length(0.05, **scores, limit=made.limit - 1).average < 2000
    assert stats.bernoulli_cusum_limit(0.05, 0.0501, 1e5).status in ("ok", "not_converged")


# Simulation: runs until the first alarm, many at a time, against what the functions promise.
def simulated(step, runs, rng, most):
    """Mean and standard error of run lengths; `step` moves all states by one observation and tells who alarmed."""
    alive, lengths, state = np.arange(runs), np.zeros(runs), step.start(runs)
    for t in range(1, most + 1):
        state, alarm = step.move(state, rng, t)
        lengths[alive[alarm]] = t
        alive, state = alive[~alarm], state[..., ~alarm]
        if alive.size == 0:
            break
    assert alive.size == 0
    return lengths.mean(), lengths.std(ddof=1) / math.sqrt(runs)


class TwoSidedCusum:
    def start(self, runs):
        return np.zeros((2, runs))

    def move(self, state, rng, t):
        x = rng.standard_normal(state.shape[1])
        state = np.maximum(0, state + np.stack([x, -x]) - 0.5)
        return state, (state > 3.0).any(axis=0)


class Ewma:
    def start(self, runs):
        return np.zeros(runs)

    def move(self, state, rng, t):
        state = 0.2 * rng.standard_normal(state.size) + 0.8 * state
        return state, np.abs(state) > 2.2 * math.sqrt(0.2 / 1.8 * (1 - 0.8 ** (2 * t)))


class Bernoulli:
    def start(self, runs):
        return np.zeros(runs, dtype=np.int64)

    def move(self, state, rng, t):
        state = np.maximum(0, state + np.where(rng.random(state.size) < 0.1, 9, -2))
        return state, state >= 25


@pytest.mark.parametrize(("step", "promised"), [
    (TwoSidedCusum(), lambda: stats.cusum_run_length(allowance=0.5, limit=3.0).average),
    (Ewma(), lambda: stats.ewma_run_length(weight=0.2, limit=2.2).average),
    (Bernoulli(), lambda: stats.bernoulli_cusum_run_length(0.1, rise=9, fall=2, limit=25).average),
])
def test_false_alarms_come_as_often_as_promised(step, promised):
    mean, error = simulated(step, 20_000, np.random.default_rng(20261124), 20_000)
    assert abs(mean - promised()) < 4 * error


def test_the_chart_alarms_when_its_run_length_says():
    # The charts themselves, not a copy of their recursion: the first alarm of seeded series.
    rng = np.random.default_rng(7)
    limit = stats.cusum_limit(50.0).limit
    weight_limit = stats.ewma_limit(50.0).limit
    firsts = {"cusum": [], "ewma": []}
    for _ in range(3000):
        x = rng.standard_normal(800)
        cusum = stats.cusum_chart(x, 0.0, 1.0, limit=limit)
        alarms = np.concatenate([cusum.up_alarms, cusum.down_alarms])
        firsts["cusum"].append(alarms.min() + 1)
        firsts["ewma"].append(stats.ewma_chart(x, 0.0, 1.0, limit=weight_limit).alarms[0] + 1)
    for name, first in firsts.items():
        assert abs(np.mean(first) - 50.0) < 4 * np.std(first) / math.sqrt(len(first)), name


def test_nothing_observed_and_no_baseline():
    for values, target, sigma in (([], 0, 1), ([math.nan] * 3, 0, 1), ([1.0, 2.0], math.nan, 1), ([1.0, 2.0], 0, math.nan)):
        ewma, cusum = stats.ewma_chart(values, target, sigma), stats.cusum_chart(values, target, sigma)
        assert ewma.status == cusum.status == "not_enough_data"
        assert np.isnan(ewma.value).all() and np.isnan(cusum.up).all() and ewma.value.size == len(values)
    assert stats.individuals_chart([]).status == stats.individuals_chart([1.0]).status == "not_enough_data"
    assert stats.individuals_chart([1.0]).centre == 1.0
    assert stats.individuals_chart([1.0, math.nan, 3.0]).status == "not_enough_data", "a gap makes no moving range"


def test_one_value():
    assert list(stats.ewma_chart([5.0], 0, 1).alarms) == [0]
    assert list(stats.cusum_chart([6.0], 0, 1).up_alarms) == [0]


def test_missing_values_move_nothing():
    x = np.array([1.0, math.nan, -2.0, math.nan, 4.0])
    ewma, whole = stats.ewma_chart(x, 0, 1), stats.ewma_chart(x[~np.isnan(x)], 0, 1)
    assert (ewma.count, ewma.missing) == (3, 2)
    np.testing.assert_array_equal(ewma.value, whole.value[[0, 0, 1, 1, 2]])
    np.testing.assert_array_equal(ewma.half_width, whole.half_width[[0, 0, 1, 1, 2]])
    cusum, all_seen = stats.cusum_chart(x, 0, 1), stats.cusum_chart(x[~np.isnan(x)], 0, 1)
    np.testing.assert_array_equal(cusum.down, all_seen.down[[0, 0, 1, 1, 2]])
    assert stats.ewma_chart([math.nan, 5.0, math.nan], 0, 1).alarms.tolist() == [1], "an alarm is of an observation"


def test_infinite_values_and_zero_sigma():
    for chart in (stats.ewma_chart, stats.cusum_chart):
        assert chart([1.0, math.inf], 0, 1).status == "not_finite"
        flat = chart([1.0, 2.0], 1.0, 0.0)
        assert flat.status == "degenerate"
    assert np.isfinite(stats.ewma_chart([1.0, 2.0], 1.0, 0.0).value).all()
    assert np.isnan(stats.cusum_chart([1.0, 2.0], 1.0, 0.0).up).all()
    assert stats.individuals_chart([1.0, -math.inf]).status == "not_finite"
    for far in (stats.individuals_chart([1e308, -1e308] * 4), stats.cusum_chart([1e308, -1e308], 0, 1e-9)):
        assert far.status == "not_finite", "what overflows is not a limit"
    still = stats.individuals_chart([3.0] * 5)
    assert (still.status, still.centre, still.sigma) == ("degenerate", 3.0, 0.0) and math.isnan(still.lower)


def test_wrong_options_are_refused():
    for wrong in (
        lambda: stats.ewma_chart([1.0], 0, -1), lambda: stats.ewma_chart([1.0], math.inf, 1), lambda: stats.ewma_chart([1.0], 0, 1, weight=0),
        lambda: stats.ewma_chart([1.0], 0, 1, limit=math.nan), lambda: stats.ewma_chart([1.0], 0, 1, limits="wide"),
        lambda: stats.cusum_chart([1.0], 0, 1, allowance=-1), lambda: stats.cusum_chart([1.0], 0, 1, limit=math.inf),
        lambda: stats.individuals_chart([1.0], baseline=-1), lambda: stats.individuals_chart([1.0], limit=0),
        lambda: stats.cusum_run_length(limit=201), lambda: stats.cusum_run_length(shift=math.inf), lambda: stats.cusum_run_length(sides="three"),
        lambda: stats.ewma_run_length(weight=1e-6), lambda: stats.ewma_run_length(shift=-math.inf), lambda: stats.cusum_limit(1.0),
        lambda: stats.ewma_limit(math.nan), lambda: stats.bernoulli_cusum_run_length(1.5, rise=1, fall=1, limit=1),
        lambda: stats.bernoulli_cusum_run_length(0.5, rise=0, fall=1, limit=1), lambda: stats.bernoulli_cusum_limit(0.2, 0.1, 100),
        lambda: stats.bernoulli_cusum_run_length(0.5, rise=2**62, fall=2**62, limit=2**62),
    ):
        with pytest.raises(ValueError, match="childwell"):
            wrong()


def test_run_lengths_at_their_edges():
    assert stats.cusum_run_length(shift=math.nan).status == stats.ewma_run_length(shift=math.nan).status == "not_enough_data"
    assert stats.bernoulli_cusum_run_length(math.nan, rise=1, fall=1, limit=5).status == "not_enough_data"
    never = stats.bernoulli_cusum_run_length(0.0, rise=1, fall=1, limit=5)
    assert (never.status, never.average) == ("boundary", math.inf)
    assert stats.cusum_limit(1.2, allowance=1.0).status == "boundary"
    beyond = stats.cusum_run_length(allowance=3.0, limit=200.0)
    assert beyond.status == "not_converged" and math.isnan(beyond.average)
    long = stats.cusum_limit(1e12)
    assert long.status == "ok" and math.isclose(long.average_run_length, 1e12, rel_tol=1e-10)
    huge = stats.bernoulli_cusum_run_length(0.05, rise=2**40, fall=2**40, limit=3)
    assert math.isclose(huge.average, 20.0, rel_tol=1e-15), "one event reaches any limit"


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.integers(-8, 8))
def test_charts_scale_by_powers_of_two(values, power):
    x, scale = np.array(values), 2.0**power
    one, two = stats.ewma_chart(x, 1.5, 2.0), stats.ewma_chart(scale * x, scale * 1.5, scale * 2.0)
    np.testing.assert_array_equal(two.half_width, scale * one.half_width)
    np.testing.assert_allclose(two.value, scale * one.value, rtol=1e-14, atol=1e-300)
    a, b = stats.cusum_chart(x, 1.5, 2.0), stats.cusum_chart(scale * x, scale * 1.5, scale * 2.0)
    np.testing.assert_allclose(b.up, a.up, rtol=1e-14, atol=1e-300)
    mirrored = stats.cusum_chart(-x, -1.5, 2.0)
    np.testing.assert_array_equal(mirrored.up, a.down)
