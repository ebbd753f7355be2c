# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The verb compose: children recomputed by hand, what may not enter, who may not be compared, and what changes no bit."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from ten_days import DAYS, KEY, all_days, base, enrolment, iso, marks, measured

import childwell as cw
from childwell import index, instruments

FROZEN = {"frozen_on": "2025-09-01", "source": "by hand, for this test"}
PRESENCE = {"indicator": "attendance.absence_rate", "name": "absence", "high_is_good": False, "goalposts": [0.0, 0.2], **FROZEN}
MOOD = {"indicator": "mood", "goalposts": [0.0, 100.0], **FROZEN}


def defined(*domains, **options):
    return {"id": "hand_1", "domains": {name: {"measures": list(measures)} for name, *measures in domains}, **options}


TWO = defined(("presence", PRESENCE), ("life", MOOD))


def absent(child, sessions, unrecorded=0):
    """So many of twenty sessions absent, and so many of which nothing is known."""
    rows = all_days(child)
    for row in rows[:sessions]:
        row["code"] = "absent_illness"
    return rows[: len(rows) - unrecorded]


def school(*children):
    """Children as (name, absent sessions, unrecorded sessions)."""
    rows = [row for name, sessions, unrecorded in children for row in absent(name, sessions, unrecorded)]
    return measured(base(enrolment=enrolment(*[{"child": name} for name, *_ in children]), attendance=marks(*rows)))[0]


def table_of(**values):
    """A table beside, by the children's own names."""
    names = list(values)
    return {"child": [KEY.pseudonym("child", name) for name in names], "value": [values[name] for name in names]}


def row_of(made, child):
    table = made.table()
    at = np.flatnonzero(table["child"] == KEY.pseudonym("child", child))
    assert len(at) == 1
    return {name: table[name][at[0]] for name in table.columns}


# ---- by hand ---------------------------------------------------------------------------------------------------------


def test_an_ordinary_child():
    """1 of 20 sessions absent: a quarter of the way from 0 to 0.2, 100 - 99 / 4 = 75.25. Mood 30: 1 + 0.3 x 99 = 30.7."""
    made = cw.compose(school(("a", 1, 0), ("b", 0, 0)), definition=TWO, beside={"mood": table_of(a=30.0, b=100.0)})
    row = row_of(made, "a")
    assert (row["presence"], row["life"]) == pytest.approx((75.25, 30.7), rel=1e-14)
    assert row["index"] == pytest.approx(math.sqrt(75.25 * 30.7), rel=1e-14)
    assert row["lower"] == row["upper"] == row["lowest"] == row["highest"] == row["index"]  # nothing is missing, nothing was sampled
    assert (row["coverage"], row["status"], row["domains"]) == (1.0, "ok", "presence + life")
    assert row_of(made, "b")["index"] == 100.0
    assert made.children == {"on_roll": 2, "ok": 2, "left": 0}


def test_unrecorded_sessions_open_the_bounds_and_nothing_else():
    """1 absent and 2 unrecorded of 20: the rate is 1/18, and between 1/20 and 3/20 whatever these two were."""
    made = cw.compose(school(("a", 1, 2)), definition=TWO, beside={"mood": table_of(a=50.0)})
    row = row_of(made, "a")
    at = {rate: 100 - 99 * rate / 0.2 for rate in (1 / 18, 1 / 20, 3 / 20)}
    assert row["presence"] == pytest.approx(at[1 / 18])
    assert (row["lowest"], row["highest"]) == pytest.approx((math.sqrt(at[3 / 20] * 50.5), math.sqrt(at[1 / 20] * 50.5)))
    assert row["lower"] == row["upper"] == row["index"]
    assert row["coverage"] == 1.0


def test_a_missing_domain_is_not_one_that_does_not_apply():
    """Half of the weight is there: no index with two domains asked for; with one, its bounds say what could be."""
    beside = {"mood": {**table_of(a=math.nan, b=math.nan), "status": ["not_recorded", "outside_age"]}}
    studied = school(("a", 1, 0), ("b", 1, 0), ("c", 1, 0))
    made = cw.compose(studied, definition=TWO, beside=beside)
    assert made.children == {"on_roll": 3, "ok": 0, "not_enough_data": 3, "left": 0}
    made = cw.compose(studied, definition=TWO | {"minimum_domains": 1}, beside=beside)
    gap, apart, silent = (row_of(made, name) for name in "abc")
    assert gap["index"] == apart["index"] == silent["index"] == pytest.approx(75.25)
    assert gap["domains"] == apart["domains"] == "presence"
    assert (gap["lowest"], gap["highest"]) == pytest.approx((math.sqrt(75.25), math.sqrt(75.25 * 100)))
    assert (gap["coverage"], silent["coverage"], silent["lowest"]) == pytest.approx((0.5, 0.5, gap["lowest"]))
    assert (apart["coverage"], apart["lowest"], apart["highest"]) == pytest.approx((1.0, 75.25, 75.25))
    parts = {row["name"]: row for row in made._core.parts}
    assert (parts["mood"]["missing"], parts["mood"]["not_applicable"], parts["mood"]["count"]) == (2, 1, 0)


