"""The key factors from every angle: one call, one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ecosurvey.core import DataError, Finding, OptionError, Result, Table, Text, by_severity
from ecosurvey.core.frames import as_frame
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.confounding import Confounding, confounding
from ecosurvey.keyfactors.distinguish import Distinguished, distinguish
from ecosurvey.keyfactors.effect_intervals import EffectIntervals, effect_intervals
from ecosurvey.keyfactors.equivalent import EquivalentModels, equivalent_models
from ecosurvey.keyfactors.importance_performance import (
    ImportancePerformance,
    importance_performance,
)
from ecosurvey.keyfactors.influence import Influence, influence
from ecosurvey.keyfactors.necessary import NecessaryConditions, necessary_conditions
from ecosurvey.keyfactors.ranking import KeyFactors, key_factors
from ecosurvey.keyfactors.relative_importance import RelativeImportance, relative_importance
from ecosurvey.keyfactors.verdict import Verdict, verdict

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult

_TURNED = Text("low {name}", "低{name}")


@dataclass(frozen=True, slots=True)
class FactorStudy(Result):
    """The key factors from every angle; parts that the data do not allow are ``None``.

    Attributes
    ----------
    outcome : str
    effects : EffectIntervals
    distinguished : Distinguished or None
        None for a single factor.
    importance : RelativeImportance or None
    map : ImportancePerformance or None
        None where the ends of the scales are not known.
    necessary : NecessaryConditions or None
        None where the rows are not at hand.
    confounding : Confounding
    influence : Influence or None
        None for more than 2,000 rows, or moments only.
    verdict : Verdict or None
    seed : int
    findings : tuple of Finding
    equivalent : EquivalentModels or None
        Other directions of the paths that fit exactly as well.
    """

    outcome: str
    effects: EffectIntervals
    distinguished: Distinguished | None
    importance: RelativeImportance | None
    map: ImportancePerformance | None
    necessary: NecessaryConditions | None
    confounding: Confounding
    influence: Influence | None
    verdict: Verdict | None
    seed: int
    findings: tuple[Finding, ...] = ()
    equivalent: EquivalentModels | None = None

    def parts(self) -> tuple[Result, ...]:
        """Return the parts that there are, the verdict first."""
        made = [getattr(self, part.name) for part in fields(self)]
        found = [part for part in made if isinstance(part, Result)]
        return tuple(sorted(found, key=lambda part: not isinstance(part, Verdict)))

    def tables(self) -> tuple[Table, ...]:
        """Return the tables of all parts."""
        return tuple(table for part in self.parts() for table in part.tables())


def factor_study(
    fit: SemResult,
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    ranking: KeyFactors | None = None,
    scores: Any = None,
    ends: Mapping[str, tuple[float, float]] | None = None,
    names: Mapping[str, Text] | None = None,
    bootstrap: BootstrapResult | None = None,
    n_draws: int = 4000,
    n_permutations: int = 1000,
    seed: int | None = None,
) -> FactorStudy:
    """Look at the factors of an outcome from every angle that the fit allows.

    Parameters
    ----------
    fit : SemResult
        A fitted structural model of one group, with standard errors.
    outcome : str
    candidates : sequence of str, optional
    ranking : KeyFactors, optional
        If it was made before.
    scores : DataFrame, optional
        Scale scores of all rows that were given to the fit, to set ordinary regression beside;
        higher-order factors the fit has are filled in from their parts. Its index names the rows.
    ends : mapping of str to (float, float), optional
        Theoretical ends of each item's scale.
    names : mapping of str to Text, optional
    bootstrap : BootstrapResult, optional
        Draws for everything; otherwise draws of N(estimate, covariance).
    n_draws, n_permutations : int
    seed : int, optional

    Returns
    -------
    FactorStudy

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from ecosurvey.sem import sem
    >>> a, b, e = np.random.default_rng(1).normal(size=(3, 500))
    >>> df = pd.DataFrame({"a": a, "b": b, "y": 0.6 * a + 0.2 * b + e})
    >>> factor_study(sem("y ~ a + b", df), "y", seed=1).verdict.first
    ('a',)
    """
    used = new_seed() if seed is None else seed
    ranked = ranking or key_factors(fit, outcome, candidates, names=names, seed=used)
    chosen = ranked.factors
    intervals = effect_intervals(
        fit, outcome, chosen, names=names, bootstrap=bootstrap, n_draws=n_draws, seed=used
    )
    apart = importance = said = None
    doubts: list[Finding] = []
    if len(chosen) > 1:
        apart = distinguish(
            fit, outcome, chosen, names=names, bootstrap=bootstrap, n_draws=n_draws, seed=used
        )
        try:
            importance = relative_importance(
                fit, outcome, chosen[:15], names=names, bootstrap=bootstrap, seed=used,
                scores=_filled_in(scores, fit, [*chosen[:15], outcome]),
            )  # fmt: skip
        except DataError as error:  # improper correlations, or too few complete scores
            doubts.append(_without_importance(error))
        said = verdict(ranked, apart)
    placed = None
    if ends is not None and set(chosen) <= set(fit.table.latent):
        placed = importance_performance(
            fit, outcome, ends, chosen, names=names, bootstrap=bootstrap, seed=used
        )
    needed = _necessary(fit, outcome, ranked, names, n_permutations, used)
    hidden = confounding(fit, names=names)
    moments = fit.fit.model.moments[0]
    weights = None
    if fit.n <= 2_000 and (moments.data is not None or moments.rows is not None):
        labels = None if scores is None else list(as_frame(scores, Text("scores", "得分")).index)
        weights = influence(fit, outcome, chosen, names=names, labels=labels)
    found = [f for part in (intervals, apart, importance, placed, needed, hidden, weights) if part
             for f in part.findings]  # fmt: skip
    found += doubts
    return FactorStudy(
        outcome, intervals, apart, importance, placed, needed, hidden, weights, said, used,
        by_severity(found), equivalent_models(fit, names=names),
    )  # fmt: skip


def _without_importance(error: DataError) -> Finding:
    said = error.words
    return Finding(
        "importance_left_out",
        "warning",
        Text(
            f"relative importance was left out: {said.found.en}.",
            f"未计算相对重要性：{said.found.zh}。",
        ),
        hint=said.fix,
    )


def _necessary(
    fit: SemResult,
    outcome: str,
    ranked: KeyFactors,
    names: Mapping[str, Text] | None,
    n_permutations: int,
    seed: int,
) -> NecessaryConditions | None:
    """Test latent scores; of a factor that hinders, whether its absence is necessary."""
    latent = fit.table.latent
    if outcome not in latent:
        return None
    try:
        scores = fit.scores().to_frame()
    except (DataError, OptionError):  # of moments, or pooled: there are no rows to look at
        return None
    known = dict(names or {})
    for row in ranked.rows:
        if row.factor in latent and row.total_std < 0:
            scores[row.factor] = -scores[row.factor]
            known[row.factor] = _TURNED.fill(name=row.name)
    chosen = [factor for factor in ranked.factors if factor in latent]
    return necessary_conditions(
        scores, outcome, chosen, names=known, n_permutations=n_permutations, seed=seed
    )


def _filled_in(scores: Any, fit: SemResult, wanted: Sequence[str]) -> Any:
    """Return the scores with means of parts for higher-order factors; None if one is missing."""
    if scores is None:
        return None
    frame = as_frame(scores, Text("scores", "得分")).copy()
    for name in wanted:
        if name in frame.columns:
            continue
        parts = [r.rhs for r in fit.table.rows if r.op == "=~" and r.lhs == name]
        if not parts or not set(parts) <= set(frame.columns):
            return None
        frame[name] = frame[parts].mean(axis=1, skipna=False)
    return frame
