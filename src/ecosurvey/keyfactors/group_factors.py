"""The ranking in each group, if the questionnaire measures the same there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Finding, Text, by_severity
from ecosurvey.core.parallel import Progress
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.adjust import benjamini_hochberg, holm
from ecosurvey.keyfactors.group_result import GroupFactors, GroupTotal

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]


def group_factors(
    model: str,
    data: Any,
    group: str,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    estimator: str = "MLR",
    missing: str = "listwise",
    ordered: Sequence[str] = (),
    min_rows: int | None = None,
    n_permutations: int = 0,
    names: Mapping[str, Text] | None = None,
    labels: Mapping[str, Text] | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> GroupFactors:
    """Rank the factors in each group, and test whether their total effects differ.

    First the measurement part of the model is tested for equal loadings (metric invariance,
    perhaps partial). Only if it holds are the groups' effects compared.

    Parameters
    ----------
    model : str
        The structural model, measurement included.
    data : DataFrame
    group : str
        Column of the groups.
    outcome : str
    candidates : sequence of str, optional
    estimator : str
    missing : {"listwise", "fiml", "pairwise"}
        ``"fiml"`` uses every answer and takes many times as long; ``"pairwise"`` is for WLSMV.
    ordered : sequence of str
        Ordinal items, for ``estimator="WLSMV"``.
    min_rows : int, optional
        Groups with fewer complete rows are left out, with a finding; 100 by default, and never
        fewer than two more than the model has observed variables.
    n_permutations : int
        Of the permutation test beside the Wald test, by maximum likelihood on complete rows
        whatever the estimator; 0 for none, 999 to publish.
    names : mapping of str to Text, optional
        Of factors, outcome and ``group``.
    labels : mapping of str to Text, optional
        Of the groups.
    seed : int, optional
    jobs : int, optional
        Worker processes of the permutations, -1 for all cores.
    on_progress : callable, optional
        Called with (done, wanted) during the permutations.

    Returns
    -------
    GroupFactors

    Raises
    ------
    DataError
        If fewer than two groups have enough rows, or nothing leads to the outcome.

    Notes
    -----
    Effects are compared as unstandardized, in the units that equal loadings give all groups
    (Cheung & Rensvold 2002); the permutation test is that of :func:`permutation_test`.
    """
    from ecosurvey.keyfactors.group_rows import enough_rows
    from ecosurvey.sem import sem

    known, words = names or {}, labels or {}
    frame, small = enough_rows(model, data, group, min_rows)
    ordinal = list(ordered) or None
    comparable, freed, findings = _gate(model, frame, group, estimator, missing, ordinal)
    equal = ["loadings"] if comparable else []
    alike: dict[str, Any] = {
        "group": group, "group_equal": equal, "group_partial": freed,
        "std_lv": _marker_freed(model, freed),
    }  # fmt: skip
    fit = sem(model, frame, estimator=estimator, missing=missing, ordered=ordinal, **alike)
    if not fit.converged:
        raise DataError(
            Text("the model did not converge in all groups", "模型未能在所有组中收敛"),
            fix=Text("Join small groups, or leave them out.", "请合并人数少的组，或去掉它们。"),
        )
    totals = _totals(fit, outcome, candidates)
    tests = [
        _wald(fit, raw, slopes) if comparable else _none() for _, raw, slopes in totals.values()
    ]
    by_chance, n_good = np.full(len(totals), np.nan), 0
    if comparable and n_permutations:
        from ecosurvey.keyfactors.group_permutation import permutation_test

        whole = fit.fit
        if ordinal or any(moments.data is None for moments in whole.model.moments):
            whole = sem(model, frame, estimator="ML", se="none", **alike).fit
        used = new_seed() if seed is None else seed
        dealt = permutation_test(
            whole, outcome, list(totals), n_permutations=n_permutations, seed=used, jobs=jobs,
            on_progress=on_progress,
        )  # fmt: skip
        by_chance, n_good = dealt.pvalues, dealt.n_good
    rows = _rows(totals, tests, by_chance, known)
    shown = tuple(words.get(label, Text(label, label)) for label in fit.groups)
    found = GroupFactors(
        rows, fit.groups, tuple(each.n_rows for each in fit.fit.model.moments), group, outcome,
        comparable, freed, (), known.get(group, Text(group, group)),
        known.get(outcome, Text(outcome, outcome)), shown,
        tuple((words.get(label, Text(label, label)).en, n) for label, n in small), n_good,
    )  # fmt: skip
    return replace(
        found, findings=by_severity((*_left_out(found, small, words), *findings, *fit.findings))
    )


def _rows(
    totals: Mapping[str, tuple[Floats, Floats, Floats]],
    tests: Sequence[tuple[float, int, float]],
    by_chance: Floats,
    known: Mapping[str, Text],
) -> tuple[GroupTotal, ...]:
    from scipy.special import ndtri

    pvalues = [test[2] for test in tests]
    chance = holm([float(p) for p in by_chance])
    std = np.array([values[0] for values in totals.values()])
    ranks = np.argsort(np.argsort(-np.abs(std[:, :, 0]), axis=0), axis=0) + 1
    half = float(ndtri(0.975)) * std[:, :, 1]
    low, high = std[:, :, 0] - half, std[:, :, 0] + half
    return tuple(
        GroupTotal(
            factor, known.get(factor, Text(factor, factor)),
            tuple(float(v) for v in std[k, :, 0]), tuple(float(v) for v in std[k, :, 1]),
            tuple(int(v) for v in ranks[k]), *tests[k], p_holm, p_bh, float(by_chance[k]),
            chance[k],
            tuple(float(v) for v in low[k]), tuple(float(v) for v in high[k]),
        )
        for k, (factor, p_holm, p_bh) in enumerate(
            zip(totals, holm(pvalues), benjamini_hochberg(pvalues), strict=True)
        )
    )  # fmt: skip


def _left_out(
    found: GroupFactors, small: Sequence[tuple[str, int]], words: Mapping[str, Text]
) -> tuple[Finding, ...]:
    if not small:
        return ()
    named = [(words.get(label, Text(label, label)), n) for label, n in small]
    return (
        Finding(
            "groups_left_out",
            "warning",
            Text(
                "by {g}, groups with too few complete rows for the model are left out: {who}.",
                "按{g}分组时，完整样本过少的组未纳入：{who}。",
            ).fill(
                g=found.shown_name(),
                who=Text(
                    ", ".join(f"{name.en} ({n})" for name, n in named),
                    "、".join(f"{name.zh}（{n}）" for name, n in named),
                ),
            ),
            found.group,
        ),
    )


def _marker_freed(model: str, freed: Sequence[str]) -> bool:
    """Tell whether a factor's first item is free over the groups, so cannot give it its unit."""
    if not freed:
        return False
    from ecosurvey.sem.syntax import parameter_table

    table = parameter_table(model)
    fixed = {f"{row.lhs}=~{row.rhs}" for row in table.rows if row.op == "=~" and not row.free}
    return bool(fixed & set(freed))


