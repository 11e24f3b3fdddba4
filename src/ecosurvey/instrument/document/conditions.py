"""When a question is shown, as the file writes it: data, never an expression to evaluate."""

from __future__ import annotations

from pydantic import Field

from ecosurvey.instrument.document.base import Part


class ConditionPart(Part):
    """One test of an answer, or several joined by ``all``, ``any`` or ``not``."""

    var: str | None = None
    in_: tuple[int, ...] | None = Field(default=None, alias="in")
    has: int | None = None
    gte: int | float | None = None
    lte: int | float | None = None
    all: tuple[ConditionPart, ...] | None = None
    any: tuple[ConditionPart, ...] | None = None
    not_: ConditionPart | None = Field(default=None, alias="not")
