# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Questionnaires: each form worked by hand, every rule of the registry, and instruments of one's own."""

import copy
import math
import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childwell import _core, instruments
from childwell.instruments import define_instrument, find_instrument, instrument_names, safety_answers, score_forms

NAN = math.nan
NAMES = instrument_names()
REGISTRY = tomllib.loads(_core.rules("instruments"))


def placed(size, answers, rest):
    """A long form by its positions."""
    form = [float(rest)] * size
    for position, answer in answers.items():
        form[position - 1] = answer
    return form


def said(name, **more):
    """What must be said to score an instrument at all."""
    known = find_instrument(name)
    return {"translation": known.translations[0]} | more if known.translations else more


# Emotional 3, 8, 13, 16 of five with the sum 2: 2.5 goes up to 3, where rounding to even gives 2. Conduct: 4 of three items is 6.67.
SDQ_FORM = [2, 1, 1, 2, 2, 0, 1, 1, 1, 1, 2, 1, 0, 2, 0, 0, 2, NAN, 1, 1, 2, NAN, 0, NAN, 1]
SDQ_THIN = [NAN, 1, 1, NAN, 2, 0, 1, 1, NAN, 1, 2, 1, 0, 2, 0, 0, NAN, NAN, 1, NAN, 2, NAN, 0, 0, 1]
MHT_FORM = placed(100, {n: 1 for n in (*range(1, 9), 16, 17, 18, 82, 84)}, 0)
MHT_VOID = placed(100, {n: 1 for n in (*range(1, 9), 82, 84, 86, 88, 90, 92, 94)}, 0)
MHT_OPEN = placed(100, {82: 1, 84: 1, 86: 1, 88: 1, 90: 1, 92: 1, 94: NAN, 1: 1}, 0)
MHT_SURE = placed(100, {82: 1, 84: 1, 86: 1, 88: NAN, 90: NAN, 1: 1}, 0)

