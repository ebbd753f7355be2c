# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The list of each recipient, by hand: whose children, which columns, what is hidden and how, consent, places, safety, reveal."""

import csv
import datetime
import html.parser
import io
import json
import re
import stat

import pytest
from ten_days import KEY, columns
from test_flags import DAYS, iso, measured, pseudonym, study
from typer.testing import CliRunner

import childwell as cw
from childwell.cli import app

HEAD = {"name": "head", "role": "head_teacher", "schools": ["S"]}
CLASS = {"name": "class", "role": "class_teacher", "classes": ["S-1"]}
COUNSELLOR = {"name": "calm", "role": "counsellor", "schools": ["S"]}
OFFICER = {"name": "officer", "role": "safety_officer"}
COORDINATOR = {"name": "walk", "role": "volunteer_coordinator", "programmes": ["reading"]}
RULES = ["chronic_us", "sdq_total_self_china"]
# a: absent; b: questionnaire only; c: both; d: nothing; e: not seen; f: absent, and counselled
AWAY = {"a": DAYS[3:9], "b": [], "c": DAYS[2:9], "d": [], "e": DAYS[8:], "f": DAYS[3:9]}
HIGH = ("b", "c")


def screens(names):
    """A self-report SDQ of one day whose total lies in the highest band: every item as far as it goes."""
    positive = {7, 11, 14, 21, 25, 1, 4, 9, 17, 20}
    rows = [{"child": name, "collection": "autumn", "date": iso(DAYS[10]), "instrument": "sdq", "informant": "self", "item": item,
             "answer": 0 if item in positive else 2, "response": "given"} for name in names for item in range(1, 26)]
    return columns(rows, ("child", "collection", "date", "instrument", "informant", "item", "answer", "response"))


def consent(*rows):
    names = ("child", "purpose", "table", "recipient", "from", "basis")
    return columns([dict(zip(names, row, strict=True)) for row in rows], names)


def listed(recipient, *, consents=None, recipients=("head", "class", "calm", "class_teacher"), capacity=None, days=None, extra=None):
    care = columns([{"child": "f", "date": iso(DAYS[15]), "minutes": 20}], ("child", "date", "minutes"))
    tables = study(AWAY, screens=screens(HIGH), counselling=care, **(extra or {}))
    tables["enrolment"] = columns(
        [{"child": name, "school": "S", "class": "S-1" if name != "d" else "S-2", "grade": 6, "from": "2025-09-01", "stage": "primary"} for name in AWAY],
        ("child", "school", "class", "grade", "from", "stage"))
    tables["children"] = columns([{"child": name, "birth_month": "2012-09-01"} for name in AWAY], ("child", "birth_month"))
    if consents is not None:
        tables["consents"] = consents
    indicators = measured(tables, purpose="review", recipients=recipients, families=("screening", "help"),
                          policies=["us_edfacts_chronic", "not_seen_10_sessions", "help_30_days"], baseline=None, false_alarms=None)
    flags = cw.flag(indicators, rules=RULES, capacity=capacity)
    return cw.worklist(flags, recipient=recipient, follow_up_days=days)


def shown(worklist):
    table = worklist.table()
    names = {pseudonym(name): name for name in AWAY}
    return {names[table["child"][row]]: {name: table[name][row] for name in table.columns} for row in range(len(table))}


def statuses(worklist):
    return {name: row["listing"] for name, row in shown(worklist).items()}


def test_the_counsellor_sees_every_child_of_the_school_with_every_reason_not_seen_first():
    made = listed(COUNSELLOR)
    assert list(statuses(made).items())[0] == ("e", "not_seen")
    assert statuses(made) == {"e": "not_seen", "a": "needs_look", "b": "needs_look", "c": "needs_look", "f": "in_care"}
    rows = shown(made)
    assert "SDQ" in rows["b"]["reasons_en"] or "Strengths" in rows["b"]["reasons_en"]
    assert str(rows["e"]["last_seen"]) == iso(DAYS[7])
    assert rows["a"]["unless_en"].startswith("Would not be listed")


