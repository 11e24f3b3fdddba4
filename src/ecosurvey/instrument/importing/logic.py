"""Skip expressions of survey platforms -> conditions, where they compare answers with codes.

Understands ``${q} = '1'`` and ``selected(${q}, '2')`` (XLSForm), ``[q] = '1'`` and
``[q(2)] = '1'`` (REDCap), ``Q1.NAOK == "1"`` and ``Q1_2 == "Y"`` (LimeSurvey), joined by and, or,
not and brackets. Nothing is evaluated; what is more is returned as not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Plain = dict[str, Any]
# (question, code or None) -> the question's id and the code's number, None if there is no such
Lookup = Callable[[str, str | None], tuple[str, int | None] | None]

MAX_CHARS, MAX_DEPTH = 4_000, 12
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<ref>\$\{[^{}]{1,80}\}|\[[^\[\]]{1,80}\])
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<op>==|!=|<>|>=|<=|=|>|<|\(|\)|,|&&|\|\||!)
      | (?P<word>[A-Za-z_][\w.\-]*)
    )""",
    re.VERBOSE,
)
_CHECKED = re.compile(r"(.+)\((.+)\)")


class _NotUnderstood(Exception):
    """The expression does more than compare answers with codes."""


def parse_logic(text: str, lookup: Lookup) -> Plain | None:
    """Return a skip expression as the file's condition; ``None`` if it is not understood.

    Examples
    --------
    >>> codes = {"1": 1, "2": 2}
    >>> parse_logic("${role} = '1' and not(selected(${forms}, '2'))",
    ...             lambda name, code: (name, None if code is None else codes.get(code)))
    {'all': [{'var': 'role', 'in': [1]}, {'not': {'var': 'forms', 'has': 2}}]}
    """
    try:
        parser = _Parser(_tokens(text), lookup)
        found = parser.either(0)
        return found if parser.at_end else None
    except _NotUnderstood:
        return None


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_CHARS:
        raise _NotUnderstood
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise _NotUnderstood
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], lookup: Lookup) -> None:
        self.tokens, self.lookup, self.position = tokens, lookup, 0

    @property
    def at_end(self) -> bool:
        return self.position == len(self.tokens)

    def peek(self) -> tuple[str, str]:
        return ("", "") if self.at_end else self.tokens[self.position]

    def take(self, *allowed: str) -> bool:
        """Go past the next token if it is one of these words or signs."""
        if not self.at_end and self.peek()[1].casefold() in allowed:
            self.position += 1
            return True
        return False

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise _NotUnderstood

    def either(self, depth: int) -> Plain:
        parts = [self.both(depth)]
        while self.take("or", "||"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else {"any": parts}

    def both(self, depth: int) -> Plain:
        parts = [self.one(depth)]
        while self.take("and", "&&"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else {"all": parts}

    def one(self, depth: int) -> Plain:
        if depth > MAX_DEPTH:
            raise _NotUnderstood
        if self.take("not", "!"):
            return {"not": self.one(depth + 1)}
        if self.take("("):
            inside = self.either(depth + 1)
            self.need(")")
            return inside
        if self.take("selected"):
            self.need("(")
            name = self.reference()
            self.need(",")
            code = self.literal()
            self.need(")")
            return self.test(name, "has", code)
        return self.comparison()

    def comparison(self) -> Plain:
        name = self.reference()
        kind, sign = self.peek()
        if kind != "op" or sign not in ("=", "==", "!=", "<>", ">=", "<="):
            raise _NotUnderstood
        self.position += 1
        value = self.literal()
        if sign in (">=", "<="):
            found = self.lookup(name, None)
            if found is None:
                raise _NotUnderstood
            try:
                number = float(value)
            except ValueError:
                raise _NotUnderstood from None
            limit = int(number) if number.is_integer() else number
            return {"var": found[0], "gte" if sign == ">=" else "lte": limit}
        test = self.option(name, value)
        return {"not": test} if sign in ("!=", "<>") else test

    def option(self, name: str, value: str) -> Plain:
        """Return the test of one answer, or of one option's column being chosen or not."""
        checked = _CHECKED.fullmatch(name)
        if checked:
            test = self.test(checked[1], "has", checked[2])
        elif self.lookup(name, None) is None and "_" in name:
            question, _, code = name.rpartition("_")
            test = self.test(question, "has", code)
        else:
            return self.test(name, "in", value)
        if value in ("1", "Y"):
            return test
        if value in ("0", "N", ""):
            return {"not": test}
        raise _NotUnderstood

    def test(self, name: str, key: str, code: str) -> Plain:
        found = self.lookup(name, code)
        if found is None or found[1] is None:
            raise _NotUnderstood
        return {"var": found[0], key: [found[1]] if key == "in" else found[1]}

    def reference(self) -> str:
        kind, word = self.peek()
        if kind == "ref":
            name = word[2:-1] if word.startswith("$") else word[1:-1]
        elif kind == "word":
            name = re.sub(r"\.(NAOK|value|shown)$", "", word)
        else:
            raise _NotUnderstood
        self.position += 1
        return name

    def literal(self) -> str:
        kind, word = self.peek()
        if kind not in ("text", "number"):
            raise _NotUnderstood
        self.position += 1
        return word[1:-1] if kind == "text" else word


def renamed(condition: Mapping[str, Any], names: Mapping[str, str]) -> Plain:
    """Return a condition with its questions renamed."""
    found: Plain = {}
    for key, value in condition.items():
        if key == "var":
            found[key] = names.get(value, value)
        elif key in ("all", "any"):
            found[key] = [renamed(inner, names) for inner in value]
        elif key == "not":
            found[key] = renamed(value, names)
        else:
            found[key] = value
    return found
