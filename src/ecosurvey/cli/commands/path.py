"""``ecosurvey path``: the path diagrams of a questionnaire or a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.analysis import configure
from ecosurvey.cli import console
from ecosurvey.cli.options import (
    Estimator,
    Mapping,
    Missing,
    Quiet,
    complete,
    complete_list,
    language_of,
)
from ecosurvey.core import LANGUAGES, OptionError, Text, check_choice
from ecosurvey.core.findings import trusted

KINDS = ("svg", "pdf", "png")
PARTS = ("measurement", "structural")


def path(
    model: Annotated[
        Path, typer.Argument(help="A questionnaire (.yaml), or a model in lavaan's language.")
    ],
    data: Annotated[
        Path | None, typer.Argument(help="Answers; without them no numbers are drawn.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for measurement.svg, structural.svg, …")
    ] = Path(),
    part: Annotated[
        str | None,
        typer.Option(help="measurement or structural; both if left out.",
                     autocompletion=complete(PARTS)),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(help="Files to write, with commas: svg, pdf, png.",
                     autocompletion=complete_list(KINDS)),
    ] = "svg,pdf,png",
    lang: Annotated[
        str, typer.Option(help="Language of the names: en or zh.",
                          autocompletion=complete(LANGUAGES)),
    ] = "en",
    estimator: Estimator = None,
    missing: Missing = None,
    mapping: Mapping = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files of these names.")] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Draw the path diagrams: constructs with their items, and the paths between constructs.

    Answers to a questionnaire are screened as 'ecosurvey analyze' does; those of a model in
    lavaan's language are taken as they are.

    \b
    Examples:
      ecosurvey path ecosystem.yaml
      ecosurvey path ecosystem.yaml wave3.csv -o diagrams --lang zh
      ecosurvey path model.lav answers.csv --part structural --formats pdf --estimator ML
    """  # noqa: D301
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.pipeline.draw import draw_model
    from ecosurvey.report.figures.save import render

    language = language_of(lang)
    kinds = tuple(dict.fromkeys(kind.strip().lower() for kind in formats.split(",")))
    for kind in kinds:
        check_choice("formats", kind, KINDS)
    if part is not None:
        check_choice("part", part, PARTS)
    chosen = configure(
        seed=0, estimator=None if estimator is None else estimator.upper(), missing=missing
    )
    made, findings = draw_model(model, data, config=chosen, mapping=mapping)
    if part is not None:
        if part not in made:
            raise OptionError(
                Text(f"the model has no {part} part", f"该模型没有 {part} 部分"), where=model.name
            )
        made = {part: made[part]}
    targets = {(name, kind): out / f"{name}.{kind}" for name in made for kind in kinds}
    if not force:
        for target in targets.values():
            if target.exists():
                raise OptionError(
                    Text("there is a file already", "该文件已存在"),
                    where=str(target),
                    fix=Text(
                        "Name another folder with --out, or replace it with --force.",
                        "请用 --out 指定另一个文件夹，或用 --force 替换。",
                    ),
                )
    for name, illustration in made.items():
        picture = render(illustration, language, kinds)
        findings = (*findings, *picture.findings)
        for kind in kinds:
            target = write_file(targets[name, kind], getattr(picture, kind), force=force)
            if not quiet:
                words = Text("Drawn: {path}", "已绘制：{path}").fill(path=target)
                console.out.print(words.say(language), markup=False, soft_wrap=True)
    if not quiet:
        console.show_findings(findings, language)
    if not trusted(findings):
        raise typer.Exit(console.UNTRUSTED)
