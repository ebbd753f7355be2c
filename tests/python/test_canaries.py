# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Two hundred ids, names and answers planted in every table of a city, and looked for in everything that comes out."""

import io
import re
import zipfile

import numpy as np
import pandas
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

import childwell as cw
from childwell.cli import app

IDS = 200
CANARY = re.compile(r"(?i)canary|9\d{3}7\.125")  # every planted text; every planted number is 9...7.125
FREE = {"referrals": ["reason", "from", "to"], "counselling": ["kind", "purpose", "outcome"], "outcomes": ["kind"], "services": ["kind"]}


def planted(city):
    """The city's tables: 200 children under canary ids, a name and a phone in free columns, canaries in every code."""
    tables = {name: city[name].to_pandas() for name in city}
    children = sorted(set(tables["children"]["child"].astype(object)))[:IDS]
    known = {child: f"CANARY-ID-{at:04}" for at, child in enumerate(children)}
    for name, table in tables.items():
        table = table.reset_index(drop=True)
        for column in table.columns:
            if str(table[column].dtype) in ("category", "string", "str"):
                table[column] = table[column].astype(object)
        if "child" in table.columns:
            table["child"] = table["child"].map(lambda child: known.get(child, child))
        count = len(table)
        table["姓名"] = [f"CANARY-NAME-{name}-{row % 200}" for row in range(count)]
        table["phone"] = [f"CANARY-PHONE-{row % 200}" for row in range(count)]
        for column in FREE.get(name, ()):
            if column in table.columns and count:
                table[column] = [f"CANARY-TEXT-{name}-{column}-{row % 200}" for row in range(count)]
        tables[name] = table
    marks = tables["attendance"]
    bad = marks.index[:5]
    marks.loc[bad, "code"] = [f"CANARY-CODE-{row}" for row in range(5)]  # fewer than ten children hold it
    marks["date"] = marks["date"].astype(str)
    marks.loc[marks.index[5:9], "date"] = [f"CANARY-DATE-{row}" for row in range(4)]
    marks["units_absent"] = None
    marks["units_absent"] = marks["units_absent"].astype(object)
    marks.loc[marks.index[9:12], "units_absent"] = ["CANARY-UNITS-1", "CANARY-UNITS-2", "CANARY-UNITS-3"]
    tables["attendance"] = pandas.concat([marks, marks.iloc[20:25]], ignore_index=True)  # doubled rows
    results = tables["exam_results"]
    results["value"] = results["value"].astype(object)
    results.loc[results.index[:50], "value"] = [f"9{row:03}7.125" for row in range(50)]  # beyond full marks
    results["value"] = results["value"].map(lambda value: None if pandas.isna(value) else str(value))
    forms = tables["screens"]
    answers = [column for column in forms.columns if column == "answer" or column.startswith("item_")]
    for number, column in enumerate(answers):
        forms[column] = forms[column].astype(object)
        forms.loc[forms.index[number % 7 :: 97][:50], column] = [f"9{row:03}7.125" for row in range(len(forms.index[number % 7 :: 97][:50]))]
        forms[column] = forms[column].map(lambda value: None if pandas.isna(value) else str(value))
    forms.loc[forms.index[-3:], "instrument"] = ["CANARY-INSTRUMENT-1", "CANARY-INSTRUMENT-2", "CANARY-INSTRUMENT-3"]
    return tables, known


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canaries")
    city = cw.synthetic.city(children=1000, seed=20061)
    tables, known = planted(city)
    data = folder / "data"
    data.mkdir()
    for name, table in tables.items():
        table.astype({column: str for column in table.columns if table[column].map(type).nunique() > 2}).to_parquet(data / f"{name}.parquet")
    study = city.write_study(folder, list(tables))
    text = study.read_text("utf-8").replace('"small_cells_10"]', '"small_cells_10"]\nfamilies = ["screening", "help"]')
    text = text.replace('"two_papers_failed_cn"]', '"two_papers_failed_cn", "sdq_total_self_china"]').replace("capacity = 20", "capacity = 200")
    study.write_text(text, "utf-8")
    key = cw.Key.create(folder / "k")
    said = []
    for command in (["run"], ["run", "--strict"], ["check"]):
        options = ["--data", str(data), "--key", str(folder / "k")]
        options += ["--as-of", city.as_of, "--out", str(folder / "out")] if command[0] == "run" else []
        result = CliRunner().invoke(app, [command[0], str(study), *options, *command[1:]])
        assert result.exit_code == {0: 0, 1: 1, 2: 0}[len(said)], result.output
        said.append(result.output + str(result.exception or ""))
    return folder, city, tables, known, key, said