# name -> forms, each: answers, what is said, and for the scales of interest the score (or the status) and the band
WORKED = {
    "who_5": [
        ([3, 2, 4, 1, 0], {"norms": "topp_2015"}, {"raw": (10, "low"), "percentage": (40, "low")}),
        ([0, 1, 2, 3, 1], {"norms": "topp_2015"}, {"raw": (7, "very_low"), "percentage": (28, "very_low")}),
        ([3, 3, 3, 3, 1], {"norms": "topp_2015"}, {"raw": (13, "not_low"), "percentage": (52, "not_low")}),
        ([3, 2, 4, 1, NAN], {}, {"raw": "not_enough_answers", "percentage": "not_enough_answers"}),
    ],
    "kidscreen_10": [
        ([4, 4, 1, 2, 3, 5, 4, 4, 3, 5], {}, {"sum": (41, ""), "t_value": "unverified"}),
        ([4, 4, 1, NAN, 3, 5, 4, 4, 3, 5], {}, {"sum": "not_enough_answers", "t_value": "unverified"}),
    ],
    "sdq": [
        (SDQ_FORM, {"informant": "parent", "norms": "uk_four_band_parent"},
         {"emotional": (3, "close_to_average"), "conduct": (7, "very_high"), "hyperactivity": (3, "close_to_average"),
          "peer": (1, "close_to_average"), "prosocial": (8, "close_to_average"), "total": (14, "slightly_raised")}),
        (SDQ_FORM, {"informant": "parent", "norms": "uk_three_band_parent"}, {"prosocial": (8, "normal"), "total": (14, "borderline")}),
        (SDQ_FORM, {"informant": "parent", "norms": "china_2008_parent"}, {"total": (14, "normal")}),
        (SDQ_THIN, {}, {"emotional": (2, ""), "conduct": (7, ""), "prosocial": "not_enough_answers", "total": (13, "")}),
        ([*SDQ_THIN[:4], NAN, *SDQ_THIN[5:]], {}, {"conduct": "not_enough_answers", "peer": (1, ""), "total": "not_enough_answers"}),
    ],
    "sdq_impact": [
        ([1, 2, 3, 0, 2], {"norms": "uk_four_band"}, {"impact": (4, "very_high")}),
        ([1, 1, 2, 0, 0], {"norms": "uk_three_band"}, {"impact": (1, "borderline")}),
        ([1, 2, 3, 0, NAN], {}, {"impact": "not_enough_answers"}),
    ],
    "sdq_impact_teacher": [
        ([3, 2, 1], {"norms": "uk_four_band"}, {"impact": (3, "very_high")}),
        ([3, 3, 3], {"norms": "uk_three_band"}, {"impact": (6, "abnormal")}),
        ([NAN, 2, 1], {}, {"impact": "not_enough_answers"}),
    ],
    "phq_9": [
        ([1, 2, 2, 1, 3, 0, 1, 0, 0], {"norms": "kroenke_2001"}, {"total": (10, "moderate")}),
        ([1, 1, 1, 0, NAN, 2, 0, NAN, 0], {"norms": "kroenke_2001"}, {"total": (45 / 7, "mild")}),
        ([1, 1, 1, 0, NAN, 1, 0, 0, 0], {"norms": "kroenke_2001"}, {"total": (4.5, "minimal")}),
        ([1, 1, 1, 0, NAN, 2, NAN, NAN, 0], {}, {"total": "not_enough_answers"}),
        ([1, 2, 2, 1, 3, 0, 1, 0, 0], {"norms": "richardson_2010_cut_11", "ages": 15}, {"total": (10, "below_cut")}),
    ],
    "phq_a": [
        ([1, 1, 1, 0, NAN, 1, 0, 0, 0], {"norms": "apa_severity"}, {"total": (5, "mild")}),
        ([1, 1, 1, 0, NAN, 2, 0, NAN, 0], {"norms": "apa_severity"}, {"total": (6, "mild")}),
        ([1, 1, 1, 0, NAN, NAN, NAN, 0, 0], {}, {"total": "not_enough_answers"}),
    ],
    "gad_7": [
        ([1, 2, 1, 0, 3, 1, 2], {"norms": "spitzer_2006"}, {"total": (10, "moderate")}),
        ([1, 2, 1, 0, 3, 1, 1], {"norms": "cut_10"}, {"total": (9, "below_cut")}),
        ([1, 2, 1, 0, 3, NAN, 2], {}, {"total": "not_enough_answers"}),
    ],
    "k6": [
        ([4, 3, 2, 2, 1, 1], {"norms": "kessler_prochaska", "ages": 30}, {"total": (13, "serious")}),
        ([4, 3, 2, 2, 1, 0], {"norms": "kessler_prochaska", "ages": 15}, {"total": (12, "")}),
        ([4, 3, 2, 2, NAN, 1], {}, {"total": "not_enough_answers"}),
    ],
    "k6_form_1_to_5": [
        ([1, 2, 3, 3, 4, 4], {"norms": "kessler_prochaska"}, {"total": (13, "serious")}),
        ([1, 2, 3, 3, 4, 0], {}, {"total": "out_of_range"}),
        ([1, 2, 3, 3, NAN, 4], {}, {"total": "not_enough_answers"}),
    ],
    "k10": [
        ([2, 2, 2, 2, 2, 2, 2, 2, 3, 3], {"norms": "abs_australia"}, {"total": (22, "high")}),
        ([2, 2, 2, 2, 2, 2, 2, 2, 3, 2], {"norms": "abs_australia"}, {"total": (21, "moderate")}),
        ([2, 2, 2, 2, 2, 2, 2, 2, 3, NAN], {}, {"total": "not_enough_answers"}),
    ],
    "ces_dc": [
        (placed(20, {1: 3}, 0), {"norms": "weissman_15_or_more"}, {"total": (15, "at_or_above_cut")}),
        (placed(20, {1: 3}, 0), {"norms": "bright_futures_over_15"}, {"total": (15, "not_over_15")}),
        (placed(20, {1: NAN}, 0), {}, {"total": "not_enough_answers"}),
    ],
    "scared": [
        (placed(41, {1: 2, 6: 2, 9: 2, 12: 1, 36: 2}, 0), {"norms": "birmaher_1999"},
         {"panic": (7, "at_or_above_cut"), "school": (2, "below_cut"), "total": (9, "below_cut")}),
        (placed(41, {1: NAN, 2: 1, 11: 1, 17: 1}, 0), {"norms": "birmaher_1999"},
         {"panic": "not_enough_answers", "school": (3, "at_or_above_cut"), "total": "not_enough_answers"}),
    ],
    "rses": [
        ([3, 0, 2, 2, 1, 1, 3, 2, 0, 2], {"norms": "below_15"}, {"total": (23, "usual")}),
        ([NAN, 0, 2, 2, 1, 1, 3, 2, 0, 2], {}, {"total": "not_enough_answers"}),
    ],
    "rses_worth_first": [
        ([3, 2, 0, 2, 1, 3, 2, 2, 1, 1], {"norms": "below_15"}, {"total": (22, "usual")}),
        ([3, 2, 0, NAN, 1, 3, 2, 2, 1, 1], {}, {"total": "not_enough_answers"}),
    ],
    "rses_zh_item_8_reversed": [
        ([4, 3, 1, 3, 2, 4, 3, 4, 2, 1], {}, {"total": (32, "")}),
        ([4, 3, 1, 3, 2, 4, 3, NAN, 2, 1], {}, {"total": "not_enough_answers"}),
    ],
    "rses_zh_item_8_forward": [
        ([4, 3, 1, 3, 2, 4, 3, 4, 2, 1], {}, {"total": (35, "")}),
        ([4, 3, 1, 3, 2, 4, 3, NAN, 2, 1], {}, {"total": "not_enough_answers"}),
    ],
    "rses_zh_item_8_dropped": [
        ([4, 3, 1, 3, 2, 4, 3, 4, 2, 1], {}, {"total": (31, "")}),
        ([4, 3, 1, 3, 2, 4, 3, NAN, 2, 1], {}, {"total": (31, "")}),
        ([4, NAN, 1, 3, 2, 4, 3, 4, 2, 1], {}, {"total": "not_enough_answers"}),
    ],
    "mht": [
        (MHT_FORM, {"norms": "manual_65"},
         {"learning": (8, "high"), "social": (3, "low"), "impulse": (0, "low"), "validity": (2, ""), "total": (11, "below_65")}),
        (MHT_VOID, {}, {"learning": "void_form", "impulse": "void_form", "total": "void_form", "validity": (7, "")}),
        (MHT_OPEN, {}, {"learning": "validity_unknown", "validity": "not_enough_answers", "total": "validity_unknown"}),
        (MHT_SURE, {}, {"learning": (1, ""), "validity": "not_enough_answers", "total": (1, "")}),
    ],
    "mssmhs": [
        (placed(60, {n: 2 for n in (3, 10, 12, 22, 23, 48)}, 1), {"norms": "two_or_more"},
         {"obsessive": (2, "2_or_more"), "paranoid": (1, "below_2"), "total": (1.1, "below_2")}),
        (placed(60, {n: 2 for n in (3, 10, 12, 22, 23, 48)}, 1), {"norms": "over_two"},
         {"obsessive": (2, "not_over_2"), "paranoid": (1, "not_over_2"), "total": (1.1, "")}),
        (placed(60, {3: 3, 10: 2, 12: 2, 22: 2, 23: 2, 48: 2, 11: NAN}, 1), {"norms": "over_two"},
         {"obsessive": (13 / 6, "over_2"), "paranoid": "not_enough_answers", "total": "not_enough_answers"}),
    ],
    "pssm": [
        ([5] * 18, {}, {"total": (70, ""), "mean": (70 / 18, "")}),
        ([5] * 17 + [NAN], {}, {"total": "not_enough_answers", "mean": "not_enough_answers"}),
    ],
    "ucla_3": [
        ([2, 2, 2], {"norms": "six_or_more"}, {"total": (6, "6_to_9")}),
        ([1, 2, 2], {"norms": "six_or_more"}, {"total": (5, "3_to_5")}),
        ([1, 2, NAN], {}, {"total": "not_enough_answers"}),
    ],
    "ors": [
        ([6.5, 7.25, 5.0, 6.25], {"norms": "adult_25", "ages": 40}, {"total": (25, "25_or_more")}),
        ([6.5, 7.25, 5.0, 6.0], {"norms": "adult_25", "ages": 40}, {"total": (24.75, "below_25")}),
        ([6.5, 7.25, 5.0, NAN], {}, {"total": "not_enough_answers"}),
    ],
    "cors": [
        ([6.5, 7.25, 5.0, 6.25], {"ages": 9}, {"total": (25, "")}),
        ([6.5, 7.25, 5.0, NAN], {}, {"total": "not_enough_answers"}),
    ],
    "core_10": [
        ([1, 3, 3, 1, 0, 0, 2, 1, 2, NAN], {"norms": "barkham_2013_cut_11"}, {"total": (10, "below_cut")}),
        ([1, 3, 3, 1, 1, 0, 2, 1, 2, NAN], {"norms": "barkham_2013_cut_11"}, {"total": (100 / 9, "at_or_above_cut")}),
        ([1, 3, 3, 1, 1, 0, 2, 1, 2, 4], {"norms": "bands_11_15_20_25"}, {"total": (14, "mild")}),
        ([1, 3, 3, 1, 1, 0, 2, 1, 2, 4], {"norms": "bands_6_11_16_21_26"}, {"total": (14, "mild")}),
        ([1, 3, 3, NAN, 0, 0, 2, 1, 2, NAN], {}, {"total": "not_enough_answers"}),
    ],
    "yp_core": [
        ([2, 1, 3, 0, 4, 2, 1, 2, 3, NAN], {}, {"total": (120 / 9, "")}),
        ([2, 1, 3, 0, 4, 2, 1, 2, 3, 4], {}, {"total": (12, "")}),
        ([2, 1, 3, 0, NAN, 2, 1, 2, 3, NAN], {}, {"total": "not_enough_answers"}),
    ],
}  # fmt: skip


