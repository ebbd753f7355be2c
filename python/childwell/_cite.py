# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How a result is cited: the software with its version, and the sources of the policies that judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import _core
from ._suggest import unknown_name

# As in CITATION.cff, which does not travel in the wheel; a test holds the two equal.
TITLE = "childwell: indicators of children's wellbeing from school and service records, with their uncertainty"
AUTHORS = "The childwell authors"
LICENCE = "Apache-2.0"
STYLES = ("plain", "bibtex")


def citation(policies: Sequence[Mapping[str, Any]], style: str, where: str) -> str:
    """The citation of a result that these policies judged."""
    if style not in STYLES:
        raise unknown_name(where, "style", style, STYLES)
    if style == "plain":
        lines = [f"{AUTHORS}. {TITLE}. Version {_core.version}. {LICENCE}."]
        return "\n".join([*lines, *(f"{policy['id']} ({_place(policy)}): {policy['source']}." for policy in policies)])
    entries = [_entry("software", "childwell", {"author": "{" + AUTHORS + "}", "title": TITLE, "version": _core.version, "note": LICENCE})]
    for policy in policies:
        fields = {"title": str(policy["source"]), "note": f"policy {policy['id']}, {_place(policy)}"}
        entries.append(_entry("misc", f"childwell:{policy['id']}", fields))
    return "\n".join(entries)


def _place(policy: Mapping[str, Any]) -> str:
    return ", ".join(str(policy[name]) for name in ("country", "from") if policy.get(name)) or "no country"


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    body = ",\n".join(f"  {name} = {{{_escaped(text)}}}" for name, text in fields.items())
    return f"@{kind}{{{key},\n{body}\n}}"


def _escaped(text: str) -> str:
    return re.sub(r"(?<!\\)([%&#_$])", r"\\\1", text)
