"""What an exploratory factor analysis found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.factors.fit import EfaFit

if TYPE_CHECKING:
    import pandas as pd

METHOD_NAMES = {
    "minres": Text("minimum residuals", "最小残差法"),
    "ml": Text("maximum likelihood", "极大似然法"),
    "principal_axis": Text("principal axis factoring", "主轴因子法"),
}
ROTATION_NAMES = {
    "none": Text("no rotation", "未旋转"),
    "varimax": Text("varimax rotation", "最大方差法旋转"),
    "quartimax": Text("quartimax rotation", "四次方最大法旋转"),
    "equamax": Text("equamax rotation", "等量最大法旋转"),
    "promax": Text("promax rotation", "Promax斜交旋转"),
    "oblimin": Text("direct oblimin rotation", "直接斜交（oblimin）旋转"),
    "quartimin": Text("quartimin rotation", "四次方最小法（quartimin）旋转"),
    "geomin": Text("geomin rotation", "Geomin斜交旋转"),
    "geomin_orthogonal": Text("orthogonal geomin rotation", "Geomin正交旋转"),
    "bifactor": Text("orthogonal bifactor rotation", "双因子正交旋转"),
    "bifactor_oblique": Text("oblique bifactor rotation", "双因子斜交旋转"),
    "target": Text("target rotation", "目标旋转"),
}


@dataclass(frozen=True, slots=True, repr=False)
class EfaResult(Result):
    """An exploratory factor solution.

    Attributes
    ----------
    loadings : DataFrame, items x factors
        Pattern loadings in the order of the items.
    phi : DataFrame, factors x factors
        Factor correlations; identity for orthogonal rotations.
    communality, uniqueness, complexity : Series by item
        h2, u2 = 1 - h2, and Hofmann's complexity (sum of squares)^2 / sum of fourth powers.
    variance : DataFrame, factors x (ss_loadings, proportion, cumulative)
        Shares of the total variance.
    residuals : DataFrame, items x items
        Observed minus reproduced correlations; u2 on the diagonal.
    eigenvalues : tuple of float
        Of the correlation matrix.
    fit : EfaFit
    n : int or None
    method, rotation : str
    converged : bool
    starts, agreeing : int
        Rotation starts, and how many reached the solution shown.
    missing : Text
        How gaps were treated.
    findings : tuple of Finding
    """

    loadings: pd.DataFrame
    phi: pd.DataFrame
    communality: pd.Series
    uniqueness: pd.Series
    complexity: pd.Series
    variance: pd.DataFrame
    residuals: pd.DataFrame
    eigenvalues: tuple[float, ...]
    fit: EfaFit
    n: int | None
    method: str
    rotation: str
    converged: bool
    starts: int
    agreeing: int
    missing: Text
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        p, k = self.loadings.shape
        return f"EfaResult({p} items, {k} factors, {self.method}, {self.rotation}, n={self.n})"

    @property
    def n_factors(self) -> int:
        """Number of factors."""
        return int(self.loadings.shape[1])

    @property
    def oblique(self) -> bool:
        """Whether the factors correlate."""
        phi = self.phi.to_numpy()
        return bool(np.abs(phi - np.eye(len(phi))).max() > 1e-12)

    @property
    def structure(self) -> pd.DataFrame:
        """Correlations of items with factors: loadings times factor correlations."""
        return self.loadings @ self.phi

    def sorted(self, cutoff: float = 0.0) -> pd.DataFrame:
        """Return the loadings, items grouped by their main factor and sorted within it.

        Parameters
        ----------
        cutoff : float
            Smaller absolute loadings become NaN, to be left blank.
        """
        size = self.loadings.abs()
        main = size.to_numpy().argmax(axis=1)
        order = np.lexsort((-size.to_numpy().max(axis=1), main))
        frame = self.loadings.iloc[order]
        return frame.where(frame.abs() >= cutoff)

    def to_frame(self) -> pd.DataFrame:
        """Return loadings with h2, u2 and complexity, items in their order."""
        return self.loadings.assign(
            h2=self.communality, u2=self.uniqueness, complexity=self.complexity
        )

    def tables(self) -> tuple[Table, ...]:
        """Return loadings, variance explained, factor correlations and fit."""
        parts = [self._loadings_table(), self._variance_table()]
        if self.oblique:
            parts.append(self._phi_table())
        return (*parts, self._fit_table())

    def _loadings_table(self) -> Table:
        frame = self.sorted()
        main = frame.abs().to_numpy().argmax(axis=1)
        rows: list[tuple[Cell, ...]] = [
            (
                str(item),
                *(float(value) for value in frame.loc[item]),
                float(self.communality[item]),
                float(self.uniqueness[item]),
                float(self.complexity[item]),
            )
            for item in frame.index
        ]
        starts = [i for i in range(len(main)) if i == 0 or main[i] != main[i - 1]]
        factor = Text("Factor loading", "因子载荷")
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            *(
                Column(str(name), Text(str(name), str(name)), spanner=factor)
                for name in frame.columns
            ),
            Column("h2", Text("h²", "共同度"), bounded=True),
            Column("u2", Text("u²", "独特性"), bounded=True),
            Column("complexity", Text("Complexity", "复杂度"), decimals=1),
        )
        how = Text("Extraction: {m}; {r}.", "提取方法：{m}；{r}。").fill(
            m=METHOD_NAMES[self.method], r=ROTATION_NAMES[self.rotation]
        )
        return Table(
            "efa_loadings",
            Text("Exploratory factor analysis: loadings", "探索性因子分析：因子载荷"),
            columns,
            tuple(rows),
            (how, self.missing),
            tuple(
                (i, Text(f"{frame.columns[main[i]]}", f"{frame.columns[main[i]]}")) for i in starts
            ),
        )

    def _variance_table(self) -> Table:
        shares = self.variance.to_numpy(dtype=float)
        rows = tuple(
            (str(name), float(ss), 100 * float(part), 100 * float(cumulative))
            for name, (ss, part, cumulative) in zip(self.variance.index, shares, strict=True)
        )
        return Table(
            "efa_variance",
            Text("Variance explained by the factors", "因子的方差解释率"),
            (
                Column("factor", Text("Factor", "因子"), "label"),
                Column("ss_loadings", Text("SS loadings", "载荷平方和")),
                Column("percent", Text("% of variance", "方差百分比"), "percent", 1),
                Column("cumulative", Text("Cumulative %", "累积百分比"), "percent", 1),
            ),
            rows,
        )

    def _phi_table(self) -> Table:
        names = [str(name) for name in self.phi.columns]
        return Table(
            "efa_factor_correlations",
            Text("Correlations of the factors", "因子间相关"),
            (
                Column("factor", Text("Factor", "因子"), "label"),
                *(Column(name, Text(name, name), bounded=True) for name in names),
            ),
            tuple((name, *map(float, self.phi.loc[name])) for name in names),
        )

    def _fit_table(self) -> Table:
        fit = self.fit
        lower, upper = Text("90% CI lower", "90%置信下限"), Text("90% CI upper", "90%置信上限")
        return Table(
            "efa_fit",
            Text("Fit of the exploratory solution", "探索性因子解的拟合"),
            (
                Column("chisq", Text("χ²", "χ²")),
                Column("df", Text("df", "自由度"), "count"),
                Column("pvalue", Text("p", "p"), "p"),
                Column("rmsr", Text("RMSR", "RMSR"), decimals=3, bounded=True),
                Column("rmsea", Text("RMSEA", "RMSEA"), decimals=3),
                Column("rmsea_ci_lower", lower, decimals=3),
                Column("rmsea_ci_upper", upper, decimals=3),
                Column("tli", Text("TLI", "TLI"), decimals=3),
                Column("cfi", Text("CFI", "CFI"), decimals=3, bounded=True),
                Column("bic", Text("BIC", "BIC"), decimals=1),
            ),
            (
                (
                    fit.chisq, fit.df, fit.pvalue, fit.rmsr, fit.rmsea, fit.rmsea_ci_lower,
                    fit.rmsea_ci_upper, fit.tli, fit.cfi, fit.bic,
                ),
            ),
        )  # fmt: skip