def test_a_class_teacher_is_told_of_no_questionnaire_and_of_no_counselling_not_even_by_a_gap():
    made = listed(CLASS)
    # b is listed by a questionnaire alone; f is in care, and that would say that it was counselled
    assert statuses(made) == {"e": "not_seen", "a": "needs_look", "c": "needs_look", "f": "needs_look"}
    text = made.csv() + made.html() + repr(made)
    for word in ("another reason", "另有理由", "SDQ", "sdq", "困难问卷", "关爱中", "In care", "in_care,\n"):
        assert word not in text.replace("in_care 0", "")
    # with and without the rule that is hidden, and without the care, the list is the same
    assert {name: row["reasons_en"] for name, row in shown(made).items()}["c"].count("Absent on") == 1


def test_a_head_teacher_is_told_that_there_is_another_reason_and_not_which():
    made = listed(HEAD)
    assert statuses(made) == {"e": "not_seen", "a": "needs_look", "b": "needs_look", "c": "needs_look", "f": "in_care"}
    rows = shown(made)
    assert rows["b"]["reasons_en"] == "There is another reason, known to the counsellor."
    assert rows["b"]["reasons_zh"] == "另有理由，由心理辅导老师掌握。" and not rows["b"]["unless_en"]
    assert "another reason" in rows["c"]["reasons_en"] and "another reason" not in rows["a"]["reasons_en"]
    assert "sdq" not in (made.csv() + made.html()).lower() and "score" not in made.html().lower().replace("underscore", "")


def test_withdrawn_consent_empties_the_columns_of_that_recipient_and_the_child_stays():
    withdrawn = consent(("a", "review", "attendance", "class", "2025-09-01", "withdrawn"))
    made = shown(listed(CLASS, consents=withdrawn))
    assert made["a"]["listing"] == "needs_look" and str(made["a"]["last_seen"]) == "NaT"
    assert made["a"]["reasons_en"] == "There is another reason, known to the counsellor."
    assert "Absent on" in shown(listed(COUNSELLOR, consents=withdrawn))["a"]["reasons_en"]
    by_role = consent(("e", "review", "attendance", "class_teacher", "2025-09-01", "refused"))
    assert shown(listed(CLASS, consents=by_role))["e"]["listing"] == "needs_look"
    other = consent(("a", "research", "attendance", "class", "2025-09-01", "withdrawn"))
    assert "Absent on" in shown(listed(CLASS, consents=other))["a"]["reasons_en"]


def test_a_consent_named_for_somebody_who_is_given_no_list_is_about_measuring():
    withdrawn = consent(("a", "review", "attendance", "institute", "2025-09-01", "withdrawn"))
    assert "a" not in statuses(listed(COUNSELLOR, consents=withdrawn))


def test_care_is_not_shown_where_consent_to_counselling_was_withdrawn_for_the_recipient():
    withdrawn = consent(("f", "review", "counselling", "head", "2025-09-01", "withdrawn"))
    assert statuses(listed(HEAD, consents=withdrawn))["f"] == "needs_look"
    assert statuses(listed(COUNSELLOR, consents=withdrawn))["f"] == "in_care"


def test_a_programme_sees_the_children_whom_it_served_lately_and_no_marks():
    served = columns([{"child": name, "programme": programme, "date": iso(day), "provider": "P1"} for name, programme, day in
                      (("a", "reading", DAYS[12]), ("b", "reading", DAYS[12]), ("c", "sport", DAYS[12]))], ("child", "programme", "date", "provider"))
    made = listed(COORDINATOR, extra={"services": served})
    rows = shown(made)
    assert set(rows) == {"a"} and rows["a"]["programme"] == "reading" and str(rows["a"]["last_served"]) == iso(DAYS[12])
    assert "class" not in rows["a"] and "grade" not in rows["a"]
    mine = {"name": "v", "role": "volunteer", "person": KEY.pseudonym("person", "P1")}
    assert set(shown(listed(mine, extra={"services": served}))) == {"a", "c"}
    assert not {"reasons_en", "unless_en", "school"} & set(listed(mine, extra={"services": served}).table().columns)


