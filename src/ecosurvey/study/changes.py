"""What differs between two versions of a questionnaire that its crosswalk does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Text

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument, Item


def untold_changes(old: Instrument, new: Instrument) -> tuple[Finding, ...]:
    """Return a warning for each kind of change that the crosswalk of ``new`` has no row for.

    Items are compared by id: wording in each language, response scale, keying, and whether
    they are there at all. A change that the crosswalk tells of is known to the comparison of
    waves; one that it does not tell of would pass for no change.
    """
    rows = [row for row in new.crosswalk if row.new_version in (None, new.version)]
    left = {row.old_item for row in rows} | {item.id for item in new.items if item.until}
    come = {row.new_item for row in rows} | {item.id for item in new.items if item.since}
    before = {item.id: item for item in old.items}
    after = {item.id: item for item in new.items}
    found = [
        _finding("dropped", [name for name in before if name not in after and name not in left]),
        _finding("added", [name for name in after if name not in before and name not in come]),
    ]
    both = [name for name in after if name in before and name not in come]
    for kind, differs in (("reworded", _reworded), ("rescaled", _rescaled), ("rekeyed", _rekeyed)):
        found.append(_finding(kind, [n for n in both if differs(before[n], after[n])]))
    return tuple(one for one in found if one is not None)


_WORDS = {
    "dropped": Text("were dropped", "已删除"),
    "added": Text("were added", "为新增"),
    "reworded": Text("were reworded", "措辞已改"),
    "rescaled": Text("have another response scale", "改用了其他量尺"),
    "rekeyed": Text("are keyed the other way", "计分方向已反转"),
}


def _finding(kind: str, items: list[str]) -> Finding | None:
    if not items:
        return None
    message = Text(
        "items that {what} in this version, of which the crosswalk does not tell: {items}",
        "与上一版本相比，以下题项{what}，但对照表（crosswalk）未记录：{items}",
    ).fill(what=_WORDS[kind], items=", ".join(items))
    hint = Text(
        "Add crosswalk rows, so that waves are not compared across it unasked.",
        "请在问卷文件的crosswalk中补充，以免跨轮比较时被忽略。",
    )
    return Finding(f"untold_{kind}", "warning", message, items[0], hint)


def _reworded(old: Item, new: Item) -> bool:
    return old.text != new.text


def _rescaled(old: Item, new: Item) -> bool:
    return tuple(old.scale.points) != tuple(new.scale.points)


def _rekeyed(old: Item, new: Item) -> bool:
    return old.reverse != new.reverse
