"""Experts' ratings are of items that are there, and within their scale."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from ecosurvey.core import Text
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
            Text(
                "the experts' ratings are to stand either here or in a table beside this file",
                "专家评分应写在此处，或写在本文件旁的表格中",
            ),
            Text("Give ratings or source, not both.", "请只给出 ratings 与 source 之一。"),
            key=True,
        )
    low, high = part.scale
    if not low < high:
        yield Complaint(
            (_AT, "scale"),
            Text(f"the scale from {low} to {high} has no length", f"量表{low}到{high}没有长度"),
        )
    if part.relevant is not None and not low < part.relevant <= high:
        yield Complaint(
            (_AT, "relevant"),
            Text(
                f"{part.relevant:g} lies outside the scale {low} to {high}",
                f"{part.relevant:g} 不在量表{low}到{high}之内",
            ),
        )
    if len(part.ratings) == 1:
        yield Complaint(
            (_AT, "ratings"),
            Text("one expert is too few", "只有一位专家太少"),
            Text("Give at least two, better six.", "请至少给出两位，最好六位。"),
        )
    known = ids(document, ("item",))
    for n, expert in enumerate(part.ratings):
        for item, rating in expert.items():
            place: Place = (_AT, "ratings", n, item)
            if item not in known:
                yield unknown(item, known, Text("an item", "题项"), place)
            elif not low <= rating <= high:
                yield Complaint(
                    place,
                    Text(
                        f"the rating {rating:g} lies outside {low} to {high}",
                        f"评分 {rating:g} 不在{low}到{high}之内",
                    ),
                )
    if part.source is not None:
        parts = {*PurePosixPath(part.source).parts, *PureWindowsPath(part.source).parts}
        if len(parts) != 1 or not parts - {"..", "."}:
            yield Complaint(
                (_AT, "source"),
                Text(
                    f"{part.source!r} is not the bare name of a file",
                    f"{part.source!r} 不是单纯的文件名",
                ),
                Text(
                    "Lay it beside this file and name it without folders.",
                    "请把它放在本文件旁，名称中不带文件夹。",
                ),
            )
