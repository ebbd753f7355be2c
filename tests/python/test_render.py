# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The page: first screen in order, both languages, nothing from the data as markup, nothing about one child."""

import copy
import re
import tomllib
from html.parser import HTMLParser

import pytest

import childwell as cw
from childwell import _core
from childwell._render import render_html, unbalanced_tables
from childwell._svg import axis_for

KEY = cw.Key.from_bytes(bytes(range(32)))
HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg onload=alert(1)>", "</title><script>x</script>", "<!--",
           "{{ 7 * 7 }}", "{% for x in y %}", "javascript:alert(1)", "&lt;b&gt;", "\u202e<b>", "<iframe src=//x>", "</style><script>1</script>",
           "<a href='javascript:1'>", "]]><x>", "<base href=//x>", "<meta http-equiv=refresh content=0>", "<math><x>", "<link rel=stylesheet href=//x>",
           "<object data=x>", "<embed src=x>"]


@pytest.fixture(scope="module")
def model():
    city = cw.synthetic.city(children=900, seed=3)
    indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of)
    return cw.report(cw.aggregate(indicators), purpose="term review", audience="bureau").model


class Outline(HTMLParser):
    """Tags, attributes and headings of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.ids = set(), set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id" and value]


def test_the_first_screen_stands_in_the_order_of_the_data_model(model):
    ids = Outline(render_html(model)).ids
    order = ["title", "roll", "first", "registers", "figures", "limits"]
    assert [name for name in ids if name in order] == order


def test_one_file_without_script_and_without_anything_from_outside(model):
    page = render_html(model)
    assert not {"script", "iframe", "img", "object", "embed", "base", "form"} & Outline(page).tags
    assert all(tag.endswith('href="data:,">') for tag in re.findall(r"<link[^>]*>", page))  # an empty icon, so that none is asked for
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert len(page.encode()) < 2_000_000


def test_both_languages_are_in_the_file(model):
    page = render_html(model)
    for text in ("缺勤率", "Absence rate", "在籍未见", "虚构数据", "Made-up data"):
        assert text in page


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_the_data_becomes_markup(model, hostile):
    clean = Outline(render_html(model))
    dirty = copy.deepcopy(model)
    dirty["purpose"] = dirty["audience"] = hostile
    dirty["recipients"] = [hostile]
    dirty["missing_tables"] = [hostile]
    dirty["roll"]["schools_missing"] = [{"place": hostile, "reason": hostile}]
    for policy in dirty["policies"]:
        policy["source"] = hostile
        policy["name"] = {"zh": hostile, "en": hostile}
    for row in [*dirty["groups"], *dirty["registers"], *dirty["days"], *dirty["weeks"], *dirty["classes"]]:
        row["place"] = hostile
        row["parent"] = hostile
    page = render_html(dirty)
    outline = Outline(page)
    assert outline.tags <= clean.tags | {"ul", "li"}
    assert not any(name.startswith("on") for name in outline.attributes)
    assert "<script" not in page


def test_a_child_does_not_pass_the_door(model):
    for key, value in (("child", "x"), ("note", KEY.pseudonym("child", "MADEUP-0000001"))):
        leaking = copy.deepcopy(model)
        leaking["groups"][0][key] = value
        with pytest.raises(ValueError, match="childwell"):
            render_html(leaking)


def test_small_counts_of_the_roll_are_hidden_and_cannot_be_computed():
    from childwell._report import hidden_roll

    roll = {"on_roll": 100, "seen": 88, "not_seen": 4, "suspended": 3, "left_known": 5, "left_unknown": 0, "measurable": 97, "withheld": 2,
            "attending_without_enrolment": 1}
    cells = hidden_roll(roll, 10)
    hidden = [name for name in ("seen", "not_seen", "suspended", "left_known", "left_unknown") if cells[name]["status"] == "hidden"]
    assert len(hidden) >= 2
    assert sum(roll[name] for name in hidden) >= 20 or len(hidden) == 5
    assert cells["measurable"]["status"] == cells["withheld"]["status"] == "hidden"
    only_one = hidden_roll({**roll, "seen": 92, "not_seen": 8, "suspended": 0, "left_known": 0}, 10)
    assert [cell["status"] for name, cell in only_one.items() if name in ("seen", "not_seen")] == ["hidden", "hidden"]


def test_a_report_without_purpose_is_refused(model):
    city = cw.synthetic.city(children=300, seed=4)
    groups = cw.aggregate(cw.open_study(city, key=KEY).measure(as_of=city.as_of))
    with pytest.raises(ValueError, match="purpose"):
        cw.report(groups, purpose="", audience="bureau")


def text_of(page, language):
    """What a reader of one language sees, without tags and without the other language."""
    other = {"zh": "en", "en": "zh-CN"}[language]
    shown = re.sub(rf'<span lang="{other}">.*?</span>', "", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", shown.partition("<body>")[2])


def test_hidden_counts_are_no_broken_account_and_lost_rows_are(model):
    assert any(table["read"] is None for table in model["ledger"]["tables"].values())  # the made-up city has small tables
    assert unbalanced_tables(model["ledger"]) == []
    page = render_html(model)
    assert "do not use this report" not in page
    broken = copy.deepcopy(model)
    broken["ledger"]["tables"]["attendance"]["accepted"] -= 1
    assert "do not use this report" in render_html(broken)


def test_small_counts_of_places_are_shown_and_of_children_are_not(model):
    tables = model["ledger"]["tables"]
    assert tables["lineage"]["read"] == 1
    assert tables["consents"]["read"] is None


def test_the_page_speaks_words_and_no_codes(model):
    page = render_html(model)
    for language in ("zh", "en"):
        text = text_of(page, language)
        for code in ("term_review", "attending_without_enrolment", "left_unknown", "standard_deviations", "0/1", "None", "nan"):
            assert not re.search(rf"\b{code}\b", text), (language, code)
    assert "学期回顾" in text_of(render_html(model | {"purpose": "term_review"}), "zh")


def test_the_three_figures_keep_their_place_and_say_why_they_are_missing():
    city = cw.synthetic.city(children=900, seed=3)
    study = cw.open_study({name: table for name, table in city.items() if not name.startswith("exam")}, key=KEY, purpose="x",
                          policies=["england_persistent"], codes=city.codes)
    model = cw.report(cw.aggregate(study.measure(as_of=city.as_of)), purpose="x", audience="y").model
    assert [figure["measure"] for figure in model["figures"]] == ["attendance.absence_rate", "attendance.chronic", "academic.papers_failed_share"]
    assert [figure["status"] for figure in model["figures"]] == ["ok", "ok", "no_policy"]
    assert "names no policy for it" in render_html(model)


def test_every_measure_says_how_it_is_computed(model):
    known = tomllib.loads(_core.rules("measures"))
    assert all(set(words) == {"zh", "en", "zh_definition", "en_definition"} for words in known.values())
    assert {measure["id"] for measure in model["measures"]} <= set(known)
    page = render_html(model)
    assert page.count(known["attendance.absence_rate"]["en_definition"]) >= 3  # with the figure, the block and in the provenance


def test_a_study_of_totals_alone_has_a_page_of_its_own():
    totals = {"place": ["B", "A"], "from": ["2025-09-01"] * 2, "to": ["2025-12-31"] * 2, "sessions_possible": [1000, 2000],
              "absent_excused": [30, 40], "absent_unexcused": [7, 1]}
    study = cw.open_study({"attendance_totals": totals}, key=KEY, purpose="x", policies=["england_persistent"])
    report = cw.report(cw.aggregate(study.measure(as_of="2026-01-31")), purpose="x", audience="y")
    page = report.html()
    english = text_of(page, "en")
    assert {cell["status"] for cell in report.model["roll"].values() if isinstance(cell, dict)} == {"not_in_study"}
    assert "no children to count" in english
    assert "this study has no list of schools" in english
    assert "1 September 2025 to 31 December 2025: 2 places" in english
    assert re.search(r"\bA\s+2,000\s+2\.1%\s+2\.0%\s+0\.1%", english)
    assert english.index("2,000") < english.index("1,000")  # by code
    assert "do not use this report" not in page


def test_an_official_roll_stands_first_and_is_a_whole_number(model):
    city = cw.synthetic.city(children=300, seed=4)
    groups = cw.aggregate(cw.open_study(city, key=KEY).measure(as_of=city.as_of))
    official = cw.report(groups, purpose="x", audience="y", official_roll=31234)
    assert "31,234" in official.html()
    assert "gives no official total" not in official.html()
    for wrong in (-1, 3.5, True, "300"):
        with pytest.raises(ValueError, match="official_roll"):
            cw.report(groups, purpose="x", audience="y", official_roll=wrong)


def test_the_level_of_the_intervals_is_the_one_they_were_made_with():
    city = cw.synthetic.city(children=300, seed=4)
    groups = cw.aggregate(cw.open_study(city, key=KEY).measure(as_of=city.as_of), level=0.9)
    model = cw.report(groups, purpose="x", audience="y").model
    assert {measure["level"] for measure in model["measures"]} == {0.9}
    assert "90%" in render_html(model)


def schools(model, count, absent=lambda number: 40):
    """A copy of the model with that many schools of one county, each with 1,000 sessions and more."""
    made = copy.deepcopy(model)
    row = next(row for row in made["groups"] if row["measure"] == "attendance.absence_rate" and row["level"] == "school")
    made["groups"] = [other for other in made["groups"] if other["level"] != "school"]
    for number in range(count):
        size = 1000 + 10 * number
        made["groups"].append(row | {"place": f"s{count - number:02}", "n_observed": size, "value": absent(number) / size,
                                     "status": "ok"})
    return made


def test_a_funnel_draws_the_limits_of_the_core_and_names_schools_by_code(model):
    from childwell.stats import funnel_limits

    drawn = schools(model, 12, lambda number: 400 if number == 5 else 40 + number)
    page = render_html(drawn)
    funnel = re.search(r'<svg class="chart"[^>]*>(?:(?!<svg class="chart").)*?class="limit inner".*?</svg></svg>', page)[0]
    labels = re.findall(r'<text class="point [a-z]+"[^>]*>([^<]*)</text>', funnel)
    sizes = [1000 + 10 * number for number in range(12)]
    limits = funnel_limits([400 if number == 5 else 40 + number for number in range(12)], sizes)
    outside = [f"s{12 - number:02}" for number in range(12) if abs(limits.position[number]) == 2]
    assert "s07" in outside
    assert labels == outside
    assert funnel.count("<circle") == 12
    cells = re.findall(r'<tr><th scope="row">(s\d\d)</th><td>[^<]*<small>([\d,]+)</small></td>', page)
    assert [place for place, _ in cells] == [f"s{number:02}" for number in range(1, 13)]  # by code, not by value
    assert dict(cells)["s07"] == "1,050"


def test_the_table_of_a_funnel_is_in_order_of_code_across_counties(model):
    drawn = schools(model, 12)
    for number, row in enumerate(row for row in drawn["groups"] if row["level"] == "school"):
        row["parent"] = f"p{number % 3}"
    cells = re.findall(r'<tr><th scope="row">(s\d\d)</th><td>[^<]*<small>[\d,]+</small></td>', render_html(drawn))
    assert cells == [f"s{number:02}" for number in range(1, 13)]


def test_few_schools_make_no_funnel_and_hidden_ones_have_no_part_in_it(model):
    assert '<polyline class="limit' not in render_html(schools(model, 9))
    hidden = schools(model, 11)
    hidden["groups"][-1] |= {"status": "hidden", **dict.fromkeys(("value", "lower", "upper", "sampling_lower", "sampling_upper", "pooled",
                                                                 "pooled_lower", "pooled_upper", "n", "n_expected", "n_observed"))}
    page = render_html(hidden)
    drawing = page[page.index('<polyline class="limit inner"'):]
    assert drawing[:drawing.index("</figure>")].count("<circle") == 10


def test_an_axis_of_equal_values_spans_points_and_not_hundredths():
    for value in (1.0, 0.985, 0.5, 0.0):
        axis = axis_for([{"value": value, "lower": value, "upper": value}], "share")
        assert axis.high - axis.low >= 0.01
        assert axis.low <= value <= axis.high <= 1.0


def test_chinese_text_has_chinese_punctuation_and_no_english_is_left_over():
    for rules in ("report", "messages", "measures", "policies"):
        text = _core.rules(rules)
        for line in re.findall(r'^zh\w* = "(.*)"$', text, re.MULTILINE):
            assert not re.search(r"[\u3400-\u9fff][,:;()!?]|[,:;()!?][\u3400-\u9fff]", line), line


FORBIDDEN = ("风险学生", "问题学生", "预警名单", "at-risk", "at risk", "problem student", "warning list", "rank ", "ranking", "排名")


def test_the_words_of_rule_15_are_kept(model):
    page = render_html(model)
    assert not [word for word in FORBIDDEN if word in page]
    style = page[page.index("<style>"):page.index("</style>")]
    assert not re.search(r"\b(red|green|yellow|orange)\b", style)  # no traffic lights


def test_drawings_have_a_name_and_a_description(model):
    page = render_html(model)
    drawings = re.findall(r'<svg class="chart"[^>]*aria-labelledby="([^"]+)" aria-describedby="([^"]+)"', page)
    assert drawings
    ids = set(Outline(page).ids)
    assert all(name in ids and about in ids for name, about in drawings)
    assert len(ids) == len(Outline(page).ids)  # no id twice
    charts = re.findall(r"<svg(?![^>]*(?:aria-hidden|role=))[^>]*>", page)
    assert all(tag.startswith(("<svg x=", "<svg width=")) for tag in charts)  # only parts of a named drawing are left
