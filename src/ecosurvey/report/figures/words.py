"""Many words of one size at once, for cells and their margins.

Matplotlib lays out every text for itself, several times a format. Here words that are alike are
laid out once, and what is left is to draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.colors import to_rgba
from matplotlib.text import Text as Letters
from matplotlib.transforms import Bbox, IdentityTransform

from ecosurvey.report.figures.style import INK

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure, SubFigure

Across = Literal["left", "center", "right"]
Upright = Literal[
    "bottom", "center", "top", "baseline", "middle"
]  # middle: of the letters above the line


class Words(Letters):
    """Texts of one line each, all of one size; :meth:`get_text` has them line by line.

    Parameters
    ----------
    places : sequence of (x, y)
    words : sequence of str
        One a place; places without words are left out.
    size : float
        Of the letters, in points.
    colours : str or sequence of str
        Of all, or one a place.
    ha, va : str
        Where the place is in the box of the words.
    upwards : bool
        Whether the words run upwards.
    zorder : float
        What they are drawn over: anything of a lower number.
    """

    def __init__(
        self,
        places: Sequence[tuple[float, float]],
        words: Sequence[str],
        *,
        size: float,
        colours: str | Sequence[str] = INK,
        ha: Across = "center",
        va: Upright = "center",
        upwards: bool = False,
        zorder: float = 3,
    ) -> None:
        super().__init__(text="\n".join(words), fontsize=size, zorder=zorder, clip_on=False)
        shades = [colours] * len(words) if isinstance(colours, str) else colours
        self._all = [one for one in zip(places, words, shades, strict=True) if one[1]]
        self._sample = Letters(fontsize=size, transform=IdentityTransform(), va="baseline")
        self._ha, self._va, self._upwards = ha, va, upwards

    def set_figure(self, fig: Figure | SubFigure) -> None:
        """Take the figure, whose resolution the words are measured in."""
        super().set_figure(fig)
        self._sample.set_figure(fig)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the words."""
        if not self.get_visible() or not self._all:
            return
        renderer.open_group("words", self.get_gid())
        angle = 90.0 if self._upwards else 0.0
        _, tall = renderer.get_canvas_width_height()
        letters = self._sample.get_fontproperties()
        gc = renderer.new_gc()
        for (x, y), (_, words, colour), _ in self._laid_out(renderer):
            gc.set_foreground(to_rgba(colour), isRGBA=True)
            renderer.draw_text(
                gc, x, tall - y if renderer.flipy() else y, words, letters, angle, ismath=False
            )
        gc.restore()
        renderer.close_group("words")
        self.stale = False

    def get_window_extent(
        self, renderer: RendererBase | None = None, dpi: float | None = None
    ) -> Bbox:
        """Return the box around all words, in pixels."""
        boxes = [box for _, box in self.boxes(renderer)]
        return Bbox.union(boxes) if boxes else Bbox.null()

    def boxes(self, renderer: RendererBase | None = None) -> list[tuple[str, Bbox]]:
        """Return each text with the box around it, in pixels."""
        return [(words, box) for _, (_, words, _), box in self._laid_out(renderer)]

    def _laid_out(self, renderer: Any) -> list[tuple[tuple[float, float], Any, Bbox]]:
        """Return where each text begins, the text, and its box."""
        measure = _Measure(self._sample, renderer)
        spots = self.get_transform().transform([place for place, _, _ in self._all])
        found = []
        for (x, y), one in zip(spots.tolist(), self._all, strict=True):
            along, above, below = measure.of(one[1])
            if self._upwards:
                x += {"left": above, "center": (above - below) / 2, "right": -below}[self._ha]
                y -= {"bottom": 0.0, "center": along / 2, "top": along}[self._va]
                box = Bbox.from_extents(x - above, y, x + below, y + along)
            else:
                x -= {"left": 0.0, "center": along / 2, "right": along}[self._ha]
                y -= {
                    "bottom": -below, "center": (above - below) / 2, "top": above,
                    "middle": above / 2, "baseline": 0.0,
                }[self._va]  # fmt: skip
                box = Bbox.from_extents(x, y - below, x + along, y + above)
            found.append(((x, y), one, box))
        return found


class _Measure:
    """The width of words, and how far they reach above and below their line, in pixels."""

    def __init__(self, sample: Letters, renderer: Any) -> None:
        self._sample, self._renderer = sample, renderer
        self._known: dict[str, tuple[float, float, float]] = {}
        _, self._above, self._below = self._slowly("x")  # every line has at least these

    def of(self, words: str) -> tuple[float, float, float]:
        """Return the three; words that have been measured are not measured again."""
        if words not in self._known:
            self._known[words] = self._slowly(words) if self._renderer is None else self._by(words)
        return self._known[words]

    def _slowly(self, words: str) -> tuple[float, float, float]:
        """Let Matplotlib lay them out, which finds a renderer if none is given."""
        self._sample.set_text(words)
        box = self._sample.get_window_extent(self._renderer)
        return box.x1, box.y1, -box.y0

    def _by(self, words: str) -> tuple[float, float, float]:
        letters = self._sample.get_fontproperties()
        along, tall, below = self._renderer.get_text_width_height_descent(words, letters, False)
        return along, max(tall - below, self._above), max(below, self._below)
