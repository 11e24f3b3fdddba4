"""Reverse-keyed items turned into scoring direction, once, by the scale's own ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecosurvey.instrument import Item

if TYPE_CHECKING:
    import pandas as pd


def score_items(frame: pd.DataFrame, items: Iterable[Item]) -> pd.DataFrame:
    """Return the frame with reverse-keyed items as ``min + max - x``.

    ``min`` and ``max`` are those of the scale as the questionnaire defines it, never the
    observed ones, which are wrong as soon as nobody uses an end of the scale.
    """
    scored = frame.copy()
    for item in items:
        low, high = item.scale.min, item.scale.max
        if item.reverse and low is not None and high is not None:
            scored[item.id] = low + high - scored[item.id]
    return scored
