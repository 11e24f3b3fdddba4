"""What the questionnaire's own history says of items between the versions that waves used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Text

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument, Item

_SUSPECT = Text("reworded: tested as a suspect", "改写题项：作为可疑题项检验")
_FREE = {
    "reworded": Text(
        "reworded, not comparable: free in every wave", "改写且不可比较：各轮自由估计"
    ),
    "renamed": Text("renamed, not comparable: free in every wave", "更名且不可比较：各轮自由估计"),
    "rescaled": Text("rescaled: free in every wave", "量表已变：各轮自由估计"),
}
_UNDECLARED = Text(
    "worded otherwise in an earlier version, which the crosswalk does not tell: tested as a "
    "suspect",
    "旧版表述不同而对照表未载明：作为可疑题项检验",
)
_UNDECLARED_SCALE = Text(
    "on another response scale in an earlier version: free in every wave",
    "旧版作答量表不同：各轮自由估计",
)


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the items of earlier versions to those of the newest.

    Attributes
    ----------
    renamed : dict of str to str
        Old item -> its present name, over any number of renamings.
    suspect, free : dict of str to Text
        Present items that may have changed, or are known to have; and why.
    """

    renamed: dict[str, str]
    suspect: dict[str, Text]
    free: dict[str, Text]


def bridge_of(newest: Instrument, labels: Sequence[str], asked: Sequence[Instrument]) -> Bridge:
    """Return what the crosswalk, and the waves' own questionnaires, say of the items.

    A line of the crosswalk counts if a wave used a version before its change; where the waves'
    versions are not known (``waves`` of the questionnaire lists them by label), it counts.

    Parameters
    ----------
    newest : Instrument
    labels : sequence of str
    asked : sequence of Instrument
        One a wave; the newest where a wave's own is not at hand.
    """
    versions = _versions(newest, labels, asked)
    lines = [line for line in newest.crosswalk if _counts(newest, line.new_version, versions)]
    step = {
        line.old_item: line.new_item
        for line in lines
        if line.type == "renamed" and line.old_item and line.new_item
    }
    renamed = {old: _last(old, step) for old in step}
    suspect: dict[str, Text] = {}
    free: dict[str, Text] = {}
    told: set[tuple[str, str]] = set()
    for line in lines:
        if line.new_item is None:
            continue
        item = renamed.get(line.new_item, line.new_item)
        told.add((item, "scale" if line.type == "rescaled" else "text"))
        if line.comparable == "yes" or line.type not in _FREE:
            continue
        if line.type == "rescaled" or line.comparable == "no":
            free[item] = _FREE[line.type]
        elif line.type == "reworded":
            suspect[item] = _SUSPECT
    for own in asked:
        if own.sha256 == newest.sha256:
            continue
        for old in own.items:
            name = renamed.get(old.id, old.id)
            new = next((one for one in newest.items if one.id == name), None)
            if new is None:
                continue
            if (name, "scale") not in told and old.scale.points != new.scale.points:
                free.setdefault(name, _UNDECLARED_SCALE)
            if (name, "text") not in told and _differ(old, new):
                suspect.setdefault(name, _UNDECLARED)
    return Bridge(renamed, suspect, free)


def _versions(
    newest: Instrument, labels: Sequence[str], asked: Sequence[Instrument]
) -> list[str] | None:
    """Return every wave's version; None if one is not known."""
    listed = {wave.id: wave.version for wave in newest.waves}
    found: list[str] = []
    for at, (label, own) in enumerate(zip(labels, asked, strict=True)):
        if label in listed:
            found.append(listed[label])
        elif own.sha256 != newest.sha256 or at == len(labels) - 1:
            found.append(own.version)
        else:
            return None
    return found


def _counts(newest: Instrument, version: str | None, used: list[str] | None) -> bool:
    order = [one.version for one in newest.versions]
    if used is None or version not in order or not set(used) <= set(order):
        return True
    return any(order.index(one) < order.index(version) for one in used)


def _last(item: str, step: dict[str, str]) -> str:
    """Follow renamings to the present name; a circle ends where it began."""
    seen = {item}
    while item in step and step[item] not in seen:
        item = step[item]
        seen.add(item)
    return item


def _differ(old: Item, new: Item) -> bool:
    """Tell whether a wording differs in a language that both have."""
    pairs = ((old.text.en, new.text.en), (old.text.zh, new.text.zh))
    return any(a.split() != b.split() for a, b in pairs if a and b)
