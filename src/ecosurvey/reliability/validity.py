"""Convergent and discriminant validity of a measurement model, gathered in one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Cell, Column, Finding, OptionError, Result, Table, Text
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.moments import Missing
from ecosurvey.reliability.convergent import AVE_LOW, CR_LOW, convergent
from ecosurvey.reliability.cross_loadings import CrossLoadings, cross_loadings
from ecosurvey.reliability.discriminant import Htmt, htmt
from ecosurvey.reliability.fornell_larcker import FornellLarcker, fornell_larcker
from ecosurvey.reliability.second_order import SecondOrderOmega, second_order_omega
from ecosurvey.reliability.standard_solution import DEGREES, read_correlations, read_loadings

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

LOADING_LOW = 0.50  # Hair et al.: .50 at least, ideally .70


@dataclass(frozen=True, slots=True, repr=False)
class Validity(Result):
    """Validity of the constructs of a measurement model.

    Attributes
    ----------
    constructs : DataFrame by construct
        items, cr, ave, h, lowest_loading: from standardized loadings.
    loadings : DataFrame
        One row a loading: construct, item, loading, se, pvalue, residual (standardized).
    correlations : DataFrame
        One row a pair: first, second, correlation, ci_lower, ci_upper, problem ("none",
        "marginal", "moderate", "severe" by Rönkkö and Cho's CICFA; empty without interval).
    fornell_larcker : FornellLarcker or None
        ``None`` for a single construct.
    htmt : Htmt or None
    cross_loadings : CrossLoadings or None
        Of the items with the constructs' scores, and the model's structure coefficients;
        ``None`` without answers.
    second_order : SecondOrderOmega or None
        ``None`` without second-order factors.
    names : mapping of str to Text
    """

    constructs: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    fornell_larcker: FornellLarcker | None
    htmt: Htmt | None
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()
    second_order: SecondOrderOmega | None = None
    cross_loadings: CrossLoadings | None = None

    def __repr__(self) -> str:
        return f"Validity({len(self.constructs)} constructs)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a construct."""
        return self.constructs

    def tables(self) -> tuple[Table, ...]:
        """Return convergent validity, Fornell-Larcker, HTMT, cross-loadings, correlations."""
        parts = [self._convergent_table()]
        if self.fornell_larcker is not None:
            parts += self.fornell_larcker.tables()
        if self.htmt is not None:
            parts += self.htmt.tables()
        if self.cross_loadings is not None:
            parts += self.cross_loadings.tables()
        if self.correlations["ci_lower"].notna().any():
            parts.append(self._correlation_table())
        if self.second_order is not None:
            parts += self.second_order.tables()
        return tuple(parts)

    def _convergent_table(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        for construct, row in self.constructs.iterrows():
            groups.append((len(rows), self.names[str(construct)]))
            of = self.loadings[self.loadings["construct"] == construct]
            for i, (_, item) in enumerate(of.iterrows()):
                first = (float(row["cr"]), float(row["ave"])) if i == 0 else ("", "")
                cells = (float(item["loading"]), float(item["se"]), float(item["pvalue"]))
                rows.append((str(item["item"]), *cells, *first))
        return Table(
            "convergent_validity",
            Text("Convergent validity", "收敛效度"),
            (
                Column("item", Text("Item", "题项"), "label"),
                Column("loading", Text("Standardized loading", "标准化载荷")),
                Column("se", Text("SE", "标准误"), bounded=True, decimals=3),
                Column("pvalue", Text("p", "p"), "p"),
                Column("cr", Text("CR", "组合信度（CR）"), bounded=True, decimals=3),
                Column("ave", Text("AVE", "平均方差萃取量（AVE）"), bounded=True, decimals=3),
            ),
            tuple(rows),
            (
                Text(
                    "CR: composite reliability; AVE: average variance extracted; both from "
                    "standardized loadings (Fornell & Larcker, 1981).",
                    "CR为组合信度，AVE为平均方差萃取量，均由标准化载荷计算"
                    "（Fornell & Larcker, 1981）。",
                ),
            ),
            tuple(groups),
        )

    def _correlation_table(self) -> Table:
        words = {code: text for _, code, text in DEGREES}
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                self.names[str(row["first"])],
                self.names[str(row["second"])],
                float(row["correlation"]),
                float(row["ci_lower"]),
                float(row["ci_upper"]),
                words.get(str(row["problem"]), ""),
            )
            for _, row in self.correlations.iterrows()
        )
        return Table(
            "latent_correlations",
            Text("Correlations of the constructs with intervals", "构念间相关及其置信区间"),
            (
                Column("first", Text("Construct", "构念"), "label"),
                Column("second", Text("with", "与"), "label"),
                Column("correlation", Text("r", "相关"), bounded=True),
                Column("ci_lower", Text("CI lower", "置信下限"), bounded=True),
                Column("ci_upper", Text("CI upper", "置信上限"), bounded=True),
                Column("problem", Text("Problem", "区分效度问题"), "text"),
            ),
            rows,
            (
                Text(
                    "Problem by the outer bound of the interval: .80 marginal, .90 moderate, "
                    "1.00 severe (Rönkkö & Cho, 2022).",
                    "按置信区间外侧界限判断：0.80轻微，0.90中度，1.00严重（Rönkkö & Cho, 2022）。",
                ),
            ),
        )


