"""The first page: what was found, and what speaks against trusting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import ranking
from ecosurvey.report.model import Block, Callout, FigureBlock, Paragraph, Section
from ecosurvey.report.sections.parts import callouts
from ecosurvey.report.text import methods, results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

_ILLUSTRATION = Text(
    "The structural model of this questionnaire only shows the method; it claims nothing about "
    "causes.",
    "该问卷中的结构模型仅用于演示方法，不作任何因果主张。",
)


def section(analysis: Analysis) -> Section:
    """Return the overview: screening, fit, the leading factors, serious findings, the figure."""
    flow = analysis.clean.flow
    received = flow[0].remaining + flow[0].excluded
    reasons = [(step.label, step.excluded) for step in flow if step.excluded]
    blocks: list[Block] = list(callouts(f for f in analysis.findings if f.severity == "serious"))
    if analysis.instrument.illustration:
        blocks.insert(0, Callout("note", _ILLUSTRATION))
    blocks.append(Paragraph(methods.screening(received, flow[-1].remaining, reasons)))
    drawing = headline(analysis)
    if drawing is not None:
        top = [(f.name, f.total, f.lower, f.upper) for f in drawing.factors[:3]]
        told = results.headline(drawing.outcome, top)
        see = Text(" See [[figure:key_factors]].", "见[[figure:key_factors]]。")
        blocks.append(Paragraph(Text(told.en + see.en, told.zh + see.zh)))
        blocks.append(FigureBlock(ranking.illustrate(drawing)))
    warned = sum(finding.severity == "warning" for finding in analysis.findings)
    if warned:
        words = Text(
            "The run gave {n} warnings; they are listed in [[table:findings]].",
            "本次分析有{n}条警告，列于[[table:findings]]。",
        )
        if warned == 1:
            words = Text(
                "The run gave one warning; it is listed in [[table:findings]].",
                "本次分析有1条警告，列于[[table:findings]]。",
            )
        blocks.append(Paragraph(words.fill(n=warned)))
    return Section("overview", Text("Overview", "概要"), tuple(blocks))


def headline(analysis: Analysis) -> ranking.RankingDrawing | None:
    """Return the drawing of the ranked factors; ``None`` if nothing was ranked."""
    ranked = analysis.key_factors
    if ranked is None:
        return None
    factors = [
        ranking.Ranked(row.name, row.rank, row.total_std, row.ci_lower, row.ci_upper)
        for row in ranked.rows
    ]
    return ranking.describe(ranked.outcome_name, factors)
