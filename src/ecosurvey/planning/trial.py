"""One planned study carried out once: answers drawn, the model fitted, each claim tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import EcosurveyError, Text
from ecosurvey.planning.answers import draw_sample
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.gaps import KnownStart
from ecosurvey.planning.population import Population
from ecosurvey.planning.targets import Target
from ecosurvey.sem.api import fit_request
from ecosurvey.sem.difference import chisq_difference
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.request import Request
from ecosurvey.sem.standardize import standardized

Floats = NDArray[np.float64]
REASONS = {
    "not_converged": Text("the search did not arrive", "未收敛"),
    "no_errors": Text("the standard errors cannot be computed", "无法计算标准误"),
}
_DRAWS = 1_000  # from the estimates' distribution, for the interval of a product


@dataclass(frozen=True, slots=True)
class LooserModel:
    """A less restricted model: what the one before it is tested against.

    Attributes
    ----------
    id : str
        Of the test.
    label : Text
    model : str
    request : Request
    """

    id: str
    label: Text
    model: str
    request: Request


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one replicate found.

    Attributes
    ----------
    est, se : (t,) arrays
        Standardized; NaN where the fit did not arrive, ``se`` also for products.
    lower, upper : (t,) arrays
        The intervals by which a target is judged: standardized, for products raw.
    pvalue : (t,) array
        NaN for products.
    fit_pvalue : float
        Of the test of the model.
    difference_pvalues : tuple of float
        Of each model's comparison with the next less restricted one.
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
    difference_pvalues: tuple[float, ...] = ()
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
    looser : tuple of LooserModel
        Less and less restricted models; each is compared with the one before it.
    known : KnownStart or None
        Where the fits of answers with gaps start.
    """

    populations: tuple[Population, ...]
    assumptions: Assumptions
    sizes: tuple[int, ...]
    model: str
    request: Request
    targets: tuple[Target, ...]
    level: float
    looser: tuple[LooserModel, ...] = ()
    known: KnownStart | None = None

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
            fit = (
                fit_request(self.request, self.model, data).fit
                if self.known is None
                else self.known.fit(self.request, data)
            )
            if not fit.converged:
                return self._nothing("not_converged")
            differences, nearer = [], fit
            for step in self.looser:
                other = fit_request(step.request, step.model, data)
                if not other.converged:
                    return self._nothing("not_converged")
                found = chisq_difference(nearer, other.fit, "default", "delta", True)
                differences.append(found.pvalue)
                nearer = other.fit
            return self._judged(fit, rng, tuple(differences))
        except EcosurveyError as error:
            return self._nothing(error.found)
        except np.linalg.LinAlgError as error:
            return self._nothing(str(error))

    def _judged(
        self, fit: Fit, rng: np.random.Generator, differences: tuple[float, ...]
    ) -> Outcome:
        rows = fit.model.table.rows
        place: dict[tuple[str, str, str, int], int] = {
            (row.lhs, row.op, row.rhs, row.group): at for at, row in enumerate(rows)
        }
        std = standardized(fit, level=self.level)
        size = len(self.targets)
        out = {name: np.full(size, nan) for name in ("est", "se", "lower", "upper", "pvalue")}
        products = [target for target in self.targets if not target.simple]
        involved = sorted(
            {rows[place[(*row, t.group)]].free - 1 for t in products for w in t.ways for row in w}
        )
        drawn = _draws(fit, involved, rng)
        errors: list[float] = []
        for at, target in enumerate(self.targets):
            ways = [[place[(*row, target.group)] for row in way] for way in target.ways]
            out["est"][at] = sum(float(np.prod(std.est[way])) for way in ways)
            errors += [float(std.se[k]) for way in ways for k in way]
            if target.simple:
                here = ways[0][0]
                out["se"][at], out["pvalue"][at] = std.se[here], std.pvalue[here]
                out["lower"][at], out["upper"][at] = std.ci_lower[here], std.ci_upper[here]
                continue
            free = [[involved.index(rows[k].free - 1) for k in way] for way in ways]
            effect = sum((drawn[:, way].prod(axis=1) for way in free), np.zeros(_DRAWS))
            tail = (1 - self.level) / 2
            out["lower"][at], out["upper"][at] = np.quantile(effect, [tail, 1 - tail])
        variances = [
            row.free - 1 for row in rows if row.op == "~~" and row.lhs == row.rhs and row.free
        ]
        return Outcome(
            **out,
            fit_pvalue=fit.tests[-1].pvalue,
            difference_pvalues=differences,
            reason="" if np.isfinite(errors).all() else "no_errors",
            improper=bool((fit.x[variances] < 0).any()),
        )

    def _nothing(self, reason: str) -> Outcome:
        none = np.full(len(self.targets), nan)
        return Outcome(none, none, none, none, none, reason=reason)


def _draws(fit: Fit, free: list[int], rng: np.random.Generator) -> Floats:
    """Return draws from the estimates' distribution, whose covariance may be singular."""
    values, vectors = np.linalg.eigh(fit.vcov[np.ix_(free, free)])
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = fit.x[free] + rng.standard_normal((_DRAWS, len(free))) @ root.T
    return np.asarray(drawn, dtype=np.float64)
