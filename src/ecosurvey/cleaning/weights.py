"""Survey weights: raking to known margins, post-stratification, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.core.frames import as_frame, need_columns

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Margins = Mapping[str, Mapping[float, float]]
MUCH_LOST = 2.0
_NEAR = 1e-9  # of a margin: weights then hold to about as many digits as their codes are rare


@dataclass(frozen=True, slots=True)
class Weights(Result):
    """Weights with mean 1, and what they do to sample and precision.

    Attributes
    ----------
    weights : Series
        One for each row of the data.
    effective_n : float
        Kish's ``(Σw)² / Σw²``.
    design_effect : float
        ``n / effective_n``: by what factor unequal weights raise variances.
    converged : bool
        Whether all margins are met to ``1e-9``.
    iterations : int
    margins : tuple
        ``(variable, code, known, before, after)``: shares of the population, of the sample
        as given, and of the weighted sample.
    findings : tuple of Finding
    """

    weights: pd.Series
    effective_n: float
    design_effect: float
    converged: bool
    iterations: int
    margins: tuple[tuple[str, float, float, float, float], ...]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the margins before and after weighting."""
        columns = (
            Column("variable", Text("Variable", "变量"), "label"),
            Column("code", Text("Code", "编码"), "label"),
            Column("known", Text("Population (%)", "总体(%)"), "percent", 1),
            Column("before", Text("Sample (%)", "样本(%)"), "percent", 1),
            Column("after", Text("Weighted (%)", "加权后(%)"), "percent", 1),
        )
        rows: list[tuple[Cell, ...]] = [
            (name, f"{code:g}", 100 * known, 100 * before, 100 * after)
            for name, code, known, before, after in self.margins
        ]
        note = Text(
            "Effective n = {n} (Kish), design effect {d}; weights from {low} to {high}.",
            "有效样本量（Kish）为{n}，设计效应为{d}；权重范围{low}～{high}。",
        ).fill(
            n=f"{self.effective_n:.1f}",
            d=f"{self.design_effect:.2f}",
            low=f"{self.weights.min():.2f}",
            high=f"{self.weights.max():.2f}",
        )
        title = Text("Margins before and after weighting", "加权前后的边际分布")
        return (Table("weights", title, columns, tuple(rows), (note,)),)


def rake(
    data: pd.DataFrame,
    margins: Margins,
    *,
    base: Sequence[float] | None = None,
    trim: tuple[float, float] | None = (0.2, 5.0),
    max_iterations: int = 500,
) -> Weights:
    """Weight the rows so that the sample has the population's known margins.

    Iterative proportional fitting: the weights of each code of each variable in turn are
    multiplied by known over weighted share until no margin moves. Weights outside ``trim``
    are drawn to its ends and the raking is repeated, until both hold or cannot.

    Parameters
    ----------
    data : DataFrame
    margins : mapping of str to mapping of code to share
        Shares or counts of the population; each variable's are brought to sum 1.
    base : sequence of float, optional
        Design weights to start from; 1 each by default.
    trim : (low, high) or None
        Limits of weights of mean 1. Trimming trades bias for variance (Potter 1990).
    max_iterations : int

    Returns
    -------
    Weights

    Raises
    ------
    DataError
        If a code that the population has is not in the sample, or the reverse, or a variable
        has gaps.

    References
    ----------
    Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Kish (1965).

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"sex": [1, 1, 1, 2]})
    >>> weighted = rake(df, {"sex": {1: 0.5, 2: 0.5}})
    >>> weighted.weights.round(4).tolist(), weighted.effective_n
    ([0.6667, 0.6667, 0.6667, 2.0], 3.0)
    """
    import numpy as np

    frame = as_frame(data)
    if trim is not None and not 0 <= trim[0] < 1 < trim[1]:
        raise OptionError(
            Text(f"trim={trim!r} is not allowed", f"不允许 trim={trim!r}"),
            fix=Text("Use (low, high), low < 1 < high.", "请给出（低，高），低 < 1 < 高。"),
        )
    groups = _groups(frame, margins)
    start = _start(base, len(frame))
    weights = start.copy()
    converged, iterations = False, 0
    while not converged and iterations < max_iterations:
        iterations += 1
        for rows, known in groups.values():
            total = np.bincount(rows, weights=weights, minlength=len(known))
            factor = np.divide(
                known * weights.sum(), total, out=np.ones(len(total)), where=total > 0
            )
            weights = weights * factor[rows]
        weights = weights / weights.mean()
        if trim is not None:
            weights = np.clip(weights, *trim)
        converged = max(_off(weights, *group) for group in groups.values()) < _NEAR
    return _result(frame, weights, start, groups, margins, converged, iterations)


def summary_of(weights: pd.Series) -> Weights:
    """Return what given weights of mean 1 cost; they are drawn to no margins."""
    values = weights.to_numpy(dtype=float)
    effective = float(values.sum() ** 2 / (values**2).sum())
    effect = len(values) / effective
    return Weights(weights, effective, effect, True, 0, (), _costly(effect))


def _costly(effect: float) -> tuple[Finding, ...]:
    if effect <= MUCH_LOST:
        return ()
    words = Text(
        f"the weights cost more than half of the precision (design effect {effect:.2f})",
        f"加权使估计精度损失过半（设计效应{effect:.2f}）",
    )
    return (Finding("high_design_effect", "warning", words),)


