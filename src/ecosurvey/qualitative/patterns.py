"""How codes go together, and how soon nothing new came: co-occurrence and saturation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.random import stream

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.qualitative.model import CodedMaterial


@dataclass(frozen=True, slots=True, eq=False)
class CoOccurrence(Result):
    """Segments that two codes share.

    Attributes
    ----------
    counts : DataFrame
        Codes × codes: segments with both; the diagonal has the segments of each code.
    jaccard : DataFrame
        Segments with both, divided by the segments with either.
    findings : tuple of Finding
    """

    counts: pd.DataFrame
    jaccard: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the pairs that occur together, the closest first."""
        names = list(map(str, self.counts.index))
        n, j = self.counts.to_numpy(), self.jaccard.to_numpy()
        pairs = [(a, b) for a in range(len(names)) for b in range(a) if n[a, b]]
        pairs.sort(key=lambda ab: (-n[ab], -j[ab], ab))
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (names[b], names[a], int(n[a, b]), float(j[a, b])) for a, b in pairs
        )
        columns = (
            Column("first", Text("Code", "编码"), "label"),
            Column("second", Text("With", "共现编码"), "text"),
            Column("segments", Text("Segments with both", "共现片段数"), "count"),
            Column("jaccard", Text("Jaccard", "Jaccard系数"), bounded=True),
        )
        title = Text("Codes that occur together", "编码共现")
        return (Table("code_cooccurrence", title, columns, rows),)


def co_occurrence(material: CodedMaterial) -> CoOccurrence:
    r"""Count the segments that two codes share, whoever gave them.

    :math:`J_{ab} = |S_a \cap S_b| / |S_a \cup S_b|` (Jaccard), with :math:`S_a` the
    segments with code *a*.

    Examples
    --------
    >>> from ecosurvey.qualitative import read_codes
    >>> found = co_occurrence(read_codes("data/sample/ecosystem_codes_en.csv"))
    >>> int(found.counts.loc["enterprise_engagement", "results_seen"])
    1
    """
    import pandas as pd

    names = list(material.codes)
    given = _membership(material.codings, ["source", "segment"], names)
    n = given.T @ given
    either = np.diag(n)[:, None] + np.diag(n)[None, :] - n
    j = np.divide(n, either, out=np.zeros(n.shape), where=either > 0)
    return CoOccurrence(
        pd.DataFrame(n.astype(int), index=names, columns=names),
        pd.DataFrame(j, index=names, columns=names),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Saturation(Result):
    """How many codes had been met after one, two, … sources.

    Attributes
    ----------
    observed : tuple of int
        In the order in which the sources were coded.
    mean, lower, upper : tuple of float
        Over random orders: mean and central 95 %.
    sources : tuple of str
    findings : tuple of Finding
    """

    observed: tuple[int, ...]
    mean: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    sources: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the curve."""
        columns = (
            Column("number", Text("Sources", "资料数"), "count"),
            Column("source", Text("Source added", "新增资料"), "label"),
            Column("codes", Text("Codes so far", "累计编码数"), "count"),
            Column("new", Text("New", "新增"), "count"),
            Column("mean", Text("Mean of random orders", "随机次序均值"), decimals=1),
        )
        before = (0, *self.observed)
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (k + 1, name, now, now - before[k], self.mean[k])
            for k, (name, now) in enumerate(zip(self.sources, self.observed, strict=True))
        )
        return (Table("saturation", Text("Saturation of codes", "编码饱和度"), columns, rows),)


def saturation(material: CodedMaterial, *, n_orders: int = 1000, seed: int = 1) -> Saturation:
    """Follow the number of different codes as sources are added.

    The order of coding is one of many, so the curve is also drawn over random orders. A
    flat end says that further sources of this kind brought no new code; it does not say that
    other kinds would bring none.

    Parameters
    ----------
    material : CodedMaterial
    n_orders, seed : int

    Raises
    ------
    DataError
        If no passage has a code.
    """
    if not material.codes:
        raise DataError(
            Text(
                "no passage has a code, so there is nothing to follow",
                "没有一段材料带有编码，因此无可追踪",
            ),
            where=material.path.name if material.path else None,
        )
    names = list(material.codes)
    sources = list(dict.fromkeys(material.codings["source"]))
    given = _membership(material.codings, ["source"], names) > 0
    observed = _cumulative(given, np.arange(len(sources)))
    rng = stream(seed, "saturation")
    drawn = np.array([_cumulative(given, rng.permutation(len(sources))) for _ in range(n_orders)])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    findings: tuple[Finding, ...] = ()
    if len(observed) > 1 and observed[-1] > observed[-2]:
        said = Text(
            "the last source, {source}, still brought new codes ({n}): saturation is not shown.",
            "最后一份资料（{source}）仍带来{n}个新编码，尚不能说已饱和。",
        ).fill(source=sources[-1], n=int(observed[-1] - observed[-2]))
        findings = (Finding("not_saturated", "warning", said),)
    return Saturation(
        tuple(map(int, observed)), _floats(drawn.mean(axis=0)), _floats(low), _floats(high),
        tuple(map(str, sources)), findings,
    )  # fmt: skip


def _membership(codings: pd.DataFrame, keys: list[str], names: list[str]) -> NDArray[Any]:
    """Return units × codes of 0 and 1, units in the order in which they occur."""
    units = list(map(tuple, codings[keys].drop_duplicates().to_numpy()))
    at, place = {unit: k for k, unit in enumerate(units)}, {name: k for k, name in enumerate(names)}
    found = np.zeros((len(units), len(names)))
    for *unit, code in codings[[*keys, "code"]].to_numpy():
        if code in place:
            found[at[tuple(unit)], place[code]] = 1.0
    return found


def _cumulative(given: NDArray[np.bool_], order: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.logical_or.accumulate(given[order], axis=0).sum(axis=1))


def _floats(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(map(float, values))
