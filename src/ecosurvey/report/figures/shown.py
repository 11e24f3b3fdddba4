"""A figure that notebooks show by themselves, whatever their Matplotlib set-up."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.figure import Figure

from ecosurvey.report.figures.style import in_use, style


class ShownFigure(Figure):
    """A Matplotlib figure with a picture of itself for notebooks, saved as it was drawn."""

    def savefig(self, fname: Any, **how: Any) -> None:
        """Save as :meth:`matplotlib.figure.Figure.savefig`, with the letters of the report.

        Letters are measured without hinting, and fonts embedded as publishers ask for it; the
        caller's own settings of Matplotlib would do neither.
        """
        if in_use():
            super().savefig(fname, **how)
            return
        with style():
            super().savefig(fname, **how)

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=110, metadata={"Software": None})
        return stream.getvalue()
