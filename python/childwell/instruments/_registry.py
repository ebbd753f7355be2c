# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Instruments by name, and a user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import _core
from ._document import instruments_of

__all__ = ["define_instrument", "find_instrument", "instrument_names"]


def instrument_names() -> list[str]:
    """Names of the instruments that ship with the library.

    Use to see what can be scored, such as in a menu.

    Parameters
    ----------
    None.

    Returns
    -------
    list of str
        Names, in the order of the file.

    Raises
    ------
    Nothing.

    References
    ----------
    src/rules/instruments.toml.
    """
    return list(_core.instruments.instrument_names())


def find_instrument(name: str) -> Any:
    """An instrument that ships with the library, by its name.

    Use to read what a key rests on before scoring with it: its scales, norms and sources, what is `unverified` and
    where sources have `conflicts`. Not for a questionnaire of your own: define_instrument.

    Parameters
    ----------
    name : str
        Such as "sdq"; see instrument_names.

    Returns
    -------
    Instrument
        Positions, directions, scales, norms, ages, recall windows, each with its source; never the text of an item.

    Raises
    ------
    ValueError
        For a name that is not known, listing those that are.

    References
    ----------
    src/rules/instruments.toml, where each constant names its own source.
    """
    return _core.instruments.find_instrument(name)


def _document(given: Any) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    if isinstance(given, Path):
        return tomllib.loads(given.read_text("utf-8"))
    if isinstance(given, str) and "\n" not in given and given.endswith(".toml"):
        return tomllib.loads(Path(given).read_text("utf-8"))
    if isinstance(given, str):
        return tomllib.loads(given)
    raise ValueError("childwell.define_instrument: give a mapping, TOML text, or the path of a TOML file")


def instruments_of_document(document: Any) -> list[Any]:
    """Every instrument of a document, checked."""
    read = instruments_of(_document(document))
    if not read:
        raise ValueError("childwell.define_instrument: the document has no instrument; write a table for each")
    return [_core.instruments.define_instrument(fields) for fields in read.values()]


def define_instrument(document: Any, name: str | None = None) -> Any:
    """A questionnaire of your own, from TOML, with the checks that the shipped ones pass.

    Use for a form that the library does not have, or for another key of one that it has. Not to change what ships: give
    yours a name of its own.

    Parameters
    ----------
    document : mapping, str or Path
        TOML text, a path that ends in .toml, or the mapping that it reads to: a table for each instrument, written as
        those in src/rules/instruments.toml. Items are positions from 1, as a list or as "1-15, 20".
    name : str, optional
        Which instrument of the document, where it has several.

    Returns
    -------
    Instrument
        As find_instrument gives one.

    Raises
    ------
    ValueError
        At the first key that is not known (with the one that may be meant) or not of its kind; when an item is not on
        the form or counted twice, a partition misses or repeats an item, bands leave a gap, overlap or miss an end of
        the range, a rule for missing answers asks for more than the scale has, or a part has no source.

    References
    ----------
    Data-model rule 12: an instrument is scored only as it was published.
    """
    read = instruments_of(_document(document))
    if name is None and len(read) != 1:
        raise ValueError(f"childwell.define_instrument: the document has {len(read)} instruments; say which by name")
    if name is not None and name not in read:
        known = ", ".join(read)
        raise ValueError(f"childwell.define_instrument: the document has no instrument {name!r}; it has {known}")
    return _core.instruments.define_instrument(read[name] if name is not None else next(iter(read.values())))
