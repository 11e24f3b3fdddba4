"""Reliability of scales whose answers are ordered categories, by construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, OptionError, Result, Table, Text
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.core.parallel import map_replicates
from ecosurvey.core.random import new_seed
from ecosurvey.correlation import OrderedMargin, PolychoricResult, polychoric, two_step
from ecosurvey.factors.efa import heywood
from ecosurvey.reliability.alpha import alpha_kernel, check_level
from ecosurvey.reliability.convergent import convergent
from ecosurvey.reliability.discriminant import percentile_bounds
from ecosurvey.reliability.green_yang import categorical_omega, one_factor_weighted
from ecosurvey.reliability.membership import membership
from ecosurvey.reliability.reliability import single_item

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

OMEGA_LOW = 0.70


@dataclass(frozen=True, slots=True, repr=False)
class OrdinalReliability(Result):
    """Reliability by construct, the answers taken as ordered categories.

    Attributes
    ----------
    scales : DataFrame by construct
        ``items``, ``n``, ``omega`` (categorical, over the observed variance of the sum) with
        ``omega_ci_lower`` and ``omega_ci_upper`` (bootstrap percentiles; NaN without one),
        ``omega_implied`` (over the variance that the model implies), ``alpha_ordinal``,
        ``omega_latent`` (observed), ``cr`` (of the latent responses, implied), ``ave``, ``h``.
    loadings : DataFrame
        One row an item: construct, item, loading (one factor, diagonally weighted least squares).
    names : mapping of construct to Text
    level : float
    n_boot, seed : int
    """

    scales: pd.DataFrame
    loadings: pd.DataFrame
    names: Mapping[str, Text]
    level: float
    n_boot: int
    seed: int
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"OrdinalReliability({len(self.scales)} constructs)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a construct."""
        return self.scales

    def tables(self) -> tuple[Table, ...]:
        """Return one row a construct."""
        percent = f"{100 * self.level:g}%"
        sums, latent = Text("Sum of answers", "题项总分"), Text("Latent responses", "潜在反应变量")
        columns = [
            Column("construct", Text("Construct", "构念"), "label"),
            Column("items", Text("Items", "题项数"), "count"),
            _bounded("omega", Text("Categorical ω", "类别ω"), sums),
        ]
        if self.n_boot:
            columns += [
                _bounded("omega_ci_lower", Text(f"{percent} CI lower", f"{percent}置信下限"), sums),
                _bounded("omega_ci_upper", Text(f"{percent} CI upper", f"{percent}置信上限"), sums),
            ]
        columns += [
            _bounded("alpha_ordinal", Text("Ordinal α", "序数α"), latent),
            _bounded("cr", Text("Ordinal CR", "序数CR"), latent),
            _bounded("ave", Text("Ordinal AVE", "序数AVE"), latent),
        ]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self.names[str(c)], int(row["items"]), *(float(row[k.key]) for k in columns[2:]))
            for c, row in self.scales.iterrows()
        )
        notes = [
            Text(
                "From polychoric correlations and one factor by diagonally weighted least squares. "
                "Categorical ω (Green & Yang, 2009) is the reliability of the score in use; "
                "ordinal α, CR and AVE describe the responses behind the categories, not the score "
                "(Chalmers, 2018).",
                "基于多分格相关与单因子对角加权最小二乘估计。类别ω（Green & Yang, 2009）反映实际"
                "使用的总分信度；序数α、CR与AVE描述类别背后的潜在反应变量，而非总分"
                "（Chalmers, 2018）。",
            )
        ]
        if self.n_boot:
            notes.append(
                Text(
                    f"Percentile intervals of {self.n_boot} bootstrap samples, seed {self.seed}.",
                    f"{self.n_boot}次自助抽样的百分位置信区间，随机种子{self.seed}。",
                )
            )
        title = Text("Reliability for ordered categories", "序数题项的信度")
        return (Table("ordinal_reliability", title, tuple(columns), rows, tuple(notes)),)


def _bounded(key: str, heading: Text, spanner: Text) -> Column:
    return Column(key, heading, bounded=True, decimals=3, spanner=spanner)


