"""Which objective a model has: of moments, or of ordinal variables' statistics."""

from __future__ import annotations

from ecosurvey.sem.fit import Model
from ecosurvey.sem.optimizer.objective import Objective, moment_objective
from ecosurvey.sem.optimizer.responses import response_objective


def objective(model: Model, loss: str) -> Objective:
    """Return the objective of a model under a named loss."""
    return response_objective(model, loss) if model.responses else moment_objective(model, loss)
