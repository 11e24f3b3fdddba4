"""What one run found, and what it was asked to do."""

from ecosurvey.analysis.analysis import Analysis
from ecosurvey.analysis.config import (
    ESTIMATORS,
    FORMATS,
    GROUP_PERMUTATIONS,
    HTMT_SAMPLES,
    MISSING,
    PARTS,
    REPORT_LANGUAGES,
    AnalysisConfig,
    Estimator,
    Format,
    Missing,
    Part,
    ReportLang,
    configure,
)

__all__ = [
    "ESTIMATORS",
    "FORMATS",
    "GROUP_PERMUTATIONS",
    "HTMT_SAMPLES",
    "MISSING",
    "PARTS",
    "REPORT_LANGUAGES",
    "Analysis",
    "AnalysisConfig",
    "Estimator",
    "Format",
    "Missing",
    "Part",
    "ReportLang",
    "configure",
]
