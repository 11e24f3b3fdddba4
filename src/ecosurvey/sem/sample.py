"""The door for data: a frame or given moments, group by group, into sample moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Finding, OptionError, Text, counted
from ecosurvey.core.frames import as_frame, need_columns, numeric_matrix
from ecosurvey.core.recent import Recent, content
from ecosurvey.sem.loss.saturated import SaturatedMoments, saturated_moments
from ecosurvey.sem.observed import Moments, incomplete, moments_of
from ecosurvey.sem.observed.incomplete import Incomplete
from ecosurvey.sem.sampling import Sampling

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Grouped:
    """A frame's rows by group, in the order in which the groups appear.

    Attributes
    ----------
    frame : DataFrame
    labels : tuple of str
        ``("",)`` without groups.
    members : tuple of arrays or None
        Row positions of each group; None for all rows.
    findings : tuple of Finding
    """

    frame: pd.DataFrame
    labels: tuple[str, ...]
    members: tuple[NDArray[np.intp] | None, ...]
    findings: tuple[Finding, ...] = ()


def by_group(data: Any, group: str | None) -> Grouped:
    """Split a frame's rows by a column; rows without a group are left out and counted."""
    frame = as_frame(data)
    if group is None:
        return Grouped(frame, ("",), (None,))
    need_columns(frame, [group])
    column = frame[group]
    missing = int(column.isna().sum())
    codes, names = column.factorize()
    if not len(names):
        raise DataError(
            Text(f"the group column {group!r} is empty", f"分组列 {group!r} 是空的"),
            fix=Text("Name another column.", "请指定另一列。"),
        )
    if len(names) == 1:
        raise DataError(
            Text(
                f"the group column {group!r} has one value only: {names[0]!r}",
                f"分组列 {group!r} 只有一个值：{names[0]!r}",
            ),
            fix=Text("Leave group= out.", "请去掉 group=。"),
        )
    labels = tuple(
        str(int(name)) if isinstance(name, float) and name.is_integer() else str(name)
        for name in names
    )
    members = tuple(np.flatnonzero(codes == code) for code in range(len(names)))
    findings: tuple[Finding, ...] = ()
    if missing:
        findings = (
            dropped_rows(missing, len(frame), f"no value in {group!r}", f"缺少“{group}”的取值"),
        )
    return Grouped(frame, labels, members, findings)


def frame_moments(
    grouped: Grouped,
    names: Sequence[str],
    *,
    unbiased: bool,
    sampling: Sampling | None = None,
) -> tuple[tuple[Moments, ...], tuple[Finding, ...]]:
    """Return each group's moments over the complete rows, and how many rows were left out.

    Raises
    ------
    DataError
        For a missing or non-numeric column, or a group with fewer than two complete rows.
    """
    matrix = numeric_matrix(grouped.frame, names)
    answered = np.asarray(~np.isnan(matrix).any(axis=1))
    kept, dropped, total = [], 0, 0
    for label, members in zip(grouped.labels, grouped.members, strict=True):
        complete = answered if members is None else answered[members]
        total += len(complete)
        dropped += int((~complete).sum())
        kept.append(np.flatnonzero(complete) if members is None else members[complete])
        if len(kept[-1]) < 2:
            where = Text(f"group {label!r}", f"组 {label!r}") if label else None
            empty = [
                name for name, column in zip(names, matrix.T, strict=True) if np.isnan(column).all()
            ]
            fix = (
                Text(f"{', '.join(empty)} has no value at all.", f"{'、'.join(empty)}没有任何值。")
                if empty
                else Text("Look at the missing data.", "请查看缺失数据。")
            )
            raise DataError(
                Text(
                    counted(len(kept[-1]), "complete row remains", "complete rows remain"),
                    f"只剩{len(kept[-1])}行完整数据",
                ),
                where=where,
                fix=fix,
            )
    designs = [None] * len(kept) if sampling is None else sampling.designs(kept)
    found = [
        moments_of(
            matrix if len(rows) == len(matrix) and len(kept) == 1 else matrix[rows],
            tuple(names), unbiased=unbiased, design=design,
        )
        for rows, design in zip(kept, designs, strict=True)
    ]  # fmt: skip
    findings = grouped.findings
    if dropped:
        findings += (dropped_rows(dropped, total, "a value is missing", "存在缺失值"),)
    return tuple(found), findings


