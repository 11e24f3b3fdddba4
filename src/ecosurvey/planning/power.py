"""Power of the hypotheses of a questionnaire, by drawing the study many times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Finding, InstrumentError, OptionError, Text, by_severity, check_choice
from ecosurvey.core.parallel import Progress, Replicates, map_replicates
from ecosurvey.core.random import new_seed
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.population import Population, population_of
from ecosurvey.planning.power_result import Power, PowerRow, wilson
from ecosurvey.planning.trial import REASONS, Outcome, Target, Trial
from ecosurvey.sem.request import Request

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

ESTIMATORS = ("ML", "MLR", "WLSMV")
_CHUNK = 8
_FEW, _MANY, _TOO_MANY = 200, 0.05, 0.20


def power(
    instrument: Instrument,
    n: int | Sequence[int],
    assumptions: Assumptions | None = None,
    *,
    replicates: int = 1000,
    estimator: str = "MLR",
    alpha: float = 0.05,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> Power:
    """Return the power of every hypothesis, by carrying the planned study out many times.

    In each replicate answers are drawn from the population that the assumptions describe, cut
    into the points of the response scales, thinned and spoilt as assumed; the questionnaire's
    structural model is fitted as the analysis will fit it; each path is tested by its
    standardized estimate, each indirect effect by a Monte Carlo interval (MacKinnon et al. 2004).
    Without hypotheses, the correlations of the constructs are tested.

    Parameters
    ----------
    instrument : Instrument
    n : int or sequence of int
        Respondents that remain for the analysis; several sizes give the power curve.
    assumptions : Assumptions, optional
        Every path 0.2 in its expected direction, every loading 0.75, if not given.
    replicates : int
        At each size. 1,000 give power within 0.03.
    estimator : {"MLR", "ML", "WLSMV"}
        Answers left out are handled by full information; with WLSMV by pairs.
    alpha : float
    seed : int, optional
    jobs : int, optional
        Worker processes, -1 for all cores. Any number gives the same result.
    on_progress : callable, optional
        Called with (done, wanted).

    Returns
    -------
    Power
        ``.smallest_n("H1a")`` reads the needed size off the curve.

    Raises
    ------
    OptionError, DataError, InstrumentError

    Notes
    -----
    What is planned here is the analysis of attentive answers that were screened; ``careless`` in
    the assumptions shows what unscreened answers would do.

    References
    ----------
    Muthén & Muthén (2002), Structural Equation Modeling 9, 599-620; Wolf et al. (2013),
    Educational and Psychological Measurement 73, 913-934. In R: ``simsem::sim``.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> instrument = load_instrument("instruments/holzinger.yaml")
    >>> found = power(instrument, [100, 200], replicates=20, estimator="ML", seed=1)
    >>> found.sizes
    (100, 200)
    """
    assumptions = assumptions or Assumptions()
    sizes = check_sizes(n)
    check_settings(replicates, alpha, estimator)
    seed = new_seed() if seed is None else seed
    plain = plain_model(instrument)
    population = population_of(instrument, assumptions)
    model = plain.structural_syntax() or plain.measurement_syntax()
    targets = _targets(instrument, population)
    request = _request(estimator, assumptions)
    rows: list[PowerRow] = []
    findings = _left_out(instrument)
    for at, size in enumerate(sizes):
        trial = Trial((population,), assumptions, (size,), model, request, targets, 1 - alpha)
        done = run(
            trial, replicates, seed, jobs, part_of_progress(on_progress, at, len(sizes), replicates)
        )
        rows += summarize(trial, done.values, alpha)
        findings += doubts(done, size)
        if done.interrupted:
            break
    return Power(
        tuple(rows), assumptions, replicates, alpha, estimator, seed, by_severity(findings)
    )


def run(
    trial: Trial, replicates: int, seed: int, jobs: int | None, on_progress: Progress | None
) -> Replicates[Outcome]:
    """Carry a trial out many times; sizes draw from streams of their own."""
    purpose = f"planning.power.{'.'.join(map(str, trial.sizes))}"
    return map_replicates(
        trial, replicates, seed=seed, purpose=purpose, jobs=jobs, size=_CHUNK,
        on_progress=on_progress,
    )  # fmt: skip


def summarize(trial: Trial, outcomes: Sequence[Outcome], alpha: float) -> list[PowerRow]:
    """Return what the replicates of one size say of each target, and of the model's test."""
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
        simple = target.kind != "indirect"  # the interval of an indirect effect is not standardized
        spread = float(est[:, at].std(ddof=1)) if used > 1 else nan
        inside = (lower[:, at] <= target.true) & (target.true <= upper[:, at])
        rows.append(
            PowerRow(
                target.id, target.kind, target.label, n, target.true,
                est=float(est[:, at].mean()),
                se_ratio=float(se[:, at].mean()) / spread if simple and spread > 0 else nan,
                coverage=float(inside.mean()) if simple else nan,
                power=hits / used,
                power_lower=wilson(hits, used)[0],
                power_upper=wilson(hits, used)[1],
                power_holm=(
                    float((adjusted[:, at] < alpha).mean()) if target.kind == "path" else nan
                ),
                used=used,
            )
        )  # fmt: skip
    tests = np.array([one.fit_pvalue for one in good])
    label = Text("the model's test rejects it", "模型检验拒绝模型")
    rows.append(_rejections("fit", "fit", label, n, tests, alpha))
    differences = np.array([one.difference_pvalue for one in good])
    if trial.looser is not None:
        label = Text("equal intercepts are rejected", "截距相等被拒绝")
        rows.append(_rejections("invariance", "invariance", label, n, differences, alpha))
    return rows


