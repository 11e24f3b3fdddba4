"""The document as one HTML file."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

from ecosurvey.core import Lang, Severity, Text
from ecosurvey.report.banner import SYNTHETIC
from ecosurvey.report.model import (
    Block,
    Callout,
    Document,
    FigureBlock,
    Paragraph,
    Reference,
    RefKind,
    Section,
    TableBlock,
    label,
    pieces,
)
from ecosurvey.report.render.escape import html_escape
from ecosurvey.report.render.html import html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTENTS = Text("Contents", "目录")
_SEARCH = Text("Search this report", "搜索本报告")
_SKIP = Text("Skip to the text", "跳到正文")
_ENLARGE = Text("Enlarge", "放大")
_LEAD: dict[Severity, Text] = {
    "serious": Text("Serious:", "严重："),
    "warning": Text("Warning:", "警告："),
    "note": Text("Note:", "说明："),
}


def html_page(document: Document, lang: Lang, pictures: Mapping[str, bytes]) -> str:
    """Return a document as one self-contained HTML page.

    Parameters
    ----------
    document : Document
    lang : {"en", "zh"}
    pictures : mapping of str to bytes
        The SVG of each figure, by figure key; a figure without picture is left out.
    """
    css, js = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(css)}'; "
        f"script-src 'sha256-{_digest(js)}'; base-uri 'none'; form-action 'none'"
    )
    title = html_escape(document.title.say(lang))
    banner = (
        f'<p class="banner wrap" role="note">{html_escape(SYNTHETIC.say(lang))}</p>'
        if document.synthetic
        else ""
    )
    numbers = document.numbers()
    contents = "".join(
        f'<li><a href="#{section.key}">{html_escape(section.heading.say(lang))}</a></li>'
        for section in document.sections
    )
    body = "".join(_section(section, lang, numbers, pictures) for section in document.sections)
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="generator" content="ecosurvey">'
        f"<title>{title}</title><style>{css}</style></head>\n<body>"
        f'<a class="skip" href="#main">{_SKIP.say(lang)}</a>'
        f'<header><h1>{title}</h1><p class="subtitle">'
        f"{html_escape(document.subtitle.say(lang))}</p></header>{banner}\n"
        f'<div class="layout"><nav aria-label="{_CONTENTS.say(lang)}"><details open>'
        f"<summary>{_CONTENTS.say(lang)}</summary>"
        f'<input type="search" placeholder="{_SEARCH.say(lang)}" '
        f'aria-label="{_SEARCH.say(lang)}" hidden>'
        f'<ol>{contents}</ol></details></nav>\n<main id="main">{body}</main></div>\n'
        f'<dialog><img src="data:," alt=""></dialog><script>{js}</script></body></html>\n'
    )


def _section(
    section: Section,
    lang: Lang,
    numbers: Mapping[tuple[RefKind, str], str],
    pictures: Mapping[str, bytes],
) -> str:
    heading = f"<h2>{html_escape(section.heading.say(lang))}</h2>"
    inside = "\n".join(_block(block, lang, numbers, pictures) for block in section.blocks)
    return f'<section id="{section.key}">{heading}\n{inside}</section>\n'


def _block(
    block: Block,
    lang: Lang,
    numbers: Mapping[tuple[RefKind, str], str],
    pictures: Mapping[str, bytes],
) -> str:
    match block:
        case Paragraph():
            return f"<p>{_text(block.words.say(lang), lang, numbers)}</p>"
        case Callout():
            words = _text(block.words.say(lang), lang, numbers)
            return (
                f'<p class="callout {block.severity}"><b>{_LEAD[block.severity].say(lang)}</b>'
                f"{words}</p>"
            )
        case TableBlock():
            name = label("table", numbers["table", block.table.key], lang)
            inner = html_table(block.table, lang, label=name)
            anchor = f'<div class="table" id="table-{block.table.key}">{inner}</div>'
            return _folded(name, block.table.title.say(lang), anchor, fold=block.detail)
        case FigureBlock():
            return _figure(block, lang, numbers, pictures)


def _figure(
    block: FigureBlock,
    lang: Lang,
    numbers: Mapping[tuple[RefKind, str], str],
    pictures: Mapping[str, bytes],
) -> str:
    figure = block.figure
    picture = pictures.get(figure.key)
    if picture is None:
        return ""
    name = label("figure", numbers["figure", figure.key], lang)
    data = base64.b64encode(picture).decode("ascii")
    alt = html_escape(figure.alt.say(lang))
    caption = html_escape(figure.caption.say(lang))
    return (
        f'<figure id="figure-{figure.key}"><button type="button" title="{_ENLARGE.say(lang)}">'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{alt}"></button>'
        f'<figcaption><span class="label">{name}</span>{caption}</figcaption></figure>'
    )


def _folded(name: str, title: str, inner: str, *, fold: bool) -> str:
    if not fold:
        return inner
    shown = f'<span class="label">{name}</span>{html_escape(title)}'
    return f'<details class="fold"><summary>{shown}</summary>{inner}</details>'


def _text(words: str, lang: Lang, numbers: Mapping[tuple[RefKind, str], str]) -> str:
    return "".join(
        f'<a href="#{piece.kind}-{piece.key}">{html_escape(piece.words)}</a>'
        if isinstance(piece, Reference)
        else html_escape(piece)
        for piece in pieces(words, numbers, lang)
    )


def _asset(name: str) -> str:
    folder = resources.files("ecosurvey.report.render.page")
    return (folder / name).read_text("utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