def full_information_moments(
    grouped: Grouped,
    names: Sequence[str],
    fixed: Sequence[str] = (),
    sampling: Sampling | None = None,
) -> tuple[tuple[Moments, ...], tuple[Finding, ...]]:
    """Return each group's rows with their gaps, and the saturated moments they imply.

    Rows in which nothing was answered are left out and counted, and so are rows without a
    value of a fixed covariate, about whose distribution the model says nothing.

    Raises
    ------
    DataError
        For a missing or non-numeric column, a variable without values, or two variables that
        nobody in a group answered both.
    """
    matrix = numeric_matrix(grouped.frame, names)
    covariates = [index for index, name in enumerate(names) if name in set(fixed)]
    found: list[Moments] = []
    findings = list(grouped.findings)
    known = np.asarray(~np.isnan(matrix[:, covariates]).any(axis=1))
    answered = np.asarray(~np.isnan(matrix).all(axis=1))
    empty = uncovered = 0
    kept = []
    for members in grouped.members:
        rows = np.arange(len(matrix)) if members is None else members
        uncovered += int((~known[rows]).sum())
        empty += int((known & ~answered)[rows].sum())
        kept.append(rows[(known & answered)[rows]])
    designs = [None] * len(kept) if sampling is None else sampling.designs(kept)
    whole = not any(np.isnan(matrix[rows]).any() for rows in kept)
    for label, rows, design in zip(grouped.labels, kept, designs, strict=True):
        data = incomplete(matrix[rows], None if design is None else design.weights)
        _check_coverage(data.coverage(), data.n, names, label)
        if whole:  # else a group without gaps is one with none: all have the same likelihood
            found.append(moments_of(data.x, tuple(names), unbiased=False, design=design))
            continue
        moments = _saturated(data, label)
        if not moments.converged:
            findings.append(_no_saturated_moments(label, moments.iterations))
        found.append(
            Moments(
                tuple(names),
                data.mass,
                moments.cov,
                moments.mean,
                rows=data,
                loglik=moments.loglik,
                design=design,
            )
        )
    if empty:
        findings.append(dropped_rows(empty, len(matrix), "nothing was answered", "未作任何回答"))
    if uncovered:
        why = "a fixed covariate is missing"
        findings.append(dropped_rows(uncovered, len(matrix), why, "固定协变量缺失"))
    return tuple(found), tuple(findings)


_RECENT: Recent[SaturatedMoments] = Recent(1 << 24, size=lambda made: made.cov.nbytes)


def _saturated(data: Incomplete, label: str) -> SaturatedMoments:
    try:
        if data.weights is not None:
            return saturated_moments(data)
        return _RECENT.get(content(data.x, data.observed), lambda: saturated_moments(data))
    except np.linalg.LinAlgError as error:  # the likelihood grows without bound
        raise DataError(
            Text(
                f"{data.n} rows do not determine the covariances of {data.x.shape[1]} variables",
                f"{data.n}行不足以确定{data.x.shape[1]}个变量的协方差",
            ),
            where=Text(f"group {label}", f"组{label}") if label else None,
            fix=Text(
                "Gather more answers, or fit a model of fewer variables.",
                "请收集更多答卷，或减少模型的变量。",
            ),
        ) from error


def pairwise_moments(
    grouped: Grouped, names: Sequence[str], *, unbiased: bool
) -> tuple[tuple[Moments, ...], tuple[Finding, ...]]:
    """Return covariances each from the rows that have both values, as lavaan does.

    N is that of all rows with any value, so that standard errors and tests pretend to more than
    there is; a finding says so.
    """
    import pandas as pd

    matrix = numeric_matrix(grouped.frame, names)
    found: list[Moments] = []
    gaps = 0
    for label, members in zip(grouped.labels, grouped.members, strict=True):
        rows = matrix if members is None else matrix[members]
        rows = rows[~np.isnan(rows).all(axis=1)]
        seen = (~np.isnan(rows)).astype(float)
        _check_coverage(seen.T @ seen / max(len(rows), 1), len(rows), names, label)
        gaps += int(np.isnan(rows).sum())
        cov = np.asarray(pd.DataFrame(rows).cov().to_numpy(), dtype=float)
        n = len(rows)
        if not unbiased:
            cov = cov * (n - 1) / n
        found.append(Moments(tuple(names), n, cov, np.nanmean(rows, axis=0), unbiased))
    findings = grouped.findings
    if gaps:
        findings += (_PAIRWISE,)
    return tuple(found), findings


_PAIRWISE = Finding(
    "pairwise_deletion",
    "warning",
    Text(
        "covariances were taken pair by pair; errors and tests treat all rows as complete.",
        "协方差按成对数据计算，标准误与检验将全部个案视为完整数据，结果偏乐观。",
    ),
    hint=Text("Use missing='fiml'.", "建议使用missing='fiml'。"),
)


def _check_coverage(
    coverage: NDArray[np.float64], n: int, names: Sequence[str], label: str
) -> None:
    where = Text(f"group {label!r}", f"组 {label!r}") if label else None
    if n < 2:
        raise DataError(
            Text(
                counted(n, "row with answers remains", "rows with answers remain"),
                f"只剩{n}行有答案",
            ),
            where=where,
            fix=Text("Look at the data.", "请查看数据。"),
        )
    never = np.argwhere(np.triu(coverage * n < 1.5))
    if not len(never):
        return
    one, other = (names[index] for index in never[0])
    what = f"{one!r} has" if one == other else f"{one!r} and {other!r} have together"
    zh = f"{one!r} " if one == other else f"{one!r} 与 {other!r} 共同"
    raise DataError(
        Text(
            f"{what} fewer than two answers, so their moments cannot be estimated",
            f"{zh}的有效答案不足两个，无法估计其矩",
        ),
        where=where,
        fix=Text("Leave the variable out.", "请去掉该变量。"),
    )


