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
# # A first week · 第一周
#
# What somebody new asks in the first days, each in a few lines. The city is made up, and says so on everything it makes.
# 新同事头几天会问的问题，每个几行即可回答。城市为虚构，凡其所出均有标注。

# %%
import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))  # a real study: cw.Key.create("study.key")
city = cw.synthetic.city(children=1500, seed=80801)
study = cw.open_study(city, key=KEY)
indicators = study.measure(as_of=city.as_of)
indicators.describe()

# %% [markdown]
# ## What is missing · 缺什么
#
# First of all: schools whose registers do not say what a blank means, children on the roll whom nobody has seen, and rows
# that were set aside, each with its reason.
# 先看：哪些学校的考勤说不清空白是什么意思，哪些在籍儿童没有人见到，哪些行被隔离、为什么。

# %%
print(study.cohort.schools_missing)
print(indicators.roll())
print(len(study.records.quarantine), "rows set aside")

# %% [markdown]
# ## Groups side by side · 分组对照
#
# Means of children with intervals that know that children of a school are alike, and how far groups lie apart in standard
# deviations. Groups of fewer than ten are hidden, and one more where a single one could be told.
# 各组儿童的均值，区间考虑同校儿童相似；组间差距以标准差计。少于十人的组隐去，必要时再隐去一组。

# %%
indicators.table_one("boarding", indicators=["attendance.absence_rate", "attendance.chronic"])

# %% [markdown]
# ## Two policies · 两种规则
#
# Who changes side when England's rule judges instead of that of the US, and which part of the rule moves them.
# 改用英格兰规则而非美国规则时，哪些儿童的判断改变，是规则的哪一部分所致。

# %%
indicators.compare("england_persistent", against="us_edfacts_chronic")

# %% [markdown]
# ## Change beyond regression to the mean · 扣除回归均值的变化
#
# Children with a bad first term come nearer the others by themselves. Only what lies beyond the line of all children is
# called a change of this child; it is no effect of anything.
# 第一阶段缺勤多的儿童，之后本来就会接近其他儿童。只有超出全体儿童关系线的部分才算该儿童的变化；这不是任何措施的效果。

# %%
indicators.change(since="2025-11-15")

# %% [markdown]
# ## A chart for one county · 一个县的图
#
# In the order of codes and never by value; a hidden school keeps its line.
# 按代码排列，从不按数值；隐去的学校保留其行。

# %%
groups = indicators.aggregate()
axes = groups.plot(level="school", within="county-1")

# %% [markdown]
# ## Explain one child · 说明一名儿童
#
# Every number with the days it rests on, why the child is listed, what would take it off, and what is not known.
# The line with the pseudonym is left out of what is printed here, although nobody in this city exists.
# 每个数字所依据的日期、列入的理由、怎样就不会列入、以及不知道的部分。此处略去假名一行，尽管城市为虚构。

# %%
flags = indicators.flag(rules=["chronic_us", "unexplained_3_days_local"])
table = flags.table()
child = table["child"][table["listing"] == "needs_look"][0]
lines = repr(flags.explain(child)).splitlines()
print("\n".join(lines[1:24]))

# %% [markdown]
# ## Cite · 引用

# %%
print(groups.cite())
