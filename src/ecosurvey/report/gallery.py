"""One figure of a report at a time, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Lang, check_choice
from ecosurvey.report.document import document

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.analysis import Analysis


def figure_names(analysis: Analysis) -> tuple[str, ...]:
    """Return the names of the figures that a report of this analysis has.

    Examples
    --------
    >>> from ecosurvey import analyze, figure_names
    >>> figure_names(analyze("holzinger.yaml", "holzinger.csv"))  # doctest: +SKIP
    ('flow', 'reliability_forest', 'scree', …, 'key_factors')
    """
    return tuple(illustration.key for illustration in document(analysis).figures())


def figure(analysis: Analysis, name: str, lang: Lang = "en") -> Figure:
    """Draw one figure of the report, as a Matplotlib figure to be shown or saved.

    Parameters
    ----------
    analysis : Analysis
    name : str
        One of :func:`figure_names`.
    lang : {"en", "zh"}

    Raises
    ------
    OptionError
        If the report has no such figure.

    Examples
    --------
    >>> from ecosurvey import analyze, figure
    >>> figure(analyze("holzinger.yaml", "holzinger.csv"), "key_factors")  # doctest: +SKIP
    """
    from ecosurvey.report.figures.style import style

    illustrations = {made.key: made for made in document(analysis).figures()}
    check_choice("figure", name, illustrations)
    with style():
        return illustrations[name].draw(lang)
