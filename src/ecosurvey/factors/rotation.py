"""Factor rotation by gradient projection, from many starts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import OptionError, Text, check_choice
from ecosurvey.core.random import stream
from ecosurvey.factors.criteria import CRITERIA, Criterion, towards

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROTATIONS: tuple[str, ...] = ("none", "promax", "target", *CRITERIA)
PROMAX_POWER = 4
_SCOUT, _ARRIVED = 1e-4, 1e-7  # size of the gradient that ends the search, and the last descent
_ITERATIONS = 5000
_HALVINGS = 20


@dataclass(frozen=True, slots=True)
class Rotated:
    """Rotated loadings.

    Attributes
    ----------
    loadings : ndarray, shape (p, k)
        The pattern: unrotated loadings times the inverse transpose of ``transform``.
    phi : ndarray, shape (k, k)
        Correlations of the factors; identity for orthogonal rotations.
    transform : ndarray, shape (k, k)
        T with unit columns, phi = T'T.
    converged : bool
    starts, agreeing : int
        Random starts made, and how many of them reached the best value.
    """

    loadings: NDArray[np.float64]
    phi: NDArray[np.float64]
    transform: NDArray[np.float64]
    converged: bool
    starts: int
    agreeing: int


def rotate(
    loadings: NDArray[np.float64],
    method: str = "oblimin",
    *,
    n_starts: int = 10,
    seed: int = 0,
    target: NDArray[np.float64] | None = None,
    first_start: NDArray[np.float64] | None = None,
) -> Rotated:
    """Rotate loadings to simple structure.

    Parameters
    ----------
    loadings : ndarray, shape (p, k)
        Unrotated loadings of orthogonal factors.
    method : str
        One of ``ROTATIONS``: none, varimax (Kaiser-normalised), quartimax, equamax,
        geomin_orthogonal, bifactor, oblimin (direct quartimin, gamma 0, not normalised, as
        psych), quartimin (the same by its own name), geomin (delta 0.01), bifactor_oblique,
        promax (of the normalised varimax solution, power 4, as psych), target (oblique).
    n_starts : int
        The first start is the unrotated solution, the others are random; the lowest
        criterion wins. Criteria such as geomin have several local minima.
    seed : int
        Where the random starts come from.
    target : ndarray, shape (p, k), optional
        For ``method="target"``: hypothesised loadings, NaN where a loading is free.
    first_start : ndarray, shape (k, k), optional
        A transformation to start from in place of the identity.

    Returns
    -------
    Rotated

    References
    ----------
    Bernaards, C. A., & Jennrich, R. I. (2005). Gradient projection algorithms and software
    for arbitrary rotation criteria in factor analysis. Educational and Psychological
    Measurement, 65, 676-696. Jennrich, R. I., & Bentler, P. M. (2011). Exploratory bi-factor
    analysis. Psychometrika, 76, 537-549.

    Examples
    --------
    >>> import numpy as np
    >>> simple = np.array([[.8, 0], [.7, 0], [0, .6], [0, .7]])
    >>> turn = np.array([[.8, -.6], [.6, .8]])
    >>> bool(np.allclose(np.abs(rotate(simple @ turn, "varimax").loadings).max(axis=0), [.8, .7]))
    True
    """
    check_choice("rotation", method, ROTATIONS)
    if n_starts < 1:
        raise OptionError(
            Text(f"n_starts={n_starts} is not positive", f"n_starts={n_starts} 不是正数"),
            fix=Text("Give at least 1.", "请至少给出1。"),
        )
    if (target is not None) != (method == "target"):
        raise OptionError(
            Text(
                "a target belongs to rotation='target', and only to it",
                "目标矩阵须与 rotation='target' 同时给出",
            ),
            fix=Text("Give both or neither.", "请两者都给出，或都不给出。"),
        )
    p, k = loadings.shape
    eye = np.eye(k)
    if method == "none" or k == 1:
        return Rotated(loadings, eye, eye, True, 1, 1)
    if method == "promax":
        return _promax(loadings, n_starts, seed)
    if target is not None:
        if target.shape != loadings.shape:
            raise OptionError(
                Text(
                    f"the target has shape {target.shape}, the loadings {loadings.shape}",
                    f"目标矩阵的形状是{target.shape}，载荷矩阵是{loadings.shape}",
                ),
                fix=Text(
                    "Give one row an item and one column a factor, NaN where free.",
                    "请每个题项一行、每个因子一列；自由处填NaN。",
                ),
            )
        return project(loadings, towards(target), True, n_starts, seed, first_start)
    rule = CRITERIA[method]
    length = np.ones((p, 1))
    if rule.normalize:
        length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
        length[length == 0] = 1
    found = project(loadings / length, rule.make(p, k), rule.oblique, n_starts, seed, first_start)
    if not rule.normalize:
        return found
    return Rotated(
        found.loadings * length,
        found.phi,
        found.transform,
        found.converged,
        found.starts,
        found.agreeing,
    )


def random_orthogonal(n: int, k: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return n random orthogonal matrices, uniformly distributed, shape (n, k, k)."""
    q, r = np.linalg.qr(generator.standard_normal((n, k, k)))
    signs: NDArray[np.float64] = np.where(np.diagonal(r, axis1=1, axis2=2) < 0, -1.0, 1.0)
    turned: NDArray[np.float64] = q * signs[:, None, :]
    return turned


