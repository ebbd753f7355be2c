# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What can be switched on and off in the made-up city, and by how much."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from childwell._table import Table

__all__ = ["Mechanism", "Mechanisms"]


@dataclass(frozen=True)
class Mechanism:
    """One thing that makes real data treacherous, with a size; a size of 0 switches it off."""

    name: str
    size: float  # in the standard city
    lowest: float
    highest: float
    unit: str
    what: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"childwell.synthetic: {self.name!r} cannot be a keyword; use letters and underscores")
        if not 0 <= self.lowest <= self.size <= self.highest < math.inf:
            raise ValueError(f"childwell.synthetic: the standard size of {self.name} must lie inside its range")


class Mechanisms:
    """The size of every mechanism of one city.

    Use it as what `city` makes of its keywords; `sizes()` of a city prints it. Not to be changed once made.

    Parameters
    ----------
    known : iterable of Mechanism
        All there are; names are unique.
    given : mapping of str to number
        Sizes that differ from the rest.
    null : bool, default False
        Everything that is not given has the size 0 instead of its standard size.

    Returns
    -------
    Mechanisms
        `.size(name)` is a float; iteration gives the mechanisms in order.

    Raises
    ------
    ValueError
        When a name is unknown (the message offers the nearest ones) or a size is no number of its range.

    References
    ----------
    None: it computes nothing.
    """

    def __init__(
        self, known: Iterable[Mechanism], given: Mapping[str, object] | None = None, *, null: bool = False
    ) -> None:
        self._known: dict[str, Mechanism] = {}
        for mechanism in known:
            if mechanism.name in self._known:
                raise ValueError(f"childwell.synthetic: two mechanisms are called {mechanism.name}; rename one")
            self._known[mechanism.name] = mechanism
        self._sizes = {name: 0.0 if null else float(mechanism.size) for name, mechanism in self._known.items()}
        for name, size in (given or {}).items():
            found = self._found(name)
            self._sizes[found] = self._checked(found, size)

    def _found(self, name: str) -> str:
        if name in self._known:
            return name
        near = difflib.get_close_matches(name, self._known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "childwell.synthetic.mechanisms() lists them"
        raise ValueError(f"childwell.synthetic: there is no mechanism {name!r}; {hint}")

    def _checked(self, name: str, size: object) -> float:
        mechanism = self._known[name]
        try:
            value = float(size)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise ValueError(f"childwell.synthetic: {name} must be a number, not {type(size).__name__}") from None
        if value != 0 and not mechanism.lowest <= value <= mechanism.highest:
            raise ValueError(
                f"childwell.synthetic: {name} must be 0 or lie between {mechanism.lowest:g} and {mechanism.highest:g} "
                f"({mechanism.unit})"
            )
        return value

    def size(self, name: str) -> float:
        """How large a mechanism is in this city; 0 is off."""
        return self._sizes[self._found(name)]

    def is_on(self, name: str) -> bool:
        """Whether a mechanism is at work in this city."""
        return self.size(name) > 0

    def __iter__(self) -> Iterator[Mechanism]:
        return iter(self._known.values())

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        return f"Mechanisms: {len(self)} known, {sum(size > 0 for size in self._sizes.values())} at work"

    def table(self) -> Table:
        """Every mechanism with its size here, its standard size, its range, its unit and what it does."""
        every = list(self)
        return Table(
            {
                "mechanism": [mechanism.name for mechanism in every],
                "size": np.array([self._sizes[mechanism.name] for mechanism in every]),
                "standard": np.array([float(mechanism.size) for mechanism in every]),
                "lowest": np.array([float(mechanism.lowest) for mechanism in every]),
                "highest": np.array([float(mechanism.highest) for mechanism in every]),
                "unit": [mechanism.unit for mechanism in every],
                "what": [mechanism.what for mechanism in every],
            },
            made_up=True,
        )
