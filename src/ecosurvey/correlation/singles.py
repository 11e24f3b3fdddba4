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
    rows = np.zeros((places.first_step, len(covariates)))
    categories: list[Floats] = []
    for index, margin in enumerate(margins):
        cut = np.arange(places.cuts[index].start, places.cuts[index].stop)
        spread = places.variance[index : index + 1]
        mine = np.concatenate([cut, places.slopes[index], spread[spread >= 0]])
        if covariates.shape[1]:
            scores = margin.scores(covariates)
            weighed = scores if weights is None else scores * weights[:, None]
            rows[mine] = _inverse(scores.T @ weighed) @ scores.T
            categories.append(np.zeros((0, 0)))
            continue
        codes, size = categories_of(margin)
        scores = margin.category_scores()
        counts = np.bincount(np.where(codes < 0, size, codes), weights, minlength=size + 1)
        categories.append(scores @ _inverse((scores * counts[:, None]).T @ scores))
        rows[mine] = categories[-1].T[:, codes]
    return Singles(rows, tuple(categories))


def _inverse(information: Floats) -> Floats:
    return np.asarray(np.linalg.pinv(information, hermitian=True))
