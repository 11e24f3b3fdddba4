"""``ecosurvey reproduce``: an earlier run again, and whether every number is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import Quiet, language_of

_MOST = 20


def reproduce(
    results: Annotated[Path, typer.Argument(help="The folder that 'ecosurvey analyze' wrote.")],
    instrument: Annotated[
        Path | None,
        typer.Option("--instrument", "-i", help="The questionnaire, if it is not found."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", "-d", help="The answers, if they are not found.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="The mapping, if it is not found.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the messages: en or zh.")] = "en",
    jobs: Annotated[
        int, typer.Option(help="Processes that share the work; -1 for one a core.")
    ] = -1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run an earlier analysis again and say whether every number came out the same.

    The inputs are known by their hashes; the folder is not changed. Exit codes: 0 the same,
    1 not the same, 2 an input is missing or was changed.

    \b
    Examples:
      ecosurvey reproduce results
      ecosurvey reproduce results --data ~/moved/wave3.csv -i ~/moved/ecosystem.yaml
    """  # noqa: D301
    from ecosurvey.pipeline import STEPS, Step
    from ecosurvey.pipeline import reproduce as run
    from ecosurvey.report.results_json import finding_json

    language = language_of(lang)
    planned = [Step(label) for label in STEPS[:-2]]
    with console.steps(planned, language, quiet=quiet or as_json) as step:
        found = run(
            results, instrument=instrument, data=data, mapping=mapping, jobs=jobs, on_step=step
        )
    changed, versions = found.tables()
    if as_json:
        told = {
            "reproduced": found.reproduced, "compared": found.compared, "same": found.same,
            "near": found.near, "changed": changed.cells(), "versions": versions.cells(),
            "findings": [finding_json(finding) for finding in found.findings],
        }  # fmt: skip
        console.print_json(told)
    elif not quiet:
        console.show_findings(found.findings, language)
        if found.reproduced:
            console.out.print(found.say().say(language), markup=False, soft_wrap=True)
        for table in (changed, versions):
            for row in table.cells(language)[:_MOST]:
                words = f"  {row[0]}: {row[1]} → {row[2]}"
                console.out.print(words, markup=False, soft_wrap=True)
            if len(table.rows) > _MOST:
                console.out.print(f"  … {len(table.rows) - _MOST}", markup=False)
    if not found.reproduced:
        raise typer.Exit(console.UNTRUSTED)