def test_places_are_kept_and_who_waits_is_counted_and_not_shown():
    made = listed(COUNSELLOR, capacity=1)
    assert statuses(made) == {"e": "not_seen", "f": "in_care"} and made.waiting == 3
    assert listed(CLASS, capacity=1).waiting == 2  # b waits by a questionnaire alone, and is not counted here


def test_follow_ups_are_joined_by_the_number_of_the_list():
    first = shown(listed(COUNSELLOR, days={"needs_look": 10}))["a"]
    assert re.fullmatch("F[0-9a-f]{12}", first["number"])
    assert str(first["follow_up_due"]) == iso(DAYS[-1] + datetime.timedelta(10))
    done = columns([{"flag": first["number"], "date": iso(DAYS[16])}], ("flag", "date"))
    again = shown(listed(COUNSELLOR, days={"needs_look": 10}, extra={"followups": done}))["a"]
    assert str(again["followed_up_on"]) == iso(DAYS[16])
    assert str(again["follow_up_due"]) == iso(DAYS[16] + datetime.timedelta(10))


def test_an_open_referral_is_told_to_those_who_may_know_it():
    rows = [{"child": "a", "date": iso(DAYS[5]), "reason": "x"}, {"child": "c", "date": iso(DAYS[5]), "reason": "x", "outcome_date": iso(DAYS[9])}]
    referred = columns(rows, ("child", "date", "reason", "outcome_date"))
    made = shown(listed(COUNSELLOR, extra={"referrals": referred}))
    assert str(made["a"]["referred_on"]) == iso(DAYS[5]) and str(made["c"]["referred_on"]) == "NaT"
    assert "referred_on" not in shown(listed(CLASS, extra={"referrals": referred}))["a"]


def test_every_list_says_until_when_for_whom_and_for_what():
    made = listed(CLASS)
    assert made.expires == iso(DAYS[-1] + datetime.timedelta(14)) and made.purpose == "review" and made.key_id == KEY.key_id
    row = next(iter(shown(made).values()))
    assert (str(row["expires"]), row["recipient"], row["role"], row["purpose"], row["key_id"]) == (made.expires, "class", "class_teacher", "review", KEY.key_id)


def test_no_list_for_a_bureau_and_none_of_the_officers_queue():
    for recipient, said in (({"name": "b", "role": "bureau_official"}, "aggregates"), (OFFICER, "safety_queue")):
        with pytest.raises(ValueError, match=said):
            listed(recipient)
    with pytest.raises(ValueError, match="follow_up_days"):
        listed(CLASS, days={"needs_look": -1})
    with pytest.raises(ValueError, match="mapping with name"):
        listed({"role": "counsellor"})


def test_the_repr_holds_counts_and_no_child():
    made = listed(COUNSELLOR)
    for text in (repr(made), made._repr_html_()):
        assert not any(pseudonym(name) in text for name in AWAY)
    assert "needs_look 3" in repr(made)


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "\t=1+1", "＝1+1", "\" onmouseover=\"x", "-2+3"])
def test_what_stands_in_the_data_runs_in_no_page_and_in_no_spreadsheet(hostile):
    tables = study({"a": DAYS[3:9]})
    tables["enrolment"] = columns([{"child": "a", "school": "S", "class": hostile, "grade": 3, "from": "2025-09-01"}], ("child", "school", "class", "grade", "from"))
    indicators = measured(tables, purpose=hostile, families=(), baseline=None, false_alarms=None)
    made = cw.worklist(cw.flag(indicators, rules=["chronic_us"]), recipient=HEAD)
    page = Page(made.html())
    assert not {"script", "img", "a", "iframe"} & page.tags and not any(name.startswith("on") for name in page.attributes)
    rows = list(csv.reader(io.StringIO(made.csv(), newline="")))
    assert len(rows) == 2 and len({len(row) for row in rows}) == 1
    assert not any(field.strip(" \t\r\n")[:1] in tuple("=+-@＝") for field in rows[1] if field)


