"""Whether each scale is consistent, and the constructs distinct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Block, Section, TableBlock
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section:
    """Return reliability and, where the CFA gives it, validity."""
    first, *rest = analysis.reliability.tables()
    blocks: list[Block] = [TableBlock(first)]
    if analysis.validity is not None:
        blocks += [TableBlock(table) for table in analysis.validity.tables() if table.rows]
    blocks += detail(rest)
    heading = Text("Reliability and validity", "信度与效度")
    return Section("reliability", heading, tuple(blocks))
