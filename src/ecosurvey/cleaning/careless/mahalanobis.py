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


def robust_distance(scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Return D² from a centre and spread that outliers cannot move, and its degrees of freedom.

    Centre and spread are those of the half of the rows whose covariance has the smallest
    determinant, reweighted (Rousseeuw & Van Driessen 1999, Technometrics 41, 212-223;
    scikit-learn's ``MinCovDet``, seed 0). Ordinary distances miss outliers in groups, which
    pull centre and spread towards themselves.

    Parameters
    ----------
    scores : array of shape (n, k)
        Scale scores. Items of few points do not serve: half of the rows may not vary in one.

    Returns
    -------
    d2 : array of shape (n,)
        NaN for rows with gaps, and throughout where the scores are redundant.
    df : int
        k, or 0 where nothing could be computed.
    """
    import warnings

    import numpy as np
    from sklearn.covariance import MinCovDet

    whole = np.isfinite(scores).all(axis=1)
    d2 = np.full(len(scores), np.nan)
    k = scores.shape[1]
    if k < 2 or whole.sum() < 5 * k:
        return d2, 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = MinCovDet(random_state=0).fit(scores[whole])
        except (ValueError, RuntimeWarning, UserWarning):  # half of the rows lie in a plane
            return d2, 0
    d2[whole] = found.mahalanobis(scores[whole])
    return d2, k


def score_mahalanobis(sheet: Sheet, rules: Rules) -> Scored:
    """List rows whose D² exceeds the chi-squared quantile; never exclude by it alone.

    Honest but rare profiles are distant too (Meade & Craig 2012).
    """
    n, p = sheet.answers.shape
    if n < 3 * p or n < 10:
        return not_scored(n)
    return _beyond(*distance(sheet.answers), rules)


def score_robust(sheet: Sheet, rules: Rules) -> Scored:
    """List rows whose robust D², on the means of the scales, exceeds the quantile.

    Off unless asked for, as it costs most of the screening's time: ``actions:
    {mahalanobis_robust: review}``.
    """
    import numpy as np

    keyed = np.where(sheet.reverse, 1.0 - sheet.unit, sheet.unit)
    scales = [keyed[:, scale].mean(axis=1) for scale in sheet.scales if len(scale)]
    if len(scales) < 2:
        return not_scored(len(keyed))
    return _beyond(*robust_distance(np.column_stack(scales)), rules)


def _beyond(values: NDArray[np.float64], df: int, rules: Rules) -> Scored:
    import numpy as np
    from scipy.special import chdtrc, chdtri

    if not df:
        return not_scored(len(values))
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
MAHALANOBIS_ROBUST = Rule(
    "mahalanobis_robust",
    Text("Unusual profile of the scales (robust D²)", "量表得分模式异常（稳健马氏距离D²）"),
    "outlier",
    "off",
    Text("robust D² = {value:.1f}", "稳健D² = {value:.1f}"),
    score_robust,
)
