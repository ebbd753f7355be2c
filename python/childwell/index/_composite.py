# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Weighted means up a tree, with coverage, bounds and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from ..stats._arrays import Floats, refused, table

__all__ = ["Composite", "Node", "composite_indicator"]


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node of the tree: a weighted mean of columns or of nodes that stand before it.

    Use a list of them for composite_indicator, parts before wholes; the last is the index.

    Parameters
    ----------
    name : str
        What the node is called; no column may have the name.
    parts : sequence of str
        Names of columns or of earlier nodes.
    weights : sequence of float, optional
        One a part, at least 0, not all 0; only their ratios matter. Equal ones where absent.
    mean : {'arithmetic', 'geometric', 'harmonic'}
        How the parts are added; the lower down the list, the less a good part makes up for a bad one.
    minimum_share : float
        Share of the weight of the leaves that apply to a unit, below which there is no value.
    minimum_parts : int
        Parts with a value below which there is none.

    Returns
    -------
    Node
        Immutable.

    Raises
    ------
    Never; composite_indicator checks it.

    References
    ----------
    OECD and JRC 2008, Handbook, step 6.
    """

    name: str
    parts: Sequence[str]
    weights: Sequence[float] | None = None
    mean: str = "arithmetic"
    minimum_share: float = 0.0
    minimum_parts: int = 1


@dataclass(frozen=True, repr=False)
class Composite:
    """Nodes of units: each array has one row a unit and one column a node.

    Use `nodes` for the names of the columns. Not for ordering units that miss different parts.

    Parameters
    ----------
    nodes : list of str
        Names of the columns.
    values : ndarray
        NaN where too little is there.
    lower, upper : ndarray
        Interval from the leaves' errors, of the parts that are there; NaN where not known.
    lowest, highest : ndarray
        With every leaf at its least and at its most, a missing one at the ends of the scale.
    coverage : ndarray
        Share of the weight of the leaves that apply and are there.
    statuses : ndarray of str
        ok, not_enough_data, or not_expected where nothing applies.

    Returns
    -------
    Composite
        Immutable.

    Raises
    ------
    Nothing by itself.

    References
    ----------
    OECD and JRC 2008, Handbook, step 6.
    """

    nodes: list[str]
    values: Floats
    lower: Floats
    upper: Floats
    lowest: Floats
    highest: Floats
    coverage: Floats
    statuses: NDArray[np.object_]

    def __repr__(self) -> str:
        return f"Composite of {len(self.values)} units: {', '.join(self.nodes)}"


def composite_indicator(
    scores: Any,
    nodes: Sequence[Node],
    *,
    lower: Any = None,
    upper: Any = None,
    least: Any = None,
    most: Any = None,
    not_applicable: Any = None,
    streams: Any = None,
    interval: str = "delta",
    level: float = 0.95,
    correlation: Any = None,
    low: float = 1.0,
    high: float = 100.0,
    draws: int = 2000,
    seed: int = 1,
) -> Composite:
    """Build a composite indicator: weighted means up a tree, with coverage, bounds and intervals.

    Use on scores of one direction and scale, as normalise gives them. A leaf that does not apply leaves the tree of
    that unit; a missing one leaves the value, with its weight going to its neighbours, and opens the bounds: whatever
    the missing leaves are, the node over all leaves that apply lies between lowest and highest. The value is of the
    parts that are there: where one was left out for too little coverage it may lie outside of these bounds, and units
    that miss different parts are not to be ordered together.

    Parameters
    ----------
    scores : array_like
        Shape (units, leaves), NaN missing; a data frame's columns give the leaves their names, else x0, x1, ...
    nodes : sequence of Node
        Parts before wholes; the last is the index.
    lower, upper : array_like, optional
        Intervals of the scores at this level, in their shape; NaN where not known.
    least, most : array_like, optional
        What a score may be at worst and at best for gaps in its own records; NaN is the score itself, or the ends of
        the scale where it is missing.
    not_applicable : array_like, optional
        True where a leaf does not apply to a unit, in the shape of the scores.
    streams : array_like, optional
        One whole number a unit that names its random draws; its position where absent.
    interval : {'delta', 'monte_carlo', 'none'}
        How the leaves' errors are carried to the nodes.
    level : float
        Of the leaves' intervals and of the nodes', in (0, 1).
    correlation : array_like, optional
        Of the leaves' errors; independent where absent.
    low, high : float
        Ends of the scale: what a missing leaf may be at worst and at best; infinite where the scale has none.
    draws, seed : int
        Of monte_carlo: draws a unit, and which.

    Returns
    -------
    Composite
        A value, interval, bounds and coverage of every unit and node. delta moves each leaf in turn to the ends of its
        interval and adds what comes of it in squares, on the scale on which the node adds (logarithms of a geometric
        mean), each side by itself; monte_carlo draws each leaf from two half-normals cut at the ends of the scale. An
        interval is NaN where a leaf that counts has none.

    Raises
    ------
    ValueError
        When shapes differ, a part is not there or stands twice, a weight is negative or all are 0, a share is outside
        [0, 1], a mean other than arithmetic meets a scale that is not above 0, a score is infinite, beyond the scale or
        outside of its own interval or bounds, or a correlation matrix is not one.

    References
    ----------
    OECD and JRC 2008, Handbook, step 6; Zou and Donner 2008, Stat. Med. 27 (sides recovered from intervals); COINr 1.1.14
    a_amean, a_gmean, a_hmean to 1e-12 on ASEM; delta against monte_carlo, both against simulation.
    """
    where = "composite_indicator"
    values, names = table(scores, where, "scores")
    position = {name: number for number, name in enumerate(names)}
    tree = []
    for node in nodes:
        unknown = [part for part in node.parts if part not in position]
        if unknown:
            raise refused(where, f"node {node.name!r}: there is no column and no earlier node {unknown[0]!r}")
        if node.name in position:
            raise refused(where, f"node {node.name!r}: a column or an earlier node has this name; choose another")
        weights = [1.0] * len(node.parts) if node.weights is None else [float(weight) for weight in node.weights]
        parts = [position[part] for part in node.parts]
        tree.append((node.name, parts, weights, node.mean, node.minimum_share, node.minimum_parts))
        position[node.name] = len(position)

    def optional(given: Any, name: str) -> Floats | None:
        return None if given is None else table(given, where, name)[0]

    flags = np.empty(0, np.uint8) if not_applicable is None else np.asarray(not_applicable, dtype=bool).astype(np.uint8)
    made = _core.index.composite_indicator(
        values, nodes=tree, lower=optional(lower, "lower"), upper=optional(upper, "upper"), least=optional(least, "least"),
        most=optional(most, "most"), not_applicable=np.ascontiguousarray(flags).ravel(),
        streams=np.empty(0, np.uint64) if streams is None else np.asarray(streams, dtype=np.uint64), interval=interval,
        level=level, correlation=optional(correlation, "correlation"), low=low, high=high, draws=draws, seed=seed,
    )  # fmt: skip
    words = np.array(_core.status_words(), dtype=object)
    return Composite(
        nodes=[node.name for node in nodes], values=made.values, lower=made.lower, upper=made.upper, lowest=made.lowest,
        highest=made.highest, coverage=made.coverage, statuses=words[made.statuses].reshape(made.values.shape),
    )  # fmt: skip
