"""A real Word table: three lines in the APA way, its heading repeated on every page."""

from __future__ import annotations

from xml.sax.saxutils import escape

from ecosurvey.core import Lang, Table
from ecosurvey.report.render.escape import visible
from ecosurvey.report.render.layout import Line, column_widths, headings, lines, spans

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_THICK, _THIN = 12, 6  # eighths of a point


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
    widths = _fit(table, lang, width)
    small = sum(column_widths(table, lang)) + 2 * len(widths) > 110
    draw = _Draw(style_id, lang, size=14 if small else 0)
    rows: list[str] = []
    over = spans(table, lang)
    if over:
        rows.append(draw.spanner_row(table, widths, lang))
    heads = [
        draw.cell(words, width, numeric=column.numeric, bottom=_THIN)
        for words, width, column in zip(headings(table, lang), widths, table.columns, strict=True)
    ]
    rows.append(_row("".join(heads), header=True))
    rows += [draw.line(line, table, widths) for line in lines(table, lang)]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{_THICK}" w:space="0" w:color="auto"/>'
        for side in ("top", "bottom")
    )
    margins = '<w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/>'
    return (
        f'<w:tbl xmlns:w="{_NAMESPACE}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


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
    ) -> str:
        """Return one ``w:tc``."""
        line = f'<w:bottom w:val="single" w:sz="{bottom}" w:space="0" w:color="auto"/>'
        properties = (
            f'<w:tcW w:w="{width}" w:type="dxa"/>'
            + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
            + (f"<w:tcBorders>{line}</w:tcBorders>" if bottom else "")
            + '<w:vAlign w:val="bottom"/>'
        )
        justify = side or ("right" if numeric else "left")
        paragraph = (
            f'<w:pStyle w:val="{escape(self.style_id)}"/>'
            + ("<w:keepNext/>" if keep else "")
            + ('<w:ind w:left="120"/>' if indent else "")
            + f'<w:jc w:val="{justify}"/>'
        )
        letters = ("<w:i/>" if italic else "") + (
            f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/>' if self.size else ""
        )
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

    def line(self, line: Line, table: Table, widths: tuple[int, ...]) -> str:
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
        cells = [
            self.cell(
                words,
                width,
                numeric=column.numeric,
                indent=index == 0 and bool(table.groups),
            )
            for index, (words, width, column) in enumerate(
                zip(line.cells, widths, table.columns, strict=True)
            )
        ]
        return _row("".join(cells))


def _row(cells: str, *, header: bool = False) -> str:
    repeat = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{cells}</w:tr>"


def _fit(table: Table, lang: Lang, width: int) -> tuple[int, ...]:
    """Share the width among the columns by their widest texts, long texts capped."""
    wanted = [min(w, 46) + 2 for w in column_widths(table, lang)]
    letters = sum(wanted)
    # a narrow table is not blown up to the whole page: 110 twips are an ample letter
    total = min(width, letters * 110)
    shares = [int(total * w / letters) for w in wanted]
    return tuple(shares)
