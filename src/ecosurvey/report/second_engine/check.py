"""All parts of an analysis, recomputed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosurvey.cleaning.design import WEIGHT
from ecosurvey.core import Text
from ecosurvey.core.remember import remembered
from ecosurvey.report.second_engine import consistency, exploratory, models
from ecosurvey.report.second_engine.model import Recomputed, SecondEngine, verdict_of
from ecosurvey.report.second_engine.packed import Found, packed, unpacked

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.analysis import Analysis
    from ecosurvey.core.remember import Arrays
    from ecosurvey.sem import SemResult

_MEASUREMENT = Text("Measurement model", "测量模型")
_STRUCTURAL = Text("Structural model", "结构模型")


def second_engine(analysis: Analysis, done: Arrays | None = None) -> SecondEngine:
    """Recompute the headline numbers of an analysis with other programs.

    Alpha from pandas' covariances, omega from statsmodels' factor model, eigenvalues from a
    singular value decomposition, communalities by factor-analyzer, rotated loadings by
    statsmodels, both models by semopy. Where answers have gaps, semopy and ecosurvey both fit
    the EM moments, and SciPy recomputes the likelihood sheet by sheet.

    Parameters
    ----------
    analysis : Analysis
    done : mapping of arrays, optional
        What :func:`recomputed` found, if it was asked before.

    Returns
    -------
    SecondEngine
        ``.agrees``, ``.findings`` (serious where a number is off), ``.tables()``.

    Examples
    --------
    >>> from ecosurvey import analyze
    >>> from ecosurvey.report import second_engine
    >>> second_engine(analyze("holzinger.yaml", "holzinger.csv")).agrees  # doctest: +SKIP
    True
    """
    tasks = _tasks(analysis)
    answered = recomputed(analysis) if done is None else done
    numbers: list[Recomputed] = []
    remarks: dict[Text, None] = {}
    for found, said in unpacked(answered, [task.part for task in tasks]):
        numbers += found
        remarks |= dict.fromkeys(said)
    return verdict_of(numbers, remarks)


def recomputed(analysis: Analysis) -> Arrays:
    """Recompute the parts of an analysis: what takes long, so that it can be begun ahead."""
    tasks = _tasks(analysis)

    def answers() -> Arrays:
        if any(task.work is models.recompute for task in tasks):
            return packed(_repeatable(tasks))
        return packed([task.done() for task in tasks])

    return remembered("second_engine", [task.content for task in tasks], answers)


@dataclass(frozen=True, slots=True)
class _Task:
    """One part to recompute, and all that its numbers follow from."""

    part: Text
    work: Callable[..., Found]
    given: tuple[Any, ...]
    content: list[object]

    def done(self) -> Found:
        return self.work(*self.given)


def _tasks(analysis: Analysis) -> list[_Task]:
    answers, scales = analysis.clean.items, analysis.instrument.scales()
    tasks: list[_Task] = []
    if analysis.reliability is not None:
        told = (answers, scales, consistency.coefficients(analysis.reliability))
        tasks.append(_Task(consistency.PART, consistency.recompute, told, list(told)))
    if analysis.parallel is not None and analysis.efa is not None:
        eigenvalues, efa = analysis.parallel.eigenvalues, analysis.efa
        tasks.append(
            _Task(
                exploratory.PART, exploratory.recompute, (answers, eigenvalues, efa),
                [answers, eigenvalues, efa.loadings, efa.communality.to_numpy(), efa.method,
                 efa.rotation, efa.converged],
            )
        )  # fmt: skip
    for part, text, fit, rows in _fitted(analysis):
        read = [name for name in (*fit.observed[0].cov, WEIGHT) if name in rows]
        tasks.append(
            _Task(
                part, models.recompute, (part, text, fit, rows),
                [text, fit.estimator, fit.parameters["est"].to_numpy(),
                 fit.parameters["se"].to_numpy(), dict(fit.fit_measures), fit.observed[0].cov,
                 rows[read]],
            )
        )  # fmt: skip
    return tasks


def _fitted(analysis: Analysis) -> list[tuple[Text, str, SemResult, pd.DataFrame]]:
    """Return the models that have a solution: part, text, fit and answers."""
    asked, found = analysis.instrument, []
    if analysis.measurement is not None:
        found.append((_MEASUREMENT, asked.measurement_syntax(), analysis.measurement))
    text = asked.structural_syntax()
    if analysis.structural is not None and text is not None:
        found.append((_STRUCTURAL, text, analysis.structural))
    return [(part, model, fit, analysis.clean.frame) for part, model, fit in found if fit.converged]


def _repeatable(tasks: Sequence[_Task]) -> list[Found]:
    """Run semopy where its last digits are the same each time.

    It sums over sets of names, whose order changes from process to process unless Python's
    hashing is fixed, and that can only be done before a process begins.
    """
    from joblib.externals.loky import ProcessPoolExecutor  # type: ignore[import-untyped]

    fixed = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with ProcessPoolExecutor(max_workers=1, env=fixed) as worker:
        waiting = [worker.submit(task.work, *task.given) for task in tasks]
        return [done.result() for done in waiting]
