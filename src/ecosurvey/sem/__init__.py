"""The structural equation engine: model text and data in, a fitted model out."""

from ecosurvey.sem.api import cfa, growth, sem
from ecosurvey.sem.compare import compare
from ecosurvey.sem.fit import Fit, Method, Model, TestStatistic
from ecosurvey.sem.results import SemResult
from ecosurvey.sem.simulate import simulate
from ecosurvey.sem.types import Parameter, ParameterTable

__all__ = [
    "Fit",
    "Method",
    "Model",
    "Parameter",
    "ParameterTable",
    "SemResult",
    "TestStatistic",
    "cfa",
    "compare",
    "growth",
    "sem",
    "simulate",
]
