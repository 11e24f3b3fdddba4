"""``ecosurvey compare``: what changed between waves, where the questionnaire measures the same."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import Quiet, complete, language_of
from ecosurvey.core import OptionError, Text
from ecosurvey.core.findings import trusted
from ecosurvey.core.io import atomic_folder, check_writable

if TYPE_CHECKING:
    from ecosurvey.cleaning import CleanData
    from ecosurvey.instrument import Instrument

_ESTIMATORS = ("WLSMV", "MLR", "ML")


def compare(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made new.")],
    waves: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Answers, oldest first: a file a wave, or files that name several; with --study "
            "labels, all if left."
        ),
    ] = None,
    instrument: Annotated[
        list[Path] | None,
        typer.Option(
            "--instrument", "-i",
            help="The newest questionnaire; or repeated, one for each file in its order.",
        ),
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="A study's folder, whose waves and versions are taken.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(help="Name of a wave, repeated in their order; as the files say if left."),
    ] = None,
    composition: Annotated[
        str | None,
        typer.Option(help="Background variables, with commas, whose shares are made alike."),
    ] = None,
    paths: Annotated[
        bool | None,
        typer.Option(
            "--paths/--no-paths",
            help="Compare structural paths and key factors too, in a panel from wave to wave; "
            "if the questionnaire has any.",
        ),
    ] = None,
    id: Annotated[
        str | None,
        typer.Option(help="Column that tells who is who: the waves are a panel."),
    ] = None,
    estimator: Annotated[
        str,
        typer.Option(help="WLSMV: ordinal; MLR, ML: as numbers.",
                     autocompletion=complete(_ESTIMATORS)),
    ] = "WLSMV",
    alpha: Annotated[float, typer.Option(help="Chance of any false alarm.")] = 0.05,
    lang: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    seed: Annotated[int, typer.Option(help="Of the probabilities of ranks.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Tell what changed between waves, where the questionnaire still measures the same.

    \b
    Examples:
      ecosurvey compare wave1.csv wave2.csv -i ecosystem.yaml -o change
      ecosurvey compare w1.csv w2.csv w3.csv -i v1.yaml -i v2.yaml -i v3.yaml -o change --lang zh
      ecosurvey compare wave1.csv wave2.csv -i ecosystem.yaml -o change --composition role,region
      ecosurvey compare wave1.csv wave2.csv -i ecosystem.yaml -o change --id respondent_id
      ecosurvey compare --study study -o change
    """  # noqa: D301
    from ecosurvey.report.write_waves import write_waves
    from ecosurvey.waves import compare_waves

    language = language_of(lang)
    check_writable(out, force=force)
    if study is None:
        given = _of_files(waves or [], instrument or [])
    else:
        given = _of_study(study, [str(wave) for wave in waves or []], instrument)
    labels = _labels([name for name, _ in given.waves], label)
    structural = bool(given.newest.hypotheses) if paths is None else paths
    found = compare_waves(
        given.newest, [(name, one) for name, (_, one) in zip(labels, given.waves, strict=True)],
        estimator=estimator.upper(), alpha=alpha, structural=structural, id=id, seed=seed,
        composition=[word.strip() for word in (composition or "").split(",") if word.strip()],
    )  # fmt: skip
    with atomic_folder(out, force=force) as work:
        write_waves(
            found, work, language, command=("ecosurvey", *sys.argv[1:]), jobs=-1,
            inputs=given.files,
        )  # fmt: skip
    if not quiet:
        console.show_findings(found.findings, language)
        console.out.print(found.verdict.say(language), markup=False, soft_wrap=True)
        where = Text("Report: {path}", "报告：{path}").fill(path=out / "waves.html")
        console.out.print(where.say(language), markup=False, soft_wrap=True)
    if not trusted(found.findings):
        raise typer.Exit(console.UNTRUSTED)


@dataclass(frozen=True, slots=True)
class _Given:
    """The newest questionnaire, waves with their labels, and the files that they came from."""

    newest: Instrument
    waves: list[tuple[str, CleanData]]
    files: list[tuple[str, Path]]


def _of_files(files: list[Path], instruments: list[Path]) -> _Given:
    from ecosurvey.instrument import load_instrument

    if not files:
        raise OptionError(
            Text("no waves given", "没有给出任何一轮数据"),
            fix=Text(
                "Name their files, or a study with --study.",
                "请给出数据文件，或用 --study 指定研究文件夹。",
            ),
        )
    if len(instruments) not in (1, len(files)):
        raise OptionError(
            Text(
                f"{len(instruments)} questionnaires for {len(files)} files",
                f"{len(files)}个数据文件却有{len(instruments)}份问卷",
            ),
            fix=Text(
                "Give the newest alone, or one for each file.",
                "请只给出最新的一份，或每个文件各一份。",
            ),
        )
    asked = [load_instrument(path) for path in instruments]
    by_file = asked if len(asked) == len(files) else asked * len(files)
    read = [one for path, own in zip(files, by_file, strict=True) for one in _read(path, own)]
    told = [("instrument", path) for path in instruments] + [("wave", path) for path in files]
    return _Given(asked[-1], read, told)


def _of_study(folder: Path, labels: list[str], instruments: list[Path] | None) -> _Given:
    from ecosurvey.cleaning import clean
    from ecosurvey.study import open_study

    if instruments:
        raise OptionError(
            Text("a study has its own questionnaires", "研究文件夹已有自己的问卷"),
            fix=Text("Leave --instrument out.", "请去掉 --instrument。"),
        )
    kept = open_study(folder)
    chosen = [kept.wave(label) for label in labels] if labels else list(kept.waves)
    waves = [(wave.label, clean(kept.responses(wave.label))) for wave in chosen]
    newest = kept.instrument()
    files = [("instrument", newest.path), *(("wave", wave.source) for wave in chosen)]
    return _Given(newest, waves, files)


def _read(path: Path, own: Instrument) -> list[tuple[str, CleanData]]:
    """Return the waves of a file under the names that it gives, else under its own."""
    from ecosurvey.cleaning import clean
    from ecosurvey.responses import read_responses

    cleaned = clean(read_responses(path, own))
    named, column = cleaned.responses.waves, own.meta.wave
    if len(named) < 2 or column not in cleaned.frame:
        return [(named[0] if named else path.stem, cleaned)]
    kept, every = (frame[column].astype(str) for frame in (cleaned.frame, cleaned.responses.frame))
    return [
        (name, replace(
            cleaned, frame=cleaned.frame[kept == name],
            responses=replace(cleaned.responses, frame=cleaned.responses.frame[every == name]),
        ))
        for name in named
    ]  # fmt: skip


def _labels(own: list[str], given: list[str] | None) -> list[str]:
    if not given:
        return own
    if len(given) != len(own):
        raise OptionError(
            Text(
                f"{len(given)} labels for {len(own)} waves",
                f"{len(own)}轮数据却有{len(given)}个名称",
            ),
            fix=Text("Give one --label for each wave.", "请为每轮数据各给出一个 --label。"),
        )
    return given
