"""The provenance of what is written beside the main report: joint display, waves, index, power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecosurvey.core.io import sha256
from ecosurvey.report.document_files import write_file
from ecosurvey.report.provenance import begun, ended
from ecosurvey.report.results_json import to_json


def write_record(
    files: Sequence[Path],
    folder: Path,
    command: Sequence[str],
    options: Mapping[str, Any],
    inputs: Sequence[tuple[str, Path]],
    *,
    synthetic: bool,
    seed: int | None = None,
    named: bool = True,
) -> list[Path]:
    """Write ``provenance.json`` of the files, and return all of them, sorted.

    ``named`` tells whether the inputs are named beside their hashes.
    """
    told: dict[str, Any] = {
        **begun(command, synthetic=synthetic),
        **({} if seed is None else {"seed": seed}),
        "options": options,
        "inputs": [
            {"role": role, "name": path.name if named else None, "sha256": sha256(path)}
            for role, path in inputs
        ],
        **ended(files, folder),
    }
    return sorted([*files, write_file(folder / "provenance.json", to_json(told).encode("utf-8"))])
