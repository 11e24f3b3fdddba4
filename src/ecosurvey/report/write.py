"""All files of the report, from one analysis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import Lang
from ecosurvey.report.document import document
from ecosurvey.report.document_files import write_document, write_file
from ecosurvey.report.model import Document
from ecosurvey.report.provenance import provenance
from ecosurvey.report.results_json import results_json, to_json

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
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
    from ecosurvey.report.render.markdown import markdown_text

    numbers = check.tables()[1:] if check is not None else ()  # too long for the document
    made = document(analysis, check)
    made, files = write_document(made, folder, lang, also=numbers, jobs=jobs)
    texts = {
        "methods.md": markdown_text(made, lang, ["methods"]),
        "results.md": markdown_text(made, lang, _results(made)),
        "results.json": to_json(results_json(analysis, check)),
    }
    files += [write_file(folder / name, text.encode("utf-8")) for name, text in texts.items()]
    told = provenance(analysis, files, command, root=folder)
    files.append(write_file(folder / "provenance.json", to_json(told).encode("utf-8")))
    return sorted(files)


def _results(made: Document) -> list[str]:
    return [section.key for section in made.sections if section.key != "methods"]