def texts(name, content):
    """Every text of a file, with what lies in its containers; (name, text)."""
    if name.endswith(".parquet"):
        table = pyarrow.parquet.read_table(io.BytesIO(content))
        columns = {column: {str(value) for value in table[column].unique().to_pylist()} for column in table.column_names}
        yield name, " ".join(sorted(set().union(*columns.values(), columns))) + str(table.schema.metadata)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            for inner in container.namelist():
                yield from texts(f"{name}/{inner}", container.read(inner))
    else:
        yield name, content.decode("utf-8", "replace")


def written(folder):
    for path in sorted((folder / "out").rglob("*")):
        if path.is_file() and "latest" not in path.relative_to(folder / "out").parts:
            yield from texts(str(path.relative_to(folder / "out")), path.read_bytes())


def own(name, city, known):
    """The pseudonyms that a recipient may see, from the tables alone."""
    given = city.recipients[name]
    enrolment, services = city["enrolment"].to_pandas(), city["services"].to_pandas()
    if "programmes" in given:
        rows = services[services["programme"].isin(given["programmes"])]["child"]
    else:
        column = "school" if "schools" in given else "class"
        rows = enrolment[enrolment[column].isin(given["schools" if column == "school" else "classes"])]["child"]
    return {known.get(child, child) for child in rows}


def test_the_canaries_are_in_what_went_in(ran):
    folder, _, tables, _, _, _ = ran
    planted_in = {name for name, table in tables.items() if CANARY.search(table.head(500).to_csv())}
    assert planted_in >= {name for name, table in tables.items() if len(table)}
    assert any(CANARY.search(text) for path in (folder / "data").iterdir() for _, text in texts(path.name, path.read_bytes()))


def test_a_canary_is_found_in_every_kind_of_container(tmp_path):
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as container:
        container.writestr("word/document.xml", "<w>CANARY-NAME-1</w>")
    with zipfile.ZipFile(outer, "w") as container:
        container.writestr("report.docx", inner.getvalue())
    frame = io.BytesIO()
    pandas.DataFrame({"a": ["CANARY-ID-0001"]}).to_parquet(frame)
    assert any(CANARY.search(text) for _, text in texts("all.zip", outer.getvalue()))
    assert any(CANARY.search(text) for _, text in texts("a.parquet", frame.getvalue()))
    assert CANARY.search("90127.125") and CANARY.search("canary-text")


def test_no_canary_is_in_any_file_of_a_run(ran):
    folder = ran[0]
    found = [(name, CANARY.search(text)[0][:8]) for name, text in written(folder) if CANARY.search(text)]
    assert found == []
    names = {name.split("/", 1)[1] for name, _ in written(folder) if "/" in name}
    assert any(name.startswith("aggregates.xlsx") for name in names) and any(name.startswith("report.docx") for name in names)
    assert {"report.html", "indicators.parquet", "quarantine.parquet", "worklist/head/worklist.csv", "worklist/class/worklist.html"} <= names


def test_no_canary_is_in_what_a_command_says(ran):
    for said in ran[5]:
        assert said and not CANARY.search(said)


def test_no_pseudonym_is_in_a_file_that_is_shared_and_none_on_a_list_that_is_not_its_own(ran):
    folder, city, _, known, key, _ = ran
    everyone = {key.pseudonym("child", known.get(child, child)) for child in city["children"]["child"]}
    seen = set()
    for name, text in written(folder):
        here = set(re.findall(r"\b[0-9a-f]{32}\b", re.sub(r"(?i)<br>|</?code>", "", text))) & everyone
        parts = name.split("/")
        if "worklist" in parts:
            recipient = parts[parts.index("worklist") + 1]
            if here:  # a list without a row shows nothing
                seen.add(recipient)
            assert here <= {key.pseudonym("child", child) for child in own(recipient, city, known)}, recipient
        elif parts[0] != "safety" and not name.endswith("indicators.parquet"):
            assert not here, name
    assert seen == {"head", "class", "counsellor", "volunteers"}


