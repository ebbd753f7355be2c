# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The workbook and the document: what the page shows and nothing that it hides, in both languages, and no formula."""

import copy
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from html.parser import HTMLParser

import childwell as cw
import pytest
from childwell import _core
from childwell._document import render_docx
from childwell._render import render_html
from childwell._report_model import visible_text
from childwell._report_tables import Number
from childwell._workbook import number_format, render_xlsx
from payloads import MARKUP, SPREADSHEET, starts_a_formula

docx = pytest.importorskip("docx")
openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

KEY = cw.Key.from_bytes(bytes(range(32)))
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"[<>]?−?\d[\d,]*(?:\.\d+)?")
# Texts of a writer's own language, and characters that a file of XML cannot hold.
OF_THE_WRITERS = ["<r>=1+1</r>", "<r><t>1</t></r><f>1+1</f><r></r>", "_x003D_1+1", "a\ufffeb\uffffc", "{PAGE}", "x" * 33000]
# Texts that are no free text: the schema and levels are checked at the door, dates are dates.
CLOSED = {".schema", ".as_of", ".registers[].level", ".screening[].level", ".figures[].level", ".groups[].level", ".policies[].from", ".rules[].from"}
CLOSED |= {f".{part}[].status" for part in ("figures", "groups", "registers", "due", "waits")}
CLOSED |= {f".{part}[].{name}" for part in ("days", "weeks", "classes") for name in ("level", "status", "from", "to")}
CLOSED |= {".waits[].until", ".sections[].id", ".sections[].absent[].reason"}


@pytest.fixture(scope="module")
def model():
    city = cw.synthetic.city(children=3000, seed=3)
    indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of)
    flags = cw.flag(indicators, rules=["chronic_us", "unexplained_3_days_local"])
    made = cw.report(cw.aggregate(indicators, flags), purpose="term_review", audience="bureau", title="三年跟踪", recipients=["bureau"]).model
    city_row = next(row for row in made["groups"] if row["level"] == "city" and row["status"] == "ok")
    made["groups"].append({**city_row, "hierarchy": "totals", "span": "2025-09-01..2026-01-30", "place": "T-1", "value": 0.125})
    made["provenance"]["inputs"] = [{"table": "attendance", "rows": 1234, "source": "marks.csv", "sha256": "0" * 64}]
    return made


@pytest.fixture(scope="module")
def small(model):
    """A model with every kind of table and few rows."""
    made = copy.deepcopy(model)
    kept = {}
    for row in made["groups"]:
        kept.setdefault((row["hierarchy"], row["status"]), row)
    made["groups"] = list(kept.values())
    made |= {part: made[part][:6] for part in ("days", "weeks", "classes")}
    named = {row["measure"] for row in made["groups"]}
    made["sections"] = [{**one, "measures": [measure for measure in one["measures"] if measure["measure"] in named],
                         "absent": one["absent"][:1]} for one in made["sections"]]
    return made


@pytest.fixture(scope="module")
def workbook(model):
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(model)))


@pytest.fixture(scope="module")
def document(model):
    return docx.Document(io.BytesIO(render_docx(model)))


# What stands in each of the three

class Tables(HTMLParser):
    """Rows of the tables of a page: the label's first piece, and the numbers of the other cells."""

    def __init__(self, page):
        super().__init__()
        self.rows, self._label, self._cells, self._cell, self._again = [], None, [], None, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "tr":
            self._label, self._cells, self._cell = [], [], None
        elif tag == "th":
            self._cell = self._label if attributes.get("scope") == "row" else None
        elif tag == "td" and "plot" not in attributes.get("class", ""):
            self._cells.append([])
            self._cell = self._cells[-1]
        elif tag == "span":
            self._again = attributes.get("lang") == "en"  # the same in the other language

    def handle_data(self, data):
        if self._cell is not None and data.strip() and not self._again:
            self._cell.append(data.strip())

    def handle_endtag(self, tag):
        if tag == "span":
            self._again = False
        elif tag in ("th", "td"):
            self._cell = None
        elif tag == "tr" and self._label:
            self.rows.append((self._label[0], numbers(" ".join(" ".join(cell) for cell in self._cells))))


