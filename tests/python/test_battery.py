# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Every public statistic and every indicator through one battery; test_testing.py plants the defects."""

import inspect

import pytest
from subjects import INDEX, INDICATORS, INSTRUMENTS, SUBJECTS

import childwell as cw
from childwell import index, instruments, stats, testing

@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.name for subject in SUBJECTS])
def test_a_statistic(subject, account):
    account("statistics", testing.check_statistic(subject))


def test_every_public_statistic_has_a_subject():
    public = {name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))}
    assert {subject.name for subject in SUBJECTS} == public


@pytest.mark.parametrize("subject", INSTRUMENTS, ids=[subject.name for subject in INSTRUMENTS])
def test_an_instrument(subject, account):
    account("instruments", testing.check_statistic(subject))


def test_every_instrument_and_measuring_function_has_a_subject():
    """A new entry of the registry, or a new function, cannot escape; looking a key up computes nothing."""
    public = {name for name in instruments.__all__ if inspect.isfunction(getattr(instruments, name))}
    forms = {f"score_forms: {name}" for name in instruments.instrument_names()}
    through_forms = {"define_instrument", "find_instrument", "instrument_names", "score_forms", "safety_answers"}
    assert {subject.name for subject in INSTRUMENTS} == forms | (public - through_forms)


@pytest.mark.parametrize("subject", INDEX, ids=[subject.name for subject in INDEX])
def test_a_step_of_the_index(subject, account):
    account("index", testing.check_statistic(subject))


def test_every_step_of_the_index_has_a_subject():
    public = {name for name in index.__all__ if inspect.isfunction(getattr(index, name))}
    assert {subject.name.split(":")[0] for subject in INDEX} == public - {"define_index"}


@pytest.fixture(scope="module")
def indicators():
    return {result.subject: result for result in testing.check_indicators(INDICATORS)}


@pytest.mark.parametrize("name", sorted(cw.catalogue()["id"]))
def test_an_indicator(name, indicators, account):
    account("indicators", indicators[name])
