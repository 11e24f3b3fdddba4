"""The key factors: the ranking and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Block, Section, TableBlock
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section | None:
    """Return the ranked factors; ``None`` if nothing was ranked."""
    if analysis.key_factors is None:
        return None
    first, *rest = analysis.key_factors.tables()
    blocks: list[Block] = [TableBlock(first)]
    if analysis.sensitivity is not None:
        blocks += [TableBlock(table) for table in analysis.sensitivity.tables()]
    blocks += detail(rest)
    return Section("key-factors", Text("Key factors", "关键影响因素"), tuple(blocks))
