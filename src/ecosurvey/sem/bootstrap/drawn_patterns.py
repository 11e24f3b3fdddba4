"""Patterns of gaps, of one sample and of many drawn from it, padded to a few common sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from ecosurvey.sem.loss.casewise import padded_inverses
from ecosurvey.sem.observed import Incomplete

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
EXACT = 1e-13  # where Newton's iteration ends,
_NEAR, _ITERATIONS = 0.5, 8  # where it begins, and after how many steps it is given up


@dataclass(frozen=True, slots=True)
class Patterns:
    """The original sample's patterns of about as many gaps, and their rows.

    Attributes
    ----------
    missing : (m, q)
        Which variables each pattern misses; padded with variables that nobody answered.
    first : int
        Where its rows begin among the rows with gaps.
    which : (r,)
        The pattern of each row, sorted.
    start : (m, q, q)
        The inverses at the estimates of the original sample.
    """

    missing: Ints
    first: int
    which: Ints
    start: Floats

    def drawn(self, counts: Floats, number: Ints) -> Block:
        """Return the patterns and rows that were drawn at least once, sample after sample.

        Parameters
        ----------
        counts : (b, n2)
            How often each row with gaps was drawn.
        number : (b, n2)
            Its number among those drawn.
        """
        own = slice(self.first, self.first + len(self.which))
        here = counts[:, own] > 0
        starts = np.searchsorted(self.which, np.arange(len(self.missing)))
        used = np.logical_or.reduceat(here, starts, axis=1)
        sample, pattern = np.nonzero(used)
        place = np.full(used.shape, -1)
        place[used] = np.arange(len(pattern))
        of, row = np.nonzero(here)
        which = place[of, self.which[row]]
        weight = np.asarray(np.bincount(which, counts[:, own][here], len(pattern)), dtype=float)
        return Block(
            self.missing[pattern], sample, weight, number[:, own][here], which,
            self.start[pattern],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """Patterns of about as many gaps that were drawn in some samples.

    Attributes
    ----------
    missing : (m, q)
    sample : (m,)
        In which sample each was drawn.
    weight : (m,)
        How often.
    rows : (r,)
        Numbers of their rows among all that were drawn.
    which : (r,)
        The pattern of each row, sorted.
    inverses : (m, q, q)
        The last ones found, from which the next are; brought up to date in place.
    """

    missing: Ints
    sample: Ints
    weight: Floats
    rows: Ints
    which: Ints
    inverses: Floats

    def take(self, patterns: Flags, sample: Ints, number: Ints) -> Block:
        """Return some of the patterns, samples and rows numbered anew."""
        here = patterns[self.which]
        return Block(
            self.missing[patterns], sample[self.sample[patterns]], self.weight[patterns],
            number[self.rows[here]], (np.cumsum(patterns) - 1)[self.which[here]],
            self.inverses[patterns],
        )  # fmt: skip

    def cells(self, width: int) -> Ints:
        """Return where each pattern's part lies in stacked matrices of ``width``, flat."""
        first = self.sample[:, None, None] * width + self.missing[:, :, None]
        return (first * width + self.missing[:, None, :]).reshape(-1)

    def places(self, width: int) -> Ints:
        """Return where the gaps of its rows lie among all rows of ``width``, flat."""
        return (self.rows[:, None] * width + self.missing[self.which]).reshape(-1)

    def times(self, values: Floats) -> Floats:
        """Return each row's values, (r, q), times the inverse of its pattern."""
        inverse, which = self.inverses, self.which
        if len(which) == len(inverse):  # every row has a pattern of its own
            return np.asarray((inverse @ values[:, :, None])[:, :, 0])
        if len(which) <= 2 * len(inverse):
            return np.asarray((inverse[which] @ values[:, :, None])[:, :, 0])
        found = np.empty_like(values)  # few patterns, many rows: one product a pattern
        starts = np.searchsorted(which, np.arange(len(inverse) + 1))
        for j, one in enumerate(inverse):
            rows = slice(starts[j], starts[j + 1])
            found[rows] = values[rows] @ one
        return found


