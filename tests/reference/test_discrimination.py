# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""ROC, precision and recall, cut-offs and lists against pROC, scikit-learn, exact fractions and simulation."""

import itertools
import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve, roc_auc_score, roc_curve

from childwell import stats

MADE = json.loads((Path(__file__).parent / "made/roc.json").read_text("utf-8"))
NAN, INF = math.nan, math.inf

# A score that many children share, and as many as no two: labels with every share of events.
ROWS = st.lists(st.tuples(st.integers(0, 1), st.integers(-4, 4)), min_size=1, max_size=40)


def fraction_auc(y, s):
    events, others = [a for a, b in zip(s, y, strict=True) if b], [a for a, b in zip(s, y, strict=True) if not b]
    twice = sum(2 * (a > b) + (a == b) for a in events for b in others)
    return Fraction(twice, 2 * len(events) * len(others))


def fraction_average_precision(y, s):
    total, hits = Fraction(0), 0
    for score in sorted(set(s), reverse=True):
        flagged = sum(a >= score for a in s)
        new = sum(b for a, b in zip(s, y, strict=True) if a >= score)
        total += Fraction(new - hits, sum(y)) * Fraction(new, flagged)
        hits = new
    return total


def fraction_partial_auc(y, s, low, high):
    """Area over false positive rates low to high, straight between points."""
    m, k = sum(y), len(y) - sum(y)
    points = [(Fraction(0), Fraction(0))]
    for score in sorted(set(s), reverse=True):
        hits = sum(b for a, b in zip(s, y, strict=True) if a >= score)
        points.append((Fraction(sum(a >= score for a in s) - hits, k), Fraction(hits, m)))
    area = Fraction(0)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        left, right = max(x0, low), min(x1, high)
        if left < right:
            height = [y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in (left, right)]
            area += (right - left) * sum(height) / 2
    return area


def roc_case(c, function_of_frame):
    frame = c.frame()
    y, a, b = function_of_frame(frame)
    first, second = stats.roc_auc(y, a, scale="identity"), stats.roc_auc(y, b, scale="identity")
    c.agree("n", first.count, function="roc_auc")
    c.agree("cases", first.events, function="roc_auc")
    for number, one in (("1", first), ("2", second)):
        c.agree(f"auc{number}", one.auc, function="roc_auc")
        c.agree(f"ci{number}", [one.lower, one.upper], function="roc_auc")
        c.agree(f"var{number}", one.variance, function="roc_auc")
    test = stats.delong_test(y, a, b)
    c.agree("cov", test.covariance, function="delong_test")
    c.agree("z", test.z, function="delong_test")
    c.agree("p", test.p, function="delong_test")
    assert (test.auc_first, test.variance_second) == (first.auc, pytest.approx(second.variance, rel=1e-14))
    assert test.difference == pytest.approx(test.auc_first - test.auc_second, abs=1e-15)
    best = stats.youden_threshold(y, a)
    c.agree("youden", best.as_dict(), function="youden_threshold")
    return y, a


def agree_dotted(c, key, actual, function):
    """A key that holds a dot itself is no path; it is compared by the case's own rule."""
    relative, absolute = c.bounds(None)
    expected = c.expected[key]
    assert abs(actual - expected) <= max(absolute, relative * abs(expected))
    c.seen.add((key,))
    c.record.add(function, c.document["made_by"].split(";")[0], f"rel {relative:g}, abs {absolute:g}",
                 min(16.0, -math.log10(abs(actual - expected) / abs(expected) or 1e-16)))


def test_roc_asah(case):
    c = case("roc_asah")
    y, a = roc_case(c, lambda f: (f["outcome"] == "Poor", f["s100b"], f["ndka"]))
    agree_dotted(c, "pauc1_spec_1_to_0.9", stats.partial_auc(y, a).auc, "partial_auc")


def test_roc_asah_wfns(case):
    c = case("roc_asah_wfns")
    y, a = roc_case(c, lambda f: (f["outcome"] == "Poor", f["wfns"], f["s100b"]))
    agree_dotted(c, "pauc1_spec_1_to_0.9", stats.partial_auc(y, a).auc, "partial_auc")


