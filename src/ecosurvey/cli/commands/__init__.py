"""The commands, one a file; a new one is one new file and one line here.

Each is a function that typer reads; heavy modules are imported inside it, so that ``--help``
stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cli.commands.analyze import analyze
from ecosurvey.cli.commands.codebook import codebook
from ecosurvey.cli.commands.compare import compare
from ecosurvey.cli.commands.export import export
from ecosurvey.cli.commands.import_ import import_
from ecosurvey.cli.commands.index import index
from ecosurvey.cli.commands.init import init
from ecosurvey.cli.commands.joint import joint
from ecosurvey.cli.commands.map_ import map_
from ecosurvey.cli.commands.path import path
from ecosurvey.cli.commands.power import power
from ecosurvey.cli.commands.questionnaire import questionnaire
from ecosurvey.cli.commands.report import report
from ecosurvey.cli.commands.reproduce import reproduce
from ecosurvey.cli.commands.schema import schema
from ecosurvey.cli.commands.simulate import simulate
from ecosurvey.cli.commands.study import study
from ecosurvey.cli.commands.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer import Typer

COMMANDS: dict[str, Callable[..., None]] = {
    "analyze": analyze,
    "validate": validate,
    "init": init,
    "questionnaire": questionnaire,
    "codebook": codebook,
    "import": import_,
    "export": export,
    "map": map_,
    "schema": schema,
    "simulate": simulate,
    "power": power,
    "joint": joint,
    "compare": compare,
    "index": index,
    "reproduce": reproduce,
    "report": report,
    "path": path,
}

GROUPS: dict[str, Typer] = {"study": study}

__all__ = ["COMMANDS", "GROUPS"]
