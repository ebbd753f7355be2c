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
# # A made-up city · 虚构的城市
#
# Real marks of real children must not leave the bureau, so this guide is written on a city in which nobody exists. It
# holds what makes real data treacherous, and, apart from the records, what really happened. With the truth at hand one
# can see how a naive average lies. Every claim below ends in an `assert`: were it untrue, this page could not be made.
#
# 真实孩子的记录不得离开教育局,因此本指南使用一座虚构的城市。城市里设置了真实数据中的各种陷阱,并另存“真相”,
# 用来看清简单平均数如何说谎。下面每个论断都以 `assert` 结尾:若不成立,本页就无法生成。

# %%
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from polars import col

import childwell as cw
from childwell import stats

pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True)
plt.rcParams |= {"figure.figsize": (7.5, 3), "figure.dpi": 80}
plt.rcParams |= {"axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}
TRUE, NAIVE, OURS = "black", "#D55E00", "#0072B2"
KEY = cw.Key.from_bytes(bytes(range(32)))  # a real study: cw.Key.create("study.key")


def frame(table):
    return table.to_polars().with_columns(col(pl.Categorical).cast(pl.String))


city = cw.synthetic.city(children=3000, seed=20260901, school_merger=0)
city, city.truth

# %% [markdown]
# ## What is at work · 有哪些机制
#
# Each mechanism has a name, a size and a unit, and can be switched off (0) or made stronger.
#
# 每种机制都有名称、强度和单位,可以关闭(0)或加强。

# %%
at_work = frame(cw.synthetic.mechanisms())
shown = ["by_exception", "bad_days", "ghosts", "refusal_tied_to_distress", "chosen_on_a_bad_day"]
for row in at_work.filter(col("mechanism").is_in(shown)).iter_rows(named=True):
    print(f"{row['mechanism']} = {row['size']:g} ({row['unit']}): {row['what']}")
print(f"... {len(at_work)} in all")

# %% [markdown]
# ## First lie: the mean of the rows that were sent · 谎言一:对收到的行求平均
#
# Some schools write down absences only; a blank under such a register means *present*. The mean of their rows is a rate
# of absence of four in five. Mixed into a city, they raise its rate by half. childwell reads what the register says of a
# blank, keeps sessions that nobody recorded apart, and gives bounds.
#
# 有些学校只登记缺勤,空白即到校。对这些行求平均,“缺勤率”高达八成。childwell 按登记方式解释空白,无人登记的课次另计,并给出上下界。

# %%
by_day = col("session") != "evening"  # evening study is outside the rate
marks = frame(city["attendance"]).filter(by_day)
words = col("code").replace_strict(city.codes["attendance.code"])  # schools write codes of their own
marks = marks.with_columns(away=words.str.starts_with("absent"))
truth = frame(city.truth["sessions"]).filter(by_day, col("why") != "not_on_roll")

indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of)
rates = frame(cw.aggregate(indicators).table()).filter(col("measure") == "attendance.absence_rate")
ours = rates.row(by_predicate=col("level") == "city", named=True)
naive, true = marks["away"].mean(), truth["absent"].mean()
print(f"truth {true:.2%}; mean of the rows {naive:.2%}; childwell {ours['value']:.2%}, "
      f"bounds {ours['lower']:.2%} to {ours['upper']:.2%}")
assert naive > 1.4 * true and abs(ours["value"] - true) < 0.002 and ours["lower"] < true < ours["upper"]

# %% [markdown]
# School by school, in order of their codes. Schools of fewer children than may be shown are left out by childwell, and so
# are those whose registers say nothing of what a blank means.
#
# 按学校代码排列。人数过少或登记方式不明的学校,childwell 不予显示。

# %%
schools = (
    rates.filter(col("level") == "school", col("status") == "ok")
    .select(school="place", value="value", lower="lower", upper="upper")
    .join(truth.group_by("school").agg(true=col("absent").mean()), on="school")
    .join(marks.group_by("school").agg(naive=col("away").mean()), on="school")
    .sort("school")
)
where = np.arange(len(schools))
plt.vlines(where, schools["lower"], schools["upper"], color=OURS, lw=5, alpha=0.4, label="childwell, bounds")
plt.plot(where, schools["value"], "_", color=OURS, ms=10)
plt.plot(where, schools["true"], "o", color=TRUE, ms=4, label="truth")
plt.plot(where, schools["naive"], "x", color=NAIVE, label="mean of the rows")
plt.yscale("log")
plt.yticks([0.03, 0.1, 0.3, 1], ["3 %", "10 %", "30 %", "100 %"])
plt.xticks(where, schools["school"].str.strip_prefix("school-"))
plt.xlabel("school")
plt.title("Share of sessions missed (made-up data)")
plt.legend(loc="center right", bbox_to_anchor=(1, 0.6))
assert ((schools["lower"] <= schools["true"]) & (schools["true"] <= schools["upper"])).all()
assert schools["naive"].max() > 0.7 > 0.15 > schools["true"].max()

