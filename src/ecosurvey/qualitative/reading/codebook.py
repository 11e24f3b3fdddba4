"""The codes of a REFI-QDA project or codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Text
from ecosurvey.qualitative.model import Code
from ecosurvey.qualitative.reading.xml import child, children, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def read_codebook(codebook: Element | None, where: str) -> dict[str, Code]:
    """Return the codes by their identifier, parents before children.

    Codes of one name under different parents are told apart as ``parent/name``.

    Raises
    ------
    DataError
        If a code has no identifier or no name, or an identifier stands twice.
    """
    found: dict[str, tuple[str, tuple[str, ...], str, bool]] = {}
    top = list(children(child(codebook, "Codes"), "Code"))
    waiting: list[tuple[Element, tuple[str, ...]]] = [(code, ()) for code in reversed(top)]
    while waiting:
        element, above = waiting.pop()
        guid, name = key(element.get("guid")), (element.get("name") or "").strip()
        if not guid or not name:
            raise DataError(
                Text("a code has no guid or no name", "有一个编码没有guid或名称"), where=where
            )
        if guid in found:
            raise DataError(
                Text(
                    f"the code {name!r} has the guid of another",
                    f"编码 {name!r} 与另一个编码的guid相同",
                ),
                where=where,
            )
        codable = (element.get("isCodable") or "true").strip().lower() in ("true", "1")
        found[guid] = (name, above, text_of(element, "Description"), codable)
        inside = [(code, (*above, name)) for code in children(element, "Code")]
        waiting += inside[::-1]
    names = [name for name, *_ in found.values()]
    often = {name for name in names if names.count(name) > 1} if len(names) < 5000 else set(names)
    return {
        guid: Code("/".join((*above, name)) if name in often else name, above, said, codable)
        for guid, (name, above, said, codable) in found.items()
    }


def key(guid: str | None) -> str:
    """Return an identifier as it is compared: tools differ in case and braces."""
    return (guid or "").strip().strip("{}").upper()
