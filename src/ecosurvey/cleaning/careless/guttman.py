"""Guttman errors: steps taken on hard items by people who did not take easier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_ROWS = 30
MIN_ITEMS = 10
MAX_PATTERNS = 500


def guttman_errors(
    scores: NDArray[np.float64], steps: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each person's Guttman errors in one scale, and the most that the total allows.

    An item with scores 0 to m has m steps; the steps of all items are ordered by the share of
    people who took them. An error is a pair of steps of which the easier was not taken and the
    harder was. With r the place of a step, ``G = Σ r over the steps taken - X (X + 1) / 2``
    for the total X, so that the greatest G for each X follows by dynamic programming over
    the items.

    Parameters
    ----------
    scores : array of shape (n, p)
        From 0, in scoring direction; NaN where there is no answer. The errors of a person
        with gaps are counted among the items answered.
    steps : array of shape (p,)
        Steps of each item: its highest score.

    Returns
    -------
    errors, greatest : arrays of shape (n,)
        ``errors / greatest`` is the normed count, 0 to 1; both are 0 at the lowest and highest
        total, and NaN where the pattern of gaps is one of too many.

    References
    ----------
    Molenaar (1991). Kwantitatieve Methoden 12(37), 97-117.
    Emons (2008). Applied Psychological Measurement 32, 224-247. doi:10.1177/0146621607302479

    Examples
    --------
    Two persons of two items each with one step; item 1 is the easier.

    >>> import numpy as np
    >>> x = np.array([[1.0, 0], [1, 0], [0, 1], [1, 1]])
    >>> errors, most = guttman_errors(x, np.array([1, 1]))
    >>> errors.tolist(), most.tolist()
    ([0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0])
    """
    import numpy as np

    n = len(scores)
    errors, most = np.full(n, np.nan), np.full(n, np.nan)
    given = np.isfinite(scores)
    item = np.repeat(np.arange(len(steps)), steps)
    height = np.concatenate([np.arange(1, m + 1) for m in steps]) if len(steps) else item
    answered = np.maximum(given.sum(axis=0), 1)
    share = np.array(
        [(scores[:, j] >= h).sum() / answered[j] for j, h in zip(item, height, strict=True)]
    )
    order = np.lexsort((item, height, -share))  # of equal shares, the lower step first
    patterns, which, counts = np.unique(given, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    for k in np.argsort(-counts, kind="stable")[:MAX_PATTERNS]:
        rows = which == k
        seen = patterns[k]
        placed = order[seen[item[order]]]
        place = np.zeros(len(item))
        place[placed] = np.arange(1, len(placed) + 1)
        weight = [
            np.concatenate([[0.0], np.cumsum(place[item == j])]) for j in np.flatnonzero(seen)
        ]
        taken = scores[np.ix_(rows, seen)].astype(np.intp)
        total = taken.sum(axis=1)
        least = total * (total + 1) / 2
        errors[rows] = sum((w[taken[:, c]] for c, w in enumerate(weight)), np.zeros(len(total)))
        errors[rows] -= least
        most[rows] = _greatest(weight)[total] - least
    return errors, most


def _greatest(weight: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return for each total the largest sum of places that scores with this total can have."""
    import numpy as np

    best = np.zeros(1)
    for own in weight:
        longer = np.full(len(best) + len(own) - 1, -np.inf)
        for score, value in enumerate(own):
            reach = slice(score, score + len(best))
            longer[reach] = np.maximum(longer[reach], best + value)
        best = longer
    return best


def score_guttman(sheet: Sheet, rules: Rules) -> Scored:
    """Flag normed errors above Tukey's fence, errors and their greatest summed over the scales.

    Scales are taken one by one, as an order of steps means something within one construct
    only. There is no accepted absolute cut-off; the fence ``Q3 + 1.5 IQR`` of the sample is
    that of Zijlstra, van der Ark & Sijtsma (2007, doi:10.1080/00273170701384340), the factor
    being ``rules.guttman_fence``.
    """
    import numpy as np

    n = len(sheet.unit)
    used = [scale for scale in sheet.scales if len(scale) > 1]
    if n < MIN_ROWS or sum(map(len, used)) < MIN_ITEMS:
        return not_scored(n)
    unit = np.where(sheet.reverse, 1.0 - sheet.unit, sheet.unit)
    errors, most = np.zeros(n), np.zeros(n)
    for scale in used:
        steps = sheet.steps[scale]
        scores = np.rint(unit[:, scale] * steps)
        own, greatest = guttman_errors(scores, steps)
        errors += np.nan_to_num(own)
        most += np.nan_to_num(greatest)
    values = np.divide(errors, most, out=np.full(n, np.nan), where=most > 0)
    known = values[np.isfinite(values)]
    if len(known) < MIN_ROWS:
        return not_scored(n)
    low, high = np.quantile(known, [0.25, 0.75])
    fence = high + rules.guttman_fence * (high - low)
    return Scored(values, values > fence, f"> {fence:.2f}")


GUTTMAN = Rule(
    "guttman",
    Text("Many Guttman errors", "Guttman误差过多"),
    "consistency",
    "flag",
    Text("normed Guttman errors {value:.2f}", "标准化Guttman误差{value:.2f}"),
    score_guttman,
)
