"""Residuals: observed less implied moments, as they are, as correlations, and standardized."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, Finding, Result, Table, Text, check_choice
from ecosurvey.sem.fit import Fit, implied, jacobian
from ecosurvey.sem.implied import Directions, vech
from ecosurvey.sem.inference import free_basis, invert
from ecosurvey.sem.observed import Moments, moment_covariance
from ecosurvey.sem.optimizer import ObjectivePoint, objective
from ecosurvey.sem.residual_group import RESIDUALS, GroupResiduals, ResidualKind
from ecosurvey.sem.response_residuals import response_residual_groups

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_EXACT = 1e-12  # share of its sampling variance below which a residual cannot vary


@dataclass(frozen=True, slots=True)
class Residuals(Result):
    """The residuals of every group.

    Attributes
    ----------
    kind : str
    labels : tuple of str
        Of the groups.
    groups : tuple of GroupResiduals
    findings : tuple of Finding
    """

    kind: ResidualKind
    labels: tuple[str, ...]
    groups: tuple[GroupResiduals, ...]
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the covariance residuals as a square frame, groups stacked."""
        import pandas as pd

        frames = [
            pd.DataFrame(g.cov, index=list(g.names), columns=list(g.names)) for g in self.groups
        ]
        return frames[0] if len(frames) == 1 else pd.concat(frames, keys=self.labels)

    def largest(self, count: int = 20) -> pd.DataFrame:
        """Return the pairs fitted worst: the largest z first, or the largest residual."""
        import pandas as pd

        rows = []
        for label, group in zip(self.labels, self.groups, strict=True):
            one, other = np.triu_indices(len(group.names), 1)
            for i, j in zip(one, other, strict=True):
                rows.append(
                    (label, group.names[i], group.names[j], group.cov[i, j], group.cov_z[i, j])
                )
        frame = pd.DataFrame(rows, columns=["group", "lhs", "rhs", "residual", "z"])
        by = frame["z"].abs() if frame["z"].notna().any() else frame["residual"].abs()
        order = by.sort_values(ascending=False, kind="stable").index[:count]
        return frame.loc[order].reset_index(drop=True)

    def tables(self) -> tuple[Table, ...]:
        """Return one lower triangle a group."""
        return tuple(
            _triangle(self.kind, label, group)
            for label, group in zip(self.labels, self.groups, strict=True)
        )


_TITLES: dict[ResidualKind, Text] = {
    "raw": Text("Residual covariances", "残差协方差"),
    "cor_bentler": Text("Residual correlations", "残差相关"),
    "cor_bollen": Text("Residual correlations", "残差相关"),
    "normalized": Text("Normalized residuals", "正规化残差"),
    "standardized": Text("Standardized residuals", "标准化残差"),
}


def _triangle(kind: ResidualKind, label: str, group: GroupResiduals) -> Table:
    title = _TITLES[kind]
    if label:
        title = Text("{title}: {group}", "{title}：{group}").fill(title=title, group=label)
    bounded = kind.startswith("cor")
    columns = (
        Column("variable", Text("Variable", "变量"), "label"),
        *(
            Column(name, Text(name, name), decimals=3 if bounded else 2, bounded=bounded)
            for name in group.names
        ),
    )
    rows = tuple(
        (name, *(float(group.cov[i, j]) if j <= i else None for j in range(len(group.names))))
        for i, name in enumerate(group.names)
    )
    return Table(f"residuals_{kind}" + (f"_{label}" if label else ""), title, columns, rows)


def residuals(fit: Fit, kind: ResidualKind = "cor_bentler") -> Residuals:
    r"""Return observed less implied moments with their standard errors.

    With Delta the derivatives of the moments, V the loss's weight and Gamma the sampling
    covariance of the moments, residuals vary by
    :math:`Q\Gamma Q'/N,\; Q = I - \Delta(\Delta'V\Delta)^{-1}\Delta'V`.

    Parameters
    ----------
    fit : Fit
    kind : str
        ``"raw"``; ``"cor_bentler"``, divided by the observed SDs; ``"cor_bollen"``, observed
        less implied correlation (means as Bentler's, as in lavaan); ``"normalized"``, raw
        divided by the moment's own standard error; ``"standardized"``, raw divided by the
        residual's.

    Returns
    -------
    Residuals

    Notes
    -----
    As in lavaan's ``lavResiduals``, Gamma is that of normal theory at the sample moments, or
    the distribution-free one where standard errors are robust; V is observed or expected as
    for the standard errors.

    References
    ----------
    Bollen (1989), pp. 257-260; Hausman (1978), Econometrica 46, 1251-1271; Maydeu-Olivares
    (2017), Psychometrika 82, 533-558, eq. 10.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> worst = residuals(fit).largest(1)
    >>> list(worst.columns)
    ['group', 'lhs', 'rhs', 'residual', 'z']
    """
    check_choice("kind", kind, RESIDUALS)
    if fit.model.responses:
        return Residuals(kind, fit.model.table.groups, response_residual_groups(fit, kind))
    return Residuals(
        kind,
        fit.model.table.groups,
        tuple(
            _labelled(fit, group, kind, *found)
            for group, found in enumerate(residual_vectors(fit, kind))
        ),
    )


