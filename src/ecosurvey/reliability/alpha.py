"""Cronbach's alpha with its interval, and what each item does to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text
from ecosurvey.factors import Moments, read_moments
from ecosurvey.factors.extraction import squared_multiple_correlations
from ecosurvey.factors.moments import Missing, scale_to_correlation

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ALPHA_LOW, ALPHA_HIGH = 0.70, 0.95  # Nunnally (1978); Streiner (2003)
CITC_LOW = 0.30


@dataclass(frozen=True, slots=True, repr=False)
class Alpha(Result):
    """Cronbach's alpha of one scale.

    Attributes
    ----------
    raw : float
        From covariances: the reliability of the plain sum or mean score.
    ci_lower, ci_upper : float
        Feldt's exact interval for ``raw`` at ``level``; NaN without a number of rows.
    standardized : float
        From correlations: of the sum of z scores.
    se : float
        Standard error of ``raw`` under multivariate normality (van Zyl et al., 2000).
    lambda6 : float
        Guttman's lambda 6, from squared multiple correlations.
    average_r, median_r : float
        Of the inter-item correlations.
    level : float
        Confidence level.
    k, n : int
        Items, rows.
    items : DataFrame by item
        ``item_rest``: corrected item-total correlation (CITC); ``item_total``: correlation with
        the total of z scores; ``item_total_smc``: the same, corrected for overlap and
        reliability; ``alpha_if_dropped``; ``standardized_if_dropped``; ``mean``; ``sd``.
    missing : Text
        How gaps were treated.
    """

    raw: float
    ci_lower: float
    ci_upper: float
    standardized: float
    se: float
    lambda6: float
    average_r: float
    median_r: float
    level: float
    k: int
    n: int | None
    items: pd.DataFrame
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"Alpha(raw={self.raw:.3f}, k={self.k}, n={self.n})"

    def tables(self) -> tuple[Table, ...]:
        """Return alpha with its interval, then the items."""
        percent = f"{100 * self.level:g}%"
        total = Table(
            "alpha",
            Text("Internal consistency (Cronbach's alpha)", "内部一致性（Cronbach's α）"),
            (
                Column("alpha", Text("α", "α"), bounded=True, decimals=3),
                Column(
                    "ci_lower",
                    Text(f"{percent} CI lower", f"{percent}置信下限"),
                    bounded=True,
                    decimals=3,
                ),
                Column(
                    "ci_upper",
                    Text(f"{percent} CI upper", f"{percent}置信上限"),
                    bounded=True,
                    decimals=3,
                ),
                Column("standardized", Text("Standardized α", "标准化α"), bounded=True, decimals=3),
                Column("average_r", Text("Mean r", "平均相关"), bounded=True),
                Column("k", Text("Items", "题项数"), "count"),
            ),
            (
                (
                    self.raw,
                    self.ci_lower,
                    self.ci_upper,
                    self.standardized,
                    self.average_r,
                    self.k,
                ),
            ),
            (self.missing,),
        )
        items = Table(
            "alpha_items",
            Text("Item statistics", "题项统计"),
            (
                Column("item", Text("Item", "题项"), "label"),
                Column("mean", Text("M", "均值")),
                Column("sd", Text("SD", "标准差")),
                Column(
                    "item_rest",
                    Text("Corrected item-total r", "校正题总相关（CITC）"),
                    bounded=True,
                ),
                Column(
                    "alpha_if_dropped",
                    Text("α if dropped", "删除该项后的α"),
                    bounded=True,
                    decimals=3,
                ),
            ),
            tuple(
                (str(name), row["mean"], row["sd"], row["item_rest"], row["alpha_if_dropped"])
                for name, row in self.items.iterrows()
            ),
        )
        return total, items

    def to_frame(self) -> pd.DataFrame:
        """Return the item statistics."""
        return self.items


def alpha(
    data: Any,
    items: Sequence[str] | None = None,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    level: float = 0.95,
) -> Alpha:
    r"""Compute Cronbach's alpha and the statistics of its items.

    .. math:: \alpha = \frac{k}{k - 1}\left(1 - \frac{\sum_i s_i^2}{\sum_{ij} s_{ij}}\right)

    Items must already run in the scale's direction: nothing is reversed here, but an item
    that correlates negatively with the rest is named in the findings.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their covariance or correlation matrix.
    items : sequence of str, optional
        The items of the scale; all columns by default.
    n_obs : int, optional
        Respondents behind a matrix.
    missing : {"pairwise", "listwise"}
        Treatment of gaps; pairwise covariances and n = rows with any answer, as psych.
    level : float
        Of the interval.

    Returns
    -------
    Alpha

    Raises
    ------
    DataError
        For fewer than two items, constant or empty items, too few rows.

    References
    ----------
    Cronbach, L. J. (1951). Psychometrika, 16, 297-334. Feldt, L. S., Woodruff, D. J., &
    Salih, F. A. (1987). Statistical inference for coefficient alpha. Applied Psychological
    Measurement, 11, 93-103, for the interval 1 - (1 - alpha) F with n - 1 and (n - 1)(k - 1)
    degrees of freedom.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 4], "c": [1, 3, 3, 4, 4]})
    >>> round(alpha(answers).raw, 3)
    0.938

    In R: ``psych::alpha(x)``.
    """
    check_level(level)
    moments = read_moments(data, items, n_obs=n_obs, missing=missing, what="Cronbach's alpha")
    return alpha_of(moments, level)


def check_level(level: float) -> None:
    """Raise unless a confidence level lies between one half and one."""
    if not 0.5 <= level < 1:
        raise OptionError(
            Text(f"level={level} is no confidence level", f"level={level} 不是置信水平"),
            fix=Text("Give 0.95, say.", "例如0.95。"),
        )


def alpha_of(moments: Moments, level: float = 0.95) -> Alpha:
    """Return alpha from moments that have been read already."""
    cov, n, k = moments.cov, moments.n, moments.p
    corr = scale_to_correlation(cov)
    raw = alpha_kernel(cov)
    lower, upper = feldt_interval(raw, k, n, level) if n is not None else (nan, nan)
    off = corr[np.tril_indices(k, -1)]
    frame = _item_frame(moments, cov, corr)
    total = float(corr.sum())
    return Alpha(
        raw=raw,
        ci_lower=lower,
        ci_upper=upper,
        standardized=alpha_kernel(corr),
        se=_standard_error(cov, n) if n is not None else nan,
        lambda6=1 - (k - float(squared_multiple_correlations(corr).sum())) / total
        if total > 0
        else nan,
        average_r=float(off.mean()),
        median_r=float(np.median(off)),
        level=level,
        k=k,
        n=n,
        items=frame,
        missing=moments.missing_note(),
        findings=(*moments.findings, *_findings(raw, frame)),
    )


def alpha_kernel(cov: NDArray[np.float64]) -> float:
    """Return alpha of a covariance matrix; NaN where the total score does not vary."""
    return float(alpha_kernels(cov[None])[0])


def alpha_kernels(cov: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return alpha of each of many covariance matrices (b, k, k)."""
    k, total = cov.shape[1], cov.sum(axis=(1, 2))
    trace = np.einsum("bii->b", cov)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = k / (k - 1) * (1 - trace / total)
    return np.where(total <= 1e-12 * trace, nan, found)


