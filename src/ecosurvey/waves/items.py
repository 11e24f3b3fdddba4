"""How every item works wave by wave, on the scale that the anchor items carry from wave to wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Fit
from ecosurvey.sem.values import row_values
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.moments import WaveMoments
from ecosurvey.waves.rows import factor_rows, item_rows

Floats = NDArray[np.float64]
_NODES = 41  # of Gauss and Hermite
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class ItemInWave:
    """One item in one wave, all its parameters its own.

    Attributes
    ----------
    item, construct, wave : str
    loading, intercept : float
        On the first wave's latent scale; the intercept of ordinal items is 0.
    thresholds : tuple of float
        Of ordinal items; empty for answers taken as numbers.
    residual : float
        Residual standard deviation.
    lowest : float
        The lowest category of ordinal items.
    signed, dmacs : float
        Mean, and root mean square, of the expected answer less the first wave's at the same
        level of the construct, over the wave's people, in pooled standard deviations.
    """

    item: str
    construct: str
    wave: str
    loading: float
    intercept: float
    thresholds: tuple[float, ...]
    residual: float
    lowest: float
    signed: float = 0.0
    dmacs: float = 0.0

    def expected(self, at: Floats) -> Floats:
        """Return the expected answer at levels of the construct."""
        from scipy.special import ndtr

        linear = self.intercept + self.loading * np.asarray(at, dtype=float)
        if not self.thresholds:
            return linear
        above = (linear[..., None] - np.array(self.thresholds)) / self.residual
        return np.asarray(self.lowest + ndtr(above).sum(axis=-1))


def items_by_wave(
    waves: AlignedWaves, construct: str, free: Fit, scalar: Fit
) -> tuple[ItemInWave, ...]:
    r"""Return every item of a construct in every wave.

    The model without equalities has a factor of mean 0 and variance 1 in each wave; the scalar
    model tells that factor's mean :math:`\kappa` and variance :math:`\phi` on the first wave's
    scale, so that :math:`\lambda^* = \lambda/\sqrt\phi`, :math:`\nu^* = \nu - \lambda^*\kappa`,
    :math:`\tau^* = \tau + \lambda^*\kappa`. Differences follow dMACS.

    References
    ----------
    Nye & Drasgow (2011), Journal of Applied Psychology 96, 966-980, eq. 3.
    """
    items = waves.items(construct)
    values, _ = row_values(scalar.model, scalar.x)
    course = factor_rows(scalar, construct, len(waves.labels))
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    spreads = [_spreads(frame, items) for frame in waves.frames]
    found: list[ItemInWave] = []
    first: dict[str, ItemInWave] = {}
    for group, label in enumerate(waves.labels):
        mean, variance = course[group]
        kappa, root = float(values[mean]), np.sqrt(max(values[variance], _LEAST))
        lowest = _lowest(waves.frames[group], items)
        for item in items:
            one = _linked(free, construct, item, label, group, kappa, root, lowest[item])
            if group:
                at = kappa + root * nodes
                gap = one.expected(at) - first[item].expected(at)
                n = waves.sizes[0] - 1, waves.sizes[group] - 1
                pooled = (n[0] * spreads[0][item] + n[1] * spreads[group][item]) / sum(n)
                size = float(np.sqrt(weights @ gap**2)) / pooled
                one = replace(one, signed=float(weights @ gap) / pooled, dmacs=size)
            else:
                first[item] = one
            found.append(one)
    return tuple(found)


def _linked(
    free: Fit,
    construct: str,
    item: str,
    label: str,
    group: int,
    kappa: float,
    root: float,
    lowest: float,
) -> ItemInWave:
    values, _ = row_values(free.model, free.x)
    own = [(row, float(values[at])) for at, row in item_rows(free, item, group)]
    loading = next(value for row, value in own if row.op == "=~") / root
    intercept = next((value for row, value in own if row.op == "~1"), 0.0)
    residual = next((value for row, value in own if row.op == "~~" and row.lhs == row.rhs), 1.0)
    thresholds = tuple(value + loading * kappa for row, value in own if row.op == "|")
    if not thresholds:
        intercept -= loading * kappa
    return ItemInWave(
        item, construct, label, loading, intercept, thresholds,
        float(np.sqrt(max(residual, _LEAST))), lowest,
    )  # fmt: skip


def _spreads(frame: object, items: Sequence[str]) -> dict[str, float]:
    if isinstance(frame, WaveMoments):
        part = frame.of(items)
        return dict(zip(items, np.sqrt(np.diag(part.cov)).tolist(), strict=True))
    return {item: float(frame[item].std(ddof=1)) for item in items}  # type: ignore[index]


def _lowest(frame: object, items: Sequence[str]) -> dict[str, float]:
    if isinstance(frame, WaveMoments):
        return dict.fromkeys(items, float("nan"))
    return {item: float(frame[item].min()) for item in items}  # type: ignore[index]
