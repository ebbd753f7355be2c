# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Disclosure control, attacked from outside: a linear program over everything published, for every hidden number.

The attacker knows the places, every row that is shown, and that counts are not negative. The bound that is held: each
hidden number of children, of events and of the rest can be told no more closely than to a stretch `MINIMUM` wide.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import block_diag, coo_matrix

from childwell import _core

MINIMUM = 10
LEVELS = ["city", "county", "township", "school"]
ROUNDING = 1e-6


# ---- random cities ---------------------------------------------------------------------------------------------------


def random_hierarchy(rng, name="school"):
    codes, parents, levels = ["1"], [-1], ["city"]
    above = [0]
    for level in LEVELS[1:]:
        here = []
        for parent in above:
            for _ in range(int(rng.integers(1, 4 if level != "school" else 5))):
                here.append(len(codes))
                codes.append(f"{name[0]}{len(codes)}")
                parents.append(parent)
                levels.append(level)
        above = here
    return {"name": name, "codes": codes, "parents": parents, "levels": levels}


def random_places(rng, hierarchy, children):
    """Most children at a school, some in no finer place than a township or county."""
    leaves = [i for i, level in enumerate(hierarchy["levels"]) if level == "school"]
    weights = rng.choice([0.02, 0.2, 1.0, 3.0], size=len(leaves))
    places = rng.choice(leaves, size=children, p=weights / weights.sum())
    inner = [i for i, level in enumerate(hierarchy["levels"]) if level in ("county", "township")]
    stray = rng.random(children) < rng.choice([0.0, 0.03])
    places[stray] = rng.choice(inner, size=int(stray.sum()))
    return places


def random_share(rng, children, places):
    rates = rng.choice([0.0, 0.02, 0.1, 0.5, 0.97, 1.0], size=places.max() + 1, p=[0.1, 0.2, 0.4, 0.2, 0.05, 0.05])
    observed = (rng.random(children) < rng.choice([1.0, 0.98, 0.8])).astype(float)
    numerator = ((rng.random(children) < rates[places]) * observed).astype(float)
    return {"id": "share", "kind": "share", "child": np.arange(children), "place": places, "numerator": numerator,
            "observed": observed, "expected": np.ones(children)}


def random_ratio(rng, children, places):
    expected = rng.integers(1, 40, size=children).astype(float)
    observed = np.floor(expected * rng.choice([1.0, 0.9, 0.0], size=children, p=[0.8, 0.15, 0.05]))
    numerator = rng.binomial(observed.astype(int), rng.choice([0.0, 0.001, 0.1, 1.0])).astype(float)
    return {"id": "rate", "kind": "ratio", "child": np.arange(children), "place": places, "numerator": numerator,
            "observed": observed, "expected": expected}


def published(hierarchies, measures):
    made = _core.aggregate_measures(hierarchies, measures, levels=LEVELS, minimum_cell=MINIMUM).columns()
    return [dict(zip(made, values, strict=True)) for values in zip(*made.values(), strict=True)]


# ---- the attacker ----------------------------------------------------------------------------------------------------


class Table:
    """What anybody can read off one measure: a tree of cells with the numbers shown, NaN where hidden."""

    def __init__(self, rows, quantities):
        self.keys = [(row["hierarchy"], row["level"], row["place"], row["parent"]) for row in rows]
        self.rows = rows
        self.shown = np.array([[quantity(row) for quantity in quantities] for row in rows], dtype=float)
        self.families = {}
        for i, (hierarchy, level, _, parent) in enumerate(self.keys):
            self.families.setdefault((hierarchy, self._parent(hierarchy, level, parent)), []).append(i)
        self.hidden = np.array([row["status"] == "hidden" for row in rows])

    def _parent(self, hierarchy, level, parent):
        above = LEVELS[:LEVELS.index(level)]
        for i, key in enumerate(self.keys):
            if key[0] == hierarchy and key[1] in above[-1:] and key[2] == parent:
                return i
        return -1

    def equations(self):
        """Sum of the parts minus the whole is 0; the wholes of two hierarchies are one."""
        rows = []
        tops = []
        for (_, parent), members in self.families.items():
            line = np.zeros(len(self.keys))
            line[members] = 1.0
            if parent >= 0:
                line[parent] = -1.0
                rows.append(line)
            else:
                tops.append(line)
        rows.extend(first - second for first, second in zip(tops, tops[1:], strict=False))
        return np.array(rows).reshape(-1, len(self.keys))


