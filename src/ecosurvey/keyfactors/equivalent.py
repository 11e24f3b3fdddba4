"""Equivalent models: other directions of the paths that fit exactly as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, EcosurveyError, Finding, Result, Table, Text
from ecosurvey.keyfactors.structures import estimated_structure
from ecosurvey.sem.types import Op, Parameter, ParameterTable

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]
Pair = tuple[str, str]
_EXACT = 1e-9  # discrepancy below which the covariances are reproduced


@dataclass(frozen=True, slots=True)
class Undirected:
    """One path, and what may take its place without any change of fit.

    Attributes
    ----------
    source, target : str
    reversible : bool
        Whether the arrow may point the other way.
    covariance : bool
        Whether a covariance of residuals may take its place: an omitted common cause.
    """

    source: str
    target: str
    reversible: bool
    covariance: bool


@dataclass(frozen=True, slots=True)
class EquivalentModels(Result):
    """The paths whose direction rests on theory alone.

    Attributes
    ----------
    rows : tuple of Undirected
        Every path between factors; those with an equal first.
    names : mapping of str to Text
    findings : tuple of Finding
    """

    rows: tuple[Undirected, ...]
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    @property
    def count(self) -> int:
        """Number of equivalent models that change one path."""
        return sum(row.reversible + row.covariance for row in self.rows)

    def sentence(self) -> Text:
        """Say which paths could be otherwise."""
        loose = [row for row in self.rows if row.reversible or row.covariance]
        if not loose:
            return Text(
                "No model that turns round a single path, or puts a covariance in its place, "
                "fits exactly as well.",
                "将任一路径反向或改为残差相关，均不存在拟合完全相同的等价模型。",
            )
        alike: dict[tuple[str, bool, bool], list[str]] = {}
        for row in loose:
            key = (row.target, row.reversible, row.covariance)
            alike.setdefault(key, []).append(row.source)
        said = [self._said(sources, *key) for key, sources in alike.items()]
        en, zh = "; ".join(one.en for one in said), "；".join(one.zh for one in said)
        return Text(
            f"The model fits exactly as well with {en}. These directions rest on theory, not on "
            "the data.",
            f"以下改动的拟合完全相同：{zh}。其方向依据理论，而非数据。",
        )

    def _said(
        self, sources: Sequence[str], target: str, reversible: bool, covariance: bool
    ) -> Text:
        """Return the words for paths into one target that may be changed in the same way."""
        known = [self.names.get(name, Text(name, name)) for name in sources]
        ends = {
            "a": Text(", ".join(n.en for n in known), "、".join(n.zh for n in known)),
            "b": self.names.get(target, Text(target, target)),
        }
        one = len(sources) == 1
        if reversible and covariance:
            words = Text(
                "{a} → {b} turned round, or replaced by a covariance"
                if one
                else "any one of {a} → {b} turned round, or replaced by a covariance",
                "{a}→{b}反向，或改为残差相关" if one else "{a}→{b}中任一路径反向，或改为残差相关",
            )
        elif reversible:
            words = Text(
                "{a} → {b} turned round" if one else "any one of {a} → {b} turned round",
                "{a}→{b}反向" if one else "{a}→{b}中任一路径反向",
            )
        else:
            words = Text(
                "{a} → {b} replaced by a covariance"
                if one
                else "any one of {a} → {b} replaced by a covariance",
                "{a}→{b}改为残差相关" if one else "{a}→{b}中任一路径改为残差相关",
            )
        return words.fill(**ends)

    def tables(self) -> tuple[Table, ...]:
        """Return one row a path."""
        columns = (
            Column("source", Text("From", "自变量"), "label"),
            Column("target", Text("To", "因变量"), "label"),
            Column("reversible", Text("Turned round", "反向"), "text"),
            Column("covariance", Text("As a covariance", "改为残差相关"), "text"),
        )
        said = {True: Text("fits the same", "拟合相同"), False: Text("fits otherwise", "拟合不同")}
        rows = tuple(
            (
                self.names.get(row.source, row.source), self.names.get(row.target, row.target),
                said[row.reversible], said[row.covariance],
            )
            for row in self.rows
        )  # fmt: skip
        note = Text(
            "Each model with one path changed was fitted to the covariances that this model "
            "implies: where it reproduces them, no data can tell the two apart. Models with "
            "several paths changed are not listed.",
            "将每条路径单独改动后的模型拟合于本模型隐含的协方差矩阵：若能完全再现，则任何数据均无法区分二者。"
            "未列出同时改动多条路径的模型。",
        )
        title = Text("Equivalent models", "等价模型")
        return (Table("equivalent_models", title, columns, rows, (note,)),)


def equivalent_models(
    fit: SemResult, *, names: Mapping[str, Text] | None = None
) -> EquivalentModels:
    """Name the models that change one path between factors and fit exactly as well.

    A path may be turned round, or a covariance of residuals put in its place. Each such model
    is fitted to the covariances of the factors that ``fit`` implies; one that reproduces them is
    equivalent, for the measurement part is the same. That finds what the replacing rules of
    Stelzl and of Lee & Hershberger give, without their conditions. Changes that make a circle
    are left out.

    Parameters
    ----------
    fit : SemResult
        One group; paths between factors without labels, constraints and fixed values.
    names : mapping of str to Text, optional

    Returns
    -------
    EquivalentModels
        Without rows where the structural part is constrained or has feedback.

    References
    ----------
    Stelzl (1986), Multivariate Behavioral Research 21, 309-331; Lee & Hershberger (1990), ibid.
    25, 313-334; MacCallum, Wegener, Uchino & Fabrigar (1993), Psychological Bulletin 114, 185-199.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from ecosurvey.sem import sem
    >>> a, b, e = np.random.default_rng(1).normal(size=(3, 300))
    >>> m = a + b
    >>> df = pd.DataFrame({"a": a, "m": m, "y": m + e})
    >>> equivalent_models(sem("m ~ a; y ~ m", df)).rows[0].reversible
    True
    """
    import pandas as pd

    paths, covariances = _structure(fit)
    known = dict(names or {})
    used = list(dict.fromkeys(end for pair in (*paths, *covariances) for end in pair))
    if not paths or _constrained(fit) or _circular(paths):
        return EquivalentModels((), known)
    structure = estimated_structure(fit)
    at = structure.at(used)
    cov = pd.DataFrame(structure.cov[0][np.ix_(at, at)], index=used, columns=used)
    if not _reproduces(paths, covariances, cov):
        return EquivalentModels((), known)
    rows = []
    for pair in paths:
        source, target = pair
        rest = [path for path in paths if path != pair]
        turned = [*rest, (target, source)]
        linked = {frozenset(both) for both in covariances}
        rows.append(
            Undirected(
                source,
                target,
                not _circular(turned) and _reproduces(turned, covariances, cov),
                frozenset(pair) not in linked and _reproduces(rest, [*covariances, pair], cov),
            )
        )
    return EquivalentModels(
        tuple(sorted(rows, key=lambda row: not (row.reversible or row.covariance))), known
    )


def _structure(fit: SemResult) -> tuple[list[Pair], list[Pair]]:
    """Return the paths (source, target) and the covariances between factors that take part."""
    rows = fit.table.rows
    paths = [(row.rhs, row.lhs) for row in rows if row.op == "~"]
    inside = {end for pair in paths for end in pair}
    covariances = [
        (row.lhs, row.rhs)
        for row in rows
        if row.op == "~~" and row.lhs != row.rhs and {row.lhs, row.rhs} <= inside
    ]
    latent = set(fit.table.latent)
    linked = {frozenset(pair) for pair in covariances}
    explained = {target for _, target in paths}
    fixed = sorted(inside - latent - explained)  # covariates, which covary as they are
    covariances += [
        (a, b)
        for k, a in enumerate(fixed)
        for b in fixed[k + 1 :]
        if frozenset((a, b)) not in linked
    ]
    return paths, covariances


def _constrained(fit: SemResult) -> bool:
    """Tell whether a path is fixed, or equal to another."""
    rows = [row for row in fit.table.rows if row.op == "~"]
    labels = [row.label for row in rows if row.label]
    return (
        any(not row.free for row in rows)
        or bool({row.op for row in fit.table.rows} & {"==", "<", ">"})
        or len(set(labels)) < len(labels)
    )


def _circular(paths: Sequence[Pair]) -> bool:
    left = list(paths)
    while left:
        targets = {target for _, target in left}
        ahead = [pair for pair in left if pair[0] in targets]
        if len(ahead) == len(left):
            return True
        left = ahead
    return False


def _reproduces(paths: Sequence[Pair], covariances: Sequence[Pair], cov: pd.DataFrame) -> bool:
    """Tell whether a path model of the factors can have these covariances."""
    from ecosurvey.sem.estimate import build_model
    from ecosurvey.sem.optimizer import objective, search, start_values
    from ecosurvey.sem.sample import given_moments

    table = _path_model(paths, covariances, list(cov.columns))
    try:
        moments = given_moments(table.observed, cov, 1000, None, unbiased=False, groups=1)
    except EcosurveyError:  # no covariances of any variables
        return False
    model = build_model(table, moments)
    aim = objective(model, "ML")
    found = search(aim, start_values(model))
    return found.converged and aim.at(found.x).value < _EXACT


def _path_model(
    paths: Sequence[Pair], covariances: Sequence[Pair], names: Sequence[str]
) -> ParameterTable:
    """Return the path model of variables in which no other covariance is free."""
    linked = {frozenset(pair) for pair in covariances}
    cells: list[tuple[str, Op, str]] = [(target, "~", source) for source, target in paths]
    cells += [(name, "~~", name) for name in names]
    cells += [(a, "~~", b) for a, b in combinations(names, 2) if frozenset((a, b)) in linked]
    rows = tuple(
        Parameter(*cell, free=number, plabel=f".p{number}.")
        for number, cell in enumerate(cells, start=1)
    )
    return ParameterTable(rows, observed=tuple(names), latent=())
