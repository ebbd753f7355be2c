# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From the report model to aggregates.xlsx: numbers as numbers, hidden cells as words, no formula anywhere."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._report_model import inert
from ._report_tables import Cell, Grid, Number, ReportTables
from ._words import SHARE_UNITS, Bilingual, Words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["render_xlsx"]

MOST_CHARACTERS = 32767  # of a cell; a longer text makes the file one that a spreadsheet mends
_LONGEST_NAME = 31
_NO_NAME = re.compile(r"[\[\]:*?/\\']")
_INK, _SOFT, _ACCENT, _LINE = "#1B2427", "#515E63", "#17595F", "#D8DEDF"
_FONT = "Microsoft YaHei"
_WIDTHS = {"measure": 44, "hierarchy": 14, "level": 18, "parent": 14, "place": 14, "value": 15, "number": 10, "status": 24,
           "count": 15, "rule": 34,
           "long": 44, "unit": 14, "code": 34, "span": 22, "exam": 14, "subject": 12}
_PRINTED = {"measure", "rule", "hierarchy", "level", "parent", "place", "value", "number", "status", "span", "exam", "subject"}
_FIRST, _OTHER, _LAST, _FEWEST = 36.0, 13.0, 48.0, 9  # columns of a sheet that several tables share
_COVER = (44.0, 14.0, 18.0, 28.0, 40.0, 56.0)
_WIDEST = 64.0


def render_xlsx(model: Mapping[str, Any], *, classes: bool = False) -> bytes:
    """Render a report model as a workbook: a cover, the first screen, a sheet a section, definitions and provenance.

    Use it to write `aggregates.xlsx`, for whoever goes on reckoning with the figures; it holds what report.html holds, and
    every row that the page had no room for. Not for anything about a single child.

    Parameters
    ----------
    model : mapping
        A report model of the schema `childwell.report/2`, as plain JSON values.
    classes : bool
        Whether sheets go down to the class; off unless asked for.

    Returns
    -------
    bytes
        An Office Open XML workbook. Shares and counts are numbers with a format, rounded as the page rounds them; a hidden
        cell is a word, every text is stored as text. Equal models give equal bytes.

    Raises
    ------
    ValueError
        When the model is of another schema, holds a key or identifier of a child, or a number in a hidden cell. The
        message names the place, never the value.
    ImportError
        When XlsxWriter or Jinja2 is not installed; the extra `childwell[report]` brings them.

    Notes
    -----
    Cost: about a second for 2,000 rows.

    References
    ----------
    ECMA-376, SpreadsheetML; data model of childwell, rules 13 to 16; OWASP, CSV injection. Checked by reading it back with
    openpyxl and by LibreOffice, saved again as CSV.
    """
    try:
        import markupsafe  # noqa: F401 - the drawings of the view take it, and Jinja2 brings it
        import xlsxwriter
    except ImportError as error:
        raise ImportError("childwell: aggregates.xlsx needs XlsxWriter and Jinja2; install them with: "
                          "pip install 'childwell[report]'") from error
    tables = ReportTables(model, classes=classes)
    held = io.BytesIO()
    # in memory, so that every part of the archive has the one date that Excel gives it too
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    as_of = datetime.datetime.fromisoformat(str(tables.model["as_of"])[:10])
    book.set_properties({"title": f"{tables.words('page.title').both()} · {tables.model['as_of']}", "author": "childwell", "created": as_of,
                         "comments": made_up.both() if (made_up := tables.made_up()) else ""})
    _Writer(book, tables).write()
    book.close()
    return held.getvalue()


