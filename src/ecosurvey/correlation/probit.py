"""Ordered probit regression: thresholds and slopes of one ordinal variable on covariates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import ConvergenceError, Text
from ecosurvey.correlation.bivariate import FAR, normal_density

_SMALLEST = 1e-300


def ordered_probit(
    codes: NDArray[np.intp],
    covariates: NDArray[np.float64],
    start: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Return thresholds and slopes by maximum likelihood (McKelvey and Zavoina 1975).

    .. math:: P(y = c \mid x) = \Phi(\tau_{c+1} - \beta'x) - \Phi(\tau_c - \beta'x)

    Newton's method; the log-likelihood is concave, so a step only ever needs shortening.

    Parameters
    ----------
    codes : (n,) int array
        Categories from 0, none missing.
    covariates : (n, q) array
    start : (c - 1,) array
        Thresholds to begin with, ascending.
    weights : (n,) array, optional
        How much each row counts.

    Raises
    ------
    ConvergenceError
        If a covariate separates the categories, or covariates are collinear.
    """
    centre, scale = covariates.mean(axis=0), covariates.std(axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank(covariates - centre) < covariates.shape[1]:
        raise ConvergenceError(
            Text("the covariates are constant or collinear", "协变量为常数或共线"),
            fix=Text("Drop the ones that others determine.", "请去掉由其他变量决定的协变量。"),
        )
    x = (covariates - centre) / scale
    n_cuts = len(start)
    mass = np.ones(len(codes)) if weights is None else weights
    theta = np.concatenate([start, np.zeros(x.shape[1])])
    value, gradient, hessian = _likelihood(theta, codes, x, n_cuts, mass)
    for _ in range(100):
        step = np.linalg.solve(hessian, -gradient)
        gain = float(gradient @ step)
        length = 1.0
        while length > 1e-10:
            tried = theta + length * step
            found = _likelihood(tried, codes, x, n_cuts, mass)
            if found[0] >= value + 1e-4 * length * gain - 1e-12 * abs(value):
                break
            length /= 2
        theta, (value, gradient, hessian) = tried, found
        if gain < 1e-18 * mass.sum():
            break
    else:
        raise ConvergenceError(
            Text(
                "the probit regression on the covariates does not converge",
                "对协变量的probit回归未收敛",
            ),
            fix=Text(
                "Look for a covariate that separates the categories.",
                "请检查是否有协变量把各类别完全分开。",
            ),
        )
    slopes = theta[n_cuts:] / scale
    return theta[:n_cuts] + slopes @ centre, slopes


def _likelihood(
    theta: NDArray[np.float64],
    codes: NDArray[np.intp],
    x: NDArray[np.float64],
    n_cuts: int,
    mass: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return log-likelihood, gradient and Hessian in [thresholds, slopes]."""
    from scipy.special import ndtr

    edges = np.concatenate([[-np.inf], theta[:n_cuts], [np.inf]])
    shift = x @ theta[n_cuts:]
    lower = np.clip(edges[codes] - shift, -FAR, FAR)
    upper = np.clip(edges[codes + 1] - shift, -FAR, FAR)
    flip = lower + upper > 0  # differences of small tail probabilities keep their digits
    high = np.where(flip, ndtr(-lower), ndtr(upper))
    low = np.where(flip, ndtr(-upper), ndtr(lower))
    probability = np.maximum(high - low, _SMALLEST)
    if (np.diff(theta[:n_cuts]) <= 0).any():
        return -np.inf, np.zeros(len(theta)), np.eye(len(theta))
    at_upper, at_lower = normal_density(upper) / probability, normal_density(lower) / probability
    steps = np.arange(n_cuts)
    is_upper, is_lower = codes[:, None] == steps, codes[:, None] == steps + 1
    first = np.concatenate(
        [
            is_upper * at_upper[:, None] - is_lower * at_lower[:, None],
            (at_lower - at_upper)[:, None] * x,
        ],
        axis=1,
    )
    bend_upper, bend_lower = -upper * at_upper, -lower * at_lower
    by_upper = np.concatenate([is_upper.astype(float), -x], axis=1)
    by_lower = np.concatenate([is_lower.astype(float), -x], axis=1)
    hessian = (by_upper * (mass * bend_upper)[:, None]).T @ by_upper
    hessian -= (by_lower * (mass * bend_lower)[:, None]).T @ by_lower
    hessian -= (first * mass[:, None]).T @ first
    return float(mass @ np.log(probability)), mass @ first, hessian
