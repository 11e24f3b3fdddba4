"""A wave of made-up answers, as a survey platform would export it, with the truth behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Column, Finding, OptionError, Result, Table, Text
from ecosurvey.core.random import stream, used_seed
from ecosurvey.planning.answers import MANNERS, draw_sample
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.background import draw_background, draw_checks, hide_unasked, seconds_taken
from ecosurvey.planning.population import Population, check_known, construct_ids, population_of

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument, Item

Floats = NDArray[np.float64]
ORIGIN = "synthetic"
SCHEMA = "ecosurvey/truth/1"
_ORIGIN_COLUMN = "data_origin"  # where the questionnaire names none


@dataclass(frozen=True)
class SimulatedWave(Result):
    """Answers that nobody gave, and what is true of them.

    Attributes
    ----------
    frame : DataFrame
        One row a respondent; columns and codes as in an export, reverse items not yet turned. A
        column says in every row that the answers are synthetic.
    truth : dict
        Plain data: effects, total effects, loadings, thresholds, careless rows, assumptions, seed.
    findings : tuple of Finding
    """

    frame: pd.DataFrame
    truth: dict[str, Any]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the true effects."""
        columns = (
            Column("id", Text("Hypothesis", "假设"), "label"),
            Column("path", Text("Path", "路径"), "text"),
            Column("true", Text("True effect", "真实效应"), decimals=3),
        )
        rows = tuple(
            (one["id"], Text(way := f"{one['from']} → {one['to']}", way), one["est"])
            for one in self.truth["paths_std"]
        )
        title = Text(
            "What is true of {n} synthetic answers (seed {seed})",
            "{n}份模拟答卷的真实情况（种子{seed}）",
        ).fill(n=len(self.frame), seed=self.truth["seed"])
        note = Text("Nobody gave these answers.", "这些答卷并非真实作答。")
        return (Table("true_effects", title, columns, rows, notes=(note,)),)


def simulate_wave(
    instrument: Instrument,
    n: int,
    assumptions: Assumptions | None = None,
    *,
    change: Mapping[str, float] | None = None,
    reworded: Mapping[str, float] | None = None,
    wave: str | None = None,
    seed: int | None = None,
) -> SimulatedWave:
    r"""Draw a wave of answers to a questionnaire from assumed effects, to rehearse its analysis.

    Behind each answer stands a normal response of variance 1,
    :math:`y^* = \lambda\eta + \varepsilon`, cut at the thresholds of its scale; the constructs
    follow the hypotheses with the assumed effects. Some respondents do not read; some answers are
    left out. Background questions are answered at random, so groups do not differ; attention
    checks are passed by those who read; conditions of the questionnaire hide what they hide.

    Parameters
    ----------
    instrument : Instrument
        Of reflective constructs.
    n : int
        Respondents.
    assumptions : Assumptions, optional
        Every path 0.2 in its expected direction, every loading 0.75, if not given.
    change : mapping of str to float, optional
        Construct -> latent mean, in standard deviations, where it is not 0.
    reworded : mapping of str to float, optional
        Item -> what is added to its thresholds: negative makes it easier to agree.
    wave : str, optional
        Name of the wave; the one after those that the questionnaire lists, if not given.
    seed : int, optional
        Drawn and stored if not given.

    Returns
    -------
    SimulatedWave

    Raises
    ------
    OptionError, DataError, InstrumentError

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> made = simulate_wave(load_instrument("instruments/holzinger.yaml"), 50, seed=1)
    >>> len(made.frame), made.truth["paths_std"][0]["est"]
    (50, 0.2)
    """
    import pandas as pd

    from ecosurvey.planning.power import plain_model

    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise OptionError(
            Text(f"n={n!r} is no number of respondents", f"n={n!r} 不是受访者人数"),
            fix=Text("Use 600.", "请使用600。"),
        )
    plain_model(instrument)
    assumptions = assumptions or Assumptions()
    seed = used_seed(seed)
    check_known("change", change or {}, construct_ids(instrument))
    population = population_of(instrument, assumptions).shifted(change or {}, reworded or {})
    answers, manner = draw_sample(population, assumptions, n, stream(seed, "wave.answers"))
    columns: dict[str, Any] = {
        name: _as_ticked(answers[:, at], instrument.item(name), instrument)
        for at, name in enumerate(population.names)
    }
    columns |= draw_background(instrument, n, stream(seed, "wave.background"))
    columns |= draw_checks(instrument, manner, stream(seed, "wave.checks"))
    hide_unasked(instrument, columns, n)
    called = wave or f"W{len(instrument.waves) + 1}"
    first, last = _technical(instrument, called, manner, len(columns), seed)
    shown = {name: columns[name] for name in _order(instrument, columns, called)}
    frame = pd.DataFrame(first | shown | last)
    for name in shown:
        frame[name] = _whole(frame[name])
    truth = _truth(instrument, population, assumptions, frame, manner, seed)
    truth |= {"wave": called, "change": dict(change or {}), "reworded": dict(reworded or {})}
    return SimulatedWave(frame, truth, _remarks(instrument))


def _as_ticked(values: Floats, item: Item, instrument: Instrument) -> Floats:
    """Return answers 1, 2, … in the scoring direction as the codes that people tick."""
    scale = item.scale
    low, high = scale.min, scale.max
    if scale.kind == "likert" and low is not None and high is not None:
        coded = values + (low - 1)
        return low + high - coded if item.reverse else coded
    turned = -values if item.reverse else values
    if low is None or high is None:
        scores = 50 + 10 * turned
    else:
        scores = np.clip((low + high) / 2 + turned * (high - low) / 6, low, high)
    scores = np.round(scores, 2)
    taken = [one.code for one in instrument.missing]  # a score must not read as "no answer"
    return np.where(np.isin(scores, taken), scores + 0.01, scores)


