"""Means of units and their sampling variances, part by part and put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import OptionError, Text, did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.instrument import Instrument

    Floats = NDArray[np.float64]


def check_by(by: str, asked: Instrument, frame: pd.DataFrame) -> None:
    """Raise unless the units are a column of the answers.

    Raises
    ------
    OptionError
    """
    if by in frame:
        return
    known = [variable.id for variable in asked.variables if variable.id in frame]
    there = ", ".join(known)
    raise OptionError(
        Text(f"by={by!r} is not a column of the answers", f"答卷中没有列 by={by!r}"),
        fix=did_you_mean(by, known)
        or Text(
            f"Background variables there: {there or 'none'}.", f"可用的背景变量：{there or '无'}。"
        ),
    )


@dataclass(frozen=True, slots=True)
class UnitMeans:
    """Means of the units of one wave.

    Attributes
    ----------
    n : (u,) array
        Respondents.
    counts : (u, p) array
        Of them with a score, by part.
    means : (u, p) array
        NaN where nobody has a score.
    within : (p,) array
        Variance within units, pooled.
    codes : (n,) array
        The unit of each respondent.
    scores : (n, p) array
    """

    n: NDArray[np.int64]
    counts: NDArray[np.int64]
    means: Floats
    within: Floats
    codes: NDArray[np.int64]
    scores: Floats


def unit_means(scores: Floats, codes: NDArray[np.int64], units: int) -> UnitMeans:
    """Return means and pooled variances within units.

    Parameters
    ----------
    scores : (n, p) array
        NaN where a respondent has no score.
    codes : (n,) array
        Unit of each respondent, 0 to ``units`` - 1.
    units : int
    """
    member = np.zeros((units, len(codes)))
    member[codes, np.arange(len(codes))] = 1
    there = ~np.isnan(scores)
    filled = np.where(there, scores, 0.0)
    counts = np.rint(member @ there).astype(np.int64)
    means = np.divide(member @ filled, counts, out=np.full(counts.shape, np.nan), where=counts > 0)
    squares = np.where(there, (filled - np.nan_to_num(means)[codes]) ** 2, 0.0).sum(axis=0)
    freedom = counts.sum(axis=0) - (counts > 0).sum(axis=0)
    within = np.divide(squares, freedom, out=np.full(scores.shape[1], np.nan), where=freedom > 0)
    n = np.bincount(codes, minlength=units)
    return UnitMeans(n, counts, means, within, codes, scores)


def part_variances(found: UnitMeans) -> Floats:
    """Return the sampling variance of each unit's mean by part, (u, p): pooled over n."""
    empty = np.full(found.means.shape, np.nan)
    return np.asarray(np.divide(found.within, found.counts, out=empty, where=found.counts > 0))


def overall_means(found: UnitMeans, weights: Floats) -> tuple[Floats, Floats]:
    r"""Return the weighted means over parts of each unit, and their sampling variances.

    :math:`\bar y_j=\sum_p w_p\bar y_{jp}`. A respondent adds
    :math:`z_i=\sum_p w_p(n_j/n_{jp})(y_{ip}-\bar y_{jp})` over the parts with a score, so that
    parts which some were not asked weigh the same for every unit; the variance of
    :math:`\bar y_j` is that of z within units, pooled, over :math:`n_j`.

    Returns
    -------
    means, variances : (u,) array
        NaN for units in which nobody has a score in a part that has weight.
    """
    used = weights > 0
    counts, means = found.counts[:, used], found.means[:, used]
    shares = weights[used]
    together = means @ shares
    stretch = found.n[:, None] / np.where(counts > 0, counts, 1)
    deviations = found.scores[:, used] - means[found.codes]
    z = np.nansum(deviations * stretch[found.codes] * shares, axis=1)
    complete = np.isfinite(together)
    taken = complete[found.codes]
    freedom = int(taken.sum()) - int(complete.sum())
    if freedom <= 0:
        return together, np.full(len(together), np.nan)
    pooled = float((z[taken] ** 2).sum()) / freedom
    return together, np.where(complete, pooled / np.maximum(found.n, 1), np.nan)
