# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Who may see what: the census of roles and columns, against the rules of the data model written down here on their own."""

import tomllib

import pytest

import childwell as cw
from childwell import _core
from childwell._recipients import columns, readers, recipient_of, role_of, roles

# Rule 13 by role: whose children; whether questionnaires, answers and counselling may be seen.
RULES = {
    "bureau_official": ("none", False, False, False),
    "researcher": ("none", False, False, False),
    "head_teacher": ("school", False, False, False),
    "class_teacher": ("class", False, False, False),
    "counsellor": ("school", True, False, True),
    "volunteer_coordinator": ("programme", False, False, False),
    "volunteer": ("caseload", False, False, False),
    "safety_officer": ("study", True, False, False),
}
# Rule 9: left-behind is a grouping, never a reason; rules 7, 12 and 15: no rank, index, score or order of children.
NEVER = {"left_behind", "migration", "boarding", "guardian", "index", "rank", "percentile", "risk", "chance", "first_rule", "value",
         "answer", "answers", "item", "score", "counselling", "minutes", "purpose", "outcome", "refused", "consent", "name",
         "phone", "address", "sex", "birth_month", "household"}
CARE_ROLES = {"head_teacher", "counsellor"}  # rule 10: in care tells of counselling or services


def census():
    table = cw.recipients()
    found = {}
    for row in range(len(table)):
        found.setdefault(str(table["role"][row]), []).append({name: table[name][row] for name in table.columns})
    return found


def test_every_role_sees_the_children_and_the_matters_that_rule_13_gives_it():
    found = census()
    assert set(found) == set(RULES)
    for role, rows in found.items():
        seen = {(row["scope"], bool(row["instruments"]), bool(row["answers"]), bool(row["counselling"])) for row in rows}
        assert seen == {RULES[role]}, role
        assert {bool(row["in_care"]) for row in rows} == {role in CARE_ROLES}, role


def test_no_role_has_a_column_that_nobody_may_see():
    for role, rows in census().items():
        shown = {row["column"] for row in rows} - {"", None}
        assert not shown & NEVER, role
        assert shown <= set(columns())


def test_class_teachers_and_volunteers_have_no_way_to_a_questionnaire_or_to_counselling():
    for role in ("class_teacher", "volunteer", "volunteer_coordinator"):
        for row in census()[role]:
            assert "screening" not in row["families"].split()
            assert row["hidden"] == "left_out"  # one sentence in place of the reason would say that it is a questionnaire
            assert not row["in_care"] and not row["counselling"]
            assert row["table"] not in ("screens", "counselling", "referrals")


def test_the_safety_queue_is_the_officers_alone_and_has_three_columns():
    for role, rows in census().items():
        shown = [row["column"] for row in rows]
        assert ("hours" in shown) == ("instrument" in shown) == (role == "safety_officer")
        if role == "safety_officer":
            assert shown == ["child", "instrument", "hours"]


def test_every_list_expires_and_every_role_says_why_in_both_languages():
    for role, rows in census().items():
        for row in rows:
            assert (0 < row["expires_after_days"] <= 31) == (row["column"] not in ("", None)), role
            assert row["reason_zh"] and row["reason_en"] and row["source"] and row["role_zh"] and row["role_en"]


def test_each_column_names_a_table_of_the_data_model_or_none():
    tables = set(tomllib.loads(_core.rules("schemas")))
    assert {column["table"] for column in columns().values()} - {""} <= tables
    assert all(column["zh"] and column["en"] for column in columns().values())


@pytest.mark.parametrize("change", [
    {"families": ["attendance", "screening"]}, {"columns": ["child", "number"]}, {"columns": ["child", "score"]}, {"scope": "city"},
    {"expires_after_days": 0}, {"columns": []}, {"sees_instruments": True}, {"current_days": 30}, {"families": ["left_behind"]},
])
def test_a_role_that_contradicts_itself_is_refused(change):
    document = tomllib.loads(_core.rules("recipients"))
    with pytest.raises(ValueError, match="childwell.recipients"):
        role_of("class_teacher", document["roles"]["class_teacher"] | change, document["columns"])


@pytest.mark.parametrize(("name", "given", "said"), [
    ("..", {"role": "counsellor", "schools": ["S"]}, "letters"), ("a/b", {"role": "counsellor", "schools": ["S"]}, "letters"),
    ("x", {"role": "councellor", "schools": ["S"]}, "counsellor"), ("x", {"schools": ["S"]}, "no role"),
    ("x", {"role": "class_teacher", "schools": ["S"]}, "classes"), ("x", {"role": "class_teacher"}, "classes"),
    ("x", {"role": "head_teacher", "schools": "S"}, "schools"), ("x", {"role": "head_teacher", "schools": []}, "schools"),
    ("x", {"role": "volunteer"}, "person"), ("x", {"role": "safety_officer", "schools": ["S"]}, "unknown key"),
    ("x", {"role": "researcher", "schools": ["S"]}, "unknown key"), ("x", "counsellor", "table"),
])
def test_a_recipient_is_refused_with_the_mend(name, given, said):
    with pytest.raises(ValueError, match=said):
        recipient_of(name, given)


def test_who_reads_the_report_and_who_is_given_a_list():
    declared = {"bureau": {"role": "bureau_official"}, "三二班": {"role": "class_teacher", "classes": ["C"]}}
    assert readers(declared) == ["bureau"]
    assert readers(["institute"]) == ["institute"] and readers(()) == []
    assert recipient_of("三二班", declared["三二班"]).places == {"C"}
    assert roles()["class_teacher"].zh == "班主任"
