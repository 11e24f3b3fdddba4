"""How unsure the weights are, and what of the index and of the ranks hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosurvey.core.random import stream
from ecosurvey.performance.rankings import ranks
from ecosurvey.performance.resampling import resampled, tables_of
from ecosurvey.performance.weights import critic_weights, entropy_weights
from ecosurvey.performance.weights.ahp import LARGEST, aggregate, ahp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosurvey.performance.experts import Experts
    from ecosurvey.performance.measured import Measured
    from ecosurvey.performance.model import Score
    from ecosurvey.sem import SemResult

    Floats = NDArray[np.float64]

DRAWS = 400
_NOISE = 10  # draws of the scores for each draw of the weights


@dataclass(frozen=True, slots=True)
class WeightInterval:
    """How unsure one weight is.

    Attributes
    ----------
    scheme, part : str
    weight, lower, upper : float
    kind : {"sampling", "judgement"}
        By chance in who answered; or what other judgements of the experts would give.
    """

    scheme: str
    part: str
    weight: float
    lower: float
    upper: float
    kind: Literal["sampling", "judgement"]


@dataclass(frozen=True, slots=True)
class Unsure:
    """One unit's index and place where the main scheme's weights are not taken as given.

    Attributes
    ----------
    wave, unit : str
    lower, upper : float
        Of the index.
    rank_lower, rank_upper : int
    prob_first : float
    """

    wave: str
    unit: str
    lower: float
    upper: float
    rank_lower: int
    rank_upper: int
    prob_first: float


def weight_draws(
    measured: Sequence[Measured],
    parts: Sequence[str],
    scaling: str,
    seed: int,
    *,
    totals: Floats | None = None,
    experts: Experts | None = None,
    schemes: Sequence[str],
) -> dict[str, Floats]:
    """Return what the weights of each scheme might have been, (draws, parts).

    Entropy and CRITIC: respondents drawn anew within units and waves, everything computed again.
    Model: the total effects under draws of the parameters from their large-sample distribution.
    Experts: each left out, and each comparison a step of the scale higher and lower.

    Parameters
    ----------
    totals : (draws, parts) array, optional
        Total effects, so signed that more is better.
    """
    found: dict[str, Floats] = {}
    if totals is not None:
        right = np.maximum(totals, 0.0)
        summed = right.sum(axis=1)
        good = np.isfinite(summed) & (summed > 0)
        found["model"] = right[good] / summed[good, None]
    spread = {"entropy": entropy_weights, "critic": critic_weights}
    wanted = [name for name in spread if name in schemes]
    if wanted:
        rng = stream(seed, "index weights")
        drawn = [resampled(wave, len(parts), DRAWS, rng) for wave in measured]
        tables = [tables_of([wave[k] for wave in drawn], scaling) for k in range(DRAWS)]
        for name in wanted:
            found[name] = np.array([spread[name](table) for table in tables if len(table) > 1])
    if experts is not None and experts.matrices and "expert" in schemes:
        at = [experts.parts.index(part) for part in parts]
        found["expert"] = np.array([one[at] for one in other_judgements(experts)])
    return {name: draws for name, draws in found.items() if len(draws) > 1}


def other_judgements(experts: Experts) -> list[Floats]:
    """Return the weights with each expert left out, and with each comparison a step off.

    A step of the group's comparison is one of Saaty's scale: 3 becomes 2 or 4, 1/2 becomes 1
    or 1/3, none beyond 9.
    """
    found = []
    matrices = experts.matrices
    if len(matrices) > 1:
        for at in range(len(matrices)):
            rest = [one for k, one in enumerate(matrices) if k != at]
            found.append(ahp(aggregate(rest)).weights)
    together = aggregate(matrices)
    for i in range(len(together)):
        for j in range(i + 1, len(together)):
            for step in (-1.0, 1.0):
                other = together.copy()
                other[i, j] = _stepped(float(other[i, j]), step)
                other[j, i] = 1 / other[i, j]
                found.append(ahp(other).weights)
    return found


def _stepped(value: float, step: float) -> float:
    """Return a comparison moved on the scale ... 1/3, 1/2, 1, 2, 3 ..., of which 1 is 0."""
    place = value - 1 if value >= 1 else 1 - 1 / value
    moved = float(np.clip(place + step, min(1 - LARGEST, place), max(LARGEST - 1, place)))
    return moved + 1 if moved >= 0 else 1 / (1 - moved)


def weight_intervals(
    weights: Mapping[str, Mapping[str, float]], draws: Mapping[str, Floats], level: float
) -> tuple[WeightInterval, ...]:
    """Return percentile intervals of the weights; of experts', the whole range."""
    found = []
    tail = (1 - level) / 2
    for scheme, own in weights.items():
        if scheme not in draws:
            continue
        judged = scheme == "expert"
        low, high = np.quantile(draws[scheme], [0, 1] if judged else [tail, 1 - tail], axis=0)
        found += [
            WeightInterval(
                scheme, part, weight, min(float(low[at]), weight), max(float(high[at]), weight),
                "judgement" if judged else "sampling",
            )
            for at, (part, weight) in enumerate(own.items())
        ]  # fmt: skip
    return tuple(found)


