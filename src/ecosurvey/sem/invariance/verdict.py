"""Whether a level of invariance holds: changes of fit against published cut-offs."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan

from ecosurvey.core import Text, number, p_relation
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.invariance.levels import Level
from ecosurvey.sem.measures import headline_measures

_LARGE = 300  # rows over all groups above which Chen's cut-offs are those for large samples


@dataclass(frozen=True, slots=True)
class CutOffs:
    """How much worse a model may fit than the one before it.

    Attributes
    ----------
    cfi, rmsea, srmr : float
        Largest fall of CFI, largest rises of RMSEA and SRMR.
    source : str
    """

    cfi: float
    rmsea: float
    srmr: float
    source: str


def cut_offs(n: int, level: Level) -> CutOffs:
    """Return the cut-offs for a sample of ``n`` rows over all groups.

    References
    ----------
    Chen (2007), SEM 14, 464-504, p. 501: with more than 300 rows .010 in CFI, supplemented by
    .015 in RMSEA or .030 (loadings), .010 (intercepts, residuals) in SRMR; with fewer .005,
    .010, and .025 or .005. Cheung & Rensvold (2002), SEM 9, 233-255: .01 in CFI.
    """
    loadings = level.adds == "loadings"
    if n > _LARGE:
        return CutOffs(0.010, 0.015, 0.030 if loadings else 0.010, "Chen 2007, N > 300")
    return CutOffs(0.005, 0.010, 0.025 if loadings else 0.005, "Chen 2007, N <= 300")


@dataclass(frozen=True, slots=True)
class Measures:
    """What a model is judged by: robust CFI and RMSEA where there are any.

    Attributes
    ----------
    chisq, df, pvalue : float
        The scaled test where there is one.
    cfi, rmsea, srmr : float
    kind : str
        ``"plain"``, ``"robust"`` or ``"scaled"``: which CFI and RMSEA these are.
    """

    chisq: float
    df: float
    pvalue: float
    cfi: float
    rmsea: float
    srmr: float
    kind: str


def measures_of(fit: Fit) -> Measures:
    """Return the measures of a fit that its levels are compared by.

    For ordinal items they are the scaled ones: the robust ones are not defined once thresholds
    are equal, and levels must be compared by one and the same measure.
    """
    found = headline_measures(fit)
    if fit.model.responses:
        found = {name: value for name, value in found.items() if not name.endswith("_robust")}
    scaled = "_scaled" if isfinite(found.get("chisq_scaled", nan)) else ""
    kind = next(
        end
        for end in ("_robust", "_scaled", "")
        if not end
        or (isfinite(found.get(f"cfi{end}", nan)) and isfinite(found.get(f"rmsea{end}", nan)))
    )
    return Measures(
        found[f"chisq{scaled}"],
        found[f"df{scaled}"] if f"df{scaled}" in found else found["df"],
        found[f"pvalue{scaled}"],
        found[f"cfi{kind}"],
        found[f"rmsea{kind}"],
        found["srmr"],
        kind.strip("_") or "plain",
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A level against the one before it.

    Attributes
    ----------
    cfi, rmsea, srmr : float
        This level's less the other's.
    limits : CutOffs
    chisq, df, pvalue : float
        The (scaled) difference test.
    """

    cfi: float
    rmsea: float
    srmr: float
    limits: CutOffs
    chisq: float
    df: float
    pvalue: float

    @property
    def cfi_beyond(self) -> bool:
        """Whether CFI fell by more than it may."""
        return not -self.cfi <= self.limits.cfi

    @property
    def rmsea_beyond(self) -> bool:
        """Whether RMSEA rose by as much as it must not."""
        return self.rmsea >= self.limits.rmsea

    @property
    def srmr_beyond(self) -> bool:
        """Whether SRMR rose by as much as it must not."""
        return self.srmr >= self.limits.srmr

    @property
    def holds(self) -> bool:
        """Whether CFI stays within its limit, and RMSEA and SRMR are not both beyond theirs."""
        return not self.cfi_beyond and not (self.rmsea_beyond and self.srmr_beyond)


def fits(measures: Measures) -> bool:
    """Tell whether the first level fits at all: two of CFI >= .90, RMSEA and SRMR <= .08.

    Hu & Bentler (1999), SEM 6, 1-55, judge by combinations; stricter limits refuse most
    questionnaires.
    """
    return (measures.cfi >= 0.90) + (measures.rmsea <= 0.08) + (measures.srmr <= 0.08) >= 2


def first_words(measures: Measures) -> Text:
    """Say whether the first level fits."""
    shown = (
        f"CFI = {number(measures.cfi, 3, bounded=True)}, RMSEA = "
        f"{number(measures.rmsea, 3, bounded=True)}, SRMR = "
        f"{number(measures.srmr, 3, bounded=True)}"
    )
    if fits(measures):
        return Text(f"The model fits in all groups: {shown}.", f"模型在各组拟合可接受：{shown}。")
    return Text(
        f"The model does not fit well even without equalities: {shown}.",
        f"即使不设等值约束，模型拟合也欠佳：{shown}。",
    )


def change_words(level: Level, change: Change, freed: tuple[str, ...]) -> Text:
    """Say whether a level holds, by which numbers, and what it allows."""
    limits = change.limits
    shown = (
        f"ΔCFI = {number(change.cfi, 3, bounded=True)} ({number(-limits.cfi, 3, bounded=True)}), "
        f"ΔRMSEA = {number(change.rmsea, 3, bounded=True)} "
        f"({number(limits.rmsea, 3, bounded=True)}), "
        f"ΔSRMR = {number(change.srmr, 3, bounded=True)} ({number(limits.srmr, 3, bounded=True)})"
    )
    test = f"p {p_relation(change.pvalue)}"
    count = len(freed)
    many = "s" if count > 1 else ""
    free = Text(f" with {count} parameter{many} free", f"释放{count}个参数后，")
    partly = free if count else _NONE
    name = level.title
    if level.name != "means":
        name = Text(f"{name.en} invariance", name.zh)
    if change.holds:
        allows = level.partly if count else level.allows
        return Text(
            f"{name.en} holds{partly.en}; {allows.en}: {shown}; difference test {test}.",
            f"{partly.zh}{name.zh}成立，{allows.zh}：{shown}；差异检验{test}。",
        )
    return Text(
        f"{name.en} does not hold{partly.en}: {shown}; difference test {test}.",
        f"{partly.zh}{name.zh}不成立：{shown}；差异检验{test}。",
    )


def no_solution_words(level: Level) -> Text:
    """Say that a level could not be judged."""
    return Text(
        f"{level.title.en}: the model has no solution here, so the level cannot be judged.",
        f"{level.title.zh}：模型在此无解，无法判断该水平是否成立。",
    )


_NONE = Text("", "")
