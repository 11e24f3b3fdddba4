"""Patterns of gaps, of one sample and of many drawn from it, padded to a few common sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    def drawn(self, counts: Floats, number: Ints, width: int) -> DrawnPatterns:
        """Return the patterns and rows that were drawn at least once, sample after sample.

        Parameters
        ----------
        counts : (b, n2)
            How often each row with gaps was drawn.
        number : (b, n2)
            Its number among those drawn.
        width : int
            Variables after padding.
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
        return DrawnPatterns.of(
            self.missing[pattern], sample, weight, number[:, own][here], which,
            self.start[pattern], width,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrawnPatterns:
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
    cells : (m, q, q)
        Where each pattern's part of K lies in the samples' padded K, flat.
    places : (r, q)
        Where the gaps of its rows lie among all padded rows, flat.
    width : int
        Variables after padding.
    """

    missing: Ints
    sample: Ints
    weight: Floats
    rows: Ints
    which: Ints
    inverses: Floats
    cells: Ints
    places: Ints
    width: int

    @classmethod
    def of(
        cls, missing: Ints, sample: Ints, weight: Floats, rows: Ints, which: Ints,
        inverses: Floats, width: int,
    ) -> DrawnPatterns:  # fmt: skip
        """Return the patterns with the places of their gaps."""
        cells = missing[:, :, None] * width + missing[:, None, :]
        cells += sample[:, None, None] * width**2
        places = rows[:, None] * width + missing[which]
        return cls(missing, sample, weight, rows, which, inverses, cells, places, width)

    def take(self, patterns: Flags, sample: Ints, number: Ints) -> DrawnPatterns:
        """Return some of the patterns, samples and rows numbered anew."""
        here = patterns[self.which]
        return DrawnPatterns.of(
            self.missing[patterns], sample[self.sample[patterns]], self.weight[patterns],
            number[self.rows[here]], (np.cumsum(patterns) - 1)[self.which[here]],
            self.inverses[patterns], self.width,
        )  # fmt: skip


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


def invert(matrices: Floats, near: Floats, error: float = EXACT) -> None:
    """Turn ``near`` into the inverses of symmetric matrices, which it is near to.

    Raises
    ------
    numpy.linalg.LinAlgError
        If one is singular.
    """
    count, size, _ = near.shape
    for _ in range(_ITERATIONS):
        off = matrices @ near
        off.reshape(count, size * size)[:, :: size + 1] -= 1.0
        far = max(float(off.max(initial=0.0)), -float(off.min(initial=0.0)))
        if not far < _NEAR:
            break
        near -= near @ off
        if far < error**0.5:  # the error is squared by the step just made
            return
    near[...] = np.linalg.inv(matrices)


def times(inverse: Floats, which: Ints, values: Floats) -> Floats:
    """Return each row's values times the inverse of its pattern."""
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