# ---- safety ----------------------------------------------------------------------------------------------------------


def concerned(answer):
    rows = [{"child": "a", "collection": "autumn", "date": "2025-09-05", "instrument": "phq_9", "item": item, "answer": answer if item == 9 else 0,
             "informant": "self", "response": "given"} for item in range(1, 10)]
    return columns(rows, ("child", "collection", "date", "instrument", "item", "answer", "informant", "response"))


def test_the_officer_sees_pseudonym_instrument_and_hours_and_no_answer():
    records = cw.admit(study({"a": []}, screens=concerned(3)), key=KEY)
    queue = cw.safety_queue(records, as_of="2025-09-06", recipient=OFFICER)
    table = queue.table()
    assert (len(queue), table["child"][0], table["instrument"][0], table["hours"][0]) == (1, pseudonym("a"), "phq_9", 48)
    assert set(table.columns) == {"child", "instrument", "hours", "as_of", "expires", "recipient", "role", "purpose", "key_id", "made_up"}
    assert pseudonym("a") not in repr(queue) + queue._repr_html_() and pseudonym("a") in queue.html() + queue.csv()
    assert len(cw.safety_queue(cw.admit(study({"a": []}, screens=concerned(0)), key=KEY), as_of="2025-09-06", recipient=OFFICER)) == 0
    for recipient in (HEAD, CLASS, COUNSELLOR, COORDINATOR):
        with pytest.raises(ValueError, match="officer"):
            cw.safety_queue(records, as_of="2025-09-06", recipient=recipient)


# ---- runs and reveal -------------------------------------------------------------------------------------------------

STUDY = """
purpose = "review"
policies = ["us_edfacts_chronic", "not_seen_10_sessions"]
registers = "full"
[flags]
rules = ["chronic_us"]
[recipients.head]
role = "head_teacher"
schools = ["S0"]
[recipients.officer]
role = "safety_officer"
[recipients.bureau]
role = "bureau_official"
[tables.attendance]
file = "marks.csv"
[tables.screens]
file = "screens.csv"
"""


@pytest.fixture
def ran(tmp_path):
    days = [iso(day) for day in DAYS]
    marks = [f"M{n},S{n % 2},{day},{'absent_illness' if n < 4 and at < 6 else 'present'}" for n in range(8) for at, day in enumerate(days)]
    (tmp_path / "marks.csv").write_text("child,school,date,code\n" + "\n".join(marks) + "\n", "utf-8")
    forms = [f"M1,autumn,2025-09-05,phq_9,{item},{3 if item == 9 else 0},self,given" for item in range(1, 10)]
    (tmp_path / "screens.csv").write_text("child,collection,date,instrument,item,answer,informant,response\n" + "\n".join(forms) + "\n", "utf-8")
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    key = cw.Key.create(tmp_path / "k")
    call = ["run", str(tmp_path / "study.toml"), "--data", str(tmp_path), "--as-of", days[-1], "--out", str(tmp_path / "out"), "--key", str(tmp_path / "k")]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0, result.output
    return tmp_path, key, call


