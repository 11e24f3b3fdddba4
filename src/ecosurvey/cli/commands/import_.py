"""``ecosurvey import``: another program's questionnaire as a draft of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import Text


def import_(
    source: Annotated[
        Path,
        typer.Argument(
            help="XLSForm .xlsx, Qualtrics .qsf, LimeSurvey .lss or .txt, REDCap dictionary .csv, "
            "SPSS .sav, or an export of answers whose headers carry the wording."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The questionnaire file to write.")],
    kind: Annotated[
        str | None,
        typer.Option(help="xlsform, qsf, lss, limesurvey-tsv, redcap, sav or headers; else found."),
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the messages: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Turn another program's questionnaire into a draft; what cannot be carried over is listed.

    Example: ecosurvey import kobo_form.xlsx -o mystudy.yaml
    """
    from ecosurvey.instrument.importing import import_questionnaire
    from ecosurvey.instrument.writing.files import write_file

    language = language_of(lang)
    found = import_questionnaire(source, kind)
    write_file(out, found.text, force=force)
    words = Text(
        "{out}: draft of {items} rated statements and {variables} background questions ({kind}). "
        "State constructs, reverse keys and hypotheses, then: ecosurvey validate {out}",
        "{out}：草稿已写入，含{items}个量表题与{variables}个背景题（{kind}）。"
        "请补充构念、反向题与假设，然后运行：ecosurvey validate {out}",
    ).fill(out=out, items=found.items, variables=found.variables, kind=found.kind)
    console.out.print(words.say(language), markup=False, soft_wrap=True)
    for one in found.left_out[:20]:
        console.err.print(f"! {one.where}: {one.what}", markup=False, soft_wrap=True)
    if len(found.left_out) > 20:
        rest = Text("… and {n} more, as comments in the file", "……另有{n}条，见文件注释")
        console.err.print(rest.fill(n=len(found.left_out) - 20).say(language), markup=False)
