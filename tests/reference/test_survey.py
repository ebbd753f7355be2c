# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Estimates from samples against R survey and every sample that could be drawn."""

import itertools

import numpy as np
import pytest

from childwell import stats


@pytest.mark.parametrize("name", ["survey_apistrat", "survey_apiclus1"])
def test_survey(case, name):
    c = case(name)
    frame = c.frame()
    design = {"weights": frame["pw"], "populations": frame["fpc"]}
    design |= {"strata": frame["stype"]} if name == "survey_apistrat" else {"clusters": frame["dnum"]}
    for column in c.document["input"]["y"]:
        made = stats.survey_mean(frame[column], **design)
        c.agree(f"mean.{column}", made.estimate, function="survey_mean")
        c.agree(f"mean_se.{column}", made.standard_error, function="survey_mean")
        c.agree(f"deff.{column}", made.design_effect, function="survey_mean")
        assert made.status == "ok"
    c.agree("n", made.count, function="survey_mean")
    total = stats.survey_total(frame["api00"], **design)
    c.agree("total", total.estimate, function="survey_total")
    c.agree("total_se", total.standard_error, function="survey_total")
    parts = [stats.survey_mean(frame["api00"].where(frame["stype"] == level), **design) for level in c.at("by.level")]
    c.leave_out("by.level", "names of the parts, by which the rows are put together")
    c.agree("by.mean", [one.estimate for one in parts], function="survey_mean")
    c.agree("by.se", [one.standard_error for one in parts], function="survey_mean")
    top, below = c.document["input"]["ratio"]
    ratio = stats.survey_ratio(frame[top], frame[below], **design)
    c.agree("ratio", ratio.estimate, function="survey_ratio")
    c.agree("ratio_se", ratio.standard_error, function="survey_ratio")
    c.leave_out("glm", "regressions with survey weights come with effects")


def test_the_variance_of_a_total_is_that_of_all_samples_that_could_be_drawn(agrees):
    """Two strata, clusters of unequal size drawn without replacement: the mean of estimated variances is the variance."""
    population = {0: [[1.0, 4.0], [2.0], [7.0, 3.0, 3.0], [5.0]], 1: [[10.0, 2.0], [6.0], [1.0, 1.0, 8.0]]}
    totals, variances = [], []
    for first in itertools.combinations(range(4), 2):
        for second in itertools.combinations(range(3), 2):
            rows = [(value, stratum, 10 * stratum + cluster, len(population[stratum]))
                    for stratum, drawn in ((0, first), (1, second)) for cluster in drawn for value in population[stratum][cluster]]
            values, strata, clusters, counts = map(np.array, zip(*rows, strict=True))
            made = stats.survey_total(values, weights=counts / 2, strata=strata, clusters=clusters, populations=counts)
            totals.append(made.estimate)
            variances.append(made.variance)
    agrees("survey_total", [np.mean(totals)], [sum(sum(map(sum, clusters)) for clusters in population.values())],
               oracle="all 18 samples of a small population", rel=1e-12)
    agrees("survey_total", [np.mean(variances)], [np.var(totals)], oracle="all 18 samples of a small population", rel=1e-12)


def test_without_a_design_a_mean_is_that_of_rows_drawn_at_random(agrees):
    generator = np.random.Generator(np.random.Philox(8))
    values = generator.normal(10, 3, 50)
    made, plain = stats.survey_mean(values), stats.mean_interval(values)
    agrees("survey_mean", [made.estimate, made.lower, made.upper], [plain.estimate, plain.lower, plain.upper], oracle="mean_interval",
           rel=1e-12)
    assert made.design_effect == pytest.approx(1.0)
    doubled = stats.survey_mean(values.repeat(2), clusters=np.arange(50).repeat(2))
    assert (doubled.estimate, doubled.variance) == pytest.approx((made.estimate, made.variance))  # twins tell nothing twice
    assert doubled.clusters == 50
    exact = stats.ratio_estimate(values, np.ones(50), scale="identity")
    agrees("survey_ratio", [stats.survey_ratio(values, np.ones(50)).variance], [exact.variance], oracle="ratio_estimate", rel=1e-12)


def test_a_stratum_of_one_unit_has_no_variance_unless_the_caller_says_so():
    values, strata = [1.0, 2.0, 4.0, 9.0], [0, 0, 0, 1]
    refused = stats.survey_mean(values, strata=strata)
    assert (refused.status, refused.estimate, np.isnan(refused.lower)) == ("not_enough_data", 4.0, True)
    certain = stats.survey_mean(values, strata=strata, lonely="certain")
    centred = stats.survey_mean(values, strata=strata, lonely="centre")
    assert certain.status == centred.status == "ok" and certain.variance < centred.variance
    spread = np.var([1, 2, 4], ddof=1) * 3 / 16
    assert certain.variance == pytest.approx(spread)
    assert centred.variance == pytest.approx(spread + (5 / 4) ** 2)  # the residuals' mean is 0
    counted = stats.survey_mean(values, strata=strata, populations=[30, 30, 30, 1])  # all of it was drawn
    assert counted.variance == pytest.approx(spread * 0.9)


def test_what_is_no_design_is_refused():
    for wrong, said in (({"weights": [1, -1]}, "weights"), ({"weights": [1, np.nan]}, "weights"), ({"strata": [1]}, "strata"),
                        ({"populations": [1, 1]}, "not be below"), ({"populations": [3, 4]}, "one number a stratum"), ({"level": 1.0}, "level"),
                        ({"lonely": "drop"}, "lonely"), ({"scale": "logit"}, "0 to 1")):
        with pytest.raises(ValueError, match=said):
            stats.survey_mean([1.0, 2.0], **wrong)
    assert stats.survey_mean([]).status == "not_enough_data"
    assert stats.survey_mean([1.0, np.inf]).status == "not_finite"
    assert stats.survey_ratio([1.0, 1.0], [0.0, 0.0]).status == "degenerate"
    assert stats.survey_mean([0.2, 0.2]).status == "degenerate"
