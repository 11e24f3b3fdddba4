"""The report made anew from what a run stored: other formats, another language, no computing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ecosurvey.analysis import FORMATS, REPORT_LANGUAGES, ReportLang
from ecosurvey.core import OptionError, Text, check_choice
from ecosurvey.core.io import MANIFEST, atomic_folder
from ecosurvey.core.parallel import check_jobs
from ecosurvey.report.document_files import write_file
from ecosurvey.report.provenance import ended
from ecosurvey.report.results_json import to_json
from ecosurvey.report.ro_crate import CRATE, ro_crate
from ecosurvey.report.stored import DOCUMENT, restore
from ecosurvey.report.write import begin_pages


def rewrite_report(
    folder: str | Path,
    out: str | Path | None = None,
    *,
    lang: ReportLang | None = None,
    formats: Collection[str] | None = None,
    jobs: int | None = None,
) -> Path:
    """Write the documents, tables and figures of an earlier run again, computing nothing.

    Parameters
    ----------
    folder : str or Path
        What ``analyze`` wrote: ``document.json`` and ``provenance.json`` are read.
    out : str or Path, optional
        Another folder to write to. By default the report is replaced where it lies: as a
        whole or not at all, files that ``analyze`` did not write stay.
    lang : {"en", "zh", "both"}, optional
    formats : collection of str, optional
        As before, if left out.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.

    Returns
    -------
    Path
        The folder written.

    Raises
    ------
    OptionError
        If the folder is not an earlier result, or an option is not known.
    """
    folder = Path(folder)
    told, text = _stored(folder)
    made, also = restore(text, str(folder / DOCUMENT))
    before = told.get("options", {})
    language: ReportLang = lang or before.get("lang", "en")
    chosen = tuple(formats) if formats is not None else tuple(before.get("formats", FORMATS))
    check_jobs(jobs)
    check_choice("lang", language, REPORT_LANGUAGES)
    for one in chosen:
        check_choice("formats", one, FORMATS)
    pages = {str(entry["name"]) for entry in told["outputs"]} - {DOCUMENT, "results.json"}
    target = folder if out is None else Path(out)
    with atomic_folder(target, force=out is None) as work:
        kept = [DOCUMENT, "results.json", "analysis.py"] if out is not None else [
            path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]  # fmt: skip
        written = []
        for name in kept:
            ours = name in {DOCUMENT, "results.json", "analysis.py"}
            if (name in pages and not ours) or name == MANIFEST or not (folder / name).is_file():
                continue
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, work / name)
            if ours:
                written.append(work / name)
        written += begin_pages(made, work, language, also=also, formats=chosen, jobs=jobs)()
        _describe(told, work, written, language, chosen)
    return target


def _stored(folder: Path) -> tuple[dict[str, Any], str]:
    fix = Text(
        "Name the folder that 'ecosurvey analyze' wrote.", "请给出 ecosurvey analyze 所写的文件夹。"
    )
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        text = (folder / DOCUMENT).read_text("utf-8")
        [entry["name"] for entry in told["outputs"]]
        dict(told["options"])
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise OptionError(
            Text(f"there is no {name}", f"没有 {name}"), where=str(folder), fix=fix
        ) from None
    except (ValueError, KeyError, TypeError):
        raise OptionError(
            Text(f"{MANIFEST} cannot be read", f"{MANIFEST} 无法读取"), where=str(folder), fix=fix
        ) from None
    return told, text


def _describe(
    told: dict[str, Any], work: Path, files: list[Path], lang: str, formats: tuple[str, ...]
) -> None:
    """Write provenance and crate of the new files; what was computed is told as before."""
    told["options"] = {**told.get("options", {}), "lang": lang, "formats": list(formats)}
    crate = to_json(ro_crate(told, files, root=work))
    files = [*files, write_file(work / CRATE, crate.encode("utf-8"))]
    told["outputs"] = ended(files, work)["outputs"]
    write_file(work / MANIFEST, to_json(told).encode("utf-8"))
