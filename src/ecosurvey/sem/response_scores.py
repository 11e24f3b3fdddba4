"""Where each row stands on the latent variables, given ordinal answers: the posterior's mode."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import OptionError, Text
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.implied import complete, matrices

Floats = NDArray[np.float64]
_STEPS, _ARRIVED = 60, 1e-10
_TINY = 1e-300


def response_scores(fit: Fit, group: int) -> Floats:
    r"""Return empirical Bayes modal scores of one group's rows, (n, m).

    The mode over eta of :math:`\log N(\eta; E(\eta|x), \Phi) + \sum_i \log P(y_i|\eta)`, where an
    ordinal answer in category c has
    :math:`P = \Phi((\tau_c - \nu - \lambda'\eta)/\sqrt\theta)
    - \Phi((\tau_{c-1} - \nu - \lambda'\eta)/\sqrt\theta)`; missing answers say nothing. The
    posterior is concave, so Newton's steps find the one mode, for all rows at once.

    Raises
    ------
    OptionError
        If ordinal variables take part in regressions, or residuals of items correlate: then the
        answers are not independent given the factors.

    References
    ----------
    Skrondal & Rabe-Hesketh (2004), Generalized Latent Variable Modeling, sec. 7.4. In lavaan:
    ``lavPredict(fit, method = "EBM")``.
    """
    model = fit.model
    layout, of, moments = model.layouts[group], model.responses[group], model.moments[group]
    ordinal = moments.ordinal
    assert ordinal is not None  # noqa: S101 (the caller has looked)
    found = complete(matrices(layout, fit.x), of)
    y, m = of.outcomes, layout.n_latent
    theta = found.bare.theta[np.ix_(y, y)]
    measured = found.bare.lambda_[y][:, :m]
    apart = np.abs(theta - np.diag(np.diag(theta))).max(initial=0.0) > 1e-12
    if len(of.structural) or apart or found.bare.lambda_[y][:, m:].any():
        raise OptionError(
            Text(
                "factor scores of ordinal items need items that depend on the factors alone",
                "有序题项的因子得分要求题项只取决于因子",
            ),
            fix=Text(
                "Take correlated residuals, and regressions of items, out of the model.",
                "请从模型中去掉残差相关，以及题项的回归。",
            ),
        )
    reach = found.spread[:m][:, of.covariates]
    prior = found.given.factor_mean[:m] + ordinal.covariates @ reach.T
    precision: Floats = np.asarray(np.linalg.inv(found.given.factor_cov[:m, :m]), dtype=float)
    lower, upper = _bounds(fit, group, ordinal.data)
    root = np.sqrt(np.diag(theta))
    slopes = measured / root[:, None]
    eta = prior.copy()
    centre = found.bare.nu[y] / root
    value = _value(eta, prior, precision, slopes, centre, lower, upper, of.ordered)
    for _ in range(_STEPS):
        pull, bend = _derivatives(eta @ slopes.T + centre, lower, upper, of.ordered)
        slope = pull @ slopes - (eta - prior) @ precision
        curve = precision + np.einsum("ni,ij,ik->njk", bend, slopes, slopes)
        step: Floats = np.asarray(np.linalg.solve(curve, slope[:, :, None])[:, :, 0], dtype=float)
        gain = np.einsum("nj,nj->n", slope, step)
        if gain.max(initial=0.0) < _ARRIVED:
            break
        length = np.ones((len(eta), 1))
        for _ in range(30):
            tried = _value(
                eta + length * step, prior, precision, slopes, centre, lower, upper, of.ordered
            )
            worse = tried < value - 1e-12
            if not worse.any():
                break
            length[worse] /= 2
        eta, value = eta + length * step, tried
    return eta


def _bounds(fit: Fit, group: int, data: Floats) -> tuple[Floats, Floats]:
    """Return each answer's bounds in residual units; continuous values in both; NaN if missing."""
    model = fit.model
    of = model.responses[group]
    found = complete(matrices(model.layouts[group], fit.x), of)
    lower, upper = np.empty_like(data), np.empty_like(data)
    at = 0
    for index, cut in enumerate(of.places.cuts):
        root = np.sqrt(found.bare.theta[of.outcomes[index], of.outcomes[index]])
        column = data[:, index]
        if not of.ordered[index]:
            lower[:, index] = upper[:, index] = column / root
            continue
        width = cut.stop - cut.start
        edges = np.concatenate([[-np.inf], found.bare.tau[at : at + width], [np.inf]]) / root
        at += width
        seen = ~np.isnan(column)
        codes = np.where(seen, column, 0).astype(np.intp)
        lower[:, index] = np.where(seen, edges[codes], np.nan)
        upper[:, index] = np.where(seen, edges[codes + 1], np.nan)
    return lower, upper


def _derivatives(
    at: Floats, lower: Floats, upper: Floats, ordered: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return slope and negative curvature of each answer's log-probability in ``at``."""
    from scipy.special import ndtr

    up, low = upper - at, lower - at
    with np.errstate(invalid="ignore"):
        share = np.maximum(
            np.where(up + low > 0, ndtr(-low) - ndtr(-up), ndtr(up) - ndtr(low)), _TINY
        )
        d_up, d_low = _density(up), _density(low)
        ratio = (d_up - d_low) / share
        edge = (_times(up, d_up) - _times(low, d_low)) / share
        pull = np.where(ordered, -ratio, up)
        bend = np.where(ordered, edge + ratio**2, 1.0)
    seen = ~np.isnan(lower)
    return np.where(seen, pull, 0.0), np.where(seen, bend, 0.0)


def _value(
    eta: Floats,
    prior: Floats,
    precision: Floats,
    slopes: Floats,
    centre: Floats,
    lower: Floats,
    upper: Floats,
    ordered: NDArray[np.bool_],
) -> Floats:
    """Return each row's log posterior, but for a constant."""
    from scipy.special import ndtr

    at = eta @ slopes.T + centre
    up, low = upper - at, lower - at
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(up + low > 0, ndtr(-low) - ndtr(-up), ndtr(up) - ndtr(low))
        each = np.where(ordered, np.log(np.maximum(share, _TINY)), -(up**2) / 2)
    told = np.where(np.isnan(lower), 0.0, each).sum(axis=1)
    away = eta - prior
    return np.asarray(told - np.einsum("nj,jk,nk->n", away, precision, away) / 2)


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def _times(z: Floats, density: Floats) -> Floats:
    """Return z times its density, which is zero at infinity."""
    return np.where(np.isinf(z), 0.0, z * density)
