"""From a model to its solution: starting values, scoring, constraints."""

from ecosurvey.sem.optimizer.choice import objective
from ecosurvey.sem.optimizer.constrained import binding, search, side_conditions
from ecosurvey.sem.optimizer.constraints import constraints, difference, named_values
from ecosurvey.sem.optimizer.gaps import confirmed
from ecosurvey.sem.optimizer.objective import Objective, ObjectivePoint
from ecosurvey.sem.optimizer.responses import (
    ResponseObjective,
    ResponseObjectivePoint,
    response_objective,
)
from ecosurvey.sem.optimizer.scoring import Solution, score
from ecosurvey.sem.optimizer.start import start_values

__all__ = [
    "Objective",
    "ObjectivePoint",
    "ResponseObjective",
    "ResponseObjectivePoint",
    "Solution",
    "binding",
    "confirmed",
    "constraints",
    "difference",
    "named_values",
    "objective",
    "response_objective",
    "score",
    "search",
    "side_conditions",
    "start_values",
]
