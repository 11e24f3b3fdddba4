"""Total, direct and indirect effects between the variables of a structural model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text, did_you_mean
from ecosurvey.sem.estimates import Estimates, delta_method
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.network import MOST_PATHS, EffectKind, Network, Term, effect_terms, network

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect of a source on a target, raw and standardized.

    Attributes
    ----------
    group : str
    source, target : str
    kind : {"total", "direct", "indirect", "specific"}
        ``"specific"`` is one of the paths that the indirect effect is the sum of.
    path : tuple of str
        The variables on a specific path, source and target included; else empty.
    est, se, z, pvalue, ci_lower, ci_upper : float
    std_all, std_se, std_z, std_pvalue, std_ci_lower, std_ci_upper : float
        Source and target standardized by their model-implied SDs.
    """

    group: str
    source: str
    target: str
    kind: EffectKind
    path: tuple[str, ...]
    est: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    std_all: float
    std_se: float
    std_z: float
    std_pvalue: float
    std_ci_lower: float
    std_ci_upper: float


@dataclass(frozen=True, slots=True)
class Effects(Result):
    """All effects asked for, in the order of groups, targets, sources.

    Attributes
    ----------
    rows : tuple of Effect
    level : float
        Of the confidence intervals.
    findings : tuple of Finding
        ``unstable_feedback`` (serious) where loops do not settle, so that total effects have no
        meaning.
    """

    rows: tuple[Effect, ...]
    level: float
    findings: tuple[Finding, ...] = ()

    def of_kind(self, kind: EffectKind) -> tuple[Effect, ...]:
        """Return the effects of one kind."""
        return tuple(row for row in self.rows if row.kind == kind)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an effect, unrounded; paths as ``"a -> m -> y"``."""
        import pandas as pd

        names = [name for name in Effect.__slots__ if name != "path"]
        frame = pd.DataFrame([[getattr(row, n) for n in names] for row in self.rows], columns=names)
        frame.insert(4, "path", [" -> ".join(row.path) for row in self.rows])
        return frame

    def tables(self) -> tuple[Table, ...]:
        """Return the table of effects."""
        columns = (
            Column("target", Text("Outcome", "结果变量"), "label"),
            Column("source", Text("Predictor", "预测变量"), "label"),
            Column("kind", Text("Effect", "效应"), "text"),
            Column("path", Text("Path", "路径"), "text"),
            Column("est", Text("B", "B"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("std_all", Text("β", "β"), decimals=3),
            Column("std_se", Text("SE (β)", "标准误(β)"), decimals=3),
            Column("std_pvalue", Text("p (β)", "p(β)"), "p"),
            Column("std_ci_lower", Text("β CI low", "β置信下限"), decimals=3),
            Column("std_ci_upper", Text("β CI high", "β置信上限"), decimals=3),
        )
        rows = tuple(
            (
                row.target,
                row.source,
                _KINDS[row.kind],
                " → ".join(row.path),
                row.est,
                row.se,
                row.std_all,
                row.std_se,
                row.std_pvalue,
                row.std_ci_lower,
                row.std_ci_upper,
            )
            for row in self.rows
        )
        starts = [
            (index, Text(row.group, row.group))
            for index, row in enumerate(self.rows)
            if row.group and (index == 0 or self.rows[index - 1].group != row.group)
        ]
        note = Text(
            "B: unstandardized; β: standardized. Standard errors by the delta method; intervals "
            "at {level}%.",
            "B为非标准化效应，β为标准化效应；标准误由Delta法得到，置信水平为{level}%。",
        ).fill(level=f"{100 * self.level:g}")
        title = Text("Total, direct and indirect effects", "总效应、直接效应与间接效应")
        return (Table("effects", title, columns, rows, (note,), tuple(starts)),)


_KINDS: dict[EffectKind, Text] = {
    "total": Text("Total", "总效应"),
    "direct": Text("Direct", "直接效应"),
    "indirect": Text("Indirect", "间接效应"),
    "specific": Text("Specific path", "特定路径"),
}


def effects(
    fit: Fit, outcome: str | None = None, source: str | None = None, level: float = 0.95
) -> Effects:
    r"""Return the effects between all pairs of variables that the model connects.

    With :math:`B` the regressions among the variables (loadings of higher-order factors among
    them), total effects are :math:`(I-B)^{-1}-I`, indirect effects the total less :math:`B`.
    Standardized effects are :math:`t_{ij}\,sd_j/sd_i`. Every specific path without repeats is
    listed too.

    Parameters
    ----------
    fit : Fit
    outcome, source : str, optional
        Only effects on this variable, or of it: latents, and observed variables of regressions.
    level : float
        Of the confidence intervals.

    Returns
    -------
    Effects

    Raises
    ------
    DataError
        If ``outcome`` or ``source`` has no part in the structural model.

    References
    ----------
    Bollen (1987), Sociological Methodology 17, 37-69, eqs. 4-8; standard errors: Sobel (1986),
    ibid. 16, 159-186. In lavaan each would be written with ``:=``.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> [(row.kind, round(row.std_all, 1)) for row in effects(fit, "y", "f").rows]
    [('total', 0.2), ('indirect', 0.2), ('specific', 0.2)]
    """
    model = fit.model
    known = model.layouts[0].factors
    for name in (outcome, source):
        if name is not None and name not in known:
            raise DataError(
                Text(
                    f"{name!r} has no part in the regressions of the model",
                    f"{name!r} 不在模型的回归中",
                ),
                fix=did_you_mean(name, known)
                or Text(f"Use one of: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
            )
    rows: list[Effect] = []
    findings: list[Finding] = []
    for group, label in enumerate(model.table.groups):
        net = network(model, group, fit.x)
        chosen = [
            (target, origin)
            for target, origin in net.pairs()
            if (outcome is None or known[target] == outcome)
            and (source is None or known[origin] == source)
        ]
        findings += _unstable(net, label)
        terms, complete = effect_terms(net, chosen)
        if not complete:
            findings.append(_too_many(label))
        rows += _estimated(fit, net, terms, label, level)
    return Effects(tuple(rows), level, tuple(findings))


def _unstable(net: Network, label: str) -> list[Finding]:
    radius = float(np.abs(np.linalg.eigvals(net.beta)).max(initial=0.0))
    if radius < 1:
        return []
    return [
        Finding(
            "unstable_feedback",
            "serious",
            Text(
                "feedback among the variables does not settle (largest eigenvalue of the "
                "regressions {r:.2f}, must be below 1): total and indirect effects have no meaning",
                "变量间的反馈回路不收敛（回归系数矩阵最大特征值为{r:.2f}，应小于1）：总效应与间接效应无意义",
            ).fill(r=radius),
            where=label,
        )
    ]


def _too_many(label: str) -> Finding:
    return Finding(
        "paths_not_listed",
        "note",
        Text(
            "the model has more than {n} specific paths; not all are listed",
            "模型的特定路径超过{n}条，未全部列出",
        ).fill(n=MOST_PATHS),
        where=label,
        hint=Text("Ask for one outcome and one source.", "请指定一个结果变量与一个预测变量。"),
    )


def _estimated(
    fit: Fit, net: Network, terms: Sequence[Term], label: str, level: float
) -> list[Effect]:
    if not terms:
        return []
    p = net.n_observed
    variances = net.scales.variances[p : p + len(net.names)]
    changes = net.scales.slopes[p : p + len(net.names)]
    vcov = fit.vcov[np.ix_(net.parameter, net.parameter)]
    value = np.array([term.value for term in terms])
    slope = np.array([term.slope for term in terms])
    target = np.array([term.target for term in terms])
    source = np.array([term.source for term in terms])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.sqrt(variances[source] / variances[target])
        relative = changes / variances[:, None]
        moved = slope + value[:, None] * (relative[source] - relative[target]) / 2
    raw = delta_method(value, slope, vcov, level)
    standard = delta_method(value * ratio, moved * ratio[:, None], vcov, level)
    return [
        Effect(
            label,
            net.names[term.source],
            net.names[term.target],
            term.kind,
            tuple(net.names[node] for node in term.path),
            *_entry(raw, index),
            *_entry(standard, index),
        )
        for index, term in enumerate(terms)
    ]


def _entry(found: Estimates, index: int) -> tuple[float, float, float, float, float, float]:
    return (
        float(found.est[index]),
        float(found.se[index]),
        float(found.z[index]),
        float(found.pvalue[index]),
        float(found.ci_lower[index]),
        float(found.ci_upper[index]),
    )
