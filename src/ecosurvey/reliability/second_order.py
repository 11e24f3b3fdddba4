"""Omega of a score whose general factor stands behind first-order constructs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Cell, Column, Finding, OptionError, Result, Table, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ecosurvey.sem import SemResult

OMEGA_LOW = 0.50  # Reise, Bonifay & Haviland (2013): half of the variance of the total, at least


@dataclass(frozen=True, slots=True, repr=False)
class SecondOrderOmega(Result):
    """Reliability of the total score at two levels.

    Attributes
    ----------
    factors : DataFrame by second-order factor
        ``constructs``, ``items``, ``omega_l1`` (share of the second-order factor in the
        variance of the total that the model implies), ``omega_l2`` (its share in the variance of
        the sum of the first-order factors), ``partial_omega_l1`` (its share in the total once
        what is specific to first-order factors is taken out).
    names : mapping of str to Text
    """

    factors: pd.DataFrame
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"SecondOrderOmega({', '.join(map(str, self.factors.index))})"

    def tables(self) -> tuple[Table, ...]:
        """Return one row a second-order factor."""

        def bounded(key: str, heading: Text) -> Column:
            return Column(key, heading, bounded=True, decimals=3)

        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                self.names[str(name)],
                int(row["constructs"]),
                int(row["items"]),
                float(row["omega_l1"]),
                float(row["omega_l2"]),
                float(row["partial_omega_l1"]),
            )
            for name, row in self.factors.iterrows()
        )
        return (
            Table(
                "second_order_omega",
                Text("Reliability of second-order factors", "二阶因子的信度"),
                (
                    Column("factor", Text("Second-order factor", "二阶因子"), "label"),
                    Column("constructs", Text("Constructs", "一阶构念数"), "count"),
                    Column("items", Text("Items", "题项数"), "count"),
                    bounded("omega_l1", Text("ω, level 1", "ω（一阶层面）")),
                    bounded("omega_l2", Text("ω, level 2", "ω（二阶层面）")),
                    bounded("partial_omega_l1", Text("Partial ω, level 1", "偏ω（一阶层面）")),
                ),
                rows,
                (
                    Text(
                        "Level 1: share of the second-order factor in the variance of the items' "
                        "total; level 2: in that of the sum of the constructs; partial: in the "
                        "total without what is specific to constructs.",
                        "一阶层面：二阶因子占题项总分方差的比例；二阶层面：占一阶构念之和方差的比例；"
                        "偏ω：剔除一阶构念特有方差后占总分方差的比例。",
                    ),
                ),
            ),
        )


def second_order_omega(
    fit: SemResult, names: Mapping[str, Text] | None = None
) -> SecondOrderOmega | None:
    r"""Return omega of each second-order factor of a fitted model.

    With first-order loadings :math:`\Lambda`, second-order loadings b, factor variance
    :math:`\phi`, disturbances :math:`\Psi` and residuals :math:`\Theta`,

    .. math:: \omega_{L1} = \frac{1'\Lambda b \phi b' \Lambda' 1}
              {1'\Lambda (b \phi b' + \Psi) \Lambda' 1 + 1'\Theta 1}, \quad
              \omega_{L2} = \frac{1' b \phi b' 1}{1'(b \phi b' + \Psi)1}, \quad
              \omega_{pL1} = \frac{1'\Lambda b \phi b' \Lambda' 1}
              {1'\Lambda b \phi b' \Lambda' 1 + 1'\Theta 1}

    Of a model of ordinal items these speak of the latent responses.

    Parameters
    ----------
    fit : SemResult
        A one-group model with a factor measured by factors.
    names : mapping of str to Text, optional

    Returns
    -------
    SecondOrderOmega or None
        ``None`` where there is no second-order factor.

    Raises
    ------
    OptionError
        If the model has groups.

    Notes
    -----
    To the digits of semTools 0.5-6: ``reliabilityL2(fit, "g")``.

    References
    ----------
    Jorgensen, T. D., Pornprasertmanit, S., Schoemann, A. M., & Rosseel, Y. (2022). semTools.

    Examples
    --------
    >>> from ecosurvey import cfa
    >>> fit = cfa("g =~ visual + textual + speed ...", answers)  # doctest: +SKIP
    >>> second_order_omega(fit).factors["omega_l1"]  # doctest: +SKIP
    """
    import pandas as pd

    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"second-order omega is of one group, but the fit has {len(fit.groups)}",
                f"二阶omega只在一个组内计算，而拟合有{len(fit.groups)}个组",
            ),
            fix=Text("Fit the model without group.", "请去掉 group，重新拟合模型。"),
        )
    measured = fit.parameters[fit.parameters["op"] == "=~"]
    first = measured[~measured["rhs"].isin(set(measured["lhs"]))]
    second = measured[measured["rhs"].isin(set(first["lhs"]))]
    if not len(second):
        return None
    records = {}
    for name in dict.fromkeys(second["lhs"]):
        b = second.loc[second["lhs"] == name].set_index("rhs")["est"].astype(float)
        loadings = first[first["lhs"].isin(b.index)]
        records[str(name)] = _levels(fit, str(name), b, loadings)
    frame = pd.DataFrame.from_dict(records, orient="index")
    called = {name: (names or {}).get(name, Text(name, name)) for name in records}
    low = [
        _low(str(name), called[str(name)], float(value))
        for name, value in frame["omega_l1"].items()
        if value < OMEGA_LOW
    ]
    return SecondOrderOmega(frame, called, tuple(low))


def _levels(
    fit: SemResult, name: str, b: pd.Series[float], loadings: pd.DataFrame
) -> dict[str, float]:
    items = list(dict.fromkeys(loadings["rhs"]))
    factors = list(b.index)
    grid = np.zeros((len(items), len(factors)))
    for factor, item, value in zip(loadings["lhs"], loadings["rhs"], loadings["est"], strict=True):
        grid[items.index(item), factors.index(factor)] = float(value)
    table = fit.parameters
    own = table[table["op"] == "~~"]
    phi = float(np.asarray(fit.latent_covariances.loc[name, name]))
    common = phi * float((grid @ b.to_numpy()).sum()) ** 2
    general = phi * float(b.sum()) ** 2
    unit = dict.fromkeys(items, 1.0)
    weights = dict(zip(factors, (float(v) for v in grid.sum(axis=0)), strict=True))
    specific, noise = _variance(own, weights), _variance(own, unit)
    return {
        "constructs": len(factors),
        "items": len(items),
        "omega_l1": common / (common + specific + noise),
        "omega_l2": general / (general + _variance(own, dict.fromkeys(factors, 1.0))),
        "partial_omega_l1": common / (common + noise),
    }


def _variance(own: pd.DataFrame, weights: dict[str, float]) -> float:
    """Return the (residual) variance of a weighted sum of some variables."""
    inside = own[own["lhs"].isin(weights) & own["rhs"].isin(weights)]
    return sum(
        float(est) * weights[str(a)] * weights[str(b)] * (1.0 if a == b else 2.0)
        for a, b, est in zip(inside["lhs"], inside["rhs"], inside["est"], strict=True)
    )


def _low(factor: str, name: Text, value: float) -> Finding:
    return Finding(
        "low_second_order_omega",
        "warning",
        Text(
            f"The second-order factor '{name.en}' carries {100 * value:.0f}% of the variance of "
            "its total score, less than half.",
            f"二阶因子“{name.zh}”仅解释其总分方差的{100 * value:.0f}%，不足一半。",
        ),
        where=factor,
        hint=Text(
            "Report the first-order constructs, not the total alone.",
            "应同时报告一阶构念，而不仅是总分。",
        ),
    )
