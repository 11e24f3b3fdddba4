"""XML of unknown origin: no document type, no entities, no network, a limit to depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 200


def parse_xml(content: bytes, where: str) -> Element:
    """Return the root element of a document.

    Raises
    ------
    DataError
        If it is not well formed, declares a document type or entities, or is too deep.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise DataError(
            Text(
                "the XML declares a document type or entities, which no REFI-QDA file has",
                "XML声明了文档类型或实体，而REFI-QDA文件没有这些",
            ),
            where=where,
            fix=Text(
                "It is not read, since that is how such files do harm.",
                "因这类文件可能有害，未予读取。",
            ),
        ) from None
    except ParseError as error:
        raise DataError(
            Text(f"the XML is broken ({error})", f"XML已损坏（{error}）"),
            where=where,
            fix=Text("Export the file again.", "请重新导出文件。"),
        ) from None
    except (ValueError, LookupError, RecursionError) as error:
        raise DataError(
            Text(
                f"the XML cannot be read ({type(error).__name__})",
                f"XML无法读取（{type(error).__name__}）",
            ),
            where=where,
            fix=Text("Export the file again.", "请重新导出文件。"),
        ) from None
    _measure(root, where)
    return root


def _measure(root: Element, where: str) -> None:
    count, level = 0, [root]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in parent]
        count += len(level)
        if not level:
            return
        if count > MAX_ELEMENTS:
            break
    raise DataError(
        Text("the XML is deeper or larger than is safe", "XML的深度或大小超过安全限度"), where=where
    )


def kind(element: Element) -> str:
    """Return an element's name without its namespace: tools write different ones."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Give the children of some names."""
    if element is not None:
        for child in element:
            if kind(child) in names:
                yield child


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of a name."""
    return next(children(element, name), None)


def text_of(element: Element | None, name: str) -> str:
    """Return the text of the first child of a name."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""