# %% [markdown]
# ## Second lie: the days that nobody wrote down · 谎言二:没有登记的日子
#
# On the worst days of the flu half a class is at home, and who is left has no time for the register. What was recorded is
# then right, mark by mark, and its mean is wrong. No formula brings back what was not written: bounds say how far the
# truth may lie, and coverage says where to ask.
#
# 流感最重的日子,往往没有人顾得上登记。已登记的每一条都对,平均数却偏低。没写下的无法用公式补回:上下界说明真相可能在哪里。

# %%
flu = cw.synthetic.city(children=3000, seed=20260902, flu=4, bad_days=6)
truth = frame(flu.truth["sessions"]).filter(by_day, col("why") != "not_on_roll")
taken = col("why") != "register_not_taken"
weeks = truth.group_by(week=col("date").dt.truncate("1w")).agg(
    true=col("absent").mean(), recorded=col("absent").filter(taken).mean(), missing=1 - taken.mean()
).sort("week")
plt.bar(weeks["week"], weeks["missing"], width=5, color="0.85", label="sessions without a register")
plt.plot(weeks["week"], weeks["true"], "-o", color=TRUE, ms=3, label="truly missed")
plt.plot(weeks["week"], weeks["recorded"], "-x", color=NAIVE, ms=5, label="missed, of those recorded")
plt.gca().yaxis.set_major_formatter("{x:.0%}")
plt.title("An autumn with flu, by week (made-up data)")
plt.legend(loc="upper left")

indicators = cw.open_study(flu, key=KEY).measure(as_of=flu.as_of)
groups = frame(cw.aggregate(indicators, by=["city"]).table())
row = groups.row(by_predicate=col("measure") == "attendance.absence_rate", named=True)
true, recorded = truth["absent"].mean(), truth.filter(taken)["absent"].mean()
worst = weeks.row(int(weeks["true"].arg_max()), named=True)
print(f"truth {true:.2%}; what was recorded {recorded:.2%}; "
      f"childwell between {row['lower']:.2%} and {row['upper']:.2%}")
print(f"in the worst week {worst['true']:.1%} were away and {worst['recorded']:.1%} of the marks say so")
assert recorded < 0.93 * true and worst["recorded"] < 0.75 * worst["true"]
assert row["lower"] < true < row["upper"]

# %% [markdown]
# ## Third lie: children who are in no row · 谎言三:不在任何一行里的孩子
#
# A ghost is on the roll and never comes. Half of them have no mark at all, so no mean can contain them. But neither has a
# child a mark who is never away in a school that writes absences only: the lost and the best look alike in the file.
# Roll, calendar and register tell them apart. *Not seen* is a question to ask today, never a verdict.
#
# “空挂”的孩子在籍却从不到校,其中一半没有任何记录;而在只登记缺勤的学校,从不缺课的孩子同样没有记录。两者在文件里一模一样,
# 要靠名册、校历和登记方式来区分。“在籍未见”是今天就要去问的问题,不是结论。

# %%
haunted = cw.synthetic.city(children=3000, seed=20260903, ghosts=0.01)
indicators = cw.open_study(haunted, key=KEY).measure(as_of=haunted.as_of)
print(indicators.roll())
table = frame(indicators.table()).filter(col("scope") == "child")
not_seen = table.filter(indicator="attendance.not_seen").select(pseudonym="child", not_seen=col("value") == 1)
habits, sessions = frame(haunted.truth["schools"]), frame(haunted.truth["sessions"]).filter(by_day).sort("date")
silent = habits.filter(col("registers").is_in(["silent", "undeclared"]))["school"]
silenced = frame(haunted["enrolment"]).filter(col("school").is_in(silent.implode()))["child"]
marked = frame(haunted["attendance"])["child"].unique()
told = frame(haunted.truth["children"]).filter(col("story") != "unregistered").join(
    sessions.group_by("child").agg(away_lately=col("absent").tail(10).mean()), on="child")
told = told.with_columns(
    who=pl.when(col("story") == "ghost").then(pl.lit("ghosts"))
    .when(col("child").is_in(silenced.implode())).then(pl.lit("no register sent"))
    .otherwise(pl.lit("all others")),
    without_a_mark=~col("child").is_in(marked.implode()),
    pseudonym=pl.Series([KEY.pseudonym("child", child) for child in told["child"]]),
).join(not_seen, on="pseudonym")
ghosts, others = told.filter(who="ghosts"), told.filter(who="all others")
assert ghosts["not_seen"].all() and ghosts["without_a_mark"].sum() >= 10  # in no mean, and found
assert others["without_a_mark"].sum() >= 10 and not others.filter("without_a_mark")["not_seen"].any()
assert (others.filter("not_seen")["away_lately"] == 1).all()  # who else is named has been away all week
told.group_by("who").agg(col("child").len().alias("children"), col("without_a_mark", "not_seen").sum()).sort("children")

