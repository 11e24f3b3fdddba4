"""What experts said of the items' relevance, as the file writes it."""

from __future__ import annotations

from pydantic import Field

from ecosurvey.instrument.document.base import Id, Notes, Part


class ContentValidityPart(Part):
    """Experts' ratings: in the file, one mapping an expert, or in a table beside it."""

    ratings: tuple[dict[Id, int | float], ...] = ()
    source: str | None = None
    scale: tuple[int, int] = Field(default=(1, 4))
    relevant: int | float | None = None
    notes: Notes = ()
