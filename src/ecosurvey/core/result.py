"""What every result object can do: be a frame, be read, be shown in a notebook."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from ecosurvey.core.findings import Finding, by_severity
from ecosurvey.core.table import Table, in_notebook
from ecosurvey.core.text import Lang

if TYPE_CHECKING:
    import pandas as pd


class Result:
    """Mixin for the frozen result objects.

    A result gives its ``tables()`` and holds its ``findings``; from these two it can be
    printed, shown in a notebook and turned into a data frame. A class with a better idea
    of its own overrides the method.
    """

    __slots__ = ()

    findings: tuple[Finding, ...]

    def __init_subclass__(cls) -> None:
        # set before @dataclass runs, which then leaves it: its own would print every array
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Result.__repr__  # type: ignore[method-assign]

    def tables(self) -> tuple[Table, ...]:
        """Return the tables of this result, the main one first."""
        raise NotImplementedError

    def to_frame(self) -> pd.DataFrame:
        """Return the main table's unrounded values."""
        return self.tables()[0].to_frame()

    def summary(self, lang: Lang = "en") -> str:
        """Return the result as plain text."""
        parts = [table.to_text(lang) for table in self.tables()]
        parts += [f"! {finding.say(lang)}" for finding in by_severity(self.findings)]
        return "\n\n".join(parts)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        """Return one line, so that a prompt does not print all that a result holds."""
        said = ", ".join(f"{f.severity}: {f.code}" for f in by_severity(self.findings)[:3])
        return f"<{type(self).__name__}{f' ({said})' if said else ''}; print() shows it>"

    def _repr_html_(self) -> str:
        said = "".join(
            f'<p class="note">⚠ {html.escape(f.say("en"))}</p>' for f in by_severity(self.findings)
        )
        return in_notebook(said + "".join(table.to_html("en") for table in self.tables()))
