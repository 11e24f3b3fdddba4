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
    "efa": Text(
        'efa() stands before factors: efa("block")*f1 + efa("block")*f2 =~ x1 + x2 + x3.',
        'efa() 写在因子之前：efa("block")*f1 + efa("block")*f2 =~ x1 + x2 + x3。',
    ),
    "rv": Text(
        "Random slopes need a multilevel model, which is not offered.",
        "随机斜率需要多层模型，本软件不提供。",
    ),
    "prior": Text(
        "Priors belong to Bayesian estimation, which is not offered.",
        "先验分布属于贝叶斯估计，本软件不提供。",
    ),
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
            raise source.error(
                Text(f"{head.text}() is not known", f"无法识别 {head.text}()"),
                head.span,
                _ELSEWHERE[head.text],
            )
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
        fix = Text(
            "Write two modifiers instead: c(a, b)*x + c(1, NA)*x.",
            "请改写为两个修饰项：c(a, b)*x + c(1, NA)*x。",
        )
        raise source.error(Text("c() mixes labels and numbers", "c() 混用了标签与数字"), span, fix)
    return Modifiers(label=tuple("" if word.text == "NA" else word.text for word in words))


def _arguments(source: Source, tokens: Sequence[Token]) -> list[Token]:
    last = tokens[-1]
    if last.text != ")":
        raise source.error(
            Text("a closing parenthesis is missing", "缺少右括号"),
            last.span,
            Text("Close it.", "请补上。"),
        )
    inside = list(tokens[2:-1])
    if not inside:
        span = tokens[0].span.to(last.span)
        raise source.error(
            Text(f"{tokens[0].text}() is empty", f"{tokens[0].text}() 为空"),
            span,
            Text("Give it a value.", "请给出一个值。"),
        )
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
            raise source.error(
                Text("a text in quotes is expected", "此处应为引号内的文字"),
                span,
                Text('For example equal("f=~x1").', '例如 equal("f=~x1")。'),
            )
        words.append("" if item[0].text == "NA" else item[0].text)
    return tuple(words)


def _numbers(source: Source, tokens: Sequence[Token]) -> tuple[float, ...]:
    return tuple(_number(source, item) for item in _unwrapped(source, tokens))


def _number(source: Source, tokens: Sequence[Token]) -> float:
    if not tokens:
        raise source.error(
            Text("a value is missing", "缺少一个值"),
            Span(0, 1),
            Text("Fill in every value of c().", "请填写 c() 中的每个值。"),
        )
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
        fix = Text(
            f"{hint}{' ' if hint else ''}Use a number, a label, NA, c(…), start(…), "
            "equal(…), label(…), lower(…) or upper(…).",
            f"{hint.zh}请使用数字、标签、NA、c(…)、start(…)、equal(…)、label(…)、"
            "lower(…) 或 upper(…)。",
        )
        raise source.error(
            Text("this modifier is not understood", "无法理解该修饰项"), span, fix
        ) from cause
    if not math.isfinite(value):
        raise source.error(
            Text("the value is not finite", "该值不是有限的数"),
            span,
            Text("Use a finite number.", "请使用有限的数。"),
        )
    return value
