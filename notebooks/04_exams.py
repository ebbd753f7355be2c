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
# # Exams without harm · 考试:不伤害孩子
#
# A mark is one paper on one day. It says where a child stood among those who sat that paper, and little else. No page of
# childwell ranks children, classes or schools. The city is made up (chapter 02); every claim is checked by an `assert`.
#
# 一个分数只是某一天的一张卷子:它说明孩子在同卷考生中的位置,此外说明不了多少。childwell 的任何页面都不给孩子、班级或学校排名。
# 城市是虚构的,每个论断都用 `assert` 检验。

# %%
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from polars import col

import childwell as cw
from childwell import stats

pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True)
plt.rcParams |= {"axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}
plt.rcParams |= {"figure.figsize": (7.5, 3), "figure.dpi": 80}
KEY = cw.Key.from_bytes(bytes(range(32)))  # a real study: cw.Key.create("study.key")


def frame(table):
    return table.to_polars().with_columns(col(pl.Categorical).cast(pl.String))


def spread(series):
    return series.max() - series.min()


def measured(city, **options):
    return cw.open_study(city, key=KEY).measure(as_of=city.as_of, **options)


city = cw.synthetic.city(children=3000, seed=20260921, through="2026-07-03")
indicators = measured(city, families=["progress"])
results = frame(indicators.table()).filter(col("indicator").str.starts_with("academic."))
told = results.group_by("indicator", maintain_order=True).agg(pl.len(), (col("status") == "ok").sum())
print("told:", *(f"{name} ({ok} of {rows})" for name, rows, ok in told.iter_rows()), sep="\n  ")

# %% [markdown]
# ## Whose paper was it? · 谁出的卷?
#
# Mid-terms are set by each school, finals by the county. In the first city *no school is better than another*, only the
# papers differ; in the second all papers are equally hard and schools do differ. Mean points differ in both. Mean z on a
# school's own paper is zero in both: it compares children with their schoolmates and can say nothing of the school.
#
# 期中由各校自行命题,期末由县统一命题。第一座城里各校水平*完全相同*,只是卷子不同;第二座城里卷子难度相同,各校确有差别。
# 平均分在两座城里都有差别;校内卷的平均 z 分在两座城里都是零:它只比较同校的孩子,说明不了学校。

# %%
def maths_of_grade_five(seed, **sizes):
    made = cw.synthetic.city(children=6000, seed=seed, **sizes)
    papers = frame(made["exams"]).filter(scope="school", subject="mathematics")
    papers = papers.filter(col("exam").str.ends_with("g05"))
    sat = frame(made["exam_results"]).join(papers, on=["exam", "subject", "paper"]).filter(status="sat")
    groups = frame(cw.aggregate(measured(made), by=["city", "county", "school"]).table())
    means = groups.filter(col("exam").str.contains("g05"), measure="academic.mean_z", subject="mathematics")
    means = means.with_columns(set_by=pl.when(col("exam").str.contains("mid")).then(pl.lit("school"))
                               .otherwise(pl.lit("county")))
    shown = means.filter(level="school", status="ok")
    schools = sat.group_by(place="setter").agg(points=col("value").mean())
    schools = schools.join(shown.filter(set_by="school").select("place", own="value"), on="place")
    schools = schools.join(shown.filter(set_by="county").select("place", "parent", county="value"), on="place")
    return schools.sort("place"), means


alike, _ = maths_of_grade_five(20260922, school_ability=0, paper_difficulty=1.2)
unlike, means = maths_of_grade_five(20260923, school_ability=1, paper_difficulty=0)
figure, axes = plt.subplots(1, 3, figsize=(9, 3))
cities = (alike, "ko", "schools alike, papers differ"), (unlike, "C1x", "papers alike, schools differ")
for schools, mark, name in cities:
    for axis, column in zip(axes, ("points", "own", "county"), strict=True):
        axis.plot(schools["place"].str.slice(-2), schools[column], mark, label=name)
axes[0].set(title="own paper: mean points", ylim=(0, 100))
axes[1].set(title="own paper: mean z", ylim=(-1.2, 1.2))
axes[2].set(title="county's paper: mean z", ylim=(-1.2, 1.2))
figure.legend(*axes[1].get_legend_handles_labels(), loc="upper center", ncols=2, bbox_to_anchor=(0.5, 1.12))
figure.supxlabel("schools by code, mathematics in grade 5 (made-up data)", y=-0.06)
assert spread(alike["points"]) > 25 and spread(unlike["points"]) > 40
assert max(alike["own"].abs().max(), unlike["own"].abs().max()) < 0.1
assert spread(unlike["county"]) > 1

# %% [markdown]
# A county's paper does compare schools, within the county. A school that sits it alone has zero again. So childwell gives
# nothing above the school for a school's paper, and says why:
#
# 县统考卷可以在县内比较学校;若全县只有一校参加,结果又是零。因此校内卷在学校以上一律不给数字,并写明原因:

# %%
above = means.filter(col("level") != "school")
shown = above.group_by("set_by", "level", "status").len().sort("set_by", "level", "status")
alone = unlike.filter(pl.len().over("parent") == 1)
assert set(above.filter(set_by="school")["status"]) == {"not_comparable"}
assert len(alone) > 0 and alone["county"].abs().max() < 1e-9 < spread(alone["points"])
shown

# %% [markdown]
# ## Who sat? · 谁参加了考试?
#
# The quickest way to a better mean is to enter fewer children. The same city twice, the same children, the same papers; in
# one, those who find it hardest were left at home. Nobody learned anything. Beside every mean stand the shares absent, exempt and not
# entered, and the bounds of a share of failures let those who were not entered fail or pass.
#
# 提高平均分最快的办法,是少报几个名。同一座城、同样的孩子、同样的卷子,其中一座没有给学习最吃力的孩子报名:没有人学到任何东西。
# 每个均值旁都写明缺考、免考、未报名的比例;不及格率的上下界把未报名的人算作全不及格或全及格。

# %%
def sittings(left_out):
    made = cw.synthetic.city(children=3000, seed=20260924, weak_not_entered=left_out)
    status, points = (frame(made["exam_results"])[name] for name in ("status", "value"))
    groups = frame(cw.aggregate(measured(made), by=["city"]).table())
    failed = groups.row(by_predicate=col("measure") == "academic.papers_failed_share", named=True)
    shares = {word.replace("_", " "): (status == word).mean() for word in ("absent", "exempt", "not_entered")}
    return {"some left out": bool(left_out), "mean points": points.mean(), **shares,
            "failed": failed["value"], "at least": failed["lower"], "at most": failed["upper"]}


before, after = sittings(0), sittings(1)
assert after["mean points"] > before["mean points"] + 1.5 and after["failed"] < before["failed"] - 0.03
assert after["at least"] < before["failed"] < after["at most"]
pl.DataFrame([before, after]).with_columns(col(pl.Float64).round(3))

# %% [markdown]
# ## Levels are an order · 等级只是次序
#
# Where results are levels, childwell ranks and never counts: percentile and rank-normal score stand, z and a pass mark in
# points do not. The mean of levels is whatever one decides an A is worth: count the steps, or triple
# with each of them, and pairs of classes change places.
#
# 结果是等级时,childwell 只排次序、不作加减:百分位与秩正态分可用,z 分与分数线不可用。“平均等级”取决于把 A 当成几分:
# 换一种同样递增的赋值,就有一些班级互换位置。

# %%
papers, letters = frame(city["exams"]), np.array(["E", "D", "C", "B", "A"])
sitting = ["exam", "subject", "paper"]
marked = frame(city["exam_results"]).join(papers.select(*sitting, "full"), on=sitting)
share = (marked["value"] / marked["full"]).fill_null(0).to_numpy()
step = np.searchsorted([0.4, 0.6, 0.7, 0.85], share, side="right")
graded = marked.with_columns(pl.Series("step", step), pl.Series("level", letters[step]))
graded = graded.with_columns(level=pl.when(status="sat").then("level"))
tables = dict(city) | {
    "exam_results": graded.drop("value", "full", "step"),
    "exams": papers.drop("full").with_columns(scale=pl.lit("levels"), levels=pl.lit("A|B|C|D|E")),
}
records = cw.admit(tables, key=KEY, made_up=True, **city.study())
levels = cw.measure(cw.assemble(records), as_of=city.as_of, policies=["cn_pass_60"])
about = [f"academic.{name}" for name in ("z", "percentile", "rank_normal", "failed")]
judged = frame(levels.table()).filter(col("indicator").is_in(about), col("status") != "not_recorded")
statuses = judged.group_by("indicator", maintain_order=True).agg(
    col("status").mode().first().alias("most often"), col("value").count().alias("values"))

finals = graded.filter(status="sat", subject="mathematics").filter(col("exam").str.contains("final"))
home = frame(city["enrolment"]).group_by("child").agg(col("class").last())
coded = finals.join(home, on="child").group_by("class", "exam", "paper").agg(
    pl.len(), plain=col("step").mean(), tripled=(3 ** col("step")).mean()).filter(col("len") >= 10)
pairs = coded.join(coded, on=["exam", "paper"], suffix="_2").filter(col("class") < col("class_2"))
turned = pairs.filter((col("plain") - col("plain_2")) * (col("tripled") - col("tripled_2")) < 0).height
print(f"{turned} of {len(pairs)} pairs of classes with the same paper change places with the coding")
assert turned >= 5
assert statuses["most often"].to_list() == ["not_comparable", "ok", "ok", "not_comparable"]
statuses

# %% [markdown]
# ## The lowest tenth gets better by itself · 最后一成会自己变好
#
# Nobody's ability changes in this city. Yet those lowest in January are nearer the middle in July, and those highest too:
# a very low mark is in part
# a bad day. A programme for the lowest would claim all of it. `academic.change` takes
# away what the earlier score leads one to expect: the correlation of the two papers times that score.
#
# 这座城里没有人的能力改变。可是一月最低的孩子,七月都更靠近中间,最高的也是:很低的分数里,总有一部分是那一天不走运。
# 若有一个“帮扶最后一成”的项目,会把这全算作成效。`academic.change` 先扣除前一次成绩本来就预示的部分。

# %%
standing = results.filter(indicator="academic.rank_normal", status="ok")
standing = standing.with_columns(grade=col("exam").str.slice(-3))
january, july = (standing.filter(col("exam").str.contains(when)) for when in ("autumn-final", "spring-final"))
pairs = january.join(july, on=["child", "grade", "subject"], suffix="_later")
changes = results.filter(indicator="academic.change", status="ok").select(
    "child", "subject", exam_later="exam", change="value", change_lower="lower", change_upper="upper")
pairs = pairs.join(changes, on=["child", "subject", "exam_later"])
tenth = {"lowest": pairs.filter(col("value") <= pairs["value"].quantile(0.1)),
         "highest": pairs.filter(col("value") >= pairs["value"].quantile(0.9))}
r = np.corrcoef(pairs["value"], pairs["value_later"])[0, 1]

plt.figure(figsize=(4.5, 4.5))
plt.plot(pairs["value"], pairs["value_later"], ".", ms=1, color="0.7")
ends = np.array([-3, 3])
plt.plot(ends, ends, ":", color="black", lw=0.8, label="as before")
plt.plot(ends, r * ends, color="#0072B2", label=f"what to expect (r = {r:.2f})")
for one in tenth.values():
    plt.plot(one["value"].mean(), one["value_later"].mean(), "o", color="#D55E00", ms=9)
plt.legend()
plt.xlabel("standing in January (rank-normal score)")
plt.ylabel("standing in July")
plt.title("Orange: lowest and highest tenth (made-up data)")
gains = {name: (one["value_later"] - one["value"]).mean() for name, one in tenth.items()}
for name, one in tenth.items():
    print(f"{name} tenth: {gains[name]:+.2f} from January to July, {one['change'].mean():+.2f} beyond what to expect")
assert gains["lowest"] > 0.2 and gains["highest"] < -0.2
assert all(abs(one["change"].mean()) < 0.07 for one in tenth.values())

# %% [markdown]
# ## Did this child change? · 这个孩子变了吗?
#
# Two papers of equally able children differ, too. The interval of `change` is that of a child of the same earlier score:
# where nobody changed it must hold nought for 95 in 100, and `change_z` be beyond 1.96 for 5 in 100. In a school that is
# dozens of "changes"; corrected for their number, none is left.
#
# 能力相同的孩子,两次考试也会有差别。没有人改变时,区间应有 95% 包含零,`change_z` 约有 5% 超过 1.96。
# 一所学校里这就是几十个“变化”;按个数校正后,一个也不剩。

# %%
hold_nought = pairs.select(((col("change_lower") <= 0) & (col("change_upper") >= 0)).mean()).item()
z = results.filter(indicator="academic.change_z", status="ok")["value"].to_numpy()
p = 2 * stats.normal_sf(np.abs(z))
named = np.sum(stats.adjust_p_values(p, method="holm") < 0.05)
print(f"intervals that hold nought: {hold_nought:.1%}; beyond 1.96: {np.mean(p < 0.05):.1%}, "
      f"{np.sum(p < 0.05)} of {len(p)} pairs of papers; after Holm {named}")
assert 0.94 < hold_nought < 0.97 and 0.03 < np.mean(p < 0.05) < 0.06 and named == 0

# %% [markdown]
# `change_z` is what a reliable change index is, and it is not corrected for regression: among the lowest tenth it leans
# upwards. Read `change` for a child that was chosen for its mark.
#
# `change_z` 就是可靠变化指数,没有作回归校正:在最后一成里它偏高。若孩子是按分数挑出来的,请看 `change`。

# %%
leaning = results.filter(indicator="academic.change_z", status="ok")
leaning = leaning.select("child", "subject", exam_later="exam", change_z="value")
of_lowest = tenth["lowest"].join(leaning, on=["child", "subject", "exam_later"])["change_z"]
print(f"mean change_z of the lowest tenth: {of_lowest.mean():+.2f}")
assert of_lowest.mean() > 0.25

# %% [markdown]
# ## What leaves the institute · 离开研究院的只有这些
#
# Groups, small cells hidden, in the order of their codes; no child, no rank.
#
# 只有分组结果:小格隐去,按代码排列;没有孩子,没有名次。

# %%
groups = cw.aggregate(indicators)
page = cw.report(groups, purpose="term review", audience="the institute").html()
children = results["child"].unique()
assert not any(child in page for child in children)
assert not any(word in page for word in ("academic.percentile", "rank_normal", "排名", "名次"))
print(f"{len(children)} children, none of them on the page")
