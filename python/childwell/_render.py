# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From the report model to report.html: one file, both languages, no script, nothing from outside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._report_model import checked_model
from ._words import count_text, load_words

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_html"]

_TEMPLATES = Path(__file__).with_name("templates")
_ROW_FATES = ("accepted", "corrected", "quarantined")


def render_html(model: Mapping[str, Any], *, classes: bool = False) -> str:
    """Render a report model as one self-contained bilingual HTML page.

    Use it to write `report.html`, which may leave the institute: it holds aggregates only. Not for anything about a
    single child; a worklist is another product, and a model that holds a child's key is refused.

    Parameters
    ----------
    model : mapping
        A report model of the schema `childwell.report/3`, as plain JSON values. A missing number is None and stands
        in the page as a dash with its reason.
    classes : bool
        Whether tables go down to the class; off unless asked for.

    Returns
    -------
    str
        An HTML document in zh-CN and en, with a switch that needs no script. Equal models give equal text.

    Raises
    ------
    ValueError
        When the model is of another schema, holds a key or identifier of a child, or a number in a hidden cell. The
        message names the place, never the value.
    ImportError
        When Jinja2 is not installed; the extra `childwell[report]` brings it.

    Notes
    -----
    Cost: about one second and 2 MB for 5 counties, 52 townships and 300 schools.

    References
    ----------
    Data model of childwell, rules 13 to 16. Checked against html.parser: 60 hostile strings add no tag and no
    attribute.
    """
    environment = _environment()
    from ._report_view import ReportView
    from ._svg import hatch_definitions

    words = load_words().for_page()
    clean = checked_model(model)
    view = ReportView(clean, words, classes=classes)
    style = _style(bool(clean.get("made_up")))
    ledger = clean["ledger"]
    return environment.get_template("report.html.j2").render(
        model=clean, words=words, view=view, style=style, style_hash=_hash(style), hatch_definitions=hatch_definitions(),
        registers=view.registers_first(), registers_other=view.registers_other(), figures=view.city_figures(),
        domains=view.domains(), over_time=view.over_time(), home=words("block.hierarchy_home"),
        ledger_tables=ledger.get("tables", {}), broken=unbalanced_tables(ledger), reasons=reasons_of(ledger), totals=view.totals(),
    )


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise ImportError("childwell: report.html needs Jinja2; install it with: pip install 'childwell[report]'") from error
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"count": count_text, "parameter": parameter_text}
    return environment


def _style(made_up: bool) -> Any:
    from markupsafe import Markup

    names = ["report.css", *(["made_up.css"] if made_up else [])]
    return Markup("\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in names))


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


def parameter_text(value: Any) -> str:
    """A policy's parameter: a fraction as 1/10, a range as 0 to 1, anything else as it is."""
    if isinstance(value, list) and len(value) == 2:
        return f"{value[0]}/{value[1]}" if all(isinstance(part, int) for part in value) else f"{value[0]} – {value[1]}"
    return str(value)


def unbalanced_tables(ledger: Mapping[str, Any]) -> list[str]:
    """Tables whose rows do not add up; the page then says that it is not to be used.

    Hidden counts say nothing either way: the ledger of the run was held to the identity before they were hidden.
    """
    return [name for name, table in ledger.get("tables", {}).items()
            if all(table.get(part) is not None for part in ("read", *_ROW_FATES))
            and table["read"] != sum(table[fate] for fate in _ROW_FATES)]


def reasons_of(ledger: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [{"code": code, "table": name, "rows": rows} for name, table in ledger.get("tables", {}).items()
             for code, rows in (table.get("reasons") or {}).items()]
    return sorted(found, key=lambda reason: (reason["code"], reason["table"]))