def numbers(text):
    return sorted(found.lstrip("−") for found in NUMBER.findall(text.replace("-", "−")))


def shown(cell):
    """A cell as a spreadsheet shows it, by its format."""
    if cell.data_type != "n" or cell.value is None:
        return str(cell.value or "")
    form = cell.number_format
    decimals = len(form.partition(".")[2].rstrip("%"))
    share = form.endswith("%")
    return f"{cell.value * (100 if share else 1):,.{decimals}f}{'%' * share}"


def rows_of_workbook(workbook):
    for sheet in workbook:
        for row in sheet.iter_rows():
            cells = [cell for cell in row if cell.value is not None]
            if cells:
                yield sheet.title, cells


def rows_of_document(document):
    for table in document.element.iter(f"{WORD}tbl"):
        for row in table.iter(f"{WORD}tr"):
            yield ["".join(text.text or "" for text in cell.iter(f"{WORD}t")) for cell in row.iter(f"{WORD}tc")]


def contains(these, those):
    left = list(those)
    return all(one in left and (left.remove(one) or True) for one in these)


def test_every_number_of_the_tables_of_the_page_is_in_both(model, workbook, document):
    page = [(label, found) for label, found in Tables(render_html(model)).rows if found]
    assert len(page) > 300
    told = [(" ".join(cells), numbers(" ".join(cells[1:]))) for cells in rows_of_document(document)]
    kept = [(" ".join(str(cell.value) for cell in cells), numbers(" ".join(shown(cell) for cell in cells)))
            for _, cells in rows_of_workbook(workbook)]
    # a per cent of an interval stands once on the page and twice in the workbook; a total has a row for each of its measures
    for label, found in page:
        city = label in ("全市", "City")
        assert any(contains(found, there) for text, there in told if label in text), (label, found)
        assert any(contains(found, there) for text, there in kept if city or label in text), (label, found)


def wanted_of(entry, unit, *, names):
    return sorted(found for name, value in entry.items() if name in names and isinstance(value, (int, float))
                  for found in numbers(Number(value, names[name] or unit).text))


def test_every_entry_of_the_model_is_in_both(model, workbook, document):
    """By enumeration of the model's own keys: a list of rows that a later version adds is not passed over."""
    units = {measure["id"]: measure["unit"] for measure in model["measures"]}
    rows_of_numbers = {"registers", "screening", "figures", "groups", "due", "waits", "days", "weeks", "classes"}
    words_of = {"sections", "policies", "rules", "measures", "limits", "missing_tables", "assumptions", "recipients"}
    assert {key for key, value in model.items() if isinstance(value, list)} <= rows_of_numbers | words_of
    told = [numbers(" ".join(cells[1:])) for cells in rows_of_document(document)]
    kept = [numbers(" ".join(shown(cell) for cell in cells[1:])) for _, cells in rows_of_workbook(workbook)]
    share, count, own = "share", "count", None
    forms = {"registers": {"recorded": share, "implied": share, "unknown": share, "expected": count},
             "due": {"value": count, "of": count, "cannot_tell": count}, "figures": {"value": own, "lower": own, "upper": own, "n": count},
             "waits": {"median": "days", "lower": "days", "children": count, "referrals": count}, "days": {"value": share},
             "weeks": {"value": share, "school_days": count, "n": count, **dict.fromkeys(("lower", "upper", "sampling_lower", "sampling_upper"), share)},
             "classes": {"value": share, "in_class": count, "n": count, **dict.fromkeys(("sampling_lower", "sampling_upper"), share)}}
    entries = [(name, wanted_of(entry, units.get(entry.get("measure")), names=names)) for name, names in forms.items() for entry in model[name] or []]
    entries += [("screening", wanted_of(row[name], "share", names={"value": share})) for row in model["screening"] for name in ("response", "coverage")]
    entries += [("roll", wanted_of(cell, count, names={"value": count})) for cell in model["roll"].values() if isinstance(cell, dict)]
    entries += [("ledger", wanted_of(table, count, names=dict.fromkeys(("read", "accepted", "corrected", "quarantined"), count)))
                for table in model["ledger"]["tables"].values()]
    assert {name for name, found in entries if found} == {*forms, "screening", "roll", "ledger"}
    for name, found in dict.fromkeys((name, tuple(found)) for name, found in entries):
        assert any(contains(found, there) for there in kept), name
        assert any(contains(found, there) for there in told), name


