"""The structural model: its diagram, the hypotheses, the paths."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.diagrams import structural_of
from ecosurvey.report.figures import intervals, path_diagram
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.measurement import STRUCTURAL
from ecosurvey.report.sections.parts import callouts, model_detail, name_of
from ecosurvey.report.tables import fit_line, paths_table
from ecosurvey.report.text import results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.sem import SemResult

_LEVEL = 0.05


def section(analysis: Analysis) -> Section | None:
    """Return the structural model; ``None`` if there is none."""
    fit = analysis.structural
    if fit is None:
        return None
    words = partial(name_of, analysis.instrument)
    blocks: list[Block] = [
        *callouts(finding for finding in fit.findings if finding.severity == "serious"),
        Paragraph(results.fit(STRUCTURAL, fit_line(fit.fit_measures))),
    ]
    outcome = analysis.instrument.outcome
    if outcome is not None and outcome in fit.r_squared.index:
        name = name_of(analysis.instrument, outcome)
        blocks.append(Paragraph(results.explained(name, float(fit.r_squared[outcome]))))
    paths = structural_of(fit, words)
    if paths.arrows:
        blocks.append(FigureBlock(path_diagram.illustrate(paths)))
    if analysis.hypotheses is not None:
        verdicts = [row.verdict for row in analysis.hypotheses.rows]
        told = results.hypotheses(
            verdicts.count("supported"), verdicts.count("opposite"), len(verdicts)
        )
        blocks.append(Paragraph(told))
        blocks += [TableBlock(table) for table in analysis.hypotheses.tables()]
    else:
        blocks.append(TableBlock(paths_table(fit.parameters, words)))
    if analysis.mediations is not None:
        blocks += [TableBlock(table) for table in analysis.mediations.tables()]
    blocks.append(FigureBlock(intervals.illustrate(forest(analysis, fit))))
    blocks += model_detail(fit.tables(), "structural", STRUCTURAL)
    return Section("structure", Text("Structural model", "结构模型"), tuple(blocks))


def forest(analysis: Analysis, fit: SemResult) -> intervals.IntervalDrawing:
    """Return the drawing of every path with its interval, hypotheses named."""
    ids = {(h.source, h.target): f"{h.id}  " for h in analysis.instrument.hypotheses}
    frame = fit.standardized()
    fields = ["lhs", "rhs", "est_std", "ci_lower", "ci_upper", "pvalue"]
    rows = []
    for lhs, rhs, est, low, high, p in frame[frame["op"] == "~"][fields].itertuples(index=False):
        source, target = (name_of(analysis.instrument, str(key)) for key in (rhs, lhs))
        lead = ids.get((str(rhs), str(lhs)), "")
        label = Text(f"{lead}{source.en} → {target.en}", f"{lead}{source.zh} → {target.zh}")
        rows.append(intervals.Row(label, float(est), float(low), float(high), float(p) < _LEVEL))
    caption = Text(
        "Standardized paths with 95% intervals; hollow grey points do not differ from zero at "
        "p < .05 (unadjusted)",
        "标准化路径系数及95%置信区间；空心灰点表示未达p < .05（未校正）",
    )
    axis = Text("Standardized coefficient", "标准化系数")
    return intervals.describe("path_forest", caption, axis, rows, signed=True)
