"""Replicates of an earlier run of the same model, answers, seed and program."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core.remember import add_content, programs
from ecosurvey.sem.bootstrap.refit import Refit
from ecosurvey.sem.bootstrap.replicates import Draws

if TYPE_CHECKING:
    from ecosurvey.core.kept import Kept
    from ecosurvey.sem.observed import Moments

_WORTH = 200  # replicates; fewer are drawn again as quickly


def kept_draws(
    refit: Refit,
    moments: tuple[Moments, ...],
    n: int,
    seed: int,
    kept: Kept | None,
    make: Callable[[], Draws],
) -> Draws:
    """Return the replicates kept for the same content, or make and keep them.

    The key is made of everything that they follow from: model, moments and rows, weights and
    clusters, estimates, seed, their number, and the programs.
    """
    if kept is None or n < _WORTH:
        return make()
    try:
        key = _key(refit, moments, n, seed)
    except TypeError:  # something whose content cannot be told
        return make()
    found = kept.get(key)
    if found is not None:
        draws = _draws(found, n, len(moments), refit.model.n_par)
        if draws is not None:
            return draws
    draws = make()
    if not draws.interrupted:
        arrays = {"x": draws.x, "values": draws.values, "reasons": np.array(draws.reasons, str)}
        arrays |= {f"fixed{at}": part for at, part in enumerate(draws.fixed)}
        kept.put(key, arrays)
    return draws


def _draws(found: dict[str, Any], n: int, groups: int, n_par: int) -> Draws | None:
    """Return what was kept; None where it is not of the expected form."""
    try:
        fixed = tuple(found[f"fixed{at}"] for at in range(groups))
        reasons = tuple(str(one) for one in found["reasons"])
        made = Draws(found["x"], fixed, found["values"], reasons, n, False)
    except KeyError:
        return None
    right = made.x.shape == (n, n_par) and len(reasons) == n == len(made.values)
    return made if right and all(len(part) == n for part in fixed) else None


def _key(refit: Refit, moments: tuple[Moments, ...], n: int, seed: int) -> str:
    digest = hashlib.blake2b(digest_size=20)
    add_content(digest, (programs(), n, seed, refit.loss, refit.x, refit.spread, refit.quick))
    add_content(digest, (refit.model.table, refit.model.weights, moments))
    return digest.hexdigest()
