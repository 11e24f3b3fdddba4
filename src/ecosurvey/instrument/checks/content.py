"""Experts' ratings are of items that are there, and within their scale."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place

_AT = "content_validity"


def check_content(document: Document) -> Said:
    """Complain of ratings of unknown items, outside the scale, or of too few experts."""
    part = document.content_validity
    if part is None:
        return
    if bool(part.ratings) == (part.source is not None):
        yield Complaint(
            (_AT,),
            "the experts' ratings are to stand either here or in a table beside this file",
            "Give ratings or source, not both.",
            key=True,
        )
    low, high = part.scale
    if not low < high:
        yield Complaint((_AT, "scale"), f"the scale from {low} to {high} has no length")
    if part.relevant is not None and not low < part.relevant <= high:
        yield Complaint(
            (_AT, "relevant"), f"{part.relevant:g} lies outside the scale {low} to {high}"
        )
    if len(part.ratings) == 1:
        yield Complaint((_AT, "ratings"), "one expert is too few", "Give at least two, better six.")
    known = ids(document, ("item",))
    for n, expert in enumerate(part.ratings):
        for item, rating in expert.items():
            place: Place = (_AT, "ratings", n, item)
            if item not in known:
                yield unknown(item, known, "an item", place)
            elif not low <= rating <= high:
                yield Complaint(place, f"the rating {rating:g} lies outside {low} to {high}")
    if part.source is not None:
        parts = {*PurePosixPath(part.source).parts, *PureWindowsPath(part.source).parts}
        if len(parts) != 1 or not parts - {"..", "."}:
            yield Complaint(
                (_AT, "source"),
                f"{part.source!r} is not the bare name of a file",
                "Lay it beside this file and name it without folders.",
            )
