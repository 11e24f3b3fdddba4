"""The key factors from every angle: verdict, groups, importance, map, necessity, weak spots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Table, Text
from ecosurvey.report.figures import ipma, necessary, rank_distribution
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

_KEEP = ("factor_groups", "relative_importance", "importance_performance", "necessary_conditions")


def section(analysis: Analysis) -> Section | None:
    """Return what the study of the factors found; ``None`` if there was none."""
    study = analysis.factor_study
    if study is None:
        return None
    blocks: list[Block] = []
    if study.verdict is not None:
        blocks.append(Paragraph(study.verdict.say()))
    if study.distinguished is not None:
        blocks.append(FigureBlock(rank_distribution.illustrate(study.distinguished)))
        blocks += _tables(study.distinguished.tables())
    if study.importance is not None:
        blocks += _tables(study.importance.tables())
    if study.map is not None:
        blocks.append(FigureBlock(ipma.illustrate(study.map)))
        blocks += _tables(study.map.tables())
    if study.necessary is not None:
        blocks.append(FigureBlock(necessary.illustrate(study.necessary)))
        blocks += _tables(study.necessary.tables())
    blocks += _tables(study.effects.tables())
    blocks += _tables(study.confounding.tables())
    if study.influence is not None:
        blocks += _tables(study.influence.tables())
    if study.equivalent is not None and study.equivalent.rows:
        blocks.append(Paragraph(study.equivalent.sentence()))
        blocks += _tables(study.equivalent.tables())
    heading = Text("Key factors from every angle", "关键影响因素的多角度检验")
    return Section("factor-study", heading, tuple(blocks))


def _tables(tables: tuple[Table, ...]) -> tuple[TableBlock, ...]:
    """Return the main tables in the text, the others as supplement."""
    return tuple(
        TableBlock(table) if table.key in _KEEP else detail((table,))[0]
        for table in tables
        if table.rows
    )