def test_values_beyond_goalposts_are_clipped_and_counted():
    made = cw.compose(school(("a", 10, 0), ("b", 0, 0), ("c", 4, 0)), definition=TWO, beside={"mood": table_of(a=-5.0, b=130.0, c=100.0)})
    parts = {row["name"]: row for row in made._core.parts}
    assert (parts["absence"]["clipped_low"], parts["absence"]["clipped_high"]) == (1, 0)  # a half; a fifth is the goalpost itself
    assert (parts["mood"]["clipped_low"], parts["mood"]["clipped_high"]) == (1, 1)
    assert row_of(made, "a")["index"] == 1.0
    assert row_of(made, "b")["index"] == 100.0


def test_one_domain_and_all_children_equal():
    made = cw.compose(school(("a", 1, 0), ("b", 1, 0)), definition=defined(("presence", PRESENCE), minimum_domains=1))
    assert row_of(made, "a")["index"] == row_of(made, "b")["index"] == row_of(made, "a")["presence"]
    part = made._core.parts[0]
    assert (part["nominal"], part["effective_status"]) == (1.0, "not_enough_data")
    assert math.isnan(part["effective"])
    # relative methods have nothing to tell equal children apart by
    relative = {key: value for key, value in PRESENCE.items() if key != "goalposts"} | {"method": "z_score"}
    flat = cw.compose(school(("a", 1, 0), ("b", 1, 0)), definition=defined(("presence", relative), minimum_domains=1))
    assert flat.children["ok"] == 0
    assert "years do not compare" in repr(flat)


def test_weights_given_and_means_by_node():
    """presence 75.25 twice as heavy as life; life is the harmonic mean of 50.5 and 25.75."""
    definition = {
        "id": "hand_2", "mean": "arithmetic", "weights": "given",
        "domains": {
            "presence": {"weight": 2, "measures": [PRESENCE]},
            "life": {"weight": 1, "mean": "harmonic", "measures": [MOOD, {**MOOD, "indicator": "sleep"}]},
        },
    }  # fmt: skip
    made = cw.compose(school(("a", 1, 0)), definition=definition, beside={"mood": table_of(a=50.0), "sleep": table_of(a=25.0)})
    life = 2 / (1 / 50.5 + 1 / 25.75)
    assert row_of(made, "a")["life"] == pytest.approx(life)
    assert row_of(made, "a")["index"] == pytest.approx((2 * 75.25 + life) / 3)
    assert [round(part["nominal"], 6) for part in made._core.parts] == [0.666667, 0.333333, 0.666667, 0.166667, 0.166667]


def test_a_standard_error_reaches_the_index():
    """Mood 50 with a standard error of 5: 4.95 points on the scale; the geometric mean has half of that in logarithms."""
    made = cw.compose(school(("a", 1, 0)), definition=defined(("presence", PRESENCE), ("life", {**MOOD, "standard_error": 5.0})),
                      beside={"mood": table_of(a=50.0)})  # fmt: skip
    row, side = row_of(made, "a"), 1.959963984540054 * 4.95
    assert (row["lower"], row["upper"]) == pytest.approx((math.sqrt(75.25 * (50.5 - side)), math.sqrt(75.25 * (50.5 + side))), rel=1e-9)
    own = {**table_of(a=50.0), "lower": [40.0], "upper": [55.0]}
    given = row_of(cw.compose(school(("a", 1, 0)), definition=TWO, beside={"mood": own}), "a")
    assert (given["lower"], given["upper"]) == pytest.approx((math.sqrt(75.25 * 40.6), math.sqrt(75.25 * 55.45)))
    unknown = {**table_of(a=50.0, b=50.0), "lower": [math.nan, 40.0], "upper": [math.nan, 60.0]}
    some = cw.compose(school(("a", 1, 0), ("b", 1, 0)), definition=TWO, beside={"mood": unknown})
    assert math.isnan(row_of(some, "a")["lower"]) and not math.isnan(row_of(some, "b")["lower"])


