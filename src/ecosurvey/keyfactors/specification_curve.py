"""Does it hold? The ranking under every reasonable analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import EcosurveyError, Finding, Text
from ecosurvey.core.parallel import map_tasks
from ecosurvey.core.random import new_seed
from ecosurvey.core.remember import remembered
from ecosurvey.keyfactors.specifications import (
    CHOICES,
    ESTIMATIONS,
    Specification,
    specifications,
)
from ecosurvey.keyfactors.steadiness import SpecificationCurve, Steadiness, explained
from ecosurvey.keyfactors.structures import estimated_structure, leading_to

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult
    from ecosurvey.sem.request import Request

Floats = NDArray[np.float64]
_PLAIN = ("ML, complete rows", "MLR, complete rows", "ML, EM moments")
_ORDINAL = ("WLSMV, complete rows", "WLSMV, pairwise")


def specification_curve(
    fit: SemResult,
    data: pd.DataFrame | Mapping[str, pd.DataFrame],
    outcome: str,
    candidates: Sequence[str] | None = None,
    *,
    estimations: Sequence[str] | None = None,
    ordered: Sequence[str] = (),
    controls: Sequence[str] = (),
    limit: int = 200,
    names: Mapping[str, Text] | None = None,
    jobs: int | None = None,
    seed: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SpecificationCurve:
    """Fit every reasonable analysis and compare the rankings.

    The first analysis is ``fit`` itself; ways to measure are those of
    :func:`~ecosurvey.keyfactors.measurement_variants.measurement_variants`.

    Parameters
    ----------
    fit : SemResult
        The analysis as it stands, one group.
    data : DataFrame, or mapping of str to DataFrame
        The rows; or, for each exclusion rule by name, the rows that it keeps, those of ``fit``
        first.
    outcome : str
    candidates : sequence of str, optional
    estimations : sequence of str, optional
        ``"ML, complete rows"``, ``"MLR, complete rows"``, ``"ML, EM moments"`` (moments from
        every answer by EM, then the model: near full information at a hundredth of its time,
        errors slightly too small), ``"WLSMV, complete rows"``, ``"WLSMV, pairwise"``,
        ``"ML, all answers"``, ``"MLR, all answers"`` (slow). By default the first three, and
        the next two where ``ordered`` is given.
    ordered : sequence of str
        Items that WLSMV takes as ordinal.
    controls : sequence of str
        Columns; everything the model explains is adjusted for them in half of the analyses. If
        the model has them already, they are left out in half.
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
        If the outcome or a candidate is not in the structural model, or nothing leads there.

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
    ways = (_PLAIN + _ORDINAL if ordered else _PLAIN) if estimations is None else estimations
    first, *every = specifications(fit, list(frames), ways, controls, limit=limit, seed=used)
    wanted = list(dict.fromkeys([*fit.table.observed, *controls]))
    ready = _Ready(frames, wanted, tuple(name for name in ordered if name in wanted))
    found = [(first, _totals(fit, outcome, chosen))]
    failed: list[tuple[Specification, str]] = []
    tasks = [(made, ready.of(made), ready.ordered, outcome, chosen) for made in every]

    def fit_all() -> dict[str, NDArray[Any]]:
        answers = []
        for answer in map_tasks(_one, tasks, jobs):
            answers.append(answer)
            if on_progress is not None:
                on_progress(len(answers) + 1, len(every) + 1)
        none = np.full((2, len(chosen)), np.nan)
        return {
            "totals": np.array([none if isinstance(one, str) else one for one in answers]),
            "reasons": np.array([one if isinstance(one, str) else "" for one in answers], str),
        }

    content = [
        [made.model, made.estimation, sample.frame, sample.cov, sample.n, ordered, goal, factors]
        for made, sample, ordered, goal, factors in tasks
    ]
    answers = remembered("specification_curve", content, fit_all)
    for made, totals, reason in zip(every, answers["totals"], answers["reasons"], strict=True):
        if reason:
            failed.append((made, str(reason)))
        else:
            found.append((made, totals))
    curve = _curve(found, tuple(failed), chosen, outcome, names or {}, used)
    return replace(curve, control_names=_joined(controls, names or {}))


