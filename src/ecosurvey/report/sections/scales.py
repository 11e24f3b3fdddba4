"""Whether each scale is consistent, and the constructs distinct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Table, Text
from ecosurvey.report import of_results
from ecosurvey.report.figures import intervals
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import detail
from ecosurvey.report.text import results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

_LONG = 80  # rows; more than this nobody reads in the text
_IMPLIED = (
    "structure_coefficients"  # loadings and latent correlations, which stand above, multiplied
)


def section(analysis: Analysis) -> Section | None:
    """Return reliability and, where the CFA gives it, validity; ``None`` without either."""
    blocks: list[Block] = []
    rest: tuple[Table, ...] = ()
    if analysis.reliability is not None:
        first, *others = analysis.reliability.tables()
        rest = tuple(others)
        blocks += _consistency(first, of_results.forest(analysis.reliability))
    if analysis.content is not None:
        blocks = [TableBlock(table) for table in analysis.content.tables()] + blocks
    if analysis.ordinal is not None:
        # where the models take the answers as ordered, so does the text
        aside = analysis.config.estimator != "WLSMV"
        blocks += [TableBlock(table, detail=aside) for table in analysis.ordinal.tables()]
    if analysis.validity is not None:
        given = [table for table in analysis.validity.tables() if table.rows]
        blocks += [
            TableBlock(table, detail=len(table.rows) > _LONG or table.key == _IMPLIED)
            for table in given
        ]
    blocks += detail(rest)
    heading = Text("Reliability and validity", "信度与效度")
    return Section("reliability", heading, tuple(blocks)) if blocks else None


def _consistency(table: Table, drawing: intervals.IntervalDrawing) -> list[Block]:
    blocks: list[Block] = [TableBlock(table)]
    if drawing.rows:
        values = [(row.label, row.estimate) for row in drawing.rows]
        blocks.insert(0, Paragraph(results.reliability(values, of_results.USUAL)))
        blocks.append(FigureBlock(intervals.illustrate(drawing)))
    return blocks
