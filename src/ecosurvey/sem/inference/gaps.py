"""What rows with gaps say about the parameters, and about the saturated model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions
from ecosurvey.sem.inference.scores import cross_product
from ecosurvey.sem.loss.casewise import (
    Casewise,
    casewise,
    curvature_at_rows,
    expected_halves,
    scores,
)
from ecosurvey.sem.observed import Incomplete, Moments, summed

Floats = NDArray[np.float64]


def rows_at(moments: Moments, mu: Floats, sigma: Floats) -> tuple[Incomplete, Casewise]:
    """Return the rows with gaps and the pieces of their likelihood at given moments."""
    if moments.rows is None:
        raise TypeError("these moments have no rows with gaps")
    return moments.rows, casewise(moments.rows, mu, sigma)


def score_products(moments: Moments, mu: Floats, sigma: Floats, moves: Directions) -> Floats:
    """Return the rows' scores' outer product at given moments, divided by N, (k, k)."""
    rows, parts = rows_at(moments, mu, sigma)
    return cross_product([scores(rows, parts, moves)], moments)


def score_rows(moments: Moments, mu: Floats, sigma: Floats, moves: Directions) -> Floats:
    """Return the rows' scores at given moments along the moves, those of a cluster summed."""
    rows, parts = rows_at(moments, mu, sigma)
    found = scores(rows, parts, moves)
    if moments.design is None or moments.design.clusters is None:
        return found
    return summed([found], moments.design)


def saturated_information(moments: Moments, moves: Directions, kind: str) -> Floats:
    """Return the information of one row at the saturated moments along the moves, (k, k).

    Parameters
    ----------
    kind : {"expected", "observed"}
        Expected given which answers each row has, or the negative second derivative.
    """
    rows, parts = rows_at(moments, moments.mean, moments.cov)
    by_mean, by_sigma = expected_halves(rows, parts, moves)
    if kind == "expected":
        return (by_mean + by_sigma) / rows.mass
    return (curvature_at_rows(rows, parts, moves) - by_sigma) / rows.mass
