"""Which variable plays which part: latent or observed, indicator, outcome, covariate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecosurvey.sem.syntax.drafts import Draft


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of a model by the part they play, each in lavaan's order.

    Attributes
    ----------
    observed : tuple of str
        Indicators first, then outcomes, then predictors, then the rest.
    latent : tuple of str
        In order of definition, composites (``<~``) among them.
    composites : tuple of str
    covariates : tuple of str
        Observed, only ever predictors, and without a mean, variance or covariance in the text.
    exogenous_latent : tuple of str
        Latents that are neither outcomes nor indicators.
    terminal : tuple of str
        Outcomes that predict nothing and indicate nothing: latents first, then observed.
    """

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    composites: tuple[str, ...]
    covariates: tuple[str, ...]
    exogenous_latent: tuple[str, ...]
    terminal: tuple[str, ...]

    @property
    def modelled(self) -> tuple[str, ...]:
        """Observed variables that are not covariates."""
        return _without(self.observed, self.covariates)


def assign_roles(rows: Sequence[Draft]) -> Roles:
    """Read the roles off the rows that the user wrote."""
    latent = _unique(row.lhs for row in rows if row.op in ("=~", "<~"))
    reflective = _unique(row.lhs for row in rows if row.op == "=~")
    indicators = _unique(row.rhs for row in rows if row.op == "=~")
    outcomes = _unique(row.lhs for row in rows if row.op == "~")
    predictors = _unique(row.rhs for row in rows if row.op in ("~", "<~"))
    covarying = [row for row in rows if row.op == "~~"]
    others = [row.lhs for row in covarying] + [row.rhs for row in covarying]
    others += [row.lhs for row in rows if row.op in ("~1", "|", "~*~")]
    observed = _without(_unique([*indicators, *outcomes, *predictors, *others]), latent)
    spoken_of = {row.lhs for row in rows if row.op in ("~1", "~~")}
    spoken_of |= {row.rhs for row in covarying}
    pure = _without(_without(predictors, latent), {*indicators, *outcomes})
    pure = tuple(name for name in pure if pure_product(name, (*latent, *indicators, *outcomes)))
    last = _without(outcomes, {*predictors, *indicators})
    return Roles(
        observed=observed,
        latent=latent,
        composites=_without(latent, reflective),
        covariates=_without(pure, spoken_of),
        exogenous_latent=_without(latent, {*indicators, *outcomes}),
        terminal=(
            *(name for name in latent if name in last),
            *(name for name in observed if name in last),
        ),
    )


def pure_product(name: str, modelled: Iterable[str]) -> bool:
    """Tell whether ``x:z`` multiplies covariates only; else lavaan takes it for no covariate."""
    return not set(name.split(":")[1:] and name.split(":")) & set(modelled)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _without(names: Iterable[str], unwanted: Iterable[str]) -> tuple[str, ...]:
    out = set(unwanted)
    return tuple(name for name in names if name not in out)
