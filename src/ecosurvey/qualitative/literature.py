"""The screening of the literature: counts at each stage, as PRISMA 2020 asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, check_choice
from ecosurvey.qualitative.reading.rows import read_rows

Stage = Literal[
    "identified", "duplicates", "excluded_screening", "not_retrieved", "excluded_full_text",
    "included",
]  # fmt: skip
STAGES: dict[Stage, Text] = {
    "identified": Text("Identified", "检索"),
    "duplicates": Text("Removed before screening", "筛选前去除"),
    "excluded_screening": Text("Excluded by title and abstract", "经题目与摘要排除"),
    "not_retrieved": Text("Not retrieved", "未获得全文"),
    "excluded_full_text": Text("Excluded by full text", "经全文排除"),
    "included": Text("Included", "纳入"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the counts: a database, or a reason for exclusion."""

    stage: Stage
    label: Text
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class LiteratureFlow(Result):
    """How many records were found, and what became of them.

    Attributes
    ----------
    counts : tuple of Count
    synthetic : bool
    findings : tuple of Finding
    """

    counts: tuple[Count, ...]
    synthetic: bool = False
    findings: tuple[Finding, ...] = ()

    def total(self, stage: Stage) -> int:
        """Return the records of a stage."""
        return sum(count.n for count in self.counts if count.stage == stage)

    @property
    def screened(self) -> int:
        """Records whose title and abstract were read."""
        return self.total("identified") - self.total("duplicates")

    @property
    def sought(self) -> int:
        """Records whose full text was sought."""
        return self.screened - self.total("excluded_screening")

    @property
    def assessed(self) -> int:
        """Records whose full text was read."""
        return self.sought - self.total("not_retrieved")

    @property
    def included(self) -> int:
        """Studies included: what the exclusions leave."""
        return self.assessed - self.total("excluded_full_text")

    def tables(self) -> tuple[Table, ...]:
        """Return the counts by stage."""
        columns = (
            Column("what", Text("Records", "记录"), "label"),
            Column("n", Text("n", "n"), "count"),
        )
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        for stage, heading in STAGES.items():
            own = [count for count in self.counts if count.stage == stage]
            if own:
                groups.append((len(rows), heading))
                rows += [(count.label, count.n) for count in own]
        note = Text(
            "Screened: {s}; full texts sought: {f}; assessed: {a}.",
            "进入筛选：{s}；求取全文：{f}；全文评估：{a}。",
        ).fill(s=self.screened, f=self.sought, a=self.assessed)
        title = Text("Screening of the literature", "文献筛选")
        table = Table("literature_screening", title, columns, tuple(rows), (note,), tuple(groups))
        return (table,)


def read_literature(path: str | Path) -> LiteratureFlow:
    """Read the counts of a literature search: columns ``stage, label_en, label_zh, n``.

    Stages: ``identified``, ``duplicates``, ``excluded_screening``, ``not_retrieved``,
    ``excluded_full_text``, ``included``; several rows a stage where there are several
    databases or reasons (Page et al., 2021, PRISMA 2020, BMJ 372, n71).

    Raises
    ------
    DataError
        If a count is no whole number, or what is included is not what the exclusions leave.

    Examples
    --------
    >>> flow = read_literature("data/sample/ecosystem_literature.csv")
    >>> flow.screened, flow.assessed, flow.included
    (341, 85, 38)
    """
    title, rows = read_rows(path, ("stage", "n"))
    counts: list[Count] = []
    synthetic = False
    for row in rows:
        check_choice(f"stage in row {row.number} of {title}", row.get("stage"), STAGES)
        stage: Stage = row.get("stage")  # type: ignore[assignment]
        n = row.get("n")
        if not (n.isdecimal() and len(n) < 10):
            raise DataError(
                Text(
                    f"n={n!r} in row {row.number} is no count",
                    f"第{row.number}行的 n={n!r} 不是计数",
                ),
                where=title,
            )
        english, chinese = row.get("label_en"), row.get("label_zh")
        words = Text(english or chinese, chinese or english)
        if not words.en:
            words = STAGES[stage]
        counts.append(Count(stage, words, int(n)))
        synthetic = synthetic or row.get("data_origin").lower() == "synthetic"
    flow = LiteratureFlow(tuple(counts), synthetic)
    _check(flow, title)
    return flow


def _check(flow: LiteratureFlow, name: str) -> None:
    steps = (flow.screened, flow.sought, flow.assessed, flow.included)
    if flow.total("identified") == 0 or min(steps) < 0:
        raise DataError(
            Text("more records are excluded than were found", "排除的记录多于找到的记录"),
            where=name,
        )
    given = [count.n for count in flow.counts if count.stage == "included"]
    if given and sum(given) != flow.included:
        raise DataError(
            Text(
                f"{sum(given)} studies are included, but the exclusions leave {flow.included}",
                f"纳入了{sum(given)}项研究，而排除后剩下{flow.included}项",
            ),
            where=name,
            fix=Text(
                "Mend the counts: every record is in one place.", "请修正计数：每条记录只在一处。"
            ),
        )