def ordinal_reliability(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    n_boot: int = 0,
    seed: int | None = None,
    level: float = 0.95,
    jobs: int | None = None,
) -> OrdinalReliability:
    r"""Compute the reliability of scales of ordinal items from polychoric correlations.

    Green and Yang's categorical omega is the share of the true scores in the variance of the
    sum of the answers as they are:

    .. math:: \omega_c = \frac{\sum_{ij} \sum_{ab} [\Phi_2(\tau_{ia}, \tau_{jb};
              \lambda_i \lambda_j) - \Phi(\tau_{ia}) \Phi(\tau_{jb})]}
              {\sum_{ij} \sum_{ab} [\Phi_2(\tau_{ia}, \tau_{jb}; \rho_{ij}) -
              \Phi(\tau_{ia}) \Phi(\tau_{jb})]}

    with thresholds :math:`\tau`, loadings :math:`\lambda` and polychoric correlations
    :math:`\rho` (one for an item with itself). Ordinal alpha is alpha of the polychoric matrix.

    Parameters
    ----------
    data : DataFrame
        Answers in codes, all items running in their construct's direction; a pair of items is
        taken from the rows that have both.
    scales : mapping of construct to items
    names : mapping of construct to Text, optional
    n_boot : int
        Bootstrap samples for the percentile interval of categorical omega; 0 for none.
    seed : int, optional
        A fresh one, kept in the result, by default.
    level : float
    jobs : int, optional
        Processes; -1 for one a core. The intervals do not depend on it.

    Returns
    -------
    OrdinalReliability
        A construct of one item is kept, with gaps and a finding; one of two items gets equal
        loadings.

    Raises
    ------
    DataError
        For unknown, constant or empty items, text, or an item in two constructs.

    Notes
    -----
    To the digits of semTools 0.5-6: ``compRelSEM(fit, ord.scale = TRUE)`` with ``obs.var`` true
    (``omega``) and false (``omega_implied``), and ``AVE(fit)``, of
    ``cfa(model, data, ordered = TRUE)``. Where codes leave a value out (1, 2, 4) the sum is that
    of the codes.

    References
    ----------
    Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation
    modeling. Psychometrika, 74, 155-167. Zumbo, B. D., Gadermann, A. M., & Zeisser, C. (2007).
    Journal of Modern Applied Statistical Methods, 6, 21-29, for ordinal alpha. Chalmers, R. P.
    (2018). Educational and Psychological Measurement, 78, 1056-1071, against it.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> latent = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    >>> answers = pd.DataFrame(np.digitize(latent, [-1, 0, 1]), columns=list("abcd"))
    >>> found = ordinal_reliability(answers, {"A": list("abcd")}).scales
    >>> bool(0.7 < found.loc["A", "omega"] < found.loc["A", "alpha_ordinal"] < 0.85)
    True
    """
    import pandas as pd

    check_level(level)
    if n_boot and n_boot < 100:
        raise OptionError(
            Text(
                f"n_boot={n_boot} is too few for an interval", f"n_boot={n_boot} 太少，无法得到区间"
            ),
            fix=Text("Take 1000 or more.", "请取1000或更多。"),
        )
    every, _ = membership(scales, least=1)
    frame = as_frame(data).rename(columns=str)
    need_columns(frame, every)
    called = {c: (names or {}).get(c, Text(c, c)) for c in scales}
    seed = new_seed() if seed is None else seed
    records, parts, findings = [], [], []
    for construct, items in scales.items():
        answers = frame[list(items)].dropna(how="all")
        row, loadings, said = _scale(answers)
        if n_boot and len(items) > 2:
            row |= _interval(answers, n_boot, seed, level, jobs, construct)
        records.append(row)
        parts.append(
            pd.DataFrame({"construct": construct, "item": list(items), "loading": loadings})
        )
        findings += [_of(finding, called[construct], construct) for finding in said]
        if len(items) == 1:
            findings.append(single_item(construct, called[construct]))
        if row["omega"] < OMEGA_LOW:
            findings.append(_low(float(row["omega"]), construct, called[construct]))
    return OrdinalReliability(
        pd.DataFrame(records, index=list(scales)),
        pd.concat(parts, ignore_index=True),
        called,
        level,
        n_boot,
        seed,
        tuple(dict.fromkeys(findings)),
    )


