"""What each row adds to the statistics of single variables: the first step's influences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosurvey.correlation.margins import Margin, categories_of
from ecosurvey.correlation.places import Places

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Singles:
    """The influences of rows on thresholds, means, slopes and variances.

    Attributes
    ----------
    rows : (k, n) array
        Zero where the variable is missing.
    categories : tuple of (c + 1, s) arrays
        The same of each variable's s statistics by category, or value if it is continuous, the
        last for missing; empty given covariates, which make rows of one category differ.
    """

    rows: Floats
    categories: tuple[Floats, ...]

    def by_category(self, variables: NDArray[np.intp]) -> Floats:
        """Return the influences by category of variables of as many categories each."""
        return np.array([self.categories[variable] for variable in variables])


def singles_of(
    margins: Sequence[Margin], covariates: Floats, places: Places, weights: Floats | None
) -> Singles:
    """Return the first step's influences: A11^-1 s, A11 a block a variable, s the row's scores."""
    given = covariates.shape[1] > 0
    scores = [m.scores(covariates) if given else m.category_scores() for m in margins]
    masses = [weights] * len(margins) if given else [_counts(m, weights) for m in margins]
    products = zip(scores, masses, strict=True)
    inverses = _inverses([s.T @ (s if w is None else s * w[:, None]) for s, w in products])
    rows = np.zeros((places.first_step, len(covariates)))
    categories: list[Floats] = []
    for index, (margin, score, inverse) in enumerate(zip(margins, scores, inverses, strict=True)):
        cut = np.arange(places.cuts[index].start, places.cuts[index].stop)
        spread = places.variance[index : index + 1]
        mine = np.concatenate([cut, places.slopes[index], spread[spread >= 0]])
        influences = inverse @ score.T
        rows[mine] = influences if given else influences[:, categories_of(margin)[0]]
        categories.append(np.zeros((0, 0)) if given else influences.T)
    return Singles(rows, tuple(categories))


def _counts(margin: Margin, weights: Floats | None) -> Floats:
    """Return how often each category or value occurs, or what such rows weigh; last, missing."""
    codes, size = categories_of(margin)
    found = np.bincount(np.where(codes < 0, size, codes), weights, minlength=size + 1)
    return found.astype(np.float64)


def _inverses(informations: Sequence[Floats]) -> list[Floats]:
    """Return the inverses, those of one size found together."""
    found = list(informations)
    for size in {len(one) for one in informations}:
        alike = [at for at, one in enumerate(informations) if len(one) == size]
        stack = np.linalg.pinv(np.array([informations[at] for at in alike]), hermitian=True)
        for at, inverse in zip(alike, stack, strict=True):
            found[at] = inverse
    return found
