"""Arithmetic of constraints and definitions: a small tree with values and derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn, TypeVar

from ecosurvey.core import EcosurveyError, ModelSyntaxError, Text, did_you_mean
from ecosurvey.sem.syntax.source import Source, Span
from ecosurvey.sem.syntax.tokens import Token, tokenize

if TYPE_CHECKING:
    import numpy as np

    Gradient = np.ndarray[tuple[int], np.dtype[np.float64]]

_T = TypeVar("_T")
FUNCTIONS = ("exp", "log", "sqrt", "abs", "sin", "cos", "tan")
CONSTANTS = {"pi": math.pi}
# bounds that keep hostile input from Python's stack limit
_COMPLETE = Text("Complete the expression.", "请补全表达式。")
_DEEPEST = 60  # parentheses within parentheses
_LONGEST = 400  # operators in one expression


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, by its label."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """The opposite of an expression."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions joined by ``+ - * / ^``."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one expression."""

    function: str
    of: Expression


Expression = Number | Name | Negative | Binary | Call


@lru_cache(maxsize=4096)  # trees hold no state; constraints are read again at every step
def parse_expression(text: str) -> Expression:
    """Read an arithmetic expression.

    Numbers, names, ``+ - * / ^ **``, a sign, parentheses, and the functions exp, log, sqrt,
    abs, sin, cos, tan; ``^`` binds tightest and from the right, as in R.

    Examples
    --------
    >>> evaluate(parse_expression("(b2 + b3)^2 / -2"), {"b2": 1.0, "b3": 3.0})
    -8.0
    """
    source = Source(text)
    tokens = [token for token in tokenize(source) if token.kind != "newline"]
    reader = ExpressionReader(source, tokens)
    tree = reader.sum()
    reader.expect_end()
    return tree


class ExpressionReader:
    """Reads tokens by recursive descent, one method a level of binding."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._operators = 0

    def sum(self) -> Expression:
        """Read terms joined by plus and minus."""
        left = self._product()
        while (sign := self._take("+", "-")) is not None:
            left = Binary(sign.text, left, self._product())
        return left

    def expect_end(self) -> None:
        """Raise unless everything has been read."""
        if self._here.kind != "end":
            self._fail(
                Text(
                    "an operator such as + or * is missing before this", "此前缺少运算符，如 + 或 *"
                )
            )

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> Token | None:
        token = self._here
        if token.kind != "sign" or token.text not in signs:
            return None
        self._at += 1
        self._operators += 1
        if self._operators > _LONGEST:
            self._fail(
                Text("the expression is too long", "表达式太长"),
                Text("Define parts of it by := first.", "请先用 := 定义其中的部分。"),
            )
        return token

    def _product(self) -> Expression:
        left = self._signed()
        while (sign := self._take("*", "/")) is not None:
            left = Binary(sign.text, left, self._signed())
        return left

    def _signed(self) -> Expression:
        negative = False
        while (sign := self._take("-", "+")) is not None:
            negative ^= sign.text == "-"
        tree = self._power()
        return Negative(tree) if negative else tree

    def _power(self) -> Expression:
        base = self._atom()
        if self._take("^", "**") is None:
            return base
        self._deeper()
        exponent = self._signed()
        self._depth -= 1
        return Binary("^", base, exponent)

    def _atom(self) -> Expression:
        token = self._here
        if token.kind == "number":
            self._at += 1
            return Number(float(token.text))
        if token.kind == "name":
            self._at += 1
            if self._take("("):
                return Call(self._function(token), self._closed())
            if token.text in CONSTANTS:
                return Number(CONSTANTS[token.text])
            return Name(token.text, token.span)
        if self._take("("):
            return self._closed()
        self._fail(
            Text("a number, a label or a parenthesis is missing here", "此处缺少数字、标签或括号")
        )

    def _closed(self) -> Expression:
        self._deeper()
        tree = self.sum()
        self._depth -= 1
        if self._take(")") is None:
            self._fail(Text("a closing parenthesis is missing here", "此处缺少右括号"))
        return tree

    def _function(self, token: Token) -> str:
        if token.text not in FUNCTIONS:
            hint = did_you_mean(token.text, FUNCTIONS)
            fix = Text(
                f"{hint} Known functions: {', '.join(FUNCTIONS)}.".strip(),
                f"{hint.zh}可用的函数：{'、'.join(FUNCTIONS)}。",
            )
            raise self._source.error(
                Text(f"the function {token.text!r} is not known", f"无法识别函数 {token.text!r}"),
                token.span,
                fix,
            )
        return token.text

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(
                Text("the expression is nested too deeply", "表达式嵌套过深"),
                Text("Define parts of it by := first.", "请先用 := 定义其中的部分。"),
            )

    def _fail(self, found: Text, fix: Text = _COMPLETE) -> NoReturn:
        raise self._source.error(found, self._here.span, fix)


