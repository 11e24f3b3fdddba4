"""The structural equation engine: model text and data in, a fitted model out."""

from ecosurvey.sem.types import Parameter, ParameterTable

__all__ = ["Parameter", "ParameterTable"]
