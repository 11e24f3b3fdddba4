"""The ranking under other reasonable analyses: whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import specification_curve
from ecosurvey.report.model import FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section | None:
    """Return the specification curve; ``None`` if none was made."""
    found = analysis.specification_curve
    if found is None:
        return None
    return Section(
        "other-analyses",
        Text("Does it hold under other analyses?", "换用其他分析是否依然成立"),
        (
            Paragraph(found.sentence()),
            *callouts(found.findings),
            FigureBlock(specification_curve.illustrate(found)),
            *(TableBlock(table) for table in found.tables()),
        ),
    )
