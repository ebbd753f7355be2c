# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of forms, and safety answers apart from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from ..stats._arrays import Floats, Integers, numbers, refused, table
from ._registry import find_instrument

__all__ = ["Scores", "safety_answers", "score_forms"]


@dataclass(frozen=True, repr=False)
class Scores:
    """Scores of many forms: one row a form, one column a scale.

    Use `columns()` to join them to a table of your own, in the rows' order. It holds no answer, and no safety answer
    stands apart in it.

    Parameters
    ----------
    instrument, norms : str
        What was scored, and whose bands ("" for none).
    scales : list of str
        Names of the columns.
    values : ndarray
        Shape (forms, scales); NaN where the status is not ok.
    statuses : ndarray of str
        Why: ok, wrong_informant, wrong_translation, wrong_recall, outside_age, age_unknown, outside_grade,
        grade_unknown, unverified, out_of_range, void_form, validity_unknown or not_enough_answers; the earlier word
    wins. answered : ndarray of int
        Items of the scale that were answered.
    bands : ndarray of str
        Word of the band, "" where there is none.
    unchecked : list of str
        Rules of the form that were not checked, because what they ask was not said: informant, age, grade, recall.
    count, complete, outside_norms : int
        Forms; forms of which every scale is ok; forms with a score whose age the norms are not for, or is not known.

    Returns
    -------
    Scores
        Immutable.

    Raises
    ------
    Nothing by itself.

    References
    ----------
    Each instrument's own, in src/rules/instruments.toml.
    """

    instrument: str
    norms: str
    scales: list[str]
    values: Floats
    statuses: NDArray[np.object_]
    answered: Integers
    bands: NDArray[np.object_]
    unchecked: list[str]
    count: int
    complete: int
    outside_norms: int

    def columns(self) -> dict[str, NDArray[Any]]:
        """Every scale as three columns, its score, its status and its band, for any kind of data frame."""
        made: dict[str, NDArray[Any]] = {}
        for number, name in enumerate(self.scales):
            made[name] = self.values[:, number]
            made[f"{name}_status"] = self.statuses[:, number]
            if self.norms:
                made[f"{name}_band"] = self.bands[:, number]
        return made

    def __repr__(self) -> str:
        unchecked = f"; not checked: {', '.join(self.unchecked)}" if self.unchecked else ""
        norms = f" by {self.norms}" if self.norms else ""
        return f"Scores of {self.instrument}{norms}: {self.complete} of {self.count} forms complete{unchecked}"


def _instrument(given: Any) -> Any:
    return find_instrument(given) if isinstance(given, str) else given


def _each(values: Any, forms: int, where: str, name: str) -> Floats:
    """One number a form; a single one is for all of them, and None is not said."""
    if values is None:
        return np.empty(0)
    if np.ndim(values) == 0 and not hasattr(values, "to_numpy"):
        return np.full(forms, float(values))
    made = numbers(values, where, name)
    if len(made) != forms:  # an empty array would read as not said
        raise refused(where, f"{name} must have one entry a form")
    return made


def _words(words: list[str], codes: Integers) -> NDArray[np.object_]:
    return np.array([*words, ""], dtype=object)[codes]


def score_forms(
    instrument: Any,
    items: Any,
    *,
    informant: str | None = None,
    translation: str | None = None,
    recall_days: int | None = None,
    ages: Any = None,
    grades: Any = None,
    norms: str | None = None,
) -> Scores:
    """Score questionnaires by their published key: directions, scales, missing answers, rounding, validity, bands.

    Use for raw answers, one row a form. Not for answers already reversed or recoded, and never as a diagnosis: a band
    is a reason to ask. Answers that concern a child's safety are not here: see safety_answers.

    Parameters
    ----------
    instrument : str or Instrument
        A name, such as "sdq", or what define_instrument made.
    items : array_like
        Shape (forms, items), answers as they stand on the form, one column an item in its order; NaN or None is not
        answered.
    informant : str, optional
        Who filled in the forms: self, parent, teacher, ...; norms for one informant ask for it.
    translation : str, optional
        Which wording; asked for where the key depends on it.
    recall_days : int, optional
        The window that was asked about, in days.
    ages, grades : array_like or float, optional
        Years and school years, one a form or one for all; NaN is not known.
    norms : str, optional
        Name of a set of bands of the instrument; none is chosen silently.

    Returns
    -------
    Scores
        Values, statuses, counts of answers and bands, one row a form and one column a scale.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, for another number of items, ages or grades of another length, norms
        that the instrument does not have or that are for another informant, and a translation left out where the key
        depends on it.

    References
    ----------
    Each instrument's own, in src/rules/instruments.toml; checked against forms worked by hand and exact fractions.
    """
    key = _instrument(instrument)
    answers = table(items, "score_forms", "items")[0]
    made = _core.instruments.score_forms(
        key,
        answers,
        informant=informant or "",
        translation=translation or "",
        recall_days=0 if recall_days is None else recall_days,
        ages=_each(ages, len(answers), "score_forms", "ages"),
        grades=_each(grades, len(answers), "score_forms", "grades"),
        norms=norms or "",
    )
    bands = [_words(words, codes) for words, codes in zip(made.words, made.bands.T, strict=True)]
    return Scores(
        instrument=made.instrument,
        norms=made.norms,
        scales=made.scales,
        values=made.values,
        statuses=_words(_core.instruments.form_status_words(), made.statuses),
        answered=made.answered,
        bands=np.stack(bands, axis=1),
        unchecked=made.unchecked,
        count=made.count,
        complete=made.complete,
        outside_norms=made.outside_norms,
    )


def safety_answers(instrument: Any, items: Any) -> Any:
    """Forms with an answer that concerns a child's safety, such as item 9 of the PHQ, apart from every score.

    Use in every run, before anything else, and give the result to the named officer only: neither age, informant,
    validity nor missing answers hold it back, and an answer beyond the range counts. Not an emergency service, and no
    score: nothing of it belongs into a shared file.

    Parameters
    ----------
    instrument : str or Instrument
        A name, such as "phq_a", or what define_instrument made.
    items : array_like
        Shape (forms, items), answers as they stand on the form; NaN or None is not answered.

    Returns
    -------
    SafetyAnswers
        `forms`, the rows concerned from 0 in their order; `count` of them, `asked` forms, and those `unanswered`: no
        such answer, and a safety item left out. No row when the instrument has no safety item.

    Raises
    ------
    ValueError
        When items do not hold numbers, and for another number of items.

    References
    ----------
    Data-model rule 11; the items with their sources in src/rules/instruments.toml.
    """
    return _core.instruments.safety_answers(_instrument(instrument), table(items, "safety_answers", "items")[0])
