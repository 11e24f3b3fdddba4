"""The front door: how colleges, regions or roles stand, wave by wave, from 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import DataError, Finding, OptionError, Text, by_severity, check_choice
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.performance.experts import Experts
from ecosurvey.performance.measured import (
    Measured,
    measure,
    overall,
    score_parts,
    scores_of,
    unit_codes,
)
from ecosurvey.performance.model import OVERALL, Placing, Score, Unit
from ecosurvey.performance.parts import below, choose_parts, usable_items
from ecosurvey.performance.rankings import Concordance, concordance, rank_chances, ranks
from ecosurvey.performance.result import PerformanceIndex
from ecosurvey.performance.schemes import main_scheme, weights_by_scheme
from ecosurvey.performance.scores import Part
from ecosurvey.performance.units import check_by
from ecosurvey.performance.unsure import (
    Unsure,
    total_draws,
    unsure_places,
    weight_draws,
    weight_intervals,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.instrument import Instrument
    from ecosurvey.sem import SemResult
    from ecosurvey.waves import WaveComparison

    Floats = NDArray[np.float64]

Scaling = Literal["scale", "observed"]


def performance_index(
    instrument: Instrument,
    waves: Any,
    by: str,
    *,
    fit: SemResult | None = None,
    scheme: str | None = None,
    experts: Experts | None = None,
    targets: Mapping[str, float] | None = None,
    comparison: WaveComparison | None = None,
    scaling: Scaling = "scale",
    fewest: int = 5,
    level: float = 0.95,
    seed: int = 1,
) -> PerformanceIndex:
    r"""Score the units of a background variable on 0 to 100, per construct and overall.

    A construct's score is the weighted mean of its items between the ends of their scales; where
    less is better it is counted from the other end. The overall index of unit j is
    :math:`\sum_c w_c\bar y_{jc}`. Means of units are drawn toward the mean of their wave by
    empirical Bayes (:func:`~ecosurvey.performance.shrink_means`).

    Parameters
    ----------
    instrument : Instrument
        The newest version, with its crosswalk.
    waves : CleanData, DataFrame, or mapping of str to these
        Answers in scoring direction; label -> answers, oldest first.
    by : str
        The background variable whose groups are the units.
    fit : SemResult, optional
        The structural model: items are then weighted by their loadings, and the scheme
        ``model`` weights constructs by their total effects on the outcome. Weights are the same
        for all waves. Without it items weigh the same.
    scheme : {"model", "equal", "entropy", "critic", "expert"}, optional
        The main scheme; ``model`` with a fit that has an outcome, else ``equal``. The others are
        computed beside it.
    experts : Experts, optional
        As :func:`~ecosurvey.read_experts` reads them.
    targets : mapping of str to float, optional
        ``overall`` or a construct -> 0 to 100.
    comparison : WaveComparison, optional
        What :func:`~ecosurvey.compare_waves` says of these waves: of constructs that are not
        comparable no change is given, nor of the whole if one of them has weight.
    scaling : {"scale", "observed"}
        For entropy and CRITIC weights: scores between the ends of the scales, which keeps how
        far units differ, or min-max over all units and waves, as is usual with criteria that have
        no common scale.
    fewest : int
        Units with fewer respondents in a wave are left out of it: people could be recognised.
    level : float
        Of the intervals.
    seed : int
        Of the draws behind the intervals of ranks.

    Returns
    -------
    PerformanceIndex

    Raises
    ------
    OptionError
        If ``by``, ``scheme`` or a target is not known.
    DataError
        If fewer than two units remain in every wave, or a scale has no ends.

    Notes
    -----
    Intervals of scores take the weights as given; ``.unsure`` does not: it lets the weights of the
    main scheme vary as far as who answered, or other judgements of the experts, might have made
    them (``.weight_intervals``). Over waves, items that were not asked alike are left
    out; whether the rest measures alike is for :func:`~ecosurvey.compare_waves` to say, and
    without it no change between waves is given.

    References
    ----------
    OECD & JRC (2008), Handbook on Constructing Composite Indicators; weights: see
    ``ecosurvey.performance.weights``; shrinkage: Fay & Herriot (1979), JASA 74, 269-277.

    Examples
    --------
    >>> import ecosurvey as es
    >>> asked = es.load_instrument("instruments/bfi.yaml")
    >>> wave = es.clean(es.read_responses("data/sample/bfi.csv", asked))
    >>> found = es.performance_index(asked, wave, "education")
    >>> [round(one.score, 1) for one in found.scores if one.part == "overall"][:3]
    [66.4, 68.2, 69.4]
    """
    asked = instrument
    labels, frames, synthetic, usable, findings = arranged(asked, waves)
    check_by(by, asked, frames[-1])
    parts, beside, of_model = choose_parts(asked, fit, usable)
    findings += of_model.findings if of_model is not None else ()
    measured, more = _measured(labels, frames, by, (*parts, *beside), fewest, level)
    findings += more
    chosen = main_scheme(
        scheme, of_model is not None and bool(of_model.constructs), experts is not None
    )
    _check_targets(targets or {}, (*parts, *beside))
    weights = weights_by_scheme(
        parts, measured, of_model.constructs if of_model is not None else {}, experts, scaling
    )
    ordered = {chosen: weights[chosen], **weights}
    names = [part.id for part in parts]
    totals = None
    if fit is not None and asked.outcome is not None and "model" in weights:
        less = [part.id for part in parts if part.negative]
        totals = total_draws(fit, names, asked.outcome, less, seed)
    draws = weight_draws(
        measured, names, scaling, seed, totals=totals, experts=experts, schemes=list(weights)
    )
    scores: list[Score] = []
    placings: list[Placing] = []
    alike: list[Concordance] = []
    unsure: list[Unsure] = []
    for wave in measured:
        own, placed, agreed = _of_wave(wave, parts, beside, ordered, targets or {}, level, seed)
        scores, placings, alike = [*scores, *own], [*placings, *placed], [*alike, *agreed]
        if chosen in draws and placed:
            whole = [one for one in own if one.part == OVERALL]
            unsure += unsure_places(wave, whole, ordered[chosen], draws[chosen], seed, level)
    if experts is not None:
        findings += experts.findings
    findings += _remarks(measured, placings)
    loose, doubts = _incomparable(asked, comparison, (*parts, *beside), ordered[chosen], measured)
    findings += doubts
    told = {name: dict(zip(names, of.tolist(), strict=True)) for name, of in ordered.items()}
    return PerformanceIndex(
        by=by, by_name=_label(asked, by), waves=tuple(wave.label for wave in measured),
        units=_units(asked, by, measured), parts=parts, beside=beside, scheme=chosen,
        weights=told, weight_intervals=weight_intervals(told, draws, level), unsure=tuple(unsure),
        scores=tuple(scores), placings=tuple(placings), concordances=tuple(alike),
        experts=experts, synthetic=synthetic, level=level, seed=seed, incomparable=loose,
        findings=by_severity(findings),
    )  # fmt: skip


def arranged(
    asked: Instrument, waves: Any
) -> tuple[list[str], list[pd.DataFrame], bool, frozenset[str], list[Finding]]:
    """Return labels and frames under the newest names, and the items that may be used."""
    from ecosurvey.waves.alignment import align_waves

    given = dict(waves) if isinstance(waves, Mapping) else {"": waves}
    if not given:
        raise OptionError(Text("no waves are given", "没有给出任何一轮数据"))
    if len(given) > 1:
        aligned = align_waves(asked, given)
        frames = [as_frame(frame) for frame in aligned.frames]
        usable, told = usable_items(asked, frames, aligned)
        return list(aligned.labels), frames, aligned.synthetic, usable, list(told)
    label, one = next(iter(given.items()))
    frame = as_frame(getattr(one, "frame", one))
    synthetic = bool(getattr(getattr(one, "responses", None), "synthetic", False))
    usable, told = usable_items(asked, [frame], None)
    told_of = getattr(getattr(one, "responses", None), "waves", ())
    named = [str(name) for name in told_of]
    alone = str(label) or (named[0] if len(named) == 1 else "1")
    return [alone], [frame], synthetic, usable, list(told)


def _measured(
    labels: Sequence[str],
    frames: Sequence[pd.DataFrame],
    by: str,
    parts: Sequence[Part],
    fewest: int,
    level: float,
) -> tuple[list[Measured], list[Finding]]:
    """Return the units of each wave that has two or more; tell of those left out."""
    made: list[Measured] = []
    found: list[Finding] = []
    for label, frame in zip(labels, frames, strict=True):
        need_columns(frame, [by], Text(f"wave {label!r}", f"轮次 {label!r}"))
        codes = unit_codes(frame[by])
        counts = codes.value_counts()
        small = sorted(counts.index[counts < fewest])
        nowhere = int(codes.isna().sum())
        if nowhere:
            message = Text(
                f"wave {label}: respondents who do not say their {by}, left out: {nowhere}",
                f"轮次{label}：未填写{by}的{nowhere}名受访者未纳入",
            )
            found.append(Finding("unit_unknown", "note", message, label))
        if small:
            message = Text(
                f"wave {label}: units with fewer than {fewest} respondents, left out: {len(small)}",
                f"轮次{label}：受访者不足{fewest}人的{len(small)}个单位未列出",
            )
            found.append(Finding("units_too_small", "note", message, label))
        kept = sorted(set(counts.index) - set(small))
        rows = codes.isin(kept).to_numpy()
        if len(kept) < 2:
            message = Text(
                f"wave {label} has fewer than two units of {fewest} respondents; left out",
                f"轮次{label}中人数不少于{fewest}人的单位不足两个，未纳入",
            )
            found.append(Finding("wave_left_out", "warning", message, label))
            continue
        scores = score_parts(frame[rows], parts)
        made.append(measure(label, scores, codes[rows], kept, level))
    if not made:
        raise DataError(
            Text(
                f"no wave has two units of {by!r} with {fewest} respondents",
                f"没有一轮数据有两个 {by!r} 单位各有{fewest}位受访者",
            ),
            fix=Text(
                "Choose another variable, or a smaller number with fewest=.",
                "请选择另一个变量，或用 fewest= 给出更小的数。",
            ),
        )
    return made, found


def _of_wave(
    wave: Measured,
    parts: Sequence[Part],
    beside: Sequence[Part],
    weights: Mapping[str, Floats],
    targets: Mapping[str, float],
    level: float,
    seed: int,
) -> tuple[list[Score], list[Placing], tuple[Concordance, ...]]:
    """Return the scores of one wave, its ranking, and what the ranking hangs on."""
    main = next(iter(weights))
    whole, by_part = scores_of(wave, (*parts, *beside), weights[main], targets, level)
    if not whole:
        return by_part, [], ()
    units = [one.unit for one in whole]
    estimates = {}
    for name, of in weights.items():
        found = overall(wave, of, level)
        if found is not None and [wave.codes[at] for at in found[0]] == units:
            estimates[name] = found[2].estimates
    places = {name: ranks(np.round(values, 9)) for name, values in estimates.items()}
    low, high, first = rank_chances(
        estimates[main], np.array([one.se for one in whole]), seed, wave.label, level
    )
    without = _without_one(wave, weights[main], len(units), level)
    placed = [
        Placing(
            wave.label, unit, int(places[main][at]), int(low[at]), int(high[at]),
            float(first[at]),
            {name: (float(of[at]), int(places[name][at])) for name, of in estimates.items()},
            (int(without[:, at].min()), int(without[:, at].max())),
        )
        for at, unit in enumerate(units)
    ]  # fmt: skip
    return [*whole, *by_part], placed, concordance(wave.label, estimates)


def _without_one(wave: Measured, weights: Floats, units: int, level: float) -> NDArray[np.int64]:
    """Return the ranks with one part at a time left out, a row each; of all if none can be."""
    found = []
    for at in np.flatnonzero(weights > 0):
        rest = weights.copy()
        rest[at] = 0
        if rest.sum() > 0:
            one = overall(wave, rest / rest.sum(), level)
            if one is not None and len(one[0]) == units:
                found.append(ranks(np.round(one[2].estimates, 9)))
    if not found:
        one = overall(wave, weights, level)
        found = [ranks(np.round(one[2].estimates, 9))] if one is not None else []
    return np.array(found)


def _check_targets(targets: Mapping[str, float], parts: Sequence[Part]) -> None:
    known = [OVERALL, *(part.id for part in parts)]
    for name in targets:
        check_choice("target", name, known)


def _label(asked: Instrument, by: str) -> Text:
    return next((one.label for one in asked.variables if one.id == by), Text(by, by))


def _units(asked: Instrument, by: str, measured: Sequence[Measured]) -> tuple[Unit, ...]:
    known = {
        str(option.code): option.label
        for variable in asked.variables
        if variable.id == by
        for option in variable.options
    }
    codes = sorted({code for wave in measured for code in wave.codes})
    return tuple(Unit(code, known.get(code, Text(code, code))) for code in codes)


def _incomparable(
    asked: Instrument,
    comparison: WaveComparison | None,
    parts: Sequence[Part],
    weights: Floats,
    measured: Sequence[Measured],
) -> tuple[tuple[str, ...], list[Finding]]:
    """Return the parts, and the whole, of which no change between waves may be given."""
    if len(measured) < 2:
        return (), []
    everything = (OVERALL, *(part.id for part in parts))
    if comparison is None:
        message = Text(
            "whether the waves measure alike was not tested, so no change between them is given",
            "未检验各轮的测量等值性，因此不给出各轮间的变化",
        )
        return everything, [Finding("comparability_untested", "note", message)]
    alike = {one.construct for one in comparison.comparability if one.comparable}
    loose = [part.id for part in parts if not set(below(asked, part.id)) <= alike]
    if not loose:
        return (), []
    message = Text(
        "constructs that the waves do not measure alike, of which no change is given: {listed}",
        "以下构念跨轮不等值，不给出其变化：{listed}",
    ).fill(listed=Text(
        ", ".join(part.name.en for part in parts if part.id in loose),
        "、".join(part.name.zh for part in parts if part.id in loose),
    ))  # fmt: skip
    heavy = {part.id for part, weight in zip(parts, weights, strict=False) if weight > 0}
    whole = (OVERALL,) if heavy & set(loose) else ()
    return (*whole, *loose), [Finding("index_not_comparable", "warning", message, loose[0])]


def _remarks(measured: Sequence[Measured], placings: Sequence[Placing]) -> list[Finding]:
    """Return what a careful reader of the ranking must know."""
    found = []
    for wave in measured:
        ranked = {place.unit: place for place in placings if place.wave == wave.label}
        lost = [code for code in wave.codes if code not in ranked]
        if lost:
            message = Text(
                "wave {wave}: units without an overall index, since nobody there answered one of "
                "its constructs: {units}",
                "轮次{wave}：以下单位因某个构念无人作答，无总指数：{units}",
            ).fill(wave=wave.label, units=", ".join(lost))
            found.append(Finding("unit_without_index", "warning", message, lost[0]))
        first = [place for place in ranked.values() if place.rank == 1]
        if len(ranked) > 1 and len(first) == len(ranked):
            message = Text(
                f"wave {wave.label}: the units differ by no more than chance would have it; they "
                "share one index",
                f"轮次{wave.label}：各单位间的差异未超出偶然范围，指数相同",
            )
            found.append(Finding("units_alike", "warning", message, wave.label))
        elif first and max(place.prob_first for place in first) < 0.5 and len(ranked) > 1:
            message = Text(
                f"wave {wave.label}: no unit is first with a probability of one half or more; "
                "ranks near each other say little",
                f"轮次{wave.label}：没有任何单位居首的概率达到一半，相邻排名的差别意义不大",
            )
            found.append(Finding("ranks_uncertain", "warning", message, wave.label))
    return found
