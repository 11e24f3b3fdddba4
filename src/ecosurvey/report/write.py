"""All files of the report, from one analysis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.analysis import FORMATS, ReportLang
from ecosurvey.core import Lang, Table
from ecosurvey.report.document import document
from ecosurvey.report.document_files import begin_document, write_file
from ecosurvey.report.model import Document
from ecosurvey.report.provenance import provenance
from ecosurvey.report.results_json import results_json, to_json
from ecosurvey.report.ro_crate import CRATE, ro_crate
from ecosurvey.report.script import analysis_script
from ecosurvey.report.stored import DOCUMENT, store

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.report.second_engine import SecondEngine


def write_report(
    analysis: Analysis,
    folder: Path,
    lang: ReportLang | None = None,
    *,
    command: Sequence[str] = (),
    check: SecondEngine | None = None,
    formats: Collection[str] | None = None,
    jobs: int | None = None,
    inputs: Sequence[tuple[str, Path]] = (),
) -> list[Path]:
    """Write the whole report into a folder and return the files in the order of their names.

    ``report.html`` (one file, no network), ``report.docx``, ``report.tex``, ``methods.md`` and
    ``results.md`` (the running text), ``tables.xlsx`` (a sheet a table),
    ``tables/*.csv`` and ``*.tex``, ``figures/*.svg``, ``*.pdf`` and ``*.png``,
    ``results.json``, ``document.json`` (from which :func:`rewrite_report` makes the report
    anew), ``analysis.py`` (the library calls that give the same results), ``provenance.json``
    and ``ro-crate-metadata.json``.
    The same analysis gives the same bytes, but for the time in the last two.

    Parameters
    ----------
    analysis : Analysis
    folder : Path
        Made if it is not there; existing files of these names are replaced.
    lang : {"en", "zh", "both"}, optional
        That of the run if left out; ``both`` makes a folder for each.
    command : sequence of str
        What the user typed, for provenance.json.
    check : SecondEngine, optional
        What other programs found, from :func:`second_engine`; its section is left out without.
    formats : collection of str, optional
        Of documents, tables and figures; those of the run if left out.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core; that of the run if left out.
    inputs : sequence of (role, path)
        What was read beside the questionnaire and the answers, for provenance.json.
    """
    config = analysis.config
    logs = (*analysis.responses.log_tables(), *analysis.clean.log_tables())
    numbers = [table for table in logs if table.rows]  # too long for the document
    if check is not None:
        numbers += check.tables()[1:]
    made = document(analysis, check)
    finish = begin_pages(
        made, folder, lang or config.lang, also=numbers,
        formats=config.formats if formats is None else formats,
        jobs=config.jobs if jobs is None else jobs,
    )  # fmt: skip
    texts = {
        "results.json": to_json(results_json(analysis, check, made)),
        DOCUMENT: store(made, numbers),
        "analysis.py": analysis_script(analysis, inputs),
    }
    files = [write_file(folder / name, text.encode("utf-8")) for name, text in texts.items()]
    files = [*finish(), *files]
    crate = ro_crate(
        provenance(analysis, (), command, root=folder, inputs=inputs), files, root=folder
    )
    files.append(write_file(folder / CRATE, to_json(crate).encode("utf-8")))
    told = provenance(analysis, files, command, root=folder, inputs=inputs)
    files.append(write_file(folder / "provenance.json", to_json(told).encode("utf-8")))
    return sorted(files)


def begin_pages(
    made: Document,
    folder: Path,
    lang: ReportLang,
    *,
    also: Sequence[Table] = (),
    formats: Collection[str] = FORMATS,
    jobs: int | None = None,
) -> Callable[[], list[Path]]:
    """Begin what people read, in one language or, in folders of their own, in both.

    What needs no pictures is written while other processes draw them; the rest, and which files
    there are, when what is returned is called.
    """
    languages: tuple[Lang, ...] = ("en", "zh") if lang == "both" else (lang,)
    folders = [folder / one if lang == "both" else folder for one in languages]
    begun = [
        begin_document(made, place, one, also=also, formats=formats, jobs=jobs)
        for place, one in zip(folders, languages, strict=True)
    ]

    def finish() -> list[Path]:
        files: list[Path] = []
        for rest, place, one in zip(begun, folders, languages, strict=True):
            whole, written = rest()
            files += written
            if "md" in formats:
                files += _running_text(whole, place, one)
        return files

    return finish


def _running_text(made: Document, folder: Path, lang: Lang) -> list[Path]:
    from ecosurvey.report.render.markdown import markdown_text

    texts = {
        "methods.md": markdown_text(made, lang, ["methods"]),
        "results.md": markdown_text(made, lang, _results(made)),
    }
    return [write_file(folder / name, text.encode("utf-8")) for name, text in texts.items()]


def _results(made: Document) -> list[str]:
    return [section.key for section in made.sections if section.key != "methods"]
