"""The screening row by row: who was excluded for what, and who was met by a rule but kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless import REGISTRY
from ecosurvey.core import Cell, Column, Table, Text

if TYPE_CHECKING:
    from ecosurvey.cleaning.model import CleanData

_ROW = Column("row", Text("Row of the file", "数据文件行号"), "label")
_RESPONDENT = Column("respondent", Text("Respondent", "受访者"), "label")
_RULE = Column("rule", Text("Reason", "原因"), "text")
_EVIDENCE = Column("evidence", Text("Evidence", "依据"), "text")


def exclusion_table(cleaned: CleanData) -> Table:
    """Return one line for each ground of each excluded row."""
    labels = {step.rule: step.label for step in cleaned.flow if step.rule}
    log = cleaned.exclusions
    rows: list[tuple[Cell, ...]] = [
        (str(row), _said(who), labels[rule], Text(en, zh))
        for row, who, rule, en, zh in log.itertuples(index=False)
    ]
    title = Text("Exclusion log", "剔除记录")
    return Table("exclusions", title, (_ROW, _RESPONDENT, _RULE, _EVIDENCE), tuple(rows))


def review_table(cleaned: CleanData) -> Table:
    """Return one line for each rule that met a row which was kept nevertheless."""
    import numpy as np

    name = cleaned.responses.instrument.meta.respondent
    ids = cleaned.frame[name].tolist() if name and name in cleaned.frame else None
    kept = cleaned.frame.index
    values = cleaned.flags.loc[kept].to_numpy(dtype=float)
    rules = [REGISTRY[str(rule)] for rule in cleaned.flagged]
    rows: list[tuple[Cell, ...]] = []
    met = np.argwhere(cleaned.flagged.loc[kept].to_numpy(dtype=bool))
    for position, column in met.tolist():
        who = "" if ids is None else _said(ids[position])
        evidence = rules[column].unit.fill(value=float(values[position, column]))
        rows.append((str(kept[position]), who, rules[column].label, evidence))
    title = Text("Met by a rule of the screening and kept", "命中筛查规则但予以保留的答卷")
    return Table("flagged_kept", title, (_ROW, _RESPONDENT, _RULE, _EVIDENCE), tuple(rows))


def _said(who: object) -> str:
    return "" if who is None or who != who else str(who)
