"""Whether effects differ over groups more than they do over groups made by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core.parallel import Progress, map_replicates
from ecosurvey.keyfactors.structures import structures
from ecosurvey.sem.bootstrap.refit import Refit, model_at, refit_of
from ecosurvey.sem.fit import Fit, Model
from ecosurvey.sem.observed import moments_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Permutations:
    """Chance's share of the differences between groups.

    Attributes
    ----------
    pvalues : (k,) array
        One a factor.
    n_good : int
        Permutations whose model could be fitted.
    """

    pvalues: Floats
    n_good: int


def permutation_test(
    fit: Fit,
    outcome: str,
    factors: Sequence[str],
    *,
    n_permutations: int,
    seed: int,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> Permutations:
    r"""Test equal total effects by dealing the rows to the groups anew.

    The statistic is :math:`\sum_g n_g (t_g - \bar t)^2` of the unstandardized total effects
    :math:`t_g`, with :math:`\bar t` their mean weighted by :math:`n_g`. Each group is centred
    first, so that groups may differ in their means. Everything else is taken to be alike under
    the hypothesis: a small p may also come from other variances.

    Parameters
    ----------
    fit : Fit
        The model in all groups, fitted to complete rows, loadings held equal.
    outcome : str
    factors : sequence of str
    n_permutations : int
    seed : int
    jobs : int, optional
        The result does not depend on it.
    on_progress : callable, optional

    Returns
    -------
    Permutations
        p = (1 + permutations that differ as much) / (1 + permutations).

    References
    ----------
    Chin & Dibbern (2010), in Handbook of Partial Least Squares, 171-193; Phipson & Smyth (2010),
    Statistical Applications in Genetics and Molecular Biology 9, 39 (the added one).
    """
    groups = [group.data for group in fit.model.moments]
    centred = [data - data.mean(axis=0) for data in groups if data is not None]
    rows = np.concatenate(centred)
    task = _Dealt(
        _alike(fit, rows), rows, tuple(len(data) for data in centred), outcome, tuple(factors)
    )
    seen = _spread(fit.model, fit.x, outcome, factors)
    made = map_replicates(
        task, n_permutations, seed=seed, purpose="group permutations", jobs=jobs, size=16,
        on_progress=on_progress,
    )  # fmt: skip
    drawn = np.array(made.values)
    good = drawn[np.isfinite(drawn).all(axis=1)]
    as_large = (good >= seen * (1 - 1e-9)).sum(axis=0)
    return Permutations((1 + as_large) / (1 + len(good)), len(good))


def _alike(fit: Fit, rows: Floats) -> Refit:
    """Return the model fitted to groups that are all alike: near what any dealing gives."""
    old = fit.model.moments
    whole = moments_of(rows, old[0].names, unbiased=old[0].unbiased)
    model = model_at(fit.model, [replace(whole, n=group.n) for group in old])
    found = refit_of(fit).at(model.moments)
    x = fit.x if found.reason else found.x
    return refit_of(replace(fit, model=model, x=x))


@dataclass(frozen=True, slots=True)
class _Dealt:
    """The statistic of rows dealt to groups of the same sizes at random."""

    refit: Refit
    rows: Floats
    sizes: tuple[int, ...]
    outcome: str
    factors: tuple[str, ...]

    def __call__(self, streams: Sequence[np.random.Generator]) -> list[Floats]:
        return [self._one(rng) for rng in streams]

    def _one(self, rng: np.random.Generator) -> Floats:
        order = rng.permutation(len(self.rows))
        parts = np.split(order, np.cumsum(self.sizes)[:-1])
        old = self.refit.model.moments
        moments = [
            moments_of(self.rows[part], group.names, unbiased=group.unbiased)
            for part, group in zip(parts, old, strict=True)
        ]
        found = self.refit.at(moments)
        if found.reason:
            return np.full(len(self.factors), np.nan)
        return _spread(self.refit.model, found.x, self.outcome, self.factors)


def _spread(model: Model, x: Floats, outcome: str, factors: Sequence[str]) -> Floats:
    """Return how far the groups' total effects lie from their mean; NaN without any."""
    totals = []
    for group in range(len(model.layouts)):
        found = structures(model, x[None], group)
        if not len(found):
            return np.full(len(factors), np.nan)
        (target,), origins = found.at([outcome]), found.at(factors)
        totals.append(found.total[0, target, origins])
    values = np.array(totals)
    sizes = np.array([float(group.n) for group in model.moments])[:, None]
    mean = (sizes * values).sum(axis=0) / sizes.sum()
    return np.asarray((sizes * (values - mean) ** 2).sum(axis=0))
