"""Modification indices: what freeing or adding one parameter would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import (
    Column,
    ConvergenceError,
    Finding,
    IdentificationError,
    Result,
    Table,
    Text,
)
from ecosurvey.sem.candidates import Candidate, candidates, place, written_candidates
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.implied import (
    Cells,
    Directions,
    directions,
    statistics_jacobian,
    symmetric_inverse,
)
from ecosurvey.sem.inference import free_basis, invert
from ecosurvey.sem.loss import Point
from ecosurvey.sem.loss.ml import MaximumLikelihoodPoint
from ecosurvey.sem.optimizer import ObjectivePoint, ResponseObjectivePoint, objective
from ecosurvey.sem.standardize import STANDARDIZATIONS, covariates, divisors, scales_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_IDENTIFIED = 1e-8  # share of a candidate's information that must be its own


@dataclass(frozen=True, slots=True)
class ModificationIndices(Result):
    """Score tests of single parameters, one entry each.

    Attributes
    ----------
    candidates : tuple of Candidate
    groups : tuple of str
        Group labels.
    mi : (c,) array
        Expected drop of chi-square, df 1.
    epc : (c,) array
        Expected value of a change of the parameter.
    sepc_lv, sepc_all, sepc_nox : (c,) arrays
        The change standardized by the latent variables, by all, by all but covariates.
    findings : tuple of Finding
    """

    candidates: tuple[Candidate, ...]
    groups: tuple[str, ...]
    mi: Floats
    epc: Floats
    sepc_lv: Floats
    sepc_all: Floats
    sepc_nox: Floats
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a candidate, the largest index first."""
        import pandas as pd

        frame = pd.DataFrame(
            [(c.lhs, c.op, c.rhs, self.groups[c.group]) for c in self.candidates],
            columns=["lhs", "op", "rhs", "group"],
        )
        for name in ("mi", "epc", "sepc_lv", "sepc_all", "sepc_nox"):
            frame[name] = getattr(self, name)
        if len(self.groups) == 1:
            frame = frame.drop(columns="group")
        return frame.sort_values("mi", ascending=False, kind="stable", ignore_index=True)

    def tables(self) -> tuple[Table, ...]:
        """Return the twenty largest indices."""
        columns = (
            Column("parameter", Text("Parameter", "参数"), "label"),
            Column("group", Text("Group", "组别"), "text"),
            Column("mi", Text("MI", "修正指数")),
            Column("epc", Text("EPC", "期望参数变化"), decimals=3),
            Column("sepc_all", Text("Standardized EPC", "标准化期望参数变化"), decimals=3),
        )
        order = np.argsort(-self.mi, kind="stable")[:20]
        rows = tuple(
            (
                f"{c.lhs} {c.op} {c.rhs}".strip(),
                self.groups[c.group],
                float(self.mi[i]),
                float(self.epc[i]),
                float(self.sepc_all[i]),
            )
            for i, c in ((i, self.candidates[i]) for i in order)
        )
        note = Text(
            "MI: expected drop of the chi-square (df = 1). A parameter is added for a reason of "
            "theory, never for its index alone.",
            "MI为卡方的期望下降值（自由度为1）。增加参数须有理论依据，不能仅凭指数大小。",
        )
        title = Text("Largest modification indices", "最大修正指数")
        return (Table("modification_indices", title, columns, rows, (note,)),)


