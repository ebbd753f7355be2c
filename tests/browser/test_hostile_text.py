# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Hostile texts wherever data bring text: none runs in a browser, none is markup, each is shown as it was written."""

import copy
import re
from itertools import count

import numpy as np
import probes
import pytest
from opened_page import ADDRESS, SILENT
from payloads import MARKUP, SPREADSHEET

import childwell as cw
from childwell._render import render_html
from childwell._report_model import visible_text

# Texts that are no free text: the schema and levels are checked at the door, dates are dates.
CLOSED = {".schema", ".as_of", ".registers[].level", ".figures[].level", ".groups[].level", ".screening[].level", ".sections[].id", ".sections[].absent[].reason",
          ".due[].reason", ".waits[].until", ".policies[].from", ".days[].level", ".days[].from",
          ".weeks[].level", ".weeks[].from", ".weeks[].to", ".classes[].level"}
KEYS = {".ledger.tables", ".ledger.tables.reasons", ".policies[].parameters", ".roll"}
HARMLESS = MARKUP[50:57] + MARKUP[57:58]  # only a template, an unescaping or a folding of widths would make markup of them
RUNS = [text for text in MARKUP if text not in HARMLESS]
TOUCH_LINKS = probes.TOUCH.replace("a, label, input, summary", "label, input, summary")
# What a careless page does with a text.
CARELESS = [
    "<p>{}</p>", "<p title=\"{}\">x</p>", "<p title='{}'>x</p>", "<p title={}>x</p>", "<title>{}</title>", "<style>{}</style>",
    "<svg><title>{}</title></svg>", "<!-- {} -->", "<script>x = '{}'</script>", "<textarea>{}</textarea>", "<a href='{}'>x</a>",
    "<iframe src='{}'></iframe>", "<svg><desc><![CDATA[{}]]></desc></svg>",
]


def planted(part, text, where=""):
    """The model with one text in every field that is free, and in the names of open mappings."""
    if isinstance(part, dict):
        made = {key: planted(value, text, f"{where}.{key}") for key, value in part.items()}
        place = re.sub(r"\.tables\.[a-z_]+", ".tables", where)
        if place in KEYS and made:
            name, value = next(reversed(made.items()))
            made[text] = copy.deepcopy(value)
        return made
    if isinstance(part, list):
        return [planted(value, text, f"{where}[]") for value in part]
    return text if isinstance(part, str) and where not in CLOSED else part


@pytest.fixture(scope="module")
def small(model):
    """A model with every kind of block and few rows."""
    made = copy.deepcopy(model)
    kept = {}
    for row in made["groups"]:
        kept.setdefault((row["measure"], row["hierarchy"], row["level"]), row)
    hidden = next(row for row in made["groups"] if row["status"] == "hidden")
    total = {**next(row for row in made["groups"] if row["level"] == "city"), "hierarchy": "totals", "span": "2025-09-01..2026-01-30"}
    made["groups"] = [*kept.values(), hidden, total]
    made["provenance"]["inputs"] = [{"table": "attendance", "rows": 100, "source": "marks.csv", "sha256": "0" * 64}]
    return made


@pytest.fixture(scope="module")
def clean_outline(chromium, small):
    page = chromium.new_page()
    page.set_content(render_html(small))
    outline = page.evaluate(probes.OUTLINE)
    page.close()
    return outline


def test_sixty_and_forty():
    assert len(set(MARKUP)) == 60
    assert len(set(SPREADSHEET)) == 40


def test_a_careless_page_runs_them(opened):
    """The listeners hear what they are to hear: each of these runs somewhere on a page that does not escape."""
    silent = []
    for text in RUNS:
        body = "".join(careless.format(text.replace("\x00", "")) for careless in CARELESS)
        there = opened(f"<!doctype html><script>addEventListener('load', () => ({TOUCH_LINKS})())</script><body>{body}",
                       trust=True, until="commit")
        for _ in range(400):  # ten seconds on a busy machine; most are heard at once
            if there.heard() != SILENT:
                break
            there.page.wait_for_timeout(25)
        else:
            silent.append(text)
        there.page.context.close()
    assert silent == []


