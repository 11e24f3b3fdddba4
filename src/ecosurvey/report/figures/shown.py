"""A figure that notebooks show by themselves, whatever their Matplotlib set-up."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A Matplotlib figure with a picture of itself for notebooks."""

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=110, metadata={"Software": None})
        return stream.getvalue()
