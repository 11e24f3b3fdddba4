"""One construct's items over the waves: fitted as continuous or as ordinal answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecosurvey.cleaning.design import CLUSTER, WEIGHT
from ecosurvey.sem import SemResult, cfa
from ecosurvey.sem.api import Request
from ecosurvey.sem.invariance import LEVELS
from ecosurvey.sem.invariance.levels import Level
from ecosurvey.sem.invariance.ordinal_sequence import OrdinalSequence, asked_ordinal
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.moments import WaveMoments, wave_moments

if TYPE_CHECKING:
    import pandas as pd

WAVE = "_wave"
MOST_CATEGORIES = 7  # beyond, answers are as good as continuous (Rhemtulla et al. 2012)
FEWEST_IN_CATEGORY = 5  # answers, below which thresholds are unsure


class Measurement(Protocol):
    """The models of one construct, from free to equal over the waves."""

    @property
    def levels(self) -> tuple[Level, ...]:
        """From configural to scalar."""
        ...

    def item_of(self, variable: str) -> str:
        """Return the item that a variable of the model is."""
        ...

    def fit(self, level: Level, freed: Sequence[str]) -> SemResult:
        """Fit a level, some items' parameters free in every wave."""
        ...


@dataclass(frozen=True, slots=True)
class Continuous:
    """Answers as numbers: maximum likelihood, scale set by the first wave's factor.

    Weights and clusters that screening left in every wave enter; ``weights`` take their place.
    """

    waves: AlignedWaves
    construct: str
    items: tuple[str, ...]
    estimator: str
    weights: tuple[NDArray[np.float64], ...] | None = None

    @property
    def levels(self) -> tuple[Level, ...]:
        """Configural, metric, scalar."""
        return LEVELS[:3]

    def item_of(self, variable: str) -> str:
        """Return the variable: there is one a group."""
        return variable

    def fit(self, level: Level, freed: Sequence[str]) -> SemResult:
        """Fit a level; gaps by full-information likelihood."""
        model = f"{self.construct} =~ {' + '.join(self.items)}"
        partial = [f"{self.construct}=~{item}" for item in freed if "loadings" in level.equal]
        partial += [f"{item}~1" for item in freed if "intercepts" in level.equal]
        return fit_numbers(
            self.waves, model, self.items, level.equal, partial, self.estimator, self.weights
        )


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Answers as categories of a latent response, by Wu and Estabrook's models and WLSMV."""

    sequence: OrdinalSequence
    levels: tuple[Level, ...]

    def item_of(self, variable: str) -> str:
        """Return the variable: there is one a group."""
        return variable

    def fit(self, level: Level, freed: Sequence[str]) -> SemResult:
        """Fit a level; gaps pair by pair."""
        return self.sequence.fit(level, tuple(f"{item}|" for item in freed))


def measurement_of(waves: AlignedWaves, construct: str, estimator: str) -> Measurement:
    """Return the models of one construct; ordinal ones for WLSMV, where possible."""
    items = waves.items(construct)
    if estimator != "WLSMV" or design_columns(waves) or not ordinal_answers(waves, items):
        return Continuous(waves, construct, items, numbers_estimator(waves, estimator))
    stacked = stack(waves, items)
    gaps = bool(stacked[list(items)].isna().to_numpy().any())
    request = Request(
        "cfa", "WLSMV", "pairwise" if gaps else "listwise", True, group=WAVE, std_lv=True,
        parameterization="theta",
    )  # fmt: skip
    model = f"{construct} =~ {' + '.join(items)}"
    sequence, levels = asked_ordinal(request, model, stacked, ["strict"], ())
    if sequence.items.binary:
        # nothing tells residual variances of yes and no apart from the rest: equal, as in
        # two-parameter item response models, and all in one step
        return Ordinal(sequence, (levels[0], levels[-1]))
    return Ordinal(sequence, tuple(level for level in levels if level.name != "strict"))


def ordinal_answers(waves: AlignedWaves, items: Sequence[str]) -> bool:
    """Tell whether items have the same few categories in every wave, each used often enough."""
    if waves.as_moments:
        return False
    for item in items:
        used = []
        for frame in waves.frames:
            counts = frame[item].value_counts()  # type: ignore[index]
            if len(counts) > MOST_CATEGORIES or counts.min() < FEWEST_IN_CATEGORY:
                return False
            used.append(frozenset(counts.index))
        if len(set(used)) > 1 or len(used[0]) < 2:
            return False
    return True


def fit_numbers(
    waves: AlignedWaves,
    model: str,
    items: Sequence[str],
    equal: Sequence[str],
    partial: Sequence[str],
    estimator: str,
    weights: Sequence[NDArray[np.float64]] | None = None,
) -> SemResult:
    """Fit a model of answers taken as numbers over the waves, from rows or from moments."""
    import pandas as pd

    names = list(items)
    options: dict[str, Any] = {
        "group_equal": list(equal), "group_partial": list(partial), "std_lv": True,
    }  # fmt: skip
    if waves.as_moments:
        parts = [
            frame.of(names) if isinstance(frame, WaveMoments) else wave_moments(frame, names)
            for frame in waves.frames
        ]
        return cfa(
            model, estimator="ML",
            cov=[pd.DataFrame(m.cov, index=names, columns=names) for m in parts],
            mean=[pd.Series(m.mean, index=names) for m in parts],
            n=[m.n for m in parts], **options,
        )  # fmt: skip
    stacked = stack(waves, [*names, *design_columns(waves)])
    if weights is not None:
        stacked[WEIGHT] = np.concatenate(weights)
    options |= design_options(stacked)
    if WEIGHT in stacked:
        stacked = stacked[stacked[WEIGHT] > 0]
    gaps = bool(stacked[names].isna().to_numpy().any())
    return cfa(
        model, stacked, group=WAVE, estimator=estimator,
        missing="fiml" if gaps else "listwise", **options,
    )  # fmt: skip


def numbers_estimator(waves: AlignedWaves, estimator: str) -> str:
    """Return the estimator for answers taken as numbers: MLR in place of WLSMV or with a design."""
    return "MLR" if estimator == "WLSMV" or design_columns(waves) else estimator


def design_columns(waves: AlignedWaves) -> list[str]:
    """Return the columns of weights and clusters that every wave has."""
    if waves.as_moments:
        return []
    return [name for name in (WEIGHT, CLUSTER) if all(name in frame for frame in waves.frames)]  # type: ignore[operator]


def design_options(stacked: pd.DataFrame) -> dict[str, Any]:
    """Return what a fit must be told of weights and clusters; each wave keeps its size."""
    found: dict[str, Any] = {}
    if WEIGHT in stacked:
        found = {"sampling_weights": WEIGHT, "sampling_weights_normalization": "group"}
    if CLUSTER in stacked:
        found["cluster"] = CLUSTER
    return found


def stack(waves: AlignedWaves, columns: Sequence[str]) -> pd.DataFrame:
    """Return all waves' rows one under the other, with the wave's label as a column."""
    import pandas as pd

    parts = [
        frame[list(columns)].assign(**{WAVE: label})
        for label, frame in zip(waves.labels, waves.frames, strict=True)
        if not isinstance(frame, WaveMoments)
    ]
    return pd.concat(parts, ignore_index=True)
