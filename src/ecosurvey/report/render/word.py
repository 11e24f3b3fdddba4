"""A document in Word: headings, captions as real fields, three-line tables, figures, notes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Table, Text
from ecosurvey.report.banner import SUPPLEMENT, SYNTHETIC
from ecosurvey.report.figures.png import header_of
from ecosurvey.report.model import (
    Callout,
    Document,
    FigureBlock,
    Illustration,
    Paragraph,
    Reference,
    RefKind,
    TableBlock,
    pieces,
)
from ecosurvey.report.render.archive import file_time, repeatable_zip
from ecosurvey.report.render.escape import visible
from ecosurvey.report.render.word_styles import NOTE_STYLE, TABLE_STYLE, new_document, text_width
from ecosurvey.report.render.word_table import stands_on_its_side, word_table_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_NOTE = Text("Note. ", "注：")
_LEAD = {
    "serious": Text("Serious: ", "严重："),
    "warning": Text("Warning: ", "警告："),
    "note": Text("Note: ", "说明："),
}
_NAMES: dict[RefKind, Text] = {"table": Text("Table ", "表"), "figure": Text("Figure ", "图")}


def word_document(
    document: Document, lang: Lang, pictures: Mapping[str, bytes], *, template: str | None = None
) -> bytes:
    """Return a document as the bytes of a .docx file, the same bytes each time.

    Parameters
    ----------
    document : Document
    lang : {"en", "zh"}
    pictures : mapping of str to bytes
        The PNG of each figure, by figure key; a figure without picture is left out.
    template : str, optional
        Path of a .docx whose styles are used, such as a journal's.
    """
    return begin_word(document, lang, pictures, template=template)(pictures)


def begin_word(
    document: Document, lang: Lang, shown: Collection[str], *, template: str | None = None
) -> Callable[[Mapping[str, bytes]], bytes]:
    """Write all of a document but its pictures; return what adds them and gives the bytes.

    Parameters are as for :func:`word_document`, and ``shown`` the keys of the figures that have
    a picture.
    """
    writer = _Writer(document, lang, shown, template)
    writer.write()
    return writer.finish


class _Writer:
    def __init__(
        self, document: Document, lang: Lang, shown: Collection[str], template: str | None
    ) -> None:
        self.document = document
        self.lang = lang
        self.shown = shown
        self.word: Any = new_document(lang, template)
        self.numbers = document.numbers()
        self.bookmark = 0
        self.styles: dict[str, str] = {}  # identifiers by name
        self.width = text_width(self.word)  # of an upright page
        self.turned = False
        self.tables: list[tuple[Any, Any]] = []  # what they follow, and they
        self.figures: list[tuple[Any, Illustration]] = []  # where they go, and they

    def write(self) -> None:
        """Write all but what is kept for the end: pictures, and tables."""
        self.word.add_heading(visible(self.document.title.say(self.lang)), level=0)
        self.word.add_paragraph(visible(self.document.subtitle.say(self.lang)), style="Subtitle")
        if self.document.synthetic:
            self.word.add_paragraph(SYNTHETIC.say(self.lang), style="Intense Quote")
        for section in self.document.sections:
            self._turn(False)
            self.word.add_heading(visible(section.heading.say(self.lang)), level=1)
            for block in section.blocks:
                if not isinstance(block, TableBlock):
                    self._turn(False)
                match block:
                    case Paragraph():
                        self._text(self.word.add_paragraph(), block.words.say(self.lang))
                    case Callout():
                        self._callout(block)
                    case TableBlock(detail=False):
                        self._table(block.table)
                    case FigureBlock():
                        self._figure(block.figure)
        more = self.document.supplement()
        if more:
            if self.turned:
                self._turn(False)
            else:
                self.word.add_page_break()
            self.word.add_heading(SUPPLEMENT.say(self.lang), level=1)
        for table in more:
            self._table(table)
        self._properties()

    def finish(self, pictures: Mapping[str, bytes]) -> bytes:
        """Add pictures, then the tables: python-docx looks through all there is for a picture."""
        stand_ins: dict[bytes, bytes] = {}
        for paragraph, figure in self.figures:
            # python-docx would pack what is packed, and compare it with all pictures before
            stand_in = header_of(pictures[figure.key], figure.key)
            stand_ins[stand_in] = pictures[figure.key]
            self._picture(paragraph, figure, stand_in)
        for before, table in self.tables:
            before._p.addnext(table)
        stream = io.BytesIO()
        self.word.save(stream)
        return repeatable_zip(stream.getvalue(), swap=stand_ins)

    def _paragraph(self, style: str) -> Any:
        """Return a new paragraph at the end; python-docx compares all styles for each."""
        paragraph = self.word.add_paragraph()
        paragraph._p.style = self._style(style)
        return paragraph

    def _style(self, name: str) -> str:
        """Return the identifier of a style."""
        if name not in self.styles:
            self.styles[name] = self.word.styles[name].style_id
        return self.styles[name]

    def _text(self, paragraph: Any, words: str) -> None:
        for piece in pieces(words, self.numbers, self.lang):
            if isinstance(piece, Reference):
                _field(paragraph, f"REF {_mark(piece.kind, piece.key)} \\h", piece.words)
            else:
                paragraph.add_run(visible(piece))

    def _callout(self, callout: Callout) -> None:
        paragraph = self._paragraph("List Bullet")
        paragraph.add_run(_LEAD[callout.severity].say(self.lang)).bold = True
        paragraph.add_run(visible(callout.words.say(self.lang)))

    def _caption(self, kind: RefKind, key: str, title: str) -> Any:
        """Write the number as a field that Word itself counts, bookmarked for references.

        Returns
        -------
        Paragraph
            The last that it has.
        """
        english = self.lang == "en"
        paragraph = self._paragraph("Caption")
        paragraph.paragraph_format.keep_with_next = kind == "table"
        self.bookmark += 1
        _bookmark(paragraph, "Start", self.bookmark, _mark(kind, key))
        number = self.numbers[kind, key]
        series = number.rstrip("0123456789")
        paragraph.add_run(_NAMES[kind].say(self.lang) + series).bold = True
        counter = f"SEQ {kind.capitalize()}{series} \\* ARABIC"
        _field(paragraph, counter, number.removeprefix(series), bold=True)
        _bookmark(paragraph, "End", self.bookmark)
        if not english:
            paragraph.add_run("　" + visible(title)).bold = True
            paragraph.alignment = 1
        elif kind == "table":  # APA: the number, then the title in italics on its own line
            second = self._paragraph("Caption")
            second.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_after = 0
            second.paragraph_format.space_before = 0
            second.add_run(visible(title)).italic = True
            return second
        else:
            paragraph.add_run("  " + visible(title)).italic = True
        return paragraph

    def _table(self, table: Table) -> None:
        from docx.oxml import parse_xml

        self._turn(stands_on_its_side(table, self.lang, self.width))
        before = self._caption("table", table.key, table.title.say(self.lang))
        width = text_width(self.word)
        xml = word_table_xml(table, self.lang, width, style_id=self._style(TABLE_STYLE))
        self.tables.append((before, parse_xml(xml)))
        notes = [note.say(self.lang) for note in table.notes]
        for index, note in enumerate(notes):
            paragraph = self._paragraph(NOTE_STYLE)
            paragraph.paragraph_format.keep_with_next = index < len(notes) - 1 or None
            if index == 0:
                paragraph.add_run(_NOTE.say(self.lang)).italic = self.lang == "en"
            paragraph.add_run(visible(note))
        if not notes:
            self._paragraph(NOTE_STYLE)

    def _turn(self, wide: bool) -> None:
        """Let the pages from here on lie on their side, or stand upright again."""
        section = self.word.sections[-1]
        if wide == self.turned:
            return
        self.turned = wide
        width, height = section.page_height, section.page_width
        section = self.word.add_section()
        section.orientation = 1 if wide else 0
        section.page_width, section.page_height = width, height

    def _figure(self, figure: Illustration) -> None:
        if figure.key not in self.shown:
            return
        paragraph = self.word.add_paragraph()
        paragraph.alignment = 1
        paragraph.paragraph_format.keep_with_next = True
        self.figures.append((paragraph, figure))
        self._caption("figure", figure.key, figure.caption.say(self.lang))

    def _picture(self, paragraph: Any, figure: Illustration, picture: bytes) -> None:
        from docx.shared import Twips

        shape = paragraph.add_run().add_picture(io.BytesIO(picture))
        limits = (Twips(self.width), Twips(12200))
        scale = min(1.0, limits[0] / shape.width, limits[1] / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        properties = shape._inline.docPr
        properties.set("descr", visible(figure.alt.say(self.lang)))
        properties.set("name", figure.key)

    def _properties(self) -> None:
        core = self.word.core_properties
        core.title = visible(self.document.title.say(self.lang))[:255]
        core.author = core.last_modified_by = "ecosurvey"
        core.subject = SYNTHETIC.say(self.lang)[:255] if self.document.synthetic else ""
        core.comments = core.keywords = ""
        core.language = "zh-CN" if self.lang == "zh" else "en-US"
        core.created = core.modified = file_time().replace(tzinfo=None)
        core.revision = 1


def _mark(kind: RefKind, key: str) -> str:
    return f"_Ref_{kind}_{key}"[:40]  # Word cuts bookmark names at forty letters


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _bookmark(paragraph: Any, end: str, number: int, name: str = "") -> None:
    attributes = {"id": str(number), **({"name": name} if name else {})}
    paragraph._p.append(_element(f"w:bookmark{end}", **attributes))


def _field(paragraph: Any, instruction: str, shown: str, *, bold: bool = False) -> None:
    """Add a Word field whose last value is ``shown``."""
    for part in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run(shown if part == "shown" else "")
        run.bold = bold or None
        if part == "instruction":
            code = _element("w:instrText")
            code.text = f" {instruction} "
            run._r.append(code)
        elif part != "shown":
            run._r.append(_element("w:fldChar", fldCharType=part))
