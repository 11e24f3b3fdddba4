"""How it was done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey._version import __version__
from ecosurvey.core import Text
from ecosurvey.report.model import Block, Paragraph, Section
from ecosurvey.report.sections.parts import detail
from ecosurvey.report.text import methods

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.sem import SemResult


def section(analysis: Analysis) -> Section:
    """Return the methods, and the questionnaire with all its items."""
    instrument = analysis.instrument
    items = instrument.items
    points = [len(item.scale.points) for item in items if item.scale.kind == "likert"]
    reverse = sum(item.reverse for item in items)
    fitted = analysis.structural or analysis.measurement
    blocks: list[Block] = [
        Paragraph(methods.questionnaire(len(items), len(instrument.constructs), points, reverse)),
    ]
    if fitted is not None:
        gaps = bool(analysis.clean.items.isna().to_numpy().any())
        told = methods.models(
            fitted.estimator,
            fitted.n,
            analysis.clean.flow[-1].remaining,
            structural=analysis.structural is not None,
            measurement=analysis.measurement is not None,
            gaps=gaps,
            treatment=analysis.config.treatment(gaps=gaps),
            imputed=_imputed(analysis, fitted),
        )
        if _by_markers(fitted):
            more = methods.scaling()
            told = Text(f"{told.en} {more.en}", told.zh + more.zh)
        blocks.append(Paragraph(told))
    if analysis.bootstrap is not None:
        drawn = analysis.bootstrap
        blocks.append(Paragraph(methods.bootstrap(drawn.n, drawn.n_failed)))
    if analysis.key_factors is not None:
        blocks.append(Paragraph(methods.ranking(analysis.key_factors.outcome_name)))
    by_group = analysis.group_factors
    if by_group is not None:
        name = by_group.group_name or Text(by_group.group, by_group.group)
        words = methods.groups(
            name, len(by_group.groups), comparable=by_group.comparable,
            ordinal=analysis.config.estimator == "WLSMV", permutations=by_group.n_permutations,
        )  # fmt: skip
        blocks.append(Paragraph(words))
    blocks.append(Paragraph(methods.software(__version__, analysis.config.seed)))
    blocks += detail(
        replace(table, key=f"questionnaire_{table.key}") for table in instrument.tables()
    )
    return Section("methods", Text("Method", "方法"), tuple(blocks))


def _imputed(analysis: Analysis, fitted: SemResult) -> tuple[int, int] | None:
    """Return how many imputed data sets the model is pooled over, and their iterations."""
    if analysis.imputed is None:
        return None
    return getattr(fitted, "m", len(analysis.imputed.datasets)), analysis.imputed.iterations


def _by_markers(fit: SemResult) -> bool:
    """Tell whether the first loading of every latent variable is fixed to one."""
    first = {row.lhs: row for row in reversed(fit.table.rows) if row.op == "=~"}
    return bool(first) and all(row.free == 0 and row.ustart == 1 for row in first.values())
