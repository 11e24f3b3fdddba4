"""The performance index: how units stand on 0 to 100, and what that hangs on.

answers ─► scores (0–100) ─► units' means ─► shrinkage ─┐
model, spread, experts ─► weights ──────────────────────┴► index, ranks, targets
"""

from ecosurvey.performance.experts import Experts, judged, read_experts, read_targets
from ecosurvey.performance.index import performance_index
from ecosurvey.performance.model import OVERALL, SCHEMES, Change, Placing, Score, Unit
from ecosurvey.performance.result import PerformanceIndex
from ecosurvey.performance.shrink import Shrunk, shrink_means
from ecosurvey.performance.slices import Filter, Slice, Slices, slices
from ecosurvey.performance.unsure import Unsure, WeightInterval
from ecosurvey.performance.weights import ahp, critic_weights, entropy_weights, model_weights

__all__ = [
    "OVERALL",
    "SCHEMES",
    "Change",
    "Experts",
    "Filter",
    "PerformanceIndex",
    "Placing",
    "Score",
    "Shrunk",
    "Slice",
    "Slices",
    "Unit",
    "Unsure",
    "WeightInterval",
    "ahp",
    "critic_weights",
    "entropy_weights",
    "judged",
    "model_weights",
    "performance_index",
    "read_experts",
    "read_targets",
    "shrink_means",
    "slices",
]
