"""``ecosurvey report``: the documents of an earlier run anew, without computing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.analysis import REPORT_LANGUAGES, configure
from ecosurvey.cli import console
from ecosurvey.cli.options import Formats, Quiet, complete
from ecosurvey.core import Text


def report(
    results: Annotated[Path, typer.Argument(help="The folder that 'ecosurvey analyze' wrote.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Another folder; else in its place.")
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(help="en, zh or both; as before if left out.",
                     autocompletion=complete(REPORT_LANGUAGES)),
    ] = None,
    formats: Formats = None,
    jobs: Annotated[
        int, typer.Option(help="Processes that draw the figures; -1 for one a core.")
    ] = -1,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Write the report of an earlier run again: other formats, another language, no computing.

    \b
    Examples:
      ecosurvey report results --lang both
      ecosurvey report results --formats docx,png --out for-the-journal
    """  # noqa: D301
    from ecosurvey.report import rewrite_report

    given = configure(seed=0, lang=lang, formats=formats)  # checks both at one door
    written = rewrite_report(
        results, out, lang=None if lang is None else given.lang,
        formats=None if formats is None else given.formats, jobs=jobs,
    )  # fmt: skip
    if not quiet:
        words = Text("Report written: {path}", "报告已写入：{path}").fill(path=written)
        console.out.print(words.say("zh" if lang == "zh" else "en"), markup=False, soft_wrap=True)
