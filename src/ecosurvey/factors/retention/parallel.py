"""Parallel analysis: how many eigenvalues exceed those of data without common factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import (
    Column,
    DataError,
    Finding,
    OptionError,
    Result,
    Table,
    Text,
    check_choice,
)
from ecosurvey.core.parallel import map_replicates
from ecosurvey.core.random import new_seed, stream
from ecosurvey.core.remember import remembered
from ecosurvey.factors.association import Correlation, correlations_of
from ecosurvey.factors.moments import (
    Missing,
    Moments,
    invert,
    pairwise_moments,
    read_moments,
    scale_to_correlation,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["pca", "fa"]
Kind = Literal["normal", "resample"]
_CHUNK = 2_000_000  # numbers in one block of random matrices: 16 MB


@dataclass(frozen=True, slots=True, repr=False)
class ParallelAnalysis(Result):
    """Observed eigenvalues beside those of random data.

    Attributes
    ----------
    eigenvalues : ndarray, shape (p,)
        Of the observed matrix, falling.
    random_mean, random_percentile : ndarray, shape (p,)
        Mean and chosen percentile of each eigenvalue over the random data sets.
    n_factors : int
        Leading eigenvalues above the percentile.
    n_factors_mean : int
        Leading eigenvalues above the mean: Horn's original, more liberal rule.
    method, kind : str
    percentile : float
    n_iter, seed, n : int
    correlation : {"pearson", "spearman", "polychoric"}
    """

    eigenvalues: NDArray[np.float64]
    random_mean: NDArray[np.float64]
    random_percentile: NDArray[np.float64]
    n_factors: int
    n_factors_mean: int
    method: str
    kind: str
    percentile: float
    n_iter: int
    seed: int
    n: int
    missing: Text
    findings: tuple[Finding, ...] = ()
    correlation: Correlation = "pearson"

    def __repr__(self) -> str:
        return f"ParallelAnalysis(n_factors={self.n_factors}, {self.method}, {self.kind})"

    def tables(self) -> tuple[Table, ...]:
        """Return the eigenvalues side by side, those that stay marked."""
        rows = tuple(
            (
                i + 1,
                float(seen),
                float(mean),
                float(high),
                _KEEP if i < self.n_factors else _DROP,
            )
            for i, (seen, mean, high) in enumerate(
                zip(self.eigenvalues, self.random_mean, self.random_percentile, strict=True)
            )
        )
        how = Text(
            f"{self.n_iter} random data sets ({'normal' if self.kind == 'normal' else 'resampled'})"
            f", {'principal components' if self.method == 'pca' else 'reduced matrix'}, "
            f"seed {self.seed}.",
            f"{self.n_iter}个随机数据集（{'正态' if self.kind == 'normal' else '重抽样'}），"
            f"{'主成分' if self.method == 'pca' else '缩减相关矩阵'}，随机种子{self.seed}。",
        )
        high = f"{self.percentile:g}"
        return (
            Table(
                "parallel_analysis",
                Text("Parallel analysis", "平行分析"),
                (
                    Column("number", Text("No.", "序号"), "count"),
                    Column("eigenvalue", Text("Observed", "实际特征值"), decimals=3),
                    Column("random_mean", Text("Random, mean", "随机均值"), decimals=3),
                    Column(
                        "random_percentile",
                        Text(f"Random, {high}th percentile", f"随机第{high}百分位"),
                        decimals=3,
                    ),
                    Column("keep", Text("Retain", "是否保留"), "text"),
                ),
                rows,
                (how, self.missing),
            ),
        )


_KEEP, _DROP = Text("yes", "是"), Text("no", "否")


def parallel_analysis(
    data: Any,
    n_iter: int = 1000,
    percentile: float = 95,
    method: Method = "pca",
    kind: Kind = "normal",
    *,
    seed: int | None = None,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
    jobs: int | None = None,
) -> ParallelAnalysis:
    """Compare the eigenvalues with those of random data of the same size (Horn, 1965).

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their correlation matrix with ``n_obs``.
    n_iter : int
        Random data sets.
    percentile : float
        What an eigenvalue must exceed among the random ones; 95 guards against keeping too
        many (Glorfeld, 1995).
    method : {"pca", "fa"}
        Eigenvalues of the correlation matrix, or of the one with squared multiple
        correlations on its diagonal (tends to keep too many).
    kind : {"normal", "resample"}
        Independent normal variables, or each item's own answers drawn independently.
    seed : int, optional
        Where the random numbers come from; a fresh one, kept in the result, by default.
    n_obs : int, optional
        Respondents behind a correlation matrix.
    correlation : {"pearson", "spearman", "polychoric"}
        Of the answers and of the random data, which for the latter two are each item's own
        answers drawn independently, whatever ``kind`` says. 100 draws will do.
    jobs : int, optional
        Processes for Spearman and polychoric correlations; the result does not depend on it.
    missing : {"pairwise", "listwise"}
        Treatment of gaps.

    Returns
    -------
    ParallelAnalysis

    Notes
    -----
    Correlation matrices of normal data are drawn directly, by Bartlett's decomposition of a
    Wishart matrix, which is exact and spares the n x p random answers.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika, 30, 179-185. Glorfeld, L. W. (1995). An improvement on Horn's parallel
    analysis methodology. Educational and Psychological Measurement, 55, 377-393.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = pd.DataFrame(np.where(np.eye(6) == 1, 1, .4), list("abcdef"), list("abcdef"))
    >>> parallel_analysis(r, n_obs=200, n_iter=100, seed=1).n_factors
    1

    In R: ``psych::fa.parallel(x, fa = "pc", quant = .95)``.
    """
    check_choice("method", method, ("pca", "fa"))
    check_choice("kind", kind, ("normal", "resample"))
    if n_iter < 20:
        raise OptionError(
            Text(
                f"n_iter={n_iter} is too few for percentiles",
                f"n_iter={n_iter} 太少，无法得到百分位数",
            ),
            fix=Text("Take at least 100.", "请至少取100。"),
        )
    if not 50 <= percentile < 100:
        raise OptionError(
            Text(f"percentile={percentile} is not usable", f"percentile={percentile} 不可用"),
            fix=Text("Give 50 to 99.9.", "请给出50到99.9之间的数。"),
        )
    moments = read_moments(
        data, n_obs=n_obs, missing=missing, least=3, what="parallel analysis",
        correlation=correlation,
    )  # fmt: skip
    kind = kind if correlation == "pearson" else "resample"
    n = moments.need_n("parallel analysis")
    if method == "fa":
        invert(moments, "the reduced correlation matrix")
        if n - 1 <= moments.p:
            raise DataError(
                Text(
                    f"{n} rows are too few for the reduced matrix of {moments.p} items",
                    f"{n}行对{moments.p}个题项的缩减矩阵来说太少",
                ),
                fix=Text("Use method='pca'.", "请使用 method='pca'。"),
            )
    seed = new_seed() if seed is None else seed
    generator = stream(seed, "parallel_analysis")
    observed = spectrum(moments.corr[None], method)[0]

    def draw() -> dict[str, NDArray[np.float64]]:
        if correlation != "pearson":
            return {"random": _associated_eigenvalues(moments, n_iter, method, seed, jobs)}
        if kind == "normal":
            return {"random": random_eigenvalues(n, moments.p, n_iter, method, generator)}
        return {"random": _resampled_eigenvalues(moments, n_iter, method, generator)}

    drawn_from = [n, moments.p, None if kind == "normal" else moments.rows]
    content = [*drawn_from, n_iter, method, kind, correlation, seed]
    random = remembered("parallel_analysis", content, draw)["random"]
    mean, high = random.mean(axis=0), np.percentile(random, percentile, axis=0)
    keep, keep_mean = leading(observed > high), leading(observed > mean)
    findings = (*moments.findings, *([] if keep else [_NOTHING]))
    return ParallelAnalysis(
        observed, mean, high, keep, keep_mean, method, kind, float(percentile), n_iter, seed, n,
        moments.missing_note(), findings, correlation,
    )  # fmt: skip


_NOTHING = Finding(
    "no_factor",
    "warning",
    Text(
        "No eigenvalue exceeds those of random data.",
        "没有任何特征值超过随机数据的特征值。",
    ),
    hint=Text("The items share nothing that could be factored.", "题项间没有可提取的共同因子。"),
)


def leading(above: NDArray[np.bool_]) -> int:
    """Return how many are true before the first that is not."""
    return len(above) if above.all() else int(above.argmin())


def spectrum(corr: NDArray[np.float64], method: Method) -> NDArray[np.float64]:
    """Return falling eigenvalues of correlation matrices (m, p, p), full or reduced."""
    if method == "fa":
        corr = corr.copy()
        diagonal = np.arange(corr.shape[1])
        inverse = np.diagonal(np.linalg.inv(corr), axis1=1, axis2=2)
        corr[:, diagonal, diagonal] = np.clip(1 - 1 / inverse, 0.0, 1.0)
    return np.asarray(np.linalg.eigvalsh(corr)[:, ::-1], dtype=np.float64)


def random_eigenvalues(
    n: int, p: int, n_iter: int, method: Method, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return eigenvalues of correlation matrices of n independent normal answers to p items.

    Returns
    -------
    ndarray, shape (n_iter, p)
    """
    block = max(1, _CHUNK // (p * p))
    parts = []
    for first in range(0, n_iter, block):
        corr = random_correlations(min(block, n_iter - first), n, p, generator)
        parts.append(spectrum(corr, method))
    return np.concatenate(parts)


def random_correlations(
    m: int, n: int, p: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return m sample correlation matrices of n independent normal rows, shape (m, p, p).

    With A lower triangular, standard normal below and chi with n - 1 - i degrees of freedom
    on the diagonal, AA' has the distribution of the cross-products (Bartlett, 1933). Where n
    is too small for that, the rows themselves are drawn.
    """
    if n - 1 < p:
        rows = generator.standard_normal((m, n, p))
        rows -= rows.mean(axis=1, keepdims=True)
        rows /= np.sqrt((rows**2).sum(axis=1, keepdims=True))
        return rows.swapaxes(1, 2) @ rows
    lower = np.tril(generator.standard_normal((m, p, p)), -1)
    diagonal = np.arange(p)
    lower[:, diagonal, diagonal] = np.sqrt(generator.chisquare(n - 1 - diagonal, (m, p)))
    lower /= np.sqrt((lower**2).sum(axis=2, keepdims=True))
    return lower @ lower.swapaxes(1, 2)


def _resampled_eigenvalues(
    moments: Moments, n_iter: int, method: Method, generator: np.random.Generator
) -> NDArray[np.float64]:
    rows = moments.need_rows("parallel analysis of resampled answers")
    n, p = rows.shape
    gaps = bool(np.isnan(rows).any())
    found = np.empty((n_iter, p))
    for i in range(n_iter):
        drawn = np.take_along_axis(rows, generator.integers(0, n, (n, p)), axis=0)
        if gaps:
            corr = pairwise_moments(drawn, moments.names)[1]
        else:
            corr = scale_to_correlation(np.cov(drawn, rowvar=False))
        found[i] = spectrum(corr[None], method)[0]
    return found


def _associated_eigenvalues(
    moments: Moments, n_iter: int, method: Method, seed: int, jobs: int | None
) -> NDArray[np.float64]:
    """Return eigenvalues of Spearman or polychoric matrices of independently drawn answers."""
    rows = moments.need_rows("parallel analysis of resampled answers")
    work = partial(_drawn_spectra, rows, moments.names, method, moments.correlation)
    drawn = map_replicates(work, n_iter, seed=seed, purpose="parallel_analysis", jobs=jobs, size=8)
    return np.array(drawn.values)


def _drawn_spectra(
    rows: NDArray[np.float64],
    names: tuple[str, ...],
    method: Method,
    correlation: Correlation,
    streams: Sequence[np.random.Generator],
) -> list[NDArray[np.float64]]:
    n = len(rows)
    found = []
    for generator in streams:
        drawn = np.take_along_axis(rows, generator.integers(0, n, rows.shape), axis=0)
        found.append(spectrum(correlations_of(drawn, names, correlation)[None], method)[0])
    return found
