"""The rotation of exploratory blocks: its options, by lavaan's names, and the search for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import ConvergenceError, OptionError, Text, check_choice, did_you_mean
from ecosurvey.factors.criteria import Criterion, crawford_ferguson, geomin, towards
from ecosurvey.factors.rotation import project

Floats = NDArray[np.float64]

ROTATIONS = ("geomin", "oblimin", "quartimin", "varimax", "quartimax", "target", "none")
ORDERS = ("index", "sumofsquares", "none")
WEIGHTS = ("default", "none", "kaiser")
_NEWTON = 8


@dataclass(frozen=True, slots=True)
class Rotation:
    """How exploratory blocks are rotated; names and defaults are lavaan's ``rotation.args``.

    Attributes
    ----------
    method : {"geomin", "oblimin", "quartimin", "varimax", "quartimax", "target", "none"}
    orthogonal : bool
        Whether factors stay uncorrelated; varimax is always so.
    row_weights : {"default", "none", "kaiser"}
        Whether items have the same length while rotating; the default is Kaiser's for varimax.
    std_ov : bool
        Whether loadings are those of standardized items while rotating.
    geomin_epsilon : float
    target : (p, m) array or None
        For ``"target"``; NaN where a loading is free.
    rstarts : int
        Random starts; the lowest criterion wins.
    reflect : bool
        Whether factors are turned so that their loadings have a positive sum.
    order_lv_by : {"index", "sumofsquares", "none"}
        By the mean position of a factor's high loadings (at least 0.8 of its highest), or by its
        sum of squared loadings.
    seed : int
        Of the random starts; another of lavaan's options would be R's own.
    """

    method: str = "geomin"
    orthogonal: bool = False
    row_weights: str = "default"
    std_ov: bool = True
    geomin_epsilon: float = 0.001
    target: Floats | None = None
    rstarts: int = 30
    reflect: bool = True
    order_lv_by: str = "index"
    seed: int = 0

    @property
    def kaiser(self) -> bool:
        """Whether items have the same length while rotating."""
        return self.row_weights == "kaiser" or (
            self.row_weights == "default" and self.method == "varimax"
        )

    def criterion(self, p: int, m: int) -> Criterion:
        """Return what is minimized, for p items and m factors."""
        if self.method == "geomin":
            return lambda loadings: geomin(loadings, self.geomin_epsilon)
        if self.target is not None:
            if self.target.shape != (p, m):
                raise OptionError(
                    Text(
                        f"the target has shape {self.target.shape}, the block's loadings {(p, m)}",
                        f"目标矩阵的形状是{self.target.shape}，块的载荷矩阵是{(p, m)}",
                    ),
                    fix=Text(
                        "Give one row an item and one column a factor, NaN where free.",
                        "请每个题项一行、每个因子一列；自由处填NaN。",
                    ),
                )
            return towards(self.target)
        kappa = 1 / p if self.method == "varimax" else 0.0
        return lambda loadings: crawford_ferguson(loadings, kappa)


def settle_rotation(method: str, options: Mapping[str, Any] | None) -> Rotation:
    """Return the rotation that a user asked for; lavaan's dots are understood.

    Examples
    --------
    >>> settle_rotation("geomin", {"geomin.epsilon": 0.01}).geomin_epsilon
    0.01
    """
    plain = str(method).lower()
    check_choice("rotation", plain, ROTATIONS)
    given = {str(key).replace(".", "_"): value for key, value in (options or {}).items()}
    known = [name for name in Rotation.__slots__ if name != "method"]
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            raise OptionError(
                Text(f"rotation_args: {name!r} is not known", f"rotation_args：无法识别 {name!r}"),
                fix=Text(
                    f"{hint} Use any of: {', '.join(known)}.".strip(),
                    f"{hint.zh}可用的有：{'、'.join(known)}。",
                ),
            )
    if given.get("target") is not None:
        given["target"] = np.asarray(given["target"], dtype=float)
    found = Rotation(method=plain, **given)
    check_choice("row_weights", found.row_weights, WEIGHTS)
    check_choice("order_lv_by", found.order_lv_by, ORDERS)
    if (found.target is not None) != (plain == "target"):
        raise OptionError(
            Text(
                "a target belongs to rotation='target', and only to it",
                "目标矩阵须与 rotation='target' 同时给出",
            ),
            fix=Text("Give both or neither.", "请两者都给出，或都不给出。"),
        )
    if not (isinstance(found.rstarts, int) and found.rstarts >= 0 and found.geomin_epsilon > 0):
        raise OptionError(
            Text(
                "rotation_args: rstarts is a whole number, geomin_epsilon positive",
                "rotation_args：rstarts 须为非负整数，geomin_epsilon 须为正数",
            ),
            fix=Text("The defaults are 30 and 0.001.", "默认值为30与0.001。"),
        )
    if plain == "varimax":
        return Rotation(method=plain, **{**given, "orthogonal": True})
    return found


def find_rotation(loadings: Floats, residual: Floats, rotation: Rotation) -> Floats:
    """Return the matrix H (m, m) that turns factors f into H'f, reflected and in order.

    Parameters
    ----------
    loadings : (p, m) array
        Of orthonormal factors.
    residual : (p,) array
        Residual variances, with which the items are standardized.
    rotation : Rotation
    """
    p, m = loadings.shape
    shown = weighed(loadings, np.eye(m), residual, rotation)
    criterion = rotation.criterion(p, m)
    first = None
    if rotation.target is not None:  # it has a minimum near every order and sign of the factors
        u, _, v = np.linalg.svd(shown.T @ np.nan_to_num(rotation.target))
        first = u @ v
    found = project(
        shown, criterion, not rotation.orthogonal, rotation.rstarts + 1, rotation.seed, first
    )
    turn = _to_the_end(shown, found.transform, criterion, rotation)
    turned = loadings @ np.linalg.inv(turn).T
    if rotation.reflect:
        turn = turn * np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
    order = _order(turned, rotation.order_lv_by)
    return np.asarray(turn[:, order])


def weighed(loadings: Floats, phi: Floats, residual: Floats, rotation: Rotation) -> Floats:
    """Return the loadings as the criterion sees them.

    Written without conjugates or absolute values, so that complex steps pass through it.
    """
    shared = ((loadings @ phi) * loadings).sum(axis=1)
    weights = np.ones_like(shared)
    if rotation.std_ov:
        weights = weights / np.sqrt(shared + residual)
    if rotation.kaiser:
        weights = 1 / np.sqrt(shared)
    return np.asarray(loadings * weights[:, None])


def stationarity(loadings: Floats, phi: Floats, residual: Floats, rotation: Rotation) -> Floats:
    """Return what is zero at a rotation's solution: m(m - 1) conditions, or half of them.

    With Z = L'G, G the criterion's slope at the loadings L, the oblique solution has
    Z = diag(Z) Φ (Jennrich 1973), the orthogonal one a symmetric Z.
    """
    p, m = loadings.shape
    shown = weighed(loadings, phi, residual, rotation)
    slope = rotation.criterion(p, m)(shown[None])[1][0]
    z = shown.T @ slope
    low = np.tril_indices(m, -1)
    if rotation.orthogonal:
        return np.asarray((z - z.T)[low])
    off = z - np.diag(z)[:, None] * phi
    return np.concatenate([off[low], off.T[low]])


def _to_the_end(shown: Floats, turn: Floats, criterion: Criterion, rotation: Rotation) -> Floats:
    """Carry a rotation on to its stationary point, by Newton's steps on its conditions."""
    m = len(turn)
    low = np.tril_indices(m, -1)

    def moved(step: NDArray[Any]) -> NDArray[Any]:
        if rotation.orthogonal:
            skew = np.zeros((m, m), dtype=step.dtype)
            skew[low] = step
            skew = skew - skew.T
            return np.asarray(turn @ np.linalg.solve(np.eye(m) - skew / 2, np.eye(m) + skew / 2))
        return np.asarray(turn + step.reshape(m, m))

    def conditions(step: NDArray[Any]) -> NDArray[Any]:
        at = moved(step)
        loadings = shown @ np.linalg.inv(at).T
        z = loadings.T @ criterion(loadings[None])[1][0]
        if rotation.orthogonal:
            return np.asarray((z - z.T)[low])
        off = z - np.diag(z)[:, None] * (at.T @ at)
        return np.concatenate([off[low], off.T[low], (at**2).sum(axis=0) - 1])

    size = len(low[0]) if rotation.orthogonal else m * m
    begin = turn
    for _ in range(_NEWTON):
        here = conditions(np.zeros(size))
        if np.abs(here).max() < 1e-14:
            break
        slopes = np.array([conditions(1e-30j * unit).imag / 1e-30 for unit in np.eye(size)]).T
        turn = moved(-np.linalg.lstsq(slopes, here, rcond=None)[0])
    moved_far = not np.isfinite(turn).all() or float(np.abs(turn - begin).max()) > 0.1
    if moved_far or float(np.abs(conditions(np.zeros(size))).max()) > 1e-8:
        raise ConvergenceError(
            Text(
                f"the {rotation.method} rotation found no stationary point",
                f"{rotation.method} 旋转没有找到驻点",
            ),
            fix=Text(
                "Try another rotation=, fewer factors, or more rstarts.",
                "请换用其他 rotation=、减少因子，或增加 rstarts。",
            ),
        )
    return turn


def _order(loadings: Floats, by: str) -> NDArray[np.intp]:
    if by == "none":
        return np.arange(loadings.shape[1])
    if by == "sumofsquares":
        return np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    size = np.abs(loadings)
    high = size >= 0.8 * size.max(axis=0)
    place = (high * np.arange(len(size))[:, None]).sum(axis=0) / high.sum(axis=0)
    return np.argsort(place, kind="stable")