def feasible_widths(shown, equations, wanted):
    """Width of what each wanted (cell, weights over quantities) may be; one linear program for all at once."""
    cells, quantities = shown.shape
    unknown = np.isnan(shown)
    lines, right = [], []
    for quantity in range(quantities):
        for equation in equations:
            known = np.where(unknown[:, quantity], 0.0, shown[:, quantity])
            line = np.zeros(cells * quantities)
            line[quantity::quantities] = np.where(unknown[:, quantity], equation, 0.0)
            if line.any():
                lines.append(line)
                right.append(-float(equation @ known))
    # A fixed stretch instead of no bound keeps every program solvable; it is far wider than any bound tested.
    far = 1e6
    block = coo_matrix(np.array(lines).reshape(-1, cells * quantities))
    costs = []
    for cell, weights in wanted:
        cost = np.zeros((cells, quantities))
        cost[cell] = weights
        costs += [cost.ravel(), -cost.ravel()]
    if not costs:
        return np.zeros(0)
    free = np.tile(unknown.ravel(), len(costs))
    solved = linprog(np.concatenate(costs), A_eq=block_diag([block] * len(costs)) if lines else None,
                     b_eq=np.tile(right, len(costs)) if lines else None,
                     bounds=[(0, far) if open_ else (0, 0) for open_ in free], method="highs")
    assert solved.status == 0, solved.message
    ends = (np.concatenate(costs) * solved.x).reshape(len(costs), -1).sum(axis=1)
    return -ends[1::2] - ends[0::2]


def share_widths(rows):
    """Feasible widths of events, rest and children for every hidden row of a share."""
    table = Table(rows, [lambda row: row["value"] * row["n"] if row["status"] == "ok" else empty(row),
                         lambda row: (1 - row["value"]) * row["n"] if row["status"] == "ok" else empty(row)])
    wanted = [(cell, weights) for cell in np.flatnonzero(table.hidden) for weights in ((1, 0), (0, 1), (1, 1))]
    return feasible_widths(table.shown, table.equations(), wanted)


def empty(row):
    return 0.0 if row["status"] == "not_enough_data" else np.nan


def unmeasured_widths(rows):
    """Feasible widths of the number of children expected and not measured, where the rows keep it back."""
    def unmeasured(row):
        return row["n_expected"] - row["n"] if row["n_expected"] >= 0 else np.nan

    table = Table(rows, [unmeasured])
    kept_back = [cell for cell, row in enumerate(rows) if row["status"] == "ok" and row["n_expected"] < 0]
    return feasible_widths(table.shown, table.equations(), [(cell, (1,)) for cell in kept_back])


# ---- tests -----------------------------------------------------------------------------------------------------------


def assert_no_small_share_is_shown(rows):
    for row in rows:
        if row["status"] != "ok":
            continue
        events = row["value"] * row["n"]
        assert min(row["n"], events, row["n"] - events) >= MINIMUM - ROUNDING
        unmeasured = row["n_expected"] - row["n"]
        assert row["n_expected"] == -1 or unmeasured == 0 or unmeasured >= MINIMUM
        assert np.isnan(row["lower"]) == np.isnan(row["upper"]) == (row["n_expected"] == -1)


