"""Does it hold? The ranking under every reasonable analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, EcosurveyError, Finding, Text
from ecosurvey.core.random import new_seed
from ecosurvey.keyfactors.specifications import (
    CHOICES,
    ESTIMATIONS,
    Specification,
    score_columns,
    specifications,
)
from ecosurvey.keyfactors.steadiness import SpecificationCurve, Steadiness, explained
from ecosurvey.keyfactors.structures import estimated_structure, leading_to

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]


def specification_curve(
    fit: SemResult,
    data: pd.DataFrame | Mapping[str, pd.DataFrame],
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    estimations: Sequence[str] = ("ML, complete rows", "MLR, complete rows", "ML, EM moments"),
    controls: Sequence[str] = (),
    limit: int = 200,
    names: Mapping[str, Text] | None = None,
    jobs: int | None = None,
    seed: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SpecificationCurve:
    """Fit every reasonable analysis and compare the rankings.

    Parameters
    ----------
    fit : SemResult
        The analysis as it stands, one group.
    data : DataFrame, or mapping of str to DataFrame
        The rows; or, for each exclusion rule by name, the rows that it keeps.
    outcome : str
    candidates : sequence of str, optional
    estimations : sequence of str
        ``"ML, complete rows"``, ``"MLR, complete rows"``, ``"ML, EM moments"`` (moments from
        every answer by EM, then the model: near full information at a hundredth of its time,
        errors slightly too small), ``"ML, all answers"``, ``"MLR, all answers"`` (slow).
    controls : sequence of str
        Columns; the outcome is regressed on them in half of the analyses.
    limit : int
        More combinations than this are sampled.
    names : mapping of str to Text, optional
    jobs : int, optional
        Worker processes, -1 for all cores; the result does not depend on it.
    seed : int, optional
        Of the sampling of combinations.
    on_progress : callable, optional
        Called with (done, wanted).

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    DataError
        If no analysis gives a result.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), Nature Human Behaviour 4, 1208-1214; Steegen, Tuerlinckx,
    Gelman & Vanpaemel (2016), Perspectives on Psychological Science 11, 702-712; EM moments:
    Yuan & Bentler (2000), Sociological Methodology 30, 165-200.
    """
    import pandas as pd

    frames = {"as kept": data} if isinstance(data, pd.DataFrame) else dict(data)
    chosen = leading_to(estimated_structure(fit), outcome, candidates)
    used = new_seed() if seed is None else seed
    every = specifications(
        fit, outcome, list(frames), estimations, controls, limit=limit, seed=used
    )
    scores = score_columns(fit)
    wanted = [*fit.table.observed, *controls]
    ready = {
        (name, kind): _ready(frame, wanted, scores if kind else {}, estimations)
        for name, frame in frames.items()
        for kind in (False, True)
    }
    found: list[tuple[Specification, Floats]] = []
    failed: list[tuple[Specification, str]] = []
    for done, (made, answer) in enumerate(
        zip(every, _fitted(every, ready, outcome, chosen, jobs), strict=True), 1
    ):
        if isinstance(answer, str):
            failed.append((made, answer))
        else:
            found.append((made, answer))
        if on_progress is not None:
            on_progress(done, len(every))
    if not found:
        raise DataError(
            f"none of {len(every)} analyses gave a result: {failed[0][1]}", fix="Mend the model."
        )
    return _curve(found, tuple(failed), chosen, outcome, names or {}, used)


def _fitted(
    every: Sequence[Specification],
    frames: Mapping[tuple[str, bool], _Ready],
    outcome: str,
    chosen: Sequence[str],
    jobs: int | None,
) -> Iterator[Floats | str]:
    from joblib import Parallel, delayed, effective_n_jobs  # type: ignore[import-untyped]

    tasks = [
        (made, frames[made.rows, made.measurement == "scale scores"], outcome, tuple(chosen))
        for made in every
    ]
    if effective_n_jobs(jobs) == 1:
        for task in tasks:
            yield _one(*task)
        return
    yield from Parallel(n_jobs=jobs, return_as="generator")(delayed(_one)(*task) for task in tasks)


def _one(made: Specification, ready: _Ready, outcome: str, chosen: tuple[str, ...]) -> Floats | str:
    """Return (2, k): standardized totals and their p values; or why there are none."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from ecosurvey.sem import sem

    estimator, missing = ESTIMATIONS[made.estimation]
    try:
        with threadpool_limits(limits=1):
            if missing == "em":
                fit = sem(made.model, estimator=estimator, cov=ready.cov, n=ready.n)
            else:
                fit = sem(made.model, ready.frame, estimator=estimator, missing=missing)
            if not fit.converged:
                return "the fit did not converge"
            effects = {e.source: e for e in fit.effects(outcome).rows if e.kind == "total"}
    except EcosurveyError as error:
        return str(error)
    return np.array([[effects[name].std_all, effects[name].std_pvalue] for name in chosen]).T


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    """Rows under one exclusion rule, as items or as scale scores; EM covariances if wanted."""

    frame: pd.DataFrame
    cov: pd.DataFrame | None
    n: int


