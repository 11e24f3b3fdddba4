"""The front door: what changed between waves, and is it real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ecosurvey.core import DataError, OptionError, Text, by_severity, check_choice
from ecosurvey.waves.alignment import AlignedWaves, align_waves
from ecosurvey.waves.attrition import attrition
from ecosurvey.waves.change import WaveChange, WaveLevel, construct_changes, with_alerts
from ecosurvey.waves.chart import FEWEST_WAVES, ChartPoint, chart_limit, chart_points
from ecosurvey.waves.comparability import Comparability, Families, judge_construct
from ecosurvey.waves.composition import same_composition
from ecosurvey.waves.higher import judge_whole
from ecosurvey.waves.longitudinal import panel_of
from ecosurvey.waves.panel import Panel, score_changes, seen_in
from ecosurvey.waves.panel_paths import panel_paths
from ecosurvey.waves.paths import WavePaths, paths_by_wave
from ecosurvey.waves.remarks import design_findings, size_findings, verdict_findings
from ecosurvey.waves.result import WaveComparison

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

ESTIMATORS = ("WLSMV", "MLR", "ML")


def compare_waves(
    instrument: Instrument | Sequence[Instrument],
    waves: Mapping[str, Any] | Sequence[tuple[str, Any]],
    *,
    estimator: str = "WLSMV",
    alpha: float = 0.05,
    level: float = 0.95,
    composition: Sequence[str] = (),
    structural: bool = False,
    id: str | None = None,
    seed: int = 1,
) -> WaveComparison:
    """Tell what changed between waves, where the questionnaire still measures the same.

    First each first-order construct is asked whether it is measured alike: reworded items are
    suspects, drifting items are found by score tests and freed, at least two anchors must remain,
    and scalar invariance, perhaps partial, must hold. Only then is its change reported: latent
    means and variances of each wave against the one before and the first, with intervals.

    Parameters
    ----------
    instrument : Instrument or sequence of Instrument
        The newest version, with its crosswalk; or one a wave, the newest last.
    waves : mapping, or sequence of (label, answers)
        Oldest first. Answers are CleanData, DataFrame or WaveMoments in scoring direction
        (``es.clean`` turns reversed items). With :func:`wave_moments` in place of rows, time and
        memory do not grow with the rows; the estimator is then ML over complete rows.
    estimator : {"WLSMV", "MLR", "ML"}
        ``"WLSMV"`` treats answers of up to seven categories as ordinal, pair by pair where there
        are gaps, and others by MLR. Means and variances of five-point answers taken as numbers
        change together where answers crowd at an end of the scale; as ordinal they do not.
        Otherwise gaps are handled by full-information likelihood. Weights and clusters that
        ``es.clean`` found in every wave enter, by MLR.
    alpha : float
        False-alarm rate: the chance that a questionnaire in which nothing changed gives any alert
        of mean change at all is at most alpha; the same for variances, for drift of reworded and
        for drift of other items.
    level : float
        Of the intervals, which are not adjusted.
    composition : sequence of str
        Background variables whose shares the first wave lends to all others, by raking; the change
        of means is then given twice. In a panel they are asked who was not seen again.
    structural : bool
        Whether to compare paths and the ranks of the key factors as well: one large model over
        the waves, seconds to a minute. In a panel: what leads to what from one wave to the next,
        by :func:`cross_lagged` models of scores with known errors, in ``.panel.paths``.
    id : str, optional
        Column that tells who is who: the waves are a panel. Then invariance is longitudinal,
        with correlated uniquenesses; people missing in a wave stay in by full-information
        likelihood, answers taken as numbers (where nobody is missing WLSMV is used); and
        ``.panel`` tells of change within people and of attrition.
    seed : int
        Of the draws behind the probabilities of ranks.

    Returns
    -------
    WaveComparison
        ``.changes``, ``.alerts``, ``.drifting``, ``.comparability``, ``.levels``, ``.paths``,
        ``.panel``.

    Raises
    ------
    OptionError, DataError
        With fewer than two waves, or where no construct can be studied.

    Notes
    -----
    Constructs of constructs are compared where all their parts can be, and the means of the parts
    follow from that of the whole; answers are taken as numbers there. Effect sizes follow Hancock
    (2001), Psychometrika 66, 373-388. An item drifts if the generalized score test of freeing it
    is significant after Bonferroni; ordinal levels are those of Wu & Estabrook (2016).
    The rates of false alarms hold in large samples; over 400 simulated pairs of waves of 600 that
    differed in nothing, none was seen to exceed its alpha by more than chance.

    References
    ----------
    Byrne, Shavelson & Muthen (1989), Psychological Bulletin 105, 456-466; Meredith (1993),
    Psychometrika 58, 525-543; Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Wu &
    Estabrook (2016), Psychometrika 81, 1014-1045.

    Examples
    --------
    >>> import numpy as np, pandas as pd, ecosurvey as es
    >>> asked = es.load_instrument("instruments/holzinger.yaml")
    >>> rng = np.random.default_rng(1)
    >>> def wave(shift):
    ...     factors = rng.normal(size=(500, 3)).repeat(3, axis=1) + shift
    ...     names = [item.id for item in asked.items]
    ...     return pd.DataFrame(factors + rng.normal(size=(500, 9)), columns=names)
    >>> found = es.compare_waves(asked, {"2024": wave(0), "2025": wave([0.5] * 3 + [0] * 6)})
    >>> [(change.construct, round(change.d, 1)) for change in found.alerts]
    [('visual', 0.5)]
    """
    if not 0 < alpha < 1:
        raise OptionError(
            Text(f"alpha={alpha!r} is not between 0 and 1", f"alpha={alpha!r} 不在0与1之间"),
            fix=Text("Use 0.05.", "请使用0.05。"),
        )
    check_choice("estimator", estimator, ESTIMATORS)
    aligned = align_waves(instrument, waves)
    asked = aligned.instrument
    people = None if id is None else panel_of(aligned, id)
    verdicts = _verdicts(aligned, alpha, estimator, people)
    changes: list[WaveChange] = []
    levels: list[WaveLevel] = []
    for verdict in verdicts:
        if verdict.comparable and verdict.fit is not None:
            name = asked.name_of(verdict.construct)
            own, course = construct_changes(
                verdict.fit, verdict.construct, name, aligned.labels, level, aligned.sizes
            )
            whole = verdict.construct not in aligned.instrument.scales()
            changes += [one for one in own if one.kind == "mean" or not whole]
            levels += course
    told = with_alerts(changes, alpha)
    chart = _chart(verdicts, aligned, alpha)
    findings = [
        *aligned.findings, *size_findings(aligned), *design_findings(aligned, panel=id is not None),
        *verdict_findings(verdicts, asked, estimator),
    ]  # fmt: skip
    panel: Panel | None = None
    if id is not None:
        panel = _panel(aligned, verdicts, people, id, composition, level)
        findings += panel.attrition.findings(alpha)
        if structural:
            assert people is not None  # noqa: S101 (a panel has people)
            lagged, doubts = panel_paths(asked, people, verdicts, aligned.labels, estimator, level)
            panel, findings = replace(panel, paths=lagged), [*findings, *doubts]
    elif composition:
        told, said = same_composition(aligned, verdicts, told, composition, level)
        findings += said
    paths: WavePaths | None = None
    if structural and id is None:
        paths = paths_by_wave(asked, aligned, verdicts, estimator, seed)
        findings += paths.findings
    return WaveComparison(
        asked, aligned.labels, aligned.sizes, aligned.received, verdicts, told, tuple(levels),
        chart, aligned.fates, paths, panel, estimator, alpha, level,
        tuple(composition) if panel is None else (),
        aligned.synthetic, by_severity(findings),
    )  # fmt: skip


def _verdicts(
    aligned: AlignedWaves, alpha: float, estimator: str, people: Any
) -> tuple[Comparability, ...]:
    constructs = [c for c in aligned.instrument.scales() if aligned.items(c)]
    if not constructs:
        raise DataError(
            Text("the waves have no items in common", "各轮数据没有共同的题项"),
            fix=Text("Look at the column names.", "请检查列名。"),
        )
    suspects = sum(fate.fate == "suspect" for fate in aligned.fates)
    others = sum(fate.fate == "same" for fate in aligned.fates)
    families = Families(alpha, max(suspects, 1), max(others, 1), len(constructs))
    found = [judge_construct(aligned, c, families, estimator, people) for c in constructs]
    if people is None:
        parts = {one.construct: one for one in found}
        found += [
            judge_whole(aligned, higher, parts, families, estimator)
            for higher in aligned.instrument.higher_order
        ]
    return tuple(found)


def _panel(
    aligned: AlignedWaves,
    verdicts: Sequence[Comparability],
    people: Any,
    by: str,
    background: Sequence[str],
    level: float,
) -> Panel:
    """Return change within people, and who left."""
    changes = tuple(
        change
        for v in verdicts
        if v.comparable and v.fit is not None
        for change in score_changes(
            v.fit, v.construct, aligned.instrument.name_of(v.construct), aligned.labels, level
        )
    )
    seen, everywhere = seen_in(people, len(aligned.labels))
    return Panel(by, seen, everywhere, changes, attrition(aligned, by, background))


def _chart(
    verdicts: Sequence[Comparability], aligned: AlignedWaves, alpha: float
) -> tuple[ChartPoint, ...]:
    """Return the control charts of all comparable constructs; none for two waves."""
    fits = [(v.construct, v.fit) for v in verdicts if v.comparable and v.fit is not None]
    labels, sizes = aligned.labels, aligned.sizes
    if len(labels) < FEWEST_WAVES or not fits:
        return ()
    limit = chart_limit(len(fits), len(labels), alpha)
    return tuple(p for name, fit in fits for p in chart_points(fit, name, labels, sizes, limit))