def doubts(done: Replicates[Outcome], size: int) -> list[Finding]:
    """Return what a reader must know of the replicates of one size."""
    found: list[Finding] = []
    total = len(done.values)
    if done.interrupted:
        found.append(
            Finding(
                "power_interrupted", "warning",
                Text(
                    f"N = {size}: stopped after {total} of {done.wanted} replicates.",
                    f"N = {size}：在完成{done.wanted}次中的{total}次后中断。",
                ),
            )
        )  # fmt: skip
    reasons = Counter(one.reason for one in done.values if one.reason)
    failed = reasons.total()
    if failed:
        usual = reasons.most_common(1)[0][0]
        why = REASONS.get(usual, Text(usual, usual))
        share = failed / total
        severity = "serious" if share >= _TOO_MANY else "warning" if share >= _MANY else "note"
        found.append(
            Finding(
                "power_failures", severity,  # type: ignore[arg-type]
                Text(
                    f"N = {size}: {failed} of {total} replicates have no solution with standard "
                    f"errors, most often: {why.en}; power is that of the others.",
                    f"N = {size}：{total}次中有{failed}次无法得到带标准误的解，"
                    f"最常见的原因：{why.zh}；功效仅由其余各次计算。",
                ),
            )
        )  # fmt: skip
    improper = sum(one.improper for one in done.values)
    if improper:
        share = improper / total
        found.append(
            Finding(
                "power_improper", "warning" if share >= _MANY else "note",
                Text(
                    f"N = {size}: {improper} of {total} solutions have a negative variance; they "
                    "are kept.",
                    f"N = {size}：{total}个解中有{improper}个出现负方差，予以保留。",
                ),
            )
        )  # fmt: skip
    if 0 < total < _FEW and not done.interrupted:
        found.append(
            Finding(
                "few_power_replicates", "warning",
                Text(
                    f"{total} replicates give a rough power only.",
                    f"{total}次重复只能粗略估计功效。",
                ),
                hint=Text("Use replicates=1000.", "请使用replicates=1000。"),
            )
        )  # fmt: skip
    return found


def check_sizes(n: int | Sequence[int]) -> tuple[int, ...]:
    """Return the sample sizes, ascending, or refuse."""
    sizes = (n,) if isinstance(n, (int, np.integer)) else tuple(n)
    if not sizes or any(isinstance(s, bool) or int(s) != s or s < 10 for s in sizes):
        raise OptionError(f"n={n!r} is no sample size", fix="Give whole numbers of 10 or more.")
    return tuple(sorted({int(size) for size in sizes}))


