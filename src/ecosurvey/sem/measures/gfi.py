"""Goodness of fit: the share of the weighted sample moments that the model reproduces."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import implied
from ecosurvey.sem.implied import symmetric_inverse
from ecosurvey.sem.loss import LOSSES
from ecosurvey.sem.loss.casewise import casewise, expected_form
from ecosurvey.sem.measures.responses import forms as response_forms

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit
    from ecosurvey.sem.implied import Implied
    from ecosurvey.sem.observed import Moments


def gfi(residual: float, observed: float) -> float:
    """Return 1 - (s - sigma)' W (s - sigma) / s' W s.

    Parameters
    ----------
    residual, observed : float
        The two quadratic forms; W is the estimator's weight, for ML the normal-theory weight
        at the implied covariances. s holds the means too where they are modelled.

    Source: Jöreskog & Sörbom (1981), LISREL V; Tanaka & Huba (1985), British Journal of
    Mathematical and Statistical Psychology 38, 197-201. (lavaan from 0.7 on prints another
    index under this name.)
    """
    return 1.0 - residual / observed if observed > 0 else nan


def agfi(gfi: float, df: float, moments: int) -> float:
    """GFI adjusted for degrees of freedom, 1 - (moments / df)(1 - GFI); 1 if saturated.

    Source: Jöreskog & Sörbom (1981), LISREL V.
    """
    if not isfinite(gfi):
        return nan
    return 1.0 - moments / df * (1.0 - gfi) if df > 0 else 1.0


def pgfi(gfi: float, df: float, moments: int) -> float:
    """Parsimony GFI, (df / moments) GFI.

    Source: Mulaik et al. (1989), Psychological Bulletin 105, 430-445. lavaan divides by all
    moments, the means included.
    """
    return df / moments * gfi if moments else nan


def normal_theory_form(
    inverse: NDArray[np.float64], cov: NDArray[np.float64], mean: NDArray[np.float64]
) -> float:
    """Return tr[(W cov)^2] / 2 + mean' W mean, with W = ``inverse``."""
    turned = inverse @ cov
    return float(np.sum(turned * turned.T) / 2 + mean @ inverse @ mean)


def measures(fit: Fit) -> dict[str, float]:
    """Return gfi (groups weighted by their rows), agfi and pgfi."""
    if fit.model.responses:
        return _of_responses(fit)
    forms = _normal_forms if fit.method.loss == "ML" else _weighted_forms
    value, count = 0.0, 0
    for weight, moments, model in zip(
        fit.model.weights, fit.model.moments, implied(fit.model, fit.x), strict=True
    ):
        value += weight * gfi(*forms(fit, moments, model))
        p = len(moments.mean)
        count += p * (p + 1) // 2 + (p if fit.model.meanstructure else 0)
    return {
        "gfi": value,
        "agfi": agfi(value, fit.test.df, count),
        "pgfi": pgfi(value, fit.test.df, count),
    }


def _of_responses(fit: Fit) -> dict[str, float]:
    """Return the measures of an ordinal model, whose statistics are those of two steps."""
    value, count = 0.0, 0
    for group, (weight, of) in enumerate(zip(fit.model.weights, fit.model.responses, strict=True)):
        value += weight * gfi(*response_forms(fit, group))
        count += of.places.size
    return {
        "gfi": value,
        "agfi": agfi(value, fit.test.df, count),
        "pgfi": pgfi(value, fit.test.df, count),
    }


def _normal_forms(fit: Fit, moments: Moments, model: Implied) -> tuple[float, float]:
    """Return both forms; what fixed covariates say of themselves is given, not reproduced."""
    if moments.rows is not None:
        return _forms_with_gaps(moments, model, fit.model.exogenous)
    means = fit.model.meanstructure
    mean = moments.mean.copy() if means else np.zeros(len(moments.mean))
    gap = mean - model.mu if means else mean
    at_sample = fit.method.h1_information == "unstructured"
    inverse = symmetric_inverse(moments.cov if at_sample else model.sigma)
    fixed = fit.model.exogenous
    cov = moments.cov.copy()
    cov[np.ix_(fixed, fixed)] = 0.0
    residual = normal_theory_form(inverse, moments.cov - model.sigma, gap)
    mean[fixed] = 0.0
    return residual, normal_theory_form(inverse, cov, mean)


def _forms_with_gaps(
    moments: Moments, model: Implied, fixed: NDArray[np.intp]
) -> tuple[float, float]:
    """Return both forms weighted by the expected information of rows with gaps.

    The moments are those of the answers there are, pair by pair, as lavaan takes them here and
    here only.
    """
    rows = moments.rows
    if rows is None:
        raise TypeError("these moments have no rows with gaps")
    parts = casewise(rows, model.mu, model.sigma)

    if rows.weights is None:
        mean, cov = rows.available_moments()
    else:  # lavaan has them at hand for weighted rows
        mean, cov = moments.mean.copy(), moments.cov.copy()
    residual = expected_form(rows, parts, cov - model.sigma, mean - model.mu)
    cov[np.ix_(fixed, fixed)] = 0.0
    mean[fixed] = 0.0
    return residual, expected_form(rows, parts, cov, mean)


def _weighted_forms(fit: Fit, moments: Moments, model: Implied) -> tuple[float, float]:
    """Take the least-squares loss at the implied moments, and at moments of zero."""
    loss = LOSSES[fit.method.loss](moments, meanstructure=fit.model.meanstructure)
    mu = np.zeros(len(moments.mean)) if fit.model.meanstructure else moments.mean
    nothing = replace(model, sigma=np.zeros_like(model.sigma), mu=mu)
    return loss.at(model).value, loss.at(nothing).value
