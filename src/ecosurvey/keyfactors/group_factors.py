"""The ranking in each group, if the questionnaire measures the same there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.keyfactors.adjust import benjamini_hochberg, holm

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """The total effect of one factor in each group.

    Attributes
    ----------
    factor : str
    name : Text
    totals, errors : tuple of float
        Standardized, one a group.
    ranks : tuple of int
    wald, df, pvalue : float
        Of equal unstandardized total effects in all groups.
    pvalue_holm, pvalue_bh : float
        Adjusted over the factors.
    """

    factor: str
    name: Text
    totals: tuple[float, ...]
    errors: tuple[float, ...]
    ranks: tuple[int, ...]
    wald: float
    df: int
    pvalue: float
    pvalue_holm: float
    pvalue_bh: float


@dataclass(frozen=True, slots=True)
class GroupFactors(Result):
    """The ranking by group.

    Attributes
    ----------
    rows : tuple of GroupTotal
    groups : tuple of str
    sizes : tuple of int
    group, outcome : str
    comparable : bool
        Whether loadings are equal over the groups, perhaps in part; if not, effects of the
        groups are in different units and their tests are NaN.
    freed : tuple of str
        Loadings left free.
    findings : tuple of Finding
    """

    rows: tuple[GroupTotal, ...]
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    group: str
    outcome: str
    comparable: bool
    freed: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return totals and ranks by group, with the test of their equality."""
        columns = [
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Factor", "因素"), "label"),
        ]
        for at, (label, size) in enumerate(zip(self.groups, self.sizes, strict=True), 1):
            over = Text(f"{label} (n = {size})", f"{label}（n = {size}）")
            columns += [
                Column(f"total_{at}", Text("β", "β"), decimals=3, spanner=over),
                Column(f"se_{at}", Text("SE", "标准误"), decimals=3, spanner=over),
                Column(f"rank_{at}", Text("Rank", "排名"), "count", spanner=over),
            ]
        columns += [
            Column("wald", Text("Wald χ²", "Wald χ²")),
            Column("df", Text("df", "df"), "count"),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("pvalue_bh", Text("p (BH)", "p（BH）"), "p"),
        ]
        rows: list[tuple[Cell, ...]] = []
        for r in self.rows:
            own: list[Cell] = []
            for total, error, rank in zip(r.totals, r.errors, r.ranks, strict=True):
                own += [total, error, rank]
            rows.append(
                (r.factor, r.name, *own, r.wald, r.df, r.pvalue, r.pvalue_holm, r.pvalue_bh)
            )
        held = Text(
            "Loadings held equal over the groups; Wald tests of equal unstandardized total "
            "effects.",
            "各组载荷等值约束；Wald检验针对非标准化总效应相等。",
        )
        broken = Text(
            "Loadings are not equal over the groups: effects must not be compared, and no test is "
            "given.",
            "各组载荷不等值：不得比较各组效应，故不作检验。",
        )
        title = Text("The factors by group", "分组的关键影响因素")
        note = held if self.comparable else broken
        return (Table("group_factors", title, tuple(columns), tuple(rows), (note,)),)


def group_factors(
    model: str,
    data: Any,
    group: str,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    estimator: str = "MLR",
    names: Mapping[str, Text] | None = None,
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
    names : mapping of str to Text, optional

    Returns
    -------
    GroupFactors

    Raises
    ------
    DataError
        If there is one group only, or nothing leads to the outcome.
    """
    from ecosurvey.core.frames import as_frame, need_columns
    from ecosurvey.sem import sem

    frame = as_frame(data)
    need_columns(frame, [group])
    frame = frame[frame[group].notna()]
    if frame[group].nunique() < 2:
        raise DataError(f"{group!r} has one group only", fix="Name a column with two or more.")
    comparable, freed, findings = _gate(model, frame, group, estimator)
    fit = sem(
        model, frame, estimator=estimator, group=group,
        group_equal=["loadings"] if comparable else [], group_partial=freed,
    )  # fmt: skip
    if not fit.converged:
        raise DataError(
            "the model did not converge in all groups", fix="Join small groups, or leave them out."
        )
    totals = _totals(fit, outcome, candidates)
    tests = [
        _wald(fit, raw, slopes) if comparable else _none() for _, raw, slopes in totals.values()
    ]
    pvalues = [test[2] for test in tests]
    std = np.array([values[0] for values in totals.values()])
    ranks = np.argsort(np.argsort(-np.abs(std[:, :, 0]), axis=0), axis=0) + 1
    known = names or {}
    rows = tuple(
        GroupTotal(
            factor, known.get(factor, Text(factor, factor)),
            tuple(float(v) for v in std[k, :, 0]), tuple(float(v) for v in std[k, :, 1]),
            tuple(int(v) for v in ranks[k]), *tests[k], p_holm, p_bh,
        )
        for k, (factor, p_holm, p_bh) in enumerate(
            zip(totals, holm(pvalues), benjamini_hochberg(pvalues), strict=True)
        )
    )  # fmt: skip
    sizes = tuple(moments.n for moments in fit.fit.model.moments)
    return GroupFactors(
        rows, fit.groups, sizes, group, outcome, comparable, freed, (*findings, *fit.findings)
    )


def _gate(
    model: str, frame: Any, group: str, estimator: str
) -> tuple[bool, tuple[str, ...], tuple[Finding, ...]]:
    """Tell whether loadings are equal over the groups, and which are not."""
    from ecosurvey.sem.invariance import invariance

    lines = [line for line in model.replace(";", "\n").splitlines() if "=~" in line]
    if not lines:  # observed variables only: nothing is measured by others
        return True, (), ()
    found = invariance("\n".join(lines), frame, group, estimator=estimator, levels=["metric"])
    step = found.of_level("metric")
    if step is not None and step.holds:
        return True, step.freed, found.findings
    failed = Finding(
        "groups_not_comparable",
        "warning",
        Text(
            f"loadings are not equal over {group!r}: effects of the groups must not be compared.",
            f"“{group}”各组载荷不等值：不得比较各组的效应。",
        ),
    )
    return False, (), (failed, *found.findings)


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
        raise DataError(f"nothing in the model leads to {outcome!r}", fix="Name another outcome.")
    wanted = list(candidates or found)
    for name in wanted:
        if name not in found:
            raise DataError(
                f"no directed way leads from {name!r} to {outcome!r} in the model",
                fix=f"Those with a way: {', '.join(found)}.",
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
