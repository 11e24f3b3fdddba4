"""The levels of measurement invariance: what each holds equal, and what it allows to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ecosurvey.core import OptionError, Text, did_you_mean
from ecosurvey.sem.options import GroupEqual
from ecosurvey.sem.types import Parameter, ParameterTable

LevelName = Literal["configural", "thresholds", "metric", "scalar", "strict", "means"]


@dataclass(frozen=True, slots=True)
class Level:
    """One level.

    Attributes
    ----------
    name : str
    title : Text
    equal : tuple of str
        What is held equal over groups.
    adds : str
        The kind of parameters that this level makes equal; empty for the first.
    allows : Text
        What may be compared if it holds.
    partly : Text
        The same where some parameters are free.
    """

    name: LevelName
    title: Text
    equal: tuple[GroupEqual, ...]
    adds: str
    allows: Text
    partly: Text


LEVELS: tuple[Level, ...] = (
    Level(
        "configural",
        Text("Configural", "形态等值"),
        (),
        "",
        Text("the same items measure the same factors", "各组的因子与题项结构相同"),
        Text("the same items measure the same factors", "各组的因子与题项结构相同"),
    ),
    Level(
        "metric",
        Text("Metric", "弱等值（载荷等值）"),
        ("loadings",),
        "loadings",
        Text("relations among factors may be compared", "可比较各组因子间的关系"),
        Text("relations among factors may be compared", "可比较各组因子间的关系"),
    ),
    Level(
        "scalar",
        Text("Scalar", "强等值（截距等值）"),
        ("loadings", "intercepts"),
        "intercepts",
        Text("latent means may be compared", "可比较各组的潜均值"),
        Text(
            "latent means may be compared, scale scores of these items may not",
            "可比较各组的潜均值，但不可比较含所释放题项的观测得分",
        ),
    ),
    Level(
        "strict",
        Text("Strict", "严格等值（残差等值）"),
        ("loadings", "intercepts", "residuals"),
        "residuals",
        Text("observed scale scores may be compared", "可比较各组的观测得分"),
        Text(
            "scale scores may be compared without the items that are free",
            "剔除所释放题项后可比较各组的观测得分",
        ),
    ),
    Level(
        "means",
        Text("Equal latent means", "潜均值相等"),
        ("loadings", "intercepts", "means"),
        "means",
        Text("the groups do not differ in their latent means", "各组潜均值无差异"),
        Text("the groups do not differ in their latent means", "各组潜均值无差异"),
    ),
)


def levels_up_to(names: Sequence[str] | None) -> tuple[Level, ...]:
    """Return the wanted levels in their order, those below them included; all by default.

    Raises
    ------
    OptionError
        For an unknown name.
    """
    known = [level.name for level in LEVELS]
    if names is None:
        return LEVELS
    for name in names:
        if name not in known:
            raise OptionError(
                Text(f"levels={name!r} is not known", f"无法识别 levels={name!r}"),
                fix=did_you_mean(name, known)
                or Text(f"Use any of: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
            )
    ladder = [level for level in LEVELS if level.name != "means"]
    top = max((at for at, level in enumerate(ladder) if level.name in names), default=0)
    if "means" in names:
        top = max(top, 2)
    return (*ladder[: top + 1], *(level for level in LEVELS if level.name == "means" in names))


def made_equal(table: ParameterTable, level: Level) -> tuple[Parameter, ...]:
    """Return the first group's parameters that a level makes equal, user's own labels left out."""
    latent, observed = set(table.latent), set(table.observed)

    def belongs(row: Parameter) -> bool:
        if level.adds == "loadings":
            return row.op == "=~"
        if level.adds == "intercepts":
            return row.op == "~1" and row.lhs in observed
        if level.adds == "residuals":
            return row.op == "~~" and row.lhs == row.rhs and row.lhs in observed
        return level.adds == "means" and row.op == "~1" and row.lhs in latent

    return tuple(row for row in table.rows if row.group == 1 and row.free and belongs(row))


def written(row: Parameter) -> str:
    """Return a parameter as ``group_partial`` takes it: ``"f=~x3"``, ``"x2~1"``."""
    return f"{row.lhs}{row.op}{row.rhs}"