def test_every_instrument_has_forms_worked_by_hand():
    assert set(WORKED) == set(NAMES)
    for name, forms in WORKED.items():
        assert any(np.isnan(form).any() for form, *_ in forms), f"{name}: no form with a missing answer"


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in WORKED for number in range(len(WORKED[name]))])
def test_a_form_worked_by_hand(name, number):
    form, context, expected = WORKED[name][number]
    made = score_forms(name, [form], **said(name, **context))
    for scale, wanted in expected.items():
        at = made.scales.index(scale)
        if isinstance(wanted, str):
            assert (made.statuses[0, at], made.bands[0, at]) == (wanted, ""), scale
            assert math.isnan(made.values[0, at])
        else:
            assert (made.values[0, at], made.statuses[0, at], made.bands[0, at]) == (wanted[0], "ok", wanted[1]), scale


# ---- the registry ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_subscales_partition_the_items(name):
    known = find_instrument(name)
    assert known.partition, "declare what partitions the form"
    scales = {scale["name"]: scale["items"] for scale in known.scales}
    held = [item for part in known.partition for item in scales[part]] + known.unused
    assert sorted(held) == list(range(1, known.items + 1))


@pytest.mark.parametrize("name", NAMES)
def test_bands_cover_their_range_once(name):
    known = find_instrument(name)
    scales = {scale["name"]: scale for scale in known.scales}
    for norm in known.norms:
        for scale, bands in norm["bands"].items():
            low, high, step = (scales[scale][key] for key in ("minimum", "maximum", "step"))
            assert (bands[0][0], bands[-1][1]) == (low, high)
            if step:
                scores = np.arange(low, high + step / 2, step)
                assert [sum(first <= score <= last for first, last, _ in bands) for score in scores] == [1] * len(scores)
            else:
                assert [last for _, last, _ in bands[:-1]] == [first for first, _, _ in bands[1:]]
            assert len({word for *_, word in bands}) == len(bands)


