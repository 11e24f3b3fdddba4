"""The path diagram: rows and order, places, numbers on arrows, drawing."""

from ecosurvey.report.figures.path_diagram.diagram import (
    Arrow,
    Construct,
    PathDrawing,
    describe,
    draw,
    illustrate,
    plan,
)

__all__ = ["Arrow", "Construct", "PathDrawing", "describe", "draw", "illustrate", "plan"]
