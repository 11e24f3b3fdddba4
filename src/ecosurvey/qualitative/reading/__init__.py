"""Files of coded material: REFI-QDA projects and codebooks, and plain tables."""

from ecosurvey.qualitative.reading.read import read_codes

__all__ = ["read_codes"]
