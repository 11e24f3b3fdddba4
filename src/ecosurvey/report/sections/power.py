"""A planned study: its power, what it rests on, what to doubt."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text, number
from ecosurvey.report.figures import power as figure
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecosurvey.planning import Assumptions, Power


def sections(found: Power, wanted: float = 0.80, sought: Sequence[str] = ()) -> tuple[Section, ...]:
    """Return power by claim, the assumptions, and the remarks.

    Parameters
    ----------
    found : Power
    wanted : float
    sought : sequence of str
        Claims whose smallest size was searched; the answer is then the first sentence.
    """
    tables = {table.key: table for table in found.tables()}
    first: list[Block] = [Paragraph(words) for words in answer(found, wanted, sought)]
    first += [FigureBlock(one) for one in figure.figures(found, wanted)]
    if "power_sizes" in tables:
        first.append(TableBlock(tables["power_sizes"]))
    first.append(TableBlock(tables["power"], detail=len(found.sizes) > 1))
    return tuple(
        section
        for section in (
            Section("power", Text("Power", "统计功效"), tuple(first)),
            Section(
                "assumptions", Text("What is assumed", "前提假定"),
                (Paragraph(_ASSUMED), TableBlock(assumptions_table(found.assumptions))),
            ),
            Section("power-remarks", Text("Remarks", "说明与提示"), callouts(found.findings)),
        )
        if section.blocks
    )  # fmt: skip


_ASSUMED = Text(
    "The data were drawn by the program; nobody answered. The power holds for a population as it "
    "is described here and no other: effects are standardized, constructs and the responses "
    "behind the answers are normal, and answers are left out at random.",
    "数据由程序生成，并非真实作答。功效仅适用于此处设定的总体：效应为标准化值，构念及作答背后的"
    "连续反应服从正态分布，缺失为完全随机。",
)


def answer(found: Power, wanted: float, sought: Sequence[str]) -> tuple[Text, ...]:
    """Return the smallest sizes in words; nothing where none was searched."""
    said = []
    two = any(row.kind == "mean" for row in found.rows)
    both = Text(" in both waves together", "（两轮合计）") if two else Text("", "")
    p = number(wanted, 2, bounded=True)
    for claim in sought:
        needed = found.needed(claim, wanted)
        label = figure.label_of(found.of(claim))
        smallest = found.of(claim)[0]
        if not isfinite(needed.n) and smallest.power >= wanted:
            words = Text(
                "{label}: N = {n}, the smallest that was tried, reaches a power of {p} already.",
                "{label}：最小的模拟样本量 N = {n} 已达到{p}的功效。",
            )
            said.append(words.fill(label=label, p=p, n=f"{smallest.n:,}"))
            continue
        if not isfinite(needed.n):
            words = Text(
                "{label}: no size that was tried, or lies near, reaches a power of {p}.",
                "{label}：已模拟及邻近的样本量均达不到{p}的功效。",
            )
            said.append(words.fill(label=label, p=p))
            continue
        low = f"{needed.lower:,.0f}"
        high = f"{needed.upper:,.0f}" if isfinite(needed.upper) else "∞"
        words = Text(
            "{label}: a power of {p} needs N = {n}{both} (95% interval of the simulation {low} to "
            "{high}).",
            "{label}：功效达到{p}需要样本量 N = {n}{both}（模拟的95%区间为{low}至{high}）。",
        )
        n = f"{needed.n:,.0f}"
        said.append(words.fill(label=label, p=p, n=n, both=both, low=low, high=high))
        if found.first is not None:
            second = Text(
                "Of these, {m} in the second wave, beside the {k} of the first.",
                "其中第二轮为{m}份，第一轮为{k}份。",
            )
            said.append(second.fill(m=f"{needed.n - found.first:,.0f}", k=f"{found.first:,}"))
    return tuple(said)


def assumptions_table(assumed: Assumptions) -> Table:
    """Return what was assumed, row by row."""
    rows: list[tuple[Cell, ...]] = []

    def add(en: str, zh: str, value: float | str) -> None:
        rows.append((Text(en, zh), value if isinstance(value, str) else f"{value:g}"))

    add("Effect of each hypothesis not named", "其余各假设的效应", assumed.effect)
    for name, value in assumed.effects.items():
        add(f"Effect: {name}", f"效应：{name}", value)
    add("Loading not named", "其余各载荷", assumed.loading)
    for name, value in assumed.loadings.items():
        add(f"Loading: {name}", f"载荷：{name}", value)
    add("Correlation of predictors not named", "其余外生构念间相关", assumed.correlation)
    for name, value in assumed.correlations.items():
        add(f"Correlation: {name}", f"相关：{name}", value)
    add("Correlation of residuals", "残差相关", assumed.residual_correlation)
    for name, shares in assumed.answers.items():
        add(f"Shares of answers: {name}", f"作答比例：{name}",
            ", ".join(f"{share:g}" for share in shares))  # fmt: skip
    add("Share of answers left out", "缺失比例", assumed.missing)
    add("Share of careless respondents", "不认真作答比例", assumed.careless)
    columns = (
        Column("what", Text("Assumption", "假定"), "label"),
        Column("value", Text("Value", "取值"), "text"),
    )
    return Table("assumptions", Text("Assumptions", "假定"), columns, tuple(rows))
