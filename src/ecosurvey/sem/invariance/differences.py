"""How large the differences are: of items by dMACS, of groups by their latent means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.sem.estimates import delta_method
from ecosurvey.sem.fit import Fit, implied_group
from ecosurvey.sem.invariance.ordinal_differences import ordinal_differences
from ecosurvey.sem.types import Op
from ecosurvey.sem.values import row_values

Floats = NDArray[np.float64]
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """How differently one item works in two groups whose members have the same factor values.

    Attributes
    ----------
    item : str
    reference, focal : str
        Groups.
    dmacs : float
        Root mean square difference of the expected answers over the focal group, in pooled
        standard deviations of the item: .4, .6, .8 are small, medium, large (Nye et al. 2019).
    signed : float
        The mean difference itself, in the same unit: positive where the reference group answers
        higher at the same factor value.
    """

    item: str
    reference: str
    focal: str
    dmacs: float
    signed: float


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The latent mean of a group less that of the first.

    Attributes
    ----------
    factor, reference, group : str
    est, se, z, pvalue, ci_lower, ci_upper : float
        In the factor's unit.
    d, d_ci_lower, d_ci_upper : float
        In pooled standard deviations of the factor.
    """

    factor: str
    reference: str
    group: str
    est: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    d: float
    d_ci_lower: float
    d_ci_upper: float


def item_differences(fit: Fit) -> tuple[ItemDifference, ...]:
    r"""Return dMACS of every item, each group against the first.

    .. math:: d_{MACS} = \frac{\sqrt{(\Delta\nu + \Delta\lambda'\kappa)^2
              + \Delta\lambda'\Phi\,\Delta\lambda}}{SD_{pooled}}

    with the focal group's factor means and covariances, and
    :math:`SD_{pooled} = [(N_R-1)SD_R + (N_F-1)SD_F]/(N_R+N_F-2)`.

    Parameters
    ----------
    fit : Fit
        With a scale that the groups share: loadings and intercepts equal for some items of
        every factor. Items whose parameters are equal have a dMACS of zero. For ordinal items
        the expected answers are those of the categories, integrated over the focal group.

    References
    ----------
    Nye & Drasgow (2011), Journal of Applied Psychology 96, 966-980, eqs. 3-4; Nye, Bradburn,
    Olenick, Bialko & Drasgow (2019), Organizational Research Methods 22, 678-709.
    """
    model = fit.model
    if model.responses:
        return tuple(
            ItemDifference(item, model.table.groups[0], model.table.groups[group], size, signed)
            for item, group, size, signed in ordinal_differences(fit)
        )
    parts = [implied_group(model, group, fit.x) for group in range(len(model.layouts))]
    sd = [np.sqrt(np.diag(m.cov_n) * m.n / (m.n - 1)) for m in model.moments]
    sizes = [m.n - 1 for m in model.moments]
    reference = parts[0][0]
    found = []
    for group in range(1, len(parts)):
        filled, moments = parts[group]
        d_nu = _gap(reference.nu, filled.nu)
        d_lambda = _gap(reference.lambda_, filled.lambda_)
        mean = d_nu + d_lambda @ moments.factor_mean
        spread = np.einsum("pm,mk,pk->p", d_lambda, moments.factor_cov, d_lambda)
        pooled = (sizes[0] * sd[0] + sizes[group] * sd[group]) / (sizes[0] + sizes[group])
        size = np.sqrt(mean**2 + np.maximum(spread, 0.0)) / pooled
        found += [
            ItemDifference(
                item, model.table.groups[0], model.table.groups[group], float(size[at]),
                float(mean[at] / pooled[at]),
            )
            for at, item in enumerate(model.layouts[0].observed)
        ]  # fmt: skip
    return tuple(found)


def _gap(one: Floats, other: Floats) -> Floats:
    """Return the difference; zero where it is the rounding of an equality constraint."""
    gap = one - other
    size = np.maximum(np.abs(one), np.abs(other))
    return np.where(np.abs(gap) <= _ROUNDING * np.maximum(size, 1.0), 0.0, gap)


def mean_differences(fit: Fit, level: float = 0.95) -> tuple[MeanDifference, ...]:
    r"""Return the latent means of every group less the first's, with effect sizes.

    :math:`d = (\kappa_g-\kappa_1)/\sqrt{(N_1\phi_1+N_g\phi_g)/(N_1+N_g)}`; intervals by the
    delta method. Factors that are regressed on others are left out, as theirs are intercepts.

    References
    ----------
    Hancock (2001), Psychometrika 66, 373-388.
    """
    model = fit.model
    values, jacobian = row_values(model, fit.x)
    at: dict[tuple[str, Op, int], int] = {
        (row.lhs, row.op, row.group): index
        for index, row in enumerate(model.table.rows)
        if row.op == "~1" or (row.op == "~~" and row.lhs == row.rhs)
    }
    regressed = {row.lhs for row in model.table.rows if row.op == "~"}
    regressed |= {row.rhs for row in model.table.rows if row.op == "=~"}
    found: list[MeanDifference] = []
    names: tuple[Op, Op] = ("~1", "~~")
    for group in range(2, len(model.table.groups) + 1):
        for factor in model.table.latent:
            keys = [(factor, op, g) for op in names for g in (1, group)]
            if factor in regressed or any(key not in at for key in keys):
                continue
            first, mean, one, other = (at[key] for key in keys)
            n1, ng = model.moments[0].n, model.moments[group - 1].n
            pooled = (n1 * values[one] + ng * values[other]) / (n1 + ng)
            gap, gap_slope = values[mean] - values[first], jacobian[mean] - jacobian[first]
            with np.errstate(invalid="ignore", divide="ignore"):
                root = np.sqrt(pooled)
                d_slope = gap_slope / root - 0.5 * gap / root**3 * (
                    n1 * jacobian[one] + ng * jacobian[other]
                ) / (n1 + ng)
                both = delta_method(
                    np.array([gap, gap / root]), np.stack([gap_slope, d_slope]), fit.vcov, level
                )
            found.append(
                MeanDifference(
                    factor, model.table.groups[0], model.table.groups[group - 1],
                    *(float(v[0]) for v in (both.est, both.se, both.z, both.pvalue,
                                            both.ci_lower, both.ci_upper)),
                    *(float(v[1]) for v in (both.est, both.ci_lower, both.ci_upper)),
                )
            )  # fmt: skip
    return tuple(found)
