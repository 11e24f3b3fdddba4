"""The smallest sample with the wanted power, found by simulating where the curve says it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from ecosurvey.core import OptionError, Text, by_severity
from ecosurvey.core.parallel import Progress
from ecosurvey.core.random import used_seed
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.change_power import change_power
from ecosurvey.planning.power import power as power_of
from ecosurvey.planning.power_result import Power

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

_ROUNDS, _NEAR, _MOST = 5, 0.04, 100_000
Run = Callable[[Sequence[int], int, Progress | None], Power]


def sample_size(
    instrument: Instrument,
    claims: Sequence[str] | None = None,
    power: float = 0.80,
    assumptions: Assumptions | None = None,
    *,
    replicates: int = 1000,
    estimator: str = "MLR",
    alpha: float = 0.05,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> Power:
    """Return power about the smallest sample with which every claim reaches the wanted power.

    A few sizes are simulated roughly; then, again and again, the size that the curve through all
    of them names, until it names one that was simulated.

    Parameters
    ----------
    instrument : Instrument
    claims : sequence of str, optional
        As for :func:`power`; those whose true value is 0 cannot be asked. All hypotheses with an
        effect if not given.
    power : float
    assumptions, replicates, estimator, alpha, seed, jobs, on_progress
        As for :func:`power`; ``replicates`` at each size but the first ones, which get a fifth.

    Returns
    -------
    Power
        ``.needed("H1a", power)`` tells the size and its interval.

    Raises
    ------
    OptionError, DataError, InstrumentError

    References
    ----------
    Wolf et al. (2013), Educational and Psychological Measurement 73, 913-934.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> instrument = load_instrument("instruments/holzinger.yaml")
    >>> found = sample_size(instrument, ["H1"], replicates=50, estimator="ML", seed=1)
    >>> 100 < found.smallest_n("H1") < 500
    True
    """
    seed = used_seed(seed)

    def run(sizes: Sequence[int], many: int, report: Progress | None) -> Power:
        return power_of(
            instrument, sizes, assumptions, claims=claims, replicates=many, estimator=estimator,
            alpha=alpha, seed=seed, jobs=jobs, on_progress=report,
        )  # fmt: skip

    items = len(instrument.items)
    plan = _Plan(max(100, 2 * items), max(30, items + items // 4))
    return _searched(run, claims, power, replicates, plan, on_progress)


def change_sample_size(
    instrument: Instrument,
    change: Mapping[str, float],
    power: float = 0.80,
    assumptions: Assumptions | None = None,
    *,
    claims: Sequence[str] | None = None,
    first: int | None = None,
    reworded: Mapping[str, float] | None = None,
    loadings: Mapping[str, float] | None = None,
    free: Sequence[str] = (),
    constructs: Sequence[str] | None = None,
    replicates: int = 500,
    estimator: str = "MLR",
    alpha: float = 0.05,
    seed: int | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> Power:
    """Return power about the smallest waves with which every change is found.

    Parameters
    ----------
    instrument, change, assumptions, reworded, loadings, free, constructs, replicates, estimator
        As for :func:`change_power`.
    power : float
    claims : sequence of str, optional
        Constructs, ``"scalar"``, ``"metric"``; all constructs that change if not given.
    first : int, optional
        Rows of the first wave where it is there already; the second's size is then searched. Two
        equal waves if not given.
    alpha, seed, jobs, on_progress
        As for :func:`power`.

    Returns
    -------
    Power
        ``.needed("TEC", power)`` tells the size of both waves together.

    Raises
    ------
    OptionError, DataError, InstrumentError

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> instrument = load_instrument("instruments/holzinger.yaml")
    >>> found = change_sample_size(
    ...     instrument, {"visual": 0.8}, constructs=["visual"], estimator="ML", replicates=10,
    ...     seed=1,
    ... )
    >>> found.of("visual")[0].true
    0.8
    """
    seed = used_seed(seed)

    def run(sizes: Sequence[int], many: int, report: Progress | None) -> Power:
        pairs = [
            ((n + 1) // 2, (n + 1) // 2) if first is None else (first, max(n - first, 10))
            for n in sizes
        ]
        return change_power(
            instrument, pairs, change, assumptions, reworded=reworded, loadings=loadings,
            free=free, constructs=constructs, replicates=many, estimator=estimator, alpha=alpha,
            seed=seed, jobs=jobs, on_progress=report,
        )  # fmt: skip

    wanted = [name for name, value in change.items() if value] if claims is None else claims
    if not wanted:
        raise OptionError(
            Text("no construct changes", "没有任何构念发生变化"),
            fix=Text(
                "Give change={'TEC': 0.3}, or claims=.",
                "请给出 change={'TEC': 0.3}，或 claims=。",
            ),
        )
    items = len(instrument.items)
    plan = _Plan(max(200, 4 * items), max(60, 2 * items + items // 2))
    if first is not None:
        plan = _Plan(first + max(50, first // 8), first + 10, first)
    return _searched(run, wanted, power, replicates, plan, on_progress)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The first size that is tried, the least that ever is, and the first wave's where given."""

    begin: int
    least: int
    first: int | None = None


