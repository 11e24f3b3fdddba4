"""Whether each scale is consistent, and the constructs distinct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Table, Text
from ecosurvey.report.figures import intervals
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import detail, name_of
from ecosurvey.report.text import results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.instrument import Instrument
    from ecosurvey.reliability import Reliability

_LONG = 80  # rows; more than this nobody reads in the text
_IMPLIED = (
    "structure_coefficients"  # loadings and latent correlations, which stand above, multiplied
)
_USUAL = 0.70  # the line that readers look for (Nunnally, 1978)


def section(analysis: Analysis) -> Section | None:
    """Return reliability and, where the CFA gives it, validity; ``None`` without either."""
    blocks: list[Block] = []
    rest: tuple[Table, ...] = ()
    if analysis.reliability is not None:
        first, *others = analysis.reliability.tables()
        rest = tuple(others)
        blocks += _consistency(first, forest(analysis.instrument, analysis.reliability))
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
        blocks.insert(0, Paragraph(results.reliability(values, _USUAL)))
        blocks.append(FigureBlock(intervals.illustrate(drawing)))
    return blocks


def forest(asked: Instrument, found: Reliability) -> intervals.IntervalDrawing:
    """Return the drawing of each scale's omega with its interval."""
    fields = ["omega", "omega_ci_lower", "omega_ci_upper"]
    frame = found.scales[fields]
    rows = [
        intervals.Row(name_of(asked, str(scale)), float(value), float(low), float(high))
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
