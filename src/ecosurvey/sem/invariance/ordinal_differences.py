"""How differently ordinal items work in two groups: expected answers at the same factor values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.fit import Fit, group_matrices, implied_group
from ecosurvey.sem.implied import Matrices

Floats = NDArray[np.float64]
_NODES = 41  # Gauss-Hermite nodes in each of two dimensions
_ROUNDING = 1e-6  # of a category: what equality constraints leave by rounding


def ordinal_differences(fit: Fit) -> Iterator[tuple[str, int, float, float]]:
    r"""Return item, group, dMACS and signed difference of every item, each group after the first.

    .. math:: d_{MACS} = \frac{1}{SD}\sqrt{\int [E(y|\eta, R) - E(y|\eta, F)]^2
              f_F(\eta)\,d\eta},\quad
              E(y|\eta) = \sum_c \Phi\Big(\frac{\nu + \lambda'\eta - \tau_c}{\sqrt\theta}\Big)

    with categories counted from 0, and the pooled standard deviation of the observed categories.

    References
    ----------
    Nye & Drasgow (2011), Journal of Applied Psychology 96, 966-980, eq. 3.
    """
    model = fit.model
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    grid = np.stack(np.meshgrid(nodes, nodes, indexing="ij")).reshape(2, -1)
    mass = np.outer(weights, weights).ravel() / weights.sum() ** 2
    reference = group_matrices(model, 0, fit.x)
    for group in range(1, len(model.layouts)):
        filled, moments = implied_group(model, group, fit.x)
        for position, of in zip(model.responses[group].outcomes, _cuts_of(fit, group), strict=True):
            if of is None:
                continue
            both = np.stack([reference.lambda_[position], filled.lambda_[position]])
            spread = both @ moments.factor_cov @ both.T
            values, vectors = np.linalg.eigh(spread)
            root = vectors * np.sqrt(np.maximum(values, 0.0))
            at = (both @ moments.factor_mean)[:, None] + root @ grid
            gap = _expected(reference, position, of, at[0]) - _expected(filled, position, of, at[1])
            if np.abs(gap).max() < _ROUNDING:
                gap = np.zeros_like(gap)
            pooled = _pooled_sd(fit, group, position)
            size = float(np.sqrt(mass @ gap**2)) / pooled
            name = model.layouts[group].observed[position]
            yield name, group, size, float(mass @ gap) / pooled


def _cuts_of(fit: Fit, group: int) -> list[slice | None]:
    """Return where each outcome's thresholds stand in tau; None for continuous ones."""
    of = fit.model.responses[group]
    found: list[slice | None] = []
    at = 0
    for index, cut in enumerate(of.places.cuts):
        if not of.ordered[index]:
            found.append(None)
            continue
        width = cut.stop - cut.start
        found.append(slice(at, at + width))
        at += width
    return found


def _expected(filled: Matrices, position: int, cuts: slice, at: Floats) -> Floats:
    """Return the expected category, from 0, where the factors' part of the response is ``at``."""
    from scipy.special import ndtr

    residual = np.sqrt(max(float(filled.theta[position, position]), 1e-12))
    above = filled.nu[position] + at[:, None] - filled.tau[cuts]
    return np.asarray(ndtr(above / residual).sum(axis=1))


def _pooled_sd(fit: Fit, group: int, position: int) -> float:
    sizes, spreads = [], []
    for one in (0, group):
        of, ordinal = fit.model.responses[one], fit.model.moments[one].ordinal
        assert ordinal is not None  # noqa: S101 (these are ordinal moments)
        column = ordinal.data[:, int(np.flatnonzero(of.outcomes == position)[0])]
        seen = column[~np.isnan(column)]
        sizes.append(len(seen) - 1)
        spreads.append(float(seen.std(ddof=1)))
    return float(np.average(spreads, weights=sizes))
