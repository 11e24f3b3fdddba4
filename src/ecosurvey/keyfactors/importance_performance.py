"""Importance-performance map: what matters, and where there is room to grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.structures import (
    Structures,
    drawn_structures,
    estimated_structure,
    leading_to,
    percentile,
)

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult

Floats = NDArray[np.float64]
Quadrant = Literal["improve", "keep", "low_priority", "over_supplied"]

_QUADRANT: dict[tuple[bool, bool], Quadrant] = {  # whether it matters, whether its state is good
    (True, False): "improve",
    (True, True): "keep",
    (False, False): "low_priority",
    (False, True): "over_supplied",
}
QUADRANTS: dict[Quadrant, Text] = {
    "improve": Text("Improve first", "优先改进"),
    "keep": Text("Keep up", "继续保持"),
    "low_priority": Text("Low priority", "次要改进"),
    "over_supplied": Text("Enough done", "无须追加"),
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """One construct or item on the map.

    Attributes
    ----------
    id : str
    name : Text
    of : str
        The construct an item belongs to; empty for constructs.
    importance, importance_lower, importance_upper : float
        Change of the outcome, in points of its 0 to 100, with one point of this one.
    performance, performance_lower, performance_upper : float
        Mean on 0 to 100.
    quadrant : {"improve", "keep", "low_priority", "over_supplied"}
    clear : bool
        Whether both intervals keep to one side of the means that divide the map.
    """

    id: str
    name: Text
    of: str
    importance: float
    importance_lower: float
    importance_upper: float
    performance: float
    performance_lower: float
    performance_upper: float
    quadrant: Quadrant
    clear: bool


@dataclass(frozen=True, slots=True)
class ImportancePerformance(Result):
    """The map of one outcome.

    Attributes
    ----------
    constructs, items : tuple of Mapped
        Most urgent first: by size of importance times room to grow.
    outcome : str
    outcome_name : Text
    outcome_performance : float
    mean_importance, mean_performance : float
        What divides the map of constructs; sizes of importance are averaged.
    level : float
    n_draws, seed : int
    findings : tuple of Finding
    """

    constructs: tuple[Mapped, ...]
    items: tuple[Mapped, ...]
    outcome: str
    outcome_name: Text
    outcome_performance: float
    mean_importance: float
    mean_performance: float
    level: float
    n_draws: int
    seed: int
    findings: tuple[Finding, ...] = ()

    @property
    def priorities(self) -> tuple[str, ...]:
        """Constructs in the quadrant to improve first, most urgent first."""
        return tuple(row.id for row in self.constructs if row.quadrant == "improve")

    def tables(self) -> tuple[Table, ...]:
        """Return the table of constructs, then of items."""
        note = Text(
            "Importance: points of {o} (0–100) that go with one point of the factor, by the "
            "model's unstandardized total effects. Performance: latent mean in the items' own "
            "metric (effects coding), 0–100 between the ends of the scale. "
            "Quadrants are divided at "
            "the means ({i}; {p}); for a factor that hinders, performance is counted from its "
            "other end. “?”: an interval crosses a dividing line. {o} itself: {y}.",
            "重要性：因素每变化1分，{o}（0–100分）相应变化的分数，由模型非标准化总效应得到。绩效：以题项自身量纲"
            "（效应编码）表示的潜均值，按量表理论端点换算为0–100。象限以均值（{i}；{p}）划分；阻碍性因素的绩效按反向计。"
            "“?”表示区间跨越分界线。{o}自身为{y}。",
        ).fill(
            o=self.outcome_name,
            i=f"{self.mean_importance:.3f}",
            p=f"{self.mean_performance:.1f}",
            y=f"{self.outcome_performance:.1f}",
        )
        return (
            _table(
                "importance_performance",
                Text("Importance and performance of the factors", "各因素的重要性与绩效"),
                self.constructs,
                (note,),
            ),
            _table(
                "importance_performance_items",
                Text("Importance and performance of the items", "各题项的重要性与绩效"),
                self.items,
                (
                    Text(
                        "An item's importance is its construct's, divided by the loadings. Items "
                        "worded in reverse are counted in the scoring direction: to improve one "
                        "means less of what its words say.",
                        "题项重要性由所属构念的重要性按载荷分配。反向表述的题项按计分方向计算：改进此类题项，意味着减少题目所述情形。",
                    ),
                ),
            ),
        )


def importance_performance(
    fit: SemResult,
    outcome: str,
    ends: Mapping[str, tuple[float, float]],
    candidates: Sequence[str] | None = None,
    *,
    names: Mapping[str, Text] | None = None,
    bootstrap: BootstrapResult | None = None,
    n_draws: int = 1000,
    seed: int | None = None,
    level: float = 0.95,
) -> ImportancePerformance:
    r"""Set each factor's total effect beside its mean, both on 0 to 100.

    A latent variable in effects coding (mean loading 1, mean intercept 0) has the mean of its
    items' means: its performance is :math:`100(\kappa-min)/(max-min)`. Its importance is the
    unstandardized total effect between such 0 to 100 variables.

    Parameters
    ----------
    fit : SemResult
        One group.
    outcome : str
    ends : mapping of str to (float, float)
        Theoretical ends of every item's scale, in scoring direction.
    candidates : sequence of str, optional
        Everything with a way to the outcome, by default.
    names : mapping of str to Text, optional
        Of constructs and items.
    bootstrap : BootstrapResult, optional
    n_draws : int
    seed : int, optional
    level : float

    Returns
    -------
    ImportancePerformance

    Raises
    ------
    DataError
        If an item has no ends or a factor has no items.

    References
    ----------
    Ringle & Sarstedt (2016), Industrial Management & Data Systems 116, 1865-1886; Little,
    Slegers & Card (2006), Structural Equation Modeling 13, 59-72 (effects coding).
    """
    base = estimated_structure(fit)
    chosen = leading_to(base, outcome, candidates)
    used = new_seed() if seed is None else seed
    drawn = drawn_structures(fit, n_draws, used, bootstrap)
    ruler = {name: _measured(fit, base, name, ends) for name in (*chosen, outcome)}
    importance = _effects(fit, base, outcome, ruler, chosen)[0]
    low, high = percentile(_effects(fit, drawn, outcome, ruler, chosen), level)
    known = names or {}
    made = []
    for at, name in enumerate(chosen):
        mean, se = ruler[name].performance(fit)
        made.append((name, "", float(importance[at]), float(low[at]), float(high[at]), mean, se))
    constructs = _placed(made, known, level)
    parts: list[_Row] = []
    for row, name in ((row, row[0]) for row in made):
        for item, weight in zip(ruler[name].items, ruler[name].weights, strict=True):
            mean, se = _Ruler((item,), (1.0,), (ends[item],)).performance(fit)
            parts.append((item, name, row[2] * weight, row[3] * weight, row[4] * weight, mean, se))
    return ImportancePerformance(
        constructs,
        _placed(parts, known, level),
        outcome,
        known.get(outcome, Text(outcome, outcome)),
        ruler[outcome].performance(fit)[0],
        float(np.mean(np.abs(importance))),
        float(np.mean([_good(row) for row in made])),
        level,
        len(drawn),
        used,
    )


@dataclass(frozen=True, slots=True)
class _Ruler:
    """The items of a latent variable, their shares of its loadings, the ends of their scales."""

    items: tuple[str, ...]
    weights: tuple[float, ...]
    ends: tuple[tuple[float, float], ...]

    def performance(self, fit: SemResult) -> tuple[float, float]:
        """Return the mean on 0 to 100 with its standard error."""
        moments = fit.fit.model.moments[0]
        at = [moments.names.index(item) for item in self.items]
        low, high = (np.array(end) for end in zip(*self.ends, strict=True))
        points = 100 / (high - low) / len(at)
        mean = float(((moments.mean[at] - low) * points).sum())
        rows = moments.n
        if moments.rows is not None:  # with gaps, as many rows as were answered on average
            rows = int(moments.rows.observed[:, at].mean() * moments.n)
        variance = float(points @ moments.cov[np.ix_(at, at)] @ points)
        return mean, float(np.sqrt(variance / max(rows, 1)))


def _measured(
    fit: SemResult, base: Structures, name: str, ends: Mapping[str, tuple[float, float]]
) -> _Ruler:
    slopes = _slopes(fit, base, name)[0]
    items = tuple(fit.fit.model.layouts[0].observed[i] for i in np.flatnonzero(slopes))
    if not items:
        raise DataError(
            Text(f"{name!r} has no items", f"{name!r} 没有题项"),
            fix=Text("Leave it out of the candidates.", "请将它从候选因素中去掉。"),
        )
    for item in items:
        if item not in ends:
            raise DataError(
                Text(
                    f"the ends of the scale of {item!r} are not known",
                    f"不知道 {item!r} 的量表两端",
                ),
                fix=Text("Give them in ends=.", "请在 ends= 中给出。"),
            )
    sizes = np.abs(slopes[slopes != 0])
    return _Ruler(
        items, tuple(float(v) for v in sizes / sizes.sum()), tuple(ends[item] for item in items)
    )


def _slopes(fit: SemResult, found: Structures, name: str) -> Floats:
    """Return the slopes of the observed variables on a latent one in each layer, (b, p)."""
    at = found.factors.index(name)
    slopes = found.loadings[:, :, at].copy()
    if not slopes.any():  # a higher-order factor: by way of its parts, and of nothing regressed
        for part in _parts(fit, name):
            inner = found.factors.index(part)
            slopes += found.loadings[:, :, inner] * found.beta[:, [inner], at]
    return slopes


def _parts(fit: SemResult, name: str) -> list[str]:
    latent = set(fit.table.latent)
    return [r.rhs for r in fit.table.rows if r.op == "=~" and r.lhs == name and r.rhs in latent]


def _effects(
    fit: SemResult,
    found: Structures,
    outcome: str,
    ruler: Mapping[str, _Ruler],
    chosen: Sequence[str],
) -> Floats:
    """Return the total effects between the 0 to 100 variables in each layer, (b, k).

    Both metrics are those of the layer: their error goes into the intervals.
    """
    (target,), origins = found.at([outcome]), found.at(chosen)
    stretch = {name: _stretch(fit, found, name, ruler[name]) for name in (*chosen, outcome)}
    among = np.column_stack([stretch[name] for name in chosen])
    return np.asarray(found.total[:, target, origins] * stretch[outcome][:, None] / among)


def _stretch(fit: SemResult, found: Structures, name: str, ruler: _Ruler) -> Floats:
    """Return the points of the 0 to 100 scale in one unit of a latent variable, (b,)."""
    observed = fit.fit.model.layouts[0].observed
    at = [observed.index(item) for item in ruler.items]
    spans = np.array([high - low for low, high in ruler.ends])
    return np.asarray((100 * _slopes(fit, found, name)[:, at] / spans).mean(axis=1))


_Row = tuple[str, str, float, float, float, float, float]


def _good(row: _Row) -> float:
    """Return how good the state is: of what hinders, the less the better."""
    return row[5] if row[2] >= 0 else 100 - row[5]


def _placed(rows: Sequence[_Row], known: Mapping[str, Text], level: float) -> tuple[Mapped, ...]:
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    weight = float(np.mean([abs(row[2]) for row in rows]))
    state = float(np.mean([_good(row) for row in rows]))
    found = []
    for row in rows:
        name, of, importance, low, high, mean, se = row
        matters, good = abs(importance) >= weight, _good(row) >= state
        quadrant: Quadrant = (
            ("keep" if good else "improve")
            if matters
            else ("over_supplied" if good else "low_priority")
        )
        sign = 1 if importance >= 0 else -1
        near, far = sorted((sign * low, sign * high))
        clear = (near > weight or far < weight) and abs(_good(row) - state) > z * se
        found.append(
            Mapped(
                name, known.get(name, Text(name, name)), of, importance, low, high, mean,
                mean - z * se, mean + z * se, quadrant, bool(clear),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=_urgency, reverse=True))


def _urgency(row: Mapped) -> float:
    room = 100 - row.performance if row.importance >= 0 else row.performance
    return abs(row.importance) * room


def _table(key: str, title: Text, placed: Sequence[Mapped], notes: tuple[Text, ...]) -> Table:
    importance, performance = Text("Importance", "重要性"), Text("Performance", "绩效")
    columns = (
        Column("id", Text("Code", "代码"), "label"),
        Column("name", Text("Factor", "因素"), "label"),
        Column("importance", Text("Total effect", "总效应"), decimals=3, spanner=importance),
        Column("importance_lower", Text("CI low", "置信下限"), decimals=3, spanner=importance),
        Column("importance_upper", Text("CI high", "置信上限"), decimals=3, spanner=importance),
        Column("performance", Text("0–100", "0–100"), decimals=1, spanner=performance),
        Column("performance_lower", Text("CI low", "置信下限"), decimals=1, spanner=performance),
        Column("performance_upper", Text("CI high", "置信上限"), decimals=1, spanner=performance),
        Column("gain", Text("Room × importance", "改进空间×重要性"), decimals=1),
        Column("quadrant", Text("Quadrant", "象限"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in placed:
        words = QUADRANTS[row.quadrant]
        words = words if row.clear else Text(f"{words.en}?", f"{words.zh}?")
        rows.append(
            (
                row.id, row.name, row.importance, row.importance_lower, row.importance_upper,
                row.performance, row.performance_lower, row.performance_upper, _urgency(row), words,
            )
        )  # fmt: skip
    return Table(key, title, columns, tuple(rows), notes)
