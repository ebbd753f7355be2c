# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The page in a browser: both languages, keyboard, contrast, drawings, small screens and paper."""

import copy
import io
import re
import tomllib
from collections import Counter

import probes
import pytest
from opened_page import SILENT

from childwell import _core
from childwell._render import render_html

HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
LATIN = re.compile(r"[A-Za-z_]{2,}")
CATALOGUES = ("report", "measures", "messages", "policies")
PAGE_OF_A4 = round((210 - 2 * 16) / 25.4 * 96)  # CSS pixels between the margins


def in_greek(part, key=None):
    """The model with the texts of its data in Greek letters, so that what is Latin or Han is ours."""
    names = {"place", "parent", "exam", "subject", "title", "recipients", "key_id"}
    if isinstance(part, dict):
        return {name: in_greek(value, name) for name, value in part.items()}
    if isinstance(part, list):
        return [in_greek(value, key) for value in part]
    if isinstance(part, str) and key in names:
        return "".join(chr(0x3B1 + ord(letter) % 24) if letter.isalpha() else letter for letter in part)
    return part


@pytest.fixture(scope="module")
def html(model):
    return render_html(model)


@pytest.fixture(scope="module")
def greek(model):
    return render_html(in_greek(copy.deepcopy(model)))


def phrases():
    """Every pair of phrases of the catalogues."""
    found = []

    def walk(part):
        if isinstance(part, dict):
            for end in ("", "_definition", "_text"):
                zh, en = part.get(f"zh{end}"), part.get(f"en{end}")
                if isinstance(zh, str) and isinstance(en, str):
                    found.append((zh, en))
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    for name in CATALOGUES:
        walk(tomllib.loads(_core.rules(name)))
    return found


def shown(there):
    return there.page.evaluate(probes.VISIBLE_TEXTS)


def test_a_page_that_is_read_is_silent(opened, html):
    there = opened(html)
    for language in ("en", "zh"):
        there.in_language(language).unfolded()
    assert there.heard() == SILENT


def test_no_chinese_is_left_in_english(opened, greek):
    there = opened(greek).unfolded().in_language("en")
    assert [text["text"] for text in shown(there) if HAN.search(text["text"]) and not text["label"]] == []
    assert [text["text"] for text in shown(there) if text["label"]] == ["中文", "English"]


def test_no_english_is_left_in_chinese(opened, greek):
    ours = {word for zh, _ in phrases() for word in LATIN.findall(re.sub(r"\{[a-z_]+\}", "", zh))} | {"childwell"}
    ours |= set(tomllib.loads(_core.rules("schemas")))  # tables have one name in both languages
    there = opened(greek).unfolded().in_language("zh")
    left = [text["text"] for text in shown(there) if not text["code"] and not text["label"]
            and set(LATIN.findall(text["text"])) - ours]
    assert left == []


def test_the_source_of_a_rule_is_the_one_of_the_policy():
    policies = tomllib.loads(_core.rules("policies"))
    for name, text in tomllib.loads(_core.rules("report"))["source"].items():
        assert text["en"] == policies[name]["source"]


def test_what_is_said_in_one_language_is_said_in_the_other(opened, greek):
    there = opened(greek).unfolded()
    chinese = {text["text"] for text in shown(there.in_language("zh"))}
    english = {text["text"] for text in shown(there.in_language("en"))}
    plain = [(zh.strip(), en.strip()) for zh, en in phrases() if "{" not in zh + en]  # texts of a page are trimmed too
    of_chinese, of_english = {zh for zh, _ in plain}, {en for _, en in plain}
    assert len(chinese & of_chinese) > 80
    # One phrase may have two words in the other language; one of them is there.
    assert {zh for zh in chinese & of_chinese if not english & {en for other, en in plain if other == zh}} == set()
    assert {en for en in english & of_english if not chinese & {zh for zh, other in plain if other == en}} == set()


def test_every_phrase_stands_beside_its_other(opened, html):
    pairs = opened(html).page.evaluate("""() => [...document.querySelectorAll('[lang="zh-CN"]')]
      .filter(part => part !== document.documentElement && part.tagName !== 'LABEL')
      .map(part => part.nextElementSibling?.getAttribute('lang') === 'en')""")
    assert len(pairs) > 300
    assert all(pairs)


def test_without_style_both_languages_can_be_read(opened, html):
    """Where a mail program drops the style, no figure is lost and each phrase is marked with its language."""
    bare = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    texts = " ".join(text["text"] for text in shown(opened(bare)))
    assert "缺勤率" in texts
    assert "Absence rate" in texts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tab_goes_through_the_page_in_order_and_the_focus_is_seen(opened, html, language):
    there = opened(html).in_language(language)
    there.page.evaluate("document.activeElement.blur()")
    there.page.mouse.click(2, 60)
    wanted = there.page.evaluate(probes.TABBABLE)
    walked = []
    for _ in range(len(wanted) + 3):
        there.page.keyboard.press("Tab")
        focused = there.page.evaluate(probes.FOCUSED)
        if focused is None or walked and focused["number"] == walked[0]["number"]:
            break
        walked.append(focused)
    assert [stop["number"] for stop in walked] == wanted
    assert wanted == sorted(wanted)
    assert [stop for stop in walked if not stop["marked"]] == []
    assert [stop for stop in walked if not stop["seen"] or stop["covered"]] == []


