"""Figures drawn by several processes are those drawn by one."""

from __future__ import annotations

import subprocess
import sys

from ecosurvey.core import Text
from ecosurvey.report.figures import flow, ranking
from ecosurvey.report.figures.fonts import choices, families, undrawable
from ecosurvey.report.figures.save import render, render_all


def test_two_processes_give_the_bytes_of_one() -> None:
    name = Text("Teachers", "师资队伍")
    figures = [
        ranking.illustrate(ranking.describe(name, [ranking.Ranked(name, 1, 0.4, 0.2, 0.6)])),
        flow.illustrate(flow.describe([(name, 0, 10), (name, 2, 8)])),
    ]
    alone = render_all(figures, "zh", jobs=1)
    assert list(alone) == ["key_factors", "flow"]
    assert render_all(figures, "zh", jobs=2) == alone


def test_the_fewest_fonts_that_have_all_letters_are_used() -> None:
    every = families()
    assert choices("en")[0] == every[:1]
    assert choices("zh")[0] == every[:2]
    assert choices("en")[-1] == choices("zh")[-1] == every
    assert undrawable("师资", every[:1]) == "师资"
    # Chinese names in an English figure are drawn all the same
    name = Text("师资队伍", "师资队伍")
    made = render(flow.illustrate(flow.describe([(name, 0, 10), (name, 2, 8)])), "en", ["pdf"])
    assert not made.findings
    assert b"DroidSansFallback" in made.pdf


def test_all_that_drawing_needs_can_be_loaded_ahead() -> None:
    code = (
        "import sys; from ecosurvey.report.figures.save import load; load(); "
        "assert {'matplotlib.backends.backend_pdf', 'fontTools.subset'} <= set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
