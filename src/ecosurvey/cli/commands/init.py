"""``ecosurvey init``: a questionnaire file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console


def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("questionnaire.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Write a small questionnaire with comments, to be changed into yours.

    Example: ecosurvey init mystudy.yaml
    """
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.instrument.writing.starter import starter

    write_file(path, starter(), force=force)
    console.out.print(
        f"{path}: written. Check it with: ecosurvey validate {path}", markup=False, soft_wrap=True
    )
