# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Names that a caller may have meant; every error about an unknown name is worded here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown_name(where: str, what: str, name: object, known: Iterable[str], *, see: str = "") -> ValueError:
    """The error for a name that is not there: what, where, what may have been meant, and where to look."""
    names = [str(one) for one in known]
    near = difflib.get_close_matches(str(name), names, 3)
    if not near:  # a part of a name, such as absence_rate for attendance.absence_rate
        near = [one for one in names if str(name) and str(name) in one][:3]
    if near:
        hint = f"did you mean {', '.join(near)}?"
    elif names and len(names) <= 12:
        hint = f"there is {', '.join(sorted(names))}"
    else:
        hint = f"there are {len(names)}" if names else "there is none"
    return ValueError(f"childwell.{where}: there is no {what} {name!r}; {hint}{f' See {see}.' if see else ''}")
