"""Correlations of the normal variables thought to lie behind ordinal answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from ecosurvey.core import DataError, Text, check_choice, counted
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.correlation.categories import Coded, code_categories
from ecosurvey.correlation.doubts import doubts_of
from ecosurvey.correlation.result import PolychoricResult
from ecosurvey.correlation.smoothing import smooth_correlations
from ecosurvey.correlation.two_step import two_step

if TYPE_CHECKING:
    import pandas as pd


@overload
def polychoric(
    data: Any,
    *,
    ordered: Sequence[str] | None = ...,
    return_acov: Literal[False] = ...,
    smooth: bool = ...,
    missing: str = ...,
    zero_add: tuple[float, float] = ...,
    zero_keep_margins: bool = ...,
) -> pd.DataFrame: ...
@overload
def polychoric(
    data: Any,
    *,
    ordered: Sequence[str] | None = ...,
    return_acov: Literal[True],
    smooth: bool = ...,
    missing: str = ...,
    zero_add: tuple[float, float] = ...,
    zero_keep_margins: bool = ...,
) -> PolychoricResult: ...


def polychoric(
    data: Any,
    *,
    ordered: Sequence[str] | None = None,
    return_acov: bool = False,
    smooth: bool = False,
    missing: str = "pairwise",
    zero_add: tuple[float, float] = (0.5, 0.0),
    zero_keep_margins: bool = True,
) -> pd.DataFrame | PolychoricResult:
    r"""Estimate polychoric correlations, all pairs at once.

    The answer :math:`y` is category c where a standard normal :math:`y^*` lies between two
    thresholds. These come from the margins, :math:`\tau_c = \Phi^{-1}(P(y \le c))`; each
    correlation then maximizes :math:`\sum_{ab} n_{ab} \log \pi_{ab}(\rho)`, where
    :math:`\pi_{ab}` is the bivariate normal probability of the rectangle of cell (a, b).

    Parameters
    ----------
    data : DataFrame
        One row a respondent. Values of an ordinal column are put in order; how far they are
        apart does not matter.
    ordered : sequence of str, optional
        The ordinal columns; all, if left out. Other columns are taken as continuous: with an
        ordinal one the polyserial, with one another the Pearson correlation.
    return_acov : bool
        Return a :class:`PolychoricResult` with thresholds, standard errors and the sampling
        covariance of all of them (Muthén 1984).
    smooth : bool
        If the matrix is not positive definite, raise its eigenvalues to 1e-4.
    missing : {"pairwise", "listwise"}
        Each pair from the rows where both are answered, or complete rows only.
    zero_add : (float, float)
        What an empty cell of a two-by-two table is raised by, and what replaces an empty cell
        of a larger table: lavaan's ``zero.add``.
    zero_keep_margins : bool
        Whether raising a cell lowers its neighbours.

    Returns
    -------
    DataFrame or PolychoricResult
        The correlations, rows and columns in the order of the columns.

    Raises
    ------
    DataError
        For a column with text, one value, no value, or more than 100 ordinal categories.

    Warns
    -----
    RuntimeWarning
        If only the matrix is returned and it is not positive definite; a result object says
        this, and all other doubts, in its ``findings``.

    Notes
    -----
    To the digits of lavaan 0.6-14's ``lavCor(data, ordered=...)``. psych's ``polychoric`` adds
    0.5 to every empty cell unless ``correct=0``, which biases sparse tables towards zero.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460 (two-step estimator); Olsson, Drasgow & Dorans
    (1982), Psychometrika 47, 337-347 (polyserial); Muthén (1984), Psychometrika 49, 115-132.

    Examples
    --------
    >>> import pandas as pd
    >>> table = {(1, 1): 40, (1, 2): 10, (2, 1): 10, (2, 2): 40}
    >>> rows = [cell for cell, count in table.items() for _ in range(count)]
    >>> polychoric(pd.DataFrame(rows, columns=["a", "b"])).round(3)
           a      b
    a  1.000  0.809
    b  0.809  1.000
    """
    check_choice("missing", missing, ("pairwise", "listwise"))
    coded = _code(as_frame(data), ordered, missing)
    statistics = two_step(
        coded.data,
        coded.n_categories,
        gamma=return_acov,
        zero_add=zero_add,
        zero_keep_margins=zero_keep_margins,
    )
    found = statistics.correlations
    findings = (*coded.findings, *doubts_of(coded, found, smoothed=smooth))
    if smooth:
        found = smooth_correlations(found)
    frame = _square(found, coded.names)
    if return_acov:
        return PolychoricResult(frame, coded, statistics, findings)
    _warn([f.say() for f in findings if f.severity == "serious"])
    return frame


def _code(frame: pd.DataFrame, ordered: Sequence[str] | None, missing: str) -> Coded:
    names = [str(name) for name in frame.columns]
    chosen = names if ordered is None else list(ordered)
    need_columns(frame, chosen)
    if len(names) < 2:
        raise DataError(
            Text("a correlation needs two columns", "相关需要两列"),
            fix=Text("Give two columns or more.", "请给出两列或更多。"),
        )
    if missing == "listwise":
        complete = frame.notna().all(axis=1)
        if int(complete.sum()) < 2:
            raise DataError(
                Text(
                    counted(int(complete.sum()), "complete row remains", "complete rows remain"),
                    f"只剩{int(complete.sum())}行完整数据",
                ),
                fix=Text("Use missing='pairwise'.", "请使用 missing='pairwise'。"),
            )
        frame = frame[complete]
    coded = code_categories(frame, names, chosen)
    seen = (~np.isnan(coded.data)).astype(float)
    together = seen.T @ seen
    if (together < 2).any():
        i, j = (int(v) for v in np.argwhere(together < 2)[0])
        raise DataError(
            Text(
                f"{names[i]!r} and {names[j]!r} are answered "
                f"together in {int(together[i, j])} rows",
                f"{names[i]!r} 与 {names[j]!r} 只在{int(together[i, j])}行中同时作答",
            ),
            fix=Text("Leave one of them out.", "请去掉其中一个。"),
        )
    return coded


def _square(matrix: np.ndarray[Any, np.dtype[np.float64]], names: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(matrix, index=list(names), columns=list(names))


def _warn(sentences: list[str]) -> None:
    import warnings

    for sentence in sentences:
        warnings.warn(sentence, RuntimeWarning, stacklevel=3)
