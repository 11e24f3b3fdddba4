"""Change within people: latent change scores between waves of a panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Text
from ecosurvey.sem import SemResult
from ecosurvey.sem.estimates import delta_method
from ecosurvey.sem.values import row_values
from ecosurvey.waves.attrition import Attrition
from ecosurvey.waves.panel_paths import PanelPaths
from ecosurvey.waves.rows import factor_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The change of people on one construct from one wave to the next.

    Attributes
    ----------
    construct : str
    name : Text
    earlier, later : str
    mean, mean_se, mean_pvalue, mean_ci_lower, mean_ci_upper : float
        Of the change, in standard deviations of the first wave.
    variance, variance_se, variance_ci_lower, variance_ci_upper : float
        Of the change: how differently people changed.
    start, start_se, start_pvalue : float
        Covariance of the change with the level it started from; below 0: who stood low gained.
    stability : float
        Correlation of the two waves' factors.
    """

    construct: str
    name: Text
    earlier: str
    later: str
    mean: float
    mean_se: float
    mean_pvalue: float
    mean_ci_lower: float
    mean_ci_upper: float
    variance: float
    variance_se: float
    variance_ci_lower: float
    variance_ci_upper: float
    start: float
    start_se: float
    start_pvalue: float
    stability: float


@dataclass(frozen=True, slots=True)
class Panel:
    """What only a panel can tell.

    Attributes
    ----------
    by : str
        Column that tells who is who.
    people, everywhere : int
        Seen at all, and in every wave.
    changes : tuple of ScoreChange
        Of comparable constructs, each wave to the next.
    attrition : Attrition
    paths : PanelPaths or None
        What leads to what from wave to wave, if asked for.
    """

    by: str
    people: int
    everywhere: int
    changes: tuple[ScoreChange, ...]
    attrition: Attrition
    paths: PanelPaths | None = None


def score_changes(
    fit: SemResult, construct: str, name: Text, labels: Sequence[str], level: float
) -> tuple[ScoreChange, ...]:
    r"""Return the latent change scores of one construct.

    The change :math:`\Delta = f_b - f_a` has mean :math:`\kappa_b-\kappa_a`, variance
    :math:`\phi_{aa}+\phi_{bb}-2\phi_{ab}` and covariance :math:`\phi_{ab}-\phi_{aa}` with its
    start: the latent change score model, which writes the change as a factor of its own, is the
    same model in other parameters. Errors by the delta method.

    References
    ----------
    McArdle (2009), Annual Review of Psychology 60, 577-605.
    """
    model = fit.fit.model
    values, jacobian = row_values(model, fit.fit.x)
    rows = factor_rows(fit.fit, construct, len(labels))
    found = []
    for a in range(len(labels) - 1):
        (ka, pa), (kb, pb) = rows[a], rows[a + 1]
        both = {f"{construct}.{a + 1}", f"{construct}.{a + 2}"}
        pab = next(
            at for at, row in enumerate(model.table.rows)
            if row.op == "~~" and {row.lhs, row.rhs} == both
        )  # fmt: skip
        estimates = np.array([
            values[kb] - values[ka], values[pa] + values[pb] - 2 * values[pab],
            values[pab] - values[pa],
        ])  # fmt: skip
        slopes = np.stack([
            jacobian[kb] - jacobian[ka], jacobian[pa] + jacobian[pb] - 2 * jacobian[pab],
            jacobian[pab] - jacobian[pa],
        ])  # fmt: skip
        got = delta_method(estimates, slopes, fit.fit.vcov, level)
        with np.errstate(invalid="ignore"):
            stability = float(values[pab] / np.sqrt(values[pa] * values[pb]))
        est, se, p = got.est.tolist(), got.se.tolist(), got.pvalue.tolist()
        low, high = got.ci_lower.tolist(), got.ci_upper.tolist()
        found.append(
            ScoreChange(
                construct, name, labels[a], labels[a + 1], est[0], se[0], p[0], low[0], high[0],
                est[1], se[1], low[1], high[1], est[2], se[2], p[2], stability,
            )
        )  # fmt: skip
    return tuple(found)


def seen_in(panel: pd.DataFrame, waves: int) -> tuple[int, int]:
    """Return how many people were seen at all, and in every wave."""
    import pandas as pd

    seen = pd.concat(
        [panel.filter(regex=rf"\.{k}$").notna().any(axis=1) for k in range(1, waves + 1)], axis=1
    )
    return int(seen.any(axis=1).sum()), int(seen.all(axis=1).sum())
