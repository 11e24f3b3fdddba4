"""Bootstrap intervals of alpha and omega: no normal answers assumed, the same for any workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Finding, OptionError, Text
from ecosurvey.core.parallel import map_replicates
from ecosurvey.core.remember import remembered
from ecosurvey.factors import Moments
from ecosurvey.factors.extraction import extract
from ecosurvey.factors.one_factor import one_factor
from ecosurvey.reliability.alpha import alpha_kernels

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOGETHER = 3  # rows that two items need in common,
_STILL = 1e-14  # a variance that is none, as in pairwise_moments
_SINGULAR = 1e-8  # smallest eigenvalue of correlations that a factor is extracted from


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
        raise OptionError(
            Text(
                f"n_boot={n_boot} is too few for an interval", f"n_boot={n_boot} 太少，无法得到区间"
            ),
            fix=Text("Take 1000 or more.", "请取1000或更多。"),
        )


def bootstrap_bounds(
    moments: Moments, n_boot: int, seed: int, level: float, jobs: int | None = None
) -> BootstrapBounds:
    """Return bounds of alpha and omega from rows drawn with replacement.

    Sample number i draws from the stream of its number, and gaps are treated as in the whole.
    """
    rows = moments.need_rows("a bootstrap")
    purpose = f"reliability {' '.join(moments.names)}"

    def draw() -> dict[str, NDArray[np.float64]]:
        start = extract(moments.corr, 1, "ml").uniqueness if moments.p > 2 else None
        work = partial(_coefficients, _Rows.of(rows), start)
        made = map_replicates(work, n_boot, seed=seed, purpose=purpose, jobs=jobs)
        if made.interrupted:
            raise KeyboardInterrupt
        return {"drawn": np.array(made.values, dtype=float)}

    drawn = remembered("reliability", [rows, moments.names, n_boot, seed], draw)["drawn"]
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
    rows: _Rows,
    start: NDArray[np.float64] | None,
    streams: Sequence[np.random.Generator],
) -> list[tuple[float, float]]:
    """Return alpha and omega of one sample a stream; NaN where a sample has none."""
    n = rows.n
    drawn = [np.bincount(one.integers(0, n, n), minlength=n) for one in streams]
    cov, corr, usable = rows.moments(np.array(drawn, dtype=float))
    found = np.full((len(streams), 2), np.nan)
    found[usable, 0] = alpha_kernels(cov[usable])
    if start is not None and usable.any():
        definite = usable.copy()
        definite[usable] = np.linalg.eigvalsh(corr[usable])[:, 0] >= _SINGULAR
        found[definite, 1] = _omegas(cov[definite], corr[definite], start)
    return [(float(alpha), float(omega)) for alpha, omega in found]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a scale, ready to be drawn.

    Attributes
    ----------
    n, p : int
    sums : tuple of (n, p * p) arrays
        What each row adds to the number, total, products and squares of every two items.
    """

    n: int
    p: int
    sums: tuple[NDArray[np.float64], ...]

    @classmethod
    def of(cls, rows: NDArray[np.float64]) -> _Rows:
        n, p = rows.shape
        seen = ~np.isnan(rows)
        mask = seen.astype(float)
        x = np.where(seen, rows - np.nanmean(rows, axis=0), 0.0)
        pairs = ((mask, mask), (x, mask), (x, x), (x**2, mask))
        return cls(n, p, tuple((a[:, :, None] * b[:, None, :]).reshape(n, p * p) for a, b in pairs))

    def moments(
        self, counts: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Return each sample's covariances and correlations, over the rows that have both items.

        As :func:`pairwise_moments` of the drawn rows, from sums over the original ones.

        Parameters
        ----------
        counts : (b, n) array
            How often each row was drawn.

        Returns
        -------
        cov, corr : (b, p, p) arrays
        usable : (b,) array
            Whether every item varies, and every two were answered together, in a sample.
        """
        p = self.p
        number, total, products, squares = (
            (counts @ each).reshape(len(counts), p, p) for each in self.sums
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            cov = (products - total * total.transpose(0, 2, 1) / number) / (number - 1)
            variance = (squares - total**2 / number) / (number - 1)
            corr = cov / np.sqrt(variance * variance.transpose(0, 2, 1))
        corr[:, range(p), range(p)] = 1.0
        usable = (number >= _TOGETHER) & (variance > _STILL)
        return cov, corr, np.asarray(usable.all(axis=(1, 2)))


def _omegas(
    cov: NDArray[np.float64], corr: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return omega of each sample's one factor; NaN where it has no solution."""
    loadings, unique, converged = one_factor(corr, start)
    variance = np.diagonal(cov, axis1=1, axis2=2)
    common = (loadings * np.sqrt(variance)).sum(axis=1) ** 2
    omega = common / (common + (unique * variance).sum(axis=1))
    return np.where(converged, omega, np.nan)


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
