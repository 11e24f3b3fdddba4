"""The case material beside the numbers: codes, agreement, cases, and the joint display."""

from ecosurvey.qualitative.agreement import Agreement, agreement
from ecosurvey.qualitative.cases import Case, CaseTable, case_table, read_cases
from ecosurvey.qualitative.crosswalk import tie
from ecosurvey.qualitative.joint import JointDisplay, joint_display
from ecosurvey.qualitative.literature import LiteratureFlow, read_literature
from ecosurvey.qualitative.model import Code, CodedMaterial
from ecosurvey.qualitative.numbers import Numbers, read_results
from ecosurvey.qualitative.open_answers import OpenAnswers, open_answers
from ecosurvey.qualitative.patterns import CoOccurrence, Saturation, co_occurrence, saturation
from ecosurvey.qualitative.privacy import Privacy
from ecosurvey.qualitative.reading import read_codes

__all__ = [
    "Agreement",
    "Case",
    "CaseTable",
    "CoOccurrence",
    "Code",
    "CodedMaterial",
    "JointDisplay",
    "LiteratureFlow",
    "Numbers",
    "OpenAnswers",
    "Privacy",
    "Saturation",
    "agreement",
    "case_table",
    "co_occurrence",
    "joint_display",
    "open_answers",
    "read_cases",
    "read_codes",
    "read_literature",
    "read_results",
    "saturation",
    "tie",
]
