# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Screens, counselling, services and referrals at the door: every row has one fate, both forms of a questionnaire are read,
and what concerns a child's safety is counted whatever became of its row."""

import re

import numpy as np
import pytest
from ten_days import KEY, base, columns, enrolment

import childwell as cw

DAY = "2025-09-08"
SCREENS = ("child", "collection", "date", "instrument", "informant", "translation", "recall_days", "item", "answer", "response", "known_on")


def screens(*rows, more=()):
    return columns([{"collection": "c", "date": DAY, "instrument": "phq_a", "informant": "self"} | row for row in rows], (*SCREENS, *more))


def long_form(child, answers, **more):
    return [{"child": child, "item": number, "answer": answer, "response": "given"} | more for number, answer in enumerate(answers, 1)]


def wide_form(child, answers, **more):
    return {"child": child, "response": "given"} | {f"item_{number}": answer for number, answer in enumerate(answers, 1)} | more


WIDE = tuple(f"item_{number}" for number in range(1, 10))


def admitted(**tables):
    return cw.admit(base(enrolment=enrolment({"child": "a"}, {"child": "b"})) | tables, key=KEY)


def fates(records, table):
    entry = records.ledger["tables"][table]
    assert entry["accepted"] + entry["corrected"] + entry["quarantined"] == entry["read"]
    return entry["accepted"], entry["corrected"], entry["quarantined"], entry["reasons"]


def count(records, as_of="2025-09-12"):
    table = records.safety(as_of=as_of)
    return {table["instrument"][i]: {name: int(table[name][i]) for name in table.columns[1:]} for i in range(len(table))}


def test_items_are_rows_or_columns():
    answers = [1, 0, 2, None, 3, 0, 0, 1, 2]
    long = admitted(screens=screens(*long_form("a", answers)))
    assert fates(long, "screens") == (9, 0, 0, {})  # without the item in the key they would contradict each other
    wide = admitted(screens=screens(wide_form("a", answers), more=WIDE))
    assert fates(wide, "screens") == (1, 0, 0, {})
    assert count(long) == count(wide)


def test_forms_of_one_day_from_two_informants_are_both_kept():
    rows = [wide_form("a", [0, 1], instrument="sdq", informant=who) for who in ("self", "parent", "teacher")]
    assert fates(admitted(screens=screens(*rows, more=WIDE)), "screens") == (3, 0, 0, {})


def test_a_row_that_is_repeated_is_corrected_and_one_that_differs_is_set_aside():
    rows = [*long_form("a", [1, 2, 3]), {"child": "a", "item": 1, "answer": 1, "response": "given"},
            {"child": "a", "item": 2, "answer": 0, "response": "given"}]
    assert fates(admitted(screens=screens(*rows)), "screens") == (2, 1, 2, {"E01": 1, "E02": 2})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"response": "refused", "item": 1, "answer": 2}, "E10"),  # no answer, and an answer
        ({"response": "sulked"}, "E05"),
        ({"informant": "dog", "item": 1, "answer": 1}, "E05"),
        ({"item": 10, "answer": 1}, "E09"),  # the form has nine
        ({"item": 0, "answer": 1}, "E09"),
        ({"answer": 1}, "E09"),  # of which item?
        ({"item": "first", "answer": 1}, "E24"),
        ({"item": 1.5, "answer": 1}, "E25"),
        ({"item": 1, "answer": "often"}, "E24"),
        ({"item": 1, "answer": float("inf")}, "E25"),
        ({"item": 1, "answer": 1, "recall_days": 0}, "E30"),
        ({"item": 1, "answer": 1, "recall_days": 2**40}, "E30"),
        ({"item": 1, "answer": 1, "date": "2025-02-30"}, "E07"),
        ({"item": 1, "answer": 1, "collection": None}, "E16"),
        ({"item": 1, "answer": 1, "collection": "elsewhere"}, "E29"),
        ({"item": 1, "answer": 1, "instrument": "phq\0a"}, "E12"),
    ],
)
def test_a_screen_that_cannot_be_is_set_aside(row, reason):
    known = columns([{"collection": "c", "wave": 1, "design": "census"}], ("collection", "wave", "design"))
    made = admitted(screens=screens({"child": "a", **row}, {"child": "b", "item": 1, "answer": 1}), collections=known)
    assert fates(made, "screens") == (1, 0, 1, {reason: 1})