def assert_hidden_rows_are_bare(rows):
    for row in rows:
        if row["status"] == "hidden":
            numbers = [value for name, value in row.items() if isinstance(value, float) and name != "snapshot"]
            assert all(np.isnan(number) for number in numbers)
            assert row["n"] == row["n_expected"] == row["n_observed"] == -1


def attack_share(seed, two_hierarchies=False):
    rng = np.random.default_rng(seed)
    children = int(rng.choice([60, 250, 900]))
    hierarchies = [random_hierarchy(rng)]
    measures = [random_share(rng, children, random_places(rng, hierarchies[0], children))]
    if two_hierarchies:
        hierarchies.append(random_hierarchy(rng, "home"))
        measures.append(measures[0] | {"hierarchy": 1, "place": random_places(rng, hierarchies[1], children)})
    rows = published(hierarchies, measures)
    assert_no_small_share_is_shown(rows)
    assert_hidden_rows_are_bare(rows)
    assert (share_widths(rows) >= MINIMUM - ROUNDING).all()
    assert (unmeasured_widths(rows) >= MINIMUM - ROUNDING).all()
    return rows


@pytest.mark.parametrize("block", range(10))
def test_share_hidden_cells_cannot_be_told(block):
    shown = hidden = 0
    for seed in range(20 * block, 20 * block + 20):
        rows = attack_share(seed)
        shown += sum(row["status"] == "ok" for row in rows)
        hidden += sum(row["status"] == "hidden" for row in rows)
    assert shown > 0 and hidden > 0


def test_share_two_hierarchies_do_not_give_each_other_away():
    for seed in range(1000, 1040):
        attack_share(seed, two_hierarchies=True)


@pytest.mark.long
@pytest.mark.parametrize("block", range(50))
def test_share_hidden_cells_cannot_be_told_long(block):
    for seed in range(10_000 + 100 * block, 10_000 + 100 * block + 100):
        attack_share(seed, two_hierarchies=seed % 5 == 0)


def test_ratio_children_and_sessions_cannot_be_told():
    for seed in range(2000, 2060):
        rng = np.random.default_rng(seed)
        children = int(rng.choice([60, 250, 900]))
        hierarchy = random_hierarchy(rng)
        rows = published([hierarchy], [random_ratio(rng, children, random_places(rng, hierarchy, children))])
        assert_hidden_rows_are_bare(rows)
        assert all(row["n"] >= MINIMUM and 0 < row["value"] < 1 for row in rows if row["status"] == "ok")
        table = Table(rows, [lambda row: row["n"] if row["status"] == "ok" else empty(row),
                             lambda row: row["value"] * row["n_observed"] if row["status"] == "ok" else empty(row),
                             lambda row: (1 - row["value"]) * row["n_observed"] if row["status"] == "ok" else empty(row)])
        wanted = [(cell, weights) for cell in np.flatnonzero(table.hidden) for weights in np.eye(3)]
        assert (feasible_widths(table.shown, table.equations(), wanted) >= MINIMUM - ROUNDING).all()


def test_count_small_counts_cannot_be_told():
    for seed in range(3000, 3040):
        rng = np.random.default_rng(seed)
        hierarchy = random_hierarchy(rng)
        places = random_places(rng, hierarchy, 300)
        count = random_share(rng, 300, places) | {"id": "count", "kind": "count"}
        count["expected"] = count["observed"]
        rows = published([hierarchy], [count])
        assert all(row["value"] == 0 or row["value"] >= MINIMUM for row in rows if row["status"] == "ok")
        table = Table(rows, [lambda row: row["value"] if row["status"] == "ok" else np.nan])
        wanted = [(cell, (1,)) for cell in np.flatnonzero(table.hidden)]
        assert (feasible_widths(table.shown, table.equations(), wanted) >= MINIMUM - ROUNDING).all()