def test_a_run_writes_each_list_for_its_recipient_alone(ran):
    folder, key, call = ran
    latest = folder / "out" / "latest"
    assert sorted(path.name for path in (latest / "worklist").iterdir()) == ["head"]
    home = latest / "worklist" / "head"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700 and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in home.iterdir())
    raw = (home / "worklist.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert {row["child"] for row in rows} == {key.pseudonym("child", "M0"), key.pseudonym("child", "M2")}
    queue = folder / "out" / "safety" / "officer"
    assert stat.S_IMODE(queue.stat().st_mode) == 0o700
    assert key.pseudonym("child", "M1") in (queue / "queue.csv").read_text("utf-8-sig")
    for path in latest.rglob("*"):
        if path.suffix in (".html", ".csv", ".json"):
            assert "phq_9" not in path.read_text("utf-8-sig")
    again = CliRunner().invoke(app, call)
    assert again.exit_code == 0 and len([path for path in (folder / "out").glob("run-*")]) == 1


def test_the_queue_is_written_in_a_strict_run_that_fails(ran):
    folder, key, call = ran
    with (folder / "marks.csv").open("a") as file:
        file.write("M0,S0,2025-13-45,present\n")
    for path in (folder / "out" / "safety" / "officer").iterdir():
        path.unlink()
    assert CliRunner().invoke(app, [*call, "--strict"]).exit_code == 1
    assert key.pseudonym("child", "M1") in (folder / "out" / "safety" / "officer" / "queue.csv").read_text("utf-8-sig")


def reveal(folder, *more, at="2025-09-27T09:30", name="latest/worklist/head/worklist.csv"):
    return CliRunner().invoke(app, ["reveal", str(folder / "out" / name), "--roster", str(folder / "roster.csv"), "--key", str(folder / "k"),
                                    "--log", str(folder / "log.jsonl"), "--at", at, *more])


def test_reveal_joins_logs_and_stores_nothing(ran):
    folder, key, _ = ran
    (folder / "roster.csv").write_bytes("child,姓名\nM0,=王小明\nM1,李四\n".encode("gb18030"))
    before = {path for path in folder.rglob("*")}
    result = reveal(folder)
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout, newline="")))
    assert {row["roster_姓名"] for row in rows} == {"'=王小明", ""}  # M2 is not on the roster
    assert {path for path in folder.rglob("*")} - before == {folder / "log.jsonl"}
    entry = json.loads((folder / "log.jsonl").read_text("utf-8"))
    assert set(entry) == {"at", "who", "worklist", "sha256", "key_id", "recipient", "rows", "revealed"}
    assert (entry["at"], entry["rows"], entry["revealed"]) == ("2025-09-27T09:30:00", 2, 1)
    assert not any(word in (folder / "log.jsonl").read_text("utf-8") for word in ("M0", "王", key.pseudonym("child", "M0")))
    assert stat.S_IMODE((folder / "log.jsonl").stat().st_mode) == 0o600
    assert reveal(folder, "--out", str(folder / "named.csv")).exit_code == 0
    assert stat.S_IMODE((folder / "named.csv").stat().st_mode) == 0o600
    assert len((folder / "log.jsonl").read_text("utf-8").splitlines()) == 2


def test_reveal_refuses_an_expired_list_another_key_and_what_is_no_list(ran):
    folder, _, _ = ran
    (folder / "roster.csv").write_text("child\nM0\n", "utf-8")
    late = reveal(folder, at="2025-12-01T00:00")
    assert late.exit_code == 2 and "expired" in late.output
    assert reveal(folder, at="2025-10-26T23:59").exit_code == 0  # the last day is one of the list's days
    assert reveal(folder, at="2025-10-27T00:00").exit_code == 2
    (folder / "k").unlink()
    cw.Key.create(folder / "k")
    other = reveal(folder)
    assert other.exit_code == 2 and "another key" in other.output
    assert reveal(folder, name="../marks.csv").exit_code == 2 and reveal(folder, name="nothing.csv").exit_code == 2
    assert len((folder / "log.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_study_with_recipients_and_no_rules_is_refused(ran):
    folder, _, call = ran
    (folder / "study.toml").write_text(STUDY.replace('[flags]\nrules = ["chronic_us"]\n', ""), "utf-8")
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 2 and "[flags]" in result.output
