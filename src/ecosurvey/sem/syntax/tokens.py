"""Text to tokens: what the words of the model language are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ecosurvey.core import Text
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
        fix = Text(
            "Use =~ to define a factor by its items, or == for a constraint.",
            "请用 =~ 以题项定义因子，或用 == 写约束。",
        )
        return source.error(
            Text("a single '=' has no meaning here", "此处单个“=”没有意义"), Span(at, at + 1), fix
        )
    if char in "\"'":
        return source.error(
            Text("a quotation mark is not closed", "引号没有闭合"),
            Span(at, at + 1),
            Text("Close it.", "请补上。"),
        )
    if char.isdigit() or char == ".":
        word = re.compile(r"[\w.]+").match(source.text, at)
        end = word.end() if word else at + 1
        fix = Text(
            "Begin names with a letter: rename the column, e.g. 'q1_2' for '1_2'.",
            "名称须以字母开头：请重命名该列，如将 '1_2' 改为 'q1_2'。",
        )
        return source.error(
            Text(
                f"{source.text[at:end]!r} is neither a number nor a name",
                f"{source.text[at:end]!r} 既不是数字，也不是名称",
            ),
            Span(at, end),
            fix,
        )
    full_width = {"～": "~", "＝": "=", "＋": "+", "＊": "*", "（": "(", "）": ")", "，": ","}
    if char in full_width:
        fix = Text(
            f"Type the half-width {full_width[char]!r} instead.",
            f"请改用半角的 {full_width[char]!r}。",
        )
        return source.error(
            Text(f"{char!r} is a full-width character", f"{char!r} 是全角字符"),
            Span(at, at + 1),
            fix,
        )
    return source.error(
        Text(f"{char!r} has no meaning in a model", f"{char!r} 在模型中没有意义"),
        Span(at, at + 1),
        Text("Remove it.", "请去掉它。"),
    )
