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
# # A first look · 初步了解
#
# Ten lines from tables to a report. The city is made up: nobody in it exists.
# 十行代码,从数据表到报告。城市是虚构的,其中没有任何真实的人。

# %%
import childwell as cw

city = cw.synthetic.city(children=3000, seed=1)  # or a mapping of your own polars, pandas or pyarrow tables
study = cw.open_study(city, key=cw.Key.from_bytes(bytes(range(32))))  # a real study: cw.Key.create("study.key")
indicators = study.measure(as_of=city.as_of)
indicators

# %% [markdown]
# Every child of the roll has exactly one place: `on_roll = seen + not_seen + suspended + left_known + left_unknown`.

# %%
indicators.roll()

# %% [markdown]
# Read a rate with its bounds: sessions that nobody recorded are neither absences nor presences.
# 请把上下界与数值一起读:无人登记的课次既不算缺勤也不算出勤。

# %%
indicators.frame("attendance.absence_rate").select("value", "lower", "upper", "n_expected", "n_observed", "status").head()

# %% [markdown]
# Groups, observed beside pooled, small cells hidden. Only this leaves the institute.

# %%
groups = cw.aggregate(indicators)
groups.frame().select("level", "place", "measure", "value", "lower", "upper", "pooled", "n", "status").head(8)

# %%
cw.report(groups, purpose="term review", audience="the institute")
