"""Scores of constructs on 0 to 100, respondent by respondent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, Text
from ecosurvey.core.frames import numeric_matrix

if TYPE_CHECKING:
    import pandas as pd

ANSWERED = 0.5  # share of a construct's weight that must be answered


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an index: a construct, its items, and which way is better.

    Attributes
    ----------
    id : str
    name : Text
    items : mapping of str to float
        Item -> weight, not negative, of sum 1.
    ends : mapping of str to (float, float)
        Item -> ends of its scale.
    negative : bool
        True if less of the construct is better: its score is then 100 less.
    """

    id: str
    name: Text
    items: Mapping[str, float]
    ends: Mapping[str, tuple[float, float]]
    negative: bool = False


def part_scores(answers: pd.DataFrame, part: Part) -> pd.Series:
    r"""Return a construct's score, 0 to 100, of each respondent.

    :math:`\sum_i w_i\,100(x_i-min_i)/(max_i-min_i)/\sum_i w_i` over the items answered; 100 less
    that where less is better.

    Parameters
    ----------
    answers : DataFrame
        Items in scoring direction.
    part : Part

    Returns
    -------
    Series
        NaN where less than half of the weight is answered.

    Raises
    ------
    DataError
        If an item is lacking, or an answer lies beyond the ends of its scale.

    Examples
    --------
    >>> import pandas as pd
    >>> part = Part("a", Text("A", "A"), {"a1": 0.5, "a2": 0.5}, {"a1": (1, 5), "a2": (1, 5)})
    >>> part_scores(pd.DataFrame({"a1": [1, 5, 3], "a2": [5, 5, None]}), part).tolist()
    [50.0, 100.0, 50.0]
    """
    import pandas as pd

    items = list(part.items)
    x = numeric_matrix(answers, items)
    low, high = (np.array([part.ends[item][end] for item in items]) for end in (0, 1))
    beyond = (x < low) | (x > high)
    if beyond.any():
        row, column = (int(at[0]) for at in np.nonzero(beyond))
        raise DataError(
            Text(
                f"{items[column]} is {x[row, column]:g} in row "
                f"{answers.index[row]}, beyond the ends "
                f"of its scale, {low[column]:g} to {high[column]:g}",
                f"第{answers.index[row]}行的 {items[column]} 为 {x[row, column]:g}，"
                f"超出其量表{low[column]:g}到{high[column]:g}的两端",
            ),
            fix=Text(
                "Read the answers with es.read_responses, which sets such cells to missing.",
                "请用 es.read_responses 读取答卷，它会将这类单元格设为缺失。",
            ),
        )
    share = 100 * (x - low) / (high - low)
    weights = np.array([part.items[item] for item in items])
    there = ~np.isnan(share) * weights
    answered = there.sum(axis=1)
    enough = answered >= ANSWERED * weights.sum() - 1e-12
    total = np.where(np.isnan(share), 0.0, share) @ weights
    score = np.divide(total, answered, out=np.full(len(x), np.nan), where=enough & (answered > 0))
    return pd.Series(100 - score if part.negative else score, index=answers.index, name=part.id)
