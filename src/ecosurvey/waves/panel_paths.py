"""Key factors and the outcome from wave to wave of a panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecosurvey.core import (
    ConvergenceError,
    DataError,
    EcosurveyError,
    Finding,
    IdentificationError,
    OptionError,
    Text,
    by_severity,
)
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.waves.comparability import Comparability
from ecosurvey.waves.lagged import (
    FEWEST_FOR_INTERCEPTS,
    CrossLagged,
    LaggedPath,
    cross_lagged,
)
from ecosurvey.waves.panel_scores import PanelScore, panel_scores

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument


@dataclass(frozen=True, slots=True)
class PanelPaths:
    """What leads to what from wave to wave.

    Attributes
    ----------
    outcome : str
    factors : tuple of str
    scores : tuple of PanelScore
        Of factors and outcome.
    joint : CrossLagged
        All factors and the outcome in one model.
    alone : tuple of CrossLagged
        With three waves or more: each factor and the outcome with random intercepts.
    effects, feedback, moves : tuple of LaggedPath
        From factors to the outcome and from the outcome to factors, in the joint model; from
        factors to the outcome within people. p by Holm within each of the three.
    findings : tuple of Finding
    """

    outcome: str
    factors: tuple[str, ...]
    scores: tuple[PanelScore, ...]
    joint: CrossLagged
    alone: tuple[CrossLagged, ...]
    effects: tuple[LaggedPath, ...]
    feedback: tuple[LaggedPath, ...]
    moves: tuple[LaggedPath, ...]
    findings: tuple[Finding, ...]

    @property
    def stabilities(self) -> tuple[LaggedPath, ...]:
        """From each variable to itself, in the joint model."""
        return tuple(path for path in self.joint.paths if path.kind == "stability")


def panel_paths(
    instrument: Instrument,
    panel: pd.DataFrame,
    verdicts: Sequence[Comparability],
    labels: Sequence[str],
    estimator: str,
    level: float,
) -> tuple[PanelPaths | None, tuple[Finding, ...]]:
    """Fit cross-lagged models of the key factors and the outcome; None where it cannot be.

    Scores with known errors stand for the constructs: with items in every wave the model of all
    factors at once would have more parameters than most panels have people, and one factor at a
    time would not hold the others equal. Random intercepts, which take out what lasts of all
    other differences too, are fitted one factor at a time.
    """
    outcome = instrument.outcome
    if outcome is None or not instrument.hypotheses:
        raise OptionError(
            Text("the questionnaire states no hypotheses", "问卷没有研究假设"),
            fix=Text("Leave structural out.", "请去掉 structural。"),
        )
    scores = panel_scores(panel, instrument, verdicts, len(labels), estimator)
    wanted = list(instrument.candidates) or [
        name for name in _explaining(instrument) if name != outcome
    ]
    factors = [name for name in wanted if name in scores]
    lost = [name for name in (*wanted, outcome) if name not in scores]
    findings = [_lost(instrument, lost)] if lost else []
    if outcome not in scores or not factors:
        return None, tuple(findings)
    kept = {name: scores[name] for name in (*factors, outcome)}
    try:
        joint = _fitted(kept, labels, estimator, level, random_intercepts=False)
    except (DataError, IdentificationError, ConvergenceError) as error:
        return None, (*findings, _unfitted(error, ", ".join(kept)))
    alone: list[CrossLagged] = []
    if len(labels) >= FEWEST_FOR_INTERCEPTS:
        for name in factors:
            pair = {one: kept[one] for one in (name, outcome)}
            try:
                own = _fitted(pair, labels, estimator, level, random_intercepts=True)
            except (DataError, IdentificationError, ConvergenceError) as error:
                findings.append(_unfitted(error, name))
                continue
            alone.append(own)
            name_of = instrument.name_of(name)
            findings += [_doubt(f, name_of) for f in own.findings if f.severity != "note"]
    findings += [_doubt(f, Text("joint model", "联合模型")) for f in joint.findings]
    cross = [p for p in joint.paths if p.kind == "cross"]
    effects = [p for one in factors for p in cross if (p.source, p.target) == (one, outcome)]
    back = [p for one in factors for p in cross if (p.source, p.target) == (outcome, one)]
    moves = [p for m in alone for p in m.paths if p.target == outcome and p.kind == "cross"]
    found = PanelPaths(
        outcome, tuple(factors), tuple(kept.values()), joint, tuple(alone), _family(effects),
        _family(back), _family(moves), by_severity(findings),
    )  # fmt: skip
    return found, found.findings


def _fitted(
    scores: dict[str, PanelScore],
    labels: Sequence[str],
    estimator: str,
    level: float,
    *,
    random_intercepts: bool,
) -> CrossLagged:
    import pandas as pd

    rows = pd.concat([one.values for one in scores.values()], axis=1)
    return cross_lagged(
        rows, {name: one.columns for name, one in scores.items()}, waves=labels,
        errors={name: one.errors.tolist() for name, one in scores.items()}, level=level,
        random_intercepts=random_intercepts, estimator="ML" if estimator == "ML" else "MLR",
    )  # fmt: skip


def _explaining(instrument: Instrument) -> list[str]:
    """Return the constructs that the questionnaire's paths start from."""
    model = instrument.structural_syntax() or ""
    sides = [line.partition(" ~ ") for line in model.splitlines() if " ~ " in line]
    return list(dict.fromkeys(name for _, _, right in sides for name in right.split(" + ")))


def _family(paths: Sequence[LaggedPath]) -> tuple[LaggedPath, ...]:
    adjusted = holm([path.pvalue for path in paths])
    return tuple(replace(path, adjusted=p) for path, p in zip(paths, adjusted, strict=True))


def _lost(instrument: Instrument, lost: Sequence[str]) -> Finding:
    names = [instrument.name_of(name) for name in lost]
    words = Text(
        f"{', '.join(n.en for n in names)}: left out of the paths from wave to wave, for loadings "
        "differ between the waves or the score is mostly error.",
        f"{'、'.join(n.zh for n in names)}：因各轮载荷不等或得分以误差为主，未纳入跨轮路径。",
    )
    return Finding("lagged_left_out", "warning", words)


def _unfitted(error: EcosurveyError, what: str) -> Finding:
    said = error.words.found
    words = Text(
        f"paths from wave to wave of {what} are not given: {said.en}.",
        f"{what}的跨轮路径未给出：{said.zh}。",
    )
    return Finding("lagged_not_fitted", "warning", words, what)


def _doubt(finding: Finding, model: Text) -> Finding:
    """Return a finding of one of the models; it bars these paths, not the whole comparison."""
    words = Text(
        f"Paths from wave to wave, {model.en}: {finding.message.en}",
        f"跨轮路径，{model.zh}：{finding.message.zh}",
    )
    severity = "warning" if finding.severity == "serious" else finding.severity
    return replace(finding, severity=severity, message=words)
