# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of random forms of every instrument, against a scorer in exact fractions that reads the registry's text itself."""

import math
import tomllib
from fractions import Fraction

import numpy as np
import pytest

from childwell import _core, instruments

NAMES = instruments.instrument_names()
REGISTRY = tomllib.loads(_core.rules("instruments"))
FORMS = 60


def positions(given):
    if isinstance(given, list):
        return given
    made = []
    for part in given.split(","):
        ends = [int(end) for end in part.split("-")]
        made += range(ends[0], ends[-1] + 1)
    return made


def exact(rule, form):
    """Each scale as a fraction, None without a score; the rules one by one, as their sources word them."""
    low, high = rule["range"]
    recode = rule.get("recode")
    answers = {}
    for position, answer in enumerate(form, 1):
        if math.isnan(answer):
            continue
        value = Fraction(float(answer))
        if position in rule.get("reversed", []):
            value = low + high - value
        answers[position] = Fraction(recode[int(value - low)]) if recode else value
    scores = {}
    for name, scale in rule["scales"].items():
        scores[name] = None
        if scale.get("unverified"):
            continue
        if "scales" in scale:
            parts = [scores[part] for part in scale["scales"]]
            scores[name] = None if None in parts else sum(parts)
            continue
        items = positions(scale["items"])
        given = [answers[item] for item in items if item in answers]
        if len(given) < scale.get("answered", len(items)):
            continue
        mean = sum(given) / len(given)
        value = mean * scale.get("factor", 1) * (1 if scale.get("kind") == "mean" else len(items))
        scores[name] = Fraction(math.floor(value + Fraction(1, 2))) if scale.get("rounding") == "half_up" else value
    if "validity" in rule:
        items = positions(rule["scales"][rule["validity"]]["items"])
        most = sum(answers.get(item, 1) for item in items)
        if most >= rule["void_from"]:  # void, or not to be told
            scores = {name: score if name == rule["validity"] else None for name, score in scores.items()}
    return scores


def random_forms(rule, missing, seed):
    generator = np.random.Generator(np.random.Philox(seed))
    low, high = rule["range"]
    shape = (FORMS, rule["items"])
    forms = generator.integers(low, high + 1, shape).astype(float)
    if not rule.get("whole", True):
        forms = np.round(generator.uniform(low, high, shape), 1)
    forms[generator.random(shape) < missing] = np.nan
    return forms


@pytest.mark.parametrize("missing", [0.0, 0.1, 0.35])
@pytest.mark.parametrize("name", NAMES)
def test_scores_against_exact_fractions(name, missing, agrees):
    rule = REGISTRY[name]
    forms = random_forms(rule, missing, len(name))
    translation = rule["translations"][0] if "translations" in rule else None
    made = instruments.score_forms(name, forms, translation=translation)
    wanted = [exact(rule, form) for form in forms]
    expected = np.array([[math.nan if score is None else float(score) for score in row.values()] for row in wanted])
    assert list(wanted[0]) == made.scales
    np.testing.assert_array_equal(np.isnan(expected), made.statuses != "ok")
    if not np.isnan(expected).all():
        known = ~np.isnan(expected)
        agrees("score_forms", made.values[known], expected[known], oracle="fractions, every instrument, each rule as its source words it", rel=3e-16)


@pytest.mark.parametrize("name", NAMES)
def test_safety_answers_one_by_one(name, agrees):
    rule = REGISTRY[name]
    forms = random_forms(rule, 0.3, 3 + len(name))
    made = instruments.safety_answers(name, forms)
    wanted = [any(form[one["item"] - 1] >= one["from"] for one in rule.get("safety", [])) for form in forms]
    flags = np.zeros(FORMS)
    flags[made.forms] = 1
    agrees("safety_answers", flags, np.array(wanted, dtype=float), oracle="each form read by itself, every instrument")
    assert made.count == sum(wanted)
