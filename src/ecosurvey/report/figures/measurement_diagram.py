"""The measurement model as a diagram: each construct beside its items, loadings on the arrows.

A card a construct, cards in columns. An arrow fans out from the construct and ends in a level
piece in front of its item, where the loading stands: level pieces of different items never
meet, so no number can lie on another or on another's arrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Text, number
from ecosurvey.report.figures.canvas import INCH, Box, sheet, write
from ecosurvey.report.figures.letters import LINE, balanced, block_height, width
from ecosurvey.report.figures.shapes import Arrow, draw_arrows, draw_boxes
from ecosurvey.report.figures.style import GREY, INK, VERMILION, WIDE
from ecosurvey.report.model import Illustration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE, SMALL, PAD = 7.2, 6.6, 4.0
_FAN, _LEVEL, _HEAD = 20.0, 29.0, 4.6  # across: arrows spreading, arrows level, an arrow's head
_BETWEEN, _BESIDE, _BELOW = 4.0, 14.0, 11.0  # items; cards side by side; cards in a column
_MARGIN = 6.0
_MOST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Loading:
    """What a construct is measured by; a NaN estimate is not printed.

    ``latent`` ones are constructs themselves.
    """

    name: Text
    estimate: float
    sure: bool
    latent: bool = False

    def say(self) -> str:
        """Return the estimate as it is printed."""
        return "" if math.isnan(self.estimate) else number(self.estimate)


@dataclass(frozen=True, slots=True)
class Card:
    """A construct and what it is measured by."""

    label: Text
    loadings: tuple[Loading, ...]

    @property
    def second_order(self) -> bool:
        """True if other constructs are among what measures it."""
        return any(one.latent for one in self.loadings)


@dataclass(frozen=True, slots=True)
class MeasurementDrawing:
    """What is drawn."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A loading at its place: the corners of its arrow, its number, its item."""

    loading: Loading
    box: Box
    lines: tuple[str, ...]
    way: tuple[tuple[float, float], ...]
    label: Box


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A card at its place."""

    box: Box
    lines: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole diagram in points."""

    width: float
    height: float
    cards: tuple[PlacedCard, ...]


@dataclass(frozen=True, slots=True)
class _Room:
    """How wide the boxes of constructs and of items are, the same in every card of a grid."""

    own: float
    item: float

    @property
    def across(self) -> float:
        """Width of a card."""
        return self.own + _FAN + _LEVEL + self.item


def describe(cards: Iterable[Card]) -> MeasurementDrawing:
    """Return the drawing; constructs that nothing measures are left out."""
    return MeasurementDrawing(tuple(card for card in cards if card.loadings))


def plan(drawing: MeasurementDrawing, lang: Lang) -> Plan:
    """Return every box, arrow and number at its place: first-order constructs, then the others."""
    first = [card for card in drawing.cards if not card.second_order]
    second = [card for card in drawing.cards if card.second_order]
    rows = _grid(first, lang, _MOST_COLUMNS)
    rows += _grid(second, lang, _MOST_COLUMNS - 1)  # names of constructs are longer than items'
    page = WIDE * INCH
    placed: list[PlacedCard] = []
    top, right = -_MARGIN, 0.0
    for columns, room, across in rows:
        deepest = top
        for index, column in enumerate(columns):
            left, y = _MARGIN + index * (across + _BESIDE), top
            for card in column:
                made, low = _placed(card, lang, left, y, room)
                placed.append(made)
                y = low - _BELOW
            deepest = min(deepest, y)
            right = max(right, left + room.across)
        top = deepest - _BELOW
    height = max((-min(_lowest(card) for card in placed) if placed else 0.0) + _MARGIN, 1.0)
    lifted = tuple(_lifted(card, height) for card in placed)
    return Plan(min(right + _MARGIN, page), height, lifted)


def draw(drawing: MeasurementDrawing, lang: Lang) -> Figure:
    """Draw the plan: rounded boxes are constructs, square ones answers."""
    made = plan(drawing, lang)
    figure, axes = sheet(made.width, made.height)
    arrows = [_arrow(item) for card in made.cards for item in card.items]
    draw_arrows(axes, arrows, SMALL)
    _draw_boxes(axes, made.cards)
    return figure


def illustrate(drawing: MeasurementDrawing) -> Illustration:
    """Return the figure with its caption and alternative text."""
    count = sum(len(card.loadings) for card in drawing.cards)
    known = [abs(one.estimate) for card in drawing.cards for one in card.loadings
             if not math.isnan(one.estimate)]  # fmt: skip
    alt = Text(
        f"Diagram of the measurement model: {len(drawing.cards)} constructs and {count} loadings",
        f"测量模型图：{len(drawing.cards)}个构念，{count}个载荷",
    )
    if known:
        low, high = (number(end) for end in (min(known), max(known)))
        alt = Text(
            f"{alt.en}, from {low} to {high} in size.", f"{alt.zh}，绝对值介于{low}与{high}之间。"
        )
    caption = Text(
        "Measurement model with standardized loadings. Rounded boxes are latent variables, "
        "square ones items; dashed grey arrows do not differ from zero at p < .05, orange ones "
        "are negative. Covariances and residuals are not drawn",
        "测量模型（标准化载荷）。圆角框为潜变量，直角框为题项；灰色虚线表示未达p < .05，"
        "橙色为负向。协方差与残差未画出",
    )
    if not known:
        caption = Text(
            "Measurement model. Rounded boxes are latent variables, square ones items",
            "测量模型。圆角框为潜变量，直角框为题项",
        )
    return Illustration("measurement_diagram", caption, alt, partial(draw, drawing))


