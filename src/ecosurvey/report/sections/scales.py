"""Whether each scale is consistent, and the constructs distinct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import intervals
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import detail, name_of
from ecosurvey.report.text import results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

_LONG = 80  # rows; more than this nobody reads in the text
_USUAL = 0.70  # the line that readers look for (Nunnally, 1978)


def section(analysis: Analysis) -> Section:
    """Return reliability and, where the CFA gives it, validity."""
    drawing = forest(analysis)
    first, *rest = analysis.reliability.tables()
    blocks: list[Block] = []
    if drawing.rows:
        values = [(row.label, row.estimate) for row in drawing.rows]
        blocks.append(Paragraph(results.reliability(values, _USUAL)))
    blocks.append(TableBlock(first))
    if drawing.rows:
        blocks.append(FigureBlock(intervals.illustrate(drawing)))
    if analysis.validity is not None:
        given = [table for table in analysis.validity.tables() if table.rows]
        blocks += [TableBlock(table, detail=len(table.rows) > _LONG) for table in given]
    blocks += detail(rest)
    heading = Text("Reliability and validity", "信度与效度")
    return Section("reliability", heading, tuple(blocks))


def forest(analysis: Analysis) -> intervals.IntervalDrawing:
    """Return the drawing of each scale's omega with its interval."""
    fields = ["omega", "omega_ci_lower", "omega_ci_upper"]
    frame = analysis.reliability.scales[fields]
    rows = [
        intervals.Row(
            name_of(analysis.instrument, str(scale)), float(value), float(low), float(high)
        )
        for scale, value, low, high in frame.itertuples()
    ]
    caption = Text(
        "Reliability of the scales: McDonald's ω with 95% intervals; the dashed line marks .70",
        "各量表信度：McDonald ω及95%置信区间；虚线为.70",
    )
    axis = Text("McDonald's ω", "McDonald ω")
    return intervals.describe(
        "reliability_forest", caption, axis, rows, marks=(_USUAL,), limits=(None, 1.0)
    )
