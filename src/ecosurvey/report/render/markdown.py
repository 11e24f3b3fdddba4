"""The running text of a document in Markdown, to be pasted into a manuscript."""

from __future__ import annotations

import re
from collections.abc import Collection

from ecosurvey.core import Lang
from ecosurvey.report.banner import SYNTHETIC
from ecosurvey.report.model import Document, Paragraph, Reference, pieces
from ecosurvey.report.render.escape import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown_text(document: Document, lang: Lang, keys: Collection[str]) -> str:
    """Return the paragraphs of some sections; tables and figures are named by their numbers.

    Parameters
    ----------
    document : Document
    lang : {"en", "zh"}
    keys : collection of str
        Keys of the sections; they stand in the order of the document.
    """
    numbers = document.numbers()
    lines: list[str] = []
    if document.synthetic:
        lines += [f"> **{SYNTHETIC.say(lang)}**", ""]
    for section in document.sections:
        paragraphs = [block for block in section.blocks if isinstance(block, Paragraph)]
        if section.key not in keys or not paragraphs:
            continue
        lines += [f"## {markdown_escape(section.heading.say(lang))}", ""]
        for paragraph in paragraphs:
            said = "".join(
                piece.words if isinstance(piece, Reference) else markdown_escape(piece)
                for piece in pieces(paragraph.words.say(lang), numbers, lang)
            )
            lines += [said, ""]
    return "\n".join(lines)


def markdown_escape(words: str) -> str:
    r"""Return a text for Markdown.

    Examples
    --------
    >>> print(markdown_escape("<b> *x* [1]"))
    \<b\> \*x\* \[1\]
    """
    return _SPECIAL.sub(r"\\\1", visible(words))
