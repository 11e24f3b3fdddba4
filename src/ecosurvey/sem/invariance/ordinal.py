"""Invariance of ordinal items: the models of Wu and Estabrook, written out group by group.

What an ordinal item shows are categories. Its response's mean and unit can only be told apart
from its thresholds once these are equal over groups, so thresholds come first, and each further
level sets free what the one before has identified (Wu & Estabrook 2016, Psychometrika 81,
1014-1045).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecosurvey.core import OptionError, Text, did_you_mean
from ecosurvey.sem.invariance.levels import LEVELS, Level, LevelName
from ecosurvey.sem.types import Parameter, ParameterTable

_BY_NAME = {level.name: level for level in LEVELS}
_RELATIONS = Text("relations among factors may be compared", "可比较各组因子间的关系")

ORDINAL_LEVELS: tuple[Level, ...] = (
    _BY_NAME["configural"],
    Level(
        "thresholds",
        Text("Thresholds", "阈值等值"),
        ("thresholds",),
        "thresholds",
        Text("the categories mean the same in all groups", "各组对选项的理解一致"),
        Text("most categories mean the same in all groups", "各组对多数选项的理解一致"),
    ),
    Level(
        "metric",
        Text("Loadings (metric)", "弱等值（阈值与载荷）"),
        ("thresholds", "loadings"),
        "loadings",
        _RELATIONS,
        _RELATIONS,
    ),
    Level(
        "scalar",
        Text("Intercepts (scalar)", "强等值（并截距）"),
        ("thresholds", "loadings", "intercepts"),
        "intercepts",
        _BY_NAME["scalar"].allows,
        _BY_NAME["scalar"].partly,
    ),
    Level(
        "strict",
        Text("Residuals (strict)", "严格等值（并残差）"),
        ("thresholds", "loadings", "intercepts", "residuals"),
        "residuals",
        _BY_NAME["strict"].allows,
        _BY_NAME["strict"].partly,
    ),
    _BY_NAME["means"],
)
_RANK: dict[LevelName, int] = {
    "configural": 0, "thresholds": 1, "metric": 2, "scalar": 3, "strict": 4, "means": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Items:
    """The ordinal items of a model by what their number of categories can tell.

    Attributes
    ----------
    thresholds : dict of str to tuple
        Names of each item's thresholds.
    """

    thresholds: dict[str, tuple[str, ...]]

    @property
    def binary(self) -> frozenset[str]:
        """Items of two categories: their thresholds, loadings and intercepts are one matter."""
        return frozenset(name for name, cuts in self.thresholds.items() if len(cuts) == 1)

    @property
    def testable(self) -> frozenset[str]:
        """Items of four categories or more, whose equal thresholds say something."""
        return frozenset(name for name, cuts in self.thresholds.items() if len(cuts) > 2)


def items_of(table: ParameterTable) -> Items:
    """Return the ordinal items of a one-group table.

    Raises
    ------
    OptionError
        For a model with factors of factors.
    """
    latent = set(table.latent)
    for row in table.rows:
        if row.op == "=~" and row.rhs in latent:
            raise OptionError(
                Text(
                    f"invariance of ordinal items is for first-order models; {row.lhs} is measured "
                    f"by {row.rhs}",
                    f"有序题项的等值性检验只用于一阶模型，而 {row.lhs} 由 {row.rhs} 测量",
                ),
                fix=Text(
                    "Test the first-order factors with their covariances.",
                    "请检验各一阶因子及其协方差。",
                ),
            )
        if row.op == "~" and row.lhs in latent:
            raise OptionError(
                Text(
                    "invariance of ordinal items is for measurement models; "
                    "this one has regressions",
                    "有序题项的等值性检验只用于测量模型，而该模型含有回归",
                ),
                fix=Text("Leave the regressions out.", "请去掉回归。"),
            )
    cuts: dict[str, list[str]] = {}
    for row in table.rows:
        if row.op == "|":
            cuts.setdefault(row.lhs, []).append(row.rhs)
    return Items({name: tuple(found) for name, found in cuts.items()})


def ordinal_levels(names: Sequence[str] | None, items: Items) -> tuple[Level, ...]:
    """Return the wanted levels, those below them included.

    With binary items thresholds, loadings and intercepts are one step, as equal thresholds or
    loadings alone cannot be told from unequal scales; without an item of four categories the
    level of thresholds says nothing and is left out.
    """
    ladder = [level for level in ORDINAL_LEVELS if level.name != "means"]
    known = [level.name for level in ORDINAL_LEVELS]
    for name in names or ():
        if name not in known:
            raise OptionError(
                Text(f"levels={name!r} is not known", f"无法识别 levels={name!r}"),
                fix=did_you_mean(name, known)
                or Text(f"Use any of: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
            )
    top = len(ladder) - 1
    wants_means = names is None or "means" in names
    if names is not None:
        top = max((at for at, level in enumerate(ladder) if level.name in names), default=0)
        top = max(top, 3) if wants_means else top
    chosen = ladder[: top + 1]
    if items.binary:
        chosen = [level for level in chosen if level.name not in ("thresholds", "metric")]
    elif not items.testable:
        chosen = [level for level in chosen if level.name != "thresholds"]
    means = tuple(level for level in ORDINAL_LEVELS if level.name == "means" and wants_means)
    return (*chosen, *means)


def level_syntax(
    table: ParameterTable, items: Items, groups: int, level: Level, freed: Sequence[str]
) -> str:
    """Return the model of one level as text, every group's parameters spelled out.

    Theta parameterization with factors of variance 1 and mean 0 in the first group.

    Parameters
    ----------
    table : ParameterTable
        Of one group, with ``std_lv`` and thresholds.
    groups : int
    freed : sequence of str
        What is not held equal: ``"x1|"`` (all of an item), ``"f=~x1"``, ``"x1~1"``, ``"x1~~x1"``.
    """
    write = _Writer(items, groups, _RANK[level.name], level.name == "means", frozenset(freed))
    lines = [write.line(row, table) for row in table.rows if row.group == 1]
    have = {(row.lhs, row.op) for row in table.rows if row.group == 1}
    lines += [
        write.line(Parameter(name, "~1", ""), table)
        for name in table.latent
        if (name, "~1") not in have
    ]
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one parameter of every group."""

    items: Items
    groups: int
    rank: int
    equal_means: bool
    freed: frozenset[str]

    def line(self, row: Parameter, table: ParameterTable) -> str:
        """Return the formula of a first-group row for all groups; empty where nothing is said."""
        ordinal = row.lhs in self.items.thresholds
        if row.op == "=~":
            if not row.free:
                return f"{row.lhs} =~ {row.ustart:g}*{row.rhs}"
            equal = self._reached(2, row.rhs) and not self._free(f"{row.lhs}=~{row.rhs}", row.rhs)
            return f"{row.lhs} =~ {self._same(equal, row)}*{row.rhs}"
        if row.op == "|":
            equal = self._reached(1, row.lhs) and not self._free("", row.lhs)
            return f"{row.lhs} | {self._same(equal, row)}*{row.rhs}"
        if row.op == "~1":
            return f"{row.lhs} ~ {self._intercept(row, table, ordinal=ordinal)}*1"
        if row.op == "~~" and row.lhs == row.rhs:
            return f"{row.lhs} ~~ {self._variance(row, table, ordinal=ordinal)}*{row.rhs}"
        if row.op == "~~" and not row.free:
            return f"{row.lhs} ~~ {row.ustart:g}*{row.rhs}"
        return "" if row.op == "~*~" else f"{row.lhs} {row.op} {row.rhs}"

    def _reached(self, rank: int, item: str) -> bool:
        """Tell whether the level holds such parameters equal; binary items only all at once."""
        return self.rank >= (3 if item in self.items.binary else rank)

    def _free(self, parameter: str, item: str) -> bool:
        return parameter in self.freed or f"{item}|" in self.freed

    def _same(self, equal: bool, row: Parameter) -> str:
        """Return a modifier that makes a parameter equal over groups, or free in each."""
        if not equal:
            return self._each("NA", "NA")
        label = "_".join(("eq", row.lhs, row.rhs))
        return self._each(label, label)

    def _each(self, first: str, others: str) -> str:
        return f"c({', '.join([first, *[others] * (self.groups - 1)])})"

    def _intercept(self, row: Parameter, table: ParameterTable, *, ordinal: bool) -> str:
        if row.lhs in table.latent:
            return self._each("0", "NA" if self.rank >= 3 and not self.equal_means else "0")
        loose = f"{row.lhs}~1" in self.freed
        if not ordinal:
            return self._same(self.rank >= 3 and not loose, row)
        whole = f"{row.lhs}|" in self.freed
        if whole or not self._reached(1, row.lhs):
            return self._each("0", "0")
        return self._each("0", "0" if self.rank >= 3 and not loose else "NA")

    def _variance(self, row: Parameter, table: ParameterTable, *, ordinal: bool) -> str:
        if row.lhs in table.latent:
            return self._each("1", "NA" if self.rank >= 2 else "1")
        loose = f"{row.lhs}~~{row.lhs}" in self.freed
        strict = self.rank >= 4 and not loose
        if not ordinal:
            if not row.free:
                return f"{row.ustart:g}"
            return self._same(strict, row)
        whole = f"{row.lhs}|" in self.freed
        if whole or strict or not self._reached(1, row.lhs):
            return self._each("1", "1")
        return self._each("1", "NA")
