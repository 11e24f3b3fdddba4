"""Rows of the parameter table while it is being built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

from ecosurvey.core import Text
from ecosurvey.sem.syntax.source import Source, Span
from ecosurvey.sem.syntax.statements import Formula, Modifiers, Statement
from ecosurvey.sem.types import Op

_NOTHING, _NOWHERE = Modifiers(), Span(0, 0)


@dataclass(slots=True)
class Draft:
    """One row, still to be changed by rules; see :class:`ecosurvey.sem.types.Parameter`.

    ``equal`` holds the ``lhs op rhs`` that the row shall be equal to.
    """

    lhs: str
    op: Op
    rhs: str
    user: int = 1
    group: int = 1
    free: bool = True
    ustart: float = nan
    exo: int = 0
    label: str = ""
    equal: str = ""
    efa: str = ""
    lower: float = -inf
    upper: float = inf
    modifiers: Modifiers = _NOTHING
    span: Span = _NOWHERE

    @property
    def key(self) -> tuple[str, str, str]:
        """What the row is about; covariances are the same from both sides."""
        if self.op == "~~" and self.rhs < self.lhs:
            return self.rhs, self.op, self.lhs
        return self.lhs, self.op, self.rhs

    def fix(self, value: float) -> None:
        """Hold the parameter at a value."""
        self.free, self.ustart = False, value

    def release(self) -> None:
        """Let the parameter be estimated."""
        self.free, self.ustart = True, nan


def draft_formulas(source: Source, statements: Sequence[Statement]) -> list[Draft]:
    """Spread formulas into rows, one for each pair of left and right side."""
    rows: list[Draft] = []
    seen: dict[tuple[str, str, str], Draft] = {}
    for statement in statements:
        if not isinstance(statement, Formula):
            continue
        for lhs in statement.lhs:
            for term in statement.terms:
                op: Op = "~1" if term.intercept else statement.op
                rhs, span = term.word.name, term.word.span
                row = Draft(lhs.name, op, rhs, modifiers=term.modifiers, span=span)
                row.efa = lhs.efa
                if lhs.name == rhs and op in ("~", "=~", "<~"):
                    fix = Text(
                        "Use ~~ for a variance; an item needs another name than its factor.",
                        "方差请用 ~~；题项不能与其因子同名。",
                    )
                    raise source.error(
                        Text(
                            f"{rhs!r} stands on both sides of {op}", f"{rhs!r} 同时出现在 {op} 两边"
                        ),
                        span,
                        fix,
                    )
                if row.key in seen:
                    line = source.line_of(seen[row.key].span.start)
                    twice = f"'{lhs.name} {op} {rhs}'".replace(" '", "'")
                    raise source.error(
                        Text(
                            f"{twice} is already in the model, on line {line}",
                            f"{twice} 已在模型第{line}行中",
                        ),
                        span,
                        Text(
                            "Keep one of the two; put all modifiers there.",
                            "请保留其中一个，并将修饰项都写在那里。",
                        ),
                    )
                seen[row.key] = row
                rows.append(row)
    return rows
