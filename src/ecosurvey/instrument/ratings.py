"""Experts' ratings of the items, as a frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentRatings:
    """What experts said of the items' relevance.

    Attributes
    ----------
    ratings : tuple of mapping
        One an expert: item -> rating.
    source : str or None
        Name of the table of ratings beside the questionnaire, in their place.
    scale : (int, int)
        Lowest and highest rating.
    relevant : float or None
        Ratings from here on say "relevant".
    """

    ratings: tuple[Mapping[str, float], ...] = ()
    source: str | None = None
    scale: tuple[int, int] = (1, 4)
    relevant: float | None = None
