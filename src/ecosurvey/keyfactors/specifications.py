"""The reasonable analyses of one question: every combination of choices, each a model to fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from ecosurvey.core import OptionError
from ecosurvey.core.random import stream

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

CHOICES = ("rows", "estimation", "measurement", "controls")
ESTIMATIONS: dict[str, tuple[str, str]] = {
    "ML, complete rows": ("ML", "listwise"),
    "MLR, complete rows": ("MLR", "listwise"),
    "ML, EM moments": ("ML", "em"),
    "ML, all answers": ("ML", "fiml"),
    "MLR, all answers": ("MLR", "fiml"),
}


@dataclass(frozen=True, slots=True)
class Specification:
    """One reasonable analysis.

    Attributes
    ----------
    rows : str
        Which exclusion rule.
    estimation : str
        One of :data:`ESTIMATIONS`.
    measurement : str
        ``"all items"``, ``"without X1"``, or ``"scale scores"``.
    controls : str
        ``"none"``, or the names of the controls.
    model : str
        The model's text.
    """

    rows: str
    estimation: str
    measurement: str
    controls: str
    model: str

    def choice(self, name: str) -> str:
        """Return what was chosen in one respect."""
        return str(getattr(self, name))


def specifications(
    fit: SemResult,
    outcome: str,
    rows: Sequence[str],
    estimations: Sequence[str],
    controls: Sequence[str],
    *,
    limit: int,
    seed: int,
) -> tuple[Specification, ...]:
    """Return all combinations of the choices; a random part of them, the first kept, if too many.

    Items are left out one at a time, from factors that keep three. Variants of measurement are
    only made of models without labels, constraints and fixed values of the user's.

    Raises
    ------
    OptionError
        For an estimation that is not known, or a limit below 1.
    """
    for name in estimations:
        if name not in ESTIMATIONS:
            raise OptionError(
                f"estimation {name!r} is not known", fix=f"Use one of: {', '.join(ESTIMATIONS)}."
            )
    if limit < 1:
        raise OptionError(f"limit={limit} leaves no analysis", fix="Use limit=200.")
    measured = measurement_variants(fit)
    adjusted = {"none": ""}
    if controls:
        adjusted[" + ".join(controls)] = f"\n{outcome} ~ {' + '.join(controls)}"
    every = [
        Specification(row, how, kind, words, text + more)
        for row, how, (kind, text), (words, more) in product(
            rows, estimations, measured.items(), adjusted.items()
        )
    ]
    if len(every) <= limit:
        return tuple(every)
    rng = stream(seed, "specifications")
    drawn = sorted(rng.choice(len(every) - 1, size=limit - 1, replace=False) + 1)
    return (every[0], *(every[int(at)] for at in drawn))


def measurement_variants(fit: SemResult) -> dict[str, str]:
    """Return the model with all items, without each item in turn, and with scale scores."""
    found = {"all items": fit.model}
    rows = [row for row in fit.table.rows if row.user == 1]
    # a bare marker loading is fixed by rule, not by the user
    plain = all(not row.label and row.op in ("=~", "~", "~~") for row in rows)
    if not plain or any(row.user == 2 for row in fit.table.rows):
        return found
    latent = set(fit.table.latent)
    items: dict[str, list[str]] = {}
    for row in rows:
        if row.op == "=~":
            items.setdefault(row.lhs, []).append(row.rhs)
    for factor, own in items.items():
        if len(own) > 3 and not latent & set(own):
            for item in own:
                kept = items | {factor: [name for name in own if name != item]}
                found[f"without {item}"] = _text(fit, kept)
    found["scale scores"] = _text(fit, {})
    return found


def score_columns(fit: SemResult) -> Mapping[str, tuple[str, ...]]:
    """Return the items under each latent variable, those of its parts included."""
    latent = set(fit.table.latent)
    parts: dict[str, list[str]] = {}
    for row in fit.table.rows:
        if row.op == "=~":
            parts.setdefault(row.lhs, []).append(row.rhs)

    def below(name: str) -> tuple[str, ...]:
        own = parts.get(name, [])
        return tuple(i for part in own for i in (below(part) if part in latent else (part,)))

    return {name: below(name) for name in parts}


def _text(fit: SemResult, items: Mapping[str, Sequence[str]]) -> str:
    """Write the model again with these items; without any, the paths among scores."""
    rows = [row for row in fit.table.rows if row.user == 1]
    lines = [f"{factor} =~ {' + '.join(own)}" for factor, own in items.items()]
    there = {name for own in items.values() for name in own} | set(fit.table.latent)
    regressed = {row.lhs for row in rows if row.op == "~"} | {
        row.rhs for row in rows if row.op == "~"
    }
    for row in rows:
        if row.op == "~":
            lines.append(f"{row.lhs} ~ {row.rhs}")
        elif row.op == "~~" and row.lhs != row.rhs:
            needed = there | regressed if items else regressed
            if row.lhs in needed and row.rhs in needed:
                lines.append(f"{row.lhs} ~~ {row.rhs}")
    return "\n".join(lines)
