"""The joint display inside a run: material that the questionnaire names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ecosurvey.core import DataError, InstrumentError
from ecosurvey.instrument import load_instrument
from ecosurvey.qualitative.run import joint_of_run, read_named

ROOT = Path(__file__).parents[2]


def study(folder: Path, *lines: str) -> Path:
    text = (ROOT / "instruments" / "ecosystem.yaml").read_text("utf-8")
    named = "".join(f"\n  {line}" for line in lines)
    path = folder / "study.yaml"
    path.write_text(text.replace("\nqualitative:", f"\nqualitative:{named}"), "utf-8")
    for file in (ROOT / "data" / "sample").glob("ecosystem_c*.csv"):
        shutil.copy(file, folder)
    return path


def test_material_beside_the_questionnaire_is_displayed(tmp_path: Path) -> None:
    asked = load_instrument(
        study(tmp_path, "source: ecosystem_codes_zh.csv", "cases: ecosystem_cases.csv",
              "privacy: mask")
    )  # fmt: skip
    named = read_named(asked)
    made = joint_of_run(asked, named.material, 10, None, None, None, synthetic=True, seed=1)
    assert made is not None
    assert made.privacy == "mask"
    assert {row.fit.proposed for row in made.rows} <= {"cases_only", "neither"}


def test_material_that_is_not_there_is_told_of_and_left_out(tmp_path: Path) -> None:
    named = read_named(load_instrument(study(tmp_path, "source: nowhere.qdpx")))
    assert named.material is None
    assert [finding.code for finding in named.findings] == ["case_material_missing"]


def test_material_with_unknown_codes_stops_the_run_at_once(tmp_path: Path) -> None:
    asked = load_instrument(study(tmp_path, "source: odd.csv"))
    (tmp_path / "odd.csv").write_text("source,segment,code,coder\na,1,odd,A\n", "utf-8")
    with pytest.raises(DataError, match="crosswalk"):
        read_named(asked)


@pytest.mark.parametrize("name", ["../codes.csv", "/etc/passwd", "a/b.csv", "a\\b.csv", ".."])
def test_only_files_beside_the_questionnaire_can_be_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InstrumentError, match="bare name"):
        load_instrument(study(tmp_path, f"source: '{name}'"))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("construct: PLT, hypotheses: [H7]}", "construct: PLTT, hypotheses: [H7]}", "'PLTT'"),
        ("construct: PLT, hypotheses: [H7]}", "construct: PLT, hypotheses: [H77]}", "'H77'"),
        ("code: platform_on_paper", "code: shared_platform", "stands twice"),
        ('en: "Funding"', 'en: "Policy support"', "already stands for code 'policy_support'"),
        ("evidence: against", "evidence: maybe", "evidence"),
    ],
)
def test_a_crosswalk_that_does_not_fit_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, match: str
) -> None:
    path = study(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InstrumentError, match=match):
        load_instrument(path)
