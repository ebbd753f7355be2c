# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Screens, counselling, services and referrals on the whole path: every key by enumeration, examples by hand, and what
may never show."""

import numpy as np
import pytest
from scipy.stats import norm
from ten_days import KEY, base, columns, enrolment, of

import childwell as cw
from childwell import instruments, stats

SCREENS = ("child", "collection", "date", "instrument", "informant", "translation", "recall_days", "response", "known_on")
AS_OF = "2026-01-30"
NAMES = tuple(f"c{number:02d}" for number in range(40))


def children(birth="2012-06-01", names=NAMES, **more):
    return columns([{"child": name, "birth_month": more.get(name, birth)} for name in names], ("child", "birth_month"))


def forms(rows, items):
    rows = [{"collection": "c", "date": "2025-10-13", "instrument": "phq_a", "informant": "self", "response": "given"} | row for row in rows]
    return columns(rows, (*SCREENS, *(f"item_{number}" for number in range(1, items + 1))))


def answered(answers, **more):
    return {f"item_{number}": answer for number, answer in enumerate(answers, 1)} | more


def study(names=NAMES, grade=8, **tables):
    return base(enrolment=enrolment(*[{"child": name, "grade": grade} for name in names])) | {"children": children(names=names)} | tables


def measured(tables, as_of=AS_OF, families=("screening", "help"), **options):
    admit = {name: options.pop(name) for name in ("purpose", "lag_days") if name in options}
    return cw.measure(cw.assemble(cw.admit(tables, key=KEY, **admit)), as_of=as_of, families=families, **options).table()


def by_child(table, indicator, informant=None):
    rows = table["indicator"] == indicator
    if informant is not None:
        rows &= table["informant"] == informant
    back = {KEY.pseudonym("child", name): name for name in NAMES}
    return {back[child]: {name: table[name][i] for name in ("value", "lower", "upper", "n_expected", "n_observed", "status")}
            for i, child in zip(np.flatnonzero(rows), table["child"][rows], strict=True)}


# ---- every key -------------------------------------------------------------------------------------------------------

STATUS = {"ok": "ok", "not_enough_answers": "not_enough_data", "outside_age": "not_expected", "outside_grade": "not_expected",
          "void_form": "cannot_tell", "validity_unknown": "cannot_tell", "out_of_range": "cannot_tell"}


def some_answers(rule, generator, rows):
    # items that hang together, so that there is a reliability
    mood = generator.integers(int(rule.minimum), int(rule.maximum) + 1, rows)[:, None]
    noise = generator.integers(int(rule.minimum), int(rule.maximum) + 1, (rows, rule.items))
    answers = np.where(generator.random((rows, rule.items)) < 0.6, mood, noise).astype(float)
    for item in rule.reversed:
        answers[:, item - 1] = rule.minimum + rule.maximum - answers[:, item - 1]
    if rule.validity:
        scale = next(scale for scale in rule.scales if scale["name"] == rule.validity)
        answers[2:, np.array(scale["items"]) - 1] = 0.0
    if not rule.whole:
        answers = np.minimum(answers + generator.integers(0, 10, answers.shape) / 10, rule.maximum)
    answers[0, : rule.items // 2] = np.nan
    answers[1, 0] = rule.maximum + 1
    answers[2, 0] = np.nan
    return answers


def in_one_direction(rule, answers, items):
    made = answers[:, np.array(items) - 1].copy()
    for place, item in enumerate(items):
        if rule.recode:
            made[:, place] = np.array(rule.recode)[(made[:, place] - rule.minimum).astype(int)]
        elif item in rule.reversed:
            made[:, place] = rule.minimum + rule.maximum - made[:, place]
    return made


def items_of(rule, scale):
    parts = [part for part in rule.scales if part["name"] in scale["scales"]]
    return sorted(scale["items"]) or sorted(item for part in parts for item in items_of(rule, part))


@pytest.mark.parametrize("name", instruments.instrument_names())
def test_every_scale_of_every_key_is_that_of_score_forms(name):
    rule = instruments.find_instrument(name)
    informant, ages = next(iter(rule.informants.items()))
    year = 2025 - (13 if not ages or ages[0] <= 13 <= ages[1] else int(ages[0]) + 1)
    grade = 8 if not rule.grades else int(rule.grades[0])
    translation = rule.translations[0] if rule.translations else None
    recall = int(rule.recall_days[0]) if len(rule.recall_days) else None
    generator = np.random.Generator(np.random.Philox(len(name)))
    first, second = some_answers(rule, generator, len(NAMES)), some_answers(rule, generator, len(NAMES))
    common = {"instrument": name, "informant": informant, "translation": translation, "recall_days": recall}
    given = [answered([None if np.isnan(v) else v for v in row], child=child, date=day, **common)
             for answers, day in ((first, "2025-10-13"), (second, "2025-12-08")) for child, row in zip(NAMES, answers, strict=True)]
    if rule.items <= 1:
        pytest.skip("one item")
    table = measured(study(grade=grade, children=children(f"{year}-01-01"), screens=forms(given, rule.items)))
    context = {"informant": informant, "translation": translation, "recall_days": recall, "grades": np.full(len(NAMES), float(grade)),
               "ages": np.full(len(NAMES), 2025 - year + 11 / 12)}
    scores, before = (instruments.score_forms(rule, answers, **context) for answers in (second, first))
    line, seen, with_interval = norm.ppf(0.975), set(), 0
    for place, scale in enumerate(rule.scales):
        indicator = f"screening.{name}.{scale['name']}"
        if scale["unverified"]:
            assert indicator not in set(table["indicator"])
            continue
        seen |= {indicator, f"{indicator}_change"}
        rows, changes, items = by_child(table, indicator), by_child(table, f"{indicator}_change"), items_of(rule, scale)
        assert list(rows) == sorted(NAMES, key=lambda child: KEY.pseudonym("child", child))
        complete = ~np.isnan(second[:, np.array(items) - 1]).any(axis=1) & np.isin(np.array(scores.statuses)[:, place], ["ok"])
        sem = np.nan
        weights = {1.0 if not scale["scales"] else part["factor"] for part in rule.scales if not scale["scales"] or part["name"] in scale["scales"]}
        if len(items) > 1 and complete.sum() >= 20 and len(weights) == 1:
            alpha = instruments.cronbach_alpha(in_one_direction(rule, second[complete], items))
            spread = np.std(scores.values[complete, place], ddof=1)
            if 0 <= alpha.alpha < 1 and len(set(items)) == len(items):
                sem = spread * np.sqrt(1 - alpha.alpha)
                with_interval += 1
        for i, child in enumerate(NAMES):
            row, change = rows[child], changes[child]
            assert row["status"] == STATUS[scores.statuses[i][place]], (indicator, i)
            assert (row["n_expected"], row["n_observed"]) == (len(items), scores.answered[i, place])
            if row["status"] != "ok":
                assert np.isnan(row["value"]) and change["status"] == row["status"]
                continue
            value = scores.values[i, place]
            assert row["value"] == value
            assert scale["minimum"] <= value <= scale["maximum"]
            assert row["lower"] == pytest.approx(np.maximum(scale["minimum"], value - line * sem), abs=1e-9, nan_ok=True), (indicator, i)
            assert row["upper"] == pytest.approx(np.minimum(scale["maximum"], value + line * sem), abs=1e-9, nan_ok=True)
            if before.statuses[i][place] != "ok":
                assert (change["status"], change["n_observed"]) == ("not_enough_data", 1)
                continue
            difference = value - before.values[i, place]
            assert change["value"] == difference
            reliable = line * sem * np.sqrt(2)
            assert (change["lower"], change["upper"]) == pytest.approx((difference - reliable, difference + reliable), abs=1e-9, nan_ok=True)
    assert with_interval > 0
    since = by_child(table, f"screening.{name}.days_since")
    assert {row["value"] for row in since.values()} == {53.0}  # 8 December to 30 January
    entries = cw.catalogue()
    listed = {entry for entry in entries["id"] if entry.startswith(f"screening.{name}.")}
    assert listed == seen | {f"screening.{name}.days_since"}


def test_the_catalogue_says_range_and_direction_of_every_scale():
    entries = cw.catalogue()
    where = {name: i for i, name in enumerate(entries["id"])}
    for name in instruments.instrument_names():
        rule = instruments.find_instrument(name)
        for scale in rule.scales:
            indicator = f"screening.{name}.{scale['name']}"
            if scale["unverified"]:
                assert indicator not in where
                continue
            at = where[indicator]
            assert (entries["range_low"][at], entries["range_high"][at]) == (scale["minimum"], scale["maximum"])
            wanted = "neither" if scale["name"] == rule.validity else "high_is_good" if scale["high_is_good"] else "high_is_concern"
            assert entries["direction"][at] == wanted
            assert entries["source"][at] == scale["source"]


# ---- forms by hand ---------------------------------------------------------------------------------------------------


def one(child, table, indicator, informant="self"):
    return by_child(table, indicator, informant)[child]


def test_forms_by_hand():
    """PHQ-A: nine answers 0 to 3, up to two left out replaced by the mean of the others, for 11 to 17, of the last 14 days."""
    full, two_out, three_out = [1, 2, 1, 2, 1, 2, 1, 2, 0], [1, 2, 1, 2, 1, 2, 1, None, None], [1, 2, 1, 2, 1, 2, None, None, None]
    rows = [answered(full, child="c00"), answered(two_out, child="c01"), answered(three_out, child="c02"), answered(full, child="c03"),
            answered(full, child="c04", recall_days=7), answered(full, child="c05", recall_days=14), answered(full, child="c06"),
            answered([*full[:8], 4], child="c07"), {"child": "c08", "response": "refused"}, {"child": "c09", "response": "outside_age"},
            answered(full, child="c10", informant="parent"), answered(full, child="c11", informant=None)]
    table = measured(study(children=children(c03="2007-10-01", c06=None), screens=forms(rows, 9)))
    total = {child: (row["status"], row["value"]) for child, row in by_child(table, "screening.phq_a.total").items()}
    nothing = pytest.approx(np.nan, nan_ok=True)
    assert total == {
        "c00": ("ok", 12.0),
        "c01": ("ok", 13.0),  # 10 of seven items, times 9 / 7, a half upwards
        "c02": ("not_enough_data", nothing),
        "c03": ("not_expected", nothing),  # eighteen in the month of the form
        "c04": ("not_comparable", nothing),  # asked of seven days
        "c05": ("ok", 12.0),
        "c06": ("cannot_tell", nothing),  # nobody knows its age
        "c07": ("cannot_tell", nothing),  # an answer that the form does not have
        "c08": ("not_recorded", nothing),
        "c09": ("not_expected", nothing),
        "c10": ("not_comparable", nothing),  # the form is for the child itself
        "c11": ("ok", 12.0),  # who filled it in was not said, and is not checked
    }
    assert one("c00", table, "screening.phq_a.days_since")["value"] == 109.0  # 13 October to 30 January
    assert np.isnan(one("c00", table, "screening.phq_a.total")["lower"])  # five scores tell no error of measurement


def test_a_birthday_is_the_first_of_its_month():
    rows = [answered([0] * 9, child="c00", date="2025-10-31"), answered([0] * 9, child="c01", date="2025-11-03")]
    table = measured(study(children=children("2007-11-01"), screens=forms(rows, 9)))
    assert one("c00", table, "screening.phq_a.total")["status"] == "ok"  # seventeen
    assert one("c01", table, "screening.phq_a.total")["status"] == "not_expected"


def test_the_grade_is_that_of_the_day():
    spells = enrolment({"child": "c00", "grade": 3, "to": "2025-09-30"}, {"child": "c00", "grade": 4, "from": "2025-10-01"}, {"child": "c01", "grade": 3})
    table = measured(study(("c00", "c01"), enrolment=spells, screens=forms([answered([0] * 100, child=child, instrument="mht") for child in ("c00", "c01")], 100)))
    assert one("c00", table, "screening.mht.total")["status"] == "ok"
    assert one("c01", table, "screening.mht.total")["status"] == "not_expected"  # from grade four on


def test_ages_and_grades_that_nobody_gave_are_not_checked():
    tables = study(("c00",), screens=forms([answered([0] * 100, child="c00", instrument="mht"), answered([0] * 9, child="c00")], 100))
    del tables["children"], tables["enrolment"]["grade"]
    table = measured(tables)
    assert {one("c00", table, f"screening.{name}.total")["status"] for name in ("mht", "phq_a")} == {"ok"}


def test_what_was_not_known_is_not_seen_and_an_older_form_is_not_of_the_window():
    rows = [answered([1] * 9, child="c00", date="2025-06-02"), answered([2] * 9, child="c00", date="2025-12-01", known_on="2025-12-20")]
    tables = study(("c00",), enrolment=enrolment({"child": "c00", "from": "2024-09-01"}), screens=forms(rows, 9))
    early = measured(tables, as_of="2025-12-10")
    assert one("c00", early, "screening.phq_a.total")["status"] == "not_recorded"  # the form of June is of the school year before
    assert one("c00", early, "screening.phq_a.days_since")["value"] == 191.0
    late = measured(tables, as_of="2025-12-20")
    assert one("c00", late, "screening.phq_a.total")["value"] == 18.0
    assert one("c00", late, "screening.phq_a.total_change")["value"] == 9.0
    assert one("c00", measured(tables, as_of="2025-12-20", windows=["2025-06-01..2025-07-01"]), "screening.phq_a.total")["value"] == 9.0
    plain = [{name: value for name, value in row.items() if name != "known_on"} for row in rows]
    lagged = measured(study(("c00",), screens=forms(plain, 9)), as_of="2025-12-10", lag_days={"screens": 10})
    assert one("c00", lagged, "screening.phq_a.total")["status"] == "not_recorded"


def test_informants_stand_apart_and_change_is_of_one_of_them():
    sdq = {"instrument": "sdq"}
    rows = [answered([1] * 25, child="c00", **sdq), answered([2] * 25, child="c00", informant="parent", **sdq),
            answered([0] * 25, child="c00", informant="parent", date="2025-12-01", **sdq)]
    table = measured(study(("c00",), screens=forms(rows, 25)))
    # fifteen plain items and five turned ones: all 0 give 5 x 2, all 2 give 15 x 2
    assert one("c00", table, "screening.sdq.total", "self")["value"] == 20.0
    assert one("c00", table, "screening.sdq.total", "parent")["value"] == 10.0
    assert one("c00", table, "screening.sdq.total_change", "parent")["value"] == -20.0
    assert one("c00", table, "screening.sdq.total_change", "self")["status"] == "not_enough_data"


def test_long_and_wide_forms_say_the_same():
    generator = np.random.Generator(np.random.Philox(3))
    answers = generator.integers(0, 4, (len(NAMES), 9))
    wide = forms([answered(row.tolist(), child=child) for child, row in zip(NAMES, answers, strict=True)], 9)
    rows = [{"child": child, "item": item, "answer": int(answer), "collection": "c", "date": "2025-10-13", "instrument": "phq_a",
             "informant": "self", "response": "given"} for child, row in zip(NAMES, answers, strict=True) for item, answer in enumerate(row, 1)]
    long = columns([rows[i] for i in generator.permutation(len(rows))], (*SCREENS, "item", "answer"))
    made = [measured(study(screens=table)) for table in (wide, long)]
    for name in made[0].columns:
        np.testing.assert_array_equal(made[0][name], made[1][name])


# ---- what may never show ---------------------------------------------------------------------------------------------


def test_at_a_child_nothing_says_why_there_is_no_form():
    """Refused, missed, not offered: the same rows, so that a refusal can be no feature."""
    made = []
    for response in ("refused", "absent", "not_offered"):
        rows = [answered([1] * 9, child=child) for child in NAMES[1:]] + [{"child": "c00", "response": response}]
        table = measured(study(screens=forms(rows, 9)))
        made.append({name: table[name].tolist() for name in table.columns})
    assert repr(made[0]) == repr(made[1]) == repr(made[2])
    assert not any("respon" in str(name) or "refus" in str(name) for name in set(made[0]["indicator"]))


def test_no_indicator_tells_a_safety_answer():
    """Two answers 1 in other places: totals, intervals and statuses are the same, and the count is another."""
    pages, counts = [], []
    for safe in (True, False):
        rows = [answered([1, 0, 1, 0, 1, 0, 1, 0, 0], child=child) for child in NAMES[1:]]
        rows.append(answered([0, 1, 0, 0, 0, 0, 0, 0, 0] if safe else [0, 0, 0, 0, 0, 0, 0, 0, 1], child="c00"))
        records = cw.admit(study(screens=forms(rows, 9)), key=KEY)
        cohort = cw.assemble(records)
        table = cw.measure(cohort, as_of=AS_OF, families=["screening", "help"]).table()
        kept = ~np.char.endswith(table["indicator"].astype(str), "total")  # their interval knows all items
        pages.append(repr([table[name][kept].tolist() for name in table.columns]) + repr(cohort.ledger) + repr(records.ledger))
        counts.append(int(records.safety(as_of=AS_OF)["forms"][0]))
        assert one("c00", table, "screening.phq_a.total")["value"] == 1.0
    assert counts == [0, 1]
    assert pages[0] == pages[1]


def test_help_raises_nothing():
    """Counselling, services and referrals change their own rows and no other."""
    rows = [answered([1, 0, 1, 0, 1, 0, 1, number % 3, 0], child=child) for number, child in enumerate(NAMES)]
    plain = study(screens=forms(rows, 9))
    helped = plain | {
        "counselling": columns([{"child": "c00", "date": "2025-10-20"}], ("child", "date")),
        "services": columns([{"child": "c00", "programme": "p", "date": "2025-10-21"}], ("child", "programme", "date")),
        "referrals": columns([{"child": "c00", "date": "2025-10-19", "reason": "mood"}], ("child", "date", "reason")),
    }
    families = [name for name in cw._core.request_words() if name != "charts"]
    policies = ["us_edfacts_chronic", "not_seen_10_sessions", "help_30_days"]
    made = [measured(tables, families=families, policies=policies) for tables in (plain, helped)]
    own = ("counselling.", "services.", "referrals.", "help.")
    kept = [[not str(name).startswith(own) for name in table["indicator"]] for table in made]
    for name in made[0].columns:
        np.testing.assert_array_equal(made[0][name][kept[0]], made[1][name][kept[1]])
    assert set(made[1]["indicator"]) - set(made[0]["indicator"]) == {name for name in cw.catalogue()["id"] if name.startswith(own)}
    entries = cw.catalogue()
    assert {entries["direction"][i] for i, name in enumerate(entries["id"]) if name.startswith(own)} == {"neither"}


def test_withheld_consent_takes_forms_and_help_away_and_not_the_child():
    rows = [answered([number % 3] * 9, child=child) for number, child in enumerate(NAMES)]
    tables = study(screens=forms(rows, 9), counselling=columns([{"child": "c02", "date": "2025-10-20"}], ("child", "date")))
    consents = columns([{"child": "c02", "purpose": "care", "table": "screens", "basis": "withdrawn"},
                        {"child": "c02", "purpose": "care", "table": "counselling", "basis": "refused"}], ("child", "purpose", "table", "basis"))
    table = measured(tables | {"consents": consents}, purpose="care", policies=["help_30_days"])
    for indicator in ("screening.phq_a.total", "screening.phq_a.total_change", "screening.phq_a.days_since"):
        assert one("c02", table, indicator)["status"] == "withheld"
    for indicator in ("counselling.sessions", "counselling.days_since", "help.in_care"):
        assert of(table, "c02", indicator)["status"] == "withheld"
    # its answers are in nobody's interval either
    without = study(screens=forms([row for row in rows if row["child"] != "c02"], 9))
    assert repr(one("c00", table, "screening.phq_a.total")) == repr(one("c00", measured(without), "screening.phq_a.total"))


# ---- groups ----------------------------------------------------------------------------------------------------------


def groups(tables, **options):
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    made = cw.aggregate(cw.measure(cohort, as_of=AS_OF, families=["screening", "help"], **options), by=("city", "school"))
    table = made.table()
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*[np.asarray(table[name]).tolist() for name in table.columns], strict=True)]


def city_row(rows, measure):
    return next(row for row in rows if row["measure"] == measure and row["level"] == "city")


def test_response_and_coverage_of_a_collection():
    """Forty children: 24 given, 6 refused, 2 missed, 5 not offered, 3 outside the age; volunteers add nothing."""
    responses = ["given"] * 24 + ["refused"] * 6 + ["absent"] * 2 + ["not_offered"] * 5 + ["outside_age"] * 3
    rows = [answered([1] * 9, child=child) if word == "given" else {"child": child, "response": word}
            for child, word in zip(NAMES, responses, strict=True)]
    rows += [answered([1] * 9, child=child, collection="open", date="2025-11-24") for child in NAMES[24:]]
    waves = columns([{"collection": "c", "wave": 1, "design": "census"}, {"collection": "open", "wave": 1, "design": "volunteer"}],
                    ("collection", "wave", "design"))
    made = groups(study(screens=forms(rows, 9), collections=waves))
    assert city_row(made, "screening.response_rate")["value"] == pytest.approx(24 / 32)
    assert city_row(made, "screening.coverage")["value"] == pytest.approx(24 / 37)


def test_children_reached_and_referrals_not_met():
    reached = columns([{"child": child, "date": "2025-10-20"} for child in NAMES[:14]], ("child", "date"))
    # 12 answered in time, 11 too late, and of the others it cannot be told yet
    waits = [("2025-11-03", "2025-11-20")] * 12 + [("2025-11-03", "2025-12-20")] * 11 + [("2026-01-20", None)] * 17
    referrals = columns([{"child": child, "date": day, "reason": "mood", "outcome": "seen" if end else None, "outcome_date": end}
                         for child, (day, end) in zip(NAMES, waits, strict=True)], ("child", "date", "reason", "outcome", "outcome_date"))
    made = groups(study(counselling=reached, referrals=referrals), policies=["help_30_days"])
    assert city_row(made, "counselling.reached")["value"] == pytest.approx(14 / 40)
    unmet = city_row(made, "referrals.unmet")
    assert (unmet["value"], unmet["n"]) == (pytest.approx(11 / 23), 23)


# ---- help by hand ----------------------------------------------------------------------------------------------------


def test_help_by_hand():
    counselling = columns([{"child": "c00", "date": "2025-09-20", "minutes": 30}, {"child": "c00", "date": "2025-12-31", "minutes": 45},
                           {"child": "c00", "date": "2026-02-02", "minutes": 60},  # to come
                           {"child": "c01", "date": "2025-12-01", "minutes": None}, {"child": "c01", "date": "2025-12-02", "minutes": 20},
                           {"child": "c02", "date": "2025-06-01", "minutes": 20}], ("child", "date", "minutes"))
    services = columns([{"child": "c03", "programme": "p", "date": "2025-12-05", "minutes": 60}, {"child": "c03", "programme": "q", "date": "2025-12-05", "minutes": 30},
                        {"child": "c03", "programme": "p", "date": "2025-12-31", "minutes": 10}, {"child": "c03", "programme": "p", "date": "2025-12-31", "minutes": 20}],
                       ("child", "programme", "date", "minutes"))
    spells = enrolment(*[{"child": child} for child in ("c00", "c02", "c03")], {"child": "c01", "from": "2025-11-01", "to": "2025-12-10"})
    table = measured(study(("c00", "c01", "c02", "c03"), enrolment=spells, counselling=counselling, services=services), policies=["help_30_days"])
    sessions = {child: of(table, child, "counselling.sessions")["value"] for child in ("c00", "c01", "c02", "c03")}
    assert sessions == {"c00": 2, "c01": 2, "c02": 0, "c03": 0}
    assert of(table, "c00", "counselling.minutes") == {"value": 75, "lower": 75, "upper": 75, "n_expected": 2, "n_observed": 2, "status": "ok"}
    minutes = of(table, "c01", "counselling.minutes")  # one without minutes: nothing, or the whole day
    assert (minutes["value"], minutes["lower"], minutes["upper"], minutes["n_expected"], minutes["n_observed"]) == (20, 20, 1460, 2, 1)
    # 152 days from 1 September to 30 January; 40 from 1 November to 10 December
    assert of(table, "c00", "counselling.minutes_per_month")["value"] == pytest.approx(75 / (152 / 30.4375))
    assert of(table, "c01", "counselling.minutes_per_month")["value"] == pytest.approx(20 / (40 / 30.4375))
    assert of(table, "c00", "counselling.days_since")["value"] == 30
    assert of(table, "c02", "counselling.days_since")["value"] == 243  # of the school year before, and still the last
    assert of(table, "c03", "counselling.days_since")["status"] == "not_recorded"
    # two services of one day that contradict each other are one, of unknown length; those of two programmes are two
    assert of(table, "c03", "services.sessions")["value"] == 3
    assert (of(table, "c03", "services.minutes")["lower"], of(table, "c03", "services.minutes")["upper"]) == (90, 90 + 1440)
    assert of(table, "c03", "services.minutes_per_month")["value"] == pytest.approx(90 / (152 / 30.4375))
    assert of(table, "c03", "services.days_since")["value"] == 30
    assert of(table, "c00", "services.days_since")["status"] == "not_recorded"
    care = {child: of(table, child, "help.in_care", "help_30_days")["value"] for child in ("c00", "c01", "c02", "c03")}
    assert care == {"c00": 1, "c01": 0, "c02": 0, "c03": 1}  # thirty days ago is within thirty days


def test_a_child_who_was_never_enrolled_has_no_rate():
    rows = columns([{"child": "c01", "date": "2025-10-20", "minutes": 30}], ("child", "date", "minutes"))
    table = measured(study(("c00",), children=children(names=("c00", "c01")), counselling=rows))
    assert of(table, "c01", "counselling.minutes")["value"] == 30
    assert of(table, "c01", "counselling.minutes_per_month")["status"] == "not_enrolled"


def referred(*rows):
    return columns([{"reason": "mood"} | row for row in rows], ("child", "date", "reason", "outcome", "outcome_date", "known_on"))


def test_referrals_by_hand():
    referrals = referred({"child": "c00", "date": "2025-10-01"}, {"child": "c00", "date": "2026-01-20"},  # open, one for 121 days
                         {"child": "c01", "date": "2025-12-31", "outcome": "seen", "outcome_date": "2026-01-30"},  # on the last day
                         {"child": "c02", "date": "2025-12-30", "outcome": "seen", "outcome_date": "2026-02-03"},  # not answered yet
                         {"child": "c03", "date": "2026-01-20"}, {"child": "c04", "date": "2025-10-01"},
                         {"child": "c05", "date": "2025-10-01", "known_on": "2026-02-01"})
    helped = columns([{"child": "c04", "programme": "p", "date": "2025-10-31"}], ("child", "programme", "date"))
    table = measured(study(referrals=referrals, services=helped), policies=["help_30_days"])

    def said(child):
        return tuple((row["status"], row["value"]) if row["status"] == "ok" else row["status"]
                     for row in (of(table, child, f"referrals.{name}") for name in ("open", "days_open", "unmet")))

    assert said("c00") == (("ok", 2), ("ok", 121), ("ok", 1))
    assert said("c01") == (("ok", 0), "not_expected", ("ok", 0))
    assert said("c02") == (("ok", 1), ("ok", 31), ("ok", 1))
    assert said("c03") == (("ok", 1), ("ok", 10), "cannot_tell")
    assert said("c04") == (("ok", 1), ("ok", 121), ("ok", 0))  # still open, and helped within thirty days
    assert said("c05") == said("c06") == (("ok", 0), "not_expected", "not_expected")
    waiting = of(table, "c03", "referrals.unmet")
    assert (waiting["lower"], waiting["upper"], waiting["n_expected"], waiting["n_observed"]) == (0, 1, 1, 0)


def test_waits_of_referrals_are_kaplan_and_meiers():
    referrals = referred({"child": "c00", "date": "2025-12-01", "outcome": "seen", "outcome_date": "2025-12-11"},
                         {"child": "c01", "date": "2025-12-01", "outcome": "seen", "outcome_date": "2025-12-21"},
                         {"child": "c02", "date": "2026-01-20"},  # open for ten days
                         {"child": "c03", "date": "2025-12-01"},  # left after fifteen days, and was watched no longer
                         {"child": "c04", "date": "2025-12-01", "reason": "family", "outcome": "seen", "outcome_date": "2026-03-01"},
                         {"child": "c05", "date": "2026-03-01"})
    spells = enrolment(*[{"child": name} for name in NAMES if name != "c03"], {"child": "c03", "to": "2025-12-16", "left_to": "known"})
    helped = columns([{"child": "c00", "date": "2025-12-05"}, {"child": "c01", "date": "2025-11-30"}], ("child", "date"))
    cohort = cw.assemble(cw.admit(study(enrolment=spells, referrals=referrals, counselling=helped), key=KEY))
    made = cw.referral_waits(cohort, as_of=AS_OF)
    expected = stats.kaplan_meier([10, 20, 10, 15, 60], [1, 1, 0, 0, 0])
    assert list(made) == ["all"]
    for part in ("time", "at_risk", "events", "survival", "lower", "upper", "median", "censored"):
        np.testing.assert_array_equal(getattr(made["all"], part), getattr(expected, part))
    assert cw.referral_waits(cohort, as_of=AS_OF, until="help")["all"].time.tolist() == [4.0]  # help before the referral ends no wait
    assert {reason: curve.count for reason, curve in cw.referral_waits(cohort, as_of=AS_OF, by_reason=True).items()} == {"family": 1, "mood": 4}
    assert cw.referral_waits(cohort, as_of=AS_OF, first="2025-12-02")["all"].count == 1
    assert cw.referral_waits(cohort, as_of="2025-09-01")["all"].status == "not_enough_data"
    for wrong in ({"until": "better"}, {"as_of": "soon"}, {"scale": "logit"}, {"level": 2.0}, {"first": "then"}):
        with pytest.raises(ValueError, match=f"childwell.*{next(iter(wrong))}"):
            cw.referral_waits(cohort, **({"as_of": AS_OF} | wrong))


def test_threads_and_order_change_no_bit():
    city = cw.synthetic.city(children=400, seed=9, through="2026-05-29")
    generator = np.random.Generator(np.random.Philox(4))
    made = []
    for shuffled in (False, True):
        tables = {name: {column: np.ma.getdata(table[column]) if not np.ma.isMaskedArray(table[column]) else
                         np.array([None if one is np.ma.masked else one for one in table[column]], dtype=object)
                         for column in table.columns} for name, table in city.items()}
        if shuffled:
            for name, columns_ in tables.items():
                order = generator.permutation(len(next(iter(columns_.values()))))
                tables[name] = {column: values[order] for column, values in columns_.items()}
        cohort = cw.assemble(cw.admit(tables, key=KEY, made_up=True, **city.study()))
        table = cw.measure(cohort, as_of=city.as_of, families=["screening", "help"], policies=["help_30_days"]).table()
        made.append({name: table[name] for name in table.columns})
    for name in made[0]:
        np.testing.assert_array_equal(made[0][name], made[1][name])
