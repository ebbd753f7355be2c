# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Runs checks and keeps account: every check of every subject has an outcome and a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ._surroundings import Died, in_child

OUTCOMES = ("passed", "failed", "not applicable", "expected failure", "unexpected pass")


class NotApplicable(Exception):
    """Raised by a check that says nothing about a subject; the text is the reason."""


class Broken(Exception):
    """Raised by a check that found something; the text says what."""


@dataclass(frozen=True)
class Outcome:
    """What one check said of one subject.

    Use `.outcome` (passed, failed, not applicable, expected failure, unexpected pass) and `.reason`.

    Parameters
    ----------
    check, outcome, reason : str
        A reason stands with everything but a pass.

    Returns
    -------
    Outcome
        Immutable.

    Raises
    ------
    Never.

    References
    ----------
    The project's plan of reliability, 2.3.
    """

    check: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class BatteryResult:
    """All outcomes of one subject.

    Use `.passed` in a test, print it to read, `.failures` to see what is wrong. Nothing is left out: a check that does
    not apply is counted as such.

    Parameters
    ----------
    subject : str
        Name of the function or indicator.
    outcomes : tuple of Outcome
        One for each check, in order.

    Returns
    -------
    BatteryResult
        Immutable; its repr is a table.

    Raises
    ------
    Never.

    References
    ----------
    The project's plan of reliability, 2.3.
    """

    subject: str
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed, and nothing passed that was expected to fail."""
        return not self.failures

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """Outcomes that are findings."""
        return tuple(one for one in self.outcomes if one.outcome in ("failed", "unexpected pass"))

    @property
    def counts(self) -> dict[str, int]:
        """How many checks had each outcome."""
        counted = Counter(one.outcome for one in self.outcomes)
        return {word: counted[word] for word in OUTCOMES}

    def require(self) -> None:
        """Raise AssertionError with the table unless everything passed."""
        if not self.passed:
            raise AssertionError(repr(self))

    def __repr__(self) -> str:
        counted = ", ".join(f"{count} {word}" for word, count in self.counts.items() if count)
        wide = max((len(one.check) for one in self.outcomes), default=0)
        lines = [f"{one.check:<{wide}}  {one.outcome:<14}  {one.reason}".rstrip() for one in self.outcomes]
        return "\n".join([f"{self.subject}: {len(self.outcomes)} checks: {counted}", *lines])


def judged(check: str, broken: str, expected: Mapping[str, str]) -> Outcome:
    """The outcome of a check that found `broken`, or nothing."""
    if broken:
        return Outcome(check, "expected failure", expected[check]) if check in expected else Outcome(check, "failed", broken)
    if check in expected:
        return Outcome(check, "unexpected pass", f"expected to fail: {expected[check]}")
    return Outcome(check, "passed")


def chosen(known: Mapping[str, Any], wanted: Sequence[str], expected: Iterable[str]) -> dict[str, Any]:
    """The checks that are wanted, in their order; a name that no check has is an error."""
    for name in [*wanted, *expected]:
        if name not in known:
            raise ValueError(f"childwell.testing: there is no check {name!r}; the checks are {', '.join(known)}")
    return {name: check for name, check in known.items() if not wanted or name in wanted}


def run_check(subject: Any, name: str, check: Callable[[Any], None]) -> Outcome:
    """The outcome of one check; what a function raises where it should answer is a finding."""
    try:
        check(subject)
    except NotApplicable as why:
        return Outcome(name, "not applicable", str(why))
    except (Broken, Died) as finding:
        return judged(name, str(finding), subject.expected_failures)
    except Exception as problem:
        return judged(name, f"{type(problem).__name__}: {' '.join(str(problem).split())[:160]}", subject.expected_failures)
    return judged(name, "", subject.expected_failures)


def run_checks(subject: Any, checks: Mapping[str, Callable[[Any], None]]) -> BatteryResult:
    """Run each check on the subject, in a child process; where that dies, each check in one of its own."""
    try:
        outcomes = in_child(lambda: [run_check(subject, name, check) for name, check in checks.items()])
    except Died:
        outcomes = []
        for name, check in checks.items():
            try:
                outcomes.append(in_child(partial(run_check, subject, name, check), seconds=30))
            except Died as how:
                outcomes.append(judged(name, str(how), subject.expected_failures))
    return BatteryResult(subject.name, tuple(outcomes))
