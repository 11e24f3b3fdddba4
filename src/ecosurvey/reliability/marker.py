"""Common method variance by a marker variable: the sequence of Williams, Hartman and Cavazotte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text, check_choice
from ecosurvey.reliability.marker_models import (
    MARKER,
    TITLES,
    MarkerModels,
    fit_one,
    fit_sequence,
    rename_items,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.sem import SemResult

LEVEL = 0.05


@dataclass(frozen=True, slots=True, repr=False)
class MarkerVariable(Result):
    """The sequence of models with a marker variable.

    Attributes
    ----------
    models : mapping of str to SemResult
        "cfa", "baseline", "method_c", "method_u", "method_r"; factors are called f1, f2, ...
        in the order of the constructs, and the marker's m.
    comparisons : DataFrame
        ``delta_chisq``, ``delta_df``, ``pvalue`` of baseline against Method-C (is there method
        variance), Method-C against Method-U (does it differ between items), and the one kept
        against Method-R (does it bias the correlations of the constructs).
    kept : {"method_c", "method_u"}
        Which describes the method variance: U where it fits better than C at .05.
    reliability : DataFrame by construct
        ``baseline``: composite reliability in the baseline model; ``total``, ``substantive``,
        ``method``: in the one kept; ``percent_method``. The marker's row has the first only.
    correlations : DataFrame
        One row a pair of constructs: first, second, and its correlation in each model.
    share : float
        Share of the items' variance due to the marker's factor, averaged over items.
    names : mapping of construct to Text
    n : int
    """

    models: Mapping[str, SemResult]
    comparisons: pd.DataFrame
    kept: str
    reliability: pd.DataFrame
    correlations: pd.DataFrame
    share: float
    names: Mapping[str, Text]
    n: int
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"MarkerVariable(kept={self.kept!r}, share={self.share:.3f}, n={self.n})"

    def to_frame(self) -> pd.DataFrame:
        """Return the comparisons."""
        return self.comparisons

    def tables(self) -> tuple[Table, ...]:
        """Return models and comparisons, reliability taken apart, and the correlations."""
        return self._models_table(), self._reliability_table(), self._correlations_table()

    def _models_table(self) -> Table:
        rows: list[tuple[Cell, ...]] = [
            (
                TITLES[key],
                *(float(fit.fit_measures[k]) for k in ("chisq", "df", "cfi", "rmsea")),
                None,
            )
            for key, fit in self.models.items()
        ]
        first = len(rows)
        for label, row in self.comparisons.iterrows():
            words = " – ".join(TITLES[str(k)].en for k in str(label).split(":"))
            chinese = " – ".join(TITLES[str(k)].zh for k in str(label).split(":"))
            rows.append(
                (
                    Text(words, chinese),
                    float(row["delta_chisq"]),
                    int(row["delta_df"]),
                    None,
                    None,
                    float(row["pvalue"]),
                )
            )
        return Table(
            "marker_models",
            Text("Marker variable: models and comparisons", "标记变量法：模型与比较"),
            (
                Column("model", Text("Model", "模型"), "label"),
                Column("chisq", Text("χ²", "χ²")),
                Column("df", Text("df", "自由度"), "count"),
                Column("cfi", Text("CFI", "CFI"), decimals=3, bounded=True),
                Column("rmsea", Text("RMSEA", "RMSEA"), decimals=3),
                Column("pvalue", Text("p", "p"), "p"),
            ),
            tuple(rows),
            (
                Text(
                    f"Williams, Hartman & Cavazotte (2010). N = {self.n}. The marker's factor "
                    f"carries {100 * self.share:.1f}% of the items' variance in "
                    f"{TITLES[self.kept].en}.",
                    f"依据Williams、Hartman与Cavazotte（2010）。N = {self.n}。标记变量因子在"
                    f"{TITLES[self.kept].zh}中平均解释题项方差的{100 * self.share:.1f}%。",
                ),
            ),
            ((0, Text("Models", "模型")), (first, Text("Comparisons (Δχ²)", "比较（Δχ²）"))),
        )

    def _reliability_table(self) -> Table:
        def bounded(key: str, heading: Text) -> Column:
            return Column(key, heading, bounded=True, decimals=3)

        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self.names[str(construct)], *map(float, row))
            for construct, row in zip(
                self.reliability.index, self.reliability.to_numpy(dtype=float), strict=True
            )
        )
        return Table(
            "marker_reliability",
            Text("Reliability taken apart by the marker variable", "标记变量法：信度分解"),
            (
                Column("construct", Text("Construct", "构念"), "label"),
                bounded("baseline", Text("Baseline", "基线模型信度")),
                bounded("total", Text("Total", "总信度")),
                bounded("substantive", Text("Substantive", "构念部分")),
                bounded("method", Text("Method", "方法部分")),
                Column("percent_method", Text("% method", "方法占比（%）"), "percent", 1),
            ),
            rows,
        )

    def _correlations_table(self) -> Table:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self.names[str(first)], self.names[str(second)], *map(float, numbers))
            for first, second, *numbers in self.correlations.itertuples(index=False)
        )
        return Table(
            "marker_correlations",
            Text("Correlations of the constructs by model", "各模型中的构念间相关"),
            (
                Column("first", Text("Construct", "构念"), "label"),
                Column("second", Text("with", "与"), "label"),
                *(Column(key, title, bounded=True) for key, title in TITLES.items()),
            ),
            rows,
        )


def marker_variable(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    marker: Sequence[str],
    names: Mapping[str, Text] | None = None,
    *,
    missing: Literal["listwise", "fiml"] = "listwise",
) -> MarkerVariable:
    r"""Test for common method variance with the items of a marker variable.

    A marker is a scale that theory does not relate to the constructs. Five models by maximum
    likelihood: CFA with all constructs and the marker; Baseline, the marker uncorrelated with
    the constructs and its loadings and residuals fixed at those of the CFA; Method-C, in which
    its factor also loads on every substantive item, equally; Method-U, freely; Method-R, the
    better of these two with the correlations of the constructs held at those of the Baseline.

    Reliability is taken apart by the completely standardized loadings on construct (s) and
    marker (m), residuals t:

    .. math:: R_s = \frac{(\sum s)^2}{(\sum s)^2 + (\sum m)^2 + \sum t}, \quad
              R_m = \frac{(\sum m)^2}{(\sum s)^2 + (\sum m)^2 + \sum t}

    Parameters
    ----------
    data : DataFrame
        Answers.
    scales : mapping of construct to items
        Two constructs or more.
    marker : sequence of str
        The marker's items, three or more.
    names : mapping of construct to Text, optional
    missing : {"listwise", "fiml"}

    Returns
    -------
    MarkerVariable

    Raises
    ------
    DataError
        For unknown items, items in two places, or a marker of fewer than three.
    ConvergenceError
        If a model does not converge.

    References
    ----------
    Williams, L. J., Hartman, N., & Cavazotte, F. (2010). Method variance and marker variables: A
    review and comprehensive CFA marker technique. Organizational Research Methods, 13, 477-514.

    Examples
    --------
    >>> from ecosurvey import marker_variable
    >>> marker_variable(answers, {"A": ["a1", "a2", "a3"], "B": ["b1", "b2", "b3"]},
    ...                 ["m1", "m2", "m3"]).comparisons  # doctest: +SKIP
    """
    check_choice("missing", missing, ("listwise", "fiml"))
    frame, lines = rename_items(data, scales, marker)
    fits = fit_sequence(frame, lines, missing)
    comparisons = _comparisons(fits)
    kept = "method_u" if comparisons.iloc[1]["pvalue"] < LEVEL else "method_c"
    fits["method_r"] = fit_one(
        frame, lines.marked(fits["cfa"], "u" if kept == "method_u" else "c", held=fits["baseline"]),
        missing, "method_r",
    )  # fmt: skip
    comparisons = _comparisons(fits, kept)
    constructs = list(scales)
    reliability, share = _decomposed(fits, kept, lines, constructs)
    called = {c: (names or {}).get(c, Text(c, c)) for c in constructs}
    called[MARKER] = Text("Marker variable", "标记变量")
    return MarkerVariable(
        {key: fits[key] for key in TITLES}, comparisons, kept, reliability,
        _correlations(fits, constructs), share, called, fits["cfa"].n,
        tuple(_findings(comparisons, share)),
    )  # fmt: skip


def _comparisons(fits: Mapping[str, SemResult], kept: str | None = None) -> pd.DataFrame:
    import pandas as pd
    from scipy.special import chdtrc

    pairs = [("baseline", "method_c"), ("method_c", "method_u")]
    if kept is not None:
        pairs.append(("method_r", kept))
    records = {}
    for narrow, wide in pairs:
        a, b = fits[narrow].fit_measures, fits[wide].fit_measures
        delta, df = a["chisq"] - b["chisq"], int(a["df"] - b["df"])
        records[f"{narrow}:{wide}"] = {
            "delta_chisq": delta,
            "delta_df": df,
            "pvalue": float(chdtrc(df, max(delta, 0.0))) if df > 0 else float("nan"),
        }
    return pd.DataFrame.from_dict(records, orient="index")


def _standard(fit: SemResult) -> pd.Series[float]:
    table = fit.standardized("std_all")
    return table.set_index(["lhs", "op", "rhs"])["est_std"].astype(float)


def _decomposed(
    fits: Mapping[str, SemResult], kept: str, lines: MarkerModels, constructs: list[str]
) -> tuple[pd.DataFrame, float]:
    import pandas as pd

    baseline, final = _standard(fits["baseline"]), _standard(fits[kept])
    records, method_squares = {}, []
    for construct, factor, items in zip(constructs, lines.factors, lines.items, strict=True):
        before = _take(baseline, factor, items)
        s, m = _take(final, factor, items), _take(final, "m", items)
        t = np.array([float(final[item, "~~", item]) for item in items])
        parts = np.array([s.sum() ** 2, m.sum() ** 2, t.sum()])
        substantive, method, _ = parts / parts.sum()
        common = before.sum() ** 2
        records[construct] = {
            "baseline": common / (common + (1 - before**2).sum()),
            "total": substantive + method,
            "substantive": substantive,
            "method": method,
            "percent_method": 100 * method / (substantive + method),
        }
        method_squares.append(m**2)
    own = _take(baseline, "m", lines.marker)
    common = own.sum() ** 2
    records[MARKER] = {"baseline": common / (common + (1 - own**2).sum())}
    frame = pd.DataFrame.from_dict(records, orient="index")
    return frame, float(np.concatenate(method_squares).mean())


def _take(table: pd.Series[float], factor: str, items: Sequence[str]) -> NDArray[np.float64]:
    return np.array([float(table[factor, "=~", item]) for item in items])


def _correlations(fits: Mapping[str, SemResult], constructs: list[str]) -> pd.DataFrame:
    import pandas as pd

    i, j = np.triu_indices(len(constructs), 1)
    found: dict[str, Any] = {
        "first": [constructs[k] for k in i],
        "second": [constructs[k] for k in j],
    }
    factors = [f"f{k + 1}" for k in range(len(constructs))]
    for key in TITLES:
        found[key] = fits[key].latent_correlations.loc[factors, factors].to_numpy()[i, j]
    return pd.DataFrame(found)


def _findings(comparisons: pd.DataFrame, share: float) -> list[Finding]:
    there, _, biased = (float(p) < LEVEL for p in comparisons["pvalue"])
    found = []
    if there:
        found.append(
            Finding(
                "marker_method_variance",
                "note",
                Text(
                    f"The marker variable shows method variance: {100 * share:.1f}% of the items'.",
                    f"标记变量显示存在方法方差，平均占题项方差的{100 * share:.1f}%。",
                ),
            )
        )
    if biased:
        found.append(
            Finding(
                "marker_bias",
                "warning",
                Text(
                    "Method variance biases the correlations of the constructs (Method-R is "
                    "rejected).",
                    "方法方差使构念间相关产生偏差（Method-R被拒绝）。",
                ),
                hint=Text(
                    "Report the correlations of the model with the marker.",
                    "应报告含标记变量模型中的构念间相关。",
                ),
            )
        )
    return found