def modification_indices(
    fit: Fit, add: str | None = None, *, minimum: float = 0.0
) -> ModificationIndices:
    r"""Compute modification indices with expected parameter changes.

    For a candidate with derivative g of the discrepancy (per row, half of it) and information
    :math:`v = i_{cc} - i_{cf} M i_{fc}`, M the inverse information of the free parameters
    under their equality constraints, :math:`MI = N g^2/v` and :math:`EPC = -g/v`.

    Parameters
    ----------
    fit : Fit
    add : str, optional
        Parameters to try, in the model language; all usual ones by default.
    minimum : float
        Leave out smaller indices.

    Returns
    -------
    ModificationIndices
        Without what the model cannot identify.

    Raises
    ------
    ConvergenceError, IdentificationError
        If there is no solution to test at.

    Notes
    -----
    Expected information is used for every estimator, as in lavaan's ``modindices``. lavaan also
    lists regressions of fixed covariates on other variables; they are left out here, since the
    model says nothing about covariates.

    References
    ----------
    Sörbom (1989), Psychometrika 54, 371-384, eqs. 5-8.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> frame = modification_indices(fit).to_frame()
    >>> list(frame.columns)
    ['lhs', 'op', 'rhs', 'mi', 'epc', 'sepc_lv', 'sepc_all', 'sepc_nox']
    """
    model = fit.model
    wanted = candidates(model) if add is None else written_candidates(model, add)
    kept, cells = place(model, wanted)
    point = point_at(fit)
    inverse = expected_inverse(point)
    count = len(kept)
    slope, own = np.zeros(count), np.zeros(count)
    total = np.zeros(count)
    changes = {kind: np.full(count, np.nan) for kind in STANDARDIZATIONS}
    for group in range(len(model.layouts)):
        here = np.flatnonzero([candidate.group == group for candidate in kept])
        tried = cells.take(here)
        slope[here], total[here], own[here] = _score_group(point, inverse, group, tried)
        variances = scales_of(model, group, fit.x).variances
        for kind, scaled in changes.items():
            which, power = divisors(model.layouts[group], tried, kind, covariates(model.table))
            with np.errstate(invalid="ignore", divide="ignore"):
                scaled[here] = np.prod(variances[which] ** power, axis=1)
    keep = np.flatnonzero(own > _IDENTIFIED * total)
    mi = model.n * slope[keep] ** 2 / own[keep]
    keep, mi = keep[mi >= minimum], mi[mi >= minimum]
    epc = -slope[keep] / own[keep]
    return ModificationIndices(
        tuple(kept[index] for index in keep),
        model.table.groups,
        mi,
        epc,
        *(epc * changes[kind][keep] for kind in ("std_lv", "std_all", "std_nox")),
    )


def point_at(fit: Fit) -> ObjectivePoint:
    """Return the objective at a fit's solution; raise where there is none."""
    if not fit.converged:
        raise ConvergenceError(
            Text(
                "the model did not converge, so there is no solution to test at",
                "模型未收敛，没有可供检验的解",
            ),
            fix=Text("See the findings of the fit.", "请看拟合的提示。"),
        )
    return objective(fit.model, fit.method.loss).at(fit.x)


def expected_inverse(point: ObjectivePoint) -> Floats:
    """Return the inverse expected information of one row under the constraints."""
    found = invert(point.expected_information(), free_basis(point))
    if found.singular:
        raise IdentificationError(
            Text(
                "the model is not identified, so no parameter can be tested beside it",
                "模型不可识别，无法检验其他参数",
            ),
            fix=Text("See the findings of the fit.", "请看拟合的提示。"),
        )
    return found.matrix


def _score_group(
    point: ObjectivePoint, inverse: Floats, group: int, tried: Cells
) -> tuple[Floats, Floats, Floats]:
    """Return slope, information, and information not shared with the model's, of each cell."""
    model = point.of.model
    if point.groups is None or not len(tried):
        nothing = np.zeros(len(tried))
        return nothing, nothing, nothing
    share, layout = model.weights[group], model.layouts[group]
    if isinstance(point, ResponseObjectivePoint):
        slope, crossed, total = _response_score(point, group, tried)
        known = inverse[np.ix_(layout.parameter, layout.parameter)]
        return slope, total, total - np.einsum("cf,cf->c", crossed @ known, crossed)
    filled, moments, loss = point.groups[group]
    free = point.moves[group]
    known = inverse[np.ix_(layout.parameter, layout.parameter)]
    moves = directions(tried, filled, moments)
    slope = share * point.of.losses[group].share * loss.slope().along(moves)
    if isinstance(loss, MaximumLikelihoodPoint):
        crossed, total = _normal_information(symmetric_inverse(moments.sigma), free, moves)
    else:
        crossed, total = _any_information(loss, free, moves)
    crossed, total = share * crossed, share * total
    return slope, total, total - np.einsum("cf,cf->c", crossed @ known, crossed)


