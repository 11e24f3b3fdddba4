"""The performance index as one page to look around in: no network, no framework."""

from ecosurvey.report.dashboard.page import dashboard_page

__all__ = ["dashboard_page"]
