"""What cannot be compared over groups costs the comparison, not the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import ecosurvey as es
from ecosurvey.analysis import Analysis, AnalysisConfig
from ecosurvey.core import OptionError
from ecosurvey.pipeline.factor_stages import rank_by_group

ROOT = Path(__file__).parents[2]


def test_a_refused_comparison_is_told_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = es.analyze(
        ROOT / "instruments" / "holzinger.yaml", ROOT / "data" / "sample" / "holzinger.csv",
        seed=1, only=["key_factors"], groups=None,
    )  # fmt: skip

    def refuse(*_: object, **__: object) -> None:
        raise OptionError("invariance of ordinal items is for first-order models", fix="Do so.")

    monkeypatch.setattr("ecosurvey.keyfactors.group_factors", refuse)
    asked: Analysis = replace(analysis, config=AnalysisConfig(1, groups="school"))
    found = rank_by_group(asked)
    assert found.group_factors is None
    said = [finding for finding in found.findings if finding.code == "groups_skipped"]
    assert "first-order models" in said[0].say("en")
    assert "MLR" in said[0].say("zh")
