"""Whether the structural model changed: paths by wave, and the ranks of the key factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, Finding, OptionError, Text
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.keyfactors.draws import parameter_draws, standardized_totals
from ecosurvey.sem import SemResult, sem
from ecosurvey.sem.estimates import delta_method
from ecosurvey.sem.values import row_values
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.change import pairs_of
from ecosurvey.waves.comparability import Comparability
from ecosurvey.waves.measurement import WAVE, design_columns, design_options, stack
from ecosurvey.waves.moments import WaveMoments

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class PathChange:
    """One path in two waves.

    Attributes
    ----------
    source, target, earlier, later : str
    before, after : float
        Unstandardized, loadings equal over the waves.
    change, se, z, pvalue, ci_lower, ci_upper : float
    adjusted : float
        p by Holm over all paths and pairs.
    """

    source: str
    target: str
    earlier: str
    later: str
    before: float
    after: float
    change: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    adjusted: float = np.nan


@dataclass(frozen=True, slots=True)
class RankChange:
    """The place of one key factor in two waves.

    Attributes
    ----------
    factor, earlier, later : str
    effect_before, effect_after : float
        Standardized total effects.
    rank_before, rank_after : int
    prob_up, prob_down : float
        Share of parameter draws in which its rank is better, or worse, in the later wave.
    """

    factor: str
    earlier: str
    later: str
    effect_before: float
    effect_after: float
    rank_before: int
    rank_after: int
    prob_up: float
    prob_down: float


@dataclass(frozen=True, slots=True)
class WavePaths:
    """Paths and ranks over the waves.

    Attributes
    ----------
    paths : tuple of PathChange
    ranks : tuple of RankChange
    fit : SemResult
    findings : tuple of Finding
    """

    paths: tuple[PathChange, ...]
    ranks: tuple[RankChange, ...]
    fit: SemResult
    findings: tuple[Finding, ...]


def paths_by_wave(
    instrument: Instrument,
    waves: AlignedWaves,
    verdicts: Sequence[Comparability],
    estimator: str,
    seed: int,
) -> WavePaths:
    """Fit the structural model over the waves with equal loadings, and test its paths.

    Answers are taken as numbers. Loadings of drifting items are free, and the first item that
    does not drift sets each construct's scale. Paths from or to a construct whose loadings
    cannot be compared, or a part of which cannot, are not tested, and a finding says so.
    """
    model = instrument.structural_syntax()
    if model is None or instrument.outcome is None:
        raise OptionError(
            Text("the questionnaire states no hypotheses", "问卷没有提出假设"),
            fix=Text("Leave structural out.", "请去掉 structural。"),
        )
    if waves.as_moments:
        raise OptionError(
            Text("structural needs rows", "结构比较需要数据行"),
            fix=Text("Give the waves as data frames.", "请以数据框给出各轮数据。"),
        )
    gone = [fate.item for fate in waves.fates if fate.fate == "absent"]
    if gone:
        raise DataError(
            Text(
                f"the structural model needs {gone[0]}, which a wave does not have",
                f"结构模型需要 {gone[0]}，而某一轮没有",
            ),
            fix=Text(
                "Leave structural out, or take the item out of the model.",
                "请去掉 structural，或将该题项移出模型。",
            ),
        )
    freed = {v.construct: v.freed for v in verdicts}
    columns = needed_columns(instrument, waves)
    stacked = stack(waves, [*columns, *design_columns(waves)])
    gaps = bool(stacked[columns].isna().to_numpy().any())
    fit = sem(
        anchored(model, freed), stacked, group=WAVE,
        estimator="ML" if estimator == "ML" and not design_columns(waves) else "MLR",
        group_equal=["loadings"],
        group_partial=[f"{c}=~{item}" for c, items in freed.items() for item in items],
        missing="fiml" if gaps else "listwise", **design_options(stacked),
    )  # fmt: skip
    if not fit.converged:
        raise DataError(
            Text("the structural model did not converge over the waves", "各轮的结构模型没有收敛"),
            fix=Text("Leave it out.", "请去掉它。"),
        )
    lost = _unrelated(instrument, verdicts)
    findings = [f for f in fit.findings if f.severity == "serious"]
    if lost:
        words = Text(
            f"paths of {', '.join(lost)} are not compared: loadings differ between waves.",
            f"{'、'.join(lost)}的路径不作跨轮比较：各轮载荷不等。",
        )
        findings.append(Finding("paths_not_comparable", "warning", words))
    ranks: tuple[RankChange, ...] = ()
    if instrument.outcome not in lost:
        wanted = [name for name in instrument.candidates if name not in lost]
        ranks = _ranks(fit, waves.labels, instrument.outcome, wanted, lost, seed)
    return WavePaths(_paths(fit, waves.labels, lost), ranks, fit, tuple(findings))


def anchored(model: str, freed: Mapping[str, Sequence[str]]) -> str:
    """Return the model with items that drift behind those that do not, which set the scale.

    Examples
    --------
    >>> anchored("f =~ a + b + c", {"f": ["a"]})
    'f =~ b + c + a'
    """
    lines = []
    for line in model.splitlines():
        name, mark, rest = line.partition(" =~ ")
        if mark and freed.get(name):
            items, loose = rest.split(" + "), freed[name]
            ordered = [i for i in items if i not in loose] + [i for i in items if i in loose]
            line = f"{name} =~ {' + '.join(ordered)}"
        lines.append(line)
    return "\n".join(lines)


def needed_columns(instrument: Instrument, waves: AlignedWaves) -> list[str]:
    """Return the columns of the structural model: items, composites, numeric controls."""
    first = waves.frames[0]
    assert not isinstance(first, WaveMoments)  # noqa: S101 (the caller has looked)
    names = [item.id for item in instrument.items]
    names += [c.score_name for c in instrument.constructs if c.mode == "composite"]
    names += [variable for variable, _ in instrument.controls]
    return [name for name in dict.fromkeys(names) if name in first]


def _unrelated(instrument: Instrument, verdicts: Sequence[Comparability]) -> list[str]:
    """Return constructs whose relations cannot be compared, constructs of such ones included."""
    scales = instrument.scales()
    lost = [v.construct for v in verdicts if not v.related and v.construct in scales]
    for higher in instrument.higher_order:
        if set(higher.of) & set(lost):
            lost.append(higher.id)
    return lost


def _paths(fit: SemResult, labels: Sequence[str], lost: Sequence[str]) -> tuple[PathChange, ...]:
    model = fit.fit.model
    values, jacobian = row_values(model, fit.fit.x)
    rows = {(r.lhs, r.rhs, r.group): at for at, r in enumerate(model.table.rows) if r.op == "~"}
    found = []
    for target, source in dict.fromkeys((lhs, rhs) for lhs, rhs, _ in rows):
        if target in lost or source in lost:
            continue
        for a, b in pairs_of(len(labels)):
            one, two = rows[target, source, a + 1], rows[target, source, b + 1]
            gap = np.array([values[two] - values[one]])
            got = delta_method(gap, (jacobian[two] - jacobian[one])[None, :], fit.fit.vcov)
            found.append(
                PathChange(
                    source, target, labels[a], labels[b], float(values[one]), float(values[two]),
                    *(float(v[0]) for v in (got.est, got.se, got.z, got.pvalue, got.ci_lower,
                                            got.ci_upper)),
                )
            )  # fmt: skip
    adjusted = holm([path.pvalue for path in found])
    return tuple(replace(path, adjusted=p) for path, p in zip(found, adjusted, strict=True))


def _ranks(
    fit: SemResult,
    labels: Sequence[str],
    outcome: str,
    wanted: Sequence[str],
    lost: Sequence[str],
    seed: int,
) -> tuple[RankChange, ...]:
    model = fit.fit.model
    factors = list(model.layouts[0].factors)
    candidates = [name for name in wanted if name in factors]
    if not candidates:
        before = {r.rhs for r in model.table.rows if r.op == "~" and r.rhs in factors}
        candidates = [name for name in factors if name in before and name not in (outcome, *lost)]
    draws = parameter_draws(fit.fit.x, fit.fit.vcov, DRAWS, seed)
    draws = np.vstack([fit.fit.x[None, :], draws])
    sources = [factors.index(name) for name in candidates]
    effects = []
    for layout in model.layouts:
        one = replace(model, layouts=(layout,))
        effects.append(standardized_totals(one, draws, factors.index(outcome), sources))
    places = [np.argsort(np.argsort(-np.abs(e), axis=1), axis=1) + 1 for e in effects]
    found = []
    for k, factor in enumerate(candidates):
        for a, b in pairs_of(len(labels)):
            known = np.isfinite(effects[a][1:]).all(1) & np.isfinite(effects[b][1:]).all(1)
            was, now = places[a][1:, k][known], places[b][1:, k][known]
            found.append(
                RankChange(
                    factor, labels[a], labels[b], float(effects[a][0, k]), float(effects[b][0, k]),
                    int(places[a][0, k]), int(places[b][0, k]), float((now < was).mean()),
                    float((now > was).mean()),
                )
            )  # fmt: skip
    return tuple(found)
