"""The ranking by group: what it found, as a table and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text

_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """The total effect of one factor in each group.

    Attributes
    ----------
    factor : str
    name : Text
    totals, errors : tuple of float
        Standardized, one a group.
    ranks : tuple of int
    wald, df, pvalue : float
        Of equal unstandardized total effects in all groups.
    pvalue_holm, pvalue_bh : float
        Adjusted over the factors.
    pvalue_permutation : float
        Of the same hypothesis, by dealing the rows to the groups at random; NaN if not asked.
    pvalue_permutation_holm : float
    ci_lower, ci_upper : tuple of float
        Of ``totals``, one a group.
    """

    factor: str
    name: Text
    totals: tuple[float, ...]
    errors: tuple[float, ...]
    ranks: tuple[int, ...]
    wald: float
    df: int
    pvalue: float
    pvalue_holm: float
    pvalue_bh: float
    pvalue_permutation: float = float("nan")
    pvalue_permutation_holm: float = float("nan")
    ci_lower: tuple[float, ...] = ()
    ci_upper: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupFactors(Result):
    """The ranking by group.

    Attributes
    ----------
    rows : tuple of GroupTotal
    groups : tuple of str
    sizes : tuple of int
    group, outcome : str
    comparable : bool
        Whether loadings are equal over the groups, perhaps in part; if not, effects of the
        groups are in different units and their tests are NaN.
    freed : tuple of str
        Loadings left free.
    findings : tuple of Finding
    group_name, outcome_name : Text
    labels : tuple of Text
        Of the groups.
    left_out : tuple of (str, int)
        Groups with too few complete rows, and how many they have.
    n_permutations : int
        Those whose model could be fitted; 0 if not asked.
    """

    rows: tuple[GroupTotal, ...]
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    group: str
    outcome: str
    comparable: bool
    freed: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    group_name: Text | None = None
    outcome_name: Text | None = None
    labels: tuple[Text, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    n_permutations: int = 0

    def shown_groups(self) -> tuple[Text, ...]:
        """Return the groups' names for the reader."""
        return self.labels or tuple(Text(label, label) for label in self.groups)

    def shown_name(self) -> Text:
        """Return the grouping's name for the reader."""
        return self.group_name or Text(self.group, self.group)

    @property
    def different(self) -> tuple[str, ...]:
        """Factors whose total effect differs over the groups (Wald test, Holm, 5%)."""
        return tuple(row.factor for row in self.rows if row.pvalue_holm < _ALPHA)

    def sentence(self) -> Text:
        """Say what may be said of the groups."""
        over = self.shown_name()
        if not self.comparable:
            return Text(
                "By {g}: loadings are not equal, so the groups' rankings stand side by side and "
                "must not be compared.",
                "按{g}：各组载荷不等值，各组排名仅并列呈现，不得比较。",
            ).fill(g=over)
        first = {
            min(self.rows, key=lambda row: row.ranks[at]).name for at in range(len(self.groups))
        }
        same = Text("The same factor is first in every group.", "各组居首位的因素相同。")
        other = Text(
            "Which factor is first differs from group to group in the sample.",
            "样本中各组居首位的因素不尽相同。",
        )
        differ = [row.name for row in self.rows if row.factor in self.different]
        tested = (
            Text(
                "Total effects of {who} differ over the groups.", "{who}的总效应在各组间存在差异。"
            ).fill(
                who=Text(
                    ", ".join(n.en for n in differ),
                    "、".join(n.zh for n in differ),
                )
            )
            if differ
            else Text(
                "No difference of a total effect is supported, which is not to say that there is "
                "none.",
                "未发现总效应组间差异的证据，但不等于没有差异。",
            )
        )
        return Text("By {g}: {s} {t}", "按{g}：{s}{t}").fill(
            g=over, s=same if len(first) == 1 else other, t=tested
        )

    def tables(self) -> tuple[Table, ...]:
        """Return totals and ranks by group, with the test of their equality."""
        columns = [
            Column("factor", Text("Code", "代码"), "label"),
            Column("name", Text("Factor", "因素"), "label"),
        ]
        for at, (label, size) in enumerate(zip(self.shown_groups(), self.sizes, strict=True), 1):
            over = Text("{g} (n = {n})", "{g}（n = {n}）").fill(g=label, n=size)
            columns += [
                Column(f"total_{at}", Text("β", "β"), decimals=3, spanner=over),
                Column(f"se_{at}", Text("SE", "标准误"), decimals=3, spanner=over),
                Column(f"rank_{at}", Text("Rank", "排名"), "count", spanner=over),
            ]
        wald = Text("Wald test", "Wald检验")
        columns += [
            Column("wald", Text("χ²", "χ²"), spanner=wald),
            Column("df", Text("df", "df"), "count", spanner=wald),
            Column("pvalue", Text("p", "p"), "p", spanner=wald),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p", spanner=wald),
            Column("pvalue_bh", Text("p (BH)", "p（BH）"), "p", spanner=wald),
        ]
        if self.n_permutations:
            chance = Text("Permutation", "置换检验")
            columns += [
                Column("pvalue_permutation", Text("p", "p"), "p", spanner=chance),
                Column(
                    "pvalue_permutation_holm", Text("p (Holm)", "p（Holm）"), "p", spanner=chance
                ),
            ]
        rows: list[tuple[Cell, ...]] = []
        for r in self.rows:
            own: list[Cell] = []
            for total, error, rank in zip(r.totals, r.errors, r.ranks, strict=True):
                own += [total, error, rank]
            own += [r.wald, r.df, r.pvalue, r.pvalue_holm, r.pvalue_bh]
            if self.n_permutations:
                own += [r.pvalue_permutation, r.pvalue_permutation_holm]
            rows.append((r.factor, r.name, *own))
        held = Text(
            "Loadings held equal over the groups; Wald tests of equal unstandardized total "
            "effects.",
            "各组载荷等值约束；Wald检验针对非标准化总效应相等。",
        )
        if self.freed:
            held = Text(
                "Loadings held equal over the groups but for {f}; Wald tests of equal "
                "unstandardized total effects.",
                "除{f}外，各组载荷等值约束；Wald检验针对非标准化总效应相等。",
            ).fill(f=", ".join(self.freed))
        broken = Text(
            "Loadings are not equal over the groups: effects must not be compared, and no test is "
            "given.",
            "各组载荷不等值：不得比较各组效应，故不作检验。",
        )
        over = self.shown_name()
        title = Text("The factors by {g}", "按{g}分组的关键影响因素").fill(g=over)
        notes = [held if self.comparable else broken]
        if self.n_permutations:
            notes.append(
                Text(
                    "Permutation: complete rows dealt to the groups at random {n} times.",
                    "置换检验：将完整样本随机分配至各组{n}次。",
                ).fill(n=self.n_permutations)
            )
        key = f"group_factors_{self.group}"
        return (Table(key, title, tuple(columns), tuple(rows), tuple(notes)),)
