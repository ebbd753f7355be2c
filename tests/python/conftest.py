# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps and prints how many checks of the battery ran on how many functions and indicators."""

from collections import Counter

import pytest

BATTERY = pytest.StashKey[dict]()


def pytest_configure(config):
    config.stash[BATTERY] = {}


@pytest.fixture
def account(request):
    """account("statistics", result): counts the outcomes, then holds the result."""

    def counted(kind, result):
        subjects, outcomes = request.config.stash[BATTERY].setdefault(kind, ([], Counter()))
        subjects.append(len(result.outcomes))
        outcomes.update(result.counts)
        result.require()

    return counted


def pytest_terminal_summary(terminalreporter, config):
    counted = config.stash[BATTERY]
    if counted:
        terminalreporter.write_sep("-", "battery")
    for kind, (subjects, outcomes) in counted.items():
        checks = max(subjects)
        said = ", ".join(f"{count} {word}" for word, count in outcomes.items() if count)
        terminalreporter.write_line(f"{kind:<24}{checks} checks x {len(subjects)} = {sum(subjects)}: {said}")