def validity(
    fit: SemResult,
    data: Any = None,
    names: Mapping[str, Text] | None = None,
    *,
    n_boot: int = 0,
    seed: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> Validity:
    """Return convergent and discriminant validity of a fitted measurement model.

    Parameters
    ----------
    fit : SemResult
        A one-group confirmatory factor analysis. Of second-order factors it gives omega.
    data : DataFrame, optional
        The answers, for HTMT and cross-loadings; without them there are none.
    names : mapping of construct to Text, optional
    n_boot : int
        Bootstrap samples for the intervals of HTMT.
    seed : int, optional
    missing : {"pairwise", "listwise"}
        Treatment of gaps in HTMT and cross-loadings.
    correlation : {"pearson", "spearman", "polychoric"}
        Of the answers, in HTMT and cross-loadings. With polychoric ones a bootstrap of many
        items takes a minute.

    Returns
    -------
    Validity

    References
    ----------
    Fornell, C., & Larcker, D. F. (1981). Journal of Marketing Research, 18, 39-50. Rönkkö,
    M., & Cho, E. (2022). An updated guideline for assessing discriminant validity.
    Organizational Research Methods, 25, 6-14.
    """
    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"validity is judged in one group, but the fit has {len(fit.groups)}",
                f"效度只在一个组内判断，而拟合有{len(fit.groups)}个组",
            ),
            fix=Text(
                "Fit the measurement model without group, or to each group's rows.",
                "请去掉 group 拟合测量模型，或对各组的数据分别拟合。",
            ),
        )
    standard = fit.standardized("std_all")
    loadings = read_loadings(standard)
    constructs = list(dict.fromkeys(loadings["construct"]))
    ratios, crossed = None, None
    scales = {c: list(loadings.loc[loadings["construct"] == c, "item"]) for c in constructs}
    if data is not None and len(constructs) > 1 and loadings["item"].is_unique:
        how: dict[str, Any] = {"missing": missing, "correlation": correlation}
        ratios = htmt(data, scales, names, n_boot=n_boot, seed=seed, **how)
        crossed = cross_loadings(data, scales, names, fit=fit, **how)
    latent = fit.latent_correlations
    pairs = read_correlations(fit, constructs)
    found = construct_validity(loadings, latent, pairs, ratios, names)
    second = second_order_omega(fit, names)
    said = [part.findings for part in (crossed, second) if part is not None]
    return replace(
        found, second_order=second, cross_loadings=crossed,
        findings=(*found.findings, *chain(*said)),
    )  # fmt: skip


