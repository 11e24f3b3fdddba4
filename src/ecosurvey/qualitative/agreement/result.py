"""Agreement of coders: per code, overall, and what they disagree about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, check_choice
from ecosurvey.core.random import stream
from ecosurvey.qualitative.agreement import coefficients
from ecosurvey.qualitative.agreement.coefficients import METRICS, Metric
from ecosurvey.qualitative.agreement.ratings import Ratings, ratings_of
from ecosurvey.qualitative.agreement.units import by_code, categories, strengths
from ecosurvey.qualitative.model import CodedMaterial

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BLOCK = 4_000_000  # weights that are held at once
ENOUGH = 0.667  # Krippendorff (2004): below this not even tentative conclusions


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Agreement on one thing.

    Attributes
    ----------
    what : str
        The code; ``"all"`` and ``"strength"`` for the whole.
    units, raters : int
        Units with two ratings or more, and raters.
    percent : float
        Share of agreeing pairs of ratings, 0 to 1.
    kappa, fleiss, ac1, alpha : float
        Cohen's kappa (the mean of pairs where raters are more), Fleiss' kappa, Gwet's AC1,
        Krippendorff's alpha; NaN where chance alone would make everyone agree, and all but alpha
        NaN where the ratings are more than nominal.
    alpha_lower, alpha_upper : float
        Bootstrap interval of alpha.
    metric : str
    """

    what: str
    units: int
    raters: int
    percent: float
    kappa: float
    fleiss: float
    ac1: float
    alpha: float
    alpha_lower: float
    alpha_upper: float
    metric: Metric


