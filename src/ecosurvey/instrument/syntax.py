"""The questionnaire's measurement and structural models as lavaan text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosurvey.instrument.model import Instrument


def measurement_syntax(instrument: Instrument) -> str:
    """Return the confirmatory factor model: one line a construct, higher-order ones last.

    Parameters
    ----------
    instrument : Instrument

    Returns
    -------
    str
        The text that the questionnaire gives itself, if it does. Else ``POL =~ POL1 + …`` for
        each reflective construct; a single item has its error variance fixed as stated, or
        to 0; a higher-order construct with equal loadings has all of them fixed to 1, so
        that its variance carries the scale.
    """
    if instrument.measurement is not None:
        return instrument.measurement.strip() + "\n"
    left_out = set(instrument.excluded_from_model)
    lines: list[str] = []
    for construct in instrument.constructs:
        if construct.id in left_out or construct.mode == "composite":
            continue
        lines.append(f"{construct.id} =~ {' + '.join(item.id for item in construct.items)}")
        if len(construct.items) == 1:  # nothing can tell its error apart from what it measures
            only = construct.items[0].id
            lines.append(f"{only} ~~ {construct.error_variance or 0:g}*{only}")
    for higher in instrument.higher_order:
        parts = [f"1*{part}" if higher.equal_loadings else part for part in higher.of]
        lines.append(f"{higher.id} =~ {' + '.join(parts)}")
    return "\n".join(lines) + "\n"


def structural_syntax(instrument: Instrument) -> str | None:
    """Return the full model: measurement, one regression a target, residual covariances.

    Targets stand in the order of the hypotheses. Controls enter the equations of their
    targets as observed predictors where they are numeric; others are left out. They covary with
    the constructs that nothing explains: the engine, like lavaan, takes observed covariates to be
    uncorrelated with latent predictors, which would make them no controls at all.

    Returns
    -------
    str or None
        ``None`` if the questionnaire states no hypotheses.
    """
    if not instrument.hypotheses:
        return None
    predictors: dict[str, list[str]] = {}
    for hypothesis in instrument.hypotheses:
        predictors.setdefault(hypothesis.target, []).append(hypothesis.source)
    free = [
        s for s in dict.fromkeys(h.source for h in instrument.hypotheses) if s not in predictors
    ]
    numeric = {variable.id for variable in instrument.variables if variable.numeric}
    controls = [(variable, to) for variable, to in instrument.controls if variable in numeric]
    for variable, target in controls:
        predictors.setdefault(target, []).append(variable)
    lines = _composites(instrument)
    lines += [
        f"{target} ~ {' + '.join(dict.fromkeys(sources))}" for target, sources in predictors.items()
    ]
    if free:
        used = dict.fromkeys(variable for variable, _ in controls)
        lines += [f"{variable} ~~ {' + '.join(free)}" for variable in used]
    lines += [f"{first} ~~ {second}" for first, second in instrument.residual_covariances]
    return measurement_syntax(instrument) + "\n".join(lines) + "\n"


def _composites(instrument: Instrument) -> list[str]:
    """Return composites as latents of one faultless indicator, so that they may covary freely."""
    lines = []
    for construct in instrument.constructs:
        if construct.mode == "composite" and construct.id not in instrument.excluded_from_model:
            score = construct.score_name
            lines += [f"{construct.id} =~ {score}", f"{score} ~~ 0*{score}"]
    return lines
