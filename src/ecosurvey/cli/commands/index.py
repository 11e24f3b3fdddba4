"""``ecosurvey index``: how colleges, regions or roles stand, from 0 to 100, wave by wave."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import Quiet, complete, language_of
from ecosurvey.core import Text, check_choice
from ecosurvey.core.findings import trusted
from ecosurvey.core.io import atomic_folder, check_writable

_SCHEMES = ("model", "equal", "entropy", "critic", "expert")
_SCALINGS = ("scale", "observed")


def index(
    by: Annotated[
        str, typer.Option("--by", help="The background variable whose groups are the units.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made new.")],
    waves: Annotated[
        list[Path] | None, typer.Argument(help="Answers, oldest first, a file a wave.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="A study's folder in place of files: all of its waves.")
    ] = None,
    instrument: Annotated[
        Path | None, typer.Option("--instrument", "-i", help="The questionnaire, with files.")
    ] = None,
    filters: Annotated[
        str | None,
        typer.Option(
            help="Background variables, with commas, to filter the dashboard by; the "
            "questionnaire's groups if left."
        ),
    ] = None,
    scheme: Annotated[
        str | None,
        typer.Option(help=f"Main weights: {', '.join(_SCHEMES)}; all are compared.",
                     autocompletion=complete(_SCHEMES)),
    ] = None,
    experts: Annotated[
        Path | None, typer.Option(help="Experts' comparisons in pairs: a .yaml file.")
    ] = None,
    targets: Annotated[
        Path | None, typer.Option(help="Targets, 0 to 100, by construct: a .yaml file.")
    ] = None,
    scaling: Annotated[
        str, typer.Option(help="Before entropy and CRITIC weights: scale, or observed (min-max).")
    ] = "scale",
    fewest: Annotated[
        int, typer.Option(min=1, help="Units with fewer respondents are not shown.")
    ] = 5,
    lang: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    seed: Annotated[int, typer.Option(help="Of the intervals of ranks.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Score colleges, regions or roles on 0 to 100, by construct and overall, with a dashboard.

    \b
    Examples:
      ecosurvey index --study study --by region -o index
      ecosurvey index wave1.csv wave2.csv -i ecosystem.yaml --by region -o index --lang zh
      ecosurvey index --study study --by college_type -o index --experts ahp.yaml --targets t.yaml
    """  # noqa: D301
    from ecosurvey.performance import read_experts, read_targets
    from ecosurvey.pipeline.index_run import INDEX_STEPS, index_waves
    from ecosurvey.pipeline.stages import Step
    from ecosurvey.report.write_index import write_index

    language = language_of(lang)
    if scheme is not None:
        check_choice("scheme", scheme, _SCHEMES)
    check_choice("scaling", scaling, _SCALINGS)
    check_writable(out, force=force)
    judged = None if experts is None else read_experts(experts)
    aims = None if targets is None else read_targets(targets)
    names = None if filters is None else [w.strip() for w in filters.split(",") if w.strip()]
    with console.steps([Step(words) for words in INDEX_STEPS], language, quiet=quiet) as step:
        made = index_waves(
            by, study=study, data=waves or (), instrument=instrument, filters=names,
            experts=judged, targets=aims, fewest=fewest, seed=seed, scheme=scheme,
            scaling=scaling, on_step=step,
        )  # fmt: skip
        step(INDEX_STEPS[-1])
        read = [("experts", experts), ("targets", targets)]
        with atomic_folder(out, force=force) as work:
            write_index(
                made.index, made.slices, made.instrument, work, language, jobs=-1,
                command=("ecosurvey", *sys.argv[1:]),
                inputs=[*made.inputs, *((role, path) for role, path in read if path is not None)],
            )  # fmt: skip
    if not quiet:
        console.show_findings(made.index.findings, language)
        console.out.print(made.index.tables()[0].to_text(language), markup=False, soft_wrap=True)
        where = Text("Dashboard: {path}", "仪表板：{path}").fill(path=out / "dashboard.html")
        console.out.print("\n" + where.say(language), markup=False, soft_wrap=True)
    if not trusted(made.index.findings):
        raise typer.Exit(console.UNTRUSTED)
