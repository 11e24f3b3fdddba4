"""What other programs find for the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Block, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.report.second_engine import SecondEngine


def section(check: SecondEngine) -> Section:
    """Return the verdict and the table by kind; every number stands in a file of its own."""
    total = len(check.numbers)
    off = sum(not one.agrees for one in check.numbers)
    told = Text(
        "{n} numbers of this report were recomputed by other programs; all agree within the "
        "tolerance claimed ([[table:second_engine]]).",
        "本报告的{n}个数值经独立程序复算，全部在所声明的容差内一致（[[table:second_engine]]）。",
    )
    if off:
        told = Text(
            "{n} numbers of this report were recomputed by other programs; {off} of them do not "
            "agree within the tolerance claimed ([[table:second_engine]]).",
            "本报告的{n}个数值经独立程序复算，其中{off}个超出所声明的容差"
            "（[[table:second_engine]]）。",
        )
    file = Text(
        " Every single number is in tables/second_engine_numbers.csv.",
        "逐项数值见tables/second_engine_numbers.csv。",
    )
    words = told.fill(n=total, off=off)
    blocks: list[Block] = [
        *callouts(check.findings),
        Paragraph(Text(words.en + file.en, words.zh + file.zh)),
        TableBlock(check.tables()[0]),
    ]
    heading = Text("Check by other programs", "独立程序复算")
    return Section("second-engine", heading, tuple(blocks))
