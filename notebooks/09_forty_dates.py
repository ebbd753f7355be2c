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
# # A city at forty dates: what was known when · 四十个日期看一座城市:当时知道什么
#
# A question about a date is answered with what was known on it. What came later makes the past look tidier than it was,
# and a model that is trained on it promises more than it will keep. The city is made up; every claim ends in an `assert`.
#
# 关于某一天的问题,要用当时已知的数据来回答。后来补报的数据会让过去显得比当时更清楚,用它训练的模型,实际使用时达不到承诺的效果。
# 城市为虚构;每个论断都以 `assert` 结尾。

# %%
import datetime

import matplotlib.dates
import matplotlib.pyplot as plt
import numpy as np

import childwell as cw

plt.rcParams |= {"figure.dpi": 80, "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}
THEN, LATER = "#0072B2", "#D55E00"
KEY = cw.Key.from_bytes(bytes(range(32)))  # a real study: cw.Key.create("study.key")
city = cw.synthetic.city(children=800, seed=40200905, through="2026-06-12")
weeks = [datetime.date(2025, 9, 5) + datetime.timedelta(7 * week) for week in range(40)]
end = weeks[-1] + datetime.timedelta(7)

# %% [markdown]
# ## Some marks come on paper · 有些考勤是纸质上报的
#
# Two schools in five send their registers at the end of the month; they are entered on the fifth of the next one. The
# column `known_on` says so, row by row. Where a table has no such column, a study declares a lag for it (`lag_days`).
#
# 五分之二的学校月底才报送考勤,下月五日录入。`known_on` 列逐行写明得知的日期;没有这一列的表,由研究声明滞后天数(`lag_days`)。

# %%
on_paper = sorted({str(school) for school in city["attendance"]["school"]})[::5]
on_paper += sorted({str(school) for school in city["attendance"]["school"]})[1::5]


def entered(table, place):
    """The table with the day on which each row was known."""
    date = np.asarray(table["date"]).astype("datetime64[D]")
    fifth = (date.astype("datetime64[M]") + 1).astype("datetime64[D]") + 4
    late = [any(str(one) == school or str(one).startswith(f"{school}-") for school in on_paper) for one in table[place]]
    known = np.where(late, fifth, date)
    return {name: np.asarray(table[name]) for name in table.columns} | {"known_on": known}


tables = dict(city) | {"attendance": entered(city["attendance"], "school"), "registers": entered(city["registers"], "class")}
cohort = cw.assemble(cw.admit(tables, key=KEY, **city.study()))
share = np.mean(tables["attendance"]["known_on"] > np.asarray(city["attendance"]["date"]).astype("datetime64[D]"))
print(f"{len(on_paper)} schools on paper, {share:.0%} of the marks known later than their day, and the registers with them")

# %% [markdown]
# ## Forty dates in one pass · 一遍算出四十个日期
#
# `measure_dates` gives the indicators of one date after another. Each is what `measure` gives of that date alone, byte for
# byte; what was known for good by a date is not read again for the next, and only one date is in memory.
#
# `measure_dates`按时间先后逐个给出各日期的指标,与单独计算该日期逐字节相同;已经确定的数据不再重读,内存中只保留一个日期。

# %%
JUDGING = [name for name in city.policies if name != "small_cells_10"]


def looked_at(indicators, snapshot=0):
    """Children with a reason to look, and the share of the expected sessions of which something is known."""
    table = indicators.table(snapshot)
    coverage = table["indicator"] == "attendance.coverage"
    expected = table["n_expected"][coverage].sum()
    chronic = (table["indicator"] == "attendance.chronic") & (table["policy"] == "us_edfacts_chronic") & (table["scope"] == "child")
    return int((table["value"][chronic] == 1).sum()), table["n_observed"][coverage].sum() / max(1, expected)


then = [looked_at(indicators) for indicators in cw.measure_dates(cohort, as_of=weeks, policies=JUDGING)]

# %% [markdown]
# ## The same weeks, looked back at · 事后回看同样的各周
#
# Now everything that is known at the end of the year may be used: a window up to each week, seen from the last day.
#
# 现在允许使用学年末已知的全部数据:窗口仍截止到各周,但从最后一天回看。

# %%
windows = [f"2025-09-01..{week + datetime.timedelta(1)}" for week in weeks]
back = cw.measure(cohort, as_of=end, windows=windows, policies=JUDGING)
later = [looked_at(back, snapshot) for snapshot in range(len(windows))]

figure, (top, below) = plt.subplots(2, 1, figsize=(7.5, 5.2), sharex=True, layout="constrained")
for axes, which, label in ((top, 0, "children on the line\nof chronic absence"), (below, 1, "sessions of which\nsomething is known")):
    axes.plot(weeks, [one[which] for one in later], color=LATER, lw=1.5, label="as known at the end of the year")
    axes.plot(weeks, [one[which] for one in then], color=THEN, lw=1.5, label="as known then")
    axes.set_ylabel(label)
    axes.set_ylim(bottom=0)
below.set_ylim(0, 1.05)
below.yaxis.set_major_formatter("{x:.0%}")
below.xaxis.set_major_locator(matplotlib.dates.MonthLocator())
below.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%b %Y"))
below.tick_params(axis="x", rotation=45)
below.legend(loc="lower right")
top.set_title("A made-up city, 40 weeks", loc="left", fontsize=10)
plt.show()

# %% [markdown]
# What a week knew lies below what is known of it afterwards; the gap closes when the paper registers are entered, and in
# the winter holidays. A model that is trained on the upper curve learns from sessions that nobody had seen on the day.
#
# 各周当时所知都低于事后所知;纸质考勤录入之后和寒假期间差距才消失。用橙线训练的模型,学的是当天没有人见过的数据。

# %%
known_then, known_later = (np.array([one[1] for one in curve]) for curve in (then, later))
assert (known_then <= known_later + 1e-12).all() and (known_later - known_then).max() > 0.1
found_then, found_later = (np.array([one[0] for one in curve]) for curve in (then, later))
print(f"The largest gap: {(known_later - known_then).max():.0%} of the sessions; {np.sum(found_then != found_later)} of 40 weeks name "
      "another number of children")

# %% [markdown]
# ## What may not be used for a date · 某一日期不可使用什么
#
# - A mark, a result or a form that was known after the date, even where its own day lies before it.
# - The end of a spell that had not come yet: a child who will leave in March is enrolled in February.
# - A calendar, a place or a boarding group of which the news came later: the sessions of before stand.
# - A rate without change, a norm or a cut-off fitted to the whole year: fit it to what was known on the date.
# - The outcome itself. It is what is looked for after the date, and enters nothing before it.
#
# - 日期之后才得知的考勤、成绩或问卷,即使其发生日在该日期之前。
# - 尚未到来的学籍结束:三月将离校的孩子,二月仍在籍。
# - 之后才公布的校历、学校变动或住宿分组:以当时的安排为准。
# - 用全年数据拟合的基线、常模或切点:应只用当日已知的数据拟合。
# - 结局本身:它发生在该日期之后,不得进入之前的任何计算。

# %%
date = weeks[9]
seen = cw.measure(cohort, as_of=date, policies=JUDGING).table()
cut = {name: {column: np.asarray(table[column])[np.asarray(table["known_on"]) <= np.datetime64(date)] for column in table}
       for name, table in tables.items() if isinstance(table, dict)}  # fmt: skip
without = cw.assemble(cw.admit(tables | cut, key=KEY, **city.study())).measure(as_of=date, policies=JUDGING).table()
rates = [table["value"][table["indicator"] == "attendance.absence_rate"] for table in (seen, without)]
assert np.array_equal(*rates, equal_nan=True)
print("What was entered later is deleted: no absence rate of that date changes.")
