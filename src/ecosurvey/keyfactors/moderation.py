"""Moderation between latent variables: whether one factor's effect depends on another's level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SimpleSlope:
    """The effect of the predictor at one level of the moderator (in its SDs)."""

    at: float
    slope: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Moderation(Result):
    """A latent interaction.

    Attributes
    ----------
    fit : SemResult
        The model with the product factor.
    predictor, moderator, outcome : str
    est, se, pvalue : float
        Of the product's path, unstandardized.
    slopes : tuple of SimpleSlope
        At one SD below the moderator's mean, at it, and one SD above.
    limits : tuple of float
        Johnson-Neyman: levels of the moderator (in SDs) where the effect's interval touches
        zero; none, one or two of them.
    curve : (4, 81) array
        Levels from -4 to 4 SDs, slope, lower and upper limit: what the figure draws.
    level : float
    findings : tuple of Finding
    """

    fit: SemResult
    predictor: str
    moderator: str
    outcome: str
    est: float
    se: float
    pvalue: float
    slopes: tuple[SimpleSlope, ...]
    limits: tuple[float, ...]
    curve: Floats
    level: float
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the simple slopes, with the interaction and the limits in the notes."""
        columns = (
            Column("at", Text("Moderator, SD", "调节变量（标准差）"), decimals=1),
            Column("slope", Text("Slope", "简单斜率"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("z", Text("z", "z")),
            Column("pvalue", Text("p", "p"), "p"),
            Column("ci_lower", Text("CI low", "置信下限"), decimals=3),
            Column("ci_upper", Text("CI high", "置信上限"), decimals=3),
        )
        rows = tuple((s.at, s.slope, s.se, s.z, s.pvalue, s.ci_lower, s.ci_upper)
                     for s in self.slopes)  # fmt: skip
        where = ", ".join(f"{limit:.2f}" for limit in self.limits) or "—"
        note = Text(
            "Interaction b = {b} (SE {se}). Johnson-Neyman limits at SD of the moderator: {w}.",
            "交互项 b = {b}（标准误{se}）。Johnson–Neyman临界点（调节变量标准差）：{w}。",
        ).fill(b=f"{self.est:.3f}", se=f"{self.se:.3f}", w=where)
        title = Text(
            f"Effect of {self.predictor} on {self.outcome} by level of {self.moderator}",
            f"{self.moderator}不同水平下{self.predictor}对{self.outcome}的效应",
        )
        return (Table("simple_slopes", title, columns, rows, (note,)),)


def moderation(
    model: str,
    data: Any,
    predictor: str,
    moderator: str,
    outcome: str,
    *,
    estimator: str = "MLR",
    level: float = 0.95,
) -> Moderation:
    """Fit a latent interaction by double-mean-centred product indicators.

    Items of predictor and moderator are centred, paired in their order, multiplied and centred
    again; the products measure the interaction. Items left over by the longer scale have no
    product. Products that share no item have independent residuals by this design.

    Parameters
    ----------
    model : str
        With ``predictor`` and ``moderator`` measured and both regressed upon by the outcome.
    data : DataFrame
    predictor, moderator, outcome : str
    estimator : str
        ``"MLR"``: products are never normal.
    level : float

    Returns
    -------
    Moderation

    Raises
    ------
    DataError
        If a factor has no items, or the outcome is not regressed on both.

    References
    ----------
    Lin, Wen, Marsh & Lin (2010), Structural Equation Modeling 17, 374-391; Johnson & Neyman
    (1936); Bauer & Curran (2005), Multivariate Behavioral Research 40, 373-400.
    """
    from ecosurvey.core.frames import as_frame
    from ecosurvey.sem import sem

    frame = as_frame(data).copy()
    plain = sem(model, frame, se="none", test="standard")
    paths = {(r.lhs, r.rhs) for r in plain.table.rows if r.op == "~"}
    for name in (predictor, moderator):
        if (outcome, name) not in paths:
            raise DataError(
                f"{outcome!r} is not regressed on {name!r} in the model",
                fix="An interaction needs both main effects: add the path.",
            )
    product = f"{predictor}_x_{moderator}"
    items = _products(frame, _items(plain, predictor), _items(plain, moderator))
    text = f"{model}\n{product} =~ {' + '.join(items)}\n{outcome} ~ {product}"
    fit = sem(text, frame, estimator=estimator)
    return _judged(fit, predictor, moderator, outcome, product, level)


def _items(fit: SemResult, factor: str) -> list[str]:
    latent = set(fit.table.latent)
    items = [r.rhs for r in fit.table.rows if r.op == "=~" and r.lhs == factor]
    if not items or latent & set(items):
        raise DataError(
            f"{factor!r} is not measured by items", fix="Use a first-order factor with items."
        )
    return items


def _products(frame: pd.DataFrame, one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Add the products to the frame and return their names."""
    names = []
    for a, b in zip(one, other, strict=False):
        values = (frame[a] - frame[a].mean()) * (frame[b] - frame[b].mean())
        name = f"{a}_x_{b}"
        frame[name] = values - values.mean()
        names.append(name)
    return names


def _judged(
    fit: SemResult, predictor: str, moderator: str, outcome: str, product: str, level: float
) -> Moderation:
    from scipy.special import ndtr, ndtri

    rows = {(r.lhs, r.op, r.rhs): r.free - 1 for r in fit.table.rows if r.free}
    main, cross = rows[outcome, "~", predictor], rows[outcome, "~", product]
    b, c = float(fit.fit.x[main]), float(fit.fit.x[cross])
    v = fit.fit.vcov[np.ix_([main, cross], [main, cross])]
    at = list(fit.latent_covariances.columns).index(moderator)
    sd = float(np.sqrt(fit.latent_covariances.to_numpy()[at, at]))
    z = float(ndtri((1 + level) / 2))

    def slope(at: Floats) -> tuple[Floats, Floats]:
        w = at * sd
        return b + c * w, np.sqrt(v[0, 0] + 2 * w * v[0, 1] + w**2 * v[1, 1])

    levels = np.linspace(-4, 4, 81)
    values, errors = slope(levels)
    points = np.array([-1.0, 0.0, 1.0])
    slopes = tuple(
        SimpleSlope(
            float(at), float(est), float(se), float(est / se), float(2 * ndtr(-abs(est / se))),
            float(est - z * se), float(est + z * se),
        )
        for at, est, se in zip(points, *slope(points), strict=True)
    )  # fmt: skip
    roots = np.roots([c**2 - z**2 * v[1, 1], 2 * (b * c - z**2 * v[0, 1]), b**2 - z**2 * v[0, 0]])
    limits = tuple(sorted(float(root.real) / sd for root in roots if abs(root.imag) < 1e-12))
    error = float(np.sqrt(v[1, 1]))
    return Moderation(
        fit, predictor, moderator, outcome, c, error, float(2 * ndtr(-abs(c / error))), slopes,
        limits, np.stack([levels, values, values - z * errors, values + z * errors]), level,
        fit.findings,
    )  # fmt: skip