def project(
    unrotated: NDArray[np.float64],
    criterion: Criterion,
    oblique: bool,
    n_starts: int,
    seed: int,
    first: NDArray[np.float64] | None,
) -> Rotated:
    """Descend from every start some way, then from the lowest all the way.

    ``rotate`` names the usual criteria; this takes any.

    Parameters
    ----------
    unrotated : ndarray, shape (p, k)
    criterion : callable
        Value and gradient, see :mod:`ecosurvey.factors.criteria`.
    oblique : bool
    n_starts, seed : int
    first : ndarray, shape (k, k), optional
        What to start from first; the identity by default.

    Returns
    -------
    Rotated
    """
    k = unrotated.shape[1]
    starts = np.empty((n_starts, k, k))
    starts[0] = np.eye(k) if first is None else first
    if n_starts > 1:
        starts[1:] = random_orthogonal(n_starts - 1, k, stream(seed, "rotation"))
    transforms, values, _ = _descend(unrotated, criterion, starts, oblique, _SCOUT)
    # of those that reached the same value the first, so that more starts change nothing
    near = values - values.min() <= 1e-5 * max(abs(float(values.min())), 0.1)
    best = transforms[[int(np.flatnonzero(near)[0])]]
    last, _, converged = _descend(unrotated, criterion, best, oblique, _ARRIVED)
    transform = last[0]
    loadings = unrotated @ np.linalg.inv(transform).T
    phi = transform.T @ transform if oblique else np.eye(k)
    return Rotated(loadings, phi, transform, bool(converged[0]), n_starts, int(near.sum()))


def _descend(
    unrotated: NDArray[np.float64],
    criterion: Criterion,
    starts: NDArray[np.float64],
    oblique: bool,
    tolerance: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Gradient projection with step halving, all starts side by side."""
    turn = starts.copy()
    value, slope = _evaluate(unrotated, criterion, turn, oblique)
    step = np.ones(len(turn))
    converged = np.zeros(len(turn), dtype=bool)
    for _ in range(_ITERATIONS):
        projected = slope - _normal_part(turn, slope, oblique)
        length2 = (projected**2).sum(axis=(1, 2))
        converged |= length2 < tolerance**2
        moving = np.flatnonzero(~converged)
        if not len(moving):
            break
        step[moving] *= 2
        for _ in range(_HALVINGS):
            trial = turn[moving] - step[moving, None, None] * projected[moving]
            trial = _retract(trial, oblique)
            new_value, new_slope = _evaluate(unrotated, criterion, trial, oblique)
            enough = value[moving] - new_value > 0.5 * length2[moving] * step[moving]
            done = moving[enough]
            turn[done], value[done], slope[done] = (
                trial[enough],
                new_value[enough],
                new_slope[enough],
            )
            moving = moving[~enough]
            if not len(moving):
                break
            step[moving] /= 2
        # no descent left within rounding: as far as floating point goes
        stalled = moving[length2[moving] < 1e-10]
        converged[stalled] = True
        if len(moving) and len(stalled) < len(moving):
            step[moving] = np.maximum(step[moving], 1e-8)
    return turn, value, converged


def _evaluate(
    unrotated: NDArray[np.float64],
    criterion: Criterion,
    turn: NDArray[np.float64],
    oblique: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the criterion and its gradient with respect to the transformation."""
    if not oblique:
        value, gradient = criterion(unrotated @ turn)
        return value, unrotated.T @ gradient
    inverse = np.linalg.inv(turn)
    loadings = unrotated @ inverse.swapaxes(1, 2)
    value, gradient = criterion(loadings)
    return value, -(loadings.swapaxes(1, 2) @ gradient @ inverse).swapaxes(1, 2)


def _normal_part(
    turn: NDArray[np.float64], slope: NDArray[np.float64], oblique: bool
) -> NDArray[np.float64]:
    """Return the part of the gradient that leads off the manifold."""
    if oblique:
        along: NDArray[np.float64] = turn * (turn * slope).sum(axis=1, keepdims=True)
        return along
    product = turn.swapaxes(1, 2) @ slope
    off: NDArray[np.float64] = turn @ (product + product.swapaxes(1, 2)) / 2
    return off


def _retract(trial: NDArray[np.float64], oblique: bool) -> NDArray[np.float64]:
    """Return the nearest admissible transformations: unit columns, or orthogonal."""
    if oblique:
        return np.asarray(trial / np.sqrt((trial**2).sum(axis=1, keepdims=True)))
    u, _, v = np.linalg.svd(trial)
    back: NDArray[np.float64] = u @ v
    return back


def _promax(loadings: NDArray[np.float64], n_starts: int, seed: int) -> Rotated:
    """Regress the varimax loadings, raised to a power, on themselves, rows normalised."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    length[length == 0] = 1
    base = rotate(loadings / length, "varimax", n_starts=n_starts, seed=seed)
    pattern = base.loadings
    powered = pattern * np.abs(pattern) ** (PROMAX_POWER - 1)
    u = np.linalg.lstsq(pattern, powered, rcond=None)[0]
    u = u * np.sqrt(np.diag(np.linalg.inv(u.T @ u)))
    inverse = np.linalg.inv(u)
    transform = base.transform @ inverse.T
    return Rotated(
        pattern @ u * length,
        inverse @ inverse.T,
        transform,
        base.converged,
        base.starts,
        base.agreeing,
    )
