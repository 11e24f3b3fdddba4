"""The one screen at the end of a run: sample, fit, key factors, and where the report is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text as RichText

from ecosurvey.core import Lang, Text, interval, number, p_relation, p_value
from ecosurvey.core.fit_line import fit_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ecosurvey.analysis import Analysis
    from ecosurvey.keyfactors import KeyFactors
    from ecosurvey.sem import SemResult

_MOST = 5


def one_screen(analysis: Analysis, out: Path | None, lang: Lang) -> RenderableType:
    """Return what a researcher wants to see first, to be printed."""
    parts: list[RenderableType] = [_line(_sample(analysis), lang)]
    fitted = analysis.structural or analysis.measurement
    if fitted is not None:
        parts.append(_line(_fit(fitted), lang))
    if analysis.key_factors is not None:
        parts += ["", _ranking(analysis.key_factors, lang)]
    if out is not None:
        parts += ["", _line(_where(analysis, out), lang)]
    title = analysis.instrument.title.say(lang)
    if analysis.synthetic:
        title += Text(" (synthetic data)", "（合成数据）").say(lang)
    return Panel(Group(*parts), title=RichText(title), title_align="left", padding=(1, 2))


def _where(analysis: Analysis, out: Path) -> Text:
    """Say where the report is, or the results where no page was asked for."""
    if "html" not in analysis.config.formats:
        return Text("Results: {path}", "结果：{path}").fill(path=out)
    folders = [out] if analysis.config.lang != "both" else [out / "en", out / "zh"]
    pages = ", ".join(str(folder / "report.html") for folder in folders)
    return Text("Report: {path}", "报告：{path}").fill(path=pages)


def _line(words: Text, lang: Lang) -> RichText:
    return RichText(words.say(lang))  # never markup: names come from files


def _sample(analysis: Analysis) -> Text:
    kept, read = len(analysis.clean.frame), analysis.responses.n_rows
    return Text(
        "Sample: {kept} of {read} answers kept; seed {seed}",
        "样本：{read}份答卷中保留{kept}份；随机种子{seed}",
    ).fill(kept=kept, read=read, seed=analysis.config.seed)


def _fit(fit: SemResult) -> Text:
    if not fit.converged:
        return Text("Model: did not converge", "模型：未收敛")
    line = fit_line(fit.fit_measures)
    p = p_relation(line.pvalue)
    return Text(
        "Model fit ({estimator}): χ²({df}) = {chisq}, p {p}; CFI {cfi}, TLI {tli}, "
        "RMSEA {rmsea}, SRMR {srmr}",
        "模型拟合（{estimator}）：χ²({df}) = {chisq}，p {p}；CFI {cfi}，TLI {tli}，"
        "RMSEA {rmsea}，SRMR {srmr}",
    ).fill(
        estimator=fit.estimator,
        df=number(line.df, 0),
        chisq=number(line.chisq, 1),
        p=p if p.startswith("<") else f"= {p}",
        **{
            name: number(getattr(line, name), 3, bounded=True)
            for name in ("cfi", "tli", "rmsea", "srmr")
        },
    )


def _ranking(factors: KeyFactors, lang: Lang) -> RichTable:
    headings = (
        Text("Rank", "排名"),
        Text("Key factor", "关键因素"),
        Text("Total effect", "总效应"),
        Text("95% CI", "95%置信区间"),
        Text("p", "p"),
    )
    shown = RichTable(box=None, pad_edge=False)
    for index, heading in enumerate(headings):
        shown.add_column(heading.say(lang), justify="left" if index == 1 else "right")
    for row in factors.rows[:_MOST]:
        shown.add_row(
            str(row.rank),
            RichText(row.name.say(lang)),
            number(row.total_std),
            interval(row.ci_lower, row.ci_upper),
            p_value(row.pvalue),
        )
    return shown