@pytest.mark.parametrize("name", NAMES)
def test_every_constant_has_a_source(name):
    known = find_instrument(name)
    used = {"items": True, "licence": True, "ages": any(known.informants.values()), "grades": known.grades,
            "recall": known.recall_days, "translation": known.translations, "safety": known.safety, "validity": known.validity}  # fmt: skip
    for part, is_used in used.items():
        assert not is_used or known.sources[part].strip(), part
    for one in (*known.scales, *known.norms):
        assert len(one["source"]) > 3, one["name"]
    # A rule that lets answers be missing comes from its scale's source, or every item is required and that is said.
    for scale in known.scales:
        if scale["items"] and scale["answered"] < len(scale["items"]):
            assert any(word in scale["source"] for word in ("prorated", "missing", "unanswered", "sdqinfo")), scale["name"]
    assert known.licence in "ABCD"


def test_no_form_holds_the_text_of_an_item():
    """Positions only: no list of texts is as long as a form, and no field is for them."""
    for name in NAMES:
        assert set(REGISTRY[name]) <= {
            "licence", "items", "range", "whole", "reversed", "recode", "informants", "grades", "translations", "recall_days",
            "safety", "validity", "void_from", "scales", "partition", "unused", "norms", "sources", "unverified", "conflicts", "name",
        }  # fmt: skip
        assert isinstance(REGISTRY[name]["items"], int)


def plain(value):
    """A value object as what can be compared: NaN is equal to itself."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return "nan" if isinstance(value, float) and math.isnan(value) else value


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_is_what_its_text_says(name):
    """The build and a user's own file are read by one rule."""
    assert plain(define_instrument(REGISTRY, name).as_dict()) == plain(find_instrument(name).as_dict())


def test_where_sources_differ_both_variants_stand():
    assert {norm["name"] for norm in find_instrument("ces_dc").norms} == {"weissman_15_or_more", "bright_futures_over_15"}
    assert {"two_or_more", "over_two"} == {norm["name"] for norm in find_instrument("mssmhs").norms}
    for name in ("sdq", "ces_dc", "mht", "mssmhs", "core_10", "rses_zh_item_8_reversed"):
        assert find_instrument(name).conflicts


