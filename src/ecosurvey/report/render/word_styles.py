"""The styles of the Word document; Chinese fonts set where python-docx forgets them."""

from __future__ import annotations

from typing import Any

from ecosurvey.core import Lang

TABLE_STYLE = "Table Text"
NOTE_STYLE = "Table Note"
_LATIN = "Times New Roman"
_SONG, _HEI = "SimSun", "SimHei"


def new_document(lang: Lang, template: str | None = None) -> Any:
    """Return an empty python-docx document with the styles that we use.

    Styles that a template brings are left as they are.
    """
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    word = docx.Document(template)
    styles = word.styles
    for name, size in ((TABLE_STYLE, 9), (NOTE_STYLE, 9)):
        if name not in [style.name for style in styles]:
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.font.size = Pt(size)
            style.paragraph_format.space_before = Pt(1.5)
            style.paragraph_format.space_after = Pt(1.5)
            style.paragraph_format.line_spacing = 1.0
    if template is not None:
        return word
    styles[NOTE_STYLE].paragraph_format.space_after = Pt(10)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.54)
    black = RGBColor(0, 0, 0)
    sizes = {"Normal": 11, "Title": 20, "Subtitle": 11, "Heading 1": 15, "Heading 2": 12}
    for name in (*sizes, "Caption", "Intense Quote", "List Bullet", TABLE_STYLE, NOTE_STYLE):
        style = styles[name]
        heading = name.startswith(("Heading", "Title"))
        _fonts(style, _HEI if heading else _SONG)
        style.font.color.rgb = black
        if name in sizes:
            style.font.size = Pt(sizes[name])
    styles["Caption"].font.size = Pt(10)
    styles["Caption"].font.bold = False
    styles["Caption"].paragraph_format.space_before = Pt(8)
    styles["Caption"].paragraph_format.space_after = Pt(4)
    styles["Subtitle"].font.italic = False
    styles["Intense Quote"].font.italic = False
    styles["Normal"].paragraph_format.line_spacing = 1.15 if lang == "en" else 1.3
    return word


def text_width(word: Any) -> int:
    """Return the width between the margins in twentieths of a point."""
    section = word.sections[-1]
    return int((section.page_width - section.left_margin - section.right_margin) / 635)


def _fonts(style: Any, chinese: str) -> None:
    """Name both fonts of a style: python-docx alone sets only the Latin one."""
    from docx.oxml.ns import qn

    style.font.name = _LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), _LATIN)
    fonts.set(qn("w:hAnsi"), _LATIN)
    fonts.set(qn("w:eastAsia"), chinese)
