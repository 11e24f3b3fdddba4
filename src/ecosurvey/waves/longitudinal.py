"""One construct measured again on the same people: a factor a wave, uniquenesses correlated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import DataError
from ecosurvey.sem import SemResult, cfa
from ecosurvey.sem.invariance import LEVELS
from ecosurvey.sem.invariance.levels import Level
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.moments import WaveMoments

if TYPE_CHECKING:
    import pandas as pd

FEWEST_MATCHED = 50  # people seen in two waves, below which they are no panel


@dataclass(frozen=True, slots=True)
class Longitudinal:
    """The models of one construct in a panel.

    A factor a wave; the uniqueness of an item in one wave may correlate with its own in every
    other. Loadings, then intercepts, are made equal over the waves; the first wave's factor has
    mean 0 and variance 1.

    Attributes
    ----------
    panel : DataFrame
        One row a person, columns ``item.k`` of wave k, from 1.
    construct : str
    items : tuple of str
    waves : int
    estimator : str

    References
    ----------
    Meredith & Horn (2001), in Collins & Sayer (eds.), New methods for the analysis of change,
    203-240; Little (2013), Longitudinal structural equation modeling, ch. 5.
    """

    panel: pd.DataFrame
    construct: str
    items: tuple[str, ...]
    waves: int
    estimator: str

    @property
    def levels(self) -> tuple[Level, ...]:
        """Configural, metric, scalar."""
        return LEVELS[:3]

    def factor(self, wave: int) -> str:
        """Return the name of a wave's factor, waves counted from 1."""
        return f"{self.construct}.{wave}"

    def item_of(self, variable: str) -> str:
        """Return the item that a column is an answer to."""
        return variable.rpartition(".")[0]

    def text(self, level: Level, freed: Sequence[str]) -> str:
        """Return the model of a level as text."""
        loads, cuts = "loadings" in level.equal, "intercepts" in level.equal
        lines: list[str] = []
        for k in range(1, self.waves + 1):
            terms = [
                f"l_{item}*{item}.{k}" if loads and item not in freed else f"{item}.{k}"
                for item in self.items
            ]
            lines.append(f"{self.factor(k)} =~ {' + '.join(terms)}")
            lines += [
                f"{item}.{k} ~ {f'i_{item}*' if cuts and item not in freed else ''}1"
                for item in self.items
            ]
            if k > 1:
                lines += [f"{self.factor(k)} ~~ NA*{self.factor(k)}"] if loads else []
                lines += [f"{self.factor(k)} ~ NA*1"] if cuts else []
        for item in self.items:
            for k in range(1, self.waves):
                later = " + ".join(f"{item}.{j}" for j in range(k + 1, self.waves + 1))
                lines.append(f"{item}.{k} ~~ {later}")
        return "\n".join(lines)

    def fit(self, level: Level, freed: Sequence[str]) -> SemResult:
        """Fit a level; people not seen in every wave by full-information likelihood."""
        columns = [f"{item}.{k}" for k in range(1, self.waves + 1) for item in self.items]
        rows = self.panel[columns]
        gaps = bool(rows.isna().to_numpy().any())
        return cfa(
            self.text(level, freed), rows, estimator=self.estimator, std_lv=True,
            meanstructure=True, missing="fiml" if gaps else "listwise",
        )  # fmt: skip


def panel_of(waves: AlignedWaves, by: str) -> pd.DataFrame:
    """Return one row a person, matched over the waves, columns ``column.k`` of wave k.

    Raises
    ------
    DataError
        If people stand twice in a wave, have no id, or too few are seen again.
    """
    import pandas as pd

    parts = []
    for k, (label, frame) in enumerate(zip(waves.labels, waves.frames, strict=True), 1):
        if isinstance(frame, WaveMoments):
            raise DataError("a panel needs rows", fix="Give the waves as data frames.")
        where = f"wave {label!r}"
        if by not in frame:
            raise DataError(
                f"there is no column {by!r}", where=where,
                fix="Name it in the questionnaire, as 'respondent' of 'meta', so that it is read.",
            )  # fmt: skip
        ids = frame[by]
        if ids.isna().any():
            raise DataError(
                f"{int(ids.isna().sum())} rows have no {by}", where=where,
                fix="Leave these rows out, or compare the waves without an id.",
            )  # fmt: skip
        twice = ids[ids.duplicated()]
        if len(twice):
            raise DataError(
                f"{by} {twice.iloc[0]!r} stands twice", where=where,
                fix="Keep one row a person.",
            )  # fmt: skip
        parts.append(frame.drop(columns=by).set_axis(ids.to_numpy(), axis=0).add_suffix(f".{k}"))
    found = pd.concat(parts, axis=1, join="outer")
    seen = pd.concat([pd.Series(True, index=part.index) for part in parts], axis=1)
    again = int((seen.sum(axis=1) > 1).sum())
    if again < FEWEST_MATCHED:
        raise DataError(
            f"{again} people are seen in two waves by {by!r}",
            fix=f"A panel needs {FEWEST_MATCHED}; compare the waves without an id.",
        )
    return found
