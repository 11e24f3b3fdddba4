"""Validity against what lies outside the questionnaire: criteria, and groups known to differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.frames import as_frame, need_columns, numeric_matrix

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SMALL = 10  # respondents of a group


@dataclass(frozen=True, slots=True, repr=False)
class CriterionValidity(Result):
    """Correlations of scale means with outside criteria.

    Attributes
    ----------
    values : DataFrame
        A row a scale and criterion: n, r, ci_lower, ci_upper, pvalue, pvalue_holm, corrected.
    level : float
        Of the intervals.
    names : mapping of str to Text
    """

    values: pd.DataFrame
    level: float
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"CriterionValidity({len(self.values)} correlations)"

    def tables(self) -> tuple[Table, ...]:
        """Return the correlations."""
        columns = (
            Column("scale", Text("Scale", "量表"), "label"),
            Column("criterion", Text("Criterion", "效标"), "text"),
            Column("n", Text("n", "n"), "count"),
            Column("r", Text("r", "r"), bounded=True),
            Column("ci_lower", Text("CI low", "置信下限"), bounded=True),
            Column("ci_upper", Text("CI high", "置信上限"), bounded=True),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("corrected", Text("r corrected", "校正r")),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (_say(self.names, row[0]), _say(self.names, row[1]), int(row[2]), *map(float, row[3:]))
            for row in self.values.itertuples(index=False)
        )
        note = Text(
            "Pearson's r with its {level}% interval (Fisher's z). r corrected: divided by the "
            "square root of the scale's alpha; the criterion is taken as measured without error.",
            "Pearson相关及其{level}%置信区间（Fisher z）。"
            "校正r：除以量表α系数的平方根，效标视为无测量误差。",
        ).fill(level=f"{100 * self.level:g}")
        title = Text("Criterion validity", "效标关联效度")
        return (Table("criterion_validity", title, columns, rows, (note,)),)


def criterion_validity(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    criteria: str | Sequence[str],
    names: Mapping[str, Text] | None = None,
    *,
    level: float = 0.95,
) -> CriterionValidity:
    r"""Correlate scale means with criteria outside of the questionnaire.

    Intervals are Fisher's, :math:`\tanh(\tanh^{-1} r \pm z/\sqrt{n-3})`. Attenuation by the scale's
    unreliability is corrected as :math:`r/\sqrt\alpha`.

    Parameters
    ----------
    data : DataFrame
        Items, reversed ones turned, and the criteria as numbers.
    scales : mapping of scale to item names
    criteria : str or sequence of str
        Columns, such as years of cooperation or numbers of partners.
    names : mapping of str to Text, optional
    level : float

    Returns
    -------
    CriterionValidity

    Raises
    ------
    DataError
        If a column is not there or no number, or fewer than four rows have both.

    References
    ----------
    AERA, APA & NCME (2014). Standards for Educational and Psychological Testing.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(400, 1))
    >>> df = pd.DataFrame(f + rng.normal(size=(400, 3)), columns=["a", "b", "c"])
    >>> df["years"] = f + rng.normal(size=(400, 1))
    >>> round(float(criterion_validity(df, {"F": ["a", "b", "c"]}, ["years"]).values["r"][0]), 1)
    0.6
    """
    import pandas as pd
    from scipy.stats import norm, pearsonr
    from statsmodels.stats.multitest import multipletests

    from ecosurvey.reliability.alpha import alpha
    from ecosurvey.reliability.common_method import scale_means

    frame = as_frame(data)
    criteria = [criteria] if isinstance(criteria, str) else list(criteria)
    need_columns(frame, criteria)
    scores = scale_means(frame, scales)
    outside = numeric_matrix(frame, criteria)
    z = float(norm.ppf(0.5 + level / 2))
    rows = []
    for scale, items in scales.items():
        reliability = alpha(frame, list(items)).raw if len(items) > 1 else float("nan")
        for column, criterion in enumerate(criteria):
            pair = np.column_stack([scores[scale].to_numpy(dtype=float), outside[:, column]])
            pair = pair[~np.isnan(pair).any(axis=1)]
            if len(pair) < 4 or pair.std(axis=0).min() == 0:
                raise DataError(
                    Text(
                        f"{scale} and {criterion}: {len(pair)} rows "
                        f"have both, or one does not vary",
                        f"{scale} 与 {criterion}：只有{len(pair)}行两者都有，或其中一个没有变化",
                    ),
                    fix=Text("Leave the criterion out.", "请去掉该效标。"),
                )
            r, p = map(float, pearsonr(*pair.T))
            bound = np.arctanh(min(max(r, -1 + 1e-15), 1 - 1e-15))
            half = z / np.sqrt(len(pair) - 3)
            low, high = float(np.tanh(bound - half)), float(np.tanh(bound + half))
            corrected = r / np.sqrt(reliability) if reliability > 0 else float("nan")
            rows.append((scale, criterion, len(pair), r, low, high, p, p, corrected))
    keys = ["scale", "criterion", "n", "r", "ci_lower", "ci_upper", "pvalue", "pvalue_holm",
            "corrected"]  # fmt: skip
    values = pd.DataFrame(rows, columns=keys)
    values["pvalue_holm"] = multipletests(values["pvalue"], method="holm")[1]
    return CriterionValidity(values, level, names or {})


@dataclass(frozen=True, slots=True, repr=False)
class KnownGroups(Result):
    """Scale means of groups that are known to differ.

    Attributes
    ----------
    means : DataFrame
        A row a scale and group: n, mean, sd.
    tests : DataFrame
        A row a scale: Welch's F, df1, df2, pvalue, omega_squared; of two groups Hedges' g
        (first less second) with ci_lower, ci_upper; as_expected, where an order was given.
    level : float
    names : mapping of str to Text
    """

    means: pd.DataFrame
    tests: pd.DataFrame
    level: float
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"KnownGroups({len(self.tests)} scales)"

    def tables(self) -> tuple[Table, ...]:
        """Return the tests, and the means behind them."""
        said = {True: Text("yes", "是"), False: Text("no", "否"), None: None}
        columns = [
            Column("scale", Text("Scale", "量表"), "label"),
            Column("welch_f", Text("Welch's F", "Welch F")),
            Column("df1", Text("df1", "自由度1"), "count"),
            Column("df2", Text("df2", "自由度2"), decimals=1),
            Column("pvalue", Text("p", "p"), "p"),
            Column("omega_squared", Text("ω²", "ω²"), bounded=True),
            Column("g", Text("Hedges' g", "Hedges g")),
            Column("ci_lower", Text("CI low", "置信下限")),
            Column("ci_upper", Text("CI high", "置信上限")),
            Column("as_expected", Text("Order as expected", "顺序符合预期"), "text"),
        ]
        rows: list[tuple[Cell, ...]] = [
            (_say(self.names, r["scale"]), *(_cell(r[c.key]) for c in columns[1:-1]),
             said[r["as_expected"]])
            for r in self.tests.to_dict("records")
        ]  # fmt: skip
        note = Text(
            "Welch's test does not ask for equal variances. g: first group less second, with "
            "{level}% interval (Hedges & Olkin, 1985), of two groups.",
            "Welch检验不要求方差齐性。g：两组时前者减后者，附{level}%置信区间"
            "（Hedges & Olkin, 1985）。",
        ).fill(level=f"{100 * self.level:g}")
        title = Text("Known-groups validity", "已知群体效度")
        shown = Table("known_groups", title, tuple(columns), tuple(rows), (note,))
        parts = (
            Column("scale", Text("Scale", "量表"), "label"),
            Column("group", Text("Group", "组别"), "text"),
            Column("n", Text("n", "n"), "count"),
            Column("mean", Text("M", "均值")),
            Column("sd", Text("SD", "标准差")),
        )
        held = tuple(
            (_say(self.names, s), str(g), int(n), float(m), float(sd))
            for s, g, n, m, sd in self.means.itertuples(index=False)
        )
        return shown, Table("known_group_means", Text("Means by group", "各组均值"), parts, held)


def known_groups(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    group: str,
    order: Sequence[Any] | None = None,
    names: Mapping[str, Text] | None = None,
    *,
    level: float = 0.95,
) -> KnownGroups:
    r"""Compare the scale means of groups that are known to differ.

    Welch's one-way test of equal means; the effect as
    :math:`\omega^2 = (SS_b - df_b MS_w)/(SS_t + MS_w)`, and for two groups as
    :math:`g = J\,(m_1 - m_2)/s_p`, J the exact correction for small samples.

    Parameters
    ----------
    data : DataFrame
        Items, reversed ones turned, and the groups.
    scales : mapping of scale to item names
    group : str
        The column of the groups.
    order : sequence, optional
        Groups from the lowest to the highest mean, as expected beforehand.
    names : mapping of str to Text, optional
    level : float

    Returns
    -------
    KnownGroups

    Raises
    ------
    DataError
        If fewer than two groups have two respondents or more, or a scale does not vary.

    References
    ----------
    Welch, B. L. (1951). Biometrika, 38, 330-336. Hedges, L. V., & Olkin, I. (1985). Statistical
    Methods for Meta-Analysis.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(400, 1)) + np.repeat([[0.0], [1.0]], 200, axis=0)
    >>> df = pd.DataFrame(f + rng.normal(size=(400, 3)), columns=["a", "b", "c"])
    >>> df["school"] = np.repeat(["new", "old"], 200)
    >>> found = known_groups(df, {"F": ["a", "b", "c"]}, "school", order=["new", "old"])
    >>> bool(found.tests["as_expected"][0])
    True
    """
    import pandas as pd

    from ecosurvey.reliability.common_method import scale_means

    frame = as_frame(data)
    need_columns(frame, [group])
    scores = scale_means(frame, scales)
    codes = list(order) if order is not None else sorted(frame[group].dropna().unique(), key=str)
    means: list[tuple[Any, ...]] = []
    tests: list[dict[str, Any]] = []
    small: set[str] = set()
    for scale in scales:
        parts = {code: scores.loc[frame[group] == code, scale].dropna() for code in codes}
        held = {code: part.to_numpy(dtype=float) for code, part in parts.items() if len(part) > 1}
        if len(held) < 2 or (order is not None and len(held) < len(codes)):
            raise DataError(
                Text(
                    f"{scale}: fewer than two respondents in a group "
                    f"of {group!r}, or one group only",
                    f"{scale}：{group!r} 的某组受访者不足两人，或只有一个组",
                ),
                fix=Text(
                    f"Groups there are: {', '.join(map(str, frame[group].dropna().unique()[:8]))}.",
                    f"现有的组：{'、'.join(map(str, frame[group].dropna().unique()[:8]))}。",
                ),
            )
        if any(part.std() == 0 for part in held.values()):
            raise DataError(
                Text(
                    f"{scale} does not vary within a group of {group!r}",
                    f"{scale} 在 {group!r} 的某组内没有变化",
                )
            )
        small |= {str(code) for code, part in held.items() if len(part) < _SMALL}
        means += [(scale, c, len(x), x.mean(), x.std(ddof=1)) for c, x in held.items()]
        rising = [part.mean() for part in held.values()]
        expected = bool(np.all(np.diff(rising) > 0)) if order is not None else None
        tests.append(
            {"scale": scale, **_tested(list(held.values()), level), "as_expected": expected}
        )
    findings: tuple[Finding, ...] = ()
    if small:
        said = Text(
            "groups of fewer than {n} respondents: {which}; their means say little.",
            "不足{n}人的组：{which}，其均值参考价值有限。",
        ).fill(n=_SMALL, which=", ".join(sorted(small)))
        findings = (Finding("small_groups", "warning", said),)
    table = pd.DataFrame(tests)
    table["as_expected"] = table["as_expected"].astype(object)
    shown = pd.DataFrame(means, columns=["scale", "group", "n", "mean", "sd"])
    return KnownGroups(shown, table, level, names or {}, findings)


def _tested(groups: Sequence[Floats], level: float) -> dict[str, float]:
    """Return Welch's test and the sizes of the effect."""
    from scipy.special import fdtrc

    n = np.array([len(part) for part in groups], dtype=float)
    m = np.array([part.mean() for part in groups])
    v = np.array([part.var(ddof=1) for part in groups])
    w, k = n / v, len(groups)
    grand = (w * m).sum() / w.sum()
    spread = ((1 - w / w.sum()) ** 2 / (n - 1)).sum()
    f = (w * (m - grand) ** 2).sum() / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
    df2 = (k**2 - 1) / (3 * spread)
    within = ((n - 1) * v).sum()
    between = (n * (m - (n * m).sum() / n.sum()) ** 2).sum()
    ms = within / (n.sum() - k)
    found = {
        "welch_f": float(f), "df1": k - 1, "df2": float(df2), "pvalue": float(fdtrc(k - 1, df2, f)),
        "omega_squared": float((between - (k - 1) * ms) / (between + within + ms)),
    }  # fmt: skip
    g = low = high = float("nan")
    if k == 2:
        g, low, high = _hedges(m, n, float(np.sqrt(ms)), level)
    return {**found, "g": g, "ci_lower": low, "ci_upper": high}


def _hedges(m: Floats, n: Floats, pooled: float, level: float) -> tuple[float, float, float]:
    from scipy.special import gammaln
    from scipy.stats import norm

    df = n.sum() - 2
    correction = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    g = float(correction * (m[0] - m[1]) / pooled)
    se = float(np.sqrt(n.sum() / n.prod() + g * g / (2 * n.sum())))
    half = float(norm.ppf(0.5 + level / 2)) * se
    return g, g - half, g + half


def _say(names: Mapping[str, Text], key: Any) -> Text:
    return names.get(str(key), Text(str(key), str(key)))


def _cell(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
