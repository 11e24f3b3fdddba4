"""Power of the hypotheses of a questionnaire, by drawing the study many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Finding, InstrumentError, OptionError, Text, by_severity, check_choice
from ecosurvey.core.parallel import Progress, Replicates, map_replicates
from ecosurvey.core.random import used_seed
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.gaps import known_start
from ecosurvey.planning.population import population_of
from ecosurvey.planning.power_result import Power, PowerRow
from ecosurvey.planning.tally import doubts, tally
from ecosurvey.planning.targets import targets_of
from ecosurvey.planning.trial import Outcome, Trial
from ecosurvey.sem.request import Request

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

ESTIMATORS = ("ML", "MLR", "WLSMV")
_CHUNK = 8


def power(
    instrument: Instrument,
    n: int | Sequence[int],
    assumptions: Assumptions | None = None,
    *,
    claims: Sequence[str] | None = None,
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
    standardized estimate, each indirect effect, and each candidate's total effect on the outcome,
    by a Monte Carlo interval (MacKinnon et al. 2004). Without hypotheses, the correlations of the
    constructs are tested.

    Parameters
    ----------
    instrument : Instrument
    n : int or sequence of int
        Respondents that remain for the analysis; several sizes give the power curve.
    assumptions : Assumptions, optional
        Every path 0.2 in its expected direction, every loading 0.75, if not given.
    claims : sequence of str, optional
        Ids of hypotheses, ``"POL -> PLT -> ECO"`` for a way through the model, ``"total POL"``; all
        of them if not given. Holm's method adjusts over the paths that are asked.
    replicates : int
        At each size. 1,000 give power within 0.03.
    estimator : {"MLR", "ML", "WLSMV"}
        Answers left out are handled by full information; with WLSMV by pairs. With MLR and
        answers left out the test of the whole model (row ``fit``) is the unscaled one.
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
    seed = used_seed(seed)
    plain = plain_model(instrument)
    population = population_of(instrument, assumptions)
    model = plain.structural_syntax() or plain.measurement_syntax()
    targets = targets_of(instrument, population, claims)
    request = request_for(estimator, assumptions)
    known = known_start(population, assumptions, model, request, seed)
    rows: list[PowerRow] = []
    findings = _left_out(instrument)
    for at, size in enumerate(sizes):
        trial = Trial(
            (population,), assumptions, (size,), model, request, targets, 1 - alpha, known=known
        )
        done = run(
            trial, replicates, seed, jobs, part_of_progress(on_progress, at, len(sizes), replicates)
        )
        rows += tally(trial, done.values, alpha)
        findings += doubts(done, size)
        if done.interrupted:
            break
    return Power(
        tuple(rows),
        assumptions,
        replicates,
        alpha,
        estimator,
        seed,
        findings=by_severity(findings),
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


def check_sizes(n: int | Sequence[int]) -> tuple[int, ...]:
    """Return the sample sizes, ascending, or refuse."""
    sizes = (n,) if isinstance(n, (int, np.integer)) else tuple(n)
    if not sizes or any(isinstance(s, bool) or int(s) != s or s < 10 for s in sizes):
        raise OptionError(
            Text(f"n={n!r} is no sample size", f"n={n!r} 不是样本量"),
            fix=Text("Give whole numbers of 10 or more.", "请给出不小于10的整数。"),
        )
    return tuple(sorted({int(size) for size in sizes}))


def check_settings(replicates: int, alpha: float, estimator: str) -> None:
    """Raise for settings that no simulation can have."""
    check_choice("estimator", estimator, ESTIMATORS)
    if replicates < 2:
        raise OptionError(
            Text(f"replicates={replicates} give no power", f"replicates={replicates} 无法估计功效"),
            fix=Text("Use 1000.", "请使用1000。"),
        )
    if not 0 < alpha < 1:
        raise OptionError(
            Text(f"alpha={alpha!r} is not between 0 and 1", f"alpha={alpha!r} 不在0与1之间"),
            fix=Text("Use 0.05.", "请使用0.05。"),
        )


def plain_model(instrument: Instrument) -> Instrument:
    """Return the questionnaire without controls, or refuse what cannot be planned."""
    composite = [c.id for c in instrument.constructs if c.mode == "composite"]
    if composite or instrument.measurement is not None:
        what = (
            Text(f"the composite {composite[0]}", f"组合构念{composite[0]}")
            if composite
            else Text("a measurement model of its own", "自己的测量模型")
        )
        raise InstrumentError(
            Text(
                f"{instrument.id!r} has {what}, whose answers cannot be planned",
                f"{instrument.id!r} 含有{what.zh}，无法为其答案作规划",
            ),
            fix=Text("Plan with reflective constructs.", "请使用反映型构念进行规划。"),
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


def request_for(estimator: str, assumptions: Assumptions) -> Request:
    """Return how one replicate is fitted."""
    if estimator == "WLSMV":
        missing = "pairwise" if assumptions.missing else "listwise"
        return Request("sem", "WLSMV", missing, ordered=True, baseline=False)
    if assumptions.missing and estimator == "MLR":
        # the same estimates and errors; the scaled test would take most of the time
        return Request("sem", "ML", "fiml", se="robust.huber.white", baseline=False)
    missing = "fiml" if assumptions.missing else "listwise"
    return Request("sem", estimator, missing, baseline=False)


def part_of_progress(
    on_progress: Progress | None, at: int, parts: int, each: int
) -> Progress | None:
    """Return a reporter of one part's progress as that of the whole."""
    if on_progress is None:
        return None
    report = on_progress
    return lambda done, wanted: report(at * each + done, parts * each)
