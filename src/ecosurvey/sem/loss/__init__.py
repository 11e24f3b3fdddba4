"""What is minimized: one loss a file, found by its name here."""

from collections.abc import Callable

from ecosurvey.sem.loss.base import Loss, Point, Slope, WeighsMoments, normal_information
from ecosurvey.sem.loss.dwls import DiagonallyWeightedLeastSquares
from ecosurvey.sem.loss.fiml import FullInformation
from ecosurvey.sem.loss.gls import GeneralizedLeastSquares
from ecosurvey.sem.loss.ml import MaximumLikelihood, MaximumLikelihoodPoint
from ecosurvey.sem.loss.responses import ResponsePoint, ResponseSquares
from ecosurvey.sem.loss.uls import UnweightedLeastSquares
from ecosurvey.sem.loss.wls import WeightedLeastSquares

LOSSES: dict[str, Callable[..., Loss]] = {
    "ML": MaximumLikelihood,
    "GLS": GeneralizedLeastSquares,
    "ULS": UnweightedLeastSquares,
    "WLS": WeightedLeastSquares,
    "DWLS": DiagonallyWeightedLeastSquares,
}

__all__ = [
    "LOSSES",
    "FullInformation",
    "GeneralizedLeastSquares",
    "Loss",
    "MaximumLikelihoodPoint",
    "Point",
    "ResponsePoint",
    "ResponseSquares",
    "Slope",
    "WeighsMoments",
    "WeightedLeastSquares",
    "normal_information",
]