def test_frozen_goalposts_do_not_move_with_the_other_children():
    alone = cw.compose(school(("a", 1, 0)), definition=TWO, beside={"mood": table_of(a=30.0)})
    among = cw.compose(school(("a", 1, 0), ("b", 9, 0), ("c", 0, 0)), definition=TWO, beside={"mood": table_of(a=30.0, b=1.0, c=99.0)})
    assert row_of(alone, "a") == row_of(among, "a")


# ---- who has no index ------------------------------------------------------------------------------------------------


def test_a_child_not_seen_has_none_and_one_who_left_has_no_row():
    seen = all_days("a") + all_days("b", "absent_unknown")
    tables = base(enrolment=enrolment({"child": "a"}, {"child": "b"}, {"child": "c", "to": iso(DAYS[3]), "left_to": "known"}),
                  attendance=marks(*seen, *all_days("c", days=DAYS[:4])))  # fmt: skip
    made = cw.compose(measured(tables)[0], definition=TWO, beside={"mood": table_of(a=50.0, b=50.0, c=50.0)})
    assert made.children == {"on_roll": 3, "ok": 1, "not_seen": 1, "left": 1}
    assert made.children["on_roll"] == made.indicators.roll()["on_roll"]
    row = row_of(made, "b")
    assert row["status"] == "not_seen" and math.isnan(row["index"]) and math.isnan(row["lower"])


# ---- what may not enter ----------------------------------------------------------------------------------------------

HELP = ("counselling.sessions", "services.dose", "visits.done", "mentor service minutes", "care.in_care", "referrals.open", "unmet_need")
BARRED = {"counselling", "services", "referrals", "visits", "left_behind"}
REFUSAL = ("screens.refused", "consent.share", "screening response", "data_withheld")


@pytest.mark.parametrize(("names", "rule"), [(HELP, "rule 10"), (REFUSAL, "rule 10"), (("care.left_behind_policy", "leftbehind"), "rule 9"),
                                             (("phq_9.safety", "self_harm"), "rule 11"), (("attendance.coverage",), "recorded")])  # fmt: skip
def test_help_refusal_groups_and_safety_are_no_measures(names, rule):
    studied = school(("a", 1, 0))
    for name in names:
        beside = {"mood": table_of(a=50.0)} | ({} if name.startswith("attendance") else {name: table_of(a=50.0)})
        for measure in ({**MOOD, "indicator": name}, {**MOOD, "name": name}):  # under another name neither
            with pytest.raises(ValueError, match=rule) as raised:
                cw.compose(studied, definition=defined(("presence", PRESENCE), ("life", measure)), beside=beside)
            assert name in str(raised.value) and "take it out" in str(raised.value)


def test_no_indicator_of_help_or_refusal_in_the_catalogue_can_enter():
    """Whatever the catalogue grows: these families are refused by name, and a question is never a measure."""
    studied = school(("a", 1, 0))
    catalogue = cw.catalogue()
    assert set(catalogue["family"]) >= BARRED
    looked = 0
    for name, family, direction in zip(*(catalogue[key] for key in ("id", "family", "direction")), strict=True):
        if family not in BARRED and not direction.endswith("question"):
            continue
        looked += 1
        with pytest.raises(ValueError, match="take it out"):
            cw.compose(studied, definition=defined(("presence", {**MOOD, "indicator": name}), minimum_domains=1))
    assert looked >= 20


def test_help_and_refusal_in_the_records_move_no_index():
    """The same children with and without a withdrawn consent for another purpose, and with tables of services beside."""
    rows = absent("a", 1) + absent("b", 3)
    plain = base(enrolment=enrolment({"child": "a"}, {"child": "b"}), attendance=marks(*rows))
    beside = {"mood": table_of(a=30.0, b=60.0)}
    without = cw.compose(measured(plain)[0], definition=TWO, beside=beside)
    helped = {**beside, "counselling": table_of(a=9.0), "services": table_of(b=4.0), "refused": table_of(a=1.0)}
    withal = cw.compose(measured(plain)[0], definition=TWO, beside=helped)
    for child in "ab":
        assert row_of(without, child) == row_of(withal, child)


# ---- mistakes --------------------------------------------------------------------------------------------------------