# %% [markdown]
# ## Fourth lie: those who answered · 谎言四:作答的人
#
# Who is in distress stays at home on the day of the screening, or says no, more often. And a letter box open to everybody
# is used by those who need it. The mean of the answers is too low in the first case and far too high in the second.
#
# 状态较差的孩子在筛查当天更常缺席或拒答;而向所有人开放的信箱,来的多是需要帮助的人。前者的均值偏低,后者偏高。

# %%
large = cw.synthetic.city(children=8000, seed=20260905, through="2026-07-03")
screening = frame(large.truth["screening"]).filter(col("wave") == 1)
mood, box = screening.filter(collection="mood"), screening.filter(collection="open-door")
groups = {name: mood.filter(response=name)["distress"] for name in ("given", "absent", "refused")}
groups |= {"everybody asked": mood["distress"], "letter box": box["distress"]}
for place, (name, distress) in enumerate(groups.items()):
    plt.plot(np.percentile(distress, [10, 90]), [place, place], color="0.8", lw=6, solid_capstyle="butt")
    plt.plot(distress.mean(), place, "o", color=NAIVE if name in ("given", "letter box") else TRUE)
plt.yticks(range(len(groups)), [f"{name} ({len(distress)})" for name, distress in groups.items()])
plt.axvline(mood["distress"].mean(), color=TRUE, lw=0.8, ls=":")
plt.xlabel("true distress, in standard deviations: mean, and where eight in ten lie")
plt.title("Grades 7 to 12; orange: who answered (made-up data)")
print(", ".join(f"{name} {distress.mean():+.2f}" for name, distress in groups.items()))
assert groups["given"].mean() < mood["distress"].mean() - 0.05
assert box["distress"].mean() > mood["distress"].mean() + 0.5

# %% [markdown]
# In the table `screens` refused, absent and not offered are three different words. A mean of answers needs these shares
# beside it, and a collection of volunteers gives no figure of a city.
#
# 在 `screens` 表中,拒答、缺席、未提供是三个不同的词。均值旁必须写明这些比例;自愿收集不能得出全市数字。

# %% [markdown]
# ## Fifth lie: better afterwards · 谎言五:“之后变好了”
#
# Help goes to those who look worst, and who looks worst this month is often just having a bad month. Three programmes
# run in the city: in truth one helps, one does nothing, one *harms*. Before and after look good for all three. The truth
# holds both potential outcomes of every child: with help, and without.
#
# 帮助给了当时状态最差的人,而当月最差往往只是碰上了坏月份。城里有三个项目:一个有用,一个无用,一个*有害*。前后对比却都“变好”了。

# %%
effects, roles = frame(large.truth["programme_effects"]), frame(large.truth["programmes"])
distress = frame(large.truth["distress"]).select("child", "month", "untreated", "realised")
helped = effects.drop_nulls("starts").join(roles, on="programme").select("child", "role", "starts")
path = helped.join(distress, on="child").with_columns(
    since=((col("month") - col("starts")).dt.total_days() / 30.4).round().cast(pl.Int32)
).filter(col("since").is_between(-2, 4))
means = path.group_by("role", "since").agg(pl.len(), col("realised", "untreated").mean()).sort("since")
figure, axes = plt.subplots(1, 3, sharey=True)
for axis, role in zip(axes, ("helps", "does_nothing", "harms"), strict=True):
    one = means.filter(role=role)
    axis.plot(one["since"], one["realised"], "-o", color=NAIVE, ms=3, label="as it came out")
    axis.plot(one["since"], one["untreated"], "--", color=TRUE, label="without help")
    axis.axvline(0, color="0.8", lw=0.8)
    axis.set(title=role.replace("_", " "), xlabel="months since the start")
axes[0].set_ylabel("mean distress")
axes[2].legend(loc="lower center")
figure.suptitle("Children in three programmes (made-up data)", y=1.06)
alone = means.pivot("since", index="role", values="untreated")
assert (alone["0"] > alone["-2"] + 0.3).all() and (alone["3"] < alone["0"] - 0.3).all()  # without any help

