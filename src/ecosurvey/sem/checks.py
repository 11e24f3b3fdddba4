"""What a careful statistician checks before and after a fit, as findings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Finding, Text, by_severity
from ecosurvey.sem.fit import Fit, Model
from ecosurvey.sem.implied import Implied, Layout, Matrices
from ecosurvey.sem.inference import free_basis, invert
from ecosurvey.sem.no_solution import not_converged
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import ObjectivePoint
from ecosurvey.sem.types import Parameter, ParameterTable

_SCALES = 1000.0  # ratio of the largest to the smallest variance worth a word
_COLLINEAR = 1e-10  # smallest eigenvalue of the correlations that arithmetic can still invert
_NEARLY = 1e-4
_EDGE = 1e-3  # how near to 1 a correlation, or to 0 a variance's share, is on the boundary
_FLAT = 1e-4  # standardized gradient above which the search has not arrived


def check_moments(moments: Sequence[Moments], groups: Sequence[str], n_par: int) -> list[Finding]:
    """Return what is doubtful about the sample moments; raise for what is impossible.

    Raises
    ------
    DataError
        For a variable that does not vary, variables that determine one another, or too few
        rows for a covariance matrix that can be inverted.
    """
    findings = []
    for observed, label in zip(moments, groups, strict=True):
        where = f"group {label!r}" if label else ""
        variances = np.diag(observed.cov)
        constant = [
            name
            for name, variance, mean in zip(observed.names, variances, observed.mean, strict=True)
            if not variance > 1e-14 * max(mean * mean, 1e-290)
        ]
        if constant:
            several = len(constant) > 1
            raise DataError(
                Text(
                    f"{', '.join(constant)} {'do' if several else 'does'} not vary",
                    f"{', '.join(constant)} 没有变化",
                ),
                where=where or None,
                fix=Text(f"Leave {'them' if several else 'it'} out.", "请去掉。"),
            )
        findings += _collinear(observed, where)
        if variances.max() > _SCALES * variances.min():
            high = observed.names[int(variances.argmax())]
            low = observed.names[int(variances.argmin())]
            ratio = variances.max() / variances.min()
            findings.append(
                Finding(
                    "variance_scales",
                    "note",
                    Text(
                        f"the variance of {high} is {ratio:.0f} times that of {low}.",
                        f"{high} 的方差是 {low} 的 {ratio:.0f} 倍。",
                    ),
                    where,
                    Text(
                        "Of no harm, except that ULS sees the large ones only.",
                        "对结果无影响，但ULS几乎只拟合方差大的变量。",
                    ),
                )
            )
    rows = sum(observed.n for observed in moments)
    if rows <= n_par:
        findings.append(
            Finding(
                "fewer_rows_than_parameters",
                "warning",
                Text(
                    f"{rows} rows for {n_par} free parameters.",
                    f"样本量 {rows} 不多于自由参数个数 {n_par}。",
                ),
                hint=Text(
                    "Standard errors and tests need several rows for each parameter.",
                    "标准误与检验要求每个参数对应若干样本。",
                ),
            )
        )
    return findings


def _collinear(observed: Moments, where: str) -> list[Finding]:
    scale = np.sqrt(np.diag(observed.cov))
    values, vectors = np.linalg.eigh(observed.cov / np.outer(scale, scale))
    if values[0] > _NEARLY:
        return []
    weights = np.abs(vectors[:, 0])
    names = [observed.names[i] for i in np.argsort(-weights) if weights[i] > 0.3 * weights.max()]
    shown = ", ".join(names[:6])
    if values[0] < _COLLINEAR and observed.n <= len(scale):
        raise DataError(
            Text(
                f"{observed.n} rows are too few for the covariances of {len(scale)} variables",
                f"{observed.n}行不足以估计{len(scale)}个变量的协方差",
            ),
            where=where or None,
            fix=Text("Collect more rows, or use fewer variables.", "请收集更多数据，或减少变量。"),
        )
    if values[0] < _COLLINEAR:
        raise DataError(
            Text(
                f"the variables {shown} determine one another: "
                f"their covariances cannot be inverted",
                f"变量 {shown} 互相决定：其协方差矩阵不可逆",
            ),
            where=where or None,
            fix=Text("Leave one of them out.", "请去掉其中一个。"),
        )
    return [
        Finding(
            "near_collinear",
            "warning",
            Text(f"{shown} nearly determine one another.", f"{shown} 之间近乎完全共线。"),
            where,
            Text("Leave one of them out.", "建议删去其中一个变量。"),
        )
    ]


def check_solution(fit: Fit, point: ObjectivePoint) -> tuple[Finding, ...]:
    """Return what is wrong or doubtful about a solution, the most serious first."""
    model = fit.model
    found: list[Finding] = []
    if not fit.converged:
        found.append(not_converged(fit, point))
    found += _identification(fit, point)
    if point.groups is None:
        return by_severity(found)
    if fit.converged:
        found += _arrival(fit, point)
    for group, (filled, moments, _) in enumerate(point.groups):
        label = model.table.groups[group]
        found += _variances(model, group, filled, label)
        found += _factors(model.layouts[group], moments, label)
        names = model.layouts[group].observed
        own = [i for i, name in enumerate(names) if name not in model.table.auxiliary]
        theta = filled.theta[np.ix_(own, own)]
        found += _definite("theta", theta, [names[i] for i in own], label)
        found += _definite("sigma", moments.sigma, model.layouts[group].observed, label)
    return by_severity(found)


def name_of(row: Parameter, table: ParameterTable) -> str:
    """Return a parameter's name as the model text writes it, with its group if there are more.

    Examples
    --------
    >>> table = ParameterTable((), ("x1",), ("f",))
    >>> name_of(Parameter("f", "=~", "x1"), table)
    'f =~ x1'
    """
    words = f"{row.lhs} ~ 1" if row.op == "~1" else f"{row.lhs} {row.op} {row.rhs}"
    return f"{words} [{table.groups[row.group - 1]}]" if len(table.groups) > 1 else words


def free_names(model: Model) -> list[str]:
    """Return the names of the free parameters in the order of x."""
    rows = {row.free: row for row in model.table.rows if row.free and row.group}
    return [name_of(rows[index + 1], model.table) for index in range(model.n_par)]


def _identification(fit: Fit, point: ObjectivePoint) -> list[Finding]:
    if fit.test.df < 0:
        return [
            Finding(
                "negative_df",
                "serious",
                Text(
                    f"the model has {-fit.test.df:.0f} more parameters than the data have moments.",
                    f"模型的自由参数比样本矩多 {-fit.test.df:.0f} 个，无法识别。",
                ),
                hint=Text("Fix or equate parameters.", "请固定部分参数或令其相等。"),
            )
        ]
    if point.groups is None or not np.isfinite(point.value):
        return []
    if fit.converged and np.isfinite(fit.vcov).all():
        return []  # the information was inverted, so it knows every direction
    known = fit.converged and fit.method.information == "expected"
    information = fit.information if known else point.scoring_matrix()
    lost = invert(information, free_basis(point)).deficiency
    if not lost.shape[1]:
        return []
    names = free_names(fit.model)
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    size = np.abs(lost * scale[:, None]).max(axis=1)
    worst = [names[i] for i in np.argsort(-size) if size[i] > 0.1 * size.max()][:8]
    shown = "; ".join(worst)
    return [
        Finding(
            "not_identified",
            "serious",
            Text(
                f"the data cannot determine these parameters: {shown}.",
                f"数据无法识别下列参数：{shown}。",
            ),
            where=worst[0],
            hint=Text(
                "Fix one, set them equal, or add indicators. Standard errors are not given.",
                "请固定其一、设为相等或增加指标；此时不给出标准误。",
            ),
        )
    ]


def _arrival(fit: Fit, point: ObjectivePoint) -> list[Finding]:
    """Return a finding if the gradient is not zero along the free directions, or curved down."""
    basis = free_basis(point)
    known = np.diag(fit.information)  # at hand, and of the same size as what is asked for
    if np.isfinite(known).all() and _steepness(fit, basis, known).max(initial=0.0) < _FLAT / 100:
        return []
    steep = _steepness(fit, basis, np.diag(point.scoring_matrix()))
    if steep.max(initial=0.0) <= _FLAT:
        return []
    return [
        Finding(
            "gradient_not_zero",
            "warning",
            Text(
                f"the gradient at the solution is {steep.max():.1e}, not zero.",
                f"解处的梯度为 {steep.max():.1e}，并不为零。",
            ),
            hint=Text("Give other start values.", "请更换初始值重新估计。"),
        )
    ]


def _steepness(
    fit: Fit, basis: NDArray[np.float64], curvature: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the gradient along the free directions, each in units of the root of its curvature."""
    scale = np.sqrt(np.maximum(curvature, 1e-300))
    return np.asarray(np.abs(basis.T @ fit.gradient) / (basis.T**2 @ scale + 1e-300))


