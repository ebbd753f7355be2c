# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A study of ten school days with two sessions each, small enough to recompute by hand."""

from datetime import date, timedelta

import numpy as np

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))
MONDAY = date(2025, 9, 1)
DAYS = [MONDAY + timedelta(day) for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
SESSIONS = ("am", "pm")
AS_OF = DAYS[-1]
POLICIES = ["us_edfacts_chronic", "cn_dropout_control_local_3", "not_seen_10_sessions"]


def iso(day):
    return day.isoformat()


def columns(rows, names):
    return {name: np.array([row.get(name) for row in rows], dtype=object) for name in names}


def base(**more):
    tables = {
        "places": columns([{"place": "city", "kind": "city"}, {"place": "S", "kind": "school", "parent": "city"},
                           {"place": "T", "kind": "school", "parent": "city"}], ("place", "kind", "parent")),
        "calendar": columns([{"place": "city", "date": iso(day), "kind": "school_day"} for day in DAYS], ("place", "date", "kind")),
        "sessions": columns([{"session": session, "units": 1} for session in SESSIONS], ("session", "units")),
    }
    return tables | more


def enrolment(*rows):
    return columns([{"school": "S", "class": "S1", "from": iso(MONDAY)} | row for row in rows],
                   ("child", "school", "class", "from", "to", "kind", "left_to", "grade", "stage"))


def registers(mode, class_name="S1", days=DAYS):
    return columns([{"class": class_name, "date": iso(day), "session": session, "mode": mode} for day in days for session in SESSIONS],
                   ("class", "date", "session", "mode"))


def marks(*rows):
    return columns([{"school": "S"} | row for row in rows], ("child", "school", "date", "session", "code", "units_absent", "known_on"))


def all_days(child, code="present", days=DAYS, school="S"):
    return [{"child": child, "school": school, "date": iso(day), "session": session, "code": code} for day in days for session in SESSIONS]


def measured(tables, as_of=AS_OF, policies=POLICIES, **options):
    records = cw.admit(tables, key=KEY, **options)
    cohort = cw.assemble(records)
    indicators = cw.measure(cohort, as_of=as_of, policies=policies)
    return indicators, indicators.table()


def of(table, child, indicator, policy=None, school=None):
    rows = (table["child"] == KEY.pseudonym("child", child)) & (table["indicator"] == indicator)
    rows &= table["scope"] == ("child" if school is None else "child_school")
    if policy:
        rows &= table["policy"] == policy
    if school:
        rows &= table["school"] == school
    assert rows.sum() == 1, (indicator, rows.sum())
    return {name: table[name][rows][0] for name in ("value", "lower", "upper", "n_expected", "n_observed", "status")}
