"""All files of a comparison of waves."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Text
from ecosurvey.report.document_files import begin_document, write_file
from ecosurvey.report.model import Document
from ecosurvey.report.results_json import finding_json, to_json
from ecosurvey.report.run_record import write_record

if TYPE_CHECKING:
    from ecosurvey.waves import PanelPaths, WaveComparison

SCHEMA = "ecosurvey/waves/1"


def waves_document(found: WaveComparison) -> Document:
    """Return the comparison before any medium."""
    from ecosurvey.report.sections.waves import sections

    asked = found.instrument
    subtitle = Text(
        "What changed between waves, and is it real: questionnaire {i} {v}",
        "各轮调查的变化及其真实性（问卷{i}，版本{v}）",
    ).fill(i=asked.id, v=asked.version)
    return Document(asked.title, subtitle, found.synthetic, sections(found, remarks=True))


def write_waves(
    found: WaveComparison,
    folder: Path,
    lang: Lang = "en",
    *,
    command: Sequence[str] = (),
    inputs: Sequence[tuple[str, Path]] = (),
    jobs: int | None = None,
) -> list[Path]:
    """Write ``waves.html``, ``waves.docx``, ``waves.tex``, tables, figures, ``waves.json``.

    Parameters
    ----------
    found : WaveComparison
    folder : Path
    lang : {"en", "zh"}
    command : sequence of str
        What the user typed, for provenance.json.
    inputs : sequence of (role, path)
        The files read; named, with their hashes, in provenance.json.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.
    """
    _, files = begin_document(waves_document(found), folder, lang, name="waves", jobs=jobs)()
    files.append(write_file(folder / "waves.json", to_json(waves_json(found)).encode("utf-8")))
    options = {
        "lang": lang, "estimator": found.estimator, "alpha": found.alpha, "level": found.level,
        "composition": list(found.composition), "structural": found.paths is not None
        or (found.panel is not None and found.panel.paths is not None),
    }  # fmt: skip
    return write_record(files, folder, command, options, inputs, synthetic=found.synthetic)


def waves_json(found: WaveComparison) -> dict[str, Any]:
    """Return the comparison as plain data, unrounded."""
    return {
        "schema": SCHEMA,
        "synthetic": found.synthetic,
        "instrument": {
            "id": found.instrument.id,
            "version": found.instrument.version,
            "sha256": found.instrument.sha256,
        },
        "waves": [
            {"label": label, "n": n} for label, n in zip(found.waves, found.sizes, strict=True)
        ],
        "alpha": found.alpha,
        "comparability": [
            {
                "construct": one.construct,
                "comparable": one.comparable,
                "why": {"en": one.why.en, "zh": one.why.zh},
                "ordinal": one.ordinal,
                "anchors": list(one.anchors),
                "freed": list(one.freed),
            }
            for one in found.comparability
        ],
        "drift": [
            _plain(test)
            for one in found.comparability
            for test in one.tests
        ],
        "changes": [_plain(one) for one in found.changes],
        "levels": [
            _plain(one)
            for one in found.levels
        ],
        "within": [] if found.panel is None else [_plain(c) for c in found.panel.changes],
        "attrition": None if found.panel is None else {
            "first": found.panel.attrition.first,
            "seen": dict(found.panel.attrition.seen),
            "tests": [_plain(test) for test in found.panel.attrition.tests],
        },
        "lagged": None if found.panel is None else _lagged(found.panel.paths),
        "chart": [_plain(one) for one in found.chart],
        "paths": [] if found.paths is None else [
            _plain(one)
            for one in found.paths.paths
        ],
        "ranks": [] if found.paths is None else [
            _plain(one)
            for one in found.paths.ranks
        ],
        "findings": [finding_json(finding) for finding in found.findings],
    }  # fmt: skip


def _lagged(paths: PanelPaths | None) -> dict[str, Any] | None:
    """Return the cross-lagged paths: of the joint model, and within people."""
    if paths is None:
        return None
    return {
        "outcome": paths.outcome,
        "effects": [_plain(path) for path in paths.effects],
        "feedback": [_plain(path) for path in paths.feedback],
        "stability": [_plain(path) for path in paths.stabilities],
        "within": [_plain(path) for path in paths.moves],
        "reliability": {one.construct: list(one.reliability) for one in paths.scores},
    }


def _plain(one: Any) -> dict[str, Any]:
    """Return a flat dataclass as JSON can hold it: numbers that are none are null."""
    found: dict[str, Any] = {}
    for name in type(one).__dataclass_fields__:
        value = getattr(one, name)
        if isinstance(value, Text):
            value = {"en": value.en, "zh": value.zh}
        elif isinstance(value, float) and not isfinite(value):
            value = None
        found[name] = value
    return found
