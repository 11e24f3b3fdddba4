"""Exploratory factor analysis: from answers to rotated loadings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import DataError, Finding, OptionError, Text, check_choice
from ecosurvey.factors import _factor_analyzer
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.extraction import (
    EXTRACTIONS,
    LOWEST_UNIQUENESS,
    Extracted,
    Extraction,
    extract,
)
from ecosurvey.factors.fit import degrees_of_freedom, fit_indices
from ecosurvey.factors.moments import Missing, Moments, read_moments
from ecosurvey.factors.results import EfaResult
from ecosurvey.factors.rotation import ROTATIONS, Rotated, rotate

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Engine = Literal["factor_analyzer", "own"]
SALIENT = 0.32  # 10% shared variance: Tabachnick and Fidell; Costello and Osborne (2005)


def efa(
    data: Any,
    n_factors: int,
    method: Extraction = "minres",
    rotation: str = "oblimin",
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    target: pd.DataFrame | None = None,
    n_starts: int = 10,
    seed: int = 0,
    engine: Engine = "factor_analyzer",
    correlation: Correlation = "pearson",
) -> EfaResult:
    """Fit an exploratory factor model and rotate it to simple structure.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their correlation matrix with ``n_obs``.
    n_factors : int
        How many factors; see :func:`ecosurvey.factors.number_of_factors`.
    method : {"minres", "ml", "principal_axis"}
        Minimum residuals (equal to unweighted least squares; robust, the default of psych),
        maximum likelihood, or iterated principal axes.
    rotation : str
        oblimin (default), quartimin, geomin, promax, bifactor_oblique, target (oblique);
        varimax, quartimax, equamax, geomin_orthogonal, bifactor (orthogonal); none.
    n_obs : int, optional
        Respondents behind a correlation matrix. Without it there is no test of fit.
    missing : {"pairwise", "listwise"}
        Treatment of gaps; pairwise with n = all rows, as psych.
    target : DataFrame, items x factors, optional
        For ``rotation="target"``: hypothesised loadings, NaN where free.
    n_starts : int
        Rotation starts; the first is the unrotated solution, the rest are random.
    seed : int
        Where the random starts come from.
    engine : {"factor_analyzer", "own"}
        Who finds the first solution. Either way it is then taken to full convergence by exact
        Newton steps, so that the result is the same; "own" saves loading the package.

    correlation : {"pearson", "spearman", "polychoric"}
        Of the answers. With ordinal items of few categories polychoric loadings are less
        attenuated; the tests of fit are then too liberal.

    Returns
    -------
    EfaResult
        Factors F1, F2, ... by falling variance explained, each with a positive sum of loadings.

    Raises
    ------
    DataError, OptionError
        For too few items or rows, constant items, too many factors, unknown names.

    Notes
    -----
    With the same extraction, rotation and correlations, psych's digits; psych stops its
    optimiser at about 1e-5, rotates from one start, and searches polychoric correlations to
    1e-4. Where a criterion has several minima the lowest found is taken; psych's may be another.
    For Schmid and Leiman's solution see :func:`ecosurvey.omega_hierarchical`. chi-square, TLI,
    RMSEA and BIC follow psych's formulae (see :class:`EfaFit`).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> L = np.array([[.8, 0], [.7, 0], [.6, 0], [0, .7], [0, .6], [0, .5]])
    >>> R = L @ np.array([[1, .3], [.3, 1]]) @ L.T
    >>> np.fill_diagonal(R, 1)
    >>> found = efa(pd.DataFrame(R, list("abcdef"), list("abcdef")), 2, n_obs=300, engine="own")
    >>> found.loadings.loc["a"].abs().round(2).tolist(), round(float(found.phi.loc["F1", "F2"]), 2)
    ([0.8, 0.0], 0.3)

    In R: ``psych::fa(x, nfactors = 2, fm = "minres", rotate = "oblimin")``.
    """
    check_choice("method", method, EXTRACTIONS)
    check_choice("rotation", rotation, ROTATIONS)
    check_choice("engine", engine, ("factor_analyzer", "own"))
    moments = read_moments(
        data, n_obs=n_obs, missing=missing, least=3, what="exploratory factor analysis",
        correlation=correlation,
    )  # fmt: skip
    check_number(n_factors, moments.p)
    start = None
    if engine == "factor_analyzer" and method != "principal_axis" and _definite(moments):
        start = _factor_analyzer.uniquenesses(moments.corr, n_factors, method)
    extracted = extract(_usable(moments, method), n_factors, method, start)
    aim = None if target is None else _target(target, moments.names, n_factors)
    rotated = _rotate(extracted, rotation, aim, n_starts, seed, engine)
    return _gather(moments, extracted, rotated, method, rotation)


def check_number(n_factors: int, p: int) -> None:
    """Raise unless the number of factors can be estimated from p items."""
    if isinstance(n_factors, bool) or not isinstance(n_factors, (int, np.integer)) or n_factors < 1:
        raise OptionError(
            Text(
                f"n_factors={n_factors!r} is not a positive whole number",
                f"n_factors={n_factors!r} 不是正整数",
            ),
            fix=Text("Give 1 or more.", "请给出1或更大的数。"),
        )
    if degrees_of_freedom(p, int(n_factors)) < 0:
        most = max(k for k in range(1, p) if k == 1 or degrees_of_freedom(p, k) >= 0)
        raise OptionError(
            Text(
                f"{n_factors} factors cannot be told apart with {p} items",
                f"{p}个题项无法区分{n_factors}个因子",
            ),
            fix=Text(f"Take at most {most}.", f"最多{most}个。"),
        )


def _definite(moments: Moments) -> bool:
    return all(finding.code != "not_positive_definite" for finding in moments.findings)


def _usable(moments: Moments, method: Extraction) -> NDArray[np.float64]:
    if method == "ml" and not _definite(moments):
        said = next(f for f in moments.findings if f.code == "not_positive_definite")
        raise DataError(
            Text(
                f"maximum likelihood needs a positive definite matrix. {said.message.en}",
                f"极大似然需要正定矩阵。{said.message.zh}",
            ),
            fix=Text(
                "Use method='minres', or mend the data.", "请使用 method='minres'，或修正数据。"
            ),
        )
    return moments.corr


def _target(target: pd.DataFrame, names: tuple[str, ...], n_factors: int) -> NDArray[np.float64]:
    missing = [name for name in names if name not in target.index]
    if missing or target.shape[1] != n_factors:
        raise OptionError(
            Text(f"the target has no row for {missing[0]!r}", f"目标矩阵中没有 {missing[0]!r} 的行")
            if missing
            else Text(
                f"the target has {target.shape[1]} columns for {n_factors} factors",
                f"目标矩阵有{target.shape[1]}列，而因子有{n_factors}个",
            ),
            fix=Text(
                "Give one row an item and one column a factor, NaN where a loading is free.",
                "请每个题项一行、每个因子一列；自由载荷处填NaN。",
            ),
        )
    return target.loc[list(names)].to_numpy(dtype=float, copy=True)


def _rotate(
    extracted: Extracted,
    rotation: str,
    target: NDArray[np.float64] | None,
    n_starts: int,
    seed: int,
    engine: Engine,
) -> Rotated:
    loadings = extracted.loadings
    first = None
    if engine == "factor_analyzer":
        first = _factor_analyzer.rotation_start(loadings, rotation)
    return rotate(
        loadings, rotation, n_starts=n_starts, seed=seed, target=target, first_start=first
    )


def _gather(
    moments: Moments, extracted: Extracted, rotated: Rotated, method: str, rotation: str
) -> EfaResult:
    import pandas as pd

    loadings, phi = arrange(rotated.loadings, rotated.phi, fixed=rotation == "target")
    names, (p, k) = list(moments.names), loadings.shape
    factors = [f"F{j + 1}" for j in range(k)]
    implied = loadings @ phi @ loadings.T
    h2 = np.diag(implied).copy()
    squares = loadings**2
    total = squares.sum(axis=1)
    complexity = np.divide(
        total**2, (squares**2).sum(axis=1), out=np.full(p, np.nan), where=total > 0
    )
    explained = np.diag(phi @ loadings.T @ loadings)
    variance = pd.DataFrame(
        {
            "ss_loadings": explained,
            "proportion": explained / p,
            "cumulative": np.cumsum(explained) / p,
        },
        index=factors,
    )
    frame = pd.DataFrame(loadings, names, factors)
    return EfaResult(
        loadings=frame,
        phi=pd.DataFrame(phi, factors, factors),
        communality=pd.Series(h2, names, name="h2"),
        uniqueness=pd.Series(1 - h2, names, name="u2"),
        complexity=pd.Series(complexity, names, name="complexity"),
        variance=variance,
        residuals=pd.DataFrame(moments.corr - implied, names, names),
        eigenvalues=tuple(float(v) for v in np.linalg.eigvalsh(moments.corr)[::-1]),
        fit=fit_indices(moments.corr, implied, k, moments.n),
        n=moments.n,
        method=method,
        rotation=rotation if k > 1 else "none",
        converged=extracted.converged and rotated.converged,
        starts=rotated.starts,
        agreeing=rotated.agreeing,
        missing=moments.missing_note(),
        findings=(*moments.findings, *_findings(frame, h2, extracted, rotated)),
    )


def arrange(
    loadings: NDArray[np.float64], phi: NDArray[np.float64], *, fixed: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return factors by falling variance explained, each with a positive sum of loadings.

    With ``fixed`` the order is kept, as for a target whose columns mean something.
    """
    k = loadings.shape[1]
    explained = np.diag(phi @ loadings.T @ loadings)
    order = np.arange(k) if fixed else np.argsort(-explained, kind="stable")
    signs = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)[order]
    return loadings[:, order] * signs, phi[np.ix_(order, order)] * signs[:, None] * signs


