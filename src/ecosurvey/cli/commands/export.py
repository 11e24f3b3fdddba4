"""``ecosurvey export``: the questionnaire for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import OptionError, Text, check_choice

_KINDS = {"xlsform": ".xlsx", "sav-labels": ".sps"}


def export(
    instrument: Annotated[Path, typer.Argument(help="The questionnaire: a .yaml file.")],
    to: Annotated[str, typer.Option(help="xlsform (Kobo, ODK) or sav-labels (SPSS syntax).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    lang: Annotated[str, typer.Option(help="Language of SPSS labels: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Write the questionnaire for KoboToolbox and ODK, or as labels for SPSS.

    Example: ecosurvey export mystudy.yaml --to xlsform -o form.xlsx
    """
    from ecosurvey.instrument import load_instrument
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.instrument.writing.spss import spss_syntax
    from ecosurvey.instrument.writing.xlsform import xlsform

    language = language_of(lang)
    check_choice("to", to, _KINDS)
    if out.suffix.casefold() != _KINDS[to]:
        raise OptionError(
            Text(
                f"{to} is not written as {out.suffix or out.name!r}",
                f"{to} 不能写成 {out.suffix or out.name!r} 格式",
            ),
            fix=Text(f"End the name in {_KINDS[to]}.", f"文件名请以{_KINDS[to]}结尾。"),
        )
    loaded = load_instrument(instrument)
    made = xlsform(loaded) if to == "xlsform" else spss_syntax(loaded, language)
    write_file(out, made, force=force)
    console.out.print(f"{out}: written.", markup=False, soft_wrap=True)
