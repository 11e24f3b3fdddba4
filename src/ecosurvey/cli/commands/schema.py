"""``ecosurvey schema``: the JSON Schema of questionnaire files, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; shown if not given.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Give the JSON Schema of questionnaire files, so that editors complete and check them.

    Example: ecosurvey schema -o questionnaire.schema.json
    """
    import json

    from ecosurvey.instrument import json_schema
    from ecosurvey.instrument.writing.files import write_file

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        console.out.print(text, markup=False, soft_wrap=True, end="")
        return
    write_file(out, text, force=force)
    console.out.print(f"{out}: written.", markup=False, soft_wrap=True)
