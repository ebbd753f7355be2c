# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What stands in a report, by enumeration: every group once, every lack with its reason, and no hidden number."""

import copy
import re
import tomllib

import numpy as np
import pytest

import childwell as cw
from childwell import _core
from childwell._render import render_html
from childwell._report_groups import IDENTITY, OTHER, families_of, needs, section_of

KEY = cw.Key.from_bytes(bytes(range(32)))
EXTRA = ["cn_over_age_modal_1", "cn_course_failure_60", "us_chicago_on_track"]
REPORT = tomllib.loads(_core.rules("report"))


def made(children=1500, seed=3, *, without=(), policies=None, **options):
    city = cw.synthetic.city(children=children, seed=seed)
    tables = {name: table for name, table in city.items() if name not in without}
    study = cw.open_study(tables, key=KEY, purpose=city.purpose, codes=city.codes, policies=policies or [*city.policies, *EXTRA])
    indicators = study.measure(as_of=city.as_of, **options)
    groups = cw.aggregate(indicators)
    return indicators, groups, cw.report(groups, purpose="term_review", audience="bureau").model


@pytest.fixture(scope="module")
def full():
    return made()


def rows_of(groups):
    table = groups.table()
    return [{name: table[name][i] for name in ("hierarchy", "level", "place", *IDENTITY, "status")} for i in range(len(table))]


def headings(page):
    return re.findall(r"<article class=\"measure\">\s*<header>\s*<h3[^>]*>(.*?)</h3>\s*<p class=\"meta\">(.*?)</p>", page, re.DOTALL)


