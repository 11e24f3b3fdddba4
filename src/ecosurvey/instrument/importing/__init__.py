"""Questionnaires of other programs: each kind read by one file, what is lost listed."""

from ecosurvey.instrument.importing.draft import LeftOut
from ecosurvey.instrument.importing.read import IMPORTERS, Imported, import_questionnaire

__all__ = ["IMPORTERS", "Imported", "LeftOut", "import_questionnaire"]