def test_wide_columns_beyond_the_form_are_set_aside_and_without_a_key_are_kept_apart():
    rows = [wide_form("a", [0] * 9), wide_form("b", [0] * 9, instrument="ucla_3")]
    assert fates(admitted(screens=screens(*rows, more=WIDE)), "screens") == (1, 0, 1, {"E09": 1})
    own = cw.assemble(admitted(screens=screens(wide_form("a", [0] * 9, instrument="ours"), more=WIDE)))
    assert own.ledger["tables"]["screens"]["kept_apart"] == {"E05": 1}


def test_what_is_said_of_a_child_who_is_not_enrolled_is_kept_and_counted_apart():
    help_rows = columns([{"child": "c", "date": DAY}, {"child": "a", "date": "2025-08-01"}, {"child": "a", "date": DAY}], ("child", "date"))
    cohort = cw.assemble(admitted(counselling=help_rows))
    assert cohort.ledger["tables"]["counselling"]["kept_apart"] == {"E03": 1, "E04": 1}


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("counselling", {"minutes": -5}, "E30"),
        ("counselling", {"minutes": 1441}, "E30"),
        ("counselling", {"minutes": "long"}, "E24"),
        ("services", {"programme": "p", "minutes": -1}, "E30"),
        ("services", {"programme": "q"}, "E29"),
        ("services", {"programme": None}, "E16"),
        ("referrals", {"reason": "mood", "outcome_date": "2025-09-07"}, "E21"),
        ("referrals", {"reason": "mood", "outcome_date": "2025-13-07"}, "E07"),
        ("referrals", {"reason": None}, "E16"),
        ("followups", {"flag": None, "child": None}, "E16"),
        ("collections", {"collection": "c", "wave": 1, "target": -1}, "E30"),
        ("collections", {"collection": "c", "wave": 1, "weight": 0.0}, "E30"),
        ("collections", {"collection": "c", "wave": None}, "E09"),
        ("programmes", {"programme": None}, "E16"),
    ],
)
def test_help_that_cannot_be_is_set_aside(table, row, reason):
    names = ("child", "date", "minutes", "programme", "reason", "from", "to", "outcome", "outcome_date", "flag", "collection", "wave", "target",
             "weight")
    good = {"child": "b", "date": DAY, "programme": "p", "reason": "mood", "from": "z", "to": "a", "flag": "f", "collection": "d", "wave": 1}
    tables = {"programmes": columns([{"programme": "p"}], ("programme",))}
    tables[table] = columns([good, {"child": "a", "date": DAY, "flag": "g"} | row], names)
    assert fates(admitted(**tables), table) == (1, 0, 1, {reason: 1})


def test_a_referral_from_one_name_to_another_is_no_spell():
    rows = columns([{"child": "a", "date": DAY, "reason": "mood", "from": "z", "to": "a"}], ("child", "date", "reason", "from", "to"))
    assert fates(admitted(referrals=rows), "referrals") == (1, 0, 0, {})


def test_an_outcome_after_the_data_came_is_of_the_future():
    rows = columns([{"child": "a", "date": DAY, "reason": "mood", "outcome_date": "2025-10-01"}], ("child", "date", "reason", "outcome_date"))
    made = cw.admit(base(referrals=rows), key=KEY, received_on="2025-09-30")
    assert fates(made, "referrals") == (0, 0, 1, {"E06": 1})


# ---- safety ----------------------------------------------------------------------------------------------------------

CALM = [0, 1, 0, 2, 0, 0, 1, 0, 0]


