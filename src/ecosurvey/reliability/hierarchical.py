"""Omega hierarchical and total: how much of a total score one general factor carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.factors import read_moments
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.efa import arrange, check_number
from ecosurvey.factors.extraction import Extraction, extract
from ecosurvey.factors.moments import Missing
from ecosurvey.factors.rotation import rotate
from ecosurvey.factors.schmid_leiman import schmid_leiman
from ecosurvey.reliability.alpha import alpha_kernel, runs_against

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class HierarchicalOmega(Result):
    """Omega from an exploratory bifactor (Schmid-Leiman) solution.

    Attributes
    ----------
    hierarchical : float
        Share of the total score's variance due to the general factor.
    total : float
        Share due to all common factors.
    asymptotic : float
        hierarchical / total: the limit for an ever longer test.
    ecv : float
        Share of the common variance that is general (explained common variance).
    puc : float
        Share of the correlations that only the general factor explains.
    alpha : float
        Standardized alpha, for comparison.
    loadings : DataFrame, items x (g, F1, F2, ..., h2, u2)
        Schmid-Leiman loadings.
    n_factors, n : int
    missing : Text
    """

    hierarchical: float
    total: float
    asymptotic: float
    ecv: float
    puc: float
    alpha: float
    loadings: pd.DataFrame
    n_factors: int
    n: int | None
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"HierarchicalOmega(hierarchical={self.hierarchical:.3f}, total={self.total:.3f})"

    def to_frame(self) -> pd.DataFrame:
        """Return the loadings."""
        return self.loadings

    def tables(self) -> tuple[Table, ...]:
        """Return the coefficients, then the loadings."""
        rows: tuple[tuple[Cell, ...], ...] = (
            (Text("ω hierarchical", "层级ω（ωh）"), self.hierarchical),
            (Text("ω total", "总ω（ωt）"), self.total),
            (Text("ω asymptotic", "渐近ω"), self.asymptotic),
            (Text("Explained common variance (ECV)", "解释的共同方差（ECV）"), self.ecv),
            (Text("Uncontaminated correlations (PUC)", "未受污染相关比例（PUC）"), self.puc),
            (Text("Standardized α", "标准化α"), self.alpha),
        )
        main = Table(
            "omega_hierarchical",
            Text("Reliability of the total score", "总分信度"),
            (
                Column("coefficient", Text("Coefficient", "系数"), "label"),
                Column("value", Text("Value", "值"), bounded=True, decimals=3),
            ),
            rows,
            (self.missing,),
        )
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            *(Column(str(c), Text(str(c), str(c)), bounded=True) for c in self.loadings.columns),
        )
        body: tuple[tuple[Cell, ...], ...] = tuple(
            (str(name), *(float(v) for v in row))
            for name, row in zip(
                self.loadings.index, self.loadings.to_numpy(dtype=float), strict=True
            )
        )
        title = Text("Schmid-Leiman loadings", "Schmid-Leiman载荷")
        return main, Table("schmid_leiman", title, columns, body)


def omega_hierarchical(
    data: Any,
    n_factors: int = 3,
    items: Sequence[str] | None = None,
    *,
    method: Extraction = "minres",
    rotation: str = "oblimin",
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> HierarchicalOmega:
    r"""Compute omega hierarchical and omega total by an exploratory Schmid-Leiman solution.

    .. math:: \omega_h = \frac{(\sum \lambda_{ig})^2}{V}, \quad
              \omega_t = 1 - \frac{\sum u_i^2}{V}, \quad V = \sum_{ij} r_{ij}

    Parameters
    ----------
    data : DataFrame
        Answers, all items running in the scale's direction (psych flips them, here they are
        named in the findings); or their correlation matrix.
    n_factors : int
        Group factors; 3 by convention, 2 do not identify the second order.
    items : sequence of str, optional
    method, rotation : str
        As in :func:`ecosurvey.factors.efa`; an oblique rotation. The general factor is
        extracted from the factor correlations by the same method.
    n_obs : int, optional
    missing : {"pairwise", "listwise"}
    correlation : {"pearson", "spearman", "polychoric"}
        Of answers; polychoric is ``psych::omega(x, poly = TRUE)``.

    Returns
    -------
    HierarchicalOmega
        Its ``loadings`` are the Schmid-Leiman solution.

    References
    ----------
    Zinbarg, R. E., Revelle, W., Yovel, I., & Li, W. (2005). Psychometrika, 70, 123-133.
    Reise, S. P. (2012). Multivariate Behavioral Research, 47, 667-696, for ECV and PUC.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> group = np.kron(np.eye(3), np.full((3, 1), .5)); g = np.full(9, .6)
    >>> r = np.outer(g, g) + group @ group.T
    >>> np.fill_diagonal(r, 1)
    >>> found = omega_hierarchical(pd.DataFrame(r, list("abcdefghi"), list("abcdefghi")))
    >>> round(found.hierarchical, 3), round(found.total, 3)
    (0.74, 0.911)

    In R: ``psych::omega(x, nfactors = 3)``.
    """
    import pandas as pd

    moments = read_moments(
        data, items, n_obs=n_obs, missing=missing, least=6, what="omega hierarchical",
        correlation=correlation,
    )  # fmt: skip
    check_number(n_factors, moments.p)
    corr, p = moments.corr, moments.p
    rotated = rotate(extract(corr, n_factors, method).loadings, rotation)
    pattern, phi = arrange(rotated.loadings, rotated.phi)
    split = schmid_leiman(pattern, phi, method)
    h2 = np.diag(pattern @ phi @ pattern.T)
    variance = float(corr.sum())
    common = float(split.general @ split.general)
    hierarchical = float(split.general.sum()) ** 2 / variance if variance > 0 else nan
    total = 1 - float((1 - h2).sum()) / variance if variance > 0 else nan
    groups = np.bincount(np.abs(split.group).argmax(axis=1), minlength=n_factors)
    same = float((groups * (groups - 1)).sum())
    names = [f"F{j + 1}" for j in range(n_factors)]
    frame = pd.DataFrame(
        np.column_stack([split.general, split.group, h2, 1 - h2]),
        list(moments.names),
        ["g", *names, "h2", "u2"],
    )
    findings = list(moments.findings)
    findings += [
        runs_against(str(name), float(g))
        for name, g in zip(moments.names, split.general, strict=True)
        if g < 0
    ]
    if n_factors == 2:
        findings.append(_TWO_FACTORS)
    return HierarchicalOmega(
        hierarchical=hierarchical,
        total=total,
        asymptotic=hierarchical / total if total else nan,
        ecv=common / (common + float((split.group**2).sum())),
        puc=1 - same / (p * (p - 1)),
        alpha=alpha_kernel(corr),
        loadings=frame,
        n_factors=n_factors,
        n=moments.n,
        missing=moments.missing_note(),
        findings=tuple(findings),
    )


_TWO_FACTORS = Finding(
    "two_group_factors",
    "warning",
    Text(
        "Two group factors do not identify the general factor; equal loadings are assumed.",
        "两个组因子无法识别一般因子，此处假定二阶载荷相等。",
    ),
    hint=Text("Prefer three or more group factors.", "建议采用三个及以上组因子。"),
)
