"""The bootstrap of a fitted model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import (
    ConvergenceError,
    Finding,
    OptionError,
    Text,
    by_severity,
    check_choice,
    counted,
)
from ecosurvey.core.parallel import Progress
from ecosurvey.core.random import new_seed
from ecosurvey.sem.bootstrap.acceleration import acceleration, jackknife
from ecosurvey.sem.bootstrap.intervals import KINDS, IntervalKind
from ecosurvey.sem.bootstrap.kept_draws import kept_draws
from ecosurvey.sem.bootstrap.quantities import effect_terms, quantities
from ecosurvey.sem.bootstrap.refit import fixed_values, refit_of
from ecosurvey.sem.bootstrap.replicates import Draws, draw_replicates
from ecosurvey.sem.bootstrap.result import BootstrapResult
from ecosurvey.sem.exploratory import refuse_rotated
from ecosurvey.sem.fit import Fit

if TYPE_CHECKING:
    from ecosurvey.core.kept import Kept

_MANY, _TOO_MANY = 0.05, 0.20  # shares of failed replicates that are warned of, and grave
_EXTREME = 5  # draws beyond each limit below which the limit is hardly known


def bootstrap(
    fit: Fit,
    n: int = 1000,
    ci: IntervalKind = "perc",
    *,
    level: float = 0.95,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
    kept: Kept | None = None,
) -> BootstrapResult:
    """Fit the model to samples drawn from the sample, for intervals that assume no normality.

    Rows are drawn with replacement within each group, with their weights; where rows came in
    clusters, whole clusters are drawn. Standardized parameters, definitions and
    total, direct and indirect effects are computed in every replicate, so their intervals are
    as good as those of the parameters.

    Parameters
    ----------
    fit : Fit
    n : int
        Replicates; 1,000 at least for an interval to publish.
    ci : {"perc", "bca", "bc", "norm", "basic"}
        See :func:`bootstrap_intervals`. The corrected ones reject too often for indirect
        effects in small samples (Fritz, Taylor & MacKinnon 2012), so percentile is the default.
    level : float
    seed : int, optional
        Drawn and stored with the result, if not given.
    jobs : int, optional
        Worker processes, -1 for all cores. Any number gives the same result to the last bit.
        Within ``joblib.parallel_config(backend=...)`` that backend's workers are used.
    on_progress : callable, optional
        Called with (done, wanted).
    kept : Kept, optional
        Where replicates of the same model, answers, seed and program are looked for and left.

    Returns
    -------
    BootstrapResult
        ``.parameters``, ``.effects``, ``.free_draws``, ``.failures``. Interrupted from the
        keyboard, with the replicates done until then.

    Raises
    ------
    ConvergenceError, DataError, OptionError

    Notes
    -----
    Replicates that do not converge are left out of the intervals, counted and explained;
    improper ones (negative variances) stay in, as leaving them out would bias the intervals.
    In lavaan: ``sem(..., se = "bootstrap")``.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chs. 12-14;
    Bollen & Stine (1990), Sociological Methodology 20, 115-140.
    """
    refuse_rotated(fit, Text("the bootstrap", "自助法"))
    check_choice("ci", ci, KINDS)
    if not fit.converged:
        raise ConvergenceError(
            Text("a fit without a solution cannot be bootstrapped", "没有解的拟合不能做自助法")
        )
    if n < 2:
        raise OptionError(
            Text(f"n={n} replicates give no interval", f"n={n} 次重抽样无法得到区间"),
            fix=Text("Use n=1000 or more.", "请使用 n=1000 或更多。"),
        )
    seed = new_seed() if seed is None else seed
    refit, terms = refit_of(fit), effect_terms(fit)
    draws = kept_draws(
        refit, fit.model.moments, n, seed, kept,
        lambda: draw_replicates(
            refit, fit.model.moments, n, seed=seed, purpose="sem.bootstrap", jobs=jobs,
            on_progress=on_progress,
        ),
    )  # fmt: skip
    good = draws.good
    estimate = quantities(
        fit.model, fit.x[None], [part[None] for part in fixed_values(fit.model)], terms
    )
    drawn = quantities(fit.model, draws.x[good], [part[good] for part in draws.fixed], terms)
    rate = None
    if ci == "bca":
        x, fixed, groups = jackknife(fit, refit)
        rate = acceleration(quantities(fit.model, x, fixed, terms).joined(), groups)
    improper = _improper(fit, drawn.est)
    return BootstrapResult(
        fit, draws, estimate, drawn, rate, terms, ci, level, seed,
        by_severity(draw_findings(draws, level, improper)),
    )  # fmt: skip


def draw_findings(draws: Draws, level: float, improper: int = 0) -> list[Finding]:
    """Return what a reader must know of the replicates."""
    done = len(draws.reasons)
    failed = int(done - draws.good.sum())
    found = []
    if draws.interrupted:
        found.append(
            Finding(
                "bootstrap_interrupted",
                "warning",
                Text(
                    f"the bootstrap was stopped after {done} of {draws.wanted} replicates.",
                    f"自助法在完成{draws.wanted}次中的{done}次后中断。",
                ),
            )
        )
    if failed:
        share = failed / done
        severity = "serious" if share >= _TOO_MANY else "warning" if share >= _MANY else "note"
        kinds = [reason for reason in draws.reasons if reason]
        reasons = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
        en = "; ".join(f"{count} {_REASONS[kind].en}" for kind, count in reasons.items())
        zh = "；".join(f"{count}个{_REASONS[kind].zh}" for kind, count in reasons.items())
        found.append(
            Finding(
                "bootstrap_failures",
                severity,  # type: ignore[arg-type]
                Text(
                    counted(failed, "replicates has", "replicates have", of=done)
                    + f" no solution; left out: {en}.",
                    f"{done}个自助样本中有{failed}个无解，未计入：{zh}。",
                ),
            )
        )
    if (draws.good.sum() + 1) * (1 - level) / 2 < _EXTREME:
        found.append(
            Finding(
                "few_replicates",
                "warning",
                Text(
                    f"{int(draws.good.sum())} replicates are too few for {100 * level:g}% limits.",
                    f"{int(draws.good.sum())}个自助样本不足以确定{100 * level:g}%置信限。",
                ),
                hint=Text("Use n=1000 or more.", "请使用n=1000或更多。"),
            )
        )
    if improper:
        share = improper / max(done - failed, 1)
        found.append(
            Finding(
                "improper_replicates",
                "warning" if share >= _MANY else "note",
                Text(
                    counted(improper, "replicate has", "replicates have")
                    + " a negative variance; kept.",
                    f"{improper}个自助样本出现负方差，予以保留。",
                ),
            )
        )
    return found


_REASONS = {
    "singular_moments": Text("whose covariance matrix cannot be inverted", "样本协方差矩阵不可逆"),
    "not_converged": Text("did not converge", "未收敛"),
    "data": Text("whose rows the model cannot be fitted to", "样本数据不能用于拟合"),
}


def _improper(fit: Fit, est: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> int:
    own = [
        at
        for at, row in enumerate(fit.model.table.rows)
        if row.op == "~~" and row.lhs == row.rhs and row.free
    ]
    return int((est[:, own] < 0).any(axis=1).sum())
