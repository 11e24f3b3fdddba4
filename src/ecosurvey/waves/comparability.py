"""Whether a construct is measured alike in all waves: anchors, suspects, drifting items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Any

from ecosurvey.core import ConvergenceError, DataError, EcosurveyError, IdentificationError, Text
from ecosurvey.sem import SemResult
from ecosurvey.sem.difference import chisq_difference
from ecosurvey.sem.invariance import Change, Measures
from ecosurvey.sem.invariance.levels import Level
from ecosurvey.sem.invariance.release import constraint_numbers
from ecosurvey.sem.invariance.verdict import cut_offs, fits, measures_of
from ecosurvey.sem.values import row_values
from ecosurvey.waves.alignment import AlignedWaves
from ecosurvey.waves.drift import robust_score_test
from ecosurvey.waves.items import ItemInWave, items_by_wave
from ecosurvey.waves.longitudinal import OrdinalLongitudinal, longitudinal
from ecosurvey.waves.measurement import Measurement, Ordinal, measurement_of
from ecosurvey.waves.rows import factor_rows

FEWEST_ITEMS = 3  # with two, equality of both is all that identifies the model: nothing to test
FEWEST_ANCHORS = 2
LEAST_VARIANCE = 0.1  # of the largest of any wave, below which items measure nothing in common


@dataclass(frozen=True, slots=True)
class DriftTest:
    """The score test of letting one item differ over the waves in all its parameters at once.

    Attributes
    ----------
    item, construct : str
    suspect : bool
        Whether it was reworded.
    chisq, df, pvalue : float
        As last computed: of the model in which it was freed, or of the last model. Loading and
        intercept are released; of ordinal items loading and thresholds.
    adjusted : float
        p times the number of tests of its family: reworded items, or all others.
    freed : bool
    dmacs : float
        How differently a freed item works: the largest of any wave against the first, in standard
        deviations of the item (Nye & Drasgow 2011); 0 where it is held equal.
    """

    item: str
    construct: str
    suspect: bool
    chisq: float
    df: int
    pvalue: float
    adjusted: float
    freed: bool
    dmacs: float = 0.0


@dataclass(frozen=True, slots=True)
class Comparability:
    """What may be compared of one construct.

    Attributes
    ----------
    construct : str
    comparable : bool
        Whether change of the latent mean may be spoken of.
    related : bool
        Whether its relations to others may be compared: equal loadings, perhaps in part.
    why : Text
    ordinal : bool
        Whether answers were treated as categories.
    anchors, freed : tuple of str
        Items equal over the waves, and items that are not.
    tests : tuple of DriftTest
    levels : tuple of (Level, Measures, Change or None)
        From the configural to the scalar model, with the freed items free.
    fit : SemResult or None
        The scalar model.
    items : tuple of ItemInWave
        Every item in every wave, without equalities, on the common scale.
    """

    construct: str
    comparable: bool
    related: bool
    why: Text
    ordinal: bool = False
    anchors: tuple[str, ...] = ()
    freed: tuple[str, ...] = ()
    tests: tuple[DriftTest, ...] = ()
    levels: tuple[tuple[Level, Measures, Change | None], ...] = ()
    fit: SemResult | None = None
    items: tuple[ItemInWave, ...] = ()


@dataclass(frozen=True, slots=True)
class Families:
    """The size of the families that the tests belong to.

    Attributes
    ----------
    alpha : float
        Chance that any of a family errs.
    suspects, others, constructs : int
    """

    alpha: float
    suspects: int
    others: int
    constructs: int


def judge_construct(
    waves: AlignedWaves, construct: str, families: Families, estimator: str, panel: Any = None
) -> Comparability:
    """Find the anchors of one construct, and say whether its waves can be compared.

    A one-factor model with equal loadings and intercepts (thresholds) is fitted over the waves.
    Reworded items are tested first, then all others, each by the score test of freeing all its
    parameters together; the one that gains most is freed while any is significant after
    Bonferroni over its family (all items of the questionnaire). At least two items must stay
    equal, and every level must hold by change of fit or by its difference test. With a panel
    (of :func:`panel_of`) the model is that of the same people seen again. What cannot be fitted
    cannot be compared; the other constructs still can.
    """
    try:
        return _judge(waves, construct, families, estimator, panel)
    except (DataError, IdentificationError, ConvergenceError) as error:
        why = unfitted(error)
        return Comparability(construct, False, False, why)


def unfitted(error: EcosurveyError) -> Text:
    """Return why a model could not be fitted."""
    words = [part for part in (error.words.where, error.words.found) if part is not None]
    en, zh = (": ".join(part.en for part in words), "：".join(part.zh for part in words))
    return Text(f"it cannot be fitted ({en})", f"模型无法拟合（{zh}）")


def _judge(
    waves: AlignedWaves, construct: str, families: Families, estimator: str, panel: Any
) -> Comparability:
    items = waves.items(construct)
    if len(items) < FEWEST_ITEMS:
        why = Text(
            f"{len(items)} items in all waves: too few to test",
            f"仅{len(items)}个共同题项，无法检验",
        )
        return Comparability(construct, False, False, why)
    measurement: Measurement
    if panel is None:
        measurement = measurement_of(waves, construct, estimator)
    else:
        measurement = longitudinal(waves, panel, construct, estimator)
    suspects = waves.items(construct, "suspect")
    freed, done, fit, broken = _search(measurement, waves, construct, suspects, families)
    anchors = tuple(item for item in items if item not in freed)
    ordinal = isinstance(measurement, Ordinal | OrdinalLongitudinal)
    found = Comparability(
        construct, False, False, Text("", ""), ordinal, anchors, tuple(freed), tuple(done),
    )  # fmt: skip
    if fit is None:
        why = Text("fewer than two items are alike in all waves", "各轮一致的题项不足两个")
        return replace(found, why=why)
    if not fit.converged:
        return replace(
            found,
            why=Text(
                "equal loadings and intercepts cannot be fitted: the model did not converge",
                "等值模型无法拟合：未收敛",
            ),
        )
    levels, free = _levels(measurement, freed, fit)
    each = items_by_wave(waves, construct, free.fit, fit.fit) if free.converged else ()
    sizes = {item: max((x.dmacs for x in each if x.item == item), default=nan) for item in items}
    good, related, why = _verdict(levels, broken, freed, families)
    if good and _collapses(fit, construct, len(waves.labels)):
        good, related = False, False
        why = Text(
            "its items hang together in one wave and hardly in another",
            "题项仅在部分轮次相互关联，其余轮次几乎无关",
        )
    return replace(
        found, comparable=good, related=related, why=why, levels=levels, fit=fit,
        items=each,
        tests=tuple(replace(t, dmacs=sizes[t.item] if t.freed else 0.0) for t in done),
    )  # fmt: skip


def _collapses(fit: SemResult, construct: str, waves: int) -> bool:
    """Tell whether the factor's variance all but vanishes in some wave beside another."""
    values, _ = row_values(fit.fit.model, fit.fit.x)
    variances = [float(values[at]) for _, at in factor_rows(fit.fit, construct, waves)]
    return min(variances) < LEAST_VARIANCE * max(variances)


