"""Factor scores: where each row stands on the latent variables, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text, check_choice
from ecosurvey.sem.fit import Fit, implied_group
from ecosurvey.sem.implied import Implied, Matrices, symmetric_inverse
from ecosurvey.sem.loss.casewise import casewise
from ecosurvey.sem.observed import Incomplete
from ecosurvey.sem.response_scores import response_scores

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
ScoreMethod = Literal["regression", "bartlett"]
_WEAK = 0.8  # determinacy below which scores should not stand in for the factors


@dataclass(frozen=True, slots=True)
class FactorScores(Result):
    """The scores of every row, group after group, rows in the order of the data.

    Attributes
    ----------
    method : {"regression", "bartlett", "ebm"}
    latent : tuple of str
    labels : tuple of str
        Of the groups.
    scores : tuple of (n, m) arrays
        One a group.
    determinacy : tuple of (m,) arrays
        Correlation of the scores with the factors, by the model, for rows without gaps.
    weights : tuple of (m, p) arrays
        Scores of rows without gaps are ``weights @ (y - mu) + mean of the factors``.
    findings : tuple of Finding
    """

    method: ScoreMethod | Literal["ebm"]
    latent: tuple[str, ...]
    labels: tuple[str, ...]
    scores: tuple[Floats, ...]
    determinacy: tuple[Floats, ...]
    weights: tuple[Floats, ...]
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one column a latent variable; with several groups also their label."""
        import pandas as pd

        frame = pd.DataFrame(np.concatenate(self.scores), columns=list(self.latent))
        if len(self.labels) > 1:
            sizes = [len(values) for values in self.scores]
            frame.insert(0, "group", np.repeat(np.array(self.labels), sizes))
        return frame

    def tables(self) -> tuple[Table, ...]:
        """Return the determinacies."""
        columns = (
            Column("latent", Text("Factor", "因子"), "label"),
            Column("group", Text("Group", "组别"), "text"),
            Column("determinacy", Text("Determinacy", "确定性"), decimals=3, bounded=True),
        )
        rows = tuple(
            (name, label, float(values[index]))
            for label, values in zip(self.labels, self.determinacy, strict=True)
            for index, name in enumerate(self.latent)
        )
        note = Text(
            "Determinacy: model-implied correlation of score and factor.",
            "确定性：因子得分与因子之间的模型隐含相关。",
        )
        title = Text("Determinacy of the factor scores", "因子得分的确定性")
        return (Table("factor_scores", title, columns, rows, (note,)),)


def factor_scores(fit: Fit, method: ScoreMethod = "regression") -> FactorScores:
    r"""Predict the latent variables of every row.

    Regression (Thurstone): :math:`E(\eta) + \Phi L'\Sigma^{-1}(y-\mu)`, the best prediction,
    shrunken. Bartlett: :math:`E(\eta) + (\Lambda'\Theta^{-1}\Lambda)^{-1}\Lambda'
    \Theta^{-1}(y-\mu)`, conditionally unbiased, from the indicators and whatever else is
    regressed on the factors.

    Parameters
    ----------
    fit : Fit
    method : {"regression", "bartlett"}

    Returns
    -------
    FactorScores

    Raises
    ------
    DataError
        If the fit has no latent variables or was made from moments.

    Notes
    -----
    For ordinal items both methods give the posterior's mode, see :func:`response_scores`, whose
    determinacy is not known.

    Bartlett scores of factors without indicators of their own (second order) are NaN; lavaan
    shows 0 there.

    References
    ----------
    Grice (2001), Psychological Methods 6, 430-450. In lavaan: ``lavPredict``.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> found = factor_scores(fit)
    >>> found.to_frame().shape, round(float(found.determinacy[0][0]), 1)
    ((500, 1), 0.9)
    """
    check_choice("method", method, ("regression", "bartlett"))
    model = fit.model
    latent = model.table.latent
    if not latent:
        raise DataError(
            Text("the model has no latent variables", "模型没有潜变量"),
            fix=Text("There is nothing to score.", "没有可计算的得分。"),
        )
    if model.responses:
        unknown = tuple(np.full(len(latent), np.nan) for _ in model.moments)
        none = tuple(np.full((len(latent), len(m.names)), np.nan) for m in model.moments)
        modes = tuple(response_scores(fit, group) for group in range(len(model.moments)))
        return FactorScores("ebm", latent, model.table.groups, modes, unknown, none)
    scores, determinacy, weights = [], [], []
    for group, observed in enumerate(model.moments):
        if observed.data is None and observed.rows is None:
            raise DataError(
                Text(
                    "factor scores need the rows, and only moments were given",
                    "因子得分需要逐行数据，而只给出了矩",
                ),
                fix=Text("Give data=.", "请给出 data=。"),
            )
        how = _regression if method == "regression" else _bartlett
        weight, centre, mean, known = how(fit, group)
        mean = np.where(_known_in(fit, group), mean, np.nan)
        if observed.data is not None:
            scores.append((observed.data - centre) @ weight.T + mean)
        elif observed.rows is not None:
            gaps = _regression_with_gaps if method == "regression" else _bartlett_with_gaps
            scores.append(gaps(fit, group, observed.rows) + mean)
        determinacy.append(known)
        weights.append(weight)
    return FactorScores(
        method, latent, model.table.groups, tuple(scores), tuple(determinacy), tuple(weights),
        _doubts(latent, model.table.groups, determinacy),
    )  # fmt: skip


