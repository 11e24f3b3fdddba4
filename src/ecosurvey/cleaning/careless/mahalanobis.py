"""Mahalanobis distance: unusual patterns, for a person to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def distance(answers: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Return D² of each row from the centre, and its degrees of freedom.

    ``D² = (x - m)' S⁻ (x - m)``, with the pseudo-inverse where items are redundant; the
    degrees of freedom are the rank of S. Gaps are filled with the item's mean, which only
    lowers D². Rows without any answer get NaN.

    Parameters
    ----------
    answers : array of shape (n, p)

    Returns
    -------
    d2 : array of shape (n,)
    df : int
    """
    import numpy as np

    given = np.isfinite(answers)
    count = given.sum(axis=0)
    mean = np.where(given, answers, 0.0).sum(axis=0) / np.maximum(count, 1)
    centred = np.where(given, answers - mean, 0.0)
    covariance = centred.T @ centred / max(len(answers) - 1, 1)
    values, vectors = np.linalg.eigh(covariance)
    kept = values > values.max(initial=0.0) * 1e-10
    scores = centred @ vectors[:, kept] / np.sqrt(values[kept])
    return np.where(given.any(axis=1), (scores**2).sum(axis=1), np.nan), int(kept.sum())


def score_mahalanobis(sheet: Sheet, rules: Rules) -> Scored:
    """List rows whose D² exceeds the chi-squared quantile; never exclude by it alone.

    Honest but rare profiles are distant too (Meade & Craig 2012), and few-point items
    break robust versions at item level.
    """
    import numpy as np
    from scipy.special import chdtrc, chdtri

    n, p = sheet.answers.shape
    if n < 3 * p or n < 10:
        return not_scored(n)
    values, df = distance(sheet.answers)
    if not df:
        return not_scored(n)
    tail = np.where(np.isfinite(values), chdtrc(df, np.nan_to_num(values)), 1.0)
    cut = float(chdtri(df, rules.mahalanobis_p))
    return Scored(values, tail < rules.mahalanobis_p, f"> {cut:.1f}")


MAHALANOBIS = Rule(
    "mahalanobis",
    Text("Unusual pattern (Mahalanobis D²)", "作答模式异常（马氏距离D²）"),
    "outlier",
    "review",
    Text("D² = {value:.1f}", "D² = {value:.1f}"),
    score_mahalanobis,
)
