"""The log-likelihood and the information criteria made from it."""

from __future__ import annotations

from math import log, nan, pi
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import implied
from ecosurvey.sem.loss.casewise import casewise, loglik_rows
from ecosurvey.sem.measures.evidence import scaled_test

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit


def normal_loglik(
    n: float,
    cov: NDArray[np.float64],
    mean: NDArray[np.float64],
    sigma: NDArray[np.float64],
    mu: NDArray[np.float64],
) -> float:
    """Return the normal log-likelihood of n rows from their moments.

    -n/2 [p log 2 pi + log|Sigma| + tr(S Sigma^-1) + (m - mu)' Sigma^-1 (m - mu)], with
    ``cov`` = S the covariances divided by n.

    Source: Anderson (2003), An Introduction to Multivariate Statistical Analysis.
    NaN if ``sigma`` is not positive definite.
    """
    sign, logdet = np.linalg.slogdet(sigma)
    if sign <= 0:
        return nan
    shift = mean - mu
    distance = np.trace(np.linalg.solve(sigma, cov + np.outer(shift, shift)))
    return float(-0.5 * n * (len(mean) * log(2 * pi) + logdet + distance))


def aic(logl: float, npar: float) -> float:
    """Akaike's criterion, -2 logl + 2 npar (Akaike 1974, IEEE Trans. Automatic Control 19, 716)."""
    return -2 * logl + 2 * npar


def bic(logl: float, npar: float, n: float) -> float:
    """Schwarz's criterion, -2 logl + npar log n (Schwarz 1978, Annals of Statistics 6, 461)."""
    return -2 * logl + npar * log(n)


def sabic(logl: float, npar: float, n: float) -> float:
    """Sample-size adjusted BIC, -2 logl + npar log((n + 2) / 24) (Sclove 1987)."""
    return -2 * logl + npar * log((n + 2) / 24)


def measures(fit: Fit) -> dict[str, float]:
    """Return logl, unrestricted_logl, aic, bic, bic2 (also named sabic); nothing but for ML.

    With fixed covariates the likelihood is that of the outcomes given them: their own marginal
    log-likelihood at the sample moments is taken off. For Yuan-Bentler tests the scaling factors
    of the two log-likelihoods, ``scaling_factor_h1`` and ``scaling_factor_h0``, come along.
    """
    if fit.method.loss != "ML":
        return {}
    fixed = fit.model.exogenous
    logl = saturated = 0.0
    for moments, model in zip(fit.model.moments, implied(fit.model, fit.x), strict=True):
        n, cov, mean = moments.n, moments.cov, moments.mean
        given = normal_loglik(n, *(2 * (cov[np.ix_(fixed, fixed)], mean[fixed])))
        if moments.rows is not None:
            parts = casewise(moments.rows, model.mu, model.sigma)
            logl += float(loglik_rows(moments.rows, parts).sum()) - given
            saturated += moments.loglik - given
            continue
        logl += normal_loglik(n, cov, mean, model.sigma, model.mu) - given
        saturated += normal_loglik(n, cov, mean, cov, mean) - given
    npar, rows = fit.n_par, fit.model.n
    found = {
        "logl": logl,
        "unrestricted_logl": saturated,
        "aic": aic(logl, npar),
        "bic": bic(logl, npar, rows),
        "bic2": sabic(logl, npar, rows),
        "sabic": sabic(logl, npar, rows),
    }
    test = scaled_test(fit)
    if test is not None and test.name.startswith("yuan.bentler"):
        found |= {"scaling_factor_h1": test.scaling_h1, "scaling_factor_h0": test.scaling_h0}
    return found