def unsure_places(
    wave: Measured,
    scores: Sequence[Score],
    weights: Floats,
    draws: Floats,
    seed: int,
    level: float,
) -> tuple[Unsure, ...]:
    """Return intervals of the index and of the ranks over draws of the weights and of the scores.

    A draw of the weights moves a unit's index by what it makes of the unit's shrunken scores by
    part; chance in who answered is added with the error of the index.

    Parameters
    ----------
    scores : sequence of Score
        The index of the units under the weights.
    """
    units = [one.unit for one in scores]
    estimates, se, own = (
        np.array([getattr(one, name) for one in scores]) for name in ("score", "se", "reliability")
    )
    at = [wave.codes.index(unit) for unit in units]
    means = wave.means.means[at, : len(weights)]
    middle = np.nanmean(np.where(np.isfinite(means), means, np.nan), axis=0)
    means = np.where(np.isfinite(means), means, np.nan_to_num(middle))
    moved = (draws - weights) @ means.T  # of the units' own means
    # the mean of all units weighs each by 1 / (tau2 + psi), to which its own share is proportional
    share = own if own.sum() > 0 else wave.means.n[at].astype(float)
    together = moved @ share / share.sum()
    shifted = estimates + own * moved + (1 - own) * together[:, None]
    rng = stream(seed, f"index unsure {wave.label}")
    noise = se * rng.standard_normal((len(draws) * _NOISE, len(units)))
    drawn = np.repeat(shifted, _NOISE, axis=0) + noise
    places = ranks(drawn)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    best, worst = np.quantile(places, [tail, 1 - tail], axis=0, method="nearest")
    first = (places == 1).mean(axis=0)
    return tuple(
        Unsure(wave.label, unit, float(low[k]), float(high[k]), int(best[k]), int(worst[k]),
               float(first[k]))
        for k, unit in enumerate(units)
    )  # fmt: skip


def total_draws(
    fit: SemResult, parts: Sequence[str], outcome: str, negative: Sequence[str], seed: int
) -> Floats | None:
    """Return signed standardized total effects over draws of the parameters; None if none."""
    from ecosurvey.keyfactors.draws import parameter_draws, standardized_totals

    model = fit.fit.model
    factors = list(model.layouts[0].factors)
    if outcome not in factors or any(part not in factors for part in parts):
        return None
    if not np.isfinite(fit.fit.vcov).all():
        return None
    draws = parameter_draws(fit.fit.x, fit.fit.vcov, DRAWS, seed)
    found = standardized_totals(
        model, draws, factors.index(outcome), [factors.index(part) for part in parts]
    )
    return found * np.where(np.isin(parts, list(negative)), -1.0, 1.0)
