"""One number by two programs, and all of them as a table with its verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text, counted

if TYPE_CHECKING:
    import pandas as pd

_AGREES = Column("agrees", Text("Agrees", "一致"), "text")
_NOTE = Text(
    "Difference: absolute, or relative where the value exceeds 1, after variables of large or "
    "small size are divided by a power of ten. The tolerance is what the "
    "other program's stopping rule lets one claim.",
    "差异为绝对值，数值大于1时为相对值；数量级过大或过小的变量先除以10的幂。容差取决于对方程序的收敛精度。",
)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One number by both programs.

    Attributes
    ----------
    part : Text
        Where in the report the number stands, such as the measurement model.
    kind : Text
        What kind of number it is, such as a loading.
    quantity : str
        Which one.
    own, other : float
    engine : str
        The other program.
    tolerance : float
        How far apart they may be, relative to max(unit, abs(own)).
    unit : float
        One, or the power of ten that brings the variables' standard deviations near one.
    """

    part: Text
    kind: Text
    quantity: str
    own: float
    other: float
    engine: str
    tolerance: float
    unit: float = 1.0

    @property
    def difference(self) -> float:
        """The absolute difference over max(unit, abs(own)); infinite where one is unknown."""
        apart = abs(self.own - self.other) / max(self.unit, abs(self.own))
        return apart if math.isfinite(apart) else math.inf

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= self.tolerance


@dataclass(frozen=True, slots=True)
class SecondEngine(Result):
    """What other programs find where ecosurvey found the report's numbers.

    Attributes
    ----------
    numbers : tuple of Recomputed
    remarks : tuple of Text
        What could not be recomputed, and on what the models were fitted again.
    findings : tuple of Finding
        A serious one for each part in which a number is further off than the tolerance.
    """

    numbers: tuple[Recomputed, ...]
    remarks: tuple[Text, ...]
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether every number agrees."""
        return all(one.agrees for one in self.numbers)

    def tables(self) -> tuple[Table, ...]:
        """Return one row a kind of number, then one row a number."""
        return self._short(), self._long()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number."""
        return self._long().to_frame()

    def _short(self) -> Table:
        kinds: dict[tuple[Text, Text, str, float], list[Recomputed]] = {}
        for one in self.numbers:
            kinds.setdefault((one.part, one.kind, one.engine, one.tolerance), []).append(one)
        rows: list[tuple[Cell, ...]] = [
            (
                part, kind, engine, len(found), _power(max(one.difference for one in found)),
                _power(tolerance), _verdict(all(one.agrees for one in found)),
            )
            for (part, kind, engine, tolerance), found in kinds.items()
        ]  # fmt: skip
        columns = (
            Column("part", Text("Part", "部分"), "label"),
            Column("kind", Text("Numbers", "数值"), "label"),
            Column("engine", Text("Recomputed by", "复算程序"), "text"),
            Column("count", Text("Count", "个数"), "count"),
            Column("largest", Text("Largest difference", "最大差异"), "text"),
            Column("tolerance", Text("Tolerance", "容差"), "text"),
            _AGREES,
        )
        title = Text("Headline numbers recomputed by other programs", "主要数值的独立程序复算")
        off = [at for at, found in enumerate(kinds.values()) if not all(o.agrees for o in found)]
        notes = (_NOTE, *self.remarks)
        return Table("second_engine", title, columns, tuple(rows), notes, alarms=tuple(off))

    def _long(self) -> Table:
        columns = (
            Column("part", Text("Part", "部分"), "label"),
            Column("kind", Text("Kind", "类别"), "text"),
            Column("quantity", Text("Number", "数值"), "text"),
            Column("own", Text("ecosurvey", "ecosurvey"), decimals=6),
            Column("other", Text("other", "复算值"), decimals=6),
            Column("engine", Text("by", "复算程序"), "text"),
            Column("difference", Text("Difference", "差异"), decimals=8),
            _AGREES,
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                one.part, one.kind, one.quantity, one.own, one.other, one.engine,
                one.difference, _verdict(one.agrees),
            )
            for one in self.numbers
        )  # fmt: skip
        title = Text("Every number recomputed by other programs", "独立程序复算明细")
        off = tuple(at for at, one in enumerate(self.numbers) if not one.agrees)
        return Table("second_engine_numbers", title, columns, rows, (_NOTE,), alarms=off)


def verdict_of(numbers: Iterable[Recomputed], remarks: Iterable[Text] = ()) -> SecondEngine:
    """Return the result, with a serious finding for each part that has a disagreement."""
    given = tuple(numbers)
    apart: dict[Text, list[Recomputed]] = {}
    for one in given:
        if not one.agrees:
            apart.setdefault(one.part, []).append(one)
    findings = tuple(_finding(part, off) for part, off in apart.items())
    return SecondEngine(given, tuple(remarks), findings)


def _verdict(agrees: bool) -> Text:
    return Text("yes", "是") if agrees else Text("NO", "否")


def _power(value: float) -> str:
    """Return a small number as a power of ten, as printed: 3e-07."""
    if value == 0:
        return "0"
    return f"{value:.0e}" if math.isfinite(value) else "∞"


def _finding(part: Text, numbers: list[Recomputed]) -> Finding:
    n = len(numbers)
    many = Text(counted(n, "number differs", "numbers differ"), str(n))
    worst = max(numbers, key=lambda one: one.difference)
    message = Text(
        "{part}: {n} from {engine} by more than the tolerance; the furthest is "
        "{name}, {own:.6g} against {other:.6g}",
        "{part}：{n}个数值与{engine}的差异超出容差；差异最大的是{name}：{own:.6g}对{other:.6g}",
    ).fill(
        part=part, n=many, engine=worst.engine, name=worst.quantity, own=worst.own,
        other=worst.other,
    )  # fmt: skip
    hint = Text("Do not use these numbers before the cause is known.", "查明原因前请勿使用。")
    return Finding("second_engine_disagrees", "serious", message, str(part), hint)