def test_every_measure_of_the_aggregates_stands_on_the_page_once(full):
    _, groups, model = full
    wanted = {tuple(str(row[key] or "") for key in IDENTITY) for row in rows_of(groups) if not row["exam"]}
    listed = [tuple(one[key] for key in IDENTITY) for section in model["sections"] for one in section["measures"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted
    shown = [re.search(r"<code>([\w.]+)</code></span>$", meta.strip())[1] for _, meta in headings(render_html(model)) if "<code>" in meta]
    assert sorted(shown) == sorted(measure for measure, *_ in listed)


def test_a_family_that_no_section_names_is_shown_and_not_lost(full):
    model = copy.deepcopy(full[2])
    assert section_of("sleep.hours") == OTHER
    row = dict(model["groups"][0], measure="sleep.hours", policy="", exam="", subject="")
    from childwell._report_groups import sections

    parts = sections([*model["groups"], row], tables=(), asked=(), policies=())
    assert [one["measure"] for one in parts[-1]["measures"]] == ["sleep.hours"]
    page = render_html(model | {"groups": [*model["groups"], row], "sections": parts})
    assert page.count("<code>sleep.hours</code></span></p>") == 1


def test_sections_stand_in_the_order_that_the_rules_declare(full):
    order = list(tomllib.loads(_core.rules("groups"))["section"])
    assert [section["id"] for section in full[2]["sections"]] == order
    ids = re.findall(r'<h2 id="(\w+)">', render_html(full[2]))
    assert [name for name in ids if name in order] == order


def test_a_study_measures_the_families_whose_tables_are_there(full):
    indicators, _, model = full
    assert model["provenance"]["families"] == indicators._core.families
    asked = {entry["request"] for entry in needs().values() if "request" in entry}
    assert set(indicators._core.families) == asked
    assert families_of(["attendance"]) == ["early"]
    few, _, _ = made(300, without=("contacts", "screens", "referrals", "services", "counselling"))
    assert not {"contact", "visits", "screening", "help"} & set(few._core.families)
    none, _, _ = made(300, families=[])
    assert none._core.families == []


def test_what_a_measure_takes_is_what_it_needs():
    kinds = {policy["kind"] for policy in cw.policies().values()}
    schemas = tomllib.loads(_core.rules("schemas"))
    for name, entry in needs().items():
        assert set(entry) <= {"tables", "request", "policy", "made_by", "listed"}, name
        assert set(entry.get("tables", [])) <= set(schemas), name
        assert entry.get("request", "early") in _core.request_words(), name
        assert entry.get("policy", "attendance") in kinds, name
        assert section_of(name) != OTHER, name


@pytest.mark.parametrize(("options", "measure", "reason", "what", "english"), [
    ({"without": ("screens",)}, "screening.response_rate", "no_table", "screens", "The study has no table screens"),
    ({"families": ["help"]}, "contact.rate_per_week", "not_measured", "contact", "the family contact was not measured"),
    ({"policies": ["us_edfacts_chronic", "not_seen_10_sessions"]}, "visits.overdue", "no_policy", "visits", "no policy that judges it"),
    ({}, "flags.reason_to_look", "not_grouped", "flag", "Not grouped with the indicators: the lists of children to ask after"),
])  # fmt: skip
def test_what_is_lacking_is_said_in_plain_words(options, measure, reason, what, english):
    _, _, model = made(300, **options)
    absent = {entry["measure"]: entry for section in model["sections"] for entry in section["absent"]}
    assert (absent[measure]["reason"], absent[measure]["what"]) == (reason, what)
    assert english in render_html(model)


def test_nothing_is_both_there_and_lacking(full):
    model = full[2]
    there = {one["measure"] for section in model["sections"] for one in section["measures"]}
    absent = [entry["measure"] for section in model["sections"] for entry in section["absent"]]
    assert len(absent) == len(set(absent))
    assert not there & set(absent)
    assert there | set(absent) >= set(needs())


def test_every_hidden_cell_hides_its_n_and_interval(full):
    model = full[2]
    hidden = [row for row in model["groups"] if row["status"] == "hidden"]
    assert hidden
    numbers = ("value", "lower", "upper", "sampling_lower", "sampling_upper", "pooled", "pooled_lower", "pooled_upper", "n", "n_expected", "n_observed")
    assert all(row[name] is None for row in hidden for name in numbers)
    for row in model["due"]:
        assert (row["status"] == "ok") == (row["value"] is not None)
    for part, names in ((model["due"], ("value", "of", "cannot_tell")), (model["waits"], ("median", "children", "referrals", "over"))):
        for name in names:
            leaking = copy.deepcopy(model)
            key = "due" if part is model["due"] else "waits"
            leaking[key][0] |= {"status": "hidden", name: 3}
            with pytest.raises(ValueError, match="hidden and still holds"):
                render_html(leaking)
    leaking = copy.deepcopy(model)
    leaking["screening"][0]["response"] |= {"status": "hidden", "value": 0.5}
    with pytest.raises(ValueError, match="hidden"):
        render_html(leaking)


def test_what_is_due_and_overdue_is_counted_as_the_indicators_count_it(full):
    indicators, _, model = full
    table = indicators.table()
    names = np.asarray(table["indicator"]).astype(str)
    due = {row["measure"]: row for row in model["due"]}
    waits = {str(child) for child, name, value in zip(table["child"], names, table["value"], strict=True) if name == "referrals.open" and value > 0}
    late = {str(child) for child, name, value in zip(table["child"], names, table["value"], strict=True) if name == "referrals.days_open" and value > 30}
    if due["referrals.waiting"]["value"] is not None:
        assert due["referrals.waiting"]["value"] <= len(waits)  # those who left are not on the roll
        assert due["referrals.waiting"]["value"] >= len(waits) - 5
    if due["referrals.overdue"]["value"] is not None:
        assert due["referrals.overdue"]["of"] == due["referrals.waiting"]["value"]
        assert due["referrals.overdue"]["value"] <= len(late)


def test_a_wait_is_published_only_where_no_number_behind_it_is_small():
    city = cw.synthetic.city(children=3000, seed=5)
    cohort = cw.open_study(city, key=KEY).cohort
    curve = cw.referral_waits(cohort, as_of=city.as_of)["all"]
    shown = _core.published_wait(cohort._core, city.as_of, "", "outcome", 10, 0.95)
    assert (shown["median"], shown["lower"], shown["upper"]) == (curve.median, curve.median_lower, curve.median_upper)
    assert (shown["referrals"], shown["over"]) == (curve.count, curve.events_total)
    assert shown["children"] <= shown["referrals"]
    few = _core.published_wait(cohort._core, city.as_of, "", "outcome", 1000, 0.95)
    assert few["status"] == "hidden"
    assert all(few[name] == -1 for name in ("children", "referrals", "over"))
    assert all(np.isnan(few[name]) for name in ("median", "lower", "upper"))
    waiting = curve.count - curve.events_total
    assert _core.published_wait(cohort._core, city.as_of, "", "outcome", waiting + 1, 0.95)["status"] == "hidden"  # too few still wait
    before = _core.published_wait(cohort._core, "2025-08-30", "", "outcome", 10, 0.95)
    assert before["status"] == "not_expected"


def test_a_study_without_referrals_says_nothing_of_waits():
    _, _, model = made(300, without=("referrals",))
    assert model["waits"] is None
    assert "How long referrals wait" not in render_html(model)


def every_phrase(part, where=()):
    for name, value in part.items():
        if isinstance(value, dict) and {"zh", "en"} & set(value):
            yield (*where, name), value
        elif isinstance(value, dict):
            yield from every_phrase(value, (*where, name))


@pytest.mark.parametrize("rules", ["report", "messages", "measures"])
def test_every_message_has_both_languages_and_the_same_fields(rules):
    phrases = list(every_phrase(tomllib.loads(_core.rules(rules))))
    assert len(phrases) > 50
    for where, phrase in phrases:
        assert phrase["zh"].strip() and phrase["en"].strip(), where
        fields = [set(re.findall(r"\{(\w+)\}", phrase[tag])) for tag in ("zh", "en")]
        assert fields[0] == fields[1] or rules == "report" and where[0] == "block", where
        chinese = re.sub(r"\{\w+\}|SHA-256|childwell", "", phrase["zh"])
        assert re.search(r"[\u3400-\u9fff]", chinese) or not re.search(r"[A-Za-z]{3}", chinese), where


def test_the_glossary_holds_the_terms_of_the_page_and_no_other(full):
    model = full[2]
    terms = REPORT["glossary"]["terms"]
    for said in terms.values():
        assert all(key.partition(".")[2] in REPORT[key.partition(".")[0]] for key in said)

    def listed(page):
        inside = page[page.index('<section class="glossary"'):page.index('<section class="provenance"')]
        return [term for term in terms if f">{REPORT['glossary'][term]['en']}</span></dt>" in inside]

    page = render_html(model)
    assert {"bounds", "coverage", "hidden", "not_seen", "median_wait", "interval", "estimand"} <= set(listed(page))
    assert "standard_score" not in listed(page)  # no single paper has a table of its own here
    assert "funnel" not in listed(page)
    without = listed(render_html(made(300, without=("referrals", "screens"))[2]))
    assert not {"median_wait", "response"} & set(without)


def test_a_page_of_single_papers_explains_standard_scores(full):
    model = cw.report(full[1], purpose="x", audience="y", papers=True).model
    assert ">Standard score</span></dt>" in render_html(model)


def test_provenance_names_every_policy_with_country_source_and_first_day(full):
    _, groups, model = full
    page = render_html(model)
    inside = page[page.index('<section class="provenance"'):]
    for policy in [*groups.indicators.policies, groups.policy]:
        assert f"<code>{policy['id']}</code>" in inside
        assert policy["source"].replace("&", "&amp;").replace("'", "&#39;") in inside
    assert model["provenance"]["disclosure"]["policy"] in inside
    for name in model["provenance"]["families"]:
        assert f"<code>{name}</code>" in inside


def test_nothing_of_a_child_is_in_the_model(full):
    indicators, _, model = full
    text = cw.Report(model).json()
    assert not [child for child in _core.pseudonyms(indicators._core) if child in text]
    assert "MADEUP-" not in text
