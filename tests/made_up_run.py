"""A folder of results of the sample questionnaire that no run made: its numbers are given here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ecosurvey.instrument import Instrument

EFFECTS = {
    "PLT": (0.49, 0.42, 0.56), "ENT": (0.38, 0.32, 0.45), "STD": (0.24, 0.18, 0.31),
    "BAR": (-0.2, -0.26, -0.14), "POL": (0.05, -0.02, 0.08), "TEC": (0.1, -0.04, 0.24),
    "FUN": (-0.2, -0.3, -0.1),
}  # fmt: skip


def write_run(folder: Path, asked: Instrument) -> Path:
    """Make the folder with what a joint display reads of it."""
    folder.mkdir()
    (folder / "results.json").write_text(json.dumps(run_of(asked)), "utf-8")
    told = {"inputs": [{"role": "instrument", "name": "ecosystem.yaml", "sha256": asked.sha256}]}
    (folder / "provenance.json").write_text(json.dumps(told), "utf-8")
    return folder


def run_of(asked: Instrument) -> dict[str, Any]:
    """Return plain data of the schema ecosurvey/results/1."""
    ranking = [
        {"factor": name, "rank": rank, "total_std": total, "ci_lower": low, "ci_upper": high}
        for rank, (name, (total, low, high)) in enumerate(EFFECTS.items(), 1)
    ]
    verdict = {"en": "Supported", "zh": "支持"}
    tested = [{"id": "H7", "est": 0.49, "ci_lower": 0.42, "ci_upper": 0.56, "verdict": verdict}]
    means = [
        {"variable": "integration_type", "group": {"en": "Loose", "zh": "松散型"},
         "construct": "PLT", "n": 300, "d": 0.0, "ci_lower": 0.0, "ci_upper": 0.0, "held": True},
        {"variable": "integration_type",
         "group": {"en": "Independent legal person", "zh": "独立法人型"},
         "construct": "PLT", "n": 200, "d": 0.4, "ci_lower": 0.2, "ci_upper": 0.6, "held": False},
    ]  # fmt: skip
    return {
        "schema": "ecosurvey/results/1",
        "synthetic": True,
        "instrument": {"id": asked.id, "version": asked.version, "sha256": asked.sha256},
        "data": {"n_analysed": 1122},
        "key_factors": {"outcome": "ECO", "level": 0.95, "ranking": ranking},
        "group_means": means,
        "tables": {"hypotheses": {"rows": tested}},
    }
