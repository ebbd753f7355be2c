# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Calendars, trends and distributions in the report: every figure of the model on the page, hidden ones bare."""

import copy
import re

import pytest

import childwell as cw
from childwell._render import render_html

KEY = cw.Key.from_bytes(bytes(range(32)))


def report_of(children=900, policies=None, without=()):
    city = cw.synthetic.city(children=children, seed=3)
    tables = {name: table for name, table in city.tables.items() if name not in without} if without else city
    given = {} if policies is None else {"policies": policies}
    if without:
        cohort = cw.assemble(cw.admit(tables, key=KEY, made_up=True))
        indicators = cw.measure(cohort, as_of=city.as_of, **given)
    else:
        indicators = cw.open_study(city, key=KEY, **given).measure(as_of=city.as_of)
    return cw.report(cw.aggregate(indicators), purpose="term_review", audience="bureau")


@pytest.fixture(scope="module")
def model():
    return report_of().model


def test_the_model_holds_days_weeks_and_classes_of_the_city_and_its_counties(model):
    for name, parts in (("days", {"from", "school_days", "n_observed"}), ("weeks", {"sampling_lower", "n"}), ("classes", {"in_class", "n"})):
        rows = model[name]
        assert parts <= rows[0].keys() and {row["level"] for row in rows} == {"city", "county"}
        numbers = set(rows[0]) - {"level", "place", "parent", "from", "to", "school_days", "status"}
        hidden = [row for row in rows if row["status"] == "hidden"]
        assert all(row[number] is None for row in hidden for number in numbers)
        assert any(row["status"] == "ok" for row in rows)
    assert any(row["status"] == "hidden" for name in ("days", "classes") for row in model[name])


def test_every_figure_that_is_shown_stands_in_a_table_that_a_keyboard_reaches(model):
    page = render_html(model)
    tables = {identity: re.sub(r"<[^>]+>", " ", table) for identity, table in
              re.findall(r'<table class="[^"]*" aria-labelledby="(drawing-\d+)-name">(.*?)</table>', page, re.DOTALL)}
    captions = dict(re.findall(r'<b id="(drawing-\d+)-name"><span lang="zh-CN">[^<]*</span><span lang="en">([^<]*)</span>', page))
    for name, ending in (("days", ": absence by school day, a row for each week"), ("weeks", ": absence by week"), ("classes", ": share of children in each class")):
        places = {(row["level"], row["place"]) for row in model[name]}
        for level, place in places:
            caption = ("City" if level == "city" else place) + ending
            table = next(tables[identity] for identity, text in captions.items() if text == caption)
            shown = [row for row in model[name] if row["place"] == place and row["status"] == "ok"]
            for row in shown:
                assert f"{100 * row['value']:.1f}%" in table, (name, place)
            hidden = [row for row in model[name] if row["place"] == place and row["status"] == "hidden"]
            assert table.count("hidden") >= len(hidden)


def test_the_days_of_the_page_add_up_to_its_figure(model):
    figure = next(row for row in model["figures"] if row["measure"] == "attendance.absence_rate")
    for name in ("days", "weeks"):
        rows = [row for row in model[name] if row["level"] == "city"]
        assert all(row["status"] == "ok" for row in rows)
        absent = sum(row["value"] * row["n_observed"] for row in rows)
        assert absent / sum(row["n_observed"] for row in rows) == pytest.approx(figure["value"])


def test_a_hidden_day_that_holds_a_number_does_not_pass_the_door(model):
    for name in ("days", "weeks", "classes"):
        leaking = copy.deepcopy(model)
        leaking[name][0] |= {"status": "hidden"}
        with pytest.raises(ValueError, match="hidden and still holds a number"):
            render_html(leaking)


def test_without_an_attendance_policy_the_page_says_why_there_are_no_classes():
    without = report_of(policies=["not_seen_10_sessions"]).model
    assert without["classes"] is None and without["days"]
    page = render_html(without)
    assert "the study names no attendance policy" in page and "How absence is distributed over children" not in page


def test_a_study_without_marks_has_no_calendar():
    without = report_of(300, without=("attendance", "registers")).model
    assert without["days"] is without["weeks"] is without["classes"] is None
    assert "Calendar of absence" not in render_html(without)
