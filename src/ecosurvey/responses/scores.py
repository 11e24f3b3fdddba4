"""Scores of composites: the weighted mean of their items, in scoring direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecosurvey.instrument import Construct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


def composite_score(
    construct: Construct, columns: Mapping[str, NDArray[np.float64] | pd.Series]
) -> NDArray[np.float64]:
    r"""Return the score of a composite for each row.

    .. math:: c_i = \sum_j w_j x_{ij} \Big/ \sum_j |w_j|

    with reverse-keyed items as ``min + max - x`` and equal weights where none are stated, so
    that the score stays on the items' metric if no weight is negative. A row that lacks one
    of the items with a weight has no score.

    Parameters
    ----------
    construct : Construct
        With ``mode`` composite.
    columns : mapping of str to array of shape (rows,)
        The items' answers as given, not reverse-keyed.

    Returns
    -------
    array of shape (rows,)
    """
    import numpy as np

    weights = construct.weights or {item.id: 1.0 for item in construct.items}
    total = sum(abs(weight) for weight in weights.values())
    score = None
    for item in construct.items:
        weight = weights.get(item.id, 0.0)
        if weight == 0:
            continue
        given = np.asarray(columns[item.id], dtype=float)
        low, high = item.scale.min, item.scale.max
        keyed = (
            low + high - given if item.reverse and low is not None and high is not None else given
        )
        part = keyed * (weight / total)
        score = part if score is None else score + part
    if score is None:
        return np.full(len(np.asarray(columns[construct.items[0].id])), np.nan)
    return score
