"""The options of a run: from a file, from the call, refused where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosurvey import AnalysisConfig, OptionError
from ecosurvey.analysis import configure

TOML = """
estimator = "ML"
bootstrap = 500
only = ["reliability", "key_factors"]
formats = "html, docx,html"
seed = 11
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", 'screen = ["Speed=off", "seconds_per_item=3"]'),
        ("a.toml", "[screen]\nspeed = 'off'\nseconds_per_item = 3"),
        ("a.yaml", "screen: {speed: off, seconds_per_item: 3}"),
        ("a.yaml", "screen: speed=off, seconds_per_item=3"),
    ],
)
def test_the_screening_can_be_changed_in_a_file(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert configure(path, seed=1).screen == ("speed=off", "seconds_per_item=3")
    with pytest.raises(OptionError, match="Did you mean 'longstring'"):
        configure(path, seed=1, screen=["longstrin=4"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("study.toml", TOML),
        ("study.toml", f"[analyze]{TOML}[other]\nx = 1\n"),
        ("study.yaml", TOML.replace(" = ", ": ")),
        ("study.yml", "analyze:\n" + TOML.replace(" = ", ": ").replace("\n", "\n  ")),
    ],
)
def test_options_are_read_from_a_file_and_those_given_win(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    found = configure(path, estimator="MLR", lang=None)
    assert found == AnalysisConfig(
        11, estimator="MLR", bootstrap=500, only=("reliability", "key_factors"),
        formats=("html", "docx"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "estimater = 'ML'", "a.toml: option 'estimater' is not known. Did you mean"),
        ("a.toml", "estimator = 'MLX'", "a.toml: estimator='MLX' is not known"),
        ("a.toml", "estimator = ", "cannot be read"),
        ("a.toml", "bootstrap = -5", "bootstrap=-5 is not allowed"),
        ("a.toml", "bootstrap = true", "bootstrap=True is not allowed"),
        ("a.toml", "bootstrap = 1", "gives no interval"),
        ("a.toml", "jobs = 0", "a.toml: jobs=0 is not a number of workers"),
        ("a.toml", "only = [1]", "not a list of words"),
        ("a.toml", "only = 'loadings'", "only='loadings' is not known"),
        ("a.toml", "missing = 'pairwise'", "not possible with estimator='MLR'"),
        ("a.yaml", "- 1\n- 2", "no table of options"),
        ("a.yaml", "seed: !!python/object/apply:os.getcwd []", "cannot be read"),
        ("a.yaml", "seed: [1", "line 1"),
        ("a.ini", "seed = 1", "not a kind of options file"),
    ],
)
def test_what_cannot_be_is_said_with_the_file(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(OptionError) as error:
        configure(tmp_path / name)
    assert said in str(error.value)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="no such file"):
        configure(tmp_path / "none.toml")


def test_a_seed_is_drawn_if_none_is_given_and_kept_if_one_is() -> None:
    assert configure().seed != configure().seed
    assert configure(AnalysisConfig(5), bootstrap=10) == AnalysisConfig(5, bootstrap=10)


def test_key_factors_bring_the_model_that_they_rest_on() -> None:
    only = configure({"only": ["key_factors"]})
    assert only.wants("structure")
    assert not only.wants("factors")
    assert configure().wants("factors")
