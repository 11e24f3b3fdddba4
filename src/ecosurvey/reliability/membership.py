"""Which construct each item belongs to, checked at one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, OptionError, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_scales(scales: Mapping[str, Sequence[str]]) -> None:
    """Raise unless the scales are lists of items by construct."""
    if not isinstance(scales, Mapping):
        raise OptionError(
            Text(
                f"the scales are of type {type(scales).__name__}",
                f"量表的类型是 {type(scales).__name__}",
            ),
            fix=Text(
                "Give {'construct': ['item', ...], ...}.", "请写成：构念名对应题项列表的字典。"
            ),
        )
    for construct, items in scales.items():
        if isinstance(items, str):
            raise OptionError(
                Text(
                    f"the items of construct {construct!r} are the word {items!r}",
                    f"构念 {construct!r} 的题项是一个字符串 {items!r}",
                ),
                fix=Text(f"Give a list: [{items!r}].", f"请给出列表：[{items!r}]。"),
            )


def membership(
    scales: Mapping[str, Sequence[str]], least: int = 2
) -> tuple[list[str], NDArray[np.float64]]:
    """Return all items, and which construct each belongs to, shape (items, constructs)."""
    check_scales(scales)
    if len(scales) < least:
        raise DataError(
            Text(f"only {len(scales)} construct is given", f"只给出了{len(scales)}个构念"),
            fix=Text(f"Give at least {least} of them.", f"请至少给出{least}个。"),
        )
    owner: dict[str, str] = {}
    for construct, items in scales.items():
        if not items:
            raise DataError(
                Text(f"construct {construct!r} has no items", f"构念 {construct!r} 没有题项"),
                fix=Text("Name its items.", "请给出其题项。"),
            )
        for item in items:
            if item in owner:
                raise DataError(
                    Text(
                        f"item {item!r} belongs to {owner[item]!r} and to {construct!r}",
                        f"题项 {item!r} 同时属于 {owner[item]!r} 与 {construct!r}",
                    ),
                    fix=Text("Give each item to one construct.", "请将每个题项归入一个构念。"),
                )
            owner[item] = construct
    member = np.zeros((len(owner), len(scales)))
    position = {construct: j for j, construct in enumerate(scales)}
    for i, construct in enumerate(owner.values()):
        member[i, position[construct]] = 1
    return list(owner), member
