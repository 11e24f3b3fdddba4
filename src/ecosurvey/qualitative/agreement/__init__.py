"""Whether coders agree, beyond what chance would give."""

from ecosurvey.qualitative.agreement.coefficients import METRICS, Metric
from ecosurvey.qualitative.agreement.result import Agreement, Coefficient, agreement

__all__ = ["METRICS", "Agreement", "Coefficient", "Metric", "agreement"]
