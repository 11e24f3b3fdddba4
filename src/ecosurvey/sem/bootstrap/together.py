"""The search for the solutions of many drawn samples, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.bootstrap.gradient import Stacked, gradients, informations, stacked
from ecosurvey.sem.bootstrap.redrawn_rows import RedrawnRows
from ecosurvey.sem.fit import Model
from ecosurvey.sem.optimizer.learnt import Move, downhill, with_move

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_ARRIVED = 5e-11  # log-likelihood still to be gained a parameter: off by some 1e-5 standard errors
_PATIENCE = 40  # steps before a slow search takes over
_SHRINKS = 0.1  # share of its gain that a step is trusted to leave to the next, at best
_LITTLE = 0.04  # a ratio of informations that is not believed
_FEW = 4  # samples are dropped from the others where no more than one in so many goes on
_INEXACT = 3e-4  # error of the inverses of patterns to the length of a step in standard errors
_INVERSES = 1e-8  # and where it need not be smaller


def search_together(
    model: Model,
    rows: Sequence[RedrawnRows],
    start: Floats,
    spread: Floats,
    slope: Floats | None = None,
) -> tuple[Floats, Flags]:
    """Return the maximum likelihood solutions of drawn samples, and which were found.

    Limited-memory BFGS (Nocedal 1980) whose first guess is the inverse Hessian of the original
    sample, from the second step on scaled to where the sample lies: near the solution, so every
    step is a full one and costs a gradient only. A sample whose steps do not shrink, or lead
    where the likelihood is not concave, is given up.

    Parameters
    ----------
    model : Model
    rows : sequence of RedrawnRows
        Of b samples, one entry a group.
    start : (npar,) array
        The estimates of the original sample.
    spread : (npar, npar) array
        Its inverse Hessian.
    slope : (b, npar) array, optional
        The gradients at ``start``, where known.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a sample strays to where a matrix is singular.
    """
    count = len(rows[0].n)
    found, arrived = np.tile(start, (count, 1)), np.zeros(count, dtype=bool)
    left, x, moves = np.arange(count), found.copy(), list[Move]()
    if slope is None:
        slope, _ = gradients(model, rows, stacked(model, x))
    scale = np.ones_like(x)
    enough, last = _ARRIVED * len(start) / model.n, np.full(count, np.inf)
    going = np.ones(count, dtype=bool)
    for _ in range(_PATIENCE):
        step = -downhill(moves, slope, partial(_guess, spread, scale))
        gain = -_dot(slope, step)
        near = going & np.isfinite(gain) & (gain <= np.minimum(1.0, last))
        with np.errstate(invalid="ignore"):
            shrinks = np.clip(gain / last, _SHRINKS, None)
            done = near & (gain * shrinks < enough)
        found[left[done]], arrived[left[done]] = (x + step)[done], True
        strayed, going = going & ~near, near & ~done
        if not going.any():
            break
        # whoever has arrived rests, and is dropped only where that costs less than keeping it
        step[~going], x[strayed] = 0.0, start
        x, last = x + step, np.where(going, gain, last)
        if going.sum() * _FEW <= len(going):
            rows, moves = [one.take(going) for one in rows], [_those(m, going) for m in moves]
            left, x, scale = left[going], x[going], scale[going]
            step, slope, last, going = step[going], slope[going], last[going], going[going]
        points = stacked(model, x)
        if not moves:  # most of the way is gone; what units mean there is known now
            scale = _scales(model, start, points)
        ahead, valid = gradients(model, rows, points, _inexact(last[going], model.n))
        change = ahead - slope
        along = _dot(step, change)
        convex = valid & (along > 0)
        ahead[going & ~convex] = np.nan  # so that the sample is given up
        slope = np.where(going[:, None], ahead, 0.0)
        weight = np.divide(1.0, along, out=np.zeros_like(along), where=convex)
        moves = with_move(moves, Move(step, change, weight[:, None]))
    return found, arrived


def _guess(spread: Floats, scale: Floats, slope: Floats) -> Floats:
    return np.asarray((slope / scale) @ spread / scale)


def _those(move: Move, samples: Flags) -> Move:
    return Move(move.step[samples], move.change[samples], np.asarray(move.weight)[samples])


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("bk,bk->b", one, other))


def _inexact(gain: Floats, n: float) -> float:
    """Return the error of inverses that is small beside the step just made."""
    return float(np.clip(_INEXACT * (gain.min() * n) ** 0.5, _INVERSES, 1.0))


def _scales(model: Model, start: Floats, points: Sequence[Stacked]) -> Floats:
    """Return the root of how much more each parameter is known at points than at ``start``.

    The inverse Hessian at the start, divided by it on both sides, is nearer to that at ``x``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = informations(model, points) / informations(model, stacked(model, start[None]))
    usable = np.isfinite(ratio) & (ratio > _LITTLE) & (ratio < 1 / _LITTLE)
    return np.sqrt(np.where(usable, ratio, 1.0))
