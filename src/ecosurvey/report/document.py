"""Which sections, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.model import Document
from ecosurvey.report.sections import (
    checklist,
    exploratory,
    factor_study,
    factors_by_group,
    factors_ranked,
    groups,
    items,
    joint,
    measurement,
    method,
    method_variance,
    missing,
    moderations,
    other_analyses,
    overview,
    remarks,
    sample,
    scales,
    second_engine,
    structure,
)

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.report.second_engine import SecondEngine

_SECTIONS = (
    overview.section,
    method.section,
    sample.section,
    missing.section,
    items.section,
    scales.section,
    exploratory.section,
    measurement.section,
    method_variance.section,
    structure.section,
    factors_ranked.section,
    factor_study.section,
    factors_by_group.section,
    moderations.section,
    other_analyses.section,
)


def document(analysis: Analysis, check: SecondEngine | None = None) -> Document:
    """Return the whole report, before any medium; sections without result are left out."""
    made = [section(analysis) for section in _SECTIONS]
    if check is not None and check.numbers:
        made.append(second_engine.section(check))
    if analysis.group_means is not None:
        made.append(groups.section(analysis.group_means))
    if analysis.joint is not None:
        made += joint.sections(analysis.joint)
    last = remarks.section(analysis)
    there = {one.key: one.heading for one in (*made, last) if one is not None and one.blocks}
    made += [checklist.section(there), last]
    instrument = analysis.instrument
    subtitle = Text(
        "Key influencing factors: report of one wave of answers to questionnaire {i} {v}",
        "关键影响因素分析报告（问卷{i}，版本{v}）",
    ).fill(i=instrument.id, v=instrument.version)
    return Document(
        instrument.title,
        subtitle,
        analysis.synthetic,
        tuple(section for section in made if section is not None and section.blocks),
    )
