"""One planned study carried out once: answers drawn, the model fitted, each claim tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import EcosurveyError, Text
from ecosurvey.planning.answers import draw_sample
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.population import Population
from ecosurvey.sem.api import fit_request
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.request import Request
from ecosurvey.sem.standardize import standardized

Floats = NDArray[np.float64]
TargetKind = Literal["path", "indirect", "correlation", "mean"]
REASONS = {
    "not_converged": Text("the search did not arrive", "未收敛"),
    "no_errors": Text("the standard errors cannot be computed", "无法计算标准误"),
}
_DRAWS = 1_000  # from the estimates' distribution, for the interval of a product


@dataclass(frozen=True, slots=True)
class Target:
    """What a planned study wants to show.

    Attributes
    ----------
    id : str
        ``"H1a"``.
    kind : {"path", "indirect", "correlation", "mean"}
    rows : tuple of (str, str, str)
        lhs, op, rhs of the parameters; several for an indirect effect, whose product it is.
    true : float
        Its standardized value in the population.
    label : Text
    group : int
        Whose parameter it is, from 1.
    """

    id: str
    kind: TargetKind
    rows: tuple[tuple[str, str, str], ...]
    true: float
    label: Text
    group: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one replicate found.

    Attributes
    ----------
    est, se : (t,) arrays
        Standardized; NaN where the fit did not arrive, ``se`` also for indirect effects.
    lower, upper : (t,) arrays
        The intervals by which a target is judged: standardized, for indirect effects raw.
    pvalue : (t,) array
        NaN for indirect effects.
    fit_pvalue : float
        Of the test of the model.
    difference_pvalue : float
        Of the comparison with the less restricted model, where there is one.
    reason : str
        Why there is no result: a word for the usual cases, else the error; empty if there is.
    improper : bool
        A variance is negative.
    """

    est: Floats
    se: Floats
    lower: Floats
    upper: Floats
    pvalue: Floats
    fit_pvalue: float = nan
    difference_pvalue: float = nan
    reason: str = ""
    improper: bool = False


@dataclass(frozen=True)
class Trial:
    """A planned study, ready to be carried out many times; what workers are sent.

    Attributes
    ----------
    populations : tuple of Population
        One a group (or wave).
    assumptions : Assumptions
    sizes : tuple of int
        Rows of each group.
    model : str
        What will be fitted.
    request : Request
    targets : tuple of Target
    level : float
        Of the intervals; 1 - alpha.
    looser : Request or None
        A less restricted model to compare with.
    """

    populations: tuple[Population, ...]
    assumptions: Assumptions
    sizes: tuple[int, ...]
    model: str
    request: Request
    targets: tuple[Target, ...]
    level: float
    looser: Request | None = None

    def __call__(self, streams: Sequence[np.random.Generator]) -> list[Outcome]:
        """Return one outcome a random stream."""
        return [self.once(rng) for rng in streams]

    def once(self, rng: np.random.Generator) -> Outcome:
        """Draw answers and analyse them."""
        import pandas as pd

        frames = []
        for at, (population, size) in enumerate(zip(self.populations, self.sizes, strict=True)):
            answers, _ = draw_sample(population, self.assumptions, size, rng)
            frame = pd.DataFrame(answers, columns=list(population.names))
            if len(self.sizes) > 1:
                frame[str(self.request.group)] = f"W{at + 1}"
            frames.append(frame)
        data = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        try:
            result = fit_request(self.request, self.model, data)
            if not result.converged:
                return self._nothing("not_converged")
            difference = nan
            if self.looser is not None:
                from ecosurvey.sem.difference import chisq_difference

                other = fit_request(self.looser, self.model, data)
                if not other.converged:
                    return self._nothing("not_converged")
                found = chisq_difference(result.fit, other.fit, "default", "delta", True)
                difference = found.pvalue
            return self._judged(result.fit, rng, difference)
        except EcosurveyError as error:
            return self._nothing(error.found)
        except np.linalg.LinAlgError as error:
            return self._nothing(str(error))

    def _judged(self, fit: Fit, rng: np.random.Generator, difference: float) -> Outcome:
        rows = fit.model.table.rows
        place: dict[tuple[str, str, str, int], int] = {
            (row.lhs, row.op, row.rhs, row.group): at for at, row in enumerate(rows)
        }
        std = standardized(fit, level=self.level)
        size = len(self.targets)
        out = {name: np.full(size, nan) for name in ("est", "se", "lower", "upper", "pvalue")}
        drawn: Floats | None = None
        for at, target in enumerate(self.targets):
            here = [place[(*row, target.group)] for row in target.rows]
            out["est"][at] = float(np.prod(std.est[here]))
            if target.kind != "indirect":
                out["se"][at], out["pvalue"][at] = std.se[here[0]], std.pvalue[here[0]]
                out["lower"][at], out["upper"][at] = std.ci_lower[here[0]], std.ci_upper[here[0]]
                continue
            if drawn is None:  # common draws; the vcov of a converged fit may be singular
                values, vectors = np.linalg.eigh(fit.vcov)
                root = vectors * np.sqrt(np.maximum(values, 0.0))
                drawn = fit.x + rng.standard_normal((_DRAWS, len(fit.x))) @ root.T
            free = [rows[k].free - 1 for k in here]
            product = np.prod(drawn[:, free], axis=1)
            tail = (1 - self.level) / 2
            out["lower"][at], out["upper"][at] = np.quantile(product, [tail, 1 - tail])
        variances = [
            at for at, row in enumerate(rows) if row.op == "~~" and row.lhs == row.rhs and row.free
        ]
        negative = bool((fit.x[[rows[at].free - 1 for at in variances]] < 0).any())
        known = bool(
            np.isfinite(std.se[[place[(*t.rows[0], t.group)] for t in self.targets]]).all()
        )
        return Outcome(
            **out,
            fit_pvalue=fit.tests[-1].pvalue,
            difference_pvalue=difference,
            reason="" if known else "no_errors",
            improper=negative,
        )

    def _nothing(self, reason: str) -> Outcome:
        none = np.full(len(self.targets), nan)
        return Outcome(none, none, none, none, none, reason=reason)