def test_the_language_is_chosen_and_a_fold_opened_by_keyboard(opened, html):
    there = opened(html)
    there.page.keyboard.press("Tab")
    there.page.keyboard.press("ArrowRight")
    assert there.page.is_checked("#language-en")
    assert there.page.inner_text("h1") == "Children's wellbeing in aggregates"
    there.page.focus("summary")
    there.page.keyboard.press("Enter")
    assert there.page.evaluate("document.querySelector('details').open")


def test_the_skip_link_leads_past_the_switch(opened, html):
    there = opened(html)
    there.page.keyboard.press("Tab")
    there.page.keyboard.press("Tab")
    there.page.keyboard.press("Enter")
    assert there.page.url.endswith("#title")
    there.page.keyboard.press("Tab")
    assert there.page.evaluate(
        "document.getElementById('title').compareDocumentPosition(document.activeElement) & 4") == 4


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_can_be_read_in_colour_and_in_grey(opened, html, media, language):
    there = opened(html).unfolded().in_language(language)
    there.page.emulate_media(media=media)
    found = there.page.evaluate(probes.CONTRASTS)
    assert len(found) > 500
    assert [text for text in found if min(text["colour"], text["grey"]) < 4.5] == []


def test_pale_text_is_found(opened, html):
    pale = html.replace("<style>", "<style>.lead { color: #999 !important; } .tick { fill: #aaa !important; }")
    there = opened(pale, trust=True)
    weak = [text["text"] for text in there.page.evaluate(probes.CONTRASTS) if text["colour"] < 4.5]
    assert "各级均按代码排列，从不按数值排列。" in weak
    assert any(re.fullmatch(r"[\d.]+%", text) for text in weak)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_drawing_has_a_name_a_description_and_a_table(opened, html, language):
    there = opened(html).unfolded().in_language(language)
    drawings = there.page.evaluate(probes.DRAWINGS)
    assert len(drawings) > 5
    for drawing in drawings:
        assert drawing["role"] == "img"
        assert drawing["title"] and drawing["desc"]
        assert drawing["name"] and drawing["about"]
        assert bool(HAN.search(drawing["name"] + drawing["about"])) == (language == "zh")
        assert drawing["table"], drawing["name"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_screen_reader_says_is_in_one_language(opened, greek, language):
    there = opened(greek).unfolded().in_language(language)
    tree = there.page.context.new_cdp_session(there.page).send("Accessibility.getFullAXTree")
    named = [(node["role"]["value"], node["name"]["value"]) for node in tree["nodes"]
             if not node.get("ignored") and node.get("name", {}).get("value")]
    pictures = [name for role, name in named if role in ("image", "img")]
    assert len(pictures) > 5
    wrong = [pair for pair in named if pair[0] not in ("RootWebArea", "radio", "StaticText", "InlineTextBox", "LabelText")
             and language == "en" and HAN.search(pair[1])]
    assert wrong == []
    assert all(HAN.search(name) for name in pictures) == (language == "zh")
    assert ("radio", "中文") in named and ("radio", "English") in named


def test_no_heading_leaves_out_a_level(opened, html):
    levels = opened(html).page.evaluate(probes.HEADINGS)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_lies_beyond_the_edge(opened, html, width, language):
    there = opened(html, width=width).in_language(language)
    for _ in range(2):
        beyond = there.page.evaluate(probes.BEYOND)
        assert beyond["found"] == []
        assert beyond["width"] <= width
        there.unfolded()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("unfolded", [False, True])
def test_on_paper_no_table_is_cut(opened, html, language, unfolded):
    from pypdf import PdfReader

    there = opened(html, width=PAGE_OF_A4).in_language(language)
    if unfolded:
        there.unfolded()
    there.page.emulate_media(media="print")
    beyond = there.page.evaluate(probes.BEYOND)
    assert beyond["found"] == []
    assert there.page.evaluate(probes.CUT_CELLS) == []
    cells = Counter(figures_of(cell) for cell in there.page.evaluate(probes.TABLE_CELLS) if re.search(r"^\W*\d[^A-Za-z]*$", cell))
    printed = PdfReader(io.BytesIO(there.page.pdf(prefer_css_page_size=True, print_background=False)))
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in printed.pages} == {(595, 842)}
    text = " ".join(page.extract_text() for page in printed.pages)
    assert f"1 / {len(printed.pages)}" in text  # pages are numbered
    text = figures_of(text)
    assert sum(cells.values()) > 100
    assert {cell: count for cell, count in cells.items() if text.count(cell) < count} == {}


def figures_of(text):
    """What a printed file gives back unchanged; dashes and some Chinese characters come back as their like."""
    return re.sub(r"[^0-9A-Za-z.,%]", "", text)