@dataclass(frozen=True, slots=True, eq=False)
class Agreement(Result):
    """How far coders agree.

    Attributes
    ----------
    rows : tuple of Coefficient
        The whole first, then the codes.
    disagreements : DataFrame
        Unit and code that some gave and others did not, for discussion.
    level : float
    findings : tuple of Finding
    """

    rows: tuple[Coefficient, ...]
    disagreements: pd.DataFrame
    level: float
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the coefficients, and the disagreements."""
        span = Text("Krippendorff's α", "Krippendorff α")
        columns = (
            Column("what", Text("Code", "编码"), "label"),
            Column("units", Text("Units", "单元数"), "count"),
            Column("raters", Text("Coders", "编码者"), "count"),
            Column("percent", Text("Agreement", "一致率"), bounded=True),
            Column("kappa", Text("Cohen's κ", "Cohen κ"), bounded=True),
            Column("fleiss", Text("Fleiss' κ", "Fleiss κ"), bounded=True),
            Column("ac1", Text("Gwet's AC1", "Gwet AC1"), bounded=True),
            Column("alpha", Text("α", "α"), bounded=True, spanner=span),
            Column("alpha_lower", Text("Low", "下限"), bounded=True, spanner=span),
            Column("alpha_upper", Text("High", "上限"), bounded=True, spanner=span),
        )
        rows = tuple(
            (_SAID.get(r.what, r.what), r.units, r.raters, r.percent, _known(r.kappa),
             _known(r.fleiss), _known(r.ac1), _known(r.alpha), _known(r.alpha_lower),
             _known(r.alpha_upper))
            for r in self.rows
        )  # fmt: skip
        note = Text(
            "Low, High: {level:.0%} bootstrap interval over units. A dash: everyone gave the same, "
            "so agreement beyond chance is not defined. Of more than two coders Cohen's κ is the "
            "mean of pairs.",
            "下限、上限：对单元重抽样所得{level:.0%}区间。横线：所有评定相同，超出机遇的一致性无定义。"
            "编码者多于两人时，Cohen κ为各对均值。",
        ).fill(level=self.level)
        first = Table(
            "coder_agreement", Text("Agreement of coders", "编码者间一致性"), columns, rows, (note,)
        )
        return (first, self._listed()) if len(self.disagreements) else (first,)

    def _listed(self) -> Table:
        columns = (
            Column("source", Text("Source", "资料"), "label"),
            Column("segment", Text("Segment", "片段"), "text"),
            Column("code", Text("Code", "编码"), "text"),
            Column("given", Text("Given by", "给出者"), "text"),
            Column("withheld", Text("Not given by", "未给出者"), "text"),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            map(tuple, self.disagreements[[c.key for c in columns]].to_numpy(dtype=object))
        )
        title = Text("Disagreements to be discussed", "待讨论的分歧")
        return Table("coder_disagreements", title, columns, rows)


_SAID = {
    "all": Text("All codes", "全部编码"),
    "strength": Text("Strength of evidence (ordinal)", "证据强度（有序）"),
    "ratings": Text("Ratings", "评定"),
}


def agreement(
    ratings: CodedMaterial | pd.DataFrame | Any,
    *,
    metric: Metric = "nominal",
    level: float = 0.95,
    n_boot: int = 2000,
    seed: int = 1,
) -> Agreement:
    """Compute how far coders agree: percent, Cohen, Fleiss, Gwet's AC1, Krippendorff's alpha.

    Coded material is compared code by code (given or not, in each unit that the coder
    read), and as a whole: by the code given where every coder gives at most one code a
    unit, else by the decisions on all codes pooled. Formulas stand in
    :mod:`ecosurvey.qualitative.agreement.coefficients`.

    Parameters
    ----------
    ratings : CodedMaterial or DataFrame
        A table has one row a unit, one column a rater; gaps are allowed.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        Of Krippendorff's alpha, for a table; the other coefficients are nominal.
    level : float
        Of the bootstrap interval of alpha: units are drawn with replacement, percentiles
        taken. (Krippendorff's own program draws disagreements instead.)
    n_boot, seed : int

    Returns
    -------
    Agreement

    Raises
    ------
    DataError
        If there are fewer than two coders, or no unit that two of them read.

    Examples
    --------
    >>> import pandas as pd
    >>> two = pd.DataFrame({"A": [1, 1, 0, 0, 1], "B": [1, 1, 0, 1, 1]})
    >>> row = agreement(two, n_boot=100).rows[0]
    >>> round(row.percent, 2), round(row.kappa, 3)
    (0.8, 0.545)
    """
    check_choice("metric", metric, METRICS)

    def one(what: str, table: Any, kind: Metric, stacked: int = 1) -> Coefficient:
        return _coefficient(what, ratings_of(table), kind, level, n_boot, seed, stacked)

    if not isinstance(ratings, CodedMaterial):
        import pandas as pd

        row = one("ratings", ratings, metric)
        return Agreement((row,), pd.DataFrame(), level, ())
    if len(ratings.coders) < 2:
        raise DataError(
            Text(
                f"the material has {len(ratings.coders)} coder, "
                f"so there is no agreement to compute",
                f"材料只有{len(ratings.coders)}位编码者，因此无法计算一致性",
            ),
            where=ratings.path.name if ratings.path else None,
        )
    tables = {code: by_code(ratings, code) for code in ratings.codes}
    rows = [one(code, table, "nominal") for code, table in tables.items()]
    whole, stacked = categories(ratings), 1
    if whole is None:
        import pandas as pd

        whole, stacked = pd.concat(list(tables.values()), ignore_index=True), len(tables)
    rows.insert(0, one("all", whole, "nominal", stacked))
    rated = strengths(ratings)
    if rated is not None:
        rows.insert(1, one("strength", rated, "ordinal"))
    return Agreement(tuple(rows), _disagreements(ratings), level, tuple(_findings(rows)))


def _coefficient(
    what: str, ratings: Ratings, metric: Metric, level: float, n_boot: int, seed: int, stacked: int
) -> Coefficient:
    """Return the coefficients; ``stacked`` tables of the same units are drawn together."""
    counts = ratings.counts()
    both = int((counts.sum(axis=1) >= 2).sum())
    if metric in ("interval", "ratio") and not ratings.numeric:
        raise DataError(
            Text(
                f"metric={metric!r} needs ratings that are numbers",
                f"metric={metric!r} 需要数值评分",
            )
        )
    numbers = ratings.numeric
    values = np.array(ratings.values) if numbers else np.arange(float(len(ratings.values)))
    once = np.ones((1, len(counts)))
    alpha = float(coefficients.krippendorff(counts, values, metric, once)[0])
    low = high = float("nan")
    if n_boot > 0 and np.isfinite(alpha):
        n = len(counts) // stacked
        rng, even = stream(seed, "agreement"), np.full(n, 1 / n)
        block = max(1, _BLOCK // len(counts))
        blocks: list[Floats] = []
        for done in range(0, n_boot, block):
            units = rng.multinomial(n, even, size=min(block, n_boot - done)).astype(float)
            weights = np.tile(units, stacked)
            blocks.append(coefficients.krippendorff(counts, values, metric, weights))
        drawn = np.concatenate(blocks)
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn):
            tails = [(1 - level) / 2, (1 + level) / 2]
            low, high = (float(v) for v in np.quantile(drawn, tails))
    nominal = metric == "nominal"
    gap = float("nan")
    return Coefficient(
        what, both, len(ratings.raters), float(coefficients.percent(counts, once)[0]),
        float(coefficients.cohen(ratings, once)[0]) if nominal else gap,
        float(coefficients.fleiss(counts, once)[0]) if nominal else gap,
        float(coefficients.gwet(counts, once)[0]) if nominal else gap,
        alpha, low, high, metric,
    )  # fmt: skip


def _disagreements(material: CodedMaterial) -> pd.DataFrame:
    import pandas as pd

    worked = set(zip(material.codings["source"], material.codings["coder"], strict=True))
    given = material.codings[material.codings["code"] != ""]
    rows = []
    for (source, segment, code), part in given.groupby(["source", "segment", "code"], sort=False):
        those = set(part["coder"])
        others = [c for c in material.coders if c not in those and (source, c) in worked]
        if others:
            gave = [coder for coder in material.coders if coder in those]
            rows.append((source, segment, code, ", ".join(gave), ", ".join(others)))
    return pd.DataFrame(rows, columns=["source", "segment", "code", "given", "withheld"])


def _findings(rows: list[Coefficient]) -> list[Finding]:
    weak = [r.what for r in rows if r.what not in _SAID and r.alpha < ENOUGH]
    if not weak:
        return []
    said = Text(
        "coders do not agree enough on {n} of the codes (α below {limit}): {codes}.",
        "编码者在{n}个编码上的一致性不足（α低于{limit}）：{codes}。",
    ).fill(n=len(weak), limit=ENOUGH, codes=", ".join(weak[:8]))
    hint = Text("Discuss the disagreements listed and code again.", "请讨论所列分歧后重新编码。")
    return [Finding("weak_agreement", "warning", said, hint=hint)]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
