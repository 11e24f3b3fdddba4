"""Log-likelihoods of every completed data set at pooled estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecosurvey.correlation import SamplingCovariance
from ecosurvey.sem.fit import Fit, Model, implied
from ecosurvey.sem.measures.information import normal_loglik
from ecosurvey.sem.observed import Moments


@dataclass(frozen=True, slots=True)
class MeanLikelihood:
    """Mean log-likelihoods over the data sets, of outcomes given fixed covariates.

    Attributes
    ----------
    model : float
        Of the model at its pooled estimates.
    saturated : float
        Of the saturated model at the pooled moments.
    """

    model: float
    saturated: float


def has_likelihood(fit: Fit) -> bool:
    """Tell whether D3 is possible: a normal likelihood of continuous variables."""
    return fit.method.loss == "ML" and fit.method.likelihood == "normal"


def pooled_moments(groups: Sequence[Moments]) -> Moments:
    """Return one group's moments over the data sets as their means; the rows are left out."""
    first = groups[0]
    ordinal = first.ordinal
    if ordinal is not None:
        found = [each.ordinal for each in groups if each.ordinal is not None]
        ordinal = replace(
            ordinal,
            values=np.mean([each.values for each in found], axis=0),
            sampling=SamplingCovariance(
                matrix=np.mean([each.sampling.matrix for each in found], axis=0)
            ),
        )
    return replace(
        first,
        cov=np.mean([each.cov for each in groups], axis=0),
        mean=np.mean([each.mean for each in groups], axis=0),
        data=None,
        ordinal=ordinal,
        design=None,
    )


def mean_likelihood(pooled: Fit, models: Sequence[Model]) -> MeanLikelihood:
    """Return the mean log-likelihoods of the data sets at pooled parameters.

    Parameters
    ----------
    pooled : Fit
        Its model's moments are the means over the data sets.
    models : sequence of Model
        The same model beside each data set's own moments.
    """
    at = implied(pooled.model, pooled.x)
    fixed = np.ix_(pooled.model.exogenous, pooled.model.exogenous)
    found = np.zeros(2)
    for model in models:
        for moments, whole, said in zip(model.moments, pooled.model.moments, at, strict=True):
            mu = said.mu if pooled.model.meanstructure else moments.mean
            means = whole.mean if pooled.model.meanstructure else moments.mean
            x = pooled.model.exogenous
            given = normal_loglik(
                moments.n, moments.cov[fixed], moments.mean[x], moments.cov[fixed], moments.mean[x]
            )
            found[0] += normal_loglik(moments.n, moments.cov, moments.mean, said.sigma, mu) - given
            found[1] += (
                normal_loglik(moments.n, moments.cov, moments.mean, whole.cov, means) - given
            )
    found /= len(models)
    return MeanLikelihood(float(found[0]), float(found[1]))


__all__ = ["MeanLikelihood", "has_likelihood", "mean_likelihood", "pooled_moments"]
