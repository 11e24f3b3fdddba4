"""Tests of restrictions at one fit: Wald tests of new ones, score tests of those that hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, Finding, ModelSyntaxError, OptionError, Result, Table, Text
from ecosurvey.sem.candidates import Candidate, place, written_candidates
from ecosurvey.sem.exploratory import refuse_rotated
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.inference import free_basis, survival
from ecosurvey.sem.modification import joint_information, point_at
from ecosurvey.sem.optimizer import difference, named_values
from ecosurvey.sem.syntax.parser import parse_model
from ecosurvey.sem.syntax.statements import Relation
from ecosurvey.sem.types import Parameter

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Restriction:
    """One restriction and its own test, df 1."""

    text: str
    stat: float
    pvalue: float


@dataclass(frozen=True, slots=True)
class RestrictionTest(Result):
    """A chi-square test of restrictions, together and one by one.

    Attributes
    ----------
    kind : str
        ``"wald"`` or ``"score"``.
    stat, df, pvalue : float
        Of all restrictions together.
    single : tuple of Restriction
    epc : (npar,) array or None
        Score tests: expected change of each free parameter once all tested restrictions are
        gone; added parameters stand at the end. NaN where they are then not identified.
    findings : tuple of Finding
    """

    kind: str
    stat: float
    df: int
    pvalue: float
    single: tuple[Restriction, ...]
    epc: Floats | None = None
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a restriction, then one for all together."""
        import pandas as pd

        rows = [(r.text, r.stat, 1, r.pvalue) for r in self.single]
        rows.append(("all", self.stat, self.df, self.pvalue))
        return pd.DataFrame(rows, columns=["restriction", "chisq", "df", "pvalue"])

    def tables(self) -> tuple[Table, ...]:
        """Return the tests as a table."""
        columns = (
            Column("restriction", Text("Restriction", "约束"), "label"),
            Column("chisq", Text("χ²", "χ²")),
            Column("df", Text("df", "df"), "count"),
            Column("pvalue", Text("p", "p"), "p"),
        )
        rows: tuple[tuple[Cell, ...], ...] = (
            *((r.text, r.stat, 1, r.pvalue) for r in self.single),
            (Text("All together", "合计"), self.stat, self.df, self.pvalue),
        )
        title = (
            Text("Wald tests", "Wald检验")
            if self.kind == "wald"
            else Text("Score tests", "得分检验")
        )
        return (Table(f"{self.kind}_tests", title, columns, rows),)


def wald_test(fit: Fit, restrictions: str) -> RestrictionTest:
    r"""Test restrictions on labelled parameters that the model does not impose.

    :math:`W = h(x)'[H V H']^{-1}h(x)`, h left minus right side, H its derivatives, V the
    sampling covariance of the parameters (robust where the estimator's is).

    Parameters
    ----------
    fit : Fit
    restrictions : str
        Equations between labels, one a line: ``"a == b; c == 2*d"``.

    Returns
    -------
    RestrictionTest

    Raises
    ------
    ModelSyntaxError
        For an unknown label, or what is no equation.
    OptionError
        If the restrictions depend on each other.

    References
    ----------
    Wald (1943), Transactions of the AMS 54, 426-482. In lavaan: ``lavTestWald``.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> found = wald_test(fit, "a == b")
    >>> found.df, bool(0 <= found.pvalue <= 1)
    (1, True)
    """
    rows = []
    for statement in parse_model(restrictions):
        if not isinstance(statement, Relation) or statement.op != "==":
            raise ModelSyntaxError(
                Text("a Wald test takes equations", "Wald检验需要等式"),
                fix=Text("Write them as a == b, one a line.", "请写成 a == b，每行一个。"),
            )
        rows.append(Parameter(statement.lhs, "==", statement.rhs, group=0))
    point_at(fit)  # raises where there is no solution
    named = named_values(fit.model.table, fit.x)
    pairs = [difference(row, named, fit.model.n_par) for row in rows]
    value = np.array([pair[0] for pair in pairs])
    slopes = np.array([pair[1] for pair in pairs])
    spread = slopes @ fit.vcov @ slopes.T
    scale = np.sqrt(np.abs(np.diag(spread)))
    if not (scale > 0).all() or np.linalg.matrix_rank(spread / np.outer(scale, scale)) < len(rows):
        raise OptionError(
            Text(
                "the restrictions depend on each other, or hold already in the model",
                "这些限制彼此相依，或在模型中已经成立",
            ),
            fix=Text("Leave out those that follow from others.", "请去掉可由其他限制推出的那些。"),
        )
    stat = float(value @ np.linalg.solve(spread, value))
    texts = [f"{row.lhs} == {row.rhs}" for row in rows]
    return _outcome("wald", stat, len(rows), texts, value**2 / scale**2)


