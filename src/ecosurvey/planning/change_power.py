"""Power to see change between two waves, and to see that the questionnaire measures otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, OptionError, Text, by_severity
from ecosurvey.core.parallel import Progress
from ecosurvey.core.random import used_seed
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.change_models import continuous_models, ordinal_models
from ecosurvey.planning.population import (
    Population,
    check_known,
    construct_ids,
    latent_means,
    population_of,
)
from ecosurvey.planning.power import (
    check_settings,
    part_of_progress,
    plain_model,
    run,
)
from ecosurvey.planning.power_result import Power, PowerRow
from ecosurvey.planning.tally import doubts, tally
from ecosurvey.planning.targets import Target
from ecosurvey.planning.trial import Trial

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument


def change_power(
    instrument: Instrument,
    n: tuple[int, int] | Sequence[tuple[int, int]],
    change: Mapping[str, float],
    assumptions: Assumptions | None = None,
    *,
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
    """Return the power to find change between two independent waves, and non-invariance.

    In each replicate two waves are drawn; latent means are compared under equal loadings and
    intercepts. That model is tested against the one with equal loadings only (row ``scalar``), and
    that one against the one without restrictions (``metric``): shares of replicates that reject
    equality, which is power where an item drifted, false alarms where none did.

    Parameters
    ----------
    instrument : Instrument
    n : pair of int, or several pairs
        Respondents of the first and the second wave. Several pairs of one ratio, or with one
        first wave, give a power curve.
    change : mapping of str to float
        Construct -> shift of its latent mean, in standard deviations. What it predicts shifts
        along its paths.
    assumptions : Assumptions, optional
    reworded : mapping of str to float, optional
        Item -> what is added to its thresholds in the second wave; -0.45 makes it easier to
        agree.
    loadings : mapping of str to float, optional
        Item -> its standardized loading in the second wave, where it is another one.
    free : sequence of str
        Items whose loading and intercept the analysis lets differ: the reworded ones, where that
        is known.
    constructs : sequence of str, optional
        First-order constructs to compare; all if not given.
    replicates, estimator, alpha, seed, jobs, on_progress
        As for :func:`power`. With WLSMV the ladder is Wu and Estabrook's, as
        :func:`ecosurvey.invariance` climbs it, with a row ``thresholds`` more; it is slow with many
        items, so name ``constructs``.

    Returns
    -------
    Power
        ``n`` of its rows counts both waves; ``true`` is the latent mean of the second wave.

    Raises
    ------
    OptionError, DataError, InstrumentError

    References
    ----------
    Hancock (2001), Psychometrika 66, 373-388; Meade & Lautenschlager (2004), Structural Equation
    Modeling 11, 60-72.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> instrument = load_instrument("instruments/holzinger.yaml")
    >>> found = change_power(instrument, (150, 150), {"visual": 0.5}, replicates=10, seed=1)
    >>> found.ids
    ('visual', 'textual', 'speed', 'fit', 'scalar', 'metric')
    """
    assumptions = assumptions or Assumptions()
    pairs = _pairs(n)
    check_settings(replicates, alpha, estimator)
    seed = used_seed(seed)
    plain = plain_model(instrument)
    first = population_of(instrument, assumptions)
    check_known("change", change, construct_ids(plain))
    check_known("loadings", loadings or {}, [item.id for item in plain.items])
    drifted = replace(assumptions, loadings={**assumptions.loadings, **(loadings or {})})
    second = population_of(instrument, drifted).shifted(change, reworded or {})
    chosen = _chosen(plain, constructs)
    model, owners = _model(plain, chosen)
    check_known("free", free, list(owners))
    targets = _targets(second, chosen, plain)
    if estimator == "WLSMV":
        points = {
            name: len(first.cuts[at]) for at, name in enumerate(first.names) if name in owners
        }
        missing = "pairwise" if assumptions.missing else "listwise"
        models = ordinal_models(model, points, free, missing)
    else:
        missing = "fiml" if assumptions.missing else "listwise"
        models = continuous_models(model, owners, free, estimator, missing)
    rows: list[PowerRow] = []
    findings: list[Finding] = []
    for at, pair in enumerate(pairs):
        trial = Trial(
            (first, second), assumptions, pair, models.model, models.request, targets,
            1 - alpha, models.looser,
        )  # fmt: skip
        report = part_of_progress(on_progress, at, len(pairs), replicates)
        done = run(trial, replicates, seed, jobs, report)
        rows += tally(trial, done.values, alpha)
        findings += doubts(done, sum(pair))
        if done.interrupted:
            break
    return Power(
        tuple(rows),
        assumptions,
        replicates,
        alpha,
        estimator,
        seed,
        first=pairs[0][0] if len({pair[0] for pair in pairs}) == 1 < len(pairs) else None,
        findings=by_severity(findings),
    )


def _pairs(n: tuple[int, int] | Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    given = [n] if len(n) == 2 and all(isinstance(size, int) for size in n) else list(n)
    found = []
    for pair in given:
        sizes = tuple(pair) if isinstance(pair, (tuple, list)) else ()
        if len(sizes) != 2 or any(not isinstance(s, int) or s < 10 for s in sizes):
            raise OptionError(
                Text(f"n={n!r} are no sizes of two waves", f"n={n!r} 不是两轮的样本量"),
                fix=Text(
                    "Give (600, 600), or a list of such pairs.",
                    "请给出 (600, 600)，或由这样的数对组成的列表。",
                ),
            )
        found.append((int(sizes[0]), int(sizes[1])))
    if not found:
        raise OptionError(
            Text("n= is empty", "n= 为空"), fix=Text("Give (600, 600).", "请给出 (600, 600)。")
        )
    a, b = found[0]
    if not (all(x == a for x, _ in found) or all(x * b == y * a for x, y in found)):
        raise OptionError(
            Text(
                f"the waves of n={n!r} have neither one first wave nor one ratio",
                f"n={n!r} 中各对样本量既没有相同的首轮，也没有相同的比例",
            ),
            fix=Text(
                "Give [(600, 300), (600, 600)] or [(300, 300), (600, 600)].",
                "请给出 [(600, 300), (600, 600)] 或 [(300, 300), (600, 600)]。",
            ),
        )
    return tuple(sorted(set(found), key=lambda pair: (sum(pair), pair)))


def _chosen(instrument: Instrument, constructs: Sequence[str] | None) -> tuple[str, ...]:
    known = [c.id for c in instrument.constructs]
    check_known("constructs", constructs or (), known)
    return tuple(name for name in known if constructs is None or name in constructs)


def _model(instrument: Instrument, chosen: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the measurement model of the chosen constructs, and whose each item is."""
    lines: list[str] = []
    owners: dict[str, str] = {}
    for construct in instrument.constructs:
        if construct.id in chosen:
            items = [item.id for item in construct.items]
            lines.append(f"{construct.id} =~ {' + '.join(items)}")
            if len(items) == 1:
                lines.append(f"{items[0]} ~~ {construct.error_variance or 0:g}*{items[0]}")
            owners |= dict.fromkeys(items, construct.id)
    return "\n".join(lines) + "\n", owners


def _targets(
    population: Population, chosen: Sequence[str], instrument: Instrument
) -> tuple[Target, ...]:
    means = latent_means(population, chosen)
    return tuple(
        Target(
            name, "mean", (((name, "~1", ""),),), means[name],
            Text("change of {c}", "{c}的变化").fill(c=instrument.name_of(name)), 2,
        )
        for name in chosen
    )  # fmt: skip