def test_roc_student_mat(case):
    c = case("roc_student_mat")
    y, a = roc_case(c, lambda f: (f["G3"] < 10, f["failures"], f["absences"]))
    agree_dotted(c, "pauc1_spec_1_to_0.9", stats.partial_auc(y, a).auc, "partial_auc")


def screen_case(c):
    frame, given_ = c.frame(), c.document["input"]
    y, s = frame.eval(given_["y"]), frame.eval(given_["score"])
    table = stats.cutoff_table(y, s, given_["thresholds"])
    c.agree("n", table.count, function="cutoff_table")
    c.agree("events", table.events, function="cutoff_table")
    c.agree("auc", stats.roc_auc(y, s).auc, function="roc_auc")
    c.agree("average_precision", stats.average_precision(y, s).average_precision, function="average_precision")
    columns = {"tp": "true_positives", "fp": "false_positives", "fn": "false_negatives", "tn": "true_negatives",
               "mcc": "matthews_correlation", "lr_plus": "positive_likelihood_ratio", "lr_minus": "negative_likelihood_ratio"}
    for number, row in enumerate(c.expected["cutoffs"]):
        got = {key: getattr(table, columns.get(key, key))[number] for key in row}
        c.agree(f"cutoffs.{number}", got, function="cutoff_table")
    for number, row in enumerate(c.expected["top_k"]):
        made = stats.top_k(y, s, row["k"])
        c.agree(f"top_k.{number}", {"k": made.k, "precision": made.precision_in_file_order, "recall": made.recall_in_file_order,
                                    "lift": made.lift_in_file_order}, function="top_k")
        assert made.events_least <= made.events_listed <= made.events_most
        assert s.to_numpy()[made.rows].min() == made.threshold
    curve = stats.roc_curve(y, s)
    c.agree("roc_points.fpr", curve.false_positive_rate, function="roc_curve")
    c.agree("roc_points.tpr", curve.sensitivity, function="roc_curve")


def test_screen_asah(case):
    screen_case(case("screen_asah"))


def test_screen_student_mat(case):
    screen_case(case("screen_student_mat"))


@pytest.mark.parametrize("name", ["fair_student_por", "fair_compas", "fair_oulad"])
def test_fair(case, name):
    """Each group's counts, rates and area; what is compared between groups belongs to the fairness of models."""
    c = case(name)
    given, frame = c.document["input"], c.frame()
    events, flagged, scores = (frame.eval(given[part]).to_numpy(float) for part in ("y", "flag", "score"))
    for names in given["groups"]:
        labels = frame[names.split("+")].fillna("nan").astype(str).agg("|".join, axis=1).to_numpy()
        for group in c.at(f"{names}.by_group"):
            rows, path = labels == group, f"{names}.by_group.{group}"
            table = stats.cutoff_table(events[rows], flagged[rows], [1.0]).as_dict()
            tp, fp, tn, fn = (int(table[f"{part}s"][0]) for part in
                              ("true_positive", "false_positive", "true_negative", "false_negative"))
            sensitivity, specificity = table["sensitivity"][0], table["specificity"][0]
            c.agree(path, {
                "n": tp + fp + tn + fn, "base_rate": (tp + fn) / rows.sum(), "selection_rate": (tp + fp) / rows.sum(),
                "tp": tp, "fp": fp, "fn": fn, "tn": tn, "tpr": sensitivity, "fpr": 1 - specificity, "fnr": 1 - sensitivity,
                "tnr": specificity, "ppv": table["ppv"][0], "npv": table["npv"][0], "accuracy": table["accuracy"][0],
                "auc": stats.roc_auc(events[rows], scores[rows]).auc,
            }, function="cutoff_table")
        for part in set(c.at(names)) - {"by_group"}:
            c.leave_out(f"{names}.{part}", "differences between groups belong to the fairness of risk models")


