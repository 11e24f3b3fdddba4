"""Longstring: the longest run of the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def longest_run(answers: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the longest run of equal consecutive answers of each row.

    Unanswered items are passed over: they neither end nor lengthen a run.

    Parameters
    ----------
    answers : array of shape (n, p)
        Raw answers in the order shown.

    Returns
    -------
    array of shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> longest_run(np.array([[1, 1, 2, 2, 2, 1], [3, np.nan, 3, 1, 2, 1]]))
    array([3, 2])
    """
    import numpy as np

    n, p = answers.shape
    run = np.zeros(n, dtype=np.intp)
    longest = np.zeros(n, dtype=np.intp)
    last = np.full(n, np.nan)
    for column in range(p):
        now = answers[:, column]
        given = np.isfinite(now)
        run = np.where(now == last, run + 1, np.where(given, 1, run))
        last = np.where(given, now, last)
        longest = np.maximum(longest, run)
    return longest


def score_longstring(sheet: Sheet, rules: Rules) -> Scored:
    """Flag a run on one page of at least ``rules.longstring`` and half the page.

    Raw answers, never reverse-keyed, in the order shown (Johnson 2005; Curran 2016,
    J. Experimental Social Psychology 66, 4-19).
    """
    import numpy as np

    n = len(sheet.shown)
    values = np.zeros(n)
    flagged = np.zeros(n, dtype=bool)
    cuts = []
    for block in sheet.blocks:
        longest = longest_run(sheet.shown[:, block])
        cut = max(rules.longstring, -(-len(block) // 2))
        cuts += [cut] if cut <= len(block) else []
        values = np.maximum(values, longest)
        flagged |= longest >= cut
    if not cuts:
        return not_scored(n) if not sheet.blocks else Scored(values, flagged, "")
    return Scored(
        values, flagged, f"≥ {min(cuts)}" + (f"–{max(cuts)}" if len(set(cuts)) > 1 else "")
    )


LONGSTRING = Rule(
    "longstring",
    Text("Long run of one answer", "连续相同作答过长"),
    "invariance",
    "flag",
    Text("equal answers in a row: {value:.0f}", "连续{value:.0f}题作答相同"),
    score_longstring,
)
