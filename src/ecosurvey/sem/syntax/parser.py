"""Tokens to statements: the grammar of the model language.

statement  := words op terms | expression relation expression | "group" ":" label
words      := [block] name ("+" [block] name)*        block := "efa" "(" label ")" "*"
terms      := term ("+" term)*
term       := (modifier ("*" | "?"))* (name | "1" | "0")
modifier   := number | label | NA | c(…) | start(…) | equal(…) | label(…) | lower(…) | upper(…)

A statement ends with its line, unless the line cannot be complete (it ends in an operator, or
the next begins with one, or a parenthesis is open).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast

from ecosurvey.core import Text, did_you_mean
from ecosurvey.sem.syntax.expression import ExpressionReader, names_in
from ecosurvey.sem.syntax.headers import take_headers
from ecosurvey.sem.syntax.modifiers import read_modifier
from ecosurvey.sem.syntax.source import Source, Span
from ecosurvey.sem.syntax.statements import (
    Formula,
    FormulaOp,
    Modifiers,
    Relation,
    RelationOp,
    Statement,
    Term,
    Word,
)
from ecosurvey.sem.syntax.tokens import Token, tokenize

_RELATIONS = (":=", "==", "<", ">", "<=", ">=")


@lru_cache(maxsize=64)  # every fit reads its text two or three times, and every statement is frozen
def parse_model(text: str) -> tuple[Statement, ...]:
    """Read a model written in lavaan's language.

    Parameters
    ----------
    text : str
        The model: ``=~`` (is measured by), ``~`` (is regressed on), ``~~`` (covaries with),
        ``~ 1`` (intercept), ``|`` (thresholds), ``~*~`` (response scale), ``<~`` (is composed
        of), ``:=`` (defined), ``==`` ``<`` ``>`` (constraints), and ``group: label`` on a line
        of its own above the formulas of one group.

    Returns
    -------
    tuple of Formula, Relation or GroupHeader
        In the order of the text.

    Raises
    ------
    ModelSyntaxError
        Showing the line, the place and what to do.

    Examples
    --------
    >>> formula, = parse_model("f =~ x1 + a*x2")
    >>> [term.word.name for term in formula.terms], formula.terms[1].modifiers.label
    (['x1', 'x2'], ('a',))
    """
    source = Source(text)
    headers, rest = take_headers(source)
    formulas = [
        (tokens[0].span.start, _statement(source, tokens))
        for tokens in _split_statements(tokenize(rest))
        if tokens
    ]
    found = [*((header.span.start, header) for header in headers), *formulas]
    statements = tuple(statement for _, statement in sorted(found, key=lambda pair: pair[0]))
    if not formulas:
        end = Span(0, 0)
        raise source.error(
            Text("the model is empty", "模型为空"),
            end,
            Text("Write at least one formula: f =~ x1 + x2.", "请至少写一个公式：f =~ x1 + x2。"),
        )
    return statements


def _split_statements(tokens: Sequence[Token]) -> list[list[Token]]:
    """Group the tokens by statement, joining lines that belong together."""
    groups: list[list[Token]] = [[]]
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "end":
            break
        if token.kind != "newline":
            depth += (token.text == "(") - (token.text == ")") if token.kind == "sign" else 0
            groups[-1].append(token)
        elif token.text == ";" or not (depth > 0 or _goes_on(groups[-1], tokens, index)):
            groups.append([])
            depth = 0
    return groups


def _goes_on(before: Sequence[Token], tokens: Sequence[Token], index: int) -> bool:
    if not before:
        return True
    after = next((token for token in tokens[index:] if token.kind != "newline"), tokens[-1])
    last = before[-1]
    return (
        last.kind == "op"
        or (last.kind == "sign" and last.text != ")")
        or after.kind == "op"
        or (after.kind == "sign" and after.text not in "(-")
    )


def _statement(source: Source, tokens: list[Token]) -> Formula | Relation:
    place = next((i for i, token in enumerate(tokens) if token.kind == "op"), None)
    whole = tokens[0].span.to(tokens[-1].span)
    if place is None:
        fix = Text(
            "Every line needs an operator: =~ (measured by), ~ (regressed on), ~~ (covaries).",
            "每行都需要一个运算符：=~（由其测量）、~（对其回归）、~~（与其共变）。",
        )
        raise source.error(Text("this line has no operator", "该行没有运算符"), whole, fix)
    op, left, right = tokens[place], tokens[:place], tokens[place + 1 :]
    if not left or not right:
        side = "left" if not left else "right"
        raise source.error(
            Text(
                f"nothing stands on the {side} of {op.text}",
                f"{op.text} 的{'左' if not left else '右'}边没有内容",
            ),
            op.span,
            Text("Complete it.", "请补全。"),
        )
    if (second := next((t for t in right if t.kind == "op"), None)) is not None:
        fix = Text(
            "Put each formula on a line of its own, or separate them with ';'.",
            "请每行写一个公式，或用“;”隔开。",
        )
        raise source.error(
            Text("a second operator in one formula", "一个公式中出现了第二个运算符"),
            second.span,
            fix,
        )
    if op.text in _RELATIONS:
        return _relation(source, left, op, right)
    words = _words(source, _without_blocks(source, op.text, left))
    words = tuple(replace(word, efa=_block_of(left, word)) for word in words)
    return Formula(words, cast(FormulaOp, op.text), _terms(source, op.text, right))


def _relation(source: Source, left: list[Token], op: Token, right: list[Token]) -> Relation:
    names: list[Word] = []
    for side in (left, right):
        end = Token("end", "", Span(side[-1].span.end, side[-1].span.end))
        reader = ExpressionReader(source, [*side, end])
        tree = reader.sum()
        reader.expect_end()
        if side is right or op.text != ":=":
            names += [Word(name.name, name.span) for name in names_in(tree)]
    if op.text == ":=" and (len(left) != 1 or left[0].kind != "name"):
        fix = Text(
            "Write one new name, for instance: indirect := a*b.",
            "请写一个新名称，例如：indirect := a*b。",
        )
        raise source.error(
            Text(":= defines a name", ":= 用于定义一个名称"), left[0].span.to(left[-1].span), fix
        )
    lhs, rhs = ("".join(token.text for token in side) for side in (left, right))
    relation = cast(RelationOp, op.text.removesuffix("=") if op.text in ("<=", ">=") else op.text)
    return Relation(lhs, relation, rhs, left[0].span.to(right[-1].span), tuple(names))


def _without_blocks(source: Source, op: str, tokens: list[Token]) -> list[Token]:
    """Return the left side without its ``efa("block")*``."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        ahead = [token.text for token in tokens[at : at + 5]]
        if ahead[:2] != ["efa", "("]:
            kept.append(tokens[at])
            at += 1
            continue
        whole = len(ahead) == 5 and ahead[3:] == [")", "*"] and tokens[at + 2].kind == "string"
        if not whole or op != "=~":
            raise source.error(
                Text("this exploratory block is not understood", "无法理解该探索性因子块"),
                tokens[at].span,
                Text(
                    'Write efa("block")*f1 + efa("block")*f2 =~ x1 + x2 + x3.',
                    '请写成 efa("block")*f1 + efa("block")*f2 =~ x1 + x2 + x3。',
                ),
            )
        at += 5
    return kept


