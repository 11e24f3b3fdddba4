"""Who answered taken out of what changed: every wave weighted to the first one's composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.cleaning import rake
from ecosurvey.cleaning.design import WEIGHT
from ecosurvey.core import DataError, Finding, OptionError, Text
from ecosurvey.core.frames import need_columns
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.change import WaveChange, construct_changes
from ecosurvey.waves.comparability import Comparability
from ecosurvey.waves.measurement import Continuous, design_columns
from ecosurvey.waves.moments import WaveMoments

Pair = tuple[str, str, str]


def same_composition(
    waves: AlignedWaves,
    verdicts: Sequence[Comparability],
    changes: Sequence[WaveChange],
    by: Sequence[str],
    level: float,
) -> tuple[tuple[WaveChange, ...], tuple[Finding, ...]]:
    """Add to every change of a mean what is left of it when the waves are composed alike.

    Each wave is raked to the first one's shares of the variables, from its design weights where it
    has some; the change is then estimated from the answers as numbers, by MLR with these weights,
    and beside it without them, so that the two differ by composition alone.

    Raises
    ------
    OptionError
        If a wave is given as moments.
    DataError
        If a wave has people of a kind that the first has not, or the reverse.
    """
    if waves.as_moments:
        raise OptionError(
            Text("composition needs rows", "比较构成需要数据行"),
            fix=Text("Give the waves as data frames.", "请以数据框给出各轮数据。"),
        )
    weights, findings = _weights(waves, by)
    plain: dict[Pair, WaveChange] = {}
    raked: dict[Pair, WaveChange] = {}
    for verdict in verdicts:
        if verdict.comparable and waves.items(verdict.construct):
            plain |= _mean_changes(waves, verdict, None, level)
            raked |= _mean_changes(waves, verdict, weights, level)
    found = []
    for change in changes:
        key = (change.construct, change.earlier, change.later)
        if change.kind == "mean" and key in plain and key in raked:
            change = replace(
                change, numbers_d=plain[key].d, composition_d=raked[key].d,
                composition_se=raked[key].se,
            )  # fmt: skip
        found.append(change)
    return tuple(found), findings


def _weights(
    waves: AlignedWaves, by: Sequence[str]
) -> tuple[tuple[NDArray[np.float64], ...], tuple[Finding, ...]]:
    """Return every wave's weights, zero for rows whose kind is not known."""
    import pandas as pd

    designed = WEIGHT in design_columns(waves)
    found: list[NDArray[np.float64]] = []
    findings: list[Finding] = []
    shares: dict[str, Any] = {}
    for label, frame in zip(waves.labels, waves.frames, strict=True):
        assert not isinstance(frame, WaveMoments)  # noqa: S101 (the caller has looked)
        need_columns(frame, by, Text(f"wave {label!r}", f"轮次 {label!r}"))
        known = frame[list(by)].notna().all(axis=1).to_numpy()
        rows = frame.loc[known]
        base = rows[WEIGHT] if designed else pd.Series(1.0, index=rows.index)
        if not shares:
            shares = {name: (base.groupby(rows[name]).sum() / base.sum()).to_dict() for name in by}
        try:
            raked = rake(rows, shares, base=base.tolist())
        except DataError as error:
            raise DataError(
                Text(
                    f"wave {label!r} cannot be given the composition of "
                    f"{waves.labels[0]!r}: {error}",
                    f"轮次 {label!r} 无法调整为 {waves.labels[0]!r} 的构成：{error.say('zh')}",
                ),
                fix=Text(
                    "Merge small categories before comparing.", "请在比较前合并人数少的类别。"
                ),
            ) from None
        findings += [replace(f, where=label) for f in raked.findings]
        full = np.zeros(len(frame))
        full[known] = raked.weights.to_numpy()
        found.append(full)
    return tuple(found), tuple(findings)


def _mean_changes(
    waves: AlignedWaves,
    verdict: Comparability,
    weights: tuple[NDArray[np.float64], ...] | None,
    level: float,
) -> dict[Pair, WaveChange]:
    items = waves.items(verdict.construct)
    measurement = Continuous(waves, verdict.construct, items, "MLR", weights)
    fit = measurement.fit(measurement.levels[-1], verdict.freed)
    if not fit.converged:
        return {}
    name = waves.instrument.name_of(verdict.construct)
    own, _ = construct_changes(fit, verdict.construct, name, waves.labels, level)
    return {(c.construct, c.earlier, c.later): c for c in own if c.kind == "mean"}
