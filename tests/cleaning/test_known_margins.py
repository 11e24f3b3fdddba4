"""Margins of the population from a file, against R, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey import AnalysisConfig, analyze, load_instrument
from ecosurvey.analysis import configure
from ecosurvey.cleaning import rake, read_margins, with_margins
from ecosurvey.cleaning.design import WEIGHT
from ecosurvey.core import OptionError

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parents[1] / "reference" / "cleaning"
DEMO = Path(__file__).parents[1] / "instrument" / "demo.yaml"
MARGINS = {"sex": {1: 0.48, 2: 0.52}, "age": {1: 0.2, 2: 0.25, 3: 0.25, 4: 0.3},
           "role": {1: 0.5, 2: 0.3, 3: 0.2}}  # fmt: skip


def test_raking_from_design_weights_is_rs() -> None:
    people = pd.read_csv(HERE / "people.csv")
    expected = json.loads((HERE / "expected_base.json").read_text("utf-8"))
    free = rake(people, MARGINS, base=expected["base"], trim=None)
    np.testing.assert_allclose(free.weights, expected["weights"], atol=1e-5)
    held = rake(people, MARGINS, base=expected["base"], trim=(0.3, 3.5), max_iterations=2000)
    np.testing.assert_allclose(held.weights, expected["trimmed"], atol=1e-5)


def test_the_same_margins_are_read_from_a_table_and_from_yaml(tmp_path: Path) -> None:
    table = tmp_path / "margins.csv"
    table.write_text("\ufeffQuestion,Code,Share\nrole,1,60\nrole,Enterprise,40\n", "utf-8")
    notes = tmp_path / "margins.yaml"
    notes.write_text("margins:\n  role: {1: 60, Enterprise: 40}\n", "utf-8")
    asked = load_instrument(DEMO)
    for path in (table, notes):
        assert read_margins(path) == (("role", "1", 60.0), ("role", "Enterprise", 40.0))
        assert with_margins(asked, read_margins(path)).weighting.margins == {"role": {1: 60, 2: 40}}
    assert with_margins(asked, [("role", "企业", 1.0)]).weighting.margins == {"role": {2: 1.0}}


def test_options_hold_the_margins_themselves(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("question,code,share\nsex,1,1\nsex,2,3\n", "utf-8")
    options = tmp_path / "options.yaml"
    options.write_text("margins: m.csv\n", "utf-8")  # beside the file of options
    found = configure(options, seed=1)
    assert found.margins == (("sex", "1", 1.0), ("sex", "2", 3.0))
    again = configure(json.loads(json.dumps(found.options())), seed=1)
    assert again == found == configure({"margins": {"sex": {1: 1, 2: 3}}}, seed=1)
    assert AnalysisConfig(1).margins == ()


def test_a_run_weights_to_the_margins_given() -> None:
    sample = ROOT / "data" / "sample"
    found = analyze(
        ROOT / "instruments" / "ecosystem.yaml", sample / "ecosystem_wave1.csv", seed=1,
        only=["describe"], margins={"role": {"1": 1, "2": 1, "3": 1, "4": 1}},
    )  # fmt: skip
    frame = found.clean.frame
    shares = frame.groupby("role")[WEIGHT].sum() / frame[WEIGHT].sum()
    known = frame["role"].notna()
    assert shares.to_numpy() == pytest.approx(
        [frame.loc[known, WEIGHT].sum() / frame[WEIGHT].sum() / 4] * 4, abs=1e-5
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "role,1,0.5\n", "no columns 'question'"),
        ("a.csv", "question,code,share\nrole,1,x\n", "no number above zero"),
        ("a.csv", "question,code,share\nrole,1,1\nrole,1,2\n", "given twice"),
        ("a.csv", "question,code,share\nrole,7,1\n", "'7' is not an answer of 'role'"),
        ("a.csv", "question,code,share\nrloe,1,1\n", "Did you mean 'role'"),
        ("a.yaml", "role: [1\n", "line 2: "),
        ("a.yaml", "role: 3\n", "no list of margins"),
        ("a.yaml", "role: {1: .inf}\n", "no number above zero"),
        ("a.txt", "", "is not a kind"),
    ],
)
def test_margins_that_cannot_be_used_are_one_error(
    name: str, text: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(OptionError) as told:
        with_margins(load_instrument(DEMO), read_margins(tmp_path / name))
    assert words in str(told.value)
    assert told.value.say("zh") != str(told.value)
