"""From evidence to exclusions: which rules exclude whom, and in which order they are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless import REGISTRY, Scored
from ecosurvey.cleaning.duplicates import Duplicates
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.screening import REASONS, Screened
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FLAGS = Text("Several signs of careless answering", "多项指标提示作答不认真")
DUPLICATE = Text("Duplicate of another sheet", "重复答卷")
NOTHING = Text("No item answered", "题项全部未作答")


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for exclusion, and whom it concerns.

    Attributes
    ----------
    rule : str
    label : Text
    out : array of shape (n,)
    evidence : mapping of int to Text
        Position of a row concerned -> what speaks against it.
    """

    rule: str
    label: Text
    out: NDArray[np.bool_]
    evidence: Mapping[int, Text]


def grounds(
    screened: Sequence[Screened],
    scored: Mapping[str, Scored],
    duplicates: Duplicates,
    rules: Rules,
) -> tuple[Ground, ...]:
    """Return the reasons for exclusion in the order in which the flow counts them.

    Hard rules first: consent, eligibility, completeness, duplicates, failed checks, own
    word. Then flags of ``rules.flags_to_exclude`` different kinds.
    """
    found = [_screened(reason, screened) for reason in REASONS]
    hard = {
        name: _hard(name, scored[name])
        for name in REGISTRY
        if REGISTRY[name].acts(rules) == "exclude" and scored[name].cutoff
    }
    found += [hard.pop("incomplete", None), _duplicate(duplicates), *hard.values()]
    found.append(_flags(scored, rules))
    return tuple(ground for ground in found if ground is not None)


def acting(found: Sequence[Ground], sheet: Sheet, rules: Rules) -> tuple[Ground, ...]:
    """Return the grounds that exclude under the policy of the rules.

    Whoever did not consent, does not belong to the study or answered nothing is out under
    every policy.
    """
    import numpy as np

    if rules.policy == "default":
        return tuple(found)
    if rules.policy == "hard_only":
        return tuple(ground for ground in found if ground.rule != "flags")
    kept = [ground for ground in found if ground.rule in REASONS]
    nothing = np.isfinite(sheet.answers).sum(axis=1) == 0
    evidence = {int(p): NOTHING for p in np.flatnonzero(nothing)}
    return (*kept, Ground("empty", NOTHING, nothing, evidence))


def _screened(reason: str, screened: Sequence[Screened]) -> Ground | None:
    import numpy as np

    parts = [part for part in screened if part.rule == reason]
    if not parts:
        return None
    out = np.logical_or.reduce([part.out for part in parts])
    evidence = {
        int(p): _join(
            Text(said, said)
            for said in (f"{part.variable} = {part.answer[p]:g}" for part in parts if part.out[p])
        )
        for p in np.flatnonzero(out)
    }
    return Ground(reason, REASONS[reason], out, evidence)


def _duplicate(duplicates: Duplicates) -> Ground:
    import numpy as np

    out = duplicates.original > 0
    same = Text("same answers as row {row}", "作答与第{row}行完全相同")
    both = Text("same answers and respondent as row {row}", "作答及受访者编号与第{row}行相同")
    near = Text(
        "{share} of the answers equal those of row {row}, from the same address within minutes",
        "{share}的作答与第{row}行相同，且短时间内来自同一地址",
    )
    evidence = {}
    for p in map(int, np.flatnonzero(out)):
        alike = float(duplicates.alike[p])
        words = near if alike == alike else both if duplicates.same_id[p] else same
        evidence[p] = words.fill(row=int(duplicates.original[p]), share=f"{alike:.0%}")
    return Ground("duplicate", DUPLICATE, out, evidence)


def _hard(name: str, scored: Scored) -> Ground:
    import numpy as np

    rule = REGISTRY[name]
    evidence = {
        int(p): rule.unit.fill(value=float(scored.values[p]))
        for p in np.flatnonzero(scored.flagged)
    }
    return Ground(name, rule.label, scored.flagged, evidence)


def _flags(scored: Mapping[str, Scored], rules: Rules) -> Ground:
    """Exclude where flags of enough different kinds meet."""
    import numpy as np

    flags = {name: one for name, one in scored.items() if REGISTRY[name].acts(rules) == "flag"}
    kinds: dict[str, NDArray[np.bool_]] = {}
    for name, one in flags.items():
        kind = REGISTRY[name].kind
        kinds[kind] = kinds[kind] | one.flagged if kind in kinds else one.flagged
    nobody = np.zeros(len(next(iter(scored.values())).flagged), dtype=np.intp)
    count = np.sum([nobody, *kinds.values()], axis=0)
    out = count >= rules.flags_to_exclude
    evidence = {
        int(p): _join(
            REGISTRY[name].unit.fill(value=float(one.values[p]))
            for name, one in flags.items()
            if one.flagged[p]
        )
        for p in np.flatnonzero(out)
    }
    return Ground("flags", FLAGS, out, evidence)


def _join(parts: Iterable[Text]) -> Text:
    said = list(parts)
    return Text("; ".join(part.en for part in said), "；".join(part.zh for part in said))
