"""The measurement model: fit, loadings, correlations of the constructs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report import of_results
from ecosurvey.report.diagrams import measurement_of
from ecosurvey.report.figures import measurement_diagram
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts, model_detail, name_of
from ecosurvey.report.tables import fit_line, fit_table, loadings_table
from ecosurvey.report.text import results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

MEASUREMENT = Text("the measurement model", "测量模型")
STRUCTURAL = Text("the structural model", "结构模型")


def section(analysis: Analysis) -> Section | None:
    """Return the confirmatory factor analysis; ``None`` if none was fitted."""
    fit = analysis.measurement
    if fit is None:
        return None
    line = fit_line(fit.fit_measures)
    told, judged = results.fit(MEASUREMENT, line), results.cutoffs(line)
    models = [(Text("Measurement model", "测量模型"), fit.fit_measures)]
    if analysis.structural is not None:
        models.append((Text("Structural model", "结构模型"), analysis.structural.fit_measures))
    blocks: list[Block] = [
        *callouts(finding for finding in fit.findings if finding.severity == "serious"),
        Paragraph(
            Text(
                f"{told.en} {judged.en} See [[table:model_fit]].",
                f"{told.zh}{judged.zh}见[[table:model_fit]]。",
            )
        ),
        TableBlock(fit_table(models, fit.estimator)),
        TableBlock(
            loadings_table(
                "cfa_loadings",
                fit.parameters,
                partial(name_of, analysis.instrument),
                fit.r_squared,
            ),
            detail=analysis.validity is not None,  # whose table has the loadings beside CR and AVE
        ),
    ]
    diagram = measurement_of(fit, partial(name_of, analysis.instrument))
    if diagram.cards:
        blocks.append(FigureBlock(measurement_diagram.illustrate(diagram)))
    if len(fit.latent_correlations) > 1:
        words = partial(name_of, analysis.instrument)
        blocks.append(FigureBlock(of_results.latent_correlations(fit, words)))
    blocks += model_detail(fit.tables(), "measurement", MEASUREMENT)
    heading = Text("Measurement model", "测量模型")
    return Section("measurement", heading, tuple(blocks))
