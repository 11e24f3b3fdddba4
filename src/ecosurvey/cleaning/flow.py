"""The way of the respondents: how many came, how many were left after each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecosurvey.cleaning.policy import Ground
from ecosurvey.core import Column, Table, Text


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box of the flow diagram.

    Attributes
    ----------
    label : Text
    excluded : int
        Respondents lost in this step; each is counted in the first step that excludes.
    remaining : int
        Respondents left after it.
    rule : str
        The rule; empty for the first and last box.
    """

    label: Text
    excluded: int
    remaining: int
    rule: str = ""


def make_flow(n: int, grounds: Sequence[Ground], *, exclude: bool) -> tuple[FlowStep, ...]:
    """Return the flow from the sheets received to those analysed.

    Steps that could exclude but did not are shown with zero, as readers ask for them.
    """
    import numpy as np

    steps = [FlowStep(Text("Answer sheets received", "回收答卷"), 0, n)]
    kept = np.ones(n, dtype=bool)
    for ground in grounds if exclude else ():
        lost = int((kept & ground.out).sum())
        kept &= ~ground.out
        steps.append(FlowStep(ground.label, lost, int(kept.sum()), ground.rule))
    steps.append(FlowStep(Text("Analysed", "纳入分析"), 0, int(kept.sum())))
    return tuple(steps)


def flow_table(flow: Sequence[FlowStep]) -> Table:
    """Return the flow as a table, with shares of the sheets received."""
    total = max(flow[0].remaining, 1)
    columns = (
        Column("step", Text("Step", "步骤"), "label"),
        Column("excluded", Text("Excluded", "剔除"), "count"),
        Column("remaining", Text("Remaining", "保留"), "count"),
        Column("percent", Text("% of received", "占回收比例(%)"), "percent", 1),
    )
    rows = tuple(
        (step.label, step.excluded, step.remaining, 100 * step.remaining / total) for step in flow
    )
    note = Text(
        "Each respondent is counted in the first step that excludes.",
        "每位受访者只计入最先将其剔除的步骤。",
    )
    return Table("flow", Text("Flow of respondents", "样本筛选流程"), columns, rows, (note,))
