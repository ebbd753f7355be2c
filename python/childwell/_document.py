# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From the report model to report.docx: the page for those who print, annotate and pass on in Word or WPS."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from ._report_tables import Cell, Grid, Number, ReportTables
from ._words import DASH, Bilingual, Words, same

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["render_docx"]

_WIDTH = 9638  # of the text, in twentieths of a point: A4 with margins of 2 cm
_MARGIN_CM = 2.0
_INK, _SOFT, _ACCENT, _LINE = "1B2427", "515E63", "17595F", "C9D1D3"
_LATIN, _CHINESE = "Arial", "Microsoft YaHei"
_DIGIT, _CAPITAL, _PADDING = 94, 106, 150  # of a table's text, in twentieths of a point
_WIDEST, _LONGEST_WORD = 60, 24  # digits of a line and of a word that a column is made wide for
_BREAKS = re.compile(r"[\s\u2e80-\uffef]+")  # a line may break at a blank and at every ideograph
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of an archive, which is what Word writes too
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def render_docx(model: Mapping[str, Any], *, classes: bool = False) -> bytes:
    """Render a report model as a Word document: what report.html says, as headings and tables.

    Use it to write `report.docx`, for printing and for quoting from; it holds the tables of report.html and none of its
    drawings. Not for anything about a single child.

    Parameters
    ----------
    model : mapping
        A report model of the schema `childwell.report/2`, as plain JSON values.
    classes : bool
        Whether tables go down to the class; off unless asked for.

    Returns
    -------
    bytes
        An Office Open XML document with headings, tables whose head is repeated on every page, and the mark of made-up data
        on every page. Equal models give equal bytes.

    Raises
    ------
    ValueError
        When the model is of another schema, holds a key or identifier of a child, or a number in a hidden cell. The
        message names the place, never the value.
    ImportError
        When python-docx or Jinja2 is not installed; the extra `childwell[report]` brings them.

    Notes
    -----
    Cost: about a second for 2,000 rows.

    References
    ----------
    ECMA-376, WordprocessingML; data model of childwell, rules 13 to 16. Checked by reading it back with python-docx and by
    LibreOffice.
    """
    try:
        import docx
        import markupsafe  # noqa: F401 - the drawings of the view take it, and Jinja2 brings it
    except ImportError as error:
        raise ImportError("childwell: report.docx needs python-docx and Jinja2; install them with: "
                          "pip install 'childwell[report]'") from error
    tables = ReportTables(model, classes=classes)
    document = docx.Document()
    _set_up(document, tables)
    _Writer(document, tables).write()
    held = io.BytesIO()
    document.save(held)
    return _dated(held)


def _dated(held: io.BytesIO) -> bytes:
    """The same archive with one date for every part: python-docx writes the time of the clock."""
    made = io.BytesIO()
    with zipfile.ZipFile(held) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as dated:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, _FIRST_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            dated.writestr(part, given.read(name))
    return made.getvalue()


