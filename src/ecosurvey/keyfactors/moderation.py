"""Moderation between latent variables: whether one factor's effect depends on another's level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Text
from ecosurvey.keyfactors.moderation_result import Moderation, SimpleSlope

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]


def moderation(
    model: str,
    data: Any,
    predictor: str,
    moderator: str,
    outcome: str,
    *,
    estimator: str = "MLR",
    missing: str = "listwise",
    sampling_weights: str | None = None,
    cluster: str | None = None,
    level: float = 0.95,
    names: Mapping[str, Text] | None = None,
) -> Moderation:
    r"""Fit a latent interaction by double-mean-centred product indicators.

    Items of predictor and moderator are centred, paired in their order, multiplied and centred
    again, at weighted means where rows have weights; the products measure the interaction. Items
    left over by the longer scale have no product; a moderator that is one observed column is
    paired with every item, and parts of a factor of higher order count as the means of their
    items. Products that share no item have
    independent residuals by this design. The slope at level :math:`w` of the moderator is
    :math:`b + cw`, its variance :math:`v_{bb} + 2wv_{bc} + w^2v_{cc}`.

    Parameters
    ----------
    model : str
        With ``predictor`` and ``moderator`` measured (the moderator may also be a column of
        numbers), and the outcome regressed on both.
    data : DataFrame
    predictor, moderator, outcome : str
    estimator : str
        ``"MLR"``: products are never normal.
    missing : {"listwise", "fiml"}
        A product lacks what either of its items lacks; with ``"fiml"`` such rows still count
        with all that they have (Cham, Reshetnyak, Rosenfeld & Breitbart 2017).
    sampling_weights, cluster : str, optional
        Columns of a sample that was drawn so, as for :func:`ecosurvey.sem`.
    level : float
    names : mapping of str to Text, optional

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
    (1936); Bauer & Curran (2005), Multivariate Behavioral Research 40, 373-400; with gaps: Cham
    et al. (2017), the same 52, 12-30. In R: ``semTools::indProd(..., doubleMC = TRUE)``, then
    the fit.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x, w = rng.normal(size=(2, 500))
    >>> y = 0.3 * x + 0.3 * w + 0.4 * x * w + rng.normal(size=500)
    >>> df = pd.DataFrame({f"{n}{k}": f + 0.5 * rng.normal(size=500)
    ...     for n, f in (("x", x), ("w", w), ("y", y)) for k in (1, 2, 3)})
    >>> model = "X =~ x1 + x2 + x3; W =~ w1 + w2 + w3; Y =~ y1 + y2 + y3; Y ~ X + W"
    >>> moderation(model, df, "X", "W", "Y").pvalue < 0.001
    True
    """
    from ecosurvey.core.frames import as_frame
    from ecosurvey.sem import sem

    frame = as_frame(data).copy()
    design: dict[str, Any] = {"sampling_weights": sampling_weights, "cluster": cluster}
    # a weighted likelihood has no errors and tests but the robust ones
    least: dict[str, Any] = {} if any(design.values()) else {"se": "none", "test": "standard"}
    plain = sem(model, frame, missing=missing, **least, **design)
    paths = {(r.lhs, r.rhs) for r in plain.table.rows if r.op == "~"}
    for name in (predictor, moderator):
        if (outcome, name) not in paths:
            raise DataError(
                Text(
                    f"{outcome!r} is not regressed on {name!r} in the model",
                    f"模型中 {outcome!r} 没有对 {name!r} 回归",
                ),
                fix=Text(
                    "An interaction needs both main effects: add the path.",
                    "交互项需要两个主效应：请加上该路径。",
                ),
            )
    product = f"{predictor}_x_{moderator}"
    items = _products(
        frame, _indicators(plain, predictor), _indicators(plain, moderator, alone=True),
        None if sampling_weights is None else frame[sampling_weights],
    )  # fmt: skip
    text = f"{model}\n{product} =~ {' + '.join(items)}\n{outcome} ~ {product}"
    if moderator not in plain.table.latent:
        # observed covariates are uncorrelated with latent ones unless the text says otherwise
        text += f"\n{moderator} ~~ {' + '.join([*_free_latents(plain), product])}"
    fit = sem(text, frame, estimator=estimator, missing=missing, **design)
    if not fit.converged:
        raise DataError(
            Text(
                f"the model with the interaction of {predictor} and {moderator} did not converge",
                f"含 {predictor} 与 {moderator} 交互项的模型未收敛",
            ),
            fix=Text(
                "Give more rows, or moderate one path at a time.",
                "请增加样本量，或一次只调节一条路径。",
            ),
        )
    known = names or {}
    shown = tuple(known.get(name, Text(name, name)) for name in (predictor, moderator, outcome))
    return _judged(fit, (predictor, moderator, outcome), product, level, shown)


def _indicators(fit: SemResult, factor: str, *, alone: bool = False) -> list[tuple[str, ...]]:
    """Return the items of a factor, those of each part together if it has parts.

    ``alone`` lets an observed column stand for itself.
    """
    latent = set(fit.table.latent)
    if alone and factor not in latent and factor in fit.table.observed:
        return [(factor,)]

    def below(name: str) -> tuple[str, ...]:
        own = [r.rhs for r in fit.table.rows if r.op == "=~" and r.lhs == name]
        return tuple(item for part in own for item in (below(part) if part in latent else (part,)))

    own = [r.rhs for r in fit.table.rows if r.op == "=~" and r.lhs == factor]
    if not own:
        raise DataError(
            Text(f"{factor!r} is not measured by items", f"{factor!r} 没有题项测量"),
            fix=Text("Use a factor of the model with items.", "请使用模型中有题项的因素。"),
        )
    return [below(part) if part in latent else (part,) for part in own]


def _free_latents(fit: SemResult) -> list[str]:
    """Return the latent predictors that nothing explains."""
    rows = fit.table.rows
    explained = {r.lhs for r in rows if r.op == "~"}
    sources = dict.fromkeys(r.rhs for r in rows if r.op == "~")
    return [name for name in sources if name in fit.table.latent and name not in explained]


def _products(
    frame: pd.DataFrame,
    one: Sequence[tuple[str, ...]],
    other: Sequence[tuple[str, ...]],
    weights: pd.Series | None,
) -> list[str]:
    """Add the products to the frame and return their names."""
    pairs = [(a, other[0]) for a in one] if len(other) == 1 else zip(one, other, strict=False)
    names = []
    for k, (a, b) in enumerate(pairs, 1):
        left, right = (frame[list(items)].mean(axis=1, skipna=False) for items in (a, b))
        name = f"product_{k}_{a[0]}_{b[0]}"
        frame[name] = _centred(_centred(left, weights) * _centred(right, weights), weights)
        names.append(name)
    return names


def _centred(values: pd.Series, weights: pd.Series | None) -> pd.Series:
    if weights is None:
        return values - values.mean()
    return values - (values * weights).sum() / weights[values.notna()].sum()


def _judged(
    fit: SemResult, ends: tuple[str, str, str], product: str, level: float, names: tuple[Text, ...]
) -> Moderation:
    from scipy.special import ndtr, ndtri

    from ecosurvey.keyfactors.structures import estimated_structure

    predictor, _, outcome = ends
    rows = {(r.lhs, r.op, r.rhs): r.free - 1 for r in fit.table.rows if r.free}
    main, cross = rows[outcome, "~", predictor], rows[outcome, "~", product]
    b, c = float(fit.fit.x[main]), float(fit.fit.x[cross])
    v = fit.fit.vcov[np.ix_([main, cross], [main, cross])]
    structure = estimated_structure(fit)
    spread = np.sqrt(np.diag(structure.cov[0])[structure.at(ends)])
    sd = float(spread[1])
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
    square = (c**2 - z**2 * v[1, 1], 2 * (b * c - z**2 * v[0, 1]), b**2 - z**2 * v[0, 0])
    limits, regions = _johnson_neyman(square, sd)
    share = sum(float(ndtr(high) - ndtr(low)) for low, high in regions)
    error = float(np.sqrt(v[1, 1]))
    return Moderation(
        fit, *ends, c, error, float(2 * ndtr(-abs(c / error))),
        float(c * spread[0] * spread[1] / spread[2]), slopes, limits, regions, share,
        (float(spread[0]), sd, float(spread[2])),
        np.stack([levels, values, values - z * errors, values + z * errors]), level, fit.findings,
        names,
    )  # fmt: skip


def _johnson_neyman(
    square: tuple[float, float, float], sd: float
) -> tuple[tuple[float, ...], tuple[tuple[float, float], ...]]:
    """Return where the interval touches zero, and between which levels it excludes it.

    ``square`` are the coefficients of slope squared less its squared half interval, which is
    above zero where the interval excludes zero.
    """
    roots = np.roots(square)
    limits = tuple(sorted(float(root.real) / sd for root in roots if abs(root.imag) < 1e-12))
    ends = (-np.inf, *limits, np.inf)
    regions = []
    for low, high in pairwise(ends):
        inside = (max(low, -1e6) + min(high, 1e6)) / 2 * sd
        if np.polyval(square, inside) > 0:
            regions.append((float(low), float(high)))
    return limits, tuple(regions)
