"""Arrows that look alike are one shape, and their numbers stand where they were placed."""

from __future__ import annotations

from matplotlib.collections import PathCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ecosurvey.report.figures.canvas import Box, sheet
from ecosurvey.report.figures.shapes import Arrow, draw_arrows, draw_boxes
from ecosurvey.report.figures.style import GREY, INK
from ecosurvey.report.figures.words import Words


def _arrow(y: float, words: str, *, sure: bool = True) -> Arrow:
    return Arrow(
        Path([(10, y), (60, y)]), (("linewidth", 0.7),), [(64, y), (60, y + 2), (60, y - 2)],
        INK if sure else GREY, Box(28, y - 4, 42, y + 4), words, pale=not sure,
    )  # fmt: skip


def test_arrows_of_one_look_are_one_line_and_one_shape_of_heads() -> None:
    _, axes = sheet(100, 100)
    draw_arrows(axes, [_arrow(20, "0.50"), _arrow(40, ""), _arrow(60, ".1", sure=False)], 7)
    patches = [one for one in axes.get_children() if isinstance(one, PathPatch)]
    lines = [one for one in patches if one.get_zorder() == 2]
    heads = [one for one in patches if one.get_zorder() == 3]
    assert sorted(len(one.get_path().vertices) for one in lines) == [2, 4]
    assert sorted(len(one.get_path().vertices) for one in heads) == [4, 8]
    (words,) = (one for one in axes.texts if isinstance(one, Words))
    boxes = words.boxes()
    assert [said for said, _ in boxes] == ["0.50", ".1"]
    (paper,) = (one for one in axes.collections if isinstance(one, PathCollection))
    around = axes.transData.transform_path(paper.get_paths()[0]).vertices
    for k, (_, box) in enumerate(boxes):  # the arrow is interrupted where the number stands
        assert around[5 * k : 5 * k + 5, 0].min() < box.x0
        assert around[5 * k : 5 * k + 5, 0].max() > box.x1


def test_boxes_of_a_kind_are_one_collection() -> None:
    _, axes = sheet(100, 100)
    draw_boxes(axes, [Box(0, 0, 10, 10), Box(20, 0, 40, 10)], rounding=3)
    draw_boxes(axes, [])
    (made,) = axes.collections
    assert [path.get_extents().extents.tolist() for path in made.get_paths()] == [
        [0, 0, 10, 10], [20, 0, 40, 10],
    ]  # fmt: skip
