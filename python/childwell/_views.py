# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The steps as methods, so that a study reads in one line, and what a result shows of itself. Each calls a function of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from ._api import Aggregates, Cohort, DateLike, Indicators
    from ._change import Change
    from ._compare import Comparison
    from ._compose import WellbeingIndex
    from ._dates import MeasuredDates
    from ._explain import Explanation
    from ._flags import Flags
    from ._report import Report
    from ._table_one import TableOne
    from .index._definition import IndexDefinition

_LEVELS = ("city", "county", "township", "school")


class RecordViews:
    """The step from records on."""

    def assemble(self) -> Cohort:
        """Put the records in order of child and time, as `childwell.assemble`."""
        from ._api import assemble

        return assemble(self)  # type: ignore[arg-type]


class CohortViews:
    """The step from a cohort on."""

    def measure(
        self,
        *,
        as_of: DateLike | Sequence[DateLike],
        policies: Sequence[str | Mapping[str, Any]] = (),
        windows: Sequence[str] = ("year_to_date",),
        level: float = 0.95,
        families: Sequence[str] = (),
        baseline: DateLike | None = None,
        false_alarms: float | None = None,
    ) -> Indicators:
        """Measure every child, as `childwell.measure`.

        Use it where steps are written in a line.

        Parameters
        ----------
        as_of, policies, windows, level, families, baseline, false_alarms
            As in `childwell.measure`.

        Returns
        -------
        Indicators
            One snapshot for each date and window.

        Raises
        ------
        ValueError
            As `childwell.measure`.

        References
        ----------
        `childwell.measure`.
        """
        from ._api import measure

        return measure(self, as_of=as_of, policies=policies, windows=windows, level=level, families=families,  # type: ignore[arg-type]
                       baseline=baseline, false_alarms=false_alarms)  # fmt: skip

    def measure_dates(
        self,
        *,
        as_of: Sequence[DateLike],
        policies: Sequence[str | Mapping[str, Any]] = (),
        windows: Sequence[str] = ("year_to_date",),
        level: float = 0.95,
        families: Sequence[str] = (),
        baseline: DateLike | None = None,
        false_alarms: float | None = None,
    ) -> MeasuredDates:
        """Measure many dates, one after another, as `childwell.measure_dates`.

        Use it where steps are written in a line.

        Parameters
        ----------
        as_of, policies, windows, level, families, baseline, false_alarms
            As in `childwell.measure_dates`.

        Returns
        -------
        MeasuredDates
            An iterator of `Indicators`, one for each date.

        Raises
        ------
        ValueError
            As `childwell.measure_dates`.

        References
        ----------
        `childwell.measure_dates`.
        """
        from ._dates import measure_dates

        return measure_dates(self, as_of=as_of, policies=policies, windows=windows, level=level, families=families,  # type: ignore[arg-type]
                             baseline=baseline, false_alarms=false_alarms)  # fmt: skip


