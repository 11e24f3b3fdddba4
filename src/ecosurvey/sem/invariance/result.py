"""What a test of measurement invariance gives: levels, verdicts, releases, differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.sem.invariance.differences import ItemDifference, MeanDifference
from ecosurvey.sem.invariance.levels import Level, LevelName
from ecosurvey.sem.invariance.release import Release
from ecosurvey.sem.invariance.verdict import Change, Measures

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem.results import SemResult


@dataclass(frozen=True, slots=True)
class Step:
    """One fitted model of the sequence.

    Attributes
    ----------
    level : Level
    freed : tuple of str
        Parameters that are not held equal although the level asks for it.
    fit : SemResult
    measures : Measures
    change : Change or None
        Against the last accepted level; None for the first.
    holds : bool
    verdict : Text
    """

    level: Level
    freed: tuple[str, ...]
    fit: SemResult
    measures: Measures
    change: Change | None
    holds: bool
    verdict: Text

    @property
    def partial(self) -> bool:
        """Whether some parameters are free that the level would hold equal."""
        return bool(self.freed)

    @property
    def title(self) -> Text:
        """The level's name, marked if it is partial."""
        if not self.partial or self.level.name == "means":
            return self.level.title
        return Text(f"Partial {self.level.title.en.lower()}", f"部分{self.level.title.zh}")


