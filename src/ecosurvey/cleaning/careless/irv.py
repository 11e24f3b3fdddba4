"""Intra-individual response variability: the SD of a person's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def variability(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sample SD (divisor n - 1) of each row's answers, gaps left out.

    Examples
    --------
    >>> import numpy as np
    >>> variability(np.array([[1.0, 2.0, 3.0, np.nan]]))
    array([1.])
    """
    import numpy as np

    given = np.isfinite(answers)
    count = given.sum(axis=1)
    filled = np.where(given, answers, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = (np.where(given, answers - mean[:, None], 0.0) ** 2).sum(axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def score_irv(sheet: Sheet, rules: Rules) -> Scored:
    """Report the SD; flag only below a cut-off that the study itself has set.

    The low tail shows straight-lining (Dunn et al. 2018, doi:10.1007/s10869-016-9479-0),
    the high tail random answers (Marjanovic et al. 2015); no cut-off is accepted, and the
    trait itself moves the index.
    """
    import numpy as np

    if not sheet.shown.shape[1]:
        return not_scored(len(sheet.shown))
    values = variability(sheet.shown)
    if rules.irv is None:
        return Scored(values, np.zeros(len(values), dtype=bool), "")
    return Scored(values, values < rules.irv, f"< {rules.irv:g}")


IRV = Rule(
    "irv",
    Text("Little variation of the answers (IRV)", "个体内作答变异过小（IRV）"),
    "invariance",
    "flag",
    Text("SD of the answers {value:.2f}", "作答标准差{value:.2f}"),
    score_irv,
)
