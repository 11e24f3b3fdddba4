"""The account of missing answers: how many, in which patterns, why, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, by_severity
from ecosurvey.core.frames import as_frame
from ecosurvey.sem.missing_data.advice import Treatment, recommend
from ecosurvey.sem.missing_data.little import LittleMcar, little_mcar
from ecosurvey.sem.missing_data.patterns import Pattern, missing_patterns, patterns_table
from ecosurvey.sem.missing_data.related import RelatedGap, related_gaps, related_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class MissingData(Result):
    """What is missing and what follows from it.

    Attributes
    ----------
    n : int
    share : float
        Share of missing cells.
    complete : float
        Share of rows without any gap.
    by_item : Series
        Item -> share missing.
    by_scale : Series
        Scale -> share of its cells missing; empty without scales.
    patterns : tuple of Pattern
    mcar : LittleMcar or None
        ``None`` where the data do not allow the test; the findings say why.
    related : tuple of RelatedGap
        By p value.
    treatment : Treatment
        What is recommended, and the reason.
    findings : tuple of Finding
    names : mapping of str to Text
        Words for the covariates that have any.
    """

    n: int
    share: float
    complete: float
    by_item: pd.Series
    by_scale: pd.Series
    patterns: tuple[Pattern, ...]
    mcar: LittleMcar | None
    related: tuple[RelatedGap, ...]
    treatment: Treatment
    findings: tuple[Finding, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)

    def tables(self) -> tuple[Table, ...]:
        """Return shares, patterns, Little's test and what the gaps go with."""
        tables = [self._shares(), patterns_table(self.patterns)]
        if self.mcar is not None:
            tables += self.mcar.tables()
        if self.related:
            tables.append(related_table(self.related, self.names))
        return tuple(tables)

    def _shares(self) -> Table:
        columns = (
            Column("variable", Text("Variable", "变量"), "label"),
            Column("missing", Text("Missing (%)", "缺失率(%)"), "percent", 1),
        )
        rows: list[tuple[Cell, ...]] = [
            (str(name), 100 * float(value)) for name, value in self.by_scale.items()
        ]
        start = len(rows)
        rows += [
            (str(name), 100 * float(value)) for name, value in self.by_item.items() if value > 0
        ]
        rows.append((Text("All cells", "全部单元格"), 100 * self.share))
        groups = ((0, Text("Scales", "量表")), (start, Text("Items", "题项"))) if start else ()
        notes = (
            Text("Rows without any gap: {p}%.", "完整作答者占{p}%。").fill(
                p=f"{100 * self.complete:.1f}"
            ),
            self.treatment.say,
        )
        title = Text("Missing answers and their treatment", "缺失情况与处理建议")
        return Table("missing_shares", title, columns, tuple(rows), notes, groups)


def missing_data(
    data: pd.DataFrame,
    scales: Mapping[str, Sequence[str]] | None = None,
    covariates: pd.DataFrame | None = None,
    *,
    categorical: Collection[str] = (),
    names: Mapping[str, Text] | None = None,
    alpha: float = 0.05,
) -> MissingData:
    """Describe missing answers, test how they came about, and recommend a treatment.

    Parameters
    ----------
    data : DataFrame of shape (n, p)
        The items, NaN where there is no answer.
    scales : mapping of str to sequence of str, optional
        Scale -> its items, for shares by scale.
    covariates : DataFrame, optional
        Background variables, same rows, against which the gaps are tested; by default the
        other items.
    categorical : collection of str
        Covariates whose codes are names.
    names : mapping of str to Text, optional
        Words for the covariates.
    alpha : float
        Level of Little's test and of the Holm-adjusted tests.

    Returns
    -------
    MissingData

    Examples
    --------
    >>> import pandas as pd
    >>> full = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})
    >>> missing_data(full).treatment.method
    'none'
    """
    import pandas as pd

    frame = as_frame(data)
    gaps = frame.isna()
    by_item = gaps.mean().astype(float)
    shares = {name: float(by_item[list(items)].mean()) for name, items in (scales or {}).items()}
    findings: list[Finding] = []
    mcar = None
    try:
        mcar = little_mcar(frame)
        findings += mcar.findings
    except DataError as error:
        findings.append(
            Finding(
                "mcar_not_tested",
                "note",
                Text(
                    f"Little's test was not made: {error.found}",
                    f"未进行Little检验：{error.words.found.zh}",
                ),
            )
        )
    related = related_gaps(frame, covariates, categorical=categorical)
    share = float(gaps.to_numpy().mean()) if frame.size else 0.0
    complete = float((~gaps.any(axis=1)).mean()) if len(frame) else 1.0
    treatment = recommend(share, complete, float(by_item.max()), mcar, related, alpha, names)
    return MissingData(
        len(frame),
        share,
        complete,
        by_item,
        pd.Series(shares, dtype=float),
        missing_patterns(frame),
        mcar,
        related,
        treatment,
        by_severity([*findings, *treatment.findings]),
        dict(names or {}),
    )