class IndicatorViews:
    """What can be asked of indicators, and the steps from them on."""

    study: Any

    def compose(self, *, definition: IndexDefinition | str | Path | Mapping[str, Any], snapshot: int = 0, **options: Any) -> WellbeingIndex:
        """An index by a definition, as `childwell.compose`.

        Use it where steps are written in a line.

        Parameters
        ----------
        definition, snapshot, **options
            As in `childwell.compose`.

        Returns
        -------
        WellbeingIndex
            One index a child on the roll.

        Raises
        ------
        ValueError
            As `childwell.compose`.

        References
        ----------
        `childwell.compose`.
        """
        from ._compose import compose

        return compose(self, definition=definition, snapshot=snapshot, **options)  # type: ignore[arg-type]

    def flag(self, *, rules: Sequence[str | Mapping[str, Any]], **options: Any) -> Flags:
        """Lists of children with reasons, as `childwell.flag`.

        Use it where steps are written in a line.

        Parameters
        ----------
        rules, **options
            As in `childwell.flag`.

        Returns
        -------
        Flags
            Lists with reasons.

        Raises
        ------
        ValueError
            As `childwell.flag`.

        References
        ----------
        `childwell.flag`.
        """
        from ._flags import flag

        return flag(self, rules=rules, **options)  # type: ignore[arg-type]

    def aggregate(
        self,
        *beside: WellbeingIndex | Flags,
        by: Sequence[str] | None = None,
        policy: str | Mapping[str, Any] | None = None,
        level: float = 0.95,
        design_effect: float = 1.0,
    ) -> Aggregates:
        """Groups of children, as `childwell.aggregate`; a study's own levels and rule of disclosure stand where none are given.

        Use it where steps are written in a line.

        Parameters
        ----------
        *beside, by, policy, level, design_effect
            As in `childwell.aggregate`.

        Returns
        -------
        Aggregates
            Rows by code of place, small cells hidden.

        Raises
        ------
        ValueError
            As `childwell.aggregate`.

        References
        ----------
        `childwell.aggregate`.
        """
        from ._api import aggregate

        own = self.study
        levels = by if by is not None else _LEVELS if own is None else own.options.get("levels", _LEVELS)
        rule = policy if policy is not None or own is None else own.disclosure
        return aggregate(self, *beside, by=levels, policy=rule, level=level, design_effect=design_effect)  # type: ignore[arg-type]

    def explain(self, child: str, *, flags: Flags | None = None, snapshot: int = 0, lang: Literal["zh", "en"] = "zh") -> Explanation:
        """Everything that is known of one child, as `childwell.explain`.

        Use it before anybody acts on a number of a child.

        Parameters
        ----------
        child : str
            The pseudonym, 32 characters of 0 to 9 and a to f.
        flags : Flags, optional
            Lists made from these indicators; they say why the child is listed.
        snapshot : int
            Position of the date and window in `.snapshots`.
        lang : {"zh", "en"}
            Language of text and HTML.

        Returns
        -------
        Explanation
            Text, HTML and `.frame()`.

        Raises
        ------
        ValueError
            As `childwell.explain`.

        References
        ----------
        `childwell.explain`.
        """
        from ._explain import explain

        return explain(self if flags is None else flags, child=child, snapshot=snapshot, lang=lang)  # type: ignore[arg-type]

    def table_one(
        self,
        by: str | Mapping[str, Any],
        *,
        cluster: str | None = "school",
        indicators: Sequence[str] | None = None,
        policy: str | Mapping[str, Any] = "small_cells_10",
        snapshot: int = 0,
        level: float = 0.95,
    ) -> TableOne:
        """Groups of children side by side: means with cluster-aware intervals, and standardised differences.

        Use it as the first table of a paper, to see whether groups are alike before they are compared. Not to show an
        effect, and not for publication of small areas: `aggregate` protects those.

        Parameters
        ----------
        by : {"sex", "grade", "stage", "boarding", "school", "class", "township", "county"} or mapping
            The groups, as of the date; or a frame or mapping with the columns child (pseudonyms) and group.
        cluster : {"school", "class", "township", "county"} or None
            Whose children are not independent; None takes children as independent.
        indicators : sequence of str, optional
            Names in the catalogue; those that every child has a value of by default.
        policy : str or policy
            The rule of disclosure: groups with fewer children than its smallest cell are hidden, and one more where a
            single hidden one could be told from the others.
        snapshot : int
            Position of the date and window in `.snapshots`.
        level : float
            Level of the intervals, in (0, 1).

        Returns
        -------
        TableOne
            One row for each indicator, policy and group.

        Raises
        ------
        ValueError
            When a grouping, cluster, indicator or policy is unknown.

        References
        ----------
        Hedges 1981 (differences); survey means with schools as first units (intervals), checked against R survey.
        """
        from ._table_one import table_one

        return table_one(self, by=by, cluster=cluster, indicators_wanted=indicators, policy=policy, snapshot=snapshot, level=level)  # type: ignore[arg-type]

    def compare(
        self,
        policy: str | Mapping[str, Any],
        *,
        against: str | None = None,
        indicator: str | None = None,
        disclosure: str | Mapping[str, Any] = "small_cells_10",
        snapshot: int = 0,
    ) -> Comparison:
        """Who changes side when another policy judges, and which of its rules moves the child.

        Use it before a policy is chosen or exchanged.

        Parameters
        ----------
        policy : str or policy
            The other policy; it need not have been measured.
        against : str, optional
            The policy of these indicators that it is held against; needed where several of the kind were measured.
        indicator : str, optional
            Of the judgement, such as attendance.severe; the first of the kind where absent.
        disclosure : str or policy
            The rule that hides small counts.
        snapshot : int
            Position of the date and window in `.snapshots`.

        Returns
        -------
        Comparison
            Counts by side and reason; `.frame()` has the children, under pseudonyms.

        Raises
        ------
        ValueError
            When a policy is unknown, judges nothing, or the two are of different kinds.

        References
        ----------
        House file, idea 6: two judgement policies are two numbers.
        """
        from ._compare import compare

        return compare(self, policy=policy, against=against, indicator=indicator, disclosure=disclosure, snapshot=snapshot)  # type: ignore[arg-type]

    def change(
        self,
        *,
        since: DateLike,
        indicator: str = "attendance.absence_rate",
        level: float = 0.95,
        disclosure: str | Mapping[str, Any] = "small_cells_10",
        snapshot: int = 0,
    ) -> Change:
        """Change between what stood up to a day and what came after it, beyond regression to the mean.

        Use it instead of a difference of two numbers: children who are chosen for a bad number come nearer the others by
        themselves. Not as an effect of a programme.

        Parameters
        ----------
        since : date
            The last day of the earlier stretch, which begins with that day's school year; the later one ends at the as-of date.
        indicator : str
            One number a child, without policy, measured over a window.
        level : float
            Of confidence that one child changed, in (0, 1).
        disclosure : str or policy
            The rule that hides small counts.
        snapshot : int
            Position of the date in `.snapshots`; its window plays no part.

        Returns
        -------
        Change
            Counts of children better, worse and neither, and by where they stood before; `.frame()` has the children.

        Raises
        ------
        ValueError
            When the day is not before the as-of date, or the indicator is unknown or has no direction.

        References
        ----------
        McSweeny and others 1993, Clin. Neuropsychol. 7; Crawford and Garthwaite 2006; checked against statsmodels.
        """
        from ._change import change

        return change(self, since=since, indicator=indicator, level=level, disclosure=disclosure, snapshot=snapshot)  # type: ignore[arg-type]

    def plot(self, indicator: str = "attendance.absence_rate", *, policy: str | None = None, snapshot: int = 0, ax: Any = None,
             lang: Literal["zh", "en"] = "zh") -> Any:  # fmt: skip
        """How an indicator spreads over the children; bars of few children are drawn open and alike.

        Use it in notebooks; for groups of children plot aggregates.

        Parameters
        ----------
        indicator : str
            Name in the catalogue.
        policy : str, optional
            Whose judgement, where several were measured.
        snapshot : int
            Position of the date and window in `.snapshots`.
        ax : matplotlib axes, optional
            Where to draw; new ones where absent.
        lang : {"zh", "en"}
            Language of the words; English where no Chinese font is installed.

        Returns
        -------
        matplotlib axes
            With title, labels, and how many children have no value.

        Raises
        ------
        ValueError
            When there is no such indicator or policy, or no child has a value.
        ImportError
            When matplotlib is not installed; `pip install 'childwell[plot]'` brings it.

        References
        ----------
        Data model, rule 14.
        """
        from ._plot import plot_indicator

        return plot_indicator(self, indicator, policy, snapshot, ax, lang)  # type: ignore[arg-type]