def test_every_section_and_every_rule_is_in_both(model, workbook, document):
    """The sections of src/rules/groups.toml, with the families that they name, and whoever judges a row."""
    words = tomllib.loads(_core.rules("report"))
    sections = [*tomllib.loads(_core.rules("groups"))["section"], "other"]
    assert {section["id"] for section in model["sections"]} <= set(sections) and "looking" in sections
    assert next(section for section in model["sections"] if section["id"] == "looking")["measures"]
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading")]
    code = [" ".join(cells) for cells in rows_of_document(document)] + [paragraph.text for paragraph in document.paragraphs]
    cells = [str(cell.value) for _, row in rows_of_workbook(workbook) for cell in row]
    for section in model["sections"]:
        title = words["domain"][section["id"]]
        assert f"{title['zh']} / {title['en']}" in headings
        sheet = next(sheet for sheet in workbook if {title["zh"], title["en"]} <= {cell.value for row in sheet["A1:A6"] for cell in row})
        codes = {cell.value for row in sheet.iter_rows() for cell in row}
        for measure in section["measures"]:
            assert measure["measure"] in codes
            assert any(text.endswith(measure["measure"]) for text in code), measure["measure"]
    for judge in [*model["policies"], *model["rules"]]:
        assert any(judge["id"] in text for text in code) and judge["id"] in cells
        assert any(judge["name"]["zh"] in text and judge["name"]["en"] in text for text in code)
    assert model["rules"]


def places(workbook, model):
    """The rows of the sheets that are sorted and filtered, by what each is about."""
    names = {measure["id"]: measure for measure in model["measures"]}
    found = {}
    for sheet in workbook:
        if not sheet.auto_filter.ref:
            continue
        first, last = re.findall(r"\d+", sheet.auto_filter.ref)
        heads = [str(cell.value).split("\n")[-1] for cell in sheet[int(first)]]
        for cells in sheet.iter_rows(int(first) + 1, int(last)):
            row = dict(zip(heads, cells, strict=False))
            assert row["Code"].value in names
            key = (row["Code"].value, row["Policy"].value if "Policy" in row else "–", row["Hierarchy"].value.split(" / ")[-1],
                   row["Level"].value.split(" / ")[-1], row["Place"].value,
                   *(row[head].value or "" if head in row else "" for head in ("Exam", "Subject", "Period")))
            assert key not in found
            found[key] = row
    return found


def test_every_figure_is_a_number_with_its_digits_and_no_hidden_one_has_any(model, workbook):
    words = tomllib.loads(_core.rules("report"))
    rules = {policy["id"]: policy["name"] for policy in [*model["policies"], *model["rules"]]}
    units = {measure["id"]: measure["unit"] for measure in model["measures"]}
    found = places(workbook, model)
    heads = {"value": "Observed", "lower": "Lower", "upper": "Upper", "pooled": "Pooled", "pooled_lower": "Pooled, lower",
             "pooled_upper": "Pooled, upper", "n": "Children n", "n_expected": "Expected sessions", "n_observed": "With evidence"}
    statuses = set()
    for row in model["groups"]:
        rule = rules.get(row["policy"], {"zh": row["policy"], "en": row["policy"]}) if row["policy"] else None
        named = ("–" if rule is None else rule["zh"] if rule["zh"] == rule["en"] else f"{rule['zh']} / {rule['en']}")
        cells = found.pop((row["measure"], named, row["hierarchy"], words["levels"][row["level"]]["en"], row["place"], row["exam"], row["subject"],
                           row.get("span") or ""))
        statuses.add(row["status"])
        for name, head in heads.items():
            cell = cells[head]
            if row["status"] != "ok" or row["value"] is None:
                assert cell.data_type == "s" and not numbers(str(cell.value)), (row["measure"], name)
            elif row[name] is not None and not (name.endswith(("lower", "upper")) and None in (row[name], row[name.replace("upper", "lower")])):
                said = Number(row[name], "count" if name in ("n", "n_expected", "n_observed") else units[row["measure"]])
                digits = {"count": 0, "share": 3, "days": 1}.get(said.unit, 2)
                assert cell.data_type == ("n" if said.text[:1] not in "<>" else "s"), (row["measure"], name)
                assert shown(cell).replace("-", "−") == said.text, (row["measure"], name)  # no digit more than on the page
                assert cell.data_type == "s" or abs(cell.value - row[name]) <= 0.50001 * 10**-digits and round(cell.value, digits) == cell.value
            else:
                assert cell.value == "–"
        if row["status"] == "hidden":
            assert "hidden" in cells["Observed"].value and "不显示" in cells["Status"].value
    assert not found
    assert statuses >= {"ok", "hidden"}


