"""The index of parts of the sample: every choice of filters, computed beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import OptionError, Text, did_you_mean
from ecosurvey.performance.index import arranged
from ecosurvey.performance.measured import measure, score_parts, scores_of, unit_codes

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument
    from ecosurvey.performance.model import Score
    from ecosurvey.performance.result import PerformanceIndex

MOST = 600  # choices; with more, one filter at a time


@dataclass(frozen=True, slots=True)
class Filter:
    """A background variable that people may be chosen by, and its values."""

    variable: str
    name: Text
    values: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The scores of those whom one choice of filters leaves.

    Attributes
    ----------
    chosen : tuple of (str or None)
        A value of each filter; None for everybody.
    wave : str
    n : int
        Respondents left, of units that are shown.
    scores : tuple of Score
    """

    chosen: tuple[str | None, ...]
    wave: str
    n: int
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Slices:
    """All choices; ``together`` is False where only one filter may be used at a time."""

    filters: tuple[Filter, ...]
    slices: tuple[Slice, ...]
    together: bool


def slices(
    index: PerformanceIndex,
    instrument: Instrument,
    waves: Any,
    filters: Sequence[str] = (),
    *,
    fewest: int = 5,
) -> Slices:
    """Compute an index anew for every choice of background variables' values.

    The weights stay those of the whole; means, variances and shrinkage are of those chosen.

    Parameters
    ----------
    index : PerformanceIndex
    instrument : Instrument
    waves : CleanData, DataFrame, or mapping
        As the index was made of.
    filters : sequence of str
        Background variables with options; up to 600 choices all combinations, else one at a time.
    fewest : int
        Units with fewer respondents among those chosen are not shown.

    Raises
    ------
    OptionError
        If a filter is not a background variable with options.
    """
    labels, frames, *_ = arranged(instrument, waves)
    chosen = tuple(_filter(instrument, name, frames) for name in filters if name != index.by)
    sizes = [len(one.values) + 1 for one in chosen]
    together = prod(sizes) <= MOST
    weights = np.array([index.weights[index.scheme][part.id] for part in index.parts])
    parts = (*index.parts, *index.beside)
    targets = {one.part: one.target for one in index.scores if one.target is not None}
    made: list[Slice] = []
    for label, frame in zip(labels, frames, strict=True):
        if label not in index.waves:
            continue
        codes = unit_codes(frame[index.by])
        scores = score_parts(frame, parts)
        held = [unit_codes(frame[one.variable]) for one in chosen]
        for choice in _choices(chosen, together=together):
            rows = codes.notna().to_numpy()
            for column, value in zip(held, choice, strict=True):
                if value is not None:
                    rows = rows & (column == value).to_numpy()
            counts = codes[rows].value_counts()
            units = sorted(counts.index[counts >= fewest])
            rows = rows & codes.isin(units).to_numpy()
            if len(units) < 2:
                continue
            wave = measure(label, scores[rows], codes[rows], units, index.level)
            whole, by_part = scores_of(wave, parts, weights, targets, index.level)
            made.append(Slice(choice, label, int(rows.sum()), (*whole, *by_part)))
    return Slices(chosen, tuple(made), together)


def _choices(filters: Sequence[Filter], *, together: bool) -> Iterator[tuple[str | None, ...]]:
    if together:
        yield from product(*([None, *(code for code, _ in one.values)] for one in filters))
        return
    nobody: list[str | None] = [None] * len(filters)
    yield tuple(nobody)
    for at, one in enumerate(filters):
        for code, _ in one.values:
            yield tuple(code if here == at else None for here in range(len(filters)))


def _filter(instrument: Instrument, name: str, frames: Sequence[pd.DataFrame]) -> Filter:
    known = {one.id: one for one in instrument.variables if one.options and not one.expanded}
    if name not in known or any(name not in frame for frame in frames):
        there = [one for one in known if all(one in frame for frame in frames)]
        raise OptionError(
            Text(
                f"{name!r} is not a background variable with options in every wave",
                f"{name!r} 不是每轮都有的带选项的背景变量",
            ),
            fix=did_you_mean(name, there)
            or Text(
                f"Those there: {', '.join(there) or 'none'}.",
                f"可用的有：{'、'.join(there) or '无'}。",
            ),
        )
    used = {code for frame in frames for code in unit_codes(frame[name]).dropna()}
    options = known[name].options
    values = [(str(one.code), one.label) for one in options if str(one.code) in used]
    return Filter(name, known[name].label, tuple(values))
