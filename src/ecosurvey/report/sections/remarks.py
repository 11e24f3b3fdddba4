"""Everything a reader must know before trusting the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Block, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import findings_table

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section:
    """Return all findings of the run."""
    blocks: tuple[Block, ...] = (TableBlock(findings_table(analysis.findings)),)
    if not analysis.findings:
        words = Text("The run gave no warnings.", "本次分析没有警告。")
        blocks = (Paragraph(words),)
    return Section("findings", Text("Warnings and notes", "警告与说明"), blocks)
