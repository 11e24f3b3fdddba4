"""From a neutral table or document to one medium: CSV, LaTeX, HTML, Word."""

from ecosurvey.report.render.csv import csv_text
from ecosurvey.report.render.html import html_table
from ecosurvey.report.render.latex import latex_table

__all__ = ["csv_text", "html_table", "latex_table"]
