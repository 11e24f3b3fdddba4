"""``ecosurvey analyze``: one wave of answers, from the file to the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosurvey.analysis import ESTIMATORS
from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import Lang, OptionError
from ecosurvey.core.findings import trusted

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def analyze(
    data: Annotated[Path, typer.Argument(help="The wave's answers: .csv, .tsv, .xlsx or .sav.")],
    instrument: Annotated[
        Path, typer.Option("--instrument", "-i", help="The questionnaire: a .yaml file.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made new.")],
    seed: Annotated[
        int | None, typer.Option(help="Makes the run repeatable; drawn and stored if not given.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    estimator: Annotated[str, typer.Option(help="MLR, ML, MLM; WLSMV: ordinal.")] = "MLR",
    mapping: Annotated[
        Path | None, typer.Option(help="Columns and questions, as 'ecosurvey map' writes them.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    jobs: Annotated[
        int, typer.Option(help="Processes that share the work; -1 for one a core.")
    ] = -1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Analyze one wave of answers, from the file to the ranked key factors and the report.

    Example: ecosurvey analyze wave3.csv --instrument ecosystem.yaml --out results
    """
    from ecosurvey.pipeline import STEPS
    from ecosurvey.pipeline import analyze as run

    language = language_of(lang)
    method = next((name for name in ESTIMATORS if name == estimator.upper()), None)
    if method is None:
        raise OptionError(
            f"--estimator {estimator} is not known", fix=f"Use one of: {', '.join(ESTIMATORS)}."
        )
    with console.steps(len(STEPS), language, quiet=quiet) as step:
        analysis = run(
            instrument,
            data,
            out,
            seed=seed,
            lang=language,
            estimator=method,
            mapping=mapping,
            command=("ecosurvey", *sys.argv[1:]),
            force=force,
            jobs=jobs,
            on_step=step,
        )
    if not quiet:
        _one_screen(analysis, out, language)
    if not trusted(analysis.findings):
        raise typer.Exit(console.UNTRUSTED)


def _one_screen(analysis: Analysis, out: Path, lang: Lang) -> None:
    from ecosurvey.cli.screen import one_screen

    console.show_findings(analysis.findings, lang)
    console.out.print(one_screen(analysis, out, lang))
