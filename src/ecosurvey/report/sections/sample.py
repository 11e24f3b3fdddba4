"""Who answered, and whose answers were analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import flow
from ecosurvey.report.model import Block, FigureBlock, Section, TableBlock
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section:
    """Return the exclusion flow, the sample table and the account of the screening."""
    steps = [(step.label, step.excluded, step.remaining) for step in analysis.clean.flow]
    blocks: list[Block] = [FigureBlock(flow.illustrate(flow.describe(steps)))]
    blocks += [TableBlock(table) for table in analysis.sample.tables() if table.rows]
    blocks += detail(analysis.clean.tables())
    return Section("sample", Text("Sample and response quality", "样本与答卷质量"), tuple(blocks))
