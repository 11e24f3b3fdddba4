"""``ecosurvey power``: how many respondents the next wave needs, and what so many would show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import Earlier, Quiet, complete, language_of, named_numbers, words_of
from ecosurvey.core import Lang, OptionError, Text
from ecosurvey.core.io import atomic_folder, check_writable

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.planning import Assumptions, Power

_ESTIMATORS = ("MLR", "ML", "WLSMV")


def power(
    instrument: Annotated[
        Path | None,
        typer.Argument(help="The questionnaire: a .yaml file; not needed with --df."),
    ] = None,
    n: Annotated[
        str | None,
        typer.Option("--n", "-n", help="Sizes, with commas: 300,600. With --change: of each wave."),
    ] = None,
    find: Annotated[
        float | None,
        typer.Option(help="Look for the smallest size with this power, such as 0.80."),
    ] = None,
    claims: Annotated[
        str | None,
        typer.Option(
            help="Which, with commas: H1a, 'POL -> PLT -> ECO', 'total ENT'; with --change: "
            "constructs, scalar, metric. All if left."
        ),
    ] = None,
    effects: Annotated[
        Path | None,
        typer.Option("--effects", "-e", help="What is assumed: a .yaml file; as for simulate."),
    ] = None,
    earlier: Earlier = None,
    safeguard: Annotated[
        bool,
        typer.Option(
            "--safeguard", help="With --from: the limit of a 60% interval nearer to 0 instead."
        ),
    ] = False,
    change: Annotated[
        list[str] | None,
        typer.Option(help="CONSTRUCT=NUMBER: change between two waves, in standard deviations."),
    ] = None,
    reworded: Annotated[
        list[str] | None,
        typer.Option(help="ITEM=NUMBER: added to its thresholds in the second wave."),
    ] = None,
    loadings: Annotated[
        list[str] | None, typer.Option(help="ITEM=NUMBER: its loading in the second wave.")
    ] = None,
    free: Annotated[
        str | None, typer.Option(help="Items, with commas, that the analysis lets differ.")
    ] = None,
    constructs: Annotated[
        str | None, typer.Option(help="Constructs, with commas, that are compared; all if left.")
    ] = None,
    first: Annotated[
        int | None, typer.Option(help="Rows of the first wave, where it is there already.")
    ] = None,
    rmsea: Annotated[
        str | None,
        typer.Option(help="NULL,TRUE: power of the test of the whole model, such as 0.05,0.08."),
    ] = None,
    df: Annotated[
        int | None, typer.Option(help="Degrees of freedom for --rmsea; the model's if left.")
    ] = None,
    width: Annotated[
        float | None, typer.Option(help="Width of the RMSEA's 90% interval that is wanted.")
    ] = None,
    estimator: Annotated[
        str,
        typer.Option(help="MLR, ML; WLSMV: ordinal.",
                     autocompletion=complete(_ESTIMATORS)),
    ] = "MLR",
    replicates: Annotated[int, typer.Option(help="Studies drawn at each size.")] = 1000,
    alpha: Annotated[float, typer.Option(help="Level of the tests.")] = 0.05,
    seed: Annotated[
        int | None, typer.Option(help="Gives the same numbers again; drawn and told if left.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(help="Processes that share the work; -1: one a core.")
    ] = -1,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for report, tables, figures.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of report and messages: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Tell the power of a planned wave, or the smallest wave with a wanted power.

    \b
    Examples:
      ecosurvey power ecosystem.yaml -n 300,600,900 -e assumed.yaml -o power
      ecosurvey power ecosystem.yaml --find 0.80 --claims H1a,"total ENT"
      ecosurvey power ecosystem.yaml --change TEC=0.25 --first 1148 -n 200,400,800
      ecosurvey power ecosystem.yaml --change TEC=0.25 --find 0.80
      ecosurvey power ecosystem.yaml --rmsea 0.05,0.08 -n 200
    """  # noqa: D301
    language = language_of(lang)
    if out is not None:
        check_writable(out, force=force)
    if rmsea is not None or width is not None or df is not None:
        from ecosurvey.cli.rmsea import tell_rmsea

        if out is not None:
            raise OptionError(
                Text(
                    "--rmsea, --df and --width write no folder",
                    "--rmsea、--df 和 --width 不写结果文件夹",
                ),
                fix=Text("Leave -o out.", "请去掉 -o。"),
            )
        tell_rmsea(instrument, df, rmsea, width, _sizes(n), find, alpha, language)
        return
    if instrument is None:
        raise OptionError(
            Text("no questionnaire is named", "没有给出问卷"),
            fix=Text("Name one, or give --df and --rmsea.", "请给出问卷，或给出 --df 和 --rmsea。"),
        )
    if (n is None) == (find is None):
        raise OptionError(
            Text("give either -n or --find", "请在 -n 与 --find 中选择一个"),
            fix=Text("Use -n 300,600 or --find 0.80.", "如 -n 300,600 或 --find 0.80。"),
        )
    from ecosurvey.cli.assumed import read_assumptions
    from ecosurvey.instrument import load_instrument

    asked = load_instrument(instrument)
    assumed = read_assumptions(asked, effects, earlier, safeguard=safeguard)
    common: dict[str, Any] = {
        "replicates": replicates, "estimator": estimator.upper(), "alpha": alpha, "seed": seed,
        "jobs": jobs,
    }  # fmt: skip
    waves: dict[str, Any] = {
        "reworded": named_numbers(reworded, "--reworded"),
        "loadings": named_numbers(loadings, "--loadings"),
        "free": words_of(free), "constructs": words_of(constructs) or None,
    }  # fmt: skip
    two = bool(change or waves["reworded"] or waves["loadings"])
    if not two and (first is not None or free or constructs):
        raise OptionError(
            Text(
                "--first, --free and --constructs are for two waves",
                "--first、--free 和 --constructs 用于两轮调查",
            ),
            fix=Text("Give --change CONSTRUCT=NUMBER too.", "请同时给出 --change 构念=数值。"),
        )
    named = words_of(claims) or None
    with console.counted(Text("Studies drawn", "已模拟研究"), language, quiet=quiet) as report:
        common["on_progress"] = report
        if two:
            moved = named_numbers(change, "--change")
            found = _two_waves(asked, moved, assumed, _sizes(n), find, named, first, waves | common)
        else:
            found = _one_wave(asked, assumed, _sizes(n), find, named, common)
    _tell(found, asked, find, named, language, quiet=quiet)
    if found.interrupted:
        raise SystemExit(console.INTERRUPTED)
    if out is not None:
        from ecosurvey.report.write_power import write_power

        inputs = [("instrument", instrument), *([("assumptions", effects)] if effects else [])]
        inputs += [("results", earlier / "results.json")] if earlier else []
        with atomic_folder(out, force=force) as work:
            write_power(
                found, asked, work, language, wanted=find or 0.80,
                sought=_sought(found, find, named), command=("ecosurvey", *sys.argv[1:]),
                inputs=inputs, jobs=jobs,
            )  # fmt: skip
        if not quiet:
            where = Text("Report: {path}", "报告：{path}").fill(path=out / "power.html")
            console.out.print(where.say(language), markup=False, soft_wrap=True)