def check_settings(replicates: int, alpha: float, estimator: str) -> None:
    """Raise for settings that no simulation can have."""
    check_choice("estimator", estimator, ESTIMATORS)
    if replicates < 2:
        raise OptionError(f"replicates={replicates} give no power", fix="Use 1000.")
    if not 0 < alpha < 1:
        raise OptionError(f"alpha={alpha!r} is not between 0 and 1", fix="Use 0.05.")


def plain_model(instrument: Instrument) -> Instrument:
    """Return the questionnaire without controls, or refuse what cannot be planned."""
    composite = [c.id for c in instrument.constructs if c.mode == "composite"]
    if composite or instrument.measurement is not None:
        what = f"the composite {composite[0]}" if composite else "a measurement model of its own"
        raise InstrumentError(
            f"{instrument.id!r} has {what}, whose answers cannot be planned",
            fix="Plan with reflective constructs.",
        )
    return replace(instrument, controls=())


def _left_out(instrument: Instrument) -> list[Finding]:
    if not instrument.moderations:
        return []
    which = ", ".join(one.id for one in instrument.moderations)
    said = Text(
        f"Moderation is not simulated: the power of {which} is not told.",
        f"未模拟调节效应：不给出{which}的功效。",
    )
    return [Finding("moderation_not_planned", "note", said)]


def _request(estimator: str, assumptions: Assumptions) -> Request:
    if estimator == "WLSMV":
        missing = "pairwise" if assumptions.missing else "listwise"
        return Request("sem", "WLSMV", missing, ordered=True, baseline=False)
    missing = "fiml" if assumptions.missing else "listwise"
    return Request("sem", estimator, missing, baseline=False)


def _targets(instrument: Instrument, population: Population) -> tuple[Target, ...]:
    """Return the hypotheses with their true values; correlations if there are none."""
    found = [
        Target(
            one.id, "path", ((one.target, "~", one.source),),
            population.paths[one.source, one.target],
            Text(f"{one.source} → {one.target}", f"{one.source} → {one.target}"),
        )
        for one in instrument.hypotheses
    ]  # fmt: skip
    for way in instrument.mediations:
        steps = list(zip(way.path, way.path[1:], strict=False))
        if not all(step in population.paths for step in steps):
            continue
        true = float(np.prod([population.paths[step] for step in steps]))
        rows = tuple((target, "~", source) for source, target in steps)
        words = " → ".join(way.path)
        found.append(Target(way.id, "indirect", rows, true, Text(words, words)))
    if found:
        return tuple(found)
    return _correlations(instrument, population)


def _correlations(instrument: Instrument, population: Population) -> tuple[Target, ...]:
    facets = {part for higher in instrument.higher_order for part in higher.of}
    names = [c.id for c in instrument.constructs if c.id not in facets]
    names += [c.id for c in instrument.higher_order]
    said = {}
    for line in population.text.splitlines():
        if " ~~ " in line:
            one, rest = line.split(" ~~ ")
            value, other = rest.split("*")
            said[frozenset((one, other))] = float(value)
    found = []
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            words = f"{one} ↔ {other}"
            true = said.get(frozenset((one, other)), 0.0)
            rows = ((one, "~~", other),)
            found.append(Target(f"{one}, {other}", "correlation", rows, true, Text(words, words)))
    if not found:
        raise InstrumentError(
            f"{instrument.id!r} has no hypotheses and one construct only",
            fix="Use es.rmsea_power for the test of its model.",
        )
    return tuple(found)


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
    known = pvalues[np.isfinite(pvalues)]
    hits = int((known < alpha).sum())
    share = hits / len(known) if len(known) else nan
    low, high = wilson(hits, len(known))
    return PowerRow(claim, kind, label, n, nan, nan, nan, nan, share, low, high, nan, len(known))


def part_of_progress(
    on_progress: Progress | None, at: int, parts: int, each: int
) -> Progress | None:
    """Return a reporter of one part's progress as that of the whole."""
    if on_progress is None:
        return None
    report = on_progress
    return lambda done, wanted: report(at * each + done, parts * each)
