"""The nouns of a parsed model: formulas with modified terms, definitions, constraints, headers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ecosurvey.sem.syntax.source import Span

FormulaOp = Literal["=~", "<~", "~", "~~", "|", "~*~"]
RelationOp = Literal[":=", "==", "<", ">"]


@dataclass(frozen=True, slots=True)
class Word:
    """A variable's name and where it stands; ``efa`` is the exploratory block it belongs to."""

    name: str
    span: Span
    efa: str = ""


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What the user asked of one term; each a value for each group, or one for all.

    Attributes
    ----------
    fixed : tuple of float or None
        Numbers to fix at; NaN (``NA*``) asks for a free parameter.
    start, lower, upper : tuple of float or None
    label : tuple of str or None
    equal : tuple of str or None
        The ``lhs op rhs`` of the row to be equal to.
    """

    fixed: tuple[float, ...] | None = None
    start: tuple[float, ...] | None = None
    lower: tuple[float, ...] | None = None
    upper: tuple[float, ...] | None = None
    label: tuple[str, ...] | None = None
    equal: tuple[str, ...] | None = None

    def merged(self, later: Modifiers) -> Modifiers:
        """Return both together; where they speak of the same thing, the later one holds."""
        given = {
            name: value
            for name in Modifiers.__slots__
            if (value := getattr(later, name)) is not None
        }
        return replace(self, **given)


@dataclass(frozen=True, slots=True)
class Term:
    """One right-hand term: a variable, or the intercept where the name is empty."""

    word: Word
    modifiers: Modifiers = Modifiers()

    @property
    def intercept(self) -> bool:
        """True for the ``1`` in ``y ~ 1``."""
        return not self.word.name


@dataclass(frozen=True, slots=True)
class Formula:
    """``lhs op rhs`` with its variables on both sides."""

    lhs: tuple[Word, ...]
    op: FormulaOp
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A definition or a constraint: two expressions, as text without blanks."""

    lhs: str
    op: RelationOp
    rhs: str
    span: Span
    names: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """``group: label``: what follows, down to the next of its kind, is the model of one group."""

    label: str
    span: Span


Statement = Formula | Relation | GroupHeader
