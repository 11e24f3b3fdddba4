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
        ``POL =~ POL1 + POL2 + …``; a higher-order construct with equal loadings has all of
        them fixed to 1, so that its variance carries the scale.
    """
    left_out = set(instrument.excluded_from_model)
    lines = [
        f"{construct.id} =~ {' + '.join(item.id for item in construct.items)}"
        for construct in instrument.constructs
        if construct.id not in left_out
    ]
    for higher in instrument.higher_order:
        parts = [f"1*{part}" if higher.equal_loadings else part for part in higher.of]
        lines.append(f"{higher.id} =~ {' + '.join(parts)}")
    return "\n".join(lines) + "\n"


def structural_syntax(instrument: Instrument) -> str | None:
    """Return the full model: measurement, one regression a target, residual covariances.

    Targets stand in the order of the hypotheses. Controls enter the equations of their
    targets as observed predictors where they are numeric; others are left out.

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
    numeric = {variable.id for variable in instrument.variables if variable.numeric}
    for variable, target in instrument.controls:
        if variable in numeric:
            predictors.setdefault(target, []).append(variable)
    lines = [
        f"{target} ~ {' + '.join(dict.fromkeys(sources))}" for target, sources in predictors.items()
    ]
    lines += [f"{first} ~~ {second}" for first, second in instrument.residual_covariances]
    return measurement_syntax(instrument) + "\n".join(lines) + "\n"
