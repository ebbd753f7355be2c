# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   licence: 'SPDX-FileCopyrightText: 2026 The childwell authors, SPDX-License-Identifier: Apache-2.0'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The index and what it hides · 指数,以及它掩盖了什么
#
# One number a child is easy to read and easy to misread. This chapter composes one and then asks what went into it, what
# it makes up for, who cannot be compared, how sure it is, and whether it knows better than its own parts. The city is
# made up, so that the last question has an answer.
#
# 一个孩子一个数,容易读,也容易误读。本章先合成一个指数,再追问:里面有什么,什么被抵消了,谁与谁不可比,有多大把握,
# 以及它是否真的比自己的组成部分更明白。城市是虚构的,所以最后一个问题有答案。

# %%
import matplotlib.pyplot as plt
import numpy as np
import polars as pl

import childwell as cw
from childwell import stats

pl.Config.set_fmt_str_lengths(50)
KEY = cw.Key.from_bytes(bytes(range(32)))
city = cw.synthetic.city(children=6000, seed=20260931)
indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of, families=["screening"])

# %% [markdown]
# ## A definition is data · 定义就是数据
#
# Domains, measures, goalposts with their date and source. Goalposts are frozen: a child's score does not move because
# other children did. High is good. Equal weights by domain are the stated default, and a geometric mean across domains
# keeps a good domain from making up wholly for a bad one.
#
# 领域、指标、目标值,连同日期与出处。目标值是冻结的:别的孩子变了,这个孩子的分数不会跟着变。分数越高越好。
# 默认各领域等权;领域之间用几何平均,好的领域不能完全抵消坏的。

# %%
DEFINITION = """
id = "term_wellbeing_1"
source = "for this chapter"
minimum_domains = 1

[[domains.attendance.measures]]
indicator = "attendance.absence_propensity"
high_is_good = false
goalposts = [0.0, 0.2]
frozen_on = 2025-09-01
source = "none absent, a fifth absent"

[[domains.learning.measures]]
indicator = "academic.z"
rows = "mean"
standard_error = 0.4
goalposts = [-3, 3]
frozen_on = 2025-09-01
source = "three standard deviations of the sitters of a paper"

[[domains.mood.measures]]
indicator = "screening.phq_a.total"
high_is_good = false
goalposts = [0, 27]
frozen_on = 2025-09-01
source = "the range of the sum"

[[domains.strengths.measures]]
indicator = "screening.sdq.total"
high_is_good = false
goalposts = [0, 40]
frozen_on = 2025-09-01
source = "the range of the sum"
"""
index = cw.compose(indicators, definition=DEFINITION)
index

# %% [markdown]
# ## What may not enter · 什么不能进入
#
# Asking for help is not risk, refusing is not a feature, and a group is not a reason. These are refused by name, with
# the rule that they would break.
#
# 求助不是风险,拒绝不是特征,分组不是理由。这些指标按名称拒绝,并说明违反了哪条规则。

# %%
for name in ("counselling.sessions", "left_behind.roll_three_months", "attendance.coverage"):
    try:
        cw.compose(indicators, definition=DEFINITION.replace("academic.z", name))
        raise AssertionError(name)
    except ValueError as refusal:
        print(str(refusal).split("': ", 1)[1], end="\n\n")

# %% [markdown]
# ## Who cannot be compared · 谁与谁不可比
#
# The youngest sit no papers, only some classes fill in the longer form, some children refuse: a missing domain is not one
# that does not apply, and children whose index is made of different domains are never put in one order.
#
# 低年级不考试,只有部分班级填写较长的问卷,有的孩子拒绝作答。缺失不等于不适用;领域组合不同的孩子,绝不排在同一序列里。

# %%
print(index.sets.to_polars().sort("children", descending=True))
try:
    index.order()
except ValueError as refusal:
    print(str(refusal)[:96], "...")
whole = "attendance + learning + mood + strengths"
low_to_high = index.order(whole)
assert len(low_to_high) == dict(index.sets.to_polars().iter_rows())[whole]

# %% [markdown]
# Bounds say what a missing domain could do. Where half of the weight is missing, the index says little, and its value is
# of the parts that are there.
#
# 上下界说明缺失的领域可能造成多大差别。缺了一半权重时,指数说明不了多少,其数值只代表已有的部分。

# %%
children = index.frame().filter(pl.col("status") == "ok")
spans = children.group_by(pl.col("coverage").round(2)).agg(
    pl.len().alias("children"), (pl.col("highest") - pl.col("lowest")).median().round(1).alias("median width of the bounds")
)
print(spans.sort("coverage"))
assert spans.sort("coverage")["median width of the bounds"].is_sorted(descending=True)

# %% [markdown]
# ## What it makes up for · 什么被抵消了
#
# Children with nearly the same index, and what lies behind it. The lowest domain is the part to talk about; one number
# does not name it.
#
# 指数几乎相同的孩子,背后却各不相同。该谈的是最低的那个领域,而一个数说不出它是哪个。

# %%
complete = children.filter(pl.col("domains") == whole)
middle = complete.filter((pl.col("index") - complete["index"].median()).abs() < 1.5)
domains = ["attendance", "learning", "mood", "strengths"]
lowest = middle.select(pl.min_horizontal(domains)).to_series()
for line in middle.select(domains).to_numpy():
    plt.plot(domains, line, color="#0072B2", alpha=0.35)
