"""The units of one wave, measured: means, shrunken scores, and the whole under some weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.performance.model import OVERALL, Score
from ecosurvey.performance.scores import Part, part_scores
from ecosurvey.performance.shrink import Shrunk, shrink_means
from ecosurvey.performance.units import UnitMeans, overall_means, part_variances, unit_means

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """The units of one wave: their codes, means, and the parts' shrunken scores."""

    label: str
    codes: tuple[str, ...]
    means: UnitMeans
    shrunk: tuple[Shrunk | None, ...]
    level: float = 0.95


def unit_codes(column: pd.Series) -> pd.Series:
    """Return units' codes as text; whole numbers without a point, gaps as they are."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column):
        return column.map(lambda value: f"{value:g}", na_action="ignore").astype("object")
    return column.astype("object").map(str, na_action="ignore")


def score_parts(answers: pd.DataFrame, parts: Sequence[Part]) -> Floats:
    """Return the scores of respondents by part, (n, p)."""
    return np.column_stack([part_scores(answers, part).to_numpy() for part in parts])


def measure(
    label: str, scores: Floats, codes: pd.Series, units: Sequence[str], level: float = 0.95
) -> Measured:
    """Return the means of units, and their shrunken scores by part."""
    place = {unit: at for at, unit in enumerate(units)}
    means = unit_means(scores, np.array([place[code] for code in codes]), len(units))
    return Measured(label, tuple(units), means, shrunk_parts(means, level), level)


def shrunk_parts(means: UnitMeans, level: float) -> tuple[Shrunk | None, ...]:
    """Return each part's shrunken scores, of the units that have answers; None if none can."""
    variances = part_variances(means)
    found: list[Shrunk | None] = []
    for at in range(means.means.shape[1]):
        there = np.isfinite(variances[:, at])
        done = there.any()
        found.append(
            shrink_means(means.means[there, at], variances[there, at], level) if done else None
        )
    return tuple(found)


def scored(wave: Measured, parts: int) -> Floats:
    """Return the shrunken scores of the parts, units by parts; NaN where there is none."""
    table = np.full((len(wave.codes), parts), np.nan)
    for at in range(parts):
        shrunk = wave.shrunk[at]
        if shrunk is not None:
            table[wave.means.counts[:, at] > 0, at] = shrunk.estimates
    return table


def overall(
    wave: Measured, weights: Floats, level: float
) -> tuple[list[int], Floats, Shrunk] | None:
    """Return the units that have an overall index, their own means, and the shrunken ones."""
    inner = UnitMeans(
        wave.means.n, wave.means.counts[:, : len(weights)], wave.means.means[:, : len(weights)],
        wave.means.within[: len(weights)], wave.means.codes, wave.means.scores[:, : len(weights)],
    )  # fmt: skip
    means, variances = overall_means(inner, weights)
    there = np.flatnonzero(np.isfinite(means) & np.isfinite(variances))
    if not len(there):
        return None
    return there.tolist(), means[there], shrink_means(means[there], variances[there], level)


def scores_of(
    wave: Measured,
    parts: Sequence[Part],
    weights: Floats,
    targets: Mapping[str, float],
    level: float,
) -> tuple[list[Score], list[Score]]:
    """Return the overall scores of the units of a wave under some weights, and those by part."""
    by_part = []
    for at, part in enumerate(parts):
        there, shrunk = np.flatnonzero(wave.means.counts[:, at] > 0), wave.shrunk[at]
        if shrunk is None:
            continue
        own = wave.means.means[there, at]
        n = wave.means.counts[there, at]
        by_part += _scores(wave, part.id, there.tolist(), n, own, shrunk, targets)
    whole = overall(wave, weights, level)
    if whole is None:
        return [], by_part
    units, own, shrunk = whole
    n = wave.means.n[units]
    return _scores(wave, OVERALL, units, n, own, shrunk, targets), by_part


def _scores(
    wave: Measured,
    part: str,
    units: Sequence[int],
    n: NDArray[np.int64],
    own: Floats,
    shrunk: Shrunk,
    targets: Mapping[str, float],
) -> list[Score]:
    return [
        Score(
            wave.label, wave.codes[unit], part, int(n[at]), float(own[at]),
            float(shrunk.estimates[at]), float(shrunk.se[at]), float(shrunk.lower[at]),
            float(shrunk.upper[at]), float(shrunk.reliability[at]), targets.get(part),
        )
        for at, unit in enumerate(units)
    ]  # fmt: skip
