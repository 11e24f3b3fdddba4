"""Path diagrams of a model, fitted or only written down: measurement, and structure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from ecosurvey.core import Lang, Text, check_choice
from ecosurvey.report.figures import measurement_diagram
from ecosurvey.report.figures import path_diagram as drawing
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosurvey.sem import SemResult

DiagramPart = Literal["measurement", "structural"]
PARTS: tuple[DiagramPart, ...] = ("measurement", "structural")
Words = Callable[[str], Text]
_LEVEL = 0.05
# lhs, op, rhs, standardized estimate, whether it differs from zero; both unknown without a fit
_Row = tuple[str, str, str, float, bool]


def path_diagram(
    model: SemResult | str,
    part: DiagramPart = "structural",
    *,
    names: Mapping[str, Text | str] | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw a model: its constructs and items, or its constructs and the paths between them.

    Boxes, arrows and numbers keep clear of each other. Of a model with several groups the
    first is drawn.

    Parameters
    ----------
    model : SemResult or str
        A fitted model, or the text of one, which is drawn without numbers.
    part : {"structural", "measurement"}
    names : mapping of str to Text or str, optional
        Words for the names in the model.
    lang : {"en", "zh"}

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    OptionError
        If the part is not known, or the model has nothing of it.

    Examples
    --------
    >>> from ecosurvey import path_diagram
    >>> figure = path_diagram("trust =~ t1 + t2 + t3", "measurement", names={"trust": "Trust"})
    """
    from ecosurvey.report.figures.style import style

    check_choice("part", part, PARTS)
    known = {key: word if isinstance(word, Text) else Text(word, word)
             for key, word in (names or {}).items()}  # fmt: skip
    made = illustrations(model, lambda key: known.get(key, Text(key, key)))
    check_choice("part", part, made)
    with style():
        return made[part].draw(lang)


def illustrations(model: SemResult | str, name_of: Words) -> dict[str, Illustration]:
    """Return the diagrams that a model has, by part."""
    rows, latent, explained = _written(model) if isinstance(model, str) else _fitted(model)
    made: dict[str, Illustration] = {}
    cards = measurement_drawing(rows, latent, name_of)
    if cards.cards:
        made["measurement"] = measurement_diagram.illustrate(cards)
    paths = structural_drawing(rows, latent, explained, name_of)
    if any(not arrow.loading for arrow in paths.arrows):
        made["structural"] = drawing.illustrate(paths)
    return made


def measurement_of(fit: SemResult, name_of: Words) -> measurement_diagram.MeasurementDrawing:
    """Return what the measurement diagram of a fitted model shows."""
    rows, latent, _ = _fitted(fit)
    return measurement_drawing(rows, latent, name_of)


def structural_of(fit: SemResult, name_of: Words) -> drawing.PathDrawing:
    """Return what the path diagram of a fitted model shows."""
    return structural_drawing(*_fitted(fit), name_of)


def measurement_drawing(
    rows: Iterable[_Row], latent: Iterable[str], name_of: Words
) -> measurement_diagram.MeasurementDrawing:
    """Return each construct with what it is measured by."""
    known = tuple(latent)
    found: dict[str, list[measurement_diagram.Loading]] = {name: [] for name in known}
    for lhs, op, rhs, estimate, sure in rows:
        if op == "=~":
            inner = rhs in found
            name = name_of(rhs) if inner else Text(rhs, rhs)
            one = measurement_diagram.Loading(name, estimate, sure, latent=inner)
            found.setdefault(lhs, []).append(one)
    return measurement_diagram.describe(
        measurement_diagram.Card(name_of(key), tuple(loadings)) for key, loadings in found.items()
    )


def structural_drawing(
    rows: Iterable[_Row], latent: Iterable[str], explained: Mapping[str, float], name_of: Words
) -> drawing.PathDrawing:
    """Return the regressions and the second-order loadings."""
    known = dict.fromkeys(latent)
    arrows: list[drawing.Arrow] = []
    seen = dict(known)
    for lhs, op, rhs, estimate, sure in rows:
        if op == "~":
            arrows.append(drawing.Arrow(rhs, lhs, estimate, sure))
            seen |= dict.fromkeys((rhs, lhs))
        elif op == "=~" and rhs in known:
            arrows.append(drawing.Arrow(lhs, rhs, estimate, True, loading=True))
    constructs = [
        drawing.Construct(
            name, name_of(name), explained.get(name, math.nan), observed=name not in known
        )
        for name in seen
    ]
    return drawing.describe(constructs, arrows)


def _fitted(fit: SemResult) -> tuple[list[_Row], tuple[str, ...], dict[str, float]]:
    """Return the rows of a fitted model, its latent variables, and the R² of each variable."""
    frame = fit.standardized()
    if "group" in frame.columns:
        frame = frame[frame["group"].isin((0, 1))]
    fields = ["lhs", "op", "rhs", "est_std", "se", "pvalue"]
    rows = [
        # the only loading of a construct is one, and has no test
        (str(lhs), str(op), str(rhs), float(est), float(p) < _LEVEL or float(se) == 0)
        for lhs, op, rhs, est, se, p in frame[fields].itertuples(index=False)
        if math.isfinite(float(est))
    ]
    return rows, tuple(fit.table.latent), _explained(fit.r_squared)


def _explained(found: Any) -> dict[str, float]:
    """Return R² by name, of the first group where there are several."""
    if found.index.nlevels > 1:
        found = found.loc[found.index[0][0]]
    return {str(key): float(value) for key, value in found.items()}


def _written(text: str) -> tuple[list[_Row], tuple[str, ...], dict[str, float]]:
    from ecosurvey.sem.syntax import parameter_table

    table = parameter_table(text)
    rows: list[_Row] = [
        (row.lhs, row.op, row.rhs, math.nan, True)
        for row in table.rows
        if row.op in ("=~", "~") and row.group <= 1
    ]
    return rows, table.latent, {}
