"""The model's text, and errors that point into it."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import east_asian_width

from ecosurvey.core import ModelSyntaxError, Text


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text: offsets of its first character and of the one after its last."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """Return the stretch from the beginning of this one to the end of another."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Source:
    """A model's text, which knows its lines.

    Examples
    --------
    >>> source = Source("f =~ x1 + x2")
    >>> source.quote(Span(10, 12))[1]
    '              ^^'
    """

    text: str

    def line_of(self, offset: int) -> int:
        """Return the number of the line that holds the offset, counted from 1."""
        return self.text.count("\n", 0, offset) + 1

    def quote(self, span: Span) -> tuple[str, str]:
        """Return the line of the span and, under it, a line with carets."""
        begin = self.text.rfind("\n", 0, span.start) + 1
        end = self.text.find("\n", begin)
        line = self.text[begin : len(self.text) if end < 0 else end]
        before = line[: span.start - begin]
        marked = line[span.start - begin : max(span.end, span.start + 1) - begin]
        gap = "".join("\t" if char == "\t" else " " * _width(char) for char in before)
        carets = "^" * max(1, sum(_width(char) for char in marked))
        return f"    {line}", f"    {gap}{carets}"

    def error(self, found: Text, span: Span, fix: Text | None = None) -> ModelSyntaxError:
        """Return the error that shows the line, marks the place and says what to do."""
        line, carets = self.quote(span)
        at = self.line_of(span.start)
        quoted = f"\n{line}\n{carets}\n"
        return ModelSyntaxError(
            Text(f"{found.en}{quoted}", f"{found.zh}{quoted}"),
            where=Text(f"model, line {at}", f"模型第{at}行"),
            fix=fix,
        )


def _width(char: str) -> int:
    return 2 if east_asian_width(char) in "WF" else 1
