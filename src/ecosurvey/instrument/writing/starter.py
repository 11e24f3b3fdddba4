"""A questionnaire to begin with."""

from __future__ import annotations

from importlib import resources


def starter() -> str:
    """Return the text of a small questionnaire with comments, which is valid as it stands.

    Examples
    --------
    >>> "schema: ecosurvey/instrument/1" in starter()
    True
    """
    return (resources.files("ecosurvey.instrument.writing") / "starter.yaml").read_text("utf-8")
