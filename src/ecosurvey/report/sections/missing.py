"""What was not answered, why, and what follows for the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import missing_pattern
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import detail
from ecosurvey.report.text import methods, results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.core import Table

HEADING = Text("Missing answers", "缺失数据")


def section(analysis: Analysis) -> Section | None:
    """Return the recommended treatment, shares by construct, patterns, and tests of the gaps."""
    account = analysis.missing_data
    if account is None:  # not described, but perhaps imputed
        blocks = imputation(analysis)
        return Section("missing", HEADING, tuple(blocks)) if blocks else None
    told = account.treatment.say
    if account.share > 0 and (analysis.measurement is not None or analysis.structural is not None):
        used = methods.treated(analysis.config.treatment(gaps=True))
        told = Text(f"{told.en} {used.en}", told.zh + used.zh)
    blocks = [Paragraph(told)]
    if account.share > 0:
        blocks += [TableBlock(table) for table in by_construct(analysis)]
        shares = {str(name): float(share) for name, share in account.by_item.items()}
        found = [(pattern.missing, pattern.n) for pattern in account.patterns]
        drawing = missing_pattern.describe(shares, found)
        blocks.append(FigureBlock(missing_pattern.illustrate(drawing)))
        blocks += detail(account.tables())
    blocks += imputation(analysis)
    return Section("missing", HEADING, tuple(blocks))


def imputation(analysis: Analysis) -> list[Block]:
    """Return what multiple imputation did, and how much of the information was missing."""
    made, over = analysis.imputed, analysis.imputed_effects
    if made is None:
        return []
    from ecosurvey.sem.imputed import ImputedSem  # here, for the engine is slow to import

    fitted = analysis.structural or analysis.measurement
    blocks: list[Block] = []
    if isinstance(fitted, ImputedSem):
        frame = fitted.parameters
        free = frame[frame["se"] > 0]
        told = results.imputed(
            fitted.m, float(free["fmi"].mean()), float(free["fmi"].max()), fitted.pooled_test.fmi
        )
        blocks.append(Paragraph(told))
    if over is not None:
        blocks += [TableBlock(table) for table in over.tables()]
    return [*blocks, *detail(made.tables())]


def by_construct(analysis: Analysis) -> list[Table]:
    """Return the cleaning's table of gaps by construct."""
    return [table for table in analysis.clean.tables() if table.key == "missing"]
