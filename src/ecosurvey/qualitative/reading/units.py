"""Which passages are the same unit: those whose characters overlap, directly or by others."""

from __future__ import annotations

from collections.abc import Sequence

from ecosurvey.qualitative.reading.project import Passage


def units(passages: Sequence[Passage]) -> list[str]:
    """Return each passage's unit.

    Coders seldom mark the same characters. Within a source, passages that share characters,
    or are joined by a third that overlaps both, are one unit, named by its span; a
    passage without position (a region of a picture, a time) is a unit of its own.

    Examples
    --------
    >>> def mark(start, end):
    ...     return Passage("a", "", start, end, "x", "c", "", "")
    >>> units([mark(0, 10), mark(40, 50), mark(8, 20)])
    ['0-20', '40-50', '0-20']
    """
    found = [""] * len(passages)
    by_source: dict[str, list[int]] = {}
    for index, one in enumerate(passages):
        if one.start is None or one.end is None:
            found[index] = one.place
        else:
            by_source.setdefault(one.source, []).append(index)
    for members in by_source.values():
        spans = {i: (passages[i].start or 0, passages[i].end or 0) for i in members}
        group: list[int] = []
        reach = -1
        for index in sorted(members, key=lambda i: spans[i]):
            start, end = spans[index]
            if group and start >= reach:
                _name(group, spans, found)
                group = []
            reach = max(reach, end) if group else end
            group.append(index)
        _name(group, spans, found)
    return found


def _name(group: list[int], spans: dict[int, tuple[int, int]], found: list[str]) -> None:
    start, end = min(spans[i][0] for i in group), max(spans[i][1] for i in group)
    for index in group:
        found[index] = f"{start}-{end}"