def test_class_teacher_and_volunteers_have_no_word_of_questionnaires_or_counselling(ran):
    told = {}
    for name, text in written(ran[0]):
        parts = name.split("/")
        if "worklist" in parts:
            told.setdefault(parts[parts.index("worklist") + 1], []).append(text)
    for recipient in ("class", "volunteers"):
        for text in told[recipient]:
            assert not re.search(r"(?i)sdq|phq|score|得分|量表|counsel|咨询|关爱中|in_care|another reason|另有理由", text)


def test_no_canary_is_in_a_repr_a_message_or_an_exception(ran):
    folder, city, tables, known, key, _ = ran
    study = cw.open_study(folder / "study.toml", data=folder / "data", key=key)
    indicators = study.measure(as_of=city.as_of)
    flags = study.flag(indicators)
    groups = cw.aggregate(indicators)
    made = [study, study.records, study.cohort, indicators, flags, groups, study.records.quarantine, indicators.table(), key]
    made += [cw.worklist(flags, recipient=one) for one in study.recipients if one.role.scope not in ("none", "study")]
    made += [cw.safety_queue(study.records, as_of=city.as_of, recipient=one) for one in study.recipients if one.role.scope == "study"]
    pseudonyms = {key.pseudonym("child", child) for child in known.values()}
    for one in made:
        for text in (repr(one), str(one), *([one._repr_html_()] if hasattr(one, "_repr_html_") else [])):
            assert not CANARY.search(text) and not set(re.findall(r"\b[0-9a-f]{32}\b", text)) & pseudonyms, type(one)
    assert not CANARY.search(str(study.records.ledger)) and not CANARY.search(str(study.cohort.ledger))
    with pytest.raises(cw.DataError) as caught:
        study._admit(strict=True)
    assert not CANARY.search(str(caught.value) + str(caught.value.faults))


@pytest.mark.parametrize("attempt", [
    lambda tables, key: cw.admit({"attendance": tables["attendance"].drop(columns="code")}, key=key),
    lambda tables, key: cw.admit({"attendances": tables["attendance"]}, key=key),
    lambda tables, key: cw.admit({"attendance": [tables["attendance"]]}, key=key),
    lambda tables, key: cw.admit({"attendance": tables["attendance"]}, key=key, codes={"attendance.code": {"CANARY-CODE-1": "away"}}),
    lambda tables, key: key.pseudonym("", "CANARY-ID-0001"),
])
def test_a_mistaken_call_names_no_canary(ran, attempt):
    with pytest.raises((ValueError, TypeError)) as caught:
        attempt(ran[2], ran[4])
    said = str(caught.value)
    assert said and not re.search(r"CANARY-(ID|NAME|PHONE|TEXT)", said) and not re.search(r"9\d{3}7\.125", said)


def test_reveal_leaves_no_canary_but_in_what_it_gives(ran):
    folder, city, _, known, key, _ = ran
    children = [known.get(child, child) for child in city["children"]["child"]]
    pandas.DataFrame({"child": children, "姓名": [f"CANARY-NAME-{at}" for at in range(len(children))]}).to_csv(folder / "roster.csv", index=False)
    listed = folder / "out" / "latest" / "worklist" / "head" / "worklist.csv"
    result = CliRunner().invoke(app, ["reveal", str(listed), "--roster", str(folder / "roster.csv"), "--key", str(folder / "k"), "--log",
                                      str(folder / "log.jsonl"), "--at", city.as_of + "T08:00"])
    assert result.exit_code == 0, result.output
    assert CANARY.search(result.stdout)
    assert not CANARY.search((folder / "log.jsonl").read_text("utf-8"))
    assert np.char.count(result.stdout, "CANARY-NAME") == len(pandas.read_csv(listed))