def _set_up(document: Document, tables: ReportTables) -> None:
    """Page, styles with a font for each script, what a file says of itself, and the mark and number of every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.oxml.parser import parse_xml
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    looks = {"Normal": (9.5, False, _INK, 0, 4), "Title": (22, True, _INK, 6, 2), "Subtitle": (11, False, _SOFT, 0, 12),
             "Heading 1": (15, True, _INK, 20, 6), "Heading 2": (11.5, True, _ACCENT, 14, 3), "Heading 3": (10, True, _INK, 10, 3),
             "Caption": (9.5, True, _INK, 8, 3), "List Bullet": (9.5, False, _INK, 0, 2)}
    for name, (size, bold, colour, before, after) in looks.items():
        style = document.styles[name]
        style.font.size, style.font.bold, style.font.italic, style.font.color.rgb = Pt(size), bold, False, RGBColor.from_string(colour)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()  # a font of the theme would come before the ones named here
        for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", _CHINESE)):
            fonts.set(qn(f"w:{script}"), font)
        for border in style.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption"):
        document.styles[name].paragraph_format.keep_with_next = True
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    made_up = tables.made_up()
    said = document.core_properties
    as_of = datetime.datetime.fromisoformat(str(tables.model["as_of"])[:10])
    said.title = f"{tables.words('page.title').both()} · {tables.model['as_of']}"
    said.author = said.last_modified_by = "childwell"
    said.comments = made_up.both() if made_up else ""
    said.created = said.modified = as_of
    said.revision = 1
    package = document.part.package
    for key in [key for key, link in package.rels.items() if link.reltype.endswith("/thumbnail")]:
        del package.rels[key]  # a picture of somebody else's empty page
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    if made_up:
        head._p.append(parse_xml(f"<w:r {_NAMESPACE}>{_look(bold=True, size=8)}{_text(made_up.both())}</w:r>"))
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    pages = tables.words("office.page", page="{PAGE}", pages="{NUMPAGES}")
    for part in re.split(r"(\{[A-Z]+\})", f"{tables.model['as_of']}    {pages.zh}    {pages.en}"):
        run = f"<w:r {_NAMESPACE}>{_look(colour=_SOFT, size=8)}{_text(part)}</w:r>"
        foot._p.append(parse_xml(f'<w:fldSimple {_NAMESPACE} w:instr="{part[1:-1]}">{run}</w:fldSimple>' if part[:1] == "{" else run))
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER


class _Writer:
    """The document in order; every table is one piece of markup, since a city has thousands of cells."""

    def __init__(self, document: Document, tables: ReportTables) -> None:
        self._document = document
        self._tables = tables
        self._words: Words = tables.words
        self._listed: list[tuple[str, Bilingual]] = []
        self._styles = {style.name: style.style_id for style in document.styles}  # python-docx looks through all for each paragraph

    def write(self) -> None:
        tables, words = self._tables, self._words
        contents = self._cover()
        self._chapter(words("office.sheet_first"), on_a_new_page=True)
        for grid in tables.first_screen():
            self._grid(self._figures() if grid.title == words("figures.title") and grid.rows else grid)
        for domain in tables.domains:
            self._domain(domain)
        if (totals := tables.view.totals()) is not None:
            self._totals(totals)
        self._chapter(words("provenance.measures"))
        self._grid(tables.measures(), headed=False)
        self._chapter(words("glossary.title"))
        for term, meaning in words.glossary():
            self._said(term, "Heading 3")
            self._said(meaning)
        self._chapter(words("provenance.title"))
        for grid in [_narrow(tables.policies(of_listing=True)), *tables.provenance()]:
            self._grid(grid)
        between = f"<w:r>{_look(colour=_SOFT)}{_text('  ·  ')}</w:r>"
        links = between.join(f'<w:hyperlink w:anchor="{name}"><w:r>{_look(colour=_ACCENT)}{_text(title.both())}</w:r></w:hyperlink>'
                             for name, title in self._listed)
        contents.addnext(_markup(f"<w:p {_NAMESPACE}>{links}</w:p>"))

    def _cover(self) -> Any:
        """The first page; gives back the paragraph after which the chapters are listed."""
        tables, words = self._tables, self._words
        for said in tables.headline():
            self._said(said, "Title" if said == words("page.title") else "Heading 2")
        self._said(words("page.subtitle"), "Subtitle")
        self._grid(tables.facts(), headed=False)
        policies = tables.policies()
        short = Grid(policies.title, policies.columns[:3], [row[:3] for row in policies.rows], policies.lead)
        self._grid(short)
        self._said(words("office.how_to_read"))
        return self._said(words("page.contents"), "Heading 2")._p

    def _chapter(self, title: Bilingual, *, on_a_new_page: bool = False) -> None:
        paragraph = self._said(title, "Heading 1")
        paragraph.paragraph_format.page_break_before = on_a_new_page
        name = f"chapter_{len(self._listed) + 1}"
        paragraph._p.insert(1, _markup(f'<w:bookmarkStart {_NAMESPACE} w:id="{len(self._listed)}" w:name="{name}"/>'))
        paragraph._p.append(_markup(f'<w:bookmarkEnd {_NAMESPACE} w:id="{len(self._listed)}"/>'))
        self._listed.append((name, title))

    def _said(self, said: Bilingual, style: str = "Normal") -> Any:
        """A paragraph in both languages: one line in a heading, else each in lines of its own."""
        paragraph = self._document.add_paragraph()
        if style != "Normal":
            paragraph._p.style = self._styles[style]
        heading = style not in ("Normal", "List Bullet")
        for run in _runs(said, one_line=heading and style != "Title", soft=not heading):
            paragraph._p.append(_markup(run))
        return paragraph

    def _grid(self, grid: Grid, headed: bool = True) -> None:
        if headed:
            self._said(grid.title, "Heading 2")
        for said in grid.lead:
            self._said(said).paragraph_format.keep_with_next = bool(grid.rows)
        listed = [cells[0] for cells in grid.rows if len(cells) == 1 and isinstance(cells[0], Bilingual)]
        for said in listed:
            self._said(said, "List Bullet")
        if grid.rows and not listed:
            widths, numeric = _shares(grid), _numeric(grid)
            rows = [_row([_cell(cell, width, right=right) for cell, width, right in zip(cells, widths, numeric, strict=True)])
                    for cells in grid.rows]
            self._table(grid.title, grid.columns, widths, rows, numeric)

    def _table(self, title: Bilingual, columns: Sequence[Bilingual], widths: Sequence[int], rows: Sequence[str],
               numeric: Sequence[bool]) -> None:
        """One table of the document: its title for screen readers, its head on every page, no row broken over two."""
        head = _row([_cell(column, width, bold=True, soft=True, right=right)
                     for column, width, right in zip(columns, widths, numeric, strict=True)], head=True) if columns else ""
        lines = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
                        for side, size, colour in (("top", 6, _INK), ("bottom", 6, _INK), ("insideH", 4, _LINE)))
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        self._append(f'<w:tbl {_NAMESPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
                     '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
                     f'<w:tblLook w:firstRow="1"/><w:tblCaption w:val={quoteattr(title.both())}/></w:tblPr>'
                     f"<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>")
        self._append(f'<w:p {_NAMESPACE}><w:pPr><w:spacing w:before="0" w:after="60"/></w:pPr></w:p>')

    def _append(self, markup: str) -> None:
        self._document.element.body.insert_element_before(_markup(markup), "w:sectPr")

    # Sections

    def _domain(self, domain: Mapping[str, Any]) -> None:
        words = self._words
        self._chapter(domain["title"])
        if domain["lead"]:
            self._said(domain["lead"])
        self._said(words("domain.order" if domain["blocks"] else "domain.none"))
        for block in domain["blocks"]:
            self._block(block)
        if domain["id"] == "attendance":
            for grid in self._tables.over_time(apart=False):
                self._grid(grid)
        if domain["id"] == "help" and (waits := self._tables.waits()):
            self._grid(waits)
        absent = self._tables.absent(domain)
        if absent:
            self._grid(Grid(words("domain.absent"), [words("office.reason"), words("provenance.measures")], absent))

    def _block(self, block: Mapping[str, Any]) -> None:
        """A measure: what it is, then a table for each level of each hierarchy."""
        words = self._words
        named = _joined(block["name"], same(block["subject"]) if block.get("subject") else None)
        self._said(named, "Heading 2")
        rule = words("first.not_seen_rule", policy=_joined(block["policy"], block["land"])) if block["policy"] else None
        exam = _joined(words("block.exam"), same(block["exam"])) if block.get("exam") else None
        self._said(_joined(block["definition"], block["estimand_words"], block["interval_words"], block["unit_words"], rule, exam, same(block["id"])))
        for hierarchy in block["hierarchies"]:
            if len(block["hierarchies"]) > 1 or hierarchy["title"] == words("block.hierarchy_home"):
                self._said(hierarchy["title"], "Heading 3")
            drawn = bool(hierarchy["parts"]) and hierarchy["parts"][0]["form"] == "drawn"
            if hierarchy["city"] and not drawn:
                self._places(named, [("", [hierarchy["city"]])])
            for part in hierarchy["parts"]:
                if part["form"] == "drawn":
                    city = [hierarchy["city"]] if hierarchy["city"] else []
                    self._places(part["figure"]["caption"], [("", [*part["rows"], *city])])
                    continue
                self._said(part["heading"], "Caption")
                if part["form"] == "panels":
                    self._places(_joined(named, part["heading"]), [(same(panel["parent"]), panel["rows"]) for panel in part["panels"]])
                    continue
                if part["left_out"]:
                    self._said(part["left_out"])
                self._places(_joined(named, part["heading"]), [(group["summary"], group["rows"]) for group in part["groups"]])
        for grid in self._tables.funnels():
            if any(part.get("funnel") and part["funnel"]["caption"] == grid.title for hierarchy in block["hierarchies"]
                   for part in hierarchy["parts"]):
                self._grid(grid)

    def _places(self, title: Bilingual, groups: Sequence[tuple[Any, Sequence[Mapping[str, Any]]]]) -> None:
        """Places with a figure in a table, by group; below it those without one, by reason."""
        words = self._words
        widths = [2188, 1100, 1650, 1100, 1650, 1050, 900]
        rows: list[str] = []
        without: dict[Bilingual, list[str]] = {}
        for group, places in groups:
            shown = [place for place in places if place["shown"]]
            if group and shown:
                rows.append(_row([_cell(group, sum(widths), bold=True, one_line=True, span=len(widths))]))
            for place in shown:
                cells = [place[name] for name in ("value", "interval", "pooled", "pooled_interval", "n", "missing")]
                total = isinstance(place["place"], Bilingual)
                named = place["place"] if isinstance(place["place"], Bilingual) else same(place["place"])
                rows.append(_row([_cell(named, widths[0], bold=total, one_line=True),
                                  *(_cell(same(text), width, right=True, bold=total) for text, width in zip(cells, widths[1:], strict=True))]))
            for place in places:
                if not place["shown"]:
                    reason = _joined(words("status.hidden"), place["reason"]) if place["hidden"] else place["reason"]
                    without.setdefault(reason, []).append(place["place"].both() if isinstance(place["place"], Bilingual) else str(place["place"]))
        if rows:
            heads = ("block.place", "block.observed", "figures.interval", "block.pooled", "figures.interval", "block.count", "block.missing")
            self._table(title, [words(head) for head in heads], widths, rows, [False, *[True] * 6])
        for reason, names in without.items():
            self._said(same(f"{reason.both()} · {', '.join(names)}"))  # codes stand once, whatever the language

    def _figures(self) -> Grid:
        """The figures of the city with one column an interval: a page has no room for its two ends and every count."""
        words = self._words
        rows: list[list[Cell]] = []
        for figure in self._tables.view.city_figures():
            named = _joined(figure["name"], *(same(figure[key]) for key in ("exam", "subject") if figure.get(key)))
            if figure["shown"]:
                rule = words("first.not_seen_rule", policy=_joined(figure["policy"], figure["land"])) if figure["policy"] else None
                rows.append([named, *(same(figure[key]) for key in ("value", "interval", "n", "missing")),
                             _joined(figure["estimand_words"], figure["interval_words"], rule)])
            else:
                absent = words("status.hidden") if figure["hidden"] else same(DASH)
                rows.append([named, absent, *[same(DASH)] * 3, figure["reason"]])
        heads = ("provenance.measure", "block.observed", "figures.interval", "block.count", "block.missing", "figures.estimand")
        return Grid(words("figures.title"), [words(head) for head in heads], rows)

    def _totals(self, totals: Mapping[str, Any]) -> None:
        words = self._words
        self._chapter(words("domain.totals"))
        self._said(words("totals.lead"))
        for measure in totals["measures"]:
            self._said(_joined(measure["name"], measure["definition"], same(measure["id"])))
        columns = [words("block.place"), words("totals.possible"), *(measure["name"] for measure in totals["measures"])]
        widths = _even(len(columns))
        for group in totals["groups"]:
            rows: list[str] = []
            for row in group["rows"]:
                cells = [same(row["place"]), same(row["possible"]), *(self._total(cell) for cell in row["cells"])]
                rows.append(_row([_cell(cell, width, right=number > 0, one_line=number == 0)
                                  for number, (cell, width) in enumerate(zip(cells, widths, strict=True))]))
            self._said(group["summary"], "Caption")
            self._table(group["summary"], columns, widths, rows, [False, *[True] * (len(columns) - 1)])

    def _total(self, cell: Mapping[str, Any] | None) -> Bilingual:
        if cell is None:
            return same(DASH)
        if cell["shown"]:
            return same(cell["value"])
        reason: Bilingual = self._words("status.hidden") if cell["hidden"] else cell["reason"]
        return reason


def _joined(*said: Bilingual | None) -> Bilingual:
    given = [one for one in said if one is not None and one.zh]
    return Bilingual(" · ".join(one.zh for one in given), " · ".join(one.en for one in given))


def _markup(text: str) -> Any:
    from docx.oxml.parser import parse_xml

    return parse_xml(text)


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def _look(*, bold: bool = False, colour: str = "", size: float = 0) -> str:
    parts = ["<w:b/>" if bold else "", f'<w:color w:val="{colour}"/>' if colour else "", f'<w:sz w:val="{round(2 * size)}"/>' if size else ""]
    return f"<w:rPr>{''.join(parts)}</w:rPr>" if any(parts) else ""


def _runs(said: Bilingual, *, one_line: bool, soft: bool, size: float = 0, bold: bool = False, colour: str = "") -> list[str]:
    """A phrase as runs, Chinese first; the second language in a softer colour where it has lines of its own."""
    made = [f"<w:r {_NAMESPACE}>{_look(bold=bold, size=size, colour=colour)}{_text(said.zh)}</w:r>"]
    if said.zh == said.en:
        return made
    between = _text(" / ") if one_line else "<w:br/>"
    look = _look(bold=bold, size=size, colour=_SOFT if soft else colour)
    return [*made, f"<w:r {_NAMESPACE}>{look}{between}{_text(said.en)}</w:r>"]


def _cell(cell: Cell, width: int, *, bold: bool = False, soft: bool = False, right: bool = False, one_line: bool = False, span: int = 1) -> str:
    number = isinstance(cell, Number)
    said = same(cell.text) if isinstance(cell, Number) else cell
    side = '<w:jc w:val="right"/>' if right or number else ""
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    runs = "".join(_runs(said, one_line=one_line, soft=True, size=8, bold=bold, colour=_SOFT if soft else ""))
    return (f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{wide}</w:tcPr><w:p><w:pPr><w:spacing w:before="20" w:after="20"/>{side}</w:pPr>'
            f"{runs.replace(f' {_NAMESPACE}', '')}</w:p></w:tc>")


def _row(cells: Sequence[str], *, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _numeric(grid: Grid) -> list[bool]:
    """Which columns hold numbers and stand to the right, their words for what is not there too."""
    return [any(isinstance(cells[column], Number) for cells in grid.rows) for column in range(len(grid.rows[0]))]


def _narrow(policies: Grid) -> Grid:
    """The rules in four columns instead of six: country with date, code with parameters."""
    if not policies.rows:
        return policies
    worded = [[cell for cell in cells if isinstance(cell, Bilingual)] for cells in [policies.columns, *policies.rows]]  # all of them
    head, *rows = ([cells[0], _joined(*cells[1:3]), _joined(*cells[3:5]), cells[5]] for cells in worded)
    return Grid(policies.title, head, rows, policies.lead)


def _shares(grid: Grid) -> list[int]:
    """Widths of columns: room for the longest word of each, and the rest of the page by what they hold."""
    least, wanted = [], []
    for column in range(len(grid.rows[0])):
        held = [cells[column] for cells in grid.rows]
        lines = [text for cell in held for text in ([cell.text] if isinstance(cell, Number) else [cell.zh, cell.en])]
        heads = [text for cell in grid.columns[column : column + 1] for text in (cell.zh, cell.en)]  # in two lines
        words = [word for line in [*heads, *lines] for word in _BREAKS.split(line)]
        least.append(_PADDING + _CAPITAL * min(_LONGEST_WORD, max(map(len, words))))
        most = max([*map(_digits, lines), *(_digits(head) // 2 for head in heads)])
        wanted.append(max(1, min(_WIDEST, most) * _DIGIT + _PADDING - least[-1]))
    room = max(0, _WIDTH - sum(least))
    return _scaled([low + room * more / sum(wanted) for low, more in zip(least, wanted, strict=True)])


def _digits(line: str) -> int:
    """How many digits are as wide as a line; an ideograph is as wide as two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in line)


def _even(count: int) -> list[int]:
    return _scaled([1.0] * count)


def _scaled(wanted: Sequence[float]) -> list[int]:
    widths = [int(_WIDTH * share / sum(wanted)) for share in wanted]
    widths[-1] += _WIDTH - sum(widths)
    return widths