def names_in(tree: Expression) -> tuple[Name, ...]:
    """Return the labels that an expression mentions, in order, with repeats."""
    match tree:
        case Name():
            return (tree,)
        case Negative(of) | Call(_, of):
            return names_in(of)
        case Binary(_, left, right):
            return names_in(left) + names_in(right)
        case _:
            return ()


def evaluate(tree: Expression, values: Mapping[str, float]) -> float:
    """Return the value of an expression, its labels replaced by ``values``."""
    return dual(tree, {name: (value, None) for name, value in values.items()})[0]


def dual(
    tree: Expression, values: Mapping[str, tuple[float, Gradient | None]]
) -> tuple[float, Gradient | None]:
    """Return value and gradient of an expression by the chain rule.

    Parameters
    ----------
    tree : Expression
    values : mapping of str to (float, array or None)
        For each label its value and its gradient with respect to whatever the caller
        differentiates by; ``None`` is a gradient of zero.

    Returns
    -------
    (float, array or None)

    Raises
    ------
    EcosurveyError
        Where the value is not defined, such as the logarithm of a negative number.

    Examples
    --------
    >>> import numpy as np
    >>> one, two = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    >>> value, gradient = dual(parse_expression("a*b"), {"a": (2.0, one), "b": (3.0, two)})
    >>> value, gradient.tolist()
    (6.0, [3.0, 2.0])
    """
    match tree:
        case Number(value):
            return value, None
        case Name(name):
            if name not in values:
                raise ModelSyntaxError(
                    Text(f"{name!r} is not a label of the model", f"{name!r} 不是模型中的标签"),
                    fix=did_you_mean(name, values),
                )
            return values[name]
        case Negative(of):
            value, gradient = dual(of, values)
            return -value, None if gradient is None else -gradient
        case Call(function, of):
            value, gradient = dual(of, values)
            result, slope = _guard(lambda: _call(function, value), f"{function}({value:g})")
            return result, _scaled(gradient, slope)
        case Binary(op, left, right):
            a, da = dual(left, values)
            b, db = dual(right, values)
            moving = db is not None
            result, by_a, by_b = _guard(lambda: _join(op, a, b, moving), f"{a:g} {op} {b:g}")
            return result, _added(_scaled(da, by_a), _scaled(db, by_b))


def _join(op: str, a: float, b: float, moving: bool) -> tuple[float, float, float]:
    """Return a joined b, and its derivatives by a and by b."""
    if op == "+":
        return a + b, 1.0, 1.0
    if op == "-":
        return a - b, 1.0, -1.0
    if op == "*":
        return a * b, b, a
    if op == "/":
        return a / b, 1 / b, -a / b**2
    value = math.pow(a, b)
    by_base = 0.0 if b == 0 else b * math.pow(a, b - 1)
    by_exponent = value * math.log(a) if moving and a > 0 else 0.0
    if moving and a < 0:
        raise ValueError  # a negative base has no derivative by its exponent
    return value, by_base, by_exponent


def _call(function: str, a: float) -> tuple[float, float]:
    match function:
        case "exp":
            return math.exp(a), math.exp(a)
        case "log":
            return math.log(a), 1 / a
        case "sqrt":
            return math.sqrt(a), 0.5 / math.sqrt(a)
        case "abs":
            return abs(a), math.copysign(1.0, a)
        case "sin":
            return math.sin(a), math.cos(a)
        case "cos":
            return math.cos(a), -math.sin(a)
        case _:
            return math.tan(a), 1 + math.tan(a) ** 2


def _guard(compute: Callable[[], _T], shown: str) -> _T:
    try:
        return compute()
    except (ValueError, ZeroDivisionError, OverflowError) as cause:
        raise EcosurveyError(
            f"{shown} has no finite value",
            where="a constraint or definition",
            fix="Check the expression, or give start values at which it is defined.",
        ) from cause


def _scaled(gradient: Gradient | None, factor: float) -> Gradient | None:
    return None if gradient is None else gradient * factor


def _added(a: Gradient | None, b: Gradient | None) -> Gradient | None:
    if a is None or b is None:
        return b if a is None else a
    return a + b