plt.ylabel("score")
plt.ylim(0, 101)
plt.title(f"{len(middle)} children with the same index to 1.5 points (made-up data)")
print(f"their index: {middle['index'].min():.0f} to {middle['index'].max():.0f}; their lowest domain: {lowest.min():.0f} to {lowest.max():.0f}")
assert lowest.max() - lowest.min() > 20

# %% [markdown]
# ## What it was told to weigh, and what it weighs · 名义权重与实际权重
#
# Equal weights are not equal pull. What varies more, or hangs together with others, drives the index more: the effective
# weight is the share of its variance that would go if the part were fixed.
#
# 等权不等于同样的影响。变化大的、与其他领域相关的,对指数的影响更大:实际权重是固定该部分后方差减少的份额。

# %%
weights = index.weights.to_polars().filter(pl.col("domain").is_null()).select("name", "nominal", "effective", "effective_count")
print(weights)
assert weights["effective"].max() > 1.3 * weights["effective"].min()

# %% [markdown]
# ## How sure it is · 有多大把握
#
# Errors of the parts reach the whole: few days of marks say little of a propensity, and a form has its error of
# measurement. Of two children drawn at random, how often can one tell which index is lower?
#
# 各部分的误差会传到整体:一学期的出勤不足以说明倾向,问卷也有测量误差。任取两个孩子,有多大机会分得清谁的指数更低?

# %%
values, lower, upper = (complete[name].to_numpy() for name in ("index", "lower", "upper"))
apart = (lower[:, None] > upper[None, :]) | (upper[:, None] < lower[None, :])
pairs = np.triu_indices(len(values), 1)
print(f"median width of the 95 % interval: {np.median(upper - lower):.0f} points; pairs whose intervals do not overlap: {apart[pairs].mean():.0%}")
drawn = cw.compose(indicators, definition=DEFINITION, interval="monte_carlo", draws=500).frame().filter(pl.col("domains") == whole)
off = np.abs(drawn["lower"].to_numpy() - lower) / (upper - lower)
print(f"lower ends by 500 draws differ from those by the delta method by {np.median(off):.1%} of the width, at the median")
assert apart[pairs].mean() < 0.5 and np.median(off) < 0.1

# %% [markdown]
# ## Does it know better than its parts? · 它比自己的组成部分更明白吗?
#
# Only a made-up city can say: its children have a true wellbeing that nobody in it sees. In this city it shows in both
# questionnaires, hardly in attendance and not at all in marks. An index that weighs all four alike then orders children
# worse than its best single domain; one of the two that share it orders them better. Which is the case in a real city,
# no index can tell by itself.
#
# 只有虚构的城市才能回答:那里每个孩子都有一个无人看见的真实状态。在这座城市里,它表现在两份问卷中,出勤几乎看不出,成绩完全看不出。
# 四个领域等权的指数,排序反而不如最好的单一领域;只用两个相关领域的指数则更好。真实的城市属于哪种情况,指数自己说不出。

# %%
wellbeing = city.truth["wellbeing"].to_polars().group_by("child").agg(pl.col("wellbeing").mean())
truth = dict(zip((KEY.pseudonym("child", name) for name in wellbeing["child"]), wellbeing["wellbeing"], strict=True))


def agreement(made, sets):
    """Spearman's correlation with true wellbeing, of the index and of each of its domains."""
    table, rows = made.table(), made.order(sets)
    true = [truth[child] for child in table["child"][rows]]
    return {name: stats.spearman(table[name][rows], true).estimate for name in ("index", *sets.split(" + "))}


head, *tables = DEFINITION.split("[[")
two = head + "".join("[[" + table for table in tables if table.startswith(("domains.mood", "domains.strengths")))
pair = cw.compose(indicators, definition=two)
components = cw.compose(indicators, definition=DEFINITION.replace("minimum_domains", 'weights = "components"\nminimum_domains'))
found = {
    "four domains, equal weights": agreement(index, whole),
    "four domains, weights by components": agreement(components, whole),
    "mood and strengths": agreement(pair, "mood + strengths"),
}
for name, one in found.items():
    parts = ", ".join(f"{part} {value:.2f}" for part, value in one.items() if part != "index")
    print(f"{name:<36} {one['index']:.2f}   ({parts})")


def gain(one):
    return one["index"] - max(value for part, value in one.items() if part != "index")


assert gain(found["four domains, equal weights"]) < 0 < gain(found["mood and strengths"])

# %% [markdown]
# Weights by principal components found that, because what varies together here is what the city was made to share. That
# is no reason to let them decide: a domain that stands alone, such as safety, would get no weight at all. Weights are a
# judgement; `with_frozen_weights` keeps those of a year as numbers, so that the next year compares.
#
# 主成分权重找到了这一点,因为在这里共同变化的正是城市设定的共同部分。这不等于应由它决定:独立的领域(例如安全)会几乎没有权重。
# 权重是一种判断;`with_frozen_weights` 把某一年的权重作为数字保留下来,下一年才可比。

# %%
kept = components.with_frozen_weights()
print({domain.name: round(domain.weight, 3) for domain in kept.domains})
again = cw.compose(indicators, definition=kept)
assert np.allclose(again.table()["index"], components.table()["index"], equal_nan=True)
