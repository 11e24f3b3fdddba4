"""Are two factor solutions the same? Congruence coefficients and Procrustes rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import DataError, Text
from ecosurvey.core.frames import as_frame

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def tucker_congruence(first: Any, second: Any) -> pd.DataFrame:
    r"""Compare factors by Tucker's congruence coefficient.

    .. math:: \phi_{xy} = \frac{\sum x_i y_i}{\sqrt{\sum x_i^2 \sum y_i^2}}

    Above .95 factors count as equal, from .85 as fairly similar (Lorenzo-Seva & ten Berge).

    Parameters
    ----------
    first, second : DataFrame, items x factors
        Loadings. Rows are matched by name where both have names.

    Returns
    -------
    DataFrame, factors of the first x factors of the second

    Raises
    ------
    DataError
        If the items are not the same.

    References
    ----------
    Lorenzo-Seva, U., & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a
    meaningful index of factor similarity. Methodology, 2, 57-64.

    Examples
    --------
    >>> import pandas as pd
    >>> x = pd.DataFrame({"F1": [.8, .7, .6]}, index=list("abc"))
    >>> round(float(tucker_congruence(x, x * 0.5).loc["F1", "F1"]), 6)
    1.0

    In R: ``psych::factor.congruence(f1, f2)``.
    """
    import pandas as pd

    a, b = _same_items(first, second)
    x, y = a.to_numpy(dtype=float), b.to_numpy(dtype=float)
    size = np.sqrt(np.outer((x**2).sum(axis=0), (y**2).sum(axis=0)))
    product = np.divide(x.T @ y, size, out=np.full(size.shape, np.nan), where=size > 0)
    return pd.DataFrame(product, a.columns, b.columns)


def procrustes(loadings: Any, target: Any) -> pd.DataFrame:
    """Rotate loadings orthogonally to the least squared distance from a target.

    Parameters
    ----------
    loadings, target : DataFrame, items x factors
        Of the same shape; rows matched by name where both have names.

    Returns
    -------
    DataFrame
        The rotated loadings, columns named as the target's.

    References
    ----------
    Schönemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem.
    Psychometrika, 31, 1-10.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> aim = pd.DataFrame([[.8, 0], [.7, .1], [0, .6]], columns=["A", "B"])
    >>> turned = aim @ np.array([[.8, -.6], [.6, .8]])
    >>> bool(np.allclose(procrustes(turned, aim), aim))
    True
    """
    import pandas as pd

    a, b = _same_items(loadings, target)
    if a.shape != b.shape:
        raise DataError(
            Text(
                f"loadings have {a.shape[1]} factors, the target {b.shape[1]}",
                f"载荷有{a.shape[1]}个因子，目标矩阵有{b.shape[1]}个",
            ),
            fix=Text("Give as many columns in both.", "请使两者的列数相同。"),
        )
    x = a.to_numpy(dtype=float)
    return pd.DataFrame(x @ procrustes_rotation(x, b.to_numpy(dtype=float)), a.index, b.columns)


def procrustes_rotation(
    loadings: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the orthogonal matrix that brings the loadings nearest to the target."""
    u, _, v = np.linalg.svd(loadings.T @ target)
    return np.asarray(u @ v, dtype=np.float64)


def _same_items(first: Any, second: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    a, b = (
        as_frame(first, Text("the first loadings", "第一个载荷矩阵")),
        as_frame(second, Text("the second loadings", "第二个载荷矩阵")),
    )
    if set(a.index) == set(b.index):
        return a, b.loc[a.index]
    raise DataError(
        Text(
            f"the two solutions have different items: {len(a)} and {len(b)} rows",
            f"两个解的题项不同：分别有{len(a)}行与{len(b)}行",
        ),
        fix=Text("Name the rows of both by the same items.", "请用相同的题项命名两者的行。"),
    )
