"""Correlations of the latent variables that a model implies, with intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.estimates import Estimates, delta_method
from ecosurvey.sem.fit import Fit, Model
from ecosurvey.sem.standardize import factor_directions, scales_of

Floats = NDArray[np.float64]


def latent_intervals(
    fit: Fit, level: float = 0.95, group: int = 0
) -> tuple[tuple[tuple[str, str], ...], Estimates]:
    r"""Return the correlation of every pair of latent variables, with errors and intervals.

    Where a pair has a covariance of its own in the model, the estimate and its error are those
    of the standardized solution; the correlations of what a factor of higher order, or a
    regression, accounts for follow from other parameters, and so do their errors:
    :math:`dr_{ij} = d\phi_{ij}/\sqrt{\phi_{ii}\phi_{jj}} - r_{ij}(d\phi_{ii}/\phi_{ii} +
    d\phi_{jj}/\phi_{jj})/2`.

    Parameters
    ----------
    fit : Fit
    level : float
    group : int
        From 0.

    Returns
    -------
    pairs : tuple of (str, str)
    found : Estimates
        One entry a pair; NaN where a variance is not positive.

    References
    ----------
    The delta method of ``lavaan::standardizedSolution()``; with as many parameters as
    correlations, a model of higher order has the intervals of the model of free correlations.

    Examples
    --------
    >>> from ecosurvey.sem import cfa
    >>> from ecosurvey.sem.simulate import simulate
    >>> truth = "a =~ .8*a1 + .7*a2 + .6*a3; b =~ .8*b1 + .7*b2 + .6*b3; a ~~ .4*b"
    >>> fit = cfa("a =~ a1 + a2 + a3; b =~ b1 + b2 + b3", simulate(truth, 500, seed=1)).fit
    >>> pairs, found = latent_intervals(fit)
    >>> pairs, bool(found.ci_lower[0] < 0.4 < found.ci_upper[0])
    ((('a', 'b'),), True)
    """
    model = fit.model
    latent = model.layouts[group].latent
    pairs = tuple((a, b) for i, a in enumerate(latent) for b in latent[i + 1 :])
    values, jacobian = _values(model, fit.x, group)
    return pairs, delta_method(values, jacobian, fit.vcov, level)


def _values(model: Model, x: Floats, group: int) -> tuple[Floats, Floats]:
    """Return the correlations below the diagonal by pair, and their slopes in x."""
    layout = model.layouts[group]
    m = len(layout.latent)
    scales = scales_of(model, group, x)
    cov = scales.moments.factor_cov[:m, :m]
    moves = factor_directions(layout.free, scales, m)
    i, j = np.triu_indices(m, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        variances = np.where(np.diag(cov) > 0, np.diag(cov), np.nan)
        scale = np.sqrt(variances[i] * variances[j])
        values = cov[i, j] / scale
        own = moves[:, np.arange(m), np.arange(m)] / variances
        slopes = moves[:, i, j] / scale - values * (own[:, i] + own[:, j]) / 2
    jacobian = np.zeros((len(values), model.n_par))
    jacobian[:, layout.parameter] = slopes.T
    return values, jacobian
