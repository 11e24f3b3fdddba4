"""The door for ordinal data: a frame's columns into categories, and these into statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Finding, OptionError, Text, counted
from ecosurvey.core.frames import need_columns, numeric_matrix
from ecosurvey.correlation import Coded, code_categories, doubts_of
from ecosurvey.sem.observed import Design, Moments, ordinal_moments_of
from ecosurvey.sem.sample import Grouped, dropped_rows
from ecosurvey.sem.sampling import Sampling

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_FEW = 100  # rows of a group below which correlations of categories are hardly known


@dataclass(frozen=True, slots=True)
class OrdinalData:
    """The rows of a model with ordinal variables, coded.

    Attributes
    ----------
    coded : Coded
        The outcomes: category numbers, or values of the continuous ones.
    covariates : (n, q) array
    covariate_names : tuple of str
    grouped : Grouped
        Which rows belong to which group, the unusable ones left out.
    findings : tuple of Finding
    designs : tuple of Design or None
        Weights and clusters of each group's rows.
    """

    coded: Coded
    covariates: Floats
    covariate_names: tuple[str, ...]
    grouped: Grouped
    findings: tuple[Finding, ...]
    designs: tuple[Design | None, ...]

    @property
    def thresholds(self) -> dict[str, int]:
        """Number of thresholds of each ordinal variable."""
        pairs = zip(self.coded.names, self.coded.n_categories, strict=True)
        return {name: count - 1 for name, count in pairs if count}


def chosen_ordered(
    ordered: bool | Sequence[str], outcomes: Sequence[str], columns: Sequence[str]
) -> tuple[str, ...]:
    """Return the ordinal variables of the model: all outcomes, or those that were named.

    Raises
    ------
    OptionError
        If a name is not a column of the data, or none is an outcome of the model.
    """
    if ordered is True:
        return tuple(outcomes)
    if isinstance(ordered, (str, bool)):
        raise OptionError(
            Text(
                f"ordered={ordered!r} is neither True nor a list",
                f"ordered={ordered!r} 既不是True，也不是列表",
            ),
            fix=Text("Write ordered=['x1', 'x2'].", "请写成 ordered=['x1', 'x2']。"),
        )
    unknown = [name for name in ordered if name not in columns]
    if unknown:
        raise OptionError(
            Text(
                f"{unknown[0]!r} in ordered= is not a column of the data",
                f"ordered= 中的 {unknown[0]!r} 不是数据中的列",
            ),
            fix=Text("Correct the name.", "请更正名称。"),
        )
    found = tuple(name for name in outcomes if name in set(ordered))
    if not found:
        raise OptionError(
            Text(
                "none of ordered= is an outcome or indicator of the model",
                "ordered= 中没有一个是模型的因变量或指标",
            ),
            fix=Text("Name indicators, or leave ordered= out.", "请写出指标，或去掉 ordered=。"),
        )
    return found


def ordinal_data(
    grouped: Grouped,
    names: Sequence[str],
    exogenous: Sequence[str],
    ordered: Sequence[str],
    *,
    missing: str,
    collapse: bool = False,
    sampling: Sampling | None = None,
) -> OrdinalData:
    """Code the columns of a model, and leave out the rows that cannot be used.

    Parameters
    ----------
    grouped : Grouped
    names, exogenous : sequences of str
        Outcomes, and the fixed covariates that everything is conditional on.
    ordered : sequence of str
        From :func:`chosen_ordered`.
    missing : {"listwise", "pairwise"}
        Complete rows; or every row with an answer, each pair from the rows that have both.
    collapse : bool
        Merge a category that nobody of a group chose with its neighbour, in all groups.
    sampling : Sampling, optional
        Weights and clusters of the rows; those without weight are left out.

    Raises
    ------
    DataError
        For a variable with one category, or one empty in a group; too few rows.
    """
    frame = grouped.frame
    need_columns(frame, [*names, *exogenous])
    weights = None if sampling is None else sampling.weights
    keep, findings = _usable_rows(frame, names, exogenous, missing, weights)
    members = tuple(
        np.flatnonzero(keep) if rows is None else rows[keep[rows]] for rows in grouped.members
    )
    for label, rows in zip(grouped.labels, members, strict=True):
        if len(rows) < 2:
            raise DataError(
                Text(
                    counted(len(rows), "complete row remains", "complete rows remain"),
                    f"只剩{len(rows)}行完整数据",
                ),
                where=Text(f"group {label!r}", f"组 {label!r}") if label else None,
                fix=Text(
                    "Use missing='pairwise', or look at the missing data.",
                    "请使用 missing='pairwise'，或查看缺失数据。",
                ),
            )
    designs: list[Design | None] = [None] * len(members)
    if sampling is not None:
        designs = [*sampling.designs(members)]
    used = np.sort(np.concatenate(members))
    kept = frame.iloc[used]
    coded = code_categories(kept, names, ordered)
    place = np.full(len(frame), -1, dtype=np.intp)
    place[used] = np.arange(len(used))
    members = tuple(place[rows] for rows in members)
    coded, merged = _in_every_group(coded, members, grouped.labels, collapse=collapse)
    covariates = np.zeros((len(kept), 0))
    if exogenous:
        covariates = numeric_matrix(kept, list(exogenous))
    whole = replace(grouped, frame=kept, members=members)
    found = (*grouped.findings, *findings, *coded.findings, *merged, *_few(members, grouped.labels))
    return OrdinalData(coded, covariates, tuple(exogenous), whole, found, tuple(designs))


def ordinal_moments(
    data: OrdinalData, names: Sequence[str]
) -> tuple[tuple[Moments, ...], tuple[Finding, ...]]:
    """Return the two-step statistics of each group, with what is doubtful about them.

    Parameters
    ----------
    data : OrdinalData
    names : sequence of str
        All observed variables of the model, in its order.
    """
    found: list[Moments] = []
    doubts: list[Finding] = []
    groups = zip(data.grouped.labels, data.grouped.members, data.designs, strict=True)
    for label, rows, design in groups:
        assert rows is not None  # noqa: S101 (ordinal_data has set them)
        values, covariates = data.coded.data[rows], data.covariates[rows]
        _answered_together(values, data.coded.names, label)
        counts = data.coded.n_categories
        mine = ordinal_moments_of(
            values, counts, covariates, list(names), data.covariate_names, design
        )
        found.append(mine)
        doubts += [
            replace(doubt, where=f"{doubt.where} [{label}]" if label else doubt.where)
            for doubt in doubts_of(replace(data.coded, data=values), _correlations(mine))
        ]
    return tuple(found), tuple(doubts)


def _correlations(moments: Moments) -> Floats:
    """Return the correlations of the outcomes' responses, given the covariates."""
    assert moments.ordinal is not None  # noqa: S101 (it was made of nothing else)
    pairs = moments.ordinal.places.pairs
    variance = moments.ordinal.places.variance
    found = np.where(pairs >= 0, moments.ordinal.values[pairs], 0.0)
    sd = np.sqrt(np.where(variance >= 0, moments.ordinal.values[variance], 1.0))
    found[np.diag_indices_from(found)] = sd**2
    return np.asarray(found / np.outer(sd, sd))