def _search(
    measurement: Measurement,
    waves: AlignedWaves,
    construct: str,
    suspects: Sequence[str],
    families: Families,
) -> tuple[list[str], list[DriftTest], SemResult | None, bool]:
    """Free drifting items one by one; return them, all tests, the last model, and its failure."""
    items = waves.items(construct)
    freed = list(waves.items(construct, "free"))
    done: list[DriftTest] = []
    fit: SemResult | None = None
    while True:
        anchors = [item for item in items if item not in freed]
        if len(anchors) < FEWEST_ANCHORS:
            return freed, done, None, True
        fit = measurement.fit(measurement.levels[-1], freed)
        if not fit.converged:
            return freed, done, fit, True
        tests = _drift_tests(measurement, fit, construct, anchors, suspects, families)
        worst = next((test for test in tests if test.adjusted < families.alpha), None)
        if worst is None or len(anchors) <= FEWEST_ANCHORS:
            return freed, done + tests, fit, worst is not None
        done.append(replace(worst, freed=True))
        freed.append(worst.item)


def _drift_tests(
    measurement: Measurement,
    fit: SemResult,
    construct: str,
    anchors: Sequence[str],
    suspects: Sequence[str],
    families: Families,
) -> list[DriftTest]:
    """Return every anchor's test: significant suspects before others, then by size."""
    numbers = constraint_numbers(fit.fit)
    by_item: dict[str, list[int]] = {}
    for row in fit.fit.model.table.rows:
        if row.group == 1 and row.plabel in numbers:
            item = measurement.item_of(row.rhs if row.op == "=~" else row.lhs)
            by_item.setdefault(item, []).extend(numbers[row.plabel])
    found = []
    for item in anchors:
        stat, df, pvalue = robust_score_test(fit.fit, by_item[item])
        suspect = item in suspects
        family = families.suspects if suspect else families.others
        adjusted = min(1.0, pvalue * family)
        found.append(DriftTest(item, construct, suspect, stat, df, pvalue, adjusted, freed=False))
    return sorted(found, key=lambda t: (not (t.suspect and t.adjusted < families.alpha), t.pvalue))


def _levels(
    measurement: Measurement, freed: Sequence[str], scalar: SemResult
) -> tuple[tuple[tuple[Level, Measures, Change | None], ...], SemResult]:
    """Return the levels, and the model without equalities."""
    found: list[tuple[Level, Measures, Change | None]] = []
    before = free = measurement.fit(measurement.levels[0], freed)
    for level in measurement.levels:
        last = level is measurement.levels[-1]
        fit = scalar if last else measurement.fit(level, freed) if found else free
        now = measures_of(fit.fit)
        change = None
        if found:
            base = found[-1][1]
            test = chisq_difference(fit.fit, before.fit, "default", "delta", scaled_shifted=True)
            change = Change(
                now.cfi - base.cfi, now.rmsea - base.rmsea, now.srmr - base.srmr,
                cut_offs(fit.n, level), test.chisq_diff, test.df_diff, test.pvalue,
            )  # fmt: skip
        found.append((level, now, change))
        before = fit
    return tuple(found), free


def _verdict(
    levels: Sequence[tuple[Level, Measures, Change | None]],
    broken: bool,
    freed: Sequence[str],
    families: Families,
) -> tuple[bool, bool, Text]:
    """Tell whether means, and whether relations, may be compared, and why."""
    limit = families.alpha / families.constructs
    if not fits(levels[0][1]):
        return False, False, Text("one factor does not fit its items", "单因子模型与题项不拟合")
    failed = [
        level
        for level, _, change in levels[1:]
        if change is not None and not change.holds and not change.pvalue >= limit
    ]
    related = all(level.name == "scalar" for level in failed)
    if failed:
        level = failed[0]
        why = Text(f"invariance does not hold: {level.title.en.lower()}", f"{level.title.zh}不成立")
        return False, related and not broken, why
    if broken:
        return (
            False,
            False,
            Text(
                "an item drifts, and no two anchors would remain without it",
                "存在漂移题项，释放后锚题不足两个",
            ),
        )
    if freed:
        return True, True, Text("partial scalar invariance", "部分强等值")
    return True, True, Text("scalar invariance", "强等值成立")