def refused(definition, match, beside=None):
    with pytest.raises(ValueError, match=match) as raised:
        cw.compose(school(("a", 1, 0)), definition=definition, beside={"mood": table_of(a=50.0)} if beside is None else beside)
    assert str(raised.value).startswith(("childwell.compose: ", "childwell.index.", "childwell: index 'hand_1'"))
    assert KEY.pseudonym("child", "a") not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"goalposts": [0.2, 0.2]}, "lower first and apart"),
        ({"goalposts": [0.3, 0.2]}, "lower first and apart"),
        ({"goalposts": [0.3]}, "two raw values"),
        ({"frozen_on": ""}, "frozen_on"),
        ({"frozen_on": "last year"}, "frozen_on"),
        ({"source": ""}, "need a source"),
        ({"high_is_good": True}, "the catalogue says high_is_concern"),
        ({"method": "rank"}, "an index takes goalposts"),
        ({"weight": -1.0}, "at least 0"),
        ({"standard_error": -1.0}, "standard_error"),
        ({"indicator": "attendance.absence"}, "there is no indicator and no table"),
        ({"indicator": "attendance.trend"}, 'families = \\["trend"\\]'),
        ({"indicator": "attendance.chronic", "policy": "", "goalposts": [0, 1]}, "name its policy"),
        ({"goalpost": [0, 1]}, "did you mean goalposts"),
        ({"weight": "two"}, "must be a number"),
    ],
)
def test_mistakes_of_a_measure(change, match):
    if "policy" in change:
        rows = absent("a", 1)
        two = measured(base(enrolment=enrolment({"child": "a"}), attendance=marks(*rows)), policies=["us_edfacts_chronic", "england_persistent"])[0]
        with pytest.raises(ValueError, match=match):
            cw.compose(two, definition=defined(("presence", {**PRESENCE, **change}), minimum_domains=1))
        one = {**PRESENCE, **change, "policy": "england_persistent"}
        assert row_of(cw.compose(two, definition=defined(("presence", one), minimum_domains=1)), "a")["index"] == 100.0
        return
    refused(defined(("presence", {**PRESENCE, **change}), ("life", MOOD)), match)


@pytest.mark.parametrize(
    ("definition", "match"),
    [
        ({"id": "x"}, "domains.NAME"),
        ({"id": "x", "domains": {"a": {}}}, "list of measures"),
        ({"domains": TWO["domains"]}, "needs the key id"),
        (TWO | {"low": 0.0}, "scale above 0"),
        (TWO | {"low": 100.0}, "low must be below high"),
        (TWO | {"minimum_share": 2.0}, "minimum_share"),
        (TWO | {"mean": "median"}, "mean is one of"),
        (TWO | {"weights": "expert"}, "weights is one of"),
        (defined(("presence", PRESENCE), ("life", PRESENCE)), "two parts are called"),
        (defined(("index", PRESENCE), ("life", MOOD)), "the whole's own name"),
        ("id = ", "no TOML"),
    ],
)
def test_mistakes_of_a_definition(definition, match):
    refused(definition, match)


def test_mistakes_of_tables_beside():
    twice = {"child": [KEY.pseudonym("child", "a")] * 2, "value": [1.0, 2.0]}
    refused(TWO, "several rows of one child", {"mood": twice})
    refused(TWO, "give pseudonyms", {"mood": {"child": ["a"], "value": [1.0]}})
    refused(TWO, "column 'value'", {"mood": {"child": ["a"]}})
    refused(TWO, "different lengths", {"mood": {"child": ["a", "b"], "value": [1.0]}})
    refused(TWO, "an indicator", {"mood": table_of(a=1.0), "attendance.absence_rate": table_of(a=1.0)})


def test_forms_that_were_not_checked_are_refused():
    """Age, grade, informant, wording and recall stand behind a score, or it does not enter."""
    studied = school(("a", 1, 0), ("b", 1, 0))
    children = [KEY.pseudonym("child", name) for name in "ab"]
    forms = np.array([[3, 3, 3, 3, 3], [2, 2, 2, 2, 2]])
    definition = defined(("presence", PRESENCE), ("life", {**MOOD, "indicator": "who5.total", "goalposts": [0, 25]}))
    with pytest.raises(ValueError, match="rule 12"):
        cw.compose(studied, definition=definition, beside={"who5": (children, instruments.score_forms("who_5", forms))})
    scored = instruments.score_forms("who_5", forms, informant="self", ages=[12, 4], recall_days=14)
    assert not scored.unchecked
    scale = scored.scales[0]
    definition = defined(("presence", PRESENCE), ("life", {**MOOD, "indicator": f"who5.{scale}", "goalposts": [0, 25]}), minimum_domains=1)
    made = cw.compose(studied, definition=definition, beside={"who5": (children, scored)})
    assert row_of(made, "a")["domains"] == "presence + life"
    young = row_of(made, "b")  # four years old: the form is not for this child, which is no gap
    assert (young["domains"], young["coverage"]) == ("presence", 1.0)


