"""Convergent validity: what a construct's loadings say of it, whatever model they come from."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

AVE_LOW, CR_LOW = 0.50, 0.70  # Fornell & Larcker (1981); Bagozzi & Yi (1988)


@dataclass(frozen=True, slots=True)
class Convergent:
    """Composite reliability, average variance extracted, maximal reliability of a construct.

    Attributes
    ----------
    cr : float
        Composite reliability.
    ave : float
        Average variance extracted.
    h : float
        Maximal reliability (coefficient H).
    k : int
        Items.
    """

    cr: float
    ave: float
    h: float
    k: int


def convergent(loadings: ArrayLike, residuals: ArrayLike | None = None) -> Convergent:
    """Return composite reliability, AVE and coefficient H of one construct.

    Parameters
    ----------
    loadings : array, shape (k,)
        Standardized loadings (or unstandardized, with their residual variances and a factor
        variance of one).
    residuals : array, shape (k,), optional
        Residual variances; one minus squared loadings by default.

    Returns
    -------
    Convergent

    Examples
    --------
    >>> found = convergent([.8, .7, .6])
    >>> round(found.cr, 3), round(found.ave, 3), round(found.h, 3)
    (0.745, 0.497, 0.767)
    """
    lambdas, thetas = _checked(loadings, residuals)
    return Convergent(
        composite_reliability(lambdas, thetas),
        average_variance_extracted(lambdas, thetas),
        maximal_reliability(lambdas, thetas),
        len(lambdas),
    )


def composite_reliability(loadings: ArrayLike, residuals: ArrayLike | None = None) -> float:
    r"""Return composite reliability (Jöreskog's rho) of the unweighted sum.

    .. math:: CR = \frac{(\sum \lambda_i)^2}{(\sum \lambda_i)^2 + \sum \theta_i}

    From standardized loadings this is the CR of Fornell and Larcker (1981); from
    unstandardized ones McDonald's omega. Parameters as in :func:`convergent`.

    Examples
    --------
    >>> round(composite_reliability([.8, .7, .6]), 4)
    0.7449
    """
    lambdas, thetas = _checked(loadings, residuals)
    common = float(lambdas.sum()) ** 2
    total = common + float(thetas.sum())
    return common / total if total > 0 else nan


def average_variance_extracted(loadings: ArrayLike, residuals: ArrayLike | None = None) -> float:
    r"""Return the average variance extracted.

    .. math:: AVE = \frac{\sum \lambda_i^2}{\sum \lambda_i^2 + \sum \theta_i}

    From standardized loadings (Fornell & Larcker, 1981) this is their mean square.
    Parameters as in :func:`convergent`.

    Examples
    --------
    >>> round(average_variance_extracted([.8, .7, .6]), 4)
    0.4967

    In R: ``semTools::AVE(fit)`` takes unstandardized loadings.
    """
    lambdas, thetas = _checked(loadings, residuals)
    common = float((lambdas**2).sum())
    total = common + float(thetas.sum())
    return common / total if total > 0 else nan


def maximal_reliability(loadings: ArrayLike, residuals: ArrayLike | None = None) -> float:
    r"""Return coefficient H, the reliability of the best weighted sum (Hancock & Mueller, 2001).

    .. math:: H = \left(1 + \frac{1}{\sum \lambda_i^2 / \theta_i}\right)^{-1}

    Not defined (NaN) where a residual variance is zero or negative. Parameters as in
    :func:`convergent`.

    Examples
    --------
    >>> round(maximal_reliability([.8, .7, .6]), 4)
    0.7675

    In R: ``semTools::maximalRelia(fit)`` is the same for one factor.
    """
    lambdas, thetas = _checked(loadings, residuals)
    if (thetas <= 0).any():
        return nan
    information = float((lambdas**2 / thetas).sum())
    return information / (1 + information)


def _checked(
    loadings: ArrayLike, residuals: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lambdas = _vector(loadings, Text("loadings", "载荷"))
    thetas = (
        1 - lambdas**2 if residuals is None else _vector(residuals, Text("residuals", "残差方差"))
    )
    if len(thetas) != len(lambdas):
        raise DataError(
            Text(
                f"there are {len(lambdas)} loadings but {len(thetas)} residual variances",
                f"有{len(lambdas)}个载荷，却有{len(thetas)}个残差方差",
            ),
            fix=Text("Give one of each for every item.", "请为每个题项各给出一个。"),
        )
    return lambdas, thetas


def _vector(values: Any, what: Text) -> NDArray[np.float64]:
    vector = np.array(values, dtype=float).ravel()
    if not len(vector) or not np.isfinite(vector).all():
        raise DataError(
            Text(f"{what} are empty or hold gaps", f"{what.zh}为空或含有缺失"),
            fix=Text("Give one finite number an item.", "请为每个题项给出一个有限的数。"),
        )
    return vector