def test_measures_of_one_population_do_not_give_away_numbers_of_children():
    attacked = 0
    for seed in range(4000, 4040):
        rng = np.random.default_rng(seed)
        hierarchy = random_hierarchy(rng)
        children = int(rng.choice([250, 900]))
        places = rng.choice([i for i, level in enumerate(hierarchy["levels"]) if level == "school"], size=children)
        rare = rng.choice(places, size=2)
        places = np.where(np.isin(places, rare) & (rng.random(children) < 0.97), places.max(), places)
        measures = []
        for name in ("first", "second", "third"):
            measure = random_share(rng, children, places) | {"id": name, "population": "all"}
            measures.append(measure | {"observed": np.ones(children)})
        rows = published([hierarchy], measures)
        known = {}  # an attacker reads the number of children wherever any of the tables shows it
        for row in rows:
            if row["status"] == "ok":
                known[row["level"], row["place"], row["parent"]] = row["n"]
        first = [row for row in rows if row["measure"] == "first"]
        table = Table(first, [lambda row: known.get((row["level"], row["place"], row["parent"]), np.nan)])
        numbers = {hierarchy["codes"][place]: int((places == place).sum()) for place in np.unique(places)}
        small = [(cell, (1,)) for cell, row in enumerate(first) if 0 < numbers.get(row["place"], 0) < MINIMUM]
        attacked += len(small)
        assert (feasible_widths(table.shown, table.equations(), small) >= MINIMUM - ROUNDING).all()
    assert attacked > 20


def test_a_small_place_costs_one_other_and_not_the_city():
    """Four counties of one township with one school each: the first has two children without the event, the others many."""
    codes, parents, levels = ["1"], [-1], ["city"]
    for county in range(4):
        for level in LEVELS[1:]:
            parents.append(0 if level == "county" else len(codes) - 1)
            codes.append(f"{level}-{county}")
            levels.append(level)
    hierarchy = {"name": "school", "codes": codes, "parents": parents, "levels": levels}
    sizes, without = (100, 120, 140, 160), (2, 40, 50, 60)
    place = np.repeat([codes.index(f"school-{county}") for county in range(4)], sizes)
    events = np.concatenate([np.arange(size) >= no for size, no in zip(sizes, without, strict=True)]).astype(float)
    ones = np.ones(len(place))
    rows = published([hierarchy], [{"id": "share", "kind": "share", "child": np.arange(len(place)), "place": place, "numerator": events,
                                    "observed": ones, "expected": ones}])  # fmt: skip
    hidden = {row["place"] for row in rows if row["status"] == "hidden"}
    assert hidden == {f"{level}-{county}" for level in LEVELS[1:] for county in (0, 1)}  # the smallest of the others, down to its school


def nested_shares(rng, hierarchy, children, kind):
    """Two shares of the same children, and the three groups that they divide them into: inner, between and outer."""
    places = random_places(rng, hierarchy, children)
    wide = random_share(rng, children, places) | {"population": "all"}
    among = {"close": 0.97, "half": 0.5, "same": 1.0}[kind]
    narrow = wide | {"id": "narrow", "numerator": wide["numerator"] * (rng.random(children) < among)}
    if rng.random() < 0.5:  # the same told the other way round: not on track is what fails
        wide = wide | {"numerator": wide["observed"] - wide["numerator"]}
        return narrow, wide | {"id": "wide"}, True
    return narrow, wide | {"id": "wide"}, False


def told_of_two(rows, turned):
    """What both tables say, as numbers of the three groups at every place, and the places."""
    narrow, wide = ([row for row in rows if row["measure"] == name] for name in ("narrow", "wide"))
    table = Table(narrow, [empty])
    assert table.keys == [(row["hierarchy"], row["level"], row["place"], row["parent"]) for row in wide]
    cells = len(narrow)
    lines, right = [], []

    def says(cell, weights, amount):
        line = np.zeros((3, cells))
        line[:, cell] = weights
        lines.append(line.ravel())
        right.append(amount)

    for cell, (one, other) in enumerate(zip(narrow, wide, strict=True)):
        for row, yes in ((one, (1, 0, 0)), (other, (0, 0, 1) if turned else (1, 1, 0))):
            if row["status"] == "not_enough_data":
                says(cell, (1, 1, 1), 0.0)
            elif row["status"] == "ok":
                says(cell, yes, row["value"] * row["n"])
                says(cell, (1, 1, 1), row["n"])
    for equation in table.equations():
        for group in range(3):
            line = np.zeros((3, cells))
            line[group] = equation
            lines.append(line.ravel())
            right.append(0.0)
    return table, narrow, wide, np.array(lines), np.array(right)


