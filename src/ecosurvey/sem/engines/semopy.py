"""semopy as a second engine: complete data, maximum likelihood, one group.

Of semopy we take its maximum-likelihood estimates, their expected-information standard errors,
chi-square, CFI and TLI. Its log-likelihood, AIC and BIC are not on the scale of the likelihood,
its GFI is an NFI, its RMSEA divides by n - 1 and its ordinal data do not run: none is taken.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import ConvergenceError, OptionError, Text
from ecosurvey.sem.engines.translation import Translation, translate, with_means
from ecosurvey.sem.fit import Model
from ecosurvey.sem.loss.ml import MaximumLikelihood
from ecosurvey.sem.optimizer import Objective, Solution, start_values

if TYPE_CHECKING:
    import pandas as pd

# semopy's own settings stop 1e-4 short of the solution: SLSQP at its finest comes within 1e-7
_POLISH: dict[str, Any] = {"solver": "SLSQP", "options": {"ftol": 1e-15, "maxiter": 1000}}


@dataclass(frozen=True, slots=True)
class SemopyFit:
    """What semopy finds.

    Attributes
    ----------
    x, se : (npar,) array
        In the numbering of the parameter table; standard errors NaN for intercepts, which
        semopy does not estimate.
    chisq, df, baseline_chisq, baseline_df, cfi, tli : float
    gradient : float
        Largest absolute derivative of semopy's objective where it stopped.
    iterations : int
    units : (npar,) array
        The power of ten that one was worth, for each parameter, in the search.
    """

    x: NDArray[np.float64]
    se: NDArray[np.float64]
    chisq: float
    df: float
    baseline_chisq: float
    baseline_df: float
    cfi: float
    tli: float
    gradient: float
    iterations: int
    units: NDArray[np.float64]


def semopy_search(objective: Objective, start: NDArray[np.float64]) -> Solution:
    """Search with semopy in place of our own scoring.

    Parameters
    ----------
    objective : Objective
        Of a complete-data maximum-likelihood model of one group.
    start : (npar,) array
        Starting values.

    Raises
    ------
    OptionError
        If the model is not one that semopy fits.
    ConvergenceError
        If semopy reports failure.
    """
    if not all(isinstance(loss, MaximumLikelihood) for loss in objective.losses):
        raise OptionError(
            Text(
                "engine='semopy' fits complete data by maximum likelihood only",
                "engine='semopy' 只能用极大似然拟合完整数据",
            ),
            fix=Text(
                "Use estimator='ML' and missing='listwise', or leave engine= out.",
                "请使用 estimator='ML' 与 missing='listwise'，或去掉 engine=。",
            ),
        )
    words = translate(objective.model, start)
    with _quiet():
        fitted, _, iterations = _fit(objective.model, words)
        values = _values(fitted)
    x, units = np.zeros_like(start), _units(objective.model, words)
    for number, name in words.names.items():
        x[number - 1] = values[name] * units[number - 1]
    return Solution(with_means(objective.model, x), True, iterations)


def semopy_fit(model: Model) -> SemopyFit:
    """Fit a model with semopy, with its own standard errors and chi-square.

    Raises
    ------
    OptionError, ConvergenceError
        As :func:`semopy_search`.
    """
    words = translate(model, start_values(model))
    with _quiet():
        fitted, gradient, iterations = _fit(model, words)
        from semopy.stats import calc_se, calc_stats

        values = _values(fitted)
        errors = dict(zip(values, calc_se(fitted), strict=True))
        stats = calc_stats(fitted).loc["Value"]
    x, se = np.zeros(model.n_par), np.full(model.n_par, np.nan)
    units = _units(model, words)
    for number, name in words.names.items():
        unit = units[number - 1]
        x[number - 1], se[number - 1] = values[name] * unit, errors[name] * unit
    return SemopyFit(
        x=with_means(model, x),
        se=se,
        chisq=float(stats["chi2"]),
        df=float(stats["DoF"]),
        baseline_chisq=float(stats["chi2 Baseline"]),
        baseline_df=float(stats["DoF Baseline"]),
        cfi=min(1.0, float(stats["CFI"])),  # semopy lets it pass one where chi-square is below df
        tli=float(stats["TLI"]),
        gradient=gradient,
        iterations=iterations,
        units=units,
    )


def _fit(model: Model, words: Translation) -> tuple[Any, float, int]:
    """Return semopy's fitted model, its largest gradient, and the iterations it took."""
    import semopy

    found = semopy.Model(words.text)
    for name, value in words.starts.items():
        found.parameters[name].start = value
    data, cov = _sample(model, words)
    first = found.fit(data=data, cov=cov, n_samples=model.n)
    second = found.fit(data=data, cov=cov, n_samples=model.n, **_POLISH)
    _, slope = found.get_objective("MLW")
    gradient = float(np.abs(slope(found.param_vals)).max())
    if not (first.success or second.success) or not np.isfinite(gradient) or gradient > 1e-3:
        raise ConvergenceError(
            Text("semopy did not find a solution", "semopy没有找到解"),
            fix=Text(
                "Leave engine= out, or look at the findings of our own fit.",
                "请去掉 engine=，或查看本软件自身拟合的提示。",
            ),
        )
    return found, gradient, int(first.n_it) + int(second.n_it)


def _sample(model: Model, words: Translation) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return the rows where they are known, and the covariances divided by n, in the units."""
    import pandas as pd

    moments, names = model.moments[0], list(words.observed)
    sizes = np.array([words.units.sizes[name] for name in moments.names])
    rows = None if moments.data is None else pd.DataFrame(moments.data / sizes, columns=names)
    cov = moments.cov / np.outer(sizes, sizes)
    return rows, pd.DataFrame(cov, index=names, columns=names)


def _units(model: Model, words: Translation) -> NDArray[np.float64]:
    """Return the unit of each free parameter."""
    found = np.ones(model.n_par)
    for row in model.table.rows:
        if row.free:
            found[row.free - 1] = words.units.of(row)
    return found


def _values(fitted: Any) -> dict[str, float]:
    names = [name for name, parameter in fitted.parameters.items() if parameter.active]
    return dict(zip(names, map(float, fitted.param_vals), strict=True))


@contextmanager
def _quiet() -> Iterator[None]:
    """Contain what semopy writes to the log and warns of while it is imported and runs."""
    root = logging.getLogger()
    level = root.level
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        root.setLevel(logging.ERROR)
        try:
            yield
        finally:
            root.setLevel(level)
