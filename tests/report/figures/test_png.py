"""The pixels of a drawing come back from the PNG file as they were."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ecosurvey.report.figures.png import encode, png


@pytest.mark.parametrize("shape", [(1, 1, 3), (64, 5, 4), (65, 3, 3), (200, 7, 4)])
def test_every_pixel_comes_back(shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    read = Image.open(io.BytesIO(encode(pixels, 300)))
    read.load()
    assert read.mode == "RGB"
    assert np.array_equal(np.asarray(read), pixels[..., :3])
    assert read.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_figure_has_the_pixels_that_matplotlib_draws() -> None:
    def drawn() -> Figure:
        figure = Figure(figsize=(1.3, 0.7))
        figure.add_subplot().plot([1, 3, 2])
        return figure

    figure = drawn()
    figure.set_dpi(150)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    wanted = np.asarray(canvas.buffer_rgba())[..., :3]
    made = png(drawn(), 150)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(made))), wanted)
    assert png(drawn(), 150) == made
