"""The engine's frozen objects: the model as matrices and constraints, and the fit of it.

Everything after estimation (standardized solution, effects, modification indices, fit
measures) is a free function of a :class:`Fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Finding
from ecosurvey.sem.implied import (
    Directions,
    Implied,
    LatentResponses,
    Layout,
    Matrices,
    complete,
    directions,
    implied_moments,
    matrices,
    moment_jacobian,
    statistics_jacobian,
)
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.types import ParameterTable


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the parameters must obey.

    Attributes
    ----------
    offset : (npar,) array
    basis : (npar, q) array
        Every x that meets the linear equalities is ``offset + basis @ z``; the identity if
        there are none.
    linear : (c, npar) array
        The linear equalities ``linear @ x = linear_value``.
    linear_value : (c,) array
    equalities, inequalities : tuple of int
        Rows of the table with a nonlinear ``==``, and with ``<`` or ``>``.
    bounded : tuple of int
        Rows of the table whose free parameter has a finite bound.
    """

    offset: NDArray[np.float64]
    basis: NDArray[np.float64]
    linear: NDArray[np.float64]
    linear_value: NDArray[np.float64]
    equalities: tuple[int, ...] = ()
    inequalities: tuple[int, ...] = ()
    bounded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A parameter table laid into matrices, beside what was observed.

    Attributes
    ----------
    table : ParameterTable
    layouts : tuple of Layout
        One a group.
    moments : tuple of Moments
        One a group, variables in the order of ``layouts[g].observed``.
    constraints : Constraints
    meanstructure : bool
    responses : tuple of LatentResponses
        One a group if variables are ordinal; else empty.
    conditions : int
        How many conditions a rotation of exploratory blocks puts on the parameters; the
        constraints then hold the directions that it leaves.
    """

    table: ParameterTable
    layouts: tuple[Layout, ...]
    moments: tuple[Moments, ...]
    constraints: Constraints
    meanstructure: bool
    responses: tuple[LatentResponses, ...] = ()
    conditions: int = 0

    @property
    def n_par(self) -> int:
        """Free parameters before equalities are counted off: the length of ``x``."""
        return max(1 + int(place.parameter.max(initial=-1)) for place in self.layouts)

    @property
    def rotated(self) -> bool:
        """Whether exploratory blocks were rotated."""
        return self.conditions > 0

    @property
    def n_written(self) -> int:
        """Free parameters as the text has them: without those that a rotation fills."""
        return self.n_par - self.conditions

    @property
    def n(self) -> float:
        """Rows over all groups, or the sum of their weights."""
        return sum(group.n for group in self.moments)

    @property
    def weights(self) -> tuple[float, ...]:
        """Each group's share of the rows."""
        return tuple(group.n / self.n for group in self.moments)

    @property
    def exogenous(self) -> NDArray[np.intp]:
        """Positions of the fixed covariates among the observed variables."""
        observed = self.layouts[0].observed
        return np.array([observed.index(name) for name in self.table.exogenous], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class TestStatistic:
    """One test of the model against the saturated one.

    Attributes
    ----------
    name : str
        lavaan's: ``"standard"``, ``"satorra.bentler"``, ``"mean.var.adjusted"``,
        ``"scaled.shifted"``, ``"yuan.bentler"``, ``"yuan.bentler.mplus"``,
        ``"browne.residual.nt"``, ``"browne.residual.adf"``, and these with ``".model"``.
    stat, df, pvalue : float
    stat_group : tuple of float
        Contribution of each group.
    scaling_factor, shift : float
        NaN where the test has none.
    trace_ugamma, trace_ugamma2 : float
        tr(U Gamma) and tr((U Gamma)^2), where computed.
    scaling_h1, scaling_h0 : float
        Yuan-Bentler: traces of the saturated and the fitted model divided by their number of
        parameters (``h1`` and ``h0`` scaling factors of the log-likelihood).
    """

    __test__ = False  # its name would otherwise draw test collectors

    name: str
    stat: float
    df: float
    pvalue: float
    stat_group: tuple[float, ...] = ()
    scaling_factor: float = nan
    shift: float = nan
    trace_ugamma: float = nan
    trace_ugamma2: float = nan
    scaling_h1: float = nan
    scaling_h0: float = nan


@dataclass(frozen=True, slots=True)
class Method:
    """How a model is estimated and judged, every default settled.

    Attributes
    ----------
    estimator : str
        As the user named it: ``"ML"``, ``"MLR"``, …
    loss : str
        ``"ML"``, ``"GLS"``, ``"ULS"``, ``"WLS"``, ``"DWLS"``.
    se : str
        ``"standard"``, ``"first.order"``, ``"robust.sem"``, ``"robust.huber.white"``,
        ``"none"``.
    tests : tuple of str
        Names of the tests; ``"standard"`` first.
    information : str
        ``"expected"``, ``"observed"``, ``"first.order"``: for standard errors.
    h1_information : str
        ``"structured"`` or ``"unstructured"``: saturated model at the implied or at the sample
        moments.
    observed_information : str
        ``"hessian"`` or ``"h1"``.
    likelihood : str
        ``"normal"`` (divide by N) or ``"wishart"`` (by N - 1); of no effect for least squares.
    test_information, test_h1_information, test_observed_information : str
        The same three for the robust tests.
    """

    estimator: str = "ML"
    loss: str = "ML"
    se: str = "standard"
    tests: tuple[str, ...] = ("standard",)
    information: str = "expected"
    h1_information: str = "structured"
    observed_information: str = "hessian"
    likelihood: str = "normal"
    test_information: str = "expected"
    test_h1_information: str = "structured"
    test_observed_information: str = "hessian"


@dataclass(frozen=True, slots=True)
class Corrected:
    """The complete-data discrepancy of a full-information fit.

    Attributes
    ----------
    stat : float
        N times the discrepancy between implied and saturated moments.
    df : float
    scaling_factor : float
        Its mean under the model, divided by ``df``.
    """

    stat: float
    df: float
    scaling_factor: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    model : Model
    method : Method
    x : (npar,) array
        Free parameters in the numbering of the table (``x[row.free - 1]``).
    converged : bool
    iterations : int
    gradient : (npar,) array
        Of the objective at ``x``; zero along the free directions at a solution.
    objective : float
        lavaan's ``fmin``: half the discrepancy, groups weighted by their share of the rows.
    objective_group : tuple of float
    information : (npar, npar) array
        Of one row, by ``method.information``; not yet inverted or divided by N.
    vcov : (npar, npar) array
        Of ``x``; NaN where standard errors are ``"none"`` or not computable.
    tests : tuple of TestStatistic
        The standard test first, then the scaled ones.
    baseline : Fit or None
        The independence model fitted the same way; None for a baseline itself.
    findings : tuple of Finding
    corrected : Corrected or None
        For data with gaps: the test as if there were none, for RMSEA and CFI.
    """

    model: Model
    method: Method
    x: NDArray[np.float64]
    converged: bool
    iterations: int
    gradient: NDArray[np.float64]
    objective: float
    objective_group: tuple[float, ...]
    information: NDArray[np.float64]
    vcov: NDArray[np.float64]
    tests: tuple[TestStatistic, ...]
    baseline: Fit | None = None
    findings: tuple[Finding, ...] = ()
    corrected: Corrected | None = None

    @property
    def test(self) -> TestStatistic:
        """The standard (unscaled) test."""
        return self.tests[0]

    @property
    def n_par(self) -> int:
        """Free parameters, equalities counted off: lavaan's ``npar``."""
        return self.model.n_par - effective_equalities(self.model)


def matrices_at(model: Model, x: NDArray[np.float64]) -> tuple[Matrices, ...]:
    """Return the model matrices of each group at ``x``."""
    return tuple(group_matrices(model, group, x) for group in range(len(model.layouts)))


def group_matrices(model: Model, group: int, x: NDArray[np.float64]) -> Matrices:
    """Return the model matrices of one group (from 0), what follows from the rest filled in."""
    filled = matrices(model.layouts[group], x)
    return complete(filled, model.responses[group]).whole if model.responses else filled


def implied(model: Model, x: NDArray[np.float64]) -> tuple[Implied, ...]:
    """Return the implied moments (``.sigma``, ``.mu``) of each group at ``x``.

    Without a mean structure ``.mu`` is not part of the model and equals the sample mean.
    """
    return tuple(implied_group(model, group, x)[1] for group in range(len(model.layouts)))


def implied_group(model: Model, group: int, x: NDArray[np.float64]) -> tuple[Matrices, Implied]:
    """Return the matrices and implied moments of one group (from 0) at ``x``."""
    filled = group_matrices(model, group, x)
    moments = implied_moments(filled)
    if not model.meanstructure:
        moments = Implied(
            moments.sigma, model.moments[group].mean, moments.reach, moments.factor_cov,
            moments.factor_mean,
        )  # fmt: skip
    return filled, moments


def free_directions(model: Model, group: int, x: NDArray[np.float64]) -> Directions:
    """Return the rank-two moves of the moments with the group's free cells."""
    filled, moments = implied_group(model, group, x)
    return directions(model.layouts[group].free, filled, moments)


def jacobian(model: Model, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return d[mu; vech(Sigma)]/dx of each group, of shape (moments, npar).

    vech is the lower triangle column by column; the mean rows are there only with a mean
    structure. For ordinal variables it is that of the statistics they are fitted by.
    """
    found = []
    for group, layout in enumerate(model.layouts):
        if model.responses:
            of = model.responses[group]
            block = statistics_jacobian(layout.free, complete(matrices(layout, x), of), of)
        else:
            moves = free_directions(model, group, x)
            block = moment_jacobian(moves, meanstructure=model.meanstructure)
        full = np.zeros((len(block), model.n_par))
        full[:, layout.parameter] = block
        found.append(full)
    return tuple(found)


def effective_equalities(model: Model) -> int:
    """Return how many parameters the equality constraints take away."""
    linear = model.n_par - int(model.constraints.basis.shape[1])
    return linear + len(model.constraints.equalities)
