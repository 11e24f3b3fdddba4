"""Moderations that the questionnaire expects: the tests, and a figure of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import moderation
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts, detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section | None:
    """Return what became of the moderations; ``None`` if none is expected."""
    found = analysis.moderations
    if found is None:
        return None
    skipped = callouts(one for one in found.findings if one.code == "moderation_skipped")
    blocks: list[Block] = [*skipped]
    if found.rows:
        tests, *slopes = found.tables()
        blocks.append(TableBlock(tests))
        for number, row in enumerate(found.rows, 1):
            blocks.append(Paragraph(row.found.sentence()))
            blocks.append(FigureBlock(moderation.illustrate(row.found, number)))
        blocks += detail(slopes)
    return Section("moderations", Text("Moderation", "调节效应"), tuple(blocks))
