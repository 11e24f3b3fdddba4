"""Made-up waves: read back without complaint, as was assumed, the same bytes from the same seed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.core import InstrumentError, OptionError

ROOT = Path(__file__).parents[2]
SOURCES = {
    "ecosystem": ROOT / "instruments" / "ecosystem.yaml",
    "holzinger": ROOT / "instruments" / "holzinger.yaml",
    "bfi": ROOT / "instruments" / "bfi.yaml",
    "demo": ROOT / "tests" / "instrument" / "demo.yaml",  # conditions, checks, choices, screening
    "survey": ROOT / "tests" / "fixtures" / "platforms" / "survey.yaml",
}


@pytest.fixture(scope="module")
def ecosystem():
    return es.load_instrument(SOURCES["ecosystem"])


@pytest.mark.parametrize("name", SOURCES)
def test_a_wave_is_read_back_without_complaint(name, tmp_path) -> None:
    asked = es.load_instrument(SOURCES[name])
    made = es.simulate_wave(asked, 80, es.Assumptions(missing=0.05, careless=0.1), seed=4)
    path = tmp_path / "wave.csv"
    made.frame.to_csv(path, index=False)
    found = es.read_responses(path, asked)
    assert found.issues.empty and found.impossible.empty
    assert found.n_rows == 80
    assert found.synthetic is (asked.meta.origin is not None)
    assert not [f for f in found.findings if f.severity == "serious"]
    assert (made.frame.iloc[:, -1] == "synthetic").all()  # the file says it in every row
    json.dumps(made.truth, allow_nan=False)


def test_the_answers_are_those_that_were_assumed(ecosystem) -> None:
    shares = [0.05, 0.10, 0.20, 0.40, 0.25]
    assumed = es.Assumptions(answers={"agree5": shares}, loadings={"POL": 0.8}, missing=0.04)
    made = es.simulate_wave(ecosystem, 6_000, assumed, seed=2)
    frame = made.frame
    forward = frame["POL1"].value_counts(normalize=True).sort_index().to_numpy(dtype=float)
    np.testing.assert_allclose(forward, shares, atol=0.025)
    turned = frame["POL5"].value_counts(normalize=True).sort_index().to_numpy(dtype=float)
    np.testing.assert_allclose(turned, shares[::-1], atol=0.025)  # as ticked, not as scored
    assert frame["POL1"].corr(frame["POL5"]) < -0.4
    latent = es.polychoric(frame[["POL1", "POL2"]].dropna().astype(int))
    assert latent.iloc[0, 1] == pytest.approx(0.64, abs=0.04)
    assert made.truth["missing_share_items"] == pytest.approx(0.04, abs=0.003)
    assert (frame["consent"] == 1).all()


def test_who_does_not_read_is_named_and_mostly_found(ecosystem, tmp_path) -> None:
    made = es.simulate_wave(ecosystem, 400, es.Assumptions(careless=0.15), seed=6)
    named = {one for ids in made.truth["careless"].values() for one in ids}
    assert 30 < len(named) < 95
    quick = made.frame.loc[made.frame["respondent_id"].isin(named), "duration_seconds"].median()
    assert quick < made.frame["duration_seconds"].median() / 2
    path = tmp_path / "wave.csv"
    made.frame.to_csv(path, index=False)
    clean = es.clean(es.read_responses(path, ecosystem))
    rows = sorted(set(clean.exclusions["row"]))
    left_out = set(made.frame["respondent_id"].iloc[[row - 2 for row in rows]])
    assert len(left_out & named) > len(named) / 2
    assert len(left_out - named) < 0.05 * 400


def test_a_change_shows_and_the_same_seed_gives_the_same_answers(ecosystem) -> None:
    settings = {"seed": 3, "wave": "W2"}
    before = es.simulate_wave(ecosystem, 1_500, **settings)
    again = es.simulate_wave(ecosystem, 1_500, **settings)
    pd.testing.assert_frame_equal(before.frame, again.frame)
    after = es.simulate_wave(
        ecosystem, 1_500, change={"TEC": 0.5}, reworded={"CUL4": -0.5}, **settings
    )
    moved = after.frame.select_dtypes("number").mean() - before.frame.select_dtypes("number").mean()
    assert moved["TEC1"] > 0.2 and moved["CUL4"] > 0.2
    assert abs(moved["FUN1"]) < 0.01 and abs(moved["CUL1"]) < 0.01  # the same random numbers
    assert after.truth["change"] == {"TEC": 0.5} and after.truth["reworded"] == {"CUL4": -0.5}
    assert before.frame["submitted_at"].iloc[0] >= "2026-09-07"
    other = es.simulate_wave(ecosystem, 1_500, seed=4, wave="W2")
    assert not other.frame["POL1"].equals(before.frame["POL1"])


def test_total_effects_are_sums_over_the_ways(ecosystem) -> None:
    assumed = es.Assumptions(effects={"H5a": 0.4, "H7": 0.5, "H6b": -0.1})
    truth = es.simulate_wave(ecosystem, 5, assumed, seed=1).truth
    assert truth["total_effects_std"]["ENT"] == pytest.approx(0.4 * 0.5 + 0.2 * 0.2 + 0.2)
    assert truth["total_effects_std"]["BAR"] == pytest.approx(-0.2 * 0.5 - 0.1)


def test_the_summary_says_in_both_languages_that_nobody_answered(ecosystem) -> None:
    made = es.simulate_wave(ecosystem, 5, seed=1)
    assert "Nobody gave these answers" in made.summary()
    assert "并非真实作答" in made.summary("zh")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"n": 0}, "n=0"),
        ({"n": True}, "n=True"),
        ({"change": {"TEX": 0.3}}, "TEC"),
        ({"reworded": {"CUL99": 0.3}}, "CUL99"),
    ],
)
def test_what_is_not_there_is_named(ecosystem, bad, says) -> None:
    with pytest.raises(OptionError, match=says):
        es.simulate_wave(ecosystem, **{"n": 10, "seed": 1, **bad})


def test_composites_are_refused(ecosystem) -> None:
    from dataclasses import replace

    first, *rest = ecosystem.constructs
    composite = replace(ecosystem, constructs=(replace(first, mode="composite"), *rest))
    with pytest.raises(InstrumentError, match="composite"):
        es.simulate_wave(composite, 10, seed=1)
