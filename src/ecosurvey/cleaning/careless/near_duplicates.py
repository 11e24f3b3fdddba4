"""Near duplicates: two sheets that agree on more answers than chance and likeness explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text
from ecosurvey.core.random import stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_ITEMS = 20
MIN_ROWS = 30
MAX_ROWS = 20_000  # the work grows with the square
MIN_DIFFERENT = 3
ROUNDS = 10
SAMPLED = 1_500
_BATCH = 1_000


def nearest_sheet(
    answers: NDArray[np.float64], *, min_answers: int = MIN_ITEMS
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the greatest share of answers that each row has in common with another.

    The share is over the items that both answered, at least ``min_answers`` of them. Rows with
    fewer than three different answers, and pairs that agree on everything, are left out: the
    first are straight-liners, the second the business of the rule on exact duplicates.

    Parameters
    ----------
    answers : array of shape (n, p)

    Returns
    -------
    share : array of shape (n,)
        NaN where a row can be compared with none.
    partner : array of shape (n,)
        Position of that other row; -1 where there is none.

    Notes
    -----
    Known as percentmatch (Kuriakose & Robbins 2016, Statistical J. of the IAOS 32, 283-291).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1, 2, 3, 4], [1, 2, 3, 5], [4, 3, 2, 1.0]])
    >>> nearest_sheet(x, min_answers=4)
    (array([0.75, 0.75, 0.  ]), array([1, 0, 0]))
    """
    import numpy as np

    n = len(answers)
    if np.isnan(answers).all():  # nobody answered anything, so nothing can be alike
        return np.full(n, np.nan), np.full(n, -1, dtype=np.intp)
    share, partner = np.full(n, np.nan), np.full(n, -1, dtype=np.intp)
    given = np.isfinite(answers)
    ordered = np.sort(answers, axis=1)
    varied = (np.diff(ordered, axis=1) > 0).sum(axis=1) + 1 >= MIN_DIFFERENT
    rows = np.flatnonzero(varied & (given.sum(axis=1) >= min_answers))
    codes = np.unique(answers[given])
    x = answers[rows]
    marks = np.concatenate([(x == code) for code in codes], axis=1).astype(np.float32)
    seen = np.isfinite(x).astype(np.float32)
    for start in range(0, len(rows), _BATCH):
        here = slice(start, min(start + _BATCH, len(rows)))
        equal, both = marks[here] @ marks.T, seen[here] @ seen.T
        usable = (both >= min_answers) & (equal < both)
        usable[np.arange(usable.shape[0]), np.arange(here.start, here.stop)] = False
        ratio = np.where(usable, equal / np.maximum(both, 1), -1.0)
        best = ratio.argmax(axis=1)
        value = ratio[np.arange(len(best)), best]
        found = value >= 0
        share[rows[here][found]] = value[found]
        partner[rows[here][found]] = rows[best[found]]
    return share, partner


def expected_share(
    answers: NDArray[np.float64], scales: Sequence[NDArray[np.intp]], seed: int = 0
) -> float:
    """Return the greatest agreement in data where no two sheets can be copies.

    Each construct's answers are dealt anew among the respondents, which keeps every item's
    distribution and the likeness within constructs, and takes away what a copy has: likeness
    in all of them. The greatest of ten such data sets, of at most 1500 rows each.
    """
    import numpy as np

    n, p = answers.shape
    together = [scale for scale in scales if len(scale)]
    loose = np.setdiff1d(np.arange(p), np.concatenate(together) if together else [])
    blocks = [*together, *(np.array([column], dtype=np.intp) for column in loose)]
    most = 0.0
    for index in range(ROUNDS):
        rng = stream(seed, "near_duplicates", index)
        size = min(n, SAMPLED)
        dealt = np.empty((size, p))
        for block in blocks:
            dealt[:, block] = answers[rng.permutation(n)[:size]][:, block]
        share, _ = nearest_sheet(dealt)
        most = max(most, float(np.nanmax(share)) if np.isfinite(share).any() else 0.0)
    return most


def score_near_duplicates(sheet: Sheet, rules: Rules) -> Scored:
    """List sheets that share at least ``rules.near_duplicate`` of their answers with another.

    For a person to look at, and no flag: likeness says of a pair that one may be made from the
    other, and nothing of how carefully either was answered, so that it must not meet a sign
    of carelessness in one of them and exclude both, the original with the copy. With a second
    sign of the same thing, one address within minutes, the later of the two is a duplicate.

    85% is the limit of Kuriakose & Robbins (2016), which honest people pass too where items are
    few or alike (Simmons et al. 2016, Pew Research Center): the limit is therefore raised to
    the greatest agreement that the data show once construct by construct is dealt anew.
    """
    import numpy as np

    n, p = sheet.shown.shape
    if p < MIN_ITEMS or not MIN_ROWS <= n <= MAX_ROWS:
        return not_scored(n)
    share, _ = nearest_sheet(sheet.shown)
    if not (share >= rules.near_duplicate).any():
        return Scored(100 * share, np.zeros(n, dtype=bool), f"≥ {rules.near_duplicate:.0%}")
    chance = expected_share(sheet.shown, sheet.scales)
    if chance >= rules.near_duplicate:
        return Scored(100 * share, share > chance, f"> {chance:.1%}")
    return Scored(100 * share, share >= rules.near_duplicate, f"≥ {rules.near_duplicate:.0%}")


NEAR_DUPLICATE = Rule(
    "near_duplicate",
    Text("Nearly the answers of another sheet", "与另一份答卷高度相似"),
    "duplication",
    "review",
    Text(
        "{value:.0f}% of the answers equal those of another sheet",
        "{value:.0f}%的作答与另一份答卷相同",
    ),
    score_near_duplicates,
)
