"""One figure of a report at a time, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, OptionError, Text, check_choice
from ecosurvey.report.document import document

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.analysis import Analysis
    from ecosurvey.factors.association import Correlation
    from ecosurvey.factors.moments import Missing
    from ecosurvey.reliability import ItemCorrelations


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


def correlation_map(
    data: ItemCorrelations | Any,
    scales: Mapping[str, Sequence[str]] | None = None,
    names: Mapping[str, Text | str] | None = None,
    *,
    correlation: Correlation = "pearson",
    missing: Missing = "pairwise",
    lang: Lang = "en",
) -> Figure:
    """Draw the correlations of items as a heat map, ordered and framed by construct.

    Numbers are printed where the cells are large enough for them, up to about 25 items.

    Parameters
    ----------
    data : DataFrame or ItemCorrelations
        Answers or their correlation matrix; or what :func:`ecosurvey.item_correlations` found,
        which needs nothing else.
    scales : mapping of construct to items
    names : mapping of construct to Text or str, optional
        What constructs are called.
    correlation : {"pearson", "spearman", "polychoric"}
        Of answers.
    missing : {"pairwise", "listwise"}
    lang : {"en", "zh"}

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    OptionError
        For answers without scales, or an unknown choice.
    DataError
        For items that are constant, unknown, or of two constructs.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, .6, .2], [.6, 1, .1], [.2, .1, 1]], list("abc"), list("abc"))
    >>> figure = correlation_map(r, {"A": ["a", "b"], "B": ["c"]}, {"A": "Trust", "B": "Age"})
    """
    from ecosurvey.reliability import ItemCorrelations, item_correlations
    from ecosurvey.report.figures import correlation_map as drawing
    from ecosurvey.report.figures.style import style

    check_choice("lang", lang, ("en", "zh"))
    found = data
    if not isinstance(found, ItemCorrelations):
        if scales is None:
            raise OptionError(
                "a map of correlations needs to know which items belong together",
                fix="Give scales={'construct': ['item', ...], ...}.",
            )
        words = {key: word if isinstance(word, Text) else Text(word, word)
                 for key, word in (names or {}).items()}  # fmt: skip
        found = item_correlations(data, scales, words, correlation=correlation, missing=missing)
    with style():
        return drawing.draw(drawing.describe(found), lang)
