"""Correlations of the items, put in the order of the constructs they are meant to measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.factors import read_moments
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.moments import Missing
from ecosurvey.reliability.membership import membership

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, repr=False)
class ItemCorrelations(Result):
    """Correlations of items, construct by construct.

    Attributes
    ----------
    matrix : DataFrame, items x items
        Items of the first construct first.
    blocks : DataFrame, constructs x constructs
        Mean correlation of the items of one construct with those of another; on the diagonal
        of the different items of one (the mean inter-item correlation), NaN where it has one.
    scales : mapping of construct to items
    names : mapping of construct to Text
    correlation : {"pearson", "spearman", "polychoric"}
    n : int or None
    missing : Text
        How gaps were treated, and which correlations these are.
    findings : tuple of Finding
    """

    matrix: pd.DataFrame
    blocks: pd.DataFrame
    scales: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Text]
    correlation: Correlation
    n: int | None
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        p, c = len(self.matrix), len(self.scales)
        return f"ItemCorrelations({p} items of {c} constructs, {self.correlation}, n={self.n})"

    def to_frame(self) -> pd.DataFrame:
        """Return the correlations of the items."""
        return self.matrix

    def tables(self) -> tuple[Table, ...]:
        """Return the mean correlations within and between constructs, as a triangle."""
        values = self.blocks.to_numpy(dtype=float)
        rows: list[tuple[Cell, ...]] = []
        for i, construct in enumerate(self.blocks.index):
            name = self.names[str(construct)]
            # a single item has nothing within; what is above the diagonal is left empty
            cells: list[Cell] = [float(v) if np.isfinite(v) else None for v in values[i, : i + 1]]
            rows.append(
                (
                    Text(f"{i + 1}. {name.en}", f"{i + 1}. {name.zh}"),
                    *cells,
                    *("" for _ in range(i + 1, len(values))),
                )
            )
        heads = [str(i + 1) for i in range(len(values))]
        table = Table(
            "item_correlation_blocks",
            Text(
                "Mean correlations of items within and between constructs",
                "构念内与构念间题项的平均相关",
            ),
            (
                Column("construct", Text("Construct", "构念"), "label"),
                *(Column(head, Text(head, head), bounded=True) for head in heads),
            ),
            tuple(rows),
            (
                Text(
                    "Diagonal: mean correlation of the different items of one construct.",
                    "对角线为同一构念内不同题项间的平均相关。",
                ),
                self.missing,
            ),
        )
        return (table,)


def item_correlations(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    correlation: Correlation = "pearson",
    n_obs: int | None = None,
    missing: Missing = "pairwise",
) -> ItemCorrelations:
    """Correlate the items and put them in the order of their constructs.

    Parameters
    ----------
    data : DataFrame
        Answers, all items running in their construct's direction; or their correlation matrix.
    scales : mapping of construct to items
    names : mapping of construct to Text, optional
    correlation : {"pearson", "spearman", "polychoric"}
        Of answers; a matrix is taken as it is.
    n_obs : int, optional
        Respondents behind a matrix.
    missing : {"pairwise", "listwise"}
        Treatment of gaps; pairwise as R's ``cor(x, use = "pairwise")``.

    Returns
    -------
    ItemCorrelations

    Raises
    ------
    DataError
        For constant or unknown items, an item of two constructs, pairs never answered together.

    See Also
    --------
    ecosurvey.correlation_map : draws it.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = np.full((4, 4), .2); r[:2, :2] = r[2:, 2:] = .6; np.fill_diagonal(r, 1)
    >>> frame = pd.DataFrame(r, list("abcd"), list("abcd"))
    >>> found = item_correlations(frame, {"A": ["a", "c"], "B": ["b", "d"]})
    >>> list(found.matrix.columns), round(float(found.blocks.loc["A", "B"]), 2)
    (['a', 'c', 'b', 'd'], 0.4)
    """
    import pandas as pd

    items, member = membership(scales, least=1)
    moments = read_moments(
        data, items, n_obs=n_obs, missing=missing, what="a correlation of items",
        correlation=correlation,
    )  # fmt: skip
    constructs = list(scales)
    return ItemCorrelations(
        matrix=pd.DataFrame(moments.corr, items, items),
        blocks=pd.DataFrame(mean_blocks(moments.corr, member), constructs, constructs),
        scales={construct: tuple(map(str, of)) for construct, of in scales.items()},
        names={c: (names or {}).get(c, Text(c, c)) for c in constructs},
        correlation=correlation,
        n=moments.n,
        missing=moments.missing_note(),
        findings=moments.findings,
    )


def mean_blocks(corr: NDArray[np.float64], member: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return mean correlations of blocks of items, an item with itself left out.

    Parameters
    ----------
    corr : ndarray, shape (p, p)
    member : ndarray, shape (p, c)
        One where an item belongs to a construct.

    Returns
    -------
    ndarray, shape (c, c)
    """
    count = member.sum(axis=0)
    pairs = np.outer(count, count) - np.diag(count)
    total = member.T @ (corr - np.diag(np.diag(corr))) @ member
    mean: NDArray[np.float64] = np.divide(
        total, pairs, out=np.full_like(total, np.nan), where=pairs > 0
    )
    return mean
