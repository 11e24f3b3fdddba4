"""What a planned study wants to show, and what is true of it in the population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecosurvey.core import InstrumentError, OptionError, Text, did_you_mean
from ecosurvey.planning.population import Population

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

TargetKind = Literal["path", "indirect", "total", "correlation", "mean"]
Row = tuple[str, str, str]
Effects = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Target:
    """What a planned study wants to show.

    Attributes
    ----------
    id : str
        ``"H1a"``.
    kind : {"path", "indirect", "total", "correlation", "mean"}
    ways : tuple of tuple of (str, str, str)
        lhs, op, rhs of the parameters: one for a path, correlation or mean; the steps of an
        indirect effect, whose product it is; all ways of a total effect, whose sum it is.
    true : float
        Its standardized value in the population.
    label : Text
    group : int
        Whose parameter it is, from 1.
    """

    id: str
    kind: TargetKind
    ways: tuple[tuple[Row, ...], ...]
    true: float
    label: Text
    group: int = 1

    @property
    def simple(self) -> bool:
        """True if it is one parameter, with a standard error of its own."""
        return self.kind not in ("indirect", "total")


def targets_of(
    instrument: Instrument, population: Population, claims: Sequence[str] | None = None
) -> tuple[Target, ...]:
    """Return what is asked: all hypotheses and candidates' total effects, or the claims named.

    Without hypotheses these are the correlations of the constructs.

    Raises
    ------
    OptionError
        If a claim is none of the questionnaire, with the nearest.
    InstrumentError
        If there is nothing to ask.
    """
    known = _hypotheses(instrument, population.paths) or _correlations(instrument, population)
    if claims is None:
        return known
    by_id = {target.id: target for target in known}
    found = []
    for claim in dict.fromkeys(claims):
        target = by_id.get(claim) or _written_out(claim, population.paths)
        if target is None:
            raise OptionError(
                Text(
                    f"{claim!r} is no claim of {instrument.id!r}",
                    f"{claim!r} 不是 {instrument.id!r} 的待检验项",
                ),
                fix=did_you_mean(claim, by_id)
                or Text(
                    f"There are: {', '.join(by_id)}; or write a way: A -> B -> C.",
                    f"可用的有：{'、'.join(by_id)}；也可写出路径：A -> B -> C。",
                ),
            )
        found.append(target)
    if not found:
        raise OptionError(
            Text("no claim is named", "没有指定待检验项"),
            fix=Text(f"There are: {', '.join(by_id)}.", f"可用的有：{'、'.join(by_id)}。"),
        )
    return tuple(found)


def _hypotheses(instrument: Instrument, paths: Effects) -> tuple[Target, ...]:
    found = [_way(one.id, (one.source, one.target), paths) for one in instrument.hypotheses]
    found += [
        _way(one.id, one.path, paths)
        for one in instrument.mediations
        if all(step in paths for step in _steps(one.path))
    ]
    outcome = instrument.outcome
    if outcome is not None:
        sources = instrument.candidates or tuple(dict.fromkeys(source for source, _ in paths))
        totals = (_total(source, outcome, paths) for source in sources)
        found += [target for target in totals if target is not None]
    return tuple(found)


def _written_out(claim: str, paths: Effects) -> Target | None:
    """Return the claim ``A -> B -> C``, if its steps are in the model."""
    names = tuple(part.strip() for part in claim.replace("→", "->").split("->"))
    if len(names) < 2 or any(step not in paths for step in _steps(names)):
        return None
    return _way(" -> ".join(names), names, paths)


def _way(claim: str, names: Sequence[str], paths: Effects) -> Target:
    """Return a path, or an indirect effect if there are more than two names on the way."""
    steps = _steps(names)
    true = float(np.prod([paths[step] for step in steps]))
    words = " → ".join(names)
    kind: TargetKind = "path" if len(steps) == 1 else "indirect"
    return Target(claim, kind, (_rows(steps),), true, Text(words, words))


def _total(source: str, outcome: str, paths: Effects) -> Target | None:
    """Return a total effect; ``None`` where it is a single path, which is asked already."""
    ways = [_steps(way) for way in _ways(source, outcome, paths)]
    if not any(len(way) > 1 for way in ways):
        return None
    true = sum(float(np.prod([paths[step] for step in way])) for way in ways)
    label = Text("total: {a} → {b}", "总效应：{a} → {b}").fill(a=source, b=outcome)
    return Target(f"total {source}", "total", tuple(map(_rows, ways)), true, label)


def _ways(source: str, outcome: str, paths: Effects) -> Iterator[tuple[str, ...]]:
    """Yield every way from one construct to another; the model has no circles."""
    if source == outcome:
        yield (outcome,)
        return
    for one, other in paths:
        if one == source:
            for rest in _ways(other, outcome, paths):
                yield (source, *rest)


def _steps(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(pairwise(names))


def _rows(steps: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    return tuple((target, "~", source) for source, target in steps)


def _correlations(instrument: Instrument, population: Population) -> tuple[Target, ...]:
    facets = {part for higher in instrument.higher_order for part in higher.of}
    names = [c.id for c in instrument.constructs] + [c.id for c in instrument.higher_order]
    left_out = facets | set(instrument.excluded_from_model)
    names = [name for name in names if name not in left_out]
    said = {}
    for line in population.text.splitlines():
        if " ~~ " in line:
            one, rest = line.split(" ~~ ")
            value, other = rest.split("*")
            said[frozenset((one, other))] = float(value)
    found = []
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            words = f"{one} ↔ {other}"
            true = said.get(frozenset((one, other)), 0.0)
            ways = (((one, "~~", other),),)
            found.append(Target(f"{one}, {other}", "correlation", ways, true, Text(words, words)))
    if not found:
        raise InstrumentError(
            Text(
                f"{instrument.id!r} has no hypotheses and one construct only",
                f"{instrument.id!r} 没有假设，且只有一个构念",
            ),
            fix=Text(
                "Use es.rmsea_power for the test of its model.",
                "请用 es.rmsea_power 规划其模型的检验。",
            ),
        )
    return tuple(found)
