"""All files of a joint display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Text
from ecosurvey.report.document_files import begin_document, write_file
from ecosurvey.report.model import Document
from ecosurvey.report.results_json import finding_json, to_json
from ecosurvey.report.run_record import write_record
from ecosurvey.report.sections.joint import sections

if TYPE_CHECKING:
    from ecosurvey.qualitative import JointDisplay

SCHEMA = "ecosurvey/joint/1"


def joint_document(display: JointDisplay) -> Document:
    """Return the joint display before any medium."""
    asked = display.instrument
    subtitle = Text(
        "Joint display of numbers and cases: questionnaire {i} {v} and its case material",
        "量化结果与案例证据的联合展示（问卷{i}，版本{v}）",
    ).fill(i=asked.id, v=asked.version)
    return Document(asked.title, subtitle, display.synthetic, sections(display, remarks=True))


def write_joint(
    display: JointDisplay,
    folder: Path,
    lang: Lang = "en",
    *,
    command: Sequence[str] = (),
    inputs: Sequence[tuple[str, Path]] = (),
    jobs: int | None = None,
) -> list[Path]:
    """Write ``joint.html``, ``joint.docx``, ``joint.tex``, tables, figures, ``joint.json``.

    Parameters
    ----------
    display : JointDisplay
    folder : Path
    lang : {"en", "zh"}
    command : sequence of str
        What the user typed, for provenance.json.
    inputs : sequence of (role, path)
        The files read; named, with their hashes, in provenance.json. Their names are left out
        where the display hides who is behind the material.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.
    """
    _, files = begin_document(joint_document(display), folder, lang, name="joint", jobs=jobs)()
    files.append(write_file(folder / "joint.json", to_json(joint_json(display)).encode("utf-8")))
    shown = display.privacy == "show"
    return write_record(
        files, folder, command if shown else command[:2],
        {"lang": lang, "privacy": display.privacy}, inputs,
        synthetic=display.synthetic, named=shown,
    )  # fmt: skip


def joint_json(display: JointDisplay) -> dict[str, Any]:
    """Return the display as plain data: what was proposed, and what was set."""
    return {
        "schema": SCHEMA,
        "synthetic": display.synthetic,
        "instrument": {
            "id": display.instrument.id,
            "version": display.instrument.version,
            "sha256": display.instrument.sha256,
        },
        "privacy": display.privacy,
        "constructs": [
            {
                "construct": row.construct,
                "name": {"en": row.name.en, "zh": row.name.zh},
                "sign": row.sign,
                "effect": row.effect and {
                    "total_std": row.effect.total,
                    "ci_lower": row.effect.lower,
                    "ci_upper": row.effect.upper,
                    "rank": row.effect.rank,
                },
                "themes": {theme.code: theme.segments for theme in row.themes},
                "supporting": row.supporting,
                "opposing": row.opposing,
                "cases": {case.case: case.stand for case in row.cases},
                "numbers_say": row.fit.numbers,
                "cases_say": row.fit.cases,
                "fit_proposed": row.fit.proposed,
                "fit_set": row.decision.fit if row.decision else None,
                "meta_inference": row.decision.meta_inference if row.decision else "",
            }
            for row in display.rows
        ],
        "findings": [finding_json(finding) for finding in display.findings],
    }  # fmt: skip