def test_what_was_not_found_is_said_and_not_scored():
    assert any("not found" in text or "no public source" in text for text in find_instrument("kidscreen_10").unverified)
    for name in ("kidscreen_10", "yp_core", "ors", "cors", "mht", "gad_7"):
        assert find_instrument(name).unverified
    assert find_instrument("yp_core").norms == []
    made = score_forms("kidscreen_10", np.full((3, 10), 3))
    assert set(made.statuses[:, made.scales.index("t_value")]) == {"unverified"}
    assert made.complete == 3


# ---- what forms are checked for --------------------------------------------------------------------------------------


def status_of(name, form=None, scale=0, **context):
    known = find_instrument(name)
    answers = np.full(known.items, known.minimum) if form is None else form
    made = score_forms(name, [answers], **said(name, **context))
    assert np.isnan(made.values[made.statuses != "ok"]).all()
    return made.statuses[0, scale]


@pytest.mark.parametrize(("age", "informant", "expected"), [
    (4.0, "parent", "ok"), (3.99, "parent", "outside_age"), (17.99, "parent", "ok"), (18.0, "parent", "outside_age"),
    (10.99, "self", "outside_age"), (11.0, "self", "ok"), (NAN, "self", "age_unknown"), (5.0, None, "ok"),
    (math.inf, "self", "outside_age"), (9.0, "nurse", "wrong_informant"),
])  # fmt: skip
def test_ages_are_completed_years_and_depend_on_the_informant(age, informant, expected):
    assert status_of("sdq", ages=age, informant=informant) == expected


def test_grades_recall_and_translation_are_checked():
    assert [status_of("mht", grades=grade) for grade in (3, 4, 12, 13, NAN)] == [
        "outside_grade", "ok", "ok", "outside_grade", "grade_unknown"]  # fmt: skip
    assert [status_of("phq_9", recall_days=days) for days in (14, 30)] == ["ok", "wrong_recall"]
    assert status_of("ucla_3", recall_days=7) == "ok"  # the form states no window
    assert status_of("rses", translation="zh_ji_yu") == "wrong_translation"
    with pytest.raises(ValueError, match="say translation, one of en_satisfied_first"):
        score_forms("rses", np.zeros((1, 10)))


def test_what_was_not_said_is_told():
    made = score_forms("sdq", np.zeros((1, 25)))
    assert made.unchecked == ["informant", "age", "recall"]
    assert "not checked: informant, age, recall" in repr(made)
    assert score_forms("sdq", np.zeros((1, 25)), informant="self", ages=12, recall_days=180).unchecked == []
    assert score_forms("mht", np.zeros((1, 100))).unchecked == ["informant", "grade"]


def test_the_earlier_word_wins():
    form = np.zeros(100)
    form[0], form[1] = 7, NAN
    assert status_of("mht", form, grades=2) == "outside_grade"
    assert status_of("mht", form, grades=5) == "out_of_range"
    assert status_of("mht", form, grades=2, informant="teacher") == "wrong_informant"


@pytest.mark.parametrize("answer", [-1, 4, 1.5, math.inf, -math.inf, 1e300])
def test_an_answer_that_the_form_does_not_have_is_no_score(answer):
    form = np.ones(9)
    form[3] = answer
    assert status_of("phq_9", form) == "out_of_range"


def test_bands_are_chosen_by_name_and_for_their_informant():
    zeros = np.zeros((1, 25))
    with pytest.raises(ValueError, match="has no norms 'uk'; it has uk_four_band_parent"):
        score_forms("sdq", zeros, norms="uk")
    with pytest.raises(ValueError, match="are for the informant parent"):
        score_forms("sdq", zeros, norms="uk_four_band_parent")
    with pytest.raises(ValueError, match="are for the informant parent"):
        score_forms("sdq", zeros, informant="self", norms="uk_four_band_parent")
    with pytest.raises(ValueError, match="has no norms 'any'; it has none"):
        score_forms("cors", np.zeros((1, 4)), norms="any")
    assert set(score_forms("sdq", zeros).bands.ravel()) == {""}
    adult = score_forms("k6", np.zeros((3, 6)), norms="kessler_prochaska", ages=[15, 30, NAN])
    assert adult.bands.ravel().tolist() == ["", "none_or_low", ""] and adult.outside_norms == 2


