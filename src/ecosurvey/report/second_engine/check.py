"""All parts of an analysis, recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecosurvey.cleaning.design import WEIGHT
from ecosurvey.core import Text
from ecosurvey.core.remember import remembered
from ecosurvey.report.second_engine import consistency, exploratory
from ecosurvey.report.second_engine.model import Recomputed, SecondEngine, verdict_of
from ecosurvey.report.second_engine.models import recompute
from ecosurvey.report.second_engine.packed import Found, packed, unpacked

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.analysis import Analysis
    from ecosurvey.core.remember import Arrays
    from ecosurvey.sem import SemResult

_MEASUREMENT = Text("Measurement model", "测量模型")
_STRUCTURAL = Text("Structural model", "结构模型")


def second_engine(analysis: Analysis, models: Arrays | None = None) -> SecondEngine:
    """Recompute the headline numbers of an analysis with other programs.

    Alpha from pandas' covariances, omega from statsmodels' factor model, eigenvalues from a
    singular value decomposition, communalities by factor-analyzer, rotated loadings by
    statsmodels, both models by semopy. Where answers have gaps, semopy and ecosurvey both fit
    the EM moments, and SciPy recomputes the likelihood sheet by sheet.

    Parameters
    ----------
    analysis : Analysis
    models : mapping of arrays, optional
        What :func:`recomputed_models` found, if it was asked before.

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
    answers, instrument = analysis.clean.items, analysis.instrument
    numbers: list[Recomputed] = []
    if analysis.reliability is not None:
        numbers += consistency.recompute(answers, instrument.scales(), analysis.reliability)
    if analysis.parallel is not None and analysis.efa is not None:
        numbers += exploratory.recompute(answers, analysis.parallel, analysis.efa)
    remarks: dict[Text, None] = {}
    fitted = _fitted(analysis)
    if fitted:
        answered = recomputed_models(analysis) if models is None else models
        for found, said in unpacked(answered, [part for part, *_ in fitted]):
            numbers += found
            remarks |= dict.fromkeys(said)
    return verdict_of(numbers, remarks)


def _fitted(analysis: Analysis) -> list[tuple[Text, str, SemResult, pd.DataFrame]]:
    """Return the models that have a solution: part, text, fit and answers."""
    asked, found = analysis.instrument, []
    if analysis.measurement is not None:
        found.append((_MEASUREMENT, asked.measurement_syntax(), analysis.measurement))
    text = asked.structural_syntax()
    if analysis.structural is not None and text is not None:
        found.append((_STRUCTURAL, text, analysis.structural))
    return [(part, model, fit, analysis.clean.frame) for part, model, fit in found if fit.converged]


def recomputed_models(analysis: Analysis) -> Arrays:
    """Recompute the models of an analysis: what takes long, so that it can be begun ahead."""
    fitted = _fitted(analysis)
    if not fitted:
        return {}
    content = [
        [text, fit.estimator, fit.parameters["est"].to_numpy(), fit.parameters["se"].to_numpy(),
         dict(fit.fit_measures), fit.observed[0].cov,
         answers[[name for name in (*fit.observed[0].cov, WEIGHT) if name in answers]]]
        for _, text, fit, answers in fitted
    ]  # fmt: skip
    return remembered("second_engine", content, lambda: packed(_repeatable(fitted)))


def _repeatable(fitted: Sequence[tuple[Text, str, SemResult, pd.DataFrame]]) -> list[Found]:
    """Run semopy where its last digits are the same each time.

    It sums over sets of names, whose order changes from process to process unless Python's
    hashing is fixed, and that can only be done before a process begins.
    """
    from joblib.externals.loky import ProcessPoolExecutor  # type: ignore[import-untyped]

    fixed = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with ProcessPoolExecutor(max_workers=1, env=fixed) as worker:
        waiting = [worker.submit(recompute, *one) for one in fitted]
        return [done.result() for done in waiting]
