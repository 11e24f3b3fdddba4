"""What several stages need to fit a model: the words, the ordinal items, the fit itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text

if TYPE_CHECKING:
    from ecosurvey.analysis import AnalysisConfig
    from ecosurvey.cleaning import CleanData
    from ecosurvey.instrument import Instrument
    from ecosurvey.sem import SemResult


def names_of(asked: Instrument) -> dict[str, Text]:
    """Return the words for each construct, those of second order too."""
    ids = [*(c.id for c in asked.constructs), *(h.id for h in asked.higher_order)]
    return {name: asked.name_of(name) for name in ids}


def fit_model(text: str, kept: CleanData, config: AnalysisConfig) -> SemResult:
    """Fit a model to the answers kept, by the estimator and treatment of gaps of the run."""
    from ecosurvey.cleaning.design import CLUSTER, WEIGHT
    from ecosurvey.sem import sem

    missing = config.treatment(gaps=bool(kept.items.isna().to_numpy().any()))
    if config.estimator == "WLSMV":
        ordinal = ordinal_items(kept.responses.instrument)
        return sem(text, kept.frame, estimator="WLSMV", ordered=ordinal, missing=missing)
    if kept.design is not None and uses_design(config):
        columns = kept.design.columns
        return sem(
            text, kept.frame, estimator="MLR", missing=missing,
            sampling_weights=WEIGHT if WEIGHT in columns else None,
            cluster=CLUSTER if CLUSTER in columns else None,
        )  # fmt: skip
    return sem(text, kept.frame, estimator=config.estimator, missing=missing)


def uses_design(config: AnalysisConfig) -> bool:
    """Tell whether the run's estimator takes weights and clusters."""
    return config.estimator in ("ML", "MLR")


def ordinal_items(asked: Instrument) -> list[str]:
    """Return the items answered on scales of categories."""
    return [item.id for item in asked.items if item.scale.points]