def construct_validity(
    loadings: pd.DataFrame,
    latent: pd.DataFrame,
    correlations: pd.DataFrame,
    ratios: Htmt | None = None,
    names: Mapping[str, Text] | None = None,
) -> Validity:
    """Return validity from numbers, whatever program they come from.

    Parameters
    ----------
    loadings : DataFrame
        construct, item, loading, se, pvalue, residual; standardized.
    latent : DataFrame, constructs x constructs
        Correlations of the constructs.
    correlations : DataFrame
        first, second, correlation, ci_lower, ci_upper, problem.
    ratios : Htmt, optional
    names : mapping of construct to Text, optional

    Returns
    -------
    Validity
    """
    import pandas as pd

    constructs = list(dict.fromkeys(loadings["construct"]))
    called = {c: (names or {}).get(c, Text(c, c)) for c in constructs}
    records = []
    for construct in constructs:
        of = loadings[loadings["construct"] == construct]
        found = convergent(of["loading"].to_numpy(), of["residual"].to_numpy())
        records.append(
            {
                "items": found.k,
                "cr": found.cr,
                "ave": found.ave,
                "h": found.h,
                "lowest_loading": float(of["loading"].min()),
            }
        )
    frame = pd.DataFrame(records, index=constructs)
    table = None
    if len(constructs) > 1:
        table = fornell_larcker({str(c): float(v) for c, v in frame["ave"].items()}, latent, called)
    return Validity(
        constructs=frame,
        loadings=loadings,
        correlations=correlations,
        fornell_larcker=table,
        htmt=ratios,
        names=called,
        findings=(
            *_convergent_findings(frame, loadings, called),
            *(() if table is None else table.findings),
            *(() if ratios is None else ratios.findings),
            *_correlation_findings(correlations, called),
        ),
    )


def _convergent_findings(
    frame: pd.DataFrame, loadings: pd.DataFrame, called: Mapping[str, Text]
) -> list[Finding]:
    found = []
    for construct, row in frame.iterrows():
        name = called[str(construct)]
        for key, limit, word in (("ave", AVE_LOW, "AVE"), ("cr", CR_LOW, "CR")):
            if row[key] < limit:
                found.append(
                    Finding(
                        f"low_{key}",
                        "warning",
                        Text(
                            f"{word} of '{name.en}' is {row[key]:.3f}, below {limit:.2f}.",
                            f"“{name.zh}”的{word}为{row[key]:.3f}，低于{limit:.2f}。",
                        ),
                        where=str(construct),
                    )
                )
    for _, row in loadings.iterrows():
        if row["loading"] < LOADING_LOW:
            found.append(
                Finding(
                    "low_loading",
                    "note" if row["loading"] > 0 else "serious",
                    Text(
                        f"Item {row['item']!r} loads {row['loading']:.3f}, below "
                        f"{LOADING_LOW:.2f}.",
                        f"题项“{row['item']}”的标准化载荷为{row['loading']:.3f}，"
                        f"低于{LOADING_LOW:.2f}。",
                    ),
                    where=str(row["item"]),
                )
            )
    return found


def _correlation_findings(correlations: pd.DataFrame, called: Mapping[str, Text]) -> list[Finding]:
    return [
        Finding(
            "latent_correlation_high",
            "warning",
            Text(
                f"'{called[row['first']].en}' and '{called[row['second']].en}' correlate "
                f"{row['correlation']:.2f}, interval [{row['ci_lower']:.2f}, "
                f"{row['ci_upper']:.2f}]: {row['problem']} problem of discriminant validity.",
                f"“{called[row['first']].zh}”与“{called[row['second']].zh}”相关为"
                f"{row['correlation']:.2f}，置信区间[{row['ci_lower']:.2f}, "
                f"{row['ci_upper']:.2f}]，存在区分效度问题。",
            ),
            where=f"{row['first']}, {row['second']}",
        )
        for _, row in correlations.iterrows()
        if row["problem"] in ("moderate", "severe")
    ]
