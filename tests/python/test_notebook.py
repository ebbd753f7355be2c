# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What results show in a notebook: whose frames go out, what is said of one child, and what no text ever holds."""

import inspect
import re
import tomllib
import warnings
from datetime import date, timedelta
from pathlib import Path

import matplotlib
import numpy as np
import pandas
import polars
import pyarrow
import pytest
from ten_days import DAYS, KEY, all_days, base, columns, enrolment, iso, marks

import childwell as cw
from childwell import _core, _described, _plot
from childwell._explain import indicator_name

matplotlib.use("Agg")
ROOT = Path(__file__).parents[2]
POLICIES = ["us_edfacts_chronic", "england_persistent", "not_seen_10_sessions", "cn_pass_60"]
FAMILIES = ["help", "screening", "contact", "separation", "guardianship", "visits", "mobility"]


@pytest.fixture(scope="module")
def city():
    return cw.synthetic.city(children=900, seed=7)


@pytest.fixture(scope="module")
def study(city):
    return cw.open_study(city, key=KEY)


@pytest.fixture(scope="module")
def indicators(study, city):
    return study.measure(as_of=city.as_of, families=FAMILIES)


@pytest.fixture(scope="module")
def flags(indicators):
    return indicators.flag(rules=["chronic_us", "unexplained_3_days_local"])


@pytest.fixture(scope="module")
def results(study, indicators, flags):
    groups = indicators.aggregate()
    return [study, study.records, study.cohort, indicators, groups, flags, groups.report(audience="bureau"), groups.table(),
            indicators.compare("england_persistent", against="us_edfacts_chronic"), indicators.change(since="2025-11-15"),
            indicators.table_one("boarding")]  # fmt: skip


def small(**more):
    rows = [row | ({"code": "absent_illness"} if row["date"] == iso(DAYS[1]) else {}) for row in all_days("a")]
    return base(enrolment=enrolment({"child": "a", "grade": 3}), attendance=marks(*rows)) | more


# ---- whose frames ----------------------------------------------------------------------------------------------------

LIBRARIES = {
    "pandas": (lambda table: pandas.DataFrame(table), pandas.DataFrame),
    "polars": (lambda table: polars.DataFrame({name: list(values) for name, values in table.items()}, strict=False), polars.DataFrame),
    "polars lazy": (lambda table: polars.LazyFrame({name: list(values) for name, values in table.items()}, strict=False), polars.DataFrame),
    "pyarrow": (lambda table: pyarrow.table({name: list(values) for name, values in table.items()}), pyarrow.Table),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_frame_that_goes_out_is_of_the_library_that_came_in(library):
    make, kind = LIBRARIES[library]
    tables = {name: make(table) for name, table in small().items()}
    study = cw.open_study(tables, key=KEY, policies=POLICIES)
    made = study.measure(as_of=DAYS[-1])
    flags = made.flag(rules=["chronic_us"])
    child = KEY.pseudonym("child", "a")
    frames = [made.frame(), made.frame("attendance.absence_rate"), made.aggregate().frame(), flags.frame(), flags.reasons(),
              made.explain(child).frame(), made.explain(child).records(), made.change(since=DAYS[4]).frame(),
              made.compare("england_persistent", against="us_edfacts_chronic").frame()]  # fmt: skip
    assert {type(frame) for frame in frames} == {kind}
    assert type(cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=DAYS[-1]).frame()) is kind


def test_where_no_frame_came_in_it_is_what_is_installed(monkeypatch):
    made = cw.open_study(small(), key=KEY, policies=POLICIES).measure(as_of=DAYS[-1])
    assert isinstance(made.frame(), polars.DataFrame)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "polars" or None)
    assert isinstance(made.frame(), pandas.DataFrame)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert isinstance(made.frame(), cw.Table)


