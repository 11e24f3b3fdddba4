"""Respondents on whom the ranking hangs: every row left out once, without fitting again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text, counted
from ecosurvey.keyfactors.structures import estimated_structure, leading_to, structures

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]
_MOST = 2_000  # rows; above, the engine leaves out blocks of rows instead
_LARGE = 0.5  # of a standard error: a change by one row worth a look


@dataclass(frozen=True, slots=True)
class InfluentialRow:
    """One row, and what leaving it out would do.

    Attributes
    ----------
    position : int
        From 0, among the rows of the fit.
    cook : float
        Generalized Cook's distance of all parameters.
    factor : str
        The factor whose total effect would move most.
    change : float
        How far, in its standard errors.
    changes_first : bool
        Whether another factor would be first.
    label : str
        The row's name in the data, if the names were given.
    """

    position: int
    cook: float
    factor: str
    change: float
    changes_first: bool
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Influence(Result):
    """What each row does to the total effects on one outcome.

    Attributes
    ----------
    rows : tuple of InfluentialRow
        The largest Cook's distance first; at most ten.
    factors : tuple of str
    without : (n, k) array
        Standardized total effects with each row left out, to first order; NaN where that gives
        no admissible model.
    cook : (n,) array
    names : mapping of str to Text
    findings : tuple of Finding
    """

    rows: tuple[InfluentialRow, ...]
    factors: tuple[str, ...]
    without: Floats
    cook: Floats
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the rows that matter most."""
        named = all(row.label for row in self.rows)
        columns = (
            Column("position", Text("Row of the data", "数据行"), "label")
            if named
            else Column("position", Text("Row of the fit", "样本行"), "count"),
            Column("cook", Text("Cook's distance", "Cook距离"), decimals=2),
            Column("factor", Text("Moves most", "变动最大因素"), "text"),
            Column("change", Text("by (SE)", "变动量（标准误）"), decimals=2),
            Column("changes_first", Text("Changes the first", "改变首位"), "text"),
        )
        yes, no = Text("yes", "是"), Text("no", "否")
        rows = tuple(
            (
                row.label if named else row.position + 1, row.cook,
                self.names.get(row.factor, row.factor), row.change,
                yes if row.changes_first else no,
            )
            for row in self.rows
        )  # fmt: skip
        note = Text(
            "Each row left out in turn, to first order; the model is not fitted again.",
            "依次剔除每一行的一阶近似结果，未重新拟合模型。",
        )
        title = Text("Most influential respondents", "最具影响力的样本")
        return (Table("influence", title, columns, rows, (note,)),)


def influence(
    fit: SemResult,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    names: Mapping[str, Text] | None = None,
    labels: Sequence[object] | None = None,
) -> Influence:
    r"""Leave each row out once, by one step from the estimates.

    :math:`x_{(-i)} \approx x - H^{-1}s_i`, from which total effects follow exactly; Cook's
    distance is :math:`(x_{(-i)}-x)'V^{-1}(x_{(-i)}-x)`. The spread of fixed observed covariates
    is kept as it is.

    Parameters
    ----------
    fit : SemResult
        One group, fitted to rows by likelihood, at most 2,000 of them.
    outcome : str
    candidates : sequence of str, optional
    names : mapping of str to Text, optional
    labels : sequence, optional
        Names of the rows of the data, such as the index of the frame; of no use where the fit
        left rows out.

    Returns
    -------
    Influence

    Raises
    ------
    DataError
        If there are no rows, or more than 2,000.

    References
    ----------
    Pek & MacCallum (2011), Multivariate Behavioral Research 46, 202-228, eqs. 5-9; one step:
    Tanaka, Watadani & Moon (1991), Communications in Statistics 20, 3805-3821.
    """
    from ecosurvey.sem.bootstrap.acceleration import jackknife
    from ecosurvey.sem.bootstrap.refit import refit_of

    base = estimated_structure(fit)
    chosen = leading_to(base, outcome, candidates)
    moments = fit.fit.model.moments[0]
    if moments.data is None and moments.rows is None:
        raise DataError(
            Text(
                "this fit was given moments only, so no row can be left out",
                "该拟合只用了矩，无法逐行剔除",
            ),
            fix=Text("Give data=.", "请给出 data=。"),
        )
    if fit.n > _MOST:
        raise DataError(
            Text(
                f"{fit.n} rows are too many to leave out one by one (at most {_MOST})",
                f"{fit.n}行太多，无法逐行剔除（最多{_MOST}行）",
            ),
            fix=Text(
                "One row of so many cannot decide the ranking.",
                "在这么多行中，一行不足以决定排名。",
            ),
        )
    x, _, _ = jackknife(fit.fit, refit_of(fit.fit))
    without = _totals(fit, x, outcome, chosen)
    now = base.standardized_totals(outcome, chosen)[0]
    moved = x - fit.fit.x
    cook = np.einsum("ni,ij,nj->n", moved, np.linalg.pinv(fit.fit.vcov), moved)
    errors = {e.source: e.std_se for e in fit.effects(outcome).rows if e.kind == "total"}
    change = (without - now) / np.array([errors[name] for name in chosen])
    first = int(np.argmax(np.abs(now)))
    # where the fit left rows out, which ones is not known here
    told = labels is not None and len(labels) == len(x)
    called = [str(label) for label in labels or ()] if told else [""] * len(x)
    rows = []
    for position in np.argsort(-cook)[:10]:
        sizes = np.abs(change[position])
        most = int(np.nanargmax(sizes)) if np.isfinite(sizes).any() else 0
        rows.append(
            InfluentialRow(
                int(position), float(cook[position]), chosen[most], float(change[position, most]),
                bool(_first(without[position]) != first), called[position],
            )
        )  # fmt: skip
    return Influence(
        tuple(rows), chosen, without, cook, dict(names or {}), _doubts(without, change, first)
    )


def _totals(fit: SemResult, x: Floats, outcome: str, chosen: Sequence[str]) -> Floats:
    """Return the standardized total effects at each parameter vector; NaN where there are none."""
    made = structures(fit.fit.model, x)
    if len(made) == len(x):
        return made.standardized_totals(outcome, chosen)
    found = np.full((len(x), len(chosen)), np.nan)
    for row, vector in enumerate(x):
        made = structures(fit.fit.model, vector[None])
        if len(made):
            found[row] = made.standardized_totals(outcome, chosen)[0]
    return found


def _first(totals: Floats) -> int:
    return int(np.nanargmax(np.abs(totals))) if np.isfinite(totals).any() else -1


def _doubts(without: Floats, change: Floats, first: int) -> tuple[Finding, ...]:
    turning = sum(_first(totals) != first for totals in without)
    if turning:
        return (
            Finding(
                "first_hangs_on_a_row",
                "warning",
                Text(
                    "leaving out "
                    + counted(turning, "row", "rows, any one of them,")
                    + " would put another factor first.",
                    f"剔除{turning}行中的任意一行，首位因素即会改变。",
                ),
            ),
        )
    large = int((np.abs(change) > _LARGE).any(axis=1).sum())
    if not large:
        return ()
    return (
        Finding(
            "influential_rows",
            "note",
            Text(
                counted(large, "row moves", "rows each move")
                + " a total effect by more than half a standard error.",
                f"{large}行各自使某一总效应变动超过半个标准误。",
            ),
        ),
    )