def _raw(fit: Fit) -> list[Floats]:
    """Return [mean; vech(S)] less what is implied, for each group."""
    return [
        np.concatenate([observed.mean - found.mu, vech(observed.cov - found.sigma)])
        for observed, found in zip(fit.model.moments, implied(fit.model, fit.x), strict=True)
    ]


def _spreads(fit: Fit, point: ObjectivePoint, *, own: bool) -> list[Floats | None]:
    """Return the sampling covariance of [mean; vech] of each group's residuals.

    Parameters
    ----------
    own : bool
        Of the observed moments alone, as if the implied ones were known.
    """
    gammas = [_gamma(fit, group) for group in range(len(fit.model.layouts))]
    if own or point.groups is None:
        return [
            None if gamma is None else gamma / moments.n
            for gamma, moments in zip(gammas, fit.model.moments, strict=True)
        ]
    model = fit.model
    slopes = [
        _with_means(block, m, model.meanstructure)
        for block, m in zip(jacobian(model, fit.x), model.moments, strict=True)
    ]
    observed = fit.method.information == "observed"
    weights = []
    for _, found, loss in point.groups:
        moves = _every_moment(len(found.mu))
        weights.append(loss.observed(moves) if observed else loss.expected(moves))
    total = sum(
        share * slope.T @ weight @ slope
        for share, slope, weight in zip(model.weights, slopes, weights, strict=True)
    )
    inverse = invert(np.asarray(total), free_basis(point)).matrix
    spreads: list[Floats | None] = []
    for share, slope, weight, gamma, moments in zip(
        model.weights, slopes, weights, gammas, model.moments, strict=True
    ):
        if gamma is None:
            spreads.append(None)
            continue
        keep = np.eye(len(gamma)) - share * slope @ inverse @ (slope.T @ weight)
        spreads.append(keep @ gamma @ keep.T / moments.n)
    return spreads


def _with_means(block: Floats, moments: Moments, meanstructure: bool) -> Floats:
    """Return the jacobian with rows for the means, zero if they are no part of the model."""
    if meanstructure:
        return block
    return np.concatenate([np.zeros((len(moments.mean), block.shape[1])), block])


def _every_moment(p: int) -> Directions:
    """Return the moves along which one mean, or one covariance, changes by one."""
    one, other = np.triu_indices(p)
    eye = np.eye(p)
    u = eye[one] * np.where(one == other, 0.5, 1.0)[:, None]
    none = np.zeros((p, p))
    return Directions(
        np.concatenate([none, u]),
        np.concatenate([none, eye[other]]),
        np.concatenate([eye, np.zeros_like(u)]),
    )


def _gamma(fit: Fit, group: int) -> Floats | None:
    """Return N times the sampling covariance of [mean; vech(S)]; None where none is defined."""
    moments, exogenous = fit.model.moments[group], fit.model.exogenous
    method = fit.method
    if moments.rows is not None:
        return None  # rows with gaps tell less of some moments than of others
    if method.se.startswith("robust") or method.loss == "WLS":
        return moment_covariance(moments, exogenous, meanstructure=True)
    if method.loss not in ("ML", "GLS"):
        return None
    cov, p = moments.cov, len(moments.mean)
    one, other = np.triu_indices(p)
    gamma = np.zeros((p + len(one), p + len(one)))
    gamma[:p, :p] = cov
    gamma[p:, p:] = _products(cov, one, other)
    if len(exogenous):  # what the fixed covariates account for does not vary
        inner = cov[np.ix_(exogenous, exogenous)]
        fitted = cov[:, exogenous] @ np.linalg.solve(inner, cov[exogenous])
        gamma[:p, :p] -= fitted
        gamma[p:, p:] -= _products(fitted, one, other)
    return gamma