# ---- one child -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", ["year_to_date", "last_20_sessions", "2025-10-01..2025-12-01"])
def test_the_records_behind_every_child_add_up_to_its_numbers(study, city, window):
    made = study.measure(as_of=city.as_of, windows=[window])
    table = made.table()
    checked = 0
    for at in np.flatnonzero((table["indicator"] == "attendance.absence_rate") & (table["scope"] == "child")):
        if table["status"][at] != "ok":
            continue
        rows = made._as_table(made._core.records_of_child(0, made._core.position(table["child"][at])))
        sessions = (rows["table"] == "attendance") & (rows["state"] != "outside")
        observed = sessions & ~np.isin(rows["state"].astype(str), ("not_recorded", "disputed"))
        assert rows["units"][observed].sum() == table["n_observed"][at]
        assert rows["units"][sessions].sum() == table["n_expected"][at]
        assert rows["absent_units"][observed].sum() / rows["units"][observed].sum() == pytest.approx(table["value"][at], abs=1e-15)
        checked += 1
    assert checked > 700


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_explanation_names_the_child_by_its_pseudonym_alone(flags, lang):
    for child in flags.table()["child"][:40]:
        made = flags.explain(child, lang=lang)
        for text in (repr(made), made._repr_html_()):
            assert set(re.findall(r"\b[0-9a-f]{32}\b", text)) == {child}
        assert len(made.table()) > 20 and made.listing in ("not_seen", "needs_look", "in_care", "not_enough_data")


def test_what_consent_does_not_stand_for_is_named_and_its_dates_are_not_shown():
    consents = columns([{"child": "a", "purpose": "review", "table": "attendance", "from": iso(DAYS[0] - timedelta(1)), "basis": "refused"}],
                       ("child", "purpose", "table", "recipient", "from", "to", "basis"))  # fmt: skip
    made = cw.measure(cw.assemble(cw.admit(small(consents=consents), key=KEY, purpose="review")), as_of=DAYS[-1], policies=POLICIES)
    said = made.explain(KEY.pseudonym("child", "a"), lang="en")
    assert said.withheld == ["attendance"]
    assert any("consent does not stand" in line for line in said.not_known)
    assert iso(DAYS[1]) not in repr(said) + said._repr_html_()
    assert "attendance" not in set(said._records["table"].tolist())
    plain = cw.measure(cw.assemble(cw.admit(small(), key=KEY)), as_of=DAYS[-1], policies=POLICIES)
    assert iso(DAYS[1]) in repr(plain.explain(KEY.pseudonym("child", "a")))


def test_what_became_known_later_is_not_in_an_explanation():
    late = marks({"child": "a", "date": iso(DAYS[1]), "session": "am", "code": "absent_illness", "known_on": iso(DAYS[8])},
                 {"child": "a", "date": iso(DAYS[0]), "session": "am", "code": "present", "known_on": iso(DAYS[0])})  # fmt: skip
    cohort = cw.assemble(cw.admit(base(enrolment=enrolment({"child": "a"}), attendance=late), key=KEY, registers="full"))
    for as_of, seen in ((DAYS[7], False), (DAYS[9], True)):
        made = cw.measure(cohort, as_of=as_of, policies=POLICIES).explain(KEY.pseudonym("child", "a"))
        rows = made._records
        assert bool(((rows["state"] == "illness") & (rows["date"] == np.datetime64(DAYS[1]))).any()) is seen


def test_every_indicator_state_and_status_has_a_word_in_both_languages():
    words = tomllib.loads(_core.rules("notebook"))
    for indicator in cw.catalogue()["id"]:
        for lang in ("zh", "en"):
            assert indicator_name(indicator, lang) != indicator, indicator
        if not indicator.startswith("screening."):
            assert set(words["indicator"][indicator]) == {"zh", "en"}
    assert set(words["status"]) == set(_core.status_words())
    assert set(words["indicator"]) <= set(cw.catalogue()["id"]), "a word for an indicator that is not there"
    for group in words.values():
        for entry in group.values() if isinstance(group, dict) else ():
            assert set(entry) == {"zh", "en"} and sorted(re.findall(r"\{\w+\}", entry["zh"])) == sorted(re.findall(r"\{\w+\}", entry["en"]))


# ---- what every result says ------------------------------------------------------------------------------------------


def test_no_repr_holds_a_child_and_all_say_that_the_data_are_made_up(results, study, indicators):
    children = set(_core.pseudonyms(indicators._core))
    for thing in results:
        texts = [repr(thing), thing._repr_html_()]
        texts += [repr(thing.describe(lang=lang)) + thing.describe(lang=lang)._repr_html_() for lang in ("zh", "en") if hasattr(thing, "describe")]
        for text in texts:
            assert not set(re.findall(r"[0-9a-f]{32}", text)) & children, type(thing).__name__
        assert re.search("made.up", texts[1]), type(thing).__name__