def _scale(
    answers: pd.DataFrame,
) -> tuple[dict[str, float], NDArray[np.float64], tuple[Finding, ...]]:
    """Return the coefficients of one scale, its loadings, and doubts."""
    p = answers.shape[1]
    row = dict.fromkeys(_COEFFICIENTS, nan) | {"items": float(p), "n": float(len(answers))}
    if p < 2:
        return row, np.full(p, nan), ()
    found = polychoric(answers, return_acov=True)
    corr = found.correlations.to_numpy()
    said = list(found.findings)
    loadings, converged = _one_factor(found)
    if not converged:
        said.append(_NOT_CONVERGED)
    said += [
        heywood(str(name), float(loading**2))
        for name, loading in zip(answers.columns, loadings, strict=True)
        if abs(loading) >= 1
    ]
    observed, implied = categorical_omega(loadings, corr, *_thresholds(found))
    row |= {"omega": observed, "omega_implied": implied, "alpha_ordinal": alpha_kernel(corr)}
    if np.abs(loadings).max() < 1:
        shares = convergent(loadings)
        total = float(corr.sum())
        row |= {"cr": shares.cr, "ave": shares.ave, "h": shares.h}
        row["omega_latent"] = float(loadings.sum()) ** 2 / total if total > 0 else nan
    return row, loadings, tuple(said)


_COEFFICIENTS = (
    "items", "n", "omega", "omega_ci_lower", "omega_ci_upper", "omega_implied", "alpha_ordinal",
    "omega_latent", "cr", "ave", "h",
)  # fmt: skip


def _one_factor(found: PolychoricResult) -> tuple[NDArray[np.float64], bool]:
    corr = found.statistics.correlations
    if len(corr) == 2:
        r = float(corr[0, 1])
        return np.array([sqrt(abs(r)), sqrt(abs(r)) * (1 if r >= 0 else -1)]), True
    return one_factor_weighted(corr, 1 / _variances(found.statistics))


def _variances(statistics: Any) -> NDArray[np.float64]:
    """Return n times the sampling variance of each correlation; one on the diagonal."""
    places = statistics.places.pairs
    variance = statistics.sampling.diagonal
    return np.where(places >= 0, np.maximum(variance[places], 1e-12), 1.0)


def _thresholds(
    found: PolychoricResult,
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """Return each item's thresholds, and how far the code rises at each."""
    margins = [m for m in found.statistics.margins if isinstance(m, OrderedMargin)]
    steps = [np.diff(np.asarray(c, dtype=float)) for c in found.coded.categories]
    return [margin.thresholds for margin in margins], steps


def _interval(
    answers: pd.DataFrame, n_boot: int, seed: int, level: float, jobs: int | None, construct: str
) -> dict[str, float]:
    rows = answers.to_numpy(dtype=float)
    drawn = map_replicates(
        partial(_resampled_omegas, rows), n_boot, seed=seed,
        purpose=f"ordinal_reliability {construct}", jobs=jobs,
    )  # fmt: skip
    bounds, _ = percentile_bounds(np.array(drawn.values)[:, None], level)
    return {"omega_ci_lower": float(bounds[0, 0]), "omega_ci_upper": float(bounds[1, 0])}


def _resampled_omegas(
    rows: NDArray[np.float64], streams: Sequence[np.random.Generator]
) -> list[float]:
    """Return categorical omega of one sample a stream; NaN where it has none."""
    n = len(rows)
    return [_omega_of(rows[generator.integers(0, n, n)]) for generator in streams]


def _omega_of(rows: NDArray[np.float64]) -> float:
    codes = np.full(rows.shape, nan)
    values = []
    for j, column in enumerate(rows.T):
        seen = ~np.isnan(column)
        # a sample may miss a category that the whole has
        different, codes[seen, j] = np.unique(column[seen], return_inverse=True)
        values.append(different)
    if min(len(v) for v in values) < 2:
        return nan
    statistics = two_step(codes, [len(v) for v in values], gamma=True)
    loadings, converged = one_factor_weighted(statistics.correlations, 1 / _variances(statistics))
    thresholds = [m.thresholds for m in statistics.margins if isinstance(m, OrderedMargin)]
    steps = [np.diff(v) for v in values]
    omega = categorical_omega(loadings, statistics.correlations, thresholds, steps)[0]
    return omega if converged else nan


def _of(finding: Finding, name: Text, construct: str) -> Finding:
    if finding.where:
        return finding
    return replace(
        finding,
        message=Text(f"{name.en}: {finding.message.en}", f"{name.zh}：{finding.message.zh}"),
        where=construct,
    )


def _low(value: float, construct: str, name: Text) -> Finding:
    return Finding(
        "low_categorical_omega",
        "warning",
        Text(
            f"Categorical omega of '{name.en}' is {value:.3f}, below {OMEGA_LOW:.2f}.",
            f"“{name.zh}”的类别ω为{value:.3f}，低于{OMEGA_LOW:.2f}。",
        ),
        where=construct,
    )


_NOT_CONVERGED = Finding(
    "omega_not_converged",
    "serious",
    Text("The one-factor model did not converge.", "单因子模型未收敛。"),
)