def _grid(
    cards: Sequence[Card], lang: Lang, most: int
) -> list[tuple[list[list[Card]], _Room, float]]:
    """Return the cards in columns of like height, the widths in a card, and that of a column."""
    if not cards:
        return []
    count = min(most, len(cards))
    column = (WIDE * INCH - 2 * _MARGIN - (most - 1) * _BESIDE) / most
    room = _room(cards, lang, column - _FAN - _LEVEL)
    heights = [-_placed(card, lang, 0.0, 0.0, room)[1] + _BELOW for card in cards]
    limit = max(sum(heights) / count, *heights)
    while len(columns := _filled(cards, heights, limit)) > count:
        limit *= 1.02
    return [(columns, room, min(column, room.across + 2 * _BESIDE))]


def _room(cards: Sequence[Card], lang: Lang, free: float) -> _Room:
    """Return the widths of the boxes: items as wide as they need, constructs what is left."""
    least = 26.0
    items = [_wanted(one.name.say(lang)) for card in cards for one in card.loadings]
    share = 0.54 if any(card.second_order for card in cards) else 0.42
    item = min(max(least, *items), free * share)
    own = max(_wanted(card.label.say(lang)) + 6.0 for card in cards)
    return _Room(min(max(own, least), free - item), item)


def _wanted(name: str) -> float:
    return width(name, SIZE) + 2 * PAD + 1.0


def _filled(cards: Sequence[Card], heights: Sequence[float], limit: float) -> list[list[Card]]:
    columns: list[list[Card]] = [[]]
    used = 0.0
    for card, height in zip(cards, heights, strict=True):
        if columns[-1] and used + height > limit + 0.01:
            columns.append([])
            used = 0.0
        columns[-1].append(card)
        used += height
    return columns


def _placed(
    card: Card, lang: Lang, left: float, top: float, room: _Room
) -> tuple[PlacedCard, float]:
    """Return a card whose upper left corner is given, and where it ends below."""
    lines = [balanced(one.name.say(lang), room.item - 2 * PAD, SIZE) for one in card.loadings]
    own = balanced(card.label.say(lang), room.own - 2 * PAD, SIZE)
    tall = [block_height(len(one), SIZE) + PAD for one in lines]
    stack = sum(tall) + _BETWEEN * (len(tall) - 1)
    body = block_height(len(own), SIZE) + 2 * PAD
    middle = top - max(stack, body) / 2
    box = Box(left, middle - body / 2, left + room.own, middle + body / 2)
    items: list[Item] = []
    y = middle + stack / 2
    start, right = (box.x1, middle), left + room.across
    for loading, words, height in zip(card.loadings, lines, tall, strict=True):
        at = y - height / 2
        spot = Box(right - room.item, at - height / 2, right, at + height / 2)
        bend = (box.x1 + _FAN, at)
        said = width(loading.say(), SMALL) + 2.4
        label = Box.around(bend[0] + (_LEVEL - _HEAD) / 2, at, said, SMALL * 1.15)
        items.append(Item(loading, spot, words, (start, bend, (spot.x0, at)), label))
        y -= height + _BETWEEN
    return PlacedCard(box, own, tuple(items)), top - max(stack, body)


def _lowest(card: PlacedCard) -> float:
    return min([card.box.y0, *(item.box.y0 for item in card.items)])


def _lifted(card: PlacedCard, by: float) -> PlacedCard:
    def moved(box: Box) -> Box:
        return Box(box.x0, box.y0 + by, box.x1, box.y1 + by)

    items = tuple(
        replace(
            item, box=moved(item.box), label=moved(item.label),
            way=tuple((x, y + by) for x, y in item.way),
        )
        for item in card.items
    )  # fmt: skip
    return PlacedCard(moved(card.box), card.lines, items)


def _draw_boxes(axes: Axes, cards: Sequence[PlacedCard]) -> None:
    """Draw constructs, rounded, and items, and write their names."""
    items = [item for card in cards for item in card.items]
    own = [(card.box, card.lines) for card in cards]
    own += [(item.box, item.lines) for item in items if item.loading.latent]
    square = [(item.box, item.lines) for item in items if not item.loading.latent]
    draw_boxes(axes, [box for box, _ in own], rounding=7.0, linewidth=0.9)
    draw_boxes(axes, [box for box, _ in square], linewidth=0.7)
    lines: list[tuple[tuple[float, float], str]] = []
    for box, words in (*own, *square):
        x, middle = box.centre
        y = middle + SIZE * LINE * (len(words) - 1) / 2
        lines += [((x, y - SIZE * LINE * place), line) for place, line in enumerate(words)]
    write(axes, [at for at, _ in lines], [line for _, line in lines], size=SIZE, va="middle",
          zorder=6)  # fmt: skip


def _arrow(item: Item) -> Arrow:
    from matplotlib.path import Path

    loading = item.loading
    bare = math.isnan(loading.estimate)
    sure = loading.sure or bare
    colour = GREY if not sure else VERMILION if loading.estimate < 0 else INK
    start, bend, end = item.way
    base, half = (end[0] - _HEAD, end[1]), _HEAD * 0.36
    dashes = "-" if sure else (0, (3.5, 2.2))
    return Arrow(
        Path([start, bend, base]),
        (("linewidth", 0.7), ("linestyle", dashes), ("joinstyle", "round")),
        [end, (base[0], base[1] + half), (base[0], base[1] - half)],
        colour, item.label, loading.say(), pale=not loading.sure,
    )  # fmt: skip
