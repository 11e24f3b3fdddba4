"""From parameters to implied means and covariances, with their derivatives."""

from ecosurvey.sem.implied.curvature import curvature
from ecosurvey.sem.implied.derivatives import Directions, directions, moment_jacobian, vech
from ecosurvey.sem.implied.inverse import inverse, symmetric_inverse
from ecosurvey.sem.implied.layout import MATRICES, Cells, Layout, Matrices, MatrixName, layout, put
from ecosurvey.sem.implied.lisrel import Implied, implied_moments, matrices
from ecosurvey.sem.implied.responses import (
    Derived,
    LatentResponses,
    Responses,
    complete,
    derived_moves,
    fill_in,
    latent_responses,
    statistics,
    statistics_jacobian,
)
from ecosurvey.sem.implied.slopes import StatisticSlopes, statistic_slopes

__all__ = [
    "MATRICES",
    "Cells",
    "Derived",
    "Directions",
    "Implied",
    "LatentResponses",
    "Layout",
    "Matrices",
    "MatrixName",
    "Responses",
    "StatisticSlopes",
    "complete",
    "curvature",
    "derived_moves",
    "directions",
    "fill_in",
    "implied_moments",
    "inverse",
    "latent_responses",
    "layout",
    "matrices",
    "moment_jacobian",
    "put",
    "statistic_slopes",
    "statistics",
    "statistics_jacobian",
    "symmetric_inverse",
    "vech",
]