class _Writer:
    """Sheets of one workbook; each begins with the mark of made-up data and its own title."""

    def __init__(self, book: Workbook, tables: ReportTables) -> None:
        self._book = book
        self._tables = tables
        self._words: Words = tables.words
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def write(self) -> None:
        tables, words = self._tables, self._words
        cover = self._sheet(words("office.sheet_cover"))
        listed: list[tuple[str, Bilingual, int]] = []

        def add(name: Bilingual, grids: Sequence[Grid], filtered: bool = False) -> None:
            title = name if len(grids) != 1 else grids[0].title
            sheet = self._sheet(name)
            self._fill(sheet, title, grids, filtered)
            listed.append((sheet.get_name(), title, sum(len(grid.rows) for grid in grids)))

        add(words("office.sheet_first"), tables.first_screen())
        for domain, section in zip(tables.domains, tables.model["sections"], strict=True):
            title = words(f"domain.{domain['id']}")
            absent = tables.absent(domain)
            rest = [Grid(words("domain.absent"), [words("office.reason"), words("provenance.measures")], absent)] if absent else []
            add(title, [tables.long_table(section), *rest], True)
        for grid in tables.over_time(apart=True):
            add(grid.title, [grid])
        if (totals := tables.totals()) is not None:
            add(words("office.sheet_totals"), [totals], True)
        if (waits := tables.waits()) is not None:
            add(words("office.sheet_waits"), [waits])
        if funnels := tables.funnels():
            add(words("office.sheet_funnel"), funnels)
        add(words("office.sheet_measures"), [tables.measures()])
        add(words("office.sheet_glossary"), [tables.glossary()])
        add(words("office.sheet_provenance"), tables.provenance())
        self._cover(cover, listed)
        cover.activate()

    def _sheet(self, name: Bilingual) -> Worksheet:
        sheet = self._book.add_worksheet(self._free_name(f"{name.zh} {name.en}"))
        made_up = self._tables.made_up()
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        mark = f"{made_up.zh}\n{made_up.en}" if made_up else ""
        sheet.set_header("&C&8 " + mark.replace("&", "&&"))  # the space ends the size of the font
        sheet.set_footer(f"&L&8 {self._tables.model['as_of']}&R&8 &P / &N")
        return sheet

    def _free_name(self, wanted: str) -> str:
        """A name that no other sheet has, of the length and the characters that a sheet may have."""
        plain = _NO_NAME.sub(" ", wanted)
        name, number = plain[:_LONGEST_NAME].strip(), 1
        while name.casefold() in self._names:
            number += 1
            name = f"{plain[:_LONGEST_NAME - 4].strip()} {number}"
        self._names.add(name.casefold())
        return name

    # Writing

    def _format(self, **properties: Any) -> Any:
        asked = {"font_name": _FONT, "font_size": 10, "font_color": _INK, "valign": "top", **properties}
        key = tuple(sorted(asked.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(asked)
        return self._formats[key]

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, **properties: Any) -> None:
        """A text as a text: of type string, marked as quoted, and harmless where it is saved again without its type."""
        sheet.write_string(row, column, plain(text), self._format(quote_prefix=True, **properties))

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell, one_line: bool, **properties: Any) -> None:
        if isinstance(cell, Number) and (rounded := cell.rounded) is not None:
            sheet.write_number(row, column, rounded, self._format(num_format=number_format(cell), **properties))
        elif isinstance(cell, Number):
            self._text(sheet, row, column, cell.text, **properties)
        else:
            self._text(sheet, row, column, side_by_side(cell, one_line), text_wrap=not one_line, **properties)

    def _fill(self, sheet: Worksheet, title: Bilingual, grids: Sequence[Grid], filtered: bool) -> None:
        """A table to sort and filter, or one that is read with columns of its own, or several one below the other."""
        row = self._top(sheet, title)
        main = grids[0]
        if filtered or len(grids) == 1:
            widths = [float(_WIDTHS[code]) for code in main.codes] or _widths_of(main)
        else:
            widths = [_FIRST, *[_OTHER] * (max(_FEWEST, *(len(grid.columns) for grid in grids)) - 2), _LAST]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for number, grid in enumerate(grids):
            if number or grid.title != title:
                row = self._line(sheet, row + (1 if number else 0), grid.title, bold=True, font_color=_ACCENT, font_size=11)
            for said in grid.lead:
                row = self._line(sheet, row, said, font_color=_SOFT)
            head = row
            row = self._grid(sheet, row, grid, widths, one_line=filtered and number == 0)
            if filtered and number == 0 and grid.rows:
                sheet.autofilter(head, 0, row - 1, len(grid.columns) - 1)
                sheet.freeze_panes(head + 1, 1)
                sheet.repeat_rows(head)
                sheet.print_area(0, 0, row - 1, max(at for at, code in enumerate(grid.codes) if code in _PRINTED))

    def _top(self, sheet: Worksheet, title: Bilingual) -> int:
        row = 0
        if made_up := self._tables.made_up():
            row = self._line(sheet, row, made_up, bold=True)
        return self._line(sheet, row, title, bold=True, font_size=14) + 1

    def _line(self, sheet: Worksheet, row: int, said: Bilingual, **properties: Any) -> int:
        """A sentence in each language, a row each, which runs over the columns to its right."""
        for text in dict.fromkeys([said.zh, said.en]):
            self._text(sheet, row, 0, text, **properties)
            sheet.set_row(row, 1.5 * properties.get("font_size", 10))
            row += 1
        return row

    def _grid(self, sheet: Worksheet, row: int, grid: Grid, widths: Sequence[float], one_line: bool) -> int:
        numeric = [any(isinstance(cells[column], Number) for cells in grid.rows) for column in range(len(grid.columns))]
        if grid.columns:
            self._row(sheet, row, grid.columns, numeric, widths, False, bold=True, font_color=_SOFT, valign="bottom", bottom_color=_INK)
            row += 1
        for cells in grid.rows:
            if len(cells) == 1 and isinstance(cells[0], Bilingual):
                row = self._line(sheet, row, cells[0])
                continue
            self._row(sheet, row, cells, numeric, widths, one_line, bottom_color=_LINE)
            row += 1
        return row

    def _row(self, sheet: Worksheet, row: int, cells: Sequence[Cell], numeric: Sequence[bool], widths: Sequence[float], one_line: bool,
             **properties: Any) -> None:
        """A row of a table; on a sheet of several tables the last cell, which is the longest, takes the columns that are left."""
        last = len(cells) - 1
        merged = last < len(widths) - 1 and not one_line and not any(numeric[last:])
        for column, cell in enumerate(cells):
            to_the_right = column < len(numeric) and numeric[column]
            side = {"align": "right"} if to_the_right else {"align": "left", "indent": 1 if column else 0}
            held = {"bottom": 1, "valign": "vcenter" if one_line else "top", **side, **properties}
            if merged and column == last:
                sheet.merge_range(row, column, row, len(widths) - 1, "", self._format(quote_prefix=True, text_wrap=True, **held))
            self._cell(sheet, row, column, cell, one_line, **held)
        if not one_line:
            room = [*widths[:last], sum(widths[last:])] if merged else widths
            sheet.set_row(row, _height(cells, room))

    def _cover(self, sheet: Worksheet, listed: Sequence[tuple[str, Bilingual, int]]) -> None:
        words, tables = self._words, self._tables
        row = 0
        if made_up := tables.made_up():
            row = self._line(sheet, row, made_up, bold=True)
        row += 1
        for number, said in enumerate(tables.headline()):
            size = 20 if said == words("page.title") else 12
            row = self._line(sheet, row, said, bold=number > 0, font_size=size, font_color=_ACCENT if size == 12 and number else _INK)
        row = self._line(sheet, row, words("page.subtitle"), font_color=_SOFT) + 1
        for grid in (tables.facts(), tables.policies(of_listing=True)):
            row = self._line(sheet, row, grid.title, bold=True, font_color=_ACCENT, font_size=11)
            for said in grid.lead:
                row = self._line(sheet, row, said)
            row = self._grid(sheet, row, grid, _COVER, one_line=False) + 1
        self._row(sheet, row, [words("office.contents"), words("office.rows")], [False, True], _COVER[:2], False, bold=True, font_color=_SOFT,
                  valign="bottom", bottom_color=_INK)
        row += 1
        link = self._format(font_color=_ACCENT, underline=1, bottom=1, bottom_color=_LINE)
        for name, title, count in listed:
            sheet.write_url(row, 0, f"internal:'{name}'!A1", link, string=plain(title.both()))
            sheet.write_number(row, 1, count, self._format(num_format="#,##0", bottom=1, bottom_color=_LINE))
            row += 1
        self._line(sheet, row + 1, words("office.how_to_read"), font_color=_SOFT)
        for column, width in enumerate(_COVER):
            sheet.set_column(column, column, width)


