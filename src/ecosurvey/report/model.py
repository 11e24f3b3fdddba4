"""The nouns of a report, before any medium: a document of sections of blocks.

Blocks speak of tables and figures by key: ``[[table:fit]]`` in a text becomes "Table 3",
linked where the medium can link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Lang, Severity, Table, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RefKind = Literal["table", "figure"]
Numbers = dict[tuple[RefKind, str], str]
_REFERENCE = re.compile(r"\[\[(table|figure):([a-z0-9_]+)\]\]")
_LABELS: dict[RefKind, Text] = {"table": Text("Table", "表"), "figure": Text("Figure", "图")}


@dataclass(frozen=True, slots=True)
class Illustration:
    """A figure that can be drawn in either language.

    Attributes
    ----------
    key : str
        Stable snake_case name: the file name and the target of references.
    caption, alt : Text
        What stands under it, and what is read aloud instead of it.
    draw : callable
        ``draw(lang)`` returns a fresh Matplotlib figure.
    """

    key: str
    caption: Text
    alt: Text
    draw: Callable[[Lang], Figure]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; may refer to tables and figures."""

    words: Text


@dataclass(frozen=True, slots=True)
class Callout:
    """One finding, set apart from the text."""

    severity: Severity
    words: Text


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table at its place.

    ``detail`` ones are supplementary: numbered S1, S2, …, folded where the medium can fold and
    else put at the end.
    """

    table: Table
    detail: bool = False


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A figure at its place."""

    figure: Illustration


Block = Paragraph | Callout | TableBlock | FigureBlock


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    key: str
    heading: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in both languages; numbers follow from the order of its blocks."""

    title: Text
    subtitle: Text
    synthetic: bool
    sections: tuple[Section, ...]

    def blocks(self) -> Iterator[Block]:
        """Give all blocks in order."""
        for section in self.sections:
            yield from section.blocks

    def tables(self) -> tuple[Table, ...]:
        """Return all tables in the order of the text."""
        return tuple(block.table for block in self.blocks() if isinstance(block, TableBlock))

    def supplement(self) -> tuple[Table, ...]:
        """Return the supplementary tables; the first is Table S1."""
        return tuple(
            block.table for block in self.blocks() if isinstance(block, TableBlock) and block.detail
        )

    def figures(self) -> tuple[Illustration, ...]:
        """Return all figures in order; the first is Figure 1."""
        return tuple(block.figure for block in self.blocks() if isinstance(block, FigureBlock))

    def numbers(self) -> Numbers:
        """Return the number of each table and figure by kind and key."""
        found: Numbers = {}
        counts = {"": 0, "S": 0}
        for block in self.blocks():
            if isinstance(block, TableBlock):
                series = "S" if block.detail else ""
                counts[series] += 1
                found["table", block.table.key] = f"{series}{counts[series]}"
        for count, figure in enumerate(self.figures(), 1):
            found["figure", figure.key] = str(count)
        return found


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a text that names a table or figure."""

    kind: RefKind
    key: str
    words: str


def label(kind: RefKind, number: str, lang: Lang) -> str:
    """Return the name of a table or figure.

    Examples
    --------
    >>> label("table", "S3", "en"), label("figure", "1", "zh")
    ('Table S3', '图1')
    """
    gap = " " if lang == "en" else ""
    return f"{_LABELS[kind].say(lang)}{gap}{number}"


def pieces(
    words: str, numbers: Mapping[tuple[RefKind, str], str], lang: Lang
) -> tuple[str | Reference, ...]:
    """Split a text at its references; one to something absent is left out with its brackets.

    Examples
    --------
    >>> pieces("See [[table:fit]].", {("table", "fit"): "2"}, "en")
    ('See ', Reference(kind='table', key='fit', words='Table 2'), '.')
    """
    found: list[str | Reference] = []
    end = 0
    for match in _REFERENCE.finditer(words):
        kind: RefKind = "table" if match[1] == "table" else "figure"
        found.append(words[end : match.start()])
        number = numbers.get((kind, match[2]))
        if number is not None:
            found.append(Reference(kind, match[2], label(kind, number, lang)))
        end = match.end()
    found.append(words[end:])
    return tuple(piece for piece in found if piece != "")
