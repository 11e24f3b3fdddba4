"""The path diagram: rows and order, places, numbers on arrows, drawing."""

from ecosurvey.report.figures.path_diagram.diagram import draw, illustrate
from ecosurvey.report.figures.path_diagram.model import Arrow, Construct, PathDrawing, describe
from ecosurvey.report.figures.path_diagram.plan import plan

__all__ = ["Arrow", "Construct", "PathDrawing", "describe", "draw", "illustrate", "plan"]