@pytest.mark.parametrize("text", MARKUP)
def test_a_page_with_hostile_text_everywhere_runs_none_of_it(opened, small, clean_outline, text):
    html = render_html(planted(small, text))
    shown = visible_text(text)
    if "<" in shown:
        assert shown not in html  # never as it stands, always escaped
    there = opened(html, trust=True)  # without the policy of the page: escaping alone is to hold
    there.page.evaluate(probes.TOUCH)
    there.in_language("en")
    assert there.heard() == SILENT
    outline = there.page.evaluate(probes.OUTLINE)
    assert set(outline["tags"]) <= set(clean_outline["tags"])
    assert outline["handlers"] == []
    assert outline["styled"] == 0
    assert [link for link in outline["links"] if not link.startswith("#") and link != "data:,"] == []
    assert " ".join(shown.split()) in there.page.inner_text(".study")
    assert " ".join(shown.split()) in " ".join(there.page.inner_text("body").split())


def test_formulas_are_text_on_a_page(opened, small, clean_outline):
    for text in SPREADSHEET:
        there = opened(render_html(planted(small, text)), trust=True)
        assert there.heard() == SILENT
        assert set(there.page.evaluate(probes.OUTLINE)["tags"]) <= set(clean_outline["tags"])
        there.page.context.close()


def test_the_policy_of_the_page_stops_what_would_get_through(opened, small):
    """A second wall: were a text not escaped, the page's own Content-Security-Policy would still let nothing run."""
    html = render_html(small | {"title": "HERE"})
    for text in RUNS:
        there = opened(html.replace("HERE", text.replace("\x00", "")))
        there.page.wait_for_timeout(15)
        heard = there.heard()
        assert heard["ran"] == [] and heard["dialogs"] == []
        there.page.context.close()


def hostile_tables(city, texts):
    """The tables of a made-up city with every name that data bring taken from hostile texts."""
    numbers = count()
    names = {}

    def renamed(kind, value):
        if value is None or value != value or value == "":
            return value
        if (kind, value) not in names:
            number = next(numbers)
            names[kind, value] = f"{texts[number % len(texts)]} {number}"
        return names[kind, value]

    kinds = {"place": "place", "parent": "place", "school": "place", "old": "place", "new": "place", "class": "place", "child": "child",
             "exam": "exam", "subject": "subject", "household": "household", "guardian": "guardian", "setter": "place"}
    tables = {}
    for name, table in city.items():
        tables[name] = {column: np.array([renamed(kinds[column], value) for value in table[column]], dtype=object)
                        if column in kinds else table[column] for column in table.columns}
    return tables, names


@pytest.mark.parametrize("texts", [MARKUP[:30], MARKUP[30:57], SPREADSHEET], ids=["markup", "attributes", "formulas"])
def test_from_hostile_tables_to_a_silent_page(opened, key, texts):
    city = cw.synthetic.city(children=300, seed=4)
    tables, names = hostile_tables(city, texts)
    study = cw.open_study(tables, key=key, purpose=texts[0], codes=city.codes, policies=["england_persistent", "cn_pass_60"])
    report = cw.report(cw.aggregate(study.measure(as_of=city.as_of)), purpose=texts[0], audience=texts[1], title=texts[2],
                       recipients=texts[3:6], papers=True)
    html = report.html()
    there = opened(html, trust=True)
    there.page.evaluate(probes.TOUCH)
    assert there.heard() == SILENT
    outline = there.page.evaluate(probes.OUTLINE)
    assert outline["handlers"] == [] and outline["styled"] == 0
    assert not {"script", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "math"} & set(outline["tags"])
    shown = " ".join(there.page.inner_text("body").split())
    counties = {name for (kind, value), name in names.items() if kind == "place" and value.startswith("county")}
    assert len(counties) > 1
    # Spreadsheets mark a text by an apostrophe before it, which is taken off when the tables are read.
    assert [name for name in counties if " ".join(visible_text(name).split()).lstrip("'") not in shown] == []
    children = [name for (kind, _), name in names.items() if kind in ("child", "household", "guardian")]
    assert len(children) > 300
    assert [name for name in children if name in html] == []
    assert there.page.url == ADDRESS