def _block_of(tokens: Sequence[Token], word: Word) -> str:
    """Return the label of the ``efa()`` that stands before a word of the left side."""
    at = next(i for i, token in enumerate(tokens) if token.span == word.span)
    return tokens[at - 3].text if at >= 5 and tokens[at - 5].text == "efa" else ""


def _words(source: Source, tokens: list[Token]) -> tuple[Word, ...]:
    words: list[Word] = []
    for index, token in enumerate(tokens):
        if index % 2 == 0 and token.kind == "name":
            words.append(Word(token.text, token.span))
        elif index % 2 == 0 or token.text != "+":
            fix = Text(
                "On the left stand names joined by '+'; modifiers belong on the right.",
                "左边只写以“+”连接的名称；修饰项写在右边。",
            )
            raise source.error(
                Text("a name is expected on the left", "左边应为名称"), token.span, fix
            )
    if len(tokens) % 2 == 0:
        raise source.error(
            Text("a name is missing after '+'", "“+”之后缺少名称"),
            tokens[-1].span,
            Text("Complete the line.", "请补全该行。"),
        )
    return tuple(words)


def _terms(source: Source, op: str, tokens: list[Token]) -> tuple[Term, ...]:
    """Read the right side; a variable named twice keeps its place and gathers modifiers."""
    terms: dict[str, Term] = {}
    for part in _split(tokens, lambda token: token.text == "+"):
        if not part:
            where = next((t for t in tokens if t.text == "+"), tokens[-1])
            raise source.error(
                Text("a term is missing beside '+'", "“+”旁缺少一项"),
                where.span,
                Text("Add it, or drop '+'.", "请补上，或去掉“+”。"),
            )
        term = _term(source, op, part)
        earlier = terms.get(term.word.name)
        if earlier is not None:
            term = Term(earlier.word, earlier.modifiers.merged(term.modifiers))
        terms[term.word.name] = term
    return tuple(terms.values())


