"""Small pieces that several sections are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Finding, Table, Text
from ecosurvey.core.findings import by_severity
from ecosurvey.report.model import Callout, TableBlock

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

_MOST_ALIKE = 3  # notes of one kind that are listed


def name_of(instrument: Instrument, key: str) -> Text:
    """Return the words for a name in the model; the name itself if the questionnaire has none."""
    from ecosurvey.core import InstrumentError

    try:
        return instrument.name_of(key)
    except InstrumentError:
        return Text(key, key)


def callouts(findings: Iterable[Finding]) -> tuple[Callout, ...]:
    """Return findings as callouts, the most serious first."""
    return tuple(
        Callout(finding.severity, Text(finding.say("en"), finding.say("zh")))
        for finding in by_severity(findings)
    )


def detail(tables: Iterable[Table]) -> tuple[TableBlock, ...]:
    """Return tables as supplementary blocks."""
    return tuple(TableBlock(table, detail=True) for table in tables if table.rows)


def model_detail(tables: Iterable[Table], prefix: str, model: Text) -> tuple[TableBlock, ...]:
    """Return the tables of one model, told apart from those of the other.

    Loadings and paths are left out: they stand in the text.
    """
    return detail(
        replace(
            table,
            key=f"{prefix}_{table.key}",
            title=Text(f"{table.title.en}: {model.en}", f"{model.zh}：{table.title.zh}"),
        )
        for table in tables
        if table.key not in ("loadings", "regressions")
    )


def findings_table(findings: Iterable[Finding]) -> Table:
    """Return all findings as a table."""
    severity = {
        "serious": Text("Serious", "严重"),
        "warning": Text("Warning", "警告"),
        "note": Text("Note", "说明"),
    }
    columns = (
        Column("severity", Text("Severity", "级别"), "label"),
        Column("code", Text("Code", "代码"), "text"),
        Column("message", Text("What was found", "发现"), "text"),
        Column("hint", Text("What to do", "建议"), "text"),
    )
    sorted_ = by_severity(findings)
    counts = Counter((f.severity, f.code) for f in sorted_)
    rows: list[tuple[Cell, ...]] = []
    seen: Counter[tuple[str, str]] = Counter()
    for f in sorted_:
        kind = (f.severity, f.code)
        seen[kind] += 1
        more = counts[kind] - _MOST_ALIKE
        if f.severity != "note" or more <= 1 or seen[kind] <= _MOST_ALIKE:
            rows.append((severity[f.severity], f.code, f.message, f.hint))
        elif seen[kind] == _MOST_ALIKE + 1:
            words = Text(
                "and {n} more of this kind (all are in results.json)",
                "另有{n}条同类说明（全部见results.json）",
            ).fill(n=more)
            rows.append((severity[f.severity], f.code, words, None))
    return Table("findings", Text("All findings of the run", "全部发现"), columns, tuple(rows))
