"""The units' shrunken scores in samples drawn anew from the respondents of each unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.performance.shrink import shrunk_many

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosurvey.performance.measured import Measured

    Floats = NDArray[np.float64]


def resampled(wave: Measured, parts: int, rounds: int, rng: np.random.Generator) -> Floats:
    """Return shrunken scores by part of as many samples, (rounds, units, parts).

    Respondents are drawn within units, as many as there are, with replacement; means, pooled
    variances and shrinkage are computed anew. NaN where a unit has no scores.
    """
    scores = wave.means.scores[:, :parts]
    there = ~np.isnan(scores)
    centre = np.nanmean(np.where(there.any(axis=0), scores, 0.0), axis=0)  # far from cancellation
    filled = np.where(there, scores - centre, 0.0)
    units = len(wave.codes)
    counts, sums, squares = (np.zeros((rounds, units, parts)) for _ in range(3))
    for unit in range(units):
        own = np.flatnonzero(wave.means.codes == unit)
        drawn = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=rounds)
        for of, into in ((there, counts), (filled, sums), (filled**2, squares)):
            into[:, unit] = drawn @ of[own]
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    spread = (squares - np.nan_to_num(means) * sums).sum(axis=1)
    freedom = counts.sum(axis=1) - (counts > 0).sum(axis=1)
    within = np.divide(spread, freedom, out=np.zeros_like(spread), where=freedom > 0)
    found = np.full_like(means, np.nan)
    for part in range(parts):
        known = (counts[:, :, part] > 0).all(axis=0)
        if known.sum():
            variances = np.maximum(within[:, None, part], 0.0) / counts[:, known, part]
            found[:, known, part] = centre[part] + shrunk_many(means[:, known, part], variances)
    return found


def tables_of(waves: Sequence[Floats], scaling: str) -> Floats:
    """Return the table of units by criteria that entropy and CRITIC weights are made of."""
    table = np.vstack(waves)
    table = np.clip(table[np.isfinite(table).all(axis=1)], 0, 100)
    if scaling == "observed" and len(table):
        low, span = table.min(axis=0), np.ptp(table, axis=0)
        table = np.divide(table - low, span, out=np.zeros_like(table), where=span > 1e-9)
    return table
