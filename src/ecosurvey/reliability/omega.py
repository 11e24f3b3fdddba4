"""McDonald's omega of one scale, from a one-factor model, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, Finding, Result, Table, Text
from ecosurvey.factors import EfaFit, Moments, read_moments
from ecosurvey.factors.efa import heywood
from ecosurvey.factors.extraction import LOWEST_UNIQUENESS, extract
from ecosurvey.factors.fit import fit_indices
from ecosurvey.factors.moments import Missing, invert
from ecosurvey.reliability.alpha import check_level

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, repr=False)
class Omega(Result):
    """McDonald's omega of one scale.

    Attributes
    ----------
    value : float
        True-score share of the variance of the plain sum: (sum of loadings)^2 over that plus
        the residual variances, in the items' own units.
    se, ci_lower, ci_upper : float
        By the delta method on the logit scale, under normal theory; NaN where the model is
        not identified or at a bound.
    observed : float
        The same with the observed variance of the sum below the line: robust to misfit.
    standardized : float
        Omega of the sum of z scores; equals composite reliability of standardized loadings.
    level : float
    loadings : Series by item
        Standardized loadings of the one-factor model.
    fit : EfaFit
        How well one factor reproduces the correlations.
    k, n : int
    missing : Text
    """

    value: float
    se: float
    ci_lower: float
    ci_upper: float
    observed: float
    standardized: float
    level: float
    loadings: pd.Series
    fit: EfaFit
    k: int
    n: int | None
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"Omega(value={self.value:.3f}, k={self.k}, n={self.n})"

    def tables(self) -> tuple[Table, ...]:
        """Return omega in its forms, then the loadings."""
        percent = f"{100 * self.level:g}%"

        def bounded(key: str, heading: Text) -> Column:
            return Column(key, heading, bounded=True, decimals=3)

        total = Table(
            "omega",
            Text("Reliability (McDonald's omega)", "信度（McDonald's ω）"),
            (
                bounded("omega", Text("ω", "ω")),
                bounded("ci_lower", Text(f"{percent} CI lower", f"{percent}置信下限")),
                bounded("ci_upper", Text(f"{percent} CI upper", f"{percent}置信上限")),
                bounded("observed", Text("ω, observed variance", "ω（观测方差）")),
                bounded("standardized", Text("Standardized ω", "标准化ω")),
                Column("k", Text("Items", "题项数"), "count"),
            ),
            (
                (
                    self.value,
                    self.ci_lower,
                    self.ci_upper,
                    self.observed,
                    self.standardized,
                    self.k,
                ),
            ),
            (
                Text(
                    "One-factor model, maximum likelihood; interval by the delta method.",
                    "单因子模型，极大似然估计；置信区间采用Delta法。",
                ),
                self.missing,
            ),
        )
        loadings = Table(
            "omega_loadings",
            Text("Standardized loadings on one factor", "单因子标准化载荷"),
            (
                Column("item", Text("Item", "题项"), "label"),
                Column("loading", Text("Loading", "载荷"), bounded=True),
            ),
            tuple((str(name), float(value)) for name, value in self.loadings.items()),
        )
        return total, loadings


def omega(
    data: Any,
    items: Sequence[str] | None = None,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    level: float = 0.95,
) -> Omega:
    r"""Compute McDonald's omega from a one-factor model fitted by maximum likelihood.

    .. math:: \omega = \frac{(\sum \lambda_i)^2}{(\sum \lambda_i)^2 + \sum \theta_i}

    with unstandardized loadings and residual variances, factor variance one. Two items do not
    identify the model; their standardized loadings are then taken as equal.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item, all running in the scale's direction; or their covariance
        or correlation matrix.
    items : sequence of str, optional
        The items of the scale; all columns by default.
    n_obs : int, optional
        Respondents behind a matrix; without it there is no interval.
    missing : {"pairwise", "listwise"}
        Treatment of gaps. With pairwise deletion the interval takes the smallest number of
        respondents that any two items share, to be on the safe side.
    level : float
        Of the interval.

    Returns
    -------
    Omega

    Raises
    ------
    DataError
        For fewer than two items, constant or empty items, a singular matrix.

    References
    ----------
    McDonald, R. P. (1999). Test theory. Kelley, K., & Pornprasertmanit, S. (2016). Confidence
    intervals for population reliability coefficients. Psychological Methods, 21, 69-92.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> l = np.array([.8, .7, .6, .5])
    >>> r = pd.DataFrame(np.outer(l, l) + np.diag(1 - l**2), list("abcd"), list("abcd"))
    >>> found = omega(r, n_obs=400)
    >>> round(found.value, 4), round(found.se, 4)
    (0.7494, 0.0202)

    In R: ``semTools::compRelSEM(lavaan::cfa("f =~ a + b + c + d", x))``.
    """
    check_level(level)
    moments = read_moments(data, items, n_obs=n_obs, missing=missing, what="omega")
    return omega_of(moments, level)


def omega_of(moments: Moments, level: float = 0.95) -> Omega:
    """Return omega from moments that have been read already."""
    import pandas as pd

    invert(moments, "omega")
    spread = np.sqrt(np.diag(moments.cov))
    findings = list(moments.findings)
    if moments.p == 2:
        standard, unique, at_bound = _two_items(float(moments.corr[0, 1])), None, True
        findings.append(_TWO_ITEMS)
    else:
        found = extract(moments.corr, 1, "ml")
        standard, unique = found.loadings[:, 0], found.uniqueness
        at_bound = bool((unique <= LOWEST_UNIQUENESS * (1 + 1e-6)).any()) or not found.converged
        if not found.converged:
            findings.append(_NOT_CONVERGED)
        findings += [
            heywood(moments.names[i], float(standard[i] ** 2))
            for i in np.flatnonzero(unique <= LOWEST_UNIQUENESS * (1 + 1e-6))
        ]
    residual = 1 - standard**2 if unique is None else unique
    lambdas, thetas = standard * spread, residual * spread**2
    value = omega_kernel(lambdas, thetas)
    se = lower = upper = nan
    n = smallest_pair(moments)
    if n is not None and not at_bound:
        se, lower, upper = _interval(value, lambdas, thetas, n, level)
    negative = [moments.names[i] for i in np.flatnonzero(standard < 0)]
    if negative and not np.isnan(value):
        findings.append(_negative(negative))
    total = float(moments.cov.sum())
    return Omega(
        value=value,
        se=se,
        ci_lower=lower,
        ci_upper=upper,
        observed=float(lambdas.sum()) ** 2 / total if total > 0 else nan,
        standardized=omega_kernel(standard, residual),
        level=level,
        loadings=pd.Series(standard, list(moments.names), name="loading"),
        fit=fit_indices(moments.corr, np.outer(standard, standard), 1, moments.n),
        k=moments.p,
        n=moments.n,
        missing=moments.missing_note(),
        findings=tuple(findings),
    )


def omega_kernel(loadings: NDArray[np.float64], residuals: NDArray[np.float64]) -> float:
    """Return (sum of loadings)^2 over itself plus the sum of residual variances."""
    common = float(loadings.sum()) ** 2
    return common / (common + float(residuals.sum()))


def smallest_pair(moments: Moments) -> int | None:
    """Return how many respondents the least-answered pair of items shares."""
    if moments.rows is None or moments.missing != "pairwise":
        return moments.n
    seen = (~np.isnan(moments.rows)).astype(float)
    return int((seen.T @ seen).min())


def one_factor_vcov(
    lambdas: NDArray[np.float64], thetas: NDArray[np.float64], n: int
) -> NDArray[np.float64]:
    """Return the covariance matrix of the loadings and residual variances of one factor.

    The inverse of n times the expected information under normality, factor variance one;
    shape (2p, 2p), loadings first.
    """
    inverse = np.linalg.inv(np.outer(lambdas, lambdas) + np.diag(thetas))
    weighted = inverse @ lambdas
    ll = inverse * float(lambdas @ weighted) + np.outer(weighted, weighted)
    lt = inverse * weighted
    tt = inverse**2 / 2
    return np.asarray(np.linalg.inv(n * np.block([[ll, lt], [lt.T, tt]])), dtype=np.float64)


def _interval(
    value: float,
    lambdas: NDArray[np.float64],
    thetas: NDArray[np.float64],
    n: int,
    level: float,
) -> tuple[float, float, float]:
    """Return the standard error, and the bounds made on the logit scale and taken back."""
    from scipy.special import expit, logit, ndtri

    common, noise = float(lambdas.sum()), float(thetas.sum())
    total = common**2 + noise
    gradient = np.concatenate(
        [
            np.full(len(lambdas), 2 * common * noise / total**2),
            np.full(len(thetas), -(common**2) / total**2),
        ]
    )
    se = sqrt(max(float(gradient @ one_factor_vcov(lambdas, thetas, n) @ gradient), 0.0))
    if not 0 < value < 1:
        return se, nan, nan
    half = float(ndtri(0.5 + level / 2)) * se / (value * (1 - value))
    centre = float(logit(value))
    return se, float(expit(centre - half)), float(expit(centre + half))


def _two_items(r: float) -> NDArray[np.float64]:
    size = sqrt(abs(r))
    return np.array([size, size if r >= 0 else -size])


_TWO_ITEMS = Finding(
    "two_items",
    "warning",
    Text(
        "Two items do not determine a one-factor model; equal loadings are assumed.",
        "两个题项无法识别单因子模型，此处假定载荷相等。",
    ),
    hint=Text(
        "Report the Spearman-Brown coefficient, and use three or more items.",
        "建议报告Spearman-Brown系数，并采用三个以上题项。",
    ),
)
_NOT_CONVERGED = Finding(
    "omega_not_converged",
    "serious",
    Text("The one-factor model did not converge.", "单因子模型未收敛。"),
)


def _negative(items: list[str]) -> Finding:
    named = ", ".join(repr(item) for item in items)
    return Finding(
        "negative_loading",
        "serious",
        Text(
            f"Items load negatively on their factor: {named}.",
            f"以下题项在所属因子上载荷为负：{'、'.join(items)}。",
        ),
        where=items[0],
        hint=Text("Check the reverse keys.", "请检查反向计分设置。"),
    )
