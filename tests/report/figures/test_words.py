"""Many words at once stand where Matplotlib puts each alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ecosurvey.report.figures.canvas import sheet, write
from ecosurvey.report.figures.style import style
from ecosurvey.report.figures.words import Words

PLACES = [(20.0, 30.0), (60.0, 12.5), (91.3, 40.0)]
WORDS = [".45", "Ägypten", "−.45"]


def _pixels(draw: Callable[[Axes], None]) -> Any:
    with style():
        figure, axes = sheet(120, 60)
        draw(axes)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.mark.parametrize("ha", ["left", "center", "right"])
@pytest.mark.parametrize("va", ["bottom", "center", "top", "baseline", "middle", "up"])
def test_words_stand_where_one_text_would(ha: str, va: str) -> None:
    upwards = va == "up"
    theirs = {"middle": "center_baseline", "up": "center"}.get(va, va)

    def one_by_one(axes: Axes) -> None:
        for (x, y), words in zip(PLACES, WORDS, strict=True):
            axes.text(x, y, words, ha=ha, va=theirs, fontsize=7, rotation=90 * upwards)

    def at_once(axes: Axes) -> None:
        write(axes, PLACES, WORDS, ha=ha, va="center" if upwards else va, size=7, upwards=upwards)

    wanted = _pixels(one_by_one)
    assert wanted.min() < 100  # something is there
    assert np.abs(_pixels(at_once) - wanted).max() <= 2


def test_the_box_of_words_holds_each_and_empty_ones_are_left_out() -> None:
    with style():
        _, axes = sheet(120, 60)
        made = axes.add_artist(Words(PLACES, ["a", "", "c"], size=7, colours=["k", "k", "red"]))
        assert isinstance(made, Words)
        boxes = made.boxes()
        assert [words for words, _ in boxes] == ["a", "c"]
        whole = made.get_window_extent()
        assert whole.x0 == boxes[0][1].x0
        assert whole.x1 == boxes[1][1].x1
        assert made.get_text() == "a\n\nc"