# %%
start, later = path.filter(since=0), path.filter(since=3)
change = start.join(later, on=["child", "role"], suffix="_later").with_columns(
    before_after=col("realised_later") - col("realised"),
    effect=col("realised_later") - col("untreated_later"),
)
table = change.group_by("role").agg(pl.len().alias("children"), col("before_after", "effect").mean())
table = table.sort("before_after")
told = {row["role"]: row for row in table.iter_rows(named=True)}
assert all(row["before_after"] < -0.1 for row in told.values())  # everything seems to help
assert told["helps"]["effect"] < -0.25 and abs(told["does_nothing"]["effect"]) < 0.1 < told["harms"]["effect"]
table.with_columns(col("before_after", "effect").round(2))

# %% [markdown]
# The opposite lie is as easy: those who got help are worse off than those who did not, whatever the help did.
#
# 反过来比也会说谎:得到帮助的孩子总比没得到的差,无论帮助是否有用。

# %%
june, took_part = distress.filter(col("month") == pl.date(2026, 6, 1)), helped.filter(role="helps")
with_help, without = (june.join(took_part, on="child", how=how) for how in ("semi", "anti"))
gap = with_help["realised"].mean() - without["realised"].mean()
effect = (with_help["realised"] - with_help["untreated"]).mean()
print(f"distress in June, those in the programme that works less the others: {gap:+.2f}; what it did to them: {effect:+.2f}")
assert gap > 0.2 and effect < -0.2

# %% [markdown]
# ## The null city · 空城:什么也不该发现
#
# Here every child has the same chance of being away in every session, and all registers are full. There is nothing to
# find: what a method finds here, it finds by chance. Some ninety children have a trend or a pattern of the week with
# p < 0.05; after correction for the number of tests nobody is left.
#
# 在空城里,每个孩子每节课的缺勤机会都相同,没有任何规律可寻:在这里“发现”的都是偶然。约九十个孩子的 p < 0.05,校正多重检验后一个也不剩。

# %%
null = cw.synthetic.null_city(children=3000, seed=20260904)
indicators = cw.open_study(null, key=KEY).measure(
    as_of=null.as_of, families=["trend", "week_pattern", "outlook"])
table = frame(indicators.table()).filter(col("scope") == "child")


def values(indicator, **where):
    chosen = table.filter(status="ok", indicator=f"attendance.{indicator}", **where)
    return chosen["value"].to_numpy()


of_trend = 2 * stats.normal_sf(np.abs(values("trend_z")))
p_values = {"trend": of_trend, "edges of the week": values("week_edge_p")}
for name, p in p_values.items():
    low, named = np.sum(p < 0.05), np.sum(stats.adjust_p_values(p, method="holm") < 0.05)
    print(f"{name}: {low} of {len(p)} children with p < 0.05 ({low / len(p):.1%}), {named} after Holm")
    assert named == 0 and 0 < low / len(p) < 0.06

# %% [markdown]
# Rates spread, too, where all children are alike: exactly as much as chance spreads them. And a label of "chronic
# absence" sticks to some of them. Two countries' rules disagree on the same sessions, because one counts a day with half
# of it missed as a day, the other as a session. `p_rate_above` asks the question behind the label, whether the child's
# rate is above the line; it learns from all children that they hardly differ, and says no of every one.
#
# 即使所有孩子都一样,缺勤率也会因偶然而分散,并有孩子被贴上“长期缺勤”的标签。两国规则对同样的课次结论不同。
# `p_rate_above` 问的是标签背后的问题:这个孩子的比率是否真的高于政策线?它从全体孩子得知彼此几乎没有差别,对每个人都答“不”。

# %%
rate = values("absence_rate")
n = int(null.truth["children"]["sessions"][0])
count = np.arange(30)
plt.hist(rate * n, bins=count - 0.5, density=True, color="0.85", label="3,000 children")
plt.plot(count, stats.binomial_pmf(count, n, rate.mean()), ".", color=OURS, label="chance alone")
plt.xlabel(f"sessions missed of {n}")
plt.title("A city in which all children are alike (made-up data)")
plt.legend()
spread = rate.std() / np.sqrt(rate.mean() * (1 - rate.mean()) / n)
rules = ("us_edfacts_chronic", "england_persistent")
labelled = {policy: int(values("chronic", policy=policy).sum()) for policy in rules}
above = values("p_rate_above")
print(f"spread of the rates over that of chance: {spread:.2f}; called chronic: {labelled}")
print(f"highest p_rate_above of any child, by either rule: {above.max():.4f}")
assert 0.95 < spread < 1.05 and labelled["us_edfacts_chronic"] > 20 and labelled["england_persistent"] == 0
assert indicators.roll()["not_seen"] == 0 and len(above) == 2 * len(rate) and above.max() < 0.05

# %% [markdown]
# A label is not a finding. The next chapter takes the attendance indicators one by one; the generator's mechanisms stand
# in `childwell.synthetic.mechanisms()`, and every one of them can be switched on alone in the null city.
#
# 标签不是发现。下一章逐一介绍考勤指标。任何一种机制都可以在空城里单独开启。
