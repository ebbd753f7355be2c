# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Norms: counts that merge in any way, a text that bears no change, and scores against ranks of the joined values."""

from functools import reduce

import numpy as np
import pytest
from scipy.stats import norm as gauss
from scipy.stats import percentileofscore, rankdata

from childwell import stats

GENERATOR = np.random.Generator(np.random.Philox(4))
VALUES = np.round(2 * GENERATOR.normal(60, 15, 400)) / 2
GROUPS = GENERATOR.choice(["grade 3, girls", "grade 3, boys", "年级四"], 400)


def norm_of(values=VALUES, groups=GROUPS, **more):
    return stats.fit_norm(stats.summarise_norm(values, groups, step=0.5), **{"name": "paper A", "made_on": "2025-07-01", "source": "one county"} | more)


def test_summaries_joined_in_any_order_and_brackets_are_the_whole(agrees):
    whole = stats.summarise_norm(VALUES, GROUPS, step=0.5)
    cuts = [(VALUES[part], GROUPS[part]) for part in np.array_split(GENERATOR.permutation(400), 7)]
    parts = [stats.summarise_norm(values, groups, step=0.5) for values, groups in cuts]
    joined = [reduce(stats.merge_norms, parts), reduce(stats.merge_norms, parts[::-1]),
              stats.merge_norms(reduce(stats.merge_norms, parts[:3]), reduce(stats.merge_norms, parts[3:]))]
    for made in joined:
        assert made.groups == whole.groups and (made.group == whole.group).all()
        agrees("merge_norms", np.concatenate([made.steps, made.counts]), np.concatenate([whole.steps, whole.counts]),
               oracle="one summary of all rows", rel=0.0)
    values, counts = np.unique(VALUES[GROUPS == "年级四"], return_counts=True)
    mine = whole.group == whole.groups.index("年级四")
    agrees("summarise_norm", np.concatenate([whole.steps[mine] / 2, whole.counts[mine]]), np.concatenate([values, counts]),
               oracle="numpy.unique", rel=0.0)


def test_scores_are_those_of_one_who_joins_the_norms_children(agrees):
    norm = norm_of(fewest=30)
    for group in norm.groups:
        known = VALUES[GROUPS == group]
        position = norm.groups.index(group)
        agrees("fit_norm", [norm.means[position], norm.deviations[position]], [known.mean(), known.std(ddof=1)], oracle="numpy", rel=1e-12)
        asked = [known[0], 12.5, 0.0, 100.0, known.max(), 61.25]  # the last one lies between two marks
        made = stats.score_by_norm(norm, asked, group)
        joined = [np.append(known, value) for value in asked]
        ranks = [rankdata(one)[-1] for one in joined]
        agrees("score_by_norm", made.z, [(value - known.mean()) / known.std(ddof=1) for value in asked], oracle="numpy", rel=1e-12, abs=1e-12)
        agrees("score_by_norm", made.percentile, [percentileofscore(one, one[-1], kind="mean") for one in joined],
               oracle="scipy percentileofscore, mean", rel=1e-12)
        agrees("score_by_norm", made.rank_normal, [gauss.ppf((rank - 0.375) / (len(known) + 1.25)) for rank in ranks],
               oracle="scipy rankdata and norm.ppf", rel=1e-10, abs=1e-12)
        assert ((made.percentile > 0) & (made.percentile < 100)).all() and set(made.statuses) == {"ok"}


def test_a_saved_norm_scores_next_year_as_it_did(agrees):
    norm = norm_of(source="one county; 县")
    text = stats.save_norm(norm)
    again = stats.load_norm(text)
    assert stats.save_norm(again) == text
    assert (again.name, again.made_on, again.source, again.fewest, again.step, again.groups) == ("paper A", "2025-07-01", "one county; 县", 30, 0.5, norm.groups)
    asked = np.arange(0, 100.5, 0.5)
    for group in norm.groups:
        ours, theirs = (stats.score_by_norm(one, asked, group) for one in (again, norm))
        agrees("load_norm", np.concatenate([ours.z, ours.percentile, ours.rank_normal]), np.concatenate([theirs.z, theirs.percentile, theirs.rank_normal]),
               oracle="the norm before it was saved", rel=0.0)
    agrees("save_norm", [len(text.splitlines())], [8 + 2 * 3 + len(stats.summarise_norm(VALUES, GROUPS, step=0.5).counts) + 1],
               oracle="lines by hand", rel=0.0)
    assert text.splitlines()[0] == "childwell norm 1" and text.splitlines()[-1].startswith("checksum ")


def test_no_change_of_a_byte_passes():
    text = stats.save_norm(norm_of(VALUES[:40], "paper A", fewest=2))
    for position in range(len(text)):
        for other in "0x\n":
            if text[position] != other:
                with pytest.raises(ValueError, match="childwell.load_norm"):
                    stats.load_norm(text[:position] + other + text[position + 1:])
    for cut in range(len(text)):
        with pytest.raises(ValueError, match="childwell.load_norm"):
            stats.load_norm(text[:cut])
    with pytest.raises(ValueError, match="another version"):
        stats.load_norm(text.replace("norm 1", "norm 2", 1))
    with pytest.raises(ValueError, match="damaged"):
        stats.load_norm(text + " ")


def test_who_cannot_be_scored_is_told_why():
    norm = norm_of(np.append(np.arange(40.0), [3.0, 3.0] * 20 + [5.0]), ["wide"] * 40 + ["flat"] * 40 + ["thin"])
    made = stats.score_by_norm(norm, [5.0, np.nan, 5.0, 3.0, 4.0, 5.0, np.inf], ["wide", "wide", "none", "flat", "flat", "thin", "wide"])
    assert made.statuses == ["ok", "not_recorded", "not_comparable", "degenerate", "degenerate", "not_enough_data", "not_comparable"]
    assert (made.percentile[3], np.isnan(made.z[3]), made.missing, made.count) == (50.0, True, 1, 6)
    for wrong in (([0.3], ["a"]), ([np.inf], ["a"]), ([1.0], ["a\nb"]), ([1.0], ["a", "b"])):
        with pytest.raises(ValueError, match="summarise_norm"):
            stats.summarise_norm(*wrong)
    one, other = (stats.summarise_norm([1.0], "a", step=step) for step in (1.0, 0.5))
    with pytest.raises(ValueError, match="different steps"):
        stats.merge_norms(one, other)
    with pytest.raises(ValueError, match="line breaks"):
        stats.fit_norm(one, name="a\nb", made_on="", source="")