def _findings(
    loadings: pd.DataFrame, h2: NDArray[np.float64], extracted: Extracted, rotated: Rotated
) -> list[Finding]:
    names = [str(name) for name in loadings.index]
    at_bound = extracted.uniqueness <= LOWEST_UNIQUENESS * (1 + 1e-6)
    improper = np.flatnonzero(at_bound | (h2 >= 1))
    found = [] if extracted.converged else [_NOT_CONVERGED]
    found += [] if rotated.converged else [_ROTATION_NOT_CONVERGED]
    found += [heywood(names[i], float(h2[i])) for i in improper]
    if len(names) > 3 and loadings.shape[1] > 1:
        salient = (loadings.abs() >= SALIENT).sum()
        found += [_weak_factor(str(name)) for name in loadings.columns if salient[name] < 3]
    if rotated.agreeing < rotated.starts:
        found.append(_local_minima(rotated.agreeing, rotated.starts))
    return found


_NOT_CONVERGED = Finding(
    "efa_not_converged",
    "serious",
    Text("The extraction did not converge.", "因子提取未收敛。"),
    hint=Text("Try fewer factors or another method.", "请减少因子数或更换提取方法。"),
)
_ROTATION_NOT_CONVERGED = Finding(
    "rotation_not_converged",
    "warning",
    Text("The rotation did not converge.", "因子旋转未收敛。"),
    hint=Text("Try another rotation.", "请更换旋转方法。"),
)


