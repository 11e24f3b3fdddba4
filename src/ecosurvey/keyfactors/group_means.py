"""Latent means of every construct in every group, where the items measure alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Cell, Column, EcosurveyError, Finding, Result, Table, Text
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.core.parallel import map_tasks

if TYPE_CHECKING:
    import pandas as pd

LEAST = 30  # respondents of a group; with fewer, its own model says nothing


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The mean of one construct in one group.

    Attributes
    ----------
    variable, code, group
        The grouping question, and the group's code and words.
    construct : str
    n : int
        Respondents of the group who answered at least one item.
    d, ci_lower, ci_upper : float or None
        Difference of latent means from the variable's first group in pooled standard
        deviations; 0 without interval for that group itself, ``None`` where the means do not
        compare.
    held : bool or None
        True if scalar invariance holds, at least in part; None where the models could not be
        fitted, so that nothing is known.
    """

    variable: str
    code: float
    group: Text
    construct: str
    n: int
    d: float | None
    ci_lower: float | None
    ci_upper: float | None
    held: bool | None


@dataclass(frozen=True, slots=True)
class GroupMeans(Result):
    """Latent means by group, for each grouping question and construct."""

    rows: tuple[GroupMean, ...]
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one table, grouped by question and construct."""
        columns = (
            Column("group", Text("Group", "组别"), "label"),
            Column("n", Text("n", "n"), "count"),
            Column("d", Text("d", "d")),
            Column("ci_lower", Text("Low", "下限")),
            Column("ci_upper", Text("High", "上限")),
            Column("held", Text("Means compare", "均值可比"), "text"),
        )
        said = {
            True: Text("yes", "是"),
            False: Text("no", "否"),
            None: Text("not tested", "未检验"),
        }
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (r.group, r.n, r.d, r.ci_lower, r.ci_upper, said[r.held]) for r in self.rows
        )
        groups: list[tuple[int, Text]] = []
        before = None
        for index, row in enumerate(self.rows):
            if (row.variable, row.construct) != before:
                before = (row.variable, row.construct)
                ends = {"v": self._name(row.variable), "c": self._name(row.construct)}
                groups.append((index, Text("{c}, by {v}", "{c}（按{v}）").fill(**ends)))
        note = Text(
            "d: difference of latent means from the first group in pooled standard deviations, "
            "with 95% interval, under (partial) scalar invariance; empty where it does not hold or "
            "could not be tested.",
            "d：与第一组的潜均值之差（合并标准差单位）及95%置信区间，以（部分）标量不变性为前提；不成立或无法检验时留空。",
        )
        title = Text("Latent means by group", "各组潜均值")
        return (Table("latent_group_means", title, columns, rows, (note,), tuple(groups)),)

    def _name(self, key: str) -> Text:
        return self.names.get(key, Text(key, key))


def group_means(
    data: pd.DataFrame | Any,
    scales: Mapping[str, Sequence[str]],
    groups: Mapping[str, Mapping[float, Text]],
    names: Mapping[str, Text] | None = None,
    *,
    jobs: int | None = None,
) -> GroupMeans:
    """Compare latent means of groups, construct by construct, where they are measured alike.

    For each construct of three items or more and each grouping question, configural, metric
    and scalar models are fitted (maximum likelihood, gaps by full information) as
    :func:`ecosurvey.sem.invariance.invariance` does, item intercepts freed where scalar
    invariance holds in part only.

    Parameters
    ----------
    data : DataFrame
        Items, reversed ones turned, and the grouping questions as codes.
    scales : mapping of construct to item names
    groups : mapping of question to (code to words)
        The first code that has enough answers is the reference.
    names : mapping of str to Text, optional
        Of constructs and questions.
    jobs : int, optional
        Processes that share the work, -1 for one a core; the result does not depend on it.

    Returns
    -------
    GroupMeans

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> f = rng.normal(size=(2000, 1)) + np.repeat([[0.0], [0.5]], 1000, axis=0)
    >>> df = pd.DataFrame(f + rng.normal(size=(2000, 3)), columns=["x1", "x2", "x3"])
    >>> df["side"] = np.repeat([1.0, 2.0], 1000)
    >>> sides = {"side": {1: Text("left", "左"), 2: Text("right", "右")}}
    >>> rows = group_means(df, {"F": ["x1", "x2", "x3"]}, sides).rows
    >>> rows[1].held, round(rows[1].d, 1)
    (True, 0.5)
    """
    frame = as_frame(data)
    found: list[GroupMean] = []
    small: list[str] = []
    failed: list[Finding] = []
    tasks: list[tuple[pd.DataFrame, str, list[str], str, dict[float, Text]]] = []
    for variable, labels in groups.items():
        need_columns(frame, [variable])
        counts = frame[variable].value_counts()
        kept = [code for code in labels if counts.get(code, 0) >= LEAST]
        small += [str(labels[code]) for code in labels if 0 < counts.get(code, 0) < LEAST]
        if len(kept) < 2:
            continue
        part = frame[frame[variable].isin(kept)].sort_values(variable, kind="stable")
        words = {code: labels[code] for code in kept}
        tasks += [
            (part[[*items, variable]], construct, list(items), variable, words)
            for construct, items in scales.items()
            if len(items) > 2
        ]
    for rows, doubt in map_tasks(_compare, tasks, jobs):
        found += rows
        failed += doubt
    findings = tuple(failed)
    if small:
        said = Text(
            "groups of fewer than {n} answers are left out of the comparison of means: {which}.",
            "均值比较未包括不足{n}人的组：{which}。",
        ).fill(n=LEAST, which=", ".join(small))
        findings += (Finding("small_groups_left_out", "note", said),)
    return GroupMeans(tuple(found), names or {}, findings)


def _compare(
    frame: pd.DataFrame, construct: str, items: list[str], variable: str, labels: dict[float, Text]
) -> tuple[list[GroupMean], list[Finding]]:
    from ecosurvey.sem.invariance import invariance

    answered = frame[frame[items].notna().any(axis=1)]
    sizes = answered[variable].value_counts()
    text = f"{construct} =~ {' + '.join(items)}"
    gaps = bool(answered[items].isna().to_numpy().any())
    differences: dict[float, tuple[float, float, float]] = {}
    held: bool | None = None
    doubts: list[Finding] = []
    try:
        tested = invariance(
            text, answered[[*items, variable]], variable, levels=["scalar"],
            missing="fiml" if gaps else "listwise",
        )  # fmt: skip
    except EcosurveyError as error:  # a model that cannot be fitted in some group compares nothing
        doubts.append(_not_tested(construct, variable, error))
    else:
        held = bool(tested.means)
        differences = {
            float(mean.group): (mean.d, mean.d_ci_lower, mean.d_ci_upper) for mean in tested.means
        }
    rows: list[GroupMean] = []
    for index, (code, words) in enumerate(labels.items()):
        d, low, high = (0.0, None, None) if index == 0 else differences.get(code, (None,) * 3)
        if not held:
            d = low = high = None
        n = int(sizes.get(code, 0))
        rows.append(GroupMean(variable, code, words, construct, n, d, low, high, held))
    return rows, doubts


def _not_tested(construct: str, variable: str, error: EcosurveyError) -> Finding:
    return Finding(
        "group_means_not_tested",
        "warning",
        Text(
            f"whether {construct} is measured alike by {variable} could not be tested, so "
            f"its means are not compared: {error.found}.",
            f"无法检验{construct}在{variable}各组间的测量不变性，故不比较均值：{error.words.found.zh}。",
        ),
        construct,
    )
