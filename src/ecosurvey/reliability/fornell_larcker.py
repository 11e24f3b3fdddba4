"""The Fornell-Larcker table: does a construct share more with its items than with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.frames import as_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class FornellLarcker(Result):
    """Square roots of AVE on the diagonal, latent correlations below.

    Attributes
    ----------
    matrix : DataFrame, constructs x constructs
        Symmetric; the square root of AVE on the diagonal.
    violations : tuple of (str, str, float)
        Pairs whose absolute correlation exceeds the smaller of the two roots.
    names : mapping of str to Text
    """

    matrix: pd.DataFrame
    violations: tuple[tuple[str, str, float], ...]
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"FornellLarcker({len(self.matrix)} constructs, {len(self.violations)} violations)"

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix."""
        return self.matrix

    def tables(self) -> tuple[Table, ...]:
        """Return the lower triangle with the roots on the diagonal."""
        constructs = list(self.matrix.index)
        values = self.matrix.to_numpy()
        rows: list[tuple[Cell, ...]] = []
        for i, construct in enumerate(constructs):
            name = self.names[construct]
            rows.append(
                (
                    Text(f"{i + 1}. {name.en}", f"{i + 1}. {name.zh}"),
                    *(float(values[i, j]) if j <= i else "" for j in range(len(constructs))),
                )
            )
        return (
            Table(
                "fornell_larcker",
                Text(
                    "Discriminant validity: Fornell-Larcker criterion",
                    "区分效度：Fornell-Larcker准则",
                ),
                (
                    Column("construct", Text("Construct", "构念"), "label"),
                    *(
                        Column(str(i + 1), Text(str(i + 1), str(i + 1)), bounded=True)
                        for i in range(len(constructs))
                    ),
                ),
                tuple(rows),
                (
                    Text(
                        "Diagonal: square root of AVE; below it: correlations of the constructs.",
                        "对角线为AVE平方根，下方为构念间相关系数。",
                    ),
                ),
            ),
        )


def fornell_larcker(
    ave: Mapping[str, float], correlations: Any, names: Mapping[str, Text] | None = None
) -> FornellLarcker:
    """Compare each construct's AVE with its correlations (Fornell & Larcker, 1981).

    Parameters
    ----------
    ave : mapping of construct to average variance extracted
    correlations : DataFrame, constructs x constructs
        Of the latent variables.
    names : mapping of construct to Text, optional

    Returns
    -------
    FornellLarcker

    References
    ----------
    Fornell, C., & Larcker, D. F. (1981). Journal of Marketing Research, 18, 39-50.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, .75], [.75, 1]], ["A", "B"], ["A", "B"])
    >>> fornell_larcker({"A": .64, "B": .5}, r).violations
    (('A', 'B', 0.75),)
    """
    import pandas as pd

    frame = as_frame(correlations, Text("the latent correlations", "潜变量相关矩阵"))
    constructs = list(ave)
    lost = [c for c in constructs if c not in frame.index or c not in frame.columns]
    if lost:
        raise DataError(
            Text(
                f"the latent correlations do not hold {lost[0]!r}",
                f"潜变量相关矩阵中没有 {lost[0]!r}",
            ),
            fix=Text("Name rows and columns by it.", "请以它命名行与列。"),
        )
    values = frame.loc[constructs, constructs].to_numpy(dtype=float, copy=True)
    roots = np.array([sqrt(v) if v >= 0 else nan for v in ave.values()])
    called = {c: (names or {}).get(c, Text(c, c)) for c in constructs}
    violations = tuple(
        (constructs[i], constructs[j], float(values[i, j]))
        for i in range(len(constructs))
        for j in range(i + 1, len(constructs))
        if abs(values[i, j]) > min(roots[i], roots[j])
    )
    np.fill_diagonal(values, roots)
    findings = tuple(_finding(called[a], called[b], a, b, r) for a, b, r in violations)
    return FornellLarcker(
        pd.DataFrame(values, constructs, constructs), violations, called, findings
    )


def _finding(a: Text, b: Text, first: str, second: str, r: float) -> Finding:
    return Finding(
        "fornell_larcker",
        "warning",
        Text(
            f"'{a.en}' and '{b.en}' correlate {r:.2f}, more than the square root of the smaller "
            "AVE.",
            f"“{a.zh}”与“{b.zh}”相关为{r:.2f}，大于二者较小的AVE平方根。",
        ),
        where=f"{first}, {second}",
        hint=Text(
            "Discriminant validity is in doubt; see HTMT with its interval.",
            "区分效度存疑，请结合HTMT及其置信区间判断。",
        ),
    )
