"""How sure loadings are: bootstrap intervals of an exploratory solution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text, check_choice
from ecosurvey.core.random import new_seed, stream
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.efa import arrange, check_number
from ecosurvey.factors.extraction import EXTRACTIONS, Extraction, extract
from ecosurvey.factors.moments import Missing, invert, read_moments
from ecosurvey.factors.resampling import bootstrap_correlations
from ecosurvey.factors.rotation import ROTATIONS, rotate

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, repr=False)
class LoadingIntervals(Result):
    """Bootstrap standard errors and percentile intervals of rotated loadings.

    Attributes
    ----------
    loadings : DataFrame
        One row an item and factor: item, factor, loading, se, ci_lower, ci_upper.
    n_boot, failed, seed : int
        Samples, those that did not converge and are left out, and where they came from.
    level : float
    """

    loadings: pd.DataFrame
    n_boot: int
    failed: int
    seed: int
    level: float
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"LoadingIntervals({len(self.loadings)} loadings, n_boot={self.n_boot})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item and factor."""
        return self.loadings

    def tables(self) -> tuple[Table, ...]:
        """Return one row an item and factor."""
        percent = f"{100 * self.level:g}%"
        return (
            Table(
                "loading_intervals",
                Text("Loadings with bootstrap intervals", "因子载荷及其自助法置信区间"),
                (
                    Column("item", Text("Item", "题项"), "label"),
                    Column("factor", Text("Factor", "因子"), "text"),
                    Column("loading", Text("Loading", "载荷")),
                    Column("se", Text("SE", "标准误"), decimals=3),
                    Column("ci_lower", Text(f"{percent} CI lower", f"{percent}置信下限")),
                    Column("ci_upper", Text(f"{percent} CI upper", f"{percent}置信上限")),
                ),
                tuple(
                    (str(item), str(factor), *map(float, numbers))
                    for item, factor, *numbers in self.loadings.itertuples(index=False)
                ),
                (
                    Text(
                        f"{self.n_boot} bootstrap samples, factors matched to the solution, "
                        f"seed {self.seed}.",
                        f"{self.n_boot}次自助抽样，各次因子已与原解对齐，随机种子{self.seed}。",
                    ),
                    self.missing,
                ),
            ),
        )


def loading_intervals(
    data: Any,
    n_factors: int,
    method: Extraction = "minres",
    rotation: str = "oblimin",
    *,
    n_boot: int = 500,
    seed: int | None = None,
    level: float = 0.95,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> LoadingIntervals:
    """Bootstrap the loadings of an exploratory factor solution.

    Rows are drawn with replacement, the solution is found again, and its factors are matched
    to those of the whole sample by congruence, signs included.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item.
    n_factors, method, rotation
        As in :func:`ecosurvey.factors.efa`.
    n_boot : int
    seed : int, optional
        A fresh one, kept in the result, by default.
    level : float
    missing : {"pairwise", "listwise"}
    correlation : {"pearson", "spearman", "polychoric"}

    Returns
    -------
    LoadingIntervals

    References
    ----------
    Zhang, G., Preacher, K. J., & Luo, S. (2010). Bootstrap confidence intervals for ordinary
    least squares factor loadings and correlations in exploratory factor analysis. Multivariate
    Behavioral Research, 45, 104-134.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> trait = np.random.default_rng(1).normal(size=(200, 1))
    >>> noise = np.random.default_rng(2).normal(size=(200, 4))
    >>> answers = pd.DataFrame(trait + noise, columns=list("abcd"))
    >>> found = loading_intervals(answers, 1, n_boot=100, seed=1).loadings
    >>> bool((found.ci_lower > 0.4).all())
    True
    """
    import pandas as pd

    check_choice("method", method, EXTRACTIONS)
    check_choice("rotation", rotation, tuple(r for r in ROTATIONS if r != "target"))
    if n_boot < 50:
        raise OptionError(
            Text(
                f"n_boot={n_boot} is too few for an interval", f"n_boot={n_boot} 太少，无法得到区间"
            ),
            fix=Text("Take 500 or more.", "请取500或更多。"),
        )
    moments = read_moments(
        data, missing=missing, least=3, what="exploratory factor analysis", correlation=correlation
    )
    rows = moments.need_rows("a bootstrap")
    check_number(n_factors, moments.p)
    invert(moments, "a bootstrap of loadings")
    first = rotate(extract(moments.corr, n_factors, method).loadings, rotation)
    whole, _ = arrange(first.loadings, first.phi)
    seed = new_seed() if seed is None else seed
    draws, failed = [], 0
    for block in bootstrap_correlations(
        rows, n_boot, stream(seed, "loading_intervals"), correlation
    ):
        for corr in block:
            again = _solution(corr, n_factors, method, rotation)
            if again is None:
                failed += 1
            else:
                draws.append(match_factors(again, whole))
    if len(draws) < 2:
        raise OptionError(
            Text("no bootstrap sample converged", "没有一个自助样本收敛"),
            fix=Text("Try fewer factors.", "请减少因子数。"),
        )
    drawn = np.array(draws)
    tail = 100 * (1 - level) / 2
    lower, upper = np.percentile(drawn, [tail, 100 - tail], axis=0)
    k = whole.shape[1]
    frame = pd.DataFrame(
        {
            "item": np.repeat(moments.names, k),
            "factor": [f"F{j + 1}" for j in range(k)] * moments.p,
            "loading": whole.ravel(),
            "se": drawn.std(axis=0, ddof=1).ravel(),
            "ci_lower": lower.ravel(),
            "ci_upper": upper.ravel(),
        }
    )
    findings = moments.findings
    if failed:
        findings += (_failures(failed, n_boot),)
    return LoadingIntervals(frame, n_boot, failed, seed, level, moments.missing_note(), findings)


def _solution(
    corr: NDArray[np.float64], k: int, method: Extraction, rotation: str
) -> NDArray[np.float64] | None:
    if not np.isfinite(corr).all() or np.linalg.eigvalsh(corr)[0] < 1e-8:
        return None
    extracted = extract(corr, k, method)
    if not extracted.converged:
        return None
    rotated = rotate(extracted.loadings, rotation, n_starts=1)
    return rotated.loadings if rotated.converged else None


def match_factors(
    loadings: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return loadings with columns put in the target's order and turned to its signs.

    The assignment with the largest sum of absolute congruences is taken.
    """
    from scipy.optimize import linear_sum_assignment

    size = np.sqrt(np.outer((loadings**2).sum(axis=0), (target**2).sum(axis=0)))
    congruence = loadings.T @ target / np.maximum(size, 1e-12)
    own, theirs = linear_sum_assignment(-np.abs(congruence))
    order = own[np.argsort(theirs)]
    signs = np.where(congruence[order, np.arange(len(order))] < 0, -1.0, 1.0)
    return np.asarray(loadings[:, order] * signs, dtype=np.float64)


def _failures(failed: int, n_boot: int) -> Finding:
    return Finding(
        "bootstrap_failures",
        "warning",
        Text(
            f"{failed} of {n_boot} bootstrap samples did not converge and are left out.",
            f"{n_boot}次自助抽样中有{failed}次未收敛，已剔除。",
        ),
    )