def test_callers_mistakes_are_refused():
    with pytest.raises(ValueError, match="there is no instrument 'phq9'; there are who_5"):
        find_instrument("phq9")
    with pytest.raises(ValueError, match="has 9 items, not 8"):
        score_forms("phq_9", np.zeros((2, 8)))
    with pytest.raises(ValueError, match="has 9 items, not 8"):
        safety_answers("phq_9", np.zeros((2, 8)))
    for name in ("ages", "grades"):
        for wrong in ([10.0], []):
            with pytest.raises(ValueError, match=f"{name} must have one entry a form"):
                score_forms("phq_9", np.zeros((2, 9)), **{name: wrong})
    with pytest.raises(ValueError, match="recall_days must be above 0"):
        score_forms("phq_9", np.zeros((2, 9)), recall_days=-1)
    with pytest.raises(ValueError, match="hold real numbers"):
        score_forms("phq_9", np.full((2, 9), "a"))


def test_no_form_and_no_answer():
    for name in NAMES:
        known = find_instrument(name)
        none = score_forms(name, np.empty((0, known.items)), **said(name))
        assert none.count == none.complete == 0 and none.values.shape == (0, len(known.scales))
        blank = score_forms(name, np.full((2, known.items), NAN), **said(name))
        assert np.isnan(blank.values).all() and blank.complete == 0
        assert set(blank.statuses.ravel()) <= {"not_enough_answers", "unverified", "validity_unknown"}


def test_scores_join_a_frame():
    frame = pd.DataFrame(np.ones((2, 9)), columns=[f"q{n}" for n in range(1, 10)])
    made = score_forms("phq_9", frame, norms="cut_10")
    assert pd.DataFrame(made.columns()).to_dict("list") == {
        "total": [9.0, 9.0], "total_status": ["ok", "ok"], "total_band": ["below_cut", "below_cut"]}  # fmt: skip
    assert list(score_forms("phq_9", frame).columns()) == ["total", "total_status"]


# ---- safety ----------------------------------------------------------------------------------------------------------


def test_safety_items_are_those_of_the_forms():
    assert {name: [item for item, _ in find_instrument(name).safety] for name in NAMES if find_instrument(name).safety} == {
        "phq_9": [9], "phq_a": [9], "mht": [85, 97], "core_10": [6], "yp_core": [4]}  # fmt: skip


def test_nothing_holds_a_safety_answer_back():
    forms = np.full((6, 9), NAN)
    forms[1, 8] = 1  # nothing else was answered
    forms[2] = 0  # answered, and none
    forms[3] = [9, 9, 9, 9, 9, 9, 9, 9, 3]  # out of range elsewhere
    forms[4, 8] = 7  # out of range itself: it counts
    forms[5, 8] = math.inf
    made = safety_answers("phq_a", forms)
    assert made.forms.tolist() == [1, 3, 4, 5]
    assert (made.count, made.asked, made.unanswered) == (4, 6, 1)
    void = np.array([MHT_VOID, MHT_VOID])
    void[1, 96] = 1
    assert set(score_forms("mht", void).statuses[1]) == {"void_form", "ok"}
    assert safety_answers("mht", void).forms.tolist() == [1]
    assert safety_answers("gad_7", np.full((2, 7), 3)).forms.tolist() == []


def test_a_safety_answer_is_in_no_result_of_scoring():
    """Two forms with the same scores and other safety answers cannot be told apart."""
    calm, other = np.zeros((1, 9)), np.zeros((1, 9))
    calm[0, 0], other[0, 8] = 2, 2
    first, second = score_forms("phq_9", calm, norms="kroenke_2001"), score_forms("phq_9", other, norms="kroenke_2001")
    assert repr(first) == repr(second)
    assert plain(pd.DataFrame(first.columns()).to_dict("list")) == plain(pd.DataFrame(second.columns()).to_dict("list"))
    assert not any("safe" in name or "item" in name for name in vars(first))
    assert "2" not in repr(safety_answers("phq_9", other)).replace("phq_9", "")  # counts and sizes, never an answer


# ---- one's own -------------------------------------------------------------------------------------------------------

OWN = """
[mood]
licence = "A"
items = 4
range = [0, 2]
reversed = [2]
informants.self = [8, 12]
partition = ["joy", "calm"]
[mood.sources]
items = "made up for a test"
licence = "ours"
ages = "made up for a test"
[mood.scales.joy]
items = "1-2"
answered = 1
rounding = "half_up"
high_is_good = true
[mood.scales.calm]
items = [3, 4]
[mood.scales.total]
scales = ["joy", "calm"]
[mood.norms.ours]
source = "made up for a test"
bands.total = [[0, 3, "few"], [4, 8, "many"]]
"""


def own():
    return copy.deepcopy(tomllib.loads(OWN))