def test_no_hidden_place_has_a_row_in_the_document(model, document):
    """Under each measure, the tables name the places with a figure alone, and a sentence names the others."""
    hidden, there = {}, {}
    for row in model["groups"]:
        if row["hierarchy"] != "totals" and row["level"] != "city":
            kind = there if row["status"] == "ok" and row["value"] is not None else hidden
            kind.setdefault(row["measure"], set()).add((row["hierarchy"], row["place"]))
    measure, hierarchy, listed, named = None, "school", {}, {}
    for element in document.element.body:
        text = "".join(part.text or "" for part in element.iter(f"{WORD}t"))
        if element.tag == f"{WORD}p":
            code = re.search(r" · ([a-z_]+\.[\w.]+)$", text)
            if code and code[1] in there | hidden:
                measure, hierarchy = code[1], "school"
            elif "By where the home is" in text:
                hierarchy = "home"
            elif "By where the school is" in text:
                hierarchy = "school"
            elif text.startswith("不显示 · "):
                said = text.rpartition(" · ")[2]
                named.setdefault(measure, set()).update((hierarchy, place) for place in said.split(", "))
        else:
            for row in element.iter(f"{WORD}tr"):
                cells = ["".join(part.text or "" for part in cell.iter(f"{WORD}t")) for cell in row.iter(f"{WORD}tc")]
                if len(cells) == 7 and numbers(cells[1]):
                    listed.setdefault(measure, set()).add((hierarchy, cells[0]))
    assert sum(map(len, hidden.values())) > 50
    for name, places_of in hidden.items():
        both = {one for one in places_of if one in there.get(name, set())}  # one place under two rules
        assert not (places_of - both) & listed.get(name, set()), name
    # every hidden place of the levels that the document has room for is named as hidden
    assert sum(len(hidden.get(name, set()) & places_of) for name, places_of in named.items()) > 50
    assert not any(places_of & (there.get(name, set()) - hidden.get(name, set())) for name, places_of in named.items() if name)


def test_a_number_is_kept_with_the_digits_of_the_page():
    kept = {(0.12345, "share"): (0.123, "0.0%"), (0.0, "share"): (0.0, "0.0%"), (1.0, "share"): (1.0, "0.0%"), (0.0001, "share"): (None, "0.0%"),
            (0.9999, "share"): (None, "0.0%"), (1234, "count"): (1234, "#,##0"), (3.0, "days"): (3, "#,##0"), (3.2512, "days"): (3.3, "#,##0.0"),
            (-0.5049, "standard_deviations"): (-0.5, "#,##0.00"), (0.0625, "share"): (0.062, "0.0%")}
    for (value, unit), (rounded, form) in kept.items():
        number = Number(value, unit)
        assert (number.rounded, number_format(number)) == (rounded, form), (value, unit)


# No formula, no link, no markup

def planted(part, text, where=""):
    """The model with one text in every field that is free, and in the names of open mappings."""
    if isinstance(part, dict):
        made = {key: planted(value, text, f"{where}.{key}") for key, value in part.items()}
        if where in (".ledger.tables", ".policies[].parameters", ".roll") and made:
            made[text] = copy.deepcopy(next(reversed(made.values())))
        return made
    if isinstance(part, list):
        return [planted(value, text, f"{where}[]") for value in part]
    return text if isinstance(part, str) and where not in CLOSED else part


