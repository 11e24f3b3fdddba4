"""The tables of a fitted model: measures of fit, then parameters by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text

if TYPE_CHECKING:
    from ecosurvey.core.table import Kind
    from ecosurvey.sem.results import SemResult

_KINDS: tuple[tuple[str, str, Text], ...] = (
    ("loadings", "=~", Text("Loadings", "因子载荷")),
    ("regressions", "~", Text("Regressions", "路径系数")),
    ("covariances", "~~", Text("Covariances", "协方差")),
    ("variances", "~~", Text("Variances", "方差")),
    ("intercepts", "~1", Text("Intercepts", "截距")),
    ("definitions", ":=", Text("Defined parameters", "定义参数")),
)
_MEASURES: tuple[tuple[str, Text, int], ...] = (
    ("chisq", Text("χ²", "χ²"), 3),
    ("df", Text("df", "df"), 0),
    ("pvalue", Text("p", "p"), 3),
    ("cfi", Text("CFI", "CFI"), 3),
    ("tli", Text("TLI", "TLI"), 3),
    ("rmsea", Text("RMSEA", "RMSEA"), 3),
    ("rmsea_ci_lower", Text("RMSEA 90% CI lower", "RMSEA 90% 置信区间下限"), 3),
    ("rmsea_ci_upper", Text("RMSEA 90% CI upper", "RMSEA 90% 置信区间上限"), 3),
    ("srmr", Text("SRMR", "SRMR"), 3),
    ("aic", Text("AIC", "AIC"), 1),
    ("bic", Text("BIC", "BIC"), 1),
)


def result_tables(result: SemResult) -> tuple[Table, ...]:
    """Return the fit table, then one table for each kind of parameter that the model has."""
    return (_fit_table(result), *_parameter_tables(result))


def _fit_table(result: SemResult) -> Table:
    measures = result.fit_measures
    columns = [
        Column("measure", Text("Measure", "指标"), "label"),
        Column("value", Text("Value", "值"), decimals=3),
    ]
    scaled = any(key.endswith("_scaled") for key in measures)
    robust = any(key.endswith("_robust") for key in measures)
    if scaled:
        columns.append(Column("scaled", Text("Scaled", "校正值"), decimals=3))
    if robust:
        columns.append(Column("robust", Text("Robust", "稳健值"), decimals=3))
    rows: list[tuple[Cell, ...]] = []
    formats: list[tuple[int, Column]] = []
    for key, name, decimals in _MEASURES:
        if key not in measures:
            continue
        kind: Kind = "p" if key == "pvalue" else "number"
        if key == "df" and measures.get("df_scaled", 0.0) % 1:  # adjusted by mean and variance
            decimals = 3
        formats.append((len(rows), Column(key, name, kind, decimals)))
        row: list[Cell] = [name, measures[key]]
        if scaled:
            row.append(measures.get(f"{key}_scaled"))
        if robust:
            row.append(measures.get(f"{key}_robust"))
        rows.append(tuple(row))
    drawn, drawn_zh = _design(result)
    note = Text(
        f"Estimator {result.estimator}; N = {result.n}; "
        f"{measures.get('npar', float('nan')):.0f} free parameters{drawn}.",
        f"估计方法 {result.estimator}；N = {result.n}；"
        f"自由参数 {measures.get('npar', float('nan')):.0f} 个{drawn_zh}。",
    )
    title = Text("Model fit", "模型拟合")
    return Table("fit", title, tuple(columns), tuple(rows), (note,), formats=tuple(formats))


def _design(result: SemResult) -> tuple[str, str]:
    """Return what to say of weights and clusters, in both languages."""
    en = zh = ""
    if result.weights is not None:
        en, zh = f"; rows weighted by {result.weights}", f"；按 {result.weights} 加权"
    if result.cluster is not None:
        en += f"; standard errors robust to clusters of {result.cluster}"
        zh += f"；标准误按 {result.cluster} 群组稳健估计"
    return en, zh


def _parameter_tables(result: SemResult) -> list[Table]:
    columns: tuple[Column, ...] = (
        Column("parameter", Text("Parameter", "参数"), "label"),
        Column("est", Text("Estimate", "估计值"), decimals=3),
        Column("se", Text("SE", "标准误"), decimals=3),
        Column("z", Text("z", "z"), decimals=2),
        Column("pvalue", Text("p", "p"), "p"),
        Column("ci_lower", Text("CI lower", "置信区间下限"), decimals=3),
        Column("ci_upper", Text("CI upper", "置信区间上限"), decimals=3),
        Column("std_all", Text("Standardized", "标准化值"), decimals=3),
    )
    frame = result.parameters
    if "fmi" in frame:
        columns = (*columns, Column("fmi", Text("FMI", "FMI"), decimals=3))
    same = frame["lhs"] == frame["rhs"]
    found = []
    for key, op, title in _KINDS:
        part = frame[frame["op"] == op]
        if op == "~~":
            part = frame[(frame["op"] == op) & (same if key == "variances" else ~same)]
        if not len(part):
            continue
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        seen = 0
        for entry in part.to_dict("records"):
            group = int(entry["group"])
            if len(result.groups) > 1 and group != seen and group:
                label = result.groups[group - 1]
                groups.append((len(rows), Text(label, label)))
                seen = group
            name = f"{entry['lhs']} {entry['op']} {entry['rhs']}".strip()
            rows.append((name, *(float(entry[column.key]) for column in columns[1:])))
        found.append(Table(key, title, columns, tuple(rows), groups=tuple(groups)))
    return found
