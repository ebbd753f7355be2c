# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How a function is called, in a form that a check can vary."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._answers import Answer, answer

KINDS = ("real", "positive", "share", "binary", "count", "label")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A statistic and how to call it: what `check_statistic` needs to know.

    Use one for each function of your own. Not for indicators, which read tables: see `IndicatorSubject`.

    Parameters
    ----------
    name : str
        What the function is called.
    call : callable
        The function; called with the arguments of `make` by keyword.
    make : callable
        `make(n, generator)` gives a dict of arguments with n rows, for any n from 0, made with a NumPy Generator.
    data : mapping of str to {"real", "positive", "share", "binary", "count", "label"}
        The arguments that have a row for each unit, and what a row may hold: any number, at least 0, 0 to 1, 0 or 1,
        whole and at least 0, any label. A value outside may be refused; a real number is never refused.
    blocks : tuple of tuples of str
        Arguments whose rows belong together, where not all do: `(("first",), ("second",))` for two samples. The first
        block has the weights and the fields of `per_row`.
    weights : str
        Name of the weights argument; not to be given by `make`.
    repeats : tuple of str or None
        Fields in which a weight of 2 equals a row given twice; None is all, () says that weights are not repetitions.
    order : str
        Why the order of rows is part of the meaning; empty when it is not.
    missing : str
        Why a row with a missing value is not as a row that is not there, such as a day that keeps its place; empty when
        it is.
    complete : tuple of str
        Arguments of which no value may be missing: a missing one is refused.
    per_row : tuple of str
        Fields of the result with one entry for each row, in the rows' order. A bare array is the field "value".
    independent : bool
        Whether each row's result depends on that row alone.
    scalars : bool
        Whether the function takes single numbers and `call` is `one_by_one(function)`.
    infinite : bool
        Whether an infinite value is an ordinary one, as in ranks.
    headline : str
        The field that must be finite where the status is ok; empty means the first of real numbers.
    diagnostics : tuple of str
        Fields that say how a computation went, and may differ where the order of rows differs.
    tolerance : float
        Relative, where the order of additions may differ. Equal bits are still asked for of repeated calls, threads
        and layouts in memory.
    merge : callable or None
        `merge(earlier, later)` of two results over neighbouring rows, for a function whose results merge.
    read : callable or None
        Turns a result that is no value object, mapping or array into a mapping.
    expected_failures : mapping of check to reason
        A check that fails is then expected to; one that passes all the same is an error.

    Returns
    -------
    Subject
        Immutable.

    Raises
    ------
    ValueError
        When a kind is unknown, or a block or option names an argument that is not in `data`.

    References
    ----------
    In the spirit of scikit-learn's check_estimator, whose expected failures carry reasons too.
    """

    name: str
    call: Callable[..., Any]
    make: Callable[[int, np.random.Generator], dict[str, Any]]
    data: Mapping[str, str]
    blocks: tuple[tuple[str, ...], ...] = ()
    weights: str = ""
    repeats: tuple[str, ...] | None = None
    order: str = ""
    missing: str = ""
    complete: tuple[str, ...] = ()
    per_row: tuple[str, ...] = ()
    independent: bool = False
    scalars: bool = False
    infinite: bool = False
    headline: str = ""
    diagnostics: tuple[str, ...] = ()
    tolerance: float = 1e-12
    merge: Callable[[Any, Any], Any] | None = None
    read: Callable[[Any], Any] | None = None
    expected_failures: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for argument, kind in self.data.items():
            if kind not in KINDS:
                raise ValueError(f"childwell.testing: {argument} is {kind!r}; a row is one of {', '.join(KINDS)}")
        named = [name for block in self.blocks for name in block] + list(self.complete)
        for name in named:
            if name not in self.data:
                raise ValueError(f"childwell.testing: {name!r} is not among the data arguments {', '.join(self.data)}")
        if not self.blocks:
            object.__setattr__(self, "blocks", (tuple(self.data),))
        if self.scalars and not self.per_row:
            object.__setattr__(self, "per_row", getattr(self.call, "fields", ("value",)))

    def arguments(self, n: int, seed: int = 1) -> dict[str, Any]:
        """Arguments with n rows."""
        return dict(self.make(n, np.random.Generator(np.random.Philox(seed))))

    def run(self, arguments: Mapping[str, Any]) -> Answer:
        """The result as named arrays and words."""
        return answer(self.call(**arguments), self.read)

    def kinds(self, *wanted: str) -> list[str]:
        """Data arguments of these kinds."""
        return [name for name, kind in self.data.items() if kind in wanted]

    def options(self) -> set[str]:
        """Names of the function's own parameters, as far as they can be seen."""
        try:
            return set(inspect.signature(inspect.unwrap(self.call)).parameters)
        except (TypeError, ValueError):
            return set()


def one_by_one(
    function: Callable[..., Any], *, rows: tuple[str, ...], fields: tuple[str, ...] = ("value",)
) -> Callable[..., Any]:
    """A function of single numbers as one of arrays, so that the battery can run on it.

    Use with `Subject(scalars=True)`. Not for speed: it calls the function once a row.

    Parameters
    ----------
    function : callable
        Takes single numbers by keyword.
    rows : tuple of str
        The arguments that become arrays.
    fields : tuple of str
        The fields of the result that are compared; a bare number is the field "value". Leave out those that repeat an
        option, such as the level.

    Returns
    -------
    callable
        Calls the function for each row and gives the fields of its results as arrays.

    Raises
    ------
    Never by itself; what the function raises.

    References
    ----------
    The house's table of errors.
    """

    def called(**arguments: Any) -> dict[str, np.ndarray]:
        length = max(len(arguments[name]) for name in rows)
        columns: dict[str, list[Any]] = {name: [] for name in fields}
        for number in range(length):
            here = {name: value[number] if name in rows else value for name, value in arguments.items()}
            made = answer(function(**here))
            for name in fields:
                columns[name].append(made[name])
        return {name: np.array(values) for name, values in columns.items()}

    called.__wrapped__ = function  # type: ignore[attr-defined]
    called.fields = fields  # type: ignore[attr-defined]
    return called
