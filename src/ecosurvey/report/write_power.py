"""All files of a planned study's power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Text
from ecosurvey.report.document_files import begin_document, write_file
from ecosurvey.report.model import Document
from ecosurvey.report.results_json import finding_json, to_json
from ecosurvey.report.run_record import write_record
from ecosurvey.report.sections.power import sections

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.planning import Power

SCHEMA = "ecosurvey/power/1"


def write_power(
    found: Power,
    instrument: Instrument,
    folder: Path,
    lang: Lang = "en",
    *,
    wanted: float = 0.80,
    sought: Sequence[str] = (),
    command: Sequence[str] = (),
    inputs: Sequence[tuple[str, Path]] = (),
    jobs: int | None = None,
) -> list[Path]:
    """Write ``power.html``, ``power.docx``, ``power.tex``, tables, figures, ``power.json``.

    Parameters
    ----------
    found : Power
    instrument : Instrument
    folder : Path
    lang : {"en", "zh"}
    wanted : float
        The power that is wanted.
    sought : sequence of str
        Claims whose smallest size was searched.
    command : sequence of str
        What the user typed, for provenance.json.
    inputs : sequence of (role, path)
        The files read; named, with their hashes, in provenance.json.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.
    """
    subtitle = Text(
        "Power of a planned wave: questionnaire {i} {v}", "计划调查的统计功效（问卷{i}，版本{v}）"
    ).fill(i=instrument.id, v=instrument.version)
    made = Document(instrument.title, subtitle, True, sections(found, wanted, sought))
    _, files = begin_document(made, folder, lang, name="power", jobs=jobs)()
    told = power_json(found, instrument, wanted)
    files.append(write_file(folder / "power.json", to_json(told).encode("utf-8")))
    options = {
        "lang": lang, "estimator": found.estimator, "alpha": found.alpha,
        "replicates": found.replicates, "power": wanted,
    }  # fmt: skip
    return write_record(files, folder, command, options, inputs, synthetic=True, seed=found.seed)


def power_json(found: Power, instrument: Instrument, wanted: float = 0.80) -> dict[str, Any]:
    """Return the power as plain data, unrounded; what is not known is null."""
    claims = [claim for claim in found.ids if found.of(claim)[0].kind != "fit"]
    return {
        "schema": SCHEMA,
        "synthetic": True,
        "instrument": {
            "id": instrument.id, "version": instrument.version, "sha256": instrument.sha256,
        },
        "seed": found.seed,
        "replicates": found.replicates,
        "estimator": found.estimator,
        "alpha": found.alpha,
        "first": found.first,
        "assumptions": asdict(found.assumptions),
        "rows": [
            {
                "id": row.id, "kind": row.kind, "label": {"en": row.label.en, "zh": row.label.zh},
                "n": row.n, "true": _known(row.true), "est": _known(row.est),
                "se_ratio": _known(row.se_ratio), "coverage": _known(row.coverage),
                "power": _known(row.power), "power_lower": _known(row.power_lower),
                "power_upper": _known(row.power_upper), "power_holm": _known(row.power_holm),
                "used": row.used,
            }
            for row in found.rows
        ],
        "needed": {
            claim: {name: _known(value) for name, value in asdict(needed).items()}
            for claim in claims
            for needed in [found.needed(claim, wanted)]
        },
        "findings": [finding_json(finding) for finding in found.findings],
    }  # fmt: skip


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
