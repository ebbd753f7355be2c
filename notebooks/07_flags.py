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
# # Flags that can be argued with · 可以据理反驳的名单
#
# A list of children is worth no more than its reasons. Here every reason is a rule with a source, in the child's own
# numbers, with the number at which the child would not be listed. A listing is a reason to look: it is no decision, no
# diagnosis and no forecast, and there is no order of children in it.
# 名单的价值不超过其理由。这里的每条理由都是一条有出处的规则,用该儿童自己的数字写成,并写明到什么数字就不会列入。
# 列入只是了解情况的理由,不是决定、不是诊断、不是预测;名单内的儿童没有名次。

# %%
import numpy as np
import polars as pl

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))  # a real study: cw.Key.create("study.key")
city = cw.synthetic.city(children=2000, seed=70701)
study = cw.open_study(city, key=KEY)
charts = {"baseline": "2025-10-31", "false_alarms": 50}
indicators = study.measure(as_of=city.as_of, families=["outlook", "early", "charts"], **charts)
indicators

# %% [markdown]
# ## Rules are data · 规则是数据
#
# None is a default. A study names those it uses, in an order that says what comes first.
# 没有默认规则。研究自行列出所用规则,先后次序即其优先次序。

# %%
rules = cw.flag_rules()
for name, rule in rules.items():
    print(f"{name:<26} {rule['country']:<7} {rule['name']['zh']}")

# %% [markdown]
# What may never be a reason is refused, and the refusal says why. Only attendance against a line, course results against
# a pass mark, and cut-offs that a named study validated can list a child.
# 永远不能作为理由的,一律拒绝并说明原因。能列入儿童的只有:出勤与规则线、课程结果与及格线、经具名研究验证的量表分界。

# %%
own = {"at_least": [1, 2], "country": "CN", "from": "2025-09-01", "source": "somebody's wish"}
unvalidated = dict(rules["sdq_total_parent_china"])
del unvalidated["id"], unvalidated["validation"]
for wish in (
    {**own, "indicator": "left_behind.research"},
    {**own, "indicator": "counselling.sessions"},
    {**own, "indicator": "consent.refused"},
    {**own, "indicator": "academic.percentile"},
    {**own, "indicator": "index.wellbeing"},
    unvalidated,
):
    try:
        cw.flag_rules({"wish": wish})
    except ValueError as refused:
        print(refused)

# %% [markdown]
# ## Lists · 名单
#
# Who is not seen comes first, whatever the rules. Where what is not recorded could decide, the answer is neither yes nor
# no: it is a list of records to check.
# 在籍未见者最先,与规则无关。未登记的部分足以左右结果时,答案既非是也非否,而是一份待核实记录的名单。

# %%
named = ["unexplained_3_days_local", "rate_above_us_95", "onsets_cusum"]
flags = cw.flag(indicators, rules=named)
flags

# %% [markdown]
# Reasons in words; pseudonyms are left out of what is printed here, although nobody in this city exists.
# 用文字写成的理由。虽然城中并无真人,这里仍不印出假名。

# %%
reasons = flags.reasons(lang="zh")
for row in reasons.group_by("code", maintain_order=True).first().iter_rows(named=True):
    print(row["reason"], row["unless"] or "", sep="\n    ", end="\n\n")

# %%
for row in flags.reasons(lang="en").group_by("code", maintain_order=True).first().iter_rows(named=True):
    print(row["reason"], row["unless"] or "", sep="\n    ", end="\n\n")

# %% [markdown]
# ## A line, or a certainty · 过线,还是有把握
#
# The US line is a fact of the register: at least a tenth of the days were missed. Of whom it is true is partly chance, and
# early in the year mostly so. The probability asks about the rate behind the days. The truth of a made-up city tells how
# often each is right: what share of those listed have a true chance of absence above a tenth.
# 美国规则线是登记事实:缺勤达到十分之一。谁过线部分出于偶然,学年初尤其如此。概率规则问的是天数背后的倾向。
# 虚构城市的真值告诉我们各自有多准:列入者中,真实缺勤倾向高于十分之一的占多少。

# %%
truth = city.truth["children"]
propensity = dict(zip((KEY.pseudonym("child", child) for child in truth["child"]), truth["propensity"], strict=True))
dates = ["2025-10-17", "2025-11-14", "2025-12-12", "2026-01-16"]
early = study.measure(as_of=dates, families=["outlook"])
rows = []
for rule in ("chronic_us", "rate_above_us_80", "rate_above_us_95"):
    lists = [cw.flag(early, rules=[rule], snapshot=number) for number in range(len(dates))]
    for before, date, now in zip([None, *lists], dates, lists, strict=False):
        on = now.frame().filter(pl.col("listing") == "needs_look")["child"].to_list()
        right = np.mean([propensity[child] > 0.1 for child in on]) if on else np.nan
        shared = before.overlap(now).to_polars().filter(pl.col("listing") == "needs_look") if before else None
        kept = None if shared is None else shared["kept"].item()
        rows.append({"rule": rule, "as_of": date, "listed": len(on), "truly above": right, "kept since then": kept})
