"""What each row contributes to the sampling covariance of the moments, Gamma.

Row i contributes e_i to the means and e_i h_i' + h_i e_i' - C to the covariances. Without
fixed covariates e is the centred row and h half of it, so that the product is d d'. With fixed
covariates e is the residual from the regression on them and h the fitted part plus half of e:
what the covariates alone account for does not vary from sample to sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.sem.observed.design import summed, weighed
from ecosurvey.sem.observed.moments import Moments

_CHUNK = 4_096
_NONE = np.array([], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Contributions:
    """The rows' contributions in factored form, a chunk of rows at a time.

    Attributes
    ----------
    moments : Moments
    exogenous : (q,) array
        Positions of the fixed covariates.
    slopes : (q, p) array
        Regression of every variable on the covariates.
    mean : (p, p)
        C, the mean of e h' + h e': the (residual) covariances divided by N.
    """

    moments: Moments
    exogenous: NDArray[np.intp]
    slopes: NDArray[np.float64]
    mean: NDArray[np.float64]

    def chunks(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Yield e and h, each of shape (rows, p)."""
        data = _rows(self.moments)
        for start in range(0, len(data), _CHUNK):
            centred = data[start : start + _CHUNK] - self.moments.mean
            if not len(self.exogenous):
                yield centred, centred / 2
                continue
            fitted = centred[:, self.exogenous] @ self.slopes
            e = centred - fitted
            yield e, fitted + e / 2

    def stacked(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return e and h of all rows at once."""
        parts = list(self.chunks())
        return np.concatenate([e for e, _ in parts]), np.concatenate([h for _, h in parts])


def contributions(moments: Moments, exogenous: NDArray[np.intp] = _NONE) -> Contributions:
    """Return the contributions of the rows, given which variables are fixed covariates.

    Raises
    ------
    DataError
        If there are only moments and no rows.
    """
    _rows(moments)
    cov = moments.cov_n
    if not len(exogenous):
        return Contributions(moments, exogenous, np.empty((0, len(cov))), cov)
    across = cov[exogenous]
    within = cov[np.ix_(exogenous, exogenous)]
    slopes = np.asarray(np.linalg.solve(within, across), dtype=float)
    slopes[:, exogenous] = np.eye(len(exogenous))
    residual = cov - across.T @ slopes
    residual[exogenous] = 0.0
    residual[:, exogenous] = 0.0
    return Contributions(moments, exogenous, slopes, (residual + residual.T) / 2)


def moment_covariance(
    moments: Moments, exogenous: NDArray[np.intp] = _NONE, *, meanstructure: bool
) -> NDArray[np.float64]:
    """Return Gamma, N times the sampling covariance of [mean; vech(S)], of any distribution.

    Divided by N (Browne 1984, eq. 3.1 and following; lavaan's ``lavInspect(fit, "gamma")``).
    Weighted rows count by their weights, and rows of a cluster are summed first.
    """
    parts = contributions(moments, exogenous)
    design = moments.design
    rows = _moment_rows(parts, meanstructure=meanstructure)
    if design is not None and design.clusters is not None:
        totals = summed(rows, design)
        return np.asarray(totals.T @ totals / moments.n)
    gamma = sum(chunk.T @ chunk for chunk in rows)
    return np.asarray(gamma / moments.n)


def covariance_around(
    moments: Moments,
    mu: NDArray[np.float64],
    sigma: NDArray[np.float64],
    *,
    meanstructure: bool,
) -> NDArray[np.float64]:
    """Return Gamma with the rows' contributions taken from given moments, not from their means."""
    data = _rows(moments)
    one, other = np.triu_indices(len(mu))
    total = np.zeros(())
    for start in range(0, len(data), _CHUNK):
        centred = data[start : start + _CHUNK] - mu
        rows = centred[:, one] * centred[:, other] - sigma[one, other]
        if meanstructure:
            rows = np.concatenate([centred, rows], axis=1)
        total = total + rows.T @ rows
    return np.asarray(total / moments.n)


def _moment_rows(parts: Contributions, *, meanstructure: bool) -> Iterator[NDArray[np.float64]]:
    """Yield what each row contributes to [mean; vech(S)], times its weight."""
    one, other = np.triu_indices(len(parts.moments.mean))
    offset = parts.mean[one, other]
    start = 0
    for e, h in parts.chunks():
        rows = e[:, one] * h[:, other]
        rows += h[:, one] * e[:, other]
        rows -= offset
        if meanstructure:
            rows = np.concatenate([e, rows], axis=1)
        yield weighed(rows, parts.moments.design, start)
        start += len(e)


def moment_variances(moments: Moments) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the diagonal of Gamma alone: for the covariances (p, p) and the means (p,)."""
    parts = contributions(moments)
    total = np.zeros_like(parts.mean)
    for e, _ in parts.chunks():
        squares = e**2
        total += squares.T @ squares
    return total / moments.n - parts.mean**2, np.diag(parts.mean).copy()


def _rows(moments: Moments) -> NDArray[np.float64]:
    if moments.data is None:
        raise DataError(
            Text(
                "this estimator, test or standard error needs the rows, "
                "and only moments were given",
                "该估计方法、检验或标准误需要逐行数据，而只给出了矩",
            ),
            fix=Text(
                "Give data=, or use estimator='ML' or 'GLS'.",
                "请给出 data=，或使用 estimator='ML' 或 'GLS'。",
            ),
        )
    return moments.data