def poststratify(
    data: pd.DataFrame,
    by: Sequence[str],
    cells: Mapping[tuple[float, ...], float],
    *,
    base: Sequence[float] | None = None,
) -> Weights:
    """Weight the rows so that every cell of a cross-table has its share of the population.

    ``w = known share / weighted sample share`` of the row's cell (Holt & Smith 1979, JRSS A
    142, 33-46).

    Parameters
    ----------
    data : DataFrame
    by : sequence of str
        The variables whose codes form a cell.
    cells : mapping of tuple of codes to share
        Shares or counts of the population.
    base : sequence of float, optional

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"sex": [1, 1, 2, 2], "role": [1, 1, 1, 2]})
    >>> known = {(1, 1): 30, (2, 1): 50, (2, 2): 20}
    >>> poststratify(df, ["sex", "role"], known).weights.round(4).tolist()
    [0.6, 0.6, 2.0, 0.8]
    """
    import pandas as pd

    frame = as_frame(data)
    need_columns(frame, by)
    order = {cell: float(place) for place, cell in enumerate(cells)}
    met = [tuple(row) for row in frame[list(by)].to_numpy().tolist()]
    for row, cell in zip(frame.index, met, strict=True):
        if cell not in order:
            raise DataError(
                Text(
                    f"the cell {dict(zip(by, cell, strict=True))} has no known share",
                    f"单元 {dict(zip(by, cell, strict=True))} 没有已知的份额",
                ),
                where=Text(f"row {row}", f"第{row}行"),
                fix=Text(
                    "Give every cell that the sample has, or merge cells.",
                    "请给出样本中每个单元的份额，或合并单元。",
                ),
            )
    name = " × ".join(by)
    one = pd.DataFrame({name: [order[cell] for cell in met]}, index=frame.index)
    return rake(one, {name: {order[c]: share for c, share in cells.items()}}, base=base, trim=None)


Group = tuple["NDArray[np.intp]", "NDArray[np.float64]"]


def _groups(frame: pd.DataFrame, margins: Margins) -> dict[str, Group]:
    """Return for each variable the place of each row's code, and the known shares."""
    import numpy as np

    if not margins or not len(frame):
        raise DataError(
            Text("there is nothing to weight to", "没有可用于加权的内容"),
            fix=Text("Give rows, and margins to meet.", "请给出数据行与边际分布。"),
        )
    need_columns(frame, list(margins))
    groups: dict[str, Group] = {}
    for name, shares in margins.items():
        codes = list(shares)
        known = np.array([shares[code] for code in codes], dtype=float)
        if not (np.isfinite(known).all() and (known > 0).all()):
            raise DataError(
                Text(
                    f"the shares of {name!r} are not all above zero", f"{name!r} 的份额并非都大于零"
                ),
                fix=Text("Leave out codes without people.", "请去掉没有人的编码。"),
            )
        met = frame[name].tolist()
        place = {code: k for k, code in enumerate(codes)}
        strange = [value for value in met if value not in place]
        if strange:
            raise DataError(
                Text(
                    f"{name!r} has {strange[0]!r}, which has no known share",
                    f"{name!r} 中有 {strange[0]!r}，没有已知的份额",
                ),
                fix=Text(
                    "Fill or drop these rows, or give its share.",
                    "请填补或去掉这些行，或给出其份额。",
                ),
            )
        empty = [code for code in codes if code not in met]
        if empty:
            raise DataError(
                Text(
                    f"nobody in the sample has {name} = {empty[0]!r}, "
                    "so no weight can represent them",
                    f"样本中没有人的 {name} = {empty[0]!r}，因此没有权重能代表他们",
                ),
                fix=Text("Merge it with a neighbouring code.", "请与相邻的编码合并。"),
            )
        groups[name] = (np.array([place[v] for v in met], dtype=np.intp), known / known.sum())
    return groups


def _start(base: Sequence[float] | None, n: int) -> NDArray[np.float64]:
    import numpy as np

    given = np.ones(n) if base is None else np.array(base, dtype=float)
    if given.shape != (n,) or not (np.isfinite(given).all() and (given > 0).all()):
        raise DataError(
            Text("base weights must be one positive number a row", "基础权重必须每行一个正数"),
            fix=Text("Mend them first.", "请先修正。"),
        )
    return np.asarray(given / given.mean(), dtype=float)


def _shares(
    weights: NDArray[np.float64], rows: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    import numpy as np

    return np.asarray(np.bincount(rows, weights=weights, minlength=count) / weights.sum())


def _off(weights: NDArray[np.float64], rows: NDArray[np.intp], known: NDArray[np.float64]) -> float:
    return float(abs(_shares(weights, rows, len(known)) - known).max())


def _result(
    frame: pd.DataFrame,
    weights: NDArray[np.float64],
    start: NDArray[np.float64],
    groups: Mapping[str, Group],
    margins: Margins,
    converged: bool,
    iterations: int,
) -> Weights:
    import pandas as pd

    weights = weights / weights.mean()
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    effect = len(weights) / effective
    lines = []
    for name, (rows, known) in groups.items():
        before, after = _shares(start, rows, len(known)), _shares(weights, rows, len(known))
        parts = zip(margins[name], known, before, after, strict=True)
        lines += [(name, float(c), float(k), float(b), float(a)) for c, k, b, a in parts]
    findings = []
    if not converged:
        words = Text(
            "the known margins are not met within the limits of the weights",
            "在权重限制范围内无法完全满足已知边际分布",
        )
        hint = Text("Widen the limits, or merge small codes.", "请放宽限制，或合并较小的类别。")
        findings.append(Finding("raking_not_converged", "warning", words, hint=hint))
    findings += _costly(effect)
    series = pd.Series(weights, index=frame.index, name="weight")
    return Weights(series, effective, effect, converged, iterations, tuple(lines), tuple(findings))
