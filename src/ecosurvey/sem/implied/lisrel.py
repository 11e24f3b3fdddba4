"""Parameters to moments: Sigma = L Psi L' + Theta and mu = nu + L alpha, L = Lambda (I - B)^-1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.implied.inverse import inverse
from ecosurvey.sem.implied.layout import Layout, Matrices, put


@dataclass(frozen=True, slots=True)
class Implied:
    """The moments that one group's parameters imply, with the parts derivatives need.

    Attributes
    ----------
    sigma : (p, p) covariances
    mu : (p,) means
    reach : (p, m) total effect of each factor's disturbance on the observed, L
    factor_cov : (m, m) covariances of the factors
    factor_mean : (m,) means of the factors
    """

    sigma: NDArray[np.float64]
    mu: NDArray[np.float64]
    reach: NDArray[np.float64]
    factor_cov: NDArray[np.float64]
    factor_mean: NDArray[np.float64]


def matrices(layout: Layout, x: NDArray[np.float64]) -> Matrices:
    """Return the model matrices of a group at parameter vector ``x`` (all groups' parameters)."""
    filled = layout.base.copy()
    put(filled, layout.free, x[layout.parameter])
    return filled


def implied_moments(model: Matrices) -> Implied:
    """Return the moments that the model matrices imply (Bollen 1989, eq. 8.10-8.13).

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular.
    """
    m = len(model.beta)
    if model.beta.any():
        spread = inverse(np.eye(m) - model.beta)
        reach = model.lambda_ @ spread
        factor_cov = spread @ model.psi @ spread.T
        factor_mean = spread @ model.alpha
    else:
        reach, factor_cov, factor_mean = model.lambda_, model.psi, model.alpha
    sigma = reach @ model.psi @ reach.T + model.theta
    return Implied(
        sigma=(sigma + sigma.T) / 2,
        mu=model.nu + reach @ model.alpha,
        reach=reach,
        factor_cov=factor_cov,
        factor_mean=factor_mean,
    )
