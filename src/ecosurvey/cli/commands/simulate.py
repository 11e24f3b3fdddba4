"""``ecosurvey simulate``: a wave of made-up answers, and beside it what is true of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import Earlier, Quiet, language_of, named_numbers
from ecosurvey.core import OptionError, Text

if TYPE_CHECKING:
    from ecosurvey.planning import SimulatedWave


def simulate(
    instrument: Annotated[Path, typer.Argument(help="The questionnaire: a .yaml file.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="CSV of the answers; the truth is put beside it.")
    ],
    n: Annotated[int, typer.Option("--n", "-n", help="Respondents.")] = 600,
    effects: Annotated[
        Path | None,
        typer.Option(
            "--effects", "-e",
            help="What is assumed: a .yaml file of effects, loadings, shares of answers; every "
            "path 0.2 and loading 0.75 if not given.",
        ),
    ] = None,
    earlier: Earlier = None,
    missing: Annotated[
        float | None, typer.Option(help="Share of the answers left out; wins over the file.")
    ] = None,
    careless: Annotated[
        float | None, typer.Option(help="Share who do not read; wins over the file.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(help="CONSTRUCT=NUMBER: its latent mean in standard deviations; repeatable."),
    ] = None,
    reworded: Annotated[
        list[str] | None,
        typer.Option(help="ITEM=NUMBER: added to its thresholds; below 0: easier to agree."),
    ] = None,
    wave: Annotated[
        str | None, typer.Option(help="Name of the wave; the one after those listed if left.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Gives the same bytes again; drawn and stored if left.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the messages: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace files of these names.")] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Draw answers to a questionnaire from assumed effects, to rehearse the analysis on them.

    \b
    Examples:
      ecosurvey simulate ecosystem.yaml -n 600 -o wave.csv --missing 0.03 --careless 0.05
      ecosurvey simulate ecosystem.yaml --effects assumed.yaml --change TEC=0.35 -o wave2.csv
    """  # noqa: D301
    from ecosurvey.cli.assumed import read_assumptions
    from ecosurvey.instrument import load_instrument
    from ecosurvey.planning import simulate_wave

    language = language_of(lang)
    _check_places(out, force=force)
    asked = load_instrument(instrument)
    assumed = read_assumptions(asked, effects, earlier)
    assumed = replace(
        assumed,
        missing=assumed.missing if missing is None else missing,
        careless=assumed.careless if careless is None else careless,
    )
    made = simulate_wave(
        asked, n, assumed, change=named_numbers(change, "--change"),
        reworded=named_numbers(reworded, "--reworded"), wave=wave, seed=seed,
    )  # fmt: skip
    _write(made, out)
    if quiet:
        return
    console.show_findings(made.findings, language)
    words = Text(
        "{out}: {n} synthetic answers, seed {seed}. What is true of them: {truth}",
        "{out}：{n}份模拟答卷，种子{seed}。其真实情况见：{truth}",
    ).fill(out=out, n=len(made.frame), seed=made.truth["seed"], truth=truth_path(out))
    console.out.print(words.say(language), markup=False, soft_wrap=True)


def truth_path(out: Path) -> Path:
    """Return where the truth of a file of answers stands.

    Examples
    --------
    >>> truth_path(Path("wave.csv")).name
    'wave.truth.json'
    """
    return out.with_suffix(".truth.json")


def _check_places(out: Path, *, force: bool) -> None:
    if out.suffix.lower() != ".csv":
        raise OptionError(
            Text("answers are written as CSV", "模拟答卷只能写成CSV"),
            where=str(out),
            fix=Text("Name a .csv file.", "请给出一个.csv文件名。"),
        )
    for path in (out, truth_path(out)):
        if path.is_dir():
            raise OptionError(
                Text("this is a folder", "这是一个文件夹"),
                where=str(path),
                fix=Text("Name a file in it.", "请给出其中的文件名。"),
            )
        if path.exists() and not force:
            raise OptionError(
                Text("there is a file already", "该文件已存在"),
                where=str(path),
                fix=Text(
                    "Name another one, or replace it with --force.",
                    "请换一个名称，或用 --force 替换。",
                ),
            )


def _write(made: SimulatedWave, out: Path) -> None:
    """Write both files, the answers last: where there are answers, there is their truth."""
    import json

    from ecosurvey.instrument.writing.files import write_file

    truth = json.dumps(made.truth, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    answers = made.frame.to_csv(index=False, lineterminator="\n")
    beside = truth_path(out)
    replaced = beside.exists()
    write_file(beside, truth, force=True)
    try:
        write_file(out, answers, force=True)
    except BaseException:
        if not replaced:
            beside.unlink(missing_ok=True)
        raise