# ---- the city --------------------------------------------------------------------------------------------------------

CITY_INDEX = """
id = "city_1"
source = "made up for the tests"
minimum_domains = 1
[domains.attendance]
[[domains.attendance.measures]]
indicator = "attendance.absence_propensity"
high_is_good = false
goalposts = [0, 0.2]
frozen_on = 2025-09-01
source = "made up"
[domains.learning]
[[domains.learning.measures]]
indicator = "academic.z"
rows = "mean"
standard_error = 0.4
goalposts = [-2, 2]
frozen_on = 2025-09-01
source = "made up"
"""


@pytest.fixture(scope="module")
def city():
    return cw.synthetic.city(children=400, seed=23)


@pytest.fixture(scope="module")
def studied(city):
    return cw.open_study(city, key=KEY).measure(as_of=city.as_of)


def bits(made):
    table = made.table()
    return {name: table[name].tolist() for name in table.columns}


def same(ours, theirs):
    return ours.keys() == theirs.keys() and all(
        len(ours[name]) == len(theirs[name]) and all(a == b or (a != a and b != b) for a, b in zip(ours[name], theirs[name], strict=True))
        for name in ours
    )


def test_children_of_different_domains_are_never_in_one_order(studied):
    made = cw.compose(studied, definition=CITY_INDEX)
    sets = dict(zip(made.sets["domains"], made.sets["children"].tolist(), strict=True))
    assert set(sets) >= {"attendance", "attendance + learning"} and sum(sets.values()) == made.children["ok"]
    with pytest.raises(ValueError, match="not in one order"):
        made.order()
    with pytest.raises(ValueError, match="no set of domains"):
        made.order("learning + attendance")
    table, seen = made.table(), []
    for domains, count in sets.items():
        rows = made.order(domains)
        assert len(rows) == count and set(table["domains"][rows]) == {domains}
        assert (np.diff(table["index"][rows]) >= 0).all()
        seen += rows.tolist()
    assert len(seen) == len(set(seen)) == made.children["ok"]
    assert made.children["on_roll"] == sum(count for word, count in made.children.items() if word != "on_roll")


WITH_MOOD = CITY_INDEX + """
[domains.mood]
[[domains.mood.measures]]
indicator = "screening.phq_a.total"
high_is_good = false
goalposts = [0, 27]
frozen_on = 2025-09-01
source = "the range of the sum"
"""


def composed_of(tables, city):
    """The whole path on other tables of the city."""
    records = cw.admit(tables, key=KEY, made_up=True, **city.study())
    measured_again = cw.measure(cw.assemble(records), as_of=city.as_of, policies=city.policies, families=["screening"])
    return cw.compose(measured_again, definition=WITH_MOOD)


def test_help_and_refusal_of_the_city_move_no_index(city):
    """Without every table of help, and with refusals told as absences: the same children, the same bits."""
    ours = bits(composed_of(dict(city), city))
    assert sum("mood" in (domains or "") for domains in ours["domains"]) > 50
    help_given = ("counselling", "services", "referrals", "followups", "programmes")
    assert set(help_given) <= set(city)
    assert same(ours, bits(composed_of({name: table for name, table in city.items() if name not in help_given}, city)))
    screens = city["screens"]
    response = screens["response"].astype(object)
    assert (response == "refused").sum() > 10
    told = cw.Table({name: np.where(response == "refused", "absent", response) if name == "response" else screens.column(name)
                     for name in screens.columns}, masks=dict(screens._masks))  # fmt: skip
    assert same(ours, bits(composed_of(dict(city) | {"screens": told}, city)))


def test_no_id_in_any_text(studied):
    made = cw.compose(studied, definition=CITY_INDEX)
    for text in (repr(made), made._repr_html_(), repr(made.table()), repr(made.weights), repr(made.sets)):
        assert not any(child in text for child in made._core.children)
    assert "made-up" in repr(made) and "made-up" in made._repr_html_()