def width_of(lines, right, cost):
    ends = []
    for sign in (1, -1):
        solved = linprog(sign * cost, A_eq=lines, b_eq=right, bounds=(0, 1e6), method="highs")
        assert solved.status == 0, solved.message
        ends.append(sign * solved.fun)
    return ends[1] - ends[0]


def attack_nested(seed, kind):
    """Hidden numbers of either table, and the small number between them, by everything that both say."""
    rng = np.random.default_rng(seed)
    hierarchy = random_hierarchy(rng)
    children = int(rng.choice([250, 900]))
    narrow, wide, turned = nested_shares(rng, hierarchy, children, kind)
    rows = published([hierarchy], [narrow, wide])
    assert_no_small_share_is_shown(rows)
    table, first, second, lines, right = told_of_two(rows, turned)
    between = {}
    inside = wide["observed"] - wide["numerator"] if turned else wide["numerator"]
    differ = inside - narrow["numerator"]
    for place, amount in zip(narrow["place"], differ, strict=True):
        while place >= 0:
            between[hierarchy["codes"][place]] = between.get(hierarchy["codes"][place], 0.0) + amount
            place = hierarchy["parents"][place]
    alike = not differ.any()
    attacked = 0
    for cell in range(len(first)):
        wanted = []
        if first[cell]["status"] == "hidden":
            wanted += [(1, 0, 0), (0, 1, 1)]
        if second[cell]["status"] == "hidden":
            wanted += [(1, 1, 0), (0, 0, 1)]
        small = 0 < between.get(first[cell]["place"], 0.0) < MINIMUM
        if small and not alike:
            wanted.append((0, 1, 0))
        for weights in wanted:
            cost = np.zeros((3, len(first)))
            cost[:, cell] = weights
            attacked += 1
            assert width_of(lines, right, cost.ravel()) >= MINIMUM - ROUNDING, (seed, first[cell]["place"], weights)
    return attacked, sum(row["status"] == "ok" for row in rows)


@pytest.mark.parametrize("kind", ["close", "half", "same"])
def test_shares_of_the_same_children_do_not_give_each_other_away(kind):
    attacked = shown = 0
    for seed in range(5000, 5012):
        cells, open_ = attack_nested(seed, kind)
        attacked += cells
        shown += open_
    assert attacked > 50 and shown > 20


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_shares_of_the_same_children_do_not_give_each_other_away_long(block):
    for seed in range(20_000 + 20 * block, 20_000 + 20 * block + 20):
        for kind in ("close", "half", "same"):
            attack_nested(seed, kind)


def test_attacker_catches_a_table_without_complements():
    caught = tables = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        hierarchy = random_hierarchy(rng)
        measure = random_share(rng, 900, random_places(rng, hierarchy, 900))
        rows = naive_rows(hierarchy, measure)
        if not any(row["status"] == "hidden" for row in rows):
            continue
        tables += 1
        caught += bool((share_widths(rows) < MINIMUM - ROUNDING).any())
    assert tables > 30
    assert caught > tables / 2


