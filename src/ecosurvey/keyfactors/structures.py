"""The structural part of a model under many parameter vectors at once: what all angles draw on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, OptionError, Text, did_you_mean
from ecosurvey.keyfactors.draws import parameter_draws, stacked
from ecosurvey.sem.fit import Model
from ecosurvey.sem.implied import Layout

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Structures:
    """Regressions and covariances of the factors, one layer a parameter vector.

    Attributes
    ----------
    factors : tuple of str
        The m latent variables, and the observed ones that take part in regressions.
    beta : (b, m, m) array
        Regressions, row on column; loadings of higher-order factors among them.
    total : (b, m, m) array
        Total effects, (I - B)^-1 - I.
    cov : (b, m, m) array
        Implied covariances.
    layout : Layout
    x : (b, npar) array
        The parameter vectors.
    """

    factors: tuple[str, ...]
    beta: Floats
    total: Floats
    cov: Floats
    layout: Layout
    x: Floats

    def __len__(self) -> int:
        return len(self.beta)

    @cached_property
    def loadings(self) -> Floats:
        """Those of the observed variables, (b, p, m): by far the largest, so made when asked."""
        return stacked(self.layout, self.x, "lambda")

    def at(self, names: Sequence[str]) -> list[int]:
        """Return the positions of some factors."""
        return [self.factors.index(name) for name in names]

    def standardized_totals(self, outcome: str, sources: Sequence[str]) -> Floats:
        """Return the standardized total effects of the sources on the outcome, (b, k)."""
        (target,), origins = self.at([outcome]), self.at(sources)
        variances = np.diagonal(self.cov, axis1=1, axis2=2)
        return np.asarray(
            self.total[:, target, origins] * np.sqrt(variances[:, origins] / variances[:, [target]])
        )

    def correlations(self, names: Sequence[str]) -> Floats:
        """Return the implied correlations of some factors, (b, k, k)."""
        chosen = self.at(names)
        cov = self.cov[:, chosen][:, :, chosen]
        scale = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
        return np.asarray(cov / (scale[:, :, None] * scale[:, None, :]))


def structures(model: Model, x: Floats, group: int = 0) -> Structures:
    """Return the structural part at each parameter vector.

    Vectors that imply a variance of zero or less, or feedback that does not settle, have no
    standardized effects and are left out: compare ``len`` with the vectors given.

    Parameters
    ----------
    model : Model
    x : (b, npar) array
    group : int
        From 0.
    """
    layout = model.layouts[group]
    beta, psi = stacked(layout, x, "beta"), stacked(layout, x, "psi")
    m = len(layout.factors)
    settles = _settles(beta)
    if not settles.all():
        beta, psi, x = beta[settles], psi[settles], x[settles]
    spread = np.linalg.inv(np.eye(m) - beta)
    cov = spread @ psi @ spread.transpose(0, 2, 1)
    good = (np.diagonal(cov, axis1=1, axis2=2) > 0).all(axis=1)
    total = spread - np.eye(m)
    if not good.all():
        beta, total, cov, x = beta[good], total[good], cov[good], x[good]
    return Structures(layout.factors, beta, total, cov, layout, x)


def drawn_structures(
    fit: SemResult, n_draws: int, seed: int, bootstrap: BootstrapResult | None = None,
    *, most: int | None = None,
) -> Structures:  # fmt: skip
    """Return the structural part over draws: of a bootstrap if given, else from N(x, vcov).

    Of a bootstrap all, or the first ``most``. Empty where the fit has no standard errors and no
    bootstrap is given.
    """
    if bootstrap is not None:
        x = bootstrap.draws.x[bootstrap.draws.good]
        found = structures(fit.fit.model, x[:most])
        return found if len(found) == len(x[:most]) else structures(fit.fit.model, x)
    if not np.isfinite(fit.fit.vcov).all():
        return structures(fit.fit.model, np.empty((0, len(fit.fit.x))))
    return structures(fit.fit.model, parameter_draws(fit.fit.x, fit.fit.vcov, n_draws, seed))


def estimated_structure(fit: SemResult) -> Structures:
    """Return the structural part at the estimates, one layer.

    Raises
    ------
    DataError
        If the solution has a negative factor variance or feedback that does not settle.
    OptionError
        For a model of several groups.
    """
    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"the model has {len(fit.groups)} groups, and this looks at one",
                f"模型有{len(fit.groups)}个组，而此处只看一个",
            ),
            fix=Text(
                "Fit the model to one group, or use group_factors(...).",
                "请对一个组拟合模型，或使用 group_factors(...)。",
            ),
        )
    found = structures(fit.fit.model, fit.fit.x[None])
    if not len(found):
        raise DataError(
            Text(
                "the solution has a negative factor variance or feedback that does not settle, so "
                "standardized effects have no meaning",
                "解中有负的因子方差或不收敛的反馈，标准化效应没有意义",
            ),
            fix=Text(
                "Look at the findings of the fit and mend the model first.",
                "请先查看拟合的提示并修正模型。",
            ),
        )
    return found


def leading_to(found: Structures, outcome: str, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the factors with a directed way to the outcome, checked against those wanted.

    Parts of the outcome (its lower-order factors) do not lead to it: the arrow goes outward.

    Raises
    ------
    DataError
        If the outcome is not in the model, nothing leads to it, or one wanted does not.
    """
    if outcome not in found.factors:
        raise DataError(
            Text(
                f"{outcome!r} has no part in the regressions of the model",
                f"{outcome!r} 不在模型的回归中",
            ),
            fix=did_you_mean(outcome, found.factors)
            or Text(
                f"Use one of: {', '.join(found.factors)}.",
                f"可用的有：{'、'.join(found.factors)}。",
            ),
        )
    reach = found.total[0, found.factors.index(outcome)] != 0
    known = [name for name, way in zip(found.factors, reach, strict=True) if way]
    known = [name for name in known if name != outcome]
    if not known:
        raise DataError(
            Text(
                f"nothing in the model leads to {outcome!r}", f"模型中没有任何变量通向 {outcome!r}"
            ),
            fix=Text(
                f"Add a regression with {outcome} on the left, or name another outcome.",
                f"请加上左侧为 {outcome} 的回归，或指定另一个结果变量。",
            ),
        )
    for name in wanted or ():
        if name not in known:
            raise DataError(
                Text(
                    f"no directed way leads from {name!r} to {outcome!r} in the model",
                    f"模型中没有从 {name!r} 通向 {outcome!r} 的路径",
                ),
                fix=did_you_mean(name, known)
                or Text(
                    f"Those with a way: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"
                ),
            )
    return tuple(dict.fromkeys(wanted)) if wanted else tuple(known)


def percentile(draws: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the middle ``level`` of draws (b, …) along the first axis; NaN without draws."""
    if not len(draws):
        nothing = np.full(draws.shape[1:], np.nan)
        return nothing, nothing.copy()
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _settles(beta: Floats) -> NDArray[np.bool_]:
    """Tell where feedback dies out; where the model has none, without looking for eigenvalues."""
    pattern = (beta != 0).any(axis=0).astype(float)
    reached = pattern
    for _ in range(len(pattern)):
        reached = np.minimum(reached @ pattern, 1.0)
        if not reached.any():
            return np.ones(len(beta), dtype=bool)
    return np.asarray(np.abs(np.linalg.eigvals(beta)).max(axis=1, initial=0.0) < 1)