def _searched(
    run: Run,
    claims: Sequence[str] | None,
    power: float,
    replicates: int,
    plan: _Plan,
    on_progress: Progress | None,
) -> Power:
    """Simulate where the curves say that the hardest claim reaches the power, until they agree."""
    if not 0.05 < power < 1:
        raise OptionError(
            Text(f"power={power!r} is not between .05 and 1", f"power={power!r} 不在0.05与1之间"),
            fix=Text("Use 0.80.", "请使用0.80。"),
        )
    before = [0]

    def report(done: int, wanted: int) -> None:
        if on_progress is not None:
            on_progress(before[0] + done, before[0] + wanted)

    first = plan.first
    step = plan.begin - (first or 0)
    sizes = [(first or 0) + step * factor for factor in (1, 2, 4)]
    many = max(replicates // 5, 2)
    found = replace(run(sizes, many, report), first=first)
    rough = [one for one in found.findings if one.code != "few_power_replicates"]  # as is meant
    found = replace(found, findings=tuple(rough))
    before[0] += many * len(sizes)
    asked = _askable(found, claims)
    settled: list[int] = []
    for _ in range(_ROUNDS):
        n = max(_next_size(found, claim, power, plan.least) for claim in asked)
        if n > _MOST:
            raise OptionError(
                Text(
                    f"not even {_MOST:,} respondents reach a power of {power:g}",
                    f"即使{_MOST:,}名受访者也达不到{power:g}的功效",
                ),
                fix=Text(
                    "Ask for less, or expect a larger effect.", "请降低要求，或假定更大的效应。"
                ),
            )
        if found.interrupted or any(abs(one - n) <= _NEAR * n for one in settled):
            break
        settled.append(n)
        found = _together(found, replace(run([n], replicates, report), first=first))
        before[0] += replicates
    return found


def _askable(found: Power, claims: Sequence[str] | None) -> list[str]:
    """Return the claims that have an effect to be found, or refuse one that has none."""
    if claims is None:
        kinds = ("path", "correlation", "mean")
        rows = [found.of(claim)[0] for claim in found.ids]
        named = [row.id for row in rows if row.kind in kinds and row.true != 0]
        if not named:
            raise OptionError(
                Text("no claim has an effect", "没有任何待检验项有效应"),
                fix=Text("Assume effects other than 0.", "请假定不为0的效应。"),
            )
        return named
    for claim in claims:
        if found.of(claim)[0].true == 0:
            raise OptionError(
                Text(
                    f"{claim!r} has no effect in the population, so no sample finds it",
                    f"{claim!r} 在总体中没有效应，任何样本量都检验不出",
                ),
                fix=Text("Assume one.", "请假定一个效应。"),
            )
    return list(dict.fromkeys(claims))


def _next_size(found: Power, claim: str, power: float, floor: int) -> int:
    """Return where to look next for one claim: on its curve, but not far beyond what was seen."""
    curve = found.curve(claim)
    sizes = found.sizes
    most, least = max(sizes), min(sizes)
    needed = curve.reaches(power).n if curve is not None else float("nan")
    if not isfinite(needed):
        high = all(row.power >= power for row in found.of(claim))
        return max(least // 2, floor) if high else 3 * most
    rows = found.rows_for(needed)
    return int(min(max(rows, least // 3, floor), 3 * most))


def _together(one: Power, other: Power) -> Power:
    """Return two simulations as one, in the order of sizes; the larger one where sizes meet."""
    kept = [row for row in one.rows if row.n not in other.sizes]
    rows = sorted([*kept, *other.rows], key=lambda row: row.n)
    findings = by_severity([*one.findings, *other.findings])
    return replace(
        one, rows=tuple(rows), replicates=max(one.replicates, other.replicates), findings=findings
    )
