"""Measurement invariance: the sequence of models, and what to do where it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ecosurvey.core import Finding, OptionError, Text, by_severity
from ecosurvey.sem.api import Request, fit_request
from ecosurvey.sem.difference import chisq_difference
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.invariance.differences import (
    ItemDifference,
    MeanDifference,
    item_differences,
    mean_differences,
)
from ecosurvey.sem.invariance.levels import Level, LevelName, levels_up_to
from ecosurvey.sem.invariance.ordinal_sequence import asked_ordinal
from ecosurvey.sem.invariance.release import Release, equality_tests, may_be_freed
from ecosurvey.sem.invariance.result import InvarianceResult, Step
from ecosurvey.sem.invariance.verdict import (
    Change,
    change_words,
    cut_offs,
    first_words,
    fits,
    measures_of,
    no_solution_words,
)
from ecosurvey.sem.results import SemResult

_SMALL_GROUP = 100  # rows below which a group's own estimates are unsure


def invariance(
    model: str,
    data: Any,
    group: str,
    *,
    ordered: bool | Sequence[str] | None = None,
    estimator: str | None = None,
    missing: str = "listwise",
    levels: Sequence[LevelName] | None = None,
    partial: bool = True,
    alpha: float = 0.05,
    std_lv: bool = True,
    group_partial: str | Sequence[str] = (),
    level: float = 0.95,
    sampling_weights: str | None = None,
    sampling_weights_normalization: str = "total",
    cluster: str | None = None,
) -> InvarianceResult:
    """Test whether a questionnaire measures the same in several groups.

    Configural, metric (equal loadings), scalar (and intercepts) and strict (and residual
    variances) models are fitted and each is compared with the last that holds. Where a level
    does not hold, the equality whose release gains most (score test, significant after
    Bonferroni) is freed, and again, until the level holds in part or two items of a factor
    would no longer be equal. The sequence ends at the first level that does not hold even so; but
    where yes/no items leave the scalar level without a solution, because their residual
    variances in later groups follow from correlations alone, the strict level, which fixes
    them, is tried against the configural one.

    Parameters
    ----------
    model : str
        The measurement model, in lavaan's language.
    data : DataFrame
        One row a respondent.
    group : str
        Column of the groups; the first to appear is the reference.
    ordered : bool or list of str, optional
        Ordinal items. Their levels are thresholds, thresholds and loadings (``metric``), and
        intercepts (``scalar``), and residual variances (``strict``), identified by Wu and
        Estabrook; binary items have no level of their own before ``scalar``.
    estimator : str, optional
        ``"ML"`` if not said; ``"MLR"`` scales the difference tests. WLSMV for ordinal items.
    missing : {"listwise", "fiml", "pairwise"}
        ``"fiml"`` for continuous, ``"pairwise"`` for ordinal items.
    levels : list of str, optional
        Of ``configural thresholds metric scalar strict means``; those below are included. All by
        default.
    partial : bool
        Whether to seek the partial model where a level does not hold.
    alpha : float
        Of the score tests that may free a parameter.
    std_lv : bool
        Factors scaled by the reference group's variance, so that every loading can be tested.
        The fit is the same with marker items.
    group_partial : list of str
        Parameters free from the start: ``"f=~x3"``, ``"x2~1"``; for ordinal items also
        ``"x2|"``, everything of an item.
    level : float
        Of the confidence intervals of latent mean differences.
    sampling_weights, sampling_weights_normalization, cluster : str, optional
        Columns of weights and clusters, as in :func:`cfa`: every model is then fitted by MLR
        (WLSMV for ordinal items), and the difference tests are scaled.

    Returns
    -------
    InvarianceResult
        ``.highest``, ``.verdict``, ``.to_frame()``, ``.steps``, ``.releases``, ``.items``,
        ``.means``.

    Notes
    -----
    A level holds if CFI falls by no more than its cut-off (.010; .005 with 300 rows or fewer) and
    RMSEA and SRMR do not both rise by theirs. Difference tests are reported beside, not used,
    because with many rows they refuse differences that matter to nobody. An item whose loading
    is free has its intercept free too. Equal latent means are tested against the scalar model.
    In R: ``cfa(..., group.equal=)`` by steps with ``lavTestLRT``, ``lavTestScore``; for ordinal
    items ``semTools::measEq.syntax(ID.cat = "Wu.Estabrook.2016", parameterization = "theta")``.

    References
    ----------
    Meredith (1993), Psychometrika 58, 525-543; Byrne, Shavelson & Muthen (1989), Psychological
    Bulletin 105, 456-466; Chen (2007), SEM 14, 464-504; Cheung & Rensvold (2002), SEM 9, 233-255;
    Nye & Drasgow (2011), Journal of Applied Psychology 96, 966-980; Wu & Estabrook (2016),
    Psychometrika 81, 1014-1045.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(800, 1))
    >>> df = pd.DataFrame(f + rng.normal(size=(800, 4)), columns=["x1", "x2", "x3", "x4"])
    >>> df["wave"] = np.repeat(["one", "two"], 400)
    >>> found = invariance("f =~ x1 + x2 + x3 + x4", df, "wave")
    >>> found.highest
    'strict'
    """
    if not 0 < alpha < 1:
        raise OptionError(
            Text(f"alpha={alpha!r} is not between 0 and 1", f"alpha={alpha!r} 不在0与1之间"),
            fix=Text("Use 0.05.", "请使用0.05。"),
        )
    start = (group_partial,) if isinstance(group_partial, str) else tuple(group_partial)
    wanted = None if levels is None else list(levels)
    drawn: dict[str, Any] = {
        "sampling_weights": sampling_weights,
        "sampling_weights_normalization": sampling_weights_normalization,
        "cluster": cluster,
    }
    if ordered:
        request = Request(
            "cfa", estimator, missing, ordered, group=group, std_lv=True, level=level,
            parameterization="theta", **drawn,
        )  # fmt: skip
        return _ladder(*asked_ordinal(request, model, data, wanted, start), partial, alpha)
    asked = _Asked(
        Request(
            "cfa", estimator or "ML", missing, group=group, std_lv=std_lv, group_partial=start,
            level=level, **drawn,
        ),
        model,
        data,
    )  # fmt: skip
    return _ladder(asked, levels_up_to(wanted), partial, alpha)


class Asked(Protocol):
    """What stays the same over all models of a sequence."""

    @property
    def request(self) -> Request:
        """The options of every fit."""
        ...

    def fit(self, level: Level, freed: tuple[str, ...]) -> SemResult:
        """Fit the model of a level."""
        ...

    def tests(self, fit: Fit, level: Level) -> tuple[Release, ...]:
        """Return the score tests of the level's equalities, the largest first."""
        ...

    def may_free(self, fit: Fit, level: Level, parameter: str, freed: tuple[str, ...]) -> bool:
        """Tell whether enough items stay equal without this one."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """The sequence for continuous items."""

    request: Request
    model: str
    data: Any

    def tests(self, fit: Fit, level: Level) -> tuple[Release, ...]:
        return equality_tests(fit, level)

    def may_free(self, fit: Fit, level: Level, parameter: str, freed: tuple[str, ...]) -> bool:
        return may_be_freed(fit, level, parameter)

    def fit(self, level: Level, freed: tuple[str, ...]) -> SemResult:
        request = replace(
            self.request,
            group_equal=level.equal,
            group_partial=(*self.request.group_partial, *freed),
        )
        return fit_request(request, self.model, self.data)


def _ladder(
    asked: Asked, levels: tuple[Level, ...], partial: bool, alpha: float
) -> InvarianceResult:
    """Climb the levels, each from the last that holds, until one does not hold even in part."""
    steps: list[Step] = []
    releases: list[Release] = []
    base: Step | None = None
    scalar: Step | None = None
    for level in levels:
        if level.name == "means":
            continue
        freed = () if base is None else base.freed
        if level.name == "scalar":
            freed = (*freed, *_intercepts_of(freed))
        step = _step(asked, level, freed, base)
        steps.append(step)
        if not step.holds and base is not None and step.fit.converged:
            tests = asked.tests(step.fit.fit, level)
            if partial:
                found, tests = _free_until_it_holds(asked, step, base, tests, alpha)
                steps += found
                step = steps[-1]
            releases += tests
        if not step.holds and base is not None:
            if level.name == "scalar" and not step.fit.converged and _has_binary(step.fit):
                continue  # the next level fixes the residuals that yes/no items do not tell
            break
        base = step
        if level.name == "scalar":
            scalar = step
    if scalar is not None and levels[-1].name == "means":
        steps.append(_step(asked, levels[-1], scalar.freed, scalar))
    return _result(asked, tuple(steps), tuple(releases))


def _step(asked: Asked, level: Level, freed: tuple[str, ...], base: Step | None) -> Step:
    """Fit one level, and judge it against the last that holds."""
    fit = asked.fit(level, freed)
    measures = measures_of(fit.fit)
    if base is None:
        good = fit.converged and fits(measures)
        return Step(level, freed, fit, measures, None, good, first_words(measures))
    change = _change(fit, base, level)
    if not fit.converged:
        return Step(level, freed, fit, measures, change, False, no_solution_words(level))
    words = change_words(level, change, freed)
    return Step(level, freed, fit, measures, change, change.holds, words)


def _change(fit: SemResult, base: Step, level: Level) -> Change:
    now, before = measures_of(fit.fit), base.measures
    test = chisq_difference(fit.fit, base.fit.fit, "default", "delta", scaled_shifted=True)
    return Change(
        now.cfi - before.cfi,
        now.rmsea - before.rmsea,
        now.srmr - before.srmr,
        cut_offs(fit.n, level),
        test.chisq_diff,
        test.df_diff,
        test.pvalue,
    )


def _free_until_it_holds(
    asked: Asked, step: Step, base: Step, tests: tuple[Release, ...], alpha: float
) -> tuple[list[Step], tuple[Release, ...]]:
    """Free the equality that gains most, again and again; return the last model, and all tests."""
    found: list[Step] = []
    kept = list(tests)
    done: list[Release] = []
    while not step.holds:
        fit = step.fit.fit
        chosen = next(
            (
                test
                for test in kept
                if test.adjusted < alpha
                and asked.may_free(fit, step.level, test.parameter, step.freed)
            ),
            None,
        )
        if chosen is None:
            break
        done.append(replace(chosen, freed=True))
        freed = (*step.freed, chosen.parameter)
        step = _step(asked, step.level, freed, base)
        if not step.fit.converged:
            break
        found = [step]
        kept = list(asked.tests(step.fit.fit, step.level))
    return found, (*done, *kept)


def _intercepts_of(freed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the intercepts of items whose loadings are free, which then mean nothing alike."""
    items = [text.split("=~")[1] for text in freed if "=~" in text]
    return tuple(f"{item}~1" for item in dict.fromkeys(items))