# ---- pROC and scikit-learn on data that scikit-learn installs -----------------------------------------------------------


@pytest.fixture(scope="module")
def cancer():
    data = load_breast_cancer()
    return data.target == 0, {name: data.data[:, number] for number, name in enumerate(data.feature_names)}


def test_proc_agrees_on_the_breast_cancer_data(agrees, cancer):
    """Full digits from R; the data lie in scikit-learn, the values and their script in made/."""
    y, columns = cancer
    oracle = MADE["made_by"]
    for name, e in MADE["cancer"].items():
        area = stats.roc_auc(y, columns[name], scale="identity")
        agrees("roc_auc", [area.auc, area.variance, area.lower, area.upper], [e["auc"], e["var"], *e["ci"]], oracle=oracle, rel=1e-12)
        logit = stats.roc_auc(y, columns[name])
        agrees("roc_auc", [logit.lower, logit.upper], e["logit_ci"], oracle=oracle, rel=1e-12)
        for axis, key, start, stop in (("specificity", "spec", 0.8, 0.95), ("sensitivity", "sens", 0.9, 1.0)):
            part = stats.partial_auc(y, columns[name], axis=axis, start=start, stop=stop)
            agrees("partial_auc", part.auc, e[f"partial_{key}"], oracle=oracle, rel=1e-12)
            if e[f"corrected_{key}"] is not None:
                agrees("partial_auc", part.corrected, e[f"corrected_{key}"], oracle=oracle, rel=1e-11)
        best = stats.youden_threshold(y, columns[name])
        agrees("youden_threshold", [best.threshold, best.sensitivity, best.specificity], e["youden"], oracle=oracle, rel=1e-12)
    for pair, e in MADE["cancer_pairs"].items():
        first, second = pair.split("|")
        test = stats.delong_test(y, columns[first], columns[second])
        agrees("delong_test", [test.covariance, test.z, test.p, test.lower, test.upper],
               [e["cov"], e["z"], e["p"], *e["ci"]], oracle=oracle, rel=1e-9)


def test_scikit_learn_agrees_on_the_breast_cancer_data(agrees, cancer):
    y, columns = cancer
    for s in (columns["mean smoothness"], np.round(columns["worst area"], -2), -columns["mean fractal dimension"]):
        agrees("roc_auc", stats.roc_auc(y, s).auc, roc_auc_score(y, s), oracle="scikit-learn", rel=1e-14)
        agrees("average_precision", stats.average_precision(y, s).average_precision, average_precision_score(y, s),
               oracle="scikit-learn", rel=1e-12)
        fpr, tpr, thresholds = roc_curve(y, s, drop_intermediate=False)
        curve = stats.roc_curve(y, s)
        agrees("roc_curve", [curve.false_positive_rate, curve.sensitivity, curve.threshold], [fpr, tpr, thresholds],
               oracle="scikit-learn", rel=0.0)
        precision, recall, thresholds = precision_recall_curve(y, s)
        made = stats.precision_recall_curve(y, s)
        # theirs runs up, adds a point, and goes below full recall
        agrees("precision_recall_curve", [made.precision, made.recall, made.threshold],
               [precision[:-1][::-1], recall[:-1][::-1], thresholds[::-1]], oracle="scikit-learn", rel=1e-15)
        cuts = np.quantile(s, [0.1, 0.5, 0.9])
        table = stats.cutoff_table(y, s, cuts)
        for i, cut in enumerate(cuts):
            tn, fp, fn, tp = confusion_matrix(y, s >= cut).ravel()
            agrees("cutoff_table", [table.true_negatives[i], table.false_positives[i], table.false_negatives[i], table.true_positives[i]],
                   [tn, fp, fn, tp], oracle="scikit-learn", rel=0.0)


