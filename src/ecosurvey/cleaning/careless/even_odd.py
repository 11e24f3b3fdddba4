"""Even-odd consistency: whether a person's half scales agree across the scales."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.correlate import row_correlation
from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

MIN_SCALES = 3


def even_odd(
    answers: NDArray[np.float64], scales: Sequence[NDArray[np.intp]]
) -> NDArray[np.float64]:
    """Return the even-odd consistency of each row.

    For every scale the mean of its odd and of its even items; r across the scales within a
    person; stepped up by Spearman-Brown, ``2r / (1 + r)``, and floored at -1. High values
    mean consistency (R's careless gives the negative since version 1.2.0).

    Parameters
    ----------
    answers : array of shape (n, p)
        Answers in scoring direction, on a common range.
    scales : sequence of arrays
        Columns of each scale; scales of one item are left out.

    Returns
    -------
    array of shape (n,)
        NaN with fewer than three scales, or where a half does not vary.

    References
    ----------
    Johnson (2005). J. Research in Personality 39, 103-129. doi:10.1016/j.jrp.2004.09.009
    """
    import numpy as np

    n = len(answers)
    used = [scale for scale in scales if len(scale) > 1]
    if len(used) < MIN_SCALES:
        return np.full(n, np.nan)
    odd = np.column_stack([_mean(answers[:, scale[0::2]]) for scale in used])
    even = np.column_stack([_mean(answers[:, scale[1::2]]) for scale in used])
    r, count = row_correlation(odd, even)
    with np.errstate(divide="ignore", invalid="ignore"):
        stepped = np.maximum(2 * r / (1 + r), -1.0)
    stepped = np.where(r <= -1.0, -1.0, stepped)
    return np.where((count >= MIN_SCALES) & np.isfinite(r), stepped, np.nan)


def _mean(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    given = np.isfinite(answers)
    total = np.where(given, answers, 0.0).sum(axis=1)
    count = given.sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def score_even_odd(sheet: Sheet, rules: Rules) -> Scored:
    """Flag consistency below ``rules.even_odd``, if there are scales enough to tell."""
    import numpy as np

    scored = np.where(sheet.reverse, 1.0 - sheet.unit, sheet.unit)
    values = even_odd(scored, sheet.scales)
    usable = sum(len(scale) > 1 for scale in sheet.scales)
    if not np.isfinite(values).any():
        return not_scored(len(values))
    if usable < rules.even_odd_scales:
        return Scored(values, np.zeros(len(values), dtype=bool), "")
    return Scored(values, values < rules.even_odd, f"< {rules.even_odd:.2f}")


EVEN_ODD = Rule(
    "even_odd",
    Text("Inconsistent halves of the scales (even-odd)", "量表奇偶半卷作答不一致"),
    "consistency",
    "flag",
    Text("even-odd consistency {value:.2f}", "奇偶一致性{value:.2f}"),
    score_even_odd,
)
