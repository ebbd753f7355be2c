# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Makes README.md from record.json: python tests/simulation/page.py."""

import json
from pathlib import Path

import held_out
import interval_coverage
import null_city
import slipping

RECORD = Path(__file__).with_name("record.json")
ASKED = (0.93, 0.97)  # of an interval of 95 %

HEAD = """# What the made-up city proves

Figures of whole made-up cities taken through the whole path (`open_study`, `measure`, `aggregate`) and held against
their truth, which no code of the library opens. Each city has {children:,} children; seeds are those of no test and of
no chapter of the guide. What stands in brackets is the 95 % interval of a figure, with cities as clusters. All of it is
made up, and is evidence about the library, not about children.

Made by

    python tests/simulation/record.py held_out interval_coverage null_city slipping   # about an hour on two cores
    python tests/simulation/page.py

`./run test` makes a few of these cities again and holds their counts equal to the record; `./run check-long` makes the
first cities of every row again.

"""

COVERAGE = """## How often intervals of rates hold the truth

Every setting but the last switches one mechanism on, beside what all have
({base});
{cities} cities a setting. A bound is certain: it is to hold always. An interval of 95 % is to hold in 93 to 97 of 100. **Bold** is below that, *italic*
above it, by more than chance over {cities} cities explains.

{asked}

"""

BREAKS = """
### What breaks when the model does not know it

An interval says what it takes into account; here is what these do not. The mechanism is in the data, the model knows
nothing of it, and the interval holds less often than it says.

"""

CONSERVATIVE = """
Where schools differ as wholes, or registers fail on the days that matter, the children of a school are no longer
independent draws: `aggregate(design_effect=)` widens the interval by what somebody knows of that. Ghosts on the roll are
counted as children away, and who attends without enrolment, or has withdrawn consent, is in no rate of the school.

Where an interval holds more often than asked it is wider than it need be. A child's own interval counts two half-days
of a day as one (rule 4), which is too careful where half-days are independent draws ("no spells"). A school's rate drawn
to the others is too careful where schools do not differ at all: the spread between schools is then estimated above its
true nought, and each school's children lend it more than it needs.
"""

NOT_SEEN = """
## Children who are not seen are found

Children on the roll who were at none of the last ten sessions of their class, by the truth; how many of them the
library lists as not seen; and how many it lists in all. Who is listed and was there left no evidence of it: the school
took no register for a week ("silent_points"), or the child's marks carry two children's days and are disputed
("shared_ids"). Who is missed stands under a register by exception, where a blank means present ("all at once"), or has
withdrawn consent.

| setting | not there | found | listed | share found | share of the list |
|---|---|---|---|---|---|
"""

NULL = """
## Where nothing is to be found

{cities} cities a setting, the whole school year. In the first, every child has the same chance of
being away in every session and no school or paper differs; in the second children differ, stay away for days, and
registers are skipped, but still nothing changes. `at most` is what the method states for chance alone; **bold** is more
than that by more than {cities} cities explain. Charts alarm less often than stated because their sums begin at nothing.

| what is found | {settings} | at most |
|---|---|---|---|
"""

HELD_OUT = """
## Rates drawn to the others, on the half that was not seen

Absence of places until 9 November, raw and drawn to the others (`pooled`), against what the truth says of the rest of
the term; each rate over that of all. Mean squared error of the pooled rate as a share of the raw one's, {cities} cities
a setting: below 100, drawing helps.

| places | {settings} |
|---|{rule}|
"""

SLIPPING = """
## Who slips: the first of a list

Children who have not slipped by 30 January are listed on that day, with what is known then; the truth says who slips
until July. Precision among the first {places} of about 1,450 children, {cities} cities a setting. The city makes
slipping only partly predictable, on purpose: a third of it leaves no trace in any table before, and the rest follows a
distress that itself is only dimly seen in attendance and exams. `anyone` is the share of all children who slip.

| list by | {settings} |
|---|{rule}|
"""

GAIN = """
More of the first {places} than by raw absence:

| list by | {settings} |
|---|{rule}|
"""

READING = """
By raw absence alone a list is hardly better than lots in the standard city, because absence has many causes there
that have nothing to do with slipping. The indicators as one sum, stated before anything was looked at, do little
better; weighed by a model fitted in other cities they do better, and stay far below what the city's own chance allows.
Where the school alone tells, the school's past share beats every list by the child's own records: a list of children
is then the wrong instrument, and the right one is a visit to the school.
"""


