"""Constructs of constructs over the waves: whether the change of the parts is that of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ecosurvey.core import ConvergenceError, DataError, IdentificationError, Text
from ecosurvey.sem import SemResult
from ecosurvey.sem.difference import chisq_difference
from ecosurvey.sem.invariance import LEVELS, Change
from ecosurvey.sem.invariance.verdict import cut_offs, fits, measures_of
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.comparability import Comparability, Families, unfitted
from ecosurvey.waves.measurement import fit_numbers, numbers_estimator

if TYPE_CHECKING:
    from ecosurvey.instrument import HigherOrder

FEWEST_PARTS = 3


def judge_whole(
    waves: AlignedWaves,
    higher: HigherOrder,
    parts: Mapping[str, Comparability],
    families: Families,
    estimator: str,
) -> Comparability:
    """Say whether a construct of constructs can be compared over the waves.

    All parts must be comparable. Two models are then fitted to all items, answers taken as
    numbers, loadings and intercepts of items and loadings of parts equal over the waves: one in
    which every part has a mean of its own, one in which the parts' means follow from the whole's.
    The second must hold by change of fit or by its difference test; its mean of the whole is what
    changed.

    References
    ----------
    Chen, Sousa & West (2005), Structural Equation Modeling 12, 471-492.
    """
    name, own = higher.id, [parts[part] for part in higher.of if part in parts]
    if len(own) < len(higher.of) or not all(one.comparable for one in own):
        why = Text("its parts cannot all be compared", "其组成构念不全可比较")
        return Comparability(name, False, False, why)
    if len(own) < FEWEST_PARTS:
        why = Text(f"{len(own)} parts: too few to test", f"仅{len(own)}个组成构念，无法检验")
        return Comparability(name, False, False, why)
    try:
        free = _fit(waves, name, own, estimator, whole=False)
        fit = _fit(waves, name, own, estimator, whole=True)
    except (DataError, IdentificationError, ConvergenceError) as error:
        why = unfitted(error)
        return Comparability(name, False, False, why)
    if not (free.converged and fit.converged):
        why = Text("the model of the whole did not converge", "整体模型未收敛")
        return Comparability(name, False, False, why)
    base, now = measures_of(free.fit), measures_of(fit.fit)
    test = chisq_difference(fit.fit, free.fit, "default", "delta", scaled_shifted=True)
    change = Change(
        now.cfi - base.cfi, now.rmsea - base.rmsea, now.srmr - base.srmr,
        cut_offs(fit.n, LEVELS[2]), test.chisq_diff, test.df_diff, test.pvalue,
    )  # fmt: skip
    good, why = True, Text("the parts change as the whole", "组成构念随整体变化")
    if not fits(base):
        good, why = False, Text("the parts do not form one construct", "组成构念不构成单一整体")
    elif not change.holds and not change.pvalue >= families.alpha / families.constructs:
        good, why = False, Text("the parts changed differently", "组成构念的变化不一致")
    levels = ((LEVELS[1], base, None), (LEVELS[2], now, change))
    return Comparability(
        name, good, fits(base), why, anchors=tuple(higher.of), levels=levels, fit=fit
    )


def _fit(
    waves: AlignedWaves, name: str, parts: Sequence[Comparability], estimator: str, *, whole: bool
) -> SemResult:
    later = ", ".join(["NA"] * (len(waves.labels) - 1))
    still = ", ".join(["0"] * (len(waves.labels) - 1))
    items: list[str] = []
    partial: list[str] = []
    lines: list[str] = []
    for part in parts:
        own = waves.items(part.construct)
        items += own
        lines.append(f"{part.construct} =~ {' + '.join(own)}")
        lines.append(f"{part.construct} ~ c(0, {still if whole else later})*1")
        partial += [f"{part.construct}=~{item}" for item in part.freed]
        partial += [f"{item}~1" for item in part.freed]
    lines.append(f"{name} =~ {' + '.join(part.construct for part in parts)}")
    lines.append(f"{name} ~ c(0, {later if whole else still})*1")
    numbers = numbers_estimator(waves, estimator)
    return fit_numbers(waves, "\n".join(lines), items, LEVELS[2].equal, partial, numbers)
