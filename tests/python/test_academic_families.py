# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Change from paper to paper and repeated grades, recomputed by hand."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import rankdata
from ten_days import AS_OF, DAYS, KEY, base, columns, enrolment, iso

import childwell as cw


def two_papers(first, second, **more):
    """Marks of c0, c1, ... in two papers of one subject; NaN did not sit."""
    papers = [{"exam": exam, "subject": "maths", "scope": "county", "setter": "city", "date": iso(day), "full": 100} | more.get(exam, {})
              for exam, day in (("mid", DAYS[2]), ("final", DAYS[7]))]
    rows = [{"child": f"c{number}", "exam": exam, "subject": "maths", "value": mark, "status": "sat"}
            for exam, marks in (("mid", first), ("final", second)) for number, mark in enumerate(marks) if not np.isnan(mark)]
    names = [f"c{number}" for number in range(max(len(first), len(second)))]
    return base(enrolment=enrolment(*[{"child": name, "grade": 3, "kind": "first"} for name in names]), exams=columns(papers, tuple(papers[0])),
                exam_results=columns(rows, ("child", "exam", "subject", "value", "status")))


def changes(tables, as_of=AS_OF):
    return cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=as_of, families=["progress"]).table()


def change_of(table, child, indicator="academic.change"):
    rows = (table["child"] == KEY.pseudonym("child", child)) & (table["indicator"] == indicator)
    assert rows.sum() == 1
    return {name: table[name][rows][0] for name in ("value", "lower", "upper", "n_expected", "n_observed", "status", "exam")}


def rank_normal(marks):
    return np.array([NormalDist().inv_cdf((rank - 0.375) / (len(marks) + 0.25)) for rank in rankdata(marks)])


def test_change_is_what_the_earlier_mark_does_not_lead_one_to_expect():
    generator = np.random.Generator(np.random.Philox(3))
    able = generator.normal(60, 12, 40)
    first, second = (np.clip(np.round(able + generator.normal(0, 6, 40)), 0, 100) for _ in range(2))
    second[39] = np.nan  # sat the first paper only
    z1, z2 = rank_normal(first), np.append(rank_normal(second[:39]), np.nan)
    r = np.corrcoef(z1[:39], z2[:39])[0, 1]
    table = changes(two_papers(first, second))
    half = NormalDist().inv_cdf(0.975) * sqrt(1 - r * r)
    for number in (0, 7, 38):
        change = change_of(table, f"c{number}")
        expected = z2[number] - r * z1[number]
        assert (change["value"], change["lower"], change["upper"]) == pytest.approx((expected, expected - half, expected + half), abs=1e-9)
        assert (change["n_observed"], change["exam"]) == (39, "final")
        reliable = change_of(table, f"c{number}", "academic.change_z")
        assert reliable["value"] == pytest.approx((z2[number] - z1[number]) / sqrt(2 * (1 - r)), abs=1e-9)
    assert change_of(table, "c39")["status"] == "not_enough_data"  # one paper says nothing of change
    # before the second paper nobody has changed
    assert set(changes(two_papers(first, second), as_of=DAYS[5])["status"]) >= {"not_enough_data"}
    assert change_of(changes(two_papers(first, second), as_of=DAYS[5]), "c0")["status"] == "not_enough_data"


def test_papers_of_others_or_with_few_who_sat_both_do_not_compare():
    marks = np.arange(30, 65, dtype=float)
    again = marks[::-1].copy()
    assert change_of(changes(two_papers(marks, marks)), "c0")["status"] == "degenerate"  # the same order: no spread is left
    assert change_of(changes(two_papers(marks, again)), "c0")["status"] == "degenerate"  # no reliability at all
    assert change_of(changes(two_papers(marks[:29], marks[:29] + 1)), "c0")["status"] == "not_enough_data"
    for other in ({"setter": "S"}, {"scope": "city"}, {"date": iso(DAYS[2])}):
        assert change_of(changes(two_papers(marks, marks, final=other)), "c0")["status"] == "not_enough_data"


def test_a_grade_repeated_is_told_by_its_kind_or_by_the_grade_before():
    last = {"from": "2024-09-01", "to": "2025-07-04", "class": "S3", "kind": "first"}
    spells = enrolment({"child": "a", "grade": 3, "kind": "repeat"},
                       last | {"child": "b", "grade": 3}, {"child": "b", "grade": 3},
                       last | {"child": "c", "grade": 2}, {"child": "c", "grade": 3},
                       {"child": "d", "grade": 3})
    table = changes(base(enrolment=spells))
    said = {child: change_of(table, child, "academic.repeating") for child in "abcd"}
    assert [said[child]["value"] for child in "abc"] == [1, 1, 0]
    assert said["d"]["status"] == "cannot_tell"
