"""Functions of the parameters with their standard errors, by the delta method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import OptionError, Text

Floats = NDArray[np.float64]

_ROUNDING = 1e-13  # an error this small beside its estimate is that of the arithmetic: none


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates with what is known of their precision, one entry each.

    Attributes
    ----------
    est, se, z, pvalue, ci_lower, ci_upper : (k,) arrays
        ``se`` is 0 and ``z`` NaN for what no free parameter moves; normal theory, two-sided.
    """

    est: Floats
    se: Floats
    z: Floats
    pvalue: Floats
    ci_lower: Floats
    ci_upper: Floats


def delta_method(est: Floats, jacobian: Floats, vcov: Floats, level: float = 0.95) -> Estimates:
    r"""Return estimates with standard errors :math:`\sqrt{diag(J V J')}`.

    Parameters
    ----------
    est : (k,) array
    jacobian : (k, npar) array
        Derivatives of ``est`` in the free parameters.
    vcov : (npar, npar) array
        Sampling covariance of the free parameters.
    level : float
        Of the confidence intervals.

    Examples
    --------
    >>> found = delta_method(np.array([2.0]), np.array([[1.0]]), np.array([[0.25]]))
    >>> float(found.se[0]), float(found.z[0])
    (0.5, 4.0)
    """
    from scipy.special import ndtr, ndtri

    if not 0 < level < 1:
        raise OptionError(
            Text(f"level={level!r} is not a confidence level", f"level={level!r} 不是置信水平"),
            fix=Text("Use e.g. 0.95.", "例如0.95。"),
        )
    with np.errstate(invalid="ignore"):
        variance = np.einsum("kj,kj->k", jacobian @ vcov, jacobian)
        variance[np.sqrt(variance) < _ROUNDING * np.abs(est)] = 0.0
        se = np.sqrt(variance)
        z = np.divide(est, se, out=np.full(len(est), np.nan), where=se > 0)
        margin = -ndtri((1 - level) / 2) * se
    return Estimates(est, se, z, 2 * ndtr(-np.abs(z)), est - margin, est + margin)
