"""What a loss is: a point on it knows its value, its slope and its two kinds of information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied import Directions, Implied


@dataclass(frozen=True, slots=True)
class Slope:
    """Derivative of a loss in the moments: dF = tr(Q dSigma)/2 + q' dmu.

    Attributes
    ----------
    sigma : (p, p) symmetric Q
    mu : (p,) q
    """

    sigma: NDArray[np.float64]
    mu: NDArray[np.float64]

    def along(self, moves: Directions) -> NDArray[np.float64]:
        """Return the derivative along each move, of shape (k,)."""
        turned: NDArray[np.float64] = np.einsum("kp,kp->k", moves.u @ self.sigma, moves.v)
        return turned + moves.mean @ self.mu


class Point(Protocol):
    """A loss at given implied moments."""

    @property
    def value(self) -> float:
        """Half the discrepancy; infinite where Sigma is not admissible."""
        ...

    def slope(self) -> Slope:
        """Return the first derivative in the moments."""
        ...

    def expected(self, moves: Directions) -> NDArray[np.float64]:
        """Return the expected information of one row along the moves, (k, k)."""
        ...

    def observed(self, moves: Directions) -> NDArray[np.float64]:
        """Return the second derivative in the moments along the moves, (k, k).

        The Hessian in the parameters adds the curvature of the moments themselves.
        """
        ...


class Loss(Protocol):
    """A discrepancy between the moments of one group and those implied."""

    @property
    def share(self) -> float:
        """What the group's weight is multiplied by: 1, or (n - 1)/n for least squares."""
        ...

    def at(self, implied: Implied) -> Point:
        """Return the loss at the implied moments."""
        ...


@runtime_checkable
class WeighsMoments(Protocol):
    """A least-squares loss whose weight is constant: (m,) if diagonal, else (m, m)."""

    @property
    def moment_weight(self) -> NDArray[np.float64]:
        """The weight, in the order of the moments."""
        ...


def normal_information(
    weight: NDArray[np.float64], moves: Directions, other: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return tr(W dA M dB)/2 + dmu_a' W dmu_b for all pairs of moves, M = W unless given.

    Since dSigma = u v' + v u', the trace is four products of slim matrices.

    Parameters
    ----------
    weight : (p, p) symmetric W
    moves : Directions
        Of k cells.
    other : (p, p) symmetric array, optional
        M; the mean part is then left out.
    """
    u, v = moves.u, moves.v
    uw, vw = u @ weight, v @ weight
    total: NDArray[np.float64]
    if other is None:
        crossed = uw @ v.T
        total = (vw @ v.T) * (uw @ u.T)
        total += crossed * crossed.T
        return total + moves.mean @ weight @ moves.mean.T if moves.moves_mean else total
    um, vm = u @ other, v @ other
    total = (uw @ u.T) * (vm @ v.T) + (uw @ v.T) * (vm @ u.T)
    total += (vw @ u.T) * (um @ v.T) + (vw @ v.T) * (um @ u.T)
    return total / 2
