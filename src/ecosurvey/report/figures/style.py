"""One look for all figures: journal widths, safe colours, small plain letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ecosurvey.report.figures.fonts import families

# widths of a figure in inches: one column, one and a half, the whole page
NARROW, MEDIUM, WIDE = 3.35, 5.0, 6.9
TALLEST = 8.8
DPI = 300  # as journals ask

# Okabe and Ito (2008): told apart with every kind of colour vision
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE, INK = "#8A8A8A", "#E6E6E6", "#222222"

_SALT = "ecosurvey"
_SETTINGS: dict[Any, Any] = {
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "savefig.dpi": DPI,
    "font.enable_last_resort": False,  # Matplotlib 3.11 and later; left out where unknown
    "text.hinting": "no_hinting",
    "text.usetex": False,
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "axes.unicode_minus": True,
    "pdf.fonttype": 42,  # publishers refuse Type 3
    "ps.fonttype": 42,
    "pdf.compression": 6,
    "svg.fonttype": "path",  # the reader needs no font
    "svg.hashsalt": _SALT,
    "path.simplify": True,
}


@contextmanager
def style(fonts: tuple[str, ...] | None = None) -> Iterator[None]:
    """Use the look of the figures inside the block; the caller's settings come back after it.

    Parameters
    ----------
    fonts : tuple of str, optional
        Families of letters, the first that has a letter draws it; all at hand, by default.
    """
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()  # nor do the caller's settings leak in
        known = {key: value for key, value in _SETTINGS.items() if key in mpl.rcParams}
        mpl.rcParams.update({**known, "font.family": list(fonts or families())})
        yield


def in_use() -> bool:
    """Tell whether the look is in use."""
    import matplotlib as mpl

    return bool(mpl.rcParams["svg.hashsalt"] == _SALT)
