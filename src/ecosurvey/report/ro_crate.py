"""The folder of results as a research object: RO-Crate 1.1 metadata.

Source: https://www.researchobject.org/ro-crate/specification/1.1/
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ecosurvey.core.io import MANIFEST, sha256

CRATE = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_TYPES = {
    ".md": "text/markdown",
    ".tex": "application/x-tex",
    ".json": "application/json",
    ".py": "text/x-python",
    ".csv": "text/csv",
    ".svg": "image/svg+xml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def ro_crate(told: Mapping[str, Any], files: Iterable[Path], *, root: Path) -> dict[str, Any]:
    """Return the metadata of a folder of results.

    Parameters
    ----------
    told : mapping
        The provenance of the run: its time, inputs, options and software.
    files : iterable of Path
        What the folder holds; ``provenance.json``, written last, is added.
    root : Path
        The folder.

    Returns
    -------
    dict
        JSON-LD: the descriptor, the root data set, its files, the software, and the action
        that made the results from the inputs. Inputs are described, not contained.
    """
    held = [_file(path, root) for path in sorted(files)]
    held.append({"@id": MANIFEST, "@type": "File", "name": "Provenance of the run",
                 "encodingFormat": "application/json"})  # fmt: skip
    inputs = [_input(source) for source in told["inputs"]]
    software = told["software"]
    program = {
        "@id": "#ecosurvey",
        "@type": "SoftwareApplication",
        "name": "ecosurvey",
        "version": software["ecosurvey"],
        "softwareRequirements": [f"{k} {v}" for k, v in software.items() if k != "ecosurvey"],
    }
    action = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "Analysis of one wave of answers",
        "endTime": told["created"],
        "instrument": {"@id": "#ecosurvey"},
        "object": [{"@id": one["@id"]} for one in inputs],
        "result": [{"@id": one["@id"]} for one in held],
        "description": " ".join(told["command"]) or "es.analyze(...)",
    }
    synthetic = " The answers are synthetic: nobody gave them." if told["synthetic"] else ""
    dataset = {
        "@id": "./",
        "@type": "Dataset",
        "name": "Results of a questionnaire analysis",
        "description": "Report, tables, figures and numbers of one wave of answers, "
        f"made by ecosurvey {software['ecosurvey']}.{synthetic}",
        "datePublished": told["created"],
        "hasPart": [{"@id": one["@id"]} for one in held],
        "mentions": [{"@id": "#run"}],
    }
    descriptor = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    return {"@context": _CONTEXT, "@graph": [descriptor, dataset, *held, *inputs, program, action]}


def _file(path: Path, root: Path) -> dict[str, Any]:
    name = path.relative_to(root).as_posix()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "encodingFormat": kind,
        "contentSize": str(path.stat().st_size),
        "sha256": sha256(path),
    }


def _input(source: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        "@id": f"#{source['role']}",
        "@type": "CreativeWork",
        "name": source.get("name") or source["role"],
        "identifier": f"sha256:{source['sha256']}",
    }
    return told | ({"version": source["version"]} if source.get("version") else {})
