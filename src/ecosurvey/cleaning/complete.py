"""The answers kept, completed several times for models that are pooled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.cleaning.design import CLUSTER, WEIGHT
from ecosurvey.cleaning.impute import Imputed, impute
from ecosurvey.core import Finding, Text
from ecosurvey.core.random import new_seed

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.cleaning.model import CleanData
    from ecosurvey.instrument import Instrument

FEW_PEOPLE = 10  # of an answer, for it to predict others by itself
MOSTLY_THERE = 0.8  # share of rows that a background variable must have a value in


def complete_answers(
    kept: CleanData, *, m: int = 20, iterations: int = 10, seed: int | None = None
) -> Imputed:
    """Complete the answers that were kept ``m`` times, with the background to predict from.

    Items and controls are imputed by chained equations (:func:`ecosurvey.impute`). What else
    is known helps to predict them and is used up in that: numbers and ordered answers of the
    background, its other answers as indicators (no answer being one), and sampling weights.

    Parameters
    ----------
    kept : CleanData
    m : int
        Completed data sets.
    iterations : int
    seed : int, optional

    Returns
    -------
    Imputed
        ``datasets`` hold items, controls, weights and clusters, for ``es.sem_mi``.

    Notes
    -----
    Gaps that the skip logic made are completed like others, and people of a cluster are not
    taken to be more alike: findings say so where it is the case.

    Examples
    --------
    >>> from ecosurvey import clean, load_instrument, read_responses
    >>> bfi = load_instrument("instruments/bfi.yaml")
    >>> kept = clean(read_responses("data/sample/bfi.csv", bfi))
    >>> done = complete_answers(kept, m=2, iterations=1, seed=1)
    >>> int(kept.items["A1"].isna().sum()), int(done.datasets[1]["A1"].isna().sum())
    (16, 0)
    """
    import pandas as pd

    asked = kept.responses.instrument
    items = [item.id for item in asked.items]
    controls = [name for name, _ in asked.controls if name in kept.frame and name not in items]
    wanted = kept.frame[[*items, *dict.fromkeys(controls)]].astype(float)
    wanted = wanted[[name for name in wanted if wanted[name].notna().any()]]
    beside = predictors(kept.frame, asked, [str(name) for name in wanted])
    used = new_seed() if seed is None else seed
    made = impute(pd.concat([wanted, beside], axis=1), m=m, iterations=iterations, seed=used)
    design = kept.frame[[name for name in (WEIGHT, CLUSTER) if name in kept.frame]]
    return replace(
        made,
        datasets=tuple(pd.concat([one[list(wanted)], design], axis=1) for one in made.datasets),
        filled={name: n for name, n in made.filled.items() if name in wanted},
        rhat={name: value for name, value in made.rhat.items() if name in wanted},
        findings=(*made.findings, *_doubts(kept)),
    )  # fmt: skip


def predictors(frame: pd.DataFrame, asked: Instrument, taken: list[str]) -> pd.DataFrame:
    """Return what the background tells beside the variables of the models, as numbers."""
    import pandas as pd

    found: dict[str, pd.Series] = {}
    for variable in asked.variables:
        name = variable.id
        if name not in frame or name in taken or variable.screen is not None:
            continue
        values = frame[name]
        if variable.numeric:
            if values.notna().mean() >= MOSTLY_THERE and values.nunique() > 1:
                found[name] = values.astype(float)
        elif variable.type == "single":
            answers = values.astype(object).where(values.notna(), "none")
            counts = answers.value_counts()
            for answer in counts.index[1:]:  # the most frequent is what the others differ from
                if counts[answer] >= FEW_PEOPLE:
                    found[f"{name}={answer}"] = (answers == answer).astype(float)
    if WEIGHT in frame and frame[WEIGHT].nunique() > 1:
        found[WEIGHT] = frame[WEIGHT].astype(float)
    return pd.DataFrame(found, index=frame.index)


def _doubts(kept: CleanData) -> list[Finding]:
    found = []
    gaps = kept.responses.raw_missing
    items = {item.id for item in kept.responses.instrument.items}
    skipped = gaps[(gaps["kind"] == "not_shown") & gaps["column"].isin(items)]
    skipped = skipped[skipped["row"].isin(kept.frame.index)]
    if len(skipped):
        names = list(dict.fromkeys(skipped["column"]))
        more = " …" if len(names) > 5 else ""
        words = Text(
            f"answers to questions that people were not asked are completed too ({len(skipped)}: "
            f"{', '.join(names[:5])}{more})",
            f"未向受访者提出的题目也被插补（{len(skipped)}处：{'、'.join(names[:5])}{more}）",
        )
        hint = Text(
            "They stand for what these people would have said; where that makes no sense, "
            "analyze those alone who were asked.",
            "插补值代表其可能的回答；若无意义，请只分析被问及的受访者。",
        )
        found.append(Finding("not_asked_imputed", "warning", words, hint=hint))
    if CLUSTER in kept.frame:
        words = Text(
            "the imputation does not know of the clusters: answers of people of a cluster are not "
            "completed more alike, which weakens what sets clusters apart",
            "插补未考虑群：同群受访者的插补值不会更相似，这会削弱群间差异",
        )
        found.append(Finding("clusters_not_imputed", "warning", words))
    return found
