"""What stands around the items in a made-up wave: who answered, attention, time, skips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.instrument.parts import Check, Variable

Floats = NDArray[np.float64]
_TICKED = 0.4  # chance that an option of a multi-select question is ticked
_PACE = {0: 6.0, 1: 1.6, 2: 1.2}  # median seconds a question, by manner of answering
_SPREAD = 0.3


def draw_background(instrument: Instrument, n: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return the background questions, answered at random by people who belong to the study."""
    columns: dict[str, Any] = {}
    for variable in instrument.variables:
        if variable.type == "multi":
            columns |= _choices(variable, n, rng)
        elif variable.type == "ranking":
            places = np.argsort(rng.random((n, len(variable.options))), axis=1).argsort(axis=1)
            names = zip(variable.expanded, places.T, strict=True)
            columns |= {name: 1.0 + place for name, place in names}
        elif variable.type in ("text", "longtext", "date"):
            words = "synthetic" if variable.required and variable.type != "date" else None
            columns[variable.id] = np.full(n, words, dtype=object)
        else:
            columns[variable.id] = _one(variable, n, rng)
    return columns


def draw_checks(
    instrument: Instrument, manner: NDArray[np.int8], rng: np.random.Generator
) -> dict[str, Any]:
    """Return the attention checks: passed by those who read, answered blindly by the others."""
    return {check.id: _checked(check, manner, rng) for check in instrument.checks}


def seconds_taken(
    manner: NDArray[np.int8], questions: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return how long each respondent took, lognormal; who does not read is faster."""
    pace = np.array([_PACE[int(one)] for one in manner]) * questions
    taken = pace * np.exp(_SPREAD * rng.standard_normal(len(manner)))
    return np.maximum(np.round(taken), 1).astype(np.int64)


def hide_unasked(instrument: Instrument, columns: dict[str, Any], n: int) -> None:
    """Empty the cells of questions whose condition was not met, and of those that hang on them."""
    from ecosurvey.responses.skips import conditions, holds

    def column(name: str) -> Floats | None:
        held = columns.get(name)
        return held if isinstance(held, np.ndarray) and held.dtype.kind == "f" else None

    asked = list(conditions(instrument))
    for _ in asked:  # one round settles at least one link of a chain of conditions
        changed = False
        for _, names, condition in asked:
            hidden = holds(condition, column, n) != 1.0
            for name in names:
                cells = columns.get(name)
                if cells is None:
                    continue
                blank = None if cells.dtype.kind == "O" else np.nan
                still = hidden & np.array([cell == cell and cell is not None for cell in cells])
                changed |= bool(still.any())
                cells[still] = blank
        if not changed:
            return


def _one(variable: Variable, n: int, rng: np.random.Generator) -> Floats:
    """Return one choice or number a respondent; screened ones as the study keeps them."""
    if variable.type in ("single", "scale"):
        codes = [option.code for option in variable.options]
        codes = codes or list(variable.scale.points if variable.scale else ())
        if variable.screen is not None:
            codes = list(variable.screen.keep)
        return np.array(codes, dtype=np.float64)[rng.integers(0, len(codes), n)]
    low, high = variable.range or (0.0, 100.0)
    if variable.type == "integer":
        return rng.integers(int(np.ceil(low)), int(np.floor(high)) + 1, n).astype(np.float64)
    return np.round(low + (high - low) * rng.random(n), 2)


def _choices(variable: Variable, n: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Return a 0/1 column an option; who ticked nothing takes the option that excludes all."""
    drawn = (rng.random((n, len(variable.options))) < _TICKED).astype(np.float64)
    alone = [at for at, option in enumerate(variable.options) if option.exclusive]
    drawn[:, alone] = 0.0
    nothing = ~drawn.any(axis=1)
    drawn[nothing, alone[0] if alone else 0] = 1.0
    return dict(zip(variable.expanded, drawn.T.copy(), strict=True))


def _checked(check: Check, manner: NDArray[np.int8], rng: np.random.Generator) -> Floats:
    codes = check.scale.points if check.scale is not None else range(1, max(check.expect) + 1)
    blind = np.array(list(codes), dtype=np.float64)[rng.integers(0, len(codes), len(manner))]
    return np.where(manner == 0, float(check.expect[0]), blind)