def heywood(item: str, communality: float) -> Finding:
    """Return the finding that an item's common variance reaches or passes its variance."""
    return Finding(
        "heywood",
        "serious",
        Text(
            f"Heywood case: item {item!r} has a communality of {communality:.3f}.",
            f"Heywood情形：题项“{item}”的共同度为{communality:.3f}。",
        ),
        where=item,
        hint=Text(
            "Usually too many factors, too few items on a factor, or too few answers.",
            "通常源于因子过多、因子题项过少或样本量不足。",
        ),
    )


def _weak_factor(factor: str) -> Finding:
    return Finding(
        "weak_factor",
        "warning",
        Text(
            f"Factor {factor} has fewer than three loadings of {SALIENT} or more.",
            f"因子{factor}上不小于{SALIENT}的载荷不足3个。",
        ),
        where=factor,
        hint=Text("Consider fewer factors.", "可考虑减少因子数。"),
    )


def _local_minima(agreeing: int, starts: int) -> Finding:
    return Finding(
        "rotation_local_minima",
        "note",
        Text(
            f"{agreeing} of {starts} rotation starts reached the solution shown, which is the "
            "best; the others ended in local minima.",
            f"{starts}个旋转起点中有{agreeing}个到达所示的最优解，其余止于局部极小。",
        ),
    )
