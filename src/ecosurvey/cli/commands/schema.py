"""``ecosurvey schema``: the JSON Schemas of questionnaire files and of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.core import check_choice


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; shown if not given.")
    ] = None,
    of: Annotated[
        str, typer.Option(help="questionnaire, or results (results.json of a run).")
    ] = "questionnaire",
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Give the JSON Schema of questionnaire files, so that editors complete and check them.

    Or, with --of results, that of results.json, for programs that read it.

    Example: ecosurvey schema -o questionnaire.schema.json
    """
    import json

    from ecosurvey.instrument import json_schema
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.report.results_json import results_schema

    check_choice("of", of, ("questionnaire", "results"))
    made = results_schema() if of == "results" else json_schema()
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        console.out.print(text, markup=False, soft_wrap=True, end="")
        return
    write_file(out, text, force=force)
    console.out.print(f"{out}: written.", markup=False, soft_wrap=True)
