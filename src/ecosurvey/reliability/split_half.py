"""Guttman's six lower bounds, and reliability from halves of a scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb, nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, Finding, Result, Table, Text
from ecosurvey.core.random import stream
from ecosurvey.factors import read_moments
from ecosurvey.factors.extraction import squared_multiple_correlations
from ecosurvey.factors.moments import Missing, scale_to_correlation

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SPLITS = 100_000  # all splits up to 20 items; beyond that a random sample of them
_BLOCK = 5_000


@dataclass(frozen=True, slots=True, repr=False)
class SplitHalf(Result):
    """Lower bounds to reliability.

    Attributes
    ----------
    lambda1, lambda2, lambda3, lambda4, lambda5, lambda6 : float
        Guttman's bounds, from correlations; lambda 3 is standardized alpha, lambda 4 the best
        split half.
    worst, mean : float
        Of all split halves; the worst is also known as beta.
    odd_even, first_second : float
        Spearman-Brown reliability of two given splits.
    best_split : tuple of tuple of str
        The halves behind lambda 4.
    splits : int
        Splits tried; ``exhaustive`` tells whether these were all.
    exhaustive : bool
    """

    lambda1: float
    lambda2: float
    lambda3: float
    lambda4: float
    lambda5: float
    lambda6: float
    worst: float
    mean: float
    odd_even: float
    first_second: float
    best_split: tuple[tuple[str, ...], tuple[str, ...]]
    splits: int
    exhaustive: bool
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"SplitHalf(lambda4={self.lambda4:.3f}, mean={self.mean:.3f})"

    def tables(self) -> tuple[Table, ...]:
        """Return the bounds, one a row."""
        rows = (
            ("Guttman λ1", self.lambda1),
            ("Guttman λ2", self.lambda2),
            (Text("Guttman λ3 (standardized α)", "Guttman λ3（标准化α）"), self.lambda3),
            (Text("Guttman λ4 (best split half)", "Guttman λ4（最优折半）"), self.lambda4),
            ("Guttman λ5", self.lambda5),
            ("Guttman λ6", self.lambda6),
            (Text("Mean split half", "平均折半信度"), self.mean),
            (Text("Worst split half (β)", "最差折半信度（β）"), self.worst),
            (
                Text("Odd-even, Spearman-Brown", "奇偶折半（Spearman-Brown校正）"),
                self.odd_even,
            ),
            (
                Text("First-second half, Spearman-Brown", "前后折半（Spearman-Brown校正）"),
                self.first_second,
            ),
        )
        how = (
            Text(f"All {self.splits} splits.", f"遍历全部{self.splits}种折半方式。")
            if self.exhaustive
            else Text(f"{self.splits} random splits.", f"随机抽取{self.splits}种折半方式。")
        )
        return (
            Table(
                "split_half",
                Text("Lower bounds to reliability", "信度下界估计"),
                (
                    Column("coefficient", Text("Coefficient", "系数"), "label"),
                    Column("value", Text("Value", "值"), bounded=True, decimals=3),
                ),
                rows,
                (how, self.missing),
            ),
        )


def split_half(
    data: Any,
    items: Sequence[str] | None = None,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    seed: int = 0,
) -> SplitHalf:
    r"""Compute Guttman's lambdas 1 to 6 and the best, mean and worst split half.

    A split into A and B gives :math:`4 C_{AB} / V`, with the sum of correlations across the
    halves and over all items. With an odd number of items one half is smaller.

    Parameters
    ----------
    data : DataFrame
        Answers, all items running in the scale's direction; or their correlation matrix.
    items : sequence of str, optional
    n_obs : int, optional
    missing : {"pairwise", "listwise"}
    seed : int
        For the random splits of scales so long that not all can be tried.

    Returns
    -------
    SplitHalf

    References
    ----------
    Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika, 10,
    255-282.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = pd.DataFrame(np.where(np.eye(4) == 1, 1, .5), list("abcd"), list("abcd"))
    >>> round(split_half(r).lambda4, 3), round(split_half(r).lambda3, 3)
    (0.8, 0.8)

    In R: ``psych::splitHalf(x)`` and ``psych::guttman(x)``.
    """
    moments = read_moments(
        data, items, n_obs=n_obs, missing=missing, least=3, what="split-half reliability"
    )
    corr, k = scale_to_correlation(moments.cov), moments.p
    total, off = float(corr.sum()), corr - np.eye(k)
    squares = off**2
    lambda1 = 1 - k / total if total > 0 else nan
    halves, exhaustive = _splits(k, seed)
    values = np.concatenate([4 * _across(corr, block) / total for block in halves])
    best = next(islice(_rows(k, seed), int(values.argmax()), None))
    names = np.array(moments.names)
    return SplitHalf(
        lambda1=lambda1,
        lambda2=(float(off.sum()) + sqrt(float(squares.sum()) * k / (k - 1))) / total,
        lambda3=lambda1 * k / (k - 1),
        lambda4=float(values.max()),
        lambda5=lambda1 + 2 * sqrt(float(squares.sum(axis=0).max())) / total,
        lambda6=1 - (k - float(squared_multiple_correlations(corr).sum())) / total,
        worst=float(values.min()),
        mean=float(values.mean()),
        odd_even=_spearman_brown(corr, np.arange(k) % 2 == 0),
        first_second=_spearman_brown(corr, np.arange(k) < (k + 1) // 2),
        best_split=(tuple(map(str, names[best])), tuple(map(str, names[~best]))),
        splits=len(values),
        exhaustive=exhaustive,
        missing=moments.missing_note(),
        findings=moments.findings,
    )


def _splits(k: int, seed: int) -> tuple[Iterator[NDArray[np.bool_]], bool]:
    """Return blocks of halves, shape (block, k), and whether they are all there are."""

    def blocks() -> Iterator[NDArray[np.bool_]]:
        rows = _rows(k, seed)
        while block := list(islice(rows, _BLOCK)):
            yield np.array(block)

    return blocks(), _count(k) <= MOST_SPLITS


def _count(k: int) -> int:
    return comb(k, k // 2) // (2 if k % 2 == 0 else 1)


def _rows(k: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    half = k // 2
    if _count(k) <= MOST_SPLITS:
        # with an even number the first item stays in the first half, or each split comes twice
        fixed = (0,) if k % 2 == 0 else ()
        for rest in combinations(range(len(fixed), k), half - len(fixed)):
            row = np.zeros(k, dtype=bool)
            row[list(fixed + rest)] = True
            yield row
    else:
        generator = stream(seed, "split_half")
        for _ in range(MOST_SPLITS // 10):
            row = np.zeros(k, dtype=bool)
            row[generator.permutation(k)[:half]] = True
            yield row


def _across(corr: NDArray[np.float64], halves: NDArray[np.bool_]) -> NDArray[np.float64]:
    inside = halves.astype(float)
    return np.asarray((inside @ corr * (1 - inside)).sum(axis=1), dtype=np.float64)


def _spearman_brown(corr: NDArray[np.float64], half: NDArray[np.bool_]) -> float:
    a, b = corr[np.ix_(half, half)].sum(), corr[np.ix_(~half, ~half)].sum()
    if a <= 0 or b <= 0:
        return nan
    r = float(corr[np.ix_(half, ~half)].sum() / np.sqrt(a * b))
    return 2 * r / (1 + r) if r > -1 else nan
