"""Replicates of a fit: samples drawn again, the model fitted to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, EcosurveyError, Text
from ecosurvey.core.parallel import Progress, map_replicates
from ecosurvey.sem.bootstrap.redrawn_rows import RowSource
from ecosurvey.sem.bootstrap.refit import Refit, Replicate, fixed_values
from ecosurvey.sem.bootstrap.resample import (
    counts_of,
    draw_rows,
    drawn_moments,
    weighted_moments,
)
from ecosurvey.sem.fit import implied_group
from ecosurvey.sem.implied import directions
from ecosurvey.sem.observed import Moments

Floats = NDArray[np.float64]
_SIDE_BY_SIDE = 8  # samples with gaps that are searched together: more fill the processor's cache
BY_MOMENTS = ("ML", "GLS", "ULS")  # losses that see nothing of complete rows but their moments


@dataclass(frozen=True, slots=True)
class Draws:
    """All replicates of a fit.

    Attributes
    ----------
    x : (b, npar) array
        NaN in the rows of failed replicates.
    fixed : tuple of (b, e) arrays
        Each group's moments of fixed covariates.
    values : (b,) array
        The objective, where asked for.
    reasons : tuple of str
        Why each failed; empty where it did not.
    wanted : int
    interrupted : bool
    """

    x: Floats
    fixed: tuple[Floats, ...]
    values: Floats
    reasons: tuple[str, ...]
    wanted: int
    interrupted: bool

    @property
    def good(self) -> NDArray[np.bool_]:
        """Which replicates arrived."""
        return np.array([not reason for reason in self.reasons], dtype=bool)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Computes some replicates, each from its own random stream; what workers are sent.

    Attributes
    ----------
    refit : Refit
    moments : tuple of Moments
        What rows are drawn from, one a group.
    value : bool
        Whether the objective is wanted too.
    sources : tuple of RowSource
        The rows with gaps sorted for quick refits, one a group; empty where there are none.
    """

    refit: Refit
    moments: tuple[Moments, ...]
    value: bool = False
    sources: tuple[RowSource, ...] = ()

    def __call__(self, streams: Sequence[np.random.Generator]) -> list[Replicate]:
        """Return one replicate a stream."""
        rows = draw_rows(streams, self.moments)
        if self.refit.loss in BY_MOMENTS and all(m.data is not None for m in self.moments):
            by_group = [
                weighted_moments(moments, counts_of(drawn, moments.n_rows))
                for moments, drawn in zip(self.moments, rows, strict=True)
            ]
            return [self._fitted(list(each)) for each in zip(*by_group, strict=True)]
        each = [[drawn[at] for drawn in rows] for at in range(len(streams))]
        if not self.sources:
            return [self._drawn(drawn) for drawn in each]
        counts = [
            _counts(moments, drawn) for moments, drawn in zip(self.moments, rows, strict=True)
        ]
        done: list[Replicate] = []
        for start in range(0, len(each), _SIDE_BY_SIDE):
            some = slice(start, start + _SIDE_BY_SIDE)
            quick = self.refit.by_counts(self.sources, [one[some] for one in counts])
            done += [
                self._drawn(drawn) if found is None else found
                for drawn, found in zip(each[some], quick, strict=True)
            ]
        return done

    def _drawn(self, rows: Sequence[NDArray[np.int64]]) -> Replicate:
        try:
            found = [
                drawn_moments(moments, drawn)
                for moments, drawn in zip(self.moments, rows, strict=True)
            ]
        except EcosurveyError:
            return self._failed()
        return self._fitted(found)

    def _fitted(self, moments: list[Moments]) -> Replicate:
        try:
            return self.refit.at(moments, value=self.value)
        except EcosurveyError:
            return self._failed()

    def _failed(self) -> Replicate:
        model = self.refit.model
        fixed = tuple(np.full(len(part), nan) for part in fixed_values(model))
        return Replicate(np.full(model.n_par, nan), fixed, nan, "data")


def draw_replicates(
    refit: Refit,
    moments: tuple[Moments, ...],
    n: int,
    *,
    seed: int,
    purpose: str,
    jobs: int | None = None,
    value: bool = False,
    on_progress: Progress | None = None,
) -> Draws:
    """Draw rows of each group with replacement and fit the model again, ``n`` times.

    Raises
    ------
    DataError
        If a group has no rows to draw from.
    """
    if any(group.data is None and group.rows is None and not group.ordinal for group in moments):
        raise DataError(
            Text(
                "the bootstrap draws rows, and this fit was given moments only",
                "自助法要抽取数据行，而该拟合只用了矩",
            ),
            fix=Text("Give data=.", "请给出 data=。"),
        )
    sources = () if value else _sources(refit, moments)
    gaps = any(group.rows is not None for group in moments)
    slow = (gaps and not sources) or refit.loss not in BY_MOMENTS
    found = map_replicates(
        Chunk(refit, moments, value, sources),
        n,
        seed=seed,
        purpose=purpose,
        jobs=jobs,
        size=8 if slow else 64,
        on_progress=on_progress,
    )
    groups = range(len(moments))
    empty = replace(Replicate(np.empty(0), tuple(np.empty(0) for _ in groups)))
    each = found.values or (empty,)
    count = len(found.values)
    return Draws(
        np.stack([one.x for one in each])[:count],
        tuple(np.stack([one.fixed[group] for one in each])[:count] for group in groups),
        np.array([one.value for one in each])[:count],
        tuple(one.reason for one in found.values),
        n,
        found.interrupted,
    )


def _sources(refit: Refit, moments: tuple[Moments, ...]) -> tuple[RowSource, ...]:
    """Return the rows with gaps sorted for quick refits, where these are possible."""
    rows = [group.rows for group in moments if group.rows is not None]
    if not refit.quick or len(rows) < len(moments) or refit.model.table.exogenous:
        return ()
    found = []
    for group, (one, place) in enumerate(zip(rows, refit.model.layouts, strict=True)):
        filled, implied = implied_group(refit.model, group, refit.x)
        found.append(RowSource.of(one, implied, directions(place.free, filled, implied)))
    return tuple(found)


def _counts(moments: Moments, drawn: Sequence[NDArray[np.int64]]) -> Floats:
    """Return how often each row with gaps was drawn, times its weight, (replicates, n)."""
    counts = counts_of(drawn, moments.n_rows)
    weights = None if moments.rows is None else moments.rows.weights
    return counts if weights is None else counts * weights