def _variances(model: Model, group: int, filled: Matrices, label: str) -> list[Finding]:
    """Return findings for negative and vanishing (residual) variances."""
    found = []
    layout, sample = model.layouts[group], np.diag(model.moments[group].cov)
    seen = {name: index for index, name in enumerate(layout.observed)}
    arrays, cells = filled.arrays(), layout.cells
    for position, index in enumerate(layout.rows):
        row = model.table.rows[index]
        if row.op != "~~" or row.lhs != row.rhs or not row.free:
            continue
        value = float(arrays[cells.matrix[position]][cells.row[position], cells.col[position]])
        where = name_of(row, model.table)
        if row.lhs in seen:
            against = sample[seen[row.lhs]]
        else:
            against = _factor_unit(layout, filled, sample, row.lhs)
        if value < 0:
            found.append(
                Finding(
                    "negative_variance",
                    "serious",
                    Text(
                        f"the variance {where} is negative: {value:.3g}.",
                        f"方差 {where} 为负值：{value:.3g}。",
                    ),
                    where,
                    Text(
                        "Often too few rows or indicators, or a wrong model.",
                        "常见原因是样本或指标过少，或模型设定有误。",
                    ),
                )
            )
        elif value < 1e-5 * against:
            found.append(
                Finding(
                    "boundary",
                    "warning",
                    Text(
                        f"the variance {where} is zero for all purposes.",
                        f"方差 {where} 几乎为零，处于参数空间的边界。",
                    ),
                    where,
                )
            )
    return found


