"""The answers that are analysed, and an account of those that are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless import REGISTRY
from ecosurvey.cleaning.design import SurveyDesign
from ecosurvey.cleaning.flow import FlowStep, flow_table
from ecosurvey.cleaning.missing import missing_table
from ecosurvey.cleaning.rules import Rules
from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.responses import Responses

if TYPE_CHECKING:
    import pandas as pd

_ACTIONS = {
    "exclude": Text("excludes", "直接剔除"),
    "flag": Text("flags", "标记"),
    "review": Text("for review", "供复核"),
    "off": Text("off", "未启用"),
}


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule of the screening met.

    Attributes
    ----------
    rule : str
    label : Text
    computed, flagged, excluded : int
        Rows for which there is evidence, beyond the cut-off, and of these excluded by
        whatever rule.
    """

    rule: str
    label: Text
    computed: int
    flagged: int
    excluded: int


@dataclass(frozen=True, slots=True)
class CleanData(Result):
    """Kept rows in scoring direction, with every exclusion and its evidence.

    Attributes
    ----------
    frame : DataFrame
        Kept rows and all columns of the responses; items reverse-keyed where they are so
        keyed, so that a high number always means more of the construct.
    text : DataFrame
        Open answers of the kept rows.
    flags : DataFrame
        Every row received x rule: the evidence, NaN where it cannot be computed.
    flagged : DataFrame
        Every row received x rule: whether the evidence is beyond the cut-off.
    cutoffs : dict
        Rule -> its cut-off as printed; empty where the rule only reports.
    exclusions : DataFrame
        ``row, respondent, rule, evidence, evidence_zh``: one line for each ground of each
        excluded row.
    flow : tuple of FlowStep
        From the sheets received to those analysed.
    missing : Series
        Item -> share unanswered among the kept rows.
    responses : Responses
    rules : Rules
    findings : tuple of Finding
    design : SurveyDesign or None
        Weights and clusters, where the questionnaire states them; they stand in ``frame`` too,
        as ``_weight`` and ``_cluster``.
    """

    frame: pd.DataFrame
    text: pd.DataFrame
    flags: pd.DataFrame
    flagged: pd.DataFrame
    cutoffs: dict[str, str]
    exclusions: pd.DataFrame
    flow: tuple[FlowStep, ...]
    missing: pd.Series
    responses: Responses
    rules: Rules
    findings: tuple[Finding, ...]
    design: SurveyDesign | None = None

    @property
    def items(self) -> pd.DataFrame:
        """The items' answers in scoring direction, kept rows only."""
        return self.frame[[item.id for item in self.responses.instrument.items]]

    @property
    def n(self) -> int:
        """Number of rows kept."""
        return len(self.frame)

    def tables(self) -> tuple[Table, ...]:
        """Return flow, exclusions by rule, and missing answers by construct."""
        return (
            flow_table(self.flow),
            self._rules_table(),
            missing_table(self.items, self.responses.instrument),
        )

    def rule_counts(self) -> tuple[RuleCount, ...]:
        """Return how many rows each rule met, in the order of the rules."""
        gone = self.flags.index.isin(list(set(self.exclusions["row"])))
        found = []
        for name, rule in REGISTRY.items():
            hit = self.flagged[name].to_numpy(dtype=bool)
            computed = int(self.flags[name].notna().sum())
            found.append(
                RuleCount(name, rule.label, computed, int(hit.sum()), int((hit & gone).sum()))
            )
        return tuple(found)

    def log_tables(self) -> tuple[Table, ...]:
        """Return the exclusions, a line a row and reason, and what was met but kept.

        Too long for a paper's text: they go beside it, for whoever checks the screening.
        """
        from ecosurvey.cleaning.log import exclusion_table, review_table

        return (exclusion_table(self), review_table(self))

    def _rules_table(self) -> Table:
        columns = (
            Column("rule", Text("Rule", "规则"), "label"),
            Column("action", Text("What it does", "作用"), "text"),
            Column("cutoff", Text("Cut-off", "判定标准"), "text"),
            Column("computed", Text("Computed", "可计算数"), "count"),
            Column("flagged", Text("Flagged", "命中"), "count"),
            Column("percent", Text("%", "%"), "percent", 1),
            Column("excluded", Text("Of these excluded", "其中剔除"), "count"),
        )
        total = max(len(self.flags), 1)
        rows: list[tuple[Cell, ...]] = [
            (
                one.label,
                _ACTIONS[REGISTRY[one.rule].acts(self.rules)],
                self.cutoffs[one.rule] or "—",
                one.computed,
                one.flagged,
                100 * one.flagged / total,
                one.excluded,
            )
            for one in self.rule_counts()
            if REGISTRY[one.rule].acts(self.rules) != "off"
        ]
        notes = (
            Text(
                "Flags of at least {n} different kinds exclude; evidence for review never does.",
                "至少{n}类不同性质的标记才会剔除；仅供复核的指标不作为剔除依据。",
            ).fill(n=self.rules.flags_to_exclude),
            Text(
                "Indices are computed on the answers as given, in the order shown.",
                "各指标按作答原值与呈现顺序计算。",
            ),
        )
        title = Text("Response quality by rule", "作答质量筛查")
        return Table("screening", title, columns, tuple(rows), notes)
