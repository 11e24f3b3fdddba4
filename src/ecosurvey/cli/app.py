"""The program: its options, its commands, its errors."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ecosurvey._version import __version__
from ecosurvey.cli import console
from ecosurvey.cli.commands import COMMANDS, GROUPS
from ecosurvey.cli.errors import plain_errors, say_interrupted
from ecosurvey.core.interrupts import remembering_interrupts

app = typer.Typer(
    help=(
        "From a questionnaire and its answers to the key influencing factors.\n\n"
        "Exit codes: 0 done; 1 done, but the results must not be trusted as they stand "
        "(non-convergence, improper solution, disagreement with a second program); 2 bad input, "
        "nothing written; 70 a fault of ecosurvey itself; 130 interrupted."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        console.out.print(f"ecosurvey {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


for name, command in COMMANDS.items():
    app.command(name)(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run the command line, with every error as one clear message."""
    console.utf8_streams()
    with remembering_interrupts(), plain_errors(sys.argv[1:]):
        code = app(standalone_mode=False)
        if code == console.INTERRUPTED:
            say_interrupted()
        raise SystemExit(code if isinstance(code, int) else console.DONE)


if __name__ == "__main__":
    main()
