"""The door of factor analysis and reliability: answers, or a correlation matrix in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import DataError, Finding, OptionError, Text, check_choice, counted
from ecosurvey.core.frames import as_frame, need_columns, numeric_matrix
from ecosurvey.factors.association import CORRELATIONS, Correlation, correlations_of
from ecosurvey.factors.procedures import in_chinese
from ecosurvey.factors.singular import explain_singular

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecosurvey.core.table import Cell

Missing = Literal["pairwise", "listwise"]
MISSING: tuple[Missing, ...] = ("pairwise", "listwise")


@dataclass(frozen=True, slots=True)
class Moments:
    """Covariances and correlations of a set of items, and where they came from.

    Attributes
    ----------
    names : tuple of str
        The items, in order.
    cov : ndarray, shape (p, p)
        Covariances with denominator n - 1.
    corr : ndarray, shape (p, p)
        Correlations. With pairwise deletion each uses the standard deviations of its own
        pair of columns, as R's ``cor(use = "pairwise")``; then it is not quite ``cov`` scaled.
    n : int or None
        Rows used: all with any answer (pairwise) or the complete ones (listwise); ``None``
        if a matrix came without it.
    rows : ndarray, shape (rows, p), or None
        The answers, gaps as NaN; ``None`` if a matrix came in their place.
    missing : {"none", "pairwise", "listwise", "matrix"}
        How gaps were treated, ``"none"`` if there were none.
    findings : tuple of Finding
    correlation : {"pearson", "spearman", "polychoric"}
        What ``corr`` holds.
    """

    names: tuple[str, ...]
    cov: NDArray[np.float64]
    corr: NDArray[np.float64]
    n: int | None
    rows: NDArray[np.float64] | None
    missing: Literal["none", "pairwise", "listwise", "matrix"]
    findings: tuple[Finding, ...] = ()
    correlation: Correlation = "pearson"

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.names)

    def subset(self, names: Sequence[str]) -> Moments:
        """Return the same for some of the items."""
        where = [self.names.index(name) for name in names]
        grid = np.ix_(where, where)
        rows = None if self.rows is None else self.rows[:, where]
        return Moments(
            tuple(names), self.cov[grid], self.corr[grid], self.n, rows, self.missing,
            self.findings, self.correlation,
        )  # fmt: skip

    def need_n(self, what: str) -> int:
        """Return the number of rows, or raise where a matrix came without it."""
        if self.n is None:
            raise OptionError(
                Text(
                    f"{what} needs the number of respondents behind the correlation matrix",
                    f"{in_chinese(what)}需要相关矩阵所依据的受访者人数",
                ),
                fix=Text("Give n_obs.", "请给出 n_obs。"),
            )
        return self.n

    def need_rows(self, what: str) -> NDArray[np.float64]:
        """Return the answers, or raise where a matrix came in their place."""
        if self.rows is None:
            raise DataError(
                Text(
                    f"{what} needs the answers themselves, not a correlation matrix",
                    f"{in_chinese(what)}需要答案本身，而不是相关矩阵",
                ),
                fix=Text("Give the data frame of answers.", "请给出答案的数据框。"),
            )
        return self.rows

    def missing_note(self) -> Text:
        """Say in a line under a table how gaps were treated and how many rows were used."""
        rows: Cell = self.n if self.n is not None else "?"
        note = _MISSING_NOTES[self.missing].fill(n=rows)
        kind = _CORRELATION_NOTES.get(self.correlation)
        return note if kind is None else Text(f"{kind.en} {note.en}", f"{kind.zh}{note.zh}")


_MISSING_NOTES = {
    "none": Text("N = {n}, no missing answers.", "N = {n}，无缺失值。"),
    "pairwise": Text("N = {n}, pairwise deletion.", "N = {n}，缺失值成对删除。"),
    "listwise": Text("N = {n}, listwise deletion.", "N = {n}，缺失值按列表删除。"),
    "matrix": Text("From a correlation matrix, N = {n}.", "基于相关矩阵，N = {n}。"),
}

_CORRELATION_NOTES = {
    "spearman": Text("Spearman's rank correlations.", "采用Spearman等级相关。"),
    "polychoric": Text("Polychoric correlations.", "采用多分格相关。"),
}


def read_moments(
    data: Any,
    items: Sequence[str] | None = None,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    least: int = 2,
    what: str = "the analysis",
    correlation: Correlation = "pearson",
) -> Moments:
    """Return the moments of a data frame of answers, or of a correlation or covariance matrix.

    A square, symmetric frame with a positive diagonal and the same names on both sides is taken
    as a matrix of correlations or covariances; one without names on its rows only if it has a
    unit diagonal and nothing beyond one.

    Parameters
    ----------
    data : DataFrame or array
        Answers (rows are respondents), or a matrix.
    items : sequence of str, optional
        The columns to use; all by default.
    n_obs : int, optional
        Number of respondents behind a matrix.
    missing : {"pairwise", "listwise"}
        Treatment of gaps. Pairwise is what R's psych does.
    least : int
        Fewest items that make sense.
    what : str
        What is to be computed, for messages.
    correlation : {"pearson", "spearman", "polychoric"}
        Of answers; a matrix is taken as it is.

    Raises
    ------
    DataError
        If there are too few items or rows, an item is constant or empty, a column holds text,
        or a pair of items was never answered together.
    """
    check_choice("missing", missing, MISSING)
    check_choice("correlation", correlation, CORRELATIONS)
    frame = as_frame(data)
    names = tuple(str(name) for name in (items if items is not None else frame.columns))
    repeated = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if repeated is not None:
        raise DataError(
            Text(f"item {repeated!r} is named twice", f"题项 {repeated!r} 出现两次"),
            fix=Text("Name each item once.", "每个题项请只写一次。"),
        )
    if len(names) < least:
        raise DataError(
            Text(
                f"{what} needs at least {least} items, but there {_are(len(names))}",
                f"{in_chinese(what)}至少需要{least}个题项，而只有{len(names)}个",
            ),
            where=", ".join(names) or None,
            fix=Text("Add items, or leave this scale out.", "请增加题项，或去掉该量表。"),
        )
    frame = frame.rename(columns=str)
    need_columns(frame, list(names))
    if _is_matrix(frame):
        if correlation != "pearson":
            raise OptionError(
                Text(
                    f"correlation={correlation!r} is for answers, but the data are a matrix",
                    f"correlation={correlation!r} 用于答案，而数据是矩阵",
                ),
                fix=Text(
                    "Leave it out: the matrix is taken as it is.", "请去掉它：矩阵将按原样使用。"
                ),
            )
        return _from_matrix(frame, names, n_obs)
    if n_obs is not None:
        raise OptionError(
            Text(
                "n_obs is for a correlation matrix, but the data are answers",
                "n_obs 用于相关矩阵，而数据是答案",
            ),
            fix=Text("Leave n_obs out: the rows are counted.", "请去掉 n_obs：人数按行数计。"),
        )
    return _from_rows(numeric_matrix(frame, list(names)), names, missing, correlation)


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _is_matrix(frame: Any) -> bool:
    if frame.shape[0] != frame.shape[1] or frame.shape[0] < 2:
        return False
    labelled = [str(label) for label in frame.index] == list(frame.columns)
    numbered = list(frame.index) == list(range(len(frame)))
    if not (labelled or numbered):
        return False
    try:
        values = numeric_matrix(frame, list(frame.columns))
    except DataError:
        return False
    symmetric = np.isfinite(values).all() and np.allclose(values, values.T, atol=1e-10)
    if labelled:
        return bool(symmetric and (np.diag(values) > 0).all())
    # without names on its rows only what can be nothing else: correlations
    unit = np.allclose(np.diag(values), 1) and np.abs(values).max() <= 1 + 1e-8
    return bool(symmetric and unit)


def _from_matrix(frame: Any, names: tuple[str, ...], n_obs: int | None) -> Moments:
    where = [list(frame.columns).index(name) for name in names]
    cov = numeric_matrix(frame, list(frame.columns))[np.ix_(where, where)]
    cov = (cov + cov.T) / 2
    corr = scale_to_correlation(cov)
    if np.abs(corr).max() > 1 + 1e-8:
        i, j = np.unravel_index(np.abs(corr).argmax(), corr.shape)
        raise DataError(
            Text(
                f"the matrix gives {names[i]!r} and {names[j]!r} a correlation of {corr[i, j]:.3f}",
                f"该矩阵给出 {names[i]!r} 与 {names[j]!r} 的相关为{corr[i, j]:.3f}",
            ),
            fix=Text(
                "Check the matrix: correlations lie between -1 and 1.",
                "请检查矩阵：相关应在-1与1之间。",
            ),
        )
    if n_obs is not None and n_obs < 3:
        raise OptionError(
            Text(f"n_obs={n_obs} is too small", f"n_obs={n_obs} 太小"),
            fix=Text("Give the number of respondents.", "请给出受访者人数。"),
        )
    return Moments(names, cov, corr, n_obs, None, "matrix", _definite(corr, names, None))


def _from_rows(
    rows: NDArray[np.float64], names: tuple[str, ...], missing: Missing, kind: Correlation
) -> Moments:
    gaps = np.isnan(rows)
    empty = gaps.all(axis=1)
    findings: tuple[Finding, ...] = ()
    if empty.any() and not empty.all():
        count = int(empty.sum())
        findings += (
            Finding(
                "empty_rows",
                "note",
                Text(
                    counted(count, "row has", "rows have")
                    + " no answer to any of these items; left out.",
                    f"{count}行在这些题项上全无作答，已不计入。",
                ),
            ),
        )
    rows = rows[~empty]
    has_gaps = bool(np.isnan(rows).any())
    if missing == "listwise" and has_gaps:
        rows = rows[~np.isnan(rows).any(axis=1)]
    if len(rows) < 3:
        raise DataError(
            Text(
                f"only {counted(len(rows), 'row has', 'rows have')} "
                + ("complete answers" if missing == "listwise" else "any answer"),
                f"只有{len(rows)}行有{'完整的' if missing == 'listwise' else ''}答案",
            ),
            fix=Text(
                "At least 3 are needed, and far more to trust the result.",
                "至少需要3行，可信的结果需要多得多。",
            ),
        )
    _refuse_constant(rows, names)
    if has_gaps and missing == "pairwise":
        cov, corr = pairwise_moments(rows, names)
    else:
        cov = np.atleast_2d(np.cov(rows, rowvar=False))
        corr = scale_to_correlation(cov)
    if kind != "pearson":
        corr = correlations_of(rows, names, kind)
        spread = np.sqrt(np.diag(cov))
        cov = corr * spread[:, None] * spread
    treatment: Literal["none", "pairwise", "listwise"] = missing if has_gaps else "none"
    findings += _definite(corr, names, len(rows))
    return Moments(names, cov, corr, len(rows), rows, treatment, findings, kind)


def _refuse_constant(rows: NDArray[np.float64], names: tuple[str, ...]) -> None:
    for j, name in enumerate(names):
        seen = rows[~np.isnan(rows[:, j]), j]
        if not len(seen):
            raise DataError(
                Text(f"item {name!r} has no answers", f"题项 {name!r} 没有答案"),
                fix=Text("Leave it out.", "请去掉它。"),
            )
        if (seen == seen[0]).all():
            raise DataError(
                Text(
                    f"item {name!r} does not vary: every answer is {seen[0]:g}",
                    f"题项 {name!r} 没有变化：所有答案都是{seen[0]:g}",
                ),
                fix=Text(
                    "Leave it out; nothing can correlate with it.",
                    "请去掉它；没有变量能与它相关。",
                ),
            )


def pairwise_moments(
    rows: NDArray[np.float64], names: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return covariances and correlations, each over the rows that have both items.

    Parameters
    ----------
    rows : ndarray, shape (n, p)
        Answers, gaps as NaN.
    names : tuple of str
        Item names, for the message where two items were never answered together.

    Returns
    -------
    cov, corr : ndarray, shape (p, p)
    """
    seen = ~np.isnan(rows)
    mask = seen.astype(float)
    centred = np.where(seen, rows - np.nanmean(rows, axis=0), 0.0)
    count = mask.T @ mask
    sums = centred.T @ mask  # (i, j): sum of item i over the rows that have j
    products = centred.T @ centred
    squares = (centred**2).T @ mask
    if count.min() < 3:
        i, j = np.unravel_index(count.argmin(), count.shape)
        raise DataError(
            Text(
                f"items {names[i]!r} and {names[j]!r} were answered together by "
                f"{int(count[i, j])} respondents only",
                f"题项 {names[i]!r} 与 {names[j]!r} 只有{int(count[i, j])}位受访者同时回答",
            ),
            fix=Text(
                "Leave one out, or impute the missing answers first.",
                "请去掉其中一个，或先插补缺失的答案。",
            ),
        )
    cov = (products - sums * sums.T / count) / (count - 1)
    variance = (squares - sums**2 / count) / (count - 1)  # of item i over the rows that have j
    if variance.min() <= 1e-14:
        i, j = np.unravel_index(variance.argmin(), variance.shape)
        raise DataError(
            Text(
                f"item {names[i]!r} does not vary among those who answered {names[j]!r}",
                f"在回答了 {names[j]!r} 的受访者中，题项 {names[i]!r} 没有变化",
            ),
            fix=Text(
                "Leave one out, or impute the missing answers first.",
                "请去掉其中一个，或先插补缺失的答案。",
            ),
        )
    corr = cov / np.sqrt(variance * variance.T)
    np.fill_diagonal(corr, 1.0)
    return cov, corr


