"""The cells of the measurement and the structural model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ecosurvey.analysis import HTMT_SAMPLES
from ecosurvey.report.script.literals import arguments, quoted

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.sem import SemResult


def model_cells(analysis: Analysis) -> str:
    """Return the calls that fit the models, and what is made of each alone."""
    text, seed = "", analysis.config.seed
    if analysis.imputed is not None:
        text += (
            "\n# %% What was not answered, imputed\n"
            f"completed = {completing(analysis, 'kept')}\n"
            "results.append(completed)\nprint(completed)\n"
        )
    fit = analysis.measurement
    if fit is not None:
        text += f"\n# %% Measurement model\n{fitted(analysis, fit, 'measurement')}"
        text += "print(measurement)\n"
    if fit is not None and analysis.validity is not None:
        text += (
            "results.append(es.validity(measurement, items, names, "
            f"n_boot={HTMT_SAMPLES}, seed={seed}))\n"
        )
    if fit is not None and analysis.common_method is not None:
        compared = "measurement"
        as_given = (
            replace(analysis, imputed=None, config=replace(analysis.config, missing="auto"))
            if analysis.imputed is not None
            else analysis
        )
        missing = treatment(as_given)
        if as_given is not analysis:  # differences to further models are not pooled
            compared = "as_given"
            text += fitted(as_given, fit, "measurement").replace("measurement", compared, 1)
        text += (
            "results.append(\n"
            f'    es.common_method({compared}, kept.frame, names, missing="{missing}")\n)\n'
            "print(results[-1])\n"
        )
    fit = analysis.structural
    if fit is None:
        return text
    text += f"\n# %% Structural model\n{fitted(analysis, fit, 'structural')}print(structural)\n"
    if analysis.hypotheses is not None:
        text += (
            "from ecosurvey.keyfactors import judge\n"
            "from ecosurvey.keyfactors.expected import expected_paths\n\n"
            "results.append(judge(structural, expected_paths(asked)))\nprint(results[-1])\n"
        )
    if analysis.bootstrap is not None:
        n = analysis.config.bootstrap
        text += f"drawn = structural.bootstrap({n}, seed={seed})\nprint(drawn)\n"
    return text


def fitted(
    analysis: Analysis, fit: SemResult, name: str, frame: str = "kept.frame", missing: str = ""
) -> str:
    """Return the call that fitted a model; ``missing`` is a program text if not as elsewhere."""
    options: dict[str, Any] = {"estimator": fit.estimator}
    if fit.estimator == "WLSMV":
        options["ordered"] = list(fit.table.ordered)
    if analysis.clean.design is not None and analysis.config.uses_design:
        options |= analysis.clean.design.options
    syntax = "measurement_syntax" if name == "measurement" else "structural_syntax"
    if analysis.imputed is not None:
        completed = "completed" if frame == "kept.frame" else completing(analysis, "everyone")
        call = f"es.sem_mi(\n    asked.{syntax}(),\n    {completed},\n{arguments(options)})"
        return f"{name} = {call}\n"
    given = arguments(options) + f"    missing={missing or quoted(treatment(analysis))},\n"
    return f"{name} = es.sem(\n    asked.{syntax}(),\n    {frame},\n{given})\n"


def completing(analysis: Analysis, kept: str) -> str:
    """Return the call that imputes what was not answered in some kept sheets."""
    config = analysis.config
    return f"es.complete_answers({kept}, m={config.imputations}, seed={config.seed})"


def treatment(analysis: Analysis) -> str:
    """Return how the run treated missing answers in its models."""
    gaps = bool(analysis.clean.items.isna().to_numpy().any())
    return analysis.config.treatment(gaps=gaps)
