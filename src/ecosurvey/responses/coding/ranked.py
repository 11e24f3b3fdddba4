"""Ranking questions: joined text, or one column an option, -> the place of each option."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecosurvey.instrument import Variable
from ecosurvey.responses.coding.cells import Codebook, normalise
from ecosurvey.responses.coding.columns import DECISIONS, CodedColumn, distinct

if TYPE_CHECKING:
    import pandas as pd

_ARROWS = re.compile(r"→|->|>|┋|;|\|")
_COMMAS = re.compile(r"[,、\s]+")


def code_order(cells: pd.Series, variable: Variable, book: Codebook) -> dict[int, CodedColumn]:
    """Return for each option the place it was given, from cells such as ``"B→A→C"``.

    Options that were not placed are missing. A cell with an unknown or repeated option is
    set to missing as a whole, since every place after it would be wrong.
    """
    import numpy as np

    codes, texts = distinct(cells)
    options = [option.code for option in variable.options]
    places = np.full((len(texts), len(options)), np.nan)
    bad: set[int] = set()
    for index, text in enumerate(texts):
        order = split_order(text, book)
        if order is None:
            bad.add(index)
            continue
        for place, code in enumerate(order, 1):
            places[index, options.index(code)] = place
    issues = sorted(
        (int(position), texts[index], DECISIONS["text"])
        for index in bad
        for position in np.flatnonzero(codes == index)
    )
    answered = int(np.isfinite(places[codes]).any(axis=1).sum()) + len(issues)
    return {
        # what could not be read is told once, with the first option
        code: CodedColumn(places[codes, n], issues if n == 0 else [], [], answered)
        for n, code in enumerate(options)
    }


def split_order(text: str, book: Codebook) -> list[int] | None:
    """Return the codes in the order given; empty if unanswered, ``None`` if not understood."""
    for joint in (_ARROWS, _COMMAS):
        coded = [book.code(part) for part in joint.split(text) if normalise(part)]
        given = [int(one.value) for one in coded if one.verdict == "answer"]
        if all(one.verdict in ("answer", "missing") for one in coded):
            return given if len(set(given)) == len(given) else None
    return None