def naive_rows(hierarchy, measure):
    """Sums made here, and only the small cells hidden."""
    sums = {}
    for place, events, observed in zip(measure["place"], measure["numerator"], measure["observed"], strict=True):
        if hierarchy["levels"][place] != "school":
            continue
        while place >= 0:
            cell = sums.setdefault(place, [0.0, 0.0])
            cell[0] += events
            cell[1] += observed
            place = hierarchy["parents"][place]
    rows = []
    for place, (events, n) in sums.items():
        small = 0 < n < MINIMUM or (n > 0 and min(events, n - events) < MINIMUM)
        parent = hierarchy["parents"][place]
        rows.append({"hierarchy": "school", "level": hierarchy["levels"][place], "place": hierarchy["codes"][place],
                     "parent": hierarchy["codes"][parent] if parent >= 0 else "",
                     "status": "hidden" if small else "ok" if n > 0 else "not_enough_data",
                     "value": np.nan if small or n == 0 else events / n, "n": n})
    return rows


def test_pooling_tells_nothing_of_hidden_cells():
    """Two worlds that differ in hidden cells alone are published alike, to the last bit."""
    compared = 0
    for seed in range(5000, 5200):
        rng = np.random.default_rng(seed)
        hierarchy = random_hierarchy(rng)
        measure = random_share(rng, 900, random_places(rng, hierarchy, 900))
        rows = published([hierarchy], [measure])
        other = other_world(rng, hierarchy, measure, rows)
        if other is None:
            continue
        other_rows = published([hierarchy], [other])
        if [row["status"] for row in rows] != [row["status"] for row in other_rows]:
            continue
        compared += 1
        np.testing.assert_equal(other_rows, rows)
    assert compared >= 20


def other_world(rng, hierarchy, measure, rows):
    """An event moved from one hidden school to another of the same township, or nothing."""
    by_township = {}
    for row in rows:
        if row["level"] == "school" and row["status"] == "hidden" and row["place"] != "(none)":
            by_township.setdefault(row["parent"], []).append(hierarchy["codes"].index(row["place"]))
    for schools in by_township.values():
        for giver in schools:
            with_event = np.flatnonzero((measure["place"] == giver) & (measure["numerator"] > 0))
            for taker in schools:
                without = np.flatnonzero((measure["place"] == taker) & (measure["numerator"] == 0)
                                         & (measure["observed"] > 0))
                if taker != giver and len(with_event) and len(without):
                    numerator = measure["numerator"].copy()
                    numerator[with_event[0]], numerator[without[0]] = 0.0, 1.0
                    return measure | {"numerator": numerator}
    return None


def test_rows_do_not_depend_on_the_order_of_children():
    rng = np.random.default_rng(7)
    hierarchy = random_hierarchy(rng)
    measure = random_ratio(rng, 900, random_places(rng, hierarchy, 900))
    shuffled = rng.permutation(900)
    other = measure | {name: measure[name][shuffled]
                       for name in ("child", "place", "numerator", "observed", "expected")}
    np.testing.assert_equal(published([hierarchy], [other]), published([hierarchy], [measure]))


def test_rows_are_ordered_by_code_and_never_by_value():
    hierarchy = {"name": "school", "codes": ["9", "10", "2", "b", "a"], "parents": [-1, 0, 0, 0, 0],
                 "levels": ["city", "county", "county", "county", "county"]}
    rng = np.random.default_rng(3)
    measure = random_share(rng, 900, rng.integers(0, 5, size=900))
    places = [row["place"] for row in published([hierarchy], [measure]) if row["level"] == "county"]
    assert places == ["2", "10", "a", "b", "(none)"]


def test_children_without_a_finer_place_form_a_remainder():
    hierarchy = {"name": "school", "codes": ["1", "a"], "parents": [-1, 0], "levels": ["city", "county"]}
    children = 100
    measure = {"id": "share", "kind": "share", "child": np.arange(children),
               "place": np.repeat([1, 0], [60, 40]), "numerator": np.arange(children) % 2.0,
               "observed": np.ones(children), "expected": np.ones(children)}
    rows = published([hierarchy], [measure])
    assert [(row["level"], row["place"], row["n"]) for row in rows] == [
        ("city", "1", 100), ("county", "a", 60), ("county", "(none)", 40)]