def test_intervals_of_a_cut_off_are_wilsons():
    y, s = np.array([1, 1, 1, 0, 0, 0, 0]), np.array([3, 2, 1, 3, 1, 1, 0.0])
    table = stats.cutoff_table(y, s, [2.0])
    for name, events, trials in (("sensitivity", 2, 3), ("specificity", 3, 4), ("ppv", 2, 3), ("npv", 3, 4)):
        interval = stats.wilson_interval(events, trials)
        assert (getattr(table, name)[0], getattr(table, name + "_lower")[0], getattr(table, name + "_upper")[0]) == (
            interval.estimate, interval.lower, interval.upper)


# ---- exact fractions -------------------------------------------------------------------------------------------------


def test_exact_fractions_of_random_patterns(agrees):
    generator = np.random.Generator(np.random.Philox(7))
    made, truth = {"roc_auc": [], "average_precision": [], "partial_auc": []}, {"roc_auc": [], "average_precision": [], "partial_auc": []}
    for _ in range(300):
        n = int(generator.integers(4, 30))
        y = generator.integers(0, 2, n)
        y[:2] = 0, 1
        s = generator.integers(0, int(generator.integers(2, 20)), n)
        y, s = y.tolist(), s.tolist()
        made["roc_auc"].append(stats.roc_auc(y, s).auc)
        truth["roc_auc"].append(float(fraction_auc(y, s)))
        made["average_precision"].append(stats.average_precision(y, s).average_precision)
        truth["average_precision"].append(float(fraction_average_precision(y, s)))
        made["partial_auc"].append(stats.partial_auc(y, s, start=0.25, stop=0.75).auc)
        truth["partial_auc"].append(float(fraction_partial_auc(y, s, Fraction(1, 4), Fraction(3, 4))))
    agrees("roc_auc", made["roc_auc"], truth["roc_auc"], oracle="exact fractions", rel=0.0)
    agrees("average_precision", made["average_precision"], truth["average_precision"], oracle="exact fractions", rel=1e-14)
    agrees("partial_auc", made["partial_auc"], truth["partial_auc"], oracle="exact fractions", rel=1e-14, abs=1e-17)


def test_weighted_area_equals_its_fraction_and_weights_of_one_change_nothing(agrees):
    generator = np.random.Generator(np.random.Philox(8))
    made, truth = [], []
    for _ in range(100):
        n = 30
        y, s, w = generator.integers(0, 2, n), generator.integers(0, 8, n), generator.uniform(0, 3, n)
        exact = [Fraction(float(x)) for x in w]
        pairs = [(i, j) for i in range(n) if y[i] for j in range(n) if not y[j]]
        top = sum(exact[i] * exact[j] * (2 * int(s[i] > s[j]) + int(s[i] == s[j])) for i, j in pairs)
        truth.append(float(top / (2 * sum(exact[i] * exact[j] for i, j in pairs))))
        made.append(stats.roc_auc(y, s, weights=w).auc)
        plain, ones = stats.roc_auc(y, s), stats.roc_auc(y, s, weights=np.ones(n))
        assert (ones.auc, ones.variance) == pytest.approx((plain.auc, plain.variance), rel=1e-14)
    agrees("roc_auc", made, truth, oracle="exact fractions, weighted", rel=4e-16)
    agrees("roc_auc", made[-1], roc_auc_score(y, s, sample_weight=w), oracle="scikit-learn, weighted", rel=1e-12)


def test_lists_split_ties_as_all_orders_of_the_tied_would(agrees):
    y, s = [1, 0, 1, 1, 0, 0, 1, 0], [5, 5, 3, 3, 3, 3, 2, 1]
    for k in range(1, 9):
        held = []
        for order in itertools.permutations(range(8)):
            listed = sorted(order, key=lambda i: -s[i])[:k]
            held.append(sum(y[i] for i in listed))
        made = stats.top_k(y, s, k)
        agrees("top_k", [made.events_listed, made.precision], [sum(held) / len(held), sum(held) / len(held) / k],
               oracle="all orders of the rows", rel=1e-14)
        assert (made.events_least, made.events_most) == (min(held), max(held))
        assert made.rows.tolist() == sorted(range(8), key=lambda i: (-s[i], i))[:k]