def _no_saturated_moments(label: str, iterations: int) -> Finding:
    return Finding(
        "saturated_moments_not_converged",
        "serious",
        Text(
            f"the means and covariances of the incomplete rows did not settle in {iterations} "
            "steps.",
            f"含缺失数据的均值与协方差在{iterations}步内未收敛。",
        ),
        label,
        Text("Look for variables that are hardly ever answered.", "请检查极少被作答的变量。"),
    )


def given_moments(
    names: Sequence[str],
    cov: Any,
    n: int | Sequence[int],
    mean: Any,
    *,
    unbiased: bool,
    groups: int,
) -> tuple[Moments, ...]:
    """Return moments from covariance matrices that divide by N - 1, one a group.

    For the normal likelihood they are rescaled to divide by N, as lavaan does.
    """
    covs = list(cov) if isinstance(cov, (list, tuple)) else [cov]
    sizes = [n] if isinstance(n, (int, np.integer)) else list(n)
    means = list(mean) if groups > 1 and mean is not None else [mean] * groups
    if not len(covs) == len(sizes) == len(means) == groups:
        raise OptionError(
            Text(
                f"{len(covs)} covariance matrices, {len(sizes)} sizes and {len(means)} means given",
                f"给出了{len(covs)}个协方差矩阵、{len(sizes)}个样本量与{len(means)}组均值",
            ),
            fix=Text(
                "Give as many of each as there are groups, as lists.",
                "请以列表给出，每项的个数都与组数相同。",
            ),
        )
    found = []
    for matrix, size, centre in zip(covs, sizes, means, strict=True):
        values = _square(matrix, names)
        if size < 2:
            raise OptionError(
                Text(f"n={size} rows are too few", f"n={size} 行太少"),
                fix=Text("Give the sample size.", "请给出样本量。"),
            )
        rescaled = values if unbiased else values * ((size - 1) / size)
        found.append(Moments(tuple(names), int(size), rescaled, _vector(centre, names), unbiased))
    return tuple(found)


def moment_names(cov: Any) -> list[str]:
    """Return the variables of a labelled covariance matrix, or of the first of several."""
    first = cov[0] if isinstance(cov, (list, tuple)) and len(cov) else cov
    columns = getattr(first, "columns", None)
    if columns is None:
        raise DataError(
            Text("cov= has no variable names", "cov= 没有变量名"),
            fix=Text(
                "Give a DataFrame with names as index and columns.",
                "请给出数据框，行列均以变量名命名。",
            ),
        )
    return [str(name) for name in columns]


def _square(matrix: Any, names: Sequence[str]) -> NDArray[np.float64]:
    have = moment_names(matrix)
    missing = [name for name in names if name not in have]
    if missing:
        raise DataError(
            Text(f"{missing[0]!r} is not in cov=", f"{missing[0]!r} 不在 cov= 中"),
            fix=Text(f"It has: {', '.join(have[:12])} …", f"其中有：{'、'.join(have[:12])} …"),
        )
    index = [have.index(name) for name in names]
    full = np.asarray(matrix, dtype=float)
    if full.shape[0] != full.shape[1]:
        raise DataError(
            Text(
                f"cov= has {full.shape[0]} rows and {full.shape[1]} columns",
                f"cov= 有{full.shape[0]}行{full.shape[1]}列",
            )
        )
    values = full[np.ix_(index, index)]
    if not np.isfinite(values).all() or not np.allclose(values, values.T, rtol=1e-6, atol=1e-10):
        raise DataError(
            Text(
                "cov= is not a symmetric matrix of finite numbers",
                "cov= 不是由有限数组成的对称矩阵",
            ),
            fix=Text("Check its cells.", "请检查各元素。"),
        )
    symmetric: NDArray[np.float64] = (values + values.T) / 2
    return symmetric


def _vector(mean: Any, names: Sequence[str]) -> NDArray[np.float64]:
    if mean is None:
        return np.zeros(len(names))
    labelled = hasattr(mean, "__getitem__") and hasattr(mean, "keys")
    if labelled:
        missing = [name for name in names if name not in mean]
        if missing:
            raise DataError(
                Text(f"{missing[0]!r} is not in mean=", f"{missing[0]!r} 不在 mean= 中"),
                fix=Text("Give every variable's mean.", "请给出每个变量的均值。"),
            )
        return np.array([float(mean[name]) for name in names])
    raise DataError(
        Text("mean= has no variable names", "mean= 没有变量名"),
        fix=Text(
            "Give a Series or a dict: {'x1': 3.2, …}.", "请给出Series或字典，如 {'x1': 3.2, …}。"
        ),
    )


def dropped_rows(count: int, total: int, why: str, why_zh: str) -> Finding:
    """Return the news that rows were left out: a warning from five in a hundred on."""
    share = 100 * count / total if total else 0.0
    return Finding(
        "rows_left_out",
        "warning" if share >= 5 else "note",
        Text(
            f"{count} of {total} rows ({share:.1f}%) {'was' if count == 1 else 'were'} "
            f"left out: {why}.",
            f"{total} 行中有 {count} 行（{share:.1f}%）因{why_zh}未纳入分析。",
        ),
    )
