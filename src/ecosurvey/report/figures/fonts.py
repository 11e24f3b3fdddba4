"""Letters in figures: from the bundled fonts, Latin first; gaps reported."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Lang, Text

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

# the bundled subsets, in the order in which they are asked for a letter
_BUNDLED = {
    "DejaVu Sans Report": "DejaVuSans-Report.ttf",
    "Droid Sans Fallback GB2312": "DroidSansFallback-GB2312.ttf",
}
# the whole Latin font comes with Matplotlib; the others a reader's machine may have
_SYSTEM = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)


@cache
def families() -> tuple[str, ...]:
    """Register the bundled fonts and return the families to use, Latin first.

    Fonts of the system come last, so that they change nothing where the bundled ones suffice
    and figures are the same on every machine.
    """
    from matplotlib import font_manager

    folder = resources.files("ecosurvey") / "data" / "fonts"
    found: list[str] = []
    for family, name in _BUNDLED.items():
        with resources.as_file(folder / name) as path:
            if path.is_file():
                font_manager.fontManager.addfont(str(path))
                found.append(family)
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return (*found, *(name for name in _SYSTEM if name in installed))


@cache
def choices(lang: Lang) -> tuple[tuple[str, ...], ...]:
    """Return the families to draw a figure with, the fewest first, until one has all its letters.

    Each letter comes from the first font that has it, so all of them draw the same; but Matplotlib
    looks every word up in every font it may use, which takes longer than to draw the word.
    """
    every = families()
    bundled = every[: len(_BUNDLED)]
    fewest = (bundled[:1], bundled, every) if lang == "en" else (bundled, every)
    return tuple(dict.fromkeys(names for names in fewest if names))


def fewest(words: str) -> tuple[str, ...]:
    """Return the fewest families that have all letters of a text, or else all at hand."""
    return next((names for names in choices("en") if not undrawable(words, names)), families())


@cache
def _drawable(names: tuple[str, ...]) -> frozenset[int]:
    from matplotlib import font_manager, ft2font

    points: set[int] = set()
    for name in names:
        path = font_manager.findfont(name, fallback_to_default=False)
        points |= set(ft2font.FT2Font(str(Path(path))).get_charmap())
    return frozenset(points)


def undrawable(words: str, names: tuple[str, ...] | None = None) -> str:
    """Return the characters of a text that no font at hand can draw, each once, sorted.

    Parameters
    ----------
    words : str
    names : tuple of str, optional
        The fonts; all at hand, by default.

    Examples
    --------
    >>> undrawable("R² of 生态系统")
    ''
    """
    known = _drawable(names or families())
    lost = {char for char in words if ord(char) not in known and not char.isspace()}
    return "".join(sorted(lost))


def undrawable_in(figure: Figure, names: tuple[str, ...] | None = None) -> str:
    """Return the characters of a figure that none of the fonts can draw."""
    return undrawable("".join(_words_in(figure)), names)


def _words_in(part: Artist) -> Iterator[str]:
    """Yield the words of a part of a figure; those of axes that are off have none.

    Matplotlib's own search makes every tick of such axes, which takes as long as to draw them.
    """
    say = getattr(part, "get_text", None)
    if say is not None:
        yield str(say())
    for child in part.get_children():
        axes = getattr(child, "axes", None)
        if axes is None or axes.axison or child not in (axes.xaxis, axes.yaxis):
            yield from _words_in(child)


def missing_letters(key: str, lost: str) -> Finding:
    """Return the finding that a figure's letters could not be drawn."""
    shown = lost[:12]
    return Finding(
        "figure_letters_missing",
        "warning",
        Text(
            f"figure '{key}' holds characters that no font at hand can draw ({shown}); "
            "English labels are used where there are any",
            f"图“{key}”含有现有字体无法显示的字符（{shown}），已尽量改用英文标签",
        ),
        where=key,
        hint=Text(
            "Install a font with them, for instance Noto Sans CJK SC "
            "(Debian and Ubuntu: fonts-noto-cjk).",
            "请安装包含这些字符的字体，例如 Noto Sans CJK SC"
            "（Debian/Ubuntu 软件包：fonts-noto-cjk）。",
        ),
    )
