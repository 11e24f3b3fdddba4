"""Plots on one sheet: values find their places, and the ticks are round."""

from __future__ import annotations

import numpy as np

from ecosurvey.report.figures.canvas import Box, sheet
from ecosurvey.report.figures.panels import Panel, frame, join
from ecosurvey.report.figures.words import Words

PANEL = Panel(Box(10, 20, 110, 70), (-2.0, 3.0), (0.0, 100.0))


def test_values_are_placed_between_the_edges() -> None:
    places = PANEL.place([-2, 0.5, 3], [0, 50, 100])
    assert places.tolist() == [[10, 20], [60, 45], [110, 70]]


def test_joined_lines_break_between_each_other() -> None:
    x, y = join([np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0]])])
    assert np.array_equal(x, [1, 3, np.nan, 5], equal_nan=True)
    assert np.array_equal(y, [2, 4, np.nan, 6], equal_nan=True)
    assert np.isnan(join([])[0]).all()


def test_axes_have_round_values_as_many_as_there_is_room_for() -> None:
    _, axes = sheet(120, 80)
    frame(axes, [PANEL], 6.0, labelled=[True])
    below, beside = (made.get_text().split("\n") for made in axes.texts if isinstance(made, Words))
    assert below == ["−2", "−1", "0", "1", "2", "3"]
    assert beside == ["0", "25", "50", "75", "100"]
    _, bare = sheet(120, 80)
    narrow = Panel(PANEL.box, (0.01, 0.052), PANEL.y)
    frame(bare, [narrow], 6.0, labelled=[False])
    below, beside = (made.get_text().split("\n") for made in bare.texts if isinstance(made, Words))
    assert below == ["0.01", "0.02", "0.03", "0.04", "0.05"]
    assert beside == [""]