def scale_to_correlation(cov: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a covariance matrix scaled to a unit diagonal."""
    scale = 1 / np.sqrt(np.diag(cov))
    corr = cov * scale[:, None] * scale
    np.fill_diagonal(corr, 1.0)
    return corr


def invert(moments: Moments, what: str) -> NDArray[np.float64]:
    """Return the inverse of the correlation matrix.

    Raises
    ------
    DataError
        Saying why there is none.
    """
    if np.linalg.eigvalsh(moments.corr)[0] < 1e-10:
        why = explain_singular(moments.corr, moments.names, moments.n)
        named = any(repr(name) in why.en or f" {name}" in why.en for name in moments.names)
        raise DataError(
            Text(
                f"{what} cannot be computed: {why.en}",
                f"无法计算{in_chinese(what)}：{why.zh}",
            ),
            fix=Text(
                "Drop an item of those named, or gather more answers.",
                "请去掉相关题项之一，或收集更多答卷。",
            )
            if named
            else Text("Gather more answers, or take fewer items.", "请收集更多答卷，或减少题项。"),
        )
    return np.asarray(np.linalg.inv(moments.corr), dtype=np.float64)


def _definite(
    corr: NDArray[np.float64], names: Sequence[str], n: int | None
) -> tuple[Finding, ...]:
    least = float(np.linalg.eigvalsh(corr)[0])
    if least >= 1e-10:
        return ()
    why = explain_singular(corr, names, n)
    return (
        Finding(
            "not_positive_definite",
            "serious",
            Text(
                f"The correlation matrix is not positive definite: {why.en}.",
                f"相关矩阵非正定（最小特征值为{least:.3f}）：{why.zh}。",
            ),
            hint=Text(
                "Drop one of the items concerned, or gather more answers.",
                "请删除相关题项之一，或增加样本量。",
            ),
        ),
    )