def parts(made):
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith((".xml", ".rels"))}


def formulas(made):
    """What a spreadsheet would reckon, reach or run when it opens a workbook."""
    found = [name for name, text in parts(made).items()
             if re.search(r"<f[ >/]|externalLink|TargetMode=\"External\"|oleObject|ddeLink|macro|<definedName[^>]*>[^<]*\(", text)]
    book = openpyxl.load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    found += [cell.coordinate for cell in cells if cell.data_type not in ("s", "n")]
    found += [cell.coordinate for cell in cells if cell.data_type == "s" and starts_a_formula(cell.value)]
    return found, cells


def test_a_careless_workbook_has_formulas():
    import xlsxwriter

    for text in ("=1+1", "@SUM(1+1)", "<r>=1+1</r>"):
        held = io.BytesIO()
        book = xlsxwriter.Workbook(held, {"in_memory": True})
        book.add_worksheet().write(0, 0, text)
        book.close()
        if text.startswith("<r>"):
            assert "<r>=1+1</r>" in parts(held.getvalue())["xl/sharedStrings.xml"]  # as markup of its own
        else:
            assert formulas(held.getvalue())[0], text


@pytest.mark.parametrize("text", [*SPREADSHEET, *OF_THE_WRITERS, *MARKUP[:4]], ids=lambda text: ascii(text)[:24])
def test_text_of_the_data_is_text_in_both(small, text):
    hostile = planted(small, text)
    seen = visible_text(text)
    made = render_xlsx(hostile)
    found, cells = formulas(made)
    assert found == []
    texts = {cell.value for cell in cells}
    # as it was written, with an apostrophe at most and cut where no cell holds more
    assert any(str(one).replace("\r", "").endswith(seen[:32000].rstrip()) or seen[:32000] in str(one) for one in texts)
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s" and not cell.hyperlink)
    assert all(cell.hyperlink.location and not cell.hyperlink.target for cell in cells if cell.hyperlink)
    written = render_docx(hostile)
    opened = docx.Document(io.BytesIO(written))
    both = (opened.element, opened.sections[0].footer._element)
    assert {field.get(f"{WORD}instr") for part in both for field in part.iter(f"{WORD}fldSimple")} == {"PAGE", "NUMPAGES"}
    assert not list(opened.element.iter(f"{WORD}instrText"))
    assert seen in "".join(part.text or "" for part in opened.element.iter(f"{WORD}t"))
    assert all("TargetMode" not in part for name, part in parts(written).items() if name.endswith(".rels"))