def score_test(
    fit: Fit, *, add: str | None = None, release: Sequence[int] | None = None
) -> RestrictionTest:
    r"""Test what releasing equality constraints, or adding parameters, would gain.

    :math:`T = N s'K(K'IK)^{-1}K's`, s the derivatives of the discrepancy at the solution, I the
    expected information of one row, K the directions that the remaining constraints leave free.

    Parameters
    ----------
    fit : Fit
    add : str, optional
        Parameters to add, in the model language.
    release : sequence of int, optional
        Which equality constraints to release: numbers from 1 in the order of the parameter
        table's linear ``==`` rows; all by default.

    Returns
    -------
    RestrictionTest

    Raises
    ------
    OptionError
        If there is nothing to release.

    References
    ----------
    Rao (1948), Mathematical Proceedings of the Cambridge Philosophical Society 44, 50-57;
    Bentler & Chou (1992), Sociological Methods & Research 21, 259-282. In lavaan:
    ``lavTestScore``.

    Examples
    --------
    >>> from ecosurvey.sem import sem
    >>> from ecosurvey.sem.simulate import simulate
    >>> data = simulate("f =~ .8*x1 + .7*x2 + .6*x3; m ~ .5*f; y ~ .4*m", 500, seed=1)
    >>> fit = sem("f =~ x1 + x2 + x3; m ~ a*f; y ~ b*m", data).fit
    >>> score_test(fit, add="y ~ f").single[0].text
    'y ~ f'
    """
    return _score_added(fit, add) if add is not None else _score_released(fit, release)


def added_together(fit: Fit, wanted: Sequence[Candidate]) -> tuple[float, int]:
    """Return the score test of freeing some parameters together: chi-square and df.

    Parameters that the model cannot hold, or that are free already, are passed over.
    """
    model = fit.model
    kept, cells = place(model, tuple(wanted))
    if not kept:
        return 0.0, 0
    slope, matrix = joint_information(point_at(fit), kept, cells)
    basis = free_basis(point_at(fit))
    whole = np.zeros((len(slope), basis.shape[1] + len(kept)))
    whole[: model.n_par, : basis.shape[1]] = basis
    whole[model.n_par :, basis.shape[1] :] = np.eye(len(kept))
    return _score(model.n, slope, matrix, whole), len(kept)


def _score_added(fit: Fit, add: str) -> RestrictionTest:
    model = fit.model
    wanted, cells = place(model, written_candidates(model, add))
    point = point_at(fit)
    slope, matrix = joint_information(point, wanted, cells)
    basis, count = free_basis(point), len(wanted)
    fixed = basis.shape[1]
    whole = np.zeros((len(slope), fixed + count))
    whole[: model.n_par, :fixed] = basis
    whole[model.n_par :, fixed:] = np.eye(count)
    stat = _score(model.n, slope, matrix, whole)
    single = [
        _score(model.n, slope, matrix, whole[:, [*range(fixed), fixed + index]])
        for index in range(count)
    ]
    groups = model.table.groups
    texts = [
        f"{c.lhs} {c.op} {c.rhs}".strip() + (f" ({groups[c.group]})" if len(groups) > 1 else "")
        for c in wanted
    ]
    return _outcome("score", stat, count, texts, np.array(single), _change(slope, matrix, whole))


