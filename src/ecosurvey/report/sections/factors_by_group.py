"""The key factors by group: the sentence, the figure and the tests of the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import group_totals
from ecosurvey.report.model import FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

_SHOWN = ("groups_not_comparable", "groups_left_out")


def section(analysis: Analysis) -> Section | None:
    """Return the ranking by group; ``None`` if none was asked for."""
    found = analysis.group_factors
    if found is None:
        return None
    return Section(
        "key-factors-by-group",
        Text("Key factors by group", "分组的关键影响因素"),
        (
            Paragraph(found.sentence()),
            *callouts(finding for finding in found.findings if finding.code in _SHOWN),
            FigureBlock(group_totals.illustrate(found)),
            *(TableBlock(table) for table in found.tables()),
        ),
    )
