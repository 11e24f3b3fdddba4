"""What a planned study takes to be true: effects, loadings, answers, gaps, carelessness."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ecosurvey.core import OptionError, Text, did_you_mean

_SHAPES = {True: Text("a mapping", "键值映射"), False: Text("one number", "一个数字")}
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
                raise OptionError(
                    Text(
                        f"{name}={getattr(self, name)!r} is no share",
                        f"{name}={getattr(self, name)!r} 不是比例",
                    ),
                    fix=Text("Use 0.05.", "请使用0.05。"),
                )
        for name in _CORRELATIONS:
            if not -1 < _number(name, getattr(self, name)) < 1:
                raise OptionError(
                    Text(
                        f"{name}={getattr(self, name)!r} is not between -1 and 1",
                        f"{name}={getattr(self, name)!r} 不在-1与1之间",
                    ),
                    fix=Text("Use 0.2.", "请使用0.2。"),
                )
        for name in ("effects", "loadings", "correlations"):
            for key, value in getattr(self, name).items():
                if not -1 < _number(f"{name}: {key}", value) < 1:
                    raise OptionError(
                        Text(
                            f"{name}: {key}: {value!r} is not between -1 and 1",
                            f"{name}：{key}：{value!r} 不在-1与1之间",
                        ),
                        fix=Text("Coefficients are standardized.", "系数为标准化系数。"),
                    )
        for scale, shares in self.answers.items():
            values = [_number(f"answers: {scale}", share) for share in shares]
            if len(values) < 2 or min(values) <= 0:
                raise OptionError(
                    Text(
                        f"answers: {scale}: {list(shares)} are no shares of points",
                        f"answers：{scale}：{list(shares)} 不是各选项的比例",
                    ),
                    fix=Text(
                        "Give a positive number for each point.", "请为每个选项给出一个正数。"
                    ),
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
        raise OptionError(
            Text("the file is no mapping", "文件内容不是键值映射"),
            where=str(path),
            fix=Text("Write: effect: 0.2", "请写成：effect: 0.2"),
        )
    known = [one.name for one in fields(Assumptions)]
    for key, value in said.items():
        if key not in known:
            raise OptionError(
                Text(f"{key!r} is not known", f"无法识别 {key!r}"),
                where=str(path),
                fix=did_you_mean(str(key), known)
                or Text(f"Known: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
            )
        if isinstance(getattr(_DEFAULT, key), Mapping) != isinstance(value, dict):
            shape = _SHAPES[isinstance(getattr(_DEFAULT, key), Mapping)]
            raise OptionError(
                Text(f"{key} is not {shape}", f"{key} 不是{shape.zh}"),
                where=f"{path}, {key}",
                fix=Text(f"Give {shape}.", f"请给出{shape.zh}。"),
            )
        if key == "answers" and any(not isinstance(v, (list, tuple)) for v in value.values()):
            raise OptionError(
                Text("the shares of the answers are not lists", "各选项的比例不是列表"),
                where=f"{path}, answers",
                fix=Text(
                    "Write: agree5: [0.1, 0.2, 0.4, 0.2, 0.1]",
                    "请写成：agree5: [0.1, 0.2, 0.4, 0.2, 0.1]",
                ),
            )
    try:
        return Assumptions(**{str(key): value for key, value in said.items()})
    except OptionError as error:
        raise OptionError(error.words.found, where=str(path), fix=error.words.fix) from None


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise OptionError(
            Text(f"{name}: {value!r} is not a number", f"{name}：{value!r} 不是数字"),
            fix=Text("Write it as 0.2.", "请写成0.2。"),
        )
    return float(value)


_DEFAULT = Assumptions()
