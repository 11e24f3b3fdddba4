"""What became of each hypothesis: the estimate beside the sign that theory expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Column, DataError, Finding, Result, Table, Text
from ecosurvey.keyfactors.adjust import benjamini_hochberg, holm

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Verdict = Literal["supported", "not supported", "opposite"]

VERDICTS: dict[Verdict, Text] = {
    "supported": Text("Supported", "支持"),
    "not supported": Text("Not supported", "不支持"),
    "opposite": Text("Opposite sign", "方向相反"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One hypothesis: a path of the model, and the sign that is expected of it.

    Attributes
    ----------
    id : str
        ``"H1a"``.
    source, target : str
        Names in the model.
    sign : {"+", "-", "?"}
        ``"?"`` where theory names none.
    label : Text
        ``"Policy → Platform"``, for the reader.
    """

    id: str
    source: str
    target: str
    sign: Literal["+", "-", "?"]
    label: Text


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with what the data say of it; estimates are standardized."""

    claim: Claim
    est: float
    se: float
    z: float
    pvalue: float
    pvalue_holm: float
    ci_lower: float
    ci_upper: float
    verdict: Verdict
    pvalue_bh: float = float("nan")

    @property
    def words(self) -> Text:
        """The verdict in words."""
        return VERDICTS[self.verdict]


@dataclass(frozen=True, slots=True)
class HypothesisTable(Result):
    """The hypotheses, each with its standardized path, its test, and the verdict.

    Attributes
    ----------
    rows : tuple of Judged
    alpha : float
        Level that the adjusted p value is held against.
    findings : tuple of Finding
    """

    rows: tuple[Judged, ...]
    alpha: float = 0.05
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the hypothesis table of the paper."""
        columns = (
            Column("id", Text("Hypothesis", "假设"), "label"),
            Column("path", Text("Path", "路径"), "text"),
            Column("sign", Text("Expected", "预期"), "text"),
            Column("est", Text("β", "β"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("z", Text("z", "z")),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("pvalue_bh", Text("p (BH)", "p（BH）"), "p"),
            Column("ci_lower", Text("95% CI low", "95%置信下限"), decimals=3),
            Column("ci_upper", Text("95% CI high", "95%置信上限"), decimals=3),
            Column("verdict", Text("Result", "结果"), "text"),
        )
        rows = tuple(
            (
                row.claim.id,
                row.claim.label,
                row.claim.sign.replace("-", "−"),
                row.est,
                row.se,
                row.z,
                row.pvalue,
                row.pvalue_holm,
                row.pvalue_bh,
                row.ci_lower,
                row.ci_upper,
                row.words,
            )
            for row in self.rows
        )
        note = Text(
            "Standardized paths with delta-method standard errors. A hypothesis counts as "
            "supported when the path has the expected sign and p, adjusted by Holm's method over "
            "the {n} hypotheses, is below {alpha}; p (BH) holds the false discovery rate instead. "
            "The answers are from one point in time: a "
            "supported path is an association in line with the hypothesis, not proof of a cause.",
            "路径为标准化系数，标准误由Delta法得到。路径方向与预期一致，且经Holm法对{n}条假设校正后的p值小于{alpha}，"
            "则视为支持该假设；p（BH）为控制错误发现率的校正值。数据来自同一时点：假设得到支持意味着关联与假设一致，并不证明因果关系。",
        ).fill(n=len(self.rows), alpha=self.alpha)
        return (
            Table(
                "hypotheses", Text("Tests of the hypotheses", "假设检验"), columns, rows, (note,)
            ),
        )


def judge(fit: SemResult, claims: Sequence[Claim], *, alpha: float = 0.05) -> HypothesisTable:
    """Hold each claim against the standardized paths of a fitted model.

    Parameters
    ----------
    fit : SemResult
        A fitted structural model of one group.
    claims : sequence of Claim
    alpha : float
        Family-wise level.

    Raises
    ------
    DataError
        If a claim's path is not in the model.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Benjamini & Hochberg (1995),
    Journal of the Royal Statistical Society B 57, 289-300.
    """
    solution = fit.standardized()
    columns = ["lhs", "rhs", "est_std", "se", "z", "pvalue", "ci_lower", "ci_upper"]
    paths = {
        (str(lhs), str(rhs)): tuple(float(value) for value in values)
        for lhs, rhs, *values in solution.loc[solution["op"] == "~", columns].to_numpy()
    }
    for claim in claims:
        if (claim.target, claim.source) not in paths:
            raise DataError(
                Text(
                    f"hypothesis {claim.id} speaks of {claim.source} -> {claim.target}, "
                    "which is not a path of the model",
                    f"假设 {claim.id} 提出 {claim.source} -> {claim.target}，而模型中没有这条路径",
                ),
                fix=Text(
                    "Add the path to the model or drop the hypothesis.",
                    "请在模型中加上该路径，或删去该假设。",
                ),
            )
    found = [paths[claim.target, claim.source] for claim in claims]
    adjusted = holm([values[3] for values in found])
    discovered = benjamini_hochberg([values[3] for values in found])
    rows = []
    for claim, values, p, bh in zip(claims, found, adjusted, discovered, strict=True):
        est, se, z, raw, low, high = values
        verdict = verdict_on(claim.sign, est, p, alpha)
        rows.append(Judged(claim, est, se, z, raw, p, low, high, verdict, bh))
    return HypothesisTable(tuple(rows), alpha)


def verdict_on(sign: str, est: float, p: float, alpha: float) -> Verdict:
    """Return what a test says of an expectation, its p adjusted."""
    if not p < alpha:  # a NaN is no support either
        return "not supported"
    if sign == "?":
        return "supported"
    return "supported" if (est > 0) == (sign == "+") else "opposite"