def test_the_citation_is_that_of_the_file_with_the_policies_sources(indicators):
    lines = dict(re.findall(r'^(\w[\w-]*): "?(.*?)"?$', (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE))
    plain, bibtex = indicators.cite(), indicators.cite(style="bibtex")
    for text in (lines["title"], lines["license"], "The childwell authors"):
        assert text in plain and text in bibtex
    assert lines["version"] == _core.version and f"Version {_core.version}" in plain
    assert all(policy["source"] in plain for policy in indicators.policies)
    assert bibtex.count("{") == bibtex.count("}")
    assert "&" not in bibtex.replace(r"\&", "") and "%" not in bibtex.replace(r"\%", "")


def test_the_steps_read_in_one_line_and_are_the_functions(study, city):
    page = study.measure(as_of=city.as_of).aggregate(by=["city", "county"]).report(audience="bureau")
    long = cw.report(cw.aggregate(study.measure(as_of=city.as_of), by=["city", "county"], policy=study.disclosure), purpose=study.options["purpose"],
                     audience="bureau", recipients=study.readers)  # fmt: skip
    assert page.json() == long.json()
    again = cw.admit(small(), key=KEY).assemble().measure(as_of=DAYS[-1], policies=POLICIES)
    assert repr(again.table().to_arrow()) == repr(cw.measure(cw.assemble(cw.admit(small(), key=KEY)), as_of=DAYS[-1], policies=POLICIES).table().to_arrow())


def test_expected_change_is_the_line_of_statsmodels():
    import statsmodels.api as models

    draws = np.random.default_rng(3)
    before = draws.normal(size=200)
    after = 0.4 * before + draws.normal(size=200)
    before[5], after[9] = np.nan, np.nan
    made = _core.expected_change(before, after, 0.9)
    pairs = np.isfinite(before) & np.isfinite(after)
    fit = models.OLS(after[pairs], models.add_constant(before[pairs])).fit()
    frame = fit.get_prediction().summary_frame(alpha=0.1)
    assert made["slope"] == pytest.approx(fit.params[1], rel=1e-12)
    assert made["expected"][pairs] == pytest.approx(frame["mean"].to_numpy(), rel=1e-10, abs=1e-12)
    outside = np.where(after[pairs] > frame["obs_ci_upper"], 1, np.where(after[pairs] < frame["obs_ci_lower"], -1, 0))
    assert made["direction"][pairs].tolist() == outside.tolist() and set(outside) == {-1, 0, 1}
    assert made["direction"][~pairs].tolist() == [-2, -2] and made["missing"] == 2
    assert _core.expected_change(before[:9], after[:9], 0.9)["status"] == "not_enough_data"
    assert _core.expected_change(np.ones(20), after[20:40], 0.9)["status"] == "degenerate"
    assert _core.expected_change(np.append(np.inf, before[20:40]), after[20:41], 0.9)["status"] == "not_finite"


def test_groups_of_children_are_those_of_the_tables(indicators, city):
    sex = dict(zip(city["children"]["child"], city["children"]["sex"], strict=True))
    codes, names = indicators._core.groups(0, "sex")
    told = {KEY.pseudonym("child", child): value for child, value in sex.items()}
    pseudonyms = _core.pseudonyms(indicators._core)
    assert [names[code] if code >= 0 else None for code in codes] == [told.get(one) for one in pseudonyms]
    grades = indicators._core.groups(0, "grade")[1]
    assert grades == sorted(grades, key=int) and len(grades) > 5


# ---- charts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_chart_has_no_glyph_missing(indicators, lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for axes in (indicators.plot(lang=lang), indicators.aggregate().plot(lang=lang)):
            axes.figure.canvas.draw()
            assert axes.get_xlabel() == indicator_name("attendance.absence_rate", lang)
            assert ("虚构数据" if lang == "zh" else "made-up data") in axes.get_title(loc="left")
            matplotlib.pyplot.close(axes.figure)


def test_without_a_chinese_font_a_chart_is_in_english_and_says_so_once(indicators, monkeypatch):
    monkeypatch.setattr(_plot, "_installed", lambda: frozenset({"DejaVu Sans"}))
    _plot._chinese_font.cache_clear()
    try:
        with pytest.warns(UserWarning, match="apt install fonts-wqy-microhei"):
            axes = indicators.plot(lang="zh")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            indicators.plot(lang="zh")
        assert axes.get_xlabel() == "Absence rate"
        assert _plot._label("萍乡一小", 3, ["DejaVu Sans"]) == "#4"
    finally:
        _plot._chinese_font.cache_clear()
        matplotlib.pyplot.close("all")


# ---- errors ----------------------------------------------------------------------------------------------------------


def mistakes(study, indicators, flags):
    """Each entry point of the notebook with one wrong argument, and what its error has to say."""
    groups = indicators.aggregate()
    child = str(flags.table()["child"][0])
    return {
        "frame": (lambda: indicators.frame("attendance.absence"), "attendance.absence_rate"),
        "measure family": (lambda: study.measure(as_of=date(2026, 1, 30), families=["screenings"]), "did you mean screening"),
        "policy": (lambda: cw.open_study({}, key=KEY, policies=["us_edfact_chronic"]).policies, "us_edfacts_chronic"),
        "rule": (lambda: indicators.flag(rules=["chronic_uk"]), "chronic_us"),
        "explain id": (lambda: cw.explain(indicators, child="G360302201209151234"), "pseudonym"),
        "explain stranger": (lambda: cw.explain(indicators, child="0" * 32), "of one key"),
        "explain language": (lambda: cw.explain(indicators, child=child, lang="fr"), "zh"),
        "explain study": (lambda: cw.explain(study, child=child), "as_of is missing"),
        "explain else": (lambda: cw.explain(groups, child=child), "not a Aggregates"),
        "describe": (lambda: groups.describe(lang="cn"), "zh"),
        "cite": (lambda: groups.cite(style="bibtext"), "did you mean bibtex"),
        "table_one by": (lambda: indicators.table_one("boardings"), "did you mean boarding"),
        "table_one cluster": (lambda: indicators.table_one("sex", cluster="schools"), "did you mean school"),
        "table_one indicator": (lambda: indicators.table_one("sex", indicators=["absence_rate"]), "attendance.absence_rate"),
        "compare": (lambda: indicators.compare("england_persistant", against="us_edfacts_chronic"), "england_persistent"),
        "compare kind": (lambda: indicators.compare("not_seen_20_sessions", against="us_edfacts_chronic"), "different kinds"),
        "compare side": (lambda: indicators.compare("cn_pass_60"), "no child on a side"),
        "change": (lambda: indicators.change(since="2026-02-30"), "not a date"),
        "change late": (lambda: indicators.change(since="2026-06-30"), "earlier day"),
        "change indicator": (lambda: indicators.change(since="2025-11-15", indicator="attendance.absence"), "attendance.absence_rate"),
        "change direction": (lambda: indicators.change(since="2025-11-15", indicator="counselling.sessions"), "neither good nor bad"),
        "plot": (lambda: indicators.plot("attendance.lates"), "attendance.late_rate"),
        "plot policy": (lambda: indicators.plot("attendance.chronic"), "name one of them"),
        "plot places": (lambda: groups.plot("attendance.absence_rates"), "attendance.absence_rate"),
        "plot level": (lambda: groups.plot(level="schools"), "did you mean school"),
        "plot within": (lambda: groups.plot(level="school", within="county-11"), "county-1"),
        "report": (lambda: groups.report(), "audience"),
    }  # fmt: skip


def test_every_mistake_is_told_with_a_way_out(study, indicators, flags):
    children = set(_core.pseudonyms(indicators._core))
    for name, (call, way_out) in mistakes(study, indicators, flags).items():
        with pytest.raises(ValueError, match="^childwell") as raised:
            call()
        said = str(raised.value)
        assert way_out in said, (name, said)
        assert "G3603" not in said and not set(re.findall(r"[0-9a-f]{32}", said)) & children, name


def test_options_are_given_by_name():
    classes = [getattr(cw, name) for name in cw.__all__ if inspect.isclass(getattr(cw, name))]
    views = [function for kind in {base for one in classes for base in one.__mro__ if base.__module__ == "childwell._views"}
             for name, function in vars(kind).items() if inspect.isfunction(function) and not name.startswith("_")]  # fmt: skip
    assert len(views) >= 10
    for function in [*views, cw.explain, _described.Described.describe, _described.Described.cite]:
        given = [one for one in inspect.signature(function).parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD and one.name != "self"]
        assert len(given) <= 1, function.__qualname__
