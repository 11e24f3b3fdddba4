"""Who answered, and whose answers were analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import flow, quality
from ecosurvey.report.model import Block, FigureBlock, Section, TableBlock
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section:
    """Return the exclusion flow, the sample table and the account of the screening."""
    steps = [(step.label, step.excluded, step.remaining) for step in analysis.clean.flow]
    blocks: list[Block] = [FigureBlock(flow.illustrate(flow.describe(steps)))]
    if analysis.sample is not None:
        blocks += [TableBlock(table) for table in analysis.sample.tables() if table.rows]
    blocks += _figures(analysis)
    if analysis.clean.design is not None:
        blocks += [TableBlock(table) for table in analysis.clean.design.tables()]
    blocks += detail(table for table in analysis.clean.tables() if table.key != "missing")
    return Section("sample", Text("Sample and response quality", "样本与答卷质量"), tuple(blocks))


def _figures(analysis: Analysis) -> list[Block]:
    """Return what the screening met, where it met anything."""
    cleaned, blocks = analysis.clean, []
    met = [quality.Met(one.label, one.flagged, one.excluded) for one in cleaned.rule_counts()]
    screened = quality.describe(met, analysis.responses.n_rows)
    if screened.rules:
        blocks.append(FigureBlock(quality.illustrate(screened)))
    return list(blocks)