def _known_in(fit: Fit, group: int) -> NDArray[np.bool_]:
    """Tell which factors a group's own block speaks of."""
    table = fit.model.table
    spoken = {name for row in table.rows if row.group == group + 1 for name in (row.lhs, row.rhs)}
    return np.array([name in spoken for name in table.latent])


def _regression(fit: Fit, group: int) -> tuple[Floats, Floats, Floats, Floats]:
    filled, moments = implied_group(fit.model, group, fit.x)
    m = len(fit.model.table.latent)
    joint = (moments.factor_cov @ filled.lambda_.T)[:m]
    weight = joint @ symmetric_inverse(moments.sigma)
    explained = np.einsum("mp,mp->m", weight, joint)
    variance = np.diag(moments.factor_cov)[:m]
    with np.errstate(invalid="ignore", divide="ignore"):
        known = np.sqrt(explained / variance)
    return weight, moments.mu, _factor_means(fit, group, filled, moments), known


def _bartlett(fit: Fit, group: int) -> tuple[Floats, Floats, Floats, Floats]:
    filled, moments = implied_group(fit.model, group, fit.x)
    m = len(fit.model.table.latent)
    loadings, error, response = _measurement(fit, group, filled)
    measured = np.flatnonzero(np.abs(loadings).sum(axis=0) > 0)
    weight = np.full((m, len(moments.mu)), np.nan)
    known = np.full(m, np.nan)
    if len(measured):
        weight[measured] = _error_free_inverse(error, loadings[:, measured]) @ response
        spread = np.einsum("mp,mp->m", weight[measured] @ moments.sigma, weight[measured])
        with np.errstate(invalid="ignore", divide="ignore"):
            known[measured] = np.sqrt(np.diag(moments.factor_cov)[measured] / spread)
    return weight, moments.mu, _factor_means(fit, group, filled, moments), known


def _measurement(fit: Fit, group: int, filled: Matrices) -> tuple[Floats, Floats, Floats]:
    """Return every equation of an observed variable in which a latent appears.

    Indicators, and observed variables that are regressed on latents: of these, what observed
    predictors account for is taken off first.

    Returns
    -------
    loadings : (r, m) array
    error : (r, r) array
        Covariances of the residuals.
    response : (r, p) array
        The left sides are ``response @ (y - mean)``.
    """
    layout = fit.model.layouts[group]
    m, p = len(fit.model.table.latent), len(layout.observed)
    places = [layout.observed.index(name) for name in layout.factors[m:]]
    items = [index for index in range(p) if index not in places]
    loadings = np.concatenate([filled.lambda_[items, :m], filled.beta[m:, :m]])
    error = np.zeros((p, p))
    count = len(items)
    error[:count, :count] = filled.theta[np.ix_(items, items)]
    error[count:, count:] = filled.psi[m:, m:]
    response = np.eye(p)[[*items, *places]]
    response[np.ix_(range(count, p), places)] -= filled.beta[m:, m:]
    kept = np.flatnonzero(np.abs(loadings).sum(axis=1) > 0)
    return loadings[kept], error[np.ix_(kept, kept)], response[kept]


