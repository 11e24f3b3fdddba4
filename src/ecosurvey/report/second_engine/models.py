"""The models again by semopy; the likelihood of answers with gaps again by SciPy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import EcosurveyError, Text
from ecosurvey.report.second_engine.model import Recomputed

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

_KINDS = {
    "loading": Text("Loadings", "载荷"),
    "path": Text("Paths", "路径系数"),
    "covariance": Text("Variances and covariances", "方差与协方差"),
    "intercept": Text("Intercepts", "截距"),
    "se": Text("Standard errors (ML)", "标准误（ML）"),
    "fit": Text("Fit", "拟合指标"),
}
_LIKELIHOOD = 1e-8
_ARRIVED = 1e-5  # a larger derivative is no optimum
_ON_MOMENTS = Text(
    "semopy fits no answers with gaps: both programs fitted the models by ML to the means and "
    "covariances that full-information likelihood estimates (EM), and SciPy recomputed the "
    "likelihood of the report's own estimates from every answer sheet.",
    "semopy无法处理缺失值：两个程序均以ML拟合由全信息极大似然（EM）估计的均值与协方差；"
    "报告所用估计值的似然由SciPy根据每份答卷重新计算。",
)
_ON_CORRELATIONS = Text(
    "No second program fits ordinal answers by WLSMV: both programs fitted the models by ML to the "
    "polychoric correlations.",
    "没有其他程序可用WLSMV拟合有序数据：两个程序均以ML拟合多分格相关矩阵。",
)
_ON_WEIGHTED = Text(
    "No second program knows weights and clusters: both programs fitted the models by ML to the "
    "weighted means and covariances.",
    "没有其他程序支持权重与群组：两个程序均以ML拟合加权的均值与协方差。",
)
_ON_MEANS = Text(
    "No second program pools models over imputations: both programs fitted the models by ML to "
    "the means of the imputed data sets' covariances.",
    "没有其他程序可合并多重插补的模型：两个程序均以ML拟合各插补数据集协方差的均值。",
)
_ROBUST = Text(
    "Robust standard errors and scaled statistics are offered by no second program and were not "
    "recomputed.",
    "稳健标准误与校正统计量没有可用的第二程序，未作复算。",
)


def recompute(
    part: Text, text: str, fit: SemResult, answers: pd.DataFrame
) -> tuple[list[Recomputed], tuple[Text, ...]]:
    """Return the numbers of one model, and what must be said of them."""
    from ecosurvey.sem.imputed import ImputedSem

    remarks: list[Text] = [_ROBUST] if fit.estimator != "ML" else []
    gaps = any(moments.rows is not None for moments in fit.fit.model.moments)
    found: list[Recomputed] = []
    ordinal = bool(fit.fit.model.responses)
    pooled = isinstance(fit, ImputedSem)
    designed = any(moments.design is not None for moments in fit.fit.model.moments)
    if designed:
        remarks.append(_ON_WEIGHTED)
    if ordinal:
        remarks.append(_ON_CORRELATIONS)
    if pooled:
        remarks.append(_ON_MEANS)
    if gaps:
        remarks.append(_ON_MOMENTS)
        found += _likelihood(part, fit, answers)
    try:
        check = (
            _on_moments(text, fit) if gaps or ordinal or designed or pooled else fit
        ).cross_check()
    except EcosurveyError as error:
        words = Text(
            "{part}: semopy could not fit it ({why})", "{part}：semopy未能拟合（{why}）"
        ).fill(part=part, why=error.words.found)
        return found, (*remarks, words)
    if check.gradient > _ARRIVED:
        words = Text(
            "{part}: semopy stopped short of the solution (gradient {g:.0e}), so its numbers "
            "check nothing",
            "{part}：semopy未收敛到解（梯度{g:.0e}），其数值不作为复算依据",
        ).fill(part=part, g=check.gradient)
        return found, (*remarks, words)
    found += [
        Recomputed(
            part,
            _KINDS[one.kind],
            one.quantity,
            one.own,
            one.other,
            "semopy",
            check.tolerance,
            one.unit,
        )
        for one in check.comparisons
    ]
    return found, tuple(remarks)


def _on_moments(text: str, fit: SemResult) -> SemResult:
    from ecosurvey.sem import sem

    return sem(text, cov=fit.observed[0].cov, n=fit.n, estimator="ML")


def _likelihood(part: Text, fit: SemResult, answers: pd.DataFrame) -> Iterator[Recomputed]:
    """Sum the normal log density of each sheet, times its weight, over the items it answers."""
    from scipy.stats import multivariate_normal

    from ecosurvey.cleaning.design import WEIGHT

    implied = fit.implied[0]
    if implied.mean is None:
        return
    mean, cov = implied.mean.to_numpy(), implied.cov.to_numpy()
    rows = answers[list(implied.cov.index)].to_numpy(dtype=float)
    answered = ~np.isnan(rows)
    some = answered.any(axis=1)
    weights = answers[WEIGHT].to_numpy(dtype=float) if WEIGHT in answers else np.ones(len(rows))
    weights = weights * (some.sum() / weights[some].sum())
    total = 0.0
    for pattern in np.unique(answered, axis=0):
        if pattern.any():
            here = (answered == pattern).all(axis=1)
            density = multivariate_normal(mean[pattern], cov[np.ix_(pattern, pattern)])
            total += float(np.sum(weights[here] * density.logpdf(rows[here][:, pattern])))
    own = float(fit.fit_measures["logl"])
    kind = Text("Log-likelihood", "对数似然")
    yield Recomputed(part, kind, "logl", own, total, "scipy", _LIKELIHOOD)
