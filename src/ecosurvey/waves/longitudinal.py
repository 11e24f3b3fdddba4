"""One construct measured again on the same people: a factor a wave, uniquenesses correlated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Text, counted
from ecosurvey.sem import SemResult, cfa
from ecosurvey.sem.invariance import LEVELS
from ecosurvey.sem.invariance.levels import Level, LevelName
from ecosurvey.sem.invariance.ordinal import ORDINAL_LEVELS
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.measurement import ordinal_answers
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
        lines += _correlated(self.items, self.waves)
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


@dataclass(frozen=True, slots=True)
class OrdinalLongitudinal:
    """The same with answers as categories of latent responses, by WLSMV.

    Wu and Estabrook's levels with waves in place of groups: thresholds, then loadings, then
    intercepts equal, each setting free what the one before has identified; uniquenesses of an
    item correlate over the waves.

    Attributes
    ----------
    panel : DataFrame
        One row a person, columns ``item.k`` of wave k, from 1.
    construct : str
    cuts : mapping of str to int
        Item -> number of its thresholds.
    waves : int

    References
    ----------
    Liu, Millsap, West, Tein, Tanaka & Grimm (2017), Psychological Methods 22, 486-506; Wu &
    Estabrook (2016), Psychometrika 81, 1014-1045.
    """

    panel: pd.DataFrame
    construct: str
    cuts: Mapping[str, int]
    waves: int

    @property
    def levels(self) -> tuple[Level, ...]:
        """From configural to scalar, without those that the categories cannot tell apart."""
        by_name = {level.name: level for level in ORDINAL_LEVELS}
        if min(self.cuts.values()) == 1:
            return by_name["configural"], by_name["strict"]
        names: tuple[LevelName, ...] = ("configural", "thresholds", "metric", "scalar")
        if max(self.cuts.values()) < 3:
            names = ("configural", "metric", "scalar")
        return tuple(by_name[name] for name in names)

    def item_of(self, variable: str) -> str:
        """Return the item that a column is an answer to."""
        return variable.rpartition(".")[0]

    def text(self, level: Level, freed: Sequence[str]) -> str:
        """Return the model of a level as text."""
        cut, load = "thresholds" in level.equal, "loadings" in level.equal
        mean, strict = "intercepts" in level.equal, "residuals" in level.equal
        lines: list[str] = []
        for k in range(1, self.waves + 1):
            later, factor = k > 1, f"{self.construct}.{k}"
            terms = [
                f"l_{item}*{item}.{k}" if load and item not in freed else f"{item}.{k}"
                for item in self.cuts
            ]
            lines.append(f"{factor} =~ {' + '.join(terms)}")
            lines.append(f"{factor} ~~ {'NA' if later and load else '1'}*{factor}")
            lines.append(f"{factor} ~ {'NA' if later and mean else '0'}*1")
            for item, count in self.cuts.items():
                held = cut and item not in freed
                steps = [f"t{j}_{item}*t{j}" if held else f"t{j}" for j in range(1, count + 1)]
                loose = later and held and not strict
                lines.append(f"{item}.{k} | {' + '.join(steps)}")
                lines.append(f"{item}.{k} ~ {'NA' if loose and not mean else '0'}*1")
                lines.append(f"{item}.{k} ~~ {'NA' if loose else '1'}*{item}.{k}")
        lines += _correlated(self.cuts, self.waves)
        return "\n".join(lines)

    def fit(self, level: Level, freed: Sequence[str]) -> SemResult:
        """Fit a level; single gaps pair by pair."""
        columns = [f"{item}.{k}" for k in range(1, self.waves + 1) for item in self.cuts]
        rows = self.panel[columns]
        gaps = bool(rows.isna().to_numpy().any())
        return cfa(
            self.text(level, freed), rows, ordered=True, estimator="WLSMV", std_lv=True,
            parameterization="theta", missing="pairwise" if gaps else "listwise",
        )  # fmt: skip


def _correlated(items: Iterable[str], waves: int) -> list[str]:
    """Return the covariances of every item's uniquenesses over the waves."""
    lines = []
    for item in items:
        for k in range(1, waves):
            later = " + ".join(f"{item}.{j}" for j in range(k + 1, waves + 1))
            lines.append(f"{item}.{k} ~~ {later}")
    return lines


def longitudinal(
    waves: AlignedWaves, panel: pd.DataFrame, construct: str, estimator: str
) -> Longitudinal | OrdinalLongitudinal:
    """Return the models of one construct in a panel.

    Ordinal ones for WLSMV where categories allow and everybody was seen in every wave: who left
    may have left for what they had answered before, which full-information likelihood allows
    for, and correlations pair by pair do not.
    """
    items = waves.items(construct)
    everybody = all(
        panel[[f"{item}.{k}" for item in items]].notna().any(axis=1).all()
        for k in range(1, len(waves.labels) + 1)
    )
    if estimator == "WLSMV" and everybody and ordinal_answers(waves, items):
        cuts = {item: panel[f"{item}.1"].nunique() - 1 for item in items}
        return OrdinalLongitudinal(panel, construct, cuts, len(waves.labels))
    numbers = "MLR" if estimator == "WLSMV" else estimator
    return Longitudinal(panel, construct, items, len(waves.labels), numbers)


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
            raise DataError(
                Text("a panel needs rows", "面板分析需要数据行"),
                fix=Text("Give the waves as data frames.", "请以数据框给出各轮数据。"),
            )
        where = Text(f"wave {label!r}", f"轮次 {label!r}")
        if by not in frame:
            raise DataError(
                Text(f"there is no column {by!r}", f"没有列 {by!r}"),
                where=where,
                fix=Text(
                    "Name it in the questionnaire, as 'respondent' of 'meta', so that it is read.",
                    "请在问卷的“meta”中以“respondent”指明，以便读取。",
                ),
            )
        ids = frame[by]
        if ids.isna().any():
            raise DataError(
                Text(
                    f"{counted(int(ids.isna().sum()), 'row has', 'rows have')} no {by}",
                    f"{int(ids.isna().sum())}行没有 {by}",
                ),
                where=where,
                fix=Text(
                    "Leave these rows out, or compare the waves without an id.",
                    "请去掉这些行，或不用编号比较各轮。",
                ),
            )
        twice = ids[ids.duplicated()]
        if len(twice):
            raise DataError(
                Text(f"{by} {twice.iloc[0]!r} stands twice", f"{by} {twice.iloc[0]!r} 出现两次"),
                where=where,
                fix=Text("Keep one row a person.", "请每人只留一行。"),
            )
        parts.append(frame.drop(columns=by).set_axis(ids.to_numpy(), axis=0).add_suffix(f".{k}"))
    found = pd.concat(parts, axis=1, join="outer")
    seen = pd.concat([pd.Series(True, index=part.index) for part in parts], axis=1)
    again = int((seen.sum(axis=1) > 1).sum())
    if again < FEWEST_MATCHED:
        raise DataError(
            Text(
                f"{counted(again, 'person is', 'people are')} seen in two waves by {by!r}",
                f"按 {by!r} 只有{again}人出现在两轮中",
            ),
            fix=Text(
                f"A panel needs {FEWEST_MATCHED}; compare the waves without an id.",
                f"面板需要{FEWEST_MATCHED}人；请不用编号比较各轮。",
            ),
        )
    return found