def _usable_rows(
    frame: pd.DataFrame,
    names: Sequence[str],
    exogenous: Sequence[str],
    missing: str,
    weights: Floats | None,
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Tell which rows are used, and say how many are not."""
    answered = frame[list(names)].notna().to_numpy()
    known = None
    if exogenous:
        known = np.asarray(frame[list(exogenous)].notna().to_numpy().all(axis=1))
    complete, some = np.asarray(answered.all(axis=1)), np.asarray(answered.any(axis=1))
    keep: NDArray[np.bool_] = complete if missing == "listwise" else some
    findings = []
    if not keep.all():
        why = ("a value is missing", "存在缺失值")
        if missing != "listwise":
            why = ("nothing was answered", "未作任何回答")
        findings.append(dropped_rows(int((~keep).sum()), len(keep), *why))
    if known is not None and not known.all():
        lost = int((keep & ~known).sum())
        if lost:
            findings.append(
                dropped_rows(lost, len(keep), "a fixed covariate is missing", "固定协变量缺失")
            )
        keep = keep & known
    if weights is not None and not weights[keep].all():
        nothing = int((weights[keep] == 0).sum())
        findings.append(dropped_rows(nothing, len(keep), "their weight is zero", "权重为零"))
        keep = keep & (weights > 0)
    return keep, findings


def _in_every_group(
    coded: Coded,
    members: Sequence[NDArray[np.intp]],
    labels: Sequence[str],
    *,
    collapse: bool,
) -> tuple[Coded, list[Finding]]:
    """Raise where a category is empty in a group, or merge it with its neighbour."""
    data, categories = coded.data.copy(), list(coded.categories)
    merged: list[Finding] = []
    for index, name in enumerate(coded.names):
        while len(categories[index]) > 0:
            empty = _empty(data[:, index], len(categories[index]), members)
            if empty is None:
                break
            group, category = empty
            values = categories[index]
            neighbour = category + 1 if category < len(values) / 2 else category - 1
            if len(values) == 2 or not collapse:
                raise _empty_category(name, values, category, neighbour, labels[group])
            low = min(category, neighbour)
            column = data[:, index]
            data[:, index] = np.where(column > low, column - 1, column)
            joined = f"{values[low]}+{values[low + 1]}"
            categories[index] = (*values[:low], joined, *values[low + 2 :])
            merged.append(_merged(name, values[low], values[low + 1], labels[group]))
    return replace(coded, data=data, categories=tuple(categories)), merged


def _empty(
    codes: Floats, count: int, members: Sequence[NDArray[np.intp]]
) -> tuple[int, int] | None:
    """Return the first group and category that do not meet."""
    for group, rows in enumerate(members):
        seen = codes[rows]
        counts = np.bincount(seen[~np.isnan(seen)].astype(np.intp), minlength=count)
        lacking = np.flatnonzero(counts == 0)
        if len(lacking):
            return group, int(lacking[0])
    return None


def _empty_category(
    name: str, values: Sequence[str], category: int, neighbour: int, label: str
) -> DataError:
    if len(values) == 2:
        return DataError(
            Text(
                f"all answers to {name!r} are alike in group {label!r}, not {values[category]}",
                f"{label!r} 组对 {name!r} 的答案全都相同，而不是 {values[category]}",
            ),
            fix=Text(
                "Leave the variable out, or merge the group with another.",
                "请去掉该变量，或将该组与其他组合并。",
            ),
        )
    return DataError(
        Text(
            f"nobody in group {label!r} chose category {values[category]} of {name!r}",
            f"{label!r} 组没有人选择 {name!r} 的类别 {values[category]}",
        ),
        fix=Text(
            f"Merge it with {values[neighbour]} in all groups; collapse=True does so.",
            f"请在所有组中将它与 {values[neighbour]} 合并；collapse=True 会自动处理。",
        ),
    )


def _merged(name: str, one: str, other: str, label: str) -> Finding:
    return Finding(
        "categories_merged",
        "warning",
        Text(
            f"categories {one} and {other} of {name} were merged: one is empty in group {label}.",
            f"{name} 的类别 {one} 与 {other} 已合并：其一在组 {label} 中无人选择。",
        ),
        name,
    )


def _few(members: Sequence[NDArray[np.intp]], labels: Sequence[str]) -> list[Finding]:
    """Return a warning for every group of so few rows that categories are hardly known."""
    return [
        Finding(
            "few_rows_for_categories",
            "warning",
            Text(
                f"{len(rows)} rows are few for thresholds and polychoric correlations.",
                f"样本量 {len(rows)} 不足以可靠估计阈值与多分格相关。",
            ),
            f"group {label!r}" if label else "",
            Text(
                "Tests and standard errors of WLSMV need some hundreds of rows.",
                "WLSMV的检验与标准误通常需要数百个样本。",
            ),
        )
        for label, rows in zip(labels, members, strict=True)
        if len(rows) < _FEW
    ]


def _answered_together(values: Floats, names: Sequence[str], label: str) -> None:
    seen = (~np.isnan(values)).astype(float)
    together = seen.T @ seen
    rare = np.argwhere(together < 2)
    if len(rare):
        one, other = (names[int(index)] for index in rare[0])
        raise DataError(
            Text(
                f"{one!r} and {other!r} are answered together in fewer than two rows",
                f"{one!r} 与 {other!r} 同时作答的不足两行",
            ),
            where=Text(f"group {label!r}", f"组 {label!r}") if label else None,
            fix=Text("Leave one of them out.", "请去掉其中一个。"),
        )