with pl.Config(tbl_rows=12):
    print(pl.DataFrame(rows))

# %% [markdown]
# What is certain is seldom; what is listed often is often wrong. Which of the two a school wants is a matter of its
# places, and it says so by naming a rule.
# 有把握的少,列得多的错得多。学校要哪一种,取决于能了解多少名儿童,并以点名规则的方式说明。
#
# ## Where nothing is to be found · 什么都没有的城市
#
# In the null city every child has the same chance of being away. Charts promise 50 false alarms in 1,000 child-years; the
# months after the baseline are a third of a year.
# 在零城市里,每个孩子缺勤的机会完全相同。控制图承诺每千名儿童每学年约 50 次误报;基准日之后约为三分之一学年。

# %%
nothing = cw.synthetic.null_city(children=2000, seed=70702)
null_study = cw.open_study(nothing, key=KEY)
null_indicators = null_study.measure(as_of=nothing.as_of, families=["outlook", "charts"], **charts)
null_flags = cw.flag(null_indicators, rules=["rate_above_us_95", "onsets_cusum", "chronic_us"])
days = null_indicators.frame("attendance.cusum_alarm").filter(pl.col("status") == "ok")["n_observed"].sum()
calendar = zip(nothing["calendar"]["date"], nothing["calendar"]["kind"], strict=True)
year = len({day for day, kind in calendar if kind != "holiday"})
print(f"promised: at most {50 / 1000 * days / year:.1f} alarms")
null_flags.rules.to_polars().select("rule", "yes", "no", "cannot_tell", "not_asked")

# %% [markdown]
# ## Asking for help, and refusing · 求助与拒绝
#
# Being in care moves a child from one list to another and makes no listing. A refusal lists nobody.
# 正在被关爱只会把儿童从一份名单移到另一份,不会因此列入。拒绝不会使任何人被列入。

# %%
cared_for = flags.frame(everyone=True)["child"].to_list()[::2]  # half of all children, whoever they are
cared = cw.flag(indicators, rules=named, in_care=cared_for)
moved = flags.frame(everyone=True).join(cared.frame(everyone=True), on="child", suffix="_cared")
moved.group_by("listing", "listing_cared").len().sort("listing", "listing_cared")

# %% [markdown]
# ## Places, and ties · 名额与并列
#
# A school can look into so many children. Those not seen take places first; then come the others by the first rule that
# holds. Within a rule nobody is before anybody: a tie is listed whole, waits whole, or is drawn by lot, and the chance
# stands in the list. The lot of a child is the same at every date, so that a list does not change by chance.
# 一所学校能了解的儿童有限。在籍未见者先占名额,其余按首条成立的规则。同一规则内不分先后:并列者全部列入、全部等待或抽签,
# 机会写在名单里。每名儿童的签在任何日期都相同,名单不会因抽签而变动。

# %%
for ties in ("include", "exclude", "draw"):
    limited = cw.flag(indicators, rules=["rate_above_us_95", "chronic_us"], capacity=20, ties=ties)
    counts = limited.counts
    on = limited.frame().filter("listed", pl.col("listing") == "needs_look")
    print(f"{ties:<8} listed {len(on):>3}, waiting {counts['waiting']:>3}, beyond the places {counts['beyond']:>3}, "
          f"least chance {limited.frame().filter(pl.col('chance') > 0)['chance'].min():.2f}")

# %% [markdown]
# ## What is on no list · 不在任何名单上的
#
# Answers that concern safety: they bypass every rule and every number of places, and go to the named officer at once
# (`childwell.instruments.safety_answers`). childwell is not the first responder.
# 涉及安全的回答:不经任何规则和名额,立即转交指定负责人。childwell 不是第一响应方。

# %%
from childwell import instruments

form = np.zeros((1, 9))
form[0, 8] = 1  # item 9 alone: a total of 1, far below any cut-off
scores = instruments.score_forms("phq_9", form, informant="self", ages=15, recall_days=14, norms="richardson_2010_cut_11")
child = flags.frame(everyone=True)["child"][0]
forms = {"scores": scores, "child": [child], "date": ["2025-12-01"]}
listed = cw.flag(indicators, rules=["phq_9_youth_cut_11"], forms=[forms])
print("listed by the cut-off:", listed.rules.to_polars()["yes"].item())
print("for the named officer:", instruments.safety_answers("phq_9", form).count)
