"""What happens to answers before they are analysed: nobody read them, or they were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ecosurvey.planning.assumptions import Assumptions
    from ecosurvey.planning.population import Population

Floats = NDArray[np.float64]
MANNERS = {1: "random", 2: "straight_line"}


def draw_sample(
    population: Population, assumptions: Assumptions, n: int, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.int8]]:
    """Return answers in the scoring direction, NaN where left out, and how each row was given.

    Returns
    -------
    answers : (n, items) array
    manner : (n,) array
        0 with attention; else a key of :data:`MANNERS`.
    """
    answers = population.draw(n, rng)
    manner = np.zeros(n, dtype=np.int8)
    if assumptions.careless:
        manner = careless_rows(answers, population, assumptions.careless, rng)
    if assumptions.missing:
        answers[rng.random(answers.shape) < assumptions.missing] = np.nan
    return answers, manner


def careless_rows(
    answers: Floats, population: Population, share: float, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Overwrite a share of the rows with answers that nobody thought about; return which.

    Each row is careless with this probability, and then random or straight-lined with even odds.
    A straight line is the same place on every scale, before reverse items are turned.
    """
    drawn = rng.random(len(answers))
    manner = np.where(drawn < share / 2, 1, np.where(drawn < share, 2, 0)).astype(np.int8)
    points = np.array([len(cut) + 1 for cut in population.cuts])
    likert = points > 1
    places = rng.random(answers.shape)
    places[manner == 2] = rng.random((int((manner == 2).sum()), 1))
    clicked = 1.0 + np.floor(places * points)
    flat = np.isin(np.arange(answers.shape[1]), population.reversed)
    line = (manner == 2)[:, None] & flat[None, :]
    clicked = np.where(line, points + 1.0 - clicked, clicked)
    rows = manner > 0
    answers[np.ix_(rows, likert)] = clicked[np.ix_(rows, likert)]
    return manner
