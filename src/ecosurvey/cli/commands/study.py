"""``ecosurvey study``: waves of answers kept together, with their questionnaires and results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import Lang, Text

if TYPE_CHECKING:
    from ecosurvey.study import Study

study = typer.Typer(
    help="Keep waves of answers together: questionnaires, answers, results by wave.",
    no_args_is_help=True,
)

_Folder = Annotated[Path, typer.Argument(help="The study's folder.")]
_Language = Annotated[str, typer.Option(help="Language of the messages: en or zh.")]


@study.command("init")
def init(
    folder: _Folder,
    instrument: Annotated[
        Path, typer.Option("--instrument", "-i", help="The questionnaire: a .yaml file.")
    ],
    lang: _Language = "en",
) -> None:
    """Make a study folder around a questionnaire.

    Example: ecosurvey study init study --instrument ecosystem.yaml
    """
    from ecosurvey.study import init_study

    language = language_of(lang)
    made = init_study(folder, instrument)
    said = Text(
        "Study of {id} {version} made: {folder}",
        "已建立研究文件夹（问卷{id}，版本{version}）：{folder}",
    ).fill(id=made.id, version=made.versions[-1].version, folder=folder)
    console.out.print(said.say(language), markup=False, soft_wrap=True)


@study.command("add")
def add(
    folder: _Folder,
    data: Annotated[Path, typer.Argument(help="The wave's answers: .csv, .tsv, .xlsx or .sav.")],
    label: Annotated[
        str | None, typer.Option(help="The wave's name; as the answers name it if not given.")
    ] = None,
    instrument: Annotated[
        Path | None,
        typer.Option("--instrument", "-i", help="A newer version of the questionnaire."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Columns and questions, as 'ecosurvey map' writes them.")
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="First day of answers, as 2026-03-09, if the file has none.")
    ] = None,
    lang: _Language = "en",
) -> None:
    """Add a wave of answers: whole, once, never over another.

    Example: ecosurvey study add study wave2.csv --label W2 --instrument ecosystem_1.2.yaml
    """
    from ecosurvey.study import add_wave, open_study

    language = language_of(lang)
    before = {wave.label for wave in open_study(folder).waves}
    now = add_wave(
        folder, data, label=label, instrument=instrument, mapping=mapping, day=day
    )  # fmt: skip
    new = next(wave for wave in now.waves if wave.label not in before)
    console.show_findings(new.findings, language)
    said = Text(
        "Wave {label} added: {n} answers, asked with version {version}",
        "已加入轮次{label}：{n}份答卷，问卷版本{version}",
    ).fill(label=new.label, n=new.n_rows, version=new.asked_with)
    console.out.print(said.say(language), markup=False, soft_wrap=True)


@study.command("status")
def status(
    folder: _Folder,
    verify: Annotated[
        bool, typer.Option("--verify", help="Hash every file again and tell of changed ones.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    lang: _Language = "en",
) -> None:
    """Tell how a study stands: its waves, versions and results.

    Example: ecosurvey study status study --verify
    """
    from ecosurvey.core.findings import trusted
    from ecosurvey.study import open_study

    language = language_of(lang)
    now = open_study(folder, verify=verify)
    if as_json:
        console.print_json(_told(now))
    else:
        _show(now, language)
    if not trusted(now.findings):
        raise typer.Exit(console.UNTRUSTED)


def _show(now: Study, lang: Lang) -> None:
    waves, versions = now.tables()
    if not now.waves:
        words = Text(
            "No waves yet; add one: ecosurvey study add",
            "尚无任何一轮；请用 ecosurvey study add 加入",
        )
        console.out.print(words.say(lang), markup=False, soft_wrap=True)
    else:
        console.out.print(waves.to_text(lang), markup=False, soft_wrap=True)
    console.out.print("\n" + versions.to_text(lang), markup=False, soft_wrap=True)
    console.show_findings(now.findings, lang)


def _told(now: Study) -> dict[str, Any]:
    """Return the study as one object for other programs."""
    import math

    def plain(value: Any) -> Any:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    waves, versions = (
        [
            {key: plain(value) for key, value in row.items()}
            for row in one.to_frame().to_dict("records")
        ]
        for one in now.tables()
    )
    return {
        "id": now.id,
        "created": now.created,
        "waves": waves,
        "versions": versions,
        "findings": [
            {"code": one.code, "severity": one.severity, "where": one.where, "message": one.say()}
            for one in now.findings
        ],
    }
