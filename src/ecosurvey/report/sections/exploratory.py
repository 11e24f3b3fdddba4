"""Whether the items can be factored, into how many factors, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report import of_results
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts, detail
from ecosurvey.report.text import results

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def section(analysis: Analysis) -> Section | None:
    """Return adequacy, parallel analysis and the exploratory solution, if factors were explored."""
    heading = Text("Exploratory factor analysis", "探索性因子分析")
    adequacy, parallel, efa = analysis.adequacy, analysis.parallel, analysis.efa
    picture, means = _correlations(analysis)
    if adequacy is None or parallel is None or efa is None:
        why = callouts(finding for finding in analysis.findings if finding.code == "efa_skipped")
        return Section("factors", heading, (*why, *picture, *means)) if why else None
    test = adequacy.bartlett
    first, *rest = efa.tables()
    blocks: list[Block] = [
        *picture,
        Paragraph(results.adequacy(adequacy.kmo.overall, test.chisq, test.df, test.pvalue)),
        Paragraph(
            results.retention(
                parallel.n_factors,
                parallel.percentile,
                parallel.n_iter,
                len(analysis.instrument.constructs),
            )
        ),
        *_rules(analysis),
        FigureBlock(of_results.eigenvalues(parallel)),
        FigureBlock(of_results.loadings(efa)),
        TableBlock(first),
        *detail(rest),
        *means,
        *detail(adequacy.tables()),
        *detail(parallel.tables()),
    ]
    return Section("factors", heading, tuple(blocks))


def _correlations(analysis: Analysis) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the map of the items' correlations, and the means of its blocks as a table."""
    found = analysis.item_correlations
    if found is None:
        return (), ()
    return (FigureBlock(of_results.items(found)),), detail(found.tables())


def _rules(analysis: Analysis) -> list[Block]:
    """Return what every rule says, and the number that was taken."""
    number = analysis.retention
    if number is None:
        return []
    said = sorted(v.n_factors for v in number.verdicts if v.counts)
    taken = Text(
        "{k} factors were extracted; trusted rules that recommend this number: {a} of {t}.",
        "提取{k}个因子：{t}项主要准则中有{a}项作此建议。",
    ).fill(a=number.agreeing, t=number.trusted, k=number.recommended)
    if number.agreeing == 1 and number.trusted > 2:
        taken = Text(
            "No two of the {t} trusted rules agree ({l} to {h} factors); the middle number, {k}, "
            "was extracted.",
            "{t}项主要准则互不一致（{l}至{h}个因子），取居中的{k}个因子提取。",
        ).fill(t=number.trusted, l=said[0], h=said[-1], k=number.recommended)
    return [Paragraph(taken), TableBlock(number.tables()[0])]
