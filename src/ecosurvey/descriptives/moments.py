"""Moments of columns with gaps: the kernel of the item and scale statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Moments of each column, over its own answers.

    Attributes
    ----------
    n : ndarray of shape (p,)
        Answers that are there.
    mean, sd : ndarray of shape (p,)
        Mean, and standard deviation with n - 1.
    skew, kurtosis : ndarray of shape (p,)
        Bias-corrected G1 and G2 (excess: 0 for a normal distribution).
    skew_se, kurtosis_se : ndarray of shape (p,)
        Their standard errors under normality.
    """

    n: Array
    mean: Array
    sd: Array
    skew: Array
    kurtosis: Array
    skew_se: Array
    kurtosis_se: Array


def moments(values: Array) -> Moments:
    r"""Return the moments of the columns of ``values``; NaN is no answer.

    With the central moments :math:`m_k`, :math:`g_1 = m_3 / m_2^{3/2}` and
    :math:`g_2 = m_4 / m_2^2 - 3`,

    .. math::

        G_1 = \frac{\sqrt{n (n - 1)}}{n - 2} g_1, \qquad
        G_2 = \frac{n - 1}{(n - 2)(n - 3)} [(n + 1) g_2 + 6],

        SE(G_1) = \sqrt{\frac{6 n (n - 1)}{(n - 2)(n + 1)(n + 3)}}, \qquad
        SE(G_2) = 2 SE(G_1) \sqrt{\frac{n^2 - 1}{(n - 3)(n + 5)}}.

    What is not defined (no spread, or too few answers) is NaN; who shows it must say why.

    Parameters
    ----------
    values : ndarray of shape (rows, p)

    Notes
    -----
    SPSS, SAS and Excel print G1 and G2 ("type 2"); R's psych prints
    :math:`g_1 (1 - 1/n)^{3/2}` and :math:`(g_2 + 3)(1 - 1/n)^2 - 3` ("type 3") unless told
    otherwise. Source: Joanes and Gill (1998), The Statistician 47, 183-189.

    Examples
    --------
    >>> import numpy as np
    >>> found = moments(np.array([[1.0], [2.0], [2.0], [3.0], [7.0], [np.nan]]))
    >>> int(found.n[0]), round(float(found.skew[0]), 4), round(float(found.kurtosis[0]), 4)
    (5, 1.7444, 3.3223)
    """
    there = ~np.isnan(values)
    n = there.sum(axis=0).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        # measured from a value of its own, a constant column has exactly no spread
        origin = values[there.argmax(axis=0), np.arange(values.shape[1])]
        mean = origin + np.where(there, values - origin, 0.0).sum(axis=0) / n
        gap = np.where(there, values - mean, 0.0)
        square = gap * gap
        m2, m3, m4 = (power.sum(axis=0) / n for power in (square, square * gap, square * square))
        spread = m2 > 0.0
        g1 = np.where(spread, m3 / m2**1.5, np.nan)
        g2 = np.where(spread, m4 / m2**2 - 3.0, np.nan)
        sd = np.where(n > 1, np.sqrt(np.where(spread, m2, 0.0) * n / (n - 1)), np.nan)
        skew = np.where(n > 2, g1 * np.sqrt(n * (n - 1)) / (n - 2), np.nan)
        kurtosis = np.where(n > 3, (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6.0), np.nan)
        skew_se = np.where(n > 2, np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3))), np.nan)
        ratio = (n**2 - 1) / ((n - 3) * (n + 5))
        kurtosis_se = np.where(n > 3, 2 * skew_se * np.sqrt(np.where(n > 3, ratio, 1.0)), np.nan)
    return Moments(n, mean, sd, skew, kurtosis, skew_se, kurtosis_se)


def pairwise_correlations(values: Array) -> tuple[Array, Array, Array]:
    r"""Return Pearson correlations over pairwise complete rows, their p values and their n.

    The two-sided p value is that of :math:`t = r \sqrt{(n - 2) / (1 - r^2)}` with n - 2 degrees
    of freedom. Entries without two varying columns of at least 3 common rows are NaN.

    Parameters
    ----------
    values : ndarray of shape (rows, p)

    Returns
    -------
    r, p, n : ndarray of shape (p, p)

    Examples
    --------
    >>> r, p, n = pairwise_correlations(np.array([[1.0, 2], [2, 1], [3, 4], [4, 3], [5, np.nan]]))
    >>> round(float(r[0, 1]), 3), round(float(p[0, 1]), 3), int(n[0, 1])
    (0.6, 0.4, 4)
    """
    from scipy.special import stdtr

    there = (~np.isnan(values)).astype(float)
    center = np.nansum(values, axis=0) / np.maximum(there.sum(axis=0), 1)  # for accuracy only
    x = np.where(there > 0, values - center, 0.0)
    n = there.T @ there
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = x.T @ there  # sum of column i over the rows where column j is there
        squares = (x**2).T @ there
        cross = x.T @ x - sums * sums.T / n
        spread = squares - sums**2 / n
        spread = np.where(spread > 1e-12 * np.maximum(squares, 1e-300), spread, np.nan)
        r = np.where(n > 2, np.clip(cross / np.sqrt(spread * spread.T), -1.0, 1.0), np.nan)
        t = r * np.sqrt((n - 2) / (1.0 - r**2))
        p = np.where(np.isnan(r), np.nan, 2.0 * stdtr(np.maximum(n - 2, 1), -np.abs(t)))
    return r, p, n