def feldt_interval(value: float, k: int, n: int, level: float) -> tuple[float, float]:
    """Return Feldt's interval of alpha for k items and n rows."""
    from scipy.special import fdtri

    tail = (1 - level) / 2
    df = (n - 1, (n - 1) * (k - 1))
    high, low = float(fdtri(*df, 1 - tail)), float(fdtri(*df, tail))
    return 1 - (1 - value) * high, 1 - (1 - value) * low


def _standard_error(cov: NDArray[np.float64], n: int) -> float:
    k, total, trace = len(cov), float(cov.sum()), float(np.trace(cov))
    if total <= 0:
        return nan
    squared = cov @ cov
    spread = total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    return sqrt(max(2 * k**2 / ((k - 1) ** 2 * total**3) * spread, 0.0) / n)


def _item_frame(
    moments: Moments, cov: NDArray[np.float64], corr: NDArray[np.float64]
) -> pd.DataFrame:
    import pandas as pd

    k = moments.p
    own = np.diag(cov)
    with_rest = cov.sum(axis=1) - own
    rest_variance = cov.sum() - 2 * cov.sum(axis=1) + own
    overlap_free = corr - np.diag(1 - squared_multiple_correlations(corr))
    dropped = [alpha_if_dropped(cov, i) for i in range(k)]
    dropped_standard = [alpha_if_dropped(corr, i) for i in range(k)]
    rows = moments.rows
    return pd.DataFrame(
        {
            "item_rest": _ratio(with_rest, np.sqrt(own * np.maximum(rest_variance, 0))),
            "item_total": _ratio(corr.sum(axis=0), np.sqrt(np.full(k, max(corr.sum(), 0.0)))),
            "item_total_smc": _ratio(
                overlap_free.sum(axis=0), np.sqrt(np.full(k, max(overlap_free.sum(), 0.0)))
            ),
            "alpha_if_dropped": dropped,
            "standardized_if_dropped": dropped_standard,
            "mean": np.full(k, nan) if rows is None else np.nanmean(rows, axis=0),
            "sd": np.sqrt(own),
        },
        index=list(moments.names),
    )


