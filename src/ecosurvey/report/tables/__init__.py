"""Paper tables that gather several results; the others come from the results themselves."""

from ecosurvey.core.fit_line import FitLine, fit_line
from ecosurvey.report.tables.fit import fit_table
from ecosurvey.report.tables.loadings import loadings_table
from ecosurvey.report.tables.paths import paths_table

__all__ = ["FitLine", "fit_line", "fit_table", "loadings_table", "paths_table"]
