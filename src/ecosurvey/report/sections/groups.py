"""How the groups differ in the latent means of the constructs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Section
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.keyfactors.group_means import GroupMeans


def section(means: GroupMeans) -> Section:
    """Return the comparison of latent means."""
    return Section("groups", Text("Groups", "分组比较"), detail(means.tables()))
