"""The whole objective: the groups' losses weighted by their share of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model, implied_group
from ecosurvey.sem.implied import Directions, Implied, Layout, Matrices, curvature, directions
from ecosurvey.sem.loss import LOSSES, FullInformation, Loss, Point
from ecosurvey.sem.observed import Moments


@dataclass(frozen=True, slots=True)
class Objective:
    """What is minimized over x.

    Attributes
    ----------
    model : Model
    losses : tuple of Loss
        One a group.
    """

    model: Model
    losses: tuple[Loss, ...]

    @property
    def unit(self) -> float:
        """What a large value is: 1, but for unweighted squares, which have the data's unit."""
        return max((getattr(loss, "unit", 1.0) for loss in self.losses), default=1.0)

    def at(self, x: NDArray[np.float64]) -> ObjectivePoint:
        """Return the objective at ``x``."""
        return ObjectivePoint(self, x)


def moment_objective(model: Model, loss: str) -> Objective:
    """Return the objective of a model of means and covariances under a named loss."""
    return Objective(model, tuple(_loss(loss, group, model) for group in model.moments))


def _loss(name: str, moments: Moments, model: Model) -> Loss:
    if moments.rows is not None:
        return FullInformation(moments.rows, moments.loglik)
    return LOSSES[name](moments, meanstructure=model.meanstructure)


@dataclass(frozen=True)
class ObjectivePoint:
    """The objective at one x; each part is computed when first asked for."""

    of: Objective
    x: NDArray[np.float64]

    @cached_property
    def groups(self) -> tuple[tuple[Matrices, Implied, Point], ...] | None:
        """Matrices, moments and loss of each group; None where I - B is singular."""
        found = []
        try:
            for group, loss in enumerate(self.of.losses):
                filled, moments = implied_group(self.of.model, group, self.x)
                found.append((filled, moments, loss.at(moments)))
        except np.linalg.LinAlgError:
            return None
        return tuple(found)

    @cached_property
    def value_groups(self) -> tuple[float, ...]:
        """Half the discrepancy of each group, as lavaan's ``fx.group``."""
        if self.groups is None:
            return (float("inf"),) * len(self.of.losses)
        return tuple(
            loss.share * point.value
            for loss, (_, _, point) in zip(self.of.losses, self.groups, strict=True)
        )

    @cached_property
    def value(self) -> float:
        """The weighted sum over groups, lavaan's ``fmin``."""
        weights = self.of.model.weights
        total = sum(w * value for w, value in zip(weights, self.value_groups, strict=True))
        return total if np.isfinite(total) else float("inf")

    @cached_property
    def moves(self) -> tuple[Directions, ...]:
        """How each group's moments move with its free cells."""
        return tuple(
            directions(layout.free, filled, moments)
            for layout, (filled, moments, _) in self._pairs()
        )

    def gradient(self) -> NDArray[np.float64]:
        """Return the derivative in x, of shape (npar,)."""
        total = np.zeros(self.of.model.n_par)
        for group, (layout, (_, _, point)) in enumerate(self._pairs()):
            total[layout.parameter] += self._weight(group) * point.slope().along(self.moves[group])
        return total

    def scoring_matrix(self) -> NDArray[np.float64]:
        """Return the expected (Gauss-Newton) Hessian in x, of shape (npar, npar)."""
        size = self.of.model.n_par
        total = np.zeros((size, size))
        for group, (layout, (_, _, point)) in enumerate(self._pairs()):
            block = self._weight(group) * point.expected(self.moves[group])
            total[np.ix_(layout.parameter, layout.parameter)] += block
        return total

    def expected_information(self) -> NDArray[np.float64]:
        """Return the expected information of one row, of shape (npar, npar)."""
        size = self.of.model.n_par
        total = np.zeros((size, size))
        for group, (layout, (_, _, point)) in enumerate(self._pairs()):
            block = self.of.model.weights[group] * point.expected(self.moves[group])
            total[np.ix_(layout.parameter, layout.parameter)] += block
        return total

    def hessian(self) -> NDArray[np.float64]:
        """Return the second derivative in x, of shape (npar, npar)."""
        return self._hessian

    @cached_property
    def _hessian(self) -> NDArray[np.float64]:
        size = self.of.model.n_par
        total = np.zeros((size, size))
        for group, (layout, (filled, moments, point)) in enumerate(self._pairs()):
            moves, slope = self.moves[group], point.slope()
            bent = curvature(layout.free, filled, moments, moves, slope.sigma, slope.mu)
            block = self._weight(group) * (point.observed(moves) + bent)
            total[np.ix_(layout.parameter, layout.parameter)] += block
        return total

    def _weight(self, group: int) -> float:
        return self.of.model.weights[group] * self.of.losses[group].share

    def _pairs(self) -> Iterator[tuple[Layout, tuple[Matrices, Implied, Point]]]:
        if self.groups is None:
            raise np.linalg.LinAlgError("I - B is singular")
        return zip(self.of.model.layouts, self.groups, strict=True)
