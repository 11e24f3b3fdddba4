"""A general factor out of correlated ones: the Schmid-Leiman transformation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import OptionError, Text
from ecosurvey.factors.extraction import Extraction, extract

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SchmidLeiman:
    """Loadings on a general factor and on what is left of the group factors.

    Attributes
    ----------
    general : ndarray, shape (p,)
    group : ndarray, shape (p, k)
    second_order : ndarray, shape (k,)
        Loadings of the group factors on the general one.
    """

    general: NDArray[np.float64]
    group: NDArray[np.float64]
    second_order: NDArray[np.float64]


def schmid_leiman(
    loadings: NDArray[np.float64], phi: NDArray[np.float64], method: Extraction = "minres"
) -> SchmidLeiman:
    r"""Split oblique factors into one general factor and orthogonal group factors.

    With second-order loadings g from one factor of phi, the general loadings are
    :math:`\Lambda g` and the group loadings :math:`\Lambda \sqrt{1 - g^2}`.

    Parameters
    ----------
    loadings : ndarray, shape (p, k)
        Pattern of an oblique rotation.
    phi : ndarray, shape (k, k)
        Factor correlations. With two factors the second order is not identified; both get
        the square root of their correlation, as psych does with ``option = "equal"``.
    method : {"minres", "ml", "principal_axis"}
        Extraction of the second-order factor; psych takes that of the first order.

    Returns
    -------
    SchmidLeiman

    References
    ----------
    Schmid, J., & Leiman, J. M. (1957). The development of hierarchical factor solutions.
    Psychometrika, 22, 53-61.

    Examples
    --------
    >>> import numpy as np
    >>> found = schmid_leiman(np.kron(np.eye(2), np.full((3, 1), .8)),
    ...                       np.array([[1, .49], [.49, 1]]))
    >>> [round(float(g), 2) for g in found.general]
    [0.56, 0.56, 0.56, 0.56, 0.56, 0.56]
    """
    k = len(phi)
    if k < 2:
        raise OptionError(
            Text(
                "a general factor needs two or more correlated group factors",
                "一般因子需要两个或更多相关的组因子",
            ),
            fix=Text("Take n_factors of 2 or more, best 3.", "请取 n_factors 为2或更大，最好为3。"),
        )
    if k == 2:
        g = np.full(2, np.sqrt(abs(phi[0, 1])))
        g[1] *= 1.0 if phi[0, 1] >= 0 else -1.0
    else:
        g = extract(phi, 1, method).loadings[:, 0]
    return SchmidLeiman(loadings @ g, loadings * np.sqrt(np.clip(1 - g**2, 0, None)), g)
