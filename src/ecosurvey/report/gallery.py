"""One figure of a report at a time, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecosurvey.core import DataError, Lang, OptionError, Text, check_choice
from ecosurvey.report.document import document

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.analysis import Analysis
    from ecosurvey.factors.association import Correlation
    from ecosurvey.factors.moments import Missing
    from ecosurvey.reliability import ItemCorrelations
    from ecosurvey.report.figures import likert


def figure_names(analysis: Analysis) -> tuple[str, ...]:
    """Return the names of the figures that a report of this analysis has.

    Examples
    --------
    >>> from ecosurvey import analyze, figure_names
    >>> figure_names(analyze("holzinger.yaml", "holzinger.csv"))  # doctest: +SKIP
    ('flow', 'reliability_forest', 'scree', …, 'key_factors')
    """
    return tuple(illustration.key for illustration in document(analysis).figures())


def figure(result: Analysis | Any, name: str | None = None, lang: Lang = "en") -> Figure:
    """Draw one figure of a report, or that of one result, to be shown or saved.

    Parameters
    ----------
    result : Analysis, or the result of a function
        Of its own a figure have: :func:`ecosurvey.parallel_analysis` and
        :func:`ecosurvey.number_of_factors` (scree), :func:`ecosurvey.efa` (loadings),
        :func:`ecosurvey.reliability` (omega with intervals), :func:`ecosurvey.item_correlations`,
        and fitted models (latent correlations).
    name : str, optional
        Of an analysis one of :func:`figure_names`; other results need none.
    lang : {"en", "zh"}

    Raises
    ------
    OptionError
        If the report has no such figure, or the result has none.

    Examples
    --------
    >>> from ecosurvey import analyze, figure
    >>> figure(analyze("holzinger.yaml", "holzinger.csv"), "key_factors")  # doctest: +SKIP
    >>> import pandas as pd, ecosurvey as es
    >>> r = pd.DataFrame([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]], list("abc"), list("abc"))
    >>> drawn = figure(es.parallel_analysis(r, n_iter=50, n_obs=100, seed=1))
    """
    from ecosurvey.analysis import Analysis
    from ecosurvey.report.figures.style import style
    from ecosurvey.report.of_results import illustration_of

    check_choice("lang", lang, ("en", "zh"))
    if isinstance(result, Analysis):
        illustrations = {made.key: made for made in document(result).figures()}
        if name is None:
            raise OptionError(
                Text("an analysis has several figures", "一次分析有多幅图"),
                fix=Text(
                    f"Name one: {', '.join(illustrations)}.",
                    f"请指定一幅：{'、'.join(illustrations)}。",
                ),
            )
        check_choice("figure", name, illustrations)
        chosen = illustrations[name]
    else:
        made = illustration_of(result)
        if made is None or name not in (None, made.key):
            which = "" if name is None else f" {name!r}"
            raise OptionError(
                Text(
                    f"{type(result).__name__} has no figure{which}",
                    f"{type(result).__name__} 没有图{which}",
                ),
                fix=Text(
                    "Give an analysis, or a result of efa, parallel_analysis, number_of_factors, "
                    "reliability, item_correlations, cfa or sem.",
                    "请给出一次分析，或efa、parallel_analysis、number_of_factors、reliability、"
                    "item_correlations、cfa、sem的结果。",
                ),
            )
        chosen = made
    with style():
        return chosen.draw(lang)


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

    found = data
    if not isinstance(found, ItemCorrelations):
        if scales is None:
            raise OptionError(
                Text(
                    "a map of correlations needs to know which items belong together",
                    "相关图需要知道哪些题项属于同一构念",
                ),
                fix=Text(
                    "Give scales={'construct': ['item', ...], ...}.",
                    "请给出 scales={'构念': ['题项', ...], ...}。",
                ),
            )
        found = item_correlations(
            data, scales, _words(names), correlation=correlation, missing=missing
        )
    return figure(found, lang=lang)


def likert_bars(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    labels: Mapping[int, Text | str] | None = None,
    names: Mapping[str, Text | str] | None = None,
    *,
    lang: Lang = "en",
) -> Figure:
    """Draw how the answers to each item spread: disagreement to the left, agreement to the right.

    Parameters
    ----------
    data : DataFrame
        Answers to items of one response scale, as given: reverse-worded items not turned.
    scales : mapping of construct to items
    labels : mapping of answer to Text or str, optional
        The answers that can be given, lowest first; those that occur, by default.
    names : mapping of construct to Text or str, optional
    lang : {"en", "zh"}

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    DataError
        For unknown items, or answers of more kinds than colours can tell apart.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 3], "b": [2, 2, 1, 3]})
    >>> figure = likert_bars(answers, {"Trust": ["a", "b"]}, {1: "no", 2: "partly", 3: "yes"})
    """
    from ecosurvey.report.figures import likert
    from ecosurvey.report.figures.style import style

    check_choice("lang", lang, ("en", "zh"))
    with style():
        return likert.draw(_spread(data, scales, labels, names), lang)


_MOST_ANSWERS = 11  # more cannot be told apart by colour


def _spread(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    labels: Mapping[int, Text | str] | None,
    names: Mapping[str, Text | str] | None,
) -> likert.LikertDrawing:
    import numpy as np

    from ecosurvey.core.frames import as_frame, numeric_matrix
    from ecosurvey.reliability.membership import membership
    from ecosurvey.report.figures import likert

    items, _ = membership(scales, least=1)
    values = numeric_matrix(as_frame(data), items)
    seen = values[~np.isnan(values)]
    points = sorted(labels) if labels else sorted({float(v) for v in seen})
    if not 2 <= len(points) <= _MOST_ANSWERS:
        raise DataError(
            Text(
                f"the items have {len(points)} different answers",
                f"题项有{len(points)}个不同的答案",
            ),
            fix=Text(
                f"Draw items of one response scale of 2 to {_MOST_ANSWERS} answers.",
                f"请绘制同一量表、2到{_MOST_ANSWERS}个答案的题项。",
            ),
        )
    strange = sorted(set(seen) - {float(point) for point in points})
    if strange:
        raise DataError(
            Text(f"answer {strange[0]:g} has no label", f"答案 {strange[0]:g} 没有标签"),
            fix=Text("Give a label for every answer.", "请为每个答案给出标签。"),
        )
    words, called = _words({f"{k:g}": v for k, v in (labels or {}).items()}), _words(names)
    heads = [f"{point:g}" for point in points]
    owner = {item: construct for construct, of in scales.items() for item in of}
    bars = []
    for item, column in zip(items, values.T, strict=True):
        counts = [int((column == point).sum()) for point in points]
        shares = tuple(count / max(sum(counts), 1) for count in counts)
        group = owner[item]
        bars.append(likert.Bar(item, called.get(group, Text(group, group)), shares))
    caption = Text("Answers as given", "作答分布")
    given = [words.get(head, Text(head, head)) for head in heads]
    return likert.describe("likert", caption, given, bars)


def _words(names: Mapping[str, Text | str] | None) -> dict[str, Text]:
    return {
        key: word if isinstance(word, Text) else Text(word, word)
        for key, word in (names or {}).items()
    }
