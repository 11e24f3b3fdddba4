"""Rules that need nothing but eigenvalues: Kaiser, empirical Kaiser, acceleration factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.factors.retention.parallel import leading

if TYPE_CHECKING:
    from numpy.typing import NDArray


def kaiser(eigenvalues: NDArray[np.float64]) -> int:
    """Return how many eigenvalues of the correlation matrix exceed one (Kaiser, 1960).

    Examples
    --------
    >>> import numpy as np
    >>> kaiser(np.array([1.6, 1.1, 0.3]))
    2
    """
    return int((eigenvalues > 1).sum())


def empirical_kaiser(eigenvalues: NDArray[np.float64], n: int) -> int:
    r"""Return how many leading eigenvalues exceed their empirical Kaiser references.

    .. math:: l_j = \max\left(\frac{p - \sum_{i<j} \lambda_i}{p - j + 1}
              \left(1 + \sqrt{p / n}\right)^2, 1\right)

    Parameters
    ----------
    eigenvalues : ndarray, shape (p,)
        Falling, of the correlation matrix.
    n : int
        Respondents.

    References
    ----------
    Braeken, J., & van Assen, M. A. L. M. (2017). An empirical Kaiser criterion. Psychological
    Methods, 22, 450-466.

    Examples
    --------
    >>> import numpy as np
    >>> empirical_kaiser(np.array([1.6, 1.1, 0.3]), 20)
    0
    """
    return leading(eigenvalues > empirical_kaiser_references(eigenvalues, n))


def empirical_kaiser_references(eigenvalues: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return the references that :func:`empirical_kaiser` compares with."""
    p = len(eigenvalues)
    before = np.concatenate([[0.0], np.cumsum(eigenvalues)[:-1]])
    left = (p - before) / (p - np.arange(p))
    return np.asarray(np.maximum(left * (1 + np.sqrt(p / n)) ** 2, 1.0), dtype=np.float64)


def acceleration_factor(eigenvalues: NDArray[np.float64]) -> int:
    """Return the number of eigenvalues before the sharpest bend of the scree (Raiche et al.).

    The bend is the largest second difference; a numeric form of Cattell's scree test. It
    tends to keep too few.

    References
    ----------
    Raîche, G., Walls, T. A., Magis, D., Riopel, M., & Blais, J.-G. (2013). Non-graphical
    solutions for Cattell's scree test. Methodology, 9, 23-29.

    Examples
    --------
    >>> import numpy as np
    >>> acceleration_factor(np.array([3.0, 2.8, 0.5, 0.4, 0.3]))
    2
    """
    if len(eigenvalues) < 3:
        return 1
    return int(np.diff(eigenvalues, 2).argmax()) + 1