@dataclass(frozen=True)
class InvarianceResult(Result):
    """Measurement invariance over groups.

    Attributes
    ----------
    steps : tuple of Step
        Every fitted model in its order, partial ones after the full one of their level. The
        sequence ends with the first level that does not hold even in part.
    releases : tuple of Release
        Score tests of the equalities of levels that did not hold.
    items : tuple of ItemDifference
        dMACS under the model whose groups share a scale; empty if there is none.
    means : tuple of MeanDifference
        Latent means under the highest level that holds; empty below scalar.
    group : str
    findings : tuple of Finding
    """

    steps: tuple[Step, ...]
    releases: tuple[Release, ...]
    items: tuple[ItemDifference, ...]
    means: tuple[MeanDifference, ...]
    group: str
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> Step | None:
        """The highest level of measurement invariance that holds, perhaps in part."""
        good = [step for step in self.steps if step.holds and step.level.name != "means"]
        return good[-1] if good else None

    @property
    def highest(self) -> LevelName | None:
        """Name of the highest level that holds, perhaps in part; None if none does."""
        return None if self.accepted is None else self.accepted.level.name

    @property
    def freed(self) -> tuple[str, ...]:
        """Parameters free in the accepted model."""
        return () if self.accepted is None else self.accepted.freed

    def of_level(self, name: LevelName) -> Step | None:
        """Return the last model of a level; None if it was not reached."""
        found = [step for step in self.steps if step.level.name == name]
        return found[-1] if found else None

    @property
    def verdict(self) -> Text:
        """The highest level that holds, and what it allows, in one sentence."""
        step = self.accepted
        if step is None:
            return Text(
                "The groups cannot be compared: no level of invariance holds.",
                "各组不可比较：任何等值水平均不成立。",
            )
        free = ", ".join(step.freed)
        allows = step.level.partly if free else step.level.allows
        return Text(
            f"{step.title.en} invariance holds over {self.group}: {allows.en}"
            + (f" (free: {free})." if free else "."),
            f"“{self.group}”各组{step.title.zh}成立：{allows.zh}"
            + (f"（释放参数：{free}）。" if free else "。"),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a model: measures, changes, difference test, whether it holds."""
        import pandas as pd

        rows = []
        for step in self.steps:
            m, c = step.measures, step.change
            rows.append(
                {
                    "level": step.level.name,
                    "partial": step.partial,
                    "chisq": m.chisq,
                    "df": m.df,
                    "pvalue": m.pvalue,
                    "cfi": m.cfi,
                    "rmsea": m.rmsea,
                    "srmr": m.srmr,
                    "chisq_diff": None if c is None else c.chisq,
                    "df_diff": None if c is None else c.df,
                    "pvalue_diff": None if c is None else c.pvalue,
                    "cfi_diff": None if c is None else c.cfi,
                    "rmsea_diff": None if c is None else c.rmsea,
                    "srmr_diff": None if c is None else c.srmr,
                    "holds": step.holds,
                }
            )
        return pd.DataFrame(rows)

    def tables(self) -> tuple[Table, ...]:
        """Return the sequence, then releases, item and mean differences where there are any."""
        found = [_steps_table(self)]
        if self.releases:
            found.append(_releases_table(self.releases))
        if any(item.dmacs > 0 for item in self.items):
            found.append(_items_table(self.items))
        if self.means:
            found.append(_means_table(self.means))
        return tuple(found)


def _steps_table(result: InvarianceResult) -> Table:
    columns = (
        Column("level", Text("Level", "等值水平"), "label"),
        Column("chisq", Text("χ²", "χ²")),
        Column("df", Text("df", "df"), "count"),
        Column("cfi", Text("CFI", "CFI"), decimals=3, bounded=True),
        Column("rmsea", Text("RMSEA", "RMSEA"), decimals=3, bounded=True),
        Column("srmr", Text("SRMR", "SRMR"), decimals=3, bounded=True),
        Column("chisq_diff", Text("Δχ²", "Δχ²")),
        Column("df_diff", Text("Δdf", "Δdf"), decimals=0),
        Column("pvalue_diff", Text("p", "p"), "p"),
        Column("cfi_diff", Text("ΔCFI", "ΔCFI"), decimals=3, bounded=True),
        Column("rmsea_diff", Text("ΔRMSEA", "ΔRMSEA"), decimals=3, bounded=True),
        Column("srmr_diff", Text("ΔSRMR", "ΔSRMR"), decimals=3, bounded=True),
        Column("holds", Text("Holds", "是否成立"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    for step in result.steps:
        m, c = step.measures, step.change
        changes: tuple[Cell, ...] = (None,) * 6
        if c is not None:
            changes = (c.chisq, c.df, c.pvalue, c.cfi, c.rmsea, c.srmr)
        held = Text("yes", "是") if step.holds else Text("no", "否")
        rows.append((step.title, m.chisq, m.df, m.cfi, m.rmsea, m.srmr, *changes, held))
    limits = next((step.change.limits for step in result.steps if step.change is not None), None)
    kind = result.steps[-1].measures.kind
    notes = [
        Text(
            f"Each level is compared with the last one that holds. CFI and RMSEA: {kind}.",
            f"各水平与前一成立水平比较。CFI与RMSEA为{_KINDS[kind]}。",
        )
    ]
    if limits is not None:
        notes.append(
            Text(
                "A level holds if CFI falls by no more than its limit and RMSEA and SRMR do not "
                f"both rise by theirs ({limits.source}; Cheung & Rensvold 2002).",
                "判定标准：CFI降幅不超过界值，且RMSEA与SRMR不同时超过界值"
                f"（{limits.source}；Cheung & Rensvold 2002）。",
            )
        )
    notes += [step.verdict for step in result.steps]
    title = Text("Measurement invariance", "测量等值检验")
    return Table("invariance", title, columns, tuple(rows), tuple(notes))


_KINDS = {"plain": "未校正值", "robust": "稳健值", "scaled": "校正值"}


def _releases_table(releases: tuple[Release, ...]) -> Table:
    columns = (
        Column("parameter", Text("Parameter", "参数"), "label"),
        Column("level", Text("Level", "等值水平"), "text"),
        Column("chisq", Text("Score test χ²", "得分检验χ²")),
        Column("df", Text("df", "df"), "count"),
        Column("pvalue", Text("p", "p"), "p"),
        Column("adjusted", Text("p (Bonferroni)", "p（Bonferroni）"), "p"),
        Column("freed", Text("Freed", "是否释放"), "text"),
    )
    rows = tuple(
        (
            r.parameter,
            r.level,
            r.chisq,
            r.df,
            r.pvalue,
            r.adjusted,
            Text("yes", "是") if r.freed else Text("no", "否"),
        )
        for r in releases
    )
    title = Text("Score tests of the equalities", "等值约束的得分检验")
    return Table("invariance_releases", title, columns, rows)


def _items_table(items: tuple[ItemDifference, ...]) -> Table:
    columns = (
        Column("item", Text("Item", "题项"), "label"),
        Column("reference", Text("Reference", "参照组"), "text"),
        Column("focal", Text("Group", "组别"), "text"),
        Column("dmacs", Text("dMACS", "dMACS"), decimals=2),
        Column("signed", Text("Signed", "带符号差异"), decimals=2),
    )
    rows = tuple((i.item, i.reference, i.focal, i.dmacs, i.signed) for i in items if i.dmacs > 0)
    note = Text(
        "dMACS: .4 small, .6 medium, .8 large (Nye et al. 2019). Items held equal have 0.",
        "dMACS：.4为小、.6为中、.8为大（Nye等，2019）。设为等值的题项为0。",
    )
    title = Text("How differently items work", "题项功能差异")
    return Table("invariance_items", title, columns, rows, (note,))


def _means_table(means: tuple[MeanDifference, ...]) -> Table:
    columns = (
        Column("factor", Text("Factor", "因子"), "label"),
        Column("group", Text("Group", "组别"), "text"),
        Column("reference", Text("Reference", "参照组"), "text"),
        Column("est", Text("Difference", "均值差"), decimals=3),
        Column("se", Text("SE", "标准误"), decimals=3),
        Column("z", Text("z", "z")),
        Column("pvalue", Text("p", "p"), "p"),
        Column("d", Text("d", "d")),
        Column("d_ci_lower", Text("d CI low", "d置信下限")),
        Column("d_ci_upper", Text("d CI high", "d置信上限")),
    )
    rows = tuple(
        (m.factor, m.group, m.reference, m.est, m.se, m.z, m.pvalue, m.d, m.d_ci_lower,
         m.d_ci_upper)
        for m in means
    )  # fmt: skip
    title = Text("Latent mean differences", "潜均值差异")
    return Table("invariance_means", title, columns, rows)
