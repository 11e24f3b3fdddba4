"""The door for ordinal variables: columns of a frame into category numbers, all checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.core.frames import need_columns, numeric_matrix

if TYPE_CHECKING:
    import pandas as pd

MANY = 12  # more categories than this are better treated as continuous
TOO_MANY = 100  # more than this are no response scale


@dataclass(frozen=True, slots=True)
class Coded:
    """Variables as the kernels take them.

    Attributes
    ----------
    names : tuple of str
    data : (n, p) array
        Ordinal variables as category numbers from 0; NaN where missing.
    categories : tuple of tuples
        The values that the numbers stand for; empty for a continuous variable.
    findings : tuple of Finding
    """

    names: tuple[str, ...]
    data: NDArray[np.float64]
    categories: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...] = ()

    @property
    def n_categories(self) -> tuple[int, ...]:
        """Number of categories of each variable; 0 if it is continuous."""
        return tuple(len(values) for values in self.categories)


def code_categories(frame: pd.DataFrame, names: Sequence[str], ordered: Sequence[str]) -> Coded:
    """Return the columns, those in ``ordered`` as category numbers in the order of their values.

    Categories that a scale offers and nobody chose do not count. Ordered pandas categoricals
    keep their order; other columns must hold numbers.

    Raises
    ------
    DataError
        For a missing column, one with text, with one value only or none, or with more than
        100 categories.
    """
    need_columns(frame, names)
    data = np.empty((len(frame), len(names)))
    categories: list[tuple[str, ...]] = []
    findings: list[Finding] = []
    chosen = set(ordered)
    labelled = _labelled(frame, names, chosen)
    plain = [name for name in names if name not in labelled]
    numbers = dict(zip(plain, numeric_matrix(frame, plain).T, strict=True))
    for index, name in enumerate(names):
        values, labels = labelled[name] if name in labelled else (numbers[name], ())
        present = np.unique(values[~np.isnan(values)])
        if not len(present):
            raise DataError(
                Text(f"{name!r} has no value at all", f"{name!r} 没有任何值"),
                fix=Text("Leave it out.", "请去掉它。"),
            )
        if len(present) == 1:
            only = labels[int(present[0])] if labels else f"{present[0]:g}"
            raise DataError(
                Text(
                    f"{name!r} has one value only: every answer is {only}",
                    f"{name!r} 只有一个值：所有答案都是 {only}",
                ),
                fix=Text(
                    "Leave it out: it correlates with nothing.", "请去掉它：没有变量能与它相关。"
                ),
            )
        if name not in chosen:
            data[:, index] = values
            categories.append(())
            continue
        if len(present) > TOO_MANY:
            raise DataError(
                Text(
                    f"{name!r} has {len(present)} different values and was declared ordinal",
                    f"{name!r} 有{len(present)}个不同的值，却声明为有序",
                ),
                fix=Text(
                    "Take it out of ordered=: it is continuous.",
                    "请从 ordered= 中去掉：它是连续的。",
                ),
            )
        if len(present) > MANY:
            findings.append(_many(name, len(present)))
        data[:, index] = np.where(
            np.isnan(values), np.nan, np.searchsorted(present, np.nan_to_num(values))
        )
        categories.append(tuple(labels[int(v)] if labels else f"{v:g}" for v in present))
    return Coded(tuple(names), data, tuple(categories), tuple(findings))


def _labelled(
    frame: pd.DataFrame, names: Sequence[str], ordered: set[str]
) -> dict[str, tuple[NDArray[np.float64], tuple[str, ...]]]:
    """Return the ordinal columns that are categoricals: their codes, and the labels of these."""
    import pandas as pd

    found = {}
    kinds = dict(zip(frame.columns, frame.dtypes, strict=True))
    for name in names:
        kind = kinds[name]
        if not isinstance(kind, pd.CategoricalDtype) or name not in ordered:
            continue
        if not kind.ordered and not pd.api.types.is_numeric_dtype(kind.categories.dtype):
            raise DataError(
                Text(f"the categories of {name!r} have no order", f"{name!r} 的类别没有顺序"),
                fix=Text(
                    "Give them one: df[name].cat.set_categories([...], ordered=True).",
                    "请给出顺序：df[name].cat.set_categories([...], ordered=True)。",
                ),
            )
        codes = np.array(frame[name].cat.codes, dtype=np.float64)
        codes[codes < 0] = np.nan
        found[name] = codes, tuple(str(label) for label in kind.categories)
    return found


def _many(name: str, count: int) -> Finding:
    return Finding(
        "many_categories",
        "warning",
        Text(
            f"{name} has {count} categories and was declared ordinal.",
            f"{name} 有 {count} 个类别，却被设定为有序变量。",
        ),
        name,
        Text("Treat it as continuous.", "建议作为连续变量处理。"),
    )
