"""How much room words take, and where to break them."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ecosurvey.report.figures.fonts import fewest

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

LINE = 1.28  # distance of lines in letter sizes


def width(words: str, size: float) -> float:
    """Return the width of one line in points."""
    return _measured(words) * size


@lru_cache(maxsize=20_000)
def _measured(words: str) -> float:
    """Return the width of one line of letters of one point."""
    from matplotlib.textpath import text_to_path

    if not words:
        return 0.0
    letters = _letters(fewest(words))
    # measured large and scaled down, so that hinting does not round
    taken, _, _ = text_to_path.get_text_width_height_descent(words, letters, ismath=False)
    return float(taken) / letters.get_size_in_points()


@cache
def _letters(names: tuple[str, ...]) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(names))


def block_height(lines: int, size: float) -> float:
    """Return the height of a block of lines in points."""
    return lines * size * LINE


def wrap(words: str, room: float, size: float) -> tuple[str, ...]:
    """Break a text into lines no wider than ``room`` points: between words, in Chinese anywhere.

    A single word wider than the room is broken too, so that a line never runs over.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(words.strip()):
        if width((line + piece).rstrip(), size) <= room:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while width(line, size) > room and len(line) > 1:
            cut = _cut(line, room, size)
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return tuple(lines)


def balanced(words: str, room: float, size: float) -> tuple[str, ...]:
    """Break a text into as few lines as :func:`wrap` does, and these of like width.

    Words stay whole where they are whole in the given room.
    """
    lines = wrap(words, room, size)
    longest = max((width(piece.rstrip(), size) for piece in _pieces(words)), default=0.0)
    low, high = min(longest, room), room
    while high - low > 1.0:
        middle = (low + high) / 2
        if len(wrap(words, middle, size)) > len(lines):
            low = middle
        else:
            lines, high = wrap(words, middle, size), middle
    return lines


def shorten(words: str, room: float, size: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than ``room`` points."""
    if width(words, size) <= room:
        return words
    kept = words
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,;:，；：、(（") + "…"


def _pieces(words: str) -> list[str]:
    """Split where a line may break, punctuation kept with what it follows."""
    found: list[str] = []
    glue = False
    for char in words:
        wide = unicodedata.east_asian_width(char) in "WF"
        joins = glue or char in "，。；：、）》”’？！%,.;:)]- "
        if found and (joins or (not wide and _open_word(found[-1]))):
            found[-1] += char
        else:
            found.append(char)
        glue = char in "（《“‘(["
    return found


def _open_word(piece: str) -> bool:
    """Tell whether a Latin word is still going on at the end of ``piece``."""
    last = piece[-1]
    return last not in " -/" and unicodedata.east_asian_width(last) not in "WF"


def _cut(line: str, room: float, size: float) -> int:
    count = 1
    while count < len(line) - 1 and width(line[: count + 1], size) <= room:
        count += 1
    return count
