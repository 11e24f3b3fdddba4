"""What several stages need to fit a model: the words, the ordinal items, the fit itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosurvey.core import Text

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis, AnalysisConfig
    from ecosurvey.cleaning import CleanData, Imputed
    from ecosurvey.instrument import Instrument
    from ecosurvey.sem import SemResult


def names_of(asked: Instrument) -> dict[str, Text]:
    """Return the words for each construct, those of second order too."""
    ids = [*(c.id for c in asked.constructs), *(h.id for h in asked.higher_order)]
    return {name: asked.name_of(name) for name in ids}


def fit_model(
    text: str, kept: CleanData, config: AnalysisConfig, imputed: Imputed | None = None
) -> SemResult:
    """Fit a model to the answers kept, by the estimator and treatment of gaps of the run.

    ``imputed`` are these answers completed, if they were completed before.
    """
    from ecosurvey.sem import sem
    from ecosurvey.sem.imputed import sem_mi

    missing = config.treatment(gaps=bool(kept.items.isna().to_numpy().any()))
    options: dict[str, Any] = {"estimator": config.estimator}
    if kept.design is not None and config.uses_design:
        options["estimator"] = "WLSMV" if config.estimator == "WLSMV" else "MLR"
        options |= kept.design.options
    if config.estimator == "WLSMV":
        options["ordered"] = ordinal_items(kept.responses.instrument)
    if missing == "mice":
        return sem_mi(text, imputed or complete(kept, config), **options)
    return sem(text, kept.frame, missing=missing, **options)


def treatment_of(analysis: Analysis) -> str:
    """Return how the run treats the gaps in the answers that it keeps."""
    gaps = bool(analysis.clean.items.isna().to_numpy().any())
    return analysis.config.treatment(gaps=gaps)


def complete(kept: CleanData, config: AnalysisConfig) -> Imputed:
    """Impute the answers kept as often as the run asks for."""
    from ecosurvey.cleaning import complete_answers

    return complete_answers(kept, m=config.imputations, seed=config.seed)


def ordinal_items(asked: Instrument) -> list[str]:
    """Return the items answered on scales of categories."""
    return [item.id for item in asked.items if item.scale.points]
