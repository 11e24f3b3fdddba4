"""The nouns of an index: schemes of weights, units, scores, places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecosurvey.core import Text

Scheme = Literal["model", "equal", "entropy", "critic", "expert"]
SCHEMES: dict[Scheme, Text] = {
    "model": Text("Model (loadings × total effects)", "模型（载荷×总效应）"),
    "equal": Text("Equal", "等权"),
    "entropy": Text("Entropy", "熵权"),
    "critic": Text("CRITIC", "CRITIC"),
    "expert": Text("Experts (AHP)", "专家（层次分析法）"),
}
OVERALL = "overall"
ALL_PARTS = Text("Overall", "总指数")


@dataclass(frozen=True, slots=True)
class Unit:
    """A college, region or role; ``code`` as in the data."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Score:
    """One unit's score in one wave.

    Attributes
    ----------
    wave, unit : str
    part : str
        A construct, or ``"overall"``.
    n : int
        Respondents with a score; of the overall score those of the unit.
    raw : float
        The unit's own mean.
    score, se, lower, upper : float
        After shrinkage.
    reliability : float
        Share of the own mean in the score.
    target, gap : float or None
        And the target less the score.
    standing : {"reached", "missed", "open", ""}
        Whether the whole interval lies on one side of the target; empty without one.
    """

    wave: str
    unit: str
    part: str
    n: int
    raw: float
    score: float
    se: float
    lower: float
    upper: float
    reliability: float
    target: float | None = None

    @property
    def gap(self) -> float | None:
        """Points that lack to the target; negative beyond it."""
        return None if self.target is None else self.target - self.score

    @property
    def standing(self) -> str:
        """Tell whether the target is reached, missed, or within the interval."""
        if self.target is None:
            return ""
        if self.lower >= self.target:
            return "reached"
        return "missed" if self.upper < self.target else "open"


@dataclass(frozen=True, slots=True)
class Placing:
    """Where one unit stands in one wave.

    Attributes
    ----------
    wave, unit : str
    rank : int
        By the overall score under the main scheme.
    rank_lower, rank_upper : int
        What chance leaves open, at the level of the intervals.
    prob_first : float
    by_scheme : mapping of str to (float, int)
        Scheme -> score and rank.
    without_one : (int, int)
        Best and worst rank when one part at a time is left out.
    """

    wave: str
    unit: str
    rank: int
    rank_lower: int
    rank_upper: int
    prob_first: float
    by_scheme: Mapping[str, tuple[float, int]]
    without_one: tuple[int, int]

    @property
    def over_schemes(self) -> tuple[int, int]:
        """Best and worst rank over the schemes of weights."""
        places = [rank for _, rank in self.by_scheme.values()]
        return min(places), max(places)


@dataclass(frozen=True, slots=True)
class Change:
    """How a unit's score changed between two waves, with the interval of the change."""

    before: str
    after: str
    unit: str
    part: str
    change: float
    lower: float
    upper: float
