"""What an index is made of: the constructs, and the items of each that may be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.performance.scores import Part
from ecosurvey.performance.weights.of_model import ModelWeights, model_weights

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument
    from ecosurvey.sem import SemResult
    from ecosurvey.waves.alignment import AlignedWaves


def usable_items(
    asked: Instrument, frames: Sequence[pd.DataFrame], aligned: AlignedWaves | None
) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """Return the items that every wave asked alike, and a warning that names the others."""
    there = {
        item.id
        for item in asked.items
        if all(item.id in frame and frame[item.id].notna().any() for frame in frames)
    }
    changed = (
        {one.item for one in aligned.fates if one.fate in ("suspect", "free")} if aligned else set()
    )
    left = sorted((changed & there) | ({item.id for item in asked.items} - there))
    if not left:
        return frozenset(there), ()
    listed = ", ".join(left)
    message = Text(
        f"items that were not asked alike in every wave are left out of the index: {listed}",
        f"以下题项并非在各轮中以相同方式施测，未纳入指数：{listed}",
    )
    return frozenset(there - changed), (Finding("items_left_out", "warning", message, left[0]),)


def choose_parts(
    asked: Instrument, fit: SemResult | None, usable: frozenset[str]
) -> tuple[tuple[Part, ...], tuple[Part, ...], ModelWeights | None]:
    """Return the parts of the index, what is shown beside them, and the model's weights.

    The parts are the candidates of the questionnaire's model; without a model, all first-order
    constructs. The outcome stands beside them: an index of what leads to it does not hold it.

    Raises
    ------
    DataError
        If there is nothing to make an index of.
    """
    names, outcome = _named(asked)
    if not names:
        raise DataError(
            Text(
                "the questionnaire has no constructs to make an index of",
                "问卷没有可构成指数的构念",
            )
        )
    negative = {c.id for c in asked.constructs if c.valence == "negative"}
    negative |= {h.id for h in asked.higher_order if h.valence == "negative"}
    weights: ModelWeights | None = None
    if fit is not None:
        weights = model_weights(fit, names, outcome, negative=negative, items=usable)
    beside: tuple[str, ...] = (outcome,) if outcome is not None else ()
    shares = dict(weights.items) if weights is not None else {}
    if fit is not None and outcome is not None:
        shares |= model_weights(fit, [outcome], items=usable).items
    made = {
        name: Part(
            name, asked.name_of(name),
            shares.get(name) or _equal(asked, name, usable), _ends(asked, name), name in negative,
        )
        for name in (*names, *beside)
    }  # fmt: skip
    return tuple(made[name] for name in names), tuple(made[name] for name in beside), weights


def _named(asked: Instrument) -> tuple[list[str], str | None]:
    """Return the constructs of the index, and the outcome that it leads to."""
    if asked.outcome is not None and asked.candidates:
        return list(asked.candidates), asked.outcome
    if asked.outcome is not None:
        inside = set(below(asked, asked.outcome))
        rest = [c.id for c in asked.constructs if c.id != asked.outcome and c.id not in inside]
        return rest, asked.outcome
    return [construct.id for construct in asked.constructs], None


def below(asked: Instrument, name: str) -> list[str]:
    """Return the first-order constructs that a construct is made of; itself if it is one."""
    for higher in asked.higher_order:
        if higher.id == name:
            return [one for part in higher.of for one in below(asked, part)]
    return [name]


def _equal(asked: Instrument, name: str, usable: frozenset[str]) -> dict[str, float]:
    """Return equal weights: of the parts of a construct, and of the items of each part."""
    inside = {c.id: [i.id for i in c.items if i.id in usable] for c in asked.constructs}
    groups = [inside.get(part, []) for part in below(asked, name)]
    groups = [items for items in groups if items]
    if not groups:
        raise DataError(
            Text(
                f"no item of {name!r} was asked alike in every wave",
                f"{name!r} 没有一个题项在每轮中以相同方式提问",
            ),
            fix=Text(
                "Leave the construct out of the candidates, or give fewer waves.",
                "请将该构念从候选中去掉，或减少轮次。",
            ),
        )
    return {item: 1 / len(groups) / len(items) for items in groups for item in items}


def _ends(asked: Instrument, name: str) -> dict[str, tuple[float, float]]:
    own = set(below(asked, name))
    found = {}
    for item in asked.items:
        if item.construct not in own:
            continue
        points = item.scale.points
        if not points:
            raise DataError(
                Text(
                    f"the scale of {item.id!r} has no ends, so it cannot be put on 0 to 100",
                    f"{item.id!r} 的量表没有两端，因此不能换算到0至100",
                ),
                fix=Text("An index needs rating scales.", "指数需要评分量表。"),
            )
        found[item.id] = (float(points[0]), float(points[-1]))
    return found