def _response_score(
    point: ResponseObjectivePoint, group: int, tried: Cells
) -> tuple[Floats, Floats, Floats]:
    """Return slope, information shared with the free cells, and own information, of ordinal data.

    All weighted by the group's share of the rows.
    """
    model = point.of.model
    assert point.responses is not None  # noqa: S101 (the caller has looked)
    share, loss = model.weights[group], point.squares[group]
    jacobian = statistics_jacobian(tried, point.responses[group], model.responses[group])
    weighted = loss.weight[:, None] * jacobian if loss.weight.ndim == 1 else loss.weight @ jacobian
    slope = -share * point.of.squares[group].share * (jacobian.T @ loss.pull())
    crossed = share * (weighted.T @ point.jacobians[group])
    return slope, crossed, share * np.einsum("sc,sc->c", jacobian, weighted)


def _normal_information(
    weight: Floats, free: Directions, tried: Directions
) -> tuple[Floats, Floats]:
    """Return tr(W dA W dB)/2 + dmu_a' W dmu_b of tried with free, and of tried with itself."""
    uw, vw, mw = tried.u @ weight, tried.v @ weight, tried.mean @ weight
    crossed = (uw @ free.u.T) * (vw @ free.v.T)
    crossed += (uw @ free.v.T) * (vw @ free.u.T)
    crossed += mw @ free.mean.T
    own = np.einsum("cp,cp->c", uw, tried.u) * np.einsum("cp,cp->c", vw, tried.v)
    own += np.einsum("cp,cp->c", uw, tried.v) ** 2
    return crossed, own + np.einsum("cp,cp->c", mw, tried.mean)


def _any_information(loss: Point, free: Directions, tried: Directions) -> tuple[Floats, Floats]:
    """Return the same from the loss's own expected information, some candidates at a time."""
    size, count = len(free.u), len(tried.u)
    crossed, own = np.zeros((count, size)), np.zeros(count)
    step = max(size, 32)  # about where the square blocks cost least
    for start in range(0, count, step):
        part = slice(start, start + step)
        both = loss.expected(_together(free, tried, part))
        crossed[part], own[part] = both[size:, :size], np.diag(both)[size:]
    return crossed, own


def _together(free: Directions, moves: Directions, part: slice) -> Directions:
    return Directions(
        np.concatenate([free.u, moves.u[part]]),
        np.concatenate([free.v, moves.v[part]]),
        np.concatenate([free.mean, moves.mean[part]]),
    )


def joint_information(
    point: ObjectivePoint, wanted: Sequence[Candidate], cells: Cells
) -> tuple[Floats, Floats]:
    """Return slope and information of the free parameters and candidates together.

    Returns
    -------
    slope : (npar + c,) array
    information : (npar + c, npar + c) array
    """
    model = point.of.model
    size = model.n_par + len(wanted)
    slope, matrix = np.zeros(size), np.zeros((size, size))
    slope[: model.n_par] = point.gradient()
    for group, layout in enumerate(model.layouts):
        if point.groups is None:
            break
        here = np.flatnonzero([candidate.group == group for candidate in wanted])
        if isinstance(point, ResponseObjectivePoint):
            _add_responses(slope, matrix, point, group, here, cells.take(here))
            continue
        filled, moments, loss = point.groups[group]
        moves = directions(cells.take(here), filled, moments)
        share = model.weights[group]
        index = np.concatenate([layout.parameter, model.n_par + here])
        together = _together(point.moves[group], moves, slice(None))
        matrix[np.ix_(index, index)] += share * loss.expected(together)
        slope[model.n_par + here] += (
            share * point.of.losses[group].share * loss.slope().along(moves)
        )
    return slope, matrix


def _add_responses(
    slope: Floats,
    matrix: Floats,
    point: ResponseObjectivePoint,
    group: int,
    here: NDArray[np.intp],
    tried: Cells,
) -> None:
    """Add one group of ordinal data to :func:`joint_information`."""
    model = point.of.model
    layout, share = model.layouts[group], model.weights[group]
    index = np.concatenate([layout.parameter, model.n_par + here])
    assert point.responses is not None  # noqa: S101 (the caller has looked)
    mine = statistics_jacobian(tried, point.responses[group], model.responses[group])
    both = np.concatenate([point.jacobians[group], mine], axis=1)
    matrix[np.ix_(index, index)] += share * point.squares[group].squared(both)
    slope[model.n_par + here], _, _ = _response_score(point, group, tried)