def _products(cov: Floats, one: NDArray[np.intp], other: NDArray[np.intp]) -> Floats:
    return (
        cov[np.ix_(one, one)] * cov[np.ix_(other, other)]
        + cov[np.ix_(one, other)] * cov[np.ix_(other, one)]
    )


def residual_vectors(fit: Fit, kind: ResidualKind) -> list[tuple[Floats, Floats | None]]:
    """Return [mean; vech] residuals of each group, with their sampling covariance.

    ``"normalized"`` and ``"standardized"`` ones are raw here, not yet divided.
    """
    point = objective(fit.model, fit.method.loss).at(fit.x)
    spreads = _spreads(fit, point, own=kind == "normalized")
    return [
        _shown(fit, group, kind, values, spread)
        for group, (values, spread) in enumerate(zip(_raw(fit), spreads, strict=True))
    ]


def _shown(
    fit: Fit, group: int, kind: ResidualKind, values: Floats, spread: Floats | None
) -> tuple[Floats, Floats | None]:
    """Return residuals of the wanted kind, and their sampling covariance."""
    cov = fit.model.moments[group].cov
    p = len(cov)
    sd = np.sqrt(np.diag(cov))
    if kind == "cor_bollen":
        change = _standardizing(cov)
        pairs = _correlations(cov) - _correlations(implied(fit.model, fit.x)[group].sigma)
        shown = np.concatenate([values[:p] / sd, pairs])
        return shown, None if spread is None else change @ spread @ change.T
    if kind == "cor_bentler":
        scale = np.concatenate([1 / sd, vech(1 / np.outer(sd, sd))])
        return values * scale, None if spread is None else spread * np.outer(scale, scale)
    return values, spread


def _labelled(
    fit: Fit, group: int, kind: ResidualKind, shown: Floats, spread: Floats | None
) -> GroupResiduals:
    moments = fit.model.moments[group]
    p = len(moments.mean)
    unit = None if kind.startswith("cor") else np.sqrt(np.diag(moments.cov))
    se, z = _errors(shown, spread, unit)
    if kind in ("normalized", "standardized"):
        shown = z
    return GroupResiduals(
        moments.names, _square(shown[p:], p), shown[:p], _square(se[p:], p), _square(z[p:], p),
        se[:p], z[:p],
    )  # fmt: skip


def _errors(shown: Floats, spread: Floats | None, sd: Floats | None) -> tuple[Floats, Floats]:
    """Return standard errors and z; a moment that is fitted exactly has both zero."""
    if spread is None:
        return np.full(len(shown), np.nan), np.full(len(shown), np.nan)
    p = int((np.sqrt(9 + 8 * len(shown)) - 3) / 2)
    unit = np.ones(p) if sd is None else sd
    size = np.concatenate([unit, vech(np.outer(unit, unit))])
    variance = np.diag(spread).copy()
    variance[variance < _EXACT * size**2] = 0.0
    se = np.sqrt(variance)
    z = np.divide(shown, se, out=np.zeros(len(shown)), where=se > 0)
    z[(se == 0) & (np.abs(shown) > 1e-6 * size)] = np.nan
    return se, z


def _correlations(cov: Floats) -> Floats:
    sd = np.sqrt(np.diag(cov))
    return vech(cov / np.outer(sd, sd))


def _standardizing(cov: Floats) -> Floats:
    """Return the derivatives of [mean/sd; vech(correlations)], the means' SDs taken as known."""
    p = len(cov)
    one, other = np.triu_indices(p)
    variance = np.diag(cov)
    sd = np.sqrt(variance)
    size = p + len(one)
    change = np.zeros((size, size))
    own = p + np.flatnonzero(one == other)  # where the variances stand, in the order of variables
    change[np.arange(p), np.arange(p)] = 1 / sd
    rows = p + np.arange(len(one))
    correlation = cov[one, other] / (sd[one] * sd[other])
    change[rows, rows] = 1 / (sd[one] * sd[other])
    np.add.at(change, (rows, own[one]), -correlation / (2 * variance[one]))
    np.add.at(change, (rows, own[other]), -correlation / (2 * variance[other]))
    return change


def _square(values: Floats, p: int) -> Floats:
    square = np.zeros((p, p))
    one, other = np.triu_indices(p)
    square[one, other] = values
    square[other, one] = values
    return square
