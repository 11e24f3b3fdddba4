"""``ecosurvey compare``: what changed between waves, where the questionnaire measures the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import complete, language_of
from ecosurvey.core import OptionError, Text
from ecosurvey.core.findings import trusted
from ecosurvey.core.io import atomic_folder, check_writable

if TYPE_CHECKING:
    from ecosurvey.cleaning import CleanData
    from ecosurvey.instrument import Instrument

_ESTIMATORS = ("WLSMV", "MLR", "ML")


def compare(
    waves: Annotated[
        list[Path],
        typer.Argument(help="Answers, oldest first: a file a wave, or files that name several."),
    ],
    instrument: Annotated[
        list[Path],
        typer.Option(
            "--instrument", "-i",
            help="The newest questionnaire; or repeated, one for each file in its order.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made new.")],
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
            help="Compare structural paths and key factors too; if the questionnaire has any.",
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:  # fmt: skip
    """Tell what changed between waves, where the questionnaire still measures the same.

    \b
    Examples:
      ecosurvey compare wave1.csv wave2.csv -i ecosystem.yaml -o change
      ecosurvey compare w1.csv w2.csv w3.csv -i v1.yaml -i v2.yaml -i v3.yaml -o change --lang zh
      ecosurvey compare wave1.csv wave2.csv -i ecosystem.yaml -o change --composition role,region
      ecosurvey compare wave1.csv wave2.csv -i ecosystem.yaml -o change --id respondent_id
    """  # noqa: D301
    from ecosurvey.instrument import load_instrument
    from ecosurvey.report.write_waves import write_waves
    from ecosurvey.waves import compare_waves

    language = language_of(lang)
    check_writable(out, force=force)
    if len(instrument) not in (1, len(waves)):
        raise OptionError(
            f"{len(instrument)} questionnaires for {len(waves)} files",
            fix="Give the newest alone, or one for each file.",
        )
    asked = [load_instrument(path) for path in instrument]
    by_file = asked if len(asked) == len(waves) else asked * len(waves)
    read = [
        (name, one, own)
        for path, own in zip(waves, by_file, strict=True)
        for name, one in _read(path, own)
    ]
    labels = _labels([name for name, _, _ in read], label)
    structural = bool(asked[-1].hypotheses) and id is None if paths is None else paths
    found = compare_waves(
        [own for _, _, own in read] if len(asked) > 1 else asked[0],
        [(name, one) for name, (_, one, _) in zip(labels, read, strict=True)],
        estimator=estimator.upper(), alpha=alpha, structural=structural, id=id, seed=seed,
        composition=[word.strip() for word in (composition or "").split(",") if word.strip()],
    )  # fmt: skip
    with atomic_folder(out, force=force) as work:
        write_waves(
            found, work, language, command=("ecosurvey", *sys.argv[1:]), jobs=-1,
            inputs=[("instrument", path) for path in instrument] + [("wave", p) for p in waves],
        )  # fmt: skip
    if not quiet:
        console.show_findings(found.findings, language)
        console.out.print(found.verdict.say(language), markup=False, soft_wrap=True)
        where = Text("Report: {path}", "报告：{path}").fill(path=out / "waves.html")
        console.out.print(where.say(language), markup=False, soft_wrap=True)
    if not trusted(found.findings):
        raise typer.Exit(console.UNTRUSTED)


def _read(path: Path, own: Instrument) -> list[tuple[str, CleanData]]:
    """Return the waves of a file under the names that it gives, else under its own."""
    from dataclasses import replace

    from ecosurvey.cleaning import clean
    from ecosurvey.responses import read_responses

    cleaned = clean(read_responses(path, own))
    named, column = cleaned.responses.waves, own.meta.wave
    if len(named) < 2 or column not in cleaned.frame:
        return [(named[0] if named else path.stem, cleaned)]
    rows = cleaned.frame[column].astype(str)
    return [(name, replace(cleaned, frame=cleaned.frame[rows == name])) for name in named]


def _labels(own: list[str], given: list[str] | None) -> list[str]:
    if not given:
        return own
    if len(given) != len(own):
        raise OptionError(
            f"{len(given)} labels for {len(own)} waves", fix="Give one --label for each wave."
        )
    return given