def _one_wave(
    asked: Instrument,
    assumed: Assumptions,
    sizes: list[int],
    find: float | None,
    claims: list[str] | None,
    settings: dict[str, Any],
) -> Power:
    from ecosurvey.planning import power as power_of
    from ecosurvey.planning import sample_size

    if find is not None:
        return sample_size(asked, claims, find, assumed, **settings)
    return power_of(asked, sizes, assumed, claims=claims, **settings)


def _two_waves(
    asked: Instrument,
    change: dict[str, float],
    assumed: Assumptions,
    sizes: list[int],
    find: float | None,
    claims: list[str] | None,
    first: int | None,
    settings: dict[str, Any],
) -> Power:
    from ecosurvey.planning import change_power, change_sample_size

    if find is not None:
        return change_sample_size(
            asked, change, find, assumed, claims=claims, first=first, **settings
        )
    if claims is not None:
        raise OptionError(
            Text(
                "--claims with two waves is for --find",
                "两轮调查时 --claims 只能与 --find 一起使用",
            ),
            fix=Text("Choose --constructs instead.", "请改用 --constructs。"),
        )
    pairs = [(size if first is None else first, size) for size in sizes]
    return change_power(asked, pairs, change, assumed, **settings)


def _sizes(n: str | None) -> list[int]:
    try:
        return [int(word) for word in words_of(n)]
    except ValueError:
        raise OptionError(
            Text(f"-n {n!r} is no list of sizes", f"-n {n!r} 不是样本量列表"),
            fix=Text("Use -n 300,600.", "如 -n 300,600。"),
        ) from None


def _sought(found: Power, find: float | None, claims: list[str] | None) -> list[str]:
    """Return the claims whose size was searched."""
    if find is None:
        return []
    kinds = ("path", "correlation", "mean")
    rows = [found.of(claim)[0] for claim in found.ids]
    return claims or [row.id for row in rows if row.kind in kinds and row.true != 0]


def _tell(
    found: Power,
    asked: Instrument,
    find: float | None,
    claims: list[str] | None,
    lang: Lang,
    *,
    quiet: bool,
) -> None:
    if quiet:
        return
    from ecosurvey.report.sections.power import answer

    console.show_findings(found.findings, lang)
    for table in found.tables():
        console.out.print(table.to_text(lang), markup=False, soft_wrap=True)
        console.out.print()
    if not found.interrupted:
        for words in answer(found, find or 0.80, _sought(found, find, claims)):
            console.out.print(words.say(lang), markup=False, soft_wrap=True)
