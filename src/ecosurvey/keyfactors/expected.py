"""What a questionnaire expects of its key factors, as the functions here take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.keyfactors.hypotheses import Claim
from ecosurvey.keyfactors.mediations import MediationClaim
from ecosurvey.keyfactors.moderations import ModerationClaim

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument

_MOST_CONTROLS = 3
_ANSWERED = 0.8  # share of rows that a control must have a value in


def expected_paths(asked: Instrument) -> list[Claim]:
    """Return the hypotheses, for :func:`judge`.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> asked = load_instrument("instruments/ecosystem.yaml")
    >>> expected_paths(asked)[0].id, expected_mediations(asked)[0].path
    ('H1a', ('POL', 'PLT', 'ECO'))
    """
    found = []
    for stated in asked.hypotheses:
        ends = {"a": asked.name_of(stated.source), "b": asked.name_of(stated.target)}
        label = Text("{a} → {b}", "{a} → {b}").fill(**ends)
        found.append(Claim(stated.id, stated.source, stated.target, stated.sign, label))
    return found


def expected_mediations(asked: Instrument) -> list[MediationClaim]:
    """Return the indirect ways, for :func:`mediations`."""
    return [MediationClaim(way.id, way.path, way.sign) for way in asked.mediations]


def expected_moderations(asked: Instrument) -> list[ModerationClaim]:
    """Return the moderations, for :func:`moderations`."""
    return [
        ModerationClaim(m.id, m.source, m.moderator, m.target, m.sign) for m in asked.moderations
    ]


def expected_controls(asked: Instrument, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the controls that the questionnaire names, else its numeric background variables.

    At most three, each answered in four rows of five and not by all alike.
    """
    numeric = [
        v.id
        for v in asked.variables
        if v.numeric and v.screen is None and v.id in frame.columns
        and frame[v.id].notna().mean() >= _ANSWERED and frame[v.id].nunique() > 1
    ]  # fmt: skip
    named = dict.fromkeys(variable for variable, _ in asked.controls)
    return tuple(name for name in numeric if not named or name in named)[:_MOST_CONTROLS]


def compared_groups(
    asked: Instrument, frame: pd.DataFrame
) -> tuple[dict[str, tuple[str, ...]], dict[str, Mapping[float, Text]]]:
    """Return, for :func:`group_means`, the constructs that case material speaks of, and groups.

    Both are empty where the questionnaire names no such material.
    """
    if asked.qualitative is None:
        return {}, {}
    spoken = {code.construct for code in asked.qualitative.codes}
    groups: dict[str, Mapping[float, Text]] = {
        variable.id: {float(option.code): option.label for option in variable.options}
        for variable in asked.variables
        if variable.id in asked.groups and variable.id in frame.columns
    }
    return {name: items for name, items in asked.scales().items() if name in spoken}, groups
