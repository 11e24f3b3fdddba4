"""A real Word table: three lines in the APA way, its heading repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from ecosurvey.core import Lang, Table
from ecosurvey.report.render.escape import visible
from ecosurvey.report.render.layout import Itself, Line, headings, lines, shown_cells, spans

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_THICK, _THIN = 12, 6  # eighths of a point
# half points: as the style has it, and smaller where columns are many
_SIZES = (18, 16, 14, 13, 12, 11, 10)
_READABLE = 3  # of these sizes; the others only where words would be torn apart
_MARGIN, _INDENT = 50, 120  # twips
_SHORT = 12  # rows of a table that no page's end divides
_COMFORT = (2400, 1600)  # of a column of text, the wider if it can be
_LEAST = 900  # it is not made narrower than this for the others' sake


def word_table_xml(table: Table, lang: Lang, width: int, *, style_id: str) -> str:
    """Return a ``w:tbl`` element.

    Parameters
    ----------
    table : Table
    lang : {"en", "zh"}
    width : int
        Width of the text column in twentieths of a point.
    style_id : str
        Identifier of the paragraph style of the cells.
    """
    size = _size(table, lang, width)
    widths = _fit(table, lang, width, size)
    draw = _Draw(style_id, lang, size=0 if size == _SIZES[0] else size)
    rows: list[str] = []
    over = spans(table, lang)
    if over:
        rows.append(draw.spanner_row(table, widths, lang))
    heads = [
        draw.cell(words, width, numeric=column.numeric, bottom=_THIN, keep=True)
        for words, width, column in zip(headings(table, lang), widths, table.columns, strict=True)
    ]
    rows.append(_row("".join(heads), header=True))
    body = tuple(lines(table, lang))
    # a short table stays whole, of a longer one the last rows and the note under them
    last = len(body) - 2 if len(body) > _SHORT else 0
    rows += [draw.line(line, table, widths, keep=at >= last) for at, line in enumerate(body)]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{_THICK}" w:space="0" w:color="auto"/>'
        for side in ("top", "bottom")
    )
    room = _margin(size)
    margins = f'<w:left w:w="{room}" w:type="dxa"/><w:right w:w="{room}" w:type="dxa"/>'
    side = "left" if lang == "en" else "center"
    return (
        f'<w:tbl xmlns:w="{_NAMESPACE}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="{side}"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def stands_on_its_side(table: Table, lang: Lang, width: int) -> bool:
    """Tell whether the letters of a table would be too small to read on an upright page."""
    return _size(table, lang, width) < _SIZES[_READABLE - 1]


class _Draw:
    """The cells of one table: its paragraph style, language and letter size."""

    def __init__(self, style_id: str, lang: Lang, size: int) -> None:
        self.style_id = style_id
        self.lang = lang
        self.size = size  # half points; 0 leaves it to the style

    def cell(
        self,
        words: str,
        width: int,
        *,
        numeric: bool = False,
        span: int = 1,
        bottom: int = 0,
        side: str = "",
        italic: bool = False,
        indent: bool = False,
        keep: bool = False,
        alarm: bool = False,
        upright: str = "bottom",
    ) -> str:
        """Return one ``w:tc``."""
        line = f'<w:bottom w:val="single" w:sz="{bottom}" w:space="0" w:color="auto"/>'
        properties = (
            f'<w:tcW w:w="{width}" w:type="dxa"/>'
            + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
            + (f"<w:tcBorders>{line}</w:tcBorders>" if bottom else "")
            + f'<w:vAlign w:val="{upright}"/>'
        )
        justify = side or ("right" if numeric else "left")
        paragraph = (
            f'<w:pStyle w:val="{escape(self.style_id)}"/>'
            + ("<w:keepNext/>" if keep else "")
            + (f'<w:ind w:left="{_INDENT}"/>' if indent else "")
            + f'<w:jc w:val="{justify}"/>'
        )
        size = f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/>' if self.size else ""
        if size:  # of the mark that ends the paragraph too, or the line is as high as before
            paragraph += f"<w:rPr>{size}</w:rPr>"
        letters = ("<w:i/>" if italic else "") + ('<w:color w:val="B00020"/>' if alarm else "")
        letters += size
        run = f"<w:rPr>{letters}</w:rPr>" if letters else ""
        shown = escape(visible(words))
        return (
            f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr>{paragraph}</w:pPr>"
            f'<w:r>{run}<w:t xml:space="preserve">{shown}</w:t></w:r></w:p></w:tc>'
        )

    def spanner_row(self, table: Table, widths: tuple[int, ...], lang: Lang) -> str:
        """Return the row of headings over several columns."""
        cells = [
            self.cell(
                s.words,
                sum(widths[s.start : s.start + s.width]),
                span=s.width,
                bottom=_THIN if s.words else 0,
                side="center",
                keep=True,
            )
            for s in spans(table, lang)
        ]
        return _row("".join(cells), header=True)

    def line(self, line: Line, table: Table, widths: tuple[int, ...], *, keep: bool) -> str:
        """Return a group heading or a row of cells."""
        if line.is_group:
            return _row(
                self.cell(
                    line.cells[0],
                    sum(widths),
                    span=len(widths),
                    italic=self.lang == "en",
                    keep=True,
                )
            )
        # numbers stand beside the last line of a wrapped label, words beside the first
        upright = "bottom" if any(column.numeric for column in table.columns) else "top"
        cells = [
            self.cell(
                words,
                width,
                upright=upright,
                numeric=column.numeric,
                indent=index == 0 and bool(table.groups),
                alarm=line.row in table.alarms,
                keep=keep,
            )
            for index, (words, width, column) in enumerate(
                zip(line.cells, widths, table.columns, strict=True)
            )
        ]
        return _row("".join(cells))


def _row(cells: str, *, header: bool = False) -> str:
    repeat = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{cells}</w:tr>"


def _fit(table: Table, lang: Lang, width: int, size: int) -> tuple[int, ...]:
    """Share the width among the columns: numbers and short words whole, long texts wrapped."""
    indent = _INDENT if table.groups else 0
    needs: list[int] = []
    for index, (column, ems) in enumerate(zip(table.columns, _ems(table, lang), strict=True)):
        cells = _twips(ems.cells, size)
        if not column.numeric and index > 0:
            cells = min(cells, _twips(_em("n" * 52), size))
        wanted = max(_twips(ems.heading, size), cells)
        needs.append(wanted + 2 * _margin(size) + 40 + (indent if index == 0 else 0))
    excess = sum(needs) - width
    if excess <= 0:
        return tuple(needs)
    whole = _whole(table, lang, size)
    shares = [_spare(table, needs, whole, most) for most in (*_COMFORT, _LEAST)]
    wide = next((share for share in shares if sum(share) >= excess), shares[-1])
    give = min(1.0, excess / sum(wide)) if sum(wide) else 0.0
    needs = [int(need - give * spare) for need, spare in zip(needs, wide, strict=True)]
    scale = min(1.0, width / sum(needs))  # as a last resort
    return tuple(int(need * scale) for need in needs)


def _margin(size: int) -> int:
    """Return the space beside the words of a cell: less where letters are small."""
    return _MARGIN if size >= _SIZES[_READABLE - 1] else _MARGIN // 2


def _whole(table: Table, lang: Lang, size: int) -> list[int]:
    """Return the width of each column that keeps every word of its cells whole."""
    indent = _INDENT if table.groups else 0
    return [
        _twips(ems.word, size) + 2 * _margin(size) + 40 + (indent if index == 0 else 0)
        for index, ems in enumerate(_ems(table, lang))
    ]


def _words(text: str) -> list[str]:
    """Split a text where Word may break it: at spaces, after hyphens, between Chinese."""
    spaced = "".join(f" {char} " if east_asian_width(char) in "WF" else char for char in text)
    return spaced.replace("-", "- ").split()


def _spare(
    table: Table, needs: Sequence[int], whole: Sequence[int], least: int = _LEAST
) -> list[int]:
    """Return how much narrower each column of text could be, its words wrapped but whole."""
    return [
        0 if column.numeric else max(0, need - max(least, word))
        for need, word, column in zip(needs, whole, table.columns, strict=True)
    ]


def _size(table: Table, lang: Lang, width: int) -> int:
    """Return the largest letters with which words stay whole and, if it can be, texts have room."""
    tried = [(most, _SIZES[:_READABLE]) for most in _COMFORT]
    for most, sizes in (*tried, (_LEAST, _SIZES)):
        for size in sizes:
            needs = _fit(table, lang, 10**6, size)
            spare = _spare(table, needs, _whole(table, lang, size), most)
            if sum(needs) - sum(spare) <= width:
                return size
    return _SIZES[-1]


class _Ems(NamedTuple):
    """Widths of what is longest in a column, in letter sizes."""

    heading: float  # of the heading's words
    cells: float
    word: float  # that is not broken, in the heading or a cell


def _ems(table: Table, lang: Lang) -> tuple[_Ems, ...]:
    return _column_ems(Itself(table), lang)


@lru_cache(maxsize=8)  # asked for at every size while a table is set
def _column_ems(one: Itself, lang: Lang) -> tuple[_Ems, ...]:
    body = shown_cells(one.table, lang)
    found = []
    for index, heading in enumerate(headings(one.table, lang)):
        texts = {row[index] for row in body}
        words = {word for text in (heading, *texts) for word in _words(text)}
        found.append(
            _Ems(
                max(map(_em, heading.split()), default=0.0),
                max(map(_em, texts), default=0.0),
                max(map(_em, words), default=0.0),
            )
        )
    return tuple(found)


def _twips(em: float, size: int) -> int:
    return int(em * size * 10)


def _em(words: str) -> float:
    """Return the width of a text set in a serif face, in letter sizes, on the safe side."""
    em = 0.0
    for char in words:
        if east_asian_width(char) in "WF":
            em += 1.0
        elif char.isupper() or char in "mwMW%—":
            em += 0.78
        elif char in "0123456789*−":
            em += 0.56
        elif char in "iljtf.,;:'()[]|! ":
            em += 0.38
        else:
            em += 0.62
    return em