def _whole(column: pd.Series) -> pd.Series:
    """Return a column of whole numbers without decimal points, gaps left empty."""
    if column.dtype.kind == "f":
        known = column.dropna()
        if (known == known.round()).all():
            return column.astype("Int64")
    return column


def _technical(
    instrument: Instrument, wave: str, manner: NDArray[np.int8], questions: int, seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the technical columns before and after the answers."""
    from datetime import datetime, timedelta

    meta, n = instrument.meta, len(manner)
    width = len(str(n))
    first: dict[str, Any] = {
        meta.respondent or "respondent_id": [f"{wave}-{i + 1:0{width}d}" for i in range(n)]
    }
    listed = next((one for one in instrument.waves if one.id == wave), None)
    if meta.submitted_at and listed is not None and listed.start:
        begin = datetime.fromisoformat(str(listed.start)) + timedelta(hours=8)
        end = datetime.fromisoformat(str(listed.end or listed.start)) + timedelta(hours=20)
        moments = np.sort(stream(seed, "wave.times").random(n)) * (end - begin).total_seconds()
        first[meta.submitted_at] = [
            (begin + timedelta(seconds=int(s))).strftime("%Y-%m-%d %H:%M:%S") for s in moments
        ]
    if meta.duration_seconds:
        first[meta.duration_seconds] = seconds_taken(manner, questions, stream(seed, "wave.pace"))
    if meta.wave:
        first[meta.wave] = wave
    return first, {meta.origin or _ORIGIN_COLUMN: ORIGIN}


def _order(instrument: Instrument, columns: Mapping[str, Any], wave: str) -> list[str]:
    """Return the columns of the wave's form in the order shown; what no page shows comes last."""
    asked = [name for page in instrument.pages for name in instrument.members(page.contents)]
    if not asked:
        asked = [v.id for v in instrument.variables] + [item.id for item in instrument.items]
    following: dict[str | None, list[str]] = {}
    for check in instrument.checks:
        following.setdefault(check.after, []).append(check.id)
    expanded = {v.id: v.expanded for v in instrument.variables}
    found: list[str] = []
    for name in asked:
        found += [name, *expanded.get(name, ()), *following.get(name, ())]
    found = [name for name in dict.fromkeys([*found, *columns]) if name in columns]
    form = next((one.form for one in instrument.waves if one.id == wave), None)
    if form is None:
        return found
    given = set(instrument.members(instrument.form(form).contents))
    given |= {part for name in given for part in expanded.get(name, ())}
    return [name for name in found if name in given]


def _truth(
    instrument: Instrument,
    population: Population,
    assumptions: Assumptions,
    frame: pd.DataFrame,
    manner: NDArray[np.int8],
    seed: int,
) -> dict[str, Any]:
    """Return all that an analysis of these answers should find, as plain data."""
    ids = frame.iloc[:, 0].tolist()
    items = list(population.names)
    return {
        "schema": SCHEMA,
        "about": "SYNTHETIC DATA. Drawn from a stated population; nobody gave these answers.",
        "instrument": {
            "id": instrument.id, "version": instrument.version, "sha256": instrument.sha256,
        },
        "n": len(frame),
        "seed": seed,
        "assumptions": asdict(assumptions),
        "outcome": instrument.outcome,
        "paths_std": [
            {"id": one.id, "from": one.source, "to": one.target,
             "est": population.paths[one.source, one.target]}
            for one in instrument.hypotheses
        ],
        "total_effects_std": _total_effects(population, instrument.outcome),
        "population": population.text.splitlines(),
        "thresholds": {
            name: [round(float(cut), 6) for cut in cuts]
            for name, cuts in zip(items, population.cuts, strict=True)
            if len(cuts)
        },
        "reverse_items": [items[at] for at in population.reversed],
        "careless": {
            word: [ids[row] for row in np.flatnonzero(manner == code)]
            for code, word in MANNERS.items()
        },
        "missing_share_items": round(
            float(frame[[name for name in items if name in frame]].isna().to_numpy().mean()), 6
        ),
    }  # fmt: skip


def _total_effects(population: Population, outcome: str | None) -> dict[str, float]:
    """Return each construct's total effect on the outcome: column sums of (I - B)^-1."""
    if outcome is None:
        return {}
    names = list(dict.fromkeys(name for pair in population.paths for name in pair))
    if outcome not in names:
        return {}
    direct = np.zeros((len(names), len(names)))
    for (source, target), value in population.paths.items():
        direct[names.index(target), names.index(source)] = value
    total = np.linalg.inv(np.eye(len(names)) - direct)[names.index(outcome)]
    found = {name: round(float(total[at]), 6) for at, name in enumerate(names) if name != outcome}
    return dict(sorted(found.items(), key=lambda one: (-abs(one[1]), one[0])))


def _remarks(instrument: Instrument) -> tuple[Finding, ...]:
    if instrument.meta.origin:
        return ()
    said = Text(
        f"The column {_ORIGIN_COLUMN} says that the answers are synthetic, but the questionnaire "
        "does not name it, so reports of these answers will not say so.",
        f"列{_ORIGIN_COLUMN}注明答卷为模拟生成，但问卷未登记该列，因此报告不会注明。",
    )
    hint = Text(
        f"Write meta: {{origin: {_ORIGIN_COLUMN}}} in it.",
        f"请在问卷中写明 meta: {{origin: {_ORIGIN_COLUMN}}}。",
    )
    return (Finding("origin_not_named", "warning", said, hint=hint),)
