"""From the outcomes of many replicates to the power of each claim, and what to doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import nan

import numpy as np

from ecosurvey.core import Finding, Severity, Text, counted
from ecosurvey.core.parallel import Replicates
from ecosurvey.planning.curve import wilson
from ecosurvey.planning.power_result import PowerRow
from ecosurvey.planning.trial import REASONS, Outcome, Trial

_FEW, _MANY, _TOO_MANY = 200, 0.05, 0.20


def tally(trial: Trial, outcomes: Sequence[Outcome], alpha: float) -> list[PowerRow]:
    """Return what the replicates of one size say of each target, and of the models' tests."""
    good = [one for one in outcomes if not one.reason]
    used, n = len(good), sum(trial.sizes)
    if not used:
        return [PowerRow(t.id, t.kind, t.label, n, t.true, *(nan,) * 7, 0) for t in trial.targets]
    est, se, lower, upper, p = (
        np.stack([getattr(one, name) for one in good])
        for name in ("est", "se", "lower", "upper", "pvalue")
    )
    rejected = (lower > 0) | (upper < 0)
    adjusted = _holm(p, [t.kind == "path" for t in trial.targets])
    rows = []
    for at, target in enumerate(trial.targets):
        hits = int(rejected[:, at].sum())
        spread = float(est[:, at].std(ddof=1)) if used > 1 else nan
        # the interval of a product is not standardized, so it holds no standardized value
        inside = (lower[:, at] <= target.true) & (target.true <= upper[:, at])
        error = float(se[:, at].mean()) / spread if target.simple and spread > 0 else nan
        low, high = wilson(hits, used)
        holm = float((adjusted[:, at] < alpha).mean()) if target.kind == "path" else nan
        rows.append(
            PowerRow(
                target.id, target.kind, target.label, n, target.true,
                est=float(est[:, at].mean()), se_ratio=error,
                coverage=float(inside.mean()) if target.simple else nan,
                power=hits / used, power_lower=low, power_upper=high, power_holm=holm, used=used,
            )
        )  # fmt: skip
    tests = np.array([one.fit_pvalue for one in good])
    label = Text("the model's test rejects it", "模型检验拒绝模型")
    rows.append(_rejections("fit", "fit", label, n, tests, alpha))
    for at, step in enumerate(trial.looser):
        differences = np.array([one.difference_pvalues[at] for one in good])
        rows.append(_rejections(step.id, "invariance", step.label, n, differences, alpha))
    return rows


def doubts(done: Replicates[Outcome], size: int) -> list[Finding]:
    """Return what a reader must know of the replicates of one size."""
    found: list[Finding] = []
    total = len(done.values)
    if done.interrupted:
        said = Text(
            f"N = {size}: stopped after {total} of {done.wanted} replicates.",
            f"N = {size}：在完成{done.wanted}次中的{total}次后中断。",
        )
        found.append(Finding("power_interrupted", "warning", said))
    reasons = Counter(one.reason for one in done.values if one.reason)
    if reasons:
        failed, usual = reasons.total(), reasons.most_common(1)[0][0]
        why = REASONS.get(usual, Text(usual, usual))
        said = Text(
            f"N = {size}: {counted(failed, 'replicates has', 'replicates have', of=total)} no "
            "solution with standard errors, "
            f"most often: {why.en}; power is that of the others.",
            f"N = {size}：{total}次中有{failed}次无法得到带标准误的解，最常见的原因：{why.zh}；"
            "功效仅由其余各次计算。",
        )
        found.append(Finding("power_failures", _severity(failed / total), said))
    improper = sum(one.improper for one in done.values)
    if improper:
        said = Text(
            f"N = {size}: {counted(improper, 'solutions has', 'solutions have', of=total)} a "
            "negative variance; kept.",
            f"N = {size}：{total}个解中有{improper}个出现负方差，予以保留。",
        )
        severity: Severity = "warning" if improper / total >= _MANY else "note"
        found.append(Finding("power_improper", severity, said))
    if 0 < total < _FEW and not done.interrupted:
        said = Text(
            f"N = {size}: {total} replicates give a rough power only.",
            f"N = {size}：{total}次重复只能粗略估计功效。",
        )
        hint = Text("Ask for 1,000 replicates.", "请要求1000次重复。")
        found.append(Finding("few_power_replicates", "warning", said, hint=hint))
    return found


def _severity(share: float) -> Severity:
    return "serious" if share >= _TOO_MANY else "warning" if share >= _MANY else "note"


def _holm(p: np.ndarray, chosen: Sequence[bool]) -> np.ndarray:
    """Return p adjusted by Holm's method over the chosen columns of every replicate."""
    from ecosurvey.keyfactors.adjust import holm

    found = np.full(p.shape, nan)
    columns = np.flatnonzero(chosen)
    if len(columns):
        for row in range(len(p)):
            found[row, columns] = holm(p[row, columns].tolist())
    return found


def _rejections(
    claim: str, kind: str, label: Text, n: int, pvalues: np.ndarray, alpha: float
) -> PowerRow:
    """Return how often a test rejects; replicates whose scaled difference is undefined aside."""
    known = pvalues[np.isfinite(pvalues)]
    hits = int((known < alpha).sum())
    share = hits / len(known) if len(known) else nan
    low, high = wilson(hits, len(known))
    return PowerRow(claim, kind, label, n, nan, nan, nan, nan, share, low, high, nan, len(known))
