"""How latent means and variances changed between waves, with the chance of a false alarm held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ecosurvey.core import Text
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.sem import SemResult
from ecosurvey.sem.estimates import delta_method
from ecosurvey.sem.values import row_values
from ecosurvey.waves.rows import factor_rows

Kind = Literal["mean", "variance"]


@dataclass(frozen=True, slots=True)
class WaveChange:
    """The change of one construct from one wave to another.

    Attributes
    ----------
    construct : str
    name : Text
    kind : {"mean", "variance"}
    earlier, later : str
        Waves.
    d, se, z, pvalue, ci_lower, ci_upper : float
        Means: later less earlier in pooled standard deviations of the factor. Variances: the
        logarithm of the ratio, later over earlier.
    adjusted : float
        p by Holm over all changes of the kind.
    alert : bool
        Whether it is beyond what chance gives: adjusted p below alpha.
    numbers_d, composition_d, composition_se : float
        The mean change of answers taken as numbers: as the waves are composed, and
        after all were given the composition of the first, with its error; NaN if not asked.
    """

    construct: str
    name: Text
    kind: Kind
    earlier: str
    later: str
    d: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    adjusted: float = np.nan
    alert: bool = False
    numbers_d: float = np.nan
    composition_d: float = np.nan
    composition_se: float = np.nan


@dataclass(frozen=True, slots=True)
class WaveLevel:
    """The latent mean of a construct in a wave, in standard deviations of the first wave.

    Attributes
    ----------
    construct, wave : str
    mean, ci_lower, ci_upper : float
        The first wave's mean is 0 by definition; its interval is NaN.
    variance : float
        As a multiple of the first wave's.
    """

    construct: str
    wave: str
    mean: float
    ci_lower: float
    ci_upper: float
    variance: float


def pairs_of(count: int) -> list[tuple[int, int]]:
    """Return the comparisons made: each wave with the one before it, and with the first.

    Examples
    --------
    >>> pairs_of(3)
    [(0, 1), (1, 2), (0, 2)]
    """
    return [(k - 1, k) for k in range(1, count)] + [(0, k) for k in range(2, count)]


def construct_changes(
    fit: SemResult,
    construct: str,
    name: Text,
    labels: Sequence[str],
    level: float,
    sizes: Sequence[float] | None = None,
) -> tuple[list[WaveChange], list[WaveLevel]]:
    r"""Return changes of mean and variance of one construct, and its course.

    :math:`d = (\kappa_b-\kappa_a)/\sqrt{(N_a\phi_a+N_b\phi_b)/(N_a+N_b)}` and
    :math:`\ln(\phi_b/\phi_a)`, errors by the delta method.

    Parameters
    ----------
    fit : SemResult
        One factor over the waves, scalar or partially so.
    sizes : sequence of float, optional
        Rows of each wave, for the pooled variance; those of the groups if not given.
    """
    model = fit.fit.model
    values, jacobian = row_values(model, fit.fit.x)
    rows = factor_rows(fit.fit, construct, len(labels))
    n = sizes or [moments.n for moments in model.moments]
    changes: list[WaveChange] = []
    for a, b in pairs_of(len(labels)):
        (ka, pa), (kb, pb) = rows[a], rows[b]
        pooled = (n[a] * values[pa] + n[b] * values[pb]) / (n[a] + n[b])
        with np.errstate(all="ignore"):
            root = np.sqrt(pooled)
            gap = values[kb] - values[ka]
            slope = (jacobian[kb] - jacobian[ka]) / root - 0.5 * gap / root**3 * (
                n[a] * jacobian[pa] + n[b] * jacobian[pb]
            ) / (n[a] + n[b])
            ratio = np.log(values[pb] / values[pa])
            ratio_slope = jacobian[pb] / values[pb] - jacobian[pa] / values[pa]
            got = delta_method(
                np.array([gap / root, ratio]), np.stack([slope, ratio_slope]), fit.fit.vcov, level
            )
        kinds: tuple[Kind, Kind] = ("mean", "variance")
        changes += [
            WaveChange(
                construct, name, kind, labels[a], labels[b], float(got.est[k]), float(got.se[k]),
                float(got.z[k]), float(got.pvalue[k]), float(got.ci_lower[k]),
                float(got.ci_upper[k]),
            )
            for k, kind in enumerate(kinds)
        ]  # fmt: skip
    at = [mean for mean, _ in rows]
    course = delta_method(values[at], jacobian[at], fit.fit.vcov, level)
    levels = [
        WaveLevel(
            construct, label, float(course.est[g]), float(course.ci_lower[g]) if g else np.nan,
            float(course.ci_upper[g]) if g else np.nan, float(values[rows[g][1]]),
        )
        for g, label in enumerate(labels)
    ]  # fmt: skip
    return changes, levels


def with_alerts(changes: Sequence[WaveChange], alpha: float) -> tuple[WaveChange, ...]:
    """Adjust the p values of each kind over all constructs and pairs, and raise the alerts."""
    found = list(changes)
    for kind in ("mean", "variance"):
        own = [k for k, change in enumerate(found) if change.kind == kind]
        for k, p in zip(own, holm([found[k].pvalue for k in own]), strict=True):
            found[k] = replace(found[k], adjusted=p, alert=bool(p < alpha))
    return tuple(found)