def plain(text: str) -> str:
    """A text that stays one: no formula where it loses its type, no markup of the writer's own, no longer than a cell."""
    told = inert(text)
    if told.startswith("<r>") and told.endswith("</r>"):
        told = f"'{told}"  # XlsxWriter would take it for formatted runs and write it as it stands
    return told if len(told) <= MOST_CHARACTERS else told[:MOST_CHARACTERS - 1] + "…"


def side_by_side(cell: Bilingual, one_line: bool) -> str:
    """Both languages in one cell, Chinese first; one line where rows are to be sorted."""
    return cell.both() if one_line or cell.zh == cell.en else f"{cell.zh}\n{cell.en}"


def number_format(number: Number) -> str:
    """The format that shows a number as the page shows it."""
    if number.unit == "count":
        return "#,##0"
    if number.unit == "days":
        return "#,##0" if number.text.find(".") < 0 else "#,##0.0"
    if number.unit not in SHARE_UNITS:
        return "#,##0.00"
    return "0.0%"


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, Number) else side_by_side(cell, False)


def _widths_of(grid: Grid) -> list[float]:
    """Widths that hold the longest line of each column, up to what is read with ease."""
    made = []
    for column in range(len(grid.columns)):
        lines = [line for cells in [list(grid.columns), *grid.rows] for line in _shown(cells[column]).split("\n")]
        made.append(min(_WIDEST, max([10.0, *(1.1 * _columns(line) + 2 for line in lines)])))
    return made


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Points that a row takes with its texts broken into lines: not every program measures rows when it opens a file."""
    lines = [sum(max(1, -(-_columns(line) // int(width))) for line in _shown(cell).split("\n"))
             for cell, width in zip(cells, widths, strict=False)]
    return 15.0 * max(lines, default=1)


def _columns(text: str) -> int:
    """Widths of a digit that a text takes; an ideograph takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
