"""``ecosurvey questionnaire``: the printed form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import OptionError, Text


def questionnaire(
    instrument: Annotated[Path, typer.Argument(help="The questionnaire: a .yaml file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A .html or .docx.")],
    lang: Annotated[str, typer.Option(help="Language: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Write the questionnaire as a form to print, page by page as its layout says.

    Example: ecosurvey questionnaire mystudy.yaml -o form.docx --lang zh
    """
    from ecosurvey.instrument import load_instrument
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.report.questionnaire import questionnaire_html, questionnaire_word

    language = language_of(lang)
    loaded = load_instrument(instrument)
    if language not in loaded.languages:
        raise OptionError(
            Text(
                f"the questionnaire has no wording in {language!r}",
                f"问卷没有 {language!r} 语言的文字",
            ),
            where=instrument.name,
            fix=Text(
                f"Use --lang {loaded.languages[0]}.", f"请使用 --lang {loaded.languages[0]}。"
            ),
        )
    ending = out.suffix.casefold()
    if ending not in (".html", ".docx"):
        raise OptionError(
            Text(
                f"a form cannot be written as {out.suffix or out.name!r}",
                f"问卷表不能写成 {out.suffix or out.name!r} 格式",
            ),
            fix=Text("End the name in .html or .docx.", "文件名请以.html或.docx结尾。"),
        )
    made: str | bytes = (
        questionnaire_html(loaded, language)
        if ending == ".html"
        else questionnaire_word(loaded, language)
    )
    write_file(out, made, force=force)
    console.out.print(f"{out}: written.", markup=False, soft_wrap=True)
