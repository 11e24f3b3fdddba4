"""What each row says about each parameter, and the sandwich's middle made of it.

Every function works a chunk of rows at a time and never forms Gamma, which for 40 items would
be 820 by 820: since dSigma = u v' + v u', a row's weight along a parameter is a product of four
numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.sem.implied import Directions, Implied, symmetric_inverse
from ecosurvey.sem.observed import Contributions, Moments, summed, weighed

_CHUNK = 4_096


def normal_scores(
    moments: Moments, implied: Implied, moves: Directions
) -> Iterator[NDArray[np.float64]]:
    """Yield d log-likelihood / d cell of each row at the implied moments, (rows, k) a chunk.

    Of weighted rows it is the weighted log-likelihood.
    """
    if moments.data is None:
        raise DataError(
            Text(
                "first-order information needs the rows, and only moments were given",
                "一阶信息需要逐行数据，而只给出了矩",
            ),
            fix=Text("Give data=, or use estimator='ML'.", "请给出 data=，或使用 estimator='ML'。"),
        )
    inverse = symmetric_inverse(implied.sigma)
    by_u, by_v = inverse @ moves.u.T, inverse @ moves.v.T
    by_mean = inverse @ moves.mean.T
    expected = np.einsum("kp,pk->k", moves.u, by_v)
    for start in range(0, len(moments.data), _CHUNK):
        centred = moments.data[start : start + _CHUNK] - implied.mu
        rows = centred @ by_mean + (centred @ by_u) * (centred @ by_v) - expected
        yield weighed(rows, moments.design, start)


def moment_scores(
    parts: Contributions, weight: NDArray[np.float64], moves: Directions
) -> Iterator[NDArray[np.float64]]:
    """Yield each row's contribution to [mean; vech(S)], weighted along the cells.

    The weight is the normal-theory one: W for the means, W x W / 2 for the covariances.

    Parameters
    ----------
    parts : Contributions
    weight : (p, p) symmetric W
    moves : Directions
        Of k cells.
    """
    by_u, by_v = weight @ moves.u.T, weight @ moves.v.T
    by_mean = weight @ moves.mean.T
    expected = np.einsum("pk,pk->k", by_u, parts.mean @ by_v)
    start = 0
    for e, h in parts.chunks():
        rows = e @ by_mean + (e @ by_u) * (h @ by_v) + (e @ by_v) * (h @ by_u) - expected
        yield weighed(rows, parts.moments.design, start)
        start += len(e)


def cross_product(rows: Iterable[NDArray[np.float64]], moments: Moments) -> NDArray[np.float64]:
    """Return the outer product of the rows, summed and divided by N, (k, k).

    Rows of a cluster are summed first.
    """
    if moments.design is not None and moments.design.clusters is not None:
        totals = summed(rows, moments.design)
        return np.asarray(totals.T @ totals / moments.n)
    total: NDArray[np.float64] | None = None
    for chunk in rows:
        product = chunk.T @ chunk
        total = product if total is None else total + product
    if total is None:
        raise DataError(Text("there are no rows", "没有数据行"))
    return total / moments.n


def weighted_trace(
    parts: Contributions, weight: NDArray[np.float64], *, meanstructure: bool
) -> float:
    """Return tr(V Gamma), V the normal-theory weight made of ``weight``.

    For W = S^-1 and no means it is half of Mardia's kurtosis less p.
    """
    spread = weight @ parts.mean
    total = 0.0
    for e, h in parts.chunks():
        by_e = e @ weight
        crossed = np.einsum("ip,ip->i", by_e, h)
        own = np.einsum("ip,ip->i", by_e, e) * np.einsum("ip,ip->i", h @ weight, h)
        total += float(np.sum(crossed**2 + own))
    quadratic = total / parts.moments.n - float(np.sum(spread * spread.T)) / 2
    return quadratic + (float(np.trace(spread)) if meanstructure else 0.0)