def share(figures: list[float], digits: int = 1) -> str:
    value, lower, upper = figures[:3]
    return f"{100 * value:.{digits}f} ({100 * lower:.{digits}f} to {100 * upper:.{digits}f})"


def judged(figures: list[float], interval: str) -> str:
    """"" where the interval holds as often as it is to hold, as far as these cities can tell, else "below" or "above"."""
    value, lower, upper = figures
    if interval not in interval_coverage.CONFIDENCE:
        return "below" if value < 0.999 else ""
    if upper < ASKED[0] or (value < ASKED[0] and upper < 0.95):
        return "below"
    return "above" if lower > ASKED[1] or (value > ASKED[1] and lower > 0.95) else ""


def coverage_table(record: dict) -> str:
    names = list(interval_coverage.INTERVALS)
    lines = ["| setting | " + " | ".join(name.replace("_", " ") for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for setting, made in record.items():
        cells = []
        for name in names:
            figures = made["coverage"][name]
            mark = {"below": "**", "above": "*", "": ""}[judged(figures, name)]
            cells.append(f"{mark}{100 * figures[0]:.1f}{mark}")
        lines.append(f"| {setting} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def breaks_table(record: dict) -> str:
    lines = ["| interval | broken by | it holds in % |", "|---|---|---|"]
    for name in interval_coverage.INTERVALS:
        for setting, made in record.items():
            figures = made["coverage"][name]
            if judged(figures, name) == "below":
                lines.append(f"| {name.replace('_', ' ')} | {setting} | {share(figures)} |")
    return "\n".join(lines) + "\n"


def made(record: dict) -> str:
    """The whole page."""
    coverage, null, slips = record["interval_coverage"], record["null_city"], record["slipping"]
    base = ", ".join(f"`{name}={size}`" for name, size in interval_coverage.BASE.items())
    asked = "\n".join(f"- {name.replace('_', ' ')}: {what}" for name, what in interval_coverage.INTERVALS.items())
    page = HEAD.format(children=interval_coverage.CHILDREN)
    page += COVERAGE.format(base=base, cities=coverage["base"]["cities"], asked=asked) + coverage_table(coverage)
    page += BREAKS + breaks_table(coverage) + CONSERVATIVE + NOT_SEEN
    for setting, one in coverage.items():
        seen = one["not_seen"]
        shares = [f"{100 * seen['found'] / seen[of]:.1f}" if seen[of] else "" for of in ("gone", "listed")]
        page += f"| {setting} | {seen['gone']} | {seen['found']} | {seen['listed']} | {' | '.join(shares)} |\n"
    page += NULL.format(cities=next(iter(null.values()))["cities"], settings=" | ".join(null))
    for name, (what, stated) in null_city.FOUND.items():
        limit = null["nothing at all"]["found"]["chronic_days_by_law"][0] if stated is None else stated
        cells = []
        for one in null.values():
            figures = one["found"].get(name)
            mark = "**" if figures and figures[1] > limit else ""
            cells.append(f"{mark}{share(figures, 2)}{mark}" if figures else "")
        page += f"| {what} | {' | '.join(cells)} | {100 * limit:.2f} |\n"
    held = record["held_out"]
    page += HELD_OUT.format(cities=held["all at once"]["cities"], settings=" | ".join(held), rule="|".join(["---"] * len(held)))
    for level in held_out.LEVELS:
        page += f"| {level} | " + " | ".join(share(one["ratio"][level]) for one in held.values()) + " |\n"
    for places in slipping.PLACES:
        page += SLIPPING.format(places=places, cities=slips["standard"]["cities"], settings=" | ".join(slips), rule="|".join(["---"] * len(slips))) \
            if places == slipping.PLACES[0] else f"\nAmong the first {places}:\n\n| list by | {' | '.join(slips)} |\n|---{'|---' * len(slips)}|\n"
        for name, what in slipping.RANKINGS.items():
            page += f"| {name}: {what} | " + " | ".join(share(one["precision"][f"{name}, {places}"]) for one in slips.values()) + " |\n"
        page += "| anyone | " + " | ".join(share(one["precision"]["all"]) for one in slips.values()) + " |\n"
        page += GAIN.format(places=places, settings=" | ".join(slips), rule="|".join(["---"] * len(slips)))
        for name in ("indicators", "indicators, fitted", "fitted and school"):
            page += f"| {name} | " + " | ".join(share(one["over_raw_absence"][f"{name}, {places}"]) for one in slips.values()) + " |\n"
    return page + READING


if __name__ == "__main__":
    Path(__file__).with_name("README.md").write_text(made(json.loads(RECORD.read_text("utf-8"))), "utf-8")
