"""Rubin's rules: estimates and sampling covariances over imputations as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ENDLESS = 9999.0  # degrees of freedom beyond which t is the normal, as in semTools


@dataclass(frozen=True, slots=True)
class Combined:
    """Estimates over imputations, one entry each.

    Attributes
    ----------
    est : (k,) array
        Means over the imputations.
    within, between : (k,) arrays
        Mean of the squared standard errors; variance of the estimates, both over imputations.
    variance : (k,) array
        ``within + (1 + 1/m) between``.
    df : (k,) array
        Of the t distribution; infinite beyond 9,999.
    fmi : (k,) array
        Share of the variance that comes from what is missing.
    riv : (k,) array
        By how much the missing answers increase the variance, relative to ``within``.
    """

    est: Floats
    within: Floats
    between: Floats
    variance: Floats
    df: Floats
    fmi: Floats
    riv: Floats


def combine(est: Floats, se: Floats) -> Combined:
    r"""Pool estimates by Rubin's rules.

    :math:`T = W + (1 + 1/m) B`, with :math:`\nu = (m - 1)(1 + W / [(1 + 1/m) B])^2` degrees of
    freedom.

    Parameters
    ----------
    est, se : (m, k) arrays
        Estimates and standard errors, a row an imputation.

    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, eqs. 3.1.5-3.1.10.

    Examples
    --------
    >>> found = combine(np.array([[1.0], [1.2], [1.1]]), np.full((3, 1), 0.2))
    >>> round(float(found.est[0]), 2), round(float(found.variance[0]), 4)
    (1.1, 0.0533)
    """
    m = len(est)
    within = np.mean(se**2, axis=0)
    between = est.var(axis=0, ddof=1)
    added = (1 + 1 / m) * between
    variance = within + added
    with np.errstate(divide="ignore", invalid="ignore"):
        df = (m - 1) * (1 + within / added) ** 2
        fmi, riv = added / variance, added / within
    df = np.where(df > _ENDLESS, np.inf, df)
    return Combined(est.mean(axis=0), within, between, variance, df, fmi, riv)


def combine_covariances(x: Floats, vcov: Floats, n_par: int, *, proportional: bool) -> Floats:
    r"""Pool the sampling covariances of the free parameters.

    Parameters
    ----------
    x : (m, npar) array
    vcov : (m, npar, npar) array
    n_par : int
        Free parameters, equalities counted off.
    proportional : bool
        False: Rubin's :math:`W + (1 + 1/m) B`. True: :math:`(1 + r) W`, with the average relative
        increase :math:`r = (1 + 1/m) tr(B W^{-1}) / p`, which holds if the missing answers
        take the same share from every parameter, and is steadier for few imputations.

    Source: Rubin (1987), eq. 3.1.5; Li, Raghunathan & Rubin (1991), J. American Statistical
    Association 86, 1065-1073, eq. 1.17 (semTools' default).
    """
    m = len(x)
    within = vcov.mean(axis=0)
    between = np.atleast_2d(np.cov(x, rowvar=False))
    if not proportional:
        return np.asarray(within + (1 + 1 / m) * between)
    inverse = np.linalg.pinv(within, rcond=1e-10, hermitian=True)
    increase = (1 + 1 / m) / n_par * float(np.sum(between * inverse))
    return np.asarray((1 + increase) * within)