def _regression_with_gaps(fit: Fit, group: int, rows: Incomplete) -> Floats:
    """Return each row's scores from what it has, less the factors' means."""
    filled, moments = implied_group(fit.model, group, fit.x)
    m = len(fit.model.table.latent)
    joint = (moments.factor_cov @ filled.lambda_.T)[:m]
    return np.asarray(casewise(rows, moments.mu, moments.sigma).w @ joint.T, dtype=float)


def _bartlett_with_gaps(fit: Fit, group: int, rows: Incomplete) -> Floats:
    """Return each row's scores from the equations it has all variables of, pattern by pattern.

    A factor none of whose indicators a row has answered is NaN there.
    """
    filled, moments = implied_group(fit.model, group, fit.x)
    loadings, error, response = _measurement(fit, group, filled)
    scores = np.full((rows.n, loadings.shape[1]), np.nan)
    patterns, which = np.unique(rows.observed, axis=0, return_inverse=True)
    for number, seen in enumerate(patterns):
        here = np.flatnonzero(which.ravel() == number)
        usable = np.flatnonzero(~(response[:, ~seen] != 0).any(axis=1))
        part = loadings[usable]
        measured = np.flatnonzero(np.abs(part).sum(axis=0) > 0)
        if not len(measured):
            continue
        inner = _error_free_inverse(error[np.ix_(usable, usable)], part[:, measured])
        values = (rows.x[here] - moments.mu) * seen
        scores[np.ix_(here, measured)] = values @ (inner @ response[usable]).T
    return scores


def _factor_means(fit: Fit, group: int, filled: Matrices, moments: Implied) -> Floats:
    """Return the means of the latents; without means in the model, what observed causes give."""
    layout = fit.model.layouts[group]
    m = len(fit.model.table.latent)
    if fit.model.meanstructure:
        return moments.factor_mean[:m]
    places = [layout.observed.index(name) for name in layout.factors[m:]]
    given = filled.beta[:m, m:] @ fit.model.moments[group].mean[places]
    return np.asarray(np.linalg.solve(np.eye(m) - filled.beta[:m, :m], given), dtype=float)


def _error_free_inverse(error: Floats, loadings: Floats) -> Floats:
    """Return (L'T^-1 L)^-1 L'T^-1, also where single indicators have no error.

    Adding L L' to T leaves the result as it is, and makes a singular T invertible.
    """
    padded = symmetric_inverse(error + loadings @ loadings.T)
    turned = loadings.T @ padded
    return np.asarray(np.linalg.pinv(turned @ loadings) @ turned, dtype=float)


def _doubts(
    latent: tuple[str, ...], labels: tuple[str, ...], determinacy: list[Floats]
) -> tuple[Finding, ...]:
    found = []
    for label, values in zip(labels, determinacy, strict=True):
        for name, value in zip(latent, values, strict=True):
            if value < _WEAK:
                found.append(
                    Finding(
                        "weak_determinacy",
                        "warning",
                        Text(
                            "scores of {name} correlate only {value:.2f} with the factor",
                            "{name}的因子得分与因子的相关仅为{value:.2f}",
                        ).fill(name=name, value=float(value)),
                        where=f"{name} {label}".strip(),
                        hint=Text(
                            "Use the model rather than the scores in further analyses.",
                            "后续分析宜直接使用模型，而非因子得分。",
                        ),
                    )
                )
    return tuple(found)
