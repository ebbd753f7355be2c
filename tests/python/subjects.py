# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How each function of childwell.stats, and the indicators, are called: what the battery runs on.

A function that has no subject fails test_battery.py. `of(...)` is short for a Subject named after its function.
"""

import inspect

import numpy as np

import childwell as cw
from childwell import index, instruments, stats, testing
from childwell.stats import _special

SUBJECTS: list[testing.Subject] = []


def of(function, make, **more):
    call = more.pop("call", function)
    SUBJECTS.append(testing.Subject(name=function.__name__, call=call, make=make, **more))


# ---- special functions: each row alone -------------------------------------------------------------------------------

# argument -> what it is, and how one is drawn
DRAWN = {
    "p": ("share", lambda n, g: g.uniform(0.001, 0.999, n)),
    "probability": ("share", lambda n, g: g.uniform(0.01, 0.99, n)),
    "noncentrality": ("real", lambda n, g: g.normal(0, 2, n)),
    "events": ("count", lambda n, g: g.integers(0, 20, n).astype(float)),
    "trials": ("count", lambda n, g: g.integers(20, 60, n).astype(float)),
    "population": ("count", lambda n, g: g.integers(60, 90, n).astype(float)),
    **{name: ("count", lambda n, g: g.integers(20, 60, n).astype(float)) for name in ("marked", "draws")},
    **{name: ("positive", lambda n, g: g.uniform(0.3, 30, n))
       for name in ("a", "b", "alpha", "beta", "dispersion", "degrees_of_freedom", "numerator", "denominator", "shape", "rate", "mean")},
}
ON_THE_LINE = {"normal_cdf", "normal_sf", "student_t_cdf", "student_t_sf", "noncentral_t_cdf", "expit", "log1p_exp"}
ON_A_SHARE = {"beta_cdf", "beta_sf"}


def drawn(function, argument):
    if argument != "x":
        return DRAWN[argument]
    if function in ON_THE_LINE:
        return "real", lambda n, g: g.normal(0, 3, n)
    if function in ON_A_SHARE:
        return "share", lambda n, g: g.uniform(0.01, 0.99, n)
    return "positive", lambda n, g: g.uniform(0.01, 30, n)


def elementwise(name):
    arguments = {argument: drawn(name, argument) for argument in inspect.signature(getattr(stats, name)).parameters}
    of(getattr(stats, name), lambda n, g: {argument: draw(n, g) for argument, (_, draw) in arguments.items()},
       data={argument: kind for argument, (kind, _) in arguments.items()}, per_row=("value",), independent=True)


for name in _special.__all__:
    elementwise(name)

# ---- proportions -----------------------------------------------------------------------------------------------------


def some_of(n, g):
    trials = g.integers(1, 40, n)
    return {"events": g.binomial(trials, 0.2), "trials": trials}


for function in (stats.wilson_interval, stats.clopper_pearson_interval, stats.jeffreys_interval, stats.mid_p_interval):
    of(function, some_of, call=testing.one_by_one(function, rows=("events", "trials"), fields=("estimate", "lower", "upper", "status")),
       data={"events": "count", "trials": "count"}, scalars=True, independent=True)

ALONE = {"scalars": True, "independent": True}
TEST = ("estimate", "p_value", "lower", "upper", "status")

of(stats.binomial_test, lambda n, g: some_of(n, g) | {"probability": g.uniform(0.1, 0.4, n)},
   call=testing.one_by_one(stats.binomial_test, rows=("events", "trials", "probability"), fields=TEST),
   data={"events": "count", "trials": "count", "probability": "share"}, **ALONE)
of(stats.poisson_rate_interval, lambda n, g: {"events": g.poisson(3, n), "exposure": g.uniform(1, 9, n)},
   call=testing.one_by_one(stats.poisson_rate_interval, rows=("events", "exposure"), fields=("estimate", "lower", "upper", "status")),
   data={"events": "count", "exposure": "positive"}, **ALONE)
of(stats.poisson_test, lambda n, g: {"events": g.poisson(3, n), "exposure": g.uniform(1, 9, n), "rate": g.uniform(0.5, 2, n)},
   call=testing.one_by_one(stats.poisson_test, rows=("events", "exposure", "rate"), fields=TEST),
   data={"events": "count", "exposure": "positive", "rate": "positive"}, **ALONE)
of(stats.fisher_exact_test, lambda n, g: {name: g.integers(1, 12, n) for name in "abcd"},
   call=testing.one_by_one(stats.fisher_exact_test, rows=("a", "b", "c", "d"), fields=TEST),
   data={name: "count" for name in "abcd"}, **ALONE)

# ---- rates that vary between groups ----------------------------------------------------------------------------------


def spread_of(n, g):
    trials = g.integers(5, 40, n)
    return {"events": g.binomial(trials, g.beta(2, 8, n)).astype(float), "trials": trials.astype(float)}


def rates_of(n, g):
    exposures = g.uniform(1, 9, n)
    return {"events": g.poisson(exposures * g.gamma(2, 1, n)).astype(float), "exposures": exposures}


EVENTS, RATED = {"events": "count", "trials": "count"}, {"events": "count", "exposures": "positive"}

of(stats.fit_beta_binomial, spread_of, data=EVENTS, tolerance=1e-8)
of(stats.fit_gamma_poisson, rates_of, data=RATED, tolerance=1e-8)
of(stats.binomial_dispersion, spread_of, data=EVENTS)
of(stats.poisson_dispersion, rates_of, data=RATED)
of(stats.beta_binomial_posterior, spread_of, data=EVENTS, tolerance=1e-8, per_row=("mean", "lower", "upper", "shrinkage"),
   call=lambda events, trials: stats.beta_binomial_posterior(events, trials, stats.fit_beta_binomial(events, trials)))
of(stats.gamma_poisson_posterior, rates_of, data=RATED, tolerance=1e-8, per_row=("mean", "lower", "upper", "shrinkage"),
   call=lambda events, exposures: stats.gamma_poisson_posterior(events, exposures, stats.fit_gamma_poisson(events, exposures)))

# ---- trend, charts, change points ------------------------------------------------------------------------------------


def series(n, g):
    return {"times": np.arange(n) + 0.5 * g.uniform(size=n), "values": 0.05 * np.arange(n) + g.normal(size=n)}


IN_TIME = {"order": "values stand in order of time", "missing": "a missing value keeps its place in time"}
BASELINE = {"target": 50.0, "sigma": 10.0}

for function in (stats.theil_sen, stats.repeated_medians, stats.mann_kendall):
    of(function, series, data={"times": "real", "values": "real"})
of(stats.cochran_armitage, lambda n, g: {**spread_of(n, g), "scores": g.normal(size=n)}, data=EVENTS | {"scores": "real"})
for function, given, headline in (
    (stats.individuals_chart, {}, "upper"), (stats.ewma_chart, BASELINE, "value"), (stats.cusum_chart, BASELINE, "up"),
):
    of(function, lambda n, g, given=given: {"values": g.normal(50, 10, n)} | given, data={"values": "real"}, headline=headline, **IN_TIME)
for function in (stats.cusum_run_length, stats.ewma_run_length):
    of(function, lambda n, g: {"shift": g.uniform(0, 2, n)},
       call=testing.one_by_one(function, rows=("shift",), fields=("average", "status")), data={"shift": "positive"}, **ALONE)
for function in (stats.cusum_limit, stats.ewma_limit):
    of(function, lambda n, g: {"average_run_length": g.uniform(50, 400, n)},
       call=testing.one_by_one(function, rows=("average_run_length",), fields=("limit", "status")),
       data={"average_run_length": "positive"}, complete=("average_run_length",), **ALONE)
of(stats.bernoulli_cusum_run_length, lambda n, g: {"probability": g.uniform(0.01, 0.2, n), "rise": 9, "fall": 1, "limit": 30},
   call=testing.one_by_one(stats.bernoulli_cusum_run_length, rows=("probability",), fields=("average", "status")),
   data={"probability": "share"}, **ALONE)
of(stats.bernoulli_cusum_limit, lambda n, g: {"in_control": g.uniform(0.01, 0.05, n), "changed": g.uniform(0.1, 0.3, n), "average_run_length": 300.0},
   call=testing.one_by_one(stats.bernoulli_cusum_limit, rows=("in_control", "changed"), fields=("limit", "status")),
   data={"in_control": "share", "changed": "share"}, complete=("in_control", "changed"), **ALONE)
of(stats.binomial_change_points, lambda n, g: {"events": g.integers(0, 2, n).astype(float)}, data={"events": "binary"}, **IN_TIME)
of(stats.poisson_change_points, lambda n, g: {"counts": g.poisson(3, n).astype(float)}, data={"counts": "count"}, **IN_TIME)
of(stats.normal_change_points, lambda n, g: {"values": g.normal(size=n)}, data={"values": "real"}, **IN_TIME)
# the first moments have no past: `statuses` says so, one a moment
of(stats.outbreak_limits, lambda n, g: {"counts": g.poisson(4, n).astype(float), "period": 12, "years": 4, "half_window": 1},
   data={"counts": "count"}, per_row=("expected", "limit", "exceedance", "overdispersion", "trend"), **IN_TIME)

# ---- moments, order statistics, correlations -------------------------------------------------------------------------


def marks(n, g):
    return {"values": np.round(g.normal(50, 10, n), 1)}


def pairs(n, g):
    first = g.normal(size=n)
    return {"first": first, "second": first + g.normal(size=n)}


def table(n, g):
    return {"values": g.normal(size=(n, 4)) + g.normal(size=(n, 1))}


def samples(n, g):
    return {"first": g.normal(0, 1, n), "second": g.normal(0.5, 1.2, n + 3 * (n > 0))}


REAL, REALS = {"values": "real"}, {"first": "real", "second": "real"}
APART = (("first",), ("second",))

of(stats.moments, marks, data=REAL, weights="weights")
for function in (stats.mid_ranks, stats.mid_rank_percentiles, stats.rank_normal_scores):
    of(function, lambda n, g: {"values": np.round(g.normal(50, 10, n))}, data=REAL, per_row=("value",), infinite=True)
of(stats.covariance, pairs, data=REALS, weights="weights")
of(stats.covariance_matrix, table, data=REAL, weights="weights")
of(stats.autocorrelation, marks, data=REAL, order="it is the order of time", missing="a missing value keeps its place in time")
for function in (stats.quantiles, stats.harrell_davis_quantiles):
    of(function, lambda n, g: marks(n, g) | {"probabilities": [0.1, 0.5, 0.75]}, data=REAL)
of(stats.weighted_quantiles, lambda n, g: marks(n, g) | {"probabilities": [0.1, 0.5, 0.75]}, data=REAL, weights="weights",
   call=lambda values, probabilities, weights=None: stats.weighted_quantiles(
       values, np.ones(len(values)) if weights is None else weights, probabilities))
for function in (stats.median, stats.interquartile_range, stats.five_numbers, stats.gini_mean_difference,
                 stats.median_absolute_deviation, stats.huber_location, stats.tukey_fences, stats.mean_interval):
    of(function, marks, data=REAL)
for function in (stats.trimmed_mean, stats.winsorised_mean):
    of(function, lambda n, g: marks(n, g) | {"share": 0.1}, data=REAL)
of(stats.modified_z_scores, marks, data=REAL, per_row=("value",))
for function in (stats.pearson, stats.spearman, stats.kendall):
    of(function, pairs, data=REALS)
for function in (stats.correlation_matrix, stats.partial_correlations, stats.sampling_adequacy, stats.bartlett_sphericity,
                 stats.principal_components):
    of(function, table, data=REAL, tolerance=1e-10)

# ---- two groups, agreement, multiplicity -----------------------------------------------------------------------------

for function in (stats.student_t_test, stats.welch_t_test, stats.rank_sum_test, stats.kolmogorov_smirnov_test,
                 stats.cohen_d, stats.hedges_g, stats.cliff_delta, stats.common_language_effect):
    of(function, samples, data=REALS, blocks=APART)
of(stats.intraclass_correlation, lambda n, g: {"ratings": g.normal(size=(n, 3)) + g.normal(size=(n, 1))}, data={"ratings": "real"})
of(stats.cohen_kappa, lambda n, g: {"first": g.integers(0, 3, n), "second": g.integers(0, 3, n)}, data={"first": "label", "second": "label"})
of(stats.adjust_p_values, lambda n, g: {"p_values": g.uniform(size=n) ** 2}, data={"p_values": "share"}, per_row=("value",))

# ---- ratios and pooling ----------------------------------------------------------------------------------------------


def clusters(n, g):
    denominators = g.integers(20, 90, n).astype(float)
    return {"numerators": g.binomial(denominators.astype(int), 0.1).astype(float), "denominators": denominators}


def rates(n, g):
    return {"estimates": g.uniform(0.05, 0.2, n), "variances": g.uniform(0.0005, 0.002, n)}


of(stats.ratio_estimate, clusters, data={"numerators": "positive", "denominators": "positive"})
of(stats.paule_mandel, rates, data={"estimates": "real", "variances": "positive"})
of(stats.smoothed_variances, lambda n, g: {"variances": g.uniform(0.0005, 0.002, n), "sizes": g.integers(5, 60, n).astype(float)},
   data={"variances": "positive", "sizes": "positive"}, per_row=("value",), complete=("sizes",),
   missing="a missing variance borrows the common one: that is what it is for")
of(stats.shrunken_estimates, rates, data={"estimates": "real", "variances": "positive"}, per_row=("value", "lower", "upper", "shrinkage"),
   call=lambda estimates, variances: stats.shrunken_estimates(
       estimates, variances, stats.paule_mandel(np.asarray(estimates), np.asarray(variances)), scale="identity"))

# ---- linear models and analysis of variance --------------------------------------------------------------------------


def regression(n, g):
    design = np.column_stack([g.normal(50, 10, n), g.normal(size=n), g.integers(0, 2, n)])
    return {"design": design, "outcome": design @ [0.1, 1.0, -2.0] + g.normal(size=n)}


def grouped(n, g):
    groups = g.integers(0, 5, n)
    return {"values": g.normal(size=n) + 0.3 * groups, "groups": groups}


REGRESSION = {"design": "real", "outcome": "real"}

of(stats.fit_linear, regression, data=REGRESSION, weights="weights", tolerance=1e-10, per_row=("residuals", "fitted", "leverages"),
   repeats=("coefficients",), diagnostics=("last_correction",))
of(stats.robust_covariance, regression, data=REGRESSION, tolerance=1e-10,
   call=lambda design, outcome: stats.robust_covariance(stats.fit_linear(design, outcome)))
of(stats.cluster_covariance, lambda n, g: regression(n, g) | {"clusters": g.integers(0, 8, n)}, data=REGRESSION | {"clusters": "label"},
   tolerance=1e-9, call=lambda design, outcome, clusters: stats.cluster_covariance(stats.fit_linear(design, outcome), clusters))
of(stats.two_way_cluster_covariance, lambda n, g: regression(n, g) | {"first": g.integers(0, 8, n), "second": g.integers(0, 7, n)},
   data=REGRESSION | {"first": "label", "second": "label"}, tolerance=1e-9,
   call=lambda design, outcome, first, second: stats.two_way_cluster_covariance(stats.fit_linear(design, outcome), first, second))
of(stats.coefficient_tests, regression, data=REGRESSION, tolerance=1e-10,
   call=lambda design, outcome: stats.coefficient_tests(stats.fit_linear(design, outcome)))
of(stats.wald_test, regression, data=REGRESSION, tolerance=1e-10,
   call=lambda design, outcome: stats.wald_test(stats.fit_linear(design, outcome), [1, 2]))
of(stats.predict_linear, regression, data=REGRESSION, tolerance=1e-10,
   call=lambda design, outcome: stats.predict_linear(stats.fit_linear(design, outcome), np.ones((1, np.shape(design)[1]))))
for function in (stats.one_way_anova, stats.welch_anova, stats.levene_test):
    of(function, grouped, data=REAL | {"groups": "label"})

# ---- generalised linear models ---------------------------------------------------------------------------------------


def classified(n, g):
    design = g.normal(size=(n, 2))
    return {"design": design, "outcomes": (g.uniform(size=n) < 1 / (1 + np.exp(-design @ [0.8, -0.5]))).astype(float)}


def counted(n, g, spread=1.0):
    design = g.normal(size=(n, 2))
    return {"design": design, "counts": g.poisson(np.exp(design @ [0.3, -0.2] + 1) * g.gamma(1 / spread, spread, n)).astype(float)}


# dispersion and residual degrees of freedom count rows, as R's glm does; quasi-Poisson errors stand on the dispersion
GLM = {"weights": "weights", "tolerance": 1e-8,
       "repeats": ("coefficients", "standard_errors", "covariance", "lower", "upper", "p_values", "deviance", "log_likelihood")}

of(stats.fit_logistic, classified, data={"design": "real", "outcomes": "share"}, **GLM)
of(stats.fit_discrete_hazard, lambda n, g: {"design": (made := classified(n, g))["design"], "events": made["outcomes"]},
   data={"design": "real", "events": "binary"}, **GLM)
for function in (stats.fit_poisson, stats.fit_negative_binomial):
    of(function, counted, data={"design": "real", "counts": "count"}, **GLM)
of(stats.fit_quasi_poisson, counted, data={"design": "real", "counts": "count"}, **GLM | {"repeats": ("coefficients", "deviance")})
of(stats.predict_generalised, classified, data={"design": "real", "outcomes": "share"}, tolerance=1e-8,
   call=lambda design, outcomes: stats.predict_generalised(stats.fit_logistic(design, outcomes), np.ones((1, np.shape(design)[1]))))
of(stats.detect_separation, classified, data={"design": "real", "outcomes": "share"}, tolerance=1e-8)
of(stats.person_periods, lambda n, g: {"times": g.integers(1, 6, n).astype(float), "events": g.integers(0, 2, n).astype(float)},
   data={"times": "positive", "events": "binary"}, order="each child's rows stand where the child stood",
   missing="it says at which position the child stood")

of(stats.elastic_net_path, classified, data={"design": "real", "outcomes": "share"}, tolerance=1e-6, weights="weights",
   call=lambda design, outcomes, weights=None: stats.elastic_net_path(design, outcomes, weights=weights, lambdas=[0.1, 0.02]))
# the information is summed in single precision, and steps are taken until the gradient, in double, is 0
SINGLE = {"data": {"design": "real", "outcomes": "share"}, "tolerance": 1e-6, "expected_failures": {
    "kernels": "single precision rounds differently in wider kernels: 4e-8 of the information, 1e-9 of a standard error"}}


def start(design):
    return np.full(1 + (np.shape(design)[1] if np.ndim(design) == 2 else 1), 0.1)


def summary(design, outcomes, weights=None):
    return stats.generalised_summary(design, outcomes, start(design), weights=weights)


of(stats.fit_ridge, classified, weights="weights", repeats=GLM["repeats"], diagnostics=("iterations", "condition"), **SINGLE)
of(stats.generalised_summary, classified, call=summary, weights="weights", merge=stats.merge_summaries, **SINGLE)
of(stats.merge_summaries, classified, call=lambda design, outcomes: stats.merge_summaries(*(summary(design, outcomes) for _ in "ab")), **SINGLE)
of(stats.newton_step, classified, diagnostics=("condition",), **SINGLE,
   call=lambda design, outcomes: stats.newton_step(summary(design, outcomes), start(design), ridge=1.0))

# ---- discrimination, calibration, bootstrap --------------------------------------------------------------------------


def scored(n, g):
    outcomes = (g.uniform(size=n) < 0.4).astype(float)
    return {"outcomes": outcomes, "scores": np.round(g.normal(size=n) + outcomes, 1)}


def forecast(n, g):
    probabilities = g.uniform(0.05, 0.95, n)
    return {"outcomes": (g.uniform(size=n) < probabilities).astype(float), "probabilities": probabilities}


SCORED, FORECAST = {"outcomes": "binary", "scores": "real"}, {"outcomes": "binary", "probabilities": "share"}

# DeLong's variance counts children: a weight says how much a child tells of the population, not how many children it is
of(stats.roc_auc, scored, data=SCORED, weights="weights", repeats=("auc",))
of(stats.delong_test, lambda n, g: {"outcomes": (made := scored(n, g))["outcomes"], "first": made["scores"], "second": g.normal(size=n)},
   data={"outcomes": "binary", "first": "real", "second": "real"})
for function in (stats.partial_auc, stats.average_precision, stats.precision_recall_curve):
    of(function, scored, data=SCORED)
of(stats.roc_curve, scored, data=SCORED, headline="sensitivity")  # its first threshold is infinite: nobody is named
of(stats.youden_threshold, scored, data=SCORED, headline="youden")
of(stats.cutoff_table, lambda n, g: scored(n, g) | {"thresholds": [-0.5, 0.5, 1.0]}, data=SCORED)
of(stats.top_k, lambda n, g: scored(n, g) | {"k": 10}, data=SCORED, order="its list says which rows, and by file order among the tied",
   missing="its list says which rows")
for function in (stats.calibration_curve, stats.brier_score, stats.log_loss):
    of(function, forecast, data=FORECAST)
of(stats.logistic_calibration, forecast, data=FORECAST, tolerance=1e-8)
of(stats.decision_curve, lambda n, g: forecast(n, g) | {"thresholds": [0.1, 0.3]}, data=FORECAST)
of(stats.isotonic_regression, lambda n, g: {"x": np.round(g.normal(size=n), 1), "y": g.normal(size=n)}, data={"x": "real", "y": "real"},
   weights="weights", per_row=("fitted",))
of(stats.kaplan_meier, lambda n, g: {"durations": np.round(g.exponential(9, n), 1), "happened": g.integers(0, 2, n)},
   data={"durations": "positive", "happened": "binary"}, headline="survival")
of(stats.bootstrap_discrimination, lambda n, g: scored(n, g) | {"replicates": 40}, data=SCORED,
   order="a row without a cluster is named by its position", missing="a row without a cluster is named by its position")
of(stats.bootstrap_interval, lambda n, g: {"replicates": g.normal(size=n), "estimate": 0.0}, data={"replicates": "real"},
   missing="a replicate that is not defined is counted, and with too many there is no interval")
of(stats.poisson_bootstrap_weights, lambda n, g: {"keys": np.arange(n), "seed": 1, "first_replicate": 0, "replicates": 8},
   data={"keys": "count"}, complete=("keys",), per_row=("value",), independent=True,
   call=lambda keys, **more: stats.poisson_bootstrap_weights(keys, **more).T)

# ---- groups in a funnel, standardised rates, samples, norms -----------------------------------------------------------

of(stats.funnel_limits, spread_of, data=EVENTS, headline="target", per_row=(
    "share", "z", "adjusted_z", "position", *(f"{kind}{band}_{side}" for kind in ("normal_", "exact_", "") for band in ("inner", "outer")
                                             for side in ("lower", "upper"))), tolerance=1e-10)


def by_stratum(*names):
    def make(n, g):
        sizes = {name: g.integers(50, 90, n).astype(float) for name in names}
        return {name: g.binomial(size.astype(int), 0.2).astype(float) if name.endswith("events") else size for name, size in sizes.items()}
    return {"make": make, "data": dict.fromkeys(names, "count"), "tolerance": 1e-10}


of(stats.direct_standardised_rate, **by_stratum("events", "population", "standard"))
of(stats.indirect_standardised_ratio, **by_stratum("events", "population", "standard_events", "standard_population"))
of(stats.rate_decomposition, **by_stratum("first_events", "first_population", "second_events", "second_population"))


def sampled(n, g):
    strata = g.integers(0, 3, n)
    return {"values": g.normal(50, 10, n) + strata, "strata": strata, "clusters": g.integers(0, 9, n)}


SAMPLED = {"data": {"values": "real", "strata": "label", "clusters": "label"}, "weights": "weights", "repeats": ("estimate",), "tolerance": 1e-9,
           "missing": "a unit without a value was drawn all the same"}
of(stats.survey_mean, sampled, **SAMPLED)
of(stats.survey_total, sampled, **SAMPLED)
of(stats.survey_ratio, lambda n, g: {"denominators": (made := sampled(n, g)).pop("values"), "numerators": g.normal(size=n), **made},
   **SAMPLED | {"data": {"numerators": "real", "denominators": "positive", "strata": "label", "clusters": "label"}})


def marked(n, g):
    return {"values": g.integers(30, 100, n).astype(float), "groups": g.integers(0, 2, n)}


def norm_of(values, groups):
    return stats.fit_norm(stats.summarise_norm(values, groups), name="marks", made_on="2025-07-01", source="made up", fewest=2)


MARKED = {"values": "count", "groups": "label"}
of(stats.summarise_norm, marked, data=MARKED, merge=stats.merge_norms)
of(stats.merge_norms, marked, data=MARKED, call=lambda values, groups: stats.merge_norms(*(stats.summarise_norm(values, groups) for _ in "ab")))
of(stats.fit_norm, marked, data=MARKED, call=norm_of)
of(stats.score_by_norm, lambda n, g: {"values": marked(n, g)["values"]}, data={"values": "count"}, headline="percentile", independent=True,
   per_row=("z", "percentile", "rank_normal", "statuses"), call=lambda values: {name: value for name, value in stats.score_by_norm(
       norm_of(np.arange(30, 100.0), ["marks"] * 70), values, "marks").as_dict().items() if name not in ("count", "missing", "status")})
of(stats.save_norm, marked, data=MARKED, call=lambda values, groups: stats.save_norm(norm_of(values, groups)),
   read=lambda text: {"value": np.frombuffer(text.encode(), np.uint8).astype(float)}, missing="a norm tells how many were missing",
   expected_failures={"group relabel": "the names of the groups are part of the text"})
of(stats.standardise_by_group, marked, data=MARKED, per_row=("z", "percentile", "rank_normal"), headline="percentile",
   call=lambda values, groups: {name: getattr(stats.standardise_by_group(values, groups, fewest=2), name)
                                for name in ("z", "percentile", "rank_normal", "count")})
of(stats.load_norm, marked, data=MARKED, call=lambda values, groups: stats.load_norm(stats.save_norm(norm_of(values, groups))))

# ---- instruments: each that ships, and the functions that measure ------------------------------------------------------

INSTRUMENTS: list[testing.Subject] = []
PRORATED = "an answer that is missing is made up for, or not, by the instrument's own rule"


def measuring(function, make, **more):
    INSTRUMENTS.append(testing.Subject(name=function.__name__, call=more.pop("call", function), make=make, **more))


def answers_of(name):
    known = instruments.find_instrument(name)

    def make(n, g):
        return {"items": g.integers(int(known.minimum), int(known.maximum) + 1, (n, known.items)).astype(float)}

    return make


def scored_forms(name):
    known = instruments.find_instrument(name)
    said = {"translation": known.translations[0]} if known.translations else {}

    def call(items):
        made = instruments.score_forms(name, items, **said)
        concerned = np.zeros(made.count, dtype=bool)
        concerned[instruments.safety_answers(name, items).forms] = True
        return {"values": made.values, "statuses": made.statuses, "answered": made.answered, "concerned": concerned}

    return call


for name in instruments.instrument_names():
    INSTRUMENTS.append(testing.Subject(name=f"score_forms: {name}", call=scored_forms(name), make=answers_of(name), data={"items": "real"},
                                       missing=PRORATED, per_row=("values", "statuses", "answered", "concerned"), independent=True,
                                       expected_failures={"duplicated column": "a form with one item more is another form, and is refused"}))

measuring(instruments.cronbach_alpha, lambda n, g: {"items": g.normal(size=(n, 1)) + g.normal(size=(n, 4))}, data={"items": "real"}, tolerance=1e-10)
measuring(instruments.reliable_change, lambda n, g: {"before": g.normal(20, 5, n), "after": g.normal(18, 5, n)},
          call=lambda before, after: instruments.reliable_change(before, after, reliability=0.8, standard_deviation=5.0),
          data={"before": "real", "after": "real"}, per_row=("change", "index", "direction"))
measuring(instruments.clinical_change, lambda n, g: {"before": g.normal(20, 5, n), "after": g.normal(18, 5, n)},
          call=lambda before, after: instruments.clinical_change(before, after, cutoff=15.0, reliability=0.8, standard_deviation=5.0),
          data={"before": "real", "after": "real"}, per_row=("outcomes", "reliable.change", "reliable.index", "reliable.direction"), headline="cutoff")
measuring(instruments.clinical_cutoffs, lambda n, g: {"clinical_mean": g.normal(20, 1, n), "normal_mean": g.normal(10, 1, n)},
          call=testing.one_by_one(
              lambda clinical_mean, normal_mean: instruments.clinical_cutoffs(
                  clinical_mean=clinical_mean, clinical_standard_deviation=4.0, normal_mean=normal_mean, normal_standard_deviation=3.0),
              rows=("clinical_mean", "normal_mean"), fields=("a", "b", "c", "status")),
          data={"clinical_mean": "positive", "normal_mean": "positive"}, complete=("clinical_mean", "normal_mean"), scalars=True, independent=True)

# ---- the steps of the index --------------------------------------------------------------------------------------------

INDEX: list[testing.Subject] = []


def stepping(function, make, **more):
    INDEX.append(testing.Subject(name=more.pop("name", function.__name__), call=more.pop("call", function), make=make, **more))


for method in ("goalposts", "min_max", "z_score", "rank_normal", "rank", "borda", "percentile_rank"):
    stepping(index.normalise, lambda n, g, method=method: marks(n, g) | {"method": method} | ({"goalposts": (30.0, 60.0)} if method == "goalposts" else {}),
             name=f"normalise: {method}", data=REAL, per_row=("scores", "clipped"), tolerance=1e-10)
stepping(index.treat_outliers, lambda n, g: {"values": np.exp(g.normal(0, 1.5, n))}, data=REAL, per_row=("values",), tolerance=1e-10, headline="skewness")
stepping(index.component_weights, lambda n, g: {"scores": table(n, g)["values"]}, data={"scores": "real"}, tolerance=1e-9)
stepping(index.entropy_weights, lambda n, g: {"scores": g.gamma(3, 10, (n, 4))}, data={"scores": "positive"}, tolerance=1e-9)
stepping(index.effective_weights, lambda n, g: {"parts": (parts := g.normal(size=(n, 3))), "whole": parts.sum(axis=1) + g.normal(size=n)},
         data={"parts": "real", "whole": "real"}, tolerance=1e-8, headline="main_effect",
         missing="a part with a gap loses that unit, and the other parts keep it")


def composed(scores):
    """A small tree; the bounds of a missing score are numbers by what they are, so only what may be missing is compared."""
    seen = np.asarray(scores, dtype=float)
    tree = [index.Node(name="school", parts=["x0", "x1"]), index.Node(name="index", parts=["school", "x2"], mean="geometric")]
    made = index.composite_indicator(scores, tree, lower=seen - np.minimum(seen - 1, 4), upper=seen + np.minimum(100 - seen, 5),
                                     interval="monte_carlo", draws=20, streams=np.zeros(len(seen), dtype=int))
    return {name: getattr(made, name) for name in ("values", "lower", "upper", "statuses")}


stepping(index.composite_indicator, lambda n, g: {"scores": g.uniform(5, 95, (n, 3))}, call=composed, data={"scores": "positive"},
         per_row=("values", "lower", "upper", "statuses"), independent=True, missing="a unit with a gap keeps what is there, within bounds")

# ---- indicators ------------------------------------------------------------------------------------------------------

KEY = cw.Key.from_bytes(bytes(range(32)))
CITY = cw.synthetic.city(children=50, seed=3)
CHILDREN = 24
SCHOOLING = ["cn_course_failure_60", "us_chicago_on_track", "cn_over_age_modal_1", "uis_over_age_2"]


def care_of(known):
    """Two waves of one questionnaire as rows of items and one form of every other, and help that some get often and some never."""
    days = np.arange("2025-09-15", "2025-12-15", dtype="datetime64[D]")
    items = [(child, wave, item) for child in known for wave in range(2) for item in range(1, 10)]
    others = [instruments.find_instrument(name) for name in instruments.instrument_names() if name != "phq_a"]
    whole = [(child, rule) for child in known for rule in others]
    long, rows = len(items), len(items) + len(whole)
    number = np.array([known.index(child) for child, _, _ in items])
    wave, item = (np.array([row[place] for row in items]) for place in (1, 2))
    answer = np.maximum((number * 7 + item * (number % 3 + 1) + wave * 5) % 4, number % 4)

    def texts(first, rest):
        return np.array([first] * long + rest, dtype=object)

    screens = {
        "child": np.array([row[0] for row in items] + [row[0] for row in whole], dtype=object), "collection": texts("mood", ["mood"] * len(whole)),
        "date": np.append(days[10 + 40 * wave], np.full(len(whole), days[20])), "instrument": texts("phq_a", [rule.name for _, rule in whole]),
        "informant": texts("self", [next(iter(rule.informants)) for _, rule in whole]),
        "translation": texts(None, [next(iter(rule.translations), None) for _, rule in whole]),
        "item": np.append(item.astype(float), np.full(len(whole), np.nan)), "answer": np.append(answer.astype(float), np.full(len(whole), np.nan)),
        "response": texts("given", ["given"] * len(whole)),
    }
    for place in range(1, max(rule.items for rule in others) + 1):
        column = np.full(rows, np.nan)
        column[long:] = [rule.minimum + (known.index(child) + place * (1 + known.index(child) % 2)) % (rule.maximum - rule.minimum + 1)
                         if place <= rule.items else np.nan for child, rule in whole]
        screens[f"item_{place}"] = column
    helped = np.array([child for number, child in enumerate(known) for _ in range(number % 8)], dtype=object)
    on = days[np.arange(len(helped)) % len(days)]
    minutes = 20.0 + 5 * (np.arange(len(helped)) % 7)
    referrals = {"child": helped, "date": on, "reason": np.full(len(helped), "mood", dtype=object),
                 "outcome_date": np.where(np.arange(len(helped)) % 3 == 0, on + 9, np.datetime64("NaT"))}
    return {"screens": screens, "referrals": referrals, "counselling": {"child": helped, "date": on, "minutes": minutes},
            "services": {"child": helped[::-1], "programme": np.full(len(helped), "tutoring", dtype=object), "date": on, "minutes": minutes}}


def tables_of_the_city(generator):
    """Twenty-four made-up children with their marks of some weeks and their exams."""
    made = {name: {column: table[column] for column in table.columns} for name, table in CITY.items()}
    known = made["children"]["child"][:CHILDREN].tolist()
    for name, columns in made.items():
        if "child" in columns:
            keep = np.isin(columns["child"].astype(str), known)
            made[name] = {column: values[keep] for column, values in columns.items()}
    early = made["attendance"]["date"] < np.datetime64("2025-11-08")
    made["attendance"] = {column: values[early] for column, values in made["attendance"].items()}
    # every child misses whole days of its own, some often and some seldom: patterns, charts and changes need some to speak of
    number = np.array([known.index(child) for child in made["attendance"]["child"]])
    days = (made["attendance"]["date"].astype("datetime64[D]").astype(int) * 7 + number * 3) % (3 + 2 * number)
    made["attendance"]["code"] = np.where(days == 0, "病假", made["attendance"]["code"].astype(object))
    made["attendance"]["units_absent"] = np.where(days == 0, 1, made["attendance"]["units_absent"])
    # registers that hold every child: a mark that is not there is not known, and bounds must hold whatever it said
    made["registers"]["mode"] = np.full(len(made["registers"]["mode"]), "full", dtype=object)
    return made | care_of(known)


def measured(tables):
    """The whole path on the tables, with the children's own ids put back."""
    records = cw.admit(tables, key=KEY, made_up=True, **CITY.study())
    asked = [*CITY.policies, *SCHOOLING]
    table = cw.measure(cw.assemble(records), as_of="2025-12-30", policies=asked, families=cw._core.request_words(),
                       baseline="2025-09-30", false_alarms=100).table()
    columns = {name: table[name] for name in table.columns}
    ids = {str(child) for table in tables.values() if "child" in getattr(table, "column_names", table) for child in np.asarray(table["child"])}
    back = {KEY.pseudonym("child", child): child for child in ids}
    columns["child"] = np.array([back.get(child, child) for child in columns["child"]], dtype=object)
    return columns


# whose id a column holds; schools, townships and the rest are one kind, because columns mix them
PLACES = {"child": ("child",), "class": ("class",), "school": ("place", "parent", "school", "old", "new", "setter")}

INDICATORS = testing.IndicatorSubject(
    name="the catalogue",
    call=measured,
    make=tables_of_the_city,
    events=("attendance", "exam_results", "screens", "counselling", "services", "referrals"),
    identities={f"{table}.{column}": kind for kind, names in PLACES.items() for table, columns in CITY.items()
                for column in names if column in columns.columns and (table, column) != ("migration", "parent")},  # mother or father
    numbers=("exam_results.value", "screens.answer", "counselling.minutes"),
    codes={"attendance.code": "出勤"},
    groups=("school",),
    # coverage, the days since evidence of presence and help say what was recorded: a row that is not there is what they
    # measure; a paper without a row was not due to the child
    bounds=frozenset(entry for entry, interval in zip(cw.catalogue()["id"], cw.catalogue()["interval"], strict=True)
                     if interval == "bounds" and not entry.startswith(("attendance.coverage", "attendance.days_since_seen", "academic.co",
                                                                       "counselling.", "services.", "referrals."))),
)
