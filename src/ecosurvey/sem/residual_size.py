"""How large the residuals are together: RMR, SRMR and CRMR with errors, tests and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text, check_choice
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.residuals import residual_vectors

Floats = NDArray[np.float64]
SizeKind = Literal["raw", "cor_bentler", "cor_bollen"]
_NAMES: dict[SizeKind, str] = {"raw": "RMR", "cor_bentler": "SRMR", "cor_bollen": "CRMR"}


@dataclass(frozen=True, slots=True)
class GroupSize:
    """The size of one group's residuals.

    Attributes
    ----------
    estimate, se : float
        Root mean square of the residuals, and its standard error if the model holds exactly.
    exact_z, exact_pvalue : float
        Test that the model holds exactly (one-sided).
    unbiased, unbiased_se, ci_lower, ci_upper : float
        Estimate of the population's value, with a 90% interval.
    close_z, close_pvalue : float
        Test that the population's value is at most ``close``.
    """

    estimate: float
    se: float
    exact_z: float
    exact_pvalue: float
    unbiased: float
    unbiased_se: float
    ci_lower: float
    ci_upper: float
    close_z: float
    close_pvalue: float


@dataclass(frozen=True, slots=True)
class ResidualSize(Result):
    """The size of the residuals of every group.

    Attributes
    ----------
    kind : str
    labels : tuple of str
    groups : tuple of GroupSize
    close : float
    findings : tuple of Finding
    """

    kind: SizeKind
    labels: tuple[str, ...]
    groups: tuple[GroupSize, ...]
    close: float
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one row a group."""
        name = _NAMES[self.kind]
        columns = (
            Column("group", Text("Group", "组别"), "label"),
            Column("estimate", Text(name, name), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("exact_z", Text("z (exact fit)", "z（精确拟合）")),
            Column("exact_pvalue", Text("p (exact fit)", "p（精确拟合）"), "p"),
            Column("unbiased", Text(f"Unbiased {name}", f"无偏{name}"), decimals=3),
            Column("ci_lower", Text("90% CI low", "90%置信下限"), decimals=3),
            Column("ci_upper", Text("90% CI high", "90%置信上限"), decimals=3),
            Column("close_pvalue", Text("p (close fit)", "p（近似拟合）"), "p"),
        )
        rows = tuple(
            (label, *(getattr(group, column.key) for column in columns[1:]))
            for label, group in zip(self.labels, self.groups, strict=True)
        )
        note = Text(
            "Close fit: the population's value is at most {close}.",
            "近似拟合：总体值不超过{close}。",
        ).fill(close=self.close)
        return (
            Table(
                "residual_size", Text("Size of the residuals", "残差大小"), columns, rows, (note,)
            ),
        )


def residual_size(
    fit: Fit, kind: SizeKind = "cor_bentler", *, means: bool = False, close: float = 0.05
) -> ResidualSize:
    r"""Estimate the root mean square residual with its sampling error.

    With e the k residuals and :math:`\Xi` their sampling covariance, the estimate is
    :math:`\sqrt{e'e/k}`; the unbiased one :math:`\sqrt{(e'e-tr\,\Xi)/k}\,/c` with
    :math:`c = 1-(tr\,\Xi^2+2e'\Xi e)/(4(e'e)^2)`.

    Parameters
    ----------
    fit : Fit
    kind : {"raw", "cor_bentler", "cor_bollen"}
        RMR, SRMR or CRMR (correlations without the diagonal).
    means : bool
        Whether residuals of the means count too; only with a mean structure.
    close : float
        What the population's value is tested against.

    Returns
    -------
    ResidualSize
        NaN beside the estimate where residuals have no sampling covariance.

    References
    ----------
    Maydeu-Olivares (2017), Psychometrika 82, 533-558, eqs. 11-20. In lavaan: the summary of
    ``lavResiduals``.

    Notes
    -----
    Confidence intervals and the test of close fit use the unbiased estimate and its own error.
    An interval ends at 0, where lavaan's may go below.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> size = residual_size(fit).groups[0]
    >>> bool(size.ci_lower <= size.unbiased <= size.ci_upper)
    True
    """
    if fit.model.responses:
        raise OptionError(
            Text(
                "the unbiased SRMR is not available for ordinal variables", "有序变量没有无偏SRMR"
            ),
            fix=Text("See srmr in fit_measures.", "请见 fit_measures 中的 srmr。"),
        )
    check_choice("kind", kind, _NAMES)
    sizes = []
    for values, spread in residual_vectors(fit, kind):
        keep = _counted(len(values), kind, means and fit.model.meanstructure)
        part = None if spread is None else spread[np.ix_(keep, keep)]
        sizes.append(_size(values[keep], part, close))
    return ResidualSize(kind, fit.model.table.groups, tuple(sizes), close)


def _counted(total: int, kind: SizeKind, means: bool) -> NDArray[np.intp]:
    """Return which entries of [mean; vech] count."""
    p = int((sqrt(9 + 8 * total) - 3) / 2)
    one, other = np.triu_indices(p)
    pairs = p + np.arange(len(one))
    if kind == "cor_bollen":
        pairs = pairs[one != other]
    return np.concatenate([np.arange(p), pairs]) if means else pairs


def _size(e: Floats, spread: Floats | None, close: float) -> GroupSize:
    from scipy.special import ndtr, ndtri

    count, total = len(e), float(e @ e)
    estimate = sqrt(total / count)
    if spread is None or total == 0:
        return GroupSize(estimate, *(nan,) * 9)
    trace, square = float(np.trace(spread)), float(np.sum(spread**2))
    expected = sqrt(trace / count) * (1 - square / (4 * trace**2))
    se = sqrt(square / (2 * count * trace))
    exact = max(estimate - expected, 0.0) / se
    noise = square + 2 * float(e @ spread @ e)
    shrink = abs(1 - noise / (4 * total**2))
    unbiased = sqrt(max(total - trace, 0.0) / count) / shrink
    own = sqrt(noise / (2 * count * total)) / shrink
    margin = float(ndtri(0.95)) * own
    near = (unbiased - close) / own
    return GroupSize(
        estimate,
        se,
        exact,
        float(ndtr(-exact)),
        unbiased,
        own,
        max(unbiased - margin, 0.0),
        unbiased + margin,
        near,
        float(ndtr(-near)),
    )
