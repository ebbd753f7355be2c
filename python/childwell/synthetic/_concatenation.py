# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The tables of several layers as one."""

from __future__ import annotations

import numpy as np

from childwell._table import Categorical, Table, coded, values

# Tables whose rows are in the order of these columns in every layer, and in the whole city as well.
IN_ORDER_OF = {"attendance": ("date", "session"), "registers": ("date", "session")}


def one_table(name: str, parts: list[Table]) -> Table:
    """Rows layer by layer, or date by date where the table is kept in that order; `parts` is emptied."""
    if len(parts) == 1:
        return parts.pop()
    slices = _slices(parts, IN_ORDER_OF.get(name, ()))
    columns: dict[str, Categorical | np.ndarray] = {}
    masks = {}
    for column in parts[0].columns:
        if isinstance(parts[0].column(column), Categorical):
            columns[column] = _one_categorical([coded(part, column) for part in parts], slices)
        else:
            held = [values(part, column) for part in parts]
            columns[column] = np.concatenate([held[layer][rows] for layer, rows in slices])
        if any(column in part._masks for part in parts):
            masks[column] = np.concatenate([parts[layer]._masks[column][rows] for layer, rows in slices])
        for part in parts:
            del part._columns[column]  # at city size the parts beside the whole would not be small
    parts.clear()
    return Table(columns, masks=masks, made_up=True)


def _slices(parts: list[Table], keys: tuple[str, ...]) -> list[tuple[int, slice]]:
    """(layer, rows) in the order of the whole table."""
    if not keys:
        return [(layer, slice(0, len(part))) for layer, part in enumerate(parts)]
    found = []
    for layer, part in enumerate(parts):
        key = np.zeros(len(part), dtype=np.int64)
        for column in keys:
            held = part.column(column)
            key = 8 * key + (held.codes if isinstance(held, Categorical) else held.astype(np.int64))
        starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(part) else np.empty(0, dtype=np.int64)
        stops = np.append(starts[1:], len(part))
        found += [(int(key[start]), layer, slice(start, stop)) for start, stop in zip(starts, stops, strict=False)]
    found.sort(key=lambda entry: entry[:2])
    return [(layer, rows) for _, layer, rows in found]


def _one_categorical(held: list[Categorical], slices: list[tuple[int, slice]]) -> Categorical:
    place: dict[str, int] = {}
    renumbered = []
    for part in held:
        lookup = np.array([place.setdefault(text, len(place)) for text in part.categories] + [-1], dtype=np.int32)
        renumbered.append(lookup)
    codes = np.concatenate([renumbered[layer][held[layer].codes[rows]] for layer, rows in slices])
    return Categorical._unchecked(codes, tuple(place))
