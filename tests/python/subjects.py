# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How each function of childwell.stats, and the indicators, are called: what the battery runs on.

A function that has no subject fails test_battery.py. `of(...)` is short for a Subject named after its function.
"""

import inspect

import numpy as np

import childwell as cw
from childwell import stats, testing
from childwell.stats import _special

SUBJECTS: list[testing.Subject] = []


def of(function, make, **more):
    call = more.pop("call", function)
    SUBJECTS.append(testing.Subject(name=function.__name__, call=call, make=make, **more))


# ---- special functions: each row alone -------------------------------------------------------------------------------

# argument -> what it is, and how one is drawn
DRAWN = {
    "p": ("share", lambda n, g: g.uniform(0.001, 0.999, n)),
    "probability": ("share", lambda n, g: g.uniform(0.01, 0.99, n)),
    "events": ("count", lambda n, g: g.integers(0, 20, n).astype(float)),
    "trials": ("count", lambda n, g: g.integers(20, 60, n).astype(float)),
    **{name: ("positive", lambda n, g: g.uniform(0.3, 30, n))
       for name in ("a", "b", "degrees_of_freedom", "numerator", "denominator", "shape", "rate", "mean")},
}
ON_THE_LINE = {"normal_cdf", "normal_sf", "student_t_cdf", "student_t_sf", "expit", "log1p_exp"}
ON_A_SHARE = {"beta_cdf", "beta_sf"}


def drawn(function, argument):
    if argument != "x":
        return DRAWN[argument]
    if function in ON_THE_LINE:
        return "real", lambda n, g: g.normal(0, 3, n)
    if function in ON_A_SHARE:
        return "share", lambda n, g: g.uniform(0.01, 0.99, n)
    return "positive", lambda n, g: g.uniform(0.01, 30, n)


def elementwise(name):
    arguments = {argument: drawn(name, argument) for argument in inspect.signature(getattr(stats, name)).parameters}
    of(getattr(stats, name), lambda n, g: {argument: draw(n, g) for argument, (_, draw) in arguments.items()},
       data={argument: kind for argument, (kind, _) in arguments.items()}, per_row=("value",), independent=True)


for name in _special.__all__:
    elementwise(name)

# ---- proportions -----------------------------------------------------------------------------------------------------


def some_of(n, g):
    trials = g.integers(1, 40, n)
    return {"events": g.binomial(trials, 0.2), "trials": trials}


for function in (stats.wilson_interval, stats.clopper_pearson_interval, stats.jeffreys_interval):
    of(function, some_of, call=testing.one_by_one(function, rows=("events", "trials"), fields=("estimate", "lower", "upper", "status")),
       data={"events": "count", "trials": "count"}, scalars=True, independent=True)

# ---- moments and ranks -----------------------------------------------------------------------------------------------

of(stats.moments, lambda n, g: {"values": g.normal(50, 10, n)}, data={"values": "real"})
for function in (stats.mid_ranks, stats.mid_rank_percentiles, stats.rank_normal_scores):
    of(function, lambda n, g: {"values": np.round(g.normal(50, 10, n))}, data={"values": "real"}, per_row=("value",), infinite=True)

# ---- ratios and pooling ----------------------------------------------------------------------------------------------


def clusters(n, g):
    denominators = g.integers(20, 90, n).astype(float)
    return {"numerators": g.binomial(denominators.astype(int), 0.1).astype(float), "denominators": denominators}


def rates(n, g):
    return {"estimates": g.uniform(0.05, 0.2, n), "variances": g.uniform(0.0005, 0.002, n)}


of(stats.ratio_estimate, clusters, data={"numerators": "positive", "denominators": "positive"})
of(stats.paule_mandel, rates, data={"estimates": "real", "variances": "positive"})
of(stats.smoothed_variances, lambda n, g: {"variances": g.uniform(0.0005, 0.002, n), "sizes": g.integers(5, 60, n).astype(float)},
   data={"variances": "positive", "sizes": "positive"}, per_row=("value",))
of(stats.shrunken_estimates, rates, data={"estimates": "real", "variances": "positive"}, per_row=("value", "lower", "upper", "shrinkage"),
   call=lambda estimates, variances: stats.shrunken_estimates(
       estimates, variances, stats.paule_mandel(np.asarray(estimates), np.asarray(variances)), scale="identity"))

# ---- indicators ------------------------------------------------------------------------------------------------------

KEY = cw.Key.from_bytes(bytes(range(32)))
CITY = cw.synthetic.city(children=50, seed=3)
CHILDREN = 24


def tables_of_the_city(generator):
    """Twenty-four made-up children with their marks of some weeks and their exams."""
    made = {name: {column: table[column] for column in table.columns} for name, table in CITY.items()}
    known = made["children"]["child"][:CHILDREN].tolist()
    for name, columns in made.items():
        if "child" in columns:
            keep = np.isin(columns["child"].astype(str), known)
            made[name] = {column: values[keep] for column, values in columns.items()}
    early = made["attendance"]["date"] < np.datetime64("2025-10-15")
    made["attendance"] = {column: values[early] for column, values in made["attendance"].items()}
    # registers that hold every child: a mark that is not there is not known, and bounds must hold whatever it said
    made["registers"]["mode"] = np.full(len(made["registers"]["mode"]), "full", dtype=object)
    return made


def measured(tables):
    """The whole path on the tables, with the children's own ids put back."""
    records = cw.admit(tables, key=KEY, made_up=True, **CITY.study())
    table = cw.measure(cw.assemble(records), as_of="2025-12-30", policies=CITY.policies).table()
    columns = {name: table[name] for name in table.columns}
    ids = {str(child) for table in tables.values() if "child" in getattr(table, "column_names", table) for child in np.asarray(table["child"])}
    back = {KEY.pseudonym("child", child): child for child in ids}
    columns["child"] = np.array([back.get(child, child) for child in columns["child"]], dtype=object)
    return columns


# whose id a column holds; schools, townships and the rest are one kind, because columns mix them
PLACES = {"child": ("child",), "class": ("class",), "school": ("place", "parent", "school", "old", "new", "setter")}

INDICATORS = testing.IndicatorSubject(
    name="the catalogue",
    call=measured,
    make=tables_of_the_city,
    events=("attendance", "exam_results"),
    identities={f"{table}.{column}": kind for kind, names in PLACES.items() for table, columns in CITY.items()
                for column in names if column in columns.columns},
    numbers=("exam_results.value",),
    codes={"attendance.code": "出勤"},
    groups=("school",),
    bounds=frozenset(entry for entry, interval in zip(cw.catalogue()["id"], cw.catalogue()["interval"], strict=True) if interval == "bounds"),
)
