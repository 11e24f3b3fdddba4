"""How the groups differ in the latent means of the constructs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Paragraph, Section
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.keyfactors.group_means import GroupMeans


_HEADING = Text("Groups", "分组比较")


def section(means: GroupMeans) -> Section:
    """Return the comparison of latent means."""
    tables = detail(means.tables())
    if not tables:
        return Section("groups", _HEADING, ())
    told = Text(
        "Latent means of the groups are in [[table:{k}]], beside whether the questionnaire "
        "measures the same in them.",
        "各组潜变量均值及其测量等值情况见[[table:{k}]]。",
    ).fill(k=tables[0].table.key)
    return Section("groups", _HEADING, (Paragraph(told), *tables))
