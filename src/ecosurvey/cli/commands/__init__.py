"""The commands, one a file; a new one is one new file and one line here.

Each is a function that typer reads; heavy modules are imported inside it, so that ``--help``
stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cli.commands.analyze import analyze
from ecosurvey.cli.commands.joint import joint
from ecosurvey.cli.commands.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS: tuple[Callable[..., None], ...] = (analyze, joint, validate)

__all__ = ["COMMANDS"]
