"""The commands: analyze a wave, validate a questionnaire."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosurvey._version import __version__
from ecosurvey.analysis import ESTIMATORS
from ecosurvey.cli import console
from ecosurvey.core import LANGUAGES, Lang, OptionError, Text, check_choice
from ecosurvey.core.findings import trusted

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

app = typer.Typer(
    help=(
        "From a questionnaire and its answers to the key influencing factors.\n\n"
        "Exit codes: 0 done; 1 done, but the results must not be trusted as they stand "
        "(non-convergence, improper solution, disagreement with a second program); 2 bad input, "
        "nothing written; 70 a fault of ecosurvey itself; 130 interrupted."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        console.out.print(f"ecosurvey {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
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
    estimator: Annotated[str, typer.Option(help="ML, MLR or MLM.")] = "MLR",
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

    language = _language(lang)
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
            command=("ecosurvey", *sys.argv[1:]),
            force=force,
            jobs=jobs,
            on_step=step,
        )
    if not quiet:
        _one_screen(analysis, out, language)
    if not trusted(analysis.findings):
        raise typer.Exit(console.UNTRUSTED)


@app.command()
def validate(
    instrument: Annotated[Path, typer.Argument(help="The questionnaire: a .yaml file.")],
    lang: Annotated[str, typer.Option(help="Language of the messages: en or zh.")] = "en",
) -> None:
    """Check a questionnaire without analyzing anything: every problem, with line and column."""
    from ecosurvey.instrument import load_instrument

    language = _language(lang)
    loaded = load_instrument(instrument)
    console.show_findings(loaded.findings, language, most=50)
    words = Text(
        "{path}: valid. {title}, version {version}: {constructs} constructs, {items} items, "
        "{hypotheses} hypotheses.",
        "{path}：有效。{title}，版本{version}：{constructs}个构念，{items}个题项，{hypotheses}条假设。",
    ).fill(
        path=instrument.name,
        title=loaded.title,
        version=loaded.version,
        constructs=len(loaded.constructs) + len(loaded.higher_order),
        items=len(loaded.items),
        hypotheses=len(loaded.hypotheses),
    )
    console.out.print(words.say(language), markup=False, soft_wrap=True)


def main() -> None:
    """Run the command line, with every error as one clear message."""
    console.utf8_streams()
    with console.plain_errors():
        app()


def _language(lang: str) -> Lang:
    check_choice("lang", lang, LANGUAGES)
    return "zh" if lang == "zh" else "en"


def _one_screen(analysis: Analysis, out: Path, lang: Lang) -> None:
    from ecosurvey.cli.screen import one_screen

    console.show_findings(analysis.findings, lang)
    console.out.print(one_screen(analysis, out, lang))


if __name__ == "__main__":
    main()
