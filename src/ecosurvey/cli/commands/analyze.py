"""``ecosurvey analyze``: one wave of answers, from the file to the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosurvey.analysis import PARTS, REPORT_LANGUAGES, configure
from ecosurvey.cli import console
from ecosurvey.cli.options import (
    Estimator,
    Formats,
    Mapping,
    Missing,
    Quiet,
    complete,
    complete_list,
    language_of,
)
from ecosurvey.core import Lang, OptionError, Text
from ecosurvey.core.findings import trusted

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis


def _policies(incomplete: str) -> list[str]:
    from ecosurvey.cleaning.rules import POLICIES

    return complete(POLICIES)(incomplete)


def _changes(incomplete: str) -> list[str]:
    from ecosurvey.cleaning.rules import LIMITS, RULE_NAMES

    return complete(f"{name}=" for name in (*LIMITS, *RULE_NAMES))(incomplete)


def analyze(
    data: Annotated[Path, typer.Argument(help="The wave's answers: .csv, .tsv, .xlsx or .sav.")],
    instrument: Annotated[
        Path | None, typer.Option("--instrument", "-i", help="The questionnaire: a .yaml file.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the results; made new.")
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(help="A study's folder in place of --out: the wave is added to it if new."),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="With --study: the new wave's name.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Options in a .toml or .yaml file; those typed here win.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Makes the run repeatable; drawn and stored if not given.")
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            help="Language of the report: en, zh or both.",
            autocompletion=complete(REPORT_LANGUAGES),
        ),
    ] = None,
    estimator: Estimator = None,
    missing: Missing = None,
    mapping: Mapping = None,
    bootstrap: Annotated[
        int | None, typer.Option(help="Bootstrap samples for intervals of the effects; 0 is none.")
    ] = None,
    groups: Annotated[
        str | None, typer.Option(help="Rank the factors in each group of this variable too.")
    ] = None,
    specifications: Annotated[
        int | None,
        typer.Option(help="Other analyses to try the ranking under: 50 (default); 200 to publish."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(help=f"Parts to compute, with commas: {', '.join(PARTS)}.",
                     autocompletion=complete_list(PARTS)),
    ] = None,
    formats: Formats = None,
    policy: Annotated[
        str | None,
        typer.Option(help="Who is excluded: default, hard_only (no flags), screening_only.",
                     autocompletion=_policies),
    ] = None,
    screen: Annotated[
        list[str] | None,
        typer.Option(help="Change the screening; may stand several times: seconds_per_item=1.5, "
                          "or rule=exclude, flag, review or off.",
                     autocompletion=_changes),
    ] = None,
    imputations: Annotated[
        int | None, typer.Option(help="Data sets of --missing mice: 20 if not said.")
    ] = None,
    margins: Annotated[
        Path | None,
        typer.Option(help="Known margins of the population to weight to: question, code, share "
                          "in a .csv, or a .yaml file."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    jobs: Annotated[
        int | None, typer.Option(help="Processes that share the work; -1 (default): one a core.")
    ] = None,
    cache: Annotated[
        bool | None,
        typer.Option("--cache/--no-cache", help="Remember steps that took long, so that the next "
                     "run computes only what changed; yes if not said.", show_default=False),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object about the run instead of words.")
    ] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Analyze one wave of answers, from the file to the ranked key factors and the report.

    \b
    Examples:
      ecosurvey analyze wave3.csv -i ecosystem.yaml -o results
      ecosurvey analyze wave3.csv -i ecosystem.yaml -o results --lang both --bootstrap 5000
      ecosurvey analyze wave3.csv -i ecosystem.yaml -o results --config study.toml --force
      ecosurvey analyze wave3.csv -i ecosystem.yaml -o quick --only reliability --formats html
      ecosurvey analyze wave3.csv -i ecosystem.yaml -o strict --screen seconds_per_item=3
      ecosurvey analyze wave3.csv --study study
    """  # noqa: D301
    from ecosurvey.pipeline import analyze as run
    from ecosurvey.pipeline import analyze_wave, steps_of

    if study is None:
        asked, folder = _both(instrument, out)
        if label is not None:
            raise OptionError(
                Text("--label names a wave of a study", "--label 用于为研究中的一轮调查命名"),
                fix=Text("Give --study too.", "请同时给出 --study。"),
            )
    elif out is not None or force:
        raise OptionError(
            Text(
                "results of a study go into the study, each run beside the earlier ones",
                "研究的结果保存在研究文件夹内，每次运行与先前的并列",
            ),
            where=str(study),
            fix=Text("Leave out --out and --force.", "请去掉 --out 和 --force。"),
        )
    chosen = configure(
        config, seed=seed, lang=lang, estimator=None if estimator is None else estimator.upper(),
        missing=missing, bootstrap=bootstrap, groups=groups, only=only, formats=formats,
        specifications=specifications,
        policy=policy, screen=screen or None, margins=margins, imputations=imputations,
        jobs=jobs, cache=cache,
    )  # fmt: skip
    if chosen.jobs is None:
        chosen = configure(chosen, jobs=-1)
    if chosen.cache is None:
        chosen = configure(chosen, cache=True)
    console.speak(chosen.lang)  # which a file of options may have told
    language = language_of("zh" if chosen.lang == "zh" else "en")
    with console.steps(steps_of(chosen), language, quiet=quiet or as_json) as step:
        command = ("ecosurvey", *sys.argv[1:])
        if study is not None:
            of_wave = analyze_wave(
                study, data, label=label, instrument=instrument, mapping=mapping, config=chosen,
                on_step=step, command=command,
            )  # fmt: skip
            analysis, folder = of_wave.analysis, of_wave.folder
        else:
            analysis = run(
                asked, data, folder, config=chosen, mapping=mapping, force=force, on_step=step,
                command=command,
            )  # fmt: skip
    if as_json:
        console.print_json(_told(analysis, folder))
    elif not quiet:
        _one_screen(analysis, folder, language)
    if not trusted(analysis.findings):
        raise typer.Exit(console.UNTRUSTED)


def _both(instrument: Path | None, out: Path | None) -> tuple[Path, Path]:
    """Return the questionnaire and the place of a run outside a study, or refuse."""
    if instrument is None or out is None:
        lacks = "--instrument" if instrument is None else "--out"
        fix = Text(
            "Give it, or the folder of a study with --study.",
            "请给出，或用 --study 指定研究文件夹。",
        )
        raise OptionError(Text(f"{lacks} is needed", f"缺少 {lacks}"), fix=fix)
    return instrument, out


def _one_screen(analysis: Analysis, out: Path, lang: Lang) -> None:
    from ecosurvey.cli.screen import one_screen

    console.show_findings(analysis.findings, lang)
    console.out.print(one_screen(analysis, out, lang))


def _told(analysis: Analysis, out: Path) -> dict[str, Any]:
    """Return the run as one object for other programs."""
    from ecosurvey._version import __version__
    from ecosurvey.report.results_json import finding_json, headline_json

    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return {
        "ecosurvey": __version__,
        "status": "ok" if trusted(analysis.findings) else "untrusted",
        "out": str(out),
        "seed": analysis.config.seed,
        "headline": headline_json(analysis),
        "findings": [finding_json(finding) for finding in analysis.findings],
        "files": files,
    }
