"""All files of the report, from one analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Lang, Table
from ecosurvey.report.document import document
from ecosurvey.report.model import Document
from ecosurvey.report.provenance import provenance
from ecosurvey.report.render.csv import csv_text
from ecosurvey.report.render.escape import file_slug
from ecosurvey.report.render.latex import latex_table
from ecosurvey.report.results_json import results_json, to_json
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.report.figures.save import Picture
    from ecosurvey.report.second_engine import SecondEngine


def write_report(
    analysis: Analysis,
    folder: Path,
    lang: Lang = "en",
    *,
    command: Sequence[str] = (),
    check: SecondEngine | None = None,
    jobs: int | None = None,
) -> list[Path]:
    """Write the whole report into a folder and return the files in the order of their names.

    ``report.html`` (one file, no network), ``report.docx``, ``report.tex``, ``methods.md`` and
    ``results.md`` (the running text), ``tables.xlsx`` (a sheet a table),
    ``tables/*.csv`` and ``*.tex``, ``figures/*.svg``, ``*.pdf`` and ``*.png``,
    ``results.json``, ``provenance.json``.
    The same analysis gives the same bytes, but for the time in provenance.json.

    Parameters
    ----------
    analysis : Analysis
    folder : Path
        Made if it is not there; existing files of these names are replaced.
    lang : {"en", "zh"}
    command : sequence of str
        What the user typed, for provenance.json.
    check : SecondEngine, optional
        What other programs found, from :func:`second_engine`; its section is left out without.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.
    """
    from ecosurvey.report.figures.save import render_all
    from ecosurvey.report.render.excel import excel_workbook
    from ecosurvey.report.render.markdown import markdown_text
    from ecosurvey.report.render.page import html_page
    from ecosurvey.report.render.tex import tex_document
    from ecosurvey.report.render.word import word_document

    made = document(analysis, check)
    pictures = render_all(made.figures(), lang, jobs=jobs)
    made = _with_findings(made, [f for picture in pictures.values() for f in picture.findings])
    numbers = check.tables()[1:] if check is not None else ()  # too long for the document
    tables = (*made.tables(), *numbers)
    files = _tables(tables, folder / "tables", lang, synthetic=made.synthetic)
    files += _figures(pictures, folder / "figures")
    texts = {
        "report.html": html_page(made, lang, {key: p.svg for key, p in pictures.items()}),
        "report.tex": tex_document(made, lang),
        "methods.md": markdown_text(made, lang, ["methods"]),
        "results.md": markdown_text(made, lang, _results(made)),
        "results.json": to_json(results_json(analysis, check)),
    }
    for name, text in texts.items():
        files.append(_write(folder / name, text.encode("utf-8")))
    book = excel_workbook(tables, lang, synthetic=made.synthetic)
    files.append(_write(folder / "tables.xlsx", book))
    word = word_document(made, lang, {key: p.png for key, p in pictures.items()})
    files.append(_write(folder / "report.docx", word))
    told = provenance(analysis, files, command, root=folder)
    files.append(_write(folder / "provenance.json", to_json(told).encode("utf-8")))
    return sorted(files)


def _results(made: Document) -> list[str]:
    return [section.key for section in made.sections if section.key != "methods"]


def _with_findings(made: Document, findings: Sequence[Finding]) -> Document:
    """Add what went wrong in the drawing to the last section, where warnings stand."""
    if not findings:
        return made
    *sections, last = made.sections
    last = replace(last, blocks=(*last.blocks, *callouts(findings)))
    return replace(made, sections=(*sections, last))


def _tables(tables: Sequence[Table], folder: Path, lang: Lang, *, synthetic: bool) -> list[Path]:
    files: list[Path] = []
    for table in tables:
        name = file_slug(table.key)
        latex = latex_table(table, lang, synthetic=synthetic)
        # the mark at the start lets spreadsheets see that the text is UTF-8
        files.append(_write(folder / f"{name}.csv", csv_text(table, lang).encode("utf-8-sig")))
        files.append(_write(folder / f"{name}.tex", latex.encode("utf-8")))
    return files


def _figures(pictures: dict[str, Picture], folder: Path) -> list[Path]:
    files: list[Path] = []
    for key, picture in pictures.items():
        name = file_slug(key)
        files.append(_write(folder / f"{name}.svg", picture.svg))
        files.append(_write(folder / f"{name}.pdf", picture.pdf))
        files.append(_write(folder / f"{name}.png", picture.png))
    return files


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
