"""Where the results come from: inputs, versions, options, seed, time, and the files written."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from ecosurvey._version import __version__
from ecosurvey.core.io import sha256

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

SCHEMA = "ecosurvey/provenance/1"
_PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "statsmodels",
    "scikit-learn",
    "factor-analyzer",
    "semopy",
    "matplotlib",
    "pydantic",
    "ruamel.yaml",
    "python-docx",
    "openpyxl",
)


def provenance(
    analysis: Analysis,
    files: Iterable[Path],
    command: Sequence[str],
    *,
    root: Path | None = None,
    inputs: Sequence[tuple[str, Path]] = (),
) -> dict[str, Any]:
    """Return what is needed to repeat a run and to tell whether its files were changed.

    Parameters
    ----------
    analysis : Analysis
    files : iterable of Path
        The files written; they are hashed.
    command : sequence of str
        As typed; folders are taken off its paths, so that no user or machine is named.
    root : Path, optional
        The folder that the files are named relative to; without it by their names alone.
    inputs : sequence of (role, path)
        What was read beside the questionnaire and the answers.

    Returns
    -------
    dict
        Plain data. ``created`` is the only part that differs between two equal runs, and is
        ``SOURCE_DATE_EPOCH`` where that is set.
    """
    instrument, responses = analysis.instrument, analysis.responses
    return {
        **begun(command, synthetic=analysis.synthetic),
        "seed": analysis.config.seed,
        "options": analysis.config.options(),
        "inputs": [
            {
                "role": "instrument",
                "name": _name(instrument.path),
                "id": instrument.id,
                "version": instrument.version,
                "sha256": instrument.sha256,
            },
            {
                "role": "responses",
                "name": _name(responses.path),
                "rows": int(responses.n_rows),
                "sha256": responses.sha256,
            },
            *_case_material(analysis),
            *({"role": role, "name": path.name, "sha256": sha256(path)} for role, path in inputs),
        ],
        "rows": [
            {"step": step.label.en, "excluded": step.excluded, "remaining": step.remaining}
            for step in analysis.clean.flow
        ],
        **ended(files, root),
    }


def _case_material(analysis: Analysis) -> list[dict[str, Any]]:
    if analysis.joint is None:
        return []
    material, shown = analysis.joint.material, analysis.joint.privacy == "show"
    name = _name(material.path) if shown else None
    return [{"role": "case_material", "name": name, "sha256": material.sha256}]


def begun(command: Sequence[str], *, synthetic: bool) -> dict[str, Any]:
    """Return what every provenance begins with: schema, time, and what was typed."""
    return {
        "schema": SCHEMA,
        "created": _now().isoformat(timespec="seconds"),
        "synthetic": synthetic,
        "command": [_without_folders(word) for word in command],
    }


def ended(files: Iterable[Path], root: Path | None) -> dict[str, Any]:
    """Return what every provenance ends with: software, platform, and the files written."""
    return {
        "software": {
            "ecosurvey": __version__,
            "python": platform.python_version(),
            **{name: version for name in _PACKAGES if (version := _version(name))},
        },
        "platform": {
            "system": platform.system(),
            "machine": platform.machine(),
            "implementation": sys.implementation.name,
        },
        "outputs": [
            {
                "name": _relative(path, root),
                "bytes": path.stat().st_size,
                "sha256": sha256(path),
            }
            for path in sorted(files)
        ],
    }


def _now() -> datetime:
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal():
        return datetime.fromtimestamp(int(given), tz=UTC)
    return datetime.now(tz=UTC)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _name(path: Path | None) -> str | None:
    return path.name if path is not None else None


def _relative(path: Path, root: Path | None) -> str:
    return path.relative_to(root).as_posix() if root is not None else path.name


def _without_folders(word: str) -> str:
    r"""Return a word of a command with paths cut to their last part.

    Examples
    --------
    >>> _without_folders("/home/li/wave3.csv"), _without_folders("--out=C:\\Users\\li\\r")
    ('wave3.csv', '--out=r')
    """
    option, equals, value = word.rpartition("=") if word.startswith("-") else ("", "", word)
    windows = re.match(r"[A-Za-z]:[\\/]|\\\\", value) or ("\\" in value and "/" not in value)
    kind = PureWindowsPath if windows else PurePosixPath
    return option + equals + (kind(value).name or value)
