"""Comparison data: the number of factors whose populations give samples like the one at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core.random import stream
from ecosurvey.core.remember import remembered
from ecosurvey.factors.extraction import extract

if TYPE_CHECKING:
    from numpy.typing import NDArray

POPULATION, SAMPLES, LEVEL = 10_000, 500, 0.30  # as Ruscio and Roche recommend
_TRIALS = 5


@dataclass(frozen=True, slots=True)
class ComparisonData:
    """How near samples of populations with 1, 2, ... factors come to the eigenvalues observed.

    Attributes
    ----------
    n_factors : int
    distance : ndarray, shape (m,)
        Mean root mean square distance of the samples' eigenvalues from those observed, for one
        factor, two, and so on to the first that is no better.
    pvalues : ndarray, shape (m - 1,)
        Of each step to one more factor: one-sided Mann-Whitney tests of the distances.
    level : float
    """

    n_factors: int
    distance: NDArray[np.float64]
    pvalues: NDArray[np.float64]
    level: float


def comparison_data(
    rows: NDArray[np.float64],
    corr: NDArray[np.float64],
    most: int,
    *,
    seed: int = 0,
    n_population: int = POPULATION,
    n_samples: int = SAMPLES,
    level: float = LEVEL,
) -> ComparisonData:
    """Choose the number of factors by comparison data (Ruscio & Roche, 2012).

    For each number of factors a population is made whose items have the distributions of the
    answers and, as near as that many factors allow, their correlations. Samples of it give
    eigenvalues; as long as one more factor brings them nearer to those observed (one-sided
    Mann-Whitney test at .30), it is kept. Skewed and ordinal answers are compared with their like.

    Parameters
    ----------
    rows : ndarray, shape (n, p)
        Answers; gaps are left out item by item.
    corr : ndarray, shape (p, p)
        Their Pearson correlations.
    most : int
        Largest number of factors tried.
    seed : int
    n_population, n_samples : int
        Rows of each population, samples drawn from it.
    level : float
        Of the test.

    Returns
    -------
    ComparisonData

    References
    ----------
    Ruscio, J., & Roche, B. (2012). Determining the number of factors to retain in an exploratory
    factor analysis using comparison data of known factorial structure. Psychological Assessment,
    24, 282-292. Ruscio, J., & Kaczetow, W. (2008). Simulating multivariate nonnormal data using an
    iterative algorithm. Multivariate Behavioral Research, 43, 355-381.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = np.repeat(rng.normal(size=(300, 2)), 4, axis=1) + rng.normal(size=(300, 8))
    >>> comparison_data(x, np.corrcoef(x, rowvar=False), 4, n_samples=100).n_factors
    2
    """

    def draw() -> dict[str, NDArray[np.float64]]:
        means, pvalues = _compared(rows, corr, most, n_samples, n_population, level, seed)
        return {"means": means, "pvalues": pvalues}

    content = [rows, corr, most, n_samples, n_population, level, seed]
    found = remembered("comparison_data", content, draw)
    means, pvalues = found["means"], found["pvalues"]
    stopped = len(pvalues) > 0 and bool(pvalues[-1] > level)
    return ComparisonData(len(means) - stopped, means, pvalues, level)


def _compared(
    rows: NDArray[np.float64],
    corr: NDArray[np.float64],
    most: int,
    n_samples: int,
    n_population: int,
    level: float,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean distances by number of factors, and the p value of each further factor."""
    from scipy.stats import mannwhitneyu

    observed = np.linalg.eigvalsh(corr)[::-1]
    distances: list[NDArray[np.float64]] = []
    pvalues: list[float] = []
    for k in range(1, most + 1):
        generator = stream(seed, "comparison_data", k)
        population = population_of(rows, corr, k, n_population, generator)
        eigenvalues = _sampled(population, len(rows), n_samples, generator)
        distances.append(np.sqrt(((eigenvalues - observed) ** 2).mean(axis=1)))
        if k > 1:
            test = mannwhitneyu(distances[-1], distances[-2], alternative="less")
            pvalues.append(float(test.pvalue))
            if pvalues[-1] > level:
                break
    return np.array([float(d.mean()) for d in distances]), np.array(pvalues)