def _term(source: Source, op: str, tokens: list[Token]) -> Term:
    factors = _split(tokens, lambda token: token.text in ("*", "?"))
    joints = [t for t, depth in _depths(tokens) if depth == 0 and t.text in ("*", "?")]
    *before, target = factors
    if len(target) != 1:
        raise _bad_target(source, tokens, target)
    modifiers = Modifiers()
    for factor, joint in zip(before, joints, strict=True):
        if not factor:
            raise source.error(
                Text("a modifier is missing here", "此处缺少修饰项"),
                joint.span,
                Text("Drop the '*'.", "请去掉“*”。"),
            )
        modifiers = modifiers.merged(read_modifier(source, factor, start=joint.text == "?"))
    token = target[0]
    if token.kind == "name":
        if token.text == "NA":
            raise source.error(
                Text("NA stands without a variable", "NA 之后没有变量"),
                token.span,
                Text("Write NA*x1.", "请写成 NA*x1。"),
            )
        return Term(Word(token.text, token.span), modifiers)
    if token.kind == "number" and op == "~" and token.text in ("0", "1"):
        zero = Modifiers(fixed=(0.0,)) if token.text == "0" else Modifiers()
        return Term(Word("", token.span), zero.merged(modifiers))
    fix = Text(
        "To fix a parameter write 0.5*x1; intercepts are written y ~ 1.",
        "固定参数请写 0.5*x1；截距写作 y ~ 1。",
    )
    raise source.error(Text("a variable is expected here", "此处应为变量"), token.span, fix)


def _bad_target(source: Source, tokens: list[Token], target: list[Token]) -> Exception:
    if not target:
        fix = Text("Complete the term: modifier*variable.", "请补全该项：修饰项*变量。")
        return source.error(
            Text("a variable is missing after '*'", "“*”之后缺少变量"), tokens[-1].span, fix
        )
    span = target[0].span.to(target[-1].span)
    if len(target) > 1 and target[0].kind == "name" and target[1].kind == "name":
        return source.error(
            Text(
                f"'+' is missing between {target[0].text!r} and {target[1].text!r}",
                f"{target[0].text!r} 与 {target[1].text!r} 之间缺少“+”",
            ),
            target[1].span,
            Text(
                "Join variables by '+', put each formula on its own line, "
                "and names without blanks.",
                "变量以“+”连接，每个公式单独一行，名称中不能有空格。",
            ),
        )
    if any(token.text == "-" for token in target):
        fix = Text(
            "Join variables by '+'; a column whose name has a '-' must be renamed.",
            "变量以“+”连接；名称中含“-”的列须重命名。",
        )
        return source.error(Text("'-' cannot join variables", "“-”不能连接变量"), span, fix)
    hint = did_you_mean(target[0].text, ("start", "equal", "label", "lower", "upper"))
    fix = Text(
        f"{hint} A term is written modifier*variable.".strip(),
        f"{hint.zh}每项写作：修饰项*变量。",
    )
    return source.error(Text("a variable is expected here", "此处应为变量"), span, fix)


def _split(tokens: Sequence[Token], at: Callable[[Token], bool]) -> list[list[Token]]:
    """Cut at signs that stand outside parentheses."""
    parts: list[list[Token]] = [[]]
    for token, depth in _depths(tokens):
        if depth == 0 and token.kind == "sign" and at(token):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _depths(tokens: Sequence[Token]) -> list[tuple[Token, int]]:
    depth, found = 0, []
    for token in tokens:
        depth -= token.kind == "sign" and token.text == ")"
        found.append((token, depth))
        depth += token.kind == "sign" and token.text == "("
    return found
