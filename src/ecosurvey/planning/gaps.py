"""Fits of answers with gaps that start where the population is known to lie.

The replicates of a simulation have one population. Where it lies, and how the likelihood bends
there, is computed once; each replicate then searches from there with that one matrix, brought up
to date by what its own slopes tell, and needs gradients alone, which with a pattern of gaps in
every row cost a small part of what second derivatives do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import EcosurveyError
from ecosurvey.core.random import stream
from ecosurvey.planning.answers import draw_sample
from ecosurvey.sem.api import fit_request
from ecosurvey.sem.checks import check_moments
from ecosurvey.sem.estimate import build_model, estimate
from ecosurvey.sem.estimators import settle
from ecosurvey.sem.fit import Fit, Method
from ecosurvey.sem.optimizer import Objective, Solution, objective, search
from ecosurvey.sem.request import FULL_INFORMATION, Request
from ecosurvey.sem.sample import by_group, full_information_moments

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.planning.assumptions import Assumptions
    from ecosurvey.planning.population import Population
    from ecosurvey.sem.types import ParameterTable

Floats = NDArray[np.float64]
_LARGE = 20_000  # rows that tell where the population lies
_FEW = 1_000  # rows, each with its gaps, that tell how the likelihood bends
_MOST = 40  # gradients, after which the usual search takes over
_ARRIVED = 1e-12  # predicted gain, in units of the objective, below which one last step ends it


@dataclass(frozen=True)
class KnownStart:
    """Where the fits of a population's samples lie, and the inverse of the bend there.

    Attributes
    ----------
    table : ParameterTable
    x : (npar,) array
    inverse : (q, q) array
        Of the expected second derivatives of the objective, in the directions in which x may move.
    """

    table: ParameterTable
    x: Floats
    inverse: Floats

    def fit(self, request: Request, data: pd.DataFrame) -> Fit:
        """Fit one sample: the same estimates as :func:`fit_request`, sooner."""
        method = _method(request)
        moments, _ = full_information_moments(
            by_group(data, request.group), self.table.observed, self.table.exogenous
        )
        check_moments(moments, self.table.groups, self.table.n_free)
        model = build_model(self.table, moments)
        return estimate(model, method, baseline=request.baseline, find=self._find)

    def _find(self, aim: Objective, start: Floats) -> Solution:
        """Search from what is known; where that does not arrive, as ever."""
        found = quasi_newton(aim, self.x, self.inverse)
        return found if found is not None else search(aim, start)


def _method(request: Request) -> Method:
    return settle(
        request.estimator or "ML", se=request.se, test=request.test, full_information=True
    )


def quasi_newton(aim: Objective, x: Floats, inverse: Floats) -> Solution | None:
    """Minimize by BFGS from a good start and a good inverse Hessian; None if it does not arrive.

    Steps that do not lower the objective as far as their slope promises are halved a few times.
    """
    basis = aim.model.constraints.basis
    whole = basis.shape[0] == basis.shape[1]
    bend, point = inverse.copy(), aim.at(x)
    if not np.isfinite(point.value):
        return None
    slope = point.gradient() if whole else basis.T @ point.gradient()
    for count in range(1, _MOST + 1):
        step = -bend @ slope
        gain = -float(slope @ step)
        if not np.isfinite(gain) or gain < 0:
            return None
        move = step if whole else basis @ step
        if gain < 2 * _ARRIVED * aim.unit:
            return Solution(point.x + move, True, count)
        for _ in range(5):
            tried = aim.at(point.x + move)
            if tried.value <= point.value - 1e-4 * gain:
                break
            step, move, gain = step / 2, move / 2, gain / 2
        else:
            return None
        after = tried.gradient() if whole else basis.T @ tried.gradient()
        turn = after - slope
        along = float(step @ turn)
        if along > 0:
            moved = bend @ turn
            bend += (1 + float(turn @ moved) / along) * np.outer(step, step) / along
            cross = np.outer(moved, step) / along
            bend -= cross + cross.T
        point, slope = tried, after
    return None


def known_start(
    population: Population, assumptions: Assumptions, model: str, request: Request, seed: int
) -> KnownStart | None:
    """Return where the fits of a population lie; None where answers have no gaps to speak of.

    None, too, where the model does not fit a large sample: replicates then search as ever.
    """
    import pandas as pd

    if request.missing not in FULL_INFORMATION or request.group is not None:
        return None
    rng = stream(seed, "planning.known_start")
    names = list(population.names)
    whole, _ = draw_sample(population, replace(assumptions, missing=0.0), _LARGE, rng)
    gapped, _ = draw_sample(population, assumptions, _FEW, rng)
    if not np.isnan(gapped).any():
        return None
    complete = replace(request, estimator="ML", missing="listwise", se="none", meanstructure=True)
    try:
        fit = fit_request(complete, model, pd.DataFrame(whole, columns=names)).fit
        if not fit.converged:
            return None
        table = fit.model.table
        moments, _ = full_information_moments(
            by_group(pd.DataFrame(gapped, columns=names), None), table.observed, table.exogenous
        )
        aim = objective(build_model(table, moments), _method(request).loss)
        basis = aim.model.constraints.basis
        inverse = np.linalg.inv(basis.T @ aim.at(fit.x).scoring_matrix() @ basis)
    except (EcosurveyError, np.linalg.LinAlgError):
        return None
    inverse = 0.5 * (inverse + inverse.T)
    if not np.linalg.eigvalsh(inverse)[0] > 0:
        return None
    return KnownStart(table, fit.x, inverse)