def test_safety_answers_are_counted_with_their_age_and_no_child():
    rows = [wide_form("a", [*CALM[:8], 1]), wide_form("b", CALM), wide_form("c", [*CALM[:8], 3], date="2025-09-10"),
            wide_form("c", [*CALM[:8], 2], date="2025-09-11"), wide_form("d", [*CALM[:8], None]), {"child": "e", "response": "refused"},
            wide_form("f", [0] * 5, instrument="who_5")]
    made = admitted(screens=screens(*rows, more=WIDE))
    # a on the 8th, c on the 10th and 11th; as of the 12th a day and a half is at most 48 hours
    assert count(made) == {"phq_a": {"forms": 3, "children": 2, "oldest_hours": 5 * 24, "newest_hours": 2 * 24, "undated": 0, "later": 0,
                                     "asked": 5, "unanswered": 1}}
    assert count(made, "2025-09-09")["phq_a"] | {"asked": 0} == {
        "forms": 3, "children": 2, "oldest_hours": 48, "newest_hours": 48, "undated": 0, "later": 2, "asked": 0, "unanswered": 1}
    said = repr(made.safety(as_of="2025-09-12")) + str(made.ledger)
    assert not re.search("|".join(KEY.pseudonym("child", child) for child in "abcdef"), said)


@pytest.mark.parametrize(
    "more",
    [
        {"informant": "dog"}, {"response": "refused"}, {"recall_days": -1}, {"item_1": "x"}, {"item_3": 77}, {"date": "2025-02-30"},
        {"child": None}, {"collection": None}, {"translation": "nobody's"}, {"item_9": 99},
    ],
)
def test_no_fault_of_a_row_holds_a_safety_answer_back(more):
    form = wide_form("a", [*CALM[:8], 1]) | more
    made = admitted(screens=screens(form, more=WIDE))
    assert count(made)["phq_a"]["forms"] == count(made)["phq_a"]["children"] == 1
    assert count(made)["phq_a"]["undated"] == ("date" in more)


def test_contradictions_repetitions_and_other_ids_of_a_form_count_once():
    rows = [*long_form("a", [*CALM[:8], 0]), {"child": "a", "item": 9, "answer": 2, "response": "given"}]
    assert count(admitted(screens=screens(*rows)))["phq_a"]["forms"] == 1
    assert count(admitted(screens=screens(*rows, *rows)))["phq_a"]["forms"] == 1
    nobody = [{"child": None, "item": 9, "answer": 2, "response": "given"}] * 2
    assert count(admitted(screens=screens(*nobody)))["phq_a"] | {"asked": 0} == {
        "forms": 2, "children": 2, "oldest_hours": 120, "newest_hours": 120, "undated": 0, "later": 0, "asked": 0, "unanswered": 0}


def test_a_strict_run_that_fails_says_how_many():
    bad = screens(wide_form("a", [*CALM[:8], 1], informant="dog"), wide_form("b", CALM), more=WIDE)
    with pytest.raises(cw.DataError, match="1 forms hold an answer that concerns a child's safety") as failed:
        cw.admit(base(screens=bad), key=KEY, strict=True)
    assert {"code": "safety_answers", "table": "screens", "column": "", "rows": 1} in failed.value.faults
    calm = screens(wide_form("a", CALM, informant="dog"), more=WIDE)
    with pytest.raises(cw.DataError) as failed:
        cw.admit(base(screens=calm), key=KEY, strict=True)
    assert "safety_answers" not in {fault["code"] for fault in failed.value.faults}
    assert "safety_answers" not in {fault["code"] for fault in admitted(screens=bad).faults}  # no shared file holds it