# ---- properties ------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_laws_of_the_area(rows, shuffle):
    y, s = [a for a, _ in rows], [float(b) for _, b in rows]
    whole = stats.roc_auc(y, s)
    turned = stats.roc_auc(y, [-x for x in s])
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    mixed = stats.roc_auc([y[i] for i in order], [s[i] for i in order])
    assert repr(mixed) == repr(whole)
    assert repr(stats.roc_auc(y, [x * 2.0**-40 for x in s])) == repr(whole)
    if 0 < sum(y) < len(y):
        assert turned.auc == pytest.approx(1 - whole.auc, abs=1.2e-16)
        assert whole.auc == stats.roc_auc([1 - a for a in y], [-x for x in s]).auc
        twice = stats.roc_auc(y, s, weights=np.full(len(y), 2.0))
        assert twice.auc == pytest.approx(stats.roc_auc(y + y, s + s).auc, abs=1e-15)
        held = stats.roc_auc(y + [0, 1], s + [9.0, -9.0], weights=[1.0] * len(y) + [0.0, 0.0])
        assert (held.auc, held.count) == (pytest.approx(whole.auc, abs=1e-15), whole.count)
        alike = stats.delong_test(y, s, [3 * x + 1 for x in s])
        assert (alike.difference, alike.status in ("degenerate", "not_enough_data")) == (0.0, True)


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_laws_of_cut_offs_and_curves(rows):
    y, s = [a for a, _ in rows], [float(b) for _, b in rows]
    curve, table = stats.roc_curve(y, s), stats.cutoff_table(y, s, [*range(-5, 6), INF, -INF])
    for row, threshold in enumerate(table.threshold):
        flagged = [a for a, b in rows if b >= threshold]
        assert (table.true_positives[row], table.false_positives[row]) == (sum(flagged), len(flagged) - sum(flagged))
    assert curve.true_positives[-1] == sum(y)
    assert (np.diff(curve.threshold) < 0).all()
    made = stats.precision_recall_curve(y, s)
    assert made.flagged[-1] == len(y)
    for k in (1, len(rows)):
        assert stats.top_k(y, s, k).events_listed <= sum(y)
    if 0 < sum(y) < len(y):
        best = stats.youden_threshold(y, s)
        assert best.youden == pytest.approx((curve.sensitivity + curve.specificity - 1).max(), abs=1e-15)
        whole = stats.partial_auc(y, s, start=0.0, stop=1.0).auc
        assert whole == pytest.approx(stats.roc_auc(y, s).auc, abs=1e-14)
        assert stats.partial_auc(y, s, axis="sensitivity", start=0.0, stop=1.0).auc == pytest.approx(whole, abs=1e-14)


# ---- edges -----------------------------------------------------------------------------------------------------------

