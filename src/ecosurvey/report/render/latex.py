"""A table in LaTeX: booktabs rules, threeparttable notes, a numbered caption and a label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from ecosurvey.core import Lang, Table, Text
from ecosurvey.report.render.escape import latex_escape
from ecosurvey.report.render.layout import (
    Itself,
    column_widths,
    display_width,
    headings,
    lines,
    shown_cells,
    spans,
)

PACKAGES = (
    "booktabs", "threeparttable", "longtable", "array", "adjustbox", "xcolor", "rotating",
    "pdflscape",
)  # fmt: skip
_LONG = 38  # lines; more do not fit on one page
_WIDE_TEXT = 34  # letters; longer texts are wrapped in a column of fixed width
# letters that a line holds, letters that the gap of two columns takes, and how to say so
_Size = tuple[int, float, str]
_SIZES: tuple[_Size, ...] = (
    (86, 2.6, r"\small"),
    (95, 2.6, r"\footnotesize"),
    (112, 1.3, r"\scriptsize\tabcolsep=3pt"),
)
_ROOM = 20  # letters that a wrapped column should have at least
_TURNED = 1.5  # so much wider is a page on its side
_SHRUNK = 135  # letters in a line; a table of more would be unreadable upright
_NOTE = Text("Note.", "注：")


def latex_table(table: Table, lang: Lang = "en", *, synthetic: bool = False) -> str:
    r"""Return a table to be ``\input`` into a manuscript.

    The manuscript needs the packages in :data:`PACKAGES`, and ``ctex`` under XeLaTeX or
    LuaLaTeX if the table holds Chinese. A table of more than 38 lines becomes a longtable,
    which breaks over pages and repeats its heading. One too wide for a page stands on its side.

    Parameters
    ----------
    table : Table
    lang : {"en", "zh"}
    synthetic : bool
        Say in the notes that the data were made up by a program.
    """
    notes = _notes(table, lang, synthetic=synthetic)
    caption = rf"\caption{{{latex_escape(table.title.say(lang))}}}\label{{tab:{table.key}}}"
    body = _body(table, lang)
    if is_long(table, lang):
        return _long(table, lang, caption, body, notes)
    note_lines = [
        r"\begin{tablenotes}[flushleft]\footnotesize",
        *(rf"\item {note}" for note in notes),
        r"\end{tablenotes}",
    ]
    turned = _letters(table, lang, _SIZES[0]) > _SHRUNK
    place = "sidewaystable" if turned else "table"
    size = _turned(_SIZES[0]) if turned else _SIZES[0]
    return "\n".join(
        [
            rf"\begin{{{place}}}[htbp]",
            r"\centering\small",
            caption,
            r"\begin{adjustbox}{max width=\linewidth}",
            r"\begin{threeparttable}",
            rf"\begin{{tabular}}{{{_columns(table, lang, size, least=0.26)}}}",
            r"\toprule",
            *_head(table, lang),
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            *(note_lines if notes else []),
            r"\end{threeparttable}",
            r"\end{adjustbox}",
            rf"\end{{{place}}}",
            "",
        ]
    )


def is_long(table: Table, lang: Lang) -> bool:
    """Tell whether a table breaks over pages, and so is set where it stands."""
    return _height(table, lang) > _LONG


def _height(table: Table, lang: Lang) -> int:
    """Return about how many lines the rows take, wrapped texts and group headings included."""
    wrapped = _wrapped(table, lang)
    if not any(wrapped):
        return len(table.rows) + len(table.groups) // 2
    room = _WIDE_TEXT if sum(wrapped) == 1 else _ROOM
    wide = [index for index, wrap in enumerate(wrapped) if wrap]
    return len(table.groups) + sum(
        max(1, *(-(-display_width(cells[index]) // room) for index in wide))
        for cells in shown_cells(table, lang)
    )


def _long(table: Table, lang: Lang, caption: str, body: list[str], notes: list[str]) -> str:
    head = _head(table, lang)
    below = [rf"\par\noindent{{\footnotesize {note}\par}}" for note in notes]
    # a longtable cannot be scaled: smaller letters instead, or a page on its side
    turned = _letters(table, lang, _SIZES[-1]) > _SIZES[-1][0]
    size = _size(table, lang, [_turned(size) for size in _SIZES] if turned else _SIZES)
    return "\n".join(
        [
            *([r"\begin{landscape}"] if turned else []),
            rf"\begingroup{size[2]}",
            rf"\begin{{longtable}}{{{_columns(table, lang, size)}}}",
            caption + r" \\",
            r"\toprule",
            *head,
            r"\midrule",
            r"\endfirsthead",
            r"\toprule",
            *head,
            r"\midrule",
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            *body,
            r"\end{longtable}",
            *([r"\vspace{-\medskipamount}", *below] if below else []),
            r"\endgroup",
            *([r"\end{landscape}"] if turned else []),
            "",
        ]
    )


def _widths(table: Table, lang: Lang) -> tuple[int, ...]:
    """Return the width of each column in letters, headings broken as they are set."""
    cells = column_widths(table, lang)
    broken = _broken(table, lang)
    return tuple(
        max([cell, *(display_width(line) for line in lines_)])
        for cell, lines_ in zip(cells, broken, strict=True)
    )


def _wrapped(table: Table, lang: Lang) -> tuple[bool, ...]:
    """Tell which columns hold texts too long for one line."""
    return tuple(
        not column.numeric and width > _WIDE_TEXT
        for column, width in zip(table.columns, column_widths(table, lang), strict=True)
    )


def _fixed(table: Table, lang: Lang, gap: float) -> float:
    """Return how many letters the columns take that are not wrapped."""
    pairs = zip(_widths(table, lang), _wrapped(table, lang), strict=True)
    return sum(gap + (0 if wrap else width) for width, wrap in pairs)


def _letters(table: Table, lang: Lang, size: _Size) -> float:
    """Return how many letters a line of the table has at least."""
    return _fixed(table, lang, size[1]) + _ROOM * sum(_wrapped(table, lang))


def _turned(size: _Size) -> _Size:
    """Return what a line on the side of the page holds in letters of a size."""
    return (int(size[0] * _TURNED), *size[1:])


def _size(table: Table, lang: Lang, sizes: Sequence[_Size]) -> _Size:
    """Return the largest letters with which a table is no wider than the page."""
    return next((size for size in sizes if _letters(table, lang, size) <= size[0]), sizes[-1])


def _columns(table: Table, lang: Lang, size: _Size, *, least: float = 0.14) -> str:
    wrapped = _wrapped(table, lang)
    left = (size[0] - _fixed(table, lang, size[1])) / size[0] - 0.03
    count = max(1, sum(wrapped))
    most = 0.6 if count == 1 else 0.9  # a line of one text alone would be long to read
    share = max(least, min(most, left) / count)
    # the longer its texts, the more of the room a column gets, but not in proportion
    pull = [
        math.sqrt(width) if wrap else 0.0
        for width, wrap in zip(column_widths(table, lang), wrapped, strict=True)
    ]
    rooms = [share * count * one / (sum(pull) or 1.0) for one in pull]
    letters = [
        rf">{{\raggedright\arraybackslash}}p{{{room:.2f}\linewidth}}"
        if room
        else _side(column.numeric)
        for room, column in zip(rooms, table.columns, strict=True)
    ]
    return "@{}" + "".join(letters) + "@{}"


def _side(numeric: bool) -> str:
    return "r" if numeric else "l"


def _broken(table: Table, lang: Lang) -> tuple[tuple[str, ...], ...]:
    """Return the lines of each heading, none much longer than the cells under it."""
    return _broken_headings(Itself(table), lang)


@lru_cache(maxsize=8)  # asked for several times while a table is set
def _broken_headings(one: Itself, lang: Lang) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    body = shown_cells(one.table, lang)
    for index, heading in enumerate(headings(one.table, lang)):
        room = max([8, *(display_width(row[index]) for row in body)])
        done = [""]
        for word in heading.split(" "):
            longer = f"{done[-1]} {word}".strip()
            if done[-1] and display_width(longer) > room:
                done.append(word)
            else:
                done[-1] = longer
        found.append(tuple(done))
    return tuple(found)


def _head(table: Table, lang: Lang) -> list[str]:
    rows: list[str] = []
    over = spans(table, lang)
    if over:
        cells = [
            rf"\multicolumn{{{s.width}}}{{c}}{{{latex_escape(s.words)}}}" if s.words else ""
            for s in over
        ]
        rules = [rf"\cmidrule(lr){{{s.start + 1}-{s.start + s.width}}}" for s in over if s.words]
        rows += [" & ".join(cells) + r" \\", "".join(rules)]
    last = len(table.columns) - 1
    words: list[str] = []
    for index, (column, done) in enumerate(zip(table.columns, _broken(table, lang), strict=True)):
        side = _side(column.numeric)
        shape = ("@{}" if index == 0 else "") + side + ("@{}" if index == last else "")
        said = r"\\".join(latex_escape(line) for line in done)
        stacked = rf"\shortstack[{side}]{{{said}}}" if len(done) > 1 else said
        words.append(rf"\multicolumn{{1}}{{{shape}}}{{{stacked}}}")
    return [*rows, " & ".join(words) + r" \\"]


def _body(table: Table, lang: Lang) -> list[str]:
    width = len(table.columns)
    indent = r"\quad " if table.groups else ""
    rows: list[str] = []
    for line in lines(table, lang):
        cells = [latex_escape(cell) for cell in line.cells]
        if line.is_group:
            space = r"\addlinespace " if rows else ""
            heading = rf"\multicolumn{{{width}}}{{@{{}}l}}{{\textit{{{cells[0]}}}}}"
            rows.append(rf"{space}{heading} \\*")  # stays with the row under it
        else:
            if line.row in table.alarms:
                cells = [rf"\textcolor{{red}}{{{cell}}}" for cell in cells]
            rows.append(indent + " & ".join(cells) + r" \\")
    return rows


def _notes(table: Table, lang: Lang, *, synthetic: bool) -> list[str]:
    from ecosurvey.report.banner import SYNTHETIC

    notes = [latex_escape(note.say(lang)) for note in table.notes]
    if notes:
        lead = rf"\textit{{{_NOTE.say(lang)}}} " if lang == "en" else _NOTE.say(lang)
        notes[0] = lead + notes[0]
    if synthetic:
        notes.append(rf"\textbf{{{latex_escape(SYNTHETIC.say(lang))}}}")
    return notes
