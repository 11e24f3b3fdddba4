"""Person-total correlation: whether a person's profile follows everybody's."""

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

MIN_ITEMS = 10
MIN_ROWS = 10
MIN_MEDIAN = 0.30


def person_total(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation of each row with the item means of all other rows.

    Parameters
    ----------
    answers : array of shape (n, p)
        Raw answers on a common range.

    Returns
    -------
    array of shape (n,)
        NaN where a person's answers do not vary.

    Notes
    -----
    ``r_i = cor_j(x_ij, (S_j - x_ij) / (N_j - 1))``, sums over the rows that answered j
    (Donlon & Fischer 1968; Curran 2016). It has little power where the means are flat.
    """
    import numpy as np

    given = np.isfinite(answers)
    filled = np.where(given, answers, 0.0)
    rest = given.sum(axis=0)[None, :] - given
    total = filled.sum(axis=0)[None, :] - filled
    others = np.where(rest > 0, total / np.maximum(rest, 1), np.nan)
    return row_correlation(answers, others)[0]


def score_person_total(sheet: Sheet, rules: Rules) -> Scored:
    """Flag profiles that run against everybody's, if there is a profile to follow.

    Where the items' means hardly differ, honest people's correlations scatter around zero
    too: with a median below .30 the index is reported and nobody is flagged.
    """
    import numpy as np

    n, p = sheet.shown.shape
    if p < MIN_ITEMS or n < MIN_ROWS:
        return not_scored(n)
    values = person_total(sheet.unit)
    known = values[np.isfinite(values)]
    if not len(known) or np.median(known) < MIN_MEDIAN:
        return Scored(values, np.zeros(n, dtype=bool), "")
    return Scored(values, values < rules.person_total, f"< {rules.person_total:g}")


PERSON_TOTAL = Rule(
    "person_total",
    Text("Profile runs against the others' (person-total)", "作答模式与整体相反（个人-总体相关）"),
    "consistency",
    "flag",
    Text("person-total correlation {value:.2f}", "个人-总体相关{value:.2f}"),
    score_person_total,
)
