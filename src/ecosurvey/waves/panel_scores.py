"""Constructs of a panel as scores with known errors of measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import ConvergenceError, DataError, IdentificationError
from ecosurvey.descriptives import scale_scores
from ecosurvey.sem import SemResult
from ecosurvey.sem.invariance import LEVELS
from ecosurvey.waves.comparability import Comparability
from ecosurvey.waves.longitudinal import Longitudinal

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument

    Floats = NDArray[np.float64]

LEAST_RELIABILITY = 0.4  # of a score in any wave, below which it is mostly error


@dataclass(frozen=True, slots=True)
class PanelScore:
    """One construct's score in every wave.

    Attributes
    ----------
    construct : str
    items : tuple of str
        Those of which it is the mean: none that drifts.
    columns : tuple of str
        One a wave.
    values : DataFrame
        One row a person.
    errors : (K, K) array
        Variances, and covariances over the waves, of its errors of measurement.
    reliability : tuple of float
        In every wave.
    """

    construct: str
    items: tuple[str, ...]
    columns: tuple[str, ...]
    values: pd.DataFrame
    errors: Floats
    reliability: tuple[float, ...]


def panel_scores(
    panel: pd.DataFrame,
    instrument: Instrument,
    verdicts: Sequence[Comparability],
    waves: int,
    estimator: str,
) -> dict[str, PanelScore]:
    r"""Return the scores of all constructs whose loadings are equal over the waves.

    The score is the mean of the p items that do not drift; its errors have the covariances
    :math:`\sum_i \theta_{i,kl}/p^2` over waves k and l, of the longitudinal factor model with
    equal loadings and correlated uniquenesses. A construct of constructs is the mean of its parts.
    Scores that are mostly error are left out.
    """
    found: dict[str, PanelScore] = {}
    for verdict in verdicts:
        if verdict.related and verdict.fit is not None:
            try:
                one = _score(panel, verdict, waves, estimator)
            except (DataError, IdentificationError, ConvergenceError):
                one = None
            if one is not None:
                found[verdict.construct] = one
    for construct in instrument.constructs:
        columns = [f"{construct.score_name}.{k}" for k in range(1, waves + 1)]
        if construct.mode == "composite" and all(column in panel for column in columns):
            values = panel[columns].astype(float)
            items = tuple(item.id for item in construct.items)
            found[construct.id] = PanelScore(
                construct.id, items, tuple(columns), values, np.zeros((waves, waves)),
                (1.0,) * waves,
            )  # fmt: skip
    for higher in instrument.higher_order:
        if all(part in found for part in higher.of):
            found[higher.id] = _whole(higher.id, [found[part] for part in higher.of], waves)
    return {name: one for name, one in found.items() if min(one.reliability) >= LEAST_RELIABILITY}


def _score(
    panel: pd.DataFrame, verdict: Comparability, waves: int, estimator: str
) -> PanelScore | None:
    items = (*verdict.anchors, *verdict.freed)
    fit = verdict.fit
    if verdict.ordinal or fit is None:
        numbers = "MLR" if estimator == "WLSMV" else estimator
        model = Longitudinal(panel, verdict.construct, items, waves, numbers)
        fit = model.fit(LEVELS[1], verdict.freed)
        if not fit.converged:
            return None
    errors = _error_covariances(fit, verdict.anchors, waves)
    scales = {
        f"{verdict.construct}.{k}": [f"{item}.{k}" for item in verdict.anchors]
        for k in range(1, waves + 1)
    }
    values = scale_scores(panel, scales)
    return _made(verdict.construct, verdict.anchors, values, errors)


def _whole(name: str, parts: Sequence[PanelScore], waves: int) -> PanelScore:
    import pandas as pd

    together = pd.concat([part.values for part in parts], axis=1)
    scales = {f"{name}.{k + 1}": [part.columns[k] for part in parts] for k in range(waves)}
    errors = np.sum([part.errors for part in parts], axis=0) / len(parts) ** 2
    items = tuple(item for part in parts for item in part.items)
    return _made(name, items, scale_scores(together, scales), errors)


def _made(name: str, items: Sequence[str], values: pd.DataFrame, errors: Floats) -> PanelScore:
    spread = values.var().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        reliability = np.nan_to_num(1 - np.diag(errors) / spread, nan=0.0, neginf=0.0)
    told = tuple(float(one) for one in reliability)
    return PanelScore(name, tuple(items), tuple(values.columns), values, errors, told)


def _error_covariances(fit: SemResult, anchors: Sequence[str], waves: int) -> Floats:
    """Return the covariances of the errors of the anchors' mean over the waves."""
    rows = fit.parameters
    rows = rows[rows["op"] == "~~"]
    known: Mapping[Any, float] = dict(
        zip(zip(rows["lhs"], rows["rhs"], strict=True), rows["est"], strict=True)
    )
    errors = np.zeros((waves, waves))
    for item in anchors:
        for a in range(waves):
            for b in range(a, waves):
                one, other = f"{item}.{a + 1}", f"{item}.{b + 1}"
                value = known.get((one, other), known.get((other, one), 0.0))
                value = max(value, 0.0) if a == b else value
                errors[a, b] += value
                errors[b, a] = errors[a, b]
    return errors / len(anchors) ** 2