def _measurement(model: str) -> str:
    """Return the part of a model's text that measures, covariances of indicators included."""
    from ecosurvey.sem.syntax import Formula, parse_model

    formulas = [made for made in parse_model(model) if isinstance(made, Formula)]
    inside = {term.word.name for made in formulas if made.op == "=~" for term in made.terms}
    kept = [
        made
        for made in formulas
        if made.op == "=~"
        or (
            made.op == "~~"
            and {word.name for word in (*made.lhs, *(term.word for term in made.terms))} <= inside
        )
    ]
    return "\n".join(model[made.lhs[0].span.start : made.terms[-1].word.span.end] for made in kept)


def _gate(
    model: str,
    frame: Any,
    group: str,
    estimator: str,
    missing: str,
    ordered: Sequence[str] | None,
) -> tuple[bool, tuple[str, ...], tuple[Finding, ...]]:
    """Tell whether loadings are equal over the groups, and which are not."""
    from ecosurvey.sem.invariance import invariance

    measured = _measurement(model)
    if not measured:  # observed variables only: nothing is measured by others
        return True, (), ()
    found = invariance(
        measured, frame, group, estimator=estimator, missing=missing, ordered=ordered,
        levels=["metric"],
    )  # fmt: skip
    step = found.of_level("metric")
    told = tuple(f for f in found.findings if f.code != "means_not_comparable")  # not tested here
    if step is not None and step.holds:
        return True, step.freed, told
    failed = Finding(
        "groups_not_comparable",
        "warning",
        Text(
            f"loadings are not equal over {group!r}: effects of the groups must not be compared.",
            f"“{group}”各组载荷不等值：不得比较各组的效应。",
        ),
        group,
    )
    return False, (), (failed, *told)


def _totals(
    fit: SemResult, outcome: str, candidates: Sequence[str] | None
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Return each factor's standardized totals with errors, raw totals, and raw slopes."""
    from ecosurvey.sem.network import effect_terms, network

    found: dict[str, tuple[list[list[float]], list[float], list[Floats]]] = {}
    standardized = {
        (e.group, e.source): [e.std_all, e.std_se]
        for e in fit.effects(outcome).rows
        if e.kind == "total"
    }
    for at, label in enumerate(fit.groups):
        net = network(fit.fit.model, at, fit.fit.x)
        target = list(net.names).index(outcome)
        terms, _ = effect_terms(net, [pair for pair in net.pairs() if pair[0] == target])
        for term in terms:
            if term.kind != "total":
                continue
            name = net.names[term.source]
            slope = np.zeros(len(fit.fit.x))
            np.add.at(slope, net.parameter, term.slope)
            std, raw, slopes = found.setdefault(name, ([], [], []))
            std.append(standardized[label, name])
            raw.append(float(term.value))
            slopes.append(slope)
    if not found:
        raise DataError(
            Text(
                f"nothing in the model leads to {outcome!r}", f"模型中没有任何变量通向 {outcome!r}"
            ),
            fix=Text("Name another outcome.", "请指定另一个结果变量。"),
        )
    wanted = list(candidates or found)
    for name in wanted:
        if name not in found:
            raise DataError(
                Text(
                    f"no directed way leads from {name!r} to {outcome!r} in the model",
                    f"模型中没有从 {name!r} 通向 {outcome!r} 的路径",
                ),
                fix=Text(
                    f"Those with a way: {', '.join(found)}.", f"有路径的有：{'、'.join(found)}。"
                ),
            )
    return {
        name: (np.array(found[name][0]), np.array(found[name][1]), np.array(found[name][2]))
        for name in wanted
    }


def _wald(fit: SemResult, raw: Floats, slopes: Floats) -> tuple[float, int, float]:
    """Test that all groups have the same total effect."""
    from scipy.special import chdtrc

    contrast = np.eye(len(raw))[1:] - np.eye(len(raw))[:1]
    difference = contrast @ raw
    jacobian = contrast @ slopes
    cov = jacobian @ fit.fit.vcov @ jacobian.T
    value = float(difference @ np.linalg.pinv(cov) @ difference)
    return value, len(difference), float(chdtrc(len(difference), value))


def _none() -> tuple[float, int, float]:
    return float("nan"), 0, float("nan")