def test_libreoffice_reckons_nothing_and_neither_does_what_it_saves(small, tmp_path):
    """Opened, reckoned anew and saved as CSV and as a workbook again, in which the types of the first are lost."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no office program is installed")
    hostile = copy.deepcopy(small)
    pattern = hostile["groups"][0]
    hostile["groups"] += [{**pattern, "place": f"{text}"} for text in SPREADSHEET]
    hostile["recipients"] = list(SPREADSHEET)
    (tmp_path / "a.xlsx").write_bytes(render_xlsx(hostile))

    def convert(name, form, folder):
        subprocess.run([program, "--headless", f"-env:UserInstallation=file://{tmp_path}/home", "--convert-to", form, "--outdir", str(folder),
                        str(tmp_path / name)], check=True, capture_output=True, timeout=300)

    convert("a.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", tmp_path / "csv")
    saved = list((tmp_path / "csv").glob("*.csv"))
    assert len(saved) > 8
    cells = [cell for path in saved for row in csv.reader(path.open(encoding="utf-8", newline="")) for cell in row]
    assert not [cell for cell in cells if starts_a_formula(cell) and not re.fullmatch(r"-?[\d,.]+%?", cell)]
    for text in SPREADSHEET:
        assert any(visible_text(text).strip() in cell for cell in cells), text
    convert("a.xlsx", "xlsx:Calc MS Excel 2007 XML", tmp_path / "again")
    assert formulas((tmp_path / "again" / "a.xlsx").read_bytes())[0] == []


# The same bytes

def test_equal_models_give_equal_bytes_on_any_day_and_in_any_process(model, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps(model), encoding="utf-8")
    code = ("import json, sys, hashlib\nfrom childwell._workbook import render_xlsx\nfrom childwell._document import render_docx\n"
            "model = json.load(open(sys.argv[1], encoding='utf-8'))\n"
            "print(*(hashlib.sha256(render(model)).hexdigest() for render in (render_xlsx, render_docx)))")
    here = [hashlib.sha256(render(model)).hexdigest() for render in (render_xlsx, render_docx)]
    environment = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "model.json")], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == here
    for made in (render_xlsx(model), render_docx(model)):
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            dates = re.findall(r"\d{4}-\d\d-\d\dT", archive.read("docProps/core.xml").decode())
        assert set(dates) == {model["as_of"] + "T"}


# Both languages

def lines(texts):
    return {piece.strip() for text in texts for piece in re.split(r"\n| / | · |；|; ", text)}


def phrases(part, where=()):
    for name, value in part.items():
        if isinstance(value, dict) and {"zh", "en"} <= set(value):
            yield (*where, name), value
        elif isinstance(value, dict):
            yield from phrases(value, (*where, name))


def test_whatever_is_said_in_one_language_is_said_in_the_other(workbook, document):
    rules = [*phrases(tomllib.loads(_core.rules("report")))]
    for measure, words in tomllib.loads(_core.rules("measures")).items():
        if isinstance(words, dict):
            rules += [((measure,), words), ((measure, "definition"), {tag: words[f"{tag}_definition"] for tag in ("zh", "en")})]
    in_workbook = lines(str(cell.value) for _, cells in rows_of_workbook(workbook) for cell in cells if cell.data_type == "s")
    texts = []
    for paragraph in document.element.iter(f"{WORD}p"):
        texts.append("".join("\n" if part.tag == f"{WORD}br" else part.text or "" for part in paragraph.iter(f"{WORD}t", f"{WORD}br")))
    for found in (in_workbook, lines(texts)):
        told = [where for where, phrase in rules if phrase["zh"] in found and phrase["zh"] != phrase["en"]]
        assert len(told) > 120
        others = {}  # some words of one language are two in the other
        for _, phrase in rules:
            others.setdefault(phrase["zh"], []).append(phrase["en"])
        silent = [where for where, phrase in rules if phrase["zh"] in found and not any(lines([other]) <= found for other in others[phrase["zh"]])]
        assert silent == []


def test_the_mark_of_made_up_data_is_on_every_sheet_and_page(model, workbook, document):
    mark = tomllib.loads(_core.rules("report"))["page"]["made_up"]
    for sheet in workbook:
        assert (sheet["A1"].value, sheet["A2"].value) == (mark["zh"], mark["en"])
        assert mark["zh"] in sheet.oddHeader.center.text and mark["en"] in sheet.oddHeader.center.text
    assert all(mark["zh"] in section.header.paragraphs[0].text and mark["en"] in section.header.paragraphs[0].text for section in document.sections)
    assert not any(section.different_first_page_header_footer for section in document.sections)
    real = {**model, "made_up": False, "limits": [limit for limit in model["limits"] if limit["code"] != "limit_made_up"]}
    for made in (render_xlsx(real), render_docx(real)):
        assert not any(mark["zh"] in text or mark["en"] in text for text in parts(made).values())


# A document that can be read

def test_a_document_has_headings_repeated_heads_and_fonts_for_both_scripts(model, document):
    from docx.oxml.ns import qn

    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert len(headings) == len(set(headings)) >= len(model["sections"]) + 4
    anchors = {link.get(f"{WORD}anchor") for link in document.element.iter(f"{WORD}hyperlink")}
    marks = {mark.get(f"{WORD}name") for mark in document.element.iter(f"{WORD}bookmarkStart")}
    assert anchors == marks and len(marks) == len(headings)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei" and fonts.get(qn("w:ascii")) == "Arial"
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
    tables = list(document.element.iter(f"{WORD}tbl"))
    assert len(tables) > 30
    for table in tables:
        assert table.find(f"{WORD}tblPr/{WORD}tblCaption").get(f"{WORD}val")
        rows = list(table.iter(f"{WORD}tr"))
        widths = [int(column.get(f"{WORD}w")) for column in table.iter(f"{WORD}gridCol")]
        assert sum(widths) == 9638 and min(widths) > 300
        for row in rows:
            spans = [int(span.get(f"{WORD}val")) - 1 for span in row.iter(f"{WORD}gridSpan")]
            assert len(list(row.iter(f"{WORD}tc"))) + sum(spans) == len(widths)
        repeated = [row.find(f"{WORD}trPr/{WORD}tblHeader") is not None for row in rows]
        assert sum(repeated) <= 1 and (repeated[0] or len(widths) == 2)
    assert not list(document.element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))


def test_a_workbook_can_be_sorted_printed_and_found_the_way_in(model, workbook):
    names = workbook.sheetnames
    assert len({name.casefold() for name in names}) == len(names) and all(len(name) <= 31 for name in names)
    linked = {cell.hyperlink.location.strip("'").split("'!")[0] for row in workbook[names[0]].iter_rows() for cell in row if cell.hyperlink}
    assert linked == set(names[1:])
    sections = {section["id"] for section in model["sections"] if section["measures"]}
    filtered = [sheet for sheet in workbook if sheet.auto_filter.ref]
    assert len(filtered) == len(sections) + 1  # and the totals
    for sheet in filtered:
        assert sheet.freeze_panes and sheet.print_title_rows and sheet.print_area
    assert all(sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in workbook)


# Where they come from

def test_a_report_and_a_run_write_both(tmp_path):
    city = cw.synthetic.city(children=300, seed=4)
    study = cw.open_study(city, key=KEY)
    made = cw.report(cw.aggregate(study.measure(as_of=city.as_of)), purpose="term_review", audience="bureau")
    assert made.xlsx(tmp_path / "a.xlsx") == (tmp_path / "a.xlsx").read_bytes() == render_xlsx(made.model)
    assert made.docx(tmp_path / "a.docx") == (tmp_path / "a.docx").read_bytes() == render_docx(made.model)
    from childwell._run import run

    one, two = (run(cw.open_study(city, key=KEY), as_of=[city.as_of], out=tmp_path / name) for name in ("one", "two"))
    for name in ("aggregates.xlsx", "report.docx"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    kept = json.loads((one / "report.json").read_text("utf-8"))
    assert (one / "aggregates.xlsx").read_bytes() == render_xlsx(kept)
    assert (one / "report.docx").read_bytes() == render_docx(kept)


def test_a_study_of_totals_has_both_too(model):
    bare = copy.deepcopy(model)
    bare["groups"] = [row for row in bare["groups"] if row["hierarchy"] == "totals"]
    bare |= {"registers": [], "screening": None, "waits": None, "due": [], "figures": [], "policies": [], "title": "", "recipients": [],
             "roll": {name: {"value": None, "status": "not_in_study"} for name in ("on_roll", "seen", "not_seen")} | {"schools_missing": None}}
    bare["sections"] = [{**section, "measures": []} for section in bare["sections"]]
    found = places(openpyxl.load_workbook(io.BytesIO(render_xlsx(bare))), bare)
    assert [cells["Observed"].value for cells in found.values()] == [0.125]
    assert any("T-1" in cells[0] and "12.5%" in cells for cells in rows_of_document(docx.Document(io.BytesIO(render_docx(bare)))))


@pytest.mark.parametrize("render", [render_xlsx, render_docx])
def test_a_model_that_the_page_refuses_is_refused(model, render):
    leaking = copy.deepcopy(model)
    next(row for row in leaking["groups"] if row["status"] == "hidden")["n"] = 3
    with pytest.raises(ValueError, match="hidden and still holds"):
        render(leaking)
    with pytest.raises(ValueError, match="single child"):
        render(model | {"groups": [model["groups"][0] | {"pseudonym": "x"}]})
    with pytest.raises(ValueError, match="schema"):
        render(model | {"schema": "childwell.report/0"})
