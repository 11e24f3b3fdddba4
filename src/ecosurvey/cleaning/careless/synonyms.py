"""Psychometric synonyms and antonyms: pairs that everybody answers alike, or opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.correlate import row_correlation
from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_PAIRS = 5
MIN_ROWS = 30


def item_pairs(
    answers: NDArray[np.float64], critical: float, *, antonyms: bool = False
) -> NDArray[np.intp]:
    """Return the pairs of items that correlate above ``critical``, or below minus it.

    Parameters
    ----------
    answers : array of shape (n, p)
        Raw answers; correlations are over the rows that have both.
    critical : float
        Positive: .60 (Meade & Craig 2012).
    antonyms : bool
        Pairs with r below ``-critical`` instead.

    Returns
    -------
    array of shape (pairs, 2)
        Columns of each pair, the lower first.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1, 1, 5], [2, 3, 3], [3, 2, 4], [4, 5, 1], [5, 4, 2.0]])
    >>> item_pairs(x, 0.6).tolist(), item_pairs(x, 0.6, antonyms=True).tolist()
    ([[0, 1]], [[0, 2], [1, 2]])
    """
    import numpy as np

    given = np.isfinite(answers)
    seen = given.astype(float)
    filled = np.where(given, answers, 0.0)
    n = seen.T @ seen
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = filled.T @ seen  # of the first, over the rows that have both
        cross = filled.T @ filled - sums * sums.T / n
        squares = (filled**2).T @ seen - sums**2 / n
        r = cross / np.sqrt(squares * squares.T)
    r = np.where((n > 2) & (np.minimum(squares, squares.T) > 1e-9), r, 0.0)
    beyond = r < -critical if antonyms else r > critical
    return np.argwhere(np.triu(beyond, k=1))


def agreement(
    answers: NDArray[np.float64], pairs: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return each person's correlation across the pairs, and the number of pairs answered.

    One of each pair on one side, the other on the other. For synonyms it is high and for
    antonyms low in people who read what they answer; NaN where a side does not vary.

    References
    ----------
    Meade & Craig (2012). Psychological Methods 17, 437-455. doi:10.1037/a0028085
    Curran (2016). J. Experimental Social Psychology 66, 4-19. doi:10.1016/j.jesp.2015.07.006
    """
    return row_correlation(answers[:, pairs[:, 0]], answers[:, pairs[:, 1]])


def score_synonyms(sheet: Sheet, rules: Rules) -> Scored:
    """Flag people whose answers to synonyms do not go together.

    Pairs correlate above ``rules.synonym_r`` (.60, Meade & Craig 2012). Who answers at random
    has an expected correlation of zero whatever the items; below ``rules.synonyms`` (0) the
    answers run against the pairs. With fewer than 5 pairs, or 30 rows, nothing is said.
    """
    return _score(sheet, rules, antonyms=False)


def score_antonyms(sheet: Sheet, rules: Rules) -> Scored:
    """Flag people who answer opposites alike: a correlation above ``rules.antonyms`` (0)."""
    return _score(sheet, rules, antonyms=True)


def _score(sheet: Sheet, rules: Rules, *, antonyms: bool) -> Scored:
    import numpy as np

    n = len(sheet.unit)
    if n < MIN_ROWS or sheet.unit.shape[1] < 2:
        return not_scored(n)
    pairs = item_pairs(sheet.unit, rules.synonym_r, antonyms=antonyms)
    if len(pairs) < MIN_PAIRS:
        return not_scored(n)
    values, count = agreement(sheet.unit, pairs)
    values = np.where(count >= MIN_PAIRS, values, np.nan)
    words = f"{len(pairs)} pairs"
    if antonyms:
        return Scored(values, values > rules.antonyms, f"> {rules.antonyms:g} ({words})")
    return Scored(values, values < rules.synonyms, f"< {rules.synonyms:g} ({words})")


SYNONYMS = Rule(
    "synonyms",
    Text(
        "Unlike answers to like items (psychometric synonyms)", "同义题作答不一致（心理测量同义词）"
    ),
    "consistency",
    "flag",
    Text("correlation across synonyms {value:.2f}", "同义题对个体内相关{value:.2f}"),
    score_synonyms,
)
ANTONYMS = Rule(
    "antonyms",
    Text(
        "Like answers to opposite items (psychometric antonyms)",
        "反义题作答不一致（心理测量反义词）",
    ),
    "consistency",
    "flag",
    Text("correlation across antonyms {value:.2f}", "反义题对个体内相关{value:.2f}"),
    score_antonyms,
)