def population_of(
    rows: NDArray[np.float64],
    corr: NDArray[np.float64],
    n_factors: int,
    size: int,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Return rows with the items' distributions and the correlations that so many factors give.

    Normal scores of common and unique factors are replaced, rank by rank, by values drawn from
    the answers. That bends the correlations, so the matrix that the factors are taken from is
    moved by what is missing until nothing is gained.

    Returns
    -------
    ndarray, shape (size, p)
    """
    p = rows.shape[1]
    values = np.empty((p, size))  # items in rows: sorting is the work, and wants them together
    for j in range(p):
        seen = rows[~np.isnan(rows[:, j]), j]
        values[j] = np.sort(generator.choice(seen, size))
    shared = generator.standard_normal((n_factors, size))
    unique = generator.standard_normal((p, size))
    asked, best, step, trials = corr.copy(), corr.copy(), 1.0, 0
    left, found = np.inf, values
    residual = np.zeros_like(corr)
    start = None
    while trials < _TRIALS:
        loadings, start = _loadings(asked, n_factors, start)
        made = _shaped(values, shared, unique, loadings)
        off = corr - np.corrcoef(made)
        np.fill_diagonal(off, 0.0)
        size_now = float(np.sqrt((off**2).sum() / (p * (p - 1))))
        if size_now < left - 2e-4:  # far below what 10,000 rows can tell
            left, found, best, residual, trials = size_now, made, asked, off, 0
            asked = best + step * residual
        else:
            trials += 1
            asked = best + step * 0.5**trials * residual
    return found.T


def _loadings(
    corr: NDArray[np.float64], k: int, start: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return minres loadings with communalities below one, and uniquenesses to start from next."""
    bounded = np.clip(corr, -0.99, 0.99)
    np.fill_diagonal(bounded, 1.0)
    found = extract(_definite(bounded), k, "minres", start)
    loadings = found.loadings
    communality = (loadings**2).sum(axis=1, keepdims=True)
    return loadings / np.sqrt(np.maximum(communality / 0.995, 1.0)), found.uniqueness


def _definite(corr: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix, or the nearest with positive eigenvalues that still looks like it."""
    values, vectors = np.linalg.eigh(corr)
    if values[0] > 1e-6:
        return corr
    raised = (vectors * np.maximum(values, 1e-4)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(raised))
    return np.asarray(raised * scale[:, None] * scale)


def _shaped(
    values: NDArray[np.float64],
    shared: NDArray[np.float64],
    unique: NDArray[np.float64],
    loadings: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return normal scores replaced by the sorted values of the same rank."""
    scores = loadings @ shared + unique * np.sqrt(1 - (loadings**2).sum(axis=1, keepdims=True))
    made = np.empty_like(values)
    np.put_along_axis(made, scores.astype(np.float32).argsort(axis=1), values, axis=1)
    return made


def _sampled(
    population: NDArray[np.float64], n: int, n_samples: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return falling eigenvalues of the correlations of samples, shape (n_samples, p)."""
    found = np.empty((n_samples, population.shape[1]))
    standard = np.ascontiguousarray((population - population.mean(axis=0)) / population.std(axis=0))
    for i in range(n_samples):
        drawn = standard[generator.integers(0, len(standard), n)]
        drawn = drawn - drawn.mean(axis=0)
        spread = np.sqrt((drawn**2).sum(axis=0))
        # an item that does not vary in a sample correlates with nothing
        drawn = np.divide(drawn, spread, out=np.zeros_like(drawn), where=spread > 0)
        corr = drawn.T @ drawn
        np.fill_diagonal(corr, 1.0)
        found[i] = np.linalg.eigvalsh(corr)[::-1]
    return found
