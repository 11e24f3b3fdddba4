"""The document as one HTML file: no network, no framework, readable on a telephone."""

from ecosurvey.report.render.page.page import html_page

__all__ = ["html_page"]