@pytest.mark.parametrize("strict", [False, True])
def test_a_run_says_it_to_whoever_runs_it_and_writes_it_nowhere(tmp_path, strict):
    pytest.importorskip("duckdb")
    from typer.testing import CliRunner

    from childwell.cli import app

    data = tmp_path / "data"
    data.mkdir()
    names = ["child", "collection", "date", "instrument", "informant", *WIDE]
    forms = [["a", "c", DAY, "phq_a", "self", *CALM[:8], 1], ["b", "c", DAY, "phq_a", "dog", *CALM[:8], 2], ["d", "c", DAY, "phq_a", "self", *CALM]]
    (data / "forms.csv").write_text("\n".join(",".join(map(str, row)) for row in [names, *forms]) + "\n", encoding="utf-8")
    (data / "roll.csv").write_text("child,school,from\na,S,2025-09-01\nb,S,2025-09-01\nd,S,2025-09-01\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text('purpose = "x"\nfamilies = ["screening", "help"]\n[tables.screens]\nfile = "forms.csv"\n[tables.enrolment]\nfile = "roll.csv"\n',
                                         encoding="utf-8")
    run = CliRunner()
    run.invoke(app, ["key", "create", str(tmp_path / "k")])
    result = run.invoke(app, ["run", str(tmp_path / "study.toml"), "--data", str(data), "--as-of", "2025-09-12", "--out", str(tmp_path / "out"), "--key",
                              str(tmp_path / "k"), "--quiet", *(["--strict"] if strict else [])])
    assert result.exit_code == (1 if strict else 0), result.output
    assert "phq_a: 2 forms of 2 children hold an answer that concerns a child's safety, the oldest up to 120 hours old" in result.stderr
    assert "safety" not in result.stdout
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            said = path.read_bytes().replace(b"limit_safety", b"")  # the name of a sentence that is on every page
            assert b"safety" not in said, path.name


def test_order_and_chunks_change_nothing():
    pyarrow = pytest.importorskip("pyarrow")
    rows = [row for child in "abcdefgh" for row in long_form(child, [*CALM[:8], ord(child) % 3])]
    whole = count(admitted(screens=screens(*rows)))
    generator = np.random.Generator(np.random.Philox(1))
    for _ in range(5):
        order = generator.permutation(len(rows))
        table = pyarrow.table({name: pyarrow.array(column.tolist()) for name, column in screens(*[rows[i] for i in order]).items()})
        cut = int(generator.integers(1, len(rows)))
        made = admitted(screens=pyarrow.concat_tables([table.slice(0, cut), table.slice(cut)]))
        assert count(made) == whole
        assert fates(made, "screens") == (len(rows), 0, 0, {})


# ---- the made-up city ------------------------------------------------------------------------------------------------


def test_the_made_up_city_opens_with_them(tmp_path):
    city = cw.synthetic.city(children=600, seed=4)
    tables = {"collections", "screens", "counselling", "services", "referrals", "followups", "programmes"}
    assert tables <= set(city)
    opened = cw.open_study(city, key=KEY)
    for name in tables:
        accepted, _, aside, _ = fates(opened.records, name)
        assert (accepted, aside) == (len(city[name]), 0), name
    pytest.importorskip("pyarrow")
    written = cw.open_study(city.write(tmp_path), key=KEY)
    assert count(written.records, city.as_of) == count(opened.records, city.as_of)


def test_a_study_file_maps_wide_columns(tmp_path):
    pytest.importorskip("duckdb")
    (tmp_path / "forms.csv").write_text("pupil,day,q1,q9\na,2025-09-08,1,2\n", encoding="utf-8")
    study = tmp_path / "study.toml"
    study.write_text('[tables.screens]\nselect = """SELECT pupil AS child, \'c\' AS collection, day AS date, \'phq_a\' AS instrument, '
                     'q1 AS item_1, q9 AS item_9 FROM forms"""\n', encoding="utf-8")
    assert count(cw.open_study(study, key=KEY).records)["phq_a"]["forms"] == 1
    study.write_text('[tables.screens]\nfile = "forms.csv"\n[tables.screens.columns]\nchild = "pupil"\nitem_201 = "q1"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="item_201"):
        cw.open_study(study, key=KEY)
