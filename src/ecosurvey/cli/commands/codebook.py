"""``ecosurvey codebook``: every column, its question, its codes, what it measures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import OptionError, Text


def codebook(
    instrument: Annotated[Path, typer.Argument(help="The questionnaire: a .yaml file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A .html, .docx, .csv, .xlsx or .md.")],
    lang: Annotated[str, typer.Option(help="Language: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Write the codebook of a questionnaire, in the format that the file's ending names.

    Example: ecosurvey codebook mystudy.yaml -o codebook.html
    """
    from ecosurvey.instrument import load_instrument
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.report.questionnaire import codebook_file

    language = language_of(lang)
    ending = out.suffix.casefold().lstrip(".")
    made = codebook_file(load_instrument(instrument), ending, language)
    if made is None:
        raise OptionError(
            Text(
                f"a codebook cannot be written as {out.suffix or out.name!r}",
                f"编码手册不能写成 {out.suffix or out.name!r} 格式",
            ),
            fix=Text(
                "End the name in .html, .docx, .csv, .xlsx or .md.",
                "文件名请以.html、.docx、.csv、.xlsx或.md结尾。",
            ),
        )
    write_file(out, made, force=force)
    console.out.print(f"{out}: written.", markup=False, soft_wrap=True)
