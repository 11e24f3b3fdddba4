"""What limited-memory BFGS learns of the curvature on its way (Nocedal 1980)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEMORY = 12  # steps that the curvature is learnt from


@dataclass(frozen=True, slots=True)
class Move:
    """A step, the change of the gradient along it, and 1 over their product.

    Of one search, (k,), (k,) and a number; or of b side by side, (b, k), (b, k) and (b, 1).
    """

    step: Floats
    change: Floats
    weight: float | Floats


def with_move(moves: Sequence[Move], move: Move) -> list[Move]:
    """Return the last moves, with one more."""
    return [*moves[1 - MEMORY :], move]


def downhill(moves: Sequence[Move], slope: Floats, guess: Callable[[Floats], Floats]) -> Floats:
    """Return the learnt inverse Hessian times the slope.

    Parameters
    ----------
    moves : sequence of Move
    slope : (k,) or (b, k) array
    guess : callable
        Multiplies by the inverse Hessian that was guessed at first.
    """
    turned, weights = slope, []
    for move in reversed(moves):
        weight = _product(move.step, turned) * move.weight
        weights.append(weight)
        turned = turned - weight * move.change
    found = guess(turned)
    for move, weight in zip(moves, reversed(weights), strict=True):
        found = found + (weight - _product(move.change, found) * move.weight) * move.step
    return found


def _product(one: Floats, other: Floats) -> float | Floats:
    """Return the product of two vectors, or of each pair of b, (b, 1)."""
    if one.ndim == 1:
        return float(one @ other)
    return np.asarray(np.einsum("bk,bk->b", one, other)[:, None])
