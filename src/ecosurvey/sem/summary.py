"""The plain-text summary of a fit, block for block in the order that lavaan's users know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan
from unicodedata import east_asian_width

from ecosurvey.core import Finding, Lang, Text, by_severity
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.parameter_blocks import parameter_blocks

_FIRST, _SECOND = 54, 66  # columns at which the values end

_SE = {
    "standard": Text("Standard", "常规"),
    "first.order": Text("First-order", "一阶"),
    "robust.sem": Text("Robust.sem", "稳健（robust.sem）"),
    "robust.huber.white": Text("Sandwich", "三明治"),
    "none": Text("None", "无"),
}
_INFORMATION = {
    "expected": Text("Expected", "期望"),
    "observed": Text("Observed", "观测"),
    "first.order": Text("First-order", "一阶"),
}
_CORRECTIONS = {
    "satorra.bentler": Text("Satorra-Bentler correction", "Satorra-Bentler校正"),
    "mean.var.adjusted": Text("mean and variance adjusted correction", "均值与方差调整校正"),
    "scaled.shifted": Text("simple second-order correction", "简单二阶校正"),
    "yuan.bentler": Text("Yuan-Bentler correction", "Yuan-Bentler校正"),
    "yuan.bentler.mplus": Text(
        "Yuan-Bentler correction (Mplus variant)", "Yuan-Bentler校正（Mplus变式）"
    ),
}
# heading, then (words, measure) of each line; "" is an empty line
_Lines = tuple[tuple[Text, str], ...]
_BLANK = (Text("", ""), "")
_BLOCKS: tuple[tuple[Text, _Lines], ...] = (
    (
        Text("Model Test Baseline Model:", "基线模型检验："),
        (
            (Text("Test statistic", "检验统计量"), "baseline_chisq"),
            (Text("Degrees of freedom", "自由度"), "baseline_df"),
            (Text("P-value", "p值"), "baseline_pvalue"),
            (
                Text("Scaling correction factor", "校正因子"),
                "baseline_chisq_scaling_factor!",
            ),
        ),
    ),
    (
        Text("User Model versus Baseline Model:", "模型与基线模型之比较："),
        (
            (Text("Comparative Fit Index (CFI)", "比较拟合指数（CFI）"), "cfi"),
            (Text("Tucker-Lewis Index (TLI)", "Tucker-Lewis指数（TLI）"), "tli"),
            _BLANK,
            (Text("Robust Comparative Fit Index (CFI)", "稳健比较拟合指数（CFI）"), "cfi_robust!"),
            (Text("Robust Tucker-Lewis Index (TLI)", "稳健Tucker-Lewis指数（TLI）"), "tli_robust!"),
        ),
    ),
    (
        Text("Loglikelihood and Information Criteria:", "对数似然与信息准则："),
        (
            (Text("Loglikelihood user model (H0)", "模型对数似然（H0）"), "logl="),
            (Text("Scaling correction factor", "校正因子"), "scaling_factor_h0!"),
            (
                Text("Loglikelihood unrestricted model (H1)", "饱和模型对数似然（H1）"),
                "unrestricted_logl=",
            ),
            (Text("Scaling correction factor", "校正因子"), "scaling_factor_h1!"),
            _BLANK,
            (Text("Akaike (AIC)", "AIC"), "aic="),
            (Text("Bayesian (BIC)", "BIC"), "bic="),
            (Text("Sample-size adjusted Bayesian (SABIC)", "样本校正BIC（SABIC）"), "bic2="),
        ),
    ),
    (
        Text("Root Mean Square Error of Approximation:", "近似误差均方根："),
        (
            (Text("RMSEA", "RMSEA"), "rmsea"),
            (Text("90 Percent confidence interval - lower", "90%置信区间下限"), "rmsea_ci_lower"),
            (Text("90 Percent confidence interval - upper", "90%置信区间上限"), "rmsea_ci_upper"),
            (Text("P-value H_0: RMSEA <= 0.050", "p值（H0：RMSEA ≤ 0.050）"), "rmsea_pvalue"),
            (
                Text("P-value H_0: RMSEA >= 0.080", "p值（H0：RMSEA ≥ 0.080）"),
                "rmsea_notclose_pvalue",
            ),
            _BLANK,
            (Text("Robust RMSEA", "稳健RMSEA"), "rmsea_robust!"),
            (
                Text("90 Percent confidence interval - lower", "90%置信区间下限"),
                "rmsea_ci_lower_robust!",
            ),
            (
                Text("90 Percent confidence interval - upper", "90%置信区间上限"),
                "rmsea_ci_upper_robust!",
            ),
            (
                Text("P-value H_0: Robust RMSEA <= 0.050", "p值（H0：稳健RMSEA ≤ 0.050）"),
                "rmsea_pvalue_robust!",
            ),
            (
                Text("P-value H_0: Robust RMSEA >= 0.080", "p值（H0：稳健RMSEA ≥ 0.080）"),
                "rmsea_notclose_pvalue_robust!",
            ),
        ),
    ),
    (
        Text("Standardized Root Mean Square Residual:", "标准化残差均方根："),
        ((Text("SRMR", "SRMR"), "srmr="),),
    ),
)


def summary_text(
    fit: Fit,
    measures: Mapping[str, float],
    findings: Sequence[Finding] = (),
    lang: Lang = "en",
    level: float = 0.95,
) -> str:
    """Return the summary of a fit.

    Parameters
    ----------
    fit : Fit
    measures : mapping of str to float
        The fit measures, as :func:`ecosurvey.sem.measures.fit_measures` gives them.
    findings : sequence of Finding
        What must be said of data and solution; serious ones stand above the numbers.
    lang : {"en", "zh"}
    level : float
        Of the confidence intervals behind the parameters.

    Returns
    -------
    str
        How the search ended, the findings, sizes, the tests, the measures of fit, the
        parameters by kind and group, R-square, definitions.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> from ecosurvey.sem.measures import fit_measures
    >>> print(summary_text(fit, fit_measures(fit)).splitlines()[2])
      Estimator                                         ML
    """
    said = by_severity(findings)
    lines = [_ending(fit).say(lang), ""]
    above = [finding for finding in said if finding.severity == "serious"]
    below = [finding for finding in said if finding.severity != "serious"]
    if above:
        lines += [*(f"!! {finding.say(lang)}" for finding in above), ""]
    lines += _sizes(fit, measures, lang)
    lines += _user_test(fit, measures, lang)
    for heading, rows in _BLOCKS:
        lines += _block(heading, rows, measures, lang)
    lines += _how(fit, lang)
    lines += parameter_blocks(fit, lang, level)
    if below:
        lines += ["", *(f"! {finding.say(lang)}" for finding in below)]
    return "\n".join(line.rstrip() for line in lines)


def _ending(fit: Fit) -> Text:
    from ecosurvey._version import __version__

    if fit.converged:
        words = Text(
            "ecosurvey {v} ended normally after {n} iterations",
            "ecosurvey {v}：经{n}次迭代正常结束",
        )
    else:
        words = Text(
            "ecosurvey {v} did NOT find a solution in {n} iterations",
            "ecosurvey {v}：{n}次迭代后未得到解",
        )
    return words.fill(v=__version__, n=fit.iterations)


def _line(words: str, value: str = "", second: str = "") -> str:
    text = f"  {words}"
    for cell, end in ((value, _FIRST), (second, _SECOND)):
        if cell:
            gap = end - _width(text) - _width(cell)
            text += " " * max(1, gap) + cell
    return text


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _rows(n: float) -> str:
    """Return a number of rows; a sum of weights by group need not be whole."""
    return str(round(n)) if abs(n - round(n)) < 1e-6 else f"{n:.1f}"


def _sizes(fit: Fit, measures: Mapping[str, float], lang: Lang) -> list[str]:
    model = fit.model
    tied = model.n_written - fit.n_par
    lines = [
        _line(Text("Estimator", "估计方法").say(lang), fit.method.estimator),
        _line(Text("Number of model parameters", "模型参数个数").say(lang), str(model.n_written)),
    ]
    if tied:
        words = Text("Number of equality constraints", "等式约束个数").say(lang)
        lines.append(_line(words, str(tied)))
    lines.append("")
    if len(model.table.groups) == 1:
        lines.append(_line(Text("Number of observations", "样本量").say(lang), _rows(model.n)))
    else:
        lines.append(_line(Text("Number of observations per group:", "各组样本量：").say(lang)))
        for label, moments in zip(model.table.groups, model.moments, strict=True):
            lines.append(_line(f"  {label}", _rows(moments.n)))
    clusters = sum(moments.design.n_clusters for moments in model.moments if moments.design)
    if clusters:
        lines.append(_line(Text("Number of clusters", "群组数").say(lang), str(clusters)))
    if any(moments.design and moments.design.weights is not None for moments in model.moments):
        words = Text("Sampling weights", "抽样权重").say(lang)
        lines.append(_line(words, Text("yes", "是").say(lang)))
    return [*lines, ""]


def _user_test(fit: Fit, measures: Mapping[str, float], lang: Lang) -> list[str]:
    standard = fit.test
    scaled = next((test for test in fit.tests if test.name in _CORRECTIONS), None)
    lines = [Text("Model Test User Model:", "模型检验：").say(lang)]
    if scaled is not None:
        heads = Text("Standard", "标准").say(lang), Text("Scaled", "校正").say(lang)
        lines.append(_line("", *heads))
    pairs = (
        (
            Text("Test Statistic", "检验统计量"),
            standard.stat,
            nan if scaled is None else scaled.stat,
        ),
        (Text("Degrees of freedom", "自由度"), standard.df, nan if scaled is None else scaled.df),
        (
            Text("P-value (Chi-square)", "p值（卡方）"),
            standard.pvalue,
            nan if scaled is None else scaled.pvalue,
        ),
    )
    for words, value, other in pairs:
        whole = words.en == "Degrees of freedom"
        second = "" if scaled is None else _number(other, whole=whole)
        lines.append(_line(words.say(lang), _number(value, whole=whole), second))
    if scaled is not None:
        for words, value in (
            (Text("Scaling correction factor", "校正因子"), scaled.scaling_factor),
            (Text("Shift parameter", "平移参数"), scaled.shift),
        ):
            if not isnan(value):
                text = _line(words.say(lang))
                shown = _number(value)
                lines.append(text + " " * (_SECOND - _width(text) - len(shown)) + shown)
        lines.append(_line(f"  {_CORRECTIONS[scaled.name].say(lang)}"))
    if len(standard.stat_group) > 1:
        heading = Text("Test statistic for each group:", "各组检验统计量：").say(lang)
        lines.append(_line(heading))
        for index, label in enumerate(fit.model.table.groups):
            second = "" if scaled is None else _number(_at(scaled.stat_group, index))
            lines.append(_line(f"  {label}", _number(standard.stat_group[index]), second))
    return [*lines, ""]


def _at(values: Sequence[float], index: int) -> float:
    return values[index] if index < len(values) else nan


def _block(heading: Text, rows: _Lines, measures: Mapping[str, float], lang: Lang) -> list[str]:
    """Return one block of measures; a key ending in ``!`` stands in the second column alone."""
    scaled = any(key.endswith("_scaled") for key in measures)
    lines: list[str] = []
    for words, key in rows:
        name = key.rstrip("!=")
        if not key:
            lines.append("")
        elif name not in measures or isnan(measures[name]):
            continue
        elif key.endswith("!"):
            text, shown = _line(words.say(lang)), _number(measures[name])
            lines.append(text + " " * max(1, _SECOND - _width(text) - len(shown)) + shown)
        else:
            whole = name.endswith("_df")
            second = measures.get(f"{name}_scaled", measures[name] if key.endswith("=") else nan)
            other = _number(second, whole=whole) if scaled else ""
            lines.append(_line(words.say(lang), _number(measures[name], whole=whole), other))
    while lines and not lines[-1]:
        lines.pop()
    return [heading.say(lang), "", *lines, ""] if lines else []


def _how(fit: Fit, lang: Lang) -> list[str]:
    method = fit.method
    return [
        Text("Parameter Estimates:", "参数估计：").say(lang),
        "",
        _line(Text("Standard errors", "标准误").say(lang), _SE[method.se].say(lang)),
        *_information(fit, lang),
        "",
    ]


def _information(fit: Fit, lang: Lang) -> list[str]:
    """Return which information the standard errors come from, the sandwich's bread included."""
    method = fit.method
    words = Text("Information", "信息矩阵")
    if method.se == "robust.huber.white":
        words = Text("Information bread", "信息矩阵（面包部分）")
    lines = [_line(words.say(lang), _INFORMATION[method.information].say(lang))]
    if method.information == "observed":
        hessian = method.observed_information == "hessian"
        basis = Text("Hessian", "海塞矩阵") if hessian else Text("H1", "饱和模型")
        based = Text("Observed information based on", "观测信息基于").say(lang)
        lines.append(_line(based, basis.say(lang)))
    elif method.loss == "ML":
        structured = method.h1_information == "structured"
        kind = Text("Structured", "结构化") if structured else Text("Unstructured", "非结构化")
        saturated = Text("Information saturated (h1) model", "饱和模型（h1）信息").say(lang)
        lines.append(_line(saturated, kind.say(lang)))
    return lines


def _number(value: float, *, whole: bool = False) -> str:
    if isnan(value):
        return "NA"
    if whole and float(value).is_integer():
        return str(int(value))
    return f"{value:.3f}"