def _joined(controls: Sequence[str], names: Mapping[str, Text]) -> Text | None:
    known = [names.get(name, Text(name, name)) for name in controls]
    if not known:
        return None
    return Text(", ".join(name.en for name in known), "、".join(name.zh for name in known))


_Task = tuple[Specification, "_Sample", tuple[str, ...], str, tuple[str, ...]]


def _one(
    made: Specification,
    sample: _Sample,
    ordered: tuple[str, ...],
    outcome: str,
    chosen: tuple[str, ...],
) -> Floats | str:
    """Return (2, k): standardized totals and their p values; or why there are none."""
    from ecosurvey.sem.fitting import fit_request

    try:
        fit = fit_request(_request(made, sample, ordered), made.model, sample.frame)
        if not fit.converged:
            return "the fit did not converge"
        return _totals(fit, outcome, chosen)
    except EcosurveyError as error:
        return str(error)


def _request(made: Specification, sample: _Sample, ordered: tuple[str, ...]) -> Request:
    """Return how an analysis is fitted: estimates and errors, as nobody reads how well it fits."""
    from ecosurvey.sem.request import Request

    estimator, missing = ESTIMATIONS[made.estimation]
    if missing == "em":
        return Request("sem", estimator, cov=sample.cov, n=sample.n, baseline=False)
    asked = Request("sem", estimator, missing, baseline=False)
    if estimator == "DWLS":
        items = _inside(ordered, made.model, sample)
        return replace(asked, se="robust_sem", ordered=items, fixed_x=False, collapse=True)
    return asked


def _inside(ordered: Sequence[str], model: str, sample: _Sample) -> list[str]:
    """Return the ordinal items that a model speaks of."""
    from ecosurvey.sem.syntax import model_roles

    columns = [] if sample.frame is None else list(sample.frame.columns)
    used = set(model_roles(model, columns).observed)
    return [name for name in ordered if name in used]


def _totals(fit: SemResult, outcome: str, chosen: Sequence[str]) -> Floats:
    effects = {e.source: e for e in fit.effects(outcome).rows if e.kind == "total"}
    return np.array([[effects[name].std_all, effects[name].std_pvalue] for name in chosen]).T


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Rows under one exclusion rule, in one measurement; EM covariances if wanted."""

    frame: pd.DataFrame | None
    cov: pd.DataFrame | None
    n: int


class _Ready:
    """The samples of the analyses, each made once."""

    def __init__(
        self, frames: Mapping[str, pd.DataFrame], wanted: list[str], ordered: tuple[str, ...]
    ) -> None:
        from ecosurvey.core.frames import numeric_matrix

        self.ordered = ordered
        self._wanted = wanted
        self._values = {name: numeric_matrix(frame, wanted) for name, frame in frames.items()}
        self._em: dict[str, tuple[Floats, int]] = {}
        self._made: dict[tuple[str, tuple[str, ...], bool], _Sample] = {}

    def of(self, made: Specification) -> _Sample:
        """Return what an analysis is fitted to."""
        em = ESTIMATIONS[made.estimation][1] == "em"
        key = (made.rows, tuple(made.means), em)
        if key not in self._made:
            self._made[key] = self._sample(made.rows, made.means, em)
        return self._made[key]

    def _sample(self, rows: str, means: Mapping[str, Sequence[str]], em: bool) -> _Sample:
        import pandas as pd

        wanted = self._wanted
        joined = {item for own in means.values() for item in own}
        kept = [name for name in wanted if name not in joined]
        names = [*kept, *means]
        weights = np.zeros((len(names), len(wanted)))
        for row, name in enumerate(kept):
            weights[row, wanted.index(name)] = 1.0
        for row, own in enumerate(means.values(), len(kept)):
            weights[row, [wanted.index(item) for item in own]] = 1 / len(own)
        values = self._values[rows]
        if not em:
            # a mean has a gap where one of its items has, and nowhere else
            gaps = np.isnan(values) @ weights.T > 0
            made = np.where(gaps, np.nan, np.nan_to_num(values) @ weights.T)
            return _Sample(pd.DataFrame(made, columns=names), None, len(made))
        if rows not in self._em:
            self._em[rows] = _em_covariance(values)
        cov, n = self._em[rows]
        moments = weights @ cov @ weights.T
        return _Sample(None, pd.DataFrame(moments, index=names, columns=names), n)


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
