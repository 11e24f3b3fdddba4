"""A second run computes only what changed, and gives the bytes of one that remembers nothing."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

import ecosurvey as es

ROOT = Path(__file__).parents[2]
_STEPS = (
    "reliability.bootstrap.map_replicates",
    "reliability.discriminant.bootstrap_correlations",
    "factors.retention.parallel.random_eigenvalues",
    "factors.retention.comparison_data.population_of",
    "keyfactors.specification_curve.map_tasks",
    "report.second_engine.check.packed",
)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a step was computed again")


def _run(place: Path, name: str, *, cache: bool, lang: str = "en") -> dict[str, bytes]:
    es.analyze(
        place / "asked.yaml", ROOT / "data" / "sample" / "holzinger.csv", place / name,
        config={"cache": cache, "bootstrap": 100, "specifications": 3, "formats": ["md", "png"]},
        seed=3, lang=lang,  # type: ignore[arg-type]
    )  # fmt: skip
    timed = {"provenance.json", "ro-crate-metadata.json"}
    return {
        str(path.relative_to(place / name)): path.read_bytes()
        for path in sorted((place / name).rglob("*"))
        if path.is_file() and path.name not in timed
    }


def test_a_second_run_computes_nothing_again_and_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOSURVEY_CACHE_DIR", str(tmp_path / "cache"))
    # one figure stands for all: the others are drawn by the same function
    monkeypatch.setattr("ecosurvey.report.model.Document.figures", lambda self: _one(self))
    monkeypatch.setattr("joblib.externals.loky.ProcessPoolExecutor", _Here)  # begins sooner
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", tmp_path / "asked.yaml")
    without = _run(tmp_path, "without", cache=False)
    assert not (tmp_path / "cache").exists()
    first = _run(tmp_path, "first", cache=True)
    for step in _STEPS:
        module, name = step.rsplit(".", 1)
        monkeypatch.setattr(sys.modules[f"ecosurvey.{module}"], name, _refuse)
    with monkeypatch.context() as drawn:
        drawn.setattr(sys.modules["ecosurvey.report.figures.save"], "render", _refuse)
        second = _run(tmp_path, "second", cache=True)
    assert without == first == second

    text = (tmp_path / "asked.yaml").read_text("utf-8")
    (tmp_path / "asked.yaml").write_text(text.replace('en: "Visual', 'en: "Seen'), "utf-8")
    third = _run(tmp_path, "third", cache=True, lang="zh")
    told, other = (json.loads(run["results.json"])["tables"] for run in (first, third))
    for key in ("reliability_bootstrap", "htmt_intervals", "parallel_analysis"):
        assert [_numbers(row) for row in told[key]["rows"]] == [
            _numbers(row) for row in other[key]["rows"]
        ]
    assert "Seen" in third["results.json"].decode() and "Seen" not in first["results.json"].decode()


class _Here:
    """Does in this process what a worker would."""

    def __init__(self, **_: object) -> None:
        self.submit = lambda work, *given: SimpleNamespace(result=lambda: work(*given))

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def _one(document: object) -> tuple[object, ...]:
    blocks = document.blocks()  # type: ignore[attr-defined]
    found = [block.figure for block in blocks if hasattr(block, "figure")]
    return tuple(one for one in found if one.key == "scree")


def _numbers(row: dict[str, object]) -> list[object]:
    return [value for value in row.values() if isinstance(value, (int, float))]
