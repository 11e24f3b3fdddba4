"""Whether scales measure consistently, and constructs apart from each other."""

from ecosurvey.reliability.agreement import Icc, icc
from ecosurvey.reliability.alpha import Alpha, alpha
from ecosurvey.reliability.common_method import (
    FullCollinearity,
    Harman,
    full_collinearity,
    harman,
    scale_means,
)
from ecosurvey.reliability.content import ContentValidity, content_validity
from ecosurvey.reliability.convergent import (
    Convergent,
    average_variance_extracted,
    composite_reliability,
    convergent,
    maximal_reliability,
)
from ecosurvey.reliability.cross_loadings import CrossLoadings, cross_loadings
from ecosurvey.reliability.discriminant import Htmt, htmt
from ecosurvey.reliability.efa_cfa import EfaCfa, efa_cfa
from ecosurvey.reliability.external import (
    CriterionValidity,
    KnownGroups,
    criterion_validity,
    known_groups,
)
from ecosurvey.reliability.fornell_larcker import FornellLarcker, fornell_larcker
from ecosurvey.reliability.hierarchical import HierarchicalOmega, omega_hierarchical
from ecosurvey.reliability.item_analysis import ItemAnalysis, item_analysis
from ecosurvey.reliability.item_correlations import ItemCorrelations, item_correlations
from ecosurvey.reliability.marker import MarkerVariable, marker_variable
from ecosurvey.reliability.method_factor import MethodFactor, method_factor
from ecosurvey.reliability.method_variance import CommonMethod, common_method
from ecosurvey.reliability.model_reliability import ModelReliability, model_reliability
from ecosurvey.reliability.omega import Omega, omega
from ecosurvey.reliability.ordinal import OrdinalReliability, ordinal_reliability
from ecosurvey.reliability.reliability import Reliability, reliability
from ecosurvey.reliability.second_order import SecondOrderOmega, second_order_omega
from ecosurvey.reliability.single_factor import SingleFactor, single_factor
from ecosurvey.reliability.split_half import SplitHalf, split_half
from ecosurvey.reliability.validity import Validity, construct_validity, validity

__all__ = [
    "Alpha",
    "CommonMethod",
    "ContentValidity",
    "Convergent",
    "CriterionValidity",
    "CrossLoadings",
    "EfaCfa",
    "FornellLarcker",
    "FullCollinearity",
    "Harman",
    "HierarchicalOmega",
    "Htmt",
    "Icc",
    "ItemAnalysis",
    "ItemCorrelations",
    "KnownGroups",
    "MarkerVariable",
    "MethodFactor",
    "ModelReliability",
    "Omega",
    "OrdinalReliability",
    "Reliability",
    "SecondOrderOmega",
    "SingleFactor",
    "SplitHalf",
    "Validity",
    "alpha",
    "average_variance_extracted",
    "common_method",
    "composite_reliability",
    "construct_validity",
    "content_validity",
    "convergent",
    "criterion_validity",
    "cross_loadings",
    "efa_cfa",
    "fornell_larcker",
    "full_collinearity",
    "harman",
    "htmt",
    "icc",
    "item_analysis",
    "item_correlations",
    "known_groups",
    "marker_variable",
    "maximal_reliability",
    "method_factor",
    "model_reliability",
    "omega",
    "omega_hierarchical",
    "ordinal_reliability",
    "reliability",
    "scale_means",
    "second_order_omega",
    "single_factor",
    "split_half",
    "validity",
]
