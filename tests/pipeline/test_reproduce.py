"""An earlier run again: the same numbers, or which are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import ecosurvey as es
from ecosurvey.pipeline.reproduce import compare_results

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of results, with its inputs in the folder beside it."""
    place = tmp_path_factory.mktemp("study")
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", place)
    shutil.copy(ROOT / "data" / "sample" / "holzinger.csv", place)
    es.analyze(
        place / "holzinger.yaml", place / "holzinger.csv", place / "results", seed=5,
        only=["reliability"], formats=["md"],
    )  # fmt: skip
    return place / "results"


@pytest.fixture
def copy(run: Path, tmp_path: Path) -> Path:
    shutil.copytree(run.parent, tmp_path / "study")
    return tmp_path / "study" / "results"


def _change(folder: Path, name: str, change: Any) -> None:
    data = json.loads((folder / name).read_text("utf-8"))
    change(data)
    (folder / name).write_text(json.dumps(data), "utf-8")


def test_the_same_inputs_give_the_same_numbers_and_the_folder_is_left_alone(run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    told: list[es.Text] = []
    found = es.reproduce(run, on_step=told.append)
    assert found.reproduced
    assert found.same == found.compared > 300
    assert found.versions == found.changed == found.findings == ()
    assert "to the last digit" in found.say().en
    assert told
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_number_changed_by_hand_is_named(copy: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["tables"]["reliability"]["rows"][0]["alpha"] += 0.01

    _change(copy, "results.json", change)
    found = es.reproduce(copy)
    assert not found.reproduced
    assert [one.key for one in found.changed] == ["tables.reliability.rows[0].alpha"]
    assert found.findings[0].severity == "serious"
    assert found.tables()[0].to_frame()["key"].tolist() == ["tables.reliability.rows[0].alpha"]


def test_a_program_of_another_version_is_named(copy: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["software"]["numpy"] = "0.1"

    _change(copy, "provenance.json", change)
    found = es.reproduce(copy)
    assert found.reproduced
    assert [(one.key, one.before) for one in found.versions] == [("numpy", "0.1")]


def test_an_input_that_was_changed_is_refused(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # inputs are looked for in the working folder too
    data = copy.parent / "holzinger.csv"
    data.write_text(data.read_text("utf-8").replace("13", "14", 1), "utf-8")
    with pytest.raises(es.OptionError, match="is not found near"):
        es.reproduce(copy)
    with pytest.raises(es.DataError, match="its hash differs"):
        es.reproduce(copy, data=data)


@pytest.mark.parametrize("name", ["provenance.json", "results.json"])
def test_a_folder_that_is_no_result_is_refused(copy: Path, name: str) -> None:
    (copy / name).write_text("[1, 2", "utf-8")
    with pytest.raises(es.OptionError, match=f"{name} cannot be read"):
        es.reproduce(copy)
    (copy / name).unlink()
    with pytest.raises(es.OptionError, match=f"there is no {name}"):
        es.reproduce(copy)


@pytest.mark.parametrize("told", [{}, {"inputs": 3, "options": {}, "seed": 1}, {"inputs": []}])
def test_provenance_that_tells_too_little_is_refused(copy: Path, told: dict[str, Any]) -> None:
    (copy / "provenance.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(es.OptionError, match=r"does not tell the|results"):
        es.reproduce(copy)


def test_values_are_compared_one_by_one() -> None:
    before = {"a": 1.0, "b": [1, 2], "c": None, "d": True, "e": 1.0, "ecosurvey": "0.1"}
    now = {"a": 1.0 + 1e-9, "b": [1, 3], "c": 0.0, "d": 1, "f": 2.0, "ecosurvey": "0.2"}
    found = compare_results(before, now, {"numpy": "1"}, {"numpy": "1"})
    assert found.near == 1
    assert [one.key for one in found.changed] == ["b[1]", "c", "d", "e", "f"]
    assert found.same == 2  # b[0] and how many there are
    assert found.versions == ()
    assert found.tables()[0].cells("zh")[3] == ["e", "1.0", "—"]
