"""A document in every format: HTML, Word, LaTeX, its tables and its figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.analysis import FORMATS
from ecosurvey.core import Finding, Lang, Table
from ecosurvey.report.model import Document
from ecosurvey.report.render.csv import csv_text
from ecosurvey.report.render.escape import file_slug
from ecosurvey.report.render.latex import latex_table
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.report.figures.save import Picture


def begin_document(
    made: Document,
    folder: Path,
    lang: Lang = "en",
    *,
    name: str = "report",
    also: Sequence[Table] = (),
    jobs: int | None = None,
    formats: Collection[str] = FORMATS,
) -> Callable[[], tuple[Document, list[Path]]]:
    """Write a document as HTML, Word and LaTeX, its tables and its figures.

    What needs no pictures is written while other processes draw them; the rest when what is
    returned is called.

    Parameters
    ----------
    made : Document
    folder : Path
    lang : {"en", "zh"}
    name : str
        Of the three files.
    also : sequence of Table
        Tables that are written though they are too long for the document.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.
    formats : collection of str
        Of :data:`ecosurvey.analysis.FORMATS`; LaTeX takes its figures as PDF, so ``tex``
        writes those too.

    Returns
    -------
    callable
        Returns the document, with what went wrong in the drawing as remarks in its last
        section, and the list of all files.
    """
    from ecosurvey.report.figures.save import KINDS, begin_rendering

    stored = [kind for kind in KINDS if kind in formats or (kind == "pdf" and "tex" in formats)]
    drawn = [
        kind for kind in KINDS
        if kind in stored or {"svg": "html", "png": "docx"}.get(kind) in formats
    ]  # fmt: skip
    shown = made.figures() if drawn else ()
    pictures_of = begin_rendering(shown, lang, jobs=jobs, kinds=drawn)
    tables = (*made.tables(), *also)
    files = _tables(tables, folder / "tables", lang, formats, synthetic=made.synthetic)
    if "xlsx" in formats:
        from ecosurvey.report.render.excel import excel_workbook

        book = excel_workbook(tables, lang, synthetic=made.synthetic)
        files.append(write_file(folder / "tables.xlsx", book))
    word_of = None
    if "docx" in formats:
        from ecosurvey.report.render.word import begin_word

        word_of = begin_word(made, lang, [figure.key for figure in shown])

    def finish() -> tuple[Document, list[Path]]:
        pictures = pictures_of()
        findings = [f for picture in pictures.values() for f in picture.findings]
        whole = _with_findings(made, findings)
        files.extend(_figures(pictures, folder / "figures", stored))
        contents = _documents(whole, lang, name, pictures, formats)
        if word_of is not None:
            images = {key: picture.png for key, picture in pictures.items()}
            begun = begin_word(whole, lang, images) if findings else word_of
            contents[f"{name}.docx"] = begun(images)
        files.extend(write_file(folder / file, data) for file, data in contents.items())
        return whole, files

    return finish


def _documents(
    made: Document,
    lang: Lang,
    name: str,
    pictures: Mapping[str, Picture],
    formats: Collection[str],
) -> dict[str, bytes]:
    """Return the pages for a browser and for LaTeX, as asked for, by the names of their files."""
    found: dict[str, bytes] = {}
    if "html" in formats:
        from ecosurvey.report.render.page import html_page

        page = html_page(made, lang, {key: p.svg for key, p in pictures.items()})
        found[f"{name}.html"] = page.encode("utf-8")
    if "tex" in formats:
        from ecosurvey.report.render.tex import tex_document

        found[f"{name}.tex"] = tex_document(made, lang).encode("utf-8")
    return found


def write_file(path: Path, data: bytes) -> Path:
    """Write a file, its folder made if it is not there, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _with_findings(made: Document, findings: Sequence[Finding]) -> Document:
    """Add what went wrong in the drawing to the last section, where warnings stand."""
    if not findings:
        return made
    *sections, last = made.sections
    last = replace(last, blocks=(*last.blocks, *callouts(findings)))
    return replace(made, sections=(*sections, last))


def _tables(
    tables: Sequence[Table], folder: Path, lang: Lang, formats: Collection[str], *, synthetic: bool
) -> list[Path]:
    files: list[Path] = []
    for table in tables:
        name = file_slug(table.key)
        if "csv" in formats:
            # the mark at the start lets spreadsheets see that the text is UTF-8
            text = csv_text(table, lang).encode("utf-8-sig")
            files.append(write_file(folder / f"{name}.csv", text))
        if "tex" in formats:
            latex = latex_table(table, lang, synthetic=synthetic)
            files.append(write_file(folder / f"{name}.tex", latex.encode("utf-8")))
    return files


def _figures(pictures: Mapping[str, Picture], folder: Path, kinds: Sequence[str]) -> list[Path]:
    return [
        write_file(folder / f"{file_slug(key)}.{kind}", getattr(picture, kind))
        for key, picture in pictures.items()
        for kind in kinds
    ]
