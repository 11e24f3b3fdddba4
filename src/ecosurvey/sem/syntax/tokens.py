"""Text to tokens: what the words of the model language are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ecosurvey.sem.syntax.source import Source, Span

Kind = Literal["name", "number", "string", "op", "sign", "newline", "end"]

# longest first; `<=` and `>=` mean what `<` and `>` mean, for bounds include their limit
OPERATORS = ("~*~", "=~", "<~", "~~", ":=", "==", "<=", ">=", "~", "|", "<", ">")
_PATTERN = re.compile(
    r"""
      (?P<blank>[^\S\n]+)
    | (?P<comment>[#!][^\n]*)
    | (?P<newline>[\n;])
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<name>(?:[^\W\d]|\.(?!\d))[\w.]*(?::(?!=)[^\W\d][\w.]*)*)
    | (?P<string>"[^"\n]*"|'[^'\n]*')
    | (?P<op>~\*~|=~|<~|~~|:=|==|<=|>=|~|\||<|>)
    | (?P<sign>\*\*|[-+*/^(),?])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the model text.

    Attributes
    ----------
    kind : {"name", "number", "string", "op", "sign", "newline", "end"}
    text : str
        As written; strings without their quotes.
    span : Span
        Where it stands.
    """

    kind: Kind
    text: str
    span: Span


def tokenize(source: Source) -> tuple[Token, ...]:
    """Cut the text into tokens, comments (``#`` and ``!``) and blanks left out.

    A ``;`` is a newline. The last token is always of kind ``"end"``.

    Raises
    ------
    ModelSyntaxError
        At a character that belongs to no token.

    Examples
    --------
    >>> [token.text for token in tokenize(Source("f =~ 0.5*x1 # note"))]
    ['f', '=~', '0.5', '*', 'x1', '']
    """
    tokens: list[Token] = []
    text, at = source.text, 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            raise _unreadable(source, at)
        at = match.end()
        kind = match.lastgroup
        if kind in ("blank", "comment"):
            continue
        word = match.group()
        tokens.append(
            Token(
                kind,  # type: ignore[arg-type]  # the groups of the pattern are the kinds
                word[1:-1] if kind == "string" else word,
                Span(match.start(), match.end()),
            )
        )
    tokens.append(Token("end", "", Span(len(text), len(text))))
    return tuple(tokens)


def _unreadable(source: Source, at: int) -> Exception:
    char = source.text[at]
    if char == "=":
        fix = "Use =~ to define a factor by its items, or == for a constraint."
        return source.error("a single '=' has no meaning here", Span(at, at + 1), fix)
    if char in "\"'":
        return source.error("a quotation mark is not closed", Span(at, at + 1), "Close it.")
    if char.isdigit() or char == ".":
        word = re.compile(r"[\w.]+").match(source.text, at)
        end = word.end() if word else at + 1
        fix = "Begin names with a letter: rename the column, e.g. 'q1_2' for '1_2'."
        return source.error(
            f"{source.text[at:end]!r} is neither a number nor a name", Span(at, end), fix
        )
    full_width = {"～": "~", "＝": "=", "＋": "+", "＊": "*", "（": "(", "）": ")", "，": ","}
    if char in full_width:
        fix = f"Type the half-width {full_width[char]!r} instead."
        return source.error(f"{char!r} is a full-width character", Span(at, at + 1), fix)
    return source.error(f"{char!r} has no meaning in a model", Span(at, at + 1), "Remove it.")