FUNCTIONS = {
    "roc_auc": lambda y, s: stats.roc_auc(y, s), "partial_auc": lambda y, s: stats.partial_auc(y, s),
    "roc_curve": lambda y, s: stats.roc_curve(y, s), "youden_threshold": lambda y, s: stats.youden_threshold(y, s),
    "average_precision": lambda y, s: stats.average_precision(y, s), "cutoff_table": lambda y, s: stats.cutoff_table(y, s, [0.5]),
    "precision_recall_curve": lambda y, s: stats.precision_recall_curve(y, s), "top_k": lambda y, s: stats.top_k(y, s, 1),
    "delong_test": lambda y, s: stats.delong_test(y, s, s), "weighted": lambda y, s: stats.roc_auc(y, s, weights=np.ones(len(s))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_edges_have_a_status(name):
    call = FUNCTIONS[name]
    assert call([], []).status == "not_enough_data"
    assert call([NAN, NAN], [1.0, 2.0]).status == "not_enough_data"
    assert call([1, 0], [NAN, NAN]).status == "not_enough_data"
    assert call([1, 0, None], [NAN, NAN, 3.0]).missing == 3
    assert call([1, 0, 1, 0], [1.0, INF, 2.0, 3.0]).status == "not_finite"
    assert call([1, 1, 1], [1.0, 2.0, 3.0]).status == "degenerate"
    assert call([0, 0, 0], [1.0, 2.0, 3.0]).status == "degenerate"
    assert call([1, 0, NAN, 1, 0, 0, 1], [1.0, 2.0, 3.0, NAN, 2.0, -0.0, 0.0]).count == 5
    for y, s in (([1, 0], [1.0]), ([2, 0], [1.0, 2.0]), ([0.5, 0], [1.0, 2.0]), (["a", "b"], [1.0, 2.0])):
        with pytest.raises(ValueError, match="childwell"):
            call(y, s)


def test_a_perfect_area_has_an_honest_one_sided_interval():
    y, s = [0] * 30 + [1] * 10, list(range(40))
    for sign, ends in ((1, (0.05 ** (1 / 10), 1.0)), (-1, (0.0, 1 - 0.05 ** (1 / 10)))):
        made = stats.roc_auc(y, [sign * x for x in s])
        assert (made.status, made.variance, made.method) == ("boundary", 0.0, "disjoint pairs")
        assert (made.lower, made.upper) == pytest.approx(ends, rel=1e-14)


def test_all_scores_equal_and_one_of_a_class():
    tied = stats.roc_auc([1, 0, 1, 0], [2.0] * 4)
    assert (tied.auc, tied.variance, tied.status) == (0.5, 0.0, "degenerate")
    assert math.isnan(tied.lower)
    lone = stats.roc_auc([1, 0, 0], [2.0, 1.0, 3.0])
    assert (lone.auc, lone.status) == (0.5, "not_enough_data")
    assert math.isnan(lone.variance)
    assert stats.roc_auc([1, 0], [-0.0, 0.0]).auc == 0.5
    assert stats.youden_threshold([1, 0], [1.0, 1.0]).status == "degenerate"


def test_mistakes_are_refused():
    for call in (lambda: stats.roc_auc([1, 0], [1, 2], level=1.0), lambda: stats.roc_auc([1, 0], [1, 2], scale="log"),
                 lambda: stats.roc_auc([1, 0], [1, 2], weights=[1, -1]), lambda: stats.roc_auc([1, 0], [1, 2], weights=[1, NAN]),
                 lambda: stats.partial_auc([1, 0], [1, 2], start=0.9, stop=0.9), lambda: stats.partial_auc([1, 0], [1, 2], axis="x"),
                 lambda: stats.cutoff_table([1, 0], [1, 2], [NAN]), lambda: stats.top_k([1, 0], [1, 2], 0),
                 lambda: stats.delong_test([1, 0], [1, 2], [1, 2, 3])):
        with pytest.raises(ValueError, match="childwell"):
            call()


def test_more_pairs_than_32_bits_count(agrees):
    n = 150_000
    y, s = np.repeat([0, 1], n), np.concatenate([np.arange(n), np.arange(n)]).astype(float)
    agrees("roc_auc", stats.roc_auc(y, s).auc, 0.5, oracle="closed form, 2.25e10 pairs", rel=0.0)
    agrees("roc_auc", stats.roc_auc(y, s + 0.5 * y).auc, float(Fraction(n + 1, 2 * n)), oracle="closed form, 2.25e10 pairs", rel=0.0)


# ---- chance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "others", "shift", "least", "most"), [
    (10, 30, 1.0, 0.94, 0.97), (30, 70, 1.5, 0.935, 0.965), (300, 700, 2.5, 0.935, 0.965),
    (20, 80, 2.5, 0.91, 0.94),  # area 0.96 with 20 events: short of what it says, as its documentation warns
])
def test_the_logit_interval_covers_as_often_as_it_says(events, others, shift, least, most):
    """2,000 samples; Monte-Carlo error of a 95 % coverage is 0.5 points. Area of two normals: Phi(shift / sqrt 2)."""
    generator = np.random.Generator(np.random.Philox(int(10 * shift)))
    y = np.repeat([1, 0], [events, others]).astype(bool)
    truth, covered = float(stats.normal_cdf(shift / math.sqrt(2))), 0
    for _ in range(2000):
        s = generator.normal(size=events + others)
        s[:events] += shift
        made = stats.roc_auc(y, s)
        covered += made.lower <= truth <= made.upper
    assert least <= covered / 2000 <= most


