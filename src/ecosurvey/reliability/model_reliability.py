"""Reliability of sums of items from a fitted model: omega of each factor, bifactor models too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.reliability.green_yang import category_covariances

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.sem import SemResult

_TOTAL = "total"


@dataclass(frozen=True, slots=True, repr=False)
class ModelReliability(Result):
    """Omega of every factor of a confirmatory model, and of all factors together.

    Attributes
    ----------
    factors : DataFrame by factor
        ``items``; ``omega`` over the variance of the sum that was observed, ``omega_implied``
        over that which the model implies. With several factors a last row ``total``: of the sum
        of all items, all factors together.
    names : mapping of str to Text
    ordinal : bool
        Whether the answers are ordered categories, and omega is Green and Yang's.
    findings : tuple of Finding
    """

    factors: pd.DataFrame
    names: Mapping[str, Text]
    ordinal: bool
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        said = ", ".join(f"{name}: {value:.3f}" for name, value in self.factors["omega"].items())
        return f"ModelReliability({said})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a factor."""
        return self.factors

    def tables(self) -> tuple[Table, ...]:
        """Return one row a factor."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                self.names[str(name)],
                int(row["items"]),
                float(row["omega"]),
                float(row["omega_implied"]),
            )
            for name, row in self.factors.iterrows()
        )
        columns = (
            Column("factor", Text("Factor", "因子"), "label"),
            Column("items", Text("Items", "题项数"), "count"),
            Column(
                "omega", Text("ω, observed variance", "ω（观测方差）"), bounded=True, decimals=3
            ),
            Column(
                "omega_implied",
                Text("ω, implied variance", "ω（模型方差）"),
                bounded=True,
                decimals=3,
            ),
        )
        notes = (_SHARE, _ORDINAL) if self.ordinal else (_SHARE,)
        title = Text("Reliability of the factors of the model", "模型各因子的信度")
        return (Table("model_reliability", title, columns, rows, notes),)


def _share(key: str, heading: Text) -> Column:
    return Column(key, heading, bounded=True, decimals=3)


_SHARE = Text(
    "Share of one factor in the variance of the sum of its items. Of a bifactor model it is omega "
    "hierarchical for the general factor, that of subscales for the others, and omega total in the "
    "row of all factors.",
    "单个因子占其题项总分方差的比例。双因子模型中，一般因子行即层级ω，组因子行为分量表层级ω，"
    "全部因子行为总ω。",
)
_ORDINAL = Text(
    "Of ordered categories (Green & Yang, 2009).", "针对有序类别（Green & Yang, 2009）。"
)


def model_reliability(fit: SemResult, names: Mapping[str, Text] | None = None) -> ModelReliability:
    r"""Return the reliability of sums of items that a confirmatory model speaks of.

    For factor f with loadings :math:`\lambda` of its items and variance :math:`\phi_{ff}`,

    .. math:: \omega_f = \frac{\phi_{ff} (\sum_i \lambda_{if})^2}{\sum_{ij} \sigma_{ij}}, \quad
              \omega_{total} = \frac{1' \Lambda \Phi \Lambda' 1}{1' \Sigma 1}

    over the items that load on it. What other factors and correlated residuals add to these items
    counts as not of f; so the general factor of a bifactor model has omega hierarchical here.

    Parameters
    ----------
    fit : SemResult
        A one-group confirmatory factor analysis: correlated factors, cross-loadings, bifactor.
        For a factor of factors see :func:`ecosurvey.second_order_omega`.
    names : mapping of factor to Text, optional

    Returns
    -------
    ModelReliability
        For ordered categories Green and Yang's omega, of the sum of the answers 1, 2, 3, ...; NaN
        for a factor with items of both kinds.

    Raises
    ------
    OptionError
        If the model has groups.
    DataError
        If it measures nothing.

    Notes
    -----
    To the digits of semTools 0.5-6: ``compRelSEM(fit, return.total = TRUE)``, and
    ``obs.var = FALSE`` for the implied variance. semTools cannot give the total of ordinal items.

    References
    ----------
    Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation
    modeling. Psychometrika, 74, 155-167. Reise, S. P., Bonifay, W. E., & Haviland, M. G. (2013).
    Scoring and modeling psychological measures in the presence of multidimensionality. Journal of
    Personality Assessment, 95, 129-140.

    Examples
    --------
    >>> import numpy as np, pandas as pd, ecosurvey as es
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(500, 1))
    >>> x = pd.DataFrame(f + rng.normal(size=(500, 4)), columns=list("abcd"))
    >>> found = model_reliability(es.cfa("f =~ a + b + c + d", x))
    >>> bool(0.75 < found.factors.loc["f", "omega"] < 0.85)
    True
    """
    import pandas as pd

    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"reliability is of one group, but the fit has {len(fit.groups)}",
                f"信度只在一个组内计算，而拟合有{len(fit.groups)}个组",
            ),
            fix=Text(
                "Fit the model without group, or to each group's rows.",
                "请去掉 group 拟合模型，或对各组的数据分别拟合。",
            ),
        )
    measured = fit.parameters[fit.parameters["op"] == "=~"]
    measured = measured[~measured["rhs"].isin(set(measured["lhs"])) & (measured["est"] != 0)]
    if not len(measured):
        raise DataError(
            Text("the model measures nothing", "模型没有测量任何潜变量"),
            fix=Text("Give a model with '=~' lines.", "请给出含有“=~”的模型。"),
        )
    items, factors = (list(dict.fromkeys(measured[side])) for side in ("rhs", "lhs"))
    pattern = np.zeros((len(items), len(factors)))
    for factor, item, value in zip(measured["lhs"], measured["rhs"], measured["est"], strict=True):
        pattern[items.index(item), factors.index(factor)] = float(value)
    phi = fit.latent_covariances.loc[factors, factors].to_numpy(dtype=float)
    cuts = _thresholds(fit, items)
    wholes = [part[0].cov.loc[items, items].to_numpy() for part in (fit.observed, fit.implied)]
    records = {}
    for j, factor in enumerate(factors):
        own = np.flatnonzero(pattern[:, j])
        common = phi[j, j] * np.outer(pattern[own, j], pattern[own, j])
        records[str(factor)] = _shares(common, wholes, cuts, own)
    if len(factors) > 1:
        every = np.arange(len(items))
        records[_TOTAL] = _shares(pattern @ phi @ pattern.T, wholes, cuts, every)
    called = {name: (names or {}).get(name, Text(name, name)) for name in records}
    if len(factors) > 1:
        called[_TOTAL] = Text("All factors", "全部因子")
    frame = pd.DataFrame.from_dict(records, orient="index")
    return ModelReliability(frame, called, bool(cuts))


def _thresholds(fit: SemResult, items: list[str]) -> dict[int, NDArray[np.float64]]:
    """Return the thresholds of ordered items by their place."""
    rows = fit.parameters[fit.parameters["op"] == "|"]
    return {
        i: rows.loc[rows["lhs"] == item, "est"].to_numpy(dtype=float)
        for i, item in enumerate(items)
        if (rows["lhs"] == item).any()
    }


def _shares(
    common: NDArray[np.float64],
    wholes: list[NDArray[np.float64]],
    cuts: dict[int, NDArray[np.float64]],
    own: NDArray[np.intp],
) -> dict[str, float]:
    """Return the share of the common part in the variance of the sum, observed and implied."""
    ordered = [i in cuts for i in own]
    grid = np.ix_(own, own)
    parts = [whole[grid] for whole in wholes]
    if not any(ordered):
        observed, implied = (float(common.sum() / part.sum()) for part in parts)
    elif all(ordered):
        observed, implied = _categorical(common, parts, [cuts[int(i)] for i in own])
    else:
        observed = implied = nan
    return {"items": len(own), "omega": observed, "omega_implied": implied}


def _categorical(
    common: NDArray[np.float64],
    parts: list[NDArray[np.float64]],
    cuts: list[NDArray[np.float64]],
) -> tuple[float, float]:
    """Return the shares of sums of categories, the responses behind them scaled to one."""
    size = np.sqrt(np.diag(parts[1]))  # as implied: one, unless the residuals were fixed instead
    scaled = common / np.outer(size, size)
    if np.diag(scaled).max() > 1:
        return nan, nan
    thresholds = [cut / s for cut, s in zip(cuts, size, strict=True)]
    steps = [np.ones(len(cut)) for cut in cuts]
    true = float(category_covariances(thresholds, steps, scaled).sum())
    found = []
    for part in parts:
        whole = part / np.sqrt(np.outer(np.diag(part), np.diag(part)))
        found.append(true / float(category_covariances(thresholds, steps, whole).sum()))
    return found[0], found[1]
