r"""The coefficients, each from counts per unit, so that units can be weighted (bootstrap).

Every function takes weights of shape (replicates, units) and returns one value a replicate.
With :math:`r_{ik}` raters giving unit *i* the value *k* and :math:`r_i = \sum_k r_{ik}`, units
with :math:`r_i \ge 2` give the observed agreement

.. math:: p_a = \frac1n \sum_i \sum_k \frac{r_{ik}(r_{ik}-1)}{r_i(r_i-1)}

of percent agreement, Fleiss' kappa and Gwet's AC1; they differ in the agreement by chance,
computed from :math:`\pi_k`, the mean over all rated units of :math:`r_{ik}/r_i`.
Krippendorff's alpha counts disagreement by pairs of values instead.

Sources: Fleiss (1971), Psychological Bulletin 76, 378; Gwet (2008), British Journal of
Mathematical and Statistical Psychology 61, 29; Gwet (2014), Handbook of Inter-Rater Reliability
(missing ratings); Krippendorff (2011), Computing Krippendorff's alpha-reliability; Cohen (1960),
Educational and Psychological Measurement 20, 37; Light (1971), Psychological Bulletin 76, 365.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosurvey.qualitative.agreement.ratings import Ratings

    Floats = NDArray[np.float64]

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")


def percent(counts: Floats, weights: Floats) -> Floats:
    """Return the share of agreeing pairs of ratings, averaged over units."""
    rated = counts.sum(axis=1)
    both = rated >= 2
    r, pairs = counts[both], rated[both] * (rated[both] - 1)
    agreed = (r * (r - 1)).sum(axis=1) / pairs
    used = weights[:, both]
    return _ratio(used @ agreed, used.sum(axis=1))


def fleiss(counts: Floats, weights: Floats) -> Floats:
    r"""Return Fleiss' kappa: chance is :math:`\sum_k \pi_k^2`."""
    pi = _shares(counts, weights)
    chance = (pi**2).sum(axis=1)
    return _ratio(percent(counts, weights) - chance, 1 - chance)


def gwet(counts: Floats, weights: Floats) -> Floats:
    r"""Return Gwet's AC1: chance is :math:`\sum_k \pi_k(1-\pi_k)/(q-1)`."""
    pi = _shares(counts, weights)
    chance = (pi * (1 - pi)).sum(axis=1) / max(counts.shape[1] - 1, 1)
    return _ratio(percent(counts, weights) - chance, 1 - chance)


def cohen(ratings: Ratings, weights: Floats) -> Floats:
    """Return Cohen's kappa of two raters; of more, the mean over pairs (Light's kappa)."""
    q = len(ratings.values)
    found: list[Floats] = []
    for one, other in combinations(ratings.index.T, 2):
        both = (one >= 0) & (other >= 0)
        if not both.any():
            continue
        used = weights[:, both]
        first, second = np.eye(q)[one[both]], np.eye(q)[other[both]]
        n = used.sum(axis=1)
        observed = _ratio(used @ (first * second).sum(axis=1), n)
        left, right = used @ first, used @ second
        chance = _ratio((left * right).sum(axis=1), n * n)
        found.append(_ratio(observed - chance, 1 - chance))
    stacked = np.array(found)
    return np.asarray(stacked.mean(axis=0))


def krippendorff(counts: Floats, values: Floats, metric: Metric, weights: Floats) -> Floats:
    r"""Return Krippendorff's alpha, :math:`1 - D_o/D_e`.

    Coincidences :math:`o_{ck} = \sum_u r_{uc}(r_{uk} - [c=k])/(r_u - 1)` over units with
    two ratings or more; :math:`D_o = \sum o_{ck}\delta_{ck}`,
    :math:`D_e = \sum n_c n_k \delta_{ck}/(n-1)`. Squared differences :math:`\delta`: 1 (nominal);
    ranks, that is :math:`(\sum_{g=c}^k n_g - (n_c+n_k)/2)^2` (ordinal); :math:`(c-k)^2`
    (interval); :math:`((c-k)/(c+k))^2` (ratio).
    """
    rated = counts.sum(axis=1)
    both = rated >= 2
    r, pairs = counts[both], rated[both] - 1
    used = weights[:, both]
    n_c = used @ r
    n = n_c.sum(axis=1)
    if metric == "ordinal":
        observed, expected = _by_rank(r, used / pairs, n_c)
    else:
        delta = distance(values, metric)
        observed = used @ (np.einsum("uc,ck,uk->u", r, delta, r) / pairs)
        expected = np.einsum("bc,ck,bk->b", n_c, delta, n_c)
    return 1 - _ratio(observed * np.maximum(n - 1, 0), expected)


def _by_rank(r: Floats, used: Floats, n_c: Floats) -> tuple[Floats, Floats]:
    r"""Return the sums of squared differences of middle ranks, which move with the weights.

    For any places :math:`m` and weights :math:`a`, :math:`\sum_{ck} a_c a_k (m_c-m_k)^2 =
    2(\sum a \sum a m^2 - (\sum a m)^2)`.
    """
    middle = np.cumsum(n_c, axis=1) - n_c / 2
    within = used @ (r * r.sum(axis=1, keepdims=True))
    observed = 2 * ((within * middle**2).sum(axis=1) - (used * (middle @ r.T) ** 2).sum(axis=1))
    total = n_c.sum(axis=1)
    expected = 2 * (total * (n_c * middle**2).sum(axis=1) - (n_c * middle).sum(axis=1) ** 2)
    return observed, expected


def distance(values: Floats, metric: Metric) -> Floats:
    """Return the squared differences between all pairs of values, ranks aside."""
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    gap = values[:, None] - values[None, :]
    if metric == "interval":
        return np.asarray(gap**2)
    total = values[:, None] + values[None, :]
    return np.divide(gap, total, out=np.zeros_like(gap), where=total != 0) ** 2


def _shares(counts: Floats, weights: Floats) -> Floats:
    rated = counts.sum(axis=1)
    some = rated > 0
    share = counts[some] / rated[some][:, None]
    used = weights[:, some]
    return np.asarray((used @ share) / used.sum(axis=1)[:, None])


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide; not a number where chance alone would make all agree."""
    found: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 1e-12)
    return found
