# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The recorded figures are those of the code that is here, and say what the page says."""

import json
from pathlib import Path

import held_out
import interval_coverage
import null_city
import page
import pytest
import slipping

HERE = Path(__file__).parent
RECORD = json.loads((HERE / "record.json").read_text("utf-8"))
COVERAGE, NULL, SLIPS, HELD_OUT = (RECORD[part] for part in ("interval_coverage", "null_city", "slipping", "held_out"))


def broken(interval: str) -> set[str]:
    return {setting for setting, made in COVERAGE.items() if page.judged(made["coverage"][interval], interval) == "below"}


def test_the_page_is_made_from_the_record():
    assert (HERE / "README.md").read_text("utf-8") == page.made(RECORD)


def test_every_setting_is_recorded_in_full():
    for part in (held_out, interval_coverage, null_city, slipping):
        made = RECORD[part.__name__]
        assert list(made) == list(part.SETTINGS)
        assert all(one["cities"] == part.CITIES >= 100 for one in made.values())


@pytest.mark.parametrize("setting", ["base", "ghosts, 0.01", "all at once"])
def test_the_first_city_counts_as_recorded(setting):
    made = interval_coverage.one_city(setting, 0)
    assert made["counts"] == COVERAGE[setting]["very_first"]


def test_the_first_null_city_counts_as_recorded():
    again = json.loads(json.dumps(null_city.record([null_city.one_city("nothing at all", 0)] * 2)["first"][0]))
    assert again == NULL["nothing at all"]["first"][0]


def test_the_first_lists_are_as_recorded():
    made = slipping.one_city("standard", 0, fitted=False)
    recorded = SLIPS["standard"]["first"][0]
    assert {name: pytest.approx(counts, abs=1e-6) for name, counts in made.items()} == {name: recorded[name] for name in made}


def test_the_first_held_out_halves_are_as_recorded():
    recorded = HELD_OUT["all at once"]["first"][0]
    assert {level: pytest.approx(sums, rel=1e-9) for level, sums in held_out.one_city("all at once", 0).items()} == recorded


@pytest.mark.long
@pytest.mark.parametrize("setting", interval_coverage.SETTINGS)
def test_the_first_cities_count_as_recorded(setting):
    made = [interval_coverage.one_city(setting, seed) for seed in range(interval_coverage.FIRST)]
    assert interval_coverage.summary(made) == COVERAGE[setting]["first"]


@pytest.mark.long
@pytest.mark.parametrize("setting", null_city.SETTINGS)
def test_the_first_null_cities_count_as_recorded(setting):
    made = null_city.record([null_city.one_city(setting, seed) for seed in range(null_city.FIRST)])
    assert made["first"] == NULL[setting]["first"]


@pytest.mark.long
@pytest.mark.parametrize("setting", slipping.SETTINGS)
def test_the_first_lists_of_models_are_as_recorded(setting):
    for seed, recorded in enumerate(SLIPS[setting]["first"]):
        assert {name: pytest.approx(counts, abs=1e-6) for name, counts in slipping.one_city(setting, seed).items()} == recorded
