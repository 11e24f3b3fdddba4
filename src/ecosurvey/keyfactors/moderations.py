"""What became of each expected moderation: the interaction beside the sign that theory expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ecosurvey.core import Column, EcosurveyError, Finding, Result, Table, Text, by_severity
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.keyfactors.hypotheses import VERDICTS, Verdict, verdict_on
from ecosurvey.keyfactors.moderation import moderation
from ecosurvey.keyfactors.moderation_result import Moderation


@dataclass(frozen=True, slots=True)
class ModerationClaim:
    """An expected moderation: ``predictor`` on ``outcome`` depends on ``moderator``."""

    id: str
    predictor: str
    moderator: str
    outcome: str
    sign: Literal["+", "-", "?"]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedModeration:
    """A claim with its interaction; ``pvalue_holm`` is adjusted over the claims fitted."""

    claim: ModerationClaim
    found: Moderation
    pvalue_holm: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Moderations(Result):
    """The expected moderations that could be fitted.

    Attributes
    ----------
    rows : tuple of JudgedModeration
    findings : tuple of Finding
        Those that could not be fitted, and what each fit found.
    """

    rows: tuple[JudgedModeration, ...]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the claims, then the simple slopes of each."""
        columns = (
            Column("id", Text("Hypothesis", "假设"), "label"),
            Column("predictor", Text("Effect of", "自变量"), "text"),
            Column("outcome", Text("on", "因变量"), "text"),
            Column("moderator", Text("by level of", "调节变量"), "text"),
            Column("sign", Text("Expected", "预期"), "text"),
            Column("est", Text("b", "b"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("est_std", Text("β", "β"), decimals=3),
            Column("pvalue", Text("p", "p"), "p"),
            Column("pvalue_holm", Text("p (Holm)", "p（Holm）"), "p"),
            Column("verdict", Text("Result", "结果"), "text"),
        )
        rows = []
        for row in self.rows:
            x, m, y = row.found.shown()
            f = row.found
            rows.append(
                (row.claim.id, x, y, m, row.claim.sign.replace("-", "−"), f.est, f.se, f.est_std,
                 f.pvalue, row.pvalue_holm, VERDICTS[row.verdict])
            )  # fmt: skip
        note = Text(
            "Latent interactions by double-mean-centred products of items; supported where the "
            "sign is as expected and p, adjusted by Holm's method, is below .05.",
            "潜变量交互作用采用双重均值中心化乘积指标；方向与预期一致且Holm校正后p值小于.05视为支持。",
        )
        table = Table(
            "moderations", Text("Tests of the moderations", "调节效应检验"), columns, tuple(rows),
            (note, _rows_used([row.found for row in self.rows])),
        )  # fmt: skip
        slopes = (
            replace(one, key=f"simple_slopes_{number}")
            for number, row in enumerate(self.rows, 1)
            for one in row.found.tables()
        )
        return (table, *slopes) if rows else ()


def moderations(
    model: str,
    data: Any,
    claims: Sequence[ModerationClaim],
    *,
    missing: str = "listwise",
    sampling_weights: str | None = None,
    cluster: str | None = None,
    names: Mapping[str, Text] | None = None,
    alpha: float = 0.05,
) -> Moderations:
    """Fit each expected moderation by itself, and judge them together.

    An interaction needs its main effects, so a path from the moderator that the model lacks is
    added. Those that cannot be fitted are findings, not errors.

    Parameters
    ----------
    model : str
        The structural model.
    data : DataFrame
    claims : sequence of ModerationClaim
    missing : {"listwise", "fiml"}
    sampling_weights, cluster : str, optional
        Columns of a sample that was drawn so, as for :func:`ecosurvey.sem`.
    names : mapping of str to Text, optional
    alpha : float

    Returns
    -------
    Moderations
    """
    from ecosurvey.sem.syntax import parameter_table

    paths = {(row.lhs, row.rhs) for row in parameter_table(model).rows if row.op == "~"}
    fitted: list[tuple[ModerationClaim, Moderation]] = []
    findings: list[Finding] = []
    for claim in claims:
        needed = (claim.outcome, claim.moderator)
        text = model if needed in paths else f"{model}\n{needed[0]} ~ {needed[1]}"
        try:
            found = moderation(
                text, data, claim.predictor, claim.moderator, claim.outcome, missing=missing,
                sampling_weights=sampling_weights, cluster=cluster, names=names,
            )  # fmt: skip
        except EcosurveyError as error:
            findings.append(_skipped(claim, error))
            continue
        fitted.append((claim, found))
        findings += found.findings
    adjusted = holm([found.pvalue for _, found in fitted])
    rows = tuple(
        JudgedModeration(claim, found, p, verdict_on(claim.sign, found.est, p, alpha))
        for (claim, found), p in zip(fitted, adjusted, strict=True)
    )
    return Moderations(rows, by_severity(dict.fromkeys(findings)))


def _rows_used(found: Sequence[Moderation]) -> Text:
    """Say which answer sheets the models were fitted to, and how."""
    sizes = sorted({one.fit.n for one in found})
    n = "–".join(str(size) for size in (sizes[:1] + sizes[-1:] if len(sizes) > 1 else sizes))
    if any(moments.rows is not None for one in found for moments in one.fit.fit.model.moments):
        words = Text(
            "MLR with full-information likelihood, so that rows with gaps count too: n = {n}.",
            "采用MLR与全信息极大似然，含缺失的答卷亦纳入：n = {n}。",
        )
    elif any(finding.code == "rows_left_out" for one in found for finding in one.findings):
        words = Text(
            "MLR on rows without gaps, whatever the treatment of gaps elsewhere: n = {n}.",
            "采用MLR，仅用完整答卷（无论其他模型如何处理缺失）：n = {n}。",
        )
    else:
        words = Text("MLR, n = {n}.", "采用MLR，n = {n}。")
    return words.fill(n=n)


def _skipped(claim: ModerationClaim, error: EcosurveyError) -> Finding:
    return Finding(
        "moderation_skipped",
        "warning",
        Text(
            f"moderation {claim.id} was not fitted: {error.found}.",
            f"未拟合调节假设{claim.id}：{error.words.found.zh}。",
        ),
        claim.id,
        hint=error.remedy(Text("Check the model.", "请检查模型或增加样本量。")),
    )
