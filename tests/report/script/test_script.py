"""The library calls written out: they run, and say the same as results.json."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.report.script import analysis_script, same_numbers

ROOT = Path(__file__).parents[3]

# all that a questionnaire can ask of a run
MORE = """
  mediation: [{id: M1, path: [visual, textual, speed], sign: "+"}]
  moderation: [{id: W1, from: visual, moderator: grade, to: speed, sign: "+"}]
content_validity: {source: experts.csv, scale: [1, 4]}
"""


def _asked(folder: Path) -> es.Instrument:
    return es.load_instrument(folder / "holzinger.yaml")


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "results/analysis.py", "--check"], cwd=folder, capture_output=True,
        text=True, encoding="utf-8", env=os.environ | {"PYTHONPATH": str(ROOT / "src"),
                                                       "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the inputs, of a name that needs care, and the results of a run."""
    place = tmp_path_factory.mktemp("study")
    asked = (ROOT / "instruments" / "holzinger.yaml").read_text("utf-8")
    step = '- {id: H2, from: textual, to: speed, sign: "+"}'
    also = step + '\n    - {id: H3, from: visual, to: textual, sign: "+"}'
    (place / "holzinger.yaml").write_text(asked.replace(step, also) + MORE, "utf-8")
    (place / "experts.csv").write_text("expert,x1,x2\nA,4,3\nB,4,2\nC,3,1\nD,4,2\n", "utf-8")
    frame = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")
    frame.loc[3:9, "x1"] = float("nan")
    frame.to_csv(place / '数据 "𝛂".csv', index=False)
    es.analyze(
        place / "holzinger.yaml", place / '数据 "𝛂".csv', place / "results", seed=5,
        formats=["md"], bootstrap=100, specifications=4, groups="school",
    )  # fmt: skip
    return place


def test_the_script_makes_every_number_of_the_tables_again(study: Path) -> None:
    told = json.loads((study / "results" / "results.json").read_text("utf-8"))
    for asked in ("mediations", "moderations", "specification_curve", "group_factors_school"):
        assert asked in told["tables"]
    done = _run(study)
    assert done.returncode == 0, done.stderr + done.stdout[-1000:]
    assert "not made here" not in done.stdout
    (said,) = re.findall(r"(\d+) of (\d+) numbers in (\d+) tables", done.stdout)
    assert said[0] == said[1] and int(said[0]) > 2000 and int(said[2]) > 50


def test_a_number_that_is_another_is_named(study: Path) -> None:
    path = study / "changed.json"
    told = json.loads((study / "results" / "results.json").read_text("utf-8"))
    told["tables"]["kmo"]["rows"][0]["kmo"] += 0.001
    path.write_text(json.dumps(told), "utf-8")
    kept = es.clean(es.read_responses(study / '数据 "𝛂".csv', _asked(study)))
    found = same_numbers(path, [es.adequacy(kept.items)])
    assert not found.same and len(found.other) == 1 and found.other[0].startswith("kmo 1 kmo")
    assert {"mediations", "specification_curve"} <= set(found.left)
    assert "not made here: mediations" in str(found)


def test_a_name_from_outside_stays_a_text_of_the_program(made: SimpleNamespace) -> None:
    class Evil(SimpleNamespace):
        pass

    name = 'x"); __import__("os").system("true")  # \n\u202e.yaml'
    instrument = Evil(**(vars(made.instrument) | {"path": Path(name)}))
    config = es.analyze.__globals__["configure"](seed=1)
    analysis = SimpleNamespace(**vars(made) | {
        "instrument": instrument, "config": config, "reliability": None, "retention": None,
        "measurement": None, "structural": None, "key_factors": None,
    })  # fmt: skip
    tree = ast.parse(analysis_script(analysis))  # type: ignore[arg-type]
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert name in words
    called = {node.func.id for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    assert called <= {"print", "Path", "background", "same_numbers"}


@pytest.mark.long
def test_weights_to_the_populations_margins_are_in_the_script(tmp_path: Path) -> None:
    shutil.copy(ROOT / "instruments" / "holzinger.yaml", tmp_path)
    shutil.copy(ROOT / "data" / "sample" / "holzinger.csv", tmp_path)
    es.analyze(
        tmp_path / "holzinger.yaml", tmp_path / "holzinger.csv", tmp_path / "results", seed=5,
        formats=["md"], only=["measurement"], margins={"sex": {1: 2, 2: 1}},
    )  # fmt: skip
    done = _run(tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout[-1000:]
    assert "not made here" not in done.stdout
    assert es.reproduce(tmp_path / "results").reproduced
