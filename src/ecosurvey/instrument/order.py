"""The questions as a respondent meets them: page by page, statements of one scale together."""

from __future__ import annotations

from dataclasses import dataclass

from ecosurvey.core import Text
from ecosurvey.instrument.model import Instrument
from ecosurvey.instrument.parts import Check, Item, Scale, Variable


@dataclass(frozen=True, slots=True)
class Matrix:
    """Statements answered on one scale.

    Attributes
    ----------
    scale : Scale
    statements : tuple of Item or Check
    stem : Text or None
        What stands before the statements.
    """

    scale: Scale
    statements: tuple[Item | Check, ...]
    stem: Text | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page.

    Attributes
    ----------
    title : Text or None
    blocks : tuple of Matrix or Variable or Check
        A check without a scale of its own stands alone.
    """

    title: Text | None
    blocks: tuple[Matrix | Variable | Check, ...]


def sheets(instrument: Instrument) -> tuple[Sheet, ...]:
    """Return the pages in the order shown; what no page names comes at the end.

    Attention checks stand after the item that they name, else at the end of the statements.
    """
    named = {name for page in instrument.pages for name in page.contents}
    pages = [(page.title, page.contents) for page in instrument.pages]
    inside = {item.id for c in instrument.constructs if c.id in named for item in c.items}
    rest = [
        *(v.id for v in instrument.variables if v.id not in named),
        *(c.id for c in instrument.constructs if c.id not in named
          and not any(item.id in named for item in c.items)),
        *(i.id for i in instrument.items if i.id not in named | inside
          and any(j.id in named for j in _construct(instrument, i.construct))),
        *(c.id for c in instrument.checks if c.id not in named and c.after is None),
    ]  # fmt: skip
    if rest:
        pages.append((None, tuple(rest)))
    return tuple(Sheet(title, _blocks(instrument, contents)) for title, contents in pages)


def _construct(instrument: Instrument, name: str) -> tuple[Item, ...]:
    return next((c.items for c in instrument.constructs if c.id == name), ())


def _blocks(
    instrument: Instrument, contents: tuple[str, ...]
) -> tuple[Matrix | Variable | Check, ...]:
    variables = {variable.id: variable for variable in instrument.variables}
    constructs = {construct.id: construct for construct in instrument.constructs}
    checks = {check.id: check for check in instrument.checks}
    items = {item.id: item for item in instrument.items}
    found: list[Matrix | Variable | Check] = []
    for name in contents:
        if name in variables:
            found.append(variables[name])
        elif name in constructs:
            construct = constructs[name]
            _add(found, instrument, construct.items, construct.stem)
        elif name in items:
            _add(found, instrument, (items[name],), None)
        elif name in checks:
            _add_check(found, checks[name])
    return tuple(found)


def _add(
    found: list[Matrix | Variable | Check],
    instrument: Instrument,
    items: tuple[Item, ...],
    stem: Text | None,
) -> None:
    """Add statements, to the block before them where scale and stem are the same."""
    for item in items:
        after = [check for check in instrument.checks if check.after == item.id]
        statements: tuple[Item | Check, ...] = (item, *after)
        for statement in statements:
            scale = statement.scale
            last = found[-1] if found else None
            if scale is None:
                found.append(_alone(statement))
            elif isinstance(last, Matrix) and last.scale == scale and last.stem == stem:
                found[-1] = Matrix(scale, (*last.statements, statement), stem)
            else:
                found.append(Matrix(scale, (statement,), stem))


def _alone(statement: Item | Check) -> Check:
    """Return a statement without a scale, which only a check can be."""
    if isinstance(statement, Item):
        raise TypeError(f"{statement.id} has no scale")
    return statement


def _add_check(found: list[Matrix | Variable | Check], check: Check) -> None:
    last = found[-1] if found else None
    if check.scale is not None and isinstance(last, Matrix) and last.scale == check.scale:
        found[-1] = Matrix(last.scale, (*last.statements, check), last.stem)
    elif check.scale is not None:
        found.append(Matrix(check.scale, (check,)))
    else:
        found.append(check)