def _result(
    asked: Asked, steps: tuple[Step, ...], releases: tuple[Release, ...]
) -> InvarianceResult:
    group = str(asked.request.group)
    scaled = [step for step in steps if step.level.name in ("scalar", "strict")]
    accepted = [step for step in scaled if step.holds]
    shared = accepted[-1] if accepted else scaled[-1] if scaled else None
    items: tuple[ItemDifference, ...] = ()
    if shared is not None and shared.fit.converged and shared.freed:
        items = item_differences(shared.fit.fit)
    means: tuple[MeanDifference, ...] = ()
    if accepted:
        means = mean_differences(accepted[-1].fit.fit, asked.request.level)
    findings = _findings(steps, bool(accepted), group)
    return InvarianceResult(steps, releases, items, means, group, by_severity(findings))


def _has_binary(fit: SemResult) -> bool:
    cuts = [row.lhs for row in fit.table.rows if row.op == "|" and row.group == 1]
    return any(cuts.count(name) == 1 for name in set(cuts))


def _of_binary_items() -> Finding:
    return Finding(
        "binary_residuals",
        "warning",
        Text(
            "a yes/no item tells neither its scale nor its residual variance; in groups after the "
            "first the correlations alone do, once thresholds and loadings are equal. Here they "
            "do not suffice, so that a level could not be estimated.",
            "是非题本身不反映其尺度与残差方差；阈值与载荷设为相等后，"
            "首组之外各组的残差方差仅由相关推得。此处信息不足，致使某一水平无法估计。",
        ),
        hint=Text(
            "Judge by the level of equal residuals, which needs no such scales; or use more rows "
            "or more categories.",
            "请以严格等值（残差相等）水平判断，该水平无需此类尺度；或增加样本量或选项数。",
        ),
    )


