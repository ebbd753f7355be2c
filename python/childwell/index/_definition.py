# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What an index is, as data: domains, measures, goalposts with their date and source, weights and means."""

from __future__ import annotations

import datetime
import difflib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..stats._arrays import refused

__all__ = ["Domain", "IndexDefinition", "Measure", "define_index"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure in a domain: which rows of the indicators, and how they become a score.

    Use it inside a Domain, with goalposts wherever years are to compare.

    Parameters
    ----------
    indicator : str
        Of the catalogue, or the name of a table that is given to compose beside the indicators.
    name : str, optional
        As it stands in results; the indicator's where absent.
    high_is_good : bool
        Of the raw value; the catalogue's own direction may not be contradicted.
    method : {'goalposts', 'min_max', 'z_score', 'rank_normal'}
        The last three are relative to the children at hand: a child's score then moves when others do.
    goalposts : (float, float), optional
        The lower and the higher raw value; the ends of the scale.
    frozen_on : str or date
        Since when goalposts stand.
    source : str
        Who chose them, and from what.
    policy, exam, subject, informant : str
        Which rows, where an indicator has one for each; any where empty.
    rows : {'one', 'mean'}
        What becomes of several rows of one child: a mistake of the definition, or their mean; rows without a value
        then open the bounds.
    weight : float
        At least 0; counts where the domain says that weights are given.
    standard_error : float, optional
        Of one row, in its unit: what repeating the measurement would show. The column's own interval where absent.
    mean, standard_deviation : float
        Of the scores of z_score and rank_normal; they are cut at the ends of the scale.

    Returns
    -------
    Measure
        Immutable.

    Raises
    ------
    Never; compose checks it.

    References
    ----------
    Data model, rule 12; OECD and JRC 2008, Handbook, step 5.
    """

    indicator: str
    name: str = ""
    high_is_good: bool = True
    method: str = "goalposts"
    goalposts: tuple[float, float] | None = None
    frozen_on: str | datetime.date = ""
    source: str = ""
    policy: str = ""
    exam: str = ""
    subject: str = ""
    informant: str = ""
    rows: str = "one"
    weight: float = 1.0
    standard_error: float | None = None
    mean: float = 50.5
    standard_deviation: float = 16.5


@dataclass(frozen=True, kw_only=True)
class Domain:
    """Measures that make up for each other.

    Use it inside an IndexDefinition; the mean across domains is another one.

    Parameters
    ----------
    name : str
        As it stands in results.
    measures : sequence of Measure
        At least one.
    mean : {'arithmetic', 'geometric', 'harmonic'}
        How its measures are added.
    weights : {'equal', 'given', 'components', 'entropy'}
        Of its measures; the last two are taken from the children who have all of them.
    weight : float
        Of the domain, at least 0; counts where the index says that weights are given.
    minimum_share : float
        Share of the weight of the measures that apply to a child, below which the domain has no value.
    minimum_measures : int
        Measures with a value, below which it has none.

    Returns
    -------
    Domain
        Immutable.

    Raises
    ------
    Never; compose checks it.

    References
    ----------
    OECD and JRC 2008, Handbook, step 6.
    """

    name: str
    measures: Sequence[Measure]
    mean: str = "arithmetic"
    weights: str = "equal"
    weight: float = 1.0
    minimum_share: float = 0.5
    minimum_measures: int = 1


@dataclass(frozen=True, kw_only=True)
class IndexDefinition:
    """What an index is: data, with a name, and the same for every year that is to compare.

    Use define_index to read one from TOML. Not to be chosen after seeing who comes out low.

    Parameters
    ----------
    id : str
        Its name, with a version in it.
    domains : sequence of Domain
        At least one.
    mean : {'geometric', 'arithmetic', 'harmonic'}
        How domains are added; a geometric mean keeps a good domain from making up wholly for a bad one.
    weights : {'equal', 'given', 'components', 'entropy'}
        Of the domains; equal by domain where nobody says otherwise.
    minimum_share : float
        Share of the weight that applies to a child, below which there is no index.
    minimum_domains : int
        Domains with a value, below which there is none.
    low, high : float
        Ends of the scale.
    source : str
        Who agreed on it.

    Returns
    -------
    IndexDefinition
        Immutable; `.with_weights` gives the same index with weights that are numbers.

    Raises
    ------
    Never; compose checks it.

    References
    ----------
    Data model, rule 12; OECD and JRC 2008.
    """

    id: str
    domains: Sequence[Domain]
    mean: str = "geometric"
    weights: str = "equal"
    minimum_share: float = 0.5
    minimum_domains: int = 2
    low: float = 1.0
    high: float = 100.0
    source: str = field(default="", repr=False)

    def with_weights(self, weights: Mapping[str, float]) -> IndexDefinition:
        """The same index with these weights, as numbers that stay.

        Use it to keep what one year's data gave: the next year then compares.

        Parameters
        ----------
        weights : mapping of str to float
            By the names of domains and measures; every one of them.

        Returns
        -------
        IndexDefinition
            With weights "given" everywhere.

        Raises
        ------
        ValueError
            When a domain or measure has no weight here, or a name is unknown.

        References
        ----------
        Data model, rule 12: so that years compare.
        """
        wanted = {domain.name for domain in self.domains} | {one.name or one.indicator for domain in self.domains for one in domain.measures}
        for name in sorted(wanted ^ set(weights)):
            raise refused("index.IndexDefinition.with_weights", f"{name!r} is {'without a weight' if name in wanted else 'no part of this index'}")
        domains = tuple(
            replace(domain, weight=float(weights[domain.name]), weights="given", measures=tuple(
                replace(one, weight=float(weights[one.name or one.indicator])) for one in domain.measures))
            for domain in self.domains
        )  # fmt: skip
        return replace(self, weights="given", domains=domains)


_NUMBERS = {"weight", "standard_error", "mean", "standard_deviation", "minimum_share", "minimum_measures", "minimum_domains", "low", "high"}


def _made(kind: type, given: Any, where: str, **more: Any) -> Any:
    """A dataclass from a table of a document; an unknown key is an error that offers the nearest one."""
    if not isinstance(given, Mapping):
        raise refused("index.define_index", f"{where} must be a table")
    known = {one.name for one in fields(kind)} - set(more)
    for key, value in given.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1) or sorted(known)
            raise refused("index.define_index", f"{where} has no key {key!r}; did you mean {', '.join(near)}?")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # the mean of an index or a domain is a word, that of a measure's scores a number
        if key in _NUMBERS and not (key == "mean" and kind is not Measure) and not is_number:
            raise refused("index.define_index", f"{where}: {key} must be a number")
    for key in sorted(one.name for one in fields(kind) if one.name not in given and one.name not in more):
        if key in ("id", "indicator"):
            raise refused("index.define_index", f"{where} needs the key {key}")
    return kind(**{**given, **more})


def _pair(value: Any, where: str) -> tuple[float, float]:
    numbers = isinstance(value, Sequence) and len(value) == 2 and all(isinstance(one, int | float) for one in value)
    if not numbers:
        raise refused("index.define_index", f"{where}: goalposts are two raw values, the lower first, such as [0, 0.2]")
    return float(value[0]), float(value[1])


def define_index(document: str | Path | Mapping[str, Any]) -> IndexDefinition:
    """Read the definition of an index from TOML.

    Use for an index that several people agree on, keep in one file, and run every year. compose reads the same.

    Parameters
    ----------
    document : str, Path or mapping
        TOML text, the path of a file, or what either holds: `id`, options of IndexDefinition, and one table
        `domains.NAME` a domain with its options and a list `measures`.

    Returns
    -------
    IndexDefinition
        Its rules are checked by compose, which knows the indicators.

    Raises
    ------
    ValueError
        When the text is no TOML, or a key is unknown or of another kind.

    References
    ----------
    Data model, rule 12: goalposts dated and frozen.
    """
    if isinstance(document, Path):
        document = document.read_text("utf-8")
    if isinstance(document, str):
        try:
            document = tomllib.loads(document)
        except tomllib.TOMLDecodeError as problem:
            raise refused("index.define_index", f"this is no TOML: {problem}") from None
    named = document.get("domains")
    if not isinstance(named, Mapping) or not named:
        raise refused("index.define_index", "give each domain a table [domains.NAME] with a list of measures")
    domains = []
    for name, table in named.items():
        where = f"domain {name!r}"
        listed = table.get("measures") if isinstance(table, Mapping) else None
        if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
            raise refused("index.define_index", f"{where} needs a list of measures, [[domains.{name}.measures]]")
        measures = []
        for one in listed:
            of = f"{where}, measure {one.get('name') or one.get('indicator') if isinstance(one, Mapping) else ''!r}"
            pair = {"goalposts": _pair(one["goalposts"], of)} if isinstance(one, Mapping) and "goalposts" in one else {}
            made = _made(Measure, {key: value for key, value in one.items() if key not in pair} if pair else one, of)
            measures.append(replace(made, **pair))
        domains.append(_made(Domain, {key: value for key, value in table.items() if key != "measures"}, where, name=name, measures=tuple(measures)))
    of_index = {key: value for key, value in document.items() if key != "domains"}
    found: IndexDefinition = _made(IndexDefinition, of_index, "the index", domains=tuple(domains))
    return found


def as_core(definition: IndexDefinition) -> dict[str, Any]:
    """The definition as the core reads it."""
    return {
        **{key: getattr(definition, key) for key in ("id", "mean", "weights", "minimum_share", "minimum_domains", "low", "high")},
        "domains": [
            {
                **{key: getattr(domain, key) for key in ("name", "mean", "weights", "weight", "minimum_share", "minimum_measures")},
                "measures": [_measure_as_core(one) for one in domain.measures],
            }
            for domain in definition.domains
        ],
    }


def _measure_as_core(one: Measure) -> dict[str, Any]:
    plain = ("indicator", "policy", "exam", "subject", "informant", "rows", "method", "high_is_good", "mean", "standard_deviation", "source", "weight")
    return {
        **{key: getattr(one, key) for key in plain},
        "name": one.name or one.indicator,
        "goalposts": (math.nan, math.nan) if one.goalposts is None else one.goalposts,
        "frozen_on": str(one.frozen_on),
        "standard_error": math.nan if one.standard_error is None else one.standard_error,
    }
