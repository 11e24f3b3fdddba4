"""What the data say: sample moments, a group at a time."""

from ecosurvey.sem.observed.moments import Moments, moments_of

__all__ = ["Moments", "moments_of"]
