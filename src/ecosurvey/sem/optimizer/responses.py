"""The objective for ordinal variables: weighted squares of thresholds and correlations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import (
    Directions,
    Implied,
    LatentResponses,
    Matrices,
    Responses,
    StatisticSlopes,
    complete,
    curvature,
    directions,
    implied_moments,
    matrices,
    statistic_slopes,
    statistics,
)
from ecosurvey.sem.loss import ResponsePoint, ResponseSquares
from ecosurvey.sem.optimizer.objective import Objective, ObjectivePoint

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ResponseObjective(Objective):
    """What is minimized over x when variables are ordinal."""

    squares: tuple[ResponseSquares, ...] = ()

    def at(self, x: Floats) -> ObjectivePoint:
        """Return the objective at ``x``."""
        return ResponseObjectivePoint(self, x)


def response_objective(model: Model, loss: str) -> ResponseObjective:
    """Return the objective of a model of ordinal variables under a named loss."""
    squares = tuple(ResponseSquares(moments, loss) for moments in model.moments)
    return ResponseObjective(model, (), squares)


@dataclass(frozen=True)
class ResponseObjectivePoint(ObjectivePoint):
    """The objective at one x, in statistics rather than in moments."""

    of: ResponseObjective

    @cached_property
    def responses(self) -> tuple[Responses, ...] | None:
        """The latent responses of each group; None where I - B is singular."""
        found = []
        model = self.of.model
        try:
            for layout, of in zip(model.layouts, model.responses, strict=True):
                found.append(complete(matrices(layout, self.x), of))
        except np.linalg.LinAlgError:
            return None
        return tuple(found)

    @cached_property
    def squares(self) -> tuple[ResponsePoint, ...]:
        """The loss of each group."""
        return tuple(
            loss.at_values(statistics(found, of))
            for loss, found, of in zip(
                self.of.squares, self._responses(), self.of.model.responses, strict=True
            )
        )

    @cached_property
    def groups(self) -> tuple[tuple[Matrices, Implied, ResponsePoint], ...] | None:  # type: ignore[override]
        """Matrices, moments of the responses, and loss of each group."""
        if self.responses is None:
            return None
        return tuple(
            (found.whole, implied_moments(found.whole), point)
            for found, point in zip(self.responses, self.squares, strict=True)
        )

    @cached_property
    def value_groups(self) -> tuple[float, ...]:
        """Half the discrepancy of each group, as lavaan's ``fx.group``."""
        if self.responses is None:
            return (float("inf"),) * len(self.of.squares)
        return tuple(
            loss.share * point.value if np.isfinite(point.value) else float("inf")
            for loss, point in zip(self.of.squares, self.squares, strict=True)
        )

    @cached_property
    def moves(self) -> tuple[Directions, ...]:
        """How the moments of each group's responses move, given the covariates."""
        return tuple(
            directions(layout.free, found.bare, found.given)
            for layout, found in zip(self.of.model.layouts, self._responses(), strict=True)
        )

    @cached_property
    def slopes(self) -> tuple[StatisticSlopes, ...]:
        """How the statistics of each group move with its free cells."""
        model = self.of.model
        return tuple(
            statistic_slopes(layout.free, found, of)
            for layout, found, of in zip(
                model.layouts, self._responses(), model.responses, strict=True
            )
        )

    @cached_property
    def jacobians(self) -> tuple[Floats, ...]:
        """The same as arrays, (statistics, k)."""
        return tuple(slopes.whole() for slopes in self.slopes)

    def gradient(self) -> Floats:
        """Return the derivative in x, of shape (npar,)."""
        total = np.zeros(self.of.model.n_par)
        for group, layout in enumerate(self.of.model.layouts):
            slope = self.slopes[group].pulled(self.squares[group].pull())
            total[layout.parameter] -= self._weight(group) * slope
        return total

    def scoring_matrix(self) -> Floats:
        """Return the Gauss-Newton Hessian in x, of shape (npar, npar)."""
        return self._summed([self._weight(g) for g in range(len(self.of.squares))])

    def expected_information(self) -> Floats:
        """Return the information of one row, J'WJ over all groups."""
        return self._summed(list(self.of.model.weights))

    def hessian(self) -> Floats:
        """Return nearly the second derivative in x: J'WJ and the bend of the responses' moments.

        What the derived scales bend besides is left out; it only slows the last steps.
        """
        total = self.scoring_matrix()
        model = self.of.model
        for group, (layout, found, of) in enumerate(
            zip(model.layouts, self._responses(), model.responses, strict=True)
        ):
            pull, mean_pull = _pulls(found, of, -self.squares[group].pull())
            bent = curvature(
                layout.free, found.bare, found.given, self.moves[group], pull, mean_pull
            )
            cells = np.ix_(layout.parameter, layout.parameter)
            total[cells] += self._weight(group) * bent
        return total

    def _summed(self, weights: list[float]) -> Floats:
        size = self.of.model.n_par
        total = np.zeros((size, size))
        for group, layout in enumerate(self.of.model.layouts):
            block = weights[group] * self.slopes[group].squared(self.squares[group].weight)
            total[np.ix_(layout.parameter, layout.parameter)] += block
        return total

    def _weight(self, group: int) -> float:
        return self.of.model.weights[group] * self.of.squares[group].share

    def _responses(self) -> tuple[Responses, ...]:
        if self.responses is None:
            raise np.linalg.LinAlgError("I - B is singular")
        return self.responses


def _pulls(found: Responses, of: LatentResponses, slope: Floats) -> tuple[Floats, Floats]:
    """Return the loss's slope in the moments of the observed: tr(Q dSigma)/2 + q' dmu."""
    y, d, places = of.outcomes, found.scale, of.places
    p = len(found.given.mu)
    sigma = found.given.sigma[np.ix_(y, y)]
    inner = np.where(places.pairs >= 0, slope[places.pairs], 0.0)
    turned = inner * np.outer(d, d)
    numeric = np.flatnonzero(~of.ordered)
    turned[numeric, numeric] = 2 * slope[places.variance[numeric]]
    means = np.zeros(len(y))
    for index, cut in enumerate(places.cuts):
        total = float(slope[cut].sum())
        means[index] = -total * d[index] if of.ordered[index] else total
    if of.theta:
        along = (inner * sigma) @ d
        ordinal = np.flatnonzero(of.ordered)
        turned[ordinal, ordinal] = -(d**3 * along)[ordinal]
    full, full_means = np.zeros((p, p)), np.zeros(p)
    full[np.ix_(y, y)] = turned
    full_means[y] = means
    return full, full_means
