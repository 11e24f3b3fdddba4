"""Bootstrap intervals of alpha and omega: no normal answers assumed, the same for any workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, Finding, OptionError, Text
from ecosurvey.core.parallel import map_replicates
from ecosurvey.factors import Moments
from ecosurvey.factors.extraction import LOWEST_UNIQUENESS, extract
from ecosurvey.factors.moments import pairwise_moments, scale_to_correlation
from ecosurvey.reliability.alpha import alpha_kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class BootstrapBounds:
    """Percentile bounds of alpha and omega of one scale.

    Attributes
    ----------
    alpha, omega : (float, float)
        Lower and upper; NaN where fewer than half of the samples gave a value (omega of two
        items is not estimated).
    failed : int
        Samples without omega, or without alpha.
    """

    alpha: tuple[float, float]
    omega: tuple[float, float]
    failed: int


def check_samples(n_boot: int) -> None:
    """Raise unless a number of bootstrap samples is none, or enough for an interval."""
    if n_boot < 0 or 0 < n_boot < 100:
        raise OptionError(f"n_boot={n_boot} is too few for an interval", fix="Take 1000 or more.")


def bootstrap_bounds(
    moments: Moments, n_boot: int, seed: int, level: float, jobs: int | None = None
) -> BootstrapBounds:
    """Return bounds of alpha and omega from rows drawn with replacement.

    Sample number i draws from the stream of its number, and gaps are treated as in the whole.
    """
    rows = moments.need_rows("a bootstrap")
    start = extract(moments.corr, 1, "ml").uniqueness if moments.p > 2 else None
    work = partial(_coefficients, rows, moments.names, start)
    purpose = f"reliability {' '.join(moments.names)}"
    drawn = np.array(
        map_replicates(work, n_boot, seed=seed, purpose=purpose, jobs=jobs).values, dtype=float
    )
    wanted = drawn if moments.p > 2 else drawn[:, :1]
    lost = int((~np.isfinite(wanted)).any(axis=1).sum())
    return BootstrapBounds(_bounds(drawn[:, 0], level), _bounds(drawn[:, 1], level), lost)


def _bounds(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    usable = values[np.isfinite(values)]
    if 2 * len(usable) < len(values):
        return np.nan, np.nan
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(usable, [tail, 100 - tail])
    return float(low), float(high)


def _coefficients(
    rows: NDArray[np.float64],
    names: tuple[str, ...],
    start: NDArray[np.float64] | None,
    streams: Sequence[np.random.Generator],
) -> list[tuple[float, float]]:
    """Return alpha and omega of one sample a stream; NaN where a sample has none."""
    n, gaps = len(rows), bool(np.isnan(rows).any())
    found = []
    for generator in streams:
        drawn = rows[generator.integers(0, n, n)]
        try:
            cov, corr = _moments(drawn, names, gaps=gaps)
        except DataError:  # an item that does not vary in this sample
            found.append((np.nan, np.nan))
            continue
        found.append((alpha_kernel(cov), _omega(cov, corr, start)))
    return found


def _moments(
    rows: NDArray[np.float64], names: tuple[str, ...], *, gaps: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if gaps:
        return pairwise_moments(rows, names)
    cov = np.cov(rows, rowvar=False)
    if np.diag(cov).min() <= 0:
        raise DataError("an item does not vary")
    return cov, scale_to_correlation(cov)


def _omega(
    cov: NDArray[np.float64], corr: NDArray[np.float64], start: NDArray[np.float64] | None
) -> float:
    if start is None or np.linalg.eigvalsh(corr)[0] < 1e-8:
        return np.nan
    found = extract(corr, 1, "ml", np.clip(start, 2 * LOWEST_UNIQUENESS, 1.0))
    if not found.converged:
        return np.nan
    variance = np.diag(cov)
    common = float((found.loadings[:, 0] * np.sqrt(variance)).sum()) ** 2
    return common / (common + float((found.uniqueness * variance).sum()))


def lost_samples(failed: int, n_boot: int, name: Text, construct: str) -> Finding:
    """Return the finding that some samples of a scale gave no value."""
    return Finding(
        "bootstrap_failures",
        "warning",
        Text(
            f"{name.en}: {failed} of {n_boot} bootstrap samples gave no value and are left out.",
            f"{name.zh}：{n_boot}次自助抽样中有{failed}次未得到有效值，已剔除。",
        ),
        where=construct,
    )