def _ready(
    frame: pd.DataFrame,
    wanted: Sequence[str],
    scores: Mapping[str, Sequence[str]],
    estimations: Sequence[str],
) -> _Ready:
    import pandas as pd

    from ecosurvey.core.frames import numeric_matrix

    items = {item for own in scores.values() for item in own}
    kept = [name for name in wanted if name not in items]
    weights = np.zeros((len(kept) + len(scores), len(wanted)))
    for row, name in enumerate(kept):
        weights[row, wanted.index(name)] = 1.0
    for row, own in enumerate(scores.values(), len(kept)):
        weights[row, [wanted.index(item) for item in own]] = 1 / len(own)
    names = [*kept, *scores]
    values = numeric_matrix(frame, list(wanted))
    made = pd.DataFrame(values @ weights.T if scores else values, columns=names)
    if not any(ESTIMATIONS[how][1] == "em" for how in estimations):
        return _Ready(made, None, len(made))
    cov, n = _em_covariance(values)
    return _Ready(made, pd.DataFrame(weights @ cov @ weights.T, index=names, columns=names), n)


def _em_covariance(values: Floats) -> tuple[Floats, int]:
    """Return the covariances (divided by n - 1) that use every answer, and the rows with any."""
    from ecosurvey.sem.loss.saturated import saturated_moments
    from ecosurvey.sem.observed.incomplete import incomplete

    answered = values[np.isfinite(values).any(axis=1)]
    n = len(answered)
    if np.isfinite(answered).all():
        return np.cov(answered, rowvar=False), n
    return np.asarray(saturated_moments(incomplete(answered)).cov * n / (n - 1)), n


def _curve(
    found: Sequence[tuple[Specification, Floats]],
    failed: tuple[tuple[Specification, str], ...],
    chosen: Sequence[str],
    outcome: str,
    names: Mapping[str, Text],
    seed: int,
) -> SpecificationCurve:
    made = tuple(specification for specification, _ in found)
    values = np.stack([answer for _, answer in found])
    order = np.argsort(-np.abs(values[0, 0]), kind="stable")
    effects, pvalues = values[:, 0][:, order], values[:, 1][:, order]
    places = np.argsort(np.argsort(-np.abs(effects), axis=1, kind="stable"), axis=1, kind="stable")
    ranks = np.asarray(places + 1, dtype=np.int64)
    rows = tuple(
        _steadiness(chosen[int(at)], effects[:, k], pvalues[:, k], ranks[:, k], made, names)
        for k, at in enumerate(order)
    )
    known = names.get(outcome, Text(outcome, outcome))
    findings: tuple[Finding, ...] = ()
    if failed:
        findings = (
            Finding(
                "analyses_without_result",
                "warning" if len(failed) > 0.05 * (len(failed) + len(made)) else "note",
                Text(
                    f"{len(failed)} of {len(failed) + len(made)} analyses gave no result, the "
                    f"first because: {failed[0][1]}",
                    f"{len(failed) + len(made)}种分析中有{len(failed)}种无结果，"
                    f"首例原因：{failed[0][1]}",
                ),
            ),
        )
    return SpecificationCurve(
        made, effects, pvalues, ranks, rows, outcome, known, failed, seed, findings
    )


def _steadiness(
    factor: str,
    effects: Floats,
    pvalues: Floats,
    ranks: NDArray[np.int64],
    made: Sequence[Specification],
    names: Mapping[str, Text],
) -> Steadiness:
    median = float(np.median(effects))
    same = np.sign(effects) == np.sign(median)
    seen, counts = np.unique(ranks, return_counts=True)
    shares = {name: explained(effects, made, name) for name in CHOICES}
    most = max(shares, key=lambda name: shares[name])
    return Steadiness(
        factor, names.get(factor, Text(factor, factor)), median, float(effects.min()),
        float(effects.max()), float(same.mean()), float((same & (pvalues < 0.05)).mean()),
        int(ranks.min()), int(ranks.max()), int(seen[counts.argmax()]),
        float(counts.max() / len(ranks)), most if shares[most] > 0 else "", shares[most],
    )  # fmt: skip
