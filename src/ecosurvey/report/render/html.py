"""A table in HTML: semantic, every text escaped, numbers sortable by their unrounded values."""

from __future__ import annotations

import math

from ecosurvey.core import Cell, Lang, Table, Text
from ecosurvey.report.render.escape import html_escape
from ecosurvey.report.render.layout import column_widths, headings, lines, spans

_NOTE = Text("Note.", "注：")
_SHORT = 24  # letters; Chinese ones count two, and could be broken anywhere


def html_table(table: Table, lang: Lang = "en", *, label: str = "") -> str:
    """Return a table as an HTML fragment: caption, header with spanners, row groups, notes.

    Parameters
    ----------
    table : Table
    lang : {"en", "zh"}
    label : str
        Such as "Table 3", printed before the title.
    """
    number = f'<span class="label">{html_escape(label)}</span> ' if label else ""
    title = html_escape(table.title.say(lang))
    notes = [html_escape(note.say(lang)) for note in table.notes]
    if notes:
        gap = " " if lang == "en" else ""
        notes[0] = f"<em>{_NOTE.say(lang)}</em>{gap}{notes[0]}"
    said = "".join(f"<p>{note}</p>" for note in notes)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{title}">'
        f"<table><caption>{number}{title}</caption>"
        f"<thead>{_spanners(table, lang)}{_headings(table, lang)}</thead>"
        f"{_body(table, lang)}</table></div>"
        + (f'<div class="table-note">{said}</div>' if said else "")
    )


def _spanners(table: Table, lang: Lang) -> str:
    cells = "".join(
        f'<th colspan="{span.width}" scope="colgroup" class="spanner">'
        f"{html_escape(span.words)}</th>"
        if span.words
        else f'<td colspan="{span.width}"></td>'
        for span in spans(table, lang)
    )
    return f"<tr>{cells}</tr>" if cells else ""


def _headings(table: Table, lang: Lang) -> str:
    cells = "".join(
        f'<th scope="col" class="{_side(column.numeric)}">{html_escape(words)}</th>'
        for column, words in zip(table.columns, headings(table, lang), strict=True)
    )
    return f'<tr class="heads">{cells}</tr>'


def _body(table: Table, lang: Lang) -> str:
    parts: list[str] = []
    sides = _sides(table, lang)
    opened = False
    for line in lines(table, lang):
        if line.is_group:
            parts.append("</tbody>" if opened else "")
            parts.append(
                f'<tbody><tr class="group"><th colspan="{len(table.columns)}" scope="rowgroup">'
                f"{html_escape(line.cells[0])}</th></tr>"
            )
            opened = True
            continue
        if not opened:
            parts.append("<tbody>")
            opened = True
        alarm = ' class="alarm"' if line.row in table.alarms else ""
        parts.append(f"<tr{alarm}>{_row(table, sides, line.cells, table.rows[line.row])}</tr>")
    parts.append("</tbody>" if opened else "<tbody></tbody>")
    return "".join(parts)


def _row(
    table: Table, sides: tuple[str, ...], shown: tuple[str, ...], values: tuple[Cell, ...]
) -> str:
    cells: list[str] = []
    for index, (column, words, value) in enumerate(zip(table.columns, shown, values, strict=True)):
        side = sides[index]
        sort = ""
        if isinstance(value, (int, float)) and math.isfinite(value):
            sort = f' data-v="{value!r}"'
        if index == 0 and column.kind == "label":
            cells.append(f'<th scope="row" class="{side}"{sort}>{html_escape(words)}</th>')
        else:
            cells.append(f'<td class="{side}"{sort}>{html_escape(words)}</td>')
    return "".join(cells)


def _sides(table: Table, lang: Lang) -> tuple[str, ...]:
    """Return the classes of each column's cells; short texts are not broken over lines."""
    return tuple(
        _side(column.numeric) + (" fix" if not column.numeric and width <= _SHORT else "")
        for column, width in zip(table.columns, column_widths(table, lang), strict=True)
    )


def _side(numeric: bool) -> str:
    return "num" if numeric else "txt"