def _factor_unit(layout: Layout, filled: Matrices, sample: NDArray[np.float64], name: str) -> float:
    """Return the variance with which a factor would account for the whole of an indicator."""
    slopes = filled.lambda_[:, layout.factors.index(name)] ** 2
    reached = slopes > 0
    return float(np.min(sample[reached] / slopes[reached])) if reached.any() else 0.0


def _factors(layout: Layout, moments: Implied, label: str) -> list[Finding]:
    """Return findings for correlations of latent variables beyond or near 1."""
    count = layout.n_latent
    cov = moments.factor_cov[:count, :count]
    variances = np.diag(cov)
    if not count or (variances <= 0).any():
        return []
    scale = np.sqrt(variances)
    correlations = cov / np.outer(scale, scale)
    found = []
    suffix = f" [{label}]" if label else ""
    for one in range(count):
        for other in range(one):
            value = float(correlations[one, other])
            if abs(value) < 1 - _EDGE:
                continue
            where = f"{layout.factors[other]} ~~ {layout.factors[one]}{suffix}"
            beyond = abs(value) > 1
            found.append(
                Finding(
                    "latent_correlation_beyond_one" if beyond else "boundary",
                    "serious" if beyond else "warning",
                    Text(
                        f"the correlation {where} is {value:.3f}.",
                        f"潜变量相关 {where} 为 {value:.3f}。",
                    ),
                    where,
                    Text(
                        "The two may be one construct: test the model that joins them.",
                        "二者可能是同一构念，建议与合并后的模型比较。",
                    ),
                )
            )
    return found or _definite("latent covariances", cov, layout.latent, label)


def _definite(
    what: str, matrix: NDArray[np.float64], names: Sequence[str], label: str
) -> list[Finding]:
    """Return a finding if a covariance matrix has a negative eigenvalue."""
    scale = np.sqrt(np.abs(np.diag(matrix)))
    scale[scale == 0] = 1.0
    scaled = matrix / np.outer(scale, scale)
    if _is_definite(scaled):
        return []
    values, vectors = np.linalg.eigh(scaled)
    if values[0] > -1e-8:
        return []
    weights = np.abs(vectors[:, 0])
    shown = ", ".join(names[i] for i in np.argsort(-weights)[:5] if weights[i] > 0.2)
    suffix = f" [{label}]" if label else ""
    chinese = {"theta": "残差协方差矩阵", "sigma": "模型隐含协方差矩阵"}.get(
        what, "潜变量协方差矩阵"
    )
    return [
        Finding(
            f"{what.replace(' ', '_')}_not_positive_definite",
            "serious",
            Text(
                f"the matrix of {what}{suffix} is not positive definite, mostly through {shown}.",
                f"{chinese}{suffix}非正定，主要涉及 {shown}。",
            ),
            shown,
        )
    ]


def _is_definite(matrix: NDArray[np.float64]) -> bool:
    """Tell quickly whether a matrix is positive definite; false where it is in doubt."""
    try:
        return bool(np.isfinite(np.linalg.cholesky(matrix)).all())
    except np.linalg.LinAlgError:
        return False