def _findings(steps: tuple[Step, ...], comparable: bool, group: str) -> list[Finding]:
    found: list[Finding] = []
    for step in steps:
        found += [
            replace(finding, where=f"{step.title.en}: {finding.where}".rstrip(": "))
            for finding in step.fit.fit.findings
            if finding.severity == "serious"
        ]
    first = steps[0].fit
    if not all(step.fit.converged for step in steps) and _has_binary(first):
        found.append(_of_binary_items())
    found += [finding for finding in first.findings if finding.code == "rows_left_out"]
    for label, moments in zip(first.groups, first.fit.model.moments, strict=True):
        if moments.n < _SMALL_GROUP:
            found.append(
                Finding(
                    "small_group",
                    "warning",
                    Text(
                        f"group {label!r} has {moments.n_rows} rows; differences may go unseen.",
                        f"“{label}”组仅{moments.n_rows}行，差异可能无法检出。",
                    ),
                    label,
                )
            )
    if not steps[0].holds:
        found.append(
            Finding(
                "configural_misfit",
                "warning",
                Text(
                    "the model does not fit well in the groups even without equalities, so "
                    "the levels above say little.",
                    "即使不设等值约束，模型在各组拟合也欠佳，更高水平的检验意义有限。",
                ),
            )
        )
    if not comparable and any(step.level.name in ("metric", "scalar") for step in steps):
        found.append(
            Finding(
                "means_not_comparable",
                "warning",
                Text(
                    f"scalar invariance over {group!r} does not hold: latent means and scale "
                    "scores of the groups must not be compared.",
                    f"“{group}”各组强等值不成立：不可比较各组的潜均值或量表得分。",
                ),
            )
        )
    return found
