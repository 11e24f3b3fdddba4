"""Who of a panel was not seen again, and whether they were like the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Finding, Text
from ecosurvey.core.frames import need_columns
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.waves.alignment import AlignedWaves

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 5  # people who left, or stayed, below which nothing is tested


@dataclass(frozen=True, slots=True)
class AttritionTest:
    """Those of the first wave who were not seen in a later one, against those who were.

    Attributes
    ----------
    wave, variable : str
    kind : {"score", "share"}
        Scale scores by Welch's test, background by the chi-square test.
    size : float
        Scores: gone less seen, in pooled standard deviations. Background: Cramér's V.
    pvalue, adjusted : float
        Adjusted by Holm over all tests.
    """

    wave: str
    variable: str
    kind: str
    size: float
    pvalue: float
    adjusted: float = float("nan")


@dataclass(frozen=True, slots=True)
class Attrition:
    """Who left.

    Attributes
    ----------
    first : int
        People of the first wave.
    seen : tuple of (str, int)
        How many of them were seen in each later wave.
    tests : tuple of AttritionTest
    """

    first: int
    seen: tuple[tuple[str, int], ...]
    tests: tuple[AttritionTest, ...]

    def findings(self, alpha: float) -> tuple[Finding, ...]:
        """Return a warning for each later wave that was left by people unlike the others."""
        found = []
        for wave, seen in self.seen:
            unlike = [t.variable for t in self.tests if t.wave == wave and t.adjusted < alpha]
            if unlike:
                shown = ", ".join(unlike)
                words = Text(
                    f"{self.first - seen} of {self.first} people of the first wave "
                    f"{'was' if self.first - seen == 1 else 'were'} not seen in {wave}, and "
                    f"differed from the others in {shown}; means of {wave} rest on "
                    "the assumption that earlier answers tell of who left (missing at random).",
                    f"首轮{self.first}人中有{self.first - seen}人未参与{wave}，"
                    f"且在{shown}上与其余者不同；{wave}的均值依赖“流失可由先前作答说明”（随机缺失）的假设。",
                )
                found.append(Finding("attrition", "warning", words, wave))
        return tuple(found)


def attrition(waves: AlignedWaves, by: str, background: Sequence[str]) -> Attrition:
    """Compare those of the first wave who left with those who stayed.

    Parameters
    ----------
    waves : AlignedWaves
    by : str
        Column that tells who is who.
    background : sequence of str
        Variables of the first wave to test beside the constructs' scale scores.

    References
    ----------
    Goodman & Blum (1996), Journal of Management 22, 627-652.
    """
    import pandas as pd

    first = waves.frames[0]
    assert isinstance(first, pd.DataFrame)  # noqa: S101 (panel_of has looked)
    need_columns(first, background, Text(f"wave {waves.labels[0]!r}", f"轮次 {waves.labels[0]!r}"))
    seen, tests = [], []
    for label, frame in zip(waves.labels[1:], waves.frames[1:], strict=True):
        stayed = first[by].isin(frame[by]).to_numpy()  # type: ignore[index]
        seen.append((label, int(stayed.sum())))
        if min(int(stayed.sum()), int((~stayed).sum())) < FEWEST:
            continue
        for construct in waves.instrument.scales():
            items = list(waves.items(construct))
            if items:
                tests.append(_score(label, construct, first[items].mean(axis=1), stayed))
        tests += [_share(label, name, first[name], stayed) for name in background]
    adjusted = holm([test.pvalue for test in tests])
    told = tuple(replace(t, adjusted=p) for t, p in zip(tests, adjusted, strict=True))
    return Attrition(len(first), tuple(seen), told)


def _score(wave: str, construct: str, score: pd.Series, stayed: np.ndarray) -> AttritionTest:
    from scipy.stats import ttest_ind

    gone, kept = score[~stayed].dropna(), score[stayed].dropna()
    degrees = len(gone) + len(kept) - 2
    pooled = ((len(gone) - 1) * gone.var() + (len(kept) - 1) * kept.var()) / max(degrees, 1)
    if len(gone) < FEWEST or len(kept) < FEWEST or not pooled > 0:
        return AttritionTest(wave, construct, "score", float("nan"), float("nan"))
    size = float((gone.mean() - kept.mean()) / np.sqrt(pooled))
    pvalue = float(ttest_ind(gone, kept, equal_var=False).pvalue)
    return AttritionTest(wave, construct, "score", size, pvalue)


def _share(wave: str, name: str, values: pd.Series, stayed: np.ndarray) -> AttritionTest:
    import pandas as pd
    from scipy.stats import chi2_contingency

    counts = pd.crosstab(values, stayed).to_numpy()
    if min(counts.shape) < 2:
        return AttritionTest(wave, name, "share", float("nan"), float("nan"))
    test = chi2_contingency(counts, correction=False)
    size = float(np.sqrt(test.statistic / counts.sum()))
    return AttritionTest(wave, name, "share", size, float(test.pvalue))
