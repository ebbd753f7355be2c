# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Words, dates and numbers of the report, in Chinese and English from one catalogue."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from typing import Any

LANGUAGES = ("zh", "en")
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
DASH = "–"
SHARE_UNITS = frozenset({"share", "rate", "proportion", "probability"})

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")
_PARAMETER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Bilingual:
    """One phrase in both languages; as markup it is a pair of spans, or plain text where both are alike."""

    zh: str
    en: str

    def __html__(self) -> str:
        if self.zh == self.en:
            return escape(self.zh)
        return f'<span lang="zh-CN">{escape(self.zh)}</span><span lang="en">{escape(self.en)}</span>'

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    def both(self) -> str:
        """Both languages as plain text, for the places that hold no markup, such as the title of a drawing."""
        return self.zh if self.zh == self.en else f"{self.zh} / {self.en}"


def same(text: object) -> Bilingual:
    """A text that is the same in both languages: a code, a number, words that came with the data."""
    return Bilingual(str(text), str(text))


def joined(phrases: list[Bilingual], separator: Bilingual) -> Bilingual:
    return Bilingual(separator.zh.join(phrase.zh for phrase in phrases),
                     separator.en.join(phrase.en for phrase in phrases))


def filled(text: str, parameters: Mapping[str, Any], language: str) -> str:
    """Puts parameters into a text; never through str.format, which would read attributes of what it is given."""

    def value_of(match: re.Match[str]) -> str:
        value = parameters.get(match[1], match[0])
        return value.in_language(language) if isinstance(value, Bilingual) else str(value)

    return _PARAMETER.sub(value_of, text)


class Words:
    """The report's words and the message catalogue; calling it with a key gives the phrase."""

    def __init__(self, report: Mapping[str, Any], messages: Mapping[str, Any]) -> None:
        self._report = report
        self._messages = messages
        self._used: set[str] = set()

    def for_page(self) -> Words:
        """The same words for one page, which keep note of what the page says."""
        return Words(self._report, self._messages)

    def __call__(self, key: str, /, **parameters: Any) -> Bilingual:
        group, _, name = key.partition(".")
        self._used.add(key)
        return _phrase(self._report[group][name], parameters)

    def or_code(self, group: str, code: Any) -> Bilingual:
        """The word for a code, or the code itself where the catalogue has none: a new code is shown, not lost."""
        self._used.add(f"{group}.{code}")
        text = self._report[group].get(str(code))
        return _phrase(text, {}) if isinstance(text, Mapping) else same(code)

    def has(self, key: str) -> bool:
        """Whether the catalogue has a phrase, which is not used by asking."""
        group, _, name = key.partition(".")
        return name in self._report[group]

    def or_nothing(self, key: str) -> Bilingual | None:
        """The phrase where the catalogue has one."""
        group, _, name = key.partition(".")
        return self(key) if name in self._report[group] else None

    def message(self, code: str, parameters: Mapping[str, Any] | None = None) -> Bilingual:
        text = self._messages.get(code)
        return _phrase(text, parameters or {}) if isinstance(text, Mapping) else same(code)

    def glossary(self) -> list[tuple[Bilingual, Bilingual]]:
        """Terms that the page has used so far, each with what it means; to be asked for at the end of a page."""
        terms = self._report["glossary"]["terms"]
        return [(self(f"glossary.{term}"), self(f"glossary.{term}_text")) for term, said in terms.items()
                if self._used.intersection(said)]

    def day(self, iso: str) -> Bilingual:
        """A date in words: 2026年1月23日, 23 January 2026."""
        when = date.fromisoformat(str(iso)[:10])
        return Bilingual(f"{when.year}年{when.month}月{when.day}日", f"{when.day} {_MONTHS[when.month - 1]} {when.year}")


def _phrase(text: Mapping[str, str], parameters: Mapping[str, Any]) -> Bilingual:
    return Bilingual(*(filled(text[language], parameters, language) for language in LANGUAGES))


@cache
def load_words() -> Words:
    import tomllib

    from . import _core

    return Words(tomllib.loads(_core.rules("report")), tomllib.loads(_core.rules("messages")))


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def count_text(value: Any) -> str:
    return f"{round(value):,}" if is_number(value) else DASH


def number_text(value: Any, unit: str = "share") -> str:
    """A number with one decimal as a per cent, else with two; a dash when there is none.

    A share that is not quite nothing or not quite all is never rounded to 0.0% or 100.0%.
    """
    if not is_number(value):
        return DASH
    if unit == "days":
        return _minus(f"{value:,.1f}".removesuffix(".0"))
    if unit not in SHARE_UNITS:
        return _minus(f"{value:,.2f}")
    if 0 < value < 0.0005:
        return "<0.1%"
    if 0.9995 <= value < 1:
        return ">99.9%"
    return _minus(f"{100 * value:.1f}%")


def interval_text(lower: Any, upper: Any, unit: str = "share") -> str:
    if not (is_number(lower) and is_number(upper)):
        return DASH
    low, high = number_text(lower, unit), number_text(upper, unit)
    if low.startswith("−") or high.startswith("−") or "<" in low + high or ">" in low + high:
        return f"{low} … {high}"
    return f"{low.removesuffix('%')}–{high}" if high.endswith("%") else f"{low}–{high}"


def missing_share(expected: Any, observed: Any) -> float | None:
    """The share of what was expected that is not there; None where either count is not given."""
    if not (is_number(expected) and is_number(observed)) or expected <= 0:
        return None
    made: float = max(0.0, (expected - observed) / expected)
    return made


def _minus(text: str) -> str:
    return text.replace("-", "−")
