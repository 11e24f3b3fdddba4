"""How much the ranking of units depends on chance, and on the choice of weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core.random import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Concordance:
    """How alike two schemes of weights rank the units of a wave.

    Attributes
    ----------
    wave, first, second : str
    kendall, spearman : float
        Kendall's tau-b and Spearman's rho; NaN with fewer than two units or no differences.
    moved : int
        Units whose rank differs.
    most : int
        The largest difference of ranks.
    """

    wave: str
    first: str
    second: str
    kendall: float
    spearman: float
    moved: int
    most: int


def ranks(values: Floats) -> NDArray[np.int64]:
    """Return ranks along the last axis, 1 the highest; equal values share the better rank.

    Examples
    --------
    >>> ranks(np.array([50.0, 70.0, 50.0])).tolist()
    [2, 1, 2]
    """
    from scipy.stats import rankdata

    return np.asarray(rankdata(-values, method="min", axis=-1), dtype=np.int64)


def concordance(wave: str, schemes: Mapping[str, Floats]) -> tuple[Concordance, ...]:
    """Compare the rankings of all pairs of schemes, units in the same order."""
    from itertools import combinations

    return tuple(
        _pair(wave, (first, schemes[first]), (second, schemes[second]))
        for first, second in combinations(schemes, 2)
    )


def _pair(wave: str, first: tuple[str, Floats], second: tuple[str, Floats]) -> Concordance:
    from scipy.stats import kendalltau, spearmanr

    # predictions drawn fully to one mean differ by rounding alone
    a, b = (np.round(values, 9) for _, values in (first, second))
    told = len(a) > 1 and len(set(a)) > 1 and len(set(b)) > 1
    tau = float(kendalltau(a, b).statistic) if told else float("nan")
    rho = float(spearmanr(a, b).statistic) if told else float("nan")
    apart = np.abs(ranks(a) - ranks(b))
    return Concordance(
        wave, first[0], second[0], tau, rho, int((apart > 0).sum()), int(apart.max(initial=0))
    )


def rank_chances(
    estimates: Floats, se: Floats, seed: int, wave: str, level: float = 0.95
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return the interval of each unit's rank, and its probability of being first.

    By draws from independent normal distributions with the estimates and their errors.

    Returns
    -------
    lower, upper : (u,) array
    first : (u,) array
    """
    rng = stream(seed, f"index ranks {wave}")
    drawn = ranks(estimates + se * rng.standard_normal((DRAWS, len(estimates))))
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0, method="nearest")
    return low.astype(np.int64), high.astype(np.int64), (drawn == 1).mean(axis=0)
