"""The cells of the measurement and the structural model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosurvey.analysis import HTMT_SAMPLES
from ecosurvey.report.script.literals import arguments, quoted

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.sem import SemResult


def model_cells(analysis: Analysis) -> str:
    """Return the calls that fit the models, and what is made of each alone."""
    text, seed = "", analysis.config.seed
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
        missing = treatment(analysis)
        text += (
            "results.append(\n"
            f'    es.common_method(measurement, kept.frame, names, missing="{missing}")\n)\n'
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
    elif analysis.clean.design is not None and analysis.config.estimator in ("ML", "MLR"):
        from ecosurvey.cleaning.design import CLUSTER, WEIGHT

        columns = analysis.clean.design.columns
        design = {"sampling_weights": WEIGHT, "cluster": CLUSTER}
        options |= {option: column for option, column in design.items() if column in columns}
    syntax = "measurement_syntax" if name == "measurement" else "structural_syntax"
    given = arguments(options) + f"    missing={missing or quoted(treatment(analysis))},\n"
    return f"{name} = es.sem(\n    asked.{syntax}(),\n    {frame},\n{given})\n"


def treatment(analysis: Analysis) -> str:
    """Return how the run treated missing answers in its models."""
    gaps = bool(analysis.clean.items.isna().to_numpy().any())
    return analysis.config.treatment(gaps=gaps)
