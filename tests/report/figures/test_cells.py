"""Cells of one colour are one shape, with the colours that Matplotlib gives a matrix."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgba

from ecosurvey.report.figures.canvas import Box, sheet
from ecosurvey.report.figures.cells import fill, fill_matrix, fill_scale


def test_boxes_of_one_colour_are_one_shape() -> None:
    _, axes = sheet(100, 100)
    fill(axes, [Box(0, 0, 1, 1), Box(2, 0, 3, 1), Box(4, 0, 5, 2)], ["red", "blue", "red"])
    (made,) = axes.collections
    assert [len(path.vertices) for path in made.get_paths()] == [10, 5]
    assert np.allclose(made.get_facecolor(), [to_rgba("red"), to_rgba("blue")])
    fill(axes, [], [])
    assert len(axes.collections) == 1


def test_the_cells_of_a_matrix_have_the_colours_of_matplotlib() -> None:
    values = np.array([[0.9, -0.4], [np.nan, 0.1]])
    _, axes = sheet(100, 100)
    fill_matrix(axes, values, 1.15)
    (made,) = axes.collections
    _, theirs = sheet(100, 100)
    mesh = theirs.pcolormesh(np.ma.masked_invalid(values), cmap="RdBu", vmin=-1.15, vmax=1.15)
    wanted = mesh.to_rgba(mesh.get_array()).reshape(-1, 4)[[0, 1, 3]]
    assert np.allclose(made.get_facecolor(), wanted)
    corners = [path.vertices[0].tolist() for path in made.get_paths()]
    assert corners == [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5]]
    assert axes.get_ylim() == (1.5, -0.5)  # downwards


def test_no_paper_shows_between_the_colours_of_a_scale() -> None:
    _, axes = sheet(100, 100)
    fill_scale(axes, 1.15, 1.0)
    (made,) = axes.collections
    assert {path.vertices[:, 0].max() for path in made.get_paths()} == {1.0}
    assert axes.get_xlim() == (-1.0, 1.0)
