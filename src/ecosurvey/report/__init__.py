"""Tables, figures and documents from results."""

from ecosurvey.report.diagrams import path_diagram
from ecosurvey.report.document import document
from ecosurvey.report.gallery import correlation_map, figure, figure_names, likert_bars
from ecosurvey.report.model import Document, Illustration
from ecosurvey.report.provenance import provenance
from ecosurvey.report.results_json import results_json, results_schema
from ecosurvey.report.rewrite import rewrite_report
from ecosurvey.report.second_engine import SecondEngine, second_engine
from ecosurvey.report.write import write_report
from ecosurvey.report.write_joint import joint_document, write_joint
from ecosurvey.report.write_waves import waves_document, write_waves

__all__ = [
    "Document",
    "Illustration",
    "SecondEngine",
    "correlation_map",
    "document",
    "figure",
    "figure_names",
    "joint_document",
    "likert_bars",
    "path_diagram",
    "provenance",
    "results_json",
    "results_schema",
    "rewrite_report",
    "second_engine",
    "waves_document",
    "write_joint",
    "write_report",
    "write_waves",
]
