"""``ecosurvey map``: which column of a file holds which question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import Text


def map_(
    data: Annotated[Path, typer.Argument(help="The answers.")],
    instrument: Annotated[
        Path, typer.Option("--instrument", "-i", help="The questionnaire: a .yaml file.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="CSV to complete and give to analyze --mapping."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="A mapping made earlier, as for the last wave.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the table: en or zh.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Show which column holds which question, with suggestions for those left open.

    Example: ecosurvey map wave2.xlsx -i mystudy.yaml -o columns.csv
    """
    from ecosurvey.instrument import load_instrument
    from ecosurvey.instrument.writing.files import write_file
    from ecosurvey.responses.mapping import match_report, read_mapping

    language = language_of(lang)
    known = None if mapping is None else read_mapping(mapping)
    found = match_report(data, load_instrument(instrument), mapping=known)
    console.out.print(found.tables()[0].to_text(language), markup=False, soft_wrap=True)
    if found.required:
        words = Text("Without a column, and needed: {names}", "缺少必需的列：{names}").fill(
            names=", ".join(found.required)
        )
        console.err.print(words.say(language), style="yellow", markup=False, soft_wrap=True)
    if out is not None:
        write_file(out, found.to_csv(), force=force)
        words = Text(
            "{out}: written. Complete the column 'question' ('-' for none), then: "
            "ecosurvey analyze {data} --mapping {out} …",
            "{out}：已写入。请补全“question”列（“-”表示无对应问题），然后运行："
            "ecosurvey analyze {data} --mapping {out} …",
        ).fill(out=out, data=data)
        console.out.print(words.say(language), markup=False, soft_wrap=True)
