"""The index: every unit's scores, with their doubt, under every scheme of weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Result, Table, Text
from ecosurvey.performance.model import ALL_PARTS, OVERALL, Change, Placing, Score, Unit

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.performance.experts import Experts
    from ecosurvey.performance.rankings import Concordance
    from ecosurvey.performance.scores import Part
    from ecosurvey.performance.unsure import Unsure, WeightInterval


@dataclass(frozen=True, slots=True)
class PerformanceIndex(Result):
    """Scores, 0 to 100, of units in waves.

    Attributes
    ----------
    by : str
        The variable whose groups are the units.
    by_name : Text
    waves : tuple of str
    units : tuple of Unit
    parts : tuple of Part
        What the index is made of.
    beside : tuple of Part
        Scored too, but not part of it: the outcome.
    scheme : str
        The main scheme.
    weights : mapping of str to mapping of str to float
        Scheme -> part -> weight.
    scores : tuple of Score
        Overall under the main scheme and by part.
    placings : tuple of Placing
    concordances : tuple of Concordance
    experts : Experts or None
    synthetic : bool
    level : float
    seed : int
    incomparable : tuple of str
        Parts, and ``"overall"``, of which no change between waves may be given.
    weight_intervals : tuple of WeightInterval
        How unsure the weights of each scheme are; equal weights are not.
    unsure : tuple of Unsure
        Index and rank where the main scheme's weights are not taken as given; none where these are
        equal by choice.
    findings : tuple of Finding
    """

    by: str
    by_name: Text
    waves: tuple[str, ...]
    units: tuple[Unit, ...]
    parts: tuple[Part, ...]
    beside: tuple[Part, ...]
    scheme: str
    weights: Mapping[str, Mapping[str, float]]
    scores: tuple[Score, ...]
    placings: tuple[Placing, ...]
    concordances: tuple[Concordance, ...]
    experts: Experts | None
    synthetic: bool
    level: float
    seed: int
    incomparable: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    weight_intervals: tuple[WeightInterval, ...] = ()
    unsure: tuple[Unsure, ...] = ()

    def unit_name(self, code: str) -> Text:
        """Return the words for a unit."""
        return next(unit.name for unit in self.units if unit.code == code)

    def part_name(self, part: str) -> Text:
        """Return the words for a part, or for the whole."""
        named = {one.id: one.name for one in (*self.parts, *self.beside)}
        return named.get(part, ALL_PARTS)

    def score(self, wave: str, unit: str, part: str = OVERALL) -> Score | None:
        """Return one score; None where there is none."""
        for one in self.scores:
            if (one.wave, one.unit, one.part) == (wave, unit, part):
                return one
        return None

    def changes(self) -> tuple[Change, ...]:
        """Return how the scores changed from wave to wave, where that may be said.

        The waves count as independent samples: :math:`s_2-s_1`, with the root of the sum of
        both mean squared errors.
        """
        from scipy.special import ndtri

        z = float(ndtri((1 + self.level) / 2))
        known = {(one.wave, one.unit, one.part): one for one in self.scores}
        found = []
        for before, after in zip(self.waves, self.waves[1:], strict=False):
            for one in self.scores:
                old = known.get((before, one.unit, one.part))
                if one.wave != after or old is None or one.part in self.incomparable:
                    continue
                change, error = one.score - old.score, z * (one.se**2 + old.se**2) ** 0.5
                found.append(
                    Change(
                        before, after, one.unit, one.part, change, change - error, change + error
                    )
                )
        return tuple(found)

    def to_frame(self) -> pd.DataFrame:
        """Return every score, one row a wave, unit and part."""
        import pandas as pd

        keys = ("wave", "unit", "part", "n", "raw", "score", "se", "lower", "upper",
                "reliability", "target", "gap", "standing")  # fmt: skip
        return pd.DataFrame([{key: getattr(one, key) for key in keys} for one in self.scores])

    def tables(self) -> tuple[Table, ...]:
        """Return scores, parts, weights, agreement of the schemes, experts and targets."""
        from ecosurvey.performance.tables import tables_of

        return tables_of(self)
