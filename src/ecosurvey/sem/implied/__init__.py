"""From parameters to implied means and covariances, with their derivatives."""

from ecosurvey.sem.implied.curvature import curvature
from ecosurvey.sem.implied.derivatives import Directions, directions, moment_jacobian, vech
from ecosurvey.sem.implied.inverse import inverse, symmetric_inverse
from ecosurvey.sem.implied.layout import MATRICES, Cells, Layout, Matrices, MatrixName, layout, put
from ecosurvey.sem.implied.lisrel import Implied, implied_moments, matrices

__all__ = [
    "MATRICES",
    "Cells",
    "Directions",
    "Implied",
    "Layout",
    "Matrices",
    "MatrixName",
    "curvature",
    "directions",
    "implied_moments",
    "inverse",
    "layout",
    "matrices",
    "moment_jacobian",
    "put",
    "symmetric_inverse",
    "vech",
]
