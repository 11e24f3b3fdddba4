"""Model fit: one row a model, the recommended values and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecosurvey.core import Cell, Column, Table, Text
from ecosurvey.core.fit_line import fit_line

_ROBUST = Text(
    "χ² is the scaled statistic of {estimator}; CFI, TLI and RMSEA are the robust versions "
    "(Brosseau-Liard & Savalei, 2014; Brosseau-Liard, Savalei & Li, 2012).",
    "χ²为{estimator}的校正统计量；CFI、TLI与RMSEA为稳健版本"
    "（Brosseau-Liard & Savalei, 2014; Brosseau-Liard, Savalei & Li, 2012）。",
)
_CUTOFFS = Text(
    "Recommended values: CFI and TLI ≥ .95, RMSEA ≤ .06, SRMR ≤ .08 (Hu & Bentler, 1999). They "
    "were found by simulation for certain models and are guides, not tests.",
    "参考标准：CFI与TLI ≥ .95，RMSEA ≤ .06，SRMR ≤ .08（Hu & Bentler, 1999）。"
    "这些标准来自特定模型的模拟研究，仅供参考，并非检验。",
)
_WORDS = Text(
    "CFI = comparative fit index; TLI = Tucker-Lewis index; RMSEA = root mean square error of "
    "approximation, with its 90% confidence interval; SRMR = standardized root mean square "
    "residual.",
    "CFI：比较拟合指数；TLI：Tucker-Lewis指数；RMSEA：近似误差均方根及其90%置信区间；"
    "SRMR：标准化残差均方根。",
)


def fit_table(models: Sequence[tuple[Text, Mapping[str, float]]], estimator: str) -> Table:
    """Return the table of models and their measures of fit."""
    interval = Text("RMSEA 90% CI", "RMSEA 90%置信区间")
    columns = (
        Column("model", Text("Model", "模型"), "label"),
        Column("chisq", Text("χ²", "χ²")),
        Column("df", Text("df", "自由度"), "count"),
        Column("pvalue", Text("p", "p"), "p"),
        Column("chisq_df", Text("χ²/df", "χ²/df")),
        Column("cfi", Text("CFI", "CFI"), decimals=3, bounded=True),
        Column("tli", Text("TLI", "TLI"), decimals=3, bounded=True),
        Column("rmsea", Text("RMSEA", "RMSEA"), decimals=3, bounded=True),
        Column("rmsea_ci_lower", Text("lower", "下限"), "number", 3, True, interval),
        Column("rmsea_ci_upper", Text("upper", "上限"), "number", 3, True, interval),
        Column("srmr", Text("SRMR", "SRMR"), decimals=3, bounded=True),
    )
    lines = [(name, fit_line(measures)) for name, measures in models]
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            line.chisq,
            line.df,
            line.pvalue,
            line.ratio,
            line.cfi,
            line.tli,
            line.rmsea,
            line.rmsea_lower,
            line.rmsea_upper,
            line.srmr,
        )
        for name, line in lines
    ]
    wanted = Text("Recommended", "参考标准")
    rows.append((wanted, "", "", "", "", "≥ .95", "≥ .95", "≤ .06", "", "", "≤ .08"))
    robust = (_ROBUST.fill(estimator=estimator),) if any(line.robust for _, line in lines) else ()
    title = Text("Fit of the models", "模型拟合指标")
    return Table("model_fit", title, columns, tuple(rows), (*robust, _WORDS, _CUTOFFS))
