"""Figures drawn by several processes are those drawn by one."""

from __future__ import annotations

from ecosurvey.core import Text
from ecosurvey.report.figures import flow, ranking
from ecosurvey.report.figures.save import render_all


def test_two_processes_give_the_bytes_of_one() -> None:
    name = Text("Teachers", "师资队伍")
    figures = [
        ranking.illustrate(ranking.describe(name, [ranking.Ranked(name, 1, 0.4, 0.2, 0.6)])),
        flow.illustrate(flow.describe([(name, 0, 10), (name, 2, 8)])),
    ]
    alone = render_all(figures, "zh", jobs=1)
    assert list(alone) == ["key_factors", "flow"]
    assert render_all(figures, "zh", jobs=2) == alone