def test_delongs_test_holds_its_size():
    """Two scores equally good: 2,000 samples, 5 % of them significant but for 0.5 points of chance."""
    generator = np.random.Generator(np.random.Philox(12))
    y = np.repeat([1, 0], [40, 80]).astype(bool)
    low = 0
    for _ in range(2000):
        skill = generator.normal(size=120) + 1.0 * y
        a, b = skill + generator.normal(size=120), skill + generator.normal(size=120)
        low += stats.delong_test(y, a, b).p < 0.05
    assert 0.035 <= low / 2000 <= 0.065


def test_the_bound_of_a_perfect_area_covers():
    """Ten and ten rows, area 0.9: where all pairs agree, the lower end lies below 0.9 but in at most 5 % of all samples."""
    generator = np.random.Generator(np.random.Philox(13))
    y = np.repeat([1, 0], [10, 10]).astype(bool)
    for area in (0.9, 0.97):
        shift = float(stats.normal_quantile(area)) * math.sqrt(2)
        missed = 0
        for _ in range(1000):
            s = generator.normal(size=20)
            s[:10] += shift
            made = stats.roc_auc(y, s)
            missed += made.status == "boundary" and made.lower > area
        assert missed / 1000 <= 0.05


@pytest.mark.parametrize(("n", "events", "area", "logit", "identity"), [
    (10, 3, 0.6, 0.988, 0.872), (10, 3, 0.9, 0.982, 0.996), (30, 3, 0.75, 0.907, 0.807), (30, 9, 0.6, 0.957, 0.923),
    (30, 9, 0.9, 0.967, 0.858), (100, 10, 0.9, 0.911, 0.846), (100, 30, 0.6, 0.955, 0.945), (100, 30, 0.75, 0.951, 0.932),
    (100, 30, 0.9, 0.949, 0.912), (1000, 100, 0.9, 0.946, 0.94), (1000, 300, 0.75, 0.948, 0.946),
])
def test_intervals_of_an_area_cover_what_is_stated(n, events, area, logit, identity):
    """Two normals, 95 %: the shares of 10,000 samples, within four Monte-Carlo errors of the draws taken here. On the
    logit scale the interval holds from about 30 rows of a class on; with ten events or fewer it misses by up to 4 points,
    and the plain one by up to 14."""
    generator = np.random.default_rng([61, n, events, int(100 * area)])
    draws = 2000 if n < 1000 else 800
    y, shift = np.arange(n) < events, float(stats.normal_quantile(area)) * math.sqrt(2)
    covered = np.zeros(2)
    for _ in range(draws):
        s = generator.normal(size=n)
        s[:events] += shift
        for j, scale in enumerate(("logit", "identity")):
            made = stats.roc_auc(y, s, scale=scale)
            covered[j] += made.lower <= area <= made.upper
    for share, wanted in zip(covered / draws, (logit, identity), strict=True):
        assert abs(share - wanted) < 4 * math.sqrt(wanted * (1 - wanted) / draws)


@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_delongs_test_holds_its_size_at_every_n(n):
    """Three of ten rows with the event; a sample whose difference has no variance does not reject."""
    generator = np.random.default_rng([67, n])
    draws = 2000 if n < 1000 else 800
    y = np.arange(n) < 3 * n // 10
    low = covered = answered = 0
    for _ in range(draws):
        skill = generator.normal(size=n) + y
        made = stats.delong_test(y, skill + generator.normal(size=n), skill + generator.normal(size=n))
        answered += made.status == "ok"
        low += made.p < 0.05
        covered += made.lower <= 0 <= made.upper
    error = 4 * math.sqrt(0.05 * 0.95 / draws)
    assert abs(low / draws - 0.05) < error and abs(covered / answered - 0.95) < error
