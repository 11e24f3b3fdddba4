"""How a check tells what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecosurvey.core import Finding, Text
from ecosurvey.instrument.reading.tree import Place


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that is wrong in the document, at a place of its data."""

    place: Place
    message: Text | str
    fix: Text | str | None = None
    key: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is allowed but should be known."""

    code: str
    message: Text
    where: str
    hint: Text | None = None

    def finding(self) -> Finding:
        """Return it as the finding that results carry."""
        return Finding(self.code, "warning", self.message, self.where, self.hint)


Said = Iterator[Complaint | Remark]
