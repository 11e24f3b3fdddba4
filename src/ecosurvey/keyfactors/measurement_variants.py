"""Other reasonable ways to measure the same factors: fewer items, parcels, scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Parts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to measure.

    Attributes
    ----------
    text : str
        The model, without the controls.
    latent : frozenset of str
        What is measured by several indicators.
    means : mapping of str to tuple of str
        Indicators that are means of items, by name.
    """

    text: str
    latent: frozenset[str]
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def measurement_variants(fit: SemResult, controls: Sequence[str] = ()) -> dict[str, Variant]:
    """Return the model as it is measured, and as it might be.

    ``"without X1"`` for each item of a factor that keeps three; ``"parcels"``, where factors of
    four items or more are measured by means of some of them, dealt by the size of their loadings
    to two parcels (three from six items on), so that parcels load alike; ``"facet scores"``,
    where parts of higher-order factors are means of their items, so that no factor is of higher
    order; ``"scale scores"``, without any measurement model.

    Variants are only made of models without labels, constraints and fixed values of the user's.

    Parameters
    ----------
    fit : SemResult
    controls : sequence of str
        Regressions on them are left out of the texts.

    References
    ----------
    Little, Cunningham, Shahar & Widaman (2002), Structural Equation Modeling 9, 151-173
    (item-to-construct balance).
    """
    latent = frozenset(fit.table.latent)
    inside = set(controls) & set(fit.table.observed)
    items = _loaded(fit)
    if not is_plain(fit):
        return {"all items": Variant(fit.model, latent)}
    found = {"all items": Variant(_text(fit, items, inside) if inside else fit.model, latent)}
    for factor, own in items.items():
        if len(own) > 3 and not latent & set(own):
            for item in own:
                kept = {**items, factor: [name for name in own if name != item]}
                found[f"without {item}"] = Variant(_text(fit, kept, inside), latent)
    parcels, means = _parcelled(fit, items)
    if means:
        found["parcels"] = Variant(_text(fit, parcels, inside), latent, means)
    facets = {part for own in items.values() for part in own if part in latent}
    lowest = [part for part in items if part in facets and not latent & set(items[part])]
    if lowest:
        kept = {factor: own for factor, own in items.items() if factor not in lowest}
        means = {part: tuple(items[part]) for part in lowest}
        found["facet scores"] = Variant(_text(fit, kept, inside), frozenset(kept), means)
    found["scale scores"] = Variant(_text(fit, {}, inside), frozenset(), score_columns(fit))
    return found


def is_plain(fit: SemResult) -> bool:
    """Tell whether a model may be written anew: no labels, constraints, or fixed values."""
    rows = [row for row in fit.table.rows if row.user == 1]
    # a bare marker loading is fixed by rule, not by the user
    plain = all(not row.label and row.op in ("=~", "~", "~~") for row in rows)
    return plain and not any(row.user == 2 for row in fit.table.rows)


def score_columns(fit: SemResult) -> dict[str, tuple[str, ...]]:
    """Return the items under each latent variable, those of its parts included."""
    parts = _loaded(fit)

    def below(name: str) -> tuple[str, ...]:
        return tuple(i for own in parts[name] for i in (below(own) if own in parts else (own,)))

    return {name: below(name) for name in parts}


def adjusting(fit: SemResult, variant: Variant, controls: Sequence[str]) -> str:
    """Return the lines by which everything explained is adjusted for the controls.

    The engine, like lavaan, takes observed covariates to be uncorrelated with latent
    predictors, which would make them no controls at all; so they covary here.
    """
    if not controls:
        return ""
    paths = [(row.lhs, row.rhs) for row in fit.table.rows if row.op == "~"]
    targets = list(dict.fromkeys(lhs for lhs, _ in paths))
    sources = dict.fromkeys(rhs for _, rhs in paths)
    free = [name for name in sources if name in variant.latent and name not in targets]
    lines = [f"{target} ~ {' + '.join(controls)}" for target in targets]
    if free:
        lines += [f"{control} ~~ {' + '.join(free)}" for control in controls]
    return "\n".join(["", *lines])


def _loaded(fit: SemResult) -> dict[str, list[str]]:
    """Return the indicators of each factor."""
    found: dict[str, list[str]] = {}
    for row in fit.table.rows:
        if row.op == "=~":
            found.setdefault(row.lhs, []).append(row.rhs)
    return found


def _parcelled(fit: SemResult, items: Parts) -> tuple[Parts, dict[str, tuple[str, ...]]]:
    """Return the indicators of each factor with items joined in parcels, and the parcels."""
    solution = fit.standardized()
    rows = solution.loc[solution["op"] == "=~", ["lhs", "rhs", "est_std"]]
    loading = {(str(f), str(i)): float(value) for f, i, value in rows.itertuples(index=False)}
    latent = set(fit.table.latent)
    shared = [item for own in items.values() for item in own]
    found: dict[str, Sequence[str]] = {}
    means: dict[str, tuple[str, ...]] = {}
    for factor, own in items.items():
        sizes = [loading[factor, item] for item in own]
        alike = min(sizes) > 0 or max(sizes) < 0  # a mean of opposites would measure nothing
        once = all(shared.count(item) == 1 for item in own)
        if len(own) < 4 or latent & set(own) or not alike or not once:
            found[factor] = own
            continue
        made = _dealt(sorted(own, key=lambda item: -abs(loading[factor, item])))
        named = {f"{factor}_parcel_{k}": tuple(part) for k, part in enumerate(made, 1)}
        found[factor] = list(named)
        means |= named
    return found, means


def _dealt(items: Sequence[str]) -> list[list[str]]:
    """Deal items, best first, to parcels there and back."""
    count = 3 if len(items) >= 6 else 2
    parcels: list[list[str]] = [[] for _ in range(count)]
    way = [*range(count), *reversed(range(count))]
    for place, item in enumerate(items):
        parcels[way[place % len(way)]].append(item)
    return parcels


def _text(fit: SemResult, items: Parts, without: set[str]) -> str:
    """Write the model again with these indicators; without any, the paths among scores."""
    rows = [row for row in fit.table.rows if row.user == 1]
    lines = [f"{factor} =~ {' + '.join(own)}" for factor, own in items.items()]
    there = {name for own in items.values() for name in own} | set(items)
    regressed = {end for row in rows if row.op == "~" for end in (row.lhs, row.rhs)}
    for row in rows:
        if without & {row.lhs, row.rhs}:
            continue
        if row.op == "~":
            lines.append(f"{row.lhs} ~ {row.rhs}")
        elif row.op == "~~" and row.lhs != row.rhs:
            needed = there | regressed if items else regressed
            if row.lhs in needed and row.rhs in needed:
                lines.append(f"{row.lhs} ~~ {row.rhs}")
    return "\n".join(lines)