class AggregateViews:
    """The step from aggregates on, and their chart."""

    indicators: Any

    def report(self, *, purpose: str | None = None, audience: str | None = None, **options: Any) -> Report:
        """The report, as `childwell.report`; a study's own purpose, audience, title, roll and recipients stand where none are given.

        Use it at the end of a line of steps.

        Parameters
        ----------
        purpose, audience, **options
            As in `childwell.report`.

        Returns
        -------
        Report
            With `.model`, `.html()` and `.json()`.

        Raises
        ------
        ValueError
            As `childwell.report`.

        References
        ----------
        `childwell.report`.
        """
        from ._report import report

        own = {} if self.indicators.study is None else self.indicators.study.options
        given = {name: own[name] for name in ("title", "official_roll") if name in own} | options
        if self.indicators.study is not None:
            given.setdefault("recipients", self.indicators.study.readers)
        return report(self, purpose=purpose if purpose is not None else own.get("purpose", ""),  # type: ignore[arg-type]
                      audience=audience if audience is not None else own.get("audience", ""), **given)  # fmt: skip

    def plot(self, measure: str = "attendance.absence_rate", *, level: str = "county", within: str | None = None, policy: str | None = None,
             snapshot: int = 0, ax: Any = None, lang: Literal["zh", "en"] = "zh") -> Any:  # fmt: skip
        """Places with their intervals, observed beside pooled, in the order of their codes.

        Use it for a county's schools or a city's counties. Never by value: that would be a rank.

        Parameters
        ----------
        measure : str
            A measure of `.table()`.
        level : {"city", "county", "township", "school", "class"}
            Whose places are drawn.
        within : str, optional
            Code of the place that contains them, such as one county.
        policy : str, optional
            Whose judgement, where several were measured.
        snapshot : int
            Position of the date and window.
        ax : matplotlib axes, optional
            Where to draw; new ones where absent.
        lang : {"zh", "en"}
            Language of the words; English where no Chinese font is installed.

        Returns
        -------
        matplotlib axes
            One line a place; a hidden one keeps its line and says so.

        Raises
        ------
        ValueError
            When there is no such measure, level, place or policy.
        ImportError
            When matplotlib is not installed; `pip install 'childwell[plot]'` brings it.

        References
        ----------
        Data model, rules 14 and 15.
        """
        from ._plot import plot_places

        return plot_places(self, measure, level, within, policy, snapshot, ax, lang)  # type: ignore[arg-type]
