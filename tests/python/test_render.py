# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The page: first screen in order, both languages, nothing from the data as markup, nothing about one child."""

import copy
import re
from html.parser import HTMLParser

import pytest

import childwell as cw
from childwell._render import render_html

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
    for row in [*dirty["groups"], *dirty["registers"]]:
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
