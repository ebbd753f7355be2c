# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Words for message codes, from the one catalogue that C++ and Python share."""

from __future__ import annotations

from typing import Literal

__all__ = ["describe"]


def describe(code: str, /, *, lang: Literal["zh", "en"] = "zh", **params: object) -> str:
    """The sentence of a message code.

    Use it wherever a code meets a person; in files, keep the code and its parameters.

    Parameters
    ----------
    code : str
        A code of the catalogue, such as "E05" or "missing_column".
    lang : {"zh", "en"}
        The language.
    **params
        Values of the {names} in the text; a name without a value stays as it is.

    Returns
    -------
    str
        One sentence or two, without any child's id, name, date or answer unless a parameter brings it in.

    Raises
    ------
    ValueError
        When the catalogue has no such code, or the language is another.

    Notes
    -----
    Cost: one look through the catalogue, about a microsecond.

    References
    ----------
    The message catalogue `childwell._core.rules("messages")`; checked for equal fields in both languages.
    """
    from childwell import _core

    return _core.describe(code, lang, {name: str(value) for name, value in params.items()})
