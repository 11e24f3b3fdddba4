"""Weights of the parts of an index: from the spread of units, from experts, from a model."""

from ecosurvey.performance.weights.ahp import RANDOM_INDEX, Judgement, aggregate, ahp
from ecosurvey.performance.weights.critic import critic_weights
from ecosurvey.performance.weights.entropy import entropy_weights
from ecosurvey.performance.weights.of_model import ModelWeights, model_weights

__all__ = [
    "RANDOM_INDEX",
    "Judgement",
    "ModelWeights",
    "aggregate",
    "ahp",
    "critic_weights",
    "entropy_weights",
    "model_weights",
]