def alpha_if_dropped(cov: NDArray[np.float64], i: int) -> float:
    """Return alpha of the other items; NaN where only one is left."""
    if len(cov) < 3:
        return nan
    keep = np.arange(len(cov)) != i
    return alpha_kernel(cov[np.ix_(keep, keep)])


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, nan), where=below > 0))


def _findings(raw: float, items: pd.DataFrame) -> list[Finding]:
    found: list[Finding] = []
    if isnan(raw):
        found.append(_NO_TOTAL)
    elif raw < ALPHA_LOW:
        found.append(
            Finding(
                "low_alpha",
                "serious" if raw <= 0 else "warning",
                Text(
                    f"Cronbach's alpha is {raw:.3f}, below {ALPHA_LOW:.2f}.",
                    f"Cronbach's α为{raw:.3f}，低于{ALPHA_LOW:.2f}。",
                ),
            )
        )
    elif raw > ALPHA_HIGH:
        found.append(
            Finding(
                "high_alpha",
                "warning",
                Text(
                    f"Cronbach's alpha is {raw:.3f}, above {ALPHA_HIGH:.2f}.",
                    f"Cronbach's α为{raw:.3f}，高于{ALPHA_HIGH:.2f}。",
                ),
                hint=Text("Items may repeat each other.", "题项之间可能重复。"),
            )
        )
    for name, rest in items["item_rest"].items():
        if rest < 0:
            found.append(runs_against(str(name), float(rest)))
        elif rest < CITC_LOW:
            found.append(_weak_item(str(name), float(rest)))
    return found


_NO_TOTAL = Finding(
    "no_alpha",
    "serious",
    Text(
        "The items cancel each other: their sum does not vary, so that alpha is not defined.",
        "题项得分相互抵消，总分无变异，无法计算α系数。",
    ),
    hint=Text("Check the reverse keys.", "请检查反向计分设置。"),
)


def runs_against(item: str, rest: float) -> Finding:
    """Return the finding that an item correlates negatively with the rest of its scale."""
    return Finding(
        "item_against_scale",
        "serious",
        Text(
            f"Item {item!r} runs against its scale (item-rest correlation {rest:.2f}).",
            f"题项“{item}”与所属量表方向相反（校正题总相关为{rest:.2f}）。",
        ),
        where=item,
        hint=Text(
            "Check whether it must be reverse-keyed, or was misread.",
            "请检查该题是否应反向计分，或存在理解偏差。",
        ),
    )


def _weak_item(item: str, rest: float) -> Finding:
    return Finding(
        "weak_item",
        "note",
        Text(
            f"Item {item!r} correlates {rest:.2f} with the rest of its scale, "
            f"below {CITC_LOW:.2f}.",
            f"题项“{item}”的校正题总相关为{rest:.2f}，低于{CITC_LOW:.2f}。",
        ),
        where=item,
    )
