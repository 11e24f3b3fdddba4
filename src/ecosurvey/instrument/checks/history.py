"""Versions, waves and the crosswalk fit together."""

from __future__ import annotations

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.history import CrosswalkPart
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place

_ENDS = {
    "reworded": ("from", "to"),
    "renamed": ("from", "to"),
    "rescaled": ("from", "to"),
    "added": ("to",),
    "dropped": ("from",),
}


def check_history(document: Document) -> Said:
    """Complain of waves and crosswalk rows that name versions or items that are not there."""
    listed = {row.version for row in document.versions}
    known = listed | {document.version}
    seen: set[str] = set()
    for n, row in enumerate(document.versions):
        if row.version in seen:
            yield Complaint(
                ("versions", n, "version"),
                Text(f"the version {row.version!r} stands twice", f"版本 {row.version!r} 出现两次"),
            )
        seen.add(row.version)
    if listed and document.version not in listed:
        yield unknown(
            document.version, listed, Text("one of the 'versions'", "“versions”"), ("version",)
        )
    waves: set[str] = set()
    for n, wave in enumerate(document.waves):
        if wave.version not in known:
            yield unknown(wave.version, known, Text("a version", "版本"), ("waves", n, "version"))
        if str(wave.wave) in waves:
            yield Complaint(
                ("waves", n, "wave"),
                Text(f"the wave {wave.wave!r} stands twice", f"轮次 {wave.wave!r} 出现两次"),
            )
        waves.add(str(wave.wave))
    for c, construct in enumerate(document.constructs):
        for i, item in enumerate(construct.items):
            for end, version in (("since", item.since), ("until", item.until)):
                if version is not None and version not in known:
                    yield unknown(
                        version,
                        known,
                        Text("a version", "版本"),
                        ("constructs", c, "items", i, end),
                    )
    for n, change in enumerate(document.crosswalk):
        yield from _change(document, change, known, ("crosswalk", n))


def _change(document: Document, row: CrosswalkPart, known: set[str], place: Place) -> Said:
    ends = {"from": row.from_, "to": row.to}
    for name, end in ends.items():
        if name in _ENDS[row.type] and end is None:
            yield Complaint(
                place,
                Text(
                    f"{name!r} is needed where an item is {row.type}",
                    f"题项变更为 {row.type} 时需要 {name!r}",
                ),
            )
        elif name not in _ENDS[row.type] and end is not None:
            yield Complaint(
                (*place, name),
                Text(
                    f"{name!r} has no place where an item is {row.type}",
                    f"题项变更为 {row.type} 时不应有 {name!r}",
                ),
                key=True,
            )
        elif end is not None and end.version not in known:
            yield unknown(end.version, known, Text("a version", "版本"), (*place, name, "version"))
    items = ids(document, ("item", "check", "variable"))
    # what was renamed or dropped is no longer in the file; what came of it must be
    if row.to is not None and row.to.version == document.version and row.to.item not in items:
        yield unknown(row.to.item, items, Text("an item", "题项"), (*place, "to", "item"))
