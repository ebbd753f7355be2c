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
# # Attendance · 考勤
#
# What a register can say of a child, what it cannot, and how sure it is. The city is made up and its truth is known
# (chapter 02), so every claim is checked by an `assert`.
#
# 考勤记录能说明什么、不能说明什么、把握有多大。城市是虚构的,真相已知(见第 02 章),每个论断都用 `assert` 检验。
#
# ## In ten lines · 十行代码

# %%
import childwell as cw

city = cw.synthetic.city(children=3000, seed=20260911, through="2026-07-03")
key = cw.Key.from_bytes(bytes(range(32)))  # a real study: cw.Key.create("study.key")
study = cw.open_study(city, key=key)
dates = ["2025-12-31", "2026-05-29", "2026-07-03"]  # what was not known by then is not seen
indicators = study.measure(as_of=dates, families=["outlook"])
city, study, indicators

# %% [markdown]
# Every indicator is in the catalogue with its unit, its estimand, its interval and its source. `request` names the family
# to ask for; those without one are always there.
#
# 每个指标都在目录里,写明单位、估计目标、区间与来源;`request` 是需要点名的族,空白的总会计算。

# %%
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from polars import col

from childwell import stats

pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=600)
plt.rcParams |= {"axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}
plt.rcParams |= {"figure.figsize": (7.5, 3), "figure.dpi": 80}
plt.rcParams["axes.prop_cycle"] = plt.cycler(color=["#0072B2"])


def frame(table):
    return table.to_polars().with_columns(col(pl.Categorical).cast(pl.String))


known = frame(cw.catalogue()).filter(col("id").str.starts_with("attendance."))
names = col("id").str.strip_prefix("attendance.").str.join(", ")
known.group_by("request", maintain_order=True).agg(names.alias("indicators"))

# %% [markdown]
# ## Two questions about one rate · 一个缺勤率,两个问题
#
# `absence_rate` asks what *happened*: nothing is sampled, so it has no sampling error, but bounds: all sessions that
# nobody recorded were missed, or none. `absence_propensity` asks what would happen in many like terms: it has an interval,
# and that counts days in spells, because a week in bed is one piece of bad luck and not ten. Thirty children, in the order
# of their pseudonyms (a bar that leaves the picture is a school that skips its registers):
#
# `absence_rate` 问的是“发生了什么”:没有抽样误差,只有上下界(无人登记的课次全缺或全到)。`absence_propensity` 问的是
# “类似学期里会怎样”:有置信区间,并按缺勤段计数,因为卧床一周是一次坏运气,不是十次。

# %%
def pseudonymous(table):
    return table.with_columns(pl.Series("child", [key.pseudonym("child", child) for child in table["child"]]))


def of(name, table, **where):
    return table.filter(indicator=f"attendance.{name}", scope="child", status="ok", **where)


truth = pseudonymous(frame(city.truth["children"]))
december, may, july = (frame(indicators.table(snapshot)) for snapshot in range(3))

figure, axes = plt.subplots(1, 2, sharey=True)
asked = ("absence_rate", "realised"), ("absence_propensity", "propensity")
for axis, (name, target) in zip(axes, asked, strict=True):
    few = of(name, july).join(truth, on="child").sort("child").gather_every(97).head(30)
    axis.vlines(range(len(few)), few["lower"], few["upper"], lw=4, alpha=0.4)
    axis.plot(few["value"], "_", ms=7)
    axis.plot(few[target], "o", color="black", ms=3)
    axis.set(title=name, xticks=[], ylim=(0, 0.35), xlabel="thirty children; dots: the truth")
axes[0].yaxis.set_major_formatter("{x:.0%}")
figure.suptitle("What happened, and what would (made-up data)", y=1.05)

rate, chance = (of(name, july).join(truth, on="child") for name in ("absence_rate", "absence_propensity"))
bounded = rate["realised"].is_between(rate["lower"] - 1e-9, rate["upper"] + 1e-9).mean()
covered = chance["propensity"].is_between(chance["lower"], chance["upper"]).mean()
n = chance["n_observed"]
naive = [stats.wilson_interval(round(value * of), of) for value, of in zip(chance["value"], n, strict=True)]
held = np.mean([one.lower <= p <= one.upper for one, p in zip(naive, chance["propensity"], strict=True)])
print(f"bounds hold what happened for {bounded:.1%} of the children")
print(f"95 % intervals hold the propensity for {covered:.1%}; sessions taken as independent: {held:.1%}")
assert bounded > 0.995 and 0.93 < covered < 0.99 and held < 0.75

# %% [markdown]
# ## Spells · 缺勤段
#
# Ten days away are one long illness, or ten Mondays. The rate is the same; the story and the certainty are not.
#
# 缺勤十天,可能是一场大病,也可能是十个星期一。比率相同,故事和把握却不同。

# %%
wide = (
    of("absent_days", july).select("child", days="value")
    .join(of("spells", july).select("child", spells="value"), on="child")
    .join(of("absence_propensity", july).select("child", width=col("upper") - col("lower")), on="child")
)
ten = wide.filter(col("days").is_between(9, 11)).group_by("spells").agg(pl.len(), col("width").mean())
ten = ten.filter(col("len") >= 10).sort("spells")

figure, (left, right) = plt.subplots(1, 2)
shift = np.random.Generator(np.random.Philox(1)).uniform(-0.4, 0.4, (2, len(wide)))
left.plot(wide["days"] + shift[0], wide["spells"] + shift[1], ".", ms=2, alpha=0.3)
left.set(xlim=(-1, 40), xlabel="days away in the year", ylabel="spells", title="Children")
right.plot(ten["spells"], ten["width"], "o-")
right.set(ylim=(0, 0.18), xlabel="spells, among children away 9 to 11 days", title="Mean width of the 95 % interval")
figure.suptitle("(made-up data)", y=1.02)
print(f"same days away, width {ten['width'][0]:.3f} in {ten['spells'][0]:.0f} spells, "
      f"{ten['width'][-1]:.3f} in {ten['spells'][-1]:.0f}")
assert ten["width"][0] > 1.3 * ten["width"][-1]

# %% [markdown]
# ## Is the rate high, and will the year end high · 现在偏高吗,年底会偏高吗
#
# Again two questions, two numbers. `p_rate_above`: is the rate behind the absences above the policy's line? It draws the
# child towards its grade and school. `p_year_above`: will the *year* end above it, given days seen and days left? Late
# in the year a month in bed has decided the second and hardly touched the first. A probability is good when it comes
# true as often as it says: told on 31 December, held against the July nobody knew.
#
# 又是两个问题、两个数字。`p_rate_above`:背后的比率是否高于政策线?`p_year_above`:学年结束时是否会高于它?
# 学年将尽时,卧床一个月已决定后者,却几乎不影响前者。说七成就该有七成实现:12 月 31 日的预测,用 7 月的结果检验。

# %%
england = {"policy": "england_persistent"}
told = of("p_year_above", december, **england).select("child", said="value").join(truth, on="child")
told = told.with_columns(came=col("realised") >= 0.1, band=(col("said") * 5).floor().clip(0, 4))
bands = told.group_by("band").agg(pl.len(), col("said").mean(), col("came").mean()).sort("band")
both = of("p_rate_above", may, **england).join(of("p_year_above", may, **england), on="child")

figure, (left, right) = plt.subplots(1, 2)
left.plot([0, 1], [0, 1], ":", color="black", lw=0.8)
left.plot(bands["said"], bands["came"], "o")
left.set(xlabel="said in December", ylabel="came true in July", title="p_year_above")
right.plot(both["value"], both["value_right"], ".", ms=3, alpha=0.4)
right.set(xlabel="p_rate_above", ylabel="p_year_above", title="The same children in May")
figure.suptitle("(made-up data)", y=1.02)
decided = both.filter(col("value_right") > 0.95, col("value") < 0.5).height
print(f"said in sum {told['said'].sum():.0f} children, came {told['came'].sum()}; "
      f"{decided} are over the line for this year, and their rate is probably below it")
assert abs(told["said"].mean() - told["came"].mean()) < 0.01 and decided > 50
error = 3 * np.sqrt(bands["said"] * (1 - bands["said"]) / bands["len"]) + 0.05
assert ((bands["said"] - bands["came"]).abs() < error).all()

# %% [markdown]
# ## Whose rule? · 谁的规则?
#
# Three countries' rules on the same children; none is a default. A flag is yes, no, or *cannot tell* where the bounds
# straddle the line: one in a hundred registers is missing, and a rule that counts days cannot tell what it does not know.
#
# 同一批孩子,三国的规则,没有默认。当上下界跨过政策线时,答案是“无法判断”。

# %%
judged = july.filter(col("indicator").is_in(["attendance.chronic", "attendance.unexplained_run"]), scope="child")
yes_or_no = pl.when(col("value") == 1).then(pl.lit("yes")).otherwise(pl.lit("no"))
answers = judged.with_columns(answer=pl.when(col("status") == "ok").then(yes_or_no).otherwise(col("status")))
table = answers.pivot("answer", index="policy", values="child", aggregate_function="len").fill_null(0)
flags = answers.pivot("policy", index="child", values="answer")
either = flags.filter((col("us_edfacts_chronic") == "yes") | (col("england_persistent") == "yes"))
agreed = either.filter(col("us_edfacts_chronic") == col("england_persistent")).height
print(f"of {len(either)} children that the first or the second rule flags, both flag {agreed}")
assert agreed < 0.7 * len(either) and table["cannot_tell"].min() > 0
table

# %% [markdown]
# ## A trend is partly the season's · 趋势里有季节
#
# In January everybody is away more than in September. In a city in which nothing changes but the season, every child seems
# to slip; a trend of one child is worth what it differs from its class. (`null_city` with one mechanism named.)
#
# 一月人人都比九月缺得多。一个孩子的趋势,只有与同班相比才有意义。

# %%
shares = {}
for season in (0, 1):
    still = cw.synthetic.null_city(children=3000, seed=20260912, season=season)
    trends = cw.open_study(still, key=key).measure(as_of=still.as_of, families=["trend"])
    z = of("trend_z", frame(trends.table()))["value"].to_numpy()
    shares[season] = np.mean(z > 1.645)
    word = "with a season" if season else "without a season"
    print(f"{word}: mean z {z.mean():+.2f}, {shares[season]:.1%} above 1.645 (chance: 5 %)")
assert shares[0] < 0.055 and shares[1] > 2 * shares[0]

# %% [markdown]
# ## Mondays and Fridays · 周一与周五
#
# `week_edge_share` is the share of short spells at the ends of the child's *own* week (a boarder's ends when the bus
# leaves), `week_edge_p` how surprising it is given how many spells there are. One surprise in twenty is no surprise, so
# the p values of many children are corrected together; and a pattern is a question, never a reason by itself.
#
# A child with few spells has few possible p values: hence the teeth of the picture.
#
# `week_edge_p` 表示短缺勤段落在该生自己一周两端有多意外。孩子多了总会有“意外”,需要一并校正;规律只是问题,从不单独成为理由。

# %%
figure, axes = plt.subplots(1, 2, sharey=True)
low = {}
for axis, pattern in zip(axes, (0, 2), strict=True):
    weekly = cw.synthetic.null_city(children=3000, seed=20260914, week_pattern=pattern)
    measured = cw.open_study(weekly, key=key).measure(as_of=weekly.as_of, families=["week_pattern"])
    p = of("week_edge_p", frame(measured.table()))["value"].to_numpy()
    low[pattern] = np.mean(p < 0.05)
    axis.hist(p, bins=20, color="#0072B2" if pattern else "0.7")
    axis.set(title="absence at the edges" if pattern else "no pattern at all", xlabel="week_edge_p")
    if pattern == 0:
        assert np.sum(stats.adjust_p_values(p, method="holm") < 0.05) == 0
figure.suptitle("3,000 children each (made-up data)", y=1.02)
print(f"p < 0.05: {low[0]:.1%} of the children without a pattern, {low[2]:.1%} with")
assert low[0] < 0.055 and low[2] > 2 * low[0]

# %% [markdown]
# ## Charts: something has changed · 控制图:有变化吗
#
# A chart compares a child with itself, from a baseline date on. Its limit is set by the false alarms one is willing to
# bear: here 50 in 1,000 years of children in whom nothing changes. Where nothing changes it keeps its word (fewer, since a
# sum that begins at nothing needs its time), and where the life of a child has truly turned it finds some, not all.
#
# 控制图从基准日起把孩子与自己比较;界限由可容忍的误报数决定。什么都没变时,它信守承诺;真的变了时,它能发现一部分,而不是全部。

# %%
def alarms(made):
    options = {"families": ["charts"], "baseline": "2025-12-31", "false_alarms": 50}
    charted = cw.open_study(made, key=key).measure(as_of=made.as_of, **options)
    return of("cusum_alarm", frame(charted.table()))


year = {"children": 2000, "seed": 20260915, "through": "2026-07-03"}
still = cw.synthetic.null_city(frailty=1, spells=1, **year)  # children differ, and stay as they are
quiet, days = alarms(still), np.unique(still.truth["sessions"]["date"])
watched_years = len(quiet) * np.mean(days > np.datetime64("2025-12-31"))
false_alarms = 1000 * quiet["value"].sum() / watched_years

moved = cw.synthetic.city(hard_blows=0.1, wellbeing_absence=2, **year)  # who is unwell stays away
after = col("date") > pl.date(2025, 12, 31)
lives = frame(moved.truth["wellbeing"]).group_by("child").agg(
    fall=col("wellbeing").filter(~after).mean() - col("wellbeing").filter(after).mean())
watched = alarms(moved).join(pseudonymous(lives), on="child")
fallen, others = watched.filter(col("fall") > 1)["value"], watched.filter(col("fall") < 0.5)["value"]
print(f"nothing changes: {false_alarms:.0f} alarms in 1,000 child-years")
print(f"lives turn: {fallen.mean():.0%} of {len(fallen)} children who fell, {others.mean():.1%} of {len(others)} others")
assert 0 < false_alarms < 50 and fallen.mean() > 0.15 and fallen.mean() > 4 * others.mean()

# %% [markdown]
# ## Illness in a school · 学校里的传染病
#
# Spells of illness that begin in a week, against the same weeks of past years. For the school's nurse, not for a page:
# the counts are small. One past year is little, so the window is wide; with several years narrow it.
#
# 每周新开始的病假段数,与往年同期相比。供校医使用,不供发布。只有一年往年数据时,窗口要放宽。

# %%
flu = cw.synthetic.city(children=3000, seed=20260916, with_year_before=True)
cohort = cw.open_study(flu, key=key).cohort
weeks = frame(cw.illness_outbreaks(cohort, as_of=flu.as_of, years=1, weeks=20, half_window=6))
place = weeks.filter("alarm").group_by("place").agg(col("child_days").sum()).sort("child_days")["place"][-1]
one = weeks.filter(place=place, status="ok").sort("week")
week = one["week"].dt.strftime("%m-%d")
plt.bar(week, one["ill"], color=["#D55E00" if alarm else "0.8" for alarm in one["alarm"]])
plt.step(week, one["limit"], where="mid", label="limit")
plt.step(week, one["expected"], where="mid", color="black", lw=0.8, label="expected")
plt.xlabel("Monday of the week")
plt.title("Spells of illness by week, one school; orange: alarm (made-up data)")
plt.legend()
ill = frame(flu.truth["sessions"]).filter(state="illness", school=place)
truly = one.join(ill.group_by(week=col("date").dt.truncate("1w")).agg(truly_ill=pl.len()), on="week")
assert truly.filter("alarm")["truly_ill"].min() > truly["truly_ill"].median()
with_limit = (weeks["status"] == "ok").sum()
print(f"{weeks['alarm'].sum()} alarm in {with_limit} weeks of {weeks['place'].n_unique()} schools and teaching points; "
      f"too little is known for a limit in {len(weeks) - with_limit} more")

# %% [markdown]
# ## What they do not say · 它们不说明什么
#
# - *Why.* A code is what a teacher was told. No indicator is a cause, and being left behind is none either.
# - *Who is worst.* Children, classes and schools have codes, not ranks; intervals of most of them overlap.
# - *What helped.* Before and after is no comparison (chapter 02).
# - *Anything of those nobody saw.* `not_seen` and `not_recorded` come before every rate.
#
# 它们不说明原因,不排名次,不证明成效,也不能替没有被看见的孩子说话。
