"""The document in LaTeX: compiles with XeLaTeX or LuaLaTeX from the folder it lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Severity, Table, Text
from ecosurvey.report.banner import SUPPLEMENT, SYNTHETIC
from ecosurvey.report.model import (
    Block,
    Callout,
    Document,
    FigureBlock,
    Paragraph,
    Reference,
    RefKind,
    TableBlock,
    pieces,
)
from ecosurvey.report.render.escape import latex_escape
from ecosurvey.report.render.latex import PACKAGES, is_long

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: dict[RefKind, Text] = {"table": Text("Table", "表"), "figure": Text("Figure", "图")}
_LEAD: dict[Severity, Text] = {
    "serious": Text("Serious:", "严重："),
    "warning": Text("Warning:", "警告："),
    "note": Text("Note:", "说明："),
}


# ctex would set these as wide as a Chinese character
_WESTERN = (
    r"\ifdefined\xeCJKDeclareCharClass",
    r'\xeCJKDeclareCharClass{Default}{"2014,"2018,"2019,"201C,"201D,"2026}',
    r"\fi",
)


# a heading with a figure under it begins a page where the figure would not fit on this one;
# a page that has figures alone does not count as begun
_ROOM = (
    r"\makeatletter\newcommand{\roomforfigure}{\par",
    r"\ifdim\pagegoal=\maxdimen\dimen@=\@colroom\else\dimen@=\dimexpr\pagegoal-\pagetotal\relax\fi",
    r"\ifdim\dimen@<0.6\textheight\clearpage\fi}\makeatother",
)


def tex_document(document: Document, lang: Lang) -> str:
    r"""Return a document that takes in ``tables/*.tex`` and ``figures/*.pdf`` by ``\input``."""
    numbers = document.numbers()
    # Chinese names need the fonts of ctex in an English text too; scheme=plain keeps its words
    scheme = "UTF8,fontset=fandol" + (",scheme=plain" if lang == "en" else "")
    lines = [
        "% Compile with xelatex or lualatex, twice.",
        r"\documentclass[11pt,a4paper]{article}",
        rf"\usepackage[{scheme}]{{ctex}}",
        r"\usepackage[margin=2.4cm]{geometry}",
        r"\usepackage{textcomp,graphicx,placeins}",
        rf"\usepackage{{{','.join(PACKAGES)}}}",
        r"\setlength{\LTcapwidth}{\textwidth}",
        r"\emergencystretch=2em",
        *(_WESTERN if lang == "en" else ()),
        *_ROOM,
        rf"\title{{{latex_escape(document.title.say(lang))}}}",
        rf"\author{{{latex_escape(document.subtitle.say(lang))}}}",
        r"\date{}",
        r"\begin{document}",
        r"\maketitle",
    ]
    if document.synthetic:
        words = latex_escape(SYNTHETIC.say(lang))
        lines.append(rf"\noindent\fbox{{\parbox{{0.97\textwidth}}{{\textbf{{{words}}}}}}}")
    for section in document.sections:
        lines.append(r"\FloatBarrier")  # figures and tables stay with their section
        if section.blocks and isinstance(section.blocks[0], (TableBlock, FigureBlock)):
            lines.append(r"\roomforfigure")
        lines.append(rf"\section{{{latex_escape(section.heading.say(lang))}}}")
        lines += [_block(block, lang, numbers) for block in section.blocks]
    more = [_input(table, lang) for table in document.supplement()]
    if more:
        lines += [
            r"\clearpage",
            rf"\section{{{latex_escape(SUPPLEMENT.say(lang))}}}",
            r"\setcounter{table}{0}\renewcommand{\thetable}{S\arabic{table}}",
            *more,
        ]
    return "\n".join([*lines, r"\end{document}", ""])


def _block(block: Block, lang: Lang, numbers: Mapping[tuple[RefKind, str], str]) -> str:
    match block:
        case Paragraph():
            return _text(block.words.say(lang), lang, numbers) + "\n"
        case Callout():
            lead = rf"\textbf{{{_LEAD[block.severity].say(lang)}}}"
            return (
                rf"\begin{{quote}}{lead} {_text(block.words.say(lang), lang, numbers)}\end{{quote}}"
            )
        case TableBlock(detail=True):
            return ""
        case TableBlock():
            return _input(block.table, lang)
        case FigureBlock():
            figure = block.figure
            size = r"max width=\textwidth,max height=0.85\textheight"
            return "\n".join(
                [
                    r"\begin{figure}[htbp]",
                    r"\centering",
                    rf"\adjustbox{{{size}}}{{\includegraphics{{figures/{figure.key}.pdf}}}}",
                    rf"\caption{{{latex_escape(figure.caption.say(lang))}}}"
                    rf"\label{{fig:{figure.key}}}",
                    r"\end{figure}",
                ]
            )


def _input(table: Table, lang: Lang) -> str:
    """Return the command that takes in a table, after those before it."""
    barrier = "\\FloatBarrier\n" if is_long(table, lang) else ""
    return rf"{barrier}\input{{tables/{table.key}.tex}}"


def _text(words: str, lang: Lang, numbers: Mapping[tuple[RefKind, str], str]) -> str:
    found: list[str] = []
    for piece in pieces(words, numbers, lang):
        if isinstance(piece, Reference):
            short = "tab" if piece.kind == "table" else "fig"
            name = _NAMES[piece.kind].say(lang)
            gap = "~" if lang == "en" else ""
            found.append(rf"{name}{gap}\ref{{{short}:{piece.key}}}")
        else:
            found.append(latex_escape(piece))
    return "".join(found)
