"""A questionnaire on paper, and its codebook as a document."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Text
from ecosurvey.instrument.codebook import codebook
from ecosurvey.instrument.order import Matrix, Sheet, sheets
from ecosurvey.instrument.parts import Check, Variable
from ecosurvey.report.model import Document, Paragraph, Section, TableBlock
from ecosurvey.report.render.archive import repeatable_zip
from ecosurvey.report.render.escape import html_escape, visible

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

_CHOOSE = {
    "single": Text("Choose one.", "单选"),
    "scale": Text("Choose one.", "单选"),
    "multi": Text("Choose all that apply.", "可多选"),
    "ranking": Text("Number in order of importance.", "请按重要程度排序"),
}
_LINE = "＿" * 12
_CSS = """
body{font:11pt/1.45 "Noto Serif","Source Han Serif SC","Noto Serif CJK SC","SimSun",serif;
max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}
h1{font-size:1.5em;line-height:1.25}h2{font-size:1.15em;border-bottom:1px solid #888;
padding-bottom:.2em;margin-top:2em}
table{border-collapse:collapse;width:100%;margin:.6em 0 1.2em}th{font-weight:600;font-size:.82em;
vertical-align:bottom;padding:.2em .3em}td{border-top:1px solid #ccc;padding:.35em .3em;
vertical-align:top}td.o,th.o{text-align:center;width:4.2em}td.n{width:2.2em;color:#555}
ul{list-style:none;padding-left:1.2em;margin:.3em 0 1em}.q{margin:.9em 0 .2em}.how{color:#555;
font-size:.9em}.block{break-inside:avoid}tr{break-inside:avoid}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}}
"""


def codebook_document(instrument: Instrument) -> Document:
    """Return the codebook as a document that every renderer takes."""
    blocks = [TableBlock(table) for table in codebook(instrument)]
    about = [Paragraph(instrument.description)] if instrument.description is not None else []
    section = Section("codebook", Text("Codebook", "编码手册"), (*about, *blocks))
    version = Text("Version {v}", "版本{v}").fill(v=instrument.version)
    return Document(instrument.title, version, False, (section,))


def codebook_file(instrument: Instrument, ending: str, lang: Lang) -> str | bytes | None:
    """Return the codebook in the format that a file name's ending names; None for another."""
    made = codebook_document(instrument)
    if ending == "html":
        from ecosurvey.report.render.page import html_page

        return html_page(made, lang, {})
    if ending == "docx":
        from ecosurvey.report.render.word import word_document

        return word_document(made, lang, {})
    if ending == "xlsx":
        from ecosurvey.report.render.excel import excel_workbook

        return excel_workbook(made.tables(), lang)
    if ending == "md":
        from ecosurvey.report.render.markdown import markdown_text

        return markdown_text(made, lang, ["codebook"])
    if ending == "csv":  # the one table that has a row for every column of the data
        from ecosurvey.report.render.csv import csv_text

        return csv_text(made.tables()[0], lang).encode("utf-8-sig")
    return None


def questionnaire_html(instrument: Instrument, lang: Lang) -> str:
    """Return the questionnaire as one HTML page to print, in one language.

    Statements of one scale stand in a grid; attention checks look like any other statement.
    """
    body = [f"<h1>{_html(instrument.title, lang)}</h1>"]
    if instrument.instructions is not None:
        body.append(f"<p>{_html(instrument.instructions, lang)}</p>")
    number = 0
    for sheet in sheets(instrument):
        if sheet.title is not None:
            body.append(f"<h2>{_html(sheet.title, lang)}</h2>")
        for block in sheet.blocks:
            if isinstance(block, Matrix):
                body.append(_grid_html(block, number, lang))
                number += len(block.statements)
            else:
                number += 1
                body.append(_question_html(block, number, lang))
    code = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_html(instrument.title, lang)}</title><style>{_CSS}</style></head>\n<body>"
        + "\n".join(body)
        + "</body></html>\n"
    )


def _html(words: Text, lang: Lang) -> str:
    return html_escape(words.say(lang))


