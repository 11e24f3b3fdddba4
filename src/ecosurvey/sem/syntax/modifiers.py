"""Modifiers of a term: fixed values, labels, start values, bounds, one or by group."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecosurvey.core import Text, did_you_mean
from ecosurvey.core.errors import EcosurveyError
from ecosurvey.sem.syntax.expression import ExpressionReader, evaluate
from ecosurvey.sem.syntax.source import Source, Span
from ecosurvey.sem.syntax.statements import Modifiers
from ecosurvey.sem.syntax.tokens import Token

_NUMERIC = ("start", "lower", "upper")
_FUNCTIONS = ("c", *_NUMERIC, "equal", "label")
_ELSEWHERE = {
    "efa": "Exploratory blocks are not part of the model language: use efa().",
    "rv": "Random slopes need a multilevel model, which is not offered.",
    "prior": "Priors belong to Bayesian estimation, which is not offered.",
}


def read_modifier(source: Source, tokens: Sequence[Token], *, start: bool = False) -> Modifiers:
    """Read what stands before one ``*``, or before one ``?`` (a start value).

    Examples
    --------
    >>> from ecosurvey.sem.syntax.tokens import tokenize
    >>> source = Source("c(a, b)")
    >>> read_modifier(source, tokenize(source)[:-1]).label
    ('a', 'b')
    """
    head = tokens[0]
    if start:
        return Modifiers(start=_numbers(source, tokens))
    if head.kind == "name" and len(tokens) == 1:
        return Modifiers(fixed=(math.nan,)) if head.text == "NA" else Modifiers(label=(head.text,))
    if head.kind == "string" and len(tokens) == 1:
        return Modifiers(label=(head.text,))
    called = head.kind == "name" and len(tokens) > 1 and tokens[1].text == "("
    if not called or head.text not in _FUNCTIONS:
        if called and head.text in _ELSEWHERE:
            raise source.error(f"{head.text}() is not known", head.span, _ELSEWHERE[head.text])
        return Modifiers(fixed=(_number(source, tokens),))
    inside = _arguments(source, tokens)
    match head.text:
        case "start":
            return Modifiers(start=_numbers(source, inside))
        case "lower":
            return Modifiers(lower=_numbers(source, inside))
        case "upper":
            return Modifiers(upper=_numbers(source, inside))
        case "equal":
            return Modifiers(equal=_strings(source, inside))
        case "label":
            return Modifiers(label=_strings(source, inside))
        case _:
            return _by_group(source, _items(inside), head.span.to(tokens[-1].span))


def _by_group(source: Source, items: list[list[Token]], span: Span) -> Modifiers:
    """Read ``c(…)``: labels if any is a name other than NA, else numbers."""
    words = [item[0] for item in items if len(item) == 1 and item[0].kind in ("name", "string")]
    labels = [word for word in words if word.text != "NA"]
    if not labels:
        return Modifiers(fixed=tuple(_number(source, item) for item in items))
    if len(words) < len(items):
        fix = "Write two modifiers instead: c(a, b)*x + c(1, NA)*x."
        raise source.error("c() mixes labels and numbers", span, fix)
    return Modifiers(label=tuple("" if word.text == "NA" else word.text for word in words))


def _arguments(source: Source, tokens: Sequence[Token]) -> list[Token]:
    last = tokens[-1]
    if last.text != ")":
        raise source.error("a closing parenthesis is missing", last.span, "Close it.")
    inside = list(tokens[2:-1])
    if not inside:
        span = tokens[0].span.to(last.span)
        raise source.error(f"{tokens[0].text}() is empty", span, "Give it a value.")
    return inside


def _items(tokens: Sequence[Token]) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return items


def _unwrapped(source: Source, tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the values of ``a`` or ``c(a, b)`` alike."""
    if len(tokens) > 2 and tokens[0].text == "c" and tokens[1].text == "(":
        return _items(_arguments(source, tokens))
    return _items(tokens)


def _strings(source: Source, tokens: Sequence[Token]) -> tuple[str, ...]:
    words: list[str] = []
    for item in _unwrapped(source, tokens):
        if len(item) != 1 or item[0].kind not in ("string", "name"):
            span = item[0].span if item else tokens[0].span
            raise source.error("a text in quotes is expected", span, 'For example equal("f=~x1").')
        words.append("" if item[0].text == "NA" else item[0].text)
    return tuple(words)


def _numbers(source: Source, tokens: Sequence[Token]) -> tuple[float, ...]:
    return tuple(_number(source, item) for item in _unwrapped(source, tokens))


def _number(source: Source, tokens: Sequence[Token]) -> float:
    if not tokens:
        raise source.error("a value is missing", Span(0, 1), "Fill in every value of c().")
    if len(tokens) == 1 and tokens[0].text == "NA":
        return math.nan
    span = tokens[0].span.to(tokens[-1].span)
    head = tokens[0]
    if head.kind == "name" and len(tokens) > 1 and tokens[1].text == "(":
        hint = did_you_mean(head.text, _FUNCTIONS)
    else:
        hint = Text("", "")
    try:
        end = Token("end", "", Span(span.end, span.end))
        reader = ExpressionReader(source, [*tokens, end])
        tree = reader.sum()
        reader.expect_end()
        value = evaluate(tree, {})
    except EcosurveyError as cause:
        fix = f"{hint} Use a number, a label, NA, c(…), start(…), equal(…), label(…)".strip()
        fix += ", lower(…) or upper(…)."
        raise source.error("this modifier is not understood", span, fix) from cause
    if not math.isfinite(value):
        raise source.error("the value is not finite", span, "Use a finite number.")
    return value
