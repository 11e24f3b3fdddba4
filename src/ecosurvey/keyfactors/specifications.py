"""The reasonable analyses of one question: every combination of choices, each a model to fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import OptionError, Text
from ecosurvey.core.random import stream
from ecosurvey.keyfactors.measurement_variants import (
    Variant,
    adjusting,
    is_plain,
    measurement_variants,
)

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

CHOICES = ("rows", "estimation", "measurement", "controls")
ONE_LEFT_OUT = "one item left out"
# WLSMV's estimates and errors are those of DWLS with robust errors; its test is not needed here
ESTIMATIONS: dict[str, tuple[str, str]] = {
    "ML, complete rows": ("ML", "listwise"),
    "MLR, complete rows": ("MLR", "listwise"),
    "ML, EM moments": ("ML", "em"),
    "ML, all answers": ("ML", "fiml"),
    "MLR, all answers": ("MLR", "fiml"),
    "WLSMV, complete rows": ("DWLS", "listwise"),
    "WLSMV, pairwise": ("DWLS", "pairwise"),
}


@dataclass(frozen=True, slots=True)
class Specification:
    """One reasonable analysis.

    Attributes
    ----------
    rows : str
        Which exclusion rule.
    estimation : str
        One of :data:`ESTIMATIONS`.
    measurement : str
        ``"all items"``, ``"without X1"``, ``"parcels"``, ``"facet scores"`` or
        ``"scale scores"``.
    controls : str
        ``"none"``, or the names of the controls.
    model : str
        The model's text.
    means : mapping of str to tuple of str
        Indicators that are means of items.
    """

    rows: str
    estimation: str
    measurement: str
    controls: str
    model: str
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def choice(self, name: str) -> str:
        """Return what was chosen in one respect, items left out taken together."""
        value = str(getattr(self, name))
        alone = name == "measurement" and value.startswith("without ")
        return ONE_LEFT_OUT if alone else value


def specifications(
    fit: SemResult,
    rows: Sequence[str],
    estimations: Sequence[str],
    controls: Sequence[str],
    *,
    limit: int,
    seed: int,
) -> tuple[Specification, ...]:
    """Return all combinations of the choices that go together, the analysis as it stands first.

    Means of items are no categories, so WLSMV goes with items only. If there are more
    combinations than ``limit``, a part is drawn; ways to measure that differ in kind are then
    equally likely, however many items can be left out.

    Raises
    ------
    OptionError
        For an estimation that is not known, or a limit below 1.
    """
    for name in estimations:
        if name not in ESTIMATIONS:
            raise OptionError(
                Text(f"estimation {name!r} is not known", f"无法识别估计方法 {name!r}"),
                fix=Text(
                    f"Use one of: {', '.join(ESTIMATIONS)}.",
                    f"请使用其中之一：{'、'.join(ESTIMATIONS)}。",
                ),
            )
    if limit < 1:
        raise OptionError(
            Text(f"limit={limit} leaves no analysis", f"limit={limit} 没有留下任何分析"),
            fix=Text("Use limit=200.", "请使用 limit=200。"),
        )
    inside = set(controls) & set(fit.table.observed)
    measured = measurement_variants(fit, controls)
    given = " + ".join(controls)
    stands = Specification(
        rows[0], estimation_of(fit), "all items", given if inside else "none", fit.model
    )
    every = [
        Specification(row, how, kind, words, text, variant.means)
        for row, how, (kind, variant) in product(rows, estimations, measured.items())
        if not (how.startswith("WLSMV") and variant.means)
        for words, text in (
            _adjusted(fit, variant, controls) if is_plain(fit) or not inside else {given: fit.model}
        ).items()
    ]
    every = [made for made in every if _choices(made) != _choices(stands)]
    if len(every) < limit:
        return (stands, *every)
    kinds = [made.choice("measurement") for made in every]
    weights = np.array([1 / kinds.count(kind) for kind in kinds])
    rng = stream(seed, "specifications")
    drawn = rng.choice(len(every), size=limit - 1, replace=False, p=weights / weights.sum())
    return (stands, *(every[int(at)] for at in sorted(drawn)))


def estimation_of(fit: SemResult) -> str:
    """Return the name of the estimation of a fit, ``"MLR, all answers"``."""
    moments = fit.fit.model.moments[0]
    gaps = "all answers" if moments.rows is not None else "complete rows"
    if moments.ordinal is not None:
        gaps = "pairwise" if np.isnan(moments.ordinal.data).any() else "complete rows"
    return f"{fit.estimator}, {gaps}"


def _choices(made: Specification) -> tuple[str, ...]:
    return (made.rows, made.estimation, made.measurement, made.controls)


def _adjusted(fit: SemResult, variant: Variant, controls: Sequence[str]) -> dict[str, str]:
    """Return the model without and with the controls."""
    found = {"none": variant.text}
    if controls:
        found[" + ".join(controls)] = variant.text + adjusting(fit, variant, controls)
    return found