def _grid_html(block: Matrix, number: int, lang: Lang) -> str:
    points = block.scale.points
    heads = "".join(
        f'<th class="o">{_html(block.scale.labels[p], lang) if p in block.scale.labels else p}</th>'
        for p in points
    )
    blank = "" if points else f'<th class="o">{_html(Text("Value", "数值"), lang)}</th>'
    rows = []
    for at, statement in enumerate(block.statements, number + 1):
        cells = "".join(f'<td class="o">○<br><small>{p}</small></td>' for p in points)
        cells = cells or f'<td class="o">{_LINE[:4]}</td>'
        rows.append(
            f'<tr><td class="n">{at}.</td><td>{_html(statement.text, lang)}</td>{cells}</tr>'
        )
    stem = f'<p class="q">{_html(block.stem, lang)}</p>' if block.stem is not None else ""
    return (
        f"{stem}<table><thead><tr><th></th><th></th>{heads}{blank}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _question_html(block: Variable | Check, number: int, lang: Lang) -> str:
    words = block.text if isinstance(block, Check) else block.label
    how = _how(block)
    note = f'<span class="how">{html_escape(_bracketed(how, lang))}</span>' if how else ""
    head = f'<p class="q">{number}. {_html(words, lang)}{note}</p>'
    options = _options(block)
    if not options:
        return f'<div class="block">{head}<p>{_LINE}</p></div>'
    mark = _mark(block)
    listed = "".join(f"<li>{mark} {_html(label, lang)}</li>" for label in options)
    return f'<div class="block">{head}<ul>{listed}</ul></div>'


def questionnaire_word(instrument: Instrument, lang: Lang) -> bytes:
    """Return the questionnaire as the bytes of a Word file, the same bytes each time."""
    from ecosurvey.report.render.word_styles import new_document

    word = new_document(lang)
    word.add_heading(visible(instrument.title.say(lang)), level=0)
    if instrument.instructions is not None:
        word.add_paragraph(visible(instrument.instructions.say(lang)))
    number = 0
    for sheet in sheets(instrument):
        number = _sheet_word(word, sheet, number, lang)
    stream = io.BytesIO()
    word.save(stream)
    return repeatable_zip(stream.getvalue())


def _sheet_word(word: Any, sheet: Sheet, number: int, lang: Lang) -> int:
    if sheet.title is not None:
        word.add_heading(visible(sheet.title.say(lang)), level=1)
    for block in sheet.blocks:
        if isinstance(block, Matrix):
            _grid_word(word, block, number, lang)
            number += len(block.statements)
            continue
        number += 1
        words = block.text if isinstance(block, Check) else block.label
        how = _how(block)
        note = _bracketed(how, lang) if how is not None else ""
        line = word.add_paragraph(f"{number}. {visible(words.say(lang))}{note}")
        line.paragraph_format.keep_with_next = True
        for label in _options(block):
            word.add_paragraph(f"    {_mark(block)} {visible(label.say(lang))}")
        if not _options(block):
            word.add_paragraph(f"    {_LINE}")
    return number


def _grid_word(word: Any, block: Matrix, number: int, lang: Lang) -> None:
    from docx.shared import Cm

    from ecosurvey.report.render.word_styles import TABLE_STYLE

    if block.stem is not None:
        stem = word.add_paragraph(visible(block.stem.say(lang)))
        stem.paragraph_format.keep_with_next = True  # not at the foot of a page without its grid
    points = block.scale.points
    table = word.add_table(rows=1, cols=1 + max(len(points), 1), style="Table Grid")
    table.autofit = False
    narrow = Cm(1.75)
    wide = Cm(16.2) - narrow * max(len(points), 1)
    head = table.rows[0].cells
    for cell, point in zip(head[1:], points, strict=False):
        label = block.scale.labels.get(point)
        _fill(cell, visible(label.say(lang)) if label is not None else str(point), TABLE_STYLE)
    for at, statement in enumerate(block.statements, number + 1):
        cells = table.add_row().cells
        _fill(cells[0], f"{at}. {visible(statement.text.say(lang))}", TABLE_STYLE)
        for cell, point in zip(cells[1:], points, strict=False):
            _fill(cell, f"○ {point}", TABLE_STYLE, centred=True)
    for at, column in enumerate(table.columns):
        column.width = wide if at == 0 else narrow
    for row in table.rows:
        row.cells[0].width = wide
        for cell in row.cells[1:]:
            cell.width = narrow
    word.add_paragraph()


def _fill(cell: Any, words: str, style: str, *, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(words)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _options(block: Variable | Check) -> list[Text]:
    if isinstance(block, Check):
        return []
    if block.options:
        line = Text(f" {_LINE[:6]}", _LINE[:6])
        return [
            Text(o.label.en + line.en, o.label.zh + line.zh) if o.other_text else o.label
            for o in block.options
        ]
    if block.scale is not None:
        return [
            block.scale.labels.get(point, Text(str(point), str(point)))
            for point in block.scale.points
        ]
    return []


def _how(block: Variable | Check) -> Text | None:
    return None if isinstance(block, Check) else _CHOOSE.get(block.type)


def _bracketed(how: Text, lang: Lang) -> str:
    """Return how to answer, in the brackets of the language."""
    return f"（{how.say(lang)}）" if lang == "zh" else f" ({how.say(lang)})"


def _mark(block: Variable | Check) -> str:
    if isinstance(block, Variable) and block.type == "multi":
        return "☐"
    return "＿" if isinstance(block, Variable) and block.type == "ranking" else "○"