def test_an_instrument_of_ones_own(tmp_path):
    path = tmp_path / "mood.toml"
    path.write_text(OWN, "utf-8")
    for given in (OWN, path, str(path), own()):
        made = score_forms(define_instrument(given), [[2, 0, 1, 1], [1, NAN, 0, 0], [NAN, NAN, 2, 2]], norms="ours", ages=9)
        assert made.values[:2].tolist() == [[4, 2, 6], [2, 0, 2]]
        assert made.bands[:, 2].tolist() == ["many", "few", ""]
    assert define_instrument(OWN).scales[0]["source"] == "made up for a test"


def put(document, path, value):
    *above, last = path.split("/")
    node = document["mood"]
    for key in above:
        node = node[key]
    if value is None:
        del node[last]
    else:
        node[last] = value


@pytest.mark.parametrize(("path", "value", "message"), [
    ("item", 4, "unknown key 'item'; did you mean 'items'"),
    ("range", None, "lacks range"),
    ("items", "four", "items is to be a whole number"),
    ("items", 0, "must have 1 to 1000 items"),
    ("range", [2, 2], "must have a range of answers"),
    ("range", [0, 1.5], "whole answers, so its range"),
    ("range", [0], r"range is to be \[lowest, highest\]"),
    ("reversed", [5], "reversed names item 5, but the form has items 1 to 4"),
    ("reversed", [2, 2], "reversed names item 2 twice"),
    ("recode", [0, 1], "must recode every answer"),
    ("recode", [0, 1, 1], "both reverses and recodes"),
    ("informants", {}, "has no informant"),
    ("informants/self", [8], r"informants.self is to be ages \[from, to\]"),
    ("informants/self", [12, 8], r"must be ages \[from, to\]"),
    ("grades", [5, 4], r"grades must be \[from, to\]"),
    ("recall_days", [0], "recall_days must be above 0"),
    ("safety", [{"item": 7}], "safety names item 7"),
    ("safety", [{"item": 1, "from": 9}], "from an answer that the form does not have"),
    ("safety", [{"item": 1}], "has no source of its safety"),
    ("scales", {}, "has no scale"),
    ("scales/joy/items", [1, 9], "scale 'joy' names item 9, but the form has items 1 to 4"),
    ("scales/joy/items", "1-x", "is to be positions such as"),
    ("scales/joy/scales", ["calm"], "must be made of items or of scales"),
    ("scales/joy/answered", 3, "cannot ask for 3 answers: it has 2 items"),
    ("scales/joy/rounding", "half_even", "rounding is one of none, half_up"),
    ("scales/joy/kind", "median", "kind is one of sum, mean"),
    ("scales/joy/kind", "mean", "is rounded, which needs a sum"),
    ("scales/joy/factor", 0, "must have a factor above 0"),
    ("scales/total/scales", ["joy", "sorrow"], "counts 'sorrow', which is no earlier scale"),
    ("scales/total/scales", ["joy", "joy"], "counts 'joy' twice"),
    ("scales/total/answered", 1, "rules for missing answers of their own"),
    ("scales/joy/unverified", True, "counts 'joy', which is unverified"),
    ("partition", ["joy"], "partition misses item 3; put it into a scale or into unused"),
    ("partition", ["joy", "calm", "joy"], "partition holds item 1 more than once"),
    ("partition", ["joy", "sorrow"], "partition names 'sorrow', which is no scale"),
    ("partition", ["joy", "total"], "partition names 'total', which is made of scales"),
    ("unused", [1], "calls item 1 unused, but scale 'joy' counts it"),
    ("validity", "sorrow", "validity names 'sorrow'"),
    ("void_from", 2, "has void_from but no validity scale"),
    ("norms/ours/source", None, "norm 'ours' has no source"),
    ("norms/ours/informants", ["nurse"], "is for the informant 'nurse'"),
    ("norms/ours/bands", {}, "has no bands"),
    ("norms/ours/bands/sorrow", [[0, 1, "a"]], "has bands of 'sorrow', which is no scale"),
    ("norms/ours/bands/total", [[0, 3, "few"], [5, 8, "many"]], "leave a gap before 5: 'many' must begin at 4"),
    ("norms/ours/bands/total", [[0, 4, "few"], [4, 8, "many"]], "overlap at 4: 'many' must begin at 5"),
    ("norms/ours/bands/total", [[1, 3, "few"], [4, 8, "many"]], "must begin at the lowest score, 0"),
    ("norms/ours/bands/total", [[0, 3, "few"], [4, 7, "many"]], "must end at the highest score, 8"),
    ("norms/ours/bands/total", [[3, 0, "few"]], "from above to below"),
    ("norms/ours/bands/total", [[0, 3], [4, 8]], r"is to hold \[from, to, word\]"),
    ("norms/ours/limits", "middle", "limits is one of upper, lower"),
    ("sources/items", None, "has no source of its items"),
    ("sources/ages", None, "has no source of its ages"),
    ("sources/item", "x", "unknown key 'item'; did you mean 'items'"),
    ("licence", "GPL", "must have a licence class"),
    ("whole", "no", "whole is to be true or false"),
])  # fmt: skip
def test_a_mistake_in_an_instrument_is_named(path, value, message):
    document = own()
    put(document, path, value)
    with pytest.raises(ValueError, match=message) as found:
        define_instrument(document)
    assert str(found.value).startswith("childwell.define_instrument: instrument 'mood'")