@dataclass(frozen=True, slots=True)
class DrawnPatterns:
    """All patterns that were drawn in some samples, those of about as many gaps together.

    Attributes
    ----------
    blocks : tuple of Block
        Their inverses are parts of ``inverses``.
    inverses : (c,)
        All inverses, flat.
    cells : (c,)
        Where each entry lies in the samples' padded matrices, flat.
    spread : (samples * width**2, c) sparse
        Puts every entry, times how often its pattern was drawn, where it lies.
    places : (g,)
        Where the gaps lie among all padded rows, flat.
    width : int
        Variables after padding.
    room : (2, c)
        Memory to work in: to ask for it anew each time would take longer than the work.
    """

    blocks: tuple[Block, ...]
    inverses: Floats
    cells: Ints
    spread: csc_array
    places: Ints
    width: int
    room: Floats

    @classmethod
    def of(cls, blocks: Sequence[Block], samples: int, width: int) -> DrawnPatterns:
        """Return the blocks with the places of their gaps."""
        none = np.empty(0)
        inverses = np.concatenate([none, *(one.inverses.reshape(-1) for one in blocks)])
        whole = none.astype(np.int64)
        cells = np.concatenate([whole, *(one.cells(width) for one in blocks)])
        places = np.concatenate([whole, *(one.places(width) for one in blocks)])
        weights = [np.repeat(one.weight, one.missing.shape[1] ** 2) for one in blocks]
        spread = csc_array(
            (np.concatenate([none, *weights]), cells, np.arange(len(cells) + 1)),
            shape=(samples * width**2, len(cells)),
        )
        parts = _parts(inverses, [one.inverses.size for one in blocks])
        shared = tuple(
            replace(one, inverses=part.reshape(one.inverses.shape))
            for one, part in zip(blocks, parts, strict=True)
        )
        return cls(shared, inverses, cells, spread, places, width, np.empty((2, len(inverses))))

    def take(self, samples: Flags, number: Ints) -> DrawnPatterns:
        """Return those of some samples, rows numbered anew."""
        place = np.cumsum(samples) - 1
        blocks = [one.take(samples[one.sample], place, number) for one in self.blocks]
        return DrawnPatterns.of(blocks, int(samples.sum()), self.width)

    def update(self, padded: Floats, error: float) -> None:
        """Bring the inverses up to date with the samples' padded K, (b, width, width).

        Raises
        ------
        numpy.linalg.LinAlgError
            If a part of K is singular.
        """
        matrices, room = self.room
        np.take(padded.reshape(-1), self.cells, out=matrices, mode="clip")
        sizes = [one.inverses.size for one in self.blocks]
        parts = zip(self.blocks, _parts(matrices, sizes), _parts(room, sizes), strict=True)
        for one, part, free in parts:
            shape = one.inverses.shape
            invert(part.reshape(shape), one.inverses, error, free.reshape(shape))

    def impute(self, rows: Floats, turned: Floats) -> None:
        """Put minus the inverses times ``turned`` in the gaps of ``rows``, both (r, width)."""
        values = np.take(turned.reshape(-1), self.places, mode="clip")
        sizes = [one.which.size * one.missing.shape[1] for one in self.blocks]
        for one, part in zip(self.blocks, _parts(values, sizes), strict=True):
            part[...] = one.times(part.reshape(-1, one.missing.shape[1])).reshape(-1)
        rows.reshape(-1)[self.places] = -values

    def total(self) -> Floats:
        """Return each sample's sum of inverses in their places, (b, width, width)."""
        return np.asarray(self.spread @ self.inverses).reshape(-1, self.width, self.width)


def sorted_patterns(data: Incomplete, k: Floats) -> tuple[tuple[Patterns, ...], Ints]:
    """Return the patterns of the data where Sigma has the inverse ``k``, and their rows."""
    padded = padded_inverses(k[None], data.width)[0]
    found, rows, first = [], [np.empty(0, dtype=np.int64)], 0
    for batch in data.batches:
        inner = padded[batch.missing[:, :, None], batch.missing[:, None, :]]
        found.append(Patterns(batch.missing, first, batch.which, np.linalg.inv(inner)))
        rows.append(batch.rows)
        first += len(batch.rows)
    return tuple(found), np.concatenate(rows)


def invert(
    matrices: Floats, near: Floats, error: float = EXACT, room: Floats | None = None
) -> None:
    """Turn ``near`` into the inverses of symmetric matrices, which it is near to.

    Parameters
    ----------
    matrices, near : (m, q, q)
        The former's memory is used for the last step: it may hold anything after.
    error : float
        Largest one allowed, relative, in the norm of Frobenius.
    room : (m, q, q), optional
        Memory to work in.

    Raises
    ------
    numpy.linalg.LinAlgError
        If one is singular.
    """
    count, size, _ = near.shape
    if not count:
        return
    room = np.empty_like(near) if room is None else room
    for _ in range(_ITERATIONS):
        off = np.matmul(matrices, near, out=room)
        flat = off.reshape(count, size * size)
        flat[:, :: size + 1] -= 1.0
        far = float(np.einsum("mi,mi->m", flat, flat).max()) ** 0.5
        if not far < _NEAR:
            break
        if far**2 < error:  # the error is squared by the last step, and memory is free
            near -= np.matmul(near, off, out=matrices)
            return
        near -= near @ off
    near[...] = np.linalg.inv(matrices)


def _parts(flat: Floats, sizes: Sequence[int]) -> Iterator[Floats]:
    start = 0
    for size in sizes:
        yield flat[start : start + size]
        start += size
