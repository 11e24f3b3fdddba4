"""Which construct each item belongs to, checked at one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_scales(scales: Mapping[str, Sequence[str]]) -> None:
    """Raise unless the scales are lists of items by construct."""
    if not isinstance(scales, Mapping):
        raise OptionError(
            f"the scales are of type {type(scales).__name__}",
            fix="Give {'construct': ['item', ...], ...}.",
        )
    for construct, items in scales.items():
        if isinstance(items, str):
            raise OptionError(
                f"the items of construct {construct!r} are the word {items!r}",
                fix=f"Give a list: [{items!r}].",
            )


def membership(
    scales: Mapping[str, Sequence[str]], least: int = 2
) -> tuple[list[str], NDArray[np.float64]]:
    """Return all items, and which construct each belongs to, shape (items, constructs)."""
    check_scales(scales)
    if len(scales) < least:
        raise DataError(
            f"only {len(scales)} construct is given", fix=f"Give at least {least} of them."
        )
    owner: dict[str, str] = {}
    for construct, items in scales.items():
        if not items:
            raise DataError(f"construct {construct!r} has no items", fix="Name its items.")
        for item in items:
            if item in owner:
                raise DataError(
                    f"item {item!r} belongs to {owner[item]!r} and to {construct!r}",
                    fix="Give each item to one construct.",
                )
            owner[item] = construct
    member = np.zeros((len(owner), len(scales)))
    position = {construct: j for j, construct in enumerate(scales)}
    for i, construct in enumerate(owner.values()):
        member[i, position[construct]] = 1
    return list(owner), member
