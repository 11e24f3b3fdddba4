"""What a planned study takes to be true: effects, loadings, answers, gaps, carelessness."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ecosurvey.core import OptionError, did_you_mean

_SHARES = ("missing", "careless")
_CORRELATIONS = ("effect", "loading", "correlation", "residual_correlation")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is taken to be true of the population; all effects are standardized.

    Attributes
    ----------
    effects : mapping of str to float
        Hypothesis id (``"H1a"``) or ``"FUN -> PLT"`` -> coefficient, with its sign.
    effect : float
        Size of every other hypothesis, in the direction that it expects; 0.2 is between
        Cohen's small and medium.
    loadings : mapping of str to float
        Construct, facet or item -> loading, before keying.
    loading : float
        Of all others; 1 for the only item of a construct that the questionnaire takes for it.
    correlations : mapping of str to float
        ``"POL, FUN"`` -> correlation of two predictors.
    correlation : float
        Of all others; negative between a hindrance and a help (``valence``).
    residual_correlation : float
        Of the pairs that the questionnaire lets covary.
    answers : mapping of str to sequence of float
        Response scale, or an item, which goes before its scale -> share of each point, in the
        scoring direction; if not given, bell-shaped about the middle.
    missing : float
        Share of the answers that are left out, at random.
    careless : float
        Share of the respondents who answer without reading: half click at random, half give one
        answer throughout.

    Examples
    --------
    >>> Assumptions(effects={"H1a": 0.3}, missing=0.05).effect
    0.2
    """

    effects: Mapping[str, float] = field(default_factory=dict)
    effect: float = 0.2
    loadings: Mapping[str, float] = field(default_factory=dict)
    loading: float = 0.75
    correlations: Mapping[str, float] = field(default_factory=dict)
    correlation: float = 0.3
    residual_correlation: float = 0.1
    answers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    missing: float = 0.0
    careless: float = 0.0

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= _number(name, getattr(self, name)) < 1:
                raise OptionError(f"{name}={getattr(self, name)!r} is no share", fix="Use 0.05.")
        for name in _CORRELATIONS:
            if not -1 < _number(name, getattr(self, name)) < 1:
                raise OptionError(
                    f"{name}={getattr(self, name)!r} is not between -1 and 1", fix="Use 0.2."
                )
        for name in ("effects", "loadings", "correlations"):
            for key, value in getattr(self, name).items():
                if not -1 < _number(f"{name}: {key}", value) < 1:
                    raise OptionError(
                        f"{name}: {key}: {value!r} is not between -1 and 1",
                        fix="Coefficients are standardized.",
                    )
        for scale, shares in self.answers.items():
            values = [_number(f"answers: {scale}", share) for share in shares]
            if len(values) < 2 or min(values) <= 0:
                raise OptionError(
                    f"answers: {scale}: {list(shares)} are no shares of points",
                    fix="Give a positive number for each point.",
                )


def load_assumptions(path: str | os.PathLike[str]) -> Assumptions:
    """Read assumptions from a YAML file whose keys are the attributes of :class:`Assumptions`.

    Raises
    ------
    InstrumentError
        If the file cannot be read.
    OptionError
        If it says something that is not known, or impossible.

    Examples
    --------
    >>> load_assumptions("assumptions.yaml")  # doctest: +SKIP
    """
    from ecosurvey.instrument.reading import parse_tree, read_source

    path = Path(path)
    text, _ = read_source(path)
    said = parse_tree(text, path).data
    if said is None:
        said = {}
    if not isinstance(said, dict):
        raise OptionError("the file is no mapping", where=str(path), fix="Write: effect: 0.2")
    known = [one.name for one in fields(Assumptions)]
    for key, value in said.items():
        if key not in known:
            raise OptionError(
                f"{key!r} is not known",
                where=str(path),
                fix=did_you_mean(str(key), known) or f"Known: {', '.join(known)}.",
            )
        if isinstance(getattr(_DEFAULT, key), Mapping) != isinstance(value, dict):
            shape = "a mapping" if isinstance(getattr(_DEFAULT, key), Mapping) else "one number"
            raise OptionError(f"{key} is not {shape}", where=f"{path}, {key}", fix=f"Give {shape}.")
        if key == "answers" and any(not isinstance(v, (list, tuple)) for v in value.values()):
            raise OptionError(
                "the shares of the answers are not lists", where=f"{path}, answers",
                fix="Write: agree5: [0.1, 0.2, 0.4, 0.2, 0.1]",
            )  # fmt: skip
    try:
        return Assumptions(**{str(key): value for key, value in said.items()})
    except OptionError as error:
        raise OptionError(error.words.found, where=str(path), fix=error.words.fix) from None


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise OptionError(f"{name}: {value!r} is not a number", fix="Write it as 0.2.")
    return float(value)


_DEFAULT = Assumptions()