def _score_released(fit: Fit, release: Sequence[int] | None) -> RestrictionTest:
    refuse_rotated(fit, Text("the release of constraints", "释放约束"))
    model = fit.model
    linear = model.constraints.linear
    if not len(linear):
        raise OptionError(
            Text("the model has no equality constraints to release", "模型没有可释放的等式约束"),
            fix=Text(
                "To test additions use add=, or modification_indices().",
                "若要检验新增参数，请使用 add= 或 modification_indices()。",
            ),
        )
    numbers = list(range(1, len(linear) + 1)) if release is None else list(release)
    wrong = [number for number in numbers if not 1 <= number <= len(linear)]
    if wrong or not numbers:
        raise OptionError(
            Text(f"release={numbers} is not possible", f"release={numbers} 不可行"),
            fix=Text(
                f"Use numbers from 1 to {len(linear)}.", f"请使用1到{len(linear)}之间的编号。"
            ),
        )
    point = point_at(fit)
    slope, matrix = point.gradient(), point.expected_information()
    out = [number - 1 for number in numbers]
    loose = _null_space(np.delete(linear, out, axis=0))
    stat = _score(model.n, slope, matrix, loose)
    single = [
        _score(model.n, slope, matrix, _null_space(np.delete(linear, index, axis=0)))
        for index in out
    ]
    texts = _constraint_texts(fit)
    named = [texts[index] for index in out]
    change = _change(slope, matrix, loose)
    return _outcome("score", stat, len(out), named, np.array(single), change)


def _constraint_texts(fit: Fit) -> list[str]:
    """Return the linear equality rows as a reader knows them, private labels spelled out."""
    table = fit.model.table
    groups = len(table.groups) > 1

    def spelled(name: str) -> str:
        row = next((r for r in table.rows if r.plabel == name), None)
        if row is None:
            return name
        text = f"{row.lhs} {row.op} {row.rhs}".strip()
        return f"{text} ({table.groups[row.group - 1]})" if groups else text

    nonlinear = set(fit.model.constraints.equalities)
    named = named_values(table, fit.x)
    rows = [
        row
        for index, row in enumerate(table.rows)
        if row.op == "=="
        and index not in nonlinear
        and difference(row, named, fit.model.n_par)[1].any()  # not between fixed values
    ]
    return [f"{spelled(row.lhs)} == {spelled(row.rhs)}" for row in rows]


def _null_space(matrix: Floats) -> Floats:
    if not len(matrix):
        return np.eye(matrix.shape[1])
    _, singular, right = np.linalg.svd(matrix)
    rank = int(np.sum(singular > 1e-10 * singular.max()))
    return np.asarray(right[rank:].T, dtype=float)


def _score(n: float, slope: Floats, matrix: Floats, basis: Floats) -> float:
    """Return N s'K (K'IK)^- K's; directions without information carry no slope either."""
    inside, _ = _inverse(matrix, basis)
    reduced = basis.T @ slope
    return float(n * reduced @ inside @ reduced)


def _change(slope: Floats, matrix: Floats, basis: Floats) -> Floats:
    """Return -K (K'IK)^-1 K's; NaN for parameters that are not identified without the rest."""
    inside, lost = _inverse(matrix, basis)
    change = np.asarray(-basis @ (inside @ (basis.T @ slope)), dtype=float)
    adrift = np.abs(basis @ lost)
    change[(adrift > 1e-8 * max(float(adrift.max(initial=0.0)), 1e-300)).any(axis=1)] = np.nan
    return change


def _inverse(matrix: Floats, basis: Floats) -> tuple[Floats, Floats]:
    """Return the generalized inverse of K'IK, and the directions it knows nothing about."""
    information = basis.T @ matrix @ basis
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    known = values > 1e-10 * values[-1]
    turned = vectors / scale[:, None]
    inside = (turned[:, known] / values[known]) @ turned[:, known].T
    return inside, turned[:, ~known]


def _outcome(
    kind: str,
    stat: float,
    df: int,
    texts: Sequence[str],
    single: Floats,
    epc: Floats | None = None,
) -> RestrictionTest:
    each = tuple(
        Restriction(text, float(value), survival(float(value), 1))
        for text, value in zip(texts, single, strict=True)
    )
    return RestrictionTest(kind, stat, df, survival(stat, df), each, epc)