def test_a_document_with_several_instruments_asks_which():
    both = own() | {"other": own()["mood"]}
    assert define_instrument(both, "other").name == "other"
    with pytest.raises(ValueError, match="has 2 instruments; say which by name"):
        define_instrument(both)
    with pytest.raises(ValueError, match="has no instrument 'third'; it has mood, other"):
        define_instrument(both, "third")
    with pytest.raises(ValueError, match="give a mapping, TOML text"):
        define_instrument(3)


# ---- properties ------------------------------------------------------------------------------------------------------


@st.composite
def answered(draw):
    """An instrument of the registry and forms of it, some answers missing."""
    known = find_instrument(draw(st.sampled_from(NAMES)))
    rows = draw(st.integers(1, 6))
    generator = np.random.Generator(np.random.Philox(draw(st.integers(0, 2**32))))
    forms = generator.integers(int(known.minimum), int(known.maximum) + 1, (rows, known.items)).astype(float)
    forms[generator.random(forms.shape) < draw(st.sampled_from([0.0, 0.02, 0.3]))] = NAN
    return known, forms


def scored(known, forms):
    return score_forms(known, forms, translation=known.translations[0] if known.translations else None)


@settings(max_examples=150, deadline=None)
@given(answered(), st.randoms(use_true_random=False))
def test_forms_are_scored_one_by_one(given_forms, random):
    known, forms = given_forms
    made = scored(known, forms)
    order = list(range(len(forms)))
    random.shuffle(order)
    again = scored(known, forms[order])
    for field in ("values", "statuses", "answered", "bands"):
        np.testing.assert_array_equal(getattr(again, field), getattr(made, field)[order])


@settings(max_examples=150, deadline=None)
@given(answered())
def test_reversing_twice_changes_nothing(given_forms):
    """A form answered the other way round, under the key the other way round, has the same scores."""
    known, forms = given_forms
    if known.recode:
        return
    document = {known.name: copy.deepcopy(REGISTRY[known.name])}
    kept = set(range(1, known.items + 1)) - set(known.reversed)
    document[known.name]["reversed"] = sorted(kept)
    mirrored = scored(define_instrument(document), known.minimum + known.maximum - forms)
    made = scored(known, forms)
    np.testing.assert_array_equal(mirrored.statuses, made.statuses)
    np.testing.assert_allclose(mirrored.values, made.values, rtol=1e-15)


@settings(max_examples=150, deadline=None)
@given(answered())
def test_scores_stay_within_their_range_and_a_missing_answer_never_makes_a_score(given_forms):
    known, forms = given_forms
    made = scored(known, forms)
    for number, scale in enumerate(known.scales):
        inside = made.values[made.statuses[:, number] == "ok", number]
        assert ((inside >= scale["minimum"]) & (inside <= scale["maximum"])).all()
    fewer = forms.copy()
    fewer[:, 0] = NAN
    less = scored(known, fewer)
    assert (less.answered <= made.answered).all()
    if not known.validity:
        assert not ((made.statuses == "not_enough_answers") & (less.statuses == "ok")).any()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_worse_answer_never_makes_a_better_score(seed):
    generator = np.random.Generator(np.random.Philox(seed))
    forms = generator.integers(0, 3, (20, 9)).astype(float)
    worse = forms.copy()
    worse[:, 4] += 1
    assert (score_forms("phq_9", worse).values > score_forms("phq_9", forms).values).all()


def test_the_package_names_what_it_has():
    assert set(instruments.__all__) == {
        "Scores", "clinical_change", "clinical_cutoffs", "cronbach_alpha", "define_instrument", "find_instrument",
        "instrument_names", "reliable_change", "safety_answers", "score_forms"}  # fmt: skip
