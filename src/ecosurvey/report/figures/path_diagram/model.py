"""What a path diagram shows: constructs and arrows, before they have a place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ecosurvey.core import Text, number


@dataclass(frozen=True, slots=True)
class Construct:
    """A variable, latent if not ``observed``; R² is NaN where nothing explains it."""

    key: str
    label: Text
    r_squared: float = math.nan
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """A standardized path or second-order loading; ``sure`` if it differs from zero at .05.

    The estimate of a model that was not fitted is NaN, and not printed.
    """

    source: str
    target: str
    estimate: float
    sure: bool
    loading: bool = False

    def say(self) -> str:
        """Return the estimate as it is printed."""
        return "" if math.isnan(self.estimate) else number(self.estimate)


@dataclass(frozen=True, slots=True)
class PathDrawing:
    """What is drawn."""

    constructs: tuple[Construct, ...]
    arrows: tuple[Arrow, ...]


def describe(constructs: Iterable[Construct], arrows: Iterable[Arrow]) -> PathDrawing:
    """Return the drawing; constructs that no arrow touches are left out."""
    links = tuple(arrow for arrow in arrows if not math.isinf(arrow.estimate))
    touched = {end for arrow in links for end in (arrow.source, arrow.target)}
    return PathDrawing(tuple(c for c in constructs if c.key in touched), links)