@pytest.mark.parametrize("interval", ["delta", "monte_carlo"])
def test_rows_in_another_order_change_no_bit(city, studied, interval):
    """The whole path on shuffled tables: sums over children run by pseudonym, draws are each child's own."""
    generator = np.random.Generator(np.random.Philox(5))
    tables = {name: table.take(generator.permutation(len(table))) for name, table in city.items()}
    records = cw.admit(tables, key=KEY, made_up=True, **city.study())
    turned = cw.measure(cw.assemble(records), as_of=city.as_of, policies=city.policies)
    definition = CITY_INDEX.replace("minimum_domains = 1", 'minimum_domains = 1\nweights = "components"')
    ours = cw.compose(studied, definition=definition, interval=interval, draws=100)
    theirs = cw.compose(turned, definition=definition, interval=interval, draws=100)
    assert same(bits(ours), bits(theirs))
    assert str(ours._core.parts) == str(theirs._core.parts)


def test_threads_change_no_bit(tmp_path):
    script = tmp_path / "composed.py"
    script.write_text(
        "import sys, childwell as cw, hashlib, numpy as np\n"
        "city = cw.synthetic.city(children=300, seed=23)\n"
        "made = cw.open_study(city, key=cw.Key.from_bytes(bytes(range(32)))).measure(as_of=city.as_of)\n"
        "index = cw.compose(made, definition=sys.argv[1], interval='monte_carlo', draws=50)\n"
        "c = index._core.composite\n"
        "print(hashlib.sha256(b''.join(np.ascontiguousarray(x).tobytes() for x in (c.values, c.lower, c.upper, c.lowest))).hexdigest())\n",
        "utf-8",
    )
    digests = {
        subprocess.run([sys.executable, script, CITY_INDEX], env={**os.environ, "CHILDWELL_NUM_THREADS": threads}, check=True,
                       capture_output=True, text=True).stdout for threads in ("1", "2", "5")
    }  # fmt: skip
    assert len(digests) == 1 and len(digests.pop()) == 65


def test_weights_from_the_data_can_be_kept(studied):
    for weights in ("components", "entropy"):
        made = cw.compose(studied, definition=CITY_INDEX.replace('id = "city_1"', f'id = "city_1"\nweights = "{weights}"'))
        top = {part["name"]: part["weight"] for part in made._core.parts if not part["domain"]}
        assert sum(top.values()) == pytest.approx(1)
        if weights == "entropy":
            assert abs(top["attendance"] - 0.5) > 0.01
        kept = cw.compose(studied, definition=made.with_frozen_weights())
        np.testing.assert_allclose(kept.table()["index"], made.table()["index"], rtol=1e-13)
    with pytest.raises(ValueError, match="without a weight"):
        made.definition.with_weights({"attendance": 1.0})


def test_a_domain_whose_weights_the_data_do_not_give():
    """Two children cannot say how measures hang together: no index, and the reason stands there."""
    definition = defined(("presence", PRESENCE), ("life", MOOD), weights="components")
    made = cw.compose(school(("a", 1, 0), ("b", 1, 0)), definition=definition, beside={"mood": table_of(a=30.0, b=50.0)})
    assert made.children["ok"] == 0 and made.children["degenerate"] == 2
    assert "the data give no weights (degenerate)" in repr(made)


def test_the_definition_in_toml_as_a_file_and_as_data_are_one(studied, tmp_path):
    path = tmp_path / "index.toml"
    path.write_text(CITY_INDEX, "utf-8")
    ours = bits(cw.compose(studied, definition=index.define_index(CITY_INDEX)))
    for given in (path, str(path), CITY_INDEX):
        assert same(bits(cw.compose(studied, definition=given)), ours)


def test_a_snapshot_that_is_not_there(studied):
    with pytest.raises(ValueError, match="there is no snapshot"):
        cw.compose(studied, definition=CITY_INDEX, snapshot=4)


def test_relative_methods_stay_on_the_scale(studied):
    for method in ("z_score", "rank_normal", "min_max"):
        text = CITY_INDEX.replace("goalposts = [-2, 2]", f'method = "{method}"')
        made = cw.compose(studied, definition=text)
        table = made.table()
        ok = table["status"] == "ok"
        for name in ("index", "lower", "upper", "lowest", "highest"):
            assert ((table[name][ok] >= 1) & (table[name][ok] <= 100)).all()
        assert (table["lower"][ok] <= table["index"][ok]).all() and (table["index"][ok] <= table["upper"][ok]).all()
        assert "years do not compare" in repr(made)
